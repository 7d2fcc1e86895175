//! Worlds to test in: a store of its own for each case, with a clock that the case moves.

pub mod postgres;
pub mod samples;

use std::path::Path;
use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use sqlx::Connection;
use townhall_store::{
    Actor, ActorKind, BlobSettings, Blobs, Clock, Faults, Store, StoreError, StoreSettings,
};

/// Which database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    Sqlite,
    Postgres,
}

/// Makes two tests of each case: one on SQLite, one on PostgreSQL.
#[macro_export]
macro_rules! on_both {
    ($($case:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                $crate::support::run($crate::support::Database::Sqlite, super::$case).await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                $crate::support::run($crate::support::Database::Postgres, super::$case).await;
            })+
        }
    };
}

/// Runs a case in a world of its own, after which a doctor finds nothing wrong.
pub async fn run(database: Database, case: impl AsyncFnOnce(&World)) {
    let Some(world) = World::new(database, Faults::default()).await else { return };
    case(&world).await;
    world.assert_sound().await;
    world.end().await;
}

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct TestClock(Mutex<Timestamp>);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

impl TestClock {
    /// Moves it on.
    pub fn advance(&self, seconds: i64) {
        let mut now = self.0.lock().unwrap();
        *now += SignedDuration::from_secs(seconds);
    }
}

/// A store with everything around it.
pub struct World {
    pub store: Store,
    pub blobs: Blobs,
    pub clock: Arc<TestClock>,
    pub settings: StoreSettings,
    pub folder: tempfile::TempDir,
}

impl World {
    /// A new world, unless there is to be none on this database.
    pub async fn new(database: Database, faults: Faults) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(TestClock(Mutex::new("2026-03-01T12:00:00Z".parse().unwrap())));
        let mut settings = StoreSettings::embedded(folder.path());
        settings.clock = clock.clone();
        settings.faults = faults;
        if database == Database::Postgres {
            settings.url = Some(postgres::url()?);
            settings.schema = Some(format!("case {}", uuid::Uuid::now_v7()));
        }
        let store = Store::open(&settings).await.unwrap();
        let blobs = Blobs::open(&BlobSettings::Disk, folder.path(), &store).unwrap();
        Some(Self { store, blobs, clock, settings, folder })
    }

    /// A world on SQLite.
    pub async fn sqlite() -> Self {
        Self::new(Database::Sqlite, Faults::default()).await.unwrap()
    }

    /// The actor of most cases.
    pub fn actor(&self) -> Actor {
        Actor::new(ActorKind::Cli, "ada")
    }

    /// Runs a statement behind the store's back.
    pub async fn raw(&self, sql: &str) {
        sqlx::any::install_default_drivers();
        let url = match &self.settings.url {
            Some(url) => url.clone(),
            None => format!("sqlite://{}", self.folder.path().join("townhall.db").display()),
        };
        let mut connection = sqlx::AnyConnection::connect(&url).await.unwrap();
        if let Some(schema) = &self.settings.schema {
            let path = format!("set search_path to \"{schema}\"");
            sqlx::raw_sql(sqlx::AssertSqlSafe(path)).execute(&mut connection).await.unwrap();
        }
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned())).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    }

    /// Where a blob lies.
    pub fn blob_path(&self, id: &townhall_model::BlobId) -> std::path::PathBuf {
        self.folder.path().join("blobs").join(id.path())
    }

    /// The codes of everything that a doctor finds.
    pub async fn ails(&self) -> Vec<String> {
        let findings = self.store.check(&self.blobs, true).await.unwrap();
        findings.into_iter().map(|finding| finding.code).collect()
    }

    pub async fn assert_sound(&self) {
        let findings = self.store.check(&self.blobs, true).await.unwrap();
        let messages: Vec<String> = findings.into_iter().map(|finding| finding.message).collect();
        assert_eq!(messages, Vec::<String>::new(), "a doctor finds nothing");
    }

    /// Takes the world down.
    pub async fn end(self) {
        if let Some(schema) = &self.settings.schema {
            self.raw(&format!("drop schema \"{schema}\" cascade")).await;
        }
        self.store.close().await;
    }

    /// How many temporary files there are.
    pub fn temporary_files(&self) -> usize {
        count_files(&self.folder.path().join("tmp"))
    }
}

/// How many files a folder has.
pub fn count_files(folder: &Path) -> usize {
    std::fs::read_dir(folder).unwrap().count()
}

/// The words of an error for people.
#[track_caller]
pub fn message<T: std::fmt::Debug>(outcome: Result<T, StoreError>) -> String {
    outcome.expect_err("it should have been refused").to_string()
}
