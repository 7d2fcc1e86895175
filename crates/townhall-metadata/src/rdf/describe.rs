//! Describes one thing of a graph as DCAT-US 3.0 does, after the tables of its classes.
//!
//! What DCAT-US has no place for stays on the object it was said of, as JSON-LD under [`LINKED_KEY`]: properties in
//! expanded form, further classes as `@type`, the languages of texts as `@language`, and what is known of things that
//! DCAT-US only names as `@included`. The writers give all of it again.

use std::collections::{HashMap, HashSet};

use oxrdf::{Literal, NamedNode, NamedOrBlankNode, Term};
use serde_json::{Map, Value, json};
use townhall_model::record::{BoundingBox, ClassInfo, FieldInfo, Meaning, RecordKind};
use townhall_model::{Finding, Severity};

use super::classes::{Arity, DCAT_US_NAMESPACES, Terms, class_of, says_no_more, usual};
use super::graph::Graph;
use super::leftover::Leftover;
use super::load::BASE;
use super::node::{id, label_key};
use super::plain::{self, geometry};
use super::prefixes::expand;
use super::vocabulary::{media_type_of, term_of, word_of};
use crate::limits::{LEFTOVER_FINDINGS_MAX, LINKED_DEPTH_MAX};

/// The key under which an object keeps, as JSON-LD, what DCAT-US has no place for.
pub const LINKED_KEY: &str = "json-ld";

/// The property that holds, as one JSON object, the keys that have no term.
pub const MEMBERS_TERM: &str = "townhall:members";

const TYPE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
const HYDRA: &str = "http://www.w3.org/ns/hydra/core#";

/// Describes the things of a graph.
pub struct Describer<'g> {
    graph: &'g Graph,
    /// The things that are records of their own; others only name them.
    records: &'g HashSet<usize>,
    /// The usual term for each predicate, as a full IRI.
    terms: Vec<String>,
    /// How many more statements may be copied. A thing that many records share is copied into each.
    budget: usize,
}

/// The way to the thing that is being described, and what was noticed on it.
struct Visit {
    path: Vec<usize>,
    /// The IRI of the record, for findings.
    pointer: String,
    /// The language of the record, which is preferred after English.
    language: Option<String>,
    findings: Vec<Finding>,
    included: HashMap<usize, Value>,
    /// The things that are described in the record as DCAT-US does.
    described: HashSet<usize>,
}

impl<'g> Describer<'g> {
    /// For this graph, of which these things are records.
    pub fn new(graph: &'g Graph, records: &'g HashSet<usize>) -> Self {
        let terms = graph.predicates().iter().map(usual_term).collect();
        Self { graph, records, terms, budget: graph.len() * 16 + 100_000 }
    }

    /// The record that a thing is, as DCAT-US 3.0, with what was noticed.
    pub fn record(&mut self, number: usize, kind: RecordKind) -> (Map<String, Value>, Vec<Finding>) {
        let name = iri_of(&self.graph.things()[number].name).map(str::to_owned);
        let mut visit = Visit {
            path: Vec::new(),
            pointer: name.clone().unwrap_or_default(),
            language: self.language(number),
            findings: Vec::new(),
            included: HashMap::new(),
            described: HashSet::new(),
        };
        let mut map = self.thing(number, class_of(kind), &mut visit);
        let described = std::mem::take(&mut visit.described);
        visit.included.retain(|number, _| !described.contains(number));
        if !visit.included.is_empty() {
            let mut included = visit.included.into_iter().collect::<Vec<_>>();
            included.sort_by_key(|(number, _)| *number);
            let included = included.into_iter().map(|(_, node)| node).collect::<Vec<_>>();
            let kept = map.entry(LINKED_KEY).or_insert_with(|| json!({}));
            kept["@included"] = Value::Array(included);
        }
        if let Some(name) = name.filter(|_| kind == RecordKind::Dataset && !map.contains_key("identifier")) {
            visit.findings.push(
                Finding::new(
                    "READ-IDENTIFIER",
                    Severity::Warning,
                    "the dataset has no `dcterms:identifier`; its IRI is taken",
                )
                .with_pointer(&name)
                .with_value(&name)
                .with_fix("add `dcterms:identifier`"),
            );
            map.insert("identifier".to_owned(), json!(name));
            map.shift_remove("@id");
            if id(&map, class_of(kind)).is_none_or(|found| found.as_str() != name) {
                map.insert("@id".to_owned(), json!(name));
            }
        }
        (map, visit.findings)
    }

