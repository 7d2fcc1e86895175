//! The XML of Project Open Data.

use std::ops::ControlFlow;

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use townhall_metadata::{Dialect, PodXml, ReadError, ReadOptions, recognize};
use townhall_model::record::{Body, Catalog, DataService, RecordKind, Version};

use crate::fixtures::{Reading, collect, read, shared, shared_files};
use crate::values::any_json;

fn try_read_with(bytes: &[u8], options: &ReadOptions) -> Result<Reading, ReadError> {
    collect(|sink| PodXml.read(&mut &bytes[..], options, sink))
}

fn read_xml(text: &str) -> Reading {
    try_read_with(text.as_bytes(), &ReadOptions::default()).unwrap()
}

#[track_caller]
fn only(text: &str) -> Value {
    let reading = read_xml(text);
    assert_eq!((reading.records.len(), reading.refused.len()), (1, 0), "{}", reading.codes());
    Value::Object(reading.records[0].record.body.to_json())
}

fn body(record: Value) -> Body {
    let Value::Object(map) = record else { panic!("no object") };
    Body::from_json(RecordKind::Dataset, map, &mut Vec::new())
}

fn header(value: Value) -> Catalog {
    Catalog::from_json(value.as_object().unwrap().clone(), &mut Vec::new())
}

fn written(header: &Catalog, records: &[Body]) -> String {
    let mut out = Vec::new();
    let mut writer = PodXml.catalog_writer(Box::new(&mut out)).unwrap();
    writer.begin(header).unwrap();
    for record in records {
        writer.record(record, Version::DcatUs11).unwrap();
    }
    writer.end().unwrap();
    drop(writer);
    String::from_utf8(out).unwrap()
}

#[track_caller]
fn comes_back(records: &[Body]) {
    let text = written(&Catalog::default(), records);
    let reading = read_xml(&text);
    assert_eq!(reading.refused, [], "{text}");
    let before = records.iter().filter(|record| !record.to_json().is_empty()).collect::<Vec<_>>();
    assert_eq!(reading.records.len(), before.len(), "{text}");
    for (read, record) in reading.records.iter().zip(before) {
        assert_eq!(read.record.body.to_json(), record.to_json(), "{text}");
        assert_eq!(read.record.version, Version::DcatUs11);
    }
}

fn full() -> Value {
    json!({
        "@type": "dcat:Dataset", "title": "Wells & <ponds>", "description": "First line.\nSecond \"line\".\r\n",
        "keyword": ["water"], "modified": "2024-01-05", "identifier": "w-1", "accessLevel": "public",
        "publisher": {"@type": "org:Organization", "name": "Wells Office",
            "subOrganizationOf": {"@type": "org:Organization", "name": "County"}},
        "contactPoint": {"@type": "vcard:Contact", "fn": "Ann Lee", "hasEmail": "mailto:ann@county.gov"},
        "bureauCode": ["010:00", "010:01"], "dataQuality": true, "isPartOf": null, "theme": [],
        "distribution": [
            {"@type": "dcat:Distribution", "downloadURL": "https://county.gov/w.csv", "mediaType": "text/csv", "bytes": 3.0},
            {"@type": "dcat:Distribution", "accessURL": "https://county.gov/api"},
        ],
        "their own": {"empty": "", "list": [1], "texts": ["a", "b"]}, "keywords": "x", "Title": "y",
    })
}

#[test]
fn each_property_is_an_element() {
    let header = header(json!({"@type": "dcat:Catalog", "title": "All"}));
    let text = written(&header, &[body(full())]);
    insta::assert_snapshot!(text);
    let reading = read_xml(&text);
    assert_eq!(reading.codes(), "");
    assert_eq!(Value::Object(reading.records[0].record.body.to_json()), full());
    let head = reading.headers[0].record.body.to_json();
    assert_eq!((&head["title"], &head["@type"]), (&json!("All"), &json!("dcat:Catalog")));
    assert_eq!(reading.summary.version, Some(Version::DcatUs11));
    assert_eq!(recognize(text.as_bytes()).info().id, "pod-xml");
}

#[test]
fn a_record_alone_is_a_document() {
    let mut out = Vec::new();
    PodXml.write_record(&body(full()), Version::DcatUs11, &mut out).unwrap();
    assert_eq!(only(std::str::from_utf8(&out).unwrap()), full());
}

