//! Conditions over decoded pieces: a bit for each row of a row group.

use arrow_array::cast::AsArray;
use arrow_array::types::Int32Type;
use arrow_array::{
    Array, ArrayRef, BooleanArray, Date32Array, Datum, Float64Array, Int64Array, Scalar, StringArray,
    TimestampMicrosecondArray,
};
use arrow_buffer::BooleanBuffer;
use arrow_ord::cmp;
use arrow_schema::{ArrowError, DataType};
use arrow_string::like;
use townhall_model::table::ColumnType;

use crate::error::QueryError;
use crate::filter::{Comparison, Filter, TextMatch};
use crate::literal::Literal;
use crate::query::{ROW, TableSource};

/// Values of a list beyond which it is left to the scanning engine, which hashes them.
const LIST_MAX: usize = 64;

/// The columns that a condition reads, each once.
pub(super) fn columns(filter: &Filter) -> Vec<&str> {
    fn walk<'f>(filter: &'f Filter, found: &mut Vec<&'f str>) {
        match filter {
            Filter::All(parts) | Filter::Any(parts) => parts.iter().for_each(|part| walk(part, found)),
            Filter::Not(inner) => walk(inner, found),
            Filter::Compare { column, .. }
            | Filter::In { column, .. }
            | Filter::Text { column, .. }
            | Filter::Null { column } => {
                if column != ROW && !found.contains(&column.as_str()) {
                    found.push(column);
                }
            }
            Filter::Search { .. }
            | Filter::Test { .. }
            | Filter::Matches { .. }
            | Filter::Missing(_)
            | Filter::Place { .. } => {}
        }
    }
    let mut found = Vec::new();
    walk(filter, &mut found);
    found
}

/// Whether a condition is of the kinds that are decided here, with values of the columns' own types.
pub(super) fn is_simple(filter: &Filter, table: &TableSource) -> bool {
    let fits = |column: &str, value: &Literal| {
        let kind = if column == ROW {
            Some(ColumnType::Integer)
        } else {
            table.column(column).map(|column| column.kind)
        };
        matches!(
            (kind, value),
            (Some(ColumnType::Text), Literal::Text(_))
                | (Some(ColumnType::Integer), Literal::Integer(_))
                | (Some(ColumnType::Number), Literal::Number(_))
                | (Some(ColumnType::Boolean), Literal::Boolean(_))
                | (Some(ColumnType::Date), Literal::Date(_))
                | (Some(ColumnType::Timestamp), Literal::Timestamp(_))
                | (Some(ColumnType::Datetime), Literal::Datetime(_))
        )
    };
    match filter {
        Filter::All(parts) | Filter::Any(parts) => parts.iter().all(|part| is_simple(part, table)),
        Filter::Not(inner) => is_simple(inner, table),
        Filter::Compare { column, value, .. } => fits(column, value),
        Filter::In { column, values } => {
            values.len() <= LIST_MAX && values.iter().all(|value| fits(column, value))
        }
        Filter::Text { column, how, ignore_case, .. } => {
            let is_text = table.column(column).is_some_and(|column| column.kind == ColumnType::Text);
            is_text && !ignore_case && *how != TextMatch::Regex
        }
        Filter::Null { column } => table.column(column).is_some(),
        Filter::Search { .. }
        | Filter::Test { .. }
        | Filter::Matches { .. }
        | Filter::Missing(_)
        | Filter::Place { .. } => false,
    }
}

/// A row group with the column that a condition is on.
pub(super) struct Group<'a> {
    pub(super) rows: usize,
    /// The number of its first row.
    pub(super) first_row: u64,
    pub(super) array: Option<&'a ArrayRef>,
}

