//! Reads a dictionary in whatever form it comes.

use std::ops::ControlFlow;

use serde_json::{Map, Value};
use townhall_model::dictionary::{Code, ColumnMeaning, DICTIONARY_COLUMNS_MAX, Dictionary};

use super::sheet::{HEADER, codes_of_text};
use crate::csv::read_csv_rows;

/// Why a dictionary could not be read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum DictionaryError {
    /// It is no dictionary in any form that is known.
    #[error("it is no dictionary; give JSON, Table Schema, CSV on the Web, JSON Schema, or CSV with the columns {}", HEADER.join(", "))]
    Unknown,
    /// A part of it is wrong.
    #[error("{place}: {message}")]
    Wrong {
        /// Where.
        place: String,
        /// What is wrong.
        message: String,
    },
    /// It is larger than a dictionary may be.
    #[error("{0}")]
    TooLarge(String),
}

/// Reads JSON of ours, a Table Schema, a description of CSV on the Web, a JSON Schema, or a sheet as CSV.
pub fn read_dictionary(bytes: &[u8]) -> Result<Dictionary, DictionaryError> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let is_json = bytes
        .iter()
        .find(|byte| !byte.is_ascii_whitespace())
        .is_some_and(|first| matches!(first, b'{' | b'['));
    let dictionary = if is_json {
        let document: Value = serde_json::from_slice(bytes).map_err(|error| DictionaryError::Wrong {
            place: "JSON".to_owned(),
            message: error.to_string(),
        })?;
        of_json(&document)?
    } else {
        of_sheet(bytes)?
    };
    match dictionary.excess() {
        Some(message) => Err(DictionaryError::TooLarge(message)),
        None => Ok(dictionary),
    }
}

fn of_json(document: &Value) -> Result<Dictionary, DictionaryError> {
    if let Some(fields) = document.get("fields").and_then(Value::as_array) {
        return named(fields, table_schema_field);
    }
    let columns = document
        .pointer("/tableSchema/columns")
        .or_else(|| document.pointer("/tables/0/tableSchema/columns"));
    if let Some(columns) = columns.and_then(Value::as_array) {
        return named(columns, csvw_column);
    }
    if let Some(properties) = document.get("properties").and_then(Value::as_object) {
        let columns =
            properties.iter().map(|(name, property)| (name.clone(), json_schema_property(property)));
        return Ok(Dictionary { columns: columns.collect() });
    }
    if let Some(columns) = document.get("columns").and_then(Value::as_object) {
        return own(columns);
    }
    Err(DictionaryError::Unknown)
}

fn own(columns: &Map<String, Value>) -> Result<Dictionary, DictionaryError> {
    let column = |(name, meaning): (&String, &Value)| {
        let mut meaning = meaning.clone();
        if let Value::Object(members) = &mut meaning {
            // The rows tell the type.
            members.remove("type");
        }
        let meaning: ColumnMeaning = serde_json::from_value(meaning).map_err(|error| {
            DictionaryError::Wrong { place: format!("column `{name}`"), message: error.to_string() }
        })?;
        Ok((name.clone(), meaning))
    };
    Ok(Dictionary { columns: columns.iter().map(column).collect::<Result<_, _>>()? })
}

fn named(items: &[Value], read: fn(&Value) -> ColumnMeaning) -> Result<Dictionary, DictionaryError> {
    let mut dictionary = Dictionary::default();
    for (index, item) in items.iter().enumerate() {
        let name = item.get("name").or_else(|| item.get("titles")).and_then(first_text);
        let name = name.ok_or_else(|| DictionaryError::Wrong {
            place: format!("column {}", index + 1),
            message: "it has no name".to_owned(),
        })?;
        dictionary.columns.insert(name, read(item));
    }
    Ok(dictionary)
}

/// A text, or the first of a list or of the languages of one.
fn first_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Array(items) => items.first().and_then(first_text),
        Value::Object(members) => members.get("en").or_else(|| members.values().next()).and_then(first_text),
        _ => None,
    }
}

