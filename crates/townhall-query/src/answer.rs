//! Questions about rows and groups, as the engine's plans.

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::SchemaRef;
use datafusion::dataframe::DataFrame;
use datafusion::functions_aggregate::expr_fn::count;
use datafusion::logical_expr::{Expr, SortExpr, lit};
use datafusion::prelude::ParquetReadOptions;
use std::borrow::Cow;
use std::sync::Arc;

use crate::bridge::address;
use crate::compile::{self, column};
use crate::cursor::{self, Anchor, Place};
use crate::engine::{Engine, FacetCounts, Page, engine};
use crate::error::{QueryError, QueryProblem};
use crate::filter::Filter;
use crate::limits::FACET_VALUES_MAX;
use crate::query::{AggregateFunction, Output, RANK, ROW, RowsQuery, TableSource};
use crate::value::Value;
use crate::words;

/// What a plan calls the row number, so that a result may be called `_row`.
const NUMBER: &str = "\u{1}row";

impl Engine {
    pub(crate) async fn rows(
        &self,
        base: &TableSource,
        query: &RowsQuery,
        limit: usize,
    ) -> Result<Page, QueryError> {
        let table = &*asked(base, query);
        let outputs = outputs(table, query);
        let sort_columns = query.sort_columns(table);
        let matching = self.matching(base, query).await?;
        let place = match sort_columns {
            None if query.cursor.is_some() => {
                return Err(QueryProblem::new("_cursor", "rows in a computed order have no cursors").into());
            }
            _ => cursor::place(table, query)?,
        };
        let mut frame = matching.clone();
        if let Some(condition) = compile::filter(&place.condition, table) {
            frame = frame.filter(condition)?;
        }
        let sorts = sort_values(query, table, &outputs);
        let order = total_order(&sorts, table);
        let order = if place.backwards { compile::reversed(order) } else { order };
        let mut columns: Vec<Expr> =
            outputs.iter().map(|output| compile::value(&output.value, table).alias(&output.name)).collect();
        let keys = sorts.iter().enumerate();
        columns.extend(keys.map(|(index, (value, _))| compile::value(value, table).alias(key(index))));
        columns.push(column(ROW).alias(NUMBER));
        // One row more than wanted tells whether there is another page.
        let skipped = usize::try_from(query.offset).unwrap_or(usize::MAX);
        let frame = frame.sort(order)?.limit(skipped, Some(limit + 1))?.select(columns)?;
        let total = async {
            match (query.total, query.matches_everything()) {
                (false, _) => Ok(None),
                (true, true) if query.of.is_none() && query.joined.is_none() => Ok(Some(table.rows)),
                (true, _) => matching.clone().count().await.map(|count| Some(count as u64)),
            }
        };
        let (rows, total) =
            futures::try_join!(gather(frame), async { total.await.map_err(QueryError::from) })?;
        let has_more = rows.num_rows() > limit;
        let mut rows = rows.slice(0, rows.num_rows().min(limit));
        if place.backwards {
            rows = reversed(&rows)?;
        }
        let numbers = rows.column(rows.num_columns() - 1).as_primitive::<Int64Type>().values();
        let numbers = numbers.iter().map(|row| u64::try_from(*row).unwrap_or(0)).collect();
        let keys = rows.columns()[outputs.len()..rows.num_columns() - 1].to_vec();
        let shown: Vec<usize> = (0..outputs.len()).collect();
        let rows = rows.project(&shown).map_err(|error| engine(&error.to_string()))?;
        let keys = sort_columns.is_some().then_some(keys);
        let found = Found { rows, keys, numbers, has_more, total };
        let mut page = match found.keys {
            Some(_) => page(table, query, &place, found),
            None => page_without_cursors(query, found),
        };
        page.facets = self.facets(&matching, query).await?;
        Ok(page)
    }

