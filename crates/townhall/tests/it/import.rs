//! `townhall import`: what it reports, what it writes, what it leaves alone.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::harness::{Sandbox, catalogue, shared};

fn datasets(catalogue: &Value) -> BTreeMap<String, Value> {
    let datasets = catalogue["dataset"].as_array().expect("a list of datasets");
    datasets
        .iter()
        .map(|dataset| (dataset["identifier"].as_str().unwrap().to_owned(), dataset.clone()))
        .collect()
}

#[test]
fn importing_twice_changes_nothing_and_says_so() {
    let sandbox = Sandbox::new();
    sandbox.write("data.json", catalogue(30, None).to_string());
    let first = sandbox.json(&["import", "data.json"]);
    assert_eq!(
        (&first["added"], &first["changed"], &first["refused"]),
        (&json!(30), &json!(0), &json!(0)),
        "{first}"
    );
    let second = sandbox.json(&["import", "data.json"]);
    assert_eq!(
        (&second["added"], &second["changed"], &second["unchanged"]),
        (&json!(0), &json!(0), &json!(30))
    );
}

#[test]
fn only_what_differs_is_changed() {
    let sandbox = Sandbox::new();
    let mut file = catalogue(10, None);
    sandbox.write("data.json", file.to_string());
    sandbox.json(&["import", "data.json"]);
    file["dataset"][4]["title"] = json!("A better title");
    sandbox.write("data.json", file.to_string());
    let report = sandbox.json(&["import", "data.json"]);
    assert_eq!((&report["changed"], &report["unchanged"]), (&json!(1), &json!(9)), "{report}");
}

#[test]
fn a_dry_run_tells_and_writes_nothing() {
    let sandbox = Sandbox::new();
    sandbox.write("data.json", catalogue(5, None).to_string());
    assert_eq!(sandbox.json(&["import", "--dry-run", "data.json"])["added"], 5);
    assert_eq!(sandbox.json(&["import", "--dry-run", "data.json"])["added"], 5);
}

#[test]
fn a_bad_record_does_not_stop_the_good_ones() {
    let sandbox = Sandbox::new();
    let mut file = catalogue(3, None);
    file["dataset"][1] = json!("not a dataset");
    sandbox.write("data.json", file.to_string());
    let ended = sandbox.run(&["--json", "import", "data.json"]);
    assert_eq!(ended.code, 1, "{ended:?}");
    let report: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!((&report["added"], &report["refused"]), (&json!(2), &json!(1)), "{report}");
    let finding = &report["findings"][0];
    assert_eq!(finding["dataset_index"], 1, "{finding}");
    assert!(finding["line"].is_u64(), "{finding}");
}

