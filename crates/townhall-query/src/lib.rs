#![doc = include_str!("../README.md")]

mod answer;
mod bridge;
mod class;
mod compile;
mod cost;
mod cursor;
pub mod dialects;
mod engine;
mod error;
mod filter;
#[doc(hidden)]
pub mod fuzz;
mod hot;
pub mod limits;
mod literal;
mod needs;
mod query;
mod ranked;
mod sql;
mod stored;
mod value;
mod words;
pub mod worker;

pub use answer::joined;
pub use arrow_array::RecordBatch;
pub use arrow_schema::SchemaRef;
pub use bridge::{ReadBlob, ReadError};
pub use class::{Allowance, Class, ClassLimits, Classes};
pub use cost::{Cost, Way, Whole};
pub use dialects::{QUERY_DIALECTS, QueryDialect, dialect_by_name};
pub use engine::{Engine, EngineSettings, FacetCounts, Page, RowStream};
pub use error::{QueryError, QueryProblem};
pub use filter::{Comparison, Filter, TextMatch};
pub use literal::Literal;
pub use query::{AggregateFunction, Output, RANK, ROW, RowsQuery, Sort, TableSource};
pub use sql::{Granted, Sql, SqlCost, TableCost, TableName};
pub use stored::{batch_from_bytes, batch_to_bytes};
pub use value::{Function, TimePart, Value};
pub use words::{FindWords, RANKED_ROWS_MAX, each_row_of_texts};
