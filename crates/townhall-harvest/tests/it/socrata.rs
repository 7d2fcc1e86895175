//! A portal of Socrata.

use std::sync::{Arc, Mutex};

use serde_json::json;

use crate::support::{Answer, Known, Server, harvest_all};

type Assets = Arc<Mutex<Vec<(String, String)>>>;

fn portal(assets: &Assets) -> Server {
    let assets = assets.clone();
    Server::new(move |request| {
        let all = assets.lock().unwrap();
        let limit = request.number("limit").unwrap_or(100);
        let last = request.asks("scroll_id");
        let page = all.iter().filter(|(id, _)| last.is_empty() || id.as_str() > last).take(limit);
        let results: Vec<_> = page
            .map(|(id, updated)| {
                json!({"resource": {"id": id, "name": format!("Name of {id}"), "description": "d", "updatedAt": updated,
                        "page_views": {"page_views_total": 7}},
                    "classification": {"categories": [], "tags": [], "domain_tags": []},
                    "metadata": {"domain": "data.example.gov"},
                    "permalink": format!("https://data.example.gov/d/{id}"), "link": "https://data.example.gov/x"})
            })
            .collect();
        Answer::json(&json!({"results": results, "resultSetSize": all.len()}))
    })
}

fn assets(count: usize) -> Assets {
    let asset = |number| (format!("abcd-{number:04}"), "2026-01-01T00:00:00.000Z".to_owned());
    Arc::new(Mutex::new((0..count).map(asset).collect()))
}

#[tokio::test]
async fn every_asset_comes_first_and_only_what_changed_afterwards() {
    let assets = assets(25);
    let server = portal(&assets);
    let rows = [("rows", "10")];
    let first =
        harvest_all("socrata", &server.at("/browse?limitTo=datasets"), &rows, &Known::default()).await;
    assert_eq!((first.records.len(), first.missing()), (25, ""));
    assert_eq!(first.records[0], "https://data.example.gov/api/views/abcd-0000");
    let asked = server.asked();
    assert_eq!(asked.len(), 4);
    assert!(asked[1].contains("scroll_id=abcd-0009") && asked[0].contains("only=dataset"), "{asked:?}");

    assets.lock().unwrap()[3].1 = "2026-05-05T00:00:00.000Z".to_owned();
    assets.lock().unwrap().remove(9);
    let second = harvest_all("socrata", &server.at("/"), &rows, &first.known).await;
    assert_eq!(
        (second.titles.as_slice(), second.unchanged.len()),
        (&["Name of abcd-0003".to_owned()][..], 23)
    );
    assert_eq!(second.known.0.len(), 24);
}

#[tokio::test]
async fn a_later_page_that_fails_makes_the_listing_partial() {
    let server = Server::new(|request| match request.asks("scroll_id") {
        "" => Answer::json(
            &json!({"resultSetSize": 20, "results": [{"resource": {"id": "abcd-0001", "name": "n"},
            "classification": {}, "metadata": {}, "permalink": "https://data.example.gov/d/abcd-0001"}]}),
        ),
        _ => Answer::status(503),
    });
    let harvest = harvest_all("socrata", &server.at("/"), &[], &Known::default()).await;
    assert_eq!(harvest.records.len(), 1);
    assert!(harvest.missing().contains("breaks off"), "{}", harvest.missing());
}

#[tokio::test]
async fn a_feed_that_is_none_is_refused() {
    let harvest = harvest_all("socrata", "http://127.0.0.1:1/", &[("feed", "rss")], &Known::default()).await;
    assert!(harvest.listing.unwrap_err().to_string().contains("`rss` is no value for `feed`"));
}
