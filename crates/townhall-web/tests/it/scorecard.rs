//! The scorecard over servers on loopback: offices with a good listing, a broken one, one that moved and none; quarters that
//! end; what got worse; two days side by side.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use townhall_app::offices::{LinkCounts, Milestones, read_offices};
use townhall_app::{Actor, ActorKind, Audience, OtherOffices, SetField, parse_ranges};
use townhall_model::ErrorKind;
use townhall_testkit::{TestApp, catalogue, dataset};

/// What a path answers: the status, a header, the body.
type Page = (u16, String, String);

/// The servers of some agencies, in one; what they answer can be changed.
#[derive(Clone)]
struct Agencies {
    address: String,
    pages: Arc<Mutex<HashMap<String, Page>>>,
}

impl Agencies {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let pages: Arc<Mutex<HashMap<String, Page>>> = Arc::default();
        let known = pages.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { return };
                let mut request = [0; 8192];
                let read = stream.read(&mut request).unwrap_or(0);
                let text = String::from_utf8_lossy(&request[..read]).into_owned();
                let mut words = text.split(' ');
                let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
                let found = known.lock().unwrap().get(path).cloned();
                let (status, header, body) =
                    found.unwrap_or((404, "Content-Type: text/plain".into(), "no".into()));
                let sent = if method == "HEAD" { "" } else { body.as_str() };
                let _ = write!(
                    stream,
                    "HTTP/1.1 {status} X\r\n{header}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{sent}",
                    body.len()
                );
            }
        });
        let agencies = Self { address, pages };
        agencies.lists("/good/data.json", &(0..6).map(dataset).collect::<Vec<_>>());
        agencies.shows("/good/data", 6);
        agencies.put("/good/strategy.json", 200, "Content-Type: application/json", &strategy().to_string());
        agencies.put("/broken/data.json", 200, "Content-Type: text/html; charset=utf-8", "<html>Not here");
        agencies.put("/moved/data.json", 301, "Location: /good/data.json", "");
        agencies
    }

    fn put(&self, path: &str, status: u16, header: &str, body: &str) {
        self.pages.lock().unwrap().insert(path.to_owned(), (status, header.to_owned(), body.to_owned()));
    }

    fn lists(&self, path: &str, datasets: &[Value]) {
        self.put(
            path,
            200,
            "Content-Type: application/json; charset=utf-8",
            &catalogue(datasets.to_vec()).to_string(),
        );
    }

    fn shows(&self, path: &str, count: usize) {
        let items: String = (0..count)
            .map(dataset)
            .map(|one| {
                let text = |key: &str| one[key].as_str().unwrap().to_owned();
                format!(
                    "<h2><a href=\"{}\">{}</a></h2><p>{}</p>",
                    text("identifier"),
                    text("title"),
                    text("description")
                )
            })
            .collect();
        self.put(
            path,
            200,
            "Content-Type: text/html",
            &format!("<!doctype html><html><body>{items}</body></html>"),
        );
    }

    /// The offices whose servers these are.
    fn offices(&self) -> String {
        let mut text = "id,name,abbreviation,website,parent,cfo_act,omb_monitored,schema,listing_url,page_url,strategy_url\n".to_owned();
        for (id, name, parent, cfo) in [
            ("good", "Department of Good <b>Data</b>", "", "yes"),
            ("broken", "Bureau of Breakage", "good", ""),
            ("moved", "Moved Office", "", ""),
            ("gone", "Gone Office", "", ""),
        ] {
            let at = format!("{}/{id}", self.address);
            text.push_str(&format!("{id},{name},{},{},{parent},{cfo},{cfo},federal-v1.1,{at}/data.json,{at}/data,{at}/strategy.json\n", id.to_uppercase(), self.address));
        }
        text
    }
}

fn strategy() -> Value {
    json!({"generated": "2013-05-01", "items": [{"id": "1.2.4", "text": "Make a list", "fields": [
        {"name": "status", "label": "Overall status", "value": "Done <b>"},
    ]}]})
}

fn actor() -> Actor {
    Actor::new(ActorKind::Cli, "ada")
}

/// A portal that watches these agencies.
async fn portal(agencies: &Agencies) -> TestApp {
    let app = TestApp::with_settings(Audience::Public, |settings| {
        settings.fetch.allow = parse_ranges(&["127.0.0.0/8".to_owned()]).unwrap();
        settings.scorecard.pause = Duration::ZERO;
    })
    .await;
    let (offices, findings) = read_offices(agencies.offices().as_bytes()).unwrap();
    assert!(findings.is_empty(), "{findings:?}");
    app.app.scorecard().load(&actor(), &offices, OtherOffices::Keep).await.unwrap();
    app
}

