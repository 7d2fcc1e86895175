//! The wide sheet as a dialect.

use std::ops::ControlFlow;

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use townhall_metadata::{
    CsvWide, DATA_CALL_COLUMNS, Dialect, Item, ReadError, ReadOptions, distribution_header, read_any,
    read_sheets, recognize, record_to_rows, sheet_header,
};
use townhall_model::record::{Body, Catalog, RecordKind, Version};

use crate::fixtures::{Reading, collect, read, shared, shared_files};
use crate::values::any_json;

fn read_csv(bytes: &[u8]) -> Result<Reading, ReadError> {
    collect(|sink| CsvWide.read(&mut &bytes[..], &ReadOptions::default(), sink))
}

fn body(record: Value) -> Body {
    let Value::Object(map) = record else { panic!("no object") };
    Body::from_json(RecordKind::Dataset, map, &mut Vec::new())
}

fn written(records: &[(Body, Version)]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut writer = CsvWide.catalog_writer(Box::new(&mut out)).unwrap();
    assert_eq!(writer.begin(&Catalog::default()).unwrap(), []);
    for (body, version) in records {
        assert_eq!(writer.record(body, *version).unwrap(), []);
    }
    writer.end().unwrap();
    drop(writer);
    out
}

#[track_caller]
fn comes_back(records: &[(Body, Version)]) {
    let reading = read_csv(&written(records)).unwrap();
    assert_eq!(reading.codes(), "");
    assert_eq!(reading.records.len(), records.len());
    for (read, (body, version)) in reading.records.iter().zip(records) {
        assert_eq!(read.record.body.to_json(), body.to_json());
        assert_eq!(read.record.version, *version);
    }
}

