//! Reads the records out of a graph: which things they are, in which order, and which the graph only lists.

use std::collections::HashSet;
use std::io::Read;
use std::ops::ControlFlow;

use oxrdf::{NamedOrBlankNode, Term};
use serde_json::{Map, Value};
use townhall_model::record::{Body, Record, RecordKind, Version};
use townhall_model::{Finding, Position, Severity};

use super::classes::class_of;
use super::describe::{Describer, iri_of};
use super::graph::Graph;
use super::load::{BASE, Form, Loaded, load};
use super::original::original;
use super::prefixes::expand;
use crate::limits::LINKED_BYTES_MAX;
use crate::reader::{decode, unwrap};
use crate::{Item, ReadError, ReadOptions, ReadRecord, Refused, Summary};

type Sink<'s> = &'s mut dyn FnMut(Item) -> ControlFlow<()>;

/// Reads a file of linked data.
pub fn read(
    input: &mut dyn Read,
    options: &ReadOptions,
    sink: Sink<'_>,
    form: Form,
) -> Result<Summary, ReadError> {
    let (bytes, findings) = whole(input, options)?;
    let (text, _) = decode(&bytes);
    let mut loaded = load(&text, form)?;
    let mut summary = Summary { bytes: bytes.len() as u64, findings, ..Summary::default() };
    drop(text);
    drop(bytes);
    summary.is_truncated = loaded.is_truncated;
    summary.findings.append(&mut loaded.findings);
    summary.version = Some(Version::DcatUs30);
    if emit(&loaded, options, &mut summary, sink)?.is_break() {
        summary.is_stopped = true;
    }
    Ok(summary)
}

