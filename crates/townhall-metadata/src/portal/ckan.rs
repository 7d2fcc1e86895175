//! CKAN: packages as its action interface answers with them, and as `ckanapi` dumps and loads them.
//!
//! Fields of DCAT-US that CKAN has none for are extras under their own names, as data.gov and ckanext-datajson have them.
//! What of a package comes out otherwise is kept under [`CKAN_KEY`]; what of a record comes back otherwise is an extra of
//! its own, so that nothing is lost either way.

use std::io::{Read, Write};
use std::ops::ControlFlow;

use serde_json::{Map, Value, json};
use townhall_model::record::{
    Body, Catalog, RecordKind, Version, format_label, is_service_label, media_type_of,
};
use townhall_model::{Finding, Severity};

use super::kept::{differences, restored};
use super::listing::{self, Shape};
use super::words::{first, list, mail, moment, plain, text, texts};
use crate::convert::{convert_body, is_iri};
use crate::dialect::{CatalogWriter, Dialect, DialectInfo};
use crate::error::WriteError;
use crate::license::{LICENSES, recognize_license};
use crate::limits::LEFTOVER_FINDINGS_MAX;
use crate::{Item, ReadError, ReadOptions, Summary};

/// Packages of CKAN.
pub struct Ckan;

/// The key under which a record keeps what of its package comes out otherwise.
pub const CKAN_KEY: &str = "ckan";

/// The extra that has what of a record comes back otherwise from its package.
const RECORD_EXTRA: &str = "dcat-us";

const INFO: DialectInfo = DialectInfo {
    id: "ckan",
    name: "CKAN packages",
    description: "What CKAN portals answer with, and what `ckanapi load datasets` takes: a package a line.",
    media_types: &["application/jsonl", "application/json"],
    extension: "ckan.jsonl",
    specification: "https://docs.ckan.org/en/latest/api/",
    can_read: true,
    can_write_record: true,
    can_write_catalog: true,
};

const SHAPE: Shape = Shape {
    name: "CKAN",
    lists: &[&["result", "results"], &["result"], &["results"]],
    is_record: is_package,
    describe: |package, findings| (RecordKind::Dataset, record(package, findings)),
    version: Version::DcatUs11,
};

fn is_package(map: &Map<String, Value>) -> bool {
    map.contains_key("name")
        && ["resources", "extras", "metadata_created", "owner_org", "notes"]
            .iter()
            .any(|key| map.contains_key(*key))
}

impl Dialect for Ckan {
    fn info(&self) -> &'static DialectInfo {
        &INFO
    }

    fn recognizes(&self, beginning: &str) -> bool {
        let has = |key: &str| beginning.contains(key);
        beginning.starts_with(['{', '['])
            && has("\"resources\"")
            && (has("\"metadata_created\"")
                || has("\"owner_org\"")
                || has("\"license_id\"")
                || has("\"notes\""))
            && !has("\"conformsTo\": \"https://project-open-data")
            && !has("\"profile\"")
    }

    fn read(
        &self,
        input: &mut dyn Read,
        options: &ReadOptions,
        sink: &mut dyn FnMut(Item) -> ControlFlow<()>,
    ) -> Result<Summary, ReadError> {
        listing::read(input, options, sink, &SHAPE)
    }

    fn write_record(
        &self,
        record: &Body,
        version: Version,
        out: &mut dyn Write,
    ) -> Result<Vec<Finding>, WriteError> {
        let Some((package, findings)) = package(record, version) else {
            return Err(WriteError::NoForm { dialect: INFO.id, subject: record.kind().name().to_owned() });
        };
        serde_json::to_writer_pretty(&mut *out, &package)?;
        out.write_all(b"\n")?;
        Ok(findings)
    }

    fn catalog_writer<'w>(
        &self,
        out: Box<dyn Write + 'w>,
    ) -> Result<Box<dyn CatalogWriter + 'w>, WriteError> {
        Ok(Box::new(CkanWriter { out }))
    }
}

/// Writes a package a line.
struct CkanWriter<W> {
    out: W,
}

impl<W: Write> CatalogWriter for CkanWriter<W> {
    fn begin(&mut self, _: &Catalog) -> Result<Vec<Finding>, WriteError> {
        Ok(Vec::new())
    }

    fn record(&mut self, record: &Body, version: Version) -> Result<Vec<Finding>, WriteError> {
        let Some((package, findings)) = package(record, version) else {
            let message = "CKAN has no packages for data services, series or catalog records; it is left out";
            return Ok(vec![Finding::new("CONVERT-NO-PLACE", Severity::Info, message)]);
        };
        serde_json::to_writer(&mut self.out, &package)?;
        self.out.write_all(b"\n")?;
        Ok(findings)
    }

