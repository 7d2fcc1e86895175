//! The n-th step fails, for every n: afterwards nothing is half done, a doctor finds nothing, and trying again works.

use townhall_model::ErrorKind;
use townhall_store::{Faults, PutOutcome, RecordFilter, StoreError};

use crate::support::samples::{dataset, datasets, job, manifest};
use crate::support::{Database, World};

/// Runs `case` with a fault at its first, second, third … step, until it goes through without meeting one.
async fn at_every_step(database: Database, case: impl AsyncFn(&World) -> Result<(), StoreError>) {
    let mut steps = 0;
    for n in 1.. {
        let faults = Faults::failing_at(n);
        let Some(world) = World::new(database, faults.clone()).await else { return };
        let outcome = case(&world).await;
        if faults.has_fired() {
            let kind = outcome.expect_err("a fault does not go unnoticed").kind();
            assert!(matches!(kind, ErrorKind::Unavailable | ErrorKind::Internal), "step {n}: {kind:?}");
            world.assert_sound().await;
            case(&world).await.unwrap();
        }
        world.assert_sound().await;
        world.end().await;
        if !faults.has_fired() {
            break;
        }
        steps += 1;
    }
    assert!(steps > 2, "only {steps} steps can fail");
}

async fn count(world: &World) -> u64 {
    world.store.count_records(&RecordFilter::default()).await.unwrap()
}

async fn putting_records(database: Database) {
    at_every_step(database, async |world| {
        let before = count(world).await;
        let outcome = world.store.put_records(&world.actor(), datasets(0..3)).await;
        if let Err(error) = outcome {
            assert_eq!(count(world).await, before, "whole or not at all");
            return Err(error);
        }
        assert_eq!(count(world).await, 3);
        let some =
            vec![dataset("id-1", "Other title"), dataset("id-2", "Street trees 2"), dataset("new", "New")];
        match world.store.put_records(&world.actor(), some).await {
            Ok(puts) => {
                assert_eq!(puts[1].outcome, PutOutcome::Unchanged);
                assert_eq!(count(world).await, 4);
                Ok(())
            }
            Err(error) => {
                let untouched = world.store.record_by_key("dataset", "id-1").await.unwrap().unwrap();
                assert_eq!((count(world).await, untouched.title.as_str()), (3, "Street trees 1"));
                Err(error)
            }
        }
    })
    .await;
}

async fn publishing_a_version(database: Database) {
    at_every_step(database, async |world| {
        let actor = world.actor();
        let record = world.store.put_records(&actor, datasets(0..1)).await?[0].id.unwrap();
        let parquet = world.blobs.put_bytes(b"parquet").await?;
        let source = world.blobs.put_bytes(b"source").await?;
        let mut tx = world.store.begin(&actor).await?;
        tx.publish_version(record, "trees.csv", "Trees", &manifest(parquet, source, 3)).await?;
        tx.enqueue(&job("index")).await?;
        tx.commit().await?;
        assert_eq!(world.store.tables_of(&[record]).await.unwrap().len(), 1);
        Ok(())
    })
    .await;
}

async fn keeping_and_sweeping_bytes(database: Database) {
    at_every_step(database, async |world| {
        let id = world.blobs.put_bytes(b"some bytes").await?;
        world.blobs.verify(&id).await.unwrap();
        world.clock.advance(86_400);
        world
            .blobs
            .sweep(townhall_store::Clock::now(&*world.clock) - jiff::SignedDuration::from_secs(3_600))
            .await?;
        assert_eq!(world.blobs.size(&id).await.unwrap(), None);
        assert_eq!(world.store.blob_bytes(&id).await.unwrap(), None);
        Ok(())
    })
    .await;
}

async fn running_a_job(database: Database) {
    at_every_step(database, async |world| {
        let lease = jiff::SignedDuration::from_secs(60);
        let id = world.store.enqueue(&world.actor(), &job("a")).await?;
        // A claim that was lost with its answer comes back when the lease has run out.
        world.clock.advance(61);
        let claimed = world.store.claim("w", lease).await?.unwrap();
        assert_eq!(claimed.id, id);
        assert!(world.store.complete(id, "w", "{}").await?);
        Ok(())
    })
    .await;
}

macro_rules! on_both_at_every_step {
    ($($case:ident),+) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() { super::$case(super::Database::Sqlite).await; })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() { super::$case(super::Database::Postgres).await; })+
        }
    };
}

on_both_at_every_step!(putting_records, publishing_a_version, keeping_and_sweeping_bytes, running_a_job);
