//! Limits over HTTP: what is too much becomes a job, is cut short and says so, or is sent away; and what it would take is told.

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;
use townhall_app::{AppSettings, Audience, Class, ClassLimits};
use townhall_testkit::TestApp;

use crate::portal::{LEVELS, records, rows};

/// A portal with the table of rivers, under other limits for whoever comes along.
async fn portal_with(change: impl FnOnce(&mut ClassLimits)) -> TestApp {
    portal_as(Audience::Public, |settings| {
        let mut limits = settings.query_classes.of(Class::Anonymous).clone();
        change(&mut limits);
        settings.query_classes.set(Class::Anonymous, limits);
    })
    .await
}

async fn portal_as(audience: Audience, change: impl FnOnce(&mut AppSettings)) -> TestApp {
    let app = TestApp::with_settings(audience, change).await;
    let report = app.import(&records(), &[("levels.csv", LEVELS)]).await;
    assert_eq!(report.tables, 1, "{report:#?}");
    app
}

/// A portal for which every question is too much to wait for.
async fn impatient() -> TestApp {
    portal_with(|limits| limits.work_bytes = Some(1)).await
}

#[tokio::test]
async fn what_is_too_heavy_is_answered_by_a_job_at_the_same_address() {
    let app = impatient().await;
    let usual = portal_with(|_| {}).await;
    let (heavy, light) = (rows(&app).await, rows(&usual).await);
    for question in [
        "?_sort=-level&_select=station,level",
        "?_group=river&_aggregate=count,max(level)",
        "?_facet=river&_limit=2",
        ".csv?_sort=-level",
        ".jsonl?_group=river&_aggregate=count",
    ] {
        let path = format!("{heavy}{question}");
        let later = app.get(&path).await.expect(202);
        let told = later.json();
        let job = told["job"].as_str().unwrap().to_owned();
        assert_eq!(later.header("location"), format!("/api/jobs/{job}"), "{told}");
        assert_eq!(told["url"], later.header("location"));
        assert!(!later.header("retry-after").is_empty());
        assert_eq!(told["state"], "queued");
        assert!(told["progress"].is_object(), "{told}");
        // Asking again asks for no other job.
        assert_eq!(app.get(&path).await.expect(202).json()["job"], job);
        assert_eq!(app.work().await, 1);
        let answer = app.get(&path).await.expect(200);
        let expected = usual.get(&format!("{light}{question}")).await.expect(200);
        assert_eq!(answer.text(), expected.text(), "{question}");
        assert_eq!(answer.header("content-type"), expected.header("content-type"));
        let shown = app.get(&format!("/api/jobs/{job}")).await.expect(200).json();
        assert_eq!((&shown["state"], &shown["kind"]), (&json!("done"), &json!("answer-question")), "{shown}");
    }
    app.world().await;
}

#[tokio::test]
async fn heavy_sql_and_other_dialects_are_answered_by_jobs_as_well() {
    let app = impatient().await;
    let table = rows(&app).await.split('/').nth(3).unwrap().to_owned();
    let sql = "/api/sql?sql=select%20river,%20count(*)%20as%20n%20from%20levels_of_two_rivers%20group%20by%20river%20order%20by%20river";
    for path in [
        sql.to_owned(),
        format!("{sql}&_format=csv"),
        format!("/api/3/action/datastore_search?resource_id={table}&sort=level%20desc"),
        format!("/resource/{table}.json?$order=level"),
        "/data/levels-of-two-rivers/table?_sort=level".to_owned(),
    ] {
        let later = app.get(&path).await.expect(202);
        assert!(later.header("location").starts_with("/api/jobs/"), "{path}");
        app.work().await;
        app.get(&path).await.expect(200);
    }
}

#[tokio::test]
async fn whoever_runs_the_portal_has_limits_of_their_own() {
    let app = portal_as(Audience::Staff, |settings| {
        let limits =
            ClassLimits { work_bytes: Some(1), ..settings.query_classes.of(Class::Anonymous).clone() };
        settings.query_classes.set(Class::Anonymous, limits);
    })
    .await;
    let rows = rows(&app).await;
    app.get(&format!("{rows}?_sort=level")).await.expect(200);
    // Whoever comes through a proxy is the public.
    app.get_with(&format!("{rows}?_sort=-level"), &[("via", "1.1 proxy")]).await.expect(202);
}

