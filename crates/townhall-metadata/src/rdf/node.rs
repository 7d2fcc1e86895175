//! Turns a record into a tree of RDF nodes, after the tables of its classes.
//!
//! The ranges are those of DCAT-AP 3.0: where its vocabularies have a term for a word of DCAT-US, the term is written;
//! where the word says more than the term, it stands beside it.

use oxrdf::NamedNode;
use serde_json::{Map, Value};
use townhall_model::record::{
    Body, BoundingBox, Catalog, ClassInfo, Extent, FieldInfo, Meaning, PeriodOfTime, RecordKind, Version,
};
use townhall_model::{Finding, Severity};

use super::apart::Apart;
use super::classes::class_of;
use super::describe::{LINKED_KEY, MEMBERS_TERM};
use super::kept;
use super::prefixes::expand;
use super::vocabulary::{term_of, word_of};
use crate::convert::as_modern;

/// A thing with its properties.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Node {
    /// Its IRI; without one it is a blank node.
    pub id: Option<NamedNode>,
    /// Its classes, the one of DCAT first.
    pub classes: Vec<Name>,
    /// Its properties.
    pub properties: Vec<Property>,
    /// Other things that are described with it.
    pub included: Vec<Node>,
}

/// One value of one property.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Property {
    /// The JSON key in DCAT-US; empty where it has none.
    pub key: &'static str,
    /// The term.
    pub term: Name,
    /// The value.
    pub value: Object,
}

/// The name of a term.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Name {
    /// A prefixed name of ours.
    Prefixed(&'static str),
    /// A whole IRI.
    Full(NamedNode),
}

impl Name {
    /// The whole IRI.
    pub fn iri(&self) -> NamedNode {
        match self {
            Self::Prefixed(name) => NamedNode::new_unchecked(expand(name)),
            Self::Full(iri) => iri.clone(),
        }
    }

    /// The name as it is written in JSON-LD.
    pub fn text(&self) -> &str {
        match self {
            Self::Prefixed(name) => name,
            Self::Full(iri) => iri.as_str(),
        }
    }
}

/// The value of a property.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Object {
    /// A text.
    Text(String),
    /// A text and the tag of its language.
    InLanguage(String, String),
    /// A text with a datatype.
    Typed(String, Name),
    /// An IRI.
    Iri(NamedNode),
    /// Another thing.
    Node(Box<Node>),
}

impl Object {
    fn typed(text: impl Into<String>, datatype: &'static str) -> Self {
        Self::Typed(text.into(), Name::Prefixed(datatype))
    }

    fn node(class: &'static str, properties: Vec<Property>) -> Self {
        let classes = vec![Name::Prefixed(class)];
        Self::Node(Box::new(Node { id: None, classes, properties, included: Vec::new() }))
    }
}

