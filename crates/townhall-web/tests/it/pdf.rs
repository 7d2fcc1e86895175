//! PDF files over HTTP: tables out, forms filled; our routes, those of Tabula and those of PDF Filler.

use axum::http::Method;
use serde_json::{Value, json};
use townhall_app::Audience;
use townhall_pdf::forms::{FormDocument, Value as FieldValue};
use townhall_testkit::{Answer, TestApp};

use crate::made::Drawing;
use crate::made_form::MadeForm;

const BOUNDARY: &str = "townhall-test-boundary";

async fn send(app: &TestApp, path: &str, fields: &[(&str, Option<&str>, &[u8])]) -> Answer {
    let mut body: Vec<u8> = Vec::new();
    for (name, file, content) in fields {
        let file = file.map(|file| format!("; filename=\"{file}\"")).unwrap_or_default();
        body.extend(
            format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"{file}\r\n\r\n").bytes(),
        );
        body.extend(*content);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{BOUNDARY}--\r\n").bytes());
    let content_type = format!("multipart/form-data; boundary={BOUNDARY}");
    app.ask(Method::POST, path, &[("content-type", &content_type), ("accept", "text/html")], body).await
}

fn report() -> Vec<u8> {
    let rows = |y: f64, rows: &[&[&str]]| {
        Drawing::default().text(72.0, y - 30.0, 11.0, "Table 1. Rivers & <creeks>").rows(
            &[72.0, 200.0, 280.0],
            y,
            14.0,
            rows,
        )
    };
    Drawing::file_of(&[
        rows(120.0, &[&["River", "2023", "2024"], &["Elm", "1,500", "2.5"], &["Oak", "3", "n/a"]]),
        Drawing::default().text(72.0, 90.0, 12.0, "No table stands here."),
    ])
}

/// Where a report on a file is kept.
async fn kept(app: &TestApp, tool: &str, file: &[u8]) -> String {
    let answer =
        send(app, tool, &[("file", Some("report.pdf"), file), ("keep", None, b"hour")]).await.expect(303);
    answer.header("location").to_owned()
}

#[tokio::test]
async fn tables_are_shown_beside_their_pages_and_taken_in_every_form() {
    let app = TestApp::new().await;
    let url = kept(&app, "/tools/pdf-tables", &report()).await;
    let page = app.get_with(&url, &[("accept", "text/html")]).await.expect(200).text();
    for words in [
        "One table on 2 pages",
        "Table 1. Rivers &amp; &lt;creeks&gt;",
        "1,500",
        "/pages/1.png",
        "value=\"xlsx\"",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("Make a draft dataset"), "that is for the staff");
    let picture = app.get(&format!("{url}/pages/1.png")).await.expect(200);
    assert!(picture.header("content-type") == "image/png" && picture.body.starts_with(b"\x89PNG"));
    app.get(&format!("{url}/pages/9.png")).await.expect(422);
    let csv = app.get(&format!("{url}/tables?format=csv")).await.expect(200).text();
    assert_eq!(csv, "River,2023,2024\r\nElm,\"1,500\",2.5\r\nOak,3,n/a\r\n");
    let clean = app.get(&format!("{url}/tables?format=csv&clean=yes&only=1")).await.expect(200).text();
    assert_eq!(clean, "River,2023,2024,page\r\nElm,1500,2.5,1\r\nOak,3,,1\r\n");
    for (form, mark) in [
        ("xlsx", "PK"),
        ("zip", "PK"),
        ("package", "PK"),
        ("parquet", "PAR1"),
        ("html", "<!DOCTYPE"),
        ("json", "{"),
    ] {
        let file = app.get(&format!("{url}/tables?format={form}")).await.expect(200);
        assert!(file.body.starts_with(mark.as_bytes()), "{form}");
        assert!(file.header("content-disposition").contains("report."), "{form}");
    }
    let wrong = app.get(&format!("{url}/tables?format=doc")).await.expect(422).text();
    assert!(wrong.contains("xlsx"), "{wrong}");
    let template: Value = app.get(&format!("{url}/template.json")).await.expect(200).json();
    assert_eq!((&template[0]["page"], &template[0]["header_rows"]), (&json!(1), &json!(1)));
    // What was marked is read, and nothing else.
    let mut marked = template.clone();
    marked[0]["y2"] = json!(template[0]["y2"].as_f64().unwrap() - 16.0);
    marked[0]["until"] = Value::Null;
    let (file, template) = (report(), marked.to_string());
    let fields: [(&str, Option<&str>, &[u8]); 3] = [
        ("file", Some("report.pdf"), &file),
        ("file", Some("t.json"), template.as_bytes()),
        ("format", None, b"csv"),
    ];
    let again = send(&app, "/api/pdf/tables", &fields).await.expect(200).text();
    assert_eq!(again, "River,2023,2024\r\nElm,\"1,500\",2.5\r\n");
}

