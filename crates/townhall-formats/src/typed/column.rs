//! A column of a typed file as a column of a table.

use std::sync::Arc;

use arrow_array::builder::StringBuilder;
use arrow_array::cast::AsArray;
use arrow_array::types::{Float32Type, Float64Type};
use arrow_array::{Array, ArrayRef, Float64Array, StringArray};
use arrow_json::{EncoderOptions, writer::make_encoder};
use arrow_schema::{DataType, FieldRef};
use townhall_model::table::{ColumnType, RejectedCell};

use crate::cells::{
    Digits, parse_boolean, parse_date, parse_datetime, parse_integer, parse_number, parse_timestamp, trim,
};
use crate::rejects::{misfit, shown};
use crate::text::{Cells, column_type, data_type, plain};
use crate::{DateOrder, Decimal, Settled};

/// What a column is called and holds.
pub(super) struct Column {
    pub(super) name: String,
    pub(super) label: Option<String>,
    pub(super) kind: ColumnType,
    pub(super) reason: Option<String>,
    field: FieldRef,
    digits: Digits,
    month_first: bool,
}

/// An array of the column's type.
pub(super) struct Converted {
    pub(super) array: ArrayRef,
    /// The rows whose value did not fit: they are null.
    pub(super) misfits: Vec<usize>,
}

impl Column {
    pub(super) fn new(
        field: &FieldRef,
        name: String,
        label: Option<String>,
        wanted: Option<ColumnType>,
        settled: Settled,
    ) -> Self {
        let (kind, reason) = match (settled.kind.or(wanted), own_type(field.data_type())) {
            (Some(wanted), _) => (wanted, Some("chosen".to_owned())),
            (None, own) => (own, why(field.data_type()).map(str::to_owned)),
        };
        let digits = match settled.decimal {
            None => Digits::Plain,
            Some(Decimal::Point) => Digits::Grouped,
            Some(Decimal::Comma) => Digits::CommaDecimal,
        };
        let month_first = settled.date_order != Some(DateOrder::DayFirst);
        Self { name, label, kind, reason, field: field.clone(), digits, month_first }
    }

    /// Converts the values. What does not fit becomes null.
    pub(super) fn convert(&self, array: &ArrayRef) -> Converted {
        let is_own = own_type(array.data_type()) == self.kind;
        let converted: ArrayRef = match self.kind {
            ColumnType::Text => self.texts(array),
            ColumnType::Number if is_own => numbers(array),
            kind if is_own => match arrow_cast::cast(array, &data_type(kind)) {
                Ok(cast) => cast,
                Err(_) => self.parsed(array),
            },
            _ => self.parsed(array),
        };
        // The file's own word for "no number" is no value, and not a bad one.
        let given = array.logical_nulls();
        let is_given = |row: usize| given.as_ref().is_none_or(|given| given.is_valid(row));
        let is_lost = |row: &usize| converted.is_null(*row) && is_given(*row) && !is_nan(array, *row);
        let misfits = match converted.null_count() == given.as_ref().map_or(0, |given| given.null_count()) {
            true => Vec::new(),
            false => (0..array.len()).filter(is_lost).collect(),
        };
        Converted { array: converted, misfits }
    }

    /// What is kept of a value that did not fit.
    pub(super) fn reject(&self, array: &ArrayRef, row: usize, rows_before: u64) -> RejectedCell {
        let value = self.texts(&array.slice(row, 1));
        RejectedCell {
            row: rows_before + row as u64 + 1,
            line: None,
            column: Some(self.name.clone()),
            value: shown(value.as_string::<i32>().value(0)),
            reason: misfit(self.kind).to_owned(),
        }
    }

