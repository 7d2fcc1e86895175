//! Data files without a portal: asked, turned into other forms, served in one line.

use std::process::Stdio;

use serde_json::json;

use crate::harness::{Sandbox, Server};

const PEOPLE: &str = "zip,Full name,amount\n01234,Ann,5\n99999,\"B, Bob\",x\n02000,Cyd,\n";

#[test]
fn files_are_asked_in_sql() {
    let sandbox = Sandbox::new();
    sandbox.write("people.csv", PEOPLE);
    sandbox.write(
        "2024 towns.jsonl",
        "{\"zip\":\"01234\",\"town\":\"Arden\"}\n{\"zip\":\"02000\",\"town\":\"Bree\"}\n",
    );
    let sql = "select p.zip, t.town from people p join t_2024_towns t on p.zip = t.zip order by 1";
    let ended = sandbox.run(&["query", sql, "people.csv", "2024 towns.jsonl"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (0, "zip,town\n01234,Arden\n02000,Bree\n"), "{ended:?}");
    let rows =
        sandbox.json(&["query", "select count(*) as n, count(amount) as amounts from p", "p=people.csv"]);
    assert_eq!(rows, json!([{"n": 3, "amounts": 2}]));
    let ended = sandbox.run(&["query", "select zip from people", "people.csv", "-o", "zips.parquet"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(std::fs::read(sandbox.path("zips.parquet")).unwrap().starts_with(b"PAR1"));

    for (sql, code, said) in [
        ("select 1 from nobody", 3, "the files are called people"),
        ("drop table people", 2, "only a SELECT"),
        ("select nope from people", 2, "No field named nope"),
    ] {
        let ended = sandbox.run(&["query", sql, "people.csv"]);
        assert_eq!(ended.code, code, "{sql}: {ended:?}");
        assert!(ended.stderr.contains(said), "{sql}: {ended:?}");
    }
    assert_eq!(sandbox.run(&["query", "select 1", "people.csv", "sub/people.csv"]).code, 2);
}

#[test]
fn files_are_turned_into_other_forms_without_losing_a_cell() {
    let sandbox = Sandbox::new();
    sandbox.write("people.csv", PEOPLE);
    for form in ["jsonl", "xlsx", "tsv", "json"] {
        let made = format!("people.{form}");
        let ended = sandbox.run(&["convert", "people.csv", &made]);
        assert_eq!(ended.code, 0, "{form}: {ended:?}");
        let back = sandbox.run(&["convert", &made, "-", "--to", "csv"]);
        assert_eq!((back.code, back.stdout.as_str()), (0, PEOPLE), "{form}: {back:?}");
    }
    sandbox.write("more.csv", "a\n1\n");
    let report = sandbox.json(&["convert", "people.csv", "more.csv", "gone.csv", "out/", "--to", "jsonl"]);
    assert_eq!(report["converted"].as_array().unwrap().len(), 2, "{report}");
    assert_eq!(std::fs::read_to_string(sandbox.path("out/more.jsonl")).unwrap(), "{\"a\":1}\n");
    let report = sandbox.json(&["convert", "[mp]*.csv", "matched/", "--to", "jsonl"]);
    assert_eq!(report["converted"].as_array().unwrap().len(), 2, "{report}");
    assert!(sandbox.path("matched/people.jsonl").exists());
    let ended = sandbox.run(&["convert", "nothing-*.csv", "matched/", "--to", "jsonl"]);
    assert_eq!(ended.code, 3, "{ended:?}");
    for arguments in [
        &["convert", "people.csv", "more.csv", "one.json"][..],
        &["convert", "people.csv", "x.nope"],
        &["convert", "people.csv"],
    ] {
        assert_eq!(sandbox.run(arguments).code, 2, "{arguments:?}");
    }
}

#[test]
fn a_file_is_served_in_one_line() {
    let sandbox = Sandbox::new();
    let file = sandbox.write("people.csv", PEOPLE);
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_townhall"));
    command.args([
        "serve",
        file.to_str().unwrap(),
        "--listen",
        "127.0.0.1:0",
        "--admin-listen",
        "127.0.0.1:0",
    ]);
    command.current_dir(sandbox.path("")).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let server = Server::of(&mut command);
    let tables = server.json("/api/tables");
    let rows = format!("/api/tables/{}/rows?zip=01234", tables["data"][0]["id"].as_str().unwrap());
    assert_eq!(server.json(&rows)["data"][0]["full_name"], "Ann");
    assert_eq!(server.json("/api/sql?sql=select%20count(*)%20n%20from%20people")["data"][0]["n"], 3);
    assert_eq!(server.stop(), 0);
    assert!(!sandbox.path("townhall-data").exists(), "nothing is left behind");
}
