//! The kinds of databases, in one list, and what each can do.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use arrow_array::RecordBatch;
use async_trait::async_trait;
use futures::Stream;

use crate::address::Address;
use crate::describe::{TableDescription, TableName};
use crate::error::DatabaseError;
use crate::request::{Condition, RowsRequest};
use crate::sql::{Pushes, Statement};

/// How a kind of database is called.
#[derive(Debug)]
pub struct DatabaseInfo {
    /// Its name.
    pub name: &'static str,
    /// What people call it.
    pub label: &'static str,
    /// How addresses of it begin.
    pub schemes: &'static [&'static str],
    /// What an address looks like.
    pub example: &'static str,
}

/// How a database is asked.
#[derive(Debug, Clone)]
pub struct OpenSettings {
    /// Connections at the same time.
    pub connections: u32,
    /// How long a connection, or a place among the connections, is waited for.
    pub patience: Duration,
    /// How long one statement may take.
    pub timeout: Duration,
    /// How long a statement for all rows may take: it lasts as long as they are taken.
    pub long_timeout: Duration,
}

impl Default for OpenSettings {
    fn default() -> Self {
        Self {
            connections: 4,
            patience: Duration::from_secs(10),
            timeout: Duration::from_secs(30),
            long_timeout: Duration::from_secs(3_600),
        }
    }
}

/// Rows as they come. Dropping it stops the work.
pub type RowStream = Pin<Box<dyn Stream<Item = Result<RecordBatch, DatabaseError>> + Send>>;

/// A kind of database.
#[async_trait]
pub trait DatabaseKind: Sync {
    /// How it is called.
    fn info(&self) -> &'static DatabaseInfo;
    /// Opens the database of an address, and makes sure that it answers.
    async fn open(
        &self,
        address: &Address,
        settings: &OpenSettings,
    ) -> Result<Arc<dyn Database>, DatabaseError>;
}

/// A database that answers.
#[async_trait]
pub trait Database: Send + Sync + fmt::Debug {
    /// Its tables and views, by name, without those of the system.
    async fn tables(&self) -> Result<Vec<TableName>, DatabaseError>;
    /// What a table is made of.
    async fn describe(&self, table: &TableName) -> Result<TableDescription, DatabaseError>;
    /// How far the database applies a condition as we mean it.
    fn pushes(&self, table: &TableDescription, condition: &Condition) -> Pushes;
    /// Whether the database orders and compares a column as we do.
    fn orders(&self, table: &TableDescription, column: &str) -> bool;
    /// The statement that a request becomes.
    fn statement(&self, table: &TableDescription, request: &RowsRequest) -> Result<Statement, DatabaseError>;
    /// The statement that counts the rows of a condition.
    fn counting(&self, table: &TableDescription, condition: &Condition) -> Result<Statement, DatabaseError>;
    /// The rows that are wanted, in batches of our types.
    async fn rows(&self, table: &TableDescription, request: &RowsRequest)
    -> Result<RowStream, DatabaseError>;
    /// How many rows meet a condition.
    async fn count(&self, table: &TableDescription, condition: &Condition) -> Result<u64, DatabaseError>;
    /// Lets go of all connections.
    async fn close(&self);
}

/// The kinds of databases that this build can ask, in the order the documentation lists them.
pub const DATABASES: &[&dyn DatabaseKind] = &[
    #[cfg(feature = "postgres")]
    &crate::postgres::Postgres,
    #[cfg(feature = "mysql")]
    &crate::mysql::MySql,
    #[cfg(feature = "sqlite")]
    &crate::sqlite::Sqlite,
    #[cfg(feature = "odbc")]
    &crate::odbc::Odbc,
];

/// Opens the database of an address.
pub async fn open(address: &Address, settings: &OpenSettings) -> Result<Arc<dyn Database>, DatabaseError> {
    let kind = DATABASES.iter().find(|kind| kind.info().name == address.kind());
    let kind = kind.ok_or_else(|| DatabaseError::UnknownKind {
        scheme: address.kind().to_owned(),
        known: DATABASES.iter().map(|kind| kind.info().label).collect::<Vec<_>>().join(", "),
    })?;
    kind.open(address, settings).await
}
