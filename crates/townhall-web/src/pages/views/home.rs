//! The home page (`home.html`).

use serde::Serialize;

use super::{DatasetCard, Link, OrganizationCard, TopicCard};

/// The home page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct HomeView {
    /// Searches worth trying.
    pub examples: Vec<Link>,
    /// How much there is.
    pub numbers: Vec<NumberFact>,
    /// The topics, those with the most datasets first.
    pub topics: Vec<TopicCard>,
    /// The datasets that came last.
    pub newest: Vec<DatasetCard>,
    /// The datasets whose data changed last.
    pub changed: Vec<DatasetCard>,
    /// The organizations, those with the most datasets first.
    pub organizations: Vec<OrganizationCard>,
}

/// A number and what it counts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct NumberFact {
    /// The number.
    pub value: u64,
    /// What it counts, such as `datasets`.
    pub label: String,
    /// Where the counted things are.
    pub url: Option<String>,
}
