//! One harvest: what a source hands over is compared with what is known, written in batches as it comes, and at the end it is
//! decided what becomes of that which was not named.
//!
//! Each batch is one transaction that holds the records, how they stand, what was done, and what the parts were like: a crash
//! loses at most what was under way, and the same harvest goes on from there.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;
use tokio::sync::mpsc;
use townhall_fetch::Manners;
use townhall_harvest::{Address, Asking, Detected, HarvestError, Listing, Memory, NoMemory, Source};
use townhall_model::ErrorKind;
use townhall_store::{Actor, HarvestRun, ItemState, NewRecord, PutOutcome, RunState};

use super::batch::{Batch, Noted};
use super::known::{Known, KnownItems, KnownParts, is_record};
use super::report::HarvestReport;
use super::settings::SourceSettings;
use crate::jobs::{Cancelled, Progress};
use crate::{App, Error};

/// How a source is harvested this once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct HarvestOptions {
    /// Tell, and write nothing.
    pub is_trial: bool,
    /// Fetch and read everything, whether it has changed or not.
    pub is_forced: bool,
}

/// A harvest under way.
pub(super) struct Harvest<'a> {
    pub(super) app: &'a App,
    pub(super) actor: Actor,
    pub(super) settings: &'a SourceSettings,
    /// Nothing in a trial.
    pub(super) run: Option<HarvestRun>,
    pub(super) known: KnownItems,
    pub(super) report: HarvestReport,
    pub(super) now: Timestamp,
    pub(super) batch: Batch,
    pub(super) unchanged_parts: HashSet<Arc<str>>,
    /// Every part that the listing named.
    pub(super) named_parts: HashSet<Arc<str>>,
    /// Records that can't be read and do not even tell their identifier.
    pub(super) nameless: u64,
    /// How many records waited for a decision when it began.
    pub(super) held_before: u64,
    pub(super) expected: u64,
    pub(super) met: u64,
    /// Whether it goes on with what another process began.
    is_resumed: bool,
    /// The part that holds the parent of all other records, where the source has one.
    pub(super) parent_part: Option<String>,
    /// The identifier of that parent, once it was met.
    pub(super) collection: Option<String>,
    /// The kind and the address that the harvest before found, if it went well.
    found_before: Option<(String, String)>,
}

impl<'a> Harvest<'a> {
    /// Harvests a source from the beginning to the end. Trouble with the source is told in the report; an error is trouble here.
    pub(super) async fn carry_out(
        app: &'a App,
        actor: Actor,
        settings: &'a SourceSettings,
        options: HarvestOptions,
        progress: &Progress,
        cancelled: &Cancelled,
    ) -> Result<HarvestReport, Error> {
        let began = Instant::now();
        let store = app.store();
        let run = match options.is_trial {
            true => None,
            false => Some(store.begin_harvest(&actor, &settings.name).await?),
        };
        let mut is_resumed = false;
        if let Some(run) = &run {
            is_resumed = !store.run_actions(&run.source, run.number).await?.is_empty();
            let mut tx = store.begin(&actor).await?;
            tx.forget_run_findings(run).await?;
            tx.commit().await?;
        }
        let report = HarvestReport {
            source: settings.name.clone(),
            run: run.as_ref().map_or(0, |run| run.number),
            digest: settings.digest(),
            address: settings.address.clone(),
            began_at: Some(run.as_ref().map_or_else(Timestamp::now, |run| run.began_at)),
            ..HarvestReport::default()
        };
        let last = super::last_good(app, &settings.name).await?.filter(|last| last.digest == report.digest);
        let is_same = last.is_some();
        let known = KnownItems::of(store, &settings.name).await?;
        let held_before = known.held();
        let parts = match is_same && !options.is_forced {
            true => KnownParts::of(store, &settings.name).await?,
            false => KnownParts::default(),
        };
        let mut harvest = Self {
            app,
            actor,
            settings,
            run,
            known,
            report,
            now: Timestamp::now(),
            batch: Batch::default(),
            unchanged_parts: HashSet::new(),
            named_parts: HashSet::new(),
            nameless: 0,
            held_before,
            expected: 0,
            met: 0,
            is_resumed,
            parent_part: None,
            collection: None,
            found_before: None,
        };
        if !options.is_forced && super::went_well(app, &settings.name).await? {
            harvest.found_before = last.map(|last| (last.kind, last.address));
        }
        let outcome = harvest.list(&parts, is_same && !options.is_forced, progress, cancelled).await;
        harvest.report.times.records_ms = millis(began);
        let ending = Instant::now();
        let state = match outcome {
            Ok(_) if cancelled.is_set() => harvest.stopped(),
            Ok(listing) => harvest.finish(listing).await?,
            Err(Trouble::Ours(error)) => return Err(error),
            Err(Trouble::Source(HarvestError::Stopped)) if cancelled.is_set() => harvest.stopped(),
            Err(Trouble::Source(error)) => {
                harvest.write().await?;
                harvest.failed(&error)
            }
        };
        harvest.report.times.ending_ms = millis(ending);
        harvest.report.times.total_ms = millis(began);
        harvest.end(state).await?;
        Ok(harvest.report)
    }

