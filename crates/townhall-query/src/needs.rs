//! Which columns of its table a question needs, and for what.

use std::collections::BTreeSet;

use townhall_model::table::ColumnType;

use crate::answer::outputs;
use crate::filter::Filter;
use crate::query::{RowsQuery, TableSource};
use crate::value::Value;

/// The columns of a question, by name.
#[derive(Debug, Default)]
pub(crate) struct Needs<'a> {
    /// Read for every row that may match.
    pub filter: BTreeSet<&'a str>,
    /// Read for every row that matches: groups, aggregates, facets.
    pub computed: BTreeSet<&'a str>,
    /// Read to put rows in order.
    pub sort: BTreeSet<&'a str>,
    /// Read for the rows of the answer.
    pub shown: BTreeSet<&'a str>,
}

impl<'a> Needs<'a> {
    pub(crate) fn of(table: &'a TableSource, query: &RowsQuery) -> Self {
        let mut needs = Self::default();
        let known = |name: &str| table.columns.iter().find(|column| column.name == name);
        let add = |names: BTreeSet<String>, to: &mut BTreeSet<&'a str>| {
            to.extend(names.iter().filter_map(|name| Some(known(name)?.name.as_str())));
        };
        add(of_filter(&query.filter, table), &mut needs.filter);
        let outputs = outputs(table, query);
        let shown: BTreeSet<String> =
            outputs.iter().flat_map(|output| of_value(&output.value, table)).collect();
        if query.is_grouped() {
            add(shown, &mut needs.computed);
            add(query.group.iter().flat_map(|value| of_value(value, table)).collect(), &mut needs.computed);
            add(of_filter(&query.having, table), &mut needs.computed);
        } else {
            add(shown, &mut needs.shown);
            let sorts = query.sort.iter().flat_map(|sort| {
                // The name of a result stands for its value.
                let meant = match &sort.value {
                    Value::Column(name) if table.column(name).is_none() => {
                        outputs.iter().find(|output| output.name == *name).map(|output| &output.value)
                    }
                    _ => None,
                };
                of_value(meant.unwrap_or(&sort.value), table)
            });
            add(sorts.collect(), &mut needs.sort);
        }
        add(query.facets.iter().cloned().collect(), &mut needs.computed);
        needs
    }

    /// All of them.
    pub(crate) fn all(&self) -> BTreeSet<&'a str> {
        [&self.filter, &self.computed, &self.sort, &self.shown].into_iter().flatten().copied().collect()
    }
}

/// The columns that a condition reads.
pub(crate) fn of_filter(filter: &Filter, table: &TableSource) -> BTreeSet<String> {
    match filter {
        Filter::All(parts) | Filter::Any(parts) => {
            parts.iter().flat_map(|part| of_filter(part, table)).collect()
        }
        Filter::Not(inner) => of_filter(inner, table),
        Filter::Compare { column, .. }
        | Filter::In { column, .. }
        | Filter::Text { column, .. }
        | Filter::Null { column } => BTreeSet::from([column.clone()]),
        Filter::Search { columns, words } => match (columns.is_empty(), words.is_empty()) {
            (_, true) => BTreeSet::new(),
            (false, _) => columns.iter().cloned().collect(),
            (true, _) => table
                .columns
                .iter()
                .filter(|column| column.kind == ColumnType::Text)
                .map(|column| column.name.clone())
                .collect(),
        },
        Filter::Test { left, right, .. } => {
            of_value(left, table).into_iter().chain(of_value(right, table)).collect()
        }
        Filter::Matches { value, .. } | Filter::Missing(value) => of_value(value, table),
        Filter::Place { degrees, .. } => {
            BTreeSet::from([degrees.longitude.clone(), degrees.latitude.clone()])
        }
    }
}

/// The columns that a value is computed of.
pub(crate) fn of_value(value: &Value, table: &TableSource) -> BTreeSet<String> {
    match value {
        Value::Column(name) => BTreeSet::from([name.clone()]),
        Value::Literal(_) | Value::Null => BTreeSet::new(),
        Value::Call(_, arguments) => {
            arguments.iter().flat_map(|argument| of_value(argument, table)).collect()
        }
        Value::Aggregate(_, of) => of.iter().flat_map(|of| of_value(of, table)).collect(),
        Value::Case(branches, otherwise) => branches
            .iter()
            .flat_map(|(when, then)| of_filter(when, table).into_iter().chain(of_value(then, table)))
            .chain(otherwise.iter().flat_map(|otherwise| of_value(otherwise, table)))
            .collect(),
    }
}
