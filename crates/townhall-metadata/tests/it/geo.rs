//! ISO 19139, ISO 19115-3, FGDC CSDGM and Dublin Core become DCAT-US 3.0, and nothing is invented on the way.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use townhall_metadata::validate::{Profile, ValidateOptions, validate};
use townhall_metadata::{ReadError, ReadOptions, convert_body, read_any, recognize};
use townhall_model::record::{RecordKind, Version};

use crate::fixtures::{Reading, collect, read_as, try_read_as};

const DIALECTS: &[&str] = &["iso-19139", "iso-19115-3", "fgdc-csdgm", "dublin-core"];

/// The shared sample files of geodata, where this checkout has them beside it.
fn shared() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures/geocatalog");
    folder.exists().then_some(folder)
}

/// All files of a folder with this extension, at any depth.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = std::fs::read_dir(folder) else { return found };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|own| own == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/geo").join(name)).unwrap()
}

fn only(reading: &Reading) -> Map<String, Value> {
    assert_eq!(reading.refused, []);
    assert_eq!(reading.records.len(), 1);
    reading.records[0].record.body.to_json()
}

#[track_caller]
fn has(record: &Map<String, Value>, pointer: &str, expected: Value) {
    let record = Value::Object(record.clone());
    assert_eq!(record.pointer(pointer), Some(&expected), "{pointer} of {record:#}");
}

/// The record in both versions, with what was told.
fn drawn(name: &str, id: &str) -> String {
    let bytes = sample(name);
    assert_eq!(recognize(&bytes).info().id, id, "{name}");
    let reading = read_as(id, &bytes);
    let mut text = String::new();
    for read in &reading.records {
        assert_eq!(read.record.version, Version::DcatUs30);
        let body = serde_json::to_string_pretty(&read.record.body.to_json()).unwrap();
        let (old, _) = convert_body(&read.record.body, Version::DcatUs30, Version::DcatUs11);
        let old = serde_json::to_string_pretty(&old.to_json()).unwrap();
        text.push_str(&format!(
            "{} {}\n{body}\n\nas DCAT-US 1.1\n{old}\n",
            read.record.body.kind(),
            read.pointer
        ));
        for finding in &read.findings {
            text.push_str(&format!("{} {} {}\n", finding.code, finding.pointer, finding.message));
        }
    }
    text
}

#[test]
fn a_record_of_iso_19139() {
    insta::assert_snapshot!(drawn("iso_19139.xml", "iso-19139"));
}

#[test]
fn a_service_of_iso_19139_in_an_answer_of_csw() {
    insta::assert_snapshot!(drawn("iso_19139_service.xml", "iso-19139"));
}

#[test]
fn a_record_of_iso_19115_3() {
    insta::assert_snapshot!(drawn("iso_19115_3.xml", "iso-19115-3"));
}

#[test]
fn a_record_of_the_fgdc() {
    insta::assert_snapshot!(drawn("fgdc.xml", "fgdc-csdgm"));
}

#[test]
fn records_of_dublin_core_in_an_answer_of_csw() {
    insta::assert_snapshot!(drawn("dublin_core.xml", "dublin-core"));
}

fn iso(inner: &str) -> String {
    format!(
        "<gmd:MD_Metadata xmlns:gmd=\"http://www.isotc211.org/2005/gmd\"><gmd:identificationInfo>\
         <gmd:MD_DataIdentification>{inner}</gmd:MD_DataIdentification></gmd:identificationInfo></gmd:MD_Metadata>"
    )
}

fn title(text: &str) -> String {
    format!("<gmd:citation><gmd:CI_Citation><gmd:title>{text}</gmd:title></gmd:CI_Citation></gmd:citation>")
}

#[track_caller]
fn check_title(inner: &str, expected: &str) {
    let record = only(&read_as("iso-19139", iso(&title(inner)).as_bytes()));
    has(&record, "/title", json!(expected));
}

