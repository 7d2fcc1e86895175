//! `/developers/console`: every operation as a form, answered in this process or by a registered API.

use std::io::{Read, Write};
use std::net::TcpListener;

use axum::http::Method;
use serde_json::{Value, json};
use townhall_app::api::{Api, Kind, read_api_value};
use townhall_app::{Actor, ActorKind, NewApi};
use townhall_testkit::TestApp;

use crate::portal::{portal, rows};

async fn our_api(app: &TestApp) -> Api {
    let document = app.get("/api/openapi.json").await.expect(200).json();
    let reading = read_api_value(&document);
    assert!(reading.findings.is_empty(), "{:#?}", reading.findings);
    reading.api.expect("our own description")
}

/// What a page shows in an element of a class or role, roughly.
fn part<'p>(page: &'p str, from: &str, to: &str) -> &'p str {
    let start = page.find(from).unwrap_or_else(|| panic!("no `{from}` in {page}"));
    let rest = &page[start..];
    &rest[..rest.find(to).unwrap_or(rest.len())]
}

fn plain(text: &str) -> String {
    text.replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

#[tokio::test]
async fn every_operation_has_a_page_and_its_examples_are_answered() {
    let app = portal().await;
    let api = our_api(&app).await;
    assert!(api.operations.len() > 60, "{}", api.operations.len());
    let list = app.get("/developers/console").await.expect(200).text();
    let mut refused = Vec::new();
    for operation in &api.operations {
        let page = format!("/developers/console/portal/{}", operation.id);
        assert!(list.contains(&format!("href=\"{page}\"")), "{page} is not listed");
        let form = app.get(&page).await.expect(200).text();
        assert!(form.contains("name=\"console.send\""), "{page}");
        let filled: Vec<(String, String)> =
            operation.fields.iter().filter_map(|field| Some((field.key(), field.value.clone()?))).collect();
        let lacks = operation.fields.iter().any(|field| field.required && field.value.is_none());
        if lacks || operation.path.starts_with("/api/validate") && operation.method == "POST" {
            continue;
        }
        let mut pairs = filled;
        if let Some(body) = operation.body.as_ref().filter(|body| !body.is_form()) {
            pairs.push(("body".to_owned(), body.example.clone()));
        }
        pairs.push(("console.send".to_owned(), "1".to_owned()));
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&pairs).finish();
        let sent = app.get(&format!("{page}?{query}")).await.expect(200).text();
        let is_tool = operation.group == "Tools" && operation.method == "POST";
        if !is_tool && !sent.contains("th-status-good") {
            refused.push(format!(
                "{}: {}",
                operation.id,
                plain(part(&sent, "th-console-answer", "<details"))
            ));
        }
    }
    assert!(refused.is_empty(), "{}", refused.join("\n\n"));
}

#[tokio::test]
async fn the_description_names_every_route_for_programs() {
    let app = portal().await;
    let api = our_api(&app).await;
    let described: Vec<String> = api.operations.iter().map(|operation| shape(&operation.path)).collect();
    let mut missing = Vec::new();
    for (file, route) in routes() {
        // Pages are for people; a route whose ending is a name of a file is described by its endings.
        let is_for_programs = [
            "/api/",
            "/resource/",
            "/datastore/",
            "/datasette/",
            "/db-to-api/",
            "/catalog",
            "/feeds/",
            "/mcp",
        ]
        .iter()
        .any(|start| route.starts_with(start));
        let wanted = shape(&route);
        let is_known =
            described.iter().any(|known| *known == wanted || known.starts_with(&format!("{wanted}.")));
        if is_for_programs && !is_known && !UNNAMED.contains(&route.as_str()) {
            missing.push(format!("{route} ({file})"));
        }
    }
    assert!(missing.is_empty(), "not in handlers/openapi: {missing:#?}");
}

/// Routes that are the same as others: CKAN's without its version, any action by its name, rows with what hangs on them.
const UNNAMED: [&str; 5] = [
    "/api/action/{name}",
    "/api/3/action/{name}",
    "/api/tables/{id}/{rows}",
    "/datasette/{database}/{table}/{row}",
    "/api/{}",
];

/// A path without the names of its parts.
fn shape(path: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for letter in path.chars() {
        match letter {
            '{' => {
                inside = true;
                out.push_str("{}");
            }
            '}' => inside = false,
            _ if inside => {}
            letter => out.push(letter),
        }
    }
    out.trim_end_matches(".{}")
        .trim_end_matches(".json")
        .trim_end_matches(".csv")
        .trim_end_matches(".atom")
        .to_owned()
}

