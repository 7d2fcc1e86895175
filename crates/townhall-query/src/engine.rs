//! Answers questions, within bounds.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use datafusion::dataframe::DataFrame;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::prelude::{ParquetReadOptions, SessionConfig, SessionContext};
use futures::{Stream, StreamExt, TryStreamExt, stream};

use crate::bridge::{Bridge, OnlyBridge, ReadBlob, TAIL_BYTES, address};
use crate::class::{Class, ClassLimits, Classes, Share, Turn, Turns, WholeMemory};
use crate::error::QueryError;
use crate::filter::{Comparison, Filter};
use crate::hot::Hot;
use crate::limits::{ANSWER_ROWS_MAX, PAGE_ROWS};
use crate::literal::Literal;
use crate::query::{ROW, RowsQuery, TableSource};
use crate::sql::{Granted, Planned, Sql};
use crate::words::{FindWords, Hits};

/// Threads that one question may use.
const THREADS: usize = 2;

/// The bounds of all questions together.
#[derive(Debug, Clone)]
pub struct EngineSettings {
    /// Memory of all questions, in bytes.
    pub memory_bytes: usize,
    /// Where large sorts and groups spill.
    pub spill_dir: PathBuf,
    /// Disk of all spills, in bytes.
    pub spill_bytes: u64,
    /// What the questions of each sort of asker may take.
    pub classes: Classes,
    /// How long a question waits for its turn.
    pub patience: Duration,
    /// Bytes of decoded columns that are kept for the questions that pages ask most.
    pub hot_bytes: u64,
    /// Bytes of answers that are kept for the next who asks.
    pub cache_bytes: usize,
}

impl EngineSettings {
    /// Bounds for a machine of two cores.
    pub fn new(spill_dir: impl Into<PathBuf>) -> Self {
        Self {
            memory_bytes: 512 * 1024 * 1024,
            spill_dir: spill_dir.into(),
            spill_bytes: 8 * 1024 * 1024 * 1024,
            classes: Classes::default(),
            patience: Duration::from_secs(5),
            hot_bytes: 256 * 1024 * 1024,
            cache_bytes: 64 * 1024 * 1024,
        }
    }
}

/// A page of rows.
#[derive(Debug, Clone)]
pub struct Page {
    /// The rows, in the columns asked for, without the row numbers.
    pub rows: RecordBatch,
    /// The number of each row in its table, from 1; empty for groups.
    pub numbers: Vec<u64>,
    /// How many rows match; exact.
    pub total: Option<u64>,
    /// Where the next page begins, when there is one.
    pub next: Option<String>,
    /// The cursor of the page before, when there is one.
    pub previous: Option<String>,
    /// How many matching rows stand before the first of this page.
    pub offset: u64,
    /// Whether more rows or groups follow.
    pub has_more: bool,
    /// The counts of the facets asked for.
    pub facets: Vec<FacetCounts>,
}

/// The values of a column and how many matching rows have each, most frequent first.
#[derive(Debug, Clone)]
pub struct FacetCounts {
    /// The column.
    pub column: String,
    /// The values: the first column of the batch; their counts: the second.
    pub counts: RecordBatch,
}

/// Rows as they come. Dropping it stops the work.
pub type RowStream = Pin<Box<dyn Stream<Item = Result<RecordBatch, QueryError>> + Send>>;

/// Answers questions about tables, each within the limits of who asks. Cheap to clone.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
    class: Class,
}

struct Inner {
    live: Option<Arc<dyn crate::live::OpenRows>>,
    runtime: Arc<RuntimeEnv>,
    settings: EngineSettings,
    memory: Arc<WholeMemory>,
    /// For each class, the turns of pages, and those of files, which last as long as somebody reads them.
    turns: [(Turns, Turns); Class::ALL.len()],
    cache: Mutex<Cache>,
    hot: Hot,
    /// What was found of searches; none where too many rows match.
    hits: moka::future::Cache<String, Option<Arc<Hits>>>,
    finder: OnceLock<Arc<dyn FindWords>>,
}

/// The last answers. A version never changes, so an answer never goes stale.
#[derive(Default)]
struct Cache {
    pages: VecDeque<(String, usize, Arc<Page>)>,
    bytes: usize,
}

impl Engine {
    /// An engine over blobs.
    pub fn new(blobs: Arc<dyn ReadBlob>, settings: EngineSettings) -> Result<Self, QueryError> {
        Self::with_live(blobs, None, settings)
    }