#[test]
fn every_sample_comes_back_as_it_was() {
    for folder in ["real/snapshots", "v1.0/real", "v1.1/pod-examples", "v1.1/redaction", "v3.0/harvester"] {
        for file in shared_files(folder) {
            let bytes = std::fs::read(&file).unwrap();
            if serde_json::from_slice::<Value>(&bytes).is_ok() {
                let records = read(&bytes).records.into_iter().map(|read| read.record.body);
                // Records of other kinds are written in the order in which they come, too.
                comes_back(&records.collect::<Vec<_>>());
            }
        }
    }
}

const KEYS: [&str; 14] = [
    "@type",
    "title",
    "keyword",
    "keywords",
    "publisher",
    "distribution",
    "dataQuality",
    "references",
    "dataset",
    "their own",
    "TITLE",
    "xmlns",
    "attribute",
    "a:b",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_record_comes_back_as_it_was(
        members in prop::collection::vec((prop::sample::select(&KEYS[..]), any_json()), 1..6)
    ) {
        let map = members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<Map<_, _>>();
        comes_back(&[body(Value::Object(map))]);
    }

    #[test]
    fn any_text_comes_back_as_it_was(text in any::<String>(), key in any::<String>()) {
        comes_back(&[body(json!({"title": text, key: [text, text]}))]);
    }

    #[test]
    fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = try_read_with(&bytes, &ReadOptions::default());
        let mut file = b"<catalog><dataset><title>a</title>".to_vec();
        file.extend(&bytes);
        let _ = try_read_with(&file, &ReadOptions::default());
        let _ = recognize(&file);
    }

    #[test]
    fn any_tags_are_read_without_panic(
        tags in prop::collection::vec(prop::sample::select(vec![
            "<dataset>", "</dataset>", "<title>", "</title>", "<catalog>", "</catalog>", "<x/>", "<!", "<!--", "-->",
            "<![CDATA[", "]]>", "text", "&amp;", "&x;", "&#1;", "<keywords>", "<keyword a='", "'>", "<?", "<item>",
        ]), 0..20)
    ) {
        let _ = try_read_with(tags.concat().as_bytes(), &ReadOptions::default());
        let _ = try_read_with(format!("<catalog>{}", tags.concat()).as_bytes(), &ReadOptions::default());
    }
}

#[test]
fn the_example_of_version_1_0_is_read() {
    let Some(path) = shared("v1.0/pod-examples/catalog-sample-extended.xml") else { return };
    let bytes = std::fs::read(path).unwrap();
    assert_eq!(recognize(&bytes).info().id, "pod-xml");
    let reading = try_read_with(&bytes, &ReadOptions::default()).unwrap();
    assert_eq!(reading.summary.version, Some(Version::Pod10));
    assert!(reading.summary.is_complete() && reading.headers.is_empty());
    insta::assert_json_snapshot!(Value::Object(reading.records[0].record.body.to_json()));
    assert!(reading.records[0].record.original.starts_with(b"<dataset id=\"1\">"));
    assert!(reading.records[0].record.original.ends_with(b"</dataset>"));
    assert_eq!(reading.records[0].position.line, 2);

    let Some(path) = shared("v1.0/pod-examples/catalog-template.xml") else { return };
    let reading = try_read_with(&std::fs::read(path).unwrap(), &ReadOptions::default());
    // Its datasets have nothing in them.
    assert!(reading.is_err() || reading.is_ok_and(|reading| reading.records.is_empty()));
}

#[test]
fn spellings_prefixes_and_wrappers_are_understood() {
    let expected = json!({
        "title": "Wells", "keyword": ["water", "ground"], "theme": ["a"], "references": ["https://a.gov/1", "https://a.gov/2"],
        "publisher": {"name": "Office"}, "dataQuality": true, "identifier": "7", "landingPage": "https://a.gov",
        "distribution": [{"downloadURL": "https://a.gov/x.csv"}, {"accessURL": "https://a.gov/api"}],
    });
    let record = "<TITLE lang='en'> Wells\n</TITLE><keywords><keyword>water</keyword><keyword>ground</keyword></keywords>
        <theme><item>a</item></theme><references><reference>https://a.gov/1</reference><reference>https://a.gov/2</reference></references>
        <dct:publisher><foaf:name>Office</foaf:name></dct:publisher><dataquality>True</dataquality>
        <attribute property='foaf:homepage'>https://a.gov</attribute><keyword></keyword>
        <Distributions><Distribution><downloadUrl>https://a.gov/x.csv</downloadUrl></Distribution>
        <Distribution><accessURL>https://a.gov/api</accessURL></Distribution></Distributions>";
    for file in [
        format!("<dataset id='7'>{record}</dataset>"),
        format!(
            "<?xml version='1.0'?><!-- ours --><datasets><dcat:Dataset xmlns:dcat='x' id='7'>{record}</dcat:Dataset></datasets>"
        ),
        format!("<catalog><dataset><dataset id='7'>{record}</dataset></dataset></catalog>"),
        format!("<root><dataset><item type='dict' id='7'>{record}</item></dataset></root>"),
        format!(
            "<response><status>ok</status><payload><dataset id='7'>{record}</dataset></payload></response>"
        ),
        format!("<data>text<row id='7'>{record}</row></data>"),
    ] {
        assert_eq!(only(&file), expected, "{file}");
    }
}

