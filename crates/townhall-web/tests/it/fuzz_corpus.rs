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
fn place_and_time() {
    replay("place_and_time", townhall_app::fuzz::place_and_time);
}

#[test]
fn description() {
    replay("description", townhall_web::pages::fuzz::description);
}
