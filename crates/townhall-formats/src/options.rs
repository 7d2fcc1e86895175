//! How a file is to be read or written, and what came out.

use std::{collections::BTreeMap, path::PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use townhall_model::table::{Column, ColumnType, RejectedCell};
use townhall_pdf::{Method, Wanted, page_ranges, read_recipe};

use crate::FormatError;

/// How to read a file. Everything that is `None` is guessed; the guesses come back in [`Ingested::read_as`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReadOptions {
    /// The format's name in [`FORMATS`](crate::FORMATS).
    pub format: Option<String>,
    /// The character between cells, one byte of ASCII.
    pub delimiter: Option<char>,
    /// The character around cells that contain the delimiter, one byte of ASCII.
    pub quote: Option<char>,
    /// The encoding's label as the web knows it, such as `utf-8` or `windows-1252`.
    pub encoding: Option<String>,
    /// Which line names the columns.
    pub header: Header,
    /// The sheet of a workbook, the file of an archive or the table of a web page, by name or by number from 1; the first
    /// with a table by default, of a web page the largest.
    pub part: Option<String>,
    /// How the tables of a PDF are found; `part` says which of them is meant.
    pub pdf: PdfReading,
    /// The way to the elements of XML that are rows, such as `results/result`; its beginning may be left out. Found by
    /// itself without it.
    pub row_path: Option<String>,
    /// Where the columns of fixed-width text stand; a file that comes with a layout is read as such.
    pub layout: Vec<FixedColumn>,
    /// Types of columns by cleaned name or original label. A type given here is never overruled by the content.
    pub columns: BTreeMap<String, ColumnType>,
    /// The type of every column that `columns` does not name; text keeps each cell as it stands.
    pub all_columns: Option<ColumnType>,
    /// What the columns are called, in their order, whatever the file calls them; those of the file when empty.
    pub names: Vec<String>,
    /// Words that mean "no value" in columns by cleaned name or original label, as far as these hold no text: in texts they
    /// stand as they are.
    pub sentinels: BTreeMap<String, Vec<String>>,
    /// Words that mean "no value" in every column, text included. Without it, `NA`, `N/A`, `null`, `-` and the like mean
    /// "no value" only in columns that otherwise hold numbers, dates or booleans.
    pub null_tokens: Option<Vec<String>>,
    /// How dates such as `03/04/2020` are read.
    pub date_order: Option<DateOrder>,
    /// What stands before the decimals of numbers.
    pub decimal: Option<Decimal>,
    /// How single columns are read, by cleaned name or label, where people settled that for good. A column that a later file
    /// does not have is passed over.
    pub settled: BTreeMap<String, Settled>,
    /// What the Parquet file is for.
    pub purpose: Purpose,
    /// How many threads work; all cores by default.
    pub threads: Option<usize>,
    /// How many bytes of the source a thread takes at a time. The result is the same for each value.
    pub block_bytes: Option<usize>,
}

/// How the tables of a PDF are found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PdfReading {
    /// The pages, such as `1,3-5`; all when empty.
    pub pages: String,
    /// How cells are parted.
    pub method: Method,
    /// Where tables are: a template as `townhall pdf tables` and Tabula write them. They are looked for when it is empty.
    pub template: String,
    /// Whether tables that go on over pages stay one for each page.
    pub apart: bool,
}

impl PdfReading {
    /// What that asks for.
    ///
    /// # Errors
    ///
    /// [`FormatError::BadOption`], when the pages or the template make no sense.
    pub fn wanted(&self) -> Result<Wanted, FormatError> {
        let bad = |option| move |reason| FormatError::BadOption { option, reason };
        Ok(Wanted {
            pages: page_ranges(&self.pages).map_err(bad("pages"))?,
            selections: match self.template.trim() {
                "" => Vec::new(),
                template => read_recipe(template).map_err(bad("template"))?,
            },
            method: self.method,
            stitches: !self.apart,
        })
    }
}

