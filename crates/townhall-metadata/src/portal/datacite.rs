//! DataCite: the metadata of DOIs, as its interface answers and as content negotiation gives it (metadata schema 4).

use std::io::{Read, Write};
use std::ops::ControlFlow;

use serde_json::{Map, Value, json};
use townhall_model::Finding;
use townhall_model::record::{Body, RecordKind, Version};

use super::listing::{self, Shape};
use super::words::{first, list, plain, text, texts};
use crate::convert::{is_iri, two_letters};
use crate::dialect::{CatalogWriter, Dialect, DialectInfo};
use crate::error::WriteError;
use crate::license::recognize_license;
use crate::rdf::date;
use crate::{Item, ReadError, ReadOptions, Summary};

/// Metadata of DataCite.
pub struct DataCite;

const INFO: DialectInfo = DialectInfo {
    id: "datacite",
    name: "DataCite",
    description: "The metadata of DOIs in JSON, version 4, from DataCite's interface or by content negotiation.",
    media_types: &["application/vnd.datacite.datacite+json", "application/vnd.api+json"],
    extension: "datacite.json",
    specification: "https://schema.datacite.org/meta/kernel-4/",
    can_read: true,
    can_write_record: false,
    can_write_catalog: false,
};

const SHAPE: Shape = Shape {
    name: "DataCite",
    lists: &[&["data"]],
    is_record: |map| {
        map.contains_key("attributes")
            || (map.contains_key("titles") && map.contains_key("doi"))
            || (map.contains_key("titles") && map.contains_key("creators"))
    },
    describe: |item, _| (RecordKind::Dataset, described(item)),
    version: Version::DcatUs30,
};

/// The key under which a record keeps what DataCite says beside it.
const KEPT: &str = "datacite";

