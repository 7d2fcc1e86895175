//! Portals of CKAN, by their action API.
//!
//! The packages are listed by their ids and the times of their changes, and only those that changed are fetched: one by one, or
//! the whole page where most of it is new. A portal that does not give the short list is read page by page.
//!
//! See <https://docs.ckan.org/en/latest/api/>.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use townhall_fetch::{Conditions, FetchError};
use url::Url;

use super::pages::{At, Entry, Page, Pages, walk};
use super::portal::{answer, begins_html, cut_at, is_file, number_option, root, with_query};
use crate::asking::Asking;
use crate::error::HarvestError;
use crate::limits::{DOCUMENT_BYTES_MAX, DOCUMENTS_AT_ONCE, PAGE_ROWS};
use crate::source::{Address, Listing, Source, SourceInfo, SourceOption};

/// A portal of CKAN.
pub struct Ckan;

const INFO: SourceInfo = SourceInfo {
    id: "ckan",
    name: "CKAN portal",
    description: "The public datasets of a CKAN portal, by its action API; only those that changed are fetched.",
    example: "https://catalog.example.gov/",
    options: &[
        SourceOption::plain(
            "organization",
            "Only datasets of this organization, by its name; several with commas; one with `-` before it is left out.",
        ),
        SourceOption::plain(
            "group",
            "Only datasets of this group, by its name; several with commas; one with `-` before it is left out.",
        ),
        SourceOption::plain(
            "query",
            "Only datasets that this filter finds, in the words of Solr, such as `tags:water -res_format:PDF`.",
        ),
        SourceOption::plain("rows", "How many datasets are asked for in a page, at most 1000."),
    ],
};

/// The ends of a portal's address that lead to one of its pages.
const PAGES: [&str; 5] = ["/api", "/dataset", "/organization", "/group", "/about"];

#[async_trait]
impl Source for Ckan {
    fn info(&self) -> &'static SourceInfo {
        &INFO
    }

    async fn finds(&self, asking: &Asking<'_>, head: &str) -> Option<Address> {
        let url = asking.address.web()?;
        let base = cut_at(url, &PAGES);
        let path = url.path();
        if path.contains("/api/action") || path.contains("/api/3") {
            return Some(Address::Web(base));
        }
        if is_file(url) || !begins_html(head) {
            return None;
        }
        let is_marked = head.contains("content=\"ckan ") || head.contains("/api/3/action/");
        let root = root(url);
        if is_marked && base == root {
            return Some(Address::Web(base));
        }
        // A portal may lie below a path, and a page below a portal.
        let mut places = vec![base];
        if places[0] != root {
            places.push(root);
        }
        for place in places {
            if is_portal(asking, &place).await {
                return Some(Address::Web(place));
            }
        }
        None
    }

    async fn harvest(&self, asking: &Asking<'_>) -> Result<Listing, HarvestError> {
        let portal = Portal {
            base: cut_at(asking.url(INFO.name)?, &PAGES),
            filter: filter(asking),
            rows: number_option(asking, "rows", PAGE_ROWS)?,
            is_brief: AtomicBool::new(true),
        };
        walk(asking, &portal, INFO.name).await
    }
}

async fn is_portal(asking: &Asking<'_>, base: &Url) -> bool {
    let Ok(url) = base.join("api/3/action/status_show") else { return false };
    let Some(status) = answer(asking, &url).await else { return false };
    status["success"] == true && status["result"].get("ckan_version").is_some()
}

/// The filters of the options, in the words of Solr.
fn filter(asking: &Asking<'_>) -> Option<String> {
    let mut terms = Vec::new();
    for (option, field) in [("organization", "organization"), ("group", "groups")] {
        let names = asking.option(option).unwrap_or_default().split(',').map(str::trim);
        let (without, with): (Vec<_>, Vec<_>) =
            names.filter(|name| !name.is_empty()).partition(|name| name.starts_with('-'));
        let quoted = |name: &str| format!("\"{}\"", name.trim_start_matches('-').replace(['"', '\\'], ""));
        if !with.is_empty() {
            let names: Vec<_> = with.into_iter().map(quoted).collect();
            terms.push(format!("{field}:({})", names.join(" OR ")));
        }
        terms.extend(without.into_iter().map(|name| format!("-{field}:{}", quoted(name))));
    }
    terms.extend(asking.option("query").map(str::to_owned));
    (!terms.is_empty()).then(|| terms.join(" "))
}

