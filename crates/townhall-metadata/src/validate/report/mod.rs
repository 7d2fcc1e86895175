//! The outcome of a validation as documents: for programs, spreadsheets, build servers and terminals.

mod csv;
mod github;
mod html;
mod json;
mod junit;
mod plan;
mod sarif;
mod text;

pub use csv::csv;
pub use github::github;
pub use html::html;
pub use json::{finding_json, json};
pub use junit::junit;
pub use plan::{harvest_as_json, harvest_as_text};
pub use sarif::sarif;
pub(crate) use text::clean;
pub use text::{Plain, Style, text};
use townhall_model::{Finding, Severity};

/// The severity as a word: `error`, `warning`, `info`.
fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    }
}

/// What a dataset is called among people: its title, its identifier, or its number.
fn dataset_name(finding: &Finding) -> Option<String> {
    let index = finding.dataset_index?;
    let name = finding.title.as_ref().or(finding.identifier.as_ref());
    Some(name.map_or_else(|| format!("dataset {index}"), Clone::clone))
}
