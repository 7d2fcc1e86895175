//! The tables of the ICDAR 2013 competition, where they are at hand beside the repository.

use std::path::PathBuf;

use serde_json::Value;
use townhall_pdf::{Document, Table, find_tables};

/// Of a text only letters and digits count, as in the competition.
fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

/// The texts of a table as rows, without those in which nothing stands.
fn grid(cells: impl Iterator<Item = (usize, usize, String)>) -> Vec<Vec<String>> {
    let cells: Vec<_> = cells.filter(|(_, _, text)| !text.is_empty()).collect();
    let places = |place: fn(&(usize, usize, String)) -> usize| {
        let mut all: Vec<usize> = cells.iter().map(place).collect();
        all.sort_unstable();
        all.dedup();
        all
    };
    let (rows, columns) = (places(|cell| cell.0), places(|cell| cell.1));
    let mut grid = vec![vec![String::new(); columns.len()]; rows.len()];
    for (row, column, text) in &cells {
        grid[rows.binary_search(row).unwrap()][columns.binary_search(column).unwrap()].clone_from(text);
    }
    grid
}

fn found(table: &Table) -> Vec<Vec<String>> {
    grid(table.cells.iter().map(|cell| (cell.row, cell.column, plain(&cell.text))))
}

#[test]
fn eight_of_nine_tables_of_the_competition_are_perfect() {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/fixtures/pdf"));
    let Ok(truth) = std::fs::read_to_string(folder.join("icdar2013.jsonl")) else {
        eprintln!("the files of the competition are not at hand");
        return;
    };
    let (mut all, mut perfect) = (0, 0);
    for line in truth.lines() {
        let known: Value = serde_json::from_str(line).unwrap();
        let bytes = std::fs::read(folder.join(known["pdf"].as_str().unwrap())).unwrap();
        let document = Document::open(bytes, "").unwrap();
        let mut reader = document.reader();
        let pages: Vec<Vec<Table>> =
            (1..=document.pages()).map(|number| find_tables(&reader.read(number).unwrap())).collect();
        for region in
            known["alt"][0].as_array().unwrap().iter().flat_map(|table| table["regions"].as_array().unwrap())
        {
            let number = |cell: &Value, key: &str| usize::try_from(cell[key].as_u64().unwrap()).unwrap();
            let cells = region["cells"].as_array().unwrap();
            let wanted = grid(cells.iter().map(|cell| {
                (number(cell, "r0"), number(cell, "c0"), plain(cell["text"].as_str().unwrap_or_default()))
            }));
            let page = usize::try_from(region["page"].as_u64().unwrap()).unwrap();
            all += 1;
            perfect += usize::from(pages[page - 1].iter().any(|table| found(table) == wanted));
        }
    }
    assert!(perfect * 9 >= all * 8, "{perfect} of {all}");
}
