//! The address and the answer of the old dashboard's validator.

use axum::http::Method;
use serde_json::{Value, json};
use townhall_testkit::{TestApp, catalogue, dataset};

fn form(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

async fn post(app: &TestApp, pairs: &[(&str, &str)]) -> townhall_testkit::Answer {
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    app.ask(Method::POST, "/validate", &headers, form(pairs)).await
}

#[tokio::test]
async fn scripts_get_the_fields_that_they_know() {
    let app = TestApp::new().await;
    let mut bad = dataset(1);
    bad["modified"] = json!("yesterday");
    let text = catalogue(vec![dataset(0), bad]).to_string();
    let ask = [("output", "json"), ("schema", "non-federal-v1.1"), ("qa", "true"), ("datajson", &text)];
    let answer: Value = post(&app, &ask).await.expect(200).json();
    assert_eq!(answer["schema_version"], "non-federal-v1.1");
    assert_eq!((&answer["valid_json"], &answer["valid"]), (&json!(true), &json!(false)), "{answer}");
    assert_eq!((&answer["total_records"], &answer["error_count"]), (&json!(2), &json!(1)));
    assert_eq!(answer["download_content_length"], text.len());
    assert!(answer["errors"]["1"]["modified"]["errors"][0].is_string(), "{answer}");
    assert_eq!(answer["qa"]["total_records"], 2);

    let without = post(&app, &ask[..2]).await.expect(422);
    assert!(without.text().contains("datajson_url"), "{}", without.text());
    let unknown = [("output", "json"), ("schema", "klingon"), ("datajson", &text)];
    assert!(post(&app, &unknown).await.expect(422).text().contains("federal-v1.1"));
}

#[tokio::test]
async fn people_get_the_page() {
    let app = TestApp::new().await;
    let answer = app.get("/validate?schema=federal-v1.1").await.expect(303);
    assert_eq!(answer.header("location"), "/tools/validate?profile=dcat-us-1.1-dashboard-federal");
    let text = catalogue(vec![dataset(0)]).to_string();
    let page = post(&app, &[("schema", "non-federal-v1.1"), ("datajson", &text)]).await.expect(200);
    assert!(page.text().contains("Valid: 1 dataset"), "{}", page.text());
}
