//! CKAN, Socrata, ArcGIS Hub and DataCite: what their interfaces answer becomes DCAT-US, and CKAN takes it back.

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use townhall_metadata::{DIALECTS, dialect, recognize};
use townhall_model::record::{Body, Catalog, Dataset, Version};

use crate::fixtures::{Reading, read, read_as, shared_files, try_read_as};

fn record(reading: &Reading, index: usize) -> Value {
    assert_eq!(reading.refused, [], "{:?}", reading.refused);
    Value::Object(reading.records[index].record.body.to_json())
}

#[track_caller]
fn has(record: &Value, pointer: &str, expected: Value) {
    assert_eq!(record.pointer(pointer), Some(&expected), "{pointer} of {record:#}");
}

/// A package as data.gov shows it.
fn package() -> Value {
    json!({
        "id": "0f1c", "name": "water-wells", "title": "Water wells", "notes": "<p>Every well &amp; spring.</p><p>Of the county.</p>",
        "private": false, "state": "active", "type": "dataset", "num_resources": 2, "num_tags": 2,
        "author": null, "maintainer": "Well Desk", "maintainer_email": "wells@wells.gov", "url": null, "version": "",
        "license_id": "cc-zero", "license_title": "Creative Commons CCZero", "isopen": true,
        "metadata_created": "2020-01-31T10:00:00.123456", "metadata_modified": "2024-02-29T10:00:00",
        "organization": {"id": "9", "name": "wells", "title": "Bureau of Wells", "is_organization": true},
        "owner_org": "9", "groups": [{"name": "local", "title": "Local Government"}],
        "tags": [{"id": "1", "name": "water", "display_name": "Water"}, {"name": "wells"}],
        "extras": [
            {"key": "accessLevel", "value": "public"}, {"key": "bureauCode", "value": "[\"010:86\"]"},
            {"key": "programCode", "value": "010:001, 010:002"}, {"key": "identifier", "value": "W-1"},
            {"key": "modified", "value": "2023-12-31"}, {"key": "accrualPeriodicity", "value": "R/P1Y"},
            {"key": "publisher_hierarchy", "value": "U.S. Government > Department of Water > Bureau of Wells"},
            {"key": "spatial", "value": "{\"type\":\"Polygon\",\"coordinates\":[[[-77.1,38.8],[-76.9,38.8],[-76.9,39.0],[-77.1,39.0],[-77.1,38.8]]]}"},
            {"key": "harvest_source_title", "value": "wells"},
        ],
        "resources": [
            {"id": "a", "name": "As a table", "url": "https://wells.gov/w.csv", "format": "CSV", "mimetype": "text/csv", "position": 0, "hash": ""},
            {"id": "b", "name": "Its page", "url": "https://wells.gov/w", "format": "HTML", "mimetype": null},
        ],
    })
}

#[test]
fn a_package_of_ckan_becomes_a_dataset_and_comes_back() {
    let text = json!({"help": "https://x/api/3/action/help_show", "success": true, "result": {"count": 1, "sort": "x", "results": [package()]}}).to_string();
    assert_eq!(recognize(text.as_bytes()).info().id, "ckan");
    let reading = read_as("ckan", text.as_bytes());
    let found = record(&reading, 0);
    has(&found, "/identifier", json!("W-1"));
    has(&found, "/description", json!("Every well & spring.\n\nOf the county."));
    has(&found, "/keyword", json!(["Water", "wells"]));
    has(&found, "/publisher/name", json!("Bureau of Wells"));
    has(&found, "/publisher/subOrganizationOf/subOrganizationOf/name", json!("U.S. Government"));
    has(&found, "/contactPoint/hasEmail", json!("mailto:wells@wells.gov"));
    has(&found, "/license", json!("https://creativecommons.org/publicdomain/zero/1.0/"));
    has(&found, "/bureauCode", json!(["010:86"]));
    has(&found, "/programCode", json!(["010:001", "010:002"]));
    has(&found, "/spatial", json!("-77.1,38.8,-76.9,39"));
    has(&found, "/modified", json!("2023-12-31"));
    has(&found, "/distribution/0/downloadURL", json!("https://wells.gov/w.csv"));
    has(&found, "/distribution/1/accessURL", json!("https://wells.gov/w"));
    assert_eq!(reading.records[0].pointer, "/result/results/0");
    let kept: Vec<_> = reading.records[0].findings.iter().filter(|it| it.code == "READ-KEPT").collect();
    assert!(kept.iter().any(|it| it.pointer.ends_with("/isopen")), "{kept:?}");

    let mut out = Vec::new();
    let written = &reading.records[0].record;
    dialect("ckan").unwrap().write_record(&written.body, written.version, &mut out).unwrap();
    let mut expected = package();
    // A null says what an absent field says.
    expected.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    assert_eq!(serde_json::from_slice::<Value>(&out).unwrap(), expected);
}

