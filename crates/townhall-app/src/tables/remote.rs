//! CSV files of other servers, asked as tables without becoming part of the catalogue.
//!
//! Each is fetched through the guard, read once, and kept for an hour in a folder of its own; then it is looked whether it
//! has changed. What was not asked longest goes first when there are too many.

use std::collections::VecDeque;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use bytes::Bytes;
use tempfile::{TempDir, TempPath};
use tokio::sync::{Semaphore, SemaphorePermit};
use townhall_fetch::{Conditions, Fetched, Fetcher};
use townhall_formats::{Header, ReadOptions};
use townhall_model::{BlobId, ErrorKind, TableId};
use townhall_query::{
    Class, ClassLimits, Classes, Engine, EngineSettings, ReadBlob, ReadError, TableSource, dialect_by_name,
};
use url::Url;

use super::{Answer, Tables, ask};
use crate::limits::{
    CSV_SOURCE_AGE, CSV_SOURCE_BYTES_MAX, CSV_SOURCE_PATIENCE, CSV_SOURCE_TURNS, CSV_SOURCES_BYTES_MAX,
    CSV_SOURCES_KEPT_MAX,
};
use crate::{Audience, Error};

/// How long a file waits for its turn.
const PATIENCE: Duration = Duration::from_secs(5);

/// Memory for questions about such files.
const MEMORY_BYTES: usize = 128 * 1024 * 1024;

/// The file that is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CsvRequest {
    /// Its address.
    pub source: String,
    /// Whether its first row names the columns.
    pub has_header: bool,
}

/// The files that were asked lately.
pub(crate) struct RemoteTables {
    fetcher: Fetcher,
    engine: Engine,
    kept: Mutex<Kept>,
    turns: Semaphore,
    count: AtomicU64,
    folder: TempDir,
}

#[derive(Default)]
struct Kept {
    /// The file that was asked last comes last.
    tables: VecDeque<Arc<RemoteTable>>,
    bytes: u64,
}

/// A file as a table. Its rows go away with the last who asks.
struct RemoteTable {
    request: CsvRequest,
    source: TableSource,
    bytes: u64,
    fetched: Fetched,
    checked: Mutex<Instant>,
    _rows: TempPath,
}

impl RemoteTables {
    /// None, in a folder that goes away with it.
    pub(crate) fn new(fetcher: Fetcher, parent: &Path, timeout: Duration) -> Result<Self, Error> {
        std::fs::create_dir_all(parent)?;
        let folder = tempfile::Builder::new().prefix("csv-").tempdir_in(parent)?;
        let settings = EngineSettings {
            memory_bytes: MEMORY_BYTES,
            hot_bytes: 0,
            cache_bytes: 8 * 1024 * 1024,
            classes: Classes::all(&ClassLimits {
                timeout,
                ..Classes::default().of(Class::Anonymous).clone()
            }),
            ..EngineSettings::new(folder.path())
        };
        let engine = Engine::new(Arc::new(InFolder(folder.path().to_owned())), settings)?;
        Ok(Self {
            fetcher,
            engine,
            kept: Mutex::default(),
            turns: Semaphore::new(CSV_SOURCE_TURNS),
            count: AtomicU64::new(0),
            folder,
        })
    }

    async fn get(&self, request: &CsvRequest) -> Result<Arc<RemoteTable>, Error> {
        if let Some(table) = self.current(request) {
            return Ok(table);
        }
        let _turn = self.turn().await?;
        // Somebody else may have fetched it meanwhile.
        if let Some(table) = self.current(request) {
            return Ok(table);
        }
        let url: Url = request.source.parse().map_err(|error| {
            Error::invalid(format!("`{}` is no address: {error}", short(&request.source)))
        })?;
        let old = self.find(request);
        let conditions = old.as_ref().map_or_else(Conditions::default, |old| Conditions {
            etag: old.fetched.etag.clone(),
            last_modified: old.fetched.last_modified.clone(),
        });
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        let download = self.path(&format!("{number}.csv"))?;
        let work = self.fetcher.get_changed_to_file(&url, &conditions, &download, CSV_SOURCE_BYTES_MAX);
        let fetched = tokio::time::timeout(CSV_SOURCE_PATIENCE, work).await.map_err(|_| {
            let seconds = CSV_SOURCE_PATIENCE.as_secs();
            Error::new(ErrorKind::TimedOut, format!("`{url}` took more than {seconds} seconds"))
        })??;
        if let Some(old) = old.filter(|_| fetched.status == 304) {
            *old.checked.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
            return Ok(old);
        }
        let table = self.read(request, fetched, download, number).await?;
        self.keep(table.clone());
        Ok(table)
    }

