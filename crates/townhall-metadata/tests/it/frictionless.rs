//! Data packages in and out.

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use townhall_metadata::{Dialect, Frictionless, ReadError, ReadOptions, WriteError, convert_body, recognize};
use townhall_model::Finding;
use townhall_model::record::{Body, Catalog, RecordKind, Version};

use crate::fixtures::{Reading, collect, read, shared_files};
use crate::values::any_json;

fn try_read(bytes: &[u8]) -> Result<Reading, ReadError> {
    collect(|sink| Frictionless.read(&mut &bytes[..], &ReadOptions::default(), sink))
}

#[track_caller]
fn read_package(package: &Value) -> (Body, Vec<Finding>) {
    let mut reading = try_read(package.to_string().as_bytes()).unwrap();
    assert_eq!((reading.records.len(), reading.refused.len()), (1, 0));
    let read = reading.records.remove(0);
    assert_eq!(read.record.version, Version::DcatUs30);
    (read.record.body, read.findings)
}

fn write_package(body: &Body, version: Version) -> (Value, Vec<Finding>) {
    let mut out = Vec::new();
    let findings = Frictionless.write_record(body, version, &mut out).unwrap();
    (serde_json::from_slice(&out).unwrap(), findings)
}

fn body(record: Value) -> Body {
    let Value::Object(map) = record else { panic!("no object") };
    Body::from_json(RecordKind::Dataset, map, &mut Vec::new())
}

fn pointers(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|finding| finding.pointer.as_str()).collect()
}

#[track_caller]
fn package_comes_back(package: &Value) {
    let (record, _) = read_package(package);
    let (again, _) = write_package(&record, Version::DcatUs30);
    assert_eq!(&again, package);
}

#[track_caller]
fn record_comes_back(record: &Body) {
    let (package, _) = write_package(record, Version::DcatUs30);
    let (again, _) = read_package(&package);
    assert_eq!(again.to_json(), record.to_json(), "{package:#}");
}

fn version_1() -> Value {
    json!({
        "profile": "tabular-data-package",
        "name": "wells",
        "id": "b03ec84-77fd-4270-813b-0c698943f7ce",
        "title": "Wells of the county",
        "description": "Every well.",
        "homepage": "https://county.gov/wells",
        "version": "1.2.0",
        "created": "2024-01-05T10:00:00Z",
        "keywords": ["water", "wells"],
        "image": "https://county.gov/wells.png",
        "licenses": [{"name": "CC-BY-4.0", "path": "https://creativecommons.org/licenses/by/4.0/", "title": "CC BY"}],
        "sources": [{"title": "Well survey", "path": "https://county.gov/survey"}, {"title": "Field notes", "email": "f@county.gov"}],
        "contributors": [
            {"title": "Water Office", "role": "publisher", "path": "https://county.gov/water"},
            {"title": "Ann Lee", "email": "ann@county.gov", "role": "maintainer"},
            {"title": "Ben Ito", "role": "author", "organization": "Water Office"},
            {"title": "Cy"},
        ],
        "spatial": {"type": "Point", "coordinates": [-90.5, 35.25]},
        "temporal": {"start": "2001-01-01", "end": "2020-12-31"},
        "resources": [
            {
                "name": "wells", "path": "data/wells.csv", "title": "All wells", "profile": "tabular-data-resource",
                "format": "csv", "mediatype": "text/csv", "encoding": "utf-8", "bytes": 1024,
                "hash": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                "dialect": {"delimiter": ";"},
                "schema": {
                    "fields": [
                        {"name": "id", "type": "integer", "constraints": {"required": true, "unique": true}},
                        {"name": "depth", "type": "number", "decimalChar": ","},
                    ],
                    "missingValues": ["", "-"], "primaryKey": "id",
                    "foreignKeys": [{"fields": "id", "reference": {"resource": "owners", "fields": "well"}}],
                },
            },
            {"name": "owners", "path": ["owners-1.csv", "owners-2.csv"], "schema": "https://county.gov/owners.schema.json"},
            {"name": "notes", "data": [{"id": 1, "note": "dry"}]},
        ],
        "views": [{"name": "map"}],
    })
}

