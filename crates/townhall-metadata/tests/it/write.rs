//! What is written in each dialect.

use std::io::Write;
use std::sync::{Arc, Mutex};

use insta::assert_snapshot;
use oxjsonld::JsonLdParser;
use oxrdf::Graph;
use oxrdf::graph::CanonicalizationAlgorithm;
use oxttl::TurtleParser;
use serde_json::{Map, Value, json};
use townhall_metadata::{
    CatalogLink, CatalogWriter, DIALECTS, DcatUsWriter, SelfRecord, WriteError, convert, dialect, schema_org,
    self_record,
};
use townhall_model::record::{Body, Catalog, DataService, Dataset, RecordKind, Version};

use crate::fixtures::{read, shared_files};

fn map(value: Value) -> Map<String, Value> {
    value.as_object().cloned().expect("an object")
}

fn dataset(value: Value) -> Dataset {
    Dataset::from_json(map(value), &mut Vec::new())
}

fn body(value: Value) -> Body {
    Body::Dataset(Box::new(dataset(value)))
}

/// A dataset of 1.1 with something in every property.
fn full_1_1() -> Value {
    json!({
        "@type": "dcat:Dataset",
        "title": "Wells", "description": "Where the <b>wells</b> are.", "keyword": ["water", "wells"],
        "modified": "R/P1D",
        "publisher": {"@type": "org:Organization", "name": "Bureau of Wells",
            "subOrganizationOf": {"@type": "org:Organization", "name": "Department of Water"}},
        "contactPoint": {"@type": "vcard:Contact", "fn": "Ann", "hasEmail": "mailto:ann@wells.gov"},
        "identifier": "https://wells.gov/id/1", "accessLevel": "restricted public",
        "bureauCode": ["010:00"], "programCode": ["010:001"],
        "license": "https://creativecommons.org/publicdomain/zero/1.0/", "rights": "Ask first",
        "spatial": "-77.1,38.8,-76.9,39.0", "temporal": "2001-01-01/2020-12-31",
        "distribution": [
            {"@type": "dcat:Distribution", "downloadURL": "https://wells.gov/wells.csv", "mediaType": "text/csv",
             "describedBy": "https://wells.gov/wells.xsd", "describedByType": "application/xml"},
            {"@type": "dcat:Distribution", "accessURL": "https://wells.gov/api", "format": "API"}],
        "conformsTo": "https://wells.gov/standard", "dataQuality": true,
        "describedBy": "https://wells.gov/dictionary.pdf", "describedByType": "application/pdf",
        "isPartOf": "wells-collection", "issued": "2001", "language": ["en-US", "es"],
        "landingPage": "https://wells.gov/wells", "references": ["https://wells.gov/paper"],
        "theme": ["Water"], "ourOwnKey": {"kept": true}
    })
}

#[test]
fn every_dialect_has_an_id_of_its_own_and_says_what_it_can() {
    let mut ids = DIALECTS.iter().map(|dialect| dialect.info().id).collect::<Vec<_>>();
    assert!(ids.iter().all(|id| dialect(id).is_some_and(|found| found.info().id == *id)));
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), DIALECTS.len());
    let record = body(full_1_1());
    for dialect in DIALECTS {
        let info = dialect.info();
        let written = dialect.write_record(&record, Version::DcatUs11, &mut Vec::new());
        assert_eq!(written.is_ok(), info.can_write_record, "{}", info.id);
        assert_eq!(
            dialect.catalog_writer(Box::new(Vec::new())).is_ok(),
            info.can_write_catalog,
            "{}",
            info.id
        );
    }
}

