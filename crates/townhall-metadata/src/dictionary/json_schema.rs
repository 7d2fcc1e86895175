//! JSON Schema (draft 2020-12) of one row as JSON.

use serde_json::{Map, Value, json};
use townhall_model::table::{Column, ColumnType};

use super::{Described, label, value};

pub(super) fn written(table: &Described<'_>) -> Value {
    let property = |column: &Column| (column.name.clone(), property(column, table));
    let properties: Map<String, Value> = table.columns.iter().map(property).collect();
    let names: Vec<&String> = table.columns.iter().map(|column| &column.name).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema", "title": table.title, "type": "object",
        "properties": properties, "required": names,
    })
}

fn property(column: &Column, table: &Described<'_>) -> Value {
    let (kind, format) = match column.kind {
        ColumnType::Text => ("string", None),
        ColumnType::Integer => ("integer", None),
        ColumnType::Number => ("number", None),
        ColumnType::Boolean => ("boolean", None),
        ColumnType::Date => ("string", Some("date")),
        ColumnType::Timestamp => ("string", Some("date-time")),
        ColumnType::Datetime => ("string", None),
    };
    let mut property = Map::new();
    property.insert("title".to_owned(), json!(label(column, table.dictionary)));
    let is_full = column.nulls == 0 && column.values > 0;
    property.insert("type".to_owned(), if is_full { json!(kind) } else { json!([kind, "null"]) });
    if let Some(format) = format {
        property.insert("format".to_owned(), json!(format));
    }
    if let Some(meaning) = table.dictionary.columns.get(&column.name) {
        if let Some(text) = &meaning.description {
            property.insert("description".to_owned(), json!(text));
        }
        let codes = meaning.codes.iter().chain(&meaning.sentinels);
        let choices: Vec<Value> = codes
            .map(|code| json!({"const": value(&code.value, column.kind), "title": code.label}))
            .collect();
        // Codes that are not listed may still stand in the rows.
        if !choices.is_empty() {
            property.insert("anyOf".to_owned(), choices.into_iter().chain([json!({})]).collect());
        }
    }
    Value::Object(property)
}