    fn language(&self, number: usize) -> Option<String> {
        let language = expand("dcterms:language");
        let said = &self.graph.things()[number].said;
        let (_, object) = said.iter().find(|(predicate, _)| self.term(*predicate) == language)?;
        match object {
            Term::NamedNode(node) => word_of("dcterms:language", node.as_str()),
            Term::Literal(literal) => Some(literal.value().to_ascii_lowercase()),
            Term::BlankNode(_) => None,
        }
    }

    fn term(&self, predicate: u32) -> &str {
        &self.terms[predicate as usize]
    }

    fn thing(&mut self, number: usize, info: &'static ClassInfo, visit: &mut Visit) -> Map<String, Value> {
        let graph = self.graph;
        let thing = &graph.things()[number];
        self.budget = self.budget.saturating_sub(thing.said.len() + 1);
        visit.path.push(number);
        visit.described.insert(number);

        let terms = Terms::of(info);
        let mut fields: Vec<(&'static FieldInfo, Arity, Vec<&'g Term>)> = Vec::new();
        let mut places = HashMap::new();
        let mut seen = HashSet::new();
        let mut kept = Leftover::default();
        let mut members = Map::new();
        for (predicate, object) in thing.said.iter().filter(|said| seen.insert(*said)) {
            let term = self.terms[*predicate as usize].clone();
            if term == TYPE {
                if let Term::NamedNode(class) = object
                    && !says_no_more(info, class.as_str())
                {
                    kept.class(class.as_str());
                }
            } else if let Some((field, arity)) = terms.field(&term) {
                let is_listing = info.name == "Catalog"
                    && RecordKind::ALL.iter().any(|kind| kind.catalog_key() == field.key);
                if !is_listing {
                    let place = *places.entry(field.key).or_insert_with(|| {
                        fields.push((field, arity, Vec::new()));
                        fields.len() - 1
                    });
                    fields[place].2.push(object);
                }
            } else if let Some(own) = self.own_members(&term, object) {
                members.extend(own);
            } else if !term.starts_with(HYDRA) {
                let value = self.expanded(object, visit, 0);
                kept.property(graph.predicate(*predicate).as_str(), value);
                told(visit, &term, "has no place in DCAT-US");
            }
        }

        let mut map = Map::new();
        for (field, arity, objects) in fields {
            let values = self.values(field, objects, arity, visit, &mut kept);
            let value = match (arity, values.len()) {
                (_, 0) => continue,
                (Arity::List, _) | (Arity::Some, 2..) => Value::Array(values),
                _ => values.into_iter().next().unwrap_or_default(),
            };
            map.insert(field.key.to_owned(), value);
        }
        if let Some(key) = label_key(info).filter(|key| !map.contains_key(*key))
            && let Some((label, _)) = self.scalar(number, visit)
            && !matches!(
                info.name,
                "Dataset" | "Document" | "Standard" | "Identifier" | "Location" | "PeriodOfTime"
            )
        {
            map.insert(key.to_owned(), json!(label));
        }
        for (key, value) in members {
            // An identifier with its agency stands for the text of it, as long as that has not changed.
            let names = |text: &Value| value.get("@id") == Some(text) || value.get("notation") == Some(text);
            if map.get(&key).is_none_or(names) {
                map.insert(key, value);
            }
        }
        if info.name == "Distribution" && map.get("accessURL") == map.get("downloadURL") {
            // Our writers say it twice, as DCAT-AP asks.
            map.shift_remove("accessURL");
        }
        if !kept.is_empty() {
            map.insert(LINKED_KEY.to_owned(), kept.into_value());
        }
        map.insert("@type".to_owned(), json!(info.name));
        if let Some(iri) = iri_of(&thing.name).filter(|iri| !iri.is_empty())
            && id(&map, info).is_none_or(|found| found.as_str() != iri)
        {
            map.insert("@id".to_owned(), json!(iri));
        }
        visit.path.pop();
        map
    }

