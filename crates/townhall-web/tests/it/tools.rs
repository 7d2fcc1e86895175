//! The tools over HTTP: what is sent in any form gives the same, nothing is kept unless asked, and too much is refused.

use axum::http::Method;
use serde_json::{Value, json};
use townhall_testkit::{Answer, TestApp, catalogue, dataset};

const BOUNDARY: &str = "townhall-test-boundary";

/// A form as browsers send it: `(field, file name, content)`.
fn form(fields: &[(&str, Option<&str>, &str)]) -> String {
    let mut body = String::new();
    for (name, file, content) in fields {
        let file = file.map(|file| format!("; filename=\"{file}\"")).unwrap_or_default();
        body.push_str(&format!(
            "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"{file}\r\n\r\n{content}\r\n"
        ));
    }
    body.push_str(&format!("--{BOUNDARY}--\r\n"));
    body
}

async fn send(app: &TestApp, path: &str, fields: &[(&str, Option<&str>, &str)]) -> Answer {
    let content_type = format!("multipart/form-data; boundary={BOUNDARY}");
    app.ask(Method::POST, path, &[("content-type", &content_type), ("accept", "text/html")], form(fields))
        .await
}

/// Two editions: one dataset of three changes its title, one goes, one comes.
fn editions() -> (Value, Value) {
    let mut renamed = dataset(1);
    renamed["title"] = json!("Levels");
    (catalogue(vec![dataset(0), dataset(1), dataset(2)]), catalogue(vec![dataset(0), renamed, dataset(3)]))
}

#[tokio::test]
async fn two_editions_are_compared_in_whatever_form_they_come() {
    let app = TestApp::new().await;
    let (old, new) = editions();
    let (old, new) = (old.to_string(), new.to_string());
    let files =
        send(&app, "/api/diff", &[("file", Some("old.json"), &old), ("file", Some("new.json"), &new)])
            .await
            .expect(200)
            .json();
    assert_eq!(files["unchanged"], 1, "{files}");
    assert_eq!(files["added"][0]["identifier"], "https://example.gov/id/3");
    assert_eq!(files["removed"][0]["identifier"], "https://example.gov/id/2");
    assert_eq!(files["changed"][0]["fields"][0]["field"], "title");

    let pasted = send(
        &app,
        "/api/diff",
        &[("file", Some(""), ""), ("text", None, &old), ("url", None, ""), ("text", None, &new)],
    )
    .await
    .expect(200)
    .json();
    assert_eq!(pasted["changed"], files["changed"]);
    let ignored = send(
        &app,
        "/api/diff",
        &[("text", None, &old), ("text", None, &new), ("ignore", None, "title, modified")],
    )
    .await
    .json();
    assert_eq!(ignored["unchanged"], 2, "{ignored}");
}

