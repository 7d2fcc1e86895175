//! The end of a harvest: what becomes of records that were not named, and what is wrong with collections.

use townhall_harvest::Listing;
use townhall_model::{Finding, RecordId, Severity};
use townhall_store::{HarvestItem, ItemState, RecordStatus, RunRecord, RunState};

use super::known::{Known, is_record};
use super::run::Harvest;
use super::vanish::{Absent, Verdict, View, judge};
use crate::Error;

/// How many records one transaction withdraws.
const WITHDRAWN_AT_ONCE: usize = 200;

/// How many broken collections are told of.
const COLLECTIONS_TOLD_MAX: u32 = 10_000;

impl Harvest<'_> {
    /// Ends a harvest that listed its source.
    pub(super) async fn finish(&mut self, listing: Listing) -> Result<RunState, Error> {
        self.write().await?;
        self.report.read_as = listing.read_as;
        self.report.reason = listing.missing;
        self.count_unchanged_parts();
        let mut absent: Vec<(Box<str>, Known)> = self
            .known
            .items
            .iter()
            .filter(|(item, known)| is_record(item) && known.state.is_in_view() && !self.is_met(known))
            .map(|(item, known)| (item.clone(), known.clone()))
            .collect();
        absent.sort_unstable_by(|one, other| one.0.cmp(&other.0));
        if self.nameless > 0 && !absent.is_empty() {
            self.suspect(&mut absent);
        }
        self.report.is_complete = self.report.reason.is_none();
        if !self.report.is_complete {
            self.write().await?;
            if !absent.is_empty() {
                let message = format!(
                    "{} records were not listed, and stay, because the listing is not complete",
                    absent.len()
                );
                self.note(Finding::new("SOURCE-INCOMPLETE", Severity::Warning, message));
            }
            self.look_at_collections().await?;
            return Ok(RunState::Done);
        }
        let state = self.let_go(absent).await?;
        self.look_at_collections().await?;
        Ok(state)
    }

    /// Records that can't be read and do not tell who they are may be those that seem to be absent.
    fn suspect(&mut self, absent: &mut Vec<(Box<str>, Known)>) {
        if absent.len() as u64 > self.nameless {
            self.report.reason = Some(format!(
                "{} records can't be read at all, so it can't be told which ones are gone",
                self.nameless
            ));
            return;
        }
        for (item, _) in absent.drain(..) {
            self.mark_stale(&item, "its source lists a record that can't be read, which may be this one");
        }
    }

    /// Decides on what a complete listing does not name.
    async fn let_go(&mut self, absent: Vec<(Box<str>, Known)>) -> Result<RunState, Error> {
        let facts: Vec<Absent> = absent
            .iter()
            .map(|(_, known)| Absent { state: known.state, absences: known.absences, returns: known.returns })
            .collect();
        let view = View {
            records: self.known.in_view(),
            added: self.report.counts.added,
            has_returned: self.known.held() < self.held_before,
        };
        let verdicts = judge(&facts, view, self.settings.brake_percent, self.settings.absences);
        let mut state = RunState::Done;
        let mut withdrawn = Vec::new();
        let mut kept = Vec::new();
        for ((item, known), verdict) in absent.into_iter().zip(verdicts) {
            match verdict {
                Verdict::Withdraw => {
                    self.report.counts.deleted += 1;
                    withdrawn.push((item, known));
                }
                Verdict::Hold => {
                    self.report.counts.quarantined += 1;
                    state = RunState::Quarantined;
                    kept.push((
                        item,
                        known,
                        ItemState::Held,
                        "its source does not list it any more; too many vanished at once".to_owned(),
                    ));
                }
                Verdict::Wait { more } => {
                    self.report.counts.missing += 1;
                    let reason =
                        format!("its source does not list it; withdrawn if {more} more listings do not");
                    kept.push((item, known, ItemState::Missing, reason));
                }
            }
        }
        if state == RunState::Quarantined {
            let (held, brake) = (self.report.counts.quarantined, self.settings.brake_percent);
            self.report.reason = Some(match held * 100 > view.records * u64::from(brake) {
                true => format!(
                    "{held} of {} records are not listed any more, more than the {brake} % that vanish without a person",
                    view.records
                ),
                false => {
                    format!("{held} records that vanished together with others still wait for a decision")
                }
            });
            self.report.hint =
                Some("look at the list of what would vanish, and either let it go or keep it".to_owned());
        }
        if self.run.is_none() {
            return Ok(state);
        }
        self.keep_absent(kept).await?;
        for some in withdrawn.chunks(WITHDRAWN_AT_ONCE) {
            let some: Vec<(String, Known)> =
                some.iter().map(|(item, known)| (item.to_string(), known.clone())).collect();
            let reason = format!("The source “{}” does not list it any more.", self.settings.title());
            self.withdraw(&some, &reason).await?;
        }
        Ok(state)
    }

    async fn keep_absent(&mut self, kept: Vec<(Box<str>, Known, ItemState, String)>) -> Result<(), Error> {
        for some in kept.chunks(WITHDRAWN_AT_ONCE) {
            let mut items = Vec::new();
            let mut done = Vec::new();
            let mut parts = Vec::new();
            for (item, known, state, reason) in some {
                parts.push(known.part.to_string());
                let is_news = known.state != *state;
                let mut new = absent_item(item, known, *state, Some(reason.clone()), self.now);
                new.absences = known.absences + 1;
                if is_news {
                    done.push(done_with(item, known.record, state.name(), reason));
                }
                items.push(new);
            }
            self.keep(items, done, parts).await?;
        }
        Ok(())
    }

    async fn keep(
        &mut self,
        items: Vec<HarvestItem>,
        done: Vec<RunRecord>,
        parts: Vec<String>,
    ) -> Result<(), Error> {
        let Some(run) = self.run.clone() else { return Ok(()) };
        let parts = self.unnamed_parts(parts);
        let mut tx = self.app.store().begin(&self.actor).await?;
        tx.put_harvest_items(&self.settings.name, items).await?;
        tx.put_run_records(&run, done).await?;
        // A part that comes back as it was must be read, or nobody would learn that its record is back.
        tx.forget_harvest_parts(&self.settings.name, &parts).await?;
        tx.hear_of_harvest(&run).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn withdraw(&mut self, some: &[(String, Known)], reason: &str) -> Result<(), Error> {
        let Some(run) = self.run.clone() else { return Ok(()) };
        let parts = self.unnamed_parts(some.iter().map(|(_, known)| known.part.to_string()).collect());
        let mut tx = self.app.store().begin(&self.actor).await?;
        let mut items = Vec::new();
        let mut done = Vec::new();
        for (item, known) in some {
            if let Some(record) = known.record {
                tx.set_status(record, RecordStatus::Retired, Some(reason)).await?;
            }
            items.push(absent_item(item, known, ItemState::Gone, Some(reason.to_owned()), self.now));
            done.push(done_with(item, known.record, "deleted", reason));
        }
        tx.put_harvest_items(&self.settings.name, items).await?;
        tx.put_run_records(&run, done).await?;
        tx.forget_harvest_parts(&self.settings.name, &parts).await?;
        tx.hear_of_harvest(&run).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Those of these parts that the listing did not name: of the others it is known what they are like.
    fn unnamed_parts(&self, parts: Vec<String>) -> Vec<String> {
        let mut parts: Vec<String> = parts.into_iter().filter(|part| !self.is_named(part)).collect();
        parts.sort_unstable();
        parts.dedup();
        parts
    }

    /// Notes what is wrong with collections, once all records are there: their order in a source means nothing.
    async fn look_at_collections(&mut self) -> Result<(), Error> {
        if self.run.is_none() {
            return Ok(());
        }
        let store = self.app.store();
        let orphans = store.orphans(&self.settings.name, COLLECTIONS_TOLD_MAX).await?;
        let nested = store.nested_collections(&self.settings.name, COLLECTIONS_TOLD_MAX).await?;
        for (item, parent) in orphans {
            let finding = Finding::new(
                "SOURCE-NO-PARENT",
                Severity::Warning,
                "the source does not list the collection that the record is part of",
            )
            .with_fix("list the collection too, or correct `isPartOf`");
            self.note(about(finding, identifier_of(&item), &parent));
        }
        for (item, parent) in nested {
            let own = identifier_of(&item);
            let finding = match own == parent {
                true => Finding::new("SOURCE-OWN-PARENT", Severity::Error, "the record is part of itself")
                    .with_fix("leave `isPartOf` out, or name the collection"),
                false => Finding::new(
                    "SOURCE-NESTED-COLLECTION",
                    Severity::Warning,
                    "a collection is part of another one; harvesters know one level alone",
                )
                .with_fix("let the records name the outermost collection"),
            };
            self.note(about(finding.with_source("DCAT-US 1.1, isPartOf"), own, &parent));
        }
        Ok(())
    }
}

/// What the publisher calls an item: what stands behind its kind.
fn identifier_of(item: &str) -> &str {
    item.split_once('/').map_or(item, |(_, identifier)| identifier)
}

fn about(mut finding: Finding, own: &str, parent: &str) -> Finding {
    finding.identifier = Some(own.chars().take(200).collect());
    finding.with_pointer("/isPartOf").with_value(parent)
}

/// How a record that is not listed stands.
pub(super) fn absent_item(
    item: &str,
    known: &Known,
    state: ItemState,
    reason: Option<String>,
    now: jiff::Timestamp,
) -> HarvestItem {
    HarvestItem {
        item: item.to_owned(),
        record: known.record,
        part: known.part.to_string(),
        state,
        hash: known.hash.to_string(),
        // The title and the collection are as they were.
        title: String::new(),
        parent: None,
        reason,
        since: now,
        absences: known.absences,
        returns: known.returns,
    }
}

fn done_with(item: &str, record: Option<RecordId>, action: &str, note: &str) -> RunRecord {
    RunRecord {
        item: item.to_owned(),
        record,
        action: action.to_owned(),
        before: None,
        after: None,
        title: String::new(),
        note: Some(note.to_owned()),
    }
}
