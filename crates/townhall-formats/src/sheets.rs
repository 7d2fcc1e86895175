//! Reads spreadsheets: the sheet with the table is found, its titles are passed over, and its cells are read as people see them.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufReader, Write};
use std::ops::ControlFlow;

use arrow_schema::SchemaRef;
use calamine::{Data, DataRef, Reader, Xls as XlsReader};
use serde_json::{Map, json};

use crate::format::has_extension;
use crate::limits::WORKBOOK_BYTES_MAX;
use crate::ods_read::OdsSheets;
use crate::ods_write::OdsWriter;
use crate::unfold::{RowSink, ingest_rows};
use crate::workbook::{Workbook, cell_text, measure};
use crate::{BatchWriter, Format, FormatError, FormatInfo, Ingest, Ingested, Likelihood, WriteOptions};

/// Excel workbooks of 1997 to 2003.
pub struct Xls;

/// OpenDocument spreadsheets.
pub struct Ods;

const XLS: FormatInfo = FormatInfo {
    name: "xls",
    label: "Excel 97",
    extensions: &["xls"],
    media_types: &["application/vnd.ms-excel"],
    can_read: true,
    can_write: false,
    streams: false,
};

const ODS: FormatInfo = FormatInfo {
    name: "ods",
    label: "OpenDocument spreadsheet",
    extensions: &["ods"],
    media_types: &["application/vnd.oasis.opendocument.spreadsheet"],
    can_read: true,
    can_write: true,
    streams: false,
};

impl Format for Xls {
    fn info(&self) -> &'static FormatInfo {
        &XLS
    }

    fn sniff(&self, head: &[u8], name: &str) -> Likelihood {
        match (head.starts_with(b"\xD0\xCF\x11\xE0"), has_extension(&XLS, name)) {
            (true, true) => Likelihood::Certain,
            (true, false) => Likelihood::Likely,
            (false, true) => Likelihood::Possible,
            (false, false) => Likelihood::No,
        }
    }

    fn ingest(&self, task: Ingest<'_>) -> Result<Ingested, FormatError> {
        let damaged = |reason: &dyn std::fmt::Display| FormatError::damaged(task.name, &XLS, reason);
        let file = open(&task)?;
        let reader = XlsReader::new(file).map_err(|error| damaged(&error))?;
        ingest_sheets(InMemory { reader, info: &XLS, name: task.name }, task, &XLS)
    }
}

impl Format for Ods {
    fn info(&self) -> &'static FormatInfo {
        &ODS
    }

    fn sniff(&self, head: &[u8], name: &str) -> Likelihood {
        // The first file of the archive says what it is, unpacked (OpenDocument 1.3, part 2, section 3.3).
        const MIMETYPE: &[u8] = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet";
        let is_own = head.starts_with(b"PK\x03\x04") && head.get(30..30 + MIMETYPE.len()) == Some(MIMETYPE);
        match (is_own, has_extension(&ODS, name)) {
            (true, _) => Likelihood::Certain,
            (false, true) => Likelihood::Possible,
            (false, false) => Likelihood::No,
        }
    }

    fn ingest(&self, task: Ingest<'_>) -> Result<Ingested, FormatError> {
        measure(task.source, task.name)?;
        ingest_sheets(OdsSheets::open(task.source, task.name, &ODS)?, task, &ODS)
    }

    fn writer(
        &self,
        schema: SchemaRef,
        options: &WriteOptions,
        out: Box<dyn Write + Send>,
    ) -> Result<Box<dyn BatchWriter>, FormatError> {
        Ok(Box::new(OdsWriter::start(&schema, options, out, &ODS)?))
    }
}

/// Opens a workbook that is read into memory.
fn open(task: &Ingest<'_>) -> Result<BufReader<File>, FormatError> {
    let file = File::open(task.source).map_err(FormatError::io("open", task.name))?;
    let bytes = file.metadata().map_err(FormatError::io("read", task.name))?.len();
    if bytes > WORKBOOK_BYTES_MAX {
        return Err(FormatError::TooLarge {
            name: task.name.to_owned(),
            what: "workbook",
            unit: "bytes",
            line: 1,
            limit: WORKBOOK_BYTES_MAX,
            hint: "save the sheet as CSV",
        });
    }
    Ok(BufReader::new(file))
}

/// A workbook whose sheets are read row by row.
pub(crate) trait Sheets {
    /// The names of its sheets, in their order.
    fn names(&self) -> Vec<String>;

    /// Shows the rows of a sheet that are not empty, with their numbers counted from 1.
    fn rows(
        &mut self,
        sheet: &str,
        each: &mut dyn FnMut(u64, Vec<String>) -> ControlFlow<()>,
    ) -> Result<(), FormatError>;
}

impl Sheets for Workbook {
    fn names(&self) -> Vec<String> {
        self.sheets()
    }

    fn rows(
        &mut self,
        sheet: &str,
        each: &mut dyn FnMut(u64, Vec<String>) -> ControlFlow<()>,
    ) -> Result<(), FormatError> {
        Workbook::rows(self, sheet, each)
    }
}

