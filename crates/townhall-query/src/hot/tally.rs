//! Rows counted and summed by group, from decoded pieces.
//!
//! Within a row group the values of a key are few and known by small numbers, so that finding a row's group is looking up a
//! table; only when a pair of values is met for the first time are the values themselves compared.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Float64Type, Int32Type, Int64Type};
use arrow_array::{Array, ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, StringArray};
use arrow_buffer::BooleanBuffer;
use arrow_schema::DataType;

use crate::query::AggregateFunction;

/// Groups beyond which they are left to the scanning engine, which can spill.
const GROUPS_MAX: usize = 200_000;

/// Combinations of values in one row group beyond which looking them up in a table would not pay.
const COMBINATIONS_MAX: usize = 1 << 20;

/// Bytes of the marks for distinct values beyond which they are left to the scanning engine.
const DISTINCT_BYTES_MAX: usize = 64 << 20;

/// A value by which rows are grouped.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Null,
    Boolean(bool),
    /// A whole number, or a day as the days since 1970.
    Number(i64),
    Text(Arc<str>),
}

/// A number of each group: what is computed, and of which kind of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Measure {
    Rows,
    Values,
    Distinct,
    SumOfIntegers,
    SumOfNumbers,
    Mean,
    Least,
    Greatest,
}

impl Measure {
    /// The measure for a function of a column of a type; none when it is not made here.
    pub(super) fn of(function: AggregateFunction, kind: Option<&DataType>) -> Option<Self> {
        let is_ordered =
            |kind: &DataType| matches!(kind, DataType::Int64 | DataType::Float64 | DataType::Date32);
        Some(match (function, kind) {
            (AggregateFunction::Count, None) => Self::Rows,
            (AggregateFunction::Count, Some(_)) => Self::Values,
            (AggregateFunction::CountDistinct, Some(kind)) if *kind != DataType::Float64 => Self::Distinct,
            (AggregateFunction::Sum, Some(DataType::Int64)) => Self::SumOfIntegers,
            (AggregateFunction::Sum, Some(DataType::Float64)) => Self::SumOfNumbers,
            (AggregateFunction::Avg, Some(DataType::Int64 | DataType::Float64)) => Self::Mean,
            (AggregateFunction::Min, Some(kind)) if is_ordered(kind) => Self::Least,
            (AggregateFunction::Max, Some(kind)) if is_ordered(kind) => Self::Greatest,
            _ => return None,
        })
    }
}

/// A row group: its keys, the columns of its measures, and which of its rows count.
pub(super) struct Work {
    pub(super) rows: usize,
    pub(super) keys: Vec<ArrayRef>,
    pub(super) measured: Vec<Option<ArrayRef>>,
    pub(super) mask: Option<BooleanBuffer>,
}

/// Groups and their numbers.
pub(super) struct Tally {
    groups: HashMap<Box<[Key]>, u32>,
    keys: Vec<Box<[Key]>>,
    states: Vec<State>,
    /// Reused from row group to row group: the group of each combination of values.
    table: Vec<u32>,
}

/// What is known of a measure, group by group.
enum State {
    Rows(Vec<i64>),
    Values(Vec<i64>),
    Integers(Vec<i64>, Vec<i64>),
    Numbers(Vec<f64>, Vec<i64>),
    Mean(Vec<f64>, Vec<i64>),
    LeastInteger(Vec<i64>, Vec<bool>, bool),
    LeastNumber(Vec<f64>, Vec<bool>, bool),
    Unknown(bool),
    Distinct(Distinct),
}

/// The values that each group has: numbers for values, and a bit for each number.
#[derive(Default)]
struct Distinct {
    numbers: HashMap<Key, u32>,
    values: Vec<Key>,
    bits: Vec<Vec<u64>>,
    bytes: usize,
}

/// The values of a column as small numbers, for the rows that count. Number 0 is that there is none.
struct Coded<'a> {
    codes: Vec<u32>,
    values: Values<'a>,
}

