//! XML, as `<rows><row><column>…</column></row></rows>`; on reading, whatever element repeats is a row.
//!
//! A column whose name is no name of an element is written as `<column name="…">`. Null is absent. The empty text is an
//! empty element, which readers take for null.

use std::io::Write;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;

use crate::{
    BatchWriter, Format, FormatError, FormatInfo, Ingest, Ingested, Likelihood, WriteOptions,
    delimited::headers,
    format::has_extension,
    markup::{Place, has_space_around, is_plain_xml, is_xml_name, push_xml},
    text::{Cells, plain},
    xml_read,
};

/// XML with an element for every row.
pub struct Xml;

const INFO: FormatInfo = FormatInfo {
    name: "xml",
    label: "XML",
    extensions: &["xml"],
    media_types: &["application/xml", "text/xml"],
    can_read: true,
    can_write: true,
    streams: true,
};

impl Format for Xml {
    fn info(&self) -> &'static FormatInfo {
        &INFO
    }

    fn sniff(&self, head: &[u8], name: &str) -> Likelihood {
        let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
        match (text.starts_with(b"<"), has_extension(&INFO, name)) {
            (true, true) => Likelihood::Certain,
            // UTF-16 begins otherwise.
            (false, true) => Likelihood::Likely,
            (true, false) if text.starts_with(b"<?xml") => Likelihood::Likely,
            _ => Likelihood::No,
        }
    }

    fn may_hold_anything(&self) -> bool {
        true
    }

    fn ingest(&self, task: Ingest<'_>) -> Result<Ingested, FormatError> {
        xml_read::ingest(task, &INFO)
    }

    fn writer(
        &self,
        schema: SchemaRef,
        options: &WriteOptions,
        mut out: Box<dyn Write + Send>,
    ) -> Result<Box<dyn BatchWriter>, FormatError> {
        let tags = headers(&schema, options).iter().map(|name| Tags::of(name)).collect();
        out.write_all(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rows>\n")
            .map_err(FormatError::io("write", INFO.name))?;
        Ok(Box::new(XmlWriter { out, tags, buffer: Vec::new(), text: Vec::new() }))
    }
}

/// The beginning of a column's element without its bracket, and its end.
struct Tags {
    start: Vec<u8>,
    end: Vec<u8>,
}

impl Tags {
    fn of(name: &str) -> Self {
        if is_xml_name(name) {
            return Self { start: format!("<{name}").into_bytes(), end: format!("</{name}>").into_bytes() };
        }
        let mut start = b"<column name=\"".to_vec();
        push_xml(name, Place::Attribute, &mut start);
        start.push(b'"');
        Self { start, end: b"</column>".to_vec() }
    }
}

struct XmlWriter {
    out: Box<dyn Write + Send>,
    tags: Vec<Tags>,
    buffer: Vec<u8>,
    text: Vec<u8>,
}

impl BatchWriter for XmlWriter {
    fn write(&mut self, batch: &RecordBatch) -> Result<(), FormatError> {
        let columns: Vec<_> = batch.columns().iter().map(plain).collect();
        let columns: Vec<_> = columns.iter().map(Cells::new).collect();
        self.buffer.clear();
        for row in 0..batch.num_rows() {
            self.buffer.extend_from_slice(b"<row>");
            for (tags, column) in self.tags.iter().zip(&columns) {
                self.text.clear();
                if column.append(row, &mut self.text) {
                    push_element(tags, &self.text, &mut self.buffer);
                }
            }
            self.buffer.extend_from_slice(b"</row>\n");
        }
        self.out.write_all(&self.buffer).map_err(FormatError::io("write", INFO.name))
    }

    fn finish(mut self: Box<Self>) -> Result<(), FormatError> {
        self.out.write_all(b"</rows>\n").map_err(FormatError::io("write", INFO.name))?;
        self.out.flush().map_err(FormatError::io("write", INFO.name))
    }
}

fn push_element(tags: &Tags, text: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(&tags.start);
    let text = String::from_utf8_lossy(text);
    out.extend_from_slice(if has_space_around(&text) { b" xml:space=\"preserve\">" } else { b">" });
    if is_plain_xml(text.as_bytes()) {
        out.extend_from_slice(text.as_bytes());
    } else {
        push_xml(&text, Place::Content, out);
    }
    out.extend_from_slice(&tags.end);
}
