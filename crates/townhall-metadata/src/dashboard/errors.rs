//! Findings by dataset and field, as the dashboard's `errors`.

use std::collections::BTreeMap;

use serde::Serialize;
use townhall_model::Finding;

use crate::validate::Outcome;
use crate::validate::rule::{MISSING, refuses_file};

/// What is wrong with one field.
#[derive(Debug, Default, Serialize)]
pub struct FieldErrors {
    /// About the field itself.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<String>,
    /// About what is in it, by the path from there: `name`, `0.mediaType`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    sub_fields: BTreeMap<String, SubField>,
}

#[derive(Debug, Default, Serialize)]
struct SubField {
    errors: Vec<String>,
}

/// By the number of the dataset, `catalog` for what stands around the datasets; then by field, `ALL` for the whole of it.
pub type Errors = BTreeMap<String, BTreeMap<String, FieldErrors>>;

/// The official findings by dataset and field; what keeps the file as a whole from being read; and how many of both.
pub fn grouped(outcome: &Outcome) -> (Errors, Vec<String>, u64) {
    let (mut errors, mut fail, mut listed) = (Errors::new(), Vec::new(), 0);
    for finding in outcome.findings.iter().filter(|finding| finding.official) {
        listed += 1;
        if finding.dataset_index.is_none() && refuses_file(&finding.code) {
            fail.push(finding.message.clone());
            continue;
        }
        let record = finding.dataset_index.map_or_else(|| "catalog".to_owned(), |index| index.to_string());
        let path = path(finding);
        let mut steps = path.splitn(2, '.');
        let field = steps.next().filter(|field| !field.is_empty()).unwrap_or("ALL");
        let known = errors.entry(record).or_default().entry(field.to_owned()).or_default();
        let list = match steps.next() {
            Some(inner) => &mut known.sub_fields.entry(inner.to_owned()).or_default().errors,
            None => &mut known.errors,
        };
        list.push(finding.message.clone());
    }
    (errors, fail, listed)
}

/// The path from the record to what is wrong, its steps joined by dots. A field that is missing is at fault itself, not
/// the object that should have it.
fn path(finding: &Finding) -> String {
    let mut steps: Vec<String> =
        finding.pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~")).collect();
    if let Some(index) = finding.dataset_index {
        let index = index.to_string();
        let own = steps.iter().position(|step| *step == index).map_or(0, |at| at + 1);
        steps.drain(..own);
    }
    if finding.code == MISSING.code
        && let Some(field) = finding.message.split('`').nth(1)
    {
        steps.push(field.to_owned());
    }
    steps.join(".")
}
