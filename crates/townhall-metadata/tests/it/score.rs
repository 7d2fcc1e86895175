//! Scores of single datasets: every check in both ways, the formulas, and what is not judged.

use std::collections::BTreeMap;

use jiff::civil::date;
use serde_json::{Map, Value, json};
use townhall_metadata::score::{
    Facts, Feedback, Links, RecordScore, SCHEMES, Scheme, Table, Verdict, scheme, score_record,
};
use townhall_model::record::{Body, RecordKind, Version};

fn merged(base: &Value, over: &Value) -> Map<String, Value> {
    let mut map = base.as_object().unwrap().clone();
    for (key, value) in over.as_object().unwrap() {
        match value {
            Value::Null => map.remove(key),
            value => map.insert(key.clone(), value.clone()),
        };
    }
    map
}

pub fn score_of(map: Map<String, Value>, version: Version, facts: &Facts) -> RecordScore {
    let body = Body::from_json(RecordKind::Dataset, map, &mut Vec::new());
    score_record(&body, version, facts, SCHEMES).unwrap()
}

/// A dataset of 1.1 that meets whatever it can.
fn good() -> Value {
    json!({
        "@type": "dcat:Dataset",
        "title": "Groundwater Levels of Adams County",
        "description": "Depth to groundwater in 112 wells of Adams County. Field crews measure it twice a year with steel tapes. The data shows how the water table changes, and where wells may run dry.",
        "keyword": ["groundwater", "wells"],
        "theme": ["http://publications.europa.eu/resource/authority/data-theme/ENVI"],
        "modified": "2026-01-10",
        "issued": "2026-01-10",
        "publisher": {"name": "Water Office", "subOrganizationOf": {"name": "Department of Wells"}},
        "contactPoint": {"fn": "Water Data Team", "hasEmail": "mailto:water@agency.gov"},
        "identifier": "https://doi.org/10.5066/F7P55KJN",
        "accessLevel": "public",
        "license": "https://www.usa.gov/government-works",
        "rights": "This data asset is an open Government data asset. It is not exempt from disclosure under FOIA. This dataset is eligible for disclosure in the Federal Data Catalog. No determination under 44 U.S.C. chapter 35 limits its use.",
        "spatial": "-77.1,38.8,-76.9,39.0",
        "temporal": "2025-01-01/2025-12-31",
        "accrualPeriodicity": "R/P1Y",
        "describedBy": "https://agency.gov/wells.json",
        "describedByType": "application/schema+json",
        "conformsTo": ["https://www.w3.org/TR/tabular-data-model/"],
        "language": ["en"],
        "landingPage": "https://agency.gov/wells",
        "references": ["https://agency.gov/method.html"],
        "isPartOf": "water",
        "inventoried": "2026-01-15",
        "distribution": [
            {"downloadURL": "https://agency.gov/wells.csv", "mediaType": "text/csv", "description": "All wells"},
            {"downloadURL": "https://agency.gov/wells.ttl", "mediaType": "text/turtle"},
        ],
    })
}

fn modern() -> Value {
    json!({
        "@type": "Dataset",
        "title": "Wells",
        "identifier": "https://doi.org/10.5066/F7P55KJN",
        "accessRights": "public",
        "accessRestriction": [{"restrictionStatus": "Unrestricted"}],
        "provenance": ["Field crews measure."],
        "purpose": "To see where wells may run dry.",
        "temporalResolution": "P6M",
        "source": ["https://agency.gov/raw"],
        "wasGeneratedBy": [{"label": "Survey"}],
        "distribution": [{"downloadURL": "https://agency.gov/wells.csv", "mediaType": "text/csv", "modified": "2026-01-10"}],
    })
}

/// What a portal knows of a dataset when all is well.
fn good_facts() -> Facts {
    Facts {
        today: Some(date(2026, 6, 1)),
        links: Some(Links { tried: 2, working: 2, broken: None }),
        needs_login: Some(false),
        formats: None,
        is_utf8: Some(true),
        allows_other_sites: Some(true),
        table: Some(Table { rows: 112, stated_rows: Some(112), columns: 3, described_columns: 3 }),
        contact_answers: Some(true),
        feedback: Some(Feedback { received: 2, answered_in_time: 2 }),
        last_change: None,
        is_archived: Some(true),
        has_page: Some(true),
        is_harvestable: Some(true),
        identifier_resolves: Some(true),
    }
}

