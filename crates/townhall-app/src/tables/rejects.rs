//! Cells and rows of a file that did not fit: all of them, in pages and as files.

use std::io::{BufRead, BufReader};

use townhall_formats::{WriteOptions, text_rows};
use townhall_model::table::RejectedCell;
use townhall_model::{ErrorKind, TableId};
use townhall_query::RowStream;

use super::{Export, Known, TableDetail, Tables};
use crate::{Audience, Error};

/// Rejects of a page at most.
pub const REJECTS_PAGE_MAX: usize = 1_000;

/// Rejects of a batch while a file is written.
const BATCH: usize = 2_000;

/// The columns of a file of rejects.
const HEADER: [&str; 5] = ["row", "line", "column", "value", "reason"];

/// Some of the rejects of a version.
#[derive(Debug, Clone)]
pub struct RejectsPage {
    /// The table and its version.
    pub table: std::sync::Arc<TableDetail>,
    /// The rejects.
    pub cells: Vec<RejectedCell>,
    /// Where the next page begins, when there is one.
    pub next: Option<u64>,
}

impl Tables<'_> {
    /// The rejects of a version from one on, counted from 0.
    pub async fn rejects(
        &self,
        audience: Audience,
        id: TableId,
        as_of: Option<&str>,
        offset: u64,
        limit: usize,
    ) -> Result<RejectsPage, Error> {
        let Known { detail, .. } = self.known(audience, id, as_of).await?;
        let limit = limit.clamp(1, REJECTS_PAGE_MAX);
        let skipped = usize::try_from(offset).unwrap_or(usize::MAX);
        let mut cells: Vec<RejectedCell> = match detail.manifest.rejects_blob {
            // The first are known without opening the file.
            Some(blob) if skipped.saturating_add(limit) >= detail.manifest.rejects.len() => {
                let file = self.app.blobs().open_file(&blob).await?;
                self.app.compute(move || read_some(file.path(), skipped, limit + 1)).await??
            }
            _ => detail.manifest.rejects.iter().skip(skipped).take(limit + 1).cloned().collect(),
        };
        let next = (cells.len() > limit).then(|| offset.saturating_add(limit as u64));
        cells.truncate(limit);
        Ok(RejectsPage { table: detail, cells, next })
    }

    /// All rejects of a version as a file of a format.
    pub async fn rejects_file(
        &self,
        audience: Audience,
        id: TableId,
        as_of: Option<&str>,
        format: &str,
    ) -> Result<Export, Error> {
        let Known { detail, .. } = self.known(audience, id, as_of).await?;
        let format = super::writable(format)?;
        let schema = text_rows(&HEADER, &[])?.schema();
        let (batches, received) = tokio::sync::mpsc::channel(2);
        let first = detail.manifest.rejects.clone();
        let file = match detail.manifest.rejects_blob {
            Some(blob) => Some(self.app.blobs().open_file(&blob).await?),
            None => None,
        };
        tokio::task::spawn_blocking(move || {
            let send = |cells: &[RejectedCell]| {
                let rows: Vec<[String; 5]> = cells.iter().map(row).collect();
                let rows = text_rows(&HEADER, &rows);
                let rows = rows.map_err(|error| townhall_query::QueryError::Engine(error.to_string()));
                batches.blocking_send(rows).is_ok()
            };
            let Some(file) = file else {
                send(&first);
                return;
            };
            let mut cells = Vec::with_capacity(BATCH);
            let each = |cell| {
                cells.push(cell);
                if cells.len() < BATCH {
                    return true;
                }
                let is_taken = send(&cells);
                cells.clear();
                is_taken
            };
            match read_each(file.path(), each) {
                Ok(()) => {
                    send(&cells);
                }
                Err(error) => {
                    // The reader is gone when it takes no more.
                    let _ = batches.blocking_send(Err(townhall_query::QueryError::Engine(error.to_string())));
                }
            }
        });
        let rows: RowStream = Box::pin(futures::stream::unfold(received, |mut received| async move {
            received.recv().await.map(|batch| (batch, received))
        }));
        let name = format!("{}-v{}-rejects", detail.table.dataset_slug, detail.number);
        super::exported(format, schema, rows, WriteOptions::default(), name, None, None)
    }
}

fn row(cell: &RejectedCell) -> [String; 5] {
    let line = cell.line.map(|line| line.to_string()).unwrap_or_default();
    [
        cell.row.to_string(),
        line,
        cell.column.clone().unwrap_or_default(),
        cell.value.clone(),
        cell.reason.clone(),
    ]
}

fn read_some(path: &std::path::Path, skipped: usize, count: usize) -> Result<Vec<RejectedCell>, Error> {
    let mut lines = BufReader::new(std::fs::File::open(path)?).lines();
    // Lines that are passed over are not parsed.
    for _ in 0..skipped {
        match lines.next() {
            Some(line) => drop(line?),
            None => return Ok(Vec::new()),
        }
    }
    lines.take(count).map(|line| parse(&line?)).collect()
}

fn read_each(path: &std::path::Path, mut each: impl FnMut(RejectedCell) -> bool) -> Result<(), Error> {
    for line in BufReader::new(std::fs::File::open(path)?).lines() {
        if !each(parse(&line?)?) {
            return Ok(());
        }
    }
    Ok(())
}

fn parse(line: &str) -> Result<RejectedCell, Error> {
    serde_json::from_str(line).map_err(|error| {
        Error::new(ErrorKind::Internal, format!("the list of rejected cells is damaged: {error}"))
    })
}
