//! Values in questions: read by the column's type, printed as they were read.

use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, lit};
use serde::{Deserialize, Serialize};
use townhall_model::table::ColumnType;

/// A value of a column's type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Literal {
    /// Text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number.
    Number(f64),
    /// True or false.
    Boolean(bool),
    /// Days since 1970-01-01.
    Date(i32),
    /// Microseconds since 1970-01-01 UTC.
    Timestamp(i64),
    /// Microseconds since 1970-01-01, local.
    Datetime(i64),
}

impl Literal {
    /// Reads a value; the error says what the type wants.
    pub fn read(text: &str, kind: ColumnType) -> Result<Self, String> {
        let wrong = |wants: &str| format!("`{}` is not {wants}", text.chars().take(60).collect::<String>());
        let trimmed = text.trim();
        match kind {
            ColumnType::Text => Ok(Self::Text(text.to_owned())),
            ColumnType::Integer => match trimmed.parse::<i64>() {
                Ok(number) => Ok(Self::Integer(number)),
                // 2.5 is a sensible bound for a column of whole numbers.
                Err(_) => trimmed.parse().map(Self::Number).map_err(|_| wrong("a whole number")),
            },
            ColumnType::Number => match trimmed.parse::<f64>() {
                Ok(number) if number.is_finite() => Ok(Self::Number(number)),
                _ => Err(wrong("a number")),
            },
            ColumnType::Boolean => match trimmed.to_ascii_lowercase().as_str() {
                "true" | "t" | "yes" | "1" => Ok(Self::Boolean(true)),
                "false" | "f" | "no" | "0" => Ok(Self::Boolean(false)),
                _ => Err(wrong("true or false")),
            },
            ColumnType::Date => trimmed
                .get(..10)
                .unwrap_or(trimmed)
                .parse::<jiff::civil::Date>()
                .map(|date| Self::Date(days(date)))
                .map_err(|_| wrong("a date; write it like 2020-12-31")),
            ColumnType::Timestamp => trimmed
                .parse::<jiff::Timestamp>()
                .or_else(|_| instant(trimmed))
                .map(|time| Self::Timestamp(time.as_microsecond()))
                .map_err(|_| wrong("an instant; write it like 2020-12-31T12:00:00Z")),
            ColumnType::Datetime => trimmed
                .parse::<jiff::civil::DateTime>()
                .or_else(|_| trimmed.parse::<jiff::civil::Date>().map(|date| date.at(0, 0, 0, 0)))
                .map(|time| Self::Datetime(micros(time)))
                .map_err(|_| wrong("a date and time; write it like 2020-12-31T12:00:00")),
        }
    }

    pub(crate) fn expr(&self) -> Expr {
        match self {
            Self::Text(text) => lit(text.clone()),
            Self::Integer(number) => lit(*number),
            Self::Number(number) => lit(*number),
            Self::Boolean(truth) => lit(*truth),
            Self::Date(days) => lit(ScalarValue::Date32(Some(*days))),
            Self::Timestamp(micros) => {
                lit(ScalarValue::TimestampMicrosecond(Some(*micros), Some("UTC".into())))
            }
            Self::Datetime(micros) => lit(ScalarValue::TimestampMicrosecond(Some(*micros), None)),
        }
    }
}

/// A day alone means its first instant.
fn instant(text: &str) -> Result<jiff::Timestamp, jiff::Error> {
    text.parse::<jiff::civil::Date>()?.to_zoned(jiff::tz::TimeZone::UTC).map(|zoned| zoned.timestamp())
}

pub(crate) fn days(date: jiff::civil::Date) -> i32 {
    jiff::civil::date(1970, 1, 1).until(date).map_or(0, |span| span.get_days())
}

fn micros(time: jiff::civil::DateTime) -> i64 {
    time.to_zoned(jiff::tz::TimeZone::UTC).map_or(0, |zoned| zoned.timestamp().as_microsecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_by_the_columns_type() {
        assert_eq!(Literal::read(" 5 ", ColumnType::Integer), Ok(Literal::Integer(5)));
        assert_eq!(Literal::read("2.5", ColumnType::Integer), Ok(Literal::Number(2.5)));
        assert_eq!(Literal::read("1970-01-02", ColumnType::Date), Ok(Literal::Date(1)));
        assert_eq!(
            Literal::read("1970-01-01T00:00:01Z", ColumnType::Timestamp),
            Ok(Literal::Timestamp(1_000_000))
        );
        assert_eq!(
            Literal::read("1970-01-02", ColumnType::Timestamp),
            Ok(Literal::Timestamp(86_400_000_000))
        );
        assert!(Literal::read("soon", ColumnType::Date).unwrap_err().contains("2020-12-31"));
        assert!(Literal::read("NaN", ColumnType::Number).is_err());
    }
}
