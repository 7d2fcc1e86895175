//! Opendatasoft's Explore API 2.1: `select`, `where`, `group_by`, `order_by` in ODSQL, `refine` and `exclude` by facets.

use datafusion::sql::sqlparser::ast::Expr;
use datafusion::sql::sqlparser::dialect::GenericDialect;
use townhall_model::table::ColumnType;

use super::syntax::{Meaning, Syntax, usual_column, usual_meaning};
use super::{QueryDialect, short};
use crate::error::QueryProblem;
use crate::filter::{Comparison, Filter, TextMatch};
use crate::limits::{CONDITIONS_MAX, FACETS_MAX, SEARCH_WORDS_MAX};
use crate::literal::Literal;
use crate::place::{Relation, Shape};
use crate::query::{Output, RowsQuery, TableSource};
use crate::value::{Function, TimePart, Value};

/// The dialect of `/api/explore/v2.1`.
pub struct Opendatasoft;

/// Rows of an answer unless asked otherwise.
const LIMIT: usize = 10;

impl QueryDialect for Opendatasoft {
    fn name(&self) -> &'static str {
        "opendatasoft"
    }

    fn parse(&self, pairs: &[(String, String)], table: &TableSource) -> Result<RowsQuery, QueryProblem> {
        let mut query = RowsQuery { limit: Some(LIMIT), ..RowsQuery::default() };
        let mut conditions = 0;
        let of = |wanted: &'static str| pairs.iter().filter(move |(key, _)| key == wanted);
        let (mut groups, mut select) = (Vec::new(), Vec::new());
        for (key, text) in of("group_by") {
            groups.extend(outputs(&syntax(key, table, &[]), text)?);
        }
        for (key, text) in of("select") {
            select.extend(outputs(&syntax(key, table, &[]), text)?);
        }
        let wants_all = select.len() == table.columns.len()
            && select
                .iter()
                .zip(&table.columns)
                .all(|(output, column)| *output == Output::column(&column.name));
        query.group = groups.iter().map(|output| output.value.clone()).collect();
        // What rows are grouped by is told without being asked for.
        select.retain(|output| !groups.iter().any(|group| group.value == output.value));
        query.select = if wants_all && groups.is_empty() {
            Vec::new()
        } else {
            groups.into_iter().chain(select).collect()
        };
        for (key, text) in pairs {
            conditions += usize::from(matches!(key.as_str(), "where" | "refine" | "exclude"));
            if conditions > CONDITIONS_MAX {
                return Err(QueryProblem::new(
                    key,
                    format!("there are more than {CONDITIONS_MAX} conditions"),
                ));
            }
            match key.as_str() {
                "where" => query.filter = query.filter.and(condition(key, text, table)?),
                "refine" => query.filter = query.filter.and(refined(key, text, table)?),
                "exclude" => {
                    query.filter = query.filter.and(Filter::Not(Box::new(refined(key, text, table)?)))
                }
                "order_by" => {
                    let results = std::mem::take(&mut query.select);
                    query.sort.extend(syntax(key, table, &results).sorts(&ranges_as_sql(key, text)?)?);
                    query.select = results;
                }
                "facet" => {
                    let Some(column) = usual_column(table, text.trim()) else {
                        return Err(syntax(key, table, &[])
                            .find(text.trim())
                            .err()
                            .unwrap_or_else(|| QueryProblem::new(key, "there is no such field")));
                    };
                    query.facets.push(column);
                    if query.facets.len() > FACETS_MAX {
                        return Err(QueryProblem::new(
                            key,
                            format!("there are more than {FACETS_MAX} facets"),
                        ));
                    }
                }
                "limit" if text.trim() == "-1" => query.limit = None,
                "limit" => query.limit = Some(usize::try_from(count(key, text)?).unwrap_or(usize::MAX)),
                "offset" => query.offset = count(key, text)?,
                // Read above; or these say how to answer, not what.
                "select" | "group_by" | "lang" | "timezone" | "include_links" | "include_app_metas"
                | "use_labels" | "delimiter" | "list_separator" | "quote_all" | "with_bom" | "epsg"
                | "compressed" | "filename" | "apikey" => {}
                _ => {
                    return Err(QueryProblem::new(key, "there is no such parameter").with_hint(
                        "use select, where, group_by, order_by, limit, offset, refine, exclude or facet",
                    ));
                }
            }
        }
        Ok(query)
    }
}

