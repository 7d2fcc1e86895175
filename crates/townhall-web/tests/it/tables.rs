//! Rows over HTTP: questions, forms, versions, refusals.

use serde_json::{Value, json};

use crate::portal::{LEVELS, portal, records, rows, slug};

#[tokio::test]
async fn rows_are_filtered_sorted_chosen_and_counted() {
    let app = portal().await;
    let rows = rows(&app).await;
    let page =
        app.get(&format!("{rows}?river=Flow&_sort=-day&_select=station,level")).await.expect(200).json();
    assert_eq!(
        page["data"],
        json!([
            {"station": "0005", "level": null},
            {"station": "0004", "level": 4.25},
            {"station": "0003", "level": 3.5},
        ])
    );
    assert_eq!(page["meta"]["total"], 3);
    assert_eq!(page["meta"]["next"], Value::Null);
    assert_eq!(page["meta"]["version"], 1);
    let grouped =
        app.get(&format!("{rows}?_group=river&_aggregate=count,max(level)")).await.expect(200).json();
    assert_eq!(grouped["data"].as_array().unwrap().len(), 2, "{grouped}");
}

#[tokio::test]
async fn a_list_is_walked_to_its_end_and_back_by_its_links() {
    let app = portal().await;
    let rows = rows(&app).await;
    let mut path = format!("{rows}?_sort=river&_select=station&_limit=4");
    let mut seen = Vec::new();
    let mut last = None;
    loop {
        let answer = app.get(&path).await.expect(200);
        seen.extend(answer.json()["data"].as_array().unwrap().iter().map(|row| row["station"].clone()));
        let link = answer.header("link").to_owned();
        last = linked(&link, "prev").or(last);
        match linked(&link, "next") {
            Some(next) => path = next,
            None => break,
        }
    }
    assert_eq!(seen, ["0001", "0002", "0006", "0003", "0004", "0005"].map(Value::from));
    let back = app.get(&last.expect("the last page has one before it")).await.expect(200).json();
    assert_eq!(back["data"].as_array().unwrap().len(), 4);
    assert_eq!(back["meta"]["previous"], Value::Null);
}

/// The path that a `Link` header gives for a relation (RFC 8288).
fn linked(header: &str, relation: &str) -> Option<String> {
    let part = header.split(", ").find(|part| part.ends_with(&format!("rel=\"{relation}\"")))?;
    let url = part.strip_prefix('<')?.split_once('>')?.0;
    Some(url.strip_prefix("https://data.example.gov")?.to_owned())
}

#[tokio::test]
async fn every_form_is_named_and_holds_the_rows() {
    let app = portal().await;
    let rows = rows(&app).await;
    let csv = app.get(&format!("{rows}.csv?_sort=-station&_select=station,note")).await.expect(200);
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    assert!(csv.header("content-disposition").starts_with("attachment; filename="), "{csv:?}");
    assert_eq!(
        csv.text().lines().collect::<Vec<_>>(),
        [
            "station,note",
            "0006,low",
            "0005,ice",
            "0004,\"said \"\"stop\"\"\"",
            "0003,\"high, rising\"",
            "0002,",
            "0001,low"
        ]
    );
    let lines = app.get(&format!("{rows}.jsonl?river=Ebb&_select=station")).await.expect(200);
    assert_eq!(lines.text(), "{\"station\":\"0001\"}\n{\"station\":\"0002\"}\n{\"station\":\"0006\"}\n");
    assert_eq!(&app.get(&format!("{rows}.parquet")).await.expect(200).body[..4], b"PAR1");
    assert_eq!(&app.get(&format!("{rows}.xlsx")).await.expect(200).body[..2], b"PK");
    let asked = app.get_with(&rows, &[("accept", "text/csv")]).await.expect(200);
    assert_eq!(asked.header("content-type"), "text/csv; charset=utf-8");
}

