//! MySQL and MariaDB.

mod describe;
mod flavor;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures::TryStreamExt;
use sqlx::mysql::{
    MySqlArguments, MySqlConnectOptions, MySqlConnection, MySqlPool, MySqlPoolOptions, MySqlRow,
};
use sqlx::{AssertSqlSafe, ConnectOptions, Row};

use self::flavor::FLAVOR;
use crate::address::Address;
use crate::describe::{ColumnDescription, Form, TableDescription, TableName};
use crate::error::DatabaseError;
use crate::kind::{Database, DatabaseInfo, DatabaseKind, OpenSettings, RowStream};
use crate::request::{Condition, RowsRequest, Value};
use crate::rows::{Sink, channel};
use crate::sql::{self, Flavor, Pushes, Statement, date_text, moment_text};

/// MySQL and MariaDB.
pub struct MySql;

const INFO: DatabaseInfo = DatabaseInfo {
    name: "mysql",
    label: "MySQL and MariaDB",
    schemes: &["mysql", "mariadb"],
    example: "mysql://reader@db.example.gov/permits",
};

#[async_trait]
impl DatabaseKind for MySql {
    fn info(&self) -> &'static DatabaseInfo {
        &INFO
    }

    async fn open(
        &self,
        address: &Address,
        settings: &OpenSettings,
    ) -> Result<Arc<dyn Database>, DatabaseError> {
        let mut url = address.url()?;
        if url.scheme() != "mysql" && url.set_scheme("mysql").is_err() {
            return Err(DatabaseError::BadAddress { reason: "it can't be read as a URL".to_owned() });
        }
        let mut options = MySqlConnectOptions::from_url(&url)?.disable_statement_logging();
        if let Some(password) = address.password() {
            options = options.password(password);
        }
        let timeout = settings.timeout;
        let pool = MySqlPoolOptions::new()
            .max_connections(settings.connections)
            .acquire_timeout(settings.patience)
            .after_connect(move |connection, _| {
                Box::pin(async move {
                    sqlx::query("set session transaction read only").execute(&mut *connection).await?;
                    limit_time(connection, timeout).await
                })
            })
            .connect_with(options)
            .await?;
        Ok(Arc::new(Opened { pool, settings: settings.clone() }))
    }
}

/// Bounds the time of the statements that follow. The two families have different words for it.
async fn limit_time(connection: &mut MySqlConnection, limit: Duration) -> Result<(), sqlx::Error> {
    let mariadb = sqlx::query("set session max_statement_time = ?").bind(limit.as_secs_f64());
    if mariadb.persistent(false).execute(&mut *connection).await.is_ok() {
        return Ok(());
    }
    let millis = u64::try_from(limit.as_millis()).unwrap_or(u64::MAX);
    sqlx::query("set session max_execution_time = ?")
        .persistent(false)
        .bind(millis)
        .execute(connection)
        .await?;
    Ok(())
}

#[derive(Debug)]
struct Opened {
    pool: MySqlPool,
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
        let count: i64 = bound(&statement).fetch_one(&self.pool).await?.try_get_unchecked(0)?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    async fn close(&self) {
        self.pool.close().await;
    }
}

fn bound(statement: &Statement) -> sqlx::query::Query<'_, sqlx::MySql, MySqlArguments> {
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
    pool: &MySqlPool,
    statement: &Statement,
    columns: &[ColumnDescription],
    long: Option<Duration>,
    sink: &mut Sink,
) -> Result<(), DatabaseError> {
    let mut connection = pool.acquire().await?;
    if let Some(long) = long {
        limit_time(&mut connection, long).await?;
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
    // A connection with rows under way, or with a time limit of its own, is of no use to others. It is not asked to end
    // well: that would wait for the rows.
    if !is_whole || long.is_some() {
        drop(connection.detach());
    }
    Ok(())
}

fn put(
    row: &MySqlRow,
    index: usize,
    column: &ColumnDescription,
    sink: &mut Sink,
) -> Result<(), DatabaseError> {
    if column.form == Form::Number {
        sink.cells[index].number(row.try_get_unchecked(index)?);
        return Ok(());
    }
    let text: Option<&str> = row.try_get_unchecked(index)?;
    sink.weigh(text.map_or(0, str::len))?;
    sink.cells[index].text(text);
    Ok(())
}