    /// The keys without a term that our own writers put into one literal.
    fn own_members(&self, term: &str, object: &Term) -> Option<Map<String, Value>> {
        let Term::Literal(literal) = object else { return None };
        if term != expand(MEMBERS_TERM) {
            return None;
        }
        let mut members: Map<String, Value> = serde_json::from_str(literal.value()).ok()?;
        members.retain(|key, _| !matches!(key.as_str(), "@id" | "@type" | LINKED_KEY));
        Some(members)
    }

    fn values(
        &mut self,
        field: &'static FieldInfo,
        objects: Vec<&'g Term>,
        arity: Arity,
        visit: &mut Visit,
        kept: &mut Leftover,
    ) -> Vec<Value> {
        let (chosen, others, language) = plain::in_one_language(objects, visit.language.as_deref());
        if let Some(language) = language {
            kept.language(field.key, language);
        }
        let iri = expand(field.term);
        for other in others {
            kept.property(&iri, plain::expanded_literal(other));
        }

        let texts = chosen.iter().filter_map(|term| match term {
            Term::Literal(literal) => Some(literal.value().to_owned()),
            Term::BlankNode(_) => {
                self.graph.number(term).and_then(|number| Some(self.scalar(number, visit)?.0))
            }
            Term::NamedNode(_) => None,
        });
        let said = texts.filter_map(|text| term_of(field.term, &text)).collect::<HashSet<_>>();

        let mut values: Vec<Value> = Vec::new();
        let mut kept_boxes = Vec::new();
        for term in chosen {
            // The term of a published vocabulary stands beside the word it was made of.
            if matches!(term, Term::NamedNode(node) if said.contains(node)) {
                continue;
            }
            let Some(value) = self.value(field, term, visit, kept) else { continue };
            if values.contains(&value) {
                continue;
            }
            if arity == Arity::One && !values.is_empty() {
                if field.meaning == Meaning::Geometry {
                    kept_boxes.push((value, term));
                    continue;
                }
                let expanded = self.expanded(term, visit, 0);
                kept.property(&iri, expanded);
                told(visit, &iri, "has several values, and DCAT-US takes one");
                continue;
            }
            values.push(value);
        }
        for (value, term) in kept_boxes {
            if box_of(&value).is_some() && box_of(&value) == box_of(&values[0]) {
                // Of two ways to draw one shape the structured one is kept.
                if value.is_object() && !values[0].is_object() {
                    values[0] = value;
                }
            } else {
                let expanded = self.expanded(term, visit, 0);
                kept.property(&iri, expanded);
                told(visit, &iri, "has several values, and DCAT-US takes one");
            }
        }
        values
    }

    fn value(
        &mut self,
        field: &'static FieldInfo,
        term: &'g Term,
        visit: &mut Visit,
        kept: &mut Leftover,
    ) -> Option<Value> {
        let class = (field.class)();
        match (field.meaning, class, term) {
            (Meaning::Thing, Some(info), Term::Literal(literal)) => {
                Some(plain::labelled(info, literal.value()))
            }
            (Meaning::Thing, Some(info), term) => self.object(info, term, visit),
            (_, _, Term::Literal(literal)) => literal_value(field, literal, visit),
            (Meaning::Text, _, Term::NamedNode(node)) => {
                let iri = node.as_str();
                let media_type = media_type_of(iri).filter(|_| is_media_type(field.term));
                let word = media_type.map(str::to_owned).or_else(|| word_of(field.term, iri));
                if word.is_none() {
                    self.include(term, visit);
                }
                Some(json!(word.as_deref().unwrap_or(shown(iri))))
            }
            (_, _, Term::NamedNode(node)) => {
                self.include(term, visit);
                Some(json!(shown(node.as_str()))).filter(|iri| *iri != "")
            }
            (_, _, Term::BlankNode(_)) => {
                let number = self.graph.number(term)?;
                let (text, is_all) = self.scalar(number, visit)?;
                if !is_all {
                    let expanded = self.expanded(term, visit, 0);
                    kept.property(&expand(field.term), expanded);
                    told(visit, &expand(field.term), "says more than DCAT-US takes");
                }
                match field.meaning {
                    Meaning::Date => Some(json!(plain::date(&text))),
                    Meaning::Geometry => Some(geometry(&text)),
                    _ => Some(json!(text)),
                }
            }
        }
    }

