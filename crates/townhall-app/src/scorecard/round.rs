//! A round: every office looked at once, several at a time; and the end of a quarter.

use std::sync::atomic::{AtomicU64, Ordering};

use futures::StreamExt;
use jiff::Timestamp;
use tokio::sync::Semaphore;
use townhall_metadata::scorecard::Office;
use townhall_store::{Actor, ActorKind, NewFinal};

use super::{Looked, Scorecard, day_of, written};
use crate::Error;
use crate::jobs::{Job, LookAtListing};
use crate::limits::SCORECARD_JUDGED_AT_ONCE;
use crate::scorecard::board::ALL_OFFICES;

/// What came of a round.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RoundReport {
    /// Offices that were looked at.
    pub looked: Vec<Looked>,
    /// Offices that had been looked at already.
    pub passed_over: u64,
    /// Offices that could not be looked at, with the reason.
    pub failed: Vec<(String, String)>,
    /// What was frozen of quarters that ended.
    pub frozen: u64,
}

impl Scorecard<'_> {
    /// Looks at one office, or at all. With `since`, those that were looked at since then are passed over, so that a round that
    /// broke off goes on where it was.
    pub async fn run(
        &self,
        actor: &Actor,
        office: Option<&str>,
        since: Option<Timestamp>,
        now: Timestamp,
        tell: &(dyn Fn(u64, u64, &str) + Sync),
    ) -> Result<RoundReport, Error> {
        let frozen = self.freeze_ended(actor, now).await?;
        let mut wanted: Vec<Office> = match office {
            Some(name) => vec![self.office(name).await?],
            None => self.offices().await?,
        };
        let mut report = RoundReport { frozen, ..RoundReport::default() };
        if let Some(since) = since {
            let quarter = self.milestones().current(day_of(now)).date.to_string();
            let looks = self.app.store().last_looks(&quarter).await?;
            let all = wanted.len();
            wanted
                .retain(|office| !looks.iter().any(|look| look.office == office.id && look.seen_at >= since));
            report.passed_over = (all - wanted.len()) as u64;
        }
        let turns = Semaphore::new(SCORECARD_JUDGED_AT_ONCE);
        let (total, done) = (wanted.len() as u64, AtomicU64::new(0));
        let (turns, done) = (&turns, &done);
        let looks = futures::stream::iter(wanted).map(|office| async move {
            let looked = self.look_at(actor, &office, now, turns).await;
            tell(done.fetch_add(1, Ordering::Relaxed) + 1, total, &office.name);
            (office.id, looked)
        });
        let mut looks = looks.buffer_unordered(self.settings().at_once.max(1));
        while let Some((office, looked)) = looks.next().await {
            match looked {
                Ok(looked) => report.looked.push(looked),
                Err(error) => report.failed.push((office, error.to_string())),
            }
        }
        report.looked.sort_by(|a, b| a.office.cmp(&b.office));
        report.failed.sort();
        Ok(report)
    }

    /// Freezes the quarters that have ended: what each office had reached, and the sums. Returns how many offices.
    pub async fn freeze_ended(&self, actor: &Actor, now: Timestamp) -> Result<u64, Error> {
        let today = day_of(now);
        let mut ended: Vec<String> = Vec::new();
        for (milestone, is_final) in self.app.store().known_milestones().await? {
            let date = milestone.parse().ok();
            if !is_final && date.is_some_and(|date| self.milestones().has_ended(date, today)) {
                ended.push(milestone);
            }
        }
        let mut frozen = 0;
        // The oldest first: what was reached in one quarter is compared with the one before.
        for milestone in ended.iter().rev() {
            let rows = self.open_quarter(milestone).await?;
            let looks = self.app.store().last_looks(milestone).await?;
            let mut finals = Vec::new();
            for row in &rows {
                let look = looks.iter().find(|look| look.office == row.office.id);
                finals.push(NewFinal {
                    office: row.office.id.clone(),
                    document: written(row)?,
                    listing: look.and_then(|look| look.listing),
                    errors: look.and_then(|look| look.errors),
                });
            }
            let sums = self.sums(milestone, &rows);
            finals.push(NewFinal {
                office: ALL_OFFICES.to_owned(),
                document: written(&sums)?,
                listing: None,
                errors: None,
            });
            let kept = self.app.store().freeze(actor, milestone, &finals).await?;
            frozen += kept.saturating_sub(1);
        }
        Ok(frozen)
    }

    /// Asks a worker to look at one office, or at all, as soon as it can.
    pub async fn ask(&self, actor: &Actor, office: Option<&str>) -> Result<(), Error> {
        let office = match office {
            Some(name) => Some(self.office(name).await?.id),
            None => None,
        };
        self.app.jobs().enqueue(actor, &LookAtListing { office, due: None }).await?;
        self.app.jobs().wake();
        Ok(())
    }

    /// Asks for the next round, unless somebody has. Returns whether one was asked for.
    pub async fn plan(&self, now: Timestamp) -> Result<bool, Error> {
        let Some(every) = &self.settings().every else { return Ok(false) };
        if !self.app.store().has_offices().await? {
            return Ok(false);
        }
        let due = every.after(now);
        let mut new = LookAtListing { office: None, due: Some(due) }.asked()?;
        new.dedupe = format!("scorecard:{due}");
        new.run_after = Some(due);
        let actor = Actor::new(ActorKind::Job, "scorecard");
        Ok(self.app.store().enqueue_once(&actor, &new).await?)
    }
}
