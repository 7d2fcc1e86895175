//! Every format writes the same table faithfully.

use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, Float64Array, Int32Array,
    Int64Array, RecordBatch, StringArray, StringViewArray, TimestampMicrosecondArray,
    TimestampNanosecondArray, types::Int32Type,
};
use arrow_schema::{DataType, Field, Schema};
use expect_test::expect;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use townhall_formats::{FormatError, WriteOptions, batch_writer, by_name, json_objects};

use crate::round_trip::{Sink, write};

fn table() -> RecordBatch {
    let column = |name: &str, array: ArrayRef| (name.to_owned(), array);
    let text = [Some("plain"), Some("=1+1"), Some("a \"q\", b\nc\u{1}\u{1f600}"), Some(""), None];
    let micros = [Some(1_580_472_000_000_000), Some(-1), Some(500_000), Some(0), None];
    RecordBatch::try_from_iter([
        column("text", Arc::new(StringViewArray::from_iter(text))),
        column("integer", Arc::new(Int64Array::from(vec![Some(i64::MAX), Some(-1), Some(0), Some(7), None]))),
        column(
            "number",
            Arc::new(Float64Array::from(vec![Some(5000.0), Some(0.1), Some(1e300), Some(f64::NAN), None])),
        ),
        column(
            "boolean",
            Arc::new(BooleanArray::from(vec![Some(true), Some(false), Some(true), Some(true), None])),
        ),
        column(
            "date",
            Arc::new(Date32Array::from(vec![Some(18_292), Some(-1), Some(0), Some(-719_162), None])),
        ),
        column("timestamp", Arc::new(TimestampMicrosecondArray::from(micros.to_vec()).with_timezone("UTC"))),
        column("datetime", Arc::new(TimestampMicrosecondArray::from(micros.to_vec()))),
    ])
    .unwrap()
}

fn text(format: &str) -> String {
    String::from_utf8(write(format, &[table(), table().slice(0, 1)], &WriteOptions::default())).unwrap()
}

