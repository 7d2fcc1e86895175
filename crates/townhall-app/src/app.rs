//! The one thing that a door holds.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use townhall_fetch::{FetchSettings, Fetcher};
use townhall_model::BlobId;
use townhall_query::worker::{WorkerSettings, Workers};
use townhall_query::{Class, Classes, Engine, EngineSettings, ReadBlob, ReadError};
use townhall_search::{SearchError, SearchIndex};
use townhall_store::{BlobSettings, Blobs, Store, StoreSettings};

use crate::Error;
use crate::catalog::Catalog;
use crate::databases::{DatabaseSettings, Databases, LiveDatabases, SharedDatabases};
use crate::doctor::Doctor;
use crate::exports::Exports;
use crate::imports::Imports;
use crate::jobs::Jobs;
use crate::search::Searches;
use crate::tables::{Tables, WordIndexes};
use crate::workshop::{Reports, Workshop};

/// What the catalogue says of itself in its files.
#[derive(Debug, Clone, Default)]
pub struct CatalogueSettings {
    /// Its title.
    pub title: String,
    /// What it is.
    pub description: String,
    /// Who publishes it.
    pub publisher: String,
    /// Where to write about it; without it, the listing has no record for itself.
    pub contact_email: Option<String>,
    /// The address of the site without a final slash, for files made on the command line.
    pub base_url: String,
}

/// Everything an app needs to be opened.
#[derive(Debug, Clone)]
pub struct AppSettings {
    /// The data directory.
    pub data_dir: PathBuf,
    /// `sqlite:PATH` or `postgres://…`; the embedded database when absent.
    pub store_url: Option<String>,
    /// Where blobs live.
    pub blobs: BlobSettings,
    /// How outbound requests are made.
    pub fetch: FetchSettings,
    /// What the catalogue says of itself.
    pub catalogue: CatalogueSettings,
    /// What the questions of each class of askers may take.
    pub query_classes: Classes,
    /// Memory of all questions about tables, in bytes.
    pub query_memory_bytes: usize,
    /// Memory for decoded columns of the tables that are asked for most, in bytes.
    pub query_hot_bytes: u64,
    /// How long a question to `/qu` may take before its asker is told that it is being computed.
    pub qu_patience: Duration,
    /// The hosts whose CSV files the public may ask through this portal, such as `data.example.gov`, `*.gov`, or `*` for all
    /// public ones. Staff may ask those of any host.
    pub csv_sources: Vec<String>,
    /// What recognizes the text of pictures; nothing does without it.
    pub ocr: Option<crate::workshop::Tesseract>,
    /// Disk for files of whole tables that were prepared, in bytes; with 0 none is.
    pub prepared_bytes: u64,
    /// Disk for the indexes of words, in bytes.
    pub word_index_bytes: u64,
    /// Of how few and how many rows a table may be for its words to be indexed.
    pub word_index_rows: (u64, u64),
    /// How SQL queries are given to processes of their own; without it they are answered in this one.
    pub query_workers: Option<WorkerSettings>,
    /// How databases whose tables are published are asked.
    pub databases: DatabaseSettings,
    /// Which SQL queries go to other machines; without it none does.
    pub large_queries: Option<crate::LargeQueries>,
    /// A file in which harvest sources are written, beside those that are kept here.
    pub sources_file: Option<PathBuf>,
    /// The server that takes our mail.
    pub mail: crate::MailSettings,
    /// How the scorecard of offices is kept.
    pub scorecard: crate::ScorecardSettings,
    /// How links are checked.
    pub links: crate::LinkSettings,
}

impl AppSettings {
    /// The usual settings over a data directory.
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
            store_url: None,
            blobs: BlobSettings::Disk,
            fetch: FetchSettings::default(),
            catalogue: CatalogueSettings {
                title: "Data catalog".to_owned(),
                description: "The datasets of this catalog.".to_owned(),
                publisher: "Publisher".to_owned(),
                contact_email: None,
                base_url: "http://localhost:8080".to_owned(),
            },
            query_classes: Classes::default(),
            query_memory_bytes: 512 * 1024 * 1024,
            query_hot_bytes: 256 * 1024 * 1024,
            qu_patience: Duration::from_secs(8),
            csv_sources: Vec::new(),
            ocr: None,
            prepared_bytes: 10 * 1024 * 1024 * 1024,
            word_index_bytes: 10 * 1024 * 1024 * 1024,
            word_index_rows: (20_000, 5_000_000),
            query_workers: None,
            databases: DatabaseSettings::default(),
            large_queries: None,
            sources_file: None,
            mail: crate::MailSettings::default(),
            scorecard: crate::ScorecardSettings::default(),
            links: crate::LinkSettings::default(),
        }
    }
}

