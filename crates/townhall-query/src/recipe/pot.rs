//! Rows on their way through a recipe: the engine's plan so far, what its columns are, and what goes along unseen.

use std::collections::HashMap;

use arrow_schema::DataType;
use datafusion::dataframe::DataFrame;
use datafusion::functions_window::expr_fn::row_number;
use datafusion::logical_expr::{Expr, ExprFunctionExt, SortExpr, cast};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use townhall_model::table::{Column, ColumnType};

use super::cast::kind_of;
use super::problem;
use crate::compile::{self, column};
use crate::dialects::syntax::{Syntax, usual_column, usual_meaning};
use crate::dialects::{nearest, short};
use crate::engine::Engine;
use crate::error::{QueryError, QueryProblem};
use crate::limits::OUTPUTS_MAX;
use crate::query::{ROW, TableSource};

/// Rows on their way. Beside the columns that people see go the numbers that keep the order, and the cells that casts lost.
pub(super) struct Pot<'e> {
    pub(super) engine: &'e Engine,
    pub(super) frame: DataFrame,
    /// The columns as steps see them.
    pub(super) table: TableSource,
    /// Where each column's values come from, while they are still those: the table, as the recipe calls it, and its column.
    pub(super) origins: HashMap<String, (String, String)>,
    /// Hidden columns by which rows stand in order, the number of the row first.
    pub(super) order: Vec<String>,
    /// Whether rows may come in another order than that.
    pub(super) unordered: bool,
    /// Hidden columns with the texts of the cells that a cast lost.
    pub(super) lost: Vec<Lost>,
}

/// A hidden column of cells that did not fit.
#[derive(Debug, Clone)]
pub(super) struct Lost {
    /// What the plan calls it.
    pub(super) hidden: String,
    /// What the column is called now.
    pub(super) column: String,
    /// Why they did not fit.
    pub(super) reason: String,
}

impl<'e> Pot<'e> {
    /// All rows of a table, in their order.
    pub(super) async fn of(
        engine: &'e Engine,
        called: &str,
        table: &TableSource,
    ) -> Result<Self, QueryError> {
        let frame = engine.in_order(table).await?;
        let origin = |known: &Column| (known.name.clone(), (called.to_owned(), known.name.clone()));
        Ok(Self {
            engine,
            frame,
            origins: table.columns.iter().map(origin).collect(),
            table: table.clone(),
            order: vec![ROW.to_owned()],
            unordered: false,
            lost: Vec::new(),
        })
    }

    /// The columns that people do not see.
    pub(super) fn hidden(&self) -> impl Iterator<Item = Expr> {
        self.order.iter().chain(self.lost.iter().map(|lost| &lost.hidden)).map(|name| column(name))
    }

