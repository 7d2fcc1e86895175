//! The contexts of JSON-LD that this house knows by their addresses, so that none is ever fetched.

use std::sync::OnceLock;

use serde_json::{Map, Value, json};

use super::classes::classes;
use super::json_ld::terms;
use super::prefixes::PREFIXES;

/// The document at the address of a context, if we know what it says.
pub fn known(url: &str) -> Option<&'static str> {
    static DCAT_US: OnceLock<String> = OnceLock::new();
    static DCAT_AP: OnceLock<String> = OnceLock::new();
    let url = url.to_ascii_lowercase();
    let (_, which) = ADDRESSES.iter().find(|(part, _)| url.contains(part))?;
    Some(match which {
        Known::DcatUs => DCAT_US.get_or_init(|| document(&[])),
        Known::DcatAp => DCAT_AP.get_or_init(|| document(&["title", "description", "keyword"])),
        Known::SchemaOrg => r#"{"@context":{"@vocab":"http://schema.org/","schema":"http://schema.org/"}}"#,
    })
}

#[derive(Clone, Copy)]
enum Known {
    DcatUs,
    DcatAp,
    SchemaOrg,
}

/// Parts of the addresses at which contexts are published, in lower case.
const ADDRESSES: &[(&str, Known)] = &[
    ("/dcat-us", Known::DcatUs),
    ("dcat-us.jsonld", Known::DcatUs),
    ("project-open-data.cio.gov/v1.1/", Known::DcatUs),
    ("dcat-ap", Known::DcatAp),
    ("data.europa.eu/r5r", Known::DcatAp),
    ("w3.org/ns/dcat", Known::DcatAp),
    ("schema.org", Known::SchemaOrg),
];

/// Prefixes that others write for namespaces of ours, and for what is read beside them.
const OTHER_PREFIXES: &[(&str, &str)] = &[
    ("dc", "http://purl.org/dc/elements/1.1/"),
    ("dct", "http://purl.org/dc/terms/"),
    ("dcatus", "http://data.resources.gov/ontology/dcat-us#"),
    ("geo", "http://www.opengis.net/ont/geosparql#"),
    ("geosparql", "http://www.opengis.net/ont/geosparql#"),
    ("odrl", "http://www.w3.org/ns/odrl/2/"),
    ("owl", "http://www.w3.org/2002/07/owl#"),
    ("time", "http://www.w3.org/2006/time#"),
];

/// What the published contexts come to for a reader who knows the type of each property himself.
fn document(in_languages: &[&str]) -> String {
    let mut context = Map::new();
    context.insert("@version".to_owned(), json!(1.1));
    context.insert("id".to_owned(), json!("@id"));
    context.insert("type".to_owned(), json!("@type"));
    let prefixes = PREFIXES.iter().chain(OTHER_PREFIXES);
    // An expanded definition says that the name may be used as a prefix, whatever it ends with.
    let prefix = |namespace: &str| json!({"@id": namespace, "@prefix": true});
    context.extend(prefixes.map(|(name, namespace)| ((*name).to_owned(), prefix(namespace))));
    context.extend(classes().map(|class| (class.name.to_owned(), json!(class.term))));
    for (key, term) in terms() {
        let definition = if in_languages.contains(key) {
            json!({"@id": term, "@container": "@language"})
        } else {
            json!(term)
        };
        context.insert((*key).to_owned(), definition);
    }
    json!({"@context": Value::Object(context)}).to_string()
}
