//! What changed between two editions.

use std::fs;

use proptest::prelude::*;
use serde_json::{Value, json};
use townhall_metadata::{
    AtomFeed, ChangeKind, CompareOptions, Comparison, InMemory, ListOrder, compare, comparison_as_atom,
    comparison_as_json, comparison_as_text, details,
};

use crate::fixtures::shared;
use crate::values::any_json;

#[track_caller]
fn between(old: &Value, new: &Value, options: &CompareOptions) -> Comparison {
    let (old, new) = (old.to_string(), new.to_string());
    let old = InMemory { name: "old.json", bytes: old.as_bytes() };
    let new = InMemory { name: "new.json", bytes: new.as_bytes() };
    compare(&old, &new, options).expect("two catalogues")
}

fn catalog(datasets: Value) -> Value {
    json!({"conformsTo": "https://project-open-data.cio.gov/v1.1/schema", "dataset": datasets})
}

fn dataset(identifier: &str, more: Value) -> Value {
    let mut dataset = json!({"@type": "dcat:Dataset", "identifier": identifier, "title": "Wells"});
    dataset.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    dataset
}

fn counts(comparison: &Comparison) -> (usize, usize, usize, u64) {
    (comparison.added.len(), comparison.removed.len(), comparison.changed.len(), comparison.unchanged)
}

#[test]
fn the_real_editions_have_the_known_counts() {
    let Some(oracle) = shared("ORACLE_version_diffs.tsv") else { return };
    let oracle = fs::read_to_string(oracle).expect("a file");
    let mut pairs = 0;
    for line in oracle.lines().skip(1) {
        let cells = line.split('\t').collect::<Vec<_>>();
        let open =
            |name: &str| fs::read(shared(&format!("real/versions/{name}")).expect("the file")).unwrap();
        let (old, new) = (open(cells[0]), open(cells[1]));
        let old = InMemory { name: cells[0], bytes: &old };
        let new = InMemory { name: cells[1], bytes: &new };
        let comparison = compare(&old, &new, &CompareOptions::default()).expect("two catalogues");
        let expected = [2, 3, 4, 5, 6].map(|cell| cells[cell].parse::<u64>().expect("a count"));
        let (added, removed, changed, unchanged) = counts(&comparison);
        let found =
            [comparison.old.records, comparison.new.records, added as u64, removed as u64, changed as u64];
        assert_eq!(found, expected, "{line}");
        assert_eq!(unchanged + changed as u64 + added as u64, comparison.new.records, "{line}");
        pairs += 1;
    }
    assert_eq!(pairs, 28);
}

#[test]
fn six_of_the_changes_of_fcc_are_only_another_order() {
    let Some(oracle) = shared("ORACLE_version_diffs.tsv") else { return };
    let oracle = fs::read_to_string(oracle).expect("a file");
    let (mut changed, mut only_order, mut left) = (0, 0, 0);
    for line in oracle.lines().filter(|line| line.starts_with("fcc_")) {
        let cells = line.split('\t').collect::<Vec<_>>();
        let open =
            |name: &str| fs::read(shared(&format!("real/versions/{name}")).expect("the file")).unwrap();
        let (old, new) = (open(cells[0]), open(cells[1]));
        let old = InMemory { name: cells[0], bytes: &old };
        let new = InMemory { name: cells[1], bytes: &new };
        let comparison = compare(&old, &new, &CompareOptions::default()).expect("two catalogues");
        changed += comparison.changed.len();
        only_order += comparison.only_order();
        let options = CompareOptions {
            order: ListOrder::IsNothing,
            ignore: vec!["modified".to_owned()],
            ..CompareOptions::default()
        };
        left += compare(&old, &new, &options).expect("two catalogues").changed.len();
    }
    assert_eq!((changed, only_order, left), (12, 6, 0));
}

#[test]
fn formatting_key_order_and_place_are_no_change() {
    let old = r#"{"dataset": [{"identifier": "a", "title": "Wells", "size": 1},
        {"identifier": "b", "title": "R\u00edos"}]}"#;
    let new =
        r#"{"dataset":[{"title":"Ríos","identifier":"b"},{"size":1.0,"title":"Wells","identifier":"a"}]}"#;
    let old = InMemory { name: "old", bytes: old.as_bytes() };
    let new = InMemory { name: "new", bytes: new.as_bytes() };
    let comparison = compare(&old, &new, &CompareOptions::default()).unwrap();
    assert!(comparison.is_empty(), "{comparison:?}");
    assert_eq!(comparison.unchanged, 2);
}