    /// A thing of a class: described here if the file describes it, else named.
    fn object(&mut self, info: &'static ClassInfo, term: &'g Term, visit: &mut Visit) -> Option<Value> {
        let Some(number) = self.graph.number(term) else {
            let Term::NamedNode(node) = term else { return None };
            return Some(plain::named(info, shown(node.as_str())));
        };
        let is_elsewhere = self.records.contains(&number);
        let may_go_on = visit.path.len() < LINKED_DEPTH_MAX
            && self.budget > self.graph.things()[number].said.len()
            && !visit.path.contains(&number);
        if !is_elsewhere && may_go_on {
            return Some(Value::Object(self.thing(number, info, visit)));
        }
        match term {
            Term::NamedNode(node) => Some(plain::named(info, shown(node.as_str()))),
            // A record without an IRI is named by its identifier.
            _ => {
                let identifier = expand("dcterms:identifier");
                let said = &self.graph.things()[number].said;
                let named = said.iter().find(|(predicate, _)| self.term(*predicate) == identifier);
                let text = match named.map(|(_, object)| object) {
                    Some(Term::Literal(literal)) => Some(literal.value().to_owned()),
                    _ => None,
                };
                if text.is_none() {
                    told(visit, info.name, "is described elsewhere, and has no name that could stand here");
                }
                text.map(Value::from)
            }
        }
    }

    /// The text that a thing comes to where DCAT-US takes a text, and whether that is all there is to it.
    fn scalar(&self, number: usize, visit: &Visit) -> Option<(String, bool)> {
        let said = &self.graph.things()[number].said;
        let others = said.iter().filter(|(predicate, _)| self.term(*predicate) != TYPE).count();
        for label in LABELS {
            let label = expand(label);
            let objects = said.iter().filter(|(predicate, _)| self.term(*predicate) == label);
            let objects = objects.map(|(_, object)| object).collect::<Vec<_>>();
            let (chosen, ..) = plain::in_one_language(objects, visit.language.as_deref());
            let text = chosen.iter().find_map(|term| match term {
                Term::Literal(literal) => Some(literal.value()),
                Term::NamedNode(node) => Some(node.as_str().trim_start_matches("tel:")),
                Term::BlankNode(_) => None,
            });
            if let Some(text) = text {
                return Some((text.to_owned(), others == 1));
            }
        }
        None
    }

    /// Keeps what is said of a thing that the record only names.
    fn include(&mut self, term: &'g Term, visit: &mut Visit) {
        let Some(number) = self.graph.number(term) else { return };
        let said = &self.graph.things()[number].said;
        let is_told = said.iter().any(|(predicate, _)| self.term(*predicate) != TYPE);
        let is_here = visit.described.contains(&number) || visit.included.contains_key(&number);
        if is_told && !is_here && !self.records.contains(&number) {
            let node = self.expanded_thing(number, visit, 0);
            visit.included.insert(number, node);
        }
    }

    /// A value in the expanded form of JSON-LD.
    fn expanded(&mut self, term: &'g Term, visit: &mut Visit, depth: usize) -> Value {
        let number = self.graph.number(term);
        let may_go_on = |number: &usize| {
            depth < LINKED_DEPTH_MAX && !visit.path.contains(number) && !self.records.contains(number)
        };
        match (term, number.filter(may_go_on)) {
            (Term::Literal(literal), _) => plain::expanded_literal(literal),
            (_, Some(number)) if self.budget > self.graph.things()[number].said.len() => {
                self.expanded_thing(number, visit, depth)
            }
            (Term::NamedNode(node), _) => json!({"@id": node.as_str()}),
            (Term::BlankNode(_), _) => json!({}),
        }
    }

