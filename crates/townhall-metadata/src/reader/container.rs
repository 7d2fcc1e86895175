//! Walks an object that may be a catalogue: its lists of records go out, the rest of it is kept as the header.

use std::io::Read;

use serde_json::{Map, Value};
use townhall_model::record::{Body, Catalog, RecordKind};
use townhall_model::{Finding, Position, Severity};

use super::item::{Item, ReadRecord};
use super::raw::{Mark, RawItem};
use super::record::{Place, broken, cut_off, read_object, type_record};
use super::walk::{Captured, Halt, LISTS, Sink, Walker, stop_on_break};
use crate::ReadError;
use crate::limits::HEADER_BYTES_MAX;
use crate::version::declared;

/// An object on the way.
struct Container<'p> {
    pointer: &'p str,
    start: Position,
    level: usize,
    /// The bytes besides the records.
    kept: Vec<u8>,
    /// Where the members among the kept bytes stood in the file.
    marks: Vec<Mark>,
    has_lists: bool,
    /// Why it can't count as a record of its own.
    damage: Option<Finding>,
}

impl<R: Read> Walker<'_, '_, R> {
    /// Walks the object at the start of the window; `level` counts the catalogues around it.
    pub(super) fn object(&mut self, pointer: &str, level: usize) -> Result<(), Halt> {
        let start = self.window.position();
        let mut container = Container {
            pointer,
            start,
            level,
            kept: Vec::new(),
            marks: Vec::new(),
            has_lists: false,
            damage: None,
        };
        self.keep(1, &mut container.kept);
        loop {
            self.skip_space(Some(&mut container.kept))?;
            match self.peek()? {
                Some(b'}') => {
                    self.keep(1, &mut container.kept);
                    return self.close(container);
                }
                Some(b',') => self.keep(1, &mut container.kept),
                Some(b'"') => self.member(&mut container)?,
                Some(_) => {
                    // Neither a key nor the end: it is passed over, byte by byte, until one of them comes.
                    let reason = broken(start, self.window.position());
                    self.damage(&mut container, reason);
                    self.window.consume(1);
                }
                None => {
                    let reason = cut_off(self.window.position());
                    self.damage(&mut container, reason);
                    container.kept.push(b'}');
                    self.close(container)?;
                    return Err(Halt::Truncated);
                }
            }
            if container.kept.len() > self.kept_bytes_max() {
                return Err(Halt::Failed(self.too_much_kept()));
            }
        }
    }

    fn member(&mut self, container: &mut Container<'_>) -> Result<(), Halt> {
        let begin = container.kept.len();
        container.marks.push(Mark { at: begin, position: self.window.position() });
        if !self.kept_value(container)? {
            return Ok(());
        }
        let key = serde_json::from_slice::<String>(&container.kept[begin..]).unwrap_or_default();
        self.skip_space(Some(&mut container.kept))?;
        if self.peek()? == Some(b':') {
            self.keep(1, &mut container.kept);
            self.skip_space(Some(&mut container.kept))?;
        }
        let list = LISTS.iter().copied().find(|kind| kind.catalog_key() == key);
        match (list, self.peek()?) {
            (Some(kind), Some(b'[')) => {
                // The records may want to know the version, so the header is read as far as it goes.
                self.declare(&container.kept[..begin]);
                self.records(container, kind)
            }
            (Some(RecordKind::Dataset), Some(b'{')) if container.level == 0 => self.lone_dataset(container),
            // A key without a value: the strict parser will say so.
            (_, Some(b'}' | b',')) | (_, None) => Ok(()),
            (_, Some(_)) => self.kept_value(container).map(drop),
        }
    }

    fn records(&mut self, container: &mut Container<'_>, kind: RecordKind) -> Result<(), Halt> {
        container.has_lists = true;
        self.keep(1, &mut container.kept);
        let pointer = format!("{}/{}", container.pointer, kind.catalog_key());
        let walked = self.list(&pointer, kind, container.level, Some(&mut container.kept));
        if matches!(walked, Err(Halt::Truncated)) {
            container.kept.extend_from_slice(b"]}");
            let kept = std::mem::take(&mut container.kept);
            self.header(kept, &container.marks, container.pointer, container.start)?;
        }
        walked
    }

    /// `dataset` as one object instead of a list of one.
    fn lone_dataset(&mut self, container: &mut Container<'_>) -> Result<(), Halt> {
        container.has_lists = true;
        let pointer = format!("{}/dataset", container.pointer);
        self.notice(
            Finding::new(
                "READ-NOT-A-LIST",
                Severity::Warning,
                "`dataset` is one object and was read as a list of one",
            )
            .with_pointer(pointer.as_str())
            .with_position(self.window.position())
            .with_fix("put the object in square brackets"),
        );
        container.kept.extend_from_slice(b"[]");
        let walked = self.element(&pointer, RecordKind::Dataset);
        if matches!(walked, Err(Halt::Truncated)) {
            container.kept.push(b'}');
            let kept = std::mem::take(&mut container.kept);
            self.header(kept, &container.marks, container.pointer, container.start)?;
        }
        walked
    }

