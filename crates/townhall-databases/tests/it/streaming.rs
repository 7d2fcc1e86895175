//! Large tables come in batches, at the pace of whoever takes them; what takes too long is ended.

use std::time::Duration;

use futures::StreamExt;
use townhall_databases::limits::{BATCH_BYTES, BATCH_ROWS};
use townhall_databases::{Condition, DatabaseError, OpenSettings, RowsRequest};

use crate::support::{Opened, all, mysql, postgres, postgres_with, settings, sqlite};

const ROWS: u64 = 300_000;

async fn everywhere() -> Vec<Opened> {
    let counted = "create table big as
        with recursive n(id) as (select 1 union all select id + 1 from n where id < 300000)
        select id, 'row ' || id as name from n";
    let mut opened = vec![sqlite(counted).await];
    let counted =
        "create table big as select id::int, 'row ' || id as name from generate_series(1, 300000) n(id)";
    opened.extend(postgres(counted).await);
    let counted = "create table big as select seq as id, concat('row ', seq) as name from seq_1_to_300000";
    opened.extend(mysql(counted).await);
    opened
}

#[tokio::test]
async fn a_large_table_comes_in_many_batches_of_bounded_size() {
    for opened in everywhere().await {
        let table = opened.table("big").await;
        let mut rows = opened.database.rows(&table, &all(&table)).await.unwrap();
        let (mut count, mut batches) = (0, 0);
        while let Some(batch) = rows.next().await {
            let batch = batch.unwrap();
            assert!(batch.num_rows() <= BATCH_ROWS && batch.get_array_memory_size() < 2 * BATCH_BYTES);
            count += batch.num_rows() as u64;
            batches += 1;
        }
        assert_eq!((count, batches), (ROWS, ROWS.div_ceil(BATCH_ROWS as u64)), "{}", opened.kind);
    }
}

#[tokio::test]
async fn whoever_leaves_early_leaves_the_database_usable() {
    for opened in everywhere().await {
        let table = opened.table("big").await;
        // More often than there are connections.
        for _ in 0..settings().connections * 2 {
            let mut rows = opened.database.rows(&table, &all(&table)).await.unwrap();
            assert_eq!(rows.next().await.unwrap().unwrap().num_rows(), BATCH_ROWS);
        }
        let count = opened.database.count(&table, &Condition::everything()).await.unwrap();
        assert_eq!(count, ROWS, "{}", opened.kind);
    }
}

#[tokio::test]
async fn a_statement_that_takes_too_long_is_ended() {
    let settings = OpenSettings { timeout: Duration::from_millis(300), ..settings() };
    let sql = "create view slow as select 1 as id from pg_sleep(600)";
    let Some(opened) = postgres_with(sql, settings).await else { return };
    let table = opened.table("slow").await;
    let request = RowsRequest { limit: Some(1), ..all(&table) };
    let error = opened.tried(&table, &request).await.unwrap_err();
    assert!(matches!(error, DatabaseError::TimedOut), "{error:?}");
}
