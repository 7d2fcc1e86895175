//! The words of rows: what is found, and that it is just what reading the rows finds.

use proptest::prelude::*;
use townhall_model::words::{Wanted, WordMatches};
use townhall_search::{RowIndex, RowIndexWriter};

type Row = [Option<String>; 2];

fn index(rows: &[Row]) -> (tempfile::TempDir, RowIndex) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("index");
    let mut writer = RowIndexWriter::create(&path, &names()).unwrap();
    for row in rows {
        writer.add(&[row[0].as_deref(), row[1].as_deref()]).unwrap();
    }
    assert_eq!(writer.finish().unwrap(), rows.len() as u64);
    let index = RowIndex::open(&path).unwrap();
    (folder, index)
}

fn names() -> Vec<String> {
    vec!["name".to_owned(), "note".to_owned()]
}

/// The same by reading every row.
fn read(rows: &[Row], columns: &[usize], wanted: &Wanted) -> WordMatches {
    let count = wanted.words().len();
    let mut found = WordMatches { rows_with: vec![0; count], ..WordMatches::default() };
    for (number, row) in (1..).zip(rows) {
        let mut counts = vec![0; count];
        let texts = columns.iter().filter_map(|column| row[*column].as_deref());
        let words: u32 = texts.map(|text| wanted.count(text, &mut counts)).sum();
        found.words_total += u64::from(words);
        for (with, count) in found.rows_with.iter_mut().zip(&counts) {
            *with += u64::from(*count > 0);
        }
        if counts.iter().all(|count| *count > 0) {
            found.rows.push(number);
            found.counts.extend(counts);
            found.words.push(words);
        }
    }
    found
}

#[test]
fn rows_are_found_by_the_beginnings_of_their_words() {
    let row = |name: &str, note: &str| [Some(name.to_owned()), Some(note.to_owned())];
    let rows = [row("École Nord", "high levels, levelling"), row("Nordic", "low"), [None, None]];
    let (_folder, index) = index(&rows);
    let find = |words: &str| {
        index.find(&names(), &Wanted::of(&[words]), 10).unwrap().map(|found| found.rows).unwrap()
    };
    assert_eq!(find("nord"), [1, 2]);
    assert_eq!(find("ecole LEVEL"), [1]);
    assert_eq!(find("evel"), Vec::<u32>::new());
    assert!(index.find(&names(), &Wanted::of(&["nord"]), 1).unwrap().is_none(), "too many");
    assert!(index.find(&["other".to_owned()], &Wanted::of(&["nord"]), 9).unwrap().is_none());
}

#[test]
fn a_folder_that_was_not_ended_is_no_index() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("index");
    let mut writer = RowIndexWriter::create(&path, &names()).unwrap();
    writer.add(&[Some("a"), None]).unwrap();
    drop(writer);
    assert!(RowIndex::open(&path).is_err());
}

fn text() -> impl Strategy<Value = Option<String>> {
    let word = prop::sample::select(vec!["ab", "Abc", "b", "bá", "c-a", "ca ab", "Ω", "9a", "…"]);
    prop::option::of(prop::collection::vec(word, 0..6).prop_map(|words| words.join(" ")))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn the_index_finds_what_reading_finds(
        rows in prop::collection::vec([text(), text()], 0..40),
        words in prop::collection::vec(prop::sample::select(vec!["a", "ab", "B", "ba", "c", "ω", "9", "x"]), 1..4),
        columns in prop::sample::select(vec![vec![0], vec![1], vec![0, 1]]),
    ) {
        let (_folder, index) = index(&rows);
        let wanted = Wanted::of(&words);
        let names: Vec<String> = columns.iter().map(|column| names()[*column].clone()).collect();
        let found = index.find(&names, &wanted, 1_000).unwrap().unwrap();
        prop_assert_eq!(&found, &read(&rows, &columns, &wanted));
        prop_assert_eq!(found.scores(rows.len() as u64).len(), found.rows.len());
    }
}
