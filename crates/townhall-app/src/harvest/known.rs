//! What is known of a source when a harvest begins: how its records stand, and what its parts were like.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use townhall_harvest::{Memory, PartState};
use townhall_model::RecordId;
use townhall_store::{HarvestItem, ItemState, Store};

use crate::Error;

/// How many rows are read at a time.
const PAGE: u32 = 5_000;

/// How a record stands, as far as a harvest must hold it of every record at once.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub state: ItemState,
    /// What makes its content the same, in hexadecimal digits, or nothing.
    pub hash: Box<str>,
    pub record: Option<RecordId>,
    pub part: Arc<str>,
    pub absences: u32,
    pub returns: u32,
    /// Whether this harvest has met it.
    pub is_seen: bool,
}

/// The records of a source by what it calls them.
#[derive(Debug, Default)]
pub(super) struct KnownItems {
    pub items: HashMap<Box<str>, Known>,
    parts: HashSet<Arc<str>>,
    /// The records of each part as the harvest began, once somebody has asked.
    by_part: Option<HashMap<Arc<str>, Vec<Box<str>>>>,
}

impl KnownItems {
    /// Reads how the records of a source stand.
    pub async fn of(store: &Store, source: &str) -> Result<Self, Error> {
        let mut known = Self::default();
        let mut after: Option<String> = None;
        loop {
            let page = store.harvest_items(source, &[], after.as_deref(), PAGE).await?;
            let Some(last) = page.last() else { return Ok(known) };
            after = Some(last.item.clone());
            for item in page {
                known.note(&item, false);
            }
        }
    }

    /// Notes how a record stands now.
    pub fn note(&mut self, item: &HarvestItem, is_seen: bool) {
        let part = self.part(&item.part);
        let known = Known {
            state: item.state,
            hash: item.hash.as_str().into(),
            record: item.record,
            part,
            absences: item.absences,
            returns: item.returns,
            is_seen,
        };
        self.items.insert(item.item.as_str().into(), known);
    }

    /// Parts have many records: each name is held once.
    fn part(&mut self, name: &str) -> Arc<str> {
        if let Some(part) = self.parts.get(name) {
            return part.clone();
        }
        let part: Arc<str> = name.into();
        self.parts.insert(part.clone());
        part
    }

    /// The records that came from a part the last time. Looked up for the first part that fails, as few harvests have one.
    pub fn of_part(&mut self, part: &str) -> Vec<Box<str>> {
        let items = &self.items;
        let by_part = self.by_part.get_or_insert_with(|| {
            let mut by_part: HashMap<Arc<str>, Vec<Box<str>>> = HashMap::new();
            for (item, known) in items {
                by_part.entry(known.part.clone()).or_default().push(item.clone());
            }
            by_part
        });
        let mut found = by_part.get(part).cloned().unwrap_or_default();
        found.sort_unstable();
        found
    }

    /// How many records are held until somebody decides.
    pub fn held(&self) -> u64 {
        let held =
            self.items.iter().filter(|(item, known)| is_record(item) && known.state == ItemState::Held);
        held.count() as u64
    }

    /// How many records are in view; what stands around the records of a catalog is none.
    pub fn in_view(&self) -> u64 {
        let in_view = self.items.iter().filter(|(item, known)| is_record(item) && known.state.is_in_view());
        in_view.count() as u64
    }
}

/// Whether an item is a record, and not what stands around the records of a catalog.
pub(super) fn is_record(item: &str) -> bool {
    !item.starts_with("catalog/")
}

/// What the parts of a source were like.
#[derive(Debug, Default)]
pub(super) struct KnownParts(HashMap<String, String>);

impl KnownParts {
    /// Reads what the parts of a source were like.
    pub async fn of(store: &Store, source: &str) -> Result<Self, Error> {
        let mut parts = HashMap::new();
        let mut after = String::new();
        loop {
            let page = store.harvest_parts(source, &after, PAGE).await?;
            let Some((last, _)) = page.last() else { return Ok(Self(parts)) };
            after.clone_from(last);
            parts.extend(page);
        }
    }
}

impl Memory for KnownParts {
    fn part(&self, name: &str) -> Option<PartState> {
        serde_json::from_str(self.0.get(name)?).ok()
    }
}
