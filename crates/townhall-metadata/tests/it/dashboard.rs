//! The old dashboard's answers: its counts and its verdicts, in its own words.

use serde_json::{Value, json};
use townhall_metadata::{
    DASHBOARD_SCHEMAS, InMemory, ReadOptions, dashboard_answer, dashboard_qa, dashboard_schema,
};

use crate::fixtures::shared;

fn answer(text: &str, schema: &str) -> Value {
    let file = InMemory { name: "data.json", bytes: text.as_bytes() };
    dashboard_answer(&file, schema, dashboard_schema(schema).unwrap(), true).unwrap()
}

fn catalog(datasets: &Value) -> String {
    json!({"conformsTo": "https://project-open-data.cio.gov/v1.1/schema", "dataset": datasets}).to_string()
}

#[test]
fn the_counts_are_those_of_the_dashboard() {
    let Some(path) = shared("ORACLE_dashboard_qa.json") else { return };
    let oracle: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    for (file, expected) in oracle.as_object().unwrap() {
        let bytes = std::fs::read(shared(file).unwrap()).unwrap();
        let file = InMemory { name: file, bytes: &bytes };
        let qa = serde_json::to_value(dashboard_qa(&file, &ReadOptions::default()).unwrap()).unwrap();
        assert_eq!(&qa, expected, "{}", file.name);
    }
}

#[test]
fn the_verdicts_are_those_of_the_dashboards_schemas() {
    let Some(path) = shared("ORACLE.tsv") else { return };
    let mut rows = 0;
    for line in std::fs::read_to_string(path).unwrap().lines().skip(1) {
        let row: Vec<&str> = line.split('\t').collect();
        let schema = match row[1] {
            "dash-fed1.1" => "federal-v1.1",
            "dash-nonfed1.1" => "non-federal-v1.1",
            _ => continue,
        };
        let bytes = std::fs::read(shared(row[0]).unwrap()).unwrap();
        let file = InMemory { name: row[0], bytes: &bytes };
        let answer = dashboard_answer(&file, schema, dashboard_schema(schema).unwrap(), false).unwrap();
        assert_eq!(answer["valid"], row[3] == "True", "{line}");
        assert_eq!(answer["total_records"].to_string(), row[4], "{line}");
        assert_eq!(answer["error_count"].to_string(), row[5], "{line}");
        rows += 1;
    }
    assert!(rows > 60, "{rows} rows");
}

#[test]
fn counts_tell_levels_addresses_collections_and_redactions_apart() {
    let text = catalog(&json!([
        {"accessLevel": "public", "bureauCode": ["015:11"], "programCode": ["015:001", "015:002"],
         "isPartOf": "a", "license": "https://creativecommons.org/publicdomain/zero/1.0/",
         "distribution": [
            {"accessURL": "https://example.gov/api", "format": "Api"},
            {"accessURL": "example.gov/no-url", "format": "API"},
            {"downloadURL": "https://example.gov/a.csv"},
         ]},
        {"accessLevel": "restricted public", "bureauCode": ["015:11"], "isPartOf": "a", "license": "CC0",
         "title": "[[REDACTED-EX B6]]",
         "distribution": [{"accessURL": "https://example.gov/two", "format": "api"}]},
        {"accessLevel": "non-public", "isPartOf": "", "rights": "See the law", "title": "[[REDACTED-EX B3]] of"},
        "no dataset",
    ]));
    let qa = answer(&text, "federal-v1.1")["qa"].clone();
    let expected = json!({
        "programCodes": ["015:001", "015:002"], "bureauCodes": ["015:11"],
        "accessLevel_public": 1, "accessLevel_restricted": 1, "accessLevel_nonpublic": 1,
        "accessURL_present": 2, "accessURL_total": 3, "downloadURL_present": 1, "downloadURL_total": 1,
        "API_total": 2, "API_public": 1, "API_restricted": 1, "API_nonpublic": 0,
        "collections_total": 1, "non_collection_total": 2, "license_present": 1,
        "redaction_present": 2, "redaction_no_explanation": 1, "total_records": 4,
    });
    assert_eq!(qa, expected);
}

#[test]
fn errors_are_grouped_by_dataset_and_field_at_the_right_numbers() {
    let good = json!({
        "@type": "dcat:Dataset", "title": "Trees", "description": "All of them", "keyword": ["tree"],
        "modified": "2024-01-31", "identifier": "trees", "accessLevel": "public",
        "publisher": {"@type": "org:Organization", "name": "Parks"},
        "contactPoint": {"@type": "vcard:Contact", "fn": "Desk", "hasEmail": "mailto:desk@example.gov"},
    });
    let mut bad = good.clone();
    bad["modified"] = json!("yesterday");
    bad["publisher"] = json!({"@type": "org:Organization"});
    bad["distribution"] =
        json!([{"@type": "dcat:Distribution", "downloadURL": "nowhere", "mediaType": "text/csv"}]);
    let answer = answer(&catalog(&json!([good, bad])), "non-federal-v1.1");
    assert_eq!(answer["valid"], false);
    assert_eq!((&answer["valid_count"], &answer["error_count"]), (&json!(1), &json!(1)));
    assert_eq!(answer["errors"]["0"], Value::Null);
    let errors = &answer["errors"]["1"];
    assert_eq!(errors["modified"]["errors"].as_array().unwrap().len(), 1, "{errors:#}");
    let of = |field: &str, inner: &str| {
        errors[field]["sub_fields"][inner]["errors"][0].as_str().map(str::to_owned)
    };
    assert!(of("publisher", "name").unwrap().contains("missing"), "{errors:#}");
    assert!(of("distribution", "0.downloadURL").is_some(), "{errors:#}");
    assert_eq!(answer["errors_not_listed"], 0);
}

#[test]
fn every_error_is_listed_or_counted() {
    let bare = json!({"title": "Nothing else"});
    let many = vec![bare; 2000];
    let answer = answer(&catalog(&json!(many)), "federal-v1.1");
    let listed: usize = answer["errors"]
        .as_object()
        .unwrap()
        .values()
        .flat_map(|fields| fields.as_object().unwrap().values())
        .map(|field| field["errors"].as_array().map_or(0, Vec::len))
        .sum();
    assert_eq!(answer["error_count"], 2000);
    assert_eq!(answer["errors_not_listed"].as_u64().unwrap() as usize + listed, 2000 * 9);
}

#[test]
fn a_file_that_is_no_json_says_so() {
    for (name, _) in DASHBOARD_SCHEMAS {
        let answer = answer("<html>", name);
        assert_eq!(answer["valid_json"], false, "{name}");
        assert!(!answer["fail"].as_array().unwrap().is_empty(), "{name}");
    }
    let comma = answer("{\"dataset\": [],}", "federal-v1.1");
    assert_eq!((&comma["raw_valid_json"], &comma["valid_json"]), (&json!(false), &json!(true)));
    assert_eq!(comma["fail"].as_array().unwrap().len(), 1);
}
