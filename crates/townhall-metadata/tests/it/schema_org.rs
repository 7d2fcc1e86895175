//! schema.org and Croissant, alone and in web pages, read and written.

use proptest::prelude::*;
use serde_json::{Value, json};
use townhall_metadata::{DIALECTS, dialect, read_any, recognize};
use townhall_model::record::{Body, Catalog, RecordKind, Version};

use crate::fixtures::{Reading, read_as, shared_files, try_read_as};

/// What search engines ask publishers for, all of it.
fn wells() -> Value {
    json!({
        "@context": "https://schema.org/", "@type": "Dataset",
        "name": "Water wells", "alternateName": ["Wells"], "description": "Every well of the county.",
        "url": "https://wells.gov/data/wells", "sameAs": "https://doi.org/10.1000/1",
        "identifier": ["https://doi.org/10.1000/1", {"@type": "PropertyValue", "propertyID": "SSN", "value": "W-1"}],
        "keywords": ["water", {"@type": "DefinedTerm", "name": "Groundwater", "url": "https://terms.gov/g", "termCode": "G"}],
        "license": "https://creativecommons.org/publicdomain/zero/1.0/",
        "creator": {"@type": "Person", "name": "Ada Well", "givenName": "Ada"},
        "publisher": {"@type": "Organization", "name": "Bureau of Wells",
            "parentOrganization": {"@type": "Organization", "name": "Department of Water"},
            "contactPoint": {"@type": "ContactPoint", "email": "wells@wells.gov", "telephone": "+1-555"}},
        "funder": {"@type": "Organization", "name": "Fund"},
        "datePublished": "2020-01-31", "dateModified": "2024-02-29", "temporalCoverage": "1950-01-01/..",
        "spatialCoverage": {"@type": "Place", "name": "Wells County",
            "geo": {"@type": "GeoShape", "box": "18.0 -65.0 72.0 172.0"}},
        "variableMeasured": [{"@type": "PropertyValue", "name": "depth", "unitText": "ft"}],
        "measurementTechnique": "sounding", "isAccessibleForFree": true, "version": "2.1",
        "includedInDataCatalog": {"@type": "DataCatalog", "name": "data.wells.gov"},
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": "text/csv", "contentUrl": "https://wells.gov/w.csv", "contentSize": "12 kB"},
            {"@type": "DataDownload", "encodingFormat": "API", "url": "https://wells.gov/api"},
        ],
        "citation": "Well, A. (2020): Wells", "conditionsOfAccess": "public", "isPartOf": "https://wells.gov/all",
    })
}

fn one(reading: &Reading) -> Value {
    assert_eq!(reading.refused, [], "{:?}", reading.refused);
    assert_eq!(reading.records.len(), 1);
    Value::Object(reading.records[0].record.body.to_json())
}

#[test]
fn what_search_engines_ask_for_becomes_dcat_us() {
    let text = wells().to_string();
    assert_eq!(recognize(text.as_bytes()).info().id, "schema-org");
    let reading = read_as("schema-org", text.as_bytes());
    let record = one(&reading);
    let has = |pointer: &str, expected: Value| {
        assert_eq!(record.pointer(pointer), Some(&expected), "{pointer} {record:#}")
    };
    has("/title", json!("Water wells"));
    has("/identifier", json!("https://doi.org/10.1000/1"));
    has("/otherIdentifier/0/notation", json!("W-1"));
    has("/keyword", json!(["water"]));
    has("/theme/0/prefLabel", json!("Groundwater"));
    has("/publisher/name", json!("Bureau of Wells"));
    has("/publisher/subOrganizationOf/0/name", json!("Department of Water"));
    has("/contactPoint/0/hasEmail", json!("mailto:wells@wells.gov"));
    has("/temporal/0/startDate", json!("1950-01-01"));
    has("/distribution/0/downloadURL", json!("https://wells.gov/w.csv"));
    has("/distribution/0/mediaType", json!("text/csv"));
    has("/distribution/1/accessURL", json!("https://wells.gov/api"));
    has("/qualifiedAttribution/0/hadRole", json!("funder"));
    has("/modified", json!("2024-02-29"));
    let body = &reading.records[0].record.body;
    let found = body.view().bounding_box.unwrap();
    assert_eq!([found.west, found.south, found.east, found.north], [-65.0, 18.0, 172.0, 72.0]);
    let kept: Vec<_> = reading.records[0].findings.iter().filter(|it| it.code == "READ-KEPT").collect();
    assert!(kept.iter().any(|it| it.pointer == "/variableMeasured"), "{kept:?}");
}

