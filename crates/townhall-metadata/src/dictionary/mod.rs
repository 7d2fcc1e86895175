//! Dictionaries of tables in the forms that others read: Frictionless Table Schema, CSV on the Web, JSON Schema, and a sheet
//! that people edit; and back.

mod csvw;
mod json_schema;
mod read;
mod sheet;
mod table_schema;

use serde_json::{Value, json};
use townhall_model::dictionary::Dictionary;
use townhall_model::table::{Column, ColumnType};

pub use read::{DictionaryError, read_dictionary};
pub use sheet::HEADER as DICTIONARY_HEADER;

/// A table whose dictionary is written.
#[derive(Debug, Clone, Copy)]
pub struct Described<'a> {
    /// Its title.
    pub title: &'a str,
    /// The address of its rows as CSV.
    pub url: &'a str,
    /// Its columns.
    pub columns: &'a [Column],
    /// What they mean.
    pub dictionary: &'a Dictionary,
}

/// A form that dictionaries are written in.
#[derive(Debug)]
pub struct DictionaryForm {
    /// The word in addresses and options.
    pub name: &'static str,
    /// The words for people.
    pub label: &'static str,
    /// The media type.
    pub media_type: &'static str,
    /// The end of file names.
    pub extension: &'static str,
    write: fn(&Described<'_>) -> Vec<u8>,
}

/// The forms, in the order the documentation lists them.
pub const DICTIONARY_FORMS: [DictionaryForm; 5] = [
    DictionaryForm {
        name: "json",
        label: "JSON",
        media_type: "application/json",
        extension: "json",
        write: |table| pretty(&own(table)),
    },
    DictionaryForm {
        name: "table-schema",
        label: "Table Schema (Frictionless)",
        media_type: "application/vnd.frictionless.tableschema+json",
        extension: "tableschema.json",
        write: |table| pretty(&table_schema::written(table)),
    },
    DictionaryForm {
        name: "csvw",
        label: "CSV on the Web",
        media_type: "application/csvm+json",
        extension: "csv-metadata.json",
        write: |table| pretty(&csvw::written(table)),
    },
    DictionaryForm {
        name: "json-schema",
        label: "JSON Schema",
        media_type: "application/schema+json",
        extension: "schema.json",
        write: |table| pretty(&json_schema::written(table)),
    },
    DictionaryForm {
        name: "csv",
        label: "CSV, to edit",
        media_type: "text/csv; charset=utf-8",
        extension: "csv",
        write: sheet::written,
    },
];

impl DictionaryForm {
    /// The form of a name, or of the end of a file's name.
    pub fn by_name(name: &str) -> Option<&'static Self> {
        DICTIONARY_FORMS.iter().find(|form| form.name == name || form.extension == name)
    }

    /// Writes a dictionary.
    pub fn written(&self, table: &Described<'_>) -> Vec<u8> {
        (self.write)(table)
    }
}

impl Described<'_> {
    /// The dictionary as a table of texts under [`DICTIONARY_HEADER`], a row for each column.
    pub fn rows(&self) -> Vec<[String; DICTIONARY_HEADER.len()]> {
        sheet::rows(self).collect()
    }
}

fn pretty(value: &Value) -> Vec<u8> {
    let mut text = format!("{value:#}");
    text.push('\n');
    text.into_bytes()
}

/// Ours: what is said, and the type that was found.
fn own(table: &Described<'_>) -> Value {
    let column = |column: &Column| {
        let mut meaning = json!(table.dictionary.columns.get(&column.name).cloned().unwrap_or_default());
        if let Value::Object(members) = &mut meaning {
            members.entry("label").or_insert_with(|| json!(label(column, table.dictionary)));
            members.insert("type".to_owned(), json!(column.kind.name()));
        }
        (column.name.clone(), meaning)
    };
    let columns: serde_json::Map<String, Value> = table.columns.iter().map(column).collect();
    json!({"title": table.title, "columns": columns})
}

/// The heading of a column: as somebody said, as the source has it, or its name.
fn label<'a>(column: &'a Column, dictionary: &'a Dictionary) -> &'a str {
    let said = dictionary.columns.get(&column.name).and_then(|meaning| meaning.label.as_deref());
    said.or(column.label.as_deref()).unwrap_or(&column.name)
}

/// A value as it stands in JSON.
fn value(text: &str, kind: ColumnType) -> Value {
    match kind {
        ColumnType::Integer | ColumnType::Number | ColumnType::Boolean => {
            serde_json::from_str(text).unwrap_or_else(|_| json!(text))
        }
        _ => json!(text),
    }
}
