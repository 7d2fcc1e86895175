//! The wide sheet as a dialect: CSV, one row a record.

use std::io::{self, Read, Write};
use std::ops::ControlFlow;

use townhall_model::record::{Body, Catalog, RecordKind, Version};
use townhall_model::{Finding, Severity};

use super::items::{RowReader, is_surely_a_sheet};
use super::writer::WideSheet;
use crate::csv::{each_csv_row, read_csv_rows, write_csv_row};
use crate::dialect::{CatalogWriter, Dialect, DialectInfo};
use crate::reader::{Plain, too_large};
use crate::{Item, ReadError, ReadOptions, Refused, Summary, WriteError};

/// A spreadsheet of datasets as comma-separated values (RFC 4180), one row a record, with its distributions behind
/// each other.
///
/// It is written with the columns of [`WideSheet`]. Read are these in any order and number, and the two templates
/// of Project Open Data; that of the data call also without names above its columns.
pub struct CsvWide;

const INFO: DialectInfo = DialectInfo {
    id: "csv-wide",
    name: "CSV, one row for each dataset",
    description: "A spreadsheet to fill in or to edit: every property has a column, and nothing is lost.",
    media_types: &["text/csv"],
    extension: "csv",
    specification: "https://www.rfc-editor.org/rfc/rfc4180",
    can_read: true,
    can_write_record: true,
    can_write_catalog: true,
};

/// What is written: most datasets have no more distributions, and those of others travel in one cell as JSON.
const SHEET: WideSheet = WideSheet { distributions: 4 };

impl Dialect for CsvWide {
    fn info(&self) -> &'static DialectInfo {
        &INFO
    }

    fn recognizes(&self, beginning: &str) -> bool {
        if beginning.starts_with(['{', '[', '<']) {
            return false;
        }
        let mut is_known = false;
        let first = read_csv_rows(beginning.as_bytes(), None, &mut |row| {
            is_known = is_surely_a_sheet(&row);
            ControlFlow::Break(())
        });
        first.is_ok() && is_known
    }

    fn read(
        &self,
        input: &mut dyn Read,
        options: &ReadOptions,
        sink: &mut dyn FnMut(Item) -> ControlFlow<()>,
    ) -> Result<Summary, ReadError> {
        let mut reader = RowReader::default();
        let mut plain = Plain::open(input, options, &mut reader.summary)?;
        let (mut failed, mut mended_rows) = (None, 0_u64);
        let ended = each_csv_row(&mut plain, None, &mut |row| {
            mended_rows += u64::from(std::str::from_utf8(&row.raw).is_err());
            if row.raw.len() > options.record_bytes_max {
                reader.summary.refused += 1;
                let reason = too_large(row.start, options.record_bytes_max);
                let kind = RecordKind::Dataset;
                let (index, pointer) = (reader.summary.datasets, String::new());
                let mut original = row.raw;
                original.truncate(options.record_bytes_max);
                return sink(Item::Refused(Refused {
                    index,
                    kind,
                    pointer,
                    position: row.start,
                    reason,
                    original,
                }));
            }
            reader.row(&row.cells, row.raw, row.start, sink).unwrap_or_else(|error| {
                failed = Some(error);
                ControlFlow::Break(())
            })
        });
        if let Some(error) = failed {
            return Err(error);
        }
        if mended_rows > 0 {
            let message =
                format!("{mended_rows} rows have bytes that are not UTF-8 and were read as Windows-1252");
            let finding = Finding::new("READ-WINDOWS-1252", Severity::Warning, message);
            reader.summary.findings.push(finding.with_fix("save the sheet as CSV UTF-8"));
        }
        reader.summary.is_stopped = matches!(ended, Ok(ControlFlow::Break(())));
        plain.close(ended.map(drop), &mut reader.summary)?;
        reader.finish()
    }

    fn write_record(
        &self,
        record: &Body,
        version: Version,
        out: &mut dyn Write,
    ) -> Result<Vec<Finding>, WriteError> {
        let mut writer = CsvWideWriter { out, rows: 0 };
        writer.header()?;
        writer.record(record, version)
    }

    fn catalog_writer<'w>(
        &self,
        out: Box<dyn Write + 'w>,
    ) -> Result<Box<dyn CatalogWriter + 'w>, WriteError> {
        Ok(Box::new(CsvWideWriter { out, rows: 0 }))
    }
}

/// Writes the wide sheet row by row.
struct CsvWideWriter<W> {
    out: W,
    rows: u64,
}

impl<W: Write> CsvWideWriter<W> {
    fn header(&mut self) -> io::Result<()> {
        write_csv_row(&mut self.out, &SHEET.header(), b',')
    }
}

impl<W: Write> CatalogWriter for CsvWideWriter<W> {
    fn begin(&mut self, header: &Catalog) -> Result<Vec<Finding>, WriteError> {
        self.header()?;
        Ok(no_room_for(header, "a sheet of datasets"))
    }

    fn record(&mut self, record: &Body, version: Version) -> Result<Vec<Finding>, WriteError> {
        self.rows += 1;
        write_csv_row(&mut self.out, &SHEET.row(self.rows, record, version), b',')?;
        Ok(Vec::new())
    }

    fn end(&mut self) -> Result<(), WriteError> {
        Ok(self.out.flush()?)
    }
}

/// What is said of a header that a form has no place for, unless it says nothing but its schema.
pub fn no_room_for(header: &Catalog, form: &str) -> Vec<Finding> {
    const OF_THE_SCHEMA: [&str; 4] = ["@context", "@type", "conformsTo", "describedBy"];
    let is_list = |key: &str| RecordKind::ALL.iter().any(|kind| kind.catalog_key() == key);
    let members = header.to_json();
    let keys = members.keys().filter(|key| !OF_THE_SCHEMA.contains(&key.as_str()) && !is_list(key));
    let findings = keys.map(|key| {
        let message = format!("{form} has no place for `{key}` of the catalog");
        Finding::new("WRITE-NO-PLACE", Severity::Warning, message).with_pointer(format!("/{key}"))
    });
    findings.collect()
}
