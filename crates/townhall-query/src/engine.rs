//! Answers questions, within bounds.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::SchemaRef;
use datafusion::dataframe::DataFrame;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::prelude::{ParquetReadOptions, SessionConfig, SessionContext};
use futures::{Stream, StreamExt, TryStreamExt};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::bridge::{Bridge, OnlyBridge, ReadBlob, address};
use crate::compile;
use crate::cursor::{self, Anchor};
use crate::error::QueryError;
use crate::filter::{Comparison, Filter};
use crate::limits::{FACET_VALUES_MAX, PAGE_ROWS, PAGE_ROWS_MAX};
use crate::literal::Literal;
use crate::query::{ROW, RowsQuery, TableSource};

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
    /// Whether there is more than a page of groups can show.
    pub truncated: bool,
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
            .with_object_store_registry(Arc::new(OnlyBridge(Arc::new(Bridge(blobs)))))
            .build_arc()?;
        let turns = Arc::new(Semaphore::new(settings.concurrency));
        Ok(Self { inner: Arc::new(Inner { runtime, settings, turns, cache: Mutex::default() }) })
    }

    /// A page of rows or groups.
    pub async fn page(&self, table: &TableSource, query: &RowsQuery) -> Result<Arc<Page>, QueryError> {
        let key = format!("{}:{}:{query:?}", table.blob, table.version);
        if let Some(page) = self.cached(&key) {
            return Ok(page);
        }
        let _turn = self.turn().await?;
        let limit = query.limit.unwrap_or(PAGE_ROWS).min(PAGE_ROWS_MAX);
        let work = async {
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
        let frame = if query.is_grouped() {
            self.grouped(table, query).await?
        } else {
            let frame = self.matching(table, query).await?;
            // In the table's own order nothing has to be gathered before the first row goes out.
            let frame =
                if query.sort.is_empty() { frame } else { frame.sort(compile::order(&query.sort))? };
            frame.select(selected(table, query))?
        };
        let frame = match query.limit {
            Some(limit) => frame.limit(0, Some(limit))?,
            None => frame,
        };
        let schema: SchemaRef = Arc::new(frame.schema().as_arrow().clone());
        let stream = frame.execute_stream().await?;
        // The turn is held as long as rows are wanted.
        let rows = stream.map_err(QueryError::from).map(move |batch| {
            let _held = &turn;
            batch
        });
        Ok((schema, rows.boxed()))
    }

    async fn rows(&self, table: &TableSource, query: &RowsQuery, limit: usize) -> Result<Page, QueryError> {
        let mut columns = selected(table, query);
        let shown = columns.len();
        let extra: Vec<&str> = query
            .sort
            .iter()
            .map(|sort| sort.column.as_str())
            .filter(|name| !is_selected(query, name))
            .collect();
        columns.extend(extra.iter().map(|name| compile::column(name)));
        columns.push(compile::column(ROW));
        let matching = self.matching(table, query).await?;
        let place = cursor::place(table, query)?;
        let mut frame = matching.clone();
        if let Some(condition) = compile::filter(&place.condition) {
            frame = frame.filter(condition)?;
        }
        let order =
            if place.backwards { compile::backwards(&query.sort) } else { compile::order(&query.sort) };
        // One row more than wanted tells whether there is another page.
        let frame = frame.sort(order)?.limit(0, Some(limit + 1))?.select(columns)?;
        let total = async {
            match query.matches_everything() {
                true => Ok(table.rows),
                false => matching.clone().count().await.map(|count| count as u64),
            }
        };
        let (rows, total) =
            futures::try_join!(gather(frame), async { total.await.map_err(QueryError::from) })?;
        let has_more = rows.num_rows() > limit;
        let mut rows = rows.slice(0, rows.num_rows().min(limit));
        if place.backwards {
            rows = reversed(&rows)?;
        }
        let numbers = rows.column(rows.num_columns() - 1).as_primitive::<Int64Type>().values().to_vec();
        let count = numbers.len() as u64;
        let offset = match (place.backwards, has_more) {
            (false, _) => place.offset,
            (true, true) => place.offset.saturating_sub(count),
            // The page reaches the very first row.
            (true, false) => 0,
        };
        let anchor = |index: usize| -> Result<Anchor, QueryError> {
            let values = query.sort.iter().map(|sort| {
                let column =
                    rows.column_by_name(&sort.column).ok_or_else(|| engine("a sort column is missing"))?;
                Ok(text_of(column, index))
            });
            Ok(Anchor { values: values.collect::<Result<_, QueryError>>()?, row: numbers[index] })
        };
        let (follows, precedes) = match place.backwards {
            false => (has_more, query.cursor.is_some()),
            true => (true, has_more),
        };
        let next = match numbers.len() {
            last @ 1.. if follows => Some(cursor::after(table, query, anchor(last - 1)?, offset + count)),
            _ => None,
        };
        let previous = match numbers.len() {
            1.. if precedes => Some(cursor::before(table, query, anchor(0)?, offset)),
            _ => None,
        };
        let shown: Vec<usize> = (0..shown).collect();
        Ok(Page {
            rows: rows.project(&shown).map_err(|error| engine(&error.to_string()))?,
            numbers: numbers.into_iter().map(|row| u64::try_from(row).unwrap_or(0)).collect(),
            total: Some(total),
            next,
            previous,
            offset,
            truncated: false,
            facets: self.facets(&matching, query).await?,
        })
    }

    async fn groups(&self, table: &TableSource, query: &RowsQuery, limit: usize) -> Result<Page, QueryError> {
        let rows = gather(self.grouped(table, query).await?.limit(0, Some(limit + 1))?).await?;
        let truncated = rows.num_rows() > limit;
        Ok(Page {
            total: (!truncated).then_some(rows.num_rows() as u64),
            rows: rows.slice(0, rows.num_rows().min(limit)),
            numbers: Vec::new(),
            next: None,
            previous: None,
            offset: 0,
            truncated,
            facets: Vec::new(),
        })
    }

    async fn grouped(&self, table: &TableSource, query: &RowsQuery) -> Result<DataFrame, QueryError> {
        let groups = query.group.iter().map(|name| compile::column(name)).collect();
        let aggregates = query.aggregates.iter().map(compile::aggregate).collect();
        let frame = self.matching(table, query).await?.aggregate(groups, aggregates)?;
        // Ties are broken by the groups themselves, so that the order is the same each time.
        let sorted = |name: &String| query.sort.iter().any(|sort| sort.column == *name);
        let order: Vec<_> = query
            .sort
            .iter()
            .map(|sort| compile::column(&sort.column).sort(!sort.descending, false))
            .chain(
                query
                    .group
                    .iter()
                    .filter(|name| !sorted(name))
                    .map(|name| compile::column(name).sort(true, false)),
            )
            .collect();
        Ok(if order.is_empty() { frame } else { frame.sort(order)? })
    }

    async fn facets(&self, matching: &DataFrame, query: &RowsQuery) -> Result<Vec<FacetCounts>, QueryError> {
        let mut facets = Vec::new();
        for name in &query.facets {
            let counted = matching
                .clone()
                .filter(compile::column(name).is_not_null())?
                .aggregate(
                    vec![compile::column(name)],
                    vec![
                        datafusion::functions_aggregate::expr_fn::count(datafusion::logical_expr::lit(1_i64))
                            .alias("count"),
                    ],
                )?
                .sort(vec![
                    compile::column("count").sort(false, false),
                    compile::column(name).sort(true, false),
                ])?
                .limit(0, Some(FACET_VALUES_MAX))?;
            facets.push(FacetCounts { column: name.clone(), counts: gather(counted).await? });
        }
        Ok(facets)
    }

    /// The rows that match, cursor apart.
    async fn matching(&self, table: &TableSource, query: &RowsQuery) -> Result<DataFrame, QueryError> {
        let mut frame =
            self.session().read_parquet(address(&table.blob), ParquetReadOptions::default()).await?;
        for condition in
            [compile::filter(&query.filter), compile::search(&query.search, table)].into_iter().flatten()
        {
            frame = frame.filter(condition)?;
        }
        Ok(frame)
    }

    /// A session of its own for each question: nothing is left behind.
    fn session(&self) -> SessionContext {
        let config = SessionConfig::new()
            .with_target_partitions(2)
            .with_information_schema(false)
            .set_bool("datafusion.execution.parquet.pushdown_filters", true)
            .set_bool("datafusion.execution.parquet.reorder_filters", true)
            .set_bool("datafusion.execution.parquet.enable_page_index", true)
            .set_bool("datafusion.execution.collect_statistics", true);
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

fn engine(message: &str) -> QueryError {
    QueryError::Engine(message.to_owned())
}

fn is_selected(query: &RowsQuery, name: &str) -> bool {
    query.select.is_empty() || query.select.iter().any(|selected| selected == name)
}

fn selected(table: &TableSource, query: &RowsQuery) -> Vec<datafusion::logical_expr::Expr> {
    match query.select.is_empty() {
        true => table.columns.iter().map(|column| compile::column(&column.name)).collect(),
        false => query.select.iter().map(|name| compile::column(name)).collect(),
    }
}

/// All rows of an answer as one batch.
async fn gather(frame: DataFrame) -> Result<RecordBatch, QueryError> {
    let schema: SchemaRef = Arc::new(frame.schema().as_arrow().clone());
    let batches = frame.collect().await?;
    let schema = batches.first().map_or(schema, RecordBatch::schema);
    arrow_select::concat::concat_batches(&schema, &batches).map_err(|error| engine(&error.to_string()))
}

/// The rows from last to first.
fn reversed(rows: &RecordBatch) -> Result<RecordBatch, QueryError> {
    let indices = (0..rows.num_rows() as u64).rev().collect::<arrow_array::UInt64Array>();
    arrow_select::take::take_record_batch(rows, &indices).map_err(|error| engine(&error.to_string()))
}

/// A value as text that reads back to the same value.
fn text_of(column: &ArrayRef, row: usize) -> Option<String> {
    if column.is_null(row) {
        return None;
    }
    let options = arrow_cast::display::FormatOptions::default();
    let formatter = arrow_cast::display::ArrayFormatter::try_new(column, &options).ok()?;
    Some(formatter.value(row).to_string())
}
