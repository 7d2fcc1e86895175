//! From the driver's rows to batches, at the pace of whoever takes them.

use std::sync::Arc;

use arrow_array::builder::{
    BooleanBuilder, Date32Builder, Float64Builder, Int64Builder, StringBuilder, TimestampMicrosecondBuilder,
};
use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};
use futures::StreamExt;
use tokio::sync::mpsc;
use townhall_model::table::ColumnType;

use crate::describe::{ColumnDescription, TableDescription};
use crate::error::DatabaseError;
use crate::kind::RowStream;
use crate::limits::{BATCH_BYTES, BATCH_ROWS, BATCHES_WAITING, CELL_BYTES_MAX};

/// The type of a column's arrays.
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

impl TableDescription {
    /// The schema of batches of these columns.
    pub fn schema(&self, columns: &[String]) -> Result<SchemaRef, DatabaseError> {
        let field = |name: &String| Ok(Field::new(name, data_type(self.require(name)?.kind), true));
        Ok(Arc::new(Schema::new(columns.iter().map(field).collect::<Result<Vec<_>, DatabaseError>>()?)))
    }

    /// The columns of these names.
    pub(crate) fn chosen(&self, columns: &[String]) -> Result<Vec<ColumnDescription>, DatabaseError> {
        columns.iter().map(|name| self.require(name).cloned()).collect()
    }
}

/// Makes an array of values as drivers give them.
pub(crate) enum Cells {
    Text(StringBuilder),
    Integer(Int64Builder),
    Number(Float64Builder),
    Boolean(BooleanBuilder),
    Date(Date32Builder),
    Moment(TimestampMicrosecondBuilder, bool),
}

impl Cells {
    fn new(kind: ColumnType) -> Self {
        match kind {
            ColumnType::Text => Self::Text(StringBuilder::new()),
            ColumnType::Integer => Self::Integer(Int64Builder::new()),
            ColumnType::Number => Self::Number(Float64Builder::new()),
            ColumnType::Boolean => Self::Boolean(BooleanBuilder::new()),
            ColumnType::Date => Self::Date(Date32Builder::new()),
            ColumnType::Timestamp => {
                Self::Moment(TimestampMicrosecondBuilder::new().with_timezone("UTC"), true)
            }
            ColumnType::Datetime => Self::Moment(TimestampMicrosecondBuilder::new(), false),
        }
    }

    /// A whole number, or none.
    pub(crate) fn integer(&mut self, value: Option<i64>) {
        match self {
            Self::Integer(cells) => cells.append_option(value),
            Self::Number(cells) => cells.append_option(value.map(|value| value as f64)),
            Self::Boolean(cells) => cells.append_option(value.map(|value| value != 0)),
            Self::Text(cells) => cells.append_option(value.map(|value| value.to_string())),
            _ => self.none(),
        }
    }

    /// A number, or none.
    pub(crate) fn number(&mut self, value: Option<f64>) {
        match self {
            Self::Number(cells) => cells.append_option(value),
            // As whole as it claims to be, or nothing.
            Self::Integer(cells) => cells.append_option(
                value.filter(|value| value.fract() == 0.0 && value.abs() < 9e15).map(|value| value as i64),
            ),
            Self::Text(cells) => cells.append_option(value.map(|value| value.to_string())),
            _ => self.none(),
        }
    }

    /// True, false, or neither.
    pub(crate) fn boolean(&mut self, value: Option<bool>) {
        match self {
            Self::Boolean(cells) => cells.append_option(value),
            _ => self.none(),
        }
    }

