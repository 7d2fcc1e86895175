//! SQLite: a file, opened for reading only, whose triggers and extensions are not trusted.

mod describe;
mod flavor;

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use futures::TryStreamExt;
use sqlx::sqlite::{
    SqliteArguments, SqliteConnectOptions, SqliteConnection, SqlitePool, SqlitePoolOptions, SqliteRow,
    SqliteValueRef,
};
use sqlx::{AssertSqlSafe, ConnectOptions, Decode, Row, TypeInfo, ValueRef};

use self::flavor::FLAVOR;
use crate::address::Address;
use crate::describe::{ColumnDescription, Form, TableDescription, TableName};
use crate::error::DatabaseError;
use crate::kind::{Database, DatabaseInfo, DatabaseKind, OpenSettings, RowStream};
use crate::request::{Condition, RowsRequest, Value};
use crate::rows::{Sink, channel};
use crate::sql::{self, Flavor, Pushes, Statement, date_text, moment_text};

/// SQLite.
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
        Ok(Arc::new(Opened { pool, settings: settings.clone() }))
    }
}

#[derive(Debug)]
struct Opened {
    pool: SqlitePool,
    settings: OpenSettings,
}

#[async_trait]
impl Database for Opened {
    async fn tables(&self) -> Result<Vec<TableName>, DatabaseError> {
        describe::tables(&self.pool).await
    }

    async fn describe(&self, table: &TableName) -> Result<TableDescription, DatabaseError> {
        let mut connection = self.pool.acquire().await?;
        limit_time(&mut connection, self.settings.timeout).await?;
        describe::describe(&mut connection, table).await
    }

    fn pushes(&self, table: &TableDescription, condition: &Condition) -> Pushes {
        sql::pushes(&FLAVOR, table, condition)
    }

    fn orders(&self, table: &TableDescription, column: &str) -> bool {
        table.column(column).is_some_and(|column| FLAVOR.orders(column))
    }

    fn statement(&self, table: &TableDescription, request: &RowsRequest) -> Result<Statement, DatabaseError> {
        sql::rows(&FLAVOR, table, request)
    }

    fn counting(&self, table: &TableDescription, condition: &Condition) -> Result<Statement, DatabaseError> {
        sql::counting(&FLAVOR, table, condition)
    }

    async fn rows(
        &self,
        table: &TableDescription,
        request: &RowsRequest,
    ) -> Result<RowStream, DatabaseError> {
        let statement = self.statement(table, request)?;
        let columns = table.chosen(&request.columns)?;
        let (mut sink, stream) = channel(table, &request.columns)?;
        let limit = match request.limit {
            Some(_) => self.settings.timeout,
            None => self.settings.long_timeout,
        };
        let pool = self.pool.clone();
        tokio::spawn(async move {
            let outcome = run(&pool, &statement, &columns, limit, &mut sink).await;
            sink.end(outcome).await;
        });
        Ok(stream)
    }

    async fn count(&self, table: &TableDescription, condition: &Condition) -> Result<u64, DatabaseError> {
        let statement = self.counting(table, condition)?;
        let mut connection = self.pool.acquire().await?;
        limit_time(&mut connection, self.settings.timeout).await?;
        let count: i64 = bound(&statement).fetch_one(&mut *connection).await?.try_get(0)?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    async fn close(&self) {
        self.pool.close().await;
    }
}

/// Bounds the time of what a connection does from now on.
async fn limit_time(connection: &mut SqliteConnection, limit: Duration) -> Result<(), DatabaseError> {
    let end = Instant::now() + limit;
    connection.lock_handle().await?.set_progress_handler(STEPS, move || Instant::now() < end);
    Ok(())
}

fn bound(statement: &Statement) -> sqlx::query::Query<'_, sqlx::Sqlite, SqliteArguments> {
    let mut query = sqlx::query(AssertSqlSafe(statement.text.clone())).persistent(false);
    for value in &statement.parameters {
        query = match value {
            Value::Text(text) => query.bind(text.clone()),
            Value::Integer(number) => query.bind(*number),
            Value::Number(number) => query.bind(*number),
            Value::Boolean(truth) => query.bind(*truth),
            Value::Date(days) => query.bind(date_text(*days)),
            Value::Timestamp(micros) | Value::Datetime(micros) => query.bind(moment_text(*micros)),
        };
    }
    query
}

/// Puts the rows of a statement into the sink, until there are no more or nobody wants them.
async fn run(
    pool: &SqlitePool,
    statement: &Statement,
    columns: &[ColumnDescription],
    limit: Duration,
    sink: &mut Sink,
) -> Result<(), DatabaseError> {
    let mut connection = pool.acquire().await?;
    limit_time(&mut connection, limit).await?;
    let mut rows = bound(statement).fetch(&mut *connection);
    loop {
        let row = tokio::select! {
            biased;
            () = sink.unwanted() => break,
            row = rows.try_next() => row?,
        };
        let Some(row) = row else { break };
        for (index, column) in columns.iter().enumerate() {
            put(&row, index, column, sink)?;
        }
        if !sink.end_row().await? {
            break;
        }
    }
    Ok(())
}

/// Puts a value into its column if it is of the column's form; SQLite keeps what it is given, whatever a column declares.
fn put(
    row: &SqliteRow,
    index: usize,
    column: &ColumnDescription,
    sink: &mut Sink,
) -> Result<(), DatabaseError> {
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
        (_, Form::Integer | Form::Number | Form::Decimal | Form::NumericBoolean) => sink.cells[index].none(),
        _ => {
            let text = decoded::<&[u8]>(value)?;
            let text = String::from_utf8_lossy(text);
            sink.weigh(text.len())?;
            sink.cells[index].text(Some(&text));
        }
    }
    Ok(())
}

fn decoded<'r, T: Decode<'r, sqlx::Sqlite>>(value: SqliteValueRef<'r>) -> Result<T, DatabaseError> {
    T::decode(value).map_err(|error| DatabaseError::Refused { detail: error.to_string() })
}
