//! Writes a catalogue back as it stood: the keys of each header in their order, with the lists in their places.

use std::collections::{BTreeMap, VecDeque};
use std::io::Write;

use serde_json::{Map, Value};
use townhall_model::record::RecordKind;

use crate::WriteError;

/// The headers of a file by the JSON pointer of their catalogue, their lists emptied.
pub type Headers = BTreeMap<String, Map<String, Value>>;

/// Writes records into the lists of the headers, in the order in which the file has them.
pub struct TreeWriter<'h, W> {
    out: W,
    headers: &'h Headers,
    /// The catalogues that are open, the outermost first.
    open: Vec<Frame>,
}

/// A catalogue that is being written.
struct Frame {
    pointer: String,
    has_members: bool,
    /// What is left of its header.
    rest: VecDeque<(String, Value)>,
    /// The list that is open, and how many items it has.
    list: Option<(RecordKind, u64)>,
    closed: Vec<RecordKind>,
    /// The nested catalogues that have not been written yet, by their place in the list.
    catalogs: VecDeque<usize>,
}

impl<'h, W: Write> TreeWriter<'h, W> {
    pub fn new(out: W, headers: &'h Headers) -> Self {
        Self { out, headers, open: Vec::new() }
    }

    /// Opens the outermost catalogue.
    pub fn begin(&mut self) -> Result<(), WriteError> {
        self.open_frame(String::new())
    }

    /// Writes a record that stood at this pointer; over several lines, if that is how it stood there.
    pub fn record(
        &mut self,
        pointer: &str,
        kind: RecordKind,
        record: &Map<String, Value>,
        is_spread: bool,
    ) -> Result<(), WriteError> {
        self.enter(&catalogs(pointer))?;
        self.item(kind)?;
        match is_spread {
            true => serde_json::to_writer_pretty(&mut self.out, record)?,
            false => serde_json::to_writer(&mut self.out, record)?,
        }
        Ok(())
    }

    /// Closes everything.
    pub fn end(&mut self) -> Result<(), WriteError> {
        while !self.open.is_empty() {
            self.close_frame()?;
        }
        self.out.write_all(b"\n")?;
        Ok(self.out.flush()?)
    }

    /// Makes the nested catalogue at this path the innermost open one.
    fn enter(&mut self, path: &[usize]) -> Result<(), WriteError> {
        let target = path.iter().fold(String::new(), |pointer, index| format!("{pointer}/catalog/{index}"));
        while !target.starts_with(&self.top().pointer)
            || !matches!(target.as_bytes().get(self.top().pointer.len()), None | Some(b'/'))
        {
            self.close_frame()?;
        }
        while self.open.len() <= path.len() {
            let index = path[self.open.len() - 1];
            self.empty_catalogs(index)?;
            let pointer = format!("{}/catalog/{index}", self.top().pointer);
            self.item(RecordKind::Catalog)?;
            self.top().catalogs.retain(|left| *left != index);
            self.open_frame(pointer)?;
        }
        Ok(())
    }

    fn top(&mut self) -> &mut Frame {
        self.open.last_mut().expect("the outermost catalogue is open until the end")
    }

    fn open_frame(&mut self, pointer: String) -> Result<(), WriteError> {
        let catalogs = self.nested(&pointer);
        let rest = self.headers.get(&pointer).cloned().unwrap_or_default().into_iter().collect();
        self.out.write_all(b"{")?;
        self.open.push(Frame { pointer, has_members: false, rest, list: None, closed: Vec::new(), catalogs });
        Ok(())
    }

    /// The places of the catalogues in the list of the one at this pointer.
    fn nested(&self, pointer: &str) -> VecDeque<usize> {
        let list = format!("{pointer}/catalog/");
        let pointers = self.headers.range(list.clone()..).map(|(pointer, _)| pointer);
        let nested = pointers.map_while(|pointer| pointer.strip_prefix(&list));
        let mut places = nested.filter_map(|place| place.parse().ok()).collect::<Vec<_>>();
        places.sort_unstable();
        places.into()
    }

