//! Properties of the scanner and the reader that hold for any bytes.

use std::io::Read;
use std::ops::ControlFlow;

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use townhall_metadata::{
    ChangeKind, ReadOptions, canonical_hash, changes, fuzz_catalog, fuzz_convert, fuzz_fix, fuzz_merge,
    fuzz_sheet, fuzz_table, locate, read_catalog,
};

use crate::fixtures::{read, try_read};

/// Gives its bytes in pieces of the given lengths, round and round.
struct Pieces<'b> {
    bytes: &'b [u8],
    lengths: Vec<usize>,
    next: usize,
}

impl Read for Pieces<'_> {
    fn read(&mut self, output: &mut [u8]) -> std::io::Result<usize> {
        let length =
            self.lengths[self.next % self.lengths.len()].clamp(1, output.len()).min(self.bytes.len());
        self.next += 1;
        output[..length].copy_from_slice(&self.bytes[..length]);
        self.bytes = &self.bytes[length..];
        Ok(length)
    }
}

fn sample() -> Vec<u8> {
    let records = [
        r#"{"@type": "dcat:Dataset", "title": "Wells \"deep\" \\", "keyword": ["água", "water"], "identifier": "1"}"#,
        r#"{"@type": "dcat:Dataset", "title": "Roads", "distribution": [{"downloadURL": "https://a.gov/{x}.csv"}], "identifier": "2"}"#,
        r#"{"@type": "dcat:Dataset", "title": "Lone \udc92", "identifier": "3",}"#,
        r#"{"@type": "dcat:Dataset", "title": "Parks", "identifier": "4"}"#,
    ];
    let head = "{\n \"conformsTo\": \"https://project-open-data.cio.gov/v1.1/schema\",\n \"dataset\": [\n  ";
    format!("{head}{}\n ],\n \"title\": \"All\"\n}}\n", records.join(",\n  ")).into_bytes()
}

#[test]
fn every_truncation_keeps_the_records_before_the_cut() {
    let file = sample();
    let whole = read(&file);
    assert_eq!(whole.records.len(), 4);
    let ends = whole.records.iter().map(|read| {
        let at = locate(&file, &read.pointer).expect("a record");
        at + read.record.original.len()
    });
    let ends = ends.collect::<Vec<_>>();
    for cut in 1..file.len() {
        let Ok(reading) = try_read(&file[..cut], &ReadOptions::default()) else { continue };
        let before = ends.iter().filter(|end| **end <= cut).count();
        assert_eq!(reading.records, whole.records[..before], "cut at {cut}");
        // Only the closing brace and the line break may be missing without a difference.
        assert!(reading.summary.is_truncated || cut >= file.trim_ascii_end().len(), "cut at {cut}");
    }
}

#[test]
fn pieces_of_any_length_give_the_same_reading() {
    let file = sample();
    let whole = read(&file);
    for length in 1..=file.len() {
        let pieces = Pieces { bytes: &file, lengths: vec![length], next: 0 };
        assert_eq!(
            try_read(pieces, &ReadOptions::default()).expect("a catalogue"),
            whole,
            "pieces of {length}"
        );
    }
}

#[test]
fn the_receiver_can_stop_the_reading() {
    let mut seen = 0;
    let summary = read_catalog(&sample()[..], &ReadOptions::default(), &mut |_| {
        seen += 1;
        ControlFlow::Break(())
    });
    assert!(summary.expect("a catalogue").is_stopped);
    assert_eq!(seen, 1);
}

#[test]
fn a_list_in_another_order_is_told_from_a_change() {
    let map = |value: Value| value.as_object().cloned().expect("an object");
    let before = map(json!({"keyword": ["a", "b"], "title": "x", "issued": "2019", "modified": 1.0}));
    let after = map(json!({"title": "y", "keyword": ["b", "a"], "modified": 1, "rights": null}));
    let drawn =
        changes(&before, &after).into_iter().map(|change| (change.field, change.kind)).collect::<Vec<_>>();
    let field = |name: &str| name.to_owned();
    assert_eq!(
        drawn,
        [
            (field("title"), ChangeKind::Changed),
            (field("keyword"), ChangeKind::Reordered),
            (field("rights"), ChangeKind::Added),
            (field("issued"), ChangeKind::Removed),
        ]
    );
}

/// Any JSON of a modest size.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(|number| json!(number)),
        any::<f64>().prop_map(|number| json!(number)),
        ".{0,12}".prop_map(Value::String),
    ];
    leaf.prop_recursive(4, 48, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
            prop::collection::vec((key(), inner), 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Keys that classes know, and others.
fn key() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "@id",
        "@type",
        "title",
        "keyword",
        "modified",
        "publisher",
        "name",
        "subOrganizationOf",
        "contactPoint",
        "fn",
        "identifier",
        "accessLevel",
        "license",
        "rights",
        "spatial",
        "temporal",
        "startDate",
        "distribution",
        "downloadURL",
        "mediaType",
        "format",
        "accrualPeriodicity",
        "conformsTo",
        "describedBy",
        "describedByType",
        "isPartOf",
        "issued",
        "language",
        "landingPage",
        "references",
        "page",
        "theme",
        "prefLabel",
        "inSeries",
        "accessRights",
        "bbox",
        "coordinates",
        "mbox",
        "webService",
        "accessURL",
        "byteSize",
    ]);
    prop_oneof![4 => known.prop_map(str::to_owned), 1 => ".{0,6}"]
}

