//! CSV on the Web (W3C, Metadata Vocabulary for Tabular Data, 2015).

use serde_json::{Map, Value, json};
use townhall_model::table::ColumnType;

use super::{Described, label};

pub(super) fn written(table: &Described<'_>) -> Value {
    let columns: Vec<Value> = table
        .columns
        .iter()
        .map(|column| {
            let mut described = Map::new();
            described.insert("name".to_owned(), json!(column.name));
            described.insert("titles".to_owned(), json!(column.name));
            described.insert("dc:title".to_owned(), json!(label(column, table.dictionary)));
            described.insert("datatype".to_owned(), json!(type_name(column.kind)));
            if column.nulls == 0 && column.values > 0 {
                described.insert("required".to_owned(), json!(true));
            }
            if let Some(meaning) = table.dictionary.columns.get(&column.name) {
                if let Some(text) = &meaning.description {
                    described.insert("dc:description".to_owned(), json!(text));
                }
                if let Some(unit) = &meaning.unit {
                    described.insert("schema:unitText".to_owned(), json!(unit));
                }
                if !meaning.sentinels.is_empty() {
                    let values: Vec<&str> =
                        meaning.sentinels.iter().map(|code| code.value.as_str()).collect();
                    described.insert("null".to_owned(), json!([&[""], &values[..]].concat()));
                }
            }
            Value::Object(described)
        })
        .collect();
    json!({
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": table.url, "dc:title": table.title, "tableSchema": {"columns": columns},
    })
}

fn type_name(kind: ColumnType) -> &'static str {
    match kind {
        ColumnType::Text => "string",
        ColumnType::Integer => "integer",
        ColumnType::Number => "number",
        ColumnType::Boolean => "boolean",
        ColumnType::Date => "date",
        ColumnType::Timestamp => "dateTimeStamp",
        ColumnType::Datetime => "dateTime",
    }
}
