//! Values that mean that there is none, such as `NA`, `Exempt` or `8888`: a dictionary declares them, aggregates leave them
//! out.

use datafusion::logical_expr::{Case, Expr, lit};
use datafusion::scalar::ScalarValue;
use townhall_model::table::{Column, ColumnType};

use crate::compile::column;
use crate::literal::Literal;
use crate::query::{AggregateFunction, TableSource};

/// A column's values, and none where a sentinel stands.
pub(crate) fn without(table: &TableSource, name: &str) -> Expr {
    let value = column(name);
    let (Some(known), Some(sentinels)) = (table.column(name), table.sentinels.get(name)) else {
        return value;
    };
    let read = |text: &String| Literal::read(text, known.kind).ok();
    let meant: Vec<Expr> = sentinels.iter().filter_map(read).map(|literal| literal.expr()).collect();
    if meant.is_empty() {
        return value;
    }
    let is_sentinel = value.clone().in_list(meant, false);
    let none = lit(ScalarValue::Null);
    Expr::Case(Case::new(None, vec![(Box::new(is_sentinel), Box::new(none))], Some(Box::new(value))))
}

/// Whether an aggregate takes a column of texts for numbers: sums and the like always, the smallest and the largest when
/// all that is known of the column are numbers beside the sentinels.
pub(crate) fn is_number(table: &TableSource, name: &str, function: AggregateFunction) -> bool {
    let (Some(known), Some(sentinels)) = (table.column(name), table.sentinels.get(name)) else {
        return false;
    };
    if known.kind != ColumnType::Text {
        return false;
    }
    match function {
        AggregateFunction::Sum
        | AggregateFunction::Avg
        | AggregateFunction::Median
        | AggregateFunction::Stddev => true,
        AggregateFunction::Min | AggregateFunction::Max => holds_numbers(known, sentinels),
        AggregateFunction::Count | AggregateFunction::CountDistinct => false,
    }
}

fn holds_numbers(column: &Column, sentinels: &[String]) -> bool {
    let seen = column.top.iter().map(|(value, _)| value).chain(&column.min).chain(&column.max);
    let mut seen = seen.filter(|value| !sentinels.contains(value)).peekable();
    seen.peek().is_some() && seen.all(|value| value.trim().parse::<f64>().is_ok_and(f64::is_finite))
}