fn any_record() -> impl Strategy<Value = Map<String, Value>> {
    let text = prop::sample::select(vec![
        "a",
        "2019",
        "2019-01-01/2020",
        "R/P1D",
        "R/P",
        "en-US",
        "public",
        "https://a.gov/b",
        "[[REDACTED-EX B6]]",
        "-1,2,3,4",
        "",
        "2015-W10",
        "daily",
        "text/csv",
    ]);
    let value = prop_oneof![any_json(), text.prop_map(|text| json!(text))];
    prop::collection::vec((key(), value), 0..12).prop_map(|members| members.into_iter().collect())
}

fn reordered(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            Value::Object(map.iter().rev().map(|(key, value)| (key.clone(), reordered(value))).collect())
        }
        Value::Array(values) => Value::Array(values.iter().map(reordered).collect()),
        other => other.clone(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        fuzz_catalog(&bytes);
    }

    #[test]
    fn near_json_is_read_without_panic(text in r#"[\[\]{}",:\\ \na-c0-2é]{0,200}"#) {
        fuzz_catalog(text.as_bytes());
        fuzz_catalog(format!("{{\"dataset\": [{text}]}}").as_bytes());
    }

    #[test]
    fn a_damaged_catalogue_is_read_without_panic(at in 0_usize..700, byte in any::<u8>(), cut in 0_usize..20) {
        let mut file = sample();
        let at = at % file.len();
        file[at] = byte;
        file.drain(at..(at + cut).min(file.len()));
        fuzz_catalog(&file);
    }

    #[test]
    fn the_tools_take_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200), text in r#"[\[\]{}",:;\\/*' \n\ta-c0-2.+xé-]{0,120}"#) {
        fuzz_table(&bytes);
        fuzz_table(text.as_bytes());
        fuzz_fix(format!("{{\"dataset\": [{text}]}}").as_bytes());
    }

    #[test]
    fn the_tools_take_a_damaged_catalogue(at in 0_usize..700, byte in any::<u8>(), cut in 0_usize..20) {
        let mut file = sample();
        let at = at % file.len();
        file[at] = byte;
        file.drain(at..(at + cut).min(file.len()));
        fuzz_fix(&file);
        fuzz_sheet(&file);
        fuzz_table(&file);
        fuzz_merge(&file);
    }

    #[test]
    fn pieces_of_random_lengths_give_the_same_reading(lengths in prop::collection::vec(1_usize..60, 1..20), at in 0_usize..700, byte in any::<u8>()) {
        let mut file = sample();
        let at = at % file.len();
        file[at] = byte;
        let whole = try_read(&file[..], &ReadOptions::default());
        let pieces = try_read(Pieces { bytes: &file, lengths, next: 0 }, &ReadOptions::default());
        prop_assert_eq!(format!("{whole:?}"), format!("{pieces:?}"));
    }

    #[test]
    fn any_record_survives_reading_writing_and_conversion(record in any_record()) {
        let file = json!({"dataset": [record]}).to_string();
        fuzz_catalog(file.as_bytes());
        fuzz_convert(file.as_bytes());
        fuzz_fix(file.as_bytes());
        fuzz_sheet(file.as_bytes());
        let written = read(file.as_bytes()).records[0].record.body.to_json();
        let parsed: Value = serde_json::from_str(&file).expect("JSON");
        prop_assert_eq!(&Value::Object(written), &parsed["dataset"][0]);
    }

    #[test]
    fn the_canonical_hash_ignores_order_and_format_alone(record in any_record()) {
        let hash = canonical_hash(&record);
        let Value::Object(other) = reordered(&Value::Object(record.clone())) else { unreachable!() };
        prop_assert_eq!(hash, canonical_hash(&other));
        let pretty = serde_json::to_string_pretty(&record).expect("JSON");
        prop_assert_eq!(hash, canonical_hash(&serde_json::from_str(&pretty).expect("JSON")));
        let mut changed = record;
        changed.insert("added".to_owned(), json!("x"));
        prop_assert_ne!(hash, canonical_hash(&changed));
    }

    #[test]
    fn a_pointer_is_found_where_its_value_stands(record in any_record()) {
        let text = Value::Object(record.clone()).to_string();
        for (key, value) in &record {
            let pointer = format!("/{}", key.replace('~', "~0").replace('/', "~1"));
            let at = locate(text.as_bytes(), &pointer).expect("a value");
            prop_assert!(text[at..].starts_with(&value.to_string()));
        }
    }
}
