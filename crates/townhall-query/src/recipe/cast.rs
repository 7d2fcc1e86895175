//! Columns of one type as another: what does not fit becomes no value.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{ArrayRef, Date32Array, TimestampMicrosecondArray};
use arrow_schema::{DataType, TimeUnit};
use datafusion::functions::string::expr_fn::{btrim, lower, replace};
use datafusion::logical_expr::expr::InList;
use datafusion::logical_expr::{ColumnarValue, Expr, Volatility, cast, create_udf, lit, try_cast, when};
use datafusion::scalar::ScalarValue;
use townhall_model::table::ColumnType;

use super::{Written, problem};
use crate::error::QueryError;

/// Words that mean yes and no.
const YES: [&str; 5] = ["true", "t", "yes", "y", "1"];
const NO: [&str; 5] = ["false", "f", "no", "n", "0"];

/// The value of a column of one type as another.
pub(super) fn converted(value: Expr, from: ColumnType, to: &Written) -> Result<Expr, QueryError> {
    let none = || lit(ScalarValue::Null);
    if !to.missing.is_empty() {
        let texts: Vec<Expr> = to.missing.iter().map(lit).collect();
        let missing = Expr::InList(InList::new(Box::new(cast(value.clone(), DataType::Utf8)), texts, false));
        let kept = when(missing.is_true(), none()).otherwise(value)?;
        return converted(cast(kept, as_stored(from)), from, &Written { missing: Vec::new(), ..to.clone() });
    }
    if from == to.kind {
        return Ok(value);
    }
    if to.kind == ColumnType::Text {
        return Ok(cast(value, DataType::Utf8));
    }
    if from != ColumnType::Text {
        return of_values(value, from, to);
    }
    let text = btrim(vec![value]);
    Ok(match to.kind {
        ColumnType::Integer | ColumnType::Number => {
            let decimal = to.decimal.unwrap_or('.');
            let thousands = if decimal == ',' { ". \u{a0}\u{202f}'" } else { ", \u{a0}\u{202f}'" };
            let without = to.without.iter().flat_map(|given| given.chars());
            // Without a word about how numbers are written, only plain ones are taken.
            let implied = to.decimal.iter().flat_map(|_| thousands.chars());
            let bare = without
                .chain(implied)
                .fold(text, |text, character| replace(text, lit(character.to_string()), lit("")));
            let bare = if decimal == '.' { bare } else { replace(bare, lit(decimal.to_string()), lit(".")) };
            try_cast(bare, as_stored(to.kind))
        }
        ColumnType::Boolean => {
            let word = lower(text);
            let among = |words: [&str; 5]| {
                Expr::InList(InList::new(Box::new(word.clone()), words.map(lit).to_vec(), false))
            };
            when(among(YES), lit(true)).when(among(NO), lit(false)).end()?
        }
        ColumnType::Date | ColumnType::Timestamp | ColumnType::Datetime => match &to.format {
            None => try_cast(text, as_stored(to.kind)),
            Some(format) => parsed(text, to.kind, format),
        },
        ColumnType::Text => text,
    })
}

/// Values that are no texts as another type, where that makes sense.
fn of_values(value: Expr, from: ColumnType, to: &Written) -> Result<Expr, QueryError> {
    let stored = as_stored(to.kind);
    match (from, to.kind) {
        // Only whole numbers are whole numbers: half of one is not cut off unseen.
        (ColumnType::Number, ColumnType::Integer) => {
            let whole = try_cast(value.clone(), stored);
            let same = cast(whole.clone(), DataType::Float64).eq(value);
            Ok(when(same, whole).end()?)
        }
        (
            ColumnType::Integer | ColumnType::Number | ColumnType::Boolean,
            ColumnType::Integer | ColumnType::Number,
        ) => Ok(try_cast(value, stored)),
        (ColumnType::Integer | ColumnType::Number, ColumnType::Boolean) => {
            let number = cast(value, DataType::Float64);
            Ok(when(number.clone().eq(lit(1.0)), lit(true)).when(number.eq(lit(0.0)), lit(false)).end()?)
        }
        // Days that are written as numbers: 20200131.
        (ColumnType::Integer, kind) if kind.is_temporal() => match &to.format {
            Some(format) => Ok(parsed(cast(value, DataType::Utf8), kind, format)),
            None => Err(problem("numbers are no moments by themselves")
                .with_hint("say how they are written, such as {type: date, format: \"%Y%m%d\"}")
                .into()),
        },
        (from, kind) if from.is_temporal() && kind.is_temporal() => Ok(try_cast(value, stored)),
        (from, kind) => {
            Err(problem(format!("a column of type {} can't become {}", from.name(), kind.name()))
                .with_hint("cast it to text, and take from that what you need")
                .into())
        }
    }
}