fn bad_facts() -> Facts {
    Facts {
        today: Some(date(2026, 6, 1)),
        links: Some(Links { tried: 2, working: 0, broken: Some("https://agency.gov/gone".to_owned()) }),
        needs_login: Some(true),
        is_utf8: Some(false),
        allows_other_sites: Some(false),
        table: Some(Table { rows: 0, stated_rows: None, columns: 3, described_columns: 0 }),
        contact_answers: Some(false),
        feedback: Some(Feedback { received: 2, answered_in_time: 0 }),
        is_archived: Some(false),
        has_page: Some(false),
        is_harvestable: Some(false),
        identifier_resolves: Some(false),
        ..Facts::default()
    }
}

/// Datasets that between them meet and miss every check.
fn samples() -> Vec<RecordScore> {
    let restricted =
        json!({"accessLevel": "non-public", "rights": "Contains trade secrets; ask the contact."});
    let lonely = json!({"title": "x", "accessLevel": "restricted public"});
    let lonely_url =
        json!({"accessLevel": "restricted public", "distribution": [{"accessURL": "http://agency.gov/ask"}]});
    let long = format!("{} end.", "and then they measured the wells of the county once more ".repeat(20));
    let poor = json!({
        "title": "x", "description": long, "license": "https://creativecommons.org/licenses/by-nc/4.0/", "identifier": "7",
        "accrualPeriodicity": "R/P1M", "modified": "2019-01-01", "issued": "2019-01-01", "temporal": "2010/2011",
        "distribution": [{"downloadURL": "gopher://a.gov/a.pdf", "mediaType": "application/pdf"}],
    });
    let page = json!({"landingPage": "https://a.gov", "distribution": [{"accessURL": "https://a.gov/page", "mediaType": "text/html"}]});
    let attributed = json!({"license": "https://creativecommons.org/licenses/by/4.0/"});
    let all = |value: &Value| value.as_object().unwrap().clone();
    vec![
        score_of(all(&good()), Version::DcatUs11, &good_facts()),
        score_of(all(&modern()), Version::DcatUs30, &good_facts()),
        score_of(Map::new(), Version::DcatUs30, &bad_facts()),
        score_of(all(&poor), Version::DcatUs11, &bad_facts()),
        score_of(all(&page), Version::DcatUs11, &bad_facts()),
        score_of(merged(&good(), &restricted), Version::DcatUs11, &good_facts()),
        score_of(all(&lonely), Version::DcatUs11, &bad_facts()),
        score_of(all(&lonely_url), Version::DcatUs11, &bad_facts()),
        score_of(
            merged(&good(), &json!({"accessLevel": "restricted public"})),
            Version::DcatUs11,
            &good_facts(),
        ),
        score_of(merged(&good(), &attributed), Version::DcatUs11, &good_facts()),
    ]
}

