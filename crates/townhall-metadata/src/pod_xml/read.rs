//! Walks through a catalog in XML, from one record to the next.

use std::io::{self, Read};
use std::ops::ControlFlow;

use serde_json::{Map, Value};
use townhall_model::record::{
    Body, Catalog, CatalogRecord, ClassInfo, DataService, Dataset, DatasetSeries, Record, RecordKind, Version,
};
use townhall_model::{Finding, Position, Severity};

use super::names::{is_container, record_kind};
use super::node::{Node, Notes, is_space};
use super::subtree::{Element, Subtree};
use super::tape::Tape;
use super::token::{Tag, Token, Tokens};
use super::value::object_of;
use crate::limits::{CATALOG_LEVELS_MAX, FILE_FINDINGS_MAX, HEADER_BYTES_MAX, RECORD_DEPTH_MAX};
use crate::reader::{Plain, cut_off, too_deep};
use crate::version::{declared, guess};
use crate::{Item, ReadError, ReadOptions, ReadRecord, Refused, Summary};

/// Reads a catalog in XML.
pub fn read(
    input: &mut dyn Read,
    options: &ReadOptions,
    sink: &mut dyn FnMut(Item) -> ControlFlow<()>,
) -> Result<Summary, ReadError> {
    let mut summary = Summary::default();
    let mut plain = Plain::open(input, options, &mut summary)?;
    let mut walk = Walk {
        tokens: Tokens::new(Tape::new(&mut plain, options.record_bytes_max)),
        options,
        sink,
        summary,
        indexes: [0; RecordKind::ALL.len()],
        levels: Vec::new(),
        around: Vec::new(),
        version: None,
    };
    let walked = walk.document();
    walk.notice_mended();
    let mut summary = walk.summary;
    summary.version = walk.version.or(summary.version);
    let ended = match walked {
        Ok(()) => Ok(()),
        Err(Halt::Stopped) => {
            summary.is_stopped = true;
            Ok(())
        }
        Err(Halt::Io(error)) => Err(error),
        Err(Halt::Failed(error)) => return Err(error),
    };
    plain.close(ended, &mut summary)?;
    Ok(summary)
}

/// Why the walk ends early.
enum Halt {
    Stopped,
    Io(io::Error),
    Failed(ReadError),
}

impl From<io::Error> for Halt {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

struct Walk<'w, R> {
    tokens: Tokens<R>,
    options: &'w ReadOptions,
    sink: &'w mut dyn FnMut(Item) -> ControlFlow<()>,
    summary: Summary,
    /// How many records of each kind have been met.
    indexes: [u64; RecordKind::ALL.len()],
    /// The open elements that hold records; those that are catalogs have a header.
    levels: Vec<Option<Header>>,
    /// The names of these elements.
    around: Vec<String>,
    /// What the catalog says it conforms to.
    version: Option<Version>,
}

/// What stands in a catalog beside its records.
struct Header {
    start: Position,
    nodes: Vec<Node>,
    original: Vec<u8>,
}

/// Most elements that hold records and stand in each other.
const LEVELS_MAX: usize = 2 * CATALOG_LEVELS_MAX;