/// The literal routes in the handlers' files.
fn routes() -> Vec<(String, String)> {
    fn walk(folder: &std::path::Path, found: &mut Vec<(String, String)>) {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                for part in text.split(".route(\"").skip(1) {
                    let route = part.split('"').next().unwrap().to_owned();
                    found.push((path.display().to_string(), route));
                }
            }
        }
    }
    let mut found = Vec::new();
    walk(std::path::Path::new("src/handlers"), &mut found);
    assert!(found.len() > 50, "{found:?}");
    found
}

#[tokio::test]
async fn an_answer_shows_request_status_headers_body_time_and_code() {
    let app = portal().await;
    let table = rows(&app).await.split('/').nth(3).unwrap().to_owned();
    let address = format!(
        "/developers/console/portal/getRows?path.id={table}&river=Ebb&level__gte=2&_sort=-level&_limit=2&console.send=1"
    );
    let page = plain(&app.get(&address).await.expect(200).text());
    assert!(page.contains("th-status-good\">200</span> OK"), "{page}");
    assert!(page.contains(&format!("GET https://data.example.gov/api/tables/{table}/rows?")), "{page}");
    let body = part(&page, "Body of the answer", "</pre>");
    assert!(body.contains("\n    {\n      \"station\": \"0006\",") && !body.contains("Flow"), "{body}");
    assert!(page.contains("<code>content-type</code>") && page.contains("<code>etag</code>"), "{page}");
    assert!(page.contains(" ms,") || page.contains(" µs,"), "how long it took: {page}");
    for code in ["curl 'https://", "requests.get(\"https://", "library(httr2)", "await fetch(\"https://"] {
        assert!(page.contains(code), "{code}");
    }
    // What no field has is a row of its own.
    assert!(page.contains("value=\"level__gte\"") && page.contains("value=\"river\""), "{page}");
    let link = part(&page, "Link to this call", "</pre>");
    assert!(link.contains("level__gte=2") && link.contains("console.send=1"), "{link}");
}

#[tokio::test]
async fn what_is_wrong_is_answered_as_the_api_does_and_not_as_a_failed_page() {
    let app = portal().await;
    let page = "/developers/console/portal";
    let wrong = app.get(&format!("{page}/runSql?sql=select+nope&console.send=1")).await.expect(200).text();
    assert!(wrong.contains("th-status-bad\">422</span>"), "{wrong}");
    assert!(plain(&wrong).contains("\"detail\": "), "the problem document is there: {wrong}");
    let missing = app.get(&format!("{page}/getTable?console.send=1")).await.expect(200).text();
    assert!(missing.contains("The call was not made."), "{missing}");
    app.get(&format!("{page}/nothing")).await.expect(404);
    app.get("/developers/console/nothing/getRows").await.expect(404);
    // Nothing leads out of the routes.
    let up = app.get(&format!("{page}/getTable?path.id=..&console.send=1")).await.expect(200).text();
    assert!(up.contains("The call was not made."), "{up}");
    let slash = app
        .get(&format!("{page}/getTable?path.id=a%2F..%2F..%2Fdata&console.send=1"))
        .await
        .expect(200)
        .text();
    assert!(slash.contains("th-status-bad\">404</span>"), "{slash}");
}

#[tokio::test]
async fn a_form_that_was_sent_becomes_a_short_address() {
    let app = portal().await;
    let page = "/developers/console/portal/getRows";
    let sent = format!(
        "{page}?console.send=1&path.id=x&_select=&_where=&console.name.0=a__gt&console.value.0=1&console.name.1=&console.value.1="
    );
    let answer = app.get(&sent).await.expect(303);
    assert_eq!(answer.header("location"), format!("{page}?path.id=x&a__gt=1&console.send=1"));
}

#[tokio::test]
async fn long_answers_are_cut_and_files_are_not_shown() {
    let app = portal().await;
    let table = rows(&app).await.split('/').nth(3).unwrap().to_owned();
    let page = "/developers/console/portal";
    let file = app
        .get(&format!("{page}/downloadRows?path.id={table}&path.format=parquet&console.send=1"))
        .await
        .expect(200)
        .text();
    assert!(file.contains("can be downloaded, not shown") && file.contains("th-status-good"), "{file}");
    let long = "select repeat('x', 300000) as a from levels_of_two_rivers limit 2";
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("sql", long)
        .append_pair("console.send", "1")
        .finish();
    let cut = app.get(&format!("{page}/runSql?{query}")).await.expect(200);
    let text = cut.text();
    if text.contains("th-status-good") {
        assert!(text.contains("Only the beginning is shown") && text.len() < 300_000, "{}", text.len());
    }
}