    /// An engine over blobs, and over databases for the tables whose rows stay there.
    pub fn with_live(
        blobs: Arc<dyn ReadBlob>,
        live: Option<Arc<dyn crate::live::OpenRows>>,
        settings: EngineSettings,
    ) -> Result<Self, QueryError> {
        let spill = DiskManagerBuilder::default()
            .with_mode(DiskManagerMode::Directories(vec![settings.spill_dir.clone()]))
            .with_max_temp_directory_size(settings.spill_bytes);
        let runtime = RuntimeEnvBuilder::new()
            .with_disk_manager_builder(spill)
            .with_object_store_registry(Arc::new(OnlyBridge(Arc::new(Bridge::new(blobs.clone())))))
            .build_arc()?;
        let turns = Class::ALL.map(|class| {
            let limits = settings.classes.of(class);
            let turns = || Turns::new(limits.concurrency, limits.queue, settings.patience);
            (turns(), turns())
        });
        let hits = moka::future::Cache::builder()
            .max_capacity(settings.cache_bytes as u64)
            .weigher(|key: &String, hits: &Option<Arc<Hits>>| {
                u32::try_from(key.len() + hits.as_ref().map_or(16, |hits| hits.bytes())).unwrap_or(u32::MAX)
            })
            .build();
        let inner = Inner {
            live,
            runtime,
            memory: WholeMemory::new(settings.memory_bytes),
            turns,
            cache: Mutex::default(),
            hot: Hot::new(blobs, settings.hot_bytes),
            hits,
            finder: OnceLock::new(),
            settings,
        };
        Ok(Self { inner: Arc::new(inner), class: Class::default() })
    }

    /// The same engine for another sort of asker.
    #[must_use]
    pub fn of(&self, class: Class) -> Self {
        Self { inner: self.inner.clone(), class }
    }

    /// Looks words up in an index from now on, where there is one.
    pub fn look_words_up_in(&self, finder: Arc<dyn FindWords>) {
        // The first one stays: there is one data directory.
        let _ = self.inner.finder.set(finder);
    }

    /// What a question may take here.
    pub fn limits(&self) -> &ClassLimits {
        self.inner.settings.classes.of(self.class)
    }

    /// The sort of asker it answers.
    pub fn class(&self) -> Class {
        self.class
    }

    /// A page of rows or groups.
    pub async fn page(&self, table: &TableSource, query: &RowsQuery) -> Result<Arc<Page>, QueryError> {
        if table.live.is_some() {
            // What a database says may be otherwise the next moment: nothing is kept.
            let _turn = self.turns().0.take().await?;
            let unranked = self.unranked(table, query).await?;
            let query = unranked.as_ref().unwrap_or(query);
            return self.in_time(self.live_page(table, query)).await.map(Arc::new);
        }
        let key = page_key(table, query);
        if let Some(page) = self.cached(&key) {
            return Ok(page);
        }
        let _turn = self.turns().0.take().await?;
        let limit = query.limit.unwrap_or(PAGE_ROWS).min(ANSWER_ROWS_MAX);
        let work = async {
            let is_plain = query.of.is_none() && query.joined.is_none();
            if is_plain && let Some(page) = self.ranked(table, query, limit).await? {
                return Ok(Arc::new(page));
            }
            let unranked = self.unranked(table, query).await?;
            let query = unranked.as_ref().unwrap_or(query);
            if is_plain && let Some(page) = self.inner.hot.page(table, query, limit).await? {
                return Ok(Arc::new(page));
            }
            let page = match query.is_grouped() {
                true => self.groups(table, query, limit).await?,
                false => self.rows(table, query, limit).await?,
            };
            Ok(Arc::new(page))
        };
        let page = self.in_time(work).await?;
        self.keep(key, &page);
        Ok(page)
    }

    /// One row by its number.
    pub async fn row(&self, table: &TableSource, number: u64) -> Result<Arc<Page>, QueryError> {
        if table.live.is_some() {
            return self.live_row(table, number).await;
        }
        let value = i64::try_from(number).map_err(|_| QueryError::NoRow { number })?;
        let query = RowsQuery {
            filter: Filter::Compare {
                column: ROW.to_owned(),
                how: Comparison::Eq,
                value: Literal::Integer(value),
            },
            limit: Some(1),
            ..RowsQuery::default()
        };
        let page = self.page(table, &query).await?;
        if page.rows.num_rows() == 0 { Err(QueryError::NoRow { number }) } else { Ok(page) }
    }

