//! A portal with three datasets and a table of rivers.

use serde_json::{Value, json};
use townhall_testkit::{TestApp, catalogue, dataset};

/// Levels of two rivers: codes with leading zeros, gaps, quotes.
pub const LEVELS: &str = "station,river,day,level,note\n\
    0001,Ebb,2025-01-01,1.5,low\n\
    0002,Ebb,2025-01-02,2.5,\n\
    0003,Flow,2025-01-03,3.5,\"high, rising\"\n\
    0004,Flow,2025-01-04,4.25,\"said \"\"stop\"\"\"\n\
    0005,Flow,2025-01-05,,ice\n\
    0006,Ebb,2025-01-06,3,low\n";

/// Three datasets: the second has a table, the third can't be had.
pub fn records() -> Value {
    let mut levels = dataset(1);
    levels["title"] = json!("Levels of two rivers");
    levels["spatial"] = json!("-77.1,38.8,-76.9,39.0");
    levels["temporal"] = json!("2025-01-01/2025-01-06");
    levels["distribution"] = json!([
        {"@type": "dcat:Distribution", "downloadURL": "levels.csv", "mediaType": "text/csv", "title": "Levels"}
    ]);
    let mut closed = dataset(2);
    closed["title"] = json!("Names of swimmers <script>alert(1)</script>");
    closed["accessLevel"] = json!("non-public");
    closed["rights"] = json!("Personal data.");
    catalogue(vec![dataset(0), levels, closed])
}

/// A portal that has imported them.
pub async fn portal() -> TestApp {
    let app = TestApp::new().await;
    let report = app.import(&records(), &[("levels.csv", LEVELS)]).await;
    assert_eq!((report.added, report.refused, report.tables), (3, 0, 1), "{report:#?}");
    app
}

/// The address of the table's rows, without a suffix.
pub async fn rows(app: &TestApp) -> String {
    let tables = app.get("/api/tables").await.expect(200).json();
    assert_eq!(tables["meta"]["total"], 1);
    format!("/api/tables/{}/rows", tables["data"][0]["id"].as_str().unwrap())
}

/// The slug of the dataset whose title begins so.
pub async fn slug(app: &TestApp, title: &str) -> String {
    let found = app.get("/api/datasets").await.expect(200).json();
    found["data"]
        .as_array()
        .unwrap()
        .iter()
        .find(|item| item["title"].as_str().unwrap().starts_with(title))
        .unwrap_or_else(|| panic!("no {title} in {found}"))["slug"]
        .as_str()
        .unwrap()
        .to_owned()
}