#[test]
fn entities_are_not_expanded_beyond_the_five_and_numbers() {
    let file = "<!DOCTYPE catalog [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>
        <catalog><dataset><title>&lt;&#65;&#x42; &amp; &b;&nbsp; <![CDATA[<c> &amp;]]></title></dataset></catalog>";
    let reading = read_xml(file);
    assert_eq!(reading.titles(), ["<AB & &b;&nbsp; <c> &amp;"]);
    assert_eq!(
        reading.codes(),
        "READ-XML-DOCTYPE `` 1:1\nREAD-XML-ENTITY `/dataset/0` 2:18\nREAD-XML-ENTITY `/dataset/0` 2:18\n"
    );
}

#[test]
fn a_broken_record_does_not_stop_the_good_ones() {
    let good = |title: &str| format!("<dataset><title>{title}</title></dataset>\n");
    for (broken, refused) in [
        ("<dataset><title>b</dataset>\n", 1),
        ("<dataset><title>b</title>\n", 1),
        ("<dataset><title>b</description></title></dataset>\n", 1),
        ("<dataset><title>b</title><!x></dataset>\n", 1),
        ("<dataset><title><dataset><title>a2</title></dataset>\n", 1),
        ("<!x>\n", 0),
        ("</wrong>\n", 0),
        ("&\n", 0),
    ] {
        let file = format!("<catalog>\n{}{broken}{}</catalog>", good("a"), good("c"));
        let reading = read_xml(&file);
        let titles = reading.titles();
        assert_eq!(
            (titles.first().map(String::as_str), titles.last().map(String::as_str)),
            (Some("a"), Some("c")),
            "{broken}"
        );
        assert_eq!(reading.refused.len(), refused, "{broken}");
        if let Some(refused) = reading.refused.first() {
            assert_eq!((refused.reason.code.as_str(), refused.position.line), ("READ-BROKEN", 3), "{broken}");
            assert!(refused.original.starts_with(b"<dataset>"), "{broken}");
        }
    }
    let reading = read_xml("<catalog><dataset><title>a</title></catalog>");
    assert_eq!((reading.refused.len(), reading.summary.is_truncated), (1, false));
}

#[test]
fn a_file_that_breaks_off_gives_what_stands_before() {
    let whole = written(&Catalog::default(), &[body(full()), body(full())]);
    let header = whole.find("<dataset>").unwrap();
    for length in (0..whole.len()).step_by(7) {
        let Some(start) = whole.get(..length) else { continue };
        match try_read_with(start.as_bytes(), &ReadOptions::default()) {
            Ok(reading) => {
                assert!(reading.summary.is_truncated || start.trim_end().ends_with("</catalog>"), "{length}");
            }
            Err(error) => assert!(length <= header, "{length}: {error}"),
        }
    }
    let cut = &whole[..whole.len() - 40];
    let reading = read_xml(cut);
    assert_eq!((reading.records.len(), reading.refused.len()), (1, 1));
    assert_eq!(reading.refused[0].reason.code, "READ-TRUNCATED");
}

#[test]
fn limits_are_normal_answers() {
    let options = ReadOptions { record_bytes_max: 100, ..ReadOptions::default() };
    let long = "x".repeat(150);
    let file = format!(
        "<catalog><dataset><title>{long}</title></dataset><dataset><title>b</title></dataset></catalog>"
    );
    let reading = try_read_with(file.as_bytes(), &options).unwrap();
    assert_eq!(
        (reading.titles(), reading.refused[0].reason.code.as_str()),
        (vec!["b".to_owned()], "READ-TOO-LARGE")
    );
    assert_eq!(reading.refused[0].original.len(), 100);

    let deep = format!("<dataset>{}{}</dataset>", "<a>".repeat(5000), "</a>".repeat(5000));
    let file = format!("<catalog>{deep}<dataset><title>b</title></dataset></catalog>");
    let reading = read_xml(&file);
    assert_eq!(
        (reading.titles(), reading.refused[0].reason.code.as_str()),
        (vec!["b".to_owned()], "READ-TOO-DEEP")
    );

    let json = format!("{}{}", "[".repeat(110), "]".repeat(110));
    let file = format!("<catalog><dataset><x type='json'>{json}</x></dataset></catalog>");
    assert_eq!(read_xml(&file).refused[0].reason.code, "READ-TOO-DEEP");

    let nested = "<catalog>".repeat(1000);
    let _ = try_read_with(nested.as_bytes(), &ReadOptions::default());
    let file = format!("<catalog>{deep}</catalog>");
    let options = ReadOptions { decompressed_bytes_max: 50, ..ReadOptions::default() };
    assert!(matches!(try_read_with(file.as_bytes(), &options), Err(ReadError::TooLarge { limit_bytes: 50 })));
}

