//! The scorecard from the command line: offices are loaded, looked at, judged by people, and shown.

use std::io::{Read, Write};
use std::net::TcpListener;

use serde_json::json;

use crate::harness::{Sandbox, catalogue};

/// A server on loopback with a listing, and nothing else.
fn agency() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let listing = catalogue(3, None).to_string();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut request = [0; 4096];
            let read = stream.read(&mut request).unwrap_or(0);
            let line =
                String::from_utf8_lossy(&request[..read]).lines().next().unwrap_or_default().to_owned();
            let (status, body) = if line.contains("/data.json") {
                ("200 OK", listing.as_str())
            } else {
                ("404 Not Found", "")
            };
            let length = body.len();
            let body = if line.starts_with("HEAD") { "" } else { body };
            let _ = write!(
                stream,
                "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
            );
        }
    });
    address
}

#[test]
fn offices_are_loaded_looked_at_and_shown() {
    let sandbox = Sandbox::new();
    let empty = sandbox.run(&["scorecard", "run"]);
    assert!(empty.stdout.contains("no offices"), "{empty:?}");
    let address = agency();
    sandbox.write("offices.csv", format!("name,website,schema\nRivers,{address},non-federal-v1.1\n,,\n"));
    let loaded = sandbox.json(&["scorecard", "load", "offices.csv"]);
    assert_eq!((&loaded["added"], &loaded["unchanged"]), (&json!(1), &json!(0)), "{loaded}");
    assert_eq!(sandbox.json(&["scorecard", "load", "offices.csv"])["unchanged"], 1, "nothing is written");
    let allow = ["--set", "fetch.allow=127.0.0.0/8", "--set", "scorecard.pause_ms=0"];
    let looked = sandbox.json(&[&allow[..], &["scorecard", "run", "rivers"]].concat());
    assert_eq!(looked["looked"][0]["total_records"], 3, "{looked}");
    assert_eq!(looked["looked"][0]["standing"], "yellow", "there is no page for people: {looked}");
    let again = sandbox.json(&[&allow[..], &["scorecard", "run"]].concat());
    assert_eq!(again["looked"][0]["changed"], false, "{again}");

    let refused = sandbox.run(&["scorecard", "set", "rivers", "pdl_aggregate_score", "green"]);
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(refused.stderr.contains("needs a reason"), "{refused:?}");
    let set = ["scorecard", "set", "rivers", "pdl_aggregate_score", "green", "--reason", "The page is new"];
    assert_eq!(sandbox.json(&set)["by"], "cli:scorecard");
    let shown = sandbox.run(&["scorecard", "show", "rivers"]);
    assert!(
        shown.stdout.contains("public listing: green")
            && shown.stdout.contains("instead of yellow: The page is new"),
        "{shown:?}"
    );
    assert_eq!(sandbox.run(&["scorecard", "set", "rivers", "klingon", "1"]).code, 3);
    assert_eq!(sandbox.run(&["scorecard", "show", "nobody"]).code, 3);

    let server = sandbox.serve();
    let board = server.json("/api/scorecard");
    assert_eq!(board["data"][0]["pdl"]["overridden"]["computed"], "yellow", "{board}");
    assert!(server.get("/scorecard").text().contains("Rivers"));
}

#[test]
fn the_federal_offices_are_shipped() {
    let sandbox = Sandbox::new();
    assert_eq!(sandbox.json(&["scorecard", "load", "--federal"])["added"], 465);
    let list = sandbox.run(&["scorecard", "offices"]);
    assert!(list.stdout.contains("department-of-energy  Department of Energy\n"), "{list:?}");
    assert!(sandbox.run(&["scorecard", "fields"]).stdout.lines().count() >= 90);
    let none = sandbox.run(&["scorecard", "load"]);
    assert_eq!(none.code, 2, "{none:?}");
    sandbox.write("wrong.csv", "a,b\n1,2\n");
    let wrong = sandbox.run(&["scorecard", "load", "wrong.csv"]);
    assert!(wrong.code == 2 && wrong.stderr.contains("no column `name`"), "{wrong:?}");
}
