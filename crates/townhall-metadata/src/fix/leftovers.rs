//! What version 1.0 wrote elsewhere, in its place of 1.1.

use serde_json::{Map, Value, json};
use townhall_model::record::{Dataset, Version};

use super::object::{Object, is_redacted};
use crate::convert::upgrade;

/// Keys of 1.0 that have a new name, with the new one.
const RENAMED: [(&str, &str); 3] = [
    ("accessLevelComment", "rights"),
    ("dataDictionary", "describedBy"),
    ("PrimaryITInvestmentUII", "primaryITInvestmentUII"),
];

/// Keys of 1.0 that make a distribution.
const FILES: [&str; 3] = ["accessURL", "webService", "format"];

const WHY: &str = "version 1.1 has this elsewhere than 1.0";

/// Moves leftovers, and makes objects of a publisher and a contact that are mere names.
pub fn upgrade_leftovers(object: &mut Object<'_>) {
    if !object.is_record("Dataset") || !object.is_classic() {
        return;
    }
    for (old, new) in RENAMED {
        rename(object, old, new);
    }
    mailbox(object);
    let mut part = Map::new();
    let is_contact_a_name =
        object.map.get("contactPoint").is_none_or(|value| value.is_string() || value.is_null());
    let keys = if is_contact_a_name { &["mbox", "contactPoint", "publisher"][..] } else { &["publisher"] };
    for key in keys.iter().copied() {
        let is_told = |value: &&Value| !(key == "publisher" && is_redacted(value));
        let value = object.map.get(key).filter(is_told);
        if value.and_then(Value::as_str).is_some_and(|text| !text.trim().is_empty()) {
            part.extend(value.map(|value| (key.to_owned(), value.clone())));
        }
    }
    apply(object, part);
    files(object);
}

fn rename(object: &mut Object<'_>, old: &str, new: &str) {
    let Some(value) = object.map.get(old) else { return };
    if value.as_str().is_none_or(|text| text.trim().is_empty()) && !value.is_null() {
        if value.is_string() {
            object.remove(old, WHY);
        }
    } else if value.is_null() || object.map.get(new) == Some(value) {
        object.remove(old, format!("version 1.1 has `{new}` for it"));
    } else if object.has(new) {
        object.doubt(old, format!("`{new}` has its place in 1.1 and says something else; keep one"), None);
    } else {
        object.rename(old, new, &format!("version 1.1 calls it `{new}`"));
    }
}

/// An address beside a contact that is an object already.
fn mailbox(object: &mut Object<'_>) {
    let Some(address) = object.text("mbox").map(|text| text.trim().to_owned()) else { return };
    let Some(Value::Object(contact)) = object.map.get("contactPoint") else { return };
    let mail = contact.get("hasEmail").and_then(Value::as_str).unwrap_or_default().trim();
    if address.is_empty() || mail.trim_start_matches("mailto:").eq_ignore_ascii_case(&address) {
        object.remove("mbox", "the contact has it");
    } else if mail.is_empty() {
        let mut contact = contact.clone();
        contact.insert("hasEmail".to_owned(), json!(format!("mailto:{address}")));
        object.set("contactPoint", Value::Object(contact), WHY);
        object.remove("mbox", WHY);
    } else {
        object.doubt("mbox", "the contact has another address; keep one", None);
    }
}

/// Addresses beside the title become distributions, unless the distributions have them.
fn files(object: &mut Object<'_>) {
    let is_old = object.log.version == Version::Pod10;
    let distributions = object.map.get("distribution");
    if distributions.is_some_and(|value| !value.is_array() && !value.is_null()) {
        return;
    }
    let known = distributions.and_then(Value::as_array).cloned().unwrap_or_default();
    let is_known = |url: &str| {
        let has = |item: &Value| ["downloadURL", "accessURL"].iter().any(|key| item[*key] == url);
        known.iter().any(has)
    };
    let mut part = Map::new();
    for key in FILES {
        match object.text(key).map(str::trim) {
            Some(text) if is_known(text) => object.remove(key, "a distribution has this address"),
            Some(text) => drop(part.insert(key.to_owned(), json!(text))),
            None => {}
        }
    }
    if !part.contains_key("accessURL") && !part.contains_key("webService") && !is_old {
        // A format alone belongs to a file that nobody named.
        return;
    }
    // The list of 1.0 had other keys; that of 1.1 stays as it is.
    let old_list = is_old && !known.is_empty();
    if old_list {
        part.insert("distribution".to_owned(), Value::Array(known.clone()));
    }
    let mut written = Dataset::from_json(part.clone(), &mut Vec::new());
    written = upgrade(&written);
    let new = written.to_json().shift_remove("distribution");
    let list = match new {
        Some(Value::Array(new)) if old_list => new,
        Some(Value::Array(new)) => known.iter().cloned().chain(new).collect(),
        _ => known.clone(),
    };
    if list != known {
        object.set("distribution", Value::Array(list), WHY);
    }
    for key in FILES.into_iter().filter(|key| part.contains_key(*key)) {
        object.remove(key, "it stands with the distribution");
    }
}

/// Upgrades a part of the record and takes over what became of it.
fn apply(object: &mut Object<'_>, part: Map<String, Value>) {
    if part.is_empty() {
        return;
    }
    let mut after = upgrade(&Dataset::from_json(part.clone(), &mut Vec::new())).to_json();
    after.shift_remove("@type");
    for (key, value) in &after {
        if object.map.get(key) != Some(value) {
            object.set(key, value.clone(), WHY);
        }
    }
    for key in part.keys().filter(|key| !after.contains_key(*key)) {
        object.remove(key, WHY);
    }
}
