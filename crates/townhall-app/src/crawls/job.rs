//! Job `crawl-site`: walks through a website for the staff, and keeps what it found under the name of the host.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use townhall_harvest::crawl::{CrawlOptions, CrawlState, Ended, Listed};
use townhall_model::ErrorKind;
use townhall_store::{Actor, JobState};
use url::Url;

use super::{CrawlReport, Crawls, crawl_site, listed_by, look_at_listed, own_catalog};
use crate::Error;
use crate::jobs::{Job, JobContext, ROUNDS_QUEUE};
use crate::limits::{CRAWL_KEPT_BYTES_MAX, CRAWL_KEPT_EVERY, CRAWLS_LISTED_MAX};

/// Walks through a website.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CrawlSite {
    /// Where it begins.
    pub url: Url,
    /// How many clicks from there it goes.
    pub depth: u32,
    /// How many pages it asks for.
    pub pages: u64,
}

/// What is kept of a crawl.
#[derive(Serialize, Deserialize)]
struct Kept {
    state: CrawlState,
    listed: Option<Vec<Listed>>,
}

/// A crawl that was made, or is being made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrawlSummary {
    /// The host.
    pub host: String,
    /// When it was kept; absent while it is under way.
    pub at: Option<jiff::Timestamp>,
    /// How far it is, in words.
    pub progress: String,
    /// The job that makes it.
    pub job: Option<String>,
}

/// What the names of kept crawls begin with.
const DONE: &str = "crawl:";

/// What the names of crawls under way begin with.
const UNDER_WAY: &str = "crawling:";

impl Job for CrawlSite {
    const KIND: &'static str = "crawl-site";
    const TITLE: &'static str = "List the data files on a website";
    const QUEUE: &'static str = ROUNDS_QUEUE;

    async fn run(self, ctx: &JobContext) -> Result<Value, Error> {
        let app = &ctx.app;
        let host = self.url.host_str().unwrap_or_default().to_owned();
        let (fetch, manners) = (&app.settings().fetch, &app.settings().links);
        let name = format!("{UNDER_WAY}{}", self.url);
        let options = CrawlOptions { depth: self.depth, pages: self.pages, ..CrawlOptions::default() };
        // One that was broken off goes on where it was kept last.
        let mut state = match app.crawls().read(&name).await? {
            Some(kept) => kept.state,
            None => CrawlState::new(self.url.clone(), options),
        };
        let is_cancelled = Arc::new(AtomicBool::new(false));
        let (cancelled, told) = (ctx.cancelled.clone(), is_cancelled.clone());
        let listening = tokio::spawn(async move {
            cancelled.wait().await;
            told.store(true, Ordering::Relaxed);
        });
        loop {
            let until = state.pages + CRAWL_KEPT_EVERY;
            state.ended = None;
            crawl_site(fetch, manners, &mut state, |_, event| {
                ctx.progress.set(event.pages, event.pages + event.waiting, "pages");
                event.pages < until && !is_cancelled.load(Ordering::Relaxed)
            })
            .await?;
            if is_cancelled.load(Ordering::Relaxed) || state.ended != Some(Ended::Stopped) {
                break;
            }
            state = app.crawls().keep(&name, Kept { state, listed: None }).await?.state;
        }
        listening.abort();
        if is_cancelled.load(Ordering::Relaxed) {
            app.store().forget_derived(&name).await?;
            return Err(Error::new(ErrorKind::Conflict, "the crawl was stopped"));
        }
        let listed = match own_catalog(app.workshop(), &state).await {
            None => None,
            Some(catalog) => {
                // What a site has at that address may be anything.
                let mut listed = app.compute(move || listed_by(&catalog)).await?.unwrap_or_default();
                let told = |done, total| ctx.progress.set(done, total, "links of its catalog");
                look_at_listed(fetch, manners, &state, &mut listed, told).await?;
                Some(listed)
            }
        };
        let (files, pages) = (state.files.len(), state.pages);
        state.settle();
        app.crawls().keep(&format!("{DONE}{host}"), Kept { state, listed }).await?;
        app.store().forget_derived(&name).await?;
        Ok(json!({"host": host, "files": files, "pages": pages}))
    }
}

