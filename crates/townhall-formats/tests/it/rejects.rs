//! What does not fit is kept and told.

use std::fmt::Write;

use expect_test::{Expect, expect};
use townhall_formats::ReadOptions;

use crate::support::read_csv;

#[track_caller]
fn check(input: &str, expected: Expect) {
    expected.assert_eq(&read_csv(input, &ReadOptions::default()).unwrap().draw());
}

#[test]
fn a_short_row_is_padded() {
    check(
        "a,b,c\n1,2,3\n4\n5,6,7\n",
        expect![[r#"
        a: integer
        b: integer
        c: integer
        --
        1 │ 2 │ 3
        4 │ ∅ │ ∅
        5 │ 6 │ 7
    "#]],
    );
}

#[test]
fn a_long_row_keeps_its_extra_cells_among_the_rejects() {
    check(
        "a,b\n1,2\n3,4,\"five, six\",7\n5,6,,\n7,8\n",
        expect![[r#"
        a: integer
        b: integer
        --
        1 │ 2
        3 │ 4
        5 │ 6
        7 │ 8
        row 2 line 3 (row): "\"five, six\",7" is the row has 4 cells, the table 2 columns
    "#]],
    );
}

#[test]
fn a_quote_that_never_closes_is_told() {
    check(
        "a,b\n1,x\n2,\"y\n3,z\n",
        expect![[r#"
        a: integer
        b: text
        --
        1 │ x
        2 │ y\n3,z\n
        row 2 line 3 (row): "2,\"y\n3,z\n" is a quotation mark is never closed
    "#]],
    );
}

#[test]
fn text_after_a_closing_quote_stays_with_its_cell() {
    check(
        "a,b\n1,\"x\"y\n2,\"p\"\" q\" r\n",
        expect![[r#"
        a: integer
        b: text
        --
        1 │ xy
        2 │ p\" q r
    "#]],
    );
}

#[test]
fn empty_lines_are_skipped_and_lines_still_count() {
    let mut input = "a,b\n\n\n".to_owned();
    for row in 1..=150 {
        writeln!(input, "{row},\"x\ny\"\n").unwrap();
    }
    input.push_str("bad,z\n");
    let read = read_csv(&input, &ReadOptions::default()).unwrap();
    assert_eq!(read.ingested.rows, 151);
    expect![[r#"
        row 151 line 454 a: "bad" is not a whole number
    "#]]
    .assert_eq(&read.rejects());
}

#[test]
fn one_in_a_hundred_may_be_wrong_but_not_two() {
    let table = |bad: usize| {
        let mut input = "a\n".to_owned();
        (0..200 - bad).for_each(|row| writeln!(input, "{row}").unwrap());
        (0..bad).for_each(|_| input.push_str("oops\n"));
        let read = read_csv(&input, &ReadOptions::default()).unwrap();
        format!("{}{}", read.types(), read.rejects())
    };
    expect![[r#"
        a: integer
        row 199 line 200 a: "oops" is not a whole number
        row 200 line 201 a: "oops" is not a whole number
    "#]]
    .assert_eq(&table(2));
    expect![[r#"
        a: text, numbers and words
    "#]]
    .assert_eq(&table(3));
}

#[test]
fn only_the_first_rejects_are_kept_in_memory() {
    let mut input = "a\n".to_owned();
    (0..20_000).for_each(|row| writeln!(input, "{row}").unwrap());
    (0..150).for_each(|row| writeln!(input, "bad {row}").unwrap());
    let read = read_csv(&input, &ReadOptions::default()).unwrap();
    assert_eq!((read.ingested.rejects.len(), read.ingested.rejects_total), (100, 150));
    assert_eq!(read.ingested.columns[0].rejects, 150);
}
