//! Writes records as descriptors: one alone, or a list.

use std::io::Write;

use serde_json::Value;
use townhall_model::record::{Body, Catalog, Version};
use townhall_model::{Finding, Severity};

use super::descriptor::write_descriptor;
use super::values::Object;
use crate::convert::convert_body;
use crate::dialect::CatalogWriter;
use crate::error::WriteError;
use crate::sheet::no_room_for;

/// The descriptor of a record; none for one that is no dataset.
pub fn descriptor(record: &Body, version: Version) -> Option<(Object, Vec<Finding>)> {
    let Body::Dataset(_) = record else { return None };
    // What 3.0 asks for and the record has not is no matter of packages.
    let (modern, mut findings) = convert_body(record, version, Version::DcatUs30);
    findings.retain(|finding| finding.code != "CONVERT-MISSING");
    let (descriptor, said) = write_descriptor(modern.to_json());
    findings.extend(said);
    Some((descriptor, findings))
}

/// Writes a list of descriptors.
pub struct PackagesWriter<W> {
    out: W,
    is_begun: bool,
}

impl<W: Write> PackagesWriter<W> {
    pub fn new(out: W) -> Self {
        Self { out, is_begun: false }
    }
}

impl<W: Write> CatalogWriter for PackagesWriter<W> {
    fn begin(&mut self, header: &Catalog) -> Result<Vec<Finding>, WriteError> {
        self.out.write_all(b"[")?;
        Ok(no_room_for(header, "a list of data packages"))
    }

    fn record(&mut self, record: &Body, version: Version) -> Result<Vec<Finding>, WriteError> {
        let Some((descriptor, findings)) = descriptor(record, version) else {
            let message = format!("a {} has no form as a data package and was left out", record.kind());
            let finding = Finding::new("WRITE-NO-FORM", Severity::Warning, message);
            let view = record.view();
            return Ok(vec![match view.identifier.or(view.title) {
                Some(name) => finding.with_value(&name),
                None => finding,
            }]);
        };
        self.out.write_all(if self.is_begun { b",\n" } else { b"\n" })?;
        self.is_begun = true;
        serde_json::to_writer(&mut self.out, &Value::Object(descriptor))?;
        Ok(findings)
    }

    fn end(&mut self) -> Result<(), WriteError> {
        self.out.write_all(b"\n]\n")?;
        Ok(self.out.flush()?)
    }
}
