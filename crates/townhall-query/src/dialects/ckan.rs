//! CKAN's `datastore_search`: filters as JSON, words, fields, sort, limit and offset (CKAN 2.12 documentation, DataStore API).

use serde_json::{Map, Value as Json};
use townhall_model::table::ColumnType;

use super::syntax::usual_column;
use super::{QueryDialect, nearest, short};
use crate::error::QueryProblem;
use crate::filter::{Comparison, Filter};
use crate::limits::{CONDITIONS_MAX, LIST_MAX, SEARCH_WORDS_MAX, WHERE_DEPTH_MAX};
use crate::literal::Literal;
use crate::query::{Output, RANK, ROW, RowsQuery, Sort, TableSource};

/// The dialect of `/api/3/action/datastore_search`. Values that are not texts come as JSON.
pub struct Ckan;

/// Rows of an answer unless asked otherwise, and at most.
pub const CKAN_LIMITS: (usize, usize) = (100, 32_000);

/// What CKAN calls the row number.
const ID: &str = "_id";

/// What CKAN calls how well a row matches.
const RANK_NAME: &str = "rank";

impl QueryDialect for Ckan {
    fn name(&self) -> &'static str {
        "ckan"
    }

    fn parse(&self, pairs: &[(String, String)], table: &TableSource) -> Result<RowsQuery, QueryProblem> {
        let mut query = RowsQuery { limit: Some(CKAN_LIMITS.0), ..RowsQuery::default() };
        let mut fields = Vec::new();
        for (key, value) in pairs {
            match key.as_str() {
                "filters" => {
                    let json = json(key, value)?;
                    let mut reader = Filters { table, parameter: key, conditions: 0 };
                    query.filter = query.filter.and(reader.any(&json, 0)?);
                }
                "q" => query.filter = query.filter.and(search(key, value, table)?),
                "full_text" => query.filter = query.filter.and(words(value, Vec::new())),
                "fields" => {
                    for name in list(value) {
                        let is_rank = name.trim() == RANK_NAME && table.column(RANK_NAME).is_none();
                        fields.push(if is_rank { RANK.to_owned() } else { column(key, &name, table)? });
                    }
                }
                "sort" => {
                    for part in list(value) {
                        query.sort.push(sort(key, &part, table)?);
                    }
                }
                "distinct" => query.distinct = flag(key, value)?,
                "limit" => {
                    let limit = usize::try_from(count(key, value)?).unwrap_or(usize::MAX);
                    query.limit = Some(limit.min(CKAN_LIMITS.1));
                }
                "offset" => query.offset = count(key, value)?,
                "include_total" => query.total = flag(key, value)?,
                // These say how to answer, not what; or name what is known already.
                "resource_id"
                | "id"
                | "records_format"
                | "plain"
                | "language"
                | "callback"
                | "bom"
                | "format"
                | "total_estimation_threshold"
                | "include_next_page" => {}
                _ => return Err(QueryProblem::new(key, "there is no such parameter")),
            }
        }
        let is_search = !query.distinct && !crate::words::searches(&query.filter).is_empty();
        query.select = match fields.is_empty() {
            false => fields.iter().map(|name| output(name)).collect(),
            // The same rows under different numbers would never be the same.
            true if query.distinct => Vec::new(),
            true => [ROW]
                .into_iter()
                .chain(table.columns.iter().map(|column| column.name.as_str()))
                .map(output)
                .collect(),
        };
        // What is searched for comes with its rank, unless fields are named, and in its order.
        if is_search && fields.is_empty() && table.column(RANK_NAME).is_none() {
            query.select.push(Output::named(crate::value::Value::column(RANK), RANK_NAME));
        }
        if is_search && query.sort.is_empty() {
            query.sort.push(Sort::by(RANK, true));
        }
        Ok(query)
    }
}

fn output(name: &str) -> Output {
    match name {
        ROW => Output::named(crate::value::Value::column(ROW), ID),
        RANK => Output::named(crate::value::Value::column(RANK), RANK_NAME),
        _ => Output::column(name),
    }
}

