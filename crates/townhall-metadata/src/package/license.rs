//! Licenses: a package has a list of them, a dataset one address.

use serde_json::{Value, json};

use super::values::{Object, listed, put_list, text};
use crate::convert::is_iri;
use crate::license::recognize_license;

/// The address of the first license. Older packages have `license`, a text or an object, instead of the list.
pub fn license(object: &Object) -> Option<String> {
    let first = listed(object.get("licenses")).first().or_else(|| listed(object.get("license")).first())?;
    let names = match first {
        Value::String(name) => vec![name.as_str()],
        Value::Object(license) => ["path", "url", "name", "type", "id", "title"]
            .into_iter()
            .filter_map(|key| text(license, key))
            .collect(),
        _ => return None,
    };
    names.iter().find_map(|name| match is_iri(name) {
        true => Some((*name).to_owned()),
        false => recognize_license(name).certain()?.url.map(str::to_owned),
    })
}

/// Writes the list of one license.
pub fn put_licenses(source: &Object, object: &mut Object) {
    let address = text(source, "license").filter(|license| is_iri(license));
    put_list(object, "licenses", address.map(|path| json!({"path": path})).into_iter().collect());
}