    /// Makes a table of what was fetched.
    async fn read(
        &self,
        request: &CsvRequest,
        fetched: Fetched,
        download: TempPath,
        number: u64,
    ) -> Result<Arc<RemoteTable>, Error> {
        // The number makes it another for each fetch, so that no answer outlives its rows.
        let blob = BlobId::of(format!("{number} {}", request.source).as_bytes());
        let rows = TempPath::try_from_path(rows_path(self.folder.path(), &blob))?;
        let options = ReadOptions {
            format: Some("csv".to_owned()),
            header: if request.has_header { Header::Row(1) } else { Header::None },
            threads: Some(1),
            ..ReadOptions::default()
        };
        let (rows, ingested) = tokio::task::spawn_blocking(move || {
            let more = &mut |_| std::ops::ControlFlow::Continue(());
            let read = townhall_formats::ingest(&download, "source.csv", &options, &rows, more);
            read.map(|ingested| (rows, ingested))
        })
        .await
        .map_err(crate::app::lost)??;
        if let Some(rejects) = &ingested.rejects_file {
            std::fs::remove_file(rejects)?;
        }
        let source = TableSource {
            id: TableId::new(),
            version: 1,
            blob,
            rows: ingested.rows,
            columns: ingested.columns,
            sentinels: Default::default(),
            live: None,
        };
        Ok(Arc::new(RemoteTable {
            request: request.clone(),
            source,
            bytes: ingested.parquet_bytes,
            fetched,
            checked: Mutex::new(Instant::now()),
            _rows: rows,
        }))
    }

    fn path(&self, name: &str) -> Result<TempPath, Error> {
        Ok(TempPath::try_from_path(self.folder.path().join(name))?)
    }

    async fn turn(&self) -> Result<SemaphorePermit<'_>, Error> {
        match tokio::time::timeout(PATIENCE, self.turns.acquire()).await {
            Ok(Ok(turn)) => Ok(turn),
            _ => Err(Error::new(ErrorKind::Limited, "too many files are being fetched right now")
                .with_hint("try again in a moment")),
        }
    }

    /// The file, when it was looked at not too long ago.
    fn current(&self, request: &CsvRequest) -> Option<Arc<RemoteTable>> {
        let table = self.find(request)?;
        let checked = *table.checked.lock().unwrap_or_else(PoisonError::into_inner);
        (checked.elapsed() < CSV_SOURCE_AGE).then_some(table)
    }

    fn find(&self, request: &CsvRequest) -> Option<Arc<RemoteTable>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let index = kept.tables.iter().position(|table| table.request == *request)?;
        let table = kept.tables.remove(index)?;
        kept.tables.push_back(table.clone());
        Some(table)
    }

    fn keep(&self, table: Arc<RemoteTable>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(index) = kept.tables.iter().position(|known| known.request == table.request)
            && let Some(old) = kept.tables.remove(index)
        {
            kept.bytes -= old.bytes;
        }
        kept.bytes += table.bytes;
        kept.tables.push_back(table);
        while kept.tables.len() > CSV_SOURCES_KEPT_MAX || kept.bytes > CSV_SOURCES_BYTES_MAX {
            match kept.tables.pop_front() {
                Some(old) => kept.bytes -= old.bytes,
                None => break,
            }
        }
    }
}

impl Tables<'_> {
    /// The rows of a CSV file of another server that answer a question in the words of csv-to-api.
    pub async fn of_csv(
        &self,
        audience: Audience,
        request: &CsvRequest,
        pairs: &[(String, String)],
    ) -> Result<Answer, Error> {
        self.may_ask(audience, &request.source)?;
        let remote = self.app.remote_tables();
        let table = remote.get(request).await?;
        let name = "csv-to-api";
        let dialect = dialect_by_name(name).ok_or_else(|| Error::not_found("query dialect", name))?;
        let query = dialect.parse(pairs, &table.source)?;
        let page = remote.engine.page(&table.source, &query).await?;
        Ok(Answer { columns: ask::columns(&page, &table.source.columns), page })
    }

    /// Staff may ask the files of any public host, others those of the hosts in the settings.
    fn may_ask(&self, audience: Audience, source: &str) -> Result<(), Error> {
        if audience == Audience::Staff {
            return Ok(());
        }
        let host = Url::parse(source).ok().and_then(|url| url.host_str().map(str::to_lowercase));
        let host =
            host.ok_or_else(|| Error::invalid(format!("`{}` is no address of a file", short(source))))?;
        let is_named = |pattern: &String| match pattern.strip_prefix("*.") {
            Some(domain) => host.strip_suffix(domain).is_some_and(|head| head.ends_with('.')),
            None => pattern == "*" || *pattern == host,
        };
        let hosts = &self.app.settings().csv_sources;
        if hosts.iter().map(|pattern| pattern.to_lowercase()).any(|pattern| is_named(&pattern)) {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Forbidden, format!("files of `{host}` are not asked through this portal"))
            .with_hint("whoever runs it names the hosts in `tools.csv_sources`"))
    }
}

fn short(text: &str) -> String {
    text.chars().take(120).collect()
}

fn rows_path(folder: &Path, blob: &BlobId) -> PathBuf {
    folder.join(format!("{blob}.parquet"))
}

/// Tables in a folder, by their ids.
#[derive(Debug)]
struct InFolder(PathBuf);

#[async_trait]
impl ReadBlob for InFolder {
    async fn size(&self, blob: &BlobId) -> Result<Option<u64>, ReadError> {
        match std::fs::metadata(rows_path(&self.0, blob)) {
            Ok(found) => Ok(Some(found.len())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(ReadError(error.to_string())),
        }
    }

    async fn range(&self, blob: &BlobId, range: Range<u64>) -> Result<Bytes, ReadError> {
        use std::os::unix::fs::FileExt;
        let length = usize::try_from(range.end.saturating_sub(range.start)).unwrap_or(0);
        let mut bytes = vec![0; length];
        std::fs::File::open(rows_path(&self.0, blob))
            .and_then(|file| file.read_exact_at(&mut bytes, range.start))
            .map_err(|error| ReadError(error.to_string()))?;
        Ok(bytes.into())
    }
}
