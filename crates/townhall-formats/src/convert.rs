//! Files of one kind into files of another: through a table that keeps every cell.

use std::fs::File;
use std::io::Write;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::mpsc::sync_channel;

use ::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use arrow_array::RecordBatch;
use townhall_model::table::ColumnType;

use crate::format::{by_name, ingest};
use crate::unfold::temporary;
use crate::{FormatError, Ingested, Progress, Purpose, ReadOptions, WriteOptions};

/// Rows that are decoded at a time.
const BATCH_ROWS: usize = 8_192;

/// Batches that wait for a slower writer.
const BATCHES_WAITING: usize = 4;

/// What became of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Converted {
    /// The name of the format that it was read as.
    pub from: &'static str,
    /// The rows.
    pub rows: u64,
    /// The columns.
    pub columns: usize,
    /// Cells beyond the header's width, and other things that no column could take.
    pub left_out: u64,
}

/// Turns a file into Parquet at `out` without losing a cell: where one does not fit its column's type, the column is text.
///
/// There are no row numbers and no profiles, whatever the options say. Fails as [`ingest`] does.
pub fn ingest_step(
    source: &Path,
    name: &str,
    options: &ReadOptions,
    out: &Path,
    progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Ingested, FormatError> {
    let purpose = if options.purpose == Purpose::Table { Purpose::Scratch } else { options.purpose };
    let mut options = ReadOptions { purpose, ..options.clone() };
    let read = ingest(source, name, &options, out, progress)?;
    let misfits = read.columns.iter().filter(|column| column.rejects > 0);
    let names: Vec<String> = misfits.map(|column| column.name.clone()).collect();
    if names.is_empty() {
        return Ok(read);
    }
    options.columns.extend(names.into_iter().map(|name| (name, ColumnType::Text)));
    ingest(source, name, &options, out, progress)
}

/// A file that is to become one of another form.
#[derive(Debug, Clone, Copy)]
pub struct Conversion<'a> {
    /// The file.
    pub source: &'a Path,
    /// Its name, for people and for its extension.
    pub name: &'a str,
    /// How to read it.
    pub read: &'a ReadOptions,
    /// The name of the format to write.
    pub format: &'a str,
    /// How to write it.
    pub write: &'a WriteOptions,
    /// Where intermediate files may be put.
    pub folder: &'a Path,
}

/// Turns a file into one of another form, written to `out` as it is made.
///
/// Columns are called as they are in the source. Fails when the file is no table, meets a limit, or holds more than the
/// format can.
pub fn convert(
    work: &Conversion<'_>,
    out: Box<dyn Write + Send>,
    progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Converted, FormatError> {
    let Conversion { source, name, read, format, write, folder } = *work;
    let format = by_name(format).ok_or_else(|| FormatError::UnknownFormat {
        name: format.to_owned(),
        known: "the names that `townhall convert --help` lists".to_owned(),
    })?;
    let table = temporary(&folder.join("table"), name)?.into_temp_path();
    // Parquet is what it becomes anyway.
    let is_done = format.info().name == "parquet" && write.headers.is_none();
    let purpose = if is_done { Purpose::File } else { Purpose::Scratch };
    let ingested = ingest_step(source, name, &ReadOptions { purpose, ..read.clone() }, &table, progress)?;
    let converted = Converted {
        from: ingested.format,
        rows: ingested.rows,
        columns: ingested.columns.len(),
        left_out: ingested.rejects_total,
    };
    if is_done {
        let mut out = out;
        let mut file = File::open(&table).map_err(FormatError::io("open", name))?;
        std::io::copy(&mut file, &mut out)
            .and_then(|_| out.flush())
            .map_err(FormatError::io("write", name))?;
        return Ok(converted);
    }
    let failed = |error: ::parquet::errors::ParquetError| FormatError::Damaged {
        name: name.to_owned(),
        format: "Parquet",
        reason: error.to_string(),
    };
    let file = File::open(&table).map_err(FormatError::io("open", name))?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).map_err(failed)?;
    let schema = reader.schema().clone();
    let reader = reader.with_batch_size(BATCH_ROWS).build().map_err(failed)?;
    let headers = ingested.columns.iter();
    let headers = headers.map(|column| column.label.clone().unwrap_or_else(|| column.name.clone())).collect();
    let options = WriteOptions { headers: write.headers.clone().or(Some(headers)), ..write.clone() };
    let mut writer = format.writer(schema, &options, out)?;
    // One thread decodes while this one writes.
    let (batches, received) = sync_channel::<Result<RecordBatch, arrow_schema::ArrowError>>(BATCHES_WAITING);
    std::thread::scope(|scope| {
        scope.spawn(move || {
            for batch in reader {
                if batches.send(batch).is_err() {
                    return;
                }
            }
        });
        let received = received;
        for batch in received {
            let batch = batch.map_err(|error| FormatError::Damaged {
                name: name.to_owned(),
                format: "Parquet",
                reason: error.to_string(),
            })?;
            writer.write(&batch)?;
        }
        writer.finish()
    })?;
    Ok(converted)
}
