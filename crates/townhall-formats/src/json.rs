//! JSON, as an array of objects or as one object a line.
//!
//! Numbers are numbers, also beyond 2^53; what has no JSON number (infinities, not-a-number) is null, like every null.

use std::io::Write;

use arrow_array::{Array, RecordBatch};
use arrow_schema::SchemaRef;

use crate::{
    BatchWriter, Format, FormatError, FormatInfo, Ingest, Ingested, Likelihood, WriteOptions,
    delimited::headers,
    format::has_extension,
    json_read,
    text::{Cells, plain},
};

/// One JSON array of objects.
pub struct Json;

/// One JSON object a line.
pub struct JsonLines;

const JSON: FormatInfo = FormatInfo {
    name: "json",
    label: "JSON",
    extensions: &["json"],
    media_types: &["application/json"],
    can_read: true,
    can_write: true,
    streams: true,
};

const JSON_LINES: FormatInfo = FormatInfo {
    name: "jsonl",
    label: "JSON lines",
    extensions: &["jsonl", "ndjson"],
    media_types: &["application/x-ndjson", "application/jsonl", "application/x-jsonlines"],
    can_read: true,
    can_write: true,
    streams: true,
};

impl Format for Json {
    fn info(&self) -> &'static FormatInfo {
        &JSON
    }

    fn sniff(&self, head: &[u8], name: &str) -> Likelihood {
        sniff(&JSON, b'[', head, name)
    }

    fn ingest(&self, task: Ingest<'_>) -> Result<Ingested, FormatError> {
        json_read::ingest(task, &JSON)
    }

    fn writer(
        &self,
        schema: SchemaRef,
        options: &WriteOptions,
        out: Box<dyn Write + Send>,
    ) -> Result<Box<dyn BatchWriter>, FormatError> {
        Ok(Box::new(JsonWriter::start(&schema, options, Layout::Array, out)?))
    }
}

impl Format for JsonLines {
    fn info(&self) -> &'static FormatInfo {
        &JSON_LINES
    }

    fn sniff(&self, head: &[u8], name: &str) -> Likelihood {
        sniff(&JSON_LINES, b'{', head, name)
    }

    fn ingest(&self, task: Ingest<'_>) -> Result<Ingested, FormatError> {
        json_read::ingest(task, &JSON_LINES)
    }

    fn writer(
        &self,
        schema: SchemaRef,
        options: &WriteOptions,
        out: Box<dyn Write + Send>,
    ) -> Result<Box<dyn BatchWriter>, FormatError> {
        Ok(Box::new(JsonWriter::start(&schema, options, Layout::Lines, out)?))
    }
}

