//! Files whose columns have types of their own: Parquet, Arrow, Avro, dBASE, SQLite; and fixed-width text.

use std::io::Write;
use std::sync::Arc;

use arrow_array::builder::{Int32Builder, ListBuilder};
use arrow_array::types::Int32Type;
use arrow_array::{
    Array, ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, Float32Array,
    RecordBatch, StringArray, StructArray, Time64MicrosecondArray, TimestampMillisecondArray,
    TimestampNanosecondArray, UInt64Array,
};
use arrow_schema::{DataType, Field};
use expect_test::{Expect, expect};
use townhall_formats::{FixedColumn, FormatError, ReadOptions, WriteOptions, batch_writer, fixed_layout};
use townhall_model::table::ColumnType;

use crate::round_trip::Sink;
use crate::support::{Read, read_as};

#[track_caller]
fn show(read: Result<Read, FormatError>, expected: Expect) {
    let draw = |read: Read| format!("{} {}\n{}", read.ingested.format, read.read_as(), read.draw());
    expected.assert_eq(&read.map_or_else(|error| format!("{error}\n"), draw));
}

/// A column of every sort that other programs write.
fn batch() -> RecordBatch {
    let zips: DictionaryArray<Int32Type> = [Some("02139"), None, Some("10001")].into_iter().collect();
    let mut lists = ListBuilder::new(Int32Builder::new());
    lists.append_value([Some(1), None]);
    lists.append_null();
    lists.append_value([]);
    let place = StructArray::from(vec![(
        Arc::new(Field::new("city", DataType::Utf8, true)),
        Arc::new(StringArray::from(vec!["A", "B \"x\"", "C"])) as ArrayRef,
    )]);
    let decimals = |values: Vec<i128>, scale| -> ArrayRef {
        Arc::new(Decimal128Array::from(values).with_precision_and_scale(30, scale).unwrap())
    };
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("Id Number", Arc::new(UInt64Array::from(vec![1, u64::MAX, 3]))),
        ("price", decimals(vec![1250, -5, 1_234_567_890_123_456_789], 2)),
        ("whole", decimals(vec![7, i128::from(i64::MAX) + 1, 9], 0)),
        ("rate", Arc::new(Float32Array::from(vec![0.1, f32::NAN, f32::INFINITY]))),
        ("zip", Arc::new(zips)),
        ("day", Arc::new(Date32Array::from(vec![Some(0), None, Some(20_000)]))),
        ("at", Arc::new(TimestampNanosecondArray::from(vec![0, 1_500_000_000, -1_000]))),
        ("utc", Arc::new(TimestampMillisecondArray::from(vec![0, 1, 2]).with_timezone("-05:00"))),
        ("flag", Arc::new(BooleanArray::from(vec![Some(true), None, Some(false)]))),
        ("tags", Arc::new(lists.finish())),
        ("place", Arc::new(place)),
        ("raw", Arc::new(BinaryArray::from(vec![b"text".as_slice(), b"\xFF\x00", b""]))),
        ("time", Arc::new(Time64MicrosecondArray::from(vec![0, 1, 86_399_000_000]))),
        ("nothing", Arc::new(arrow_array::NullArray::new(3))),
    ];
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true)))
        .unwrap()
}

fn parquet(batch: &RecordBatch) -> Vec<u8> {
    let mut writer = parquet::arrow::ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap();
    writer.write(batch).unwrap();
    writer.into_inner().unwrap()
}

fn arrow_stream(batch: &RecordBatch) -> Vec<u8> {
    let mut out = Vec::new();
    let mut writer = arrow_ipc::writer::StreamWriter::try_new(&mut out, &batch.schema()).unwrap();
    writer.write(batch).unwrap();
    writer.finish().unwrap();
    drop(writer);
    out
}

