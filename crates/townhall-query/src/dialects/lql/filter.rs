//! The operators of LQL.

use townhall_model::table::ColumnType;

use super::super::short;
use super::value::LqlValue;
use super::{Condition, column, nearest};
use crate::error::QueryProblem;
use crate::filter::{Comparison, Filter, TextMatch};
use crate::limits::LIST_MAX;
use crate::literal::Literal;
use crate::place::{Degrees, Relation};
use crate::query::TableSource;

const OPERATORS: [&str; 20] = [
    "equals",
    "iequals",
    "contains",
    "icontains",
    "startswith",
    "istartswith",
    "endswith",
    "iendswith",
    "lt",
    "lte",
    "gt",
    "gte",
    "in",
    "not_in",
    "range",
    "has",
    "disjoint",
    "intersects",
    "touches",
    "within",
];

/// Refuses an operator that there is not.
pub(super) fn check_operator(parameter: &str, operator: &str) -> Result<(), QueryProblem> {
    if OPERATORS.contains(&operator) {
        return Ok(());
    }
    let problem = QueryProblem::new(parameter, format!("Unknown filter: {}", short(operator)));
    Err(match nearest(operator, OPERATORS.into_iter()) {
        Some(near) => problem.with_hint(format!("did you mean `{near}`?")),
        None => problem.with_hint(format!("the filters are {}", OPERATORS.join(", "))),
    })
}

/// The condition on the rows of a table.
pub(super) fn of(condition: &Condition, table: &TableSource) -> Result<Filter, QueryProblem> {
    let filter = meant(condition, table)?;
    // A row without a value does not meet a condition, and so meets its opposite.
    Ok(if condition.negated { Filter::Not(Box::new(filter)) } else { filter })
}

fn meant(condition: &Condition, table: &TableSource) -> Result<Filter, QueryProblem> {
    let problem = |message: String| QueryProblem::new(&condition.parameter, message);
    if let Some(relation) = Relation::by_name(&condition.operator) {
        let LqlValue::Shape(shape) = &condition.value else {
            return Err(problem("it is compared with a geometry".to_owned())
                .with_hint("write it like Point(-66.1, 18.4) or Geometry({GeoJSON})"));
        };
        let degrees = Degrees::of_field(table, &condition.field).map_err(problem)?;
        return Ok(Filter::Place { degrees, relation, shape: shape.clone() });
    }
    if let Some(attribute) =
        ["_length", "_area", "_type"].iter().find(|name| condition.field.ends_with(**name))
        && condition.field.rsplit_once('.').is_some()
    {
        return Err(problem(format!("`{attribute}` is of geometries, and rows here have points at most"))
            .with_hint("compare the place with within or intersects"));
    }
    let name = column(&condition.parameter, &condition.field, table)?;
    let kind = table.column(&name).map_or(ColumnType::Integer, |column| column.kind);
    let field = Field { condition, name, kind };
    match condition.operator.as_str() {
        "equals" => field.compared(Comparison::Eq),
        "lt" => field.compared(Comparison::Lt),
        "lte" => field.compared(Comparison::Lte),
        "gt" => field.compared(Comparison::Gt),
        "gte" => field.compared(Comparison::Gte),
        "in" => field.one_of(),
        "not_in" => Ok(Filter::Not(Box::new(field.one_of()?))),
        "range" => field.range(),
        "iequals" => field.text(TextMatch::Equals, true),
        "contains" => field.text(TextMatch::Contains, false),
        "icontains" => field.text(TextMatch::Contains, true),
        "startswith" => field.text(TextMatch::StartsWith, false),
        "istartswith" => field.text(TextMatch::StartsWith, true),
        "endswith" => field.text(TextMatch::EndsWith, false),
        "iendswith" => field.text(TextMatch::EndsWith, true),
        other => Err(problem(format!("Unknown filter: {}", short(other)))),
    }
}

/// A column and what it is compared with.
struct Field<'a> {
    condition: &'a Condition,
    name: String,
    kind: ColumnType,
}