#[test]
fn what_comes_out_equals_what_went_in() {
    let sandbox = Sandbox::new();
    let file = catalogue(700, None);
    sandbox.write("data.json", file.to_string());
    sandbox.json(&["import", "data.json"]);
    let ended = sandbox.run(&["export", "--output", "out.json"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let out: Value = serde_json::from_slice(&std::fs::read(sandbox.path("out.json")).unwrap()).unwrap();
    let (before, mut after) = (datasets(&file), datasets(&out));
    after.retain(|identifier, _| before.contains_key(identifier));
    assert_eq!(after, before);
}

#[test]
fn every_real_snapshot_comes_out_as_it_went_in() {
    let Some(folder) = shared("fixtures/metadata/real/snapshots") else { return };
    let sandbox = Sandbox::new();
    let report = sandbox.json(&["import", folder.to_str().unwrap()]);
    assert_eq!((&report["added"], &report["refused"]), (&json!(2343), &json!(0)), "{report}");
    sandbox.run(&["export", "--output", "out.json"]);
    let out: Value = serde_json::from_slice(&std::fs::read(sandbox.path("out.json")).unwrap()).unwrap();
    let after = datasets(&out);
    let mut before = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read(entry.unwrap().path()).unwrap();
        before.append(&mut datasets(&serde_json::from_slice(&text).unwrap()));
    }
    assert_eq!(before.len(), 2343);
    for (identifier, dataset) in &before {
        assert_eq!(after.get(identifier), Some(dataset), "{identifier}");
    }
}

#[test]
fn a_data_file_becomes_a_draft_with_suggestions() {
    let sandbox = Sandbox::new();
    sandbox.write("bus_stops-2024.csv", "stop,day,zip\nA,2024-01-01,02134\nB,2024-12-31,00501\n");
    let report = sandbox.json(&["import", "bus_stops-2024.csv"]);
    assert_eq!(
        (&report["added"], &report["drafts"], &report["tables"]),
        (&json!(1), &json!(1), &json!(1)),
        "{report}"
    );
    let again = sandbox.json(&["import", "bus_stops-2024.csv"]);
    assert_eq!((&again["unchanged"], &again["tables"]), (&json!(1), &json!(0)), "{again}");
    let server = sandbox.serve();
    let found = server.json("/api/datasets?q=bus");
    let draft = &found["data"][0];
    assert_eq!(draft["title"], "Bus stops 2024", "{found}");
    assert!(draft["description"].as_str().unwrap().contains("2 rows"), "{draft}");
    // A draft is for its makers: it stands in no catalogue file.
    let listed = server.json("/data.json");
    assert!(listed["dataset"].as_array().unwrap().iter().all(|dataset| dataset["title"] != "Bus stops 2024"));
}

#[test]
fn a_missing_file_is_told_by_name_and_exit_code() {
    let sandbox = Sandbox::new();
    let ended = sandbox.run(&["import", "nowhere.json"]);
    assert_eq!(ended.code, 3, "{ended:?}");
    assert!(ended.stderr.contains("`nowhere.json`"), "{ended:?}");
}

#[test]
fn a_compressed_catalogue_and_json_lines_are_read() {
    let sandbox = Sandbox::new();
    let file = catalogue(4, None);
    let lines: String =
        file["dataset"].as_array().unwrap()[..2].iter().map(|dataset| format!("{dataset}\n")).collect();
    sandbox.write("two.jsonl", lines);
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut gzip, file.to_string().as_bytes()).unwrap();
    sandbox.write("all.json.gz", gzip.finish().unwrap());
    let report = sandbox.json(&["import", "two.jsonl", "all.json.gz"]);
    assert_eq!((&report["added"], &report["unchanged"]), (&json!(4), &json!(2)), "{report}");
}

#[test]
fn a_catalogue_and_its_files_are_fetched_only_where_that_is_allowed() {
    let publisher = Sandbox::new();
    publisher.write("in/data.json", catalogue(2, Some("levels.csv")).to_string());
    publisher.write("in/levels.csv", "station,level\n0001,1.5\n0002,2.5\n");
    let first = publisher.json(&["import", publisher.path("in").to_str().unwrap()]);
    assert_eq!(first["tables"], 2, "{first}");
    let server = publisher.serve();
    let address = format!("{}/data.json", server.url());

    let reader = Sandbox::new();
    let refused = reader.run(&["import", &address]);
    assert_ne!(refused.code, 0, "{refused:?}");
    assert!(refused.stderr.contains("fetch.allow"), "the refusal says how to allow it: {refused:?}");

    let taken = reader.json(&["--set", "fetch.allow=127.0.0.0/8", "import", "--tables", "all", &address]);
    assert_eq!((&taken["refused"], &taken["tables"]), (&0.into(), &2.into()), "{taken}");
    let again = reader.json(&["--set", "fetch.allow=127.0.0.0/8", "import", "--tables", "all", &address]);
    assert_eq!(
        (&again["added"], &again["changed"], &again["tables"]),
        (&0.into(), &0.into(), &0.into()),
        "{again}"
    );
    let portal = reader.serve();
    let tables = portal.json("/api/tables");
    let rows = tables["data"][0]["id"].as_str().unwrap();
    assert_eq!(portal.json(&format!("/api/tables/{rows}/rows?station=0002"))["data"][0]["level"], 2.5);
}

#[test]
fn a_draft_is_published_when_that_is_asked_for() {
    let sandbox = Sandbox::new();
    let file = sandbox.write("levels.csv", "station,level\n0001,1.5\n0002,2.5\n");
    let file = file.to_str().unwrap();
    assert_eq!(sandbox.json(&["import", file])["drafts"], 1);
    let told = sandbox.json(&["import", "--publish", "--dry-run", file]);
    assert_eq!((&told["changed"], &told["unchanged"]), (&1.into(), &0.into()), "{told}");
    let published = sandbox.json(&["import", "--publish", file]);
    assert_eq!((&published["changed"], &published["unchanged"]), (&1.into(), &0.into()), "{published}");
    let listing = sandbox.run(&["export"]);
    assert!(listing.stdout.contains("file:levels.csv"), "{listing:?}");
    assert_eq!(sandbox.json(&["import", "--publish", file])["unchanged"], 1);
}

