//! Blobs that were made of others: kept under names, used, let go.

use jiff::SignedDuration;

use crate::on_both;
use crate::support::World;
use crate::support::samples::job;

on_both!(
    what_was_made_is_found_by_its_name_and_used_longest_ago_first,
    what_was_let_go_can_be_discarded_once_it_is_old,
    the_newest_job_of_a_key_is_found_and_queues_are_counted,
);

async fn what_was_made_is_found_by_its_name_and_used_longest_ago_first(world: &World) {
    let store = &world.store;
    let (one, two) =
        (world.blobs.put_bytes(b"one").await.unwrap(), world.blobs.put_bytes(b"two!").await.unwrap());
    assert_eq!(store.derived("made:a").await.unwrap(), None);
    store.keep_derived("made:a", &one).await.unwrap();
    world.clock.advance(3_600);
    store.keep_derived("made:b", &two).await.unwrap();
    store.keep_derived("other:c", &one).await.unwrap();
    let found = store.derived("made:b").await.unwrap().unwrap();
    assert_eq!((found.blob, found.bytes), (two, 4));
    world.clock.advance(3_600);
    let names = async || {
        let all = store.derived_of("made:").await.unwrap();
        all.into_iter().map(|made| made.name).collect::<Vec<_>>()
    };
    store.use_derived(&two).await.unwrap();
    assert_eq!(names().await, ["made:a", "made:b"]);
    world.clock.advance(3_600);
    store.use_derived(&one).await.unwrap();
    assert_eq!(names().await, ["made:b", "made:a"]);
    store.keep_derived("made:b", &one).await.unwrap();
    assert_eq!(store.derived("made:b").await.unwrap().unwrap().blob, one);
}

async fn what_was_let_go_can_be_discarded_once_it_is_old(world: &World) {
    let blob = world.blobs.put_bytes(b"made").await.unwrap();
    world.store.keep_derived("made:a", &blob).await.unwrap();
    world.clock.advance(3_600);
    assert!(!world.blobs.discard(&blob).await.unwrap(), "something refers to it");
    world.store.forget_derived("made:a").await.unwrap();
    assert!(world.blobs.discard(&blob).await.unwrap());
    assert_eq!(world.blobs.size(&blob).await.unwrap(), None);
    let fresh = world.blobs.put_bytes(b"fresh").await.unwrap();
    assert!(!world.blobs.discard(&fresh).await.unwrap(), "somebody may be about to refer to it");
}

async fn the_newest_job_of_a_key_is_found_and_queues_are_counted(world: &World) {
    let store = &world.store;
    assert!(store.newest_job("k").await.unwrap().is_none());
    let quiet = townhall_store::NewJob { queue: "quiet".to_owned(), ..job("k") };
    let id = store.enqueue(&world.actor(), &quiet).await.unwrap();
    store.enqueue(&world.actor(), &job("other")).await.unwrap();
    assert_eq!(store.newest_job("k").await.unwrap().unwrap().id, id);
    assert_eq!(store.count_waiting("quiet").await.unwrap(), 1);
    let claimed = store.claim_from(&["quiet"], "w", SignedDuration::from_secs(9)).await.unwrap().unwrap();
    assert_eq!(claimed.id, id);
    store.complete(id, "w", "null").await.unwrap();
    assert_eq!(store.count_waiting("quiet").await.unwrap(), 0);
    assert_eq!(store.newest_job("k").await.unwrap().unwrap().state.name(), "done");
}