#[test]
fn it_comes_back_as_it_came() {
    let reading = read_as("schema-org", wells().to_string().as_bytes());
    let mut out = Vec::new();
    let body = &reading.records[0].record.body;
    dialect("schema-org").unwrap().write_record(body, Version::DcatUs30, &mut out).unwrap();
    let mut back: Value = serde_json::from_slice(&out).unwrap();
    let mut source = wells();
    // Written with the address that the context has today; a list of one is the one.
    source["@context"] = json!("https://schema.org");
    for value in [&mut back, &mut source] {
        for key in ["alternateName", "variableMeasured"] {
            if let Value::Array(list) = &value[key] {
                value[key] = list[0].clone();
            }
        }
    }
    assert_eq!(back, source);
}

#[test]
fn what_was_changed_since_is_written_as_it_is_now() {
    let mut reading = read_as("schema-org", wells().to_string().as_bytes());
    let Body::Dataset(dataset) = &mut reading.records[0].record.body else { panic!("a dataset") };
    let mut map = dataset.to_json();
    map["title"] = json!("Wells, renamed");
    let body = Body::from_json(RecordKind::Dataset, map, &mut Vec::new());
    let mut out = Vec::new();
    dialect("schema-org").unwrap().write_record(&body, Version::DcatUs30, &mut out).unwrap();
    let back: Value = serde_json::from_slice(&out).unwrap();
    assert_eq!(back["name"], "Wells, renamed");
    assert_eq!(back["measurementTechnique"], "sounding");
}

#[test]
fn web_pages_are_searched_for_scripts() {
    let page = format!(
        "<!doctype html><html><head><title>x</title><script>var a = '<b>';</script>\n\
         <script type=\"application/ld+json\">{{\"@context\": \"http://schema.org\", \"@type\": \"BreadcrumbList\"}}</script>\n\
         <script TYPE='application/ld+json'><![CDATA[{}]]></script>\n\
         <script type=\"application/ld+json\">{{\"@context\": \"https://schema.org\", \"@type\": \"Dataset\", \"name\": \"Broken\",}}</script>\n\
         <script type=\"application/ld+json\">{{\"@type\": \"Dataset\", no</script></head></html>",
        wells()
    );
    assert_eq!(recognize(page.as_bytes()).info().id, "schema-org");
    let reading = read_as("schema-org", page.as_bytes());
    assert_eq!(reading.titles(), ["Water wells", "Broken"]);
    assert_eq!(reading.refused.len(), 1);
    assert_eq!(reading.refused[0].position.line, 5);
    assert_eq!(reading.records[0].position.line, 3);
}

#[test]
fn graphs_lists_and_prefixes_are_read() {
    let graph = json!({
        "@context": {"sdo": "https://schema.org/", "@vocab": "http://schema.org/"},
        "@graph": [
            {"@id": "#org", "@type": "sdo:Organization", "sdo:name": "Bureau"},
            {"@type": "sdo:DataCatalog", "name": "All", "dataset": [
                {"@type": "http://schema.org/Dataset", "https://schema.org/name": "One", "identifier": "1", "publisher": {"@id": "#org"}},
                {"@type": ["sdo:Dataset"], "name": {"@value": "Two", "@language": "en"}, "identifier": "2"},
            ]},
            {"@type": "WebAPI", "name": "Lookup", "documentation": "https://wells.gov/doc"},
        ],
    });
    let reading = read_as("schema-org", graph.to_string().as_bytes());
    assert_eq!(reading.titles(), ["One", "Two", "Lookup"]);
    assert_eq!(reading.headers.len(), 1);
    assert_eq!(reading.records[0].record.body.to_json()["publisher"]["name"], "Bureau");
    assert_eq!(reading.records[1].pointer, "/@graph/1/dataset/1");
    assert_eq!(reading.records[2].record.kind(), RecordKind::DataService);
}