#[test]
fn a_dictionary_is_shown_written_and_restored() {
    let sandbox = Sandbox::new();
    sandbox.write("rivers.csv", "station,level\n001,1.5\n002,2.5\n");
    assert_eq!(sandbox.run(&["import", "rivers.csv"]).code, 0);
    let id = "rivers";
    let sheet = sandbox.run(&["dictionary", id]);
    let header = "column,type,label,description,unit,format,codes,sentinels,sensitivity\r\n";
    assert_eq!(
        sheet.stdout,
        format!("{header}station,text,station,,,,,,\r\nlevel,number,level,,,,,,\r\n"),
        "{sheet:?}"
    );
    sandbox.write("said.csv", sheet.stdout.replace("level,,,,,,", "level,Height of the water.,m,,,,"));
    assert_eq!(
        sandbox.json(&["dictionary", id, "said.csv"]),
        serde_json::json!({"revision": 1, "described": 1, "unknown": []})
    );
    sandbox.write("bad.csv", "what,ever\n1,2\n");
    let refused = sandbox.run(&["dictionary", id, "bad.csv"]);
    assert_eq!(refused.code, 2, "{refused:?}");
    sandbox.write("more.csv", "column,description\nstation,Where.\n");
    assert_eq!(sandbox.run(&["dictionary", id, "more.csv", "--keep"]).code, 0);
    let shown = sandbox.json(&["dictionary", id]);
    assert_eq!(
        (&shown["columns"]["level"]["unit"], &shown["columns"]["station"]["description"]),
        (&"m".into(), &"Where.".into())
    );
    assert_eq!(sandbox.run(&["dictionary", id, "--restore", "1"]).code, 0);
    let restored = sandbox.json(&["dictionary", id]);
    assert_eq!(restored["columns"]["station"].get("description"), None);
    let listed = sandbox.run(&["dictionary", id, "--revisions"]);
    assert_eq!(listed.stdout.lines().count(), 3, "{listed:?}");
    assert_eq!(sandbox.run(&["dictionary", "nobody"]).code, 3);
}

#[test]
fn a_page_about_a_table_is_begun_written_restored_and_taken_away() {
    let sandbox = Sandbox::new();
    sandbox.write("rivers.csv", "station,level\n001,1.5\n002,2.5\n");
    assert_eq!(sandbox.run(&["import", "rivers.csv"]).code, 0);
    let draft = sandbox.run(&["page", "show", "rivers"]);
    assert!(draft.stdout.starts_with("# There is no page yet"), "{draft:?}");
    sandbox.write("page.yaml", &draft.stdout);
    assert_eq!(sandbox.json(&["page", "put", "rivers", "page.yaml"])["revision"], 1);
    sandbox.write("page.yaml", "title: Rivers\nfilters: [{column: station}]\n");
    assert_eq!(sandbox.json(&["page", "put", "rivers", "page.yaml"])["revision"], 2);
    sandbox.write("bad.yaml", "title: Rivers\nfilters: [{column: nowhere}]\n");
    let refused = sandbox.run(&["page", "put", "rivers", "bad.yaml"]);
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(refused.stderr.contains("`filters` names `nowhere`"), "{refused:?}");
    assert!(sandbox.run(&["page", "list"]).stdout.contains("Rivers"));
    assert_eq!(sandbox.json(&["page", "restore", "rivers", "1"])["revision"], 3);
    assert_eq!(sandbox.run(&["page", "show", "rivers", "--revision", "2"]).stdout.lines().count(), 2);
    assert_eq!(sandbox.run(&["page", "retire", "rivers"]).code, 0);
    assert_eq!(sandbox.run(&["page", "retire", "rivers"]).code, 3);
    assert_eq!(sandbox.run(&["page", "revisions", "rivers"]).stdout.lines().count(), 4);
}
