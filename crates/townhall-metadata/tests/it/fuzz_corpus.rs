//! Replays what fuzzers work from and what they have found, through the same doors.

use std::path::Path;

fn replay(target: &str, door: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(target);
    let mut seeds: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    seeds.sort();
    assert!(!seeds.is_empty(), "{} is empty", folder.display());
    for seed in seeds {
        door(&std::fs::read(seed).unwrap());
    }
}

#[test]
fn catalog() {
    replay("catalog", townhall_metadata::fuzz_catalog);
}

#[test]
fn convert() {
    replay("convert", townhall_metadata::fuzz_convert);
}

#[test]
fn dialects() {
    replay("dialects", townhall_metadata::fuzz_dialects);
}

#[test]
fn fix() {
    replay("fix", townhall_metadata::fuzz_fix);
}

#[test]
fn merge() {
    replay("merge", townhall_metadata::fuzz_merge);
}

#[test]
fn score() {
    replay("score", townhall_metadata::fuzz_score);
}

#[test]
fn packages() {
    replay("packages", townhall_metadata::fuzz_packages);
}

#[test]
fn sheet() {
    replay("sheet", townhall_metadata::fuzz_sheet);
}

#[test]
fn table() {
    replay("table", townhall_metadata::fuzz_table);
}

#[test]
fn qu_definition() {
    replay("qu_definition", townhall_metadata::fuzz_qu_definition);
}
