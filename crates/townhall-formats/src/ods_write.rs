//! Writes OpenDocument spreadsheets (OpenDocument 1.3), with real numbers, dates and truth values, and a bold header.
//!
//! Whole numbers that a spreadsheet would round and years outside 1 to 9999 stand as text. A cell has no zone, so that
//! instants stand in UTC. The packed cells wait in a temporary file until the archive is complete.

use std::fs::File;
use std::io::{Seek, Write};

use arrow_array::{Array, RecordBatch};
use arrow_schema::SchemaRef;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::{
    BatchWriter, FormatError, FormatInfo, WriteOptions,
    delimited::headers,
    limits::{ODS_BYTES_MAX, XLSX_COLUMNS_MAX, XLSX_ROWS_MAX},
    markup::{Place, push_xml},
    text::{Cells, append_instant, plain},
    xlsx::sheet_name,
};

/// A spreadsheet being written.
pub(crate) struct OdsWriter {
    out: Box<dyn Write + Send>,
    archive: ZipWriter<File>,
    info: &'static FormatInfo,
    rows: u64,
    bytes: u64,
    buffer: Vec<u8>,
    text: Vec<u8>,
}

impl OdsWriter {
    pub(crate) fn start(
        schema: &SchemaRef,
        options: &WriteOptions,
        out: Box<dyn Write + Send>,
        info: &'static FormatInfo,
    ) -> Result<Self, FormatError> {
        let file = tempfile::tempfile().map_err(FormatError::io("write", info.name))?;
        let archive = ZipWriter::new(file);
        let (buffer, text) = (Vec::new(), Vec::new());
        let mut writer = Self { out, archive, info, rows: 1, bytes: 0, buffer, text };
        if schema.fields().len() > XLSX_COLUMNS_MAX {
            return Err(writer.too_much("columns", XLSX_COLUMNS_MAX as u64));
        }
        // It comes first and is not packed, so that it stands where programs look for it (part 2, section 3.3).
        writer.part("mimetype", CompressionMethod::Stored, info.media_types[0].as_bytes())?;
        writer.part("META-INF/manifest.xml", CompressionMethod::Deflated, MANIFEST)?;
        writer.part("content.xml", CompressionMethod::Deflated, BEFORE_TABLE)?;
        let name = sheet_name(options.title.as_deref().unwrap_or_default());
        push_xml(&name, Place::Attribute, &mut writer.buffer);
        let columns = format!(
            "\"><table:table-column table:number-columns-repeated=\"{}\"/><table:table-header-rows><table:table-row>",
            schema.fields().len().max(1)
        );
        writer.buffer.extend_from_slice(columns.as_bytes());
        for header in headers(schema, options) {
            writer.buffer.extend_from_slice(b"<table:table-cell table:style-name=\"head\"");
            push_text(&header, &mut writer.buffer);
        }
        writer.buffer.extend_from_slice(b"</table:table-row></table:table-header-rows>\n");
        writer.flush()?;
        Ok(writer)
    }

    fn part(&mut self, name: &str, method: CompressionMethod, bytes: &[u8]) -> Result<(), FormatError> {
        let options = SimpleFileOptions::default().compression_method(method);
        self.archive
            .start_file(name, options)
            .map_err(|error| FormatError::encode(self.info.label)(error.into()))?;
        self.archive.write_all(bytes).map_err(FormatError::io("write", self.info.name))
    }

    /// Packs what has been laid out.
    fn flush(&mut self) -> Result<(), FormatError> {
        self.bytes += self.buffer.len() as u64;
        // What comes before and behind the rows is short.
        if self.bytes > ODS_BYTES_MAX - 4_096 {
            return Err(self.too_much("bytes of cells", ODS_BYTES_MAX));
        }
        self.archive.write_all(&self.buffer).map_err(FormatError::io("write", self.info.name))?;
        self.buffer.clear();
        Ok(())
    }

    fn too_much(&self, what: &'static str, limit: u64) -> FormatError {
        FormatError::TooMuchForFormat { format: self.info.label, what, limit }
    }
}

impl BatchWriter for OdsWriter {
    fn write(&mut self, batch: &RecordBatch) -> Result<(), FormatError> {
        if self.rows + batch.num_rows() as u64 > XLSX_ROWS_MAX {
            return Err(self.too_much("rows with the header", XLSX_ROWS_MAX));
        }
        let columns: Vec<_> = batch.columns().iter().map(plain).collect();
        let columns: Vec<_> = columns.iter().map(Cells::new).collect();
        for row in 0..batch.num_rows() {
            self.buffer.extend_from_slice(b"<table:table-row>");
            for column in &columns {
                self.text.clear();
                push_cell(column, row, &mut self.text, &mut self.buffer);
            }
            self.buffer.extend_from_slice(b"</table:table-row>\n");
            if self.buffer.len() > 1 << 20 {
                self.flush()?;
            }
        }
        self.rows += batch.num_rows() as u64;
        self.flush()
    }