/// The id, and how often each verdict was given.
fn seen(scheme: &'static Scheme) -> BTreeMap<&'static str, Vec<Verdict>> {
    let mut seen: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for sample in samples() {
        for check in &sample.scheme(scheme.id).unwrap().checks {
            seen.entry(check.criterion.id).or_default().push(check.verdict);
        }
    }
    seen
}

#[test]
fn every_check_is_met_by_one_dataset_and_missed_by_another() {
    // These are never met, because no description shows what is in the data.
    let unseen = ["RDA-I2-01D", "RDA-I3-01D", "RDA-I3-02D"];
    // Nothing is ever worse than partly: every record is in a standard format, and a standard is either kept to or
    // can't be judged; who says how to ask for withheld data can be asked.
    let never_missed = [
        "RDA-I1-01M",
        "RDA-I1-02M",
        "RDA-R1.3-02M",
        "RDA-R1.3-01M",
        "RDA-R1.3-01D",
        "RDA-R1.3-02D",
        "RDA-A1.2-01D",
        "RDA-A1-04D",
        "RDA-A1.1-01D",
    ];
    for scheme in SCHEMES {
        for (id, verdicts) in seen(scheme) {
            let has = |verdict| verdicts.contains(&verdict);
            if unseen.contains(&id) {
                assert!(verdicts.iter().all(|verdict| *verdict == Verdict::NotJudged), "{id}");
                continue;
            }
            let met_somewhere = has(Verdict::Met) || id == "RDA-A1.2-01D";
            assert!(met_somewhere, "{} {id} is never met: {verdicts:?}", scheme.id);
            let is_missed = has(Verdict::NotMet) || never_missed.contains(&id);
            assert!(is_missed, "{} {id} is never missed: {verdicts:?}", scheme.id);
        }
    }
}

#[test]
fn every_check_says_what_it_is_why_and_what_to_do() {
    for scheme in SCHEMES {
        let mut ids = scheme.criteria.iter().map(|criterion| criterion.id).collect::<Vec<_>>();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), scheme.criteria.len(), "{}", scheme.id);
        assert!(scheme.criteria.iter().all(|criterion| criterion.weight > 0 && !criterion.source.is_empty()));
    }
    for sample in samples() {
        for score in &sample.schemes {
            for check in &score.checks {
                let id = check.criterion.id;
                assert!(!check.reason.is_empty() && !check.reason.ends_with('.'), "{id}: {}", check.reason);
                assert!(!check.reason.contains("``"), "{id}: {}", check.reason);
                let is_open = matches!(check.verdict, Verdict::NotMet | Verdict::Partly);
                assert_eq!(check.improve.is_some(), is_open, "{id}");
                let ends = check.improve.as_deref().is_none_or(|text| text.ends_with('.'));
                assert!(ends, "{id}: {:?}", check.improve);
            }
        }
    }
}

#[test]
fn the_schemes_have_the_number_of_checks_that_their_sources_have() {
    let count = |id: &str| scheme(id).unwrap().criteria.len();
    assert_eq!((count("data-gouv-fr"), count("m-25-05"), count("fair")), (9, 17, 41));
    let letters = scheme("m-25-05").unwrap().criteria.iter().map(|item| item.id).collect::<String>();
    assert_eq!(letters, "ABCDEFGHIJKLMNOPQ");
    let good = score_of(good().as_object().unwrap().clone(), Version::DcatUs11, &good_facts());
    let ticks = good.scheme("principles").unwrap().groups();
    let names = ticks.iter().map(|tick| (tick.name, tick.verdict)).collect::<Vec<_>>();
    let met = |name| (name, Verdict::Met);
    assert_eq!(
        names,
        [
            met("Public"),
            met("Accessible"),
            met("Described"),
            met("Reusable"),
            met("Complete"),
            met("Timely"),
            met("Managed post-release")
        ]
    );
    assert_eq!(good.scheme("principles").unwrap().score, Some(100.0));
    assert_eq!(
        good.scheme("m-25-05").unwrap().score.map(f64::round),
        Some(97.0),
        "only restrictions are not named"
    );
}

/// The verdict, as a word, and the reason of one check of the good dataset with other fields.
#[track_caller]
fn check(scheme: &str, id: &str, over: Value, expected: &str) {
    let score = score_of(merged(&good(), &over), Version::DcatUs11, &good_facts());
    let check = score.scheme(scheme).unwrap().check(id).unwrap();
    assert_eq!(format!("{}: {}", check.verdict.name(), check.reason), expected);
}

