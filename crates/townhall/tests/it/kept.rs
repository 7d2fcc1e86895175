//! What staff keep by name: saved queries and described APIs, from the command to the page.

use serde_json::json;

use crate::harness::Sandbox;

#[test]
fn a_query_is_saved_run_and_retired() {
    let sandbox = Sandbox::new();
    sandbox.write("people.csv", "zip,name,amount\n01234,Ann,5\n99999,Bob,7\n02000,Cyd,2\n");
    assert_eq!(sandbox.run(&["import", "--publish", "people.csv"]).code, 0);
    let sql = "select name from people where amount >= :least and zip <> :zip order by 1";
    sandbox.write("rich.sql", sql);
    let put =
        ["saved-query", "put", "rich", "rich.sql", "--title", "The rich", "--parameter", "least:integer=5"];
    let saved = sandbox.json(&put);
    assert_eq!((&saved["revision"], &saved["parameters"][1]["name"]), (&json!(1), &json!("zip")));
    assert_eq!(sandbox.json(&put)["revision"], 1, "unchanged, nothing is written");
    for (arguments, code, said) in [
        (&["saved-query", "put", "rich"][..], 2, "there is no query"),
        (&["saved-query", "put", "rich", "--sql", "delete from people"][..], 2, "only a SELECT"),
        (&["saved-query", "put", "Rich!", "--sql", "select 1"][..], 2, "no name"),
        (&["saved-query", "show", "poor"][..], 3, "no saved query"),
        (&["saved-query", "retire", "poor"][..], 3, "no saved query"),
    ] {
        let ended = sandbox.run(arguments);
        assert_eq!(ended.code, code, "{ended:?}");
        assert!(ended.stderr.contains(said), "{ended:?}");
    }
    assert_eq!(sandbox.run(&["saved-query", "list"]).stdout, "rich  The rich\n");
    let server = sandbox.serve();
    let answer = server.json("/api/sql/rich?zip=01234");
    assert_eq!(answer["data"], json!([{"name": "Bob"}]), "in a process of its own, with the values");
    let page = server.get("/sql/rich?zip=01234&least=0").text();
    assert!(page.contains("The rich") && page.contains("Cyd"), "{page}");
    let plan = server.json("/api/sql/rich?zip=1&_explain=1");
    assert!(plan["plan"].to_string().contains("TableScan"), "{plan}");
    let wrong = server.get("/api/sql?sql=select+nope+from+people").text();
    let wrong: serde_json::Value = serde_json::from_str(&wrong).unwrap();
    assert_eq!(
        wrong["position"],
        json!({"line": 1, "column": 8}),
        "the place comes from the other process: {wrong}"
    );
    drop(server);
    assert_eq!(sandbox.run(&["saved-query", "retire", "rich"]).code, 0);
    assert_eq!(sandbox.run(&["saved-query", "list"]).stdout, "");
}

#[test]
fn an_api_is_registered_shown_and_removed() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "tides.json",
        json!({
            "swagger": "2.0", "info": {"title": "Tides"}, "host": "api.example.gov", "basePath": "/v1",
            "paths": {"/tides": {"get": {"summary": "Tides", "parameters": [{"$ref": "other.json"}]}}},
        })
        .to_string(),
    );
    let added =
        sandbox.run(&["api", "add", "tides", "tides.json", "--key-header", "X-Key", "--allow", "post"]);
    assert_eq!(added.code, 0, "{added:?}");
    assert!(added.stdout.contains("hosts that are asked: api.example.gov"), "{added:?}");
    assert!(added.stderr.contains("API-REMOTE-REF"), "what was not understood is told: {added:?}");
    let shown = sandbox.json(&["api", "show", "tides"]);
    assert_eq!(
        (&shown["base"], &shown["methods"]),
        (&json!("https://api.example.gov/v1"), &json!(["GET", "HEAD", "POST"]))
    );
    assert_eq!(shown["keys"], json!(["X-Key"]));
    sandbox.write(
        "methods.json",
        json!({"endpoints": [{"name": "A", "methods": [{"MethodName": "a", "URI": "/a"}]}]}).to_string(),
    );
    sandbox.write(
        "apiconfig.json",
        json!({"a": {"name": "Old", "protocol": "https", "baseURL": "old.example.gov", "publicPath": ""}})
            .to_string(),
    );
    let old = sandbox.run(&["api", "add", "old", "methods.json", "--apiconfig", "apiconfig.json"]);
    assert!(old.stdout.contains("address: https://old.example.gov/"), "{old:?}");
    sandbox.write("broken.json", "{");
    let broken = sandbox.run(&["api", "add", "broken", "broken.json"]);
    assert_eq!(broken.code, 2, "{broken:?}");
    assert!(broken.stderr.contains("not JSON"), "{broken:?}");
    assert_eq!(sandbox.run(&["api", "list"]).stdout, "old  Old\ntides  Tides\n");
    assert_eq!(sandbox.run(&["api", "remove", "old"]).code, 0);
    assert_eq!(sandbox.run(&["api", "show", "old"]).code, 3);
}