#[test]
fn answers_of_ckan_in_all_their_wrappings_are_read() {
    let (one, two) = (package(), json!({"name": "two", "title": "Two", "resources": []}));
    let lines = format!("{one}\n{two}\n");
    let forms = [
        (json!({"success": true, "result": one}).to_string(), 1),
        (json!({"success": true, "result": [one, two]}).to_string(), 2),
        (json!([one, two]).to_string(), 2),
        (one.to_string(), 1),
        (lines, 2),
    ];
    for (text, count) in forms {
        assert_eq!(read_as("ckan", text.as_bytes()).records.len(), count, "{text}");
    }
    let broken = format!("[{one}, 7, {two}, {{\"name\": ");
    let reading = read_as("ckan", broken.as_bytes());
    assert_eq!((reading.records.len(), reading.refused.len()), (2, 1));
    assert!(reading.summary.is_truncated);
    let nothing = try_read_as("ckan", b"{\"success\": false, \"error\": {}}").err().unwrap();
    assert!(nothing.to_string().contains("CKAN"), "{nothing}");
    assert_eq!(
        read_as("ckan", b"[\n{\"name\": \"a\", \"notes\": \"x\"},\n  {\"name\": \"b\", \"notes\": \"y\"}]")
            .records[1]
            .position
            .line,
        2
    );
}

#[test]
fn real_catalogs_come_back_from_ckan() {
    for file in shared_files("real/snapshots") {
        let bytes = std::fs::read(&file).unwrap();
        let records = read(&bytes).records;
        let mut out = Vec::new();
        let mut writer = dialect("ckan").unwrap().catalog_writer(Box::new(&mut out)).unwrap();
        writer.begin(&Catalog::default()).unwrap();
        for read in &records {
            writer.record(&read.record.body, read.record.version).unwrap();
        }
        writer.end().unwrap();
        drop(writer);
        let back = read_as("ckan", &out);
        assert_eq!(back.records.len(), records.len());
        for (before, after) in records.iter().zip(&back.records) {
            let mut after = after.record.body.to_json();
            after.shift_remove("ckan");
            assert_eq!(sorted(after), sorted(before.record.body.to_json()), "{}", file.display());
        }
    }
}

/// With its keys in order, which mean nothing, and without nulls, which say nothing.
fn sorted(map: Map<String, Value>) -> Map<String, Value> {
    let mut pairs: Vec<_> = map.into_iter().filter(|(_, value)| !value.is_null()).collect();
    pairs.sort_by(|one, other| one.0.cmp(&other.0));
    pairs.into_iter().collect()
}

#[test]
fn a_listing_of_socrata_becomes_datasets() {
    let item = |kind: &str| {
        json!({
            "resource": {"id": "abcd-1234", "name": "Wells", "description": "All of them", "attribution": "Bureau of Wells", "type": kind,
                "updatedAt": "2024-02-29T10:00:00.000Z", "createdAt": "2020-01-31T10:00:00.000Z", "data_updated_at": "2024-02-28T10:00:00.000Z",
                "page_views": {"page_views_total": 7}, "columns_name": ["Depth"]},
            "classification": {"categories": ["environment"], "tags": [], "domain_category": "Water", "domain_tags": ["wells", "water"],
                "domain_metadata": [{"key": "Common-Core_Contact-Name", "value": "Well Desk"}, {"key": "Common-Core_Contact-Email", "value": "wells@wells.gov"},
                    {"key": "Common-Core_Bureau-Code", "value": "010:86"}, {"key": "Common-Core_License", "value": "CC0"}]},
            "metadata": {"domain": "data.wells.gov", "license": "Public Domain"},
            "permalink": "https://data.wells.gov/d/abcd-1234", "link": "https://data.wells.gov/Water/Wells/abcd-1234", "owner": {"id": "x", "display_name": "Ada"},
        })
    };
    let text =
        json!({"results": [item("dataset"), item("map"), item("story")], "resultSetSize": 3}).to_string();
    assert_eq!(recognize(text.as_bytes()).info().id, "socrata");
    let reading = read_as("socrata", text.as_bytes());
    let found = record(&reading, 0);
    has(&found, "/identifier", json!("https://data.wells.gov/api/views/abcd-1234"));
    has(&found, "/modified", json!("2024-02-28T10:00:00.000Z"));
    has(&found, "/keyword", json!(["wells", "water"]));
    has(&found, "/theme", json!(["Water", "environment"]));
    has(&found, "/contactPoint/fn", json!("Well Desk"));
    has(&found, "/bureauCode", json!(["010:86"]));
    has(&found, "/license", json!("https://creativecommons.org/publicdomain/zero/1.0/"));
    has(
        &found,
        "/distribution/0/downloadURL",
        json!("https://data.wells.gov/api/views/abcd-1234/rows.csv?accessType=DOWNLOAD"),
    );
    has(&found, "/socrata/resource/page_views/page_views_total", json!(7));
    assert_eq!(record(&reading, 1)["distribution"][0]["mediaType"], "application/geo+json");
    assert_eq!(record(&reading, 2).get("distribution"), None);

    let views = json!([{"id": "abcd-1234", "name": "Wells", "viewType": "tabular", "displayType": "table", "rowsUpdatedAt": 1_700_000_000, "createdAt": 1_500_000_000,
        "tags": ["wells"], "category": "Water", "license": {"name": "CC0", "termsLink": "https://creativecommons.org/publicdomain/zero/1.0/"}, "owner": {"displayName": "Ada"}}]);
    let reading = read_as("socrata", views.to_string().as_bytes());
    has(&record(&reading, 0), "/modified", json!("2023-11-14T22:13:20Z"));
}

