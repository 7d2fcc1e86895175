//! What was mended, as the rules see it.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use townhall_metadata::validate::{Outcome, Profile, ValidateOptions, validate};
use townhall_metadata::{FixOptions, InMemory, fix_catalog};
use townhall_model::record::Version;

use crate::fixtures::shared_files;
use crate::values::any_json;

fn judge(file: &[u8], profile: Profile) -> Outcome {
    validate(file, &ValidateOptions { profile: Some(profile), ..ValidateOptions::default() })
        .expect("a catalogue")
}

fn mend(file: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let input = InMemory { name: "file", bytes: file };
    fix_catalog(&input, &FixOptions::default(), &mut out, &mut |_| {}).expect("a catalogue");
    out
}

fn catalog(dataset: Value) -> Vec<u8> {
    json!({"conformsTo": "https://project-open-data.cio.gov/v1.1/schema", "dataset": [dataset]})
        .to_string()
        .into_bytes()
}

/// The parts of the file that the profile refuses: dataset and field.
fn refused(outcome: &Outcome) -> BTreeSet<String> {
    let official = outcome.findings.iter().filter(|finding| finding.official);
    official.map(|finding| finding.pointer.split('/').take(4).collect::<Vec<_>>().join("/")).collect()
}

const CLASSIC: [Profile; 8] = [
    Profile::Canonical,
    Profile::Resources,
    Profile::DashboardFederal,
    Profile::DashboardNonFederal,
    Profile::CkanFederal,
    Profile::CkanNonFederal,
    Profile::HarvesterFederal,
    Profile::HarvesterNonFederal,
];

/// What the harvester guide lists as the common errors, all in one record.
#[test]
fn the_errors_of_the_harvester_guide_are_mended() {
    let file = catalog(json!({
        "Title": " Wells\u{200b} ", "description": "All of the countyâ€™s wells.", "keyword": "wells, water",
        "modified": "201603-01-01T00:00:00.000+00:00", "issued": "12/15/2012",
        "publisher": "Wells Office", "contactPoint": {"fn": "Ann", "hasEmail": "ann@agency.gov (subject: wells)"},
        "identifier": 17, "accessLevel": "Public", "bureauCode": "18:10", "programCode": "018001",
        "license": "Other (Public Domain)", "accrualPeriodicity": "Weekly", "temporal": "2001 - 2012",
        "language": "English", "dataQuality": "TRUE", "landingPage": "https://agency.gov/wells and ponds",
        "theme": "water", "isPartOf": null, "references": "https://a.gov/1, https://a.gov/2",
        "distribution": [
            {"downloadURL": "https://agency.gov/wells.csv"},
            {"downloadURL": "https://agency.gov/x", "mediaType": "text/csv; charset=utf-8", "format": ""},
        ],
    }));
    let mended = mend(&file);
    for profile in CLASSIC {
        assert!(!judge(&file, profile).valid, "{profile:?}");
        let outcome = judge(&mended, profile);
        assert!(outcome.valid, "{profile:?}: {:?}", outcome.findings);
    }
}

#[test]
fn mending_never_makes_a_sample_worse() {
    for folder in
        ["real/snapshots", "v1.1/ckanext-datajson", "v1.1/harvester", "v1.1/pod-examples", "v1.1/redaction"]
    {
        for file in shared_files(folder) {
            let bytes = std::fs::read(&file).expect("a file");
            let Ok(value) = serde_json::from_slice::<Value>(&bytes) else { continue };
            let is_classic = value["conformsTo"] == "https://project-open-data.cio.gov/v1.1/schema";
            if !is_classic || !value["dataset"].is_array() {
                continue;
            }
            let mended = mend(&bytes);
            for profile in CLASSIC {
                let (before, after) = (judge(&bytes, profile), judge(&mended, profile));
                assert!(after.valid || !before.valid, "{} {profile:?}: {:?}", file.display(), after.findings);
                assert!(after.totals.official <= before.totals.official, "{} {profile:?}", file.display());
                assert!(after.invalid_datasets <= before.invalid_datasets, "{} {profile:?}", file.display());
            }
        }
    }
}

