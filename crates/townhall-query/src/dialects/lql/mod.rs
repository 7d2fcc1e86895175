//! LQL 1.1, the query language of LIBRE: `field__operator=value`, and directives that begin with `_`.
//!
//! A question may hold others: `<source&field=value&…>` as a value stands for the answer of another source. Whoever answers
//! runs those first and puts their answers in; then the question is about one table, like any other.

mod filter;
mod pairs;
mod shape;
mod value;

use serde_json::Value as Json;

use super::syntax::usual_column;
use super::{QueryDialect, nearest, short};
use crate::error::QueryProblem;
use crate::filter::Filter;
use crate::limits::{CONDITIONS_MAX, LQL_GROUPS_MAX, LQL_ROWS, LQL_ROWS_MAX, OUTPUTS_MAX};
use crate::query::{AggregateFunction, Output, RowsQuery, TableSource};
use crate::value::{Function, Value};

pub use pairs::lql_pairs;
pub use shape::{JsonPath, Transform};
pub use value::SubQuery;

use value::LqlValue;

/// The dialect of `/api/sources/{slug}/data/`, as far as it is about rows.
pub struct Lql;

impl QueryDialect for Lql {
    fn name(&self) -> &'static str {
        "lql"
    }

    fn parse(&self, pairs: &[(String, String)], table: &TableSource) -> Result<RowsQuery, QueryProblem> {
        let question = LqlQuestion::read(pairs)?;
        match (question.group_by.first(), question.aggregates.is_empty()) {
            (Some(field), _) => question.groups(table, field),
            (None, false) => question.sums(table),
            (None, true) => question.rows(table),
        }
    }
}

/// A question in LQL.
#[derive(Debug, Clone, PartialEq)]
pub struct LqlQuestion {
    filters: Vec<Condition>,
    any: bool,
    group_by: Vec<String>,
    aggregates: Vec<Aggregate>,
    json_path: Option<JsonPath>,
    transform: Transform,
    limit: usize,
    offset: u64,
    as_of: Option<String>,
}

/// A field compared with a value.
#[derive(Debug, Clone, PartialEq)]
struct Condition {
    /// The parameter as it was written.
    parameter: String,
    field: String,
    negated: bool,
    operator: String,
    value: LqlValue,
}

/// What is computed of rows, and what it is called.
#[derive(Debug, Clone, PartialEq)]
struct Aggregate {
    parameter: String,
    alias: String,
    function: AggregateFunction,
    /// The field; none for all rows.
    field: Option<String>,
}

impl LqlQuestion {
    /// Reads the pairs of a query string.
    pub fn read(pairs: &[(String, String)]) -> Result<Self, QueryProblem> {
        let mut question = Self {
            filters: Vec::new(),
            any: false,
            group_by: Vec::new(),
            aggregates: Vec::new(),
            json_path: None,
            transform: Transform::None,
            limit: LQL_ROWS,
            offset: 0,
            as_of: None,
        };
        for (key, text) in pairs {
            match key.as_str() {
                "format" => {}
                "_join" => question.any = is_or(key, text)?,
                "_json_path" => question.json_path = Some(JsonPath::read(text)?),
                "_group_by" => question.group_by.extend(fields(text)),
                "_as_dict_list" => question.transform = Transform::Objects,
                "_as_nested_list" => question.transform = Transform::Lists,
                "_timestamp" => question.as_of = Some(text.trim_matches('"').to_owned()),
                "_limit" => question.limit = count(key, text)?.min(LQL_ROWS_MAX as u64) as usize,
                "_offset" => question.offset = count(key, text)?,
                _ if key.starts_with("_renderer__") => {}
                _ if key.starts_with("_aggregate__") => question.aggregates.push(aggregate(key, text)?),
                _ if key.starts_with('_') && !key.contains('.') && !key[1..].contains("__") => {
                    return Err(unknown_directive(key));
                }
                _ => question.filters.push(condition(key, text)?),
            }
        }
        if question.filters.len() > CONDITIONS_MAX {
            let message = format!("there are more than {CONDITIONS_MAX} conditions");
            return Err(QueryProblem::new("filters", message));
        }
        if question.group_by.len() > LQL_GROUPS_MAX {
            let message = format!("rows can be grouped by {LQL_GROUPS_MAX} fields at most");
            return Err(QueryProblem::new("_group_by", message));
        }
        if question.aggregates.len() > OUTPUTS_MAX {
            let message = format!("more than {OUTPUTS_MAX} results are asked for");
            return Err(QueryProblem::new("_aggregate", message));
        }
        Ok(question)
    }

