//! What is known of a column when all its rows have gone by: counts, extremes, mean, distinct and frequent values.
//!
//! Row groups arrive in any order, from several threads, and the result is always the same: counts and exact sums commute,
//! and where exactness ends (too many distinct values) an estimate that also commutes takes over.

mod distinct;
mod spread;
mod sum;

use std::{
    collections::HashMap,
    hash::BuildHasherDefault,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
};

use arrow_array::{
    Array, ArrayRef,
    cast::AsArray,
    types::{Date32Type, Float64Type, Int64Type, TimestampMicrosecondType},
};
use townhall_model::table::{Column, ColumnType};

use self::{
    distinct::{Counted, Estimate, LocalTable, Unhashed, hash_bytes, hash_word},
    spread::Sketch,
    sum::{Addend, ExactSum},
};
use crate::{
    limits::{DISTINCT_EXACT_MAX, DISTINCT_TABLE_MAX, PROFILE_VALUE_BYTES_MAX, TOP_VALUES_MAX},
    text::{append_date, append_instant, append_number},
};

/// The profile of one column, shared by the threads that work on it.
pub(crate) struct Profile {
    kind: ColumnType,
    exact_max: usize,
    overflowed: AtomicBool,
    /// How coarse the sketch of all row groups is by now.
    coarseness: AtomicU32,
    counts: Mutex<Counts>,
}

struct Counts {
    values: u64,
    nulls: u64,
    rejects: u64,
    min: Option<Scalar>,
    max: Option<Scalar>,
    sum: ExactSum,
    distinct: HashMap<u64, Frequency, BuildHasherDefault<Unhashed>>,
    estimate: Estimate,
    /// How the values are spread, once there are too many to be counted one by one.
    sketch: Sketch,
}

struct Frequency {
    count: u64,
    value: Scalar,
}

/// One value of a column.
#[derive(Debug, Clone, PartialEq, PartialOrd)]
enum Scalar {
    Integer(i64),
    Number(f64),
    Text(Box<str>),
}

/// What a thread uses again and again while it profiles.
pub(crate) struct Workspace {
    table: LocalTable,
    estimate: Estimate,
    sketch: Sketch,
}

impl Workspace {
    pub(crate) fn new() -> Self {
        Self { table: LocalTable::default(), estimate: Estimate::new(), sketch: Sketch::default() }
    }
}

impl Profile {
    /// Starts the profile of one of `columns` columns.
    pub(crate) fn new(kind: ColumnType, columns: usize) -> Self {
        Self {
            kind,
            exact_max: DISTINCT_EXACT_MAX.min(DISTINCT_TABLE_MAX / columns.max(1)),
            overflowed: AtomicBool::new(false),
            coarseness: AtomicU32::new(0),
            counts: Mutex::new(Counts {
                values: 0,
                nulls: 0,
                rejects: 0,
                min: None,
                max: None,
                sum: ExactSum::default(),
                distinct: HashMap::default(),
                estimate: Estimate::new(),
                sketch: Sketch::default(),
            }),
        }
    }

    /// Counts cells that did not fit, where nothing else is to be known of the rows.
    pub(crate) fn add_misfits(&self, rejects: u64) {
        if let Ok(mut counts) = self.counts.lock() {
            counts.rejects += rejects;
        }
    }

    /// Adds the rows of one row group, of which `rejects` are null because they did not fit.
    pub(crate) fn add(&self, array: &ArrayRef, rejects: u64, workspace: &mut Workspace) {
        match self.kind {
            ColumnType::Text => {
                let cells = array.as_string::<i32>();
                let value = |row: usize| {
                    let text = cells.value(row);
                    (hash_bytes(text.as_bytes()), text)
                };
                self.add_values(array, rejects, workspace, value, |a, b| a < b, shorten, |_| None);
            }
            ColumnType::Integer => {
                let cells = array.as_primitive::<Int64Type>().values();
                self.add_integers(
                    array,
                    rejects,
                    workspace,
                    |row| cells[row],
                    |value| Some(Addend::Integer(value)),
                );
            }
            ColumnType::Date => {
                let cells = array.as_primitive::<Date32Type>().values();
                self.add_integers(array, rejects, workspace, |row| i64::from(cells[row]), |_| None);
            }
            ColumnType::Timestamp | ColumnType::Datetime => {
                let cells = array.as_primitive::<TimestampMicrosecondType>().values();
                self.add_integers(array, rejects, workspace, |row| cells[row], |_| None);
            }
            ColumnType::Boolean => {
                let cells = array.as_boolean();
                self.add_integers(array, rejects, workspace, |row| i64::from(cells.value(row)), |_| None);
            }
            ColumnType::Number => {
                let cells = array.as_primitive::<Float64Type>().values();
                // Both zeros are one value.
                let value = |row: usize| {
                    let number = cells[row] + 0.0;
                    (hash_word(number.to_bits()), number)
                };
                let addend = |number| Some(Addend::Number(number));
                self.add_values(array, rejects, workspace, value, |a, b| a < b, Scalar::Number, addend);
            }
        }
    }