#[test]
fn listings_of_arcgis_become_datasets() {
    let hub = json!({"data": [{"id": "0ab_3", "type": "dataset", "attributes": {"name": "Wells", "description": "<b>All</b> of them", "tags": ["water"],
        "created": 1_580_000_000_000_i64, "modified": 1_700_000_000_000_i64, "extent": {"coordinates": [[-77.1, 38.8], [-76.9, 39.0]]}, "orgName": "Wells County",
        "url": "https://wells.gov/arcgis/rest/services/Wells/FeatureServer/3", "structuredLicense": {"url": "https://creativecommons.org/licenses/by/4.0/"}, "access": "public", "recordCount": 12}}]});
    let records = json!({"type": "FeatureCollection", "features": [{"type": "Feature", "id": "0ab", "geometry": {"type": "Polygon", "coordinates": [[[-77.1, 38.8], [-76.9, 38.8], [-76.9, 39.0], [-77.1, 38.8]]]},
        "properties": {"id": "0ab", "title": "Wells", "snippet": "All", "owner": "ada", "tags": "water, wells", "type": "Feature Service", "modified": 1_700_000_000_000_i64, "licenseInfo": "Ask us."}}]});
    let online = json!({"total": 1, "results": [{"id": "0ab", "owner": "ada", "title": "Wells", "type": "Feature Service", "snippet": "All", "tags": ["water"],
        "extent": [[-77.1, 38.8], [-76.9, 39.0]], "url": "https://wells.gov/arcgis/rest/services/Wells/FeatureServer", "culture": "en-us", "access": "org"}]});
    for text in [hub.to_string(), records.to_string(), online.to_string()] {
        assert_eq!(recognize(text.as_bytes()).info().id, "arcgis-hub", "{text}");
        let found = record(&read_as("arcgis-hub", text.as_bytes()), 0);
        has(&found, "/title", json!("Wells"));
        has(&found, "/spatial", json!("-77.1,38.8,-76.9,39"));
    }
    let found = record(&read_as("arcgis-hub", hub.to_string().as_bytes()), 0);
    has(&found, "/identifier", json!("https://www.arcgis.com/home/item.html?id=0ab&sublayer=3"));
    has(&found, "/modified", json!("2023-11-14T22:13:20Z"));
    has(&found, "/distribution/0/format", json!("ArcGIS GeoServices REST API"));
    has(&found, "/license", json!("https://creativecommons.org/licenses/by/4.0/"));
    has(&found, "/arcgis/recordCount", json!(12));
    let found = record(&read_as("arcgis-hub", online.to_string().as_bytes()), 0);
    has(&found, "/accessLevel", json!("restricted public"));
}

