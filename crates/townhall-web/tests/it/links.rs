//! Whether links work: on the pages of datasets, as a list for everybody, and for programs.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};
use townhall_app::{Actor, ActorKind, Audience, LinkSettings, parse_ranges};
use townhall_testkit::{TestApp, catalogue, dataset};

use crate::site::{Reply, Site};

fn site() -> Site {
    Site::start(|asked| match asked.path.as_str() {
        "/good.csv" | "/elsewhere/readings.csv" | "/new.csv" => Reply::csv("a,b\n1,2\n"),
        "/moved.csv" => Reply::to(301, "/new.csv"),
        "/page.csv" => Reply::html("<title>Choose a year</title>"),
        "/landing" => Reply::html("<title>Readings</title>"),
        _ => Reply::status(404),
    })
}

/// A portal whose links are broken at the first bad answer.
async fn portal(site: &Site) -> TestApp {
    let app = TestApp::with_settings(Audience::Public, |settings| {
        settings.fetch.allow = parse_ranges(&["127.0.0.0/8".into()]).unwrap();
        let links = LinkSettings { delay: std::time::Duration::ZERO, ..LinkSettings::default() };
        settings.links = links.broken_after(1, 0);
    })
    .await;
    app.import(
        &catalogue(vec![
            named(site, 0, &["/good.csv", "/old/readings.csv", "/moved.csv"]),
            named(site, 1, &["/page.csv", "/elsewhere/readings.csv", "/good.csv"]),
        ]),
        &[],
    )
    .await;
    check(&app).await;
    app
}

fn named(site: &Site, n: usize, paths: &[&str]) -> Value {
    let mut dataset = dataset(n);
    dataset["landingPage"] = json!(site.url("/landing"));
    dataset["distribution"] = paths
        .iter()
        .map(|path| json!({"@type": "dcat:Distribution", "downloadURL": site.url(path), "mediaType": "text/csv", "title": format!("=File {path}")}))
        .collect();
    dataset
}

async fn check(app: &TestApp) {
    app.app.links().ask_check(&Actor::new(ActorKind::Cli, "ada")).await.unwrap();
    app.work().await;
}