async fn run(app: &TestApp, now: Timestamp) {
    let report = app.app.scorecard().run(&actor(), None, None, now, &|_, _, _| {}).await.unwrap();
    assert!(report.failed.is_empty(), "{report:?}");
    assert_eq!(report.looked.len(), 4, "{report:?}");
}

/// A day in the quarter before this one, its last day, and that of the one under way.
fn quarters() -> (Timestamp, String, String) {
    let all = Milestones::usual();
    let today = Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let current = all.current(today).date;
    let before = all.before(current).unwrap().date;
    let noon = before.at(12, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp();
    (noon, before.to_string(), current.to_string())
}

fn of<'v>(list: &'v Value, id: &str) -> &'v Value {
    list["data"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["id"] == id)
        .unwrap_or_else(|| panic!("{id}: {list:#}"))
}

#[tokio::test]
async fn an_empty_scorecard_says_how_to_load_offices() {
    let app = TestApp::new().await;
    let page = app.get("/scorecard").await.expect(200).text();
    assert!(page.contains("townhall scorecard load --federal"), "{page}");
    assert_eq!(app.get("/api/scorecard").await.expect(200).json()["data"], json!([]));
    assert_eq!(app.get("/scorecard.csv").await.expect(200).text().lines().count(), 1);
    assert!(!app.app.scorecard().plan(Timestamp::now()).await.unwrap(), "nothing is planned without offices");
}

#[tokio::test]
async fn every_office_is_judged_by_what_its_server_says() {
    let agencies = Agencies::new();
    let app = portal(&agencies).await;
    run(&app, Timestamp::now()).await;
    let list = app.get("/api/scorecard").await.expect(200).json();
    assert_eq!(list["meta"]["total"], 4);
    let good = of(&list, "good");
    assert_eq!(good["pdl"]["standing"], "green", "{good:#}");
    let status = &good["datajson_status"];
    assert_eq!(status["expected_url"], format!("{}/good/data.json", agencies.address));
    assert_eq!((&status["http_code"], &status["redirect_count"]), (&json!(200), &json!(0)));
    assert_eq!(
        (&status["content_type_expected"], &status["valid_json"], &status["valid_schema"]),
        (&json!(true), &json!(true), &json!(true))
    );
    assert_eq!(
        (&status["total_records"], &status["valid_count"], &status["error_count"]),
        (&json!(6), &json!(6), &json!(0))
    );
    assert_eq!(
        (&status["schema_version"], &status["qa"]["accessLevel_public"]),
        (&json!("federal-v1.1"), &json!(6))
    );
    let size = catalogue((0..6).map(dataset).collect()).to_string().len();
    assert_eq!(status["download_content_length"], size);
    assert_eq!(good["datapage_status"]["human_readable"], true);
    assert_eq!(good["digitalstrategy_status"]["items"], 1);
    let broken = of(&list, "broken");
    assert_eq!(broken["pdl"]["standing"], "red");
    assert_eq!(
        (&broken["datajson_status"]["valid_json"], &broken["datajson_status"]["content_type_expected"]),
        (&json!(false), &json!(false))
    );
    let moved = of(&list, "moved");
    assert_eq!(
        (&moved["datajson_status"]["redirect_count"], &moved["pdl"]["standing"]),
        (&json!(1), &json!("yellow"))
    );
    assert!(moved["datajson_status"]["url"].as_str().unwrap().ends_with("/good/data.json"));
    let gone = of(&list, "gone");
    assert_eq!(
        (&gone["datajson_status"]["http_code"], &gone["pdl"]["standing"]),
        (&json!(404), &json!("red"))
    );
    let sums = &list["meta"]["sums"];
    assert_eq!(
        (&sums["green"], &sums["yellow"], &sums["red"], &sums["datasets"]),
        (&json!(1), &json!(1), &json!(2), &json!(12))
    );
    assert_eq!(list["data"][0]["id"], "good", "the best comes first");
    let large = app.get("/api/scorecard?group=cfo-act").await.expect(200).json();
    assert_eq!((&large["meta"]["total"], &large["meta"]["sums"]["red"]), (&json!(1), &json!(0)));
    app.get("/api/scorecard?group=klingon").await.expect(422).problem();
}

