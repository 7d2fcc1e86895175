//! One object of schema.org as DCAT-US 3.0.

use serde_json::{Map, Value, json};
use townhall_model::record::{Body, RecordKind};
use townhall_model::{Finding, Severity};

use super::downloads::distribution;
use super::normal::{is_a, listed, text, text_of};
use super::people::{agent, contact, organization};
use super::places::{location, period};
use super::write::plain_written;
use crate::convert::{is_iri, two_letters};
use crate::limits::LEFTOVER_FINDINGS_MAX;
use crate::rdf::date;

/// The key under which a record keeps the properties of schema.org that come out otherwise, or not at all, when it
/// is written again.
pub const SCHEMA_ORG_KEY: &str = "schema-org";

/// The key under which a record keeps what Croissant says of its records and files.
pub const CROISSANT_KEY: &str = "croissant";

/// What an object of schema.org is.
pub fn kind_of(map: &Map<String, Value>) -> Option<RecordKind> {
    if is_a(map, "DataCatalog") {
        Some(RecordKind::Catalog)
    } else if is_a(map, "Dataset") || is_a(map, "DataFeed") {
        Some(RecordKind::Dataset)
    } else if is_a(map, "WebAPI") {
        Some(RecordKind::DataService)
    } else {
        None
    }
}

/// The record that an object with short names is, with what it keeps, and what was noticed.
pub fn record(source: &Map<String, Value>, kind: RecordKind) -> (Map<String, Value>, Vec<Finding>) {
    let mut findings = Vec::new();
    let mut map = described(source, kind, &mut findings);
    let croissant = croissant(source);
    if !croissant.is_empty() {
        map.insert(CROISSANT_KEY.to_owned(), Value::Object(croissant));
    }
    let body = Body::from_json(kind, map.clone(), &mut Vec::new());
    let written = plain_written(&body);
    let is_listing = |key: &str| kind == RecordKind::Catalog && LISTINGS.contains(&key);
    let differs = |(key, value): &(&String, &Value)| {
        !matches!(key.as_str(), "@type" | "recordSet")
            && written.get(*key) != Some(*value)
            && !is_listing(key)
    };
    let kept = source.iter().filter(differs).map(|(key, value)| (key.clone(), value.clone()));
    let mut kept = kept.collect::<Map<_, _>>();
    for (key, _) in kept
        .iter()
        .filter(|(key, value)| !value.is_null() && !key.starts_with('@') && !READ.contains(&key.as_str()))
    {
        if findings.len() < LEFTOVER_FINDINGS_MAX {
            let message = format!("`{key}` has no place in DCAT-US; it is kept under `{SCHEMA_ORG_KEY}`");
            let pointer = format!("/{}", key.replace('~', "~0").replace('/', "~1"));
            findings.push(Finding::new("READ-KEPT", Severity::Info, message).with_pointer(pointer));
        }
    }
    // What would be written though nobody said it.
    let added =
        written.keys().filter(|key| *key != "@context" && *key != "@type" && !source.contains_key(*key));
    kept.extend(added.map(|key| (key.clone(), Value::Null)));
    if !kept.is_empty() {
        map.insert(SCHEMA_ORG_KEY.to_owned(), Value::Object(kept));
    }
    (map, findings)
}

/// The properties under which a catalogue lists its records.
pub const LISTINGS: &[&str] = &["dataset", "hasPart"];