    /// The values as texts: numbers and moments as the API prints them, bytes that are no text in hexadecimal, lists and
    /// structures as JSON.
    fn texts(&self, array: &ArrayRef) -> ArrayRef {
        let bytes = |each: &dyn Fn(usize) -> Vec<u8>| -> ArrayRef {
            let mut texts = StringBuilder::new();
            for row in 0..array.len() {
                match array.is_valid(row) {
                    true => texts.append_value(text_of(each(row))),
                    false => texts.append_null(),
                }
            }
            Arc::new(texts.finish())
        };
        match array.data_type() {
            DataType::Utf8 => array.clone(),
            DataType::Binary => bytes(&|row| array.as_binary::<i32>().value(row).to_vec()),
            DataType::LargeBinary => bytes(&|row| array.as_binary::<i64>().value(row).to_vec()),
            DataType::BinaryView => bytes(&|row| array.as_binary_view().value(row).to_vec()),
            DataType::FixedSizeBinary(_) => bytes(&|row| array.as_fixed_size_binary().value(row).to_vec()),
            nested if nested.is_nested() => self.json(array),
            // Exact, or as short as it may be, where the printed number of 64 bits is not.
            decimal if decimal.is_decimal() => cast_text(array),
            DataType::Float16 | DataType::Float32 => cast_text(array),
            other if column_type(other) == ColumnType::Text => cast_text(array),
            _ => {
                let array = plain(array);
                let cells = Cells::new(&array);
                let mut texts = StringBuilder::new();
                let mut cell = Vec::new();
                for row in 0..array.len() {
                    cell.clear();
                    match cells.append(row, &mut cell) {
                        true => texts.append_value(String::from_utf8_lossy(&cell)),
                        // Infinities have no text in the API, and here they stand as they are.
                        false if array.is_valid(row) && !is_nan(&array, row) => {
                            texts.append_value(cast_text(&array.slice(row, 1)).as_string::<i32>().value(0));
                        }
                        false => texts.append_null(),
                    }
                }
                Arc::new(texts.finish())
            }
        }
    }

    fn json(&self, array: &ArrayRef) -> ArrayRef {
        let options = EncoderOptions::default();
        let Ok(mut encoder) = make_encoder(&self.field, array.as_ref(), &options) else {
            return cast_text(array);
        };
        let mut texts = StringBuilder::new();
        let mut cell = Vec::new();
        for row in 0..array.len() {
            if array.is_null(row) {
                texts.append_null();
                continue;
            }
            cell.clear();
            encoder.encode(row, &mut cell);
            texts.append_value(String::from_utf8_lossy(&cell));
        }
        Arc::new(texts.finish())
    }

    /// The values by their texts, for a type that is not the file's.
    fn parsed(&self, array: &ArrayRef) -> ArrayRef {
        let texts = self.texts(array);
        let texts = texts.as_string::<i32>();
        let cells = || texts.iter().map(|text| text.map(|text| trim(text.as_bytes())));
        // Numbers that the file has as numbers were printed plainly just now.
        let is_text = column_type(array.data_type()) == ColumnType::Text;
        let digits = if is_text { self.digits } else { Digits::Plain };
        let month_first = self.month_first;
        match self.kind {
            ColumnType::Text => Arc::new(texts.clone()),
            ColumnType::Integer => {
                let values = cells().map(|cell| parse_integer(cell?, digits));
                Arc::new(values.collect::<arrow_array::Int64Array>())
            }
            ColumnType::Number => {
                Arc::new(cells().map(|cell| parse_number(cell?, digits)).collect::<Float64Array>())
            }
            ColumnType::Boolean => {
                Arc::new(cells().map(|cell| parse_boolean(cell?)).collect::<arrow_array::BooleanArray>())
            }
            ColumnType::Date => {
                let values = cells().map(|cell| parse_date(cell?, month_first));
                Arc::new(values.collect::<arrow_array::Date32Array>())
            }
            ColumnType::Datetime => {
                let values = cells().map(|cell| parse_datetime(cell?, month_first));
                Arc::new(values.collect::<arrow_array::TimestampMicrosecondArray>())
            }
            ColumnType::Timestamp => {
                let values = cells().map(|cell| parse_timestamp(cell?));
                let values = values.collect::<arrow_array::TimestampMicrosecondArray>();
                Arc::new(values.with_timezone("UTC"))
            }
        }
    }
}

