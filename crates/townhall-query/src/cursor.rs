//! Where a page ended or began: the values of the sort columns in that row and its number. It is pinned to the table
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
    /// How many rows stand before the page that follows this position, or that ends at it.
    #[serde(default)]
    o: u64,
    /// Whether the rows before are wanted, rather than those after.
    #[serde(default)]
    b: bool,
}

/// The row beside which a page lies: the values of its sort columns as text, and its number.
pub(crate) struct Anchor {
    pub values: Vec<Option<String>>,
    pub row: i64,
}

/// Which rows a page takes.
pub(crate) struct Place {
    /// Only these.
    pub condition: Filter,
    /// Whether the page lies before the cursor's row, so that rows are taken from its end.
    pub backwards: bool,
    /// The row beside which it lies.
    pub row: Option<u64>,
    /// How many rows stand before the page, or before the cursor's row when it goes backwards.
    pub offset: u64,
}

/// A mark of what decides which rows come in which order.
fn mark(query: &RowsQuery) -> String {
    let text = format!("{:?}{:?}", query.filter, query.sort);
    let digest: [u8; 32] = Sha256::digest(text).into();
    digest[..6].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The cursor of the page after a row, before which there are `offset` rows and that row itself.
pub(crate) fn after(table: &TableSource, query: &RowsQuery, anchor: Anchor, offset: u64) -> String {
    write(&Position {
        v: table.version,
        q: mark(query),
        k: anchor.values,
        r: anchor.row,
        o: offset,
        b: false,
    })
}

/// The cursor of the page before a row, before which there are `offset` rows.
pub(crate) fn before(table: &TableSource, query: &RowsQuery, anchor: Anchor, offset: u64) -> String {
    write(&Position { v: table.version, q: mark(query), k: anchor.values, r: anchor.row, o: offset, b: true })
}

fn write(position: &Position) -> String {
    let json = serde_json::to_vec(position).unwrap_or_default();
    json.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What the question's cursor lets through.
pub(crate) fn place(table: &TableSource, query: &RowsQuery) -> Result<Place, QueryProblem> {
    let Some(position) = position(table, query)? else {
        return Ok(Place { condition: Filter::everything(), backwards: false, row: None, offset: 0 });
    };
    let columns = query.sort_columns(table).unwrap_or_default();
    let condition = beside(table, &columns, &position, true)?;
    Ok(Place { condition, backwards: position.b, row: u64::try_from(position.r).ok(), offset: position.o })
}

/// Where the question's cursor stands, for an order in which a place is a number: how many rows stand before the page that
/// follows it, or that ends at it, and whether that one is wanted.
pub(crate) fn place_by_number(
    table: &TableSource,
    query: &RowsQuery,
) -> Result<Option<(u64, bool)>, QueryProblem> {
    Ok(position(table, query)?.map(|position| (position.o, position.b)))
}

/// The position of the question's cursor, which has to be of this version and question.
fn position(table: &TableSource, query: &RowsQuery) -> Result<Option<Position>, QueryProblem> {
    let Some(cursor) = &query.cursor else { return Ok(None) };
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
    if query.offset > 0 {
        return Err(QueryProblem::new("_cursor", "a place can't be given by a cursor and by an offset")
            .with_hint("leave one of them out"));
    }
    Ok(Some(position))
}

/// The rows on the wanted side of a position, in the order of the sort columns and then of the rows' numbers.
fn beside(
    table: &TableSource,
    columns: &[(&str, bool)],
    position: &Position,
    is_numbered: bool,
) -> Result<Filter, QueryProblem> {
    let mut choices = Vec::new();
    let mut equal = Vec::new();
    for (&(name, descending), value) in columns.iter().zip(&position.k) {
        let kind = table.column(name).map_or(ColumnType::Text, |column| column.kind);
        let column = name.to_owned();
        let null = Filter::Null { column: column.clone() };
        match value {
            // Rows without a value come last: nothing but ties can follow, and all others stand before.
            None => {
                if position.b {
                    let valued = Filter::Not(Box::new(null.clone()));
                    choices.push(Filter::All([equal.clone(), vec![valued]].concat()));
                }
                equal.push(null);
            }
            Some(text) => {
                let value =
                    Literal::read(text, kind).map_err(|message| QueryProblem::new("_cursor", message))?;
                let how = if descending != position.b { Comparison::Lt } else { Comparison::Gt };
                let mut beside = vec![Filter::Compare { column: column.clone(), how, value: value.clone() }];
                if !position.b {
                    beside.push(null);
                }
                choices.push(Filter::All([equal.clone(), vec![Filter::Any(beside)]].concat()));
                equal.push(Filter::Compare { column, how: Comparison::Eq, value });
            }
        }
    }
    if !is_numbered {
        return Ok(Filter::Any(choices));
    }
    let how = if position.b { Comparison::Lt } else { Comparison::Gt };
    let row = Filter::Compare { column: ROW.to_owned(), how, value: Literal::Integer(position.r) };
    choices.push(Filter::All([equal, vec![row]].concat()));
    Ok(Filter::Any(choices))
}

/// Where a page of a live table begins.
pub(crate) struct LivePlace {
    /// Only these rows.
    pub condition: Filter,
    /// How many of them are passed over.
    pub offset: u64,
    /// How many rows stand before the page.
    pub before: u64,
}

/// The cursor of a page of a live table: after a row known by the values of the order's columns, or after so many rows.
pub(crate) fn live(table: &TableSource, query: &RowsQuery, keys: Option<Anchor>, offset: u64) -> String {
    let keys = keys.map(|anchor| anchor.values).unwrap_or_default();
    write(&Position { v: table.version, q: mark(query), k: keys, r: 0, o: offset, b: false })
}

/// What the cursor of a question about a live table lets through, in the order of these columns, the last of which tell
/// one row from another.
pub(crate) fn live_place(
    table: &TableSource,
    query: &RowsQuery,
    order: &[(&str, bool)],
) -> Result<LivePlace, QueryProblem> {
    let Some(cursor) = &query.cursor else {
        let condition = Filter::everything();
        return Ok(LivePlace { condition, offset: query.offset, before: query.offset });
    };
    let position = read(cursor).ok_or_else(|| {
        QueryProblem::new("_cursor", "this is not a cursor")
            .with_hint("take it from `meta.next` of the page before")
    })?;
    let is_other = position.v != table.version || position.q != mark(query);
    if is_other || !(position.k.is_empty() || position.k.len() == order.len()) {
        return Err(QueryProblem::new("_cursor", "it belongs to another question")
            .with_hint("keep filters and sort as they were, or begin again without `_cursor`"));
    }
    if query.offset > 0 {
        return Err(QueryProblem::new("_cursor", "a place can't be given by a cursor and by an offset")
            .with_hint("leave one of them out"));
    }
    if position.k.is_empty() {
        let condition = Filter::everything();
        return Ok(LivePlace { condition, offset: position.o, before: position.o });
    }
    let condition = beside(table, order, &position, false)?;
    Ok(LivePlace { condition, offset: 0, before: position.o })
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