    /// All rows or groups that match, as they come, in the question's order.
    pub async fn stream(
        &self,
        table: &TableSource,
        query: &RowsQuery,
    ) -> Result<(SchemaRef, RowStream), QueryError> {
        let turn = self.turns().1.take().await?;
        let planned = async {
            let unranked = self.unranked(table, query).await?;
            let frame = self.all(table, unranked.as_ref().unwrap_or(query)).await?;
            let schema: SchemaRef = Arc::new(frame.schema().as_arrow().clone());
            Ok((schema, frame.execute_stream().await?))
        };
        let (schema, rows) = self.in_time(planned).await?;
        Ok((schema, self.paced(rows.map_err(QueryError::from).boxed(), turn)))
    }

    /// Rows that have to come in time, and hold their turn as long as they are wanted.
    fn paced(&self, rows: RowStream, turn: Turn) -> RowStream {
        let limit = self.limits().timeout;
        stream::unfold(Some((rows, turn)), move |going| async move {
            let (mut rows, turn) = going?;
            match tokio::time::timeout(limit, rows.next()).await {
                Ok(Some(Ok(batch))) => Some((Ok(batch), Some((rows, turn)))),
                Ok(Some(Err(error))) => Some((Err(error), None)),
                Ok(None) => None,
                Err(_) => Some((Err(QueryError::TimedOut { seconds: limit.as_secs() }), None)),
            }
        })
        .boxed()
    }

    /// The rows that answer an SQL query over granted tables, one more than `rows_max` when there are more.
    ///
    /// Memory is bounded as far as the engine counts it. For strangers' queries use a worker.
    pub async fn sql(
        &self,
        sql: &Sql,
        granted: &[Granted],
        rows_max: usize,
    ) -> Result<(SchemaRef, RowStream), QueryError> {
        let turn = self.turns().1.take().await?;
        let planned = crate::sql::run(self.runtime()?, THREADS, sql, granted, rows_max);
        let (schema, rows) = self.in_time(planned).await?;
        Ok((schema, self.paced(rows, turn)))
    }

    /// What all questions share, with the memory of one of them.
    pub(crate) fn runtime(&self) -> Result<Arc<RuntimeEnv>, QueryError> {
        let share = Share::new(self.limits().memory_bytes, self.inner.memory.clone());
        Ok(RuntimeEnvBuilder::from_runtime_env(&self.inner.runtime)
            .with_memory_pool(Arc::new(share))
            .build_arc()?)
    }

    /// Plans an SQL query that another engine is to run, behind the same walls, and tells how many bytes it will read.
    ///
    /// Planning is bounded by the size of the query's text; it runs beside the reactor all the same.
    pub async fn planned(
        &self,
        sql: &Sql,
        granted: &[Granted],
        rows_max: usize,
    ) -> Result<(Planned, u64), QueryError> {
        let _turn = self.turn().await?;
        let (runtime, sql, granted) = (self.runtime()?, sql.clone(), granted.to_vec());
        // Views of text do not travel well: batches of them carry buffers that they share.
        let config = crate::sql::config(THREADS)
            .set_bool("datafusion.execution.parquet.schema_force_view_types", false)
            .set_bool("datafusion.sql_parser.map_string_types_to_utf8view", false);
        let reactor = tokio::runtime::Handle::current();
        let planning = tokio::task::spawn_blocking(move || {
            reactor.block_on(async {
                let planned = crate::sql::plan(config, runtime, &sql, &granted).await?.limited(rows_max)?;
                let bytes = crate::scan::bytes(&planned).await?;
                Ok((planned, bytes))
            })
        });
        self.in_time(async { planning.await.unwrap_or_else(|error| Err(engine(&error.to_string()))) }).await
    }

    /// A session of its own for each question: nothing is left behind.
    pub(crate) fn session(&self) -> Result<SessionContext, QueryError> {
        self.session_of(THREADS)
    }

    /// All rows of a table in their order.
    pub(crate) async fn in_order(&self, table: &TableSource) -> Result<DataFrame, QueryError> {
        Ok(self.session_of(1)?.read_parquet(address(&table.blob), ParquetReadOptions::default()).await?)
    }