fn json(parameter: &str, text: &str) -> Result<Json, QueryProblem> {
    serde_json::from_str(text).map_err(|error| {
        QueryProblem::new(parameter, format!("it is not JSON: {error}"))
            .with_hint("write it like {\"state\": \"MD\", \"year\": [2019, 2020]}")
    })
}

fn column(parameter: &str, name: &str, table: &TableSource) -> Result<String, QueryProblem> {
    let name = name.trim().trim_matches('"');
    if name == ID {
        return Ok(ROW.to_owned());
    }
    usual_column(table, name).ok_or_else(|| {
        let problem = QueryProblem::new(parameter, format!("field \"{}\" does not exist", short(name)));
        match nearest(name, table.columns.iter().map(|column| column.name.as_str())) {
            Some(near) => problem.with_hint(format!("did you mean `{near}`?")),
            None => problem,
        }
    })
}

/// A list as JSON, or with commas.
fn list(text: &str) -> Vec<String> {
    match serde_json::from_str::<Vec<String>>(text) {
        Ok(list) => list,
        Err(_) => text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect(),
    }
}

fn sort(parameter: &str, text: &str, table: &TableSource) -> Result<Sort, QueryProblem> {
    let text = text.trim();
    let (name, rest) = match text.strip_prefix('"').and_then(|inner| inner.split_once('"')) {
        Some((name, rest)) => (name, rest),
        None => text.split_once(char::is_whitespace).unwrap_or((text, "")),
    };
    let words = rest.to_lowercase();
    let mut descending = false;
    for word in words.split_whitespace() {
        match word {
            "asc" => {}
            "desc" => descending = true,
            "nulls" | "first" | "last" => {}
            _ => return Err(QueryProblem::new(parameter, format!("`{}` is no order", short(text)))),
        }
    }
    if name.trim() == RANK_NAME && table.column(RANK_NAME).is_none() {
        return Ok(Sort::by(RANK, descending));
    }
    Ok(Sort::by(&column(parameter, name, table)?, descending))
}

fn flag(parameter: &str, text: &str) -> Result<bool, QueryProblem> {
    match text.to_lowercase().as_str() {
        "true" | "1" | "yes" | "t" | "y" | "on" => Ok(true),
        "false" | "0" | "no" | "f" | "n" | "off" | "" => Ok(false),
        _ => Err(QueryProblem::new(parameter, format!("`{}` is neither true nor false", short(text)))),
    }
}

fn count(parameter: &str, text: &str) -> Result<u64, QueryProblem> {
    text.trim()
        .parse()
        .map_err(|_| QueryProblem::new(parameter, format!("`{}` is not a positive integer", short(text))))
}

/// Words for all text columns, or by column as JSON.
fn search(parameter: &str, text: &str, table: &TableSource) -> Result<Filter, QueryProblem> {
    if !text.trim_start().starts_with('{') {
        return Ok(words(text, Vec::new()));
    }
    let Ok(by_column) = serde_json::from_str::<Map<String, Json>>(text) else {
        return Ok(words(text, Vec::new()));
    };
    let mut filter = Filter::everything();
    for (name, wanted) in &by_column {
        let text = wanted.as_str().map_or_else(|| wanted.to_string(), str::to_owned);
        filter = filter.and(words(&text, vec![column(parameter, name, table)?]));
    }
    Ok(filter)
}

/// The signs of full-text queries are no part of words: everything here finds beginnings of words, too.
fn words(text: &str, columns: Vec<String>) -> Filter {
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, '&' | '|'));
    let words = words.map(|word| word.trim_end_matches(":*")).filter(|word| !word.is_empty());
    Filter::Search { columns, words: words.take(SEARCH_WORDS_MAX).map(str::to_owned).collect() }
}

struct Filters<'a> {
    table: &'a TableSource,
    parameter: &'a str,
    conditions: usize,
}

