//! ArcGIS Hub and ArcGIS Online: their listings of items. (The feeds of a hub at `/api/feed/dcat-us/` are DCAT-US.)

use std::io::{Read, Write};
use std::ops::ControlFlow;

use serde_json::{Map, Value, json};
use townhall_model::Finding;
use townhall_model::record::{Body, RecordKind, Version};

use super::listing::{self, Shape};
use super::words::{first, list, mail, moment, plain, texts};
use crate::convert::is_iri;
use crate::dialect::{CatalogWriter, Dialect, DialectInfo};
use crate::error::WriteError;
use crate::license::recognize_license;
use crate::{Item, ReadError, ReadOptions, Summary};

/// Listings of ArcGIS Hub.
pub struct ArcGisHub;

const INFO: DialectInfo = DialectInfo {
    id: "arcgis-hub",
    name: "ArcGIS Hub listing",
    description: "What ArcGIS Hub answers to searches (OGC API Records, version 3), and ArcGIS Online at `/sharing/rest/search`.",
    media_types: &["application/json", "application/geo+json"],
    extension: "json",
    specification: "https://hub.arcgis.com/api/search/definition/",
    can_read: true,
    can_write_record: false,
    can_write_catalog: false,
};

const SHAPE: Shape = Shape {
    name: "ArcGIS",
    lists: &[&["data"], &["features"], &["results"]],
    is_record: |map| {
        map.contains_key("attributes")
            || map.contains_key("properties")
            || (map.contains_key("id") && map.contains_key("owner"))
    },
    describe: |item, _| (RecordKind::Dataset, described(item)),
    version: Version::DcatUs11,
};

/// The key under which a record keeps what ArcGIS says beside it.
const KEPT: &str = "arcgis";

impl Dialect for ArcGisHub {
    fn info(&self) -> &'static DialectInfo {
        &INFO
    }

    fn recognizes(&self, beginning: &str) -> bool {
        let has = |key: &str| beginning.contains(key);
        let is_item =
            has("\"owner\"") && (has("\"snippet\"") || has("\"typeKeywords\"") || has("\"licenseInfo\""));
        let is_dataset = has("\"attributes\"")
            && (has("\"orgName\"") || has("\"serviceSpatialReference\"") || has("\"itemModified\""));
        beginning.starts_with('{') && (is_item || is_dataset)
    }

    fn read(
        &self,
        input: &mut dyn Read,
        options: &ReadOptions,
        sink: &mut dyn FnMut(Item) -> ControlFlow<()>,
    ) -> Result<Summary, ReadError> {
        listing::read(input, options, sink, &SHAPE)
    }

    fn write_record(&self, _: &Body, _: Version, _: &mut dyn Write) -> Result<Vec<Finding>, WriteError> {
        Err(WriteError::ReadOnly { dialect: INFO.id })
    }

    fn catalog_writer<'w>(&self, _: Box<dyn Write + 'w>) -> Result<Box<dyn CatalogWriter + 'w>, WriteError> {
        Err(WriteError::ReadOnly { dialect: INFO.id })
    }
}

/// What is read of an item; the rest is kept.
const READ: &[&str] = &[
    "id",
    "title",
    "name",
    "description",
    "snippet",
    "searchDescription",
    "tags",
    "categories",
    "created",
    "modified",
    "url",
    "licenseInfo",
    "extent",
    "access",
    "source",
    "orgName",
    "orgContactEmail",
    "landingPage",
    "culture",
    "language",
];