    /// Has the source listed, and takes what it hands over.
    async fn list(
        &mut self,
        parts: &KnownParts,
        may_skip: bool,
        progress: &Progress,
        cancelled: &Cancelled,
    ) -> Result<Listing, Trouble> {
        let folder = self.app.temporary_folder()?;
        let manners = Manners {
            delay: std::time::Duration::from_millis(self.settings.delay_ms),
            obeys_robots: self.settings.robots,
            retries: RETRIES,
        };
        let (out, mut found) = mpsc::channel(townhall_harvest::limits::FOUND_WAITING_MAX);
        let options = self.settings.options();
        self.parent_part =
            self.settings.address()?.web().and_then(|url| townhall_harvest::parent_part(url, &options));
        let memory: &dyn Memory = if may_skip { parts } else { &NoMemory };
        let asking = Asking {
            address: self.settings.address()?,
            options: &options,
            fetcher: self.app.fetcher().with(manners),
            memory,
            folder: folder.path(),
            out,
        };
        let (source, asking) = chosen(self.settings, self.found_before.as_ref(), asking).await?;
        self.report.kind = source.info().id.to_owned();
        self.report.address = asking.address.to_string();
        progress.set(0, 0, "listing");
        let listing = async {
            let listing = source.harvest(&asking).await;
            // The channel ends with the last one who holds its beginning.
            drop(asking);
            listing
        };
        let taking = async {
            while let Some(one) = found.recv().await {
                if cancelled.is_set() {
                    break;
                }
                self.take(one).await?;
                if self.batch.is_full() {
                    self.write().await?;
                    progress.set(self.met, self.expected.max(self.met), "records");
                }
            }
            drop(found);
            Ok::<(), Error>(())
        };
        let (listing, taken) = tokio::join!(listing, taking);
        taken?;
        if cancelled.is_set() {
            return Err(Trouble::Source(HarvestError::Stopped));
        }
        Ok(listing?)
    }

    /// One transaction for all that has gathered.
    pub(super) async fn write(&mut self) -> Result<(), Error> {
        if self.batch.is_empty() {
            return Ok(());
        }
        let began = Instant::now();
        self.settle_owners().await?;
        let mut batch = std::mem::take(&mut self.batch);
        let candidates = std::mem::take(&mut batch.candidates);
        let records: Vec<NewRecord> = candidates.iter().map(|one| one.record.clone()).collect();
        let store = self.app.store();
        let keys: Vec<(&str, &str)> =
            records.iter().map(|record| (record.kind.as_str(), record.key.as_str())).collect();
        let before = store.harvest_owners(&keys).await?;
        let puts;
        match &self.run {
            None => puts = store.compare_records(records).await?,
            Some(run) => {
                let mut tx = store.begin(&self.actor).await?;
                puts = tx.put_records(records).await?;
                let mut noted = Noted::default();
                for (candidate, put) in candidates.iter().zip(&puts) {
                    noted.add(self.now, candidate, put, before.get(&candidate.key()));
                }
                noted.items.extend(batch.items);
                noted.done.extend(batch.done);
                tx.put_harvest_items(&self.settings.name, noted.items).await?;
                tx.put_run_records(run, noted.done).await?;
                tx.add_run_findings(run, batch.findings).await?;
                tx.put_harvest_parts(&self.settings.name, batch.parts.into_iter().collect()).await?;
                tx.hear_of_harvest(run).await?;
                tx.commit().await?;
            }
        }
        tracing::info!("wrote a batch of {} records of `{}`", candidates.len(), self.settings.name);
        for (candidate, put) in candidates.into_iter().zip(puts) {
            let was = before.get(&candidate.key());
            let counts = &mut self.report.counts;
            if is_record(&candidate.item) {
                match (&put.outcome, was.is_some_and(|was| was.is_retired)) {
                    (PutOutcome::Added, _) => counts.added += 1,
                    (PutOutcome::Changed { .. }, true) => counts.restored += 1,
                    (PutOutcome::Changed { .. }, false) => counts.changed += 1,
                    (PutOutcome::Unchanged, _) => counts.unchanged += 1,
                }
            }
            let item = candidate.item(self.now, put.id);
            self.known.note(&item, true);
        }
        self.report.times.writing_ms += millis(began);
        Ok(())
    }

