//! What the databases that sqlx speaks to have in common: a pool of connections, statements with their values, and rows that
//! are put into batches until there are no more or nobody wants them.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures::TryStreamExt;
use sqlx::database::HasStatementCache;
use sqlx::pool::PoolConnection;
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, Executor, IntoArguments, Pool};

use crate::describe::{ColumnDescription, TableDescription, TableName};
use crate::error::DatabaseError;
use crate::kind::{Database, OpenSettings, RowStream};
use crate::request::{Condition, RowsRequest, Value};
use crate::rows::{Sink, channel};
use crate::sql::{self, Flavor, Pushes, Statement};

/// A connection of a driver.
pub(crate) type ConnectionOf<D> = <<D as Driver>::Sqlx as sqlx::Database>::Connection;

/// A row of a driver.
pub(crate) type RowOf<D> = <<D as Driver>::Sqlx as sqlx::Database>::Row;

/// A query with values of a driver.
pub(crate) type QueryOf<'q, D> =
    Query<'q, <D as Driver>::Sqlx, <<D as Driver>::Sqlx as sqlx::Database>::Arguments>;

/// What is particular to a database.
#[async_trait]
pub(crate) trait Driver: fmt::Debug + Send + Sync + 'static {
    /// Its driver.
    type Sqlx: sqlx::Database + HasStatementCache;
    /// Its SQL.
    const FLAVOR: &'static dyn Flavor;
    /// Whether a connection keeps the limit of time that it was opened with, so that it need not be told again.
    const KEEPS_LIMIT: bool;

    /// See [`Database::tables`].
    async fn tables(pool: &Pool<Self::Sqlx>) -> Result<Vec<TableName>, DatabaseError>;
    /// See [`Database::describe`].
    async fn describe(
        connection: &mut ConnectionOf<Self>,
        table: &TableName,
    ) -> Result<TableDescription, DatabaseError>;
    /// Bounds the time of what a connection does from now on.
    async fn limit_time(connection: &mut ConnectionOf<Self>, limit: Duration) -> Result<(), sqlx::Error>;
    /// Adds a value to a query.
    fn bind<'q>(query: QueryOf<'q, Self>, value: &Value) -> QueryOf<'q, Self>;
    /// The number in the first column of a row.
    fn number(row: &RowOf<Self>) -> Result<i64, sqlx::Error>;
    /// Puts a cell of a row into its column.
    fn put(
        row: &RowOf<Self>,
        index: usize,
        column: &ColumnDescription,
        sink: &mut Sink,
    ) -> Result<(), DatabaseError>;
}

/// An open database.
#[derive(Debug)]
pub(crate) struct Pooled<D: Driver> {
    pool: Pool<D::Sqlx>,
    settings: OpenSettings,
}

impl<D: Driver> Pooled<D>
where
    for<'c> &'c mut ConnectionOf<D>: Executor<'c, Database = D::Sqlx>,
    <D::Sqlx as sqlx::Database>::Arguments: IntoArguments<D::Sqlx>,
{
    /// A database whose connections can be had from a pool.
    pub fn shared(pool: Pool<D::Sqlx>, settings: &OpenSettings) -> Arc<dyn Database> {
        Arc::new(Self { pool, settings: settings.clone() })
    }

    /// A connection for a short statement.
    async fn connection(&self) -> Result<PoolConnection<D::Sqlx>, sqlx::Error> {
        let mut connection = self.pool.acquire().await?;
        if !D::KEEPS_LIMIT {
            D::limit_time(&mut connection, self.settings.timeout).await?;
        }
        Ok(connection)
    }
}

#[async_trait]
impl<D: Driver> Database for Pooled<D>
where
    for<'c> &'c mut ConnectionOf<D>: Executor<'c, Database = D::Sqlx>,
    <D::Sqlx as sqlx::Database>::Arguments: IntoArguments<D::Sqlx>,
{
    async fn tables(&self) -> Result<Vec<TableName>, DatabaseError> {
        D::tables(&self.pool).await
    }

    async fn describe(&self, table: &TableName) -> Result<TableDescription, DatabaseError> {
        let mut connection = self.connection().await?;
        D::describe(&mut connection, table).await
    }

    fn pushes(&self, table: &TableDescription, condition: &Condition) -> Pushes {
        sql::pushes(D::FLAVOR, table, condition)
    }

    fn orders(&self, table: &TableDescription, column: &str) -> bool {
        table.column(column).is_some_and(|column| D::FLAVOR.orders(column))
    }

    fn statement(&self, table: &TableDescription, request: &RowsRequest) -> Result<Statement, DatabaseError> {
        sql::rows(D::FLAVOR, table, request)
    }

    fn counting(&self, table: &TableDescription, condition: &Condition) -> Result<Statement, DatabaseError> {
        sql::counting(D::FLAVOR, table, condition)
    }

    async fn rows(
        &self,
        table: &TableDescription,
        request: &RowsRequest,
    ) -> Result<RowStream, DatabaseError> {
        let statement = self.statement(table, request)?;
        let columns = table.chosen(&request.columns)?;
        let (mut sink, stream) = channel(table, &request.columns)?;
        let connection = self.connection().await?;
        let long = request.limit.is_none().then_some(self.settings.long_timeout);
        tokio::spawn(async move {
            let outcome = run::<D>(connection, &statement, &columns, long, &mut sink).await;
            sink.end(outcome).await;
        });
        Ok(stream)
    }

    async fn count(&self, table: &TableDescription, condition: &Condition) -> Result<u64, DatabaseError> {
        let statement = self.counting(table, condition)?;
        let mut connection = self.connection().await?;
        let count = D::number(&bound::<D>(&statement).fetch_one(&mut *connection).await?)?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    async fn close(&self) {
        self.pool.close().await;
    }
}

/// A statement with its values. Statements are not kept by the server: poolers in between would lose them.
fn bound<D: Driver>(statement: &Statement) -> QueryOf<'_, D>
where
    <D::Sqlx as sqlx::Database>::Arguments: IntoArguments<D::Sqlx>,
{
    let query = sqlx::query(AssertSqlSafe(statement.text.clone())).persistent(false);
    statement.parameters.iter().fold(query, D::bind)
}

/// Puts the rows of a statement into the sink, until there are no more or nobody wants them.
async fn run<D: Driver>(
    mut connection: PoolConnection<D::Sqlx>,
    statement: &Statement,
    columns: &[ColumnDescription],
    long: Option<Duration>,
    sink: &mut Sink,
) -> Result<(), DatabaseError>
where
    for<'c> &'c mut ConnectionOf<D>: Executor<'c, Database = D::Sqlx>,
    <D::Sqlx as sqlx::Database>::Arguments: IntoArguments<D::Sqlx>,
{
    if let Some(long) = long {
        D::limit_time(&mut connection, long).await?;
    }
    let is_whole = {
        let mut rows = bound::<D>(statement).fetch(&mut *connection);
        loop {
            let row = tokio::select! {
                biased;
                () = sink.unwanted() => break false,
                row = rows.try_next() => row?,
            };
            let Some(row) = row else { break true };
            for (index, column) in columns.iter().enumerate() {
                D::put(&row, index, column, sink)?;
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