fn syntax<'a>(parameter: &'a str, table: &'a TableSource, results: &'a [Output]) -> Syntax<'a> {
    static DIALECT: GenericDialect = GenericDialect {};
    Syntax {
        parameter,
        table,
        dialect: &DIALECT,
        meaning,
        column: usual_column,
        results,
        double_quotes_text: true,
    }
}

/// Results, which are called by their own text where no name is given.
fn outputs(syntax: &Syntax<'_>, text: &str) -> Result<Vec<Output>, QueryProblem> {
    let mut outputs = Vec::new();
    for item in items(text) {
        for output in syntax.outputs(&ranges_as_sql(syntax.parameter, item)?)? {
            let is_named = matches!(output.value, Value::Column(_)) || item.to_lowercase().contains(" as ");
            let name = if is_named { output.name } else { item.trim().to_owned() };
            outputs.push(Output { name, value: output.value });
        }
    }
    Ok(outputs)
}

/// What stands between the commas that are in no brackets or quotes.
fn items(text: &str) -> Vec<&str> {
    let (mut items, mut begin, mut depth, mut quote) = (Vec::new(), 0, 0_i32, None);
    for (at, character) in text.char_indices() {
        match (quote, character) {
            (Some(open), _) => quote = (character != open).then_some(open),
            (None, '\'' | '"' | '`') => quote = Some(character),
            (None, '(') => depth += 1,
            (None, ')') => depth -= 1,
            (None, ',') if depth == 0 => {
                items.push(&text[begin..at]);
                begin = at + 1;
            }
            _ => {}
        }
    }
    items.push(&text[begin..]);
    items.retain(|item| !item.trim().is_empty());
    items
}

fn condition(parameter: &str, text: &str, table: &TableSource) -> Result<Filter, QueryProblem> {
    let bare = text.trim();
    // A text alone is looked for everywhere.
    for quote in ['"', '\''] {
        if let Some(inner) = bare.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote))
            && !inner.contains(quote)
        {
            return Ok(words(inner, Vec::new()));
        }
    }
    let filter = syntax(parameter, table, &[]).filter(&ranges_as_sql(parameter, bare)?)?;
    Ok(with_words_of_like(filter))
}

fn words(text: &str, columns: Vec<String>) -> Filter {
    let words = text.split_whitespace().take(SEARCH_WORDS_MAX).map(str::to_owned).collect();
    Filter::Search { columns, words }
}

/// `like` finds a text anywhere, in any case; `*` stands for the rest of a word.
fn with_words_of_like(filter: Filter) -> Filter {
    let pattern = |text: String| {
        let escaped = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        format!("%{}%", escaped.replace('*', "%"))
    };
    match filter {
        Filter::All(parts) => Filter::All(parts.into_iter().map(with_words_of_like).collect()),
        Filter::Any(parts) => Filter::Any(parts.into_iter().map(with_words_of_like).collect()),
        Filter::Not(inner) => Filter::Not(Box::new(with_words_of_like(*inner))),
        Filter::Text { column, how: TextMatch::Like, text, .. } => {
            Filter::Text { column, how: TextMatch::Like, text: pattern(text), ignore_case: true }
        }
        Filter::Matches { value, how: TextMatch::Like, text, .. } => {
            Filter::Matches { value, how: TextMatch::Like, text: pattern(text), ignore_case: true }
        }
        other => other,
    }
}

