//! A catalogue as a workbook, for people who edit in a spreadsheet, and back.
//!
//! Four sheets: the catalogue's own properties, the records, their distributions, and `more` for the rest of texts that
//! are longer than a cell can be.

use std::collections::HashMap;
use std::io::Write;
use std::ops::ControlFlow;

use townhall_formats::limits::XLSX_CELL_CHARS_MAX;
use townhall_formats::{Workbook, WorkbookWriter};
use townhall_metadata::{
    SheetReader, Template, catalog_from_rows, catalog_to_rows, declared, distribution_header, record_to_rows,
    sheet_header,
};
use townhall_model::record::{Body, Catalog, RecordKind, Version};
use townhall_model::{ErrorKind, Finding};

use super::Material;
use crate::Error;

const CATALOG: &str = "catalog";
const RECORDS: &str = "datasets";
const DISTRIBUTIONS: &str = "distributions";
const MORE: &str = "more";

/// What ends a cell whose text goes on in the sheet `more`, before the number under which it does.
const GOES_ON: &str = " …continues in sheet more, row ";

/// Writes records into a workbook.
pub struct CatalogWorkbook {
    writer: WorkbookWriter,
    records: u64,
    more: u64,
}

impl CatalogWorkbook {
    /// Begins one with the header of a catalogue.
    pub fn begin(header: &Catalog) -> Result<Self, Error> {
        let mut rows = catalog_to_rows(header).into_iter();
        let sheets = [
            (CATALOG, rows.next().unwrap_or_default()),
            (RECORDS, sheet_header()),
            (DISTRIBUTIONS, distribution_header()),
            (MORE, vec!["row".to_owned(), "text".to_owned()]),
        ];
        let mut workbook = Self { writer: WorkbookWriter::begin(&sheets)?, records: 0, more: 0 };
        for row in rows {
            workbook.row(0, row)?;
        }
        Ok(workbook)
    }

    /// Adds a record.
    pub fn record(&mut self, body: &Body, version: Version) -> Result<(), Error> {
        self.records += 1;
        let rows = record_to_rows(self.records, body, version);
        self.row(1, rows.record)?;
        for row in rows.distributions {
            self.row(2, row)?;
        }
        Ok(())
    }

    /// Writes it all.
    pub fn end(self, out: &mut (impl Write + Send)) -> Result<(), Error> {
        Ok(self.writer.end(out)?)
    }

    /// Writes a row; of a text that is too long for a cell, the rest goes to `more`, in as many rows as it needs.
    fn row(&mut self, sheet: usize, mut cells: Vec<String>) -> Result<(), Error> {
        for cell in &mut cells {
            if cell.encode_utf16().count() <= XLSX_CELL_CHARS_MAX {
                continue;
            }
            self.more += 1;
            let number = self.more;
            let mut parts = parts(cell).into_iter();
            let first = parts.next().unwrap_or_default();
            for part in parts {
                self.writer.row(3, &[number.to_string(), part.to_owned()])?;
            }
            *cell = format!("{first}{GOES_ON}{number}");
        }
        Ok(self.writer.row(sheet, &cells)?)
    }
}

/// A text in parts that a cell can hold, with room for the words that it goes on.
fn parts(text: &str) -> Vec<&str> {
    const UNITS_MAX: usize = XLSX_CELL_CHARS_MAX - 100;
    let mut parts = Vec::new();
    let (mut start, mut units) = (0, 0);
    for (at, character) in text.char_indices() {
        if units + character.len_utf16() > UNITS_MAX {
            parts.push(&text[start..at]);
            (start, units) = (at, 0);
        }
        units += character.len_utf16();
    }
    parts.push(&text[start..]);
    parts
}

/// A workbook that is something else than a catalogue, most likely a table.
#[derive(Debug, thiserror::Error)]
#[error("no sheet of `{name}` begins with the names of a catalog's columns")]
struct NoCatalog {
    name: String,
}

/// Whether a workbook could not be read because it is something else than a catalogue.
pub fn is_no_catalog(error: &Error) -> bool {
    std::error::Error::source(error).is_some_and(|source| source.is::<NoCatalog>())
}

/// What a workbook gave besides its records.
#[derive(Debug, Default)]
pub struct ReadWorkbook {
    /// The catalogue's own properties.
    pub header: Catalog,
    /// What was noticed.
    pub findings: Vec<Finding>,
}