fn version_2() -> Value {
    json!({
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "ponds",
        "title": "Ponds",
        "contributors": [{"title": "Ann Lee", "email": "ann@county.gov", "roles": ["creator", "contact"]}],
        "resources": [{"name": "ponds", "title": "Ponds", "path": "https://county.gov/ponds.csv", "format": "csv"}],
    })
}

#[test]
fn a_package_of_version_1_says_in_dcat_us_what_it_can() {
    let (record, findings) = read_package(&version_1());
    insta::assert_snapshot!(serde_json::to_string_pretty(&record).unwrap());
    assert_eq!(
        pointers(&findings),
        [
            "/resources/1/path",
            "/profile",
            "/name",
            "/id",
            "/licenses",
            "/sources",
            "/contributors",
            "/views",
            "/resources/0/profile",
            "/resources/0/dialect",
            "/resources/0/schema",
            "/resources/1/path",
            "/resources/2/data",
        ]
    );
    package_comes_back(&version_1());
}

#[test]
fn a_package_of_version_2_needs_little_beside_the_record() {
    let (record, findings) = read_package(&version_2());
    assert_eq!(pointers(&findings), ["/contributors"]);
    assert_eq!(record.to_json()["contactPoint"][0]["hasEmail"], "mailto:ann@county.gov");
    package_comes_back(&version_2());
}

#[test]
fn a_record_of_1_1_goes_into_a_package_and_comes_back_as_it_was() {
    for folder in ["real/snapshots", "v1.1/pod-examples", "v1.1/redaction", "v1.0/pod-examples"] {
        for file in shared_files(folder) {
            let bytes = std::fs::read(&file).unwrap();
            if serde_json::from_slice::<Value>(&bytes).is_err() {
                continue;
            }
            for read in read(&bytes).records {
                let Body::Dataset(_) = read.record.body else { continue };
                let (package, _) = write_package(&read.record.body, Version::DcatUs11);
                let (modern, _) = read_package(&package);
                let (back, _) = convert_body(&modern, Version::DcatUs30, Version::DcatUs11);
                assert_eq!(back.to_json(), read.record.body.to_json(), "{} {}", file.display(), read.pointer);
            }
        }
    }
}

#[test]
fn a_written_package_is_one_that_the_specification_knows() {
    let record = body(json!({
        "@type": "Dataset", "title": "Wells & Ponds", "description": "All.", "identifier": "https://county.gov/id/7",
        "keyword": ["water"], "publisher": {"@type": "Organization", "name": "Water Office"},
        "contactPoint": [{"@type": "Kind", "fn": "Ann", "hasEmail": "mailto:ann@county.gov"}],
        "accessLevel": "public", "bureauCode": ["010:00"],
        "distribution": [
            {"@type": "Distribution", "title": "File", "downloadURL": "https://county.gov/a.csv", "mediaType": "text/csv", "byteSize": "12"},
            {"@type": "Distribution", "title": "File", "accessURL": "https://county.gov/api"},
            "[[REDACTED-EX B5]]",
        ],
    }));
    let (package, findings) = write_package(&record, Version::DcatUs30);
    insta::assert_snapshot!(serde_json::to_string_pretty(&package).unwrap());
    assert_eq!(pointers(&findings), ["/accessLevel", "/bureauCode", "/distribution/1/accessURL"]);
    record_comes_back(&record);
}

#[test]
fn what_somebody_changed_is_not_undone_by_what_was_kept() {
    let (record, _) = read_package(&version_1());
    let mut map = record.to_json();
    map["title"] = json!("Wells, old and new");
    map["creator"] = json!([{"@type": "Agent", "name": "Dee"}]);
    map["distribution"][0]["downloadURL"] = json!("https://county.gov/new.csv");
    let (package, _) = write_package(&body(Value::Object(map)), Version::DcatUs30);
    assert_eq!(package["title"], "Wells, old and new");
    let people = package["contributors"].as_array().unwrap();
    assert!(people.contains(&json!({"title": "Dee", "roles": ["creator"]})), "{people:?}");
    assert_eq!(package["resources"][0]["path"], "https://county.gov/new.csv");
    // What was not touched is as it came.
    assert_eq!(package["licenses"], version_1()["licenses"]);
    assert_eq!(package["resources"][0]["schema"], version_1()["resources"][0]["schema"]);
    assert_eq!(package["profile"], "tabular-data-package");

    let record =
        body(json!({"title": "Wells", "identifier": "w-1", "bureauCode": ["010:00"], "distribution": []}));
    let (mut package, _) = write_package(&record, Version::DcatUs30);
    package["title"] = json!("Ponds");
    package["resources"] = json!([{"name": "a", "path": "a.csv"}]);
    let map = read_package(&package).0.to_json();
    assert_eq!((&map["title"], &map["bureauCode"]), (&json!("Ponds"), &json!(["010:00"])));
    assert_eq!(map["distribution"][0]["downloadURL"], "a.csv");
}

