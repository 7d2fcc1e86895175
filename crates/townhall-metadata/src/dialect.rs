//! The dialects that this house speaks, in one list.

use std::io::{self, Read, Write};
use std::ops::ControlFlow;

use townhall_model::Finding;
use townhall_model::record::{Body, Catalog, Version};

use crate::geo::{DublinCore, FgdcCsdgm, Iso19115Part3, Iso19139};
use crate::package::Frictionless;
use crate::pod_xml::PodXml;
use crate::portal::{ArcGisHub, Ckan, DataCite, Socrata};
use crate::rdf::{JsonLd, RdfXml, Turtle};
use crate::reader::{decode, unwrap};
use crate::schema_org::{Croissant, SchemaOrg};
use crate::sheet::CsvWide;
use crate::write::DcatUs;
use crate::{Item, ReadError, ReadOptions, Summary, WriteError, read_catalog};

/// What everybody needs to know of a dialect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DialectInfo {
    /// The short name in APIs and on the command line.
    pub id: &'static str,
    /// The name for people.
    pub name: &'static str,
    /// What it is good for, in one sentence.
    pub description: &'static str,
    /// Its media types, the first of which is answered with.
    pub media_types: &'static [&'static str],
    /// The extension of its files.
    pub extension: &'static str,
    /// Where its specification is.
    pub specification: &'static str,
    /// Whether catalogues of it can be read.
    pub can_read: bool,
    /// Whether a single record can be written.
    pub can_write_record: bool,
    /// Whether a whole catalogue can be written.
    pub can_write_catalog: bool,
}

/// A way to write metadata down.
pub trait Dialect: Sync {
    /// What everybody needs to know of it.
    fn info(&self) -> &'static DialectInfo;

    /// Whether a file that begins with this text is of the dialect and no other reading would do it justice. What
    /// nobody recognizes is read as DCAT-US, whose reader says what is wrong with it.
    fn recognizes(&self, _beginning: &str) -> bool {
        false
    }

    /// Reads a catalogue and hands its records to the sink as they come.
    ///
    /// # Errors
    ///
    /// [`ReadError::WriteOnly`] unless `can_read`; else as [`read_catalog`].
    fn read(
        &self,
        input: &mut dyn Read,
        options: &ReadOptions,
        sink: &mut dyn FnMut(Item) -> ControlFlow<()>,
    ) -> Result<Summary, ReadError> {
        if self.info().can_read {
            read_catalog(input, options, sink)
        } else {
            Err(ReadError::WriteOnly { dialect: self.info().id })
        }
    }

    /// Writes one record as a document of its own; the findings say what the dialect can't express.
    ///
    /// # Errors
    ///
    /// [`WriteError::NoForm`] for a kind of record that the dialect does not know.
    fn write_record(
        &self,
        record: &Body,
        version: Version,
        out: &mut dyn Write,
    ) -> Result<Vec<Finding>, WriteError>;

    /// Begins a catalogue that is written record by record.
    ///
    /// # Errors
    ///
    /// [`WriteError::NoForm`] unless `can_write_catalog`.
    fn catalog_writer<'w>(&self, out: Box<dyn Write + 'w>)
    -> Result<Box<dyn CatalogWriter + 'w>, WriteError>;
}

/// Writes a catalogue record by record, in bounded memory: [`begin`](Self::begin) once,
/// [`record`](Self::record) for each, [`end`](Self::end) once.
pub trait CatalogWriter {
    /// Writes what stands before the records. Lists of records in the header itself are left out.
    ///
    /// # Errors
    ///
    /// [`WriteError::Io`] when the output fails.
    fn begin(&mut self, header: &Catalog) -> Result<Vec<Finding>, WriteError>;

    /// Writes one record, converted from its version where needed; the findings say what was lost on the way.
    ///
    /// # Errors
    ///
    /// [`WriteError::OutOfOrder`] when records of another kind came in between; [`WriteError::Io`].
    fn record(&mut self, record: &Body, version: Version) -> Result<Vec<Finding>, WriteError>;

    /// Writes what stands after the records.
    ///
    /// # Errors
    ///
    /// [`WriteError::Io`] when the output fails.
    fn end(&mut self) -> Result<(), WriteError>;
}

/// Every dialect, in the order in which the documentation lists them.
pub const DIALECTS: &[&dyn Dialect] = &[
    &DcatUs(Version::DcatUs11),
    &DcatUs(Version::DcatUs30),
    &DcatUs(Version::Pod10),
    &JsonLd,
    &Turtle,
    // Descriptions of Dublin Core without a class come in RDF too; linked data would find nothing in them.
    &DublinCore,
    &RdfXml,
    &Ckan,
    &Socrata,
    &ArcGisHub,
    &DataCite,
    &Croissant,
    &SchemaOrg,
    &Frictionless,
    &Iso19139,
    &Iso19115Part3,
    &FgdcCsdgm,
    &PodXml,
    &CsvWide,
];

/// The dialect with this id.
pub fn dialect(id: &str) -> Option<&'static dyn Dialect> {
    DIALECTS.iter().copied().find(|dialect| dialect.info().id == id)
}

/// How much of a file is looked at to tell its dialect.
const BEGINNING_BYTES: u64 = 64 * 1024;

/// The dialect of a file that begins with these bytes, packed or not.
pub fn recognize(beginning: &[u8]) -> &'static dyn Dialect {
    let mut plain = Vec::new();
    if let Ok((mut unpacked, _)) = unwrap(beginning) {
        // A packed beginning breaks off somewhere; what came out of it until then will do.
        let _ = unpacked.by_ref().take(BEGINNING_BYTES).read_to_end(&mut plain);
    }
    let (text, _) = decode(&plain);
    let known = DIALECTS.iter().copied().filter(|dialect| dialect.info().can_read);
    let mut known = known.filter(|dialect| dialect.recognizes(text.trim_start()));
    known.next().unwrap_or(&DcatUs(Version::DcatUs11))
}

/// Reads a catalogue of whatever dialect it is, and says which that was.
///
/// # Errors
///
/// As [`read_catalog`].
pub fn read_any(
    input: &mut dyn Read,
    options: &ReadOptions,
    sink: &mut dyn FnMut(Item) -> ControlFlow<()>,
) -> Result<(&'static DialectInfo, Summary), ReadError> {
    let mut beginning = Vec::new();
    Read::by_ref(&mut &mut *input).take(BEGINNING_BYTES).read_to_end(&mut beginning)?;
    let dialect = recognize(&beginning);
    let summary = dialect.read(&mut io::Cursor::new(beginning).chain(input), options, sink)?;
    Ok((dialect.info(), summary))
}
