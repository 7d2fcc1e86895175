//! What one transaction of a harvest writes.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;
use townhall_model::{Position, RecordId};
use townhall_store::{HarvestItem, ItemState, NewRecord, Owned, Put, PutOutcome, RunFinding, RunRecord};

use super::known::{Known, is_record};
use crate::limits::{IMPORT_BATCH_BYTES, IMPORT_BATCH_RECORDS};

/// A record of a batch.
pub(super) struct Candidate {
    pub item: String,
    pub part: Arc<str>,
    pub record: NewRecord,
    pub hash: String,
    pub parent: Option<String>,
    /// What was known of it.
    pub known: Option<Known>,
    pub finding_place: Place,
}

/// Where a record stood, for findings about it.
#[derive(Clone)]
pub(super) struct Place {
    pub index: u64,
    pub pointer: String,
    pub position: Position,
    pub title: String,
    pub identifier: Option<String>,
}

/// What one transaction writes.
#[derive(Default)]
pub(super) struct Batch {
    pub candidates: Vec<Candidate>,
    pub items: Vec<HarvestItem>,
    pub done: Vec<RunRecord>,
    pub findings: Vec<RunFinding>,
    /// What parts were like; of two words on one, the last counts.
    pub parts: BTreeMap<String, String>,
    pub bytes: usize,
    /// The items of the candidates.
    pub names: HashSet<String>,
}

impl Batch {
    pub fn is_full(&self) -> bool {
        let small = self.items.len() + self.done.len() + self.findings.len() + self.parts.len();
        self.candidates.len() >= IMPORT_BATCH_RECORDS
            || self.bytes >= IMPORT_BATCH_BYTES
            || small >= IMPORT_BATCH_RECORDS * 4
    }

    pub fn is_empty(&self) -> bool {
        self.candidates.is_empty()
            && self.items.is_empty()
            && self.done.is_empty()
            && self.findings.is_empty()
            && self.parts.is_empty()
    }
}

impl Candidate {
    pub fn key(&self) -> (String, String) {
        (self.record.kind.clone(), self.record.key.clone())
    }

    /// How it stands once it is kept.
    pub fn item(&self, now: Timestamp, record: Option<RecordId>) -> HarvestItem {
        let returns = self.known.as_ref().map_or(0, |known| {
            let is_back = matches!(known.state, ItemState::Missing | ItemState::Held | ItemState::Gone);
            known.returns + u32::from(is_back)
        });
        HarvestItem {
            item: self.item.clone(),
            record,
            part: self.part.to_string(),
            state: ItemState::Kept,
            hash: self.hash.clone(),
            title: self.record.title.clone(),
            parent: self.parent.clone(),
            reason: None,
            since: now,
            absences: 0,
            returns,
        }
    }
}

/// What is noted of the records of a batch.
#[derive(Default)]
pub(super) struct Noted {
    pub items: Vec<HarvestItem>,
    pub done: Vec<RunRecord>,
}

impl Noted {
    pub fn add(&mut self, now: Timestamp, candidate: &Candidate, put: &Put, was: Option<&Owned>) {
        self.items.push(candidate.item(now, put.id));
        let revision = was.map(|was| was.revision);
        let (action, after, note) = match &put.outcome {
            PutOutcome::Added => ("added", Some(1), None),
            PutOutcome::Changed { fields } => {
                let action = if was.is_some_and(|was| was.is_retired) { "restored" } else { "changed" };
                (action, revision.map(|number| number + 1), Some(fields.join(", ")))
            }
            PutOutcome::Unchanged => return,
        };
        if is_record(&candidate.item) {
            self.done.push(RunRecord {
                item: candidate.item.clone(),
                record: put.id,
                action: action.to_owned(),
                before: revision,
                after,
                title: candidate.record.title.clone(),
                note,
            });
        }
    }
}
