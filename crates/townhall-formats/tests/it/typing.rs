//! What a column holds, from all of its cells.

use std::fmt::Write;

use expect_test::{Expect, expect};
use townhall_formats::{DateOrder, ReadOptions};
use townhall_model::table::ColumnType;

use crate::support::read_csv;

/// Columns are given side by side, and drawn with their types and first values.
#[track_caller]
fn check(input: &str, expected: Expect) {
    check_with(input, &ReadOptions::default(), expected);
}

#[track_caller]
fn check_with(input: &str, options: &ReadOptions, expected: Expect) {
    expected
        .assert_eq(&read_csv(input, options).map_or_else(|error| format!("{error}\n"), |read| read.draw()));
}

#[test]
fn the_plain_types() {
    check(
        "text,integer,number,boolean,date,timestamp,datetime\n\
         x,1,1.5,true,2020-01-31,2020-01-31T12:00:00Z,2020-01-31 12:00:00\n\
         ,,,,,,\n\
         y,-9223372036854775808,-2e-5,FALSE,0001-01-01,2020-01-31T12:00:00.5+02:00,2020-01-31T23:59:59.123456\n",
        expect![[r#"
            text: text
            integer: integer
            number: number
            boolean: boolean
            date: date
            timestamp: timestamp
            datetime: datetime
            --
            x │ 1 │ 1.5 │ true │ 2020-01-31 │ 2020-01-31T12:00:00Z │ 2020-01-31T12:00:00
            ∅ │ ∅ │ ∅ │ ∅ │ ∅ │ ∅ │ ∅
            y │ -9223372036854775808 │ -0.00002 │ false │ 0001-01-01 │ 2020-01-31T10:00:00.5Z │ 2020-01-31T23:59:59.123456
        "#]],
    );
}

#[test]
fn codes_stay_text() {
    check(
        "zip_code,fips,npi,account,phone,exponent,parcel\n\
         10001,1001,1234567890,12345678901234567890,5551234567,12E4,007\n\
         90210,6037,1234567891,12345678901234567891,5551234568,3456,8\n",
        expect![[r#"
            zip_code: text, codes by the column's name
            fips: text, codes by the column's name
            npi: text, codes by the column's name
            account: text, more digits than a number holds
            phone: text, codes by the column's name
            exponent: text, codes that only look like powers of ten
            parcel: text, leading zeros
            --
            10001 │ 1001 │ 1234567890 │ 12345678901234567890 │ 5551234567 │ 12E4 │ 007
            90210 │ 6037 │ 1234567891 │ 12345678901234567891 │ 5551234568 │ 3456 │ 8
        "#]],
    );
}

#[test]
fn names_do_not_make_codes_of_quantities() {
    check(
        "zip_count,tract_population\n1,2\n",
        expect![[r#"
        zip_count: integer
        tract_population: integer
        --
        1 │ 2
    "#]],
    );
}

#[test]
fn separators_and_currency_count_when_the_whole_column_agrees() {
    check(
        "people,budget,mixed,percent,balance\n\
         \"1,234\",\"$1,234.50\",$5,45%,\"(1,234)\"\n\
         \"1,234,567\",$0.99,6,50.5%,17\n\
         12,($7.00),7,1%,\"2,000.50\"\n",
        expect![[r#"
            people: number, thousands separators
            budget: number, currency signs
            mixed: text, currency signs on some values only
            percent: text, percent signs
            balance: number, thousands separators
            --
            1234 │ 1234.5 │ $5 │ 45% │ -1234
            1234567 │ 0.99 │ 6 │ 50.5% │ 17
            12 │ -7 │ 7 │ 1% │ 2000.5
        "#]],
    );
}

#[test]
fn a_comma_that_could_be_either_stays_text_beside_semicolons() {
    check(
        "a;b;c\n1,234;1,5;1.234,5\n5,678;2,25;12,5\n",
        expect![[r#"
        a: text, commas that could be decimal or between thousands
        b: number, decimal commas
        c: number, decimal commas
        --
        1,234 │ 1.5 │ 1234.5
        5,678 │ 2.25 │ 12.5
    "#]],
    );
}

#[test]
fn american_and_european_dates() {
    check(
        "us,eu,dots,unclear,both,short\n\
         01/31/2020,31/01/2020,01.02.2020,01/02/2020,01/31/2020,1/2/20\n\
         02/01/2020,01/02/2020,03.04.2020,03/04/2020,31/01/2020,1/3/20\n",
        expect![[r#"
            us: date
            eu: date
            dots: date, read as day/month, though every value could be read either way
            unclear: date, read as month/day, though every value could be read either way
            both: text, dates in both orders of day and month
            short: text, years of two digits
            --
            2020-01-31 │ 2020-01-31 │ 2020-02-01 │ 2020-01-02 │ 01/31/2020 │ 1/2/20
            2020-02-01 │ 2020-02-01 │ 2020-04-03 │ 2020-03-04 │ 31/01/2020 │ 1/3/20
        "#]],
    );
    check(
        "a,b\n01/02/2020,01/31/2020\n03/04/2020,02/01/2020\n",
        expect![[r#"
        a: date, read as month/day, as in the other dates of the file
        b: date
        --
        2020-01-02 │ 2020-01-31
        2020-03-04 │ 2020-02-01
    "#]],
    );
    check(
        "a,b\n01/02/2020,31/01/2020\n03/04/2020,02/01/2020\n",
        expect![[r#"
        a: date, read as day/month, as in the other dates of the file
        b: date
        --
        2020-02-01 │ 2020-01-31
        2020-04-03 │ 2020-01-02
    "#]],
    );
}

#[test]
fn an_order_of_dates_that_was_asked_for() {
    let options = ReadOptions { date_order: Some(DateOrder::DayFirst), ..ReadOptions::default() };
    check_with(
        "a\n01/02/2020\n03/04/2020\n",
        &options,
        expect![[r#"
        a: date
        --
        2020-02-01
        2020-04-03
    "#]],
    );
}

#[test]
fn times_as_portals_export_them() {
    check(
        "socrata,names,mixed,minutes,too_fine\n\
         01/31/2020 12:00:00 AM,\"Jan 31, 2020\",2020-01-31,1/31/2020 9:05,2020-01-31 00:00:00.1234567\n\
         02/01/2020 01:30:00 PM,1-Feb-2020,2020-02-01 10:00,2/1/2020 23:59,2020-01-31 00:00:00.1234568\n",
        expect![[r#"
            socrata: datetime
            names: date
            mixed: datetime, 1 of the values have no time of day and count as midnight
            minutes: datetime
            too_fine: text
            --
            2020-01-31T00:00:00 │ 2020-01-31 │ 2020-01-31T00:00:00 │ 2020-01-31T09:05:00 │ 2020-01-31 00:00:00.1234567
            2020-02-01T13:30:00 │ 2020-02-01 │ 2020-02-01T10:00:00 │ 2020-02-01T23:59:00 │ 2020-01-31 00:00:00.1234568
        "#]],
    );
}

#[test]
fn dates_that_do_not_exist_are_text() {
    check(
        "a,b\n2020-02-30,13/13/2020\n2021-02-29,0/1/2020\n",
        expect![[r#"
        a: text
        b: text
        --
        2020-02-30 │ 13/13/2020
        2021-02-29 │ 0/1/2020
    "#]],
    );
}

#[test]
fn words_for_no_value_count_only_beside_values() {
    check(
        "number,text,only,sign\n\
         1,NA,NA,-\n\
         NA,x,N/A,2\n\
         ,-,null,null\n\
          ,n/a,-,3\n",
        expect![[r#"
            number: integer
            text: text
            only: text
            sign: integer
            --
            1 │ NA │ NA │ ∅
            ∅ │ x │ N/A │ 2
            ∅ │ - │ null │ ∅
            ∅ │ n/a │ - │ 3
        "#]],
    );
}

#[test]
fn words_for_no_value_that_were_asked_for() {
    let options =
        ReadOptions { null_tokens: Some(vec!["*".to_owned(), "x".to_owned()]), ..ReadOptions::default() };
    check_with(
        "number,text,other\n1,x,NA\n*,y,2\n",
        &options,
        expect![[r#"
        number: integer
        text: text
        other: text
        --
        1 │ ∅ │ NA
        ∅ │ y │ 2
    "#]],
    );
}

#[test]
fn types_that_were_asked_for() {
    let options = ReadOptions {
        columns: [
            ("zip".to_owned(), ColumnType::Integer),
            ("Is It".to_owned(), ColumnType::Boolean),
            ("n".to_owned(), ColumnType::Text),
            ("cost".to_owned(), ColumnType::Number),
        ]
        .into(),
        ..ReadOptions::default()
    };
    check_with(
        "zip,Is It,n,cost\n00501,Y,1,$5\nx,no,2,\"1,000.5\"\n",
        &options,
        expect![[r#"
        zip: integer, chosen
        is_it «Is It»: boolean, chosen
        n: text, chosen
        cost: number, chosen
        --
        501 │ true │ 1 │ 5
        ∅ │ false │ 2 │ 1000.5
        row 2 line 3 zip: "x" is not a whole number
    "#]],
    );
    let options =
        ReadOptions { columns: [("nope".to_owned(), ColumnType::Text)].into(), ..ReadOptions::default() };
    check_with(
        "a\n1\n",
        &options,
        expect![[r#"
        option `columns` can't be used: there is no column `nope`
    "#]],
    );
}

#[test]
fn white_space_around_numbers() {
    check(
        "a,b\n 1 ,\u{a0}2.5\n\t3,4\u{a0}\n",
        expect![[r#"
        a: integer
        b: number
        --
        1 │ 2.5
        3 │ 4
    "#]],
    );
}

#[test]
fn the_last_row_decides_too() {
    let mut input = "a,b\n".to_owned();
    for row in 0..5_000 {
        writeln!(input, "{row},{row}").unwrap();
    }
    input.push_str("x,0500\n");
    let read = read_csv(&input, &ReadOptions::default()).unwrap();
    expect![[r#"
        a: integer
        b: text, leading zeros
        row 5001 line 5002 a: "x" is not a whole number
    "#]]
    .assert_eq(&format!("{}{}", read.types(), read.rejects()));
}

#[test]
fn infinities_and_huge_numbers() {
    check(
        "a,b,c\n1.5,1e400,inf\n2.5,2.0,1.5\n",
        expect![[r#"
        a: number
        b: number
        c: text
        --
        1.5 │ ∅ │ inf
        2.5 │ 2 │ 1.5
        row 1 line 2 b: "1e400" is not a number
    "#]],
    );
}

/// Real tables, where they are at hand: nothing is refused, and nothing is a reject that should not be.
#[test]
fn tables_of_agencies() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures/hmda");
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let paths = entries.map(|entry| entry.unwrap().path());
    for path in paths.filter(|path| path.extension().is_some_and(|extension| extension == "csv")) {
        let bytes = std::fs::read(&path).unwrap();
        let read = read_csv(&bytes, &ReadOptions::default()).unwrap();
        assert_eq!(read.ingested.rejects_total, 0, "{}: {}", path.display(), read.rejects());
        assert!(read.ingested.columns.len() > 1, "{}", path.display());
    }
}
