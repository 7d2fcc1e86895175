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
fn cell() {
    replay("cell", townhall_formats::fuzz::cell);
}

#[test]
fn records() {
    replay("records", townhall_formats::fuzz::records);
}

#[test]
fn file() {
    replay("file", townhall_formats::fuzz::file);
}
