//! Recipes carried out: rows in, rows out, as they come.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Array, RecordBatch};
use arrow_schema::{DataType, Schema, SchemaRef};
use datafusion::functions_aggregate::expr_fn::count;
use datafusion::logical_expr::cast;
use futures::{Stream, StreamExt};
use townhall_model::table::RejectedCell;

use super::cast::as_stored;
use super::pot::{Lost, Pot};
use super::{Recipe, Step, problem};
use crate::answer::gather;
use crate::compile::column;
use crate::dialects::short;
use crate::engine::{Engine, engine};
use crate::error::{QueryError, QueryProblem};
use crate::limits::{LOST_CELL_CHARS_MAX, LOST_CELLS_KEPT_MAX};
use crate::query::TableSource;

/// A column that a recipe makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CookedColumn {
    /// Its name.
    pub name: String,
    /// Its heading in the source, where it still has one.
    pub label: Option<String>,
    /// Where its values come from, when they were not made anew: the table, as the recipe calls it, and its column.
    pub origin: Option<(String, String)>,
}

/// Rows that a recipe made, and the cells that casts lost in them.
#[derive(Debug, Clone)]
pub struct CookedRows {
    /// The rows.
    pub rows: RecordBatch,
    /// Cells of them that did not fit, with the numbers of the rows among all that the recipe makes.
    pub lost: Vec<RejectedCell>,
    /// How many more there were than are kept.
    pub lost_more: u64,
}

/// The rows of a recipe as they come. Dropping it stops the work.
pub type CookedStream = Pin<Box<dyn Stream<Item = Result<CookedRows, QueryError>> + Send>>;

/// What a recipe makes.
pub struct Cooked {
    /// The columns.
    pub columns: Vec<CookedColumn>,
    /// Their types.
    pub schema: SchemaRef,
    /// Cells that did not fit in rows that were then made groups: the numbers are those of the rows before that.
    pub lost: Vec<RejectedCell>,
    /// How many more of these there were than are kept.
    pub lost_more: u64,
    /// The rows, in the order of the first table unless a step says otherwise.
    pub rows: CookedStream,
}

impl Engine {
    /// Carries out a recipe over tables by the names that it calls them.
    pub async fn cook(
        &self,
        recipe: &Recipe,
        tables: &HashMap<String, Arc<TableSource>>,
    ) -> Result<Cooked, QueryError> {
        let turn = self.turn().await?;
        let mut pot = Pot::of(self, &recipe.from, known(tables, &recipe.from)?).await?;
        let (mut lost, mut lost_more) = (Vec::new(), 0);
        for (index, step) in recipe.steps.iter().enumerate() {
            let number = index + 1;
            if matches!(step, Step::Group(_) | Step::Distinct(_)) && !pot.lost.is_empty() {
                let (cells, more) = lost_before(&pot, number).await?;
                lost.extend(cells);
                lost_more += more;
            }
            done(&mut pot, number, step, tables).await.map_err(|error| at(error, number, step))?;
        }
        let mut frame = pot.frame.clone();
        // A join hands on rows in another order than it got them.
        if pot.unordered {
            frame = frame.sort(pot.standing())?;
        }
        // Texts that only point into what they were cut out of would keep that in memory.
        let seen = pot.table.columns.iter();
        let seen = seen.map(|known| cast(column(&known.name), as_stored(known.kind)).alias(&known.name));
        let hidden = pot.lost.iter().map(|lost| column(&lost.hidden));
        let frame = frame.select(seen.chain(hidden).collect::<Vec<_>>())?;
        let columns = pot.table.columns.iter().map(|known| CookedColumn {
            name: known.name.clone(),
            label: known.label.clone(),
            origin: pot.origins.get(&known.name).cloned(),
        });
        let columns: Vec<_> = columns.collect();
        let width = columns.len();
        let fields = frame.schema().as_arrow().fields().iter().take(width).cloned();
        let schema: SchemaRef = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        let rows = frame.execute_stream().await?;
        let (hidden, seen, mut before) = (pot.lost, schema.clone(), 0);
        let rows = rows.map(move |batch| {
            let _held = &turn;
            let batch = batch?;
            let (lost, lost_more) = lost_in(&batch, width, &hidden, before)?;
            before += batch.num_rows() as u64;
            let rows = RecordBatch::try_new(seen.clone(), batch.columns()[..width].to_vec());
            let rows = rows.map_err(|error| engine(&error.to_string()))?;
            Ok(CookedRows { rows, lost, lost_more })
        });
        Ok(Cooked { columns, schema, lost, lost_more, rows: rows.boxed() })
    }
}

