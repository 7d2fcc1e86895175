#![doc = include_str!("../README.md")]

mod arrow_ipc;
mod avro;
mod cells;
mod columns;
mod convert;
mod dbf;
mod decoded;
mod delimited;
mod error;
mod evidence;
mod fixed_width;
mod format;
#[doc(hidden)]
pub mod fuzz;
mod geojson;
mod geojson_read;
mod grids;
mod groups;
mod html;
mod html_read;
mod json;
mod json_read;
mod kml;
mod labels;
pub mod limits;
mod made;
mod markdown;
mod markup;
mod names;
mod ods_read;
mod ods_write;
mod options;
mod packed;
mod parquet;
mod pdf;
mod places;
mod profile;
mod rejects;
mod shapes;
mod sheet_files;
mod sheets;
mod sql;
mod sqlite;
mod text;
mod threads;
mod typed;
mod unfold;
mod workbook;
mod xlsx;
mod xml;
mod xml_read;

pub use arrow_ipc::Arrow;
pub use avro::Avro;
pub use convert::{Conversion, Converted, convert, ingest_step};
pub use dbf::Dbf;
pub use delimited::{Csv, Tsv};
pub use error::FormatError;
pub use fixed_width::{FixedWidth, fixed_layout};
pub use format::{
    BatchWriter, Format, FormatInfo, Ingest, Likelihood, batch_writer, by_accept, by_extension, by_file_name,
    by_media_type, by_name, guess, ingest,
};
pub use geojson::GeoJson;
pub use grids::{Grid, GridCell, GridValue, write_grids};
pub use html::Html;
pub use json::{Json, JsonLines, json_arrays, json_objects};
pub use kml::Kml;
pub use labels::Labels;
pub use made::{MadeRows, ingest_made};
pub use markdown::Markdown;
pub use names::column_names;
pub use options::{
    DateOrder, Decimal, FixedColumn, Header, Ingested, PdfReading, Progress, Purpose, ReadOptions, Settled,
    Stage, WriteOptions,
};
pub use parquet::{Parquet, ROW_COLUMN};
pub use pdf::{Pdf, sheet_names};
pub use sheet_files::{Output, SHEET_FORMS, SheetForm, Sheets, sheet_form};
pub use sheets::{Ods, Xls};
pub use sql::Sql;
pub use sqlite::Sqlite;
pub use text::{column_type, data_type, each_row_text, schema_of, text_rows, value_text};
pub use workbook::{Workbook, WorkbookWriter};
pub use xlsx::Xlsx;
pub use xml::Xml;

/// Every file format that Townhall reads or writes, in the order the documentation lists them.
pub const FORMATS: &[&dyn Format] = &[
    &Csv,
    &Tsv,
    &FixedWidth,
    &Json,
    &JsonLines,
    &Parquet,
    &Arrow,
    &Avro,
    &Xlsx,
    &Xls,
    &Ods,
    &Dbf,
    &Sqlite,
    &Xml,
    &Html,
    &GeoJson,
    &Kml,
    &Sql,
    &Markdown,
    &Pdf,
];
