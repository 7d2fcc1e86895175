//! The small steps from RDF terms to the values of DCAT-US.

use oxrdf::vocab::xsd;
use oxrdf::{Literal, Term};
use serde_json::{Map, Value, json};
use townhall_model::record::{ClassInfo, Extent};

use super::node::label_key;
use crate::convert::{is_iri, is_modern_date, modern_date};

/// A literal in the expanded form of JSON-LD.
pub fn expanded_literal(literal: &Literal) -> Value {
    match literal.language() {
        Some(language) => json!({"@value": literal.value(), "@language": language}),
        None if literal.datatype() == xsd::STRING => json!({"@value": literal.value()}),
        None => json!({"@value": literal.value(), "@type": literal.datatype().as_str()}),
    }
}

/// Splits values by language: those of the best one with whatever has none, the texts in others, and the language.
///
/// English is the best, then no language, then that of the record, then the one that comes first.
pub fn in_one_language<'t>(
    terms: Vec<&'t Term>,
    preferred: Option<&str>,
) -> (Vec<&'t Term>, Vec<&'t Literal>, Option<&'t str>) {
    let tag = |term: &'t Term| match term {
        Term::Literal(literal) => literal.language(),
        _ => None,
    };
    let rank = |tag: &str| {
        let language = tag.split('-').next().unwrap_or(tag);
        if language == "en" {
            0
        } else if Some(language) == preferred {
            2
        } else {
            3
        }
    };
    let best = terms.iter().filter_map(|term| tag(term)).min_by_key(|tag| rank(tag));
    let Some(best) = best else { return (terms, Vec::new(), None) };
    let has_untagged = terms.iter().any(|term| tag(term).is_none());
    // A text without a language is rather English, in this house, than any other.
    let language = Some(best).filter(|best| !has_untagged || rank(best) == 0);
    let (mut chosen, mut others) = (Vec::new(), Vec::new());
    for term in terms {
        match (term, tag(term)) {
            (Term::Literal(literal), Some(tag)) if Some(tag) != language => others.push(literal),
            _ => chosen.push(term),
        }
    }
    // The text in the chosen language goes before one of which nobody knows.
    chosen.sort_by_key(|term| tag(term).is_none() && language.is_some());
    (chosen, others, language)
}

/// A date as DCAT-US 3.0 takes it, where that can be said; else as it is.
pub fn date(text: &str) -> String {
    let text = text.trim();
    if is_modern_date(text) {
        return text.to_owned();
    }
    // A day of XML Schema may have a time zone, which says nothing here.
    if let Some(day) = text.get(..10).filter(|day| is_modern_date(day))
        && (text[10..] == *"Z" || text[10..].starts_with(['+', '-']) && text.len() == 16)
    {
        return day.to_owned();
    }
    modern_date(text).unwrap_or_else(|| text.to_owned())
}

/// A geometry: GeoJSON as an object, WKT without the system of coordinates that GeoSPARQL may put first.
pub fn geometry(text: &str) -> Value {
    let text = text.trim();
    if text.starts_with('{')
        && let Ok(map) = serde_json::from_str::<Map<String, Value>>(text)
    {
        return Value::Object(map);
    }
    let wkt = match text.strip_prefix('<').and_then(|rest| rest.split_once('>')) {
        Some((system, wkt)) if system.ends_with("CRS84") || system.ends_with("/4326") => wkt.trim(),
        _ => text,
    };
    json!(wkt)
}

/// A thing of a class of which the file says nothing but its name.
pub fn named(info: &ClassInfo, iri: &str) -> Value {
    match info.name {
        "Document" => json!({"@type": "Document", "title": iri, "accessURL": iri}),
        "Standard" if is_iri(iri) => json!({"@type": "Standard", "identifier": iri}),
        "Organization" | "Agent" | "Kind" | "Location" | "PeriodOfTime" | "Standard" => {
            json!({"@type": info.name, "@id": iri})
        }
        _ => json!(iri),
    }
}

/// A thing of a class of which the file gives a text alone.
pub fn labelled(info: &ClassInfo, text: &str) -> Value {
    if is_iri(text) && info.name != "Kind" {
        return named(info, text);
    }
    match (info.name, label_key(info)) {
        (
            "Concept" | "Identifier" | "Dataset" | "DatasetSeries" | "Distribution" | "DataService"
            | "Catalog",
            _,
        ) => {
            json!(text)
        }
        ("PeriodOfTime", _) => match Extent::read(text) {
            Some(extent) => {
                let mut period = json!({"@type": "PeriodOfTime"});
                for (key, day) in [("startDate", extent.start), ("endDate", extent.end)] {
                    if let Some(day) = day {
                        period[key] = json!(day.to_string());
                    }
                }
                period
            }
            None => json!(text),
        },
        (name, Some(key)) => json!({"@type": name, key: text}),
        (_, None) => json!(text),
    }
}
