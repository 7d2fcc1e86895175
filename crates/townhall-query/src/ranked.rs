//! The page of a search that begins with the rows that match best.
//!
//! The order of such a page is computed once a search and kept with what was found; a place in it is a number, pinned by the
//! cursor to the version and the question as every other place.

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use futures::StreamExt;

use crate::answer::outputs;
use crate::compile;
use crate::cursor::{self, Anchor};
use crate::engine::{Engine, Page};
use crate::error::QueryError;
use crate::filter::Filter;
use crate::literal::Literal;
use crate::query::{RANK, ROW, RowsQuery, TableSource};
use crate::value::Value;

impl Engine {
    /// The page, or none when it has to be made as any other.
    pub(crate) async fn ranked(
        &self,
        table: &TableSource,
        query: &RowsQuery,
        limit: usize,
    ) -> Result<Option<Page>, QueryError> {
        let by_rank = match query.sort.as_slice() {
            [sort] => sort.descending && is_rank(&sort.value, query),
            _ => false,
        };
        if !by_rank || query.is_grouped() {
            return Ok(None);
        }
        let outputs = outputs(table, query);
        let is_plain = |value: &Value| match value {
            Value::Column(name) => table.column(name).is_some() || name == ROW || name == RANK,
            _ => false,
        };
        if !outputs.iter().all(|output| is_plain(&output.value)) {
            return Ok(None);
        }
        let found = self.found(table, query).await?;
        let Some(hits) = found.only() else { return Ok(None) };
        // Only where all that matches is hits can their order be that of the page.
        let is_search = |filter: &Filter| matches!(filter, Filter::Search { .. });
        let rest: Option<Vec<&Filter>> = match &query.filter {
            search if is_search(search) => Some(Vec::new()),
            Filter::All(parts) if parts.iter().any(is_search) => {
                Some(parts.iter().filter(|part| !is_search(part) && !part.is_everything()).collect())
            }
            _ => None,
        };
        let Some(rest) = rest else { return Ok(None) };
        let matching = match rest.is_empty() {
            true => None,
            false => Some(self.numbers(table, query).await?),
        };
        let total = matching.as_ref().map_or(hits.rows.len(), Vec::len);
        let place = cursor::place_by_number(table, query)?;
        let (begin, end) = match place {
            None => {
                let begin = usize::try_from(query.offset).unwrap_or(usize::MAX).min(total);
                (begin, begin.saturating_add(limit).min(total))
            }
            Some((offset, false)) => {
                let begin = usize::try_from(offset).unwrap_or(usize::MAX).min(total);
                (begin, begin.saturating_add(limit).min(total))
            }
            Some((offset, true)) => {
                let end = usize::try_from(offset).unwrap_or(usize::MAX).min(total);
                (end.saturating_sub(limit), end)
            }
        };
        let is_wanted =
            |row: u32| matching.as_ref().is_none_or(|matching| matching.binary_search(&row).is_ok());
        let (numbers, scores): (Vec<u64>, Vec<f32>) = hits
            .ranked()
            .filter(|(row, _)| is_wanted(*row))
            .skip(begin)
            .take(end - begin)
            .map(|(row, score)| (u64::from(row), score))
            .unzip();
        let rows = self.hot().rows_at(table, &outputs, &numbers, &scores).await?;
        let bare = RowsQuery { offset: 0, ..query.clone() };
        let anchor = |index: usize| Anchor { values: vec![None], row: numbers[index] as i64 };
        let next = match numbers.len().checked_sub(1) {
            Some(last) if end < total => Some(cursor::after(table, &bare, anchor(last), end as u64)),
            _ => None,
        };
        let previous = match numbers.is_empty() {
            false if begin > 0 => Some(cursor::before(table, &bare, anchor(0), begin as u64)),
            _ => None,
        };
        let facets = match query.facets.is_empty() {
            true => Vec::new(),
            false => self.facets(&self.matching(table, query).await?, query).await?,
        };
        Ok(Some(Page {
            rows,
            numbers,
            total: query.total.then_some(total as u64),
            next,
            previous,
            offset: begin as u64,
            has_more: end < total,
            facets,
        }))
    }

    /// The numbers of all rows that match, in order.
    async fn numbers(&self, table: &TableSource, query: &RowsQuery) -> Result<Vec<u32>, QueryError> {
        let frame = self.matching(table, query).await?.select(vec![compile::column(ROW)])?;
        let mut batches = frame.execute_stream().await?;
        let mut numbers = Vec::new();
        while let Some(batch) = batches.next().await {
            let batch = batch?;
            let rows = batch.column(0).as_primitive::<Int64Type>().values();
            numbers.extend(rows.iter().filter_map(|row| u32::try_from(*row).ok()));
        }
        numbers.sort_unstable();
        Ok(numbers)
    }

    /// The question as it is when too many rows match to be ranked: in the table's own order.
    pub(crate) async fn unranked(
        &self,
        table: &TableSource,
        query: &RowsQuery,
    ) -> Result<Option<RowsQuery>, QueryError> {
        let ranked = |sort: &crate::query::Sort| is_rank(&sort.value, query);
        if table.live.is_some() || query.of.is_some() || query.joined.is_some() {
            return Ok(crate::words::is_ranked(query).then(|| without_ranks(query)));
        }
        if query.is_grouped()
            || !query.sort.iter().any(ranked)
            || self.found(table, query).await?.only().is_some()
        {
            return Ok(None);
        }
        let is_found = crate::words::searches(&query.filter).len() > 1;
        let sort = query.sort.iter().filter(|sort| is_found || !ranked(sort)).cloned().collect();
        Ok(Some(RowsQuery { sort, ..query.clone() }))
    }
}

/// Whether a value is the rank, also by the name of a result.
fn is_rank(value: &Value, query: &RowsQuery) -> bool {
    let Value::Column(name) = value else { return false };
    let meant = query.select.iter().find(|output| output.name == *name);
    name == RANK || meant.is_some_and(|output| matches!(&output.value, Value::Column(name) if name == RANK))
}

/// The question as it is where there are no ranks: each is nought, and they put nothing in order.
fn without_ranks(query: &RowsQuery) -> RowsQuery {
    let sort = query.sort.iter().filter(|sort| !is_rank(&sort.value, query)).cloned().collect();
    let mut query = RowsQuery { sort, ..query.clone() };
    for output in &mut query.select {
        if matches!(&output.value, Value::Column(name) if name == RANK) {
            output.value = Value::Literal(Literal::Number(0.0));
        }
    }
    query
}

/// Rows put together with their ranks in them.
pub(crate) fn rank_array(scores: &[f32]) -> arrow_array::ArrayRef {
    std::sync::Arc::new(arrow_array::Float64Array::from_iter_values(
        scores.iter().map(|score| f64::from(*score)),
    ))
}
