//! Where the sample files are, and how a file is read in a test.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use townhall_metadata::{Item, ReadError, ReadOptions, ReadRecord, Refused, Summary, dialect, read_catalog};

/// Everything that a file gave.
#[derive(Debug, Default, PartialEq)]
pub struct Reading {
    pub headers: Vec<ReadRecord>,
    pub records: Vec<ReadRecord>,
    pub refused: Vec<Refused>,
    pub summary: Summary,
}

impl Reading {
    /// All findings as `CODE pointer line:column`, one a line, those of the file first.
    pub fn codes(&self) -> String {
        let records = self.headers.iter().chain(&self.records).flat_map(|read| &read.findings);
        let refusals = self.refused.iter().map(|refused| &refused.reason);
        let mut lines = String::new();
        for finding in self.summary.findings.iter().chain(records).chain(refusals) {
            let place =
                finding.position.map_or(String::new(), |place| format!(" {}:{}", place.line, place.column));
            lines.push_str(&format!("{} `{}`{place}\n", finding.code, finding.pointer));
        }
        lines
    }

    /// The titles of the records in order.
    pub fn titles(&self) -> Vec<String> {
        self.records.iter().map(|read| read.record.body.view().title.unwrap_or_default()).collect()
    }
}

pub fn read(bytes: &[u8]) -> Reading {
    try_read(bytes, &ReadOptions::default()).expect("a catalogue")
}

pub fn try_read(input: impl std::io::Read, options: &ReadOptions) -> Result<Reading, ReadError> {
    collect(|sink| read_catalog(input, options, sink))
}

/// Everything that a reader hands to its sink.
pub fn collect(
    read: impl FnOnce(&mut dyn FnMut(Item) -> ControlFlow<()>) -> Result<Summary, ReadError>,
) -> Result<Reading, ReadError> {
    let mut reading = Reading::default();
    let summary = read(&mut |item| {
        match item {
            Item::Header(header) => reading.headers.push(header),
            Item::Record(record) => reading.records.push(record),
            Item::Refused(refused) => reading.refused.push(refused),
        }
        ControlFlow::Continue(())
    })?;
    reading.summary = summary;
    Ok(reading)
}

/// Everything that a file of this dialect gave.
pub fn read_as(id: &str, bytes: &[u8]) -> Reading {
    try_read_as(id, bytes).expect("a catalogue")
}

pub fn try_read_as(id: &str, mut bytes: &[u8]) -> Result<Reading, ReadError> {
    let dialect = dialect(id).expect("a dialect");
    let mut reading = Reading::default();
    let summary = dialect.read(&mut bytes, &ReadOptions::default(), &mut |item| {
        match item {
            Item::Header(header) => reading.headers.push(header),
            Item::Record(record) => reading.records.push(record),
            Item::Refused(refused) => reading.refused.push(refused),
        }
        ControlFlow::Continue(())
    })?;
    reading.summary = summary;
    Ok(reading)
}

/// The shared sample files, where this checkout has them beside it.
pub fn shared(path: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures/metadata").join(path);
    path.exists().then_some(path)
}

/// The JSON files of a shared folder, in the order of their names; none where the folder is absent.
pub fn shared_files(folder: &str) -> Vec<PathBuf> {
    let Some(folder) = shared(folder) else { return Vec::new() };
    let mut files = std::fs::read_dir(folder)
        .expect("a readable folder")
        .map(|entry| entry.expect("a readable entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect::<Vec<_>>();
    files.sort();
    files
}