/// The node of a record. Keys without a term are written as JSON; a finding names them. Things that are not the
/// same keep `apart`.
pub fn record_node(body: &Body, version: Version, apart: &mut Apart) -> (Node, Vec<Finding>) {
    let body = as_modern(body, version);
    let map = body.to_json();
    let info = class_of(body.kind());
    let mut node = thing(&map, info);
    apart.keep(&mut node);
    let is_nameless =
        |key: &&String| !key.starts_with('@') && *key != LINKED_KEY && info.field(key).is_none();
    let findings = map.keys().filter(is_nameless).map(|key| {
        let message = format!("`{key}` has no RDF term and is written as JSON");
        Finding::new("CONVERT-NO-TERM", Severity::Info, message)
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

fn thing(map: &Map<String, Value>, info: &'static ClassInfo) -> Node {
    let mut classes = vec![Name::Prefixed(info.term)];
    if info.name == "Organization" {
        // DCAT-AP asks for agents, of which organizations are some.
        classes.push(Name::Prefixed("foaf:Agent"));
    }
    let mut node = Node { id: id(map, info), classes, properties: Vec::new(), included: Vec::new() };
    let kept = map.get(LINKED_KEY).and_then(Value::as_object);
    let mut members = Map::new();
    for field in info.fields {
        let values = match map.get(field.key) {
            None | Some(Value::Null) => continue,
            Some(Value::Array(values)) => values.as_slice(),
            Some(value) => std::slice::from_ref(value),
        };
        if field.meaning == Meaning::Nothing {
            continue;
        }
        let language = kept.and_then(|kept| kept.get("@language")?.get(field.key)?.as_str());
        let objects = values.iter().map(|value| objects(value, field, language)).collect::<Option<Vec<_>>>();
        let is_whole = !values.iter().any(|value| value.is_object() && field.meaning == Meaning::Text);
        if objects.is_none() || !is_whole {
            members.insert(field.key.to_owned(), map[field.key].clone());
        }
        for value in objects.into_iter().flatten().flatten() {
            node.properties.push(Property { key: field.key, term: Name::Prefixed(field.term), value });
        }
    }
    if info.name == "Distribution" && !map.contains_key("accessURL") {
        // DCAT-AP requires an access address, and says that it may be that of the file.
        let address = map.get("downloadURL").and_then(Value::as_str).and_then(iri).map(Object::Iri);
        let term = Name::Prefixed("dcat:accessURL");
        node.properties.extend(address.map(|value| Property { key: "accessURL", term, value }));
    }
    let others = map.iter().filter(|(key, value)| {
        !key.starts_with('@') && *key != LINKED_KEY && info.field(key).is_none() && !value.is_null()
    });
    members.extend(others.map(|(key, value)| (key.clone(), value.clone())));
    if !members.is_empty() {
        let value = Object::typed(Value::Object(members).to_string(), "rdf:JSON");
        node.properties.push(Property { key: "", term: Name::Prefixed(MEMBERS_TERM), value });
    }
    if let Some(kept) = kept {
        kept::add(kept, &mut node);
    }
    node
}

/// The IRI of a thing: its `@id`, else the address by which its class is known.
pub fn id(map: &Map<String, Value>, info: &ClassInfo) -> Option<NamedNode> {
    let given = map.get("@id").and_then(Value::as_str).and_then(iri);
    given.or_else(|| match info.name {
        "Dataset" | "DataService" | "Standard" => map.get("identifier")?.as_str().and_then(web_iri),
        "Document" => map.get("accessURL")?.as_str().and_then(web_iri),
        _ => None,
    })
}

/// What a value is written as: nothing if it says nothing, and `None` if RDF has no form for it in this place.
fn objects(value: &Value, field: &FieldInfo, language: Option<&str>) -> Option<Vec<Object>> {
    Some(match value {
        Value::Null => Vec::new(),
        Value::Array(_) => return None,
        Value::Bool(truth) => vec![Object::typed(truth.to_string(), "xsd:boolean")],
        Value::Number(number) => vec![match field.meaning {
            Meaning::Decimal => Object::typed(number.to_string(), "xsd:decimal"),
            Meaning::Count => Object::typed(number.to_string(), "xsd:nonNegativeInteger"),
            _ => Object::Text(number.to_string()),
        }],
        Value::String(text) if text.trim().is_empty() => Vec::new(),
        Value::String(text) => plain(text, field, language)?,
        Value::Object(map) => nested(map, field)?,
    })
}

fn nested(map: &Map<String, Value>, field: &FieldInfo) -> Option<Vec<Object>> {
    let info = match (field.meaning, (field.class)()) {
        (Meaning::Geometry, _) => return Some(shape(map, field.term)),
        (Meaning::Thing, Some(info)) => info,
        // An identifier with its agency, in a property that takes the text alone.
        (Meaning::Text, Some(_)) => {
            let text = ["@id", "notation"].iter().find_map(|key| map.get(*key)?.as_str())?;
            return Some(vec![Object::Text(text.to_owned())]);
        }
        _ => return None,
    };
    if info.name == "Location" && map.contains_key("coordinates") {
        let term = Name::Prefixed("locn:geometry");
        let geometry = Property { key: "geometry", term, value: geojson(map) };
        return Some(vec![Object::node(info.term, vec![geometry])]);
    }
    let node = Object::Node(Box::new(thing(map, info)));
    let label = label_key(info).and_then(|key| map.get(key)?.as_str());
    let term = label.and_then(|label| term_of(field.term, label)).map(Object::Iri);
    Some([Some(node), term].into_iter().flatten().collect())
}

fn geojson(map: &Map<String, Value>) -> Object {
    Object::typed(Value::Object(map.clone()).to_string(), "gsp:geoJSONLiteral")
}

/// GeoJSON, and for boxes and points the WKT that DCAT-AP asks for beside it.
fn shape(map: &Map<String, Value>, term: &str) -> Vec<Object> {
    let wkt = BoundingBox::of_geojson(map).filter(|_| term != "locn:geometry").map(|found| {
        let BoundingBox { west, south, east, north } = found;
        if (west, south) == (east, north) {
            format!("POINT({west} {south})")
        } else {
            format!(
                "POLYGON(({west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south}))"
            )
        }
    });
    [Some(geojson(map)), wkt.map(|wkt| Object::typed(wkt, "gsp:wktLiteral"))].into_iter().flatten().collect()
}

fn plain(text: &str, field: &FieldInfo, language: Option<&str>) -> Option<Vec<Object>> {
    let untyped = || match language {
        Some(language) => Object::InLanguage(text.to_owned(), language.to_owned()),
        None => Object::Text(text.to_owned()),
    };
    let typed = |datatype| Object::typed(text, datatype);
    let is_number = || text.parse::<f64>().is_ok_and(f64::is_finite) && !text.contains(['e', 'E']);
    let is_hex = || text.len().is_multiple_of(2) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let object = match field.meaning {
        Meaning::Nothing => return None,
        Meaning::Text if is_media_type(field.term) => media_type(text).map_or_else(untyped, Object::Iri),
        Meaning::Text if field.term == "spdx:checksumValue" && is_hex() => typed("xsd:hexBinary"),
        Meaning::Text => return Some(words(text, field, &untyped)),
        Meaning::Truth => untyped(),
        Meaning::Iri if field.key == "hasEmail" && text.contains('@') && !text.contains(':') => {
            iri(&format!("mailto:{}", text.trim())).map_or_else(untyped, Object::Iri)
        }
        Meaning::Iri => iri(text).map_or_else(untyped, Object::Iri),
        Meaning::Date => date_type(text).map_or_else(untyped, typed),
        Meaning::Duration if text.starts_with('P') => typed("xsd:duration"),
        Meaning::Duration => untyped(),
        Meaning::Decimal if is_number() => typed("xsd:decimal"),
        Meaning::Count if text.bytes().all(|byte| byte.is_ascii_digit()) => typed("xsd:nonNegativeInteger"),
        Meaning::Decimal | Meaning::Count => untyped(),
        Meaning::Geometry if text.starts_with(|first: char| first.is_ascii_alphabetic()) => {
            typed("gsp:wktLiteral")
        }
        Meaning::Geometry => untyped(),
        Meaning::Thing => {
            let info = (field.class)()?;
            let object = match iri(text) {
                Some(iri) => Object::Iri(iri),
                None => labelled(text, info),
            };
            let term = term_of(field.term, text).map(Object::Iri);
            return Some([Some(object), term].into_iter().flatten().collect());
        }
    };
    Some(vec![object])
}

/// A word as its term, as itself, or as both where the term says less.
fn words(text: &str, field: &FieldInfo, untyped: &dyn Fn() -> Object) -> Vec<Object> {
    let term = term_of(field.term, text);
    if let Some(term) = &term
        && word_of(field.term, term.as_str()).as_deref() == Some(text)
    {
        return vec![Object::Iri(term.clone())];
    }
    let word = match range_of(field.term) {
        None => untyped(),
        Some(class) => match iri(text) {
            // The term of a vocabulary would come back as its word.
            Some(iri) if word_of(field.term, iri.as_str()).is_none() => Object::Iri(iri),
            _ => {
                let label = Property { key: "label", term: Name::Prefixed("rdfs:label"), value: untyped() };
                Object::node(class, vec![label])
            }
        },
    };
    term.map(Object::Iri).into_iter().chain([word]).collect()
}

/// The class that DCAT-AP asks for where DCAT-US has a text.
fn range_of(term: &str) -> Option<&'static str> {
    Some(match term {
        "dcterms:accessRights" | "dcterms:rights" => "dcterms:RightsStatement",
        "dcterms:accrualPeriodicity" => "dcterms:Frequency",
        "dcterms:format" => "dcterms:MediaTypeOrExtent",
        "dcterms:language" => "dcterms:LinguisticSystem",
        "dcterms:provenance" => "dcterms:ProvenanceStatement",
        _ => return None,
    })
}

/// The key under which a class has the name of the thing.
pub fn label_key(info: &ClassInfo) -> Option<&'static str> {
    let key = match info.name {
        "Concept" | "Location" => "prefLabel",
        "Organization" | "Agent" => "name",
        "Kind" => "fn",
        "Dataset" => "identifier",
        "Activity" => "label",
        _ => "title",
    };
    info.field(key).map(|field| field.key)
}

/// A thing of which only the name is known.
fn labelled(text: &str, info: &'static ClassInfo) -> Object {
    if info.name == PeriodOfTime::info().name
        && let Some(extent) = Extent::read(text)
    {
        let ends = [("startDate", "dcat:startDate", extent.start), ("endDate", "dcat:endDate", extent.end)];
        let properties = ends.into_iter().filter_map(|(key, term, day)| {
            let value = Object::typed(day?.to_string(), "xsd:date");
            Some(Property { key, term: Name::Prefixed(term), value })
        });
        return Object::node(info.term, properties.collect());
    }
    let field = label_key(info).and_then(|key| info.field(key));
    let (key, term) = field.map_or(("label", "rdfs:label"), |field| (field.key, field.term));
    let label = Property { key, term: Name::Prefixed(term), value: Object::Text(text.to_owned()) };
    Object::node(info.term, vec![label])
}

/// An absolute IRI; bare words with a colon, such as `GSA: fleet`, are none.
pub fn iri(text: &str) -> Option<NamedNode> {
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

fn is_media_type(term: &str) -> bool {
    matches!(term, "dcat:mediaType" | "dcat:compressFormat" | "dcat:packageFormat")
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
