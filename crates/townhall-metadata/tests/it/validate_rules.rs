//! The rules on meaning: what each finds, where, and what it leaves alone.

use serde_json::{Value, json};
use townhall_metadata::validate::{Outcome, Profile, RULES, ValidateOptions, validate};
use townhall_model::Severity;

/// A dataset of 1.1 that no rule has anything to say about.
fn sound() -> Value {
    json!({
        "@type": "dcat:Dataset",
        "title": "Wells of the county",
        "description": "Every well that is known, with its depth and the year in which it was drilled.",
        "keyword": ["wells", "water"],
        "modified": "2014-01-31",
        "publisher": {"@type": "org:Organization", "name": "Water Office"},
        "contactPoint": {"@type": "vcard:Contact", "fn": "Ann Example", "hasEmail": "mailto:ann@agency.gov"},
        "identifier": "https://agency.gov/wells",
        "accessLevel": "public",
        "bureauCode": ["015:11"],
        "programCode": ["015:001"],
        "license": "https://creativecommons.org/publicdomain/zero/1.0/",
        "distribution": [{
            "@type": "dcat:Distribution",
            "downloadURL": "https://agency.gov/wells.csv",
            "mediaType": "text/csv"
        }],
    })
}

fn judge(file: &Value, profile: Profile) -> Outcome {
    let bytes = serde_json::to_vec(file).unwrap();
    validate(&bytes[..], &ValidateOptions { profile: Some(profile), ..ValidateOptions::default() }).unwrap()
}

/// The findings that are not official, as `CODE pointer`, one a line.
fn found(outcome: &Outcome) -> Vec<String> {
    let own = outcome.findings.iter().filter(|finding| !finding.official);
    own.map(|finding| format!("{} {}", finding.code, finding.pointer)).collect()
}

fn catalog(datasets: Vec<Value>) -> Value {
    json!({"conformsTo": "https://project-open-data.cio.gov/v1.1/schema", "dataset": datasets})
}

/// What is found in the sound dataset with these fields instead; null takes a field away.
#[track_caller]
fn check(changes: Value, expected: &[&str]) {
    let mut dataset = sound();
    for (key, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => drop(dataset.as_object_mut().unwrap().shift_remove(key)),
            value => dataset[key] = value.clone(),
        }
    }
    let outcome = judge(&catalog(vec![dataset]), Profile::HarvesterFederal);
    let found = found(&outcome);
    let found = found.iter().map(|line| line.replace("/dataset/0", "")).collect::<Vec<_>>();
    assert_eq!(found, expected, "{changes}");
    for finding in &outcome.findings {
        assert!(
            finding.fix.is_some() && finding.source.is_some() && finding.position.is_some(),
            "{finding:?}"
        );
        assert_eq!(finding.title.as_deref(), outcome.findings[0].title.as_deref());
    }
}

fn distribution(changes: Value, expected: &[&str]) {
    let mut distribution = sound()["distribution"][0].clone();
    for (key, value) in changes.as_object().unwrap() {
        distribution[key] = value.clone();
    }
    check(json!({"distribution": [distribution]}), expected);
}

#[test]
fn a_sound_dataset_is_left_alone() {
    check(json!({}), &[]);
    for profile in &Profile::ALL[2..10] {
        let outcome = judge(&catalog(vec![sound()]), *profile);
        assert!(outcome.valid && outcome.findings.is_empty(), "{}: {:?}", profile.id(), outcome.findings);
    }
}

#[test]
fn codes_that_do_not_exist_are_told() {
    check(json!({"bureauCode": ["024:010"]}), &["CODE-BUREAU /bureauCode/0"]);
    check(json!({"bureauCode": ["015:11", "999:99"]}), &["CODE-BUREAU /bureauCode/1"]);
    check(json!({"programCode": ["xx015:001"]}), &["CODE-PROGRAM /programCode/0"]);
    check(json!({"programCode": ["015:000"]}), &[]);
    check(json!({"primaryITInvestmentUII": "x023-0000000019"}), &["CODE-INVESTMENT /primaryITInvestmentUII"]);
}

#[test]
fn access_and_terms_are_compared() {
    check(json!({"distribution": null}), &["ACCESS-DISTRIBUTION "]);
    check(json!({"distribution": []}), &["ACCESS-DISTRIBUTION "]);
    check(
        json!({"accessLevel": "non-public"}),
        &["ACCESS-RIGHTS ", "ACCESS-DOWNLOAD /distribution/0/downloadURL"],
    );
    check(json!({"accessLevel": "restricted public", "rights": "Ask us."}), &[]);
    check(json!({"license": null}), &["LICENSE-MISSING "]);
    check(json!({"license": "https://example.org/terms"}), &["LICENSE-UNKNOWN /license"]);
    check(
        json!({"license": "https://creativecommons.org/licenses/by-nc/4.0/"}),
        &["LICENSE-CLOSED /license"],
    );
}

