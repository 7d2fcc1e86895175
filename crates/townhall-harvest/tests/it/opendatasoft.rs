//! A portal of Opendatasoft.

use std::sync::{Arc, Mutex};

use serde_json::json;
use townhall_harvest::PartState;

use crate::support::{Answer, Known, Server, harvest_all};

type Datasets = Arc<Mutex<Vec<(String, String)>>>;

fn portal(datasets: &Datasets) -> Server {
    let datasets = datasets.clone();
    Server::new(move |request| {
        let all = datasets.lock().unwrap();
        let (limit, offset) = (request.number("limit").unwrap(), request.number("offset").unwrap());
        let results: Vec<_> = all.iter().skip(offset).take(limit).map(|(id, modified)| {
            json!({"dataset_id": id, "dataset_uid": "da_x", "has_records": true, "features": ["geo"], "attachments": [],
                "metas": {"default": {"title": format!("Title of {id}"), "description": "<p>d</p>", "keyword": ["k"],
                    "theme": ["Water"], "modified": modified, "publisher": "City", "license": "CC BY 4.0",
                    "records_count": 12},
                    "dcat": {"contact_email": "a@example.gov", "contact_name": "N"}}})
        }).collect();
        Answer::json(&json!({"total_count": all.len(), "results": results}))
    })
}

#[tokio::test]
async fn every_dataset_comes_first_and_only_what_changed_afterwards() {
    let all = (0..25).map(|number| (format!("set-{number:02}"), "2026-01-01T00:00:00+00:00".to_owned()));
    let datasets: Datasets = Arc::new(Mutex::new(all.collect()));
    let server = portal(&datasets);
    let rows = [("rows", "10")];
    let first =
        harvest_all("opendatasoft", &server.at("/explore/?sort=modified"), &rows, &Known::default()).await;
    assert_eq!((first.records.len(), first.missing(), server.asked().len()), (25, "", 4));
    assert_eq!(first.records[0], server.at("/explore/dataset/set-00/"));

    datasets.lock().unwrap()[3].1 = "2026-05-05T00:00:00+00:00".to_owned();
    let second = harvest_all("opendatasoft", &server.at("/"), &rows, &first.known).await;
    assert_eq!((second.titles.as_slice(), second.unchanged.len()), (&["Title of set-03".to_owned()][..], 24));
}

#[tokio::test]
async fn a_listing_that_ends_early_is_partial() {
    let server = Server::new(|_| Answer::json(&json!({"total_count": 5, "results": []})));
    let harvest = harvest_all("opendatasoft", &server.at("/"), &[], &Known::default()).await;
    assert!(harvest.missing().contains("counts 5 records and names 0"), "{}", harvest.missing());
}

#[tokio::test]
async fn a_portal_that_has_more_than_its_pages_reach_is_partial() {
    let all = (0..10_050).map(|number| (format!("set-{number:05}"), "2026-01-01T00:00:00+00:00".to_owned()));
    let datasets: Datasets = Arc::new(Mutex::new(all.collect()));
    let its = datasets.clone();
    let server = Server::new(move |request| {
        let all = its.lock().unwrap();
        let (limit, offset) = (request.number("limit").unwrap(), request.number("offset").unwrap());
        assert!(offset + limit <= 10_000);
        let page = all[offset.min(all.len())..].iter().take(limit);
        let results: Vec<_> = page
            .map(|(id, modified)| json!({"dataset_id": id, "metas": {"default": {"modified": modified}}}))
            .collect();
        Answer::json(&json!({"total_count": all.len(), "results": results}))
    });
    // All of them are known, which spares the reading.
    let state = PartState { stamp: Some("2026-01-01T00:00:00+00:00".to_owned()), ..PartState::default() };
    let known = datasets.lock().unwrap().iter().map(|(id, _)| (id.clone(), state.clone())).collect();
    let harvest = harvest_all("opendatasoft", &server.at("/"), &[], &Known(known)).await;
    assert_eq!((harvest.unchanged.len(), harvest.missing()), (10_000, "pages reach only 10000 records"));
    datasets.lock().unwrap().truncate(10_000);
    let harvest = harvest_all("opendatasoft", &server.at("/"), &[], &harvest.known).await;
    assert_eq!((harvest.unchanged.len(), harvest.missing()), (10_000, ""));
}

#[tokio::test]
async fn a_portal_that_can_not_sort_is_asked_without() {
    let server = Server::new(|request| match request.asks("order_by") {
        "" => Answer::json(&json!({"total_count": 0, "results": []})),
        _ => Answer::status(400),
    });
    let harvest = harvest_all("opendatasoft", &server.at("/"), &[], &Known::default()).await;
    assert_eq!((harvest.missing(), server.asked().len()), ("", 2));
}
