//! `$select`, `$group` and `$orderBy`: lists of names, orders and aggregates.

use townhall_model::table::ColumnType;

use super::Item;
use super::words::Words;
use crate::limits::OUTPUTS_MAX;
use crate::query::{AggregateFunction, TableSource};
use crate::value::{Function, Value};

const AGGREGATES: [(&str, AggregateFunction); 5] = [
    ("SUM", AggregateFunction::Sum),
    ("COUNT", AggregateFunction::Count),
    ("MAX", AggregateFunction::Max),
    ("MIN", AggregateFunction::Min),
    ("AVG", AggregateFunction::Avg),
];

/// Names with commas between them.
pub(super) fn names(text: &str) -> Option<Vec<String>> {
    listed(text, |words| words.name().map(str::to_owned))
}

/// Names with `ASC` or `DESC` behind them; whether the largest comes first.
pub(super) fn orders(text: &str) -> Option<Vec<(String, bool)>> {
    listed(text, |words| {
        let name = words.name()?.to_owned();
        let descending = !words.word("ASC") && words.word("DESC");
        Some((name, descending))
    })
}

/// Names and aggregates.
pub(super) fn select(text: &str) -> Option<Vec<Item>> {
    listed(text, |words| {
        let name = words.name()?;
        if !words.sign("(") {
            return Some(Item::Field(name.to_owned()));
        }
        let known = AGGREGATES.into_iter().find(|(word, _)| word.eq_ignore_ascii_case(name));
        let (word, function) = known?;
        let of = words.name().map(str::to_owned);
        if !words.sign(")") || (of.is_none() && function != AggregateFunction::Count) {
            return None;
        }
        let word = word.to_lowercase();
        let name = of.as_ref().map_or(word.clone(), |of| format!("{word}_{of}"));
        Some(Item::Aggregate { name, of, function })
    })
}

fn listed<'t, T>(text: &'t str, item: impl Fn(&mut Words<'t>) -> Option<T>) -> Option<Vec<T>> {
    let mut words = Words::of(text);
    let mut items = Vec::new();
    loop {
        items.push(item(&mut words)?);
        match (words.is_over(), words.sign(",")) {
            (true, _) => return Some(items),
            (false, true) if items.len() < OUTPUTS_MAX => {}
            _ => return None,
        }
    }
}

/// An aggregate as the engine computes it.
pub(super) fn aggregate(function: AggregateFunction, column: Option<&str>, table: &TableSource) -> Value {
    // Rows are counted, with a value or without.
    let column = column.filter(|_| function != AggregateFunction::Count);
    let of = column.map(|name| {
        let kind = table.column(name).map_or(ColumnType::Integer, |column| column.kind);
        let value = Value::column(name);
        match (function, kind) {
            (AggregateFunction::Min | AggregateFunction::Max, _) => value,
            (_, ColumnType::Integer | ColumnType::Number) => value,
            // Numbers in texts count, and what is none does not; nothing else is a number.
            (_, ColumnType::Text) => Value::Call(Function::ToNumber, vec![value]),
            _ => Value::Call(Function::ToNumber, vec![Value::text("")]),
        }
    });
    Value::Aggregate(function, of.map(Box::new))
}
