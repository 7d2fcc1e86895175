//! Checks the links that are due: host by host, in batches, so that whatever ends it loses a moment's work at most.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use futures::FutureExt;
use futures::stream::{self, Stream, StreamExt};
use jiff::Timestamp;
use tokio::sync::mpsc;
use townhall_harvest::links::{Checked, Checker, Known, Lane, Link, Rounds, Standing, State, run_rounds};
use townhall_store::{LinkStanding, Store, StoreError, StoredLink, link_id};

use super::{Links, MirrorReport};
use crate::Error;
use crate::limits::{LINK_HOSTS_PER_PAGE, LINKS_PER_PAGE};

/// What a round of checks found, by what is now held of the links.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RoundReport {
    /// How many were checked.
    pub checked: u64,
    /// They work.
    pub works: u64,
    /// They did not work the last time.
    pub doubtful: u64,
    /// They have not worked for days.
    pub broken: u64,
    /// They are not for everybody.
    pub closed: u64,
    /// Nothing can be said of them.
    pub unknown: u64,
    /// What came of copying files.
    pub copies: MirrorReport,
}

/// The first thing that went wrong with the store while links were asked for.
type Trouble = Arc<Mutex<Option<StoreError>>>;

impl Links<'_> {
    /// Makes every link due now. Returns how many there are.
    pub async fn make_all_due(&self) -> Result<u64, Error> {
        Ok(self.app.store().make_links_due(None).await?)
    }

    /// The whole round: takes in which links the records name, checks those that are due, and copies the files that are to be
    /// copied. It tells what it is doing, how much of it is done and of how much; 0 where that is not known.
    pub async fn round(
        &self,
        mut progress: impl FnMut(&'static str, u64, u64),
        stop: impl Future<Output = ()>,
    ) -> Result<RoundReport, Error> {
        let stop = stop.shared();
        self.collect().await?;
        let mut report = self.check_due(|done, total| progress("links", done, total), stop.clone()).await?;
        report.copies = self.mirror(|done| progress("copies of files", done, 0), stop).await?;
        Ok(report)
    }

    /// Checks every link that is due, until told to stop. What was found is written down in batches.
    pub async fn check_due(
        &self,
        mut progress: impl FnMut(u64, u64),
        stop: impl Future<Output = ()>,
    ) -> Result<RoundReport, Error> {
        let settings = &self.app.settings().links;
        let store = self.app.store();
        let now = Timestamp::now();
        let total = store.count_due_links(now).await?;
        let checker = Arc::new(Checker::new(settings.fetcher(self.app.fetcher()), settings.check));
        let trouble = Trouble::default();
        let lanes = lanes(store.clone(), now, trouble.clone());
        let rounds = Rounds { hosts: settings.hosts, ..Rounds::default() };
        let (out, mut found) = mpsc::channel(1);
        let asking = run_rounds(checker, lanes, rounds, Timestamp::now, out);
        let mut report = RoundReport::default();
        let taking = async {
            let mut stop = std::pin::pin!(stop);
            loop {
                let batch = tokio::select! {
                    () = &mut stop => break,
                    batch = found.recv() => batch,
                };
                let Some(batch) = batch else { break };
                self.keep(&batch, &mut report).await?;
                progress(report.checked, total.max(report.checked));
            }
            found.close();
            Ok::<(), Error>(())
        };
        let ((), taken) = tokio::join!(asking, taking);
        taken?;
        let trouble = trouble.lock().unwrap_or_else(PoisonError::into_inner).take();
        trouble.map_or(Ok(report), |error| Err(error.into()))
    }

    /// Writes down what was found.
    async fn keep(&self, batch: &[Checked], report: &mut RoundReport) -> Result<(), Error> {
        let store = self.app.store();
        let rules = self.app.settings().links.rules;
        let ids: Vec<String> = batch.iter().map(|checked| link_id(&checked.url)).collect();
        let known: HashMap<String, StoredLink> =
            store.links_by_id(&ids).await?.into_iter().map(|link| (link.id.clone(), link)).collect();
        let now = Timestamp::now();
        let mut checks = Vec::with_capacity(batch.len());
        for (id, checked) in ids.into_iter().zip(batch) {
            let Some(link) = known.get(&id) else { continue };
            let standing = standing_of(&link.standing).after(checked, now, &rules);
            report.checked += 1;
            *match standing.state {
                State::Works => &mut report.works,
                State::Doubtful => &mut report.doubtful,
                State::Broken => &mut report.broken,
                State::Closed => &mut report.closed,
                State::Unknown => &mut report.unknown,
            } += 1;
            let salt = u64::from_str_radix(&id[..15], 16).unwrap_or(0);
            checks.push((id, stored(standing, checked, now, standing.next(checked, now, salt))));
        }
        store.put_link_checks(&checks).await?;
        tracing::info!("kept what {} links gave, {} in all", checks.len(), report.checked);
        Ok(())
    }
}