fn described(item: &Map<String, Value>) -> Map<String, Value> {
    let of = |key: &str| item.get(key).and_then(Value::as_object);
    let about = of("attributes").or_else(|| of("properties")).unwrap_or(item);
    let mut map = Map::new();
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            map.insert(key.to_owned(), value);
        }
    };
    let many = |values: Vec<Value>| (!values.is_empty()).then_some(Value::Array(values));
    let id = first(item, &["id"]).or_else(|| first(about, &["id", "itemId"]));
    let page = first(about, &["landingPage"]).filter(|url| is_iri(url)).or_else(|| {
        // A layer of a service is an item and the layer's number.
        let (item, layer) = id
            .as_deref()
            .map(|id| id.split_once('_').map_or((id, None), |(item, layer)| (item, Some(layer))))?;
        let layer = layer.map(|layer| format!("&sublayer={layer}")).unwrap_or_default();
        Some(format!("https://www.arcgis.com/home/item.html?id={item}{layer}"))
    });
    put("@type", Some(json!("dcat:Dataset")));
    put("identifier", page.clone().or(id.clone()).map(Value::from));
    put("title", first(about, &["title", "name"]).map(Value::from));
    let description = first(about, &["description", "searchDescription", "snippet"]);
    put("description", description.map(|text| json!(plain(&text))));
    put("keyword", many(texts(list(about, "tags"))));
    let themes: Vec<Value> = list(about, "categories")
        .iter()
        .filter_map(|path| path.as_str()?.rsplit('/').find(|part| !part.is_empty()).map(Value::from))
        .collect();
    put("theme", many(texts(&themes)));
    put("modified", about.get("modified").and_then(moment).map(Value::from));
    put("issued", about.get("created").and_then(moment).map(Value::from));
    let publisher = first(about, &["source", "orgName", "owner"]);
    put("publisher", publisher.clone().map(|name| json!({"@type": "org:Organization", "name": name})));
    if let Some(address) = first(about, &["orgContactEmail", "contactEmail"]) {
        put(
            "contactPoint",
            Some(json!({"@type": "vcard:Contact", "fn": publisher, "hasEmail": mail(&address)})),
        );
    }
    let access = first(about, &["access"]);
    put(
        "accessLevel",
        Some(json!(match access.as_deref() {
            None | Some("public") => "public",
            Some("org" | "shared") => "restricted public",
            Some(_) => "non-public",
        })),
    );
    let structured = about
        .get("structuredLicense")
        .and_then(Value::as_object)
        .and_then(|license| first(license, &["url"]));
    let words = first(about, &["licenseInfo", "license"]).map(|text| plain(&text));
    let known =
        words.as_deref().and_then(|words| recognize_license(words).certain()).and_then(|license| license.url);
    put("license", structured.or_else(|| known.map(str::to_owned)).map(Value::from));
    put(
        "rights",
        words.filter(|words| known.is_none() && !words.eq_ignore_ascii_case("none")).map(Value::from),
    );
    put("spatial", extent(about.get("extent")).or_else(|| extent(item.get("geometry"))).map(Value::from));
    put("language", first(about, &["culture", "language"]).map(|tag| json!([tag])));
    put("landingPage", page.map(Value::from));
    put(
        "distribution",
        first(about, &["url"])
            .filter(|url| is_iri(url))
            .map(|url| json!([distribution(&url, first(about, &["type"]).as_deref())])),
    );
    let kept = about
        .iter()
        .filter(|(key, value)| !READ.contains(&key.as_str()) && !value.is_null() && *value != &json!([]));
    let kept: Map<_, _> = kept.map(|(key, value)| (key.clone(), value.clone())).collect();
    put(KEPT, (!kept.is_empty()).then_some(Value::Object(kept)));
    map
}

/// A box of two corners, plain or in an object of coordinates, or the bounds of a polygon, as west, south, east, north.
fn extent(value: Option<&Value>) -> Option<String> {
    let value = value?;
    let value = value.get("coordinates").unwrap_or(value);
    let mut points = Vec::new();
    corners(value, 0, &mut points);
    if points.len() < 2 {
        return None;
    }
    let bounds = |pick: fn(&(f64, f64)) -> f64| {
        points
            .iter()
            .map(pick)
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)))
    };
    let ((west, east), (south, north)) = (bounds(|point| point.0), bounds(|point| point.1));
    // Other systems of coordinates have other numbers.
    let is_world = west >= -180.0 && east <= 180.0 && south >= -90.0 && north <= 90.0;
    is_world.then(|| format!("{west},{south},{east},{north}"))
}

fn corners(value: &Value, depth: u32, points: &mut Vec<(f64, f64)>) {
    let Some(values) = value.as_array().filter(|_| depth < 5 && points.len() < 10_000) else { return };
    match (values.first().and_then(Value::as_f64), values.get(1).and_then(Value::as_f64)) {
        (Some(x), Some(y)) => points.push((x, y)),
        _ => values.iter().for_each(|value| corners(value, depth + 1, points)),
    }
}

fn distribution(url: &str, kind: Option<&str>) -> Value {
    let path = url.split(['?', '#']).next().unwrap_or(url).to_ascii_lowercase();
    let services = [
        "/mapserver",
        "/featureserver",
        "/imageserver",
        "/sceneserver",
        "/vectortileserver",
        "/geocodeserver",
        "/gpserver",
    ];
    let is_service = services.iter().any(|service| path.contains(service)) || path.contains("/rest/services");
    let mut distribution = json!({"@type": "dcat:Distribution", "title": kind.unwrap_or("Item")});
    if is_service {
        distribution["accessURL"] = json!(url);
        distribution["format"] = json!("ArcGIS GeoServices REST API");
    } else if path.contains("wms") || path.contains("wfs") {
        distribution["accessURL"] = json!(url);
        distribution["format"] = json!(if path.contains("wms") { "WMS" } else { "WFS" });
    } else {
        distribution["accessURL"] = json!(url);
    }
    distribution
}
