//! Opening the store: the database, its lock, and what all parts share.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{AnyPool, Executor};

use crate::clock::{Clock, SystemClock};
use crate::dialect::{Access, Dialect};
use crate::error::StoreError;
use crate::faults::Faults;
use crate::limits::{CONNECTION_SECONDS_MAX, READERS_MAX};
use crate::{lock, schema};

/// Where the store is.
#[derive(Debug, Clone)]
pub struct StoreSettings {
    /// The data directory; with SQLite the database lives in it.
    pub data_dir: PathBuf,
    /// `sqlite:PATH`, `postgres://…`, or nothing for `townhall.db` in the data directory.
    pub url: Option<String>,
    /// The PostgreSQL schema to live in, made when it is missing.
    pub schema: Option<String>,
    /// The source of time.
    pub clock: Arc<dyn Clock>,
    /// Faults on purpose, for tests.
    pub faults: Faults,
}

impl StoreSettings {
    /// The embedded store in a data directory.
    pub fn embedded(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
            url: None,
            schema: None,
            clock: Arc::new(SystemClock),
            faults: Faults::default(),
        }
    }
}

/// The store. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    pub(crate) inner: Arc<Inner>,
}

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) readers: AnyPool,
    pub(crate) writer: AnyPool,
    pub(crate) dialect: Dialect,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) faults: Faults,
    /// Held as long as the store is open.
    _lock: Option<File>,
}

impl Store {
    /// Opens the store and brings its tables up to date. With SQLite it takes the lock beside the database: a second
    /// process, a short command too, is refused and told who has it.
    pub async fn open(settings: &StoreSettings) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        std::fs::create_dir_all(&settings.data_dir)
            .map_err(StoreError::io("make the folder", &settings.data_dir))?;
        let default = format!("sqlite:{}", settings.data_dir.join("townhall.db").display());
        let url = settings.url.as_deref().unwrap_or(&default);
        let schema = settings.schema.as_deref();
        let bad = || StoreError::BadUrl { url: without_password(url) };
        let dialect = Dialect::of(url).ok_or_else(bad)?;
        let (lock, readers, writer) = match dialect {
            Dialect::Sqlite => {
                let file = sqlite_file(url).ok_or_else(bad)?;
                let lock = lock::take(&file)?;
                let connect = sqlite_url(&file)?;
                let writer = pool(&connect, dialect.session(Access::Write, schema), 1).await?;
                schema::migrate(&writer, dialect, schema).await?;
                (
                    Some(lock),
                    pool(&connect, dialect.session(Access::Read, schema), READERS_MAX).await?,
                    writer,
                )
            }
            Dialect::Postgres => {
                let pool = pool(url, dialect.session(Access::Write, schema), READERS_MAX).await?;
                schema::migrate(&pool, dialect, schema).await?;
                (None, pool.clone(), pool)
            }
        };
        Ok(Self {
            inner: Arc::new(Inner {
                readers,
                writer,
                dialect,
                clock: settings.clock.clone(),
                faults: settings.faults.clone(),
                _lock: lock,
            }),
        })
    }

    /// Finishes what is under way and lets go of the database.
    pub async fn close(&self) {
        self.inner.readers.close().await;
        self.inner.writer.close().await;
    }

    /// Which database, in a word: `sqlite` or `postgres`.
    pub fn database(&self) -> &'static str {
        match self.inner.dialect {
            Dialect::Sqlite => "sqlite",
            Dialect::Postgres => "postgres",
        }
    }

    /// Answers when the database does.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("select 1").execute(self.readers()).await.map_err(StoreError::db("answer"))?;
        Ok(())
    }

    pub(crate) fn readers(&self) -> &AnyPool {
        &self.inner.readers
    }

    pub(crate) fn now(&self) -> String {
        crate::clock::to_text(self.inner.clock.now())
    }
}

async fn pool(url: &str, session: Vec<String>, connections: u32) -> Result<AnyPool, StoreError> {
    let options: AnyConnectOptions =
        url.parse().map_err(|_| StoreError::BadUrl { url: without_password(url) })?;
    let session: Arc<[String]> = session.into();
    AnyPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(CONNECTION_SECONDS_MAX))
        .after_connect(move |connection, _| {
            let session = session.clone();
            Box::pin(async move {
                for statement in session.iter() {
                    // Only `dialect.rs` writes these.
                    connection.execute(sqlx::AssertSqlSafe(statement.as_str())).await?;
                }
                Ok(())
            })
        })
        .connect_with(options)
        .await
        .map_err(StoreError::db("be opened"))
}

/// The file of a SQLite address: `sqlite:PATH` or `sqlite://PATH`, taken as it is written.
fn sqlite_file(url: &str) -> Option<PathBuf> {
    let path = url.strip_prefix("sqlite:")?;
    let path = path.strip_prefix("//").unwrap_or(path);
    (!path.is_empty() && !path.starts_with(":memory:")).then(|| PathBuf::from(path))
}

/// The address that the driver wants: an absolute path in which nothing means anything but itself.
fn sqlite_url(file: &Path) -> Result<String, StoreError> {
    let file = std::path::absolute(file).map_err(StoreError::io("find", file))?;
    let mut url = String::from("sqlite://");
    for byte in file.as_os_str().as_encoded_bytes() {
        match byte {
            b'/' | b'-' | b'_' | b'.' => url.push(char::from(*byte)),
            byte if byte.is_ascii_alphanumeric() => url.push(char::from(*byte)),
            byte => url.push_str(&format!("%{byte:02X}")),
        }
    }
    url.push_str("?mode=rwc");
    Ok(url)
}

fn without_password(url: &str) -> String {
    match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, rest))) => format!("{scheme}://…@{rest}"),
        _ => url.to_owned(),
    }
}
