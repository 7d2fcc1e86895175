//! Reads schema.org out of JSON-LD, alone or in the scripts of a web page.

use std::collections::HashMap;
use std::io::Read;
use std::ops::ControlFlow;

use serde_json::{Map, Value, json};
use townhall_model::record::{RecordKind, Version};
use townhall_model::{Finding, Position, Severity};

use super::html::{json_of, scripts, without_entities};
use super::normal::{Names, is_a};
use super::record::{LISTINGS, kind_of, record};
use crate::limits::{RECORD_DEPTH_MAX, SCHEMA_ORG_BYTES_MAX, SCRIPTS_MAX};
use crate::rdf::{START, typed, whole};
use crate::reader::{advance, decode, read_object};
use crate::{Item, ReadError, ReadOptions, Refused, Summary};

/// Reads a file of JSON-LD, or the page of HTML around some.
pub fn read(
    input: &mut dyn Read,
    options: &ReadOptions,
    sink: &mut dyn FnMut(Item) -> ControlFlow<()>,
) -> Result<Summary, ReadError> {
    let limit = options.decompressed_bytes_max.min(SCHEMA_ORG_BYTES_MAX);
    let (bytes, findings) = whole(input, &ReadOptions { decompressed_bytes_max: limit, ..options.clone() })?;
    let (text, _) = decode(&bytes);
    let mut reading = Reading {
        options,
        sink,
        summary: Summary {
            bytes: bytes.len() as u64,
            findings,
            version: Some(Version::DcatUs30),
            ..Summary::default()
        },
        indexes: [0; RecordKind::ALL.len()],
        classes: Vec::new(),
        place: START,
    };
    let text = text.trim_start_matches('\u{feff}');
    let flow = if text.trim_start().starts_with(['{', '[']) {
        let document = serde_json::from_str(text)
            .map_err(|error| ReadError::Syntax { format: "JSON-LD", complaint: error.to_string() })?;
        reading.document(&document)
    } else {
        reading.page(text)?
    };
    reading.summary.is_stopped = flow.is_break();
    let summary = reading.summary;
    if summary.refused + summary.catalogs + summary.datasets + summary.services == 0 && !summary.is_stopped {
        let found = match reading.classes.as_slice() {
            [] => "nothing of a class of schema.org".to_owned(),
            classes => format!("`{}`", classes.join("`, `")),
        };
        return Err(ReadError::NoRecords { found });
    }
    Ok(summary)
}

struct Reading<'r, 's> {
    options: &'r ReadOptions,
    sink: &'s mut dyn FnMut(Item) -> ControlFlow<()>,
    summary: Summary,
    indexes: [u64; RecordKind::ALL.len()],
    /// Some classes of what was no record, for the message.
    classes: Vec<String>,
    /// Where the document begins in its page.
    place: Position,
}

