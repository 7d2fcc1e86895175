//! Databases to ask, made for each test.

use std::sync::Arc;
use std::time::Duration;

use arrow_array::RecordBatch;
use futures::StreamExt;
use sqlx::{AssertSqlSafe, Executor};
use townhall_databases::{Address, Database, DatabaseError, OpenSettings, RowsRequest, TableDescription};

/// A database with what keeps it alive.
pub struct Opened {
    pub kind: &'static str,
    pub database: Arc<dyn Database>,
    _folder: Option<tempfile::TempDir>,
}

pub fn settings() -> OpenSettings {
    OpenSettings { connections: 3, timeout: Duration::from_secs(60), ..OpenSettings::default() }
}

/// A SQLite file after these statements.
pub async fn sqlite(sql: &str) -> Opened {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("test.db");
    let options =
        sqlx::sqlite::SqliteConnectOptions::new().filename(&path).create_if_missing(true).foreign_keys(false);
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
    pool.execute(sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))).await.unwrap();
    pool.close().await;
    let address = Address::read(&format!("sqlite:{}", path.display())).unwrap();
    let database = townhall_databases::open(&address, &settings()).await.unwrap();
    Opened { kind: "sqlite", database, _folder: Some(folder) }
}

/// A PostgreSQL database of its own after these statements, where there is a server.
pub async fn postgres(sql: &str) -> Option<Opened> {
    postgres_with(sql, settings()).await
}

pub async fn postgres_with(sql: &str, settings: OpenSettings) -> Option<Opened> {
    let server = std::env::var("TOWNHALL_TEST_POSTGRES").ok()?;
    let name = fresh();
    let pool = sqlx::PgPool::connect(&server).await.unwrap();
    pool.execute(sqlx::raw_sql(AssertSqlSafe(format!("create database {name}")))).await.unwrap();
    pool.close().await;
    let mut url = url::Url::parse(&server).unwrap();
    url.set_path(&name);
    let pool = sqlx::PgPool::connect(url.as_str()).await.unwrap();
    pool.execute(sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))).await.unwrap();
    pool.close().await;
    let address = Address::read(url.as_str()).unwrap();
    let database = townhall_databases::open(&address, &settings).await.unwrap();
    Some(Opened { kind: "postgres", database, _folder: None })
}

/// A MySQL database of its own after these statements, where there is a server.
pub async fn mysql(sql: &str) -> Option<Opened> {
    let server = std::env::var("TOWNHALL_TEST_MYSQL").ok()?;
    let name = fresh();
    let pool = sqlx::MySqlPool::connect(&server).await.unwrap();
    pool.execute(sqlx::raw_sql(AssertSqlSafe(format!("create database {name}")))).await.unwrap();
    pool.close().await;
    let mut url = url::Url::parse(&server).unwrap();
    url.set_path(&name);
    let pool = sqlx::MySqlPool::connect(url.as_str()).await.unwrap();
    for statement in sql.split(";\n").filter(|statement| !statement.trim().is_empty()) {
        pool.execute(sqlx::raw_sql(AssertSqlSafe(statement.to_owned()))).await.unwrap();
    }
    pool.close().await;
    let address = Address::read(url.as_str()).unwrap();
    let database = townhall_databases::open(&address, &settings()).await.unwrap();
    Some(Opened { kind: "mysql", database, _folder: None })
}

fn fresh() -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("databases_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

impl Opened {
    #[cfg(feature = "odbc")]
    pub fn of(kind: &'static str, database: Arc<dyn Database>) -> Self {
        Self { kind, database, _folder: None }
    }

    /// The file of a SQLite database.
    #[cfg(feature = "odbc")]
    pub fn path(&self) -> std::path::PathBuf {
        self._folder.as_ref().unwrap().path().join("test.db")
    }

    /// The table of a name.
    pub async fn table(&self, name: &str) -> TableDescription {
        let tables = self.database.tables().await.unwrap();
        let shown: Vec<String> = tables.iter().map(|table| table.shown()).collect();
        let table = tables.iter().find(|table| table.shown() == name);
        let table = table.unwrap_or_else(|| panic!("{}: `{name}` is not among {shown:?}", self.kind));
        self.database.describe(table).await.unwrap()
    }

    pub async fn batches(&self, table: &TableDescription, request: &RowsRequest) -> Vec<RecordBatch> {
        self.tried(table, request).await.unwrap_or_else(|error| panic!("{}: {error:?}", self.kind))
    }

    pub async fn tried(
        &self,
        table: &TableDescription,
        request: &RowsRequest,
    ) -> Result<Vec<RecordBatch>, DatabaseError> {
        let rows = self.database.rows(table, request).await?;
        rows.collect::<Vec<_>>().await.into_iter().collect()
    }

    /// The rows as text, a line each.
    pub async fn draw(&self, table: &TableDescription, request: &RowsRequest) -> String {
        let mut text = String::new();
        for batch in self.batches(table, request).await {
            for row in 0..batch.num_rows() {
                text.push_str(&cells(&batch, row).join(" | "));
                text.push('\n');
            }
        }
        text
    }
}

/// The cells of a row as text.
pub fn cells(batch: &RecordBatch, row: usize) -> Vec<String> {
    let options = arrow_cast::display::FormatOptions::default().with_null("∅");
    let cell = |column: &arrow_array::ArrayRef| {
        arrow_cast::display::ArrayFormatter::try_new(column, &options).unwrap().value(row).to_string()
    };
    batch.columns().iter().map(cell).collect()
}

/// The columns of a table as text: name, type, type in the database, what may be missing, what is said.
pub fn columns(table: &TableDescription) -> String {
    let column = |column: &townhall_databases::ColumnDescription| {
        let comment = column.comment.as_deref().map(|text| format!(" \"{text}\"")).unwrap_or_default();
        let values = if column.values.is_empty() { String::new() } else { format!(" {:?}", column.values) };
        let null = if column.nullable { "" } else { " not null" };
        format!("{}: {} ({}{null}){values}{comment}\n", column.name, column.kind.name(), column.native)
    };
    let mut text: String = table.columns.iter().map(column).collect();
    for column in &table.left_out {
        text.push_str(&format!("without {}: {}\n", column.name, column.reason));
    }
    text
}

/// All rows of a table.
pub fn all(table: &TableDescription) -> RowsRequest {
    RowsRequest::of(&table.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>())
}