#[test]
fn texts_are_read_however_they_are_written() {
    check_title("<gco:CharacterString>Wells</gco:CharacterString>", "Wells");
    check_title(
        "<gmx:Anchor xlink:href=\"https://a.gov\"> Wells\n and springs</gmx:Anchor>",
        "Wells and springs",
    );
    check_title("<gco:CharacterString><![CDATA[Wells < springs]]></gco:CharacterString>", "Wells < springs");
    check_title("<gco:CharacterString>Wells &amp; springs &#233;</gco:CharacterString>", "Wells & springs é");
    check_title(
        "<gco:CharacterString>Wells</gco:CharacterString><gmd:PT_FreeText><gmd:textGroup><gmd:LocalisedCharacterString>Puits\
         </gmd:LocalisedCharacterString></gmd:textGroup></gmd:PT_FreeText>",
        "Wells",
    );
    check_title(
        "<gco:CharacterString/><gmd:PT_FreeText><gmd:textGroup><gmd:LocalisedCharacterString>Puits\
         </gmd:LocalisedCharacterString></gmd:textGroup></gmd:PT_FreeText>",
        "Puits",
    );
    check_title("Wells", "Wells");
}

#[test]
fn what_a_record_does_not_say_is_absent_and_told() {
    let text = iso("<gmd:citation gco:nilReason=\"missing\"/><gmd:abstract gco:nilReason=\"unknown\"/>");
    let reading = read_as("iso-19139", text.as_bytes());
    let record = only(&reading);
    for key in
        ["title", "description", "identifier", "publisher", "contactPoint", "modified", "license", "keyword"]
    {
        assert!(!record.contains_key(key), "{key}");
    }
    let missing = reading.records[0].findings.iter().filter(|it| it.code == "READ-XML-MISSING");
    let missing: Vec<&str> = missing.map(|it| it.pointer.as_str()).collect();
    assert_eq!(
        missing,
        ["/title", "/description", "/keyword", "/modified", "/publisher", "/contactPoint", "/identifier",]
    );
    assert!(
        reading.records[0].findings.iter().all(|it| it.fix.is_some()),
        "{:?}",
        reading.records[0].findings
    );
}

#[test]
fn a_box_across_the_180th_meridian_keeps_its_sides() {
    let edges = |west: &str, east: &str| {
        iso(&format!(
            "<gmd:extent><gmd:EX_Extent><gmd:geographicElement><gmd:EX_GeographicBoundingBox>\
             <gmd:westBoundLongitude><gco:Decimal>{west}</gco:Decimal></gmd:westBoundLongitude>\
             <gmd:eastBoundLongitude><gco:Decimal>{east}</gco:Decimal></gmd:eastBoundLongitude>\
             <gmd:southBoundLatitude><gco:Decimal>-20</gco:Decimal></gmd:southBoundLatitude>\
             <gmd:northBoundLatitude><gco:Decimal>10</gco:Decimal></gmd:northBoundLatitude>\
             </gmd:EX_GeographicBoundingBox></gmd:geographicElement></gmd:EX_Extent></gmd:extent>"
        ))
    };
    let old = |text: &str| {
        let reading = read_as("iso-19139", text.as_bytes());
        let (body, _) = convert_body(&reading.records[0].record.body, Version::DcatUs30, Version::DcatUs11);
        body.to_json().get("spatial").cloned()
    };
    assert_eq!(old(&edges("170", "-170")), Some(json!("170,-20,-170,10")));
    assert_eq!(old(&edges("170", "190")), Some(json!("170,-20,-170,10")));
    assert_eq!(old(&edges("0", "360")), Some(json!("-180,-20,180,10")));
    assert_eq!(old(&edges("-77.5", "-76")), Some(json!("-77.5,-20,-76,10")));
    let reading = read_as("iso-19139", edges("west", "500").as_bytes());
    assert!(reading.codes().contains("READ-XML-BOX"), "{}", reading.codes());
    assert!(!only(&reading).contains_key("spatial"));
}

