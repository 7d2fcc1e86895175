//! Reads descriptors out of a file: one alone, a list, or one a line.

use std::io::Read;
use std::ops::ControlFlow;

use serde_json::{Map, Value};
use townhall_model::record::{Body, Record, RecordKind, Version};
use townhall_model::{Finding, Position, Severity};

use super::descriptor::read_descriptor;
use crate::reader::{Place, RawItem, RawSink, read_object, walk_catalog};
use crate::{Item, ReadError, ReadOptions, ReadRecord, Summary};

/// Reads a file of data packages.
pub fn read(
    input: &mut dyn Read,
    options: &ReadOptions,
    sink: &mut dyn FnMut(Item) -> ControlFlow<()>,
) -> Result<Summary, ReadError> {
    let mut packages = Packages { sink, alone: 0 };
    let mut summary = walk_catalog(input, options, &mut packages)?;
    summary.datasets += packages.alone;
    summary.version = Some(Version::DcatUs30);
    // A list is how several packages are written.
    summary.findings.retain(|finding| finding.code != "READ-BARE-LIST");
    Ok(summary)
}

struct Packages<'s> {
    sink: &'s mut dyn FnMut(Item) -> ControlFlow<()>,
    /// Packages that stood alone in the file.
    alone: u64,
}

impl RawSink for Packages<'_> {
    fn measure(&mut self, _: &[u8]) -> Option<usize> {
        None
    }

    fn take(&mut self, item: RawItem<'_>) -> Result<ControlFlow<()>, Box<Finding>> {
        match item {
            RawItem::Record { place, bytes } => self.package(place, bytes),
            RawItem::Alone { start, bytes } => {
                let kind = RecordKind::Dataset;
                let flow =
                    self.package(Place { kind, index: 0, pointer: "", start, version: None }, bytes)?;
                self.alone += 1;
                Ok(flow)
            }
            RawItem::Header { place, .. } => Err(Box::new(not_a_package(place.start))),
            RawItem::Refused(refused) => Ok((self.sink)(Item::Refused(*refused))),
        }
    }
}

impl Packages<'_> {
    fn package(&mut self, place: Place<'_>, bytes: &[u8]) -> Result<ControlFlow<()>, Box<Finding>> {
        let (map, mut findings) = read_object(bytes, place.start)?;
        let (map, said) = read_descriptor(map).ok_or_else(|| not_a_package(place.start))?;
        findings.extend(said.into_iter().map(|finding| finding.with_position(place.start)));
        Ok((self.sink)(Item::Record(typed(map, findings, place, bytes))))
    }
}

fn typed(map: Map<String, Value>, mut findings: Vec<Finding>, place: Place<'_>, bytes: &[u8]) -> ReadRecord {
    // What was put in place from beside may not fit; that is for the rules to say.
    let body = Body::from_json(RecordKind::Dataset, map, &mut Vec::new());
    if !findings.is_empty() {
        let view = body.view();
        for finding in &mut findings {
            finding.pointer.insert_str(0, place.pointer);
            *finding =
                finding.clone().with_dataset(place.index, view.identifier.as_deref(), view.title.as_deref());
        }
    }
    ReadRecord {
        index: place.index,
        pointer: place.pointer.to_owned(),
        position: place.start,
        record: Record { version: Version::DcatUs30, body, original: bytes.to_vec() },
        findings,
    }
}

fn not_a_package(start: Position) -> Finding {
    let message = "this is no data package: it has no list of `resources`";
    Finding::new("READ-NOT-A-PACKAGE", Severity::Error, message)
        .with_position(start)
        .with_source("Data Package (datapackage.org), Package, Resources")
        .with_fix("describe each file in a list `resources`, or choose the dialect that the file has")
}
