//! The outcome as documents.

use townhall_metadata::validate::report::{Plain, csv, github, json, junit, sarif, text};
use townhall_metadata::validate::{Outcome, Profile, ValidateOptions, validate};

const FILE: &str = r#"{
  "conformsTo": "https://project-open-data.cio.gov/v1.1/schema",
  "dataset": [
    {
      "title": "Wells, \"old\" & <new>",
      "description": "Every well that is known, with its depth and the year in which it was drilled.",
      "identifier": "=1+1",
      "keyword": ["wells"],
      "modified": "Jan 2014",
      "publisher": {"name": "Water Office"},
      "contactPoint": {"fn": "Ann Example", "hasEmail": "mailto:ann@agency.gov"},
      "accessLevel": "public",
      "license": "https://www.usa.gov/government-works",
      "bureauCode": ["024:010"],
      "programCode": ["015:001"],
      "distribution": [{"downloadURL": "https://agency.gov/wells.csv"}]
    }
  ]
}
"#;

fn outcome() -> Outcome {
    let options = ValidateOptions { profile: Some(Profile::HarvesterFederal), ..ValidateOptions::default() };
    validate(FILE.as_bytes(), &options).unwrap()
}

fn written(write: impl FnOnce(&Outcome, &mut Vec<u8>) -> std::io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&outcome(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn json_has_the_shape_that_scripts_rely_on() {
    let written = written(|outcome, out| json(outcome, out));
    let mut report: serde_json::Value = serde_json::from_str(&written).unwrap();
    // The lists have dates of their own, which change with them.
    report["lists"].take();
    insta::assert_json_snapshot!("report_json", report);
}

#[test]
fn csv_is_safe_in_a_spreadsheet() {
    insta::assert_snapshot!("report_csv", written(|outcome, out| csv(outcome, out)));
}

#[test]
fn sarif_names_rules_places_and_fingerprints() {
    let written = written(|outcome, out| sarif(outcome, "data sets/data.json", "1.0", out));
    let report: serde_json::Value = serde_json::from_str(&written).unwrap();
    insta::assert_json_snapshot!("report_sarif", report);
}

#[test]
fn junit_fails_for_errors_only() {
    insta::assert_snapshot!("report_junit", written(|outcome, out| junit(outcome, "data.json", out)));
}

#[test]
fn github_shows_findings_beside_the_file() {
    insta::assert_snapshot!("report_github", written(|outcome, out| github(outcome, "a,b:c.json", out)));
}

#[test]
fn text_is_for_people() {
    insta::assert_snapshot!("report_text", written(|outcome, out| text(outcome, "data.json", &Plain, out)));
}