#[tokio::test]
async fn programs_get_cells_with_places_and_sentences_about_what_is_wrong() {
    let app = TestApp::new().await;
    let file = report();
    let told = send(&app, "/api/pdf/tables", &[("file", Some("report.pdf"), &file)]).await.expect(200).json();
    let cell = &told["tables"][0]["cells"][4];
    assert_eq!(
        (&cell["text"], &cell["value"], &cell["page"]),
        (&json!("1,500"), &json!(1500), &json!(1)),
        "{told}"
    );
    assert!(cell["bbox"]["x0"].as_f64().unwrap() > 190.0);
    assert_eq!(told["sha256"].as_str().unwrap().len(), 64);
    let fields: [(&str, Option<&str>, &[u8]); 2] = [("file", Some("a.pdf"), b"Hello"), ("pages", None, b"1")];
    assert!(send(&app, "/api/pdf/tables", &fields).await.expect(400).text().contains("not a PDF"));
    let fields: [(&str, Option<&str>, &[u8]); 2] = [("file", Some("a.pdf"), &file), ("ocr", None, b"yes")];
    assert!(send(&app, "/api/pdf/tables", &fields).await.expect(503).text().contains("tesseract"));
    let fields: [(&str, Option<&str>, &[u8]); 2] = [("file", Some("a.pdf"), &file), ("pages", None, b"3-x")];
    assert!(send(&app, "/api/pdf/tables", &fields).await.expect(422).text().contains("1,3-5"));
    // A job for long files: the answer is where it will be.
    let fields: [(&str, Option<&str>, &[u8]); 2] = [("file", Some("a.pdf"), &file), ("job", None, b"yes")];
    let begun = send(&app, "/api/pdf/tables", &fields).await.expect(202);
    let url = begun.json()["report"].as_str().unwrap().split_once("/tools").unwrap().1.to_owned();
    app.work().await;
    assert_eq!(
        app.get(&format!("/tools{url}")).await.expect(200).json()["tables"].as_array().unwrap().len(),
        1
    );
}

#[tokio::test]
async fn staff_make_a_draft_of_a_table_whose_rows_know_their_page() {
    let app = TestApp::with_audience(Audience::Staff).await;
    let url = kept(&app, "/tools/pdf-tables", &report()).await;
    let page = app.get_with(&url, &[("accept", "text/html")]).await.expect(200).text();
    assert!(page.contains("Make a draft dataset"), "{page}");
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let made = app.ask(Method::POST, &format!("{url}/publish"), &form, "table=1").await.expect(303);
    let dataset = made.header("location").to_owned();
    app.work().await;
    let tables: Value = app.get("/api/tables").await.expect(200).json();
    let id = tables["data"][0]["id"].as_str().unwrap();
    let rows: Value = app.get(&format!("/api/tables/{id}/rows")).await.expect(200).json();
    assert_eq!(
        (&rows["data"][0]["river"], &rows["data"][0]["pdf_page"]),
        (&json!("Elm"), &json!(1)),
        "{rows}"
    );
    assert!(rows["data"][0]["pdf_box"].as_str().unwrap().split(' ').count() == 4, "{rows}");
    assert!(dataset.starts_with("/data/report-table-1"), "{dataset}");
    // The same once more is the same dataset; another file of this name leaves it as it is.
    let again = app.ask(Method::POST, &format!("{url}/publish"), &form, "table=1").await.expect(303);
    assert_eq!(again.header("location"), dataset);
    let rows_of_may =
        Drawing::default().rows(&[72.0, 200.0], 90.0, 14.0, &[&["River", "May"], &["Elm", "7"]]);
    let pages = Drawing::file_of(&[Drawing::default().text(72.0, 90.0, 12.0, "Nothing."), rows_of_may]);
    let other = kept(&app, "/tools/pdf-tables", &pages).await;
    let refused = app.ask(Method::POST, &format!("{other}/publish"), &form, "table=1").await.expect(409);
    assert!(refused.text().contains("report table 1.pdf"), "{}", refused.text());
    let public = TestApp::new().await;
    let url = kept(&public, "/tools/pdf-tables", &report()).await;
    public.ask(Method::POST, &format!("{url}/publish"), &form, "table=1").await.expect(403);
}

