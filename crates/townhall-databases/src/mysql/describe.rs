//! What the information schema of MySQL and MariaDB says of tables.

use sqlx::Row;
use sqlx::mysql::{MySqlConnection, MySqlPool, MySqlRow};

use crate::describe::{ColumnDescription, Form, LeftOut, TableDescription, TableName, comment, gathered};
use crate::error::DatabaseError;
use crate::limits::{COLUMNS_MAX, TABLES_MAX, VALUES_MAX};

fn text(row: &MySqlRow, index: usize) -> Result<String, DatabaseError> {
    Ok(row.try_get_unchecked::<Option<String>, _>(index)?.unwrap_or_default())
}

pub(super) async fn tables(pool: &MySqlPool) -> Result<Vec<TableName>, DatabaseError> {
    let rows = sqlx::query(
        "select convert(table_schema using utf8mb4), convert(table_name using utf8mb4),
                coalesce(table_schema = database(), 0)
         from information_schema.tables
         where table_schema not in ('information_schema', 'mysql', 'performance_schema', 'sys')
           and (database() is null or table_schema = database())
           and table_type in ('BASE TABLE', 'VIEW', 'SYSTEM VERSIONED')
         order by 1, 2
         limit ?",
    )
    .bind(TABLES_MAX as i64)
    .fetch_all(pool)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(TableName {
                schema: Some(text(row, 0)?),
                name: text(row, 1)?,
                is_usual: row.try_get_unchecked::<i64, _>(2)? != 0,
            })
        })
        .collect()
}

pub(super) async fn describe(
    connection: &mut MySqlConnection,
    table: &TableName,
) -> Result<TableDescription, DatabaseError> {
    let schema = table.schema.as_deref().unwrap_or_default();
    let found = sqlx::query(
        "select convert(table_type using utf8mb4), convert(table_comment using utf8mb4)
         from information_schema.tables where table_schema = ? and table_name = ?",
    )
    .bind(schema)
    .bind(&table.name)
    .fetch_optional(&mut *connection)
    .await?
    .ok_or_else(|| DatabaseError::NoTable { table: table.shown() })?;
    let is_view = text(&found, 0)? == "VIEW";

    let rows = sqlx::query(
        "select convert(column_name using utf8mb4), convert(data_type using utf8mb4),
                convert(column_type using utf8mb4), convert(is_nullable using utf8mb4),
                convert(column_comment using utf8mb4), cast(coalesce(numeric_scale, 0) as signed),
                cast(coalesce(numeric_precision, 0) as signed)
         from information_schema.columns where table_schema = ? and table_name = ?
         order by ordinal_position
         limit ?",
    )
    .bind(schema)
    .bind(&table.name)
    .bind(COLUMNS_MAX as i64)
    .fetch_all(&mut *connection)
    .await?;
    let (mut columns, mut left_out) = (Vec::new(), Vec::new());
    for row in &rows {
        match column(row)? {
            Ok(column) => columns.push(column),
            Err(column) => left_out.push(column),
        }
    }

    let keys = sqlx::query(
        "select convert(constraint_name using utf8mb4), convert(column_name using utf8mb4),
                convert(referenced_table_name using utf8mb4), convert(referenced_column_name using utf8mb4)
         from information_schema.key_column_usage
         where table_schema = ? and table_name = ?
           and (constraint_name = 'PRIMARY' or referenced_table_name is not null)
         order by constraint_name, ordinal_position",
    )
    .bind(schema)
    .bind(&table.name)
    .fetch_all(&mut *connection)
    .await?;
    let keys = keys
        .iter()
        .map(|row| Ok((text(row, 0)?, text(row, 1)?, text(row, 2)?, text(row, 3)?)))
        .collect::<Result<Vec<_>, DatabaseError>>()?;
    let (primary, foreign): (Vec<_>, Vec<_>) = keys.into_iter().partition(|(.., table, _)| table.is_empty());

    Ok(TableDescription {
        name: table.clone(),
        is_view,
        comment: comment(Some(text(&found, 1)?)).filter(|comment| !(is_view && comment == "VIEW")),
        columns,
        left_out,
        primary_key: primary.into_iter().map(|(_, column, ..)| column).collect(),
        foreign_keys: gathered(foreign),
    })
}

fn column(row: &MySqlRow) -> Result<Result<ColumnDescription, LeftOut>, DatabaseError> {
    let name = text(row, 0)?;
    let native = text(row, 2)?;
    let (scale, precision): (i64, i64) = (row.try_get_unchecked(5)?, row.try_get_unchecked(6)?);
    let form = match text(row, 1)?.to_lowercase().as_str() {
        "tinyint" if native.starts_with("tinyint(1)") => Form::NumericBoolean,
        "tinyint" | "smallint" | "mediumint" | "int" | "bigint" | "year" => Form::Integer,
        "decimal" if scale == 0 && precision <= 18 => Form::Integer,
        "decimal" => Form::Decimal,
        "float" => Form::ShortNumber,
        "double" => Form::Number,
        "bit" if native == "bit(1)" => Form::NumericBoolean,
        "date" => Form::Date,
        "datetime" => Form::Datetime,
        "timestamp" => Form::Timestamp,
        "char" | "varchar" | "tinytext" | "text" | "mediumtext" | "longtext" | "enum" | "set" => Form::Text,
        "json" => Form::AsJson,
        "time" | "uuid" | "inet4" | "inet6" => Form::AsText,
        _ => return Ok(Err(LeftOut { name, reason: format!("values of type {native} are not published") })),
    };
    Ok(Ok(ColumnDescription {
        name,
        kind: form.kind(),
        nullable: text(row, 3)? != "NO",
        comment: comment(Some(text(row, 4)?)),
        values: if native.starts_with("enum(") { listed(&native) } else { Vec::new() },
        native,
        form,
        is_certain: true,
    }))
}

/// The values of a type such as `enum('a','it''s')`.
fn listed(native: &str) -> Vec<String> {
    let mut values = Vec::new();
    let mut value: Option<String> = None;
    let mut characters = native.chars().peekable();
    while let Some(c) = characters.next() {
        match (&mut value, c) {
            (None, '\'') => value = Some(String::new()),
            (None, _) => {}
            (Some(text), '\'') if characters.peek() == Some(&'\'') => {
                characters.next();
                text.push('\'');
            }
            (Some(_), '\'') => values.extend(value.take()),
            (Some(text), c) => text.push(c),
        }
    }
    values.truncate(VALUES_MAX);
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_enumeration_tells_its_values() {
        assert_eq!(listed("enum('a','it''s, b')"), ["a", "it's, b"]);
    }
}
