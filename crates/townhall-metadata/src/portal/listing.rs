//! Walks the JSON that portals answer with, and hands out the records of its list one at a time.
//!
//! A portal wraps its list in one or two objects (`{"result": {"results": [...]}}`), answers with one record, or dumps one
//! record a line. All of these are read from the stream; one record is in memory at a time.

use std::fmt;
use std::io::{self, BufReader, Read};
use std::ops::ControlFlow;

use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use townhall_model::record::{RecordKind, Version};
use townhall_model::{Finding, Position, Severity};

use crate::rdf::typed;
use crate::reader::{Unwrapping, unwrap};
use crate::{Item, ReadError, ReadOptions, Refused, Summary};

/// Gives a record its kind and its fields in DCAT-US, and tells what was noticed.
pub type Describe = fn(&Map<String, Value>, &mut Vec<Finding>) -> (RecordKind, Map<String, Value>);

/// What a dialect of a portal says of its answers.
pub struct Shape {
    /// The name of the dialect, for messages.
    pub name: &'static str,
    /// The ways to the list, from the outside.
    pub lists: &'static [&'static [&'static str]],
    /// Whether an object is a record.
    pub is_record: fn(&Map<String, Value>) -> bool,
    /// The record that an object is: its kind and its fields in DCAT-US, with what was noticed.
    pub describe: Describe,
    /// The version of DCAT-US that `describe` writes.
    pub version: Version,
}

/// Reads the answer of a portal.
pub fn read(
    input: &mut dyn Read,
    options: &ReadOptions,
    sink: &mut dyn FnMut(Item) -> ControlFlow<()>,
    shape: &Shape,
) -> Result<Summary, ReadError> {
    let (unpacked, unwrappings) = unwrap(input)?;
    let watched = Watched {
        inner: BufReader::new(unpacked),
        at: Position { line: 1, column: 1 },
        bytes: 0,
        limit: options.decompressed_bytes_max,
    };
    let mut summary = Summary {
        version: Some(shape.version),
        findings: unwrappings.into_iter().map(Unwrapping::finding).collect(),
        ..Summary::default()
    };
    let state = State { options, sink, shape, summary: &mut summary, indexes: [0; RecordKind::ALL.len()] };
    let state = std::cell::RefCell::new(state);
    let watched = std::cell::RefCell::new(watched);
    let outcome = walk(&state, &watched);
    let watched = watched.into_inner();
    let State { indexes, .. } = state.into_inner();
    summary.bytes = watched.bytes;
    let has_records = indexes.iter().any(|count| *count > 0);
    match outcome {
        Ok(()) if has_records => Ok(summary),
        Ok(()) if watched.bytes == 0 => Err(ReadError::Empty),
        Ok(()) => Err(ReadError::NoRecords { found: format!("no record of {}", shape.name) }),
        Err(_) if summary.is_stopped => Ok(summary),
        Err(error) if error.is_io() && watched.bytes > watched.limit => {
            Err(ReadError::TooLarge { limit_bytes: watched.limit })
        }
        Err(error) if error.is_io() => Err(ReadError::Io(error.into())),
        Err(error) if has_records => {
            let message = format!("the file breaks off or is no JSON from here on: {error}");
            let finding = Finding::new("READ-TRUNCATED", Severity::Error, message)
                .with_position(watched.at)
                .with_fix("get the file again");
            summary.findings.push(finding);
            summary.is_truncated = true;
            Ok(summary)
        }
        Err(_) if watched.bytes == 0 => Err(ReadError::Empty),
        Err(error) => Err(ReadError::Syntax { format: "JSON", complaint: error.to_string() }),
    }
}

type Shared<'a, T> = &'a std::cell::RefCell<T>;

/// One document after the other, as lines of JSON have them.
fn walk<R: Read>(
    state: Shared<'_, State<'_>>,
    watched: Shared<'_, Watched<R>>,
) -> Result<(), serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_reader(Through(watched));
    let mut count = 0;
    loop {
        match reader.end() {
            Ok(()) => return Ok(()),
            Err(error) if error.is_io() => return Err(error),
            Err(_) => {}
        }
        let pointer = if count == 0 { String::new() } else { format!("/{count}") };
        let node = Node { state, watched, path: Vec::new(), pointer };
        node.deserialize(&mut reader)?;
        count += 1;
    }
}

/// What the walk shares.
struct State<'a> {
    options: &'a ReadOptions,
    sink: &'a mut dyn FnMut(Item) -> ControlFlow<()>,
    shape: &'a Shape,
    summary: &'a mut Summary,
    indexes: [u64; RecordKind::ALL.len()],
}

