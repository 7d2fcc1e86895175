//! Prints the lines of text of a file, and how many lines and boxes each page has.

use townhall_pdf::{Document, lines};

fn main() {
    for path in std::env::args().skip(1) {
        let bytes = std::fs::read(&path).expect("a file");
        let document = match Document::open(bytes, "") {
            Ok(document) => document,
            Err(error) => {
                println!("{path}: {error}");
                continue;
            }
        };
        let mut reader = document.reader();
        for number in 1..=document.pages() {
            let page = match reader.read(number) {
                Ok(page) => page,
                Err(error) => {
                    println!("{path}: {error}");
                    continue;
                }
            };
            println!(
                "== {path} page {number}: {:.0} x {:.0}, turned {}, {} glyphs, {} lines, {} boxes, {} pictures",
                page.width,
                page.height,
                page.turn,
                page.glyphs.len(),
                page.rulings.len(),
                page.fills.len(),
                page.images.len()
            );
            for line in lines(&page) {
                let words: Vec<String> =
                    line.words.iter().map(|word| format!("{:.0}:{}", word.rect.x0, word.text)).collect();
                println!("{:6.1} {:4.1} {}", line.baseline, line.size, words.join(" "));
            }
        }
    }
}
