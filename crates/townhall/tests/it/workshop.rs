//! The verbs of the metadata workshop: what they print, write and end with. They need no data directory.

use std::fs;

use serde_json::{Value, json};

use crate::harness::{Sandbox, catalogue, shared};

#[test]
fn a_good_catalog_is_valid_and_a_bad_one_is_not() {
    let sandbox = Sandbox::new();
    let good = sandbox.write("good.json", catalogue(2, None).to_string());
    let mut bad = catalogue(2, None);
    bad["dataset"][1]["modified"] = json!("soon");
    let bad = sandbox.write("bad.json", bad.to_string());
    let (good, bad) = (good.to_str().unwrap(), bad.to_str().unwrap());

    let told = sandbox.json(&["validate", good]);
    assert_eq!(
        (&told["valid"], &told["datasets"], &told["invalid_datasets"]),
        (&json!(true), &json!(2), &json!(0))
    );
    assert_eq!(told["profile"], "dcat-us-1.1-harvester-federal");
    let ended = sandbox.run(&["--json", "validate", "--profile", "dcat-us-1.1-canonical", bad]);
    assert_eq!(ended.code, 1, "{ended:?}");
    let told: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!((&told["valid"], &told["invalid_datasets"]), (&json!(false), &json!(1)));
    let finding =
        told["findings"].as_array().unwrap().iter().find(|finding| finding["official"] == true).unwrap();
    assert_eq!(finding["dataset_index"], 1);
    assert_eq!(finding["pointer"], "/dataset/1/modified");
    for member in
        ["code", "severity", "identifier", "title", "line", "column", "value", "message", "source", "fix"]
    {
        assert!(finding.get(member).is_some(), "{member}: {finding}");
    }
    let text = sandbox.run(&["validate", good, bad]);
    assert!(
        text.stdout.contains("good.json: valid") && text.stdout.contains("bad.json: not valid"),
        "{text:?}"
    );
    assert_eq!(sandbox.run(&["validate", "--profile", "pod-9", good]).code, 2);
    assert_eq!(sandbox.run(&["validate", "nowhere.json"]).code, 3);
    assert!(!sandbox.path("data").exists(), "no data directory is made");
}

#[test]
fn a_baseline_lets_only_new_findings_fail() {
    let sandbox = Sandbox::new();
    let mut bad = catalogue(2, None);
    bad["dataset"][0]["modified"] = json!("soon");
    let file = sandbox.write("data.json", bad.to_string());
    let (file, known) = (file.to_str().unwrap(), sandbox.path("known.txt"));
    let known = known.to_str().unwrap();
    assert_eq!(sandbox.run(&["validate", "--write-baseline", known, file]).code, 1);
    assert_eq!(sandbox.run(&["validate", "--baseline", known, file]).code, 0);
    bad["dataset"][1]["modified"] = json!("later");
    fs::write(file, bad.to_string()).unwrap();
    let ended = sandbox.run(&["validate", "--baseline", known, file]);
    assert_eq!(ended.code, 1, "{ended:?}");
}

#[test]
fn every_rule_is_listed_with_its_source() {
    let sandbox = Sandbox::new();
    let rules = sandbox.json(&["validate", "--list-rules"]);
    let rules = rules.as_array().unwrap();
    assert!(rules.len() > 50, "{}", rules.len());
    for rule in rules {
        for member in ["code", "severity", "title", "source", "fix"] {
            assert!(rule[member].as_str().is_some_and(|text| !text.is_empty()), "{rule}");
        }
        assert!(!rule["profiles"].as_array().unwrap().is_empty(), "{rule}");
    }
}