impl Filters<'_> {
    /// One set of conditions that all have to hold, or a list of sets of which one has to.
    fn any(&mut self, json: &Json, depth: usize) -> Result<Filter, QueryProblem> {
        if depth > WHERE_DEPTH_MAX {
            return Err(self.problem(format!("it nests deeper than {WHERE_DEPTH_MAX}")));
        }
        match json {
            Json::Object(set) => self.all(set, depth),
            Json::Array(sets) => {
                let sets = sets.iter().map(|set| self.any(set, depth + 1)).collect::<Result<_, _>>()?;
                Ok(Filter::Any(sets))
            }
            _ => Err(self.problem("it is neither an object nor a list of objects")),
        }
    }

    fn all(&mut self, set: &Map<String, Json>, depth: usize) -> Result<Filter, QueryProblem> {
        let mut parts = Vec::new();
        for (key, wanted) in set {
            self.conditions += 1;
            if self.conditions > CONDITIONS_MAX {
                return Err(self.problem(format!("there are more than {CONDITIONS_MAX} conditions")));
            }
            parts.push(match (key.as_str(), wanted) {
                ("$or", sets) => self.any(sets, depth + 1)?,
                ("$and", Json::Array(sets)) => {
                    let sets = sets.iter().map(|set| self.any(set, depth + 1)).collect::<Result<_, _>>()?;
                    Filter::All(sets)
                }
                (key, wanted) => {
                    // A column whose name begins with `$` is written with two of them.
                    let name =
                        key.strip_prefix("$$").map_or_else(|| key.to_owned(), |rest| format!("${rest}"));
                    self.condition(&column(self.parameter, &name, self.table)?, wanted)?
                }
            });
        }
        Ok(Filter::All(parts))
    }

    fn condition(&mut self, column: &str, wanted: &Json) -> Result<Filter, QueryProblem> {
        let compare = |how, value| Filter::Compare { column: column.to_owned(), how, value };
        match wanted {
            Json::Null => Ok(Filter::Null { column: column.to_owned() }),
            Json::Array(choices) if choices.len() > LIST_MAX => {
                Err(self.problem(format!("a list has more than {LIST_MAX} values")))
            }
            Json::Array(choices) if choices.iter().all(|choice| !choice.is_object() && !choice.is_null()) => {
                let values =
                    choices.iter().map(|choice| self.value(column, choice)).collect::<Result<_, _>>()?;
                Ok(Filter::In { column: column.to_owned(), values })
            }
            Json::Array(choices) => {
                let parts =
                    choices.iter().map(|choice| self.condition(column, choice)).collect::<Result<_, _>>()?;
                Ok(Filter::Any(parts))
            }
            Json::Object(bounds) => {
                let mut parts = Vec::new();
                for (operator, value) in bounds {
                    let how = match operator.as_str() {
                        "eq" => Comparison::Eq,
                        "gt" => Comparison::Gt,
                        "gte" => Comparison::Gte,
                        "lt" => Comparison::Lt,
                        "lte" => Comparison::Lte,
                        other => {
                            return Err(self
                                .problem(format!("there is no operator `{}`", short(other)))
                                .with_hint("use eq, gt, gte, lt or lte"));
                        }
                    };
                    parts.push(compare(how, self.value(column, value)?));
                }
                Ok(Filter::All(parts))
            }
            value => Ok(compare(Comparison::Eq, self.value(column, value)?)),
        }
    }

    fn value(&self, column: &str, json: &Json) -> Result<Literal, QueryProblem> {
        let text = json.as_str().map_or_else(|| json.to_string(), str::to_owned);
        let kind = self.table.column(column).map_or(ColumnType::Integer, |column| column.kind);
        Literal::read(&text, kind).map_err(|message| self.problem(message))
    }

    fn problem(&self, message: impl Into<String>) -> QueryProblem {
        QueryProblem::new(self.parameter, message)
    }
}
