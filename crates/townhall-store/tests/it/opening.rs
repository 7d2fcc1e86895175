//! Opening and closing.

use townhall_model::ErrorKind;
use townhall_store::{Faults, RecordFilter, Store, StoreSettings};

use crate::support::samples::datasets;
use crate::support::{Database, World, message, postgres};

#[tokio::test]
async fn a_second_process_is_told_who_has_the_folder() {
    let world = World::sqlite().await;
    let outcome = Store::open(&StoreSettings::embedded(world.folder.path())).await;
    assert_eq!(outcome.as_ref().expect_err("refused").kind(), ErrorKind::Conflict);
    let expected = format!(
        "`{}` is in use by process {}; stop it first, or choose PostgreSQL to share one store",
        world.folder.path().display(),
        std::process::id()
    );
    assert_eq!(message(outcome), expected);
    // The lock lies beside the database, so that two data folders can't share one either.
    let other = tempfile::tempdir().unwrap();
    let mut settings = StoreSettings::embedded(other.path());
    settings.url = Some(format!("sqlite:{}", world.folder.path().join("townhall.db").display()));
    assert!(Store::open(&settings).await.is_err());
}

#[tokio::test]
async fn what_was_kept_is_there_after_closing_and_opening() {
    let World { store, blobs, folder, settings, .. } = World::sqlite().await;
    let actor = townhall_store::Actor::new(townhall_store::ActorKind::System, "townhall");
    store.put_records(&actor, datasets(0..10)).await.unwrap();
    store.close().await;
    drop((store, blobs));
    let store = Store::open(&settings).await.unwrap();
    assert_eq!(store.count_records(&RecordFilter::default()).await.unwrap(), 10);
    assert_eq!((store.database(), store.ping().await.is_ok()), ("sqlite", true));
    drop(folder);
}

#[tokio::test]
async fn a_folder_may_have_any_name() {
    let folder = tempfile::tempdir().unwrap();
    let odd = folder.path().join("Büro 100% #1?x=y&z'\"");
    let store = Store::open(&StoreSettings::embedded(&odd)).await.unwrap();
    store.ping().await.unwrap();
    assert!(odd.join("townhall.db").is_file());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn a_database_of_a_later_release_is_left_alone() {
    for database in [Database::Sqlite, Database::Postgres] {
        let Some(world) = World::new(database, Faults::default()).await else { continue };
        world.raw("insert into schema_steps (number) values (99)").await;
        world.store.close().await;
        let World { store, blobs, settings, folder, .. } = world;
        drop((store, blobs));
        let outcome = Store::open(&settings).await;
        let told = message(outcome);
        assert!(told.starts_with("the database has schema 99, and this release knows "), "{told}");
        assert!(told.ends_with("; use the newer release"), "{told}");
        drop(folder);
    }
}

#[tokio::test]
async fn processes_that_start_together_prepare_the_tables_once() {
    let Some(url) = postgres::url() else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut settings = StoreSettings::embedded(folder.path());
    settings.url = Some(url);
    settings.schema = Some(format!("case {}", uuid::Uuid::now_v7()));
    let starts: Vec<_> = (0..4)
        .map(|_| {
            let settings = settings.clone();
            tokio::spawn(async move { Store::open(&settings).await.map(|store| store.database()) })
        })
        .collect();
    for start in starts {
        assert_eq!(start.await.unwrap().unwrap(), "postgres");
    }
}

#[tokio::test]
async fn an_address_that_is_none_is_refused_without_its_password() {
    let folder = tempfile::tempdir().unwrap();
    for (url, expected) in [
        (
            "mysql://ada:secret@db/x",
            "`mysql://…@db/x` is not a store address; use `sqlite:PATH` or `postgres://…`",
        ),
        ("sqlite:", "`sqlite:` is not a store address; use `sqlite:PATH` or `postgres://…`"),
        ("sqlite::memory:", "`sqlite::memory:` is not a store address; use `sqlite:PATH` or `postgres://…`"),
    ] {
        let mut settings = StoreSettings::embedded(folder.path());
        settings.url = Some(url.to_owned());
        assert_eq!(message(Store::open(&settings).await), expected);
    }
}

#[tokio::test]
async fn a_database_that_does_not_answer_is_unavailable() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let folder = tempfile::tempdir().unwrap();
    let mut settings = StoreSettings::embedded(folder.path());
    settings.url = Some(format!("postgres://ada:secret@127.0.0.1:{port}/x"));
    let error = Store::open(&settings).await.expect_err("nobody listens");
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(!format!("{error:?}").contains("secret"));
}
