//! Dublin Core in XML: the short records of catalogue services (`csw:Record`), of OAI-PMH (`oai_dc:dc`), of simple files,
//! and the descriptions without a class that Esri's Geoportal gives in RDF.

use serde_json::{Value, json};
use townhall_model::record::RecordKind;

use super::codes::{language, rhythm};
use super::draft::{Draft, unique};
use super::element::{Element, line_at, lines_at};
use super::iso::{doi, put_license_of};
use super::links::{Link, address, distributions, document};
use super::people::{Party, email, put_contact, put_publisher};
use super::places::{End, bounds, degrees, period};
use crate::convert::access_words;
use townhall_model::record::AccessLevel;

/// Elements that records begin with.
pub const ROOTS: &[&str] =
    &["Record", "SummaryRecord", "BriefRecord", "dc", "simpledc", "qualifieddc", "metadata", "Description"];

/// Whether a record may begin with an element of this name.
pub fn may_begin(name: &str) -> bool {
    ROOTS.contains(&name)
}

/// The record that the element is, or holds: `metadata` of OAI-PMH has the record in it.
pub fn record(element: &Element) -> Option<&Element> {
    let is_record = |element: &Element| {
        let said = |name: &str| element.first(name).is_some_and(|it| it.line().is_some());
        said("title") && element.children.iter().all(|child| &*child.name != "idinfo") || said("identifier")
    };
    if is_record(element) {
        return Some(element);
    }
    element.children.iter().find(|inner| may_begin(&inner.name) && is_record(inner))
}

/// The record in DCAT-US 3.0.
pub fn describe(record: &Element) -> Draft {
    let mut draft = Draft::new(RecordKind::Dataset);
    texts(&mut draft, record);
    dates(&mut draft, record);
    people(&mut draft, record);
    places(&mut draft, record);
    ways(&mut draft, record);
    rights(&mut draft, record);
    draft
}

fn texts(draft: &mut Draft, record: &Element) {
    let titles = lines_at(record, "title");
    match titles.first() {
        Some(title) => draft.put("title", Some(title.clone())),
        None => draft.miss("title", "give the record a title"),
    }
    draft.keep(
        "alternateTitle",
        Some([titles.get(1..).unwrap_or_default(), &lines_at(record, "alternative")[..]].concat()),
    );
    match record.all("abstract").into_iter().chain(record.all("description")).find_map(Element::prose) {
        Some(text) => draft.put("description", Some(text)),
        None => draft.miss("description", "say in `description` what the data is"),
    }
    let words = unique(lines_at(record, "subject"));
    if words.is_empty() {
        draft.miss("keyword", "give the record a `subject`");
    }
    draft.put_all("keyword", words);
    let kinds = unique(lines_at(record, "type")).into_iter();
    draft.put_all("category", kinds.map(|kind| json!({"@type": "Concept", "prefLabel": kind})).collect());
    let identifiers = unique(lines_at(record, "identifier"));
    let dois: Vec<String> = identifiers.iter().filter_map(|text| doi(text)).collect();
    let identifier = dois.first().or(identifiers.first()).cloned();
    let others =
        identifiers.iter().filter(|text| Some(*text) != identifier.as_ref() && doi(text) != identifier);
    draft.put_all(
        "otherIdentifier",
        others.map(|it| json!({"@type": "Identifier", "notation": it})).collect(),
    );
    if identifier.is_none() {
        draft.miss("identifier", "give the record an identifier that stays");
    }
    draft.put("identifier", identifier);
    let title = titles.first().cloned().unwrap_or_else(|| "Landing page".to_owned());
    draft.put("landingPage", dois.first().map(|url| document(&title, url)));
    let mut tags = Vec::new();
    for text in lines_at(record, "language") {
        match language(&text) {
            Some(tag) => tags.push(tag),
            None => {
                let message = "a language is not known and was left out";
                draft.warn("READ-XML-LANGUAGE", "language", message, &text, "use a tag of BCP 47 such as en");
            }
        }
    }
    draft.put_all("language", unique(tags));
    draft.put("accrualPeriodicity", line_at(record, "accrualPeriodicity").and_then(|text| rhythm(&text)));
    draft.put("isPartOf", line_at(record, "isPartOf"));
    draft.put_all("provenance", unique(record.all("provenance").into_iter().filter_map(Element::prose)));
}

fn dates(draft: &mut Draft, record: &Element) {
    let mut read = |name: &str, key: &str| line_at(record, name).and_then(|text| draft.date(key, &text));
    let (changed, issued) = (read("modified", "modified"), read("issued", "issued"));
    let issued = issued.or_else(|| read("available", "issued"));
    let (created, other) = (read("created", "created"), read("date", "modified"));
    let modified = changed.or(other).or(issued.clone()).or(created.clone());
    if modified.is_none() {
        draft.miss("modified", "say in `modified` when the data was last changed");
    }
    draft.put("modified", modified);
    draft.put("issued", issued);
    draft.put("created", created);
}

fn people(draft: &mut Draft, record: &Element) {
    let parties = |name: &str| -> Vec<Party> {
        let said = lines_at(record, name).into_iter();
        said.map(|text| Party { email: email([text.clone()]), organization: Some(text), ..Party::default() })
            .collect()
    };
    let (publishers, creators, contributors) =
        (parties("publisher"), parties("creator"), parties("contributor"));
    put_publisher(draft, &publishers);
    put_contact(draft, creators.iter().chain(&publishers).chain(&contributors));
    let agent =
        |party: &Party| party.organization.as_ref().map(|name| json!({"@type": "Agent", "name": name}));
    let mut agents = creators.iter().filter_map(agent);
    draft.put("creator", agents.next());
    draft.put_all(
        "qualifiedAttribution",
        agents.map(|agent| json!({"@type": "Attribution", "agent": agent, "hadRole": "creator"})).collect(),
    );
    draft.put_all("contributor", contributors.iter().filter_map(agent).collect());
}