impl<R: Read> Walk<'_, R> {
    fn document(&mut self) -> Result<(), Halt> {
        let mut complaint = None;
        loop {
            self.tokens.tape().mark();
            let start = self.tokens.tape().position();
            let token = self.tokens.next()?;
            let is_inside = !self.levels.is_empty();
            match token {
                Token::Start(tag) if !is_inside && tag.local.eq_ignore_ascii_case("html") => {
                    return Err(Halt::Failed(ReadError::WebPage));
                }
                Token::Start(tag) => {
                    self.element(tag, start)?;
                    // A record that stood alone, or the end of the file in it.
                    if self.levels.is_empty() {
                        return Ok(());
                    }
                }
                Token::Empty(tag) if !is_inside => {
                    let what = format!("its only element is `{}`, with nothing in it", tag.local);
                    return Err(Halt::Failed(ReadError::Syntax { format: "XML", complaint: what }));
                }
                Token::End(name) => {
                    self.end(&name)?;
                    if is_inside && self.levels.is_empty() {
                        return Ok(());
                    }
                }
                Token::DocType => self.notice(
                    Finding::new(
                        "READ-XML-DOCTYPE",
                        Severity::Warning,
                        "the document type is not read, and entities that it declares are not replaced",
                    )
                    .with_position(start)
                    .with_fix("write the characters themselves instead of entities"),
                ),
                Token::Broken(message) => {
                    self.notice(
                        Finding::new(
                            "READ-XML",
                            Severity::Warning,
                            format!("the XML is broken here: {message}"),
                        )
                        .with_position(start)
                        .with_source("XML 1.0, section 2.1"),
                    );
                    complaint.get_or_insert(message);
                }
                Token::Text(text) if !is_inside && !text.trim_matches(is_space).is_empty() => {
                    complaint.get_or_insert_with(|| "text stands before its first element".to_owned());
                }
                Token::Empty(_) | Token::Text(_) | Token::Entity(_) | Token::Other => {}
                Token::Eof if is_inside => {
                    let reason = cut_off(start);
                    self.notice(reason);
                    self.summary.is_truncated = true;
                    return self.end_all();
                }
                Token::Eof => {
                    return Err(Halt::Failed(match complaint {
                        Some(complaint) => ReadError::Syntax { format: "XML", complaint },
                        None => ReadError::Empty,
                    }));
                }
            }
        }
    }

    /// Reads an element that stands where records do: a record, a container of records, or a part of the header.
    fn element(&mut self, tag: Tag, start: Position) -> Result<(), Halt> {
        let (mut next, mut next_start) = (Some(tag), start);
        while let Some(tag) = next.take() {
            let start = next_start;
            let kind = record_kind(&tag.local);
            if kind.is_none() && (self.levels.is_empty() || is_container(&tag.local)) {
                return self.enter(tag, start);
            }
            let (local, whole, id) = (tag.local.clone(), tag.whole.clone(), tag.id.clone());
            let element = Element {
                is_record: kind.is_some(),
                start,
                bytes_max: self.options.record_bytes_max,
                around: &self.around,
            };
            let mut read = element.read(tag, &mut self.tokens)?;
            let before = read.next.as_ref().map_or(usize::MAX, |next| next.before);
            let kept = self.tokens.tape().kept();
            let original = kept[..before.min(kept.len())].to_vec();
            if let Some(begun) = read.next.take() {
                self.tokens.tape().forget(begun.before);
                next = Some(begun.tag);
                next_start = begun.start;
            }
            if read.is_container {
                self.enter(Tag { whole, local, ..Tag::default() }, start)?;
            } else if let Some(kind) = kind {
                self.record(kind, id, start, original, &mut read)?;
            } else {
                self.header(read.node.take(), read.refusal.take(), original)?;
            }
            if read.is_cut_off {
                self.summary.is_truncated = true;
                let end = self.tokens.tape().position();
                self.notice(cut_off(end));
                return self.end_all();
            }
            if let Some(name) = read.ended {
                self.end(&name)?;
            }
        }
        Ok(())
    }

    /// Goes into an element that holds records.
    fn enter(&mut self, tag: Tag, start: Position) -> Result<(), Halt> {
        if self.levels.len() >= LEVELS_MAX {
            let element = Element {
                is_record: false,
                start,
                bytes_max: self.options.record_bytes_max,
                around: &self.around,
            };
            element.read(tag, &mut self.tokens)?;
            self.refuse(RecordKind::Catalog, start, Vec::new(), too_deep(start))?;
            return Ok(());
        }
        let is_catalog = self.levels.is_empty() || tag.local.eq_ignore_ascii_case("catalog");
        let header = Header { start, nodes: Vec::new(), original: Vec::new() };
        self.levels.push(is_catalog.then_some(header));
        self.around.push(tag.whole);
        Ok(())
    }

    /// Leaves the innermost element of this name; the tags of those in it are missing.
    fn end(&mut self, name: &str) -> Result<(), Halt> {
        let Some(level) = self.around.iter().rposition(|open| open == name) else { return Ok(()) };
        while self.levels.len() > level {
            self.leave()?;
        }
        Ok(())
    }

    fn end_all(&mut self) -> Result<(), Halt> {
        while !self.levels.is_empty() {
            self.leave()?;
        }
        Ok(())
    }

    fn leave(&mut self) -> Result<(), Halt> {
        self.around.pop();
        let Some(Some(header)) = self.levels.pop() else { return Ok(()) };
        // The example of version 1.0 has no header at all.
        if header.nodes.is_empty() && self.indexes[RecordKind::Dataset as usize] > 0 {
            return Ok(());
        }
        let mut notes = Notes::default();
        let map = object_of(&header.nodes, Some(Catalog::info()), &mut notes);
        if map.is_empty() && self.levels.is_empty() && self.indexes == [0; RecordKind::ALL.len()] {
            return Err(Halt::Failed(ReadError::NotACatalog { keys: "none".to_owned() }));
        }
        self.deliver(RecordKind::Catalog, map, header.start, header.original, notes.findings)
    }

    fn header(
        &mut self,
        node: Option<Node>,
        refusal: Option<Finding>,
        original: Vec<u8>,
    ) -> Result<(), Halt> {
        if let Some(reason) = refusal {
            self.notice(reason);
        }
        let Some(header) = self.levels.iter_mut().rev().flatten().next() else { return Ok(()) };
        if header.original.len() + original.len() > HEADER_BYTES_MAX {
            return Err(Halt::Failed(ReadError::TooLarge { limit_bytes: HEADER_BYTES_MAX as u64 }));
        }
        header.original.extend(original);
        header.nodes.extend(node);
        Ok(())
    }

    fn record(
        &mut self,
        kind: RecordKind,
        id: Option<String>,
        start: Position,
        original: Vec<u8>,
        read: &mut Subtree,
    ) -> Result<(), Halt> {
        if let Some(reason) = read.refusal.take() {
            return self.refuse(kind, start, original, reason);
        }
        let Some(node) = read.node.take() else { return Ok(()) };
        let mut notes = std::mem::take(&mut read.notes);
        let mut map = object_of(&node.children, Some(class_of(kind)), &mut notes);
        if map.is_empty() {
            let message = format!("a `{kind}` has nothing in it and was passed over");
            self.notice(Finding::new("READ-XML-EMPTY", Severity::Warning, message).with_position(start));
            return Ok(());
        }
        // JSON in an element may add to the depth of the elements.
        if map.values().any(|value| !nests_at_most(value, RECORD_DEPTH_MAX - 1)) {
            return self.refuse(kind, start, original, too_deep(start));
        }
        if let Some(id) = id.filter(|_| kind == RecordKind::Dataset) {
            map.entry("identifier").or_insert(Value::String(id));
        }
        self.declare();
        self.deliver(kind, map, start, original, notes.findings)
    }

    /// Learns the version from the part of the header that stands before the records.
    fn declare(&mut self) {
        if self.version.is_none()
            && let Some(header) = self.levels.iter().rev().flatten().next()
            && self.indexes == [0; RecordKind::ALL.len()]
        {
            let map = object_of(&header.nodes, Some(Catalog::info()), &mut Notes::default());
            self.version = declared(&Catalog::from_json(map, &mut Vec::new()));
        }
    }

    fn deliver(
        &mut self,
        kind: RecordKind,
        map: Map<String, Value>,
        position: Position,
        original: Vec<u8>,
        mut findings: Vec<Finding>,
    ) -> Result<(), Halt> {
        let (index, pointer) = self.next(kind);
        let body = Body::from_json(kind, map, &mut findings);
        let view = (kind == RecordKind::Dataset && !findings.is_empty()).then(|| body.view());
        for finding in &mut findings {
            finding.pointer.insert_str(0, &pointer);
            finding.position = Some(position);
            if let Some(view) = &view {
                let (identifier, title) = (view.identifier.as_deref(), view.title.as_deref());
                *finding = finding.clone().with_dataset(index, identifier, title);
            }
        }
        let version = self.version.unwrap_or_else(|| guess(&body));
        self.summary.version.get_or_insert(version);
        self.summary.count(kind);
        let record = Record { version, body, original };
        let read = ReadRecord { index, pointer, position, record, findings };
        self.hand_out(if kind == RecordKind::Catalog { Item::Header(read) } else { Item::Record(read) })
    }

    fn refuse(
        &mut self,
        kind: RecordKind,
        position: Position,
        original: Vec<u8>,
        reason: Finding,
    ) -> Result<(), Halt> {
        let (index, pointer) = self.next(kind);
        let mut reason = reason.with_pointer(pointer.as_str());
        if kind == RecordKind::Dataset {
            reason = reason.with_dataset(index, None, None);
        }
        self.summary.refused += 1;
        self.hand_out(Item::Refused(Refused { index, kind, pointer, position, reason, original }))
    }

    fn next(&mut self, kind: RecordKind) -> (u64, String) {
        let index = &mut self.indexes[kind as usize];
        *index += 1;
        let index = *index - 1;
        let is_root = kind == RecordKind::Catalog && self.levels.is_empty();
        let pointer = if is_root { String::new() } else { format!("/{}/{index}", kind.catalog_key()) };
        (index, pointer)
    }

    fn hand_out(&mut self, item: Item) -> Result<(), Halt> {
        match (self.sink)(item) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Halt::Stopped),
        }
    }

    fn notice(&mut self, finding: Finding) {
        if self.summary.findings.len() < FILE_FINDINGS_MAX {
            self.summary.findings.push(finding);
        }
    }

    fn notice_mended(&mut self) {
        let mended = self.tokens.tape().mended;
        if mended > 0 {
            let message = format!("{mended} bytes are not UTF-8 and were read as Windows-1252");
            let finding = Finding::new("READ-WINDOWS-1252", Severity::Warning, message);
            self.notice(finding.with_source("XML 1.0, section 4.3.3").with_fix("save the file as UTF-8"));
        }
    }
}

fn class_of(kind: RecordKind) -> &'static ClassInfo {
    match kind {
        RecordKind::Catalog => Catalog::info(),
        RecordKind::Dataset => Dataset::info(),
        RecordKind::DataService => DataService::info(),
        RecordKind::DatasetSeries => DatasetSeries::info(),
        RecordKind::CatalogRecord => CatalogRecord::info(),
    }
}

/// Whether a value has no more levels of lists and objects.
fn nests_at_most(value: &Value, levels: u32) -> bool {
    match value {
        Value::Array(items) => levels > 0 && items.iter().all(|item| nests_at_most(item, levels - 1)),
        Value::Object(members) => {
            levels > 0 && members.values().all(|member| nests_at_most(member, levels - 1))
        }
        _ => true,
    }
}
