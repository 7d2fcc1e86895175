//! `check-links`: of files without a portal, and of the portal's own records.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::harness::{Ended, Sandbox, python};
use crate::site::{Reply, Site};

/// What lets the program reach sites of this machine.
const LOCAL: [&str; 6] =
    ["--set", "fetch.allow=127.0.0.0/8", "--set", "links.delay_ms=0", "--set", "links.robots=false"];

fn site() -> Site {
    Site::start(|asked| match asked.path.as_str() {
        "/good.csv" | "/new.csv" => Reply::csv("a,b\n1,2\n"),
        "/moved.csv" => Reply::to(301, "/new.csv"),
        "/data.json" => Reply::new(
            200,
            "application/json",
            "{\"conformsTo\": \"https://project-open-data.cio.gov/v1.1/schema\", \"dataset\": [{\"title\": \"Far\", \"identifier\": \"far\", \"distribution\": [{\"downloadURL\": \"http://127.0.0.1:1/x.csv\"}]}]}",
        ),
        path if path.starts_with("/many/") => Reply::csv("a,b\n1,2\n"),
        _ => Reply::status(404),
    })
}

fn catalog(site: &Site, paths: &[&str]) -> String {
    let mut dataset = townhall_testkit::dataset(0);
    dataset["distribution"] = paths
        .iter()
        .map(|path| json!({"@type": "dcat:Distribution", "downloadURL": site.url(path), "mediaType": "text/csv"}))
        .collect();
    townhall_testkit::catalogue(vec![dataset]).to_string()
}

fn run(sandbox: &Sandbox, arguments: &[&str]) -> Ended {
    sandbox.run(&[&["check-links"], arguments, &LOCAL].concat())
}

#[test]
fn the_links_of_a_file_are_checked_without_a_portal() {
    let (sandbox, site) = (Sandbox::new(), site());
    sandbox.write("data.json", catalog(&site, &["/good.csv", "/gone.csv", "/moved.csv", "/good.csv"]));
    let ended = run(&sandbox, &["data.json"]);
    assert_eq!(ended.code, 1, "{ended:?}");
    for words in
        ["missing", "/gone.csv", "in “Readings of gauge 0”", "moved", "3 links: 1 works, 1 moved, 1 missing"]
    {
        assert!(ended.stdout.contains(words), "{words}: {ended:?}");
    }
    assert!(!ended.stdout.contains("/good.csv"), "{ended:?}");
    assert!(!sandbox.path("data").exists(), "nothing is kept");
    let ended = run(&sandbox, &["data.json", "--json"]);
    let report: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(
        report["meta"],
        json!({"total": 3, "broken": 1, "verdicts": {"missing": 1, "moved": 1, "works": 1}})
    );
    assert_eq!(report["data"][0]["datasets"][0]["title"], "Readings of gauge 0");
    let ended = run(&sandbox, &["data.json", "--csv"]);
    assert_eq!(ended.stdout.lines().count(), 4, "{ended:?}");
    sandbox.write("good.json", catalog(&site, &["/good.csv"]));
    assert_eq!(run(&sandbox, &["good.json"]).code, 0);
}

#[test]
fn an_address_is_a_link_or_a_catalog_to_read() {
    let (sandbox, site) = (Sandbox::new(), site());
    let ended = run(&sandbox, &[&site.url("/good.csv")]);
    assert_eq!((ended.code, ended.stdout.starts_with("works         200  CSV")), (0, true), "{ended:?}");
    assert_eq!(run(&sandbox, &[&site.url("/nothing.csv")]).code, 1);
    let ended = run(&sandbox, &[&site.url("/data.json")]);
    assert!(
        ended.code == 1 && ended.stdout.contains("unreachable") && ended.stdout.contains("in “Far”"),
        "{ended:?}"
    );
    // Without leave, addresses of private networks are not asked.
    let ended = sandbox.run(&["check-links", &site.url("/good.csv")]);
    assert!(ended.stdout.contains("refused"), "{ended:?}");
    let ended = run(&sandbox, &["none.json"]);
    assert_eq!(ended.code, 3, "{ended:?}");
    sandbox.write("not.json", "{\"a\": 1}");
    assert_eq!(run(&sandbox, &["not.json"]).code, 2);
}