/// Writes what SQL has other words for as SQL: `field in [1..5]`, and days with slashes or without month and day.
fn ranges_as_sql(parameter: &str, text: &str) -> Result<String, QueryProblem> {
    let problem = |message: &str| QueryProblem::new(parameter, message.to_owned());
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut quote = None;
    while let Some(character) = rest.chars().next() {
        if let Some(open) = quote {
            quote = (character != open).then_some(open);
        } else if matches!(character, '\'' | '"' | '`') {
            // `geom'…'` is a text that says what it is.
            if character != '`' && ends_with_word(&out, "geom") {
                out.truncate(out.len() - "geom".len());
            }
            if character != '`' && ends_with_word(&out, "date") {
                let close =
                    rest[1..].find(character).ok_or_else(|| problem("a quotation mark is never closed"))?;
                out.push('\'');
                out.push_str(&whole_date(&rest[1..=close]));
                out.push('\'');
                rest = &rest[close + 2..];
                continue;
            }
            quote = Some(character);
        } else if matches!(character, '[' | ']') && ends_with_word(out.trim_end(), "in") {
            let close = rest[1..].find(['[', ']']).ok_or_else(|| problem("a range is never closed"))? + 1;
            let is_open = [character == ']', rest[close..].starts_with('[')];
            let inner = &rest[1..close];
            let (low, high) = inner
                .split_once("..")
                .or_else(|| inner.split_once(" TO "))
                .or_else(|| inner.split_once(" to "))
                .ok_or_else(|| problem("a range has two ends, like [1..5]"))?;
            let head = out.trim_end();
            let field = head[..head.len() - 2].trim_end();
            let begin = match field.strip_suffix('`') {
                Some(inner) => inner.rfind('`').unwrap_or(0),
                None => {
                    let is_inner = |c: char| c.is_alphanumeric() || c == '_';
                    field.trim_end_matches(is_inner).len()
                }
            };
            let (before, field) = (field[..begin].to_owned(), field[begin..].to_owned());
            if field.is_empty() {
                return Err(problem("a range has no field"));
            }
            let bound = |text: &str, sign: &str, is_open: bool| -> Result<Option<String>, QueryProblem> {
                let text = ranges_as_sql(parameter, text.trim())?;
                let sign = if is_open { sign.to_owned() } else { format!("{sign}=") };
                Ok((!text.is_empty()).then(|| format!("{field} {sign} {text}")))
            };
            let bounds = [bound(low, ">", is_open[0])?, bound(high, "<", is_open[1])?];
            let bounds: Vec<String> = bounds.into_iter().flatten().collect();
            let bounds = if bounds.is_empty() { "true".to_owned() } else { bounds.join(" and ") };
            out = format!("{before}({bounds})");
            rest = &rest[close + 1..];
            continue;
        }
        if quote.is_none()
            && character.is_ascii_digit()
            && !out.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '.'))
            && let Some(length) = distance_length(rest)
        {
            out.push_str(&format!("'{}'", &rest[..length]));
            rest = &rest[length..];
            continue;
        }
        out.push(character);
        rest = &rest[character.len_utf8()..];
    }
    Ok(out)
}

/// How long the distance is that a text begins with, such as `1.5km`; none when it is something else.
fn distance_length(text: &str) -> Option<usize> {
    let number = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let unit = &text[number..];
    let length = unit.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(unit.len());
    matches!(&unit[..length], "m" | "cm" | "km" | "mi" | "yd" | "ft").then_some(number + length)
}

fn ends_with_word(text: &str, word: &str) -> bool {
    let Some(head) = text.len().checked_sub(word.len()) else { return false };
    text.get(head..).is_some_and(|tail| tail.eq_ignore_ascii_case(word))
        && !text[..head].ends_with(|c: char| c.is_alphanumeric() || c == '_')
}

/// `2020`, `2020/02` and `2020/02/03` as ISO 8601.
fn whole_date(text: &str) -> String {
    let text = text.trim().replace('/', "-");
    match text.len() {
        4 => format!("{text}-01-01"),
        7 => format!("{text}-01"),
        _ => text,
    }
}

