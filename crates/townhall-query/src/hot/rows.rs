//! Rows put together from pieces.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, RecordBatch, RecordBatchOptions, UInt64Array};
use arrow_ord::sort::{SortColumn, SortOptions, lexsort_to_indices};
use arrow_schema::{DataType, Field, Schema};

use super::piece::Piece;
use crate::error::QueryError;

fn failed(error: &dyn std::fmt::Display) -> QueryError {
    QueryError::Engine(error.to_string())
}

/// The values at these places: the piece and the row in it.
pub(super) fn gathered(
    pieces: &[Arc<Piece>],
    at: &[(usize, usize)],
    data_type: &DataType,
) -> Result<ArrayRef, QueryError> {
    if pieces.is_empty() {
        return Ok(arrow_array::new_empty_array(data_type));
    }
    let gathered = match pieces {
        [one] => {
            let rows: UInt64Array = at.iter().map(|(_, row)| *row as u64).collect();
            arrow_select::take::take(&one.array, &rows, None)
        }
        _ => {
            let arrays: Vec<&dyn Array> = pieces.iter().map(|piece| piece.array.as_ref()).collect();
            arrow_select::interleave::interleave(&arrays, at)
        }
    };
    let gathered = gathered.map_err(|error| failed(&error))?;
    if gathered.data_type() == data_type {
        return Ok(gathered);
    }
    arrow_cast::cast(&gathered, data_type).map_err(|error| failed(&error))
}

/// Columns as a batch under these names.
pub(super) fn batch<'n>(
    names: impl Iterator<Item = &'n str>,
    columns: Vec<ArrayRef>,
    rows: usize,
) -> Result<RecordBatch, QueryError> {
    let fields: Vec<Field> = names
        .zip(&columns)
        .map(|(name, column)| Field::new(name, column.data_type().clone(), true))
        .collect();
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), columns, &options)
        .map_err(|error| failed(&error))
}

/// The order of rows by columns, and then by where they stand; what has no value comes last, or first when the order is
/// turned round.
pub(super) fn order(
    columns: &[ArrayRef],
    sorts: &[(&str, bool)],
    backwards: bool,
    limit: usize,
) -> Result<UInt64Array, QueryError> {
    let rows = columns.first().map_or(0, |column| column.len());
    let position: ArrayRef = Arc::new(UInt64Array::from_iter_values(0..rows as u64));
    let options =
        |descending: bool| SortOptions { descending: descending != backwards, nulls_first: backwards };
    let mut keys: Vec<SortColumn> = columns
        .iter()
        .zip(sorts)
        .map(|(column, (_, descending))| SortColumn {
            values: column.clone(),
            options: Some(options(*descending)),
        })
        .collect();
    keys.push(SortColumn { values: position, options: Some(options(false)) });
    let order = lexsort_to_indices(&keys, Some(limit.min(rows))).map_err(|error| failed(&error))?;
    Ok(order.values().iter().map(|index| u64::from(*index)).collect())
}
