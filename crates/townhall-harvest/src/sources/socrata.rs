//! Portals of Socrata (Tyler Data & Insights), by their discovery API.
//!
//! It has no short list, so every page is fetched, but only what changed is read. After the first page it goes on from the last
//! id: pages by number end at 10,000.
//!
//! See <https://dev.socrata.com/docs/other/discovery>.

use async_trait::async_trait;
use serde::Deserialize;
use serde_json::value::RawValue;
use url::Url;

use super::pages::{At, Entry, Page, Pages, walk};
use super::portal::{answer, begins_html, is_file, number_option, root, with_query};
use super::whole::take_whole;
use crate::asking::Asking;
use crate::error::HarvestError;
use crate::limits::PAGE_ROWS;
use crate::source::{Address, Listing, Source, SourceInfo, SourceOption};

/// A portal of Socrata.
pub struct Socrata;

const INFO: SourceInfo = SourceInfo {
    id: "socrata",
    name: "Socrata portal",
    description: "The public assets of a Socrata portal, by its discovery API; or its data.json.",
    example: "https://data.example.gov/",
    options: &[
        SourceOption::plain(
            "feed",
            "`catalog` for the discovery API, which is usual, or `data.json` for the portal's own file.",
        ),
        SourceOption::plain(
            "only",
            "The kinds of assets, with commas; usually `dataset,map,file,href`, as in the portal's data.json.",
        ),
        SourceOption::plain("rows", "How many assets are asked for in a page, at most 1000."),
    ],
};

#[async_trait]
impl Source for Socrata {
    fn info(&self) -> &'static SourceInfo {
        &INFO
    }

    async fn finds(&self, asking: &Asking<'_>, head: &str) -> Option<Address> {
        let url = asking.address.web()?;
        let base = root(url);
        if url.path().starts_with("/api/catalog/v1") {
            return Some(Address::Web(base));
        }
        if is_file(url) || !begins_html(head) {
            return None;
        }
        const MARKS: [&str; 3] = ["socrata", "Socrata", "tylertech"];
        if !MARKS.iter().any(|mark| head.contains(mark)) {
            return None;
        }
        let found = answer(asking, &listing(&base, &[("limit", "0")])).await?;
        found.get("resultSetSize").is_some().then_some(Address::Web(base))
    }

    async fn harvest(&self, asking: &Asking<'_>) -> Result<Listing, HarvestError> {
        let base = root(asking.url(INFO.name)?);
        match asking.option("feed") {
            None | Some("catalog") => {}
            Some("data.json") => return take_whole(asking, &with_query(&base, "data.json", &[])).await,
            Some(other) => {
                let why = "it is `catalog` or `data.json`".to_owned();
                return Err(HarvestError::Option { option: "feed", value: other.to_owned(), why });
            }
        }
        let rows = number_option(asking, "rows", PAGE_ROWS)?;
        let only = asking.option("only").unwrap_or("dataset,map,file,href");
        let only =
            only.split(',').map(|kind| kind.trim().to_owned()).filter(|kind| !kind.is_empty()).collect();
        walk(asking, &Portal { base, rows, only }, INFO.name).await
    }
}

struct Portal {
    base: Url,
    rows: usize,
    only: Vec<String>,
}

fn listing(base: &Url, query: &[(&str, &str)]) -> Url {
    let host = base.host_str().unwrap_or_default();
    let mut all = vec![("domains", host), ("search_context", host)];
    all.extend_from_slice(query);
    with_query(base, "api/catalog/v1", &all)
}

#[async_trait]
impl Pages for Portal {
    fn rows(&self) -> usize {
        self.rows
    }

    fn url(&self, at: &At) -> Url {
        let limit = at.rows.to_string();
        let mut query = vec![("limit", &*limit)];
        query.extend(self.only.iter().map(|kind| ("only", &**kind)));
        match &at.last {
            None => query.push(("order", "dataset_id")),
            Some(last) => query.push(("scroll_id", last)),
        }
        listing(&self.base, &query)
    }

    fn wanted(&self) -> &'static str {
        INFO.name
    }

    fn can_skip(&self) -> bool {
        false
    }

    fn read(&self, body: &[u8]) -> Result<Page, String> {
        let found: Results =
            serde_json::from_slice(body).map_err(|error| format!("it answered something else: {error}"))?;
        Ok(Page::of(found.count, found.results, |asset| {
            let Asset { resource } = serde_json::from_str(asset.get()).ok()?;
            let times = [resource.updated, resource.data_updated, resource.metadata_updated];
            let stamp = times.into_iter().flatten().collect::<Vec<_>>().join(" ");
            Some((resource.id, Some(stamp).filter(|stamp| !stamp.is_empty())))
        }))
    }

    async fn take(&self, asking: &Asking<'_>, _: &At, entries: Vec<Entry>) -> Result<(), HarvestError> {
        for entry in entries {
            asking.read_entry("socrata", &entry.part, entry.stamp, entry.bytes).await?;
        }
        Ok(())
    }
}

#[derive(Deserialize)]
struct Results {
    results: Vec<Box<RawValue>>,
    #[serde(rename = "resultSetSize")]
    count: Option<u64>,
}

#[derive(Deserialize)]
struct Asset {
    resource: Resource,
}

#[derive(Deserialize)]
struct Resource {
    id: String,
    #[serde(rename = "updatedAt")]
    updated: Option<String>,
    #[serde(rename = "data_updated_at")]
    data_updated: Option<String>,
    #[serde(rename = "metadata_updated_at")]
    metadata_updated: Option<String>,
}
