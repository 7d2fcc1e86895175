//! What differs between two versions of a table.

use std::sync::Arc;

use serde_json::Value;
use townhall_formats::WriteOptions;
use townhall_model::TableId;
use townhall_query::{DifferenceCounts, RecordBatch};

use super::{Export, Known, TableDetail, Tables, class_of};
use crate::{Audience, Error};

/// Rows of a page of differences at most.
pub const DIFFERENCES_MAX: usize = 1_000;

/// What differs between two versions, a page of it.
#[derive(Debug, Clone)]
pub struct TableDifference {
    /// The older version.
    pub from: Arc<TableDetail>,
    /// The newer version.
    pub to: Arc<TableDetail>,
    /// What differs.
    pub differences: Differences,
}

/// What differs between two tables, a page of it.
#[derive(Debug, Clone)]
pub struct Differences {
    /// How many rows differ.
    pub counts: DifferenceCounts,
    /// The columns that are compared, those of the key first.
    pub columns: Vec<String>,
    /// How many of them are the key; all when rows have none.
    pub key: usize,
    /// Columns that only the newer version has.
    pub columns_added: Vec<String>,
    /// Columns that only the older version has.
    pub columns_removed: Vec<String>,
    /// The rows of this page.
    pub rows: Vec<RowDifference>,
    /// Where the next page begins, when there is one.
    pub next: Option<usize>,
}

/// A row that differs.
#[derive(Debug, Clone, PartialEq)]
pub struct RowDifference {
    /// `added`, `removed` or `changed`.
    pub change: String,
    /// How many rows look so.
    pub copies: u64,
    /// The number of the row in the older version.
    pub from_row: Option<u64>,
    /// The number of the row in the newer version.
    pub to_row: Option<u64>,
    /// The values before, one a column.
    pub before: Vec<Value>,
    /// The values after, one a column.
    pub after: Vec<Value>,
}

impl RowDifference {
    /// The values that it has, or had before it was removed.
    pub fn values(&self) -> &[Value] {
        if self.change == "removed" { &self.before } else { &self.after }
    }
}

impl Tables<'_> {
    /// Compares two versions of a table; each is a number or a time. `key` are the columns by which rows are known again.
    pub async fn difference(
        &self,
        audience: Audience,
        id: TableId,
        (from, to): (&str, &str),
        key: &[String],
        (offset, limit): (usize, usize),
    ) -> Result<TableDifference, Error> {
        let Known { detail: older, source: old, .. } = self.known(audience, id, Some(from)).await?;
        let Known { detail: newer, source: new, .. } = self.known(audience, id, Some(to)).await?;
        let limit = limit.clamp(1, DIFFERENCES_MAX);
        let found =
            self.app.engine().of(class_of(audience)).difference(&old, &new, key, offset, limit + 1).await?;
        Ok(TableDifference { from: older, to: newer, differences: page(found, offset, limit)? })
    }

    /// All that differs between two versions as a file.
    pub async fn difference_file(
        &self,
        audience: Audience,
        id: TableId,
        (from, to): (&str, &str),
        key: &[String],
        format: &str,
    ) -> Result<Export, Error> {
        let format = super::writable(format)?;
        let Known { detail: older, source: old, .. } = self.known(audience, id, Some(from)).await?;
        let Known { detail: newer, source: new, .. } = self.known(audience, id, Some(to)).await?;
        let (schema, rows) =
            self.app.engine().of(class_of(audience)).difference_rows(&old, &new, key).await?;
        let name = format!("{}-v{}-v{}", newer.table.dataset_slug, older.number, newer.number);
        super::exported(format, schema, rows, WriteOptions::default(), name, None, None)
    }
}

/// A page of what the engine found, which is asked for one row more than is shown.
pub(crate) fn page(
    found: townhall_query::Difference,
    offset: usize,
    limit: usize,
) -> Result<Differences, Error> {
    let mut rows = rows(&found.rows)?;
    let next = (rows.len() > limit).then_some(offset + limit);
    rows.truncate(limit);
    Ok(Differences {
        counts: found.counts,
        columns: found.columns,
        key: found.key,
        columns_added: found.columns_added,
        columns_removed: found.columns_removed,
        rows,
        next,
    })
}

fn rows(batch: &RecordBatch) -> Result<Vec<RowDifference>, Error> {
    let mut text = vec![b'['];
    townhall_formats::json_arrays(batch, &mut text);
    text.push(b']');
    let damaged = |error: serde_json::Error| {
        Error::new(townhall_model::ErrorKind::Internal, format!("rows are no JSON: {error}"))
    };
    let rows: Vec<Vec<Value>> = serde_json::from_slice(&text).map_err(damaged)?;
    let read = |row: Vec<Value>| {
        let mut cells = row.into_iter();
        let mut take = || cells.next().unwrap_or(Value::Null);
        let change = take().as_str().unwrap_or_default().to_owned();
        let copies = take().as_u64().unwrap_or(1);
        let (from_row, to_row) = (take().as_u64(), take().as_u64());
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for (index, value) in cells.enumerate() {
            if index % 2 == 0 { before.push(value) } else { after.push(value) }
        }
        RowDifference { change, copies, from_row, to_row, before, after }
    };
    Ok(rows.into_iter().map(read).collect())
}
