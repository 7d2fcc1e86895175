//! A catalogue in another form.

use std::collections::BTreeSet;
use std::io::{BufReader, BufWriter, Write};
use std::ops::ControlFlow;

use serde::Serialize;
use townhall_metadata::{
    DIALECTS, Dialect, Item, JsonTableError, JsonTableOptions, ReadOptions, dialect, json_to_csv, read_any,
};
use townhall_model::record::{Body, Catalog, RecordKind};
use townhall_model::{ErrorKind, Finding};

use super::{Material, Workshop};
use crate::Error;
use crate::limits::FINDINGS_KEPT_MAX;

/// A form that a catalogue can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConversionForm {
    /// Its id.
    pub id: &'static str,
    /// Its name for people.
    pub name: &'static str,
    /// Its media type.
    pub media_type: &'static str,
    /// The extension of its files.
    pub extension: &'static str,
}

/// Any JSON as a table.
const CSV: ConversionForm = ConversionForm {
    id: "csv",
    name: "CSV, one row for each item",
    media_type: "text/csv; charset=utf-8",
    extension: "csv",
};

/// Every form that a catalogue can be written in.
pub fn conversion_forms() -> Vec<ConversionForm> {
    let of = |dialect: &&dyn Dialect| {
        let info = dialect.info();
        ConversionForm {
            id: info.id,
            name: info.name,
            media_type: info.media_types.first().copied().unwrap_or("application/octet-stream"),
            extension: info.extension,
        }
    };
    let mut forms: Vec<_> =
        DIALECTS.iter().filter(|dialect| dialect.info().can_write_catalog).map(of).collect();
    forms.push(CSV);
    forms
}

/// What a conversion did.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ConversionReport {
    /// What it was written as.
    pub to: String,
    /// Records, or rows, that were written.
    pub written: u64,
    /// Records that could not be read.
    pub refused: u64,
    /// What was set aside, approximated or lost, field by field, and what the reader mended; the first of it.
    pub findings: Vec<Finding>,
    /// How many findings there were in all.
    pub findings_total: u64,
    /// Whether everything was read.
    pub is_complete: bool,
}

impl ConversionReport {
    fn note(&mut self, findings: impl IntoIterator<Item = Finding>) {
        for finding in findings {
            self.findings_total += 1;
            if self.findings.len() < FINDINGS_KEPT_MAX {
                self.findings.push(finding);
            }
        }
    }
}

impl Workshop {
    /// A catalogue in another form, and what that cost.
    pub async fn convert(
        &self,
        input: &Material,
        to: &str,
    ) -> Result<(Material, ConversionForm, ConversionReport), Error> {
        let form = conversion_forms().into_iter().find(|form| form.id == to).ok_or_else(|| {
            let known: Vec<_> = conversion_forms().iter().map(|form| form.id).collect();
            Error::invalid(format!("`{to}` is no form to convert to"))
                .with_hint(format!("use one of {}", known.join(", ")))
        })?;
        let input = input.clone();
        let part = self.part()?;
        self.work(move || {
            let mut out = BufWriter::new(std::fs::File::create(&part)?);
            let report =
                if form.id == CSV.id { table(&input, &mut out)? } else { catalog(&input, form, &mut out)? };
            out.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()?;
            Ok((Material::made(format!("catalog.{}", form.extension), part), form, report))
        })
        .await
    }
}

fn table(input: &Material, out: &mut dyn Write) -> Result<ConversionReport, Error> {
    let table = json_to_csv(input, &JsonTableOptions::default(), b',', out)?;
    Ok(ConversionReport {
        to: CSV.id.to_owned(),
        written: table.rows,
        is_complete: true,
        ..ConversionReport::default()
    })
}

/// The file is read once for its header and the kinds of its records, and once more for each kind: a catalogue lists
/// records of one kind together.
fn catalog(input: &Material, form: ConversionForm, out: &mut dyn Write) -> Result<ConversionReport, Error> {
    let dialect = dialect(form.id)
        .ok_or_else(|| Error::new(ErrorKind::Internal, format!("there is no dialect `{}`", form.id)))?;
    let mut report = ConversionReport { to: form.id.to_owned(), ..ConversionReport::default() };
    let mut header = Catalog::default();
    let mut kinds = BTreeSet::new();
    let summary = each(input, &mut |item| {
        match item {
            Item::Header(read) => {
                if let (true, Body::Catalog(catalog)) = (read.pointer.is_empty(), read.record.body) {
                    header = *catalog;
                }
            }
            Item::Record(read) => {
                kinds.insert(read.record.kind());
                report.note(read.findings);
            }
            Item::Refused(refused) => {
                report.refused += 1;
                report.note([refused.reason]);
            }
        }
        ControlFlow::Continue(())
    })?;
    report.is_complete = summary.is_complete();
    report.note(summary.findings);

    let mut writer = dialect.catalog_writer(Box::new(out))?;
    report.note(writer.begin(&header)?);
    for kind in kinds {
        write_kind(input, kind, writer.as_mut(), &mut report)?;
    }
    writer.end()?;
    Ok(report)
}

fn write_kind(
    input: &Material,
    kind: RecordKind,
    writer: &mut dyn townhall_metadata::CatalogWriter,
    report: &mut ConversionReport,
) -> Result<(), Error> {
    let mut failure = None;
    each(input, &mut |item| {
        let Item::Record(read) = item else { return ControlFlow::Continue(()) };
        if read.record.kind() != kind {
            return ControlFlow::Continue(());
        }
        match writer.record(&read.record.body, read.record.version) {
            Ok(findings) => {
                let view = read.record.body.view();
                let (identifier, title) = (view.identifier.as_deref(), view.title.as_deref());
                report.note(
                    findings.into_iter().map(|finding| finding.with_dataset(read.index, identifier, title)),
                );
                report.written += 1;
                ControlFlow::Continue(())
            }
            Err(error) => {
                failure = Some(error);
                ControlFlow::Break(())
            }
        }
    })?;
    match failure {
        Some(error) => Err(error.into()),
        None => Ok(()),
    }
}

fn each(
    input: &Material,
    sink: &mut dyn FnMut(Item) -> ControlFlow<()>,
) -> Result<townhall_metadata::Summary, Error> {
    Ok(read_any(&mut BufReader::new(input.open()?), &ReadOptions::default(), sink)?.1)
}

impl From<JsonTableError> for Error {
    fn from(error: JsonTableError) -> Self {
        Self::of(error.kind(), error)
    }
}