#[tokio::test]
async fn a_draft_is_made_of_the_table_that_the_report_shows() {
    let app = TestApp::with_audience(Audience::Staff).await;
    let table = |name: &str, value: &str| {
        Drawing::default().rows(
            &[72.0, 200.0],
            90.0,
            14.0,
            &[&["River", name], &["Elm", value], &["Oak", "9"]],
        )
    };
    let file = Drawing::file_of(&[table("May", "7"), table("June", "8")]);
    let fields: [(&str, Option<&str>, &[u8]); 3] =
        [("file", Some("two.pdf"), &file), ("keep", None, b"hour"), ("pages", None, b"2")];
    let url = send(&app, "/tools/pdf-tables", &fields).await.expect(303).header("location").to_owned();
    let form = [("content-type", "application/x-www-form-urlencoded")];
    app.ask(Method::POST, &format!("{url}/publish"), &form, "table=1").await.expect(303);
    app.work().await;
    let tables: Value = app.get("/api/tables").await.expect(200).json();
    let id = tables["data"][0]["id"].as_str().unwrap();
    let rows: Value = app.get(&format!("/api/tables/{id}/rows")).await.expect(200).json();
    assert_eq!((&rows["data"][0]["june"], &rows["data"][0]["pdf_page"]), (&json!(8), &json!(2)), "{rows}");
}

#[tokio::test]
async fn scripts_for_tabula_go_on() {
    let app = TestApp::new().await;
    let taken = send(&app, "/tabula/upload.json", &[("file", Some("report.pdf"), &report())])
        .await
        .expect(200)
        .json();
    let id = taken[0]["file_id"].as_str().unwrap().to_owned();
    assert_eq!(app.get(&format!("/tabula/queue/{id}/json")).await.expect(200).json()["status"], "working");
    app.work().await;
    assert_eq!(app.get(&format!("/tabula/queue/{id}/json")).await.expect(200).json()["status"], "completed");
    let pages = app.get(&format!("/tabula/pdfs/{id}/pages.json")).await.expect(200).json();
    assert_eq!(
        (&pages[1]["number"], &pages[1]["hasText"], &pages[0]["width"]),
        (&json!(2), &json!(true), &json!(612.0))
    );
    let tables = app.get(&format!("/tabula/pdfs/{id}/tables.json")).await.expect(200).json();
    let [left, top, width, height] = [0, 1, 2, 3].map(|at| tables[0][0][at].as_f64().unwrap());
    assert_eq!((tables[0].as_array().unwrap().len(), tables[1].as_array().unwrap().len()), (1, 0));
    assert_eq!(app.get(&format!("/tabula/pdf/{id}/metadata.json")).await.expect(200).json()["page_count"], 2);
    let coords = json!([{
        "page": 1, "extraction_method": "original", "x1": left - 2.0, "y1": top - 2.0, "x2": left + width + 2.0, "y2": top + height + 2.0,
    }]);
    let ask = |format: &str| {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([
                ("coords", coords.to_string().as_str()),
                ("format", format),
                ("new_filename", "../x"),
            ])
            .finish();
        let path = format!("/tabula/pdf/{id}/data");
        let app = &app;
        async move {
            app.ask(Method::POST, &path, &[("content-type", "application/x-www-form-urlencoded")], body)
                .await
                .expect(200)
        }
    };
    let csv = ask("csv").await;
    assert!(csv.text().starts_with("River,2023,2024\r\n"), "{}", csv.text());
    assert!(csv.header("content-disposition").contains("..x.csv"), "{:?}", csv.header("content-disposition"));
    let told = ask("json").await.json();
    assert_eq!(
        (&told[0]["extraction_method"], &told[0]["data"][1][0]["text"]),
        (&json!("stream"), &json!("Elm")),
        "{told}"
    );
    assert_eq!(ask("bbox").await.json(), coords);
    assert!(ask("script").await.text().contains("--stream --area"));
    assert_eq!(app.get("/tabula/documents").await.expect(200).json(), json!([]));
    app.ask(Method::DELETE, &format!("/tabula/pdf/{id}"), &[], "").await.expect(200);
    app.get(&format!("/tabula/pdfs/{id}/pages.json")).await.expect(404);
}

