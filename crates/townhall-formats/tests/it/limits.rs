//! Every limit has a clear answer, and memory stays bounded before it.

use expect_test::{Expect, expect};
use townhall_formats::{FormatError, ReadOptions};
use townhall_model::ErrorKind;

use crate::support::read_csv;

#[track_caller]
fn check(input: impl AsRef<[u8]>, expected: Expect) {
    let Err(error) = read_csv(input, &ReadOptions::default()) else { panic!("it was read") };
    assert_eq!(error.kind(), ErrorKind::TooLarge);
    expected.assert_eq(&error.to_string());
}

#[test]
fn too_many_columns() {
    let header: Vec<_> = (0..100_000).map(|column| format!("c{column}")).collect();
    check(
        format!("{}\n1\n", header.join(",")),
        expect![
            "`table.csv` has a row of more than 4096 cells at line 1; turn columns into rows, or check the delimiter"
        ],
    );
}

#[test]
fn a_file_of_one_endless_line() {
    check(
        vec![b'x'; 3_000_000],
        expect![
            "`table.csv` has a first row of more than 1048576 bytes at line 1; check that it is a table with one row a line"
        ],
    );
}

#[test]
fn a_cell_that_never_ends() {
    let mut input = b"a,b\n1,2\n3,\"".to_vec();
    input.resize(20_000_000, b'x');
    input.extend_from_slice(b"\"\n5,6\n");
    check(
        input,
        expect![
            "`table.csv` has a cell of more than 16777216 bytes at line 3; check for a quotation mark that is never closed"
        ],
    );
}

#[test]
fn a_row_that_never_ends() {
    let mut input = b"a,b\n1,2\n3,\"".to_vec();
    input.resize(80_000_000, b'\n');
    check(
        input,
        expect![
            "`table.csv` has a row of more than 33554432 bytes at line 3; check for a quotation mark that is never closed"
        ],
    );
}

#[test]
fn the_widest_table_that_is_allowed() {
    let line = |word: &str| vec![word; 4_096].join(",");
    let input = format!("{}\n{}\n{}\n", line("c"), line("1"), line("x"));
    let read = read_csv(input, &ReadOptions::default()).unwrap();
    assert_eq!(read.ingested.columns.len(), 4_096);
}

#[test]
fn a_small_file_that_would_make_a_huge_table() {
    let header: Vec<_> = (0..4_000).map(|column| format!("c{column}")).collect();
    check(
        format!("{}\n{}", header.join(","), "x\n".repeat(20_000)),
        expect![
            "`table.csv` has a header for rows of more than 50000000 missing cells at line 1; check which row names the columns"
        ],
    );
}

#[test]
fn short_rows_of_a_wide_table_take_little_memory() {
    let header: Vec<_> = (0..4_000).map(|column| format!("c{column}")).collect();
    let input = format!("{}\n{}", header.join(","), "x\n".repeat(3_000));
    let read = read_csv(input, &ReadOptions::default()).unwrap();
    assert_eq!(read.ingested.rows, 3_000);
}

#[test]
fn a_caller_who_has_seen_enough() {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("a.csv");
    std::fs::write(&source, "a,b\n1,2\n".repeat(10_000)).unwrap();
    let out = folder.path().join("out.parquet");
    let stop = &mut |_| std::ops::ControlFlow::Break(());
    let outcome = townhall_formats::ingest(&source, "a.csv", &ReadOptions::default(), &out, stop);
    assert!(matches!(outcome, Err(FormatError::Cancelled { .. })));
}
