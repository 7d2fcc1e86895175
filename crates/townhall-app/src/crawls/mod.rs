//! Crawls: the data files on a website, beside what its catalog lists, and drafts of records for the rest.

mod drafts;
mod job;
mod report;

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use futures::stream;
use jiff::Timestamp;
use tokio::sync::mpsc;
use townhall_fetch::{FetchSettings, Fetcher};
use townhall_harvest::crawl::{CrawlEvent, CrawlState, Crawler, Listed, unmet};
use townhall_harvest::links::{Checker, Link, Rounds, lanes_of, run_rounds};
use townhall_metadata::{Item, ReadOptions, read_any};

pub use job::{CrawlSite, CrawlSummary};
pub use report::{CrawlReport, FILE_COLUMNS};

use crate::catalog::view_of;
use crate::limits::FILE_LINKS_MAX;
use crate::{App, Error, LinkSettings, Material, Workshop};

/// The use cases of crawls that need a portal.
pub struct Crawls<'a> {
    pub(crate) app: &'a App,
}

/// Walks on through a website, with the manners of link checks, until there is nothing left or `told` says to stop.
pub async fn crawl_site(
    fetch: &FetchSettings,
    manners: &LinkSettings,
    state: &mut CrawlState,
    told: impl FnMut(&CrawlState, CrawlEvent) -> bool,
) -> Result<(), Error> {
    let fetcher = manners.fetcher(&Fetcher::new(fetch.clone())?);
    Crawler::new(fetcher).run(state, told).await;
    Ok(())
}

/// The catalog that a site publishes itself, if it does.
pub async fn own_catalog(workshop: &Workshop, state: &CrawlState) -> Option<Material> {
    let url = state.start.join("/data.json").ok()?;
    workshop.fetch(url.as_str()).await.ok()
}

/// What a catalog in any dialect lists: the addresses of its distributions.
pub fn listed_by(input: &Material) -> Result<Vec<Listed>, Error> {
    let mut listed = Vec::new();
    let mut file = input.open()?;
    read_any(&mut file, &ReadOptions::default(), &mut |item| {
        let Item::Record(read) = item else { return ControlFlow::Continue(()) };
        let view = view_of(&read.record.body);
        for distribution in &view.distributions {
            for url in [&distribution.download_url, &distribution.access_url].into_iter().flatten() {
                if listed.len() >= FILE_LINKS_MAX {
                    return ControlFlow::Break(());
                }
                listed.push(Listed {
                    url: url.trim().to_owned(),
                    title: view.title.clone().unwrap_or_default(),
                    identifier: view.identifier.clone(),
                    ..Listed::default()
                });
            }
        }
        ControlFlow::Continue(())
    })?;
    Ok(listed)
}

/// Looks at what is listed on the site and was not met there, so that what is gone is told from what is only hidden.
pub async fn look_at_listed(
    fetch: &FetchSettings,
    manners: &LinkSettings,
    state: &CrawlState,
    listed: &mut [Listed],
    mut told: impl FnMut(u64, u64),
) -> Result<(), Error> {
    // Several datasets may list the same address, which is asked once.
    let mut places: HashMap<String, Vec<usize>> = HashMap::new();
    for at in unmet(&state.files, listed) {
        let url = &listed[at].url;
        if url.parse().is_ok_and(|url| state.is_inside(&url)) {
            places.entry(url.clone()).or_default().push(at);
        }
    }
    let wanted: Vec<_> = places.keys().map(|url| Link { url: url.clone(), ..Link::default() }).collect();
    let total = places.len() as u64;
    let checker = Arc::new(Checker::new(manners.fetcher(&Fetcher::new(fetch.clone())?), manners.check));
    let (out, mut found) = mpsc::channel(16);
    let rounds = Rounds { hosts: manners.hosts, batch: 1, ..Rounds::default() };
    let asking = run_rounds(checker, stream::iter(lanes_of(wanted)), rounds, Timestamp::now, out);
    let taking = async {
        let mut done = 0;
        while let Some(batch) = found.recv().await {
            for checked in batch {
                done += 1;
                told(done, total);
                for at in places.get(&checked.url).into_iter().flatten() {
                    listed[*at].works = Some(!checked.is_broken());
                    listed[*at].reason.clone_from(&checked.reason);
                }
            }
        }
    };
    tokio::join!(asking, taking);
    Ok(())
}