/// What an object says, without what is kept of it.
pub fn described(
    source: &Map<String, Value>,
    kind: RecordKind,
    findings: &mut Vec<Finding>,
) -> Map<String, Value> {
    let mut map = Map::new();
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            map.insert(key.to_owned(), value);
        }
    };
    let many = |values: Vec<Value>| (!values.is_empty()).then_some(Value::Array(values));
    let each = |key: &str, make: &dyn Fn(&Value) -> Option<Value>| -> Vec<Value> {
        listed(source, key).iter().filter_map(make).collect()
    };
    let day = |key: &str| text_of(source, key).map(|text| json!(date(&text)));
    let url = ["url", "@id", "sameAs"].iter().find_map(|key| text_of(source, key).filter(|url| is_iri(url)));

    put("@type", Some(json!(class_name(kind))));
    put("title", text_of(source, "name").or_else(|| text_of(source, "headline")).map(Value::from));
    put("description", text_of(source, "description").map(Value::from));
    let (mut identifier, others) = identifiers(source);
    if identifier.is_none() && kind == RecordKind::Dataset {
        identifier.clone_from(&url);
        if let Some(url) = &url {
            findings.push(
                Finding::new(
                    "READ-IDENTIFIER",
                    Severity::Warning,
                    "the dataset has no `identifier`; its address is taken",
                )
                .with_pointer("/identifier")
                .with_value(url)
                .with_fix("add `identifier`"),
            );
        }
    }
    put("identifier", identifier.map(Value::from));
    put("otherIdentifier", many(others));
    put("publisher", publisher(source));
    let creators = ["creator", "author"].iter().flat_map(|key| each(key, &agent)).collect::<Vec<_>>();
    put("creator", if creators.len() > 1 { many(creators) } else { creators.into_iter().next() });
    put("contactPoint", many(contacts(source)));
    put("keyword", many(keywords(source)));
    let themes = each("keywords", &concept).into_iter().chain(each("about", &concept)).collect();
    put(if kind == RecordKind::Dataset { "theme" } else { "subject" }, many(themes));
    put("modified", day("dateModified"));
    put("license", listed(source, "license").iter().find_map(license).map(Value::from));
    let languages = listed(source, "inLanguage").iter().filter_map(|value| {
        let tag = value.get("alternateName").or(value.get("name")).unwrap_or(value);
        two_letters(tag.as_str()?).map(Value::from)
    });
    put("language", many(languages.collect()));
    put("spatial", many(each("spatialCoverage", &location)));
    put("temporal", many(each("temporalCoverage", &period)));
    put("accessRights", text_of(source, "conditionsOfAccess").map(Value::from));
    put("rights", many(each("usageInfo", &|value| text(value).map(Value::from))));
    let page = url.filter(|url| text_of(source, "url").as_ref() == Some(url));
    match kind {
        RecordKind::Catalog => {
            put("issued", day("datePublished"));
            put("homepage", page.as_deref().map(document));
        }
        RecordKind::DataService => {
            put("created", day("dateCreated"));
            let endpoint = text_of(source, "endpointUrl").or(page);
            put("endpointURL", endpoint.map(|url| json!([url])));
            put("endpointDescription", text_of(source, "documentation").map(|url| json!([url])));
        }
        _ => {
            put("issued", day("datePublished"));
            put("created", day("dateCreated"));
            put("landingPage", page.as_deref().map(document));
            put("version", text_of(source, "version").map(Value::from));
            put("distribution", many(each("distribution", &distribution)));
            put("page", many(papers(source)));
            put("hasPart", many(each("hasPart", &part)));
            put("isPartOf", listed(source, "isPartOf").iter().find_map(name_of).map(Value::from));
            put("source", many(each("isBasedOn", &part)));
            let image = ["image", "thumbnailUrl"].iter().find_map(|key| address_of(source.get(*key)?));
            put("image", image.map(Value::from));
            put("contributor", many(each("contributor", &agent)));
            put("qualifiedAttribution", many(attributions(source)));
        }
    }
    map
}

fn class_name(kind: RecordKind) -> &'static str {
    match kind {
        RecordKind::Catalog => "Catalog",
        RecordKind::DataService => "DataService",
        _ => "Dataset",
    }
}

/// The identifier, and the others with the bodies that gave them.
fn identifiers(source: &Map<String, Value>) -> (Option<String>, Vec<Value>) {
    let mut first = None;
    let mut others = Vec::new();
    for value in listed(source, "identifier") {
        let Some(notation) = text_of_identifier(value) else { continue };
        if first.is_none() {
            first = Some(notation);
            continue;
        }
        let mut other = json!({"@type": "Identifier", "notation": notation});
        if let Some(agency) = value.get("propertyID").and_then(text) {
            other["schemaAgency"] = json!(agency);
        }
        others.push(other);
    }
    (first, others)
}

fn text_of_identifier(value: &Value) -> Option<String> {
    match value {
        Value::Object(map) => ["value", "@id", "url"].iter().find_map(|key| text_of(map, key)),
        other => text(other),
    }
}

fn publisher(source: &Map<String, Value>) -> Option<Value> {
    ["publisher", "provider", "sourceOrganization", "maintainer"]
        .iter()
        .find_map(|key| listed(source, key).iter().find_map(organization))
}

fn contacts(source: &Map<String, Value>) -> Vec<Value> {
    let direct = listed(source, "contactPoint").iter().filter_map(|value| contact(value, None));
    let through = ["publisher", "provider", "creator", "author", "maintainer"].iter().flat_map(|key| {
        listed(source, key).iter().filter_map(|agent| {
            let name = agent.get("name").and_then(text);
            let point = agent.get("contactPoint").map(|point| match point {
                Value::Array(points) => points.first().unwrap_or(&Value::Null),
                point => point,
            });
            point.and_then(|point| contact(point, name.as_deref())).or_else(|| contact(agent, None))
        })
    });
    direct.chain(through).take(1).collect()
}

fn keywords(source: &Map<String, Value>) -> Vec<Value> {
    let mut words: Vec<Value> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for value in listed(source, "keywords") {
        let texts = match value {
            // One text of many words, as most pages have it.
            Value::String(text) => text.split([',', ';']).map(|word| word.trim().to_owned()).collect(),
            Value::Object(term) if !term.contains_key("url") && !term.contains_key("@id") => {
                text_of(term, "name").into_iter().collect()
            }
            _ => Vec::new(),
        };
        let texts = texts.into_iter().filter(|word| !word.is_empty());
        words.extend(texts.filter(|word| seen.insert(word.clone())).map(Value::from));
    }
    words
}