fn two_editions() -> (Value, Value) {
    let old = catalog(json!([
        dataset("same", json!({})),
        dataset("gone", json!({"title": "Gone <b>"})),
        dataset(
            "changed",
            json!({
                "modified": "2024-01-01",
                "keyword": ["a", "b"],
                "license": "https://creativecommons.org/publicdomain/zero/1.0/",
                "distribution": [
                    {"title": "One", "downloadURL": "https://a.gov/1.csv", "mediaType": "text/csv"},
                    {"title": "Two", "downloadURL": "https://a.gov/2.csv"},
                ],
            })
        ),
    ]));
    let new = catalog(json!([
        dataset(
            "changed",
            json!({
                "modified": "2024-02-01",
                "keyword": ["b", "a"],
                "rights": "None known",
                "distribution": [
                    {"title": "Two", "downloadURL": "https://a.gov/2.csv"},
                    {"title": "One", "downloadURL": "https://a.gov/1.csv", "mediaType": "application/csv"},
                    {"title": "Three", "downloadURL": "https://a.gov/3.csv"},
                ],
            })
        ),
        dataset("new", json!({"title": "New & shiny"})),
        dataset("same", json!({})),
    ]));
    (old, new)
}

#[test]
fn every_field_has_its_value_before_and_after() {
    let (old, new) = two_editions();
    let comparison = between(&old, &new, &CompareOptions::default());
    insta::assert_json_snapshot!(comparison_as_json(&comparison));
}

#[test]
fn the_text_shows_records_and_fields() {
    let (old, new) = two_editions();
    insta::assert_snapshot!(comparison_as_text(&between(&old, &new, &CompareOptions::default())));
}

#[test]
fn the_feed_is_well_formed_and_names_each_record() {
    let (old, new) = two_editions();
    let feed = AtomFeed {
        id: "https://example.gov/changes",
        title: "Changes & more",
        author: "Department of Wells",
        updated: "2026-02-03T04:05:06Z",
        link: Some("https://example.gov/changes?a=1&b=2"),
    };
    insta::assert_snapshot!(comparison_as_atom(&between(&old, &new, &CompareOptions::default()), &feed));
}

#[test]
fn ignored_fields_are_found_inside_of_lists_too() {
    let edition = |day: &str, size: u32| {
        let files = json!([{"downloadURL": "https://a.gov/1.csv", "modified": day, "size": size}]);
        catalog(json!([dataset("a", json!({"modified": day, "distribution": files}))]))
    };
    let ignoring = |ignore: &[&str]| CompareOptions {
        ignore: ignore.iter().map(|path| (*path).to_owned()).collect(),
        ..CompareOptions::default()
    };
    let (old, new) = (edition("2024", 1), edition("2025", 1));
    assert_eq!(counts(&between(&old, &new, &ignoring(&["modified"]))), (0, 0, 1, 0));
    let both = ignoring(&["modified", "distribution/modified"]);
    assert_eq!(counts(&between(&old, &new, &both)), (0, 0, 0, 1));
    assert_eq!(counts(&between(&old, &edition("2025", 2), &both)), (0, 0, 1, 0));
}

#[test]
fn coordinates_keep_their_order_when_order_is_nothing() {
    let edition = |west: f64, south: f64| {
        let spatial = json!({"type": "Point", "coordinates": [west, south]});
        catalog(json!([dataset("a", json!({"spatial": spatial}))]))
    };
    let options = CompareOptions { order: ListOrder::IsNothing, ..CompareOptions::default() };
    let comparison = between(&edition(1.0, 2.0), &edition(2.0, 1.0), &options);
    assert_eq!(counts(&comparison), (0, 0, 1, 0));
}

#[test]
fn records_that_share_an_identifier_or_have_none_are_paired_in_their_order() {
    let old = catalog(json!([
        dataset("a", json!({"n": 1})), dataset("a", json!({"n": 2})), {"title": "Nameless", "description": "x"},
    ]));
    let new = catalog(json!([
        dataset("a", json!({"n": 1})), dataset("a", json!({"n": 3})), {"title": "Nameless", "description": "y"},
        dataset("a", json!({"n": 4})),
    ]));
    let comparison = between(&old, &new, &CompareOptions::default());
    assert_eq!(counts(&comparison), (1, 0, 2, 1));
    assert_eq!(comparison.changed[1].entry.label(), "Nameless");
}

