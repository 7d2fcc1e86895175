//! Frictionless Table Schema (version 2.0).

use serde_json::{Map, Value, json};
use townhall_model::table::ColumnType;

use super::{Described, label};

pub(super) fn written(table: &Described<'_>) -> Value {
    let fields: Vec<Value> = table
        .columns
        .iter()
        .map(|column| {
            let mut field = Map::new();
            field.insert("name".to_owned(), json!(column.name));
            field.insert("type".to_owned(), json!(type_name(column.kind)));
            field.insert("title".to_owned(), json!(label(column, table.dictionary)));
            if column.nulls == 0 && column.values > 0 {
                field.insert("constraints".to_owned(), json!({"required": true}));
            }
            if let Some(meaning) = table.dictionary.columns.get(&column.name) {
                let mut set = |key: &str, text: &Option<String>| {
                    if let Some(text) = text {
                        field.insert(key.to_owned(), json!(text));
                    }
                };
                set("description", &meaning.description);
                set("unit", &meaning.unit);
                set("format", &meaning.format);
                set("sensitivity", &meaning.sensitivity);
                let codes = |codes: &[townhall_model::dictionary::Code]| -> Value {
                    codes.iter().map(|code| json!({"value": code.value, "label": code.label})).collect()
                };
                if !meaning.codes.is_empty() {
                    field.insert("categories".to_owned(), codes(&meaning.codes));
                }
                if !meaning.sentinels.is_empty() {
                    field.insert("missingValues".to_owned(), codes(&meaning.sentinels));
                }
            }
            Value::Object(field)
        })
        .collect();
    json!({"$schema": "https://datapackage.org/profiles/2.0/tableschema.json", "fields": fields, "missingValues": [""]})
}

fn type_name(kind: ColumnType) -> &'static str {
    match kind {
        ColumnType::Text => "string",
        ColumnType::Integer => "integer",
        ColumnType::Number => "number",
        ColumnType::Boolean => "boolean",
        ColumnType::Date => "date",
        ColumnType::Timestamp | ColumnType::Datetime => "datetime",
    }
}