/// A workbook whose reader knows no other way than to hold a sheet.
struct InMemory<'a, R> {
    reader: R,
    info: &'static FormatInfo,
    name: &'a str,
}

impl<R> Sheets for InMemory<'_, R>
where
    R: Reader<BufReader<File>>,
    R::Error: std::fmt::Display,
{
    fn names(&self) -> Vec<String> {
        self.reader.sheet_names()
    }

    fn rows(
        &mut self,
        sheet: &str,
        each: &mut dyn FnMut(u64, Vec<String>) -> ControlFlow<()>,
    ) -> Result<(), FormatError> {
        let range = self
            .reader
            .worksheet_range(sheet)
            .map_err(|error| FormatError::damaged(self.name, self.info, &error))?;
        let (first_row, first_column) = range.start().unwrap_or_default();
        for (index, cells) in range.rows().enumerate() {
            let empty = std::iter::repeat_n(String::new(), first_column as usize);
            let mut row: Vec<String> = empty.chain(cells.iter().map(text)).collect();
            row.truncate(row.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1));
            let number = u64::from(first_row) + index as u64 + 1;
            if !row.is_empty() && each(number, row).is_break() {
                break;
            }
        }
        Ok(())
    }
}

fn text(value: &Data) -> String {
    cell_text(&match value {
        Data::Int(number) => DataRef::Int(*number),
        Data::Float(number) => DataRef::Float(*number),
        Data::String(text) => DataRef::SharedString(text),
        Data::Bool(flag) => DataRef::Bool(*flag),
        Data::DateTime(time) => DataRef::DateTime(*time),
        Data::DateTimeIso(text) | Data::DurationIso(text) => DataRef::SharedString(text),
        Data::Error(error) => DataRef::Error(error.clone()),
        _ => DataRef::Empty,
    })
}

/// Makes a table of the sheet that was asked for, or of the first that has one.
pub(crate) fn ingest_sheets(
    mut sheets: impl Sheets,
    task: Ingest<'_>,
    info: &'static FormatInfo,
) -> Result<Ingested, FormatError> {
    let names = sheets.names();
    let name = task.name;
    let chosen = match task.options.part.as_deref() {
        Some(wanted) => named(&names, name, "sheet", wanted)?,
        None => {
            first_table(&mut sheets, &names)?.ok_or_else(|| FormatError::Empty { name: name.to_owned() })?
        }
    };
    let header = task.options.header;
    ingest_rows(task, info, header, |sink| {
        lay_out(&mut sheets, &chosen, sink)?;
        let others: Vec<&String> = names.iter().filter(|other| **other != chosen).collect();
        let mut read_as = Map::from_iter([("part".to_owned(), json!(chosen))]);
        if !others.is_empty() {
            read_as.insert("other_parts".to_owned(), json!(others));
        }
        Ok(read_as)
    })
}

/// Hands over the rows, as wide as the widest: what stands left of all cells is not part of the table.
fn lay_out(sheets: &mut impl Sheets, sheet: &str, sink: &mut RowSink<'_, '_>) -> Result<(), FormatError> {
    let (mut first, mut width) = (usize::MAX, 0);
    sheets.rows(sheet, &mut |_, row| {
        let filled = row.iter().position(|cell| !cell.is_empty());
        first = first.min(filled.unwrap_or(usize::MAX));
        width = width.max(row.len());
        ControlFlow::Continue(())
    })?;
    let mut failure = None;
    sheets.rows(sheet, &mut |_, mut row| {
        row.resize(width, String::new());
        match sink.row(&row[first.min(width)..]) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                failure = Some(error);
                ControlFlow::Break(())
            }
        }
    })?;
    failure.map_or(Ok(()), Err)
}

/// The sheet or table of this name, or number from 1.
pub(crate) fn named(names: &[String], name: &str, what: &str, wanted: &str) -> Result<String, FormatError> {
    let by_number = wanted.parse::<usize>().ok().and_then(|number| names.get(number.checked_sub(1)?));
    names.iter().find(|known| *known == wanted).or(by_number).cloned().ok_or_else(|| {
        let known: BTreeSet<String> = names.iter().map(|known| format!("`{known}`")).collect();
        let known = known.into_iter().collect::<Vec<_>>().join(", ");
        FormatError::BadOption {
            option: "part",
            reason: format!("`{name}` has no {what} `{wanted}`; it has {known}"),
        }
    })
}

/// The first sheet with two rows of two cells; else the first with anything.
fn first_table(sheets: &mut impl Sheets, names: &[String]) -> Result<Option<String>, FormatError> {
    let mut something = None;
    for name in names {
        let (mut rows, mut wide) = (0, 0);
        sheets.rows(name, &mut |_, row| {
            rows += 1;
            wide += usize::from(row.iter().filter(|cell| !cell.is_empty()).count() > 1);
            if wide > 1 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        if wide > 1 {
            return Ok(Some(name.clone()));
        }
        if rows > 0 {
            something.get_or_insert_with(|| name.clone());
        }
    }
    Ok(something)
}