impl Reading<'_, '_> {
    fn page(&mut self, page: &str) -> Result<ControlFlow<()>, ReadError> {
        let scripts = scripts(page);
        if scripts.is_empty() {
            return Err(ReadError::WebPage);
        }
        let (mut at, mut place) = (0, START);
        for (start, script) in scripts.into_iter().take(SCRIPTS_MAX) {
            place = advance(place, &page.as_bytes()[at..start]);
            at = start;
            self.place = place;
            let json = json_of(script);
            let parsed = serde_json::from_str::<Value>(json)
                .or_else(|error| serde_json::from_str(&without_entities(json)).map_err(|_| error));
            let flow = match parsed {
                Ok(document) => self.document(&document),
                // Broken by hand more often than by machine: what can be mended in a catalogue can be here.
                Err(error) => match read_object(json.as_bytes(), place) {
                    Ok((map, findings)) => {
                        self.summary.findings.extend(findings);
                        self.document(&Value::Object(map))
                    }
                    Err(_) if !json.contains("Dataset") => ControlFlow::Continue(()),
                    Err(_) => self.refuse_script(&error, json),
                },
            };
            if flow.is_break() {
                return Ok(flow);
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn refuse_script(&mut self, error: &serde_json::Error, json: &str) -> ControlFlow<()> {
        self.summary.refused += 1;
        let message = format!("a script of JSON-LD is not JSON: {error}");
        let reason = Finding::new("READ-JSON", Severity::Error, message)
            .with_position(self.place)
            .with_source("JSON-LD 1.1, section 7")
            .with_fix("mend the script at this place of the page");
        let index = self.next(RecordKind::Dataset);
        (self.sink)(Item::Refused(Refused {
            index,
            kind: RecordKind::Dataset,
            pointer: String::new(),
            position: self.place,
            reason,
            original: json.as_bytes().iter().copied().take(self.options.record_bytes_max).collect(),
        }))
    }

    fn document(&mut self, document: &Value) -> ControlFlow<()> {
        let context = match document {
            Value::Array(documents) => documents.first().and_then(|first| first.get("@context")),
            document => document.get("@context"),
        };
        let names = Names::of(context);
        let mut described = HashMap::new();
        remember(document, 0, &mut described);
        let found = Found { names: &names, described: &described };
        self.walk(document, &mut String::new(), 0, &found)
    }

    /// Finds the records below a value. What is inside a dataset is part of it.
    fn walk(
        &mut self,
        value: &Value,
        pointer: &mut String,
        depth: u32,
        found: &Found<'_>,
    ) -> ControlFlow<()> {
        if depth > RECORD_DEPTH_MAX {
            return ControlFlow::Continue(());
        }
        let length = pointer.len();
        match value {
            Value::Array(values) => {
                for (index, value) in values.iter().enumerate() {
                    pointer.push_str(&format!("/{index}"));
                    self.walk(value, pointer, depth + 1, found)?;
                    pointer.truncate(length);
                }
            }
            Value::Object(map) => {
                let classed = found.classed(map);
                let kind = kind_of(&classed);
                // An object of class and name alone refers to one that says more.
                let is_reference = map.len() <= 2 && map.contains_key("@id");
                if let Some(kind) = kind.filter(|kind| *kind != RecordKind::Catalog && !is_reference) {
                    return self.emit(map, kind, pointer, found);
                }
                if kind.is_none()
                    && let Some(class) = classed.get("@type").and_then(Value::as_str)
                    && self.classes.len() < 5
                    && !self.classes.iter().any(|known| known == class)
                {
                    self.classes.push(class.chars().take(80).collect());
                }
                for (key, value) in map.iter().filter(|(_, value)| value.is_object() || value.is_array()) {
                    let short = found.names.short(key);
                    // A catalogue named by a dataset, and what a catalogue says of itself, are no lists of records.
                    if key == "@context" || (kind.is_some() && !LISTINGS.contains(&short)) {
                        continue;
                    }
                    pointer.push('/');
                    pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
                    self.walk(value, pointer, depth + 1, found)?;
                    pointer.truncate(length);
                }
                if kind == Some(RecordKind::Catalog) && !is_reference {
                    return self.emit(map, RecordKind::Catalog, pointer, found);
                }
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn emit(
        &mut self,
        map: &Map<String, Value>,
        kind: RecordKind,
        pointer: &str,
        found: &Found<'_>,
    ) -> ControlFlow<()> {
        let index = self.next(kind);
        let without_lists = || {
            let members = map.iter().filter(|(key, _)| !LISTINGS.contains(&found.names.short(key)));
            members.map(|(key, value)| (key.clone(), value.clone())).collect::<Map<_, _>>()
        };
        let map = if kind == RecordKind::Catalog { &without_lists() } else { map };
        let original = serde_json::to_vec(map).expect("it was JSON");
        if original.len() > self.options.record_bytes_max {
            self.summary.refused += 1;
            let message = format!("the record is larger than {} bytes", self.options.record_bytes_max);
            let reason = Finding::new("READ-TOO-LARGE", Severity::Error, message)
                .with_pointer(pointer)
                .with_position(self.place);
            let original = original[..self.options.record_bytes_max].to_vec();
            let (pointer, position) = (pointer.to_owned(), self.place);
            return (self.sink)(Item::Refused(Refused { index, kind, pointer, position, reason, original }));
        }
        let Value::Object(normal) = found.names.normal(&Value::Object(map.clone())) else {
            return ControlFlow::Continue(());
        };
        let mut whole = normal;
        found.resolve(&mut whole);
        let (map, mut findings) = record(&whole, kind);
        for finding in &mut findings {
            finding.pointer.insert_str(0, pointer);
        }
        self.summary.count(kind);
        let mut read = typed(map, findings, kind, index, pointer.to_owned(), original);
        read.position = self.place;
        (self.sink)(if kind == RecordKind::Catalog { Item::Header(read) } else { Item::Record(read) })
    }

    fn next(&mut self, kind: RecordKind) -> u64 {
        let index = &mut self.indexes[kind as usize];
        *index += 1;
        *index - 1
    }
}

/// What is known of the document around a record.
struct Found<'d> {
    names: &'d Names,
    /// The objects that say more than their names.
    described: &'d HashMap<&'d str, &'d Map<String, Value>>,
}

impl Found<'_> {
    fn classed(&self, map: &Map<String, Value>) -> Map<String, Value> {
        let class = ["@type", "type"].iter().find_map(|key| map.get(*key)).cloned().unwrap_or_default();
        let Value::Object(classed) = self.names.normal(&json!({"@type": class})) else { return Map::new() };
        classed
    }

    /// Puts what the document says elsewhere of agents, places and files in the place of references to them.
    fn resolve(&self, map: &mut Map<String, Value>) {
        for (key, value) in map.iter_mut().filter(|(key, _)| !matches!(key.as_str(), "hasPart" | "isPartOf"))
        {
            if key == "includedInDataCatalog" || key == "isBasedOn" || key == "recordSet" {
                continue;
            }
            match value {
                Value::Array(values) => values.iter_mut().for_each(|value| self.resolve_one(value)),
                value => self.resolve_one(value),
            }
        }
    }

    fn resolve_one(&self, value: &mut Value) {
        let id = value.as_object().filter(|map| map.len() == 1).and_then(|map| map.get("@id")?.as_str());
        let Some(target) = id.and_then(|id| self.described.get(id)) else { return };
        // A large thing that many records share would be copied into each.
        if target.len() <= SHARED_MEMBERS_MAX
            && !is_a(target, "Dataset")
            && weight(target) <= SHARED_BYTES_MAX
        {
            *value = self.names.normal(&Value::Object((*target).clone()));
        }
    }
}

/// Most members, and most bytes, of a thing that is copied into the records that refer to it.
const SHARED_MEMBERS_MAX: usize = 40;
const SHARED_BYTES_MAX: usize = 4096;

fn weight(map: &Map<String, Value>) -> usize {
    map.values().map(|value| value.as_str().map_or(64, str::len)).sum()
}

fn remember<'d>(value: &'d Value, depth: u32, described: &mut HashMap<&'d str, &'d Map<String, Value>>) {
    if depth > RECORD_DEPTH_MAX {
        return;
    }
    match value {
        Value::Array(values) => values.iter().for_each(|value| remember(value, depth + 1, described)),
        Value::Object(map) => {
            if let Some(Value::String(id)) = map.get("@id").filter(|_| map.len() > 1) {
                described.entry(id).or_insert(map);
            }
            map.values().for_each(|value| remember(value, depth + 1, described));
        }
        _ => {}
    }
}