#[test]
fn odd_packages_come_back_as_they_were() {
    for package in [
        json!({"resources": []}),
        json!({"resources": [1, "other.json", null, {}, {"name": 7}]}),
        json!({"resources": [{"name": "a"}, {"name": "a"}, {"name": "a-2"}, {"name": "A b"}, {"name": ""}]}),
        json!({"name": "Not A Name!", "title": "", "version": 1.0, "keywords": "water", "resources": []}),
        json!({"id": "https://a.gov/1", "resources": [{"url": "https://a.gov/x.csv", "bytes": -1, "hash": "abc"}]}),
        json!({"licenses": ["odc-pddl", {"type": "x"}], "license": "cc0", "sources": {"path": "https://a.gov"}, "resources": []}),
        json!({"contributors": ["Ann", {"role": "publisher"}, {"title": "A", "roles": "publisher"}], "resources": []}),
        json!({"spatial": [1, 2, 3, 4], "temporal": "2001/2002", "languages": ["en", 7], "resources": []}),
        json!({"spatial": {"location": "Ohio", "extent": "x"}, "temporal": {"end": "2002"}, "resources": []}),
        json!({"frictionless": {"a": 1}, "@type": "x", "a/b~c": null, "resources": [{"frictionless": 1}]}),
    ] {
        package_comes_back(&package);
    }
}

#[test]
fn kept_originals_that_are_none_of_ours_do_no_harm() {
    for package in [
        json!({"resources": [{"name": "a"}, {"name": "a", "dcat-us-3.0": {"frictionless": ["text"]}}]}),
        json!({"dcat-us-3.0": {"frictionless": [7], "distribution": [1, 2], "title": "x"}, "resources": [{"dcat-us-3.0": 7}]}),
        json!({"dcat-us-3.0": [], "frictionless": {"resources": [7]}, "resources": [{"dcat-us-3.0": {"identifier": [{}]}}]}),
    ] {
        let (record, _) = read_package(&package);
        let (again, _) = write_package(&record, Version::DcatUs30);
        assert!(again["resources"].is_array());
    }
    let record = body(json!({"frictionless": {"resources": [7], "dcat-us-3.0": ["x"]}, "bureauCode": ["1"]}));
    assert_eq!(write_package(&record, Version::DcatUs30).0["resources"], json!([]));
}

#[test]
fn one_package_a_list_and_lines_are_read() {
    let (one, two) = (version_1().to_string(), version_2().to_string());
    let list = format!("[{one}, {two}, {{\"title\": \"x\"}}]");
    let reading = try_read(list.as_bytes()).unwrap();
    assert_eq!(reading.titles(), ["Wells of the county", "Ponds"]);
    assert_eq!(reading.records[1].record.original, two.as_bytes());
    assert_eq!(reading.records[1].pointer, "/1");
    assert_eq!((reading.summary.datasets, reading.summary.refused), (2, 1));
    assert_eq!(reading.refused[0].reason.code, "READ-NOT-A-PACKAGE");
    assert!(reading.summary.findings.is_empty());

    let reading = try_read(format!("{one}\n{two}\n").as_bytes()).unwrap();
    assert_eq!(reading.titles(), ["Wells of the county", "Ponds"]);
    let reading = try_read(format!("{:#}", version_2()).as_bytes()).unwrap();
    assert_eq!((reading.summary.datasets, reading.summary.version), (1, Some(Version::DcatUs30)));
    let reading = try_read(b"{\"name\": \"x\"}").unwrap();
    assert_eq!((reading.summary.datasets, reading.refused.len()), (0, 1));
    assert!(!reading.summary.is_complete());
}

