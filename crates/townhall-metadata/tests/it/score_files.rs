//! Scores of whole files: the sums, the documents, the badge.

use std::ops::ControlFlow;

use jiff::civil::date;
use proptest::prelude::*;
use quick_xml::events::Event;
use serde_json::{Map, Value, json};
use townhall_metadata::score::{
    Facts, RecordScore, Rollup, SCHEMES, SCORE_CSV_LEADING_COLUMNS, ScoreOptions, ScoreOutcome, Verdict,
    badge, rollup_as_json, rollup_as_text, score_as_csv_row, score_as_json, score_as_text, score_badge,
    score_catalog, score_csv_header,
};
use townhall_metadata::{ReadRecord, write_csv_row};
use townhall_model::record::{ClassInfo, Dataset, Distribution, Version};

use crate::fixtures::shared_files;
use crate::score::score_of;
use crate::values::any_json;

fn catalog() -> Value {
    let wells = json!({
        "title": "Wells", "identifier": "w", "description": "Depth to groundwater.", "accessLevel": "public",
        "license": "https://www.usa.gov/government-works", "modified": "2026-01-10", "keyword": ["water"],
        "publisher": {"name": "Water Office", "subOrganizationOf": {"name": "Department of Wells"}},
        "contactPoint": {"fn": "Ann", "hasEmail": "mailto:ann@agency.gov"},
        "distribution": [{"downloadURL": "https://agency.gov/w.csv", "mediaType": "text/csv"}],
    });
    let rivers = json!({
        "title": "=Rivers, \"all\" \u{1b}[31m", "identifier": "r", "accessLevel": "non-public",
        "publisher": {"name": "River Office", "subOrganizationOf": {"name": "Department of Wells"}},
    });
    let pumps =
        json!({"title": "Pumps", "accessLevel": "public", "publisher": {"name": "Department of Wells"}});
    json!({"conformsTo": "https://project-open-data.cio.gov/v1.1/schema", "dataset": [wells, rivers, 7, pumps]})
}

fn run(file: &[u8]) -> (Vec<RecordScore>, ScoreOutcome) {
    let facts = |_: &ReadRecord| Facts { today: Some(date(2026, 6, 1)), ..Facts::default() };
    let options = ScoreOptions { facts: &facts, ..ScoreOptions::default() };
    let mut scores = Vec::new();
    let outcome = score_catalog(file, &options, &mut |score| {
        scores.push(score.clone());
        ControlFlow::Continue(())
    });
    (scores, outcome.unwrap())
}

#[test]
fn a_file_is_scored_by_organization_and_as_a_whole() {
    let (scores, outcome) = run(catalog().to_string().as_bytes());
    assert_eq!(scores.iter().map(|score| score.index).collect::<Vec<_>>(), [Some(0), Some(1), Some(3)]);
    assert_eq!((outcome.summary.refused, outcome.refused.len()), (1, 1), "a bad record stops nobody");
    assert_eq!(outcome.dialect.id, "dcat-us-1.1");
    let counts = outcome.rollup.organizations().map(|(path, tally)| (path.join("/"), tally.datasets));
    let expected = [
        ("Department of Wells", 3),
        ("Department of Wells/River Office", 1),
        ("Department of Wells/Water Office", 1),
    ];
    assert_eq!(counts.collect::<Vec<_>>(), expected.map(|(name, count)| (name.to_owned(), count)));

    let tally = outcome.rollup.whole().scheme("m-25-05").unwrap();
    let scored = scores.iter().filter_map(|score| score.scheme("m-25-05")?.score).collect::<Vec<_>>();
    assert!((tally.mean().unwrap() - scored.iter().sum::<f64>() / 3.0).abs() < 0.01);
    assert_eq!(tally.bins.iter().sum::<u64>(), 3);
    let title = tally.criteria()[2];
    assert_eq!((title.count(Verdict::Met), title.share_met()), (3, Some(1.0)));

    let first = outcome.rollup.whole().first_to_do("m-25-05", 3);
    assert_eq!(first.len(), 3);
    assert!(first[0].points >= first[1].points && first[0].datasets == 3);
    assert!(outcome.rollup.whole().first_to_do("none", 3).is_empty());
}

#[test]
fn the_sink_may_stop() {
    let mut seen = 0;
    let file = catalog().to_string();
    let outcome = score_catalog(file.as_bytes(), &ScoreOptions::default(), &mut |_| {
        seen += 1;
        ControlFlow::Break(())
    });
    let outcome = outcome.unwrap();
    assert!(outcome.summary.is_stopped);
    assert_eq!((seen, outcome.rollup.whole().datasets), (1, 1));
}

#[test]
fn the_text_tells_what_to_do_first() {
    let (scores, outcome) = run(catalog().to_string().as_bytes());
    let mut out = Vec::new();
    let only = RecordScore {
        schemes: scores[0].schemes.iter().filter(|score| score.scheme.id == "principles").cloned().collect(),
        ..scores[0].clone()
    };
    score_as_text(&only, &mut out).unwrap();
    insta::assert_snapshot!("score_text", String::from_utf8(out).unwrap());
    let mut out = Vec::new();
    rollup_as_text(&outcome.rollup, &mut out).unwrap();
    insta::assert_snapshot!("score_rollup_text", String::from_utf8(out).unwrap());
    let mut out = Vec::new();
    score_as_text(&scores[1], &mut out).unwrap();
    assert!(!out.contains(&0x1b), "a title can't steer the terminal");
}

