//! Prints the tables of files, a line of JSON each, as the benches' scorer reads it: `ID PATH` are given in pairs.

use std::time::Instant;

use townhall_pdf::{Document, find_tables};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    for pair in arguments.chunks(2) {
        let [id, path] = pair else { continue };
        let begun = Instant::now();
        let mut tables = Vec::new();
        let (mut pages, mut trouble) = (0, None);
        match std::fs::read(path)
            .map_err(|error| error.to_string())
            .and_then(|bytes| Document::open(bytes, "").map_err(|error| error.to_string()))
        {
            Ok(document) => {
                pages = document.pages();
                let mut reader = document.reader();
                for number in 1..=pages {
                    match reader.read(number) {
                        Ok(page) => tables.extend(find_tables(&page)),
                        Err(error) => trouble = Some(error.to_string()),
                    }
                }
            }
            Err(error) => trouble = Some(error),
        }
        let line = serde_json::json!({
            "id": id, "seconds": begun.elapsed().as_secs_f64(), "pages": pages, "error": trouble, "tables": tables,
        });
        println!("{line}");
    }
}
