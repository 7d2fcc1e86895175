//! DKAN's `datastore/query`: a question as a JSON document, whose members come as pairs with JSON for values.

use serde_json::{Map, Value as Json};
use townhall_model::table::{Column, ColumnType};

use super::syntax::usual_column;
use super::{QueryDialect, nearest, short};
use crate::error::QueryProblem;
use crate::filter::{Comparison, Filter, TextMatch};
use crate::limits::{CONDITIONS_MAX, LIST_MAX, OUTPUTS_MAX, SEARCH_WORDS_MAX, WHERE_DEPTH_MAX};
use crate::literal::Literal;
use crate::query::{AggregateFunction, Output, ROW, RowsQuery, Sort, TableSource};
use crate::value::{Function, Value};

/// The dialect of `/api/1/datastore/query`.
pub struct Dkan;

/// Rows of an answer unless asked otherwise, and at most.
pub const DKAN_LIMIT: usize = 500;

/// What DKAN calls the row number.
const RECORD_NUMBER: &str = "record_number";

/// The operators of conditions.
const OPERATORS: [&str; 15] = [
    "=",
    "<>",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "like",
    "between",
    "in",
    "not in",
    "contains",
    "starts with",
    "match",
    "is null",
];

impl QueryDialect for Dkan {
    fn name(&self) -> &'static str {
        "dkan"
    }

    fn parse(&self, pairs: &[(String, String)], table: &TableSource) -> Result<RowsQuery, QueryProblem> {
        let mut query = RowsQuery { limit: Some(DKAN_LIMIT), ..RowsQuery::default() };
        let mut numbered = false;
        for (key, text) in pairs {
            let mut reader = Reader { table, parameter: key, parts: 0 };
            match key.as_str() {
                "properties" => {
                    for property in reader.list(text)? {
                        query.select.push(reader.output(&property)?);
                    }
                }
                "conditions" => {
                    for condition in reader.list(text)? {
                        query.filter = query.filter.and(reader.condition(&condition, 0)?);
                    }
                }
                "groupings" => {
                    for grouping in reader.list(text)? {
                        query.group.push(Value::Column(reader.property(&grouping)?));
                    }
                }
                "sorts" => {
                    for sort in reader.list(text)? {
                        query.sort.push(reader.sort(&sort)?);
                    }
                }
                "limit" => {
                    query.limit =
                        Some(usize::try_from(reader.count(text)?).unwrap_or(usize::MAX).min(DKAN_LIMIT))
                }
                "offset" => query.offset = reader.count(text)?,
                "count" => query.total = reader.flag(text)?,
                "rowIds" => numbered = reader.flag(text)?,
                // These say how to answer, not what; or name what is known already.
                "joins" | "resources" | "results" | "schema" | "keys" | "format" => {}
                _ => return Err(reader.problem("there is no such member")),
            }
        }
        if numbered && !query.is_grouped() {
            if query.select.is_empty() {
                query.select = table.columns.iter().map(|column| Output::column(&column.name)).collect();
            }
            query.select.insert(0, Output::named(Value::column(ROW), RECORD_NUMBER));
        }
        Ok(query)
    }
}

struct Reader<'a> {
    table: &'a TableSource,
    parameter: &'a str,
    parts: usize,
}

