//! The portal as assistants ask it: the protocol's messages, and the tools.

use axum::http::Method;
use serde_json::{Value, json};
use townhall_testkit::{Answer, TestApp};

use crate::portal::{portal, slug};

async fn send(app: &TestApp, message: Value) -> Answer {
    let headers = [
        ("content-type", "application/json"),
        ("accept", "application/json, text/event-stream"),
        ("mcp-protocol-version", "2025-06-18"),
    ];
    app.ask(Method::POST, "/mcp", &headers, message.to_string().into_bytes()).await
}

async fn call(app: &TestApp, tool: &str, arguments: Value) -> Value {
    let params = json!({"name": tool, "arguments": arguments});
    let answer =
        send(app, json!({"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": params})).await;
    let answer = answer.expect(200).json();
    assert_eq!(answer["id"], 7, "{answer}");
    answer["result"].clone()
}

#[tokio::test]
async fn an_assistant_is_greeted_and_told_the_tools() {
    let app = portal().await;
    let hello = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"},
    }});
    let answer = send(&app, hello).await.expect(200).json();
    assert_eq!(answer["result"]["serverInfo"]["name"], "townhall", "{answer}");
    assert!(answer["result"]["instructions"].as_str().unwrap().contains("`describe`"), "{answer}");
    let ready = send(&app, json!({"jsonrpc": "2.0", "method": "notifications/initialized"})).await;
    assert_eq!(ready.status, 202);
    let listed =
        send(&app, json!({"jsonrpc": "2.0", "id": 2, "method": "tools/list"})).await.expect(200).json();
    let tools = listed["result"]["tools"].as_array().unwrap();
    let names: Vec<_> = tools.iter().map(|tool| tool["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["search", "describe", "query", "sql", "fetch"]);
    assert!(
        tools.iter().all(
            |tool| tool["annotations"]["readOnlyHint"] == true && tool["inputSchema"]["type"] == "object"
        )
    );
}

#[tokio::test]
async fn the_tools_lead_from_words_to_numbers() {
    let app = portal().await;
    let found = call(&app, "search", json!({"query": "levels rivers"})).await["structuredContent"].clone();
    let hit = &found["data"][0];
    assert_eq!(hit["slug"], json!(slug(&app, "Levels").await));
    let table = hit["tables"][0]["id"].clone();
    let described = call(&app, "describe", json!({"id": table})).await["structuredContent"].clone();
    assert_eq!(described["columns"][3]["type"], "number", "{described}");
    let whole = call(&app, "describe", json!({"id": hit["slug"]})).await["structuredContent"].clone();
    assert_eq!(whole["tables"][0], described);
    let rows = call(
        &app,
        "query",
        json!({"table": table, "filters": {"level__gt": 2, "river": "Flow"}, "select": ["station", "level"], "sort": ["-level"]}),
    )
    .await;
    assert_eq!(
        rows["structuredContent"]["data"],
        json!([{"station": "0004", "level": 4.25}, {"station": "0003", "level": 3.5}])
    );
    let same: Value = serde_json::from_str(rows["content"][0]["text"].as_str().unwrap()).unwrap();
    assert_eq!(same, rows["structuredContent"]);
    let groups = call(
        &app,
        "query",
        json!({"table": table, "group": ["river"], "aggregate": ["count", "max(level)"], "sort": ["river"]}),
    )
    .await;
    assert_eq!(
        groups["structuredContent"]["data"],
        json!([{"river": "Ebb", "count": 3, "max_level": 3}, {"river": "Flow", "count": 3, "max_level": 4.25}])
    );
    let sql = format!("select count(*) as n from {}", described["sql_name"].as_str().unwrap());
    let counted = call(&app, "sql", json!({"query": sql})).await;
    assert_eq!(counted["structuredContent"]["data"], json!([{"n": 6}]), "{counted}");
    let fetched = call(&app, "fetch", json!({"id": table})).await["structuredContent"].clone();
    assert!(
        fetched["text"]
            .as_str()
            .unwrap()
            .starts_with("station,river,day,level,note\n0001,Ebb,2025-01-01,1.5,low\n")
    );
    assert!(fetched["text"].as_str().unwrap().contains("\"said \"\"stop\"\"\""), "{fetched}");
    let fetched = call(&app, "fetch", json!({"id": hit["id"]})).await["structuredContent"].clone();
    assert!(fetched["text"].as_str().unwrap().contains("Levels of two rivers"), "{fetched}");
}

#[tokio::test]
async fn a_wrong_question_is_answered_with_how_to_mend_it() {
    let app = portal().await;
    let table = app.get("/api/tables").await.json()["data"][0]["id"].clone();
    for (tool, arguments, said) in [
        ("query", json!({"table": table, "filters": {"rivr": "x"}}), "did you mean `river`?"),
        ("query", json!({"table": table, "filters": {"_limit": "x"}}), "`_limit` is no column"),
        ("query", json!({"table": table, "limit": 100_000}), "from 1 to 500"),
        ("query", json!({"table": table, "color": 1}), "no argument `color`"),
        ("query", json!({"table": "nothing"}), "nothing"),
        ("sql", json!({"query": "drop table levels"}), "SELECT"),
        ("describe", json!({}), "`id` is missing"),
        ("search", json!({"query": "x", "place": "Atlantis"}), "Atlantis"),
    ] {
        let answer = call(&app, tool, arguments.clone()).await;
        assert_eq!(answer["isError"], true, "{tool} {arguments}: {answer}");
        assert!(
            answer["content"][0]["text"].as_str().unwrap().contains(said),
            "{tool} {arguments}: {answer}"
        );
    }
    let unknown = json!({"jsonrpc": "2.0", "id": 3, "method": "tools/call", "params": {"name": "delete", "arguments": {}}});
    let answer = send(&app, unknown).await.json();
    assert!(answer["error"]["message"].as_str().unwrap().contains("search, describe"), "{answer}");
    assert!(send(&app, json!("no message")).await.status.as_u16() >= 400);
    let get = app.get_with("/mcp", &[("accept", "text/event-stream")]).await;
    assert_eq!(get.status, 405);
}
