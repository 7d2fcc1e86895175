//! What differs between two versions of a table: rows that came, rows that went, and with a key rows that changed.
//!
//! Both versions are poured together and grouped by the key, or by all columns when there is none. Each group then says how
//! often it stands on either side. Groups and orders spill to disk, so memory is bounded whatever the tables' size.

use std::collections::HashSet;

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Array, RecordBatch};
use arrow_schema::{DataType, SchemaRef};
use datafusion::dataframe::DataFrame;
use datafusion::functions_aggregate::expr_fn::{max, min, sum};
use datafusion::logical_expr::{BinaryExpr, Expr, Operator, cast, lit, when};
use datafusion::prelude::ParquetReadOptions;
use datafusion::scalar::ScalarValue;
use futures::{StreamExt, TryStreamExt};
use townhall_model::table::{Column, ColumnType};

use crate::answer::gather;
use crate::bridge::address;
use crate::compile::column;
use crate::dialects::{nearest, short};
use crate::engine::{Engine, RowStream};
use crate::error::{QueryError, QueryProblem};
use crate::query::{ROW, TableSource};

/// How many rows differ.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DifferenceCounts {
    /// Rows that are only in the newer version.
    pub added: u64,
    /// Rows that are only in the older version.
    pub removed: u64,
    /// Rows of the same key with other values.
    pub changed: u64,
    /// Rows that are the same.
    pub unchanged: u64,
}

/// Some of what differs.
#[derive(Debug, Clone)]
pub struct Difference {
    /// How many rows differ.
    pub counts: DifferenceCounts,
    /// The columns that are compared, those of the key first.
    pub columns: Vec<String>,
    /// How many of them are the key; all when rows have none.
    pub key: usize,
    /// Columns that only the newer version has.
    pub columns_added: Vec<String>,
    /// Columns that only the older version has.
    pub columns_removed: Vec<String>,
    /// What differs, in the order of the newer version: `added`, `removed` or `changed`, how many rows look so, the number of
    /// the row in the older and in the newer version, then each column's older and newer value.
    pub rows: RecordBatch,
}

/// What is compared with what.
struct Plan {
    /// The columns that tell rows apart, then the others.
    columns: Vec<Compared>,
    keys: usize,
    has_key: bool,
    added: Vec<String>,
    removed: Vec<String>,
}

struct Compared {
    name: String,
    kind: ColumnType,
}

const OLD_COUNT: &str = "\u{1}old";
const NEW_COUNT: &str = "\u{1}new";
const OLD_ROW: &str = "\u{1}old_row";
const NEW_ROW: &str = "\u{1}new_row";
const PLACE: &str = "\u{1}place";
const SIDE: &str = "\u{1}side";

impl Engine {
    /// Compares two versions of a table, or two tables of the same columns. `offset` and `limit` choose which of the rows that
    /// differ are shown; they are counted all.
    pub async fn difference(
        &self,
        old: &TableSource,
        new: &TableSource,
        key: &[String],
        offset: usize,
        limit: usize,
    ) -> Result<Difference, QueryError> {
        let plan = Plan::of(old, new, key)?;
        let _turn = self.turn().await?;
        let work = async {
            let compared = self.compared(old, new, &plan).await?;
            let counts = counted(&compared, &plan).await?;
            if plan.has_key {
                unique(&compared, &plan).await?;
            }
            let rows = differing(&compared, &plan)?.sort(in_place())?.limit(offset, Some(limit))?;
            let rows = gather(rows.select(shown(&plan)?)?).await?;
            Ok((counts, rows))
        };
        let (counts, rows) = self.in_time(work).await?;
        Ok(Difference {
            counts,
            columns: plan.columns.iter().map(|compared| compared.name.clone()).collect(),
            key: plan.keys,
            columns_added: plan.added,
            columns_removed: plan.removed,
            rows,
        })
    }

