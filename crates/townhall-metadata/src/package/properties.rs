//! The members of a package besides its resources, and those of a dataset besides its distributions.

use serde_json::{Value, json};

use super::coverage::{put_coverage, put_extensions};
use super::license::{license, put_licenses};
use super::names::name_of;
use super::people::{put_contributors, put_people};
use super::values::{Object, listed, put, put_list, text, texts, thing};
use crate::convert::is_iri;

/// The members of a dataset that [`package`] looks at.
pub const DATASET_KEYS: [&str; 19] = [
    "title",
    "description",
    "keyword",
    "modified",
    "publisher",
    "contactPoint",
    "identifier",
    "license",
    "spatial",
    "temporal",
    "language",
    "landingPage",
    "source",
    "version",
    "created",
    "creator",
    "contributor",
    "image",
    "@type",
];

/// The members of a package that [`dataset`] looks at.
pub const PACKAGE_KEYS: [&str; 24] = [
    "name",
    "id",
    "title",
    "description",
    "homepage",
    "version",
    "created",
    "modified",
    "last_modified",
    "lastModified",
    "last_updated",
    "updated",
    "keywords",
    "image",
    "licenses",
    "license",
    "sources",
    "contributors",
    "spatial",
    "temporal",
    "languages",
    "$schema",
    "profile",
    "resources",
];

/// What `$schema` of a package of version 2 says (Data Package 2.0, `$schema`).
const SCHEMA: &str = "https://datapackage.org/profiles/2.0/datapackage.json";

/// When a package was changed: the specification has no property for it, so everybody has another.
const MODIFIED: [&str; 5] = ["modified", "last_modified", "lastModified", "last_updated", "updated"];

/// The dataset that a package is.
pub fn dataset(package: &Object) -> Object {
    let mut dataset = thing("Dataset");
    let title = text(package, "title").or_else(|| text(package, "name"));
    put(&mut dataset, "title", title);
    put(&mut dataset, "description", text(package, "description"));
    put_list(&mut dataset, "keyword", texts(package, "keywords"));
    put(&mut dataset, "modified", MODIFIED.into_iter().find_map(|key| text(package, key)));
    put(&mut dataset, "identifier", text(package, "id").or_else(|| text(package, "name")));
    put(&mut dataset, "license", license(package));
    put(&mut dataset, "landingPage", text(package, "homepage").map(|url| page(url, title)));
    put_list(&mut dataset, "source", sources(package));
    put(&mut dataset, "version", version(package));
    put(&mut dataset, "created", text(package, "created"));
    put(&mut dataset, "image", text(package, "image").filter(|image| is_iri(image)));
    put_people(package, &mut dataset);
    put_coverage(package, &mut dataset);
    dataset
}

/// The package, of version 2, that a dataset is.
pub fn package(dataset: &Object) -> Object {
    let mut package = Object::new();
    let identifier = identifier(dataset);
    let name = [identifier, text(dataset, "title")].into_iter().flatten().find_map(name_of);
    let name = name.unwrap_or_else(|| "dataset".to_owned());
    let id = identifier.filter(|identifier| *identifier != name);
    put(&mut package, "$schema", Some(SCHEMA));
    put(&mut package, "name", Some(name.as_str()));
    put(&mut package, "id", id);
    put(&mut package, "title", text(dataset, "title"));
    put(&mut package, "description", text(dataset, "description"));
    put(&mut package, "homepage", homepage(dataset));
    put(&mut package, "version", text(dataset, "version"));
    put(&mut package, "created", text(dataset, "created"));
    put(&mut package, "modified", text(dataset, "modified"));
    put_list(&mut package, "keywords", texts(dataset, "keyword"));
    put(&mut package, "image", text(dataset, "image"));
    put_licenses(dataset, &mut package);
    let sources = listed(dataset.get("source")).iter().filter_map(source);
    put_list(&mut package, "sources", sources.collect());
    put_contributors(dataset, &mut package);
    put_extensions(dataset, &mut package);
    package
}

/// The identifier of a dataset or distribution: a text, or what names the object.
pub fn identifier(object: &Object) -> Option<&str> {
    match object.get("identifier") {
        Some(Value::Object(identifier)) => text(identifier, "@id").or_else(|| text(identifier, "notation")),
        _ => text(object, "identifier"),
    }
}

fn version(package: &Object) -> Option<String> {
    match package.get("version") {
        // `1.0` without quotes.
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => text(package, "version").map(str::to_owned),
    }
}

fn page(url: &str, title: Option<&str>) -> Value {
    let mut page = thing("Document");
    put(&mut page, "title", title.or(Some("Landing page")));
    put(&mut page, "accessURL", Some(url));
    Value::Object(page)
}

fn homepage(dataset: &Object) -> Option<&str> {
    match dataset.get("landingPage")? {
        Value::Object(page) => {
            ["accessURL", "downloadURL", "@id"].into_iter().find_map(|key| text(page, key))
        }
        _ => text(dataset, "landingPage"),
    }
}

/// The addresses of the sources; those without one are only kept.
fn sources(package: &Object) -> Vec<Value> {
    let sources = listed(package.get("sources")).iter().filter_map(Value::as_object);
    let addresses = sources.filter_map(|source| text(source, "path").or_else(|| text(source, "web")));
    addresses.filter(|path| is_iri(path)).map(Value::from).collect()
}

fn source(source: &Value) -> Option<Value> {
    match source {
        Value::String(path) => Some(json!({"path": path})),
        Value::Object(dataset) => {
            let mut source = Object::new();
            put(&mut source, "title", text(dataset, "title"));
            put(&mut source, "path", text(dataset, "@id"));
            (!source.is_empty()).then_some(Value::Object(source))
        }
        _ => None,
    }
}
