#![doc = include_str!("../README.md")]

mod cells;
mod convert;
mod delimited;
mod error;
mod evidence;
mod format;
#[doc(hidden)]
pub mod fuzz;
mod groups;
mod json;
mod json_read;
pub mod limits;
mod names;
mod options;
mod packed;
mod parquet;
mod profile;
mod sheets;
mod text;
mod threads;
mod unfold;
mod workbook;
mod xlsx;

pub use convert::{Converted, convert, ingest_step};
pub use delimited::{Csv, Tsv};
pub use error::FormatError;
pub use format::{
    BatchWriter, Format, FormatInfo, Ingest, Likelihood, batch_writer, by_accept, by_extension, by_file_name,
    by_media_type, by_name, guess, ingest,
};
pub use json::{Json, JsonLines, json_arrays, json_objects};
pub use options::{DateOrder, Header, Ingested, Progress, ReadOptions, Stage, WriteOptions};
pub use parquet::{Parquet, ROW_COLUMN};
pub use sheets::{Ods, Xls};
pub use text::{column_type, data_type, value_text};
pub use workbook::{Workbook, WorkbookWriter};
pub use xlsx::Xlsx;

/// Every file format that Townhall reads or writes, in the order the documentation lists them.
pub const FORMATS: &[&dyn Format] = &[&Csv, &Tsv, &Json, &JsonLines, &Parquet, &Xlsx, &Xls, &Ods];
