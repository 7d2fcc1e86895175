//! Crawls (`crawls.html`) and what one of them found (`crawl.html`).

use serde::Serialize;

use super::{Download, Fact, Link, NumberFact};

/// The crawls.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct CrawlsView {
    /// The crawls, those under way first.
    pub rows: Vec<CrawlRow>,
}

/// A crawl in the list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct CrawlRow {
    /// The host, and what was found there.
    pub link: Link,
    /// When it was made; absent while it is under way.
    pub at: Option<String>,
    /// How far it is, in words.
    pub progress: String,
    /// The job that makes it.
    pub job_url: Option<String>,
}

/// What a crawl found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct CrawlView {
    /// The host.
    pub host: String,
    /// How much there is.
    pub numbers: Vec<NumberFact>,
    /// Services, series and other hosts.
    pub facts: Vec<Fact>,
    /// The first files.
    pub files: Vec<CrawlFileRow>,
    /// How many files there are.
    pub total: u64,
    /// Whether the site has a catalog of its own.
    pub has_catalog: bool,
    /// What that lists and can't be had: address, dataset, reason.
    pub dead: Vec<(String, String, String)>,
    /// How many drafts would come of it.
    pub drafts: u64,
    /// Where the buttons lead.
    pub action: String,
    /// The same as files.
    pub downloads: Vec<Download>,
}

/// A file that was found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct CrawlFileRow {
    /// Its address.
    pub url: String,
    /// Its format.
    pub format: String,
    /// Where its tables are taken out, if it is a PDF.
    pub tables: Option<String>,
    /// Its size.
    pub bytes: Option<u64>,
    /// When it changed.
    pub modified: Option<String>,
    /// The words that led to it.
    pub text: String,
    /// The page that led to it.
    pub page: Link,
    /// Whether the catalog of the site lists it.
    pub is_listed: Option<bool>,
}
