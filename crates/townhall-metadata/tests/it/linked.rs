//! DCAT of other houses, read into DCAT-US.

use serde_json::{Value, json};
use townhall_metadata::read_any;

use crate::fixtures::{Reading, read_as, try_read_as};

/// The records of a file, each without what was kept, and the codes and pointers of the findings.
fn maps(reading: &Reading) -> Vec<Value> {
    reading.records.iter().map(|read| Value::Object(read.record.body.to_json())).collect()
}

fn dialect_of(text: &str) -> &'static str {
    townhall_metadata::recognize(text.as_bytes()).info().id
}

const PREFIXES: &str = "
    @prefix dcat: <http://www.w3.org/ns/dcat#> .
    @prefix dct: <http://purl.org/dc/terms/> .
    @prefix foaf: <http://xmlns.com/foaf/0.1/> .
    @prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
    @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
    @prefix adms: <http://www.w3.org/ns/adms#> .
    @prefix spdx: <http://spdx.org/rdf/terms#> .
    @prefix locn: <http://www.w3.org/ns/locn#> .
    @prefix geo: <http://www.opengis.net/ont/geosparql#> .
    @prefix time: <http://www.w3.org/2006/time#> .
    @prefix schema: <http://schema.org/> .
    @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
    @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
    @prefix ex: <https://data.example.eu/> .
";

fn turtle(body: &str) -> Reading {
    read_as("turtle", format!("{PREFIXES}{body}").as_bytes())
}

