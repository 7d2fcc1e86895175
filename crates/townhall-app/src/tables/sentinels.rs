//! Sentinels in what is computed: a code such as 8888 that means that there is no value is none in sums and means.

use townhall_model::dictionary::Dictionary;
use townhall_query::{AggregateFunction, Filter, Literal, RowsQuery, TableSource, Value};

/// Says the question so that sentinels of its columns are no values to sums, means, extremes and medians.
pub(super) fn understood(query: &mut RowsQuery, dictionary: &Dictionary, table: &TableSource) {
    if dictionary.columns.values().all(|meaning| meaning.sentinels.is_empty()) {
        return;
    }
    let outputs = query.select.iter_mut().map(|output| &mut output.value);
    let sorts = query.sort.iter_mut().map(|sort| &mut sort.value);
    for value in outputs.chain(sorts) {
        mend(value, dictionary, table);
    }
}

fn mend(value: &mut Value, dictionary: &Dictionary, table: &TableSource) {
    match value {
        Value::Aggregate(function, Some(of)) if computes(*function) => {
            if let Value::Column(name) = of.as_ref()
                && let Some(sentinels) = sentinels(name, dictionary, table)
            {
                let none = Filter::In { column: name.clone(), values: sentinels };
                **of = Value::Case(vec![(none, Value::Null)], Some(Box::new(Value::Column(name.clone()))));
            }
        }
        Value::Call(_, arguments) => {
            arguments.iter_mut().for_each(|argument| mend(argument, dictionary, table))
        }
        _ => {}
    }
}

/// Whether a number comes out that a code would spoil.
fn computes(function: AggregateFunction) -> bool {
    !matches!(function, AggregateFunction::Count | AggregateFunction::CountDistinct)
}

/// The sentinels of a column of numbers, as numbers.
fn sentinels(name: &str, dictionary: &Dictionary, table: &TableSource) -> Option<Vec<Literal>> {
    let kind = table.column(name)?.kind;
    if !kind.is_numeric() {
        return None;
    }
    let codes = dictionary.columns.get(name)?.sentinels.iter();
    let values: Vec<Literal> = codes.filter_map(|code| Literal::read(&code.value, kind).ok()).collect();
    (!values.is_empty()).then_some(values)
}