#[test]
fn every_sample_comes_back_as_it_was() {
    for folder in ["real/snapshots", "v1.1/redaction", "v3.0/harvester"] {
        for file in shared_files(folder) {
            let bytes = std::fs::read(&file).unwrap();
            if serde_json::from_slice::<Value>(&bytes).is_ok() {
                let records = read(&bytes).records.into_iter();
                comes_back(&records.map(|read| (read.record.body, read.record.version)).collect::<Vec<_>>());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_record_comes_back_as_it_was(
        members in prop::collection::vec(
            (prop::sample::select(vec!["title", "keyword", "publisher", "contactPoint", "distribution", "x"]), any_json()),
            1..5,
        )
    ) {
        let map = members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<Map<_, _>>();
        comes_back(&[(body(Value::Object(map)), Version::DcatUs11)]);
    }

    #[test]
    fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut file = b"title,identifier,keyword,distribution 2 title\r\n".to_vec();
        file.extend(&bytes);
        read_csv(&file).expect("the first row is good");
        let _ = read_csv(&bytes);
    }
}

#[test]
fn rows_keep_their_bytes_and_their_lines() {
    let file = b"title;identifier;keyword\r\nWells;w-1;\"water\nground\"\r\n\r\nPonds;p-1;water;spare\r\n";
    let reading = read_csv(file).unwrap();
    assert_eq!(reading.titles(), ["Wells", "Ponds"]);
    let records = &reading.records;
    assert_eq!(records[0].record.original, b"Wells;w-1;\"water\nground\"");
    assert_eq!(records[1].record.original, b"Ponds;p-1;water;spare");
    assert_eq!((records[0].position.line, records[1].position.line), (2, 5));
    assert_eq!(records[0].record.body.to_json()["keyword"], json!(["water", "ground"]));
    assert_eq!(reading.codes(), "SHEET-SPARE-CELLS `/dataset/1` 5:1\n");
    assert_eq!((reading.summary.datasets, reading.summary.bytes), (2, file.len() as u64));
}

#[test]
fn a_sheet_that_a_spreadsheet_saved_its_own_way_is_read() {
    let reading = read_csv(b"title,identifier\r\nCaf\xe9,1\r\n").unwrap();
    assert_eq!(
        (reading.titles(), reading.codes().as_str()),
        (vec!["Caf\u{e9}".to_owned()], "READ-WINDOWS-1252 ``\n")
    );
    let utf_16 = "\u{feff}title\tidentifier\r\nCaf\u{e9}\t1\r\n".encode_utf16().flat_map(u16::to_le_bytes);
    let reading = read_csv(&utf_16.collect::<Vec<_>>()).unwrap();
    assert_eq!((reading.titles(), reading.codes().as_str()), (vec!["Caf\u{e9}".to_owned()], ""));
}

#[test]
fn a_sheet_of_datasets_is_told_from_any_other_table() {
    let id = |text: &str| recognize(text.as_bytes()).info().id;
    assert_eq!(id("title,identifier,contactEmail\r\nWells,w-1,a@b.gov\r\n"), "csv-wide");
    assert_eq!(id(&sheet_header().join(",")), "csv-wide");
    assert_eq!(id("\u{feff}Title;Description;accessLevel\n"), "csv-wide");
    assert_eq!(id("accessLevel\thasEmail\ttitle\n"), "csv-wide");
    // Books have titles and identifiers, too.
    assert_eq!(id("title,identifier,keyword,publisher\nWells,1,a,b\n"), "dcat-us-1.1");
    assert_eq!(id("name,height\nWells,3\n"), "dcat-us-1.1");
    assert_eq!(id("{\"title\": 1, \"identifier\": 2}"), "dcat-us-1.1");
    assert_eq!(id("title, a list of identifiers\n"), "dcat-us-1.1");
}

#[test]
fn the_data_call_is_read_by_its_order_alone() {
    let cells = DATA_CALL_COLUMNS.map(|column| match column {
        "title" => "Wells",
        "accessLevel" => "Public",
        "keyword" => "\"water,wells\"",
        "mbox" => "ann@agency.gov",
        _ => "",
    });
    let file = cells.join(",") + "\r\n" + &cells.join(",") + "\r\n";
    let mut titles = Vec::new();
    let (info, summary) = read_any(&mut file.as_bytes(), &ReadOptions::default(), &mut |item| {
        let Item::Record(read) = item else { panic!("a record") };
        assert_eq!(read.record.body.to_json()["keyword"], json!(["water", "wells"]));
        titles.extend(read.record.body.view().title);
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!((info.id, summary.version), ("csv-wide", Some(Version::DcatUs11)));
    assert_eq!(titles, ["Wells", "Wells"]);
    assert_eq!(summary.findings[0].code, "SHEET-NO-HEADER");
}

#[test]
fn the_template_of_1_1_is_read_as_the_dialect() {
    let Some(path) = shared("v1.1/pod-examples/catalog-sample-extended.csv") else { return };
    let bytes = std::fs::read(path).unwrap();
    assert_eq!(recognize(&bytes).info().id, "csv-wide");
    let reading = read_csv(&bytes).unwrap();
    assert!(reading.summary.datasets > 0 && reading.summary.is_complete());
}

#[test]
fn limits_are_normal_answers() {
    let options = ReadOptions { decompressed_bytes_max: 60, record_bytes_max: 20 };
    let read = |bytes: &[u8]| collect(|sink| CsvWide.read(&mut &bytes[..], &options, sink));
    let long = b"title,identifier\nA very long title indeed,1\nWells,w-1\n";
    let reading = read(long).unwrap();
    assert_eq!((reading.titles().len(), reading.refused.len()), (1, 1));
    assert_eq!(reading.codes(), "READ-TOO-LARGE `` 2:1\n");
    assert!(!reading.summary.is_complete());
    let longer = [&long[..], b"Ponds,p-1\n"].concat();
    assert!(matches!(read(&longer), Err(ReadError::TooLarge { limit_bytes: 60 })));
    assert!(matches!(read(b""), Err(ReadError::Empty)));
    let error = read(b"name,height\n").map(drop).unwrap_err();
    assert!(error.to_string().ends_with("it has `name`, `height`"), "{error}");
}

#[test]
fn a_packed_file_that_breaks_off_gives_what_stands_before() {
    let Some(path) = shared("real/snapshots") else { return };
    let file = std::fs::read_dir(path).unwrap().next().unwrap().unwrap().path();
    let records = read(&std::fs::read(file).unwrap()).records;
    let records = records.into_iter().map(|read| (read.record.body, read.record.version)).collect::<Vec<_>>();
    let (file, mut packed) = (written(&records), Vec::new());
    let mut encoder = flate2::read::GzEncoder::new(&file[..], flate2::Compression::fast());
    std::io::Read::read_to_end(&mut encoder, &mut packed).unwrap();
    packed.truncate(packed.len() / 2);
    let reading = read_csv(&packed).unwrap();
    assert!(reading.summary.is_truncated);
    assert!(reading.codes().contains("READ-GZIP-DAMAGED"));
    assert!(reading.records.len() < records.len());
}

#[test]
fn a_header_that_says_more_than_its_schema_is_reported() {
    let map = json!({"title": "All data", "conformsTo": "x"});
    let header = Catalog::from_json(map.as_object().unwrap().clone(), &mut Vec::new());
    let mut writer = CsvWide.catalog_writer(Box::new(Vec::new())).unwrap();
    let findings = writer.begin(&header).unwrap();
    assert_eq!(findings.len(), 1);
    assert_eq!((findings[0].code.as_str(), findings[0].pointer.as_str()), ("WRITE-NO-PLACE", "/title"));
}

#[test]
fn two_sheets_give_items_as_every_reader_does() {
    let record = body(json!({
        "title": "Wells", "identifier": "w-1",
        "distribution": [{"title": "a", "downloadURL": "https://a.gov/a.csv"}, {"title": "b"}],
    }));
    let rows = record_to_rows(7, &record, Version::DcatUs30);
    let distributions = [distribution_header()].into_iter().chain(rows.distributions);
    let reading = collect(|sink| read_sheets([sheet_header(), rows.record], distributions, sink)).unwrap();
    assert_eq!(reading.records[0].record.body.to_json(), record.to_json());
    assert_eq!(reading.records[0].record.version, Version::DcatUs30);
    assert_eq!((reading.summary.datasets, reading.records[0].position.line), (1, 2));
    assert!(reading.records[0].record.original.starts_with(b"7,w-1,Wells,"));
    let lost = [distribution_header(), vec!["9".to_owned()]];
    let reading = collect(|sink| read_sheets([vec!["title".into(), "record".into()]], lost, sink)).unwrap();
    assert_eq!(reading.codes(), "SHEET-NO-RECORD `` 2:1\n");
}