/// The app: all use cases over one store. Cheap to clone.
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
}

struct Inner {
    settings: AppSettings,
    store: Store,
    blobs: Blobs,
    index: Arc<SearchIndex>,
    engine: Engine,
    fetcher: Fetcher,
    workshop: Workshop,
    scored: crate::scores::ScoreCache,
    known_tables: crate::tables::KnownTables,
    qu_computing: crate::qu::Computing,
    remote_tables: crate::tables::RemoteTables,
    query_workers: Option<Workers>,
    databases: SharedDatabases,
    word_indexes: Arc<WordIndexes>,
    harvesting: crate::harvest::Harvesting,
    link_counts: crate::links::CountsCache,
    woken: tokio::sync::Notify,
    /// Only one task at a time tails the change log into the index.
    indexing: tokio::sync::Mutex<()>,
}

impl App {
    /// Opens the store, the blobs and the index of a data directory; what is missing is made.
    pub async fn open(settings: AppSettings) -> Result<Self, Error> {
        let store = Store::open(&StoreSettings {
            url: settings.store_url.clone(),
            ..StoreSettings::embedded(&settings.data_dir)
        })
        .await?;
        let blobs = Blobs::open(&settings.blobs, &settings.data_dir, &store)?;
        let spill = settings.data_dir.join("tmp");
        let reader: Arc<dyn ReadBlob> = Arc::new(BlobReader(blobs.clone()));
        let query_workers =
            settings.query_workers.clone().map(|workers| Workers::new(workers, reader.clone()));
        let databases = Arc::new(LiveDatabases::new(store.clone(), settings.databases.clone()));
        let engine = Engine::with_live(
            reader,
            Some(databases.clone()),
            EngineSettings {
                classes: settings.query_classes.clone(),
                memory_bytes: settings.query_memory_bytes,
                hot_bytes: settings.query_hot_bytes,
                ..EngineSettings::new(spill)
            },
        )?;
        let index_dir = settings.data_dir.join("index");
        let word_indexes = Arc::new(WordIndexes::new(index_dir.join("rows")));
        engine.look_words_up_in(word_indexes.clone());
        let index = tokio::task::spawn_blocking(move || open_index(&index_dir)).await.map_err(lost)??;
        let fetcher = Fetcher::new(settings.fetch.clone())?;
        let ocr = settings.ocr.clone().map(|engine| Arc::new(engine) as Arc<dyn townhall_pdf::OcrEngine>);
        let workshop = Workshop::in_folder(fetcher.clone(), settings.data_dir.join("tmp")).with_ocr(ocr);
        let remote_tables = crate::tables::RemoteTables::new(
            fetcher.clone(),
            &settings.data_dir.join("tmp"),
            settings.query_classes.of(Class::Anonymous).timeout,
        )?;
        let inner = Inner {
            workshop,
            remote_tables,
            settings,
            store,
            blobs,
            index: Arc::new(index),
            engine,
            fetcher,
            scored: Default::default(),
            known_tables: Default::default(),
            qu_computing: Default::default(),
            query_workers,
            databases,
            word_indexes,
            harvesting: Default::default(),
            link_counts: Default::default(),
            woken: Default::default(),
            indexing: Default::default(),
        };
        let app = Self { inner: Arc::new(inner) };
        app.search().catch_up().await?;
        Ok(app)
    }

    /// Finishes what is under way and lets go of the data directory.
    pub async fn close(&self) {
        self.inner.store.close().await;
    }

