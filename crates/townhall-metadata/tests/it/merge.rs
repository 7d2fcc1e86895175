//! Joining catalogues.

use proptest::prelude::*;
use serde_json::{Value, json};
use townhall_metadata::{
    Conflict, InMemory, MergeError, MergeOptions, MergeReport, PROVENANCE_KEY, Rereadable, merge,
};
use townhall_model::record::Version;

use crate::fixtures::{shared, shared_files};

fn catalog(datasets: Value) -> String {
    json!({
        "@id": "https://a.gov/data.json",
        "conformsTo": "https://project-open-data.cio.gov/v1.1/schema",
        "title": "Wells",
        "dataset": datasets,
    })
    .to_string()
}

fn modern(datasets: Value) -> String {
    let conforms = json!({"@type": "Standard", "identifier": "https://resources.data.gov/dcat-us/3.0.0"});
    json!({"@type": "Catalog", "conformsTo": conforms, "dataset": datasets}).to_string()
}

fn options(conflict: Conflict) -> MergeOptions {
    MergeOptions { conflict, ..MergeOptions::default() }
}

/// Merges files called `a`, `b`, `c` in their order.
fn try_join(files: &[&str], options: &MergeOptions) -> Result<(Value, MergeReport), MergeError> {
    let files = files.iter().zip(["a", "b", "c", "d"]);
    let files = files.map(|(file, name)| InMemory { name, bytes: file.as_bytes() }).collect::<Vec<_>>();
    let inputs = files.iter().map(|file| file as &dyn Rereadable).collect::<Vec<_>>();
    let mut out = Vec::new();
    let report = merge(&inputs, options, &mut out)?;
    Ok((serde_json::from_slice(&out).expect("JSON"), report))
}

#[track_caller]
fn join(files: &[&str], options: &MergeOptions) -> (Value, MergeReport) {
    try_join(files, options).expect("a merge")
}

/// The identifiers and titles of the datasets, one a line.
fn list(merged: &Value) -> Vec<String> {
    let datasets = merged["dataset"].as_array().expect("a list");
    let show = |dataset: &Value| {
        format!(
            "{} {}",
            dataset["identifier"].as_str().unwrap_or("-"),
            dataset["title"].as_str().unwrap_or("-")
        )
    };
    datasets.iter().map(show).collect()
}

fn dataset(identifier: &str, title: &str) -> Value {
    json!({"identifier": identifier, "title": title, "description": "x", "bureauCode": ["010:00"]})
}

#[test]
fn files_are_joined_in_their_order_and_identical_records_come_once() {
    let a = catalog(json!([dataset("1", "One"), dataset("2", "Two")]));
    let b =
        catalog(json!([{"title": "Two", "identifier": "2", "bureauCode": ["010:00"], "description": "x"},
        dataset("3", "Three")]));
    let (merged, report) = join(&[&a, &b], &MergeOptions::default());
    assert_eq!(list(&merged), ["1 One", "2 Two", "3 Three"]);
    assert_eq!(merged["title"], "Wells");
    assert_eq!(merged.get("@id"), None, "the address of one file is not that of the whole");
    assert_eq!((report.written, report.inputs[1].identical), (3, 1));
    assert!(report.conflicts.is_empty() && report.is_complete());
}

#[test]
fn a_conflict_stops_the_merge_unless_a_policy_says_otherwise() {
    let a = catalog(json!([dataset("1", "One"), dataset("2", "Two")]));
    let b = catalog(json!([dataset("2", "Other")]));
    let error = try_join(&[&a, &b], &MergeOptions::default()).expect_err("a conflict");
    assert_eq!(
        error.to_string(),
        "`2` stands in `a` and in `b` with different content; choose which one to keep, or rename one"
    );
    let (merged, report) = join(&[&a, &b], &options(Conflict::First));
    assert_eq!(list(&merged), ["1 One", "2 Two"]);
    assert_eq!(report.inputs[1].superseded, 1);
    assert_eq!(report.conflicts[0].records[1].written_as, None);
    let (merged, _) = join(&[&a, &b], &options(Conflict::Last));
    assert_eq!(list(&merged), ["1 One", "2 Other"]);
    let (merged, report) = join(&[&a, &b], &options(Conflict::Rename));
    assert_eq!(list(&merged), ["1 One", "2 Two", "2-2 Other"]);
    assert_eq!(report.conflicts[0].records[1].written_as.as_deref(), Some("2-2"));
}

