//! schema.org, so that search engines for data find a record by its page.

use std::io::Write;

use serde_json::{Map, Value, json};
use townhall_model::Finding;
use townhall_model::record::{Body, DistributionView, Extent, RecordKind, Version, View, When};

use crate::convert::is_modern_date;
use crate::dialect::{CatalogWriter, Dialect, DialectInfo};
use crate::error::WriteError;

/// The vocabulary of the large search engines.
pub struct SchemaOrg;

const INFO: DialectInfo = DialectInfo {
    id: "schema-org",
    name: "schema.org",
    description: "What search engines read on the page of a dataset.",
    media_types: &["application/ld+json"],
    extension: "schema.jsonld",
    specification: "https://schema.org/Dataset",
    can_read: false,
    can_write_record: true,
    can_write_catalog: false,
};

impl Dialect for SchemaOrg {
    fn info(&self) -> &'static DialectInfo {
        &INFO
    }

    fn write_record(
        &self,
        record: &Body,
        _: Version,
        out: &mut dyn Write,
    ) -> Result<Vec<Finding>, WriteError> {
        let view = record.view();
        serde_json::to_writer_pretty(&mut *out, &schema_org(&view, view.landing_page.as_deref(), None))?;
        out.write_all(b"\n")?;
        Ok(Vec::new())
    }

    fn catalog_writer<'w>(&self, _: Box<dyn Write + 'w>) -> Result<Box<dyn CatalogWriter + 'w>, WriteError> {
        Err(WriteError::NoForm { dialect: INFO.id, subject: "catalogue with its records".to_owned() })
    }
}

/// The catalogue that a record is listed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CatalogLink<'t> {
    /// Its name.
    pub name: &'t str,
    /// The address of its front page.
    pub url: &'t str,
}

/// A record for search engines: `url` is the address of its page. Whoever puts it into HTML must escape `<`.
pub fn schema_org(view: &View, url: Option<&str>, catalog: Option<CatalogLink<'_>>) -> Value {
    let mut map = Map::new();
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            map.insert(key.to_owned(), value);
        }
    };
    put("@context", Some(json!("https://schema.org")));
    let class = match view.kind {
        RecordKind::Catalog => "DataCatalog",
        RecordKind::DataService => "WebAPI",
        RecordKind::Dataset | RecordKind::DatasetSeries | RecordKind::CatalogRecord => "Dataset",
    };
    put("@type", Some(json!(class)));
    put("@id", url.map(|url| json!(url)));
    put("name", view.title.as_ref().map(|title| json!(title)));
    put("description", view.description.as_ref().map(|description| json!(description)));
    put("url", url.map(|url| json!(url)));
    put("sameAs", view.landing_page.as_deref().filter(|page| Some(*page) != url).map(|page| json!(page)));
    put("identifier", view.identifier.as_ref().map(|identifier| json!(identifier)));
    let is_new = |theme: &&String| !view.keywords.iter().any(|keyword| keyword.eq_ignore_ascii_case(theme));
    let keywords = view.keywords.iter().chain(view.themes.iter().filter(is_new)).collect::<Vec<_>>();
    put("keywords", (!keywords.is_empty()).then(|| json!(keywords)));
    put("license", view.license.as_ref().map(|license| json!(license)));
    put("version", view.version.as_ref().map(|version| json!(version)));
    put("inLanguage", (!view.languages.is_empty()).then(|| json!(view.languages)));
    put("dateCreated", day(&view.created));
    put("datePublished", day(&view.issued));
    put("dateModified", day(&view.modified));
    put("temporalCoverage", view.temporal.map(|extent| json!(interval(extent))));
    put("spatialCoverage", spatial(view));
    let publisher = publisher(&view.publishers);
    put("creator", publisher.clone());
    put("publisher", publisher);
    let distributions = view.distributions.iter().filter_map(download).collect::<Vec<_>>();
    put("distribution", (!distributions.is_empty()).then(|| json!(distributions)));
    put("isAccessibleForFree", view.has_download().then(|| json!(true)));
    put(
        "includedInDataCatalog",
        catalog.map(|catalog| json!({"@type": "DataCatalog", "name": catalog.name, "url": catalog.url})),
    );
    Value::Object(map)
}

/// A date as it was written where that is ISO 8601, else its first day.
fn day(when: &Option<When>) -> Option<Value> {
    let when = when.as_ref()?;
    if is_modern_date(&when.text) {
        return Some(json!(when.text));
    }
    when.date.map(|date| json!(date.to_string()))
}

fn interval(extent: Extent) -> String {
    let end = |day: Option<_>| day.map_or("..".to_owned(), |day: jiff::civil::Date| day.to_string());
    format!("{}/{}", end(extent.start), end(extent.end))
}

fn spatial(view: &View) -> Option<Value> {
    let mut place = Map::new();
    if let Some(found) = view.bounding_box {
        // The order of schema.org is south, west, north, east.
        let corners = format!("{} {} {} {}", found.south, found.west, found.north, found.east);
        place.insert("geo".to_owned(), json!({"@type": "GeoShape", "box": corners}));
    }
    if let Some(name) = view.places.first() {
        place.insert("name".to_owned(), json!(name));
    }
    if place.is_empty() {
        return None;
    }
    place.insert("@type".to_owned(), json!("Place"));
    Some(Value::Object(place))
}

fn publisher(names: &[String]) -> Option<Value> {
    names.iter().rev().fold(None, |above, name| {
        let mut organization = json!({"@type": "Organization", "name": name});
        if let Some(above) = above {
            organization["parentOrganization"] = above;
        }
        Some(organization)
    })
}

fn download(distribution: &DistributionView) -> Option<Value> {
    let url = distribution.url()?;
    let mut download = Map::new();
    download.insert("@type".to_owned(), json!("DataDownload"));
    if let Some(title) = &distribution.title {
        download.insert("name".to_owned(), json!(title));
    }
    if let Some(format) = distribution.media_type.as_ref().or(distribution.format.as_ref()) {
        download.insert("encodingFormat".to_owned(), json!(format));
    }
    if let Some(bytes) = distribution.byte_size {
        download.insert("contentSize".to_owned(), json!(format!("{bytes} B")));
    }
    // What leads to a page and not to the file is its address, not its content.
    let key = if distribution.download_url.is_some() { "contentUrl" } else { "url" };
    download.insert(key.to_owned(), json!(url));
    Some(Value::Object(download))
}
