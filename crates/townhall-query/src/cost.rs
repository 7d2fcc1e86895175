//! What a question will take, told before it is answered: from the manifest and the description of the file alone.

use std::collections::BTreeSet;

use townhall_model::table::Column;

use crate::class::ClassLimits;
use crate::engine::Engine;
use crate::error::QueryError;
use crate::filter::{Comparison, Filter};
use crate::hot::File;
use crate::limits::{ANSWER_ROWS_MAX, PAGE_ROWS};
use crate::needs::{Needs, of_value};
use crate::query::{RowsQuery, TableSource};

/// How a question will be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// The same was asked a moment ago, and the answer is still here.
    Cached,
    /// From what the table's own description knows.
    Manifest,
    /// From decoded columns in memory.
    Hot,
    /// By looking its words up in the table's index.
    Index,
    /// By reading the file.
    Scan,
}

impl Way {
    /// The word in answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cached => "cached",
            Self::Manifest => "manifest",
            Self::Hot => "hot",
            Self::Index => "index",
            Self::Scan => "scan",
        }
    }
}

/// What a question will take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cost {
    /// How it will be answered.
    pub way: Way,
    /// Whether the number of matching rows is known without looking at any.
    pub total_is_known: bool,
    /// The row groups of the file.
    pub row_groups: usize,
    /// Those that may have matching rows, as far as the file's statistics tell.
    pub row_groups_kept: usize,
    /// The columns that are read.
    pub columns: Vec<String>,
    /// Bytes of these columns in those row groups, as they are stored.
    pub bytes: u64,
    /// Rows of those row groups.
    pub rows_scanned: u64,
    /// Rows that match, by estimate.
    pub rows_estimated: u64,
    /// Rows that have to be put in order, by estimate.
    pub rows_sorted: u64,
    /// Groups, by estimate.
    pub groups_estimated: u64,
    /// Bytes that have to be gone through before the answer can begin, decoded, by estimate.
    pub work_bytes: u64,
}

impl Cost {
    /// Whether it is more than a class may ask for at once.
    pub fn is_heavy(&self, limits: &ClassLimits) -> bool {
        !matches!(self.way, Way::Cached | Way::Manifest)
            && limits.work_bytes.is_some_and(|limit| self.work_bytes > limit)
    }
}

/// What is asked for of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whole {
    /// A page of it.
    Page,
    /// All of it, as a stream.
    Stream,
}

/// Bytes of a group besides its values: its place in a table and its numbers.
const GROUP_BYTES: u64 = 96;

impl Engine {
    /// Whether whatever is asked of a table can't be heavy for this class: the quick answer for most tables.
    pub async fn is_light(&self, table: &TableSource) -> Result<bool, QueryError> {
        let Some(limit) = self.limits().work_bytes else { return Ok(true) };
        if table.live.is_some() {
            // The database has limits of its own, and its tables no files that could be looked at.
            return Ok(true);
        }
        // Reading all of it once, sorting it and grouping it takes no more than that.
        let rows = table.rows.saturating_mul(GROUP_BYTES);
        if rows > limit {
            return Ok(false);
        }
        let file = self.hot().file(&table.blob).await?;
        Ok(file.decoded_bytes().saturating_mul(3).saturating_add(rows) <= limit)
    }

