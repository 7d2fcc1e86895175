//! What a schema says of one value: what it takes, which values are known, which to begin with.

use serde_json::Value;

use super::read::{Document, clipped, text, typed};
use super::{API_CHOICES_MAX, Between, Choice, Kind};

/// How deep schemas are looked into for one value.
const DEPTH_MAX: usize = 4;

/// What is known of a value.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub kind: Option<Kind>,
    pub choices: Vec<Choice>,
    pub value: Option<String>,
    pub about: String,
}

/// Looks at a schema; `between` tells how a list is sent.
pub(super) fn known<'a>(document: &Document<'a>, schema: &'a Value, between: Between) -> Known {
    looked_at(document, schema, between, DEPTH_MAX)
}

fn looked_at<'a>(document: &Document<'a>, schema: &'a Value, between: Between, depth: usize) -> Known {
    let Some(schema) = document.resolve(schema).filter(|_| depth > 0) else { return Known::default() };
    let mut found = Known { about: text(schema, "description"), ..Known::default() };
    found.kind = match type_of(schema) {
        "integer" => Some(Kind::Integer),
        "number" => Some(Kind::Number),
        "boolean" => Some(Kind::Boolean),
        "array" => Some(Kind::List(between)),
        "string" => Some(Kind::Text),
        "object" => Some(Kind::Text),
        _ => None,
    };
    found.choices = choices(schema);
    found.value = ["example", "default", "const"].iter().find_map(|name| typed(schema.get(name)?));
    if found.value.is_none() {
        found.value = schema.get("examples").and_then(Value::as_array).and_then(|list| typed(list.first()?));
    }
    if found.kind == Some(Kind::List(between))
        && let Some(items) = schema.get("items")
    {
        let inner = looked_at(document, items, between, depth - 1);
        if found.choices.is_empty() {
            found.choices = inner.choices;
        }
        found.value = found.value.or(inner.value);
    }
    for part in ["allOf", "anyOf", "oneOf"] {
        for one in schema.get(part).and_then(Value::as_array).into_iter().flatten().take(API_CHOICES_MAX) {
            if found.kind.is_some() && !found.choices.is_empty() {
                break;
            }
            let inner = looked_at(document, one, between, depth - 1);
            found.kind = found.kind.or(inner.kind);
            if found.choices.is_empty() {
                found.choices = inner.choices;
            }
            found.value = found.value.or(inner.value);
        }
    }
    found
}

/// The type of a schema, also where it is one of several: `null` is no type for a form.
pub(super) fn type_of(schema: &Value) -> &str {
    match schema.get("type") {
        Some(Value::String(name)) => name,
        Some(Value::Array(names)) => {
            names.iter().filter_map(Value::as_str).find(|name| *name != "null").unwrap_or("")
        }
        _ if schema.get("properties").is_some() => "object",
        _ if schema.get("items").is_some() => "array",
        _ => "",
    }
}

/// The values that a schema lists: `enum`, or `const` with a title in each of several.
fn choices(schema: &Value) -> Vec<Choice> {
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        let values = values.iter().filter_map(typed).take(API_CHOICES_MAX);
        return values.map(|value| Choice { label: value.clone(), value }).collect();
    }
    let several = ["oneOf", "anyOf"].iter().find_map(|name| schema.get(name)?.as_array());
    let one = |one: &Value| {
        let value = typed(one.get("const")?)?;
        let label = one.get("title").and_then(Value::as_str).map(clipped).filter(|title| !title.is_empty());
        Some(Choice { label: label.unwrap_or_else(|| value.clone()), value })
    };
    several.into_iter().flatten().filter_map(one).take(API_CHOICES_MAX).collect()
}
