#![doc = include_str!("../README.md")]

mod address;
mod describe;
mod error;
mod kind;
pub mod limits;
#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "odbc")]
mod odbc;
#[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
mod pooled;
#[cfg(feature = "postgres")]
mod postgres;
mod request;
mod rows;
mod sql;
#[cfg(feature = "sqlite")]
mod sqlite;

pub use address::Address;
pub use arrow_array::RecordBatch;
pub use arrow_schema::SchemaRef;
pub use describe::{ColumnDescription, ForeignKey, LeftOut, TableDescription, TableName};
pub use error::DatabaseError;
pub use kind::{DATABASES, Database, DatabaseInfo, DatabaseKind, OpenSettings, RowStream, open};
pub use request::{Comparison, Condition, Order, RowsRequest, TextMatch, Value};
pub use sql::{Pushes, Statement};
