//! `/api/sql` and `/sql`.

use axum::http::Method;
use serde_json::json;

use crate::portal::{portal, slug};

fn escaped(sql: &str) -> String {
    url::form_urlencoded::byte_serialize(sql.as_bytes()).collect()
}

#[tokio::test]
async fn a_query_is_answered_in_every_form() {
    let app = portal().await;
    let table = slug(&app, "Levels").await.replace('-', "_");
    let sql =
        format!("select River, count(*) as n, max(level) as most from {table} group by river order by 1");
    let answer = app.get(&format!("/api/sql?sql={}", escaped(&sql))).await.expect(200).json();
    assert_eq!(
        answer["data"],
        json!([{"river": "Ebb", "n": 3, "most": 3}, {"river": "Flow", "n": 3, "most": 4.25}])
    );
    assert_eq!(answer["meta"]["truncated"], false);
    assert_eq!(answer["meta"]["columns"][1], json!({"name": "n", "type": "integer"}));
    for (kind, body) in [
        ("text/plain", sql.clone()),
        ("application/json", json!({"sql": sql}).to_string()),
        ("application/x-www-form-urlencoded", format!("sql={}", escaped(&sql))),
    ] {
        let sent =
            app.ask(Method::POST, "/api/sql", &[("content-type", kind)], body).await.expect(200).json();
        assert_eq!(sent["data"], answer["data"], "{kind}");
    }
    let sql = format!("select station from {table} where level is null");
    let csv = app.get(&format!("/api/sql?_format=csv&sql={}", escaped(&sql))).await.expect(200);
    assert_eq!(csv.text(), "station\n0005\n");
    let cut = app.get(&format!("/api/sql?_limit=2&sql={}", escaped(&format!("select * from {table}")))).await;
    assert_eq!(
        (cut.json()["meta"]["truncated"].clone(), cut.json()["meta"]["rows"].clone()),
        (json!(true), json!(2))
    );
}

#[tokio::test]
async fn what_can_not_be_asked_is_said() {
    let app = portal().await;
    for (sql, status, said) in [
        ("drop table x", 422, "only a SELECT"),
        ("select * from records", 404, "there is no table `records`"),
        ("select * from '/etc/passwd'", 404, "no table `/etc/passwd`"),
        ("select 1; select 2", 422, "more than one statement"),
    ] {
        let problem = app.get(&format!("/api/sql?sql={}", escaped(sql))).await.expect(status).problem();
        assert!(problem["detail"].as_str().unwrap().contains(said), "{sql}: {problem}");
    }
    app.get("/api/sql").await.expect(422);
}

#[tokio::test]
async fn the_page_answers_without_a_script() {
    let app = portal().await;
    let empty = app.get("/sql").await.expect(200).text();
    assert!(empty.contains("levels_of_two_rivers") && empty.contains("<textarea"), "{empty}");
    let sql = "select station, '<b>' || note as marked from levels_of_two_rivers where level > 4";
    let page = app.get(&format!("/sql?sql={}", escaped(sql))).await.expect(200).text();
    assert!(page.contains("1 row") && page.contains("0004") && page.contains("&lt;b&gt;said"), "{page}");
    let wrong =
        app.get(&format!("/sql?sql={}", escaped("select nope from levels_of_two_rivers"))).await.expect(200);
    assert!(wrong.text().contains("No field named nope"), "{}", wrong.text());
}
