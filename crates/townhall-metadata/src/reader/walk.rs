//! Walks through a catalogue from one record to the next.

use std::io::{self, Read};
use std::ops::ControlFlow;

use serde_json::{Map, Value};
use townhall_model::record::{Body, Catalog, RecordKind, Version};
use townhall_model::{Finding, Position, Severity};

use super::input::{Unwrapping, unwrap};
use super::item::{Item, ReadOptions, ReadRecord, Refused, Summary};
use super::record::{Place, broken, cut_off, not_an_object, read_object, too_deep, too_large, type_record};
use super::resync::next_record;
use super::scan::{Scan, Scanner};
use super::window::{Window, advance};
use crate::ReadError;
use crate::limits::{
    CATALOG_LEVELS_MAX, FILE_FINDINGS_MAX, HEADER_BYTES_MAX, RECORD_DEPTH_MAX, RESCANNED_BYTES_MAX,
};
use crate::version::declared;

/// Reads a catalogue and hands its records to the sink as they come, one in memory at a time.
///
/// It takes DCAT-US 1.1 and 3.0 catalogues, the bare lists of Project Open Data 1.0, a single dataset, and
/// JSON lines; each plain or packed with gzip. The sink may stop the reading with [`ControlFlow::Break`].
///
/// # Errors
///
/// [`ReadError`] when the file is no catalogue at all, is larger than the options allow, or can't be had.
/// Bad records are no error: they come as [`Item::Refused`]. A file that breaks off gives what stands before
/// the break, and a summary that says so.
pub fn read_catalog(
    input: impl Read,
    options: &ReadOptions,
    sink: &mut dyn FnMut(Item) -> ControlFlow<()>,
) -> Result<Summary, ReadError> {
    let (input, unwrappings) = unwrap(input)?;
    let mut walker = Walker {
        window: Window::new(input),
        options,
        sink,
        is_packed: unwrappings.contains(&Unwrapping::Gzip),
        rescanned: 0,
        indexes: [0; RecordKind::ALL.len()],
        version: None,
        guessed: None,
        summary: Summary::default(),
    };
    walker.summary.findings.extend(unwrappings.into_iter().map(Unwrapping::finding));
    match walker.document() {
        Ok(()) => {}
        Err(Halt::Stopped) => walker.summary.is_stopped = true,
        Err(Halt::Truncated) => walker.summary.is_truncated = true,
        Err(Halt::Failed(error)) => return Err(error),
    }
    let mut summary = walker.summary;
    summary.version = walker.version.or(walker.guessed);
    summary.bytes = walker.window.consumed();
    Ok(summary)
}

struct Walker<'a, 's, R> {
    window: Window<R>,
    options: &'a ReadOptions,
    sink: &'a mut (dyn FnMut(Item) -> ControlFlow<()> + 's),
    is_packed: bool,
    rescanned: u64,
    /// How many records of each kind have been met.
    indexes: [u64; RecordKind::ALL.len()],
    /// The version that the catalogue declares, once that is known.
    version: Option<Version>,
    /// The version of the first record.
    guessed: Option<Version>,
    summary: Summary,
}

/// Why the walk ends early.
enum Halt {
    Stopped,
    Truncated,
    Failed(ReadError),
}

impl From<io::Error> for Halt {
    fn from(error: io::Error) -> Self {
        Self::Failed(error.into())
    }
}

/// How far the scan of one value in the window came; lengths count from the start of the window.
enum Captured {
    Whole { length: usize, depth: u32 },
    Broken { length: usize },
    CutOff { length: usize },
    TooLarge { scanner: Scanner, length: usize },
}

/// An object of which the lists of records are walked and the rest is kept.
struct Container<'p> {
    pointer: &'p str,
    start: Position,
    /// The bytes besides the records.
    kept: Vec<u8>,
    has_lists: bool,
}

const LISTS: &[(&str, RecordKind)] = &[
    ("dataset", RecordKind::Dataset),
    ("service", RecordKind::DataService),
    ("datasetSeries", RecordKind::DatasetSeries),
    ("record", RecordKind::CatalogRecord),
    ("catalog", RecordKind::Catalog),
];