    /// Records: reading, describing, listing.
    pub fn catalog(&self) -> Catalog<'_> {
        Catalog { app: self }
    }

    /// Tables: rows, versions, exports.
    pub fn tables(&self) -> Tables<'_> {
        Tables { app: self }
    }

    /// Recipes: tables made of others.
    pub fn recipes(&self) -> crate::Recipes<'_> {
        crate::Recipes { app: self }
    }

    /// How well offices publish.
    pub fn scorecard(&self) -> crate::Scorecard<'_> {
        crate::Scorecard { app: self }
    }

    /// How often files are fetched anew.
    pub fn schedules(&self) -> crate::Schedules<'_> {
        crate::Schedules { app: self }
    }

    /// Bringing other people's catalogs in, and keeping them true.
    pub fn harvests(&self) -> crate::Harvests<'_> {
        crate::Harvests { app: self }
    }

    pub(crate) fn harvesting(&self) -> &crate::harvest::Harvesting {
        &self.inner.harvesting
    }

    pub(crate) fn sources_file(&self) -> Option<&Path> {
        self.inner.settings.sources_file.as_deref()
    }

    pub(crate) fn base_url(&self) -> &str {
        &self.inner.settings.catalogue.base_url
    }

    /// Messages to people.
    pub fn messages(&self) -> crate::Messages<'_> {
        crate::Messages { app: self }
    }

    pub(crate) fn mail_settings(&self) -> &crate::MailSettings {
        &self.inner.settings.mail
    }

    /// Searching.
    pub fn search(&self) -> Searches<'_> {
        Searches { app: self }
    }

    /// Bringing things in.
    pub fn imports(&self) -> Imports<'_> {
        Imports { app: self }
    }

    /// Catalogue files.
    pub fn exports(&self) -> Exports<'_> {
        Exports { app: self }
    }

    /// Databases whose tables are published.
    pub fn databases(&self) -> Databases<'_> {
        Databases { app: self }
    }

    pub(crate) fn live_databases(&self) -> &SharedDatabases {
        &self.inner.databases
    }

    /// Slow work.
    pub fn jobs(&self) -> Jobs<'_> {
        Jobs { app: self }
    }

    /// Tools that work on files without keeping them.
    pub fn workshop(&self) -> &Workshop {
        &self.inner.workshop
    }

    /// How well datasets are published.
    pub fn scores(&self) -> crate::Scores<'_> {
        crate::Scores { app: self }
    }

    /// SQL queries under names.
    pub fn saved_queries(&self) -> crate::SavedQueries<'_> {
        crate::SavedQueries { app: self }
    }

    /// Other people's APIs that can be tried here.
    pub fn described_apis(&self) -> crate::DescribedApis<'_> {
        crate::DescribedApis { app: self }
    }

    /// Links: whether what records name can be had.
    pub fn links(&self) -> crate::Links<'_> {
        crate::Links { app: self }
    }

    /// Crawls through websites.
    pub fn crawls(&self) -> crate::Crawls<'_> {
        crate::Crawls { app: self }
    }

    pub(crate) fn link_counts(&self) -> &crate::links::CountsCache {
        &self.inner.link_counts
    }

    /// How long an SQL query may take.
    pub fn sql_timeout(&self) -> Duration {
        let settings = &self.inner.settings;
        let usual = settings.query_classes.of(Class::Anonymous).timeout;
        settings.query_workers.as_ref().map_or(usual, |workers| workers.timeout)
    }

    pub(crate) fn query_workers(&self) -> Option<&Workers> {
        self.inner.query_workers.as_ref()
    }

    pub(crate) fn word_indexes(&self) -> &Arc<WordIndexes> {
        &self.inner.word_indexes
    }

    pub(crate) fn woken(&self) -> &tokio::sync::Notify {
        &self.inner.woken
    }

    pub(crate) fn known_tables(&self) -> &crate::tables::KnownTables {
        &self.inner.known_tables
    }

    pub(crate) fn qu_computing(&self) -> &crate::qu::Computing {
        &self.inner.qu_computing
    }

    /// The HMDA Data Browser's questions.
    pub fn data_browser(&self) -> crate::DataBrowser<'_> {
        crate::DataBrowser { app: self }
    }

    /// Datasets as Qu had them.
    pub fn qu(&self) -> crate::qu::Qu<'_> {
        crate::qu::Qu { app: self }
    }

    pub(crate) fn remote_tables(&self) -> &crate::tables::RemoteTables {
        &self.inner.remote_tables
    }

    pub(crate) fn scored(&self) -> &crate::scores::ScoreCache {
        &self.inner.scored
    }

    /// Reports of those tools that were kept.
    pub fn reports(&self) -> Reports<'_> {
        Reports { app: self }
    }

    /// Looking for what is wrong.
    pub fn doctor(&self) -> Doctor<'_> {
        Doctor { app: self }
    }

    pub(crate) fn blobs(&self) -> &Blobs {
        &self.inner.blobs
    }

    /// A part of a blob as a stream.
    pub async fn blob_stream(
        &self,
        id: &BlobId,
        range: std::ops::Range<u64>,
    ) -> Result<crate::ByteStream, Error> {
        Ok(self.inner.blobs.stream(id, range).await?)
    }

    /// The size of a blob, when it is there.
    pub async fn blob_size(&self, id: &BlobId) -> Result<Option<u64>, Error> {
        Ok(self.inner.blobs.size(id).await?)
    }

    /// The settings it was opened with.
    pub fn settings(&self) -> &AppSettings {
        &self.inner.settings
    }

    /// Answers when the store does: for readiness checks.
    pub async fn ping(&self) -> Result<(), Error> {
        Ok(self.inner.store.ping().await?)
    }

    pub(crate) fn store(&self) -> &Store {
        &self.inner.store
    }

    pub(crate) fn index(&self) -> &Arc<SearchIndex> {
        &self.inner.index
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.inner.engine
    }

    pub(crate) fn fetcher(&self) -> &Fetcher {
        &self.inner.fetcher
    }

    pub(crate) fn indexing(&self) -> &tokio::sync::Mutex<()> {
        &self.inner.indexing
    }

    /// A folder for intermediate files, gone when dropped; a crash leaves it to the sweep.
    pub(crate) fn temporary_folder(&self) -> Result<tempfile::TempDir, Error> {
        let parent: &Path = &self.inner.settings.data_dir.join("tmp");
        Ok(tempfile::Builder::new().prefix("work-").tempdir_in(parent)?)
    }

    /// Runs work that takes long on a thread of its own, so that the reactor goes on.
    pub(crate) async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        tokio::task::spawn_blocking(work).await.map_err(lost)
    }
}