/// What small numbers stand for. Values are made only of those that are met: most of a list may stand in no row that counts.
enum Values<'a> {
    /// The texts of a list.
    Texts(&'a StringArray),
    Truths,
    /// Whole numbers or days from the first on, so many.
    Numbers(i64, usize),
}

impl Values<'_> {
    /// How many numbers there are, with that of no value.
    fn len(&self) -> usize {
        1 + match self {
            Self::Texts(texts) => texts.len(),
            Self::Truths => 2,
            Self::Numbers(_, count) => *count,
        }
    }

    fn key(&self, code: usize) -> Key {
        let Some(index) = code.checked_sub(1) else { return Key::Null };
        match self {
            Self::Texts(texts) if texts.is_null(index) => Key::Null,
            Self::Texts(texts) => Key::Text(texts.value(index).into()),
            Self::Truths => Key::Boolean(index == 1),
            Self::Numbers(first, _) => Key::Number(first + index as i64),
        }
    }
}

/// The rows of a row group that count.
enum Rows {
    All(usize),
    Some(Vec<u32>),
}

impl Rows {
    fn of(work: &Work) -> Self {
        match &work.mask {
            None => Self::All(work.rows),
            Some(mask) => Self::Some(mask.set_indices().map(|row| row as u32).collect()),
        }
    }

    fn map<T>(&self, of: impl Fn(usize) -> T) -> Vec<T> {
        match self {
            Self::All(rows) => (0..*rows).map(of).collect(),
            Self::Some(rows) => rows.iter().map(|row| of(*row as usize)).collect(),
        }
    }

    /// Calls with each row's group and the row.
    fn each(&self, groups: &[u32], mut what: impl FnMut(usize, usize)) {
        match self {
            Self::All(rows) => (0..*rows).for_each(|row| what(groups[row] as usize, row)),
            Self::Some(rows) => {
                rows.iter().zip(groups).for_each(|(row, group)| what(*group as usize, *row as usize));
            }
        }
    }
}

impl Tally {
    pub(super) fn new(measures: &[Measure]) -> Self {
        let state = |measure: &Measure| match measure {
            Measure::Rows => State::Rows(Vec::new()),
            Measure::Values => State::Values(Vec::new()),
            Measure::Distinct => State::Distinct(Distinct::default()),
            Measure::SumOfIntegers => State::Integers(Vec::new(), Vec::new()),
            Measure::SumOfNumbers => State::Numbers(Vec::new(), Vec::new()),
            Measure::Mean => State::Mean(Vec::new(), Vec::new()),
            Measure::Least => State::Unknown(true),
            Measure::Greatest => State::Unknown(false),
        };
        Self {
            groups: HashMap::new(),
            keys: Vec::new(),
            states: measures.iter().map(state).collect(),
            table: Vec::new(),
        }
    }

    /// Takes a row group in; none when it is not to be done here.
    pub(super) fn add(&mut self, work: &Work) -> Option<()> {
        let rows = Rows::of(work);
        let coded = work.keys.iter().map(|key| coded(key, &rows)).collect::<Option<Vec<_>>>()?;
        let combinations = coded.iter().try_fold(1_usize, |product, key| {
            product.checked_mul(key.values.len()).filter(|product| *product <= COMBINATIONS_MAX)
        })?;
        self.table.clear();
        self.table.resize(combinations, u32::MAX);
        let mut groups = match coded.as_slice() {
            [] => vec![0; rows.map(|_| ()).len()],
            [one] => one.codes.clone(),
            [first, rest @ ..] => {
                let mut combined = first.codes.clone();
                for key in rest {
                    let size = key.values.len() as u32;
                    combined.iter_mut().zip(&key.codes).for_each(|(sum, code)| *sum = *sum * size + code);
                }
                combined
            }
        };
        for group in &mut groups {
            let known = self.table[*group as usize];
            *group = match known {
                u32::MAX => {
                    let mut rest = *group as usize;
                    let mut key = vec![Key::Null; coded.len()];
                    for (place, column) in coded.iter().enumerate().rev() {
                        key[place] = column.values.key(rest % column.values.len());
                        rest /= column.values.len();
                    }
                    let found = self.group(key.into_boxed_slice())?;
                    self.table[*group as usize] = found;
                    found
                }
                known => known,
            };
        }
        for (state, column) in self.states.iter_mut().zip(&work.measured) {
            state.add(self.keys.len(), &rows, &groups, column.as_ref())?;
        }
        Some(())
    }