#[test]
fn distributions_are_what_they_say() {
    distribution(json!({"mediaType": "application/json"}), &["DOWNLOAD-TYPE /distribution/0/mediaType"]);
    distribution(
        json!({"mediaType": "text/excel"}),
        &["MEDIA-TYPE-UNKNOWN /distribution/0/mediaType", "DOWNLOAD-TYPE /distribution/0/mediaType"],
    );
    distribution(
        json!({"downloadURL": "https://agency.gov/a.html", "mediaType": "text/html"}),
        &["DOWNLOAD-HTML /distribution/0/downloadURL"],
    );
    distribution(
        json!({"downloadURL": "https://agency.gov/a.pdf", "mediaType": "application/pdf"}),
        &["DOWNLOAD-PDF /distribution/0/downloadURL"],
    );
    distribution(
        json!({"downloadURL": "http://agency.gov/a.csv"}),
        &["URL-HTTP /distribution/0/downloadURL"],
    );
    check(json!({"distribution": [{"title": "Wells"}]}), &["DISTRIBUTION-URL /distribution/0"]);
    let twice = sound()["distribution"][0].clone();
    check(json!({"distribution": [twice.clone(), twice]}), &["DISTRIBUTION-REPEATED /distribution/1"]);
}

#[test]
fn dates_are_in_the_calendar_and_in_order() {
    check(json!({"modified": "2015-02-30"}), &["DATE-IMPOSSIBLE /modified"]);
    check(json!({"modified": "2016-02-29"}), &[]);
    check(json!({"modified": "R/P1D"}), &["DATE-RHYTHM /modified"]);
    check(json!({"modified": "R/P"}), &["DURATION-EMPTY /modified"]);
    check(json!({"issued": "2014-02-01"}), &["DATE-ORDER /issued"]);
    check(json!({"issued": "2014-01-31", "modified": "2014"}), &[]);
    check(json!({"temporal": "2013-01-01/2012-01-01"}), &["PERIOD-ORDER /temporal"]);
    check(json!({"temporal": "2012-01-01/P1Y"}), &[]);
    check(json!({"accrualPeriodicity": "R/P5D"}), &["FREQUENCY-ODD /accrualPeriodicity"]);
    check(json!({"accrualPeriodicity": "R/P"}), &["DURATION-EMPTY /accrualPeriodicity"]);
}

#[test]
fn places_are_on_earth_and_in_order() {
    check(json!({"spatial": "-77.1,38.8,-76.9,39.0"}), &[]);
    check(json!({"spatial": "38.8,-77.1,39.0,-76.9"}), &[]);
    check(json!({"spatial": "-76.9,39.0,-77.1,38.8"}), &["SPACE-BOX-ORDER /spatial"]);
    check(json!({"spatial": "-77.1,138.8,-76.9,139.0"}), &["SPACE-RANGE /spatial"]);
    check(json!({"spatial": "38.9,-77.0"}), &["SPACE-POINT /spatial"]);
    check(json!({"spatial": "Washington, DC"}), &[]);
}

#[test]
fn texts_say_something_in_whole_characters() {
    check(json!({"description": "Wells."}), &["TEXT-SHORT /description"]);
    check(json!({"description": "wells of the COUNTY"}), &["TEXT-SAME /description"]);
    check(json!({"title": "   "}), &["TEXT-BLANK /title"]);
    check(json!({"title": "The countyâ€™s wells"}), &["TEXT-MOJIBAKE /title"]);
    check(json!({"title": "Ã‰tudes"}), &["TEXT-MOJIBAKE /title"]);
    check(json!({"title": "Études à Âge, 3 < 4 > 2"}), &[]);
    check(json!({"title": "Wells <b>old</b>"}), &["TEXT-HTML /title"]);
    check(json!({"keyword": ["wells", "wells"]}), &["KEYWORD-REPEATED /keyword/1"]);
    check(json!({"keyword": ["wells, water"]}), &["KEYWORD-JOINED /keyword/0"]);
    check(
        json!({"language": ["en-US", "zz", "English"]}),
        &["LANGUAGE-UNKNOWN /language/1", "LANGUAGE-UNKNOWN /language/2"],
    );
    let contact = |email: &str| json!({"contactPoint": {"fn": "Ann", "hasEmail": email}});
    check(contact("mailto:ann@agency.gov\n"), &["EMAIL-ODD /contactPoint/hasEmail"]);
    check(json!({"systemOfRecords": "none"}), &["RECORDS-NOTICE /systemOfRecords"]);
}

