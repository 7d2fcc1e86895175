//! Rows of texts as comma-separated values (RFC 4180), written and read.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::ops::ControlFlow;

use csv_core::{ReadRecordResult, Reader};
use townhall_model::Position;

use crate::limits::{CHUNK_BYTES, CSV_ROW_BYTES_MAX};
use crate::reader::{advance, decode, unwrap};

/// Writes one row; a cell is quoted where it has to be.
///
/// # Errors
///
/// What the output gives.
pub fn write_csv_row<S: AsRef<str>>(out: &mut dyn Write, cells: &[S], delimiter: u8) -> io::Result<()> {
    for (index, cell) in cells.iter().enumerate() {
        let cell = cell.as_ref();
        if index > 0 {
            out.write_all(&[delimiter])?;
        }
        let is_plain = !cell.bytes().any(|byte| byte == delimiter || matches!(byte, b'"' | b'\r' | b'\n'));
        // A row of one empty cell would be an empty line, which readers pass over.
        if is_plain && !(cell.is_empty() && cells.len() == 1) {
            out.write_all(cell.as_bytes())?;
        } else {
            write!(out, "\"{}\"", cell.replace('"', "\"\""))?;
        }
    }
    out.write_all(b"\r\n")
}

/// Reads rows, whatever their line ends and their encoding (UTF-8, UTF-16, else Windows-1252), packed with gzip or
/// not. Unless a delimiter is given, it is the one of comma, semicolon and tab that the first line has most of. The
/// sink may stop.
///
/// # Errors
///
/// What the input gives, and [`io::ErrorKind::InvalidData`] for a row that is larger than
/// [`CSV_ROW_BYTES_MAX`](crate::limits::CSV_ROW_BYTES_MAX).
pub fn read_csv_rows(
    input: impl Read,
    delimiter: Option<u8>,
    sink: &mut dyn FnMut(Vec<String>) -> ControlFlow<()>,
) -> io::Result<()> {
    let (input, _) = unwrap(input)?;
    each_csv_row(input, delimiter, &mut |row| sink(row.cells)).map(drop)
}

/// A row with the bytes that it was read from.
pub(crate) struct CsvRow {
    /// Its cells.
    pub cells: Vec<String>,
    /// Its bytes, without the line end.
    pub raw: Vec<u8>,
    /// Where it begins.
    pub start: Position,
}

/// Reads rows of UTF-8 as [`read_csv_rows`] does; gives whether the sink has stopped it.
pub(crate) fn each_csv_row(
    mut input: impl Read,
    delimiter: Option<u8>,
    sink: &mut dyn FnMut(CsvRow) -> ControlFlow<()>,
) -> io::Result<ControlFlow<()>> {
    // One read may give a few bytes only, and the delimiter takes the whole first line.
    let mut head = Vec::new();
    while head.len() < CHUNK_BYTES && !head.contains(&b'\n') {
        const STEP_BYTES: u64 = 4096;
        if input.by_ref().take(STEP_BYTES).read_to_end(&mut head)? == 0 {
            break;
        }
    }
    let delimiter = delimiter.unwrap_or_else(|| guess_delimiter(&head));
    let mut input = BufReader::with_capacity(CHUNK_BYTES, io::Cursor::new(head).chain(input));
    let mut reader = csv_core::ReaderBuilder::new().delimiter(delimiter).build();
    let mut row = Row {
        text: vec![0; 4096],
        written: 0,
        ends: vec![0; 64],
        cells: 0,
        raw: Vec::new(),
        start: Position { line: 1, column: 1 },
    };
    loop {
        let chunk = input.fill_buf()?;
        let (is_row, consumed) = row.read(&mut reader, chunk)?;
        row.raw.extend_from_slice(&chunk[..consumed]);
        input.consume(consumed);
        match is_row {
            Some(true) => {
                let flow = sink(row.take());
                if flow.is_break() {
                    return Ok(flow);
                }
            }
            Some(false) => return Ok(ControlFlow::Continue(())),
            None => {}
        }
    }
}

/// The row that is being read.
struct Row {
    text: Vec<u8>,
    written: usize,
    ends: Vec<usize>,
    cells: usize,
    raw: Vec<u8>,
    start: Position,
}

impl Row {
    /// Reads from the chunk; gives whether the row is whole (or, with false, that there is no more), and how many
    /// bytes were read.
    fn read(&mut self, reader: &mut Reader, chunk: &[u8]) -> io::Result<(Option<bool>, usize)> {
        let (text, ends) = (&mut self.text[self.written..], &mut self.ends[self.cells..]);
        let (result, consumed, written, cells) = reader.read_record(chunk, text, ends);
        self.written += written;
        self.cells += cells;
        let is_row = match result {
            ReadRecordResult::Record => Some(true),
            ReadRecordResult::End => Some(false),
            ReadRecordResult::InputEmpty => None,
            ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {
                self.grow()?;
                None
            }
        };
        Ok((is_row, consumed))
    }

    fn grow(&mut self) -> io::Result<()> {
        if self.text.len() + self.ends.len() > CSV_ROW_BYTES_MAX {
            let message = format!("a row is larger than {CSV_ROW_BYTES_MAX} bytes; check its quotes");
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        if self.written == self.text.len() {
            self.text.resize(self.text.len() * 2, 0);
        }
        if self.cells == self.ends.len() {
            self.ends.resize(self.ends.len() * 2, 0);
        }
        Ok(())
    }

    fn take(&mut self) -> CsvRow {
        let mut cells = Vec::with_capacity(self.cells);
        let mut start = 0;
        for end in &self.ends[..self.cells] {
            cells.push(decode(&self.text[start..*end]).0.into_owned());
            start = *end;
        }
        (self.written, self.cells) = (0, 0);
        let mut raw = std::mem::take(&mut self.raw);
        // The second half of a line end is read with the next row, and so are empty lines.
        let is_end = |byte: &&u8| matches!(byte, b'\n' | b'\r');
        let before = raw.iter().take_while(is_end).count();
        let start = advance(self.start, &raw[..before]);
        self.start = advance(start, &raw[before..]);
        raw.drain(..before);
        raw.truncate(raw.len() - raw.iter().rev().take_while(is_end).count());
        CsvRow { cells, raw, start }
    }
}

fn guess_delimiter(head: &[u8]) -> u8 {
    let line = head.split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
    let count = |delimiter: u8| line.iter().filter(|byte| **byte == delimiter).count();
    // Of equals the comma, which `max_by_key` takes as the last.
    [b'\t', b';', b','].into_iter().max_by_key(|delimiter| count(*delimiter)).unwrap_or(b',')
}
