//! What holds for a file as a whole: places, repairs, bounds, baselines, profiles.

use std::io::{self, Read};

use serde_json::json;
use townhall_metadata::validate::{
    Baseline, Outcome, Profile, Scope, ValidateOptions, profile_or_auto, validate,
};
use townhall_model::Severity;

use crate::validate_edges::catalog;

fn judge(file: &[u8], profile: Option<Profile>) -> Outcome {
    validate(file, &ValidateOptions { profile, ..ValidateOptions::default() }).unwrap()
}

const BROKEN: &str = r#"{
  "conformsTo": "https://project-open-data.cio.gov/v1.1/schema",
  "describedBy": "nowhere",
  "dataset": [
    {
      "title": "Wells", "identifier": "a",
      "modified": "Jan 2014", "modified": "Feb 2014"
    },
    {"title": "Väter\u002c", "issued": "soon"},
  ],
  "@type": "Catalog"
}
"#;

#[test]
fn findings_say_line_and_column_in_the_file() {
    let outcome = judge(BROKEN.as_bytes(), Some(Profile::Canonical));
    let place = |code: &str, pointer: &str| {
        let found =
            outcome.findings.iter().find(|finding| finding.code == code && finding.pointer == pointer);
        let position = found.unwrap_or_else(|| panic!("{code} at {pointer}")).position.unwrap();
        (position.line, position.column)
    };
    assert_eq!(place("SHAPE-URL", "/describedBy"), (3, 18));
    assert_eq!(place("SHAPE-DATE", "/dataset/0/modified"), (7, 43));
    assert_eq!(place("READ-DOUBLED-KEY", "/dataset/0"), (7, 31));
    assert_eq!(place("SHAPE-REQUIRED", "/dataset/1"), (9, 5));
    assert_eq!(place("SHAPE-DATE", "/dataset/1/issued"), (9, 40));
    assert_eq!(place("SHAPE-WORD", "/@type"), (11, 12));
    assert_eq!(place("READ-COMMA", "/dataset"), (10, 3));
}

#[test]
fn a_file_that_a_strict_parser_refuses_is_not_valid() {
    let sound = catalog("issued", json!("2014"));
    assert!(judge(&sound, Some(Profile::CkanFederal)).valid);
    let mut commas = sound.clone();
    let end = commas.len() - 2;
    commas.insert(end, b',');
    let outcome = judge(&commas, Some(Profile::CkanFederal));
    assert!(!outcome.valid);
    assert_eq!(outcome.invalid_datasets, 0);
    let finding = outcome.findings.iter().find(|finding| finding.code == "READ-COMMA").unwrap();
    assert_eq!((finding.severity, finding.official), (Severity::Error, true));
    let cut = &sound[..sound.len() - 20];
    let outcome = judge(cut, Some(Profile::CkanFederal));
    assert!(outcome.is_truncated && !outcome.valid);
    assert_eq!((outcome.datasets, outcome.invalid_datasets), (1, 1));
}

#[test]
fn a_record_that_was_mended_has_its_places_too() {
    let file = b"{\"conformsTo\": \"https://project-open-data.cio.gov/v1.1/schema\", \"dataset\": [\n\
        {\"title\": \"Caf\xe9\",\n \"issued\": \"soon\"}]}";
    let outcome = judge(file, Some(Profile::HarvesterFederal));
    let issued = outcome.findings.iter().find(|finding| finding.pointer.ends_with("/issued")).unwrap();
    assert_eq!(issued.position.map(|position| (position.line, position.column)), Some((3, 12)));
    assert_eq!(issued.title.as_deref(), Some("Café"));
    assert!(outcome.findings.iter().any(|finding| finding.code == "READ-WINDOWS-1252" && finding.official));
}

#[test]
fn the_profile_is_chosen_by_what_the_file_says() {
    let chosen = |file: serde_json::Value| {
        let outcome = judge(&serde_json::to_vec(&file).unwrap(), None);
        assert!(outcome.is_auto);
        outcome.profile
    };
    let federal = json!({"title": "a", "identifier": "b", "accessLevel": "public", "bureauCode": ["015:11"]});
    let other = json!({"title": "a", "identifier": "b", "accessLevel": "public"});
    let old = json!({"title": "a", "identifier": "b", "contactPoint": "Ann", "mbox": "a@b.gov"});
    let url = "https://project-open-data.cio.gov/v1.1/schema";
    assert_eq!(chosen(json!({"conformsTo": url, "dataset": [federal]})), Profile::HarvesterFederal);
    assert_eq!(chosen(json!({"conformsTo": url, "dataset": [other]})), Profile::HarvesterNonFederal);
    assert_eq!(chosen(json!([old])), Profile::Pod10NonFederal);
    let standard = json!({"title": "DCAT-US 3.0", "identifier": "https://resources.data.gov/dcat-us/3.0.0"});
    assert_eq!(chosen(json!({"conformsTo": standard, "dataset": []})), Profile::Harvester30);
    assert_eq!(profile_or_auto("auto"), Ok(None));
    for profile in Profile::ALL {
        assert_eq!(profile_or_auto(profile.id()), Ok(Some(*profile)));
    }
    assert!(profile_or_auto("dcat").unwrap_err().to_string().contains("`dcat-us-3.0-schema`"));
}

