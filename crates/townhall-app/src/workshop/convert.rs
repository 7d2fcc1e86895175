//! A catalogue in another form.

use std::collections::BTreeSet;
use std::io::{BufReader, BufWriter, Read, Write};
use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};
use townhall_metadata::{
    CatalogWriter, DIALECTS, Dialect, Item, JsonTableError, JsonTableOptions, ReadOptions, Summary, dialect,
    json_to_csv, read_any, recognize,
};
use townhall_model::record::{Body, Catalog, RecordKind, Version};
use townhall_model::{ErrorKind, Finding};

use super::workbook::{CatalogWorkbook, read_workbook};
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

/// A workbook for people.
const XLSX: ConversionForm = ConversionForm {
    id: "xlsx",
    name: "Excel workbook, one row for each dataset and each distribution",
    media_type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    extension: "xlsx",
};

/// The dialects as a page of the book.
pub fn dialects_as_markdown() -> String {
    let mut page = String::from(
        "# Dialects\n\nMade by `cargo xtask bless`. What a file is shows its beginning; `--from` says it where that is not \
         enough. What a dialect\nhas and DCAT-US has not is kept beside the record under a key of its own, told as a finding, \
         and put back when the record is\nwritten in that dialect again.\n\n\
         | id | | read | written | what it is |\n|---|---|:-:|:-:|---|\n",
    );
    for dialect in DIALECTS {
        let info = dialect.info();
        let mark = |is: bool| if is { "yes" } else { "" };
        let written = match (info.can_write_record, info.can_write_catalog) {
            (true, true) => "yes",
            (true, false) => "one record",
            _ => "",
        };
        page.push_str(&format!(
            "| `{}` | [{}]({}) | {} | {written} | {} |\n",
            info.id,
            info.name,
            info.specification,
            mark(info.can_read),
            info.description
        ));
    }
    page.push_str(&format!("| `xlsx` | Excel workbook | yes | yes | {}. |\n", XLSX.name));
    page.push_str(
        "| `csv` | CSV | | yes | Any JSON as a table: one row for each item of its first list. |\n",
    );
    page
}

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
    forms.extend([XLSX, CSV]);
    forms
}

/// Every form that a catalogue can be read from: id and name.
pub fn source_forms() -> Vec<(&'static str, &'static str)> {
    let readable = DIALECTS.iter().map(|dialect| dialect.info()).filter(|info| info.can_read);
    readable.map(|info| (info.id, info.name)).chain([(XLSX.id, "Excel workbook")]).collect()
}

/// What to convert to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConvertRequest {
    /// The dialect of the file, such as `ckan`; by its beginning when absent.
    pub from: Option<String>,
    /// The form to write.
    pub to: String,
}

/// What a conversion did.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ConversionReport {
    /// What it was read as.
    pub from: String,
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
        request: &ConvertRequest,
    ) -> Result<(Material, ConversionForm, ConversionReport), Error> {
        let to = &request.to;
        let form = conversion_forms().into_iter().find(|form| form.id == to).ok_or_else(|| {
            let known: Vec<_> = conversion_forms().iter().map(|form| form.id).collect();
            Error::invalid(format!("`{to}` is no form to convert to"))
                .with_hint(format!("use one of {}", known.join(", ")))
        })?;
        let source = Source::named(request.from.as_deref())?;
        let input = input.clone();
        let (part, plain) = (self.part()?, self.part()?);
        self.work(move || {
            let mut out = BufWriter::new(std::fs::File::create(&part)?);
            let report = if form.id == CSV.id {
                table(&input, &mut out)?
            } else {
                let source = source.for_file(&input)?;
                let mut report = ConversionReport { to: form.id.to_owned(), ..ConversionReport::default() };
                report.from = source.id().to_owned();
                let (input, source) = match source {
                    Source::Workbook => {
                        unfold(&input, &plain, &mut report)?;
                        (Material::made(input.name(), plain), Source::Any)
                    }
                    source => (input, source),
                };
                if form.id == XLSX.id {
                    workbook(&input, source, &mut out, &mut report)?;
                } else {
                    catalog(&input, source, form, &mut out, &mut report)?;
                }
                report
            };
            out.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()?;
            Ok((Material::made(format!("catalog.{}", form.extension), part), form, report))
        })
        .await
    }

    /// The same catalogue in a form of DCAT-US, for tools that work on nothing else; as it is if it has one already.
    pub(crate) async fn plain(&self, input: &Material) -> Result<Material, Error> {
        let (input, part) = (input.clone(), self.part()?);
        self.work(move || {
            let source = Source::Any.for_file(&input)?;
            let mut report = ConversionReport::default();
            match source {
                Source::Workbook => unfold(&input, &part, &mut report)?,
                Source::Dialect(dialect) if !is_dcat_us(dialect) => {
                    let version = first_version(&input, source)?.unwrap_or(Version::DcatUs11);
                    let form = conversion_forms().into_iter().find(|form| form.id == version_form(version));
                    let form = form.ok_or_else(|| no_dialect(version_form(version)))?;
                    let mut out = BufWriter::new(std::fs::File::create(&part)?);
                    catalog(&input, source, form, &mut out, &mut report)?;
                    out.flush()?;
                }
                Source::Any | Source::Dialect(_) => return Ok(input),
            }
            let name = format!("{} (read as {})", input.name(), source.name());
            Ok(Material::made(name, part))
        })
        .await
    }
}

