//! What differs between two versions of a table.

use std::collections::BTreeMap;

use futures::StreamExt;
use proptest::prelude::*;
use townhall_query::{Difference, DifferenceCounts};

use crate::shelf::{Shelf, lines};

fn shelf(old: &str, new: &str) -> Shelf {
    Shelf::of(&[("old", old), ("new", new)])
}

async fn compared(shelf: &Shelf, key: &[&str]) -> Result<Difference, String> {
    let key: Vec<String> = key.iter().map(|name| (*name).to_owned()).collect();
    let (old, new) = (&shelf.tables["old"], &shelf.tables["new"]);
    shelf.engine.difference(old, new, &key, 0, 100).await.map_err(|error| error.to_string())
}

const OLD: &str = "id:integer|fee:number|name
1|10|Ann
2|20|Bo
3|30|∅
4|40|Cy";

const NEW: &str = "id:integer|fee:number|name
1|10|Ann
3|30|Eve
2|21|Bo
5|50|Dot
5|50|Dot";

#[tokio::test]
async fn whole_rows_come_and_go() {
    let found = compared(&shelf(OLD, NEW), &[]).await.unwrap();
    assert_eq!(found.counts, DifferenceCounts { added: 4, removed: 3, changed: 0, unchanged: 1 });
    assert_eq!(
        lines(&found.rows),
        "\nadded | 1 | ∅ | 2 | 3 | 3 | 30.0 | 30.0 | Eve | Eve\
         \nremoved | 1 | 2 | ∅ | 2 | 2 | 20.0 | 20.0 | Bo | Bo\
         \nadded | 1 | ∅ | 3 | 2 | 2 | 21.0 | 21.0 | Bo | Bo\
         \nremoved | 1 | 3 | ∅ | 3 | 3 | 30.0 | 30.0 | ∅ | ∅\
         \nadded | 2 | ∅ | 4 | 5 | 5 | 50.0 | 50.0 | Dot | Dot\
         \nremoved | 1 | 4 | ∅ | 4 | 4 | 40.0 | 40.0 | Cy | Cy"
    );
}

#[tokio::test]
async fn rows_of_a_key_change() {
    let new = NEW.trim_end_matches("\n5|50|Dot");
    let new = format!("{new}\n5|50|Dot");
    let found = compared(&shelf(OLD, &new), &["id"]).await.unwrap();
    assert_eq!(found.counts, DifferenceCounts { added: 1, removed: 1, changed: 2, unchanged: 1 });
    assert_eq!(
        (found.columns.as_slice(), found.key),
        (["id", "fee", "name"].map(String::from).as_slice(), 1)
    );
    assert_eq!(
        lines(&found.rows),
        "\nchanged | 1 | 3 | 2 | 3 | 3 | 30.0 | 30.0 | ∅ | Eve\
         \nchanged | 1 | 2 | 3 | 2 | 2 | 20.0 | 21.0 | Bo | Bo\
         \nadded | 1 | ∅ | 4 | 5 | 5 | ∅ | 50.0 | ∅ | Dot\
         \nremoved | 1 | 4 | ∅ | 4 | 4 | 40.0 | ∅ | Cy | ∅"
    );
}

#[tokio::test]
async fn what_is_no_key_is_told_with_an_example() {
    let error = compared(&shelf(OLD, NEW), &["id"]).await.unwrap_err();
    assert!(error.contains("several rows have `id` = 5"), "{error}");
    let error = compared(&shelf(OLD, NEW), &["idd"]).await.unwrap_err();
    assert!(error.contains("there is no column `idd` in both versions"), "{error}");
}

#[tokio::test]
async fn columns_that_came_and_went_are_named_and_other_types_compared() {
    let shelf = shelf("id:integer|a:integer|gone\n1|5|x", "id:integer|a:number|new\n1|5|y");
    let found = compared(&shelf, &["id"]).await.unwrap();
    assert_eq!(found.counts, DifferenceCounts { unchanged: 1, ..DifferenceCounts::default() });
    assert_eq!(
        (found.columns_added, found.columns_removed),
        (vec!["new".to_owned()], vec!["gone".to_owned()])
    );
}

/// A table of rows of two small values.
fn written(rows: &[(u8, Option<u8>)]) -> String {
    let line = |(a, b): &(u8, Option<u8>)| format!("\n{a}|{}", b.map_or("∅".to_owned(), |b| format!("t{b}")));
    format!("a:integer|b{}", rows.iter().map(line).collect::<String>())
}

/// How often each row stands in a table.
fn counts(rows: &[(u8, Option<u8>)]) -> BTreeMap<String, i64> {
    let mut counts = BTreeMap::new();
    for line in written(rows).lines().skip(1) {
        *counts.entry(line.replace('|', " | ")).or_default() += 1;
    }
    counts
}

/// The older table with what was removed taken away and what was added put in.
async fn applied(shelf: &Shelf, old: &[(u8, Option<u8>)], key: &[String]) -> BTreeMap<String, i64> {
    let (before, after) = (&shelf.tables["old"], &shelf.tables["new"]);
    let (_, mut rows) = shelf.engine.difference_rows(before, after, key).await.unwrap();
    let mut counts = counts(old);
    while let Some(batch) = rows.next().await {
        for line in lines(&batch.unwrap()).lines().skip(1) {
            let mut parts = line.splitn(4, " | ");
            let (change, copies) = (parts.next().unwrap(), parts.next().unwrap().parse::<i64>().unwrap());
            let values = parts.nth(1).unwrap().to_owned();
            let sign = if ["added", "after"].contains(&change) { 1 } else { -1 };
            *counts.entry(values).or_default() += sign * copies;
        }
    }
    counts.retain(|_, count| *count != 0);
    counts
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn applying_what_differs_gives_the_other_version(
        old in prop::collection::vec((0_u8..4, prop::option::of(0_u8..3)), 0..12),
        new in prop::collection::vec((0_u8..4, prop::option::of(0_u8..3)), 0..12),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let shelf = shelf(&written(&old), &written(&new));
            assert_eq!(applied(&shelf, &old, &[]).await, counts(&new));
            let same = self::shelf(&written(&old), &written(&old));
            assert_eq!(compared(&same, &[]).await.unwrap().counts.unchanged, old.len() as u64);
            assert_eq!(applied(&same, &old, &[]).await, counts(&old));
        });
    }

    #[test]
    fn the_same_holds_with_a_key(
        old in prop::collection::btree_map(0_u8..9, prop::option::of(0_u8..3), 0..9),
        new in prop::collection::btree_map(0_u8..9, prop::option::of(0_u8..3), 0..9),
    ) {
        let (old, new): (Vec<_>, Vec<_>) = (old.into_iter().collect(), new.into_iter().collect());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let shelf = shelf(&written(&old), &written(&new));
            assert_eq!(applied(&shelf, &old, &["a".to_owned()]).await, counts(&new));
        });
    }
}
