//! `pdf tables`: files in, tables out.

use serde_json::{Value, json};

use crate::harness::Sandbox;
use crate::made::Drawing;

fn rivers() -> Vec<u8> {
    Drawing::default()
        .rows(
            &[72.0, 200.0, 280.0],
            120.0,
            14.0,
            &[&["River", "2023", "2024"], &["Elm", "1,5", "2.5"], &["Oak | Creek", "3.5", "-"]],
        )
        .file()
}

#[test]
fn tables_are_written_in_every_form() {
    let sandbox = Sandbox::new();
    sandbox.write("rivers.pdf", rivers());
    let ended = sandbox.run(&["pdf", "tables", "rivers.pdf"]);
    assert_eq!(
        (ended.code, ended.stdout.as_str()),
        (0, "River,2023,2024\r\nElm,\"1,5\",2.5\r\nOak | Creek,3.5,-\r\n"),
        "{ended:?}"
    );
    assert!(ended.stderr.contains("rivers.pdf: 1 tables on 1 pages"), "{ended:?}");
    let ended = sandbox.run(&["pdf", "tables", "--format", "markdown", "rivers.pdf"]);
    assert!(ended.stdout.starts_with("| River | 2023 | 2024 |\n| --- | --- | --- |\n"), "{ended:?}");
    assert!(ended.stdout.contains("| Oak \\| Creek | 3.5 | - |"), "{ended:?}");
    let told = sandbox.json(&["pdf", "tables", "rivers.pdf"]);
    let table = &told["tables"][0];
    assert_eq!(
        (&table["page"], &table["rows"], &table["header_rows"], &table["columns"][1]["name"]),
        (&json!(1), &json!(3), &json!(1), &json!("2023")),
        "{told}"
    );
    assert_eq!((&table["cells"][1]["text"], &table["cells"][1]["c0"]), (&json!("2023"), &json!(1)), "{told}");
    assert_eq!(told["files"][0]["tables"], 1);
    let ended = sandbox.run(&["pdf", "tables", "--output", "out", "-f", "tsv", "rivers.pdf"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (0, ""), "{ended:?}");
    let written = std::fs::read_to_string(sandbox.path("out").join("rivers-1-page-1.tsv")).unwrap();
    assert!(written.starts_with("River\t2023\t2024\r\n"), "{written}");
}

#[test]
fn a_bad_file_does_not_stop_the_others() {
    let sandbox = Sandbox::new();
    sandbox.write("rivers.pdf", rivers());
    sandbox.write("bad.pdf", "Hello");
    sandbox.write("plain.pdf", Drawing::default().text(72.0, 72.0, 12.0, "No tables here.").file());
    let ended = sandbox.run(&["--json", "pdf", "tables", "bad.pdf", "rivers.pdf"]);
    let told: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!((ended.code, told["tables"].as_array().unwrap().len()), (2, 1), "{ended:?}");
    assert!(told["files"][0]["error"].as_str().unwrap().contains("not a PDF"), "{told}");
    assert_eq!(sandbox.run(&["pdf", "tables", "plain.pdf"]).code, 1);
    assert_eq!(sandbox.run(&["pdf", "tables", "none.pdf"]).code, 3);
    let ended = sandbox.run(&["pdf", "tables", "--pages", "3-1", "rivers.pdf"]);
    assert!(ended.code == 2 && ended.stderr.contains("1,3-5"), "{ended:?}");
    assert_eq!(sandbox.run(&["pdf", "tables", "--pages", "2", "rivers.pdf"]).code, 1);
}
