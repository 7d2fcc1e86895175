//! Our own dialect: `column=value` and `column__op=value` filter, controls begin with `_`.

use townhall_model::table::{Column, ColumnType};

use super::expression;
use super::{QueryDialect, nearest};
use crate::error::QueryProblem;
use crate::filter::{Comparison, Filter, TextMatch};
use crate::limits::{CONDITIONS_MAX, FACETS_MAX, LIST_MAX, PAGE_ROWS_MAX, SEARCH_WORDS_MAX};
use crate::literal::Literal;
use crate::query::{AggregateFunction, Output, RANK, RowsQuery, Sort, TableSource};
use crate::value::Value;

/// The dialect of `/api/tables/{id}/rows`.
pub struct Townhall;

/// The operators of filters and what they mean.
pub const OPERATORS: [(&str, &str); 16] = [
    ("eq", "is exactly this (the same as no operator)"),
    ("ne", "is not this"),
    ("lt", "is less"),
    ("lte", "is less or the same"),
    ("gt", "is greater"),
    ("gte", "is greater or the same"),
    ("contains", "has this text in it"),
    ("startswith", "begins with this text"),
    ("endswith", "ends with this text"),
    ("ieq", "is this text in any case"),
    ("icontains", "has this text in it, in any case"),
    ("istartswith", "begins with this text, in any case"),
    ("iendswith", "ends with this text, in any case"),
    ("in", "is one of these values, with commas between them"),
    ("null", "true: has no value; false: has one"),
    ("between", "lies between two values, with a comma between them; both count"),
];

const CONTROLS: [&str; 12] = [
    "_select",
    "_where",
    "_group",
    "_aggregate",
    "_sort",
    "_limit",
    "_cursor",
    "_search",
    "_facet",
    "_as_of",
    "_labels",
    "_raw",
];

impl QueryDialect for Townhall {
    fn name(&self) -> &'static str {
        "townhall"
    }

    fn parse(&self, pairs: &[(String, String)], table: &TableSource) -> Result<RowsQuery, QueryProblem> {
        let mut query = RowsQuery::default();
        let (mut filters, mut select, mut group, mut aggregates) = (Vec::new(), Vec::new(), Vec::new(), None);
        let mut words = Vec::new();
        for (key, value) in pairs {
            match key.as_str() {
                "_select" => select = columns(key, value, table)?,
                "_where" => filters.push(expression::parse(value, table)?),
                "_group" => group = columns(key, value, table)?,
                "_aggregate" => aggregates = Some(computed(value, table)?),
                "_sort" => query.sort = sorts(value),
                "_limit" => query.limit = Some(limit(value)?),
                "_cursor" => query.cursor = Some(value.clone()),
                "_search" => {
                    words = value.split_whitespace().take(SEARCH_WORDS_MAX).map(str::to_owned).collect();
                }
                "_facet" => query.facets.extend(columns(key, value, table)?),
                // The version was chosen before the question is read.
                "_as_of" => {}
                // Codes are replaced when the rows are there.
                "_labels" => {}
                // Sentinels were taken off the table before the question is read.
                "_raw" => {}
                control if control.starts_with('_') => return Err(unknown_control(control)),
                _ => filters.push(filter(key, value, table)?),
            }
        }
        if filters.len() > CONDITIONS_MAX {
            return Err(QueryProblem::new(
                "filters",
                format!("there are more than {CONDITIONS_MAX} conditions"),
            ));
        }
        if query.facets.len() > FACETS_MAX {
            return Err(QueryProblem::new("_facet", format!("there are more than {FACETS_MAX} facets")));
        }
        query.filter = if filters.is_empty() { Filter::everything() } else { Filter::All(filters) };
        if !words.is_empty() {
            query.filter = query.filter.and(Filter::Search { columns: Vec::new(), words });
        }
        query.group = group.iter().map(|name| Value::column(name)).collect();
        query.select = match aggregates {
            None if group.is_empty() => select.iter().map(|name| Output::column(name)).collect(),
            aggregates => {
                group.iter().map(|name| Output::column(name)).chain(aggregates.unwrap_or_default()).collect()
            }
        };
        rank(&mut query, table)?;
        check_sorts(&query, table)?;
        Ok(query)
    }
}

fn unknown_control(control: &str) -> QueryProblem {
    let problem = QueryProblem::new(control, "there is no such control");
    match nearest(control, CONTROLS.into_iter()) {
        Some(near) => problem.with_hint(format!("did you mean `{near}`?")),
        None => problem.with_hint(format!("the controls are {}", CONTROLS.join(", "))),
    }
}