async fn urls(app: &TestApp, site: &Site, query: &str) -> Vec<String> {
    let found = app.get(&format!("/api/links{query}")).await.expect(200).json();
    let urls = found["data"].as_array().unwrap().iter().map(|link| link["url"].as_str().unwrap().to_owned());
    urls.map(|url| url.replace(&site.url(""), "")).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn links_that_do_not_work_are_listed_with_what_could_be_done() {
    let site = site();
    let app = portal(&site).await;
    assert_eq!(urls(&app, &site, "").await, ["/old/readings.csv", "/page.csv"]);
    assert_eq!(urls(&app, &site, "?verdict=moved").await, ["/moved.csv"]);
    assert_eq!(urls(&app, &site, "?state=all").await.len(), 8);
    assert_eq!(urls(&app, &site, "?state=works&host=127.0.0.1").await.len(), 6);
    assert_eq!(urls(&app, &site, "?state=works&host=a.gov").await.len(), 0);
    let found = app.get("/api/links").await.expect(200).json();
    let link = &found["data"][0];
    assert_eq!(
        (&link["state"], &link["verdict"], &link["status"]),
        (&json!("broken"), &json!("missing"), &json!(404))
    );
    assert_eq!(
        link["suggestions"][0],
        json!({"kind": "elsewhere", "url": site.url("/elsewhere/readings.csv")})
    );
    assert!(link["suggestions"][1]["url"].as_str().unwrap().starts_with("https://web.archive.org/web/20"));
    assert_eq!(found["data"][1]["verdict"], "wrong-type");
    let moved = app.get("/api/links?verdict=moved").await.expect(200).json();
    assert_eq!(moved["data"][0]["suggestions"], json!([{"kind": "moved", "url": site.url("/new.csv")}]));
    app.get("/api/links?state=klingon").await.expect(422);
    app.get("/api/links?organization=klingon").await.expect(404);
    app.get("/api/links?cursor=x").await.expect(422);
    // Page by page.
    let first = app.get("/api/links?state=all&limit=5").await.expect(200).json();
    let next = first["meta"]["next"].as_str().unwrap();
    assert_eq!(urls(&app, &site, &format!("?state=all&limit=5&cursor={next}")).await.len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_list_is_a_page_and_files() {
    let site = site();
    let app = portal(&site).await;
    let page = app.get("/links").await.expect(200).text();
    for words in [
        "/old/readings.csv",
        "the server says that nothing is there (404)",
        "web.archive.org",
        "By organization",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("/good.csv"), "{page}");
    assert!(app.get("/links?state=works").await.expect(200).text().contains("/good.csv"));
    let csv = app.get("/links.csv").await.expect(200).text();
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines.len(), 3, "{csv}");
    assert!(lines[1].contains(",broken,missing,") && lines[1].contains("'=File /old"), "{csv}");
    assert_eq!(app.get("/links.json?state=all").await.expect(200).json()["meta"]["total"], 8);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dataset_says_which_of_its_links_work() {
    let site = site();
    let app = portal(&site).await;
    let page = app.get("/data/readings-of-gauge-0").await.expect(200).text();
    for words in ["Works", "Broken since", "Moved", "nothing is there (404)"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let page = app.get("/data/readings-of-gauge-1").await.expect(200).text();
    assert!(page.contains("is declared as CSV and is a web page"), "{page}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn links_are_counted_and_each_address_is_asked_once() {
    let site = site();
    let app = portal(&site).await;
    let counts = app.get("/api/links/counts").await.expect(200).json();
    assert_eq!(counts["links"], 6, "{counts}");
    assert_eq!(counts["states"], json!({"broken": 2, "works": 4}));
    let dashboard = &counts["dashboard"];
    assert_eq!(dashboard["checked"], 6);
    for (key, count) in [
        ("http_2xx", 4),
        ("http_3xx", 1),
        ("http_4xx", 1),
        ("http_0", 0),
        ("html", 1),
        ("format_mismatch", 1),
    ] {
        assert_eq!(dashboard[key], count, "{key}: {dashboard}");
    }
    let asked = site.log().iter().filter(|asked| *asked == "HEAD /good.csv").count();
    assert_eq!(asked, 1);
    // What was just checked is not due again.
    let before = site.log().len();
    check(&app).await;
    assert_eq!(site.log().len(), before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_published_no_more_is_forgotten() {
    let site = site();
    let app = portal(&site).await;
    app.import(&catalogue(vec![named(&site, 0, &["/good.csv"]), named(&site, 1, &["/good.csv"])]), &[]).await;
    check(&app).await;
    assert_eq!(app.get("/api/links/counts").await.expect(200).json()["links"], 2);
    assert_eq!(urls(&app, &site, "").await.len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_is_copied_survives_its_server() {
    let is_gone = Arc::new(AtomicBool::new(false));
    let site = Site::start({
        let is_gone = is_gone.clone();
        move |asked| match asked.path.as_str() {
            _ if is_gone.load(Ordering::SeqCst) => Reply::status(404),
            "/readings.csv" => Reply::csv("a,b\n1,2\n"),
            "/large.csv" => Reply::csv(&"a,b\n".repeat(1_000)),
            "/landing" => Reply::html("<title>Readings</title>"),
            _ => Reply::status(404),
        }
    });
    let app = TestApp::with_settings(Audience::Public, |settings| {
        settings.fetch.allow = parse_ranges(&["127.0.0.0/8".into()]).unwrap();
        let links = LinkSettings { delay: std::time::Duration::ZERO, ..LinkSettings::default() };
        settings.links = links.broken_after(1, 0);
        settings.links.mirror.organizations = vec!["*".into()];
        settings.links.mirror.file_bytes = 1_000;
    })
    .await;
    let mut secret = named(&site, 1, &["/secret.csv"]);
    secret["accessLevel"] = json!("non-public");
    app.import(&catalogue(vec![named(&site, 0, &["/readings.csv", "/large.csv"]), secret]), &[]).await;
    check(&app).await;
    let found = app.get("/api/links?state=all").await.expect(200).json();
    let link = |path: &str| {
        let links = found["data"].as_array().unwrap().iter();
        links.into_iter().find(|link| link["url"] == site.url(path)).unwrap().clone()
    };
    let copy = &link("/readings.csv")["copy"];
    assert_eq!((&copy["bytes"], &copy["media_type"]), (&json!(8), &json!("text/csv")), "{copy}");
    for path in ["/large.csv", "/secret.csv", "/landing"] {
        assert_eq!(link(path)["copy"], Value::Null, "{path}");
    }
    let path = copy["url"].as_str().unwrap();
    let path = path[path.find("/mirror/").unwrap()..].to_owned();
    let page = app.get("/data/readings-of-gauge-0").await.expect(200).text();
    assert!(page.contains("A copy is kept here"), "{page}");

    // Its server goes: the page and the list lead to the copy.
    is_gone.store(true, Ordering::SeqCst);
    app.app.links().make_all_due().await.unwrap();
    check(&app).await;
    let page = app.get("/data/readings-of-gauge-0").await.expect(200).text();
    assert!(page.contains("Download the copy that is kept here"), "{page}");
    let found = app.get("/api/links").await.expect(200).json();
    assert_eq!(found["data"][0]["suggestions"][0]["kind"], "copy", "{found}");
    assert!(app.get("/links").await.expect(200).text().contains(&path));
    let reply = app.get(&path).await.expect(200);
    assert_eq!(reply.header("link"), format!("<{}>; rel=\"original\"", site.url("/readings.csv")));
    assert!(reply.header("content-disposition").contains("readings.csv"));
    assert_eq!(reply.text(), "a,b\n1,2\n");
    app.get("/mirror/0000").await.expect(404);

    // Somebody takes it away: it does not come back by itself, only when it is allowed to.
    is_gone.store(false, Ordering::SeqCst);
    let url = site.url("/readings.csv");
    let staff = Actor::new(ActorKind::User, "ada");
    app.app.links().withdraw_copy(&staff, &url).await.unwrap();
    app.get(&path).await.expect(404);
    app.app.links().make_all_due().await.unwrap();
    check(&app).await;
    app.get(&path).await.expect(404);
    assert!(app.app.links().allow_copy(&staff, &url).await.unwrap());
    check(&app).await;
    app.get(&path).await.expect(200);
}
