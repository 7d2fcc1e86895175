//! csv-to-api over a server on loopback: what its documentation asks, what is refused, and what is fetched how often.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use townhall_app::{Audience, parse_ranges};
use townhall_testkit::TestApp;

const FILE: &str = "id,Bldg Zip,Region Code,Name,Note\n1,20405,11,\"Main, \"\"East\"\"\",\n2,00501,9,Annex,\"two\nlines\"\n3,20405,,<Ünit>,x\n";

/// A server of CSV files, its address, and how often its file was sent.
async fn server() -> (String, Arc<AtomicUsize>) {
    let sent = Arc::new(AtomicUsize::new(0));
    let count = sent.clone();
    let file = async move |headers: HeaderMap| {
        if headers.get("if-none-match").is_some_and(|tag| tag == "\"1\"") {
            return StatusCode::NOT_MODIFIED.into_response();
        }
        count.fetch_add(1, Ordering::SeqCst);
        ([("etag", "\"1\"")], FILE).into_response()
    };
    let router = Router::new()
        .route("/file.csv", get(file.clone()))
        .route("/file", get(file))
        .route("/away.csv", get(async || Redirect::temporary("http://10.0.0.1/file.csv")))
        .route("/large.csv", get(async || "a,b\n".repeat(9_000_000)))
        .route("/picture.csv", get(async || [0x89_u8, 0x50, 0x4e, 0x47, 0, 0, 0, 1].to_vec()));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (format!("http://{address}"), sent)
}

async fn app(audience: Audience, hosts: &[&str]) -> TestApp {
    TestApp::with_settings(audience, |settings| {
        settings.fetch.allow = parse_ranges(&["127.0.0.0/8".to_owned()]).unwrap();
        settings.csv_sources = hosts.iter().map(|host| (*host).to_owned()).collect();
    })
    .await
}

async fn check(app: &TestApp, source: &str, query: &str, expected: &str) {
    let answer = app.get(&format!("/csv-to-api/?source={source}{query}")).await;
    let host = source.rsplit_once('/').unwrap().0;
    let text = answer.text().replace(host, "HOST");
    assert_eq!(format!("{} {}", answer.status.as_u16(), text.trim_end()), expected, "{query}");
}

#[tokio::test]
async fn the_documented_parameters_are_answered() {
    let (host, _) = server().await;
    let app = app(Audience::Public, &["127.0.0.1"]).await;
    let source = format!("{host}/file.csv");
    let ask = async |query: &str, expected: &str| check(&app, &source, query, expected).await;
    ask("", r#"200 [{"id":1,"bldg_zip":"20405","region_code":11,"name":"Main, \"East\"","note":null},{"id":2,"bldg_zip":"00501","region_code":9,"name":"Annex","note":"two\nlines"},{"id":3,"bldg_zip":"20405","region_code":null,"name":"<Ünit>","note":"x"}]"#).await;
    ask(
        "&bldg_zip=00501",
        r#"200 [{"id":2,"bldg_zip":"00501","region_code":9,"name":"Annex","note":"two\nlines"}]"#,
    )
    .await;
    ask(
        "&Region+Code=11&omit_empty=1",
        r#"200 [{"id":1,"bldg_zip":"20405","region_code":11,"name":"Main, \"East\""}]"#,
    )
    .await;
    ask("&region-code=many", "200 []").await;
    ask(
        "&sort=region_code&omit_empty=1&name=Annex&callback=show",
        r#"200 show([{"id":2,"bldg_zip":"00501","region_code":9,"name":"Annex","note":"two\nlines"}]);"#,
    )
    .await;
    ask("&format=xml&id=3", r#"200 <?xml version="1.0" encoding="utf-8"?><records><record id="3"><bldg_zip>20405</bldg_zip><region_code></region_code><name>&lt;Ünit&gt;</name><note>x</note></record></records>"#).await;
    ask("&header_row=n&field_1=id", r#"200 [{"field_1":"id","field_2":"Bldg Zip","field_3":"Region Code","field_4":"Name","field_5":"Note"}]"#).await;
    let order = async |query: &str| {
        let rows = app.get(&format!("/csv-to-api?source={source}&{query}")).await.expect(200).json();
        rows.as_array().unwrap().iter().map(|row| row["id"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(order("sort=region_code").await, [2, 1, 3]);
    assert_eq!(order("sort=Region+Code&sort_dir=desc").await, [1, 2, 3]);
    let page = app.get(&format!("/csv-to-api?source={source}&format=html")).await.expect(200);
    assert!(page.text().contains("&lt;Ünit&gt;") && page.text().contains("<table"), "{}", page.text());
    let help = app.get("/csv-to-api/").await.expect(200);
    assert!(help.text().contains("sort_dir"), "{}", help.text());
}

#[tokio::test]
async fn a_file_is_fetched_once_an_hour_and_kept_out_of_the_catalogue() {
    let (host, sent) = server().await;
    let app = app(Audience::Staff, &[]).await;
    for query in ["", "&id=1", "&sort=id", "&format=xml"] {
        app.get(&format!("/csv-to-api?source={host}/file.csv{query}")).await.expect(200);
    }
    assert_eq!(sent.load(Ordering::SeqCst), 1);
    // Without a header it is another table of the same file.
    app.get(&format!("/csv-to-api?source={host}/file.csv&header_row=n")).await.expect(200);
    assert_eq!(sent.load(Ordering::SeqCst), 2);
    let tables = app.get("/api/tables").await.expect(200).json();
    assert_eq!(tables["meta"]["total"], 0, "{tables}");
}

#[tokio::test]
async fn what_may_not_be_fetched_is_refused() {
    let (host, sent) = server().await;
    let staff = app(Audience::Staff, &[]).await;
    let file = format!("{host}/file.csv");
    check(
        &staff,
        &format!("{host}/file"),
        "",
        "400 Format not supported: ; only files of CSV are read; say source_format=csv if it is one",
    )
    .await;
    check(&staff, &file, "&format=pdf", "400 Format not supported: pdf; use json, xml or html").await;
    check(&staff, &file, "&nme=x", "400 parameter `nme`: the file has no column `nme`; did you mean `name`?")
        .await;
    check(&staff, &file, "&sort_dir=up&sort=id", "400 parameter `sort_dir`: it is neither asc nor desc")
        .await;
    let refused = async |app: &TestApp, source: &str, status: u16| {
        let answer = app.get(&format!("/csv-to-api?source={source}")).await;
        assert_eq!(answer.status.as_u16(), status, "{source}: {}", answer.text());
        assert!(answer.text().starts_with("Bad data source: "), "{source}: {}", answer.text());
    };
    refused(&staff, "http://10.0.0.1/file.csv", 403).await;
    refused(&staff, &format!("{host}/away.csv"), 403).await;
    refused(&staff, &format!("{host}/none.csv"), 404).await;
    refused(&staff, &format!("{host}/large.csv"), 413).await;
    refused(&staff, "file:///etc/passwd.csv", 400).await;
    refused(&staff, "nonsense.csv", 400).await;
    app_refuses_strangers(&file, refused).await;
    assert_eq!(sent.load(Ordering::SeqCst), 1);
}

/// The public asks the hosts in the settings and no others.
async fn app_refuses_strangers(file: &str, refused: impl AsyncFn(&TestApp, &str, u16)) {
    refused(&app(Audience::Public, &[]).await, file, 403).await;
    refused(&app(Audience::Public, &["data.example.gov", "*.0.0.1x"]).await, file, 403).await;
}
