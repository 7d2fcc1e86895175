//! The one logical query that every dialect produces.

use townhall_model::table::{Column, ColumnType};
use townhall_model::{BlobId, TableId};

use crate::filter::Filter;

/// The hidden column that numbers the rows of a table file, from 1.
pub const ROW: &str = "_row";

/// A version of a table, as far as questions are concerned.
#[derive(Debug, Clone, PartialEq)]
pub struct TableSource {
    /// The table.
    pub id: TableId,
    /// The number of the version.
    pub version: u32,
    /// Its rows, as Parquet.
    pub blob: BlobId,
    /// How many rows it has.
    pub rows: u64,
    /// Its columns.
    pub columns: Vec<Column>,
}

impl TableSource {
    /// The column of a name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

/// A column by which rows are ordered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sort {
    /// The column.
    pub column: String,
    /// Whether the largest comes first. Rows without a value come last either way.
    pub descending: bool,
}

/// What is computed of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AggregateFunction {
    /// Rows, or rows with a value.
    Count,
    /// Distinct values.
    CountDistinct,
    /// The sum.
    Sum,
    /// The mean.
    Avg,
    /// The smallest.
    Min,
    /// The largest.
    Max,
}

impl AggregateFunction {
    /// Every function, as the documentation lists them.
    pub const ALL: [Self; 6] = [Self::Count, Self::CountDistinct, Self::Sum, Self::Avg, Self::Min, Self::Max];

    /// The word in URLs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::CountDistinct => "count_distinct",
            Self::Sum => "sum",
            Self::Avg => "avg",
            Self::Min => "min",
            Self::Max => "max",
        }
    }

    /// The function of that word.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|function| function.name() == name)
    }

    /// Whether it makes sense for a column of this type.
    pub const fn suits(self, kind: ColumnType) -> bool {
        match self {
            Self::Sum | Self::Avg => kind.is_numeric(),
            _ => true,
        }
    }
}

/// A number computed of each group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aggregate {
    /// What is computed.
    pub function: AggregateFunction,
    /// Of which column; none only for counting rows.
    pub column: Option<String>,
    /// What it is called in the answer.
    pub alias: String,
}

/// A question about the rows of one table.
#[derive(Debug, Clone, PartialEq)]
pub struct RowsQuery {
    /// The columns wanted, in order; all when empty.
    pub select: Vec<String>,
    /// Which rows.
    pub filter: Filter,
    /// Words that must stand in any text column.
    pub search: Vec<String>,
    /// Columns by which rows are grouped.
    pub group: Vec<String>,
    /// What is computed of each group; with neither groups nor these, rows themselves are wanted.
    pub aggregates: Vec<Aggregate>,
    /// The order; the table's own when empty.
    pub sort: Vec<Sort>,
    /// Rows wanted; none means the usual page, or for exports all.
    pub limit: Option<usize>,
    /// Where the page before ended.
    pub cursor: Option<String>,
    /// Columns whose values are to be counted.
    pub facets: Vec<String>,
}

impl Default for RowsQuery {
    fn default() -> Self {
        Self {
            select: Vec::new(),
            filter: Filter::everything(),
            search: Vec::new(),
            group: Vec::new(),
            aggregates: Vec::new(),
            sort: Vec::new(),
            limit: None,
            cursor: None,
            facets: Vec::new(),
        }
    }
}

impl RowsQuery {
    /// Whether groups are wanted rather than rows.
    pub fn is_grouped(&self) -> bool {
        !self.group.is_empty() || !self.aggregates.is_empty()
    }

    /// Whether every row matches.
    pub fn matches_everything(&self) -> bool {
        self.filter.is_everything() && self.search.is_empty()
    }
}
