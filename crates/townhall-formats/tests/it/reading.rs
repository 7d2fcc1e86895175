//! Files of every readable kind become tables, packed or not.

use std::io::Write;

use expect_test::{Expect, expect};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use townhall_formats::{FormatError, ReadOptions};

use crate::support::{Read, read_as};

#[track_caller]
fn check(name: &str, bytes: impl AsRef<[u8]>, expected: Expect) {
    let read = read_as(name, bytes, &ReadOptions::default());
    expected.assert_eq(&read.map_or_else(|error| format!("{error}\n"), |read| draw(&read)));
}

fn draw(read: &Read) -> String {
    format!("{} {}\n{}", read.ingested.format, read.read_as(), read.draw())
}

fn part(bytes: &[u8], wanted: &str) -> Result<Read, FormatError> {
    read_as("file", bytes, &ReadOptions { part: Some(wanted.to_owned()), ..ReadOptions::default() })
}

#[test]
fn json_is_searched_for_its_rows() {
    check(
        "trees.json",
        r#"{"meta": {"page": 1}, "data": [
            {"id": "007", "height": 2.5, "place": {"city": "Springfield"}, "tags": ["a", "b"]},
            {"id": "008", "height": null, "felled": true},
        ]}"#,
        expect![[r#"
            json {"path":"data","header":true}
            id: text, leading zeros
            height: number
            place_city «place/city»: text
            tags_0 «tags/0»: text
            tags_1 «tags/1»: text
            felled: boolean
            --
            007 │ 2.5 │ Springfield │ a │ b │ ∅
            008 │ ∅ │ ∅ │ ∅ │ ∅ │ true
        "#]],
    );
}