/// A column of fixed-width text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FixedColumn {
    /// What it is called.
    pub name: String,
    /// Its first character in the line, from 1.
    pub start: u32,
    /// Its characters.
    pub length: u32,
}

/// What a file is turned into Parquet for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Purpose {
    /// To be a table that is asked again and again: with row numbers and a profile of every column.
    #[default]
    Table,
    /// To be handed over: the columns as they are, and nothing else.
    File,
    /// To be read once: the same, not packed.
    Scratch,
}

/// Which row names the columns.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Header {
    /// Guessed from the content; title lines above the table are recognised.
    #[default]
    Auto,
    /// The row of this number, counted from 1 without empty lines; rows above it are not data.
    Row(u32),
    /// There is none; columns are called `column_1`, `column_2` and so on.
    None,
}

/// The order of day and month in dates that are written with numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DateOrder {
    /// As in the United States: `12/31/2020`.
    MonthFirst,
    /// As in most of the world: `31/12/2020`.
    DayFirst,
}

/// What stands before the decimals of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Decimal {
    /// As in English: `1,234.5`.
    Point,
    /// As in most of Europe and Latin America: `1.234,5`.
    Comma,
}

/// How a column is read, as people settled it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settled {
    /// Its type.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<ColumnType>,
    /// What stands before its decimals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decimal: Option<Decimal>,
    /// The order of day and month in its dates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_order: Option<DateOrder>,
}

impl ReadOptions {
    /// What was settled for a column of this name and label, together with what holds for all.
    pub(crate) fn settled(&self, name: &str, label: Option<&str>) -> Settled {
        let own = self.settled.get(name).or_else(|| self.settled.get(label?)).copied().unwrap_or_default();
        Settled {
            kind: own.kind,
            decimal: own.decimal.or(self.decimal),
            date_order: own.date_order.or(self.date_order),
        }
    }
}

/// Where a reading has got to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What is being done.
    pub stage: Stage,
    /// Bytes of the source done in this stage.
    pub done_bytes: u64,
    /// Bytes of the source.
    pub total_bytes: u64,
    /// Rows seen in this stage.
    pub rows: u64,
}

/// What is done with a file, one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Unpacking it, or laying out its rows.
    Unpacking,
    /// Finding out what every column holds.
    Typing,
    /// Writing the table.
    Writing,
}

impl Stage {
    /// Returns the word that people see.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Unpacking => "unpacking",
            Self::Typing => "reading",
            Self::Writing => "writing",
        }
    }
}

/// What came out of a file besides the Parquet file.
#[derive(Debug, Clone, PartialEq)]
pub struct Ingested {
    /// The name of the format that it was read as.
    pub format: &'static str,
    /// How it was read: delimiter, encoding, header row, repairs.
    pub read_as: Map<String, Value>,
    /// The rows.
    pub rows: u64,
    /// The columns in order, with their profiles.
    pub columns: Vec<Column>,
    /// The first cells that did not fit; at most [`REJECTS_KEPT_MAX`](crate::limits::REJECTS_KEPT_MAX).
    pub rejects: Vec<RejectedCell>,
    /// How many cells and rows did not fit.
    pub rejects_total: u64,
    /// All of them as JSON lines, when there are any; it stands beside the Parquet file.
    pub rejects_file: Option<PathBuf>,
    /// The size of the source.
    pub source_bytes: u64,
    /// The size of the Parquet file.
    pub parquet_bytes: u64,
}

/// How to write a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WriteOptions {
    /// The heading of every column, in order; the schema's names by default.
    pub headers: Option<Vec<String>>,
    /// The character between cells of CSV, one byte of ASCII; a comma by default.
    pub delimiter: Option<char>,
    /// The name of the sheet or table, where the format has one.
    pub title: Option<String>,
    /// The language of title and headings as a tag such as `es` (BCP 47), where the format says it; English by default.
    pub language: Option<String>,
    /// Whether rows of JSON are arrays rather than objects, after one with the headings.
    pub arrays: bool,
}