#[test]
fn a_form_of_file_that_the_profile_does_not_know_is_refused() {
    let list = serde_json::to_vec(&json!([{"title": "a"}])).unwrap();
    let object = serde_json::to_vec(&json!({"title": "a", "description": "b"})).unwrap();
    for (file, profile) in
        [(&list, Profile::Canonical), (&list, Profile::HarvesterFederal), (&object, Profile::Pod10Federal)]
    {
        let outcome = judge(file, Some(profile));
        assert!(outcome.findings.iter().any(|finding| finding.code == "SHAPE-ROOT" && finding.official));
        assert_eq!(outcome.datasets, 1);
    }
}

/// A catalogue of many datasets that is never whole in memory.
struct Endless {
    left: usize,
    buffer: io::Cursor<Vec<u8>>,
}

impl Read for Endless {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.buffer.position() == self.buffer.get_ref().len() as u64 {
            let text = match self.left {
                0 => return Ok(0),
                1 => "{\"title\": 1}]}".to_owned(),
                left => format!("{{\"title\": \"{left}\", \"modified\": \"soon\"}},"),
            };
            self.left -= 1;
            self.buffer = io::Cursor::new(text.into_bytes());
        }
        self.buffer.read(out)
    }
}

#[test]
fn as_many_findings_are_kept_as_may_be_and_all_are_counted() {
    let head = b"{\"conformsTo\": \"https://project-open-data.cio.gov/v1.1/schema\", \"dataset\": [";
    let input = head.chain(Endless { left: 2_000, buffer: io::Cursor::default() });
    let options = ValidateOptions {
        profile: Some(Profile::HarvesterFederal),
        findings_max: 100,
        ..ValidateOptions::default()
    };
    let outcome = validate(input, &options).unwrap();
    assert_eq!((outcome.datasets, outcome.invalid_datasets), (2_000, 2_000));
    assert_eq!(outcome.findings.len(), 100);
    // Eight fields are missing and one is wrong in each; in the last one nine are missing.
    assert_eq!(outcome.totals.errors, 1_999 * 9 + 10);
    assert_eq!(outcome.totals.dropped, outcome.totals.errors - 100);
    let dates = outcome.groups.iter().find(|group| group.rule.code == "SHAPE-DATE").unwrap();
    assert_eq!((dates.count, dates.datasets, dates.subject()), (1_999, 1_999, "modified".to_owned()));
    assert_eq!(dates.examples, [0, 1, 2]);
    let counts = outcome.groups.iter().map(|group| group.count).collect::<Vec<_>>();
    assert!(counts.is_sorted_by(|one, two| one >= two));
}

#[test]
fn errors_are_kept_before_warnings() {
    let mut file = serde_json::from_slice::<serde_json::Value>(&catalog("license", json!(null))).unwrap();
    let sound = file["dataset"][0].clone();
    let mut broken = sound.clone();
    broken["modified"] = json!("soon");
    file["dataset"] = json!([sound.clone(), sound.clone(), sound, broken]);
    let bytes = serde_json::to_vec(&file).unwrap();
    let options =
        ValidateOptions { profile: Some(Profile::Canonical), findings_max: 1, ..ValidateOptions::default() };
    let outcome = validate(&bytes[..], &options).unwrap();
    let kept = outcome.findings.iter().map(|finding| finding.severity).collect::<Vec<_>>();
    assert_eq!(kept, [Severity::Error]);
    assert!(outcome.totals.warnings > 3);
}

#[test]
fn what_a_baseline_knows_is_not_told_again_though_the_verdict_stays() {
    let before = catalog("modified", json!("soon"));
    let first = judge(&before, Some(Profile::Canonical));
    let baseline = Baseline::read(&Baseline::of(&first.findings).write());
    assert_eq!(baseline.len(), first.findings.len());
    let options = ValidateOptions {
        profile: Some(Profile::Canonical),
        baseline: Some(&baseline),
        ..ValidateOptions::default()
    };
    let again = validate(&before[..], &options).unwrap();
    assert!(again.findings.is_empty() && again.groups.is_empty() && !again.valid);
    assert_eq!(again.totals.suppressed, first.findings.len() as u64);
    // Another dataset in front moves everything, and only what is new is told.
    let mut file = serde_json::from_slice::<serde_json::Value>(&before).unwrap();
    let mut newcomer = file["dataset"][0].clone();
    (newcomer["identifier"], newcomer["title"]) = (json!("new"), json!("Springs of the county"));
    file["dataset"].as_array_mut().unwrap().insert(0, newcomer);
    let moved = validate(&serde_json::to_vec_pretty(&file).unwrap()[..], &options).unwrap();
    assert!(!moved.findings.is_empty());
    assert!(moved.findings.iter().all(|finding| finding.dataset_index == Some(0)), "{:?}", moved.findings);
}

#[test]
fn the_official_rules_can_be_asked_alone() {
    let all = judge(BROKEN.as_bytes(), Some(Profile::Canonical));
    let options = ValidateOptions {
        profile: Some(Profile::Canonical),
        scope: Scope::Official,
        ..ValidateOptions::default()
    };
    let official = validate(BROKEN.as_bytes(), &options).unwrap();
    let expected = all.findings.iter().filter(|finding| finding.official).cloned().collect::<Vec<_>>();
    assert_eq!(official.findings, expected);
    assert!(expected.len() < all.findings.len());
    assert_eq!((official.valid, official.invalid_datasets), (all.valid, all.invalid_datasets));
}
