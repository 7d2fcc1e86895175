//! `/sql` as an editor's page, and queries under names: `/sql/{name}`, `/api/sql/{name}`, `/api/queries`.

use serde_json::json;
use townhall_app::{Actor, ActorKind, NewQuery};
use townhall_testkit::TestApp;

use crate::portal::portal;

fn escaped(sql: &str) -> String {
    url::form_urlencoded::byte_serialize(sql.as_bytes()).collect()
}

async fn put(app: &TestApp, name: &str, sql: &str, parameters: &[&str]) -> Result<(), townhall_app::Error> {
    let new = NewQuery {
        name: name.to_owned(),
        title: "High <water>".to_owned(),
        description: "Where it was **high**.".to_owned(),
        sql: sql.to_owned(),
        parameters: parameters.iter().map(|text| (*text).to_owned()).collect(),
    };
    app.app.saved_queries().put(&Actor::new(ActorKind::Cli, "test"), &new).await.map(|_| ())
}

const HIGH: &str = "select station, level from levels_of_two_rivers where river = :river and level >= :least order by station";

#[tokio::test]
async fn a_saved_query_is_run_with_its_parameters_in_every_form() {
    let app = portal().await;
    put(&app, "high-water", HIGH, &["least:number=2"]).await.unwrap();
    let listed = app.get("/api/queries").await.expect(200).json();
    assert_eq!(
        listed["data"][0]["parameters"],
        json!([
            {"name": "river", "label": "River", "type": "text", "default": null},
            {"name": "least", "label": "Least", "type": "number", "default": "2"},
        ])
    );
    let answer = app.get("/api/sql/high-water?river=Ebb").await.expect(200).json();
    assert_eq!(answer["data"], json!([{"station": "0002", "level": 2.5}, {"station": "0006", "level": 3}]));
    let csv = app.get("/api/sql/high-water.csv?river=Flow&least=4").await.expect(200);
    assert_eq!(csv.text(), "station,level\n0004,4.25\n");
    assert!(
        csv.header("content-disposition").contains("high-water.csv"),
        "{}",
        csv.header("content-disposition")
    );
    let parquet = app.get("/api/sql/high-water?river=Flow&_format=parquet").await.expect(200);
    assert!(parquet.body.starts_with(b"PAR1"));
    for (query, said) in
        [("", "parameter `river` has no value"), ("?river=Ebb&least=much", "`much` is not a number")]
    {
        let problem = app.get(&format!("/api/sql/high-water{query}")).await.expect(422).problem();
        assert!(problem["detail"].as_str().unwrap().contains(said), "{problem}");
    }
    app.get("/api/sql/nothing").await.expect(404);
}

#[tokio::test]
async fn a_value_is_a_literal_whatever_stands_in_it() {
    let app = portal().await;
    put(
        &app,
        "echo",
        "select :word as word, count(*) as n from levels_of_two_rivers where note = :word or :word = river",
        &[],
    )
    .await
    .unwrap();
    for word in [
        "' or 1=1 --",
        "\\' or 1=1 --",
        "''",
        "a''b",
        "'); drop table x; --",
        ":word",
        "$1",
        "\"quoted\"",
        "line\nbreak",
        "é – 漢",
        "%",
    ] {
        let answer = app.get(&format!("/api/sql/echo?word={}", escaped(word))).await.expect(200).json();
        assert_eq!(answer["data"], json!([{"word": word, "n": 0}]), "{word}");
    }
    let found = app.get("/api/sql/echo?word=Ebb").await.expect(200).json();
    assert_eq!(found["data"][0]["n"], 3);
}

#[tokio::test]
async fn each_type_of_parameter_is_bound_as_what_it_is() {
    let app = portal().await;
    let sql = "select count(*) as n from levels_of_two_rivers where day >= :since and level < :most and :wanted limit :rows";
    put(&app, "typed", sql, &["since:date", "most:number", "wanted:boolean=true", "rows:integer=10"])
        .await
        .unwrap();
    let ask = |query: &str| format!("/api/sql/typed?{query}");
    assert_eq!(app.get(&ask("since=2025-01-02&most=4")).await.expect(200).json()["data"][0]["n"], 3);
    assert_eq!(
        app.get(&ask("since=2025-01-02&most=4&wanted=no")).await.expect(200).json()["data"][0]["n"],
        0
    );
    assert_eq!(app.get(&ask("since=2025-01-02&most=-1")).await.expect(200).json()["data"][0]["n"], 0);
    for bad in [
        "since=yesterday&most=4",
        "since=2025-01-02&most=inf",
        "since=2025-01-02&most=4&rows=1;2",
        "since=2025-01-02&most=4&wanted=maybe",
    ] {
        app.get(&ask(bad)).await.expect(422);
    }
}

