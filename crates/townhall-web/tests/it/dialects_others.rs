//! Opendatasoft, DKAN, Datasette and db-to-api: what their documentation asks, over a table of six rows; and every dialect with
//! the same questions.

use axum::http::Method;
use expect_test::{Expect, expect};
use serde_json::{Value, json};
use townhall_testkit::TestApp;

use crate::portal::{portal, slug};

/// Asks, and compares the status and the answer; ids of the moment stand as `ID`.
async fn check(app: &TestApp, path: &str, expected: Expect) {
    let tables = app.get("/api/tables").await.json();
    let id = tables["data"][0]["id"].as_str().unwrap().to_owned();
    let slug = slug(app, "Levels").await;
    let answer = app.get(&path.replace("{id}", &id).replace("{slug}", &slug)).await;
    let text = answer.text().replace(&id, "ID").replace(&slug, "SLUG");
    // When it was is another time each time.
    let text = match text.split_once("\"timestamp\":\"") {
        Some((before, rest)) => {
            format!("{before}\"timestamp\":\"NOW{}", rest.split_once('"').map_or("", |(_, rest)| rest))
        }
        None => text,
    };
    expected.assert_eq(&format!("{} {text}", answer.status.as_u16()));
}

#[tokio::test]
async fn opendatasoft() {
    let app = portal().await;
    const RECORDS: &str = "/api/explore/v2.1/catalog/datasets/{slug}/records";
    let ask =
        async |query: &str, expected: Expect| check(&app, &format!("{RECORDS}?{query}"), expected).await;
    ask("limit=1&offset=2", expect![[r#"200 {"total_count":6,"results":[{"station":"0003","river":"Flow","day":"2025-01-03","level":3.5,"note":"high, rising"}]}"#]]).await;
    ask(
        "select=river,%20count(*)%20as%20n,%20avg(level)&group_by=river&order_by=n%20desc,river",
        expect![[r#"200 {"total_count":2,"results":[{"river":"Ebb","n":3,"avg(level)":2.3333333333333335},{"river":"Flow","n":3,"avg(level)":3.875}]}"#]],
    )
    .await;
    ask(
        "select=count(*)&group_by=year(day)%20as%20y",
        expect![[r#"200 {"total_count":1,"results":[{"y":2025,"count(*)":6}]}"#]],
    )
    .await;
    ask(
        "select=station&where=level%20in%20[2.5..3.5]%20and%20not%20river%20=%20%22Flow%22",
        expect![[r#"200 {"total_count":2,"results":[{"station":"0002"},{"station":"0006"}]}"#]],
    )
    .await;
    ask(
        "select=station&where=day%20%3E%20date'2025/01/05'",
        expect![[r#"200 {"total_count":1,"results":[{"station":"0006"}]}"#]],
    )
    .await;
    ask(
        "select=station&where=day%20in%20[date'2025/01/02'..date'2025/01/04'[&limit=5",
        expect![[r#"200 {"total_count":2,"results":[{"station":"0002"},{"station":"0003"}]}"#]],
    )
    .await;
    ask(
        "select=station&where=note%20like%20%22STOP%22&where=level%20is%20not%20null",
        expect![[r#"200 {"total_count":1,"results":[{"station":"0004"}]}"#]],
    )
    .await;
    ask(
        "select=station&where=search(note,%20%22rising%22)%20or%20startswith(station,%20%220006%22)",
        expect![[r#"200 {"total_count":2,"results":[{"station":"0003"},{"station":"0006"}]}"#]],
    )
    .await;
    ask(
        "select=station&where=%22ice%22",
        expect![[r#"200 {"total_count":1,"results":[{"station":"0005"}]}"#]],
    )
    .await;
    ask(
        "select=station&refine=river:Ebb&exclude=note:%22low%22",
        expect![[r#"200 {"total_count":1,"results":[{"station":"0002"}]}"#]],
    )
    .await;
    ask(
        "select=station,date_format(day,%20%22dd/MM/yyyy%22)%20as%20d&refine=day:2025/01/06",
        expect![[r#"200 {"total_count":1,"results":[{"station":"0006","d":"06/01/2025"}]}"#]],
    )
    .await;
    ask("where=levl%20%3E%203", expect![[r#"400 {"error_code":"ODSQLError","message":"parameter `where`: the table has no column `levl`; did you mean `level`?"}"#]]).await;
    ask("limit=101", expect![[r#"400 {"error_code":"InvalidRESTParameterError","message":"parameter `limit`: 101 is more than 100; take all rows as a file: exports/csv"}"#]]).await;
    ask("offset=9999&limit=10", expect![[r#"400 {"error_code":"InvalidRESTParameterError","message":"parameter `offset`: offset and limit together are more than 10000; take all rows as a file: exports/csv"}"#]]).await;
    check(
        &app,
        &format!("{RECORDS}/4"),
        expect![[
            r#"200 {"station":"0004","river":"Flow","day":"2025-01-04","level":4.25,"note":"said \"stop\""}"#
        ]],
    )
    .await;
    const DATASET: &str = "/api/explore/v2.1/catalog/datasets/{slug}";
    check(&app, &format!("{DATASET}/facets?facet=river&where=level%3E2"), expect![[r#"200 {"links":[],"facets":[{"name":"river","facets":[{"count":2,"path":"Ebb","value":"Ebb","name":"Ebb","state":"displayed"},{"count":2,"path":"Flow","value":"Flow","name":"Flow","state":"displayed"}]}]}"#]]).await;
    check(
        &app,
        &format!("{DATASET}/exports/csv?select=station,level&where=level%3E3"),
        expect![[r#"
        200 ﻿station;level
        0003;3.5
        0004;4.25
    "#]],
    )
    .await;
    check(
        &app,
        &format!("{DATASET}/exports/csv?select=station&limit=1&delimiter=,&with_bom=false&use_labels=true"),
        expect![[r#"
            200 station
            0001
        "#]],
    )
    .await;
    check(
        &app,
        &format!("{DATASET}/exports/jsonl?select=station&limit=2"),
        expect![[r#"
        200 {"station":"0001"}
        {"station":"0002"}
    "#]],
    )
    .await;
    check(
        &app,
        "/api/explore/v2.1/catalog/datasets/nothing/records",
        expect![[r#"404 {"error_code":"ResourceNotFoundError","message":"there is no table `nothing`"}"#]],
    )
    .await;
    let dataset = app.get(&DATASET.replace("{slug}", &slug(&app, "Levels").await)).await.expect(200).json();
    assert_eq!(
        dataset["fields"][3],
        json!({"name": "level", "label": "level", "type": "double", "description": null, "annotations": {}})
    );
    assert_eq!(dataset["metas"]["default"]["records_count"], 6);
    let list = app.get("/api/explore/v2.1/catalog/datasets").await.expect(200).json();
    assert_eq!(
        (&list["total_count"], &list["results"][0]["dataset_id"]),
        (&json!(1), &dataset["dataset_id"])
    );
    let exports = app
        .get(&format!("{}/exports", DATASET.replace("{slug}", &slug(&app, "Levels").await)))
        .await
        .expect(200)
        .json();
    assert!(exports["links"].as_array().unwrap().iter().any(|link| link["rel"] == "parquet"), "{exports}");
}

async fn post(app: &TestApp, question: &Value) -> townhall_testkit::Answer {
    let headers = [("content-type", "application/json")];
    app.ask(Method::POST, "/api/1/datastore/query", &headers, question.to_string()).await
}

#[tokio::test]
async fn dkan() {
    let app = portal().await;
    const QUERY: &str = "/api/1/datastore/query/{id}";
    let ask = async |query: &str, expected: Expect| {
        check(&app, &format!("{QUERY}?schema=false&{query}"), expected).await;
    };
    ask("limit=1&offset=3&rowIds=true", expect![[r#"200 {"results":[{"record_number":"4","station":"0004","river":"Flow","day":"2025-01-04","level":"4.25","note":"said \"stop\""}],"count":6,"query":{"schema":"false","limit":1,"offset":3,"rowIds":"true","resources":[{"id":"ID","alias":"t"}]}}"#]]).await;
    ask("properties[0]=station&conditions[0][property]=river&conditions[0][value]=Flow&conditions[0][operator]=%3D&sorts[0][property]=station&sorts[0][order]=desc&keys=false", expect![[r#"200 {"results":[["0005"],["0004"],["0003"]],"count":3,"query":{"schema":"false","properties":["station"],"conditions":[{"property":"river","value":"Flow","operator":"="}],"sorts":[{"property":"station","order":"desc"}],"keys":"false","limit":500,"offset":0,"resources":[{"id":"ID","alias":"t"}]}}"#]]).await;
    ask("properties[]=station&conditions[0][property]=note&conditions[0][value]=%25IS%25&conditions[0][operator]=like&count=false", expect![[r#"200 {"results":[{"station":"0003"}],"query":{"schema":"false","properties":["station"],"conditions":[{"property":"note","value":"%IS%","operator":"like"}],"count":"false","limit":500,"offset":0,"resources":[{"id":"ID","alias":"t"}]}}"#]]).await;
    ask("conditions[0][property]=levl&conditions[0][value]=1", expect![[r#"400 {"message":"parameter `conditions`: Column not found: levl; did you mean `level`?","status":400,"timestamp":"NOW}"#]]).await;
    check(&app, "/api/1/datastore/query/{slug}/0?results=false", expect![[r#"200 {"count":6,"schema":{"ID":{"fields":{"record_number":{"type":"serial","length":10,"unsigned":true,"not null":true},"station":{"type":"text","description":"station"},"river":{"type":"text","description":"river"},"day":{"type":"date","description":"day"},"level":{"type":"numeric","description":"level"},"note":{"type":"text","description":"note"}}}},"query":{"results":"false","limit":500,"offset":0,"resources":[{"id":"ID","alias":"t"}]}}"#]]).await;
    check(&app, "/api/1/datastore/query/{slug}/1", expect![[r#"404 {"message":"there is no table `SLUG.2`; tables are listed at /api/tables; a name with a hyphen stands in double quotes","status":404,"timestamp":"NOW}"#]]).await;
    check(&app, "/api/1/datastore/query?resources[0][id]={id}&properties[0]=river&groupings[0][property]=river&schema=0", expect![[r#"200 {"results":[{"river":"Ebb"},{"river":"Flow"}],"count":2,"query":{"resources":[{"id":"ID"}],"properties":["river"],"groupings":[{"property":"river"}],"schema":"0","limit":500,"offset":0}}"#]]).await;
    check(&app, "/api/1/datastore/query/{id}/download?properties[0]=station&properties[1]=level&conditions[0][property]=level&conditions[0][value]=3&conditions[0][operator]=%3E", expect![[r#"
        200 station,level
        0003,3.5
        0004,4.25
    "#]]).await;
    check(&app, "/api/1/datastore/imports/{id}", expect![[r#"200 {"numOfRows":6,"numOfColumns":5,"columns":{"record_number":{"type":"serial","length":10,"unsigned":true,"not null":true},"station":{"type":"text","description":"station"},"river":{"type":"text","description":"river"},"day":{"type":"date","description":"day"},"level":{"type":"numeric","description":"level"},"note":{"type":"text","description":"note"}}}"#]]).await;
    check(&app, "/api/1/datastore/sql?query=[SELECT%20station,level%20FROM%20{id}][WHERE%20river%20%3D%20%22Flow%22%20AND%20note%20%3D%20%22ice%22][ORDER%20BY%20station%20ASC][LIMIT%205%20OFFSET%200];", expect![[r#"200 [{"station":"0005","level":null}]"#]]).await;
    check(&app, "/api/1/datastore/sql?query=SELECT%201", expect![[r#"400 {"message":"parameter `query`: a clause stands in square brackets; write it like [SELECT a,b FROM id][WHERE a = \"x\"][ORDER BY a ASC][LIMIT 5 OFFSET 1];","status":400,"timestamp":"NOW}"#]]).await;

    let id = app.get("/api/tables").await.json()["data"][0]["id"].as_str().unwrap().to_owned();
    let question = json!({
        "resources": [{"id": id, "alias": "t"}],
        "properties": ["river", {"expression": {"operator": "sum", "operands": ["level"]}, "alias": "total"}],
        "conditions": [{"groupOperator": "or", "conditions": [
            {"resource": "t", "property": "level", "operator": "between", "value": [2, 4.25]},
            {"resource": "t", "property": "station", "operator": "in", "value": ["0001"]},
        ]}],
        "groupings": [{"property": "river"}], "sorts": [{"property": "river", "order": "desc"}], "schema": false,
    });
    let answer = post(&app, &question).await.expect(200).json();
    assert_eq!(
        answer["results"],
        json!([{"river": "Flow", "total": "7.75"}, {"river": "Ebb", "total": "7"}])
    );
    assert_eq!(answer["count"], 2);
    let joined = json!({"resources": [{"id": id, "alias": "a"}, {"id": id, "alias": "b"}]});
    post(&app, &joined).await.expect(400);
}

#[tokio::test]
async fn datasette() {
    let app = portal().await;
    const TABLE: &str = "/datasette/{slug}/levels";
    let ask =
        async |query: &str, expected: Expect| check(&app, &format!("{TABLE}.json?{query}"), expected).await;
    ask("_size=1&_sort_desc=level&_nocol=note", expect![[r#"200 {"ok":true,"next":"7b2276223a312c2271223a22613861383839396562323739222c226b223a5b22342e3235225d2c2272223a342c226f223a312c2262223a66616c73657d","next_url":"https://data.example.gov/datasette/SLUG/levels.json?_size=1&_sort_desc=level&_nocol=note&_next=7b2276223a312c2271223a22613861383839396562323739222c226b223a5b22342e3235225d2c2272223a342c226f223a312c2262223a66616c73657d","database":"SLUG","table":"levels","is_view":false,"primary_keys":["rowid"],"columns":["rowid","station","river","day","level"],"truncated":false,"count":6,"filtered_table_rows_count":6,"rows":[{"rowid":4,"station":"0004","river":"Flow","day":"2025-01-04","level":4.25}]}"#]]).await;
    let only =
        async |query: &str, expected: Expect| ask(&format!("_shape=arrayfirst&{query}"), expected).await;
    only("river=Flow", expect!["200 [3,4,5]"]).await;
    only("river__not=Flow", expect!["200 [1,2,6]"]).await;
    only("note__contains=STOP", expect!["200 [4]"]).await;
    only("note__notcontains=low", expect!["200 [3,4,5]"]).await;
    only("station__startswith=000&station__endswith=6", expect!["200 [6]"]).await;
    only("level__gte=3&level__lt=4", expect!["200 [3,6]"]).await;
    only("note__like=%25ing", expect!["200 [3]"]).await;
    only("station__glob=000[2-4]", expect!["200 [2,3,4]"]).await;
    only("station__in=0001,0006", expect!["200 [1,6]"]).await;
    only("station__notin=[%220001%22,%220006%22]", expect!["200 [2,3,4,5]"]).await;
    only("day__date=2025-01-03", expect!["200 [3]"]).await;
    only("level__isnull=1", expect!["200 [5]"]).await;
    only("note__notblank=1", expect!["200 [1,3,4,5,6]"]).await;
    only("_where=level%20%3E%202%20and%20river%20%3D%20'Ebb'", expect!["200 [2,6]"]).await;
    only("_search=ice", expect!["200 [5]"]).await;
    ask("_shape=array&_nl=on&_col=station&level=3", expect![[r#"200 {"rowid":6,"station":"0006"}"#]]).await;
    ask("_shape=arrays&_size=0&_facet=river&_facet_size=1", expect![[r#"200 {"ok":true,"next":null,"next_url":null,"database":"SLUG","table":"levels","is_view":false,"primary_keys":["rowid"],"columns":["rowid","station","river","day","level","note"],"truncated":false,"count":6,"filtered_table_rows_count":6,"facet_results":{"results":{"river":{"name":"river","type":"column","hideable":true,"results":[{"value":"Ebb","label":"Ebb","count":3,"toggle_url":"?_shape=arrays&_size=0&_facet=river&_facet_size=1&river=Ebb","selected":false}],"truncated":true}},"timed_out":[]},"rows":[]}"#]]).await;
    ask("_shape=object&_col=river&station=0001", expect![[r#"200 {"1":{"rowid":1,"river":"Ebb"}}"#]]).await;
    ask("levl__gt=3", expect![[r#"400 {"ok":false,"error":"parameter `levl__gt`: the table has no column `levl`; did you mean `level`?","errors":["parameter `levl__gt`: the table has no column `levl`; did you mean `level`?"],"status":400,"title":"The request can't be carried out as it stands"}"#]]).await;
    check(
        &app,
        "/datasette/{slug}/levels.csv?_col=station&level__gt=3",
        expect![[r#"
        200 rowid,station
        3,0003
        4,0004
    "#]],
    )
    .await;
    check(&app, "/datasette/{slug}/levels/5.json", expect![[r#"200 {"ok":true,"database":"SLUG","table":"levels","primary_keys":["rowid"],"primary_key_values":["5"],"columns":["rowid","station","river","day","level","note"],"truncated":false,"rows":[{"rowid":5,"station":"0005","river":"Flow","day":"2025-01-05","level":null,"note":"ice"}]}"#]]).await;
    check(&app, "/datasette/{slug}/levels/50.json", expect![[r#"404 {"ok":false,"error":"Record not found: [\"50\"]","errors":["Record not found: [\"50\"]"],"status":404,"title":"Nothing here by that name"}"#]]).await;
    check(&app, "/datasette/{slug}/nothing.json", expect![[r#"404 {"ok":false,"error":"there is no table `SLUG.nothing`; tables are listed at /api/tables; a name with a hyphen stands in double quotes","errors":["there is no table `SLUG.nothing`; tables are listed at /api/tables; a name with a hyphen stands in double quotes"],"status":404,"title":"Nothing here by that name"}"#]]).await;
    check(&app, "/datasette/{slug}.json", expect![[r#"200 {"ok":true,"database":"SLUG","private":false,"path":"/datasette/SLUG","tables":[{"name":"levels","columns":["station","river","day","level","note"],"primary_keys":[],"count":6,"hidden":false,"fts_table":null,"foreign_keys":{"incoming":[],"outgoing":[]},"private":false}],"hidden_count":0,"views":[],"queries":[],"allow_execute_sql":true}"#]]).await;
    check(
        &app,
        "/datasette/{slug}.json?sql=select%20max(level)%20as%20m%20from%20%22{slug}%22&_shape=array",
        expect![[r#"200 [{"m":4.25}]"#]],
    )
    .await;
    // Pages follow each other.
    let path = TABLE.replace("{slug}", &slug(&app, "Levels").await);
    let first = app.get(&format!("{path}.json?_size=4&_sort=river")).await.expect(200).json();
    let next = first["next_url"].as_str().unwrap().trim_start_matches("https://data.example.gov").to_owned();
    let second = app.get(&next).await.expect(200).json();
    let rows = |page: &Value| {
        page["rows"].as_array().unwrap().iter().map(|row| row["rowid"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!([rows(&first), rows(&second)].concat(), [1, 2, 6, 3, 4, 5]);
    assert_eq!((&second["next"], &second["count"]), (&Value::Null, &json!(6)));
}

#[tokio::test]
async fn db_to_api() {
    let app = portal().await;
    check(
        &app,
        "/db-to-api/{slug}/levels.json?limit=1&order_by=station&direction=desc",
        expect![[r#"
        200 [{"station":"0006","river":"Ebb","day":"2025-01-06","level":3,"note":"low"}]
    "#]],
    )
    .await;
    check(
        &app,
        "/db-to-api/{slug}/levels/0003.json",
        expect![[r#"
        200 [{"station":"0003","river":"Flow","day":"2025-01-03","level":3.5,"note":"high, rising"}]
    "#]],
    )
    .await;
    check(
        &app,
        "/db-to-api/{slug}/levels/river/Flow.xml?limit=2",
        expect![[r#"
            200 <?xml version="1.0" encoding="UTF-8"?>
            <results><result><station>0003</station><river>Flow</river><day>2025-01-03</day><level>3.5</level><note>high, rising</note></result><result><station>0004</station><river>Flow</river><day>2025-01-04</day><level>4.25</level><note>said &quot;stop&quot;</note></result></results>
        "#]],
    )
    .await;
    check(
        &app,
        "/db-to-api/{slug}/levels/station/0001.json?callback=show",
        expect![[r#"
        200 show([{"station":"0001","river":"Ebb","day":"2025-01-01","level":1.5,"note":"low"}]
        );"#]],
    )
    .await;
    check(
        &app,
        "/db-to-api/{slug}/levels/level/none.json",
        expect![[r#"
        200 []
    "#]],
    )
    .await;
    check(
        &app,
        "/db-to-api/{slug}/levels/rivr/Flow.json",
        expect!["400 parameter `column`: Invalid column: rivr; did you mean `river`?"],
    )
    .await;
    check(
        &app,
        "/db-to-api/index.php?db={slug}&table=levels&column=station&value=0005&format=json",
        expect![[r#"
            200 [{"station":"0005","river":"Flow","day":"2025-01-05","level":null,"note":"ice"}]
        "#]],
    )
    .await;
    check(&app, "/db-to-api/{slug}/nothing.json", expect!["404 there is no table `SLUG.nothing`; tables are listed at /api/tables; a name with a hyphen stands in double quotes"]).await;
}

/// The stations that a dialect answers with.
fn stations(rows: &Value) -> Vec<String> {
    let mut stations: Vec<String> = rows
        .as_array()
        .unwrap_or(&Vec::new())
        .iter()
        .map(|row| row["station"].as_str().unwrap_or("?").to_owned())
        .collect();
    stations.sort();
    stations
}

/// The same question in every dialect, and what the rows say.
#[tokio::test]
async fn every_dialect_answers_alike() {
    let app = portal().await;
    let (id, slug) = (
        app.get("/api/tables").await.json()["data"][0]["id"].as_str().unwrap().to_owned(),
        slug(&app, "Levels").await,
    );
    // A bound of levels, a river, and the beginning of a word of a note, in all mixtures.
    let rows: [(&str, &str, Option<f64>, &str); 6] = [
        ("0001", "Ebb", Some(1.5), "low"),
        ("0002", "Ebb", Some(2.5), ""),
        ("0003", "Flow", Some(3.5), "high, rising"),
        ("0004", "Flow", Some(4.25), "said \"stop\""),
        ("0005", "Flow", None, "ice"),
        ("0006", "Ebb", Some(3.0), "low"),
    ];
    for river in ["Ebb", "Flow"] {
        for bound in [0.0, 2.5, 3.25, 9.0] {
            for text in ["ri", "LOW", "zz"] {
                let expected: Vec<String> = rows
                    .iter()
                    .filter(|row| {
                        row.1 == river
                            && row.2.is_some_and(|level| level >= bound)
                            && row.3.to_lowercase().contains(&text.to_lowercase())
                    })
                    .map(|row| row.0.to_owned())
                    .collect();
                let asked = [
                    (
                        "data",
                        format!(
                            "/api/tables/{id}/rows?river={river}&level__gte={bound}&note__icontains={text}"
                        ),
                    ),
                    (
                        "",
                        format!(
                            "/resource/{slug}.json?river={river}&$where=level%3E%3D{bound}%20and%20upper(note)%20like%20'%25{}%25'",
                            text.to_uppercase()
                        ),
                    ),
                    (
                        "result.records",
                        format!(
                            "/api/3/action/datastore_search?resource_id={id}&filters=%7B%22river%22:%22{river}%22,%22level%22:%7B%22gte%22:{bound}%7D%7D&q=%7B%22note%22:%22{text}%22%7D"
                        ),
                    ),
                    (
                        "result.records",
                        format!(
                            "/api/3/action/datastore_search_sql?sql=select%20station%20from%20%22{id}%22%20where%20river='{river}'%20and%20level%3E%3D{bound}%20and%20note%20ilike%20'%25{text}%25'"
                        ),
                    ),
                    (
                        "results",
                        format!(
                            "/api/1/datastore/query/{id}?conditions[0][property]=river&conditions[0][value]={river}&conditions[1][property]=level&conditions[1][operator]=%3E%3D&conditions[1][value]={bound}&conditions[2][property]=note&conditions[2][operator]=contains&conditions[2][value]={text}"
                        ),
                    ),
                    (
                        "results",
                        format!(
                            "/api/explore/v2.1/catalog/datasets/{slug}/records?where=river%3D%22{river}%22%20and%20level%3E%3D{bound}%20and%20note%20like%20%22{text}%22"
                        ),
                    ),
                    (
                        "rows",
                        format!(
                            "/datasette/{slug}/levels.json?river={river}&level__gte={bound}&note__contains={text}"
                        ),
                    ),
                ];
                for (member, path) in asked {
                    let answer = app.get(&path).await.expect(200).json();
                    let found = member
                        .split('.')
                        .filter(|name| !name.is_empty())
                        .fold(&answer, |value, name| &value[name]);
                    assert_eq!(stations(found), expected, "{path}\n{answer}");
                }
            }
        }
    }
}
