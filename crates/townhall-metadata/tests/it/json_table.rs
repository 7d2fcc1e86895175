//! Any JSON as a table.

use std::ops::ControlFlow;

use proptest::prelude::*;
use serde_json::Value;
use townhall_metadata::{
    InMemory, JsonTable, JsonTableError, JsonTableOptions, json_to_csv, json_to_rows, read_csv_rows,
    write_csv_row,
};

use crate::fixtures::shared;
use crate::values::{any_json, any_text};

fn try_csv(json: &[u8]) -> Result<(String, JsonTable), JsonTableError> {
    let input = InMemory { name: "file", bytes: json };
    let mut out = Vec::new();
    let table = json_to_csv(&input, &JsonTableOptions::default(), b',', &mut out)?;
    Ok((String::from_utf8(out).expect("UTF-8"), table))
}

#[track_caller]
fn check(json: &str, expected: &str) {
    let (csv, _) = try_csv(json.as_bytes()).expect("a table");
    assert_eq!(csv.replace("\r\n", "\n"), expected, "{json}");
}

#[track_caller]
fn refuses(json: &str, expected: &str) {
    assert_eq!(try_csv(json.as_bytes()).expect_err("no table").to_string(), expected, "{json}");
}

#[test]
fn the_examples_of_the_well_known_converter_give_what_it_gave() {
    let Some(folder) = shared("json-to-csv") else { return };
    let mut pairs = 0;
    for area in ["json", "json5", "other"] {
        for entry in std::fs::read_dir(folder.join(area)).unwrap() {
            let path = entry.unwrap().path();
            let expected = path.with_extension("csv");
            if path.extension().is_some_and(|extension| extension == "json") && expected.exists() {
                let (csv, _) = try_csv(&std::fs::read(&path).unwrap()).expect("a table");
                let expected = std::fs::read_to_string(expected).unwrap().replace("\r\n", "\n");
                assert_eq!(csv.replace("\r\n", "\n"), expected, "{}", path.display());
                pairs += 1;
            }
        }
    }
    assert_eq!(pairs, 10);
}

#[test]
fn lists_of_texts_are_no_rows_and_lines_are() {
    check(
        r#"{"description": "x", "tags": ["A", "B"], "unit": "%", "meta": {}}"#,
        "description,tags/0,tags/1,unit\nx,A,B,%\n",
    );
    check(
        "{\"name\": \"Gilbert\", \"wins\": [[\"straight\", \"7♣\"], [\"one pair\", \"10♥\"]]}\n{\"name\": \"May\", \"wins\": []}\n",
        "name,wins/0/0,wins/0/1,wins/1/0,wins/1/1\nGilbert,straight,7♣,one pair,10♥\nMay,,,,\n",
    );
}

