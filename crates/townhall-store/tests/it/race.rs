//! Several at once: writers, workers, and a sweep.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use townhall_store::{PutOutcome, RecordFilter, StoreError, StoredFile};

use crate::on_both;
use crate::support::World;
use crate::support::samples::{datasets, job};

on_both!(
    two_importers_of_the_same_records_add_each_once,
    no_two_workers_get_the_same_job,
    a_sweep_takes_nothing_that_somebody_is_about_to_refer_to,
);

async fn two_importers_of_the_same_records_add_each_once(world: &World) {
    let importers: Vec<_> = (0..4)
        .map(|n| {
            let (store, actor) = (world.store.clone(), world.actor());
            tokio::spawn(async move {
                let mut added = 0;
                for start in (0..120).step_by(20) {
                    // Each goes through them in another order.
                    let start = (start + n * 40) % 120;
                    let puts = store.put_records(&actor, datasets(start..start + 20)).await.unwrap();
                    added += puts.iter().filter(|put| put.outcome == PutOutcome::Added).count();
                }
                added
            })
        })
        .collect();
    let mut added = 0;
    for importer in importers {
        added += importer.await.unwrap();
    }
    assert_eq!(added, 120);
    assert_eq!(world.store.count_records(&RecordFilter::default()).await.unwrap(), 120);
    assert_eq!(world.store.head().await.unwrap(), 120);
}

async fn no_two_workers_get_the_same_job(world: &World) {
    const JOBS: usize = 40;
    for n in 0..JOBS {
        world.store.enqueue(&world.actor(), &job(&n.to_string())).await.unwrap();
    }
    let workers: Vec<_> = (0..6)
        .map(|n| {
            let (store, name) = (world.store.clone(), format!("w{n}"));
            tokio::spawn(async move {
                let mut done = Vec::new();
                while let Some(claimed) = store.claim(&name, SignedDuration::from_secs(60)).await.unwrap() {
                    assert_eq!(claimed.attempt, 1);
                    assert!(store.complete(claimed.id, &name, "{}").await.unwrap());
                    done.push(claimed.id);
                }
                done
            })
        })
        .collect();
    let mut all = Vec::new();
    for worker in workers {
        all.extend(worker.await.unwrap());
    }
    // A worker may find the last jobs locked by others and go home; none is done twice, and what is left can be had.
    while let Some(claimed) = world.store.claim("last", SignedDuration::from_secs(60)).await.unwrap() {
        all.push(claimed.id);
        world.store.complete(claimed.id, "last", "{}").await.unwrap();
    }
    assert_eq!(all.len(), JOBS);
    assert_eq!(all.into_iter().collect::<BTreeSet<_>>().len(), JOBS);
}

async fn a_sweep_takes_nothing_that_somebody_is_about_to_refer_to(world: &World) {
    let record = world.store.put_records(&world.actor(), datasets(0..1)).await.unwrap()[0].id.unwrap();
    // Bytes that were kept long ago, that nothing refers to, and that are kept again just now.
    for n in 0..30 {
        world.blobs.put_bytes(format!("file {n}").as_bytes()).await.unwrap();
    }
    world.clock.advance(86_400);
    let before = "2026-03-02T11:00:00Z".parse().unwrap();
    let sweeper = {
        let blobs = world.blobs.clone();
        tokio::spawn(async move { blobs.sweep(before).await.unwrap() })
    };
    for n in 0..30 {
        let bytes = format!("file {n}");
        let blob = world.blobs.put_bytes(bytes.as_bytes()).await.unwrap();
        let file = StoredFile {
            distribution: format!("{n}.csv"),
            name: format!("{n}.csv"),
            media_type: "text/csv".to_owned(),
            blob,
            bytes: bytes.len() as u64,
        };
        match world.store.put_file(&world.actor(), record, &file).await {
            Ok(()) => assert_eq!(world.blobs.read(&blob, 100).await.unwrap(), bytes),
            Err(error) => assert!(matches!(error, StoreError::NotFound { .. }), "{error}"),
        }
    }
    sweeper.await.unwrap();
    assert_eq!(world.store.files(&[record]).await.unwrap()[&record].len(), 30);
}
