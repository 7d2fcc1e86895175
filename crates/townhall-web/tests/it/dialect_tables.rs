//! A table of requests and answers for each dialect, in `tests/dialects/NAME.txt`: what its documentation asks, over small
//! tables made here. A request is a line that begins with `GET` or `POST`; a body stands on the next line after `> `. What
//! follows, up to an empty line, is the status, headers worth telling, and the answer. `UPDATE_EXPECT=1` writes the answers
//! anew: read the difference before you keep it.

use axum::http::Method;
use serde_json::json;
use townhall_testkit::{TestApp, catalogue, dataset};

/// Places with gaps, ties, quotes, capitals, leading zeros and other scripts.
const TOWNS: &str = "Code,Town Name,State,People,Area,Founded,Latitude,Longitude,Open\n\
    007,Arden,MD,100,1.5,1970-01-01,38.9,-77.0,true\n\
    010,Bree,MD,300,2.5,1971-01-01,39.2,-76.6,false\n\
    011,Camelot,VA,,0.5,,37.5,-77.4,true\n\
    020,Dörne,,200,,1969-01-01,48.1,11.5,\n\
    021,\"Elis, \"\"East\"\"\",VA,300,7,1972-01-01,36.9,-76.3,true\n\
    022,Foy,va,-5,2.5,1970-01-01,,,false\n\
    100,100%_sure,MD,0,0,1970-01-02,38.3,-75.1,\n";

/// What is measured in them.
const LEVELS: &str = "town,day,level\n\
    007,2025-01-01,1.5\n\
    007,2025-01-02,2.5\n\
    010,2025-01-01,3.5\n\
    021,2025-01-03,\n\
    999,2025-01-04,9\n";

/// A portal with both tables in a dataset each.
async fn towns() -> TestApp {
    let app = TestApp::new().await;
    let of = |n: usize, title: &str, file: &str| {
        let mut record = dataset(n);
        record["title"] = json!(title);
        record["distribution"] = json!([
            {"@type": "dcat:Distribution", "downloadURL": file, "mediaType": "text/csv", "title": title}
        ]);
        record
    };
    let records = catalogue(vec![of(0, "Towns", "towns.csv"), of(1, "Levels", "levels.csv")]);
    let report = app.import(&records, &[("towns.csv", TOWNS), ("levels.csv", LEVELS)]).await;
    assert_eq!((report.added, report.refused, report.tables), (2, 0, 2), "{report:#?}");
    app
}

/// The id of each table and the slug of its dataset, by the words of the files here.
async fn names(app: &TestApp) -> Vec<(String, String)> {
    let tables = app.get("/api/tables").await.expect(200).json();
    let mut names = Vec::new();
    for table in tables["data"].as_array().unwrap() {
        let word = table["title"].as_str().unwrap().to_lowercase();
        let slug = table["dataset"]["slug"].as_str().or_else(|| table["dataset"].as_str()).unwrap();
        names.push((format!("{{{word}}}"), table["id"].as_str().unwrap().to_owned()));
        names.push((format!("{{{word}-slug}}"), slug.to_owned()));
    }
    names
}

/// Headers that are part of what a dialect promises.
const TOLD: [&str; 6] =
    ["content-disposition", "link", "location", "x-townhall-truncated", "x-total-count", "x-soda2-types"];

