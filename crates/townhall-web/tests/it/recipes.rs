//! Tables made of other tables, kept up to date; what differs between versions; what did not fit.

use serde_json::{Value, json};
use townhall_app::{Actor, ActorKind, Retyping};
use townhall_model::TableId;
use townhall_testkit::TestApp;

use crate::portal::{LEVELS, portal, records, slug};

fn staff() -> Actor {
    Actor::new(ActorKind::Cli, "test")
}

async fn tables(app: &TestApp) -> Vec<Value> {
    app.get("/api/tables").await.expect(200).json()["data"].as_array().unwrap().clone()
}

async fn first(app: &TestApp) -> TableId {
    tables(app).await[0]["id"].as_str().unwrap().parse().unwrap()
}

fn high(table: TableId) -> String {
    format!(
        "name: high-water\ntitle: High water\nfrom: {table}\nsteps:\n\
         - filter: level > 2\n- rename: {{station: gauge}}\n- cast: {{note: integer}}\n- keep: [gauge, level, note]\n"
    )
}

/// Keeps a recipe, and asks for its table.
async fn put(app: &TestApp, yaml: &str) -> Result<(String, u32), townhall_app::Error> {
    let put = app.app.recipes().put(&staff(), yaml).await?;
    app.app.recipes().ask(&staff(), &put.0).await?;
    Ok(put)
}

/// The table that a recipe made.
async fn made(app: &TestApp, recipe: &str) -> Value {
    let shown = app.get(&format!("/api/recipes/{recipe}")).await.expect(200).json();
    assert!(shown["table"].is_object(), "{shown}");
    shown["table"].clone()
}

async fn rows(app: &TestApp, table: &Value, question: &str) -> Value {
    let id = table["id"].as_str().unwrap();
    app.get(&format!("/api/tables/{id}/rows{question}")).await.expect(200).json()["data"].clone()
}

#[tokio::test]
async fn a_recipe_makes_a_table_of_the_same_dataset_and_again_when_its_source_changes() {
    let app = portal().await;
    let source = first(&app).await;
    let recipes = app.app.recipes();
    assert_eq!(put(&app, &high(source)).await.unwrap(), ("high-water".to_owned(), 1));
    app.app.jobs().run_until_idle().await.unwrap();
    let table = made(&app, "high-water").await;
    assert_eq!((&table["version"], &table["title"]), (&json!(1), &json!("High water")));
    assert_eq!(
        rows(&app, &table, "?_limit=2").await,
        json!([
            {"gauge": "0002", "level": 2.5, "note": null}, {"gauge": "0003", "level": 3.5, "note": null},
        ])
    );
    let id = table["id"].as_str().unwrap();
    let rejects = app.get(&format!("/api/tables/{id}/rejects")).await.expect(200).json();
    assert_eq!(rejects["meta"]["total"], 3, "{rejects}");
    assert_eq!(
        rejects["data"][0],
        json!({"row": 2, "column": "note", "value": "high, rising", "reason": "not a whole number"})
    );

    // Once more of the same makes no version, however often it is asked for.
    for _ in 0..2 {
        let again = recipes.run(&staff(), "high-water").await.unwrap();
        assert_eq!((&again["outcome"], &again["version"]), (&json!("unchanged"), &json!(1)), "{again}");
    }
    assert_eq!(put(&app, &high(source)).await.unwrap().1, 1);

    // A new version of the source brings a new one here, without anybody asking.
    app.import(&records(), &[("levels.csv", &format!("{LEVELS}0007,Ebb,2025-01-07,9.5,7\n"))]).await;
    app.app.jobs().run_until_idle().await.unwrap();
    let table = made(&app, "high-water").await;
    assert_eq!(table["version"], 2);
    assert_eq!(rows(&app, &table, "?level__gt=9").await, json!([{"gauge": "0007", "level": 9.5, "note": 7}]));
    // One that changes nothing here brings none.
    app.import(
        &records(),
        &[("levels.csv", &format!("{LEVELS}0007,Ebb,2025-01-07,9.5,7\n0008,Ebb,2025-01-08,1,\n"))],
    )
    .await;
    app.app.jobs().run_until_idle().await.unwrap();
    assert_eq!(made(&app, "high-water").await["version"], 2);

    let slug = slug(&app, "Levels").await;
    let page = app.get(&format!("/data/{slug}/versions")).await.expect(200).text();
    assert!(
        page.contains("Made by the recipe <a href=\"/api/recipes/high-water.yaml\">high-water</a>"),
        "{page}"
    );
    assert!(page.contains("from Levels, version 2"), "{page}");
    let yaml = app.get("/api/recipes/high-water.yaml").await.expect(200);
    assert_eq!((yaml.header("content-type"), yaml.text()), ("application/yaml", high(source)));
    assert!(recipes.retire(&staff(), "high-water").await.unwrap());
    app.get("/api/recipes/high-water").await.expect(404);
    assert_eq!(app.get("/api/recipes").await.expect(200).json()["meta"]["total"], 0);
}