fn places(draft: &mut Draft, record: &Element) {
    let mut places = Vec::new();
    for found in record.all("BoundingBox|WGS84BoundingBox") {
        places.extend(corners(draft, found));
    }
    let mut periods = Vec::new();
    for text in lines_at(record, "temporal") {
        periods.extend(stretch(draft, &text));
    }
    for text in lines_at(record, "spatial|coverage") {
        let named = |key: &str| part(&text, key);
        if named("northlimit").is_some() {
            let edges = ["westlimit", "southlimit", "eastlimit", "northlimit"].map(|key| degrees(named(key)));
            let place = bounds(draft, edges, &text).map(|mut place| {
                if let Some(name) = named("name") {
                    place["prefLabel"] = json!(name);
                }
                place
            });
            places.extend(place);
        } else if named("start").is_some() || named("end").is_some() {
            periods.extend(stretch(draft, &text));
        } else {
            places.push(json!({"@type": "Location", "prefLabel": text}));
        }
    }
    draft.put_all("spatial", places);
    draft.put_all("temporal", periods);
}

/// A box by its corners. Latitude goes first in the system that names EPSG by its URN, if the numbers allow it, and where
/// they allow nothing else.
fn corners(draft: &mut Draft, found: &Element) -> Option<Value> {
    let pair = |name: &str| -> Option<(f64, f64)> {
        let text = line_at(found, name)?;
        let mut numbers =
            text.split([' ', ',']).filter(|part| !part.is_empty()).map(|part| part.parse().ok());
        Some((numbers.next()??, numbers.next()??))
    };
    let (lower, upper) = (pair("LowerCorner")?, pair("UpperCorner")?);
    let system = found.attribute("crs").unwrap_or_default();
    let is_degrees = system.is_empty() || system.contains("4326") || system.contains("CRS84");
    // Meters of some projection can't be told as degrees.
    if !is_degrees {
        return None;
    }
    let is_latitude_first = system.starts_with("urn:") && system.ends_with("4326");
    let fits = |(_, latitude): (f64, f64)| latitude.abs() <= 90.0;
    let turn = |(x, y): (f64, f64)| (y, x);
    let is_turned =
        (is_latitude_first || !(fits(lower) && fits(upper))) && fits(turn(lower)) && fits(turn(upper));
    let (lower, upper) = if is_turned { (turn(lower), turn(upper)) } else { (lower, upper) };
    let said = format!("{}, {}, {}, {}", lower.0, lower.1, upper.0, upper.1);
    bounds(draft, [Some(lower.0), Some(lower.1), Some(upper.0), Some(upper.1)], &said)
}

/// One part of the notation of DCMI: `start=1990; end=1999`.
fn part(text: &str, key: &str) -> Option<String> {
    let parts = text.split(';').filter_map(|part| part.split_once('='));
    let mut parts = parts.filter(|(own, _)| own.trim().eq_ignore_ascii_case(key));
    parts.next().map(|(_, value)| value.trim().to_owned()).filter(|value| !value.is_empty())
}

fn stretch(draft: &mut Draft, text: &str) -> Option<Value> {
    let end = |text: Option<String>| End { text, indeterminate: None };
    let (start, stop) = match text.split_once('/') {
        _ if text.contains('=') => (part(text, "start"), part(text, "end")),
        Some((start, stop)) => (Some(start.to_owned()), Some(stop.to_owned())),
        None => (Some(text.to_owned()), Some(text.to_owned())),
    };
    period(draft, &end(start), &end(stop))
}

fn ways(draft: &mut Draft, record: &Element) {
    let formats = unique(lines_at(record, "format"));
    let format = Some(&formats).filter(|formats| formats.len() == 1).map(|formats| formats[0].clone());
    let mut links = Vec::new();
    let mut relations = Vec::new();
    for element in record.all("references|URI|relation|source") {
        let Some(text) = element.line() else { continue };
        let is_way = matches!(&*element.name, "references" | "URI");
        if !is_way && !text.contains("://") {
            continue;
        }
        let Some(url) = address(draft, &text) else { continue };
        if !is_way {
            relations.push(url);
            continue;
        }
        let scheme = element.attribute("scheme").or_else(|| element.attribute("protocol")).map(str::to_owned);
        // Esri's Geoportal names the media type as a scheme.
        let typed = scheme.as_deref().and_then(|it| it.strip_prefix("urn:")).filter(|it| it.contains('/'));
        let format = typed.map(str::to_owned).or_else(|| format.clone());
        let name = element.attribute("name").map(str::to_owned);
        links.push(Link { url, name, protocol: scheme, format, ..Link::default() });
    }
    draft.put_all("distribution", distributions(&links));
    draft.put_all("relation", unique(relations));
}

fn rights(draft: &mut Draft, record: &Element) {
    let licenses: Vec<String> = lines_at(record, "license");
    let said = unique(record.all("rights|accessRights").into_iter().filter_map(Element::prose));
    let texts =
        licenses.iter().map(|text| (true, text.clone())).chain(said.iter().map(|text| (false, text.clone())));
    put_license_of(draft, &texts.collect::<Vec<_>>());
    // Nobody says how far these records are open but by a plain word.
    let level = said.iter().find_map(|text| AccessLevel::read(text));
    draft.put("accessRights", level.map(access_words));
    draft.put_all("rights", said);
}