    fn finish(mut self: Box<Self>) -> Result<(), FormatError> {
        let failed = FormatError::io("write", self.info.name);
        self.archive.write_all(AFTER_TABLE).map_err(failed)?;
        let mut file =
            self.archive.finish().map_err(|error| FormatError::encode(self.info.label)(error.into()))?;
        file.rewind().map_err(FormatError::io("write", self.info.name))?;
        std::io::copy(&mut file, &mut self.out).map_err(FormatError::io("write", self.info.name))?;
        self.out.flush().map_err(FormatError::io("write", self.info.name))
    }
}

const DAY_MICROS: i64 = 86_400_000_000;

/// Whether the year of this day, counted from 1970-01-01, has four digits and is not the year 0.
fn has_plain_year(days: i64) -> bool {
    (-719_162..=2_932_896).contains(&days)
}

fn push_cell(column: &Cells<'_>, row: usize, text: &mut Vec<u8>, out: &mut Vec<u8>) {
    let (value, style) = match column {
        Cells::Integer(cells) if cells.is_valid(row) && cells.value(row).unsigned_abs() <= 1 << 53 => {
            (Value::Number, "")
        }
        Cells::Number(_) => (Value::Number, ""),
        Cells::Boolean(_) => (Value::Boolean, ""),
        Cells::Date(cells) if cells.is_valid(row) && has_plain_year(cells.value(row).into()) => {
            (Value::Date, " table:style-name=\"day\"")
        }
        Cells::Instant(cells, _)
            if cells.is_valid(row) && has_plain_year(cells.value(row).div_euclid(DAY_MICROS)) =>
        {
            append_instant(cells.value(row), false, text);
            (Value::Date, " table:style-name=\"moment\"")
        }
        _ => (Value::Text, ""),
    };
    // Instants are printed above, without their zone.
    if text.is_empty() && !column.append(row, text) {
        out.extend_from_slice(b"<table:table-cell/>");
        return;
    }
    let text = String::from_utf8_lossy(text);
    out.extend_from_slice(b"<table:table-cell");
    out.extend_from_slice(style.as_bytes());
    let (kind, attribute) = match value {
        Value::Text => return push_text(&text, out),
        Value::Number => ("float", "value"),
        Value::Boolean => ("boolean", "boolean-value"),
        Value::Date => ("date", "date-value"),
    };
    let cell = format!(
        " office:value-type=\"{kind}\" office:{attribute}=\"{text}\"><text:p>{text}</text:p></table:table-cell>"
    );
    out.extend_from_slice(cell.as_bytes());
}

enum Value {
    Text,
    Number,
    Boolean,
    Date,
}

/// Appends the rest of a cell of text. White space that a paragraph would fold is written as elements (part 3, section
/// 6.1.2).
fn push_text(text: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(b" office:value-type=\"string\"><text:p>");
    let mut after_space = true;
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\r' if characters.peek() == Some(&'\n') => continue,
            '\n' | '\r' => out.extend_from_slice(b"<text:line-break/>"),
            '\t' => out.extend_from_slice(b"<text:tab/>"),
            // Also at the end, where it would be dropped.
            ' ' if after_space || characters.peek().is_none_or(|next| next.is_whitespace()) => {
                out.extend_from_slice(b"<text:s/>");
            }
            ' ' => out.push(b' '),
            _ => push_xml(c.encode_utf8(&mut [0; 4]), Place::Content, out),
        }
        after_space = matches!(c, ' ' | '\n' | '\r' | '\t');
    }
    out.extend_from_slice(b"</text:p></table:table-cell>");
}

const MANIFEST: &[u8] = br#"<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3"><manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>
"#;

const BEFORE_TABLE: &[u8] = br#"<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" office:version="1.3"><office:automatic-styles><number:date-style style:name="iso-day"><number:year number:style="long"/><number:text>-</number:text><number:month number:style="long"/><number:text>-</number:text><number:day number:style="long"/></number:date-style><number:date-style style:name="iso-moment"><number:year number:style="long"/><number:text>-</number:text><number:month number:style="long"/><number:text>-</number:text><number:day number:style="long"/><number:text> </number:text><number:hours number:style="long"/><number:text>:</number:text><number:minutes number:style="long"/><number:text>:</number:text><number:seconds number:style="long"/></number:date-style><style:style style:name="head" style:family="table-cell"><style:text-properties fo:font-weight="bold"/></style:style><style:style style:name="day" style:family="table-cell" style:data-style-name="iso-day"/><style:style style:name="moment" style:family="table-cell" style:data-style-name="iso-moment"/></office:automatic-styles><office:body><office:spreadsheet><table:table table:name=""#;

const AFTER_TABLE: &[u8] = b"</table:table></office:spreadsheet></office:body></office:document-content>\n";
