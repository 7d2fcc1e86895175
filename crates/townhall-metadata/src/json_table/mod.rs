//! Any JSON as a table: finds the list that holds the rows, and makes a column of every path.
//!
//! It follows the well-known converter of konklone.io: the rows are the first list, counted from the outside, whose
//! first item is a list or an object; without such a list the whole document is one row. A column is called after
//! the way to its values, `distribution/0/mediaType`, and there is one for each way that any row has. JSON5,
//! comments, spare commas, raw line breaks in texts and JSON lines are taken.
//!
//! The file is read two or three times: to find the rows, for the columns, and for the values. One row is in memory
//! at a time, and the names of the columns.

mod events;
mod numbers;
mod rows;

use std::io::Write;
use std::ops::ControlFlow;

use townhall_model::{ErrorKind, Position};

use crate::csv::write_csv_row;
use crate::input::Rereadable;
use crate::limits::{DECOMPRESSED_BYTES_MAX, TABLE_COLUMNS_MAX, TABLE_ROW_BYTES_MAX};
use rows::{find_rows, visit_rows};

/// Limits of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonTableOptions {
    /// Most bytes of the file, counted after decompression.
    pub decompressed_bytes_max: u64,
    /// Most columns.
    pub columns_max: usize,
    /// Most bytes of the values of one row.
    pub row_bytes_max: usize,
}

impl Default for JsonTableOptions {
    fn default() -> Self {
        Self {
            decompressed_bytes_max: DECOMPRESSED_BYTES_MAX,
            columns_max: TABLE_COLUMNS_MAX,
            row_bytes_max: TABLE_ROW_BYTES_MAX,
        }
    }
}

/// What was found in the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JsonTable {
    /// The way to the list that holds the rows, such as `dataset`; empty for the outermost, and when there is none.
    pub path: String,
    /// The names of the columns, in the order in which they first came.
    pub columns: Vec<String>,
    /// How many rows there are.
    pub rows: u64,
}

/// Why a file could not be made a table.
#[derive(Debug, thiserror::Error)]
pub enum JsonTableError {
    /// There is nothing in it.
    #[error("the file is empty; give JSON")]
    Empty,
    /// It is not JSON, nor anything that people write for it.
    #[error("line {}, column {}: {what}", position.line, position.column)]
    NotJson {
        /// Where.
        position: Position,
        /// What is wrong there, and what to do.
        what: String,
    },
    /// It is larger than the caller allows.
    #[error("the file is larger than {limit_bytes} bytes; raise the limit or split the file")]
    TooLarge {
        /// The limit.
        limit_bytes: u64,
    },
    /// One row is larger than the caller allows.
    #[error("row {row} is larger than {limit_bytes} bytes; the file may have no list of rows")]
    RowTooLarge {
        /// Which row, counted from 1.
        row: u64,
        /// The limit.
        limit_bytes: usize,
    },
    /// There are more columns than the caller allows.
    #[error("the table has more than {limit} columns; its objects seem to be keyed by values")]
    TooManyColumns {
        /// The limit.
        limit: usize,
    },
    /// The bytes could not be had, or the result not be written.
    #[error("could not read the file or write the table")]
    Io(#[from] std::io::Error),
}

impl JsonTableError {
    /// What sort of trouble it is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Empty | Self::NotJson { .. } => ErrorKind::Malformed,
            Self::TooLarge { .. } | Self::RowTooLarge { .. } | Self::TooManyColumns { .. } => {
                ErrorKind::TooLarge
            }
            Self::Io(_) => ErrorKind::Unavailable,
        }
    }
}

/// Makes rows of the JSON: first the names of the columns, then the values, null and absent ones as empty texts.
/// The sink may stop.
///
/// # Errors
///
/// [`JsonTableError`] when the file is no JSON or exceeds a limit.
pub fn json_to_rows(
    input: &dyn Rereadable,
    options: &JsonTableOptions,
    sink: &mut dyn FnMut(&[String]) -> ControlFlow<()>,
) -> Result<JsonTable, JsonTableError> {
    let (place, path) = find_rows(input, options)?;
    let mut columns = rows::Columns::new(options.columns_max);
    visit_rows(input, options, place, &mut columns)?;
    let mut table = JsonTable { path, columns: columns.names, rows: 0 };
    if sink(&table.columns).is_continue() {
        let mut cells = rows::Cells::new(&table.columns, options.row_bytes_max, sink);
        visit_rows(input, options, place, &mut cells)?;
        table.rows = cells.rows;
    }
    Ok(table)
}

/// Makes CSV of the JSON, with a header.
///
/// # Errors
///
/// [`JsonTableError`] when the file is no JSON, exceeds a limit, or the output fails.
pub fn json_to_csv(
    input: &dyn Rereadable,
    options: &JsonTableOptions,
    delimiter: u8,
    out: &mut dyn Write,
) -> Result<JsonTable, JsonTableError> {
    let mut failure = None;
    let table = json_to_rows(input, options, &mut |cells| match write_csv_row(out, cells, delimiter) {
        Ok(()) => ControlFlow::Continue(()),
        Err(error) => {
            failure = Some(error);
            ControlFlow::Break(())
        }
    })?;
    match failure {
        Some(error) => Err(error.into()),
        None => {
            out.flush()?;
            Ok(table)
        }
    }
}
