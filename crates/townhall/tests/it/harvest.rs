//! `townhall harvest` and `townhall source`.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use serde_json::{Value, json};
use townhall_testkit::{Site, SiteAnswer};

use crate::harness::{Sandbox, catalogue};

/// Loopback is somebody else's network unless it is named.
const ALLOW: &str = "fetch.allow=127.0.0.0/8";

fn harvest(sandbox: &Sandbox, source: &str) -> Value {
    sandbox.json(&["--set", ALLOW, "harvest", source, "--once"])
}

#[test]
fn a_harvest_by_address_ends_with_its_counters() {
    let sandbox = Sandbox::new();
    let text = catalogue(12, None).to_string();
    let site = Site::new(move |request| match request.path.as_str() {
        "/data.json" => SiteAnswer::ok(text.clone()),
        _ => SiteAnswer::status(404),
    });
    let first = harvest(&sandbox, &site.at("/data.json"));
    let counters = ["added", "changed", "unchanged", "deleted", "failed", "quarantined"];
    let counts = |report: &Value| counters.map(|name| report[name].as_u64().unwrap());
    assert_eq!(counts(&first), [12, 0, 0, 0, 0, 0], "{first:#}");
    assert_eq!(counts(&harvest(&sandbox, &site.at("/data.json"))), [0, 0, 12, 0, 0, 0]);
    let list = sandbox.json(&["source", "list"]);
    assert_eq!(list["data"][0]["counts"]["kept"], 12, "{list:#}");
    let name = list["data"][0]["name"].as_str().unwrap().to_owned();
    assert_eq!(counts(&harvest(&sandbox, &name)), [0, 0, 12, 0, 0, 0]);
    let report = sandbox.json(&["source", "report", &name, "1"]);
    assert_eq!(report["records"].as_array().unwrap().len(), 12, "{report:#}");
}

#[test]
fn an_address_on_a_private_network_is_refused_unless_its_range_is_named() {
    let sandbox = Sandbox::new();
    let site = Site::new(|_| SiteAnswer::ok("{}"));
    let ended = sandbox.run(&["--json", "harvest", &site.at("/data.json"), "--once"]);
    assert_eq!(ended.code, 1, "{ended:?}");
    let report: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(report["state"], "failed");
    assert!(report["hint"].as_str().unwrap().contains("fetch.allow"), "{report:#}");
    assert!(site.asked().is_empty(), "nothing was asked");
}

#[test]
fn sources_of_a_file_are_kept_and_what_is_wrong_with_them_is_said() {
    let sandbox = Sandbox::new();
    sandbox.write("in/data.json", catalogue(3, None).to_string());
    let address = sandbox.path("in");
    let file = format!(
        "[[source]]\nname = \"rivers\"\naddress = \"{}\"\nevery = \"daily 04:00\"\n[[source.filters]]\nfield = \"title\"\ncontains = \"gauge 1\"\n",
        address.display()
    );
    sandbox.write("sources.toml", &file);
    assert_eq!(sandbox.run(&["source", "put", "sources.toml"]).stdout, "rivers: revision 1\n");
    let report = harvest(&sandbox, "rivers");
    assert_eq!((&report["added"], &report["filtered"]), (&json!(1), &json!(2)), "{report:#}");
    sandbox.write("wrong.toml", file.replace("every = \"daily 04:00\"", "every = \"sometimes\""));
    let ended = sandbox.run(&["source", "put", "wrong.toml"]);
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("sometimes") && ended.stderr.contains("rivers"), "{ended:?}");
    // The same file as a setting: then its sources are not kept twice, and not changed here.
    let with = format!("harvest.sources={}", sandbox.path("declared.toml").display());
    sandbox.write("declared.toml", file.replace("rivers", "declared"));
    let list = sandbox.json(&["--set", &with, "source", "list"]);
    let names: Vec<&str> =
        list["data"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["declared", "rivers"]);
    let ended = sandbox.run(&["--set", &with, "source", "remove", "declared"]);
    assert_eq!(ended.code, 3, "{ended:?}");
}

#[test]
fn what_vanished_waits_for_the_command_that_decides() {
    let sandbox = Sandbox::new();
    let file = sandbox.write("data.json", catalogue(10, None).to_string());
    let source = file.display().to_string();
    harvest(&sandbox, &source);
    sandbox.write("data.json", catalogue(5, None).to_string());
    let ended = sandbox.run(&["--json", "harvest", &source]);
    assert_eq!(ended.code, 1, "somebody has to look");
    let name = sandbox.json(&["source", "list"])["data"][0]["name"].as_str().unwrap().to_owned();
    let held = sandbox.json(&["source", "held", &name]);
    assert_eq!(held["held"].as_array().unwrap().len(), 5, "{held:#}");
    let decided = sandbox.json(&["source", "let-go", &name, "--reason", "moved to the state"]);
    assert_eq!(decided["records"], 5);
    assert_eq!(sandbox.json(&["doctor", "--deep"])["healthy"], true);
}

/// Starts a harvest, and kills it once it has logged so many lines.
fn harvest_and_kill(sandbox: &Sandbox, source: &str, lines: usize) {
    let mut child = sandbox
        .command(&["--verbose", "harvest", source, "--once"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let log = BufReader::new(child.stderr.take().unwrap());
    for (seen, line) in log.lines().enumerate() {
        line.unwrap();
        if seen + 1 == lines {
            break;
        }
    }
    let _ = child.kill();
    child.wait().unwrap();
}

#[test]
fn a_killed_harvest_goes_on_where_it_stood() {
    let file = catalogue(4000, None).to_string();
    for lines in [1, 2, 3, 5, 8] {
        let sandbox = Sandbox::new();
        let source = sandbox.write("data.json", &file).display().to_string();
        harvest_and_kill(&sandbox, &source, lines);
        let healthy = |what: &str| {
            let report = sandbox.json(&["doctor", "--deep"]);
            assert_eq!(report["healthy"], true, "{what} after {lines} lines: {report:#}");
        };
        healthy("killed");
        let report = harvest(&sandbox, &source);
        let done = report["added"].as_u64().unwrap() + report["unchanged"].as_u64().unwrap();
        assert_eq!((done, &report["failed"], &report["deleted"]), (4000, &json!(0), &json!(0)), "{report:#}");
        healthy("repeated");
        let report = harvest(&sandbox, &source);
        assert_eq!(report["unchanged"], 4000, "{report:#}");
    }
}
