//! A table's file, and pieces of it: one column of one row group, decoded.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, Field, Schema};
use bytes::Bytes;
use datafusion::parquet::arrow::ProjectionMask;
use datafusion::parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use datafusion::parquet::arrow::async_reader::{AsyncFileReader, ParquetRecordBatchStreamBuilder};
use datafusion::parquet::errors::ParquetError;
use datafusion::parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader};
use datafusion::parquet::file::statistics::Statistics;
use futures::TryStreamExt;
use futures::future::{BoxFuture, FutureExt};
use townhall_model::BlobId;

use super::{Marks, Place};
use crate::bridge::{ReadBlob, TAIL_BYTES};
use crate::error::QueryError;
use crate::filter::{Comparison, Filter};
use crate::literal::Literal;

/// Distinct values up to which a text column is held as numbers into a list of its values.
const LISTED_VALUES_MAX: u64 = 65_536;

/// A decoded column of a row group.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) array: ArrayRef,
    pub(super) bytes: usize,
}

/// The description of a table's file.
pub(crate) struct File {
    pub(super) blob: BlobId,
    blobs: Arc<dyn ReadBlob>,
    metadata: ArrowReaderMetadata,
    /// The number of the first row of each group, from 1, and one more for the end.
    first_rows: Vec<u64>,
    types: Vec<DataType>,
}

/// A blob as the Parquet reader wants it.
struct Opened {
    blobs: Arc<dyn ReadBlob>,
    blob: BlobId,
}

impl AsyncFileReader for Opened {
    fn get_bytes(&mut self, range: Range<u64>) -> BoxFuture<'_, Result<Bytes, ParquetError>> {
        async move {
            self.blobs.range(&self.blob, range).await.map_err(|error| ParquetError::External(Box::new(error)))
        }
        .boxed()
    }

    fn get_metadata<'a>(
        &'a mut self,
        _: Option<&'a ArrowReaderOptions>,
    ) -> BoxFuture<'a, Result<Arc<ParquetMetaData>, ParquetError>> {
        async move {
            let size = self.blobs.size(&self.blob).await;
            let size = size.map_err(|error| ParquetError::External(Box::new(error)))?;
            let size = size.ok_or_else(|| ParquetError::General("the rows are missing".to_owned()))?;
            let reader = ParquetMetaDataReader::new().with_prefetch_hint(Some(TAIL_BYTES));
            Ok(Arc::new(reader.load_and_finish(&mut *self, size).await?))
        }
        .boxed()
    }
}

fn failed(error: &dyn std::fmt::Display) -> QueryError {
    QueryError::Engine(error.to_string())
}

impl File {
    pub(super) async fn open(blobs: Arc<dyn ReadBlob>, blob: BlobId) -> Result<Self, QueryError> {
        let mut opened = Opened { blobs: blobs.clone(), blob };
        let plain = ArrowReaderMetadata::load_async(&mut opened, ArrowReaderOptions::new())
            .await
            .map_err(|error| failed(&error))?;
        let parquet = plain.metadata().clone();
        let mut first_rows = vec![1];
        for group in parquet.row_groups() {
            first_rows.push(first_rows.last().copied().unwrap_or(1) + group.num_rows().unsigned_abs());
        }
        // Texts that repeat are held once; how often they do is guessed from the size of the pages' dictionaries.
        let listed = |(index, field): (usize, &Arc<Field>)| match field.data_type() {
            DataType::Utf8 if is_repetitive(&parquet, index) => {
                let kind = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
                Arc::new(Field::new(field.name(), kind, field.is_nullable()))
            }
            _ => field.clone(),
        };
        let types = plain.schema().fields().iter().map(|field| field.data_type().clone()).collect();
        let schema: Schema =
            Schema::new(plain.schema().fields().iter().enumerate().map(listed).collect::<Vec<_>>());
        let options = ArrowReaderOptions::new().with_schema(Arc::new(schema));
        let metadata = ArrowReaderMetadata::try_new(parquet, options).map_err(|error| failed(&error))?;
        Ok(Self { blob, blobs, metadata, first_rows, types })
    }

    pub(crate) fn groups(&self) -> usize {
        self.first_rows.len() - 1
    }

    pub(crate) fn rows(&self, group: usize) -> usize {
        (self.first_rows[group + 1] - self.first_rows[group]) as usize
    }

