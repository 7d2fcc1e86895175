//! The interface of one table: a parameter for each column, with its type, its values and what they mean.

use serde_json::{Map, Value, json};
use townhall_app::TableDictionary;
use townhall_model::dictionary::ColumnMeaning;
use townhall_model::table::{Column, ColumnType};

use super::build::{Operation, document};
use super::ours;
use crate::handlers::Site;

/// How many distinct values a column may have to be listed.
const VALUES_LISTED_MAX: u64 = 50;

/// Characters of a value that is listed.
const VALUE_CHARS_MAX: usize = 200;

/// The document.
pub(super) fn described(site: &Site, known: &TableDictionary) -> Value {
    let table = &known.table.table;
    let columns = &known.table.manifest.columns;
    let base = format!("/api/tables/{}", table.id);
    let meaning = |column: &Column| known.dictionary.columns.get(&column.name);
    let title = match table.title == table.dataset_title {
        true => table.title.clone(),
        false => format!("{}: {}", table.dataset_title, table.title),
    };
    let about = format!(
        "The rows of “{}”, version {}: {} rows, {} columns. A filter is `column=value`, or `column__op=value` with one of {}.",
        table.title,
        known.table.number,
        known.table.manifest.rows,
        columns.len(),
        townhall_app::row_operators().iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", "),
    );
    let filtered = |mut operation: Operation| {
        for column in columns {
            let schema = parameter(column, meaning(column));
            operation = operation.with(&column.name, "query", &words(column, meaning(column)), schema, "");
        }
        operation.any(
            "comparisons",
            "Other comparisons: a column's name with `__` and an operator, such as `__gte`, `__contains`, `__in`",
        )
    };
    let mut paths = Map::new();
    const TAG: &str = "Rows";
    let rows = filtered(Operation::get(&format!("{base}/rows"), "getRows", "Read rows"));
    ours::controls(rows, "")
        .integer("_limit", "Rows of a page, at most 10,000", "10")
        .query("_cursor", "`meta.next` of the page before")
        .put(&mut paths, TAG, "A page of rows");
    let formats: Vec<&'static townhall_app::FormatInfo> =
        townhall_app::table_formats_of(columns.iter().map(|column| (column.name.clone(), column.kind)))
            .collect();
    let names: Vec<&str> = formats.iter().map(|format| format.extensions[0]).collect();
    let file = Operation::get(&format!("{base}/rows.{{format}}"), "downloadRows", "Download rows").with(
        "format",
        "path",
        "The form of the file",
        json!({"type": "string", "enum": names}),
        "csv",
    );
    ours::controls(filtered(file), "").in_media("*/*").put(&mut paths, TAG, "All rows that match, as a file");
    const ABOUT: &str = "About the table";
    Operation::get(&base, "getTable", "Read the columns and versions").put(&mut paths, ABOUT, "The table");
    Operation::get(&format!("{base}/dictionary"), "getDictionary", "Read what the columns mean")
        .one_of("_form", "The form", townhall_app::DICTIONARY_FORMS.iter().map(|form| form.name))
        .put(&mut paths, ABOUT, "The dictionary");
    Operation::get(&format!("{base}/rejects"), "getRejects", "Read the cells that did not fit")
        .one_of("_format", "All of them, a line each", ["jsonl"])
        .put(&mut paths, ABOUT, "The cells");
    let mut document = document(&title, &about, site.base_url(), paths);
    document["components"]["schemas"]["Row"] = row_schema(site, known);
    document["components"]["schemas"]["Page"] = page_schema();
    let answer = format!("/paths/{}/get/responses/200/content", pointer(&format!("{base}/rows")));
    if let Some(content) = document.pointer_mut(&answer) {
        *content = json!({"application/json": {"schema": {"$ref": "#/components/schemas/Page"}}});
    }
    let files: Map<String, Value> = formats.iter().map(|format| (format.content_type(), json!({}))).collect();
    let answer = format!("/paths/{}/get/responses/200/content", pointer(&format!("{base}/rows.{{format}}")));
    if let Some(content) = document.pointer_mut(&answer) {
        *content = Value::Object(files);
    }
    document["externalDocs"] = json!({
        "description": "The dataset", "url": format!("{}/data/{}", site.base_url(), table.dataset_slug),
    });
    document
}

