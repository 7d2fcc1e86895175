//! The walk: asks for what is on the list, puts on the list what it leads to.

use std::time::Duration;

use futures::stream::{self, StreamExt};
use jiff::Timestamp;
use townhall_fetch::{FetchError, Fetcher, Look, Seen};
use townhall_model::record::format_label;
use url::Url;

use super::endpoints::{Endpoint, endpoint_of};
use super::found::{FoundFile, is_idle, is_listed, named_file};
use super::sitemap::read_sitemap;
use super::state::{CrawlState, Ended, Source, Visit};
use crate::limits::{
    CRAWL_AT_ONCE, CRAWL_PAGE_BYTES_MAX, LOOK_SECONDS, SITEMAP_BYTES_MAX, SITEMAP_DEPTH_MAX,
};
use crate::links::{CheckSettings, Checker, Link, Verdict};
use crate::page::{Page, read_page};
use crate::sniff::{label_of_type, sniff};

/// How a crawl goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CrawlEvent {
    /// Pages asked for.
    pub pages: u64,
    /// Files met.
    pub files: u64,
    /// Addresses still to be visited.
    pub waiting: u64,
}

/// Walks through websites.
pub struct Crawler {
    fetcher: Fetcher,
    checker: Checker,
    timeout: Duration,
}

/// What a visit brought.
enum Brought {
    /// A page that leads on.
    Page(Box<Page>, Url, u64),
    /// A file.
    File(Box<FoundFile>, u64),
    /// A list of addresses.
    Map(super::sitemap::Sitemap, u64),
    /// Nothing that is wanted.
    Nothing(u64),
    /// It leads out of the site.
    Outside(Url),
    /// The site asks programs to leave it alone.
    Disallowed,
    /// It could not be had.
    Failed,
}

impl Crawler {
    /// A crawler that asks through this fetcher, with its manners.
    pub fn new(fetcher: Fetcher) -> Self {
        let settings = CheckSettings { hash_bytes_max: 0, ..CheckSettings::default() };
        Self {
            checker: Checker::new(fetcher.clone(), settings),
            fetcher,
            timeout: Duration::from_secs(LOOK_SECONDS),
        }
    }

    /// Walks on until there is nothing left, a bound is met, or `told` says to stop. What was found is in the state, which can be
    /// kept between any two calls of `told` and gone on with later.
    pub async fn run(&self, state: &mut CrawlState, mut told: impl FnMut(&CrawlState, CrawlEvent) -> bool) {
        if state.pages == 0 {
            self.begin(state).await;
        }
        loop {
            let event = CrawlEvent {
                pages: state.pages,
                files: state.files.len() as u64,
                waiting: state.waiting() as u64,
            };
            state.ended = if !told(state, event) {
                Some(Ended::Stopped)
            } else if state.frontier.is_empty() {
                Some(Ended::Complete)
            } else if state.pages >= state.options.pages {
                Some(Ended::Pages)
            } else if state.bytes >= state.options.bytes {
                Some(Ended::Bytes)
            } else {
                None
            };
            if state.ended.is_some() {
                return;
            }
            let room = usize::try_from(state.options.pages - state.pages).unwrap_or(usize::MAX);
            let count = CRAWL_AT_ONCE.min(room).min(state.frontier.len());
            let visits: Vec<Visit> = state.frontier.drain(..count).collect();
            let (all, inside) = (visits.clone(), &*state);
            let brought: Vec<Brought> = stream::iter(all)
                .map(|visit| self.visit(inside, visit))
                .buffered(CRAWL_AT_ONCE)
                .collect()
                .await;
            for (visit, brought) in visits.into_iter().zip(brought) {
                state.pages += 1;
                take_in(state, visit, brought);
            }
        }
    }

    /// Puts the maps of the site on the list, and where its own catalog would be.
    async fn begin(&self, state: &mut CrawlState) {
        let robots = self.fetcher.robots(&state.start).await.ok();
        let mut maps: Vec<Url> = robots.map(|robots| robots.sitemaps.clone()).unwrap_or_default();
        maps.extend(state.start.join("/sitemap.xml"));
        for url in maps.into_iter().filter(|url| state.is_inside(url)).collect::<Vec<_>>() {
            state.add(Visit { url, depth: 0, text: String::new(), from: None, is_sitemap: true });
        }
    }

