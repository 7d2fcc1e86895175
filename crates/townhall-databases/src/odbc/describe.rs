//! What a driver's catalog functions say of tables.

use odbc_api::Connection;

use super::of_driver;
use crate::describe::{ColumnDescription, Form, LeftOut, TableDescription, TableName, comment, gathered};
use crate::error::DatabaseError;
use crate::limits::{COLUMNS_MAX, TABLES_MAX};

/// Schemas that names without a schema mean, in one kind of database or another.
const USUAL: [&str; 4] = ["", "dbo", "public", "main"];

/// Schemas of the system.
const SYSTEM: [&str; 7] =
    ["information_schema", "sys", "pg_catalog", "mysql", "performance_schema", "sysibm", "syscat"];

macro_rules! text {
    ($cell:expr) => {
        $cell.as_bytes().map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    };
}

pub(super) fn tables(connection: &Connection<'_>) -> Result<Vec<TableName>, DatabaseError> {
    let mut found = Vec::new();
    for row in connection.tables("", "", "", "TABLE,VIEW").map_err(of_driver)?.take(TABLES_MAX) {
        let row = row.map_err(of_driver)?;
        let schema = text!(row.schema).filter(|schema| !schema.is_empty());
        let lower = schema.clone().unwrap_or_default().to_lowercase();
        let name = text!(row.table).unwrap_or_default();
        if SYSTEM.contains(&lower.as_str()) || name.starts_with("sqlite_") {
            continue;
        }
        found.push(TableName { is_usual: USUAL.contains(&lower.as_str()), schema, name });
    }
    Ok(found)
}

pub(super) fn describe(
    connection: &Connection<'_>,
    table: &TableName,
) -> Result<TableDescription, DatabaseError> {
    let schema = table.schema.as_deref().unwrap_or_default();
    // The names are patterns to the driver, so what comes may be of other tables.
    let is_it = |of: Option<String>, name: Option<String>| {
        name.as_deref() == Some(&table.name) && of.unwrap_or_default() == schema
    };
    let mut known = None;
    for row in connection.tables("", schema, &table.name, "").map_err(of_driver)? {
        let row = row.map_err(of_driver)?;
        if is_it(text!(row.schema), text!(row.table)) {
            known = Some((text!(row.table_type).unwrap_or_default(), text!(row.remarks)));
        }
    }
    let (kind, remarks) = known.ok_or_else(|| DatabaseError::NoTable { table: table.shown() })?;

    let (mut columns, mut left_out) = (Vec::new(), Vec::new());
    for row in connection.columns("", schema, &table.name, "").map_err(of_driver)?.take(COLUMNS_MAX) {
        let row = row.map_err(of_driver)?;
        if !is_it(text!(row.schema), text!(row.table)) {
            continue;
        }
        let name = text!(row.column_name).unwrap_or_default();
        let native = text!(row.type_name).unwrap_or_default();
        let size = row.column_size.into_opt().unwrap_or(0);
        let scale = row.decimal_digits.into_opt().unwrap_or(0);
        match form(row.data_type, size, scale, &native) {
            Some(form) => columns.push(ColumnDescription {
                name,
                kind: form.kind(),
                native,
                nullable: row.nullable != 0,
                comment: comment(text!(row.remarks)),
                values: Vec::new(),
                form,
                is_certain: true,
            }),
            None => {
                left_out.push(LeftOut { name, reason: format!("values of type {native} are not published") })
            }
        }
    }
    // Not every driver knows of keys; then there are none.
    let schema = table.schema.as_deref();
    let mut keys = Vec::new();
    if let Ok(rows) = connection.primary_keys(None, schema, &table.name) {
        for row in rows {
            let row = row.map_err(of_driver)?;
            keys.push((row.key_seq, text!(row.column).unwrap_or_default()));
        }
    }
    keys.sort();
    let primary_key: Vec<String> = keys.into_iter().map(|(_, name)| name).collect();
    // A key always has values, whatever the driver says of its columns.
    for column in columns.iter_mut().filter(|column| primary_key.contains(&column.name)) {
        column.nullable = false;
    }
    let mut foreign = Vec::new();
    if let Ok(rows) = connection.foreign_keys("", "", "", "", schema.unwrap_or_default(), &table.name) {
        for row in rows {
            let row = row.map_err(of_driver)?;
            let text = |text: Option<String>| text.unwrap_or_default();
            let (key, column) = (text(text!(row.fk_name)), text(text!(row.fk_column)));
            foreign.push((key, column, text(text!(row.pk_table)), text(text!(row.pk_column))));
        }
    }
    Ok(TableDescription {
        name: table.clone(),
        is_view: kind.eq_ignore_ascii_case("view"),
        comment: comment(remarks),
        columns,
        left_out,
        primary_key,
        foreign_keys: gathered(foreign),
    })
}

/// The form of a type by its number in the standard, or by those that drivers add.
fn form(data_type: i16, size: i32, scale: i16, native: &str) -> Option<Form> {
    Some(match data_type {
        -7 => Form::NumericBoolean,
        -6 | -5 | 4 | 5 => Form::Integer,
        2 | 3 if scale == 0 && (1..=18).contains(&size) => Form::Integer,
        2 | 3 => Form::Decimal,
        6..=8 => Form::Number,
        9 | 91 => Form::Date,
        // SQL Server's and Oracle's instants with an offset come as texts that say so.
        -155 => Form::Timestamp,
        11 | 93
            if native.to_lowercase().contains("time zone") || native.eq_ignore_ascii_case("timestamptz") =>
        {
            Form::Timestamp
        }
        11 | 93 => Form::Datetime,
        -1 | 1 | 12 | -8 | -9 | -10 => Form::Text,
        -11 | -154 | -152 | 10 | 92 | 101..=113 => Form::AsText,
        _ => return None,
    })
}