#[test]
fn the_newest_is_kept_whatever_the_precision_of_its_date() {
    let at = |title: &str, modified: Value| {
        let mut dataset = dataset("1", title);
        dataset["modified"] = modified;
        catalog(json!([dataset]))
    };
    let (a, b) = (at("day", json!("2024-03-01")), at("instant", json!("2024-03-01T10:00:00Z")));
    let c = at("none", json!("R/P1D"));
    for files in [[&a, &b, &c], [&c, &b, &a], [&b, &c, &a]] {
        let (merged, _) = join(&files.map(String::as_str), &options(Conflict::Newest));
        assert_eq!(list(&merged), ["1 instant"]);
    }
    let (merged, _) = join(&[&c, &at("also none", Value::Null)], &options(Conflict::Newest));
    assert_eq!(list(&merged), ["1 none"], "of equals the first");
}

#[test]
fn members_of_a_collection_follow_their_renamed_parent() {
    let collection = |parent: &str, child: &str| {
        let mut member = dataset(child, "Member");
        member["isPartOf"] = json!("parent");
        catalog(json!([member, dataset("parent", parent), dataset("parent-2", parent)]))
    };
    let (a, b) = (collection("A", "a1"), collection("B", "b1"));
    let (merged, report) = join(&[&a, &b], &options(Conflict::Rename));
    assert_eq!(
        list(&merged),
        ["a1 Member", "parent A", "parent-2 A", "b1 Member", "parent-3 B", "parent-2-2 B"]
    );
    assert_eq!(merged["dataset"][0]["isPartOf"], "parent");
    assert_eq!(merged["dataset"][3]["isPartOf"], "parent-3");
    assert!(report.orphans.is_empty(), "{:?}", report.orphans);
}

#[test]
fn a_member_follows_a_parent_that_another_file_says_the_same_of() {
    let member = |name: &str| {
        let mut member = dataset(name, "Member");
        member["isPartOf"] = json!("p");
        member
    };
    let a = catalog(json!([dataset("p", "A")]));
    let b = catalog(json!([dataset("p", "B"), member("b1")]));
    let c = catalog(json!([dataset("p", "B"), member("c1")]));
    let (merged, _) = join(&[&a, &b, &c], &options(Conflict::Rename));
    assert_eq!(list(&merged), ["p A", "p-2 B", "b1 Member", "c1 Member"]);
    assert_eq!(merged["dataset"][3]["isPartOf"], "p-2");
}

#[test]
fn a_collection_across_files_is_whole_and_a_lost_parent_is_told() {
    let mut member = dataset("m", "Member");
    member["isPartOf"] = json!("p");
    let mut lost = dataset("l", "Lost");
    lost["isPartOf"] = json!("nowhere");
    let a = catalog(json!([member, lost]));
    let b = catalog(json!([dataset("p", "Parent")]));
    let (merged, report) = join(&[&a, &b], &MergeOptions::default());
    assert_eq!(merged["dataset"].as_array().unwrap().len(), 3);
    let orphans = report.orphans.iter().map(|orphan| orphan.parent.as_str()).collect::<Vec<_>>();
    assert_eq!(orphans, ["nowhere"]);
}

#[test]
fn versions_are_mixed_and_the_latest_is_written() {
    let old = r#"[{"title": "Old", "identifier": "o", "description": "x", "mbox": "a@b.gov", "contactPoint": "Ann",
        "accessURL": "https://a.gov/x.csv", "format": "text/csv"}]"#;
    let a = catalog(json!([dataset("1", "One")]));
    let b = modern(json!([{"@type": "Dataset", "identifier": "3", "title": "Three", "inSeries": ["s"]}]));
    let (merged, report) = join(&[old, &a], &MergeOptions::default());
    assert_eq!(report.version, Version::DcatUs11);
    assert_eq!(merged["dataset"][0]["contactPoint"]["hasEmail"], "mailto:a@b.gov");
    assert_eq!(merged["dataset"][0]["distribution"][0]["mediaType"], "text/csv");
    let (merged, report) = join(&[old, &a, &b], &MergeOptions::default());
    assert_eq!(report.version, Version::DcatUs30);
    assert_eq!(list(&merged), ["o Old", "1 One", "3 Three"]);
    let asked = MergeOptions { version: Some(Version::DcatUs11), ..MergeOptions::default() };
    let (merged, _) = join(&[&b, &a], &asked);
    assert_eq!(merged["conformsTo"], "https://project-open-data.cio.gov/v1.1/schema");
}

#[test]
fn records_say_where_they_came_from_if_asked() {
    let a = catalog(json!([dataset("1", "One")]));
    let b = catalog(json!([dataset("2", "Two"), dataset("1", "One")]));
    let asked = MergeOptions { provenance: Some(PROVENANCE_KEY.to_owned()), ..MergeOptions::default() };
    let (merged, _) = join(&[&a, &b], &asked);
    assert_eq!(merged["dataset"][0][PROVENANCE_KEY], "a");
    assert_eq!(merged["dataset"][1][PROVENANCE_KEY], "b");
    let again = merged.to_string();
    let (merged, report) = join(&[&b, &again], &asked);
    assert_eq!(report.written, 2, "where a record came from is not what it says");
    assert_eq!(merged["dataset"][0][PROVENANCE_KEY], "a");
}

