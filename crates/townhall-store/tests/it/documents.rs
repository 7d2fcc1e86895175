//! What staff write down by name.

use townhall_model::ErrorKind;
use townhall_store::NewDocument;
use townhall_store::limits::DOCUMENT_BYTES_MAX;

use crate::on_both;
use crate::support::World;

on_both!(
    a_document_has_revisions_and_the_newest_is_in_force,
    a_document_written_again_as_it_is_causes_no_write,
    a_document_taken_away_can_be_brought_back,
    documents_are_listed_by_name_and_by_what_they_belong_to,
    writers_at_the_same_time_make_one_chain,
    what_can_not_be_addressed_or_is_too_large_is_refused,
);

fn recipe(name: &str, text: &str) -> NewDocument {
    NewDocument {
        kind: "recipe".to_owned(),
        name: name.to_owned(),
        subject: Some("table-1".to_owned()),
        title: name.to_uppercase(),
        text: text.to_owned(),
    }
}

async fn a_document_has_revisions_and_the_newest_is_in_force(world: &World) {
    assert_eq!(world.store.document("recipe", "permits").await.unwrap(), None);
    for (number, text) in (1..).zip(["one", "two", "one"]) {
        let revision = world.store.put_document(&world.actor(), &recipe("permits", text)).await.unwrap();
        assert_eq!(revision, number);
    }
    let current = world.store.document("recipe", "permits").await.unwrap().unwrap();
    assert_eq!((current.revision, current.text.as_str(), current.title.as_str()), (3, "one", "PERMITS"));
    let all = world.store.document_revisions("recipe", "permits", 2).await.unwrap();
    assert_eq!(
        all.iter().map(|one| (one.revision, one.text.as_str())).collect::<Vec<_>>(),
        [(3, "one"), (2, "two")]
    );
    assert_eq!(world.store.document("page", "permits").await.unwrap(), None);
}

async fn a_document_written_again_as_it_is_causes_no_write(world: &World) {
    let new = recipe("permits", "one");
    world.store.put_document(&world.actor(), &new).await.unwrap();
    let head = world.store.head().await.unwrap();
    assert_eq!(world.store.put_document(&world.actor(), &new).await.unwrap(), 1);
    assert_eq!(world.store.head().await.unwrap(), head);
}

async fn a_document_taken_away_can_be_brought_back(world: &World) {
    let (actor, new) = (world.actor(), recipe("permits", "one"));
    assert!(!world.store.retire_document(&actor, "recipe", "permits").await.unwrap());
    world.store.put_document(&actor, &new).await.unwrap();
    assert!(world.store.retire_document(&actor, "recipe", "permits").await.unwrap());
    assert!(!world.store.retire_document(&actor, "recipe", "permits").await.unwrap());
    assert_eq!(world.store.document("recipe", "permits").await.unwrap(), None);
    assert!(world.store.documents("recipe", None, None, 10).await.unwrap().is_empty());
    assert_eq!(world.store.put_document(&actor, &new).await.unwrap(), 3);
    assert_eq!(world.store.document("recipe", "permits").await.unwrap().unwrap().text, "one");
}

async fn documents_are_listed_by_name_and_by_what_they_belong_to(world: &World) {
    let actor = world.actor();
    for name in ["c", "a", "b"] {
        world.store.put_document(&actor, &recipe(name, "old")).await.unwrap();
        world.store.put_document(&actor, &recipe(name, name)).await.unwrap();
    }
    let other = NewDocument { subject: None, ..recipe("d", "d") };
    world.store.put_document(&actor, &other).await.unwrap();
    let names = async |subject, after, limit| {
        let found = world.store.documents("recipe", subject, after, limit).await.unwrap();
        found.into_iter().map(|one| one.text).collect::<Vec<_>>()
    };
    assert_eq!(names(None, None, 10).await, ["a", "b", "c", "d"]);
    assert_eq!(names(None, Some("a"), 2).await, ["b", "c"]);
    assert_eq!(names(Some("table-1"), None, 10).await, ["a", "b", "c"]);
}

async fn writers_at_the_same_time_make_one_chain(world: &World) {
    let writes = (0..8).map(|number| {
        let (store, actor) = (world.store.clone(), world.actor());
        async move { store.put_document(&actor, &recipe("permits", &number.to_string())).await.unwrap() }
    });
    let mut revisions = futures::future::join_all(writes).await;
    revisions.sort_unstable();
    assert_eq!(revisions, (1..=8).collect::<Vec<_>>());
}

async fn what_can_not_be_addressed_or_is_too_large_is_refused(world: &World) {
    let actor = world.actor();
    for name in ["", "a\nb", &"x".repeat(300)] {
        let refused = world.store.put_document(&actor, &recipe(name, "")).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Invalid);
    }
    let long = recipe("long", &"x".repeat(DOCUMENT_BYTES_MAX + 1));
    assert_eq!(world.store.put_document(&actor, &long).await.unwrap_err().kind(), ErrorKind::TooLarge);
}
