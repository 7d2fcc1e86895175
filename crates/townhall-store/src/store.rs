//! Opening the store: the database, its lock, and what all parts share.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{AnyPool, Executor};

use crate::clock::{Clock, SystemClock};
use crate::dialect::Dialect;
use crate::error::StoreError;
use crate::faults::Faults;
use crate::limits::READERS_MAX;
use crate::schema;

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
    /// Opens the store, brings its tables up to date, and with SQLite takes the lock of the data directory.
    pub async fn open(settings: &StoreSettings) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        std::fs::create_dir_all(&settings.data_dir)
            .map_err(StoreError::io("make the folder", &settings.data_dir))?;
        let default = format!("sqlite:{}", settings.data_dir.join("townhall.db").display());
        let url = settings.url.as_deref().unwrap_or(&default);
        let dialect = Dialect::of(url).ok_or_else(|| StoreError::BadUrl { url: without_password(url) })?;
        let (lock, connect) = match dialect {
            Dialect::Sqlite => {
                let path = url.trim_start_matches("sqlite:").trim_start_matches("//");
                (Some(lock(&settings.data_dir)?), format!("sqlite://{path}?mode=rwc"))
            }
            Dialect::Postgres => (None, url.to_owned()),
        };
        let schema = settings.schema.as_deref();
        let writer =
            pool(&connect, dialect, schema, if dialect == Dialect::Sqlite { 1 } else { READERS_MAX }).await?;
        if let Some(schema) = schema.filter(|_| dialect == Dialect::Postgres) {
            let sql = format!("create schema if not exists \"{}\"", schema.replace('"', "\"\""));
            writer.execute(sqlx::AssertSqlSafe(sql)).await.map_err(StoreError::db("make its schema"))?;
        }
        schema::migrate(&writer, dialect).await?;
        let readers = match dialect {
            Dialect::Sqlite => pool(&connect, dialect, schema, READERS_MAX).await?,
            Dialect::Postgres => writer.clone(),
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

async fn pool(
    url: &str,
    dialect: Dialect,
    schema: Option<&str>,
    connections: u32,
) -> Result<AnyPool, StoreError> {
    let doing = StoreError::db("be opened");
    let options: AnyConnectOptions =
        url.parse().map_err(|_| StoreError::BadUrl { url: without_password(url) })?;
    let session: Arc<[String]> = dialect.session(schema).into();
    AnyPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(std::time::Duration::from_secs(30))
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
        .map_err(doing)
}

/// Takes the lock of a data directory; the file tells others who has it.
fn lock(data_dir: &Path) -> Result<File, StoreError> {
    let path = data_dir.join("townhall.lock");
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .map_err(StoreError::io("open the lock", &path))?;
    if fs4::FileExt::try_lock(&file).is_err() {
        let mut pid = String::new();
        // The holder may be writing its number just now; then it stays unknown.
        let _ = file.read_to_string(&mut pid);
        let pid = if pid.trim().is_empty() { "unknown".to_owned() } else { pid.trim().to_owned() };
        return Err(StoreError::Locked { path: data_dir.display().to_string(), pid });
    }
    file.set_len(0)
        .and_then(|()| file.rewind())
        .and_then(|()| write!(file, "{}", std::process::id()))
        .map_err(StoreError::io("write the lock", &path))?;
    Ok(file)
}

fn without_password(url: &str) -> String {
    match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, rest))) => format!("{scheme}://…@{rest}"),
        _ => url.to_owned(),
    }
}
