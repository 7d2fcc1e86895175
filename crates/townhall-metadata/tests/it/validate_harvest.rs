//! The dry run of a harvest.

use serde_json::{Value, json};
use townhall_metadata::InMemory;
use townhall_metadata::validate::report::{harvest_as_json, harvest_as_text};
use townhall_metadata::validate::{Fate, Harvest, PreviousState, Profile, harvested_state, would_harvest};

use crate::fixtures::shared;
use crate::validate_edges::catalog;

fn file(datasets: &[Value]) -> Vec<u8> {
    serde_json::to_vec(
        &json!({"conformsTo": "https://project-open-data.cio.gov/v1.1/schema", "dataset": datasets}),
    )
    .unwrap()
}

fn dataset(identifier: &str) -> Value {
    let mut file = serde_json::from_slice::<Value>(&catalog("identifier", json!(identifier))).unwrap();
    file["dataset"][0].take()
}

fn held(bytes: &[u8]) -> InMemory<'_> {
    InMemory { name: "data.json", bytes }
}

fn state(file: &[u8]) -> PreviousState {
    harvested_state(&held(file), None).unwrap()
}

fn fates(harvest: &Harvest) -> Vec<(Fate, &str)> {
    harvest
        .records
        .iter()
        .map(|record| (record.fate, record.identifier.as_deref().unwrap_or_default()))
        .collect()
}

#[test]
fn each_record_has_its_fate() {
    let before = file(&[dataset("a"), dataset("b"), dataset("c"), dataset("d")]);
    let first = would_harvest(&held(&before), None, None).unwrap();
    assert_eq!(first.profile, Profile::HarvesterFederal);
    assert_eq!(first.count(Fate::Added), 4);
    assert!(first.warnings.is_empty());

    let (mut changed, mut worse) = (dataset("b"), dataset("c"));
    changed["title"] = json!("Springs");
    worse["modified"] = json!("soon");
    let mut nameless = dataset("x");
    nameless.as_object_mut().unwrap().shift_remove("identifier");
    let now = file(&[dataset("a"), changed, worse, dataset("a"), nameless, dataset("e")]);
    let second = would_harvest(&held(&now), None, Some(&state(&before))).unwrap();
    assert_eq!(
        fates(&second),
        [
            (Fate::Unchanged, "a"),
            (Fate::Changed, "b"),
            (Fate::Refused, "c"),
            (Fate::Refused, "a"),
            (Fate::Refused, ""),
            (Fate::Added, "e"),
            (Fate::Deleted, "d"),
        ]
    );
    let reason = |index: usize| second.records[index].reason.as_deref().unwrap();
    assert!(
        reason(2).contains("`modified` is `soon`") && reason(2).contains("the edition that is known stays")
    );
    assert!(reason(3).contains("same identifier"));
    assert!(reason(4).contains("no `identifier`"));
    assert_eq!(second.warnings, ["1 of 4 known records would be deleted: data.gov has no brake for that"]);

    let text = harvest_as_text(&second);
    assert!(text.starts_with("3 refused, 1 deleted, 1 added, 1 changed, 1 unchanged"), "{text}");
    assert!(text.contains("! 1 of 4 known records") && text.contains("has no `identifier`"), "{text}");
    let document = harvest_as_json(&second);
    assert_eq!((&document["refused"], &document["added"]), (&json!(3), &json!(1)));
    assert_eq!(document["records"][6]["fate"], "deleted");
}

#[test]
fn an_empty_list_deletes_everything_and_that_is_said() {
    let before = file(&[dataset("a"), dataset("b")]);
    let second = would_harvest(&held(&file(&[])), Some(Profile::Canonical), Some(&state(&before))).unwrap();
    assert_eq!(fates(&second), [(Fate::Deleted, "a"), (Fate::Deleted, "b")]);
    assert_eq!(second.warnings.len(), 1);
}

#[test]
fn a_file_that_breaks_off_is_told() {
    let mut cut = file(&[dataset("a"), dataset("b")]);
    cut.truncate(cut.len() - 40);
    let harvest = would_harvest(&held(&cut), None, None).unwrap();
    assert_eq!(harvest.count(Fate::Added), 1);
    assert!(harvest.warnings[0].contains("nothing"));
}

#[test]
fn the_samples_of_the_harvester_go_as_it_says() {
    let Some(path) = shared("v3.0/harvester/dcatus3_0.json") else { return };
    let harvest = would_harvest(&held(&std::fs::read(path).unwrap()), None, None).unwrap();
    assert_eq!(harvest.profile, Profile::Harvester30);
    assert_eq!((harvest.count(Fate::Added), harvest.count(Fate::Refused)), (3, 1));
}
