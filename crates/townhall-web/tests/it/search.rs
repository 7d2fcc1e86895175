//! Searching over HTTP: the same answer in every form, and refusals that help.

use serde_json::json;

use crate::portal::portal;

#[tokio::test]
async fn every_form_of_a_search_tells_the_same() {
    let app = portal().await;
    let found = app.get("/api/datasets?q=gauge").await.expect(200).json();
    let total = found["meta"]["total"].as_u64().unwrap();
    assert_eq!(total, 3, "{found}");
    let item = &found["data"][0];
    for member in [
        "id",
        "slug",
        "identifier",
        "title",
        "description",
        "organization",
        "access_level",
        "modified",
        "formats",
        "url",
    ] {
        assert!(item.get(member).is_some(), "{member}: {item}");
    }
    let csv = app.get("/data/search.csv?q=gauge").await.expect(200);
    assert_eq!(csv.text().lines().count() as u64, total + 1, "{}", csv.text());
    let feed = app.get("/data/search.atom?q=gauge").await.expect(200);
    assert_eq!(feed.header("content-type"), "application/atom+xml");
    assert_eq!(feed.text().matches("<entry>").count() as u64, total);
    let page = app.get_with("/data?q=gauge", &[("accept", "text/html")]).await.expect(200).text();
    assert!(page.contains("3 datasets"), "{page}");
    assert_eq!(app.get_with("/data?q=gauge", &[("accept", "application/json")]).await.json(), found);
}

#[tokio::test]
async fn facets_place_and_time_narrow() {
    let app = portal().await;
    for (question, expected) in [
        ("organization=bureau-of-rivers", 3),
        ("access_level=non-public", 1),
        ("format=CSV", 1),
        ("bbox=-77.05,38.85,-77.0,38.9", 1),
        ("bbox=10,10,11,11", 0),
        ("from=2025-01-03&to=2025-01-04", 1),
        ("from=1999&to=2000", 0),
        ("q=swimers", 1),
    ] {
        let found = app.get(&format!("/api/datasets?{question}")).await.expect(200).json();
        assert_eq!(found["meta"]["total"], json!(expected), "{question}: {found}");
    }
}

#[tokio::test]
async fn a_bad_parameter_is_named() {
    let app = portal().await;
    for (question, word) in [
        ("bbox=1,2,3", "bbox"),
        ("bbox=-200,0,10,10", "bbox"),
        ("from=soon", "from"),
        ("sort=color", "sort"),
        ("limit=-1", "limit"),
        ("place=Atlantis", "place"),
    ] {
        let answer = app.get(&format!("/api/datasets?{question}")).await;
        assert!(answer.status.is_client_error(), "{question}: {}", answer.text());
        assert!(answer.problem().to_string().contains(word), "{question}");
    }
    // People get the page with what was wrong on it, and their words are kept.
    let page = app.get_with("/data?q=gauge&bbox=1,2,3", &[("accept", "text/html")]).await.text();
    assert!(page.contains("bbox") || page.contains("four numbers"), "{page}");
}
