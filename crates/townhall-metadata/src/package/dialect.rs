//! Data packages as a dialect.

use std::io::{Read, Write};
use std::ops::ControlFlow;

use serde_json::Value;
use townhall_model::Finding;
use townhall_model::record::{Body, Version};

use super::read::read;
use super::recognize::recognizes;
use super::write::{PackagesWriter, descriptor};
use crate::dialect::{CatalogWriter, Dialect, DialectInfo};
use crate::{Item, ReadError, ReadOptions, Summary, WriteError};

/// Frictionless Data Packages (Data Package 1.0 and 2.0): `datapackage.json`.
///
/// One descriptor, a list of them and one a line are read; a record is written as a descriptor of version 2, a
/// catalog as a list. A package that came as version 1 is written as such.
pub struct Frictionless;

const INFO: DialectInfo = DialectInfo {
    id: "frictionless",
    name: "Frictionless Data Package",
    description: "The `datapackage.json` that data tools and repositories put beside files of data.",
    media_types: &["application/vnd.datapackage+json", "application/json"],
    extension: "datapackage.json",
    specification: "https://datapackage.org/standard/data-package/",
    can_read: true,
    can_write_record: true,
    can_write_catalog: true,
};

impl Dialect for Frictionless {
    fn info(&self) -> &'static DialectInfo {
        &INFO
    }

    fn recognizes(&self, beginning: &str) -> bool {
        recognizes(beginning)
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
        let Some((descriptor, findings)) = descriptor(record, version) else {
            return Err(WriteError::NoForm { dialect: INFO.id, subject: record.kind().to_string() });
        };
        serde_json::to_writer_pretty(&mut *out, &Value::Object(descriptor))?;
        out.write_all(b"\n")?;
        Ok(findings)
    }

    fn catalog_writer<'w>(
        &self,
        out: Box<dyn Write + 'w>,
    ) -> Result<Box<dyn CatalogWriter + 'w>, WriteError> {
        Ok(Box::new(PackagesWriter::new(out)))
    }
}
