//! Checks many links: hosts side by side, each at its own pace, so that a slow one holds up nobody else.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use futures::stream::{self, BoxStream, Stream, StreamExt};
use jiff::Timestamp;
use tokio::sync::mpsc;
use tokio::time::Instant;
use url::Url;

use super::check::{Checker, Link};
use super::verdict::{Checked, Verdict};
use crate::limits::{LINK_BATCH, LINK_BATCH_PATIENCE, LINK_HOSTS_AT_ONCE, SILENT_LINKS_MAX};

/// The links of one host, as they are wanted: whoever gives them need not hold them all.
pub struct Lane {
    /// The host.
    pub host: String,
    /// Its links.
    pub links: BoxStream<'static, Link>,
}

/// How many are asked at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rounds {
    /// Hosts at the same time.
    pub hosts: usize,
    /// Links of one host at the same time.
    pub per_host: usize,
    /// Results that are handed over together.
    pub batch: usize,
}

impl Default for Rounds {
    fn default() -> Self {
        Self { hosts: LINK_HOSTS_AT_ONCE, per_host: 2, batch: LINK_BATCH }
    }
}

/// Checks the links of all lanes and hands the results over in batches. It ends when the lanes end, or when nobody takes results
/// any more. What was not handed over is checked again another time.
pub async fn run_rounds(
    checker: Arc<Checker>,
    lanes: impl Stream<Item = Lane>,
    rounds: Rounds,
    now: impl Fn() -> Timestamp + Clone,
    out: mpsc::Sender<Vec<Checked>>,
) {
    let (results, mut found) = mpsc::channel::<Checked>(rounds.batch.max(1));
    let asking = async {
        let results = results;
        let all = lanes.for_each_concurrent(rounds.hosts.max(1), |lane| {
            run_lane(checker.clone(), lane, rounds.per_host.max(1), now.clone(), results.clone())
        });
        tokio::select! {
            () = all => {}
            () = results.closed() => {}
        }
    };
    let handing = async {
        let mut batch = Vec::with_capacity(rounds.batch);
        let mut since = Instant::now();
        loop {
            let next = tokio::time::timeout_at(since + LINK_BATCH_PATIENCE, found.recv()).await;
            let is_over = matches!(next, Ok(None));
            if let Ok(Some(checked)) = next {
                batch.push(checked);
            }
            let is_due = batch.len() >= rounds.batch || since.elapsed() >= LINK_BATCH_PATIENCE || is_over;
            if is_due {
                if !batch.is_empty() && out.send(std::mem::take(&mut batch)).await.is_err() {
                    // Nobody takes them: the others are not asked any more.
                    found.close();
                    return;
                }
                since = Instant::now();
            }
            if is_over {
                return;
            }
        }
    };
    tokio::join!(asking, handing);
}

async fn run_lane(
    checker: Arc<Checker>,
    lane: Lane,
    at_once: usize,
    now: impl Fn() -> Timestamp,
    results: mpsc::Sender<Checked>,
) {
    let (silent, busy) = (AtomicU32::new(0), AtomicU32::new(0));
    lane.links
        .map(|link| {
            let (checker, silent, busy, now) = (&checker, &silent, &busy, &now);
            async move {
                if silent.load(Ordering::Relaxed) >= SILENT_LINKS_MAX {
                    let why = format!("nothing answered at its host {SILENT_LINKS_MAX} times in a row");
                    return Checked::new(link.url, Verdict::Unreachable, why);
                }
                if busy.load(Ordering::Relaxed) >= SILENT_LINKS_MAX {
                    let why = "its host asked for patience again and again".to_owned();
                    return Checked::new(link.url, Verdict::Unchecked, why);
                }
                let checked = checker.check(&link, now()).await;
                count(silent, checked.verdict == Verdict::Unreachable);
                count(busy, checked.status == Some(429) || checked.retry_after_s.is_some());
                checked
            }
        })
        .buffer_unordered(at_once)
        .for_each(|checked| async {
            // When nobody takes it, everything ends.
            let _ = results.send(checked).await;
        })
        .await;
}

/// Counts what comes in a row.
fn count(so_far: &AtomicU32, is_another: bool) {
    match is_another {
        true => so_far.fetch_add(1, Ordering::Relaxed),
        false => so_far.swap(0, Ordering::Relaxed),
    };
}

/// Lanes of links that are at hand, each address once with everything that is declared of it.
pub fn lanes_of(links: impl IntoIterator<Item = Link>) -> Vec<Lane> {
    let mut hosts: BTreeMap<String, BTreeMap<String, Link>> = BTreeMap::new();
    for link in links {
        let host = host_of(&link.url);
        let known = hosts.entry(host).or_default().entry(link.url.clone());
        let known = known.or_insert_with(|| Link { declared: Vec::new(), ..link.clone() });
        for declared in link.declared {
            if !known.declared.contains(&declared) {
                known.declared.push(declared);
            }
        }
    }
    hosts
        .into_iter()
        .map(|(host, links)| Lane { host, links: stream::iter(links.into_values()).boxed() })
        .collect()
}

/// The host of an address; nothing when it has none.
pub fn host_of(url: &str) -> String {
    url.trim().parse::<Url>().ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
}
