//! Workbooks of several sheets whose cells are texts (Office Open XML, ECMA-376): for people who edit in a spreadsheet.
//!
//! Both ways go row by row. A workbook is a zip file that anybody may have made, so its parts are unpacked once, and counted,
//! before anything believes what they say of their size.

use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::ops::ControlFlow;
use std::path::Path;

use calamine::{DataRef, ExcelDateTime, Reader, Xlsx as XlsxReader};
use rust_xlsxwriter::{ColNum, Format as Style, RowNum, Workbook as XlsxFile, XlsxError};

use crate::FormatError;
use crate::limits::{WORKBOOK_BYTES_MAX, XLSX_COLUMNS_MAX, XLSX_ROWS_MAX};

/// A workbook that is being read.
pub struct Workbook {
    reader: XlsxReader<BufReader<File>>,
    name: String,
}

impl Workbook {
    /// Opens a workbook; `name` is what people call it.
    ///
    /// # Errors
    ///
    /// [`FormatError`] when it is none, or unpacks to more than [`WORKBOOK_BYTES_MAX`].
    pub fn open(path: &Path, name: &str) -> Result<Self, FormatError> {
        measure(path, name)?;
        let file = File::open(path).map_err(FormatError::io("read", name))?;
        let reader = XlsxReader::new(BufReader::new(file)).map_err(|error| damaged(name, error))?;
        Ok(Self { reader, name: name.to_owned() })
    }

    /// The names of its sheets, in their order.
    pub fn sheets(&self) -> Vec<String> {
        self.reader.sheet_names()
    }

    /// Shows the rows of a sheet, with their numbers counted from 1; rows without any cell are left out. Numbers and dates
    /// are written as people read them.
    ///
    /// # Errors
    ///
    /// [`FormatError`] when the sheet is damaged, or wider than a spreadsheet can be.
    pub fn rows(
        &mut self,
        sheet: &str,
        each: &mut dyn FnMut(u64, Vec<String>) -> ControlFlow<()>,
    ) -> Result<(), FormatError> {
        let name = &self.name;
        let mut cells = self.reader.worksheet_cells_reader(sheet).map_err(|error| damaged(name, error))?;
        let mut row = Vec::new();
        let mut number = 0;
        while let Some(cell) = cells.next_cell().map_err(|error| damaged(name, error))? {
            let (at, column) = cell.get_position();
            if column as usize >= XLSX_COLUMNS_MAX {
                return Err(damaged(name, format!("a sheet has at most {XLSX_COLUMNS_MAX} columns")));
            }
            let text = cell_text(cell.get_value());
            if text.is_empty() {
                continue;
            }
            let at = u64::from(at) + 1;
            if at != number && !row.is_empty() && each(number, std::mem::take(&mut row)).is_break() {
                return Ok(());
            }
            number = at;
            let column = column as usize;
            if row.len() <= column {
                row.resize(column + 1, String::new());
            }
            row[column] = text;
        }
        if !row.is_empty() {
            let _ = each(number, row);
        }
        Ok(())
    }
}

/// Unpacks every part of a workbook to nowhere and counts.
pub(crate) fn measure(path: &Path, name: &str) -> Result<(), FormatError> {
    let file = File::open(path).map_err(FormatError::io("read", name))?;
    let mut archive = zip::ZipArchive::new(BufReader::new(file)).map_err(|error| damaged(name, error))?;
    let mut left = WORKBOOK_BYTES_MAX;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|error| damaged(name, error))?;
        let read =
            io::copy(&mut part.take(left + 1), &mut io::sink()).map_err(|error| damaged(name, error))?;
        left = left
            .checked_sub(read)
            .ok_or_else(|| damaged(name, format!("it unpacks to more than {WORKBOOK_BYTES_MAX} bytes")))?;
    }
    Ok(())
}

pub(crate) fn cell_text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(flag) => flag.to_string(),
        DataRef::DateTime(time) => time_text(time),
        DataRef::Error(error) => error.to_string(),
        DataRef::Empty => String::new(),
    }
}

/// A day, or a day and a time where there is one.
fn time_text(time: &ExcelDateTime) -> String {
    if time.is_duration() {
        return time.as_f64().to_string();
    }
    let (year, month, day, hour, minute, second, _) = time.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    match (hour, minute, second) {
        (0, 0, 0) => date,
        _ => format!("{date}T{hour:02}:{minute:02}:{second:02}"),
    }
}

/// A workbook that is being written, row by row, in bounded memory.
pub struct WorkbookWriter {
    file: XlsxFile,
    next_rows: Vec<u64>,
}

impl WorkbookWriter {
    /// Begins a workbook with these sheets, each with its first row.
    ///
    /// # Errors
    ///
    /// [`FormatError`] when a sheet has no name that spreadsheets take.
    pub fn begin(sheets: &[(&str, Vec<String>)]) -> Result<Self, FormatError> {
        let mut file = XlsxFile::new();
        let bold = Style::new().set_bold();
        for (name, header) in sheets {
            let sheet = file.add_worksheet_with_constant_memory().map_err(encode)?;
            sheet.set_name(*name).map_err(encode)?;
            sheet.set_freeze_panes(1, 0).map_err(encode)?;
            for (column, title) in header.iter().enumerate() {
                let width = (title.chars().count() + 2).clamp(12, 40) as f64;
                sheet.set_column_width(column as ColNum, width).map_err(encode)?;
                sheet.write_string_with_format(0, column as ColNum, title, &bold).map_err(encode)?;
            }
        }
        Ok(Self { file, next_rows: vec![1; sheets.len()] })
    }

    /// Writes the next row of a sheet, by its number.
    ///
    /// # Errors
    ///
    /// [`FormatError`] when the sheet is full, or a cell has more than [`XLSX_CELL_CHARS_MAX`](crate::limits::XLSX_CELL_CHARS_MAX) characters.
    pub fn row(&mut self, sheet: usize, cells: &[String]) -> Result<(), FormatError> {
        let next = &mut self.next_rows[sheet];
        if *next >= XLSX_ROWS_MAX {
            return Err(FormatError::TooMuchForFormat { format: LABEL, what: "rows", limit: XLSX_ROWS_MAX });
        }
        let sheet = self.file.worksheet_from_index(sheet).map_err(encode)?;
        for (column, cell) in cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            sheet.write_string(*next as RowNum, column as ColNum, cell).map_err(encode)?;
        }
        *next += 1;
        Ok(())
    }

    /// Writes the workbook.
    ///
    /// # Errors
    ///
    /// [`FormatError`] when the output fails.
    pub fn end(mut self, out: &mut (impl Write + Send)) -> Result<(), FormatError> {
        self.file.save_to_writer(out).map_err(encode)
    }
}

const LABEL: &str = "Excel";

fn damaged(name: &str, reason: impl std::fmt::Display) -> FormatError {
    FormatError::Damaged { name: name.to_owned(), format: LABEL, reason: reason.to_string() }
}

fn encode(source: XlsxError) -> FormatError {
    FormatError::encode(LABEL)(source.into())
}
