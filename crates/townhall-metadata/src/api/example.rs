//! A body to begin with, made from its schema.

use serde_json::{Map, Value, json};

use super::read::Document;
use super::schema::type_of;

/// How deep an example goes: schemas of trees lead back to themselves.
const DEPTH_MAX: usize = 6;

/// Members that an example has at most, all its levels together.
const MEMBERS_MAX: usize = 200;

/// An example of what a schema describes.
pub(super) fn of<'a>(document: &Document<'a>, schema: &'a Value) -> Value {
    let mut left = MEMBERS_MAX;
    made(document, schema, DEPTH_MAX, &mut left)
}

fn made<'a>(document: &Document<'a>, schema: &'a Value, depth: usize, left: &mut usize) -> Value {
    if depth == 0 || *left == 0 {
        return Value::Null;
    }
    *left -= 1;
    let Some(schema) = document.resolve(schema) else { return Value::Null };
    let said = ["example", "default", "const"].iter().find_map(|name| schema.get(name));
    let listed = ["examples", "enum"].iter().find_map(|name| schema.get(name)?.as_array()?.first());
    if let Some(value) = said.or(listed) {
        return value.clone();
    }
    if let Some(parts) = schema.get("allOf").and_then(Value::as_array) {
        let mut all = Map::new();
        for part in parts.iter().take(MEMBERS_MAX) {
            if let Value::Object(members) = made(document, part, depth - 1, left) {
                all.extend(members);
            }
        }
        return Value::Object(all);
    }
    let one = ["oneOf", "anyOf"].iter().find_map(|name| schema.get(name)?.as_array()?.first());
    if let Some(one) = one {
        return made(document, one, depth - 1, left);
    }
    match type_of(schema) {
        "object" => {
            let properties = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
            let is_written = |value: &Value| !value.get("readOnly").is_some_and(|yes| yes == true);
            let members = properties
                .filter(|(_, value)| is_written(value))
                .take(MEMBERS_MAX)
                .map(|(name, value)| (name.clone(), made(document, value, depth - 1, left)));
            Value::Object(members.collect())
        }
        "array" => match schema.get("items") {
            Some(items) => json!([made(document, items, depth - 1, left)]),
            None => json!([]),
        },
        "integer" | "number" => json!(0),
        "boolean" => json!(false),
        "string" => json!(""),
        _ => Value::Null,
    }
}
