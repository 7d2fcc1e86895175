//! Downloads of schema.org and file objects of Croissant.

use serde_json::{Map, Value, json};

use super::normal::{is_a, text_of};
use super::places::bytes;
use super::record::{address_of, license};
use crate::convert::is_iri;
use crate::rdf::date;

/// A distribution. Parts of archives and sets of files are none: they can't be had by themselves.
pub fn distribution(value: &Value) -> Option<Value> {
    let Value::Object(source) = value else {
        let url = address_of(value)?;
        return Some(json!({"@type": "Distribution", "accessURL": url}));
    };
    if is_a(source, "FileSet") || source.contains_key("containedIn") {
        return None;
    }
    let mut map = Map::from_iter([("@type".to_owned(), json!("Distribution"))]);
    let mut put = |key: &str, value: Option<String>| {
        if let Some(value) = value {
            map.insert(key.to_owned(), json!(value));
        }
    };
    let address = |key: &str| text_of(source, key).filter(|url| is_iri(url));
    let content = address("contentUrl");
    put("title", text_of(source, "name"));
    put("description", text_of(source, "description"));
    put("downloadURL", content.clone());
    put("accessURL", address("url").filter(|url| Some(url) != content.as_ref()));
    let format = ["encodingFormat", "fileFormat"].iter().find_map(|key| text_of(source, key));
    let is_media_type = |format: &String| format.contains('/') && !is_iri(format) && !format.contains(' ');
    put("mediaType", format.clone().filter(is_media_type));
    put("format", format.filter(|format| !is_media_type(format)));
    put(
        "byteSize",
        text_of(source, "contentSize").and_then(|size| bytes(&size)).map(|size| size.to_string()),
    );
    put("license", source.get("license").and_then(license));
    put("issued", text_of(source, "datePublished").map(|text| date(&text)));
    put("modified", text_of(source, "dateModified").map(|text| date(&text)));
    let checksum = [("sha256", "SHA-256"), ("sha512", "SHA-512"), ("sha1", "SHA-1"), ("md5", "MD5")];
    let checksum = checksum.iter().find_map(|(key, algorithm)| Some((text_of(source, key)?, *algorithm)));
    if let Some((value, algorithm)) = checksum {
        let checksum = json!({"@type": "Checksum", "algorithm": algorithm, "checksumValue": value});
        map.insert("checksum".to_owned(), checksum);
    }
    (map.len() > 1).then_some(Value::Object(map))
}
