//! SODA 2, the dialect of Socrata portals: `$select`, `$where` and so on, or all in one as `$query`, and `column=value`.

use datafusion::sql::sqlparser::ast::Expr;
use datafusion::sql::sqlparser::dialect::GenericDialect;
use townhall_model::table::ColumnType;

use super::syntax::{Meaning, Syntax, usual_column, usual_meaning};
use super::{QueryDialect, clauses};
use crate::error::QueryProblem;
use crate::filter::{Comparison, Filter, TextMatch};
use crate::limits::{ANSWER_ROWS_MAX, CONDITIONS_MAX, SEARCH_WORDS_MAX};
use crate::literal::Literal;
use crate::place::{Relation, Shape};
use crate::query::{AggregateFunction, Output, ROW, RowsQuery, TableSource};
use crate::value::{Function, TimePart, Value};

/// The dialect of `/resource/{id}`.
pub struct Soda;

/// Rows of an answer unless asked otherwise.
const LIMIT: usize = 1_000;

/// How many questions one may be piped through.
const STAGES_MAX: usize = 8;

/// A clause: its keyword, the parameter it came in, and its text.
type Part<'p> = (&'static str, &'p str, &'p str);

const KEYWORDS: [&str; 10] = [
    "select distinct",
    "select",
    "where",
    "search",
    "group by",
    "having",
    "order by",
    "limit",
    "offset",
    "|>",
];

impl QueryDialect for Soda {
    fn name(&self) -> &'static str {
        "soda"
    }

    fn parse(&self, pairs: &[(String, String)], table: &TableSource) -> Result<RowsQuery, QueryProblem> {
        let mut parts: Vec<Part<'_>> = Vec::new();
        let mut filters = Vec::new();
        for (key, value) in pairs {
            let Some(word) = key.strip_prefix('$') else {
                filters.push(simple(key, value, table)?);
                continue;
            };
            let keyword = match word.to_ascii_lowercase().as_str() {
                "select" => {
                    let distinct = value
                        .trim_start()
                        .get(..9)
                        .is_some_and(|head| head.eq_ignore_ascii_case("distinct "));
                    let text = if distinct { &value.trim_start()[9..] } else { value };
                    parts.push((if distinct { "select distinct" } else { "select" }, key, text));
                    continue;
                }
                "where" => "where",
                "group" => "group by",
                "having" => "having",
                "order" => "order by",
                "limit" => "limit",
                "offset" => "offset",
                "q" => "search",
                "query" => {
                    for (keyword, text) in clauses::split(key, value, &KEYWORDS)? {
                        parts.push((keyword, key, text));
                        // A pipe has no text of its own.
                        if keyword == "|>" && !text.is_empty() {
                            parts.push(("", key, text));
                        }
                    }
                    continue;
                }
                // Tokens, byte-order marks and back-end switches change nothing that is asked.
                "$app_token" | "$bom" | "$read_from_nbe" | "$version" | "$$app_token" => continue,
                _ => {
                    return Err(QueryProblem::new(key, "there is no such parameter").with_hint(
                        "use $select, $where, $order, $group, $having, $limit, $offset, $q or $query",
                    ));
                }
            };
            parts.push((keyword, key, value));
        }
        if filters.len() > CONDITIONS_MAX {
            return Err(QueryProblem::new(
                "$where",
                format!("there are more than {CONDITIONS_MAX} conditions"),
            ));
        }
        // What follows `|>` is asked of the answer to what stands before it.
        let mut stages = parts.split(|(keyword, ..)| *keyword == "|>");
        let first = stages.next().unwrap_or_default();
        let has_limit = |stage: &[Part<'_>]| stage.iter().any(|(keyword, ..)| *keyword == "limit");
        let mut query = question(first, filters, table)?;
        let mut is_bounded = has_limit(first);
        for (index, stage) in stages.enumerate() {
            if index + 1 >= STAGES_MAX {
                return Err(QueryProblem::new("$query", format!("it has more than {STAGES_MAX} parts")));
            }
            // Only the last answer is a page.
            if !is_bounded {
                query.limit = None;
            }
            is_bounded = has_limit(stage);
            let next = question(stage, Vec::new(), &table.answering(&query))?;
            query = RowsQuery { of: Some(Box::new(query)), ..next };
        }
        Ok(query)
    }
}

fn question(
    parts: &[Part<'_>],
    filters: Vec<Filter>,
    table: &TableSource,
) -> Result<RowsQuery, QueryProblem> {
    let mut query = RowsQuery { limit: Some(LIMIT), total: false, ..RowsQuery::default() };
    query.filter = if filters.is_empty() { Filter::everything() } else { Filter::All(filters) };
    // What the results are called has to be known before anything names them.
    for (_, parameter, text) in parts.iter().filter(|(keyword, ..)| keyword.starts_with("select")) {
        query.select = syntax(parameter, table, &[]).outputs(text)?;
    }
    query.distinct = parts.iter().any(|(keyword, ..)| *keyword == "select distinct");
    if query.select.len() == table.columns.len()
        && query
            .select
            .iter()
            .zip(&table.columns)
            .all(|(output, column)| *output == Output::column(&column.name))
    {
        query.select.clear();
    }
    for (keyword, parameter, text) in parts {
        let results = std::mem::take(&mut query.select);
        let syntax = syntax(parameter, table, &results);
        match *keyword {
            "where" => query.filter = query.filter.and(self::syntax(parameter, table, &[]).filter(text)?),
            "search" => query.filter = query.filter.and(search(text)),
            "group by" => query.group = syntax.values(text)?,
            "having" => query.having = syntax.filter(text)?,
            "order by" => query.sort = syntax.sorts(text)?,
            "limit" => query.limit = Some(count(parameter, text)?.min(ANSWER_ROWS_MAX as u64) as usize),
            "offset" => query.offset = count(parameter, text)?,
            "" => {
                return Err(QueryProblem::new(
                    parameter,
                    format!("`{}` was not expected", super::short(text)),
                ));
            }
            _ => {}
        }
        query.select = results;
    }
    if query.is_grouped() && query.select.is_empty() && query.group.is_empty() {
        return Err(QueryProblem::new("$select", "nothing is selected"));
    }
    Ok(query)
}

fn syntax<'a>(parameter: &'a str, table: &'a TableSource, results: &'a [Output]) -> Syntax<'a> {
    static DIALECT: GenericDialect = GenericDialect {};
    Syntax { parameter, table, dialect: &DIALECT, meaning, column, results, double_quotes_text: true }
}

