//! Reports of tools: kept for a while, then gone with their bytes.

use jiff::SignedDuration;
use townhall_store::NewReport;

use crate::on_both;
use crate::support::World;

on_both!(a_report_is_kept_until_its_time_is_over, a_report_can_be_forgotten_before_its_time);

async fn report(world: &World) -> NewReport {
    NewReport {
        kind: "validate".to_owned(),
        name: "data.json".to_owned(),
        settings: r#"{"profile":"auto"}"#.to_owned(),
        input: world.blobs.put_bytes(b"{}").await.unwrap(),
        result: world.blobs.put_bytes(b"[]").await.unwrap(),
        lifetime: SignedDuration::from_hours(24),
    }
}

async fn a_report_is_kept_until_its_time_is_over(world: &World) {
    let new = report(world).await;
    let head = world.store.head().await.unwrap();
    let id = world.store.put_report(&world.actor(), &new).await.unwrap();
    let kept = world.store.report(id).await.unwrap().unwrap();
    assert_eq!(
        (&kept.kind, &kept.name, kept.input, kept.result),
        (&new.kind, &new.name, new.input, new.result)
    );
    assert_eq!(kept.expires_at.to_string(), "2026-03-02T12:00:00Z");
    assert_eq!(world.store.head().await.unwrap(), head, "it is no record");
    assert_eq!(world.store.referenced_blobs().await.unwrap().len(), 2);

    world.clock.advance(86_399);
    assert_eq!(world.store.forget_expired_reports().await.unwrap(), 0);
    assert!(world.store.report(id).await.unwrap().is_some());
    world.clock.advance(1);
    assert!(
        world.store.report(id).await.unwrap().is_none(),
        "nobody reads it any more, even before it is forgotten"
    );
    assert_eq!(world.store.forget_expired_reports().await.unwrap(), 1);
    assert!(world.store.referenced_blobs().await.unwrap().is_empty());
    world.clock.advance(86_400);
    assert_eq!(world.blobs.sweep("2026-03-03T00:00:00Z".parse().unwrap()).await.unwrap(), 2);
}

async fn a_report_can_be_forgotten_before_its_time(world: &World) {
    let new = report(world).await;
    let (first, second) = (
        world.store.put_report(&world.actor(), &new).await.unwrap(),
        world.store.put_report(&world.actor(), &new).await.unwrap(),
    );
    assert_ne!(first, second, "each has an address of its own");
    assert!(world.store.forget_report(&world.actor(), first).await.unwrap());
    assert!(!world.store.forget_report(&world.actor(), first).await.unwrap());
    assert!(world.store.report(second).await.unwrap().is_some());
    assert_eq!(world.store.referenced_blobs().await.unwrap().len(), 2);
}