    /// All rows that differ, as they come: what was done (`added`, `removed`, and of changed rows `before` and `after`), how
    /// many rows look so, the number of the row in its version, then the values.
    pub async fn difference_rows(
        &self,
        old: &TableSource,
        new: &TableSource,
        key: &[String],
    ) -> Result<(SchemaRef, RowStream), QueryError> {
        let plan = Plan::of(old, new, key)?;
        let turn = self.turn().await?;
        let compared = self.compared(old, new, &plan).await?;
        if plan.has_key {
            unique(&compared, &plan).await?;
        }
        let differing = differing(&compared, &plan)?;
        let gone = differing.clone().filter(column(OLD_COUNT).gt(column(NEW_COUNT)).or(both()))?;
        let came = differing.filter(column(NEW_COUNT).gt(column(OLD_COUNT)).or(both()))?;
        let gone = gone.select(side(&plan, Side::Old)?)?;
        let came = came.select(side(&plan, Side::New)?)?;
        let names = ["_change", "_copies", "_row"].into_iter();
        let names = names.chain(plan.columns.iter().map(|compared| compared.name.as_str()));
        let rows = gone
            .union(came)?
            .sort(vec![column(PLACE).sort(true, false), column(SIDE).sort(true, false)])?
            .select(names.map(column).collect::<Vec<_>>())?;
        let schema: SchemaRef = std::sync::Arc::new(rows.schema().as_arrow().clone());
        let rows = rows.execute_stream().await?.map_err(QueryError::from).map(move |batch| {
            let _held = &turn;
            batch
        });
        Ok((schema, rows.boxed()))
    }

    /// Groups of rows that look the same, or have the same key.
    async fn compared(
        &self,
        old: &TableSource,
        new: &TableSource,
        plan: &Plan,
    ) -> Result<DataFrame, QueryError> {
        let both =
            self.poured(old, plan, Side::Old).await?.union(self.poured(new, plan, Side::New).await?)?;
        let keys = (0..plan.keys).map(|index| column(&value_name(index)));
        let mut numbers = vec![
            sum(column(OLD_COUNT)).alias(OLD_COUNT),
            sum(column(NEW_COUNT)).alias(NEW_COUNT),
            min(column(OLD_ROW)).alias(OLD_ROW),
            min(column(NEW_ROW)).alias(NEW_ROW),
        ];
        for index in plan.keys..plan.columns.len() {
            let value = column(&value_name(index));
            let of = |count: &str| when(column(count).gt(lit(0_i64)), value.clone()).end();
            numbers.push(max(of(OLD_COUNT)?).alias(old_name(index)));
            numbers.push(max(of(NEW_COUNT)?).alias(new_name(index)));
        }
        Ok(both.aggregate(keys.collect(), numbers)?)
    }

    /// The rows of a version as they are compared, with a mark of where they stand.
    async fn poured(&self, table: &TableSource, plan: &Plan, side: Side) -> Result<DataFrame, QueryError> {
        let frame = self.session()?.read_parquet(address(&table.blob), ParquetReadOptions::default()).await?;
        let values = plan.columns.iter().enumerate().map(|(index, compared)| {
            let value = column(&compared.name);
            let is_own = table.column(&compared.name).is_some_and(|known| known.kind == compared.kind);
            let value = if is_own { value } else { cast(value, stored(compared.kind)) };
            value.alias(value_name(index))
        });
        let one = |of: Side| lit(i64::from(side == of));
        let row = |of: Side| match side == of {
            true => column(ROW),
            false => cast(lit(ScalarValue::Null), DataType::Int64),
        };
        let marks = [
            one(Side::Old).alias(OLD_COUNT),
            one(Side::New).alias(NEW_COUNT),
            row(Side::Old).alias(OLD_ROW),
            row(Side::New).alias(NEW_ROW),
        ];
        Ok(frame.select(values.chain(marks).collect::<Vec<_>>())?)
    }
}

