//! The classes of DCAT-US, and how the properties of each are found from their RDF terms.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use serde_json::{Map, Value};
use townhall_model::record::{
    AccessRestriction, Activity, Address, Agent, Attribution, Catalog, CatalogRecord, Checksum, ClassInfo,
    Concept, ConceptScheme, CuiRestriction, DataService, Dataset, DatasetSeries, Distribution, Document,
    FieldInfo, Identifier, Kind, Location, Meaning, Metric, Organization, PeriodOfTime, QualityMeasurement,
    RecordKind, Relationship, Standard, UseRestriction,
};

use super::prefixes::expand;
use crate::validate::list_fields_3_0;

macro_rules! classes {
    ($($class:ident),* $(,)?) => {
        /// Every class, those whose terms have precedence first.
        pub fn classes() -> impl Iterator<Item = &'static ClassInfo> {
            [$($class::info()),*].into_iter()
        }

        /// Whether a property of a class can be a list.
        fn takes_list(class: &str, key: &str) -> bool {
            let map = Map::from_iter([(key.to_owned(), Value::Array(Vec::new()))]);
            $(if $class::info().name == class {
                return $class::from_json(map, &mut Vec::new()).is_set(key);
            })*
            false
        }
    };
}

classes!(
    Dataset,
    Catalog,
    Distribution,
    DataService,
    DatasetSeries,
    CatalogRecord,
    Organization,
    Agent,
    Kind,
    Address,
    Attribution,
    Activity,
    Document,
    Standard,
    Concept,
    ConceptScheme,
    Identifier,
    Relationship,
    Location,
    PeriodOfTime,
    Checksum,
    AccessRestriction,
    UseRestriction,
    CuiRestriction,
    Metric,
    QualityMeasurement,
);

/// The class of a kind of record.
pub fn class_of(kind: RecordKind) -> &'static ClassInfo {
    match kind {
        RecordKind::Catalog => Catalog::info(),
        RecordKind::Dataset => Dataset::info(),
        RecordKind::DataService => DataService::info(),
        RecordKind::DatasetSeries => DatasetSeries::info(),
        RecordKind::CatalogRecord => CatalogRecord::info(),
    }
}

/// How many values a property takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arity {
    /// One alone.
    One,
    /// Several, or one alone.
    Some,
    /// A list, be it of one.
    List,
}

/// The properties of a class by their terms.
#[derive(Debug)]
pub struct Terms {
    fields: HashMap<String, (&'static FieldInfo, Arity)>,
}

impl Terms {
    /// Those of a class.
    pub fn of(info: &ClassInfo) -> &'static Self {
        static ALL: OnceLock<HashMap<&str, Terms>> = OnceLock::new();
        let all = ALL.get_or_init(|| {
            let lists = list_fields_3_0();
            classes().map(|info| (info.name, Self::make(info, &lists))).collect()
        });
        &all[info.name]
    }

    /// The property with this term as a full IRI.
    pub fn field(&self, iri: &str) -> Option<(&'static FieldInfo, Arity)> {
        self.fields.get(iri).copied()
    }

    fn make(info: &'static ClassInfo, lists: &HashSet<(&str, &str)>) -> Self {
        let is_list_of_1_1 = |key| matches!(key, "keyword" | "bureauCode" | "programCode" | "references");
        let arity = |key| match takes_list(info.name, key) {
            false => Arity::One,
            true if lists.contains(&(info.name, key)) || is_list_of_1_1(key) => Arity::List,
            true => Arity::Some,
        };
        let fields = info.fields.iter().filter(|field| field.meaning != Meaning::Nothing);
        // A catalogue holds datasets and series by the same term; both are read as records of their own.
        let fields = fields.map(|field| (expand(field.term), (field, arity(field.key))));
        Self { fields: fields.collect() }
    }
}

/// The usual name for terms that mean the same, or are often written for it.
pub fn usual(iri: &str) -> Option<&'static str> {
    Some(match iri {
        "http://schema.org/startDate" | "https://schema.org/startDate" => "dcat:startDate",
        "http://schema.org/endDate" | "https://schema.org/endDate" => "dcat:endDate",
        "http://www.w3.org/2006/time#hasBeginning" => "dcat:startDate",
        "http://www.w3.org/2006/time#hasEnd" => "dcat:endDate",
        "http://www.w3.org/2002/07/owl#versionInfo" => "dcat:version",
        "http://www.w3.org/ns/dcat#endpointUrl" => "dcat:endpointURL",
        "http://www.w3.org/ns/dcat#accessUrl" => "dcat:accessURL",
        "http://www.w3.org/ns/dcat#downloadUrl" => "dcat:downloadURL",
        "http://www.w3.org/2006/vcard/ns#hasFN" => "vcard:fn",
        "http://www.w3.org/2006/vcard/ns#email" => "vcard:hasEmail",
        "http://www.w3.org/2006/vcard/ns#hasTelephone" => "vcard:tel",
        "http://www.w3.org/2006/vcard/ns#hasOrganizationName" => "vcard:organization-name",
        "http://www.w3.org/2006/vcard/ns#adr" => "vcard:hasAddress",
        "http://www.w3.org/2006/vcard/ns#country" => "vcard:country-name",
        "http://www.opengis.net/ont/geosparql#hasGeometry" => "locn:geometry",
        "http://www.opengis.net/ont/geosparql#asWKT" => "locn:geometry",
        "http://www.w3c.org/ns/org#subOrganizationOf" => "org:subOrganizationOf",
        "http://purl.org/dc/elements/1.1/title" => "dcterms:title",
        "http://purl.org/dc/elements/1.1/description" => "dcterms:description",
        "http://purl.org/dc/elements/1.1/identifier" => "dcterms:identifier",
        "http://purl.org/dc/elements/1.1/publisher" => "dcterms:publisher",
        "http://purl.org/dc/elements/1.1/creator" => "dcterms:creator",
        "http://purl.org/dc/elements/1.1/language" => "dcterms:language",
        "http://purl.org/dc/elements/1.1/rights" => "dcterms:rights",
        "http://purl.org/dc/elements/1.1/format" => "dcterms:format",
        _ => return None,
    })
}

/// The namespaces that DCAT-US 3.0 has had for terms of its own; the first is the one that is written.
pub const DCAT_US_NAMESPACES: &[&str] = &[
    "http://data.resources.gov/ontology/dcat-us#",
    "http://resources.data.gov/ontology/dcat-us#",
    "https://resources.data.gov/ontology/dcat-us#",
    "https://resources.data.gov/dcat-us/3.0.0#",
];

/// The classes that say no more than the usual one does.
pub fn says_no_more(class: &ClassInfo, iri: &str) -> bool {
    let synonyms: &[&str] = match class.name {
        "Organization" => &["foaf:Agent"],
        "DatasetSeries" => &["dcat:Dataset"],
        _ => &[],
    };
    iri == expand(class.term) || synonyms.iter().any(|term| iri == expand(term))
}
