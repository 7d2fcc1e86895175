//! What a crawl found, for programs.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use townhall_harvest::crawl::{
    Comparison, CrawlState, FileSeries, FoundFile, compare, draft_catalog, series_of,
};

pub use townhall_harvest::crawl::Listed;

/// The columns of the list of files.
pub const FILE_COLUMNS: [&str; 10] =
    ["url", "format", "inside", "bytes", "modified", "text", "page_title", "page", "content_type", "listed"];

/// What a crawl found.
#[derive(Debug, Clone)]
pub struct CrawlReport {
    /// The crawl.
    pub state: CrawlState,
    /// Files that differ in a year, month, place or number alone.
    pub series: Vec<FileSeries>,
    /// The catalog beside it, where there is one.
    pub comparison: Option<Comparison>,
}

impl CrawlReport {
    /// The report of a crawl, beside a catalog where there is one.
    pub fn new(mut state: CrawlState, listed: Option<Vec<Listed>>) -> Self {
        state.files.sort_by(|a, b| a.url.cmp(&b.url));
        let series = series_of(&state.files);
        let comparison = listed.map(|listed| compare(&state.files, listed));
        Self { state, series, comparison }
    }

    /// Whether a file is in the catalog; absent when there is none.
    fn listed(&self) -> Option<BTreeSet<usize>> {
        let comparison = self.comparison.as_ref()?;
        let unlisted: BTreeSet<usize> = comparison.unlisted.iter().copied().collect();
        Some((0..self.state.files.len()).filter(|at| !unlisted.contains(at)).collect())
    }

    /// How many files there are of each format.
    pub fn formats(&self) -> BTreeMap<&str, u64> {
        let mut formats = BTreeMap::new();
        for file in &self.state.files {
            *formats.entry(file.format.as_str()).or_default() += 1;
        }
        formats
    }

    /// The data files that the catalog does not list; all of them when there is none.
    pub fn unlisted(&self) -> Vec<FoundFile> {
        let files = &self.state.files;
        let unlisted: Vec<FoundFile> = match &self.comparison {
            Some(comparison) => comparison.unlisted.iter().filter_map(|at| files.get(*at).cloned()).collect(),
            None => files.clone(),
        };
        unlisted.into_iter().filter(FoundFile::is_data).collect()
    }

    /// A catalog of drafts for the data files that the catalog does not list.
    pub fn drafts(&self) -> Value {
        draft_catalog(&self.unlisted(), self.state.start.host_str().unwrap_or_default())
    }

    /// The report for programs.
    pub fn as_json(&self) -> Value {
        let listed = self.listed();
        let files: Vec<Value> = self
            .state
            .files
            .iter()
            .enumerate()
            .map(|(at, file)| {
                let mut value = serde_json::to_value(file).unwrap_or_default();
                value["data"] = file.is_data().into();
                value["listed"] = listed.as_ref().map(|listed| listed.contains(&at)).into();
                value
            })
            .collect();
        let series: Vec<Value> = self
            .series
            .iter()
            .map(|series| {
                let urls: Vec<&str> = series
                    .files
                    .iter()
                    .filter_map(|at| Some(self.state.files.get(*at)?.url.as_str()))
                    .collect();
                json!({"pattern": series.pattern, "files": urls})
            })
            .collect();
        let gap = self.comparison.as_ref().map(|comparison| {
            let unlisted: Vec<&str> = comparison
                .unlisted
                .iter()
                .filter_map(|at| Some(self.state.files.get(*at)?.url.as_str()))
                .collect();
            json!({
                "listed_and_live": comparison.live, "listed_and_dead": comparison.dead,
                "listed_elsewhere": comparison.unknown, "live_and_unlisted": unlisted,
            })
        });
        json!({
            "start": self.state.start,
            "ended": self.state.ended.map(|ended| ended.name()),
            "pages": self.state.pages,
            "bytes": self.state.bytes,
            "failed": self.state.failed,
            "disallowed": self.state.disallowed,
            "left_out": self.state.left_out + self.state.traps.left_out,
            "waiting": self.state.waiting(),
            "formats": self.formats(),
            "files": files,
            "series": series,
            "endpoints": self.state.endpoints,
            "elsewhere": self.state.elsewhere,
            "catalog": gap,
        })
    }

    /// The files as rows of [`FILE_COLUMNS`].
    pub fn rows(&self) -> Vec<[String; 10]> {
        let listed = self.listed();
        let row = |(at, file): (usize, &FoundFile)| {
            let listed = listed.as_ref().map(|listed| listed.contains(&at).to_string());
            [
                file.url.clone(),
                file.format.clone(),
                file.inside.clone().unwrap_or_default(),
                file.bytes.map(|bytes| bytes.to_string()).unwrap_or_default(),
                file.modified.clone().unwrap_or_default(),
                file.text.clone(),
                file.page_title.clone(),
                file.page.clone(),
                file.content_type.clone().unwrap_or_default(),
                listed.unwrap_or_default(),
            ]
        };
        self.state.files.iter().enumerate().map(row).collect()
    }
}