/// `field:value`, or `field:"value"`; of days also years and months.
fn refined(parameter: &str, text: &str, table: &TableSource) -> Result<Filter, QueryProblem> {
    let (name, value) = text.split_once(':').ok_or_else(|| {
        QueryProblem::new(parameter, format!("`{}` names no value", short(text)))
            .with_hint("write it like field:value")
    })?;
    let value = value.trim().trim_matches('"');
    let Value::Column(column) = syntax(parameter, table, &[]).find(name.trim().trim_matches('`'))? else {
        return Ok(Filter::nothing());
    };
    let kind = table.column(&column).map_or(ColumnType::Text, |column| column.kind);
    let parts: Vec<&str> = value.split(['/', '-']).collect();
    let is_time = matches!(kind, ColumnType::Date | ColumnType::Datetime | ColumnType::Timestamp);
    let is_part = parts.iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    if is_time && is_part && parts.len() <= 3 {
        let times = [TimePart::Year, TimePart::Month, TimePart::Day];
        let tests = times.into_iter().zip(parts).map(|(time, part)| Filter::Test {
            left: Value::Call(Function::Part(time), vec![Value::Column(column.clone())]),
            how: Comparison::Eq,
            right: Value::Literal(Literal::Integer(part.parse().unwrap_or(-1))),
        });
        return Ok(Filter::All(tests.collect()));
    }
    let value = Literal::read(value, kind).map_err(|message| QueryProblem::new(parameter, message))?;
    Ok(Filter::Compare { column, how: Comparison::Eq, value })
}

fn count(parameter: &str, text: &str) -> Result<u64, QueryProblem> {
    text.trim().parse().map_err(|_| {
        QueryProblem::new(parameter, format!("`{}` is not a whole number", short(text)))
            .with_hint("write it like 100")
    })
}

fn meaning(name: &str) -> Option<Meaning> {
    match name {
        "search" | "suggest" => Some(Meaning::Condition(search)),
        "startswith" => Some(Meaning::Condition(|syntax, given| {
            let [value, text] = given else { return Err(syntax.problem("a field and a text are needed")) };
            let text =
                syntax.as_text(text).ok_or_else(|| syntax.problem("the second value has to be a text"))?;
            syntax.like(syntax.value(value)?, TextMatch::StartsWith, text, true)
        })),
        "within_distance" => Some(Meaning::Condition(within_distance)),
        "in_bbox" => Some(Meaning::Condition(|syntax, given| {
            let [place, numbers @ ..] = given else { return Err(syntax.problem("a field is needed")) };
            let [south, west, north, east] = syntax.numbers(numbers)?;
            syntax.placed(place, Relation::Intersects, Shape::bounds(west, south, east, north))
        })),
        "within" => Some(Meaning::Condition(|syntax, given| placed(syntax, given, Relation::Within))),
        "intersects" => Some(Meaning::Condition(|syntax, given| placed(syntax, given, Relation::Intersects))),
        "disjoint" => Some(Meaning::Condition(|syntax, given| placed(syntax, given, Relation::Disjoint))),
        "range" => Some(Meaning::Value(step_of)),
        "date_format" => Some(Meaning::Value(date_format)),
        "now" => None,
        _ => usual_meaning(name),
    }
}

/// A field beside `geom'…'`, whose word is dropped before it is read.
fn placed(syntax: &Syntax<'_>, given: &[Expr], relation: Relation) -> Result<Filter, QueryProblem> {
    let [place, shape] = given else { return Err(syntax.problem("a field and a geometry are needed")) };
    syntax.placed(place, relation, geometry(syntax, shape)?)
}

fn geometry(syntax: &Syntax<'_>, shape: &Expr) -> Result<Shape, QueryProblem> {
    let text = syntax.as_text(shape).ok_or_else(|| {
        syntax.problem("a geometry has to be a text").with_hint("write it like geom'POINT(2.3 48.9)'")
    })?;
    Shape::of_text(&text).map_err(|problem| syntax.problem(problem.to_string()))
}

