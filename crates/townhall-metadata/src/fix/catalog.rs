//! Mends a whole catalogue, record by record.

use std::collections::BTreeMap;
use std::io::Write;
use std::ops::ControlFlow;

use serde::Serialize;
use serde_json::{Map, Value};
use townhall_model::record::{Body, Catalog, RecordKind, Version};
use townhall_model::{ErrorKind, Finding, Position};

use super::tree::{Headers, TreeWriter};
use super::{Doubt, Fixed, Mended, fix_record};
use crate::convert::convert_header;
use crate::input::Rereadable;
use crate::reader::read_object;
use crate::{Item, ReadError, ReadOptions, ReadRecord, Refused, Summary, WriteError, declared, read_catalog};

/// How a catalogue is to be mended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FixOptions {
    /// How the file is read.
    pub read: ReadOptions,
}

/// What the repair reports on its way.
#[derive(Debug, Clone, PartialEq)]
pub enum Fixing {
    /// A record, or the header of a catalogue, of which something was changed or needs a person.
    Record(FixReport),
    /// Something that could not be read as a record. It is not in the output.
    Refused(Refused),
}

/// What was done to a record.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FixReport {
    /// Which sort of thing it describes.
    pub kind: RecordKind,
    /// The JSON pointer to it in the file.
    pub pointer: String,
    /// Where it began in the file.
    #[serde(flatten)]
    pub position: Position,
    /// Its identifier.
    pub identifier: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// What was changed; pointers begin at the record.
    pub changes: Vec<Mended>,
    /// What needs a person; pointers begin at the record.
    pub doubts: Vec<Doubt>,
}

/// What was done to the file.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct FixSummary {
    /// The version that was written.
    pub version: Option<Version>,
    /// Records that were written.
    pub records: u64,
    /// Records of which something was changed, headers included.
    pub changed: u64,
    /// Records that need a person, headers included.
    pub doubtful: u64,
    /// How often each repair changed something, by its code.
    pub changes: BTreeMap<String, u64>,
    /// How often each repair needs a person, by its code.
    pub doubts: BTreeMap<String, u64>,
    /// Records that could not be read and are not in the output.
    pub refused: u64,
    /// Whether everything was read. What is written of an incomplete file must not replace a whole one.
    pub is_complete: bool,
    /// What the reader mended of the file as a whole, or could not.
    pub findings: Vec<Finding>,
}

/// Why a file could not be mended.
#[derive(Debug, thiserror::Error)]
pub enum FixError {
    /// It could not be read as a catalogue.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The result could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl FixError {
    /// What sort of trouble it is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Read(error) => error.kind(),
            Self::Write(error) => error.kind(),
        }
    }
}

/// Mends a catalogue and writes it with its keys in their order, each record over several lines
/// where it stood so, else on one. A bare list, as 1.0 had it, and
/// JSON lines become a catalogue; a single record stays one. The file is read twice, a record at a time.
///
/// # Errors
///
/// [`FixError`] when the file is no catalogue or the output fails.
pub fn fix_catalog(
    input: &dyn Rereadable,
    options: &FixOptions,
    out: &mut dyn Write,
    sink: &mut dyn FnMut(Fixing),
) -> Result<FixSummary, FixError> {
    let mut summary = FixSummary::default();
    let (headers, version, is_alone) = headers(input, options, &mut summary, sink)?;
    let mut writer = TreeWriter::new(&mut *out, &headers);
    let mut alone = None;
    if !is_alone {
        writer.begin()?;
    }
    let mut failure = None;
    let read = read_catalog(open(input)?, &options.read, &mut |item| {
        match item {
            Item::Header(_) => {}
            Item::Refused(refused) => sink(Fixing::Refused(refused)),
            Item::Record(read) => {
                let fixed = mend(&read, version.unwrap_or(read.record.version));
                summary.version.get_or_insert(fixed.version);
                summary.records += 1;
                let record = report(fixed, &read, &mut summary, sink);
                let kind = read.record.kind();
                let is_spread = read.record.original.contains(&b'\n');
                if is_alone {
                    alone = Some(record);
                } else if let Err(error) = writer.record(&read.pointer, kind, &record, is_spread) {
                    failure = Some(error);
                    return ControlFlow::Break(());
                }
            }
        }
        ControlFlow::Continue(())
    })?;
    if let Some(error) = failure {
        return Err(error.into());
    }
    match alone {
        Some(record) => write_alone(&record, out)?,
        None if is_alone => {}
        None => writer.end()?,
    }
    finish(&mut summary, read);
    Ok(summary)
}

