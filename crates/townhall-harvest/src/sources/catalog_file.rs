//! One file on the web that lists everything: `data.json` of any version, packed or not, JSON lines, DCAT feeds in JSON-LD, Turtle
//! and RDF/XML, data packages, and whatever else the dialects read.

use async_trait::async_trait;
use townhall_metadata::recognize;

use super::whole::take_whole;
use crate::asking::Asking;
use crate::error::HarvestError;
use crate::source::{Address, Listing, Source, SourceInfo};

/// A catalog in one file.
pub struct CatalogFile;

const INFO: SourceInfo = SourceInfo {
    id: "catalog",
    name: "Catalog file",
    description: "One file that lists everything: data.json (1.0, 1.1, 3.0), JSON lines, DCAT in JSON-LD, Turtle or RDF/XML, \
                  a data package; packed or not.",
    example: "https://agency.example.gov/data.json",
    options: &[],
};

#[async_trait]
impl Source for CatalogFile {
    fn info(&self) -> &'static SourceInfo {
        &INFO
    }

    async fn finds(&self, asking: &Asking<'_>, head: &str) -> Option<Address> {
        let url = asking.address.web()?;
        let is_named = url.path().ends_with("/data.json");
        (is_named || is_catalog(head)).then(|| asking.address.clone())
    }

    async fn harvest(&self, asking: &Asking<'_>) -> Result<Listing, HarvestError> {
        take_whole(asking, asking.url(INFO.name)?).await
    }
}

/// Whether what begins so is a catalog in a dialect that can be told from other files.
fn is_catalog(head: &str) -> bool {
    const MARKS: [&str; 5] =
        ["\"dataset\"", "project-open-data", "dcat-us", "dcat:Dataset", "\"accessLevel\""];
    let dialect = recognize(head.as_bytes()).info().id;
    !dialect.starts_with("dcat-us") || MARKS.iter().any(|mark| head.contains(mark))
}