impl Group<'_> {
    /// A bit for each row that a condition on one column is known to hold for.
    pub(super) fn mask(&self, filter: &Filter) -> Result<BooleanBuffer, QueryError> {
        self.bits(filter).map_err(|error| QueryError::Engine(error.to_string()))
    }

    fn bits(&self, filter: &Filter) -> Result<BooleanBuffer, ArrowError> {
        match filter {
            Filter::Null { .. } => Ok(match self.array()?.logical_nulls() {
                Some(nulls) => !nulls.inner(),
                None => BooleanBuffer::new_unset(self.rows),
            }),
            Filter::In { column, values } if column == ROW => {
                let first = self.first_row as i64;
                let wanted: Vec<i64> = values
                    .iter()
                    .filter_map(|value| match value {
                        Literal::Integer(number) => Some(number.saturating_sub(first)),
                        _ => None,
                    })
                    .collect();
                Ok(BooleanBuffer::collect_bool(self.rows, |row| wanted.contains(&(row as i64))))
            }
            Filter::Compare { column, how, value } if column == ROW => {
                let Literal::Integer(wanted) = value else { return Err(unexpected()) };
                let first = self.first_row as i64;
                Ok(BooleanBuffer::collect_bool(self.rows, |row| {
                    let number = first + row as i64;
                    match how {
                        Comparison::Eq => number == *wanted,
                        Comparison::Ne => number != *wanted,
                        Comparison::Lt => number < *wanted,
                        Comparison::Lte => number <= *wanted,
                        Comparison::Gt => number > *wanted,
                        Comparison::Gte => number >= *wanted,
                    }
                }))
            }
            Filter::Compare { column, how, value } => {
                let bits = self.compared(*how, value)?;
                Ok(match how {
                    // A row without a value is not equal to any.
                    Comparison::Ne => &bits | &self.bits(&Filter::Null { column: column.clone() })?,
                    _ => bits,
                })
            }
            Filter::In { values, .. } => {
                values.iter().try_fold(BooleanBuffer::new_unset(self.rows), |bits, value| {
                    Ok(&bits | &self.compared(Comparison::Eq, value)?)
                })
            }
            Filter::Text { how, text, .. } => {
                let wanted = Scalar::new(StringArray::from(vec![text.as_str()]));
                self.each_text(&|texts| match how {
                    TextMatch::Contains => like::contains(texts, &wanted),
                    TextMatch::StartsWith => like::starts_with(texts, &wanted),
                    TextMatch::EndsWith => like::ends_with(texts, &wanted),
                    TextMatch::Equals => cmp::eq(texts, &wanted),
                    TextMatch::Like => like::like(texts, &wanted),
                    TextMatch::Regex => Err(unexpected()),
                })
            }
            _ => Err(unexpected()),
        }
    }

    fn array(&self) -> Result<&ArrayRef, ArrowError> {
        self.array.ok_or_else(unexpected)
    }

    fn compared(&self, how: Comparison, value: &Literal) -> Result<BooleanBuffer, ArrowError> {
        let test = |left: &dyn Datum, right: &dyn Datum| match how {
            Comparison::Eq => cmp::eq(left, right),
            Comparison::Ne => cmp::neq(left, right),
            Comparison::Lt => cmp::lt(left, right),
            Comparison::Lte => cmp::lt_eq(left, right),
            Comparison::Gt => cmp::gt(left, right),
            Comparison::Gte => cmp::gt_eq(left, right),
        };
        let array = self.array()?;
        let bits = match value {
            Literal::Text(text) => {
                let wanted = Scalar::new(StringArray::from(vec![text.as_str()]));
                return self.each_text(&|texts| test(texts, &wanted));
            }
            Literal::Integer(number) => test(array, &Scalar::new(Int64Array::from(vec![*number])))?,
            Literal::Number(number) => test(array, &Scalar::new(Float64Array::from(vec![*number])))?,
            Literal::Boolean(flag) => test(array, &Scalar::new(BooleanArray::from(vec![*flag])))?,
            Literal::Date(days) => test(array, &Scalar::new(Date32Array::from(vec![*days])))?,
            Literal::Timestamp(micros) | Literal::Datetime(micros) => {
                let wanted = TimestampMicrosecondArray::from(vec![*micros]);
                let wanted = match array.data_type() {
                    DataType::Timestamp(_, Some(zone)) => wanted.with_timezone(zone.clone()),
                    _ => wanted,
                };
                test(array, &Scalar::new(wanted))?
            }
        };
        Ok(known(&bits))
    }

    /// A test of texts: of each row, or of each listed value and then of the rows that point to it.
    fn each_text(
        &self,
        test: &dyn Fn(&dyn Datum) -> Result<BooleanArray, ArrowError>,
    ) -> Result<BooleanBuffer, ArrowError> {
        let array = self.array()?;
        let Some(listed) = array.as_dictionary_opt::<Int32Type>() else { return Ok(known(&test(array)?)) };
        let holds = known(&test(listed.values())?);
        let keys = listed.keys();
        if holds.count_set_bits() == 0 {
            return Ok(BooleanBuffer::new_unset(keys.len()));
        }
        let slice = keys.values();
        let bits = match holds.set_indices().collect::<Vec<_>>().as_slice() {
            // One value is compared as a number, many at a time.
            [one] => {
                let one = *one as i32;
                BooleanBuffer::collect_bool(slice.len(), |row| slice[row] == one)
            }
            _ => BooleanBuffer::collect_bool(slice.len(), |row| {
                usize::try_from(slice[row]).is_ok_and(|key| key < holds.len() && holds.value(key))
            }),
        };
        Ok(match keys.nulls() {
            Some(nulls) => &bits & nulls.inner(),
            None => bits,
        })
    }
}

/// The rows for which a test is known to hold.
fn known(bits: &BooleanArray) -> BooleanBuffer {
    match bits.nulls() {
        Some(nulls) => bits.values() & nulls.inner(),
        None => bits.values().clone(),
    }
}

fn unexpected() -> ArrowError {
    ArrowError::ComputeError("a condition came here that has to take the long way".to_owned())
}
