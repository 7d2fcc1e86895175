//! SQLite files: a table of them becomes a table, without trusting anything that the file says.
//!
//! The file is opened read-only and unchanging, so that no journal beside it is looked for. Its views, triggers and virtual
//! tables are not used, its functions not trusted, and nothing else can be attached (SQLite, "Defense Against The Dark Arts").

use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};
use serde_json::{Map, json};
use townhall_model::table::ColumnType;

use crate::format::has_extension;
use crate::limits::{COLUMNS_MAX, FIELD_BYTES_MAX};
use crate::sheets::named;
use crate::text::append_number;
use crate::unfold::ingest_declared;
use crate::{Format, FormatError, FormatInfo, Ingest, Ingested, Likelihood};

/// SQLite.
pub struct Sqlite;

const INFO: FormatInfo = FormatInfo {
    name: "sqlite",
    label: "SQLite",
    extensions: &["sqlite", "sqlite3", "db", "db3"],
    media_types: &["application/vnd.sqlite3", "application/x-sqlite3"],
    can_read: true,
    can_write: false,
    streams: false,
};

/// Columns that one look at the kinds of values asks for.
const SURVEY_COLUMNS: usize = 200;

/// What tables of extensions are called: they describe others.
const SYSTEM_TABLES: [&str; 6] =
    ["sqlite_", "gpkg_", "rtree_", "idx_", "spatial_ref_sys", "geometry_columns"];

impl Format for Sqlite {
    fn info(&self) -> &'static FormatInfo {
        &INFO
    }

    fn sniff(&self, head: &[u8], name: &str) -> Likelihood {
        match (head.starts_with(b"SQLite format 3\0"), has_extension(&INFO, name)) {
            (true, _) => Likelihood::Certain,
            (false, true) if !head.is_ascii() => Likelihood::Possible,
            _ => Likelihood::No,
        }
    }

    fn ingest(&self, task: Ingest<'_>) -> Result<Ingested, FormatError> {
        let name = task.name;
        let damaged = |error: rusqlite::Error| FormatError::damaged(name, &INFO, &error);
        let database = open(task.source).map_err(damaged)?;
        let tables = tables(&database).map_err(damaged)?;
        let is_system = |table: &String| SYSTEM_TABLES.iter().any(|prefix| table.starts_with(prefix));
        let own: Vec<String> = tables.iter().filter(|table| !is_system(table)).cloned().collect();
        let chosen = match task.options.part.as_deref() {
            Some(wanted) => named(if own.is_empty() { &tables } else { &own }, name, "table", wanted)
                .or_else(|error| tables.iter().find(|table| *table == wanted).cloned().ok_or(error))?,
            None => own.first().cloned().ok_or_else(|| FormatError::Empty { name: name.to_owned() })?,
        };

        let columns = columns(&database, &chosen).map_err(damaged)?;
        if columns.len() > COLUMNS_MAX || columns.is_empty() {
            return Err(FormatError::Empty { name: name.to_owned() });
        }
        let kinds = kinds(&database, &chosen, &columns).map_err(damaged)?;
        let headers: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        ingest_declared(task, &INFO, &headers, &kinds, |sink| {
            let select = format!("SELECT {} FROM {}", list(&columns), quoted(&chosen));
            let mut statement = database.prepare(&select).map_err(damaged)?;
            let mut rows = statement.query([]).map_err(damaged)?;
            let mut cells = vec![String::new(); columns.len()];
            while let Some(row) = rows.next().map_err(damaged)? {
                for (index, cell) in cells.iter_mut().enumerate() {
                    cell.clear();
                    append(row.get_ref(index).map_err(damaged)?, cell);
                }
                sink.row(&cells)?;
            }
            let others: Vec<&String> = own.iter().filter(|other| **other != chosen).collect();
            let mut read_as = Map::from_iter([("part".to_owned(), json!(chosen))]);
            if !others.is_empty() {
                read_as.insert("other_parts".to_owned(), json!(others));
            }
            Ok(read_as)
        })
    }
}

/// A column of a table of the file.
struct Column {
    name: String,
    declared: String,
}

