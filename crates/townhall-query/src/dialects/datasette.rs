//! Datasette's URL forms: `column__op=value`, and controls that begin with `_` (Datasette 1.0, "The JSON API").

use datafusion::sql::sqlparser::dialect::SQLiteDialect;
use townhall_model::table::{Column, ColumnType};

use super::syntax::{Syntax, usual_column, usual_meaning};
use super::{QueryDialect, nearest, short};
use crate::error::QueryProblem;
use crate::filter::{Comparison, Filter, TextMatch};
use crate::limits::{CONDITIONS_MAX, FACETS_MAX, LIST_MAX, REGEX_BYTES_MAX, SEARCH_WORDS_MAX};
use crate::literal::Literal;
use crate::query::{Output, ROW, RowsQuery, Sort, TableSource};
use crate::value::{Function, TimePart, Value};

/// The dialect of `/datasette`.
pub struct Datasette;

/// Rows of an answer unless asked otherwise, and at most.
const LIMITS: (usize, usize) = (100, 1_000);

/// What SQLite calls the row number.
const ROWID: &str = "rowid";

const OPERATORS: [&str; 21] = [
    "exact",
    "not",
    "contains",
    "notcontains",
    "startswith",
    "endswith",
    "gt",
    "gte",
    "lt",
    "lte",
    "like",
    "notlike",
    "glob",
    "in",
    "notin",
    "date",
    "isnull",
    "notnull",
    "isblank",
    "notblank",
    "arraycontains",
];

