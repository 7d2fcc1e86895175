//! JSON-LD with the keys of DCAT-US and a context of our own inside the file, so that nothing must be fetched.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::OnceLock;

use serde_json::{Map, Value, json};
use townhall_model::Finding;
use townhall_model::record::{
    AccessRestriction, Activity, Address, Agent, Attribution, Body, Catalog, CatalogRecord, Checksum,
    ClassInfo, Concept, ConceptScheme, CuiRestriction, DataService, Dataset, DatasetSeries, Distribution,
    Document, Identifier, Kind, Location, Meaning, Metric, Organization, PeriodOfTime, QualityMeasurement,
    Relationship, Standard, UseRestriction, Version,
};

use super::node::{Node, Object, header_node, record_node};
use super::prefixes::PREFIXES;
use crate::dialect::{CatalogWriter, Dialect, DialectInfo};
use crate::error::WriteError;
use crate::lists::ListWriter;

/// JSON for linked data.
pub struct JsonLd;

const INFO: DialectInfo = DialectInfo {
    id: "json-ld",
    name: "DCAT 3 in JSON-LD",
    description: "Linked data that is still plain JSON.",
    media_types: &["application/ld+json"],
    extension: "jsonld",
    specification: "https://www.w3.org/TR/json-ld11/",
    can_read: false,
    can_write_record: true,
    can_write_catalog: true,
};

impl Dialect for JsonLd {
    fn info(&self) -> &'static DialectInfo {
        &INFO
    }

    fn write_record(
        &self,
        record: &Body,
        version: Version,
        out: &mut dyn Write,
    ) -> Result<Vec<Finding>, WriteError> {
        let (node, findings) = record_node(record, version);
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
}

impl<W: Write> JsonLdWriter<W> {
    /// A writer with our context.
    pub fn new(out: W) -> Self {
        Self { lists: ListWriter::new(out) }
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
        let (node, findings) = record_node(record, version);
        self.lists.item(record.kind(), &node_json(&node))?;
        Ok(findings)
    }

    fn end(&mut self) -> Result<(), WriteError> {
        self.lists.end()
    }
}

/// What each key means: the term that most classes give it.
fn terms() -> &'static BTreeMap<&'static str, &'static str> {
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

/// Every class, those whose terms have precedence first.
fn classes() -> [&'static ClassInfo; 26] {
    [
        Dataset::info(),
        Catalog::info(),
        Distribution::info(),
        DataService::info(),
        DatasetSeries::info(),
        CatalogRecord::info(),
        Organization::info(),
        Agent::info(),
        Kind::info(),
        Address::info(),
        Attribution::info(),
        Activity::info(),
        Document::info(),
        Standard::info(),
        Concept::info(),
        ConceptScheme::info(),
        Identifier::info(),
        Relationship::info(),
        Location::info(),
        PeriodOfTime::info(),
        Checksum::info(),
        AccessRestriction::info(),
        UseRestriction::info(),
        CuiRestriction::info(),
        Metric::info(),
        QualityMeasurement::info(),
    ]
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
    map.insert("@type".to_owned(), json!(node.class));
    for property in &node.properties {
        // Where a class means something else by a key, the full term stands in its place.
        let is_usual = terms().get(property.key) == Some(&property.term);
        let key = if is_usual { property.key } else { property.term };
        let value = match &property.value {
            Object::Text(text) => json!(text),
            Object::Typed(text, datatype) => json!({"@type": datatype, "@value": text}),
            Object::Iri(iri) => json!({"@id": iri.as_str()}),
            Object::Node(node) => Value::Object(node_json(node)),
        };
        match map.get_mut(key) {
            None => {
                map.insert(key.to_owned(), value);
            }
            Some(Value::Array(values)) => values.push(value),
            Some(single) => *single = Value::Array(vec![single.take(), value]),
        }
    }
    map
}
