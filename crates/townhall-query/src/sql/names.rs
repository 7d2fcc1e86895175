//! Names in a query: a column may be written in any case as long as one column is meant.

use std::collections::HashMap;
use std::ops::ControlFlow;

use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::{
    Expr, Function, FunctionArguments, Ident, ObjectNamePart, Query, Statement as SqlStatement, Value, Visit,
    Visitor, visit_expressions, visit_expressions_mut, visit_relations_mut,
};

use super::{Granted, problem};
use crate::error::QueryProblem;
use crate::limits::{REGEX_BYTES_MAX, SQL_PADDING_MAX, SQL_PARTS_MAX};

/// Refuses what no plan shows any more: constants are folded while it is made.
pub(super) fn check(statement: &SqlStatement) -> Result<(), QueryProblem> {
    let mut parts = 0;
    let walked = visit_expressions(statement, |expression| {
        parts += 1;
        if parts > SQL_PARTS_MAX {
            return ControlFlow::Break(problem(format!("it has more than {SQL_PARTS_MAX} parts")));
        }
        match expression {
            Expr::Function(function) => match check_call(function) {
                Ok(()) => ControlFlow::Continue(()),
                Err(problem) => ControlFlow::Break(problem),
            },
            _ => ControlFlow::Continue(()),
        }
    });
    match walked {
        ControlFlow::Break(problem) => Err(problem),
        ControlFlow::Continue(()) => Ok(()),
    }
}

/// Bounds on arguments that decide how large a value becomes or how long a pattern takes to build.
fn check_call(function: &Function) -> Result<(), QueryProblem> {
    let name = function.name.to_string().to_lowercase();
    let FunctionArguments::List(list) = &function.args else { return Ok(()) };
    let argument = |index: usize| list.args.get(index).map(ToString::to_string).unwrap_or_default();
    match name.trim_matches('"') {
        "lpad" | "rpad" => match argument(1).parse::<usize>() {
            Ok(length) if length <= SQL_PADDING_MAX => Ok(()),
            _ => Err(problem(format!("`{name}` pads to a number of at most {SQL_PADDING_MAX} characters"))),
        },
        name if name.starts_with("regexp_") => {
            let pattern = argument(1);
            match pattern.starts_with('\'') && pattern.len() <= REGEX_BYTES_MAX {
                true => Ok(()),
                false => Err(problem(format!(
                    "`{name}` takes a pattern of at most {REGEX_BYTES_MAX} bytes, written out"
                ))),
            }
        }
        _ => Ok(()),
    }
}

/// Writes names of columns as the tables have them.
pub(super) fn settle(statement: &mut Statement, granted: &[Granted]) {
    let Statement::Statement(statement) = statement else { return };
    // Names in small letters, and the one that is meant by each; none where several are.
    let mut meant: HashMap<String, Option<&str>> = HashMap::new();
    for column in granted.iter().flat_map(|grant| &grant.source.columns) {
        let known = meant.entry(column.name.to_lowercase()).or_insert(Some(&column.name));
        if known.is_some_and(|known| known != column.name) {
            *known = None;
        }
    }
    let settle = |name: &mut Ident| {
        if name.quote_style.is_none()
            && let Some(Some(column)) = meant.get(&name.value.to_lowercase())
            && *column != name.value.to_lowercase()
        {
            *name = Ident::with_quote('"', *column);
        }
    };
    let walked: ControlFlow<()> = visit_expressions_mut(&mut **statement, |expression| {
        match expression {
            Expr::Identifier(name) => settle(name),
            Expr::CompoundIdentifier(names) => names.last_mut().into_iter().for_each(settle),
            // What a client binds later does not exist here.
            Expr::Value(value) if matches!(value.value, Value::Placeholder(_)) => {}
            _ => {}
        }
        ControlFlow::Continue(())
    });
    debug_assert!(walked.is_continue());
}

/// The names that a query defines itself, by `with`.
pub(super) fn defined(statement: &SqlStatement) -> Vec<String> {
    struct Names(Vec<String>);
    impl Visitor for Names {
        type Break = ();
        fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
            let tables = query.with.iter().flat_map(|with| &with.cte_tables);
            self.0.extend(tables.map(|table| table.alias.name.value.clone()));
            ControlFlow::Continue(())
        }
    }
    let mut names = Names(Vec::new());
    let walked = statement.visit(&mut names);
    debug_assert!(walked.is_continue());
    names.0
}

/// Puts a dataset before the name of every table that stands alone.
pub(super) fn place(statement: &mut SqlStatement, dataset: &str, is_own: &dyn Fn(&str) -> bool) {
    let walked: ControlFlow<()> = visit_relations_mut(statement, |name| {
        if let [ObjectNamePart::Identifier(table)] = name.0.as_slice()
            && !is_own(&table.value)
        {
            let table = Ident::with_quote('"', table.value.clone());
            let dataset = ObjectNamePart::Identifier(Ident::with_quote('"', dataset));
            name.0 = vec![dataset, ObjectNamePart::Identifier(table)];
        }
        ControlFlow::Continue(())
    });
    debug_assert!(walked.is_continue());
}

/// Puts values in the places of `:name`. Returns whether there were any.
pub(super) fn bind(statement: &mut SqlStatement, values: &[(String, String)]) -> Result<bool, QueryProblem> {
    let mut found = false;
    let walked = visit_expressions_mut(statement, |expression| {
        let Expr::Value(value) = expression else { return ControlFlow::Continue(()) };
        let Value::Placeholder(name) = &value.value else { return ControlFlow::Continue(()) };
        let Some(name) = name.strip_prefix(':') else { return ControlFlow::Continue(()) };
        let given = values.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let Some(text) = given else {
            let message = format!("`:{name}` stands for nothing");
            return ControlFlow::Break(problem(message).with_hint(format!("give it a value: &{name}=…")));
        };
        found = true;
        let is_number = text.parse::<i64>().is_ok_and(|number| number.to_string() == text)
            || text.parse::<f64>().is_ok_and(|number| number.is_finite() && number.to_string() == text);
        value.value = match is_number {
            true => Value::Number(text.to_owned(), false),
            // Doubled here, because pairs of quotes are written as they are.
            false => Value::SingleQuotedString(text.replace('\'', "''")),
        };
        ControlFlow::Continue(())
    });
    match walked {
        ControlFlow::Break(problem) => Err(problem),
        ControlFlow::Continue(()) => Ok(found),
    }
}
