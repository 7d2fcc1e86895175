//! Databases behind the routes: live and copied, and that what is kept back is not there.

use serde_json::{Value, json};
use townhall_app::{Actor, ActorKind, Address, Connection, Rules};
use townhall_testkit::{TestApp, sqlite};

const SQL: &str = r#"
    create table people (id integer primary key, "Full name" text, town text, wage real, ssn text, born date);
    insert into people values
        (1, 'Ann', 'Arden', 1000.5, '111-11', '1970-01-01'), (2, 'Bob', 'Bree', 900, '222-22', '1980-05-05'),
        (3, 'Cyd', 'Arden', null, '333-33', null), (4, 'Dee', 'Camelot', 2000, '444-44', '1990-12-31'),
        (5, 'Eve', 'Arden', 1500, '555-55', '2000-02-29');
    create table towns (name text primary key, people int);
    insert into towns values ('Arden', 3), ('Bree', 1);
    create table secrets (id integer primary key, what text);
    insert into secrets values (1, 'hush');
"#;

fn actor() -> Actor {
    Actor::new(ActorKind::Cli, "test")
}

/// A portal with the database `hr`, its wages and numbers kept back.
async fn portal(live: bool) -> (TestApp, std::path::PathBuf) {
    let app = TestApp::new().await;
    let path = app.write("in/hr.db", "");
    sqlite(&path, SQL).await;
    add(&app, &path, live, &["people.ssn", "*.wage"]).await;
    refresh(&app).await;
    (app, path)
}

async fn add(app: &TestApp, path: &std::path::Path, live: bool, except_columns: &[&str]) {
    let address = Address::read(&format!("sqlite:{}", path.display())).unwrap();
    let rules = Rules {
        except: vec!["secrets".to_owned()],
        except_columns: except_columns.iter().map(|name| (*name).to_owned()).collect(),
        ..Rules::default()
    };
    let connection = Connection { publish: true, rules, ..Connection::new(&address, live) };
    app.app.databases().add(&actor(), "hr", &connection, None).await.unwrap();
}

async fn refresh(app: &TestApp) -> Value {
    let report = app.app.databases().refresh(&actor(), "hr", &mut |_, _| {}).await.unwrap();
    app.app.search().catch_up().await.unwrap();
    report.as_json()
}

/// The address of the rows of `people`.
async fn rows(app: &TestApp) -> String {
    let tables = app.get("/api/tables").await.json();
    let people = tables["data"].as_array().unwrap().iter().find(|table| table["title"] == "People").unwrap();
    format!("/api/tables/{}/rows", people["id"].as_str().unwrap())
}

async fn names(app: &TestApp, url: &str) -> Vec<String> {
    let page = app.get(url).await.expect(200).json();
    let rows = page["data"].as_array().unwrap();
    rows.iter().map(|row| row["full_name"].as_str().unwrap_or("∅").to_owned()).collect()
}

#[tokio::test]
async fn a_live_table_answers_with_what_the_database_has_now() {
    let (app, path) = portal(true).await;
    let rows = rows(&app).await;
    let answer = app.get(&rows).await.expect(200);
    assert_eq!(answer.header("etag"), "");
    assert_eq!(answer.header("cache-control"), "no-store");
    let page = answer.json();
    assert_eq!(page["data"][0], json!({"id": 1, "full_name": "Ann", "town": "Arden", "born": "1970-01-01"}));
    assert_eq!((page["meta"]["total"].as_u64(), &page["meta"]["next"]), (Some(5), &Value::Null));
    sqlite(
        &path,
        "insert into people values (6, 'Flo', 'Arden', 1, 'x', null); delete from people where id = 1",
    )
    .await;
    assert_eq!(names(&app, &format!("{rows}?town=Arden")).await, ["Cyd", "Eve", "Flo"]);
    assert_eq!(app.get(&rows).await.json()["meta"]["total"], 5);
}

#[tokio::test]
async fn the_questions_of_a_live_table_are_those_of_any_table() {
    let (live, _) = portal(true).await;
    let (copied, _) = portal(false).await;
    let (of_live, of_copied) = (rows(&live).await, rows(&copied).await);
    for question in [
        "",
        "town=Arden",
        "town__ne=Arden&_sort=-full_name",
        "full_name__icontains=E",
        "full_name__startswith=D",
        "born__gte=1980-01-01&_sort=born",
        "born__null=true",
        "_search=arden",
        "_where=id%20%3E%202%20and%20not%20town%20%3D%20%27Bree%27",
        "_sort=-town&_limit=2",
        "_sort=town&_select=full_name",
        "id__in=1,3,99",
        "_group=town&_aggregate=count&_sort=-count",
        "_facet=town&_limit=1",
        "town=%27%20or%201%3D1%20--",
    ] {
        let (mut a, mut b) = (
            live.get(&format!("{of_live}?{question}")).await.expect(200).json(),
            copied.get(&format!("{of_copied}?{question}")).await.expect(200).json(),
        );
        // Cursors say where a page begins in ways of their own.
        for page in [&mut a, &mut b] {
            page["meta"]["next"] = json!(page["meta"]["next"].is_string());
            page["meta"]["previous"] = Value::Null;
        }
        assert_eq!(a, b, "{question}");
    }
    for format in ["csv", "jsonl", "xlsx"] {
        let (a, b) = (
            live.get(&format!("{of_live}.{format}")).await,
            copied.get(&format!("{of_copied}.{format}")).await,
        );
        let (a, b) = (a.expect(200), b.expect(200));
        assert!(format == "xlsx" || a.body == b.body, "{format}: {} {}", a.text(), b.text());
    }
}

