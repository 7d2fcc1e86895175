//! Questions in SQL (`sql.html`), at `/sql`.

use serde::Serialize;

use super::{ColumnHead, Download, Link, Notice};

/// A query, its answer, and the tables that can be asked.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct SqlView {
    /// The query as it was sent.
    pub sql: String,
    /// Whether a query was sent and answered.
    pub answered: bool,
    /// The results.
    pub columns: Vec<ColumnHead>,
    /// The rows that are shown.
    pub rows: Vec<Vec<Option<String>>>,
    /// Whether there are more rows than are shown.
    pub truncated: bool,
    /// The whole answer as files.
    pub downloads: Vec<Download>,
    /// The query from the API, with the site's address.
    pub api_url: String,
    /// What was wrong with the query.
    pub notices: Vec<Notice>,
    /// The tables.
    pub tables: Vec<SqlTable>,
    /// More tables than are listed.
    pub more_tables: bool,
    /// Queries to begin with.
    pub examples: Vec<Link>,
    /// What bounds a query, a sentence each.
    pub limits: Vec<String>,
}

/// A table that can be asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SqlTable {
    /// Its name in queries.
    pub name: String,
    /// Its title.
    pub title: String,
    /// The page of its dataset.
    pub url: String,
    /// How many rows it has.
    pub rows: u64,
    /// A query that shows some rows of it.
    pub example_url: String,
    /// Its columns: name and what they hold.
    pub columns: Vec<(String, String)>,
}