#[test]
fn the_kind_of_a_file_is_known_behind_what_stands_before_it() {
    let iso = iso("");
    let before =
        "\u{feff}<?xml version=\"1.0\"?>\n<?xml-stylesheet href=\"a.xsl\"?><!-- <metadata><idinfo> -->\n";
    let cases = [
        (format!("{before}{iso}"), "iso-19139"),
        (format!("<csw:GetRecordsResponse><csw:SearchResults>{iso}"), "iso-19139"),
        ("<MD_Metadata xmlns='http://standards.iso.org/iso/19115/-3/mdb/2.0'/>".into(), "iso-19115-3"),
        ("<gmi:MI_Metadata xmlns:gmi='http://www.isotc211.org/2005/gmi'>".into(), "iso-19139"),
        (
            format!("{before}<!DOCTYPE metadata SYSTEM \"csdgm.dtd\">\n<metadata><Esri/><idinfo>"),
            "fgdc-csdgm",
        ),
        ("<oai_dc:dc xmlns:dc='http://purl.org/dc/elements/1.1/'>".into(), "dublin-core"),
        ("<metadata xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:title>".into(), "dublin-core"),
        ("<metadata><title>".into(), "dcat-us-1.1"),
        ("<catalog><dataset><title>a</title></dataset></catalog>".into(), "pod-xml"),
        ("<WMS_Capabilities><Service><Name>".into(), "dcat-us-1.1"),
    ];
    for (text, id) in cases {
        assert_eq!(recognize(text.as_bytes()).info().id, id, "{text}");
    }
}

#[test]
fn a_file_of_one_record_is_kept_whole_and_of_several_each_by_itself() {
    let alone =
        format!("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<!-- é -->{}\n", iso(&title("Caf\u{e9}")));
    let bytes: Vec<u8> = alone.chars().map(|character| character as u8).collect();
    let reading = read_as("iso-19139", &bytes);
    has(&only(&reading), "/title", json!("Café"));
    assert_eq!(reading.records[0].record.original, bytes);
    assert_eq!(reading.records[0].pointer, "");

    let (one, two) = (iso(&title("One")), iso(&title("Two")));
    let reading = read_as("iso-19139", format!("<r>\n  {one}\n  {two}\n</r>").as_bytes());
    assert_eq!(reading.titles(), ["One", "Two"]);
    assert_eq!(reading.records[1].record.original, two.as_bytes());
    assert_eq!((reading.records[1].pointer.as_str(), reading.records[1].position.line), ("/dataset/1", 3));
}

#[test]
fn a_broken_record_is_refused_alone_and_with_its_place() {
    let broken = [
        "<gmd:MD_Metadata>\n<a><b></a></gmd:MD_Metadata>",
        "<gmd:MD_Metadata>\n<a href='x>",
        "<gmd:MD_Metadata>\n<a>",
        "<gmd:MD_Metadata>\n</c></gmd:MD_Metadata>",
    ];
    for broken in broken {
        let (one, two) = (iso(&title("One")), iso(&title("Two")));
        let reading = read_as("iso-19139", format!("<r>{one}{broken}{two}</r>").as_bytes());
        let whole = reading.titles();
        // A quote that is never closed takes what follows with it.
        assert!(
            whole == ["One", "Two"] || broken.contains("href") && whole[0] == "One",
            "{broken}: {whole:?}"
        );
        assert_eq!(reading.refused.len(), 1, "{broken}");
        assert!(reading.refused[0].reason.position.is_some_and(|it| it.line == 2), "{:?}", reading.refused);
        assert!(!reading.summary.is_complete());
    }
    let alone = read_as("fgdc-csdgm", b"<metadata><idinfo>\n</metadata>");
    assert_eq!((alone.records.len(), alone.refused.len()), (0, 1));
    assert_eq!(alone.refused[0].original, b"<metadata><idinfo>\n</metadata>");
    let cut = read_as("fgdc-csdgm", b"<metadata><idinfo>");
    assert!(cut.summary.is_truncated && cut.refused.len() == 1);
    let failed = try_read_as("iso-19139", b"<a>\n<b").unwrap_err();
    assert!(failed.to_string().contains("line 2, column 1"), "{failed}");
}