impl<R: Read> Walker<'_, '_, R> {
    fn document(&mut self) -> Result<(), Halt> {
        let mut values = 0_u64;
        loop {
            self.skip_space(None)?;
            let Some(byte) = self.peek()? else { break };
            match byte {
                // Some people join JSON lines with commas.
                b',' if values > 0 => self.window.consume(1),
                b'{' => {
                    if values == 1 {
                        self.notice(
                            Finding::new(
                                "READ-JSON-LINES",
                                Severity::Info,
                                "the file is JSON lines: one record a line",
                            )
                            .with_position(self.window.position()),
                        );
                    }
                    let pointer = if values == 0 { String::new() } else { format!("/{values}") };
                    self.object(&pointer, 0, None)?;
                    values += 1;
                }
                b'[' if values == 0 => {
                    self.window.consume(1);
                    self.notice(
                        Finding::new(
                            "READ-BARE-LIST",
                            Severity::Warning,
                            "the file is a bare list of datasets, as Project Open Data 1.0 had it",
                        )
                        .with_fix("put the list under `dataset` in a catalogue object"),
                    );
                    self.list("", RecordKind::Dataset, 0, None)?;
                    values += 1;
                }
                _ if values == 0 => return Err(Halt::Failed(self.not_a_catalog())),
                _ => {
                    self.notice(
                        Finding::new(
                            "READ-TRAILING",
                            Severity::Warning,
                            "something stands after the end of the catalogue and was not read",
                        )
                        .with_position(self.window.position()),
                    );
                    break;
                }
            }
        }
        if values == 0 { Err(Halt::Failed(ReadError::Empty)) } else { Ok(()) }
    }

    /// Walks one object: a catalogue, or a record that stands alone.
    fn object(&mut self, pointer: &str, level: usize, index: Option<u64>) -> Result<(), Halt> {
        let mut container =
            Container { pointer, start: self.window.position(), kept: Vec::new(), has_lists: false };
        self.keep(1, &mut container.kept);
        let mut is_tidy = true;
        loop {
            self.skip_space(Some(&mut container.kept))?;
            match self.peek()? {
                Some(b'}') => {
                    self.keep(1, &mut container.kept);
                    break;
                }
                Some(b',') => self.keep(1, &mut container.kept),
                Some(b'"') => self.member(&mut container, level)?,
                Some(_) => {
                    if is_tidy {
                        self.notice(broken(container.start, self.window.position()).with_pointer(pointer));
                    }
                    is_tidy = false;
                    self.window.consume(1);
                }
                None => {
                    self.break_off();
                    container.kept.push(b'}');
                    self.close(container, index)?;
                    return Err(Halt::Truncated);
                }
            }
            if container.kept.len() > HEADER_BYTES_MAX.max(self.options.record_bytes_max) {
                let limit_bytes = HEADER_BYTES_MAX as u64;
                return Err(Halt::Failed(ReadError::TooLarge { limit_bytes }));
            }
        }
        self.close(container, index)
    }

    fn member(&mut self, container: &mut Container<'_>, level: usize) -> Result<(), Halt> {
        let begin = container.kept.len();
        let Some(key) = self.kept_value(container)? else { return Ok(()) };
        let key = serde_json::from_slice::<String>(&container.kept[key..]).unwrap_or_default();
        self.skip_space(Some(&mut container.kept))?;
        if self.peek()? == Some(b':') {
            self.keep(1, &mut container.kept);
            self.skip_space(Some(&mut container.kept))?;
        }
        let kind = LISTS.iter().find(|(list, _)| *list == key).map(|(_, kind)| *kind);
        match (kind, self.peek()?) {
            (Some(kind), Some(b'[')) => {
                container.has_lists = true;
                // The records may want to know the version, so the header is read as far as it goes.
                self.declare(&container.kept[..begin]);
                self.keep(1, &mut container.kept);
                let pointer = format!("{}/{key}", container.pointer);
                let closed = self.list(&pointer, kind, level, Some(&mut container.kept));
                if matches!(closed, Err(Halt::Truncated)) {
                    container.kept.extend_from_slice(b"]}");
                    let header = std::mem::take(&mut container.kept);
                    self.header_of(header, container.pointer, container.start)?;
                }
                closed
            }
            // `dataset` as one object instead of a list of one.
            (Some(RecordKind::Dataset), Some(b'{')) => {
                container.has_lists = true;
                let position = self.window.position();
                let pointer = format!("{}/{key}", container.pointer);
                self.notice(
                    Finding::new(
                        "READ-NOT-A-LIST",
                        Severity::Warning,
                        "`dataset` is one object and was read as a list of one",
                    )
                    .with_pointer(pointer.as_str())
                    .with_position(position)
                    .with_fix("put the object in square brackets"),
                );
                container.kept.extend_from_slice(b"[]");
                self.element(&pointer, RecordKind::Dataset)
            }
            (_, Some(b'}' | b',')) => {
                // A key without a value: the strict parser will say so.
                Ok(())
            }
            (_, Some(_)) => self.kept_value(container).map(|_| ()),
            (_, None) => Ok(()),
        }
    }