#[tokio::test]
async fn people_read_pages_and_programs_read_json_and_csv() {
    let agencies = Agencies::new();
    let app = portal(&agencies).await;
    run(&app, Timestamp::now()).await;
    let page = app.get("/scorecard").await.expect(200);
    assert!(page.body.len() < 75_000, "{} bytes", page.body.len());
    let text = page.text();
    for said in [
        "Green: on track",
        "Red: falls short",
        "Department of Good &lt;b&gt;Data",
        "The numbers as a table",
        "/scorecard/regressions.atom",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    assert!(!text.contains(" style="), "{text}");
    assert_eq!(
        app.get_with("/scorecard", &[("accept", "application/json")]).await.expect(200).json()["meta"]["total"],
        4
    );
    let rows = app.get("/scorecard.csv").await.expect(200);
    assert_eq!(rows.header("content-type"), "text/csv; charset=utf-8");
    let rows = rows.text();
    assert_eq!(rows.lines().count(), 5, "{rows}");
    assert!(rows.lines().nth(1).unwrap().starts_with("good,Department of Good <b>Data</b>,GOOD,"), "{rows}");

    let office = app.get("/scorecard/good").await.expect(200).text();
    for said in [
        "All 6 datasets keep to the schema",
        "Bureaus",
        "Bureau of Breakage",
        "Make a list",
        "Done &lt;b&gt;",
        "The links have not been checked",
    ] {
        assert!(office.contains(said), "{said}: {office}");
    }
    let detail = app.get("/scorecard/good.json").await.expect(200).json();
    assert_eq!(detail["bureaus"][0]["id"], "broken");
    assert_eq!(
        detail["tracker_fields"]["pdl_datasets"],
        json!({"label": "Datasets in the listing", "section": "pdl", "type": "number", "value": "6", "counted": true, "said": null})
    );
    assert_eq!(app.get("/api/scorecard/GOOD").await.expect(200).json()["id"], "good");
    let fields = app.get("/scorecard/good.csv").await.expect(200).text();
    assert!(
        fields.contains("pdl,pdl_page_readable,People can read the listing at /data,yes-no,yes,true"),
        "{fields}"
    );
    let moved = app.get("/scorecard/MOVED").await.expect(308);
    assert_eq!(moved.header("location"), "/scorecard/moved");
    app.get("/scorecard/nobody").await.expect(404);
    app.get("/scorecard/good?milestone=soon").await.expect(422);
    app.get("/scorecard?milestone=2001-01-31").await.expect(404);
    app.get("/scorecard/good/other").await.expect(404);
}

#[tokio::test]
async fn errors_are_shown_with_the_titles_of_their_datasets() {
    let agencies = Agencies::new();
    let mut bad = dataset(7);
    bad["modified"] = json!("yesterday");
    agencies.lists("/broken/data.json", &[dataset(0), bad]);
    let app = portal(&agencies).await;
    run(&app, Timestamp::now()).await;
    let page = app.get("/scorecard/broken").await.expect(200).text();
    assert!(page.contains("Errors of the listing") && page.contains("Readings of gauge 7"), "{page}");
    assert!(page.contains("1 of 2 datasets have errors (50 % are valid)"), "{page}");
    let rows = app.get("/scorecard/broken/errors.csv").await.expect(200).text();
    assert!(
        rows.lines().nth(1).unwrap().starts_with("1,https://example.gov/id/7,Readings of gauge 7,"),
        "{rows}"
    );
    let kept = app.get("/scorecard/broken/listing.json").await.expect(200).json();
    assert_eq!(kept["dataset"][1]["modified"], "yesterday", "byte for byte as it came");
    let detail = app.get("/api/scorecard/broken").await.expect(200).json();
    assert_eq!(
        (&detail["errors"][0]["dataset_index"], &detail["errors"][0]["title"]),
        (&json!(1), &json!("Readings of gauge 7"))
    );
}

#[tokio::test]
async fn a_quarter_that_ended_is_final_and_does_not_change_any_more() {
    let agencies = Agencies::new();
    let app = portal(&agencies).await;
    let (then, before, current) = quarters();
    run(&app, then).await;
    let scorecard = app.app.scorecard();
    let set = |value: &str| SetField {
        office: "good".to_owned(),
        field: "pdl_harvested".to_owned(),
        value: Some(value.to_owned()),
        milestone: Some(before.parse().unwrap()),
        ..SetField::default()
    };
    scorecard.set(&actor(), &set("yes"), then).await.unwrap();
    agencies.lists("/good/data.json", &(0..9).map(dataset).collect::<Vec<_>>());
    run(&app, Timestamp::now()).await;
    assert_eq!(
        scorecard.freeze_ended(&actor(), Timestamp::now()).await.unwrap(),
        0,
        "the run froze it already"
    );
    let past = app.get(&format!("/api/scorecard?milestone={before}")).await.expect(200).json();
    assert_eq!(past["meta"]["milestone"]["final"], true);
    assert_eq!(of(&past, "good")["datajson_status"]["total_records"], 6);
    let now = app.get("/api/scorecard").await.expect(200).json();
    assert_eq!(now["meta"]["milestone"]["date"], current.as_str());
    assert_eq!(of(&now, "good")["growth_percent"], 50.0);
    assert_eq!(of(&now, "good")["best_practice"], true);
    let trend = now["meta"]["trend"].as_array().unwrap();
    assert_eq!(trend.iter().map(|one| one["datasets"].as_u64().unwrap()).collect::<Vec<_>>(), [12, 18]);
    let refused = scorecard.set(&actor(), &set("no"), Timestamp::now()).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Conflict, "{refused}");
    let still = app.get(&format!("/api/scorecard/good?milestone={before}")).await.expect(200).json();
    assert_eq!(still["tracker_fields"]["pdl_harvested"]["value"], "yes");
    let page = app.get("/scorecard/good").await.expect(200).text();
    assert!(page.contains("Datasets by the end of each quarter"), "{page}");
    let page = app.get(&format!("/scorecard?milestone={before}")).await.expect(200).text();
    assert!(page.contains(": final."), "{page}");
}

