//! db-to-api: one column with one value, an order and a limit.

use super::syntax::usual_column;
use super::{QueryDialect, nearest, short};
use crate::error::QueryProblem;
use crate::filter::{Comparison, Filter};
use crate::literal::Literal;
use crate::query::{RowsQuery, Sort, TableSource};

/// The dialect of `/db-to-api`.
pub struct DbToApi;

/// What stands for the first column, by which rows are known.
pub const DB_TO_API_ID: &str = "ID";

impl QueryDialect for DbToApi {
    fn name(&self) -> &'static str {
        "db-to-api"
    }

    fn parse(&self, pairs: &[(String, String)], table: &TableSource) -> Result<RowsQuery, QueryProblem> {
        let get =
            |wanted: &str| pairs.iter().rev().find(|(key, _)| key == wanted).map(|(_, value)| value.as_str());
        let column = |parameter: &str, name: &str| {
            usual_column(table, name).ok_or_else(|| {
                let problem = QueryProblem::new(parameter, format!("Invalid column: {}", short(name)));
                match nearest(name, table.columns.iter().map(|column| column.name.as_str())) {
                    Some(near) => problem.with_hint(format!("did you mean `{near}`?")),
                    None => problem,
                }
            })
        };
        let mut query = RowsQuery { total: false, ..RowsQuery::default() };
        if let Some(name) = get("column") {
            let named = usual_column(table, name);
            let column = match (named, table.columns.first()) {
                (None, Some(first)) if name == DB_TO_API_ID => first.name.clone(),
                (Some(column), _) => column,
                (None, _) => column("column", name)?,
            };
            let kind =
                table.column(&column).map_or(townhall_model::table::ColumnType::Text, |column| column.kind);
            // What can't be a value of the column is none of its values.
            query.filter = match Literal::read(get("value").unwrap_or_default(), kind) {
                Ok(value) => Filter::Compare { column, how: Comparison::Eq, value },
                Err(_) => Filter::nothing(),
            };
        }
        if let Some(name) = get("order_by") {
            let direction = get("direction").unwrap_or("asc").to_lowercase();
            if !matches!(direction.as_str(), "asc" | "desc") {
                return Err(QueryProblem::new("direction", "it is neither asc nor desc"));
            }
            query.sort = vec![Sort::by(&column("order_by", name)?, direction == "desc")];
        }
        if let Some(text) = get("limit") {
            let limit = text.trim().parse().map_err(|_| {
                QueryProblem::new("limit", format!("`{}` is not a whole number", short(text)))
            })?;
            query.limit = Some(limit);
        }
        Ok(query)
    }
}