    /// Moves one value into the kept bytes and gives the index at which it begins there.
    fn kept_value(&mut self, container: &mut Container<'_>) -> Result<Option<usize>, Halt> {
        let begin = container.kept.len();
        let bytes_max = HEADER_BYTES_MAX.max(self.options.record_bytes_max);
        match self.capture(bytes_max)? {
            Captured::Whole { length, .. } => {
                self.keep(length, &mut container.kept);
                Ok(Some(begin))
            }
            Captured::Broken { length } => {
                self.notice(
                    broken(container.start, self.position_at(length)).with_pointer(container.pointer),
                );
                container.kept.extend_from_slice(b"null");
                self.window.consume(length);
                Ok(None)
            }
            Captured::CutOff { length } => {
                container.kept.extend_from_slice(b"null");
                self.window.consume(length);
                Ok(None)
            }
            Captured::TooLarge { .. } => {
                Err(Halt::Failed(ReadError::TooLarge { limit_bytes: bytes_max as u64 }))
            }
        }
    }

    /// Walks a list of records up to and including its closing bracket.
    fn list(
        &mut self,
        pointer: &str,
        kind: RecordKind,
        level: usize,
        mut kept: Option<&mut Vec<u8>>,
    ) -> Result<(), Halt> {
        let mut item = 0_u64;
        let mut has_comma = true;
        let (mut spare, mut missing) = (None, None);
        loop {
            self.skip_space(None)?;
            let Some(byte) = self.peek()? else {
                self.break_off();
                return Err(Halt::Truncated);
            };
            match byte {
                b']' => {
                    if has_comma && item > 0 {
                        spare.get_or_insert(self.window.position());
                    }
                    match kept.as_deref_mut() {
                        Some(kept) => self.keep(1, kept),
                        None => self.window.consume(1),
                    }
                    break;
                }
                b'}' => {
                    // The list was never closed, its catalogue is.
                    self.notice(broken(self.window.position(), self.window.position()).with_pointer(pointer));
                    if let Some(kept) = kept.as_deref_mut() {
                        kept.push(b']');
                    }
                    break;
                }
                b',' => {
                    if has_comma {
                        spare.get_or_insert(self.window.position());
                    }
                    has_comma = true;
                    self.window.consume(1);
                }
                _ => {
                    if !has_comma {
                        missing.get_or_insert(self.window.position());
                    }
                    has_comma = false;
                    let pointer = format!("{pointer}/{item}");
                    item += 1;
                    if kind == RecordKind::Catalog && byte == b'{' && level < CATALOG_LEVELS_MAX {
                        let index = self.next_index(kind);
                        self.object(&pointer, level + 1, Some(index))?;
                    } else {
                        self.element(&pointer, kind)?;
                    }
                }
            }
        }
        if let Some(position) = spare {
            self.notice(
                Finding::new(
                    "READ-COMMA",
                    Severity::Warning,
                    "spare commas between records were passed over",
                )
                .with_pointer(pointer)
                .with_position(position)
                .with_source("RFC 8259, section 5"),
            );
        }
        if let Some(position) = missing {
            self.notice(
                Finding::new("READ-MISSING-COMMA", Severity::Warning, "commas are missing between records")
                    .with_pointer(pointer)
                    .with_position(position)
                    .with_source("RFC 8259, section 5"),
            );
        }
        Ok(())
    }

