//! Other people's catalogs are brought in and kept true: what is written, what is withdrawn, and what waits for a person.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use townhall_app::{
    Actor, ActorKind, Cancelled, Decision, HarvestOptions, HarvestReport, ItemState, JobProgressNote,
    SourceSettings,
};
use townhall_testkit::{Site, SiteAnswer, TestApp};

/// A site whose catalog a test changes as it likes.
struct World {
    portal: TestApp,
    site: Site,
    page: Arc<Mutex<SiteAnswer>>,
}

impl World {
    async fn new() -> Self {
        Self::with(TestApp::with_fetch_allow(&["127.0.0.0/8"]).await)
    }

    fn with(portal: TestApp) -> Self {
        let page = Arc::new(Mutex::new(SiteAnswer::status(404)));
        let shown = page.clone();
        let site = Site::new(move |request| match request.path.as_str() {
            "/data.json" => shown.lock().unwrap().clone(),
            _ => SiteAnswer::status(404),
        });
        Self { portal, site, page }
    }

    /// The catalog has these records from now on.
    fn list(&self, datasets: &[Value]) {
        *self.page.lock().unwrap() = SiteAnswer::ok(catalog(datasets));
    }

    fn answer(&self, answer: SiteAnswer) {
        *self.page.lock().unwrap() = answer;
    }

    /// The source as the file of sources would say it, with more settings.
    fn source(&self, more: Value) -> SourceSettings {
        let mut whole =
            json!({"name": "wells", "title": "Water Board", "address": self.site.at("/data.json")});
        whole.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        serde_json::from_value(whole).unwrap()
    }

    async fn harvest(&self) -> HarvestReport {
        self.harvest_with(json!({})).await
    }

    async fn harvest_with(&self, more: Value) -> HarvestReport {
        self.run(&self.source(more), HarvestOptions::default()).await
    }

    async fn run(&self, source: &SourceSettings, options: HarvestOptions) -> HarvestReport {
        let harvests = self.portal.app.harvests();
        harvests.put(&staff(), source).await.unwrap();
        let (progress, cancelled) = (JobProgressNote::default(), Cancelled::default());
        let report = harvests.run(&staff(), &source.name, options, &progress, &cancelled).await.unwrap();
        self.portal.app.search().catch_up().await.unwrap();
        report
    }

    /// Whether the page of a dataset is there and does not say that it was withdrawn.
    async fn is_in_view(&self, slug: &str) -> bool {
        let page = self.portal.get(&format!("/data/{slug}")).await;
        page.status == 200 && !page.text().contains("<strong>Withdrawn</strong>")
    }
}

fn staff() -> Actor {
    Actor::new(ActorKind::User, "ada")
}

fn catalog(datasets: &[Value]) -> String {
    json!({"conformsTo": "https://project-open-data.cio.gov/v1.1/schema", "dataset": datasets}).to_string()
}

fn well(number: usize) -> Value {
    json!({
        "identifier": format!("https://example.gov/wells/{number}"), "title": format!("Well {number}"),
        "description": "Depth to water.", "accessLevel": "public", "keyword": ["wells"], "modified": "2026-01-01",
        "publisher": {"name": "Water Board"},
        "contactPoint": {"fn": "Ada", "hasEmail": "mailto:ada@example.gov"},
    })
}

fn wells(count: usize) -> Vec<Value> {
    (1..=count).map(well).collect()
}

