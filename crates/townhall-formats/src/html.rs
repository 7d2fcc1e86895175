//! Web pages: a complete, plain page with one table; on reading, the largest table of a page.
//!
//! Line breaks become `<br>`. A page folds white space, so that reading one gives single spaces; the empty text and null
//! look alike.

use std::io::Write;

use arrow_array::RecordBatch;
use arrow_schema::{DataType, SchemaRef};
use memchr::memmem;
use townhall_model::table::ColumnType;

use crate::{
    BatchWriter, Format, FormatError, FormatInfo, Ingest, Ingested, Likelihood, WriteOptions,
    delimited::headers,
    format::has_extension,
    html_read,
    markup::{Place, push_html, push_xml},
    text::{Cells, column_type, plain},
};

/// A page with a table.
pub struct Html;

const INFO: FormatInfo = FormatInfo {
    name: "html",
    label: "HTML",
    extensions: &["html", "htm", "xhtml"],
    media_types: &["text/html", "application/xhtml+xml"],
    can_read: true,
    can_write: true,
    streams: true,
};

impl Format for Html {
    fn info(&self) -> &'static FormatInfo {
        &INFO
    }

    /// Any markup with a table in it may be meant: many a `.xls` from the web is a page.
    fn sniff(&self, head: &[u8], name: &str) -> Likelihood {
        let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
        let is_markup = text.starts_with(b"<");
        match (is_markup, has_extension(&INFO, name)) {
            (true, true) => Likelihood::Certain,
            (false, true) => Likelihood::Likely,
            (true, false) if is_page(text) && has_table(text) => Likelihood::Likely,
            _ => Likelihood::No,
        }
    }

    fn may_hold_anything(&self) -> bool {
        true
    }

    fn ingest(&self, task: Ingest<'_>) -> Result<Ingested, FormatError> {
        html_read::ingest(task, &INFO)
    }

    fn writer(
        &self,
        schema: SchemaRef,
        options: &WriteOptions,
        mut out: Box<dyn Write + Send>,
    ) -> Result<Box<dyn BatchWriter>, FormatError> {
        let page = begin(&schema, options);
        out.write_all(&page).map_err(FormatError::io("write", INFO.name))?;
        let is_number = schema.fields().iter().map(|field| is_number(field.data_type())).collect();
        Ok(Box::new(HtmlWriter { out, is_number, buffer: Vec::new(), text: Vec::new() }))
    }
}

fn is_page(text: &[u8]) -> bool {
    let begins = |with: &[u8]| text.len() >= with.len() && text[..with.len()].eq_ignore_ascii_case(with);
    [b"<!doctype html".as_slice(), b"<html", b"<head", b"<body", b"<table", b"<meta", b"<style", b"<!--"]
        .into_iter()
        .any(begins)
}

fn has_table(text: &[u8]) -> bool {
    memmem::find(&text.to_ascii_lowercase(), b"<table").is_some()
}

fn is_number(data_type: &DataType) -> bool {
    matches!(column_type(data_type), ColumnType::Integer | ColumnType::Number)
}

/// The page up to its first row.
fn begin(schema: &SchemaRef, options: &WriteOptions) -> Vec<u8> {
    let mut page = b"<!DOCTYPE html>\n<html lang=\"".to_vec();
    push_xml(options.language.as_deref().unwrap_or("en"), Place::Attribute, &mut page);
    page.extend_from_slice(
        b"\">\n<head>\n<meta charset=\"utf-8\">\n\
          <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>",
    );
    let title = options.title.as_deref().unwrap_or("Table");
    push_html(&title.replace(['\r', '\n'], " "), &mut page);
    page.extend_from_slice(
        b"</title>\n<style>th{text-align:left}.number{text-align:right}</style>\n</head>\n<body>\n<main>\n<table>\n<caption>",
    );
    push_html(title, &mut page);
    page.extend_from_slice(b"</caption>\n<thead>\n<tr>");
    for (field, header) in schema.fields().iter().zip(headers(schema, options)) {
        page.extend_from_slice(b"<th scope=\"col\"");
        page.extend_from_slice(class(is_number(field.data_type())));
        push_html(&header, &mut page);
        page.extend_from_slice(b"</th>");
    }
    page.extend_from_slice(b"</tr>\n</thead>\n<tbody>\n");
    page
}

/// The rest of a tag.
fn class(is_number: bool) -> &'static [u8] {
    if is_number { b" class=\"number\">" } else { b">" }
}

struct HtmlWriter {
    out: Box<dyn Write + Send>,
    is_number: Vec<bool>,
    buffer: Vec<u8>,
    text: Vec<u8>,
}

impl BatchWriter for HtmlWriter {
    fn write(&mut self, batch: &RecordBatch) -> Result<(), FormatError> {
        let columns: Vec<_> = batch.columns().iter().map(plain).collect();
        let columns: Vec<_> = columns.iter().map(Cells::new).collect();
        self.buffer.clear();
        for row in 0..batch.num_rows() {
            self.buffer.extend_from_slice(b"<tr>");
            for (column, is_number) in columns.iter().zip(&self.is_number) {
                self.buffer.extend_from_slice(b"<td");
                self.buffer.extend_from_slice(class(*is_number));
                self.text.clear();
                column.append(row, &mut self.text);
                push_html(&String::from_utf8_lossy(&self.text), &mut self.buffer);
                self.buffer.extend_from_slice(b"</td>");
            }
            self.buffer.extend_from_slice(b"</tr>\n");
        }
        self.out.write_all(&self.buffer).map_err(FormatError::io("write", INFO.name))
    }

    fn finish(mut self: Box<Self>) -> Result<(), FormatError> {
        self.out
            .write_all(b"</tbody>\n</table>\n</main>\n</body>\n</html>\n")
            .map_err(FormatError::io("write", INFO.name))?;
        self.out.flush().map_err(FormatError::io("write", INFO.name))
    }
}