#[test]
fn a_catalogue_is_written_one_record_a_line() {
    let mut writer = DcatUsWriter::new(Vec::new(), Version::DcatUs11);
    writer.begin(&Catalog::default()).expect("memory");
    for title in ["a", "b"] {
        writer.record(&body(json!({"title": title, "x": null})), Version::DcatUs11).expect("memory");
    }
    let service = DataService::from_json(map(json!({"title": "c"})), &mut Vec::new());
    writer.record(&Body::DataService(Box::new(service)), Version::DcatUs30).expect("memory");
    writer.end().expect("memory");
    let written = String::from_utf8(writer.into_inner()).expect("UTF-8");
    assert_snapshot!(written, @r##"
    {
    "@type": "dcat:Catalog",
    "@context": "https://project-open-data.cio.gov/v1.1/schema/catalog.jsonld",
    "conformsTo": "https://project-open-data.cio.gov/v1.1/schema",
    "describedBy": "https://project-open-data.cio.gov/v1.1/schema/catalog.json",
    "dataset": [
    {"title":"a","x":null},
    {"title":"b","x":null}
    ],
    "service": [
    {"title":"c"}
    ]
    }
    "##);
    assert_eq!(read(written.as_bytes()).titles(), ["a", "b", "c"]);
}

#[test]
fn a_list_that_was_closed_is_not_opened_again() {
    let mut writer = DcatUsWriter::new(Vec::new(), Version::DcatUs30);
    let service = Body::DataService(Box::default());
    writer.begin(&Catalog::default()).expect("memory");
    writer.record(&body(json!({})), Version::DcatUs30).expect("memory");
    writer.record(&service, Version::DcatUs30).expect("memory");
    let error = writer.record(&body(json!({})), Version::DcatUs30).expect_err("too late");
    assert!(matches!(error, WriteError::OutOfOrder { kind: RecordKind::Dataset }));
}

#[test]
fn an_empty_catalogue_still_has_its_list() {
    let mut writer = DcatUsWriter::new(Vec::new(), Version::DcatUs30);
    writer.begin(&Catalog::default()).expect("memory");
    writer.end().expect("memory");
    let written: Value = serde_json::from_slice(&writer.into_inner()).expect("JSON");
    assert_eq!(written["dataset"], json!([]));
}

#[test]
fn what_1_1_says_is_said_in_3_0_and_nothing_is_lost() {
    let (modern, findings) = convert(&dataset(full_1_1()), Version::DcatUs11, Version::DcatUs30);
    let pretty = serde_json::to_string_pretty(&modern).expect("JSON");
    insta::assert_snapshot!("full_1_1_as_3_0", pretty);
    let kept = findings.iter().map(|finding| finding.pointer.as_str()).collect::<Vec<_>>();
    assert_eq!(kept, ["/modified", "/spatial", "/language", "/accrualPeriodicity"]);
    let (back, findings) = convert(&modern, Version::DcatUs30, Version::DcatUs11);
    assert_eq!(back.to_json(), map(full_1_1()));
    assert_eq!(findings, []);
}

#[test]
fn a_change_made_in_3_0_is_not_undone_by_what_was_kept() {
    let (mut modern, _) = convert(&dataset(full_1_1()), Version::DcatUs11, Version::DcatUs30);
    modern.modified = Some("2024-02-03".to_owned());
    let (back, _) = convert(&modern, Version::DcatUs30, Version::DcatUs11);
    assert_eq!(back.modified.as_deref(), Some("2024-02-03"));
    // What was not touched comes back as the publisher wrote it.
    assert_eq!(back.to_json()["language"], json!(["en-US", "es"]));
}

#[test]
fn a_file_of_1_0_becomes_1_1() {
    let old = dataset(json!({
        "title": "Wells", "keyword": "water, wells", "publisher": "Bureau of Wells", "contactPoint": "Ann",
        "mbox": "ann@wells.gov", "accessLevelComment": "", "dataDictionary": "https://wells.gov/d",
        "license": "Public Domain", "accrualPeriodicity": "Weekly", "bureauCode": "010:00",
        "accessURL": "https://wells.gov/wells.csv", "format": "text/csv", "webService": "https://wells.gov/api"
    }));
    let (new, _) = convert(&old, Version::Pod10, Version::DcatUs11);
    assert_eq!(
        new.to_json(),
        map(json!({
            "@type": "dcat:Dataset", "title": "Wells", "keyword": ["water", "wells"],
            "publisher": {"@type": "org:Organization", "name": "Bureau of Wells"},
            "contactPoint": {"@type": "vcard:Contact", "fn": "Ann", "hasEmail": "mailto:ann@wells.gov"},
            "bureauCode": ["010:00"],
            "license": "https://project-open-data.cio.gov/unknown-license/#v1-legacy/Public%20Domain",
            "accrualPeriodicity": "R/P1W", "describedBy": "https://wells.gov/d",
            "distribution": [
                {"@type": "dcat:Distribution", "downloadURL": "https://wells.gov/wells.csv", "mediaType": "text/csv"},
                {"@type": "dcat:Distribution", "accessURL": "https://wells.gov/api", "format": "API"}]
        }))
    );
}

fn graph_of_turtle(bytes: &[u8]) -> Graph {
    TurtleParser::new().for_reader(bytes).collect::<Result<_, _>>().expect("Turtle")
}

fn graph_of_json_ld(bytes: &[u8]) -> Graph {
    let quads = JsonLdParser::new().for_reader(bytes).collect::<Result<Vec<_>, _>>().expect("JSON-LD");
    quads.into_iter().map(oxrdf::Triple::from).collect()
}

/// Turtle and JSON-LD of one record must be the same graph, whatever its blank nodes are called.
#[track_caller]
fn check_graphs(record: &Body, version: Version) -> usize {
    let write = |id: &str| {
        let mut bytes = Vec::new();
        dialect(id).expect("a dialect").write_record(record, version, &mut bytes).expect("memory");
        bytes
    };
    let (mut turtle, mut json_ld) = (graph_of_turtle(&write("turtle")), graph_of_json_ld(&write("json-ld")));
    turtle.canonicalize(CanonicalizationAlgorithm::Unstable);
    json_ld.canonicalize(CanonicalizationAlgorithm::Unstable);
    assert_eq!(turtle, json_ld);
    turtle.len()
}

#[test]
fn turtle_and_json_ld_are_the_same_graph() {
    assert!(check_graphs(&body(full_1_1()), Version::DcatUs11) > 50);
    for folder in ["v3.0/harvester", "v1.0/real", "real/snapshots"] {
        for file in shared_files(folder) {
            let bytes = std::fs::read(&file).expect("a file");
            for read in read(&bytes).records.iter().step_by(25) {
                check_graphs(&read.record.body, read.record.version);
            }
        }
    }
}

#[test]
fn a_record_as_turtle_reads_well() {
    let record = body(json!({
        "title": "Wells", "identifier": "https://wells.gov/id/1", "issued": "2001", "theme": ["Water"],
        "license": "not an address", "spatial": "-77.1,38.8,-76.9,39.0",
        "distribution": [{"downloadURL": "https://wells.gov/wells.csv", "mediaType": "text/csv"}]
    }));
    let mut bytes = Vec::new();
    dialect("turtle")
        .expect("a dialect")
        .write_record(&record, Version::DcatUs11, &mut bytes)
        .expect("memory");
    let text = String::from_utf8(bytes).expect("UTF-8");
    let body = text.lines().filter(|line| !line.starts_with("@prefix")).collect::<Vec<_>>().join("\n");
    assert_snapshot!(body, @r##"
    <https://wells.gov/id/1> a dcat:Dataset ;
    	dcterms:title "Wells" ;
    	dcterms:identifier "https://wells.gov/id/1" ;
    	dcterms:license "not an address" ;
    	dcterms:spatial _:n1 ;
    	dcat:distribution _:n2 ;
    	dcterms:issued "2001"^^xsd:gYear ;
    	dcat:theme _:n3 .
    _:n1 a dcterms:Location ;
    	dcat:bbox "POLYGON((-77.1 38.8, -76.9 38.8, -76.9 39, -77.1 39, -77.1 38.8))"^^gsp:wktLiteral .
    _:n2 a dcat:Distribution ;
    	dcat:downloadURL <https://wells.gov/wells.csv> ;
    	dcat:mediaType <https://www.iana.org/assignments/media-types/text/csv> ;
    	dcterms:license "not an address" ;
    	dcat:accessURL <https://wells.gov/wells.csv> .
    _:n3 a skos:Concept ;
    	skos:prefLabel "Water" .
    "##);
}

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

#[test]
fn a_whole_catalogue_is_the_same_graph_in_turtle_and_json_ld() {
    let header = Catalog::from_json(
        map(json!({"@id": "https://wells.gov/data.json", "title": "All"})),
        &mut Vec::new(),
    );
    let graphs = ["turtle", "json-ld"].map(|id| {
        let out = Shared::default();
        let mut writer =
            dialect(id).expect("a dialect").catalog_writer(Box::new(out.clone())).expect("a writer");
        writer.begin(&header).expect("memory");
        writer.record(&body(full_1_1()), Version::DcatUs11).expect("memory");
        writer.record(&body(json!({"title": "Another"})), Version::DcatUs30).expect("memory");
        writer.end().expect("memory");
        let bytes = out.0.lock().expect("one thread").clone();
        let mut graph = if id == "turtle" { graph_of_turtle(&bytes) } else { graph_of_json_ld(&bytes) };
        graph.canonicalize(CanonicalizationAlgorithm::Unstable);
        graph
    });
    assert_eq!(graphs[0], graphs[1]);
    assert!(graphs[0].len() > 60);
}

#[test]
fn search_engines_read_what_the_record_says() {
    let view = dataset(full_1_1()).view();
    let catalog = CatalogLink { name: "Data of wells", url: "https://wells.gov" };
    let found = schema_org(&view, Some("https://wells.gov/data/wells"), Some(catalog));
    insta::assert_snapshot!("full_1_1_as_schema_org", serde_json::to_string_pretty(&found).expect("JSON"));
}

#[test]
fn the_record_of_a_catalogue_for_itself_lacks_nothing_that_1_1_requires() {
    let record = self_record(&SelfRecord {
        title: "Data of wells".to_owned(),
        description: "Every dataset of the Bureau of Wells.".to_owned(),
        publisher: "Bureau of Wells".to_owned(),
        contact_name: "Ann".to_owned(),
        contact_email: "ann@wells.gov".to_owned(),
        url: "https://wells.gov/data.json".to_owned(),
        landing_page: None,
        modified: "2024-01-02".to_owned(),
        bureau_codes: vec!["010:00".to_owned()],
        program_codes: vec!["010:001".to_owned()],
    });
    for key in [
        "title",
        "description",
        "keyword",
        "modified",
        "publisher",
        "contactPoint",
        "identifier",
        "accessLevel",
        "bureauCode",
        "programCode",
    ] {
        assert!(record.is_set(key), "{key}");
    }
    assert_eq!(read(&serde_json::to_vec(&record).expect("JSON")).codes(), "");
}