    fn end(&mut self) -> Result<(), WriteError> {
        Ok(self.out.flush()?)
    }
}

/// The record that a package is.
fn record(package: &Map<String, Value>, findings: &mut Vec<Finding>) -> Map<String, Value> {
    let mut map = described(package);
    let kept = differences(package, &plain_package(&map));
    for (key, _) in kept.iter().filter(|(key, value)| !value.is_null() && !READ.contains(&key.as_str())) {
        if findings.len() < LEFTOVER_FINDINGS_MAX {
            let message = format!("`{key}` has no place in DCAT-US; it is kept under `{CKAN_KEY}`");
            let pointer = format!("/{}", key.replace('~', "~0").replace('/', "~1"));
            findings.push(Finding::new("READ-KEPT", Severity::Info, message).with_pointer(pointer));
        }
    }
    if !kept.is_empty() {
        map.insert(CKAN_KEY.to_owned(), Value::Object(kept));
    }
    map
}

/// The fields of a package that say something in DCAT-US.
const READ: &[&str] = &[
    "author",
    "author_email",
    "extras",
    "groups",
    "id",
    "license_id",
    "license_title",
    "license_url",
    "maintainer",
    "maintainer_email",
    "metadata_created",
    "metadata_modified",
    "name",
    "notes",
    "num_resources",
    "num_tags",
    "organization",
    "owner_org",
    "private",
    "resources",
    "tags",
    "title",
    "url",
    "type",
    "state",
];

/// Extras that are fields of DCAT-US 1.1 under their own names, as texts.
const TEXT_EXTRAS: &[&str] = &[
    "conformsTo",
    "dataQuality",
    "describedBy",
    "describedByType",
    "isPartOf",
    "landingPage",
    "primaryITInvestmentUII",
    "rights",
    "systemOfRecords",
    "temporal",
];

/// Extras that are fields of DCAT-US 1.1 under their own names, as lists.
const LIST_EXTRAS: &[&str] = &["bureauCode", "programCode", "language", "references"];

/// The values of the extras; older packages have them as one object, or rolled up in one text.
fn extras(package: &Map<String, Value>) -> Map<String, Value> {
    let mut found = Map::new();
    match package.get("extras") {
        Some(Value::Array(pairs)) => {
            for pair in pairs.iter().filter_map(Value::as_object) {
                if let (Some(key), Some(value)) = (pair.get("key").and_then(Value::as_str), pair.get("value"))
                {
                    found.entry(key.to_owned()).or_insert_with(|| value.clone());
                }
            }
        }
        Some(Value::Object(map)) => found.extend(map.iter().map(|(key, value)| (key.clone(), value.clone()))),
        _ => {}
    }
    let rolled =
        found.get("extras_rollup").and_then(Value::as_str).and_then(|text| serde_json::from_str(text).ok());
    if let Some(Value::Object(rolled)) = rolled {
        for (key, value) in rolled {
            found.entry(key).or_insert(value);
        }
    }
    // What schemas add to packages stands beside the usual fields.
    for key in TEXT_EXTRAS.iter().chain(LIST_EXTRAS).chain(&[
        "modified",
        "issued",
        "spatial",
        "accrualPeriodicity",
        "identifier",
        "publisher",
        "accessLevel",
        "theme",
        "frequency",
    ]) {
        if let Some(value) = package.get(*key) {
            found.entry((*key).to_owned()).or_insert_with(|| value.clone());
        }
    }
    found
}

/// A list that an extra has as JSON, or between commas.
fn extra_list(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(values) => texts(values),
        Value::String(text) => match serde_json::from_str(text) {
            Ok(Value::Array(values)) => texts(&values),
            _ => texts(std::slice::from_ref(value)),
        },
        _ => Vec::new(),
    }
}