impl Dialect for DataCite {
    fn info(&self) -> &'static DialectInfo {
        &INFO
    }

    fn recognizes(&self, beginning: &str) -> bool {
        let has = |key: &str| beginning.contains(key);
        beginning.starts_with(['{', '['])
            && has("\"titles\"")
            && (has("\"creators\"") || has("\"publicationYear\""))
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

/// What is read; the rest is kept.
const READ: &[&str] = &[
    "doi",
    "titles",
    "descriptions",
    "creators",
    "publisher",
    "publicationYear",
    "subjects",
    "contributors",
    "dates",
    "language",
    "relatedIdentifiers",
    "version",
    "rightsList",
    "geoLocations",
    "fundingReferences",
    "url",
    "contentUrl",
    "identifiers",
    "id",
    "alternateIdentifiers",
    "schemaVersion",
    "source",
    "isActive",
    "state",
    "reason",
    "viewCount",
    "downloadCount",
    "citationCount",
    "xml",
];

fn described(item: &Map<String, Value>) -> Map<String, Value> {
    let about = item.get("attributes").and_then(Value::as_object).unwrap_or(item);
    let maps = |key: &str| -> Vec<&Map<String, Value>> {
        list(about, key).iter().filter_map(Value::as_object).collect()
    };
    let mut map = Map::new();
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            map.insert(key.to_owned(), value);
        }
    };
    let many = |values: Vec<Value>| (!values.is_empty()).then_some(Value::Array(values));
    put("@type", Some(json!("Dataset")));
    let doi = first(about, &["doi"]).or_else(|| first(item, &["id"])).map(|doi| {
        let bare = doi.trim_start_matches("https://doi.org/").trim_start_matches("doi:").to_owned();
        format!("https://doi.org/{bare}")
    });
    put("identifier", doi.clone().or_else(|| first(about, &["url"])).map(Value::from));
    let others = maps("alternateIdentifiers").into_iter().chain(maps("identifiers")).filter_map(|other| {
        let notation = first(other, &["alternateIdentifier", "identifier"])?;
        let is_own = doi.as_deref().is_some_and(|doi| doi.ends_with(notation.trim_start_matches("https://doi.org/")));
        (!is_own).then(|| json!({"@type": "Identifier", "notation": notation, "schemaAgency": first(other, &["alternateIdentifierType", "identifierType"])}))
    });
    put("otherIdentifier", many(others.collect()));
    let titles = maps("titles");
    let main = titles
        .iter()
        .find(|title| !title.contains_key("titleType") || title["titleType"].is_null())
        .or(titles.first());
    put("title", main.and_then(|title| first(title, &["title"])).map(Value::from));
    let of_type = |kind: &str| {
        maps("descriptions").into_iter().find(|it| first(it, &["descriptionType"]).as_deref() == Some(kind))
    };
    let description = of_type("Abstract").or_else(|| maps("descriptions").into_iter().next());
    put(
        "description",
        description.and_then(|it| first(it, &["description"])).map(|text| json!(plain(&text))),
    );
    let publisher = match about.get("publisher") {
        Some(Value::Object(publisher)) => first(publisher, &["name"]),
        other => other.and_then(text),
    };
    put("publisher", publisher.map(|name| json!({"@type": "Organization", "name": name})));
    let creators: Vec<Value> = maps("creators").iter().filter_map(|it| agent(it)).collect();
    put(
        "creator",
        if creators.len() > 1 { Some(Value::Array(creators)) } else { creators.into_iter().next() },
    );
    let (contacts, others): (Vec<_>, Vec<_>) = maps("contributors")
        .into_iter()
        .partition(|it| first(it, &["contributorType"]).as_deref() == Some("ContactPerson"));
    put(
        "contactPoint",
        many(
            contacts
                .iter()
                .filter_map(|it| first(it, &["name"]))
                .map(|name| json!({"@type": "Kind", "fn": name}))
                .collect(),
        ),
    );
    let attributions = others.iter().filter_map(|it| {
        Some(json!({"@type": "Attribution", "agent": agent(it)?, "hadRole": first(it, &["contributorType"]).unwrap_or_else(|| "Other".to_owned())}))
    });
    let funders = maps("fundingReferences").into_iter().filter_map(|it| {
        let name = first(it, &["funderName"])?;
        Some(json!({"@type": "Attribution", "agent": {"@type": "Agent", "name": name}, "hadRole": "funder"}))
    });
    put("qualifiedAttribution", many(attributions.chain(funders).collect()));
    let (concepts, words): (Vec<_>, Vec<_>) = maps("subjects")
        .into_iter()
        .partition(|it| it.get("valueUri").and_then(Value::as_str).is_some_and(is_iri));
    put("keyword", many(texts(&words.iter().map(|it| Value::Object((*it).clone())).collect::<Vec<_>>())));
    let themes = concepts.iter().filter_map(|it| Some(json!({"@type": "Concept", "@id": first(it, &["valueUri"])?, "prefLabel": first(it, &["subject"])?})));
    put("theme", many(themes.collect()));
    let dated = |kind: &str| {
        maps("dates")
            .into_iter()
            .find(|it| first(it, &["dateType"]).as_deref() == Some(kind))
            .and_then(|it| first(it, &["date"]))
    };
    let year = first(about, &["publicationYear"]);
    put("issued", dated("Issued").or_else(|| dated("Available")).or(year).map(|text| json!(date(&text))));
    put("created", dated("Created").map(|text| json!(date(&text))));
    let changed = dated("Updated").or_else(|| first(about, &["updated"]));
    put("modified", changed.map(|text| json!(date(&text))));
    put(
        "temporal",
        dated("Coverage").or_else(|| dated("Collected")).map(|text| {
            let (start, end) = text.split_once('/').unwrap_or((&text, ""));
            let mut period = json!({"@type": "PeriodOfTime", "startDate": date(start)});
            if !end.is_empty() {
                period["endDate"] = json!(date(end));
            }
            json!([period])
        }),
    );
    put("language", first(about, &["language"]).and_then(|tag| two_letters(&tag)).map(|tag| json!([tag])));
    let rights = maps("rightsList");
    let license =
        rights.iter().find_map(|it| first(it, &["rightsUri"]).filter(|uri| is_iri(uri))).or_else(|| {
            let words = rights.iter().find_map(|it| first(it, &["rightsIdentifier", "rights"]))?;
            recognize_license(&words).certain()?.url.map(str::to_owned)
        });
    put("license", license.map(Value::from));
    put("rights", many(rights.iter().filter_map(|it| first(it, &["rights"])).map(Value::from).collect()));
    put("version", first(about, &["version"]).map(Value::from));
    put("spatial", many(maps("geoLocations").iter().filter_map(|it| place(it)).collect()));
    let related = |kinds: &[&str]| -> Vec<Value> {
        let found = maps("relatedIdentifiers")
            .into_iter()
            .filter(|it| first(it, &["relationType"]).is_some_and(|kind| kinds.contains(&kind.as_str())));
        found.filter_map(address).map(Value::from).collect()
    };
    let named = |addresses: Vec<Value>| {
        addresses
            .into_iter()
            .map(|address| json!({"@type": "Dataset", "identifier": address}))
            .collect::<Vec<_>>()
    };
    put("isPartOf", related(&["IsPartOf"]).into_iter().next());
    put("hasPart", many(named(related(&["HasPart"]))));
    put("source", many(named(related(&["IsDerivedFrom", "IsSourceOf"]))));
    let papers = related(&[
        "IsDocumentedBy",
        "IsSupplementTo",
        "IsCitedBy",
        "IsReferencedBy",
        "IsDescribedBy",
        "References",
        "Cites",
    ]);
    put(
        "page",
        many(
            papers
                .into_iter()
                .map(|url| json!({"@type": "Document", "title": url, "accessURL": url}))
                .collect(),
        ),
    );
    let page = first(about, &["url"]).filter(|url| is_iri(url)).or(doi);
    put("landingPage", page.map(|url| json!({"@type": "Document", "title": url, "accessURL": url})));
    let files = list(about, "contentUrl").iter().filter_map(text).filter(|url| is_iri(url));
    let formats: Vec<String> = list(about, "formats").iter().filter_map(text).collect();
    let files = files.enumerate().map(|(index, url)| {
        let mut file = json!({"@type": "Distribution", "downloadURL": url});
        if let Some(format) = formats.get(index).or(formats.first()) {
            file[if format.contains('/') { "mediaType" } else { "format" }] = json!(format);
        }
        file
    });
    put("distribution", many(files.collect()));
    let kept = about.iter().filter(|(key, value)| {
        let is_empty = value.is_null() || *value == &json!([]) || *value == &json!({});
        let is_whole = ["titles", "descriptions", "geoLocations", "relatedIdentifiers", "fundingReferences"]
            .contains(&key.as_str())
            && value.as_array().is_some_and(|list| list.len() > 1);
        !is_empty && (!READ.contains(&key.as_str()) || is_whole)
    });
    let kept: Map<_, _> = kept.map(|(key, value)| (key.clone(), value.clone())).collect();
    put(KEPT, (!kept.is_empty()).then_some(Value::Object(kept)));
    map
}

