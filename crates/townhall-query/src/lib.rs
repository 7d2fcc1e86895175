#![doc = include_str!("../README.md")]

mod answer;
mod bridge;
mod compile;
mod cursor;
pub mod dialects;
pub mod distant;
mod engine;
mod error;
mod filter;
#[doc(hidden)]
pub mod fuzz;
mod hot;
pub mod limits;
mod literal;
mod query;
mod scan;
mod sql;
mod value;
pub mod worker;

pub use answer::joined;
pub use arrow_array::RecordBatch;
pub use arrow_schema::SchemaRef;
pub use bridge::{ReadBlob, ReadError};
pub use dialects::{QUERY_DIALECTS, QueryDialect, dialect_by_name};
pub use engine::{Engine, EngineSettings, FacetCounts, Page, RowStream};
pub use error::{QueryError, QueryProblem};
pub use filter::{Comparison, Filter, TextMatch};
pub use literal::Literal;
pub use query::{AggregateFunction, Output, ROW, RowsQuery, Sort, TableSource};
pub use sql::{Granted, Planned, Sql, TableName};
pub use value::{Function, TimePart, Value};
