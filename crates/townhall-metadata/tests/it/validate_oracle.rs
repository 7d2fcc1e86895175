//! Every sample file against every profile: the verdict must be that of the official validator.

use std::collections::HashMap;
use std::sync::LazyLock;

use townhall_metadata::validate::{Class30, Outcome, Profile, ValidateOptions, validate, validate_document};

use crate::fixtures::shared;

/// One line of the table of official verdicts.
struct Row {
    file: String,
    schema: String,
    valid: bool,
    datasets: u64,
    /// The table has it for catalogues of 1.0 and 1.1 only.
    invalid_datasets: Option<u64>,
}

fn rows() -> Vec<Row> {
    let Some(path) = shared("ORACLE.tsv") else { return Vec::new() };
    let table = std::fs::read_to_string(path).unwrap();
    let rows = table.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>());
    rows.filter(|row| row[1] != "-")
        .map(|row| Row {
            file: row[0].to_owned(),
            schema: row[1].to_owned(),
            valid: row[3] == "True",
            datasets: row[4].parse().unwrap(),
            invalid_datasets: row[5].parse().ok(),
        })
        .collect()
}

/// The pointers of the official errors by file and schema.
fn pointers() -> HashMap<(String, String), Vec<String>> {
    let Some(path) = shared("ORACLE_errors.jsonl") else { return HashMap::new() };
    let mut found = HashMap::new();
    for line in std::fs::read_to_string(path).unwrap().lines() {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = |key: &str| row[key].as_str().unwrap().to_owned();
        let pointers = row["errors"].as_array().unwrap().iter().map(|error| {
            let steps = error[0].as_array().unwrap().iter().map(|step| step.as_str().unwrap());
            steps.fold(String::new(), |pointer, step| format!("{pointer}/{step}"))
        });
        found.insert((text("file"), text("schema")), pointers.collect());
    }
    found
}

fn profile(schema: &str) -> Profile {
    match schema.split(':').next().unwrap() {
        "pod1.0" => Profile::Pod10Federal,
        "pod1.1" => Profile::Canonical,
        "dash-fed1.1" => Profile::DashboardFederal,
        "dash-nonfed1.1" => Profile::DashboardNonFederal,
        "ckan-fed1.1" => Profile::CkanFederal,
        "ckan-nonfed1.1" => Profile::CkanNonFederal,
        "harv-fed1.1" => Profile::HarvesterFederal,
        "harv-nonfed1.1" => Profile::HarvesterNonFederal,
        "harv3.0" | "inv3.0" => Profile::Schema30,
        other => panic!("no profile for {other}"),
    }
}

fn judge(row: &Row) -> Outcome {
    let bytes = std::fs::read(shared(&row.file).unwrap()).unwrap();
    let options = ValidateOptions {
        profile: Some(profile(&row.schema)),
        findings_max: 100_000,
        ..ValidateOptions::default()
    };
    let class = row.schema.split_once(':').map(|(_, class)| class).filter(|class| *class != "Catalog");
    match class {
        Some(name) => {
            let class = Class30::ALL.iter().find(|class| class.name() == name).unwrap();
            validate_document(&bytes, *class, &options).unwrap()
        }
        None => validate(&bytes[..], &options).unwrap(),
    }
}

/// Every row with what we say to it.
static JUDGED: LazyLock<Vec<(Row, Outcome)>> = LazyLock::new(|| {
    rows()
        .into_iter()
        .map(|row| {
            let outcome = judge(&row);
            (row, outcome)
        })
        .collect()
});

#[test]
fn verdicts_are_those_of_the_official_validators() {
    let mut disagreements = Vec::new();
    for (row, outcome) in JUDGED.iter() {
        let name = format!("{} {}", row.file, row.schema);
        if outcome.valid != row.valid {
            let first = outcome.findings.iter().find(|finding| finding.official);
            disagreements.push(format!("{name}: valid {} and not {}: {first:?}", outcome.valid, row.valid));
        }
        if row.schema.ends_with("1.1") || row.schema.ends_with("1.0") {
            if outcome.datasets != row.datasets {
                disagreements.push(format!("{name}: {} datasets and not {}", outcome.datasets, row.datasets));
            }
            if row.invalid_datasets.is_some_and(|invalid| invalid != outcome.invalid_datasets) {
                let invalid = row.invalid_datasets;
                disagreements
                    .push(format!("{name}: {} invalid and not {invalid:?}", outcome.invalid_datasets));
            }
        }
    }
    assert!(disagreements.is_empty(), "{} disagreements\n{}", disagreements.len(), disagreements.join("\n"));
}

#[test]
fn each_official_error_is_found_where_it_is_and_nothing_else_is_official() {
    let official = pointers();
    let mut disagreements = Vec::new();
    for (row, outcome) in JUDGED.iter() {
        let Some(errors) = official.get(&(row.file.clone(), row.schema.clone())) else { continue };
        // The table of ckanext-datajson and the harvester counts datasets without their list.
        let is_bare = row.schema.starts_with("ckan") || row.schema.starts_with("harv-");
        let found = outcome.findings.iter().filter(|finding| finding.official).map(|finding| {
            let pointer = finding.pointer.as_str();
            if is_bare { pointer.strip_prefix("/dataset").unwrap_or(pointer) } else { pointer }
        });
        let found = found.collect::<Vec<_>>();
        let is_in = |inner: &str, outer: &str| {
            inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let name = format!("{} {}", row.file, row.schema);
        for error in errors {
            // A single dataset has no place in a list.
            let error = if is_bare && error == "/0" && row.datasets == 1 && !found.contains(&"/0") {
                ""
            } else {
                error
            };
            if !found.iter().any(|pointer| is_in(pointer, error)) {
                disagreements.push(format!("{name}: nothing found at `{error}`"));
            }
        }
        if errors.len() < 40 {
            for pointer in found {
                let pointer = if pointer.is_empty() && is_bare { "/0" } else { pointer };
                if !errors.iter().any(|error| is_in(pointer, error)) {
                    disagreements.push(format!("{name}: `{pointer}` is no official error"));
                }
            }
        }
    }
    assert!(disagreements.is_empty(), "{} disagreements\n{}", disagreements.len(), disagreements.join("\n"));
}
