//! Says what changed between two editions of a catalogue, record by record and field by field.
//!
//! The comparison is by meaning: the order of keys, white space, escapes and the place of a record in the file
//! are no change. Records are paired by kind and identifier; those without one, by their title. Two editions of
//! different versions are both compared in the forms of DCAT-US 3.0.
//!
//! Memory grows with the number of records (a hash each) and with those that changed, not with the files.

mod atom;
mod detail;
mod fields;
mod json;
mod text;

use std::collections::HashMap;
use std::ops::ControlFlow;

use serde_json::{Map, Value};
use townhall_model::record::{Body, RecordKind, Version};

pub use atom::{AtomFeed, comparison_as_atom};
pub use detail::{Detail, details};
pub use fields::{FieldChange, ListOrder};
pub use json::comparison_as_json;
pub use text::comparison_as_text;

use crate::canonical::canonical_hash;
use crate::convert::as_modern;
use crate::diff::ChangeKind;
use crate::input::{Rereadable, each_record, peek_version};
use crate::{ReadError, ReadOptions, ReadRecord, Summary};
use fields::{field_changes, normal};

/// How two editions are to be compared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CompareOptions {
    /// How the files are read.
    pub read: ReadOptions,
    /// Fields whose changes mean nothing, such as `modified` or `distribution/modified`: keys on the way to the
    /// field, where lists don't count as a step.
    pub ignore: Vec<String>,
    /// Whether the order of a list of texts or objects means something.
    pub order: ListOrder,
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

/// Compares two editions of a catalogue. Each is read up to three times, of which one stops at
/// the first record.
///
/// # Errors
///
/// [`ReadError`] of the first file that can't be read as a catalogue.
pub fn compare(
    old: &dyn Rereadable,
    new: &dyn Rereadable,
    options: &CompareOptions,
) -> Result<Comparison, ReadError> {
    let versions = (peek_version(old, &options.read)?, peek_version(new, &options.read)?);
    let form = Form { is_modern: versions.0 != versions.1, options };
    let mut comparison = Comparison::default();

    let mut earlier: HashMap<Key, Earlier> = HashMap::new();
    let mut keys = Keys::default();
    let passed_old = each_record(old, &options.read, &mut |read| {
        let hash = canonical_hash(&form.normal(&read));
        earlier.insert(keys.of(&read.record.body), Earlier { hash, state: State::Gone });
        ControlFlow::Continue(())
    })?;
    comparison.old = edition(old, &passed_old.summary);

    let mut keys = Keys::default();
    let mut differing = 0_usize;
    let passed_new = each_record(new, &options.read, &mut |read| {
        let key = keys.of(&read.record.body);
        match earlier.get_mut(&key) {
            None => comparison.added.push(entry(&read)),
            Some(seen) if seen.hash == canonical_hash(&form.normal(&read)) => {
                seen.state = State::Same;
                comparison.unchanged += 1;
            }
            Some(seen) => {
                seen.state = State::Differs;
                differing += 1;
            }
        }
        ControlFlow::Continue(())
    })?;
    comparison.new = edition(new, &passed_new.summary);
    let (before, after) = (passed_old.header.to_json(), passed_new.header.to_json());
    comparison.catalog = field_changes(&before, &after, options);

    let is_gone = |seen: &Earlier| seen.state == State::Gone;
    let mut before: HashMap<Key, Map<String, Value>> = HashMap::with_capacity(differing);
    if differing > 0 || earlier.values().any(is_gone) {
        let mut keys = Keys::default();
        each_record(old, &options.read, &mut |read| {
            let key = keys.of(&read.record.body);
            match earlier.get(&key).map(|seen| seen.state) {
                Some(State::Gone) => comparison.removed.push(entry(&read)),
                Some(State::Differs) => drop(before.insert(key, form.map(&read))),
                Some(State::Same) | None => {}
            }
            ControlFlow::Continue(())
        })?;
    }
    if differing > 0 {
        let mut keys = Keys::default();
        each_record(new, &options.read, &mut |read| {
            let Some(before) = before.remove(&keys.of(&read.record.body)) else {
                return ControlFlow::Continue(());
            };
            let fields = field_changes(&before, &form.map(&read), options);
            comparison.changed.push(ChangedRecord { entry: entry(&read), fields });
            ControlFlow::Continue(())
        })?;
    }
    Ok(comparison)
}

/// The form in which the records of both editions are compared.
struct Form<'o> {
    is_modern: bool,
    options: &'o CompareOptions,
}

impl Form<'_> {
    fn map(&self, read: &ReadRecord) -> Map<String, Value> {
        let record = &read.record;
        if !self.is_modern {
            return record.body.to_json();
        }
        let mut map = as_modern(&record.body, record.version).to_json();
        // Originals that a conversion has set aside repeat what the record says.
        for version in Version::ALL {
            map.shift_remove(version.id());
        }
        map
    }

    fn normal(&self, read: &ReadRecord) -> Map<String, Value> {
        normal(self.map(read), self.options)
    }
}

/// What pairs two records: their kind, their identifier or title, and which of several with the same it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    kind: RecordKind,
    has_identifier: bool,
    name: String,
    occurrence: u32,
}

/// Gives keys to the records of a file in their order.
#[derive(Default)]
struct Keys {
    counts: HashMap<(RecordKind, bool, String), u32>,
}

impl Keys {
    fn of(&mut self, body: &Body) -> Key {
        let view = body.view();
        let has_identifier = view.identifier.is_some();
        let name = view.identifier.or(view.title).unwrap_or_default();
        let count = self.counts.entry((view.kind, has_identifier, name.clone())).or_default();
        *count += 1;
        Key { kind: view.kind, has_identifier, name, occurrence: *count }
    }
}

/// What is remembered of a record of the older edition.
struct Earlier {
    hash: [u8; 32],
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Gone,
    Same,
    Differs,
}

fn edition(input: &dyn Rereadable, summary: &Summary) -> Edition {
    Edition {
        name: input.name().to_owned(),
        version: summary.version,
        records: summary.datasets + summary.services + summary.series + summary.catalog_records,
        refused: summary.refused,
        is_complete: summary.is_complete(),
    }
}

fn entry(read: &ReadRecord) -> Entry {
    let view = read.record.body.view();
    Entry { kind: view.kind, identifier: view.identifier, title: view.title, pointer: read.pointer.clone() }
}
