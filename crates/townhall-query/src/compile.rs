//! From the logical query to the engine's expressions.

use datafusion::common::Column;
use datafusion::functions::expr_fn::{contains, ends_with, lower, starts_with};
use datafusion::functions_aggregate::expr_fn::{avg, count, count_distinct, max, min, sum};
use datafusion::logical_expr::{Expr, SortExpr, lit};
use townhall_model::table::ColumnType;

use crate::filter::{Comparison, Filter, TextMatch};
use crate::query::{Aggregate, AggregateFunction, ROW, Sort, TableSource};

/// A column by its exact name: the engine's usual reading would fold case and split at dots.
pub(crate) fn column(name: &str) -> Expr {
    Expr::Column(Column::from_name(name))
}

/// The condition, or none when every row matches.
pub(crate) fn filter(filter: &Filter) -> Option<Expr> {
    if filter.is_everything() {
        return None;
    }
    Some(condition(filter))
}

fn condition(filter: &Filter) -> Expr {
    match filter {
        Filter::All(parts) => parts.iter().map(condition).reduce(Expr::and).unwrap_or_else(|| lit(true)),
        Filter::Any(parts) => parts.iter().map(condition).reduce(Expr::or).unwrap_or_else(|| lit(false)),
        // A row for which the condition is unknown does not meet it, so it meets its opposite.
        Filter::Not(inner) => Expr::Not(Box::new(condition(inner).is_true())),
        Filter::Compare { column: name, how, value } => {
            let (left, right) = (column(name), value.expr());
            match how {
                Comparison::Eq => left.eq(right),
                Comparison::Ne => left.clone().not_eq(right).or(left.is_null()),
                Comparison::Lt => left.lt(right),
                Comparison::Lte => left.lt_eq(right),
                Comparison::Gt => left.gt(right),
                Comparison::Gte => left.gt_eq(right),
            }
        }
        Filter::In { column: name, values } => {
            column(name).in_list(values.iter().map(|value| value.expr()).collect(), false)
        }
        Filter::Text { column: name, how, text, ignore_case } => {
            let (left, right) = match ignore_case {
                true => (lower(column(name)), text.to_lowercase()),
                false => (column(name), text.clone()),
            };
            let right = lit(right);
            match how {
                TextMatch::Contains => contains(left, right),
                TextMatch::StartsWith => starts_with(left, right),
                TextMatch::EndsWith => ends_with(left, right),
                TextMatch::Equals => left.eq(right),
            }
        }
        Filter::Null { column: name } => column(name).is_null(),
    }
}

/// Every word stands in some text column.
pub(crate) fn search(words: &[String], table: &TableSource) -> Option<Expr> {
    let texts: Vec<&str> = table
        .columns
        .iter()
        .filter(|column| column.kind == ColumnType::Text)
        .map(|column| column.name.as_str())
        .collect();
    words
        .iter()
        .map(|word| {
            texts
                .iter()
                .map(|name| contains(lower(column(name)), lit(word.to_lowercase())).is_true())
                .reduce(Expr::or)
                .unwrap_or_else(|| lit(false))
        })
        .reduce(Expr::and)
}

/// The order, with the row number last so that it is total.
pub(crate) fn order(sorts: &[Sort]) -> Vec<SortExpr> {
    sorts
        .iter()
        .map(|sort| column(&sort.column).sort(!sort.descending, false))
        .chain([column(ROW).sort(true, false)])
        .collect()
}

/// The very opposite of that order.
pub(crate) fn backwards(sorts: &[Sort]) -> Vec<SortExpr> {
    order(sorts).into_iter().map(|sort| sort.expr.sort(!sort.asc, !sort.nulls_first)).collect()
}

/// What is computed of each group.
pub(crate) fn aggregate(aggregate: &Aggregate) -> Expr {
    let of = aggregate.column.as_deref().map(column);
    let computed = match (aggregate.function, of) {
        (AggregateFunction::Count, Some(of)) => count(of),
        (AggregateFunction::CountDistinct, Some(of)) => count_distinct(of),
        (AggregateFunction::Sum, Some(of)) => sum(of),
        (AggregateFunction::Avg, Some(of)) => avg(of),
        (AggregateFunction::Min, Some(of)) => min(of),
        (AggregateFunction::Max, Some(of)) => max(of),
        (_, None) => count(lit(1_i64)),
    };
    computed.alias(&aggregate.alias)
}