/// Reads the records of a workbook: one that we wrote, or the template of a data call.
pub fn read_workbook(
    input: &Material,
    each: &mut dyn FnMut(Body, Version, Vec<Finding>) -> Result<(), Error>,
) -> Result<ReadWorkbook, Error> {
    let mut workbook = Workbook::open(input.path(), input.name())?;
    let sheets = workbook.sheets();
    let mut found = ReadWorkbook::default();
    let more = long_texts(&mut workbook, &sheets)?;
    let named = |name: &str| sheets.iter().find(|sheet| sheet.trim().eq_ignore_ascii_case(name)).cloned();
    if let Some(sheet) = named(CATALOG) {
        let mut rows = Vec::new();
        workbook.rows(&sheet, &mut |_, row| {
            rows.push(whole(row, &more));
            ControlFlow::Continue(())
        })?;
        found.header = catalog_from_rows(&rows);
    }
    let version = declared(&found.header).unwrap_or(Version::DcatUs11);

    let mut reader = None;
    for sheet in named(RECORDS).into_iter().chain(sheets.iter().cloned()) {
        let first = first_row(&mut workbook, &sheet)?;
        if let Some(sheet_reader) = sheet_reader(&first, version) {
            reader = Some((sheet, sheet_reader));
            break;
        }
    }
    let Some((sheet, mut reader)) = reader else {
        return Err(Error::of(ErrorKind::Malformed, NoCatalog { name: input.name().to_owned() }).with_hint(
            "the first row should have title, identifier and more, as `townhall convert --to xlsx` writes it",
        ));
    };
    if let (Sheet::Ours(reader), Some(sheet)) = (&mut reader, named(DISTRIBUTIONS)) {
        let mut is_first = true;
        workbook.rows(&sheet, &mut |_, row| {
            let row = whole(row, &more);
            if std::mem::take(&mut is_first) {
                reader.distributions(&row);
            } else {
                reader.distribution(&row);
            }
            ControlFlow::Continue(())
        })?;
    }
    let mut outcome = Ok(());
    let mut is_first = true;
    workbook.rows(&sheet, &mut |_, row| {
        if std::mem::take(&mut is_first) {
            return ControlFlow::Continue(());
        }
        let row = whole(row, &more);
        outcome = match &mut reader {
            Sheet::Ours(reader) => match reader.record(&row) {
                Some(record) => each(record.body, record.version, record.findings),
                None => Ok(()),
            },
            Sheet::Template(template) => match template.record(&row) {
                Some(fixed) => {
                    let mut findings = Vec::new();
                    let body = Body::from_json(RecordKind::Dataset, fixed.record, &mut findings);
                    each(body, fixed.version, findings)
                }
                None => Ok(()),
            },
        };
        if outcome.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    outcome?;
    if let Sheet::Ours(reader) = reader {
        found.findings = reader.finish();
    }
    Ok(found)
}

enum Sheet {
    Ours(SheetReader),
    Template(Template),
}

fn sheet_reader(header: &[String], version: Version) -> Option<Sheet> {
    if SheetReader::recognises(header) {
        return Some(Sheet::Ours(SheetReader::new(header, version)));
    }
    Template::recognise(header).map(Sheet::Template)
}

fn first_row(workbook: &mut Workbook, sheet: &str) -> Result<Vec<String>, Error> {
    let mut first = Vec::new();
    workbook.rows(sheet, &mut |_, row| {
        first = row;
        ControlFlow::Break(())
    })?;
    Ok(first)
}

/// The rest of long texts, by their numbers.
fn long_texts(workbook: &mut Workbook, sheets: &[String]) -> Result<HashMap<String, String>, Error> {
    let mut texts: HashMap<String, String> = HashMap::new();
    if sheets.iter().any(|sheet| sheet == MORE) {
        workbook.rows(MORE, &mut |_, row| {
            if let [number, text] = row.as_slice() {
                texts.entry(number.clone()).or_default().push_str(text);
            }
            ControlFlow::Continue(())
        })?;
    }
    Ok(texts)
}

/// A row with its long texts put together again.
fn whole(mut row: Vec<String>, more: &HashMap<String, String>) -> Vec<String> {
    for cell in &mut row {
        if let Some((first, number)) = cell.rsplit_once(GOES_ON)
            && let Some(rest) = more.get(number)
        {
            *cell = format!("{first}{rest}");
        }
    }
    row
}