/// What a package says, without what is kept of it.
fn described(package: &Map<String, Value>) -> Map<String, Value> {
    let extras = extras(package);
    let mut map = Map::new();
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            map.insert(key.to_owned(), value);
        }
    };
    let many = |values: Vec<Value>| (!values.is_empty()).then_some(Value::Array(values));
    put("@type", Some(json!("dcat:Dataset")));
    let identifier = first(&extras, &["identifier", "guid"]).or_else(|| first(package, &["id", "name"]));
    put("identifier", identifier.map(Value::from));
    put("title", first(package, &["title", "name"]).map(Value::from));
    put("description", first(package, &["notes"]).map(|notes| json!(plain(&notes))));
    put("keyword", many(texts(list(package, "tags"))));
    let modified = ["modified", "data_modified"].iter().find_map(|key| extras.get(*key).and_then(moment));
    put("modified", modified.or_else(|| package.get("metadata_modified").and_then(moment)).map(Value::from));
    let issued = ["issued", "released"].iter().find_map(|key| extras.get(*key).and_then(moment));
    put("issued", issued.map(Value::from));
    put("publisher", publisher(package, &extras));
    put("contactPoint", contact(package, &extras));
    let is_private = package.get("private") == Some(&json!(true));
    let level = first(&extras, &["accessLevel", "public_access_level", "access_level"]);
    put(
        "accessLevel",
        Some(json!(level.unwrap_or_else(|| if is_private { "non-public" } else { "public" }.to_owned()))),
    );
    put("license", license(package).or_else(|| first(&extras, &["license"])).map(Value::from));
    put("spatial", spatial(&extras).map(Value::from));
    put("accrualPeriodicity", first(&extras, &["accrualPeriodicity", "frequency"]).map(Value::from));
    let range = (
        first(&extras, &["temporal_start", "temporal-extent-begin"]),
        first(&extras, &["temporal_end", "temporal-extent-end"]),
    );
    for key in TEXT_EXTRAS {
        let value = extras.get(*key).and_then(text);
        let value = match (*key, value, &range) {
            ("temporal", None, (Some(start), Some(end))) => Some(json!(format!("{start}/{end}"))),
            ("landingPage", None, _) => first(package, &["url"]).filter(|url| is_iri(url)).map(Value::from),
            ("dataQuality", Some(text), _) => Some(json!(text.eq_ignore_ascii_case("true"))),
            (_, value, _) => value.map(Value::from),
        };
        put(key, value);
    }
    for key in LIST_EXTRAS {
        put(key, extras.get(*key).map(extra_list).and_then(many));
    }
    let themes = ["theme", "themes", "category"].iter().find_map(|key| many(extra_list(extras.get(*key)?)));
    put("theme", themes.or_else(|| many(texts(list(package, "groups")))));
    let distributions = list(package, "resources").iter().filter_map(Value::as_object).map(distribution);
    put("distribution", many(distributions.map(Value::Object).collect()));
    let own = extras
        .get(RECORD_EXTRA)
        .and_then(Value::as_str)
        .and_then(|text| serde_json::from_str::<Value>(text).ok());
    match own {
        Some(Value::Object(own)) => restored(map, &own),
        _ => map,
    }
}

fn publisher(package: &Map<String, Value>, extras: &Map<String, Value>) -> Option<Value> {
    let hierarchy = first(extras, &["publisher_hierarchy"]);
    let own = first(extras, &["publisher", "publisher_name"]);
    let organization = package.get("organization").and_then(Value::as_object);
    let name = || organization.and_then(|organization| first(organization, &["title", "name"]));
    // The hierarchy has the highest first.
    let names: Vec<String> = match (hierarchy, own.or_else(name)) {
        (Some(hierarchy), _) => {
            hierarchy.split('>').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
        }
        (None, Some(name)) => vec![name],
        (None, None) => return None,
    };
    names.into_iter().fold(None, |above: Option<Value>, name| {
        let mut own = json!({"@type": "org:Organization", "name": name});
        if let Some(above) = above {
            own["subOrganizationOf"] = above;
        }
        Some(own)
    })
}

fn contact(package: &Map<String, Value>, extras: &Map<String, Value>) -> Option<Value> {
    let pairs = [
        (
            first(extras, &["contact_name", "contactPoint"]),
            first(extras, &["contact_email", "contactEmail", "contact-email"]),
        ),
        (first(package, &["maintainer"]), first(package, &["maintainer_email"])),
        (first(package, &["author"]), first(package, &["author_email"])),
    ];
    let (name, address) = pairs.into_iter().find(|(name, address)| name.is_some() || address.is_some())?;
    let mut contact = json!({"@type": "vcard:Contact"});
    let shown = name.or_else(|| address.clone())?;
    contact["fn"] = json!(shown);
    if let Some(address) = address {
        contact["hasEmail"] = json!(mail(&address));
    }
    Some(contact)
}

fn license(package: &Map<String, Value>) -> Option<String> {
    if let Some(url) = first(package, &["license_url"]).filter(|url| is_iri(url)) {
        return Some(url);
    }
    let id = first(package, &["license_id"]);
    let by_id = id.as_deref().and_then(|id| LICENSES.iter().find(|license| license.ckan_id == Some(id)));
    let words = first(package, &["license_title"]).or(id);
    let by_words = || words.as_deref().and_then(|words| recognize_license(words).certain());
    by_id.or_else(by_words).and_then(|license| license.url).map(str::to_owned).or(words.clone())
}