/// Does one step.
async fn done(
    pot: &mut Pot<'_>,
    number: usize,
    step: &Step,
    tables: &HashMap<String, Arc<TableSource>>,
) -> Result<(), QueryError> {
    match step {
        Step::Rename(names) => pot.rename_columns(names),
        Step::Keep(names) => match pot.find_all(names)? {
            kept if kept.is_empty() => Err(problem("no column would be left").into()),
            kept => pot.keep(kept),
        },
        Step::Drop(names) => pot.drop_columns(names),
        Step::Cast(casts) => pot.cast(number, casts),
        Step::Trim(names) => pot.trim(names),
        Step::Replace(replace) => pot.replace(replace),
        Step::Split(split) => pot.split(split),
        Step::Codes(codes) => pot.codes(codes),
        Step::Default(values) => pot.fill_in(values),
        Step::Derive(values) => pot.derive(values),
        Step::Filter(text) => pot.filter(text),
        Step::Join(join) => pot.join(number, join, known(tables, &join.table)?).await,
        Step::Rows(rows) => pot.rows(*rows),
        Step::Distinct(distinct) => pot.distinct(distinct),
        Step::Group(group) => pot.group(group),
        Step::Sort(text) => pot.sort(text),
    }
}

fn known<'t>(
    tables: &'t HashMap<String, Arc<TableSource>>,
    name: &str,
) -> Result<&'t TableSource, QueryProblem> {
    tables.get(name).map(Arc::as_ref).ok_or_else(|| problem(format!("there is no table `{}`", short(name))))
}

/// Says at which step something went wrong.
fn at(error: QueryError, number: usize, step: &Step) -> QueryError {
    let place = format!("step {number} ({})", step.name());
    match error {
        QueryError::Problem(found) => {
            let said = QueryProblem::new("recipe", format!("{place}: {}", found.message));
            QueryError::Problem(match found.hint {
                Some(hint) => said.with_hint(hint),
                None => said,
            })
        }
        // What a plan can't be made of is the recipe's own doing, not the engine's.
        QueryError::Engine(message) => {
            let line = message.lines().next().unwrap_or_default();
            problem(format!("{place}: {}", line.chars().take(300).collect::<String>())).into()
        }
        other => other,
    }
}

/// Cells that were lost in rows that become groups.
async fn lost_before(pot: &Pot<'_>, number: usize) -> Result<(Vec<RejectedCell>, u64), QueryError> {
    let (mut cells, mut more) = (Vec::new(), 0);
    for lost in &pot.lost {
        let found = pot.frame.clone().filter(column(&lost.hidden).is_not_null())?;
        let counted = gather(found.clone().aggregate(Vec::new(), vec![count(column(&lost.hidden))])?).await?;
        let total = counted.column(0).as_primitive_opt::<Int64Type>();
        let total = total.filter(|total| !total.is_empty()).map_or(0, |total| total.value(0));
        if total == 0 {
            continue;
        }
        let room = LOST_CELLS_KEPT_MAX.saturating_sub(cells.len());
        let first = found
            .sort(pot.standing())?
            .limit(0, Some(room))?
            .select(vec![column(&pot.order[0]), cast(column(&lost.hidden), DataType::Utf8)])?;
        let first = gather(first).await?;
        let (rows, texts) = (first.column(0).as_primitive::<Int64Type>(), first.column(1).as_string::<i32>());
        for index in 0..first.num_rows() {
            cells.push(RejectedCell {
                row: u64::try_from(rows.value(index)).unwrap_or(0),
                line: None,
                column: Some(lost.column.clone()),
                value: cut(texts.value(index)),
                reason: format!("{}; the row is counted before step {number}", lost.reason),
            });
        }
        more += u64::try_from(total).unwrap_or(0).saturating_sub(first.num_rows() as u64);
    }
    Ok((cells, more))
}

/// Cells that were lost in rows that are here.
fn lost_in(
    batch: &RecordBatch,
    width: usize,
    hidden: &[Lost],
    before: u64,
) -> Result<(Vec<RejectedCell>, u64), QueryError> {
    let (mut cells, mut more) = (Vec::new(), 0);
    for (lost, texts) in hidden.iter().zip(&batch.columns()[width..]) {
        if texts.null_count() == texts.len() {
            continue;
        }
        let texts = arrow_cast::cast(texts, &DataType::Utf8).map_err(|error| engine(&error.to_string()))?;
        for (row, text) in texts.as_string::<i32>().iter().enumerate() {
            let Some(text) = text else { continue };
            if cells.len() == LOST_CELLS_KEPT_MAX {
                more += 1;
                continue;
            }
            cells.push(RejectedCell {
                row: before + row as u64 + 1,
                line: None,
                column: Some(lost.column.clone()),
                value: cut(text),
                reason: lost.reason.clone(),
            });
        }
    }
    cells.sort_by_key(|cell| cell.row);
    Ok((cells, more))
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(LOST_CELL_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