    /// The fields by which rows are grouped, each by itself.
    pub fn group_by(&self) -> &[String] {
        &self.group_by
    }

    /// What the computed results are called.
    pub fn aliases(&self) -> impl Iterator<Item = &str> {
        self.aggregates.iter().map(|aggregate| aggregate.alias.as_str())
    }

    /// The version of the table that is asked.
    pub fn as_of(&self) -> Option<&str> {
        self.as_of.as_deref()
    }

    /// How many rows are wanted at most.
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// The part of the answer that is wanted.
    pub fn json_path(&self) -> Option<&JsonPath> {
        self.json_path.as_ref()
    }

    /// The shape that the answer is given at the end.
    pub fn transform(&self) -> Transform {
        self.transform
    }

    /// The questions about other sources that stand in this one.
    pub fn sub_queries(&self) -> impl Iterator<Item = &SubQuery> {
        self.filters.iter().filter_map(|condition| match &condition.value {
            LqlValue::Answer(sub_query) => Some(&**sub_query),
            _ => None,
        })
    }

    /// Puts the answers of the questions about other sources in their places, in the order of [`Self::sub_queries`].
    pub fn with_answers(mut self, answers: Vec<Json>) -> Result<Self, QueryProblem> {
        let mut answers = answers.into_iter();
        for condition in &mut self.filters {
            if matches!(condition.value, LqlValue::Answer(_)) {
                let answer = answers.next().unwrap_or(Json::Null);
                condition.value = LqlValue::of_answer(&condition.parameter, answer)?;
            }
        }
        Ok(self)
    }

    /// The rows that match, a page of them.
    pub fn rows(&self, table: &TableSource) -> Result<RowsQuery, QueryProblem> {
        Ok(RowsQuery {
            filter: self.filter(table)?,
            limit: Some(self.limit),
            offset: self.offset,
            ..RowsQuery::default()
        })
    }

    /// The groups of a field, with what is computed of each.
    pub fn groups(&self, table: &TableSource, field: &str) -> Result<RowsQuery, QueryProblem> {
        let column = Value::Column(column("_group_by", field, table)?);
        let mut select = vec![Output::named(column.clone(), GROUP)];
        select.extend(self.outputs(table)?);
        Ok(RowsQuery {
            select,
            filter: self.filter(table)?,
            group: vec![column],
            limit: Some(LQL_ROWS_MAX),
            total: false,
            ..RowsQuery::default()
        })
    }

    /// What is computed of all rows that match.
    pub fn sums(&self, table: &TableSource) -> Result<RowsQuery, QueryProblem> {
        Ok(RowsQuery {
            select: self.outputs(table)?,
            filter: self.filter(table)?,
            limit: Some(1),
            total: false,
            ..RowsQuery::default()
        })
    }

    fn filter(&self, table: &TableSource) -> Result<Filter, QueryProblem> {
        let conditions = self.filters.iter().map(|condition| filter::of(condition, table));
        let conditions = conditions.collect::<Result<Vec<_>, _>>()?;
        Ok(match (conditions.is_empty(), self.any) {
            (true, _) => Filter::everything(),
            (false, true) => Filter::Any(conditions),
            (false, false) => Filter::All(conditions),
        })
    }

    fn outputs(&self, table: &TableSource) -> Result<Vec<Output>, QueryProblem> {
        self.aggregates.iter().map(|aggregate| aggregate.output(table)).collect()
    }
}

/// What the value of a group is called in the answer, so that an alias may be the name of the field.
pub const LQL_GROUP: &str = GROUP;
const GROUP: &str = "\u{1}value";

impl Aggregate {
    fn output(&self, table: &TableSource) -> Result<Output, QueryProblem> {
        let Some(field) = &self.field else {
            return Ok(Output::named(Value::Aggregate(self.function, None), &self.alias));
        };
        let name = column(&self.parameter, field, table)?;
        let kind = table.column(&name).map(|column| column.kind);
        if let Some(kind) = kind
            && !self.function.suits(kind)
        {
            let message = format!("`{name}` holds {}, which has no {}", kind.name(), self.function.name());
            return Err(QueryProblem::new(&self.parameter, message));
        }
        let mut of = Value::Column(name);
        // An empty text is no value here.
        if self.function == AggregateFunction::CountDistinct
            && kind == Some(townhall_model::table::ColumnType::Text)
        {
            of = Value::Call(Function::NullIf, vec![of, Value::text("")]);
        }
        Ok(Output::named(Value::Aggregate(self.function, Some(Box::new(of))), &self.alias))
    }
}

