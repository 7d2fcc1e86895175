//! What a comparison is asked, and what it answers.

use townhall_model::record::{RecordKind, Version};

use super::fields::{FieldChange, ListOrder};
use crate::ReadOptions;
use crate::diff::ChangeKind;
use crate::limits::COMPARED_BYTES_MAX;

/// How two editions are to be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompareOptions {
    /// How the files are read.
    pub read: ReadOptions,
    /// Fields whose changes mean nothing, such as `modified` or `distribution/modified`: keys on the way to the
    /// field, where lists don't count as a step.
    pub ignore: Vec<String>,
    /// Whether the order of a list of texts or objects means something.
    pub order: ListOrder,
    /// Bytes of older records that are held at a time; if more have changed, the files are read again.
    pub held_bytes_max: usize,
}

impl Default for CompareOptions {
    fn default() -> Self {
        Self {
            read: ReadOptions::default(),
            ignore: Vec::new(),
            order: ListOrder::default(),
            held_bytes_max: COMPARED_BYTES_MAX,
        }
    }
}

/// One of the two files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edition {
    /// Its name.
    pub name: String,
    /// The version of the schema, from its header or the shape of its records.
    pub version: Option<Version>,
    /// Records of every kind that could be read.
    pub records: u64,
    /// Records that could not be read. What they describe is missing from the comparison.
    pub refused: u64,
    /// Whether everything was read; otherwise what seems removed may only be missing.
    pub is_complete: bool,
}

/// A record that one edition has, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Which sort of thing it describes.
    pub kind: RecordKind,
    /// Its identifier, if it has one.
    pub identifier: Option<String>,
    /// Its title, if it has one.
    pub title: Option<String>,
    /// The JSON pointer to it, in the older edition for removed records, else in the newer.
    pub pointer: String,
}

impl Entry {
    /// The word that tells it from the others: its identifier, else its title, else its place.
    pub fn label(&self) -> &str {
        self.identifier.as_deref().or(self.title.as_deref()).unwrap_or(&self.pointer)
    }
}

/// A record that differs between the editions.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangedRecord {
    /// Which record.
    pub entry: Entry,
    /// The fields that differ, never none.
    pub fields: Vec<FieldChange>,
}

impl ChangedRecord {
    /// Whether nothing but the order of lists differs.
    pub fn is_only_order(&self) -> bool {
        self.fields.iter().all(|field| field.kind == ChangeKind::Reordered)
    }
}

/// What changed between two editions.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Comparison {
    /// The older file.
    pub old: Edition,
    /// The newer file.
    pub new: Edition,
    /// Fields of the catalogue itself that differ.
    pub catalog: Vec<FieldChange>,
    /// Records of the newer edition that the older has not, in its order.
    pub added: Vec<Entry>,
    /// Records of the older edition that the newer has not, in its order.
    pub removed: Vec<Entry>,
    /// Records that differ, in the order of the newer edition.
    pub changed: Vec<ChangedRecord>,
    /// How many records are the same.
    pub unchanged: u64,
}

impl Comparison {
    /// Whether the editions say the same.
    pub fn is_empty(&self) -> bool {
        self.catalog.is_empty() && self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty()
    }

    /// Changed records of which only the order of lists changed.
    pub fn only_order(&self) -> usize {
        self.changed.iter().filter(|changed| changed.is_only_order()).count()
    }
}
