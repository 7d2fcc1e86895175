//! What every answer has, whatever was asked, and that asking changes nothing.

use axum::http::Method;
use townhall_testkit::{Answer, TestApp};

use crate::portal::{portal, rows, slug};

/// Every address of a kind that the portal has.
async fn addresses(app: &TestApp) -> Vec<String> {
    let rows = rows(app).await;
    let slug = slug(app, "Levels").await;
    let table = rows.trim_end_matches("/rows").to_owned();
    let mut all: Vec<String> = [
        "/",
        "/data",
        "/data?q=river",
        "/data/search.json",
        "/data/search.csv",
        "/data/search.atom",
        "/orgs",
        "/orgs/bureau-of-rivers",
        "/topics",
        "/developers",
        "/tools",
        "/about",
        "/help",
        "/help/problems",
        "/accessibility",
        "/contact",
        "/feeds",
        "/data.json",
        "/catalog/dcat-us-1.1.json",
        "/catalog/dcat-us-3.0.json",
        "/catalog.jsonld",
        "/catalog.ttl",
        "/feeds/changes.atom",
        "/sitemap.xml",
        "/opensearch.xml",
        "/robots.txt",
        "/llms.txt",
        "/api/datasets",
        "/api/tables",
        "/api/openapi.json",
        "/api/queries",
        "/links",
        "/links.json",
        "/links.csv",
        "/api/links",
        "/api/links/counts",
        "/api/sql/schema",
        "/developers/console",
        "/developers/console/portal/getRows",
        "/sql",
        "/theme.css",
    ]
    .map(String::from)
    .into();
    for tab in [
        "",
        "/table",
        "/table/1",
        "/charts",
        "/map",
        "/dictionary",
        "/api",
        "/versions",
        "/cite",
        "/feedback",
    ] {
        all.push(format!("/data/{slug}{tab}"));
    }
    for suffix in [".json", ".jsonld", ".ttl"] {
        all.push(format!("/data/{slug}{suffix}"));
    }
    all.push(format!("/api/datasets/{slug}"));
    all.push(format!("/api/datasets/{slug}/revisions/1"));
    all.push(format!("{table}/rejects"));
    all.push(format!("{table}/openapi.json"));
    for suffix in ["", ".csv", ".tsv", ".json", ".jsonl", ".parquet", ".xlsx"] {
        all.push(format!("{rows}{suffix}"));
    }
    all.push(table);
    all
}

#[track_caller]
fn assert_guarded(answer: &Answer) {
    let path = &answer.asked;
    let policy = answer.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{path}");
    assert!(!policy.contains("unsafe"), "{path}: {policy}");
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("x-frame-options", "DENY"),
        ("cross-origin-opener-policy", "same-origin"),
        ("strict-transport-security", "max-age=31536000; includeSubDomains"),
    ] {
        assert_eq!(answer.header(name), value, "{path}: {name}");
    }
    assert!(!answer.header("x-request-id").is_empty(), "{path}");
    assert!(!answer.header("content-type").is_empty() || answer.body.is_empty(), "{path}");
}

#[tokio::test]
async fn every_address_answers_guarded_and_changes_nothing() {
    let app = portal().await;
    let before = app.world().await;
    for path in addresses(&app).await {
        let answer = app.get_with(&path, &[("accept", "text/html,*/*;q=0.8")]).await.expect(200);
        assert_guarded(&answer);
        assert!(!answer.body.is_empty() || path == "/theme.css", "{path}");
    }
    assert_eq!(app.world().await, before);
}

