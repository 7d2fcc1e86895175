//! The shape of a table version: its columns, what is known of each, and where its bytes are.

use serde::{Deserialize, Serialize};

use crate::BlobId;

/// What a column holds, in the words of the API and the pages. The Parquet file has the exact Arrow type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ColumnType {
    /// Text, codes and identifiers included.
    Text,
    /// Whole numbers of 64 bits.
    Integer,
    /// Decimal numbers, held as 64-bit floating point.
    Number,
    /// True or false.
    Boolean,
    /// A calendar day.
    Date,
    /// An instant, in UTC, to the microsecond.
    Timestamp,
    /// A local date and time without a zone, to the microsecond.
    Datetime,
}

impl ColumnType {
    /// The word in JSON and on pages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::Timestamp => "timestamp",
            Self::Datetime => "datetime",
        }
    }

    /// Whether sums, means and histograms make sense.
    pub const fn is_numeric(self) -> bool {
        matches!(self, Self::Integer | Self::Number)
    }

    /// Whether it is a point in time.
    pub const fn is_temporal(self) -> bool {
        matches!(self, Self::Date | Self::Timestamp | Self::Datetime)
    }
}

/// One column of a table version with its profile.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// The name in URLs and files, unique in its table.
    pub name: String,
    /// The header as it stood in the source, where that differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// What it holds.
    #[serde(rename = "type")]
    pub kind: ColumnType,
    /// Why this type was chosen, when it is not obvious, such as `leading zeros`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub type_reason: Option<String>,
    /// Rows with a value.
    pub values: u64,
    /// Rows without one.
    pub nulls: u64,
    /// Cells that did not fit the type: they are null here and kept, raw, among the rejects.
    #[serde(default)]
    pub rejects: u64,
    /// Distinct values: exact while `distinct_exact`, else an estimate.
    pub distinct: u64,
    /// Whether `distinct` is exact.
    pub distinct_exact: bool,
    /// The smallest value, as the API prints it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<String>,
    /// The largest value, as the API prints it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<String>,
    /// The mean, for numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mean: Option<f64>,
    /// The most frequent values and how often each stands, most frequent first; empty when nearly all differ.
    #[serde(default)]
    pub top: Vec<(String, u64)>,
    /// How the values are spread, for numbers and times.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spread: Option<Spread>,
}

impl Column {
    /// A column of which nothing but name and type is known, such as one that was computed.
    pub fn bare(name: &str, kind: ColumnType) -> Self {
        Self {
            name: name.to_owned(),
            label: None,
            kind,
            type_reason: None,
            values: 0,
            nulls: 0,
            rejects: 0,
            distinct: u64::MAX,
            distinct_exact: false,
            min: None,
            max: None,
            mean: None,
            top: Vec::new(),
            spread: None,
        }
    }
}

/// How the values of a column of numbers or times are spread. Values are as the API prints them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// Whether it is exact; else values are as near as a profile of bounded size can tell.
    pub exact: bool,
    /// The value below or at which a share of the values lies.
    pub quantiles: Vec<(f64, String)>,
    /// Where bins of one width begin, and where the last ends. A bin has what lies from its begin up to the next; the last
    /// also has its end.
    pub edges: Vec<String>,
    /// How many values lie in each bin.
    pub counts: Vec<u64>,
}

/// Everything known of one version of a table, kept in the store beside the Parquet blob.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TableManifest {
    /// The format of this manifest; a reader refuses one that it does not know.
    pub v: u32,
    /// The rows, as Parquet.
    pub parquet: BlobId,
    /// The size of the Parquet blob.
    pub parquet_bytes: u64,
    /// The bytes that the rows were read from.
    pub source: BlobId,
    /// Their size.
    pub source_bytes: u64,
    /// Their file name, for people.
    pub source_name: String,
    /// The name in `FORMATS` of the format they were read as.
    pub format: String,
    /// How they were read (delimiter, encoding, header row), as the format reports it.
    #[serde(default)]
    pub read_as: serde_json::Map<String, serde_json::Value>,
    /// The rows.
    pub rows: u64,
    /// The columns in order.
    pub columns: Vec<Column>,
    /// The first cells that did not fit, all of which are counted in `rejects_total`.
    #[serde(default)]
    pub rejects: Vec<RejectedCell>,
    /// How many cells or rows did not fit.
    #[serde(default)]
    pub rejects_total: u64,
    /// All rejects as JSON lines, when there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejects_blob: Option<BlobId>,
    /// The table of a database that the rows came from, or are asked of each time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database: Option<DatabaseTable>,
}

/// A table of somebody's database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatabaseTable {
    /// The name of the connection.
    pub connection: String,
    /// The schema in the database.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// The name in the database.
    pub table: String,
    /// Whether names without a schema mean this schema.
    #[serde(default)]
    pub usual_schema: bool,
    /// Whether the rows stay there and are asked of it each time: then the Parquet file has none.
    #[serde(default)]
    pub live: bool,
    /// The columns, by their names here, that tell one row from another.
    #[serde(default)]
    pub key: Vec<String>,
}

impl TableManifest {
    /// The format number of manifests written by this release.
    pub const FORMAT: u32 = 1;
}

/// A cell (or a whole row, when `column` is absent) that did not fit its column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RejectedCell {
    /// The data row, counted from 1.
    pub row: u64,
    /// The line of the source, counted from 1, where the format has lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// The column's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// What stood there.
    pub value: String,
    /// Why it did not fit.
    pub reason: String,
}
