//! SQLite: a file, opened for reading only, whose triggers and extensions are not trusted.

mod describe;
mod flavor;

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqlitePool, SqlitePoolOptions, SqliteRow, SqliteValueRef,
};
use sqlx::{ConnectOptions, Decode, Row, TypeInfo, ValueRef};

use self::flavor::FLAVOR;
use crate::address::Address;
use crate::describe::{ColumnDescription, Form, TableDescription, TableName};
use crate::error::DatabaseError;
use crate::kind::{Database, DatabaseInfo, DatabaseKind, OpenSettings};
use crate::pooled::{Driver, Pooled, QueryOf};
use crate::request::Value;
use crate::rows::Sink;
use crate::sql::{Flavor, date_text, moment_text};

/// SQLite.
#[derive(Debug)]
pub struct Sqlite;

const INFO: DatabaseInfo =
    DatabaseInfo { name: "sqlite", label: "SQLite", schemes: &["sqlite"], example: "sqlite:permits.db" };

/// Steps of SQLite's machine between two looks at the clock.
const STEPS: i32 = 10_000;

#[async_trait]
impl DatabaseKind for Sqlite {
    fn info(&self) -> &'static DatabaseInfo {
        &INFO
    }

    async fn open(
        &self,
        address: &Address,
        settings: &OpenSettings,
    ) -> Result<Arc<dyn Database>, DatabaseError> {
        let options = SqliteConnectOptions::new()
            .filename(address.file())
            .read_only(true)
            .create_if_missing(false)
            .foreign_keys(false)
            .busy_timeout(settings.patience)
            .pragma("query_only", "on")
            .pragma("trusted_schema", "off")
            .pragma("cell_size_check", "on")
            .disable_statement_logging();
        let pool = SqlitePoolOptions::new()
            .max_connections(settings.connections)
            .acquire_timeout(settings.patience)
            .connect_with(options)
            .await
            .map_err(|error| DatabaseError::Unreachable { detail: error.to_string() })?;
        Ok(Pooled::<Sqlite>::shared(pool, settings))
    }
}

#[async_trait]
impl Driver for Sqlite {
    type Sqlx = sqlx::Sqlite;
    const FLAVOR: &'static dyn Flavor = &FLAVOR;
    const KEEPS_LIMIT: bool = false;

    async fn tables(pool: &SqlitePool) -> Result<Vec<TableName>, DatabaseError> {
        describe::tables(pool).await
    }

    async fn describe(
        connection: &mut SqliteConnection,
        table: &TableName,
    ) -> Result<TableDescription, DatabaseError> {
        describe::describe(connection, table).await
    }

    async fn limit_time(connection: &mut SqliteConnection, limit: Duration) -> Result<(), sqlx::Error> {
        let end = Instant::now() + limit;
        connection.lock_handle().await?.set_progress_handler(STEPS, move || Instant::now() < end);
        Ok(())
    }

    fn bind<'q>(query: QueryOf<'q, Self>, value: &Value) -> QueryOf<'q, Self> {
        match value {
            Value::Text(text) => query.bind(text.clone()),
            Value::Integer(number) => query.bind(*number),
            Value::Number(number) => query.bind(*number),
            Value::Boolean(truth) => query.bind(*truth),
            Value::Date(days) => query.bind(date_text(*days)),
            Value::Timestamp(micros) | Value::Datetime(micros) => query.bind(moment_text(*micros)),
        }
    }

    fn number(row: &SqliteRow) -> Result<i64, sqlx::Error> {
        row.try_get(0)
    }

    fn put(
        row: &SqliteRow,
        index: usize,
        column: &ColumnDescription,
        sink: &mut Sink,
    ) -> Result<(), DatabaseError> {
        // SQLite keeps what it is given, whatever a column declares.
        let value = row.try_get_raw(index)?;
        // Where there is no value, the driver tells the type that the column declares.
        if value.is_null() {
            sink.cells[index].none();
            return Ok(());
        }
        let kind = value.type_info().name().to_owned();
        match (kind.as_str(), column.form) {
            ("INTEGER" | "BOOLEAN", _) => {
                let number = decoded::<i64>(value)?;
                sink.cells[index].integer(Some(number));
            }
            ("REAL", Form::Integer | Form::NumericBoolean) => sink.cells[index].none(),
            ("REAL", _) => {
                let number = decoded::<f64>(value)?;
                sink.cells[index].number(Some(number));
            }
            ("BLOB", _) => sink.cells[index].none(),
            (_, Form::Integer | Form::Number | Form::Decimal | Form::NumericBoolean) => {
                sink.cells[index].none()
            }
            _ => {
                let text = decoded::<&[u8]>(value)?;
                let text = String::from_utf8_lossy(text);
                sink.weigh(text.len())?;
                sink.cells[index].text(Some(&text));
            }
        }
        Ok(())
    }
}

fn decoded<'r, T: Decode<'r, sqlx::Sqlite>>(value: SqliteValueRef<'r>) -> Result<T, DatabaseError> {
    T::decode(value).map_err(|error| DatabaseError::Refused { detail: error.to_string() })
}
