//! One resource of a package, and one distribution of a dataset.

use serde_json::{Value, json};

use super::license::{license, put_licenses};
use super::names::name_of;
use super::properties::identifier;
use super::values::{Object, listed, put, text, thing};
use crate::convert::is_iri;

/// The members of a distribution that [`resource`] looks at.
pub const DISTRIBUTION_KEYS: [&str; 13] = [
    "@type",
    "identifier",
    "title",
    "description",
    "downloadURL",
    "accessURL",
    "mediaType",
    "format",
    "characterEncoding",
    "byteSize",
    "checksum",
    "describedBy",
    "license",
];

/// The members of a resource that [`distribution`] looks at.
pub const RESOURCE_KEYS: [&str; 13] = [
    "name",
    "title",
    "description",
    "path",
    "url",
    "format",
    "mediatype",
    "encoding",
    "bytes",
    "hash",
    "schema",
    "licenses",
    "license",
];

/// The distribution that a resource is. Data in the resource itself and Table Schemas are for the caller to keep.
pub fn distribution(resource: &Object) -> Object {
    let mut distribution = thing("Distribution");
    put(&mut distribution, "identifier", text(resource, "name"));
    put(&mut distribution, "title", text(resource, "title").or_else(|| text(resource, "name")));
    put(&mut distribution, "description", text(resource, "description"));
    put(&mut distribution, "downloadURL", path(resource));
    put(&mut distribution, "mediaType", text(resource, "mediatype"));
    put(&mut distribution, "format", text(resource, "format"));
    put(&mut distribution, "license", license(resource));
    let schema = text(resource, "schema").filter(|address| is_iri(address));
    put(
        &mut distribution,
        "describedBy",
        schema.map(|url| json!({"@type": "Distribution", "accessURL": url, "mediaType": "application/json"})),
    );
    put(
        &mut distribution,
        "byteSize",
        resource.get("bytes").and_then(Value::as_u64).map(|bytes| bytes.to_string()),
    );
    put(&mut distribution, "checksum", text(resource, "hash").map(checksum));
    put(&mut distribution, "characterEncoding", text(resource, "encoding").map(|encoding| vec![encoding]));
    distribution
}

/// The resource that a distribution is.
pub fn resource(distribution: &Object) -> Object {
    let mut resource = Object::new();
    let names = [identifier(distribution), text(distribution, "title")];
    let name = names.into_iter().flatten().find_map(name_of);
    put(&mut resource, "name", name.as_deref().or(Some("resource")));
    put(&mut resource, "title", text(distribution, "title"));
    put(&mut resource, "description", text(distribution, "description"));
    let path = text(distribution, "downloadURL").or_else(|| text(distribution, "accessURL"));
    put(&mut resource, "path", path);
    put(&mut resource, "format", text(distribution, "format"));
    put(&mut resource, "mediatype", text(distribution, "mediaType"));
    let encoding = listed(distribution.get("characterEncoding")).first().and_then(Value::as_str);
    put(&mut resource, "encoding", encoding);
    put(&mut resource, "bytes", distribution.get("byteSize").and_then(count));
    put(&mut resource, "hash", distribution.get("checksum").and_then(hash));
    put_licenses(distribution, &mut resource);
    let dictionary = distribution.get("describedBy").and_then(Value::as_object);
    let schema = dictionary.and_then(|dictionary| text(dictionary, "accessURL"));
    put(&mut resource, "schema", schema.filter(|_| is_json(dictionary)));
    resource
}

/// The address of the file, or of the first of its parts. Older packages have `url`.
pub fn path(resource: &Object) -> Option<&str> {
    let first = listed(resource.get("path")).first().and_then(Value::as_str);
    first.filter(|path| !path.trim().is_empty()).or_else(|| text(resource, "url"))
}

/// A hash: MD5 in hexadecimal, or another with its name before it (Data Resource, `hash`).
fn checksum(hash: &str) -> Value {
    let (algorithm, value) = hash.split_once(':').unwrap_or(("md5", hash));
    json!({"@type": "Checksum", "algorithm": algorithm, "checksumValue": value})
}

fn hash(checksum: &Value) -> Option<String> {
    let checksum = checksum.as_object()?;
    let value = text(checksum, "checksumValue")?;
    let algorithm = text(checksum, "algorithm")?.to_ascii_lowercase();
    // `SHA-256`, or `http://spdx.org/rdf/terms#checksumAlgorithm_sha256`.
    let algorithm = algorithm.rsplit(['#', '/', '_']).next().unwrap_or_default().replace('-', "");
    Some(if algorithm == "md5" { value.to_owned() } else { format!("{algorithm}:{value}") })
}

fn count(bytes: &Value) -> Option<u64> {
    match bytes {
        Value::String(text) => text.trim().parse().ok(),
        number => number.as_u64(),
    }
}

/// A Table Schema is JSON; any other dictionary is none.
fn is_json(dictionary: Option<&Object>) -> bool {
    let media_type = dictionary.and_then(|dictionary| text(dictionary, "mediaType"));
    media_type.is_some_and(|media_type| media_type.contains("json"))
}