    fn group(&mut self, key: Box<[Key]>) -> Option<u32> {
        if let Some(known) = self.groups.get(&key) {
            return Some(*known);
        }
        let number = u32::try_from(self.keys.len()).ok().filter(|number| (*number as usize) < GROUPS_MAX)?;
        self.keys.push(key.clone());
        self.groups.insert(key, number);
        Some(number)
    }

    /// Takes in what another has counted.
    pub(super) fn merge(&mut self, other: Self) -> Option<()> {
        let places = other.keys.into_iter().map(|key| self.group(key)).collect::<Option<Vec<_>>>()?;
        let count = self.keys.len();
        for (mine, theirs) in self.states.iter_mut().zip(other.states) {
            mine.merge(count, &places, theirs)?;
        }
        Some(())
    }

    /// The one group of a question without keys, which is there even when no row is.
    pub(super) fn ensure_one(&mut self) {
        if self.keys.is_empty() {
            self.group(Box::new([]));
        }
        let count = self.keys.len();
        self.states.iter_mut().for_each(|state| state.grow(count));
    }

    /// How many groups there are.
    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    /// The values of a key, group by group, in this type.
    pub(super) fn key(&self, place: usize, kind: &DataType) -> ArrayRef {
        let keys = self.keys.iter().map(|key| &key[place]);
        let number = |key: &Key| match key {
            Key::Number(number) => Some(*number),
            _ => None,
        };
        match kind {
            DataType::Boolean => Arc::new(
                keys.map(|key| match key {
                    Key::Boolean(value) => Some(*value),
                    _ => None,
                })
                .collect::<BooleanArray>(),
            ),
            DataType::Int64 => Arc::new(keys.map(number).collect::<Int64Array>()),
            DataType::Date32 => {
                let days = keys.map(|key| number(key).and_then(|days| i32::try_from(days).ok()));
                Arc::new(days.collect::<Date32Array>())
            }
            _ => Arc::new(
                keys.map(|key| match key {
                    Key::Text(text) => Some(text.as_ref()),
                    _ => None,
                })
                .collect::<StringArray>(),
            ),
        }
    }

    /// A measure, group by group. `kind` is the type of its column.
    pub(super) fn measure(&self, place: usize, kind: Option<&DataType>) -> ArrayRef {
        let is_date = kind == Some(&DataType::Date32);
        match &self.states[place] {
            State::Rows(counts) | State::Values(counts) => Arc::new(Int64Array::from(counts.clone())),
            State::Distinct(distinct) => {
                let count = |bits: &Vec<u64>| bits.iter().map(|word| i64::from(word.count_ones())).sum();
                Arc::new(
                    distinct
                        .bits
                        .iter()
                        .map(count)
                        .collect::<Vec<i64>>()
                        .into_iter()
                        .map(Some)
                        .collect::<Int64Array>(),
                )
            }
            State::Integers(sums, counts) => {
                let sums = sums.iter().zip(counts).map(|(sum, count)| (*count > 0).then_some(*sum));
                Arc::new(sums.collect::<Int64Array>())
            }
            State::Numbers(sums, counts) => {
                let sums = sums.iter().zip(counts).map(|(sum, count)| (*count > 0).then_some(*sum));
                Arc::new(sums.collect::<Float64Array>())
            }
            State::Mean(sums, counts) => {
                let means = sums.iter().zip(counts);
                let means = means.map(|(sum, count)| (*count > 0).then(|| sum / *count as f64));
                Arc::new(means.collect::<Float64Array>())
            }
            State::LeastInteger(values, seen, _) if is_date => {
                let days = values.iter().zip(seen);
                let days = days.map(|(days, seen)| i32::try_from(*days).ok().filter(|_| *seen));
                Arc::new(days.collect::<Date32Array>())
            }
            State::LeastInteger(values, seen, _) => {
                let values = values.iter().zip(seen).map(|(value, seen)| seen.then_some(*value));
                Arc::new(values.collect::<Int64Array>())
            }
            State::LeastNumber(values, seen, _) => {
                let values = values.iter().zip(seen).map(|(value, seen)| seen.then_some(*value));
                Arc::new(values.collect::<Float64Array>())
            }
            // No row group was looked at: no group has a value.
            State::Unknown(_) => {
                arrow_array::new_null_array(kind.unwrap_or(&DataType::Int64), self.keys.len())
            }
        }
    }
}

