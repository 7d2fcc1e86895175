//! What survives: a crash, damage, another version, another process.

use std::fs;
use std::path::Path;

use tempfile::TempDir;
use townhall_model::ErrorKind;
use townhall_search::{IndexDocument, SearchError, SearchIndex, SearchQuery};

use crate::support::{catalogue, id, titled};

fn total(index: &SearchIndex) -> u64 {
    index.search(&SearchQuery::default()).unwrap().total
}

#[test]
fn a_commit_survives_and_carries_its_change_number() {
    let dir = TempDir::new().unwrap();
    let index = SearchIndex::open(dir.path()).unwrap();
    assert_eq!((index.committed_seq(), index.document_count(), index.rebuild_reason()), (0, 0, None));
    index.apply(catalogue(), [], 17).unwrap();
    assert_eq!((index.committed_seq(), index.document_count()), (17, 4));
    drop(index);
    let index = SearchIndex::open(dir.path()).unwrap();
    assert_eq!((index.committed_seq(), total(&index), index.rebuild_reason()), (17, 4, None));
    assert_eq!(index.search(&SearchQuery::default()).unwrap().seq, 17);
}

#[test]
fn what_was_staged_and_not_committed_is_asked_for_again() {
    let dir = TempDir::new().unwrap();
    let index = SearchIndex::open(dir.path()).unwrap();
    index.apply(catalogue(), [], 4).unwrap();
    index.stage([titled(5, "New"), titled(1, "Replaced")]).unwrap();
    index.stage_deletes([id(2)]).unwrap();
    drop(index);

    let index = SearchIndex::open(dir.path()).unwrap();
    assert_eq!(
        (index.committed_seq(), total(&index)),
        (4, 4),
        "the world before, and the log is read from there"
    );
    index.apply([titled(5, "New"), titled(1, "Replaced")], [id(2)], 7).unwrap();
    assert_eq!((index.committed_seq(), total(&index)), (7, 4));
}

#[test]
fn applying_the_same_changes_twice_changes_nothing() {
    let dir = TempDir::new().unwrap();
    let index = SearchIndex::open(dir.path()).unwrap();
    for _ in 0..3 {
        index.apply(catalogue().into_iter().chain(catalogue()), [id(99)], 4).unwrap();
        assert_eq!((total(&index), index.document_count()), (4, 4));
    }
    index.apply([], [id(1), id(2)], 6).unwrap();
    assert_eq!(total(&index), 2);
    index.apply([titled(1, "Back")], [], 7).unwrap();
    assert_eq!(total(&index), 3);
}

#[test]
fn revisions_tell_what_was_indexed() {
    let dir = TempDir::new().unwrap();
    let index = SearchIndex::open(dir.path()).unwrap();
    index.apply((1..=3).map(|n| IndexDocument { revision: n * 10, ..titled(n.into(), "T") }), [], 1).unwrap();
    index.apply([IndexDocument { revision: 11, ..titled(1, "T") }], [id(3)], 2).unwrap();
    let mut revisions = index.revisions().unwrap();
    revisions.sort_unstable();
    assert_eq!(revisions, [(id(1), 11), (id(2), 20)]);
    let status = index.status();
    assert_eq!((status.documents, status.seq), (2, 2));
}

#[test]
fn clearing_starts_from_nothing() {
    let dir = TempDir::new().unwrap();
    let index = SearchIndex::open(dir.path()).unwrap();
    index.apply(catalogue(), [], 9).unwrap();
    index.clear().unwrap();
    assert_eq!((index.committed_seq(), total(&index)), (0, 0));
    index.apply(catalogue(), [], 9).unwrap();
    assert_eq!((index.committed_seq(), total(&index)), (9, 4));
}

#[test]
fn merging_many_small_commits_loses_nothing() {
    let dir = TempDir::new().unwrap();
    let index = SearchIndex::open(dir.path()).unwrap();
    for number in 1..=30_u64 {
        index.apply([titled(number.into(), &format!("Title {number}"))], [], number).unwrap();
    }
    index.settle().unwrap();
    assert_eq!((index.committed_seq(), total(&index)), (30, 30));
    assert!(index.status().segments < 15, "{} segments", index.status().segments);
    index.apply([titled(31, "Title 31")], [id(1)], 32).unwrap();
    assert_eq!((index.committed_seq(), total(&index)), (32, 30));
}

/// Every file of the index itself, by name.
fn files(dir: &Path) -> Vec<std::path::PathBuf> {
    let inner =
        fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).find(|path| path.is_dir()).unwrap();
    let mut files: Vec<_> = fs::read_dir(inner).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_none_or(|extension| extension != "lock"));
    files.sort();
    files
}