#[tokio::test]
async fn a_job_for_a_recipe_may_run_twice() {
    let app = portal().await;
    let recipes = app.app.recipes();
    put(&app, &high(first(&app).await)).await.unwrap();
    let actor = staff();
    let (one, two) = tokio::join!(recipes.run(&actor, "high-water"), recipes.run(&actor, "high-water"));
    assert_eq!((&one.unwrap()["version"], &two.unwrap()["version"]), (&json!(1), &json!(1)));
    app.app.jobs().run_until_idle().await.unwrap();
    assert_eq!(made(&app, "high-water").await["version"], 1);
}

#[tokio::test]
async fn recipes_that_would_read_themselves_are_refused() {
    let app = portal().await;
    let source = first(&app).await;
    let simple = |name: &str, from: &str| format!("name: {name}\nfrom: {from}\nsteps: []\n");
    put(&app, &simple("a", &source.to_string())).await.unwrap();
    app.app.jobs().run_until_idle().await.unwrap();
    put(&app, &simple("b", "recipe:a")).await.unwrap();
    app.app.jobs().run_until_idle().await.unwrap();
    for (name, from) in [("a", "recipe:a"), ("a", "recipe:b")] {
        let error = put(&app, &simple(name, from)).await.unwrap_err();
        assert!(error.to_string().contains("it would read its own table: a reads"), "{error}");
    }
    let error = put(&app, &simple("c", "nowhere")).await.unwrap_err();
    assert_eq!(error.kind(), townhall_model::ErrorKind::NotFound);
    // A chain follows its source to the end.
    app.import(&records(), &[("levels.csv", &format!("{LEVELS}0007,Ebb,2025-01-07,9.5,7\n"))]).await;
    app.app.jobs().run_until_idle().await.unwrap();
    assert_eq!(made(&app, "b").await["version"], 2);
}

#[tokio::test]
async fn what_columns_mean_goes_along_and_sentinels_count_for_nothing() {
    let app = portal().await;
    let source = first(&app).await;
    let meanings = "column,label,description,unit,codes,sentinels\n\
                    level,Height,Above the gauge,m,,4.25 = not measured\nstation,,Where,,,\n";
    app.app.tables().describe(&staff(), source, meanings.as_bytes(), false).await.unwrap();
    put(&app, &high(source)).await.unwrap();
    app.app.jobs().run_until_idle().await.unwrap();
    let table = made(&app, "high-water").await;
    let id = table["id"].as_str().unwrap();
    let dictionary = app.get(&format!("/api/tables/{id}/dictionary")).await.expect(200).json();
    assert_eq!(dictionary["columns"]["gauge"]["description"], "Where", "{dictionary}");
    assert_eq!(dictionary["columns"]["level"]["unit"], "m", "{dictionary}");
    let max = "?_aggregate=max(level):top,count(level):n";
    assert_eq!(rows(&app, &table, max).await, json!([{"top": 3.5, "n": 3}]));
    assert_eq!(rows(&app, &table, &format!("{max}&_raw=1")).await, json!([{"top": 4.25, "n": 4}]));
}