/// Why a value does not fit a type.
pub(super) fn reason(to: &Written) -> String {
    let wanted = match to.kind {
        ColumnType::Text => "not text",
        ColumnType::Integer => "not a whole number",
        ColumnType::Number => "not a number",
        ColumnType::Boolean => "neither true nor false",
        ColumnType::Date => "not a date",
        ColumnType::Timestamp => "not a time with a zone",
        ColumnType::Datetime => "not a date and time",
    };
    match &to.format {
        Some(format) => format!("{wanted} of the form {format}"),
        None => wanted.to_owned(),
    }
}

/// The type in which the columns of a kind are stored.
pub(crate) fn as_stored(kind: ColumnType) -> DataType {
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

/// What kind of column a type is.
pub(super) fn kind_of(stored: &DataType) -> ColumnType {
    match stored {
        DataType::Boolean => ColumnType::Boolean,
        DataType::Date32 | DataType::Date64 => ColumnType::Date,
        DataType::Timestamp(_, Some(_)) => ColumnType::Timestamp,
        DataType::Timestamp(_, None) => ColumnType::Datetime,
        kind if kind.is_integer() => ColumnType::Integer,
        kind if kind.is_numeric() => ColumnType::Number,
        _ => ColumnType::Text,
    }
}

/// Texts read by a pattern; the engine's own functions fail at the first that does not fit.
fn parsed(text: Expr, kind: ColumnType, format: &str) -> Expr {
    let pattern = format.to_owned();
    let stored = as_stored(kind);
    let made = stored.clone();
    let read = move |arguments: &[ColumnarValue]| {
        let arrays = ColumnarValue::values_to_arrays(arguments)?;
        let texts = arrow_cast::cast(&arrays[0], &DataType::Utf8)?;
        let texts = texts.as_string::<i32>().iter();
        let array: ArrayRef = match kind {
            ColumnType::Date => Arc::new(
                texts
                    .map(|text| {
                        let date = jiff::civil::Date::strptime(&pattern, text?).ok()?;
                        Some(crate::literal::days(date))
                    })
                    .collect::<Date32Array>(),
            ),
            ColumnType::Timestamp => Arc::new(
                texts
                    .map(|text| {
                        let text = text?;
                        jiff::Timestamp::strptime(&pattern, text)
                            .or_else(|_| {
                                let local = jiff::civil::DateTime::strptime(&pattern, text)?;
                                Ok::<_, jiff::Error>(local.to_zoned(jiff::tz::TimeZone::UTC)?.timestamp())
                            })
                            .ok()
                            .map(|time| time.as_microsecond())
                    })
                    .collect::<TimestampMicrosecondArray>()
                    .with_timezone("UTC"),
            ),
            _ => Arc::new(
                texts
                    .map(|text| {
                        let local = jiff::civil::DateTime::strptime(&pattern, text?).ok()?;
                        let zoned = local.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
                        Some(zoned.timestamp().as_microsecond())
                    })
                    .collect::<TimestampMicrosecondArray>(),
            ),
        };
        Ok(ColumnarValue::Array(arrow_cast::cast(&array, &made)?))
    };
    create_udf("read_time", vec![DataType::Utf8], stored, Volatility::Immutable, Arc::new(read))
        .call(vec![cast(text, DataType::Utf8)])
}
