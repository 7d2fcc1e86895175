//! Single values at the edge of what each schema takes.

use std::fmt::Write as _;

use serde_json::{Value, json};
use townhall_metadata::validate::{Profile, ValidateOptions, validate};

use crate::fixtures::shared;

/// A dataset that every schema of 1.1 takes, in a catalogue.
pub fn catalog(field: &str, value: Value) -> Vec<u8> {
    let mut dataset = json!({
        "@type": "dcat:Dataset",
        "title": "Wells of the county",
        "description": "Every well that is known, with its depth and the year in which it was drilled.",
        "keyword": ["wells", "water"],
        "modified": "2014-01-31",
        "publisher": {"@type": "org:Organization", "name": "Water Office"},
        "contactPoint": {"@type": "vcard:Contact", "fn": "Ann Example", "hasEmail": "mailto:ann@agency.gov"},
        "identifier": "wells-1",
        "accessLevel": "public",
        "bureauCode": ["015:11"],
        "programCode": ["015:001"],
    });
    dataset[field] = value;
    let catalog = json!({
        "conformsTo": "https://project-open-data.cio.gov/v1.1/schema",
        "dataset": [dataset],
    });
    serde_json::to_vec(&catalog).unwrap()
}

pub fn is_valid(file: &[u8], profile: Profile) -> bool {
    let options = ValidateOptions { profile: Some(profile), ..ValidateOptions::default() };
    validate(file, &options).unwrap().valid
}

#[test]
fn every_value_at_the_edge_is_judged_as_the_official_validator_does() {
    let Some(path) = shared("ORACLE_edge_values_v1.1.tsv") else { return };
    let profiles = [
        Profile::Canonical,
        Profile::DashboardFederal,
        Profile::DashboardNonFederal,
        Profile::CkanFederal,
        Profile::HarvesterFederal,
        Profile::HarvesterNonFederal,
    ];
    let mut disagreements = String::new();
    let mut rows = 0;
    for line in std::fs::read_to_string(path).unwrap().lines().skip(1) {
        let cells = line.split('\t').collect::<Vec<_>>();
        // The table cuts long values, which are runs of one letter.
        let value = match serde_json::from_str::<Value>(cells[1]) {
            Ok(value) => value,
            Err(_) if cells[2] == "ok" => Value::String("x".repeat(255)),
            Err(_) => Value::String("x".repeat(256)),
        };
        let file = catalog(cells[0], value);
        for (profile, official) in profiles.iter().zip(&cells[2..]) {
            rows += 1;
            if is_valid(&file, *profile) != (*official == "ok") {
                writeln!(
                    disagreements,
                    "{} {} in {}: officially {official}",
                    cells[0],
                    cells[1],
                    profile.id()
                )
                .unwrap();
            }
        }
    }
    assert!(rows > 600);
    assert_eq!(disagreements, "");
}
