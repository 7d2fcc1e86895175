//! Datasets with slices (`qu.html`), at `/qu/data`.

use serde::Serialize;

use super::{ColumnHead, Download, Fact, Notice, Pager};

/// A dataset, a concept, a slice, or the list of datasets.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct QuView {
    /// The heading.
    pub title: String,
    /// What it is, as its publisher wrote it.
    pub lead: String,
    /// What went wrong.
    pub notices: Vec<Notice>,
    /// Where the form asks; there is none when it is empty.
    pub action: String,
    /// The fields of the form.
    pub clauses: Vec<QuClause>,
    /// What else is known.
    pub facts: Vec<Fact>,
    /// What belongs to it.
    pub lists: Vec<QuList>,
    /// Rows, codes or columns.
    pub table: Option<QuTable>,
    /// The other pages of the answer.
    pub pager: Pager,
    /// The same in other forms.
    pub downloads: Vec<Download>,
}

/// A field of the form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct QuClause {
    /// The parameter.
    pub name: String,
    /// Its id on the page.
    pub id: String,
    /// The words.
    pub label: String,
    /// What to write.
    pub hint: String,
    /// What was written.
    pub value: String,
    /// What is wrong with it.
    pub errors: Vec<String>,
}

/// A list of what belongs together.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct QuList {
    /// The heading.
    pub title: String,
    /// The items.
    pub items: Vec<QuItem>,
    /// What is said when there are none.
    pub none: String,
}

/// An item of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct QuItem {
    /// The words.
    pub title: String,
    /// Where it leads.
    pub url: String,
    /// What it is, as its publisher wrote it.
    pub text: String,
}

/// A table.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct QuTable {
    /// What it shows.
    pub caption: String,
    /// Its columns.
    pub columns: Vec<ColumnHead>,
    /// Its cells.
    pub rows: Vec<Vec<Option<String>>>,
    /// What is to be known of it.
    pub note: Option<String>,
}