impl Crawls<'_> {
    /// Asks for a crawl of a website.
    pub async fn ask(&self, actor: &Actor, address: &str, depth: u32, pages: u64) -> Result<(), Error> {
        let text = address.trim();
        let text = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
        let url = text.parse::<Url>().ok().filter(|url| {
            matches!(url.scheme(), "http" | "https") && url.host_str().is_some_and(|host| !host.is_empty())
        });
        let url = url.ok_or_else(|| {
            Error::invalid("that is no address of a website")
                .with_hint("write it like https://www.example.gov")
        })?;
        let usual = CrawlOptions::default();
        let job = CrawlSite { url, depth: depth.clamp(1, 50), pages: pages.clamp(1, usual.pages * 10) };
        self.app.jobs().enqueue(actor, &job).await?;
        self.app.jobs().wake();
        Ok(())
    }

    /// The crawls that were made, those under way first.
    pub async fn list(&self) -> Result<Vec<CrawlSummary>, Error> {
        let store = self.app.store();
        let mut crawls = Vec::new();
        for state in [JobState::Running, JobState::Queued] {
            for job in store.jobs(state, CRAWLS_LISTED_MAX).await? {
                let payload = serde_json::from_str::<CrawlSite>(&job.payload);
                let Some(site) = payload.ok().filter(|_| job.kind == CrawlSite::KIND) else { continue };
                let done = &job.progress;
                let progress = match done.total {
                    0 => "waiting for its turn".to_owned(),
                    total => format!("{} of {total} {}", done.done, done.message),
                };
                let host = site.url.host_str().unwrap_or_default().to_owned();
                crawls.push(CrawlSummary { host, at: None, progress, job: Some(job.id.to_string()) });
            }
        }
        for kept in store.derived_of(DONE).await?.into_iter().rev() {
            let host = kept.name.trim_start_matches(DONE).to_owned();
            crawls.push(CrawlSummary { host, at: Some(kept.used_at), progress: String::new(), job: None });
        }
        Ok(crawls)
    }

    /// What the last crawl of a host found.
    pub async fn report(&self, host: &str) -> Result<CrawlReport, Error> {
        let kept = self.read(&format!("{DONE}{host}")).await?;
        let Kept { state, listed } = kept.ok_or_else(|| Error::not_found("crawl", host))?;
        self.app.compute(move || CrawlReport::new(state, listed)).await
    }

    /// Forgets what the last crawl of a host found.
    pub async fn forget(&self, host: &str) -> Result<(), Error> {
        Ok(self.app.store().forget_derived(&format!("{DONE}{host}")).await?)
    }

    async fn keep(&self, name: &str, kept: Kept) -> Result<Kept, Error> {
        let (kept, bytes) = self
            .app
            .compute(move || (serde_json::to_vec(&kept), kept))
            .await
            .map(|(bytes, kept)| (kept, bytes))?;
        let bytes = bytes.map_err(|error| Error::new(ErrorKind::Internal, error.to_string()))?;
        let blob = self.app.blobs().put_bytes(&bytes).await?;
        self.app.store().keep_derived(name, &blob).await?;
        Ok(kept)
    }

    async fn read(&self, name: &str) -> Result<Option<Kept>, Error> {
        let Some(derived) = self.app.store().derived(name).await? else { return Ok(None) };
        let bytes = self.app.blobs().read(&derived.blob, CRAWL_KEPT_BYTES_MAX).await?;
        self.app
            .compute(move || serde_json::from_slice(&bytes))
            .await?
            .map(Some)
            .map_err(|error| Error::new(ErrorKind::Internal, format!("a kept crawl can't be read: {error}")))
    }
}