    async fn visit(&self, state: &CrawlState, visit: Visit) -> Brought {
        if visit.is_sitemap {
            return self.visit_map(&visit.url).await;
        }
        if named_file(&visit.url).is_some() {
            return self.visit_file(state, &visit).await;
        }
        let seen = match self
            .fetcher
            .look(&visit.url, Look::Whole { bytes: CRAWL_PAGE_BYTES_MAX }, self.timeout)
            .await
        {
            Ok(seen) if (200..300).contains(&seen.status) && seen.blocked_by.is_none() => seen,
            Ok(_) => return Brought::Failed,
            Err(FetchError::Robots { .. }) => return Brought::Disallowed,
            Err(_) => return Brought::Failed,
        };
        let taken = seen.body.len() as u64;
        if !state.is_inside(&seen.url) {
            return Brought::Outside(seen.url);
        }
        let found = sniff(&seen.body);
        if found.is_some_and(|found| found.label == "HTML") {
            let (body, url) = (seen.body.clone(), seen.url.clone());
            let page = tokio::task::spawn_blocking(move || read_page(&body, &url)).await;
            return page.map_or(Brought::Failed, |page| Brought::Page(Box::new(page), seen.url, taken));
        }
        let Some(found) = found else { return Brought::Nothing(taken) };
        // An address that does not say so may give a file all the same.
        let is_answer = matches!(found.label, "JSON" | "XML" | "RSS" | "ATOM" | "TXT" | "OPENAPI");
        let is_attached =
            seen.header("content-disposition").is_some_and(|words| words.contains("attachment"));
        if !is_listed(&seen.url, found.label) || (is_answer && !is_attached) {
            return Brought::Nothing(taken);
        }
        let mut file = described(state, &visit, &seen);
        file.format = found.label.to_owned();
        file.inside = found.inside.map(str::to_owned);
        Brought::File(Box::new(file), taken)
    }

    async fn visit_map(&self, url: &Url) -> Brought {
        let bytes = usize::try_from(SITEMAP_BYTES_MAX).unwrap_or(usize::MAX);
        match self.fetcher.look(url, Look::Whole { bytes }, self.timeout).await {
            Ok(seen) if seen.status == 200 => {
                let taken = seen.body.len() as u64;
                let is_page = sniff(&seen.body[..seen.body.len().min(4_096)])
                    .is_some_and(|found| found.label == "HTML");
                if is_page {
                    return Brought::Nothing(taken);
                }
                let read = tokio::task::spawn_blocking(move || read_sitemap(&seen.body)).await;
                read.map_or(Brought::Failed, |map| Brought::Map(map, taken))
            }
            Err(FetchError::Robots { .. }) => Brought::Disallowed,
            _ => Brought::Nothing(0),
        }
    }

    /// Looks at a file without taking it.
    async fn visit_file(&self, state: &CrawlState, visit: &Visit) -> Brought {
        let link = Link { url: visit.url.to_string(), ..Link::default() };
        // Certificates are for those who look after links.
        let checked = self.checker.check(&link, Timestamp::UNIX_EPOCH).await;
        match checked.verdict {
            Verdict::Works | Verdict::Moved | Verdict::Redirected => {}
            Verdict::WrongType if checked.format.as_deref() != Some("HTML") => {}
            Verdict::Refused => return Brought::Disallowed,
            _ => return Brought::Failed,
        }
        let source = state.source(visit.from);
        let named = named_file(&visit.url).unwrap_or_default();
        let found = checked.format.filter(|format| is_known_better(&named, format));
        Brought::File(
            Box::new(FoundFile {
                url: visit.url.to_string(),
                format: found.unwrap_or(named),
                inside: checked.inside,
                content_type: checked.content_type,
                bytes: checked.bytes,
                modified: checked.last_modified.as_deref().and_then(day),
                text: visit.text.clone(),
                page_title: source.title,
                page_description: source.description,
                page: source.url,
            }),
            0,
        )
    }
}

/// Whether what was found says more than the name: a text may be anything that is text, and a zip file holds what it is named for.
fn is_known_better(named: &str, found: &str) -> bool {
    match found {
        "TXT" | "ZIP" | "JSON" | "XML" | "HDF" | "SQLITE" => matches!(named, "" | "ZIP"),
        "CSV" | "TSV" => !matches!(named, "N-TRIPLES" | "TTL"),
        "XLS" => named != "DOC",
        _ => true,
    }
}