impl Reader<'_> {
    fn problem(&self, message: impl Into<String>) -> QueryProblem {
        QueryProblem::new(self.parameter, message)
    }

    fn list(&self, text: &str) -> Result<Vec<Json>, QueryProblem> {
        match serde_json::from_str(text) {
            Ok(Json::Array(items)) if items.len() <= OUTPUTS_MAX => Ok(items),
            Ok(Json::Array(_)) => Err(self.problem(format!("it has more than {OUTPUTS_MAX} items"))),
            // Brackets in a URL may number their items.
            Ok(Json::Object(members)) if members.len() <= OUTPUTS_MAX => {
                Ok(members.into_iter().map(|(_, item)| item).collect())
            }
            Ok(_) => Err(self.problem("it is no list")),
            Err(error) => Err(self.problem(format!("it is not JSON: {error}"))),
        }
    }

    fn count(&self, text: &str) -> Result<u64, QueryProblem> {
        text.trim_matches('"')
            .parse()
            .map_err(|_| self.problem(format!("`{}` is not a positive integer", short(text))))
    }

    fn flag(&self, text: &str) -> Result<bool, QueryProblem> {
        match text.trim_matches('"') {
            "true" | "1" | "TRUE" => Ok(true),
            "false" | "0" | "FALSE" | "" => Ok(false),
            _ => Err(self.problem(format!("`{}` is neither true nor false", short(text)))),
        }
    }

    fn column(&self, name: &str) -> Result<String, QueryProblem> {
        if name == RECORD_NUMBER {
            return Ok(ROW.to_owned());
        }
        // Of joined tables a column may be called without its table where only one has it.
        let ends = |column: &&Column| column.name.split_once('.').is_some_and(|(_, own)| own == name);
        let mut own = self.table.columns.iter().filter(ends);
        let only = match (own.next(), own.next()) {
            (Some(column), None) => Some(column.name.clone()),
            _ => None,
        };
        usual_column(self.table, name).or(only).ok_or_else(|| {
            let problem = self.problem(format!("Column not found: {}", short(name)));
            match nearest(name, self.table.columns.iter().map(|column| column.name.as_str())) {
                Some(near) => problem.with_hint(format!("did you mean `{near}`?")),
                None => problem,
            }
        })
    }

    /// A column by its name, or by name and resource.
    fn property(&self, json: &Json) -> Result<String, QueryProblem> {
        let name = json.as_str().or_else(|| json.get("property")?.as_str());
        let name = name.ok_or_else(|| self.problem("a property is needed"))?;
        self.column_of(json, name)
    }

    /// A column of the resource that is named beside it, where several are asked.
    fn column_of(&self, json: &Json, name: &str) -> Result<String, QueryProblem> {
        let whole = json.get("resource").and_then(Json::as_str).map(|resource| format!("{resource}.{name}"));
        match whole.filter(|whole| self.table.column(whole).is_some()) {
            Some(whole) => Ok(whole),
            None => self.column(name),
        }
    }

    fn output(&mut self, json: &Json) -> Result<Output, QueryProblem> {
        let alias = json.get("alias").and_then(Json::as_str);
        match json.get("expression") {
            Some(expression) => {
                let value = self.expression(expression, 0)?;
                Ok(Output::named(value, alias.unwrap_or("expression")))
            }
            None => {
                let column = self.property(json)?;
                let own = column.split_once('.').map_or(column.as_str(), |(_, own)| own);
                let usual = if column == ROW { RECORD_NUMBER } else { own };
                Ok(Output::named(Value::column(&column), alias.unwrap_or(usual)))
            }
        }
    }

    fn expression(&mut self, json: &Json, depth: usize) -> Result<Value, QueryProblem> {
        self.parts += 1;
        if depth > WHERE_DEPTH_MAX || self.parts > CONDITIONS_MAX {
            return Err(self.problem("it has too many parts"));
        }
        let operator = json.get("operator").and_then(Json::as_str).unwrap_or_default().to_lowercase();
        let operands = json.get("operands").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
        let values =
            operands.iter().map(|operand| self.operand(operand, depth)).collect::<Result<Vec<_>, _>>()?;
        let function = match operator.as_str() {
            "+" => Function::Add,
            "-" => Function::Subtract,
            "*" => Function::Multiply,
            "/" => Function::Divide,
            "%" => Function::Modulo,
            name => {
                let aggregate = AggregateFunction::by_name(name)
                    .ok_or_else(|| self.problem(format!("there is no operator `{}`", short(name))))?;
                let mut values = values.into_iter();
                return match (values.next(), values.next()) {
                    (Some(value), None) if !value.has_aggregate() => {
                        if let Value::Column(name) = &value
                            && let Some(column) = self.table.column(name)
                            && !self.table.suits(aggregate, column)
                        {
                            let (name, kind) = (&column.name, column.kind.name());
                            return Err(
                                self.problem(format!("`{name}` holds {kind}, which has no {operator}"))
                            );
                        }
                        Ok(Value::Aggregate(aggregate, Some(Box::new(value))))
                    }
                    _ => Err(self.problem(format!("`{operator}` takes one operand"))),
                };
            }
        };
        let mut values = values.into_iter();
        let first = values.next().ok_or_else(|| self.problem("an expression needs two operands"))?;
        let rest: Vec<Value> = values.collect();
        if rest.is_empty() {
            return Err(self.problem("an expression needs two operands"));
        }
        Ok(rest.into_iter().fold(first, |left, right| Value::Call(function, vec![left, right])))
    }

    fn operand(&mut self, json: &Json, depth: usize) -> Result<Value, QueryProblem> {
        match json {
            Json::Number(number) => Ok(Value::Literal(match number.as_i64() {
                Some(number) => Literal::Integer(number),
                None => Literal::Number(number.as_f64().unwrap_or_default()),
            })),
            Json::Object(object) if object.contains_key("expression") => {
                self.expression(&object["expression"], depth + 1)
            }
            Json::Object(object) if object.contains_key("operator") => self.expression(json, depth + 1),
            json => Ok(Value::Column(self.property(json)?)),
        }
    }

    fn sort(&self, json: &Json) -> Result<Sort, QueryProblem> {
        let order = json.get("order").and_then(Json::as_str).unwrap_or("asc").to_lowercase();
        if !matches!(order.as_str(), "asc" | "desc") {
            return Err(self.problem(format!("`{}` is no order", short(&order))));
        }
        Ok(Sort::by(&self.property(json)?, order == "desc"))
    }

    fn condition(&mut self, json: &Json, depth: usize) -> Result<Filter, QueryProblem> {
        self.parts += 1;
        if depth > WHERE_DEPTH_MAX || self.parts > CONDITIONS_MAX {
            return Err(self.problem(format!("there are more than {CONDITIONS_MAX} conditions")));
        }
        let Some(object) = json.as_object() else { return Err(self.problem("a condition is an object")) };
        if let Some(inner) = object.get("conditions") {
            let inner: Vec<Json> = match inner {
                Json::Array(items) => items.clone(),
                Json::Object(members) => members.values().cloned().collect(),
                _ => return Err(self.problem("`conditions` is no list")),
            };
            let parts = inner.iter().map(|part| self.condition(part, depth + 1)).collect::<Result<_, _>>()?;
            return match object.get("groupOperator").and_then(Json::as_str).unwrap_or("and") {
                "and" => Ok(Filter::All(parts)),
                "or" => Ok(Filter::Any(parts)),
                other => Err(self.problem(format!("`{}` is no group operator", short(other)))),
            };
        }
        self.single(object)
    }

    fn single(&self, object: &Map<String, Json>) -> Result<Filter, QueryProblem> {
        let name = object
            .get("property")
            .and_then(Json::as_str)
            .ok_or_else(|| self.problem("a condition needs a property"))?;
        let resource = object.get("resource").cloned().unwrap_or_default();
        let column = self.column_of(&serde_json::json!({"resource": resource}), name)?;
        let operator = object.get("operator").and_then(Json::as_str).unwrap_or("=").trim().to_lowercase();
        let value = object.get("value").unwrap_or(&Json::Null);
        let compare = |how| -> Result<Filter, QueryProblem> {
            Ok(Filter::Compare { column: column.clone(), how, value: self.literal(&column, value)? })
        };
        let valued = || Filter::Not(Box::new(Filter::Null { column: column.clone() }));
        let kind = self.table.column(&column).map_or(ColumnType::Integer, |column| column.kind);
        let text = |how| match kind {
            ColumnType::Text => {
                Filter::Text { column: column.clone(), how, text: plain(value), ignore_case: true }
            }
            _ => Filter::Matches {
                value: Value::Call(Function::ToText, vec![Value::Column(column.clone())]),
                how,
                text: plain(value),
                ignore_case: true,
            },
        };
        match operator.as_str() {
            "=" | "<>" | "!=" if value.is_null() => {
                let null = Filter::Null { column: column.clone() };
                Ok(if operator == "=" { null } else { Filter::Not(Box::new(null)) })
            }
            "=" => compare(Comparison::Eq),
            "<>" | "!=" => Ok(Filter::All(vec![compare(Comparison::Ne)?, valued()])),
            "<" => compare(Comparison::Lt),
            "<=" => compare(Comparison::Lte),
            ">" => compare(Comparison::Gt),
            ">=" => compare(Comparison::Gte),
            "is null" => Ok(Filter::Null { column: column.clone() }),
            "like" => Ok(text(TextMatch::Like)),
            "contains" => Ok(text(TextMatch::Contains)),
            "starts with" => Ok(text(TextMatch::StartsWith)),
            "match" => {
                let words = plain(value);
                let words = words.split_whitespace().take(SEARCH_WORDS_MAX).map(str::to_owned).collect();
                Ok(Filter::Search { columns: vec![column.clone()], words })
            }
            "in" | "not in" => {
                let choices = value.as_array().ok_or_else(|| self.problem("`in` needs a list of values"))?;
                if choices.len() > LIST_MAX {
                    return Err(self.problem(format!("a list has more than {LIST_MAX} values")));
                }
                let values =
                    choices.iter().map(|choice| self.literal(&column, choice)).collect::<Result<_, _>>()?;
                let one = Filter::In { column: column.clone(), values };
                Ok(if operator == "in" {
                    one
                } else {
                    Filter::All(vec![Filter::Not(Box::new(one)), valued()])
                })
            }
            "between" => match value.as_array().map(Vec::as_slice) {
                Some([low, high]) => Ok(Filter::All(vec![
                    Filter::Compare {
                        column: column.clone(),
                        how: Comparison::Gte,
                        value: self.literal(&column, low)?,
                    },
                    Filter::Compare {
                        column: column.clone(),
                        how: Comparison::Lte,
                        value: self.literal(&column, high)?,
                    },
                ])),
                _ => Err(self.problem("`between` needs two values")),
            },
            other => Err(self
                .problem(format!("there is no operator `{}`", short(other)))
                .with_hint(format!("use one of {}", OPERATORS.join(", ")))),
        }
    }

    fn literal(&self, column: &str, json: &Json) -> Result<Literal, QueryProblem> {
        let kind = self.table.column(column).map_or(ColumnType::Integer, |column| column.kind);
        Literal::read(&plain(json), kind).map_err(|message| self.problem(message))
    }
}

fn plain(json: &Json) -> String {
    json.as_str().map_or_else(|| json.to_string(), str::to_owned)
}
