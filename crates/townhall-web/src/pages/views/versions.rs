//! What changed and when (`dataset_versions.html`).

use serde::Serialize;

use super::{DatasetHead, Download, Link};

/// The versions of the data and the revisions of the description.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct VersionsView {
    /// The top.
    pub head: DatasetHead,
    /// The versions of the tables, newest first.
    pub versions: Vec<VersionRow>,
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
