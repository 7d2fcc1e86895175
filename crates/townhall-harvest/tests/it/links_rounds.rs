//! Many links of many hosts.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures::stream;
use jiff::Timestamp;
use townhall_harvest::links::{CheckSettings, Checked, Checker, Link, Rounds, Verdict, lanes_of, run_rounds};

use crate::fetcher;
use crate::site::{Reply, Site};

fn checker(timeout: Duration) -> Arc<Checker> {
    Arc::new(Checker::new(fetcher(false), CheckSettings { timeout, ..CheckSettings::default() }))
}

fn link(url: String, declared: &str) -> Link {
    Link { url, declared: vec![declared.to_owned()], known: None }
}

async fn run(checker: Arc<Checker>, links: Vec<Link>, rounds: Rounds) -> Vec<Vec<Checked>> {
    let (out, mut found) = tokio::sync::mpsc::channel(1);
    let now = || Timestamp::UNIX_EPOCH;
    let asking = run_rounds(checker, stream::iter(lanes_of(links)), rounds, now, out);
    let taking = async {
        let mut batches = Vec::new();
        while let Some(batch) = found.recv().await {
            batches.push(batch);
        }
        batches
    };
    tokio::join!(asking, taking).1
}

#[tokio::test]
async fn an_address_that_many_name_is_asked_once_and_results_come_in_batches() {
    let site = Site::start(|_| Reply::csv("a,b\n1,2\n"));
    let links =
        (0..30).map(|n| link(site.url(&format!("/{}.csv", n % 10)), if n < 10 { "CSV" } else { "JSON" }));
    let batches =
        run(checker(Duration::from_secs(5)), links.collect(), Rounds { batch: 4, ..Rounds::default() }).await;
    let sizes: Vec<usize> = batches.iter().map(Vec::len).collect();
    assert_eq!((sizes.iter().sum::<usize>(), sizes.iter().max()), (10, Some(&4)));
    // Either declaration will do.
    assert!(batches.iter().flatten().all(|checked| checked.verdict == Verdict::Works));
    assert_eq!(site.log().len(), 20);
}

#[tokio::test]
async fn a_host_is_not_asked_by_more_than_it_may_be() {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (counting, peak) = (now.clone(), most.clone());
    let site = Site::start(move |_| {
        peak.fetch_max(counting.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        let reply = Reply::csv("a,b\n");
        counting.fetch_sub(1, Ordering::SeqCst);
        reply
    });
    let links = (0..40).map(|n| link(site.url(&format!("/{n}.csv")), "CSV")).collect();
    let found = run(checker(Duration::from_secs(5)), links, Rounds::default()).await;
    assert_eq!(found.iter().flatten().count(), 40);
    assert!(most.load(Ordering::SeqCst) <= 2);
}

#[tokio::test]
async fn a_silent_host_holds_nobody_up_and_is_left_alone() {
    let silent = Site::start(|_| Reply::Silence);
    let site = Site::start(|_| Reply::csv("a,b\n"));
    // The same machine under another name is another host.
    let other = |n| site.url(&format!("/{n}.csv")).replace("127.0.0.1", "localhost");
    let mut links: Vec<Link> = (0..50).map(|n| link(silent.url(&format!("/{n}.csv")), "CSV")).collect();
    links.extend((0..20).map(|n| link(other(n), "CSV")));
    let found: Vec<Checked> = run(checker(Duration::from_millis(500)), links, Rounds::default())
        .await
        .into_iter()
        .flatten()
        .collect();
    let count = |verdict| found.iter().filter(|checked| checked.verdict == verdict).count();
    assert_eq!((count(Verdict::Works), count(Verdict::Unreachable)), (20, 50));
    assert!(silent.requests().len() <= 14, "{}", silent.requests().len());
}

#[tokio::test]
async fn nothing_more_is_asked_when_nobody_takes_the_results() {
    let site = Site::start(|_| Reply::csv("a,b\n"));
    let links: Vec<Link> = (0..200).map(|n| link(site.url(&format!("/{n}.csv")), "CSV")).collect();
    let (out, mut found) = tokio::sync::mpsc::channel(1);
    let rounds = Rounds { batch: 3, ..Rounds::default() };
    let lanes = stream::iter(lanes_of(links));
    let asking = run_rounds(checker(Duration::from_secs(5)), lanes, rounds, || Timestamp::UNIX_EPOCH, out);
    let taking = async {
        found.recv().await;
        drop(found);
    };
    tokio::join!(asking, taking);
    assert!(site.log().len() < 100, "{}", site.log().len());
}

#[tokio::test]
async fn a_host_that_asks_for_patience_is_left_in_peace() {
    let site = Site::start(|_| Reply::status(429));
    let links = (0..40).map(|n| link(site.url(&format!("/{n}.csv")), "CSV")).collect();
    let found = run(checker(Duration::from_secs(5)), links, Rounds::default()).await;
    let count = |verdict| found.iter().flatten().filter(|checked| checked.verdict == verdict).count();
    assert!(count(Verdict::ServerError) <= 6 && count(Verdict::Unchecked) >= 34);
    assert!(site.log().len() <= 6);
}