#[test]
fn what_is_no_record_is_said_so() {
    assert!(matches!(try_read_as("iso-19139", b""), Err(ReadError::Empty)));
    assert!(matches!(try_read_as("iso-19139", b"<html><body/></html>"), Err(ReadError::WebPage)));
    assert!(matches!(try_read_as("fgdc-csdgm", b"<metadata/>"), Err(ReadError::NoRecords { .. })));
    assert!(matches!(
        try_read_as("dublin-core", b"<a><title>x</title></a>"),
        Err(ReadError::NoRecords { .. })
    ));
    let empty =
        read_as("iso-19139", b"<csw:GetRecordsResponse><csw:SearchResults/></csw:GetRecordsResponse>");
    assert!(empty.summary.is_complete() && empty.records.is_empty());
}

#[test]
fn bombs_do_not_go_off() {
    let deep = format!("<r><MD_Metadata>{}", "<a>".repeat(200_000));
    let reading = read_as("iso-19139", deep.as_bytes());
    assert_eq!(reading.refused.len(), 1);
    let around = format!("{}{}", "<r>".repeat(200_000), iso(&title("Deep")));
    assert_eq!(read_as("iso-19139", around.as_bytes()).titles(), ["Deep"]);

    let entities: String =
        (1..20).map(|n| format!("<!ENTITY e{n} \"{}\">", format!("&e{};", n - 1).repeat(10))).collect();
    let text = format!(
        "<!DOCTYPE r [<!ENTITY e0 \"ha\"><!ENTITY x SYSTEM \"file:///etc/passwd\">{entities}]>{}",
        iso(&title("a &e19; &x;"))
    );
    let reading = read_as("iso-19139", text.as_bytes());
    has(&only(&reading), "/title", json!("a &e19; &x;"));
    assert!(reading.codes().contains("READ-XML-ENTITY") && reading.codes().contains("READ-XML-DOCTYPE"));

    let options = ReadOptions { record_bytes_max: 2000, ..ReadOptions::default() };
    let large = format!("<r>{}{}</r>", iso(&title(&"x".repeat(3000))), iso(&title("Small")));
    let reading = collect(|sink| {
        townhall_metadata::dialect("iso-19139").unwrap().read(&mut large.as_bytes(), &options, sink)
    });
    let reading = reading.unwrap();
    assert_eq!((reading.titles(), reading.refused.len()), (vec!["Small".to_owned()], 1));
    assert_eq!(reading.refused[0].reason.code, "READ-TOO-LARGE");
}

#[test]
fn encodings_are_those_that_are_declared() {
    let text = iso(&title("Größe €"));
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let utf16 = [b"\xff\xfe".to_vec(), bytes].concat();
    has(&only(&read_as("iso-19139", &utf16)), "/title", json!("Größe €"));
    // Windows-1252 without a word about it, beside a declaration that says otherwise.
    let mixed = iso(&title("Gr\u{f6}")).chars().map(|character| character as u8).collect::<Vec<u8>>();
    let reading = read_as("iso-19139", &mixed);
    has(&only(&reading), "/title", json!("Grö"));
    assert!(reading.codes().contains("READ-WINDOWS-1252"));
    let unknown = format!("<?xml version='1.0' encoding='no-such'?>{}", iso(&title("Plain")));
    has(&only(&read_as("iso-19139", unknown.as_bytes())), "/title", json!("Plain"));
}

