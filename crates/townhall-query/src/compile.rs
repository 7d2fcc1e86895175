//! From the logical query to the engine's expressions.

use arrow_schema::{DataType, TimeUnit};
use datafusion::common::{Column, ScalarValue};
use datafusion::functions::expr_fn::{contains, ends_with, lower, regexp_like, starts_with};
use datafusion::functions::{core, datetime, math, string, unicode};
use datafusion::functions_aggregate::expr_fn::{avg, count, count_distinct, max, median, min, stddev, sum};
use datafusion::logical_expr::expr::Like;
use datafusion::logical_expr::{Case, Expr, SortExpr, cast, lit, try_cast};
use townhall_model::table::ColumnType;

mod placed;

use crate::filter::{Comparison, Filter, TextMatch};
use crate::query::{AggregateFunction, ROW, TableSource};
use crate::sentinels;
use crate::value::{Function, Value};
use crate::words::{self, Found};

/// A column by its exact name: the engine's usual reading would fold case and split at dots.
pub(crate) fn column(name: &str) -> Expr {
    Expr::Column(Column::from_name(name))
}

/// The condition, or none when every row matches.
pub(crate) fn filter(filter: &Filter, table: &TableSource) -> Option<Expr> {
    if filter.is_everything() {
        return None;
    }
    Some(Compiler { table, is_aggregated: false, found: &Found::default() }.condition(filter))
}

/// The condition when something was found of its searches already.
pub(crate) fn filter_found(filter: &Filter, table: &TableSource, found: &Found) -> Option<Expr> {
    if filter.is_everything() {
        return None;
    }
    Some(Compiler { table, is_aggregated: false, found }.condition(filter))
}

/// A computed value.
pub(crate) fn value(value: &Value, table: &TableSource) -> Expr {
    Compiler { table, is_aggregated: false, found: &Found::default() }.value(value)
}

struct Compiler<'a> {
    table: &'a TableSource,
    /// Whether the value goes into an aggregate, which leaves sentinels out.
    is_aggregated: bool,
    found: &'a Found,
}

impl Compiler<'_> {
    fn condition(&self, filter: &Filter) -> Expr {
        let condition = |filter: &Filter| self.condition(filter);
        match filter {
            Filter::All(parts) => balanced(parts, &condition, Expr::and, true),
            Filter::Any(parts) => balanced(parts, &condition, Expr::or, false),
            // A row for which the condition is unknown does not meet it, so it meets its opposite.
            Filter::Not(inner) => Expr::Not(Box::new(condition(inner).is_true())),
            Filter::Compare { column: name, how: Comparison::Ne, value } => {
                let left = column(name);
                left.clone().not_eq(value.expr()).or(left.is_null())
            }
            Filter::Compare { column: name, how, value } => compared(column(name), *how, value.expr()),
            Filter::In { column: name, values } => {
                column(name).in_list(values.iter().map(|value| value.expr()).collect(), false)
            }
            Filter::Text { column: name, how, text, ignore_case } => {
                matched(column(name), *how, text, *ignore_case)
            }
            Filter::Null { column: name } => column(name).is_null(),
            Filter::Search { columns, words } => self.search(columns, words),
            Filter::Test { left, how, right } => compared(self.value(left), *how, self.value(right)),
            Filter::Matches { value, how, text, ignore_case } => {
                matched(self.value(value), *how, text, *ignore_case)
            }
            Filter::Missing(value) => self.value(value).is_null(),
            Filter::Place { degrees, relation, shape } => placed::condition(
                cast(column(&degrees.longitude), DataType::Float64),
                cast(column(&degrees.latitude), DataType::Float64),
                *relation,
                shape,
            ),
        }
    }

    /// Every word begins a word of some column.
    fn search(&self, columns: &[String], words: &[String]) -> Expr {
        if let Some(hits) = self.found.of(columns, words) {
            let (first, last) = (hits.rows.first(), hits.rows.last());
            let (Some(first), Some(last)) = (first, last) else { return lit(false) };
            // The bounds spare the engine what lies beyond them.
            return words::score_of(hits)
                .is_not_null()
                .and(column(ROW).between(lit(i64::from(*first)), lit(i64::from(*last))));
        }
        let texts = match columns.is_empty() {
            false => columns.iter().map(|name| column(name)).collect(),
            true => self
                .table
                .columns
                .iter()
                .filter(|column| column.kind == ColumnType::Text)
                .map(|known| column(&known.name))
                .collect(),
        };
        words::has_words(texts, words)
    }

    fn value(&self, value: &Value) -> Expr {
        match value {
            Value::Column(name) if self.is_aggregated => sentinels::without(self.table, name),
            Value::Column(name) => column(name),
            Value::Literal(literal) => literal.expr(),
            Value::Null => lit(ScalarValue::Null),
            Value::Call(function, arguments) => {
                self.call(*function, arguments.iter().map(|argument| self.value(argument)).collect())
            }
            Value::Aggregate(function, of) => {
                let inner = Self { table: self.table, is_aggregated: true, found: self.found };
                aggregated(*function, of.as_ref().map(|of| inner.aggregand(*function, of)))
            }
            Value::Case(branches, otherwise) => Expr::Case(Case::new(
                None,
                branches
                    .iter()
                    // Conditions see the values as they are.
                    .map(|(when, then)| {
                        let condition = Self { table: self.table, is_aggregated: false, found: self.found }
                            .condition(when);
                        (Box::new(condition), Box::new(self.value(then)))
                    })
                    .collect(),
                otherwise.as_ref().map(|otherwise| Box::new(self.value(otherwise))),
            )),
        }
    }

    /// What is aggregated: a text of numbers and sentinels counts as a number where only numbers make sense.
    fn aggregand(&self, function: AggregateFunction, of: &Value) -> Expr {
        let value = self.value(of);
        match of {
            Value::Column(name) if sentinels::is_number(self.table, name, function) => {
                try_cast(value, DataType::Float64)
            }
            _ => value,
        }
    }

    fn call(&self, function: Function, arguments: Vec<Expr>) -> Expr {
        let mut next = arguments.clone().into_iter();
        let mut take = || next.next().unwrap_or_else(|| lit(ScalarValue::Null));
        match function {
            Function::Add => take() + take(),
            Function::Subtract => take() - take(),
            Function::Multiply => take() * take(),
            Function::Divide => {
                cast(take(), DataType::Float64) / core::nullif().call(vec![take(), lit(0_i64)])
            }
            Function::Modulo => take() % core::nullif().call(vec![take(), lit(0_i64)]),
            Function::Negate => Expr::Negative(Box::new(take())),
            Function::Abs => math::abs().call(arguments),
            Function::Round => math::round().call(arguments),
            Function::Floor => math::floor().call(arguments),
            Function::Ceil => math::ceil().call(arguments),
            Function::Sqrt => math::sqrt().call(arguments),
            Function::Power => math::power().call(arguments),
            Function::Ln => math::ln().call(arguments),
            Function::Lower => string::lower().call(arguments),
            Function::Upper => string::upper().call(arguments),
            Function::Trim => string::btrim().call(arguments),
            Function::Length => cast(unicode::character_length().call(arguments), DataType::Int64),
            Function::Substring => unicode::substr().call(arguments),
            Function::Concat => string::concat().call(arguments),
            Function::Replace => string::replace().call(arguments),
            Function::Part(part) => {
                cast(datetime::date_part().call(vec![lit(part.name()), take()]), DataType::Int64)
            }
            Function::Truncate(part) => datetime::date_trunc().call(vec![lit(part.name()), take()]),
            Function::FormatTime => datetime::to_char().call(arguments),
            Function::Coalesce => core::coalesce().call(arguments),
            Function::NullIf => core::nullif().call(arguments),
            Function::ToText => cast(take(), DataType::Utf8),
            Function::ToNumber => try_cast(take(), DataType::Float64),
            Function::ToInteger => try_cast(take(), DataType::Int64),
            Function::ToDate => try_cast(take(), DataType::Date32),
            Function::ToTimestamp => {
                try_cast(take(), DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())))
            }
        }
    }
}

