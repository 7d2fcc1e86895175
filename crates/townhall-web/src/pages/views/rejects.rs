//! What of a file did not fit (`dataset_rejects.html`).

use serde::Serialize;

use super::{DatasetHead, Download, Pager};

/// Cells and rows of a version that did not fit.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct RejectsView {
    /// The top.
    pub head: DatasetHead,
    /// The table.
    pub title: String,
    /// The version.
    pub version: u64,
    /// The page of that version.
    pub table_url: String,
    /// How many there are.
    pub total: u64,
    /// Which of them are here.
    pub pager: Pager,
    /// These.
    pub rows: Vec<RejectRow>,
    /// All of them as files.
    pub downloads: Vec<Download>,
}

/// A cell, or a whole row, that did not fit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RejectRow {
    /// The number of the row.
    pub row: u64,
    /// The row in the table.
    pub url: Option<String>,
    /// The line of the file.
    pub line: Option<u64>,
    /// The column; none for a whole row.
    pub column: Option<String>,
    /// What stood there.
    pub value: String,
    /// Why it did not fit.
    pub reason: String,
}