fn agent(person: &Map<String, Value>) -> Option<Value> {
    let name = first(person, &["name"])?;
    let mut agent = json!({"@type": "Agent", "name": name});
    let id = list(person, "nameIdentifiers")
        .iter()
        .filter_map(Value::as_object)
        .find_map(|it| first(it, &["nameIdentifier"]).filter(|id| is_iri(id)));
    if let Some(id) = id {
        agent["@id"] = json!(id);
    }
    Some(agent)
}

/// The address of something related, by the kind of its identifier.
fn address(related: &Map<String, Value>) -> Option<String> {
    let identifier = first(related, &["relatedIdentifier"])?;
    match first(related, &["relatedIdentifierType"]).as_deref() {
        Some("DOI") if !is_iri(&identifier) => Some(format!("https://doi.org/{identifier}")),
        _ => Some(identifier),
    }
}

fn place(location: &Map<String, Value>) -> Option<Value> {
    let number = |map: &Map<String, Value>, key: &str| first(map, &[key])?.parse::<f64>().ok();
    let mut place = json!({"@type": "Location"});
    if let Some(name) = first(location, &["geoLocationPlace"]) {
        place["prefLabel"] = json!(name);
    }
    if let Some(found) = location.get("geoLocationBox").and_then(Value::as_object) {
        let edge = |key: &str| number(found, key);
        if let (Some(west), Some(south), Some(east), Some(north)) = (
            edge("westBoundLongitude"),
            edge("southBoundLatitude"),
            edge("eastBoundLongitude"),
            edge("northBoundLatitude"),
        ) {
            place["bbox"] = json!({"type": "Polygon", "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]]});
        }
    }
    if let Some(point) = location.get("geoLocationPoint").and_then(Value::as_object)
        && let (Some(x), Some(y)) = (number(point, "pointLongitude"), number(point, "pointLatitude"))
    {
        place["centroid"] = json!({"type": "Point", "coordinates": [x, y]});
    }
    (place.as_object().is_some_and(|map| map.len() > 1)).then_some(place)
}