/// The parts joined as a tree of little depth: a chain of hundreds would be walked by recursion.
fn balanced<T>(parts: &[T], each: &dyn Fn(&T) -> Expr, join: fn(Expr, Expr) -> Expr, none: bool) -> Expr {
    match parts {
        [] => lit(none),
        [one] => each(one),
        _ => {
            let (left, right) = parts.split_at(parts.len() / 2);
            join(balanced(left, each, join, none), balanced(right, each, join, none))
        }
    }
}

fn compared(left: Expr, how: Comparison, right: Expr) -> Expr {
    match how {
        Comparison::Eq => left.eq(right),
        Comparison::Ne => left.not_eq(right),
        Comparison::Lt => left.lt(right),
        Comparison::Lte => left.lt_eq(right),
        Comparison::Gt => left.gt(right),
        Comparison::Gte => left.gt_eq(right),
    }
}

fn matched(left: Expr, how: TextMatch, text: &str, ignore_case: bool) -> Expr {
    match how {
        TextMatch::Like => {
            Expr::Like(Like::new(false, Box::new(left), Box::new(lit(text)), Some('\\'), ignore_case))
        }
        TextMatch::Regex => regexp_like(left, lit(text), ignore_case.then(|| lit("i"))),
        how => {
            let (left, right) = match ignore_case {
                true => (lower(left), lit(text.to_lowercase())),
                false => (left, lit(text)),
            };
            match how {
                TextMatch::Contains => contains(left, right),
                TextMatch::StartsWith => starts_with(left, right),
                TextMatch::EndsWith => ends_with(left, right),
                _ => left.eq(right),
            }
        }
    }
}

/// What is computed of each group.
fn aggregated(function: AggregateFunction, of: Option<Expr>) -> Expr {
    match (function, of) {
        (AggregateFunction::Count, Some(of)) => count(of),
        (AggregateFunction::CountDistinct, Some(of)) => count_distinct(of),
        (AggregateFunction::Sum, Some(of)) => sum(of),
        (AggregateFunction::Avg, Some(of)) => avg(of),
        (AggregateFunction::Min, Some(of)) => min(of),
        (AggregateFunction::Max, Some(of)) => max(of),
        (AggregateFunction::Median, Some(of)) => median(of),
        (AggregateFunction::Stddev, Some(of)) => stddev(of),
        (_, None) => count(lit(1_i64)),
    }
}

/// The order as the engine wants it: what has no value comes last.
pub(crate) fn ordered(by: impl IntoIterator<Item = (Expr, bool)>) -> Vec<SortExpr> {
    by.into_iter().map(|(by, descending)| by.sort(!descending, false)).collect()
}

/// The very opposite of that order.
pub(crate) fn reversed(order: Vec<SortExpr>) -> Vec<SortExpr> {
    order.into_iter().map(|sort| sort.expr.sort(!sort.asc, !sort.nulls_first)).collect()
}