    /// The number of a row in its table, from 1.
    pub(super) fn number(&self, (group, row): Place) -> u64 {
        self.first_rows[group] + row as u64
    }

    pub(super) fn column(&self, name: &str) -> Option<usize> {
        self.metadata.schema().fields().iter().position(|field| field.name() == name)
    }

    /// What the answer's column is made of, whatever it is held as.
    pub(super) fn data_type(&self, column: usize) -> &DataType {
        &self.types[column]
    }

    /// How many bytes these columns have when decoded, about.
    pub(super) fn bytes_of(&self, names: &[&str]) -> u64 {
        let indices: Vec<usize> = names.iter().filter_map(|name| self.column(name)).collect();
        let groups = self.metadata.metadata().row_groups().iter();
        groups
            .map(|group| {
                let rows = group.num_rows().unsigned_abs();
                let sizes = indices
                    .iter()
                    .map(|index| group.column(*index).uncompressed_size().unsigned_abs().max(rows * 4));
                sizes.sum::<u64>()
            })
            .sum()
    }

    /// How many bytes these columns of a row group have: decoded, about, and as they are stored.
    pub(crate) fn group_bytes(&self, names: &[&str], group: usize) -> (u64, u64) {
        let description = self.metadata.metadata().row_group(group);
        let rows = description.num_rows().unsigned_abs();
        let columns = names.iter().filter_map(|name| self.column(name));
        columns.fold((0, 0), |(decoded, stored), index| {
            let chunk = description.column(index);
            let size = chunk.uncompressed_size().unsigned_abs().max(rows * 4);
            (decoded + size, stored + chunk.compressed_size().unsigned_abs())
        })
    }

    /// How many bytes the whole file has when decoded, about.
    pub(crate) fn decoded_bytes(&self) -> u64 {
        let groups = self.metadata.metadata().row_groups().iter();
        let columns = self.types.len() as u64;
        groups
            .map(|group| {
                let least = group.num_rows().unsigned_abs().saturating_mul(4).saturating_mul(columns);
                group.total_byte_size().unsigned_abs().max(least)
            })
            .fold(0, u64::saturating_add)
    }

    /// The place of a row by its number.
    pub(super) fn place_of(&self, number: u64) -> Option<Place> {
        let group = self.first_rows.partition_point(|first| *first <= number).checked_sub(1)?;
        (group < self.groups()).then(|| (group, (number - self.first_rows[group]) as usize))
    }

    /// Decodes a piece.
    pub(super) async fn read(&self, column: usize, group: usize) -> Result<Piece, QueryError> {
        let opened = Opened { blobs: self.blobs.clone(), blob: self.blob };
        let mask = ProjectionMask::roots(self.metadata.parquet_schema(), [column]);
        let stream = ParquetRecordBatchStreamBuilder::new_with_metadata(opened, self.metadata.clone())
            .with_projection(mask)
            .with_row_groups(vec![group])
            .with_batch_size(self.rows(group).max(1))
            .build()
            .map_err(|error| failed(&error))?;
        let batches: Vec<_> = stream.try_collect().await.map_err(|error| failed(&error))?;
        let arrays: Vec<&dyn Array> = batches.iter().map(|batch| batch.column(0).as_ref()).collect();
        let array = match batches.as_slice() {
            [batch] => batch.column(0).clone(),
            _ => arrow_select::concat::concat(&arrays).map_err(|error| failed(&error))?,
        };
        Ok(Piece { bytes: array.get_array_memory_size(), array })
    }

    /// Whether a row group can have rows that meet a condition, as far as its statistics tell.
    pub(crate) fn may_match(&self, filter: &Filter, group: usize) -> bool {
        match filter {
            Filter::All(parts) => parts.iter().all(|part| self.may_match(part, group)),
            Filter::Any(parts) => parts.iter().any(|part| self.may_match(part, group)),
            Filter::Compare { column, how, value } => {
                let Some(index) = self.column(column) else { return true };
                let chunk = self.metadata.metadata().row_group(group).column(index);
                chunk.statistics().is_none_or(|statistics| may_compare(statistics, *how, value))
            }
            Filter::In { column, values } => {
                let Some(index) = self.column(column) else { return true };
                let chunk = self.metadata.metadata().row_group(group).column(index);
                chunk.statistics().is_none_or(|statistics| {
                    values.iter().any(|value| may_compare(statistics, Comparison::Eq, value))
                })
            }
            _ => true,
        }
    }