#[test]
fn what_is_no_catalog_is_said_to_be_none() {
    let error = |text: &str| try_read_with(text.as_bytes(), &ReadOptions::default()).unwrap_err().to_string();
    assert!(error("").contains("empty"));
    assert!(error("<!DOCTYPE html><html><body>").contains("web page"));
    assert!(error("some text").starts_with("the file can't be read as XML"));
    assert!(error("<catalog/>").contains("nothing in it"));
    assert!(error("<catalog></catalog>").contains("dataset"));
}

#[test]
fn bytes_that_are_not_utf_8_are_read_as_windows_1252() {
    let file = b"<?xml version='1.0' encoding='ISO-8859-1'?><catalog><dataset><title>Caf\xe9 \xe2\x82\xac</title></dataset></catalog>";
    let reading = try_read_with(file, &ReadOptions::default()).unwrap();
    assert_eq!(reading.titles(), ["Caf\u{e9} \u{20ac}"]);
    assert_eq!(reading.codes(), "READ-WINDOWS-1252 ``\n");
    let wide = "<catalog><dataset><title>Caf\u{e9}</title></dataset></catalog>";
    let utf_16 = wide.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
    assert_eq!(try_read_with(&utf_16, &ReadOptions::default()).unwrap().titles(), ["Caf\u{e9}"]);
    // Characters that stand across the pieces in which a file is read.
    let long =
        format!("<catalog><dataset><title>a{}</title></dataset></catalog>", "\u{20ac}".repeat(100_000));
    assert_eq!(read_xml(&long).titles()[0].chars().count(), 100_001);
    assert_eq!(read_xml(&long).codes(), "");
}

#[test]
fn other_kinds_of_record_have_elements_of_their_own() {
    let service = json!({"title": "API", "endpointURL": ["https://a.gov/1", "https://a.gov/2"]});
    let service = DataService::from_json(service.as_object().unwrap().clone(), &mut Vec::new());
    let text = written(
        &Catalog::default(),
        &[body(json!({"title": "a"})), Body::DataService(Box::new(service.clone()))],
    );
    let reading = read_xml(&text);
    assert_eq!((reading.summary.datasets, reading.summary.services), (1, 1));
    assert_eq!(reading.records[1].record.body, Body::DataService(Box::new(service)));
    let nested = "<catalog><title>o</title><catalog><title>i</title><dataset><title>a</title></dataset></catalog></catalog>";
    let reading = read_xml(nested);
    assert_eq!((reading.headers.len(), reading.summary.datasets), (2, 1));
}

#[test]
fn the_sink_may_stop() {
    let text = written(&Catalog::default(), &[body(json!({"title": "a"})), body(json!({"title": "b"}))]);
    let mut seen = 0;
    let summary = PodXml
        .read(&mut text.as_bytes(), &ReadOptions::default(), &mut |_| {
            seen += 1;
            ControlFlow::Break(())
        })
        .unwrap();
    assert_eq!((seen, summary.is_stopped), (1, true));
}

#[test]
fn other_xml_is_not_taken_for_it() {
    let id = |text: &str| recognize(text.as_bytes()).info().id;
    assert_eq!(id("<datasets>\n<dataset id=''><attribute property='dcterms:title'>"), "pod-xml");
    assert_eq!(id("<!-- a --><!DOCTYPE catalog [<!ENTITY a 'b'>]><Catalog><DataSet><Title>"), "pod-xml");
    for other in [
        "<html><title>dataset</title>",
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><dcat:Dataset><dct:title>",
        "<dcat:Catalog xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><dct:title>dataset",
        "<feed><entry><title>dataset",
        "<entry><title>a dataset",
        "<gmd:MD_Metadata><title>dataset",
        "<data><title>nothing of it",
    ] {
        assert_ne!(id(other), "pod-xml", "{other}");
    }
}
