//! Headers of catalogues: they say which version their records are.

use serde_json::Value;
use townhall_model::record::{Catalog, Reference, Standard, Version};
use townhall_model::{Finding, Severity};

use super::parts::{class, retype};
use crate::version::declared;

/// What a 1.1 catalogue must say in `conformsTo`, to the letter.
pub const SCHEMA_1_1: &str = "https://project-open-data.cio.gov/v1.1/schema";

/// What a 3.0 catalogue says.
pub const SCHEMA_3_0: &str = "https://resources.data.gov/dcat-us/3.0.0";

/// Writes the header of a catalogue for another version. One that says it is of this version stays as it is.
pub fn convert_header(source: &Catalog, to: Version) -> (Catalog, Vec<Finding>) {
    if declared(source) == Some(to) {
        return (source.clone(), Vec::new());
    }
    let mut header = source.clone();
    if to == Version::DcatUs30 {
        retype(&mut header.types, "dcat:Catalog", "Catalog");
        header.types = header.types.or_else(|| class("Catalog"));
        header.conforms_to = Some(Reference::inline_of(Standard {
            types: class("Standard"),
            title: Some("DCAT-US 3.0".to_owned()),
            identifier: Some(Reference::Text(SCHEMA_3_0.to_owned())),
            ..Standard::default()
        }));
        // Both name the files of the old schema, which no longer describe what follows.
        header.context = header.context.filter(|context| !context.as_str().is_some_and(is_of_1_1));
        header.described_by = header.described_by.filter(|url| !is_of_1_1(url));
    } else {
        retype(&mut header.types, "Catalog", "dcat:Catalog");
        header.types = header.types.or_else(|| class("dcat:Catalog"));
        header.context = Some(Value::String(format!("{SCHEMA_1_1}/catalog.jsonld")));
        header.conforms_to = Some(Reference::Text(SCHEMA_1_1.to_owned()));
        header.described_by = Some(format!("{SCHEMA_1_1}/catalog.json"));
    }
    let message = format!("the catalogue now says that it conforms to {to}");
    (header, vec![Finding::new("CONVERT-HEADER", Severity::Info, message).with_pointer("/conformsTo")])
}

fn is_of_1_1(url: &str) -> bool {
    url.starts_with("https://project-open-data.cio.gov/v1.1/")
}