    pub(crate) async fn groups(
        &self,
        table: &TableSource,
        query: &RowsQuery,
        limit: usize,
    ) -> Result<Page, QueryError> {
        let groups = self.grouped(table, query).await?;
        let skipped = usize::try_from(query.offset).unwrap_or(usize::MAX);
        let rows = gather(groups.clone().limit(skipped, Some(limit + 1))?).await?;
        let has_more = rows.num_rows() > limit;
        let rows = rows.slice(0, rows.num_rows().min(limit));
        let total = match (query.total, has_more || (rows.num_rows() == 0 && query.offset > 0)) {
            (false, _) => None,
            (true, false) => Some(query.offset + rows.num_rows() as u64),
            (true, true) => Some(groups.count().await? as u64),
        };
        Ok(Page {
            total,
            rows,
            numbers: Vec::new(),
            next: None,
            previous: None,
            offset: query.offset,
            has_more,
            facets: Vec::new(),
        })
    }

    /// All rows or groups that match, in order, without their numbers.
    pub(crate) async fn all(&self, table: &TableSource, query: &RowsQuery) -> Result<DataFrame, QueryError> {
        if table.live.is_some() && !query.is_grouped() {
            return self.live_all(table, query).await;
        }
        let frame = if query.is_grouped() {
            self.grouped(table, query).await?
        } else {
            let base = table;
            let table = &*asked(base, query);
            let outputs = outputs(table, query);
            let sorts = sort_values(query, table, &outputs);
            let frame = self.matching(base, query).await?;
            // In the table's own order nothing has to be gathered before the first row goes out.
            let frame = if sorts.is_empty() { frame } else { frame.sort(total_order(&sorts, table))? };
            frame.select(
                outputs.iter().map(|output| compile::value(&output.value, table).alias(&output.name)),
            )?
        };
        let skipped = usize::try_from(query.offset).unwrap_or(usize::MAX);
        Ok(match (query.limit, skipped) {
            (None, 0) => frame,
            (limit, skipped) => frame.limit(skipped, limit)?,
        })
    }

    async fn grouped(&self, base: &TableSource, query: &RowsQuery) -> Result<DataFrame, QueryError> {
        let table = &*asked(base, query);
        let mut plan = Groups::new(table, query)?;
        let having = plan.having(&query.having)?;
        let sorts = query.sort.iter().map(|sort| Ok((plan.rewritten(&sort.value)?, sort.descending)));
        let sorts: Vec<(Value, bool)> = sorts.collect::<Result<_, QueryError>>()?;
        let results = plan.outputs.clone();
        let results = results
            .iter()
            .map(|output| Ok(Output::named(plan.rewritten(&output.value)?, &output.name)))
            .collect::<Result<Vec<_>, QueryError>>()?;
        let keys = plan.groups.iter().enumerate();
        let keys = keys.map(|(index, value)| compile::value(value, table).alias(group(index))).collect();
        let numbers = plan.aggregates.iter().enumerate();
        let numbers = numbers.map(|(index, (function, of))| {
            let of = of.clone().map(Box::new);
            compile::value(&Value::Aggregate(*function, of), table).alias(aggregate(index))
        });
        let mut frame = self.matching(base, query).await?.aggregate(keys, numbers.collect())?;
        if let Some(having) = compile::filter(&having, table) {
            frame = frame.filter(having)?;
        }
        // Ties are broken by the groups themselves, so that the order is the same each time.
        let ties = (0..plan.groups.len()).map(|index| (Value::Column(group(index)), false));
        let order: Vec<(Expr, bool)> = sorts
            .into_iter()
            .chain(ties)
            .map(|(value, descending)| (compile::value(&value, table), descending))
            .collect();
        if !order.is_empty() {
            frame = frame.sort(compile::ordered(order))?;
        }
        Ok(frame
            .select(results.iter().map(|output| compile::value(&output.value, table).alias(&output.name)))?)
    }

