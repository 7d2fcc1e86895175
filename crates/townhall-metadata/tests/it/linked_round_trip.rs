//! DCAT-US written as linked data and read again is the same record.

use std::io::Write;
use std::sync::{Arc, Mutex};

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use townhall_metadata::{convert, dialect};
use townhall_model::record::{Body, Catalog, Dataset, RecordKind, Version};

use crate::fixtures::{Reading, read, read_as, shared_files};
use crate::values::any_text;

const SYNTAXES: [&str; 3] = ["json-ld", "turtle", "rdf-xml"];

/// An output that can be looked at while a boxed writer has it.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("one thread").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn write(syntax: &str, header: &Catalog, records: &[(Body, Version)]) -> Vec<u8> {
    let out = Shared::default();
    let mut writer =
        dialect(syntax).expect("a dialect").catalog_writer(Box::new(out.clone())).expect("a writer");
    writer.begin(header).expect("memory");
    for (body, version) in records {
        writer.record(body, *version).expect("memory");
    }
    writer.end().expect("memory");
    drop(writer);
    std::mem::take(&mut *out.0.lock().expect("one thread"))
}

/// A record without what has no meaning: classes that are understood, nulls, lists of one, numbers in quotes or not,
/// and names that say again what the identifier or the address says.
fn meaning(value: &Value) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::String(text) if text.trim().is_empty() => None,
        Value::Number(number) => Some(json!(number.to_string())),
        Value::Array(values) => {
            let mut values = values.iter().filter_map(meaning).collect::<Vec<_>>();
            let mut seen: Vec<Value> = Vec::new();
            values.retain(|value| {
                !seen.contains(value) && {
                    seen.push(value.clone());
                    true
                }
            });
            match values.len() {
                0 => None,
                1 => values.pop(),
                _ => Some(Value::Array(values)),
            }
        }
        Value::Object(map) if map.contains_key("coordinates") => Some(value.clone()),
        Value::Object(map) => {
            let mut map = map
                .iter()
                .filter_map(|(key, value)| Some((key.clone(), meaning(value)?)))
                .collect::<Map<_, _>>();
            map.shift_remove("@type");
            let said = ["identifier", "accessURL"].iter().any(|key| map.get(*key) == map.get("@id"));
            if said {
                map.shift_remove("@id");
            }
            if map.contains_key("downloadURL") && map.get("accessURL") == map.get("downloadURL") {
                map.shift_remove("accessURL");
            }
            // What other records say of a thing that this one only names is known in one graph.
            if let Some(Value::Object(kept)) = map.get_mut("json-ld") {
                kept.shift_remove("@included");
                if kept.is_empty() {
                    map.shift_remove("json-ld");
                }
            }
            // A member of a series may be a record of its own, which is only named.
            if let Some(Value::Array(members)) = map.get_mut("seriesMember") {
                for member in members {
                    *member = member.get("identifier").cloned().unwrap_or(member.take());
                }
            }
            // A concept of which only the label is known is no more than its label; and so it is with identifiers.
            for only in ["prefLabel", "identifier"] {
                if map.len() == 1 && map.contains_key(only) {
                    return map.shift_remove(only);
                }
            }
            (!map.is_empty()).then_some(Value::Object(map))
        }
        other => Some(other.clone()),
    }
}

fn meaning_of(body: &Body) -> Value {
    meaning(&Value::Object(body.to_json())).unwrap_or_default()
}

#[track_caller]
fn check(records: &[(Body, Version)], what: &str) {
    for syntax in SYNTAXES {
        let header = Catalog { id: Some("https://wells.gov/data.json".to_owned()), ..Catalog::default() };
        let bytes = write(syntax, &header, records);
        let back = read_as(syntax, &bytes);
        assert_eq!(back.refused, [], "{what}");
        assert_eq!(
            back.records.len(),
            records.len(),
            "{what} as {syntax}:\n{}",
            String::from_utf8_lossy(&bytes)
        );
        for (number, ((before, version), after)) in records.iter().zip(&back.records).enumerate() {
            assert_eq!(before.kind(), after.record.kind());
            let before = modern(before, *version);
            let (came, was) = different(&meaning_of(&after.record.body), &meaning_of(&before));
            assert_eq!(came, was, "{what} number {number} as {syntax}");
        }
    }
}

/// The members of two objects that are not the same in both.
fn different(came: &Value, was: &Value) -> (Value, Value) {
    match (came, was) {
        (Value::Object(came), Value::Object(was)) => {
            let only = |map: &Map<String, Value>, other: &Map<String, Value>| {
                map.iter()
                    .filter(|(key, value)| other.get(*key) != Some(value))
                    .map(|(key, value)| (key.clone(), value.clone()))
                    .collect()
            };
            (Value::Object(only(came, was)), Value::Object(only(was, came)))
        }
        _ => (came.clone(), was.clone()),
    }
}

fn modern(body: &Body, version: Version) -> Body {
    let Body::Dataset(dataset) = body else { return body.clone() };
    let (mut dataset, _) = convert(dataset, version, Version::DcatUs30);
    dataset.extra.shift_remove("dcat-us-1.1");
    Body::Dataset(Box::new(dataset))
}

fn all(reading: Reading) -> Vec<(Body, Version)> {
    reading.records.into_iter().map(|read| (read.record.body, read.record.version)).collect()
}