/// A defined term with an address, as a concept.
fn concept(value: &Value) -> Option<Value> {
    let term = value.as_object()?;
    let iri = ["url", "@id"].iter().find_map(|key| text_of(term, key).filter(|iri| is_iri(iri)))?;
    let mut concept =
        json!({"@type": "Concept", "@id": iri, "prefLabel": text_of(term, "name").unwrap_or(iri.clone())});
    if let Some(code) = text_of(term, "termCode") {
        concept["notation"] = json!([code]);
    }
    if let Some(set) = text_of(term, "inDefinedTermSet") {
        concept["inScheme"] = json!({"@type": "ConceptScheme", "title": set});
    }
    Some(concept)
}

/// The address of a license, else its name.
pub fn license(value: &Value) -> Option<String> {
    address_of(value).or_else(|| text(value))
}

/// The address that a value is, or that it has.
pub fn address_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| is_iri(text)),
        Value::Object(map) => ["url", "@id", "contentUrl", "sameAs"]
            .iter()
            .find_map(|key| map.get(*key)?.as_str().filter(|url| is_iri(url)))
            .map(str::to_owned),
        Value::Array(values) => values.iter().filter(|value| !value.is_array()).find_map(address_of),
        _ => None,
    }
}

fn document(url: &str) -> Value {
    json!({"@type": "Document", "title": url, "accessURL": url})
}

/// Pages about the data: the same thing elsewhere, and papers to cite.
fn papers(source: &Map<String, Value>) -> Vec<Value> {
    let same = listed(source, "sameAs").iter().filter_map(|value| address_of(value).as_deref().map(document));
    let cited = ["citation", "citeAs"].iter().flat_map(|key| listed(source, key)).filter_map(|value| {
        let title = match value {
            Value::Object(map) => {
                ["name", "headline", "text", "url", "@id"].iter().find_map(|key| text_of(map, key))
            }
            other => text(other),
        }?;
        let mut page = json!({"@type": "Document", "title": title, "bibliographicCitation": title});
        if let Some(url) = address_of(value) {
            page["accessURL"] = json!(url);
        }
        Some(page)
    });
    same.chain(cited).collect()
}

/// Another dataset, as much of it as names it.
fn part(value: &Value) -> Option<Value> {
    let Value::Object(map) = value else {
        return text(value).map(|name| json!({"@type": "Dataset", "identifier": name}));
    };
    let mut part = Map::from_iter([("@type".to_owned(), json!("Dataset"))]);
    let (identifier, _) = identifiers(map);
    let members = [
        ("title", text_of(map, "name")),
        ("description", text_of(map, "description")),
        ("identifier", identifier.or_else(|| address_of(value))),
    ];
    part.extend(members.into_iter().filter_map(|(key, text)| Some((key.to_owned(), json!(text?)))));
    (part.len() > 1).then_some(Value::Object(part))
}

fn name_of(value: &Value) -> Option<String> {
    value.as_object().and_then(|map| identifiers(map).0).or_else(|| address_of(value)).or_else(|| text(value))
}

/// Those who had another part in the data than making or publishing it.
fn attributions(source: &Map<String, Value>) -> Vec<Value> {
    let roles =
        [("funder", "funder"), ("sponsor", "sponsor"), ("editor", "editor"), ("maintainer", "custodian")];
    let direct = roles.iter().flat_map(|(key, role)| {
        listed(source, key).iter().filter_map(move |value| Some((agent(value)?, *role)))
    });
    let funding =
        listed(source, "funding").iter().filter_map(|grant| Some((agent(grant.get("funder")?)?, "funder")));
    let attribution = |(agent, role)| json!({"@type": "Attribution", "agent": agent, "hadRole": role});
    direct.chain(funding).map(attribution).collect()
}

/// What Croissant 1.0 says beside schema.org: the records with their fields, and sets of files.
fn croissant(source: &Map<String, Value>) -> Map<String, Value> {
    let mut kept = Map::new();
    if let Some(sets) = source.get("recordSet").filter(|sets| !sets.is_null()) {
        let sets = if sets.is_array() { sets.clone() } else { json!([sets]) };
        kept.insert("recordSet".to_owned(), sets);
    }
    let files = listed(source, "distribution").iter().filter(|file| {
        file.as_object().is_some_and(|file| is_a(file, "FileSet") || file.contains_key("containedIn"))
    });
    let files = files.cloned().collect::<Vec<_>>();
    if !files.is_empty() {
        kept.insert("distribution".to_owned(), Value::Array(files));
    }
    kept
}

/// The properties that are read.
pub const READ: &[&str] = &[
    "name",
    "description",
    "identifier",
    "url",
    "sameAs",
    "publisher",
    "provider",
    "sourceOrganization",
    "creator",
    "author",
    "contactPoint",
    "keywords",
    "about",
    "dateModified",
    "datePublished",
    "dateCreated",
    "license",
    "inLanguage",
    "spatialCoverage",
    "temporalCoverage",
    "conditionsOfAccess",
    "usageInfo",
    "version",
    "distribution",
    "citation",
    "citeAs",
    "hasPart",
    "isPartOf",
    "isBasedOn",
    "image",
    "thumbnailUrl",
    "contributor",
    "funder",
    "funding",
    "sponsor",
    "editor",
    "maintainer",
    "recordSet",
    "endpointUrl",
    "documentation",
    "headline",
    "conformsTo",
];