#[tokio::test]
async fn two_versions_are_compared() {
    let app = portal().await;
    let id = first(&app).await;
    let changed =
        LEVELS.replace("0002,Ebb,2025-01-02,2.5,", "0002,Ebb,2025-01-02,2.75,").replace("0006", "0009");
    app.import(&records(), &[("levels.csv", &changed)]).await;
    let diff = format!("/api/tables/{id}/diff");
    let found = app.get(&format!("{diff}?from=1&to=2&key=station")).await.expect(200);
    let found = found.json();
    assert_eq!(
        found["data"],
        json!([
            {"change": "changed", "from_row": 2, "to_row": 2, "key": {"station": "0002"},
             "fields": {"level": {"from": 2.5, "to": 2.75}}},
            {"change": "added", "from_row": null, "to_row": 6,
             "values": {"station": "0009", "river": "Ebb", "day": "2025-01-06", "level": 3, "note": "low"}},
            {"change": "removed", "from_row": 6, "to_row": null,
             "values": {"station": "0006", "river": "Ebb", "day": "2025-01-06", "level": 3, "note": "low"}},
        ]),
        "{found}"
    );
    let meta = &found["meta"];
    assert_eq!(
        (&meta["added"], &meta["removed"], &meta["changed"]),
        (&json!(1), &json!(1), &json!(1)),
        "{meta}"
    );
    let whole = app.get(&diff).await.expect(200).json();
    assert_eq!((&whole["meta"]["added"], &whole["meta"]["changed"]), (&json!(2), &json!(0)), "{whole}");
    let page = app.get(&format!("{diff}?_limit=1&_cursor=1")).await.expect(200).json();
    assert_eq!((page["data"].as_array().unwrap().len(), &page["meta"]["next"]), (1, &json!("2")), "{page}");
    let csv = app.get(&format!("{diff}.csv?from=1&to=2&key=station")).await.expect(200).text();
    assert_eq!(
        csv.lines().map(|line| line.split(',').take(4).collect::<Vec<_>>().join(",")).collect::<Vec<_>>(),
        [
            "_change,_copies,_row,station",
            "before,1,2,0002",
            "after,1,2,0002",
            "added,1,6,0009",
            "removed,1,6,0006"
        ]
    );
    let lines = app.get(&format!("{diff}.jsonl?from=1&to=1")).await.expect(200);
    assert!(lines.text().is_empty());
    let refused = app.get(&format!("{diff}?key=river")).await.expect(422).problem();
    assert!(refused["detail"].as_str().unwrap().contains("so it is no key"), "{refused}");
    app.get(&format!("{diff}?from=9")).await.expect(404);

    let slug = slug(&app, "Levels").await;
    let versions = app.get(&format!("/data/{slug}/versions")).await.expect(200).text();
    assert!(versions.contains(&format!("/data/{slug}/versions?from=1&amp;to=2#changes")), "{versions}");
    let page = app.get(&format!("/data/{slug}/versions?from=1&to=2&key=station")).await.expect(200).text();
    assert!(page.contains("<del><span class=\"th-hidden\">was </span>2.5</del>"), "{page}");
    let page = app.get(&format!("/data/{slug}/versions?from=1&to=2&key=river")).await.expect(200).text();
    assert!(page.contains("known again by that"), "{page}");
}

#[tokio::test]
async fn another_type_is_taken_without_a_new_upload_and_kept_for_the_next() {
    let app = portal().await;
    let id = first(&app).await;
    let types = |columns: &[&str]| Retyping {
        columns: columns.iter().map(|text| (*text).to_owned()).collect(),
        ..Retyping::default()
    };
    let tables = app.app.tables();
    let done = tables.retype(&staff(), id, &types(&["station=integer", "note=integer"])).await.unwrap();
    assert_eq!((done.version, done.is_new, done.rejects), (2, true, 5));
    let again = tables.retype(&staff(), id, &types(&["station=integer"])).await.unwrap();
    assert_eq!((again.version, again.is_new), (2, false));
    let rows = format!("/api/tables/{id}/rows?_select=station&_limit=1");
    assert_eq!(app.get(&rows).await.expect(200).json()["data"], json!([{"station": 1}]));
    let before = app.get(&format!("{rows}&_as_of=1")).await.expect(200).json();
    assert_eq!(before["data"], json!([{"station": "0001"}]));
    app.import(&records(), &[("levels.csv", &format!("{LEVELS}0007,Ebb,2025-01-07,9.5,7\n"))]).await;
    assert_eq!(app.get(&rows).await.expect(200).json()["data"], json!([{"station": 1}]));
    let done = tables.retype(&staff(), id, &types(&["station=auto", "note=auto"])).await.unwrap();
    assert_eq!((done.version, done.rejects), (4, 0));
    for (wrong, hint) in
        [("nowhere=text", "its columns are"), ("station=word", "one of text"), ("station", "zip=text")]
    {
        let error = tables.retype(&staff(), id, &types(&[wrong])).await.unwrap_err();
        assert!(error.hint().unwrap().contains(hint), "{wrong}: {error}");
    }
}