#[test]
fn the_rows_are_the_outermost_list_of_objects() {
    check(r#"{"a": {"deep": [{"x": 1}]}, "b": [{"y": 2}, {"y": 3, "z": null}]}"#, "y,z\n2,\n3,\n");
    check(r#"{"a": {"deep": [{"x": 1}]}, "b": [1, {"y": 2}]}"#, "x\n1\n");
    check(r#"[[1, 2], [3]]"#, "0,1\n1,2\n3,\n");
    check(r#"[1, 2]"#, "0,1\n1,2\n");
    check(r#"17"#, "value\n17\n");
    check("1\n2\n", "value\n1\n2\n");
    check(r#"[{"a": 1}] [{"a": 2}] {"a": 3}"#, "a\n1\n2\n3\n");
    let (_, table) = try_csv(br#"{"x": {"dataset": [{"a": 1}, {"a": 2}]}}"#).unwrap();
    assert_eq!((table.path.as_str(), table.rows, table.columns), ("x/dataset", 2, vec!["a".to_owned()]));
}

#[test]
fn what_people_write_for_json_is_read() {
    check(
        "[{a: 'it\\'s', b: 0xff, c: +.5, d: 5., 'e': -0x10,}, /* no */ {a: Infinity}, // end\n]",
        "a,b,c,d,e\nit's,255,0.5,5,-16\nInfinity,,,,\n",
    );
    check(
        "\u{feff}[{\"a\": \"x\ny\", \"b\": \"\\u00e9\\ud83d\\ude00\\ud800\"},,]",
        "a,b\n\"x\ny\",é😀\u{fffd}\n",
    );
    check(
        r#"[{"n": 12345678901234567890.10, "m": 1e400, "t": true, "u": undefined}]"#,
        "n,m,t,u\n12345678901234567890.10,1e400,true,\n",
    );
    check("{\"a\": 1},\n{\"a\": 2},", "a\n1\n2\n");
    let (csv, _) = try_csv(b"[{\"a\": \"caf\xe9\"}]").unwrap();
    assert_eq!(csv, "a\r\ncafé\r\n");
}

#[test]
fn a_cell_is_quoted_where_it_has_to_be() {
    check(r#"[{"a,b": "x\"y", "c": " z ", "d": "1\r2"}]"#, "\"a,b\",c,d\n\"x\"\"y\", z ,\"1\r2\"\n");
    check(r#"[{"a": null}, {"a": ""}]"#, "a\n\"\"\n\"\"\n");
}

#[test]
fn what_is_no_json_is_refused_with_its_place() {
    refuses("", "the file is empty; give JSON");
    refuses("<html>", "line 1, column 1: this is not JSON; a key or a value should stand here");
    refuses("[1,\n  {\"a\" 2}]", "line 2, column 8: a colon is missing behind this key; add it");
    refuses("[1 2]", "line 1, column 4: a comma is missing here; add it");
    refuses("{\"a\": 1", "line 1, column 8: the file ends in the middle of a list or object; get it again");
    refuses("[\"a\nb", "line 2, column 2: the file ends in the middle of a text; a quote is missing");
    refuses("[}", "line 1, column 2: this bracket closes nothing; a bracket or a value is missing before it");
    refuses(
        "{\"a\": }",
        "line 1, column 7: this bracket closes nothing; a bracket or a value is missing before it",
    );
    refuses("[yes]", "line 1, column 2: `yes` is no JSON value; texts stand in quotes");
    refuses(&"[".repeat(1000), "line 1, column 257: the file nests too deeply for a table");
}

#[test]
fn limits_are_normal_answers() {
    let input = InMemory { name: "file", bytes: br#"[{"a": "xxxx"}, {"b": "yyyyyy"}]"# };
    let with = |options: JsonTableOptions| {
        json_to_csv(&input, &options, b',', &mut Vec::new()).expect_err("a limit").to_string()
    };
    assert_eq!(
        with(JsonTableOptions { columns_max: 1, ..JsonTableOptions::default() }),
        "the table has more than 1 columns; its objects seem to be keyed by values"
    );
    assert_eq!(
        with(JsonTableOptions { decompressed_bytes_max: 10, ..JsonTableOptions::default() }),
        "the file is larger than 10 bytes; raise the limit or split the file"
    );
    assert_eq!(
        with(JsonTableOptions { row_bytes_max: 5, ..JsonTableOptions::default() }),
        "line 1, column 24: this value is too large for a cell; a quote may be missing before it"
    );
}

#[test]
fn a_preview_stops_where_it_is_asked_to() {
    let json = format!("[{}]", vec![r#"{"a": 1}"#; 1000].join(","));
    let input = InMemory { name: "file", bytes: json.as_bytes() };
    let mut seen = 0;
    let table = json_to_rows(&input, &JsonTableOptions::default(), &mut |_| {
        seen += 1;
        if seen == 11 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert_eq!((seen, table.unwrap().rows), (11, 10));
}

fn csv_rows(csv: &[u8], delimiter: Option<u8>) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    read_csv_rows(csv, delimiter, &mut |row| {
        rows.push(row);
        ControlFlow::Continue(())
    })
    .expect("rows");
    rows
}

#[test]
fn csv_is_read_whatever_its_line_ends_delimiter_and_encoding() {
    let expected = [["a", "b"], ["1", "x;é"]];
    for csv in [
        &b"a,b\r\n1,x;\xc3\xa9\r\n"[..],
        b"a,b\r1,x;\xe9\r",
        b"a\tb\n1\tx;\xe9",
        b"a;b\n1;\"x;\xc3\xa9\"\n",
        b"\xef\xbb\xbfa,b\n1,\"x;\xc3\xa9\"",
        b"\xff\xfea\0,\0b\0\n\x001\0,\0x\0;\0\xe9\0",
    ] {
        assert_eq!(csv_rows(csv, None), expected, "{csv:?}");
    }
    assert_eq!(csv_rows(b"", None).len(), 0);
    let long = format!("a,b\n{},{}\n", "x".repeat(300_000), "y,".repeat(5_000));
    let rows = csv_rows(long.as_bytes(), None);
    assert_eq!((rows[1][0].len(), rows[1].len()), (300_000, 5_002));
}

proptest! {
    #[test]
    fn every_value_of_json_stands_in_its_cell(rows in prop::collection::vec(prop::collection::vec(("[a-c]{1,2}", any_json()), 1..4), 1..4)) {
        let rows = rows.into_iter().map(|members| members.into_iter().collect::<Value>()).collect::<Value>();
        let (csv, table) = try_csv(rows.to_string().as_bytes()).expect("JSON is a table");
        let read = csv_rows(csv.as_bytes(), Some(b','));
        prop_assert_eq!(table.rows as usize, rows.as_array().unwrap().len());
        if table.columns.is_empty() {
            return Ok(());
        }
        prop_assert_eq!(read.len(), 1 + table.rows as usize);
        for (row, cells) in rows.as_array().unwrap().iter().zip(&read[1..]) {
            let mut expected = Vec::new();
            flatten(row, "", &mut expected);
            for (path, value) in expected {
                let column = table.columns.iter().rposition(|column| *column == path).expect("a column");
                // Keys with slashes may share a column; the last value counts there.
                if !path.contains("//") && row.to_string().matches('/').count() == 0 {
                    prop_assert_eq!(&cells[column], &value, "{}", path);
                }
            }
        }
    }

    #[test]
    fn csv_comes_back_as_it_was(rows in prop::collection::vec(prop::collection::vec(any_text(), 3), 1..5)) {
        let mut out = Vec::new();
        write_csv_row(&mut out, &["a", "b", "c"], b',').unwrap();
        for row in &rows {
            write_csv_row(&mut out, row, b',').unwrap();
        }
        let read = csv_rows(&out, Some(b','));
        prop_assert_eq!(&read[1..], rows.as_slice());
    }
}

fn flatten(value: &Value, path: &str, cells: &mut Vec<(String, String)>) {
    let join = |step: &str| if path.is_empty() { step.to_owned() } else { format!("{path}/{step}") };
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| flatten(value, &join(key), cells)),
        Value::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(index, value)| flatten(value, &join(&index.to_string()), cells));
        }
        Value::Null => cells.push((path.to_owned(), String::new())),
        Value::String(text) => cells.push((path.to_owned(), text.clone())),
        other => cells.push((path.to_owned(), other.to_string())),
    }
}
