//! Socrata: what its discovery interface and its lists of views answer with.

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

/// Listings of Socrata.
pub struct Socrata;

const INFO: DialectInfo = DialectInfo {
    id: "socrata",
    name: "Socrata listing",
    description: "What portals of Socrata (Tyler Data & Insights) answer at `/api/catalog/v1` and `/api/views`.",
    media_types: &["application/json"],
    extension: "json",
    specification: "https://dev.socrata.com/docs/other/discovery",
    can_read: true,
    can_write_record: false,
    can_write_catalog: false,
};

const SHAPE: Shape = Shape {
    name: "Socrata",
    lists: &[&["results"]],
    is_record: |map| map.contains_key("resource") || (map.contains_key("id") && map.contains_key("viewType")),
    describe: |item, _| (RecordKind::Dataset, described(item)),
    version: Version::DcatUs11,
};

/// The key under which a record keeps what Socrata says beside it.
const KEPT: &str = "socrata";

impl Dialect for Socrata {
    fn info(&self) -> &'static DialectInfo {
        &INFO
    }

    fn recognizes(&self, beginning: &str) -> bool {
        let has = |key: &str| beginning.contains(key);
        (beginning.starts_with('{')
            && has("\"results\"")
            && has("\"permalink\"")
            && has("\"classification\""))
            || (beginning.starts_with(['[', '{']) && has("\"viewType\"") && has("\"displayType\""))
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

/// The properties of a map that are not among these.
fn rest(map: Option<&Map<String, Value>>, read: &[&str]) -> Option<Value> {
    let rest = map?.iter().filter(|(key, value)| !read.contains(&key.as_str()) && !value.is_null());
    let rest: Map<_, _> = rest.map(|(key, value)| (key.clone(), value.clone())).collect();
    (!rest.is_empty()).then_some(Value::Object(rest))
}

fn described(item: &Map<String, Value>) -> Map<String, Value> {
    let of = |key: &str| item.get(key).and_then(Value::as_object);
    // A view is its own resource.
    let resource = of("resource").unwrap_or(item);
    let empty = Map::new();
    let (about, metadata) = (of("classification").unwrap_or(&empty), of("metadata").unwrap_or(&empty));
    let custom = custom(item, about, metadata);
    let id = first(resource, &["id"]);
    let permalink = first(item, &["permalink"]);
    let domain = first(metadata, &["domain"]).or_else(|| first(item, &["domainCName"]));
    let domain = domain.or_else(|| permalink.as_deref().and_then(host)).filter(|_| id.is_some());
    let base = domain.map(|domain| format!("https://{domain}"));
    let page = permalink
        .or_else(|| first(item, &["link", "webUri"]))
        .or_else(|| Some(format!("{}/d/{}", base.as_deref()?, id.as_deref()?)));

    let mut map = Map::new();
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            map.insert(key.to_owned(), value);
        }
    };
    let many = |values: Vec<Value>| (!values.is_empty()).then_some(Value::Array(values));
    put("@type", Some(json!("dcat:Dataset")));
    let identifier = match (&base, &id) {
        // As its own data.json has them.
        (Some(base), Some(id)) => Some(format!("{base}/api/views/{id}")),
        _ => page.clone().or_else(|| id.clone()),
    };
    put("identifier", identifier.map(Value::from));
    put("title", first(resource, &["name"]).map(Value::from));
    put("description", first(resource, &["description"]).map(|text| json!(plain(&text))));
    let words: Vec<Value> = ["domain_tags", "tags"]
        .iter()
        .flat_map(|key| list(about, key))
        .chain(list(item, "tags"))
        .cloned()
        .collect();
    put("keyword", many(texts(&words)));
    let themes: Vec<Value> = list(about, "domain_category")
        .iter()
        .chain(list(about, "categories"))
        .chain(list(item, "category"))
        .cloned()
        .collect();
    put("theme", many(texts(&themes)));
    let day =
        |keys: &[&str]| keys.iter().find_map(|key| resource.get(*key).and_then(moment)).map(Value::from);
    put("modified", day(&["data_updated_at", "updatedAt", "rowsUpdatedAt", "viewLastModified"]));
    put("issued", day(&["createdAt", "publication_date", "publicationDate"]));
    let owner = of("owner")
        .or_else(|| of("tableAuthor"))
        .and_then(|owner| first(owner, &["display_name", "displayName"]));
    let publisher = first(&custom, &["publisher"])
        .or_else(|| first(resource, &["attribution"]))
        .or_else(|| owner.clone());
    put("publisher", publisher.map(|name| json!({"@type": "org:Organization", "name": name})));
    let address =
        first(&custom, &["contactemail"]).or_else(|| first(resource, &["contact_email", "contactEmail"]));
    let name = first(&custom, &["contactname"]).or(owner);
    if name.is_some() || address.is_some() {
        let mut contact = json!({"@type": "vcard:Contact", "fn": name.or_else(|| address.clone())});
        if let Some(address) = address {
            contact["hasEmail"] = json!(mail(&address));
        }
        put("contactPoint", Some(contact));
    }
    put(
        "accessLevel",
        Some(json!(first(&custom, &["publicaccesslevel"]).unwrap_or_else(|| "public".to_owned()))),
    );
    let terms = first(&custom, &["license"])
        .or_else(|| first(metadata, &["license"]))
        .or_else(|| of("license").and_then(|license| first(license, &["termsLink", "name"])));
    let license =
        terms.map(|terms| match recognize_license(&terms).certain().and_then(|license| license.url) {
            Some(url) if !is_iri(&terms) => url.to_owned(),
            _ => terms,
        });
    put("license", license.map(Value::from));
    for (key, own) in [
        ("accrualPeriodicity", "updatefrequency"),
        ("rights", "rights"),
        ("spatial", "geographiccoverage"),
        ("temporal", "temporalapplicability"),
        ("describedBy", "datadictionary"),
    ] {
        put(key, first(&custom, &[own]).map(Value::from));
    }
    for (key, own) in [("bureauCode", "bureaucode"), ("programCode", "programcode"), ("language", "language")]
    {
        put(key, many(texts(list(&custom, own))));
    }
    put("landingPage", page.clone().map(Value::from));
    let kind = first(resource, &["type", "viewType"]).unwrap_or_default();
    put("distribution", many(distributions(&kind, base.as_deref(), id.as_deref(), resource)));
    let mut kept = Map::new();
    let mut keep = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            kept.insert(key.to_owned(), value);
        }
    };
    keep("resource", rest(Some(resource).filter(|_| item.contains_key("resource")), RESOURCE_READ));
    keep(
        "classification",
        rest(of("classification"), &["domain_tags", "tags", "domain_category", "categories"]),
    );
    keep("metadata", rest(of("metadata"), &["domain", "license"]));
    keep("owner", of("owner").cloned().map(Value::Object));
    put(KEPT, (!kept.is_empty()).then_some(Value::Object(kept)));
    map
}

