//! The same questions to a cluster and to one machine.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use datafusion::arrow::array::{ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, StringArray};
use datafusion::arrow::compute::concat_batches;
use datafusion::arrow::util::pretty::pretty_format_batches;
use futures::TryStreamExt;
use townhall_cluster::Cluster;
use townhall_model::TableId;
use townhall_model::table::{Column, ColumnType};
use townhall_query::distant::Distant;
use townhall_query::{
    Class, ClassLimits, Classes, Engine, EngineSettings, Granted, QueryError, ROW, ReadBlob, RecordBatch,
    RowStream, SchemaRef, Sql, TableName, TableSource,
};

use crate::bucket::Bucket;
use crate::machines::Machines;

/// Longer than a test takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(240);

/// Queries whose order is told as far as it matters.
const QUERIES: &[&str] = &[
    "select count(*) as n, count(score) as scored, count(distinct state) as states from people",
    "select * from people where id = 1234",
    "select id, name from people where name like '%7%' and active order by id limit 20 offset 5",
    "select state, count(*) as n, avg(score) as mean, min(born) as first, max(born) as last from people group by state order by state nulls first",
    "select state, active, sum(score) as total from people where score is not null group by state, active having sum(score) > 10 order by 1, 2",
    "select p.state, sum(v.cost) as cost, count(*) as visits from people p join visits v on p.id = v.person group by p.state order by cost desc, p.state",
    "select p.id, v.day from people p left join visits v on p.id = v.person and v.cost > 95 where p.id between 100 and 130 order by p.id, v.day",
    "select id, state, score, rank() over (partition by state order by score desc, id) as place from people where id < 200 order by id",
    "select day, cost, sum(cost) over (order by day, person, cost rows between 2 preceding and current row) as moving from visits where person < 20 order by day, person, cost",
    "select date_trunc('month', day) as month, sum(cost) as cost from visits group by 1 order by 1",
    "select extract(year from born) as year, count(*) as n from people where born >= date '1970-01-01' group by 1 order by 1",
    "select coalesce(state, 'none') as state, case when score > 50 then 'high' when score is null then 'unknown' else 'low' end as band, count(*) as n from people group by 1, 2 order by 1, 2",
    "select name from people where id in (select person from visits where cost > 99) order by name",
    "select name from people where id not in (select person from visits) order by name limit 7",
    "select id from people where score > (select avg(score) from people) and state = 'MD' order by id limit 10",
    "select state from people where id < 50 union select upper(state) from people where id > 4950 order by 1 nulls last",
    "with costly as (select person, sum(cost) as cost from visits group by person) select count(*) as n, median(cost) as middle from costly",
    "select distinct substr(name, 1, 8) as begins from people order by 1",
    "select approx_distinct(id) > 4000 as many, stddev(score) is not null as spread, string_agg(distinct state, '+' order by state) as states from people",
    "select a.id from people a join people b on a.id = b.id + 1 where a.state = b.state and a.id < 400 order by 1",
    "select count(*) as n from people where false",
    "select name from people where born is null and id > 4900 order by id",
    "select id, row_number() over (order by id) as n from people order by id limit 3",
];

// Eighths add up to the same in any order.
fn people() -> Vec<(&'static str, ColumnType, ArrayRef)> {
    let ids = 1..=5_000_i64;
    let states = [Some("MD"), Some("VA"), None, Some("DC"), Some("md")];
    let names = ids.clone().map(|id| format!("Person {:05}", id * 17 % 5_000));
    let born = ids.clone().map(|id| (id % 11 != 0).then_some((id * 37 % 25_000 - 10_000) as i32));
    let score = ids.clone().map(|id| (id % 13 != 0).then_some((id * 31 % 1_000) as f64 / 8.0));
    vec![
        ("id", ColumnType::Integer, Arc::new(Int64Array::from_iter_values(ids.clone()))),
        ("name", ColumnType::Text, Arc::new(StringArray::from_iter_values(names))),
        (
            "state",
            ColumnType::Text,
            Arc::new(ids.clone().map(|id| states[(id * 7 % 5) as usize]).collect::<StringArray>()),
        ),
        ("born", ColumnType::Date, Arc::new(born.collect::<Date32Array>())),
        ("score", ColumnType::Number, Arc::new(score.collect::<Float64Array>())),
        ("active", ColumnType::Boolean, Arc::new(ids.map(|id| Some(id % 3 == 0)).collect::<BooleanArray>())),
    ]
}

