//! Tables joined by equal columns, asked like one table: their columns are called `alias.column`.

use std::sync::Arc;

use arrow_schema::DataType;
use datafusion::common::JoinType;
use datafusion::dataframe::DataFrame;
use datafusion::functions_window::expr_fn::row_number;
use datafusion::logical_expr::{Expr, ExprFunctionExt, cast};
use datafusion::prelude::ParquetReadOptions;
use townhall_model::table::Column;

use crate::bridge::address;
use crate::compile::column;
use crate::engine::Engine;
use crate::error::{QueryError, QueryProblem};
use crate::limits::JOINED_TABLES_MAX;
use crate::query::{ROW, TableSource};

/// Tables, each after the first with what joins it to those before.
#[derive(Debug, Clone, PartialEq)]
pub struct Joined {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq)]
struct Part {
    alias: String,
    source: Arc<TableSource>,
    /// A column of the tables before, and one of this table, by their whole names.
    on: Vec<(String, String)>,
}

impl Joined {
    /// One table by itself.
    pub fn new(alias: &str, source: Arc<TableSource>) -> Self {
        Self { parts: vec![Part { alias: alias.to_owned(), source, on: Vec::new() }] }
    }

    /// The same with one more table, whose rows are those with an equal column: `alias.column` before, and its own.
    pub fn and(
        mut self,
        alias: &str,
        source: Arc<TableSource>,
        [before, own]: [&str; 2],
    ) -> Result<Self, QueryProblem> {
        let problem = |message: String| QueryProblem::new("joins", message);
        if self.parts.len() >= JOINED_TABLES_MAX {
            return Err(problem(format!("more than {JOINED_TABLES_MAX} tables are joined")));
        }
        if self.parts.iter().any(|part| part.alias == alias) {
            return Err(problem(format!("two tables are called `{alias}`")));
        }
        let left = self.table();
        let missing = |name: &str| problem(format!("Column not found: {name}"));
        let left = left.column(before).ok_or_else(|| missing(before))?;
        let right = source.column(own).ok_or_else(|| missing(own))?;
        if left.kind != right.kind && !(left.kind.is_numeric() && right.kind.is_numeric()) {
            let (left, right) = (left.kind.name(), right.kind.name());
            return Err(problem(format!("`{before}` holds {left} and `{alias}.{own}` {right}")));
        }
        let on = vec![(before.to_owned(), format!("{alias}.{own}"))];
        self.parts.push(Part { alias: alias.to_owned(), source, on });
        Ok(self)
    }

    /// What they look like as one table.
    pub fn table(&self) -> TableSource {
        let named = |part: &Part| {
            let alias = part.alias.clone();
            let name =
                move |known: &Column| Column { name: format!("{alias}.{}", known.name), ..known.clone() };
            part.source.columns.iter().map(name).collect::<Vec<_>>()
        };
        let columns = self.parts.iter().flat_map(named).collect();
        let first = &self.parts[0].source;
        TableSource { columns, rows: u64::MAX, ..(**first).clone() }
    }
}

impl Engine {
    /// The joined rows, numbered in the order of the tables' own rows.
    pub(crate) async fn joined(&self, joined: &Joined) -> Result<DataFrame, QueryError> {
        let session = self.session()?;
        let mut frame: Option<DataFrame> = None;
        let number = |index: usize| format!("\u{1}number{index}");
        for (index, part) in joined.parts.iter().enumerate() {
            let columns = part.source.columns.iter();
            let columns =
                columns.map(|known| column(&known.name).alias(format!("{}.{}", part.alias, known.name)));
            let columns: Vec<Expr> = columns.chain([column(ROW).alias(number(index))]).collect();
            let rows =
                session.read_parquet(address(&part.source.blob), ParquetReadOptions::default()).await?;
            let rows = rows.select(columns)?;
            frame = Some(match frame {
                None => rows,
                Some(before) => {
                    let on = part.on.iter().map(|(before, own)| column(before).eq(column(own)));
                    before.join_on(rows, JoinType::Inner, on)?
                }
            });
        }
        let frame = frame.ok_or_else(|| QueryProblem::new("resources", "no resource is named"))?;
        let order = (0..joined.parts.len()).map(|index| column(&number(index)).sort(true, false));
        let numbered = cast(row_number().order_by(order.collect()).build()?, DataType::Int64).alias(ROW);
        let names = joined.table().columns;
        Ok(frame
            .select(names.iter().map(|known| column(&known.name)).chain([numbered]).collect::<Vec<_>>())?)
    }
}