const RESOURCE_READ: &[&str] =
    &["name", "description", "attribution", "contact_email", "updatedAt", "createdAt", "data_updated_at"];

/// What publishers filled in beside the fields of Socrata, by names of small letters: `Common-Core_Contact-Name` and
/// `Contact Name` are both `contactname`.
fn custom(
    item: &Map<String, Value>,
    about: &Map<String, Value>,
    metadata: &Map<String, Value>,
) -> Map<String, Value> {
    let bare = |key: &str| {
        let last = key.rsplit('_').next().unwrap_or(key);
        last.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect::<String>()
    };
    let mut found = Map::new();
    for pair in list(about, "domain_metadata").iter().filter_map(Value::as_object) {
        if let (Some(key), Some(value)) = (first(pair, &["key"]), pair.get("value")) {
            found.entry(bare(&key)).or_insert_with(|| value.clone());
        }
    }
    let groups =
        metadata.get("custom_fields").or_else(|| item.get("customMetadataFields")).and_then(Value::as_object);
    for group in groups.into_iter().flat_map(Map::values).filter_map(Value::as_object) {
        for (key, value) in group {
            found.entry(bare(key)).or_insert_with(|| value.clone());
        }
    }
    found
}

fn host(url: &str) -> Option<String> {
    url::Url::parse(url).ok()?.host_str().map(str::to_owned)
}

/// What can be had of an asset: rows in their forms, a file, a map, or only a page.
fn distributions(
    kind: &str,
    base: Option<&str>,
    id: Option<&str>,
    resource: &Map<String, Value>,
) -> Vec<Value> {
    let (Some(base), Some(id)) = (base, id) else { return Vec::new() };
    let download = |url: String, media_type: &str, format: &str| json!({"@type": "dcat:Distribution", "downloadURL": url, "mediaType": media_type, "format": format});
    let rows = |form: &str| format!("{base}/api/views/{id}/rows.{form}?accessType=DOWNLOAD");
    match kind {
        "dataset" | "filter" | "tabular" => vec![
            download(rows("csv"), "text/csv", "CSV"),
            download(rows("json"), "application/json", "JSON"),
            download(rows("rdf"), "application/rdf+xml", "RDF"),
            download(rows("xml"), "application/xml", "XML"),
            json!({"@type": "dcat:Distribution", "accessURL": format!("{base}/resource/{id}.json"), "format": "API", "title": "SODA API"}),
        ],
        "map" | "geo" => vec![
            download(
                format!("{base}/api/geospatial/{id}?method=export&format=GeoJSON"),
                "application/geo+json",
                "GeoJSON",
            ),
            download(
                format!("{base}/api/geospatial/{id}?method=export&format=Shapefile"),
                "application/zip",
                "Shapefile",
            ),
        ],
        "file" | "blobby" | "blob" => {
            vec![json!({"@type": "dcat:Distribution", "downloadURL": format!("{base}/download/{id}"),
            "mediaType": first(resource, &["blob_mime_type", "blobMimeType"]).unwrap_or_else(|| "application/octet-stream".to_owned())})]
        }
        "href" | "federated_href" => {
            let links = list(resource, "links").iter().chain(list(resource, "accessPoints"));
            links
                .filter_map(|link| link.as_str().filter(|url| is_iri(url)))
                .map(|url| json!({"@type": "dcat:Distribution", "accessURL": url}))
                .collect()
        }
        _ => Vec::new(),
    }
}
