//! Where a page ended: the values of the sort columns in its last row and that row's number. It is pinned to the table
//! version and to the question, so that a page never silently continues another list.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use townhall_model::table::ColumnType;

use crate::error::QueryProblem;
use crate::filter::{Comparison, Filter};
use crate::literal::Literal;
use crate::query::{ROW, RowsQuery, TableSource};

#[derive(Serialize, Deserialize)]
struct Position {
    /// The table version.
    v: u32,
    /// A mark of the question.
    q: String,
    /// The values of the sort columns, as text; null where there is none.
    k: Vec<Option<String>>,
    /// The row's number.
    r: i64,
}

/// A mark of what decides which rows come in which order.
fn mark(query: &RowsQuery) -> String {
    let text = format!("{:?}{:?}{:?}", query.filter, query.search, query.sort);
    let digest: [u8; 32] = Sha256::digest(text).into();
    digest[..6].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The cursor after a row.
pub(crate) fn after(table: &TableSource, query: &RowsQuery, values: Vec<Option<String>>, row: i64) -> String {
    let position = Position { v: table.version, q: mark(query), k: values, r: row };
    let json = serde_json::to_vec(&position).unwrap_or_default();
    json.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The condition that lets only rows after the cursor through.
pub(crate) fn condition(table: &TableSource, query: &RowsQuery) -> Result<Filter, QueryProblem> {
    let Some(cursor) = &query.cursor else { return Ok(Filter::everything()) };
    let position = read(cursor).ok_or_else(|| {
        QueryProblem::new("_cursor", "this is not a cursor")
            .with_hint("take it from `meta.next` of the page before")
    })?;
    if position.v != table.version {
        return Err(QueryProblem::new(
            "_cursor",
            format!("it belongs to version {} of the table, which is now at {}", position.v, table.version),
        )
        .with_hint(format!("begin again, or stay with the old version by `_as_of={}`", position.v)));
    }
    if position.q != mark(query) || position.k.len() != query.sort.len() {
        return Err(QueryProblem::new("_cursor", "it belongs to another question")
            .with_hint("keep filters and sort as they were, or begin again without `_cursor`"));
    }
    let mut choices = Vec::new();
    let mut equal = Vec::new();
    for (sort, value) in query.sort.iter().zip(&position.k) {
        let kind = table.column(&sort.column).map_or(ColumnType::Text, |column| column.kind);
        let column = sort.column.clone();
        let null = Filter::Null { column: column.clone() };
        match value {
            // Rows without a value come last: nothing but ties can follow.
            None => equal.push(null),
            Some(text) => {
                let value =
                    Literal::read(text, kind).map_err(|message| QueryProblem::new("_cursor", message))?;
                let how = if sort.descending { Comparison::Lt } else { Comparison::Gt };
                let later = Filter::Compare { column: column.clone(), how, value: value.clone() };
                choices.push(Filter::All([equal.clone(), vec![Filter::Any(vec![later, null])]].concat()));
                equal.push(Filter::Compare { column, how: Comparison::Eq, value });
            }
        }
    }
    let later_row =
        Filter::Compare { column: ROW.to_owned(), how: Comparison::Gt, value: Literal::Integer(position.r) };
    choices.push(Filter::All([equal, vec![later_row]].concat()));
    Ok(Filter::Any(choices))
}

fn read(cursor: &str) -> Option<Position> {
    if cursor.len() > CURSOR_BYTES_MAX || !cursor.is_ascii() || !cursor.len().is_multiple_of(2) {
        return None;
    }
    let bytes: Option<Vec<u8>> = cursor
        .as_bytes()
        .chunks_exact(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect();
    serde_json::from_slice(&bytes?).ok()
}

/// A cursor holds one value for each sort column; this is far above what any needs.
const CURSOR_BYTES_MAX: usize = 16 * 1024;
