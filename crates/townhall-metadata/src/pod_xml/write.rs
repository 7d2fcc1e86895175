//! Writes records as elements.

use std::io::{self, Write};

use serde_json::Value;
use townhall_model::Finding;
use townhall_model::record::{
    Body, Catalog, CatalogRecord, DataService, Dataset, DatasetSeries, RecordKind, Version,
};

use super::names::{Class, tag_of};
use super::node::{Name, Node};
use super::value::{is_character, json, nodes_of};
use crate::convert::{convert_body, convert_header};
use crate::dialect::CatalogWriter;
use crate::error::WriteError;

/// The first line of every file.
const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// Writes one record as a document of its own.
pub fn write_alone(record: &Body, version: Version, out: &mut dyn Write) -> Result<Vec<Finding>, WriteError> {
    out.write_all(DECLARATION.as_bytes())?;
    write_record(record, version, 0, out)
}

fn write_record(
    record: &Body,
    version: Version,
    depth: usize,
    mut out: &mut dyn Write,
) -> Result<Vec<Finding>, WriteError> {
    let (record, findings) = convert_body(record, version, Version::DcatUs11);
    let class: Class = Some(match record.kind() {
        RecordKind::Catalog => Catalog::info(),
        RecordKind::Dataset => Dataset::info(),
        RecordKind::DataService => DataService::info(),
        RecordKind::DatasetSeries => DatasetSeries::info(),
        RecordKind::CatalogRecord => CatalogRecord::info(),
    });
    let tag = tag_of(record.kind());
    writeln!(out, "{:1$}<{tag}>", "", depth * 2)?;
    for (key, value) in &record.to_json() {
        for node in nodes_of(key, value, class) {
            element(&node, depth + 1, &mut out)?;
        }
    }
    writeln!(out, "{:1$}</{tag}>", "", depth * 2)?;
    Ok(findings)
}

/// Writes a catalog record by record.
pub struct PodXmlWriter<W> {
    out: W,
}

impl<W: Write> PodXmlWriter<W> {
    pub fn new(out: W) -> Self {
        Self { out }
    }
}

impl<W: Write> CatalogWriter for PodXmlWriter<W> {
    fn begin(&mut self, header: &Catalog) -> Result<Vec<Finding>, WriteError> {
        let (header, findings) = convert_header(header, Version::DcatUs11);
        writeln!(self.out, "{DECLARATION}<catalog>")?;
        for (key, value) in &header.to_json() {
            if RecordKind::ALL.iter().all(|kind| kind.catalog_key() != key) {
                for node in nodes_of(key, value, Some(Catalog::info())) {
                    element(&node, 1, &mut self.out)?;
                }
            }
        }
        Ok(findings)
    }

    fn record(&mut self, record: &Body, version: Version) -> Result<Vec<Finding>, WriteError> {
        write_record(record, version, 1, &mut self.out)
    }

    fn end(&mut self) -> Result<(), WriteError> {
        self.out.write_all(b"</catalog>\n")?;
        Ok(self.out.flush()?)
    }
}

fn element(node: &Node, depth: usize, out: &mut impl Write) -> io::Result<()> {
    let (tag, attribute) = match &node.name {
        Name::Tag(tag) => (tag.as_str(), None),
        Name::Property(name) => ("attribute", Some(("property", name.clone()))),
        Name::Key(key) if key.chars().all(is_character) => ("attribute", Some(("key", key.clone()))),
        Name::Key(key) => ("attribute", Some(("jsonKey", json(&Value::from(key.as_str()))))),
    };
    write!(out, "{:1$}<{tag}", "", depth * 2)?;
    if let Some((name, value)) = attribute {
        write!(out, " {name}=\"{}\"", escape(&value, true))?;
    }
    if node.is_json {
        out.write_all(b" type=\"json\"")?;
    }
    if node.keeps_space {
        out.write_all(b" xml:space=\"preserve\"")?;
    }
    out.write_all(b">")?;
    if !node.children.is_empty() {
        out.write_all(b"\n")?;
        for child in &node.children {
            element(child, depth + 1, out)?;
        }
        write!(out, "{:1$}", "", depth * 2)?;
    }
    writeln!(out, "{}</{tag}>", escape(&node.text, false))
}

/// The text as XML has it. Of white space only what a reader would change is written as a reference (XML 1.0, sections
/// 2.11 and 3.3.3).
fn escape(text: &str, is_attribute: bool) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' if is_attribute => escaped.push_str("&quot;"),
            '\r' => escaped.push_str("&#13;"),
            '\n' if is_attribute => escaped.push_str("&#10;"),
            '\t' if is_attribute => escaped.push_str("&#9;"),
            other => escaped.push(other),
        }
    }
    escaped
}