#[tokio::test]
async fn commas_and_the_order_of_days_can_be_settled() {
    let app = TestApp::new().await;
    let csv = "fee;day;size\n1,234;03/04/2020;1,5\n2,500;05/06/2020;2,5\n";
    app.import(&records(), &[("levels.csv", csv)]).await;
    let id = first(&app).await;
    let change = Retyping {
        columns: vec!["fee=number:point".into(), "day=date:day-first".into()],
        ..Retyping::default()
    };
    app.app.tables().retype(&staff(), id, &change).await.unwrap();
    let rows = app.get(&format!("/api/tables/{id}/rows?_limit=1")).await.expect(200).json();
    assert_eq!(rows["data"], json!([{"fee": 1234, "day": "2020-04-03", "size": 1.5}]));
}

#[tokio::test]
async fn all_that_did_not_fit_is_listed_in_pages_and_files() {
    let app = TestApp::new().await;
    let mut csv = "n,note\n".to_owned();
    for n in 0..20_000 {
        csv.push_str(&if n % 150 == 7 { format!("x{n},\"a, b\"\n") } else { format!("{n},\n") });
    }
    app.import(&records(), &[("levels.csv", &csv)]).await;
    let id = first(&app).await;
    let rejects = format!("/api/tables/{id}/rejects");
    let page = app.get(&rejects).await.expect(200).json();
    assert_eq!((&page["meta"]["total"], &page["meta"]["next"]), (&json!(134), &json!("100")), "{page}");
    assert_eq!(page["data"][0]["value"], "x7");
    assert_eq!((&page["data"][0]["row"], &page["data"][0]["line"]), (&json!(8), &json!(9)));
    let last = app.get(&format!("{rejects}?_cursor=130&_limit=10")).await.expect(200).json();
    assert_eq!((last["data"].as_array().unwrap().len(), &last["meta"]["next"]), (4, &Value::Null), "{last}");
    let text = app.get(&format!("{rejects}.csv")).await.expect(200).text();
    assert_eq!(text.lines().count(), 135);
    assert!(text.starts_with("row,line,column,value,reason\n8,9,n,x7,"), "{}", &text[..80]);
    for files in ["rejects.jsonl", "rejects?_format=jsonl"] {
        let lines = app.get(&format!("/api/tables/{id}/{files}")).await.expect(200).text();
        assert_eq!(lines.lines().count(), 134);
    }
    let refused = app.get(&format!("{rejects}?_cursor=soon")).await.expect(422).problem();
    assert!(refused["detail"].as_str().unwrap().contains("`soon` is no number"), "{refused}");
    app.import(&records(), &[("levels.csv", "n,note\n1,\n")]).await;
    assert_eq!(app.get(&rejects).await.expect(200).json()["meta"]["total"], 0);
    assert_eq!(app.get(&format!("{rejects}?_as_of=1")).await.expect(200).json()["meta"]["total"], 134);
    let slug = slug(&app, "Levels").await;
    let shown = app.get(&format!("/data/{slug}/rejects?_as_of=1&_cursor=100")).await.expect(200).text();
    assert!(shown.contains("101–134") && shown.contains("not a whole number"), "{shown}");
    assert!(app.get(&format!("/data/{slug}/rejects")).await.expect(200).text().contains("Every value fits"));
}

#[tokio::test]
async fn the_time_of_a_schedule_is_asked_for_once_whoever_asks() {
    let app = portal().await;
    let source = first(&app).await;
    let recipe = high(source).replace("steps:", "refresh: every 6 hours\nsteps:");
    put(&app, &recipe).await.unwrap();
    let schedules = app.app.schedules();
    let at = |text: &str| text.parse().unwrap();
    let (one, two) =
        tokio::join!(schedules.plan(at("2031-01-01T05:00:00Z")), schedules.plan(at("2031-01-01T05:30:00Z")));
    assert_eq!(one.unwrap() + two.unwrap(), 1);
    assert_eq!(schedules.plan(at("2031-01-01T06:00:00Z")).await.unwrap(), 1);
    app.app.recipes().retire(&staff(), "high-water").await.unwrap();
    assert_eq!(schedules.plan(at("2031-01-02T06:00:00Z")).await.unwrap(), 0);
    let error = put(&app, &recipe.replace("6 hours", "now and then")).await.unwrap_err();
    assert!(error.hint().unwrap().contains("every 6 hours"), "{error}");
}
