//! Formats whose rows are texts: each is laid out as CSV beside the table, so that one reader tells the types, profiles and
//! rejects of all of them.

use std::collections::HashSet;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::ops::ControlFlow;
use std::path::Path;

use serde_json::{Map, Value};
use tempfile::{NamedTempFile, TempPath};
use townhall_metadata::write_csv_row;
use townhall_model::table::ColumnType;

use crate::limits::UNPACKED_BYTES_MAX;
use crate::names::column_names;
use crate::{FormatError, FormatInfo, Header, Ingest, Ingested, Progress, ReadOptions, Stage, delimited};

/// Rows between two reports of progress.
const REPORT_ROWS: u64 = 4_096;

/// Takes the rows of a file.
pub(crate) struct RowSink<'a, 'p> {
    name: &'a str,
    out: BufWriter<Counted>,
    rows: u64,
    total_bytes: u64,
    progress: &'p mut dyn FnMut(Progress) -> ControlFlow<()>,
}

/// A file that is being written, with its size.
struct Counted {
    file: NamedTempFile,
    bytes: u64,
}

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

impl RowSink<'_, '_> {
    /// Takes the next row; the first has the names of the columns, if the format knows them.
    pub(crate) fn row<S: AsRef<str>>(&mut self, cells: &[S]) -> Result<(), FormatError> {
        write_csv_row(&mut self.out, cells, b',').map_err(FormatError::io("lay out", self.name))?;
        self.rows += 1;
        if !self.rows.is_multiple_of(REPORT_ROWS) {
            return Ok(());
        }
        if self.out.get_ref().bytes > UNPACKED_BYTES_MAX {
            return Err(FormatError::TooLarge {
                name: self.name.to_owned(),
                what: "table",
                unit: "bytes",
                line: self.rows,
                limit: UNPACKED_BYTES_MAX,
                hint: "send it in several files",
            });
        }
        // How far it is in the file only the format knows; rows tell that it goes on.
        let step = Progress {
            stage: Stage::Unpacking,
            done_bytes: 0,
            total_bytes: self.total_bytes,
            rows: self.rows,
        };
        match (self.progress)(step) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(FormatError::Cancelled { name: self.name.to_owned() }),
        }
    }

    fn finish(self) -> Result<TempPath, FormatError> {
        let failed = FormatError::io("lay out", self.name);
        match self.out.into_inner() {
            Ok(counted) => Ok(counted.file.into_temp_path()),
            Err(error) => Err(failed(error.into_error())),
        }
    }
}

/// Lets `lay_out` hand over the rows of a file, and makes a table of them. `lay_out` says how the file was read.
pub(crate) fn ingest_rows(
    task: Ingest<'_>,
    info: &'static FormatInfo,
    header: Header,
    lay_out: impl FnOnce(&mut RowSink<'_, '_>) -> Result<Map<String, Value>, FormatError>,
) -> Result<Ingested, FormatError> {
    let Ingest { source, name, options, out, progress } = task;
    let source_bytes = size(source, name)?;
    let mut sink = RowSink {
        name,
        out: BufWriter::new(Counted { file: temporary(out, name)?, bytes: 0 }),
        rows: 0,
        total_bytes: source_bytes,
        progress: &mut *progress,
    };
    let mut read_as = lay_out(&mut sink)?;
    let laid_out = sink.finish()?;
    let options = ReadOptions {
        format: None,
        delimiter: Some(','),
        quote: Some('"'),
        encoding: Some("utf-8".to_owned()),
        header,
        ..options.clone()
    };
    let task = Ingest { source: &laid_out, name, options: &options, out, progress };
    let mut ingested = delimited::ingest_laid_out(task, info)?;
    if let Some(value) = ingested.read_as.remove("header") {
        read_as.insert("header".to_owned(), value);
    }
    if let Some(Value::Array(lines)) = ingested.read_as.remove("preamble") {
        let lines = lines.iter().filter_map(Value::as_str).map(|line| line.trim_end_matches(','));
        read_as.insert("preamble".to_owned(), lines.collect());
    }
    Ok(Ingested { read_as, source_bytes, ..ingested })
}

/// The same for a format that names its columns and knows what some of them hold; what was asked for comes before.
pub(crate) fn ingest_declared(
    task: Ingest<'_>,
    info: &'static FormatInfo,
    headers: &[&str],
    kinds: &[Option<ColumnType>],
    lay_out: impl FnOnce(&mut RowSink<'_, '_>) -> Result<Map<String, Value>, FormatError>,
) -> Result<Ingested, FormatError> {
    let Ingest { source, name, options: asked, out, progress } = task;
    let mut options = asked.clone();
    let mut declared = HashSet::new();
    for (kind, (column, label)) in kinds.iter().zip(column_names(headers)) {
        let is_asked = |name: &String| asked.columns.contains_key(name);
        let is_free =
            asked.all_columns.is_none() && !is_asked(&column) && !label.as_ref().is_some_and(is_asked);
        if let Some(kind) = kind.filter(|_| is_free) {
            options.columns.insert(column.clone(), kind);
            declared.insert(column);
        }
    }
    let task = Ingest { source, name, options: &options, out, progress };
    let mut ingested = ingest_rows(task, info, Header::Row(1), |sink| {
        sink.row(headers)?;
        lay_out(sink)
    })?;
    // Nobody chose these.
    for column in ingested.columns.iter_mut().filter(|column| declared.contains(&column.name)) {
        column.type_reason = None;
    }
    Ok(ingested)
}

/// A file of its own in the folder of the table.
pub(crate) fn temporary(out: &Path, name: &str) -> Result<NamedTempFile, FormatError> {
    let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    NamedTempFile::new_in(folder).map_err(FormatError::io("lay out", name))
}

fn size(source: &Path, name: &str) -> Result<u64, FormatError> {
    let file = File::open(source).map_err(FormatError::io("open", name))?;
    Ok(file.metadata().map_err(FormatError::io("read", name))?.len())
}