/// A key as a part of a JSON pointer (RFC 6901).
fn pointer(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// The JSON Schema of a row, as the dictionary is written in that form.
fn row_schema(site: &Site, known: &TableDictionary) -> Value {
    let url = format!("{}/api/tables/{}/rows.csv", site.base_url(), known.table.table.id);
    let mut schema = known.row_schema(&url);
    if let Value::Object(members) = &mut schema {
        members.remove("$schema");
        // `_select` and `_group` leave columns out.
        members.remove("required");
    }
    schema
}

fn page_schema() -> Value {
    json!({
        "type": "object", "required": ["data", "meta"],
        "properties": {
            "data": {"type": "array", "items": {"$ref": "#/components/schemas/Row"}},
            "meta": {
                "type": "object",
                "properties": {
                    "total": {"type": ["integer", "null"]}, "next": {"type": ["string", "null"]},
                    "previous": {"type": ["string", "null"]}, "version": {"type": "integer"},
                    "truncated": {"type": "boolean"}, "facets": {"type": "object"},
                },
            },
        },
    })
}

/// What a column's filter takes.
fn parameter(column: &Column, meaning: Option<&ColumnMeaning>) -> Value {
    let mut schema = json!({"type": match column.kind {
        ColumnType::Integer => "integer",
        ColumnType::Number => "number",
        ColumnType::Boolean => "boolean",
        _ => "string",
    }});
    match column.kind {
        ColumnType::Date => schema["format"] = json!("date"),
        ColumnType::Timestamp => schema["format"] = json!("date-time"),
        _ => {}
    }
    let value = |text: &str| match column.kind {
        ColumnType::Integer | ColumnType::Number | ColumnType::Boolean => {
            serde_json::from_str(text).unwrap_or_else(|_| json!(text))
        }
        _ => json!(text),
    };
    let codes: Vec<_> =
        meaning.into_iter().flat_map(|meaning| meaning.codes.iter().chain(&meaning.sentinels)).collect();
    let is_listed = column.distinct_exact
        && column.distinct <= VALUES_LISTED_MAX
        && column.top.len() as u64 == column.distinct
        && column.top.iter().all(|(text, _)| text.chars().count() <= VALUE_CHARS_MAX);
    if !codes.is_empty() && codes.len() as u64 <= VALUES_LISTED_MAX {
        schema["oneOf"] = codes
            .iter()
            .map(|code| match code.label.is_empty() {
                true => json!({"const": value(&code.value)}),
                false => {
                    json!({"const": value(&code.value), "title": format!("{}, {}", code.value, code.label)})
                }
            })
            .collect();
    } else if is_listed && column.kind != ColumnType::Boolean {
        schema["enum"] = column.top.iter().map(|(text, _)| value(text)).collect();
    } else if let Some((first, _)) = column.top.first() {
        schema["examples"] = json!([value(first)]);
    } else if let Some(least) = &column.min {
        schema["examples"] = json!([value(least)]);
    }
    schema
}

/// A column in words: its heading, what it means, its unit, where its values lie.
fn words(column: &Column, meaning: Option<&ColumnMeaning>) -> String {
    let label = meaning.and_then(|meaning| meaning.label.as_ref()).or(column.label.as_ref());
    let mut parts: Vec<String> = label.into_iter().filter(|label| **label != column.name).cloned().collect();
    if let Some(meaning) = meaning {
        parts.extend(meaning.description.clone());
        parts.extend(meaning.unit.as_ref().map(|unit| format!("In {unit}")));
    }
    if let (Some(least), Some(most), true) =
        (&column.min, &column.max, column.kind.is_numeric() || column.kind.is_temporal())
    {
        parts.push(format!("From {least} to {most}"));
    }
    parts.join(". ")
}