impl Plan {
    fn of(old: &TableSource, new: &TableSource, key: &[String]) -> Result<Self, QueryProblem> {
        let mut columns: Vec<Compared> = Vec::new();
        for name in key {
            let (Some(before), Some(after)) = (old.column(name), new.column(name)) else {
                let problem = QueryProblem::new(
                    "key",
                    format!("there is no column `{}` in both versions", short(name)),
                );
                return Err(match nearest(name, new.columns.iter().map(|column| column.name.as_str())) {
                    Some(near) => problem.with_hint(format!("did you mean `{near}`?")),
                    None => problem.with_hint("name columns that both versions have"),
                });
            };
            if columns.iter().all(|known| known.name != *name) {
                columns.push(Compared { name: name.clone(), kind: common(before, after) });
            }
        }
        let keys = columns.len();
        for after in &new.columns {
            if let Some(before) = old.column(&after.name)
                && columns.iter().all(|known| known.name != after.name)
            {
                columns.push(Compared { name: after.name.clone(), kind: common(before, after) });
            }
        }
        if columns.is_empty() {
            return Err(QueryProblem::new("to", "the versions have no column in common"));
        }
        let only = |one: &TableSource, other: &TableSource| -> Vec<String> {
            let others: HashSet<&str> = other.columns.iter().map(|column| column.name.as_str()).collect();
            let own = one.columns.iter().map(|column| column.name.clone());
            own.filter(|name| !others.contains(name.as_str())).collect()
        };
        let has_key = keys > 0;
        let keys = if has_key { keys } else { columns.len() };
        Ok(Self { columns, keys, has_key, added: only(new, old), removed: only(old, new) })
    }
}

/// The type in which values of two columns can be compared.
fn common(before: &Column, after: &Column) -> ColumnType {
    match (before.kind, after.kind) {
        (one, other) if one == other => one,
        (one, other) if one.is_numeric() && other.is_numeric() => ColumnType::Number,
        _ => ColumnType::Text,
    }
}

fn stored(kind: ColumnType) -> DataType {
    crate::recipe::as_stored(kind)
}

fn value_name(index: usize) -> String {
    format!("\u{1}value{index}")
}

fn old_name(index: usize) -> String {
    format!("\u{1}old{index}")
}

fn new_name(index: usize) -> String {
    format!("\u{1}new{index}")
}

/// Whether a row of this key stands in both versions, with values that differ: see [`differing`].
fn both() -> Expr {
    column(OLD_COUNT).eq(column(NEW_COUNT))
}

/// Whether the values of a key differ.
fn is_changed(plan: &Plan) -> Option<Expr> {
    let differs = |index: usize| {
        Expr::BinaryExpr(BinaryExpr::new(
            Box::new(column(&old_name(index))),
            Operator::IsDistinctFrom,
            Box::new(column(&new_name(index))),
        ))
    };
    (plan.keys..plan.columns.len()).map(differs).reduce(Expr::or)
}

/// The groups that are not the same on both sides.
fn differing(compared: &DataFrame, plan: &Plan) -> Result<DataFrame, QueryError> {
    let other_count = column(OLD_COUNT).not_eq(column(NEW_COUNT));
    let condition = match is_changed(plan) {
        Some(changed) if plan.has_key => other_count.or(changed),
        _ => other_count,
    };
    Ok(compared.clone().filter(condition)?)
}

/// Where the row stands in the newer version, or where it stood before it was removed.
fn place() -> Result<Expr, QueryError> {
    Ok(when(column(NEW_ROW).is_not_null(), column(NEW_ROW)).otherwise(column(OLD_ROW))?)
}

fn in_place() -> Vec<datafusion::logical_expr::SortExpr> {
    let place = datafusion::functions::core::expr_fn::coalesce(vec![column(NEW_ROW), column(OLD_ROW)]);
    vec![place.sort(true, false), column(NEW_ROW).is_null().sort(true, false)]
}

/// How many rows more one side has.
fn excess(more: &str, less: &str) -> Result<Expr, QueryError> {
    let (more, less) = (column(more), column(less));
    Ok(when(more.clone().gt(less.clone()), more - less).otherwise(lit(0_i64))?)
}

async fn counted(compared: &DataFrame, plan: &Plan) -> Result<DifferenceCounts, QueryError> {
    let changed = match is_changed(plan) {
        Some(changed) if plan.has_key => when(both().and(changed), lit(1_i64)).otherwise(lit(0_i64))?,
        _ => lit(0_i64),
    };
    let fewer =
        when(column(OLD_COUNT).lt(column(NEW_COUNT)), column(OLD_COUNT)).otherwise(column(NEW_COUNT))?;
    let sums = [
        excess(NEW_COUNT, OLD_COUNT)?.alias("added"),
        excess(OLD_COUNT, NEW_COUNT)?.alias("removed"),
        changed.alias("changed"),
        fewer.alias("same"),
    ];
    let frame = compared.clone().select(sums)?;
    let sums = ["added", "removed", "changed", "same"].map(|name| sum(column(name)).alias(name));
    let found = gather(frame.aggregate(Vec::new(), sums.to_vec())?).await?;
    let number = |index: usize| {
        let values = found.column(index).as_primitive_opt::<Int64Type>();
        let value =
            values.filter(|values| values.len() == 1 && values.is_valid(0)).map(|values| values.value(0));
        u64::try_from(value.unwrap_or(0)).unwrap_or(0)
    };
    let changed = number(2);
    Ok(DifferenceCounts {
        added: number(0),
        removed: number(1),
        changed,
        unchanged: number(3).saturating_sub(changed),
    })
}

