//! What a plan may not have, and what is told of an error.

use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::LogicalPlan;

use super::problem;
use crate::error::QueryProblem;

/// Refuses a plan whose work nothing bounds: products of whole tables, recursion, and kinds that we do not know.
pub(super) fn check(plan: &LogicalPlan) -> Result<(), QueryProblem> {
    let mut found = None;
    let walked = plan.apply_with_subqueries(|node| {
        found = refusal(node);
        Ok(if found.is_some() { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
    });
    match (found, walked) {
        (Some(found), _) => Err(found),
        (None, Err(error)) => Err(told(&error)),
        (None, Ok(_)) => Ok(()),
    }
}

fn refusal(node: &LogicalPlan) -> Option<QueryProblem> {
    match node {
        LogicalPlan::RecursiveQuery(_) => Some(problem("recursive queries are not answered".to_owned())),
        LogicalPlan::Join(join) if join.on.is_empty() && !has_equality(join.filter.as_ref()) => {
            let is_one = |side: &LogicalPlan| side.max_rows().is_some_and(|rows| rows <= 1);
            if is_one(&join.left) || is_one(&join.right) {
                return None;
            }
            Some(
                problem("two tables are joined without an equality between their columns".to_owned())
                    .with_hint("join them with `on a.key = b.key`"),
            )
        }
        LogicalPlan::Explain(_)
        | LogicalPlan::Analyze(_)
        | LogicalPlan::DescribeTable(_)
        | LogicalPlan::Dml(_)
        | LogicalPlan::Ddl(_)
        | LogicalPlan::Copy(_)
        | LogicalPlan::Statement(_)
        | LogicalPlan::Extension(_) => Some(problem("only a SELECT can be asked".to_owned())),
        _ => None,
    }
}

/// Whether a join's condition has an equality that the optimizer will make a key of.
fn has_equality(filter: Option<&datafusion::logical_expr::Expr>) -> bool {
    use datafusion::logical_expr::{Expr, Operator};
    match filter {
        Some(Expr::BinaryExpr(binary)) => match binary.op {
            Operator::And => has_equality(Some(&binary.left)) || has_equality(Some(&binary.right)),
            Operator::Eq => {
                let (left, right) = (binary.left.column_refs(), binary.right.column_refs());
                !left.is_empty() && !right.is_empty() && left.is_disjoint(&right)
            }
            _ => false,
        },
        _ => false,
    }
}

/// What the engine says, for whoever wrote the query, with the place where it says so.
pub(super) fn told(error: &DataFusionError) -> QueryProblem {
    let message = message(error);
    // The parser writes the place behind its sentence; the planner keeps it apart.
    let (message, at) = match message.rsplit_once(" at Line: ") {
        Some((before, place)) => (before.to_owned(), written(place)),
        None => (message, None),
    };
    let spanned =
        || error.diagnostic().and_then(|known| known.span).map(|span| (span.start.line, span.start.column));
    let at = at.or_else(spanned).filter(|(line, _)| *line > 0);
    problem(message).with_place(at)
}

/// `1, Column: 8`
fn written(text: &str) -> Option<(u64, u64)> {
    let (line, column) = text.split_once(", Column: ")?;
    let digits: String = column.chars().take_while(char::is_ascii_digit).collect();
    Some((line.trim().parse().ok()?, digits.parse().ok()?))
}

/// The first line of what the engine says, without the names of its own parts.
pub(crate) fn message(error: &DataFusionError) -> String {
    let text = error.find_root().strip_backtrace();
    let text = [
        "Error during planning: ",
        "SQL error: ",
        "Schema error: ",
        "Execution error: ",
        "Arrow error: ",
        "This feature is not implemented: ",
    ]
    .iter()
    .fold(text.as_str(), |text, prefix| text.strip_prefix(prefix).unwrap_or(text));
    let line = text.lines().next().unwrap_or_default();
    line.replace("townhall.public.", "").chars().take(300).collect()
}
