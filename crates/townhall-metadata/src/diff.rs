//! What changed between two states of a record, field by field.

use serde_json::{Map, Value};

use crate::canonical::value_hash;

/// What happened to a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// It was not there before.
    Added,
    /// It is there no longer.
    Removed,
    /// Its value is another.
    Changed,
    /// The same items stand in another order. For keywords and the like that means nothing.
    Reordered,
}

/// A field that differs between two states of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The JSON key.
    pub field: String,
    /// What happened to it.
    pub kind: ChangeKind,
}

/// The top-level fields in which two states of a record differ: first those of the newer state in its order,
/// then those that are gone.
pub fn changes(before: &Map<String, Value>, after: &Map<String, Value>) -> Vec<Change> {
    let mut changes = Vec::new();
    for (field, value) in after {
        let kind = match before.get(field) {
            None => ChangeKind::Added,
            Some(old) if value_hash(old) == value_hash(value) => continue,
            Some(old) if is_reordered(old, value) => ChangeKind::Reordered,
            Some(_) => ChangeKind::Changed,
        };
        changes.push(Change { field: field.clone(), kind });
    }
    let gone = before.keys().filter(|field| !after.contains_key(*field));
    changes.extend(gone.map(|field| Change { field: field.clone(), kind: ChangeKind::Removed }));
    changes
}

/// The names of the fields in which two states differ, without those of which only the order changed.
pub fn changed_fields(before: &Map<String, Value>, after: &Map<String, Value>) -> Vec<String> {
    let changes = changes(before, after).into_iter();
    changes.filter(|change| change.kind != ChangeKind::Reordered).map(|change| change.field).collect()
}

fn is_reordered(before: &Value, after: &Value) -> bool {
    let (Value::Array(before), Value::Array(after)) = (before, after) else { return false };
    let sorted = |values: &[Value]| {
        let mut hashes = values.iter().map(value_hash).collect::<Vec<_>>();
        hashes.sort_unstable();
        hashes
    };
    before.len() == after.len() && sorted(before) == sorted(after)
}
