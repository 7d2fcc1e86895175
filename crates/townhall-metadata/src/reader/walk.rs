//! Walks through a catalogue from one record to the next: the window, the limits, and what goes out.
//!
//! [`super::container`] walks objects, [`super::list`] lists of records, [`super::lines`] JSON lines.

use std::io::{self, Read};
use std::ops::ControlFlow;

use serde_json::{Map, Value};
use townhall_model::record::{RecordKind, Version};
use townhall_model::{Finding, Position, Severity};

use super::input::{Unwrapping, unwrap};
use super::item::{Item, ReadOptions, ReadRecord, Refused, Summary};
use super::raw::{RawItem, RawSink};
use super::record::{Place, read_object, type_record};
use super::resync::next_record;
use super::scan::{Scan, Scanner};
use super::window::{Window, advance};
use crate::ReadError;
use crate::limits::{FILE_FINDINGS_MAX, RESCANNED_BYTES_MAX};

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
    walk(input, options, Sink::Typed(sink))
}

/// Walks as [`read_catalog`] does, and hands out the bytes of the records instead of typed ones.
pub(crate) fn walk_catalog(
    input: impl Read,
    options: &ReadOptions,
    sink: &mut dyn RawSink,
) -> Result<Summary, ReadError> {
    walk(input, options, Sink::Raw(sink))
}

fn walk(input: impl Read, options: &ReadOptions, sink: Sink<'_>) -> Result<Summary, ReadError> {
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

/// Who receives what is found.
pub(super) enum Sink<'s> {
    /// Records of the house's own types.
    Typed(&'s mut (dyn FnMut(Item) -> ControlFlow<()> + 's)),
    /// Bytes.
    Raw(&'s mut (dyn RawSink + 's)),
}

pub(super) struct Walker<'a, 's, R> {
    pub(super) window: Window<R>,
    pub(super) options: &'a ReadOptions,
    pub(super) sink: Sink<'s>,
    is_packed: bool,
    rescanned: u64,
    /// How many records of each kind have been met.
    indexes: [u64; RecordKind::ALL.len()],
    /// The version that the catalogue declares, once that is known.
    pub(super) version: Option<Version>,
    /// The version of the first record.
    guessed: Option<Version>,
    pub(super) summary: Summary,
}

/// Why the walk ends early.
pub(super) enum Halt {
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
pub(super) enum Captured {
    Whole {
        length: usize,
        depth: u32,
    },
    Broken {
        length: usize,
    },
    CutOff {
        length: usize,
    },
    /// `rest` scans on, unless the value ends at `length`.
    TooLarge {
        rest: Option<Scanner>,
        length: usize,
    },
}

/// The lists of a catalogue whose items are records.
pub(super) const LISTS: &[RecordKind] = &[
    RecordKind::Dataset,
    RecordKind::DataService,
    RecordKind::DatasetSeries,
    RecordKind::CatalogRecord,
    RecordKind::Catalog,
];

impl<R: Read> Walker<'_, '_, R> {
    fn document(&mut self) -> Result<(), Halt> {
        self.skip_space(None)?;
        match self.peek()? {
            None => return Err(Halt::Failed(ReadError::Empty)),
            Some(b'{') if self.has_record_lines()? => return self.lines(0),
            Some(b'{') => self.object("", 0)?,
            Some(b'[') => {
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
            }
            Some(_) => return Err(Halt::Failed(self.not_a_catalog()?)),
        }
        self.skip_space(None)?;
        match self.peek()? {
            None => Ok(()),
            Some(b'{') => self.lines(1),
            Some(_) => {
                self.notice(
                    Finding::new(
                        "READ-TRAILING",
                        Severity::Warning,
                        "something stands after the end of the catalogue and was not read",
                    )
                    .with_position(self.window.position()),
                );
                Ok(())
            }
        }
    }