fn arrow_file(batch: &RecordBatch) -> Vec<u8> {
    let mut out = Vec::new();
    let mut writer = arrow_ipc::writer::FileWriter::try_new(&mut out, &batch.schema()).unwrap();
    writer.write(batch).unwrap();
    writer.finish().unwrap();
    drop(writer);
    out
}

#[test]
fn every_type_has_a_column() {
    show(
        read_as("t", parquet(&batch()), &ReadOptions::default()),
        expect![[r#"
        parquet {}
        id_number «Id Number»: integer
        price: number
        whole: integer
        rate: number
        zip: text
        day: date
        at: datetime
        utc: timestamp
        flag: boolean
        tags: text, lists, as JSON
        place: text, structures, as JSON
        raw: text
        time: text, times of day
        nothing: text
        --
        1 │ 12.5 │ 7 │ 0.1 │ 02139 │ 1970-01-01 │ 1970-01-01T00:00:00 │ 1970-01-01T00:00:00Z │ true │ [1,null] │ {\"city\":\"A\"} │ text │ 00:00:00 │ ∅
        ∅ │ -0.05 │ ∅ │ ∅ │ ∅ │ ∅ │ 1970-01-01T00:00:01.5 │ 1970-01-01T00:00:00.001Z │ ∅ │ ∅ │ {\"city\":\"B \\\"x\\\"\"} │ \\xff00 │ 00:00:00.000001 │ ∅
        3 │ ∅ │ 9 │ ∅ │ 10001 │ 2024-10-04 │ 1969-12-31T23:59:59.999999 │ 1970-01-01T00:00:00.002Z │ false │ [] │ {\"city\":\"C\"} │  │ 23:59:59 │ ∅
        row 2 line 0 id_number: "18446744073709551615" is not a whole number
        row 2 line 0 whole: "9223372036854775808" is not a whole number
        row 3 line 0 price: "12345678901234567.89" is not a number
        row 3 line 0 rate: "inf" is not a number
    "#]],
    );
}

#[test]
fn arrow_says_the_same_in_both_forms() {
    let expected = read_as("t", parquet(&batch()), &ReadOptions::default()).unwrap().draw();
    for bytes in [arrow_stream(&batch()), arrow_file(&batch())] {
        let read = read_as("t", bytes, &ReadOptions::default()).unwrap();
        assert_eq!((read.ingested.format, read.draw()), ("arrow", expected.clone()));
    }
}

#[test]
fn a_chosen_type_wins_over_that_of_the_file() {
    let mut options = ReadOptions::default();
    options.columns.insert("id_number".to_owned(), ColumnType::Text);
    options.columns.insert("zip".to_owned(), ColumnType::Integer);
    options.columns.insert("place".to_owned(), ColumnType::Date);
    let batch = batch().project(&[0, 4, 10]).unwrap();
    show(
        read_as("t", parquet(&batch), &options),
        expect![[r#"
        parquet {}
        id_number «Id Number»: text, chosen
        zip: integer, chosen
        place: date, chosen
        --
        1 │ 2139 │ ∅
        18446744073709551615 │ ∅ │ ∅
        3 │ 10001 │ ∅
        row 1 line 0 place: "{\"city\":\"A\"}" is not a date
        row 2 line 0 place: "{\"city\":\"B \\\"x\\\"\"}" is not a date
        row 3 line 0 place: "{\"city\":\"C\"}" is not a date
    "#]],
    );
}

#[test]
fn rows_are_the_same_on_many_threads() {
    let numbers: ArrayRef = Arc::new((0..100_000).map(Some).collect::<arrow_array::Int64Array>());
    let batch = RecordBatch::try_from_iter([("n", numbers)]).unwrap();
    let read = |threads| {
        let options = ReadOptions { threads: Some(threads), ..ReadOptions::default() };
        read_as("t", parquet(&batch), &options).unwrap()
    };
    let (one, many) = (read(1), read(5));
    assert_eq!(one.ingested.columns, many.ingested.columns);
    assert_eq!(one.cells(), many.cells());
    assert_eq!(many.cells()[99_999], [Some("99999".to_owned())]);
}

#[test]
fn damaged_files_are_refused() {
    for (whole, cut) in [(parquet(&batch()), 900), (arrow_file(&batch()), 700), (arrow_stream(&batch()), 700)]
    {
        assert!(read_as("t", &whole[..cut], &ReadOptions::default()).is_err());
        // Whatever a flipped byte does, it stops nothing else.
        for at in (0..whole.len()).step_by(13) {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x55;
            let _ = read_as("t", bytes, &ReadOptions::default());
        }
    }
}

#[test]
fn arrow_streams_are_written() {
    let batch = batch().project(&[3, 4, 5]).unwrap();
    let out = Sink::default();
    let mut writer =
        batch_writer("arrow", batch.schema(), &WriteOptions::default(), Box::new(out.clone())).unwrap();
    writer.write(&batch).unwrap();
    let mut bytes = out.take();
    assert!(bytes.len() > 500, "the first batch can be used before the last is made");
    writer.finish().unwrap();
    bytes.extend(out.take());
    let mut reader = arrow_ipc::reader::StreamReader::try_new(std::io::Cursor::new(bytes), None).unwrap();
    let read = reader.next().unwrap().unwrap();
    assert_eq!(read.column(1).to_data(), batch.column(1).to_data());
}

/// An Avro file with `codec`, made by hand: a long, and a text or nothing.
fn avro(codec: &str) -> Vec<u8> {
    let schema = r#"{"type":"record","name":"r","fields":[{"name":"Id","type":"long"},{"name":"name","type":["null","string"]},{"name":"day","type":{"type":"int","logicalType":"date"}}]}"#;
    let zigzag = |number: i64| {
        let (mut number, mut out) = (((number << 1) ^ (number >> 63)) as u64, Vec::new());
        while number > 0x7F {
            out.push(number as u8 | 0x80);
            number >>= 7;
        }
        out.push(number as u8);
        out
    };
    let text = |text: &str| [zigzag(text.len() as i64), text.as_bytes().to_vec()].concat();
    let mut file = b"Obj\x01".to_vec();
    file.extend(
        [zigzag(2), text("avro.schema"), text(schema), text("avro.codec"), text(codec), vec![0]].concat(),
    );
    let sync = [7; 16];
    file.extend(sync);
    let rows =
        [zigzag(1), zigzag(1), text("é"), zigzag(0), zigzag(-70_000), zigzag(0), zigzag(20_000)].concat();
    let rows = match codec {
        "deflate" => {
            let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
            encoder.write_all(&rows).unwrap();
            encoder.finish().unwrap()
        }
        _ => rows,
    };
    file.extend([zigzag(2), zigzag(rows.len() as i64), rows].concat());
    file.extend(sync);
    file
}

#[test]
fn avro_is_read() {
    let options = ReadOptions::default();
    show(
        read_as("t", avro("null"), &options),
        expect![[r#"
        avro {}
        id «Id»: integer
        name: text
        day: date
        --
        1 │ é │ 1970-01-01
        -70000 │ ∅ │ 2024-10-04
    "#]],
    );
    assert_eq!(
        read_as("t", avro("deflate"), &options).unwrap().draw(),
        read_as("t", avro("null"), &options).unwrap().draw()
    );
    show(
        read_as("t.avro", &avro("null")[..60], &options),
        expect![[r#"
        `t.avro` is not readable as Avro: Avro error: EOF: Unexpected EOF while reading Avro header
    "#]],
    );
}

/// A dBASE file: fields by name, type, length and decimals; records as they stand.
fn dbf(driver: u8, fields: &[(&str, u8, u8, u8)], records: &[&[u8]]) -> Vec<u8> {
    let start = 32 + 32 * fields.len() + 1;
    let length = 1 + fields.iter().map(|field| usize::from(field.2)).sum::<usize>();
    let mut file = vec![0x03, 124, 2, 29];
    file.extend((records.len() as u32).to_le_bytes());
    file.extend((start as u16).to_le_bytes());
    file.extend((length as u16).to_le_bytes());
    file.resize(32, 0);
    file[29] = driver;
    for (name, kind, length, decimals) in fields {
        let mut field = name.as_bytes().to_vec();
        field.resize(11, 0);
        field.extend([*kind, 0, 0, 0, 0, *length, *decimals]);
        field.resize(32, 0);
        file.extend(field);
    }
    file.push(0x0D);
    for record in records {
        assert_eq!(record.len(), length);
        file.extend(*record);
    }
    file.push(0x1A);
    file
}

const DBF_FIELDS: [(&str, u8, u8, u8); 7] = [
    ("NAME", b'C', 5, 0),
    ("ZIP", b'C', 5, 0),
    ("N", b'N', 4, 0),
    ("M", b'N', 6, 2),
    ("D", b'D', 8, 0),
    ("L", b'L', 1, 0),
    ("MEMO", b'M', 10, 0),
];

#[test]
fn dbase_is_read() {
    let file = dbf(
        0x01,
        &DBF_FIELDS,
        &[
            b" Caf\x82 02139  12  1.5020240229T         1",
            b" B    02139**** -0.2500000000?          ",
            b"*gone 00000   1  1.0020240101F          ",
            b" C          1.5      20249999x          ",
        ],
    );
    show(
        read_as("t.dbf", &file, &ReadOptions::default()),
        expect![[r#"
            dbf {"encoding":"cp437","deleted_records":1,"memo_columns":["MEMO"],"header":true}
            name «NAME»: text
            zip «ZIP»: text
            n «N»: integer
            m «M»: number
            d «D»: date
            l «L»: boolean
            memo «MEMO»: text
            --
            Café │ 02139 │ 12 │ 1.5 │ 2024-02-29 │ true │ ∅
            B │ 02139 │ ∅ │ -0.25 │ ∅ │ ∅ │ ∅
            C │ ∅ │ ∅ │ ∅ │ ∅ │ ∅ │ ∅
            row 2 line 0 n: "****" is not a whole number
            row 3 line 0 n: "1.5" is not a whole number
            row 3 line 0 d: "2024-99-99" is not a date
            row 3 line 0 l: "x" is neither true nor false
        "#]],
    );
    let latin = ReadOptions { encoding: Some("windows-1252".to_owned()), ..ReadOptions::default() };
    assert_eq!(read_as("t.dbf", &file, &latin).unwrap().cells()[0][0].as_deref(), Some("Caf‚"));
    // Ends before its header says so.
    show(
        read_as("t.dbf", &file[..file.len() - 60], &ReadOptions::default()),
        expect![[r#"
            dbf {"encoding":"cp437","missing_records":2,"memo_columns":["MEMO"],"header":true}
            name «NAME»: text
            zip «ZIP»: text
            n «N»: integer
            m «M»: number
            d «D»: date
            l «L»: boolean
            memo «MEMO»: text
            --
            Café │ 02139 │ 12 │ 1.5 │ 2024-02-29 │ true │ ∅
            B │ 02139 │ ∅ │ -0.25 │ ∅ │ ∅ │ ∅
            row 2 line 0 n: "****" is not a whole number
        "#]],
    );
}

#[test]
fn dbase_in_utf_8_is_recognised() {
    let file = dbf(0x57, &[("NAME", b'C', 6, 0)], &[" São\0 ".as_bytes(), b" plain "]);
    assert_eq!(
        read_as("t.dbf", &file, &ReadOptions::default()).unwrap().cells()[0][0].as_deref(),
        Some("São")
    );
}

fn sqlite(statements: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.sqlite");
    let database = rusqlite::Connection::open(&path).unwrap();
    database.execute_batch(statements).unwrap();
    drop(database);
    std::fs::read(path).unwrap()
}

#[test]
fn tables_of_sqlite_are_read() {
    let file = sqlite(
        r#"CREATE TABLE gpkg_contents (x); CREATE VIEW v AS SELECT randomblob(1000000000) AS r;
        CREATE TABLE permits ("Permit No" INTEGER PRIMARY KEY, zip TEXT, amount REAL, day TEXT, ok BOOLEAN, "odd ""name" TEXT, photo BLOB, mixed);
        INSERT INTO permits VALUES (7, '02139', 1.5, '2020-01-31', 1, 'x', x'FF01', 1), (8, '10001', 2, '2020-02-01', 0, NULL, x'', 'abc');
        CREATE TABLE "other one" (a, b); INSERT INTO "other one" VALUES (1, 2.5), (2, 3);"#,
    );
    show(
        read_as("t", &file, &ReadOptions::default()),
        expect![[r#"
        sqlite {"part":"permits","other_parts":["other one"],"header":true}
        permit_no «Permit No»: integer
        zip: text, leading zeros
        amount: number
        day: date
        ok: boolean
        odd_name «odd "name»: text
        photo: text
        mixed: text
        --
        7 │ 02139 │ 1.5 │ 2020-01-31 │ true │ x │ \\xff01 │ 1
        8 │ 10001 │ 2 │ 2020-02-01 │ false │ ∅ │ ∅ │ abc
    "#]],
    );
    let part = |part: &str| ReadOptions { part: Some(part.to_owned()), ..ReadOptions::default() };
    show(
        read_as("t", &file, &part("other one")),
        expect![[r#"
        sqlite {"part":"other one","other_parts":["permits"],"header":true}
        a: integer
        b: number
        --
        1 │ 2.5
        2 │ 3
    "#]],
    );
    show(
        read_as("t", &file, &part("v")),
        expect![[r#"
        option `part` can't be used: `t` has no table `v`; it has `other one`, `permits`
    "#]],
    );
    let mut broken = file;
    broken[8_300..].fill(0xAA);
    assert!(read_as("t", &broken, &ReadOptions::default()).is_err());
}

#[test]
fn fixed_width_text_is_read_by_its_layout() {
    let layout = fixed_layout(b"column,start,length\nid,1,5\nName of it,6,6\nvalue,12,4\n").unwrap();
    let options = ReadOptions { layout, ..ReadOptions::default() };
    let text = "00001Zoë     12\n00002B      3.5\r\n\n00003\n";
    show(
        read_as("t.txt", text, &options),
        expect![[r#"
        fixed {"encoding":"utf-8","layout":[{"name":"id","start":1,"length":5},{"name":"Name of it","start":6,"length":6},{"name":"value","start":12,"length":4}],"header":true}
        id: text, leading zeros
        name_of_it «Name of it»: text
        value: number
        --
        00001 │ Zoë │ 12
        00002 │ B │ 3.5
        00003 │ ∅ │ ∅
    "#]],
    );
    show(
        read_as("t.fwf", text, &ReadOptions::default()),
        expect![[r#"
        option `layout` can't be used: fixed-width text needs the name, first character and length of each column
    "#]],
    );
}

#[test]
fn layouts_count_from_one_or_from_nought() {
    let column = |name: &str, start, length| FixedColumn { name: name.to_owned(), start, length };
    let expected = vec![column("a", 1, 2), column("b", 3, 1)];
    assert_eq!(fixed_layout(b"name;start;width\na;1;2\nb;3;1\n").unwrap(), expected);
    assert_eq!(fixed_layout(b"column,start,length\na,0,2\nb,2,1\n").unwrap(), expected);
    expect!["option `layout` can't be used: it has no column `length`"]
        .assert_eq(&fixed_layout(b"column,start\na,0\n").unwrap_err().to_string());
    expect!["option `layout` can't be used: line 2: `x` is no number"]
        .assert_eq(&fixed_layout(b"column,start,length\na,x,1\n").unwrap_err().to_string());
}
