//! Rows as the items that every reader hands out.

use std::collections::HashSet;
use std::ops::ControlFlow;

use townhall_model::record::{Body, Record, RecordKind, Version};
use townhall_model::{Finding, Position, Severity};

use super::cell::unguard;
use super::reader::{SheetReader, SheetRecord};
use super::template::{DATA_CALL_COLUMNS, Template};
use crate::csv::write_csv_row;
use crate::limits::FILE_FINDINGS_MAX;
use crate::{Fixed, Item, ReadError, ReadRecord, Summary};

type Sink<'s> = &'s mut dyn FnMut(Item) -> ControlFlow<()>;

/// Reads the two sheets of a workbook, each with its first row, and hands out the records.
///
/// The second one may be empty: then the first is in the wide form, or one of the templates of a data call. The
/// original of each record is its row as CSV. Positions are rows.
///
/// # Errors
///
/// [`ReadError::Empty`] without any row, [`ReadError::NoColumns`] when the first row of the first sheet names no
/// columns that are known.
pub fn read_sheets(
    records: impl IntoIterator<Item = Vec<String>>,
    distributions: impl IntoIterator<Item = Vec<String>>,
    sink: &mut dyn FnMut(Item) -> ControlFlow<()>,
) -> Result<Summary, ReadError> {
    let mut reader = RowReader::default();
    let mut distributions = distributions.into_iter();
    if let Some(header) = distributions.next() {
        reader.distributions(header, distributions);
    }
    for (line, cells) in (1..).zip(records) {
        let mut original = Vec::new();
        write_csv_row(&mut original, &cells, b',')?;
        if reader.row(&cells, original, Position { line, column: 1 }, sink)?.is_break() {
            break;
        }
    }
    reader.finish()
}

/// Takes rows, the first of which names the columns, and hands out records.
#[derive(Default)]
pub struct RowReader {
    form: Option<Form>,
    /// The sheet of distributions, which is read once the columns of the other one are known.
    waiting: Vec<Vec<String>>,
    columns: usize,
    indexes: [u64; RecordKind::ALL.len()],
    pub summary: Summary,
}

/// What the first row announced.
enum Form {
    Sheet(Box<SheetReader>),
    Template(Template),
}

/// Whether a file with this first row can't well be anything but a sheet of datasets. Many tables have a `title` and
/// an `identifier`; those are read as datasets only by somebody who says that they are.
pub fn is_surely_a_sheet(first: &[String]) -> bool {
    const OURS_ALONE: [&str; 14] = [
        "accessLevel",
        "accrualPeriodicity",
        "bureauCode",
        "programCode",
        "contactName",
        "contactEmail",
        "contactPoint",
        "hasEmail",
        "mbox",
        "publisherParents",
        "landingPage",
        "describedBy",
        "dataQuality",
        "primaryITInvestmentUII",
    ];
    let has = |name: &str| first.iter().any(|cell| unguard(cell).trim().eq_ignore_ascii_case(name));
    let ours = OURS_ALONE.into_iter().filter(|name| has(name)).count();
    let is_named = has("title") && (has("accessLevel") || ours > 1 || (ours == 1 && has("identifier")));
    is_named || (is_data_call(first) && first.len() == DATA_CALL_COLUMNS.len())
}

fn form(header: &[String]) -> Option<Form> {
    let has = |name: &str| header.iter().any(|cell| unguard(cell).trim().eq_ignore_ascii_case(name));
    let sheet = || Form::Sheet(Box::new(SheetReader::new(header, Version::DcatUs11)));
    if SheetReader::recognises(header) {
        return Some(sheet());
    }
    if let Some(template) = Template::recognise(header) {
        return Some(Form::Template(template));
    }
    (has("title") && ["identifier", "accessLevel", "keyword"].into_iter().any(has)).then(sheet)
}

/// Whether the row has the cells of the data call in its documented order, without names above them.
fn is_data_call(row: &[String]) -> bool {
    let level = DATA_CALL_COLUMNS.iter().position(|column| *column == "accessLevel");
    let level = level.and_then(|at| row.get(at));
    let is_level = level.is_some_and(|cell| {
        ["public", "restricted public", "non-public"].contains(&cell.trim().to_ascii_lowercase().as_str())
    });
    is_level && row.len() <= DATA_CALL_COLUMNS.len()
}

impl RowReader {
    /// Takes the sheet of distributions before the first row of the other one.
    fn distributions(&mut self, header: Vec<String>, rows: impl Iterator<Item = Vec<String>>) {
        self.waiting = [header].into_iter().chain(rows).collect();
    }

    /// Takes the next row.
    pub fn row(
        &mut self,
        cells: &[String],
        original: Vec<u8>,
        at: Position,
        sink: Sink<'_>,
    ) -> Result<ControlFlow<()>, ReadError> {
        if self.form.is_none() {
            if cells.iter().all(|cell| cell.trim().is_empty()) {
                return Ok(ControlFlow::Continue(()));
            }
            let is_header = self.begin(cells, at)?;
            if is_header {
                return Ok(ControlFlow::Continue(()));
            }
        }
        let read = match &mut self.form {
            Some(Form::Sheet(reader)) => reader.record(cells),
            Some(Form::Template(template)) => template.record(cells).map(|fixed| mended(&fixed)),
            None => None,
        };
        let Some(read) = read else { return Ok(ControlFlow::Continue(())) };
        Ok(self.hand_out(read, cells, original, at, sink))
    }

