//! The sheets of an OpenDocument spreadsheet (OpenDocument 1.3, part 3, section 9), row by row.
//!
//! Cells and rows that repeat are written once with a number, and so are spaces: a small file may hold far more than memory
//! does, so that each row is counted while it is put together.

use std::fs::File;
use std::io::BufReader;
use std::ops::ControlFlow;
use std::path::Path;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use zip::ZipArchive;

use crate::limits::{ODS_BYTES_MAX, ROW_BYTES_MAX, XLSX_COLUMNS_MAX, XLSX_ROWS_MAX};
use crate::sheets::Sheets;
use crate::{FormatError, FormatInfo};

/// A spreadsheet that is read anew for every look at it.
pub(crate) struct OdsSheets<'a> {
    path: &'a Path,
    name: &'a str,
    info: &'static FormatInfo,
    sheets: Vec<String>,
}

impl<'a> OdsSheets<'a> {
    pub(crate) fn open(
        path: &'a Path,
        name: &'a str,
        info: &'static FormatInfo,
    ) -> Result<Self, FormatError> {
        let mut this = Self { path, name, info, sheets: Vec::new() };
        let mut sheets = Vec::new();
        let mut depth = 0_usize;
        this.each_event(&mut |event| {
            match &event {
                Event::Start(start) if start.name().0 == "table:table" => {
                    depth += 1;
                    if depth == 1 {
                        sheets.push(attribute(start, "table:name").unwrap_or_default());
                    }
                }
                Event::End(end) if end.name().0 == "table:table" => depth = depth.saturating_sub(1),
                _ => {}
            }
            Ok(ControlFlow::Continue(()))
        })?;
        this.sheets = sheets;
        Ok(this)
    }

    /// Shows the tags and texts of the content; elements that are empty have an end as well.
    fn each_event(
        &self,
        each: &mut dyn FnMut(Event<'_>) -> Result<ControlFlow<()>, FormatError>,
    ) -> Result<(), FormatError> {
        let file = File::open(self.path).map_err(FormatError::io("open", self.name))?;
        let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|error| self.damaged(&error))?;
        let content = archive.by_name("content.xml").map_err(|error| self.damaged(&error))?;
        let mut reader = Reader::from_reader(BufReader::new(content));
        reader.config_mut().expand_empty_elements = true;
        let mut buffer = Vec::new();
        let mut depth = 0_u64;
        loop {
            buffer.clear();
            let event = reader.read_event_into(&mut buffer).map_err(|error| self.damaged(&error))?;
            match event {
                Event::Start(_) => depth += 1,
                Event::End(_) => depth = depth.saturating_sub(1),
                Event::Eof if depth > 0 => {
                    return Err(self.damaged(&"it ends in the middle of an element; get it again"));
                }
                Event::Eof => return Ok(()),
                _ => {}
            }
            if each(event)?.is_break() {
                return Ok(());
            }
        }
    }

    fn damaged(&self, reason: &dyn std::fmt::Display) -> FormatError {
        FormatError::Damaged {
            name: self.name.to_owned(),
            format: self.info.label,
            reason: reason.to_string(),
        }
    }
}

impl Sheets for OdsSheets<'_> {
    fn names(&self) -> Vec<String> {
        self.sheets.clone()
    }

    fn rows(
        &mut self,
        sheet: &str,
        each: &mut dyn FnMut(u64, Vec<String>) -> ControlFlow<()>,
    ) -> Result<(), FormatError> {
        let mut depth = 0_usize;
        let mut is_wanted = false;
        let mut rows = Rows::default();
        self.each_event(&mut |event| {
            match &event {
                Event::Start(start) if start.name().0 == "table:table" => {
                    depth += 1;
                    is_wanted |= depth == 1 && attribute(start, "table:name").unwrap_or_default() == sheet;
                }
                Event::End(end) if end.name().0 == "table:table" => {
                    depth = depth.saturating_sub(1);
                    if is_wanted && depth == 0 {
                        return Ok(ControlFlow::Break(()));
                    }
                }
                // A table within a cell is not part of the sheet.
                _ if is_wanted && depth == 1 => {
                    return rows.see(&event, each).map_err(|reason| self.damaged(&reason));
                }
                _ => {}
            }
            Ok(ControlFlow::Continue(()))
        })
    }
}

/// Puts the rows of a sheet together.
#[derive(Default)]
struct Rows {
    /// The number of the last row.
    number: u64,
    row_repeats: u64,
    row: Vec<String>,
    row_bytes: usize,
    /// Empty cells that count only when another follows.
    empty: usize,
    cell: Option<OpenCell>,
    /// Notes that are open, which nobody sees as the cell's text.
    notes: usize,
    bytes: u64,
}

#[derive(Default)]
struct OpenCell {
    /// What its attributes say; the paragraphs only show it.
    value: Option<String>,
    text: String,
    repeats: usize,
    paragraphs: usize,
    is_in_paragraph: bool,
}

const TOO_LARGE: &str = "a row has more bytes than a table may have";

