//! Databases from the command line: kept by name, or served in one line.

use std::process::Stdio;

use serde_json::json;

use crate::harness::{Sandbox, Server};

const SQL: &str = "create table towns (id integer primary key, name text, secret text);
    insert into towns values (1, 'Arden', 'x1'), (2, 'Bree', 'x2'), (3, 'Camelot', 'x3')";

fn database(sandbox: &Sandbox, name: &str) -> String {
    let path = sandbox.write(name, "");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(townhall_testkit::sqlite(&path, SQL));
    path.display().to_string()
}

#[test]
fn a_database_is_served_in_one_line() {
    let sandbox = Sandbox::new();
    let file = database(&sandbox, "county.sqlite");
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_townhall"));
    command.args(["serve", &file, "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"]);
    command.current_dir(sandbox.path("")).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let server = Server::of(&mut command);
    assert_eq!(
        server.json("/db-to-api/county/towns/2.json"),
        json!([{"id": 2, "name": "Bree", "secret": "x2"}])
    );
    let tables = server.json("/api/tables");
    let rows = format!("/api/tables/{}/rows?name=Camelot", tables["data"][0]["id"].as_str().unwrap());
    assert_eq!(server.json(&rows)["data"][0]["id"], 3);
    assert_eq!(server.stop(), 0);
    assert!(!sandbox.path("townhall-data").exists(), "nothing is left behind");
}

#[test]
fn a_postgresql_database_is_served_in_one_line() {
    let Ok(address) = std::env::var("TOWNHALL_TEST_POSTGRES") else { return };
    let sandbox = Sandbox::new();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_townhall"));
    command.args(["serve", &address, "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"]);
    command.current_dir(sandbox.path("")).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let server = Server::of(&mut command);
    assert!(server.json("/api/tables")["data"].is_array());
    assert_eq!(server.stop(), 0);
}

#[test]
fn a_connection_is_kept_shown_refreshed_and_removed() {
    let sandbox = Sandbox::new();
    let file = database(&sandbox, "county.db");
    let add = ["database", "add", "county", &file, "--publish", "--except-columns", "towns.secret"];
    let report = sandbox.json(&add);
    assert_eq!((&report["added"], &report["tables"][0]["rows"]), (&json!(1), &json!(3)), "{report}");
    assert_eq!(sandbox.json(&["database", "refresh", "county"])["unchanged"], 1);
    let ended = sandbox.run(&["database", "list"]);
    assert!(ended.stdout.contains("county") && ended.stdout.contains("snapshot"), "{ended:?}");
    let ended = sandbox.run(&["database", "show", "county"]);
    assert!(ended.stdout.contains("  name (text; TEXT)") && !ended.stdout.contains("secret"), "{ended:?}");
    assert!(ended.stdout.contains("1 more kept back"), "{ended:?}");
    let ended = sandbox.run(&["database", "remove", "county"]);
    assert!(ended.stdout.contains("1 datasets are retired"), "{ended:?}");
    assert_eq!(sandbox.run(&["database", "show", "county"]).code, 3);
}

#[test]
fn a_password_is_never_kept_nor_shown() {
    let sandbox = Sandbox::new();
    let ended = sandbox.run(&["database", "add", "x", "postgres://ann:s3cret@127.0.0.1:1/x"]);
    assert_eq!(ended.code, 2, "{ended:?}");
    assert!(ended.stderr.contains("--password-env") && !ended.stderr.contains("s3cret"), "{ended:?}");
    let mut command = sandbox.command(&[
        "database",
        "add",
        "x",
        "postgres://ann@127.0.0.1:1/x",
        "--password-env",
        "DB_PASSWORD",
    ]);
    let output = command.env("DB_PASSWORD", "s3cret").output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(7), "{told}");
    assert!(told.contains("can't be reached") && !told.contains("s3cret"), "{told}");
    let kept = std::fs::read(sandbox.path("data/townhall.db")).unwrap();
    assert!(!kept.windows(6).any(|window| window == b"s3cret"));
}