#[test]
fn a_catalog_is_mended_beside_the_old_one() {
    let sandbox = Sandbox::new();
    let mut broken = catalogue(1, None);
    broken["dataset"][0]["modified"] = json!("1/31/2014");
    let before = broken.to_string();
    let file = sandbox.write("data.json", &before);
    let file = file.to_str().unwrap();
    assert_eq!(sandbox.run(&["fix", "--check", file]).code, 1);
    assert!(!sandbox.path("data.fixed.json").exists());
    let ended = sandbox.run(&["fix", file]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(ended.stdout.contains("1/31/2014") && ended.stdout.contains("2014-01-31"), "{ended:?}");
    assert_eq!(fs::read_to_string(file).unwrap(), before, "the old file stays");
    let mended: Value = serde_json::from_slice(&fs::read(sandbox.path("data.fixed.json")).unwrap()).unwrap();
    assert_eq!(mended["dataset"][0]["modified"], "2014-01-31");
    assert_eq!(sandbox.run(&["fix", "--check", sandbox.path("data.fixed.json").to_str().unwrap()]).code, 0);
}

#[test]
fn catalogs_are_merged_and_compared() {
    let sandbox = Sandbox::new();
    let first = sandbox.write("a.json", catalogue(3, None).to_string());
    let mut second = catalogue(4, None);
    second["dataset"][0]["title"] = json!("Another title");
    let second = sandbox.write("b.json", second.to_string());
    let (first, second) = (first.to_str().unwrap(), second.to_str().unwrap());
    assert_eq!(sandbox.run(&["merge", first, second]).code, 4, "a conflict is told");
    let out = sandbox.path("merged.json");
    let out = out.to_str().unwrap();
    assert_eq!(sandbox.run(&["merge", "--conflict", "first", first, second, "-o", out]).code, 0);
    let told = sandbox.json(&["diff", first, out]);
    assert_eq!((told["added"].as_array().unwrap().len(), &told["unchanged"]), (1, &json!(3)), "{told}");
    assert_eq!(sandbox.run(&["diff", "--exit-code", first, first]).code, 0);
    assert_eq!(sandbox.run(&["diff", "--exit-code", first, out]).code, 1);
}

/// The verdicts of the official validators on real and broken files, where they are there.
#[test]
fn verdicts_agree_with_the_official_validators() {
    let Some(folder) = shared("fixtures/metadata") else { return };
    let sandbox = Sandbox::new();
    let oracle = fs::read_to_string(folder.join("ORACLE.tsv")).unwrap();
    let mut compared = 0;
    for line in oracle
        .lines()
        .skip(1)
        .filter(|line| line.starts_with("real/snapshots/") && line.contains("\tpod1.1\t"))
    {
        let cells: Vec<&str> = line.split('\t').collect();
        let file = folder.join(cells[0]);
        let ended = sandbox.run(&[
            "--json",
            "validate",
            "--profile",
            "dcat-us-1.1-canonical",
            file.to_str().unwrap(),
        ]);
        let told: Value = serde_json::from_str(&ended.stdout).unwrap();
        let expected =
            (cells[3] == "True", cells[4].parse::<u64>().unwrap(), cells[5].parse::<u64>().unwrap());
        let got = (
            told["valid"].as_bool().unwrap(),
            told["datasets"].as_u64().unwrap(),
            told["invalid_datasets"].as_u64().unwrap(),
        );
        assert_eq!(got, expected, "{}", cells[0]);
        compared += 1;
    }
    assert!(compared >= 5, "{compared}");
}

#[test]
fn the_pages_of_rules_and_dialects_in_the_book_are_fresh() {
    for (arguments, page) in [
        (&["validate", "--list-rules", "--markdown"][..], "rules.md"),
        (&["convert", "--markdown"], "dialects.md"),
    ] {
        let printed = Sandbox::new().run(arguments).stdout;
        let path = format!("{}/../../docs/book/src/reference/{page}", env!("CARGO_MANIFEST_DIR"));
        assert!(fs::read_to_string(path).unwrap() == printed, "run `cargo xtask bless`");
    }
}

#[test]
fn scores_are_told_for_people_programs_and_spreadsheets() {
    let sandbox = Sandbox::new();
    let file = sandbox.write("data.json", catalogue(2, None).to_string());
    let file = file.to_str().unwrap();
    let told = sandbox.run(&["score", file]);
    assert_eq!(told.code, 0, "{}", told.stderr);
    assert!(told.stdout.contains("to mend"), "{}", told.stdout);
    let json = sandbox.json(&["score", "--scheme", "fair", file]);
    assert_eq!(json["schemes"][0]["id"], "fair", "{json}");
    let rows = sandbox.run(&["score", "--format", "csv", file]).stdout;
    assert_eq!(rows.lines().count() as u64, 1 + json["datasets"].as_u64().unwrap());
    assert!(sandbox.run(&["score", "--format", "svg", file]).stdout.starts_with("<svg"));
    assert_eq!(sandbox.run(&["score", "--at-least", "100", file]).code, 1);
    assert_eq!(sandbox.run(&["score", "--dataset", "nobody", file]).code, 3);
    assert_eq!(sandbox.run(&["score", "--scheme", "klingon", file]).code, 2);
}

#[test]
fn licenses_are_explained_and_combined() {
    let sandbox = Sandbox::new();
    let one = sandbox.run(&["license", "cc by 4.0"]);
    assert!(one.code == 0 && one.stdout.contains("You must"), "{}", one.stdout);
    let two = sandbox.run(&["license", "CC-BY-SA-4.0", "CC-BY-NC-4.0"]);
    assert!(two.code == 1 && two.stdout.contains("do not go together"), "{}", two.stdout);
    assert_eq!(sandbox.run(&["license", "free as in beer"]).code, 1);
    assert!(sandbox.run(&["license", "--list"]).stdout.contains("ODbL-1.0"));
}
