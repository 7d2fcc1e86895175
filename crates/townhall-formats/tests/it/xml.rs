//! XML of all sorts becomes tables.

use std::fmt::Write;

use expect_test::{Expect, expect};
use townhall_formats::{FormatError, ReadOptions};

use crate::support::{Read, read_as};

#[track_caller]
fn check(xml: impl AsRef<[u8]>, expected: Expect) {
    show(read_as("t.xml", xml, &ReadOptions::default()), expected);
}

#[track_caller]
fn check_path(xml: &str, path: &str, expected: Expect) {
    let options = ReadOptions { row_path: Some(path.to_owned()), ..ReadOptions::default() };
    show(read_as("t.xml", xml, &options), expected);
}

#[track_caller]
fn show(read: Result<Read, FormatError>, expected: Expect) {
    let draw = |read: Read| format!("{}\n{}", read.read_as(), read.draw());
    expected.assert_eq(&read.map_or_else(|error| format!("{error}\n"), draw));
}

#[test]
fn rows_are_the_elements_that_repeat() {
    check(
        r#"<?xml version="1.0"?>
        <!-- A service as agencies have them. -->
        <r:response xmlns:r="urn:r" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
          <link rel="self" href="x"/><link rel="next" href="y"/>
          <result>
            <permit id="007" xsi:nil="false">
              <r:holder>Ada &amp; S&#246;hne &lt;1&gt;</r:holder>
              <address type="home"><city>Springfield</city></address>
              <phone>1</phone><phone>2</phone>
              <note><![CDATA[<b>&amp;</b>]]></note>
            </permit>
            <permit id="008"><address><city>Shelbyville</city><zip>01234</zip></address><phone>3</phone></permit>
            <permit/>
          </result>
        </r:response>"#,
        expect![[r#"
            {"encoding":"utf-8","row_path":"response/result/permit","header":true}
            id «@id»: text, leading zeros
            holder: text
            address_type «address/@type»: text
            address_city «address/city»: text
            address_zip «address/zip»: text, leading zeros
            phone_0 «phone/0»: text, codes by the column's name
            phone_1 «phone/1»: text, codes by the column's name
            note: text
            --
            007 │ Ada & Söhne <1> │ home │ Springfield │ ∅ │ 1 │ 2 │ <b>&amp;</b>
            008 │ ∅ │ ∅ │ Shelbyville │ 01234 │ 3 │ ∅ │ ∅
            ∅ │ ∅ │ ∅ │ ∅ │ ∅ │ ∅ │ ∅ │ ∅
        "#]],
    );
}

#[test]
fn fields_are_called_after_their_names() {
    check(
        r#"<Root><data>
            <record><field name="Country or Area" key="ABW">Aruba</field><field name="Value">5</field></record>
            <record><field name="Country or Area" key="AFG">Afghanistan</field><field name="Value"/></record>
        </data></Root>"#,
        expect![[r#"
            {"encoding":"utf-8","row_path":"Root/data/record","header":true}
            country_or_area «Country or Area»: text
            country_or_area_key «Country or Area/@key»: text
            value «Value»: integer
            --
            Aruba │ ABW │ 5
            Afghanistan │ AFG │ ∅
        "#]],
    );
}

#[test]
fn sections_of_rows_are_not_rows() {
    let mut xml = "<doc>".to_owned();
    for section in 0..2 {
        write!(xml, "<section name='{section}'>").unwrap();
        (0..150).for_each(|n| write!(xml, "<item><n>{n}</n></item>").unwrap());
        xml.push_str("</section>");
    }
    xml.push_str("</doc>");
    let read = read_as("t.xml", &xml, &ReadOptions::default()).unwrap();
    assert_eq!(read.ingested.rows, 300);
    expect![[r#"
        n: integer
    "#]]
    .assert_eq(&read.types());
}

#[test]
fn lines_of_orders_belong_to_orders() {
    check(
        "<orders><order><n>1</n><line><x>a</x></line><line><x>b</x></line><line><x>c</x></line></order>\
         <order><n>2</n><line><x>d</x></line></order></orders>",
        expect![[r#"
            {"encoding":"utf-8","row_path":"orders/order","header":true}
            n: integer
            line_0_x «line/0/x»: text
            line_1_x «line/1/x»: text
            line_2_x «line/2/x»: text
            --
            1 │ a │ b │ c
            2 │ d │ ∅ │ ∅
        "#]],
    );
}

#[test]
fn one_row_and_lists_of_texts() {
    check(
        "<rows><row><a>1</a><b>x</b></row></rows>",
        expect![[r#"
        {"encoding":"utf-8","row_path":"rows/row","header":true}
        a: integer
        b: text
        --
        1 │ x
    "#]],
    );
    check(
        "<values><v>1</v><v>2</v></values>",
        expect![[r#"
        {"encoding":"utf-8","row_path":"values/v","header":true}
        v: integer
        --
        1
        2
    "#]],
    );
    check(
        "<a>only</a>",
        expect![[r#"
        {"encoding":"utf-8","row_path":"a","header":true}
        a: text
        --
        only
    "#]],
    );
}

#[test]
fn rows_that_were_asked_for() {
    let xml = "<a><x><n>1</n></x><x><n>2</n></x><b><y><m>3</m></y></b></a>";
    check_path(
        xml,
        "b/y",
        expect![[r#"
        {"encoding":"utf-8","row_path":"a/b/y","header":true}
        m: integer
        --
        3
    "#]],
    );
    check_path(
        xml,
        "/a/x/",
        expect![[r#"
        {"encoding":"utf-8","row_path":"a/x","header":true}
        n: integer
        --
        1
        2
    "#]],
    );
    check_path(
        xml,
        "y/z",
        expect![[r#"
        option `row_path` can't be used: `t.xml` has no elements `y/z`; it has `a/x`
    "#]],
    );
    check_path(
        xml,
        "/",
        expect![[r#"
        option `row_path` can't be used: `t.xml` has no elements ``; it has `a/x`
    "#]],
    );
}

#[test]
fn columns_keep_the_order_of_the_rows() {
    check(
        "<t><r><a>1</a><c>3</c></r><r><z>0</z><a>4</a><b>5</b><c>6</c></r></t>",
        expect![[r#"
        {"encoding":"utf-8","row_path":"t/r","header":true}
        z: integer
        a: integer
        b: integer
        c: integer
        --
        ∅ │ 1 │ ∅ │ 3
        0 │ 4 │ 5 │ 6
    "#]],
    );
}

#[test]
fn encodings_that_it_declares() {
    check(
        b"<?xml version='1.0' encoding='ISO-8859-1'?><t><r><a>\xE9</a></r><r><a>\xFC</a></r></t>",
        expect![[r#"
            {"encoding":"windows-1252","row_path":"t/r","header":true}
            a: text
            --
            é
            ü
        "#]],
    );
    check(
        b"<?xml version='1.0' encoding='UTF-8'?><t><r><a>\xE9</a></r><r><a>\xFC</a></r></t>",
        expect![[r#"
        {"encoding":"windows-1252","row_path":"t/r","header":true}
        a: text
        --
        é
        ü
    "#]],
    );
    let wide: Vec<u8> =
        "\u{feff}<?xml version='1.0' encoding='UTF-16'?><t><r><a>é</a></r><r><a>ü</a></r></t>"
            .encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect();
    check(
        wide,
        expect![[r#"
        {"encoding":"utf-16be","row_path":"t/r","header":true}
        a: text
        --
        é
        ü
    "#]],
    );
}

#[test]
fn nothing_that_a_document_type_declares_is_read() {
    check(
        r#"<!DOCTYPE t [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY a "aa"><!ENTITY b "&a;&a;&a;&a;">]>
        <t><r><v>&x;</v><w>&b; &nbsp; & &#0;</w></r><r><v>2</v></r></t>"#,
        expect![[r#"
            {"encoding":"utf-8","row_path":"t/r","header":true}
            v: text
            w: text
            --
            &x; │ &b; &nbsp; & &#0;
            2 │ ∅
        "#]],
    );
}

#[test]
fn broken_and_hostile_files_say_what_is_wrong() {
    check(
        "",
        expect![[r#"
        `t.xml` holds no rows and no header; send a file with at least a header row
    "#]],
    );
    check(
        "<a/>",
        expect![[r#"
        `t.xml` holds no rows and no header; send a file with at least a header row
    "#]],
    );
    check(
        "<a><b>\n<c></b></a>",
        expect![[r#"
        `t.xml` is not readable as XML: line 2: ill-formed document: expected `</c>`, but `</b>` was found
    "#]],
    );
    check(
        "<a><b><c>1</c></b>\n<b><c>2",
        expect![[r#"
        `t.xml` is not readable as XML: line 2: the file ends in the middle of an element; get it again
    "#]],
    );
    check(
        "<a><b c='1'><",
        expect![[r#"
        `t.xml` is not readable as XML: line 1: syntax error: tag not closed: `>` not found before end of input
    "#]],
    );
    check(
        "no markup",
        expect![[r#"
        `t.xml` holds no rows and no header; send a file with at least a header row
    "#]],
    );
    check(
        "<a>".repeat(10_000),
        expect![[r#"
        `t.xml` is not readable as XML: line 1: its elements nest deeper than 64, too deep for a table
    "#]],
    );
    check(
        format!("<{}/>", "a".repeat(10_000)),
        expect![[r#"
        `t.xml` is not readable as XML: line 1: the name of an element has more than 256 bytes
    "#]],
    );
    let mut wide = "<t><r>".to_owned();
    (0..5_000).for_each(|n| write!(wide, "<c{n}>1</c{n}>").unwrap());
    check(
        wide + "</r></t>",
        expect![[r#"
        `t.xml` has a table of more than 4096 columns at line 1; say with `row_path` which elements are the rows
    "#]],
    );
    check(
        "<t><r><c>".to_owned() + &"x".repeat(20_000_000) + "</c></r></t>",
        expect![[r#"
        `t.xml` is not readable as XML: line 1: I/O error: a tag or text has more than 16777216 bytes
    "#]],
    );
}
