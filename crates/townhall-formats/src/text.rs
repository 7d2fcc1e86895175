//! Column types and single cells, as the API prints them.

use std::{io::Write, sync::Arc};

use arrow_array::{
    Array, ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray,
    StringViewArray, TimestampMicrosecondArray,
    cast::AsArray,
    types::{Date32Type, Float64Type, Int64Type, TimestampMicrosecondType},
};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};
use townhall_model::table::ColumnType;

use crate::FormatError;

/// Returns the schema of a table of such columns.
pub fn schema_of(columns: impl IntoIterator<Item = (String, ColumnType)>) -> SchemaRef {
    let fields = columns.into_iter().map(|(name, kind)| Field::new(name, data_type(kind), true));
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

/// Returns the Arrow type in which a column of this type is stored.
pub fn data_type(kind: ColumnType) -> DataType {
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

/// Returns the column type that an Arrow type stands for; what has no word of its own is text.
pub fn column_type(data_type: &DataType) -> ColumnType {
    match data_type {
        DataType::Boolean => ColumnType::Boolean,
        integer if integer.is_integer() => ColumnType::Integer,
        number if number.is_numeric() => ColumnType::Number,
        DataType::Date32 | DataType::Date64 => ColumnType::Date,
        DataType::Timestamp(_, Some(_)) => ColumnType::Timestamp,
        DataType::Timestamp(_, None) => ColumnType::Datetime,
        DataType::Dictionary(_, value) => column_type(value),
        _ => ColumnType::Text,
    }
}

/// Returns the text of one cell as the API prints it, or `None` when it is null.
///
/// Text stands as it is; numbers are the shortest that read back equal (`5`, `0.1`, `1e300`); dates are `2020-01-31`,
/// timestamps `2020-01-31T12:00:00Z`, local times the same without `Z`. Infinities and not-a-number count as null.
pub fn value_text(column: &ArrayRef, row: usize) -> Option<String> {
    let column = plain(&column.slice(row, 1));
    let mut text = Vec::new();
    Cells::new(&column).append(0, &mut text).then(|| String::from_utf8_lossy(&text).into_owned())
}

/// Hands the texts of each row to `sink`, as [`value_text`] gives them one by one: for those who write forms of their own.
///
/// # Errors
///
/// What the sink gives.
pub fn each_row_text(
    batch: &RecordBatch,
    sink: &mut dyn FnMut(&[Option<&str>]) -> std::io::Result<()>,
) -> std::io::Result<()> {
    let columns: Vec<ArrayRef> = batch.columns().iter().map(plain).collect();
    let cells: Vec<Cells<'_>> = columns.iter().map(Cells::new).collect();
    let mut texts = vec![Vec::new(); cells.len()];
    for row in 0..batch.num_rows() {
        let mut shown = Vec::with_capacity(cells.len());
        for (cells, text) in cells.iter().zip(&mut texts) {
            text.clear();
            let is_there = cells.append(row, text);
            shown.push(is_there.then(|| std::str::from_utf8(text).unwrap_or_default()));
        }
        sink(&shown)?;
    }
    Ok(())
}

/// Returns the column in one of the few Arrow types that [`Cells`] prints: what queries compute (counts of 32 bits,
/// decimals, dictionaries, nanoseconds) is cast, nested values become their text.
pub(crate) fn plain(column: &ArrayRef) -> ArrayRef {
    let wanted = match column.data_type() {
        DataType::Utf8View => return Arc::clone(column),
        found => data_type(column_type(found)),
    };
    if *column.data_type() == wanted {
        return Arc::clone(column);
    }
    // Numbers too large for 64 bits would become null: they are printed instead.
    match arrow_cast::cast(column, &wanted) {
        Ok(cast) if cast.null_count() == column.null_count() => cast,
        _ => printed(column),
    }
}

/// Arrow's own text for every cell.
fn printed(column: &ArrayRef) -> ArrayRef {
    let options = FormatOptions::default();
    let formatter = ArrayFormatter::try_new(column.as_ref(), &options).ok();
    let text = |row| formatter.as_ref().map(|formatter| formatter.value(row).to_string());
    let cells = (0..column.len()).map(|row| if column.is_null(row) { None } else { text(row) });
    Arc::new(cells.collect::<StringArray>())
}

/// One column of a batch, made [`plain`], ready to be printed cell by cell.
pub(crate) enum Cells<'a> {
    Text(&'a StringArray),
    TextView(&'a StringViewArray),
    Integer(&'a Int64Array),
    Number(&'a Float64Array),
    Boolean(&'a BooleanArray),
    Date(&'a Date32Array),
    Instant(&'a TimestampMicrosecondArray, bool),
    /// Never made from a plain column; prints as null.
    Nothing,
}

impl<'a> Cells<'a> {
    pub(crate) fn new(column: &'a ArrayRef) -> Self {
        match column.data_type() {
            DataType::Utf8 => Self::Text(column.as_string()),
            DataType::Utf8View => Self::TextView(column.as_string_view()),
            DataType::Int64 => Self::Integer(column.as_primitive::<Int64Type>()),
            DataType::Float64 => Self::Number(column.as_primitive::<Float64Type>()),
            DataType::Boolean => Self::Boolean(column.as_boolean()),
            DataType::Date32 => Self::Date(column.as_primitive::<Date32Type>()),
            DataType::Timestamp(TimeUnit::Microsecond, zone) => {
                Self::Instant(column.as_primitive::<TimestampMicrosecondType>(), zone.is_some())
            }
            _ => Self::Nothing,
        }
    }

    /// Appends the cell's text, or nothing and `false` when it is null.
    pub(crate) fn append(&self, row: usize, out: &mut Vec<u8>) -> bool {
        match self {
            Self::Text(cells) => cells.is_valid(row) && append(out, cells.value(row).as_bytes()),
            Self::TextView(cells) => cells.is_valid(row) && append(out, cells.value(row).as_bytes()),
            Self::Integer(cells) => {
                cells.is_valid(row) && append(out, itoa::Buffer::new().format(cells.value(row)).as_bytes())
            }
            Self::Number(cells) => cells.is_valid(row) && append_number(cells.value(row), out),
            Self::Boolean(cells) => {
                cells.is_valid(row) && append(out, if cells.value(row) { b"true" } else { b"false" })
            }
            Self::Date(cells) => cells.is_valid(row) && append_date(cells.value(row).into(), out),
            Self::Instant(cells, zoned) => {
                cells.is_valid(row) && append_instant(cells.value(row), *zoned, out)
            }
            Self::Nothing => false,
        }
    }
}

fn append(out: &mut Vec<u8>, bytes: &[u8]) -> bool {
    out.extend_from_slice(bytes);
    true
}

/// Appends the shortest decimal that reads back as the same number.
pub(crate) fn append_number(number: f64, out: &mut Vec<u8>) -> bool {
    if !number.is_finite() {
        return false;
    }
    let mut buffer = zmij::Buffer::new();
    let text = buffer.format_finite(number);
    append(out, text.strip_suffix(".0").unwrap_or(text).as_bytes())
}

/// Appends a day, counted from 1970-01-01, as ISO 8601; years outside 0 to 9999 get a sign and six digits.
pub(crate) fn append_date(days: i64, out: &mut Vec<u8>) -> bool {
    let (year, month, day) = civil_from_days(days);
    if (0..=9999).contains(&year) {
        let year = year as u16;
        let digit = |value: u16| b'0' + (value % 10) as u8;
        out.extend_from_slice(&[digit(year / 1000), digit(year / 100), digit(year / 10), digit(year), b'-']);
    } else {
        // A vector never fails to grow without aborting, so the result says nothing.
        let _ = write!(out, "{year:+07}-");
    }
    push_two(month, out);
    out.push(b'-');
    push_two(day, out);
    true
}

/// Appends a moment, counted in microseconds from 1970-01-01, as RFC 3339, with `Z` when it is an instant.
pub(crate) fn append_instant(micros: i64, zoned: bool, out: &mut Vec<u8>) -> bool {
    const DAY: i64 = 86_400_000_000;
    append_date(micros.div_euclid(DAY), out);
    let of_day = micros.rem_euclid(DAY);
    let seconds = of_day / 1_000_000;
    out.push(b'T');
    push_two((seconds / 3600) as u32, out);
    out.push(b':');
    push_two((seconds / 60 % 60) as u32, out);
    out.push(b':');
    push_two((seconds % 60) as u32, out);
    let fraction = of_day % 1_000_000;
    if fraction != 0 {
        let text = format!(".{fraction:06}");
        out.extend_from_slice(text.trim_end_matches('0').as_bytes());
    }
    if zoned {
        out.push(b'Z');
    }
    true
}

fn push_two(value: u32, out: &mut Vec<u8>) {
    out.push(b'0' + (value / 10 % 10) as u8);
    out.push(b'0' + (value % 10) as u8);
}

/// The Gregorian date of a day counted from 1970-01-01 (Howard Hinnant's era arithmetic).
pub(crate) fn civil_from_days(days: i64) -> (i64, u32, u32) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = (of_year - (153 * shifted + 2) / 5 + 1) as u32;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 } as u32;
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// The day, counted from 1970-01-01, of a Gregorian date; the date must exist.
pub(crate) fn days_from_civil(year: i64, month: u32, day: u32) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let shifted = i64::from(if month > 2 { month - 3 } else { month + 9 });
    let of_year = (153 * shifted + 2) / 5 + i64::from(day) - 1;
    let of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year;
    era * 146_097 + of_era - 719_468
}

/// Texts as rows under a header; an empty text is no value.
///
/// # Errors
///
/// [`FormatError`] when there is no column.
pub fn text_rows<const N: usize>(
    header: &[&str; N],
    rows: &[[String; N]],
) -> Result<RecordBatch, FormatError> {
    let fields: Vec<Field> = header.iter().map(|name| Field::new(*name, DataType::Utf8, true)).collect();
    let columns = (0..N).map(|column| -> ArrayRef {
        let text = |row: &[String; N]| Some(row[column].clone()).filter(|text| !text.is_empty());
        Arc::new(rows.iter().map(text).collect::<StringArray>())
    });
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns.collect())
        .map_err(|error| FormatError::encode("Arrow")(error.into()))
}