fn sniff(info: &FormatInfo, opening: u8, head: &[u8], name: &str) -> Likelihood {
    let first = head.trim_ascii_start().first().copied();
    match (first == Some(opening), has_extension(info, name)) {
        (true, true) => Likelihood::Certain,
        (_, true) => Likelihood::Likely,
        // A CSV file may begin with a brace or a bracket, but hardly with `{"` or `[{`.
        (true, false) if matches!(head.trim_ascii_start().get(1), Some(b'"' | b'{')) => Likelihood::Likely,
        _ => Likelihood::No,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Layout {
    Array,
    Lines,
}

struct JsonWriter {
    out: Box<dyn Write + Send>,
    layout: Layout,
    arrays: bool,
    keys: Vec<Vec<u8>>,
    buffer: Vec<u8>,
    is_first: bool,
}

impl JsonWriter {
    fn start(
        schema: &SchemaRef,
        options: &WriteOptions,
        layout: Layout,
        mut out: Box<dyn Write + Send>,
    ) -> Result<Self, FormatError> {
        if layout == Layout::Array {
            out.write_all(b"[").map_err(FormatError::io("write", "json"))?;
        }
        let headers = headers(schema, options);
        let keys = object_keys(&headers);
        let mut is_first = true;
        if options.arrays {
            let mut line = vec![b'['];
            for (index, header) in headers.iter().enumerate() {
                if index > 0 {
                    line.push(b',');
                }
                push_string(header, &mut line);
            }
            line.push(b']');
            if layout == Layout::Lines {
                line.push(b'\n');
            }
            out.write_all(&line).map_err(FormatError::io("write", "json"))?;
            is_first = false;
        }
        Ok(Self { out, layout, arrays: options.arrays, keys, buffer: Vec::new(), is_first })
    }
}

impl BatchWriter for JsonWriter {
    fn write(&mut self, batch: &RecordBatch) -> Result<(), FormatError> {
        self.buffer.clear();
        let (before, after): (&[u8], &[u8]) = match self.layout {
            Layout::Array => (b",\n", b""),
            Layout::Lines => (b"", b"\n"),
        };
        let before = |row: usize, out: &mut Vec<u8>| {
            if !(row == 0 && self.is_first) {
                out.extend_from_slice(before);
            }
        };
        match self.arrays {
            true => push_arrays(batch, &mut self.buffer, before, after),
            false => push_rows(batch, &self.keys, &mut self.buffer, before, after),
        }
        self.is_first &= batch.num_rows() == 0;
        self.out.write_all(&self.buffer).map_err(FormatError::io("write", "json"))
    }

    fn finish(mut self: Box<Self>) -> Result<(), FormatError> {
        if self.layout == Layout::Array {
            self.out.write_all(b"]\n").map_err(FormatError::io("write", "json"))?;
        }
        self.out.flush().map_err(FormatError::io("write", "json"))
    }
}

/// Appends the rows of a batch to `out` as JSON objects with commas between them, without brackets around them: what
/// stands inside `"data": [...]` of an API answer. Keys are the schema's names.
pub fn json_objects(batch: &RecordBatch, out: &mut Vec<u8>) {
    let names: Vec<_> = batch.schema().fields().iter().map(|field| field.name().clone()).collect();
    let comma = |row: usize, out: &mut Vec<u8>| {
        if row > 0 {
            out.push(b',');
        }
    };
    push_rows(batch, &object_keys(&names), out, comma, b"");
}

/// Appends the rows of a batch to `out` as JSON arrays with commas between them, without brackets around them.
pub fn json_arrays(batch: &RecordBatch, out: &mut Vec<u8>) {
    let comma = |row: usize, out: &mut Vec<u8>| {
        if row > 0 {
            out.push(b',');
        }
    };
    push_arrays(batch, out, comma, b"");
}

fn push_arrays(batch: &RecordBatch, out: &mut Vec<u8>, before: impl Fn(usize, &mut Vec<u8>), after: &[u8]) {
    let columns: Vec<_> = batch.columns().iter().map(plain).collect();
    let columns: Vec<_> = columns.iter().map(Cells::new).collect();
    for row in 0..batch.num_rows() {
        before(row, out);
        out.push(b'[');
        for (index, column) in columns.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            push_value(column, row, out);
        }
        out.push(b']');
        out.extend_from_slice(after);
    }
}

/// `{"name":` for the first column and `,"name":` for the others.
fn object_keys(names: &[String]) -> Vec<Vec<u8>> {
    let key = |(index, name): (usize, &String)| {
        let mut key = vec![if index == 0 { b'{' } else { b',' }];
        push_string(name, &mut key);
        key.push(b':');
        key
    };
    names.iter().enumerate().map(key).collect()
}

fn push_rows(
    batch: &RecordBatch,
    keys: &[Vec<u8>],
    out: &mut Vec<u8>,
    before: impl Fn(usize, &mut Vec<u8>),
    after: &[u8],
) {
    let columns: Vec<_> = batch.columns().iter().map(plain).collect();
    let columns: Vec<_> = columns.iter().map(Cells::new).collect();
    for row in 0..batch.num_rows() {
        before(row, out);
        if columns.is_empty() {
            out.push(b'{');
        }
        for (key, column) in keys.iter().zip(&columns) {
            out.extend_from_slice(key);
            push_value(column, row, out);
        }
        out.push(b'}');
        out.extend_from_slice(after);
    }
}

/// Appends the value of a cell, or `null`.
pub(crate) fn push_value(column: &Cells<'_>, row: usize, out: &mut Vec<u8>) {
    let valid = match column {
        Cells::Text(cells) if cells.is_valid(row) => {
            push_string(cells.value(row), out);
            true
        }
        Cells::TextView(cells) if cells.is_valid(row) => {
            push_string(cells.value(row), out);
            true
        }
        Cells::Integer(_) | Cells::Number(_) | Cells::Boolean(_) => column.append(row, out),
        Cells::Date(_) | Cells::Instant(..) => {
            out.push(b'"');
            let valid = column.append(row, out);
            if valid {
                out.push(b'"');
            } else {
                out.pop();
            }
            valid
        }
        _ => false,
    };
    if !valid {
        out.extend_from_slice(b"null");
    }
}

/// Appends a JSON string (RFC 8259, section 7).
pub(crate) fn push_string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    let mut done = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escape: &[u8] = match byte {
            b'"' => b"\\\"",
            b'\\' => b"\\\\",
            b'\n' => b"\\n",
            b'\r' => b"\\r",
            b'\t' => b"\\t",
            0x20.. => continue,
            _ => b"",
        };
        out.extend_from_slice(&text.as_bytes()[done..at]);
        if escape.is_empty() {
            out.extend_from_slice(format!("\\u{byte:04x}").as_bytes());
        } else {
            out.extend_from_slice(escape);
        }
        done = at + 1;
    }
    out.extend_from_slice(&text.as_bytes()[done..]);
    out.push(b'"');
}
