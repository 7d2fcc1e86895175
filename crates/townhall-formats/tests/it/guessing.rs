//! How a file is laid out, from its content alone.

use expect_test::{Expect, expect};
use townhall_formats::{Header, ReadOptions};

use crate::support::{read_as, read_csv};

#[track_caller]
fn check(input: impl AsRef<[u8]>, expected: Expect) {
    check_with(input, &ReadOptions::default(), expected);
}

#[track_caller]
fn check_with(input: impl AsRef<[u8]>, options: &ReadOptions, expected: Expect) {
    let drawn = match read_csv(input, options) {
        Ok(read) => format!("{}\n{}", read.read_as(), read.draw()),
        Err(error) => format!("{error}\n"),
    };
    expected.assert_eq(&drawn);
}

#[test]
fn commas() {
    check(
        "a,b\n1,x\n2,y\n",
        expect![[r#"
        {"encoding":"utf-8","delimiter":",","quote":"\"","header":true}
        a: integer
        b: text
        --
        1 │ x
        2 │ y
    "#]],
    );
}

#[test]
fn semicolons_with_decimal_commas() {
    check(
        "ort;wert\nKöln;1,5\nBonn;2,25\n",
        expect![[r#"
        {"encoding":"utf-8","delimiter":";","quote":"\"","header":true}
        ort: text
        wert: number, decimal commas
        --
        Köln │ 1.5
        Bonn │ 2.25
    "#]],
    );
}

#[test]
fn tabs_and_pipes() {
    check(
        "a\tb, c\n1\tx, y\n2\tz, w\n",
        expect![[r#"
            {"encoding":"utf-8","delimiter":"\t","quote":"\"","header":true}
            a: integer
            b_c «b, c»: text
            --
            1 │ x, y
            2 │ z, w
        "#]],
    );
    check(
        "a|b\n1|x\n2|y\n",
        expect![[r#"
        {"encoding":"utf-8","delimiter":"|","quote":"\"","header":true}
        a: integer
        b: text
        --
        1 │ x
        2 │ y
    "#]],
    );
}

#[test]
fn a_tsv_by_its_name() {
    let read = read_as("t.tsv", "name\nSmith, John\nDoe, Jane\n", &ReadOptions::default()).unwrap();
    assert_eq!(read.ingested.format, "tsv");
    expect![[r#"
        name: text
        --
        Smith, John
        Doe, Jane
    "#]]
    .assert_eq(&read.draw());
}

#[test]
fn a_delimiter_that_a_spreadsheet_announces() {
    check(
        "sep=;\na;b\n1,5;x\n2;y\n",
        expect![[r#"
        {"encoding":"utf-8","delimiter":";","quote":"\"","header":true}
        a: number, decimal commas
        b: text
        --
        1.5 │ x
        2 │ y
    "#]],
    );
}

#[test]
fn one_column() {
    check(
        "name\nAda\nGrace\n",
        expect![[r#"
        {"encoding":"utf-8","delimiter":",","quote":"\"","header":true}
        name: text
        --
        Ada
        Grace
    "#]],
    );
}

#[test]
fn carriage_returns_alone() {
    check(
        "a,b\r1,x\r2,y\r",
        expect![[r#"
        {"encoding":"utf-8","delimiter":",","quote":"\"","header":true,"line_ends":"cr"}
        a: integer
        b: text
        --
        1 │ x
        2 │ y
    "#]],
    );
}

#[test]
fn windows_line_ends_and_no_last_one() {
    check(
        "a,b\r\n1,x\r\n2,y",
        expect![[r#"
        {"encoding":"utf-8","delimiter":",","quote":"\"","header":true}
        a: integer
        b: text
        --
        1 │ x
        2 │ y
    "#]],
    );
}

#[test]
fn quoted_line_breaks_delimiters_and_quotes() {
    check(
        "a,b\n1,\"x, \"\"y\"\"\nz\"\n\"2\",w\n",
        expect![[r#"
        {"encoding":"utf-8","delimiter":",","quote":"\"","header":true}
        a: integer
        b: text
        --
        1 │ x, \"y\"\nz
        2 │ w
    "#]],
    );
}

#[test]
fn quotes_after_a_space() {
    check(
        "a, b\n1, \"x, y\"\n2, \"z\"\n",
        expect![[r#"
        {"encoding":"utf-8","delimiter":",","quote":"\"","header":true}
        a: integer
        b: text
        --
        1 │ x, y
        2 │ z
    "#]],
    );
}

#[test]
fn single_quotes() {
    check(
        "'a','b'\n'1','x, y'\n'2','z'\n",
        expect![[r#"
        {"encoding":"utf-8","delimiter":",","quote":"'","header":true}
        a: integer
        b: text
        --
        1 │ x, y
        2 │ z
    "#]],
    );
}

#[test]
fn quotes_within_a_cell_are_characters() {
    check(
        "size,b\n5\" pipe,1\n6\" pipe,2\n",
        expect![[r#"
        {"encoding":"utf-8","delimiter":",","quote":"\"","header":true}
        size: text
        b: integer
        --
        5\" pipe │ 1
        6\" pipe │ 2
    "#]],
    );
}

#[test]
fn titles_above_the_header() {
    check(
        "Department of Works,,\n\"Permits, fiscal year 2020\",,\n\nid,name,cost\n1,x,10\n2,y,20\n3,z,30\n",
        expect![[r#"
            {"encoding":"utf-8","delimiter":",","quote":"\"","header":true,"preamble":["Department of Works,,","\"Permits, fiscal year 2020\",,"]}
            id: integer
            name: text
            cost: integer
            --
            1 │ x │ 10
            2 │ y │ 20
            3 │ z │ 30
        "#]],
    );
}

#[test]
fn no_header() {
    check(
        "1,x,2020-01-01\n2,y,2020-01-02\n3,z,2020-01-03\n",
        expect![[r#"
        {"encoding":"utf-8","delimiter":",","quote":"\"","header":false}
        column_1: integer
        column_2: text
        column_3: date
        --
        1 │ x │ 2020-01-01
        2 │ y │ 2020-01-02
        3 │ z │ 2020-01-03
    "#]],
    );
}

#[test]
fn years_as_headers() {
    check(
        "state,2018,2019\nOhio,5,6\nUtah,7,8\n",
        expect![[r#"
        {"encoding":"utf-8","delimiter":",","quote":"\"","header":true}
        state: text
        2018: integer
        2019: integer
        --
        Ohio │ 5 │ 6
        Utah │ 7 │ 8
    "#]],
    );
}

#[test]
fn a_header_row_that_was_asked_for() {
    let options = ReadOptions { header: Header::Row(2), ..ReadOptions::default() };
    check_with(
        "x,y\na,b\n1,2\n",
        &options,
        expect![[r#"
        {"encoding":"utf-8","delimiter":",","quote":"\"","header":true,"preamble":["x,y"]}
        a: integer
        b: integer
        --
        1 │ 2
    "#]],
    );
    let options = ReadOptions { header: Header::None, ..ReadOptions::default() };
    check_with(
        "a,b\n1,2\n",
        &options,
        expect![[r#"
        {"encoding":"utf-8","delimiter":",","quote":"\"","header":false}
        column_1: text
        column_2: text
        --
        a │ b
        1 │ 2
    "#]],
    );
    let options = ReadOptions { header: Header::Row(9), ..ReadOptions::default() };
    check_with(
        "a,b\n1,2\n",
        &options,
        expect![[r#"
        option `header` can't be used: there are only 2 rows
    "#]],
    );
}

#[test]
fn names_are_unique_and_safe_in_urls() {
    check(
        "_id,Bldg Zip,bldg-zip,a__b,,Größe (m²),2018,_\n1,2,3,4,5,6,7,8\n",
        expect![[r#"
            {"encoding":"utf-8","delimiter":",","quote":"\"","header":true}
            x_id «_id»: integer
            bldg_zip «Bldg Zip»: text, codes by the column's name
            bldg_zip_2 «bldg-zip»: text, codes by the column's name
            a_b «a__b»: integer
            column_5: integer
            größe_m² «Größe (m²)»: integer
            2018: integer
            column_8 «_»: integer
            --
            1 │ 2 │ 3 │ 4 │ 5 │ 6 │ 7 │ 8
        "#]],
    );
}

#[test]
fn a_header_alone() {
    check(
        "a,b\n",
        expect![[r#"
        {"encoding":"utf-8","delimiter":",","quote":"\"","header":true}
        a: text
        b: text
        --
    "#]],
    );
}

#[test]
fn rows_wider_than_the_header_make_columns() {
    check(
        "a,b\n1,2,3\n4,5,6\n7,8,9\n",
        expect![[r#"
        {"encoding":"utf-8","delimiter":",","quote":"\"","header":true}
        a: integer
        b: integer
        column_3: integer
        --
        1 │ 2 │ 3
        4 │ 5 │ 6
        7 │ 8 │ 9
    "#]],
    );
}

#[test]
fn byte_order_mark_and_utf_16() {
    check(
        b"\xEF\xBB\xBFa,b\n1,\xC3\xA9\n",
        expect![[r#"
        {"encoding":"utf-8","delimiter":",","quote":"\"","header":true}
        a: integer
        b: text
        --
        1 │ é
    "#]],
    );
    let utf16: Vec<u8> = "a,b\n1,é\n2,x\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    check(
        [b"\xFF\xFE".as_slice(), &utf16].concat(),
        expect![[r#"
        {"encoding":"utf-16le","delimiter":",","quote":"\"","header":true}
        a: integer
        b: text
        --
        1 │ é
        2 │ x
    "#]],
    );
    check(
        utf16,
        expect![[r#"
        {"encoding":"utf-16le","delimiter":",","quote":"\"","header":true}
        a: integer
        b: text
        --
        1 │ é
        2 │ x
    "#]],
    );
}

#[test]
fn windows_1252() {
    check(
        b"name,place\nJos\xE9,Montr\xE9al\nRen\xE9e,Qu\xE9bec\n",
        expect![[r#"
        {"encoding":"windows-1252","delimiter":",","quote":"\"","header":true}
        name: text
        place: text
        --
        José │ Montréal
        Renée │ Québec
    "#]],
    );
}

#[test]
fn a_bad_byte_after_a_long_good_beginning() {
    let mut bytes = b"id,name\n".to_vec();
    for row in 0..60_000 {
        bytes.extend_from_slice(format!("{row},Jos\u{e9}\n").as_bytes());
    }
    bytes.extend_from_slice(b"60000,Ren\xE9\n");
    let read = read_csv(&bytes, &ReadOptions::default()).unwrap();
    expect![[r#"{"encoding":"utf-8","delimiter":",","quote":"\"","header":true,"repaired_cells":{"count":1,"first_row":60001,"read_as":"windows-1252"}}"#]].assert_eq(&read.read_as());
    assert_eq!(read.cells().pop().unwrap()[1].as_deref(), Some("René"));
    assert_eq!(read.cells()[0][1].as_deref(), Some("José"));
}

#[test]
fn an_encoding_that_was_asked_for() {
    let options = ReadOptions { encoding: Some("koi8-r".to_owned()), ..ReadOptions::default() };
    check_with(
        b"a,b\n1,\xC4\xC1\n",
        &options,
        expect![[r#"
        {"encoding":"koi8-r","delimiter":",","quote":"\"","header":true}
        a: integer
        b: text
        --
        1 │ да
    "#]],
    );
    let options = ReadOptions { encoding: Some("klingon".to_owned()), ..ReadOptions::default() };
    check_with(
        b"a,b\n1,2\n",
        &options,
        expect![[r#"
        option `encoding` can't be used: `klingon` is not an encoding; use a label such as `utf-8` or `windows-1252`
    "#]],
    );
}

#[test]
fn what_is_no_table() {
    check(
        "",
        expect![[r#"
        `table.csv` holds no rows and no header; send a file with at least a header row
    "#]],
    );
    check(
        "\n\n  \n",
        expect![[r#"
        `table.csv` holds no rows and no header; send a file with at least a header row
    "#]],
    );
    check(
        "<!DOCTYPE html><html></html>",
        expect![[r#"
        `table.csv` is a web page, not a table; send the data file itself
    "#]],
    );
    check(
        b"%PDF-1.7\n",
        expect![[r#"
        `table.csv` is not readable as PDF: the file is not a PDF, or is damaged beyond reading
    "#]],
    );
    check(
        b"PK\x03\x04",
        expect![[r#"
            `table.csv` is not readable as zip: invalid Zip archive: Could not find EOCD
        "#]],
    );
    check(
        "[{\"a\": 1}]",
        expect![[r#"
        `table.csv` is JSON, not a table; send the data file itself
    "#]],
    );
}

#[test]
fn nul_bytes_stay() {
    check(
        b"a,b\nx\0y,1\nz,2\n",
        expect![[r#"
        {"encoding":"utf-8","delimiter":",","quote":"\"","header":true}
        a: text
        b: integer
        --
        x\0y │ 1
        z │ 2
    "#]],
    );
}
