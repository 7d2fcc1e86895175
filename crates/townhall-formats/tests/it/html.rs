//! Tables of web pages of all sorts.

use expect_test::{Expect, expect};
use townhall_formats::{FormatError, Header, ReadOptions};

use crate::support::{Read, read_as};

#[track_caller]
fn check(html: impl AsRef<[u8]>, expected: Expect) {
    show(read_as("t.html", html, &ReadOptions::default()), expected);
}

#[track_caller]
fn show(read: Result<Read, FormatError>, expected: Expect) {
    let draw = |read: Read| format!("{}\n{}", read.read_as(), read.draw());
    expected.assert_eq(&read.map_or_else(|error| format!("{error}\n"), draw));
}

const PAGE: &str = r#"<!DOCTYPE html><html><head><meta charset="utf-8"><title>Trees <table></title>
<style>table { color: red }</style><script>document.write("<table><tr><td>1</table>")</script></head><body>
<table role="presentation"><tr><td>Home</td><td>About</td></tr><tr><td>a</td><td>b</td></tr></table>
<table id="small"><tr><th>k<th>v<tr><td>x<td>1<tr><td>y<td>2</table>
<table><caption>Trees <b>by</b> city</caption>
<thead><tr><th rowspan=2>City<th colspan=2>Trees</tr><tr><th>old<th>new</tr></thead>
<tbody>
<tr><td rowspan="2">Spring&shy;field</td><td class=n>1&nbsp;</td><td>5<br>or 6</td></tr>
<tr><td>2<script>alert(1)</script></td><td><p>7</p><p>more</p></td></tr>
<tr><td colspan="2">Shelby<b>ville</b>   &lt;x&gt; &eacute;</td><td><img src=x alt="yes"></td></tr>
<tr><td></td><td></td><td></td></tr>
</tbody></table></body></html>"#;

