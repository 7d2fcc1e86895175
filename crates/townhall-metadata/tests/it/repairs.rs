//! Damaged files: what is mended, what is refused, and that the good records come through.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use insta::assert_snapshot;
use townhall_metadata::{ReadError, ReadOptions};
use townhall_model::record::Version;

use crate::fixtures::{Reading, read, try_read};

/// Draws a reading: titles, then findings with their places, then what was refused.
fn draw(reading: &Reading) -> String {
    let mut drawing = format!("{:?}\n{}", reading.titles(), reading.codes());
    for refused in &reading.refused {
        drawing.push_str(&format!("refused {} {}\n", refused.pointer, refused.reason.message));
    }
    if reading.summary.is_truncated {
        drawing.push_str("truncated\n");
    }
    drawing
}

fn catalog(records: &str) -> String {
    format!(
        "{{\"conformsTo\": \"https://project-open-data.cio.gov/v1.1/schema\",\n\"dataset\": [\n{records}\n]}}\n"
    )
}

#[test]
fn a_byte_order_mark_is_dropped() {
    let file = [b"\xef\xbb\xbf".as_slice(), catalog(r#"{"title": "a"}"#).as_bytes()].concat();
    assert_snapshot!(draw(&read(&file)), @r##"
    ["a"]
    READ-BOM ``
    "##);
}

#[test]
fn utf_16_is_read_in_either_order_with_a_mark_or_without() {
    let text = catalog(r#"{"title": "Économie 😀"}"#);
    for mark in ["\u{feff}", ""] {
        let units = || mark.encode_utf16().chain(text.encode_utf16());
        let little = units().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
        let big = units().flat_map(u16::to_be_bytes).collect::<Vec<_>>();
        for file in [little, big] {
            let reading = read(&file);
            assert_eq!(reading.titles(), ["Économie 😀"]);
            assert_eq!(reading.summary.findings[0].code, "READ-UTF16");
        }
    }
}

#[test]
fn windows_1252_is_read_byte_by_byte_and_only_where_it_stands() {
    let mut file =
        b"{\"dataset\": [{\"title\": \"caf\xe9 \x93Z\xfcrich\x94 \xc3\xa9\"},\n{\"title\": \"\xc3\xa9\"}]}"
            .to_vec();
    assert_snapshot!(draw(&read(&file)), @r##"
    ["café “Zürich” é", "é"]
    READ-WINDOWS-1252 `/dataset/0` 1:28
    "##);
    file.retain(u8::is_ascii);
    assert_eq!(read(&file).codes(), "");
}

#[test]
fn the_original_of_a_mended_record_is_what_stood_in_the_file() {
    let record = b"{\"title\": \"caf\xe9\",}";
    let file = [b"{\"dataset\": [ ".as_slice(), record, b"]}"].concat();
    assert_eq!(read(&file).records[0].record.original, record);
}

#[test]
fn half_a_character_becomes_a_replacement_and_a_whole_one_stays() {
    let file = catalog(r#"{"title": "a\udc92b \ud83d\ude00 \ud83d, \ud83d\u0041"}"#);
    assert_snapshot!(draw(&read(file.as_bytes())), @r##"
    ["a�b 😀 �, �A"]
    READ-SURROGATE `/dataset/0` 3:13
    "##);
}

#[test]
fn raw_control_characters_stay_what_they_are() {
    let file = catalog("{\"title\": \"a\tb\nc\"}");
    assert_snapshot!(draw(&read(file.as_bytes())), @r##"
    ["a\tb\nc"]
    READ-CONTROL `/dataset/0` 3:13
    "##);
}

#[test]
fn backslashes_that_escape_nothing_stand_for_themselves() {
    let file = catalog(r#"{"title": "C:\data \'x\' \u12 \\"}"#);
    assert_snapshot!(draw(&read(file.as_bytes())), @r##"
    ["C:\\data 'x' \\u12 \\"]
    READ-ESCAPE `/dataset/0` 3:14
    "##);
}

#[test]
fn spare_commas_are_passed_over_within_records_and_between_them() {
    let file = catalog("{\"title\": \"a\", \"keyword\": [\"x\",, \"y\",],},,\n{,\"title\": \"b\"},");
    assert_snapshot!(draw(&read(file.as_bytes())), @r##"
    ["a", "b"]
    READ-COMMA `/dataset` 3:42
    READ-COMMA `/dataset/0` 3:31
    READ-COMMA `/dataset/1` 4:2
    "##);
}

#[test]
fn missing_commas_between_records_are_noticed() {
    let file = catalog("{\"title\": \"a\"}\n{\"title\": \"b\"}");
    assert_snapshot!(draw(&read(file.as_bytes())), @r##"
    ["a", "b"]
    READ-MISSING-COMMA `/dataset` 4:1
    "##);
}

#[test]
fn json_lines_are_read_and_a_broken_line_harms_no_other() {
    let file = "{\"title\": \"a\", \"identifier\": \"1\"}\n\
                {\"title\": \"broken, \"identifier\": \"2\"}\n\
                {\"title\": \"b\", \"x\": {\"y\": 1}\n\
                \n\
                nonsense\n\
                {\"title\": \"c\", \"identifier\": \"3\"},\r\n\
                {\"title\": \"d\", \"identifier\": \"4\"}";
    assert_snapshot!(draw(&read(file.as_bytes())), @r##"
    ["a", "c", "d"]
    READ-JSON-LINES `` 1:1
    READ-BROKEN `/1` 2:38
    READ-BROKEN `/2` 3:29
    READ-NOT-AN-OBJECT `/3` 5:1
    refused /1 the record that begins at line 2, column 1 is not closed properly; a quote or bracket is missing or spare
    refused /2 the record that begins at line 3, column 1 is not closed properly; a quote or bracket is missing or spare
    refused /3 a record must be an object in braces; this is not one
    "##);
}

#[test]
fn objects_one_after_the_other_are_read_even_over_several_lines() {
    let one = "{\n  \"title\": \"a\",\n  \"identifier\": \"1\"\n}\n";
    let two = one.replace('a', "b");
    assert_snapshot!(draw(&read(format!("{one}{two}").as_bytes())), @r##"
    ["a", "b"]
    READ-JSON-LINES `` 5:1
    "##);
}

#[test]
fn a_bare_list_is_project_open_data_1_0() {
    let file =
        r#"[{"title": "a", "mbox": "a@b.gov", "contactPoint": "A"}, {"title": "b", "contactPoint": "B"}]"#;
    let reading = read(file.as_bytes());
    assert_eq!(reading.summary.version, Some(Version::Pod10));
    assert_snapshot!(draw(&reading), @r##"
    ["a", "b"]
    READ-BARE-LIST ``
    "##);
}

#[test]
fn a_dataset_that_stands_alone_is_a_record_and_its_original_is_the_file() {
    let file = r#"{ "title": "a", "description": "b", "distribution": [ {} ] }"#;
    let reading = read(file.as_bytes());
    assert_eq!(reading.titles(), ["a"]);
    assert_eq!(reading.records[0].record.original, file.as_bytes());
    assert_eq!(reading.codes(), "");
}

#[test]
fn one_dataset_in_place_of_the_list_is_a_list_of_one() {
    assert_snapshot!(draw(&read(br#"{"dataset": {"title": "a"}, "title": "c"}"#)), @r##"
    ["a"]
    READ-NOT-A-LIST `/dataset` 1:13
    "##);
}

#[test]
fn a_header_may_stand_behind_its_records() {
    let file = r#"{"dataset": [{"title": "a"}], "title": "The catalogue", "conformsTo": "https://project-open-data.cio.gov/v1.1/schema"}"#;
    let reading = read(file.as_bytes());
    assert_eq!(reading.summary.version, Some(Version::DcatUs11));
    assert_eq!(reading.headers[0].record.body.view().title.as_deref(), Some("The catalogue"));
}

#[test]
fn what_is_no_object_is_refused_and_the_rest_is_read() {
    let file = catalog("null, \"text\", 5, [1, {\"a\": 2}], {\"title\": \"a\"}, true");
    assert_snapshot!(draw(&read(file.as_bytes())), @r##"
    ["a"]
    READ-NOT-AN-OBJECT `/dataset/0` 3:1
    READ-NOT-AN-OBJECT `/dataset/1` 3:7
    READ-NOT-AN-OBJECT `/dataset/2` 3:15
    READ-NOT-AN-OBJECT `/dataset/3` 3:18
    READ-NOT-AN-OBJECT `/dataset/5` 3:49
    refused /dataset/0 a record must be an object in braces; this is not one
    refused /dataset/1 a record must be an object in braces; this is not one
    refused /dataset/2 a record must be an object in braces; this is not one
    refused /dataset/3 a record must be an object in braces; this is not one
    refused /dataset/5 a record must be an object in braces; this is not one
    "##);
}

#[test]
fn a_record_with_a_quote_too_few_does_not_take_the_next_with_it() {
    let file = catalog(
        "  {\n    \"@type\": \"dcat:Dataset\",\n    \"title\": \"a\n  },\n  {\n    \"@type\": \"dcat:Dataset\",\n    \"title\": \"b\"\n  },\n  {\n    \"@type\": \"dcat:Dataset\",\n    \"title\": \"c\"\n  }",
    );
    assert_snapshot!(draw(&read(file.as_bytes())), @r##"
    ["b", "c"]
    READ-MISSING-COMMA `/dataset` 7:3
    READ-BROKEN `/dataset/0` 7:3
    refused /dataset/0 the record that begins at line 3, column 3 is not closed properly; a quote or bracket is missing or spare
    "##);
}

#[test]
fn a_record_with_a_bracket_too_few_or_too_many_does_not_either() {
    for broken in [
        r#"{"title": "x", "publisher": {"name": "y"}"#,
        r#"{"title": "x"}}"#,
        r#"{"title": "x", "keyword": ["y"}"#,
    ] {
        let file = catalog(&format!("{{\"title\": \"a\"}},\n{broken},\n{{\"title\": \"b\"}}"));
        let reading = read(file.as_bytes());
        let titles = reading.titles();
        assert!(
            titles.contains(&"a".to_owned()) && titles.contains(&"b".to_owned()),
            "{broken}: {}",
            draw(&reading)
        );
        let noticed = reading.refused.len() + reading.summary.findings.len();
        assert!(noticed > 0, "{broken}");
    }
}

#[test]
fn a_key_that_stands_twice_is_noticed() {
    assert_snapshot!(draw(&read(br#"{"dataset": [{"title": "a", "title": "b"}]}"#)), @r##"
    ["b"]
    READ-DOUBLED-KEY `/dataset/0` 1:14
    "##);
}

#[test]
fn a_value_of_the_wrong_type_is_kept_and_noticed_with_its_place() {
    let file = catalog("{\"title\": \"a\",\n  \"distribution\": [{\"title\": 7}, 8], \"modified\": null}");
    let reading = read(file.as_bytes());
    assert_snapshot!(draw(&reading), @r##"
    ["a"]
    READ-SHAPE `/dataset/0/distribution` 4:19
    "##);
    assert_eq!(reading.records[0].findings[0].title.as_deref(), Some("a"));
}

#[test]
fn a_record_that_nests_too_deeply_is_refused() {
    let deep = format!("{{\"title\": \"x\", \"a\": {}{}}}", "[".repeat(200), "]".repeat(200));
    let file = catalog(&format!("{deep}, {{\"title\": \"a\"}}"));
    assert_snapshot!(draw(&read(file.as_bytes())), @r##"
    ["a"]
    READ-TOO-DEEP `/dataset/0` 3:1
    refused /dataset/0 the record nests deeper than 100 levels
    "##);
}

#[test]
fn a_record_that_is_too_large_is_refused_and_the_next_is_read() {
    let options = ReadOptions { record_bytes_max: 100, ..ReadOptions::default() };
    for length in [90, 200_000] {
        let file = catalog(&format!("{{\"title\": \"{}\"}}, {{\"title\": \"a\"}}", "x".repeat(length)));
        let reading = try_read(file.as_bytes(), &options).expect("a catalogue");
        assert_eq!(reading.titles(), ["a"]);
        assert_eq!(reading.codes(), "READ-TOO-LARGE `/dataset/0` 3:1\n");
    }
}

#[test]
fn gzip_is_unpacked_also_in_several_parts() {
    let text = catalog("{\"title\": \"a\"},\n{\"title\": \"b\"}");
    let pack = |text: &[u8]| {
        let mut packer = GzEncoder::new(Vec::new(), Compression::default());
        packer.write_all(text).expect("memory");
        packer.finish().expect("memory")
    };
    let (one, two) = text.as_bytes().split_at(100);
    assert_snapshot!(draw(&read(&[pack(one), pack(two)].concat())), @r##"
    ["a", "b"]
    READ-GZIP ``
    "##);
}

#[test]
fn a_gzip_file_that_breaks_off_gives_what_came_before() {
    let text = catalog(&(0..2000).map(|n| format!("{{\"title\": \"{n}\"}}")).collect::<Vec<_>>().join(",\n"));
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(text.as_bytes()).expect("memory");
    let packed = packer.finish().expect("memory");
    let reading = read(&packed[..packed.len() * 2 / 3]);
    assert!(reading.summary.is_truncated);
    assert!(reading.records.len() > 100);
    assert!(reading.summary.findings.iter().any(|finding| finding.code == "READ-GZIP-DAMAGED"));
}

#[test]
fn a_bomb_is_stopped_at_its_limit() {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all(b"{\"dataset\": [").expect("memory");
    for _ in 0..64 {
        packer.write_all(&[b' '; 1 << 16]).expect("memory");
    }
    let packed = packer.finish().expect("memory");
    let options = ReadOptions { decompressed_bytes_max: 1 << 20, ..ReadOptions::default() };
    let error = try_read(&packed[..], &options).expect_err("too large");
    assert!(matches!(error, ReadError::TooLarge { limit_bytes: 1_048_576 }));
}

#[test]
fn what_is_no_catalogue_is_told_apart() {
    let error = |file: &[u8]| try_read(file, &ReadOptions::default()).expect_err("no catalogue").to_string();
    assert_snapshot!(error(b"  "), @"the file is empty; give a catalogue in JSON");
    assert_snapshot!(error(b"<!doctype html><title>Not found</title>"), @"the file is a web page, not a catalogue; give the address of the `data.json` itself");
    assert_snapshot!(error(b"<title>Not found</title>"), @"the file is a web page, not a catalogue; give the address of the `data.json` itself");
    assert_snapshot!(error(b"<?xml version=\"1.0\"?>\n<!-- <a> -->\n<kml:kml xmlns:kml=\"x\"/>"), @"the file is XML that begins with `<kml:kml>`, which is no kind of metadata that can be read here");
    assert_snapshot!(error(b"title,description\n"), @"the file begins with `title,description` and is not JSON; give a catalogue in JSON");
    assert_snapshot!(error(br#"{"success": true, "result": []}"#), @"the file has neither a `dataset` list nor the properties of a dataset; its keys are `success`, `result`");
}

#[test]
fn catalogues_in_catalogues_are_walked_and_their_records_say_where_they_stood() {
    let file = r#"{"title": "outer", "catalog": [{"title": "inner", "dataset": [{"title": "a"}]}], "dataset": [{"title": "b"}]}"#;
    let reading = read(file.as_bytes());
    let places =
        reading.records.iter().map(|read| format!("{} {}", read.index, read.pointer)).collect::<Vec<_>>();
    assert_eq!(places, ["0 /catalog/0/dataset/0", "1 /dataset/0"]);
    assert_eq!(
        reading.headers.iter().map(|read| read.pointer.as_str()).collect::<Vec<_>>(),
        ["/catalog/0", ""]
    );
}

#[test]
fn a_truncated_file_says_where_it_breaks_off() {
    let file = catalog("{\"title\": \"a\"},\n{\"title\": \"b\"}");
    assert_snapshot!(draw(&read(&file.as_bytes()[..file.len() - 8])), @r##"
    ["a"]
    READ-TRUNCATED `/dataset/1` 4:11
    READ-TRUNCATED `/dataset/1` 4:11
    refused /dataset/1 the file breaks off here, at line 4, column 11, in the middle of a record
    truncated
    "##);
}
