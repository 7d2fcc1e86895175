//! What holds for every format in the list.

use std::{collections::HashSet, sync::Arc};

use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use arrow_schema::Field;
use expect_test::expect;
use townhall_formats::{
    FORMATS, Header, Likelihood, ReadOptions, WriteOptions, by_accept, by_extension, by_file_name,
    by_media_type, by_name, guess, value_text,
};
use townhall_model::table::ColumnType;

use crate::{
    round_trip::write,
    support::{Read, read_as},
};

fn table() -> RecordBatch {
    let column = |name: &str, array: ArrayRef| (name.to_owned(), array);
    RecordBatch::try_from_iter([
        column(
            "name",
            Arc::new(StringArray::from(vec![Some("Ada, \"A\""), None, Some("naïve")])) as ArrayRef,
        ),
        column("count", Arc::new(Int64Array::from(vec![Some(1), Some(-2), None]))),
        column("share", Arc::new(Float64Array::from(vec![Some(0.5), None, Some(1e-9)]))),
        column("open", Arc::new(BooleanArray::from(vec![Some(true), Some(false), None]))),
    ])
    .unwrap()
}

/// Reads bytes as a format; whatever happens, it must not panic.
fn try_read(format: &str, extension: &str, bytes: &[u8]) -> Option<Read> {
    let options = ReadOptions { format: Some(format.to_owned()), ..ReadOptions::default() };
    read_as(&format!("t.{extension}"), bytes, &options).ok()
}

#[test]
fn names_extensions_and_media_types_are_unique_and_found() {
    let mut seen = HashSet::new();
    for format in FORMATS {
        let info = format.info();
        assert!(info.can_read || info.can_write, "{}", info.name);
        assert!(seen.insert(info.name.to_owned()), "{}", info.name);
        assert_eq!(by_name(info.name).unwrap().info(), info);
        for extension in info.extensions {
            assert!(seen.insert(format!(".{extension}")), "{extension}");
            assert_eq!(by_extension(&extension.to_uppercase()).unwrap().info(), info);
        }
        for media_type in info.media_types {
            assert!(seen.insert((*media_type).to_owned()), "{media_type}");
            assert_eq!(by_media_type(&format!("{media_type}; charset=utf-8")).unwrap().info(), info);
        }
        assert!(info.content_type().starts_with(info.media_types[0]));
    }
}

#[test]
fn what_is_written_is_recognised_and_read_back() {
    for format in FORMATS {
        let info = format.info();
        // What needs places has tests of its own.
        if !info.can_write || !format.suits(&table().schema()) {
            continue;
        }
        let bytes = write(info.name, &[table()], &WriteOptions::default());
        let name = format!("t.{}", info.extensions[0]);
        assert_eq!(guess(&bytes, &name).unwrap().info(), info);
        if info.can_read {
            let read = try_read(info.name, info.extensions[0], &bytes).unwrap();
            assert_eq!(read.ingested.format, info.name);
            assert_eq!(read.ingested.rejects_total, 0);
            let kinds: Vec<_> = read.ingested.columns.iter().map(|column| column.kind.name()).collect();
            assert_eq!(kinds, ["text", "integer", "number", "boolean"], "{}", info.name);
            let cells: Vec<Vec<_>> = read
                .cells()
                .into_iter()
                .map(|row| row.into_iter().map(Option::unwrap_or_default).collect())
                .collect();
            assert_eq!(
                cells,
                [["Ada, \"A\"", "1", "0.5", "true"], ["", "-2", "", "false"], ["naïve", "", "1e-9", ""]]
            );
        } else {
            assert!(try_read(info.name, info.extensions[0], &bytes).is_none());
        }
    }
}