    /// A text, read as what the column holds; what is not that is no value.
    pub(crate) fn text(&mut self, value: Option<&str>) {
        let Some(text) = value else { return self.none() };
        match self {
            Self::Text(cells) => cells.append_value(text),
            Self::Integer(cells) => cells.append_option(text.trim().parse().ok()),
            Self::Number(cells) => cells.append_option(text.trim().parse().ok()),
            Self::Boolean(cells) => cells.append_option(match text.trim() {
                "1" | "t" | "true" | "TRUE" | "Y" => Some(true),
                "0" | "f" | "false" | "FALSE" | "N" => Some(false),
                _ => None,
            }),
            Self::Date(cells) => cells.append_option(date_of(text)),
            Self::Moment(cells, true) => cells.append_option(instant_of(text)),
            Self::Moment(cells, false) => cells.append_option(moment_of(text)),
        }
    }

    /// No value.
    pub(crate) fn none(&mut self) {
        match self {
            Self::Text(cells) => cells.append_null(),
            Self::Integer(cells) => cells.append_null(),
            Self::Number(cells) => cells.append_null(),
            Self::Boolean(cells) => cells.append_null(),
            Self::Date(cells) => cells.append_null(),
            Self::Moment(cells, _) => cells.append_null(),
        }
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Text(cells) => Arc::new(cells.finish()),
            Self::Integer(cells) => Arc::new(cells.finish()),
            Self::Number(cells) => Arc::new(cells.finish()),
            Self::Boolean(cells) => Arc::new(cells.finish()),
            Self::Date(cells) => Arc::new(cells.finish()),
            Self::Moment(cells, _) => Arc::new(cells.finish()),
        }
    }
}

/// Gathers rows into batches and hands them over.
pub(crate) struct Sink {
    schema: SchemaRef,
    pub(crate) cells: Vec<Cells>,
    rows: usize,
    bytes: usize,
    sender: mpsc::Sender<Result<RecordBatch, DatabaseError>>,
}

impl Sink {
    /// Notes that a text of so many bytes was put into the row.
    pub(crate) fn weigh(&mut self, bytes: usize) -> Result<(), DatabaseError> {
        if bytes > CELL_BYTES_MAX {
            let detail = format!("a cell has more than {CELL_BYTES_MAX} bytes");
            return Err(DatabaseError::Refused { detail });
        }
        self.bytes += bytes;
        Ok(())
    }

    /// Whether the batch should go now, after a row was put into the cells.
    fn row(&mut self) -> bool {
        self.rows += 1;
        self.rows >= BATCH_ROWS || self.bytes >= BATCH_BYTES
    }

    fn batch(&mut self) -> Result<RecordBatch, DatabaseError> {
        let arrays = self.cells.iter_mut().map(Cells::finish).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(self.rows));
        (self.rows, self.bytes) = (0, 0);
        RecordBatch::try_new_with_options(self.schema.clone(), arrays, &options)
            .map_err(|error| DatabaseError::Refused { detail: error.to_string() })
    }

    /// Ends a row. `false`: nobody wants more.
    pub(crate) async fn end_row(&mut self) -> Result<bool, DatabaseError> {
        if !self.row() {
            return Ok(true);
        }
        let batch = self.batch()?;
        Ok(self.sender.send(Ok(batch)).await.is_ok())
    }

    /// Ends a row on a thread that may wait. `false`: nobody wants more.
    #[cfg(feature = "odbc")]
    pub(crate) fn end_row_blocking(&mut self) -> Result<bool, DatabaseError> {
        if !self.row() {
            return Ok(true);
        }
        let batch = self.batch()?;
        Ok(self.sender.blocking_send(Ok(batch)).is_ok())
    }

    /// Ends when nobody wants more rows.
    pub(crate) async fn unwanted(&self) {
        self.sender.closed().await;
    }

    fn rest(&mut self) -> Option<Result<RecordBatch, DatabaseError>> {
        (self.rows > 0).then(|| self.batch())
    }

    /// Hands over what is left, or why there is no more.
    pub(crate) async fn end(mut self, outcome: Result<(), DatabaseError>) {
        let last = match outcome {
            Ok(()) => self.rest(),
            Err(error) => Some(Err(error)),
        };
        if let Some(last) = last {
            // Nobody may want it any more.
            let _ = self.sender.send(last).await;
        }
    }

    /// The same on a thread that may wait.
    #[cfg(feature = "odbc")]
    pub(crate) fn end_blocking(mut self, outcome: Result<(), DatabaseError>) {
        let last = match outcome {
            Ok(()) => self.rest(),
            Err(error) => Some(Err(error)),
        };
        if let Some(last) = last {
            // Nobody may want it any more.
            let _ = self.sender.blocking_send(last);
        }
    }
}

