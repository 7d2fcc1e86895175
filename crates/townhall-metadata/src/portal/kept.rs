//! What a record keeps of the form that it came in, so that it can be written as it was.
//!
//! Two descriptions of one thing rarely say the same. What came is compared with what would be written; what differs is kept
//! beside the record, null for what would be written though nobody said it.

use serde_json::{Map, Value};

/// What of `source` would come out otherwise.
pub fn differences(source: &Map<String, Value>, written: &Map<String, Value>) -> Map<String, Value> {
    let other = source.iter().filter(|(key, value)| written.get(*key) != Some(*value));
    let mut kept: Map<_, _> = other.map(|(key, value)| (key.clone(), value.clone())).collect();
    kept.extend(
        written.keys().filter(|key| !source.contains_key(*key)).map(|key| (key.clone(), Value::Null)),
    );
    kept
}

/// What is written, with what was kept put back. A null of the source itself can't be told from an absent field.
pub fn restored(mut written: Map<String, Value>, kept: &Map<String, Value>) -> Map<String, Value> {
    for (key, value) in kept {
        match value {
            Value::Null => drop(written.shift_remove(key)),
            value => drop(written.insert(key.clone(), value.clone())),
        }
    }
    written
}
