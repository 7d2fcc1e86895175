//! Large queries: what goes to other machines, and what is said when those are away.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::http::Method;
use serde_json::json;
use townhall_app::{Audience, LargeQueries, WhenAway};
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
    assert!(problem["hint"].as_str().unwrap().contains("ask for less"), "{problem}");
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
