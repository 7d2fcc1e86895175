//! MySQL and MariaDB.

mod describe;
mod flavor;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use sqlx::mysql::{MySqlConnectOptions, MySqlConnection, MySqlPool, MySqlPoolOptions, MySqlRow};
use sqlx::{ConnectOptions, Row};

use self::flavor::FLAVOR;
use crate::address::Address;
use crate::describe::{ColumnDescription, Form, TableDescription, TableName};
use crate::error::DatabaseError;
use crate::kind::{Database, DatabaseInfo, DatabaseKind, OpenSettings};
use crate::pooled::{Driver, Pooled, QueryOf};
use crate::request::Value;
use crate::rows::Sink;
use crate::sql::{Flavor, date_text, moment_text};

/// MySQL and MariaDB.
#[derive(Debug)]
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
                    Self::limit_time(connection, timeout).await
                })
            })
            .connect_with(options)
            .await?;
        Ok(Pooled::<MySql>::shared(pool, settings))
    }
}

#[async_trait]
impl Driver for MySql {
    type Sqlx = sqlx::MySql;
    const FLAVOR: &'static dyn Flavor = &FLAVOR;
    const KEEPS_LIMIT: bool = true;

    async fn tables(pool: &MySqlPool) -> Result<Vec<TableName>, DatabaseError> {
        describe::tables(pool).await
    }

    async fn describe(
        connection: &mut MySqlConnection,
        table: &TableName,
    ) -> Result<TableDescription, DatabaseError> {
        describe::describe(connection, table).await
    }

    async fn limit_time(connection: &mut MySqlConnection, limit: Duration) -> Result<(), sqlx::Error> {
        // The two families have different words for it.
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

    fn number(row: &MySqlRow) -> Result<i64, sqlx::Error> {
        row.try_get_unchecked(0)
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
}
