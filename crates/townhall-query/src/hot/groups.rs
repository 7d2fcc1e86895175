//! Questions about groups, and the counts of facets, by the short way.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, Int64Array, UInt64Array};
use arrow_ord::sort::{SortColumn, SortOptions, lexsort_to_indices};
use arrow_schema::DataType;
use futures::{StreamExt, TryStreamExt, stream};

use super::piece::File;
use super::tally::{Measure, Tally, Work};
use super::{Hot, Marks, condition, rows};
use crate::answer::outputs;
use crate::engine::{FacetCounts, Page, engine};
use crate::error::QueryError;
use crate::limits::FACET_VALUES_MAX;
use crate::query::{AggregateFunction, RowsQuery, TableSource};
use crate::value::Value;

/// Threads that count.
const THREADS: usize = 2;

/// A result: a key, or a number of each group.
#[derive(Clone, Copy)]
enum Part {
    Key(usize),
    Measure(usize),
}

/// A question about groups, in terms of columns.
#[derive(Default)]
struct Plan<'q> {
    keys: Vec<&'q str>,
    measures: Vec<(AggregateFunction, Option<&'q str>)>,
    outputs: Vec<(Part, &'q str)>,
    order: Vec<(Part, bool)>,
}

impl<'q> Plan<'q> {
    /// The plan of a question; none when it asks for more than columns and numbers of columns.
    fn new(table: &TableSource, query: &'q RowsQuery, results: &'q [crate::query::Output]) -> Option<Self> {
        if !query.having.is_everything() || query.cursor.is_some() || !query.facets.is_empty() {
            return None;
        }
        let mut plan = Self::default();
        let grouped: Vec<&Value> = match query.distinct && query.group.is_empty() {
            true => {
                let plain = results.iter().map(|output| &output.value);
                plain.filter(|value| !value.has_aggregate()).collect()
            }
            false => query.group.iter().collect(),
        };
        for value in grouped {
            match value {
                Value::Column(name) if table.column(name).is_some() => plan.keys.push(name),
                _ => return None,
            }
        }
        for output in results {
            let part = plan.part(&output.value, None)?;
            plan.outputs.push((part, &output.name));
        }
        for sort in &query.sort {
            let part = plan.part(&sort.value, Some(results))?;
            plan.order.push((part, sort.descending));
        }
        // Ties are broken by the groups themselves, as the long way does.
        plan.order.extend((0..plan.keys.len()).map(|key| (Part::Key(key), false)));
        Some(plan)
    }

    fn part(&mut self, value: &'q Value, results: Option<&'q [crate::query::Output]>) -> Option<Part> {
        match value {
            Value::Column(name) => match self.keys.iter().position(|key| key == name) {
                Some(key) => Some(Part::Key(key)),
                // The name of a result stands for its value.
                None => {
                    let meant = results?.iter().find(|output| output.name == *name)?;
                    self.part(&meant.value, None)
                }
            },
            Value::Aggregate(function, of) => {
                let column = match of.as_deref() {
                    None => None,
                    Some(Value::Column(name)) => Some(name.as_str()),
                    Some(_) => return None,
                };
                let wanted = (*function, column);
                let known = self.measures.iter().position(|known| *known == wanted);
                Some(Part::Measure(known.unwrap_or_else(|| {
                    self.measures.push(wanted);
                    self.measures.len() - 1
                })))
            }
            _ => None,
        }
    }

    fn columns(&self) -> Vec<&'q str> {
        let mut columns: Vec<&str> =
            self.keys.iter().copied().chain(self.measures.iter().filter_map(|(_, column)| *column)).collect();
        columns.sort_unstable();
        columns.dedup();
        columns
    }

    /// The numbers that the table's own description knows, when they are all that is wanted.
    fn known(&self, table: &TableSource, query: &RowsQuery) -> Option<Vec<ArrayRef>> {
        if !self.keys.is_empty() || !query.matches_everything() || self.measures.is_empty() {
            return None;
        }
        let known = |(function, column): &(AggregateFunction, Option<&str>)| {
            let Some(name) = column else { return Some(table.rows) };
            // A description that does not account for each row is not relied on.
            let column = table.column(name)?;
            let is_whole = column.values + column.nulls == table.rows;
            match function {
                AggregateFunction::Count => is_whole.then_some(column.values),
                AggregateFunction::CountDistinct if is_whole && column.distinct_exact => {
                    Some(column.distinct)
                }
                _ => None,
            }
        };
        self.measures
            .iter()
            .map(|measure| {
                let number = i64::try_from(known(measure)?).ok()?;
                Some(Arc::new(Int64Array::from(vec![number])) as ArrayRef)
            })
            .collect()
    }
}

