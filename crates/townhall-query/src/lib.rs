#![doc = include_str!("../README.md")]

mod answer;
mod bridge;
mod chained;
mod compile;
mod cursor;
pub mod dialects;
mod difference;
mod engine;
mod error;
mod filter;
#[doc(hidden)]
pub mod fuzz;
mod hot;
mod joined;
pub mod limits;
mod literal;
mod live;
pub mod place;
mod query;
pub mod recipe;
mod sentinels;
mod sql;
mod value;
pub mod worker;

pub use answer::joined;
pub use arrow_array::RecordBatch;
pub use arrow_schema::SchemaRef;
pub use bridge::{ReadBlob, ReadError};
pub use dialects::{QUERY_DIALECTS, QueryDialect, dialect_by_name};
pub use difference::{Difference, DifferenceCounts};
pub use engine::{Engine, EngineSettings, FacetCounts, Page, RowStream};
pub use error::{QueryError, QueryProblem};
pub use filter::{Comparison, Filter, TextMatch};
pub use joined::Joined;
pub use literal::Literal;
pub use live::{Applies, BatchStream, LiveError, LiveRows, OpenRows, RowsWanted};
pub use query::{AggregateFunction, Output, ROW, RowsQuery, Sort, TableSource};
pub use sql::{Granted, Sql, SqlValue, TableName};
pub use value::{Function, TimePart, Value};