/// Columns in any case, and the row number as `:id`.
fn column(table: &TableSource, name: &str) -> Option<String> {
    if name == ":id" { Some(ROW.to_owned()) } else { usual_column(table, name) }
}

fn simple(key: &str, value: &str, table: &TableSource) -> Result<Filter, QueryProblem> {
    let Value::Column(name) = syntax(key, table, &[]).find(key)? else { return Ok(Filter::nothing()) };
    let kind = table.column(&name).map_or(ColumnType::Integer, |column| column.kind);
    let value = Literal::read(value, kind).map_err(|message| QueryProblem::new(key, message))?;
    Ok(Filter::Compare { column: name, how: Comparison::Eq, value })
}

fn search(text: &str) -> Filter {
    let words = text.trim_matches(['\'', '"']).split_whitespace();
    Filter::Search { columns: Vec::new(), words: words.take(SEARCH_WORDS_MAX).map(str::to_owned).collect() }
}

fn count(parameter: &str, text: &str) -> Result<u64, QueryProblem> {
    text.trim().parse().map_err(|_| {
        QueryProblem::new(parameter, format!("`{}` is not a whole number", super::short(text)))
            .with_hint("write it like 1000")
    })
}

fn meaning(name: &str) -> Option<Meaning> {
    let truncate = |part| Some(Meaning::Function(Function::Truncate(part)));
    let part = |part| Some(Meaning::Function(Function::Part(part)));
    match name {
        "date_trunc_y" => truncate(TimePart::Year),
        "date_trunc_ym" => truncate(TimePart::Month),
        "date_trunc_ymd" => truncate(TimePart::Day),
        "date_extract_y" => part(TimePart::Year),
        "date_extract_m" => part(TimePart::Month),
        "date_extract_d" => part(TimePart::Day),
        "date_extract_dow" => part(TimePart::DayOfWeek),
        "date_extract_hh" => part(TimePart::Hour),
        "date_extract_mm" => part(TimePart::Minute),
        "date_extract_ss" => part(TimePart::Second),
        "date_extract_woy" => part(TimePart::Week),
        "stddev_pop" => Some(Meaning::Aggregate(AggregateFunction::Stddev)),
        "starts_with" => {
            Some(Meaning::Condition(|syntax, given| text_test(syntax, given, TextMatch::StartsWith)))
        }
        "ends_with" => {
            Some(Meaning::Condition(|syntax, given| text_test(syntax, given, TextMatch::EndsWith)))
        }
        "contains" => Some(Meaning::Condition(|syntax, given| text_test(syntax, given, TextMatch::Contains))),
        "within_circle" => Some(Meaning::Condition(|syntax, given| {
            let [place, numbers @ ..] = given else { return Err(syntax.problem("a place is needed")) };
            let [latitude, longitude, metres] = syntax.numbers(numbers)?;
            syntax.placed(place, Relation::Within, Shape::circle(longitude, latitude, metres))
        })),
        "within_box" => Some(Meaning::Condition(|syntax, given| {
            let [place, numbers @ ..] = given else { return Err(syntax.problem("a place is needed")) };
            let [north, west, south, east] = syntax.numbers(numbers)?;
            syntax.placed(place, Relation::Intersects, Shape::bounds(west, south, east, north))
        })),
        "within_polygon" => Some(Meaning::Condition(|syntax, given| {
            let [place, shape] = given else {
                return Err(syntax.problem("a place and a polygon are needed"));
            };
            let text = syntax.as_text(shape).ok_or_else(|| syntax.problem("the polygon has to be a text"))?;
            let shape = Shape::of_text(&text).map_err(|problem| syntax.problem(problem.to_string()))?;
            syntax.placed(place, Relation::Within, shape)
        })),
        "case" => Some(Meaning::Value(case)),
        _ => usual_meaning(name),
    }
}

fn text_test(syntax: &Syntax<'_>, given: &[Expr], how: TextMatch) -> Result<Filter, QueryProblem> {
    let [value, text] = given else { return Err(syntax.problem("a column and a text are needed")) };
    let text = syntax.as_text(text).ok_or_else(|| syntax.problem("the second value has to be a text"))?;
    syntax.like(syntax.value(value)?, how, text, false)
}

/// `case(condition, value, ...)`: a condition that is `true` holds for all that is left.
fn case(syntax: &Syntax<'_>, given: &[Expr]) -> Result<Value, QueryProblem> {
    if given.is_empty() || !given.len().is_multiple_of(2) {
        return Err(syntax.problem("`case` takes conditions and values in turn"));
    }
    let branches =
        given.chunks_exact(2).map(|pair| Ok((syntax.condition(&pair[0])?, syntax.value(&pair[1])?)));
    Ok(Value::Case(branches.collect::<Result<_, QueryProblem>>()?, None))
}
