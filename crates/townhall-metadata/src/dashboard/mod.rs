//! The answers of the Project Open Data Dashboard's validator, for scripts that still ask its questions.
//!
//! The dashboard was archived in 2023. Its fields keep their names and meaning; its defects are not kept: errors are not
//! cut off after ten without a word, the numbers of datasets are right in large files too, and nothing is deleted from a
//! file before it is judged.

mod errors;
mod qa;

use std::ops::ControlFlow;

use serde_json::{Value, json};

use qa::Counter;
pub use qa::DashboardQa;
use townhall_model::record::RecordKind;

use crate::validate::rule::refuses_file;
use crate::validate::{Outcome, Profile, Scope, ValidateOptions, validate};
use crate::{Item, ReadError, ReadOptions, Rereadable, read_catalog};

/// The schemas that the dashboard knew, by its own names.
pub const DASHBOARD_SCHEMAS: &[(&str, Profile)] = &[
    ("federal-v1.1", Profile::DashboardFederal),
    ("non-federal-v1.1", Profile::DashboardNonFederal),
    ("federal", Profile::Pod10Federal),
    ("non-federal", Profile::Pod10NonFederal),
];

/// The profile that the dashboard called by this name.
pub fn dashboard_schema(name: &str) -> Option<Profile> {
    DASHBOARD_SCHEMAS.iter().find(|(known, _)| *known == name).map(|(_, profile)| *profile)
}

/// Counts what the dashboard counted of each agency's file, but for what it learned by asking servers.
///
/// # Errors
///
/// As [`read_catalog`].
pub fn dashboard_qa(input: &dyn Rereadable, options: &ReadOptions) -> Result<DashboardQa, ReadError> {
    let mut counter = Counter::default();
    read_catalog(input.open()?, options, &mut |item| {
        match item {
            Item::Record(read) if read.record.body.kind() == RecordKind::Dataset => {
                counter.dataset(&read.record.body.to_json());
            }
            Item::Refused(refused) if refused.kind == RecordKind::Dataset => counter.refused(),
            _ => {}
        }
        ControlFlow::Continue(())
    })?;
    Ok(counter.qa)
}

/// Judges a file as the dashboard did, by the schema of this name, and answers with the dashboard's fields:
/// `schema_version`, `raw_valid_json`, `valid_json`, `valid`, `total_records`, `valid_count`, `error_count`,
/// `download_content_length`, `errors` by dataset and field, `errors_not_listed`, `fail`, and `qa` if it is wanted.
///
/// A file that can't be read is an answer too, with the reason in `fail`.
///
/// # Errors
///
/// [`ReadError::Io`] when the input fails.
pub fn dashboard_answer(
    input: &dyn Rereadable,
    schema: &str,
    profile: Profile,
    with_qa: bool,
) -> Result<Value, ReadError> {
    let options =
        ValidateOptions { profile: Some(profile), scope: Scope::Official, ..ValidateOptions::default() };
    let judged = validate(input.open()?, &options);
    let outcome = match judged {
        Ok(outcome) => outcome,
        Err(ReadError::Io(error)) => return Err(ReadError::Io(error)),
        Err(error) => {
            let is_json = matches!(error, ReadError::NotACatalog { .. });
            return Ok(json!({
                "schema_version": schema,
                "raw_valid_json": is_json,
                "valid_json": is_json,
                "valid": false,
                "total_records": 0,
                "errors": {},
                "fail": [error.to_string()],
            }));
        }
    };
    let mut answer = verdict(&outcome, schema);
    if with_qa {
        let qa = dashboard_qa(input, &options.read)?;
        answer["qa"] = serde_json::to_value(qa).unwrap_or_default();
    }
    Ok(answer)
}

fn verdict(outcome: &Outcome, schema: &str) -> Value {
    let is_raw_valid =
        !outcome.groups.iter().any(|group| refuses_file(group.rule.code)) && !outcome.is_truncated;
    let (errors, fail, listed) = errors::grouped(outcome);
    json!({
        "schema_version": schema,
        "raw_valid_json": is_raw_valid,
        "valid_json": !outcome.is_truncated,
        "valid": outcome.valid,
        "total_records": outcome.datasets,
        "valid_count": outcome.datasets - outcome.invalid_datasets,
        "error_count": outcome.invalid_datasets,
        "errors": errors,
        "errors_not_listed": outcome.totals.official.saturating_sub(listed),
        "fail": fail,
    })
}
