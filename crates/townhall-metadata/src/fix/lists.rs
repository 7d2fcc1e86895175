//! Fields that are lists, and fields that are not.

use std::collections::HashSet;

use serde_json::Value;
use townhall_model::record::FieldInfo;

use super::object::{Object, Verdict, is_redacted};
use crate::canonical::value_hash;

/// The lists of 1.1; everything else there is a single value.
const CLASSIC_LISTS: [&str; 7] =
    ["keyword", "bureauCode", "programCode", "language", "references", "theme", "distribution"];

/// The single values of a 1.1 dataset and distribution that files write as lists.
const CLASSIC_SINGLES: [&str; 22] = [
    "title",
    "description",
    "modified",
    "publisher",
    "contactPoint",
    "identifier",
    "accessLevel",
    "license",
    "rights",
    "spatial",
    "temporal",
    "accrualPeriodicity",
    "conformsTo",
    "describedBy",
    "describedByType",
    "isPartOf",
    "issued",
    "landingPage",
    "downloadURL",
    "accessURL",
    "mediaType",
    "format",
];

/// The lists of 3.0, from its JSON Schema.
const MODERN_LISTS: [(&str, &[&str]); 5] = [
    (
        "Dataset",
        &[
            "otherIdentifier",
            "sample",
            "distribution",
            "hasVersion",
            "inSeries",
            "keyword",
            "qualifiedRelation",
            "theme",
            "metadataDistribution",
            "conformsTo",
            "contributor",
            "hasPart",
            "isReferencedBy",
            "provenance",
            "relation",
            "replaces",
            "rights",
            "rightsHolder",
            "source",
            "subject",
            "temporal",
            "category",
            "hasQualityMeasurement",
            "page",
            "qualifiedAttribution",
            "wasAttributedTo",
            "wasGeneratedBy",
            "wasUsedBy",
        ],
    ),
    (
        "Distribution",
        &[
            "characterEncoding",
            "accessService",
            "accessRestriction",
            "useRestriction",
            "conformsTo",
            "otherIdentifier",
            "rights",
            "hasQualityMeasurement",
            "page",
        ],
    ),
    (
        "DataService",
        &[
            "contactPoint",
            "endpointDescription",
            "endpointURL",
            "keyword",
            "servesDataset",
            "theme",
            "conformsTo",
            "rights",
            "spatial",
            "temporal",
        ],
    ),
    ("DatasetSeries", &["contactPoint", "seriesMember", "spatial", "temporal"]),
    ("Organization", &["subOrganizationOf", "notation"]),
];

/// Makes lists of what should be lists, and single values of what should be single.
pub fn shapes(object: &mut Object<'_>) {
    let is_classic = object.is_classic();
    for field in object.class.fields {
        if is_list(object.class.name, field.key, is_classic) {
            object.judge(field.key, |value| listed(field, value, is_classic));
        } else if is_classic && is_single(object.class.name, field.key) {
            object.judge(field.key, single);
        }
    }
}

fn is_list(class: &str, key: &str, is_classic: bool) -> bool {
    if is_classic {
        class == "Dataset" && CLASSIC_LISTS.contains(&key)
    } else {
        MODERN_LISTS.iter().any(|(name, keys)| *name == class && keys.contains(&key))
    }
}

fn is_single(class: &str, key: &str) -> bool {
    matches!(class, "Dataset" | "Distribution") && CLASSIC_SINGLES.contains(&key)
}

fn listed(field: &FieldInfo, value: &Value, is_classic: bool) -> Verdict {
    let why = "the field is a list".to_owned();
    match value {
        Value::String(text) => {
            // A text in the place of an object is for the converter between versions, not for a bracket.
            let takes_text = (field.class)().is_none_or(|class| class.name == "Concept");
            if !takes_text {
                return Verdict::Fine;
            }
            if let Ok(items @ Value::Array(_)) = serde_json::from_str::<Value>(text) {
                return Verdict::Becomes(items, why);
            }
            Verdict::Becomes(split(field.key, text), why)
        }
        Value::Object(_) if (field.class)().is_some() => {
            Verdict::Becomes(Value::Array(vec![value.clone()]), why)
        }
        Value::Array(items) if field.key == "keyword" => crowded(items),
        Value::Array(items) if !is_classic => nested(items),
        _ => Verdict::Fine,
    }
}

/// The words of a text, by the separators that can't belong to a word.
fn split(key: &str, text: &str) -> Value {
    let parts: Vec<&str> = match key {
        "keyword" if text.contains(';') => text.split(';').collect(),
        "keyword" => text.split([',', '\n']).collect(),
        "bureauCode" | "programCode" | "language" => {
            text.split(|character: char| character.is_whitespace() || ",;|".contains(character)).collect()
        }
        // A comma may belong to an address, but not before the next one.
        "references" => {
            let marked = text.replace("http://", "\nhttp://").replace("https://", "\nhttps://");
            let addresses = marked.lines().map(|line| line.trim_end_matches([',', ';', '|', ' ']));
            return addresses.map(str::trim).filter(|line| !line.is_empty()).map(Value::from).collect();
        }
        _ => vec![text],
    };
    parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).map(Value::from).collect()
}

/// One item that holds several keywords is likely, but not surely, a list that was never split.
fn crowded(items: &[Value]) -> Verdict {
    match items {
        [Value::String(text)] if text.contains([',', ';']) => Verdict::suggest(
            "one keyword seems to hold several; write each as an item of its own",
            split("keyword", text),
        ),
        _ => Verdict::Fine,
    }
}

fn nested(items: &[Value]) -> Verdict {
    match items {
        [Value::Array(inner)] => {
            Verdict::Becomes(Value::Array(inner.clone()), "a list stood in a list".to_owned())
        }
        _ => Verdict::Fine,
    }
}

fn single(value: &Value) -> Verdict {
    let Value::Array(items) = value else { return Verdict::Fine };
    match items.as_slice() {
        [] => Verdict::Fine,
        [item] if !item.is_array() => {
            Verdict::Becomes(item.clone(), "version 1.1 takes a single value here".to_owned())
        }
        _ => Verdict::suggest("version 1.1 takes a single value here; choose one", items[0].clone()),
    }
}

/// Keeps the first of equal items.
pub fn duplicates(object: &mut Object<'_>) {
    const SETS: [&str; 6] = ["keyword", "theme", "bureauCode", "programCode", "language", "references"];
    for key in SETS {
        object.judge(key, |value| {
            let Value::Array(items) = value else { return Verdict::Fine };
            let mut seen = HashSet::new();
            let unique = items.iter().filter(|item| is_redacted(item) || seen.insert(value_hash(item)));
            let unique = unique.cloned().collect::<Vec<_>>();
            if unique.len() == items.len() {
                return Verdict::Fine;
            }
            Verdict::Becomes(Value::Array(unique), "the same item stood there more than once".to_owned())
        });
    }
}
