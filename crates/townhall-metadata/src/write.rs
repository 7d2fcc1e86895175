//! Writes DCAT-US catalogues and records as JSON.

use std::io::Write;

use townhall_model::Finding;
use townhall_model::record::{Body, Catalog, RecordKind, Version};

use crate::convert::{convert_body, convert_header};
use crate::dialect::{CatalogWriter, Dialect, DialectInfo};
use crate::error::WriteError;
use crate::lists::ListWriter;

/// DCAT-US of one version.
pub struct DcatUs(pub Version);

const DCAT_US_1_1: DialectInfo = DialectInfo {
    id: "dcat-us-1.1",
    name: "DCAT-US 1.1",
    description: "The `data.json` that federal agencies publish since 2014 (Project Open Data 1.1).",
    media_types: &["application/json"],
    extension: "json",
    specification: "https://resources.data.gov/resources/dcat-us/",
    can_read: true,
    can_write_record: true,
    can_write_catalog: true,
};

const DCAT_US_3_0: DialectInfo = DialectInfo {
    id: "dcat-us-3.0",
    name: "DCAT-US 3.0",
    description: "The metadata standard of OMB M-25-05, which the Federal Data Catalog harvests.",
    media_types: &["application/json"],
    extension: "json",
    specification: "https://resources.data.gov/dcat-us/3.0.0",
    can_read: true,
    can_write_record: true,
    can_write_catalog: true,
};

const POD_1_0: DialectInfo = DialectInfo {
    id: "pod-1.0",
    name: "Project Open Data 1.0",
    description: "The bare list of datasets of 2013; still found in the wild, no longer written.",
    media_types: &["application/json"],
    extension: "json",
    specification: "https://project-open-data.cio.gov/v1.0/schema",
    can_read: true,
    can_write_record: false,
    can_write_catalog: false,
};

impl Dialect for DcatUs {
    fn info(&self) -> &'static DialectInfo {
        match self.0 {
            Version::Pod10 => &POD_1_0,
            Version::DcatUs11 => &DCAT_US_1_1,
            Version::DcatUs30 => &DCAT_US_3_0,
        }
    }

    fn write_record(
        &self,
        record: &Body,
        version: Version,
        out: &mut dyn Write,
    ) -> Result<Vec<Finding>, WriteError> {
        self.require_writable()?;
        let (record, findings) = convert_body(record, version, self.0);
        serde_json::to_writer_pretty(&mut *out, &*record)?;
        out.write_all(b"\n")?;
        Ok(findings)
    }

    fn catalog_writer<'w>(
        &self,
        out: Box<dyn Write + 'w>,
    ) -> Result<Box<dyn CatalogWriter + 'w>, WriteError> {
        self.require_writable()?;
        Ok(Box::new(DcatUsWriter::new(out, self.0)))
    }
}

impl DcatUs {
    fn require_writable(&self) -> Result<(), WriteError> {
        match self.0 {
            Version::Pod10 => Err(WriteError::ReadOnly { dialect: POD_1_0.id }),
            Version::DcatUs11 | Version::DcatUs30 => Ok(()),
        }
    }
}

/// Writes a DCAT-US catalogue record by record.
pub struct DcatUsWriter<W> {
    lists: ListWriter<W>,
    version: Version,
}

impl<W: Write> DcatUsWriter<W> {
    /// A writer of this version.
    pub fn new(out: W, version: Version) -> Self {
        Self { lists: ListWriter::new(out), version }
    }

    /// Gives the output back.
    pub fn into_inner(self) -> W {
        self.lists.into_inner()
    }
}

impl<W: Write> CatalogWriter for DcatUsWriter<W> {
    fn begin(&mut self, header: &Catalog) -> Result<Vec<Finding>, WriteError> {
        let (header, findings) = convert_header(header, self.version);
        self.lists.begin()?;
        for (key, value) in &header.to_json() {
            // The lists come record by record.
            if !RecordKind::ALL.iter().any(|kind| kind.catalog_key() == key) {
                self.lists.member(key, value)?;
            }
        }
        Ok(findings)
    }

    fn record(&mut self, record: &Body, version: Version) -> Result<Vec<Finding>, WriteError> {
        let (record, findings) = convert_body(record, version, self.version);
        self.lists.item(record.kind(), &*record)?;
        Ok(findings)
    }

    fn end(&mut self) -> Result<(), WriteError> {
        self.lists.end()
    }
}
