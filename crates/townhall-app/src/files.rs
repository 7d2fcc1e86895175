//! Data files without a portal: asked in SQL, or turned into other files.

use std::collections::HashMap;
use std::ops::{ControlFlow, Range};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use townhall_formats::{FormatError, Ingested, Progress, ReadOptions, WriteOptions, ingest_step};
use townhall_model::{BlobId, TableId};
use townhall_query::{
    Class, ClassLimits, Classes, Engine, EngineSettings, Granted, ReadBlob, ReadError, RecordBatch,
    RowStream, SchemaRef, Sql, TableName, TableSource,
};

use crate::Error;

/// A file and what it is called in queries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedFile {
    /// The name in queries.
    pub table: String,
    /// Where it is.
    pub path: PathBuf,
    /// Its file name, for people and for its kind.
    pub name: String,
}

/// Files that can be asked.
pub struct DataFiles {
    engine: Engine,
    granted: Vec<Granted>,
    /// The tables made of them, which go away with it.
    _folder: tempfile::TempDir,
}

impl DataFiles {
    /// Reads files whole, each into a table.
    pub async fn open(
        files: Vec<NamedFile>,
        read: ReadOptions,
        memory_bytes: usize,
        progress: impl FnMut(&str, Progress) + Send + 'static,
    ) -> Result<Self, Error> {
        Self::open_by(ingest_step, files, read, memory_bytes, progress).await
    }

    /// The same with numbered rows, so that they can be compared.
    pub async fn open_numbered(
        files: Vec<NamedFile>,
        read: ReadOptions,
        memory_bytes: usize,
        progress: impl FnMut(&str, Progress) + Send + 'static,
    ) -> Result<Self, Error> {
        Self::open_by(townhall_formats::ingest, files, read, memory_bytes, progress).await
    }

    async fn open_by(
        ingest: Ingesting,
        files: Vec<NamedFile>,
        read: ReadOptions,
        memory_bytes: usize,
        mut progress: impl FnMut(&str, Progress) + Send + 'static,
    ) -> Result<Self, Error> {
        let folder = tempfile::tempdir()?;
        let at = folder.path().to_owned();
        let tables = tokio::task::spawn_blocking(move || {
            let tables = files.iter().enumerate();
            tables
                .map(|(index, file)| table(ingest, file, index, &read, &at, &mut progress))
                .collect::<Result<Vec<_>, _>>()
        })
        .await
        .map_err(crate::app::lost)??;
        let blobs = tables.iter().map(|(granted, path)| (granted.source.blob, path.clone())).collect();
        let settings = EngineSettings {
            memory_bytes,
            // Whoever sits at the machine has all of it.
            classes: Classes::all(&ClassLimits {
                timeout: Duration::MAX,
                memory_bytes,
                work_bytes: None,
                ..Classes::default().of(Class::Job).clone()
            }),
            ..EngineSettings::new(folder.path())
        };
        let engine = Engine::new(Arc::new(OnDisk(blobs)), settings)?;
        Ok(Self {
            engine,
            granted: tables.into_iter().map(|(granted, _)| granted).collect(),
            _folder: folder,
        })
    }

    /// What differs between the first two files, as far as this page goes, by the columns that are a key.
    pub async fn difference(
        &self,
        key: &[String],
        limit: usize,
    ) -> Result<crate::tables::Differences, Error> {
        let [old, new, ..] = self.granted.as_slice() else {
            return Err(Error::invalid("two files are compared"));
        };
        let found = self.engine.difference(&old.source, &new.source, key, 0, limit.saturating_add(1)).await?;
        crate::tables::page_of_differences(found, 0, limit)
    }

    /// All rows that differ between the first two files.
    pub async fn difference_rows(&self, key: &[String]) -> Result<(SchemaRef, RowStream), Error> {
        let [old, new, ..] = self.granted.as_slice() else {
            return Err(Error::invalid("two files are compared"));
        };
        Ok(self.engine.difference_rows(&old.source, &new.source, key).await?)
    }

    /// The rows that answer a query.
    pub async fn sql(&self, text: &str) -> Result<(SchemaRef, RowStream), Error> {
        let sql = Sql::read(text)?;
        for name in sql.tables() {
            if !self.granted.iter().any(|granted| granted.name == *name) {
                let known: Vec<&str> =
                    self.granted.iter().map(|granted| granted.name.table.as_str()).collect();
                return Err(Error::not_found("table", &name.table)
                    .with_hint(format!("the files are called {}", known.join(", "))));
            }
        }
        Ok(self.engine.sql(&sql, &self.granted, usize::MAX).await?)
    }
}

