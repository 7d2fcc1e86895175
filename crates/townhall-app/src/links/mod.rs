//! Links: whether what records name can be had, checked again and again by a job that others need not wait for.

mod check_links;
mod collect;
mod counts;
mod files;
mod list;
mod mirror;
mod rounds;

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use townhall_fetch::{Fetcher, Manners};
use townhall_harvest::links::{CheckSettings, StandingRules};
use townhall_store::{Actor, ActorKind};

pub use check_links::CheckLinks;
pub(crate) use counts::CountsCache;
pub use counts::{DashboardLinks, LinkCounts};
pub use files::{CheckedLink, FileLinks, check_file_links, could_be_catalog};
pub use list::{LinkPage, LinkRequest, LinkSuggestion, LinkView};
pub use mirror::{MirrorReport, MirrorSettings, MirrorView};
pub use rounds::RoundReport;

use crate::jobs::Job;
use crate::schedules::Every;
use crate::{App, Error};

/// How links are checked.
#[derive(Debug, Clone)]
pub struct LinkSettings {
    /// When; never when absent.
    pub every: Option<Every>,
    /// The least time between two requests to a host.
    pub delay: Duration,
    /// Whether robots.txt is obeyed.
    pub obeys_robots: bool,
    /// How many links are asked for at the same time in all: two at a host.
    pub hosts: usize,
    /// How one link is looked at.
    pub check: CheckSettings,
    /// When a doubt becomes a fact.
    pub rules: StandingRules,
    /// Which files are copied.
    pub mirror: MirrorSettings,
}

impl Default for LinkSettings {
    fn default() -> Self {
        Self {
            every: Some(Every::Day(jiff::civil::Time::constant(3, 0, 0, 0))),
            delay: Duration::from_millis(250),
            obeys_robots: true,
            hosts: 64,
            check: CheckSettings::default(),
            rules: StandingRules::default(),
            mirror: MirrorSettings::default(),
        }
    }
}

impl LinkSettings {
    /// Sets how many bad answers in a row over how many days make a link broken. What won't pass by itself needs one less.
    #[must_use]
    pub fn broken_after(self, tries: u32, days: u32) -> Self {
        let over = SignedDuration::from_hours(24 * i64::from(days));
        let rules =
            StandingRules { tries: tries.max(1), lasting_tries: tries.saturating_sub(1).max(1), over };
        Self { rules, ..self }
    }

    pub(crate) fn fetcher(&self, fetcher: &Fetcher) -> Fetcher {
        fetcher.with(Manners { delay: self.delay, obeys_robots: self.obeys_robots, retries: 0 })
    }
}

/// The use cases of links.
pub struct Links<'a> {
    pub(crate) app: &'a App,
}

impl Links<'_> {
    /// Asks for the next time at which links are checked, unless somebody has.
    pub(crate) async fn plan(&self, now: Timestamp) -> Result<bool, Error> {
        let Some(every) = &self.app.settings().links.every else { return Ok(false) };
        let due = every.after(now);
        let mut new = CheckLinks::default().asked()?;
        new.dedupe = format!("check-links:{due}");
        new.run_after = Some(due);
        let actor = Actor::new(ActorKind::Job, "schedules");
        Ok(self.app.store().enqueue_once(&actor, &new).await?)
    }

    /// Asks for a check of the links that are due, now.
    pub async fn ask_check(&self, actor: &Actor) -> Result<(), Error> {
        self.app.jobs().enqueue(actor, &CheckLinks::default()).await?;
        self.app.jobs().wake();
        Ok(())
    }
}