    fn expanded_thing(&mut self, number: usize, visit: &mut Visit, depth: usize) -> Value {
        let graph = self.graph;
        let thing = &graph.things()[number];
        self.budget = self.budget.saturating_sub(thing.said.len() + 1);
        visit.path.push(number);
        let mut node = Leftover::default();
        for (predicate, object) in &thing.said {
            match (self.term(*predicate), object) {
                (TYPE, Term::NamedNode(class)) => node.class(class.as_str()),
                _ => {
                    let value = self.expanded(object, visit, depth + 1);
                    node.property(graph.predicate(*predicate).as_str(), value);
                }
            }
        }
        visit.path.pop();
        let mut node = node.into_value();
        if let NamedOrBlankNode::NamedNode(name) = &thing.name {
            node["@id"] = json!(name.as_str());
        }
        node
    }
}

/// Properties that name a thing or hold its one value, the best first.
const LABELS: &[&str] = &[
    "rdfs:label",
    "skos:prefLabel",
    "dcterms:title",
    "foaf:name",
    "vcard:hasValue",
    "vcard:fn",
    "vcard:organization-name",
    "rdf:value",
    "schema:name",
    "locn:geographicName",
    "time:inXSDDate",
    "time:inXSDDateTimeStamp",
    "time:inXSDDateTime",
    "time:inXSDgYearMonth",
    "time:inXSDgYear",
    "gsp:asWKT",
    "gsp:asGeoJSON",
    "locn:geometry",
    "skos:notation",
    "dcterms:description",
];

fn literal_value(field: &FieldInfo, literal: &Literal, visit: &mut Visit) -> Option<Value> {
    let text = literal.value();
    if text.trim().is_empty() {
        return None;
    }
    Some(match field.meaning {
        Meaning::Truth => match text.trim() {
            "true" | "1" => json!(true),
            "false" | "0" => json!(false),
            _ => json!(text),
        },
        Meaning::Geometry => geometry(text),
        Meaning::Date => {
            let date = plain::date(text);
            if date != text && visit.findings.len() < LEFTOVER_FINDINGS_MAX {
                let message = format!("`{}` is written as {date}, as DCAT-US asks", field.term);
                visit.findings.push(
                    Finding::new("READ-DATE", Severity::Warning, message)
                        .with_pointer(&visit.pointer)
                        .with_value(text)
                        .with_fix(format!("write {date}")),
                );
            }
            json!(date)
        }
        Meaning::Iri if field.key == "hasEmail" && text.contains('@') && !text.contains(':') => {
            json!(format!("mailto:{}", text.trim()))
        }
        _ => json!(text),
    })
}

/// Remarks that something was kept aside, as often as is useful.
fn told(visit: &mut Visit, what: &str, why: &str) {
    if visit.findings.len() < LEFTOVER_FINDINGS_MAX {
        let message = format!("`{what}` {why}; it is kept under `{LINKED_KEY}`");
        visit.findings.push(Finding::new("READ-KEPT", Severity::Info, message).with_pointer(&visit.pointer));
    }
}

fn box_of(value: &Value) -> Option<BoundingBox> {
    match value {
        Value::String(text) => BoundingBox::read(text),
        Value::Object(map) => BoundingBox::of_geojson(map),
        _ => None,
    }
}

fn is_media_type(term: &str) -> bool {
    matches!(term, "dcat:mediaType" | "dcat:compressFormat" | "dcat:packageFormat")
}

fn usual_term(predicate: &NamedNode) -> String {
    let iri = predicate.as_str();
    if let Some(term) = usual(iri) {
        return expand(term);
    }
    let own = DCAT_US_NAMESPACES.iter().find_map(|namespace| iri.strip_prefix(namespace));
    let schema = iri.strip_prefix("https://schema.org/");
    match (own, schema) {
        (Some(name), _) => expand(&format!("dcat-us:{name}")),
        (_, Some(name)) => expand(&format!("schema:{name}")),
        _ => iri.to_owned(),
    }
}

/// The IRI of a thing, as its file wrote it.
pub fn iri_of(name: &NamedOrBlankNode) -> Option<&str> {
    match name {
        NamedOrBlankNode::NamedNode(node) => Some(shown(node.as_str())),
        NamedOrBlankNode::BlankNode(_) => None,
    }
}

/// An IRI as its file wrote it: relative ones without the base that was lent to them.
fn shown(iri: &str) -> &str {
    iri.strip_prefix(BASE).unwrap_or(iri)
}