#[test]
fn misspelt_and_old_fields_are_told() {
    check(json!({"accesslevel": "public"}), &["FIELD-NAME /accesslevel"]);
    check(json!({"mbox": "a@b.gov"}), &["FIELD-OLD /mbox"]);
    check(json!({"PrimaryITInvestmentUII": "023-000000001"}), &["FIELD-OLD /PrimaryITInvestmentUII"]);
    check(json!({"localField": 1}), &[]);
}

#[test]
fn redactions_name_an_exemption_and_are_explained() {
    let redacted = json!({"accessLevel": "non-public", "distribution": "[[REDACTED-EX B4]]", "rights": "Trade secrets."});
    check(redacted, &[]);
    check(
        json!({"accessLevel": "non-public", "distribution": "[[REDACTED-EX B9]]"}),
        &["ACCESS-RIGHTS ", "REDACTION-EXEMPTION /distribution", "REDACTION-RIGHTS "],
    );
    check(
        json!({"description": "Made by [[REDACTED-EX B6]]Ann Example[[/REDACTED]], a person of the water office."}),
        &["REDACTION-LEFT /description", "REDACTION-PUBLIC /accessLevel", "REDACTION-RIGHTS "],
    );
}

#[test]
fn what_was_to_be_redacted_is_not_told_again() {
    let mut dataset = sound();
    dataset["keyword"] = json!(["wells", "by [[REDACTED-EX B6]]Ann Secret[[/REDACTED]]"]);
    let outcome = judge(&catalog(vec![dataset]), Profile::HarvesterFederal);
    let left = outcome.findings.iter().find(|finding| finding.code == "REDACTION-LEFT").unwrap();
    assert_eq!(left.pointer, "/dataset/0/keyword/1");
    assert!(!format!("{left:?}").contains("Secret"));
}

#[test]
fn records_are_compared_with_each_other() {
    let with = |identifier: &str, title: &str, part_of: Option<&str>| {
        let mut dataset = sound();
        (dataset["identifier"], dataset["title"]) = (json!(identifier), json!(title));
        if let Some(part_of) = part_of {
            dataset["isPartOf"] = json!(part_of);
        }
        dataset
    };
    let datasets = vec![
        with("a", "A", None),
        with("b", "B", Some("a")),
        with("c", "C", Some("b")),
        with("d", "D", Some("nowhere")),
        with("e", "E", Some("e")),
        with("a", "F", None),
        with("g", "A", None),
    ];
    let outcome = judge(&catalog(datasets), Profile::HarvesterFederal);
    assert!(outcome.valid);
    assert_eq!(
        found(&outcome),
        [
            "PART-SELF /dataset/4/isPartOf",
            "ID-REPEATED /dataset/5/identifier",
            "TITLE-REPEATED /dataset/6/title",
            "PART-NESTED /dataset/2/isPartOf",
            "PART-DANGLING /dataset/3/isPartOf",
        ]
    );
}

#[test]
fn the_harvester_of_3_0_refuses_what_its_schema_takes() {
    let dataset = |identifier: Value| {
        json!({
            "title": "Wells", "description": "Every well of the county with its depth.", "identifier": identifier,
            "contactPoint": {"fn": "Ann", "hasEmail": "mailto:ann@agency.gov"}, "accessRights": "public",
        })
    };
    let datasets =
        [json!("a"), Value::Null, json!({"notation": "b"}), json!({"@id": "https://c.gov/"}), json!("a")];
    let file = json!({"conformsTo": {"title": "DCAT-US 3.0"}, "dataset": datasets.map(dataset)});
    let schema = judge(&file, Profile::Schema30);
    assert!(schema.valid, "{:?}", schema.findings);
    assert_eq!(
        found(&schema),
        [
            "ID-UNUSABLE /dataset/1/identifier",
            "TITLE-REPEATED /dataset/1/title",
            "ID-UNUSABLE /dataset/2",
            "TITLE-REPEATED /dataset/2/title",
            "TITLE-REPEATED /dataset/3/title",
            "ID-REPEATED /dataset/4/identifier",
            "TITLE-REPEATED /dataset/4/title"
        ]
    );
    let harvester = judge(&file, Profile::Harvester30);
    assert!(!harvester.valid);
    assert_eq!((harvester.datasets, harvester.invalid_datasets), (5, 3));
    let official =
        harvester.findings.iter().filter(|finding| finding.official).map(|finding| finding.code.as_str());
    assert_eq!(
        official.collect::<Vec<_>>(),
        ["HARVEST-IDENTIFIER", "HARVEST-IDENTIFIER", "HARVEST-DUPLICATE"]
    );
}