#[tokio::test]
async fn a_question_is_explained_without_being_asked() {
    let app = portal_with(|limits| limits.work_bytes = Some(400)).await;
    let rows = rows(&app).await;
    let told = app.get(&format!("{rows}?river=Ebb&_select=station&_explain=1")).await.expect(200).json();
    assert_eq!((&told["answered"], &told["version"]), (&json!("hot"), &json!(1)), "{told}");
    assert_eq!(told["scan"]["columns"], json!(["river", "station"]));
    assert_eq!((&told["scan"]["row_groups"], &told["scan"]["rows"]), (&json!(1), &json!(6)));
    assert!(told["scan"]["bytes"].as_u64().unwrap() > 0);
    assert_eq!(told["estimate"]["rows"], 3);
    assert_eq!(told["limits"]["class"], "anonymous");
    assert_eq!(told["becomes_job"], false, "{told}");
    let none = app.get(&format!("{rows}?level__gt=99&_explain=1")).await.expect(200).json();
    assert_eq!((&none["scan"]["row_groups_kept"], &none["scan"]["rows"]), (&json!(0), &json!(0)), "{none}");
    let all = app.get(&format!("{rows}?_explain=1")).await.expect(200).json();
    assert_eq!(all["total_is_known"], true);
    let groups = app
        .get(&format!("{rows}?_group=station,note&_aggregate=sum(level)&_explain=1"))
        .await
        .expect(200)
        .json();
    assert_eq!(groups["becomes_job"], true, "{groups}");
    assert!(groups["estimate"]["groups"].as_u64().unwrap() >= 6, "{groups}");
    let file = app.get(&format!("{rows}.csv?_explain=1")).await.expect(200).json();
    assert_eq!(file["prepared"], false, "{file}");
    let sql = "/api/sql?_explain=1&sql=select%20station%20from%20levels_of_two_rivers%20where%20level%20%3E%2099%20order%20by%20station";
    let told = app.get(sql).await.expect(200).json();
    assert_eq!(told["scan"][0]["columns"], json!(["station", "level"]), "{told}");
    assert_eq!(told["scan"][0]["row_groups_kept"], 0, "{told}");
    assert_eq!(told["sorts"], true);
    assert!(app.get("/api/sql?_explain=1&sql=select%201%20from%20nothing").await.status.is_client_error());
}

#[tokio::test]
async fn a_whole_table_is_prepared_once_and_given_in_parts() {
    let app = portal_with(|_| {}).await;
    let rows = rows(&app).await;
    let csv = format!("{rows}.csv");
    let head = app.ask(axum::http::Method::HEAD, &csv, &[], "").await.expect(200);
    assert_eq!(head.header("content-length"), "", "nothing is computed for a head");
    let streamed = app.get(&csv).await.expect(200);
    assert_eq!(streamed.header("accept-ranges"), "");
    assert_eq!(app.work().await, 1);
    let made = app.get(&csv).await.expect(200);
    assert_eq!(made.body, streamed.body);
    let length = made.body.len().to_string();
    assert_eq!((made.header("content-length"), made.header("accept-ranges")), (length.as_str(), "bytes"));
    let head = app.ask(axum::http::Method::HEAD, &csv, &[], "").await.expect(200);
    assert_eq!((head.header("content-length"), head.body.len()), (length.as_str(), 0));
    let tag = made.header("etag").to_owned();
    assert!(tag.starts_with('"'), "{tag}");
    app.get_with(&csv, &[("if-none-match", &tag)]).await.expect(304);

    let first = app.get_with(&csv, &[("range", "bytes=0-19")]).await.expect(206);
    assert_eq!(first.header("content-range"), format!("bytes 0-19/{length}"));
    let rest = app.get_with(&csv, &[("range", "bytes=20-"), ("if-range", &tag)]).await.expect(206);
    assert_eq!([&first.body[..], &rest.body[..]].concat(), made.body);
    // Whoever has the beginning of another file gets all of this one.
    app.get_with(&csv, &[("range", "bytes=20-"), ("if-range", "\"other\"")]).await.expect(200);
    app.get_with(&csv, &[("range", "bytes=999999-")]).await.expect(416);

    assert!(made.header("cache-control").contains("no-cache"));
    let pinned = app.get(&format!("{csv}?_as_of=1")).await.expect(200);
    assert!(pinned.header("cache-control").contains("immutable"), "{pinned:?}");
    assert_eq!(pinned.header("etag"), tag);
    app.world().await;
}