/// Texts that some format or program takes for something else.
const NASTY: [&str; 22] = [
    "plain",
    "007",
    "=cmd|' /C calc'!A0",
    "+1",
    "@SUM(A1)",
    "a \"quoted\" 'word'",
    "comma, semicolon; pipe|",
    "tab\there",
    "line\nbreak",
    "two  spaces and\u{a0}one that holds",
    " around ",
    "]]>",
    "</script><b>&amp;</b>",
    "&#0;&lt;",
    "\u{1}control\u{8}\u{1f}",
    "\u{1f600} é ü \u{202e}",
    "\u{fffe}",
    "C:\\new\\table",
    "{\"a\": [1]}",
    "2024-13-45",
    "1e400",
    "-",
];

fn nasty_table() -> RecordBatch {
    let days: Vec<_> = (0..NASTY.len() as i32).map(|n| (n % 5 != 1).then_some(n * 1_000 - 5_000)).collect();
    let micros: Vec<_> =
        days.iter().map(|day| day.map(|day| i64::from(day) * 86_400_000_000 + 45_296_000_000)).collect();
    let whole: Vec<_> =
        (0..NASTY.len() as i64).map(|n| (n % 7 != 2).then_some((n - 9) * 1_000_003)).collect();
    let column = |name: &str, array: ArrayRef| (name.to_owned(), array);
    RecordBatch::try_from_iter([
        column("text", Arc::new(StringArray::from(NASTY.to_vec())) as ArrayRef),
        column(
            "perhaps",
            Arc::new(StringArray::from_iter(NASTY.iter().map(|text| (text.len() % 3 != 0).then_some(*text)))),
        ),
        column("whole", Arc::new(Int64Array::from(whole.clone()))),
        column("part", Arc::new(Float64Array::from_iter(whole.iter().map(|n| n.map(|n| n as f64 / 64.0))))),
        column("flag", Arc::new(BooleanArray::from_iter(whole.iter().map(|n| n.map(|n| n % 2 == 0))))),
        column("day", Arc::new(Date32Array::from(days))),
        column("moment", Arc::new(TimestampMicrosecondArray::from(micros.clone()).with_timezone("UTC"))),
        column("local", Arc::new(TimestampMicrosecondArray::from(micros))),
        column(
            "2nd",
            Arc::new(StringArray::from_iter((0..NASTY.len()).map(|n| (n % 2 == 0).then_some("odd name")))),
        ),
    ])
    .unwrap()
}

/// The table with columns that say where its rows are.
fn with_place(table: &RecordBatch) -> RecordBatch {
    let degrees = |step: f64| -> ArrayRef {
        Arc::new(Float64Array::from_iter_values((0..table.num_rows()).map(|n| n as f64 * step)))
    };
    let names = table.schema().fields().iter().map(|field| field.name().clone()).collect::<Vec<_>>();
    let columns = names.into_iter().zip(table.columns().iter().cloned());
    let places = [("latitude".to_owned(), degrees(0.25)), ("longitude".to_owned(), degrees(-1.5))];
    RecordBatch::try_from_iter(columns.chain(places)).unwrap()
}

fn places() -> RecordBatch {
    with_place(&table())
}

/// What a format says of itself that it can't hold, and so does not give back.
fn as_held_by(format: &str, column: &str, text: String) -> String {
    let forbidden = |c: char| matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    match format {
        "xml" => text.replace(forbidden, "\u{fffd}"),
        // Cells have no zone.
        "ods" | "xlsx" if column == "moment" => text.trim_end_matches('Z').to_owned(),
        "ods" => text.replace(forbidden, "\u{fffd}"),
        "html" => text
            .split([' ', '\n', '\t', '\u{a0}'])
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join(" "),
        _ => text,
    }
}

