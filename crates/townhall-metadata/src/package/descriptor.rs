//! A whole descriptor, and a whole dataset in the forms of DCAT-US 3.0.

use serde_json::Value;
use townhall_model::{Finding, Severity};

use super::exchange::Exchange;
use super::properties::{DATASET_KEYS, PACKAGE_KEYS, dataset, package};
use super::resource::path;
use super::resources::{distributions, resources};
use super::values::{Object, listed, text};
use super::{DATASET_ASIDE, PACKAGE_ASIDE};

const READ: Exchange<'_> = Exchange {
    there: &dataset,
    back: &package,
    seen: &DATASET_KEYS,
    loose: &["name"],
    kept: DATASET_ASIDE,
    aside: PACKAGE_ASIDE,
};

const WRITE: Exchange<'_> = Exchange {
    there: &package,
    back: &dataset,
    seen: &PACKAGE_KEYS,
    loose: &[],
    kept: PACKAGE_ASIDE,
    aside: DATASET_ASIDE,
};

/// Most findings about one descriptor; a table may have thousands of resources.
const FINDINGS_MAX: usize = 50;

const PACKAGE_STANDARD: &str = "Data Package (datapackage.org), Package, Resources";

/// The dataset that a descriptor is; none when it has no list of resources.
pub fn read_descriptor(mut descriptor: Object) -> Option<(Object, Vec<Finding>)> {
    let Some(Value::Array(items)) = descriptor.shift_remove("resources") else { return None };
    let mut findings = Vec::new();
    let mut whole = whole_distributions(&mut descriptor);
    if whole.as_ref().is_some_and(|whole| !is_list_of(whole, &items)) {
        // The resources have been changed since.
        whole = None;
    }
    for (number, item) in items.iter().enumerate() {
        findings.extend(parts(item, number));
        if findings.len() >= FINDINGS_MAX {
            break;
        }
    }
    let (mut dataset, keys) = READ.exchange(descriptor);
    let (distributions, kept) = distributions(items);
    let place = "DCAT-US";
    findings.extend(keys.iter().map(|key| kept_finding(key, String::new(), place, PACKAGE_ASIDE)));
    findings.extend(resource_findings(&kept, "resources", place, PACKAGE_ASIDE));
    findings.truncate(FINDINGS_MAX);
    match whole {
        Some(Some(distribution)) => drop(dataset.insert("distribution".to_owned(), distribution)),
        Some(None) => {}
        None if distributions.is_empty() => {}
        None => drop(dataset.insert("distribution".to_owned(), Value::Array(distributions))),
    }
    Some((dataset, findings))
}

/// The descriptor that a dataset is.
pub fn write_descriptor(mut dataset: Object) -> (Object, Vec<Finding>) {
    let distribution = dataset.shift_remove("distribution");
    let (mut descriptor, keys) = WRITE.exchange(dataset);
    let place = "a data package";
    let mut findings =
        keys.iter().map(|key| kept_finding(key, String::new(), place, DATASET_ASIDE)).collect::<Vec<_>>();
    let (resources, kept) = resources(listed(distribution.as_ref()).to_vec());
    findings.extend(resource_findings(&kept, "distribution", place, DATASET_ASIDE));
    findings.truncate(FINDINGS_MAX);
    if resources.is_empty() {
        let message = "a data package has at least one resource, and this dataset has no distribution";
        findings.push(
            Finding::new("PACKAGE-NO-RESOURCE", Severity::Warning, message)
                .with_pointer("/distribution")
                .with_source(PACKAGE_STANDARD),
        );
    }
    let again = distributions(resources.clone()).0;
    let again = (!again.is_empty()).then_some(Value::Array(again));
    if again != distribution {
        let aside = descriptor.entry(DATASET_ASIDE).or_insert_with(|| Value::Object(Object::new()));
        if let Some(aside) = aside.as_object_mut() {
            let value = distribution.into_iter().collect();
            aside.insert("distribution".to_owned(), Value::Array(value));
        }
    }
    // What was kept stands last, where it is in nobody's way.
    let aside = descriptor.shift_remove(DATASET_ASIDE);
    descriptor.insert("resources".to_owned(), Value::Array(resources));
    descriptor.extend(aside.map(|aside| (DATASET_ASIDE.to_owned(), aside)));
    (descriptor, findings)
}

/// Takes out what a descriptor of ours keeps of the form of `distribution`.
fn whole_distributions(descriptor: &mut Object) -> Option<Option<Value>> {
    let kept = descriptor.get_mut(DATASET_ASIDE)?.as_object_mut()?;
    let whole = kept.shift_remove("distribution");
    if kept.is_empty() {
        descriptor.shift_remove(DATASET_ASIDE);
    }
    match whole? {
        Value::Array(mut values) if values.len() < 2 => Some(values.pop()),
        _ => None,
    }
}

fn is_list_of(whole: &Option<Value>, items: &[Value]) -> bool {
    resources(listed(whole.as_ref()).to_vec()).0 == items
}

/// What is said about a resource that is no object, or a file in parts.
fn parts(item: &Value, number: usize) -> Option<Finding> {
    let pointer = format!("/resources/{number}");
    let Value::Object(resource) = item else {
        let message = "a resource must be an object in braces; this one is kept as it stands";
        let finding = Finding::new("PACKAGE-RESOURCE", Severity::Warning, message).with_pointer(pointer);
        return Some(finding.with_value(&item.to_string()).with_source(PACKAGE_STANDARD));
    };
    let count = listed(resource.get("path")).len();
    let first = path(resource).filter(|_| count > 1)?;
    let name = text(resource, "name").unwrap_or_default();
    let message =
        format!("the file of `{name}` comes in {count} parts; only the first is named as its download");
    let finding = Finding::new("PACKAGE-PARTS", Severity::Warning, message).with_pointer(pointer + "/path");
    Some(finding.with_value(first))
}

fn kept_finding(key: &str, pointer: String, place: &str, aside: &str) -> Finding {
    let message = format!("`{key}` has no exact form in {place}; the original stands under `{aside}`");
    let key = key.replace('~', "~0").replace('/', "~1");
    Finding::new("PACKAGE-KEPT", Severity::Info, message).with_pointer(format!("{pointer}/{key}"))
}

fn resource_findings(kept: &[Vec<String>], list: &str, place: &str, aside: &str) -> Vec<Finding> {
    let keys = kept.iter().enumerate().flat_map(|(number, keys)| keys.iter().map(move |key| (number, key)));
    // A key without a name stands for a resource that is no object, which has a finding of its own.
    let keys = keys.filter(|(_, key)| !key.is_empty()).take(FINDINGS_MAX);
    keys.map(|(number, key)| kept_finding(key, format!("/{list}/{number}"), place, aside)).collect()
}
