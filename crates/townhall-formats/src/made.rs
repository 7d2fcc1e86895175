//! Rows that were not read from a file but made here, of other tables: they become a table like any other.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use serde_json::{Map, Value};
use townhall_model::table::RejectedCell;

use crate::limits::MADE_REJECTS_MAX;
use crate::rejects::Rejects;
use crate::typed::{Typed, ingest_rows};
use crate::{FormatError, FormatInfo, Ingest, Ingested, Progress, ReadOptions};

/// Some rows, and the cells that got lost while they were made.
#[derive(Debug, Clone)]
pub struct MadeRows {
    /// The rows.
    pub rows: RecordBatch,
    /// Cells that did not fit.
    pub rejects: Vec<RejectedCell>,
    /// How many more there were.
    pub rejects_more: u64,
}

static INFO: FormatInfo = FormatInfo {
    name: "recipe",
    label: "a recipe",
    extensions: &[],
    media_types: &[],
    can_read: false,
    can_write: false,
    streams: false,
};

/// Turns rows as they come into Parquet at `out`, with a profile of every column. The first million rejects are kept, all are
/// counted.
pub fn ingest_made(
    name: &str,
    schema: SchemaRef,
    rows: impl Iterator<Item = Result<MadeRows, FormatError>>,
    read_as: Map<String, Value>,
    out: &Path,
    progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Ingested, FormatError> {
    let waiting: Mutex<(Vec<RejectedCell>, u64)> = Mutex::default();
    let batches = rows.map(|made| {
        let made = made?;
        let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.0.extend(made.rejects);
        waiting.1 += made.rejects_more;
        Ok(made.rows)
    });
    let mut found = |rejects: &mut Rejects| {
        let (mut cells, more) = std::mem::take(&mut *waiting.lock().unwrap_or_else(PoisonError::into_inner));
        let room = usize::try_from(MADE_REJECTS_MAX.saturating_sub(rejects.total)).unwrap_or(usize::MAX);
        let left = cells.len().saturating_sub(room) as u64;
        cells.truncate(room);
        rejects.add(cells)?;
        rejects.count(more + left);
        Ok(())
    };
    let options = ReadOptions::default();
    let typed = Typed { schema, batches, rows: None, read_as };
    let task = Ingest { source: out, name, options: &options, out, progress };
    ingest_rows(task, &INFO, typed, 0, &mut found)
}