/// The index for writing, or for reading only when another process of this data directory writes it: that one takes in
/// what is written here as well.
fn open_index(dir: &Path) -> Result<SearchIndex, SearchError> {
    match SearchIndex::open(dir) {
        Err(SearchError::Busy { .. }) => SearchIndex::open_read_only(dir),
        outcome => outcome,
    }
}

pub(crate) fn lost(error: tokio::task::JoinError) -> Error {
    Error::new(townhall_model::ErrorKind::Internal, format!("a piece of work ended badly: {error}"))
}

/// What the query engine sees of the blobs.
#[derive(Debug)]
struct BlobReader(Blobs);

#[async_trait]
impl ReadBlob for BlobReader {
    async fn size(&self, blob: &BlobId) -> Result<Option<u64>, ReadError> {
        self.0.size(blob).await.map_err(|error| ReadError(error.to_string()))
    }

    async fn range(&self, blob: &BlobId, range: std::ops::Range<u64>) -> Result<Bytes, ReadError> {
        self.0.range(blob, range).await.map_err(|error| ReadError(error.to_string()))
    }

    fn local_path(&self, blob: &BlobId) -> Option<PathBuf> {
        self.0.local_path(blob)
    }
}

/// What a machine of a cluster sees of the blobs: they alone, without a database.
#[derive(Debug)]
struct DistantBlobs(townhall_store::BlobReader);

#[async_trait]
impl ReadBlob for DistantBlobs {
    async fn size(&self, blob: &BlobId) -> Result<Option<u64>, ReadError> {
        self.0.size(blob).await.map_err(|error| ReadError(error.to_string()))
    }

    async fn range(&self, blob: &BlobId, range: std::ops::Range<u64>) -> Result<Bytes, ReadError> {
        self.0.range(blob, range).await.map_err(|error| ReadError(error.to_string()))
    }
}

/// The blobs of these settings for a machine that answers queries and has no database.
pub fn blobs_alone(settings: &AppSettings) -> Result<Arc<dyn ReadBlob>, Error> {
    let blobs = townhall_store::BlobReader::open(&settings.blobs, &settings.data_dir)?;
    Ok(Arc::new(DistantBlobs(blobs)))
}