/// A box as west, south, east, north where it is one; other places as they are written.
fn spatial(extras: &Map<String, Value>) -> Option<String> {
    let place = extras.get("spatial").or_else(|| extras.get("spatial_text"))?;
    let written = match place {
        Value::Object(_) => place.to_string(),
        place => text(place)?,
    };
    Some(boxed(&written).unwrap_or(written))
}

/// The box that a GeoJSON polygon of four right corners is.
fn boxed(geojson: &str) -> Option<String> {
    let shape: Value = serde_json::from_str(geojson).ok()?;
    let ring = shape.get("coordinates")?.as_array()?.first()?.as_array()?;
    if shape.get("type")?.as_str()? != "Polygon" || !(4..=5).contains(&ring.len()) {
        return None;
    }
    let corner = |point: &Value| Some((point.get(0)?.as_f64()?, point.get(1)?.as_f64()?));
    let corners: Vec<(f64, f64)> = ring.iter().map(corner).collect::<Option<_>>()?;
    let bounds = |pick: fn(&(f64, f64)) -> f64| {
        corners
            .iter()
            .map(pick)
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)))
    };
    let ((west, east), (south, north)) = (bounds(|corner| corner.0), bounds(|corner| corner.1));
    let is_right = corners.iter().all(|(x, y)| (*x == west || *x == east) && (*y == south || *y == north));
    is_right.then(|| format!("{west},{south},{east},{north}"))
}

fn distribution(resource: &Map<String, Value>) -> Map<String, Value> {
    let mut map = Map::from_iter([("@type".to_owned(), json!("dcat:Distribution"))]);
    let mut put = |key: &str, value: Option<String>| {
        if let Some(value) = value {
            map.insert(key.to_owned(), json!(value));
        }
    };
    let (format, media_type) = (first(resource, &["format"]), first(resource, &["mimetype", "mediaType"]));
    let url = first(resource, &["url"]);
    let label = format_label(format.as_deref(), media_type.as_deref(), url.as_deref());
    let kind = first(resource, &["resource_type"]).unwrap_or_default();
    let is_page = label.as_deref().is_some_and(|label| label == "HTML" || is_service_label(label));
    let is_access = is_page || ["api", "documentation", "accessurl"].contains(&kind.as_str());
    put("title", first(resource, &["name"]));
    put("description", first(resource, &["description"]).map(|text| plain(&text)));
    put(if is_access { "accessURL" } else { "downloadURL" }, url);
    let typed = media_type.or_else(|| label.as_deref().and_then(media_type_of).map(str::to_owned));
    put("mediaType", typed.filter(|_| !is_access));
    put("format", format);
    for key in ["conformsTo", "describedBy", "describedByType"] {
        put(key, first(resource, &[key]));
    }
    map
}

/// The package that a record is written as, with what it keeps; none for what is no dataset.
fn package(record: &Body, version: Version) -> Option<(Map<String, Value>, Vec<Finding>)> {
    let (body, findings) = convert_body(record, version, Version::DcatUs11);
    let Body::Dataset(dataset) = &*body else { return None };
    let map = dataset.to_json();
    let written = plain_package(&map);
    if let Some(kept) = map.get(CKAN_KEY).and_then(Value::as_object) {
        let as_it_came = restored(written.clone(), kept);
        let mut own = map.clone();
        own.shift_remove(CKAN_KEY);
        if described(&as_it_came) == own {
            return Some((as_it_came, findings));
        }
    }
    Some((with_own(written, &map), findings))
}

/// Adds what of the record would come back otherwise.
fn with_own(mut package: Map<String, Value>, record: &Map<String, Value>) -> Map<String, Value> {
    let mut record = record.clone();
    record.shift_remove(CKAN_KEY);
    let own = differences(&record, &described(&package));
    if !own.is_empty()
        && let Some(Value::Array(extras)) = package.get_mut("extras")
    {
        extras.push(json!({"key": RECORD_EXTRA, "value": Value::Object(own).to_string()}));
    }
    package
}

