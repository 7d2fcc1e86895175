//! What a cold question reads of a hundred gigabytes: the description of the file, and the pieces that it needs.

use std::sync::Arc;

use futures::TryStreamExt;
use townhall_query::{
    Engine, EngineSettings, Granted, QUERY_DIALECTS, RecordBatch, Sql, TableName, TableSource,
};

use crate::sparse::{GROUP_ROWS, GROUPS, Reads, Sparse, TABLES};
use crate::support::pairs;

/// What may be read beside what describes a file: the beginning of a tail, twice.
const SLACK: u64 = 256 * 1024;

/// What may be read beside the pieces of a row group: what lies between two of them.
const GAP: u64 = 128 * 1024;

struct World {
    store: Arc<Sparse>,
    tables: Vec<TableSource>,
    spill: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        let (store, tables) = Sparse::new();
        Self { store, tables, spill: tempfile::tempdir().unwrap() }
    }

    /// An engine that knows nothing yet.
    fn cold(&self, hot_bytes: u64) -> Engine {
        let settings = EngineSettings { hot_bytes, ..EngineSettings::new(self.spill.path()) };
        let engine = Engine::new(self.store.clone(), settings).unwrap();
        self.store.taken();
        engine
    }

    async fn ask(&self, engine: &Engine, table: usize, question: &str) -> (usize, Reads) {
        let table = &self.tables[table];
        let query = QUERY_DIALECTS[0].parse(&pairs(question), table).unwrap();
        let page = engine.page(table, &query).await.unwrap();
        (page.rows.num_rows(), self.store.taken())
    }

    async fn sql(&self, engine: &Engine, text: &str) -> (usize, Reads) {
        let sql = Sql::read(text).unwrap();
        let granted: Vec<Granted> = sql.tables().iter().map(|name| self.granted(name)).collect();
        let (_, rows) = engine.sql(&sql, &granted, 10_000).await.unwrap();
        let rows: Vec<RecordBatch> = rows.try_collect().await.unwrap();
        (rows.iter().map(RecordBatch::num_rows).sum(), self.store.taken())
    }

    /// `t7` is the seventh table.
    fn granted(&self, name: &TableName) -> Granted {
        let table: usize = name.table.trim_start_matches('t').parse().unwrap();
        Granted { name: name.clone(), source: Arc::new(self.tables[table].clone()) }
    }

    /// That a question read the description of so many files and of these columns so many row groups.
    #[track_caller]
    fn check(
        &self,
        what: &str,
        reads: Reads,
        files: u64,
        groups: std::ops::Range<usize>,
        columns: &[&str],
        requests: u64,
    ) {
        let pieces: u64 = groups.map(|group| self.store.chunks(group, columns) + GAP).sum();
        let needed = files * (self.store.described() + SLACK) + pieces;
        assert!(
            reads.bytes <= needed,
            "{what}: {} bytes were read, {needed} at most are needed",
            reads.bytes
        );
        assert!(
            reads.requests <= requests,
            "{what}: {} requests, {requests} at most are needed",
            reads.requests
        );
        // The short way and the long way ask once each.
        assert!(reads.sizes <= 2 * files, "{what}: {} times a size was asked for", reads.sizes);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cold_question_about_a_hundred_gigabytes_reads_only_the_row_groups_that_it_needs() {
    let world = World::new();
    let total = world.store.size * TABLES as u64;
    assert!(total > 100_000_000_000, "{total} bytes are less than 100 GB");
    let key = |group: i64, row: i64| (group * GROUP_ROWS + row) * 2;
    const HOT: u64 = 256 * 1024 * 1024;

    // One row by its key, the short way and the long way, by column conditions and by SQL.
    let wanted = key(40, 7);
    let question = format!("key={wanted}&_select=key,amount");
    for (way, hot) in [("short", HOT), ("long", 0)] {
        let (rows, reads) = world.ask(&world.cold(hot), 3, &question).await;
        assert_eq!(rows, 1, "{way}");
        world.check(&format!("a key, the {way} way"), reads, 1, 40..41, &["key", "amount", "_row"], 8);
    }
    let (rows, reads) =
        world.sql(&world.cold(0), &format!("select key, amount from t3 where key = {wanted}")).await;
    assert_eq!(rows, 1);
    world.check("a key, by SQL", reads, 1, 40..41, &["key", "amount"], 8);

    // A key that none has, in the middle of a group's bounds; and one beyond all bounds, of which only the tail is read.
    let (rows, reads) = world.ask(&world.cold(HOT), 4, &format!("key={}", wanted + 1)).await;
    assert_eq!(rows, 0);
    world.check("a key that is not there", reads, 1, 40..41, &["key"], 4);
    let (rows, reads) = world.ask(&world.cold(HOT), 4, "key=-5").await;
    assert_eq!(rows, 0);
    world.check("a key beyond all", reads, 1, 0..0, &[], 3);

    // A range over the border of two groups.
    let question = format!("key__between={},{}&_select=key,place", key(10, GROUP_ROWS - 50), key(11, 49));
    for (way, hot) in [("short", HOT), ("long", 0)] {
        let (rows, reads) = world.ask(&world.cold(hot), 5, &question).await;
        assert_eq!(rows, 100, "{way}");
        world.check(&format!("a range, the {way} way"), reads, 1, 10..12, &["key", "place", "_row"], 12);
    }

    // Groups, and a sum of them.
    let question = format!("key__lt={}&_group=place&_aggregate=sum(amount)", key(3, 0));
    let (rows, reads) = world.ask(&world.cold(HOT), 6, &question).await;
    assert_eq!(rows, 4);
    world.check("groups", reads, 1, 0..3, &["key", "place", "amount"], 16);
    let text = format!("select place, sum(amount) from t6 where key < {} group by place", key(3, 0));
    let (rows, reads) = world.sql(&world.cold(0), &text).await;
    assert_eq!(rows, 4);
    world.check("groups, by SQL", reads, 1, 0..3, &["key", "place", "amount"], 16);

    // Three tables joined.
    let text = format!(
        "select a.place, b.amount, c.note_1 from t7 a join t8 b on a.key = b.key join t9 c on b.key = c.key \
         where a.key between {0} and {1} and b.key between {0} and {1} and c.key between {0} and {1}",
        key(20, 0),
        key(20, 99)
    );
    let (rows, reads) = world.sql(&world.cold(0), &text).await;
    assert_eq!(rows, 100);
    let mut columns = vec!["key"; 1];
    columns.extend(["place", "amount", "note_1"]);
    world.check("a join", reads, 3, 20..21, &columns, 24);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_query_will_read_is_known_before_it_runs() {
    let world = World::new();
    let engine = world.cold(0);
    let bytes = async |text: &str| {
        let sql = Sql::read(text).unwrap();
        let granted: Vec<Granted> = sql.tables().iter().map(|name| world.granted(name)).collect();
        engine.planned(&sql, &granted, 10).await.unwrap().1
    };
    let all =
        |columns: &[&str]| (0..GROUPS as usize).map(|group| world.store.chunks(group, columns)).sum::<u64>();
    let key = 2 * (40 * GROUP_ROWS + 7);
    assert_eq!(
        bytes(&format!("select amount from t1 where key = {key}")).await,
        world.store.chunks(40, &["key", "amount"])
    );
    assert_eq!(
        bytes(&format!("select * from t1 where key between {key} and {}", key + 2 * GROUP_ROWS)).await,
        (40..42).map(|group| world.store.chunks(group, &["key", "place", "amount"])).sum::<u64>()
            + (0..8).map(|note| 2 * world.store.chunks(40, &[&format!("note_{note}")])).sum::<u64>()
    );
    assert_eq!(bytes("select place, avg(amount) from t2 group by place").await, all(&["place", "amount"]));
    assert_eq!(
        bytes("select count(a.note_1) from t3 a join t4 b on a.key = b.key").await,
        2 * all(&["key"]) + all(&["note_1"])
    );
    assert_eq!(bytes("select place from t5 where key < 0").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_tables_are_each_asked_once_for_a_ten_thousandth_of_what_they_have() {
    let world = World::new();
    let engine = world.cold(256 * 1024 * 1024);
    let mut all = Reads { bytes: 0, requests: 0, sizes: 0 };
    for table in 0..TABLES {
        let wanted = table as i64 * 2 * 1_000;
        let (rows, reads) = world.ask(&engine, table, &format!("key={wanted}&_select=key,place")).await;
        assert_eq!(rows, 1, "table {table}");
        all.bytes += reads.bytes;
        all.requests += reads.requests;
        all.sizes += reads.sizes;
    }
    let total = world.store.size * TABLES as u64;
    println!("{TABLES} tables of {total} bytes: {all:?}, one byte in {}", total / all.bytes);
    assert!(all.bytes < total / 1_000, "{} bytes of {total} were read", all.bytes);
    assert_eq!(all.sizes, TABLES as u64, "each size is asked for once");
    assert!(all.requests <= 4 * TABLES as u64, "{} requests", all.requests);

    // A warm question reads nothing.
    let (rows, reads) = world.ask(&engine, 199, &format!("key={}&_select=key,place", 199 * 2_000 + 2)).await;
    assert_eq!((rows, reads), (1, Reads { bytes: 0, requests: 0, sizes: 0 }));
}
