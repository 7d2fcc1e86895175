//! CKAN's DataStore, as ckanapi, ckanr and others ask it.

use axum::http::Method;
use serde_json::{Value, json};

use crate::portal::{portal, slug};

#[tokio::test]
async fn rows_come_in_ckans_envelope() {
    let app = portal().await;
    let tables = app.get("/api/tables").await.json();
    let id = tables["data"][0]["id"].as_str().unwrap().to_owned();
    let answer = app
        .get(&format!(
            "/api/3/action/datastore_search?resource_id={id}&limit=1&filters=%7B%22river%22%3A%22Flow%22%7D"
        ))
        .await
        .expect(200)
        .json();
    assert_eq!(answer["success"], true);
    assert_eq!(answer["help"], "https://data.example.gov/api/3/action/help_show?name=datastore_search");
    let result = &answer["result"];
    assert_eq!(
        result["records"],
        json!([{"_id": 3, "station": "0003", "river": "Flow", "day": "2025-01-03", "level": 3.5, "note": "high, rising"}])
    );
    assert_eq!(
        (&result["total"], &result["total_was_estimated"], &result["limit"]),
        (&json!(3), &json!(false), &json!(1))
    );
    assert_eq!(result["fields"][0], json!({"id": "_id", "type": "int"}));
    assert_eq!(result["fields"][4], json!({"id": "level", "type": "float8"}));
    let next = result["_links"]["next"].as_str().unwrap();
    let second = app.get(next).await.expect(200).json();
    assert_eq!(second["result"]["records"][0]["_id"], 4, "{second}");
}

#[tokio::test]
async fn questions_come_in_every_way_that_clients_send_them() {
    let app = portal().await;
    let id = slug(&app, "Levels").await;
    let question = json!({"resource_id": id, "fields": ["station"], "sort": "station desc", "limit": 2});
    let expected = json!([{"station": "0006"}, {"station": "0005"}]);
    let form = format!("resource_id={id}&fields=station&sort=station+desc&limit=2");
    let legacy: String = url::form_urlencoded::byte_serialize(question.to_string().as_bytes()).collect();
    for (path, kind, body) in [
        ("/api/action/datastore_search", "application/json", question.to_string()),
        ("/api/3/action/datastore_search", "application/x-www-form-urlencoded", form),
        ("/api/3/action/datastore_search", "application/x-www-form-urlencoded", legacy),
    ] {
        let answer = app.ask(Method::POST, path, &[("content-type", kind)], body).await.expect(200).json();
        assert_eq!(answer["result"]["records"], expected, "{path} {kind}");
    }
    let forms = [
        ("lists", json!([["0006"], ["0005"]])),
        ("csv", json!("0006\n0005\n")),
        ("tsv", json!("0006\n0005\n")),
    ];
    for (form, records) in forms {
        let mut question = question.clone();
        question["records_format"] = json!(form);
        let path = "/api/action/datastore_search";
        let answer =
            app.ask(Method::POST, path, &[("content-type", "application/json")], question.to_string()).await;
        assert_eq!(answer.json()["result"]["records"], records, "{form}");
    }
    let wrapped =
        app.get(&format!("/api/3/action/datastore_search?resource_id={id}&limit=0&callback=show")).await;
    assert!(wrapped.text().starts_with("show({") && wrapped.text().ends_with(");"), "{}", wrapped.text());
}

#[tokio::test]
async fn sql_info_list_and_dump_are_there() {
    let app = portal().await;
    let id = app.get("/api/tables").await.json()["data"][0]["id"].as_str().unwrap().to_owned();
    let sql: String = url::form_urlencoded::byte_serialize(
        format!("SELECT river, count(*) AS n FROM \"{id}\" GROUP BY river ORDER BY river").as_bytes(),
    )
    .collect();
    let answer = app.get(&format!("/api/3/action/datastore_search_sql?sql={sql}")).await.expect(200).json();
    assert_eq!(answer["result"]["records"], json!([{"river": "Ebb", "n": 3}, {"river": "Flow", "n": 3}]));
    assert_eq!(answer["result"]["fields"][1], json!({"id": "n", "type": "int8"}));
    let info = app.get(&format!("/api/3/action/datastore_info?id={id}")).await.expect(200).json();
    assert_eq!(
        (&info["result"]["meta"]["count"], &info["result"]["fields"][0]["id"]),
        (&json!(6), &json!("station"))
    );
    let list = app.get("/api/3/action/datastore_search?resource_id=_table_metadata").await.expect(200).json();
    assert_eq!(list["result"]["records"][0]["name"], Value::String(id.clone()));
    let dump =
        app.get(&format!("/datastore/dump/{id}?bom=true&fields=_id,station&sort=station")).await.expect(200);
    assert_eq!(dump.text(), "\u{feff}_id,station\n1,0001\n2,0002\n3,0003\n4,0004\n5,0005\n6,0006\n");
}

#[tokio::test]
async fn errors_are_ckans() {
    let app = portal().await;
    let id = slug(&app, "Levels").await;
    for (path, status, error) in [
        (
            "datastore_search?resource_id=nope".to_owned(),
            404,
            json!({"__type": "Not Found Error", "message": "Not found: Resource \"nope\" was not found."}),
        ),
        (
            "datastore_search".to_owned(),
            409,
            json!({"__type": "Validation Error", "resource_id": ["Missing value"]}),
        ),
        (
            format!("datastore_search?resource_id={id}&limit=x"),
            409,
            json!({"__type": "Validation Error", "limit": ["`x` is not a positive integer"]}),
        ),
        (
            "datastore_search_sql?sql=drop%20table%20x".to_owned(),
            409,
            json!({"__type": "Validation Error", "query": ["only a SELECT can be asked; tables and their columns are listed at /api/tables"]}),
        ),
    ] {
        let answer = app.get(&format!("/api/3/action/{path}")).await.expect(status).json();
        assert_eq!((&answer["success"], &answer["error"]), (&json!(false), &error), "{path}");
    }
    let unknown = app.get("/api/3/action/datastore_dance").await.expect(400);
    assert_eq!(unknown.json(), json!("Bad request: Action name not known: datastore_dance"));
    let broken = app
        .ask(Method::POST, "/api/action/datastore_search", &[("content-type", "application/json")], "{")
        .await;
    assert_eq!(broken.status, 400);
}
