//! Turns records of one version into another, and back without loss.
//!
//! [`up`] and [`down`] write each property as well as the other version can. What can't come back from that
//! is kept beside it, under the id of the version it came from (`"dcat-us-1.1": {"modified": ["R/P1D"]}`),
//! which both schemas allow. On the way back it is put in place again, unless somebody has changed the
//! property in the meantime.

mod dates;
mod down;
mod header;
mod language;
mod legacy;
mod parts;
mod up;

use std::borrow::Cow;

use serde_json::{Map, Value};
use townhall_model::record::{Body, Dataset, Version};
use townhall_model::{Finding, Severity};

pub(crate) use dates::{is_modern as is_modern_date, is_modern_rhythm, iso_rhythm, modern as modern_date};
pub use header::{SCHEMA_1_1, SCHEMA_3_0, convert_header};
pub(crate) use language::two_letters;
pub(crate) use legacy::iso as frequency;
pub(crate) use legacy::{unknown_license, upgrade};
pub(crate) use parts::{access_words, is_iri};

/// Writes a dataset of one version as one of another; the findings say what had to be set aside and what the
/// other version asks for and this record has not.
///
/// A dataset of the same version comes back as it is. Into [`Version::Pod10`] nothing is converted.
pub fn convert(dataset: &Dataset, from: Version, to: Version) -> (Dataset, Vec<Finding>) {
    let mut findings = Vec::new();
    let converted = match (from, to) {
        (Version::Pod10, Version::DcatUs11) => legacy::upgrade(dataset),
        (Version::Pod10, Version::DcatUs30) => {
            step(&legacy::upgrade(dataset), Version::DcatUs11, to, &mut findings)
        }
        (Version::DcatUs11, Version::DcatUs30) | (Version::DcatUs30, Version::DcatUs11) => {
            step(dataset, from, to, &mut findings)
        }
        _ => return (dataset.clone(), findings),
    };
    findings.extend(missing(&converted, to));
    (converted, findings)
}

/// Converts a record where it needs it. Only datasets differ between versions.
pub fn convert_body(body: &Body, from: Version, to: Version) -> (Cow<'_, Body>, Vec<Finding>) {
    match body {
        Body::Dataset(dataset) if from != to => {
            let (dataset, findings) = convert(dataset, from, to);
            (Cow::Owned(Body::Dataset(Box::new(dataset))), findings)
        }
        _ => (Cow::Borrowed(body), Vec::new()),
    }
}

/// The record in the forms of 3.0, for those who only look at it: originals are not kept beside.
pub(crate) fn as_modern(body: &Body, version: Version) -> Cow<'_, Body> {
    match body {
        Body::Dataset(dataset) if version != Version::DcatUs30 => {
            let upgraded =
                if version == Version::Pod10 { legacy::upgrade(dataset) } else { (**dataset).clone() };
            Cow::Owned(Body::Dataset(Box::new(up::up(&upgraded))))
        }
        _ => Cow::Borrowed(body),
    }
}

fn plain(dataset: &Dataset, to: Version) -> Dataset {
    if to == Version::DcatUs30 { up::up(dataset) } else { down::down(dataset) }
}

fn step(dataset: &Dataset, from: Version, to: Version, findings: &mut Vec<Finding>) -> Dataset {
    let mut source = dataset.clone();
    let kept = source.extra.shift_remove(to.id());
    let written = source.to_json();
    let mut converted = plain(&source, to);
    if let Some(Value::Object(kept)) = kept {
        converted = put_back(converted, &kept, &written, from);
    }
    let back = plain(&converted, from).to_json();
    let aside = differences(&written, &back);
    if !aside.is_empty() {
        for key in aside.keys() {
            let message = format!("`{key}` has no exact form in {to}; the original stands under `{from}`");
            findings
                .push(Finding::new("CONVERT-KEPT", Severity::Info, message).with_pointer(format!("/{key}")));
        }
        converted.extra.insert(from.id().to_owned(), Value::Object(aside));
    }
    converted
}

/// The members of `written` that `back` has otherwise: `[value]`, or `[]` for one that is absent.
fn differences(written: &Map<String, Value>, back: &Map<String, Value>) -> Map<String, Value> {
    let keys = written.keys().chain(back.keys().filter(|key| !written.contains_key(*key)));
    keys.filter(|key| written.get(*key) != back.get(*key))
        .map(|key| (key.clone(), Value::Array(written.get(key).cloned().into_iter().collect())))
        .collect()
}

/// Puts kept originals in place, each only while it still means what the record says.
fn put_back(
    converted: Dataset,
    kept: &Map<String, Value>,
    written: &Map<String, Value>,
    from: Version,
) -> Dataset {
    let whole = with_members(&converted, kept.iter());
    if differences(written, &plain(&whole, from).to_json()).is_empty() {
        return whole;
    }
    let mut best = converted;
    for member in kept {
        let before = differences(written, &plain(&best, from).to_json());
        let candidate = with_members(&best, std::iter::once(member));
        let after = differences(written, &plain(&candidate, from).to_json());
        if after.keys().all(|key| before.contains_key(key)) {
            best = candidate;
        }
    }
    best
}

fn with_members<'m>(dataset: &Dataset, kept: impl Iterator<Item = (&'m String, &'m Value)>) -> Dataset {
    let mut map = dataset.to_json();
    for (key, value) in kept {
        match value.as_array().map(Vec::as_slice) {
            Some([value]) => map.insert(key.clone(), value.clone()),
            _ => map.shift_remove(key),
        };
    }
    // What does not fit was noticed when the record was first read.
    Dataset::from_json(map, &mut Vec::new())
}

/// What the version requires of a dataset and this one has not.
fn missing(dataset: &Dataset, version: Version) -> Vec<Finding> {
    let required: &[&str] = match version {
        Version::DcatUs30 => &["title", "description", "identifier", "contactPoint"],
        // The list for federal agencies; others need six of these.
        _ => &[
            "title",
            "description",
            "keyword",
            "modified",
            "publisher",
            "contactPoint",
            "identifier",
            "accessLevel",
            "bureauCode",
            "programCode",
        ],
    };
    let absent = required.iter().filter(|key| !dataset.is_set(key));
    absent
        .map(|key| {
            Finding::new(
                "CONVERT-MISSING",
                Severity::Warning,
                format!("{version} requires `{key}`, which is not given"),
            )
            .with_pointer(format!("/{key}"))
        })
        .collect()
}
