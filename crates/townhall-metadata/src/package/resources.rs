//! The list of resources, and that of distributions.

use serde_json::{Value, json};

use super::exchange::Exchange;
use super::names::Taken;
use super::resource::{DISTRIBUTION_KEYS, RESOURCE_KEYS, distribution, resource};
use super::values::{Object, text};
use super::{DATASET_ASIDE, PACKAGE_ASIDE};

const READ: Exchange<'_> = Exchange {
    there: &distribution,
    back: &resource,
    seen: &DISTRIBUTION_KEYS,
    // A name may be another than the identifier suggests, so that no two of a package are the same.
    loose: &["name"],
    kept: DATASET_ASIDE,
    aside: PACKAGE_ASIDE,
};

const WRITE: Exchange<'_> = Exchange {
    there: &resource,
    back: &distribution,
    seen: &RESOURCE_KEYS,
    loose: &[],
    kept: PACKAGE_ASIDE,
    aside: DATASET_ASIDE,
};

/// The distributions that resources are, and the members of each that could only be kept.
pub fn distributions(resources: Vec<Value>) -> (Vec<Value>, Vec<Vec<String>>) {
    let mut taken = Taken::default();
    let items = resources.into_iter().map(|item| {
        let Value::Object(map) = item else {
            let mut distribution = super::values::thing("Distribution");
            distribution.insert(PACKAGE_ASIDE.to_owned(), item);
            return (Value::Object(distribution), vec![String::new()]);
        };
        // A distribution that is only a text travels whole.
        if let Some(whole @ Value::String(_)) = map.get(DATASET_ASIDE) {
            return (whole.clone(), Vec::new());
        }
        let name = map.get("name").cloned();
        let is_taken = text(&map, "name").is_some_and(|name| taken.take(name) != name);
        let (mut distribution, keys) = READ.exchange(map);
        if is_taken {
            // Two resources of one name can't be told apart by it; this one gets it back all the same.
            let aside = distribution.entry(PACKAGE_ASIDE).or_insert_with(|| json!({}));
            if let Some(aside) = aside.as_object_mut() {
                aside.insert("name".to_owned(), Value::Array(name.into_iter().collect()));
            }
        }
        (Value::Object(distribution), keys)
    });
    items.unzip()
}

/// The resources that distributions are, and the members of each that could only be kept.
pub fn resources(distributions: Vec<Value>) -> (Vec<Value>, Vec<Vec<String>>) {
    let mut taken = Taken::default();
    let items = distributions.into_iter().map(|item| {
        let Value::Object(map) = item else {
            let name = taken.take("resource");
            return (json!({"name": name, "title": item, DATASET_ASIDE: item}), Vec::new());
        };
        let kept = map.get(PACKAGE_ASIDE);
        if let Some(whole) = kept.filter(|kept| !kept.is_object()) {
            return (whole.clone(), Vec::new());
        }
        let is_named = kept.is_some_and(|kept| kept.get("name").is_some());
        let identifier = map.get("identifier").cloned();
        let (mut resource, keys) = WRITE.exchange(map);
        let name = text(&resource, "name").map(str::to_owned);
        let free = name.as_deref().map(|name| taken.take(name));
        if let Some(free) = free.filter(|free| !is_named && Some(free.as_str()) != name.as_deref()) {
            rename(&mut resource, free, identifier);
        }
        (Value::Object(resource), keys)
    });
    items.unzip()
}

/// Gives a resource another name, and keeps what its distribution was identified by.
fn rename(resource: &mut Object, name: String, identifier: Option<Value>) {
    let aside = resource.entry(DATASET_ASIDE).or_insert_with(|| json!({}));
    if let Some(aside) = aside.as_object_mut() {
        aside.entry("identifier").or_insert_with(|| Value::Array(identifier.into_iter().collect()));
    }
    // It is the first member, and stays there.
    resource.insert("name".to_owned(), Value::String(name));
}