#[test]
fn editions_of_two_versions_differ_only_in_what_they_say() {
    let old = catalog(json!([
        dataset(
            "a",
            json!({"accessLevel": "public", "bureauCode": ["010:00"], "landingPage": "https://a.gov/"})
        ),
        dataset("b", json!({"accessLevel": "public", "bureauCode": ["010:00"], "modified": "2024-01-01"})),
    ]));
    let mut writer =
        townhall_metadata::DcatUsWriter::new(Vec::new(), townhall_model::record::Version::DcatUs30);
    let reading = crate::fixtures::read(old.to_string().as_bytes());
    let townhall_model::record::Body::Catalog(header) = &reading.headers[0].record.body else { panic!() };
    use townhall_metadata::CatalogWriter;
    writer.begin(header).unwrap();
    for read in &reading.records {
        writer.record(&read.record.body, read.record.version).unwrap();
    }
    writer.end().unwrap();
    let new = String::from_utf8(writer.into_inner()).unwrap().replace("2024-01-01", "2024-02-02");
    let comparison = between(&old, &serde_json::from_str(&new).unwrap(), &CompareOptions::default());
    assert_eq!(counts(&comparison), (0, 0, 1, 1));
    assert_eq!(comparison.changed[0].fields.len(), 1);
    assert_eq!(comparison.changed[0].fields[0].field, "modified");
}

#[test]
fn what_does_not_fit_into_memory_at_once_is_read_again() {
    let edition = |day: u32| {
        let datasets =
            (0..7).map(|number| dataset(&number.to_string(), json!({"modified": day * (number % 3)})));
        catalog(datasets.collect())
    };
    let all = between(&edition(1), &edition(2), &CompareOptions::default());
    assert_eq!(counts(&all), (0, 0, 4, 3));
    let one_by_one = CompareOptions { held_bytes_max: 1, ..CompareOptions::default() };
    assert_eq!(between(&edition(1), &edition(2), &one_by_one), all);
}

#[test]
fn a_file_that_breaks_off_is_said_to_be_incomplete() {
    let (old, _) = two_editions();
    let old = old.to_string();
    let cut = &old[..old.len() / 2];
    let old = InMemory { name: "old", bytes: old.as_bytes() };
    let new = InMemory { name: "new", bytes: cut.as_bytes() };
    let comparison = compare(&old, &new, &CompareOptions::default()).unwrap();
    assert!(!comparison.new.is_complete);
    assert!(comparison_as_text(&comparison).contains("incomplete, so removals may not be real"));
}

#[test]
fn a_list_of_addresses_is_paired_by_address() {
    let before = json!([{"downloadURL": "a", "n": 1}, {"downloadURL": "b", "n": 2}, {"n": 3}]);
    let after = json!([{"downloadURL": "b", "n": 5}, {"downloadURL": "a", "n": 1}, {"n": 4}]);
    let found = details(&before, &after);
    let drawn = found.iter().map(|detail| detail.pointer.as_str()).collect::<Vec<_>>();
    assert_eq!(drawn, ["/0/n", "/2/n"]);
    let order = details(&json!([[1, 2], ["x", "y"]]), &json!([[1, 2], ["y", "x"]]));
    assert_eq!(order.len(), 2, "lists without names are not taken apart: {order:?}");
    let order = details(&json!({"a": ["x", "y"]}), &json!({"a": ["y", "x"]}));
    assert_eq!(order[0].kind, ChangeKind::Reordered);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn nothing_differs_from_itself(values in prop::collection::vec(any_json(), 0..5)) {
        let datasets = values.into_iter().enumerate().map(|(number, value)| {
            dataset(&format!("d{}", number / 2), json!({"keyword": value, "x": number}))
        });
        let edition = catalog(datasets.collect());
        for order in [ListOrder::Counts, ListOrder::IsNothing] {
            let options = CompareOptions { order, ..CompareOptions::default() };
            prop_assert!(between(&edition, &edition, &options).is_empty());
        }
    }

    #[test]
    fn two_values_differ_in_some_place_exactly_if_they_are_not_the_same(one in any_json(), two in any_json()) {
        let record = |value: &Value| catalog(json!([dataset("a", json!({"x": value}))]));
        let is_same = between(&record(&one), &record(&two), &CompareOptions::default()).is_empty();
        prop_assert_eq!(details(&one, &two).is_empty(), is_same);
        prop_assert!(details(&one, &one).is_empty());
    }
}