#[test]
fn a_catalog_is_a_list_of_packages() {
    let mut out = Vec::new();
    let mut writer = Frictionless.catalog_writer(Box::new(&mut out)).unwrap();
    let header = Catalog { title: Some("All".to_owned()), ..Catalog::default() };
    assert_eq!(pointers(&writer.begin(&header).unwrap()), ["/title"]);
    for package in [version_1(), version_2()] {
        writer.record(&read_package(&package).0, Version::DcatUs30).unwrap();
    }
    let service = Body::DataService(Box::default());
    assert_eq!(writer.record(&service, Version::DcatUs30).unwrap()[0].code, "WRITE-NO-FORM");
    writer.end().unwrap();
    drop(writer);
    assert_eq!(serde_json::from_slice::<Value>(&out).unwrap(), json!([version_1(), version_2()]));
    let error = Frictionless.write_record(&service, Version::DcatUs30, &mut Vec::new()).unwrap_err();
    assert!(matches!(error, WriteError::NoForm { .. }));

    let mut none = Vec::new();
    let mut writer = Frictionless.catalog_writer(Box::new(&mut none)).unwrap();
    writer.begin(&Catalog::default()).unwrap();
    writer.end().unwrap();
    drop(writer);
    assert_eq!(serde_json::from_slice::<Value>(&none).unwrap(), json!([]));
}

#[test]
fn packages_are_told_from_other_json() {
    let id = |text: &str| recognize(text.as_bytes()).info().id;
    for package in [version_1(), version_2(), json!([version_2()]), json!({"name": "a", "resources": []})] {
        assert_eq!(id(&package.to_string()), "frictionless");
        assert_eq!(id(&format!("{package:#}")), "frictionless");
    }
    assert_eq!(id("{\"profile\": \"data-package\", \"description\": \"breaks o"), "frictionless");
    for other in [
        json!({"conformsTo": "https://project-open-data.cio.gov/v1.1/schema", "dataset": [{"resources": []}]}),
        json!({"title": "a", "identifier": "b", "description": "resources"}),
        json!({"resources": [], "owner_org": "x"}),
        json!({"resources": {"a": 1}, "name": "a"}),
        json!({"terraform_version": "1.0", "resources": []}),
        json!([1, 2]),
    ] {
        assert_ne!(id(&other.to_string()), "frictionless", "{other}");
    }
}

const KEYS: [&str; 14] = [
    "name",
    "id",
    "title",
    "licenses",
    "sources",
    "contributors",
    "spatial",
    "temporal",
    "version",
    "homepage",
    "x",
    "created",
    "keywords",
    "image",
];

const DATASET_KEYS: [&str; 14] = [
    "@type",
    "title",
    "identifier",
    "license",
    "source",
    "publisher",
    "contactPoint",
    "creator",
    "spatial",
    "temporal",
    "landingPage",
    "distribution",
    "x",
    "keyword",
];

fn members(keys: &'static [&'static str]) -> impl Strategy<Value = Map<String, Value>> {
    let member = (prop::sample::select(keys), any_json());
    let members = prop::collection::vec(member, 0..6);
    members.prop_map(|members| members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

const RESOURCE_KEYS: [&str; 9] =
    ["name", "title", "path", "url", "schema", "bytes", "hash", "encoding", "data"];

const DISTRIBUTION_KEYS: [&str; 9] =
    ["@type", "title", "identifier", "downloadURL", "accessURL", "describedBy", "byteSize", "checksum", "x"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_package_comes_back_as_it_was(
        mut package in members(&KEYS), resources in prop::collection::vec(members(&RESOURCE_KEYS), 0..4)
    ) {
        package.insert("resources".to_owned(), resources.into_iter().map(Value::Object).collect());
        package_comes_back(&Value::Object(package));
    }

    #[test]
    fn any_record_comes_back_as_it_was(
        mut record in members(&DATASET_KEYS), distributions in prop::collection::vec(members(&DISTRIBUTION_KEYS), 0..4)
    ) {
        if !distributions.is_empty() {
            record.insert("distribution".to_owned(), distributions.into_iter().map(Value::Object).collect());
        }
        record_comes_back(&body(Value::Object(record)));
    }

    #[test]
    fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = try_read(&bytes);
        let mut package = b"{\"resources\": [{\"name\": ".to_vec();
        package.extend(bytes);
        let _ = try_read(&package);
        let _ = recognize(&package);
    }
}
