//! The scorecard: how well offices publish, looked at on a schedule, kept by the quarter, and open to everybody.

mod board;
mod changes;
mod look;
mod reached;
mod round;

use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use townhall_metadata::scorecard::{Milestone, Milestones, Office, find_office, tracked_field};
use townhall_model::ErrorKind;
use townhall_store::{
    Actor, NewEntry, OfficesKept, OtherOffices, StoredEntry, StoredOffice, StoredRegression,
};

pub use board::{Board, BoardRow, OfficeDetail, PastLook, QuarterTotals};
pub use changes::OfficeChanges;
pub use look::Looked;
pub use reached::{Entered, Judged, Overridden, Reached};
pub use round::RoundReport;

use crate::limits::{OFFICES_MAX, SCORECARD_FEED_MAX};
use crate::{App, Error, Every};

/// How the scorecard is kept.
#[derive(Debug, Clone)]
pub struct ScorecardSettings {
    /// How often all offices are looked at; never without.
    pub every: Option<Every>,
    /// The ends of the quarters.
    pub milestones: Milestones,
    /// How many offices are looked at at the same time.
    pub at_once: usize,
    /// The least time between two requests to a host.
    pub pause: Duration,
}

impl Default for ScorecardSettings {
    fn default() -> Self {
        Self {
            every: Every::read("daily 04:15").ok(),
            milestones: Milestones::usual(),
            at_once: 8,
            pause: Duration::from_secs(1),
        }
    }
}

/// The use cases.
pub struct Scorecard<'a> {
    pub(crate) app: &'a App,
}

/// What is to be written in a field of an office.
#[derive(Debug, Clone, Default)]
pub struct SetField {
    /// The office: its id, number, short name or name.
    pub office: String,
    /// The field.
    pub field: String,
    /// The value; none takes it back.
    pub value: Option<String>,
    /// A note in Markdown; none leaves the one that is there.
    pub note: Option<String>,
    /// Why it is so.
    pub reason: Option<String>,
    /// The last day of the quarter; none for the one under way.
    pub milestone: Option<Date>,
}

/// The day of a moment, in UTC.
pub(crate) fn day_of(now: Timestamp) -> Date {
    now.to_zoned(TimeZone::UTC).date()
}

impl Scorecard<'_> {
    fn settings(&self) -> &ScorecardSettings {
        &self.app.settings().scorecard
    }

    /// The ends of the quarters.
    pub fn milestones(&self) -> &Milestones {
        &self.settings().milestones
    }

    /// Keeps offices.
    pub async fn load(
        &self,
        actor: &Actor,
        offices: &[Office],
        others: OtherOffices,
    ) -> Result<OfficesKept, Error> {
        if offices.len() > OFFICES_MAX {
            let message =
                format!("{} offices are more than the {OFFICES_MAX} that are watched", offices.len());
            return Err(Error::new(ErrorKind::TooLarge, message));
        }
        let stored = offices
            .iter()
            .map(|office| Ok(StoredOffice { id: office.id.clone(), document: written(office)? }))
            .collect::<Result<Vec<_>, Error>>()?;
        Ok(self.app.store().put_offices(actor, &stored, others).await?)
    }

    /// The offices, by name.
    pub async fn offices(&self) -> Result<Vec<Office>, Error> {
        let stored = self.app.store().offices().await?;
        let mut offices: Vec<Office> =
            stored.iter().map(|office| read(&office.document)).collect::<Result<_, _>>()?;
        offices.sort_by(|a, b| a.name.cmp(&b.name).then_with(|| a.id.cmp(&b.id)));
        Ok(offices)
    }

    /// Whether there are any offices.
    pub async fn has_any(&self) -> Result<bool, Error> {
        Ok(self.app.store().has_offices().await?)
    }

    /// The office of this id, number, short name or name.
    pub async fn office(&self, name: &str) -> Result<Office, Error> {
        let offices = self.offices().await?;
        find_office(&offices, name).cloned().ok_or_else(|| Error::not_found("office", name))
    }

    /// The quarter that ends on this day, or the one under way.
    pub(crate) fn quarter(&self, asked: Option<Date>, now: Timestamp) -> Result<Milestone, Error> {
        let today = day_of(now);
        let all = self.milestones();
        let Some(date) = asked else { return Ok(all.current(today).clone()) };
        all.on(date).filter(|milestone| milestone.date <= all.current(today).date).cloned().ok_or_else(|| {
            Error::not_found("milestone", &date.to_string())
                .with_hint(format!("the one under way ends on {}", all.current(today).date))
        })
    }

    /// Writes a field of an office down. Returns the entry.
    pub async fn set(&self, actor: &Actor, set: &SetField, now: Timestamp) -> Result<StoredEntry, Error> {
        let office = self.office(&set.office).await?;
        let field = tracked_field(&set.field).ok_or_else(|| {
            Error::not_found("field", &set.field).with_hint("`townhall scorecard fields` lists them")
        })?;
        let quarter = self.quarter(set.milestone, now)?;
        if self.milestones().has_ended(quarter.date, day_of(now)) {
            return Err(Error::new(
                ErrorKind::Conflict,
                format!("the quarter that ended on {} is final", quarter.date),
            ));
        }
        if !field.is_asked(quarter.date) {
            return Err(Error::invalid(format!(
                "`{}` is not asked in the quarter up to {}",
                field.id, quarter.date
            )));
        }
        let value = match &set.value {
            Some(value) => field.read(value).map_err(Error::invalid)?,
            None => String::new(),
        };
        let reason = set.reason.clone().unwrap_or_default().trim().to_owned();
        if is_verdict(field.id) && !value.is_empty() && reason.is_empty() {
            return Err(Error::invalid(format!(
                "`{}` takes the place of what was computed, so it needs a reason",
                field.id
            ))
            .with_hint("give one with --reason"));
        }
        let milestone = quarter.date.to_string();
        let store = self.app.store();
        let before = store.entry_history(&milestone, &office.id, field.id).await?.into_iter().next();
        let kept_note = before.map(|before| before.entry.note);
        let entry = NewEntry {
            note: set.note.clone().or(kept_note).unwrap_or_default(),
            field: field.id.to_owned(),
            office: office.id,
            milestone,
            value,
            reason,
        };
        store.put_entry(actor, &entry).await?;
        let newest =
            store.entry_history(&entry.milestone, &entry.office, &entry.field).await?.into_iter().next();
        newest.ok_or_else(|| Error::not_found("entry", &entry.field))
    }

    /// What got worse, the newest first; of one office, where one is given.
    pub async fn regressions(&self, office: Option<&str>) -> Result<Vec<StoredRegression>, Error> {
        Ok(self.app.store().regressions(office, SCORECARD_FEED_MAX).await?)
    }
}

/// Whether a field stands in the place of what the rubric computes.
fn is_verdict(field: &str) -> bool {
    matches!(field, "pdl_aggregate_score" | "edi_aggregate_score")
}

/// What is kept, as text.
fn written<T: serde::Serialize>(value: &T) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| Error::new(ErrorKind::Internal, error.to_string()))
}

/// What was kept, read again.
fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Error> {
    serde_json::from_str(text).map_err(|error| {
        Error::new(ErrorKind::Internal, format!("what the scorecard has kept can't be read: {error}"))
    })
}