struct Portal {
    base: Url,
    filter: Option<String>,
    rows: usize,
    /// Whether pages have only ids and times.
    is_brief: AtomicBool,
}

/// From how many changed packages of a hundred on the page is fetched as a whole.
const WHOLE_PAGE_FROM_PERCENT: usize = 20;

impl Portal {
    fn is_brief(&self) -> bool {
        self.is_brief.load(Ordering::Relaxed)
    }

    fn action(&self, name: &str, query: &[(&str, &str)]) -> Url {
        with_query(&self.base, &format!("api/3/action/{name}"), query)
    }

    fn search(&self, at: &At, is_brief: bool) -> Url {
        let (start, rows) = (at.start.to_string(), at.rows.to_string());
        let mut query = vec![("sort", "id asc"), ("rows", &*rows), ("start", &*start)];
        if let Some(filter) = &self.filter {
            query.push(("fq", filter));
        }
        if is_brief {
            query.push(("fl", "id,name,metadata_modified"));
        }
        self.action("package_search", &query)
    }

    /// Fetches a page with everything in it, and takes what changed. What is not in it any more is taken alone.
    async fn take_page(&self, asking: &Asking<'_>, at: &At, changed: Vec<Entry>) -> Result<(), HarvestError> {
        let url = self.search(at, false);
        let got = asking.fetcher.get(&url, &Conditions::default(), DOCUMENT_BYTES_MAX).await;
        let whole = got.map_err(|error| error.to_string()).and_then(|(_, body)| self.read(&body));
        // A page that is too large, or has something in it that breaks it, is taken apart.
        let Ok(whole) = whole else { return self.take_each(asking, changed).await };
        let mut known: HashMap<Arc<str>, Entry> =
            whole.entries.into_iter().map(|entry| (entry.part.clone(), entry)).collect();
        let mut absent = Vec::new();
        for entry in changed {
            match known.remove(&entry.part) {
                Some(entry) => take_package(asking, entry).await?,
                None => absent.push(entry),
            }
        }
        self.take_each(asking, absent).await
    }

    async fn take_each(&self, asking: &Asking<'_>, changed: Vec<Entry>) -> Result<(), HarvestError> {
        stream::iter(changed)
            .map(|entry| self.take_one(asking, entry))
            .buffer_unordered(DOCUMENTS_AT_ONCE)
            .try_collect()
            .await
    }

    async fn take_one(&self, asking: &Asking<'_>, entry: Entry) -> Result<(), HarvestError> {
        let url = self.action("package_show", &[("id", &*entry.part)]);
        let failed = |why| HarvestError::Unexpected { url: url.to_string(), wanted: "CKAN package", why };
        let got = asking.fetcher.get(&url, &Conditions::default(), DOCUMENT_BYTES_MAX).await;
        let body = match got {
            Ok((_, body)) => body,
            // It was deleted, or made private, since it was listed.
            Err(FetchError::Status { status: 403 | 404, blocked_by: None, .. }) => return Ok(()),
            Err(error) => return asking.tell_failed(&entry.part, error.into()).await,
        };
        match result::<Box<RawValue>>(&body) {
            Ok(package) => {
                let bytes = Bytes::from(Box::<str>::from(package).into_string());
                take_package(asking, Entry { bytes, ..entry }).await
            }
            Err(why) => asking.tell_failed(&entry.part, failed(why)).await,
        }
    }
}

#[async_trait]
impl Pages for Portal {
    fn rows(&self) -> usize {
        self.rows
    }

    fn url(&self, at: &At) -> Url {
        self.search(at, self.is_brief())
    }