fn application() -> Vec<u8> {
    MadeForm::default()
        .text("full name", [20, 250, 200, 270], "/TU (Your <name>) /Ff 2 /MaxLen 30")
        .text("notes", [20, 180, 200, 240], "/Ff 4096")
        .field("/FT /Btn /T (agree) /Rect [20 150 35 165] /Subtype /Widget /AP << /N << /Yes 11 0 R /Off 11 0 R >> >>")
        .field("/FT /Ch /Ff 131072 /T (county) /Rect [20 120 120 140] /Subtype /Widget /Opt [[(a) (Arden)] [(b) (Bree)]]")
        .object("<< /Type /XObject /Subtype /Form /BBox [0 0 15 15] /Length 0 >>\nstream\n\nendstream")
        .file()
}

fn values(bytes: &[u8]) -> Vec<(String, FieldValue)> {
    FormDocument::open(bytes.to_vec(), "").unwrap().values().into_iter().collect()
}

#[tokio::test]
async fn a_form_is_a_page_that_fills_it_in() {
    let app = TestApp::new().await;
    let url = kept(&app, "/tools/pdf-form", &application()).await;
    let page = app.get_with(&url, &[("accept", "text/html")]).await.expect(200).text();
    for words in [
        "4 fields to fill in",
        "Your &lt;name&gt;",
        "maxlength=\"30\"",
        "required",
        "<textarea",
        "type=\"checkbox\"",
        ">Bree</option>",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let fields: [(&str, Option<&str>, &[u8]); 5] = [
        ("field:full name", None, "Łukasz Ωmega".as_bytes()),
        ("field:notes", None, b"one\r\ntwo"),
        ("field:agree", None, b"false"),
        ("field:agree", None, b"true"),
        ("field:county", None, b"b"),
    ];
    let filled = send(&app, &format!("{url}/fill"), &fields).await.expect(200);
    assert_eq!(filled.header("content-type"), "application/pdf");
    let standing = values(&filled.body);
    assert!(standing.contains(&("full name".to_owned(), "Łukasz Ωmega".into())), "{standing:?}");
    assert!(
        standing.contains(&("agree".to_owned(), FieldValue::Checked(true)))
            || standing.contains(&("agree".to_owned(), "Yes".into())),
        "{standing:?}"
    );
    assert!(standing.contains(&("county".to_owned(), "b".into())), "{standing:?}");
    for (name, mark) in [("fdf", "%FDF"), ("xfdf", "<?xml"), ("csv", "file,"), ("json", "{")] {
        let answer = app.get(&format!("{url}/values.{name}")).await.expect(200);
        assert!(answer.body.starts_with(mark.as_bytes()), "{name}: {}", answer.text());
    }
    app.get(&format!("{url}/values.doc")).await.expect(404);
}

#[tokio::test]
async fn programs_fill_forms_and_are_told_what_did_not_go() {
    let app = TestApp::new().await;
    let form = application();
    let told = send(&app, "/api/pdf/fields", &[("file", Some("form.pdf"), &form)]).await.expect(200).json();
    assert_eq!(
        (&told["controls"][0]["label"], &told["fields"][2]["kind"]),
        (&json!("Your <name>"), &json!("check_box")),
        "{told}"
    );
    let data = json!({"fields": {"full name": "Ada", "nmae": "x", "county": "Zed"}, "stamps": [{"x": 300, "y": 20, "text": "Seen"}], "flatten": true}).to_string();
    let fields: [(&str, Option<&str>, &[u8]); 2] =
        [("file", Some("form.pdf"), &form), ("data", None, data.as_bytes())];
    let filled = send(&app, "/api/pdf/fill", &fields).await.expect(200);
    let remarks = filled.header("townhall-remarks").to_owned();
    assert!(remarks.contains("no field `nmae`") && remarks.contains("`Zed` can't be chosen"), "{remarks}");
    assert!(values(&filled.body).is_empty(), "it is flat");
    let seen = crate::made_form::seen(&filled.body, 1).join(" ");
    assert!(seen.contains("Ada") && seen.contains("Seen"), "{seen}");
    // A form for each row of a table.
    let rows = b"full name,county\nAda,a\nGrace,b\n";
    let fields: [(&str, Option<&str>, &[u8]); 2] =
        [("file", Some("form.pdf"), &form), ("file", Some("people.csv"), rows)];
    let packed = send(&app, "/api/pdf/fill", &fields).await.expect(200);
    assert!(
        packed.body.starts_with(b"PK") && packed.header("content-disposition").contains("form-filled.zip")
    );
    let fields: [(&str, Option<&str>, &[u8]); 3] =
        [("file", Some("form.pdf"), &form), ("file", Some("people.csv"), rows), ("merge", None, b"yes")];
    let merged = send(&app, "/api/pdf/fill", &fields).await.expect(200);
    assert!(crate::made_form::seen(&merged.body, 2).join(" ").contains("Grace"));
}

#[tokio::test]
async fn rows_of_a_table_of_the_portal_fill_forms() {
    let app = TestApp::new().await;
    let mut dataset = townhall_testkit::dataset(1);
    dataset["distribution"] = json!([{"downloadURL": "people.csv", "mediaType": "text/csv"}]);
    let rows = "Full Name,full name,county\n1,Ada,a\n2,Grace,b\n";
    app.import(&townhall_testkit::catalogue(vec![dataset]), &[("people.csv", rows)]).await;
    app.work().await;
    let tables: Value = app.get("/api/tables").await.expect(200).json();
    let id = tables["data"][0]["id"].as_str().unwrap().to_owned();
    let url = kept(&app, "/tools/pdf-form", &application()).await;
    let fields: [(&str, Option<&str>, &[u8]); 3] =
        [("file", Some(""), b""), ("table", None, id.as_bytes()), ("merge", None, b"yes")];
    let filled = send(&app, &format!("{url}/fill"), &fields).await.expect(200);
    let seen = [1, 2].map(|page| crate::made_form::seen(&filled.body, page).join(" "));
    assert!(seen[0].contains("Ada") && seen[1].contains("Grace"), "{seen:?}");
    let form = application();
    let ask = |table: &'static str| {
        let form = form.clone();
        let app = &app;
        async move {
            let fields: [(&str, Option<&str>, &[u8]); 2] =
                [("file", Some("form.pdf"), &form), ("table", None, table.as_bytes())];
            send(app, "/api/pdf/fill", &fields).await
        }
    };
    ask("nobody").await.expect(404);
    assert!(ask(" ").await.expect(422).text().contains("no table to fill forms from"));
}