#[test]
fn the_largest_table_is_read() {
    check(
        PAGE,
        expect![[r#"
        {"encoding":"utf-8","part":"Trees by city","other_parts":["small"],"header":true}
        city «City»: text
        trees_old «Trees old»: text, numbers and words
        trees_new «Trees new»: text
        --
        Spring\u{ad}field │ 1 │ 5 or 6
        Spring\u{ad}field │ 2 │ 7 more
        Shelbyville <x> é │ Shelbyville <x> é │ yes
    "#]],
    );
}

#[test]
fn other_tables_are_read_by_name_or_number() {
    let part = |part: &str| {
        read_as("t", PAGE, &ReadOptions { part: Some(part.to_owned()), ..ReadOptions::default() })
    };
    show(
        part("small"),
        expect![[r#"
        {"encoding":"utf-8","part":"small","other_parts":["Trees by city"],"header":true}
        k: text
        v: integer
        --
        x │ 1
        y │ 2
    "#]],
    );
    show(
        part("1"),
        expect![[r#"
        {"encoding":"utf-8","part":"1","other_parts":["small","Trees by city"],"header":true}
        home «Home»: text
        about «About»: text
        --
        a │ b
    "#]],
    );
    assert_eq!(part("Trees by city").unwrap().ingested.rows, 3);
    show(
        part("4"),
        expect![[r#"
        option `part` can't be used: `t` has no table `4`; it has `1`, `small`, `Trees by city`
    "#]],
    );
}

#[test]
fn tags_that_are_left_out_and_headers_without_a_head() {
    check(
        "<table><tr><th>a<th>b<tr><td>1<td>2<tr><td>3",
        expect![[r#"
        {"encoding":"utf-8","part":"1","header":true}
        a: integer
        b: integer
        --
        1 │ 2
        3 │ ∅
    "#]],
    );
    check(
        "<table><tr><td>name<td>n<tr><td>x<td>1<tr><td>y<td>2</table>",
        expect![[r#"
        {"encoding":"utf-8","part":"1","header":true}
        name: text
        n: integer
        --
        x │ 1
        y │ 2
    "#]],
    );
    check(
        "<TABLE><TR><TD COLSPAN=2>Report of May</TD></TR><TR><TH>a</TH><TH>b</TH></TR><TR><TH>x</TH><TD>1</TD></TR></TABLE>",
        expect![[r#"
            {"encoding":"utf-8","part":"1","header":true,"preamble":["Report of May"]}
            a: text
            b: integer
            --
            x │ 1
        "#]],
    );
}

#[test]
fn tables_in_tables_are_tables_of_their_own() {
    check(
        "<table><tr><td>menu</td><td><table><tr><th>a<th>b<tr><td>1<td>2<tr><td>3<td>4</table> outside</td></tr>\
         <tr><td>foot</td><td>er</td></tr></table>",
        expect![[r#"
            {"encoding":"utf-8","part":"2","header":true}
            a: integer
            b: integer
            --
            1 │ 2
            3 │ 4
        "#]],
    );
}

#[test]
fn cells_that_span_to_the_end_of_their_group() {
    check(
        "<table><tbody><tr><th>g<th>n<tr><td rowspan=0>x<td>1<tr><td>2<tr><td>3<tbody><tr><td>y<td>4</table>",
        expect![[r#"
            {"encoding":"utf-8","part":"1","header":true}
            g: text
            n: integer
            --
            x │ 1
            x │ 2
            x │ 3
            y │ 4
        "#]],
    );
    check(
        "<table><tr><td>a<td rowspan=2>b<td rowspan=2>c<tr><td colspan=3>over<tr><td>1<td>2<td>3</table>",
        expect![[r#"
            {"encoding":"utf-8","part":"1","header":true}
            a: text
            b: text
            c: text
            --
            over │ over │ over
            1 │ 2 │ 3
        "#]],
    );
}

#[test]
fn pages_under_other_names() {
    let options = ReadOptions::default();
    let page = b"\n<html xmlns:x=\"urn:x\"><meta http-equiv=Content-Type content=\"text/html; charset=windows-1252\">\
        <table><tr><td>n\xE4me<td>n<tr><td>x<td>1<tr><td>y<td>2</table>";
    show(
        read_as("report.xls", page, &options),
        expect![[r#"
        {"encoding":"windows-1252","part":"1","header":true}
        näme: text
        n: integer
        --
        x │ 1
        y │ 2
    "#]],
    );
    // Whoever promised CSV did not mean a page.
    show(
        read_as("report.csv", page, &options),
        expect![[r#"
        `report.csv` is a web page, not a table; send the data file itself
    "#]],
    );
    show(
        read_as("page", "<!doctype html><p>Sign in</p>", &options),
        expect![[r#"
        `page` is a web page, not a table; send the data file itself
    "#]],
    );
}

#[test]
fn a_header_that_was_asked_for() {
    let options = ReadOptions { header: Header::None, ..ReadOptions::default() };
    show(
        read_as("t.html", "<table><tr><th>a<th>b<tr><td>1<td>2</table>", &options),
        expect![[r#"
        {"encoding":"utf-8","part":"1","header":false}
        column_1: text
        column_2: text
        --
        a │ b
        1 │ 2
    "#]],
    );
}

#[test]
fn pages_without_tables_and_hostile_ones_say_what_is_wrong() {
    check(
        "",
        expect![[r#"
        `t.html` is a web page without a table, not a table; send the data file itself
    "#]],
    );
    check(
        "<p>nothing</p>",
        expect![[r#"
        `t.html` is a web page without a table, not a table; send the data file itself
    "#]],
    );
    check(
        "<table></table><table><tr><td> </table>",
        expect![[r#"
        `t.html` is a web page without a table, not a table; send the data file itself
    "#]],
    );
    check(
        "<table><tr><td>a<td>b<tr><td colspan=1000>1<td colspan=1000>2<td colspan=1000>3<td colspan=1000>4<td colspan=1000>5",
        expect![[r#"
            `t.html` has a table of more than 4096 columns at line 1; cells that span rows or columns count in each of them; save the table as CSV
        "#]],
    );
    check(
        "<table><tr><td>".repeat(10_000) + "deep<td>er<tr><td>x<td>y",
        expect![[r#"
        `t.html` is a web page without a table, not a table; send the data file itself
    "#]],
    );
    check(
        "<table><tr><td x".to_owned() + &" a".repeat(200_000),
        expect![[r#"
        `t.html` has a tag or comment of more than 65536 parts at line 1; save the table as CSV
    "#]],
    );
    let tall = "<table><tr>".to_owned()
        + &format!("<td rowspan=0 colspan=1000>{}", "x".repeat(100_000))
        + &"<tr><td>1".repeat(10_000);
    check(
        tall,
        expect![[r#"
        `t.html` has a table of more than 268435456 bytes at line 1; cells that span rows or columns count in each of them; save the table as CSV
    "#]],
    );
}
