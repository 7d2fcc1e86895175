//! What a SQLite file says of its tables, and what its first rows say where it says nothing.

use std::collections::BTreeMap;

use sqlx::sqlite::{SqliteConnection, SqlitePool};
use sqlx::{AssertSqlSafe, Row, TypeInfo, ValueRef};

use super::flavor::FLAVOR;
use crate::describe::{ColumnDescription, Form, LeftOut, TableDescription, TableName, gathered};
use crate::error::DatabaseError;
use crate::limits::{COLUMNS_MAX, SURVEY_ROWS, TABLES_MAX};
use crate::rows::{date_of, instant_of, moment_of};
use crate::sql::Flavor;

pub(super) async fn tables(pool: &SqlitePool) -> Result<Vec<TableName>, DatabaseError> {
    let names: Vec<String> = sqlx::query_scalar(
        "select name from pragma_table_list
         where schema = 'main' and type in ('table', 'view') and name not like 'sqlite!_%' escape '!'
         order by name limit ?1",
    )
    .bind(TABLES_MAX as i64)
    .fetch_all(pool)
    .await?;
    Ok(names.into_iter().map(|name| TableName { schema: None, name, is_usual: true }).collect())
}

pub(super) async fn describe(
    connection: &mut SqliteConnection,
    table: &TableName,
) -> Result<TableDescription, DatabaseError> {
    let found = sqlx::query(
        "select type, strict from pragma_table_list
         where schema = 'main' and type in ('table', 'view') and name = ?1",
    )
    .bind(&table.name)
    .fetch_optional(&mut *connection)
    .await?
    .ok_or_else(|| DatabaseError::NoTable { table: table.shown() })?;
    let (is_view, is_strict) = (found.try_get::<String, _>(0)? == "view", found.try_get::<i64, _>(1)? != 0);

    let rows = sqlx::query(
        "select name, type, \"notnull\", pk from pragma_table_xinfo(?1) where hidden <> 1 order by cid limit ?2",
    )
    .bind(&table.name)
    .bind(COLUMNS_MAX as i64)
    .fetch_all(&mut *connection)
    .await?;
    let mut keys = BTreeMap::new();
    let (mut columns, mut left_out) = (Vec::new(), Vec::new());
    for row in &rows {
        let (name, native): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        let place: i64 = row.try_get(3)?;
        if place > 0 {
            keys.insert(place, name.clone());
        }
        let Some(form) = form(&native) else {
            left_out.push(LeftOut { name, reason: "bytes are not published".to_owned() });
            continue;
        };
        // The survey below settles what the type leaves open.
        columns.push(ColumnDescription {
            name,
            kind: form.kind(),
            native,
            nullable: row.try_get::<i64, _>(2)? == 0,
            comment: None,
            values: Vec::new(),
            form,
            is_certain: is_strict && form != Form::AsText,
        });
    }
    let primary_key: Vec<String> = keys.into_values().collect();
    // The one whole number that is the key is the number of the row, and can be nothing else.
    if let [key] = primary_key.as_slice()
        && let Some(column) = columns.iter_mut().find(|column| column.name == *key)
        && column.native.eq_ignore_ascii_case("integer")
    {
        (column.is_certain, column.nullable) = (true, false);
    }
    survey(connection, table, &mut columns, &mut left_out).await?;

    let rows = sqlx::query(
        "select cast(id as text), \"from\", \"table\", coalesce(\"to\", '') from pragma_foreign_key_list(?1) order by id, seq",
    )
    .bind(&table.name)
    .fetch_all(&mut *connection)
    .await?;
    let foreign = rows
        .iter()
        .map(|row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?, row.try_get(3)?)))
        .collect::<Result<Vec<_>, DatabaseError>>()?;
    Ok(TableDescription {
        name: table.clone(),
        is_view,
        comment: None,
        columns,
        left_out,
        primary_key,
        foreign_keys: gathered(foreign),
    })
}

/// The form that a declared type promises, in SQLite's own order of looking ("Datatypes In SQLite", section 3.1); none for
/// bytes, `AsText` for what only the values tell.
fn form(native: &str) -> Option<Form> {
    let native = native.to_uppercase();
    let has = |word: &str| native.contains(word);
    Some(match () {
        () if has("INT") && !has("POINT") && !has("INTERVAL") => Form::Integer,
        () if has("CHAR") || has("CLOB") || has("TEXT") => Form::Text,
        () if has("BLOB") || has("BINARY") => return None,
        () if has("REAL") || has("FLOA") || has("DOUB") => Form::Number,
        () if has("BOOL") => Form::NumericBoolean,
        () if has("DEC") || has("NUMERIC") || has("MONEY") => Form::Decimal,
        () => Form::AsText,
    })
}

/// Settles the columns whose type leaves open what they hold, by the first rows.
async fn survey(
    connection: &mut SqliteConnection,
    table: &TableName,
    columns: &mut Vec<ColumnDescription>,
    left_out: &mut Vec<LeftOut>,
) -> Result<(), DatabaseError> {
    let open: Vec<String> = columns
        .iter()
        .filter(|column| column.form == Form::AsText)
        .map(|column| column.name.clone())
        .collect();
    for name in open {
        let quoted = FLAVOR.quoted(&name);
        let text = format!("select {quoted} from {} limit {SURVEY_ROWS}", FLAVOR.table(table));
        let rows = sqlx::query(AssertSqlSafe(text)).persistent(false).fetch_all(&mut *connection).await?;
        let mut kinds = BTreeMap::new();
        let mut texts = Vec::new();
        for row in &rows {
            let value = row.try_get_raw(0)?;
            if !value.is_null() {
                let kind = value.type_info().name().to_owned();
                if !matches!(kind.as_str(), "INTEGER" | "REAL" | "BLOB" | "BOOLEAN") {
                    texts.push(row.try_get_unchecked::<String, _>(0)?);
                }
                *kinds.entry(kind).or_insert(0) += 1;
            }
        }
        if kinds.len() == 1 && kinds.contains_key("BLOB") {
            columns.retain(|column| column.name != name);
            left_out.push(LeftOut { name, reason: "bytes are not published".to_owned() });
            continue;
        }
        if let Some(column) = columns.iter_mut().find(|column| column.name == name) {
            let all = |is: fn(&str) -> bool| !texts.is_empty() && texts.iter().all(|text| is(text));
            column.form = match () {
                () if !texts.is_empty() && kinds.values().sum::<usize>() > texts.len() => Form::AsText,
                () if texts.is_empty() && !kinds.is_empty() => match kinds.contains_key("REAL") {
                    true => Form::Number,
                    false => Form::Integer,
                },
                () if all(|text| text.len() == 10 && date_of(text).is_some()) => Form::Date,
                () if all(|text| moment_of(text).is_some()) => Form::Datetime,
                () if all(|text| instant_of(text).is_some()) => Form::Timestamp,
                () => declared(&column.native, texts.is_empty()),
            };
            column.kind = column.form.kind();
        }
    }
    Ok(())
}

/// What a column holds of which the values don't tell.
fn declared(native: &str, is_empty: bool) -> Form {
    match native.to_uppercase().as_str() {
        "DATE" if is_empty => Form::Date,
        native if is_empty && (native.starts_with("DATETIME") || native.starts_with("TIMESTAMP")) => {
            Form::Datetime
        }
        _ => Form::AsText,
    }
}