#[tokio::test]
async fn a_table_has_a_form_of_its_own_columns_and_values() {
    let app = portal().await;
    let rows = rows(&app).await;
    let table = rows.trim_end_matches("/rows");
    let document = app.get(&format!("{table}/openapi.json")).await.expect(200);
    assert_eq!(document.header("access-control-allow-origin"), "*");
    let etag = document.header("etag").to_owned();
    let document = document.json();
    assert_eq!(document["openapi"], "3.1.0");
    let parameters = document["paths"][&rows]["get"]["parameters"].as_array().unwrap().clone();
    let named =
        |name: &str| parameters.iter().find(|one| one["name"] == name).unwrap_or_else(|| panic!("{name}"));
    assert_eq!(named("river")["schema"]["enum"], json!(["Ebb", "Flow"]));
    assert_eq!(named("level")["schema"]["type"], "number");
    assert_eq!(named("day")["schema"]["format"], "date");
    assert!(
        named("level")["description"].as_str().unwrap().contains("From 1.5 to 4.25"),
        "{}",
        named("level")
    );
    let row = &document["components"]["schemas"]["Row"]["properties"];
    assert_eq!(
        (&row["station"]["type"], &row["level"]["type"]),
        (&json!("string"), &json!(["number", "null"]))
    );
    let files = document["paths"][format!("{rows}.{{format}}")]["get"]["responses"]["200"]["content"]
        .as_object()
        .unwrap();
    assert!(
        files.contains_key("application/vnd.apache.parquet")
            && files.keys().any(|kind| kind.starts_with("text/csv")),
        "{files:?}"
    );
    app.get_with(&format!("{table}/openapi.json"), &[("if-none-match", &etag)]).await.expect(304);

    let id = table.rsplit('/').next().unwrap();
    let page = format!("/developers/console/{id}/getRows");
    let form = app.get(&page).await.expect(200).text();
    assert!(form.contains("<option value=\"Ebb\">Ebb</option>"), "{form}");
    let sent =
        plain(&app.get(&format!("{page}?river=Flow&level__gte=4&console.send=1")).await.expect(200).text());
    assert!(sent.contains("\"station\": \"0004\"") && !sent.contains("\"station\": \"0003\""), "{sent}");
}

#[tokio::test]
async fn codes_of_a_dictionary_are_the_choices_of_its_column() {
    let app = portal().await;
    let rows = rows(&app).await;
    let id = rows.split('/').nth(3).unwrap().to_owned();
    let dictionary = json!({"columns": {"river": {"label": "River", "description": "Which of the two", "codes": [
        {"value": "Ebb", "label": "The slow one"}, {"value": "Flow", "label": "The fast one"},
    ]}}});
    let actor = Actor::new(ActorKind::Cli, "test");
    let table = id.parse().unwrap();
    app.app.tables().describe(&actor, table, dictionary.to_string().as_bytes(), false).await.unwrap();
    let document = app.get(&format!("/api/tables/{id}/openapi.json")).await.expect(200).json();
    let parameter = document["paths"][&rows]["get"]["parameters"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["name"] == "river")
        .unwrap()
        .clone();
    assert_eq!(parameter["schema"]["oneOf"][1], json!({"const": "Flow", "title": "Flow, The fast one"}));
    assert_eq!(parameter["description"], "River. Which of the two");
    let form = app.get(&format!("/developers/console/{id}/getRows")).await.expect(200).text();
    assert!(form.contains("<option value=\"Flow\">Flow, The fast one</option>"), "{form}");
}

#[tokio::test]
async fn the_table_page_leads_to_its_own_question() {
    let app = portal().await;
    let page = app.get("/data/levels-of-two-rivers/table?river=Ebb&level__gte=2").await.expect(200).text();
    let page = plain(&page);
    let link = part(&page, "href=\"/developers/console/", "\" rel").trim_start_matches("href=\"");
    assert!(link.contains("/getRows?river=Ebb&level__gte=2&console.send=1"), "{link}");
    let shown = plain(&app.get(link).await.expect(200).text());
    assert!(shown.contains("th-status-good") && shown.contains("\"station\": \"0002\""), "{shown}");
}

