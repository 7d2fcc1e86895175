//! Replays what fuzzers work from and what they have found, through the same doors.

use std::path::Path;

use townhall_pdf::fuzz;

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
fn tables() {
    replay("pdf_tables", fuzz::tables);
}

#[test]
fn forms() {
    replay("pdf_forms", fuzz::forms);
}

#[test]
fn values() {
    replay("pdf_values", fuzz::values);
}
