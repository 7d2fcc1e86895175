//! Judges catalogues: what the published schemas and harvesters say of a file, and what they don't see.
//!
//! [`validate`] reads a file of any size record by record. What a file must look like is written down in shapes
//! ([`shape`]), one set for each [`Profile`]; one engine compares records with them, and calls the rules on meaning
//! ([`meaning`]) on the way. Every rule is in [`RULES`].

mod baseline;
mod collect;
mod dcat_us_1_1;
mod dcat_us_3_0;
mod engine;
mod form;
mod harvest;
pub(crate) mod list;
mod meaning;
mod outcome;
mod parsed;
mod place;
mod pod_1_0;
mod profile;
pub mod report;
pub(crate) mod rule;
mod run;
mod seen;
mod shape;
mod suggest;
mod tree;
mod words;

pub use baseline::{Baseline, fingerprint};
pub use dcat_us_3_0::Class30;
pub(crate) use dcat_us_3_0::list_fields as list_fields_3_0;
pub use harvest::{Fate, Harvest, Planned, PreviousState, harvested_state, would_harvest};
pub use list::{ListInfo, lists};
pub use outcome::{Group, Outcome, Totals};
#[doc(hidden)]
pub use parsed::ParsedDatasets;
pub use profile::{Profile, UnknownProfile, profile_or_auto};
pub use rule::{Profiles, RULES, Rule, rule};
pub use run::{Scope, ValidateOptions, validate, validate_document};