#[tokio::test]
async fn the_pages_of_a_live_table_follow_each_other_by_key() {
    let (app, path) = portal(true).await;
    let rows = rows(&app).await;
    for (question, wanted) in [
        ("_sort=town", ["Ann", "Cyd", "Eve", "Bob", "Dee"]),
        ("_sort=-born", ["Eve", "Dee", "Bob", "Ann", "Cyd"]),
        // An order that the database can't make has pages, too.
        ("_sort=born&born__null=false", ["Ann", "Bob", "Dee", "Eve", ""]),
    ] {
        let (mut seen, mut next) = (Vec::new(), Some(String::new()));
        while let Some(cursor) = next {
            let page = app.get(&format!("{rows}?{question}&_limit=2{cursor}")).await.expect(200).json();
            for row in page["data"].as_array().unwrap() {
                seen.push(row["full_name"].as_str().unwrap().to_owned());
            }
            next = page["meta"]["next"].as_str().map(|cursor| format!("&_cursor={cursor}"));
            assert!(seen.len() <= 5, "{question}: {seen:?}");
        }
        assert_eq!(
            seen,
            wanted.iter().copied().filter(|name| !name.is_empty()).collect::<Vec<_>>(),
            "{question}"
        );
    }
    // A row that goes away does not shift those that follow.
    let page = app.get(&format!("{rows}?_limit=2")).await.json();
    sqlite(&path, "delete from people where id = 1").await;
    let cursor = page["meta"]["next"].as_str().unwrap();
    assert_eq!(names(&app, &format!("{rows}?_limit=2&_cursor={cursor}")).await, ["Cyd", "Dee"]);
    let problem =
        app.get(&format!("{rows}?_limit=2&town=Arden&_cursor={cursor}")).await.expect(422).problem();
    assert!(problem["detail"].as_str().unwrap().contains("another question"), "{problem}");
}

#[tokio::test]
async fn what_is_kept_back_is_answered_like_what_is_not_there() {
    for live in [true, false] {
        let (app, _) = portal(live).await;
        let rows = rows(&app).await;
        for question in [
            "NAME=111-11",
            "NAME__startswith=1",
            "_sort=NAME",
            "_sort=-NAME",
            "_select=NAME",
            "_facet=NAME",
            "_group=NAME",
            "_aggregate=max(NAME)",
            "_where=NAME%20%3D%20%271%27",
            "_search=1&_search_columns=NAME",
        ] {
            let told = async |name: &str| {
                let answer = app.get(&format!("{rows}?{}", question.replace("NAME", name))).await;
                (answer.status, answer.json()["detail"].to_string().replace(name, "NAME"))
            };
            for name in ["ssn", "wage"] {
                assert_eq!(told(name).await, told("nope").await, "{question} {name} live: {live}");
            }
        }
        let everything = format!(
            "{}{}{}{}{}",
            app.get(&rows).await.text(),
            app.get(&format!("{rows}.csv")).await.text(),
            app.get(&rows.replace("/rows", "")).await.text(),
            app.get(&rows.replace("/rows", "/dictionary")).await.text(),
            app.get("/api/tables").await.text()
        );
        for secret in ["ssn", "111-11", "wage", "1000.5", "secrets", "hush"] {
            assert!(!everything.contains(secret), "{secret} live: {live}");
        }
        for url in ["/db-to-api/hr/secrets.json", "/db-to-api/hr/nope.json"] {
            assert_eq!(app.get(url).await.status, 404);
        }
        let (a, b) = (
            app.get("/db-to-api/hr/people.json?column=ssn&value=111-11").await,
            app.get("/db-to-api/hr/people.json?column=nope&value=111-11").await,
        );
        assert_eq!((a.status, a.text().replace("ssn", "nope")), (b.status, b.text()));
    }
}