    fn add_integers(
        &self,
        array: &ArrayRef,
        rejects: u64,
        workspace: &mut Workspace,
        cell: impl Fn(usize) -> i64,
        addend: impl Fn(i64) -> Option<Addend>,
    ) {
        let value = |row| {
            let integer = cell(row);
            (hash_word(integer as u64), integer)
        };
        self.add_values(array, rejects, workspace, value, |a, b| a < b, Scalar::Integer, addend);
    }

    #[allow(clippy::too_many_arguments)] // One caller a type; a struct of closures would say less.
    fn add_values<T: Copy>(
        &self,
        array: &ArrayRef,
        rejects: u64,
        workspace: &mut Workspace,
        cell: impl Fn(usize) -> (u64, T),
        less: impl Fn(T, T) -> bool,
        keep: impl Fn(T) -> Scalar,
        addend: impl Fn(T) -> Option<Addend>,
    ) {
        let Workspace { table, estimate, sketch } = workspace;
        estimate.clear();
        let is_spread = spread::suits(self.kind);
        // What all row groups together are too coarse for, this one need not begin with.
        sketch.clear(self.coarseness.load(Ordering::Relaxed));
        let mut is_counting = !self.overflowed.load(Ordering::Relaxed);
        table.clear(if is_counting { self.exact_max } else { 0 }, array.len());
        let mut extremes: Option<(T, T)> = None;
        let mut sum = ExactSum::default();
        let nulls = array.nulls().filter(|nulls| nulls.null_count() > 0);
        for row in 0..array.len() {
            if nulls.is_some_and(|nulls| nulls.is_null(row)) {
                continue;
            }
            let (hash, value) = cell(row);
            if let Some(addend) = addend(value) {
                sum.add(addend);
            }
            if is_counting {
                match table.count(hash, row) {
                    Counted::Again => continue,
                    Counted::First => {}
                    Counted::Full => {
                        self.overflowed.store(true, Ordering::Relaxed);
                        is_counting = false;
                        if is_spread {
                            for (_, count, row) in table.entries() {
                                sketch.add(spread::place(&keep(cell(row).1), self.kind), count);
                            }
                        }
                    }
                }
            }
            if is_spread && !is_counting {
                sketch.add(spread::place(&keep(value), self.kind), 1);
            }
            estimate.add(hash);
            extremes = Some(match extremes {
                None => (value, value),
                Some((min, max)) => {
                    (if less(value, min) { value } else { min }, if less(max, value) { value } else { max })
                }
            });
        }

        // A panic of another thread ends the work anyway.
        let Ok(mut counts) = self.counts.lock() else { return };
        counts.values += (array.len() - array.null_count()) as u64;
        counts.nulls += array.null_count() as u64;
        counts.rejects += rejects;
        counts.sum.merge(&sum);
        counts.estimate.merge(estimate);
        if let Some((min, max)) = extremes {
            counts.widen(keep(min), keep(max));
        }
        if !self.overflowed.load(Ordering::Relaxed) {
            for (hash, count, row) in table.entries() {
                let frequency = counts.distinct.entry(hash);
                frequency.or_insert_with(|| Frequency { count: 0, value: keep(cell(row).1) }).count += count;
            }
            if counts.distinct.len() > self.exact_max {
                self.overflowed.store(true, Ordering::Relaxed);
                counts.forget_distinct(self.kind);
            }
            return;
        }
        counts.forget_distinct(self.kind);
        if is_spread {
            if is_counting {
                for (_, count, row) in table.entries() {
                    counts.sketch.add(spread::place(&keep(cell(row).1), self.kind), count);
                }
            } else {
                counts.sketch.merge(sketch);
            }
            self.coarseness.store(counts.sketch.coarseness(), Ordering::Relaxed);
        }
    }