/// Copies the files of the index in `from` to a directory of its own.
fn copy(from: &Path) -> TempDir {
    let dir = TempDir::new().unwrap();
    for file in files(from) {
        let inner = dir.path().join(file.parent().unwrap().file_name().unwrap());
        fs::create_dir_all(&inner).unwrap();
        fs::copy(&file, inner.join(file.file_name().unwrap())).unwrap();
    }
    dir
}

#[test]
fn a_damaged_index_is_emptied_and_says_so_whatever_the_damage() {
    let original = TempDir::new().unwrap();
    SearchIndex::open(original.path()).unwrap().apply(catalogue(), [], 4).unwrap();
    let names = files(original.path());
    assert!(names.len() > 5);
    let mut emptied = 0;
    for which in 0..names.len() {
        for damage in ["flip", "cut", "empty", "rubbish", "gone"] {
            let dir = copy(original.path());
            let file = files(dir.path()).swap_remove(which);
            let mut bytes = fs::read(&file).unwrap();
            let middle = bytes.len() / 2;
            match damage {
                "flip" if !bytes.is_empty() => bytes[middle] ^= 0x55,
                "cut" => bytes.truncate(middle),
                "rubbish" => bytes = vec![b'x'; 5_000],
                _ => bytes.clear(),
            }
            fs::write(&file, bytes).unwrap();
            if damage == "gone" {
                fs::remove_file(&file).unwrap();
            }
            let index = SearchIndex::open(dir.path()).unwrap();
            let is_emptied = index.rebuild_reason().is_some();
            // A list of files and the like can be done without; then nothing is lost.
            let expected = if is_emptied { (0, 0) } else { (4, 4) };
            assert_eq!((index.committed_seq(), total(&index)), expected, "{} {damage}", file.display());
            emptied += u32::from(is_emptied);
            if damage == "flip" {
                index.apply(catalogue(), [], 8).unwrap();
                assert_eq!((index.committed_seq(), total(&index)), (8, 4), "{}", file.display());
            }
        }
    }
    assert!(emptied as usize > 4 * (names.len() - 2), "{emptied} of {} files", names.len());
}

#[test]
fn an_index_of_another_version_is_emptied_and_says_so() {
    let dir = TempDir::new().unwrap();
    SearchIndex::open(dir.path()).unwrap().apply(catalogue(), [], 4).unwrap();
    let meta = files(dir.path()).into_iter().find(|path| path.ends_with("meta.json")).unwrap();
    let text = fs::read_to_string(&meta).unwrap();
    assert!(text.contains("format"));
    fs::write(&meta, text.replace("\\\"format\\\":", "\\\"format\\\":9")).unwrap();
    let index = SearchIndex::open(dir.path()).unwrap();
    assert!(index.rebuild_reason().unwrap().contains("another version"), "{:?}", index.rebuild_reason());
    assert_eq!((index.committed_seq(), total(&index)), (0, 0));
}

#[test]
fn there_is_one_writer_and_readers_follow_it() {
    let dir = TempDir::new().unwrap();
    assert!(matches!(SearchIndex::open_read_only(dir.path()), Err(SearchError::Unusable { .. })));
    let writer = SearchIndex::open(dir.path()).unwrap();
    writer.apply(catalogue(), [], 4).unwrap();
    let refused = SearchIndex::open(dir.path()).err().unwrap();
    assert!(matches!(refused, SearchError::Busy { .. }), "{refused}");
    assert_eq!(refused.kind(), ErrorKind::Conflict);

    let reader = SearchIndex::open_read_only(dir.path()).unwrap();
    assert_eq!((reader.committed_seq(), total(&reader)), (4, 4));
    assert!(!reader.refresh().unwrap());
    writer.apply([titled(5, "New")], [], 5).unwrap();
    assert_eq!(reader.committed_seq(), 4);
    assert!(reader.refresh().unwrap());
    assert_eq!((reader.committed_seq(), total(&reader)), (5, 5));
    let refused = reader.apply([], [], 6).unwrap_err();
    assert!(matches!(refused, SearchError::ReadOnly { .. }), "{refused}");
}

#[test]
fn questions_are_answered_while_changes_are_written() {
    let dir = TempDir::new().unwrap();
    let index = SearchIndex::open(dir.path()).unwrap();
    index.apply(catalogue(), [], 1).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for seq in 2..12_u64 {
                index.apply([titled(u128::from(seq) + 10, "Water tower")], [], seq).unwrap();
            }
        });
        for _ in 0..2 {
            scope.spawn(|| {
                let mut last = 0;
                for _ in 0..200 {
                    let answer = index.search(&SearchQuery::text("water ").with_all_facets()).unwrap();
                    assert!(answer.total >= last, "what was seen stays");
                    assert_eq!(answer.total, 3 + answer.seq - 1, "the answer fits its change number");
                    last = answer.total;
                }
            });
        }
    });
}
