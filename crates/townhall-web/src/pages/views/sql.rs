//! Questions in SQL (`sql.html`), at `/sql`, and those that staff have saved, at `/sql/{name}`.

use serde::Serialize;

use super::{ChartFigure, Choice, ColumnHead, Download, Link, Notice};

/// A query, its answer, and the tables that can be asked.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct SqlView {
    /// The query as it was sent.
    pub sql: String,
    /// Where the form leads.
    pub action: String,
    /// What a saved query tells, in Markdown; empty for others.
    pub description: String,
    /// Whether it is a saved query, which is run but not changed here.
    pub is_saved: bool,
    /// The parameters of a saved query.
    pub fields: Vec<QueryField>,
    /// Whether a query was sent and answered.
    pub answered: bool,
    /// The results.
    pub columns: Vec<ColumnHead>,
    /// The rows that are shown.
    pub rows: Vec<Vec<Option<String>>>,
    /// Whether there are more rows than are shown.
    pub truncated: bool,
    /// How long it took, in words.
    pub took: String,
    /// The whole answer as files.
    pub downloads: Vec<Download>,
    /// The query from the API, with the site's address.
    pub api_url: String,
    /// This page with this query, with the site's address.
    pub share_url: String,
    /// The API console with this query.
    pub console_url: String,
    /// This query in the editor.
    pub edit_url: String,
    /// How staff keep this query under a name; empty for others.
    pub save_command: String,
    /// How the query is answered, step by step; empty when that was not asked.
    pub plan: String,
    /// This page with those steps.
    pub plan_url: String,
    /// Columns for labels of a chart, columns for its numbers, and how it is drawn; empty when none can be.
    pub chart_labels: Vec<Choice>,
    /// Columns for its numbers.
    pub chart_values: Vec<Choice>,
    /// How it is drawn.
    pub chart_marks: Vec<Choice>,
    /// The chart.
    pub chart: Option<ChartFigure>,
    /// Where in the query something was wrong.
    pub mistake: Option<SqlMistake>,
    /// What was wrong with the query.
    pub notices: Vec<Notice>,
    /// Queries that staff have saved.
    pub saved: Vec<QueryRow>,
    /// The tables.
    pub tables: Vec<SqlTable>,
    /// The words that tables were looked for.
    pub find: String,
    /// Whether there are more than are listed, or some were looked for.
    pub can_find: bool,
    /// The next tables.
    pub more_tables: String,
    /// Queries to begin with.
    pub examples: Vec<Link>,
    /// What bounds a query, a sentence each.
    pub limits: Vec<String>,
}

/// Where in a query something was wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SqlMistake {
    /// The line, from 1.
    pub line: u64,
    /// The character in the line, from 1.
    pub column: u64,
    /// The line itself, and below it a mark at the character.
    pub text: String,
}

/// A parameter of a saved query.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct QueryField {
    /// Its name.
    pub name: String,
    /// Its words.
    pub label: String,
    /// What it takes.
    pub kind: String,
    /// Whether it has to be filled in.
    pub required: bool,
    /// What was filled in, or the usual value.
    pub value: String,
}

/// A saved query in a list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct QueryRow {
    /// Its title and page.
    pub link: Link,
    /// What it tells, in Markdown.
    pub description: String,
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