fn good() -> Map<String, Value> {
    let good = json!({
        "@type": "dcat:Dataset", "title": "Wells", "description": "All wells", "keyword": ["water"],
        "modified": "2024-01-01", "identifier": "wells-1", "accessLevel": "public", "bureauCode": ["018:10"],
        "programCode": ["018:001"], "publisher": {"@type": "org:Organization", "name": "Wells Office"},
        "contactPoint": {"@type": "vcard:Contact", "fn": "Ann", "hasEmail": "mailto:ann@agency.gov"},
    });
    good.as_object().expect("an object").clone()
}

fn any_member() -> impl Strategy<Value = (&'static str, Value)> {
    let key = prop::sample::select(vec![
        "title",
        "description",
        "keyword",
        "modified",
        "issued",
        "publisher",
        "contactPoint",
        "identifier",
        "accessLevel",
        "bureauCode",
        "programCode",
        "license",
        "rights",
        "spatial",
        "temporal",
        "distribution",
        "accrualPeriodicity",
        "conformsTo",
        "dataQuality",
        "describedBy",
        "describedByType",
        "isPartOf",
        "language",
        "landingPage",
        "references",
        "systemOfRecords",
        "theme",
        "primaryITInvestmentUII",
    ]);
    let text = prop::sample::select(vec![
        "",
        " ",
        "N/A",
        "none",
        "2024",
        "2024-02-30",
        "1/15/2024",
        "2001-2012",
        "2001/2012",
        "R/P1Y",
        "P1Y",
        "monthly",
        "https://a.gov/x",
        "https://a.gov/x y",
        "www.a.gov",
        "csv",
        "text/csv",
        "public",
        "Public",
        "en",
        "English",
        "zz",
        "18:10",
        "018:10",
        "018:001",
        "true",
        "mailto:a@b.gov",
        "a@b.gov",
        "CC0",
        "a, b",
        "[[REDACTED-EX B6]]",
        "é\u{80}",
    ]);
    let text = text.prop_map(Value::from);
    let value = prop_oneof![3 => text.clone(), 1 => prop::collection::vec(text.clone(), 0..3).prop_map(Value::from), 1 => any_json()];
    let inner_key = prop::sample::select(vec![
        "downloadURL",
        "accessURL",
        "mediaType",
        "format",
        "title",
        "fn",
        "hasEmail",
        "name",
    ]);
    let inner = prop::collection::vec((inner_key, value.clone()), 0..4)
        .prop_map(|members| members.into_iter().collect::<Value>())
        .boxed();
    let list = prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from);
    (key, prop_oneof![4 => value, 1 => inner, 1 => list])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn mending_spoils_no_field_that_was_good(members in prop::collection::vec(any_member(), 1..4)) {
        let mut dataset = good();
        dataset.extend(members.into_iter().map(|(key, value)| (key.to_owned(), value)));
        let file = catalog(Value::Object(dataset));
        let mended = mend(&file);
        for profile in [Profile::Canonical, Profile::DashboardFederal, Profile::CkanNonFederal, Profile::HarvesterFederal] {
            let (before, after) = (refused(&judge(&file, profile)), refused(&judge(&mended, profile)));
            prop_assert!(after.is_subset(&before), "{:?} {:?} {:?}: {}", profile, before, after, String::from_utf8_lossy(&mended));
        }
    }
}

#[test]
fn a_file_of_1_0_becomes_one_that_1_1_takes() {
    for file in shared_files("v1.0/real") {
        let bytes = std::fs::read(&file).expect("a file");
        let outcome = judge(&mend(&bytes), Profile::of(Version::DcatUs11, false));
        let fields = refused(&outcome);
        assert_eq!(
            fields,
            BTreeSet::new(),
            "{}: {:?}",
            file.display(),
            outcome.findings.iter().filter(|f| f.official).collect::<Vec<_>>()
        );
    }
}