#[test]
fn json_lines_are_rows() {
    check(
        "rows.jsonl",
        "{\"n\": 1, \"day\": \"2024-01-31\"}\n{\"n\": \"two\", \"day\": \"2024-02-01\"}\n",
        expect![[r#"
            jsonl {"header":true}
            n: text
            day: date
            --
            1 │ 2024-01-31
            two │ 2024-02-01
        "#]],
    );
}

#[test]
fn json_without_rows_says_so() {
    check(
        "empty.json",
        "[]",
        expect!["`empty.json` holds no rows and no header; send a file with at least a header row\n"],
    );
    check(
        "broken.json",
        "[{\"a\": ",
        expect![
            "`broken.json` is not readable as JSON: line 1, column 8: the file ends in the middle of a list or object; get it again\n"
        ],
    );
}

/// A workbook as offices make them: a page of notes, and a table under two lines of title, indented by a column.
fn workbook() -> Vec<u8> {
    let mut file = Workbook::new();
    let notes = file.add_worksheet().set_name("Notes").unwrap();
    notes.write(0, 0, "Read me").unwrap();
    let sheet = file.add_worksheet().set_name("Figures").unwrap();
    let day = Format::new().set_num_format("yyyy-mm-dd");
    sheet.merge_range(0, 1, 0, 4, "Trees of the city", &Format::new()).unwrap();
    sheet.write(1, 1, "As of January").unwrap();
    for (column, title) in (1..).zip(["ZIP", "Planted", "Height (ft)", "Alive"]) {
        sheet.write(3, column, title).unwrap();
    }
    for row in 4..8 {
        sheet.write(row, 1, format!("0210{row}")).unwrap();
        sheet.write(row, 2, 12.5 * f64::from(row)).unwrap();
        let date = ExcelDateTime::from_ymd(2020, 1, row as u8).unwrap();
        sheet.write_with_format(row, 2, date, &day).unwrap();
        sheet.write(row, 3, f64::from(row) * 10.0).unwrap();
        sheet.write(row, 4, row % 2 == 0).unwrap();
    }
    file.save_to_buffer().unwrap()
}

#[test]
fn a_workbook_gives_the_sheet_with_the_table() {
    let bytes = workbook();
    check(
        "trees.xlsx",
        &bytes,
        expect![[r#"
        xlsx {"part":"Figures","other_parts":["Notes"],"header":true,"preamble":["Trees of the city","As of January"]}
        zip «ZIP»: text, leading zeros
        planted «Planted»: date
        height_ft «Height (ft)»: integer
        alive «Alive»: boolean
        --
        02104 │ 2020-01-04 │ 40 │ true
        02105 │ 2020-01-05 │ 50 │ false
        02106 │ 2020-01-06 │ 60 │ true
        02107 │ 2020-01-07 │ 70 │ false
    "#]],
    );
    // Its content shows what it is, whatever it is called.
    assert_eq!(read_as("download", &bytes, &ReadOptions::default()).unwrap().ingested.format, "xlsx");
    let notes = part(&bytes, "1").unwrap();
    assert_eq!(notes.ingested.read_as["part"], "Notes");
    let missing = part(&bytes, "Nothing").err().unwrap().to_string();
    assert!(missing.contains("`Figures`, `Notes`"), "{missing}");
}

#[test]
fn an_open_document_spreadsheet_is_read() {
    let cell = |value: &str, text: &str| {
        format!("<table:table-cell office:value-type={value}><text:p>{text}</text:p></table:table-cell>")
    };
    let text = |text: &str| cell("\"string\"", text);
    let row = |cells: &[String]| format!("<table:table-row>{}</table:table-row>", cells.concat());
    let rows = [
        row(&[text("name"), text("planted")]),
        row(&[text("Oak"), cell("\"date\" office:date-value=\"2020-03-01\"", "1 March")]),
        row(&[cell("\"float\" office:value=\"12.5\"", "12.5")]),
    ];
    let content = format!(
        "<?xml version=\"1.0\"?><office:document-content \
           xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
           xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
           xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\"><office:body><office:spreadsheet>\
         <table:table table:name=\"Trees\">{}</table:table></office:spreadsheet></office:body></office:document-content>",
        rows.concat()
    );
    let manifest = r#"<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>"#;
    let bytes = archive(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", &content),
        ("META-INF/manifest.xml", manifest),
    ]);
    check(
        "trees.ods",
        bytes,
        expect![[r#"
            ods {"part":"Trees","header":true}
            name: text
            planted: date
            --
            Oak │ 2020-03-01
            12.5 │ ∅
        "#]],
    );
}

fn sheet(rows: &str) -> Vec<u8> {
    let content = format!(
        "<office:document-content><office:body><office:spreadsheet><table:table table:name=\"A &amp; B\">{rows}</table:table>\
         <table:table table:name=\"Notes\"><table:table-row/></table:table></office:spreadsheet></office:body></office:document-content>"
    );
    archive(&[("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", &content)])
}

#[test]
fn cells_of_an_open_document_spreadsheet_may_repeat() {
    let rows = r#"<table:table-row table:number-rows-repeated="3"><table:table-cell table:number-columns-repeated="1024"/></table:table-row>
        <table:table-row><table:table-cell office:value-type="string"><text:p>a</text:p></table:table-cell><table:table-cell><text:p>b</text:p></table:table-cell><table:table-cell><text:p>c</text:p></table:table-cell></table:table-row>
        <table:table-row table:number-rows-repeated="2"><table:table-cell><office:annotation><text:p>a note</text:p></office:annotation><text:p>x<text:s text:c="3"/>y<text:tab/><text:span>z</text:span> &lt;</text:p>
            <text:p>more</text:p></table:table-cell><table:table-cell table:number-columns-repeated="2" office:value-type="float" office:value="1.50"><text:p>2</text:p></table:table-cell><table:table-cell table:number-columns-repeated="16000"/></table:table-row>
        <table:table-row><table:table-cell/><table:covered-table-cell/><table:table-cell office:value-type="boolean" office:boolean-value="true"/></table:table-row>
        <table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>"#;
    check(
        "t.ods",
        sheet(rows),
        expect![[r#"
        ods {"part":"A & B","other_parts":["Notes"],"header":true}
        a: text
        b: number
        c: text, numbers and words
        --
        x   y\tz <\nmore │ 1.5 │ 1.50
        x   y\tz <\nmore │ 1.5 │ 1.50
        ∅ │ ∅ │ true
    "#]],
    );
}

#[test]
fn an_open_document_spreadsheet_that_swells_is_refused() {
    let cell = |attributes: &str, text: &str| {
        format!(
            "<table:table-row><table:table-cell {attributes}><text:p>{text}</text:p></table:table-cell></table:table-row>"
        )
    };
    check(
        "t.ods",
        sheet(&cell("", "<text:s text:c=\"2000000000\"/>x")),
        expect![[r#"
        `t.ods` is not readable as OpenDocument spreadsheet: a row has more bytes than a table may have
    "#]],
    );
    check(
        "t.ods",
        sheet(&cell("table:number-columns-repeated=\"16000\"", &"x".repeat(10_000))),
        expect![[r#"
        `t.ods` is not readable as OpenDocument spreadsheet: a row has more bytes than a table may have
    "#]],
    );
    check(
        "t.ods",
        sheet(&cell("table:number-columns-repeated=\"99999999999\"", "x").repeat(2)),
        expect![[r#"
        `t.ods` has a row of more than 4096 cells at line 1; turn columns into rows, or check the delimiter
    "#]],
    );
    let mimetype = ("mimetype", "application/vnd.oasis.opendocument.spreadsheet");
    let rows = cell("", "x")
        .replace("<table:table-row>", "<table:table-row table:number-rows-repeated=\"1048577\">");
    check(
        "t.ods",
        sheet(&rows),
        expect![[r#"
        `t.ods` is not readable as OpenDocument spreadsheet: a sheet has at most 1048576 rows
    "#]],
    );
    check(
        "t.ods",
        archive(&[mimetype, ("content.xml", "<a>")]),
        expect![[r#"
            `t.ods` is not readable as OpenDocument spreadsheet: it ends in the middle of an element; get it again
        "#]],
    );
    check(
        "t.ods",
        archive(&[mimetype, ("other.xml", "<a/>")]),
        expect![[r#"
            `t.ods` is not readable as OpenDocument spreadsheet: specified file not found in archive
        "#]],
    );
}

/// A ZIP archive whose files are not packed.
fn archive(files: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let plain = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, text) in files {
        writer.start_file(*name, plain).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

#[test]
fn packed_files_are_unpacked() {
    let table = "a,b\n1,x\n2,y\n";
    let mut bzip2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    bzip2.write_all(table.as_bytes()).unwrap();
    let packed = [
        ("t.csv.gz", gzip(table.as_bytes()), "gzip"),
        ("t.csv.zst", zstd::encode_all(table.as_bytes(), 3).unwrap(), "zstd"),
        ("t.csv.bz2", bzip2.finish().unwrap(), "bzip2"),
        ("t.zip", archive(&[("t.csv", table)]), "zip"),
        ("twice", gzip(&gzip(table.as_bytes())), "gzip"),
    ];
    for (name, bytes, packing) in packed {
        let read = read_as(name, &bytes, &ReadOptions::default()).unwrap();
        assert_eq!(read.ingested.format, "csv", "{name}");
        assert_eq!(read.ingested.read_as["packed"], packing, "{name}");
        assert_eq!(read.ingested.source_bytes, bytes.len() as u64, "{name}");
        assert_eq!(read.ingested.rows, 2, "{name}");
    }
}

#[test]
fn of_an_archive_the_table_is_taken() {
    let bytes = archive(&[
        (
            "README.md",
            "About these files, at length, longer than any of them, so that size alone would choose this.",
        ),
        (
            "__MACOSX/._big.csv",
            "not a table, though it is called one and is the largest file that has the name of one, too",
        ),
        ("data/small.csv", "a\n1\n"),
        ("data/big.tsv", "a\tb\n1\t2\n3\t4\n"),
    ]);
    let read = read_as("files.zip", &bytes, &ReadOptions::default()).unwrap();
    assert_eq!((read.ingested.format, read.ingested.rows), ("tsv", 2));
    assert_eq!(read.ingested.read_as["part"], "data/big.tsv");
    assert_eq!(read.ingested.read_as["other_parts"], serde_json::json!(["data/small.csv"]));
    assert_eq!(part(&bytes, "data/small.csv").unwrap().ingested.rows, 1);
    let missing = part(&bytes, "x.csv").err().unwrap().to_string();
    assert!(missing.contains("`data/big.tsv`"), "{missing}");
    let none = archive(&[("a.doc", "x"), ("b.doc", "y")]);
    let error = read_as("files.zip", none, &ReadOptions::default()).err().unwrap().to_string();
    assert!(error.contains("an archive without a table"), "{error}");
}

#[test]
fn a_bomb_is_refused_and_a_broken_archive_says_so() {
    let bomb = gzip(&vec![b'1'; 80 << 20]);
    assert!(bomb.len() < 1 << 20);
    let error = read_as("bomb.csv.gz", bomb, &ReadOptions::default()).err().unwrap();
    assert!(matches!(error, FormatError::TooLarge { .. }), "{error}");
    let mut cut = gzip(b"a,b\n1,2\n");
    cut.truncate(cut.len() - 12);
    let error = read_as("cut.csv.gz", cut, &ReadOptions::default()).err().unwrap();
    assert!(matches!(error, FormatError::Damaged { format: "gzip", .. }), "{error}");
}
