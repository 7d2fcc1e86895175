//! Scores: how well a dataset is published, check by check, each with its reason and the way to a better one.
//!
//! A [`Scheme`] is a list of [`Criterion`]s from one source; all of them are in [`SCHEMES`], one file each. What only
//! the portal can know comes as [`Facts`]; what nobody has told is not judged, never guessed. [`Rollup`] adds scores up
//! by organization and for the whole catalog.

mod badge;
mod check;
mod facts;
mod fair;
mod formats;
mod m_25_05;
mod principles;
mod record;
mod render;
mod rhythm;
mod rollup;
mod run;
mod subject;
mod udata;

pub use badge::{badge, score_badge};
pub use check::{Check, Criterion, Group, Scheme, SchemeScore, Verdict};
pub use facts::{Facts, Feedback, Links, Table};
pub use record::{RecordScore, score_record};
pub use render::{
    SCORE_CSV_LEADING_COLUMNS, rollup_as_json, rollup_as_text, score_as_csv_row, score_as_json,
    score_as_text, score_csv_header, tally_as_json,
};
pub use rollup::{BINS, CriterionTally, Gain, Rollup, SchemeTally, Tally};
pub use run::{ScoreOptions, ScoreOutcome, score_catalog};

/// Every scheme, in the order in which the documentation lists them.
pub const SCHEMES: &[&Scheme] = &[&principles::PRINCIPLES, &udata::QUALITY, &m_25_05::M_25_05, &fair::FAIR];

/// The scheme with this id.
pub fn scheme(id: &str) -> Option<&'static Scheme> {
    SCHEMES.iter().copied().find(|scheme| scheme.id == id)
}
