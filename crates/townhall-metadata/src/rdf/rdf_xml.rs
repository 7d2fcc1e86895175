//! RDF/XML, the oldest syntax of linked data, which most European catalogues still exchange.

use std::io::{self, Read, Write};
use std::ops::ControlFlow;

use oxrdf::{Literal, NamedNode, Term, Triple};
use oxrdfxml::{RdfXmlSerializer, WriterRdfXmlSerializer};
use townhall_model::Finding;
use townhall_model::record::{Body, Catalog, Version};

use super::load::Form;
use super::prefixes::PREFIXES;
use super::triples::{Syntax, Triples};
use crate::dialect::{CatalogWriter, Dialect, DialectInfo};
use crate::error::WriteError;
use crate::{Item, ReadError, ReadOptions, Summary};

/// Linked data in XML.
pub struct RdfXml;

const INFO: DialectInfo = DialectInfo {
    id: "rdf-xml",
    name: "DCAT 3 in RDF/XML",
    description: "Linked data in XML, which older catalogues and DCAT-AP harvesters read.",
    media_types: &["application/rdf+xml"],
    extension: "rdf",
    specification: "https://www.w3.org/TR/rdf-syntax-grammar/",
    can_read: true,
    can_write_record: true,
    can_write_catalog: true,
};

impl Dialect for RdfXml {
    fn info(&self) -> &'static DialectInfo {
        &INFO
    }

    fn recognizes(&self, beginning: &str) -> bool {
        let is_page = || {
            let start = beginning.get(..200).unwrap_or(beginning).to_ascii_lowercase();
            start.contains("<!doctype html") || start.contains("<html")
        };
        beginning.starts_with('<')
            && beginning.contains("http://www.w3.org/1999/02/22-rdf-syntax-ns#")
            && beginning.contains(":RDF")
            && !is_page()
    }

    fn read(
        &self,
        input: &mut dyn Read,
        options: &ReadOptions,
        sink: &mut dyn FnMut(Item) -> ControlFlow<()>,
    ) -> Result<Summary, ReadError> {
        super::read::read(input, options, sink, Form::RdfXml)
    }

    fn write_record(
        &self,
        record: &Body,
        version: Version,
        out: &mut dyn Write,
    ) -> Result<Vec<Finding>, WriteError> {
        let mut writer = RdfXmlWriter::new(out);
        let findings = writer.triples.record(record, version)?;
        writer.triples.finish()?;
        Ok(findings)
    }

    fn catalog_writer<'w>(
        &self,
        out: Box<dyn Write + 'w>,
    ) -> Result<Box<dyn CatalogWriter + 'w>, WriteError> {
        Ok(Box::new(RdfXmlWriter::new(out)))
    }
}

/// Writes a catalogue as RDF/XML, record by record.
pub struct RdfXmlWriter<W: Write> {
    triples: Triples<WriterRdfXmlSerializer<Returns<W>>>,
}

impl<W: Write> RdfXmlWriter<W> {
    /// A writer with the prefixes of this house.
    pub fn new(out: W) -> Self {
        let prefixes = PREFIXES.iter().filter(|(prefix, _)| *prefix != "rdf");
        let xml = prefixes.fold(RdfXmlSerializer::new(), |xml, (prefix, namespace)| {
            xml.with_prefix(*prefix, *namespace).expect("our namespaces are IRIs")
        });
        Self { triples: Triples::new(xml.for_writer(Returns(out))) }
    }
}

impl<W: Write> Syntax for WriterRdfXmlSerializer<W> {
    fn triple(&mut self, mut triple: Triple) -> io::Result<()> {
        // The few predicates that can't be the name of an element have no form in RDF/XML (section 6.1.2).
        if !is_element_name(&triple.predicate) {
            return Ok(());
        }
        if let Term::Literal(literal) = &triple.object
            && !literal.value().chars().all(is_xml)
        {
            triple.object = printable(literal).into();
        }
        self.serialize_triple(triple.as_ref())
    }

    fn finish(self) -> io::Result<()> {
        WriterRdfXmlSerializer::finish(self)?.flush()
    }
}

/// Writes carriage returns as references: XML reads plain ones as line feeds (XML 1.0, section 2.11).
struct Returns<W>(W);

impl<W: Write> Write for Returns<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut lines = bytes.split(|byte| *byte == b'\r');
        self.0.write_all(lines.next().unwrap_or_default())?;
        for line in lines {
            self.0.write_all(b"&#13;")?;
            self.0.write_all(line)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Whether an IRI ends with what may be the local name of an XML element, and is not a word of the syntax itself.
fn is_element_name(iri: &NamedNode) -> bool {
    const SYNTAX: [&str; 8] =
        ["RDF", "ID", "about", "parseType", "resource", "nodeID", "datatype", "Description"];
    let iri = iri.as_str();
    let tail =
        iri.rsplit(|character: char| !(character.is_ascii_alphanumeric() || "-_.".contains(character)));
    let tail = tail.map(|tail| tail.trim_start_matches(|c: char| !(c.is_ascii_alphabetic() || c == '_')));
    let local = tail.into_iter().next().unwrap_or_default();
    let own = iri.strip_prefix("http://www.w3.org/1999/02/22-rdf-syntax-ns#");
    !local.is_empty() && own.is_none_or(|name| !SYNTAX.contains(&name) && !["li", "bagID"].contains(&name))
}

/// Whether XML 1.0 has the character (section 2.2).
fn is_xml(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..)
}

fn printable(literal: &Literal) -> Literal {
    let text = literal.value().chars().filter(|character| is_xml(*character)).collect::<String>();
    match literal.language() {
        Some(language) => Literal::new_language_tagged_literal_unchecked(text, language),
        None => Literal::new_typed_literal(text, literal.datatype()),
    }
}

impl<W: Write> CatalogWriter for RdfXmlWriter<W> {
    fn begin(&mut self, header: &Catalog) -> Result<Vec<Finding>, WriteError> {
        self.triples.header(header)?;
        Ok(Vec::new())
    }

    fn record(&mut self, record: &Body, version: Version) -> Result<Vec<Finding>, WriteError> {
        self.triples.record(record, version)
    }

    fn end(&mut self) -> Result<(), WriteError> {
        self.triples.finish()
    }
}
