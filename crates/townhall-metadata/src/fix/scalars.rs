//! Numbers and truth values of the wrong JSON type.

use serde_json::Value;
use townhall_model::record::{FieldInfo, Meaning};

use super::object::{Object, Verdict};

/// Writes truth values as such, and numbers as texts where the field is one.
pub fn types(object: &mut Object<'_>) {
    let is_modern = !object.is_classic();
    for field in object.class.fields {
        if field.meaning == Meaning::Truth {
            object.judge(field.key, truth);
        } else if is_text(field, is_modern) {
            object.judge(field.key, |value| match value {
                Value::Number(_) | Value::Bool(_) => as_text(value),
                Value::Array(items) if items.iter().any(Value::is_number) => {
                    let texts = items.iter().map(|item| match item {
                        Value::Number(number) => Value::String(number.to_string()),
                        other => other.clone(),
                    });
                    Verdict::Becomes(texts.collect(), "the field is a list of texts".to_owned())
                }
                _ => Verdict::Fine,
            });
        }
    }
}

fn is_text(field: &FieldInfo, is_modern: bool) -> bool {
    match field.meaning {
        Meaning::Text | Meaning::Iri | Meaning::Date | Meaning::Duration => true,
        // DCAT-US 3.0 writes sizes and resolutions as texts.
        Meaning::Decimal | Meaning::Count => is_modern,
        Meaning::Truth | Meaning::Geometry | Meaning::Thing | Meaning::Nothing => false,
    }
}

fn as_text(value: &Value) -> Verdict {
    Verdict::Becomes(Value::String(value.to_string()), "the field is a text".to_owned())
}

fn truth(value: &Value) -> Verdict {
    let is_true = match value {
        Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "yes" | "y" | "1" => true,
            "false" | "no" | "n" | "0" => false,
            _ => return Verdict::doubt("this is neither true nor false; write one of them"),
        },
        Value::Number(number) if number.as_u64() == Some(1) => true,
        Value::Number(number) if number.as_u64() == Some(0) => false,
        _ => return Verdict::Fine,
    };
    Verdict::Becomes(Value::Bool(is_true), "the field is true or false, without quotes".to_owned())
}