fn visits() -> Vec<(&'static str, ColumnType, ArrayRef)> {
    let visits = 0..8_000_i64;
    let cost = visits.clone().map(|visit| (visit * 53 % 1_000) as f64 / 8.0);
    vec![
        (
            "person",
            ColumnType::Integer,
            Arc::new(Int64Array::from_iter_values(visits.clone().map(|visit| 1 + visit * 37 % 4_700))),
        ),
        (
            "day",
            ColumnType::Date,
            Arc::new(Date32Array::from_iter_values(visits.map(|visit| (19_700 + visit * 11 % 366) as i32))),
        ),
        ("cost", ColumnType::Number, Arc::new(Float64Array::from_iter_values(cost))),
    ]
}

/// Limits that nothing here meets.
fn patient() -> Classes {
    let usual = Classes::default().of(Class::Anonymous).clone();
    Classes::all(&ClassLimits { timeout: PATIENCE, ..usual })
}

/// One machine over a bucket with two tables, to ask and to plan with.
struct World {
    engine: Engine,
    tables: Vec<(&'static str, Arc<TableSource>)>,
    _spill: tempfile::TempDir,
}

impl World {
    fn new(bucket: Arc<Bucket>) -> Self {
        let kept = [("people", people()), ("visits", visits())].map(|(name, columns)| {
            let rows = columns[0].2.len();
            let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values(1..=rows as i64));
            let arrays =
                columns.iter().map(|(name, _, array)| (*name, array.clone())).chain([(ROW, numbers)]);
            let arrays = arrays.map(|(name, array)| (name, array, true));
            let blob = bucket.put(&RecordBatch::try_from_iter_with_nullable(arrays).unwrap());
            let columns = columns.iter().map(|(name, kind, _)| column(name, *kind)).collect();
            (
                name,
                Arc::new(TableSource {
                    id: TableId::new(),
                    version: 1,
                    blob,
                    rows: rows as u64,
                    columns,
                    live: None,
                    sentinels: BTreeMap::new(),
                }),
            )
        });
        let spill = tempfile::tempdir().unwrap();
        let settings = EngineSettings { classes: patient(), ..EngineSettings::new(spill.path()) };
        let engine = Engine::new(bucket as Arc<dyn ReadBlob>, settings).unwrap();
        Self { engine, tables: kept.into(), _spill: spill }
    }

    fn read(&self, text: &str) -> Result<(Sql, Vec<Granted>), QueryError> {
        let sql = Sql::read(text)?;
        let source =
            |name: &TableName| self.tables.iter().find(|known| known.0 == name.table).unwrap().1.clone();
        let granted = sql.tables().iter().map(|name| Granted { name: name.clone(), source: source(name) });
        let granted = granted.collect();
        Ok((sql, granted))
    }

    /// The answer of one machine.
    async fn here(&self, text: &str, rows_max: usize) -> Result<String, QueryError> {
        let (sql, granted) = self.read(text)?;
        drawn(self.engine.sql(&sql, &granted, rows_max).await?).await
    }

    /// The answer of a cluster.
    async fn there(&self, cluster: &Cluster, text: &str, rows_max: usize) -> Result<String, QueryError> {
        let (sql, granted) = self.read(text)?;
        let (planned, _) = self.engine.planned(&sql, &granted, rows_max).await?;
        drawn(cluster.rows(planned).await?).await
    }
}

fn column(name: &str, kind: ColumnType) -> Column {
    Column {
        name: name.into(),
        label: None,
        kind,
        type_reason: None,
        values: 0,
        nulls: 0,
        rejects: 0,
        distinct: 0,
        distinct_exact: false,
        min: None,
        max: None,
        mean: None,
        top: vec![],
        spread: None,
    }
}