/// The column of a name, or a problem that says which was probably meant.
pub(super) fn find<'a>(
    parameter: &str,
    name: &str,
    table: &'a TableSource,
) -> Result<&'a Column, QueryProblem> {
    table.column(name).ok_or_else(|| {
        let short: String = name.chars().take(60).collect();
        let problem = QueryProblem::new(parameter, format!("the table has no column `{short}`"));
        match nearest(name, table.columns.iter().map(|column| column.name.as_str())) {
            Some(near) => problem.with_hint(format!("did you mean `{near}`?")),
            None => {
                let names: Vec<&str> =
                    table.columns.iter().take(20).map(|column| column.name.as_str()).collect();
                problem.with_hint(format!("its columns are {}", names.join(", ")))
            }
        }
    })
}

fn columns(parameter: &str, text: &str, table: &TableSource) -> Result<Vec<String>, QueryProblem> {
    text.split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(|name| find(parameter, name, table).map(|column| column.name.clone()))
        .collect()
}

fn limit(text: &str) -> Result<usize, QueryProblem> {
    match text.trim().parse::<usize>() {
        Ok(limit @ 1..=PAGE_ROWS_MAX) => Ok(limit),
        _ => Err(QueryProblem::new(
            "_limit",
            format!("`{}` is not a number from 1 to {PAGE_ROWS_MAX}", short(text)),
        )
        .with_hint("for more rows follow `meta.next`, or take the rows as a file: rows.csv, rows.parquet")),
    }
}

fn sorts(text: &str) -> Vec<Sort> {
    text.split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(|name| match name.strip_prefix('-') {
            Some(column) => Sort::by(column, true),
            None => Sort::by(name, false),
        })
        .collect()
}

/// What a search finds comes in the order of how well it matches, unless another is asked for; `_rank` is that order.
fn rank(query: &mut RowsQuery, table: &TableSource) -> Result<(), QueryProblem> {
    if query.is_grouped() {
        return Ok(());
    }
    let is_search = !crate::words::searches(&query.filter).is_empty();
    if is_search && query.sort.is_empty() {
        query.sort = vec![Sort::by(RANK, true)];
    }
    if table.column("_rank").is_some() {
        return Ok(());
    }
    for sort in &mut query.sort {
        if matches!(&sort.value, Value::Column(name) if name == "_rank") {
            if !is_search {
                return Err(QueryProblem::new("_sort", "there are no words to rank rows by")
                    .with_hint("add `_search=` with the words"));
            }
            // The best come first without being asked to.
            *sort = Sort::by(RANK, !sort.descending);
        }
    }
    Ok(())
}

/// Rows are sorted by columns, groups by what was grouped or computed.
fn check_sorts(query: &RowsQuery, table: &TableSource) -> Result<(), QueryProblem> {
    for sort in &query.sort {
        let Value::Column(name) = &sort.value else { continue };
        if query.is_grouped() {
            if !query.select.iter().any(|output| output.name == *name) {
                return Err(QueryProblem::new(
                    "_sort",
                    format!("`{}` is neither grouped nor computed", short(name)),
                )
                .with_hint("sort groups by a column of `_group` or a name of `_aggregate`"));
            }
        } else if name != RANK {
            find("_sort", name, table)?;
        }
    }
    Ok(())
}

/// `count`, `sum(x)`, `avg(x)` and so on, with commas between them; `sum(x):total` names the result.
fn computed(text: &str, table: &TableSource) -> Result<Vec<Output>, QueryProblem> {
    text.split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(|part| aggregate(part, table))
        .collect()
}

fn aggregate(part: &str, table: &TableSource) -> Result<Output, QueryProblem> {
    let wrong = |message: String| {
        QueryProblem::new("_aggregate", message)
            .with_hint("write it like `count,sum(amount),avg(age):mean_age`")
    };
    let (call, alias) = match part.rsplit_once(':') {
        Some((call, alias)) if !alias.is_empty() => (call, Some(alias)),
        _ => (part, None),
    };
    let (name, column) = match call.split_once('(') {
        None => (call, None),
        Some((name, rest)) => {
            let inner = rest
                .strip_suffix(')')
                .ok_or_else(|| wrong(format!("`{}` has no closing bracket", short(part))))?;
            (name, Some(inner.trim()).filter(|inner| !inner.is_empty() && *inner != "*"))
        }
    };
    let function = AggregateFunction::by_name(name.trim())
        .ok_or_else(|| wrong(format!("there is no function `{}`", short(name))))?;
    let column = match column {
        None if function == AggregateFunction::Count => None,
        None => return Err(wrong(format!("`{}` needs a column", function.name()))),
        Some(name) => {
            let column = find("_aggregate", name, table)?;
            if !table.suits(function, column) {
                return Err(wrong(format!(
                    "`{}` holds {}, which has no {}",
                    column.name,
                    column.kind.name(),
                    function.name()
                )));
            }
            Some(column.name.clone())
        }
    };
    let alias = alias.map(str::to_owned).unwrap_or_else(|| match &column {
        Some(column) => format!("{}_{column}", function.name()),
        None => function.name().to_owned(),
    });
    Ok(Output::named(Value::Aggregate(function, column.map(|name| Box::new(Value::Column(name)))), alias))
}