#[test]
fn json_and_csv_hold_the_same_verdicts() {
    let (scores, outcome) = run(catalog().to_string().as_bytes());
    let header = score_csv_header(SCHEMES);
    assert_eq!(header[..4], SCORE_CSV_LEADING_COLUMNS);
    for score in &scores {
        let row = score_as_csv_row(score);
        assert_eq!(row.len(), header.len());
        let json = score_as_json(score);
        for scheme in json["schemes"].as_array().unwrap() {
            for check in scheme["checks"].as_array().unwrap() {
                let column = format!("{} {}", scheme["id"].as_str().unwrap(), check["id"].as_str().unwrap());
                let at = header.iter().position(|name| *name == column).unwrap();
                assert_eq!(row[at], check["verdict"].as_str().unwrap(), "{column}");
            }
        }
    }
    let mut out = Vec::new();
    write_csv_row(&mut out, &score_as_csv_row(&scores[1])[..4], b',').unwrap();
    let line = String::from_utf8(out).unwrap();
    assert_eq!(line, "1,r,\"'=Rivers, \"\"all\"\" \u{1b}[31m\",Department of Wells > River Office\r\n");
    let sums = rollup_as_json(&outcome.rollup);
    assert_eq!(sums["datasets"], 3);
    assert_eq!(sums["organizations"][1]["organization"], json!(["Department of Wells", "River Office"]));
    assert_eq!(sums["schemes"].as_array().unwrap().len(), SCHEMES.len());
}

/// The title, and the fills, of a badge that is well-formed XML.
fn parse(badge: &str) -> (String, Vec<String>) {
    let mut reader = quick_xml::Reader::from_str(badge);
    let (mut title, mut fills, mut is_title, mut depth) = (String::new(), Vec::new(), false, 0);
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) | Event::Empty(tag) if tag.name().as_ref() == "rect" => {
                let fill =
                    tag.attributes().map(Result::unwrap).find(|attribute| attribute.key.as_ref() == "fill");
                fills.push(fill.unwrap().value.into_owned());
            }
            Event::Start(tag) => {
                depth += 1;
                is_title = tag.name().as_ref() == "title";
                assert!(tag.attributes().all(|attribute| attribute.is_ok()));
            }
            Event::End(_) => {
                depth -= 1;
                is_title = false;
            }
            Event::Text(text) if is_title => title.push_str(text.as_ref()),
            Event::GeneralRef(name) if is_title => title.push_str(match name.as_ref() {
                "amp" => "&",
                "lt" => "<",
                "gt" => ">",
                "quot" => "\"",
                _ => "'",
            }),
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0);
    assert!(badge.chars().all(|character| character == '\n' || !character.is_control()));
    (title, fills)
}

