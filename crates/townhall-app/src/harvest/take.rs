//! What a source hands over, one after the other: shaped, compared with what is known, and gathered for the next batch.

use std::sync::Arc;

use serde_json::{Map, Value};
use townhall_harvest::{Found, PartState};
use townhall_metadata::{Item, ReadRecord, Refused};
use townhall_model::record::{Body, RecordKind};
use townhall_model::{BlobId, Finding, Severity};
use townhall_store::{HarvestItem, ItemState, RecordStatus, RunFinding, RunRecord};

use super::batch::{Candidate, Place};
use super::known::{Known, is_record};
use super::report::FINDINGS_TOLD_MAX;
use super::run::Harvest;
use super::shape::{Shaped, hash, organization, shape};
use crate::Error;

impl Harvest<'_> {
    pub(super) async fn take(&mut self, found: Found) -> Result<(), Error> {
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
        // Its records are marked as old below, so it must be read the next time, also if it is then what it was before.
        self.keep_part(part, &PartState::default());
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
        match identifier {
            Some(identifier) => {
                self.keep_old(&format!("{}/{identifier}", refused.kind.name()), part, &identifier, &reason)
            }
            None => self.nameless += 1,
        }
    }

    /// A record that lacks what the source's records must have.
    fn fail(&mut self, candidate: Candidate, lacks: Vec<Finding>) {
        self.report.counts.failed += 1;
        let place = candidate.finding_place;
        let reason = lacks.first().map(|finding| finding.message.clone()).unwrap_or_default();
        for finding in lacks {
            let pointer = format!("{}{}", place.pointer, finding.pointer);
            self.note_at(finding.with_pointer(pointer).with_position(place.position), &place);
        }
        self.keep_old(&candidate.item, &candidate.part, &place.title, &reason);
    }

    /// A record that can't be taken: what is kept of it stays in view, and says so.
    fn keep_old(&mut self, item: &str, part: &Arc<str>, title: &str, reason: &str) {
        match self.known.items.get(item).map(|known| (known.is_seen, known.state)) {
            Some((true, _)) => {}
            Some((false, state)) if state.is_in_view() => self.mark_stale(item, reason),
            _ => {
                let reason = Some(reason.to_owned());
                self.put_item(
                    item.to_owned(),
                    part,
                    ItemState::Refused,
                    String::new(),
                    title.to_owned(),
                    reason,
                );
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
        let lacks = self.settings.require.lacks(kind, read.record.version, &document);
        let candidate = self.candidate(part, read, document, is_changed);
        match lacks.is_empty() {
            true => self.offer(candidate),
            false => self.fail(candidate.0, lacks),
        }
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
