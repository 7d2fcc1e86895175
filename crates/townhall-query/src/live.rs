//! Tables whose rows stay in somebody's database and are asked of it each time.
//!
//! What the database can do as we mean it, it does: conditions, order, and which part of the order. What it can't is done
//! here, over the rows as they come. Rows have no numbers of their own there: they are numbered along the key as they are
//! answered, and pages begin after the key of the row before, or after so many rows where there is no key.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, RecordBatch, RecordBatchOptions};
use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::dataframe::DataFrame;
use datafusion::error::DataFusionError;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{Expr, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};
use futures::{Stream, StreamExt, TryStreamExt, stream};
use townhall_model::ErrorKind;
use townhall_model::table::ColumnType;

use crate::answer::{gather, key, outputs, sort_values, text_of};
use crate::compile;
use crate::cursor::{self, Anchor};
use crate::engine::{Engine, Page};
use crate::error::{QueryError, QueryProblem};
use crate::filter::Filter;
use crate::limits::{ANSWER_ROWS_MAX, PAGE_ROWS};
use crate::query::{ROW, RowsQuery, TableSource};
use crate::value::Value;

/// A database did not answer. The message is for everyone.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub struct LiveError {
    /// What sort of trouble it is.
    pub kind: ErrorKind,
    /// What happened.
    pub message: String,
}

/// How far a database applies a condition as we mean it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applies {
    /// Not at all.
    No,
    /// It lets through all rows that we mean, and perhaps others.
    Partly,
    /// Just as we mean it.
    Exactly,
}

/// Rows that are wanted of a live table.
#[derive(Debug, Clone, PartialEq)]
pub struct RowsWanted {
    /// The columns, in order.
    pub columns: Vec<String>,
    /// Which rows.
    pub condition: Filter,
    /// The columns of the order and whether each is descending; as the database likes when empty.
    pub order: Vec<(String, bool)>,
    /// How many are passed over.
    pub offset: u64,
    /// How many at most.
    pub limit: Option<u64>,
}

/// Batches as they come.
pub type BatchStream = Pin<Box<dyn Stream<Item = Result<RecordBatch, LiveError>> + Send>>;

/// What the engine needs to reach the rows of live tables.
#[async_trait]
pub trait OpenRows: Send + Sync + fmt::Debug {
    /// The rows of a table.
    async fn open(&self, table: &TableSource) -> Result<Arc<dyn LiveRows>, LiveError>;
}

/// The rows of a live table.
#[async_trait]
pub trait LiveRows: Send + Sync + fmt::Debug {
    /// How far the database applies a condition.
    fn applies(&self, condition: &Filter) -> Applies;
    /// Whether the database orders and compares a column as we do.
    fn orders(&self, column: &str) -> bool;
    /// The rows that are wanted.
    async fn rows(&self, wanted: &RowsWanted) -> Result<BatchStream, LiveError>;
    /// How many rows meet a condition, which must be one that it applies.
    async fn count(&self, condition: &Filter) -> Result<u64, LiveError>;
}

/// A question split into what the database does and what is left.
struct Split {
    rows: Arc<dyn LiveRows>,
    /// What it applies, at least in part.
    pushed: Filter,
    /// What has to be looked at again.
    rest: Filter,
}

impl Engine {
    /// A page of rows or groups of a live table.
    pub(crate) async fn live_page(&self, table: &TableSource, query: &RowsQuery) -> Result<Page, QueryError> {
        let limit = query.limit.unwrap_or(PAGE_ROWS).min(ANSWER_ROWS_MAX);
        match query.is_grouped() {
            true => self.groups(table, query, limit).await,
            false => self.live_rows(table, query, limit).await,
        }
    }

    /// A row by its number along the key.
    pub(crate) async fn live_row(&self, table: &TableSource, number: u64) -> Result<Arc<Page>, QueryError> {
        let Some(offset) = number.checked_sub(1) else { return Err(QueryError::NoRow { number }) };
        let query = RowsQuery { offset, limit: Some(1), total: false, ..RowsQuery::default() };
        let page = self.page(table, &query).await?;
        if page.rows.num_rows() == 0 { Err(QueryError::NoRow { number }) } else { Ok(page) }
    }

