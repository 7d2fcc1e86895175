//! Writes comma- and tab-separated text that reads back as the same cells.

use std::io::Write;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use memchr::{memchr, memchr3};

use crate::{
    BatchWriter, FormatError, WriteOptions,
    text::{Cells, plain},
};

/// Text with one record a line (RFC 4180, with LF as on every system but one). Null is an empty cell, the empty text is `""`.
pub(super) struct DelimitedWriter {
    out: Box<dyn Write + Send>,
    delimiter: u8,
    buffer: Vec<u8>,
}

impl DelimitedWriter {
    pub(super) fn start(
        schema: &SchemaRef,
        options: &WriteOptions,
        delimiter: u8,
        mut out: Box<dyn Write + Send>,
    ) -> Result<Self, FormatError> {
        let mut buffer = Vec::new();
        let columns = schema.fields().len();
        for (index, header) in headers(schema, options).iter().enumerate() {
            push_text(header.as_bytes(), delimiter, &mut buffer);
            buffer.push(if index + 1 == columns { b'\n' } else { delimiter });
        }
        out.write_all(&buffer).map_err(FormatError::io("write", "csv"))?;
        Ok(Self { out, delimiter, buffer })
    }
}

/// Returns the headings that the options ask for, or the schema's names.
pub(crate) fn headers(schema: &SchemaRef, options: &WriteOptions) -> Vec<String> {
    let names = schema.fields().iter().map(|field| field.name().clone());
    match &options.headers {
        Some(given) => names.enumerate().map(|(at, name)| given.get(at).cloned().unwrap_or(name)).collect(),
        None => names.collect(),
    }
}

impl BatchWriter for DelimitedWriter {
    fn write(&mut self, batch: &RecordBatch) -> Result<(), FormatError> {
        let columns: Vec<_> = batch.columns().iter().map(plain).collect();
        let columns: Vec<_> = columns.iter().map(Cells::new).collect();
        self.buffer.clear();
        for row in 0..batch.num_rows() {
            for (index, column) in columns.iter().enumerate() {
                if index > 0 {
                    self.buffer.push(self.delimiter);
                }
                let start = self.buffer.len();
                let valid = match column {
                    Cells::Text(cells) if arrow_array::Array::is_valid(*cells, row) => {
                        push_text(cells.value(row).as_bytes(), self.delimiter, &mut self.buffer);
                        true
                    }
                    Cells::TextView(cells) if arrow_array::Array::is_valid(*cells, row) => {
                        push_text(cells.value(row).as_bytes(), self.delimiter, &mut self.buffer);
                        true
                    }
                    other => other.append(row, &mut self.buffer),
                };
                // A lone null would be an empty line, which readers skip.
                if !valid && columns.len() == 1 && self.buffer.len() == start {
                    self.buffer.extend_from_slice(b"\"\"");
                }
            }
            self.buffer.push(b'\n');
        }
        self.out.write_all(&self.buffer).map_err(FormatError::io("write", "csv"))
    }

    fn finish(mut self: Box<Self>) -> Result<(), FormatError> {
        self.out.flush().map_err(FormatError::io("write", "csv"))
    }
}

/// Appends a text cell, quoted when it has to be: when it holds a delimiter, a quote or a line break, is empty, or begins
/// or ends with a space that some readers trim.
fn push_text(text: &[u8], delimiter: u8, out: &mut Vec<u8>) {
    let edges_matter = match (text.first(), text.last()) {
        (Some(first), Some(last)) => {
            first.is_ascii_whitespace() || last.is_ascii_whitespace() || *first == 0xEF
        }
        _ => true,
    };
    let is_plain =
        !edges_matter && memchr3(delimiter, b'"', b'\n', text).is_none() && memchr(b'\r', text).is_none();
    if is_plain {
        out.extend_from_slice(text);
        return;
    }

    out.push(b'"');
    let mut rest = text;
    while let Some(at) = memchr(b'"', rest) {
        out.extend_from_slice(&rest[..=at]);
        out.push(b'"');
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}