impl State {
    fn grow(&mut self, count: usize) {
        match self {
            Self::Rows(counts) | Self::Values(counts) => counts.resize(count, 0),
            Self::Integers(sums, counts) => {
                sums.resize(count, 0);
                counts.resize(count, 0);
            }
            Self::Numbers(sums, counts) | Self::Mean(sums, counts) => {
                sums.resize(count, 0.0);
                counts.resize(count, 0);
            }
            Self::LeastInteger(values, seen, _) => {
                values.resize(count, 0);
                seen.resize(count, false);
            }
            Self::LeastNumber(values, seen, _) => {
                values.resize(count, 0.0);
                seen.resize(count, false);
            }
            Self::Unknown(_) => {}
            Self::Distinct(distinct) => distinct.bits.resize(count, Vec::new()),
        }
    }

    fn add(&mut self, count: usize, rows: &Rows, groups: &[u32], column: Option<&ArrayRef>) -> Option<()> {
        if let (Self::Unknown(least), Some(column)) = (&*self, column) {
            *self = match column.data_type() {
                DataType::Float64 => Self::LeastNumber(Vec::new(), Vec::new(), *least),
                _ => Self::LeastInteger(Vec::new(), Vec::new(), *least),
            };
        }
        self.grow(count);
        match (self, column) {
            (Self::Rows(counts), _) => groups.iter().for_each(|group| counts[*group as usize] += 1),
            (Self::Values(counts), Some(column)) => match column.logical_nulls() {
                None => groups.iter().for_each(|group| counts[*group as usize] += 1),
                Some(nulls) => {
                    rows.each(groups, |group, row| counts[group] += i64::from(nulls.is_valid(row)));
                }
            },
            (Self::Integers(sums, counts), Some(column)) => {
                let array = column.as_primitive_opt::<Int64Type>()?;
                let values = array.values();
                each_value(array, rows, groups, |group, row| {
                    sums[group] = sums[group].wrapping_add(values[row]);
                    counts[group] += 1;
                });
            }
            (Self::Numbers(sums, counts) | Self::Mean(sums, counts), Some(column)) => {
                if let Some(array) = column.as_primitive_opt::<Float64Type>() {
                    let values = array.values();
                    each_value(array, rows, groups, |group, row| {
                        sums[group] += values[row];
                        counts[group] += 1;
                    });
                } else {
                    let array = column.as_primitive_opt::<Int64Type>()?;
                    let values = array.values();
                    each_value(array, rows, groups, |group, row| {
                        sums[group] += values[row] as f64;
                        counts[group] += 1;
                    });
                }
            }
            (Self::LeastInteger(least, seen, is_least), Some(column)) => {
                let is_least = *is_least;
                let mut keep = |group: usize, value: i64| {
                    if !seen[group] || (value < least[group]) == is_least && value != least[group] {
                        least[group] = value;
                        seen[group] = true;
                    }
                };
                if let Some(array) = column.as_primitive_opt::<Int64Type>() {
                    let values = array.values();
                    each_value(array, rows, groups, |group, row| keep(group, values[row]));
                } else {
                    let array = column.as_primitive_opt::<Date32Type>()?;
                    let values = array.values();
                    each_value(array, rows, groups, |group, row| keep(group, i64::from(values[row])));
                }
            }
            (Self::LeastNumber(least, seen, is_least), Some(column)) => {
                let array = column.as_primitive_opt::<Float64Type>()?;
                let (values, is_least) = (array.values(), *is_least);
                each_value(array, rows, groups, |group, row| {
                    let value = values[row];
                    if !seen[group] || (value.total_cmp(&least[group]).is_lt()) == is_least {
                        least[group] = value;
                        seen[group] = true;
                    }
                });
            }
            (Self::Distinct(distinct), Some(column)) => distinct.add(rows, groups, column)?,
            _ => return None,
        }
        Some(())
    }

