//! The same questions to a portal with a cluster and to one without.

use std::fmt::Write;
use std::time::Duration;

use serde_json::{Value, json};
use townhall_app::{Audience, BlobSettings, LargeQueries, WhenAway};
use townhall_testkit::{TestApp, catalogue, dataset};

use crate::bucket::Bucket;
use crate::machines::Machines;

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

fn people() -> String {
    let mut text = "id,name,state,born,score,active\n".to_owned();
    let states = ["MD", "VA", "", "DC", "md"];
    for id in 1..=5_000_u32 {
        let state = states[(id * 7 % 5) as usize];
        let born = match id % 11 {
            0 => String::new(),
            _ => format!("{}-{:02}-{:02}", 1940 + id % 70, 1 + id % 12, 1 + id % 28),
        };
        let score = if id % 13 == 0 { String::new() } else { format!("{}.{}", id * 31 % 100, id % 10) };
        writeln!(text, "{id},Person {:05},{state},{born},{score},{}", id * 17 % 5_000, id % 3 == 0).unwrap();
    }
    text
}

fn visits() -> String {
    let mut text = "person,day,cost\n".to_owned();
    for visit in 0..8_000_u32 {
        let person = 1 + visit * 37 % 4_700;
        let cost = visit * 53 % 1_000;
        writeln!(text, "{person},2024-{:02}-{:02},{}.{}", 1 + visit % 12, 1 + visit % 28, cost / 10, cost % 10)
            .unwrap();
    }
    text
}

/// A portal with two tables.
pub async fn portal(blobs: BlobSettings, large: Option<LargeQueries>) -> TestApp {
    let app = TestApp::with_settings(Audience::Public, |settings| {
        settings.blobs = blobs;
        settings.large_queries = large;
        settings.query_timeout = PATIENCE;
    })
    .await;
    let table = |number: usize, name: &str| {
        let mut dataset = dataset(number);
        dataset["title"] = json!(name);
        dataset["distribution"] = json!([{
            "@type": "dcat:Distribution", "title": name, "mediaType": "text/csv", "downloadURL": format!("{name}.csv"),
        }]);
        dataset
    };
    let datasets = catalogue(vec![table(1, "people"), table(2, "visits")]);
    app.import(&datasets, &[("people.csv", &people()), ("visits.csv", &visits())]).await;
    app.app.jobs().run_until_idle().await.unwrap();
    app
}

pub async fn ask(app: &TestApp, sql: &str) -> (u16, Value) {
    let path = serde_json::json!({ "sql": sql }).to_string();
    let json = [("content-type", "application/json")];
    let answer = app.ask("POST".parse().unwrap(), "/api/sql", &json, path).await;
    (answer.status.as_u16(), answer.json())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cluster_answers_as_one_machine_does_and_says_when_it_is_away() {
    let Some(bucket) = Bucket::start() else {
        println!("skipped: no Python with moto");
        return;
    };
    let mut machines = tokio::task::block_in_place(|| Machines::start(bucket.blobs(), 2));
    let refuse = machines.large_queries(WhenAway::Refuse, PATIENCE);
    let with = portal(bucket.blobs(), Some(refuse)).await;
    let without = portal(BlobSettings::Disk, None).await;

    for sql in QUERIES {
        let (status, expected) = ask(&without, sql).await;
        assert_eq!(status, 200, "{sql}: {expected}");
        let (status, found) = ask(&with, sql).await;
        assert_eq!(status, 200, "{sql}: {found}");
        assert_eq!(found["data"], expected["data"], "{sql}");
        assert_eq!(found["meta"]["columns"], expected["meta"]["columns"], "{sql}");
    }

    // What is refused here is refused before it is sent, in the same words; what fails there is told as here.
    for sql in [
        "select repeat(name, 1000000) from people",
        "select * from people, visits",
        "drop table people",
        "select nope from people",
        "select count(*) / 0 as n from people",
        "select cast(name as int) from people",
    ] {
        let (status, expected) = ask(&without, sql).await;
        assert_eq!(ask(&with, sql).await.0, status, "{sql}: {expected}");
    }

    // More rows than an answer may have: the same cut.
    let sql = "select person, cost from visits order by day, person, cost";
    let limited = |app: &'static str| format!("{app}?_limit=10&sql={}", sql.replace(' ', "+"));
    let (found, expected) =
        (with.get(&limited("/api/sql")).await.json(), without.get(&limited("/api/sql")).await.json());
    assert_eq!(found["meta"]["truncated"], true);
    assert_eq!(found["data"], expected["data"]);

    // An executor's plug is pulled in the middle of many questions: each is answered right, or clearly not at all.
    let sql = QUERIES[5];
    let expected = ask(&without, sql).await.1;
    let asked: Vec<_> = (0..6).map(|_| ask(&with, sql)).collect();
    let pulled = async {
        tokio::task::yield_now().await;
        drop(machines.executors.pop());
    };
    let (answers, ()) = futures::join!(futures::future::join_all(asked), pulled);
    for (status, answer) in &answers {
        match status {
            200 => assert_eq!(answer["data"], expected["data"]),
            status => {
                assert_eq!(*status, 503, "{answer}");
                assert!(answer["detail"].as_str().unwrap().starts_with("the query cluster at"), "{answer}");
            }
        }
    }
    let (status, answer) = ask(&with, sql).await;
    assert_eq!(status, 200, "one executor is enough: {answer}");
    assert_eq!(answer["data"], expected["data"]);

    // The scheduler's plug is pulled: a clear refusal, unless it was said that such questions are answered here.
    machines.scheduler = None;
    let (status, problem) = ask(&with, sql).await;
    assert_eq!(status, 503, "{problem}");
    let said = format!("the query cluster at {} does not answer", machines.address.as_str().trim_end_matches('/'));
    assert!(problem["detail"].as_str().unwrap().starts_with(&said), "{problem}");
    let here = machines.large_queries(WhenAway::AnswerHere, PATIENCE);
    let patient = portal(bucket.blobs(), Some(here)).await;
    let (status, answer) = ask(&patient, sql).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(answer["data"], expected["data"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scheduler_without_executors_is_no_cluster() {
    let folder = tempfile::tempdir().unwrap();
    let machines = tokio::task::block_in_place(|| Machines::start(BlobSettings::Disk, 0));
    let large = machines.large_queries(WhenAway::Refuse, PATIENCE);
    let app = portal(BlobSettings::Disk, Some(large)).await;
    let (status, problem) = ask(&app, "select count(*) from people").await;
    assert_eq!(status, 503, "{problem}");
    assert!(problem["detail"].as_str().unwrap().contains("has no executor"), "{problem}");
    drop(folder);
}