#[tokio::test]
async fn drafts_are_as_unseen_in_the_console_as_elsewhere() {
    let staff = TestApp::with_audience(townhall_app::Audience::Staff).await;
    let path = staff.write("loose.csv", crate::portal::LEVELS);
    staff.import_path(path, &townhall_app::ImportOptions::default()).await;
    let ask = "/developers/console/portal/listTables?console.send=1";
    let own = plain(&staff.get(ask).await.expect(200).text());
    let total = part(&own, "\"total\": ", "\n");
    assert_eq!(total, "\"total\": 1,", "{own}");
    // Another site's page that leads a browser here sees what the public sees.
    let other = plain(&staff.get_with(ask, &[("sec-fetch-site", "cross-site")]).await.expect(200).text());
    assert!(part(&other, "\"total\": ", "\n").contains('0'), "{other}");
}

/// An API on loopback that answers each request with what it was asked; its description.
fn server() -> (u16, std::sync::mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, asked) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut request = [0; 8192];
            let read = stream.read(&mut request).unwrap_or(0);
            let text = String::from_utf8_lossy(&request[..read]).into_owned();
            let body = json!({"line": text.lines().next()}).to_string();
            let answer = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Served-By: test\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            );
            let _ = stream.write_all(answer.as_bytes());
            if sender.send(text).is_err() {
                return;
            }
        }
    });
    (port, asked)
}

