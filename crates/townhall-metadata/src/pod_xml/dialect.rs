//! The XML of Project Open Data as a dialect.

use std::io::{Read, Write};
use std::ops::ControlFlow;

use townhall_model::Finding;
use townhall_model::record::{Body, Version};

use super::names::is_container;
use super::read::read;
use super::write::{PodXmlWriter, write_alone};
use crate::dialect::{CatalogWriter, Dialect, DialectInfo};
use crate::{Item, ReadError, ReadOptions, Summary, WriteError};

/// Project Open Data in XML: the `data.xml` that may stand beside `data.json`.
///
/// The example of version 1.0 is read (`dataset` with an `attribute` for each value), and an element for each
/// property, in any spelling. Written is version 1.1, so that what is read from it is the same record.
pub struct PodXml;

const INFO: DialectInfo = DialectInfo {
    id: "pod-xml",
    name: "Project Open Data in XML",
    description: "The `data.xml` beside `data.json`, for tools that take XML only.",
    media_types: &["application/xml", "text/xml"],
    extension: "xml",
    specification: "https://resources.data.gov/schemas/dcat-us/v1.1/",
    can_read: true,
    can_write_record: true,
    can_write_catalog: true,
};

impl Dialect for PodXml {
    fn info(&self) -> &'static DialectInfo {
        &INFO
    }

    fn recognizes(&self, beginning: &str) -> bool {
        let Some(root) = root(beginning) else { return false };
        let is_ours = ["catalog", "dataset", "datasets"].iter().any(|name| name.eq_ignore_ascii_case(root));
        // RDF in XML has catalogs and datasets too.
        if !(is_ours || is_container(root))
            || beginning.contains("http://www.w3.org/1999/02/22-rdf-syntax-ns#")
        {
            return false;
        }
        let text = beginning.to_ascii_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
        has(&["<dataset", ":dataset"])
            && has(&["<title", ":title", "<identifier", ":identifier", "<conformsto"])
    }

    fn read(
        &self,
        input: &mut dyn Read,
        options: &ReadOptions,
        sink: &mut dyn FnMut(Item) -> ControlFlow<()>,
    ) -> Result<Summary, ReadError> {
        read(input, options, sink)
    }

    fn write_record(
        &self,
        record: &Body,
        version: Version,
        out: &mut dyn Write,
    ) -> Result<Vec<Finding>, WriteError> {
        write_alone(record, version, out)
    }

    fn catalog_writer<'w>(
        &self,
        out: Box<dyn Write + 'w>,
    ) -> Result<Box<dyn CatalogWriter + 'w>, WriteError> {
        Ok(Box::new(PodXmlWriter::new(out)))
    }
}

/// The name of the first element, without its prefix, behind the declaration, comments and the document type.
fn root(beginning: &str) -> Option<&str> {
    let mut rest = beginning.trim_start();
    loop {
        rest = rest.strip_prefix('<')?;
        let end = match rest.as_bytes().first()? {
            b'?' => "?>",
            b'!' if rest.starts_with("!--") => "-->",
            b'!' if rest.contains('[') && rest.find('[') < rest.find('>') => "]>",
            b'!' => ">",
            _ => {
                let name = rest.split(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).next()?;
                return name.rsplit(':').next();
            }
        };
        rest = rest.get(rest.find(end)? + end.len()..)?.trim_start();
    }
}