    /// Reads one record of a list, or refuses it and finds the next.
    fn element(&mut self, pointer: &str, kind: RecordKind) -> Result<(), Halt> {
        let start = self.window.position();
        let index = self.next_index(kind);
        let is_object = self.peek()? == Some(b'{');
        let bytes_max = self.options.record_bytes_max;
        let place = Place { kind, index, pointer, start, version: self.version };
        match self.capture(bytes_max)? {
            Captured::Whole { length, .. } if !is_object => {
                let shown = String::from_utf8_lossy(&self.window.bytes()[..length.min(400)]).into_owned();
                self.refuse(place, length, not_an_object(&shown, start))
            }
            Captured::Whole { length, depth } if depth > RECORD_DEPTH_MAX => {
                self.refuse(place, length, too_deep(start))
            }
            Captured::Whole { length, .. } => match read_object(&self.window.bytes()[..length], start) {
                Ok((map, findings)) => self.deliver(place, length, map, findings),
                Err(reason) => {
                    let length = self.next_record(length).unwrap_or(length);
                    self.refuse(place, length, reason)
                }
            },
            Captured::Broken { length } => {
                let length = self.next_record(length).unwrap_or(length.max(1));
                let reason = broken(start, self.position_at(length));
                self.refuse(place, length, reason)
            }
            Captured::CutOff { length } => match self.next_record(length) {
                Some(length) => {
                    let reason = broken(start, self.position_at(length));
                    self.refuse(place, length, reason)
                }
                None => {
                    let reason = cut_off(self.position_at(length));
                    self.notice(reason.clone());
                    self.refuse(place, length, reason)?;
                    Err(Halt::Truncated)
                }
            },
            Captured::TooLarge { scanner, length } => match self.next_record(length) {
                Some(length) => {
                    let reason = broken(start, self.position_at(length));
                    self.refuse(place, length, reason)
                }
                None => {
                    self.refuse(place, length, too_large(start, bytes_max))?;
                    self.pass_over(scanner)
                }
            },
        }
    }

    /// Scans the value at the start of the window until it ends, breaks or grows too large.
    fn capture(&mut self, bytes_max: usize) -> Result<Captured, Halt> {
        let mut scanner = Scanner::default();
        let mut scanned = 0;
        loop {
            let fresh = &self.window.bytes()[scanned..];
            match scanner.feed(fresh) {
                Scan::Done(end) if scanned + end <= bytes_max => {
                    return Ok(Captured::Whole { length: scanned + end, depth: scanner.deepest() });
                }
                Scan::Done(_) => {
                    // The scan is over, so nothing is left to pass over but this much.
                    let length = self.window.bytes().len();
                    return Ok(Captured::TooLarge {
                        scanner: Scanner::default(),
                        length: length.min(bytes_max),
                    });
                }
                Scan::Broken(at) => return Ok(Captured::Broken { length: scanned + at }),
                Scan::More => scanned += fresh.len(),
            }
            if scanned > bytes_max {
                return Ok(Captured::TooLarge { scanner, length: scanned });
            }
            if !self.extend()? {
                return Ok(match scanner.may_end() {
                    true => Captured::Whole { length: scanned, depth: 0 },
                    false => Captured::CutOff { length: scanned },
                });
            }
        }
    }

    /// Passes over the rest of a value that is too large to hold.
    fn pass_over(&mut self, mut scanner: Scanner) -> Result<(), Halt> {
        loop {
            if self.peek()?.is_none() {
                self.break_off();
                return Err(Halt::Truncated);
            }
            match scanner.feed(self.window.bytes()) {
                Scan::Done(end) => {
                    self.window.consume(end);
                    return Ok(());
                }
                Scan::Broken(at) => {
                    self.window.consume(at);
                    return Ok(());
                }
                Scan::More => self.window.consume(self.window.bytes().len()),
            }
        }
    }

    fn next_record(&mut self, length: usize) -> Option<usize> {
        self.rescanned += length as u64;
        if self.rescanned > RESCANNED_BYTES_MAX {
            return None;
        }
        next_record(&self.window.bytes()[..length])
    }

    fn deliver(
        &mut self,
        place: Place<'_>,
        length: usize,
        map: Map<String, Value>,
        findings: Vec<Finding>,
    ) -> Result<(), Halt> {
        let (record, findings) = type_record(map, findings, place, &self.window.bytes()[..length]);
        self.window.consume(length);
        self.guessed.get_or_insert(record.version);
        self.summary.count(place.kind);
        self.hand_out(Item::Record(ReadRecord {
            index: place.index,
            pointer: place.pointer.to_owned(),
            position: place.start,
            record,
            findings,
        }))
    }