#[tokio::test]
async fn a_compressed_answer_holds_the_same() {
    let app = portal().await;
    for path in addresses(&app).await {
        let plain = app.get(&path).await.expect(200);
        let packed = app.get_with(&path, &[("accept-encoding", "gzip")]).await.expect(200);
        let is_packed = packed.header("content-encoding") == "gzip";
        let body = if is_packed { townhall_testkit::gunzip(&packed.body) } else { packed.body.to_vec() };
        // Times and request ids differ from one answer to the next; sizes and forms don't.
        assert_eq!(body.len(), plain.body.len(), "{path}");
        assert_eq!(packed.header("content-type"), plain.header("content-type"), "{path}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_told_to_programs_and_to_people() {
    let app = portal().await;
    for path in [
        "/nothing",
        "/data/nothing",
        "/data/nothing/table",
        "/orgs/nothing",
        "/topics/nothing",
        "/feeds/nothing.atom",
        "/catalog/nothing.json",
        "/api/nothing",
        "/api/datasets/nothing",
        "/api/tables/nothing",
        "/api/tables/nothing/rows",
        "/api/jobs/nothing",
        "/assets/nothing.js",
        "/theme/../../etc/passwd",
    ] {
        let answer = app.get(path).await.expect(404);
        assert_guarded(&answer);
        let problem = answer.problem();
        assert_eq!(problem["type"], "https://data.example.gov/help/problems#not-found", "{path}");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");

        let page = app.get_with(path, &[("accept", "text/html")]).await.expect(404);
        let is_page = page.header("content-type").starts_with("text/html");
        assert_eq!(is_page, !path.starts_with("/api/"), "{path}");
    }
}

#[tokio::test]
async fn every_kind_of_problem_is_explained_under_its_name() {
    let app = TestApp::new().await;
    let page = app.get("/help/problems").await.expect(200).text();
    for kind in
        ["malformed", "invalid", "not-found", "too-large", "limited", "unavailable", "timed-out", "internal"]
    {
        assert!(page.contains(&format!("id=\"{kind}\"")), "{kind}");
    }
}

#[tokio::test]
async fn other_methods_and_great_bodies_are_refused() {
    let app = portal().await;
    let before = app.world().await;
    app.get("/data/%ff").await.expect(400).problem();
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
        let answer = app.ask(method, "/api/datasets", &[], "{}").await.expect(405);
        assert_guarded(&answer);
        answer.problem();
    }
    let answer =
        app.ask(Method::POST, "/api/datasets", &[("content-length", "9000000000")], "").await.expect(413);
    assert!(answer.problem()["detail"].as_str().unwrap().contains("9000000000"));
    assert_eq!(app.world().await, before);
}

#[tokio::test]
async fn only_a_decent_request_id_is_taken_over() {
    let app = TestApp::new().await;
    let given = app.get_with("/about", &[("x-request-id", "proxy-0123456789")]).await;
    assert_eq!(given.header("x-request-id"), "proxy-0123456789");
    for id in ["short", "with space in it", &"x".repeat(65), "<script>alert(1)</script>"] {
        assert_ne!(app.get_with("/about", &[("x-request-id", id)]).await.header("x-request-id"), id);
    }
}

#[tokio::test]
async fn hostile_words_stay_words_on_every_page() {
    let app = portal().await;
    let slug = slug(&app, "Names").await;
    for tab in ["", "/api", "/cite", "/versions", "/feedback", ".jsonld"] {
        let text =
            app.get_with(&format!("/data/{slug}{tab}"), &[("accept", "text/html")]).await.expect(200).text();
        let is_page = !tab.starts_with('.');
        assert!(!(is_page && text.contains("<script>alert")), "{tab}");
    }
    for path in ["/data?q=swimmers", "/", "/data?q=%3Cscript%3Ealert(1)%3C/script%3E"] {
        assert!(!app.get(path).await.expect(200).text().contains("<script>alert"), "{path}");
    }
}

#[tokio::test]
async fn a_preview_with_drafts_answers_under_its_own_name_and_to_no_other_site() {
    let preview = TestApp::with_audience(townhall_app::Audience::Staff).await;
    let csv = preview.write("in/levels.csv", "station,level\n0001,1.5\n0002,2.5\n");
    preview.import_path(csv, &townhall_app::ImportOptions::default()).await;
    let answer = preview.get("/api/datasets").await.expect(200);
    assert_eq!(answer.json()["meta"]["total"], 1, "the draft is shown to its maker");
    for elsewhere in
        [("origin", "https://evil.example"), ("origin", "null"), ("sec-fetch-site", "cross-site")]
    {
        let answer = preview.get_with("/api/datasets", &[elsewhere]).await.expect(200);
        assert_eq!(
            answer.json()["meta"]["total"],
            0,
            "{elsewhere:?}: another site sees what the public sees"
        );
    }
    for passed_on in ["x-forwarded-for", "forwarded", "via"] {
        let answer = preview.get_with("/api/datasets", &[(passed_on, "203.0.113.7")]).await;
        assert_eq!(
            answer.json()["meta"]["total"],
            0,
            "{passed_on}: whoever comes through a proxy is the public"
        );
    }
    for own in [("origin", "https://data.example.gov"), ("sec-fetch-site", "same-origin")] {
        assert_eq!(preview.get_with("/api/datasets", &[own]).await.json()["meta"]["total"], 1, "{own:?}");
    }
    for name in ["evil.example", "evil.example:8080", "", "data.example.gov.evil.example"] {
        let answer = preview.get_with("/api/datasets", &[("host", name)]).await.expect(421);
        assert!(!answer.text().contains("levels"), "{name}");
    }
}
