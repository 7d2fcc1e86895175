//! Records that people change.

use serde_json::json;
use townhall_model::{ErrorKind, RecordId};
use townhall_store::{RecordStatus, StoreError};

use crate::on_both;
use crate::support::samples::dataset;
use crate::support::{World, message};

on_both!(
    an_edit_leaves_the_publishers_bytes_alone,
    an_edit_of_what_has_changed_meanwhile_is_refused,
    of_two_edits_at_once_one_is_refused,
    a_record_moves_between_its_states_with_reasons,
    a_renamed_record_is_still_found_by_its_old_names,
    what_is_not_there_can_not_be_changed,
);

async fn keep(world: &World, key: &str, title: &str) -> RecordId {
    world.store.put_records(&world.actor(), vec![dataset(key, title)]).await.unwrap()[0].id.unwrap()
}

async fn an_edit_leaves_the_publishers_bytes_alone(world: &World) {
    let id = keep(world, "a", "Trees").await;
    let before = world.store.record(id).await.unwrap().unwrap();
    let document = json!({"identifier": "a", "title": "All trees", "keyword": ["trees"]}).to_string();
    world.store.update_document(&world.actor(), id, 1, "All trees", &document).await.unwrap();
    let after = world.store.record(id).await.unwrap().unwrap();
    assert_eq!((after.title.as_str(), after.document, after.revision), ("All trees", document, 2));
    assert_eq!((after.original, after.content_hash), (before.original, before.content_hash));
    assert_eq!(world.store.revisions(id, 1).await.unwrap()[0].fields, ["title"]);
    // The source has not changed, so the next import does not undo the edit.
    let puts = world.store.put_records(&world.actor(), vec![dataset("a", "Trees")]).await.unwrap();
    assert_eq!(puts[0].outcome, townhall_store::PutOutcome::Unchanged);
}

async fn an_edit_of_what_has_changed_meanwhile_is_refused(world: &World) {
    let id = keep(world, "a", "Trees").await;
    world.store.update_document(&world.actor(), id, 1, "One", "{}").await.unwrap();
    let outcome = world.store.update_document(&world.actor(), id, 1, "Two", "{}").await;
    assert_eq!(outcome.as_ref().expect_err("refused").kind(), ErrorKind::Conflict);
    let expected = format!("record `{id}` has changed in the meantime; read it again and repeat your change");
    assert_eq!(message(outcome), expected);
}

async fn of_two_edits_at_once_one_is_refused(world: &World) {
    let id = keep(world, "a", "Trees").await;
    let actor = world.actor();
    let edits = (0..6).map(|n| {
        let (store, actor, title) = (world.store.clone(), actor.clone(), format!("Edit {n}"));
        tokio::spawn(async move { store.update_document(&actor, id, 1, &title, "{}").await })
    });
    let mut kept = 0;
    for edit in edits.collect::<Vec<_>>() {
        match edit.await.unwrap() {
            Ok(()) => kept += 1,
            Err(error) => assert!(matches!(error, StoreError::Conflict { .. }), "{error}"),
        }
    }
    assert_eq!(kept, 1);
    assert_eq!(world.store.record(id).await.unwrap().unwrap().revision, 2);
}

async fn a_record_moves_between_its_states_with_reasons(world: &World) {
    let id = keep(world, "a", "Trees").await;
    let actor = world.actor();
    for (status, reason) in [
        (RecordStatus::Published, None),
        (RecordStatus::Retired, Some("replaced by `b`")),
        (RecordStatus::Retired, Some("twice is once")),
        (RecordStatus::Published, None),
        (RecordStatus::Draft, None),
        (RecordStatus::Published, Some("checked")),
    ] {
        world.store.set_status(&actor, id, status, reason).await.unwrap();
    }
    let history = world.store.revisions(id, 10).await.unwrap();
    let told: Vec<(&str, Option<&str>)> =
        history.iter().rev().map(|header| (&*header.action, header.note.as_deref())).collect();
    assert_eq!(
        told,
        [
            ("added", None),
            ("retired", Some("replaced by `b`")),
            ("restored", None),
            ("unpublished", None),
            ("published", Some("checked")),
        ]
    );
    let about = world.store.audit_of("record", &id.to_string(), 10).await.unwrap();
    assert_eq!(about.len(), 5);
    assert_eq!((about[3].action.as_str(), about[3].note.as_deref()), ("retired", Some("replaced by `b`")));
}

async fn a_renamed_record_is_still_found_by_its_old_names(world: &World) {
    let (id, other) = (keep(world, "a", "Trees").await, keep(world, "b", "Shrubs").await);
    let actor = world.actor();
    assert_eq!(world.store.rename(&actor, id, "Street trees").await.unwrap(), "street-trees");
    let taken = world.store.rename(&actor, id, "Shrubs").await.unwrap();
    assert!(taken.starts_with("shrubs-"), "{taken} is not the other's");
    for slug in ["trees", "street-trees", &taken] {
        let found = world.store.record_by_slug(slug).await.unwrap().unwrap();
        assert_eq!((found.id, &found.slug), (id, &taken), "`{slug}` leads to where to redirect to");
    }
    assert_eq!(world.store.record_by_slug("shrubs").await.unwrap().unwrap().id, other);
    assert_eq!(world.store.rename(&actor, id, "Trees").await.unwrap(), "trees");
    // Names are permanent: nobody else gets one that led here.
    let third = keep(world, "c", "Street trees").await;
    assert_ne!(world.store.record(third).await.unwrap().unwrap().slug, "street-trees");
}

async fn what_is_not_there_can_not_be_changed(world: &World) {
    let id = RecordId::new();
    let missing = format!("there is no record `{id}`");
    assert_eq!(message(world.store.set_status(&world.actor(), id, RecordStatus::Draft, None).await), missing);
    assert_eq!(message(world.store.update_document(&world.actor(), id, 1, "x", "{}").await), missing);
    assert_eq!(message(world.store.rename(&world.actor(), id, "x").await), missing);
    assert_eq!(world.store.record(id).await.unwrap(), None);
    assert_eq!(world.store.record_by_slug("x").await.unwrap(), None);
    assert_eq!(world.store.records(&[]).await.unwrap(), []);
}