#[test]
fn metadata_of_datacite_becomes_dcat_us_3_0() {
    let attributes = json!({
        "doi": "10.5066/wells", "titles": [{"title": "Wells"}, {"title": "Pozos", "titleType": "TranslatedTitle", "lang": "es"}],
        "descriptions": [{"description": "How", "descriptionType": "Methods"}, {"description": "All of them", "descriptionType": "Abstract"}],
        "creators": [{"name": "Well, Ada", "nameIdentifiers": [{"nameIdentifier": "https://orcid.org/0000-0000-0000-0001", "nameIdentifierScheme": "ORCID"}]}, {"name": "Bureau of Wells"}],
        "publisher": {"name": "Bureau of Wells"}, "publicationYear": 2020, "language": "en",
        "subjects": [{"subject": "water"}, {"subject": "Hydrology", "valueUri": "https://terms.gov/h"}],
        "contributors": [{"name": "Desk", "contributorType": "ContactPerson"}, {"name": "Fund", "contributorType": "Sponsor"}],
        "dates": [{"date": "2020-01-31", "dateType": "Issued"}, {"date": "2010/2019", "dateType": "Collected"}],
        "rightsList": [{"rights": "CC BY 4.0", "rightsUri": "https://creativecommons.org/licenses/by/4.0/legalcode"}],
        "geoLocations": [{"geoLocationPlace": "Wells County", "geoLocationBox": {"westBoundLongitude": "-77.1", "eastBoundLongitude": "-76.9", "southBoundLatitude": 38.8, "northBoundLatitude": 39.0}}],
        "relatedIdentifiers": [{"relatedIdentifier": "10.1000/paper", "relatedIdentifierType": "DOI", "relationType": "IsSupplementTo"}],
        "fundingReferences": [{"funderName": "Science Fund", "awardNumber": "7"}], "sizes": ["12 kB"], "formats": ["text/csv"],
        "url": "https://wells.gov/w", "contentUrl": ["https://wells.gov/w.csv"], "types": {"resourceTypeGeneral": "Dataset"},
    });
    let forms = [
        json!({"data": {"id": "10.5066/wells", "type": "dois", "attributes": attributes}}).to_string(),
        json!({"data": [{"id": "10.5066/wells", "type": "dois", "attributes": attributes}]}).to_string(),
        attributes.to_string(),
    ];
    for text in forms {
        assert_eq!(recognize(text.as_bytes()).info().id, "datacite");
        let reading = read_as("datacite", text.as_bytes());
        let found = record(&reading, 0);
        has(&found, "/identifier", json!("https://doi.org/10.5066/wells"));
        has(&found, "/title", json!("Wells"));
        has(&found, "/description", json!("All of them"));
        has(&found, "/creator/0/@id", json!("https://orcid.org/0000-0000-0000-0001"));
        has(&found, "/issued", json!("2020-01-31"));
        has(&found, "/temporal/0/startDate", json!("2010"));
        has(&found, "/theme/0/prefLabel", json!("Hydrology"));
        has(&found, "/contactPoint/0/fn", json!("Desk"));
        has(&found, "/qualifiedAttribution/1/agent/name", json!("Science Fund"));
        has(&found, "/page/0/accessURL", json!("https://doi.org/10.1000/paper"));
        has(&found, "/distribution/0/mediaType", json!("text/csv"));
        has(&found, "/datacite/types/resourceTypeGeneral", json!("Dataset"));
        assert_eq!(reading.records[0].record.body.view().bounding_box.unwrap().east, -76.9);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn any_dataset_comes_back_from_ckan(map in prop::collection::hash_map(
        prop::sample::select(vec!["title", "identifier", "description", "keyword", "modified", "publisher", "license", "spatial", "temporal", "language", "references",
            "theme", "landingPage", "distribution", "contactPoint", "accessLevel", "bureauCode", "dataQuality", "own", "ckan"]), crate::values::any_json(), 1..9)) {
        let map: Map<String, Value> = map.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        let dataset = Dataset::from_json(map, &mut Vec::new());
        let before = dataset.to_json();
        let mut out = Vec::new();
        dialect("ckan").unwrap().write_record(&Body::Dataset(Box::new(dataset)), Version::DcatUs11, &mut out).unwrap();
        let reading = read_as("ckan", &out);
        let mut after = reading.records[0].record.body.to_json();
        after.shift_remove("ckan");
        let mut before = before;
        before.shift_remove("ckan");
        prop_assert_eq!(sorted(after), sorted(before));
    }

    #[test]
    fn any_values_in_the_answers_are_read(values in prop::collection::vec(crate::values::any_json(), 6..12), seed in 0_usize..50) {
        let mut package = package();
        let keys: Vec<String> = package.as_object().unwrap().keys().filter(|key| *key != "name").cloned().collect();
        for (index, value) in values.into_iter().enumerate() {
            package[&keys[(seed + index * 3) % keys.len()]] = value;
        }
        for id in ["ckan", "socrata", "arcgis-hub", "datacite"] {
            let wrapped = json!({"results": [{"resource": package, "classification": package, "metadata": package, "attributes": package, "titles": package, "creators": []}], "data": [package]});
            drop(try_read_as(id, wrapped.to_string().as_bytes()));
        }
        let reading = read_as("ckan", json!([package]).to_string().as_bytes());
        for read in &reading.records {
            for dialect in DIALECTS.iter().filter(|dialect| dialect.info().can_write_record) {
                drop(dialect.write_record(&read.record.body, read.record.version, &mut Vec::new()));
            }
        }
    }
}