#[test]
fn services_and_series_stay_in_lists_of_their_own() {
    let file = |number: u32| {
        json!({
            "conformsTo": {"identifier": "https://resources.data.gov/dcat-us/3.0.0"},
            "service": [{"title": format!("API {number}"), "endpointURL": ["https://a.gov/api"]}],
            "dataset": [{"identifier": number.to_string(), "title": "x", "contactPoint": []}],
            "datasetSeries": [{"@id": format!("https://a.gov/s{number}"), "title": "Series"}],
        })
        .to_string()
    };
    let (merged, report) = join(&[&file(1), &file(2), &file(1)], &MergeOptions::default());
    for key in ["dataset", "service", "datasetSeries"] {
        assert_eq!(merged[key].as_array().map(Vec::len), Some(2), "{key}");
    }
    assert_eq!((report.written, report.inputs[2].identical), (6, 3));
}

#[test]
fn records_that_cannot_be_read_are_counted() {
    let broken =
        r#"{"dataset": [{"identifier": "1", "title": "One"}, 17, {"identifier": "2", "title": "Two"}]}"#;
    let (merged, report) = join(&[broken], &MergeOptions::default());
    assert_eq!(list(&merged), ["1 One", "2 Two"]);
    assert_eq!(report.inputs[0].refused, 1);
    assert!(!report.is_complete());
    assert!(matches!(try_join(&["<html>"], &MergeOptions::default()), Err(MergeError::Read { .. })));
}

#[test]
fn nothing_of_the_real_catalogues_is_lost() {
    let files = shared_files("real/snapshots");
    if files.is_empty() {
        return;
    }
    let bytes = files.iter().map(|file| std::fs::read(file).unwrap()).collect::<Vec<_>>();
    let inputs = bytes.iter().map(|bytes| InMemory { name: "x", bytes }).collect::<Vec<_>>();
    let inputs = inputs.iter().map(|input| input as &dyn Rereadable).collect::<Vec<_>>();
    let mut out = Vec::new();
    let report = merge(&inputs, &options(Conflict::Rename), &mut out).unwrap();
    let left_out = report.inputs.iter().map(|input| input.identical).sum::<u64>();
    assert_eq!(report.written + left_out, 2_343);
    let merged: Value = serde_json::from_slice(&out).unwrap();
    assert_eq!(merged["dataset"].as_array().unwrap().len() as u64, report.written);
    assert!(shared("real/snapshots").is_some());
}

/// Files with identifiers that clash often, and dates.
fn any_file() -> impl Strategy<Value = String> {
    let record = (0..4_u8, 0..3_u8, prop::option::of(1..4_u8)).prop_map(|(identifier, title, day)| {
        let mut record = dataset(&identifier.to_string(), &title.to_string());
        if let Some(day) = day {
            record["modified"] = json!(format!("2024-01-0{day}"));
        }
        if identifier == 0 {
            record.as_object_mut().unwrap().shift_remove("identifier");
        }
        record
    });
    prop::collection::vec(record, 0..6).prop_map(|records| catalog(Value::from(records)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn it_does_not_matter_which_files_are_joined_first(a in any_file(), b in any_file(), c in any_file()) {
        for policy in [Conflict::First, Conflict::Last, Conflict::Newest] {
            let options = options(policy);
            let (all, _) = join(&[&a, &b, &c], &options);
            let (left, _) = join(&[&a, &b], &options);
            let (left, _) = join(&[&left.to_string(), &c], &options);
            let (right, _) = join(&[&b, &c], &options);
            let (right, _) = join(&[&a, &right.to_string()], &options);
            prop_assert_eq!(&left, &all, "{:?}", policy);
            prop_assert_eq!(&right, &all, "{:?}", policy);
        }
    }

    #[test]
    fn renaming_loses_nothing_and_gives_every_record_a_name_of_its_own(a in any_file(), b in any_file()) {
        let (merged, report) = join(&[&a, &b], &options(Conflict::Rename));
        let list = list(&merged);
        let mut names = list.iter().filter_map(|line| line.split(' ').next()).filter(|name| *name != "-");
        let mut seen = std::collections::HashSet::new();
        prop_assert!(names.all(|name| seen.insert(name.to_owned())), "{list:?}");
        let out = report.inputs.iter().map(|input| input.identical + input.written).sum::<u64>();
        prop_assert_eq!(out, report.inputs.iter().map(|input| input.records).sum::<u64>());
    }
}
