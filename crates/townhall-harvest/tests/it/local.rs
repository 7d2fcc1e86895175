//! Files and folders of this machine.

use std::fs;

use crate::support::{Known, harvest_all};

fn catalog(identifier: &str) -> String {
    serde_json::json!({"conformsTo": "https://project-open-data.cio.gov/v1.1/schema", "dataset": [
        {"@type": "dcat:Dataset", "identifier": identifier, "title": "t", "description": "d", "accessLevel": "public"}]})
    .to_string()
}

#[tokio::test]
async fn files_of_a_folder_come_once_and_a_broken_one_harms_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("deep")).unwrap();
    fs::write(at("a.json"), catalog("a")).unwrap();
    fs::write(at("deep/b.json"), catalog("b")).unwrap();
    fs::write(at("broken.json"), "<html></html>").unwrap();
    fs::write(at("notes.txt"), "no metadata").unwrap();
    let address = folder.path().to_str().unwrap();
    let first = harvest_all("file", address, &[], &Known::default()).await;
    assert_eq!(
        (first.records.as_slice(), first.failed.len(), first.missing()),
        (&["a", "b"].map(str::to_owned)[..], 1, "")
    );

    fs::write(at("a.json"), catalog("a-changed")).unwrap();
    fs::remove_file(at("deep/b.json")).unwrap();
    let second = harvest_all("file", address, &[], &first.known).await;
    assert_eq!((second.records.as_slice(), second.unchanged.len()), (&["a-changed".to_owned()][..], 0));
    assert_eq!(second.known.0.len(), 1);
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_an_error() {
    let harvest = harvest_all("file", "/nowhere/at/all", &[], &Known::default()).await;
    assert!(harvest.listing.is_err());
}