    pub(crate) async fn facets(
        &self,
        matching: &DataFrame,
        query: &RowsQuery,
    ) -> Result<Vec<FacetCounts>, QueryError> {
        let mut facets = Vec::new();
        for name in &query.facets {
            let counted = matching
                .clone()
                .filter(column(name).is_not_null())?
                .aggregate(vec![column(name)], vec![count(lit(1_i64)).alias("count")])?
                .sort(vec![column("count").sort(false, false), column(name).sort(true, false)])?
                .limit(0, Some(FACET_VALUES_MAX))?;
            facets.push(FacetCounts { column: name.clone(), counts: gather(counted).await? });
        }
        Ok(facets)
    }

    /// The rows that match, cursor apart.
    pub(crate) async fn matching(
        &self,
        base: &TableSource,
        query: &RowsQuery,
    ) -> Result<DataFrame, QueryError> {
        if base.live.is_some() && query.of.is_none() && query.joined.is_none() {
            return self.live_matching(base, &query.filter).await;
        }
        let frame = match (&query.of, &query.joined) {
            (Some(inner), _) => self.answered(base, inner).await?,
            (None, Some(joined)) => self.joined(joined).await?,
            (None, None) => {
                self.session()?.read_parquet(address(&base.blob), ParquetReadOptions::default()).await?
            }
        };
        let found = match query.of.is_none() && query.joined.is_none() {
            true => self.found(base, query).await?,
            false => words::Found::default(),
        };
        let table = &*asked(base, query);
        let frame = match compile::filter_found(&query.filter, table, &found) {
            Some(condition) => frame.filter(condition)?,
            None => frame,
        };
        if !words::is_ranked(query) {
            return Ok(frame);
        }
        let known = table.columns.iter().map(|known| column(&known.name));
        let columns: Vec<Expr> = known.chain([column(ROW), found.rank().alias(RANK)]).collect();
        Ok(frame.select(columns)?)
    }
}

/// What a question is about: the table itself, or the answer to another question about it.
fn asked<'a>(base: &'a TableSource, query: &RowsQuery) -> Cow<'a, TableSource> {
    match &query.of {
        Some(inner) => Cow::Owned(base.answering(inner)),
        None => Cow::Borrowed(base),
    }
}

/// The rows of a page, in its order.
pub(crate) struct Found {
    /// The results.
    pub rows: RecordBatch,
    /// The values of the columns that they are sorted by.
    pub keys: Option<Vec<ArrayRef>>,
    /// Their numbers in the table.
    pub numbers: Vec<u64>,
    /// Whether more rows lie beyond.
    pub has_more: bool,
    /// How many rows match.
    pub total: Option<u64>,
}

fn page_without_cursors(query: &RowsQuery, found: Found) -> Page {
    Page {
        rows: found.rows,
        numbers: found.numbers,
        total: found.total,
        next: None,
        previous: None,
        offset: query.offset,
        has_more: found.has_more,
        facets: Vec::new(),
    }
}

/// The page that these rows are, with the cursors of its neighbours.
pub(crate) fn page(table: &TableSource, query: &RowsQuery, place: &Place, found: Found) -> Page {
    let count = found.numbers.len() as u64;
    let offset = match (place.backwards, found.has_more) {
        (false, _) => place.offset + query.offset,
        (true, true) => place.offset.saturating_sub(count),
        // The page reaches the very first row.
        (true, false) => 0,
    };
    let keys = found.keys.as_deref().unwrap_or_default();
    let anchor = |index: usize| Anchor {
        values: keys.iter().map(|column| text_of(column, index)).collect(),
        row: found.numbers[index] as i64,
    };
    let (follows, precedes) = match place.backwards {
        false => (found.has_more, query.cursor.is_some()),
        true => (true, found.has_more),
    };
    // A cursor stands for the offset before it, too.
    let bare = RowsQuery { offset: 0, ..query.clone() };
    let next = match found.numbers.len() {
        last @ 1.. if follows => Some(cursor::after(table, &bare, anchor(last - 1), offset + count)),
        _ => None,
    };
    let previous = match found.numbers.len() {
        1.. if precedes => Some(cursor::before(table, &bare, anchor(0), offset)),
        _ => None,
    };
    Page { next, previous, offset, ..page_without_cursors(query, found) }
}

