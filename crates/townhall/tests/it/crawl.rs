//! `crawl`: a website's data files beside its catalog.

use serde_json::{Value, json};

use crate::harness::{Ended, Sandbox};
use crate::site::{Reply, Site};

const LOCAL: [&str; 4] = ["--set", "fetch.allow=127.0.0.0/8", "--set", "links.delay_ms=0"];

/// An agency that lists one of its files, one that is gone, and forgets the others.
fn agency() -> Site {
    Site::start(|asked| match asked.path.as_str() {
        "/" => Reply::html(
            "<title>Permits of the city</title><a href='permits.csv'>All building permits</a>
             <a href='/fees.xlsx'>Fees</a> <a href='/report.pdf'>Report</a> <a href='more.html'>More</a>",
        ),
        "/more.html" => Reply::html(
            "<title>Trees</title><a href='/trees-2020.csv'>2020</a> <a href='/trees-2021.csv'>2021</a> <a href='/trees-2022.csv'>2022</a>",
        ),
        "/fees.xlsx" => Reply::new(
            200,
            "application/octet-stream",
            b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x13\0\0\0[Content_Types].xml",
        ),
        "/report.pdf" => Reply::new(200, "application/pdf", "%PDF-1.4"),
        path if path.ends_with(".csv") && !path.contains("gone") => Reply::csv("a,b\n1,2\n"),
        _ => Reply::status(404),
    })
}

fn run(sandbox: &Sandbox, arguments: &[&str]) -> Ended {
    sandbox.run(&[&["crawl"], arguments, &LOCAL].concat())
}

fn json_of(ended: &Ended) -> Value {
    serde_json::from_str(&ended.stdout).unwrap_or_else(|error| panic!("{error}: {ended:?}"))
}

#[test]
fn the_files_of_a_site_are_told_beside_its_catalog() {
    let (sandbox, site) = (Sandbox::new(), agency());
    let mut listed = townhall_testkit::dataset(0);
    listed["distribution"] =
        [site.url("/permits.csv"), site.url("/gone.csv"), "https://elsewhere.example/x.csv".into()]
            .map(|url| json!({"@type": "dcat:Distribution", "downloadURL": url, "mediaType": "text/csv"}))
            .into_iter()
            .collect();
    sandbox.write("listed.json", townhall_testkit::catalogue(vec![listed]).to_string());
    let ended =
        run(&sandbox, &[&site.url("/"), "--compare", "listed.json", "--json", "--data-json", "draft.json"]);
    let report = json_of(&ended);
    assert_eq!((ended.code, &report["ended"]), (0, &json!("complete")), "{ended:?}");
    assert_eq!(report["formats"], json!({"CSV": 4, "PDF": 1, "XLSX": 1}));
    assert_eq!(report["series"][0]["files"].as_array().unwrap().len(), 3);
    let gap = &report["catalog"];
    let count = |key: &str| gap[key].as_array().unwrap().len();
    assert_eq!(
        (count("listed_and_live"), count("listed_and_dead"), count("listed_elsewhere")),
        (1, 1, 1),
        "{gap}"
    );
    assert_eq!(count("live_and_unlisted"), 5);
    let draft: Value = serde_json::from_slice(&std::fs::read(sandbox.path("draft.json")).unwrap()).unwrap();
    let titles: Vec<&str> = draft["dataset"]
        .as_array()
        .unwrap()
        .iter()
        .map(|dataset| dataset["title"].as_str().unwrap())
        .collect();
    assert_eq!(titles, ["Fees", "Trees"]);
    let ended = run(&sandbox, &[&site.url("/"), "--csv"]);
    assert_eq!(ended.stdout.lines().count(), 7, "{ended:?}");
    let ended = run(&sandbox, &[&site.url("/")]);
    assert!(ended.stdout.contains("6 files on") && ended.stdout.contains("no catalog"), "{ended:?}");
}

#[test]
fn drafts_are_kept_once_and_shown_to_staff_alone() {
    let (sandbox, site) = (Sandbox::new(), agency());
    let ended = run(&sandbox, &[&site.url("/"), "--drafts", "--json"]);
    assert_eq!(json_of(&ended)["drafts"], 3, "{ended:?}");
    assert_eq!(json_of(&run(&sandbox, &[&site.url("/"), "--drafts", "--json"]))["drafts"], 0);
    sandbox.run(&["export", "--output", "out.json"]);
    let out = std::fs::read_to_string(sandbox.path("out.json")).unwrap();
    assert!(!out.contains("All building permits"), "{out}");
    let server = sandbox.serve();
    let found = server.json("/api/datasets?q=permits");
    assert_eq!(found["data"][0]["title"], "All building permits", "{found}");
}

#[test]
fn a_crawl_that_was_broken_off_goes_on() {
    let (sandbox, site) = (Sandbox::new(), agency());
    let first =
        json_of(&run(&sandbox, &[&site.url("/"), "--pages", "3", "--resume", "crawl.json", "--json"]));
    assert_eq!((&first["ended"], &first["pages"]), (&json!("pages"), &json!(3)), "{first}");
    let second = json_of(&run(&sandbox, &[&site.url("/"), "--resume", "crawl.json", "--json"]));
    assert_eq!(second["ended"], "complete");
    assert_eq!(second["files"].as_array().unwrap().len(), 6, "{second}");
    let pages = site.log().iter().filter(|asked| *asked == "GET /more.html").count();
    assert_eq!(pages, 1);
    let ended = run(&sandbox, &["https://other.example", "--resume", "crawl.json"]);
    assert_eq!(ended.code, 4, "{ended:?}");
    sandbox.write("bad.json", "{");
    assert_eq!(run(&sandbox, &[&site.url("/"), "--resume", "bad.json"]).code, 2);
}
