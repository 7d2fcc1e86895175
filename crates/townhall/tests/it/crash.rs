//! `kill -9` in the middle of things: whatever was acknowledged is there afterwards, and the rest can be done again.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use serde_json::{Value, json};

use crate::harness::{Sandbox, catalogue};

/// Starts the command, reads `lines` lines of its log, kills it.
fn run_and_kill(sandbox: &Sandbox, arguments: &[&str], lines: usize) {
    let mut child = sandbox
        .command(&[&["--verbose"], arguments].concat())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let log = BufReader::new(child.stderr.take().unwrap());
    let mut seen = 0;
    for line in log.lines() {
        line.unwrap();
        seen += 1;
        if seen == lines {
            break;
        }
    }
    // It may have finished before that many lines; then there is nothing to kill.
    let _ = child.kill();
    child.wait().unwrap();
}

#[track_caller]
fn assert_healthy(sandbox: &Sandbox) {
    let report = sandbox.json(&["doctor", "--deep"]);
    assert_eq!(report["healthy"], true, "{report:#}");
}

#[test]
fn a_killed_import_leaves_a_whole_store_and_can_be_repeated() {
    let file = catalogue(3000, None);
    for lines in [2, 3, 4, 5, 7] {
        let sandbox = Sandbox::new();
        sandbox.write("data.json", file.to_string());
        run_and_kill(&sandbox, &["import", "data.json"], lines);
        assert_healthy(&sandbox);
        let report = sandbox.json(&["import", "data.json"]);
        let done = report["added"].as_u64().unwrap() + report["unchanged"].as_u64().unwrap();
        assert_eq!((done, &report["refused"]), (3000, &json!(0)), "{report}");
        assert_healthy(&sandbox);
        sandbox.run(&["export", "--output", "out.json"]);
        let out: Value = serde_json::from_slice(&std::fs::read(sandbox.path("out.json")).unwrap()).unwrap();
        let ours = out["dataset"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|d| d["publisher"]["name"] == "Bureau of Rivers");
        assert_eq!(ours.count(), 3000);
    }
}

#[test]
fn a_killed_table_ingest_is_taken_up_again() {
    let mut csv = String::from("id,name,value\n");
    for n in 0..60_000 {
        csv.push_str(&format!("{n},name {},{}\n", n % 97, f64::from(n) / 7.0));
    }
    for lines in [2, 3, 4, 5, 6] {
        let sandbox = Sandbox::new();
        sandbox.write("readings.csv", &csv);
        run_and_kill(&sandbox, &["import", "--publish", "readings.csv"], lines);
        assert_healthy(&sandbox);
        sandbox.json(&["import", "--publish", "readings.csv"]);
        sandbox.run(&["worker", "--once"]);
        assert_healthy(&sandbox);
        let server = sandbox.serve();
        let tables = server.json("/api/tables");
        assert_eq!(tables["data"][0]["rows"], 60_000, "{tables}");
    }
}