#[tokio::test]
async fn what_was_written_for_pdf_filler_goes_on() {
    let app = TestApp::new().await;
    let url = kept(&app, "/tools/pdf-form", &application()).await;
    let id = url.rsplit('/').next().unwrap();
    let listed = app.get(&format!("/fields.json?pdf={id}")).await.expect(200).json();
    assert_eq!(
        (&listed[0]["FieldType"], &listed[0]["FieldName"]),
        (&json!("Text"), &json!("full name")),
        "{listed}"
    );
    assert_eq!(listed[0]["FieldNameAlt"], "Your <name>");
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let body = format!("pdf={id}&full%20name=Ada&300,20=Seen&300,40,1=Twice");
    let filled = app.ask(Method::POST, "/fill", &form, body).await.expect(200);
    assert_eq!(filled.header("content-disposition"), "inline");
    let seen = crate::made_form::seen(&filled.body, 1).join(" ");
    assert!(["Ada", "Seen", "Twice"].iter().all(|word| seen.contains(word)), "{seen}");
    for path in ["/form", "/fields"] {
        app.get(&format!("{path}?pdf={id}")).await.expect(303);
        app.get(path).await.expect(422);
    }
    // Addresses go through the guard, and nothing else is opened.
    for address in ["http://127.0.0.1:9/form.pdf", "file:///etc/passwd", "|id"] {
        let address: String = url::form_urlencoded::byte_serialize(address.as_bytes()).collect();
        let answer = app.get(&format!("/fields.json?pdf={address}")).await;
        assert!(answer.status.as_u16() >= 400, "{address}");
    }
}
