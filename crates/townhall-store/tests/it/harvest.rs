//! What is known of harvest sources.

use townhall_model::{Finding, Severity};
use townhall_store::{HarvestItem, ItemState, RunRecord, RunState};

use crate::on_both;
use crate::support::World;
use crate::support::samples::dataset;

on_both!(
    a_harvest_is_numbered_and_one_that_was_broken_off_goes_on,
    items_keep_their_title_and_collection_until_they_are_kept_anew,
    collections_without_a_parent_and_with_two_levels_are_found,
    who_keeps_a_record_is_told_by_its_key,
    parts_are_remembered_until_they_are_forgotten,
    old_harvests_are_forgotten_and_the_newest_stay,
);

fn item(world: &World, name: &str, state: ItemState) -> HarvestItem {
    HarvestItem {
        item: format!("dataset/{name}"),
        record: None,
        part: "https://example.gov/data.json".to_owned(),
        state,
        hash: "1".to_owned(),
        title: name.to_uppercase(),
        parent: None,
        reason: None,
        since: townhall_store::Clock::now(&*world.clock),
        absences: 0,
        returns: 0,
    }
}

async fn put(world: &World, source: &str, items: Vec<HarvestItem>) {
    let mut tx = world.store.begin(&world.actor()).await.unwrap();
    tx.put_harvest_items(source, items).await.unwrap();
    tx.commit().await.unwrap();
}

fn done(name: &str, action: &str, after: Option<u64>) -> RunRecord {
    RunRecord {
        item: format!("dataset/{name}"),
        record: None,
        action: action.to_owned(),
        before: None,
        after,
        title: name.to_owned(),
        note: None,
    }
}

async fn a_harvest_is_numbered_and_one_that_was_broken_off_goes_on(world: &World) {
    let store = &world.store;
    let first = store.begin_harvest(&world.actor(), "wells").await.unwrap();
    assert_eq!((first.number, first.state), (1, RunState::Running));
    let mut tx = store.begin(&world.actor()).await.unwrap();
    tx.put_run_records(&first, vec![done("a", "added", Some(1)), done("b", "changed", Some(3))])
        .await
        .unwrap();
    // What was done last counts, but that it was added stays said.
    tx.put_run_records(&first, vec![done("a", "changed", Some(2)), done("b", "deleted", None)])
        .await
        .unwrap();
    let finding = Finding::new("SOURCE-DUPLICATE", Severity::Error, "twice");
    tx.add_run_findings(&first, vec![(1, finding.clone()).into(), (2, finding).into()]).await.unwrap();
    tx.commit().await.unwrap();
    // Its process ends; after a while another one takes it over.
    world.clock.advance(600);
    let again = store.begin_harvest(&world.actor(), "wells").await.unwrap();
    assert_eq!((again.number, again.began_at), (1, first.began_at));
    let mut tx = store.begin(&world.actor()).await.unwrap();
    tx.end_harvest(&again, RunState::Done, "{\"state\":\"done\"}", None).await.unwrap();
    tx.commit().await.unwrap();
    let second = store.begin_harvest(&world.actor(), "wells").await.unwrap();
    assert_eq!(second.number, 2);
    let runs = store.harvest_runs(Some("wells"), None, 10).await.unwrap();
    assert_eq!(
        runs.iter().map(|run| (run.number, run.state)).collect::<Vec<_>>(),
        [(2, RunState::Running), (1, RunState::Done)]
    );
    assert_eq!(store.harvest_runs(None, Some(2), 10).await.unwrap().len(), 1);
    let records = store.run_records("wells", 1, None, "", 10).await.unwrap();
    let told: Vec<_> = records.iter().map(|one| (one.action.as_str(), one.after)).collect();
    assert_eq!(told, [("added", Some(2)), ("deleted", None)]);
    assert_eq!(store.run_records("wells", 1, Some("deleted"), "", 10).await.unwrap().len(), 1);
    assert_eq!(
        store.run_actions("wells", 1).await.unwrap(),
        [("added".to_owned(), 1), ("deleted".to_owned(), 1)]
    );
    assert_eq!(store.run_findings("wells", 1, 1, 10).await.unwrap().len(), 1);
    assert_eq!(store.run_finding_counts("wells", 1).await.unwrap(), [("SOURCE-DUPLICATE".to_owned(), 2)]);
}

