//! Rows of a slice in the forms that Qu's clients read. What has no value is left out of a row, but for CSV.

use std::io::{self, Write};

use townhall_formats::{column_type, each_row_text};
use townhall_model::table::ColumnType;
use townhall_query::{RecordBatch, SchemaRef};

/// A form that rows are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuForm {
    /// Objects with commas between them.
    Json,
    /// An element for each row.
    Xml,
    /// Lines with a quotation mark around each cell.
    Csv,
}

/// Writes rows, batch after batch.
pub(super) struct Rows {
    form: QuForm,
    /// The names of the columns as the form has them, and whether their values are numbers or truths.
    columns: Vec<(String, bool)>,
    is_first: bool,
}

impl Rows {
    pub(super) fn new(form: QuForm, schema: &SchemaRef) -> Self {
        let columns = schema.fields().iter().map(|field| {
            let kind = column_type(field.data_type());
            let is_bare = kind.is_numeric() || kind == ColumnType::Boolean;
            let name = match form {
                QuForm::Json => serde_json::Value::from(field.name().as_str()).to_string(),
                QuForm::Xml => element(field.name()),
                QuForm::Csv => field.name().clone(),
            };
            (name, is_bare)
        });
        Self { form, columns: columns.collect(), is_first: true }
    }

    /// Writes the line of names, where the form has one.
    pub(super) fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if self.form == QuForm::Csv {
            let names: Vec<Option<&str>> = self.columns.iter().map(|(name, _)| Some(name.as_str())).collect();
            line(&names, out)?;
        }
        Ok(())
    }

    pub(super) fn write(&mut self, batch: &RecordBatch, out: &mut dyn Write) -> io::Result<()> {
        let Self { form, columns, is_first } = self;
        each_row_text(batch, &mut |row| match form {
            QuForm::Csv => line(row, out),
            QuForm::Json => {
                if !std::mem::take(is_first) {
                    out.write_all(b",")?;
                }
                object(columns, row, out)
            }
            QuForm::Xml => {
                out.write_all(b"<result>")?;
                for ((name, _), text) in columns.iter().zip(row) {
                    if let Some(text) = text {
                        write!(out, "<{name}>{}</{name}>", escaped(text))?;
                    }
                }
                out.write_all(b"</result>")
            }
        })
    }
}

fn line(cells: &[Option<&str>], out: &mut dyn Write) -> io::Result<()> {
    for (index, cell) in cells.iter().enumerate() {
        let comma = if index > 0 { "," } else { "" };
        write!(out, "{comma}\"{}\"", cell.unwrap_or_default().replace('"', "\"\""))?;
    }
    out.write_all(b"\n")
}

fn object(columns: &[(String, bool)], row: &[Option<&str>], out: &mut dyn Write) -> io::Result<()> {
    out.write_all(b"{")?;
    let mut is_first = true;
    for ((name, is_bare), text) in columns.iter().zip(row) {
        let Some(text) = text else { continue };
        let comma = if std::mem::take(&mut is_first) { "" } else { "," };
        if *is_bare {
            write!(out, "{comma}{name}:{text}")?;
        } else {
            write!(out, "{comma}{name}:")?;
            serde_json::to_writer(&mut *out, text)?;
        }
    }
    out.write_all(b"}")
}

/// A name as the name of an element (XML 1.0, section 2.3): others get a mark, or `_` for what can't stand in one.
fn element(name: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.') { c } else { '_' };
    let name: String = name.chars().map(letter).collect();
    let begins = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if begins { name } else { format!("_{name}") }
}

/// A text in XML, without what no document may have (XML 1.0, section 2.2).
fn escaped(text: &str) -> String {
    let is_allowed = |c: &char| matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{fffd}' | '\u{10000}'..);
    let mut out = String::with_capacity(text.len());
    for c in text.chars().filter(is_allowed) {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            plain => out.push(plain),
        }
    }
    out
}
