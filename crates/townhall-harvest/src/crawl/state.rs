//! How far a crawl is: everything that it needs to go on, as one document.

use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use url::Url;

use super::endpoints::Endpoint;
use super::found::FoundFile;
use super::traps::{Shapes, tidy};
use crate::limits::{CRAWL_FILES_MAX, CRAWL_FRONTIER_MAX};

/// What a crawl may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CrawlOptions {
    /// How many clicks from the start it goes.
    pub depth: u32,
    /// How many pages it asks for.
    pub pages: u64,
    /// How many bytes of pages it takes.
    pub bytes: u64,
    /// Hosts besides the first whose pages are followed.
    pub hosts: Vec<String>,
}

impl Default for CrawlOptions {
    fn default() -> Self {
        Self { depth: 8, pages: 10_000, bytes: 2 * 1024 * 1024 * 1024, hosts: Vec::new() }
    }
}

/// Why a crawl ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ended {
    /// There is nothing more to visit.
    Complete,
    /// It has asked for as many pages as it may.
    Pages,
    /// It has taken as many bytes as it may.
    Bytes,
    /// Somebody stopped it.
    Stopped,
}

impl Ended {
    /// The word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Pages => "pages",
            Self::Bytes => "bytes",
            Self::Stopped => "stopped",
        }
    }
}

/// An address to visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Visit {
    pub(crate) url: Url,
    pub(crate) depth: u32,
    /// The words that led to it.
    pub(crate) text: String,
    /// The page that led to it, as its place among the pages that are remembered.
    pub(crate) from: Option<u32>,
    pub(crate) is_sitemap: bool,
}

/// A page that led to files.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Source {
    pub(crate) url: String,
    pub(crate) title: String,
    pub(crate) description: String,
}

/// How far a crawl is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CrawlState {
    /// Where it began.
    pub start: Url,
    /// What it may do.
    pub options: CrawlOptions,
    /// The files that it met.
    pub files: Vec<FoundFile>,
    /// The services that it met.
    pub endpoints: BTreeSet<Endpoint>,
    /// How many files are linked at hosts that it does not visit.
    pub elsewhere: BTreeMap<String, u64>,
    /// How many pages it asked for.
    pub pages: u64,
    /// How many bytes it took.
    pub bytes: u64,
    /// How many addresses could not be had.
    pub failed: u64,
    /// How many addresses the site asks programs to leave alone.
    pub disallowed: u64,
    /// How many addresses were left out because the list of what is to be visited was full.
    pub left_out: u64,
    /// Traps that were met.
    pub traps: Shapes,
    /// Why it ended, when it has.
    pub ended: Option<Ended>,
    pub(crate) frontier: VecDeque<Visit>,
    /// The first eight bytes of the SHA-256 of every address that was met.
    seen: HashSet<u64>,
    pub(crate) sources: Vec<Source>,
}

impl CrawlState {
    /// A crawl that has not begun.
    pub fn new(start: Url, options: CrawlOptions) -> Self {
        let mut state = Self {
            start: start.clone(),
            options,
            files: Vec::new(),
            endpoints: BTreeSet::new(),
            elsewhere: BTreeMap::new(),
            pages: 0,
            bytes: 0,
            failed: 0,
            disallowed: 0,
            left_out: 0,
            traps: Shapes::default(),
            ended: None,
            frontier: VecDeque::new(),
            seen: HashSet::new(),
            sources: Vec::new(),
        };
        state.add(Visit { url: start, depth: 0, text: String::new(), from: None, is_sitemap: false });
        state
    }

    /// How many addresses are still to be visited.
    pub fn waiting(&self) -> usize {
        self.frontier.len()
    }

    /// Goes on with what is left, within other bounds.
    pub fn go_on(&mut self, options: CrawlOptions) {
        self.options = options;
        self.ended = None;
    }

    /// Lets go of what is only needed to go on.
    pub fn settle(&mut self) {
        self.frontier = VecDeque::new();
        self.seen = HashSet::new();
        self.sources = Vec::new();
    }

    /// Whether pages of a host are visited.
    pub fn is_inside(&self, url: &Url) -> bool {
        let plain = |host: &str| host.strip_prefix("www.").unwrap_or(host).to_ascii_lowercase();
        let host = plain(url.host_str().unwrap_or_default());
        let own = plain(self.start.host_str().unwrap_or_default());
        let same_port = url.port_or_known_default() == self.start.port_or_known_default()
            || (url.port().is_none() && self.start.port().is_none());
        (host == own && same_port) || self.options.hosts.iter().any(|known| plain(known) == host)
    }

    /// Puts an address on the list, unless it was met already or should not be visited.
    pub(crate) fn add(&mut self, visit: Visit) {
        let Some(url) = tidy(&visit.url) else {
            self.traps.left_out += 1;
            return;
        };
        // Both schemes lead to the same place.
        let key = url.as_str().trim_start_matches("https").trim_start_matches("http").trim_end_matches('/');
        let digest = Sha256::digest(key.as_bytes());
        let key = u64::from_le_bytes(digest[..8].try_into().unwrap_or_default());
        if self.seen.contains(&key) {
            return;
        }
        if self.frontier.len() >= CRAWL_FRONTIER_MAX {
            self.left_out += 1;
            return;
        }
        let is_file = super::found::named_file(&url).is_some();
        if !visit.is_sitemap && !is_file && !self.traps.admit(&url) {
            return;
        }
        self.seen.insert(key);
        let visit = Visit { url, ..visit };
        // Files and maps say most.
        if is_file || visit.is_sitemap {
            self.frontier.push_front(visit)
        } else {
            self.frontier.push_back(visit)
        }
    }

    pub(crate) fn keep(&mut self, file: FoundFile) {
        if self.files.len() < CRAWL_FILES_MAX {
            self.files.push(file);
        }
    }

    pub(crate) fn source(&self, at: Option<u32>) -> Source {
        at.and_then(|at| self.sources.get(at as usize)).cloned().unwrap_or_default()
    }
}
