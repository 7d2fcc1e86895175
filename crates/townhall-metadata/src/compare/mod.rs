//! Says what changed between two editions of a catalogue, record by record and field by field.
//!
//! The comparison is by meaning: the order of keys, white space, escapes and the place of a record in the file
//! are no change. Records are paired by kind and identifier; those without one, by their title. Two editions of
//! different versions are both compared in the forms of DCAT-US 3.0.
//!
//! Memory grows with the number of records (a hash each) and with what changed in them, not with the files.

mod atom;
mod comparison;
mod detail;
mod fields;
mod html;
mod json;
mod text;

use std::collections::HashMap;
use std::ops::ControlFlow;

use serde_json::{Map, Value};
use townhall_model::Position;
use townhall_model::record::{Body, Record, RecordKind, Version};

pub use atom::{AtomFeed, comparison_as_atom};
pub use comparison::{ChangedRecord, CompareOptions, Comparison, Edition, Entry};
pub use detail::{Detail, details};
pub use fields::{FieldChange, ListOrder};
pub use html::comparison_as_html;
pub use json::comparison_as_json;
pub use text::comparison_as_text;

use crate::canonical::canonical_hash;
use crate::convert::as_modern;
use crate::input::{Rereadable, each_record, peek_version};
use crate::reader::read_object;
use crate::{ReadError, ReadRecord, Summary};
use fields::{field_changes, normal};

/// Compares two editions of a catalogue. Each is read to its first record, then once or twice as a whole, and more
/// often when very much has changed.
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
            }
        }
        ControlFlow::Continue(())
    })?;
    comparison.new = edition(new, &passed_new.summary);
    let (before, after) = (passed_old.header.to_json(), passed_new.header.to_json());
    comparison.catalog = field_changes(&before, &after, options);

    list_removed(old, options, &earlier, &mut comparison)?;
    comparison.changed = list_changed(old, new, &form, &mut earlier)?;
    Ok(comparison)
}

/// Reads the older edition again for the records that are gone.
fn list_removed(
    old: &dyn Rereadable,
    options: &CompareOptions,
    earlier: &HashMap<Key, Earlier>,
    comparison: &mut Comparison,
) -> Result<(), ReadError> {
    let mut left = earlier.values().filter(|seen| seen.state == State::Gone).count();
    if left == 0 {
        return Ok(());
    }
    let mut keys = Keys::default();
    each_record(old, &options.read, &mut |read| {
        if earlier.get(&keys.of(&read.record.body)).is_some_and(|seen| seen.state == State::Gone) {
            comparison.removed.push(entry(&read));
            left -= 1;
        }
        if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    Ok(())
}

/// Reads both editions again for the records that differ, as many at a time as may be held.
fn list_changed(
    old: &dyn Rereadable,
    new: &dyn Rereadable,
    form: &Form<'_>,
    earlier: &mut HashMap<Key, Earlier>,
) -> Result<Vec<ChangedRecord>, ReadError> {
    let mut changed = Vec::new();
    while earlier.values().any(|seen| seen.state == State::Differs) {
        let mut before: HashMap<Key, Held> = HashMap::new();
        let mut bytes = 0;
        let mut keys = Keys::default();
        each_record(old, &form.options.read, &mut |read| {
            let key = keys.of(&read.record.body);
            let Some(seen) = earlier.get_mut(&key).filter(|seen| seen.state == State::Differs) else {
                return ControlFlow::Continue(());
            };
            seen.state = State::Compared;
            bytes += read.record.original.len();
            before.insert(key, Held { version: read.record.version, original: read.record.original });
            if bytes < form.options.held_bytes_max {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        })?;
        if before.is_empty() {
            // The file has other records than a moment ago.
            break;
        }
        let mut keys = Keys::default();
        let mut place = 0_u64;
        each_record(new, &form.options.read, &mut |read| {
            place += 1;
            if let Some(before) = before.remove(&keys.of(&read.record.body)) {
                let fields = field_changes(
                    &form.held_map(read.record.kind(), &before),
                    &form.map(&read.record),
                    form.options,
                );
                changed.push((place, ChangedRecord { entry: entry(&read), fields }));
            }
            if before.is_empty() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
    }
    changed.sort_by_key(|(place, _)| *place);
    Ok(changed.into_iter().map(|(_, changed)| changed).collect())
}

/// The form in which the records of both editions are compared.
struct Form<'o> {
    is_modern: bool,
    options: &'o CompareOptions,
}

impl Form<'_> {
    fn map(&self, record: &Record) -> Map<String, Value> {
        if self.is_modern { self.modern(&record.body, record.version) } else { record.body.to_json() }
    }

    fn held_map(&self, kind: RecordKind, held: &Held) -> Map<String, Value> {
        // It was read before, so it can be read again.
        let read = read_object(&held.original, Position { line: 1, column: 1 });
        let map = read.map(|(map, _)| map).unwrap_or_default();
        if !self.is_modern {
            return map;
        }
        self.modern(&Body::from_json(kind, map, &mut Vec::new()), held.version)
    }

    fn modern(&self, body: &Body, version: Version) -> Map<String, Value> {
        let mut map = as_modern(body, version).to_json();
        // Originals that a conversion has set aside repeat what the record says.
        for version in Version::ALL {
            map.shift_remove(version.id());
        }
        map
    }

    fn normal(&self, read: &ReadRecord) -> Map<String, Value> {
        normal(self.map(&read.record), self.options)
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

/// A record of the older edition that waits for the newer one. Its bytes are a fifth of what it is when it is read.
struct Held {
    version: Version,
    original: Vec<u8>,
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
    Compared,
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