    /// What a question will take.
    pub async fn cost(
        &self,
        table: &TableSource,
        query: &RowsQuery,
        whole: Whole,
    ) -> Result<Cost, QueryError> {
        let file = self.hot().file(&table.blob).await?;
        let needs = Needs::of(table, query);
        let kept: Vec<usize> =
            (0..file.groups()).filter(|group| file.may_match(&query.filter, *group)).collect();
        let rows_scanned: u64 = kept.iter().map(|group| file.rows(*group) as u64).sum();
        let share = share(&query.filter, table);
        let rows_estimated = match query.matches_everything() {
            true => table.rows,
            false => ((table.rows as f64 * share).ceil() as u64).min(rows_scanned),
        };
        let grouped = query.is_grouped();
        let groups_estimated = if grouped { groups(table, query, rows_estimated) } else { 0 };
        let rows_sorted = match (query.sort.is_empty(), grouped) {
            (true, _) => 0,
            (false, true) => groups_estimated,
            (false, false) => rows_estimated,
        };
        let limit = match whole {
            Whole::Page => query.limit.unwrap_or(PAGE_ROWS).min(ANSWER_ROWS_MAX) as u64 + query.offset,
            Whole::Stream => query.limit.map_or(u64::MAX, |limit| limit as u64 + query.offset),
        };
        let decoded = |names: &BTreeSet<&str>| file.decoded_bytes_of(names, &kept);
        // The rows of the answer come from few places; those of a sorted file are all carried along.
        let share_shown = limit.min(rows_estimated) as f64 / rows_scanned.max(1) as f64;
        let width = |names: &BTreeSet<&str>| decoded(names) / rows_scanned.max(1);
        let mut work = decoded(&needs.filter) + decoded(&needs.computed) + decoded(&needs.sort);
        work = work.saturating_add(groups_estimated.saturating_mul(width(&needs.computed) + GROUP_BYTES));
        match whole {
            Whole::Page => {
                work = work.saturating_add((decoded(&needs.shown) as f64 * share_shown) as u64);
                work = work.saturating_add(rows_sorted.saturating_mul(width(&needs.sort)));
            }
            Whole::Stream if rows_sorted > 0 && !grouped => {
                let carried: BTreeSet<&str> = needs.sort.union(&needs.shown).copied().collect();
                work = work.saturating_add(decoded(&carried).saturating_mul(2));
            }
            // Rows in the table's own order go out as they are read.
            Whole::Stream => {}
        }
        let names = needs.all();
        let way = if whole == Whole::Page && self.has_cached(table, query) {
            Way::Cached
        } else if whole == Whole::Page && self.hot().knows(table, query) {
            Way::Manifest
        } else if whole == Whole::Page && self.hot().suits(&file, table, query) {
            Way::Hot
        } else if self.has_index(table, query).await {
            Way::Index
        } else {
            Way::Scan
        };
        Ok(Cost {
            way,
            total_is_known: !grouped && query.matches_everything(),
            row_groups: file.groups(),
            row_groups_kept: kept.len(),
            bytes: file.stored_bytes_of(&names, &kept),
            columns: names.into_iter().map(str::to_owned).collect(),
            rows_scanned,
            rows_estimated,
            rows_sorted,
            groups_estimated,
            work_bytes: work,
        })
    }
}

impl File {
    /// How many bytes these columns have in these row groups when decoded, about.
    fn decoded_bytes_of(&self, names: &BTreeSet<&str>, groups: &[usize]) -> u64 {
        let names: Vec<&str> = names.iter().copied().collect();
        groups.iter().map(|group| self.group_bytes(&names, *group).0).sum()
    }

    /// How many bytes these columns have in these row groups as they are stored.
    fn stored_bytes_of(&self, names: &BTreeSet<&str>, groups: &[usize]) -> u64 {
        let names: Vec<&str> = names.iter().copied().collect();
        groups.iter().map(|group| self.group_bytes(&names, *group).1).sum()
    }
}

/// Which share of the rows meets a condition, by estimate: values are taken to be spread evenly and independently.
fn share(filter: &Filter, table: &TableSource) -> f64 {
    let known = |name: &str| table.column(name);
    let one = |column: &Column| 1.0 / column.distinct.max(1) as f64;
    let share: f64 = match filter {
        Filter::All(parts) => parts.iter().map(|part| share(part, table)).product(),
        Filter::Any(parts) => parts.iter().map(|part| share(part, table)).sum(),
        Filter::Not(inner) => 1.0 - share(inner, table),
        Filter::Compare { column, how: Comparison::Eq, .. } => known(column).map_or(0.1, one),
        Filter::Compare { column, how: Comparison::Ne, .. } => 1.0 - known(column).map_or(0.1, one),
        Filter::Compare { .. } | Filter::Test { .. } => 1.0 / 3.0,
        Filter::In { column, values } => known(column).map_or(0.1, one) * values.len() as f64,
        Filter::Null { column } => {
            known(column).map_or(0.1, |column| column.nulls as f64 / table.rows.max(1) as f64)
        }
        Filter::Search { words, .. } if words.is_empty() => 1.0,
        Filter::Text { .. }
        | Filter::Search { .. }
        | Filter::Matches { .. }
        | Filter::Missing(_)
        | Filter::Place { .. } => 0.1,
    };
    share.clamp(0.0, 1.0)
}

/// How many groups there will be, by estimate: as many as combinations of values, and never more than rows.
fn groups(table: &TableSource, query: &RowsQuery, rows: u64) -> u64 {
    let outputs = crate::answer::outputs(table, query);
    let keys: BTreeSet<String> = match (query.distinct, query.group.is_empty()) {
        (true, true) => outputs
            .iter()
            .filter(|output| !output.value.has_aggregate())
            .flat_map(|output| of_value(&output.value, table))
            .collect(),
        _ => query.group.iter().flat_map(|value| of_value(value, table)).collect(),
    };
    let distinct = keys.iter().filter_map(|name| table.column(name)).map(|column| column.distinct.max(1));
    distinct.fold(1_u64, u64::saturating_mul).min(rows.max(1))
}
