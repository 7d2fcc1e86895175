//! Records as linked data: DCAT 3 in Turtle, JSON-LD and RDF/XML, written from one tree of nodes and read from one
//! graph. What is written keeps to DCAT-AP 3.0 where the record has what it asks for.

mod apart;
mod classes;
mod context_cost;
mod contexts;
mod describe;
mod graph;
mod json_ld;
mod kept;
mod leftover;
mod load;
mod node;
mod original;
mod plain;
mod prefixes;
mod rdf_xml;
mod read;
mod triples;
mod turtle;
mod vocabulary;

pub use describe::LINKED_KEY;
pub use json_ld::{JsonLd, JsonLdWriter};
pub(crate) use plain::date;
pub use rdf_xml::{RdfXml, RdfXmlWriter};
pub(crate) use read::{START, typed, whole};
pub use turtle::{Turtle, TurtleWriter};