/// A way to read a file into Parquet.
type Ingesting = fn(
    &Path,
    &str,
    &ReadOptions,
    &Path,
    &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Ingested, FormatError>;

/// Whether a file of this name is read as a table.
pub fn is_data_file(name: &str) -> bool {
    townhall_formats::by_file_name(name).is_some()
}

fn table(
    ingest: Ingesting,
    file: &NamedFile,
    index: usize,
    read: &ReadOptions,
    folder: &Path,
    progress: &mut dyn FnMut(&str, Progress),
) -> Result<(Granted, PathBuf), Error> {
    let out = folder.join(format!("{index}.parquet"));
    let ingested = ingest(&file.path, &file.name, read, &out, &mut |step| {
        progress(&file.name, step);
        ControlFlow::Continue(())
    })?;
    let source = TableSource {
        id: TableId::new(),
        version: 1,
        live: None,
        blob: BlobId::of(format!("{index}").as_bytes()),
        rows: ingested.rows,
        columns: ingested.columns,
        sentinels: Default::default(),
    };
    let name = TableName { dataset: None, table: file.table.clone() };
    Ok((Granted { name, source: Arc::new(source) }, out))
}

/// Tables in a folder.
#[derive(Debug)]
struct OnDisk(HashMap<BlobId, PathBuf>);

#[async_trait]
impl ReadBlob for OnDisk {
    async fn size(&self, blob: &BlobId) -> Result<Option<u64>, ReadError> {
        let Some(path) = self.0.get(blob) else { return Ok(None) };
        Ok(Some(std::fs::metadata(path).map_err(|error| ReadError(error.to_string()))?.len()))
    }

    async fn range(&self, blob: &BlobId, range: Range<u64>) -> Result<Bytes, ReadError> {
        use std::os::unix::fs::FileExt;
        let path = self.0.get(blob).ok_or_else(|| ReadError("no such table".to_owned()))?;
        let failed = |error: std::io::Error| ReadError(error.to_string());
        let length = usize::try_from(range.end.saturating_sub(range.start)).unwrap_or(0);
        let mut bytes = vec![0; length];
        std::fs::File::open(path)
            .and_then(|file| file.read_exact_at(&mut bytes, range.start))
            .map_err(failed)?;
        Ok(bytes.into())
    }
}

/// Writes rows as a file of a format, as they come.
pub async fn write_rows(
    schema: SchemaRef,
    mut rows: RowStream,
    format: &str,
    out: Box<dyn std::io::Write + Send>,
) -> Result<u64, Error> {
    use futures::StreamExt;
    let format = crate::tables::writable(format)?;
    let (batches, mut received) = tokio::sync::mpsc::channel::<RecordBatch>(4);
    let writing = tokio::task::spawn_blocking(move || -> Result<u64, Error> {
        let mut writer = format.writer(schema, &WriteOptions::default(), out)?;
        let mut count = 0;
        while let Some(batch) = received.blocking_recv() {
            count += batch.num_rows() as u64;
            writer.write(&batch)?;
        }
        writer.finish()?;
        Ok(count)
    });
    while let Some(batch) = rows.next().await {
        // Whoever writes has failed, and says why below.
        if batches.send(batch?).await.is_err() {
            break;
        }
    }
    drop(batches);
    writing.await.map_err(crate::app::lost)?
}

/// Some first rows as text, with the names above: what a terminal shows.
pub async fn first_rows(
    schema: &SchemaRef,
    mut rows: RowStream,
    most: usize,
) -> Result<(Vec<String>, Vec<Vec<Option<String>>>, bool), Error> {
    use futures::StreamExt;
    let names = schema.fields().iter().map(|field| field.name().clone()).collect();
    let mut shown = Vec::new();
    while let Some(batch) = rows.next().await {
        let batch = batch?;
        for row in 0..batch.num_rows() {
            if shown.len() == most {
                return Ok((names, shown, true));
            }
            let cells = batch.columns().iter();
            shown.push(cells.map(|column| townhall_formats::value_text(column, row)).collect());
        }
    }
    Ok((names, shown, false))
}
