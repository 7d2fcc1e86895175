//! csv-to-api: fields with one value each, and an order by one field.

use townhall_model::table::{Column, ColumnType};

use super::{QueryDialect, nearest, short};
use crate::error::QueryProblem;
use crate::filter::{Comparison, Filter};
use crate::limits::{ANSWER_ROWS_MAX, CONDITIONS_MAX};
use crate::literal::Literal;
use crate::query::{Output, RowsQuery, Sort, TableSource};

/// The dialect of `/csv-to-api`.
pub struct CsvToApi;

/// What says which file is meant and how it is answered.
const CONTROLS: [&str; 8] =
    ["source", "source_format", "format", "callback", "sort", "sort_dir", "header_row", "omit_empty"];

impl QueryDialect for CsvToApi {
    fn name(&self) -> &'static str {
        "csv-to-api"
    }

    fn parse(&self, pairs: &[(String, String)], table: &TableSource) -> Result<RowsQuery, QueryProblem> {
        let mut query = RowsQuery { limit: Some(ANSWER_ROWS_MAX), total: false, ..RowsQuery::default() };
        let get =
            |wanted: &str| pairs.iter().rev().find(|(key, _)| key == wanted).map(|(_, value)| value.as_str());
        let is_headless = match get("header_row").unwrap_or("y") {
            "y" | "Y" | "1" => false,
            "n" | "N" | "0" => true,
            other => {
                return Err(QueryProblem::new(
                    "header_row",
                    format!("`{}` is neither y nor n", short(other)),
                ));
            }
        };
        if let Some(name) = get("sort") {
            let descending = match get("sort_dir").unwrap_or("asc").to_lowercase().as_str() {
                "asc" => false,
                "desc" => true,
                _ => return Err(QueryProblem::new("sort_dir", "it is neither asc nor desc")),
            };
            query.sort = vec![Sort::by(&find("sort", name, table, is_headless)?.name, descending)];
        }
        let mut filters = Vec::new();
        for (key, value) in pairs.iter().filter(|(key, _)| !CONTROLS.contains(&key.as_str())) {
            let column = find(key, key, table, is_headless)?;
            filters.push(equal(column, value));
            if filters.len() > CONDITIONS_MAX {
                let message = format!("there are more than {CONDITIONS_MAX} conditions");
                return Err(QueryProblem::new("filters", message));
            }
        }
        query.filter = if filters.is_empty() { Filter::everything() } else { Filter::All(filters) };
        if is_headless {
            let numbered = table.columns.iter().enumerate();
            let numbered = numbered.map(|(index, column)| (format!("field_{}", index + 1), column));
            query.select =
                numbered.map(|(name, column)| Output { name, ..Output::column(&column.name) }).collect();
        }
        Ok(query)
    }
}

/// What can't be a value of the column is none of its values.
fn equal(column: &Column, text: &str) -> Filter {
    if text.is_empty() && column.kind != ColumnType::Text {
        return Filter::Null { column: column.name.clone() };
    }
    match Literal::read(text, column.kind) {
        Ok(value) => Filter::Compare { column: column.name.clone(), how: Comparison::Eq, value },
        Err(_) => Filter::nothing(),
    }
}

/// The column of a header as it stands in the file, or as a name of small letters with `_` between its words.
fn find<'a>(
    parameter: &str,
    name: &str,
    table: &'a TableSource,
    is_headless: bool,
) -> Result<&'a Column, QueryProblem> {
    let number = name.strip_prefix("field_").filter(|_| is_headless);
    let by_number = number
        .and_then(|number| number.parse::<usize>().ok())
        .and_then(|number| table.columns.get(number.checked_sub(1)?));
    let label = |column: &&Column| column.label.as_deref() == Some(name);
    let wanted = slug(name);
    by_number
        .or_else(|| table.column(name))
        .or_else(|| table.columns.iter().find(label))
        .or_else(|| table.columns.iter().find(|column| slug(&column.name) == wanted))
        .or_else(|| {
            let slugged =
                |column: &&Column| column.label.as_deref().is_some_and(|label| slug(label) == wanted);
            table.columns.iter().find(slugged)
        })
        .ok_or_else(|| {
            let problem = QueryProblem::new(parameter, format!("the file has no column `{}`", short(name)));
            match nearest(name, table.columns.iter().map(|column| column.name.as_str())) {
                Some(near) => problem.with_hint(format!("did you mean `{near}`?")),
                None => problem,
            }
        })
}

/// Small letters and digits, with one `_` for whatever stands between them.
fn slug(name: &str) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("_")
}