#[test]
fn the_links_of_the_portal_are_checked_when_they_are_due() {
    let (sandbox, site) = (Sandbox::new(), site());
    sandbox.write("data.json", catalog(&site, &["/good.csv", "/gone.csv"]));
    sandbox.json(&["import", "data.json"]);
    let quick = ["--json", "--set", "links.tries=1", "--set", "links.days=0"];
    let check = |more: &[&str]| {
        let ended = run(&sandbox, &[&quick, more].concat());
        (ended.code, serde_json::from_str::<Value>(&ended.stdout).unwrap_or_else(|_| panic!("{ended:?}")))
    };
    let (code, report) = check(&["--store"]);
    assert_eq!(
        (code, &report["round"]["checked"], &report["round"]["broken"]),
        (1, &json!(2), &json!(1)),
        "{report}"
    );
    let (code, report) = check(&[]);
    assert_eq!((code, &report["round"]["checked"]), (1, &json!(0)), "{report}");
    let (_, report) = check(&["--again"]);
    assert_eq!(report["round"]["checked"], 2, "{report}");
    let server = sandbox.serve();
    let page = server.get("/links").text();
    assert!(page.contains("/gone.csv"), "{page}");
}

#[test]
fn it_is_told_what_is_wrong_with_certificates_and_that_https_answers() {
    let Some(python) = python("cryptography") else { return };
    let sandbox = Sandbox::new();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/certificates.py");
    let mut servers = Command::new(python)
        .args([script.as_ref(), sandbox.path("").as_os_str()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(servers.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let told: Value = serde_json::from_str(&line).unwrap();
    let check = |url: &str, roots: Option<&str>| {
        let mut command = sandbox.command(&[&["check-links", url, "--json"], &LOCAL[..]].concat());
        command.envs(roots.map(|roots| ("SSL_CERT_FILE", roots)));
        let output = command.output().unwrap();
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        report["data"][0].clone()
    };
    let at = |name: &str| format!("https://{}/x.csv", told[name].as_str().unwrap());
    let roots = told["roots"].as_str();
    let good = check(&at("good"), roots);
    assert_eq!((&good["verdict"], &good["certificate_ends"]), (&json!("works"), &Value::Null), "{good}");
    let ending = check(&at("ending"), roots);
    assert!(ending["verdict"] == "works" && ending["certificate_ends"].is_string(), "{ending}");
    for (name, roots, words) in [
        ("ended", roots, "the certificate of `127.0.0.1` ended at 2"),
        ("other", roots, "is for other names"),
        ("good", None, "SSL_CERT_FILE"),
    ] {
        let bad = check(&at(name), roots);
        let reason = bad["reason"].as_str().unwrap();
        assert!(bad["verdict"] == "unreachable" && reason.contains(words), "{bad}");
        assert_eq!(bad["certificate_ends"].is_string(), name == "ended", "{bad}");
    }
    // The standard port may be kept for others.
    if told["standard"].is_string() {
        let unencrypted = check("http://127.83.71.9/x.csv", roots);
        assert_eq!(unencrypted["https"], "https://127.83.71.9/x.csv", "{unencrypted}");
    }
    drop(servers.stdin.take());
    servers.wait().unwrap();
}

/// Starts a check of the portal's links, and kills it once it has kept a batch and asked so many times more. Whether it kept one.
fn check_and_kill(sandbox: &Sandbox, site: &Site, more: usize) -> bool {
    let mut child = sandbox
        .command(&[&["--verbose", "check-links", "--store"], &LOCAL[..]].concat())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let log = BufReader::new(child.stderr.take().unwrap());
    let has_kept = log.lines().any(|line| line.unwrap().contains("kept what"));
    let until = site.requests().len() + more;
    // It may end by itself.
    while site.requests().len() < until && child.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
    let _ = child.kill();
    child.wait().unwrap();
    has_kept
}

#[test]
fn a_killed_check_goes_on_where_it_was() {
    let (sandbox, site) = (Sandbox::new(), site());
    let paths: Vec<String> = (0..1_800).map(|n| format!("/many/{n}.csv")).collect();
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    sandbox.write("data.json", catalog(&site, &paths));
    sandbox.json(&["import", "data.json"]);
    let mut kept = 0;
    for more in [0, 1, 37, 150, 333] {
        kept += 300 * u64::from(check_and_kill(&sandbox, &site, more));
        assert_eq!(sandbox.json(&["doctor", "--deep"])["healthy"], true);
    }
    let ended = run(&sandbox, &["--store", "--json"]);
    let report: Value = serde_json::from_str(&ended.stdout).unwrap_or_else(|_| panic!("{ended:?}"));
    assert_eq!(report["catalog"]["states"], json!({"works": 1_800}), "{report}");
    let last = report["round"]["checked"].as_u64().unwrap();
    assert!(kept > 0 && last + kept <= 1_800, "what was kept is not asked again: {report}");
}