#[tokio::test]
async fn what_gets_worse_is_told_in_a_feed() {
    let agencies = Agencies::new();
    let app = portal(&agencies).await;
    let now = Timestamp::now();
    run(&app, now - SignedDuration::from_secs(120)).await;
    let feed = app.get("/scorecard/regressions.atom").await.expect(200);
    assert_eq!(feed.header("content-type"), "application/atom+xml");
    assert!(!feed.text().contains("<entry>"));
    agencies.lists("/moved/data.json", &[dataset(0), dataset(1)]);
    agencies.put("/good/data.json", 500, "Content-Type: text/plain", "oh");
    run(&app, now - SignedDuration::from_secs(60)).await;
    let feed = app.get("/scorecard/regressions.atom").await.expect(200).text();
    for said in [
        "The listing of Department of Good",
        "fell from green to red",
        "Moved Office lists 2 datasets, after 6.",
        "listing-gone",
    ] {
        assert!(feed.contains(said), "{said}: {feed}");
    }
    run(&app, now).await;
    let told = app.get("/api/scorecard/regressions").await.expect(200).json();
    assert_eq!(told["data"].as_array().unwrap().len(), 3, "what stays bad is told once: {told:#}");
    assert_eq!(
        app.get("/api/scorecard/regressions?office=moved").await.expect(200).json()["data"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let page = app.get("/scorecard").await.expect(200).text();
    assert!(page.contains("fell from green to red"), "{page}");
}

#[tokio::test]
async fn two_days_of_an_office_show_what_appeared_vanished_and_broke() {
    let agencies = Agencies::new();
    let app = portal(&agencies).await;
    let now = Timestamp::now();
    run(&app, now - SignedDuration::from_hours(72)).await;
    let mut broken = dataset(1);
    broken["modified"] = json!("never");
    agencies.lists("/good/data.json", &[dataset(0), broken, dataset(2), dataset(3), dataset(4), dataset(8)]);
    run(&app, now).await;
    let day = |hours: i64| (now - SignedDuration::from_hours(hours)).strftime("%Y-%m-%d").to_string();
    let path = |form: &str| format!("/scorecard/good/compare{form}?from={}&to={}", day(72), day(0));
    let changes = app.get(&path(".json")).await.expect(200).json();
    let names = |key: &str| {
        changes[key]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["title"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names("appeared"), ["Readings of gauge 8"]);
    assert_eq!(names("vanished"), ["Readings of gauge 5"]);
    assert_eq!(names("broke"), ["Readings of gauge 1"]);
    assert_eq!((names("mended"), &changes["unchanged"]), (vec![], &json!(4)));
    let rows = app.get(&path(".csv")).await.expect(200).text();
    assert!(rows.contains("vanished,https://example.gov/id/5,Readings of gauge 5,"), "{rows}");
    let page = app.get(&path("")).await.expect(200).text();
    assert!(
        page.contains("1 datasets appeared, 1 vanished, 1 broke") && page.contains("Readings of gauge 8"),
        "{page}"
    );
    let same =
        app.get(&format!("/api/scorecard/good/compare?from={0}&to={0}", day(0))).await.expect(200).json();
    assert_eq!(same["same"], true);
    app.get("/scorecard/good/compare.json?from=2026-02-02&to=2026-01-01").await.expect(422);
    app.get("/api/scorecard/good/compare?from=2001-01-01&to=2001-01-02").await.expect(404);
    let none = app.get("/scorecard/gone/compare").await.expect(200).text();
    assert!(none.contains("no listing of `gone` is kept"), "{none}");
}

#[tokio::test]
async fn what_reviewers_decide_takes_the_place_of_what_was_computed_and_says_why() {
    let agencies = Agencies::new();
    let app = portal(&agencies).await;
    run(&app, Timestamp::now()).await;
    let scorecard = app.app.scorecard();
    let set = |field: &str, value: &str, note: Option<&str>, reason: Option<&str>| SetField {
        office: "moved".to_owned(),
        field: field.to_owned(),
        value: Some(value.to_owned()),
        note: note.map(str::to_owned),
        reason: reason.map(str::to_owned),
        milestone: None,
    };
    let now = Timestamp::now();
    let refused =
        scorecard.set(&actor(), &set("pdl_aggregate_score", "green", None, None), now).await.unwrap_err();
    assert!(refused.to_string().contains("needs a reason"), "{refused}");
    let note = Some("See **the page** <script>x</script>");
    scorecard
        .set(&actor(), &set("pdl_aggregate_score", "green", note, Some("Their <i>page</i> is new")), now)
        .await
        .unwrap();
    scorecard.set(&actor(), &set("edi_datasets", "3", None, None), now).await.unwrap();
    let refused =
        scorecard.set(&actor(), &set("edi_schedule_delivered", "yes", None, None), now).await.unwrap_err();
    assert!(refused.to_string().contains("is not asked"), "{refused}");
    let detail = app.get("/api/scorecard/moved").await.expect(200).json();
    assert_eq!(
        (&detail["pdl"]["standing"], &detail["pdl"]["overridden"]["computed"]),
        (&json!("green"), &json!("yellow"))
    );
    assert_eq!(detail["pdl"]["overridden"]["by"], "cli:ada");
    assert_eq!(detail["edi"]["standing"], "red", "3 in the inventory, 6 in the listing: {detail:#}");
    let page = app.get("/scorecard/moved").await.expect(200).text();
    assert!(
        page.contains("<strong>the page</strong>") && page.contains("Their &lt;i&gt;page&lt;/i&gt; is new"),
        "{page}"
    );
    assert!(!page.contains("<script>x"), "{page}");
}

#[tokio::test]
async fn what_became_of_links_is_told_by_whoever_checks_them() {
    let agencies = Agencies::new();
    let app = portal(&agencies).await;
    let now = Timestamp::now();
    run(&app, now - SignedDuration::from_secs(60)).await;
    let links = LinkCounts { http_2xx: 7, http_4xx: 3, ..LinkCounts::default() };
    let told = app.app.scorecard().tell_links(&actor(), "good", links, now).await.unwrap();
    assert!(
        told.is_new && told.worse.iter().any(|worse| worse.contains("fell from green to yellow")),
        "{told:?}"
    );
    run(&app, now).await;
    let detail = app.get("/api/scorecard/good").await.expect(200).json();
    assert_eq!(
        detail["datajson_status"]["qa"]["validation_counts"]["http_4xx"], 3,
        "they hold for the same listing"
    );
    assert!(
        detail["pdl"]["reasons"][0].as_str().unwrap().starts_with("30 % of the links are broken"),
        "{detail:#}"
    );
    assert_eq!(detail["tracker_fields"]["pdl_links_working"]["value"], "no");
}

#[tokio::test]
async fn a_worker_does_the_rounds_and_asks_for_the_next_once() {
    let agencies = Agencies::new();
    let app = portal(&agencies).await;
    let now = Timestamp::now();
    assert!(app.app.scorecard().plan(now).await.unwrap());
    assert!(!app.app.scorecard().plan(now).await.unwrap(), "asked for already");
    app.app.scorecard().ask(&actor(), None).await.unwrap();
    assert_eq!(app.work().await, 1);
    let list = app.get("/api/scorecard").await.expect(200).json();
    assert_eq!(of(&list, "good")["pdl"]["standing"], "green");
    let report =
        app.app.scorecard().run(&actor(), None, Some(now), Timestamp::now(), &|_, _, _| {}).await.unwrap();
    assert_eq!((report.looked.len(), report.passed_over), (0, 4), "a round goes on where it broke off");
}
