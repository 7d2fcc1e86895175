//! Gives records another identifier, and those that point to them the new one.

use std::collections::HashMap;

use serde_json::{Map, Value};

/// The properties that name other records of the catalogue, in 1.1 and 3.0.
const REFERENCES: [&str; 13] = [
    "isPartOf",
    "inSeries",
    "hasPart",
    "seriesMember",
    "first",
    "last",
    "servesDataset",
    "hasVersion",
    "hasCurrentVersion",
    "previousVersion",
    "replaces",
    "source",
    "primaryTopic",
];

/// The keys of an object that say which record it is.
const NAMES: [&str; 3] = ["identifier", "@id", "notation"];

/// Writes the new identifiers of records wherever this one points to them.
pub fn follow(map: &mut Map<String, Value>, renames: &HashMap<String, String>) {
    for key in REFERENCES {
        if let Some(value) = map.get_mut(key) {
            follow_value(value, renames);
        }
    }
}

fn follow_value(value: &mut Value, renames: &HashMap<String, String>) {
    match value {
        Value::String(text) => {
            if let Some(new) = renames.get(text.as_str()) {
                new.clone_into(text);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| follow_value(item, renames)),
        Value::Object(map) => {
            for key in NAMES {
                if let Some(name @ (Value::String(_) | Value::Object(_))) = map.get_mut(key) {
                    follow_value(name, renames);
                }
            }
        }
        _ => {}
    }
}

/// Writes another identifier where the old one stands: in `identifier`, as text or object, or in `@id`.
pub fn set_identifier(map: &mut Map<String, Value>, old: Option<&str>, new: &str) {
    let Some(old) = old else { return };
    let renames = HashMap::from([(old.to_owned(), new.to_owned())]);
    for key in ["identifier", "@id"] {
        if let Some(value @ (Value::String(_) | Value::Object(_))) = map.get_mut(key) {
            let before = value.clone();
            follow_value(value, &renames);
            if *value != before {
                return;
            }
        }
    }
}
