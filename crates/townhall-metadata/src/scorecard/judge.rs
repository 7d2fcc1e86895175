//! Judges a listing: whether it is JSON, whether it keeps to its schema, what is wrong with which dataset, and what is in it.

use std::ops::ControlFlow;

use townhall_model::Finding;
use townhall_model::record::RecordKind;

use super::facts::ListingFacts;
use crate::validate::rule::refuses_file;
use crate::validate::{Profile, Scope, ValidateOptions, validate};
use crate::{Item, ReadError, ReadOptions, Rereadable, dashboard_qa, read_catalog};

/// The schemas that an office may choose for its listing; the first is meant where nothing is said.
pub const LISTING_SCHEMAS: &[(&str, Profile)] = &[
    ("federal-v1.1", Profile::DashboardFederal),
    ("non-federal-v1.1", Profile::DashboardNonFederal),
    ("dcat-us-3.0", Profile::Schema30),
];

/// How many errors of a listing are kept with their places; all are counted.
pub const ERRORS_KEPT_MAX: usize = 100_000;

/// Datasets that a page is searched for.
const SAMPLES_MAX: usize = 200;

/// The profile of a schema's name.
pub fn listing_profile(schema: &str) -> Profile {
    LISTING_SCHEMAS.iter().find(|(known, _)| *known == schema).unwrap_or(&LISTING_SCHEMAS[0]).1
}

/// What a dataset would look like on a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sample {
    /// Its title.
    pub title: String,
    /// Its description.
    pub description: String,
    /// Its addresses.
    pub addresses: Vec<String>,
}

/// A listing that was judged.
#[derive(Debug, Clone, Default)]
pub struct ListingJudgement {
    /// What is to be kept; what the server said is not in it.
    pub facts: ListingFacts,
    /// What the schema refuses, dataset by dataset.
    pub errors: Vec<Finding>,
    /// The first datasets.
    pub samples: Vec<Sample>,
}

/// Judges a listing by a schema. A listing that says that it is of DCAT-US 3.0 is judged by that, whatever the office once
/// chose. One that can't be read is judged, too: the facts say why.
///
/// # Errors
///
/// [`ReadError::Io`] when the input fails.
pub fn judge_listing(input: &dyn Rereadable, schema: &str) -> Result<ListingJudgement, ReadError> {
    let read = ReadOptions::default();
    let said = crate::input::peek_version(input, &read);
    let is_modern = matches!(said, Ok(Some(townhall_model::record::Version::DcatUs30)));
    let schema = if is_modern { "dcat-us-3.0" } else { schema };
    let options = ValidateOptions {
        profile: Some(listing_profile(schema)),
        scope: Scope::Official,
        findings_max: ERRORS_KEPT_MAX,
        ..ValidateOptions::default()
    };
    let mut facts = ListingFacts { schema_version: schema.to_owned(), ..ListingFacts::default() };
    let outcome = match validate(input.open()?, &options) {
        Ok(outcome) => outcome,
        Err(ReadError::Io(error)) => return Err(ReadError::Io(error)),
        Err(error) => {
            facts.valid_json = matches!(error, ReadError::NotACatalog { .. });
            facts.fail.push(error.to_string());
            return Ok(ListingJudgement { facts, ..ListingJudgement::default() });
        }
    };
    let is_raw_valid = !outcome.groups.iter().any(|group| refuses_file(group.rule.code));
    facts.valid_json = is_raw_valid && !outcome.is_truncated;
    facts.valid_schema = outcome.valid;
    facts.total_records = outcome.datasets;
    facts.error_count = outcome.invalid_datasets;
    facts.valid_count = outcome.datasets - outcome.invalid_datasets;
    facts.errors_total = outcome.totals.official;
    let errors: Vec<Finding> = outcome.findings.into_iter().filter(|finding| finding.official).collect();
    let around = errors.iter().filter(|finding| finding.dataset_index.is_none());
    facts.fail = around.take(20).map(|finding| finding.message.clone()).collect();
    facts.qa = dashboard_qa(input, &read)?;
    Ok(ListingJudgement { facts, errors, samples: samples(input, &read)? })
}

/// The first datasets of a listing, to be looked for on a page.
fn samples(input: &dyn Rereadable, options: &ReadOptions) -> Result<Vec<Sample>, ReadError> {
    let mut samples = Vec::new();
    read_catalog(input.open()?, options, &mut |item| {
        if let Item::Record(read) = item
            && read.record.body.kind() == RecordKind::Dataset
        {
            let json = read.record.body.to_json();
            let text =
                |key: &str| json.get(key).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
            let mut addresses = vec![text("landingPage"), text("identifier")];
            for one in json.get("distribution").and_then(serde_json::Value::as_array).into_iter().flatten() {
                for key in ["downloadURL", "accessURL"] {
                    addresses.extend(one[key].as_str().map(str::to_owned));
                }
            }
            addresses.retain(|address| address.contains("://"));
            addresses.truncate(20);
            samples.push(Sample { title: text("title"), description: text("description"), addresses });
        }
        if samples.len() >= SAMPLES_MAX { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    Ok(samples)
}