#[tokio::test]
async fn a_client_that_has_this_version_is_told_so_until_the_rows_change() {
    let app = portal().await;
    let rows = rows(&app).await;
    let path = format!("{rows}?river=Ebb");
    let first = app.get(&path).await.expect(200);
    let tag = first.header("etag").to_owned();
    assert!(first.header("cache-control").contains("no-cache"));
    assert!(app.get_with(&path, &[("if-none-match", &tag)]).await.expect(304).body.is_empty());
    assert_ne!(app.get(&format!("{rows}?river=Flow")).await.header("etag"), tag);

    let changed = LEVELS.replace("1.5", "1.75");
    let report = app.import(&records(), &[("levels.csv", &changed)]).await;
    assert_eq!((report.unchanged, report.tables), (3, 1), "{report:#?}");
    let now = app.get_with(&path, &[("if-none-match", &tag)]).await.expect(200).json();
    assert_eq!((&now["meta"]["version"], &now["data"][0]["level"]), (&json!(2), &json!(1.75)));
    let then = app.get(&format!("{path}&_as_of=1")).await.expect(200).json();
    assert_eq!(then["data"][0]["level"], 1.5);
}

#[tokio::test]
async fn any_website_may_read_rows() {
    let app = portal().await;
    let rows = rows(&app).await;
    for path in [rows.clone(), format!("{rows}.csv"), format!("{rows}?nothing=1")] {
        let answer = app.get_with(&path, &[("origin", "https://elsewhere.example")]).await;
        assert_eq!(answer.header("access-control-allow-origin"), "*", "{path}");
        assert_eq!(answer.header("cross-origin-resource-policy"), "cross-origin", "{path}");
    }
    assert_eq!(app.get("/about").await.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn what_can_not_be_answered_says_what_where_and_how_to_mend_it() {
    let app = portal().await;
    let rows = rows(&app).await;
    for (question, word) in [
        ("rivr=Ebb", "rivr"),
        ("day=tomorrow", "day"),
        ("level__contains=x", "level"),
        ("river__sounds=Ebb", "sounds"),
        ("_sort=nothing", "nothing"),
        ("_limit=many", "_limit"),
        ("_limit=999999999", "_limit"),
        ("_cursor=zz", "_cursor"),
        ("_where=level%20%3E%3E%203", "_where"),
        ("_aggregate=median(river)", "median"),
        ("_as_of=yesterday", "_as_of"),
        ("_format=docx", "docx"),
    ] {
        let answer = app.get(&format!("{rows}?{question}")).await;
        assert!(answer.status.is_client_error(), "{question}: {}", answer.text());
        let problem = answer.problem();
        assert!(problem.to_string().contains(word), "{question}: {problem}");
        let mends =
            problem["hint"].is_string() || problem["detail"].as_str().unwrap().contains("write it like");
        assert!(mends, "{question}: {problem}");
    }
    let long = format!("{rows}?river={}", "x".repeat(40_000));
    assert!(app.get(&long).await.status.is_client_error());
}

#[tokio::test]
async fn cells_that_do_not_fit_are_kept_with_their_place() {
    let app = portal().await;
    let mut levels = String::from("station,level\n");
    for n in 0..200 {
        let level = if n == 119 { "not measured".to_owned() } else { format!("{}.5", n % 7) };
        levels.push_str(&format!("{n:04},{level}\n"));
    }
    app.import(&records(), &[("levels.csv", &levels)]).await;
    let rows = rows(&app).await;
    let rejects = app.get(&rows.replace("/rows", "/rejects")).await.expect(200).json();
    assert_eq!(rejects["meta"]["total"], 1, "{rejects}");
    let reject = &rejects["data"][0];
    assert_eq!((&reject["column"], &reject["value"]), (&json!("level"), &json!("not measured")), "{reject}");
    assert_eq!(reject["row"], 120, "{reject}");
    let row = app.get(&format!("{rows}?station=0119")).await.expect(200).json();
    assert_eq!(row["data"], json!([{"station": "0119", "level": null}]));
}

#[tokio::test]
async fn a_form_leads_to_the_short_address() {
    let app = portal().await;
    let slug = slug(&app, "Levels").await;
    let sent = format!(
        "/data/{slug}/table?_search=&_op.river=river&_value.river=Ebb&_op.level=level__gte&_value.level=\
         &_select=station&_select=level"
    );
    let answer = app.get_with(&sent, &[("accept", "text/html")]).await.expect(303);
    assert_eq!(answer.header("location"), format!("/data/{slug}/table?river=Ebb&_select=station%2Clevel"));
    let page = app.get_with(answer.header("location"), &[("accept", "text/html")]).await.expect(200).text();
    assert!(page.contains("Rows <strong>1–3</strong> of <strong>3</strong> that match, from 6"), "{page}");
}