    fn refuse(&mut self, place: Place<'_>, length: usize, reason: Finding) -> Result<(), Halt> {
        let original = self.window.bytes()[..length].to_vec();
        self.window.consume(length);
        self.summary.refused += 1;
        let mut reason = reason.with_pointer(place.pointer);
        if place.kind == RecordKind::Dataset {
            reason = reason.with_dataset(place.index, None, None);
        }
        self.hand_out(Item::Refused(Refused {
            index: place.index,
            kind: place.kind,
            pointer: place.pointer.to_owned(),
            position: place.start,
            reason,
            original,
        }))
    }

    /// Ends an object: it was a catalogue, whose header goes out, or a record that stood alone.
    fn close(&mut self, container: Container<'_>, index: Option<u64>) -> Result<(), Halt> {
        let Container { pointer, start, kept, has_lists } = container;
        if has_lists || index.is_some() {
            return self.header_of(kept, pointer, start);
        }
        let parsed = read_object(&kept, start);
        let kind = match &parsed {
            Ok((map, _)) => match alone(map) {
                Some(kind) => kind,
                None => {
                    let keys = map.keys().take(8).map(|key| format!("`{key}`")).collect::<Vec<_>>();
                    let keys = if keys.is_empty() { "none".to_owned() } else { keys.join(", ") };
                    return Err(Halt::Failed(ReadError::NotACatalog { keys }));
                }
            },
            Err(_) => RecordKind::Dataset,
        };
        if kind == RecordKind::Catalog {
            return self.header_of(kept, pointer, start);
        }
        let place = Place { kind, index: self.next_index(kind), pointer, start, version: None };
        match parsed {
            Ok((map, findings)) => {
                let (record, findings) = type_record(map, findings, place, &kept);
                self.guessed.get_or_insert(record.version);
                self.summary.count(kind);
                self.hand_out(Item::Record(ReadRecord {
                    index: place.index,
                    pointer: pointer.to_owned(),
                    position: start,
                    record,
                    findings,
                }))
            }
            Err(reason) => {
                self.summary.refused += 1;
                self.hand_out(Item::Refused(Refused {
                    index: place.index,
                    kind,
                    pointer: pointer.to_owned(),
                    position: start,
                    reason: reason.with_pointer(pointer),
                    original: kept,
                }))
            }
        }
    }

    fn header_of(&mut self, kept: Vec<u8>, pointer: &str, start: Position) -> Result<(), Halt> {
        let index = self.summary.catalogs;
        let place = Place { kind: RecordKind::Catalog, index, pointer, start, version: None };
        match read_object(&kept, start) {
            Ok((map, findings)) => {
                let map = map.into_iter().filter(|(key, value)| !is_emptied_list(key, value)).collect();
                let (record, findings) = type_record(map, findings, place, &kept);
                if let Body::Catalog(catalog) = &record.body {
                    self.version = self.version.or_else(|| declared(catalog));
                }
                self.summary.catalogs += 1;
                let pointer = pointer.to_owned();
                self.hand_out(Item::Header(ReadRecord { index, pointer, position: start, record, findings }))
            }
            Err(reason) => {
                self.notice(reason.clone().with_pointer(pointer));
                self.summary.refused += 1;
                self.hand_out(Item::Refused(Refused {
                    index,
                    kind: RecordKind::Catalog,
                    pointer: pointer.to_owned(),
                    position: start,
                    reason: reason.with_pointer(pointer),
                    original: kept,
                }))
            }
        }
    }

    /// Learns the version from the part of a header that stands before its first list.
    fn declare(&mut self, kept: &[u8]) {
        if self.version.is_some() {
            return;
        }
        let mut so_far = kept.trim_ascii_end().to_vec();
        if so_far.last() == Some(&b',') {
            so_far.pop();
        }
        so_far.push(b'}');
        if let Ok((map, _)) = read_object(&so_far, Position { line: 1, column: 1 }) {
            self.version = declared(&Catalog::from_json(map, &mut Vec::new()));
        }
    }