/// How a file is to be read.
#[derive(Clone, Copy)]
enum Source {
    /// As its beginning says.
    Any,
    /// As this dialect.
    Dialect(&'static dyn Dialect),
    /// As a workbook.
    Workbook,
}

impl Source {
    fn named(name: Option<&str>) -> Result<Self, Error> {
        match name {
            None | Some("auto") => Ok(Self::Any),
            Some("xlsx") => Ok(Self::Workbook),
            Some(name) => {
                dialect(name).filter(|dialect| dialect.info().can_read).map(Self::Dialect).ok_or_else(|| {
                    let known: Vec<_> = source_forms().iter().map(|(id, _)| *id).collect();
                    Error::invalid(format!("`{name}` is no form to convert from"))
                        .with_hint(format!("use one of {}, or leave it out", known.join(", ")))
                })
            }
        }
    }

    fn for_file(self, input: &Material) -> Result<Self, Error> {
        let Self::Any = self else { return Ok(self) };
        /// A zip file; the only ones that hold catalogues are workbooks.
        const ZIP: &[u8] = b"PK\x03\x04";
        const BEGINNING_BYTES: u64 = 64 * 1024;
        let mut beginning = Vec::new();
        input.open()?.take(BEGINNING_BYTES).read_to_end(&mut beginning)?;
        Ok(if beginning.starts_with(ZIP) { Self::Workbook } else { Self::Dialect(recognize(&beginning)) })
    }

    fn id(self) -> &'static str {
        match self {
            Self::Any => "auto",
            Self::Dialect(dialect) => dialect.info().id,
            Self::Workbook => XLSX.id,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Any => "a catalog",
            Self::Dialect(dialect) => dialect.info().name,
            Self::Workbook => "a workbook",
        }
    }
}

fn is_dcat_us(dialect: &dyn Dialect) -> bool {
    dialect.info().id.parse::<Version>().is_ok()
}

/// The form that a version is written in; the oldest is not written any more.
fn version_form(version: Version) -> &'static str {
    match version {
        Version::DcatUs30 => "dcat-us-3.0",
        Version::Pod10 | Version::DcatUs11 => "dcat-us-1.1",
    }
}

fn no_dialect(id: &str) -> Error {
    Error::new(ErrorKind::Internal, format!("there is no dialect `{id}`"))
}

