//! Catalogs that are one file, and portals that have one.

use std::io::Write;
use std::sync::{Arc, Mutex};

use serde_json::json;

use crate::support::{Answer, Known, Server, harvest_all};

fn catalog(count: usize) -> String {
    let datasets: Vec<_> = (0..count)
        .map(|number| {
            json!({"@type": "dcat:Dataset", "identifier": format!("i{number}"), "title": "t", "description": "d",
                "accessLevel": "public", "modified": "2026-01-01"})
        })
        .collect();
    json!({"conformsTo": "https://project-open-data.cio.gov/v1.1/schema", "dataset": datasets}).to_string()
}

#[tokio::test]
async fn a_catalog_comes_once_and_then_only_when_it_changed() {
    let text = Arc::new(Mutex::new(catalog(3)));
    let its = text.clone();
    let server = Server::new(move |_| Answer::ok(its.lock().unwrap().clone()));
    let first = harvest_all("catalog", &server.at("/data.json"), &[], &Known::default()).await;
    assert_eq!((first.records.len(), first.missing()), (3, ""));
    assert_eq!(first.listing.as_ref().unwrap().read_as, "DCAT-US 1.1");
    let second = harvest_all("catalog", &server.at("/data.json"), &[], &first.known).await;
    assert_eq!((second.records.len(), second.unchanged.len()), (0, 1));
    *text.lock().unwrap() = catalog(4);
    let third = harvest_all("catalog", &server.at("/data.json"), &[], &second.known).await;
    assert_eq!(third.records.len(), 4);
}

#[tokio::test]
async fn half_a_catalog_with_200_is_partial_and_is_fetched_again() {
    let text = catalog(50);
    let half = text[..text.len() / 2].to_owned();
    let server = Server::new(move |_| Answer::ok(half.clone()).with("ETag", "\"1\""));
    let first = harvest_all("catalog", &server.at("/data.json"), &[], &Known::default()).await;
    assert!(!first.records.is_empty() && first.records.len() < 50);
    assert!(first.missing().contains("breaks off"), "{}", first.missing());
    let second = harvest_all("catalog", &server.at("/data.json"), &[], &first.known).await;
    assert_eq!(second.records.len(), first.records.len());
}

#[tokio::test]
async fn a_packed_catalog_is_unpacked_and_a_web_page_is_none() {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(catalog(3).as_bytes()).unwrap();
    let packed = gzip.finish().unwrap();
    let server = Server::new(move |request| match request.path.as_str() {
        "/data.json.gz" => Answer::ok(packed.clone()),
        _ => Answer::ok("<!doctype html><html>Sign in</html>"),
    });
    let packed = harvest_all("catalog", &server.at("/data.json.gz"), &[], &Known::default()).await;
    assert_eq!(packed.records.len(), 3);
    let page = harvest_all("catalog", &server.at("/data.json"), &[], &Known::default()).await;
    assert_eq!(
        (page.records.len(), page.failed.len(), page.listing.as_ref().unwrap().is_complete()),
        (0, 1, false)
    );
}

#[tokio::test]
async fn a_feed_of_dcat_goes_on_from_page_to_page() {
    let page = |number: usize, next: &str| {
        format!(
            "@prefix dcat: <http://www.w3.org/ns/dcat#> .\n@prefix dct: <http://purl.org/dc/terms/> .\n\
             @prefix hydra: <http://www.w3.org/ns/hydra/core#> .\n{next}\
             <http://example.gov/d/{number}> a dcat:Dataset ; dct:title \"T{number}\" ; dct:identifier \"d{number}\" .\n"
        )
    };
    let server = Server::new(move |request| {
        let number = request.number("page").unwrap_or(1);
        let next = match number {
            3 => String::new(),
            _ => format!(
                "<{}/catalog.ttl> hydra:nextPage \"{}/catalog.ttl?page={}\" .\n",
                request.origin,
                request.origin,
                number + 1
            ),
        };
        Answer::ok(page(number, &next)).with("content-type", "text/turtle")
    });
    let first = harvest_all("catalog", &server.at("/catalog.ttl"), &[], &Known::default()).await;
    assert_eq!((first.titles.as_slice(), first.missing()), (&["T1", "T2", "T3"].map(str::to_owned)[..], ""));
    let second = harvest_all("catalog", &server.at("/catalog.ttl"), &[], &first.known).await;
    assert_eq!((second.records.len(), second.unchanged.len()), (0, 3));
}

#[tokio::test]
async fn a_feed_that_leads_back_to_itself_ends() {
    let server = Server::new(move |request| {
        Answer::ok(format!(
            "{{\"@context\": {{\"dcat\": \"http://www.w3.org/ns/dcat#\", \"dct\": \"http://purl.org/dc/terms/\", \
             \"hydra\": \"http://www.w3.org/ns/hydra/core#\"}}, \"hydra:next\": {{\"@id\": \"{}/c.jsonld?page=1\"}}, \
             \"@id\": \"http://example.gov/d\", \"@type\": \"dcat:Dataset\", \"dct:title\": \"T\"}}",
            request.origin
        ))
    });
    let harvest = harvest_all("catalog", &server.at("/c.jsonld"), &[], &Known::default()).await;
    assert_eq!(harvest.missing(), "");
    assert_eq!(server.asked().len(), 2);
}

#[tokio::test]
async fn dkan_is_read_by_its_store_or_else_by_its_file() {
    let items = |count: usize| {
        let items: Vec<_> = (0..count)
            .map(|number| {
                json!({"@type": "dcat:Dataset", "identifier": format!("u{number}"), "title": "t", "description": "d",
                    "accessLevel": "public", "modified": "2026-01-01", "keyword": ["k"], "bureauCode": ["010:00"],
                    "contactPoint": {"fn": "n", "hasEmail": "mailto:a@example.gov"}})
            })
            .collect();
        json!(items)
    };
    let server = Server::new(move |request| match request.path.as_str() {
        "/api/1/metastore/schemas/dataset/items" => Answer::json(&items(4)),
        _ => Answer::status(404),
    });
    let new = harvest_all("dkan", &server.at("/dataset/abc"), &[], &Known::default()).await;
    assert_eq!((new.records.len(), new.missing()), (4, ""));
    let server = Server::new(|request| match request.path.as_str() {
        "/data.json" => Answer::ok(catalog(2)),
        _ => Answer::status(404),
    });
    let old = harvest_all("dkan", &server.at("/"), &[], &Known::default()).await;
    assert_eq!((old.records.len(), old.missing()), (2, ""));
    let again = harvest_all("dkan", &server.at("/"), &[], &old.known).await;
    assert_eq!((again.records.len(), again.unchanged.len()), (0, 1));
}

#[tokio::test]
async fn a_data_package_and_a_page_with_json_ld_are_catalogs_of_one() {
    let server = Server::new(|request| match request.path.as_str() {
        "/datapackage.json" => {
            Answer::json(&json!({"profile": "tabular-data-package", "name": "pipes", "title": "Pipes",
            "resources": [{"name": "pipes", "path": "pipes.csv"}]}))
        }
        _ => Answer::ok(
            "<html><script type=\"application/ld+json\">{\"@context\": \"https://schema.org\", \"@type\": \"Dataset\", \
             \"name\": \"Pipes\", \"description\": \"d\"}</script></html>",
        ),
    });
    for path in ["/datapackage.json", "/dataset/1"] {
        let harvest = harvest_all("catalog", &server.at(path), &[], &Known::default()).await;
        assert_eq!((harvest.titles.as_slice(), harvest.missing()), (&["Pipes".to_owned()][..], ""), "{path}");
    }
}