    /// The places of rows with a mark, from a row or up to it, so many at most after those passed over.
    pub(super) fn places(
        &self,
        marks: Option<&Marks>,
        beside: Option<u64>,
        backwards: bool,
        skipped: usize,
        wanted: usize,
    ) -> Vec<Place> {
        let mut places = Vec::new();
        let mut left = skipped;
        let groups = 0..self.groups();
        let groups: Box<dyn Iterator<Item = usize>> =
            if backwards { Box::new(groups.rev()) } else { Box::new(groups) };
        for group in groups {
            if places.len() >= wanted {
                break;
            }
            let first = self.first_rows[group];
            let rows = self.rows(group);
            // Rows after the one beside which the page lies, or before it.
            let range = match (beside, backwards) {
                (None, _) => 0..rows,
                (Some(row), false) => (row + 1).saturating_sub(first).min(rows as u64) as usize..rows,
                (Some(row), true) => 0..row.saturating_sub(first).min(rows as u64) as usize,
            };
            if range.is_empty() {
                continue;
            }
            let Some(marks) = marks else {
                // Without a condition, rows are passed over without being looked at.
                let here = range.len();
                if left >= here {
                    left -= here;
                    continue;
                }
                let take = wanted - places.len();
                match backwards {
                    false => places.extend(range.skip(left).take(take).map(|row| (group, row))),
                    true => places.extend(range.rev().skip(left).take(take).map(|row| (group, row))),
                }
                left = 0;
                continue;
            };
            let Some(mask) = &marks.groups[group] else { continue };
            let take = wanted - places.len();
            let slice = mask.slice(range.start, range.len());
            let here = slice.count_set_bits();
            if left >= here {
                left -= here;
                continue;
            }
            let set = slice.set_indices().map(|row| (group, range.start + row));
            match backwards {
                false => places.extend(set.skip(left).take(take)),
                true => {
                    let all: Vec<Place> = set.collect();
                    places.extend(all.into_iter().rev().skip(left).take(take));
                }
            }
            left = 0;
        }
        places
    }
}

/// Whether the texts of a column repeat so much that they are better held as a list.
fn is_repetitive(metadata: &ParquetMetaData, column: usize) -> bool {
    let groups = metadata.row_groups();
    let values: u64 = groups.iter().map(|group| group.num_rows().unsigned_abs()).sum();
    let bytes: u64 = groups.iter().map(|group| group.column(column).uncompressed_size().unsigned_abs()).sum();
    // A column of a few values is stored in a byte or two a row; one of many texts in at least their lengths.
    values > 0 && bytes < values * 4 && values / groups.len().max(1) as u64 <= LISTED_VALUES_MAX * 4
}

/// Whether some value between the smallest and the largest can compare so.
fn may_compare(statistics: &Statistics, how: Comparison, value: &Literal) -> bool {
    fn between<T: PartialOrd>(min: Option<&T>, max: Option<&T>, how: Comparison, value: &T) -> bool {
        let (Some(min), Some(max)) = (min, max) else { return true };
        match how {
            Comparison::Eq => min <= value && value <= max,
            Comparison::Ne => true,
            Comparison::Lt => min < value,
            Comparison::Lte => min <= value,
            Comparison::Gt => max > value,
            Comparison::Gte => max >= value,
        }
    }
    match (statistics, value) {
        (
            Statistics::Int64(known),
            Literal::Integer(value) | Literal::Timestamp(value) | Literal::Datetime(value),
        ) => between(known.min_opt(), known.max_opt(), how, value),
        (Statistics::Int32(known), Literal::Date(value)) => {
            between(known.min_opt(), known.max_opt(), how, value)
        }
        (Statistics::Double(known), Literal::Number(value)) => {
            between(known.min_opt(), known.max_opt(), how, value)
        }
        (Statistics::ByteArray(known), Literal::Text(value)) => {
            let (min, max) = (known.min_opt().map(|min| min.data()), known.max_opt().map(|max| max.data()));
            // A bound that was cut to be short is still a bound.
            let value = value.as_bytes();
            between(min.as_ref(), max.as_ref(), how, &value)
        }
        _ => true,
    }
}