async fn answered(app: &TestApp, names: &[(String, String)], text: &str) -> String {
    let mut out = String::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let (method, path) = match line.split_once(' ') {
            Some(("GET", path)) => (Method::GET, path),
            Some(("POST", path)) => (Method::POST, path),
            _ => {
                out.push_str(line);
                out.push('\n');
                continue;
            }
        };
        let body = lines.next_if(|next| next.starts_with("> "));
        while lines.next_if(|next| !next.is_empty()).is_some() {}
        let named =
            |text: &str| names.iter().fold(text.to_owned(), |text, (name, id)| text.replace(name, id));
        let sent = body.map_or_else(String::new, |body| named(&body[2..]));
        let headers: &[(&'static str, &str)] = match sent.starts_with(['{', '[']) {
            true => &[("content-type", "application/json")],
            false if sent.is_empty() => &[],
            false => &[("content-type", "application/x-www-form-urlencoded")],
        };
        let answer = app.ask(method, &escaped(&named(path)), headers, sent).await;
        out.push_str(line);
        out.push('\n');
        out.extend(body.map(|body| format!("{body}\n")));
        let kind = answer.headers.get("content-type").map(|kind| kind.to_str().unwrap()).unwrap_or_default();
        out.push_str(&format!("{} {kind}\n", answer.status.as_u16()));
        for name in TOLD {
            for value in answer.headers.get_all(name) {
                out.push_str(&format!("{name}: {}\n", unnamed(value.to_str().unwrap(), names)));
            }
        }
        let text = unnamed(&answer.text(), names);
        // An empty line would end the answer.
        for line in text.lines() {
            out.push_str(if line.is_empty() { "\u{21b5}" } else { line });
            out.push('\n');
        }
    }
    out
}

/// A path as it may be sent: the files here have blanks and signs as they are, for whoever reads them.
fn escaped(path: &str) -> String {
    let mut out = String::new();
    for byte in path.bytes() {
        match byte {
            b' ' | b'"' | b'<' | b'>' | b'{' | b'}' | b'|' | b'\\' | b'^' | b'`' | 0x7f.. => {
                out.push_str(&format!("%{byte:02X}"));
            }
            byte => out.push(char::from(byte)),
        }
    }
    out
}

/// The text without ids and moments, which are others each time.
fn unnamed(text: &str, names: &[(String, String)]) -> String {
    let text = names
        .iter()
        .filter(|(_, id)| id.len() > 20)
        .fold(text.to_owned(), |text, (name, id)| text.replace(id, name));
    let text = without_request(&text);
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find("2026-").or_else(|| rest.find("2027-")) {
        let moment = rest[at..].find('"').unwrap_or(0);
        let is_moment = moment > 15 && rest.as_bytes().get(at + 10) == Some(&b'T');
        let end = if is_moment { at + moment } else { at + 5 };
        out.push_str(&rest[..at]);
        out.push_str(if is_moment { "NOW" } else { &rest[at..end] });
        rest = &rest[end..];
    }
    out + rest
}

/// The text with the ids of requests left empty.
fn without_request(text: &str) -> String {
    const NAME: &str = "\"request_id\":\"";
    let mut parts = text.split(NAME);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str(NAME);
        out.push_str(part.find('"').map_or(part, |end| &part[end..]));
    }
    out
}

async fn check(app: &TestApp, name: &str, expected: expect_test::ExpectFile) {
    let path = format!("{}/tests/dialects/{name}.txt", env!("CARGO_MANIFEST_DIR"));
    let names = names(app).await;
    let text = std::fs::read_to_string(path).unwrap();
    expected.assert_eq(&answered(app, &names, &text).await);
}

macro_rules! dialects {
    ($($name:ident)+) => {$(
        #[tokio::test]
        async fn $name() {
            let app = towns().await;
            check(&app, stringify!($name), expect_test::expect_file![concat!("../dialects/", stringify!($name), ".txt")]).await;
        }
    )+};
}

dialects!(ckan soda dkan opendatasoft datasette db_to_api lql townhall);

/// The list of dialects and the tables of requests are of the same length: one that nobody proves is missed here.
#[test]
fn every_dialect_has_a_table_of_requests() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dialects");
    // What needs more than tables is asked in `csv_to_api.rs`, with files of other servers, and in `dialects_qu.rs`.
    for dialect in townhall_app::query_dialects().filter(|dialect| !matches!(*dialect, "csv-to-api" | "qu")) {
        let file = folder.join(format!("{}.txt", dialect.replace('-', "_")));
        assert!(file.exists(), "{}", file.display());
    }
}