fn open(input: &dyn Rereadable) -> Result<Box<dyn std::io::Read + '_>, ReadError> {
    Ok(input.open()?)
}

fn write_alone(record: &Map<String, Value>, out: &mut dyn Write) -> Result<(), WriteError> {
    serde_json::to_writer_pretty(&mut *out, record)?;
    out.write_all(b"\n")?;
    Ok(out.flush()?)
}

/// Reads the file for its headers, which may stand behind their records, and mends them. Gives the version that the
/// outermost declares, and whether the file is a single record.
fn headers(
    input: &dyn Rereadable,
    options: &FixOptions,
    summary: &mut FixSummary,
    sink: &mut dyn FnMut(Fixing),
) -> Result<(Headers, Option<Version>, bool), ReadError> {
    let mut headers = Headers::new();
    let mut version = None;
    let mut is_alone = false;
    read_catalog(open(input)?, &options.read, &mut |item| {
        match item {
            Item::Header(read) => {
                if let Body::Catalog(catalog) = &read.record.body {
                    version = version.or_else(|| declared(catalog));
                }
                let is_old = version == Some(Version::Pod10);
                let mut fixed = mend(&read, version.unwrap_or(Version::DcatUs11));
                if is_old {
                    fixed.record = upgraded(fixed.record);
                }
                let record = report(fixed, &read, summary, sink);
                headers.insert(read.pointer, record);
            }
            Item::Record(read) => is_alone |= read.pointer.is_empty(),
            Item::Refused(_) => {}
        }
        ControlFlow::Continue(())
    })?;
    headers.entry(String::new()).or_insert_with(|| upgraded(Map::new()));
    Ok((headers, version, is_alone))
}

/// A header that says it is of 1.1, with the list that 1.1 requires.
fn upgraded(header: Map<String, Value>) -> Map<String, Value> {
    let list = header.get("dataset").cloned().unwrap_or_else(|| Value::Array(Vec::new()));
    let (catalog, _) = convert_header(&Catalog::from_json(header, &mut Vec::new()), Version::DcatUs11);
    let mut header = catalog.to_json();
    header.shift_remove("dataset");
    header.insert("dataset".to_owned(), list);
    header
}

/// Mends the record from its own bytes, which have its keys in their order.
fn mend(read: &ReadRecord, version: Version) -> Fixed {
    let map = match read_object(&read.record.original, read.position) {
        Ok((map, _)) => map,
        Err(_) => read.record.body.to_json(),
    };
    let mut fixed = fix_record(map, read.record.kind(), version);
    for finding in &read.findings {
        if let Some(code) = MENDED_BY_READER.iter().find(|code| **code == finding.code) {
            let why = finding.message.clone();
            let mended = Mended { code, pointer: String::new(), before: None, after: None, why };
            fixed.changes.insert(0, mended);
        } else if let Some(code) = LOST_BY_READER.iter().find(|code| **code == finding.code) {
            let why = finding.message.clone();
            let doubt = Doubt { code, pointer: String::new(), value: None, why, suggestion: None };
            fixed.doubts.insert(0, doubt);
        }
    }
    fixed
}

/// What the reader mends on the way, so that it is right in the output.
const MENDED_BY_READER: [&str; 4] = ["READ-WINDOWS-1252", "READ-CONTROL", "READ-COMMA", "READ-ESCAPE"];

/// What the reader had to guess.
const LOST_BY_READER: [&str; 2] = ["READ-SURROGATE", "READ-DOUBLED-KEY"];

fn report(
    fixed: Fixed,
    read: &ReadRecord,
    summary: &mut FixSummary,
    sink: &mut dyn FnMut(Fixing),
) -> Map<String, Value> {
    for change in &fixed.changes {
        *summary.changes.entry(change.code.to_owned()).or_default() += 1;
    }
    for doubt in &fixed.doubts {
        *summary.doubts.entry(doubt.code.to_owned()).or_default() += 1;
    }
    summary.changed += u64::from(!fixed.changes.is_empty());
    summary.doubtful += u64::from(!fixed.doubts.is_empty());
    if !fixed.changes.is_empty() || !fixed.doubts.is_empty() {
        let view = read.record.body.view();
        sink(Fixing::Record(FixReport {
            kind: view.kind,
            pointer: read.pointer.clone(),
            position: read.position,
            identifier: view.identifier,
            title: view.title,
            changes: fixed.changes,
            doubts: fixed.doubts,
        }));
    }
    fixed.record
}

fn finish(summary: &mut FixSummary, read: Summary) {
    summary.refused = read.refused;
    summary.is_complete = read.is_complete();
    summary.findings = read.findings;
}
