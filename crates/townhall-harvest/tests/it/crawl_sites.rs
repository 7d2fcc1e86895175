//! Walks through sites, hostile ones included.

use townhall_harvest::crawl::{CrawlOptions, CrawlState, Crawler, Ended};

use crate::fetcher;
use crate::site::{Asked, Reply, Site};

/// A small agency: pages, a listing of a folder, a map, rules for robots, a service.
fn agency(asked: &Asked) -> Reply {
    let page = |body: &str| Reply::html(&format!("<!doctype html><title>Agency</title>{body}"));
    match asked.path.as_str() {
        "/" => page("<a href='/permits.html'>Permits</a> <a href='/private/x.csv'>no</a> <a href='/files/'>Files</a> <a href='mailto:x@a.gov'>x</a> <a href='/logo.png'>x</a>"),
        "/permits.html" => Reply::html(
            "<title>Building permits</title><meta name=description content='Every permit of the city'>
             <a href='data/permits.csv'>All permits</a> <a href='/data/permits.xlsx'>Excel</a> <a href='/'>home</a>
             <a href='https://elsewhere.example/far.csv'>far</a> <a href='/ows?service=WFS&request=GetCapabilities'>WFS</a>
             <a href='/download?id=7'>Inspections</a> <a href='/data/gone.csv'>gone</a>",
        ),
        "/files/" => Reply::html(
            "<title>Index of /files</title><a href='?C=N;O=D'>Name</a> <a href='/'>up</a> <a href='p2019.csv'>p2019.csv</a> <a href='p2020.csv'>p2020.csv</a> <a href='p2021.csv'>p2021.csv</a>",
        ),
        "/data/permits.csv" => Reply::csv("id,kind\n1,a\n").with("Last-Modified", "Sat, 03 Feb 2024 10:00:00 GMT"),
        "/data/permits.xlsx" => Reply::new(200, "application/octet-stream", b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x13\0\0\0[Content_Types].xml"),
        "/download?id=7" => Reply::new(200, "text/csv", "id,day\n1,2\n2,3\n"),
        "/only-in-map.html" => page("<a href='/data/hidden.geojson'>Hidden places</a>"),
        "/data/hidden.geojson" => Reply::new(200, "application/json", "{\"type\": \"FeatureCollection\", \"features\": []}"),
        path if path.starts_with("/files/p20") => Reply::csv("a,b\n1,2\n"),
        "/robots.txt" => Reply::new(200, "text/plain", "User-agent: *\nDisallow: /private/\n"),
        _ => Reply::status(404),
    }
}

async fn crawl(site: &Site, options: CrawlOptions) -> CrawlState {
    let mut state = CrawlState::new(site.url("/").parse().unwrap(), options);
    Crawler::new(fetcher(true)).run(&mut state, |_, _| true).await;
    state
}

fn files(site: &Site, state: &CrawlState) -> Vec<String> {
    let mut files: Vec<String> = state
        .files
        .iter()
        .map(|file| format!("{} {} {:?}", file.url.replace(&site.url(""), ""), file.format, file.text))
        .collect();
    files.sort();
    files
}

#[tokio::test]
async fn the_files_of_a_site_are_listed_with_where_they_were_met() {
    let site = Site::start(agency);
    let state = crawl(&site, CrawlOptions::default()).await;
    assert_eq!(state.ended, Some(Ended::Complete));
    assert_eq!(
        files(&site, &state),
        [
            "/data/permits.csv CSV \"All permits\"",
            "/data/permits.xlsx XLSX \"Excel\"",
            "/download?id=7 CSV \"Inspections\"",
            "/files/p2019.csv CSV \"p2019.csv\"",
            "/files/p2020.csv CSV \"p2020.csv\"",
            "/files/p2021.csv CSV \"p2021.csv\"",
        ]
    );
    let permits = state.files.iter().find(|file| file.url.ends_with("permits.csv")).unwrap();
    assert_eq!((permits.bytes, permits.modified.as_deref()), (Some(12), Some("2024-02-03")));
    assert_eq!(
        (permits.page_title.as_str(), permits.page_description.as_str()),
        ("Building permits", "Every permit of the city")
    );
    assert_eq!(permits.page, site.url("/permits.html"));
    assert_eq!(state.elsewhere.get("elsewhere.example"), Some(&1));
    let services: Vec<&str> = state.endpoints.iter().map(|endpoint| endpoint.kind.as_str()).collect();
    assert_eq!(services, ["wfs"]);
    assert!(state.disallowed >= 1 && state.failed >= 1);
    let log = site.log();
    assert!(!log.iter().any(|asked| asked.contains("/private/") || asked.contains("logo.png")), "{log:?}");
    // Each address is asked for once.
    assert_eq!(log.iter().filter(|asked| *asked == "GET /permits.html").count(), 1);
}

#[tokio::test]
async fn maps_lead_to_pages_that_no_page_leads_to() {
    let origin = std::sync::Arc::new(std::sync::OnceLock::<String>::new());
    let known = origin.clone();
    let site = Site::start(move |asked| {
        let origin = known.get().cloned().unwrap_or_default();
        match asked.path.as_str() {
            "/robots.txt" => Reply::new(200, "text/plain", format!("Sitemap: {origin}/index.xml\n")),
            "/index.xml" => Reply::new(
                200,
                "application/xml",
                format!(
                    "<sitemapindex><sitemap><loc>{origin}/pages.xml</loc></sitemap><sitemap><loc>{origin}/index.xml</loc></sitemap></sitemapindex>"
                ),
            ),
            "/pages.xml" => Reply::new(
                200,
                "application/xml",
                format!("<urlset><url><loc>{origin}/only-in-map.html</loc></url></urlset>"),
            ),
            _ => agency(asked),
        }
    });
    origin.set(site.url("")).unwrap();
    let state = crawl(&site, CrawlOptions::default()).await;
    assert!(
        files(&site, &state).contains(&"/data/hidden.geojson GEOJSON \"Hidden places\"".to_owned()),
        "{:?}",
        files(&site, &state)
    );
}

#[tokio::test]
async fn a_site_without_end_ends_at_its_bounds() {
    let site = Site::start(|asked| {
        let depth = asked.path.len();
        Reply::html(&format!(
            "<a href='/{}'>deeper</a> <a href='/calendar/{depth}/{depth}'>next</a> <a href='{}?p={depth}&q={depth}'>more</a> <a href='x/'>down</a>",
            "y".repeat(depth % 900),
            asked.path
        ))
    });
    let state = crawl(&site, CrawlOptions { pages: 60, ..CrawlOptions::default() }).await;
    assert_eq!((state.ended, state.pages), (Some(Ended::Pages), 60));
    let state = crawl(&site, CrawlOptions { bytes: 500, ..CrawlOptions::default() }).await;
    assert_eq!(state.ended, Some(Ended::Bytes));
    let state = crawl(&site, CrawlOptions { depth: 2, ..CrawlOptions::default() }).await;
    assert!(state.ended == Some(Ended::Complete) && state.pages < 40, "{}", state.pages);
}

#[tokio::test]
async fn hostile_pages_take_little() {
    let site = Site::start(|asked| match asked.path.as_str() {
        "/" => Reply::html(
            "<a href='/endless'>a</a> <a href='/loop'>b</a> <a href='/away'>c</a> <a href='/inside'>d</a>",
        ),
        "/endless" => Reply::Endless,
        "/loop" => Reply::to(302, "/loop"),
        "/away" => Reply::to(302, "http://10.0.0.1/"),
        "/inside" => Reply::html(&"<a href='/same'>x</a>".repeat(60_000)),
        _ => Reply::status(404),
    });
    let state = crawl(&site, CrawlOptions::default()).await;
    assert_eq!(state.ended, Some(Ended::Complete));
    assert!(state.bytes < 8 * 1024 * 1024, "{}", state.bytes);
}

#[tokio::test]
async fn a_crawl_that_was_broken_off_goes_on() {
    let site = Site::start(agency);
    let whole = crawl(&site, CrawlOptions::default()).await;
    let mut state = CrawlState::new(site.url("/").parse().unwrap(), CrawlOptions::default());
    let crawler = Crawler::new(fetcher(true));
    let mut times = 0;
    while state.ended != Some(Ended::Complete) {
        let mut steps = 0;
        crawler
            .run(&mut state, |_, _| {
                steps += 1;
                steps < 3
            })
            .await;
        // As it would be read from its file.
        let text = serde_json::to_string(&state).unwrap();
        state = serde_json::from_str(&text).unwrap();
        times += 1;
        assert!(times < 50);
    }
    assert!(times > 1);
    assert_eq!(files(&site, &state), files(&site, &whole));
}