/// How many of the records have a field.
#[derive(Default)]
struct Counts {
    records: usize,
    fields: BTreeMap<String, usize>,
}

impl Counts {
    fn add(&mut self, record: &Map<String, Value>) {
        self.records += 1;
        for key in record.keys() {
            *self.fields.entry(key.clone()).or_default() += 1;
        }
    }

    fn share(&self, key: &str) -> f64 {
        self.fields.get(key).copied().unwrap_or(0) as f64 / self.records.max(1) as f64
    }
}

/// What in the text of a record shows that it speaks of a field, and the field.
const SHOWN: &[(&str, &[&str])] = &[
    ("temporal", &["beginPosition>", "endPosition>", "timePosition>", "<begdate>", "<caldate>"]),
    ("spatial", &["westBoundLongitude>", "<westbc>", "LowerCorner>"]),
    ("distribution", &["transferOptions>", "TransferOptions>", "<networkr>", "<onlink>", ":references"]),
    ("keyword", &[":keyword>", "<themekey>", "dc:subject>"]),
    ("accrualPeriodicity", &["MaintenanceFrequencyCode", "<update>"]),
    ("contactPoint", &["pointOfContact>", "<ptcontac>"]),
    ("provenance", &["LI_Lineage>", "<procdesc>"]),
    ("language", &["LanguageCode", ":language>", "<langdata>"]),
];

/// The parts that mdTranslator tests its readers with lack one thing or all but one, on purpose.
fn is_part(name: &str) -> bool {
    name.contains("mdTranslator")
}

#[test]
fn every_shared_record_is_read() {
    let Some(folder) = shared() else { return };
    let (mut whole, mut all) = (BTreeMap::<&str, Counts>::new(), BTreeMap::<&str, usize>::new());
    let mut shown = BTreeMap::<(&str, &str), (usize, usize)>::new();
    let (mut refused, mut untitled, mut unread) = (Vec::new(), Vec::new(), Vec::new());
    for file in files(&folder, "xml") {
        let bytes = std::fs::read(&file).unwrap();
        let id = recognize(&bytes).info().id;
        let name = file.strip_prefix(&folder).unwrap().display().to_string();
        if !DIALECTS.contains(&id) {
            continue;
        }
        let reading = match try_read_as(id, &bytes) {
            Ok(reading) => reading,
            Err(error) => {
                refused.push(format!("{name}: {error}"));
                continue;
            }
        };
        refused.extend(reading.refused.iter().map(|it| format!("{name}: {}", it.reason.message)));
        for read in &reading.records {
            *all.entry(id).or_default() += 1;
            if is_part(&name) {
                continue;
            }
            let record = read.record.body.to_json();
            whole.entry(id).or_default().add(&record);
            if id != "dublin-core" && !(record.contains_key("title") && record.contains_key("description")) {
                untitled.push(name.clone());
            }
            let text = String::from_utf8_lossy(&read.record.original);
            for (field, _) in SHOWN.iter().filter(|(_, marks)| marks.iter().any(|mark| text.contains(mark))) {
                let count = shown.entry((id, *field)).or_default();
                count.1 += 1;
                count.0 += usize::from(record.contains_key(*field));
                if !record.contains_key(*field) {
                    unread.push(format!("{field} of {name}"));
                }
            }
        }
    }
    for (id, counts) in &whole {
        println!("{id}: {} records, with parts {}: {:?}", counts.records, all[id], counts.fields);
    }
    println!("found of shown: {shown:#?}");
    println!("refused: {refused:#?}\nwithout title or description: {untitled:#?}\nnot read: {unread:#?}");
    for id in DIALECTS {
        assert!(whole.contains_key(id), "{id}");
    }
    let share = |id: &str, key: &str| whole[id].share(key);
    for id in ["iso-19139", "iso-19115-3", "fgdc-csdgm"] {
        for key in ["title", "description", "modified", "contactPoint", "publisher", "keyword"] {
            assert!(share(id, key) >= 0.85, "{key} of {id}: {}", share(id, key));
        }
    }
    // Of few records, one that speaks of the field elsewhere weighs too much.
    for ((id, field), (found, of)) in shown.into_iter().filter(|(_, (_, of))| *of >= 5) {
        assert!(found as f64 >= of as f64 * 0.65, "{field} of {id}: {found} of {of}");
    }
}

