//! A door for fuzzers and their replayed corpora: any bytes as the query string of a question.

use townhall_model::table::{Column, ColumnType};
use townhall_model::{BlobId, TableId};
use url::form_urlencoded;

use crate::compile;
use crate::cursor;
use crate::dialects::QUERY_DIALECTS;
use crate::query::TableSource;

/// Reads the bytes as a question in every dialect, its cursor included, and compiles what was understood. Reading it
/// twice must give the same.
///
/// # Panics
///
/// When it does not.
pub fn question(bytes: &[u8]) {
    let pairs: Vec<(String, String)> = form_urlencoded::parse(bytes).into_owned().collect();
    let table = table();
    for dialect in QUERY_DIALECTS {
        let query = dialect.parse(&pairs, &table);
        assert_eq!(query, dialect.parse(&pairs, &table), "a question means one thing");
        let Ok(query) = query else { continue };
        let _ = compile::filter(&query.filter, &table);
        let sorts = query.sort.iter().map(|sort| &sort.value);
        let results = query.select.iter().map(|output| &output.value);
        for value in sorts.chain(results) {
            let _ = compile::value(value, &table);
        }
        if let Ok(place) = cursor::place(&table, &query) {
            let _ = compile::filter(&place.condition, &table);
        }
    }
}

/// A table with a column of every type.
fn table() -> TableSource {
    let column = |name: &str, kind| Column {
        name: name.to_owned(),
        label: None,
        kind,
        type_reason: None,
        values: 0,
        nulls: 0,
        rejects: 0,
        distinct: 0,
        distinct_exact: true,
        min: None,
        max: None,
        mean: None,
        top: Vec::new(),
        spread: None,
    };
    TableSource {
        id: TableId::from_uuid(Default::default()),
        version: 1,
        blob: BlobId::of(b""),
        rows: 0,
        columns: vec![
            column("text", ColumnType::Text),
            column("integer", ColumnType::Integer),
            column("number", ColumnType::Number),
            column("boolean", ColumnType::Boolean),
            column("date", ColumnType::Date),
            column("timestamp", ColumnType::Timestamp),
            column("datetime", ColumnType::Datetime),
        ],
    }
}