/// How well white stands out from a color (WCAG 2.2, contrast ratio).
fn contrast(color: &str) -> f64 {
    let channel = |at: usize| {
        let value = f64::from(u8::from_str_radix(&color[at..at + 2], 16).unwrap()) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    let luminance = 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
    1.05 / (luminance + 0.05)
}

#[test]
fn a_badge_says_its_score_in_words_and_colors_that_can_be_read() {
    for (points, message) in
        [(Some(81.0), "81 of 100"), (Some(50.0), "50"), (Some(3.0), "3"), (None, "not judged")]
    {
        let (title, fills) = parse(&badge("Water & \"Wells\" <open>", message, points));
        assert_eq!(title, format!("Water & \"Wells\" <open>: {message}"));
        assert!(fills.iter().all(|fill| contrast(fill) >= 4.5), "{fills:?}");
    }
    let score = score_of(Map::new(), Version::DcatUs11, &Facts::default());
    let drawn = score_badge(&score.schemes[1]);
    assert_eq!(parse(&drawn).0, "Metadata quality as on data.gouv.fr: 0 of 100");
    insta::assert_snapshot!("score_badge", drawn);
}

#[test]
fn real_catalogs_are_spread_over_the_scale() {
    for file in shared_files("real/snapshots") {
        let (scores, outcome) = run(&std::fs::read(&file).unwrap());
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        let mut line = format!("{name}: {} datasets", scores.len());
        for (scheme, tally) in outcome.rollup.whole().schemes() {
            let id = scheme.id;
            let (low, high) = tally.range().unwrap();
            line.push_str(&format!("; {id} {low:.0}..{:.0}..{high:.0}", tally.mean().unwrap()));
            // The FAIR and M-25-05 scores of real files are in the middle; nobody has everything or nothing.
            assert!((5.0..=98.0).contains(&tally.mean().unwrap()), "{name} {id}");
        }
        let first = outcome.rollup.whole().first_to_do("principles", 3);
        let first = first.iter().map(|gain| format!("{} ({})", gain.criterion.id, gain.datasets));
        println!("{line}; first: {}", first.collect::<Vec<_>>().join(", "));
        assert_eq!(outcome.rollup.whole().datasets, scores.len() as u64);
    }
    for file in shared_files("real/versions") {
        run(&std::fs::read(&file).unwrap());
    }
}

fn dataset() -> impl Strategy<Value = RecordScore> {
    let fields = (0..4_u8, 0..3_u8, any::<bool>(), any::<bool>(), any::<bool>());
    fields.prop_map(|(office, above, has_license, has_file, is_public)| {
        let mut map = json!({
            "title": "Wells",
            "publisher": {"name": format!("Office {office}"), "subOrganizationOf": {"name": format!("Department {above}")}},
            "accessLevel": if is_public { "public" } else { "non-public" },
        });
        if has_license {
            map["license"] = json!("CC0");
        }
        if has_file {
            map["distribution"] = json!([{"downloadURL": "https://a.gov/a.csv"}]);
        }
        score_of(map.as_object().unwrap().clone(), Version::DcatUs11, &Facts::default())
    })
}

/// A dataset of 3.0 with any fields, whose values are such as make trouble.
fn any_dataset() -> impl Strategy<Value = Value> {
    let keys = |info: &'static ClassInfo| info.fields.iter().map(|field| field.key).collect::<Vec<_>>();
    let words = prop::sample::select(vec![
        "R/P1Y",
        "R/P99999999999Y",
        "R/P19998Y",
        "R/P0D",
        "R/PT1S",
        "P1W/2020-01-01",
        "9999-12-31",
        "0000-01-01",
        "2020",
        "2030-01-01/..",
        "public",
        "non-public",
        "restricted public",
        "CC-BY",
        "[[REDACTED-EX B6]]",
        "https://a.gov/`a`.csv",
        "This is not an open Government data asset. FOIA.\nFederal Data Catalog",
        "10.5066/x",
        "mailto:",
        "é ",
        "a.b. c.",
    ]);
    let leaf = prop_oneof![words.prop_map(Value::from), any_json()];
    let file =
        prop::collection::hash_map(prop::sample::select(keys(Distribution::info())), leaf.clone(), 0..6);
    let file = file.prop_map(|map| json!(map));
    let value = prop_oneof![leaf.clone(), prop::collection::vec(file, 0..3).prop_map(Value::from)];
    let fields = prop::collection::hash_map(prop::sample::select(keys(Dataset::info())), value, 0..20);
    (fields, leaf).prop_map(|(fields, inventoried)| {
        let mut dataset = json!(fields);
        dataset["inventoried"] = inventoried;
        dataset
    })
}

fn sum(records: &[RecordScore]) -> Rollup {
    let mut rollup = Rollup::default();
    records.iter().for_each(|record| rollup.add(record));
    rollup
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn sums_are_the_same_however_the_datasets_are_parted(
        one in prop::collection::vec(dataset(), 0..5),
        two in prop::collection::vec(dataset(), 0..5),
        three in prop::collection::vec(dataset(), 0..5),
    ) {
        let (a, b, c) = (sum(&one), sum(&two), sum(&three));
        let mut left = a.clone();
        left.merge(&b);
        left.merge(&c);
        let mut right = b.clone();
        right.merge(&c);
        let mut other = right.clone();
        other.merge(&a);
        let mut whole = a.clone();
        whole.merge(&right);
        prop_assert_eq!(&left, &whole);
        prop_assert_eq!(&left, &other);
        let all = [one, two, three].concat();
        prop_assert_eq!(&left, &sum(&all));
    }

    #[test]
    fn any_text_makes_a_badge_that_is_xml(label in any::<String>(), message in any::<String>(), points in 0.0..=100.0) {
        parse(&badge(&label, &message, Some(points)));
    }

    #[test]
    fn any_datasets_are_scored(one in any_dataset(), two in any_dataset(), version in prop::sample::select(vec!["https://project-open-data.cio.gov/v1.1/schema", "DCAT-US 3.0"])) {
        let file = json!({"conformsTo": version, "dataset": [one, two]});
        townhall_metadata::fuzz_score(file.to_string().as_bytes());
    }

    #[test]
    fn any_bytes_are_scored_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        townhall_metadata::fuzz_score(&bytes);
    }
}

#[test]
fn organizations_without_end_are_bounded_and_the_whole_counts_all() {
    let most = townhall_metadata::limits::SCORED_ORGANIZATIONS_MAX as u64;
    let one = score_of(Map::new(), Version::DcatUs11, &Facts::default());
    let named = |number: u64| RecordScore {
        publishers: vec![format!("{number:06}")],
        schemes: Vec::new(),
        ..one.clone()
    };
    let (mut rising, mut falling) = (Rollup::default(), Rollup::default());
    (0..most + 50).for_each(|number| rising.add(&named(number)));
    (0..most + 50).rev().for_each(|number| falling.add(&named(number)));
    assert_eq!(rising, falling);
    assert_eq!(rising.organizations().count() as u64, most);
    assert_eq!(rising.whole().datasets, most + 50);
}
