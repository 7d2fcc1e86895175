//! What a query will take, told from its plan before it is answered.

use std::collections::BTreeSet;

use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::logical_expr::{BinaryExpr, Expr, LogicalPlan, Operator};

use super::{Granted, Sql, config, plan, refused};
use crate::class::ClassLimits;
use crate::engine::Engine;
use crate::error::QueryError;
use crate::filter::{Comparison, Filter};
use crate::literal::Literal;
use crate::query::TableSource;

/// What a query will take of one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableCost {
    /// Which of the granted tables.
    pub granted: usize,
    /// How often the query reads it.
    pub times: usize,
    /// The columns that it reads.
    pub columns: Vec<String>,
    /// The row groups of its file.
    pub row_groups: usize,
    /// Those that may have matching rows.
    pub row_groups_kept: usize,
    /// Rows of those row groups.
    pub rows_scanned: u64,
    /// Bytes of the columns in those row groups, as they are stored.
    pub bytes: u64,
}

/// What a query will take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqlCost {
    /// Of each table.
    pub tables: Vec<TableCost>,
    /// Whether rows have to be put in order.
    pub sorts: bool,
    /// Whether rows are grouped.
    pub groups: bool,
    /// Whether tables are joined.
    pub joins: bool,
    /// Bytes that have to be gone through, decoded, by estimate.
    pub work_bytes: u64,
}

impl SqlCost {
    /// Whether it is more than a class may ask for at once.
    pub fn is_heavy(&self, limits: &ClassLimits) -> bool {
        limits.work_bytes.is_some_and(|limit| self.work_bytes > limit)
    }
}

/// What is seen of a plan.
#[derive(Default)]
struct Seen {
    /// A granted table for each time that it is read.
    reads: Vec<usize>,
    names: BTreeSet<String>,
    conditions: Vec<Expr>,
    sorts: bool,
    groups: bool,
    joins: bool,
    /// Whether a condition may be about rows that are added to the answer all the same.
    is_intricate: bool,
}

impl Engine {
    /// What a query over granted tables will take. Refuses what would be refused when it is asked.
    pub async fn sql_cost(&self, sql: &Sql, granted: &[Granted]) -> Result<SqlCost, QueryError> {
        let plan = plan(config(1), self.runtime()?, sql, granted).await?.plan;
        let mut seen = Seen::default();
        plan.apply_with_subqueries(|node| Ok(look(node, granted, &mut seen))).map_err(refused)?;
        let mut cost = SqlCost {
            tables: Vec::new(),
            sorts: seen.sorts,
            groups: seen.groups,
            joins: seen.joins,
            work_bytes: 0,
        };
        for (index, grant) in granted.iter().enumerate() {
            let times = seen.reads.iter().filter(|read| **read == index).count();
            if times == 0 {
                continue;
            }
            let table = &grant.source;
            let file = self.hot().file(&table.blob).await?;
            // One table read once, without more ado: what a condition rules out is not read.
            let filter = match seen.reads.len() == 1 && !seen.is_intricate {
                true => {
                    Filter::All(seen.conditions.iter().filter_map(|expr| condition(expr, table)).collect())
                }
                false => Filter::everything(),
            };
            let kept: Vec<usize> =
                (0..file.groups()).filter(|group| file.may_match(&filter, *group)).collect();
            let columns: Vec<&str> = table
                .columns
                .iter()
                .map(|column| column.name.as_str())
                .filter(|name| seen.names.contains(*name))
                .collect();
            let sizes = kept.iter().map(|group| file.group_bytes(&columns, *group));
            let (decoded, stored) = sizes.fold((0_u64, 0_u64), |all, one| (all.0 + one.0, all.1 + one.1));
            let passes = 1 + u64::from(seen.sorts) + u64::from(seen.groups) + u64::from(seen.joins);
            cost.work_bytes = cost.work_bytes.saturating_add(decoded.saturating_mul(passes * times as u64));
            cost.tables.push(TableCost {
                granted: index,
                times,
                columns: columns.into_iter().map(str::to_owned).collect(),
                row_groups: file.groups(),
                row_groups_kept: kept.len(),
                rows_scanned: kept.iter().map(|group| file.rows(*group) as u64).sum(),
                bytes: stored,
            });
        }
        Ok(cost)
    }
}

fn look(node: &LogicalPlan, granted: &[Granted], seen: &mut Seen) -> TreeNodeRecursion {
    // A table stands in the plan as a view under its name; what the view reads is not what the query does.
    if let LogicalPlan::SubqueryAlias(alias) = node {
        let is_named = |grant: &Granted| {
            alias.alias.table() == grant.name.table
                && alias
                    .alias
                    .schema()
                    .is_none_or(|schema| grant.name.dataset.as_deref().unwrap_or(super::SCHEMA) == schema)
        };
        if reads_file(&alias.input)
            && let Some(index) = granted.iter().position(is_named)
        {
            seen.reads.push(index);
            return TreeNodeRecursion::Jump;
        }
    }
    match node {
        LogicalPlan::TableScan(scan) => {
            let named = granted.iter().position(|grant| scan.table_name.table() == grant.name.table);
            seen.reads.extend(named);
        }
        LogicalPlan::Sort(_) | LogicalPlan::Window(_) => seen.sorts = true,
        LogicalPlan::Aggregate(_) | LogicalPlan::Distinct(_) => seen.groups = true,
        LogicalPlan::Join(_) => (seen.joins, seen.is_intricate) = (true, true),
        LogicalPlan::Union(_) | LogicalPlan::Subquery(_) => seen.is_intricate = true,
        LogicalPlan::Filter(filter) => seen.conditions.push(filter.predicate.clone()),
        _ => {}
    }
    for expr in node.expressions() {
        seen.names.extend(expr.column_refs().into_iter().map(|column| column.name.clone()));
    }
    TreeNodeRecursion::Continue
}

/// Whether a part of a plan is a table's view: its columns of its file.
fn reads_file(plan: &LogicalPlan) -> bool {
    match plan {
        LogicalPlan::Projection(projection) => matches!(&*projection.input, LogicalPlan::TableScan(_)),
        _ => false,
    }
}

/// A simple condition on a column, as far as it rules rows out; none for what says nothing.
fn condition(expr: &Expr, table: &TableSource) -> Option<Filter> {
    let Expr::BinaryExpr(BinaryExpr { left, op, right }) = expr else { return None };
    if *op == Operator::And {
        let parts = [left, right].into_iter().filter_map(|part| condition(part, table));
        return Some(Filter::All(parts.collect()));
    }
    let how = match op {
        Operator::Eq => Comparison::Eq,
        Operator::Lt => Comparison::Lt,
        Operator::LtEq => Comparison::Lte,
        Operator::Gt => Comparison::Gt,
        Operator::GtEq => Comparison::Gte,
        _ => return None,
    };
    let (column, how, value) = match (&**left, &**right) {
        (Expr::Column(column), Expr::Literal(value, _)) => (column, how, value),
        (Expr::Literal(value, _), Expr::Column(column)) => (column, how.mirrored(), value),
        _ => return None,
    };
    let known = table.column(&column.name)?;
    let value = Literal::read(&value.to_string(), known.kind).ok()?;
    Some(Filter::Compare { column: known.name.clone(), how, value })
}
