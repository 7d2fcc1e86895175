//! Portals of Opendatasoft (Huwise), by their Explore API.
//!
//! See <https://help.opendatasoft.com/apis/ods-explore-v2/>.

use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use townhall_fetch::FetchError;
use townhall_metadata::recognize_license;
use url::Url;

use super::catalog_of::catalog_of;
use super::pages::{At, Entry, Page, Pages, walk};
use super::portal::{answer, begins_html, is_file, number_option, root, with_query};
use super::whole::take_whole;
use crate::asking::Asking;
use crate::error::HarvestError;
use crate::source::{Address, Listing, Source, SourceInfo, SourceOption};

/// A portal of Opendatasoft.
pub struct Opendatasoft;

const INFO: SourceInfo = SourceInfo {
    id: "opendatasoft",
    name: "Opendatasoft portal",
    description: "The datasets of an Opendatasoft portal, by its Explore API; or its export of the catalog as DCAT.",
    example: "https://data.example.gov/",
    options: &[
        SourceOption::plain(
            "feed",
            "`datasets` for the list of datasets, which is usual, or `dcat` for the export as RDF.",
        ),
        SourceOption::plain("where", "Only datasets that this condition of ODSQL finds."),
        SourceOption::plain("rows", "How many datasets are asked for in a page, at most 100."),
    ],
};

/// The most datasets of a page that the API gives, and the most that its pages reach.
const ROWS_MAX: usize = 100;
const REACH: u64 = 10_000;

#[async_trait]
impl Source for Opendatasoft {
    fn info(&self) -> &'static SourceInfo {
        &INFO
    }

    async fn finds(&self, asking: &Asking<'_>, head: &str) -> Option<Address> {
        let url = asking.address.web()?;
        let base = root(url);
        if url.path().contains("/api/explore/v2") && !url.path().contains("/exports/") {
            return Some(Address::Web(base));
        }
        const MARKS: [&str; 4] = ["opendatasoft", "OpenDataSoft", "ods-", "huwise"];
        if is_file(url) || !begins_html(head) || !MARKS.iter().any(|mark| head.contains(mark)) {
            return None;
        }
        let found = answer(asking, &datasets(&base, &[("limit", "0")])).await?;
        found.get("total_count").is_some().then_some(Address::Web(base))
    }

    async fn harvest(&self, asking: &Asking<'_>) -> Result<Listing, HarvestError> {
        let base = root(asking.url(INFO.name)?);
        match asking.option("feed") {
            None | Some("datasets") => {}
            Some("dcat") => {
                let export = with_query(&base, "api/explore/v2.1/catalog/exports/dcat", &[]);
                return take_whole(asking, &export).await;
            }
            Some(other) => {
                let why = "it is `datasets` or `dcat`".to_owned();
                return Err(HarvestError::Option { option: "feed", value: other.to_owned(), why });
            }
        }
        let condition = asking.option("where").map(str::to_owned);
        let rows = number_option(asking, "rows", ROWS_MAX)?;
        walk(asking, &Portal { base, condition, rows, is_sorted: AtomicBool::new(true) }, INFO.name).await
    }
}

struct Portal {
    base: Url,
    condition: Option<String>,
    rows: usize,
    is_sorted: AtomicBool,
}

fn datasets(base: &Url, query: &[(&str, &str)]) -> Url {
    with_query(base, "api/explore/v2.1/catalog/datasets", query)
}

#[async_trait]
impl Pages for Portal {
    fn rows(&self) -> usize {
        self.rows
    }

    fn url(&self, at: &At) -> Url {
        let (limit, offset) = (at.rows.to_string(), at.start.to_string());
        let mut query = vec![("limit", &*limit), ("offset", &*offset)];
        if self.overlaps() {
            query.push(("order_by", "dataset_id"));
        }
        query.extend(self.condition.as_deref().map(|condition| ("where", condition)));
        datasets(&self.base, &query)
    }

    fn wanted(&self) -> &'static str {
        INFO.name
    }

    fn overlaps(&self) -> bool {
        self.is_sorted.load(Ordering::Relaxed)
    }

    fn tries_otherwise(&self, error: &HarvestError) -> bool {
        // What can be sorted by is a setting of the portal.
        let is_refused = matches!(error, HarvestError::Fetch(FetchError::Status { status: 400, .. }));
        is_refused && self.is_sorted.swap(false, Ordering::Relaxed)
    }

    fn reach(&self) -> Option<u64> {
        Some(REACH)
    }

    fn read(&self, body: &[u8]) -> Result<Page, String> {
        let found: Results =
            serde_json::from_slice(body).map_err(|error| format!("it answered something else: {error}"))?;
        Ok(Page::of(Some(found.total_count), found.results, |dataset| {
            let Dataset { dataset_id, metas } = serde_json::from_str(dataset.get()).ok()?;
            let times = ["modified", "data_processed", "metadata_processed"];
            let times = times.iter().filter_map(|time| metas["default"][time].as_str());
            let stamp = times.collect::<Vec<_>>().join(" ");
            Some((dataset_id, Some(stamp).filter(|stamp| !stamp.is_empty())))
        }))
    }

    async fn take(&self, asking: &Asking<'_>, _: &At, entries: Vec<Entry>) -> Result<(), HarvestError> {
        for entry in entries {
            let Ok(source) = serde_json::from_slice::<Value>(&entry.bytes) else { continue };
            let bytes: Bytes = catalog_of(vec![record(&self.base, &entry.part, &source)]);
            asking.read_entry("dcat-us-1.1", &entry.part, entry.stamp, bytes).await?;
        }
        Ok(())
    }
}

