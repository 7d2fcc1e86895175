//! The columns of a dataset's tables (`dataset_dictionary.html`).

use serde::Serialize;

use super::{DatasetHead, Download, Link};
use crate::pages::charts::SpreadView;

/// The columns of a dataset's tables and what is in them.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DictionaryView {
    /// The top.
    pub head: DatasetHead,
    /// The tables.
    pub tables: Vec<DictionaryTable>,
    /// The dictionary as files.
    pub downloads: Vec<Download>,
    /// The publisher's own dictionary.
    pub publishers: Option<Link>,
}

/// A table's columns.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DictionaryTable {
    /// Its title.
    pub title: String,
    /// Its page.
    pub url: String,
    /// How many rows it has.
    pub rows: u64,
    /// The columns.
    pub columns: Vec<ColumnRow>,
    /// How many of them somebody has described.
    pub described: u64,
}

/// A column and its profile.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ColumnRow {
    /// The name in addresses and files.
    pub name: String,
    /// The head as it stood in the source, where that differs.
    pub label: Option<String>,
    /// The word for its type.
    pub kind: String,
    /// Why it has this type, such as `leading zeros`.
    pub kind_reason: Option<String>,
    /// What it means, in markdown.
    pub description: Option<String>,
    /// The unit.
    pub unit: Option<String>,
    /// How far it may be shown or linked.
    pub sensitivity: Option<String>,
    /// What its codes stand for.
    pub codes: Vec<CodeRow>,
    /// Codes that are not among them.
    pub codes_more: u64,
    /// Rows with a value.
    pub values: u64,
    /// Rows without one.
    pub nulls: u64,
    /// Cells that did not fit.
    pub rejects: u64,
    /// Distinct values.
    pub distinct: Option<u64>,
    /// Whether `distinct` is exact.
    pub distinct_exact: bool,
    /// The smallest value.
    pub min: Option<String>,
    /// The largest value.
    pub max: Option<String>,
    /// The mean, for numbers.
    pub mean: Option<f64>,
    /// The most frequent values.
    pub top: Vec<ValueCount>,
    /// A drawing of how the values spread, from [`crate::pages::charts::spread`].
    pub spread: Option<SpreadView>,
}

/// A code and what it stands for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct CodeRow {
    /// The value as it stands in the column.
    pub value: String,
    /// What it stands for.
    pub label: String,
    /// Whether it means that there is no value.
    pub is_sentinel: bool,
    /// The rows that have it.
    pub url: String,
}

/// A value and how often it stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ValueCount {
    /// The value.
    pub value: String,
    /// How often it stands.
    pub count: u64,
    /// The rows that have it.
    pub url: Option<String>,
}
