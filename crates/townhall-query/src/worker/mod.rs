//! Queries of strangers in processes of their own.
//!
//! The engine counts much of the memory that it takes, but not all, and some computations do not hear that they are to stop.
//! A process has a bound on memory that nothing in it can pass, and it can be killed. It is given a query and the files of
//! the tables that were granted, nothing else; where those files are not on this machine's disk it asks for pieces of them.

mod child;
mod frame;
mod pool;

pub use child::{WorkerLimits, run_worker};
pub use pool::{WorkerSettings, Workers};

use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use townhall_model::BlobId;

use crate::query::TableSource;

/// What a worker is asked.
#[derive(Debug, Serialize, Deserialize)]
struct Request {
    sql: String,
    #[serde(default)]
    values: Vec<(String, crate::sql::SqlValue)>,
    #[serde(default)]
    is_explained: bool,
    tables: Vec<Table>,
    rows_max: usize,
    threads: usize,
}

/// A table that it may read.
#[derive(Debug, Serialize, Deserialize)]
struct Table {
    dataset: Option<String>,
    name: String,
    source: TableSource,
    file_bytes: u64,
    /// Where the file is, if it is on this machine's disk.
    path: Option<PathBuf>,
}

/// A piece of a file that a worker asks for.
#[derive(Debug, Serialize, Deserialize)]
struct Piece {
    number: u32,
    blob: BlobId,
    begin: u64,
    end: u64,
}

/// Why a query was not answered.
#[derive(Debug, Serialize, Deserialize)]
enum Refusal {
    Problem { parameter: String, message: String, hint: Option<String>, at: Option<townhall_model::Position> },
    TooLarge,
    Engine(String),
}