fn is_or(key: &str, text: &str) -> Result<bool, QueryProblem> {
    match text.trim_matches('"').to_ascii_uppercase().as_str() {
        "OR" => Ok(true),
        "AND" => Ok(false),
        _ => Err(QueryProblem::new(key, format!("`{}` is neither OR nor AND", short(text)))),
    }
}

fn fields(text: &str) -> impl Iterator<Item = String> {
    text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned)
}

fn count(key: &str, text: &str) -> Result<u64, QueryProblem> {
    let number = text.trim().parse();
    number.map_err(|_| QueryProblem::new(key, format!("`{}` is not a whole number", short(text))))
}

/// The column of a field; dots are part of its name.
fn column(parameter: &str, field: &str, table: &TableSource) -> Result<String, QueryProblem> {
    usual_column(table, field).ok_or_else(|| {
        let problem = QueryProblem::new(parameter, format!("Invalid element: {}", short(field)));
        match nearest(field, table.columns.iter().map(|column| column.name.as_str())) {
            Some(near) => problem.with_hint(format!("did you mean `{near}`?")),
            None => problem,
        }
    })
}

/// `_aggregate__ALIAS=Count(*)`.
fn aggregate(key: &str, text: &str) -> Result<Aggregate, QueryProblem> {
    let alias = key.trim_start_matches("_aggregate__");
    let wrong = || {
        QueryProblem::new(key, format!("Unknown aggregate: {}", short(text)))
            .with_hint("write it like Count(*), Sum(field), Min(field), Max(field) or Average(field)")
    };
    if alias.is_empty() {
        return Err(QueryProblem::new(key, "the result has no name").with_hint("write _aggregate__NAME=…"));
    }
    let inner = text.trim().strip_suffix(')').and_then(|text| text.split_once('('));
    let (name, field) = inner.ok_or_else(wrong)?;
    let field = field.trim();
    let function = match (name.trim(), field) {
        // A count of a field is of its different values.
        ("Count", "*" | "") => AggregateFunction::Count,
        ("Count", _) => AggregateFunction::CountDistinct,
        ("Sum", _) => AggregateFunction::Sum,
        ("Min", _) => AggregateFunction::Min,
        ("Max", _) => AggregateFunction::Max,
        ("Average", _) => AggregateFunction::Avg,
        _ => return Err(wrong()),
    };
    let field = (!matches!(field, "*" | "")).then(|| field.to_owned());
    if field.is_none() && function != AggregateFunction::Count {
        return Err(wrong());
    }
    Ok(Aggregate { parameter: key.to_owned(), alias: alias.to_owned(), function, field })
}

/// `field=value`, `field__operator=value`, `field__not__operator=value`.
fn condition(key: &str, text: &str) -> Result<Condition, QueryProblem> {
    let parts: Vec<&str> = key.split("__").collect();
    let (field, negated, operator) = match parts.as_slice() {
        [field] => (*field, false, "equals"),
        [field, "not"] => (*field, true, "equals"),
        [field, "not", operator] => (*field, true, *operator),
        [field, operator] => (*field, false, *operator),
        _ => return Err(QueryProblem::new(key, "Only one filter per field is supported")),
    };
    filter::check_operator(key, operator)?;
    Ok(Condition {
        parameter: key.to_owned(),
        field: field.to_owned(),
        negated,
        operator: operator.to_owned(),
        value: value::read(key, text)?,
    })
}

fn unknown_directive(key: &str) -> QueryProblem {
    const KNOWN: [&str; 10] = [
        "_join",
        "_json_path",
        "_group_by",
        "_aggregate__",
        "_as_dict_list",
        "_as_nested_list",
        "_timestamp",
        "_renderer__",
        "_limit",
        "_offset",
    ];
    let problem = QueryProblem::new(key, "there is no such directive");
    match nearest(key, KNOWN.into_iter()) {
        Some(near) => problem.with_hint(format!("did you mean `{near}`?")),
        None => problem.with_hint(format!("the directives are {}", KNOWN.join(", "))),
    }
}