/// The package of a record in DCAT-US 1.1, when nothing was kept.
fn plain_package(record: &Map<String, Value>) -> Map<String, Value> {
    let mut map = Map::new();
    let of = |key: &str| record.get(key).and_then(text);
    let title = of("title");
    let identifier = of("identifier");
    map.insert(
        "name".to_owned(),
        json!(slug(title.as_deref().or(identifier.as_deref()).unwrap_or("dataset"))),
    );
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            map.insert(key.to_owned(), value);
        }
    };
    put("title", title.map(Value::from));
    put("notes", of("description").map(Value::from));
    let tags = list(record, "keyword").iter().filter_map(text).map(|word| json!({"name": tag(&word)}));
    put("tags", Some(tags.collect()));
    let contact = record.get("contactPoint").and_then(Value::as_object);
    put("maintainer", contact.and_then(|contact| first(contact, &["fn"])).map(Value::from));
    let address = contact.and_then(|contact| first(contact, &["hasEmail"]));
    put("maintainer_email", address.map(|address| json!(address.trim_start_matches("mailto:"))));
    let names = publisher_names(record.get("publisher"));
    if let Some(name) = names.last() {
        put("organization", Some(json!({"name": slug(name), "title": name})));
        put("owner_org", Some(json!(slug(name))));
    }
    if let Some(license) = of("license") {
        let known = recognize_license(&license).certain();
        put("license_id", Some(json!(known.and_then(|known| known.ckan_id).unwrap_or("notspecified"))));
        put("license_title", known.map(|known| json!(known.name)));
        put("license_url", is_iri(&license).then(|| json!(license)));
    }
    put("url", of("landingPage").map(Value::from));
    let level = of("accessLevel");
    put("private", Some(json!(level.as_deref() == Some("non-public"))));
    let resources = list(record, "distribution").iter().filter_map(Value::as_object).map(resource);
    put("resources", Some(resources.collect()));
    let mut extras = Vec::new();
    let mut add = |key: &str, value: Option<String>| {
        if let Some(value) = value {
            extras.push(json!({"key": key, "value": value}));
        }
    };
    for key in ["identifier", "modified", "issued", "accessLevel", "spatial", "accrualPeriodicity"] {
        add(key, of(key));
    }
    add("publisher", names.last().cloned());
    add("publisher_hierarchy", (names.len() > 1).then(|| names.join(" > ")));
    for key in TEXT_EXTRAS.iter().filter(|key| **key != "landingPage") {
        add(key, of(key));
    }
    for key in LIST_EXTRAS.iter().chain(&["theme"]) {
        add(key, record.get(*key).filter(|value| value.is_array()).map(Value::to_string));
    }
    put("extras", Some(Value::Array(extras)));
    map
}

fn resource(distribution: &Map<String, Value>) -> Value {
    let mut map = Map::new();
    let mut put = |key: &str, value: Option<String>| {
        if let Some(value) = value {
            map.insert(key.to_owned(), json!(value));
        }
    };
    put("name", first(distribution, &["title"]));
    put("description", first(distribution, &["description"]));
    put("url", first(distribution, &["downloadURL", "accessURL"]));
    let (format, media_type) = (first(distribution, &["format"]), first(distribution, &["mediaType"]));
    put("format", format.clone().or_else(|| format_label(None, media_type.as_deref(), None)));
    put("mimetype", media_type);
    let is_access = !distribution.contains_key("downloadURL") && distribution.contains_key("accessURL");
    put("resource_type", is_access.then(|| "accessurl".to_owned()));
    for key in ["conformsTo", "describedBy", "describedByType"] {
        put(key, first(distribution, &[key]));
    }
    Value::Object(map)
}

/// The names of a publisher and those above it, the highest first.
fn publisher_names(publisher: Option<&Value>) -> Vec<String> {
    let mut names = Vec::new();
    let mut next = publisher;
    while let Some(found) = next.filter(|_| names.len() < 10) {
        let Some(name) = found.get("name").and_then(text) else { break };
        names.insert(0, name);
        next = found.get("subOrganizationOf");
    }
    names
}

/// A name for addresses, as CKAN takes it: small letters, digits, hyphens and underscores, 2 to 100 of them.
fn slug(text: &str) -> String {
    let mut slug = String::new();
    for character in text.chars().flat_map(char::to_lowercase) {
        match character {
            'a'..='z' | '0'..='9' | '_' => slug.push(character),
            _ if !slug.ends_with('-') => slug.push('-'),
            _ => {}
        }
        if slug.len() >= 100 {
            break;
        }
    }
    let slug = slug.trim_matches('-');
    if slug.len() < 2 { format!("dataset-{slug}").trim_end_matches('-').to_owned() } else { slug.to_owned() }
}

/// A tag as CKAN takes it: letters, digits, spaces and `-_.`, 2 to 100 of them.
fn tag(word: &str) -> String {
    let allowed = |character: char| character.is_alphanumeric() || "-_. ".contains(character);
    let tag: String =
        word.chars().map(|character| if allowed(character) { character } else { '-' }).take(100).collect();
    if tag.chars().count() < 2 { format!("{tag}_") } else { tag }
}