impl QueryDialect for Datasette {
    fn name(&self) -> &'static str {
        "datasette"
    }

    fn parse(&self, pairs: &[(String, String)], table: &TableSource) -> Result<RowsQuery, QueryProblem> {
        let mut query = RowsQuery { limit: Some(LIMITS.0), ..RowsQuery::default() };
        let (mut filters, mut only, mut without) = (Vec::new(), Vec::new(), Vec::new());
        for (key, value) in pairs {
            match key.as_str() {
                "_where" => filters.push(syntax(key, table).filter(value)?),
                "_search" => filters.push(search(value, Vec::new())),
                "_sort" => query.sort = vec![Sort::by(&column(key, value, table)?, false)],
                "_sort_desc" => query.sort = vec![Sort::by(&column(key, value, table)?, true)],
                "_size" if value == "max" => query.limit = Some(LIMITS.1),
                "_size" => query.limit = Some(size(key, value)?),
                "_next" => query.cursor = Some(value.clone()),
                "_col" => only.push(column(key, value, table)?),
                "_nocol" => without.push(column(key, value, table)?),
                "_facet" => query.facets.push(column(key, value, table)?),
                "_facet_date" => query.facets.push(of_days(key, value, table)?),
                "_nocount" => query.total = !is_on(value),
                // These say how to answer, not what, or are answered anyway.
                "_shape" | "_json" | "_json_infinity" | "_labels" | "_label" | "_nl" | "_ttl" | "_trace"
                | "_timelimit" | "_stream" | "_dl" | "_header" | "_extra" | "_facet_size" | "_nofacet"
                | "_nosuggest" | "_searchmode" | "_filter_column" | "_filter_op" | "_filter_value"
                | "_exact" => {}
                control if control.starts_with("_search_") => {
                    let name = column(key, &control["_search_".len()..], table)?;
                    filters.push(search(value, vec![name]));
                }
                control if control.starts_with('_') => {
                    return Err(QueryProblem::new(control, "there is no such parameter"));
                }
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
        // What identifies a row can't be left out.
        let columns = table.columns.iter().map(|column| &column.name);
        let columns = columns.filter(|name| only.is_empty() || only.contains(name));
        let columns = columns.filter(|name| !without.contains(name));
        query.select = [Output::named(Value::column(ROW), ROWID)]
            .into_iter()
            .chain(columns.map(|name| Output::column(name)))
            .collect();
        Ok(query)
    }
}

fn is_on(text: &str) -> bool {
    !matches!(text, "0" | "off" | "false")
}

fn size(parameter: &str, text: &str) -> Result<usize, QueryProblem> {
    match text.trim().parse::<usize>() {
        Ok(size) if size <= LIMITS.1 => Ok(size),
        Ok(_) => Err(QueryProblem::new(parameter, format!("_size must be <= {}", LIMITS.1))
            .with_hint("take all rows as a file: .csv?_stream=on")),
        Err(_) => Err(QueryProblem::new(parameter, "_size must be a positive integer")),
    }
}

fn syntax<'a>(parameter: &'a str, table: &'a TableSource) -> Syntax<'a> {
    static DIALECT: SQLiteDialect = SQLiteDialect {};
    let column = |table: &TableSource, name: &str| {
        if name.eq_ignore_ascii_case(ROWID) { Some(ROW.to_owned()) } else { usual_column(table, name) }
    };
    Syntax {
        parameter,
        table,
        dialect: &DIALECT,
        meaning: usual_meaning,
        column,
        results: &[],
        double_quotes_text: false,
    }
}

fn column(parameter: &str, name: &str, table: &TableSource) -> Result<String, QueryProblem> {
    match syntax(parameter, table).find(name.trim())? {
        Value::Column(name) => Ok(name),
        _ => Err(QueryProblem::new(parameter, "there is no such column")),
    }
}

/// A column of days, whose values are counted; of times, days would have to be made first.
fn of_days(parameter: &str, name: &str, table: &TableSource) -> Result<String, QueryProblem> {
    let name = column(parameter, name, table)?;
    match table.column(&name) {
        Some(column) if column.kind == ColumnType::Date => Ok(name),
        _ => Err(QueryProblem::new(parameter, format!("`{name}` holds no days"))
            .with_hint("group by date_trunc('day', …) in SQL: /datasette/{database}.json?sql=…")),
    }
}

fn search(text: &str, columns: Vec<String>) -> Filter {
    let words =
        text.split_whitespace().map(|word| word.trim_matches(['"', '*'])).filter(|word| !word.is_empty());
    Filter::Search { columns, words: words.take(SEARCH_WORDS_MAX).map(str::to_owned).collect() }
}

fn filter(key: &str, value: &str, table: &TableSource) -> Result<Filter, QueryProblem> {
    let (name, operator) = match key.rsplit_once("__") {
        Some((name, operator)) => (name, operator),
        None => (key, "exact"),
    };
    if !OPERATORS.contains(&operator) {
        let problem = QueryProblem::new(key, format!("there is no operator `{}`", short(operator)));
        return Err(match nearest(operator, OPERATORS.into_iter()) {
            Some(near) => problem.with_hint(format!("did you mean `{near}`?")),
            None => problem.with_hint(format!("use one of {}", OPERATORS.join(", "))),
        });
    }
    let column = column(key, name, table)?;
    let known = table.column(&column);
    let kind = known.map_or(ColumnType::Integer, |column| column.kind);
    let literal = |text: &str| Literal::read(text, kind).map_err(|message| QueryProblem::new(key, message));
    let compare = |how| Ok(Filter::Compare { column: column.clone(), how, value: literal(value)? });
    let null = || Filter::Null { column: column.clone() };
    let text = |how, text: &str| matching(&column, known, how, text, true);
    let known_not = |filter: Filter| Ok(filter.known_not());
    match operator {
        "exact" => compare(Comparison::Eq),
        "not" => compare(Comparison::Eq).and_then(known_not),
        "gt" => compare(Comparison::Gt),
        "gte" => compare(Comparison::Gte),
        "lt" => compare(Comparison::Lt),
        "lte" => compare(Comparison::Lte),
        "contains" => Ok(text(TextMatch::Contains, value)),
        "notcontains" => known_not(text(TextMatch::Contains, value)),
        "startswith" => Ok(text(TextMatch::StartsWith, value)),
        "endswith" => Ok(text(TextMatch::EndsWith, value)),
        "like" => Ok(text(TextMatch::Like, value)),
        "notlike" => known_not(text(TextMatch::Like, value)),
        "glob" => Ok(matching(&column, known, TextMatch::Regex, &regex_of_glob(key, value)?, false)),
        // A list of JSON is kept as its text.
        "arraycontains" => Ok(matching(
            &column,
            known,
            TextMatch::Contains,
            &serde_json::Value::from(value).to_string(),
            false,
        )),
        "in" | "notin" => {
            let choices: Vec<String> = match serde_json::from_str::<Vec<serde_json::Value>>(value) {
                Ok(list) => list
                    .iter()
                    .map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned))
                    .collect(),
                Err(_) => value.split(',').map(|item| item.trim().to_owned()).collect(),
            };
            if choices.len() > LIST_MAX {
                return Err(QueryProblem::new(key, format!("a list has more than {LIST_MAX} values")));
            }
            let values = choices.iter().map(|choice| literal(choice)).collect::<Result<_, _>>()?;
            let one = Filter::In { column: column.clone(), values };
            if operator == "in" { Ok(one) } else { known_not(one) }
        }
        "date" => day(key, &column, kind, value),
        "isnull" => Ok(null()),
        "notnull" => Ok(Filter::Not(Box::new(null()))),
        "isblank" | "notblank" => {
            let mut blank = vec![null()];
            if kind == ColumnType::Text {
                let value = Literal::Text(String::new());
                blank.push(Filter::Compare { column: column.clone(), how: Comparison::Eq, value });
            }
            let blank = Filter::Any(blank);
            Ok(if operator == "isblank" { blank } else { Filter::Not(Box::new(blank)) })
        }
        _ => Err(QueryProblem::new(key, "there is no such operator")),
    }
}