#[test]
fn csv_and_tsv() {
    expect![[r#"
        text,integer,number,boolean,date,timestamp,datetime
        plain,9223372036854775807,5000,true,2020-01-31,2020-01-31T12:00:00Z,2020-01-31T12:00:00
        =1+1,-1,0.1,false,1969-12-31,1969-12-31T23:59:59.999999Z,1969-12-31T23:59:59.999999
        "a ""q"", b
        c😀",0,1e+300,true,1970-01-01,1970-01-01T00:00:00.5Z,1970-01-01T00:00:00.5
        "",7,,true,0001-01-01,1970-01-01T00:00:00Z,1970-01-01T00:00:00
        ,,,,,,
        plain,9223372036854775807,5000,true,2020-01-31,2020-01-31T12:00:00Z,2020-01-31T12:00:00
    "#]]
    .assert_eq(&text("csv"));
    expect![[r#"
        text	integer	number	boolean	date	timestamp	datetime
        plain	9223372036854775807	5000	true	2020-01-31	2020-01-31T12:00:00Z	2020-01-31T12:00:00
        =1+1	-1	0.1	false	1969-12-31	1969-12-31T23:59:59.999999Z	1969-12-31T23:59:59.999999
        "a ""q"", b
        c😀"	0	1e+300	true	1970-01-01	1970-01-01T00:00:00.5Z	1970-01-01T00:00:00.5
        ""	7		true	0001-01-01	1970-01-01T00:00:00Z	1970-01-01T00:00:00
						
        plain	9223372036854775807	5000	true	2020-01-31	2020-01-31T12:00:00Z	2020-01-31T12:00:00
    "#]]
    .assert_eq(&text("tsv"));
}

#[test]
fn json_and_json_lines() {
    expect![[r#"
        [{"text":"plain","integer":9223372036854775807,"number":5000,"boolean":true,"date":"2020-01-31","timestamp":"2020-01-31T12:00:00Z","datetime":"2020-01-31T12:00:00"},
        {"text":"=1+1","integer":-1,"number":0.1,"boolean":false,"date":"1969-12-31","timestamp":"1969-12-31T23:59:59.999999Z","datetime":"1969-12-31T23:59:59.999999"},
        {"text":"a \"q\", b\nc\u0001😀","integer":0,"number":1e+300,"boolean":true,"date":"1970-01-01","timestamp":"1970-01-01T00:00:00.5Z","datetime":"1970-01-01T00:00:00.5"},
        {"text":"","integer":7,"number":null,"boolean":true,"date":"0001-01-01","timestamp":"1970-01-01T00:00:00Z","datetime":"1970-01-01T00:00:00"},
        {"text":null,"integer":null,"number":null,"boolean":null,"date":null,"timestamp":null,"datetime":null},
        {"text":"plain","integer":9223372036854775807,"number":5000,"boolean":true,"date":"2020-01-31","timestamp":"2020-01-31T12:00:00Z","datetime":"2020-01-31T12:00:00"}]
    "#]].assert_eq(&text("json"));
    expect![[r#"
        {"text":"plain","integer":9223372036854775807,"number":5000,"boolean":true,"date":"2020-01-31","timestamp":"2020-01-31T12:00:00Z","datetime":"2020-01-31T12:00:00"}
        {"text":"=1+1","integer":-1,"number":0.1,"boolean":false,"date":"1969-12-31","timestamp":"1969-12-31T23:59:59.999999Z","datetime":"1969-12-31T23:59:59.999999"}
        {"text":"a \"q\", b\nc\u0001😀","integer":0,"number":1e+300,"boolean":true,"date":"1970-01-01","timestamp":"1970-01-01T00:00:00.5Z","datetime":"1970-01-01T00:00:00.5"}
        {"text":"","integer":7,"number":null,"boolean":true,"date":"0001-01-01","timestamp":"1970-01-01T00:00:00Z","datetime":"1970-01-01T00:00:00"}
        {"text":null,"integer":null,"number":null,"boolean":null,"date":null,"timestamp":null,"datetime":null}
        {"text":"plain","integer":9223372036854775807,"number":5000,"boolean":true,"date":"2020-01-31","timestamp":"2020-01-31T12:00:00Z","datetime":"2020-01-31T12:00:00"}
    "#]].assert_eq(&text("jsonl"));
    let value: serde_json::Value = serde_json::from_str(&text("json")).unwrap();
    assert_eq!(value[2]["text"], "a \"q\", b\nc\u{1}\u{1f600}");
    assert_eq!(value[0]["integer"], i64::MAX);
}

#[test]
fn no_rows_are_still_a_file() {
    let empty = [table().slice(0, 0)];
    expect![[r#"
        []
    "#]]
    .assert_eq(&String::from_utf8(write("json", &empty, &WriteOptions::default())).unwrap());
    expect![[r#"
        text,integer,number,boolean,date,timestamp,datetime
    "#]]
    .assert_eq(&String::from_utf8(write("csv", &empty, &WriteOptions::default())).unwrap());
}

#[test]
fn rows_for_an_envelope() {
    let mut out = Vec::new();
    json_objects(&table().project(&[0, 1]).unwrap().slice(0, 2), &mut out);
    expect![[r#"{"text":"plain","integer":9223372036854775807},{"text":"=1+1","integer":-1}"#]]
        .assert_eq(&String::from_utf8(out).unwrap());
}

#[test]
fn headings_that_were_asked_for() {
    let options = WriteOptions { headers: Some(vec!["Some, Text".to_owned()]), ..WriteOptions::default() };
    let rows = [table().project(&[0, 1]).unwrap().slice(0, 1)];
    expect![[r#"
        "Some, Text",integer
        plain,9223372036854775807
    "#]]
    .assert_eq(&String::from_utf8(write("csv", &rows, &options)).unwrap());
    expect![[r#"
        {"Some, Text":"plain","integer":9223372036854775807}
    "#]]
    .assert_eq(&String::from_utf8(write("jsonl", &rows, &options)).unwrap());
}

#[test]
fn types_that_queries_compute() {
    let dictionary: DictionaryArray<Int32Type> = ["x", "y"].into_iter().collect();
    let column = |name: &str, array: ArrayRef| (name.to_owned(), array);
    let batch = RecordBatch::try_from_iter([
        column("small", Arc::new(Int32Array::from(vec![1, 2])) as ArrayRef),
        column("dictionary", Arc::new(dictionary)),
        column(
            "decimal",
            Arc::new(Decimal128Array::from(vec![1250, -5]).with_precision_and_scale(10, 2).unwrap()),
        ),
        column("nanos", Arc::new(TimestampNanosecondArray::from(vec![1_000_000_000, 1_500_000_000]))),
        column("text", Arc::new(StringArray::from(vec!["a", "b"]))),
    ])
    .unwrap();
    let written = String::from_utf8(write("jsonl", &[batch], &WriteOptions::default())).unwrap();
    expect![[r#"
        {"small":1,"dictionary":"x","decimal":12.5,"nanos":"1970-01-01T00:00:01","text":"a"}
        {"small":2,"dictionary":"y","decimal":-0.05,"nanos":"1970-01-01T00:00:01.5","text":"b"}
    "#]]
    .assert_eq(&written);
}

#[test]
fn parquet_reads_back_equal() {
    let bytes = write("parquet", &[table(), table()], &WriteOptions::default());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.parquet");
    std::fs::write(&path, bytes).unwrap();
    let file = std::fs::File::open(path).unwrap();
    let mut batches = ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap();
    let batch = batches.next().unwrap().unwrap();
    assert_eq!(batch.slice(0, 5), table());
    assert_eq!(batch.num_rows(), 10);
}

#[test]
fn a_spreadsheet_holds_numbers_dates_and_harmless_text() {
    let options = WriteOptions { title: Some("Permits: 2020/21?".to_owned()), ..WriteOptions::default() };
    let bytes = write("xlsx", &[table()], &options);
    assert!(bytes.starts_with(b"PK\x03\x04"));
    let sheet = part(&bytes, "xl/worksheets/sheet1.xml");
    assert!(sheet.contains("<t>=1+1</t>") && !sheet.contains("<f>"), "{sheet}");
    assert!(sheet.contains("state=\"frozen\""));
    assert!(sheet.contains("<v>43861</v>"), "{sheet}");
    assert!(sheet.contains(&i64::MAX.to_string()));
    assert!(part(&bytes, "xl/workbook.xml").contains("Permits  2020 21"));
}

#[test]
fn a_sheet_has_a_last_row_and_a_last_column() {
    let rows: ArrayRef = Arc::new(Int64Array::from(vec![1; 400_000]));
    let batch = RecordBatch::try_from_iter([("a", rows)]).unwrap();
    let options = WriteOptions::default();
    let mut writer = batch_writer("xlsx", batch.schema(), &options, Box::new(Sink::default())).unwrap();
    writer.write(&batch).unwrap();
    writer.write(&batch).unwrap();
    let error = writer.write(&batch).unwrap_err();
    expect!["an Excel file holds at most 1048576 rows with the header; filter the table or choose `csv`"]
        .assert_eq(&error.to_string());
}

#[test]
fn xml() {
    expect![[r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <rows>
        <row><text>plain</text><integer>9223372036854775807</integer><number>5000</number><boolean>true</boolean><date>2020-01-31</date><timestamp>2020-01-31T12:00:00Z</timestamp><datetime>2020-01-31T12:00:00</datetime></row>
        <row><text>=1+1</text><integer>-1</integer><number>0.1</number><boolean>false</boolean><date>1969-12-31</date><timestamp>1969-12-31T23:59:59.999999Z</timestamp><datetime>1969-12-31T23:59:59.999999</datetime></row>
        <row><text>a "q", b
        c�😀</text><integer>0</integer><number>1e+300</number><boolean>true</boolean><date>1970-01-01</date><timestamp>1970-01-01T00:00:00.5Z</timestamp><datetime>1970-01-01T00:00:00.5</datetime></row>
        <row><text></text><integer>7</integer><boolean>true</boolean><date>0001-01-01</date><timestamp>1970-01-01T00:00:00Z</timestamp><datetime>1970-01-01T00:00:00</datetime></row>
        <row></row>
        <row><text>plain</text><integer>9223372036854775807</integer><number>5000</number><boolean>true</boolean><date>2020-01-31</date><timestamp>2020-01-31T12:00:00Z</timestamp><datetime>2020-01-31T12:00:00</datetime></row>
        </rows>
    "#]].assert_eq(&text("xml"));
}

#[test]
fn xml_keeps_every_name_and_replaces_what_it_forbids() {
    let names = ["2020 total", "xmlish", "größe", "a\"<&\n", "-", "ok.v-1"];
    let cells =
        [" spaced ", "]]>", "\u{0}\u{fffe}\u{ffff}\u{85}", "tab\t cr\r lf\n", "<b>&amp;</b>", "plain"];
    expect![[r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <rows>
        <row><column name="2020 total" xml:space="preserve"> spaced </column><column name="xmlish">]]&gt;</column><größe>���</größe><column name="a&quot;&lt;&amp;&#10;" xml:space="preserve">tab	 cr&#13; lf
        </column><column name="-">&lt;b&gt;&amp;amp;&lt;/b&gt;</column><ok.v-1>plain</ok.v-1></row>
        </rows>
    "#]].assert_eq(&odd("xml", &names, &cells));
}

#[test]
fn html() {
    expect![[r#"
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Table</title>
        <style>th{text-align:left}.number{text-align:right}</style>
        </head>
        <body>
        <main>
        <table>
        <caption>Table</caption>
        <thead>
        <tr><th scope="col">text</th><th scope="col" class="number">integer</th><th scope="col" class="number">number</th><th scope="col">boolean</th><th scope="col">date</th><th scope="col">timestamp</th><th scope="col">datetime</th></tr>
        </thead>
        <tbody>
        <tr><td>plain</td><td class="number">9223372036854775807</td><td class="number">5000</td><td>true</td><td>2020-01-31</td><td>2020-01-31T12:00:00Z</td><td>2020-01-31T12:00:00</td></tr>
        <tr><td>=1+1</td><td class="number">-1</td><td class="number">0.1</td><td>false</td><td>1969-12-31</td><td>1969-12-31T23:59:59.999999Z</td><td>1969-12-31T23:59:59.999999</td></tr>
        <tr><td>a "q", b<br>c😀</td><td class="number">0</td><td class="number">1e+300</td><td>true</td><td>1970-01-01</td><td>1970-01-01T00:00:00.5Z</td><td>1970-01-01T00:00:00.5</td></tr>
        <tr><td></td><td class="number">7</td><td class="number"></td><td>true</td><td>0001-01-01</td><td>1970-01-01T00:00:00Z</td><td>1970-01-01T00:00:00</td></tr>
        <tr><td></td><td class="number"></td><td class="number"></td><td></td><td></td><td></td><td></td></tr>
        <tr><td>plain</td><td class="number">9223372036854775807</td><td class="number">5000</td><td>true</td><td>2020-01-31</td><td>2020-01-31T12:00:00Z</td><td>2020-01-31T12:00:00</td></tr>
        </tbody>
        </table>
        </main>
        </body>
        </html>
    "#]].assert_eq(&text("html"));
}

#[test]
fn html_takes_no_text_for_markup() {
    let options = WriteOptions {
        headers: Some(vec!["</th><script>".to_owned()]),
        title: Some("Years\r\n</caption> & \u{0}".to_owned()),
        language: Some("es\"><script>".to_owned()),
        ..WriteOptions::default()
    };
    let rows = [batch(&["a"], &["</script><img src=x onerror=y>\r\n\u{0}&amp;"])];
    expect![[r#"
        <!DOCTYPE html>
        <html lang="es&quot;&gt;&lt;script&gt;">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Years  &lt;/caption&gt; &amp; �</title>
        <style>th{text-align:left}.number{text-align:right}</style>
        </head>
        <body>
        <main>
        <table>
        <caption>Years<br>&lt;/caption&gt; &amp; �</caption>
        <thead>
        <tr><th scope="col">&lt;/th&gt;&lt;script&gt;</th></tr>
        </thead>
        <tbody>
        <tr><td>&lt;/script&gt;&lt;img src=x onerror=y&gt;<br>�&amp;amp;</td></tr>
        </tbody>
        </table>
        </main>
        </body>
        </html>
    "#]]
    .assert_eq(&String::from_utf8(write("html", &rows, &options)).unwrap());
}

#[test]
fn markdown() {
    expect![[r#"
        | text | integer | number | boolean | date | timestamp | datetime |
        | --- | ---: | ---: | --- | --- | --- | --- |
        | plain | 9223372036854775807 | 5000 | true | 2020-01-31 | 2020-01-31T12:00:00Z | 2020-01-31T12:00:00 |
        | =1+1 | -1 | 0.1 | false | 1969-12-31 | 1969-12-31T23:59:59.999999Z | 1969-12-31T23:59:59.999999 |
        | a "q", b<br>c😀 | 0 | 1e+300 | true | 1970-01-01 | 1970-01-01T00:00:00.5Z | 1970-01-01T00:00:00.5 |
        |  | 7 |  | true | 0001-01-01 | 1970-01-01T00:00:00Z | 1970-01-01T00:00:00 |
        |  |  |  |  |  |  |  |
        | plain | 9223372036854775807 | 5000 | true | 2020-01-31 | 2020-01-31T12:00:00Z | 2020-01-31T12:00:00 |
    "#]].assert_eq(&text("md"));
    let cells = ["a|b", "c\\|d\r\ne\nf", "*x* _y_ `z` <br> [l](u) &amp; \u{0}"];
    expect![[r#"
        | a | b\| | c |
        | --- | --- | --- |
        | a\|b | c\\\|d<br>e<br>f | \*x\* \_y\_ \`z\` \<br\> \[l\](u) \&amp; � |
    "#]]
    .assert_eq(&odd("md", &["a", "b|", "c"], &cells));
}

#[test]
fn sql() {
    expect![[r#"
        BEGIN;
        CREATE TABLE "data" (
          "text" text,
          "integer" bigint,
          "number" double precision,
          "boolean" boolean,
          "date" date,
          "timestamp" timestamp with time zone,
          "datetime" timestamp
        );
        INSERT INTO "data" ("text", "integer", "number", "boolean", "date", "timestamp", "datetime") VALUES
        ('plain', 9223372036854775807, 5000, true, '2020-01-31', '2020-01-31T12:00:00Z', '2020-01-31T12:00:00'),
        ('=1+1', -1, 0.1, false, '1969-12-31', '1969-12-31T23:59:59.999999Z', '1969-12-31T23:59:59.999999'),
        ('a "q", b
        c😀', 0, 1e+300, true, '1970-01-01', '1970-01-01T00:00:00.5Z', '1970-01-01T00:00:00.5'),
        ('', 7, NULL, true, '0001-01-01', '1970-01-01T00:00:00Z', '1970-01-01T00:00:00'),
        (NULL, NULL, NULL, NULL, NULL, NULL, NULL);
        INSERT INTO "data" ("text", "integer", "number", "boolean", "date", "timestamp", "datetime") VALUES
        ('plain', 9223372036854775807, 5000, true, '2020-01-31', '2020-01-31T12:00:00Z', '2020-01-31T12:00:00');
        COMMIT;
    "#]].assert_eq(&text("sql"));
}

#[test]
fn sql_keeps_names_apart_and_quotes_everything() {
    let long = "é".repeat(40);
    let names = ["a", "A", "b\"; drop table x; --", &long, &format!("{long}2"), ""];
    let cells = ["it's", "'); drop table x; --", "\\'", "\u{0}", ".quit\n.quit", "\u{1f600}"];
    expect![[r#"
        BEGIN;
        CREATE TABLE "data" (
          "a" text,
          "A_2" text,
          "b""; drop table x; --" text,
          "ééééééééééééééééééééééééééééééé" text,
          "éééééééééééééééééééééééééééééé_2" text,
          "column_6" text
        );
        INSERT INTO "data" ("a", "A_2", "b""; drop table x; --", "ééééééééééééééééééééééééééééééé", "éééééééééééééééééééééééééééééé_2", "column_6") VALUES
        ('it''s', '''); drop table x; --', '\''', '�', '.quit
        .quit', '😀');
        COMMIT;
    "#]].assert_eq(&odd("sql", &names, &cells));
}

#[test]
fn sql_inserts_many_rows_at_a_time() {
    let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values(0..1_200));
    let rows = RecordBatch::try_from_iter([("n", numbers)]).unwrap();
    let dump = String::from_utf8(write("sql", &[rows.clone(), rows], &WriteOptions::default())).unwrap();
    assert_eq!(dump.matches("INSERT INTO").count(), 6);
    assert_eq!(dump.lines().filter(|line| line.starts_with('(')).count(), 2_400);
}

/// Where the program is there, the database itself says whether it understands.
#[test]
fn sql_loads_into_a_database() {
    use std::process::{Command, Stdio};
    let names = ["a", "A", "b\"; drop table x; --"];
    let cells = ["it's", "'); drop table x; --\n.quit", "\\'\u{1f600}"];
    let mut script = text("sql") + &odd("sql", &names, &cells).replace("\"data\"", "\"odd\"");
    script.push_str("select text, integer, typeof(number), date from data limit 2;\nselect * from odd;\n");
    let started = Command::new("sqlite3")
        .args(["-batch", ":memory:"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut program) = started else { return };
    std::io::Write::write_all(&mut program.stdin.take().unwrap(), script.as_bytes()).unwrap();
    let answer = program.wait_with_output().unwrap();
    assert!(answer.status.success());
    expect![[r#"
        plain|9223372036854775807|real|2020-01-31
        =1+1|-1|real|1969-12-31
        it's|'); drop table x; --
        .quit|\'😀
    "#]]
    .assert_eq(&String::from_utf8(answer.stdout).unwrap());
}

#[test]
fn an_opendocument_sheet_holds_numbers_dates_and_harmless_text() {
    let options = WriteOptions { title: Some("Permits: 2020/21?".to_owned()), ..WriteOptions::default() };
    let bytes = write("ods", &[table()], &options);
    expect![[r#"
        <office:spreadsheet><table:table table:name="Permits  2020 21"><table:table-column table:number-columns-repeated="7"/><table:table-header-rows><table:table-row><table:table-cell table:style-name="head" office:value-type="string"><text:p>text</text:p></table:table-cell><table:table-cell table:style-name="head" office:value-type="string"><text:p>integer</text:p></table:table-cell><table:table-cell table:style-name="head" office:value-type="string"><text:p>number</text:p></table:table-cell><table:table-cell table:style-name="head" office:value-type="string"><text:p>boolean</text:p></table:table-cell><table:table-cell table:style-name="head" office:value-type="string"><text:p>date</text:p></table:table-cell><table:table-cell table:style-name="head" office:value-type="string"><text:p>timestamp</text:p></table:table-cell><table:table-cell table:style-name="head" office:value-type="string"><text:p>datetime</text:p></table:table-cell></table:table-row></table:table-header-rows>
        <table:table-row><table:table-cell office:value-type="string"><text:p>plain</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>9223372036854775807</text:p></table:table-cell><table:table-cell office:value-type="float" office:value="5000"><text:p>5000</text:p></table:table-cell><table:table-cell office:value-type="boolean" office:boolean-value="true"><text:p>true</text:p></table:table-cell><table:table-cell table:style-name="day" office:value-type="date" office:date-value="2020-01-31"><text:p>2020-01-31</text:p></table:table-cell><table:table-cell table:style-name="moment" office:value-type="date" office:date-value="2020-01-31T12:00:00"><text:p>2020-01-31T12:00:00</text:p></table:table-cell><table:table-cell table:style-name="moment" office:value-type="date" office:date-value="2020-01-31T12:00:00"><text:p>2020-01-31T12:00:00</text:p></table:table-cell></table:table-row>
        <table:table-row><table:table-cell office:value-type="string"><text:p>=1+1</text:p></table:table-cell><table:table-cell office:value-type="float" office:value="-1"><text:p>-1</text:p></table:table-cell><table:table-cell office:value-type="float" office:value="0.1"><text:p>0.1</text:p></table:table-cell><table:table-cell office:value-type="boolean" office:boolean-value="false"><text:p>false</text:p></table:table-cell><table:table-cell table:style-name="day" office:value-type="date" office:date-value="1969-12-31"><text:p>1969-12-31</text:p></table:table-cell><table:table-cell table:style-name="moment" office:value-type="date" office:date-value="1969-12-31T23:59:59.999999"><text:p>1969-12-31T23:59:59.999999</text:p></table:table-cell><table:table-cell table:style-name="moment" office:value-type="date" office:date-value="1969-12-31T23:59:59.999999"><text:p>1969-12-31T23:59:59.999999</text:p></table:table-cell></table:table-row>
        <table:table-row><table:table-cell office:value-type="string"><text:p>a "q", b<text:line-break/>c�😀</text:p></table:table-cell><table:table-cell office:value-type="float" office:value="0"><text:p>0</text:p></table:table-cell><table:table-cell office:value-type="float" office:value="1e+300"><text:p>1e+300</text:p></table:table-cell><table:table-cell office:value-type="boolean" office:boolean-value="true"><text:p>true</text:p></table:table-cell><table:table-cell table:style-name="day" office:value-type="date" office:date-value="1970-01-01"><text:p>1970-01-01</text:p></table:table-cell><table:table-cell table:style-name="moment" office:value-type="date" office:date-value="1970-01-01T00:00:00.5"><text:p>1970-01-01T00:00:00.5</text:p></table:table-cell><table:table-cell table:style-name="moment" office:value-type="date" office:date-value="1970-01-01T00:00:00.5"><text:p>1970-01-01T00:00:00.5</text:p></table:table-cell></table:table-row>
        <table:table-row><table:table-cell office:value-type="string"><text:p></text:p></table:table-cell><table:table-cell office:value-type="float" office:value="7"><text:p>7</text:p></table:table-cell><table:table-cell/><table:table-cell office:value-type="boolean" office:boolean-value="true"><text:p>true</text:p></table:table-cell><table:table-cell table:style-name="day" office:value-type="date" office:date-value="0001-01-01"><text:p>0001-01-01</text:p></table:table-cell><table:table-cell table:style-name="moment" office:value-type="date" office:date-value="1970-01-01T00:00:00"><text:p>1970-01-01T00:00:00</text:p></table:table-cell><table:table-cell table:style-name="moment" office:value-type="date" office:date-value="1970-01-01T00:00:00"><text:p>1970-01-01T00:00:00</text:p></table:table-cell></table:table-row>
        <table:table-row><table:table-cell/><table:table-cell/><table:table-cell/><table:table-cell/><table:table-cell/><table:table-cell/><table:table-cell/></table:table-row>
        </table:table></office:spreadsheet></office:body></office:document-content>
    "#]].assert_eq(part(&bytes, "content.xml").split_once("<office:body>").unwrap().1);
}

fn places() -> RecordBatch {
    let column = |name: &str, array: ArrayRef| (name.to_owned(), array);
    RecordBatch::try_from_iter([
        column("name", Arc::new(StringArray::from(vec!["a & b", "far", "nowhere"])) as ArrayRef),
        column("site_lat", Arc::new(Float64Array::from(vec![Some(38.5), Some(4_100_000.0), None]))),
        column("site_lon", Arc::new(Int64Array::from(vec![Some(-77), Some(500_000), Some(1)]))),
    ])
    .unwrap()
}

#[test]
fn geojson_of_degrees() {
    let bytes = write("geojson", &[places(), places().slice(0, 1)], &WriteOptions::default());
    expect![[r#"
        {"type":"FeatureCollection","features":[
        {"type":"Feature","geometry":{"type":"Point","coordinates":[-77,38.5]},"properties":{"name":"a & b","site_lat":38.5,"site_lon":-77}},
        {"type":"Feature","geometry":null,"properties":{"name":"far","site_lat":4100000,"site_lon":500000}},
        {"type":"Feature","geometry":null,"properties":{"name":"nowhere","site_lat":null,"site_lon":1}},
        {"type":"Feature","geometry":{"type":"Point","coordinates":[-77,38.5]},"properties":{"name":"a & b","site_lat":38.5,"site_lon":-77}}
        ]}
    "#]].assert_eq(&String::from_utf8(bytes).unwrap());
}

#[test]
fn kml_of_degrees() {
    let options = WriteOptions { title: Some("Sites <1>".to_owned()), ..WriteOptions::default() };
    expect![[r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <kml xmlns="http://www.opengis.net/kml/2.2">
        <Document>
        <name>Sites &lt;1&gt;</name>
        <Placemark><name>a &amp; b</name><ExtendedData><Data name="name"><value>a &amp; b</value></Data><Data name="site_lat"><value>38.5</value></Data><Data name="site_lon"><value>-77</value></Data></ExtendedData><Point><coordinates>-77,38.5</coordinates></Point></Placemark>
        <Placemark><name>far</name><ExtendedData><Data name="name"><value>far</value></Data><Data name="site_lat"><value>4100000</value></Data><Data name="site_lon"><value>500000</value></Data></ExtendedData></Placemark>
        <Placemark><name>nowhere</name><ExtendedData><Data name="name"><value>nowhere</value></Data><Data name="site_lon"><value>1</value></Data></ExtendedData></Placemark>
        </Document>
        </kml>
    "#]].assert_eq(&String::from_utf8(write("kml", &[places()], &options)).unwrap());
}

#[test]
fn maps_of_geometries() {
    let geometries = [
        Some("POINT (-77 38.5)"),
        Some(r#"{"type":"LineString","coordinates":[[1,2],[3,4]]}"#),
        Some("12 Main St"),
        None,
    ];
    let geometries: ArrayRef = Arc::new(StringArray::from(geometries.to_vec()));
    let n: ArrayRef = Arc::new(Int64Array::from(vec![1, 2, 3, 4]));
    let rows = [RecordBatch::try_from_iter([("the_geom", geometries), ("n", n)]).unwrap()];
    expect![[r#"
        {"type":"FeatureCollection","features":[
        {"type":"Feature","geometry":{"type":"Point","coordinates":[-77,38.5]},"properties":{"n":1}},
        {"type":"Feature","geometry":{"type":"LineString","coordinates":[[1,2],[3,4]]},"properties":{"n":2}},
        {"type":"Feature","geometry":null,"properties":{"the_geom":"12 Main St","n":3}},
        {"type":"Feature","geometry":null,"properties":{"the_geom":null,"n":4}}
        ]}
    "#]]
    .assert_eq(&String::from_utf8(write("geojson", &rows, &WriteOptions::default())).unwrap());
    expect![[r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <kml xmlns="http://www.opengis.net/kml/2.2">
        <Document>
        <Placemark><ExtendedData><Data name="n"><value>1</value></Data></ExtendedData><Point><coordinates>-77,38.5</coordinates></Point></Placemark>
        <Placemark><ExtendedData><Data name="n"><value>2</value></Data></ExtendedData><LineString><coordinates>1,2 3,4</coordinates></LineString></Placemark>
        <Placemark><ExtendedData><Data name="the_geom"><value>12 Main St</value></Data><Data name="n"><value>3</value></Data></ExtendedData></Placemark>
        <Placemark><ExtendedData><Data name="n"><value>4</value></Data></ExtendedData></Placemark>
        </Document>
        </kml>
    "#]].assert_eq(&String::from_utf8(write("kml", &rows, &WriteOptions::default())).unwrap());
}

#[test]
fn a_map_without_places_is_refused() {
    for format in ["geojson", "kml"] {
        assert!(!by_name(format).unwrap().suits(&table().schema()));
        assert!(by_name(format).unwrap().suits(&places().schema()));
    }
    let made = batch_writer("kml", table().schema(), &WriteOptions::default(), Box::new(Sink::default()));
    let Err(error) = made else { panic!() };
    expect!["KML needs to know where the rows are: two columns of numbers called `latitude` and `longitude`, or one of text called `geometry` with WKT or GeoJSON; choose these columns, or `csv`"].assert_eq(&error.to_string());
}

#[test]
fn places_are_recognised_by_name_and_type() {
    let suits = |columns: &[(&str, DataType)]| {
        let fields: Vec<_> =
            columns.iter().map(|(name, kind)| Field::new(*name, kind.clone(), true)).collect();
        by_name("geojson").unwrap().suits(&Arc::new(Schema::new(fields)))
    };
    let number = |name| (name, DataType::Float64);
    assert!(suits(&[number("Latitude"), number("Longitude")]));
    assert!(suits(&[number("intptlat20"), number("intptlong20")]));
    assert!(suits(&[number("x"), number("y")]));
    assert!(suits(&[number("lat_start"), number("lng_start"), number("lat_end")]));
    assert!(suits(&[("location", DataType::Utf8)]));
    assert!(!suits(&[("latitude", DataType::Utf8), number("longitude")]));
    assert!(!suits(&[number("plate"), number("plone"), number("geometry")]));
    assert!(!suits(&[number("latitude"), number("x")]));
}

/// One row of text.
fn batch(names: &[&str], cells: &[&str]) -> RecordBatch {
    let column = |cell: &&str| -> ArrayRef { Arc::new(StringArray::from(vec![*cell])) };
    let fields: Vec<_> = names.iter().map(|name| Field::new(*name, DataType::Utf8, true)).collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), cells.iter().map(column).collect()).unwrap()
}

fn odd(format: &str, names: &[&str], cells: &[&str]) -> String {
    String::from_utf8(write(format, &[batch(names, cells)], &WriteOptions::default())).unwrap()
}

#[test]
fn a_format_that_is_not_there() {
    let outcome =
        batch_writer("parchment", table().schema(), &WriteOptions::default(), Box::new(Sink::default()));
    let Err(error @ FormatError::UnknownFormat { .. }) = outcome else { panic!() };
    expect!["`parchment` is not a format that Townhall knows; use one of `csv`, `tsv`, `fixed`, `json`, `jsonl`, `parquet`, `arrow`, `avro`, `xlsx`, `xls`, `ods`, `dbf`, `sqlite`, `xml`, `html`, `geojson`, `kml`, `sql`, `md`, `pdf`"].assert_eq(&error.to_string());
}

/// One part of a spreadsheet, unpacked.
fn part(bytes: &[u8], name: &str) -> String {
    use std::io::Read;
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}
