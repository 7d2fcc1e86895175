//! The page about a table (`data_page.html`), of one of its rows (`data_row.html`), and where it is made
//! (`data_build.html`).

use serde::Serialize;

use super::{
    ChartFigure, Choice, ColumnHead, DatasetHead, Download, HiddenField, Link, Notice, Pager, RowView,
};

/// A page about a table.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DataPageView {
    /// The top of its dataset.
    pub head: DatasetHead,
    /// Its title.
    pub title: String,
    /// What it is about, in Markdown.
    pub description: Option<String>,
    /// The page's address without a query.
    pub action: String,
    /// What rows can be chosen by.
    pub filters: Vec<PageFilterView>,
    /// What the filter form carries along.
    pub keep: Vec<HiddenField>,
    /// The address without any filter, when there is one in force.
    pub clear_url: Option<String>,
    /// What was wrong with the question.
    pub notices: Vec<Notice>,
    /// Charts and texts.
    pub panes: Vec<PagePane>,
    /// Whether rows are shown.
    pub has_rows: bool,
    /// The columns of the rows.
    pub columns: Vec<ColumnHead>,
    /// The rows.
    pub rows: Vec<RowView>,
    /// Where one is among the rows.
    pub pager: Pager,
    /// The rows as files.
    pub downloads: Vec<Download>,
    /// Where the page is made, for those who may.
    pub build_url: Option<String>,
}

/// A filter of a page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PageFilterView {
    /// The parameter.
    pub name: String,
    /// The words beside it.
    pub label: String,
    /// The value in force.
    pub value: String,
    /// The values to choose from; empty for a text.
    pub values: Vec<Choice>,
}

/// A chart or a text of a page.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct PagePane {
    /// A heading of its own.
    pub title: Option<String>,
    /// A text in Markdown.
    pub markdown: Option<String>,
    /// A chart.
    pub chart: Option<ChartFigure>,
    /// Why there is no chart.
    pub problem: Option<String>,
}

/// A row on a page of its own.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DataRowView {
    /// The top of its dataset.
    pub head: DatasetHead,
    /// What names the row.
    pub title: String,
    /// The page about its table.
    pub back: Link,
    /// Its values.
    pub facts: Vec<RowFact>,
    /// Where it is.
    pub map: Option<ChartFigure>,
    /// The row before.
    pub previous_url: Option<String>,
    /// The row after.
    pub next_url: Option<String>,
}

/// A value of a row.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RowFact {
    /// What it is.
    pub label: String,
    /// The value, as people read it; none when there is none.
    pub value: Option<String>,
    /// Whether it has the whole width.
    pub is_wide: bool,
}

/// Where a page is made.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct BuildView {
    /// The top of the dataset.
    pub head: DatasetHead,
    /// Where the form goes.
    pub action: String,
    /// The page, if it is kept already.
    pub view_url: Option<String>,
    /// What was wrong, or what was done.
    pub notices: Vec<Notice>,
    /// The revision that the form was made of.
    pub revision: u32,
    /// The title.
    pub title: String,
    /// The description, in Markdown.
    pub description: String,
    /// The roles of one column each: the field, its words, the columns.
    pub roles: Vec<(String, String, Vec<Choice>)>,
    /// The roles of several columns: the field, its words, the names with commas.
    pub lists: Vec<(String, String, String)>,
    /// The panes.
    pub panes: Vec<BuildPane>,
    /// Charts that can be added.
    pub addable: Vec<Choice>,
    /// The filters: the column, and how it is filtered.
    pub filters: Vec<(String, Vec<Choice>)>,
    /// The order of the rows.
    pub sort: String,
    /// Whether rows are shown.
    pub has_rows: bool,
    /// Whether rows have pages.
    pub has_detail: bool,
    /// Whether those pages have maps.
    pub has_map: bool,
    /// The forms of downloads.
    pub downloads: Vec<Choice>,
    /// All columns, for those who write their names.
    pub columns: Vec<String>,
    /// Earlier revisions.
    pub revisions: Vec<RevisionChoice>,
    /// The document itself.
    pub text: String,
}

/// A pane in the form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct BuildPane {
    /// Its number, from 1.
    pub number: usize,
    /// Whether it is shown.
    pub on: bool,
    /// Its heading.
    pub title: String,
    /// What it is, in words.
    pub label: String,
    /// Its text, if it is one.
    pub markdown: Option<String>,
    /// Its chart in Vega-Lite, if it is one.
    pub chart: Option<String>,
    /// Whether it can be moved up and down.
    pub can_rise: bool,
    /// Whether it can be moved down.
    pub can_sink: bool,
}

/// A revision that can be restored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RevisionChoice {
    /// Its number.
    pub number: u32,
    /// When it was written.
    pub at: String,
    /// By whom.
    pub by: String,
    /// Whether it is in force.
    pub current: bool,
}