    /// How expressions are read here.
    pub(super) fn syntax(&self) -> Syntax<'_> {
        static DIALECT: GenericDialect = GenericDialect {};
        Syntax {
            parameter: "recipe",
            table: &self.table,
            dialect: &DIALECT,
            meaning: usual_meaning,
            column: usual_column,
            results: &[],
            double_quotes_text: false,
        }
    }

    /// The column of a name, or of a heading in the source.
    pub(super) fn find(&self, name: &str) -> Result<&Column, QueryProblem> {
        let columns = &self.table.columns;
        let found = columns
            .iter()
            .find(|column| column.name == name)
            .or_else(|| columns.iter().find(|column| column.label.as_deref() == Some(name)))
            .or_else(|| columns.iter().find(|column| column.name.eq_ignore_ascii_case(name)));
        found.ok_or_else(|| {
            let missing = problem(format!("there is no column `{}`", short(name)));
            match nearest(name, columns.iter().map(|column| column.name.as_str())) {
                Some(near) => missing.with_hint(format!("did you mean `{near}`?")),
                None => {
                    let names: Vec<&str> =
                        columns.iter().take(20).map(|column| column.name.as_str()).collect();
                    missing.with_hint(format!("the columns at this step are {}", names.join(", ")))
                }
            }
        })
    }

    /// The columns of these names.
    pub(super) fn find_all(&self, names: &[String]) -> Result<Vec<Column>, QueryProblem> {
        names.iter().map(|name| self.find(name).cloned()).collect()
    }

    /// The name of a column of texts.
    pub(super) fn text(&self, name: &str) -> Result<String, QueryProblem> {
        let known = self.find(name)?;
        match known.kind {
            ColumnType::Text => Ok(known.name.clone()),
            kind => Err(problem(format!("`{}` holds values of type {}, not text", known.name, kind.name()))
                .with_hint("cast it to text before")),
        }
    }

    /// Leaves only these columns, in this order.
    pub(super) fn keep(&mut self, columns: Vec<Column>) -> Result<(), QueryError> {
        if let Some(twice) = repeated(&columns) {
            return Err(problem(format!("`{twice}` stands twice")).into());
        }
        let seen = columns.iter().map(|known| column(&known.name));
        self.frame = self.frame.clone().select(seen.chain(self.hidden()).collect::<Vec<_>>())?;
        self.origins.retain(|name, _| columns.iter().any(|known| known.name == *name));
        self.table.columns = columns;
        Ok(())
    }

    /// Gives columns other names.
    pub(super) fn rename(&mut self, names: &[(String, String)]) -> Result<(), QueryError> {
        let mut columns = self.table.columns.clone();
        let mut values = Vec::new();
        let mut origins = HashMap::new();
        let mut sentinels = std::collections::BTreeMap::new();
        for known in &mut columns {
            let was = known.name.clone();
            if let Some((_, new)) = names.iter().find(|(old, _)| *old == was) {
                known.name.clone_from(new);
                known.label = None;
            }
            if let Some(origin) = self.origins.remove(&was) {
                origins.insert(known.name.clone(), origin);
            }
            if let Some(found) = self.table.sentinels.remove(&was) {
                sentinels.insert(known.name.clone(), found);
            }
            values.push(column(&was).alias(&known.name));
        }
        if let Some(twice) = repeated(&columns) {
            return Err(problem(format!("two columns would be called `{twice}`")).into());
        }
        values.extend(self.hidden());
        self.frame = self.frame.clone().select(values)?;
        for lost in &mut self.lost {
            if let Some((_, new)) = names.iter().find(|(old, _)| *old == lost.column) {
                lost.column.clone_from(new);
            }
        }
        self.origins = origins;
        self.table.sentinels = sentinels;
        self.table.columns = columns;
        Ok(())
    }

    /// Gives columns values: old ones keep their place, new ones come last. `lost` are further hidden columns.
    pub(super) fn set(
        &mut self,
        values: Vec<(String, Expr)>,
        lost: Vec<(Lost, Expr)>,
    ) -> Result<(), QueryError> {
        let mut columns = std::mem::take(&mut self.table.columns);
        let mut all: Vec<(String, Expr)> =
            columns.iter().map(|known| (known.name.clone(), column(&known.name))).collect();
        for (name, value) in values {
            match all.iter_mut().find(|(known, _)| *known == name) {
                Some(entry) => entry.1 = value,
                None => all.push((new_name(&name)?, value)),
            }
        }
        if all.len() > OUTPUTS_MAX {
            return Err(problem(format!("there would be more than {OUTPUTS_MAX} columns")).into());
        }
        let seen = all.iter().map(|(name, value)| value.clone().alias(name));
        let mut exprs: Vec<Expr> = seen.chain(self.hidden()).collect();
        for (lost, value) in lost {
            exprs.push(value.alias(&lost.hidden));
            self.lost.push(lost);
        }
        self.frame = self.frame.clone().select(exprs)?;
        let schema = self.frame.schema().as_arrow();
        let mut described = Vec::with_capacity(all.len());
        for (name, _) in all {
            let stored = schema.field_with_name(&name).map_err(|error| problem(error.to_string()))?;
            let kind = kind_of(stored.data_type());
            described.push(match columns.iter().position(|known| known.name == name) {
                Some(place) => Column { kind, ..columns.swap_remove(place) },
                None => Column::bare(&name, kind),
            });
        }
        self.table.columns = described;
        Ok(())
    }

    /// The order that rows have now, as the engine wants it.
    pub(super) fn standing(&self) -> Vec<SortExpr> {
        self.order.iter().map(|name| column(name).sort(true, false)).collect()
    }

    /// Numbers the rows anew in an order of which no two rows are the same.
    pub(super) fn number(&mut self, order: Vec<SortExpr>) -> Result<(), QueryError> {
        let number = row_number().order_by(order).build()?;
        let lost = self.lost.iter().map(|lost| column(&lost.hidden));
        let seen = self.table.columns.iter().map(|known| column(&known.name)).chain(lost);
        let number = cast(number, DataType::Int64).alias(ROW);
        // A window stands in a plan of its own, beside what it numbers.
        self.frame = self.frame.clone().select(seen.chain([number]).collect::<Vec<_>>())?;
        self.order = vec![ROW.to_owned()];
        self.unordered = true;
        Ok(())
    }

    /// The rows of groups take the place of the rows: what went along with single rows ends here.
    pub(super) fn become_groups(&mut self, frame: DataFrame, columns: Vec<Column>) -> Result<(), QueryError> {
        self.frame = frame;
        self.lost.clear();
        self.table.columns = columns;
        let keys = self.table.columns.iter().map(|known| (column(&known.name), false));
        let order = compile::ordered(keys.collect::<Vec<_>>());
        self.number(order)
    }
}

fn repeated(columns: &[Column]) -> Option<&str> {
    columns.iter().enumerate().find_map(|(index, known)| {
        columns[..index].iter().any(|other| other.name == known.name).then_some(known.name.as_str())
    })
}

/// A name that a column can have.
pub(super) fn new_name(name: &str) -> Result<String, QueryProblem> {
    let trimmed = name.trim();
    if trimmed.is_empty() || trimmed.len() > 200 || trimmed == ROW || trimmed.contains(char::is_control) {
        return Err(problem(format!("`{}` can't be the name of a column", short(name))));
    }
    Ok(trimmed.to_owned())
}