    /// Scans the value at the start of the window until it ends, breaks or grows too large.
    pub(super) fn capture(&mut self, bytes_max: usize) -> Result<Captured, Halt> {
        let mut scanner = Scanner::default();
        let mut scanned = 0;
        loop {
            let fresh = &self.window.bytes()[scanned..];
            match scanner.feed(fresh) {
                Scan::Done(end) if scanned + end <= bytes_max => {
                    return Ok(Captured::Whole { length: scanned + end, depth: scanner.deepest() });
                }
                Scan::Done(end) => return Ok(Captured::TooLarge { rest: None, length: scanned + end }),
                Scan::Broken(at) => return Ok(Captured::Broken { length: scanned + at }),
                Scan::More => scanned += fresh.len(),
            }
            if scanned > bytes_max {
                return Ok(Captured::TooLarge { rest: Some(scanner), length: scanned });
            }
            if !self.extend()? {
                return Ok(match scanner.may_end() {
                    true => Captured::Whole { length: scanned, depth: 0 },
                    false => Captured::CutOff { length: scanned },
                });
            }
        }
    }

    /// Where the next record seems to begin within the broken one at the start of the window.
    pub(super) fn next_record(&mut self, length: usize) -> Option<usize> {
        self.rescanned += length as u64;
        if self.rescanned > RESCANNED_BYTES_MAX {
            return None;
        }
        next_record(&self.window.bytes()[..length])
    }

    /// Lets a receiver of bytes measure the record at the start of the window; false when that is left to us.
    pub(super) fn take_whole(&mut self, place: Place<'_>) -> Result<bool, Halt> {
        let Sink::Raw(sink) = &mut self.sink else { return Ok(false) };
        let bytes = self.window.bytes();
        let bytes = &bytes[..bytes.len().min(self.options.record_bytes_max)];
        let Some(length) = sink.measure(bytes) else { return Ok(false) };
        Ok(self.take(place, length)?.is_ok())
    }

    /// Reads the record at the start of the window and hands it out; the inner error says why it can't be read.
    pub(super) fn take(&mut self, place: Place<'_>, length: usize) -> Result<Result<(), Finding>, Halt> {
        let bytes = &self.window.bytes()[..length];
        let flow = match &mut self.sink {
            Sink::Typed(_) => match read_object(bytes, place.start) {
                Ok((map, findings)) => return self.deliver(place, length, map, findings).map(Ok),
                Err(reason) => return Ok(Err(reason)),
            },
            Sink::Raw(sink) => match sink.take(RawItem::Record { place, bytes }) {
                Ok(flow) => flow,
                Err(reason) => return Ok(Err(*reason)),
            },
        };
        self.summary.count(place.kind);
        self.window.consume(length);
        stop_on_break(flow).map(Ok)
    }

    /// Types the record at the start of the window and hands it out.
    pub(super) fn deliver(
        &mut self,
        place: Place<'_>,
        length: usize,
        map: Map<String, Value>,
        findings: Vec<Finding>,
    ) -> Result<(), Halt> {
        let raw = self.window.bytes()[..length].to_vec();
        self.window.consume(length);
        self.deliver_bytes(place, raw, map, findings)
    }