#[test]
fn a_reason_names_the_field_and_the_value_seen() {
    check(
        "principles",
        "public-level",
        json!({"accessLevel": "non-public"}),
        "not-met: `accessLevel` is `non-public`, so nobody outside may have it",
    );
    check(
        "principles",
        "restriction-explained",
        json!({"accessLevel": "non-public", "rights": "N/A"}),
        "not-met: `rights` is `N/A`, which explains nothing",
    );
    check(
        "principles",
        "open-license",
        json!({"license": "https://creativecommons.org/licenses/by-nd/4.0/"}),
        "not-met: `license` is `https://creativecommons.org/licenses/by-nd/4.0/`: Creative Commons Attribution-NoDerivatives 4.0",
    );
    check(
        "principles",
        "open-license",
        json!({"license": "https://agency.gov/terms"}),
        "partly: `license` is `https://agency.gov/terms`; this is no license that is in our list; it may be a page of terms, which somebody has to read",
    );
    check(
        "principles",
        "open-format",
        json!({"distribution": [{"downloadURL": "https://a.gov/a.xlsx"}]}),
        "partly: XLSX is the best format said: programs can read it, but it is one maker's",
    );
    check(
        "principles",
        "open-format",
        json!({"distribution": [{"downloadURL": "https://a.gov/a.pdf"}]}),
        "not-met: PDF is the best format said, which is for reading only",
    );
    check(
        "principles",
        "download",
        json!({"distribution": null}),
        "partly: there is only a page, `https://agency.gov/wells`, and no `downloadURL`",
    );
    check(
        "principles",
        "required-fields",
        json!({"keyword": null, "contactPoint": null}),
        "partly: some are missing: `contactPoint`, `keyword`",
    );
    check(
        "principles",
        "up-to-date",
        json!({"modified": "2024-12-31"}),
        "partly: `modified` is 2024-12-31, and `accrualPeriodicity` is `R/P1Y`: one edition is late",
    );
    check(
        "principles",
        "up-to-date",
        json!({"accrualPeriodicity": "irregular"}),
        "not-applicable: new data is promised at no fixed time",
    );
    check(
        "principles",
        "release-lag",
        json!({"issued": "2029-12-31"}),
        "not-met: the data covers the time until 2025-12-31 and came out on 2029-12-31, 1461 days later",
    );
    check(
        "m-25-05",
        "D",
        json!({"rights": null}),
        "partly: `accessLevel` is `public`, but no sentence says what was determined",
    );
    check(
        "m-25-05",
        "E",
        json!({"rights": "Ask first."}),
        "not-met: `rights` says `Ask first.`, and nothing about FOIA",
    );
    check(
        "m-25-05",
        "B",
        json!({"describedBy": null, "accessLevel": "non-public"}),
        "met: all 3 columns are described in the portal",
    );
    check(
        "m-25-05",
        "E",
        json!({}),
        "met: `rights` or a restriction says `It is not exempt from disclosure under FOIA`",
    );
    check(
        "m-25-05",
        "E",
        json!({"rights": "Ask first. This data asset is exempt from disclosure under FOIA."}),
        "partly: `rights` or a restriction says `This data asset is exempt from disclosure under FOIA.`, but `accessLevel` is `public`",
    );
    check(
        "m-25-05",
        "D",
        json!({"accessLevel": "non-public"}),
        "partly: `rights` or a restriction says `This data asset is an open Government data asset`, but `accessLevel` is `non-public`",
    );
    check(
        "m-25-05",
        "F",
        json!({"accessLevel": "non-public", "rights": "The agency has not yet determined eligibility for Federal Data Catalog."}),
        "met: `rights` or a restriction says `The agency has not yet determined eligibility for Federal Data Catalog.`",
    );
    check("m-25-05", "J", json!({"inventoried": null}), "not-met: `inventoried` is missing");
    check(
        "m-25-05",
        "N",
        json!({"accessLevel": "non-public", "spatial": "Washington, DC"}),
        "met: `spatial` is `Washington, DC`",
    );
    check(
        "fair",
        "RDA-F1-01M",
        json!({"identifier": "https://agency.gov/wells"}),
        "partly: `https://agency.gov/wells` is unique, but nobody promises that it lasts",
    );
    check(
        "fair",
        "RDA-F1-02M",
        json!({"identifier": "GOV-7"}),
        "not-met: `GOV-7` means something in this catalog only",
    );
    check(
        "fair",
        "RDA-F1-02M",
        json!({"identifier": "{8A3B6C1E-0000-4000-8000-00805F9B34FB}"}),
        "met: `{8A3B6C1E-0000-4000-8000-00805F9B34FB}` is unique",
    );
    check(
        "fair",
        "RDA-R1.1-03M",
        json!({"license": "CC0"}),
        "partly: `license` is `CC0`, which is a name and no address",
    );
}