#[tokio::test]
async fn the_addresses_of_db_to_api_answer_under_the_name_of_the_connection() {
    for live in [true, false] {
        let (app, _) = portal(live).await;
        let all = app.get("/db-to-api/hr/towns.json").await.expect(200).json();
        assert_eq!(all, json!([{"name": "Arden", "people": 3}, {"name": "Bree", "people": 1}]));
        let one = app.get("/db-to-api/hr/people/4.json").await.expect(200).json();
        assert_eq!(one[0]["full_name"], "Dee");
        let some = app.get("/db-to-api/hr/people/town/Arden.json?order_by=id&direction=desc&limit=2").await;
        let some = some.expect(200).json();
        assert_eq!((some[0]["id"].as_u64(), some.as_array().unwrap().len()), (Some(5), 2));
        let xml = app.get("/db-to-api/hr/people.xml?limit=1").await.expect(200).text();
        assert!(xml.contains("<result id=\"1\">"), "{xml}");
        assert_eq!(app.get("/db-to-api/nobody/people.json").await.status, 404);
    }
}

#[tokio::test]
async fn a_copy_that_did_not_change_is_no_new_version() {
    let (app, path) = portal(false).await;
    let rows = rows(&app).await;
    assert_eq!(app.get(&rows).await.header("cache-control"), "public, no-cache");
    let report = refresh(&app).await;
    assert_eq!(
        (&report["unchanged"], &report["changed"], &report["added"]),
        (&json!(2), &json!(0), &json!(0))
    );
    let before = app.world().await;
    refresh(&app).await;
    assert_eq!(app.world().await, before, "nothing is written");
    sqlite(&path, "update people set town = 'Dorne' where id = 1").await;
    let report = refresh(&app).await;
    assert_eq!((&report["unchanged"], &report["changed"]), (&json!(1), &json!(1)));
    assert_eq!(names(&app, &format!("{rows}?town=Dorne")).await, ["Ann"]);
    assert_eq!(names(&app, &format!("{rows}?town=Dorne&_as_of=1")).await, [""; 0]);
    // What is kept back later is gone from the old versions as well.
    add(&app, &path, false, &["people.ssn", "*.wage", "people.town"]).await;
    for version in ["", "&_as_of=1"] {
        let answer = app.get(&format!("{rows}?_limit=1{version}")).await.expect(200);
        assert!(!answer.text().contains("town"), "{}", answer.text());
        assert_eq!(app.get(&format!("{rows}?town=Arden{version}")).await.status, 422);
    }
}

#[tokio::test]
async fn the_dictionary_is_drafted_from_what_the_database_says_and_kept_from_then_on() {
    let app = TestApp::new().await;
    let path = app.write("in/hr.db", "");
    sqlite(
        &path,
        "create table towns (name text primary key);
         create table people (id integer primary key, town text references towns(name));
         insert into people values (1, null); create table secrets (a int)",
    )
    .await;
    add(&app, &path, true, &[]).await;
    refresh(&app).await;
    let dictionary = app.get(&rows(&app).await.replace("/rows", "/dictionary")).await.text();
    assert!(
        dictionary.contains("The key of the table.")
            && dictionary.contains("Refers to the table towns (name).")
    );
}

#[tokio::test]
async fn tables_that_are_gone_or_kept_back_are_retired() {
    let (app, path) = portal(true).await;
    sqlite(&path, "drop table towns").await;
    assert_eq!(refresh(&app).await["removed"], 1);
    assert_eq!(app.get("/db-to-api/hr/towns.json").await.status, 404);
    app.app.databases().remove(&actor(), "hr").await.unwrap();
    assert_eq!(app.get("/api/tables").await.json()["data"], json!([]));
    assert_eq!(app.get("/db-to-api/hr/people.json").await.status, 404);
}

#[tokio::test]
async fn sql_says_that_it_can_not_reach_a_live_table_and_the_rest_works() {
    let (app, _) = portal(true).await;
    let problem = app.get("/api/sql?sql=select%20*%20from%20people").await.problem();
    assert!(problem["detail"].as_str().unwrap().contains("stay in a database"), "{problem}");
    let page = app.get("/data/people/table").await.expect(200).text();
    assert!(page.contains("Dee") && !page.contains("444-44"));
    let row = app.get("/data/people/table/4").await.expect(200).text();
    assert!(row.contains("Dee") && !row.contains("Ann"));
    app.get("/data/people").await.expect(200);
    app.get("/data/people/dictionary").await.expect(200);
}

#[tokio::test]
async fn rules_that_name_nothing_and_passwords_in_clear_are_refused() {
    let app = TestApp::new().await;
    let path = app.write("in/hr.db", "");
    sqlite(&path, SQL).await;
    let address = Address::read(&format!("sqlite:{}", path.display())).unwrap();
    let rules = Rules { except_columns: vec!["people.snn".to_owned()], ..Rules::default() };
    let connection = Connection { rules, ..Connection::new(&address, true) };
    let error = app.app.databases().add(&actor(), "hr", &connection, None).await.unwrap_err();
    assert!(error.to_string().contains("people.snn"), "{error}");
    assert!(app.app.databases().list().await.unwrap().is_empty());
}
