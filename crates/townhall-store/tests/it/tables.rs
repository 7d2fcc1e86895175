//! Tables and their versions.

use townhall_model::dictionary::{ColumnMeaning, Dictionary};
use townhall_model::{BlobId, ErrorKind, RecordId, TableId};
use townhall_store::RecordStatus;

use crate::on_both;
use crate::support::samples::{datasets, manifest};
use crate::support::{World, message};

on_both!(
    a_version_is_published_in_one_step,
    a_version_equal_to_the_current_one_is_not_added_again,
    every_version_can_be_had_by_number_and_by_time,
    a_version_without_its_bytes_is_refused,
    dictionaries_are_revised_and_the_newest_is_in_force,
    tables_are_listed_by_what_can_be_seen_of_their_datasets,
);

async fn record(world: &World) -> RecordId {
    world.store.put_records(&world.actor(), datasets(0..1)).await.unwrap()[0].id.unwrap()
}

async fn blobs(world: &World, text: &str) -> (BlobId, BlobId) {
    let parquet = world.blobs.put_bytes(format!("parquet of {text}").as_bytes()).await.unwrap();
    (parquet, world.blobs.put_bytes(text.as_bytes()).await.unwrap())
}

async fn a_version_is_published_in_one_step(world: &World) {
    let record = record(world).await;
    let (parquet, source) = blobs(world, "a,b").await;
    let manifest = manifest(parquet, source, 42);
    let (id, number) =
        world.store.publish_version(&world.actor(), record, "trees.csv", "Trees", &manifest).await.unwrap();
    assert_eq!(number, 1);
    let table = world.store.table(id).await.unwrap().unwrap();
    assert_eq!((table.record, table.version, table.rows, table.columns), (record, 1, 42, 1));
    assert_eq!((table.title.as_str(), table.distribution.as_str()), ("Trees", "trees.csv"));
    assert_eq!(
        (table.dataset_slug.as_str(), table.dataset_title.as_str()),
        ("street-trees-0", "Street trees 0")
    );
    let version = world.store.table_version(id, None).await.unwrap().unwrap();
    assert_eq!((version.number, version.manifest, version.source), (1, manifest, source));
    assert_eq!(version.actor, "cli:ada");
    let change = &world.store.changes_since(1, 5).await.unwrap()[0];
    assert_eq!((change.subject, change.action.as_str()), (townhall_store::Subject::Table, "version"));
    assert_eq!(change.record, record.to_string());
    assert_eq!(world.store.tables_of(&[record]).await.unwrap(), [table]);
}

async fn a_version_equal_to_the_current_one_is_not_added_again(world: &World) {
    let record = record(world).await;
    let (parquet, source) = blobs(world, "a,b").await;
    let manifest = manifest(parquet, source, 1);
    let first = world.store.publish_version(&world.actor(), record, "t", "Trees", &manifest).await.unwrap();
    let head = world.store.head().await.unwrap();
    let again = world.store.publish_version(&world.actor(), record, "t", "Trees", &manifest).await.unwrap();
    assert_eq!((again, world.store.head().await.unwrap()), (first, head));
    assert_eq!(world.store.table_versions(first.0).await.unwrap().len(), 1);
}

async fn every_version_can_be_had_by_number_and_by_time(world: &World) {
    let record = record(world).await;
    let mut id = None;
    for rows in 1..=3 {
        let (parquet, source) = blobs(world, &format!("{rows} rows")).await;
        let manifest = manifest(parquet, source, rows);
        let published =
            world.store.publish_version(&world.actor(), record, "t", "Trees", &manifest).await.unwrap();
        assert_eq!(u64::from(published.1), rows);
        id = Some(published.0);
        world.clock.advance(3_600);
    }
    let id = id.unwrap();
    assert_eq!(world.store.table_version(id, Some(2)).await.unwrap().unwrap().rows, 2);
    assert_eq!(world.store.table_version(id, Some(4)).await.unwrap(), None);
    for (at, rows) in
        [("12:00:00", Some(1)), ("13:30:00", Some(2)), ("23:00:00", Some(3)), ("11:59:59", None)]
    {
        let at = format!("2026-03-01T{at}Z").parse().unwrap();
        assert_eq!(world.store.table_version_at(id, at).await.unwrap().map(|version| version.rows), rows);
    }
    let numbers: Vec<u32> =
        world.store.table_versions(id).await.unwrap().iter().map(|version| version.number).collect();
    assert_eq!(numbers, [3, 2, 1]);
}

