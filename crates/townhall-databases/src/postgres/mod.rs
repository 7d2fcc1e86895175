//! PostgreSQL.

mod describe;
mod flavor;

use std::sync::Arc;

use async_trait::async_trait;
use futures::TryStreamExt;
use sqlx::postgres::{PgArguments, PgConnectOptions, PgConnection, PgPool, PgPoolOptions, PgRow};
use sqlx::{AssertSqlSafe, ConnectOptions, Row};

use self::flavor::FLAVOR;
use crate::address::Address;
use crate::describe::{ColumnDescription, Form, TableDescription, TableName};
use crate::error::DatabaseError;
use crate::kind::{Database, DatabaseInfo, DatabaseKind, OpenSettings, RowStream};
use crate::request::{Condition, RowsRequest, Value};
use crate::rows::{Sink, channel};
use crate::sql::{self, Flavor, Pushes, Statement, date_text, moment_text};

/// PostgreSQL and what speaks its language.
pub struct Postgres;

const INFO: DatabaseInfo = DatabaseInfo {
    name: "postgres",
    label: "PostgreSQL",
    schemes: &["postgres", "postgresql"],
    example: "postgres://reader@db.example.gov/permits",
};

#[async_trait]
impl DatabaseKind for Postgres {
    fn info(&self) -> &'static DatabaseInfo {
        &INFO
    }

    async fn open(
        &self,
        address: &Address,
        settings: &OpenSettings,
    ) -> Result<Arc<dyn Database>, DatabaseError> {
        let mut options = PgConnectOptions::from_url(&address.url()?)?
            .application_name("townhall")
            .disable_statement_logging();
        if let Some(password) = address.password() {
            options = options.password(password);
        }
        let timeout = settings.timeout;
        let pool = PgPoolOptions::new()
            .max_connections(settings.connections)
            .acquire_timeout(settings.patience)
            .after_connect(move |connection, _| {
                Box::pin(async move {
                    set(connection, "default_transaction_read_only", "on").await?;
                    set(connection, "TimeZone", "UTC").await?;
                    set(connection, "DateStyle", "ISO, YMD").await?;
                    set(connection, "IntervalStyle", "iso_8601").await?;
                    set(connection, "lock_timeout", "5s").await?;
                    set(connection, "statement_timeout", &timeout.as_millis().to_string()).await
                })
            })
            .connect_with(options)
            .await?;
        Ok(Arc::new(Opened { pool, settings: settings.clone() }))
    }
}

async fn set(connection: &mut PgConnection, name: &str, value: &str) -> Result<(), sqlx::Error> {
    sqlx::query("select set_config($1, $2, false)").bind(name).bind(value).execute(connection).await?;
    Ok(())
}

#[derive(Debug)]
struct Opened {
    pool: PgPool,
    settings: OpenSettings,
}

#[async_trait]
impl Database for Opened {
    async fn tables(&self) -> Result<Vec<TableName>, DatabaseError> {
        describe::tables(&self.pool).await
    }

    async fn describe(&self, table: &TableName) -> Result<TableDescription, DatabaseError> {
        describe::describe(&self.pool, table).await
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
        let (pool, is_long) = (self.pool.clone(), request.limit.is_none());
        let long = self.settings.long_timeout;
        tokio::spawn(async move {
            let outcome = run(&pool, &statement, &columns, is_long.then_some(long), &mut sink).await;
            sink.end(outcome).await;
        });
        Ok(stream)
    }

    async fn count(&self, table: &TableDescription, condition: &Condition) -> Result<u64, DatabaseError> {
        let statement = self.counting(table, condition)?;
        let count: i64 = bound(&statement).fetch_one(&self.pool).await?.try_get(0)?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    async fn close(&self) {
        self.pool.close().await;
    }
}

/// A statement with its values. Statements are not kept by the server: poolers in between would lose them.
fn bound(statement: &Statement) -> sqlx::query::Query<'_, sqlx::Postgres, PgArguments> {
    let mut query = sqlx::query(AssertSqlSafe(statement.text.clone())).persistent(false);
    for value in &statement.parameters {
        query = match value {
            Value::Text(text) => query.bind(text.replace('\0', "")),
            Value::Integer(number) => query.bind(*number),
            Value::Number(number) => query.bind(*number),
            Value::Boolean(truth) => query.bind(*truth),
            Value::Date(days) => query.bind(date_text(*days)),
            Value::Timestamp(micros) => query.bind(format!("{}+00", moment_text(*micros))),
            Value::Datetime(micros) => query.bind(moment_text(*micros)),
        };
    }
    query
}

/// Puts the rows of a statement into the sink, until there are no more or nobody wants them.
async fn run(
    pool: &PgPool,
    statement: &Statement,
    columns: &[ColumnDescription],
    long: Option<std::time::Duration>,
    sink: &mut Sink,
) -> Result<(), DatabaseError> {
    let mut connection = pool.acquire().await?;
    if let Some(long) = long {
        set(&mut connection, "statement_timeout", &long.as_millis().to_string()).await?;
    }
    let is_whole = {
        let mut rows = bound(statement).fetch(&mut *connection);
        loop {
            let row = tokio::select! {
                biased;
                () = sink.unwanted() => break false,
                row = rows.try_next() => row?,
            };
            let Some(row) = row else { break true };
            for (index, column) in columns.iter().enumerate() {
                put(&row, index, column, sink)?;
            }
            if !sink.end_row().await? {
                break false;
            }
        }
    };
    // A connection with rows under way, or with a time limit of its own, is of no use to others.
    if !is_whole || long.is_some() {
        connection.close().await?;
    }
    Ok(())
}

fn put(row: &PgRow, index: usize, column: &ColumnDescription, sink: &mut Sink) -> Result<(), DatabaseError> {
    match column.form {
        Form::Integer => sink.cells[index].integer(row.try_get(index)?),
        Form::Number | Form::Decimal => sink.cells[index].number(row.try_get(index)?),
        Form::Boolean => sink.cells[index].boolean(row.try_get(index)?),
        _ => {
            let text: Option<&str> = row.try_get(index)?;
            sink.weigh(text.map_or(0, str::len))?;
            sink.cells[index].text(text);
        }
    }
    Ok(())
}
