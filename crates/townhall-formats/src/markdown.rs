//! Tables in Markdown, as GitHub and many others show them (GitHub Flavored Markdown, section 4.10).
//!
//! Every character that would be markup is escaped, line breaks become `<br>`. Null and the empty text look alike.

use std::io::Write;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use townhall_model::table::ColumnType;

use crate::{
    BatchWriter, Format, FormatError, FormatInfo, Likelihood, WriteOptions,
    delimited::headers,
    format::has_extension,
    text::{Cells, column_type, plain},
};

/// A Markdown table.
pub struct Markdown;

const INFO: FormatInfo = FormatInfo {
    name: "md",
    label: "Markdown",
    extensions: &["md", "markdown"],
    media_types: &["text/markdown"],
    can_read: false,
    can_write: true,
    streams: true,
};

impl Format for Markdown {
    fn info(&self) -> &'static FormatInfo {
        &INFO
    }

    fn sniff(&self, _head: &[u8], name: &str) -> Likelihood {
        if has_extension(&INFO, name) { Likelihood::Likely } else { Likelihood::No }
    }

    fn writer(
        &self,
        schema: SchemaRef,
        options: &WriteOptions,
        mut out: Box<dyn Write + Send>,
    ) -> Result<Box<dyn BatchWriter>, FormatError> {
        let mut head = Vec::new();
        for header in headers(&schema, options) {
            head.extend_from_slice(b"| ");
            push_markdown(&header, &mut head);
            head.push(b' ');
        }
        head.extend_from_slice(b"|\n");
        for field in schema.fields() {
            let is_number =
                matches!(column_type(field.data_type()), ColumnType::Integer | ColumnType::Number);
            head.extend_from_slice(if is_number { b"| ---: " } else { b"| --- " });
        }
        head.extend_from_slice(b"|\n");
        out.write_all(&head).map_err(FormatError::io("write", INFO.name))?;
        Ok(Box::new(MarkdownWriter { out, buffer: Vec::new(), text: Vec::new() }))
    }
}

struct MarkdownWriter {
    out: Box<dyn Write + Send>,
    buffer: Vec<u8>,
    text: Vec<u8>,
}

impl BatchWriter for MarkdownWriter {
    fn write(&mut self, batch: &RecordBatch) -> Result<(), FormatError> {
        let columns: Vec<_> = batch.columns().iter().map(plain).collect();
        let columns: Vec<_> = columns.iter().map(Cells::new).collect();
        self.buffer.clear();
        for row in 0..batch.num_rows() {
            for column in &columns {
                self.text.clear();
                column.append(row, &mut self.text);
                self.buffer.extend_from_slice(b"| ");
                push_markdown(&String::from_utf8_lossy(&self.text), &mut self.buffer);
                self.buffer.push(b' ');
            }
            self.buffer.extend_from_slice(b"|\n");
        }
        self.out.write_all(&self.buffer).map_err(FormatError::io("write", INFO.name))
    }

    fn finish(mut self: Box<Self>) -> Result<(), FormatError> {
        self.out.flush().map_err(FormatError::io("write", INFO.name))
    }
}

fn push_markdown(text: &str, out: &mut Vec<u8>) {
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\r' if characters.peek() == Some(&'\n') => {}
            '\n' | '\r' => out.extend_from_slice(b"<br>"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '~' | '|' | '$' => {
                out.extend_from_slice(&[b'\\', c as u8]);
            }
            // Section 2.3.
            '\0' => out.extend_from_slice("\u{fffd}".as_bytes()),
            _ => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
}
