//! Turns the cells of one column of one row group into an array, and says which did not fit.

use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, StringArray, TimestampMicrosecondArray,
};
use arrow_buffer::{BooleanBufferBuilder, NullBuffer, OffsetBuffer, ScalarBuffer};
use townhall_model::table::ColumnType;

use super::{records::Span, source::decode};
use crate::{
    cells::{
        is_null_word, parse_boolean, parse_date, parse_datetime, parse_integer, parse_number,
        parse_timestamp, trim,
    },
    evidence::Reading,
};

/// The text of a row group and the words that mean "no value".
pub(super) struct Cells<'a> {
    pub(super) text: &'a [u8],
    pub(super) quote: u8,
    /// The words that were asked for; `None` for the usual ones, which count in typed columns only.
    pub(super) null_tokens: Option<&'a [String]>,
    /// The words that mean it in this column besides, when it holds no text.
    pub(super) sentinels: &'a [String],
}

/// An array and what is to be told about it.
pub(super) struct Converted {
    pub(super) array: ArrayRef,
    /// The rows whose cell did not fit.
    pub(super) misfits: Vec<u32>,
    /// The first row whose text was not UTF-8, and how many there were.
    pub(super) repaired: Option<(u32, u64)>,
}

impl Cells<'_> {
    /// Converts the cells of a column. Cells that do not fit become null.
    pub(super) fn convert(&self, spans: &[Span], reading: Reading) -> Converted {
        let Reading { digits, month_first, .. } = reading;
        match reading.kind {
            ColumnType::Text => self.text(spans),
            ColumnType::Integer => self.values(
                spans,
                |cell| parse_integer(cell, digits),
                |values, nulls| Arc::new(Int64Array::new(values.into(), nulls)),
            ),
            ColumnType::Number => self.values(
                spans,
                |cell| parse_number(cell, digits),
                |values, nulls| Arc::new(Float64Array::new(values.into(), nulls)),
            ),
            ColumnType::Boolean => self.values(spans, parse_boolean, |values: Vec<bool>, nulls| {
                Arc::new(BooleanArray::new(values.into(), nulls))
            }),
            ColumnType::Date => self.values(
                spans,
                |cell| parse_date(cell, month_first),
                |values, nulls| Arc::new(Date32Array::new(values.into(), nulls)),
            ),
            ColumnType::Datetime => self.values(
                spans,
                |cell| parse_datetime(cell, month_first),
                |values, nulls| Arc::new(TimestampMicrosecondArray::new(values.into(), nulls)),
            ),
            ColumnType::Timestamp => self.values(spans, parse_timestamp, |values, nulls| {
                Arc::new(TimestampMicrosecondArray::new(values.into(), nulls).with_timezone("UTC"))
            }),
        }
    }

    fn values<T: Default + Copy>(
        &self,
        spans: &[Span],
        parse: impl Fn(&[u8]) -> Option<T>,
        build: impl FnOnce(Vec<T>, Option<NullBuffer>) -> ArrayRef,
    ) -> Converted {
        let mut scratch = Vec::new();
        let mut values = Vec::with_capacity(spans.len());
        let mut valid = BooleanBufferBuilder::new(spans.len());
        let mut misfits = Vec::new();
        for (row, span) in spans.iter().enumerate() {
            let cell = trim(span.bytes(self.text, self.quote, &mut scratch));
            let value = match cell {
                b"" => None,
                _ => {
                    let value = parse(cell);
                    let is_sentinel = || self.sentinels.iter().any(|word| word.as_bytes() == cell);
                    if value.is_none() && !self.is_null(cell) && !is_sentinel() {
                        misfits.push(row as u32);
                    }
                    value
                }
            };
            valid.append(value.is_some());
            values.push(value.unwrap_or_default());
        }
        let nulls = NullBuffer::new(valid.finish());
        let array = build(values, (nulls.null_count() > 0).then_some(nulls));
        Converted { array, misfits, repaired: None }
    }

    fn is_null(&self, trimmed: &[u8]) -> bool {
        match self.null_tokens {
            Some(tokens) => tokens.iter().any(|token| token.as_bytes() == trimmed),
            None => is_null_word(trimmed),
        }
    }

    fn text(&self, spans: &[Span]) -> Converted {
        let mut scratch = Vec::new();
        let bytes = spans.iter().map(|span| span.len()).sum();
        let mut values: Vec<u8> = Vec::with_capacity(bytes);
        let mut offsets: Vec<i32> = Vec::with_capacity(spans.len() + 1);
        let mut valid = BooleanBufferBuilder::new(spans.len());
        offsets.push(0);
        for span in spans {
            let cell = span.bytes(self.text, self.quote, &mut scratch);
            let is_null = cell.is_empty() || self.null_tokens.is_some_and(|_| self.is_null(trim(cell)));
            if !is_null {
                values.extend_from_slice(cell);
            }
            valid.append(!is_null);
            offsets.push(values.len() as i32);
        }
        let nulls = NullBuffer::new(valid.finish());
        let nulls = (nulls.null_count() > 0).then_some(nulls);
        // A row group has fewer bytes than fit 31 bits, so the offsets are in order; only the encoding can be wrong.
        let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
        match StringArray::try_new(offsets, values.into(), nulls) {
            Ok(array) => Converted { array: Arc::new(array), misfits: Vec::new(), repaired: None },
            Err(_) => self.repaired_text(spans),
        }
    }

    /// The same, cell by cell, for a column in which something is not UTF-8.
    fn repaired_text(&self, spans: &[Span]) -> Converted {
        let mut scratch = Vec::new();
        let mut repaired: Option<(u32, u64)> = None;
        let mut cell_text = |(row, span): (usize, &Span)| {
            let cell = span.bytes(self.text, self.quote, &mut scratch);
            let is_null = cell.is_empty() || self.null_tokens.is_some_and(|_| self.is_null(trim(cell)));
            if is_null {
                return None;
            }
            let (text, was_repaired) = decode(cell);
            if was_repaired {
                repaired.get_or_insert((row as u32, 0)).1 += 1;
            }
            Some(text.into_owned())
        };
        let array: StringArray = spans.iter().enumerate().map(&mut cell_text).collect();
        Converted { array: Arc::new(array), misfits: Vec::new(), repaired }
    }
}
