//! Spreadsheets, written with real numbers and dates, text that is never taken for a formula, a header that stays in view.
//!
//! A sheet holds less than a table: text beyond 32,767 characters a cell is cut, whole numbers that it would round and days
//! before March 1900 stand as text, times lose their fractions below a millisecond. Too many rows are refused.

use std::io::Write;

use arrow_array::{Array, RecordBatch};
use arrow_schema::SchemaRef;
use memchr::memmem;
use rust_xlsxwriter::{ColNum, Format as Style, RowNum, Workbook as XlsxFile, XlsxError};

use crate::{
    BatchWriter, Format, FormatError, FormatInfo, Ingest, Ingested, Likelihood, Workbook, WriteOptions,
    delimited::headers,
    format::has_extension,
    limits::{XLSX_CELL_CHARS_MAX, XLSX_COLUMNS_MAX, XLSX_ROWS_MAX},
    sheets::ingest_sheets,
    text::{Cells, plain},
};

/// Office Open XML spreadsheets.
pub struct Xlsx;

const INFO: FormatInfo = FormatInfo {
    name: "xlsx",
    label: "Excel",
    extensions: &["xlsx"],
    media_types: &["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
    can_read: true,
    can_write: true,
    streams: false,
};

impl Format for Xlsx {
    fn info(&self) -> &'static FormatInfo {
        &INFO
    }

    fn sniff(&self, head: &[u8], name: &str) -> Likelihood {
        let is_archive = head.starts_with(b"PK\x03\x04");
        match (is_archive, has_extension(&INFO, name)) {
            (true, true) => Likelihood::Certain,
            (true, false) if memmem::find(head, b"xl/worksheets/").is_some() => Likelihood::Certain,
            (false, true) => Likelihood::Possible,
            _ => Likelihood::No,
        }
    }

    fn ingest(&self, task: Ingest<'_>) -> Result<Ingested, FormatError> {
        ingest_sheets(Workbook::open(task.source, task.name)?, task, &INFO)
    }

    fn writer(
        &self,
        schema: SchemaRef,
        options: &WriteOptions,
        out: Box<dyn Write + Send>,
    ) -> Result<Box<dyn BatchWriter>, FormatError> {
        if schema.fields().len() > XLSX_COLUMNS_MAX {
            return Err(too_much("columns", XLSX_COLUMNS_MAX as u64));
        }
        Ok(Box::new(XlsxWriter::start(&schema, options, out)?))
    }
}

struct XlsxWriter {
    out: Box<dyn Write + Send>,
    workbook: XlsxFile,
    date: Style,
    datetime: Style,
    next_row: u64,
}

impl XlsxWriter {
    fn start(
        schema: &SchemaRef,
        options: &WriteOptions,
        out: Box<dyn Write + Send>,
    ) -> Result<Self, FormatError> {
        let mut workbook = XlsxFile::new();
        let sheet = workbook.add_worksheet_with_constant_memory().map_err(encode)?;
        if let Some(title) = &options.title {
            sheet.set_name(sheet_name(title)).map_err(encode)?;
        }
        sheet.set_freeze_panes(1, 0).map_err(encode)?;
        let bold = Style::new().set_bold();
        for (column, header) in headers(schema, options).into_iter().enumerate() {
            let width = (header.chars().count() + 2).clamp(10, 40) as f64;
            sheet.set_column_width(column as ColNum, width).map_err(encode)?;
            sheet.write_string_with_format(0, column as ColNum, cut(&header), &bold).map_err(encode)?;
        }
        Ok(Self {
            out,
            workbook,
            date: Style::new().set_num_format("yyyy-mm-dd"),
            datetime: Style::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
            next_row: 1,
        })
    }
}