    /// Begins an item in the list of this kind, which is opened where it stood.
    fn item(&mut self, kind: RecordKind) -> Result<(), WriteError> {
        if self.top().list.is_none_or(|(open, _)| open != kind) {
            self.close_list()?;
            if self.top().closed.contains(&kind) {
                return Err(WriteError::OutOfOrder { kind });
            }
            // A list that the header does not have begins here; one that it has, where it stood.
            if let Some(ahead) = self.top().rest.iter().position(|(key, _)| key == kind.catalog_key()) {
                for _ in 0..ahead {
                    self.next_member()?;
                }
                self.top().rest.pop_front();
            }
            self.key(kind.catalog_key())?;
            self.out.write_all(b"[")?;
            self.top().list = Some((kind, 0));
        }
        let list = &mut self.top().list;
        let written = list.map_or(0, |(_, written)| written);
        *list = Some((kind, written + 1));
        Ok(self.out.write_all(if written > 0 { b",\n" } else { b"\n" })?)
    }

    fn key(&mut self, key: &str) -> Result<(), WriteError> {
        let has_members = std::mem::replace(&mut self.top().has_members, true);
        self.out.write_all(if has_members { b",\n" } else { b"\n" })?;
        serde_json::to_writer(&mut self.out, key)?;
        Ok(self.out.write_all(b": ")?)
    }

    /// Writes the next member of the header; nested catalogues without records stand where their list did.
    fn next_member(&mut self) -> Result<(), WriteError> {
        let Some((key, value)) = self.top().rest.pop_front() else { return Ok(()) };
        let kind = RecordKind::ALL.into_iter().find(|kind| kind.catalog_key() == key);
        let is_emptied = value.as_array().is_some_and(Vec::is_empty);
        match kind.filter(|_| is_emptied) {
            Some(RecordKind::Catalog) if !self.top().catalogs.is_empty() => {
                self.empty_catalogs(usize::MAX)?;
                return self.close_list();
            }
            Some(kind) => self.top().closed.push(kind),
            None => {}
        }
        self.key(&key)?;
        Ok(serde_json::to_writer(&mut self.out, &value)?)
    }

    /// Writes the nested catalogues before this place, which had no records.
    fn empty_catalogs(&mut self, before: usize) -> Result<(), WriteError> {
        while self.top().catalogs.front().is_some_and(|place| *place < before) {
            let Some(place) = self.top().catalogs.pop_front() else { break };
            let pointer = format!("{}/catalog/{place}", self.top().pointer);
            self.item(RecordKind::Catalog)?;
            self.open_frame(pointer)?;
            self.close_frame()?;
        }
        Ok(())
    }

    fn close_list(&mut self) -> Result<(), WriteError> {
        if self.top().list.is_some_and(|(kind, _)| kind == RecordKind::Catalog) {
            self.empty_catalogs(usize::MAX)?;
        }
        if let Some((kind, _)) = self.top().list.take() {
            self.top().closed.push(kind);
            self.out.write_all(b"\n]")?;
        }
        Ok(())
    }

    fn close_frame(&mut self) -> Result<(), WriteError> {
        self.close_list()?;
        while !self.top().rest.is_empty() {
            self.next_member()?;
        }
        self.out.write_all(b"\n}")?;
        self.open.pop();
        Ok(())
    }
}

/// The nested catalogues on the way to a record: `/catalog/0/catalog/2/dataset/5` is in `[0, 2]`.
fn catalogs(pointer: &str) -> Vec<usize> {
    let steps = pointer.split('/').skip(1).collect::<Vec<_>>();
    let mut path = Vec::new();
    for pair in steps.chunks(2) {
        match pair {
            ["catalog", index] => match index.parse() {
                Ok(index) => path.push(index),
                Err(_) => break,
            },
            _ => break,
        }
    }
    path
}