    /// Learns the columns; gives whether the row was their names.
    fn begin(&mut self, first: &[String], at: Position) -> Result<bool, ReadError> {
        self.columns = first.len();
        self.form = form(first);
        match &mut self.form {
            Some(Form::Sheet(reader)) => {
                let mut rows = std::mem::take(&mut self.waiting).into_iter();
                if let Some(header) = rows.next() {
                    reader.distributions(&header);
                    rows.for_each(|row| reader.distribution(&row));
                }
            }
            Some(Form::Template(_)) => {}
            None if is_data_call(first) => {
                self.columns = DATA_CALL_COLUMNS.len();
                self.form = Some(Form::Template(Template::data_call()));
                let message = "the first row names no columns; they were taken in the order of the data call";
                self.summary.findings.push(
                    Finding::new("SHEET-NO-HEADER", Severity::Warning, message)
                        .with_position(at)
                        .with_source("Project Open Data, catalog-template-extended.csv")
                        .with_fix("write the names of the columns in the first row"),
                );
                return Ok(false);
            }
            None => return Err(ReadError::NoColumns { columns: shown(first) }),
        }
        self.notice_doubled(first, at);
        Ok(true)
    }

    fn notice_doubled(&mut self, header: &[String], at: Position) {
        let mut seen = HashSet::new();
        for name in header.iter().map(|name| unguard(name).trim()).filter(|name| !name.is_empty()) {
            if !seen.insert(name.to_ascii_lowercase()) && self.summary.findings.len() < FILE_FINDINGS_MAX {
                let message =
                    format!("the column `{name}` stands twice; the last cell that is not empty counts");
                let finding = Finding::new("SHEET-DOUBLED-COLUMN", Severity::Warning, message);
                self.summary
                    .findings
                    .push(finding.with_position(at).with_fix("give each column a name of its own"));
            }
        }
    }

    fn hand_out(
        &mut self,
        read: SheetRecord,
        cells: &[String],
        original: Vec<u8>,
        position: Position,
        sink: Sink<'_>,
    ) -> ControlFlow<()> {
        let SheetRecord { version, body, mut findings } = read;
        if cells.iter().skip(self.columns).any(|cell| !cell.trim().is_empty()) {
            let message = format!(
                "the row has {} cells and the sheet {} columns; the rest was not read",
                cells.len(),
                self.columns
            );
            findings.push(
                Finding::new("SHEET-SPARE-CELLS", Severity::Warning, message)
                    .with_fix("put cells that hold the delimiter in double quotes"),
            );
        }
        let kind = body.kind();
        let index = &mut self.indexes[kind as usize];
        let (number, pointer) = (*index, format!("/{}/{index}", kind.catalog_key()));
        *index += 1;
        self.summary.count(kind);
        self.summary.version.get_or_insert(version);
        let view = (kind == RecordKind::Dataset && !findings.is_empty()).then(|| body.view());
        for finding in &mut findings {
            finding.position = Some(position);
            finding.pointer.insert_str(0, &pointer);
            if let Some(view) = &view {
                let (identifier, title) = (view.identifier.as_deref(), view.title.as_deref());
                *finding = finding.clone().with_dataset(number, identifier, title);
            }
        }
        let record = Record { version, body, original };
        let read = ReadRecord { index: number, pointer, position, record, findings };
        let flow = sink(if kind == RecordKind::Catalog { Item::Header(read) } else { Item::Record(read) });
        self.summary.is_stopped = flow.is_break();
        flow
    }

    /// The summary, when all rows are read.
    pub fn finish(mut self) -> Result<Summary, ReadError> {
        match self.form {
            None => return Err(ReadError::Empty),
            Some(Form::Sheet(reader)) if !self.summary.is_stopped => {
                let room = FILE_FINDINGS_MAX.saturating_sub(self.summary.findings.len());
                self.summary.findings.extend(reader.finish().into_iter().take(room));
            }
            Some(_) => {}
        }
        Ok(self.summary)
    }
}

/// A row of a template, which is mended as it is read.
fn mended(fixed: &Fixed) -> SheetRecord {
    let changes = fixed.changes.iter().map(|change| {
        let finding = Finding::new(change.code, Severity::Info, change.why.clone())
            .with_pointer(change.pointer.clone());
        match &change.before {
            Some(before) => finding.with_value(&before.to_string()),
            None => finding,
        }
    });
    let doubts = fixed.doubts.iter().map(|doubt| {
        let finding = Finding::new(doubt.code, Severity::Warning, doubt.why.clone())
            .with_pointer(doubt.pointer.clone());
        match &doubt.suggestion {
            Some(suggestion) => finding.with_fix(format!("perhaps {suggestion}")),
            None => finding,
        }
    });
    let mut findings = changes.chain(doubts).collect();
    let body = Body::from_json(RecordKind::Dataset, fixed.record.clone(), &mut findings);
    SheetRecord { version: fixed.version, body, findings }
}

/// The first names of a row, for a message.
fn shown(names: &[String]) -> String {
    const NAMES_SHOWN: usize = 8;
    const CHARACTERS_SHOWN: usize = 40;
    let short = |name: &String| name.chars().take(CHARACTERS_SHOWN).collect::<String>();
    names.iter().take(NAMES_SHOWN).map(|name| format!("`{}`", short(name))).collect::<Vec<_>>().join(", ")
}
