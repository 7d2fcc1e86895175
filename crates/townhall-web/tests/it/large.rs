//! Large queries: what goes to other machines, and what is said when those are away.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::http::Method;
use serde_json::json;
use townhall_app::{Audience, Class, ImportOptions, LargeQueries, WhenAway};
use townhall_query::distant::Distant;
use townhall_query::{Planned, QueryError, RowStream, SchemaRef};
use townhall_testkit::{Answer, TestApp};

use crate::portal::{LEVELS, records};

/// Machines that are always away, and how often they were asked.
#[derive(Debug, Default)]
struct Away(AtomicUsize);

#[async_trait::async_trait]
impl Distant for Away {
    async fn rows(&self, _: Planned) -> Result<(SchemaRef, RowStream), QueryError> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Err(QueryError::Away {
            address: "http://10.0.0.10:50050".to_owned(),
            what: "does not answer".to_owned(),
        })
    }
}

async fn portal(bytes_min: u64, when_away: WhenAway) -> (TestApp, Arc<Away>) {
    let away = Arc::new(Away::default());
    let app = TestApp::with_settings(Audience::Public, |settings| {
        settings.large_queries = Some(LargeQueries { engine: away.clone(), bytes_min, when_away });
    })
    .await;
    app.import(&records(), &[("levels.csv", LEVELS)]).await;
    (app, away)
}

async fn ask(app: &TestApp, sql: &str) -> Answer {
    app.ask(Method::POST, "/api/sql", &[("content-type", "text/plain")], sql.to_owned()).await
}

const SQL: &str = "select max(level) as most from levels_of_two_rivers";

#[tokio::test]
async fn a_large_query_is_refused_clearly_when_the_cluster_is_away() {
    let (app, away) = portal(0, WhenAway::Refuse).await;
    let answer = ask(&app, SQL).await.expect(503);
    assert!(!answer.header("retry-after").is_empty());
    let problem = answer.problem();
    assert_eq!(problem["detail"], "the query cluster at http://10.0.0.10:50050 does not answer", "{problem}");
    let hint = problem["hint"].as_str().unwrap();
    assert!(hint.contains("ask for less") && hint.contains("townhall cluster"), "{problem}");
    assert_eq!(away.0.load(Ordering::SeqCst), 1);
    // Its page says so as well, and pages that are not of SQL do not need it.
    let page = app.get(&format!("/sql?sql={}", SQL.replace(' ', "+"))).await.text();
    assert!(page.contains("does not answer"), "{page}");
    app.get("/data/levels-of-two-rivers").await.expect(200);
    // What no wall lets through is not sent.
    ask(&app, "select * from levels_of_two_rivers a, levels_of_two_rivers b").await.expect(422);
    ask(&app, "select 1 as one").await.expect(200);
    assert_eq!(away.0.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_large_query_is_answered_here_where_the_settings_say_so() {
    let (app, away) = portal(0, WhenAway::AnswerHere).await;
    let answer = ask(&app, SQL).await.expect(200).json();
    assert_eq!(answer["data"], json!([{"most": 4.25}]));
    assert_eq!(away.0.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_small_query_stays_here() {
    let (app, away) = portal(1024 * 1024, WhenAway::Refuse).await;
    assert_eq!(ask(&app, SQL).await.expect(200).json()["data"], json!([{"most": 4.25}]));
    assert_eq!(away.0.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn where_a_query_would_go_is_explained() {
    let (app, away) = portal(1, WhenAway::Refuse).await;
    let explained = async |sql: &str| {
        let path = format!("/api/sql?_explain=1&sql={}", sql.replace(' ', "%20").replace('>', "%3E"));
        app.get(&path).await.expect(200).json()
    };
    let large = explained(SQL).await;
    assert_eq!((&large["answered"], &large["becomes_job"]), (&json!("cluster"), &json!(false)), "{large}");
    // No row group can have such rows, so nothing is read.
    let small = explained(&format!("{SQL} where level > 99")).await;
    assert_eq!(small["answered"], "scan", "{small}");
    assert_eq!(away.0.load(Ordering::SeqCst), 0, "nothing was asked");
}

#[tokio::test]
async fn what_is_too_heavy_to_wait_for_here_goes_to_the_cluster_at_once() {
    let busy = Arc::new(Away::default());
    let app = TestApp::with_settings(Audience::Public, |settings| {
        let mut limits = settings.query_classes.of(Class::Anonymous).clone();
        limits.work_bytes = Some(1);
        settings.query_classes.set(Class::Anonymous, limits);
        let when_away = WhenAway::AnswerHere;
        settings.large_queries = Some(LargeQueries { engine: busy.clone(), bytes_min: 1, when_away });
    })
    .await;
    app.import(&records(), &[("levels.csv", LEVELS)]).await;
    // It is away, so the usual job takes over, and does not ask it again.
    ask(&app, SQL).await.expect(202);
    assert_eq!(busy.0.load(Ordering::SeqCst), 1);
    app.work().await;
    assert_eq!(busy.0.load(Ordering::SeqCst), 1);
    assert_eq!(ask(&app, SQL).await.expect(200).json()["data"], json!([{"most": 4.25}]));
}

#[tokio::test]
async fn no_plan_is_made_of_a_table_that_its_asker_may_not_see() {
    let away = Arc::new(Away::default());
    let app = TestApp::with_settings(Audience::Staff, |settings| {
        let when_away = WhenAway::Refuse;
        settings.large_queries = Some(LargeQueries { engine: away.clone(), bytes_min: 0, when_away });
    })
    .await;
    let draft = app.write("loose.csv", LEVELS);
    app.import_path(draft, &ImportOptions::default()).await;
    let path = "/api/sql?sql=select%20max(level)%20from%20loose";
    // Its maker's query gets as far as the cluster; the public's is about no table.
    app.get(path).await.expect(503);
    assert_eq!(away.0.load(Ordering::SeqCst), 1);
    app.get_with(path, &[("via", "1.1 proxy")]).await.expect(404);
    assert_eq!(away.0.load(Ordering::SeqCst), 1);
}
