//! `townhall serve`: the lock, the doors, the stop.

use serde_json::json;

use crate::harness::{Sandbox, catalogue};

#[test]
fn a_second_process_on_the_same_directory_is_refused() {
    let sandbox = Sandbox::new();
    let server = sandbox.serve();
    let ended = sandbox.run(&["import", "--dry-run", "."]);
    assert_eq!(ended.code, 4, "{ended:?}");
    assert!(ended.stderr.contains(&server.child.id().to_string()), "names the holder: {ended:?}");
    assert_eq!(server.stop(), 0);
    assert_eq!(sandbox.run(&["doctor"]).code, 0);
}

#[test]
fn an_empty_portal_answers_every_page() {
    let sandbox = Sandbox::new();
    let server = sandbox.serve();
    for path in [
        "/",
        "/data",
        "/orgs",
        "/topics",
        "/developers",
        "/tools",
        "/about",
        "/help",
        "/accessibility",
        "/contact",
        "/data.json",
        "/catalog/dcat-us-1.1.json",
        "/catalog/dcat-us-3.0.json",
        "/catalog.jsonld",
        "/catalog.ttl",
        "/sitemap.xml",
        "/robots.txt",
        "/llms.txt",
        "/feeds",
        "/feeds/changes.atom",
        "/api/datasets",
        "/api/tables",
        "/api/openapi.json",
        "/opensearch.xml",
    ] {
        let answer = server.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        assert!(answer.headers.contains("content-security-policy"), "{path}");
    }
    assert_eq!(server.get("/nothing/here").status, 404);
}

#[test]
fn an_imported_catalogue_is_found_by_search_facet_and_feed() {
    let sandbox = Sandbox::new();
    sandbox.write("readings.csv", "gauge,level\n1,2.5\n2,3.5\n");
    sandbox.write("data.json", catalogue(12, Some("readings.csv")).to_string());
    let report = sandbox.json(&["import", "data.json"]);
    assert_eq!(report["tables"], 12, "{report}");
    let server = sandbox.serve();

    let found = server.json("/api/datasets?q=gage+7&organization=bureau-of-rivers");
    assert_eq!(found["data"][0]["title"], "Readings of gauge 7", "{found}");
    let all = server.json("/api/datasets");
    assert_eq!(all["meta"]["total"], json!(12));
    for field in [
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
        assert!(all["data"][0].get(field).is_some(), "{field}");
    }
    assert!(server.get("/feeds/changes.atom").text().contains("<entry>"));

    let slug = found["data"][0]["slug"].as_str().unwrap();
    let page = server.get(&format!("/data/{slug}")).text();
    assert!(page.contains("<h1") && page.contains("<strong>hourly</strong>"), "{page}");
    let tables = server.json("/api/tables");
    let id = tables["data"][0]["id"].as_str().unwrap();
    let rows = server.json(&format!("/api/tables/{id}/rows?level__gt=3"));
    assert_eq!((&rows["data"], &rows["meta"]["total"]), (&json!([{"gauge": 2, "level": 3.5}]), &json!(1)));
    assert_eq!(server.get(&format!("/api/tables/{id}/rows.csv")).text(), "gauge,level\n1,2.5\n2,3.5\n");

    let refused = server.get(&format!("/api/tables/{id}/rows?levle=3"));
    assert_eq!(refused.status, 422);
    assert!(
        refused.headers.contains("application/problem+json") && refused.text().contains("level"),
        "{refused:?}"
    );
}
