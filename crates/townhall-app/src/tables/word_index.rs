//! Indexes of the words of tables, each in a folder of its own under `index/rows`, derived from the table's file.

use std::collections::HashMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use async_trait::async_trait;
use futures::StreamExt;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use townhall_model::table::{ColumnType, TableManifest};
use townhall_model::words::{Wanted, WordMatches};
use townhall_model::{BlobId, ErrorKind, TableId};
use townhall_query::{Class, FindWords, Output, RowsQuery, each_row_of_texts};
use townhall_search::{RowIndex, RowIndexWriter};
use townhall_store::Actor;

use super::Tables;
use crate::jobs::{Job, JobContext, QUIET_QUEUE};
use crate::limits::{WORD_COLUMNS_MAX, WORD_INDEXES_OPEN_MAX};
use crate::{Audience, Error};

/// The indexes of this machine.
#[derive(Debug)]
pub(crate) struct WordIndexes {
    folder: PathBuf,
    open: Mutex<HashMap<BlobId, Arc<RowIndex>>>,
}

impl WordIndexes {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder, open: Mutex::default() }
    }

    fn path(&self, blob: &BlobId) -> PathBuf {
        self.folder.join(blob.to_string())
    }

    /// The index of a table's file, if it was made.
    fn get(&self, blob: &BlobId) -> Option<Arc<RowIndex>> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(index) = open.get(blob) {
            return Some(index.clone());
        }
        let path = self.path(blob);
        if !path.is_dir() {
            return None;
        }
        let index = match RowIndex::open(&path) {
            Ok(index) => Arc::new(index),
            Err(error) => {
                tracing::warn!(error = %error, "the words of a table are read instead of looked up: {error}");
                return None;
            }
        };
        if open.len() >= WORD_INDEXES_OPEN_MAX {
            open.clear();
        }
        open.insert(*blob, index.clone());
        // When it was used last, for whoever makes room.
        if let Ok(folder) = File::open(&path) {
            let _ = folder.set_modified(SystemTime::now());
        }
        Some(index)
    }

    /// Removes what a crash left half made, and what was used longest ago while all together have more bytes than allowed.
    /// Returns how many went.
    pub(crate) fn sweep(&self, limit_bytes: u64) -> std::io::Result<u64> {
        let Ok(folders) = fs::read_dir(&self.folder) else { return Ok(0) };
        let mut kept = Vec::new();
        let mut gone = 0;
        for folder in folders {
            let folder = folder?;
            let path = folder.path();
            let used = folder.metadata()?.modified()?;
            let is_whole = folder.file_name().to_str().is_some_and(|name| name.parse::<BlobId>().is_ok());
            let is_old = used.elapsed().is_ok_and(|age| age.as_secs() > 24 * 3_600);
            match (is_whole, is_old) {
                (true, _) => kept.push((used, bytes_of(&path), path)),
                (false, true) => {
                    fs::remove_dir_all(&path)?;
                    gone += 1;
                }
                (false, false) => {}
            }
        }
        kept.sort();
        let mut bytes: u64 = kept.iter().map(|(_, bytes, _)| bytes).sum();
        for (_, size, path) in kept {
            if bytes <= limit_bytes {
                break;
            }
            if let Some(blob) = path.file_name().and_then(|name| name.to_str()?.parse().ok()) {
                self.open.lock().unwrap_or_else(PoisonError::into_inner).remove(&blob);
            }
            fs::remove_dir_all(&path)?;
            bytes -= size;
            gone += 1;
        }
        Ok(gone)
    }
}

fn bytes_of(folder: &Path) -> u64 {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    files.filter_map(|file| file.metadata().ok()).map(|about| about.len()).sum()
}

#[async_trait]
impl FindWords for WordIndexes {
    async fn find(
        &self,
        blob: &BlobId,
        columns: &[String],
        wanted: &Wanted,
        rows_max: usize,
    ) -> Option<WordMatches> {
        let index = self.get(blob)?;
        let (columns, wanted) = (columns.to_vec(), wanted.clone());
        let found = tokio::task::spawn_blocking(move || index.find(&columns, &wanted, rows_max)).await;
        match found {
            Ok(Ok(found)) => found,
            Ok(Err(error)) => {
                tracing::warn!(error = %error, "words are read instead of looked up: {error}");
                None
            }
            Err(_) => None,
        }
    }