    /// Takes in another state, whose groups stand at these places here.
    fn merge(&mut self, count: usize, places: &[u32], other: Self) -> Option<()> {
        if matches!(self, Self::Unknown(_)) {
            *self = match &other {
                Self::LeastInteger(_, _, least) => Self::LeastInteger(Vec::new(), Vec::new(), *least),
                Self::LeastNumber(_, _, least) => Self::LeastNumber(Vec::new(), Vec::new(), *least),
                _ => return matches!(other, Self::Unknown(_)).then_some(()),
            };
        }
        self.grow(count);
        let at = |index: usize| places[index] as usize;
        match (self, other) {
            (Self::Rows(mine), Self::Rows(theirs)) | (Self::Values(mine), Self::Values(theirs)) => {
                theirs.iter().enumerate().for_each(|(index, count)| mine[at(index)] += count);
            }
            (Self::Integers(sums, counts), Self::Integers(more, known)) => {
                for (index, (sum, count)) in more.iter().zip(known).enumerate() {
                    sums[at(index)] = sums[at(index)].wrapping_add(*sum);
                    counts[at(index)] += count;
                }
            }
            (Self::Numbers(sums, counts), Self::Numbers(more, known))
            | (Self::Mean(sums, counts), Self::Mean(more, known)) => {
                for (index, (sum, count)) in more.iter().zip(known).enumerate() {
                    sums[at(index)] += sum;
                    counts[at(index)] += count;
                }
            }
            (Self::LeastInteger(least, seen, is_least), Self::LeastInteger(more, known, _)) => {
                for (index, (value, _)) in more.iter().zip(known).enumerate().filter(|(_, (_, known))| *known)
                {
                    let group = at(index);
                    let is_closer = if *is_least { *value < least[group] } else { *value > least[group] };
                    if !seen[group] || is_closer {
                        (least[group], seen[group]) = (*value, true);
                    }
                }
            }
            (Self::LeastNumber(least, seen, is_least), Self::LeastNumber(more, known, _)) => {
                for (index, (value, _)) in more.iter().zip(known).enumerate().filter(|(_, (_, known))| *known)
                {
                    let group = at(index);
                    let order = value.total_cmp(&least[group]);
                    if !seen[group] || if *is_least { order.is_lt() } else { order.is_gt() } {
                        (least[group], seen[group]) = (*value, true);
                    }
                }
            }
            (Self::Distinct(mine), Self::Distinct(theirs)) => mine.merge(places, theirs)?,
            (_, Self::Unknown(_)) => {}
            _ => return None,
        }
        Some(())
    }
}

impl Distinct {
    fn number(&mut self, value: &Key) -> Option<u32> {
        if let Some(known) = self.numbers.get(value) {
            return Some(*known);
        }
        let number = u32::try_from(self.values.len()).ok()?;
        self.values.push(value.clone());
        self.numbers.insert(value.clone(), number);
        Some(number)
    }

    fn set(&mut self, group: usize, number: u32) -> Option<()> {
        let (word, bit) = (number as usize / 64, number % 64);
        let bits = &mut self.bits[group];
        if word >= bits.len() {
            self.bytes += (word + 1 - bits.len()) * 8;
            if self.bytes > DISTINCT_BYTES_MAX {
                return None;
            }
            bits.resize(word + 1, 0);
        }
        bits[word] |= 1 << bit;
        Some(())
    }

