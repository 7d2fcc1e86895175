//! A door for fuzzers and their replayed corpora: any bytes as the query string of a question.

use townhall_model::table::{Column, ColumnType};
use townhall_model::{BlobId, TableId};
use url::form_urlencoded;

use crate::compile;
use crate::cursor;
use crate::dialects::{LqlQuestion, QUERY_DIALECTS, QueryDialect, dialect_by_name, lql_pairs};
use crate::query::TableSource;

/// Reads the bytes as a question in every dialect, its cursor included, and compiles what was understood. Reading it
/// twice must give the same.
///
/// # Panics
///
/// When it does not.
pub fn question(bytes: &[u8]) {
    let pairs: Vec<(String, String)> = form_urlencoded::parse(bytes).into_owned().collect();
    for dialect in QUERY_DIALECTS {
        ask(*dialect, &pairs);
    }
}

/// The same for one dialect by its name, so that a fuzzer can dwell on it. LQL cuts the bytes into pairs in its own way.
///
/// # Panics
///
/// When reading it twice does not give the same, or there is no such dialect.
pub fn question_in(dialect: &str, bytes: &[u8]) {
    let asked = dialect_by_name(dialect).unwrap_or_else(|| panic!("there is no dialect `{dialect}`"));
    let pairs = match (dialect, std::str::from_utf8(bytes)) {
        ("lql", Ok(text)) => match lql_pairs(text) {
            Ok(pairs) => pairs,
            Err(_) => return,
        },
        _ => form_urlencoded::parse(bytes).into_owned().collect(),
    };
    ask(asked, &pairs);
    if dialect == "lql"
        && let Ok(question) = LqlQuestion::read(&pairs)
    {
        let answers = question.sub_queries().map(|_| serde_json::json!([1, "a", null])).collect();
        let path = question.json_path().cloned();
        let answer = serde_json::json!([{"name": "text", "values": [{"value": 1, "elements": []}]}]);
        let _ = question.transform().of(path.map_or(answer.clone(), |path| path.of(&answer)));
        if let Ok(question) = question.with_answers(answers) {
            let _ = question.rows(&table());
        }
    }
}

fn ask(dialect: &dyn QueryDialect, pairs: &[(String, String)]) {
    let table = table();
    let query = dialect.parse(pairs, &table);
    assert_eq!(query, dialect.parse(pairs, &table), "a question means one thing");
    let Ok(query) = query else { return };
    let _ = table.answering(&query);
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
        live: None,
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
            column("latitude", ColumnType::Number),
            column("longitude", ColumnType::Number),
        ],
        sentinels: Default::default(),
    }
}
