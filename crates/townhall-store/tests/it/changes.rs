//! The change log and the audit log.

use crate::on_both;
use crate::support::World;
use crate::support::samples::{dataset, datasets, job};

on_both!(
    a_reader_that_follows_the_numbers_misses_nothing,
    every_change_has_a_number_and_names_who,
    an_audit_line_tells_who_did_what,
);

async fn a_reader_that_follows_the_numbers_misses_nothing(world: &World) {
    const WRITERS: usize = 6;
    const BATCHES: usize = 12;
    const RECORDS: usize = 3;
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let (store, actor) = (world.store.clone(), world.actor());
            tokio::spawn(async move {
                for batch in 0..BATCHES {
                    let some =
                        (0..RECORDS).map(|n| dataset(&format!("{writer}-{batch}-{n}"), "Trees")).collect();
                    store.put_records(&actor, some).await.unwrap();
                }
            })
        })
        .collect();
    let total = (WRITERS * BATCHES * RECORDS) as i64;
    let mut seen = 0;
    // The writers end, so this does.
    while seen < total {
        let ended = writers.iter().all(tokio::task::JoinHandle::is_finished);
        for change in world.store.changes_since(seen, 7).await.unwrap() {
            assert_eq!(change.seq, seen + 1, "a number was skipped, and may turn up later");
            seen = change.seq;
        }
        assert!(!ended || seen == world.store.head().await.unwrap() || seen < total, "the log ends early");
        tokio::task::yield_now().await;
    }
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(world.store.head().await.unwrap(), total);
}

async fn every_change_has_a_number_and_names_who(world: &World) {
    let puts = world.store.put_records(&world.actor(), datasets(0..3)).await.unwrap();
    let changes = world.store.changes_since(1, 10).await.unwrap();
    assert_eq!(changes.iter().map(|change| change.seq).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(changes[0].record, puts[1].id.unwrap().to_string());
    assert_eq!((changes[0].actor.as_str(), changes[0].action.as_str()), ("cli:ada", "added"));
    assert_eq!(changes[0].at, "2026-03-01T12:00:00.000000Z");
    assert_eq!(world.store.changes_since(0, 2).await.unwrap().len(), 2);
}

async fn an_audit_line_tells_who_did_what(world: &World) {
    let actor = world.actor();
    let mut tx = world.store.begin(&actor).await.unwrap();
    tx.put_records(vec![dataset("a", "Trees")]).await.unwrap();
    tx.enqueue(&job("a")).await.unwrap();
    tx.set_meta("site.name", "Springfield").await.unwrap();
    tx.commit().await.unwrap();
    let told: Vec<String> = world
        .store
        .audit_since(0, 10)
        .await
        .unwrap()
        .iter()
        .map(|entry| format!("{} {} {} {}", entry.seq, entry.actor, entry.action, entry.subject))
        .collect();
    assert_eq!(
        told,
        [
            "1 cli:ada added organization",
            "2 cli:ada added organization",
            "3 cli:ada added record",
            "4 cli:ada enqueued job",
            "5 cli:ada set setting",
        ]
    );
    assert_eq!(world.store.meta("site.name").await.unwrap().as_deref(), Some("Springfield"));
    assert_eq!(world.store.meta("site.logo").await.unwrap(), None);
    assert_eq!(world.store.head().await.unwrap(), 1);
}
