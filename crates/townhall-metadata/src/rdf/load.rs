//! Parses a file of linked data into its graph. Nothing is fetched: contexts are known or passed over.

use std::collections::HashMap;

use memchr::memmem;
use oxjsonld::{JsonLdParser, JsonLdRemoteDocument};
use oxrdf::Triple;
use oxrdfxml::RdfXmlParser;
use oxttl::TurtleParser;
use serde_json::Value;
use townhall_model::{Finding, Position, Severity};

use super::context_cost::context_cost;
use super::contexts;
use super::graph::Graph;
use crate::ReadError;
use crate::limits::{CONTEXT_WORK_MAX, LINKED_ERRORS_MAX, STATEMENTS_MAX, XML_TAG_BYTES_MAX};

/// What relative addresses are resolved against. Nobody can own it (RFC 2606, section 2).
pub const BASE: &str = "https://relative.invalid/";

/// How a graph is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Turtle, of which N-Triples is a part.
    Turtle,
    /// JSON-LD.
    JsonLd,
    /// RDF/XML.
    RdfXml,
}

/// The graph of a file.
#[derive(Debug, Default)]
pub struct Loaded {
    /// What the file says.
    pub graph: Graph,
    /// Statements that could not be read.
    pub broken: Vec<Finding>,
    /// What was noticed about the file.
    pub findings: Vec<Finding>,
    /// The JSON pointer to each named object, where the file is JSON.
    pub pointers: HashMap<String, String>,
    /// Whether the file breaks off.
    pub is_truncated: bool,
}

impl Loaded {
    fn add(&mut self, triple: Triple) -> Result<(), ReadError> {
        if self.graph.len() >= STATEMENTS_MAX {
            return Err(ReadError::TooManyStatements { limit: STATEMENTS_MAX });
        }
        self.graph.add(triple);
        Ok(())
    }

    fn broken(&mut self, complaint: &str, at: Option<Position>) -> bool {
        let message = format!("a statement can't be read: {complaint}");
        let mut finding = Finding::new("READ-STATEMENT", Severity::Error, message)
            .with_fix("mend the statement at this place; the others were read");
        finding.position = at;
        self.broken.push(finding);
        self.broken.len() < LINKED_ERRORS_MAX
    }
}

/// Parses the text of a file.
pub fn load(text: &str, form: Form) -> Result<Loaded, ReadError> {
    let mut loaded = Loaded::default();
    match form {
        Form::Turtle => turtle(text, &mut loaded)?,
        Form::JsonLd => json_ld(text, &mut loaded)?,
        Form::RdfXml => rdf_xml(text, &mut loaded)?,
    }
    if loaded.graph.len() == 0
        && let Some(first) = loaded.broken.first()
    {
        let format = match form {
            Form::Turtle => "Turtle",
            Form::JsonLd => "JSON-LD",
            Form::RdfXml => "RDF/XML",
        };
        return Err(ReadError::Syntax { format, complaint: first.message.clone() });
    }
    Ok(loaded)
}

fn turtle(text: &str, loaded: &mut Loaded) -> Result<(), ReadError> {
    let parser = TurtleParser::new().with_base_iri(BASE).expect("our base is an IRI");
    for triple in parser.for_slice(text) {
        match triple {
            Ok(triple) => loaded.add(triple)?,
            Err(error) => {
                let place = error.location();
                loaded.is_truncated |= place.end.offset >= text.trim_end().len() as u64;
                let at = Position { line: place.start.line + 1, column: place.start.column + 1 };
                if !loaded.broken(error.message(), Some(at)) {
                    loaded.is_truncated = true;
                    break;
                }
            }
        }
    }
    Ok(())
}