async fn drawn((schema, rows): (SchemaRef, RowStream)) -> Result<String, QueryError> {
    let batches: Vec<RecordBatch> = rows.try_collect().await?;
    let whole = match batches.first() {
        Some(first) => concat_batches(&first.schema(), &batches).unwrap(),
        None => RecordBatch::new_empty(schema),
    };
    Ok(pretty_format_batches(&[whole]).unwrap().to_string())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cluster_answers_as_one_machine_does_and_says_when_it_is_away() {
    let Some(bucket) = Bucket::start() else {
        println!("skipped: no Python with moto");
        return;
    };
    let mut machines = tokio::task::block_in_place(|| Machines::start(bucket.clone(), 2));
    let world = World::new(bucket);
    let cluster = machines.cluster(4, PATIENCE);

    for sql in QUERIES {
        let expected = world.here(sql, 10_000).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
        let found = world.there(&cluster, sql, 10_000).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
        assert_eq!(found, expected, "{sql}");
    }
    println!("{} queries answered alike", QUERIES.len());

    // What is refused here is refused before it is sent; what fails there is told as it is here.
    for sql in [
        "select repeat(name, 1000000) from people",
        "select * from people, visits",
        "drop table people",
        "select nope from people",
        "select id / (id - id) as n from people",
        "select cast(name as int) from people",
    ] {
        let expected = world.here(sql, 10).await.unwrap_err();
        let found = world.there(&cluster, sql, 10).await.unwrap_err();
        assert_eq!(found.kind(), expected.kind(), "{sql}: {found} rather than {expected}");
        println!("{sql}: {found}");
    }

    // One row more than the most tells that there are more, and no further one is sent.
    let sql = "select person, cost from visits order by day, person, cost";
    let expected = world.here(sql, 10).await.unwrap();
    assert_eq!(world.there(&cluster, sql, 10).await.unwrap(), expected);
    assert_eq!(expected.lines().count(), 15);

    // A client that leaves ends its query: there is one turn, and it comes back.
    let single = machines.cluster(1, PATIENCE);
    let hog = "select count(*) as n from people a join people b on a.active = b.active join people c on b.active = c.active join people d on c.active = d.active";
    let (sql, granted) = world.read(hog).unwrap();
    let (planned, _) = world.engine.planned(&sql, &granted, 10).await.unwrap();
    // It is left, and runs out of time, soon after it was sent: some machines tell within a second that it grows too large.
    let soon = Duration::from_millis(50);
    let left = tokio::time::timeout(soon, single.rows(planned)).await;
    assert!(left.is_err(), "nobody answers that so soon: {:?}", left.map(|answer| answer.map(drop)));
    let sql = QUERIES[5];
    let expected = world.here(sql, 10_000).await.unwrap();
    assert_eq!(world.there(&single, sql, 10_000).await.unwrap(), expected);
    // Time over is told as such.
    let hasty = machines.cluster(1, soon);
    let late = world.there(&hasty, hog, 10).await.unwrap_err();
    assert!(matches!(late, QueryError::TimedOut { .. }), "{late}");

    // An executor's plug is pulled in the middle of many questions: each is answered right, or clearly not at all.
    let asked: Vec<_> = (0..6).map(|_| world.there(&cluster, sql, 10_000)).collect();
    let pulled = async {
        tokio::task::yield_now().await;
        drop(machines.executors.pop());
    };
    let (answers, ()) = futures::join!(futures::future::join_all(asked), pulled);
    for answer in answers {
        match answer {
            Ok(found) => assert_eq!(found, expected),
            Err(error) => {
                println!("an executor went: {error}");
                assert!(matches!(error, QueryError::Away { .. }), "{error}");
            }
        }
    }
    assert_eq!(world.there(&cluster, sql, 10_000).await.unwrap(), expected, "one executor is enough");

    // So is that of the last one, while the scheduler still takes it for alive: the question ends with a clear error.
    machines.executors.clear();
    let lost = world.there(&cluster, sql, 10_000).await.unwrap_err();
    println!("the last executor went: {lost}");
    assert!(matches!(lost, QueryError::Away { .. }), "{lost}");

    // The scheduler's plug is pulled.
    machines.scheduler = None;
    let away = world.there(&cluster, sql, 10).await.unwrap_err();
    let address = machines.address.as_str().trim_end_matches('/');
    assert_eq!(away.to_string(), format!("the query cluster at {address} does not answer"));
    assert_eq!(away.kind(), townhall_model::ErrorKind::Unavailable);
    assert!(away.hint().is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scheduler_without_executors_is_no_cluster() {
    let Some(bucket) = Bucket::start() else {
        println!("skipped: no Python with moto");
        return;
    };
    let machines = tokio::task::block_in_place(|| Machines::start(bucket.clone(), 0));
    let world = World::new(bucket);
    let away =
        world.there(&machines.cluster(1, PATIENCE), "select count(*) from people", 10).await.unwrap_err();
    assert!(away.to_string().ends_with("has no executor"), "{away}");
}