fn member(item: &Value, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| item.get(*name).and_then(first_text))
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Codes as values, as objects with `value` and `label`, or as an object from one to the other.
fn codes(value: Option<&Value>) -> Vec<Code> {
    let code = |item: &Value| match item.get("value").or_else(|| item.get("const")) {
        Some(value) => {
            Code { value: plain(value), label: member(item, &["label", "title"]).unwrap_or_default() }
        }
        None => Code { value: plain(item), label: String::new() },
    };
    match value {
        Some(Value::Array(items)) => items
            .iter()
            .filter(|item| item.as_object().is_none_or(|object| !object.is_empty()))
            .map(code)
            .collect(),
        Some(Value::Object(members)) => {
            members.iter().map(|(value, label)| Code { value: value.clone(), label: plain(label) }).collect()
        }
        _ => Vec::new(),
    }
}

fn table_schema_field(field: &Value) -> ColumnMeaning {
    let listed = field.get("categories").or_else(|| field.pointer("/constraints/enum"));
    ColumnMeaning {
        label: member(field, &["title", "label"]),
        description: member(field, &["description"]),
        unit: member(field, &["unit"]),
        format: member(field, &["format"]).filter(|format| format != "default"),
        codes: codes(listed),
        sentinels: codes(field.get("missingValues"))
            .into_iter()
            .filter(|code| !code.value.is_empty())
            .collect(),
        sensitivity: member(field, &["sensitivity"]),
    }
}

fn csvw_column(column: &Value) -> ColumnMeaning {
    let null = match column.get("null") {
        Some(Value::String(text)) => vec![Code { value: text.clone(), label: String::new() }],
        other => codes(other),
    };
    ColumnMeaning {
        label: member(column, &["dc:title", "dcterms:title", "titles"]),
        description: member(column, &["dc:description", "dcterms:description"]),
        unit: member(column, &["schema:unitText", "unit"]),
        sentinels: null.into_iter().filter(|code| !code.value.is_empty()).collect(),
        ..ColumnMeaning::default()
    }
}

fn json_schema_property(property: &Value) -> ColumnMeaning {
    let listed = property.get("oneOf").or_else(|| property.get("anyOf")).or_else(|| property.get("enum"));
    ColumnMeaning {
        label: member(property, &["title"]),
        description: member(property, &["description"]),
        unit: member(property, &["unit"]),
        format: member(property, &["format"])
            .filter(|format| !matches!(format.as_str(), "date" | "date-time")),
        codes: codes(listed).into_iter().filter(|code| !code.value.starts_with('{')).collect(),
        ..ColumnMeaning::default()
    }
}

fn of_sheet(bytes: &[u8]) -> Result<Dictionary, DictionaryError> {
    let wrong =
        |line: usize, message: String| DictionaryError::Wrong { place: format!("line {line}"), message };
    let mut rows = Vec::new();
    read_csv_rows(bytes, None, &mut |row| {
        rows.push(row);
        if rows.len() > DICTIONARY_COLUMNS_MAX + 1 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    })
    .map_err(|error| wrong(1, error.to_string()))?;
    let mut rows = rows.into_iter();
    let header: Vec<String> =
        rows.next().unwrap_or_default().iter().map(|name| name.trim().to_lowercase()).collect();
    let place = |names: &[&str]| header.iter().position(|name| names.contains(&name.as_str()));
    let Some(name) = place(&["column", "name", "field", "field name", "column name", "variable"]) else {
        return Err(DictionaryError::Unknown);
    };
    let [label, description, unit, format, codes, sentinels, sensitivity] = [
        place(&["label", "title"]),
        place(&["description", "definition", "meaning"]),
        place(&["unit", "units"]),
        place(&["format"]),
        place(&["codes", "values", "allowed values"]),
        place(&["sentinels", "missing values"]),
        place(&["sensitivity"]),
    ];
    let mut dictionary = Dictionary::default();
    for (index, row) in rows.enumerate() {
        let cell = |at: Option<usize>| {
            row.get(at?).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
        };
        let listed = |at: Option<usize>| match cell(at) {
            None => Ok(Vec::new()),
            Some(text) => {
                codes_of_text(&text).ok_or_else(|| wrong(index + 2, format!("`{text}` is no list of codes")))
            }
        };
        let Some(name) = cell(Some(name)) else { continue };
        let meaning = ColumnMeaning {
            label: cell(label),
            description: cell(description),
            unit: cell(unit),
            format: cell(format),
            codes: listed(codes)?,
            sentinels: listed(sentinels)?,
            sensitivity: cell(sensitivity),
        };
        dictionary.columns.insert(name, meaning);
    }
    Ok(dictionary)
}
