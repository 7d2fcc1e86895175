//! What an address is told to be.

use std::io::Write;

use serde_json::json;
use townhall_harvest::{Address, Asking, NoMemory, detect};

use crate::support::{Answer, Server, fetcher, options};

/// The kind of an address and where it is harvested.
async fn detected(address: &str) -> (String, String) {
    let folder = tempfile::tempdir().unwrap();
    let options = options(&[]);
    let (out, _kept) = tokio::sync::mpsc::channel(4);
    let asking = Asking {
        address: Address::read(address).unwrap(),
        options: &options,
        fetcher: fetcher(),
        memory: &NoMemory,
        folder: folder.path(),
        out,
    };
    match detect(&asking).await {
        Ok(found) => (found.source.info().id.to_owned(), found.address.to_string()),
        Err(error) => (error.to_string(), String::new()),
    }
}

/// A site with this first page, where this path answers with this.
fn site(front: &'static str, path: &'static str, answer: serde_json::Value) -> Server {
    Server::new(move |request| match request.path.as_str() {
        "/" => Answer::ok(front),
        its if its == path => Answer::json(&answer),
        _ => Answer::status(404),
    })
}

#[tokio::test]
async fn front_pages_of_portals_are_told_by_their_marks_and_one_small_question() {
    let none = || json!({});
    for (kind, server, asked) in [
        ("ckan", site("<!doctype html><meta name=\"generator\" content=\"ckan 2.10.4\">", "-", none()), 1),
        (
            "ckan",
            site(
                "<!doctype html><title>Own theme</title>",
                "/api/3/action/status_show",
                json!({"success": true, "result": {"ckan_version": "2.9.1"}}),
            ),
            2,
        ),
        (
            "dkan",
            site(
                "<html><link href=/sites/default/files/x.css>",
                "/api/1/metastore/schemas",
                json!({"dataset": {}}),
            ),
            2,
        ),
        (
            "socrata",
            site(
                "<html><script src=//cdn.socrata.com/x.js>",
                "/api/catalog/v1",
                json!({"results": [], "resultSetSize": 3}),
            ),
            2,
        ),
        (
            "opendatasoft",
            site(
                "<html><link href=https://static.opendatasoft.com/x.css>",
                "/api/explore/v2.1/catalog/datasets",
                json!({"total_count": 3}),
            ),
            2,
        ),
        ("arcgis-hub", site("<!DOCTYPE html><script src=https://hubcdn.arcgis.com/x.js>", "-", none()), 1),
        ("waf", site("<html><title>Index of /</title><a href=a.xml>a</a>", "-", none()), 1),
        ("waf", site("<html><pre><A HREF=\"/\">[To Parent Directory]</A><br></pre>", "-", none()), 1),
    ] {
        let (found, address) = detected(&server.at("/")).await;
        assert_eq!((found.as_str(), address), (kind, server.at("/")));
        assert_eq!(server.asked().len(), asked, "{kind}");
    }
}

#[tokio::test]
async fn addresses_inside_a_portal_lead_to_the_portal() {
    let server = Server::new(|_| Answer::json(&json!({"success": true, "result": []})));
    for (path, kind, found) in [
        ("/api/3/action/package_search?q=x", "ckan", "/"),
        ("/catalog/api/3", "ckan", "/catalog/"),
        ("/api/catalog/v1?domains=x", "socrata", "/"),
        ("/api/explore/v2.1/catalog/datasets", "opendatasoft", "/"),
        ("/api/1/metastore/schemas/dataset/items", "dkan", "/"),
        ("/arcgis/rest/services/Folder", "arcgis-server", "/arcgis/rest/services/Folder"),
    ] {
        assert_eq!(detected(&server.at(path)).await, (kind.to_owned(), server.at(found)), "{path}");
    }
}

#[tokio::test]
async fn a_page_of_a_portal_leads_to_the_portal() {
    let server = Server::new(|request| match request.path.as_str() {
        "/api/3/action/status_show" => {
            Answer::json(&json!({"success": true, "result": {"ckan_version": "2.9.1"}}))
        }
        "/pages/about-us" => Answer::ok("<html>About us</html>"),
        _ => Answer::status(404),
    });
    assert_eq!(detected(&server.at("/pages/about-us")).await, ("ckan".to_owned(), server.at("/")));
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(bytes).unwrap();
    gzip.finish().unwrap()
}

#[tokio::test]
async fn files_are_told_by_their_names_or_by_how_they_begin() {
    let server = Server::new(|request| match request.path.as_str() {
        "/feed" => Answer::ok("@prefix dcat: <http://www.w3.org/ns/dcat#> .\n"),
        "/map" => Answer::ok("<?xml version=\"1.0\"?><urlset><url></url></urlset>"),
        "/all.gz" => {
            Answer::ok(packed(b"{\"conformsTo\": \"https://project-open-data.cio.gov/v1.1/schema\"}"))
        }
        "/nothing" => Answer::ok("Hello"),
        "/gone" => Answer::status(410),
        _ => Answer::ok("{}"),
    });
    assert_eq!(detected(&server.at("/data.json")).await.0, "catalog");
    assert_eq!(detected(&server.at("/feed")).await.0, "catalog");
    assert_eq!(detected(&server.at("/map")).await.0, "sitemap");
    assert_eq!(detected(&server.at("/all.gz")).await.0, "catalog");
    assert!(detected(&server.at("/nothing")).await.0.contains("nothing that can be harvested"));
    assert!(detected(&server.at("/gone")).await.0.contains("answered 410"));
    assert_eq!(detected("s3://bucket/prefix").await, ("s3".to_owned(), "s3://bucket/prefix".to_owned()));
    assert_eq!(detected("/srv/metadata").await.0, "file");
}

#[tokio::test]
async fn a_site_that_speaks_of_data_is_taken_by_its_sitemap() {
    let server = Server::new(|request| match request.path.as_str() {
        "/" => Answer::ok(
            "<html><script type=\"application/ld+json\">{\"@context\": \"https://schema.org\", \"@type\": \"WebSite\"}</script>",
        ),
        "/sitemap.xml" => Answer::ok("<urlset></urlset>"),
        _ => Answer::status(404),
    });
    assert_eq!(detected(&server.at("/")).await, ("sitemap".to_owned(), server.at("/sitemap.xml")));
}

#[test]
fn addresses_of_buckets_name_one() {
    assert!(matches!(Address::read("s3://bucket/prefix/"), Ok(Address::Bucket(_))));
    assert!(Address::read("s3:///prefix").is_err());
    assert!(Address::read("ftp://example.gov/").is_err());
}
