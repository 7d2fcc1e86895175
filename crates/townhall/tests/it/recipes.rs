//! `townhall recipe`, `refresh`, `retype`, and `diff` of data files.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use serde_json::json;

use crate::harness::{Sandbox, catalogue};

const PERMITS: &str = "id,fee,kind\n1,10,A\n2,free,B\n3,30,A\n";

const RECIPE: &str = "name: by-kind\nfrom: permits\nsteps:\n  - cast: {fee: integer}\n  - codes: {column: kind, map: {A: Alarm, B: Build}}\n";

#[test]
fn a_recipe_is_checked_kept_run_and_retired() {
    let sandbox = Sandbox::new();
    sandbox.write("permits.csv", PERMITS);
    sandbox.json(&["import", "--publish", "permits.csv"]);
    sandbox.write("r.yaml", RECIPE);
    let checked = sandbox.json(&["recipe", "check", "r.yaml"]);
    assert_eq!(checked["rows"][0], json!(["1", "10", "Alarm"]), "{checked}");
    assert_eq!(checked["rejects"][0]["value"], "free", "{checked}");
    let shown = sandbox.run(&["recipe", "check", "r.yaml", "--rows", "1"]);
    assert!(shown.stdout.contains("Alarm") && !shown.stdout.contains("Build"), "{shown:?}");
    assert_eq!(sandbox.run(&["recipe", "list"]).stdout, "");
    let put = sandbox.json(&["recipe", "put", "r.yaml"]);
    assert_eq!(
        (&put["outcome"], &put["version"], &put["rejects"]),
        (&json!("published"), &json!(1), &json!(1)),
        "{put}"
    );
    assert_eq!(sandbox.json(&["recipe", "run", "by-kind"])["outcome"], "unchanged");
    assert_eq!(sandbox.run(&["recipe", "show", "by-kind"]).stdout, RECIPE);
    assert!(sandbox.run(&["recipe", "list"]).stdout.contains("by-kind  from permits"));
    sandbox.write("r.yaml", RECIPE.replace("cast: {fee: integer}", "keep: [nothing]"));
    let refused = sandbox.run(&["recipe", "put", "r.yaml"]);
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(refused.stderr.contains("step 1 (keep): there is no column `nothing`"), "{refused:?}");
    assert_eq!(sandbox.run(&["recipe", "retire", "by-kind"]).code, 0);
    assert_eq!(sandbox.run(&["recipe", "run", "by-kind"]).code, 3);
    assert_eq!(sandbox.run(&["recipe", "show", "by-kind", "--revisions"]).stdout.lines().count(), 2);
}

#[test]
fn columns_are_retyped_without_a_new_file() {
    let sandbox = Sandbox::new();
    sandbox.write("permits.csv", PERMITS);
    sandbox.json(&["import", "permits.csv"]);
    let done = sandbox.json(&["retype", "permits", "fee=integer"]);
    assert_eq!(
        (&done["version"], &done["changed"], &done["rejects"]),
        (&json!(2), &json!(true), &json!(1)),
        "{done}"
    );
    assert_eq!(sandbox.json(&["retype", "permits"])["columns"]["fee"]["type"], "integer");
    let refused = sandbox.run(&["retype", "permits", "fee=money"]);
    assert_eq!(refused.code, 2, "{refused:?}");
}

#[test]
fn data_files_are_compared_row_by_row() {
    let sandbox = Sandbox::new();
    sandbox.write("old.csv", PERMITS);
    sandbox.write("new.csv", "id,fee,kind\n1,10,A\n3,35,A\n4,40,C\n");
    let rows = sandbox.json(&["diff", "old.csv", "new.csv"]);
    assert_eq!(rows["counts"], json!({"added": 2, "removed": 2, "changed": 0, "unchanged": 1}), "{rows}");
    let keyed = sandbox.json(&["diff", "old.csv", "new.csv", "--key", "id"]);
    assert_eq!(keyed["changed"][0]["key"], json!({"id": 3}), "{keyed}");
    assert!(keyed["changed"][0]["fields"]["fee"].is_object(), "{keyed}");
    let text = sandbox.run(&["diff", "old.csv", "new.csv", "--key", "id", "--exit-code"]);
    assert_eq!(text.code, 1, "{text:?}");
    assert!(text.stdout.contains("~ 3  fee: 30 → 35"), "{text:?}");
    assert!(text.stdout.ends_with("1 added, 1 removed, 1 changed, 1 the same\n"), "{text:?}");
    assert_eq!(sandbox.run(&["diff", "old.csv", "old.csv", "--exit-code"]).code, 0);
    let refused = sandbox.run(&["diff", "old.csv", "new.csv", "--key", "kind"]);
    assert_eq!(refused.code, 2, "{refused:?}");
}

/// Serves a text that may change under any path.
fn serve(text: Arc<Mutex<String>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
            let body = text.lock().unwrap().clone();
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: text/csv\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                body.len()
            );
            // A reader that has gone is no trouble of the server.
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
        }
    });
    format!("http://{address}")
}

#[test]
fn a_file_is_fetched_anew_now_or_on_a_schedule() {
    let text = Arc::new(Mutex::new(PERMITS.to_owned()));
    let address = serve(text.clone());
    let sandbox = Sandbox::new();
    let mut listing = catalogue(1, None);
    listing["dataset"][0]["distribution"] = json!([{"@type": "dcat:Distribution", "downloadURL": format!("{address}/permits.csv"), "mediaType": "text/csv"}]);
    let identifier = listing["dataset"][0]["identifier"].as_str().unwrap().to_owned();
    sandbox.write("data.json", listing.to_string());
    let allow = ["--set", "fetch.allow=127.0.0.0/8"];
    let with = |rest: &[&str]| sandbox.json(&[&allow[..], rest].concat());
    with(&["import", "--tables", "all", "data.json"]);
    assert_eq!(with(&["refresh", &identifier])["changed"], false);
    *text.lock().unwrap() = format!("{PERMITS}4,40,C\n");
    let done = with(&["refresh", &identifier]);
    assert_eq!(
        (&done["changed"], &done["version"], &done["rows"]),
        (&json!(true), &json!(2), &json!(4)),
        "{done}"
    );
    assert_eq!(with(&["refresh", &identifier, "--every", "daily 06:00"])["schedule"], "daily 06:00");
    let refused = sandbox.run(&["refresh", &identifier, "--every", "often"]);
    assert_eq!(refused.code, 2, "{refused:?}");
    assert_eq!(with(&["refresh", &identifier, "--never"])["changed"], true);
    let local = Sandbox::new();
    local.write("permits.csv", PERMITS);
    local.json(&["import", "permits.csv"]);
    let refused = local.run(&["refresh", "permits"]);
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(refused.stderr.contains("did not come from an address"), "{refused:?}");
}