/// Refuses a key that stands more than once in a version.
async fn unique(compared: &DataFrame, plan: &Plan) -> Result<(), QueryError> {
    let twice = column(OLD_COUNT).gt(lit(1_i64)).or(column(NEW_COUNT).gt(lit(1_i64)));
    let names = (0..plan.keys).map(|index| cast(column(&value_name(index)), DataType::Utf8));
    let found = compared.clone().filter(twice)?.limit(0, Some(1))?;
    let found = gather(found.select(names.collect::<Vec<_>>())?).await?;
    if found.num_rows() == 0 {
        return Ok(());
    }
    let words = plan.columns[..plan.keys].iter().zip(found.columns()).map(|(compared, texts)| {
        let texts = texts.as_string::<i32>();
        let value = if texts.is_valid(0) { short(texts.value(0)) } else { "no value".to_owned() };
        format!("`{}` = {value}", compared.name)
    });
    let words = words.collect::<Vec<_>>().join(", ");
    Err(QueryProblem::new("key", format!("several rows have {words}, so it is no key"))
        .with_hint("name more columns, or leave the key out to compare whole rows")
        .into())
}

/// The results of a page.
fn shown(plan: &Plan) -> Result<Vec<Expr>, QueryError> {
    let change = when(column(NEW_COUNT).gt(column(OLD_COUNT)), lit("added"))
        .when(column(OLD_COUNT).gt(column(NEW_COUNT)), lit("removed"))
        .otherwise(lit("changed"))?;
    let mut results = vec![
        change.alias("_change"),
        copies()?.alias("_copies"),
        column(OLD_ROW).alias("_old_row"),
        column(NEW_ROW).alias("_new_row"),
    ];
    for index in 0..plan.columns.len() {
        let (before, after) = sides(plan, index);
        results.push(before.alias(old_name(index)));
        results.push(after.alias(new_name(index)));
    }
    Ok(results)
}

/// A column's older and newer value.
fn sides(plan: &Plan, index: usize) -> (Expr, Expr) {
    match index < plan.keys {
        true => (column(&value_name(index)), column(&value_name(index))),
        false => (column(&old_name(index)), column(&new_name(index))),
    }
}

fn copies() -> Result<Expr, QueryError> {
    Ok(when(column(NEW_COUNT).gt(column(OLD_COUNT)), column(NEW_COUNT) - column(OLD_COUNT))
        .when(column(OLD_COUNT).gt(column(NEW_COUNT)), column(OLD_COUNT) - column(NEW_COUNT))
        .otherwise(lit(1_i64))?)
}

#[derive(Clone, Copy, PartialEq)]
enum Side {
    Old,
    New,
}

/// The rows as they were, or as they are.
fn side(plan: &Plan, side: Side) -> Result<Vec<Expr>, QueryError> {
    let (alone, changed, row) = match side {
        Side::Old => ("removed", "before", OLD_ROW),
        Side::New => ("added", "after", NEW_ROW),
    };
    let mut results = vec![
        when(both(), lit(changed)).otherwise(lit(alone))?.alias("_change"),
        copies()?.alias("_copies"),
        column(row).alias("_row"),
    ];
    for (index, compared) in plan.columns.iter().enumerate() {
        let (before, after) = sides(plan, index);
        results.push(if side == Side::Old { before } else { after }.alias(&compared.name));
    }
    results.push(place()?.alias(PLACE));
    let removed = lit(i64::from(side == Side::New));
    results.push(when(column(NEW_ROW).is_null(), lit(2_i64)).otherwise(removed)?.alias(SIDE));
    Ok(results)
}