#[test]
fn every_sample_of_3_0_comes_back() {
    for folder in ["v3.0/harvester"] {
        for file in shared_files(folder) {
            let bytes = std::fs::read(&file).expect("a file");
            let mut records = all(read(&bytes));
            records.sort_by_key(|(body, _)| body.kind());
            check(&records, &file.display().to_string());
        }
    }
    for file in shared_files("v3.0/official-good") {
        if file.file_name().is_some_and(|name| name.to_string_lossy().starts_with("Dataset.")) {
            let bytes = std::fs::read(&file).expect("a file");
            check(&all(read(&bytes)), &file.display().to_string());
        }
    }
}

#[test]
fn real_catalogs_of_1_1_come_back() {
    for folder in ["real/snapshots", "v1.1/pod-examples", "v1.1/harvester"] {
        for file in shared_files(folder) {
            let bytes = std::fs::read(&file).expect("a file");
            let Ok(reading) = crate::fixtures::try_read(&bytes[..], &Default::default()) else { continue };
            let records = all(reading).into_iter().step_by(20).take(20).collect::<Vec<_>>();
            check(&records, &file.display().to_string());
        }
    }
}

fn any_dataset() -> impl Strategy<Value = Value> {
    let iri = || "https://wells\\.gov/[a-c]{1,3}";
    let word = || "[a-zA-Z\u{e9}<&\"\\\\,;0-9 ]{0,8}[a-z]";
    let texts = move || prop::collection::vec(word(), 1..3);
    let day = || "20[0-2][0-9]-0[1-9]-[12][0-9]";
    let distribution =
        (iri(), word(), prop::option::of("text/csv|application/json"), prop::option::of(0_u32..9999))
            .prop_map(|(url, title, media_type, size)| {
                json!({"@type": "Distribution", "downloadURL": url, "title": title, "mediaType": media_type,
                "byteSize": size.map(|size| size.to_string())})
            });
    (
        (word(), word(), texts(), iri(), day()),
        (word(), iri(), prop::option::of(prop::collection::vec(distribution, 1..3))),
        prop::sample::select(vec!["R/P1D", "daily", "monthly", "irregular", "R/P7D", "R/P9Y"]),
        prop::sample::select(vec!["en", "es", "eo"]),
        prop::sample::select(vec!["public", "restricted: ask", "Non-Public", "anything"]),
        (word(), texts(), any_text(), day(), iri()),
    )
        .prop_map(|(first, second, rhythm, language, access, third)| {
            let (title, description, keyword, identifier, modified) = first;
            let (publisher, license, distribution) = second;
            let (theme, rights, own, start, page) = third;
            json!({
                "@type": "Dataset", "title": title, "description": description, "keyword": keyword,
                "identifier": identifier, "modified": modified,
                "publisher": {"@type": "Organization", "name": publisher,
                    "subOrganizationOf": [{"@type": "Organization", "name": "Above"}]},
                "contactPoint": [{"@type": "Kind", "fn": title, "hasEmail": "mailto:a@wells.gov"}],
                "license": license, "distribution": distribution, "accrualPeriodicity": rhythm,
                "language": [language], "accessRights": access,
                "theme": [{"@type": "Concept", "prefLabel": theme}, "Energy"], "rights": rights,
                "temporal": [{"@type": "PeriodOfTime", "startDate": start}],
                "landingPage": {"@type": "Document", "title": title, "accessURL": page},
                "spatial": {"@type": "Location", "bbox": {"type": "Polygon", "coordinates":
                    [[[-1.5, 2], [3, 2], [3, 4], [-1.5, 4], [-1.5, 2]]]}},
                "ours": {"kept": own}, "title\u{2}": 1
            })
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_dataset_of_3_0_comes_back(value in any_dataset()) {
        let map = value.as_object().cloned().expect("an object");
        let dataset = Dataset::from_json(map, &mut Vec::new());
        check(&[(Body::Dataset(Box::new(dataset)), Version::DcatUs30)], "a generated dataset");
    }

    #[test]
    fn any_text_is_read_without_panic(text in "([<>@{}\\[\\]\".:;,a-f /#^_-]|dcat:|<http://www.w3.org/ns/dcat#Dataset>|\"@id\"|\"@context\"| a |\n){0,60}") {
        for syntax in SYNTAXES {
            drop(crate::fixtures::try_read_as(syntax, text.as_bytes()));
        }
    }
}

#[test]
fn a_header_comes_back() {
    let value = json!({
        "@type": "Catalog", "@id": "https://wells.gov/data.json", "title": "All", "description": "All of it",
        "publisher": {"@type": "Organization", "name": "Bureau of Wells"}, "language": ["en"],
        "conformsTo": {"@type": "Standard", "identifier": "https://resources.data.gov/dcat-us/3.0.0", "title": "DCAT-US 3.0"}
    });
    let map = value.as_object().cloned().expect("an object");
    let header = Catalog::from_json(map, &mut Vec::new());
    for syntax in SYNTAXES {
        let back = read_as(syntax, &write(syntax, &header, &[]));
        assert_eq!(back.headers.len(), 1);
        assert_eq!(back.headers[0].record.kind(), RecordKind::Catalog);
        assert_eq!(meaning_of(&back.headers[0].record.body), meaning(&value).expect("a value"), "{syntax}");
    }
}