#[tokio::test]
async fn a_page_shows_what_changed_and_what_is_wrong() {
    let app = TestApp::new().await;
    let (old, new) = editions();
    let (old, new) = (old.to_string(), new.to_string());
    assert!(
        app.get_with("/tools/diff", &[("accept", "text/html")]).await.expect(200).text().contains("<form")
    );
    let page = send(&app, "/tools/diff", &[("file", Some("old.json"), &old), ("text", None, &new)])
        .await
        .expect(200);
    for words in ["3 differences", "Levels", "old.json", "Readings of gauge 2"] {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    let one = send(&app, "/tools/diff", &[("text", None, &old)]).await.expect(422).text();
    assert!(one.contains("needs two editions") && one.contains("<form"), "{one}");
    let broken = send(&app, "/tools/diff", &[("text", None, &old), ("text", None, "<html>no</html>")]).await;
    assert!(broken.status.is_client_error() && broken.text().contains("<form"), "{}", broken.text());
}

#[tokio::test]
async fn nothing_is_kept_unless_asked_and_then_for_whoever_has_the_address() {
    let app = TestApp::new().await;
    let (old, new) = editions();
    let (old, new) = (old.to_string(), new.to_string());
    let before = app.world().await;
    send(&app, "/tools/diff", &[("text", None, &old), ("text", None, &new)]).await.expect(200);
    assert_eq!(app.world().await, before);

    let kept =
        send(&app, "/tools/diff", &[("text", None, &old), ("text", None, &new), ("keep", None, "yes")])
            .await
            .expect(303);
    let address = kept.header("location").to_owned();
    let page = app.get_with(&address, &[("accept", "text/html")]).await.expect(200);
    assert!(page.text().contains("3 differences") && page.text().contains("held until"), "{}", page.text());
    assert_eq!(page.header("x-robots-tag"), "noindex");
    assert_eq!(app.get(&format!("{address}.json")).await.expect(200).json()["unchanged"], 1);
    app.get("/tools/reports/01900000-0000-7000-8000-000000000000").await.expect(404).problem();
    assert_eq!(app.world().await, before, "a report is no record");
}

#[tokio::test]
async fn too_much_or_too_many_is_refused_while_it_comes() {
    let app = TestApp::new().await;
    let large = "x".repeat(9 * 1024 * 1024);
    let answer =
        send(&app, "/api/diff", &[("file", Some("a.json"), &large), ("file", Some("b.json"), "{}")]).await;
    assert_eq!(answer.status, 413, "{}", answer.text());
    let many: Vec<_> = (0..30).map(|_| ("text", None, "{}")).collect();
    send(&app, "/api/diff", &many).await.expect(413).problem();
    // A body without a length is bounded as it comes.
    let answer =
        app.ask(Method::POST, "/api/diff?name=a.json", &[("content-type", "application/json")], large).await;
    assert_eq!(answer.status, 413, "{}", answer.text());
    for broken in ["--townhall-test-boundary\r\n", "", "--nothing--"] {
        let content_type = format!("multipart/form-data; boundary={BOUNDARY}");
        let answer = app.ask(Method::POST, "/api/diff", &[("content-type", &content_type)], broken).await;
        assert!(answer.status.is_client_error(), "{broken:?}: {}", answer.text());
    }
}

#[tokio::test]
async fn private_addresses_are_not_fetched_for_anybody() {
    let app = TestApp::new().await;
    for address in [
        "http://127.0.0.1:1/data.json",
        "http://169.254.169.254/latest/meta-data/",
        "file:///etc/passwd",
        "nonsense",
    ] {
        let answer = send(&app, "/api/diff", &[("url", None, address), ("url", None, address)]).await;
        assert!(answer.status.is_client_error(), "{address}: {}", answer.text());
        assert!(!answer.text().contains("root:"));
    }
}

#[tokio::test]
async fn catalogs_are_merged_as_the_policy_says() {
    let app = TestApp::new().await;
    let (old, new) = editions();
    let (old, new) = (old.to_string(), new.to_string());
    let files = [("file", Some("a.json"), old.as_str()), ("file", Some("b.json"), new.as_str())];
    let clash = send(&app, "/api/merge", &files).await.expect(409).problem();
    assert!(clash["detail"].as_str().unwrap().contains("https://example.gov/id/1"), "{clash}");

    let mut last = files.to_vec();
    last.push(("conflict", None, "last"));
    let merged = send(&app, "/api/merge", &last).await.expect(200);
    assert!(merged.header("content-disposition").contains("catalog.json"));
    let titles: Vec<_> =
        merged.json()["dataset"].as_array().unwrap().iter().map(|dataset| dataset["title"].clone()).collect();
    assert_eq!(titles.len(), 4, "{titles:?}");
    assert!(
        titles.contains(&json!("Levels")) && !titles.contains(&json!("Readings of gauge 1")),
        "{titles:?}"
    );

    let page = send(&app, "/tools/merge", &last).await.expect(200).text();
    assert!(page.contains("4 records in one catalog"), "{page}");
    last.push(("want", None, "file"));
    assert_eq!(
        send(&app, "/tools/merge", &last).await.expect(200).json()["dataset"].as_array().unwrap().len(),
        4
    );
    let page = send(&app, "/tools/merge", &files).await.expect(409).text();
    assert!(page.contains("with different content") && page.contains("<form"), "{page}");
    let wrong = [files[0], files[1], ("conflict", None, "oldest")];
    send(&app, "/api/merge", &wrong).await.expect(422).problem();
}

#[tokio::test]
async fn a_broken_catalog_is_mended_and_the_rest_told() {
    let app = TestApp::new().await;
    let mut broken = dataset(0);
    broken["modified"] = json!("1/31/2014");
    broken["keyword"] = json!("water, gauges");
    broken["contactPoint"]["hasEmail"] = json!("rivers@example.gov");
    let text = catalogue(vec![broken]).to_string();
    let mended = send(&app, "/api/fix", &[("text", None, &text)]).await.expect(200).json();
    let record = &mended["dataset"][0];
    assert_eq!(record["modified"], "2014-01-31");
    assert_eq!(record["keyword"], json!(["water", "gauges"]));
    assert_eq!(record["contactPoint"]["hasEmail"], "mailto:rivers@example.gov");

    let page = send(&app, "/tools/fix", &[("text", None, &text)]).await.expect(200).text();
    for words in ["1 of 1 records mended", "1/31/2014", "2014-01-31"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let again = mended.to_string();
    let report = send(&app, "/api/fix", &[("text", None, &again), ("report", None, "yes")]).await.json();
    assert_eq!(report["changed"], 0, "what is mended stays as it is: {report}");
    let page = send(&app, "/tools/fix", &[]).await.expect(422).text();
    assert!(page.contains("nothing was sent") && page.contains("<form"), "{page}");
}

#[tokio::test]
async fn a_catalog_is_judged_on_the_page_and_over_the_api() {
    let app = TestApp::new().await;
    let mut broken = dataset(0);
    broken["modified"] = json!("soon <b>");
    let text = catalogue(vec![broken, dataset(1)]).to_string();
    let told = send(&app, "/api/validate", &[("file", Some("data.json"), &text)]).await.expect(200).json();
    assert_eq!(
        (&told["valid"], &told["datasets"], &told["invalid_datasets"]),
        (&json!(false), &json!(2), &json!(1))
    );
    let raw = app
        .ask(
            Method::POST,
            "/api/validate?profile=dcat-us-1.1-canonical",
            &[("content-type", "application/json")],
            text.clone(),
        )
        .await
        .expect(200)
        .json();
    assert_eq!(raw["profile"], "dcat-us-1.1-canonical");

    let page = send(&app, "/tools/validate", &[("text", None, &text)]).await.expect(200).text();
    assert!(page.contains("Not valid: 1 of 2 datasets") && !page.contains("soon <b>"), "{page}");
    let wrong =
        send(&app, "/tools/validate", &[("text", None, &text), ("profile", None, "pod-9")]).await.expect(422);
    assert!(wrong.text().contains("pod-9"), "{}", wrong.text());
    for (form, media_type) in [
        ("sarif", "application/sarif+json"),
        ("csv", "text/csv; charset=utf-8"),
        ("junit", "application/xml"),
    ] {
        let path = format!("/api/validate?_format={form}");
        let report = app
            .ask(Method::POST, &path, &[("content-type", "application/json")], text.clone())
            .await
            .expect(200);
        assert_eq!(report.header("content-type"), media_type);
        assert!(report.text().contains("modified"), "{}", report.text());
    }
    let rules = app.get("/api/validate/rules").await.expect(200).json();
    assert!(rules["data"].as_array().unwrap().len() > 50);
}

#[tokio::test]
async fn a_catalog_is_converted_and_the_cost_told() {
    let app = TestApp::new().await;
    let text = catalogue(vec![dataset(0), dataset(1)]).to_string();
    let newer = send(&app, "/api/convert", &[("text", None, &text), ("to", None, "dcat-us-3.0")])
        .await
        .expect(200)
        .json();
    assert_eq!(newer["dataset"].as_array().unwrap().len(), 2);
    let back = send(&app, "/api/convert", &[("text", None, &newer.to_string()), ("to", None, "dcat-us-1.1")])
        .await
        .json();
    assert_eq!(back["dataset"], catalogue(vec![dataset(0), dataset(1)])["dataset"], "there and back again");
    let turtle =
        send(&app, "/api/convert", &[("text", None, &text), ("to", None, "turtle")]).await.expect(200);
    assert!(
        turtle.header("content-type").starts_with("text/turtle") && turtle.text().contains("dcat:Dataset")
    );
    let csv =
        send(&app, "/api/convert", &[("text", None, &text), ("to", None, "csv")]).await.expect(200).text();
    assert_eq!(csv.lines().count(), 3, "{csv}");
    assert!(csv.starts_with("@type,identifier,title"), "{csv}");
    send(&app, "/api/convert", &[("text", None, &text), ("to", None, "docx")]).await.expect(422).problem();
    send(&app, "/api/convert", &[("text", None, &text)]).await.expect(422).problem();
    let page =
        send(&app, "/tools/convert", &[("text", None, &text), ("to", None, "dcat-us-3.0")]).await.expect(200);
    assert!(page.text().contains("2 records converted"), "{}", page.text());
}

/// Where a form leads to after it was sent.
async fn led_to(app: &TestApp, path: &str, fields: &[(&str, Option<&str>, &str)]) -> String {
    send(app, path, fields).await.expect(303).header("location").to_owned()
}

#[tokio::test]
async fn a_broken_catalog_is_mended_with_the_page_alone() {
    let app = TestApp::new().await;
    let mut broken = dataset(0);
    broken["modified"] = json!("1/31/2014");
    broken["contactPoint"]["hasEmail"] = json!("nobody");
    let text = catalogue(vec![broken]).to_string();
    let html = [("accept", "text/html")];

    let judged =
        led_to(&app, "/tools/validate", &[("file", Some("city.json"), &text), ("keep", None, "hour")]).await;
    let page = app.get_with(&judged, &html).await.expect(200).text();
    for words in ["Not valid", "city.json", "Mend what can be mended", "1/31/2014", "data-line"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let id = judged.rsplit('/').next().unwrap();

    let mended = led_to(&app, "/tools/fix", &[("report", None, id), ("keep", None, "hour")]).await;
    let page = app.get_with(&mended, &html).await.expect(200).text();
    assert!(page.contains("Check the mended file") && page.contains("2014-01-31"), "{page}");
    let file = app.get(&format!("{mended}/file")).await.expect(200);
    assert!(file.header("content-disposition").contains("mended.json"), "{:?}", file.headers);
    assert_eq!(file.json()["dataset"][0]["modified"], "2014-01-31");

    let fixed = mended.rsplit('/').next().unwrap();
    let again = led_to(&app, "/tools/validate", &[("made", None, fixed), ("keep", None, "hour")]).await;
    let page = app.get_with(&again, &html).await.expect(200).text();
    assert!(
        page.contains("nobody") && !page.contains("1/31/2014"),
        "a person has to write the address: {page}"
    );

    let by_hand = file.text().replace("nobody", "rivers@example.gov").replace("mailto:mailto:", "mailto:");
    let last = led_to(&app, "/tools/fix", &[("text", None, &by_hand), ("keep", None, "hour")]).await;
    let last = last.rsplit('/').next().unwrap();
    let judged_last = led_to(&app, "/tools/validate", &[("made", None, last), ("keep", None, "hour")]).await;
    let page = app.get_with(&judged_last, &html).await.expect(200).text();
    assert!(page.contains("Valid: 1 dataset"), "{page}");

    let form = app.get_with(&format!("/tools/convert?report={id}"), &html).await.expect(200).text();
    assert!(form.contains("city.json") && form.contains(r#"name="report""#), "{form}");

    send(&app, &format!("{judged}/forget"), &[]).await.expect(303);
    app.get(&judged).await.expect(404).problem();
    send(&app, "/tools/fix", &[("report", None, id)]).await.expect(404);
}

#[tokio::test]
async fn it_is_told_what_data_gov_would_do() {
    let app = TestApp::new().await;
    let mut worse = dataset(1);
    worse["modified"] = json!("soon");
    let (old, new) =
        (catalogue(vec![dataset(0), dataset(1), dataset(2)]), catalogue(vec![dataset(0), worse]));
    let (old, new) = (old.to_string(), new.to_string());
    let plan = send(&app, "/api/would-harvest", &[("text", None, &new), ("text", None, &old)])
        .await
        .expect(200)
        .json();
    assert_eq!(
        [&plan["added"], &plan["unchanged"], &plan["refused"], &plan["deleted"]],
        [&json!(0), &json!(1), &json!(1), &json!(1)],
        "{plan}"
    );
    let page = send(&app, "/tools/would-harvest", &[("text", None, &new)]).await.expect(200).text();
    assert!(
        page.contains("1 of 2 records would be refused") && page.contains("<code>modified</code>"),
        "{page}"
    );
    for (form, words) in [("html", "<ins>Levels</ins>"), ("text", "1 changed"), ("atom", "<feed")] {
        let (old, new) = editions();
        let (old, new) = (old.to_string(), new.to_string());
        let fields = [("text", None, old.as_str()), ("text", None, new.as_str()), ("_format", None, form)];
        let told = send(&app, "/api/diff", &fields).await.expect(200).text();
        assert!(told.contains(words), "{form}: {told}");
    }
}

#[tokio::test]
async fn a_large_file_is_worked_on_by_a_job() {
    let app = TestApp::new().await;
    let text = catalogue((0..200).map(dataset).collect()).to_string();
    let begun =
        send(&app, "/api/fix", &[("text", None, &text), ("job", None, "yes")]).await.expect(202).json();
    let status = begun["report"].as_str().unwrap();
    let status = &status[status.find("/tools/").unwrap()..];
    let working = app.get(status).await.expect(202).json();
    assert_eq!(working["state"], "working");
    let report = status.strip_suffix(".json").unwrap();
    let page = app.get_with(report, &[("accept", "text/html")]).await.expect(200).text();
    assert!(page.contains("data-working") && page.contains("http-equiv=\"refresh\""), "{page}");

    assert_eq!(app.app.jobs().run_until_idle().await.unwrap(), 1);
    assert_eq!(app.get(status).await.expect(200).json()["records"], 200);
    let page = app.get_with(report, &[("accept", "text/html")]).await.expect(200).text();
    assert!(page.contains("Check the mended file") && !page.contains("data-working"), "{page}");
    assert_eq!(
        app.get(&format!("{report}/file")).await.expect(200).json()["dataset"].as_array().unwrap().len(),
        200
    );

    let wrong =
        send(&app, "/api/convert", &[("text", None, "no"), ("to", None, "turtle"), ("job", None, "yes")])
            .await
            .expect(202)
            .json();
    let status = wrong["report"].as_str().unwrap();
    let status = &status[status.find("/tools/").unwrap()..];
    app.app.jobs().run_until_idle().await.unwrap();
    assert!(app.get(status).await.expect(422).problem()["detail"].as_str().unwrap().contains("not JSON"));

    let stopped =
        send(&app, "/api/fix", &[("text", None, &text), ("job", None, "yes")]).await.expect(202).json();
    let status = stopped["report"].as_str().unwrap();
    let status = &status[status.find("/tools/").unwrap()..];
    send(&app, &status.replace(".json", "/stop"), &[]).await.expect(303);
    assert_eq!(app.app.jobs().run_until_idle().await.unwrap(), 0);
    assert!(app.get(status).await.expect(422).text().contains("stopped"));
}

#[tokio::test]
async fn a_catalog_goes_into_a_workbook_and_comes_back() {
    let app = TestApp::new().await;
    let mut long = dataset(1);
    long["description"] = json!("Länge 🌍 ".repeat(9_000));
    long["keyword"] = json!(["=1+1", "water; gauges", "0123"]);
    let catalog = catalogue(vec![dataset(0), long]);
    let fields = [("text", None, catalog.to_string()), ("to", None, "xlsx".to_owned())];
    let fields: Vec<_> = fields.iter().map(|(name, file, text)| (*name, *file, text.as_str())).collect();
    let workbook = send(&app, "/api/convert", &fields).await.expect(200);
    assert!(workbook.body.starts_with(b"PK") && workbook.header("content-type").contains("spreadsheetml"));
    let post = async |path: &str| {
        app.ask(Method::POST, path, &[("content-type", "application/octet-stream")], workbook.body.clone())
            .await
            .expect(200)
            .json()
    };
    assert_eq!(post("/api/convert?to=dcat-us-1.1").await["dataset"], catalog["dataset"]);
    assert_eq!(post("/api/validate").await["datasets"], 2, "the other tools read it too");
    let path = app.write("catalog.xlsx", &workbook.body);
    let report = app.import_path(path, &townhall_app::ImportOptions::default()).await;
    assert_eq!((report.added, report.refused), (2, 0), "{report:?}");
    let broken = app
        .ask(Method::POST, "/api/validate", &[("content-type", "application/octet-stream")], "PK\u{3}\u{4}no")
        .await
        .expect(400);
    assert!(broken.text().contains("workbook") || broken.text().contains("Excel"), "{}", broken.text());
}