/// The bytes of a file that has to be held as a whole, unpacked, and what was noticed on the way.
pub fn whole(input: &mut dyn Read, options: &ReadOptions) -> Result<(Vec<u8>, Vec<Finding>), ReadError> {
    let (unpacked, unwrappings) = unwrap(input)?;
    let limit_bytes = options.decompressed_bytes_max.min(LINKED_BYTES_MAX);
    let mut bytes = Vec::new();
    unpacked.take(limit_bytes + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit_bytes {
        return Err(ReadError::TooLarge { limit_bytes });
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(ReadError::Empty);
    }
    Ok((bytes, unwrappings.into_iter().map(crate::reader::Unwrapping::finding).collect()))
}

fn emit(
    loaded: &Loaded,
    options: &ReadOptions,
    summary: &mut Summary,
    sink: Sink<'_>,
) -> Result<ControlFlow<()>, ReadError> {
    let graph = &loaded.graph;
    let found = Found::in_graph(graph);
    if found.records.is_empty() && found.catalogs.is_empty() && found.absent.is_empty() {
        return Err(ReadError::NoRecords { found: classes_of(graph) });
    }
    let own = found.records.iter().chain(&found.catalogs).map(|(number, _)| *number).collect::<HashSet<_>>();
    let mut describer = Describer::new(graph, &own);
    let mut budget = summary.bytes as usize * 16 + (1 << 20);
    let mut indexes = [0_u64; RecordKind::ALL.len()];
    let mut next = |kind: RecordKind| {
        let index = &mut indexes[kind as usize];
        *index += 1;
        *index - 1
    };
    let mut send = |item, summary: &mut Summary| {
        let flow = sink(item);
        summary.is_stopped |= flow.is_break();
        flow
    };
    for (number, kind) in found.records.iter().chain(&found.catalogs) {
        let index = next(*kind);
        let (map, findings) = describer.record(*number, *kind);
        let name = iri_of(&graph.things()[*number].name).unwrap_or_default();
        let pointer = loaded.pointers.get(name).map_or(name, String::as_str).to_owned();
        let original = original(graph, *number, options.record_bytes_max, &mut budget);
        let Some(original) = original else {
            summary.refused += 1;
            let message = format!("the record is larger than {} bytes", options.record_bytes_max);
            let reason = Finding::new("READ-TOO-LARGE", Severity::Error, message);
            if send(refused(index, *kind, &pointer, reason), summary).is_break() {
                return Ok(ControlFlow::Break(()));
            }
            continue;
        };
        summary.count(*kind);
        let read = typed(map, findings, *kind, index, pointer, original);
        let item = if *kind == RecordKind::Catalog { Item::Header(read) } else { Item::Record(read) };
        if send(item, summary).is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    let absent = found.absent.into_iter().map(|(iri, kind)| {
        let message = format!("the catalog lists `{iri}`, but the file does not describe it");
        let reason = Finding::new("READ-NOT-DESCRIBED", Severity::Error, message)
            .with_value(&iri)
            .with_source("DCAT 3, section 6.3")
            .with_fix("give the whole catalog in one file, or drop the entry");
        (kind, iri, reason)
    });
    let broken = loaded.broken.iter().map(|reason| (RecordKind::Dataset, String::new(), reason.clone()));
    for (kind, pointer, reason) in absent.chain(broken) {
        summary.refused += 1;
        if send(refused(next(kind), kind, &pointer, reason), summary).is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// Types a record that was described, and completes its findings.
pub fn typed(
    map: Map<String, Value>,
    mut findings: Vec<Finding>,
    kind: RecordKind,
    index: u64,
    pointer: String,
    original: Vec<u8>,
) -> ReadRecord {
    let said = findings.len();
    let body = Body::from_json(kind, map, &mut findings);
    for finding in &mut findings[said..] {
        finding.pointer.insert_str(0, &pointer);
    }
    if kind == RecordKind::Dataset && !findings.is_empty() {
        let view = body.view();
        for finding in &mut findings {
            if finding.pointer.is_empty() {
                finding.pointer.clone_from(&pointer);
            }
            *finding = finding.clone().with_dataset(index, view.identifier.as_deref(), view.title.as_deref());
        }
    }
    let record = Record { version: Version::DcatUs30, body, original };
    ReadRecord { index, pointer, position: START, record, findings }
}

/// Statements of one record may stand anywhere in a file; its place is the file.
pub const START: Position = Position { line: 1, column: 1 };

fn refused(index: u64, kind: RecordKind, pointer: &str, mut reason: Finding) -> Item {
    if reason.pointer.is_empty() {
        pointer.clone_into(&mut reason.pointer);
    }
    let position = reason.position.unwrap_or(START);
    Item::Refused(Refused {
        index,
        kind,
        pointer: pointer.to_owned(),
        position,
        reason,
        original: Vec::new(),
    })
}

/// The things of a graph that are records.
struct Found {
    /// In the order of the file.
    records: Vec<(usize, RecordKind)>,
    /// The innermost first, as the reader of DCAT-US gives them.
    catalogs: Vec<(usize, RecordKind)>,
    /// Those that a catalogue lists and the file does not describe.
    absent: Vec<(String, RecordKind)>,
}

impl Found {
    fn in_graph(graph: &Graph) -> Self {
        let class = |kind| expand(class_of(kind).term);
        // Something that is a catalogue or a series is often called a dataset as well.
        let kinds = [
            RecordKind::Catalog,
            RecordKind::DatasetSeries,
            RecordKind::DataService,
            RecordKind::CatalogRecord,
            RecordKind::Dataset,
        ]
        .map(|kind| (class(kind), kind));
        let declared = |number| {
            kinds.iter().find(|(class, _)| graph.classes(number).any(|found| found.as_str() == class))
        };
        let mut kind_of = (0..graph.things().len())
            .map(|number| declared(number).map(|(_, kind)| *kind))
            .collect::<Vec<_>>();

        let listings = LISTINGS.map(|(term, kind)| (expand(term), kind));
        let listing = |predicate: u32| {
            let predicate = graph.predicate(predicate).as_str();
            listings.iter().find(|(term, _)| term == predicate).map(|(_, kind)| *kind)
        };
        let (mut members, mut absent) = (HashSet::new(), Vec::new());
        let is_catalog = |number: &usize| kind_of[*number] == Some(RecordKind::Catalog);
        let catalogs = (0..graph.things().len()).filter(is_catalog).collect::<Vec<_>>();
        for catalog in &catalogs {
            for (predicate, object) in &graph.things()[*catalog].said {
                let Some(kind) = listing(*predicate) else { continue };
                match (graph.number(object), object) {
                    (Some(number), _) => {
                        members.insert(number);
                        // What a catalogue lists need not say its class.
                        kind_of[number].get_or_insert(kind);
                    }
                    (None, Term::NamedNode(node)) => {
                        let iri = node.as_str();
                        absent.push((iri.strip_prefix(BASE).unwrap_or(iri).to_owned(), kind));
                    }
                    (None, _) => {}
                }
            }
        }
        let has_lists = !members.is_empty();
        let title = expand("dcterms:title");
        let is_record = |number: &usize| {
            let thing = &graph.things()[*number];
            // Without a catalogue, what is described by name and title stands for itself, whoever refers to it.
            let stands_alone = || {
                matches!(thing.name, NamedOrBlankNode::NamedNode(_))
                    && thing.said.iter().any(|(predicate, _)| graph.predicate(*predicate).as_str() == title)
            };
            members.contains(number) || !thing.is_referred || (!has_lists && stands_alone())
        };
        let mut records = Vec::new();
        let mut headers = Vec::new();
        for (number, kind) in kind_of.iter().copied().enumerate() {
            match kind {
                Some(RecordKind::Catalog) => headers.push((number, RecordKind::Catalog)),
                Some(kind) if is_record(&number) => records.push((number, kind)),
                _ => {}
            }
        }
        // Things that refer to each other in a ring would have no beginning.
        if records.is_empty() && headers.is_empty() {
            let all = (0..graph.things().len()).filter_map(|number| Some((number, kind_of[number]?)));
            records.extend(all);
        }
        headers.sort_by_key(|(number, _)| !graph.things()[*number].is_referred);
        Self { records, catalogs: headers, absent }
    }
}

/// The properties by which a catalogue lists its records, with what they usually are.
const LISTINGS: [(&str, RecordKind); 4] = [
    ("dcat:dataset", RecordKind::Dataset),
    ("dcat:service", RecordKind::DataService),
    ("dcat:record", RecordKind::CatalogRecord),
    ("dcat:catalog", RecordKind::Catalog),
];

/// The classes that a graph has, for those who expected others.
fn classes_of(graph: &Graph) -> String {
    let mut classes: Vec<&str> = Vec::new();
    for class in (0..graph.things().len()).flat_map(|number| graph.classes(number)) {
        if !classes.contains(&class.as_str()) {
            classes.push(class.as_str());
        }
        if classes.len() >= 5 {
            break;
        }
    }
    if classes.is_empty() { "nothing of a class".to_owned() } else { format!("`{}`", classes.join("`, `")) }
}
