//! Turtle, read as a graph and written as the records come.

use std::io::{self, Read, Write};
use std::ops::ControlFlow;

use oxrdf::Triple;
use oxttl::TurtleSerializer;
use oxttl::turtle::WriterTurtleSerializer;
use townhall_model::Finding;
use townhall_model::record::{Body, Catalog, Version};

use super::load::Form;
use super::prefixes::PREFIXES;
use super::triples::{Syntax, Triples};
use crate::dialect::{CatalogWriter, Dialect, DialectInfo};
use crate::error::WriteError;
use crate::{Item, ReadError, ReadOptions, Summary};

/// The Terse RDF Triple Language; N-Triples, which is a part of it, is read as well.
pub struct Turtle;

const INFO: DialectInfo = DialectInfo {
    id: "turtle",
    name: "DCAT 3 in Turtle",
    description: "Linked data for triple stores and other catalogues, as DCAT-AP 3.0 asks.",
    media_types: &["text/turtle", "application/n-triples"],
    extension: "ttl",
    specification: "https://www.w3.org/TR/turtle/",
    can_read: true,
    can_write_record: true,
    can_write_catalog: true,
};

impl Dialect for Turtle {
    fn info(&self) -> &'static DialectInfo {
        &INFO
    }

    fn recognizes(&self, beginning: &str) -> bool {
        let mut lines = beginning.lines().map(str::trim_start);
        lines.find(|line| !line.is_empty() && !line.starts_with('#')).is_some_and(begins_turtle)
    }

    fn read(
        &self,
        input: &mut dyn Read,
        options: &ReadOptions,
        sink: &mut dyn FnMut(Item) -> ControlFlow<()>,
    ) -> Result<Summary, ReadError> {
        super::read::read(input, options, sink, Form::Turtle)
    }

    fn write_record(
        &self,
        record: &Body,
        version: Version,
        out: &mut dyn Write,
    ) -> Result<Vec<Finding>, WriteError> {
        let mut writer = TurtleWriter::new(out);
        let findings = writer.triples.record(record, version)?;
        writer.triples.finish()?;
        Ok(findings)
    }

    fn catalog_writer<'w>(
        &self,
        out: Box<dyn Write + 'w>,
    ) -> Result<Box<dyn CatalogWriter + 'w>, WriteError> {
        Ok(Box::new(TurtleWriter::new(out)))
    }
}

/// Whether a line can only be the first one of a file in Turtle.
fn begins_turtle(line: &str) -> bool {
    let word = line.split_whitespace().next().unwrap_or_default();
    let is_directive = ["@prefix", "@base"].contains(&word)
        || word.eq_ignore_ascii_case("prefix") && line.contains('<')
        || word.eq_ignore_ascii_case("base") && line.contains('<');
    // `<https://…>` is no tag of XML: no name of one has a colon and two slashes.
    let is_subject = line.starts_with("_:")
        || line.starts_with("<>")
        || line.strip_prefix('<').and_then(|rest| rest.split_once('>')).is_some_and(|(iri, _)| {
            !iri.contains(char::is_whitespace) && (iri.contains("://") || iri.starts_with("urn:"))
        });
    is_directive || is_subject
}

/// Writes a catalogue as Turtle, record by record.
pub struct TurtleWriter<W: Write> {
    triples: Triples<WriterTurtleSerializer<W>>,
}

impl<W: Write> TurtleWriter<W> {
    /// A writer with the prefixes of this house.
    pub fn new(out: W) -> Self {
        let turtle = PREFIXES.iter().fold(TurtleSerializer::new(), |turtle, (prefix, namespace)| {
            turtle.with_prefix(*prefix, *namespace).expect("our namespaces are IRIs")
        });
        Self { triples: Triples::new(turtle.for_writer(out)) }
    }
}

impl<W: Write> Syntax for WriterTurtleSerializer<W> {
    fn triple(&mut self, triple: Triple) -> io::Result<()> {
        self.serialize_triple(triple.as_ref())
    }

    fn finish(self) -> io::Result<()> {
        WriterTurtleSerializer::finish(self)?.flush()
    }
}

impl<W: Write> CatalogWriter for TurtleWriter<W> {
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
