//! A SQLite file, to be published.

use std::path::Path;

use sqlx::Executor;

/// Runs statements in a SQLite file, made when it is not there.
pub async fn sqlite(path: &Path, sql: &str) {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path).create_if_missing(true);
    let pool = sqlx::SqlitePool::connect_with(options).await.expect("a SQLite file");
    let statements = sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned()));
    pool.execute(statements).await.expect("statements that SQLite understands");
    pool.close().await;
}
