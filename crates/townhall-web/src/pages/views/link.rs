//! Links that don't work (`links.html`), and what a dataset's page says of its links.

use serde::Serialize;

use super::{Choice, Download, Link, NumberFact, Pager};

/// What is said of a link in a few words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct LinkBadge {
    /// The words.
    pub label: String,
    /// It works.
    pub is_good: bool,
    /// It has not worked for days.
    pub is_bad: bool,
    /// Since when it does not work.
    pub since: Option<String>,
    /// When it was checked last.
    pub checked_at: Option<String>,
    /// What was found, in a sentence, when it is not simply fine.
    pub reason: Option<String>,
}

/// The list of links.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct LinksView {
    /// How many links there are of each state.
    pub numbers: Vec<NumberFact>,
    /// The states to choose from.
    pub states: Vec<Choice>,
    /// The organizations to choose from.
    pub organizations: Vec<Choice>,
    /// The host that was asked for.
    pub host: String,
    /// How many links of each organization work.
    pub by_organization: Vec<LinkOrganization>,
    /// The links.
    pub rows: Vec<LinkRow>,
    /// The same as files.
    pub downloads: Vec<Download>,
    /// Where one is.
    pub pager: Pager,
}

/// An organization's links.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct LinkOrganization {
    /// Its name, and its part of the list.
    pub link: Link,
    /// How many links it has.
    pub links: u64,
    /// How many of them work.
    pub works: u64,
    /// How many did not work the last time.
    pub doubtful: u64,
    /// How many have not worked for days.
    pub broken: u64,
}

/// A link in the list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct LinkRow {
    /// The address.
    pub url: String,
    /// The dataset that names it.
    pub dataset: Link,
    /// Who publishes that.
    pub organization: Option<Link>,
    /// The title of the distribution.
    pub title: Option<String>,
    /// The format that is declared.
    pub format: Option<String>,
    /// What is held of it.
    pub badge: LinkBadge,
    /// What was found, in a sentence.
    pub reason: String,
    /// What could be done: words and addresses.
    pub suggestions: Vec<(String, String)>,
}