    async fn live_rows(
        &self,
        table: &TableSource,
        query: &RowsQuery,
        limit: usize,
    ) -> Result<Page, QueryError> {
        let split = self.split(table, &query.filter).await?;
        let outputs = outputs(table, query);
        let order = order(table, query, &split);
        let by: Vec<(&str, bool)> =
            order.iter().flatten().map(|(name, descending)| (name.as_str(), *descending)).collect();
        let place = cursor::live_place(table, query, &by)?;
        let frame = self.live_ordered(table, query, &split, &order, &place, Some(limit + 1)).await?;
        let mut columns: Vec<Expr> =
            outputs.iter().map(|output| compile::value(&output.value, table).alias(&output.name)).collect();
        columns.extend(by.iter().enumerate().map(|(at, (name, _))| compile::column(name).alias(key(at))));
        let total = async {
            match (query.total, split.rest.is_everything()) {
                (false, _) => Ok(None),
                (true, true) => Ok(Some(split.rows.count(&split.pushed).await?)),
                (true, false) => {
                    let matching = self.live_matching(table, &query.filter).await?;
                    Ok::<_, QueryError>(Some(matching.count().await? as u64))
                }
            }
        };
        let (rows, total) = futures::try_join!(gather(frame.select(columns)?), total)?;
        let has_more = rows.num_rows() > limit;
        let rows = rows.slice(0, rows.num_rows().min(limit));
        let count = rows.num_rows() as u64;
        let is_keyed = order.is_some() && has_key(table);
        let next = match rows.num_rows() {
            last @ 1.. if has_more => {
                let bare = RowsQuery { offset: 0, ..query.clone() };
                let values = |at: usize| text_of(rows.column(outputs.len() + at), last - 1);
                let anchor = is_keyed.then(|| Anchor { values: (0..by.len()).map(values).collect(), row: 0 });
                Some(cursor::live(table, &bare, anchor, place.before + count))
            }
            _ => None,
        };
        let previous = (query.cursor.is_some() && place.before > 0).then(|| {
            let bare = RowsQuery { offset: 0, ..query.clone() };
            cursor::live(table, &bare, None, place.before.saturating_sub(limit as u64))
        });
        let shown: Vec<usize> = (0..outputs.len()).collect();
        let rows = rows.project(&shown).map_err(failed)?;
        let rows = numbered(rows, &outputs, place.before)?;
        // Only along the key, and with every row in its place, is a number the address of a row.
        let is_whole = query.sort.is_empty() && query.matches_everything();
        let numbers = if is_whole { (place.before + 1..=place.before + count).collect() } else { Vec::new() };
        let facets = match query.facets.is_empty() {
            true => Vec::new(),
            false => self.facets(&self.live_matching(table, &query.filter).await?, query).await?,
        };
        Ok(Page { rows, numbers, total, next, previous, offset: place.before, has_more, facets })
    }

    /// All rows that match, in order.
    pub(crate) async fn live_all(
        &self,
        table: &TableSource,
        query: &RowsQuery,
    ) -> Result<DataFrame, QueryError> {
        let split = self.split(table, &query.filter).await?;
        let order = order(table, query, &split);
        let by: Vec<(&str, bool)> =
            order.iter().flatten().map(|(name, descending)| (name.as_str(), *descending)).collect();
        let place = cursor::live_place(table, query, &by)?;
        let frame = self.live_ordered(table, query, &split, &order, &place, query.limit).await?;
        let outputs = outputs(table, query);
        Ok(frame
            .select(outputs.iter().map(|output| compile::value(&output.value, table).alias(&output.name)))?)
    }

    /// The rows that meet a condition, in whatever order.
    pub(crate) async fn live_matching(
        &self,
        table: &TableSource,
        filter: &Filter,
    ) -> Result<DataFrame, QueryError> {
        let split = self.split(table, filter).await?;
        let wanted = RowsWanted {
            columns: Vec::new(),
            condition: split.pushed.clone(),
            order: Vec::new(),
            offset: 0,
            limit: None,
        };
        let frame = self.live_frame(table, &split.rows, wanted, 0)?;
        Ok(match compile::filter(&split.rest, table) {
            Some(rest) => frame.filter(rest)?,
            None => frame,
        })
    }

    /// The rows of a place in the order: by the database, as far as it can.
    async fn live_ordered(
        &self,
        table: &TableSource,
        query: &RowsQuery,
        split: &Split,
        order: &Option<Vec<(String, bool)>>,
        place: &cursor::LivePlace,
        limit: Option<usize>,
    ) -> Result<DataFrame, QueryError> {
        if let (Some(order), true) = (order, split.rest.is_everything()) {
            let wanted = RowsWanted {
                columns: Vec::new(),
                condition: split.pushed.clone().and(place.condition.clone()),
                order: order.clone(),
                offset: place.offset,
                limit: limit.map(|limit| limit as u64),
            };
            return self.live_frame(table, &split.rows, wanted, place.before);
        }
        let mut frame = self.live_matching(table, &query.filter).await?;
        if let Some(condition) = compile::filter(&place.condition, table) {
            frame = frame.filter(condition)?;
        }
        let sorts: Vec<(Value, bool)> = match order {
            Some(order) => order.iter().map(|(name, down)| (Value::column(name), *down)).collect(),
            None => {
                let keys = key_of(table).iter().map(|name| (Value::column(name), false));
                let asked = sort_values(query, table, &outputs(table, query)).into_iter();
                asked.filter(|(value, _)| *value != Value::column(ROW)).chain(keys).collect()
            }
        };
        if !sorts.is_empty() {
            let sorts = sorts.iter().map(|(value, descending)| (compile::value(value, table), *descending));
            frame = frame.sort(compile::ordered(sorts))?;
        }
        let skipped = usize::try_from(place.offset).unwrap_or(usize::MAX);
        Ok(match (limit, skipped) {
            (None, 0) => frame,
            (limit, skipped) => frame.limit(skipped, limit)?,
        })
    }

