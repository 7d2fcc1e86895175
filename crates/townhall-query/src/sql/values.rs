//! Parameters of a query: `:name` in its text, a literal in what was parsed. A value is never a part of the text, so nothing
//! in it can be read as SQL.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    CastKind, DataType, Expr, Statement, Value, visit_expressions, visit_expressions_mut,
};
use serde::{Deserialize, Serialize};

use super::problem;
use crate::error::QueryProblem;

/// A value for a parameter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum SqlValue {
    /// A text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number that is finite.
    Number(f64),
    /// True or false.
    Boolean(bool),
    /// A day, as `2025-06-30`.
    Date(String),
}

impl SqlValue {
    fn literal(&self) -> Expr {
        let plain = |value: Value| Expr::Value(value.into());
        match self {
            Self::Text(text) => plain(Value::SingleQuotedString(text.clone())),
            Self::Integer(number) => plain(Value::Number(number.to_string(), false)),
            Self::Number(number) => plain(Value::Number(format!("{number:?}"), false)),
            Self::Boolean(value) => plain(Value::Boolean(*value)),
            Self::Date(day) => Expr::Cast {
                kind: CastKind::Cast,
                expr: Box::new(plain(Value::SingleQuotedString(day.clone()))),
                data_type: DataType::Date,
                array: false,
                format: None,
            },
        }
    }
}

/// The names of the parameters, in the order of the text.
pub(super) fn names(statement: &Statement) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let walked: ControlFlow<()> = visit_expressions(statement, |expression| {
        if let Some(name) = parameter(expression)
            && !found.iter().any(|known| known == name)
        {
            found.push(name.to_owned());
        }
        ControlFlow::Continue(())
    });
    debug_assert!(walked.is_continue());
    found
}

/// Puts values in the place of parameters. Fails when one has none.
pub(super) fn put(statement: &mut Statement, values: &[(String, SqlValue)]) -> Result<(), QueryProblem> {
    let walked = visit_expressions_mut(statement, |expression| {
        let Some(name) = parameter(expression) else { return ControlFlow::Continue(()) };
        match values.iter().find(|(known, _)| known == name) {
            Some((_, value)) => {
                *expression = value.literal();
                ControlFlow::Continue(())
            }
            None => ControlFlow::Break(
                problem(format!("the parameter `:{name}` has no value"))
                    .with_hint("write the value itself; only saved queries have parameters"),
            ),
        }
    });
    match walked {
        ControlFlow::Break(problem) => Err(problem),
        ControlFlow::Continue(()) => Ok(()),
    }
}

fn parameter(expression: &Expr) -> Option<&str> {
    match expression {
        Expr::Value(value) => match &value.value {
            Value::Placeholder(name) => name.strip_prefix(':'),
            _ => None,
        },
        _ => None,
    }
}