    fn hand_out(&mut self, item: Item) -> Result<(), Halt> {
        match (self.sink)(item) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Halt::Stopped),
        }
    }

    fn next_index(&mut self, kind: RecordKind) -> u64 {
        let index = &mut self.indexes[kind as usize];
        *index += 1;
        *index - 1
    }

    fn notice(&mut self, finding: Finding) {
        if self.summary.findings.len() < FILE_FINDINGS_MAX {
            self.summary.findings.push(finding);
        }
    }

    fn break_off(&mut self) {
        let position = self.window.position();
        let message = format!("the file breaks off at line {}, column {}", position.line, position.column);
        self.notice(
            Finding::new("READ-TRUNCATED", Severity::Error, message)
                .with_position(position)
                .with_fix("fetch the file again; what stands before this place was read"),
        );
    }

    fn not_a_catalog(&mut self) -> ReadError {
        let head = self.window.bytes();
        let found = String::from_utf8_lossy(&head[..head.len().min(40)]).chars().take(20).collect::<String>();
        if head.starts_with(b"<") { ReadError::WebPage } else { ReadError::NotJson { found } }
    }

    fn position_at(&self, length: usize) -> Position {
        advance(self.window.position(), &self.window.bytes()[..length])
    }

    fn keep(&mut self, length: usize, kept: &mut Vec<u8>) {
        kept.extend_from_slice(&self.window.bytes()[..length]);
        self.window.consume(length);
    }

    fn skip_space(&mut self, mut kept: Option<&mut Vec<u8>>) -> Result<(), Halt> {
        loop {
            let bytes = self.window.bytes();
            let length = bytes.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            let is_over = length < bytes.len();
            match kept.as_deref_mut() {
                Some(kept) => self.keep(length, kept),
                None => self.window.consume(length),
            }
            if is_over || !self.extend()? {
                return Ok(());
            }
        }
    }

    fn peek(&mut self) -> Result<Option<u8>, Halt> {
        while self.window.bytes().is_empty() {
            if !self.extend()? {
                return Ok(None);
            }
        }
        Ok(self.window.bytes().first().copied())
    }

    fn extend(&mut self) -> Result<bool, Halt> {
        let limit_bytes = self.options.decompressed_bytes_max;
        match self.window.extend() {
            Ok(_) if self.window.consumed() + self.window.bytes().len() as u64 > limit_bytes => {
                Err(Halt::Failed(ReadError::TooLarge { limit_bytes }))
            }
            Ok(more) => Ok(more),
            // What was packed well before the damage is as good as ever.
            Err(error) if self.is_packed && is_damage(&error) => {
                self.window.end();
                self.summary.is_truncated = true;
                self.notice(
                    Finding::new(
                        "READ-GZIP-DAMAGED",
                        Severity::Error,
                        format!("the gzip file is damaged: {error}"),
                    )
                    .with_fix("fetch the file again; what stands before this place was read"),
                );
                Ok(false)
            }
            Err(error) => Err(error.into()),
        }
    }
}

fn is_damage(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
    matches!(error.kind(), InvalidData | InvalidInput | UnexpectedEof)
}

/// Whether the member is one of the lists whose records were handed out one by one.
fn is_emptied_list(key: &str, value: &Value) -> bool {
    LISTS.iter().any(|(list, _)| *list == key) && value.as_array().is_some_and(Vec::is_empty)
}

/// The kind of a record that stands alone, by its class or by the keys it has.
fn alone(map: &Map<String, Value>) -> Option<RecordKind> {
    let class = match map.get("@type") {
        Some(Value::String(name)) => Some(name.as_str()),
        Some(Value::Array(names)) => names.first().and_then(Value::as_str),
        _ => None,
    };
    match class.map(|name| name.rsplit([':', '/', '#']).next().unwrap_or(name)) {
        Some("Catalog") => return Some(RecordKind::Catalog),
        Some("Dataset") => return Some(RecordKind::Dataset),
        Some("DataService") => return Some(RecordKind::DataService),
        Some("DatasetSeries") => return Some(RecordKind::DatasetSeries),
        Some("CatalogRecord") => return Some(RecordKind::CatalogRecord),
        _ => {}
    }
    let has = |key: &str| map.contains_key(key);
    if has("endpointURL") {
        Some(RecordKind::DataService)
    } else if has("primaryTopic") {
        Some(RecordKind::CatalogRecord)
    } else if has("title")
        && ["identifier", "description", "distribution", "contactPoint"].into_iter().any(has)
    {
        Some(RecordKind::Dataset)
    } else if has("conformsTo") {
        Some(RecordKind::Catalog)
    } else {
        None
    }
}