#[test]
fn nasty_values_survive_every_format_that_reads_what_it_writes() {
    let table = nasty_table();
    let mut wrong = String::new();
    for info in FORMATS.iter().map(|format| format.info()).filter(|info| info.can_write && info.can_read) {
        let table = match info.name {
            "geojson" => with_place(&table),
            _ => table.clone(),
        };
        let halves = [table.slice(0, 10), table.slice(10, table.num_rows() - 10)];
        let bytes = write(info.name, &halves, &WriteOptions::default());
        let options = ReadOptions {
            columns: [("text", ColumnType::Text), ("perhaps", ColumnType::Text)]
                .map(|(name, kind)| (name.to_owned(), kind))
                .into(),
            header: Header::Row(1),
            ..ReadOptions::default()
        };
        let read = read_as(&format!("t.{}", info.extensions[0]), &bytes, &options).unwrap();
        assert_eq!(read.ingested.format, info.name);
        assert_eq!(read.ingested.rejects_total, 0, "{}", info.name);
        let schema = table.schema();
        let expected = |row: usize| -> Vec<Option<String>> {
            let cell = |(array, field): (&ArrayRef, &Arc<Field>)| {
                value_text(array, row).map(|text| as_held_by(info.name, field.name(), text))
            };
            table.columns().iter().zip(schema.fields()).map(cell).collect()
        };
        let cells = read.cells();
        assert_eq!(cells.len(), table.num_rows(), "{}", info.name);
        for (row, cells) in cells.iter().enumerate() {
            for ((found, expected), field) in cells.iter().zip(expected(row)).zip(schema.fields()) {
                if *found != expected {
                    wrong.push_str(&format!("{} {}: {found:?} was {expected:?}\n", info.name, field.name()));
                }
            }
        }
    }
    expect![""].assert_eq(&wrong);
}

#[test]
fn cut_and_damaged_files_never_panic() {
    for format in FORMATS.iter().filter(|format| format.info().can_read && format.info().can_write) {
        let info = format.info();
        let table = if format.suits(&table().schema()) { table() } else { places() };
        let bytes = write(info.name, &[table], &WriteOptions::default());
        for length in (0..bytes.len()).step_by(bytes.len().div_ceil(60)) {
            try_read(info.name, info.extensions[0], &bytes[..length]);
        }
        for at in (0..bytes.len()).step_by(bytes.len().div_ceil(120)) {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1 << (at % 8);
            try_read(info.name, info.extensions[0], &damaged);
        }
    }
}

#[test]
fn nothing_noise_and_huge_cells_never_panic() {
    let noise: Vec<u8> = (0..5_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let huge = [b"a,b\n1,".as_slice(), &vec![b'x'; 2_000_000], b"\n"].concat();
    for format in FORMATS {
        let info = format.info();
        for bytes in [b"".as_slice(), b"\0", b"\xFF\xFE", b"\xEF\xBB\xBF", &noise, &huge] {
            try_read(info.name, info.extensions[0], bytes);
            assert!(format.sniff(bytes, "") <= Likelihood::Certain);
        }
    }
}

#[test]
fn names_of_files_promise_tables_only_where_they_are_sure() {
    let promised = |name: &str| by_file_name(name).map(|format| format.info().name);
    assert_eq!(promised("a.csv.gz"), Some("csv"));
    assert_eq!(promised("a.ods"), Some("ods"));
    assert_eq!(promised("index.html"), None);
    assert_eq!(promised("metadata.xml"), None);
    assert_eq!(promised("map.geojson"), None);
    assert_eq!(promised("map.kml"), None);
}

#[test]
fn accept_headers_choose_by_name_and_quality() {
    let chosen = |accept: &str| by_accept(accept).map(|format| format.info().name);
    assert_eq!(chosen("text/csv"), Some("csv"));
    assert_eq!(chosen("text/html, application/json;q=0.9, text/csv;q=0.95"), Some("csv"));
    assert_eq!(chosen("application/json;q=0, */*"), None);
    assert_eq!(chosen("text/html,application/xhtml+xml,*/*;q=0.8"), None);
    assert_eq!(chosen("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"), None);
    assert_eq!(chosen("application/xml;q=0.9, text/csv;q=0.1"), Some("xml"));
    assert_eq!(chosen(""), None);
}