fn filter(key: &str, value: &str, table: &TableSource) -> Result<Filter, QueryProblem> {
    let (name, op) = match key.rsplit_once("__") {
        Some((name, op)) if table.column(key).is_none() => (name, op),
        _ => (key, "eq"),
    };
    let column = find(key, name, table)?;
    condition(key, column, op, value)
}

/// The condition of an operator; the words of the expression language end here, too.
pub(super) fn condition(
    parameter: &str,
    column: &Column,
    op: &str,
    value: &str,
) -> Result<Filter, QueryProblem> {
    let name = || column.name.clone();
    let literal = |text: &str| {
        Literal::read(text, column.kind).map_err(|message| {
            QueryProblem::new(
                parameter,
                format!("{message} (`{}` holds {})", column.name, column.kind.name()),
            )
        })
    };
    let compare = |how| Ok(Filter::Compare { column: name(), how, value: literal(value)? });
    let text = |how, ignore_case| {
        if column.kind != ColumnType::Text {
            return Err(QueryProblem::new(
                parameter,
                format!("`{}` holds {}, not text", column.name, column.kind.name()),
            )
            .with_hint("compare it with lt, lte, gt, gte or between"));
        }
        Ok(Filter::Text { column: name(), how, text: value.to_owned(), ignore_case })
    };
    match op {
        "eq" => compare(Comparison::Eq),
        "ne" => compare(Comparison::Ne),
        "lt" => compare(Comparison::Lt),
        "lte" => compare(Comparison::Lte),
        "gt" => compare(Comparison::Gt),
        "gte" => compare(Comparison::Gte),
        "contains" => text(TextMatch::Contains, false),
        "startswith" => text(TextMatch::StartsWith, false),
        "endswith" => text(TextMatch::EndsWith, false),
        "ieq" => text(TextMatch::Equals, true),
        "icontains" => text(TextMatch::Contains, true),
        "istartswith" => text(TextMatch::StartsWith, true),
        "iendswith" => text(TextMatch::EndsWith, true),
        "in" => {
            let values: Vec<Literal> = value.split(',').map(&literal).collect::<Result<_, _>>()?;
            if values.len() > LIST_MAX {
                return Err(QueryProblem::new(
                    parameter,
                    format!("the list has more than {LIST_MAX} values"),
                ));
            }
            Ok(Filter::In { column: name(), values })
        }
        "null" => match Literal::read(value, ColumnType::Boolean) {
            Ok(Literal::Boolean(true)) => Ok(Filter::Null { column: name() }),
            Ok(_) => Ok(Filter::Not(Box::new(Filter::Null { column: name() }))),
            Err(message) => Err(QueryProblem::new(parameter, message)),
        },
        "between" => {
            let (low, high) = value.split_once(',').ok_or_else(|| {
                QueryProblem::new(parameter, format!("`{}` is not two values", short(value)))
                    .with_hint("write them like 1,10")
            })?;
            Ok(Filter::All(vec![
                Filter::Compare { column: name(), how: Comparison::Gte, value: literal(low)? },
                Filter::Compare { column: name(), how: Comparison::Lte, value: literal(high)? },
            ]))
        }
        unknown => {
            let problem = QueryProblem::new(parameter, format!("there is no operator `{}`", short(unknown)));
            let known = OPERATORS.iter().map(|(name, _)| *name);
            Err(match nearest(unknown, known.clone()) {
                Some(near) => problem.with_hint(format!("did you mean `{}__{near}`?", column.name)),
                None => {
                    problem.with_hint(format!("the operators are {}", known.collect::<Vec<_>>().join(", ")))
                }
            })
        }
    }
}

fn short(text: &str) -> String {
    text.chars().take(60).collect()
}
