//! What is read is written back, key by key.

use serde_json::{Map, Value};
use townhall_model::Finding;
use townhall_model::record::{
    Activity, Attribution, Catalog, CatalogRecord, Checksum, Concept, ConceptScheme, DataService, Dataset,
    DatasetSeries, Document, Kind, Location, Metric, Organization, PeriodOfTime, QualityMeasurement,
    RecordKind, UseRestriction, Version,
};

use crate::fixtures::{read, shared_files};

/// Reads a file record by record and compares each with what a plain JSON parser sees.
#[track_caller]
fn check_file(name: &str, bytes: &[u8]) -> usize {
    let reading = read(bytes);
    assert!(reading.summary.is_complete(), "{name}: {:?}", reading.refused.first());
    let mut plain: Value = serde_json::from_slice(bytes).expect("strict JSON");
    let list = |root: &mut Value, key: &str| match root {
        Value::Object(map) => {
            map.remove(key).map_or(Vec::new(), |list| list.as_array().cloned().unwrap_or_default())
        }
        Value::Array(list) if key == "dataset" => std::mem::take(list),
        _ => Vec::new(),
    };
    for kind in
        [RecordKind::Dataset, RecordKind::DataService, RecordKind::DatasetSeries, RecordKind::CatalogRecord]
    {
        let expected = list(&mut plain, kind.catalog_key());
        let top = format!("/{}/", kind.catalog_key());
        let found = reading
            .records
            .iter()
            .filter(|read| read.record.kind() == kind)
            .filter(|read| read.pointer.starts_with(&top) || read.pointer.matches('/').count() == 1)
            .collect::<Vec<_>>();
        assert_eq!(found.len(), expected.len(), "{name}: {kind}");
        for (read, expected) in found.iter().zip(&expected) {
            assert_eq!(&Value::Object(read.record.body.to_json()), expected, "{name}{}", read.pointer);
            let original: Value =
                serde_json::from_slice(&read.record.original).expect("the original is JSON");
            assert_eq!(&original, expected, "{name}{}", read.pointer);
        }
    }
    if let (Some(header), Value::Object(mut rest)) = (reading.headers.last(), plain) {
        rest.remove("catalog");
        assert_eq!(header.record.body.to_json(), rest, "{name}");
    }
    reading.records.len()
}

#[test]
fn every_real_catalogue_comes_back_as_it_was() {
    let mut records = 0;
    for folder in ["real/snapshots", "real/versions"] {
        for file in shared_files(folder) {
            records += check_file(&file.display().to_string(), &std::fs::read(&file).expect("a file"));
        }
    }
    // 2,343 datasets stand in the snapshots alone.
    assert!(records == 0 || records > 2_343, "{records}");
}

#[test]
fn real_snapshots_hold_the_known_number_of_datasets_of_version_1_1() {
    let files = shared_files("real/snapshots");
    let mut datasets = 0;
    for file in &files {
        let reading = read(&std::fs::read(file).expect("a file"));
        assert_eq!(reading.summary.version, Some(Version::DcatUs11), "{}", file.display());
        datasets += reading.summary.datasets;
    }
    assert!(files.is_empty() || datasets == 2_343, "{datasets}");
}

#[test]
fn every_other_good_sample_comes_back_as_it_was() {
    for folder in [
        "v1.0/real",
        "v1.0/pod-examples",
        "v1.1/ckanext-datajson",
        "v1.1/harvester",
        "v1.1/pod-examples",
        "v1.1/redaction",
        "v3.0/harvester",
        "v3.0/converted-by-official-tool",
    ] {
        for file in shared_files(folder) {
            let bytes = std::fs::read(&file).expect("a file");
            // Two of the samples are no JSON at all, one is a list of other things.
            if serde_json::from_slice::<Value>(&bytes).is_ok_and(|value| is_catalogue(&value)) {
                check_file(&file.display().to_string(), &bytes);
            }
        }
    }
}

fn is_catalogue(value: &Value) -> bool {
    match value {
        Value::Object(map) => map.get("dataset").is_some_and(Value::is_array),
        Value::Array(list) => !list.is_empty() && list.iter().all(Value::is_object),
        _ => false,
    }
}

/// Reads an object as the class that the file name begins with.
fn through_class(
    class: &str,
    map: Map<String, Value>,
    findings: &mut Vec<Finding>,
) -> Option<Map<String, Value>> {
    Some(match class {
        "Activity" => Activity::from_json(map, findings).to_json(),
        "Attribution" => Attribution::from_json(map, findings).to_json(),
        "Catalog" => Catalog::from_json(map, findings).to_json(),
        "CatalogRecord" => CatalogRecord::from_json(map, findings).to_json(),
        "Checksum" => Checksum::from_json(map, findings).to_json(),
        "Concept" => Concept::from_json(map, findings).to_json(),
        "ConceptScheme" => ConceptScheme::from_json(map, findings).to_json(),
        "DataService" => DataService::from_json(map, findings).to_json(),
        "Dataset" => Dataset::from_json(map, findings).to_json(),
        "DatasetSeries" => DatasetSeries::from_json(map, findings).to_json(),
        "Document" => Document::from_json(map, findings).to_json(),
        "Kind" => Kind::from_json(map, findings).to_json(),
        "Location" => Location::from_json(map, findings).to_json(),
        "Metric" => Metric::from_json(map, findings).to_json(),
        "Organization" => Organization::from_json(map, findings).to_json(),
        "PeriodOfTime" => PeriodOfTime::from_json(map, findings).to_json(),
        "QualityMeasurement" => QualityMeasurement::from_json(map, findings).to_json(),
        "UseRestriction" => UseRestriction::from_json(map, findings).to_json(),
        _ => return None,
    })
}

#[test]
fn every_good_example_of_a_3_0_class_fits_its_type() {
    for file in shared_files("v3.0/official-good") {
        let name = file.file_name().expect("a name").to_string_lossy().into_owned();
        let value: Value = serde_json::from_slice(&std::fs::read(&file).expect("a file")).expect("JSON");
        // Two concepts are examples of a plain label.
        let Value::Object(map) = value else { continue };
        let mut findings = Vec::new();
        let class = name.split('.').next().expect("a class");
        let written = through_class(class, map.clone(), &mut findings).expect("a known class");
        assert_eq!(written, map, "{name}");
        assert_eq!(findings, [], "{name}");
    }
}

#[test]
fn bad_examples_come_back_as_they_were_too() {
    for file in shared_files("v3.0/official-bad") {
        let name = file.file_name().expect("a name").to_string_lossy().into_owned();
        let value: Value = serde_json::from_slice(&std::fs::read(&file).expect("a file")).expect("JSON");
        let Value::Object(map) = value else { continue };
        let class = name.split('.').next().expect("a class");
        if let Some(written) = through_class(class, map.clone(), &mut Vec::new()) {
            assert_eq!(written, map, "{name}");
        }
    }
}