    /// Returns the profile as the manifest keeps it.
    pub(crate) fn finish(self, name: String, label: Option<String>, type_reason: Option<String>) -> Column {
        let is_exact = !self.overflowed.into_inner();
        let counts = self.counts.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        let distinct =
            if is_exact { counts.distinct.len() as u64 } else { counts.estimate.count().min(counts.values) };
        let print = |scalar: &Scalar| print(scalar, self.kind);
        Column {
            name,
            label,
            kind: self.kind,
            type_reason,
            values: counts.values,
            nulls: counts.nulls,
            rejects: counts.rejects,
            distinct,
            distinct_exact: is_exact,
            min: counts.min.as_ref().map(print),
            max: counts.max.as_ref().map(print),
            mean: (self.kind.is_numeric() && counts.values > 0)
                .then(|| counts.sum.total() / counts.values as f64),
            top: top(&counts, self.kind),
            spread: spread::of(&counts, is_exact, self.kind),
        }
    }
}

impl Counts {
    /// Counts no more value by value; what was counted so far goes into the sketch.
    fn forget_distinct(&mut self, kind: ColumnType) {
        let distinct = std::mem::take(&mut self.distinct);
        if spread::suits(kind) {
            for frequency in distinct.values() {
                self.sketch.add(spread::place(&frequency.value, kind), frequency.count);
            }
        }
    }

    fn widen(&mut self, min: Scalar, max: Scalar) {
        if self.min.as_ref().is_none_or(|so_far| min < *so_far) {
            self.min = Some(min);
        }
        if self.max.as_ref().is_none_or(|so_far| max > *so_far) {
            self.max = Some(max);
        }
    }
}

/// The most frequent values, unless nearly all differ.
fn top(counts: &Counts, kind: ColumnType) -> Vec<(String, u64)> {
    let distinct = counts.distinct.len() as u64;
    if distinct > TOP_VALUES_MAX as u64 && distinct * 10 > counts.values * 9 {
        return Vec::new();
    }
    let mut frequencies: Vec<_> = counts
        .distinct
        .values()
        .filter(|frequency| !matches!(&frequency.value, Scalar::Text(text) if text.len() > PROFILE_VALUE_BYTES_MAX))
        .collect();
    let order = |a: &&Frequency, b: &&Frequency| {
        b.count.cmp(&a.count).then_with(|| a.value.partial_cmp(&b.value).unwrap_or(std::cmp::Ordering::Equal))
    };
    if frequencies.len() > TOP_VALUES_MAX {
        frequencies.select_nth_unstable_by(TOP_VALUES_MAX, order);
        frequencies.truncate(TOP_VALUES_MAX);
    }
    frequencies.sort_unstable_by(order);
    frequencies.iter().map(|frequency| (print(&frequency.value, kind), frequency.count)).collect()
}

/// Text as it is remembered: long text is cut one character beyond the limit, which tells that it was cut.
fn shorten(text: &str) -> Scalar {
    if text.len() <= PROFILE_VALUE_BYTES_MAX {
        return Scalar::Text(text.into());
    }
    let mut end = PROFILE_VALUE_BYTES_MAX;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    Scalar::Text(format!("{}…", &text[..end]).into())
}

fn print(scalar: &Scalar, kind: ColumnType) -> String {
    let mut out = Vec::new();
    match (scalar, kind) {
        (Scalar::Text(text), _) => return text.to_string(),
        (Scalar::Number(number), _) => append_number(*number, &mut out),
        (Scalar::Integer(days), ColumnType::Date) => append_date(*days, &mut out),
        (Scalar::Integer(micros), ColumnType::Timestamp) => append_instant(*micros, true, &mut out),
        (Scalar::Integer(micros), ColumnType::Datetime) => append_instant(*micros, false, &mut out),
        (Scalar::Integer(value), ColumnType::Boolean) => return (*value != 0).to_string(),
        (Scalar::Integer(value), _) => return value.to_string(),
    };
    String::from_utf8_lossy(&out).into_owned()
}