impl Hot {
    /// The page of groups that answers a question, or none when it has to take the long way. Columns that are not decoded
    /// yet are left to the long way the first time: most questions are asked once.
    pub(super) async fn groups(
        &self,
        table: &TableSource,
        query: &RowsQuery,
        limit: usize,
    ) -> Result<Option<Page>, QueryError> {
        let results = outputs(table, query);
        let Some(plan) = Plan::new(table, query, &results) else { return Ok(None) };
        if let Some(numbers) = plan.known(table, query) {
            let page = |part: Part| match part {
                Part::Measure(index) => numbers[index].clone(),
                Part::Key(_) => numbers[0].clone(),
            };
            return Ok(Some(finished(&plan, 1, page, query, limit)?));
        }
        let file = self.file(&table.blob).await?;
        let mut needed = condition::columns(&query.filter);
        needed.extend(plan.columns());
        if !condition::is_simple(&query.filter, table)
            || file.bytes_of(&needed) > self.question_bytes
            || !self.is_asked_again(&file, &needed)
        {
            return Ok(None);
        }
        let marks = match query.matches_everything() {
            true => None,
            false => Some(self.marks(&file, &query.filter).await?),
        };
        let Some(mut tally) = self.tally(&file, &plan.keys, &plan.measures, marks.as_deref()).await? else {
            return Ok(None);
        };
        if plan.keys.is_empty() {
            tally.ensure_one();
        }
        let kind = |name: &str| file.column(name).map(|column| file.data_type(column).clone());
        let part = |part: Part| match part {
            Part::Key(key) => tally.key(key, &kind(plan.keys[key]).unwrap_or(DataType::Utf8)),
            Part::Measure(index) => tally.measure(index, plan.measures[index].1.and_then(kind).as_ref()),
        };
        Ok(Some(finished(&plan, tally.len(), part, query, limit)?))
    }

    /// The counts of facets among the rows with a mark, or none when they have to be counted the long way.
    pub(super) async fn facets(
        &self,
        file: &Arc<File>,
        query: &RowsQuery,
        marks: Option<&Marks>,
    ) -> Result<Option<Vec<FacetCounts>>, QueryError> {
        let mut facets = Vec::new();
        for name in &query.facets {
            let measures = [(AggregateFunction::Count, None)];
            let Some(tally) = self.tally(file, &[name], &measures, marks).await? else { return Ok(None) };
            let kind = file.column(name).map_or(DataType::Utf8, |column| file.data_type(column).clone());
            let (values, counts) = (tally.key(0, &kind), tally.measure(0, None));
            let with_value: UInt64Array =
                (0..values.len()).filter(|row| values.is_valid(*row)).map(|row| row as u64).collect();
            let taken = |column: &ArrayRef| {
                arrow_select::take::take(column, &with_value, None)
                    .map_err(|error| engine(&error.to_string()))
            };
            let (values, counts) = (taken(&values)?, taken(&counts)?);
            let keys = [(counts.clone(), true), (values.clone(), false)];
            let order = ordered(&keys, Some(FACET_VALUES_MAX))?;
            let columns = taken_in(&[values, counts], &order)?;
            let counts = rows::batch([name.as_str(), "count"].into_iter(), columns, order.len())?;
            facets.push(FacetCounts { column: name.clone(), counts });
        }
        Ok(Some(facets))
    }

    /// Whether these columns of a file were wanted before, and so are worth keeping decoded.
    fn is_asked_again(&self, file: &File, columns: &[&str]) -> bool {
        let mut hasher = DefaultHasher::new();
        columns.hash(&mut hasher);
        let key = (file.blob, hasher.finish());
        if self.asked.contains_key(&key) {
            return true;
        }
        self.asked.insert(key, ());
        false
    }

