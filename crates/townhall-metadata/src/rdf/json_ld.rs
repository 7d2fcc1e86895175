//! JSON-LD with the keys of DCAT-US and a context of our own inside the file, so that nothing must be fetched.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::ops::ControlFlow;
use std::sync::OnceLock;

use serde_json::{Map, Value, json};
use townhall_model::Finding;
use townhall_model::record::{Body, Catalog, Meaning, Version};

use super::apart::Apart;
use super::classes::classes;
use super::load::Form;
use super::node::{Node, Object, Property, header_node, record_node};
use super::prefixes::PREFIXES;
use crate::dialect::{CatalogWriter, Dialect, DialectInfo};
use crate::error::WriteError;
use crate::lists::ListWriter;
use crate::{Item, ReadError, ReadOptions, Summary};

/// JSON for linked data.
pub struct JsonLd;

const INFO: DialectInfo = DialectInfo {
    id: "json-ld",
    name: "DCAT 3 in JSON-LD",
    description: "Linked data that is still plain JSON, as DCAT-AP 3.0 asks.",
    media_types: &["application/ld+json"],
    extension: "jsonld",
    specification: "https://www.w3.org/TR/json-ld11/",
    can_read: true,
    can_write_record: true,
    can_write_catalog: true,
};

impl Dialect for JsonLd {
    fn info(&self) -> &'static DialectInfo {
        &INFO
    }

    /// Says yes to DCAT in JSON-LD, but not to DCAT-US, which is plain JSON that may name a context.
    fn recognizes(&self, beginning: &str) -> bool {
        if !beginning.starts_with(['{', '[']) {
            return false;
        }
        let names_dcat = beginning.contains("http://www.w3.org/ns/dcat#");
        let context = beginning
            .split_once("\"@context\"")
            .map(|(_, rest)| rest.trim_start_matches([' ', ':', '\n', '\r', '\t']));
        match context.and_then(|context| context.chars().next()) {
            Some('"') => {
                let url = context.and_then(|context| context.get(1..)?.split('"').next()).unwrap_or_default();
                let is_graph = beginning.contains("\"@graph\"") && !url.contains("schema.org");
                is_graph || url.to_ascii_lowercase().contains("dcat-ap")
            }
            Some(_) => names_dcat,
            None => names_dcat && beginning.contains("\"@type\""),
        }
    }

    fn read(
        &self,
        input: &mut dyn Read,
        options: &ReadOptions,
        sink: &mut dyn FnMut(Item) -> ControlFlow<()>,
    ) -> Result<Summary, ReadError> {
        super::read::read(input, options, sink, Form::JsonLd)
    }

    fn write_record(
        &self,
        record: &Body,
        version: Version,
        out: &mut dyn Write,
    ) -> Result<Vec<Finding>, WriteError> {
        let (node, findings) = record_node(record, version, &mut Apart::default());
        let mut map = Map::new();
        map.insert("@context".to_owned(), context().clone());
        map.append(&mut node_json(&node));
        serde_json::to_writer_pretty(&mut *out, &map)?;
        out.write_all(b"\n")?;
        Ok(findings)
    }

    fn catalog_writer<'w>(
        &self,
        out: Box<dyn Write + 'w>,
    ) -> Result<Box<dyn CatalogWriter + 'w>, WriteError> {
        Ok(Box::new(JsonLdWriter::new(out)))
    }
}

/// Writes a catalogue as JSON-LD, record by record.
pub struct JsonLdWriter<W> {
    lists: ListWriter<W>,
    apart: Apart,
}

impl<W: Write> JsonLdWriter<W> {
    /// A writer with our context.
    pub fn new(out: W) -> Self {
        Self { lists: ListWriter::new(out), apart: Apart::default() }
    }
}

impl<W: Write> CatalogWriter for JsonLdWriter<W> {
    fn begin(&mut self, header: &Catalog) -> Result<Vec<Finding>, WriteError> {
        self.lists.begin()?;
        self.lists.member("@context", context())?;
        for (key, value) in &node_json(&header_node(header)) {
            self.lists.member(key, value)?;
        }
        Ok(Vec::new())
    }

    fn record(&mut self, record: &Body, version: Version) -> Result<Vec<Finding>, WriteError> {
        let (node, findings) = record_node(record, version, &mut self.apart);
        self.lists.item(record.kind(), &node_json(&node))?;
        Ok(findings)
    }

    fn end(&mut self) -> Result<(), WriteError> {
        self.lists.end()
    }
}

/// What each key means: the term that most classes give it.
pub fn terms() -> &'static BTreeMap<&'static str, &'static str> {
    static TERMS: OnceLock<BTreeMap<&str, &str>> = OnceLock::new();
    TERMS.get_or_init(|| {
        let mut terms = BTreeMap::new();
        for class in classes() {
            for field in class.fields.iter().filter(|field| field.meaning != Meaning::Nothing) {
                terms.entry(field.key).or_insert(field.term);
            }
        }
        terms
    })
}

fn context() -> &'static Value {
    static CONTEXT: OnceLock<Value> = OnceLock::new();
    CONTEXT.get_or_init(|| {
        let mut context = Map::new();
        context.insert("@version".to_owned(), json!(1.1));
        context.extend(PREFIXES.iter().map(|(prefix, namespace)| ((*prefix).to_owned(), json!(namespace))));
        context.extend(terms().iter().map(|(key, term)| ((*key).to_owned(), json!(term))));
        Value::Object(context)
    })
}

fn node_json(node: &Node) -> Map<String, Value> {
    let mut map = Map::new();
    if let Some(id) = &node.id {
        map.insert("@id".to_owned(), json!(id.as_str()));
    }
    match node.classes.as_slice() {
        [] => {}
        [class] => {
            map.insert("@type".to_owned(), json!(class.text()));
        }
        classes => {
            let names = classes.iter().map(|class| json!(class.text())).collect::<Vec<_>>();
            map.insert("@type".to_owned(), Value::Array(names));
        }
    }
    for property in &node.properties {
        let value = match &property.value {
            Object::Text(text) => json!(text),
            Object::InLanguage(text, language) if is_language(language) => {
                json!({"@value": text, "@language": language})
            }
            Object::InLanguage(text, _) => json!(text),
            Object::Typed(text, datatype) => json!({"@type": datatype.text(), "@value": text}),
            Object::Iri(iri) => json!({"@id": iri.as_str()}),
            Object::Node(node) => Value::Object(node_json(node)),
        };
        let key = key_of(property);
        match map.get_mut(key) {
            None => {
                map.insert(key.to_owned(), value);
            }
            Some(Value::Array(values)) => values.push(value),
            Some(single) => *single = Value::Array(vec![single.take(), value]),
        }
    }
    if !node.included.is_empty() {
        let included = node.included.iter().map(|node| Value::Object(node_json(node))).collect();
        map.insert("@included".to_owned(), Value::Array(included));
    }
    map
}

/// Where a class means something else by a key, the full term stands in its place.
fn key_of(property: &Property) -> &str {
    let term = property.term.text();
    if terms().get(property.key).is_some_and(|usual| *usual == term) { property.key } else { term }
}

fn is_language(tag: &str) -> bool {
    oxrdf::Literal::new_language_tagged_literal("", tag).is_ok()
}
