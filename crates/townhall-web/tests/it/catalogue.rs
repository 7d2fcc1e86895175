//! Catalogue files over HTTP: what went in comes out, in every dialect, and a client that has it is told so.

use serde_json::{Value, json};

use crate::portal::{LEVELS, portal, records, slug};

/// The records of a catalogue without the one that stands for the file itself, by identifier.
fn listed(catalogue: &Value) -> Vec<&Value> {
    let all = catalogue["dataset"].as_array().unwrap().iter();
    all.filter(|record| record["identifier"] != "https://data.example.gov/data.json").collect()
}

#[tokio::test]
async fn the_listing_has_the_records_as_they_came_and_itself() {
    let app = portal().await;
    let listing = app.get("/data.json").await.expect(200);
    assert_eq!(listing.header("content-type"), "application/json");
    let (out, came) = (listing.json(), records());
    for (out, came) in listed(&out).into_iter().zip(came["dataset"].as_array().unwrap()) {
        let (mut out, mut came) = (out.clone(), came.clone());
        // A file that came with the catalogue is served here, so its address is an absolute one now.
        if let Some(file) = out.pointer_mut("/distribution/0/downloadURL").map(Value::take) {
            came["distribution"][0]["downloadURL"] = Value::Null;
            let path = file.as_str().unwrap().strip_prefix("https://data.example.gov").unwrap();
            assert_eq!(app.get(path).await.expect(200).text(), LEVELS);
        }
        assert_eq!(out, came);
    }
    assert_eq!(out["dataset"].as_array().unwrap().len(), 4, "the listing lists itself");
    let tag = listing.header("etag").to_owned();
    assert!(app.get_with("/data.json", &[("if-none-match", &tag)]).await.expect(304).body.is_empty());
}

#[tokio::test]
async fn a_single_record_is_served_in_every_dialect() {
    let app = portal().await;
    let slug = slug(&app, "Levels").await;
    let record = app.get(&format!("/data/{slug}.json")).await.expect(200).json();
    assert_eq!(record["title"], "Levels of two rivers");
    let linked = app.get(&format!("/data/{slug}.jsonld")).await.expect(200);
    assert_eq!(linked.header("content-type"), "application/ld+json");
    assert!(linked.json()["@context"].is_object() || linked.json()["@context"].is_string());
    let turtle = app.get(&format!("/data/{slug}.ttl")).await.expect(200);
    assert!(turtle.text().contains("dcat:Dataset"), "{}", turtle.text());
}

#[tokio::test]
async fn the_newer_version_has_the_same_datasets() {
    let app = portal().await;
    let newer = app.get("/catalog/dcat-us-3.0.json").await.expect(200).json();
    let titles: Vec<_> = newer["dataset"].as_array().unwrap().iter().map(|record| &record["title"]).collect();
    for record in records()["dataset"].as_array().unwrap() {
        assert!(titles.contains(&&record["title"]), "{}", record["title"]);
    }
}

#[tokio::test]
async fn a_record_that_changes_makes_a_revision_a_feed_entry_and_a_new_listing() {
    let app = portal().await;
    let before = app.world().await;
    let tag = app.get("/data.json").await.header("etag").to_owned();
    let report = app.import(&records(), &[("levels.csv", LEVELS)]).await;
    assert_eq!((report.added, report.changed, report.unchanged), (0, 0, 3), "{report:#?}");
    assert_eq!(app.world().await, before, "the same again changes nothing");

    let mut changed = records();
    changed["dataset"][0]["title"] = json!("Readings of the old gauge");
    let report = app.import(&changed, &[("levels.csv", LEVELS)]).await;
    assert_eq!((report.changed, report.unchanged), (1, 2), "{report:#?}");
    let after = app.world().await;
    assert_eq!(after.head, before.head + 1, "one change, one line in the log");
    app.get_with("/data.json", &[("if-none-match", &tag)]).await.expect(200);
    let slug = slug(&app, "Readings of the old gauge").await;
    let revision = app.get(&format!("/api/datasets/{slug}/revisions/2")).await.expect(200).json();
    assert_eq!(revision["fields"], json!(["title"]));
    assert!(app.get("/feeds/changes.atom").await.text().contains("Readings of the old gauge"));
    assert_eq!(slug, "readings-of-gauge-0", "an address stays, whatever the title becomes");
}
