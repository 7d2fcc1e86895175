//! What the settings of a source do to a record on its way in. Pure: a JSON object in, a JSON object or a reason out.

use serde_json::{Map, Value};

use super::settings::{Assign, Filter, Mapping, SourceSettings};

/// A record after the settings had their say.
pub(super) enum Shaped {
    /// It is taken, as it is or changed.
    Taken { document: Map<String, Value>, is_changed: bool },
    /// It is left out, with the reason.
    Left(String),
}

/// Applies the filters, the mappings and the defaults of a source, in this order.
pub(super) fn shape(settings: &SourceSettings, document: Map<String, Value>) -> Shaped {
    for filter in &settings.filters {
        if !holds(filter, &document) {
            return Shaped::Left(format!("`{}` is not as the filter of its source wants it", filter.field));
        }
    }
    let mut document = document;
    let mut is_changed = false;
    for mapping in &settings.mappings {
        is_changed |= map(mapping, &mut document);
    }
    for (field, value) in &settings.defaults {
        let lacks = document.get(field).is_none_or(is_empty);
        if lacks {
            document.insert(field.clone(), value.clone());
            is_changed = true;
        }
    }
    Shaped::Taken { document, is_changed }
}

/// The organization that a record belongs to: what it says itself, or what its source says.
pub(super) fn organization(settings: &SourceSettings, said: Vec<String>) -> Vec<String> {
    let assigned = settings.organization();
    match settings.assign {
        Assign::Always if !assigned.is_empty() => assigned,
        Assign::Missing if said.is_empty() => assigned,
        _ => said,
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(values) => values.is_empty(),
        Value::Object(map) => map.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

fn holds(filter: &Filter, document: &Map<String, Value>) -> bool {
    let mut values = Vec::new();
    let path: Vec<&str> = filter.field.split('.').collect();
    if let Some((first, rest)) = path.split_first()
        && let Some(value) = document.get(*first)
    {
        gather(value, rest, &mut values);
    }
    let same = |wanted: &String| values.iter().any(|value| value.eq_ignore_ascii_case(wanted.trim()));
    if !filter.is.is_empty() && !filter.is.iter().any(same) {
        return false;
    }
    if filter.is_not.iter().any(same) {
        return false;
    }
    filter.contains.as_ref().is_none_or(|wanted| {
        let wanted = wanted.to_lowercase();
        values.iter().any(|value| value.to_lowercase().contains(&wanted))
    })
}

/// The texts at a path; lists are looked into.
fn gather(value: &Value, path: &[&str], found: &mut Vec<String>) {
    match (value, path.split_first()) {
        (Value::Array(values), _) => values.iter().for_each(|value| gather(value, path, found)),
        (Value::Object(map), Some((first, rest))) => {
            if let Some(value) = map.get(*first) {
                gather(value, rest, found);
            }
        }
        (Value::String(text), None) => found.push(text.trim().to_owned()),
        (Value::Number(_) | Value::Bool(_), None) => found.push(value.to_string()),
        _ => {}
    }
}

fn map(mapping: &Mapping, document: &mut Map<String, Value>) -> bool {
    if mapping.remove {
        return document.shift_remove(&mapping.field).is_some();
    }
    let Some(value) = document.get_mut(&mapping.field) else { return false };
    let mut is_changed = false;
    let mut replace = |value: &mut Value| {
        if let Some(new) = value.as_str().and_then(|text| mapping.values.get(text.trim())) {
            *value = Value::String(new.clone());
            is_changed = true;
        }
    };
    match value {
        Value::Array(values) => values.iter_mut().for_each(&mut replace),
        value => replace(value),
    }
    if let Some(to) = &mapping.to
        && *to != mapping.field
        && document.get(to).is_none_or(is_empty)
        && let Some(value) = document.shift_remove(&mapping.field)
    {
        document.insert(to.clone(), value);
        is_changed = true;
    }
    is_changed
}

/// Lists of DCAT-US whose order means nothing.
const SETS: [&str; 8] =
    ["keyword", "theme", "language", "bureauCode", "programCode", "references", "subject", "category"];

/// What makes two contents of a record the same for its source: everything but the volatile fields, and sets in any order
/// where that is set.
pub(super) fn hash(settings: &SourceSettings, document: &Map<String, Value>) -> [u8; 32] {
    if settings.volatile.is_empty() && !settings.any_order {
        return townhall_metadata::canonical_hash(document);
    }
    let mut compared = document.clone();
    for field in &settings.volatile {
        forget(&mut compared, field);
    }
    if settings.any_order {
        for field in SETS {
            if let Some(Value::Array(values)) = compared.get_mut(field) {
                values.sort_by_cached_key(Value::to_string);
                values.dedup();
            }
        }
    }
    townhall_metadata::canonical_hash(&compared)
}

fn forget(map: &mut Map<String, Value>, path: &str) {
    match path.split_once('.') {
        None => {
            map.shift_remove(path);
        }
        Some((first, rest)) => match map.get_mut(first) {
            Some(Value::Object(inner)) => forget(inner, rest),
            Some(Value::Array(values)) => {
                for value in values {
                    if let Value::Object(inner) = value {
                        forget(inner, rest);
                    }
                }
            }
            _ => {}
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(value: Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap()
    }

    fn settings(value: Value) -> SourceSettings {
        let mut whole = json!({"name": "x", "address": "https://example.gov/data.json"});
        whole.as_object_mut().unwrap().extend(object(value));
        serde_json::from_value(whole).unwrap()
    }

    fn taken(settings: &SourceSettings, document: Value) -> Option<Value> {
        match shape(settings, object(document)) {
            Shaped::Taken { document, .. } => Some(Value::Object(document)),
            Shaped::Left(_) => None,
        }
    }

    #[test]
    fn filters_look_into_lists_and_objects() {
        let settings = settings(json!({"filters": [
            {"field": "publisher.name", "is": ["Water Board"]},
            {"field": "keyword", "is_not": ["test"]},
            {"field": "title", "contains": "WELL"},
        ]}));
        let record = |publisher: &str, keyword: &str, title: &str| json!({"title": title, "keyword": [keyword, "x"], "publisher": {"name": publisher}});
        assert!(taken(&settings, record("water board", "wells", "Wells")).is_some());
        assert!(taken(&settings, record("Other", "wells", "Wells")).is_none());
        assert!(taken(&settings, record("Water Board", "Test", "Wells")).is_none());
        assert!(taken(&settings, record("Water Board", "wells", "Rivers")).is_none());
    }

    #[test]
    fn mappings_come_before_defaults() {
        let settings = settings(json!({
            "mappings": [
                {"field": "rechte", "to": "rights"},
                {"field": "accessLevel", "values": {"open": "public"}},
                {"field": "internal", "remove": true},
            ],
            "defaults": {"rights": "none", "accessLevel": "non-public", "license": "https://example.gov/license"},
        }));
        assert_eq!(
            taken(&settings, json!({"rechte": "some", "accessLevel": "open", "internal": 1})),
            Some(
                json!({"accessLevel": "public", "rights": "some", "license": "https://example.gov/license"})
            ),
        );
    }

    #[test]
    fn volatile_fields_and_the_order_of_sets_do_not_count_where_that_is_set() {
        let one = object(json!({"title": "a", "modified": "1", "keyword": ["a", "b"], "references": ["x"]}));
        let two = object(json!({"keyword": ["b", "a"], "title": "a", "modified": "2", "references": ["x"]}));
        let plain = settings(json!({}));
        assert_ne!(hash(&plain, &one), hash(&plain, &two));
        let tolerant = settings(json!({"volatile": ["modified"], "any_order": true}));
        assert_eq!(hash(&tolerant, &one), hash(&tolerant, &two));
    }
}
