//! The one logical query that every dialect produces.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use townhall_model::table::{Column, ColumnType, DatabaseTable};
use townhall_model::{BlobId, TableId};

use crate::filter::Filter;
use crate::joined::Joined;
use crate::value::Value;

/// The hidden column that numbers the rows of a table file, from 1.
pub const ROW: &str = "_row";

/// What stands for how well a row matches the words of a search; a name that no column can have.
pub const RANK: &str = "\u{1}rank";

/// A version of a table, as far as questions are concerned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    /// The table of a database that has the rows, when the blob has none.
    #[serde(default)]
    pub live: Option<DatabaseTable>,
    /// Values that mean that there is none, by column: aggregates leave them out.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub sentinels: BTreeMap<String, Vec<String>>,
}

impl TableSource {
    /// The column of a name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// Whether a function makes sense for a column: a text with sentinels may hold numbers beside them.
    pub fn suits(&self, function: AggregateFunction, column: &Column) -> bool {
        function.suits(column.kind)
            || (column.kind == ColumnType::Text && self.sentinels.contains_key(&column.name))
    }
}

/// A value by which rows are ordered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sort {
    /// The value: of the table, or by the name of a result.
    pub value: Value,
    /// Whether the largest comes first. Rows without a value come last either way.
    pub descending: bool,
}

impl Sort {
    /// By a column.
    pub fn by(column: &str, descending: bool) -> Self {
        Self { value: Value::column(column), descending }
    }
}

/// What is computed of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
    /// The middle value.
    Median,
    /// The standard deviation of a sample.
    Stddev,
}

impl AggregateFunction {
    /// Every function, as the documentation lists them.
    pub const ALL: [Self; 8] = [
        Self::Count,
        Self::CountDistinct,
        Self::Sum,
        Self::Avg,
        Self::Min,
        Self::Max,
        Self::Median,
        Self::Stddev,
    ];

    /// The word in URLs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::CountDistinct => "count_distinct",
            Self::Sum => "sum",
            Self::Avg => "avg",
            Self::Min => "min",
            Self::Max => "max",
            Self::Median => "median",
            Self::Stddev => "stddev",
        }
    }

    /// The function of that word.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|function| function.name() == name)
    }

    /// Whether it makes sense for a column of this type.
    pub const fn suits(self, kind: ColumnType) -> bool {
        match self {
            Self::Sum | Self::Avg | Self::Median | Self::Stddev => kind.is_numeric(),
            _ => true,
        }
    }
}

/// A result of a question: a value and what it is called.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Output {
    /// The value.
    pub value: Value,
    /// What it is called in the answer; no two of a question have the same name.
    pub name: String,
}

impl Output {
    /// A column under its own name.
    pub fn column(name: &str) -> Self {
        Self { value: Value::column(name), name: name.to_owned() }
    }

    /// A value under a name.
    pub fn named(value: Value, name: impl Into<String>) -> Self {
        Self { value, name: name.into() }
    }
}

/// A question about the rows of one table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RowsQuery {
    /// The question whose answer is asked instead of the table's own rows.
    #[serde(default)]
    pub of: Option<Box<RowsQuery>>,
    /// The tables that are asked as one, where there are several.
    #[serde(skip)]
    pub joined: Option<Arc<Joined>>,
    /// The results wanted, in order; all columns (of groups: what they are grouped by) when empty.
    pub select: Vec<Output>,
    /// Which rows.
    pub filter: Filter,
    /// By what rows are grouped; groups are wanted, too, when a result is an aggregate.
    pub group: Vec<Value>,
    /// Which groups.
    pub having: Filter,
    /// Whether rows that look the same are wanted once.
    pub distinct: bool,
    /// The order; the table's own when empty.
    pub sort: Vec<Sort>,
    /// How many rows of the order are passed over.
    pub offset: u64,
    /// Rows wanted; none means the usual page, or for exports all.
    pub limit: Option<usize>,
    /// Where the page before ended.
    pub cursor: Option<String>,
    /// Columns whose values are to be counted.
    pub facets: Vec<String>,
    /// Whether it is to be counted how many rows or groups there are in all.
    pub total: bool,
}

impl Default for RowsQuery {
    fn default() -> Self {
        Self {
            of: None,
            joined: None,
            select: Vec::new(),
            filter: Filter::everything(),
            group: Vec::new(),
            having: Filter::everything(),
            distinct: false,
            sort: Vec::new(),
            offset: 0,
            limit: None,
            cursor: None,
            facets: Vec::new(),
            total: true,
        }
    }
}

impl RowsQuery {
    /// Whether groups are wanted rather than rows.
    pub fn is_grouped(&self) -> bool {
        self.distinct
            || !self.group.is_empty()
            || self.select.iter().any(|output| output.value.has_aggregate())
    }

    /// Whether every row matches.
    pub fn matches_everything(&self) -> bool {
        self.filter.is_everything()
    }

    /// The columns that the order is made of, and whether each is descending; none when some of it is computed.
    pub(crate) fn sort_columns<'a>(&'a self, table: &TableSource) -> Option<Vec<(&'a str, bool)>> {
        self.sort
            .iter()
            .map(|sort| match &sort.value {
                Value::Column(name) if table.column(name).is_some() || name == ROW => {
                    Some((name.as_str(), sort.descending))
                }
                _ => None,
            })
            .collect()
    }
}
