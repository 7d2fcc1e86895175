//! Every format writes the same table faithfully.

use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, Float64Array, Int32Array,
    Int64Array, RecordBatch, StringArray, StringViewArray, TimestampMicrosecondArray,
    TimestampNanosecondArray, types::Int32Type,
};
use expect_test::expect;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use townhall_formats::{FormatError, WriteOptions, batch_writer, json_objects};

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
    let options = WriteOptions { headers: Some(vec!["Some, Text".to_owned()]), title: None };
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
    let options = WriteOptions { title: Some("Permits: 2020/21?".to_owned()), headers: None };
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
fn a_format_that_is_not_there() {
    let outcome = batch_writer("dbf", table().schema(), &WriteOptions::default(), Box::new(Sink::default()));
    let Err(error @ FormatError::UnknownFormat { .. }) = outcome else { panic!() };
    expect!["`dbf` is not a format that Townhall knows; use one of `csv`, `tsv`, `json`, `jsonl`, `parquet`, `xlsx`, `xls`, `ods`"].assert_eq(&error.to_string());
}

/// One part of a spreadsheet, unpacked.
fn part(bytes: &[u8], name: &str) -> String {
    use std::io::Read;
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}
