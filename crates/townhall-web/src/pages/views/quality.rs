//! How well a dataset is published (`dataset_quality.html`).

use serde::Serialize;
use serde_json::Value;

use super::DatasetHead;

/// The scores of a dataset, check by check.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct QualityView {
    /// The top.
    pub head: DatasetHead,
    /// What each scheme says, as `/api/datasets/{id}/score` gives it.
    pub schemes: Value,
    /// The picture of the score.
    pub badge_url: String,
    /// The HTML that shows it on a page elsewhere.
    pub snippet: String,
    /// The same for programs.
    pub api_url: String,
}

/// The quality of a dataset in a few words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct QualitySummary {
    /// How many principles are met.
    pub met: u64,
    /// The principles.
    pub ticks: Vec<Tick>,
    /// The page with all of it.
    pub url: String,
}

/// One principle.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Tick {
    /// Its name.
    pub label: String,
    /// `met`, `partly`, `not-met`, `not-applicable` or `not-judged`.
    pub verdict: String,
}