async fn a_version_without_its_bytes_is_refused(world: &World) {
    let record = record(world).await;
    let (parquet, source) = blobs(world, "a,b").await;
    let unknown = BlobId::of(b"never kept");
    let mut manifest = manifest(parquet, source, 1);
    manifest.rejects_blob = Some(unknown);
    let outcome = world.store.publish_version(&world.actor(), record, "t", "Trees", &manifest).await;
    assert_eq!(outcome.as_ref().expect_err("refused").kind(), ErrorKind::NotFound);
    assert_eq!(message(outcome), format!("there is no blob `{unknown}`"));
    assert_eq!(world.store.tables_of(&[record]).await.unwrap(), []);
    assert_eq!(world.store.head().await.unwrap(), 1);
    let nowhere = RecordId::new();
    manifest.rejects_blob = None;
    assert!(world.store.publish_version(&world.actor(), nowhere, "t", "Trees", &manifest).await.is_err());
}

async fn tables_are_listed_by_what_can_be_seen_of_their_datasets(world: &World) {
    let puts = world.store.put_records(&world.actor(), datasets(0..3)).await.unwrap();
    let (parquet, source) = blobs(world, "a,b").await;
    for put in &puts {
        for distribution in ["one.csv", "two.csv"] {
            let manifest = manifest(parquet, source, 10);
            let record = put.id.unwrap();
            world.store.publish_version(&world.actor(), record, distribution, "T", &manifest).await.unwrap();
        }
    }
    let hidden = puts[1].id.unwrap();
    world.store.set_status(&world.actor(), hidden, RecordStatus::Retired, None).await.unwrap();
    let published = [RecordStatus::Published];
    assert_eq!(world.store.count_tables(&published).await.unwrap(), (4, 40));
    let first = world.store.tables_after(&published, None, 3).await.unwrap();
    let rest = world.store.tables_after(&published, Some(first[2].id), 3).await.unwrap();
    assert_eq!((first.len(), rest.len()), (3, 1));
    assert!(first.iter().chain(&rest).all(|table| table.record != hidden));
    let all = [RecordStatus::Published, RecordStatus::Retired];
    assert_eq!(world.store.count_tables(&all).await.unwrap(), (6, 60));
}

async fn dictionaries_are_revised_and_the_newest_is_in_force(world: &World) {
    let record = record(world).await;
    let (parquet, source) = blobs(world, "a,b").await;
    let manifest = manifest(parquet, source, 1);
    let (id, _) = world.store.publish_version(&world.actor(), record, "t", "Trees", &manifest).await.unwrap();
    assert_eq!(world.store.dictionary(id).await.unwrap(), None);
    let meaning =
        |text: &str| ColumnMeaning { description: Some(text.to_owned()), ..ColumnMeaning::default() };
    let dictionary = |text: &str| Dictionary { columns: [("a".to_owned(), meaning(text))].into() };
    let put = async |text: &str, described| {
        world.store.put_dictionary(&world.actor(), id, &dictionary(text), described).await.unwrap()
    };
    assert_eq!(put("first", 1).await, 1);
    let head = world.store.head().await.unwrap();
    assert_eq!(put("first", 1).await, 1, "what says the same is not written");
    assert_eq!(world.store.head().await.unwrap(), head);
    assert_eq!(put("second", 2).await, 2);
    let change = world.store.changes_since(head, 5).await.unwrap();
    assert_eq!((change.len(), change[0].action.as_str()), (1, "dictionary"));
    let stored = world.store.dictionaries(id, 10).await.unwrap();
    assert_eq!(stored.iter().map(|one| one.revision).collect::<Vec<_>>(), [2, 1]);
    assert_eq!((&stored[1].dictionary, stored[1].actor.as_str()), (&dictionary("first"), "cli:ada"));
    assert_eq!(world.store.dictionary(id).await.unwrap().unwrap().dictionary, dictionary("second"));
    assert_eq!(world.store.table(id).await.unwrap().unwrap().described, 2);
    let missing = world.store.put_dictionary(&world.actor(), TableId::new(), &dictionary("x"), 0).await;
    assert_eq!(missing.unwrap_err().kind(), ErrorKind::NotFound);
}