    async fn split(&self, table: &TableSource, filter: &Filter) -> Result<Split, QueryError> {
        if names_row(filter) {
            return Err(QueryProblem::new(
                ROW,
                "the rows of this table stay in a database and have no numbers",
            )
            .with_hint("filter by the columns of its key")
            .into());
        }
        let away =
            || LiveError { kind: ErrorKind::Unavailable, message: "no database can be asked here".into() };
        let rows = self.live().ok_or_else(away)?.open(table).await?;
        let (mut pushed, mut rest) = (Filter::everything(), Filter::everything());
        for part in parts(filter, table) {
            let applies = rows.applies(&part);
            if applies != Applies::No {
                pushed = pushed.and(part.clone());
            }
            if applies != Applies::Exactly {
                rest = rest.and(part);
            }
        }
        Ok(Split { rows, pushed, rest })
    }

    fn live_frame(
        &self,
        table: &TableSource,
        rows: &Arc<dyn LiveRows>,
        wanted: RowsWanted,
        before: u64,
    ) -> Result<DataFrame, QueryError> {
        let fields =
            table.columns.iter().map(|column| Field::new(&column.name, data_type(column.kind), true));
        let row = Field::new(ROW, DataType::Int64, false);
        let schema = Arc::new(Schema::new(fields.chain([row]).collect::<Vec<_>>()));
        Ok(self.session()?.read_table(Arc::new(LiveTable { schema, rows: rows.clone(), wanted, before }))?)
    }
}

/// The columns that tell one row from another.
fn key_of(table: &TableSource) -> &[String] {
    table.live.as_ref().map_or(&[], |live| &live.key)
}

fn has_key(table: &TableSource) -> bool {
    !key_of(table).is_empty()
}

/// The order of a question in columns by which the database orders as we do, down to the key; none when it can't.
fn order(table: &TableSource, query: &RowsQuery, split: &Split) -> Option<Vec<(String, bool)>> {
    let mut order: Vec<(String, bool)> = Vec::new();
    let mut add = |name: &str, descending: bool| {
        if !order.iter().any(|(known, _)| known == name) {
            order.push((name.to_owned(), descending));
        }
    };
    for (value, descending) in sort_values(query, table, &outputs(table, query)) {
        match value {
            // The number of a row is its place along the key.
            Value::Column(name) if name == ROW => {
                key_of(table).iter().for_each(|name| add(name, descending));
            }
            Value::Column(name) if table.column(&name).is_some() => add(&name, descending),
            _ => return None,
        }
    }
    key_of(table).iter().for_each(|name| add(name, false));
    order.iter().all(|(name, _)| split.rows.orders(name)).then_some(order)
}

/// The parts of a condition all of which must hold; a search as the conditions that it is made of.
fn parts(filter: &Filter, table: &TableSource) -> Vec<Filter> {
    match filter {
        Filter::All(inner) => inner.iter().flat_map(|part| parts(part, table)).collect(),
        Filter::Search { columns, words } => {
            let is_text =
                |name: &&str| table.column(name).is_some_and(|column| column.kind == ColumnType::Text);
            let named: Vec<&str> = match columns.is_empty() {
                true => table.columns.iter().map(|column| column.name.as_str()).filter(is_text).collect(),
                false => columns.iter().map(String::as_str).collect(),
            };
            if !named.iter().all(is_text) {
                return vec![filter.clone()];
            }
            let has = |word: &String| {
                let in_column = |name: &&str| Filter::Text {
                    column: (*name).to_owned(),
                    how: crate::filter::TextMatch::Contains,
                    text: word.clone(),
                    ignore_case: true,
                };
                Filter::Any(named.iter().map(in_column).collect())
            };
            words.iter().map(has).collect()
        }
        other => vec![other.clone()],
    }
}