/// Where rows are put, and where they come out.
pub(crate) fn channel(
    table: &TableDescription,
    columns: &[String],
) -> Result<(Sink, RowStream), DatabaseError> {
    let schema = table.schema(columns)?;
    let cells = table.chosen(columns)?.iter().map(|column| Cells::new(column.kind)).collect();
    let (sender, receiver) = mpsc::channel(BATCHES_WAITING);
    let stream = futures::stream::unfold(receiver, |mut receiver| async {
        receiver.recv().await.map(|batch| (batch, receiver))
    });
    Ok((Sink { schema, cells, rows: 0, bytes: 0, sender }, stream.boxed()))
}

/// The days since 1970 of a text such as `2020-12-31`, with or without a time after it.
pub(crate) fn date_of(text: &str) -> Option<i32> {
    let text = text.trim();
    let day = match text.get(10..11) {
        Some(" " | "T") => &text[..10],
        _ => text,
    };
    let day: jiff::civil::Date = day.parse().ok()?;
    jiff::civil::date(1970, 1, 1).until(day).ok().map(|span| span.get_days())
}

/// The microseconds since 1970 of a text such as `2020-12-31 12:00:00.5`.
pub(crate) fn moment_of(text: &str) -> Option<i64> {
    let text = text.trim();
    // An offset would be passed over.
    if text.get(10..).is_some_and(|clock| clock.contains(['+', '-', 'Z'])) {
        return None;
    }
    let time = match text.len() {
        10 => text.parse::<jiff::civil::Date>().ok()?.at(0, 0, 0, 0),
        _ => text.parse::<jiff::civil::DateTime>().ok()?,
    };
    time.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|time| time.timestamp().as_microsecond())
}

/// The same of a text with an offset such as `+00` at its end; in UTC without one.
pub(crate) fn instant_of(text: &str) -> Option<i64> {
    let text = text.trim();
    let clock = text.get(10..)?;
    let (time, offset) = match clock.rfind(['+', '-', 'Z']) {
        Some(place) => text.split_at(10 + place),
        None => (text, ""),
    };
    let digits = |range: std::ops::Range<usize>| offset.replace(':', "").get(range)?.parse::<i64>().ok();
    let seconds = match offset {
        "" | "Z" => 0,
        _ => {
            let sign = if offset.starts_with('-') { -1 } else { 1 };
            sign * (digits(1..3)? * 3600 + digits(3..5).unwrap_or(0) * 60 + digits(5..7).unwrap_or(0))
        }
    };
    Some(moment_of(time)? - seconds * 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_databases_write_them() {
        assert_eq!(date_of("1970-01-02"), Some(1));
        assert_eq!(date_of("1970-01-02 00:00:00"), Some(1));
        assert_eq!(date_of("infinity"), None);
        assert_eq!(date_of("0000-00-00"), None);
        assert_eq!(moment_of("1970-01-01 00:00:01.5"), Some(1_500_000));
        assert_eq!(moment_of("1970-01-02"), Some(86_400_000_000));
        assert_eq!(instant_of("1970-01-01 00:00:01+00"), Some(1_000_000));
        assert_eq!(instant_of("1970-01-01 05:30:00+05:30"), Some(0));
        assert_eq!(instant_of("1969-12-31 23:00:00-01"), Some(0));
        assert_eq!(instant_of("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(instant_of("infinity"), None);
    }
}