    fn add(&mut self, rows: &Rows, groups: &[u32], column: &ArrayRef) -> Option<()> {
        let coded = coded(column, rows)?;
        let mut numbers = vec![u32::MAX; coded.values.len()];
        for (code, group) in coded.codes.iter().zip(groups) {
            let code = *code as usize;
            if numbers[code] == u32::MAX {
                match coded.values.key(code) {
                    Key::Null => continue,
                    value => numbers[code] = self.number(&value)?,
                }
            }
            self.set(*group as usize, numbers[code])?;
        }
        Some(())
    }

    fn merge(&mut self, places: &[u32], other: Self) -> Option<()> {
        let numbers = other.values.iter().map(|value| self.number(value)).collect::<Option<Vec<_>>>()?;
        for (place, bits) in places.iter().zip(other.bits) {
            for (word, mut left) in bits.into_iter().enumerate() {
                while left != 0 {
                    let bit = left.trailing_zeros() as usize;
                    self.set(*place as usize, numbers[word * 64 + bit])?;
                    left &= left - 1;
                }
            }
        }
        Some(())
    }
}

/// Calls with the group and the row of each row that has a value.
fn each_value(array: &dyn Array, rows: &Rows, groups: &[u32], mut what: impl FnMut(usize, usize)) {
    match array.nulls().filter(|nulls| nulls.null_count() > 0) {
        None => rows.each(groups, what),
        Some(nulls) => rows.each(groups, |group, row| {
            if nulls.is_valid(row) {
                what(group, row);
            }
        }),
    }
}

/// The values of a column as small numbers; none when they are too many or of another kind.
fn coded<'a>(array: &'a ArrayRef, rows: &Rows) -> Option<Coded<'a>> {
    match array.data_type() {
        DataType::Dictionary(..) => {
            let array = array.as_dictionary_opt::<Int32Type>()?;
            let texts = array.values().as_string_opt::<i32>()?;
            let keys = array.keys();
            let codes = match keys.nulls() {
                None => rows.map(|row| keys.values()[row] as u32 + 1),
                Some(nulls) => {
                    rows.map(|row| if nulls.is_valid(row) { keys.values()[row] as u32 + 1 } else { 0 })
                }
            };
            Some(Coded { codes, values: Values::Texts(texts) })
        }
        DataType::Boolean => {
            let array = array.as_boolean();
            let codes = rows.map(|row| if array.is_null(row) { 0 } else { 1 + u32::from(array.value(row)) });
            Some(Coded { codes, values: Values::Truths })
        }
        DataType::Int64 => {
            let array = array.as_primitive::<Int64Type>();
            numbered(array, rows, |row| array.values()[row])
        }
        DataType::Date32 => {
            let array = array.as_primitive::<Date32Type>();
            numbered(array, rows, |row| i64::from(array.values()[row]))
        }
        _ => None,
    }
}

/// Whole numbers by their distance from the least.
fn numbered<'a>(array: &dyn Array, rows: &Rows, value: impl Fn(usize) -> i64) -> Option<Coded<'a>> {
    let nulls = array.nulls().filter(|nulls| nulls.null_count() > 0);
    let is_valid = |row: usize| nulls.is_none_or(|nulls| nulls.is_valid(row));
    let (mut least, mut greatest) = (i64::MAX, i64::MIN);
    let mut widen = |row: usize| {
        if is_valid(row) {
            least = least.min(value(row));
            greatest = greatest.max(value(row));
        }
    };
    match rows {
        Rows::All(rows) => (0..*rows).for_each(&mut widen),
        Rows::Some(rows) => rows.iter().for_each(|row| widen(*row as usize)),
    }
    if least > greatest {
        return Some(Coded { codes: rows.map(|_| 0), values: Values::Numbers(0, 0) });
    }
    let span = usize::try_from(greatest.checked_sub(least)?).ok().filter(|span| *span < COMBINATIONS_MAX)?;
    let codes = rows.map(|row| if is_valid(row) { (value(row) - least) as u32 + 1 } else { 0 });
    Some(Coded { codes, values: Values::Numbers(least, span + 1) })
}