impl Field<'_> {
    fn problem(&self, message: impl Into<String>) -> QueryProblem {
        QueryProblem::new(&self.condition.parameter, message)
    }

    fn compared(&self, how: Comparison) -> Result<Filter, QueryProblem> {
        match (&self.condition.value, how) {
            (LqlValue::Nothing, Comparison::Eq) => Ok(Filter::Null { column: self.name.clone() }),
            (LqlValue::Nothing, _) => Ok(Filter::nothing()),
            // What another source answers may be several values.
            (LqlValue::List(_), Comparison::Eq) => self.one_of(),
            (value, how) => {
                let value = self.literal(value)?;
                Ok(Filter::Compare { column: self.name.clone(), how, value })
            }
        }
    }

    fn one_of(&self) -> Result<Filter, QueryProblem> {
        let values = match &self.condition.value {
            LqlValue::List(values) => values.as_slice(),
            LqlValue::Nothing => &[],
            LqlValue::Shape(_) => {
                return Err(self.problem("Invalid value type for specified filter or field."));
            }
            one => std::slice::from_ref(one),
        };
        if values.len() > LIST_MAX {
            return Err(self.problem(format!("a list has more than {LIST_MAX} values")));
        }
        let mut literals = Vec::new();
        let mut or_none = false;
        for value in values {
            match value {
                LqlValue::Nothing => or_none = true,
                value => literals.push(self.literal(value)?),
            }
        }
        let one = match literals.is_empty() {
            true => Filter::nothing(),
            false => Filter::In { column: self.name.clone(), values: literals },
        };
        Ok(match or_none {
            true => Filter::Any(vec![one, Filter::Null { column: self.name.clone() }]),
            false => one,
        })
    }

    fn range(&self) -> Result<Filter, QueryProblem> {
        let LqlValue::List(values) = &self.condition.value else {
            return Err(self.problem("Range filter value must be a list of 2 values."));
        };
        let [low, high] = values.as_slice() else {
            return Err(self.problem("Range filter value must be a list of 2 values."));
        };
        let bound = |how, value| -> Result<Filter, QueryProblem> {
            Ok(Filter::Compare { column: self.name.clone(), how, value: self.literal(value)? })
        };
        Ok(Filter::All(vec![bound(Comparison::Gte, low)?, bound(Comparison::Lte, high)?]))
    }

    fn text(&self, how: TextMatch, ignore_case: bool) -> Result<Filter, QueryProblem> {
        let text = match &self.condition.value {
            LqlValue::Text(text) | LqlValue::Number(text) => text.clone(),
            _ => return Err(self.problem("This filter is meant to be used with string data type values.")),
        };
        if self.kind != ColumnType::Text {
            let message = format!("`{}` holds {}, not text", self.name, self.kind.name());
            return Err(self.problem(message).with_hint("compare it with equals, lt, lte, gt, gte or range"));
        }
        Ok(Filter::Text { column: self.name.clone(), how, text, ignore_case })
    }

    /// The value in the column's own type.
    fn literal(&self, value: &LqlValue) -> Result<Literal, QueryProblem> {
        let text = match value {
            LqlValue::Text(text) | LqlValue::Number(text) | LqlValue::Moment(text) => text.clone(),
            LqlValue::Boolean(flag) => flag.to_string(),
            LqlValue::Time(text) if self.kind == ColumnType::Text => text.clone(),
            LqlValue::Time(_) => {
                return Err(self.problem(format!(
                    "`{}` holds {}, no times of day",
                    self.name,
                    self.kind.name()
                )));
            }
            LqlValue::Shape(_) | LqlValue::List(_) | LqlValue::Answer(_) | LqlValue::Nothing => {
                return Err(self.problem("Invalid value type for specified filter or field."));
            }
        };
        // An instant without a zone is one of UTC.
        let text = match (value, self.kind) {
            (LqlValue::Moment(_), ColumnType::Timestamp) if text.contains('T') => format!("{text}Z"),
            _ => text,
        };
        Literal::read(&text, self.kind).map_err(|message| {
            self.problem(format!("{message} (`{}` holds {})", self.name, self.kind.name()))
        })
    }
}