#[test]
fn the_content_of_3_0_is_looked_at_without_asking_for_types() {
    let file = json!({"conformsTo": {"title": "DCAT-US 3.0"}, "dataset": [{
        "title": "Wells", "description": "Every well of the county with its depth.", "identifier": "a",
        "contactPoint": {
            "fn": "Ann", "hasEmail": "mailto:ann@agency.gov", "tel": "555-CALL",
            "address": [{"postal-code": "K1A 0B1", "country-name": "USA"}, {}],
        },
        "accessRights": "non-public",
        "accessLevel": "public",
        "language": ["en", "zz", "e"],
        "spatialResolutionInMeters": "1e3",
        "temporalResolution": "P",
        "created": "2024-03-01", "modified": "2024-02", "issued": "2024-13",
        "temporal": [{"startDate": "2025", "endDate": "2024"}],
        "spatial": {"bbox": "somewhere", "geometry": {"type": "Polygon", "coordinates": []}},
        "distribution": [{
            "accessURL": "https://agency.gov/", "byteSize": "12 MB", "characterEncoding": ["UTF-8", "utf8mb4"],
            "mediaType": "text/excel",
            "cuiRestriction": {"cuiBannerMarking": "SECRET", "designationIndicator": "x"},
            "accessRestriction": [{"restrictionStatus": "Closed", "specificRestriction": {"prefLabel": "Other"}}],
            "useRestriction": [{"restrictionStatus": "unrestricted", "specificRestriction": "Mine"}],
        }],
        "hasQualityMeasurement": [{
            "isMeasurementOf": {"expectedDataType": "decimal", "inDimension": "completeness"}, "value": "1",
        }],
    }]});
    let outcome = judge(&file, Profile::Harvester30);
    assert!(outcome.valid, "{:?}", outcome.findings);
    let mut codes = outcome.findings.iter().map(|finding| finding.code.as_str()).collect::<Vec<_>>();
    codes.sort_unstable();
    assert_eq!(
        codes,
        [
            "ACCESS-LEGACY",
            "ADDRESS-EMPTY",
            "BYTE-SIZE",
            "CUI-MARKING",
            "DATA-TYPE",
            "DATE-IMPOSSIBLE",
            "DATE-ORDER",
            "ENCODING-UNKNOWN",
            "FIELD-1-1",
            "LANGUAGE-UNKNOWN",
            "LANGUAGE-UNKNOWN",
            "MEDIA-TYPE-UNKNOWN",
            "PERIOD-ORDER",
            "POSTAL-CODE",
            "RESOLUTION-SPATIAL",
            "RESOLUTION-TEMPORAL",
            "RESTRICTION-SPECIFIC",
            "RESTRICTION-STATUS",
            "SPACE-UNRESOLVED",
            "SPACE-UNRESOLVED",
            "TELEPHONE"
        ]
    );
}

#[test]
fn messages_are_for_people() {
    let mut dataset = sound();
    dataset["modified"] = json!("1/31/2014");
    dataset["accrualPeriodicity"] = json!("Weekly");
    dataset["license"] = json!("CC0");
    dataset["keyword"] = json!("wells, water");
    dataset["accessLevel"] = json!("Public");
    dataset["contactPoint"]["hasEmail"] = json!("ann@agency.gov; bob@agency.gov");
    let outcome = judge(&catalog(vec![dataset]), Profile::HarvesterFederal);
    let told = outcome.findings.iter().filter(|finding| finding.official);
    let told = told
        .map(|finding| format!("{}; {}", finding.message, finding.fix.as_deref().unwrap()))
        .collect::<Vec<_>>();
    insta::assert_snapshot!(told.join("\n"), @r#"
    `keyword` is a text, but must be a list; put it in square brackets: ["wells", "water"]
    `modified` is `1/31/2014`, which is not a date or a repeated duration; write `2014-01-31`
    `hasEmail` is `ann@agency.gov; bob@agency.gov`, which is not `mailto:` and one mail address; write `mailto:ann@agency.gov`
    `accessLevel` is `Public`, which is none of the allowed words; write `public`
    `license` is `CC0`, which is not a whole URL; write `https://creativecommons.org/publicdomain/zero/1.0/`
    `accrualPeriodicity` is `Weekly`, which is not a frequency; write `R/P1W`
    "#);
}

#[test]
fn every_rule_is_documented_and_its_code_is_its_own() {
    let mut codes = std::collections::HashSet::new();
    for rule in RULES.iter() {
        assert!(codes.insert(rule.code), "{} stands twice", rule.code);
        assert!(
            rule.code.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-')
        );
        for text in [rule.title, rule.source, rule.fix] {
            assert!(!text.is_empty() && !text.ends_with('.'), "{}: {text}", rule.code);
        }
        assert!(rule.profiles.iter().count() > 0);
        assert!(!rule.official || rule.severity == Severity::Error);
    }
}