    /// Counts the rows with a mark by keys; none when it is not to be done here.
    async fn tally(
        &self,
        file: &Arc<File>,
        keys: &[&str],
        measures: &[(AggregateFunction, Option<&str>)],
        marks: Option<&Marks>,
    ) -> Result<Option<Tally>, QueryError> {
        let place = |name: &str| file.column(name);
        let mut kinds = Vec::with_capacity(measures.len());
        for (function, column) in measures {
            let kind = column.and_then(place).map(|column| file.data_type(column));
            match Measure::of(*function, kind) {
                Some(measure) => kinds.push(measure),
                None => return Ok(None),
            }
        }
        let Some(keys) = keys.iter().map(|name| place(name)).collect::<Option<Vec<usize>>>() else {
            return Ok(None);
        };
        let measured: Vec<Option<usize>> =
            measures.iter().map(|(_, column)| column.and_then(place)).collect();
        let groups =
            (0..file.groups()).filter(|group| marks.is_none_or(|marks| marks.groups[*group].is_some()));
        let (keys, measured) = (&keys, &measured);
        // Pieces are decoded by as many tasks as there are threads; their order does not matter yet.
        let mut works: Vec<(usize, Work)> = stream::iter(groups)
            .map(|group| async move {
                let mut work = Work {
                    rows: file.rows(group),
                    keys: Vec::with_capacity(keys.len()),
                    measured: Vec::with_capacity(measured.len()),
                    mask: marks.and_then(|marks| marks.groups[group].clone()),
                };
                for column in keys {
                    work.keys.push(self.piece(file, *column, group).await?.array.clone());
                }
                for column in measured {
                    work.measured.push(match column {
                        Some(column) => Some(self.piece(file, *column, group).await?.array.clone()),
                        None => None,
                    });
                }
                Ok::<_, QueryError>((group, work))
            })
            .buffer_unordered(THREADS)
            .try_collect()
            .await?;
        // Sums of floating-point numbers depend on their order, which is to be the same each time.
        works.sort_unstable_by_key(|(group, _)| *group);
        let half = works.len().div_ceil(THREADS).max(1);
        let mut parts = Vec::new();
        let mut works = works.into_iter().map(|(_, work)| work);
        loop {
            let part: Vec<Work> = works.by_ref().take(half).collect();
            if part.is_empty() {
                break;
            }
            let kinds = kinds.clone();
            parts.push(tokio::task::spawn_blocking(move || {
                let mut tally = Tally::new(&kinds);
                part.iter().try_for_each(|work| tally.add(work)).map(|()| tally)
            }));
        }
        let mut whole = Tally::new(&kinds);
        for part in parts {
            let part = part.await.map_err(|error| engine(&error.to_string()))?;
            let Some(()) = part.and_then(|part| whole.merge(part)) else { return Ok(None) };
        }
        Ok(Some(whole))
    }
}

/// The groups of a page in their order.
fn finished(
    plan: &Plan<'_>,
    count: usize,
    part: impl Fn(Part) -> ArrayRef,
    query: &RowsQuery,
    limit: usize,
) -> Result<Page, QueryError> {
    let skipped = usize::try_from(query.offset).unwrap_or(usize::MAX).min(count);
    let wanted = limit.min(count - skipped);
    let keys: Vec<(ArrayRef, bool)> =
        plan.order.iter().map(|(by, descending)| (part(*by), *descending)).collect();
    let order = match keys.is_empty() {
        true => (0..count as u64).collect(),
        false => ordered(&keys, Some(skipped + wanted))?,
    };
    let order: UInt64Array = order.values().iter().skip(skipped).take(wanted).copied().collect();
    let columns: Vec<ArrayRef> = plan.outputs.iter().map(|(output, _)| part(*output)).collect();
    let columns = taken_in(&columns, &order)?;
    let names = plan.outputs.iter().map(|(_, name)| *name);
    Ok(Page {
        rows: rows::batch(names, columns, order.len())?,
        numbers: Vec::new(),
        total: query.total.then_some(count as u64),
        next: None,
        previous: None,
        offset: query.offset,
        has_more: skipped + wanted < count,
        facets: Vec::new(),
    })
}

/// The order by these columns, and whether each is descending; what has no value comes last.
fn ordered(keys: &[(ArrayRef, bool)], limit: Option<usize>) -> Result<UInt64Array, QueryError> {
    let keys: Vec<SortColumn> = keys
        .iter()
        .map(|(values, descending)| SortColumn {
            values: values.clone(),
            options: Some(SortOptions { descending: *descending, nulls_first: false }),
        })
        .collect();
    let order = lexsort_to_indices(&keys, limit).map_err(|error| engine(&error.to_string()))?;
    Ok(order.values().iter().map(|index| u64::from(*index)).collect())
}

fn taken_in(columns: &[ArrayRef], order: &UInt64Array) -> Result<Vec<ArrayRef>, QueryError> {
    let taken = columns.iter().map(|column| arrow_select::take::take(column, order, None));
    taken.collect::<Result<_, _>>().map_err(|error| engine(&error.to_string()))
}