    /// The same on so many threads. One keeps rows in the order of their file.
    pub(crate) fn session_of(&self, threads: usize) -> Result<SessionContext, QueryError> {
        let config = SessionConfig::new()
            .with_target_partitions(threads)
            .with_information_schema(false)
            .set_bool("datafusion.execution.parquet.pushdown_filters", true)
            .set_bool("datafusion.execution.parquet.reorder_filters", true)
            .set_bool("datafusion.execution.parquet.enable_page_index", true)
            .set_bool("datafusion.execution.collect_statistics", true)
            .set_usize("datafusion.execution.parquet.metadata_size_hint", TAIL_BYTES);
        let state = SessionStateBuilder::new()
            .with_config(config)
            .with_runtime_env(self.runtime()?)
            .with_default_features()
            .build();
        Ok(SessionContext::new_with_state(state))
    }

    /// What opens the rows of live tables.
    pub(crate) fn live(&self) -> Option<&Arc<dyn crate::live::OpenRows>> {
        self.inner.live.as_ref()
    }

    /// A turn of those that last as long as somebody reads.
    pub(crate) async fn turn(&self) -> Result<Turn, QueryError> {
        self.turns().1.take().await
    }

    fn turns(&self) -> &(Turns, Turns) {
        &self.inner.turns[self.class as usize]
    }

    pub(crate) fn hot(&self) -> &Hot {
        &self.inner.hot
    }

    pub(crate) fn known_hits(&self) -> &moka::future::Cache<String, Option<Arc<Hits>>> {
        &self.inner.hits
    }

    pub(crate) fn finder(&self) -> Option<&Arc<dyn FindWords>> {
        self.inner.finder.get()
    }

    /// Whether the answer is still here from before.
    pub(crate) fn has_cached(&self, table: &TableSource, query: &RowsQuery) -> bool {
        let key = page_key(table, query);
        let cache = self.inner.cache.lock().unwrap_or_else(PoisonError::into_inner);
        cache.pages.iter().any(|(known, ..)| *known == key)
    }

    pub(crate) async fn in_time<T>(
        &self,
        work: impl Future<Output = Result<T, QueryError>>,
    ) -> Result<T, QueryError> {
        let limit = self.limits().timeout;
        tokio::time::timeout(limit, work)
            .await
            .unwrap_or(Err(QueryError::TimedOut { seconds: limit.as_secs() }))
    }

    /// The page of a question, when the same was asked a moment ago.
    pub fn kept(&self, table: &TableSource, query: &RowsQuery) -> Option<Arc<Page>> {
        if table.live.is_some() { None } else { self.cached(&page_key(table, query)) }
    }

    fn cached(&self, key: &str) -> Option<Arc<Page>> {
        let mut cache = self.inner.cache.lock().unwrap_or_else(PoisonError::into_inner);
        let index = cache.pages.iter().position(|(known, ..)| known == key)?;
        let entry = cache.pages.remove(index)?;
        let page = entry.2.clone();
        cache.pages.push_back(entry);
        Some(page)
    }

    /// Keeps an answer that was computed elsewhere, such as by a job.
    pub fn remember(&self, table: &TableSource, query: &RowsQuery, page: &Arc<Page>) {
        self.keep(page_key(table, query), page);
    }

    fn keep(&self, key: String, page: &Arc<Page>) {
        let bytes = page.rows.get_array_memory_size() + key.len();
        let limit = self.inner.settings.cache_bytes;
        if bytes > limit / 8 {
            return;
        }
        let mut cache = self.inner.cache.lock().unwrap_or_else(PoisonError::into_inner);
        cache.pages.push_back((key, bytes, page.clone()));
        cache.bytes += bytes;
        while cache.bytes > limit || cache.pages.len() > CACHED_PAGES_MAX {
            match cache.pages.pop_front() {
                Some((_, bytes, _)) => cache.bytes -= bytes,
                None => break,
            }
        }
    }
}

/// How many answers are kept: few enough that looking one up by walking along them costs nothing.
const CACHED_PAGES_MAX: usize = 512;

fn page_key(table: &TableSource, query: &RowsQuery) -> String {
    // A dictionary may be written anew while the version stays.
    let sentinels = if query.is_grouped() { Some(&table.sentinels) } else { None };
    format!("{}:{}:{sentinels:?}:{query:?}", table.blob, table.version)
}

pub(crate) fn engine(message: &str) -> QueryError {
    QueryError::Engine(message.to_owned())
}