/// What the rows of an answer are made of.
pub(crate) fn outputs(table: &TableSource, query: &RowsQuery) -> Vec<Output> {
    match query.select.is_empty() {
        false => query.select.clone(),
        true if query.group.is_empty() => {
            table.columns.iter().map(|column| Output::column(&column.name)).collect()
        }
        true => query
            .group
            .iter()
            .enumerate()
            .map(|(index, value)| match value {
                Value::Column(name) => Output::column(name),
                value => Output::named(value.clone(), format!("group_{}", index + 1)),
            })
            .collect(),
    }
}

/// The values that rows are sorted by: the name of a result stands for its value, unless a column has that name.
pub(crate) fn sort_values(query: &RowsQuery, table: &TableSource, outputs: &[Output]) -> Vec<(Value, bool)> {
    query
        .sort
        .iter()
        .map(|sort| match &sort.value {
            Value::Column(name) if table.column(name).is_none() => {
                let meant = outputs.iter().find(|output| output.name == *name);
                (meant.map_or(&sort.value, |output| &output.value).clone(), sort.descending)
            }
            value => (value.clone(), sort.descending),
        })
        .collect()
}

/// The order with the row number last, so that it is total.
fn total_order(sorts: &[(Value, bool)], table: &TableSource) -> Vec<SortExpr> {
    let sorts = sorts.iter().map(|(value, descending)| (compile::value(value, table), *descending));
    compile::ordered(sorts.chain([(column(ROW), false)]))
}

pub(crate) fn key(index: usize) -> String {
    format!("\u{1}sort{index}")
}

fn group(index: usize) -> String {
    format!("\u{1}group{index}")
}

fn aggregate(index: usize) -> String {
    format!("\u{1}aggregate{index}")
}

/// Groups and what is computed of them; everything else of the question is said in terms of these.
struct Groups {
    outputs: Vec<Output>,
    groups: Vec<Value>,
    aggregates: Vec<(AggregateFunction, Option<Value>)>,
}

impl Groups {
    fn new(table: &TableSource, query: &RowsQuery) -> Result<Self, QueryError> {
        let outputs = outputs(table, query);
        let groups = match (query.distinct, query.group.is_empty()) {
            (true, true) => outputs
                .iter()
                .filter(|output| !output.value.has_aggregate())
                .map(|output| output.value.clone())
                .collect(),
            _ => query.group.clone(),
        };
        // A result's name may stand for its value in a group.
        let groups = groups
            .into_iter()
            .map(|value| match &value {
                Value::Column(name) if table.column(name).is_none() && name != ROW => outputs
                    .iter()
                    .find(|output| output.name == *name)
                    .map_or(value.clone(), |output| output.value.clone()),
                _ => value,
            })
            .collect();
        Ok(Self { outputs, groups, aggregates: Vec::new() })
    }

    /// A value of a group, said by what the groups have.
    fn rewritten(&mut self, value: &Value) -> Result<Value, QueryError> {
        if let Some(index) = self.groups.iter().position(|group| group == value) {
            return Ok(Value::Column(group(index)));
        }
        Ok(match value {
            Value::Aggregate(function, of) => {
                let wanted = (*function, of.as_deref().cloned());
                let known = self.aggregates.iter().position(|known| *known == wanted);
                let index = known.unwrap_or_else(|| {
                    self.aggregates.push(wanted);
                    self.aggregates.len() - 1
                });
                Value::Column(aggregate(index))
            }
            Value::Column(name) => {
                let meant = self.outputs.iter().find(|output| output.name == *name);
                match meant.map(|output| output.value.clone()) {
                    Some(meant) if meant != *value => self.rewritten(&meant)?,
                    _ => return Err(ungrouped(name).into()),
                }
            }
            Value::Call(function, arguments) => Value::Call(
                *function,
                arguments.iter().map(|argument| self.rewritten(argument)).collect::<Result<_, _>>()?,
            ),
            Value::Case(branches, otherwise) => Value::Case(
                branches
                    .iter()
                    .map(|(when, then)| Ok((self.having(when)?, self.rewritten(then)?)))
                    .collect::<Result<_, QueryError>>()?,
                match otherwise {
                    Some(otherwise) => Some(Box::new(self.rewritten(otherwise)?)),
                    None => None,
                },
            ),
            Value::Literal(_) | Value::Null => value.clone(),
        })
    }