    /// Moves the value at the start of the window to the kept bytes; false when it was broken and left out.
    fn kept_value(&mut self, container: &mut Container<'_>) -> Result<bool, Halt> {
        let (length, reason) = match self.capture(self.kept_bytes_max())? {
            Captured::Whole { length, .. } => {
                self.keep(length, &mut container.kept);
                return Ok(true);
            }
            Captured::Broken { length } => (length, broken(container.start, self.position_at(length))),
            Captured::CutOff { length } => (length, cut_off(self.position_at(length))),
            Captured::TooLarge { .. } => return Err(Halt::Failed(self.too_much_kept())),
        };
        self.damage(container, reason);
        container.kept.extend_from_slice(b"null");
        self.window.consume(length);
        Ok(false)
    }

    /// Notes the first damage of an object outside of its lists.
    fn damage(&mut self, container: &mut Container<'_>, reason: Finding) {
        if container.damage.is_none() {
            let reason = reason.with_pointer(container.pointer);
            self.notice(reason.clone());
            container.damage = Some(reason);
        }
    }

    /// Ends an object: it was a catalogue, whose header goes out, or a record that stood alone.
    fn close(&mut self, container: Container<'_>) -> Result<(), Halt> {
        let Container { pointer, start, level, kept, marks, has_lists, damage } = container;
        if has_lists || level > 0 {
            return self.header(kept, &marks, pointer, start);
        }
        if let (Sink::Raw(sink), None, "") = (&mut self.sink, &damage, pointer) {
            let flow = sink.take(RawItem::Alone { start, bytes: &kept });
            return match flow {
                Ok(flow) => stop_on_break(flow),
                Err(reason) => {
                    self.notice((*reason).clone());
                    let kind = RecordKind::Dataset;
                    let place = Place { kind, index: self.next_index(kind), pointer, start, version: None };
                    self.refuse_bytes(place, kept, *reason)
                }
            };
        }
        let parsed = match damage {
            Some(reason) => Err(reason),
            None => read_object(&kept, start),
        };
        let kind = match &parsed {
            Ok((map, _)) => match kind_alone(map) {
                Some(RecordKind::Catalog) => return self.header(kept, &marks, pointer, start),
                Some(kind) => kind,
                None => return Err(Halt::Failed(not_a_catalog(map))),
            },
            Err(_) => RecordKind::Dataset,
        };
        let place = Place { kind, index: self.next_index(kind), pointer, start, version: None };
        match parsed {
            Ok((map, findings)) => self.deliver_bytes(place, kept, map, findings),
            Err(reason) => self.refuse_bytes(place, kept, reason),
        }
    }

    /// Hands out the header of a catalogue.
    fn header(&mut self, kept: Vec<u8>, marks: &[Mark], pointer: &str, start: Position) -> Result<(), Halt> {
        let index = self.next_index(RecordKind::Catalog);
        let place = Place { kind: RecordKind::Catalog, index, pointer, start, version: None };
        if let Sink::Raw(sink) = &mut self.sink {
            return match sink.take(RawItem::Header { place, bytes: &kept, marks }) {
                Ok(flow) => {
                    self.summary.catalogs += 1;
                    stop_on_break(flow)
                }
                Err(reason) => {
                    self.notice((*reason).clone().with_pointer(pointer));
                    self.refuse_bytes(place, kept, *reason)
                }
            };
        }
        match read_object(&kept, start) {
            Ok((map, findings)) => {
                let map = map.into_iter().filter(|(key, value)| !is_emptied_list(key, value)).collect();
                let (record, findings) = type_record(map, findings, place, kept);
                if let Body::Catalog(catalog) = &record.body {
                    self.version = self.version.or_else(|| declared(catalog));
                }
                self.summary.catalogs += 1;
                let pointer = pointer.to_owned();
                self.hand_out(Item::Header(ReadRecord { index, pointer, position: start, record, findings }))
            }
            Err(reason) => {
                self.notice(reason.clone().with_pointer(pointer));
                self.refuse_bytes(place, kept, reason)
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

    fn kept_bytes_max(&self) -> usize {
        HEADER_BYTES_MAX.max(self.options.record_bytes_max)
    }

    fn too_much_kept(&self) -> ReadError {
        ReadError::TooLarge { limit_bytes: self.kept_bytes_max() as u64 }
    }
}

/// Whether the member is one of the lists whose records were handed out one by one.
fn is_emptied_list(key: &str, value: &Value) -> bool {
    LISTS.iter().any(|kind| kind.catalog_key() == key) && value.as_array().is_some_and(Vec::is_empty)
}

fn not_a_catalog(map: &Map<String, Value>) -> ReadError {
    const KEYS_SHOWN: usize = 8;
    let keys = map.keys().take(KEYS_SHOWN).map(|key| format!("`{key}`")).collect::<Vec<_>>();
    ReadError::NotACatalog { keys: if keys.is_empty() { "none".to_owned() } else { keys.join(", ") } }
}

/// The kind of a record that stands alone, by its class or by the keys it has.
pub(super) fn kind_alone(map: &Map<String, Value>) -> Option<RecordKind> {
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
