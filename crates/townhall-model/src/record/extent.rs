//! Where and when: locations and periods.

use serde::Serialize;
use serde_json::{Map, Value};

use super::class::{ClassInfo, class};
use super::{ConceptScheme, Geometry, Identifier, OneOrMany, Reference, Shape, Trail};

class! {
    /// A place, by name, by box or by outline.
    Location "Location" "dcterms:Location" {
        pref_label: String = "prefLabel" "skos:prefLabel" Text;
        alt_label: String = "altLabel" "skos:altLabel" Text;
        bbox: Geometry = "bbox" "dcat:bbox" Geometry;
        centroid: Geometry = "centroid" "dcat:centroid" Geometry;
        geometry: Geometry = "geometry" "locn:geometry" Geometry;
        identifier: Reference<Identifier> = "identifier" "dcterms:identifier" Text;
        other_identifier: OneOrMany<Reference<Identifier>> = "otherIdentifier" "adms:identifier" Thing;
        in_scheme: Reference<ConceptScheme> = "inScheme" "skos:inScheme" Thing;
    }
}

class! {
    /// A stretch of time; either end may be open.
    PeriodOfTime "PeriodOfTime" "dcterms:PeriodOfTime" {
        start_date: String = "startDate" "dcat:startDate" Date;
        end_date: String = "endDate" "dcat:endDate" Date;
    }
}

/// One value of `spatial`: 1.1 has text or, in later schemas, bare GeoJSON; 3.0 has locations.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Place {
    /// Four or two numbers, WKT, the name of a place, or an IRI.
    Text(String),
    /// A bare GeoJSON geometry.
    GeoJson(Map<String, Value>),
    /// A location.
    Location(Box<Location>),
}

impl Shape for Place {
    fn take(value: Value, trail: &mut Trail<'_>) -> Result<Self, Value> {
        match value {
            Value::String(text) => Ok(Self::Text(text)),
            Value::Object(map) if map.contains_key("coordinates") || map.contains_key("geometries") => {
                Ok(Self::GeoJson(map))
            }
            other => Location::take(other, trail).map(|location| Self::Location(Box::new(location))),
        }
    }

    fn expected() -> String {
        "text, GeoJSON or an object (Location)".to_owned()
    }

    fn class() -> Option<&'static ClassInfo> {
        Some(Location::info())
    }
}
