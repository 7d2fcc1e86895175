//! Sites of ArcGIS Hub, by their feed of DCAT-US or by their search (OGC API Records).
//!
//! See <https://hub.arcgis.com/api/search/definition/>.

use async_trait::async_trait;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use townhall_fetch::FetchError;
use url::Url;

use super::pages::{At, Entry, Page, Pages, walk};
use super::portal::{begins_html, is_file, number_option, root, with_query};
use super::whole::take_whole;
use crate::asking::Asking;
use crate::error::HarvestError;
use crate::source::{Address, Listing, Source, SourceInfo, SourceOption};

/// A site of ArcGIS Hub.
pub struct ArcGisHub;

const INFO: SourceInfo = SourceInfo {
    id: "arcgis-hub",
    name: "ArcGIS Hub",
    description: "The datasets of an ArcGIS Hub site, by its feed of DCAT-US 1.1; or by its search, which fetches only what changed.",
    example: "https://hub.example.gov/",
    options: &[
        SourceOption::plain(
            "feed",
            "`dcat-us` for the site's feed, which is usual, or `search` for its search.",
        ),
        SourceOption::plain("rows", "How many items a page of the search has, at most 100."),
    ],
};

const ROWS_MAX: usize = 100;

#[async_trait]
impl Source for ArcGisHub {
    fn info(&self) -> &'static SourceInfo {
        &INFO
    }

    async fn finds(&self, asking: &Asking<'_>, head: &str) -> Option<Address> {
        let url = asking.address.web()?;
        let base = root(url);
        if url.path().starts_with("/api/search/v1") {
            return Some(Address::Web(base));
        }
        if is_file(url) || !begins_html(head) {
            return None;
        }
        const MARKS: [&str; 4] = ["hubcdn.arcgis.com", "opendata-ui", "arcgis-hub", "hub.arcgis.com"];
        MARKS.iter().any(|mark| head.contains(mark)).then_some(Address::Web(base))
    }

    async fn harvest(&self, asking: &Asking<'_>) -> Result<Listing, HarvestError> {
        let base = root(asking.url(INFO.name)?);
        match asking.option("feed") {
            None | Some("dcat-us") => {}
            Some("search") => {
                let rows = number_option(asking, "rows", ROWS_MAX)?;
                return walk(asking, &Search { base, rows }, INFO.name).await;
            }
            Some(other) => {
                let why = "it is `dcat-us` or `search`".to_owned();
                return Err(HarvestError::Option { option: "feed", value: other.to_owned(), why });
            }
        }
        match take_whole(asking, &with_query(&base, "api/feed/dcat-us/1.1.json", &[])).await {
            // Sites of one's own and older ones have it elsewhere.
            Err(HarvestError::Fetch(FetchError::Status { status: 400..=499, blocked_by: None, .. })) => {
                take_whole(asking, &with_query(&base, "data.json", &[])).await
            }
            taken => taken,
        }
    }
}

struct Search {
    base: Url,
    rows: usize,
}

#[async_trait]
impl Pages for Search {
    fn rows(&self) -> usize {
        self.rows
    }

    fn url(&self, at: &At) -> Url {
        let (limit, start) = (at.rows.to_string(), (at.start + 1).to_string());
        let query = [("limit", &*limit), ("startindex", &*start)];
        with_query(&self.base, "api/search/v1/collections/dataset/items", &query)
    }

    fn wanted(&self) -> &'static str {
        INFO.name
    }

    fn read(&self, body: &[u8]) -> Result<Page, String> {
        let found: Found =
            serde_json::from_slice(body).map_err(|error| format!("it answered something else: {error}"))?;
        Ok(Page::of(found.count, found.features, |item| {
            let Item { id, properties } = serde_json::from_str(item.get()).ok()?;
            let modified = &properties["modified"];
            let stamp = modified.as_str().map(str::to_owned).or_else(|| Some(modified.as_i64()?.to_string()));
            Some((id, stamp))
        }))
    }

    async fn take(&self, asking: &Asking<'_>, _: &At, entries: Vec<Entry>) -> Result<(), HarvestError> {
        for entry in entries {
            asking.read_entry("arcgis-hub", &entry.part, entry.stamp, entry.bytes).await?;
        }
        Ok(())
    }
}

#[derive(Deserialize)]
struct Found {
    #[serde(rename = "numberMatched")]
    count: Option<u64>,
    features: Vec<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Item {
    id: String,
    #[serde(default)]
    properties: Value,
}