/// Whether a condition is about the numbers of rows.
fn names_row(filter: &Filter) -> bool {
    fn has_row(value: &Value) -> bool {
        match value {
            Value::Column(name) => name == ROW,
            Value::Call(_, arguments) => arguments.iter().any(has_row),
            Value::Aggregate(_, of) => of.as_deref().is_some_and(has_row),
            Value::Case(branches, otherwise) => {
                branches.iter().any(|(when, then)| names_row(when) || has_row(then))
                    || otherwise.as_deref().is_some_and(has_row)
            }
            Value::Literal(_) | Value::Null => false,
        }
    }
    match filter {
        Filter::All(parts) | Filter::Any(parts) => parts.iter().any(names_row),
        Filter::Not(inner) => names_row(inner),
        Filter::Compare { column, .. }
        | Filter::In { column, .. }
        | Filter::Text { column, .. }
        | Filter::Null { column } => column == ROW,
        Filter::Search { .. } | Filter::Place { .. } => false,
        Filter::Test { left, right, .. } => has_row(left) || has_row(right),
        Filter::Matches { value: of, .. } | Filter::Missing(of) => has_row(of),
    }
}

/// Rows whose results that are row numbers count along the answer.
fn numbered(
    rows: RecordBatch,
    outputs: &[crate::query::Output],
    before: u64,
) -> Result<RecordBatch, QueryError> {
    let is_number = |output: &crate::query::Output| output.value == Value::column(ROW);
    if !outputs.iter().any(is_number) {
        return Ok(rows);
    }
    let first = i64::try_from(before).unwrap_or(i64::MAX).saturating_add(1);
    let numbers: ArrayRef =
        Arc::new(Int64Array::from_iter_values(first..first.saturating_add(rows.num_rows() as i64)));
    let columns = rows.columns().iter().zip(outputs);
    let columns =
        columns.map(|(column, output)| if is_number(output) { numbers.clone() } else { column.clone() });
    RecordBatch::try_new(rows.schema(), columns.collect()).map_err(failed)
}

fn failed(error: arrow_schema::ArrowError) -> QueryError {
    QueryError::Engine(error.to_string())
}

fn data_type(kind: ColumnType) -> DataType {
    match kind {
        ColumnType::Text => DataType::Utf8,
        ColumnType::Integer => DataType::Int64,
        ColumnType::Number => DataType::Float64,
        ColumnType::Boolean => DataType::Boolean,
        ColumnType::Date => DataType::Date32,
        ColumnType::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        ColumnType::Datetime => DataType::Timestamp(TimeUnit::Microsecond, None),
    }
}

/// A live table as the engine sees it: only the columns that a plan needs are asked for.
#[derive(Debug)]
struct LiveTable {
    schema: SchemaRef,
    rows: Arc<dyn LiveRows>,
    wanted: RowsWanted,
    before: u64,
}

#[async_trait]
impl TableProvider for LiveTable {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        _: &dyn Session,
        projection: Option<&Vec<usize>>,
        _: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>, DataFusionError> {
        let schema = match projection {
            Some(columns) => Arc::new(self.schema.project(columns)?),
            None => self.schema.clone(),
        };
        let names = schema.fields().iter().map(|field| field.name().clone());
        let mut wanted = self.wanted.clone();
        wanted.columns = names.filter(|name| name != ROW).collect();
        let limits = [wanted.limit, limit.map(|limit| limit as u64)];
        wanted.limit = limits.into_iter().flatten().min();
        let partition =
            LivePartition { schema: schema.clone(), rows: self.rows.clone(), wanted, before: self.before };
        let exec = StreamingTableExec::try_new(schema, vec![Arc::new(partition)], None, [], false, limit)?;
        Ok(Arc::new(exec))
    }
}

#[derive(Debug)]
struct LivePartition {
    schema: SchemaRef,
    rows: Arc<dyn LiveRows>,
    wanted: RowsWanted,
    before: u64,
}

impl PartitionStream for LivePartition {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let (rows, wanted, schema) = (self.rows.clone(), self.wanted.clone(), self.schema.clone());
        let mut before = i64::try_from(self.before).unwrap_or(i64::MAX);
        let external = |error: LiveError| DataFusionError::External(Box::new(error));
        let batches = stream::once(async move { rows.rows(&wanted).await }).try_flatten();
        let batches = batches.map(move |batch| -> Result<RecordBatch, DataFusionError> {
            let batch = batch.map_err(external)?;
            let count = batch.num_rows();
            let mut given = batch.columns().iter();
            let columns: Option<Vec<ArrayRef>> = schema
                .fields()
                .iter()
                .map(|field| match field.name() == ROW {
                    true => {
                        let numbers = before + 1..before + 1 + count as i64;
                        Some(Arc::new(Int64Array::from_iter_values(numbers)) as ArrayRef)
                    }
                    false => given.next().cloned(),
                })
                .collect();
            before += count as i64;
            let options = RecordBatchOptions::new().with_row_count(Some(count));
            Ok(RecordBatch::try_new_with_options(schema.clone(), columns.unwrap_or_default(), &options)?)
        });
        Box::pin(RecordBatchStreamAdapter::new(self.schema.clone(), batches))
    }
}