    fn has(&self, blob: &BlobId) -> bool {
        self.get(blob).is_some()
    }
}

/// Makes the index of a table's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexWords {
    /// The table.
    pub table: TableId,
    /// Its version.
    pub version: u32,
}

impl Job for IndexWords {
    const KIND: &'static str = "index-words";
    const TITLE: &'static str = "Index the words of a table";
    const QUEUE: &'static str = QUIET_QUEUE;

    async fn run(self, ctx: &JobContext) -> Result<Value, Error> {
        let app = &ctx.app;
        let indexes = app.word_indexes().clone();
        let known =
            match app.tables().known(Audience::Staff, self.table, Some(&self.version.to_string())).await {
                // It was removed in the meantime.
                Err(error) if error.kind() == ErrorKind::NotFound => return Ok(json!(null)),
                known => known?,
            };
        let source = known.source;
        let columns = columns_of(&source.columns);
        if columns.is_empty() || indexes.get(&source.blob).is_some() {
            return Ok(json!(null));
        }
        fs::create_dir_all(&indexes.folder)?;
        let making = tempfile::Builder::new().prefix("making-").tempdir_in(&indexes.folder)?;
        let at = making.path().join("index");
        let query = RowsQuery {
            select: columns.iter().map(|name| Output::column(name)).collect(),
            total: false,
            ..RowsQuery::default()
        };
        let (_, mut rows) = app.engine().of(Class::Job).stream(&source, &query).await?;
        let (batches, mut received) = tokio::sync::mpsc::channel::<townhall_query::RecordBatch>(2);
        let (path, names) = (at.clone(), columns.clone());
        let written = tokio::task::spawn_blocking(move || {
            let mut writer = RowIndexWriter::create(&path, &names)?;
            while let Some(batch) = received.blocking_recv() {
                each_row_of_texts(&batch, |texts| writer.add(texts).map_err(Error::from))?;
            }
            Ok::<_, Error>(writer)
        });
        let mut done = 0;
        while let Some(batch) = rows.next().await {
            let batch = batch?;
            done += batch.num_rows() as u64;
            ctx.progress.set(done, source.rows, "rows");
            if ctx.cancelled.is_set() || batches.send(batch).await.is_err() {
                break;
            }
        }
        drop(batches);
        let writer = written.await.map_err(crate::app::lost)??;
        // What was not read to its end must never pass for the whole.
        if done != source.rows {
            return Err(Error::new(ErrorKind::Unavailable, "the rows could not be read to their end"));
        }
        let rows = app.compute(move || writer.finish()).await??;
        let target = indexes.path(&source.blob);
        if !target.exists() {
            fs::rename(&at, &target)?;
        }
        let limit = app.settings().word_index_bytes;
        app.compute(move || indexes.sweep(limit)).await??;
        Ok(json!({"rows": rows, "columns": columns.len()}))
    }
}

/// The columns of text whose words are indexed; none when there are too many.
fn columns_of(columns: &[townhall_model::table::Column]) -> Vec<String> {
    let texts = columns.iter().filter(|column| column.kind == ColumnType::Text);
    let texts: Vec<String> = texts.map(|column| column.name.clone()).collect();
    if texts.len() > WORD_COLUMNS_MAX { Vec::new() } else { texts }
}

impl Tables<'_> {
    /// Asks for the index of a version's words, if the table is of a size for which that is worth it.
    pub(super) async fn index_words(
        &self,
        actor: &Actor,
        table: TableId,
        version: u32,
        manifest: &TableManifest,
    ) -> Result<(), Error> {
        let (least, most) = self.app.settings().word_index_rows;
        let is_live = manifest.database.as_ref().is_some_and(|database| database.live);
        if !is_live && (least..=most).contains(&manifest.rows) && !columns_of(&manifest.columns).is_empty() {
            self.app.jobs().enqueue(actor, &IndexWords { table, version }).await?;
        }
        Ok(())
    }
}
