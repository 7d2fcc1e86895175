//! schema.org, so that search engines for data find a record by its page.

use std::io::{Read, Write};
use std::ops::ControlFlow;

use serde_json::{Map, Value, json};
use townhall_model::record::{Body, Catalog, DistributionView, Extent, RecordKind, Version, View, When};
use townhall_model::{Finding, Severity};

use super::normal::Names;
use super::read::read;
use super::record::{CROISSANT_KEY, READ, SCHEMA_ORG_KEY, described};
use crate::convert::{convert, is_modern_date};
use crate::dialect::{CatalogWriter, Dialect, DialectInfo};
use crate::error::WriteError;
use crate::{Item, ReadError, ReadOptions, Summary};

/// The vocabulary of the large search engines.
pub struct SchemaOrg;

const INFO: DialectInfo = DialectInfo {
    id: "schema-org",
    name: "schema.org",
    description: "What search engines read on the page of a dataset; read from JSON-LD and from web pages.",
    media_types: &["application/ld+json"],
    extension: "schema.jsonld",
    specification: "https://schema.org/Dataset",
    can_read: true,
    can_write_record: true,
    can_write_catalog: true,
};

impl Dialect for SchemaOrg {
    fn info(&self) -> &'static DialectInfo {
        &INFO
    }

    fn recognizes(&self, beginning: &str) -> bool {
        let is_page = beginning.starts_with('<') && beginning.contains("application/ld+json");
        let is_json = beginning.starts_with(['{', '[']) && !beginning.contains("project-open-data");
        (is_page || is_json)
            && beginning.contains("schema.org")
            && ["Dataset\"", "DataCatalog\"", "DataFeed\"", "WebAPI\""]
                .iter()
                .any(|class| beginning.contains(class))
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
        let mut map = Map::from_iter([("@context".to_owned(), json!(CONTEXT))]);
        map.extend(written(record, version));
        serde_json::to_writer_pretty(&mut *out, &map)?;
        out.write_all(b"\n")?;
        Ok(Vec::new())
    }

    fn catalog_writer<'w>(
        &self,
        out: Box<dyn Write + 'w>,
    ) -> Result<Box<dyn CatalogWriter + 'w>, WriteError> {
        Ok(Box::new(SchemaOrgWriter { out, open: None, closed: Vec::new() }))
    }
}

const CONTEXT: &str = "https://schema.org";

/// Writes a `DataCatalog`: datasets in `dataset`, everything else in `hasPart`, one record a line.
struct SchemaOrgWriter<W> {
    out: W,
    open: Option<&'static str>,
    closed: Vec<&'static str>,
}

impl<W: Write> CatalogWriter for SchemaOrgWriter<W> {
    fn begin(&mut self, header: &Catalog) -> Result<Vec<Finding>, WriteError> {
        let mut map = Map::from_iter([("@context".to_owned(), json!(CONTEXT))]);
        map.extend(written(&Body::Catalog(Box::new(header.clone())), Version::DcatUs30));
        let text = serde_json::to_string(&map)?;
        self.out.write_all(text.strip_suffix('}').unwrap_or(&text).as_bytes())?;
        Ok(Vec::new())
    }

    fn record(&mut self, record: &Body, version: Version) -> Result<Vec<Finding>, WriteError> {
        let list = match record.kind() {
            RecordKind::Dataset => "dataset",
            RecordKind::DataService | RecordKind::DatasetSeries => "hasPart",
            RecordKind::Catalog | RecordKind::CatalogRecord => {
                let message = "schema.org has no class for a catalog record; it is left out";
                return Ok(vec![Finding::new("CONVERT-NO-PLACE", Severity::Info, message)]);
            }
        };
        if self.open == Some(list) {
            self.out.write_all(b",\n")?;
        } else {
            if self.closed.contains(&list) {
                return Err(WriteError::OutOfOrder { kind: record.kind() });
            }
            self.close()?;
            write!(self.out, ",\n\"{list}\": [\n")?;
            self.open = Some(list);
        }
        serde_json::to_writer(&mut self.out, &written(record, version))?;
        Ok(Vec::new())
    }

    fn end(&mut self) -> Result<(), WriteError> {
        self.close()?;
        self.out.write_all(b"\n}\n")?;
        Ok(self.out.flush()?)
    }
}

impl<W: Write> SchemaOrgWriter<W> {
    fn close(&mut self) -> Result<(), WriteError> {
        if let Some(open) = self.open.take() {
            self.out.write_all(b"\n]")?;
            self.closed.push(open);
        }
        Ok(())
    }
}

/// A record with what it kept of the schema.org that it was read from. What is read of a property is not taken from what
/// was kept unless it still says what the record says.
fn written(record: &Body, version: Version) -> Map<String, Value> {
    let modern;
    let record = match (record, version) {
        (Body::Dataset(dataset), Version::DcatUs11 | Version::Pod10) => {
            modern = Body::Dataset(Box::new(convert(dataset, version, Version::DcatUs30).0));
            &modern
        }
        (record, _) => record,
    };
    let map = record.to_json();
    let plain = plain_written(record);
    let mut whole = plain.clone();
    whole.extend(map.get(CROISSANT_KEY).and_then(Value::as_object).cloned().unwrap_or_default());
    let Some(kept) = map.get(SCHEMA_ORG_KEY).and_then(Value::as_object) else { return whole };
    let put = |into: &mut Map<String, Value>, key: &String, value: &Value| match value {
        Value::Null => drop(into.shift_remove(key)),
        value => drop(into.insert(key.clone(), value.clone())),
    };
    let mut as_it_came = whole.clone();
    kept.iter().for_each(|(key, value)| put(&mut as_it_came, key, value));
    if same_record(&described(&as_it_came, record.kind(), &mut Vec::new()), &map) {
        return as_it_came;
    }
    let others = kept.iter().filter(|(key, _)| !READ.contains(&key.as_str()) && !key.starts_with('@'));
    others.for_each(|(key, value)| put(&mut whole, key, value));
    whole
}

/// A record as it is written when nothing was kept, in short names and without lists of one.
pub fn plain_written(record: &Body) -> Map<String, Value> {
    let view = record.view();
    let written = schema_org(&view, view.landing_page.as_deref(), None);
    match Names::of(None).normal(&written) {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// Whether two records say the same, but for what they keep.
pub fn same_record(one: &Map<String, Value>, other: &Map<String, Value>) -> bool {
    let own = |map: &Map<String, Value>| {
        let own =
            map.iter().filter(|(key, _)| ![SCHEMA_ORG_KEY, CROISSANT_KEY, "@type"].contains(&key.as_str()));
        own.map(|(key, value)| (key.clone(), value.clone())).collect::<Map<_, _>>()
    };
    own(one) == own(other)
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