    /// Types a record and hands it out.
    pub(super) fn deliver_bytes(
        &mut self,
        place: Place<'_>,
        raw: Vec<u8>,
        map: Map<String, Value>,
        findings: Vec<Finding>,
    ) -> Result<(), Halt> {
        if let Sink::Raw(sink) = &mut self.sink {
            return match sink.take(RawItem::Record { place, bytes: &raw }) {
                Ok(flow) => {
                    self.summary.count(place.kind);
                    stop_on_break(flow)
                }
                Err(reason) => self.refuse_bytes(place, raw, *reason),
            };
        }
        let (record, findings) = type_record(map, findings, place, raw);
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

    /// Refuses what stands at the start of the window.
    pub(super) fn refuse(&mut self, place: Place<'_>, length: usize, reason: Finding) -> Result<(), Halt> {
        let raw = self.window.bytes()[..length].to_vec();
        self.window.consume(length);
        self.refuse_bytes(place, raw, reason)
    }

    /// Refuses what can't be read as a record.
    pub(super) fn refuse_bytes(
        &mut self,
        place: Place<'_>,
        raw: Vec<u8>,
        reason: Finding,
    ) -> Result<(), Halt> {
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
            original: raw,
        }))
    }

    pub(super) fn hand_out(&mut self, item: Item) -> Result<(), Halt> {
        let flow = match &mut self.sink {
            Sink::Typed(sink) => sink(item),
            Sink::Raw(sink) => match item {
                Item::Refused(refused) => {
                    sink.take(RawItem::Refused(Box::new(refused))).unwrap_or(ControlFlow::Continue(()))
                }
                // Records and headers go to such a receiver as bytes, before they are typed.
                Item::Record(_) | Item::Header(_) => ControlFlow::Continue(()),
            },
        };
        stop_on_break(flow)
    }

    pub(super) fn next_index(&mut self, kind: RecordKind) -> u64 {
        let index = &mut self.indexes[kind as usize];
        *index += 1;
        *index - 1
    }

    pub(super) fn notice(&mut self, finding: Finding) {
        if self.summary.findings.len() < FILE_FINDINGS_MAX {
            self.summary.findings.push(finding);
        }
    }

    /// Says what the file is instead, as far as its first characters tell.
    fn not_a_catalog(&mut self) -> Result<ReadError, Halt> {
        const LOOK_BYTES: usize = 40;
        const MARKUP_BYTES: usize = 2_000;
        while self.window.bytes().len() < MARKUP_BYTES && self.extend()? {}
        let head = self.window.bytes();
        if head.starts_with(b"<") {
            return Ok(markup(&String::from_utf8_lossy(&head[..head.len().min(MARKUP_BYTES)])));
        }
        let found = String::from_utf8_lossy(&head[..head.len().min(LOOK_BYTES)]);
        let found = found.lines().next().unwrap_or_default().chars().take(LOOK_BYTES / 2).collect();
        Ok(ReadError::NotJson { found })
    }

    pub(super) fn position_at(&self, length: usize) -> Position {
        advance(self.window.position(), &self.window.bytes()[..length])
    }

    /// Moves bytes from the window to the kept ones.
    pub(super) fn keep(&mut self, length: usize, kept: &mut Vec<u8>) {
        kept.extend_from_slice(&self.window.bytes()[..length]);
        self.window.consume(length);
    }

    /// Passes over white space, keeping it if there is something to keep it in.
    pub(super) fn skip_space(&mut self, mut kept: Option<&mut Vec<u8>>) -> Result<(), Halt> {
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

    pub(super) fn peek(&mut self) -> Result<Option<u8>, Halt> {
        while self.window.bytes().is_empty() {
            if !self.extend()? {
                return Ok(None);
            }
        }
        Ok(self.window.bytes().first().copied())
    }

    /// Makes the window longer; false when the input has no more.
    pub(super) fn extend(&mut self) -> Result<bool, Halt> {
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

pub(super) fn stop_on_break(flow: ControlFlow<()>) -> Result<(), Halt> {
    match flow {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(Halt::Stopped),
    }
}

pub(super) fn is_damage(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
    matches!(error.kind(), InvalidData | InvalidInput | UnexpectedEof)
}

/// What a file of markup is: a web page, which often lacks its first elements, or XML that says so, or has namespaces.
fn markup(head: &str) -> ReadError {
    // Instructions, comments and declarations come before the first element.
    let mut rest = head;
    while rest.starts_with("<?") || rest.starts_with("<!") {
        let end = if rest.starts_with("<!--") { "-->" } else { ">" };
        rest = rest.split_once(end).map_or("", |(_, rest)| rest).trim_start();
    }
    let mut words = rest.trim_start_matches('<').split(|c: char| c.is_whitespace() || matches!(c, '>' | '/'));
    let root = words.next().unwrap_or_default();
    let is_page = root.eq_ignore_ascii_case("html") || head.to_ascii_lowercase().contains("<!doctype html");
    let is_xml = head.starts_with("<?xml") || root.contains(':') || head.contains("xmlns");
    match is_xml && !is_page && !root.is_empty() {
        true => ReadError::UnknownXml { root: root.chars().take(80).collect() },
        false => ReadError::WebPage,
    }
}
