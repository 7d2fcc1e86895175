//! Values that say nothing.

use serde_json::Value;
use townhall_model::record::{Meaning, RecordKind};

use super::object::{Object, is_address};

/// What the versions require; an empty one of these needs a person.
const REQUIRED: [(&str, &[&str]); 6] = [
    (
        "Dataset",
        &[
            "title",
            "description",
            "keyword",
            "modified",
            "publisher",
            "contactPoint",
            "identifier",
            "accessLevel",
            "bureauCode",
            "programCode",
        ],
    ),
    ("Kind", &["fn", "hasEmail"]),
    ("Organization", &["name"]),
    ("DataService", &["title", "publisher", "contactPoint", "endpointURL"]),
    ("DatasetSeries", &["title", "description"]),
    ("CatalogRecord", &["modified", "primaryTopic"]),
];

/// Properties for which 1.1 does not take null.
const NEVER_NULL: [(&str, &str); 3] =
    [("Dataset", "isPartOf"), ("Distribution", "downloadURL"), ("Organization", "subOrganizationOf")];

/// Words that stand where there is nothing to say.
const PLACEHOLDERS: [&str; 7] = ["n/a", "na", "none", "null", "-", "not applicable", "undefined"];

/// Removes what says nothing from the properties that the class knows.
pub fn remove(object: &mut Object<'_>) {
    let required =
        REQUIRED.iter().find(|(class, _)| *class == object.class.name).map_or(&[][..], |(_, keys)| keys);
    for field in object.class.fields {
        let Some(value) = object.map.get(field.key) else { continue };
        let is_required = required.contains(&field.key);
        if object.class.name == "Catalog"
            && RecordKind::ALL.iter().any(|kind| kind.catalog_key() == field.key)
        {
            // The lists of records are emptied while they are read.
            continue;
        }
        match value {
            Value::Null if object.is_classic() && NEVER_NULL.contains(&(object.class.name, field.key)) => {
                object.remove(field.key, "the schema does not take null here; the key may be absent");
            }
            Value::String(text) if text.trim().is_empty() && is_required => {
                object.doubt(field.key, "this is required and empty; fill it in", None);
            }
            Value::String(text) if text.trim().is_empty() => {
                object.remove(field.key, "an empty text says nothing, and the schema does not take it");
            }
            // Of a licence, `None` may mean that there is none or that nothing is restricted.
            Value::String(text)
                if field.key != "license" && is_placeholder(text) && has_place(object, field.key) =>
            {
                object.remove(field.key, "this is a placeholder; the key may be absent");
            }
            Value::Array(items) => {
                let full = items.iter().filter(|item| !is_empty(item)).cloned().collect::<Vec<_>>();
                if full.is_empty() && is_required {
                    object.doubt(field.key, "this is required and empty; fill it in", None);
                } else if full.is_empty() && (!items.is_empty() || field.key != "distribution") {
                    object.remove(field.key, "an empty list says nothing");
                } else if full.len() < items.len() {
                    object.set(field.key, Value::Array(full), "empty items say nothing");
                }
            }
            _ => {}
        }
    }
}

fn is_placeholder(text: &str) -> bool {
    PLACEHOLDERS.contains(&text.trim().to_ascii_lowercase().as_str())
}

/// Whether a placeholder can't be a value of the property: it is an address or a date that may be absent.
fn has_place(object: &Object<'_>, key: &str) -> bool {
    object.class.field(key).is_some_and(|field| {
        is_address(field) || (field.meaning == Meaning::Date && key == "issued") || key == "systemOfRecords"
    })
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}