/// `within_distance(field, geom'POINT(…)', 10km)`; the distance comes as a text.
fn within_distance(syntax: &Syntax<'_>, given: &[Expr]) -> Result<Filter, QueryProblem> {
    let [place, centre, distance] = given else {
        return Err(syntax.problem("a field, a geometry and a distance are needed"));
    };
    let wrong = || syntax.problem("the distance is no length").with_hint("write it like 500m, 10km or 5mi");
    let text = syntax.as_text(distance).ok_or_else(wrong)?;
    let at = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let number: f64 = text[..at].trim().parse().map_err(|_| wrong())?;
    let metres = match text[at..].trim() {
        "" | "m" => 1.0,
        "cm" => 0.01,
        "km" => 1_000.0,
        "mi" => 1_609.344,
        "yd" => 0.9144,
        "ft" => 0.3048,
        _ => return Err(wrong()),
    };
    let point = geometry(syntax, centre)?.point();
    let (longitude, latitude) = point.ok_or_else(|| syntax.problem("a distance is from a point"))?;
    syntax.placed(place, Relation::Within, Shape::circle(longitude, latitude, number * metres))
}

/// `range(field, step)`: where the step begins that a number lies in.
fn step_of(syntax: &Syntax<'_>, given: &[Expr]) -> Result<Value, QueryProblem> {
    let [field, step] = given else {
        return Err(syntax
            .problem("a field and one step are needed")
            .with_hint("for steps of different width use case when … then … end"));
    };
    let value = syntax.value(field)?;
    if let Some(column) = syntax.as_column(&value)
        && !column.kind.is_numeric()
    {
        return Err(syntax.problem(format!("`{}` holds {}, no numbers", column.name, column.kind.name())));
    }
    let [step] = syntax.numbers(std::slice::from_ref(step))?;
    if step <= 0.0 {
        return Err(syntax.problem("the step is not above 0"));
    }
    let step = Value::Literal(Literal::Number(step));
    let steps = Value::Call(Function::Floor, vec![Value::Call(Function::Divide, vec![value, step.clone()])]);
    Ok(Value::Call(Function::Multiply, vec![steps, step]))
}

/// `search("words")` in all fields, `search(field, ..., "words")` in some.
fn search(syntax: &Syntax<'_>, given: &[Expr]) -> Result<Filter, QueryProblem> {
    let Some((text, fields)) = given.split_last() else { return Err(syntax.problem("a text is needed")) };
    let text = syntax.as_text(text).ok_or_else(|| syntax.problem("the last value has to be a text"))?;
    let mut columns = Vec::new();
    for field in fields {
        match syntax.value(field)? {
            Value::Column(column) => columns.push(column),
            _ => return Err(syntax.problem("only fields can be searched")),
        }
    }
    Ok(words(&text, columns))
}

/// `date_format(field, "YYYY-MM-dd")`, with the letters of Joda time that stand for numbers.
fn date_format(syntax: &Syntax<'_>, given: &[Expr]) -> Result<Value, QueryProblem> {
    let [value, pattern] = given else { return Err(syntax.problem("a field and a pattern are needed")) };
    let pattern = syntax.as_text(pattern).ok_or_else(|| syntax.problem("the pattern has to be a text"))?;
    let mut format = String::new();
    let mut rest = pattern.as_str();
    const LETTERS: [(&str, &str); 12] = [
        ("yyyy", "%Y"),
        ("YYYY", "%Y"),
        ("yy", "%y"),
        ("YY", "%y"),
        ("MMMM", "%B"),
        ("MMM", "%b"),
        ("MM", "%m"),
        ("dd", "%d"),
        ("DD", "%j"),
        ("HH", "%H"),
        ("mm", "%M"),
        ("ss", "%S"),
    ];
    while let Some(character) = rest.chars().next() {
        match LETTERS.iter().find(|(letters, _)| rest.starts_with(letters)) {
            Some((letters, sign)) => {
                format.push_str(sign);
                rest = &rest[letters.len()..];
            }
            None if character.is_ascii_alphabetic() => {
                return Err(syntax.problem(format!("`{}` is no pattern of a date here", short(&pattern))));
            }
            None => {
                format.push(character);
                if character == '%' {
                    format.push('%');
                }
                rest = &rest[character.len_utf8()..];
            }
        }
    }
    Ok(Value::Call(Function::FormatTime, vec![syntax.value(value)?, Value::text(format)]))
}
