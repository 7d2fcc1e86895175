//! Turns a record into a tree of RDF nodes, after the tables of its classes.

use oxrdf::NamedNode;
use serde_json::{Map, Value};
use townhall_model::record::{
    Body, Catalog, CatalogRecord, ClassInfo, DataService, Dataset, DatasetSeries, Extent, FieldInfo, Meaning,
    PeriodOfTime, RecordKind, Version,
};
use townhall_model::{Finding, Severity};

use crate::convert::as_modern;

/// A thing with its properties.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Its IRI; without one it is a blank node.
    pub id: Option<NamedNode>,
    /// Its class, as a prefixed name.
    pub class: &'static str,
    /// Its properties.
    pub properties: Vec<Property>,
}

/// One value of one property.
#[derive(Debug, Clone, PartialEq)]
pub struct Property {
    /// The JSON key in DCAT-US.
    pub key: &'static str,
    /// The term, as a prefixed name.
    pub term: &'static str,
    /// The value.
    pub value: Object,
}

/// The value of a property.
#[derive(Debug, Clone, PartialEq)]
pub enum Object {
    /// A text.
    Text(String),
    /// A text with a datatype, given as a prefixed name.
    Typed(String, &'static str),
    /// An IRI.
    Iri(NamedNode),
    /// Another thing.
    Node(Box<Node>),
}

/// The node of a record. Keys without a term are left out; a finding names them.
pub fn record_node(body: &Body, version: Version) -> (Node, Vec<Finding>) {
    let body = as_modern(body, version);
    let map = body.to_json();
    let info = class_of(body.kind());
    let node = thing(&map, info);
    let nameless = map.keys().filter(|key| !key.starts_with('@') && info.field(key).is_none());
    let findings = nameless.map(|key| {
        Finding::new("CONVERT-NO-TERM", Severity::Info, format!("`{key}` has no RDF term and is left out"))
            .with_pointer(format!("/{}", key.replace('~', "~0").replace('/', "~1")))
    });
    let findings = findings.collect();
    (node, findings)
}

/// The node of a catalogue without its records.
pub fn header_node(header: &Catalog) -> Node {
    let mut map = header.to_json();
    map.retain(|key, _| !RecordKind::ALL.iter().any(|kind| kind.catalog_key() == key));
    thing(&map, Catalog::info())
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

fn thing(map: &Map<String, Value>, info: &'static ClassInfo) -> Node {
    let mut node = Node { id: id(map, info), class: info.term, properties: Vec::new() };
    for field in info.fields {
        let values = match map.get(field.key) {
            None | Some(Value::Null) => continue,
            Some(Value::Array(values)) => values.as_slice(),
            Some(value) => std::slice::from_ref(value),
        };
        for value in values {
            if let Some(value) = object(value, field) {
                node.properties.push(Property { key: field.key, term: field.term, value });
            }
        }
    }
    node
}

/// The IRI of a thing: its `@id`, else the address by which its class is known.
fn id(map: &Map<String, Value>, info: &ClassInfo) -> Option<NamedNode> {
    let given = map.get("@id").and_then(Value::as_str).and_then(iri);
    given.or_else(|| match info.name {
        "Dataset" | "DataService" | "Standard" => map.get("identifier")?.as_str().and_then(web_iri),
        "Document" => map.get("accessURL")?.as_str().and_then(web_iri),
        _ => None,
    })
}

fn object(value: &Value, field: &FieldInfo) -> Option<Object> {
    match value {
        Value::Null | Value::Array(_) => None,
        Value::Bool(truth) => Some(Object::Typed(truth.to_string(), "xsd:boolean")),
        Value::Number(number) => Some(match field.meaning {
            Meaning::Decimal => Object::Typed(number.to_string(), "xsd:decimal"),
            Meaning::Count => Object::Typed(number.to_string(), "xsd:nonNegativeInteger"),
            _ => Object::Text(number.to_string()),
        }),
        Value::String(text) => plain(text, field),
        Value::Object(map) => nested(map, field),
    }
}

fn nested(map: &Map<String, Value>, field: &FieldInfo) -> Option<Object> {
    let info = match (field.meaning, (field.class)()) {
        (Meaning::Geometry, _) => return Some(geojson(map)),
        (Meaning::Thing, Some(info)) => info,
        // An identifier with its agency, in a property that takes the text alone.
        (Meaning::Text, Some(_)) => {
            let text = ["@id", "notation"].iter().find_map(|key| map.get(*key)?.as_str())?;
            return Some(Object::Text(text.to_owned()));
        }
        _ => return None,
    };
    if info.name == "Location" && map.contains_key("coordinates") {
        let geometry = Property { key: "geometry", term: "locn:geometry", value: geojson(map) };
        return Some(Object::Node(Box::new(Node { id: None, class: info.term, properties: vec![geometry] })));
    }
    Some(Object::Node(Box::new(thing(map, info))))
}

fn geojson(map: &Map<String, Value>) -> Object {
    Object::Typed(Value::Object(map.clone()).to_string(), "gsp:geoJSONLiteral")
}

fn plain(text: &str, field: &FieldInfo) -> Option<Object> {
    if text.trim().is_empty() {
        return None;
    }
    let typed = |datatype| Object::Typed(text.to_owned(), datatype);
    let untyped = || Object::Text(text.to_owned());
    Some(match field.meaning {
        Meaning::Nothing => return None,
        Meaning::Text if field.term == "dcat:mediaType" => media_type(text).map_or_else(untyped, Object::Iri),
        Meaning::Text | Meaning::Truth => untyped(),
        Meaning::Iri => iri(text).map_or_else(untyped, Object::Iri),
        Meaning::Date => date_type(text).map_or_else(untyped, typed),
        Meaning::Duration if text.starts_with('P') => typed("xsd:duration"),
        Meaning::Duration => untyped(),
        Meaning::Decimal if text.parse::<f64>().is_ok_and(f64::is_finite) && !text.contains(['e', 'E']) => {
            typed("xsd:decimal")
        }
        Meaning::Count if text.bytes().all(|byte| byte.is_ascii_digit()) => typed("xsd:nonNegativeInteger"),
        Meaning::Decimal | Meaning::Count => untyped(),
        Meaning::Geometry => typed("gsp:wktLiteral"),
        Meaning::Thing => match iri(text) {
            Some(iri) => Object::Iri(iri),
            None => Object::Node(Box::new(labelled(text, (field.class)()?))),
        },
    })
}

/// A thing of which only the name is known.
fn labelled(text: &str, info: &'static ClassInfo) -> Node {
    if info.name == PeriodOfTime::info().name
        && let Some(extent) = Extent::read(text)
    {
        let ends = [("startDate", "dcat:startDate", extent.start), ("endDate", "dcat:endDate", extent.end)];
        let properties = ends.into_iter().filter_map(|(key, term, day)| {
            Some(Property { key, term, value: Object::Typed(day?.to_string(), "xsd:date") })
        });
        return Node { id: None, class: info.term, properties: properties.collect() };
    }
    let key = match info.name {
        "Concept" | "Location" => "prefLabel",
        "Organization" | "Agent" => "name",
        "Kind" => "fn",
        "Dataset" => "identifier",
        "Activity" => "label",
        _ => "title",
    };
    let (key, term) = info.field(key).map_or(("label", "rdfs:label"), |field| (field.key, field.term));
    let label = Property { key, term, value: Object::Text(text.to_owned()) };
    Node { id: None, class: info.term, properties: vec![label] }
}

/// An absolute IRI; bare words with a colon, such as `GSA: fleet`, are none.
fn iri(text: &str) -> Option<NamedNode> {
    let text = text.trim();
    let (scheme, rest) = text.split_once(':')?;
    let is_scheme = scheme.len() > 1
        && scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    (is_scheme && !rest.is_empty()).then(|| NamedNode::new(text).ok())?
}

fn web_iri(text: &str) -> Option<NamedNode> {
    iri(text).filter(|iri| iri.as_str().starts_with("http://") || iri.as_str().starts_with("https://"))
}

/// DCAT names media types by the addresses of their registry.
fn media_type(text: &str) -> Option<NamedNode> {
    let (kind, name) = text.split_once('/')?;
    let is_token = |token: &str| {
        !token.is_empty()
            && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
    };
    if is_token(kind) && is_token(name) {
        NamedNode::new(format!("https://www.iana.org/assignments/media-types/{kind}/{name}")).ok()
    } else {
        iri(text)
    }
}

fn date_type(text: &str) -> Option<&'static str> {
    if !crate::convert::is_modern_date(text) {
        return None;
    }
    Some(match text.len() {
        4 => "xsd:gYear",
        7 => "xsd:gYearMonth",
        10 => "xsd:date",
        _ => "xsd:dateTime",
    })
}