impl Rows {
    /// Follows the sheet; fails with what is wrong.
    fn see(
        &mut self,
        event: &Event<'_>,
        each: &mut dyn FnMut(u64, Vec<String>) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, String> {
        match event {
            Event::Start(start) => self.start(start)?,
            Event::End(end) => match end.name().0 {
                "table:table-cell" | "table:covered-table-cell" => self.end_cell()?,
                "table:table-row" => return self.end_row(each),
                "office:annotation" => self.notes = self.notes.saturating_sub(1),
                "text:p" | "text:h" => {
                    if let Some(cell) = &mut self.cell {
                        cell.is_in_paragraph = false;
                    }
                }
                _ => {}
            },
            Event::Text(text) => self.push(&text.xml10_content())?,
            Event::CData(text) => self.push(&text.xml10_content())?,
            Event::GeneralRef(reference) => {
                let character = reference.resolve_char_ref().ok().flatten().map(String::from);
                let known = || quick_xml::escape::resolve_xml_entity(reference).map(str::to_owned);
                self.push(&character.or_else(known).unwrap_or_default())?;
            }
            _ => {}
        }
        Ok(ControlFlow::Continue(()))
    }

    fn start(&mut self, start: &BytesStart<'_>) -> Result<(), String> {
        match start.name().0 {
            "table:table-row" => {
                self.row_repeats = count(start, "table:number-rows-repeated");
                self.row.clear();
                (self.row_bytes, self.empty) = (0, 0);
            }
            "table:table-cell" | "table:covered-table-cell" => {
                let names = [
                    "office:value",
                    "office:date-value",
                    "office:time-value",
                    "office:boolean-value",
                    "office:string-value",
                ];
                let value =
                    names.iter().find_map(|name| attribute(start, name)).filter(|value| !value.is_empty());
                let repeats =
                    count(start, "table:number-columns-repeated").min(XLSX_COLUMNS_MAX as u64) as usize;
                self.cell = Some(OpenCell { value, repeats, ..OpenCell::default() });
            }
            "office:annotation" => self.notes += 1,
            "text:p" | "text:h" => {
                let Some(cell) = self.cell.as_mut().filter(|_| self.notes == 0) else { return Ok(()) };
                cell.is_in_paragraph = true;
                cell.paragraphs += 1;
                if cell.paragraphs > 1 {
                    cell.text.push('\n');
                }
            }
            "text:s" => {
                let spaces = count(start, "text:c");
                if spaces > ROW_BYTES_MAX as u64 {
                    return Err(TOO_LARGE.to_owned());
                }
                self.push(&" ".repeat(spaces as usize))?;
            }
            "text:tab" => self.push("\t")?,
            "text:line-break" => self.push("\n")?,
            _ => {}
        }
        Ok(())
    }

    fn push(&mut self, text: &str) -> Result<(), String> {
        let Some(cell) = self.cell.as_mut().filter(|cell| cell.is_in_paragraph && self.notes == 0) else {
            return Ok(());
        };
        if cell.text.len() + text.len() > ROW_BYTES_MAX {
            return Err(TOO_LARGE.to_owned());
        }
        cell.text.push_str(text);
        Ok(())
    }

    fn end_cell(&mut self) -> Result<(), String> {
        let Some(cell) = self.cell.take() else { return Ok(()) };
        let text = cell.value.unwrap_or(cell.text);
        if text.is_empty() {
            self.empty = self.empty.saturating_add(cell.repeats);
            return Ok(());
        }
        let width = self.row.len().saturating_add(self.empty).saturating_add(cell.repeats);
        if width > XLSX_COLUMNS_MAX {
            return Err(format!("a sheet has at most {XLSX_COLUMNS_MAX} columns"));
        }
        self.row_bytes += text.len() * cell.repeats;
        if self.row_bytes > ROW_BYTES_MAX {
            return Err(TOO_LARGE.to_owned());
        }
        self.row.resize(width - cell.repeats, String::new());
        self.row.resize(width, text);
        self.empty = 0;
        Ok(())
    }

    fn end_row(
        &mut self,
        each: &mut dyn FnMut(u64, Vec<String>) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, String> {
        let first = self.number + 1;
        self.number = self.number.saturating_add(self.row_repeats);
        if self.row.is_empty() {
            return Ok(ControlFlow::Continue(()));
        }
        if self.number > XLSX_ROWS_MAX {
            return Err(format!("a sheet has at most {XLSX_ROWS_MAX} rows"));
        }
        self.bytes = self.bytes.saturating_add(self.row_bytes as u64 * self.row_repeats);
        if self.bytes > ODS_BYTES_MAX {
            return Err(format!("a sheet has more than {ODS_BYTES_MAX} bytes"));
        }
        for number in first..=self.number {
            if each(number, self.row.clone()).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }
}

/// How often something stands there; once where nothing is said.
fn count(start: &BytesStart<'_>, name: &str) -> u64 {
    attribute(start, name).and_then(|text| text.trim().parse().ok()).unwrap_or(1)
}

fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = start.attributes();
    let found = attributes.with_checks(false).flatten().find(|attribute| attribute.key.0 == name)?;
    Some(match found.normalized_value(XmlVersion::Implicit1_0) {
        Ok(value) => value.into_owned(),
        Err(_) => found.value.into_owned(),
    })
}
