//! Organizations and topics (`organizations.html`, `organization.html`, `topics.html`, `topic.html`).

use serde::Serialize;

use super::{Contact, DatasetCard, Download, Fact, Link, NumberFact, OrganizationCard, Pager, TopicCard};

/// All organizations.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct OrganizationsView {
    /// The organizations, parts after the whole.
    pub organizations: Vec<OrganizationCard>,
    /// How many there are.
    pub total: u64,
    /// What was typed to narrow the list.
    pub query: String,
}

/// An organization.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct OrganizationView {
    /// Its name.
    pub name: String,
    /// What it does, in markdown.
    pub description: Option<String>,
    /// Its own website.
    pub homepage: Option<String>,
    /// The organization it is a part of.
    pub parent: Option<Link>,
    /// Its parts.
    pub children: Vec<OrganizationCard>,
    /// How much there is of it.
    pub numbers: Vec<NumberFact>,
    /// Its datasets.
    pub datasets: Vec<DatasetCard>,
    /// How many datasets it has.
    pub total: u64,
    /// All its datasets, in search.
    pub search_url: String,
    /// Its topics.
    pub topics: Vec<Link>,
    /// Facts.
    pub facts: Vec<Fact>,
    /// How well it publishes: `sums` as `/api/scores` gives them, and the address of its `badge`.
    pub scores: Option<serde_json::Value>,
    /// Whom to ask.
    pub contacts: Vec<Contact>,
    /// Its list as JSON, CSV and Atom.
    pub downloads: Vec<Download>,
    /// Where one is.
    pub pager: Pager,
}

/// All topics.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct TopicsView {
    /// The topics.
    pub topics: Vec<TopicCard>,
}

/// A topic.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct TopicView {
    /// Its name.
    pub name: String,
    /// What it is about, in markdown.
    pub description: Option<String>,
    /// Its datasets.
    pub datasets: Vec<DatasetCard>,
    /// How many datasets it has.
    pub total: u64,
    /// All its datasets, in search.
    pub search_url: String,
    /// The organizations that publish them.
    pub organizations: Vec<OrganizationCard>,
    /// Its list as JSON, CSV and Atom.
    pub downloads: Vec<Download>,
    /// Where one is.
    pub pager: Pager,
}