/// The column type of values of an Arrow type.
fn own_type(data_type: &DataType) -> ColumnType {
    match data_type {
        DataType::Decimal32(_, scale)
        | DataType::Decimal64(_, scale)
        | DataType::Decimal128(_, scale)
        | DataType::Decimal256(_, scale)
            if *scale <= 0 =>
        {
            ColumnType::Integer
        }
        DataType::Dictionary(_, value) => own_type(value),
        DataType::RunEndEncoded(_, value) => own_type(value.data_type()),
        // A length of time is no number without its unit.
        DataType::Duration(_) | DataType::Interval(_) => ColumnType::Text,
        other => column_type(other),
    }
}

/// What a reader might ask about a column that became text.
fn why(data_type: &DataType) -> Option<&'static str> {
    match data_type {
        DataType::Struct(_) | DataType::Map(..) => Some("structures, as JSON"),
        nested if nested.is_nested() => Some("lists, as JSON"),
        DataType::Time32(_) | DataType::Time64(_) => Some("times of day"),
        DataType::Duration(_) | DataType::Interval(_) => Some("lengths of time"),
        _ => None,
    }
}

/// Numbers that are finite; a decimal must have no more digits than a number holds.
fn numbers(array: &ArrayRef) -> ArrayRef {
    // The decimal that stands for a number of 32 bits, and not all digits of its binary fraction.
    if let Some(short) = array.as_primitive_opt::<Float32Type>() {
        let mut buffer = zmij::Buffer::new();
        let mut long =
            |value: f32| value.is_finite().then(|| buffer.format_finite(value).parse().ok()).flatten();
        return Arc::new(short.iter().map(|value| value.and_then(&mut long)).collect::<Float64Array>());
    }
    let Ok(cast) = arrow_cast::cast(array, &DataType::Float64) else {
        return Arc::new(Float64Array::new_null(array.len()));
    };
    let values = cast.as_primitive::<Float64Type>();
    let is_decimal = matches!(array.data_type(), kind if kind.is_decimal());
    let back = is_decimal.then(|| arrow_cast::cast(&cast, array.data_type()).ok()).flatten();
    let is_exact = |row: usize| {
        let Some(back) = &back else { return true };
        back.is_valid(row) && back.slice(row, 1).to_data() == array.slice(row, 1).to_data()
    };
    let is_fine = values.values().iter().all(|value| value.is_finite());
    let is_fine = is_fine && back.as_ref().is_none_or(|back| back.to_data() == array.to_data());
    if is_fine {
        return cast;
    }
    let kept = values
        .iter()
        .enumerate()
        .map(|(row, value)| value.filter(|value| value.is_finite() && is_exact(row)));
    Arc::new(kept.collect::<Float64Array>())
}

fn is_nan(array: &ArrayRef, row: usize) -> bool {
    let value = array.slice(row, 1);
    let is_float = value.data_type().is_floating();
    is_float
        && arrow_cast::cast(&value, &DataType::Float64)
            .is_ok_and(|cast| cast.as_primitive::<Float64Type>().value(0).is_nan())
}

fn cast_text(array: &ArrayRef) -> ArrayRef {
    match arrow_cast::cast(array, &DataType::Utf8) {
        Ok(cast) => cast,
        Err(_) => {
            let plain = plain(array);
            match plain.data_type() {
                DataType::Utf8 => plain,
                _ => Arc::new(StringArray::new_null(array.len())),
            }
        }
    }
}

/// Bytes as text, or as PostgreSQL writes them when they are none.
fn text_of(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| {
        use std::fmt::Write;
        let bytes = error.into_bytes();
        let mut text = String::with_capacity(2 + 2 * bytes.len());
        text.push_str("\\x");
        for byte in bytes {
            let _ = write!(text, "{byte:02x}");
        }
        text
    })
}