impl BatchWriter for XlsxWriter {
    fn write(&mut self, batch: &RecordBatch) -> Result<(), FormatError> {
        if self.next_row + batch.num_rows() as u64 > XLSX_ROWS_MAX {
            return Err(too_much("rows with the header", XLSX_ROWS_MAX));
        }
        let columns: Vec<_> = batch.columns().iter().map(plain).collect();
        let columns: Vec<_> = columns.iter().map(Cells::new).collect();
        let sheet = self.workbook.worksheet_from_index(0).map_err(encode)?;
        let mut text = Vec::new();
        for row in 0..batch.num_rows() {
            let at: RowNum = (self.next_row + row as u64) as RowNum;
            for (column, cells) in columns.iter().enumerate() {
                let column = column as ColNum;
                match cells {
                    Cells::Integer(cells)
                        if cells.is_valid(row) && cells.value(row).unsigned_abs() < 1 << 53 =>
                    {
                        sheet.write_number(at, column, cells.value(row) as f64).map_err(encode)?;
                    }
                    Cells::Number(cells) if cells.is_valid(row) && cells.value(row).is_finite() => {
                        sheet.write_number(at, column, cells.value(row)).map_err(encode)?;
                    }
                    Cells::Boolean(cells) if cells.is_valid(row) => {
                        sheet.write_boolean(at, column, cells.value(row)).map_err(encode)?;
                    }
                    Cells::Date(cells) if cells.is_valid(row) && is_excel_day(cells.value(row).into()) => {
                        let serial = f64::from(cells.value(row)) + EPOCH_SERIAL;
                        sheet.write_number_with_format(at, column, serial, &self.date).map_err(encode)?;
                    }
                    Cells::Instant(cells, _)
                        if cells.is_valid(row) && is_excel_day(cells.value(row).div_euclid(DAY_MICROS)) =>
                    {
                        let serial = cells.value(row) as f64 / DAY_MICROS as f64 + EPOCH_SERIAL;
                        sheet.write_number_with_format(at, column, serial, &self.datetime).map_err(encode)?;
                    }
                    // Integers that a spreadsheet would round and days that it does not know stand as text.
                    other => {
                        text.clear();
                        if other.append(row, &mut text) {
                            let text = String::from_utf8_lossy(&text);
                            sheet.write_string(at, column, cut(&text)).map_err(encode)?;
                        }
                    }
                }
            }
        }
        self.next_row += batch.num_rows() as u64;
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(), FormatError> {
        // The container needs to seek, so it is built in a temporary file, and then copied out.
        let mut file = tempfile::tempfile().map_err(FormatError::io("write", INFO.name))?;
        self.workbook.save_to_writer(&mut file).map_err(encode)?;
        std::io::Seek::rewind(&mut file).map_err(FormatError::io("write", INFO.name))?;
        std::io::copy(&mut file, &mut self.out).map_err(FormatError::io("write", INFO.name))?;
        self.out.flush().map_err(FormatError::io("write", INFO.name))
    }
}

const DAY_MICROS: i64 = 86_400_000_000;

/// 1970-01-01 in days of a spreadsheet.
const EPOCH_SERIAL: f64 = 25_569.0;

/// Whether a spreadsheet shows this day right: from March 1900, before which it believes in a leap day, to the year 9999.
fn is_excel_day(days: i64) -> bool {
    (-25_508..=2_932_896).contains(&days)
}

/// At most as much as a cell holds.
fn cut(text: &str) -> &str {
    match text.char_indices().nth(XLSX_CELL_CHARS_MAX) {
        Some((at, _)) => &text[..at],
        None => text,
    }
}

/// A sheet name that a spreadsheet accepts.
pub(crate) fn sheet_name(title: &str) -> String {
    let clean: String = title
        .chars()
        .map(|c| if matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\') { ' ' } else { c })
        .take(31)
        .collect();
    let clean = clean.trim().trim_matches('\'').to_owned();
    if clean.is_empty() { "Sheet1".to_owned() } else { clean }
}

fn encode(source: XlsxError) -> FormatError {
    FormatError::encode(INFO.label)(source.into())
}

fn too_much(what: &'static str, limit: u64) -> FormatError {
    FormatError::TooMuchForFormat { format: INFO.label, what, limit }
}
