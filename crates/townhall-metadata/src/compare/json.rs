//! A comparison as JSON: `{"added": [...], "removed": [...], "changed": [{"identifier", "fields"}], "unchanged"}`.

use serde_json::{Map, Value, json};

use super::{Comparison, Edition, Entry, FieldChange};
use crate::diff::ChangeKind;

/// The comparison as one JSON object. `fields` have `field`, `kind` (`added`, `removed`, `changed`, `reordered`),
/// `before` and `after`, of which the one that is not there is left out.
pub fn comparison_as_json(comparison: &Comparison) -> Value {
    json!({
        "old": edition(&comparison.old),
        "new": edition(&comparison.new),
        "catalog": comparison.catalog.iter().map(field).collect::<Vec<_>>(),
        "added": comparison.added.iter().map(entry).collect::<Vec<_>>(),
        "removed": comparison.removed.iter().map(entry).collect::<Vec<_>>(),
        "changed": comparison.changed.iter().map(|changed| {
            let mut object = entry(&changed.entry);
            object.insert("fields".to_owned(), changed.fields.iter().map(field).map(Value::Object).collect());
            Value::Object(object)
        }).collect::<Vec<_>>(),
        "unchanged": comparison.unchanged,
        "only_order": comparison.only_order(),
    })
}

pub(super) fn word(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Added => "added",
        ChangeKind::Removed => "removed",
        ChangeKind::Changed => "changed",
        ChangeKind::Reordered => "reordered",
    }
}

fn edition(edition: &Edition) -> Value {
    json!({
        "name": edition.name,
        "version": edition.version.map(|version| version.id()),
        "records": edition.records,
        "refused": edition.refused,
        "complete": edition.is_complete,
    })
}

fn entry(entry: &Entry) -> Map<String, Value> {
    let mut object = Map::new();
    object.insert("identifier".to_owned(), json!(entry.identifier));
    object.insert("title".to_owned(), json!(entry.title));
    object.insert("kind".to_owned(), json!(entry.kind.name()));
    object.insert("pointer".to_owned(), json!(entry.pointer));
    object
}

fn field(change: &FieldChange) -> Map<String, Value> {
    let mut object = states(change.kind, change.before.as_ref(), change.after.as_ref());
    object.shift_insert(0, "field".to_owned(), json!(change.field));
    // A field of one value has no inside to point at.
    if change.details.iter().any(|detail| !detail.pointer.is_empty()) {
        let details = change.details.iter().map(|detail| {
            let mut object = states(detail.kind, detail.before.as_ref(), detail.after.as_ref());
            object.shift_insert(0, "pointer".to_owned(), json!(detail.pointer));
            Value::Object(object)
        });
        object.insert("details".to_owned(), details.collect());
    }
    object
}

fn states(kind: ChangeKind, before: Option<&Value>, after: Option<&Value>) -> Map<String, Value> {
    let mut object = Map::new();
    object.insert("kind".to_owned(), json!(word(kind)));
    for (key, value) in [("before", before), ("after", after)] {
        if let Some(value) = value {
            object.insert(key.to_owned(), value.clone());
        }
    }
    object
}
