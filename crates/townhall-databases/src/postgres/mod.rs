//! PostgreSQL.

mod describe;
mod flavor;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions, PgRow};
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

/// PostgreSQL and what speaks its language.
#[derive(Debug)]
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
        Ok(Pooled::<Postgres>::shared(pool, settings))
    }
}

async fn set(connection: &mut PgConnection, name: &str, value: &str) -> Result<(), sqlx::Error> {
    sqlx::query("select set_config($1, $2, false)").bind(name).bind(value).execute(connection).await?;
    Ok(())
}

#[async_trait]
impl Driver for Postgres {
    type Sqlx = sqlx::Postgres;
    const FLAVOR: &'static dyn Flavor = &FLAVOR;
    const KEEPS_LIMIT: bool = true;

    async fn tables(pool: &PgPool) -> Result<Vec<TableName>, DatabaseError> {
        describe::tables(pool).await
    }

    async fn describe(
        connection: &mut PgConnection,
        table: &TableName,
    ) -> Result<TableDescription, DatabaseError> {
        describe::describe(connection, table).await
    }

    async fn limit_time(connection: &mut PgConnection, limit: Duration) -> Result<(), sqlx::Error> {
        set(connection, "statement_timeout", &limit.as_millis().to_string()).await
    }

    fn bind<'q>(query: QueryOf<'q, Self>, value: &Value) -> QueryOf<'q, Self> {
        match value {
            Value::Text(text) => query.bind(text.replace('\0', "")),
            Value::Integer(number) => query.bind(*number),
            Value::Number(number) => query.bind(*number),
            Value::Boolean(truth) => query.bind(*truth),
            Value::Date(days) => query.bind(date_text(*days)),
            Value::Timestamp(micros) => query.bind(format!("{}+00", moment_text(*micros))),
            Value::Datetime(micros) => query.bind(moment_text(*micros)),
        }
    }

    fn number(row: &PgRow) -> Result<i64, sqlx::Error> {
        row.try_get(0)
    }

    fn put(
        row: &PgRow,
        index: usize,
        column: &ColumnDescription,
        sink: &mut Sink,
    ) -> Result<(), DatabaseError> {
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
}