#[tokio::test]
async fn prepared_files_are_packed_and_follow_the_version() {
    let app = portal_with(|_| {}).await;
    let rows = rows(&app).await;
    let plain = app.get(&format!("{rows}.json")).await.expect(200);
    for round in 0..2 {
        let packed = app.get(&format!("{rows}.json.gz")).await.expect(200);
        assert_eq!(townhall_testkit::gunzip(&packed.body), plain.body, "round {round}");
        assert_eq!(packed.header("content-type"), "application/gzip");
        assert!(packed.header("content-disposition").contains(".json.gz\""), "{packed:?}");
        assert_eq!(packed.header("content-encoding"), "");
        let packed = app.get(&format!("{rows}.csv.zst?river=Ebb")).await.expect(200);
        assert_eq!(&packed.body[..4], [0x28, 0xB5, 0x2F, 0xFD]);
        app.work().await;
    }
    let changed = LEVELS.replace("1.5", "1.75");
    app.import(&records(), &[("levels.csv", &changed)]).await;
    let now = app.get(&format!("{rows}.json.gz")).await.expect(200);
    assert!(String::from_utf8_lossy(&townhall_testkit::gunzip(&now.body)).contains("1.75"));
    app.get(&format!("{rows}.docx")).await.expect(404);
}

#[tokio::test]
async fn files_that_were_used_longest_ago_make_room() {
    let app = portal_as(Audience::Public, |settings| settings.prepared_bytes = 500).await;
    let rows = rows(&app).await;
    let mut bytes = 0;
    for ending in ["csv", "tsv", "csv.gz"] {
        bytes += app.get(&format!("{rows}.{ending}")).await.expect(200).body.len();
        app.work().await;
    }
    assert!(bytes > 500, "{bytes}");
    let kept = async |ending: &str| {
        let head = app.ask(axum::http::Method::HEAD, &format!("{rows}.{ending}"), &[], "").await.expect(200);
        head.header("accept-ranges") == "bytes"
    };
    assert_eq!((kept("csv").await, kept("tsv").await, kept("csv.gz").await), (false, true, true));
    app.world().await;
}

#[tokio::test]
async fn a_file_that_a_limit_cuts_says_so() {
    let app = portal_with(|limits| limits.rows = Some(2)).await;
    let rows = rows(&app).await;
    let cut = app.get(&format!("{rows}.csv")).await.expect(200);
    assert_eq!(cut.header("x-townhall-truncated"), "true");
    assert_eq!(cut.text().lines().count(), 3);
    let whole = app.get(&format!("{rows}.csv?station=0001")).await.expect(200);
    assert_eq!(whole.header("x-townhall-truncated"), "");

    // Where it turns out on the way, a trailer says so to those who read trailers.
    let path = format!("{rows}.csv?river=Ebb");
    let ask = |te: &'static str| {
        let request = Request::builder().uri(&path).header("host", "data.example.gov").header("te", te);
        app.router().oneshot(request.body(Body::empty()).unwrap())
    };
    let response = ask("trailers").await.unwrap();
    assert_eq!(response.headers()["trailer"], "x-townhall-truncated");
    let body = response.into_body().collect().await.unwrap();
    assert_eq!(body.trailers().unwrap()["x-townhall-truncated"], "true");
    assert_eq!(body.to_bytes().iter().filter(|byte| **byte == b'\n').count(), 3);
    // For others the transfer breaks off: a short file never looks whole.
    assert!(ask("").await.unwrap().into_body().collect().await.is_err());
}

#[tokio::test]
async fn a_client_that_leaves_gives_its_turn_back() {
    let app = portal_with(|limits| (limits.concurrency, limits.queue) = (1, 1)).await;
    let rows = rows(&app).await;
    for _ in 0..5 {
        let request = Request::builder()
            .uri(format!("{rows}.csv?river=Ebb"))
            .header("host", "data.example.gov")
            .body(Body::empty())
            .unwrap();
        let response = app.router().oneshot(request).await.unwrap();
        assert_eq!(response.status(), 200);
        drop(response);
    }
    let last = tokio::time::timeout(Duration::from_secs(20), app.get(&format!("{rows}.csv?river=Ebb"))).await;
    last.unwrap().expect(200);
}

