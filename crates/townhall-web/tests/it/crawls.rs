//! Staff have a website walked through, and keep drafts of what was found.

use axum::http::Method;
use townhall_app::{Audience, parse_ranges};
use townhall_testkit::{Answer, TestApp};

use crate::site::{Reply, Site};

async fn portal(audience: Audience) -> TestApp {
    TestApp::with_settings(audience, |settings| {
        settings.fetch.allow = parse_ranges(&["127.0.0.0/8".into()]).unwrap();
        settings.links.delay = std::time::Duration::ZERO;
    })
    .await
}

async fn post(app: &TestApp, path: &str, form: String) -> Answer {
    app.ask(Method::POST, path, &[("content-type", "application/x-www-form-urlencoded")], form).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn staff_have_a_crawl_made_and_keep_drafts_of_it() {
    let site = Site::start(|asked| match asked.path.as_str() {
        "/" => Reply::html("<title>Permits</title><a href='/permits.csv'>All building permits</a>"),
        "/permits.csv" => Reply::csv("a,b\n1,2\n"),
        _ => Reply::status(404),
    });
    let app = portal(Audience::Staff).await;
    let address = site.url("/").replace(':', "%3A").replace('/', "%2F");
    post(&app, "/admin/crawls", format!("url={address}&pages=50")).await.expect(303);
    let page = app.get("/admin/crawls").await.expect(200).text();
    assert!(page.contains("waiting for its turn"), "{page}");
    app.work().await;
    let page = app.get("/admin/crawls").await.expect(200).text();
    assert!(page.contains("/admin/crawls/127.0.0.1"), "{page}");
    let page = app.get("/admin/crawls/127.0.0.1").await.expect(200).text();
    for words in ["All building permits", "no catalog at /data.json", "Keep 1 draft"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let csv = app.get("/admin/crawls/127.0.0.1.csv").await.expect(200).text();
    assert_eq!(csv.lines().count(), 2, "{csv}");
    let report = app.get("/admin/crawls/127.0.0.1.json").await.expect(200).json();
    assert_eq!(report["ended"], "complete", "{report}");
    let draft = app.get("/admin/crawls/127.0.0.1.data.json").await.expect(200).json();
    assert_eq!(draft["dataset"][0]["title"], "All building permits");
    post(&app, "/admin/crawls/127.0.0.1", "do=drafts".into()).await.expect(303);
    let found = app.get("/api/datasets").await.expect(200).json();
    assert_eq!(found["data"][0]["title"], "All building permits", "{found}");
    post(&app, "/admin/crawls/127.0.0.1", "do=forget".into()).await.expect(303);
    app.get("/admin/crawls/127.0.0.1").await.expect(404);
    post(&app, "/admin/crawls", "url=nonsense%3A%2F%2F".into()).await.expect(422);
}

#[tokio::test]
async fn the_public_and_other_sites_may_not() {
    let app = portal(Audience::Public).await;
    app.get("/admin/crawls").await.expect(403);
    post(&app, "/admin/crawls", "url=https%3A%2F%2Fa.gov".into()).await.expect(403);
    let app = portal(Audience::Staff).await;
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "cross-site")];
    app.ask(Method::POST, "/admin/crawls", &headers, "url=https%3A%2F%2Fa.gov").await.expect(403);
}