    /// What this harvest has met, by parts that are as they were as well.
    pub(super) fn is_met(&self, known: &Known) -> bool {
        let listed = !matches!(known.state, ItemState::Missing | ItemState::Held | ItemState::Gone);
        known.is_seen || (listed && self.unchanged_parts.contains(&known.part))
    }

    pub(super) fn is_named(&self, part: &str) -> bool {
        self.named_parts.contains(part)
    }

    /// Counts what stands in parts that are as they were.
    pub(super) fn count_unchanged_parts(&mut self) {
        let counted = self.known.items.iter().filter(|(item, known)| {
            !known.is_seen && is_record(item) && self.unchanged_parts.contains(&known.part)
        });
        for (_, known) in counted {
            let counts = &mut self.report.counts;
            match known.state {
                ItemState::Kept => counts.unchanged += 1,
                ItemState::Stale | ItemState::Refused => counts.failed += 1,
                ItemState::Duplicate => counts.duplicates += 1,
                ItemState::Filtered => counts.filtered += 1,
                ItemState::Missing | ItemState::Held | ItemState::Gone => continue,
            }
            counts.listed += 1;
        }
    }

    /// What was done before the process ended is met again as unchanged: the harvest did it all the same.
    async fn count_what_was_done_before(&mut self, run: &HarvestRun) -> Result<(), Error> {
        let counts = &mut self.report.counts;
        for (action, count) in self.app.store().run_actions(&run.source, run.number).await? {
            let counter = match action.as_str() {
                "added" => &mut counts.added,
                "changed" => &mut counts.changed,
                "restored" => &mut counts.restored,
                "deleted" => {
                    counts.deleted = count;
                    continue;
                }
                _ => continue,
            };
            counts.unchanged = counts.unchanged.saturating_sub(count.saturating_sub(*counter));
            *counter = count;
        }
        Ok(())
    }

    fn stopped(&mut self) -> RunState {
        self.report.reason = Some("somebody stopped it".to_owned());
        RunState::Cancelled
    }

    fn failed(&mut self, error: &HarvestError) -> RunState {
        let mut reason = error.to_string();
        let mut cause = std::error::Error::source(error);
        while let Some(under) = cause {
            if !reason.contains(&under.to_string()) {
                reason = format!("{reason}: {under}");
            }
            cause = under.source();
        }
        self.report.reason = Some(reason);
        self.report.hint = super::advice::advice(error).map(str::to_owned);
        RunState::Failed
    }

    async fn end(&mut self, state: RunState) -> Result<(), Error> {
        self.report.state = state.name().to_owned();
        let Some(run) = self.run.clone() else {
            self.batch = Batch::default();
            return Ok(());
        };
        self.write().await?;
        let codes: BTreeMap<String, u64> =
            self.app.store().run_finding_counts(&run.source, run.number).await?.into_iter().collect();
        self.report.codes = codes;
        if self.is_resumed {
            self.count_what_was_done_before(&run).await?;
        }
        let text = serde_json::to_string(&self.report)
            .map_err(|error| Error::new(ErrorKind::Internal, error.to_string()))?;
        let mut tx = self.app.store().begin(&self.actor).await?;
        tx.end_harvest(&run, state, &text, self.report.reason.as_deref()).await?;
        tx.commit().await?;
        if matches!(state, RunState::Done | RunState::Quarantined) {
            self.app.store().touch_source(&self.report.address).await?;
        }
        Ok(())
    }
}

/// Trouble of two sorts: the source's, which the report tells, and ours, which ends the harvest.
enum Trouble {
    Source(HarvestError),
    Ours(Error),
}

impl From<HarvestError> for Trouble {
    fn from(error: HarvestError) -> Self {
        Self::Source(error)
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Ours(error)
    }
}

/// How often a request is tried again before a part counts as failed.
const RETRIES: u32 = 2;

/// The kind of source that the settings name, or that was found there the last time, or else what is found at the address now. A
/// site that has changed its software fails once, and is looked at anew.
async fn chosen<'s>(
    settings: &SourceSettings,
    before: Option<&(String, String)>,
    asking: Asking<'s>,
) -> Result<(&'static dyn Source, Asking<'s>), HarvestError> {
    if let Some(kind) = settings.kind.as_deref().and_then(townhall_harvest::source) {
        return Ok((kind, asking));
    }
    if let Some((kind, address)) = before
        && let (Some(kind), Ok(address)) = (townhall_harvest::source(kind), Address::read(address))
    {
        return Ok((kind, asking.at(address)));
    }
    let Detected { source, address } = townhall_harvest::detect(&asking).await?;
    let asking = match address == asking.address {
        true => asking,
        false => asking.at(address),
    };
    Ok((source, asking))
}

fn millis(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}