/// The hosts with links that are due, each with its links as they are wanted.
fn lanes(store: Store, now: Timestamp, trouble: Trouble) -> impl Stream<Item = Lane> {
    let pages = stream::unfold(Some(None::<String>), {
        let (store, trouble) = (store.clone(), trouble.clone());
        move |after| {
            let (store, trouble) = (store.clone(), trouble.clone());
            async move {
                let after = after?;
                let hosts = store.due_link_hosts(now, after.as_deref(), LINK_HOSTS_PER_PAGE).await;
                let hosts = kept(hosts, &trouble).filter(|hosts| !hosts.is_empty())?;
                let next = Some(hosts.last().cloned());
                Some((stream::iter(hosts), next))
            }
        }
    });
    pages.flatten().map(move |host| {
        let links = links(store.clone(), host.clone(), now, trouble.clone()).boxed();
        Lane { host, links }
    })
}

/// The links of a host that are due, page by page.
fn links(store: Store, host: String, now: Timestamp, trouble: Trouble) -> impl Stream<Item = Link> {
    stream::unfold(None::<(Timestamp, String)>, move |after| {
        let (store, host, trouble) = (store.clone(), host.clone(), trouble.clone());
        async move {
            let cursor = after.as_ref().map(|(time, id)| (*time, id.as_str()));
            let page = kept(store.due_links(&host, now, cursor, LINKS_PER_PAGE).await, &trouble)?;
            let (last, _) = page.last()?;
            let next = Some((last.standing.next_at, last.id.clone()));
            let links = page.into_iter().map(|(link, declared)| Link {
                known: detail(&link.standing).map(|checked| Known::of(&checked)),
                url: link.url,
                declared,
            });
            Some((stream::iter(links.collect::<Vec<_>>()), next))
        }
    })
    .flatten()
}

/// What the store gave; what went wrong is kept for the end.
fn kept<T>(outcome: Result<T, StoreError>, trouble: &Trouble) -> Option<T> {
    match outcome {
        Ok(found) => Some(found),
        Err(error) => {
            trouble.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
            None
        }
    }
}

/// Everything that the last check found.
pub(super) fn detail(standing: &LinkStanding) -> Option<Checked> {
    serde_json::from_str(standing.detail.as_deref()?).ok()
}

fn standing_of(stored: &LinkStanding) -> Standing {
    Standing {
        state: State::read(&stored.state).unwrap_or_default(),
        since: stored.since,
        failures: stored.failures,
        failing_since: stored.failing_since,
        worked_at: stored.worked_at,
    }
}

fn stored(standing: Standing, checked: &Checked, now: Timestamp, next_at: Timestamp) -> LinkStanding {
    LinkStanding {
        state: standing.state.name().to_owned(),
        verdict: checked.verdict.name().to_owned(),
        status: checked.status.unwrap_or(0),
        first_status: checked.first_status.unwrap_or(0),
        content_type: checked.content_type.as_deref().unwrap_or_default().to_ascii_lowercase(),
        since: standing.since,
        failures: standing.failures,
        failing_since: standing.failing_since,
        worked_at: standing.worked_at,
        checked_at: Some(now),
        next_at,
        detail: serde_json::to_string(checked).ok(),
    }
}
