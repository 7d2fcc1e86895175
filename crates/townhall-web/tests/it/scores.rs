//! How well datasets are published, on their pages, as badges and for programs; and what licenses mean.

use axum::http::Method;
use serde_json::{Value, json};
use townhall_testkit::{Answer, TestApp, catalogue, dataset};

async fn post(app: &TestApp, path: &str, text: &str) -> Answer {
    app.ask(Method::POST, path, &[("content-type", "application/json")], text.to_owned()).await
}

/// A portal with a dataset that says much of itself, and one that says little.
async fn portal() -> TestApp {
    let app = TestApp::new().await;
    let mut rich = dataset(0);
    rich["license"] = json!("https://creativecommons.org/publicdomain/zero/1.0/");
    rich["temporal"] = json!("2020-01-01/2024-12-31");
    rich["spatial"] = json!("-77.1,38.8,-76.9,39.0");
    rich["accrualPeriodicity"] = json!("R/P1Y");
    let mut poor = dataset(1);
    poor["description"] = json!("x");
    app.import(&catalogue(vec![rich, poor]), &[]).await;
    app
}

#[tokio::test]
async fn each_dataset_has_its_scores() {
    let app = portal().await;
    let listed = app.get("/api/datasets").await.expect(200).json();
    let mut scores = Vec::new();
    for found in listed["data"].as_array().unwrap() {
        let (id, slug) = (found["id"].as_str().unwrap(), found["slug"].as_str().unwrap());
        let score = app.get(&format!("/api/datasets/{id}/score")).await.expect(200).json();
        let schemes = score["schemes"].as_array().unwrap();
        assert_eq!(schemes.len(), 4, "{score}");
        for check in schemes.iter().flat_map(|scheme| scheme["checks"].as_array().unwrap()) {
            assert!(!check["reason"].as_str().unwrap().is_empty(), "{check}");
        }
        let page = app.get(&format!("/data/{slug}/quality")).await.expect(200).text();
        assert!(page.contains("How to improve"), "{page}");
        let badge = app.get(&format!("/data/{slug}/badge.svg?scheme=fair")).await.expect(200);
        assert_eq!(badge.header("content-type"), "image/svg+xml");
        assert!(badge.text().contains("role=\"img\""), "{}", badge.text());
        assert!(app.get(&format!("/data/{slug}")).await.expect(200).text().contains("principles met"));
        scores.push((found["title"].as_str().unwrap().to_owned(), schemes[1]["score"].as_f64().unwrap()));
    }
    scores.sort_by(|a, b| a.1.total_cmp(&b.1));
    assert_eq!(scores.last().unwrap().0, "Readings of gauge 0", "{scores:?}");
    let slug = listed["data"][0]["slug"].as_str().unwrap();
    app.get(&format!("/data/{slug}/badge.svg?scheme=klingon")).await.expect(422);
}

#[tokio::test]
async fn organizations_have_theirs_added_up_and_they_follow_changes() {
    let app = portal().await;
    let sums = app.get("/api/scores").await.expect(200).json();
    assert_eq!(sums["datasets"], 2, "{sums}");
    let orgs = app.get("/orgs").await.expect(200).text();
    let slug = orgs.split("/orgs/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let own = app.get(&format!("/api/scores?organization={slug}")).await.expect(200).json();
    assert_eq!(own["datasets"], 2, "{own}");
    let page = app.get(&format!("/orgs/{slug}")).await.expect(200).text();
    assert!(page.contains("What to do first"), "{page}");
    app.get(&format!("/orgs/{slug}/badge.svg")).await.expect(200);
    app.get("/orgs/nobody/badge.svg").await.expect(404);
    app.import(&catalogue(vec![dataset(0), dataset(1), dataset(2)]), &[]).await;
    assert_eq!(app.get("/api/scores").await.expect(200).json()["datasets"], 3);
}

#[tokio::test]
async fn a_file_is_scored_and_its_scores_downloaded() {
    let app = TestApp::new().await;
    let text = catalogue(vec![dataset(0), dataset(1)]).to_string();
    let answer = post(&app, "/api/score", &text).await.expect(200).json();
    assert_eq!(answer["datasets"], 2);
    assert_eq!(answer["records"].as_array().unwrap().len(), 2);
    let rows = post(&app, "/api/score?scheme=principles&_format=csv", &text).await.expect(200).text();
    assert_eq!(rows.lines().count(), 3, "{rows}");
    let badge = post(&app, "/api/score?_format=svg", &text).await.expect(200).text();
    assert!(badge.starts_with("<svg"), "{badge}");
    post(&app, "/api/score?scheme=klingon", &text).await.expect(422);
}

#[tokio::test]
async fn licenses_are_explained_and_combined() {
    let app = TestApp::new().await;
    let one = app.get("/api/license?license=CC+BY+4.0").await.expect(200).json();
    assert_eq!(one["licenses"][0]["license"]["id"], "CC-BY-4.0", "{one}");
    assert_eq!(one["combination"], Value::Null);
    let two = app.get("/api/license?license=CC-BY-SA-4.0&license=CC-BY-NC-4.0").await.expect(200).json();
    assert_eq!(two["combination"]["outcome"], "conflict", "{two}");
    let listed = app.get("/tools/license?text=CC0%0AODbL").await.expect(200).text();
    assert!(listed.contains("2 licenses"), "{listed}");
    assert!(app.get("/api/license/list").await.expect(200).json()["data"].as_array().unwrap().len() > 40);
    app.get("/api/license").await.expect(422);
}
