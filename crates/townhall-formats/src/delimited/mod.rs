//! Reads and writes comma- and tab-separated text.

mod convert;
mod guess;
mod ingest;
mod records;
mod source;
mod split;
mod table;
mod typing;
mod write;

use std::io::Write;

use arrow_schema::SchemaRef;

use self::write::DelimitedWriter;
pub(crate) use self::{
    records::check_records,
    source::{guess_encoding, named as named_encoding},
    write::headers,
};
use crate::{
    BatchWriter, Format, FormatError, FormatInfo, Ingest, Ingested, Likelihood, WriteOptions,
    format::has_extension,
};

/// Comma-separated values, as spreadsheets and agencies write them; on reading, any delimiter is recognised.
pub struct Csv;

/// Tab-separated values.
pub struct Tsv;

const CSV: FormatInfo = FormatInfo {
    name: "csv",
    label: "CSV",
    extensions: &["csv", "txt", "psv", "dat"],
    media_types: &["text/csv", "application/csv", "text/plain"],
    can_read: true,
    can_write: true,
    streams: true,
};

const TSV: FormatInfo = FormatInfo {
    name: "tsv",
    label: "TSV",
    extensions: &["tsv", "tab"],
    media_types: &["text/tab-separated-values", "text/tsv"],
    can_read: true,
    can_write: true,
    streams: true,
};

/// Reads the rows of another format that were laid out as CSV; their lines mean nothing to anybody.
pub(crate) fn ingest_laid_out(task: Ingest<'_>, info: &'static FormatInfo) -> Result<Ingested, FormatError> {
    ingest::ingest(task, info, b',', false)
}

impl Format for Csv {
    fn info(&self) -> &'static FormatInfo {
        &CSV
    }

    /// Any text may be a table, so nothing is refused here; reading says what a file is instead.
    fn sniff(&self, _head: &[u8], name: &str) -> Likelihood {
        if has_extension(&CSV, name) { Likelihood::Likely } else { Likelihood::Possible }
    }

    fn ingest(&self, task: Ingest<'_>) -> Result<Ingested, FormatError> {
        ingest::ingest(task, &CSV, b',', true)
    }

    fn writer(
        &self,
        schema: SchemaRef,
        options: &WriteOptions,
        out: Box<dyn Write + Send>,
    ) -> Result<Box<dyn BatchWriter>, FormatError> {
        let delimiter = match options.delimiter {
            None => b',',
            Some(character) if character.is_ascii() && !matches!(character, '"' | '\n' | '\r') => {
                character as u8
            }
            Some(character) => {
                let reason = format!("`{character}` can't stand between cells");
                return Err(FormatError::BadOption { option: "delimiter", reason });
            }
        };
        Ok(Box::new(DelimitedWriter::start(&schema, options, delimiter, out)?))
    }
}

impl Format for Tsv {
    fn info(&self) -> &'static FormatInfo {
        &TSV
    }

    fn sniff(&self, _head: &[u8], name: &str) -> Likelihood {
        if has_extension(&TSV, name) { Likelihood::Likely } else { Likelihood::No }
    }

    fn ingest(&self, task: Ingest<'_>) -> Result<Ingested, FormatError> {
        ingest::ingest(task, &TSV, b'\t', true)
    }

    fn writer(
        &self,
        schema: SchemaRef,
        options: &WriteOptions,
        out: Box<dyn Write + Send>,
    ) -> Result<Box<dyn BatchWriter>, FormatError> {
        Ok(Box::new(DelimitedWriter::start(&schema, options, b'\t', out)?))
    }
}