#[test]
fn what_nobody_told_is_not_judged() {
    let score = score_of(good().as_object().unwrap().clone(), Version::DcatUs11, &Facts::default());
    let principles = score.scheme("principles").unwrap();
    for id in [
        "no-login",
        "links-work",
        "utf-8",
        "other-sites",
        "all-rows",
        "up-to-date",
        "contact-answers",
        "feedback",
        "archive",
    ] {
        assert_eq!(principles.check(id).unwrap().verdict, Verdict::NotJudged, "{id}");
    }
    // What is not judged does not pull the score down.
    assert_eq!(principles.score, Some(100.0));
    let fair = score.scheme("fair").unwrap();
    let open = fair.checks.iter().filter(|check| check.verdict == Verdict::NotJudged).count();
    assert!(open >= 10, "{open}");
}

#[test]
fn the_score_of_data_gouv_fr_is_that_of_udata() {
    let udata = |over: Value, facts: &Facts| {
        let score = score_of(merged(&good(), &over), Version::DcatUs11, facts);
        score.scheme("data-gouv-fr").unwrap().score.unwrap() / 100.0
    };
    let ninths = |points: f64| points / 9.0;
    let is_near = |one: f64, two: f64| (one - two).abs() < 1e-9;
    let facts = good_facts();
    assert!(is_near(udata(json!({}), &facts), 1.0));
    assert!(is_near(udata(json!({"license": null, "temporal": null}), &facts), ninths(7.0)));
    // No frequency costs two points: what is not promised is not kept.
    assert!(is_near(udata(json!({"accrualPeriodicity": null}), &facts), ninths(7.0)));
    assert!(is_near(udata(json!({"accrualPeriodicity": "unknown"}), &facts), ninths(7.0)));
    assert!(is_near(udata(json!({"accrualPeriodicity": "irregular"}), &facts), 1.0));
    // No files cost three.
    assert!(is_near(udata(json!({"distribution": null}), &facts), ninths(6.0)));
    // A hundred characters are not enough, one more is.
    assert!(is_near(udata(json!({"description": "é".repeat(100)}), &facts), ninths(8.0)));
    assert!(is_near(udata(json!({"description": "é".repeat(101)}), &facts), 1.0));
    // 365 days and one of grace.
    assert!(is_near(udata(json!({"modified": "2025-05-31"}), &facts), 1.0));
    assert!(is_near(udata(json!({"modified": "2025-05-30"}), &facts), ninths(8.0)));
    // Addresses that nobody tried count as available.
    let untried = Facts { links: None, ..good_facts() };
    assert!(is_near(udata(json!({}), &untried), 1.0));
    let pdf = json!({"distribution": [{"downloadURL": "https://a.gov/a.pdf", "description": "x"}], "describedBy": null});
    assert!(is_near(udata(pdf, &facts), ninths(8.0)));
}

#[test]
fn the_gain_of_a_check_is_what_mending_it_brings() {
    let before = score_of(merged(&good(), &json!({"license": null})), Version::DcatUs11, &good_facts());
    let after = score_of(good().as_object().unwrap().clone(), Version::DcatUs11, &good_facts());
    for id in ["data-gouv-fr", "m-25-05"] {
        let (before, after) = (before.scheme(id).unwrap(), after.scheme(id).unwrap());
        let check = before.checks.iter().find(|check| matches!(check.criterion.id, "license" | "H")).unwrap();
        let risen = after.score.unwrap() - before.score.unwrap();
        assert!((before.gain(check) - risen).abs() < 1e-9, "{id}: {} and {risen}", before.gain(check));
    }
}

#[test]
fn only_datasets_are_scored() {
    for kind in RecordKind::ALL {
        let body = Body::from_json(kind, Map::new(), &mut Vec::new());
        let score = score_record(&body, Version::DcatUs30, &Facts::default(), SCHEMES);
        assert_eq!(score.is_some(), kind == RecordKind::Dataset);
    }
}

#[test]
fn a_dataset_of_very_many_files_is_scored_in_time() {
    let files = (0..50_000)
        .map(|number| json!({"format": format!("f{number}"), "rights": ["x"]}))
        .collect::<Vec<_>>();
    let map = merged(&good(), &json!({"distribution": files, "license": "cc by ".repeat(100_000)}));
    let score = score_of(map, Version::DcatUs30, &Facts::default());
    assert_eq!(score.schemes.len(), SCHEMES.len());
}
