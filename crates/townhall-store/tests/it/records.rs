//! Records as they come from a source.

use futures::TryStreamExt;
use serde_json::json;
use townhall_store::{NewRecord, PutOutcome, RecordFilter, RecordStatus};

use crate::on_both;
use crate::support::World;
use crate::support::samples::{dataset, datasets, with_document};

on_both!(
    a_record_is_kept_whole,
    an_unchanged_record_causes_no_write,
    a_change_names_the_fields_and_keeps_what_was,
    a_comparison_tells_what_would_be_and_writes_nothing,
    a_record_named_twice_in_a_call_counts_the_last_time,
    a_batch_is_kept_whole_or_not_at_all,
    titles_that_are_alike_get_names_of_their_own,
    records_stream_in_the_order_of_their_arrival,
    a_page_holds_what_the_filter_names,
    a_withdrawn_record_that_is_listed_again_comes_back,
    a_source_that_was_read_again_makes_its_records_fresh,
);

async fn a_record_is_kept_whole(world: &World) {
    let catalog =
        NewRecord { kind: "catalog".to_owned(), key: "c".to_owned(), ..dataset("c", "The catalogue") };
    let parent = world.store.put_records(&world.actor(), vec![catalog]).await.unwrap()[0].id;
    let new = NewRecord {
        parent,
        suggested: Some(r#"["title"]"#.to_owned()),
        facts: Some(r#"{"has_table":true}"#.to_owned()),
        original: vec![0xff, 0x00, 0xfe, b'\n'],
        ..dataset("a/ä", "Bäume — Straßen ☂")
    };
    let puts = world.store.put_records(&world.actor(), vec![new.clone()]).await.unwrap();
    assert_eq!(puts[0].outcome, PutOutcome::Added);

    let kept = world.store.record(puts[0].id.unwrap()).await.unwrap().unwrap();
    assert_eq!((kept.kind, kept.key, kept.identifier), (new.kind, new.key, new.identifier));
    assert_eq!(
        (kept.document, kept.original, kept.content_hash),
        (new.document, new.original, new.content_hash)
    );
    assert_eq!((kept.title, kept.slug.as_str()), (new.title, "baume-strassen"));
    assert_eq!((kept.parent, kept.suggested, kept.facts), (parent, new.suggested, new.facts));
    assert_eq!((kept.access_level, kept.dialect, kept.source), (new.access_level, new.dialect, new.source));
    assert_eq!(kept.organization, Some(("parks".to_owned(), "Parks".to_owned())));
    assert_eq!((kept.status, kept.revision, kept.position), (RecordStatus::Published, 1, 2));
    assert_eq!(kept.created_at.to_string(), "2026-03-01T12:00:00Z");
    let by_slug = world.store.record_by_slug("baume-strassen").await.unwrap().unwrap();
    let by_key = world.store.record_by_key("dataset", "a/ä").await.unwrap().unwrap();
    let by_identifier = world.store.record_by_identifier("a/ä").await.unwrap().unwrap();
    assert_eq!([by_slug.id, by_key.id, by_identifier.id], [kept.id; 3]);
    assert_eq!(world.store.records(&[kept.id]).await.unwrap().len(), 1);
}

async fn an_unchanged_record_causes_no_write(world: &World) {
    world.store.put_records(&world.actor(), datasets(0..1_200)).await.unwrap();
    let (head, audit) = (world.store.head().await.unwrap(), audit_lines(world).await);
    assert_eq!(head, 1_200);
    world.clock.advance(60);

    let puts = world.store.put_records(&world.actor(), datasets(0..1_200)).await.unwrap();
    assert!(puts.iter().all(|put| put.outcome == PutOutcome::Unchanged && put.id.is_some()));
    assert_eq!((world.store.head().await.unwrap(), audit_lines(world).await), (head, audit));

    // One that differs among many that do not leaves the others alone.
    let mut some = datasets(0..100);
    some[50] = with_document(some[50].clone(), json!({"title": "Other"}));
    let puts = world.store.put_records(&world.actor(), some).await.unwrap();
    assert_eq!(puts.iter().filter(|put| put.outcome != PutOutcome::Unchanged).count(), 1);
    assert_eq!((world.store.head().await.unwrap(), audit_lines(world).await), (head + 1, audit + 1));
    let untouched = world.store.record_by_key("dataset", "id-51").await.unwrap().unwrap();
    assert_eq!(untouched.changed_at, untouched.created_at);
}

async fn a_change_names_the_fields_and_keeps_what_was(world: &World) {
    let old = dataset("a", "Trees");
    let id = world.store.put_records(&world.actor(), vec![old.clone()]).await.unwrap()[0].id.unwrap();
    world.clock.advance(5);
    let document = json!({"identifier": "a", "title": "Trees of 2026", "license": "cc0"});
    let new = with_document(dataset("a", "Trees of 2026"), document);
    let puts = world.store.put_records(&world.actor(), vec![new.clone()]).await.unwrap();
    let fields = ["keyword", "license", "title"].map(str::to_owned).to_vec();
    assert_eq!(puts[0].outcome, PutOutcome::Changed { fields: fields.clone() });

    let kept = world.store.record(id).await.unwrap().unwrap();
    assert_eq!((kept.title.as_str(), kept.slug.as_str(), kept.revision), ("Trees of 2026", "trees", 2));
    assert_eq!(kept.document, new.document);
    assert_eq!(kept.changed_at.to_string(), "2026-03-01T12:00:05Z");
    let history = world.store.revisions(id, 10).await.unwrap();
    let told: Vec<(u64, &str, &str)> =
        history.iter().map(|header| (header.number, &*header.action, &*header.actor)).collect();
    assert_eq!(told, [(2, "changed", "cli:ada"), (1, "added", "cli:ada")]);
    assert_eq!(history[0].fields, fields);
    let first = world.store.revision(id, 1).await.unwrap().unwrap();
    assert_eq!((first.document, first.original), (old.document, old.original));
    assert_eq!(world.store.revision(id, 3).await.unwrap(), None);
}

async fn a_comparison_tells_what_would_be_and_writes_nothing(world: &World) {
    world.store.put_records(&world.actor(), datasets(0..2)).await.unwrap();
    let changed = with_document(dataset("id-1", "Street trees 1"), json!({"title": "Street trees 1"}));
    let asked = vec![dataset("id-0", "Street trees 0"), changed, dataset("id-2", "New")];
    let puts = world.store.compare_records(asked).await.unwrap();
    let outcomes: Vec<PutOutcome> = puts.iter().map(|put| put.outcome.clone()).collect();
    let fields = ["identifier", "keyword"].map(str::to_owned).to_vec();
    assert_eq!(outcomes, [PutOutcome::Unchanged, PutOutcome::Changed { fields }, PutOutcome::Added]);
    assert_eq!(puts[2].id, None);
    assert_eq!(world.store.head().await.unwrap(), 2);
}

async fn a_record_named_twice_in_a_call_counts_the_last_time(world: &World) {
    let twice = vec![dataset("a", "First"), dataset("b", "Other"), dataset("a", "Last")];
    let puts = world.store.put_records(&world.actor(), twice).await.unwrap();
    assert_eq!(puts[0].outcome, PutOutcome::Unchanged);
    assert_eq!(puts[2].outcome, PutOutcome::Added);
    assert_eq!(puts[0].id, puts[2].id);
    assert_eq!(world.store.record_by_key("dataset", "a").await.unwrap().unwrap().title, "Last");
}

async fn a_batch_is_kept_whole_or_not_at_all(world: &World) {
    let mut batch = datasets(0..50);
    batch[49].parent = Some(townhall_model::RecordId::new());
    world.store.put_records(&world.actor(), batch).await.expect_err("there is no such parent");
    assert_eq!(world.store.count_records(&RecordFilter::default()).await.unwrap(), 0);
    assert_eq!((world.store.head().await.unwrap(), audit_lines(world).await), (0, 0));
    assert_eq!(world.store.organizations().await.unwrap(), []);

    let mut tx = world.store.begin(&world.actor()).await.unwrap();
    tx.put_records(datasets(0..5)).await.unwrap();
    drop(tx);
    assert_eq!(world.store.count_records(&RecordFilter::default()).await.unwrap(), 0);
}

async fn titles_that_are_alike_get_names_of_their_own(world: &World) {
    let catalog = NewRecord { kind: "catalog".to_owned(), key: "c".to_owned(), ..dataset("c", "Trees") };
    let mut alike: Vec<NewRecord> = (0..120).map(|n| dataset(&format!("{n}"), "Trees")).collect();
    alike.push(catalog);
    alike.push(dataset("search", "Search"));
    alike.push(NewRecord { title: String::new(), ..dataset("No title: 7", "") });
    world.store.put_records(&world.actor(), alike).await.unwrap();
    let again: Vec<NewRecord> = (120..140).map(|n| dataset(&format!("{n}"), "Trees")).collect();
    world.store.put_records(&world.actor(), again).await.unwrap();

    let filter = RecordFilter::default();
    let all: Vec<_> = world.store.stream_records(filter).try_collect().await.unwrap();
    let slugs: std::collections::BTreeSet<&str> =
        all.iter().filter(|record| record.kind == "dataset").map(|record| &*record.slug).collect();
    assert_eq!(slugs.len(), 142);
    assert!(slugs.iter().all(|slug| slug.len() <= "trees-0123456789ab".len()));
    assert!(slugs.contains("trees") && slugs.contains("search-data") && slugs.contains("no-title-7"));
    // The catalogue has no page below `/data/`, so it does not take a name there.
    assert_eq!(all.iter().find(|record| record.kind == "catalog").unwrap().slug, "trees");
    assert_eq!(world.store.record_by_slug("trees").await.unwrap().unwrap().kind, "dataset");
}

async fn records_stream_in_the_order_of_their_arrival(world: &World) {
    for start in (0..250).step_by(50) {
        world.store.put_records(&world.actor(), datasets(start..start + 50)).await.unwrap();
    }
    let changed = with_document(dataset("id-3", "Changed"), json!({"title": "Changed"}));
    world.store.put_records(&world.actor(), vec![changed]).await.unwrap();
    let keys: Vec<String> = world
        .store
        .stream_records(RecordFilter::default())
        .map_ok(|record| record.key)
        .try_collect()
        .await
        .unwrap();
    let expected: Vec<String> = (0..250).map(|n| format!("id-{n}")).collect();
    assert_eq!(keys, expected);
    let addresses = world.store.addresses(248, 10).await.unwrap();
    assert_eq!(
        addresses.iter().map(|(slug, _)| &**slug).collect::<Vec<_>>(),
        ["street-trees-248", "street-trees-249"]
    );
}

async fn a_page_holds_what_the_filter_names(world: &World) {
    let mut some = datasets(0..6);
    some[1].status = RecordStatus::Draft;
    some[2].kind = "data-service".to_owned();
    world.store.put_records(&world.actor(), some).await.unwrap();
    let filter = RecordFilter { kinds: vec!["dataset"], statuses: vec![RecordStatus::Published] };
    assert_eq!(world.store.count_records(&filter).await.unwrap(), 4);
    let page = world.store.records_after(&filter, 0, 2).await.unwrap();
    assert_eq!(page.iter().map(|record| &*record.key).collect::<Vec<_>>(), ["id-0", "id-3"]);
    let page = world.store.records_after(&filter, page[1].position, 10).await.unwrap();
    assert_eq!(page.iter().map(|record| &*record.key).collect::<Vec<_>>(), ["id-4", "id-5"]);
    let counts = world.store.record_counts().await.unwrap();
    let told: Vec<String> =
        counts.iter().map(|(kind, status, count)| format!("{kind} {} {count}", status.name())).collect();
    assert_eq!(told, ["data-service published 1", "dataset draft 1", "dataset published 4"]);
}

async fn a_withdrawn_record_that_is_listed_again_comes_back(world: &World) {
    let new = dataset("a", "Trees");
    let id = world.store.put_records(&world.actor(), vec![new.clone()]).await.unwrap()[0].id.unwrap();
    world.store.set_status(&world.actor(), id, RecordStatus::Retired, Some("no longer kept")).await.unwrap();
    let puts = world.store.put_records(&world.actor(), vec![new]).await.unwrap();
    assert_eq!(puts[0].outcome, PutOutcome::Changed { fields: Vec::new() });
    let kept = world.store.record(id).await.unwrap().unwrap();
    assert_eq!((kept.status, kept.note, kept.revision), (RecordStatus::Published, None, 3));
    assert_eq!(world.store.revisions(id, 1).await.unwrap()[0].action, "restored");
}

async fn a_source_that_was_read_again_makes_its_records_fresh(world: &World) {
    let id = world.store.put_records(&world.actor(), datasets(0..1)).await.unwrap()[0].id.unwrap();
    let checked = async || world.store.record(id).await.unwrap().unwrap().checked_at.to_string();
    assert_eq!(checked().await, "2026-03-01T12:00:00Z");
    world.clock.advance(3_600);
    world.store.touch_source("data.json").await.unwrap();
    assert_eq!(checked().await, "2026-03-01T13:00:00Z");
    assert_eq!(world.store.head().await.unwrap(), 1);
}

async fn audit_lines(world: &World) -> usize {
    world.store.audit_since(0, 10_000).await.unwrap().len()
}