fn described(port: u16) -> Value {
    json!({
        "openapi": "3.0.3", "info": {"title": "Tides <b>", "version": "1"},
        "servers": [{"url": format!("http://127.0.0.1:{port}/v1")}],
        "components": {"securitySchemes": {"k": {"type": "apiKey", "in": "header", "name": "X-Api-Key"}}},
        "paths": {
            "/tides/{place}": {"get": {"operationId": "tides", "summary": "Tides of a place", "parameters": [
                {"name": "place", "in": "path", "required": true, "schema": {"type": "string"}},
                {"name": "unit", "in": "query", "schema": {"type": "string", "enum": ["m", "ft"]}},
            ]}},
            "/tides": {"post": {"operationId": "report", "requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}}}},
        },
    })
}

async fn register(app: &TestApp, new: NewApi) {
    let actor = Actor::new(ActorKind::Cli, "test");
    app.app.described_apis().add(&actor, new).await.unwrap();
}

async fn with_loopback() -> TestApp {
    TestApp::with_fetch_allow(&["127.0.0.0/8"]).await
}

#[tokio::test]
async fn another_api_is_tried_through_the_guard_with_a_key_that_is_not_kept() {
    let (port, asked) = server();
    let app = with_loopback().await;
    register(
        &app,
        NewApi { name: "tides".into(), description: described(port).to_string().into(), ..NewApi::default() },
    )
    .await;
    let list = app.get("/developers/console").await.expect(200).text();
    assert!(
        list.contains("href=\"/developers/console/tides\"") && list.contains("Tides &lt;b&gt;"),
        "{list}"
    );
    let page = app.get("/developers/console/tides").await.expect(200).text();
    assert!(
        page.contains("/developers/console/tides/tides") && page.contains(&format!("127.0.0.1:{port}")),
        "{page}"
    );
    let form = app.get("/developers/console/tides/tides").await.expect(200).text();
    assert!(form.contains("method=\"post\"") && form.contains("type=\"password\""), "{form}");

    let body = "console.send=1&path.place=St+Ives&unit=m&console.key=SECRET";
    let kind = ("content-type", "application/x-www-form-urlencoded");
    let sent = app.ask(Method::POST, "/developers/console/tides/tides", &[kind], body).await.expect(200);
    assert_eq!(sent.header("cache-control"), "no-store");
    let text = plain(&sent.text());
    assert!(text.contains("th-status-good\">200") && text.contains("<code>x-served-by</code>"), "{text}");
    assert!(text.contains("GET /v1/tides/St%20Ives?unit=m HTTP/1.1"), "{text}");
    assert!(!text.contains("SECRET") && text.contains("YOUR_KEY"), "the key is shown nowhere: {text}");
    let request = asked.recv().unwrap();
    assert!(request.to_lowercase().contains("x-api-key: secret"), "{request}");

    // A link is the same call without a key; a key in a link is not read.
    let link = app
        .get("/developers/console/tides/tides?path.place=a&console.send=1&console.key=SECRET")
        .await
        .expect(200);
    assert!(link.text().contains("th-status-good"), "{}", link.text());
    assert!(!asked.recv().unwrap().contains("SECRET"));
    // Nobody is made to ask by another site.
    let header = ("sec-fetch-site", "cross-site");
    let led = app
        .get_with("/developers/console/tides/tides?path.place=a&console.send=1", &[header])
        .await
        .expect(200)
        .text();
    assert!(led.contains("Another site led here") && !led.contains("th-status-good"), "{led}");
    // What changes something there is not sent unless the operator allows it.
    let post =
        app.get("/developers/console/tides/report?body=%7B%7D&console.send=1").await.expect(200).text();
    assert!(post.contains("can’t be sent from here") && !post.contains("th-status-good"), "{post}");
    assert!(asked.try_recv().is_err());
    let more = NewApi {
        methods: vec!["post".into()],
        name: "tides".into(),
        description: described(port).to_string().into(),
        ..NewApi::default()
    };
    register(&app, more).await;
    let body = "console.send=1&body=%7B%22a%22%3A1%7D";
    let post =
        app.ask(Method::POST, "/developers/console/tides/report", &[kind], body).await.expect(200).text();
    assert!(post.contains("th-status-good"), "{post}");
    assert!(asked.recv().unwrap().ends_with("{\"a\":1}"));
}

#[tokio::test]
async fn another_api_is_asked_at_registered_hosts_and_not_too_often() {
    let (port, _asked) = server();
    let app = with_loopback().await;
    let elsewhere = NewApi {
        name: "elsewhere".into(),
        description: described(port).to_string().into(),
        hosts: vec!["example.gov".into()],
        ..NewApi::default()
    };
    register(&app, elsewhere).await;
    let call = "tides?path.place=a&console.send=1";
    let refused = app.get(&format!("/developers/console/elsewhere/{call}")).await.expect(200).text();
    assert!(refused.contains("There was no answer") && refused.contains("none of the hosts"), "{refused}");
    register(
        &app,
        NewApi { name: "tides".into(), description: described(port).to_string().into(), ..NewApi::default() },
    )
    .await;
    let mut slowed = None;
    for n in 0..40 {
        let page = app.get(&format!("/developers/console/tides/{call}")).await.expect(200).text();
        if page.contains("calls in 60 seconds") {
            slowed = Some(n);
            break;
        }
    }
    assert_eq!(slowed, Some(29), "the one that was refused above counts");

    // A portal that may not reach private addresses does not, whatever is registered.
    let closed = portal().await;
    register(
        &closed,
        NewApi { name: "tides".into(), description: described(port).to_string().into(), ..NewApi::default() },
    )
    .await;
    let page = closed.get(&format!("/developers/console/tides/{call}")).await.expect(200).text();
    assert!(page.contains("not public"), "{page}");
}

#[tokio::test]
async fn registrations_are_checked_listed_and_taken_away() {
    let app = portal().await;
    let apis = app.app.described_apis();
    let actor = Actor::new(ActorKind::Cli, "test");
    let new = |name: &str, description: Value| NewApi {
        name: name.into(),
        description: description.to_string().into(),
        ..NewApi::default()
    };
    let good = json!({"swagger": "2.0", "info": {"title": "T"}, "host": "api.example.gov", "paths": {"/a": {"get": {}}}});
    for (name, description, why) in [
        ("Not A Name", good.clone(), "no name"),
        ("portal", good.clone(), "something else"),
        ("empty", json!({"openapi": "3.0.0", "paths": {}}), "no operation"),
        ("unknown", json!({}), "none of"),
        ("nowhere", json!({"swagger": "2.0", "paths": {"/a": {"get": {}}}}), "does not say where"),
    ] {
        let error = apis.add(&actor, new(name, description)).await.unwrap_err();
        assert!(error.to_string().contains(why), "{name}: {error}");
    }
    let added = apis.add(&actor, new("good", good.clone())).await.unwrap();
    assert_eq!((added.api.hosts.as_slice(), added.api.revision), (&["api.example.gov".to_owned()][..], 1));
    assert_eq!(
        apis.add(&actor, new("good", good)).await.unwrap().api.revision,
        1,
        "unchanged, nothing is written"
    );
    assert_eq!(apis.list(None, 10).await.unwrap().len(), 1);
    assert!(apis.remove(&actor, "good").await.unwrap());
    app.get("/developers/console/good").await.expect(404);
}

#[tokio::test]
async fn lists_and_open_parameters_are_read_from_our_own_description() {
    let app = portal().await;
    let api = our_api(&app).await;
    let rows = api.operation("getRows").unwrap();
    assert!(rows.fields.iter().any(|field| field.kind == Kind::Pairs));
    assert_eq!(rows.fields[0].key(), "path.id");
    assert!(rows.fields[0].value.is_some(), "a table that is there");
}