#[tokio::test]
async fn json_comes_in_shapes_and_wrapped_in_a_call() {
    let app = portal_with(|_| {}).await;
    let rows = rows(&app).await;
    let page = app.get(&format!("{rows}?_select=station,level&_limit=1&_shape=arrays")).await.expect(200);
    assert!(page.header("link").contains("_shape=arrays"), "{page:?}");
    let page = page.json();
    assert_eq!(page["data"], json!([["0001", 1.5]]));
    assert_eq!(page["meta"]["columns"], json!(["station", "level"]));
    let file = app.get(&format!("{rows}.json?_select=station&river=Ebb&_shape=arrays")).await.expect(200);
    assert_eq!(file.json(), json!([["station"], ["0001"], ["0002"], ["0006"]]));
    let lines = app.get(&format!("{rows}.jsonl?_select=station&_limit=1&_shape=arrays")).await.expect(200);
    assert_eq!(lines.text(), "[\"station\"]\n[\"0001\"]\n");
    app.get(&format!("{rows}?_shape=spheres")).await.expect(422);

    for name in ["_callback", "callback"] {
        let call = app.get(&format!("{rows}?_limit=1&{name}=my.show")).await.expect(200);
        assert!(call.header("content-type").starts_with("application/javascript"), "{call:?}");
        let text = call.text();
        let inner = text.strip_prefix("/**/my.show(").and_then(|text| text.strip_suffix(");")).unwrap();
        assert_eq!(serde_json::from_str::<Value>(inner).unwrap()["meta"]["total"], 6);
    }
    let call = app.get(&format!("{rows}.json?_callback=show&_limit=1")).await.expect(200);
    assert!(call.text().starts_with("/**/show(["), "{}", call.text());
    for bad in ["alert(1)", "a%3Bb", "1a"] {
        app.get(&format!("{rows}?_callback={bad}")).await.expect(422);
    }
}

#[tokio::test]
async fn heads_are_answered_without_bodies_and_scripts_may_read_headers() {
    let app = portal_with(|_| {}).await;
    let rows = rows(&app).await;
    for path in [
        rows.clone(),
        format!("{rows}?river=Ebb"),
        format!("{rows}.csv?river=Ebb"),
        format!("{rows}.parquet"),
    ] {
        let head = app
            .ask(axum::http::Method::HEAD, &path, &[("origin", "https://x.example")], "")
            .await
            .expect(200);
        assert!(head.body.is_empty());
        let get = app.get(&path).await.expect(200);
        assert_eq!(head.header("content-type"), get.header("content-type"), "{path}");
        assert_eq!(head.header("etag"), get.header("etag"), "{path}");
        for exposed in ["X-Townhall-Truncated", "Content-Range", "Link", "Location"] {
            assert!(head.header("access-control-expose-headers").contains(exposed), "{exposed}");
        }
    }
    let packed = app.get_with(&format!("{rows}?_limit=6"), &[("accept-encoding", "zstd")]).await.expect(200);
    assert_eq!(packed.header("content-encoding"), "zstd");
}

#[tokio::test]
async fn a_column_has_its_profile_at_an_address() {
    let app = portal_with(|_| {}).await;
    let rows = rows(&app).await;
    let columns = rows.replace("/rows", "/columns");
    let listed = app.get(&columns).await.expect(200).json();
    assert_eq!(listed["meta"]["total"], 5);
    let level = app.get(&format!("{columns}/level")).await.expect(200).json();
    assert_eq!((&level["type"], &level["values"], &level["nulls"]), (&json!("number"), &json!(5), &json!(1)));
    assert_eq!(
        (&level["min"], &level["max"], &level["median"]),
        (&json!("1.5"), &json!("4.25"), &json!("3")),
        "{level}"
    );
    assert_eq!(level["spread_exact"], true);
    let counts = level["histogram"].as_array().unwrap().iter().map(|bin| bin["count"].as_u64().unwrap());
    assert_eq!(counts.sum::<u64>(), 5);
    let day = app.get(&format!("{columns}/day")).await.expect(200).json();
    assert_eq!(day["histogram"][0], json!({"from": "2025-01-01", "to": "2025-01-02", "count": 1}), "{day}");
    let river = app.get(&format!("{columns}/river")).await.expect(200).json();
    assert_eq!((&river["histogram"], &river["top"][0]["count"]), (&Value::Null, &json!(3)), "{river}");
    app.get(&format!("{columns}/nothing")).await.expect(404);
    let page = app.get_with("/data/levels-of-two-rivers/table", &[("accept", "text/html")]).await.expect(200);
    assert!(page.text().contains("1.5 to 4.25, half up to 3"), "{}", page.text());
}

#[tokio::test]
async fn a_head_of_sql_computes_nothing() {
    // Any query at all would be too much here.
    let app = impatient().await;
    let sql = "/api/sql?sql=select%20*%20from%20levels_of_two_rivers";
    let head = app.ask(axum::http::Method::HEAD, sql, &[], "").await.expect(200);
    assert_eq!((head.header("content-type"), head.body.len()), ("application/json", 0));
    let head = app.ask(axum::http::Method::HEAD, &format!("{sql}&_format=csv"), &[], "").await.expect(200);
    assert_eq!(head.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(app.work().await, 0, "nothing was asked for");
}
