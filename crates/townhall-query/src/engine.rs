//! Answers questions, within bounds.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::prelude::{SessionConfig, SessionContext};
use futures::{Stream, StreamExt, TryStreamExt};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::bridge::{Bridge, OnlyBridge, ReadBlob, TAIL_BYTES};
use crate::error::QueryError;
use crate::filter::{Comparison, Filter};
use crate::hot::Hot;
use crate::limits::{ANSWER_ROWS_MAX, PAGE_ROWS};
use crate::literal::Literal;
use crate::query::{ROW, RowsQuery, TableSource};
use crate::sql::{Granted, Planned, Sql};

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
    /// How long a page may take.
    pub timeout: Duration,
    /// Questions answered at the same time.
    pub concurrency: usize,
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
            timeout: Duration::from_secs(20),
            concurrency: 8,
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

/// Answers questions about tables. Cheap to clone.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

struct Inner {
    runtime: Arc<RuntimeEnv>,
    settings: EngineSettings,
    turns: Arc<Semaphore>,
    cache: Mutex<Cache>,
    hot: Hot,
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
        let spill = DiskManagerBuilder::default()
            .with_mode(DiskManagerMode::Directories(vec![settings.spill_dir.clone()]))
            .with_max_temp_directory_size(settings.spill_bytes);
        let runtime = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(FairSpillPool::new(settings.memory_bytes)))
            .with_disk_manager_builder(spill)
            .with_object_store_registry(Arc::new(OnlyBridge(Arc::new(Bridge::new(blobs.clone())))))
            .build_arc()?;
        let turns = Arc::new(Semaphore::new(settings.concurrency));
        let hot = Hot::new(blobs, settings.hot_bytes);
        Ok(Self { inner: Arc::new(Inner { runtime, settings, turns, cache: Mutex::default(), hot }) })
    }

    /// A page of rows or groups.
    pub async fn page(&self, table: &TableSource, query: &RowsQuery) -> Result<Arc<Page>, QueryError> {
        let key = format!("{}:{}:{query:?}", table.blob, table.version);
        if let Some(page) = self.cached(&key) {
            return Ok(page);
        }
        let _turn = self.turn().await?;
        let limit = query.limit.unwrap_or(PAGE_ROWS).min(ANSWER_ROWS_MAX);
        let work = async {
            if let Some(page) = self.inner.hot.page(table, query, limit).await? {
                return Ok(Arc::new(page));
            }
            let page = if query.is_grouped() {
                self.groups(table, query, limit).await?
            } else {
                self.rows(table, query, limit).await?
            };
            Ok(Arc::new(page))
        };
        let page = self.in_time(work).await?;
        self.keep(key, &page);
        Ok(page)
    }

    /// One row by its number.
    pub async fn row(&self, table: &TableSource, number: u64) -> Result<Arc<Page>, QueryError> {
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
        let turn = self.turn().await?;
        let frame = self.all(table, query).await?;
        let schema: SchemaRef = Arc::new(frame.schema().as_arrow().clone());
        let stream = frame.execute_stream().await?;
        // The turn is held as long as rows are wanted.
        let rows = stream.map_err(QueryError::from).map(move |batch| {
            let _held = &turn;
            batch
        });
        Ok((schema, rows.boxed()))
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
        let turn = self.turn().await?;
        let planned = crate::sql::run(self.inner.runtime.clone(), THREADS, sql, granted, rows_max);
        let (schema, rows) = self.in_time(planned).await?;
        let rows = rows.map(move |batch| {
            let _held = &turn;
            batch
        });
        Ok((schema, rows.boxed()))
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
        let (runtime, sql, granted) = (self.inner.runtime.clone(), sql.clone(), granted.to_vec());
        // Views of text do not travel well: batches of them carry buffers that they share.
        let config = crate::sql::config(THREADS)
            .set_bool("datafusion.execution.parquet.schema_force_view_types", false)
            .set_bool("datafusion.sql_parser.map_string_types_to_utf8view", false);
        let reactor = tokio::runtime::Handle::current();
        let planning = tokio::task::spawn_blocking(move || {
            reactor.block_on(async {
                let planned = crate::sql::plan(config, runtime, &sql, &granted, rows_max).await?;
                let bytes = crate::scan::bytes(&planned).await?;
                Ok((planned, bytes))
            })
        });
        self.in_time(async { planning.await.unwrap_or_else(|error| Err(engine(&error.to_string()))) }).await
    }

    /// A session of its own for each question: nothing is left behind.
    pub(crate) fn session(&self) -> SessionContext {
        let config = SessionConfig::new()
            .with_target_partitions(THREADS)
            .with_information_schema(false)
            .set_bool("datafusion.execution.parquet.pushdown_filters", true)
            .set_bool("datafusion.execution.parquet.reorder_filters", true)
            .set_bool("datafusion.execution.parquet.enable_page_index", true)
            .set_bool("datafusion.execution.collect_statistics", true)
            .set_usize("datafusion.execution.parquet.metadata_size_hint", TAIL_BYTES);
        let state = SessionStateBuilder::new()
            .with_config(config)
            .with_runtime_env(self.inner.runtime.clone())
            .with_default_features()
            .build();
        SessionContext::new_with_state(state)
    }

    async fn turn(&self) -> Result<OwnedSemaphorePermit, QueryError> {
        match tokio::time::timeout(self.inner.settings.patience, self.inner.turns.clone().acquire_owned())
            .await
        {
            Ok(Ok(turn)) => Ok(turn),
            _ => Err(QueryError::Busy),
        }
    }

    async fn in_time<T>(&self, work: impl Future<Output = Result<T, QueryError>>) -> Result<T, QueryError> {
        let limit = self.inner.settings.timeout;
        tokio::time::timeout(limit, work)
            .await
            .unwrap_or(Err(QueryError::TimedOut { seconds: limit.as_secs() }))
    }

    fn cached(&self, key: &str) -> Option<Arc<Page>> {
        let mut cache = self.inner.cache.lock().unwrap_or_else(PoisonError::into_inner);
        let index = cache.pages.iter().position(|(known, ..)| known == key)?;
        let entry = cache.pages.remove(index)?;
        let page = entry.2.clone();
        cache.pages.push_back(entry);
        Some(page)
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

pub(crate) fn engine(message: &str) -> QueryError {
    QueryError::Engine(message.to_owned())
}