/// The edges of a box as texts of 1.1 give them.
fn numbers(text: &str) -> Vec<f64> {
    text.split(',').filter_map(|part| part.trim().parse().ok()).collect()
}

/// The words of a text, without the spaces between them.
fn words(value: Option<&Value>) -> String {
    value.and_then(Value::as_str).unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The records of data.gov's own translator are an oracle where it is right. It writes boxes as east, south, west, north,
/// keeps keywords twice, and takes the latest of all dates; there we differ on purpose.
#[test]
fn the_translator_of_data_gov_says_the_same_where_it_is_right() {
    let Some(folder) = shared() else { return };
    let sources = files(&folder, "xml");
    let (mut compared, mut same) = (0, BTreeMap::<&str, usize>::new());
    let mut different = Vec::new();
    let mut said = BTreeMap::<&str, usize>::new();
    for part in ["oracle-iso2", "oracle-iso3", "oracle-fgdc"] {
        for file in files(&folder.join("iso-to-dcatus").join(part), "json") {
            let name = file.file_name().unwrap().to_string_lossy().replace(".dcat-us.json", "");
            let mut steps = name.rsplit("__");
            let (own, above) = (steps.next().unwrap(), steps.next().unwrap_or_default());
            let is_named = |path: &&PathBuf| path.file_name().is_some_and(|it| it.to_string_lossy() == own);
            let is_above = |path: &&PathBuf| path.parent().is_some_and(|it| it.ends_with(above));
            let source = sources.iter().filter(is_named).find(is_above).or(sources.iter().find(is_named));
            let Some(source) = source else { continue };
            let Ok(oracle) = serde_json::from_slice::<Value>(&std::fs::read(&file).unwrap()) else {
                continue;
            };
            let bytes = std::fs::read(source).unwrap();
            let Ok(reading) = try_read_as(recognize(&bytes).info().id, &bytes) else { continue };
            let Some(read) = reading.records.first() else { continue };
            let (body, _) = convert_body(&read.record.body, Version::DcatUs30, Version::DcatUs11);
            let ours = Value::Object(body.to_json());
            compared += 1;
            let keywords = |value: &Value| {
                let list = value["keyword"].as_array().cloned().unwrap_or_default();
                let mut list: Vec<String> = list.iter().map(|it| words(Some(it)).to_lowercase()).collect();
                list.sort();
                list.dedup();
                list.join("|")
            };
            let boxed = |value: &Value, is_turned: bool| {
                let found = numbers(value["spatial"].as_str().unwrap_or_default());
                match found[..] {
                    [east, south, west, north] if is_turned => format!("{:?}", [west, south, east, north]),
                    _ => format!("{found:?}"),
                }
            };
            let pairs = [
                ("title", words(ours.get("title")), words(oracle.get("title"))),
                ("description", words(ours.get("description")), words(oracle.get("description"))),
                ("keyword", keywords(&ours), keywords(&oracle)),
                (
                    "email",
                    words(ours.pointer("/contactPoint/hasEmail")),
                    words(oracle.pointer("/contactPoint/hasEmail")),
                ),
                ("identifier", words(ours.get("identifier")), words(oracle.get("identifier"))),
                (
                    "publisher",
                    words(ours.pointer("/publisher/name")),
                    words(oracle.pointer("/publisher/name")),
                ),
                ("spatial", boxed(&ours, false), boxed(&oracle, true)),
            ];
            for (field, ours, oracle) in pairs {
                if oracle.is_empty() || oracle == "[]" {
                    continue;
                }
                *said.entry(field).or_default() += 1;
                if ours == oracle {
                    *same.entry(field).or_default() += 1;
                } else {
                    different.push(format!("{name} {field}\n  ours   {ours:.300}\n  theirs {oracle:.300}"));
                }
            }
        }
    }
    println!("{compared} compared; said by the oracle {said:?}; the same {same:?}");
    println!("{}", different.join("\n"));
    for (field, share) in
        [("title", 0.95), ("description", 0.9), ("keyword", 0.9), ("email", 0.8), ("spatial", 0.9)]
    {
        let (same, said) = (same.get(field).copied().unwrap_or(0), said.get(field).copied().unwrap_or(0));
        assert!(same as f64 >= said as f64 * share, "{field}: {same} of {said}");
    }
}

#[test]
fn any_reader_takes_any_shared_file() {
    let Some(folder) = shared() else { return };
    for (number, file) in files(&folder, "xml").iter().enumerate() {
        let bytes = std::fs::read(file).unwrap();
        let _ = try_read_as(DIALECTS[number % DIALECTS.len()], &bytes);
        let mut sink = |_| std::ops::ControlFlow::Continue(());
        let _ = read_any(&mut &bytes[..], &ReadOptions::default(), &mut sink);
    }
}

#[test]
fn records_keep_to_the_schema_of_3_0() {
    let samples = [
        ("iso_19139.xml", "iso-19139"),
        ("iso_19139_service.xml", "iso-19139"),
        ("iso_19115_3.xml", "iso-19115-3"),
        ("fgdc.xml", "fgdc-csdgm"),
        ("dublin_core.xml", "dublin-core"),
    ];
    let mut told = String::new();
    for (name, id) in samples {
        let reading = read_as(id, &sample(name));
        let of = |kind: RecordKind| {
            let bodies =
                reading.records.iter().map(|read| &read.record.body).filter(|body| body.kind() == kind);
            bodies.map(|body| Value::Object(body.to_json())).collect::<Vec<_>>()
        };
        let catalog = json!({
            "@type": "Catalog", "title": "Geo",
            "conformsTo": {"@type": "Standard", "identifier": "https://resources.data.gov/dcat-us/3.0.0"},
            "dataset": of(RecordKind::Dataset), "service": of(RecordKind::DataService),
        });
        let options = ValidateOptions { profile: Some(Profile::Harvester30), ..ValidateOptions::default() };
        let outcome = validate(catalog.to_string().as_bytes(), &options).unwrap();
        for finding in outcome.findings.iter().filter(|it| it.code.starts_with("SHAPE")) {
            told.push_str(&format!("{name} {} {} {}\n", finding.code, finding.pointer, finding.message));
        }
    }
    insta::assert_snapshot!(told);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), which in 0..4_usize) {
        let _ = try_read_as(DIALECTS[which], &bytes);
        recognize(&bytes);
    }

    #[test]
    fn mutated_records_do_not_panic(
        which in 0..5_usize,
        cuts in prop::collection::vec((0.0..1.0_f64, 0..40_usize, "[<>/&;a-z0-9é\"' -]{0,12}"), 0..6),
    ) {
        let names = ["iso_19139.xml", "iso_19139_service.xml", "iso_19115_3.xml", "fgdc.xml", "dublin_core.xml"];
        let ids = ["iso-19139", "iso-19139", "iso-19115-3", "fgdc-csdgm", "dublin-core"];
        let mut bytes = sample(names[which]);
        for (place, length, text) in cuts {
            let at = (bytes.len() as f64 * place) as usize;
            let end = (at + length).min(bytes.len());
            bytes.splice(at..end, text.bytes());
        }
        if let Ok(reading) = try_read_as(ids[which], &bytes) {
            for read in &reading.records {
                convert_body(&read.record.body, Version::DcatUs30, Version::DcatUs11);
            }
        }
    }
}
