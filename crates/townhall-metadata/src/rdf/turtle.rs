//! Turtle, written as the records come.

use std::io::Write;

use oxrdf::vocab::rdf;
use oxrdf::{BlankNode, Literal, NamedNode, NamedOrBlankNode, Term, Triple};
use oxttl::TurtleSerializer;
use oxttl::turtle::WriterTurtleSerializer;
use townhall_model::Finding;
use townhall_model::record::{Body, Catalog, RecordKind, Version};

use super::node::{Node, Object, header_node, record_node};
use super::prefixes::{PREFIXES, expand};
use crate::dialect::{CatalogWriter, Dialect, DialectInfo};
use crate::error::WriteError;

/// The Terse RDF Triple Language.
pub struct Turtle;

const INFO: DialectInfo = DialectInfo {
    id: "turtle",
    name: "DCAT 3 in Turtle",
    description: "Linked data for triple stores and other catalogues.",
    media_types: &["text/turtle"],
    extension: "ttl",
    specification: "https://www.w3.org/TR/turtle/",
    can_read: false,
    can_write_record: true,
    can_write_catalog: true,
};

impl Dialect for Turtle {
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
        let mut writer = TurtleWriter::new(out);
        writer.graph.node(&node)?;
        writer.finish()?;
        Ok(findings)
    }

    fn catalog_writer<'w>(
        &self,
        out: Box<dyn Write + 'w>,
    ) -> Result<Box<dyn CatalogWriter + 'w>, WriteError> {
        Ok(Box::new(TurtleWriter::new(out)))
    }
}

/// Writes a catalogue as Turtle, record by record.
pub struct TurtleWriter<W: Write> {
    graph: Graph<W>,
    catalog: Option<NamedOrBlankNode>,
}

/// Writes nodes as triples and numbers the blank ones.
struct Graph<W: Write> {
    turtle: Option<WriterTurtleSerializer<W>>,
    blank_nodes: u64,
}

impl<W: Write> TurtleWriter<W> {
    /// A writer with the prefixes of this house.
    pub fn new(out: W) -> Self {
        let turtle = PREFIXES.iter().fold(TurtleSerializer::new(), |turtle, (prefix, namespace)| {
            turtle.with_prefix(*prefix, *namespace).expect("our namespaces are IRIs")
        });
        Self { graph: Graph { turtle: Some(turtle.for_writer(out)), blank_nodes: 0 }, catalog: None }
    }

    fn finish(&mut self) -> Result<(), WriteError> {
        if let Some(turtle) = self.graph.turtle.take() {
            turtle.finish()?.flush()?;
        }
        Ok(())
    }
}

impl<W: Write> CatalogWriter for TurtleWriter<W> {
    fn begin(&mut self, header: &Catalog) -> Result<Vec<Finding>, WriteError> {
        self.catalog = Some(self.graph.node(&header_node(header))?);
        Ok(Vec::new())
    }

    fn record(&mut self, record: &Body, version: Version) -> Result<Vec<Finding>, WriteError> {
        let (node, findings) = record_node(record, version);
        let subject = self.graph.name(&node);
        if let Some(catalog) = self.catalog.clone() {
            self.graph.triple(catalog, membership(record.kind()), subject.clone().into())?;
        }
        self.graph.describe(&node, subject)?;
        Ok(findings)
    }

    fn end(&mut self) -> Result<(), WriteError> {
        self.finish()
    }
}

/// The property by which a catalogue holds its records.
fn membership(kind: RecordKind) -> &'static str {
    match kind {
        RecordKind::Catalog => "dcat:catalog",
        RecordKind::Dataset | RecordKind::DatasetSeries => "dcat:dataset",
        RecordKind::DataService => "dcat:service",
        RecordKind::CatalogRecord => "dcat:record",
    }
}

impl<W: Write> Graph<W> {
    fn node(&mut self, node: &Node) -> Result<NamedOrBlankNode, WriteError> {
        let subject = self.name(node);
        self.describe(node, subject.clone())?;
        Ok(subject)
    }

    fn name(&mut self, node: &Node) -> NamedOrBlankNode {
        match &node.id {
            Some(iri) => iri.clone().into(),
            None => {
                self.blank_nodes += 1;
                BlankNode::new_unchecked(format!("n{}", self.blank_nodes)).into()
            }
        }
    }

    /// Writes all of a node's own triples, then the nodes that it leads to, so that each stands together.
    fn describe(&mut self, node: &Node, subject: NamedOrBlankNode) -> Result<(), WriteError> {
        let class = NamedNode::new_unchecked(expand(node.class));
        self.write(Triple::new(subject.clone(), rdf::TYPE, class))?;
        let mut inner = Vec::new();
        for property in &node.properties {
            let object = match &property.value {
                Object::Text(text) => Literal::new_simple_literal(text).into(),
                Object::Typed(text, datatype) => {
                    Literal::new_typed_literal(text, NamedNode::new_unchecked(expand(datatype))).into()
                }
                Object::Iri(iri) => iri.clone().into(),
                Object::Node(node) => {
                    let name = self.name(node);
                    inner.push((node, name.clone()));
                    name.into()
                }
            };
            self.triple(subject.clone(), property.term, object)?;
        }
        inner.into_iter().try_for_each(|(node, name)| self.describe(node, name))
    }

    fn triple(&mut self, subject: NamedOrBlankNode, term: &str, object: Term) -> Result<(), WriteError> {
        self.write(Triple::new(subject, NamedNode::new_unchecked(expand(term)), object))
    }

    fn write(&mut self, triple: Triple) -> Result<(), WriteError> {
        if let Some(turtle) = &mut self.turtle {
            turtle.serialize_triple(triple.as_ref())?;
        }
        Ok(())
    }
}
