//! One harvest: what a source hands over is compared with what is known, written in batches as it comes, and at the end it is
//! decided what becomes of that which was not named.
//!
//! Each batch is one transaction that holds the records, how they stand, what was done, and what the parts were like: a crash
//! loses at most what was under way, and the same harvest goes on from there.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;
use serde_json::{Map, Value};
use tokio::sync::mpsc;
use townhall_fetch::Manners;
use townhall_harvest::{
    Address, Asking, Detected, Found, HarvestError, Listing, Memory, NoMemory, PartState, Source,
};
use townhall_metadata::{Item, ReadRecord, Refused};
use townhall_model::record::{Body, RecordKind};
use townhall_model::{BlobId, ErrorKind, Finding, Severity};
use townhall_store::{
    Actor, HarvestItem, HarvestRun, ItemState, NewRecord, PutOutcome, RecordStatus, RunFinding, RunRecord,
    RunState,
};

use super::batch::{Batch, Candidate, Noted, Place};
use super::known::{Known, KnownItems, KnownParts, is_record};
use super::report::{FINDINGS_TOLD_MAX, HarvestReport};
use super::settings::SourceSettings;
use super::shape::{Shaped, hash, organization, shape};
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
    unchanged_parts: HashSet<Arc<str>>,
    /// Every part that the listing named.
    named_parts: HashSet<Arc<str>>,
    /// Records that can't be read and do not even tell their identifier.
    pub(super) nameless: u64,
    expected: u64,
    met: u64,
    /// Whether it goes on with what another process began.
    is_resumed: bool,
    /// The part that holds the parent of all other records, where the source has one.
    parent_part: Option<String>,
    /// The identifier of that parent, once it was met.
    collection: Option<String>,
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

    async fn take(&mut self, found: Found) -> Result<(), Error> {
        match found {
            Found::Expecting(count) => self.expected = count,
            Found::Unchanged { part } => {
                self.report.counts.parts_unchanged += 1;
                self.named_parts.insert(part.clone());
                self.unchanged_parts.insert(part);
            }
            Found::Item { part, fallback, item } => self.take_item(part, fallback, *item),
            Found::Read { part, state, is_complete } => {
                self.report.counts.parts_read += u64::from(is_complete);
                self.keep_part(&part, &state);
                self.named_parts.insert(part);
            }
            Found::Failed { part, finding } => self.fail_part(&part, finding),
            Found::Note(finding) => self.note(finding),
        }
        Ok(())
    }

    fn keep_part(&mut self, part: &str, state: &PartState) {
        let text = serde_json::to_string(state).unwrap_or_default();
        self.batch.parts.insert(part.to_owned(), text);
    }

    /// A document that is listed and can't be had: its records stay, and say so.
    fn fail_part(&mut self, part: &Arc<str>, finding: Finding) {
        self.report.counts.failed += 1;
        self.named_parts.insert(part.clone());
        let reason = finding.message.clone();
        self.note(finding);
        for item in self.known.of_part(part) {
            let is_kept = |known: &Known| known.state.is_in_view() && !known.is_seen;
            if self.known.items.get(&item).is_some_and(is_kept) {
                self.mark_stale(&item, &reason);
            }
        }
    }

    fn take_item(&mut self, part: Arc<str>, fallback: Option<String>, item: Item) {
        match item {
            Item::Refused(refused) => self.refuse(&part, refused),
            Item::Header(read) | Item::Record(read) => self.take_record(part, fallback, read),
        }
    }

    /// Something that can't be read: if it tells which record it is, what is kept of that stays, and says so.
    fn refuse(&mut self, part: &Arc<str>, refused: Refused) {
        self.met += 1;
        self.report.counts.listed += 1;
        self.report.counts.failed += 1;
        let reason = refused.reason.message.clone();
        let identifier = identifier_in(&refused.original);
        let finding = refused.reason.with_dataset(refused.index, identifier.as_deref(), None);
        self.note(finding);
        let Some(identifier) = identifier else {
            self.nameless += 1;
            return;
        };
        let item = format!("{}/{identifier}", refused.kind.name());
        match self.known.items.get(item.as_str()).map(|known| (known.is_seen, known.state)) {
            Some((true, _)) => {}
            Some((false, state)) if state.is_in_view() => self.mark_stale(&item, &reason),
            _ => {
                let title = identifier.clone();
                self.put_item(item, part, ItemState::Refused, String::new(), title, Some(reason));
            }
        }
    }

    /// What is kept of a record stays in view, with the reason why it is not newer.
    pub(super) fn mark_stale(&mut self, item: &str, reason: &str) {
        let Some(known) = self.known.items.get_mut(item) else { return };
        if known.is_seen || self.batch.names.contains(item) {
            return;
        }
        known.is_seen = true;
        let is_news = known.state != ItemState::Stale;
        let stale = HarvestItem {
            item: item.to_owned(),
            record: known.record,
            part: known.part.to_string(),
            state: ItemState::Stale,
            hash: known.hash.to_string(),
            title: String::new(),
            parent: None,
            reason: Some(reason.to_owned()),
            since: self.now,
            absences: 0,
            returns: known.returns,
        };
        known.state = ItemState::Stale;
        if is_news {
            self.batch.done.push(RunRecord {
                item: item.to_owned(),
                record: stale.record,
                action: "stale".to_owned(),
                before: None,
                after: None,
                title: String::new(),
                note: Some(reason.to_owned()),
            });
            self.batch.items.push(stale);
        }
    }

    fn take_record(&mut self, part: Arc<str>, fallback: Option<String>, read: ReadRecord) {
        let kind = read.record.kind();
        let is_header = kind == RecordKind::Catalog;
        if !is_header {
            self.met += 1;
            self.report.counts.listed += 1;
        }
        let mut document = read.record.body.to_json();
        let mut is_changed = false;
        if !is_header {
            match shape(self.settings, document) {
                Shaped::Left(reason) => {
                    let item =
                        format!("{}/{}", kind.name(), own_identifier(&read).or(fallback).unwrap_or_default());
                    return self.leave_out(item, &part, title_of(&read), reason);
                }
                Shaped::Taken { document: shaped, is_changed: changed } => {
                    document = shaped;
                    is_changed = changed;
                }
            }
        }
        let identifier =
            document.get("identifier").and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
        if let (None, Some(fallback), false) =
            (own_identifier(&read).as_deref().or(identifier), &fallback, is_header)
        {
            // The address of its document is what a record without an identifier is known by.
            document.insert("identifier".to_owned(), Value::String(fallback.clone()));
            is_changed = true;
        }
        let is_child = self.parent_part.as_deref().is_some_and(|parent| parent != &*part);
        if is_child
            && kind == RecordKind::Dataset
            && !document.contains_key("isPartOf")
            && let Some(collection) = self.collection()
        {
            document.insert("isPartOf".to_owned(), Value::String(collection));
            is_changed = true;
        }
        let candidate = self.candidate(part, read, document, is_changed);
        self.offer(candidate);
    }

    /// The identifier of the record that all others of the source are part of.
    fn collection(&mut self) -> Option<String> {
        if self.collection.is_none() {
            self.collection = self.find_collection();
        }
        self.collection.clone()
    }

    fn find_collection(&self) -> Option<String> {
        let parent = self.parent_part.as_deref()?;
        let of_batch = self.batch.candidates.iter().find(|one| &*one.part == parent && is_record(&one.item));
        let item = of_batch.map(|one| one.item.as_str()).or_else(|| {
            let mut known =
                self.known.items.iter().filter(|(item, known)| &*known.part == parent && is_record(item));
            known.next().map(|(item, _)| &**item)
        })?;
        item.split_once('/').map(|(_, identifier)| identifier.to_owned())
    }

    /// The record as the store keeps it.
    fn candidate(
        &self,
        part: Arc<str>,
        read: ReadRecord,
        document: Map<String, Value>,
        is_changed: bool,
    ) -> (Candidate, Vec<Finding>) {
        let kind = read.record.kind();
        let shaped;
        let body = match is_changed {
            false => &read.record.body,
            true => {
                shaped = Body::from_json(kind, document.clone(), &mut Vec::new());
                &shaped
            }
        };
        let mut record = crate::records::new_record_of(body, &read, &document, &self.report.address);
        let said = std::mem::take(&mut record.organization);
        let assigned = organization(self.settings, said.clone());
        // Who publishes a record is a part of it, also where its source says so.
        let marked = |hash: String| match assigned == said {
            true => hash,
            false => BlobId::of(format!("{hash} {}", assigned.join(" < ")).as_bytes()).to_string(),
        };
        let tolerant = marked(BlobId::from_digest(hash(self.settings, &document)).to_string());
        record.content_hash = marked(record.content_hash);
        record.organization.clone_from(&assigned);
        if self.settings.drafts {
            record.status = RecordStatus::Draft;
        }
        let item = match kind {
            RecordKind::Catalog => format!("catalog/{part}#{}", read.index),
            _ => format!("{}/{}", kind.name(), record.key),
        };
        if kind == RecordKind::Catalog {
            record.key = format!("{part}#{}", read.index);
        }
        let parent = body
            .as_dataset()
            .and_then(|dataset| dataset.view().parents.into_iter().next().map(|parent| parent.identifier));
        let finding_place = Place {
            index: read.index,
            pointer: read.pointer,
            position: read.position,
            title: record.title.clone(),
            identifier: record.identifier.clone(),
        };
        let known = self.known.items.get(item.as_str()).cloned();
        (Candidate { item, part, record, hash: tolerant, parent, known, finding_place }, read.findings)
    }

    /// Compares a record with what is known: one that is the same is only marked as met.
    fn offer(&mut self, (candidate, findings): (Candidate, Vec<Finding>)) {
        let place = candidate.finding_place.clone();
        let is_header = !is_record(&candidate.item);
        if candidate.record.identifier.is_none() && !is_header {
            let finding = Finding::new(
                "SOURCE-NO-IDENTIFIER",
                Severity::Warning,
                "the record has no identifier, so a change of it looks like another record",
            );
            self.note_at(finding.with_fix("give every record an identifier of its own"), &place);
        }
        let is_met = candidate.known.as_ref().is_some_and(|known| known.is_seen)
            || self.batch.names.contains(&candidate.item);
        if is_met {
            if !is_header {
                self.report.counts.duplicates += 1;
                let finding = Finding::new(
                    "SOURCE-DUPLICATE",
                    Severity::Error,
                    "another record of this source has the same identifier; the first one is kept",
                );
                self.note_at(finding.with_fix("give every record an identifier of its own"), &place);
            }
            return;
        }
        let is_same = candidate
            .known
            .as_ref()
            .is_some_and(|known| known.state == ItemState::Kept && *known.hash == *candidate.hash);
        if is_same {
            if let Some(known) = self.known.items.get_mut(candidate.item.as_str()) {
                known.is_seen = true;
            }
            self.report.counts.unchanged += u64::from(!is_header);
            return;
        }
        // What was mended on the way is told of records that are new to us; the others were told of before.
        for finding in findings {
            self.note_at(finding, &place);
        }
        self.batch.bytes += candidate.record.original.len() + candidate.record.document.len();
        self.batch.names.insert(candidate.item.clone());
        self.batch.candidates.push(candidate);
    }

    fn leave_out(&mut self, item: String, part: &Arc<str>, title: String, reason: String) {
        self.report.counts.filtered += 1;
        match self.known.items.get_mut(item.as_str()) {
            Some(known) if known.state == ItemState::Filtered => known.is_seen = true,
            // What was kept until the settings changed vanishes like what the source does not list any more.
            Some(known) if known.state.is_in_view() => {}
            _ => self.put_item(item, part, ItemState::Filtered, String::new(), title, Some(reason)),
        }
    }

    pub(super) fn put_item(
        &mut self,
        item: String,
        part: &Arc<str>,
        state: ItemState,
        hash: String,
        title: String,
        reason: Option<String>,
    ) {
        if self.batch.names.contains(&item) {
            return;
        }
        let known = self.known.items.get(item.as_str());
        let new = HarvestItem {
            record: known.and_then(|known| known.record),
            returns: known.map_or(0, |known| known.returns),
            item,
            part: part.to_string(),
            state,
            hash,
            title,
            parent: None,
            reason,
            since: self.now,
            absences: 0,
        };
        let is_same = known.is_some_and(|known| known.state == state);
        self.known.note(&new, true);
        if !is_same {
            let action = state.name().to_owned();
            self.batch.done.retain(|done| done.item != new.item);
            self.batch.done.push(RunRecord {
                item: new.item.clone(),
                record: new.record,
                action,
                before: None,
                after: None,
                title: new.title.clone(),
                note: new.reason.clone(),
            });
            self.batch.items.retain(|item| item.item != new.item);
            self.batch.items.push(new);
        }
    }

    pub(super) fn note(&mut self, finding: Finding) {
        self.report.counts.findings += 1;
        *self.report.codes.entry(finding.code.clone()).or_default() += 1;
        if self.report.findings.len() < FINDINGS_TOLD_MAX {
            self.report.findings.push(finding.clone());
        }
        let number = u32::try_from(self.report.counts.findings).unwrap_or(u32::MAX);
        self.batch.findings.push(RunFinding { number, finding });
    }

    pub(super) fn note_at(&mut self, finding: Finding, place: &Place) {
        let finding = match finding.position {
            Some(_) => finding,
            None => finding.with_pointer(&*place.pointer).with_position(place.position),
        };
        self.note(finding.with_dataset(place.index, place.identifier.as_deref(), Some(&place.title)));
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

fn own_identifier(read: &ReadRecord) -> Option<String> {
    crate::catalog::view_of(&read.record.body).identifier.filter(|text| !text.trim().is_empty())
}

fn title_of(read: &ReadRecord) -> String {
    crate::catalog::view_of(&read.record.body).title.unwrap_or_default()
}

/// The identifier in the bytes of a record that can't be read as a whole.
fn identifier_in(original: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(original);
    let (_, rest) = text.split_once("\"identifier\"")?;
    let rest = rest.trim_start().strip_prefix(':')?.trim_start();
    // A JSON string ends where a reader of strings says.
    let mut strings = serde_json::Deserializer::from_str(rest).into_iter::<String>();
    strings.next()?.ok().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn millis(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}
