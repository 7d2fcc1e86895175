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
fn question() {
    replay("question", townhall_query::fuzz::question);
}

/// Each dialect has seeds of its own, and reads those of all others without harm.
#[test]
fn questions_in_each_dialect() {
    let dialects: Vec<&str> = townhall_query::QUERY_DIALECTS.iter().map(|dialect| dialect.name()).collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
    for dialect in &dialects {
        let own = format!("ask_{}", dialect.replace('-', "_"));
        let own = if *dialect == "townhall" { "question".to_owned() } else { own };
        assert!(folder.join(&own).exists(), "there is no fuzz/corpus/{own}");
        for seed in std::fs::read_dir(folder.join(own)).unwrap() {
            let bytes = std::fs::read(seed.unwrap().path()).unwrap();
            for asked in &dialects {
                townhall_query::fuzz::question_in(asked, &bytes);
            }
        }
    }
}

/// What stands between the seeds: each cut short anywhere, and with a byte of it changed.
#[test]
fn questions_that_end_too_soon() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
    for dialect in townhall_query::QUERY_DIALECTS {
        let own = folder.join(format!("ask_{}", dialect.name().replace('-', "_")));
        let Ok(seeds) = std::fs::read_dir(own) else { continue };
        for seed in seeds {
            let bytes = std::fs::read(seed.unwrap().path()).unwrap();
            for end in 0..bytes.len() {
                townhall_query::fuzz::question_in(dialect.name(), &bytes[..end]);
                let mut changed = bytes.clone();
                changed[end] = changed[end].wrapping_add(13);
                townhall_query::fuzz::question_in(dialect.name(), &changed);
            }
        }
    }
}