#[test]
fn croissant_keeps_its_record_sets() {
    let source = json!({
        "@context": {"@vocab": "https://schema.org/", "cr": "http://mlcommons.org/croissant/", "recordSet": "cr:recordSet"},
        "@type": "sc:Dataset", "name": "digits", "conformsTo": "http://mlcommons.org/croissant/1.0",
        "url": "https://wells.gov/digits",
        "distribution": [
            {"@type": "cr:FileObject", "@id": "zip", "name": "zip", "contentUrl": "https://wells.gov/d.zip",
             "encodingFormat": "application/zip", "sha256": "00ff"},
            {"@type": "cr:FileSet", "@id": "images", "containedIn": {"@id": "zip"}, "includes": "*.png"},
        ],
        "recordSet": [{"@type": "cr:RecordSet", "@id": "rows", "field": [{"@type": "cr:Field", "@id": "rows/label", "dataType": "sc:Integer"}]}],
    });
    let text = source.to_string();
    assert_eq!(recognize(text.as_bytes()).info().id, "croissant");
    let reading = read_as("croissant", text.as_bytes());
    let record = one(&reading);
    assert_eq!(record["distribution"][0]["checksum"]["checksumValue"], "00ff", "{record:#}");
    assert_eq!(record["croissant"]["recordSet"][0]["field"]["@id"], "rows/label", "{record:#}");
    let mut out = Vec::new();
    let body = &reading.records[0].record.body;
    dialect("schema-org").unwrap().write_record(body, Version::DcatUs30, &mut out).unwrap();
    let back: Value = serde_json::from_slice(&out).unwrap();
    assert_eq!(back["conformsTo"], "http://mlcommons.org/croissant/1.0", "{back:#}");
    assert_eq!(back["recordSet"][0]["@id"], "rows", "{back:#}");
}

#[test]
fn a_catalog_is_written_and_read_again() {
    for file in shared_files("real/snapshots").into_iter().take(3) {
        let bytes = std::fs::read(&file).unwrap();
        let records = crate::fixtures::read(&bytes).records;
        let mut out = Vec::new();
        let mut writer = dialect("schema-org").unwrap().catalog_writer(Box::new(&mut out)).unwrap();
        writer.begin(&Catalog { title: Some("All".into()), ..Catalog::default() }).unwrap();
        for read in &records {
            writer.record(&read.record.body, read.record.version).unwrap();
        }
        writer.end().unwrap();
        drop(writer);
        let back = read_as("schema-org", &out);
        assert_eq!(back.headers.len(), 1);
        assert_eq!(back.records.len(), records.len(), "{}", file.display());
        for (before, after) in records.iter().zip(&back.records) {
            let (before, after) = (before.record.body.view(), after.record.body.view());
            assert_eq!(
                (before.title, before.identifier),
                (after.title, after.identifier),
                "{}",
                file.display()
            );
            assert!(before.distributions.len() >= after.distributions.len());
            assert_eq!(before.license, after.license);
        }
    }
}

#[test]
fn what_is_nothing_of_it_says_so() {
    let nothing = json!({"@context": "https://schema.org", "@type": "Recipe", "name": "Soup"}).to_string();
    let error = try_read_as("schema-org", nothing.as_bytes()).err().unwrap().to_string();
    assert!(error.contains("`Recipe`"), "{error}");
    let page = try_read_as("schema-org", b"<html><body>no scripts</body></html>").err().unwrap();
    assert!(page.to_string().contains("web page"), "{page}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_without_panic(text in "([<>@{}\\[\\]\".:;,a-f /#^_-]|<script type=\"application/ld\\+json\">|</script>|\"@type\"|\"Dataset\"|\"@graph\"|\"@id\"|https://schema.org|\n){0,60}") {
        drop(read_any(&mut text.as_bytes(), &Default::default(), &mut |_| std::ops::ControlFlow::Continue(())));
        for id in ["schema-org", "croissant"] {
            drop(try_read_as(id, text.as_bytes()));
        }
    }

    #[test]
    fn any_values_in_the_properties_are_read(values in prop::collection::vec(crate::values::any_json(), 6..12)) {
        let mut dataset = wells();
        let keys: Vec<String> = dataset.as_object().unwrap().keys().skip(2).cloned().collect();
        for (index, value) in values.into_iter().enumerate() {
            dataset[&keys[index * 7 % keys.len()]] = value;
        }
        let reading = read_as("schema-org", dataset.to_string().as_bytes());
        let body = &reading.records[0].record.body;
        for dialect in DIALECTS.iter().filter(|dialect| dialect.info().can_write_record) {
            dialect.write_record(body, Version::DcatUs30, &mut Vec::new()).unwrap();
        }
    }
}