impl State<'_> {
    fn next(&mut self, kind: RecordKind) -> u64 {
        let index = &mut self.indexes[kind as usize];
        *index += 1;
        *index - 1
    }

    fn emit(&mut self, value: Value, pointer: &str, position: Position) -> ControlFlow<()> {
        let original = serde_json::to_vec(&value).unwrap_or_default();
        let limit = self.options.record_bytes_max;
        let Value::Object(source) = value else {
            let message = format!("there is no record of {} here", self.shape.name);
            return self.refuse(
                Finding::new("READ-NOT-AN-OBJECT", Severity::Error, message),
                pointer,
                position,
                original,
            );
        };
        if original.len() > limit {
            let message = format!("the record is larger than {limit} bytes");
            return self.refuse(
                Finding::new("READ-TOO-LARGE", Severity::Error, message),
                pointer,
                position,
                original,
            );
        }
        let mut findings = Vec::new();
        let (kind, map) = (self.shape.describe)(&source, &mut findings);
        for finding in &mut findings {
            finding.pointer.insert_str(0, pointer);
        }
        let index = self.next(kind);
        self.summary.count(kind);
        let mut read = typed(map, findings, kind, index, pointer.to_owned(), original);
        read.record.version = self.shape.version;
        read.position = position;
        (self.sink)(Item::Record(read))
    }

    fn refuse(
        &mut self,
        reason: Finding,
        pointer: &str,
        position: Position,
        mut original: Vec<u8>,
    ) -> ControlFlow<()> {
        original.truncate(self.options.record_bytes_max);
        self.summary.refused += 1;
        let kind = RecordKind::Dataset;
        let reason = reason.with_pointer(pointer).with_position(position);
        let index = self.next(kind);
        let pointer = pointer.to_owned();
        (self.sink)(Item::Refused(Refused { index, kind, pointer, position, reason, original }))
    }
}

/// A place in the document, by the keys that lead to it.
struct Node<'a, 's, R> {
    state: Shared<'a, State<'s>>,
    watched: Shared<'a, Watched<R>>,
    path: Vec<String>,
    pointer: String,
}

impl<R> Node<'_, '_, R> {
    fn emit<E: serde::de::Error>(&self, value: Value, pointer: &str, position: Position) -> Result<(), E> {
        match self.state.borrow_mut().emit(value, pointer, position) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(E::custom("stopped")),
        }
    }

    fn at(&self) -> Position {
        self.watched.borrow().at
    }

    /// Whether the way goes on from here to a list.
    fn leads_on(&self, key: &str) -> bool {
        let lists = self.state.borrow().shape.lists;
        lists.iter().any(|list| {
            list.len() > self.path.len()
                && list.iter().zip(&self.path).all(|(step, own)| step == own)
                && list[self.path.len()] == key
        })
    }

    fn is_list(&self) -> bool {
        let lists = self.state.borrow().shape.lists;
        self.path.is_empty() || lists.iter().any(|list| list.iter().eq(self.path.iter()))
    }
}

impl<'de, R: Read> DeserializeSeed<'de> for Node<'_, '_, R> {
    /// Whether records were found.
    type Value = bool;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, R: Read> Visitor<'de> for Node<'_, '_, R> {
    type Value = bool;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the answer of a portal")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<bool, A::Error> {
        let position = self.at();
        let mut rest = Map::new();
        let mut has_records = false;
        while let Some(key) = map.next_key::<String>()? {
            if self.leads_on(&key) {
                let mut path = self.path.clone();
                let pointer = format!("{}/{}", self.pointer, key.replace('~', "~0").replace('/', "~1"));
                path.push(key);
                let node = Node { state: self.state, watched: self.watched, path, pointer };
                has_records |= map.next_value_seed(node)?;
            } else {
                let value: Value = map.next_value()?;
                rest.insert(key, value);
            }
        }
        let is_record = self.state.borrow().shape.is_record;
        if !has_records && is_record(&rest) {
            let mut position = position;
            position.column = position.column.saturating_sub(1).max(1);
            self.emit(Value::Object(rest), &self.pointer, position)?;
            return Ok(true);
        }
        Ok(has_records)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<bool, A::Error> {
        if !self.is_list() {
            while list.next_element::<serde::de::IgnoredAny>()?.is_some() {}
            return Ok(false);
        }
        let mut index = 0;
        loop {
            let position = self.at();
            let Some(value) = list.next_element::<Value>()? else { return Ok(index > 0) };
            self.emit(value, &format!("{}/{index}", self.pointer), position)?;
            index += 1;
        }
    }

    fn visit_unit<E>(self) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_bool<E>(self, _: bool) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_i64<E>(self, _: i64) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_u64<E>(self, _: u64) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_f64<E>(self, _: f64) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_str<E>(self, _: &str) -> Result<bool, E> {
        Ok(false)
    }
}

/// Knows where in the file it is, and how much may still come.
struct Watched<R> {
    inner: BufReader<R>,
    at: Position,
    bytes: u64,
    limit: u64,
}

struct Through<'a, R>(Shared<'a, Watched<R>>);

impl<R: Read> Read for Through<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut watched = self.0.borrow_mut();
        let read = watched.inner.read(buffer)?;
        watched.bytes += read as u64;
        if watched.bytes > watched.limit {
            return Err(io::Error::other("the file is too large"));
        }
        // A byte-order mark says nothing in UTF-8, and JSON has none.
        for byte in &mut buffer[..read] {
            match *byte {
                b'\n' => watched.at = Position { line: watched.at.line + 1, column: 1 },
                0xEF | 0xBB | 0xBF if watched.bytes <= 3 => *byte = b' ',
                // Bytes that go on with a character are no columns of their own.
                0x80..=0xBF => {}
                _ => watched.at.column += 1,
            }
        }
        Ok(read)
    }
}