async fn items_keep_their_title_and_collection_until_they_are_kept_anew(world: &World) {
    let kept = HarvestItem { parent: Some("all".to_owned()), ..item(world, "a", ItemState::Kept) };
    put(world, "wells", vec![kept, item(world, "b", ItemState::Kept)]).await;
    let gone = HarvestItem { title: String::new(), ..item(world, "a", ItemState::Gone) };
    put(world, "wells", vec![gone]).await;
    let found = world.store.harvest_items("wells", &[ItemState::Gone], None, 9).await.unwrap();
    assert_eq!((found[0].title.as_str(), found[0].parent.as_deref()), ("A", Some("all")));
    put(world, "wells", vec![item(world, "a", ItemState::Kept)]).await;
    let found = world.store.harvest_items("wells", &[], None, 9).await.unwrap();
    assert_eq!((found.len(), found[0].parent.as_deref()), (2, None));
    assert_eq!(world.store.harvest_items("wells", &[], Some("dataset/a"), 9).await.unwrap().len(), 1);
    assert_eq!(world.store.harvest_counts("wells").await.unwrap()[&ItemState::Kept], 2);
}

async fn collections_without_a_parent_and_with_two_levels_are_found(world: &World) {
    let part = |name: &str, parent: &str| HarvestItem {
        parent: Some(parent.to_owned()),
        ..item(world, name, ItemState::Kept)
    };
    put(
        world,
        "wells",
        vec![part("a", "c"), part("b", "nowhere"), part("c", "d"), item(world, "d", ItemState::Kept)],
    )
    .await;
    let text = |(item, parent): &(String, String)| format!("{item} in {parent}");
    let orphans = world.store.orphans("wells", 9).await.unwrap();
    assert_eq!(orphans.iter().map(text).collect::<Vec<_>>(), ["dataset/b in nowhere"]);
    let nested = world.store.nested_collections("wells", 9).await.unwrap();
    assert_eq!(nested.iter().map(text).collect::<Vec<_>>(), ["dataset/c in d"]);
}

async fn who_keeps_a_record_is_told_by_its_key(world: &World) {
    let new = dataset("a", "Wells");
    let (kind, key) = (new.kind.clone(), new.key.clone());
    let put_record = world.store.put_records(&world.actor(), vec![new]).await.unwrap();
    let record = put_record[0].id;
    put(world, "wells", vec![HarvestItem { record, ..item(world, "a", ItemState::Kept) }]).await;
    put(world, "other", vec![HarvestItem { record, ..item(world, "a", ItemState::Gone) }]).await;
    let owners = world.store.harvest_owners(&[(&kind, &key), (&kind, "nobody's")]).await.unwrap();
    assert_eq!(owners.len(), 1);
    let owned = &owners[&(kind, key)];
    assert_eq!(
        (owned.sources.as_slice(), owned.revision, owned.is_retired),
        (&["wells".to_owned()][..], 1, false)
    );
    let of_record = world.store.harvest_items_of(record.unwrap()).await.unwrap();
    assert_eq!(of_record.iter().map(|(source, _)| source.as_str()).collect::<Vec<_>>(), ["other", "wells"]);
    let mut tx = world.store.begin(&world.actor()).await.unwrap();
    tx.drop_harvest_items("wells", &["dataset/a".to_owned()]).await.unwrap();
    tx.forget_harvest_items("other").await.unwrap();
    tx.commit().await.unwrap();
    assert!(world.store.harvest_items_of(record.unwrap()).await.unwrap().is_empty());
}

async fn parts_are_remembered_until_they_are_forgotten(world: &World) {
    let part = |name: &str, state: &str| (name.to_owned(), state.to_owned());
    let mut tx = world.store.begin(&world.actor()).await.unwrap();
    tx.put_harvest_parts("wells", vec![part("a", "{}"), part("b", "{}")]).await.unwrap();
    tx.put_harvest_parts("wells", vec![part("b", "{\"etag\":\"1\"}")]).await.unwrap();
    tx.forget_harvest_parts("wells", &["a".to_owned()]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(world.store.harvest_parts("wells", "", 9).await.unwrap(), [part("b", "{\"etag\":\"1\"}")]);
}

async fn old_harvests_are_forgotten_and_the_newest_stay(world: &World) {
    for _ in 0..4 {
        let run = world.store.begin_harvest(&world.actor(), "wells").await.unwrap();
        let mut tx = world.store.begin(&world.actor()).await.unwrap();
        tx.put_run_records(&run, vec![done("a", "changed", Some(1))]).await.unwrap();
        tx.end_harvest(&run, RunState::Done, "{}", None).await.unwrap();
        tx.commit().await.unwrap();
        world.clock.advance(86_400);
    }
    let now = townhall_store::Clock::now(&*world.clock);
    assert_eq!(world.store.forget_harvests(now, 3).await.unwrap(), 1);
    let numbers = world.store.harvest_runs(Some("wells"), None, 9).await.unwrap();
    assert_eq!(numbers.iter().map(|run| run.number).collect::<Vec<_>>(), [4, 3, 2]);
    assert!(world.store.run_records("wells", 1, None, "", 9).await.unwrap().is_empty());
}