fn open(path: &Path) -> rusqlite::Result<Connection> {
    let mut uri = "file:".to_owned();
    for byte in std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).as_os_str().as_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'_' | b'-' => {
                uri.push(char::from(*byte))
            }
            other => uri.push_str(&format!("%{other:02X}")),
        }
    }
    uri.push_str("?mode=ro&immutable=1");
    let flags =
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let database = Connection::open_with_flags(uri, flags)?;
    database.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    database.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    database.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
    database.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    for (limit, value) in [
        (Limit::SQLITE_LIMIT_LENGTH, FIELD_BYTES_MAX as i32),
        (Limit::SQLITE_LIMIT_SQL_LENGTH, 1 << 20),
        (Limit::SQLITE_LIMIT_EXPR_DEPTH, 100),
        (Limit::SQLITE_LIMIT_ATTACHED, 0),
        (Limit::SQLITE_LIMIT_TRIGGER_DEPTH, 1),
        (Limit::SQLITE_LIMIT_WORKER_THREADS, 0),
    ] {
        database.set_limit(limit, value)?;
    }
    database.execute_batch("PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA query_only = ON;")?;
    Ok(database)
}

/// The tables, in the order in which they were made.
fn tables(database: &Connection) -> rusqlite::Result<Vec<String>> {
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL %' \
               AND name IS NOT NULL ORDER BY rowid";
    let mut statement = database.prepare(sql)?;
    statement.query_map([], |row| row.get(0))?.collect()
}

fn columns(database: &Connection, table: &str) -> rusqlite::Result<Vec<Column>> {
    let mut statement =
        database.prepare("SELECT name, type FROM pragma_table_xinfo(?1) WHERE hidden <> 1")?;
    let column = |row: &rusqlite::Row<'_>| Ok(Column { name: row.get(0)?, declared: row.get(1)? });
    statement.query_map([table], column)?.collect()
}

/// The types of the columns whose values all are numbers; SQLite keeps what it is given, whatever the column declares. What
/// holds texts is left to the cells.
fn kinds(
    database: &Connection,
    table: &str,
    columns: &[Column],
) -> rusqlite::Result<Vec<Option<ColumnType>>> {
    let mut kinds = Vec::with_capacity(columns.len());
    for some in columns.chunks(SURVEY_COLUMNS) {
        let counts = some.iter().map(|column| {
            let name = quoted(&column.name);
            format!(
                "total(typeof({name}) = 'integer'), total(typeof({name}) = 'real'), total(typeof({name}) IN ('text', 'blob')), \
                 total(typeof({name}) = 'integer' AND {name} NOT IN (0, 1))"
            )
        });
        let sql = format!("SELECT {} FROM {}", counts.collect::<Vec<_>>().join(", "), quoted(table));
        let found = database.query_row(&sql, [], |row| {
            let count = |index: usize| row.get::<_, f64>(index);
            (0..some.len())
                .map(|index| {
                    Ok([
                        count(4 * index)?,
                        count(4 * index + 1)?,
                        count(4 * index + 2)?,
                        count(4 * index + 3)?,
                    ])
                })
                .collect::<rusqlite::Result<Vec<_>>>()
        })?;
        kinds.extend(some.iter().zip(found).map(|(column, [integers, reals, others, beyond_bits])| {
            let is_boolean = column.declared.to_ascii_uppercase().starts_with("BOOL") && beyond_bits == 0.0;
            match (integers > 0.0, reals > 0.0) {
                _ if others > 0.0 => None,
                (true, false) if is_boolean => Some(ColumnType::Boolean),
                (true, false) => Some(ColumnType::Integer),
                (_, true) => Some(ColumnType::Number),
                (false, false) => None,
            }
        }));
    }
    Ok(kinds)
}

fn append(value: ValueRef<'_>, cell: &mut String) {
    use std::fmt::Write;
    match value {
        ValueRef::Null => {}
        ValueRef::Integer(number) => cell.push_str(itoa::Buffer::new().format(number)),
        ValueRef::Real(number) => {
            let mut text = Vec::new();
            append_number(number, &mut text);
            cell.push_str(&String::from_utf8_lossy(&text));
        }
        ValueRef::Text(bytes) => cell.push_str(&String::from_utf8_lossy(bytes)),
        ValueRef::Blob(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => cell.push_str(text),
            Err(_) => {
                cell.push_str("\\x");
                for byte in bytes {
                    let _ = write!(cell, "{byte:02x}");
                }
            }
        },
    }
}

fn list(columns: &[Column]) -> String {
    columns.iter().map(|column| quoted(&column.name)).collect::<Vec<_>>().join(", ")
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
