//! Runs a harvest and writes down what it found.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use townhall_fetch::{FetchSettings, Fetcher, parse_ranges};
use townhall_harvest::{Address, Asking, Found, HarvestError, Listing, Memory, PartState, source};
use townhall_metadata::Item;

/// What is known of parts from the last time.
#[derive(Debug, Clone, Default)]
pub struct Known(pub BTreeMap<String, PartState>);

impl Memory for Known {
    fn part(&self, name: &str) -> Option<PartState> {
        self.0.get(name).cloned()
    }
}

/// What a harvest found; all in the order of its names.
#[derive(Debug)]
pub struct Harvest {
    /// The identifiers of records, or what stands for them.
    pub records: Vec<String>,
    /// The titles of records.
    pub titles: Vec<String>,
    /// Parts that are as they were.
    pub unchanged: Vec<String>,
    /// Parts that could not be had, and why.
    pub failed: Vec<(String, String)>,
    /// What was noticed of the whole.
    pub notes: Vec<String>,
    /// What the listing was, or why there was none.
    pub listing: Result<Listing, HarvestError>,
    /// What is known for the next time.
    pub known: Known,
}

impl Harvest {
    /// Why the listing is not complete; empty if it is.
    #[track_caller]
    pub fn missing(&self) -> &str {
        self.listing.as_ref().unwrap().missing.as_deref().unwrap_or_default()
    }
}

/// A fetcher that may ask this machine.
pub fn fetcher() -> Fetcher {
    fetcher_with(Duration::from_secs(20))
}

/// A fetcher that may ask this machine and waits so long.
pub fn fetcher_with(total_timeout: Duration) -> Fetcher {
    Fetcher::new(FetchSettings {
        allow: parse_ranges(&["127.0.0.0/8".into()]).unwrap(),
        total_timeout,
        ..FetchSettings::default()
    })
    .unwrap()
}

/// Options by name.
pub fn options(options: &[(&str, &str)]) -> BTreeMap<String, String> {
    options.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// Harvests an address with what is known from the last time, as whoever keeps the records would.
pub async fn harvest_all(kind: &str, url: &str, set: &[(&str, &str)], known: &Known) -> Harvest {
    harvest_with(fetcher(), kind, url, set, known).await
}

/// The same with another fetcher.
pub async fn harvest_with(
    fetcher: Fetcher,
    kind: &str,
    url: &str,
    set: &[(&str, &str)],
    known: &Known,
) -> Harvest {
    let folder = tempfile::tempdir().unwrap();
    let options = options(set);
    let (out, mut found) = tokio::sync::mpsc::channel(4);
    let asking = Asking {
        address: Address::read(url).unwrap(),
        options: &options,
        fetcher,
        memory: known,
        folder: folder.path(),
        out,
    };
    let source = source(kind).unwrap();
    let mut harvest = Harvest {
        records: Vec::new(),
        titles: Vec::new(),
        unchanged: Vec::new(),
        failed: Vec::new(),
        notes: Vec::new(),
        listing: Ok(Listing::default()),
        known: known.clone(),
    };
    let mut named = BTreeSet::new();
    let work = async move {
        let listing = source.harvest(&asking).await;
        drop(asking);
        listing
    };
    let take = async {
        while let Some(found) = found.recv().await {
            match found {
                Found::Expecting(_) => {}
                Found::Unchanged { part } => {
                    named.insert(part.to_string());
                    harvest.unchanged.push(part.to_string());
                }
                Found::Item { fallback, item, .. } => {
                    if let Item::Record(read) = *item {
                        let json = read.record.body.to_json();
                        let text =
                            |key: &str| json.get(key).and_then(|value| value.as_str()).map(str::to_owned);
                        harvest.records.push(text("identifier").or(fallback).unwrap_or_default());
                        harvest.titles.push(text("title").unwrap_or_default());
                    }
                }
                Found::Read { part, state, .. } => {
                    named.insert(part.to_string());
                    harvest.known.0.insert(part.to_string(), state);
                }
                Found::Failed { part, finding } => {
                    named.insert(part.to_string());
                    harvest.failed.push((part.to_string(), finding.message));
                }
                Found::Note(finding) => harvest.notes.push(finding.message),
            }
        }
    };
    let (listing, ()) = futures::join!(work, take);
    if listing.as_ref().is_ok_and(Listing::is_complete) {
        harvest.known.0.retain(|part, _| named.contains(part.as_str()));
    }
    harvest.listing = listing;
    harvest.records.sort();
    harvest.titles.sort();
    harvest.unchanged.sort();
    harvest.failed.sort();
    harvest
}