#[test]
fn a_dataset_of_dcat_ap_becomes_dcat_us() {
    let reading = turtle(
        r#"
        ex:catalog a dcat:Catalog ; dct:title "Katalog"@de , "Catalog"@en ; dcat:dataset ex:wells .
        ex:wells a dcat:Dataset ;
            dct:title "Brunnen"@de , "Wells"@en ; dct:description "Where they are"@en ;
            dcat:keyword "water"@en , "wells"@en , "Wasser"@de ;
            dct:identifier "wells-1" ;
            dct:accrualPeriodicity <http://publications.europa.eu/resource/authority/frequency/MONTHLY> ;
            dct:language <http://publications.europa.eu/resource/authority/language/ENG> ,
                         <http://publications.europa.eu/resource/authority/language/DEU> ;
            dct:accessRights <http://publications.europa.eu/resource/authority/access-right/PUBLIC> ;
            dcat:theme <http://publications.europa.eu/resource/authority/data-theme/ENVI> ;
            dct:publisher [ a foaf:Organization ; foaf:name "Agency"@en ; foaf:homepage <https://agency.eu/> ] ;
            dcat:contactPoint [ a vcard:Organization ; vcard:fn "Help" ; vcard:hasEmail <mailto:help@agency.eu> ;
                vcard:hasTelephone [ vcard:hasValue <tel:+3212345> ] ] ;
            dct:temporal [ a dct:PeriodOfTime ; time:hasBeginning [ time:inXSDDate "2001-01-01"^^xsd:date ] ;
                schema:endDate "2002-12-31"^^xsd:date ] ;
            dct:spatial [ a dct:Location ; locn:geometry "POLYGON((1 2,3 2,3 4,1 4,1 2))"^^geo:wktLiteral ,
                "{\"type\":\"Polygon\",\"coordinates\":[[[1,2],[3,2],[3,4],[1,4],[1,2]]]}"^^geo:geoJSONLiteral ;
                dcat:centroid "<http://www.opengis.net/def/crs/OGC/1.3/CRS84> POINT(2 3)"^^geo:wktLiteral ] ;
            dct:provenance [ a dct:ProvenanceStatement ; rdfs:label "From boreholes"@en ] ;
            dct:issued "2020-01-02T03:04:05"^^xsd:dateTime ; dct:modified "2021-02-03Z"^^xsd:date ;
            dcat:landingPage <https://agency.eu/wells> ;
            dct:conformsTo <https://standard.eu/1> ;
            adms:identifier [ a adms:Identifier ; skos:notation "10.1/x" ] ;
            <https://geo.example/custom> "kept" ;
            dcat:distribution ex:csv .
        ex:csv a dcat:Distribution ; dcat:accessURL <https://agency.eu/wells.csv> ;
            dcat:downloadURL <https://agency.eu/wells.csv> ;
            dct:format <http://publications.europa.eu/resource/authority/file-type/CSV> ;
            dcat:mediaType <https://www.iana.org/assignments/media-types/text/csv> ;
            dct:license <https://creativecommons.org/licenses/by/4.0/> ; dcat:byteSize "120"^^xsd:nonNegativeInteger ;
            spdx:checksum [ a spdx:Checksum ; spdx:algorithm spdx:checksumAlgorithm_sha256 ;
                spdx:checksumValue "ab12"^^xsd:hexBinary ] .
        <https://creativecommons.org/licenses/by/4.0/> a dct:LicenseDocument ; rdfs:label "CC BY" .
    "#,
    );
    assert_eq!(reading.headers.len(), 1);
    insta::assert_snapshot!(
        "dcat_ap_as_dcat_us",
        serde_json::to_string_pretty(&maps(&reading)).expect("JSON")
    );
    insta::assert_snapshot!("dcat_ap_findings", reading.codes());
}

#[test]
fn dialects_of_linked_data_are_recognized() {
    for (text, id) in [
        ("# a comment\n@prefix dcat: <http://www.w3.org/ns/dcat#> .", "turtle"),
        ("PREFIX dcat: <http://www.w3.org/ns/dcat#>", "turtle"),
        ("<https://a.b/c> <http://x.y/z> \"t\" .", "turtle"),
        (
            "<?xml version=\"1.0\"?><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">",
            "rdf-xml",
        ),
        ("{\"@context\": {\"dcat\": \"http://www.w3.org/ns/dcat#\"}, \"@graph\": []}", "json-ld"),
        ("[{\"@id\": \"https://a.b\", \"@type\": [\"http://www.w3.org/ns/dcat#Dataset\"]}]", "json-ld"),
        (
            "{\"@context\": \"https://project-open-data.cio.gov/v1.1/schema/catalog.jsonld\", \"@type\": \"dcat:Catalog\", \"dataset\": []}",
            "dcat-us-1.1",
        ),
        ("{\"@type\": \"Catalog\", \"dataset\": []}", "dcat-us-1.1"),
        ("<!DOCTYPE html><html><body>no</body></html>", "dcat-us-1.1"),
    ] {
        assert_eq!(dialect_of(text), id, "{text}");
    }
    let mut titles = Vec::new();
    let file = format!("{PREFIXES} ex:a a dcat:Dataset ; dct:title \"A\" .");
    let (info, summary) = read_any(&mut file.as_bytes(), &Default::default(), &mut |item| {
        if let townhall_metadata::Item::Record(read) = item {
            titles.push(read.record.body.view().title.unwrap_or_default());
        }
        std::ops::ControlFlow::Continue(())
    })
    .expect("a catalogue");
    assert_eq!((info.id, summary.datasets, titles.as_slice()), ("turtle", 1, &["A".to_owned()][..]));
}

#[test]
fn what_a_catalog_lists_but_does_not_describe_is_told() {
    let reading =
        turtle("ex:c a dcat:Catalog ; dcat:dataset ex:a , ex:b . ex:a a dcat:Dataset ; dct:title \"A\" .");
    assert_eq!(reading.titles(), ["A"]);
    assert_eq!(reading.refused.len(), 1);
    assert_eq!(reading.refused[0].reason.code, "READ-NOT-DESCRIBED");
    assert!(!reading.summary.is_complete());
}

#[test]
fn one_bad_statement_does_not_stop_the_good_ones() {
    let reading = turtle(
        "ex:a a dcat:Dataset ; dct:title \"A\" . ex:b a dcat:Dataset ; dct:title \"B .\n ex:c a dcat:Dataset ; dct:title \"C\" .",
    );
    assert!(reading.titles().contains(&"A".to_owned()));
    assert_eq!(reading.refused[0].reason.code, "READ-STATEMENT");
    assert!(!reading.summary.is_complete());
}

#[test]
fn things_that_point_at_each_other_end() {
    let reading = turtle(
        "ex:a a dcat:Dataset ; dct:title \"A\" ; dct:isPartOf [ a dcat:Dataset ; dct:title \"in\" ; dct:hasPart _:x ] . _:x a dcat:Dataset ; dct:hasPart _:y . _:y a dcat:Dataset ; dct:hasPart _:x .",
    );
    assert_eq!(reading.titles(), ["A"]);
}

#[test]
fn a_ladder_of_shared_nodes_does_not_grow_without_bounds() {
    let mut body = String::from("ex:a a dcat:Dataset ; dct:title \"A\" ; ex:p _:b0 , _:b0 .\n");
    for level in 0..60 {
        let next = level + 1;
        body += &format!("_:b{level} ex:p _:b{next} ; ex:q _:b{next} ; ex:r _:b{next} .\n");
    }
    let reading = turtle(&body);
    assert_eq!(reading.titles(), ["A"]);
}

#[test]
fn json_ld_of_any_shape_is_read() {
    let nested = json!({
        "@context": {"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/"},
        "@id": "https://a.b/catalog", "@type": "dcat:Catalog",
        "dcat:dataset": {"@id": "https://a.b/1", "@type": "dcat:Dataset", "dct:title": {"@value": "One", "@language": "en"}}
    });
    let flat = json!([
        {"@id": "https://a.b/1", "@type": ["http://www.w3.org/ns/dcat#Dataset"], "http://purl.org/dc/terms/title": [{"@value": "One"}]},
        {"@id": "https://a.b/catalog", "@type": ["http://www.w3.org/ns/dcat#Catalog"],
         "http://www.w3.org/ns/dcat#dataset": [{"@id": "https://a.b/1"}]}
    ]);
    let named = json!({
        "@context": "https://semiceu.github.io/DCAT-AP/releases/3.0.0/context/dcat-ap.jsonld",
        "@graph": [{"id": "https://a.b/1", "type": "Dataset", "title": {"en": "One", "fr": "Un"}}]
    });
    for (value, pointer) in [(nested, "/dcat:dataset"), (flat, "/0"), (named, "/@graph/0")] {
        let text = value.to_string();
        assert_eq!(dialect_of(&text), "json-ld");
        let reading = read_as("json-ld", text.as_bytes());
        assert_eq!(reading.titles(), ["One"]);
        assert_eq!(reading.records[0].pointer, pointer);
    }
}

#[test]
fn contexts_are_not_fetched_and_costly_files_are_refused() {
    let text =
        json!({"@context": ["https://unknown.example/c.jsonld", {"dcat": "http://www.w3.org/ns/dcat#"}],
        "@id": "https://a.b/1", "@type": "dcat:Dataset"})
        .to_string();
    let reading = read_as("json-ld", text.as_bytes());
    assert_eq!(reading.summary.findings[0].code, "READ-CONTEXT");
    let laughs = "<?xml version=\"1.0\"?><!DOCTYPE rdf:RDF [<!ENTITY a \"b\">]><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"></rdf:RDF>";
    let error = try_read_as("rdf-xml", laughs.as_bytes()).expect_err("costly");
    assert_eq!(error.to_string(), "the file declares XML entities; write it without");
    let error = try_read_as("turtle", b"<https://a.b> a <https://c.d/Thing> .").expect_err("no records");
    assert!(error.to_string().contains("https://c.d/Thing"), "{error}");
}

#[test]
fn rdf_xml_is_read() {
    let reading = read_as("rdf-xml", br#"<?xml version="1.0"?>
        <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dcat="http://www.w3.org/ns/dcat#" xmlns:dct="http://purl.org/dc/terms/">
        <dcat:Catalog rdf:about="https://a.b/c"><dcat:dataset><dcat:Dataset rdf:about="https://a.b/1">
        <dct:title xml:lang="en">One</dct:title></dcat:Dataset></dcat:dataset></dcat:Catalog></rdf:RDF>"#);
    assert_eq!(reading.titles(), ["One"]);
    assert_eq!(maps(&reading)[0]["identifier"], "https://a.b/1");
    assert_eq!(reading.headers.len(), 1);
}