fn rdf_xml(text: &str, loaded: &mut Loaded) -> Result<(), ReadError> {
    // Entities that hold entities grow without bounds while they are read.
    if memmem::find(text.as_bytes(), b"<!ENTITY").is_some() {
        return Err(ReadError::Costly { what: "declares XML entities".to_owned() });
    }
    if longest_tag(text.as_bytes()) > XML_TAG_BYTES_MAX {
        let what = format!("has an XML tag of more than {XML_TAG_BYTES_MAX} bytes");
        return Err(ReadError::Costly { what });
    }
    let parser = RdfXmlParser::new().with_base_iri(BASE).expect("our base is an IRI");
    for triple in parser.for_slice(text) {
        match triple {
            Ok(triple) => loaded.add(triple)?,
            Err(error) => {
                // After an error the parser no longer knows in which element it stands.
                loaded.broken(&error.to_string(), None);
                loaded.is_truncated = true;
                break;
            }
        }
    }
    Ok(())
}

/// The bytes of the longest tag; comments and sections of characters are no tags.
fn longest_tag(bytes: &[u8]) -> usize {
    let (mut longest, mut at) = (0, 0);
    while let Some(start) = memchr::memchr(b'<', &bytes[at..]) {
        let tag = &bytes[at + start..];
        let end = if tag.starts_with(b"<!--") {
            memmem::find(tag, b"-->").unwrap_or(tag.len())
        } else if tag.starts_with(b"<![CDATA[") {
            memmem::find(tag, b"]]>").unwrap_or(tag.len())
        } else {
            let end = memchr::memchr(b'>', tag).unwrap_or(tag.len());
            longest = longest.max(end);
            end
        };
        at = (at + start + end.max(1)).min(bytes.len());
    }
    longest
}

fn json_ld(text: &str, loaded: &mut Loaded) -> Result<(), ReadError> {
    let document: Value = serde_json::from_str(text)
        .map_err(|error| ReadError::Syntax { format: "JSON-LD", complaint: error.to_string() })?;
    let cost = context_cost(&document);
    if cost.work > CONTEXT_WORK_MAX {
        return Err(ReadError::Costly { what: "has contexts that apply too often".to_owned() });
    }
    for url in cost.remote.iter().filter(|url| contexts::known(url).is_none()) {
        let message = format!("the context `{url}` is not fetched; what only it defines is not read");
        loaded.findings.push(
            Finding::new("READ-CONTEXT", Severity::Warning, message)
                .with_value(url)
                .with_source("JSON-LD 1.1, section 3.1")
                .with_fix("write the context into the file"),
        );
    }
    point(&document, &mut String::new(), &mut loaded.pointers);
    drop(document);
    let parser = JsonLdParser::new().with_base_iri(BASE).expect("our base is an IRI");
    let parser = parser.for_slice(text).with_load_document_callback(|url, _| {
        let document = contexts::known(url).unwrap_or(r#"{"@context":{}}"#);
        Ok(JsonLdRemoteDocument { document: document.into(), document_url: url.to_owned() })
    });
    for quad in parser {
        match quad {
            Ok(quad) => loaded.add(Triple::from(quad))?,
            Err(error) => {
                let at = error
                    .location()
                    .map(|place| Position { line: place.start.line + 1, column: place.start.column + 1 });
                if !loaded.broken(&error.to_string(), at) {
                    loaded.is_truncated = true;
                    break;
                }
            }
        }
    }
    Ok(())
}

/// Longest pointer that is remembered: long keys over many objects would fill the memory.
const POINTER_BYTES_MAX: usize = 512;

fn point(value: &Value, pointer: &mut String, pointers: &mut HashMap<String, String>) {
    let length = pointer.len();
    if length > POINTER_BYTES_MAX {
        return;
    }
    match value {
        Value::Object(map) => {
            // An object of its name alone is a reference to one that says more.
            let id = ["@id", "id"].iter().find_map(|key| map.get(*key)?.as_str());
            if let Some(id) = id.filter(|_| map.len() > 1)
                && !pointers.contains_key(id)
            {
                pointers.insert(id.to_owned(), pointer.clone());
            }
            for (key, value) in map.iter().filter(|(_, value)| value.is_object() || value.is_array()) {
                pointer.push('/');
                pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
                point(value, pointer, pointers);
                pointer.truncate(length);
            }
        }
        Value::Array(values) => {
            for (index, value) in values.iter().enumerate().filter(|(_, value)| value.is_object()) {
                pointer.push_str(&format!("/{index}"));
                point(value, pointer, pointers);
                pointer.truncate(length);
            }
        }
        _ => {}
    }
}