fn described(state: &CrawlState, visit: &Visit, seen: &Seen) -> FoundFile {
    let source = state.source(visit.from);
    FoundFile {
        url: visit.url.to_string(),
        content_type: seen.header("content-type").map(str::to_owned),
        bytes: seen.size_bytes().or_else(|| (!seen.is_cut).then_some(seen.body.len() as u64)),
        modified: seen.header("last-modified").and_then(day),
        text: visit.text.clone(),
        page_title: source.title,
        page_description: source.description,
        page: source.url,
        format: seen
            .header("content-type")
            .and_then(label_of_type)
            .or_else(|| format_label(None, None, Some(visit.url.as_str())))
            .unwrap_or_default(),
        inside: None,
    }
}

/// The day of a date in a header (RFC 9110, section 5.6.7).
fn day(text: &str) -> Option<String> {
    let at = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
    Some(at.strftime("%Y-%m-%d").to_string())
}

/// Puts what a visit brought where it belongs.
fn take_in(state: &mut CrawlState, visit: Visit, brought: Brought) {
    match brought {
        Brought::Page(page, at, taken) => {
            state.bytes += taken;
            note_endpoint(state, &at, visit.url.as_str());
            if !page.is_nofollow {
                lead_on(state, &visit, *page, &at);
            }
        }
        Brought::File(file, taken) => {
            state.bytes += taken;
            state.keep(*file);
        }
        Brought::Map(map, taken) => {
            state.bytes += taken;
            for url in map.pages {
                let is_near = state.is_inside(&url) && !is_idle(&url);
                if is_near {
                    state.add(Visit { url, depth: 1, text: String::new(), from: None, is_sitemap: false });
                }
            }
            for url in map.sitemaps {
                if (visit.depth as usize) < SITEMAP_DEPTH_MAX && state.is_inside(&url) {
                    let depth = visit.depth + 1;
                    state.add(Visit { url, depth, text: String::new(), from: None, is_sitemap: true });
                }
            }
        }
        Brought::Nothing(taken) => {
            state.bytes += taken;
            note_endpoint(state, &visit.url, visit.url.as_str());
        }
        Brought::Outside(url) => {
            // The site itself may have moved.
            if visit.depth == 0 && visit.from.is_none() && state.files.is_empty() {
                if let Some(host) = url.host_str() {
                    state.options.hosts.push(host.to_owned());
                }
                state.add(Visit { url, ..visit });
            }
        }
        Brought::Disallowed => state.disallowed += 1,
        Brought::Failed => state.failed += 1,
    }
}

fn lead_on(state: &mut CrawlState, visit: &Visit, page: Page, at: &Url) {
    let mut from = None;
    let depth = visit.depth + 1;
    let refresh = page.refresh.clone().map(|url| (url, String::new()));
    let links = page.links.into_iter().map(|link| (link.url, link.text));
    for (url, text) in refresh.into_iter().chain(links) {
        note_endpoint(state, &url, at.as_str());
        let is_file = named_file(&url).is_some();
        if !state.is_inside(&url) {
            if is_file && let Some(host) = url.host_str() {
                *state.elsewhere.entry(host.to_owned()).or_default() += 1;
            }
            continue;
        }
        // A file at the end of the way is looked at; a page there is not.
        if is_idle(&url) || (depth > state.options.depth && !is_file) {
            continue;
        }
        if from.is_none() {
            from = u32::try_from(state.sources.len()).ok();
            let title = if page.title.is_empty() { page.heading.clone() } else { page.title.clone() };
            state.sources.push(Source { url: at.to_string(), title, description: page.description.clone() });
        }
        state.add(Visit { url, depth, text, from, is_sitemap: false });
    }
}

fn note_endpoint(state: &mut CrawlState, url: &Url, page: &str) {
    let Some((kind, at)) = endpoint_of(url) else { return };
    let known = |endpoint: &Endpoint| endpoint.kind == kind && endpoint.url == at.as_str();
    if !state.endpoints.iter().any(known) && state.endpoints.len() < 1_000 {
        state.endpoints.insert(Endpoint {
            kind: kind.to_owned(),
            url: at.to_string(),
            page: page.to_owned(),
        });
    }
}