/// A workbook as a catalogue in a file.
fn unfold(input: &Material, path: &std::path::Path, report: &mut ConversionReport) -> Result<(), Error> {
    // The header comes with the last row, but the file begins with it.
    let mut first = None;
    let read = read_workbook(input, &mut |_, version, _| {
        first.get_or_insert(version);
        Ok(())
    })?;
    let id = version_form(first.unwrap_or(Version::DcatUs11));
    let mut out = BufWriter::new(std::fs::File::create(path)?);
    let mut writer = dialect(id).ok_or_else(|| no_dialect(id))?.catalog_writer(Box::new(&mut out))?;
    report.note(writer.begin(&read.header)?);
    // A list holds records of one kind, so there is a pass for each; most workbooks have datasets alone.
    let mut kinds = BTreeSet::new();
    read_workbook(input, &mut |body, _, _| {
        kinds.insert(body.kind());
        Ok(())
    })?;
    for kind in kinds {
        read_workbook(input, &mut |body, version, findings| {
            if body.kind() == kind {
                report.note(findings);
                report.note(writer.record(&body, version)?);
            }
            Ok(())
        })?;
    }
    report.note(read.findings);
    writer.end()?;
    drop(writer);
    out.flush()?;
    Ok(())
}

/// A catalogue as a workbook.
fn workbook(
    input: &Material,
    source: Source,
    out: &mut (dyn Write + Send),
    report: &mut ConversionReport,
) -> Result<(), Error> {
    let (header, _) = survey(input, source, report)?;
    let mut workbook = CatalogWorkbook::begin(&header)?;
    let mut failure = None;
    each(input, source, &mut |item| {
        let Item::Record(read) = item else { return ControlFlow::Continue(()) };
        match workbook.record(&read.record.body, read.record.version) {
            Ok(()) => {
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
        Some(error) => Err(error),
        None => workbook.end(&mut { out }),
    }
}

fn table(input: &Material, out: &mut dyn Write) -> Result<ConversionReport, Error> {
    let table = json_to_csv(input, &JsonTableOptions::default(), b',', out)?;
    Ok(ConversionReport {
        from: "json".to_owned(),
        to: CSV.id.to_owned(),
        written: table.rows,
        is_complete: true,
        ..ConversionReport::default()
    })
}

/// The header of a catalogue, and the kinds of its records; notes what the reader says.
fn survey(
    input: &Material,
    source: Source,
    report: &mut ConversionReport,
) -> Result<(Catalog, BTreeSet<RecordKind>), Error> {
    let mut header = Catalog::default();
    let mut kinds = BTreeSet::new();
    let summary = each(input, source, &mut |item| {
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
    Ok((header, kinds))
}

fn first_version(input: &Material, source: Source) -> Result<Option<Version>, Error> {
    let mut first = None;
    each(input, source, &mut |item| match item {
        Item::Record(read) => {
            first = Some(read.record.version);
            ControlFlow::Break(())
        }
        _ => ControlFlow::Continue(()),
    })?;
    Ok(first)
}

/// The file is read once for its header and the kinds of its records, and once more for each kind: a catalogue lists
/// records of one kind together.
fn catalog(
    input: &Material,
    source: Source,
    form: ConversionForm,
    out: &mut dyn Write,
    report: &mut ConversionReport,
) -> Result<(), Error> {
    let dialect = dialect(form.id).ok_or_else(|| no_dialect(form.id))?;
    let (header, kinds) = survey(input, source, report)?;
    let mut writer = dialect.catalog_writer(Box::new(out))?;
    report.note(writer.begin(&header)?);
    for kind in kinds {
        write_kind(input, source, kind, writer.as_mut(), report)?;
    }
    writer.end()?;
    Ok(())
}

fn write_kind(
    input: &Material,
    source: Source,
    kind: RecordKind,
    writer: &mut dyn CatalogWriter,
    report: &mut ConversionReport,
) -> Result<(), Error> {
    let mut failure = None;
    each(input, source, &mut |item| {
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
    source: Source,
    sink: &mut dyn FnMut(Item) -> ControlFlow<()>,
) -> Result<Summary, Error> {
    let mut file = BufReader::new(input.open()?);
    let options = ReadOptions::default();
    Ok(match source {
        Source::Dialect(dialect) => dialect.read(&mut file, &options, sink)?,
        Source::Any | Source::Workbook => read_any(&mut file, &options, sink)?.1,
    })
}

impl From<JsonTableError> for Error {
    fn from(error: JsonTableError) -> Self {
        Self::of(error.kind(), error)
    }
}