/// A text that matches; a number is matched as it is printed.
fn matching(column: &str, known: Option<&Column>, how: TextMatch, text: &str, ignore_case: bool) -> Filter {
    let (name, text) = (column.to_owned(), text.to_owned());
    match known.map(|column| column.kind) {
        Some(ColumnType::Text) => Filter::Text { column: name, how, text, ignore_case },
        _ => {
            let value = Value::Call(Function::ToText, vec![Value::Column(name)]);
            Filter::Matches { value, how, text, ignore_case }
        }
    }
}

/// The values of a day.
fn day(key: &str, column: &str, kind: ColumnType, text: &str) -> Result<Filter, QueryProblem> {
    match kind {
        ColumnType::Date | ColumnType::Datetime | ColumnType::Timestamp => {
            let value =
                Literal::read(text, ColumnType::Date).map_err(|message| QueryProblem::new(key, message))?;
            let value_of = Value::Call(
                Function::ToDate,
                vec![Value::Call(Function::Truncate(TimePart::Day), vec![Value::column(column)])],
            );
            Ok(Filter::Test { left: value_of, how: Comparison::Eq, right: Value::Literal(value) })
        }
        _ => Ok(Filter::Text {
            column: column.to_owned(),
            how: TextMatch::StartsWith,
            text: text.to_owned(),
            ignore_case: false,
        }),
    }
}

/// The pattern of `glob` (`*`, `?`, `[a-z]`, `[^a-z]`) as a regular expression.
fn regex_of_glob(key: &str, pattern: &str) -> Result<String, QueryProblem> {
    if pattern.len() > REGEX_BYTES_MAX {
        return Err(QueryProblem::new(key, format!("a pattern is longer than {REGEX_BYTES_MAX} bytes")));
    }
    let mut regex = String::from("^(?s:");
    let mut in_class = false;
    for character in pattern.chars() {
        match character {
            '*' if !in_class => regex.push_str(".*"),
            '?' if !in_class => regex.push('.'),
            '[' if !in_class => {
                in_class = true;
                regex.push('[');
            }
            ']' if in_class => {
                in_class = false;
                regex.push(']');
            }
            '-' | '^' if in_class => regex.push(character),
            other if other.is_alphanumeric() || other == ' ' || other == '_' => regex.push(other),
            other => {
                regex.push('\\');
                regex.push(other);
            }
        }
    }
    if in_class {
        return Err(QueryProblem::new(key, "a `[` is never closed"));
    }
    regex.push_str(")$");
    Ok(regex)
}