#[derive(Deserialize)]
struct Results {
    total_count: u64,
    results: Vec<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Dataset {
    dataset_id: String,
    #[serde(default)]
    metas: Value,
}

/// What is read of the standard metadata of a dataset; the rest is kept.
const READ: [&str; 13] = [
    "title",
    "description",
    "keyword",
    "theme",
    "modified",
    "publisher",
    "license",
    "license_url",
    "language",
    "metadata_languages",
    "references",
    "title_fr",
    "data_processed",
];

/// The dataset as DCAT-US has it.
fn record(base: &Url, id: &str, source: &Value) -> Value {
    let about = &source["metas"]["default"];
    let dcat = &source["metas"]["dcat"];
    let page = with_query(base, &format!("explore/dataset/{id}/"), &[]);
    let text = |value: &Value| value.as_str().map(str::trim).filter(|text| !text.is_empty()).map(Value::from);
    let mut map = Map::new();
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            map.insert(key.to_owned(), value);
        }
    };
    put("@type", Some(json!("dcat:Dataset")));
    put("identifier", Some(json!(page.as_str())));
    put("landingPage", Some(json!(page.as_str())));
    put("accessLevel", Some(json!("public")));
    put("title", text(&about["title"]).or_else(|| Some(json!(id))));
    put("description", text(&about["description"]));
    put("keyword", list(&about["keyword"]));
    put("theme", list(&about["theme"]));
    put("modified", text(&about["modified"]).or_else(|| text(&about["data_processed"])));
    put("issued", text(&dcat["issued"]));
    put("accrualPeriodicity", text(&dcat["accrualperiodicity"]));
    put("temporal", text(&dcat["temporal"]));
    let words = text(&about["license"]);
    let known = words.as_ref().and_then(Value::as_str).map(recognize_license);
    let known = known.and_then(|license| license.certain()).and_then(|license| license.url);
    let url = about["license_url"].as_str().filter(|url| url.contains("://")).or(known);
    put("license", url.map(Value::from));
    put("rights", words.filter(|_| known.is_none()));
    put("language", text(&about["language"]).map(|tag| json!([tag])));
    put("references", list(&about["references"]));
    let publisher = text(&about["publisher"]).or_else(|| text(&dcat["creator"]));
    put("publisher", publisher.clone().map(|name| json!({"@type": "org:Organization", "name": name})));
    let mail = dcat["contact_email"].as_str().filter(|mail| mail.contains('@'));
    if let Some(mail) = mail {
        let name = text(&dcat["contact_name"]).or(publisher);
        put(
            "contactPoint",
            Some(json!({"@type": "vcard:Contact", "fn": name, "hasEmail": format!("mailto:{mail}")})),
        );
    }
    put("distribution", distributions(base, id, source));
    let rest = about.as_object().into_iter().flatten();
    let rest = rest.filter(|(key, value)| !READ.contains(&key.as_str()) && !value.is_null());
    let rest: Map<_, _> = rest.map(|(key, value)| (key.clone(), value.clone())).collect();
    put("opendatasoft", (!rest.is_empty()).then_some(Value::Object(rest)));
    Value::Object(map)
}

/// A list of texts, which may be one text.
fn list(value: &Value) -> Option<Value> {
    let texts: Vec<&str> = match value {
        Value::String(text) => vec![text],
        Value::Array(values) => values.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let texts: Vec<&str> = texts.into_iter().map(str::trim).filter(|text| !text.is_empty()).collect();
    (!texts.is_empty()).then(|| json!(texts))
}

/// The exports of a dataset with rows, and its attachments.
fn distributions(base: &Url, id: &str, source: &Value) -> Option<Value> {
    let mut all = Vec::new();
    if source["has_records"] != false {
        let has =
            |feature: &str| source["features"].as_array().is_some_and(|all| all.contains(&json!(feature)));
        let mut formats = vec![("csv", "CSV", "text/csv"), ("json", "JSON", "application/json")];
        if has("geo") {
            formats.push(("geojson", "GeoJSON", "application/geo+json"));
        }
        all.extend(formats.into_iter().map(|(path, format, media_type)| {
            let url = datasets(base, &[]);
            let url = with_query(&url, &format!("/{id}/exports/{path}"), &[]);
            json!({"@type": "dcat:Distribution", "downloadURL": url.as_str(), "mediaType": media_type, "format": format})
        }));
    }
    for attachment in source["attachments"].as_array().into_iter().flatten() {
        let Some(name) = attachment["id"].as_str() else { continue };
        let url = with_query(&datasets(base, &[]), &format!("/{id}/attachments/{name}"), &[]);
        let mut one =
            json!({"@type": "dcat:Distribution", "title": attachment["title"], "downloadURL": url.as_str()});
        if let Some(kind) = attachment["mimetype"].as_str() {
            one["mediaType"] = json!(kind);
        }
        all.push(one);
    }
    (!all.is_empty()).then_some(Value::Array(all))
}
