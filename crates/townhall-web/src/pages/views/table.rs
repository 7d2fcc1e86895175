//! A dataset's rows (`dataset_table.html`), at `/data/{slug}/table`.

use serde::Serialize;

use super::{Choice, DatasetHead, Download, FilterChip, HiddenField, Notice, Pager};

/// Rows of a table, as the address asks for them.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct TableView {
    /// The top.
    pub head: DatasetHead,
    /// The table's title.
    pub title: String,
    /// The page's address without a query; the forms go there.
    pub action: String,
    /// The tables of the dataset, when there are several.
    pub tables: Vec<Choice>,
    /// The columns shown, in order.
    pub columns: Vec<ColumnHead>,
    /// The rows of this page.
    pub rows: Vec<RowView>,
    /// How many rows the table has.
    pub rows_total: u64,
    /// How many match the filters, when that is known exactly.
    pub rows_matching: Option<u64>,
    /// Where one is.
    pub pager: Pager,
    /// A filter for each column.
    pub filters: Vec<ColumnFilter>,
    /// The filters in force.
    pub chips: Vec<FilterChip>,
    /// The address without any filter, when there is one in force.
    pub clear_url: Option<String>,
    /// All columns, to choose from.
    pub chooser: Vec<ColumnChoice>,
    /// What the column chooser carries along.
    pub chooser_keep: Vec<HiddenField>,
    /// What was searched for in all columns.
    pub search: String,
    /// What the filter form carries along (columns, sort, page size).
    pub filter_keep: Vec<HiddenField>,
    /// Page sizes.
    pub sizes: Vec<Choice>,
    /// This very view as files.
    pub downloads: Vec<Download>,
    /// This very view from the API, with the site's address.
    pub api_url: String,
    /// The same view in the API console.
    pub console_url: String,
    /// The version of the table, such as its date or number.
    pub version: Option<String>,
    /// Cells or rows that did not fit.
    pub problems: u64,
    /// The list of them.
    pub problems_url: Option<String>,
    /// What was wrong with the question, or what limit cut it.
    pub notices: Vec<Notice>,
}

/// The head of a column.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ColumnHead {
    /// The name in addresses.
    pub name: String,
    /// The words in the head.
    pub label: String,
    /// The word for its type, such as `number`.
    pub kind: String,
    /// Numbers are set flush right.
    pub is_numeric: bool,
    /// `ascending`, `descending` or empty, when the rows are in its order.
    pub sort: String,
    /// The address with the rows in its order, or the other way round.
    pub sort_url: String,
    /// What it means, for a hint.
    pub description: Option<String>,
    /// How its values are spread, for those of numbers and times.
    pub spread: Option<SpreadView>,
}

/// How the values of a column are spread.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SpreadView {
    /// The same in words.
    pub words: String,
    /// The height of each bar of its histogram, in hundredths of the highest.
    pub bars: Vec<SpreadBar>,
    /// The width of the drawing.
    pub width: usize,
    /// The address of the whole profile.
    pub url: String,
}

/// A bar of a small histogram.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SpreadBar {
    /// Where it begins.
    pub x: usize,
    /// Where its top is.
    pub y: u64,
    /// How high it is.
    pub height: u64,
}

/// A row.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RowView {
    /// Its number in the table, counted from 1.
    pub number: u64,
    /// Its own address.
    pub url: Option<String>,
    /// The cells in the order of the columns shown.
    pub cells: Vec<CellView>,
}

/// A cell.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct CellView {
    /// The text, as the API prints the value; none is an empty cell.
    pub text: Option<String>,
    /// An address, when the value is one.
    pub url: Option<String>,
    /// The address of this page filtered to this value.
    pub filter_url: Option<String>,
}

impl CellView {
    /// A cell of text alone.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: Some(text.into()), url: None, filter_url: None }
    }

    /// An empty cell.
    pub fn empty() -> Self {
        Self::default()
    }
}

/// The filter of a column, as a part of a form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ColumnFilter {
    /// The column.
    pub column: String,
    /// The words.
    pub label: String,
    /// The word for its type.
    pub kind: String,
    /// The comparisons offered; the value is the parameter's name, such as `year__gte`.
    pub ops: Vec<Choice>,
    /// What was typed.
    pub value: String,
    /// Values to choose from, when they are few.
    pub values: Vec<String>,
}

/// A column that can be shown or not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ColumnChoice {
    /// The name in addresses.
    pub name: String,
    /// The words.
    pub label: String,
    /// Whether it is shown.
    pub shown: bool,
}
