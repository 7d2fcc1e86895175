//! Writes nodes as triples, record by record, whatever the syntax.

use std::io;

use oxrdf::vocab::rdf;
use oxrdf::{BlankNode, Literal, NamedNode, NamedOrBlankNode, Term, Triple};
use townhall_model::Finding;
use townhall_model::record::{Body, Catalog, RecordKind, Version};

use super::apart::Apart;
use super::node::{Node, Object, header_node, record_node};
use super::prefixes::expand;
use crate::error::WriteError;

/// A syntax that takes one triple after the other.
pub trait Syntax {
    /// Writes a triple. Those of one subject come together.
    fn triple(&mut self, triple: Triple) -> io::Result<()>;

    /// Writes what stands after the last one.
    fn finish(self) -> io::Result<()>;
}

/// Writes a catalogue or a record in a syntax, and numbers its blank nodes.
pub struct Triples<S> {
    syntax: Option<S>,
    blank_nodes: u64,
    catalog: Option<NamedOrBlankNode>,
    apart: Apart,
}

impl<S: Syntax> Triples<S> {
    pub fn new(syntax: S) -> Self {
        Self { syntax: Some(syntax), blank_nodes: 0, catalog: None, apart: Apart::default() }
    }

    /// Writes the header, and remembers that the records belong to it.
    pub fn header(&mut self, header: &Catalog) -> Result<(), WriteError> {
        let node = header_node(header);
        let subject = self.name(&node);
        self.describe(&node, subject.clone())?;
        self.catalog = Some(subject);
        Ok(())
    }

    /// Writes a record, after the statement that the catalogue lists it.
    pub fn record(&mut self, record: &Body, version: Version) -> Result<Vec<Finding>, WriteError> {
        let (node, findings) = record_node(record, version, &mut self.apart);
        let subject = self.name(&node);
        if let Some(catalog) = self.catalog.clone() {
            let listing = NamedNode::new_unchecked(expand(membership(record.kind())));
            self.write(Triple::new(catalog, listing, subject.clone()))?;
        }
        self.describe(&node, subject)?;
        Ok(findings)
    }

    pub fn finish(&mut self) -> Result<(), WriteError> {
        Ok(self.syntax.take().map_or(Ok(()), Syntax::finish)?)
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
        for class in &node.classes {
            self.write(Triple::new(subject.clone(), rdf::TYPE, class.iri()))?;
        }
        let mut inner = Vec::new();
        for property in &node.properties {
            let object: Term = match &property.value {
                Object::Text(text) => Literal::new_simple_literal(text).into(),
                Object::InLanguage(text, tag) => Literal::new_language_tagged_literal(text, tag)
                    .unwrap_or_else(|_| Literal::new_simple_literal(text))
                    .into(),
                Object::Typed(text, datatype) => Literal::new_typed_literal(text, datatype.iri()).into(),
                Object::Iri(iri) => iri.clone().into(),
                Object::Node(node) => {
                    let name = self.name(node);
                    inner.push((&**node, name.clone()));
                    name.into()
                }
            };
            self.write(Triple::new(subject.clone(), property.term.iri(), object))?;
        }
        for included in &node.included {
            let name = self.name(included);
            inner.push((included, name));
        }
        inner.into_iter().try_for_each(|(node, name)| self.describe(node, name))
    }

    fn write(&mut self, triple: Triple) -> Result<(), WriteError> {
        if let Some(syntax) = &mut self.syntax {
            syntax.triple(triple)?;
        }
        Ok(())
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