    fn wanted(&self) -> &'static str {
        INFO.name
    }

    fn overlaps(&self) -> bool {
        true
    }

    fn read(&self, body: &[u8]) -> Result<Page, String> {
        let found: Search = result(body)?;
        Ok(Page::of(found.count, found.results, |package| {
            let head: Head = serde_json::from_str(package.get()).ok()?;
            Some((head.id?, head.metadata_modified.as_deref().map(second)))
        }))
    }

    fn tries_otherwise(&self, error: &HarvestError) -> bool {
        let is_refused = match error {
            HarvestError::Fetch(FetchError::Status { status, .. }) => matches!(status, 400 | 409 | 500),
            HarvestError::Unexpected { .. } => true,
            _ => false,
        };
        // Older portals do not know the parameter for the short list.
        is_refused && self.is_brief.swap(false, Ordering::Relaxed)
    }

    async fn take(&self, asking: &Asking<'_>, at: &At, entries: Vec<Entry>) -> Result<(), HarvestError> {
        let is_whole = |entry: &Entry| entry.bytes.windows(11).any(|window| window == b"\"resources\"");
        // Some portals give everything, whatever is asked for.
        if !self.is_brief() || entries.iter().any(is_whole) {
            self.is_brief.store(false, Ordering::Relaxed);
            for entry in entries {
                take_package(asking, entry).await?;
            }
            return Ok(());
        }
        let count = entries.len();
        let mut changed = Vec::new();
        for entry in entries {
            let known = asking.memory.part(&entry.part).and_then(|known| known.stamp);
            if entry.stamp.is_some() && entry.stamp == known {
                asking.tell(crate::source::Found::Unchanged { part: entry.part }).await?;
            } else {
                changed.push(entry);
            }
        }
        if changed.len() * 100 < count * WHOLE_PAGE_FROM_PERCENT {
            return self.take_each(asking, changed).await;
        }
        if changed.len() == count && at.start == 0 {
            // Nothing is known, so the short list saves nothing.
            self.is_brief.store(false, Ordering::Relaxed);
        }
        self.take_page(asking, at, changed).await
    }
}

/// Hands over a package, unless it is none for the public.
async fn take_package(asking: &Asking<'_>, entry: Entry) -> Result<(), HarvestError> {
    let head: Head = serde_json::from_slice(&entry.bytes).unwrap_or_default();
    let is_public = !matches!(head.private, Some(Value::Bool(true)))
        && head.state.as_deref().is_none_or(|state| state == "active")
        // The sources that a portal harvests are packages, too.
        && head.kind.as_deref() != Some("harvest");
    match is_public {
        true => asking.read_entry("ckan", &entry.part, entry.stamp, entry.bytes).await,
        false => Ok(()),
    }
}

/// The time to its second: the index of a portal and its packages write the rest differently.
fn second(time: &str) -> String {
    time.chars().take("2026-11-28T00:00:00".len()).collect()
}

#[derive(Deserialize)]
struct Answer<T> {
    success: Option<bool>,
    result: Option<T>,
    error: Option<Value>,
}

#[derive(Deserialize)]
struct Search {
    count: Option<u64>,
    results: Vec<Box<RawValue>>,
}

/// What must be known of a package before it is read.
#[derive(Default, Deserialize)]
struct Head {
    id: Option<String>,
    metadata_modified: Option<String>,
    private: Option<Value>,
    state: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
}

/// The result of an answer. The status alone says little: portals say no with 200, too.
fn result<T: for<'de> Deserialize<'de>>(body: &[u8]) -> Result<T, String> {
    let answer: Answer<T> =
        serde_json::from_slice(body).map_err(|error| format!("it answered something else: {error}"))?;
    match answer {
        Answer { success: Some(false), error, .. } => {
            let why = error.as_ref().and_then(|error| error["message"].as_str()).unwrap_or("no reason given");
            Err(format!("it says no: {}", why.chars().take(200).collect::<String>()))
        }
        Answer { result: Some(result), .. } => Ok(result),
        Answer { .. } => Err("its answer has no result".to_owned()),
    }
}
