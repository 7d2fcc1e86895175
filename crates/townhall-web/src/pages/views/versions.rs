//! What changed and when (`dataset_versions.html`).

use serde::Serialize;

use super::{DatasetHead, Download, HiddenField, Link, Notice};

/// The versions of the data and the revisions of the description.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct VersionsView {
    /// The top.
    pub head: DatasetHead,
    /// The versions of the tables, newest first.
    pub versions: Vec<VersionRow>,
    /// What differs between two versions, when that was asked for.
    pub changes: Option<ChangesView>,
    /// The revisions of the record, newest first.
    pub revisions: Vec<RevisionRow>,
    /// A feed of changes.
    pub feed_url: Option<String>,
}

/// A version of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct VersionRow {
    /// Its table.
    pub table: String,
    /// Its number.
    pub number: u64,
    /// When it came.
    pub at: String,
    /// How many rows it has.
    pub rows: u64,
    /// The checksum of the file it was read from.
    pub sha256: Option<String>,
    /// It is the one that is served now.
    pub current: bool,
    /// Its rows.
    pub url: Option<String>,
    /// Its files.
    pub downloads: Vec<Download>,
    /// The recipe that made it.
    pub made_by: Option<Link>,
    /// The tables that it was made from, in words.
    pub made_from: Option<String>,
    /// What differs from the version before.
    pub changes_url: Option<String>,
    /// How many cells did not fit.
    pub rejects: u64,
    /// Which ones.
    pub rejects_url: Option<String>,
}

/// What differs between two versions of a table.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ChangesView {
    /// The table.
    pub table: String,
    /// The older version.
    pub from: u64,
    /// The newer version.
    pub to: u64,
    /// Rows that are new.
    pub added: u64,
    /// Rows that are gone.
    pub removed: u64,
    /// Rows of the same key with other values; none without a key.
    pub changed: Option<u64>,
    /// Rows that are the same.
    pub unchanged: u64,
    /// Columns that are new.
    pub columns_added: Vec<String>,
    /// Columns that are gone.
    pub columns_removed: Vec<String>,
    /// The columns that are shown.
    pub columns: Vec<String>,
    /// The first rows that differ.
    pub rows: Vec<ChangeRow>,
    /// Whether the files have more than is shown.
    pub has_more: bool,
    /// Where the form leads.
    pub action: String,
    /// What the form keeps.
    pub keep: Vec<HiddenField>,
    /// The columns by which rows are known again.
    pub key: String,
    /// What was wrong with the question.
    pub notices: Vec<Notice>,
    /// All that differs as files.
    pub downloads: Vec<Download>,
}

/// A row that differs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ChangeRow {
    /// `added`, `removed` or `changed`.
    pub change: String,
    /// How many rows look so.
    pub copies: u64,
    /// The number of the row.
    pub row: u64,
    /// The cells.
    pub cells: Vec<Option<String>>,
    /// What stood in each before, where that differs.
    pub before: Vec<Option<String>>,
}

/// A revision of the record.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RevisionRow {
    /// Its number.
    pub number: u64,
    /// When it came.
    pub at: String,
    /// Who made it.
    pub by: String,
    /// What was done, in words, such as `imported` or `changed`.
    pub action: String,
    /// The fields that changed.
    pub fields: Vec<String>,
    /// The record as it was.
    pub link: Option<Link>,
}
