//! What is computed of rows: columns, values, and functions of them, as a tree.

use serde::{Deserialize, Serialize};

use crate::filter::Filter;
use crate::literal::Literal;
use crate::query::AggregateFunction;

/// A value of a row, or of a group of rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Value {
    /// A column of the table by its exact name, or what a question calls one of its results.
    Column(String),
    /// The same for every row.
    Literal(Literal),
    /// No value.
    Null,
    /// A function of other values.
    Call(Function, Vec<Value>),
    /// A number of a group: of one of its values, or of its rows.
    Aggregate(AggregateFunction, Option<Box<Value>>),
    /// The value of the first condition that holds, or else the last, or none.
    Case(Vec<(Filter, Value)>, Option<Box<Value>>),
}

impl Value {
    /// The column of this name.
    pub fn column(name: &str) -> Self {
        Self::Column(name.to_owned())
    }

    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Literal(Literal::Text(text.into()))
    }

    /// Whether it is computed of a group, in whole or in part.
    pub fn has_aggregate(&self) -> bool {
        match self {
            Self::Aggregate(..) => true,
            Self::Call(_, arguments) => arguments.iter().any(Self::has_aggregate),
            Self::Case(branches, otherwise) => {
                branches.iter().any(|(_, value)| value.has_aggregate())
                    || otherwise.as_ref().is_some_and(|value| value.has_aggregate())
            }
            Self::Column(_) | Self::Literal(_) | Self::Null => false,
        }
    }
}

/// A part of a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TimePart {
    /// The year.
    Year,
    /// The quarter, from 1.
    Quarter,
    /// The month, from 1.
    Month,
    /// The week of the year (ISO 8601).
    Week,
    /// The day of the month.
    Day,
    /// The day of the week, from 0 for Sunday.
    DayOfWeek,
    /// The hour.
    Hour,
    /// The minute.
    Minute,
    /// The second.
    Second,
}

impl TimePart {
    /// The word of SQL.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Quarter => "quarter",
            Self::Month => "month",
            Self::Week => "week",
            Self::Day => "day",
            Self::DayOfWeek => "dow",
            Self::Hour => "hour",
            Self::Minute => "minute",
            Self::Second => "second",
        }
    }
}

/// A function of values of one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Function {
    /// `a + b`.
    Add,
    /// `a - b`.
    Subtract,
    /// `a * b`.
    Multiply,
    /// `a / b`; whole numbers are divided as numbers, and by nought gives no value.
    Divide,
    /// What is left of `a / b`.
    Modulo,
    /// `-a`.
    Negate,
    /// Without its sign.
    Abs,
    /// To the nearest whole number, or to so many decimals.
    Round,
    /// Down to a whole number.
    Floor,
    /// Up to a whole number.
    Ceil,
    /// The square root.
    Sqrt,
    /// `a` to the power of `b`.
    Power,
    /// The natural logarithm.
    Ln,
    /// In small letters.
    Lower,
    /// In capital letters.
    Upper,
    /// Without spaces at its ends.
    Trim,
    /// How many characters.
    Length,
    /// From a character, counted from 1, at most so many.
    Substring,
    /// All texts joined; what has no value is left out.
    Concat,
    /// Every `b` in `a` replaced by `c`.
    Replace,
    /// A part of a time.
    Part(TimePart),
    /// The begin of the year, month and so on.
    Truncate(TimePart),
    /// A time as text, in the pattern of `strftime`.
    FormatTime,
    /// The first that has a value.
    Coalesce,
    /// No value where both are the same, else the first.
    NullIf,
    /// As text.
    ToText,
    /// As a number; no value where it is none.
    ToNumber,
    /// As a whole number; no value where it is none.
    ToInteger,
    /// As a day; no value where it is none.
    ToDate,
    /// As an instant; no value where it is none.
    ToTimestamp,
}

impl Function {
    /// How few and how many values it takes.
    pub const fn arity(self) -> (usize, usize) {
        match self {
            Self::Add | Self::Subtract | Self::Multiply | Self::Divide | Self::Modulo => (2, 2),
            Self::Power | Self::FormatTime | Self::NullIf => (2, 2),
            Self::Round => (1, 2),
            Self::Substring => (2, 3),
            Self::Replace => (3, 3),
            Self::Concat | Self::Coalesce => (1, 64),
            _ => (1, 1),
        }
    }
}