#[tokio::test]
async fn what_can_not_be_kept_is_said_before_it_is() {
    let app = portal().await;
    for (name, sql, parameters, said) in [
        ("Bad Name", "select 1", &[][..], "no name"),
        ("schema", "select 1", &[][..], "something else"),
        ("drop", "drop table x", &[][..], "only a SELECT"),
        ("other", "select :a", &["b"][..], "no parameter `:b`"),
        ("kind", "select :a", &["a:colour"][..], "no type"),
        ("usual", "select :a", &["a:integer=x"][..], "not a whole number"),
    ] {
        let error = put(&app, name, sql, parameters).await.unwrap_err();
        assert!(error.to_string().contains(said), "{name}: {error}");
    }
    // A parameter that nobody binds is refused where queries come from strangers.
    let problem = app.get(&format!("/api/sql?sql={}", escaped("select :year"))).await.expect(422).problem();
    assert!(problem["detail"].as_str().unwrap().contains("`:year` has no value"), "{problem}");
}

#[tokio::test]
async fn the_page_of_a_saved_query_is_a_form_and_its_answer() {
    let app = portal().await;
    put(&app, "high-water", HIGH, &["least:number=2"]).await.unwrap();
    let list = app.get("/sql").await.expect(200).text();
    assert!(list.contains("href=\"/sql/high-water\"") && list.contains("High &lt;water&gt;"), "{list}");
    let form = app.get("/sql/high-water").await.expect(200).text();
    assert!(
        form.contains("name=\"river\"") && form.contains("value=\"2\"") && !form.contains("id=\"answer\""),
        "{form}"
    );
    let page = app.get("/sql/high-water?river=Ebb").await.expect(200).text();
    assert!(
        page.contains("2 rows")
            && page.contains("0006")
            && page.contains("/api/sql/high-water?river=Ebb&amp;_format=csv"),
        "{page}"
    );
    let wrong = app.get("/sql/high-water?river=Ebb&least=much").await.expect(200).text();
    assert!(wrong.contains("is not a number"), "{wrong}");
    app.app.saved_queries().retire(&Actor::new(ActorKind::Cli, "test"), "high-water").await.unwrap();
    app.get("/sql/high-water").await.expect(404);
}

#[tokio::test]
async fn a_mistake_is_shown_where_it_stands() {
    let app = portal().await;
    let page = app
        .get(&format!("/sql?sql={}", escaped("select station,\n  nope\nfrom levels_of_two_rivers")))
        .await
        .expect(200)
        .text();
    assert!(page.contains("Line 2, column 3: "), "{page}");
    assert!(page.contains("  nope\n  ^</code>"), "{page}");
    let problem = app
        .get(&format!("/api/sql?sql={}", escaped("select a b c from levels_of_two_rivers")))
        .await
        .expect(422)
        .problem();
    assert_eq!(problem["position"]["line"], 1, "{problem}");
    assert!(problem["position"]["column"].as_u64().unwrap() > 1, "{problem}");
}

#[tokio::test]
async fn a_query_is_explained_drawn_and_shared() {
    let app = portal().await;
    let sql = escaped("select river, count(*) as n from levels_of_two_rivers group by river order by 1");
    let plan = app.get(&format!("/api/sql?_explain=1&sql={sql}")).await.expect(200).json();
    let lines: Vec<&str> =
        plan["plan"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
    assert!(lines.iter().any(|line| line.contains("TableScan")), "{plan}");
    assert!(!plan.to_string().contains("blob"), "no file is named: {plan}");
    let page = app.get(&format!("/sql?sql={sql}&explain=1")).await.expect(200).text();
    assert!(page.contains("How it is answered") && page.contains("TableScan"), "{page}");
    let page = app.get(&format!("/sql?sql={sql}")).await.expect(200).text();
    assert!(page.contains("Draw a chart") && !page.contains("th-chart-figure"), "{page}");
    assert!(page.contains(&format!("https://data.example.gov/sql?sql={sql}")), "{page}");
    let drawn =
        app.get(&format!("/sql?sql={sql}&chart.mark=bar&chart.x=river&chart.y=n")).await.expect(200).text();
    assert!(drawn.contains("th-chart-figure") && drawn.contains("n for each river"), "{drawn}");
    let line = app
        .get(&format!(
            "/sql?sql={}&chart.mark=line",
            escaped("select day, level from levels_of_two_rivers order by day")
        ))
        .await
        .expect(200)
        .text();
    assert!(line.contains("level for each day"), "{line}");
}

#[tokio::test]
async fn tables_are_found_and_their_names_given_to_editors() {
    let app = portal().await;
    let schema = app.get("/api/sql/schema").await.expect(200).json();
    assert_eq!(schema["data"][0]["name"], "levels_of_two_rivers");
    assert_eq!(schema["data"][0]["columns"][1], json!({"name": "river", "type": "text"}));
    let found = app.get("/sql?tables=RIVERS+levels").await.expect(200).text();
    assert!(found.contains("<code>levels_of_two_rivers</code>"), "{found}");
    let none = app.get("/sql?tables=mountains").await.expect(200).text();
    assert!(none.contains("No table is called like that."), "{none}");
}