    /// A condition on groups, said by what the groups have.
    fn having(&mut self, filter: &Filter) -> Result<Filter, QueryError> {
        let mut all = |parts: &[Filter]| -> Result<Vec<Filter>, QueryError> {
            parts.iter().map(|part| self.having(part)).collect()
        };
        Ok(match filter {
            Filter::All(parts) => Filter::All(all(parts)?),
            Filter::Any(parts) => Filter::Any(all(parts)?),
            Filter::Not(inner) => Filter::Not(Box::new(self.having(inner)?)),
            Filter::Compare { column, how, value } => Filter::Test {
                left: self.rewritten(&Value::column(column))?,
                how: *how,
                right: Value::Literal(value.clone()),
            },
            Filter::In { column, values } => {
                let left = self.rewritten(&Value::column(column))?;
                let equal = |value: &crate::Literal| Filter::Test {
                    left: left.clone(),
                    how: crate::Comparison::Eq,
                    right: Value::Literal(value.clone()),
                };
                Filter::Any(values.iter().map(equal).collect())
            }
            Filter::Text { column, how, text, ignore_case } => Filter::Matches {
                value: self.rewritten(&Value::column(column))?,
                how: *how,
                text: text.clone(),
                ignore_case: *ignore_case,
            },
            Filter::Null { column } => Filter::Missing(self.rewritten(&Value::column(column))?),
            Filter::Search { .. } => {
                return Err(QueryProblem::new("having", "groups have no text to search").into());
            }
            Filter::Test { left, how, right } => {
                Filter::Test { left: self.rewritten(left)?, how: *how, right: self.rewritten(right)? }
            }
            Filter::Matches { value, how, text, ignore_case } => Filter::Matches {
                value: self.rewritten(value)?,
                how: *how,
                text: text.clone(),
                ignore_case: *ignore_case,
            },
            Filter::Missing(value) => Filter::Missing(self.rewritten(value)?),
            Filter::Place { .. } => {
                return Err(QueryProblem::new("having", "groups have no places").into());
            }
        })
    }
}

fn ungrouped(name: &str) -> QueryProblem {
    QueryProblem::new("group", format!("`{name}` is neither grouped nor computed of the group"))
        .with_hint("group by it, or take its count, sum, min, max or the like")
}

/// Batches as one.
pub fn joined(schema: &SchemaRef, batches: &[RecordBatch]) -> Result<RecordBatch, QueryError> {
    // The engine may hold texts in another way than it said.
    let schema = batches.first().map_or_else(|| schema.clone(), RecordBatch::schema);
    arrow_select::concat::concat_batches(&schema, batches).map_err(|error| engine(&error.to_string()))
}

/// All rows of an answer as one batch.
pub(crate) async fn gather(frame: DataFrame) -> Result<RecordBatch, QueryError> {
    let schema: SchemaRef = Arc::new(frame.schema().as_arrow().clone());
    joined(&schema, &frame.collect().await?)
}

/// The rows from last to first.
fn reversed(rows: &RecordBatch) -> Result<RecordBatch, QueryError> {
    let indices = (0..rows.num_rows() as u64).rev().collect::<arrow_array::UInt64Array>();
    arrow_select::take::take_record_batch(rows, &indices).map_err(|error| engine(&error.to_string()))
}

/// A value as text that reads back to the same value.
pub(crate) fn text_of(column: &ArrayRef, row: usize) -> Option<String> {
    if column.is_null(row) {
        return None;
    }
    let options = arrow_cast::display::FormatOptions::default();
    let formatter = arrow_cast::display::ArrayFormatter::try_new(column, &options).ok()?;
    Some(formatter.value(row).to_string())
}