/// Added, changed, unchanged, deleted, failed, quarantined.
fn counts(report: &HarvestReport) -> [u64; 6] {
    let counts = &report.counts;
    [counts.added, counts.changed, counts.unchanged, counts.deleted, counts.failed, counts.quarantined]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_harvest_writes_what_is_new_and_what_has_changed_and_nothing_else() {
    let world = World::new().await;
    world.list(&wells(20));
    assert_eq!(counts(&world.harvest().await), [20, 0, 0, 0, 0, 0]);
    assert!(world.is_in_view("well-7").await);
    let before = world.portal.world().await;
    assert_eq!(counts(&world.harvest().await), [0, 0, 20, 0, 0, 0]);

    // The same in other words: other order of keys and records, other spaces.
    let mut other = wells(20);
    other.reverse();
    for dataset in &mut other {
        let object = dataset.as_object_mut().unwrap();
        let mut members: Vec<(String, Value)> = object.clone().into_iter().collect();
        members.reverse();
        *object = members.into_iter().collect();
    }
    let spaced = catalog(&other).replace("\":", "\" :  ");
    world.answer(SiteAnswer::ok(spaced));
    let report = world.harvest().await;
    assert_eq!(counts(&report), [0, 0, 20, 0, 0, 0], "{report:#?}");
    assert_eq!(world.portal.world().await, before);

    let mut changed = wells(21);
    changed[3]["title"] = json!("The fourth well");
    world.list(&changed);
    let report = world.harvest().await;
    assert_eq!(counts(&report), [1, 1, 19, 0, 0, 0]);
    let records = world.portal.app.harvests().records("wells", report.run, None, "", 10).await.unwrap();
    let told: Vec<_> = records
        .iter()
        .map(|one| (one.action.as_str(), one.before, one.after, one.note.as_deref().unwrap_or_default()))
        .collect();
    assert_eq!(told, [("added", None, Some(1), ""), ("changed", Some(1), Some(2), "title")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unchanged_file_is_not_even_sent() {
    let world = World::new().await;
    let text = catalog(&wells(3));
    let site = Site::new(move |request| match request.headers.get("if-none-match").map(String::as_str) {
        Some("\"1\"") => SiteAnswer::status(304),
        _ if request.path == "/data.json" => SiteAnswer::ok(text.clone()).with("etag", "\"1\""),
        _ => SiteAnswer::status(404),
    });
    let source =
        SourceSettings { address: site.at("/data.json"), ..world.source(json!({"kind": "catalog"})) };
    assert_eq!(counts(&world.run(&source, HarvestOptions::default()).await), [3, 0, 0, 0, 0, 0]);
    let report = world.run(&source, HarvestOptions::default()).await;
    assert_eq!(
        (counts(&report), report.counts.parts_read, report.counts.parts_unchanged),
        ([0, 0, 3, 0, 0, 0], 0, 1)
    );
    let forced = HarvestOptions { is_forced: true, ..HarvestOptions::default() };
    let report = world.run(&source, forced).await;
    assert_eq!((counts(&report), report.counts.parts_read), ([0, 0, 3, 0, 0, 0], 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_vanishes_is_withdrawn_with_a_reason_and_comes_back_as_itself() {
    let world = World::new().await;
    world.list(&wells(20));
    world.harvest().await;
    world.list(&wells(19));
    assert_eq!(counts(&world.harvest().await), [0, 0, 19, 1, 0, 0]);
    let page = world.portal.get("/data/well-20").await;
    assert!(!world.is_in_view("well-20").await);
    assert!(page.text().contains("The source “Water Board” does not list it any more."), "{}", page.text());
    world.list(&wells(20));
    let report = world.harvest().await;
    assert_eq!((report.counts.restored, report.counts.added), (1, 0), "{report:#?}");
    assert!(world.is_in_view("well-20").await);
    let log = world.portal.get("/feeds/log.atom").await.text();
    assert!(log.contains("restored: Well 20") && log.contains("retired: Well 20"), "{log}");
    let changes: Value = world.portal.get("/api/changes").await.json();
    let actions: Vec<&str> =
        changes["data"].as_array().unwrap()[20..].iter().map(|one| one["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["retired", "restored"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_comes_and_goes_is_kept() {
    let world = World::new().await;
    let mut deleted = Vec::new();
    for round in 0..8 {
        world.list(&wells(if round % 2 == 0 { 30 } else { 28 }));
        deleted.push(world.harvest().await.counts.deleted);
    }
    // Once it looked as if they were gone; from then on they are known to flap.
    assert_eq!(deleted, [0, 2, 0, 0, 0, 0, 0, 0]);
    assert!(world.is_in_view("well-30").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn when_too_much_vanishes_nothing_does_until_a_person_decides() {
    for decision in [Decision::LetGo, Decision::Keep] {
        let world = World::new().await;
        world.list(&wells(20));
        world.harvest().await;
        world.list(&wells(15));
        for _ in 0..2 {
            let report = world.harvest().await;
            assert_eq!((report.state.as_str(), counts(&report)), ("quarantined", [0, 0, 15, 0, 0, 5]));
            assert!(world.is_in_view("well-20").await);
        }
        let harvests = world.portal.app.harvests();
        let held = harvests.items("wells", &[ItemState::Held], None, 100).await.unwrap();
        assert_eq!(
            held.iter().map(|item| item.title.as_str()).collect::<Vec<_>>(),
            ["Well 16", "Well 17", "Well 18", "Well 19", "Well 20"]
        );
        assert_eq!(harvests.decide(&staff(), "wells", decision, Some("agreed by mail")).await.unwrap(), 5);
        let state = match decision {
            Decision::LetGo => ItemState::Gone,
            Decision::Keep => ItemState::Kept,
        };
        assert_eq!(world.is_in_view("well-20").await, state == ItemState::Kept);
        let gone = harvests.items("wells", &[ItemState::Gone], None, 100).await.unwrap();
        assert_eq!(gone.len(), if state == ItemState::Gone { 5 } else { 0 });
        let report = world.harvest().await;
        assert_eq!((report.state.as_str(), counts(&report)), ("done", [0, 0, 15, 0, 0, 0]));
        // Whatever was decided: what is listed again is itself again.
        world.list(&wells(20));
        let report = world.harvest().await;
        assert_eq!(report.counts.added, 0);
        assert_eq!(report.counts.restored, if state == ItemState::Gone { 5 } else { 0 });
        assert!(world.is_in_view("well-20").await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_mends_itself_leaves_nothing_to_decide() {
    let world = World::new().await;
    world.list(&wells(20));
    world.harvest().await;
    // For a day it lists nothing, and meanwhile a record goes for good.
    world.list(&[]);
    assert_eq!(world.harvest().await.state, "quarantined");
    world.list(&wells(10));
    assert_eq!(counts(&world.harvest().await), [0, 0, 10, 0, 0, 10]);
    world.list(&wells(19));
    let report = world.harvest().await;
    assert_eq!((report.state.as_str(), counts(&report)), ("done", [0, 0, 19, 1, 0, 0]));
    assert!(world.is_in_view("well-19").await && !world.is_in_view("well-20").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn half_a_list_withdraws_nothing() {
    let world = World::new().await;
    world.list(&wells(20));
    world.harvest().await;
    let whole = catalog(&wells(20));
    for cut in [whole.len() - 1, whole.len() * 19 / 20, whole.len() / 2] {
        world.answer(SiteAnswer::ok(&whole.as_bytes()[..cut]));
        let report = world.harvest().await;
        assert!(!report.is_complete, "{report:#?}");
        assert_eq!((report.counts.deleted, report.counts.quarantined), (0, 0));
    }
    for answer in [
        SiteAnswer::ok("<html><title>Maintenance</title></html>"),
        SiteAnswer::ok(""),
        SiteAnswer::status(503),
        SiteAnswer::ok("{}"),
        SiteAnswer::ok(catalog(&[])),
    ] {
        world.answer(answer);
        let report = world.harvest_with(json!({"kind": "catalog"})).await;
        assert_eq!(report.counts.deleted, 0, "{report:#?}");
    }
    assert!(world.is_in_view("well-20").await);
    world.list(&wells(20));
    assert_eq!(counts(&world.harvest().await), [0, 0, 20, 0, 0, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_fails_stays_as_it_was_and_says_so() {
    let world = World::new().await;
    world.list(&wells(5));
    world.harvest().await;
    let broken = catalog(&wells(5)).replace("\"title\":\"Well 3\"", "\"title\":\"Well 3\" \"oops\" : : ");
    world.answer(SiteAnswer::ok(broken));
    let report = world.harvest().await;
    assert_eq!(counts(&report), [0, 0, 4, 0, 1, 0], "{report:#?}");
    assert!(world.is_in_view("well-3").await);
    let stale = world.portal.app.harvests().items("wells", &[ItemState::Stale], None, 9).await.unwrap();
    assert_eq!(stale.len(), 1);
    assert_eq!(stale[0].title, "Well 3");
    let page = world.portal.get("/data/well-3").await.text();
    assert!(page.contains("Water Board") && page.contains("could not be taken"), "{page}");
    world.list(&wells(5));
    assert_eq!(counts(&world.harvest().await), [0, 0, 5, 0, 0, 0]);
    assert!(!world.portal.get("/data/well-3").await.text().contains("could not be taken"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_lacks_what_it_must_have_keeps_what_was_good() {
    let world = World::new().await;
    world.list(&wells(3));
    world.harvest().await;
    let (mut untitled, mut new, mut spoiled) = (well(1), well(4), well(2));
    untitled.as_object_mut().unwrap().remove("title");
    new["title"] = json!(" ");
    spoiled["contactPoint"]["hasEmail"] = json!("ada at example.gov");
    world.list(&[untitled.clone(), spoiled, well(3), new.clone()]);
    // Unless something else is set, a title is enough.
    let report = world.harvest().await;
    assert_eq!(counts(&report), [0, 1, 1, 0, 2, 0]);
    let told: Vec<_> = report.findings.iter().map(|one| (&*one.code, &*one.pointer)).collect();
    assert_eq!(told, [("SOURCE-NO-TITLE", "/dataset/0/title"), ("SOURCE-NO-TITLE", "/dataset/3/title")]);
    assert!(world.portal.get("/data/well-1").await.text().contains("the record has no title"));
    assert_eq!(world.portal.get("/data/well-4").await.status, 404);
    // A stricter source takes back nothing, and says what is wrong.
    let strict = json!({"require": "dcat-us-1.1-harvester-non-federal"});
    let report = world.harvest_with(strict.clone()).await;
    assert_eq!((report.counts.failed, report.counts.deleted), (3, 0));
    let email = report.findings.iter().find(|one| one.pointer == "/dataset/1/contactPoint/hasEmail");
    assert!(email.is_some(), "{:?}", report.findings);
    world.list(&wells(4));
    assert_eq!(counts(&world.harvest_with(strict).await), [1, 1, 2, 0, 0, 0]);
    // Whoever wants everything gets it.
    world.list(&[untitled, well(2), well(3), new]);
    let report = world.harvest_with(json!({"require": "nothing"})).await;
    assert_eq!((report.counts.failed, report.counts.changed), (0, 2));
    let refused =
        serde_json::from_value::<SourceSettings>(json!({"name": "a", "address": "b", "require": "all"}));
    assert!(refused.unwrap_err().to_string().contains("`require` is `nothing`, `title`"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_source_was_found_to_be_is_taken_for_granted_until_it_fails() {
    let world = World::new().await;
    world.list(&wells(3));
    let first = world.harvest().await;
    assert_eq!((first.kind.as_str(), counts(&first)[0]), ("catalog", 3));
    let looked = world.site.asked();
    let second = world.harvest().await;
    let again = world.site.asked();
    assert_eq!((second.kind.as_str(), counts(&second)[2]), ("catalog", 3));
    assert_eq!(
        (looked.iter().filter(|path| *path == "/data.json").count(), &*again),
        (2, &["/data.json".to_owned()][..])
    );
    // Its software has changed: what is there can't be read once, and then is looked at anew.
    let site = world.site.at("/elsewhere");
    world.answer(SiteAnswer::ok(format!("<html><body><a href=\"{site}\">Our new portal</a></body></html>")));
    let report = world.harvest().await;
    assert!(!report.is_complete, "{report:?}");
    world.list(&wells(3));
    world.site.asked();
    assert!(world.portal.get("/data/well-1").await.text().contains("is a web page"), "it is marked as old");
    let report = world.harvest().await;
    assert_eq!(counts(&report), [0, 0, 3, 0, 0, 0], "{report:?}");
    assert!(!world.portal.get("/data/well-1").await.text().contains("is a web page"), "it is as good as new");
    assert_eq!(
        world.site.asked().iter().filter(|path| *path == "/data.json").count(),
        2,
        "it is looked at anew"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_error_of_a_harvest_is_kept() {
    let world = World::new().await;
    let mut twice = wells(50);
    twice.extend(wells(50));
    world.list(&twice);
    let report = world.harvest().await;
    assert_eq!((counts(&report), report.counts.duplicates), ([50, 0, 0, 0, 0, 0], 50));
    let findings = world.portal.app.harvests().findings("wells", report.run, 0, 1000).await.unwrap();
    assert_eq!(findings.len(), 50);
    assert!(
        findings.iter().all(|one| one.finding.code == "SOURCE-DUPLICATE" && one.finding.identifier.is_some())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_source_that_came_first_keeps_a_dataset_unless_another_has_the_higher_rank() {
    let world = World::new().await;
    world.list(&wells(3));
    world.harvest().await;
    let mut copy = wells(3);
    copy[0]["description"] = json!("Copied from the Water Board.");
    // The same identifier for quite another thing.
    copy[1]["title"] = json!("Bridges");
    copy[1]["publisher"]["name"] = json!("Road Office");
    let text = catalog(&copy);
    let other = Site::new(move |_| SiteAnswer::ok(text.clone()));
    let aggregator = SourceSettings {
        name: "aggregator".to_owned(),
        address: other.at("/data.json"),
        ..world.source(json!({"kind": "catalog", "robots": false}))
    };
    let report = world.run(&aggregator, HarvestOptions::default()).await;
    assert_eq!(
        (report.counts.added, report.counts.duplicates, report.counts.changed),
        (1, 2, 0),
        "{report:#?}"
    );
    assert!(world.is_in_view("bridges").await);
    let description = |page: Value| page["description"].as_str().unwrap().to_owned();
    assert_eq!(description(world.portal.get("/api/datasets/well-1").await.json()), "Depth to water.");
    let ranked = SourceSettings { rank: 1, ..aggregator };
    let report = world.run(&ranked, HarvestOptions::default()).await;
    assert_eq!((report.counts.duplicates, report.counts.changed), (0, 1), "{report:#?}");
    assert_eq!(
        description(world.portal.get("/api/datasets/well-1").await.json()),
        "Copied from the Water Board."
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn collections_may_come_in_any_order_and_missing_parents_are_told() {
    let world = World::new().await;
    let id = |number: usize| format!("https://example.gov/wells/{number}");
    let mut records = wells(5);
    records[0]["isPartOf"] = json!(id(5));
    records[1]["isPartOf"] = json!("https://example.gov/nowhere");
    records[2]["isPartOf"] = json!(id(3));
    world.list(&records);
    let report = world.harvest().await;
    let codes: Vec<(&str, u64)> = report.codes.iter().map(|(code, count)| (code.as_str(), *count)).collect();
    assert_eq!(codes, [("SOURCE-NO-PARENT", 1), ("SOURCE-OWN-PARENT", 1)]);
    // The parent becomes a part itself: then the collection has two levels.
    records[4]["isPartOf"] = json!(id(4));
    records[1].as_object_mut().unwrap().remove("isPartOf");
    records[2].as_object_mut().unwrap().remove("isPartOf");
    world.list(&records);
    let report = world.harvest().await;
    let codes: Vec<(&str, u64)> = report.codes.iter().map(|(code, count)| (code.as_str(), *count)).collect();
    assert_eq!(codes, [("SOURCE-NESTED-COLLECTION", 1)]);
    records[4].as_object_mut().unwrap().remove("isPartOf");
    world.list(&records);
    assert!(world.harvest().await.codes.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_of_a_source_shape_its_records() {
    let world = World::new().await;
    let mut records = wells(4);
    records[0]["keyword"] = json!(["internal"]);
    records[1].as_object_mut().unwrap().remove("publisher");
    world.list(&records);
    let more = json!({
        "filters": [{"field": "keyword", "is_not": ["internal"]}],
        "defaults": {"license": "https://creativecommons.org/publicdomain/zero/1.0/"},
        "mappings": [{"field": "keyword", "values": {"wells": "water"}}],
        "organization": "Well Office < Department of Water",
        "volatile": ["modified"],
    });
    let report = world.harvest_with(more.clone()).await;
    assert_eq!((counts(&report), report.counts.filtered), ([3, 0, 0, 0, 0, 0], 1));
    let two: Value = world.portal.get("/api/datasets/well-2").await.json();
    assert_eq!(two["organization"]["name"], "Well Office", "{two:#}");
    let three: Value = world.portal.get("/api/datasets/well-3").await.json();
    assert_eq!(three["organization"]["name"], "Water Board");
    assert!(three.to_string().contains("publicdomain/zero"), "{three:#}");
    records[2]["modified"] = json!("2026-02-02");
    world.list(&records);
    assert_eq!(counts(&world.harvest_with(more.clone()).await), [0, 0, 3, 0, 0, 0]);
    // Other settings are applied to records that have not changed.
    let mut other = more;
    other["mappings"] = json!([]);
    assert_eq!(counts(&world.harvest_with(other).await), [0, 3, 0, 0, 0, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trial_tells_and_writes_nothing() {
    let world = World::new().await;
    world.list(&wells(20));
    world.harvest().await;
    let mut records = wells(19);
    records[0]["title"] = json!("Another");
    records.push(well(99));
    world.list(&records);
    let before = world.portal.world().await;
    let trial = HarvestOptions { is_trial: true, ..HarvestOptions::default() };
    let source = world.source(json!({}));
    let (progress, cancelled) = (JobProgressNote::default(), Cancelled::default());
    let harvests = world.portal.app.harvests();
    let report = harvests.run_with(&staff(), &source, trial, &progress, &cancelled).await.unwrap();
    assert_eq!(counts(&report), [1, 1, 18, 1, 0, 0]);
    assert_eq!(world.portal.world().await, before);
    assert_eq!(harvests.runs(Some("wells"), None, 9).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_keeps_programs_out_is_told_as_such() {
    let world = World::new().await;
    world.answer(SiteAnswer::status(403).with("server", "AkamaiGHost"));
    let report = world.harvest_with(json!({"kind": "catalog"})).await;
    assert_eq!(report.state, "failed");
    assert!(report.reason.as_deref().unwrap().contains("Akamai"), "{report:#?}");
    assert!(report.hint.as_deref().unwrap().contains("firewall"), "{report:#?}");
}

/// A mail server that takes one mail a connection, and keeps what it was told.
fn mail_server() -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let mails = Arc::new(Mutex::new(Vec::new()));
    let kept = mails.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let mut say = |text: &str| stream.write_all(format!("{text}\r\n").as_bytes()).unwrap();
            say("220 mail.example.gov");
            let mut mail = String::new();
            while let Some(Ok(line)) = lines.next() {
                match line.split_whitespace().next().unwrap_or_default() {
                    "DATA" => {
                        say("354 go on");
                        for line in lines.by_ref() {
                            let line = line.unwrap();
                            if line == "." {
                                break;
                            }
                            mail.push_str(&format!("{line}\n"));
                        }
                        kept.lock().unwrap().push(std::mem::take(&mut mail));
                        say("250 kept");
                    }
                    "QUIT" => {
                        say("221 bye");
                        break;
                    }
                    "RCPT" => {
                        mail.push_str(&format!("{line}\n"));
                        say("250 ok");
                    }
                    _ => say("250 ok"),
                }
            }
        }
    });
    (port, mails)
}

#[tokio::test(flavor = "multi_thread")]
async fn trouble_is_told_by_mail_and_to_webhooks_when_it_begins_and_when_it_ends() {
    let (port, mails) = mail_server();
    let told = Arc::new(Mutex::new(Vec::new()));
    let hook = TcpListener::bind("127.0.0.1:0").unwrap();
    let webhook = format!("http://{}/hook", hook.local_addr().unwrap());
    let kept = told.clone();
    std::thread::spawn(move || {
        for stream in hook.incoming() {
            let mut stream = stream.unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let (mut line, mut length) = (String::new(), 0);
            while reader.read_line(&mut line).unwrap() > 2 {
                if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                line.clear();
            }
            let mut body = vec![0; length];
            std::io::Read::read_exact(&mut reader, &mut body).unwrap();
            kept.lock().unwrap().push(serde_json::from_slice::<Value>(&body).unwrap());
            stream.write_all(b"HTTP/1.1 204 Done\r\nConnection: close\r\n\r\n").unwrap();
        }
    });
    let allow = townhall_app::parse_ranges(&["127.0.0.0/8".to_owned()]).unwrap();
    let portal = TestApp::with_settings(townhall_app::Audience::Public, |settings| {
        settings.fetch.allow = allow;
        settings.mail.host = Some("127.0.0.1".to_owned());
        settings.mail.port = Some(port);
        settings.mail.security = townhall_app::MailSecurity::None;
        settings.mail.from = "Open data <data@example.gov>".to_owned();
    })
    .await;
    let world = World::with(portal);
    let more = json!({"kind": "catalog", "notify": {"emails": ["ada@example.gov"], "webhooks": [webhook]}});
    world.list(&wells(20));
    world.harvest_with(more.clone()).await;
    world.portal.work().await;
    assert!(mails.lock().unwrap().is_empty(), "nothing is wrong");
    world.answer(SiteAnswer::status(404));
    world.harvest_with(more.clone()).await;
    world.harvest_with(more.clone()).await;
    world.list(&wells(2));
    world.harvest_with(more.clone()).await;
    world.portal.work().await;
    let events: Vec<String> =
        told.lock().unwrap().iter().map(|event| event["event"].as_str().unwrap().to_owned()).collect();
    assert_eq!(events, ["harvest.failure", "harvest.quarantine"]);
    let mails = mails.lock().unwrap();
    assert_eq!(mails.len(), 2);
    assert!(mails[0].contains("RCPT TO:<ada@example.gov>"), "{}", mails[0]);
    assert!(mails[0].contains("Subject: Harvest of Water Board failed"), "{}", mails[0]);
    assert!(mails[1].contains("18 records of Water Board vanished"), "{}", mails[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_is_harvested_by_the_jobs_when_it_is_asked_for() {
    let world = World::new().await;
    world.list(&wells(3));
    let harvests = world.portal.app.harvests();
    harvests.put(&staff(), &world.source(json!({"every": "daily 04:00"}))).await.unwrap();
    harvests.ask(&staff(), "wells", HarvestOptions::default()).await.unwrap();
    world.portal.work().await;
    let detail = harvests.show("wells").await.unwrap();
    assert_eq!((detail.in_view(), detail.last.unwrap().report.counts.added), (3, 3));
    assert!(detail.next.is_some());
    assert!(harvests.retire(&staff(), "wells").await.unwrap());
    assert!(world.is_in_view("well-1").await, "its records stay");
}

fn shared(path: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures/metadata").join(path);
    folder.exists().then_some(folder)
}

#[tokio::test(flavor = "multi_thread")]
async fn dated_versions_of_real_catalogs_give_the_counts_that_are_known_of_them() {
    let Some(versions) = shared("real/versions") else { return };
    let oracle = std::fs::read_to_string(shared("ORACLE_version_diffs.tsv").unwrap()).unwrap();
    let world = World::new().await;
    let mut agency = String::new();
    let mut told = 0;
    for line in oracle.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let number = |index: usize| cells[index].parse::<u64>().unwrap();
        let name = cells[0].split('_').next().unwrap();
        let show = |file: &str| world.answer(SiteAnswer::ok(std::fs::read(versions.join(file)).unwrap()));
        let more = json!({"name": name, "kind": "catalog"});
        if agency != name {
            agency = name.to_owned();
            show(cells[0]);
            let report = world.harvest_with(more.clone()).await;
            assert_eq!((report.counts.added, report.counts.failed), (number(2), 0), "{line}: {report:#?}");
        }
        show(cells[1]);
        let report = world.harvest_with(more).await;
        let got = [report.counts.added, report.counts.deleted, report.counts.changed];
        assert_eq!(got, [number(4), number(5), number(6)], "{line}: {report:#?}");
        assert_eq!((report.counts.quarantined, report.counts.missing, report.counts.restored), (0, 0, 0));
        told += 1;
    }
    assert!(told >= 28, "{told}");
    world.portal.world().await;
}
