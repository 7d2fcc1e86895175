//! Pages as pictures, and text that is recognized in them.

use townhall_pdf::{Document, RecognizedWord, Rect, find_tables, with_words};

use crate::made::Drawing;

#[test]
fn pages_are_drawn_in_bounds() {
    let document =
        Document::open(Drawing::default().fill(100.0, 100.0, 300.0, 200.0, "1 0 0").file(), "").unwrap();
    let picture = document.render(1, 0, 1.5).unwrap();
    assert_eq!((picture.width, picture.height), (918, 1188));
    assert!(picture.png.starts_with(b"\x89PNG"));
    let turned = document.render(1, 90, 1.0).unwrap();
    assert_eq!((turned.width, turned.height), (792, 612));
    // What would be too large comes smaller.
    let large = document.render(1, 0, 1_000.0).unwrap();
    assert!(u64::from(large.width) * u64::from(large.height) <= 17_000_000 && large.scale < 10.0);
    assert!(document.render(2, 0, 1.0).is_err());
}

#[test]
fn recognized_words_make_tables_as_others_do() {
    let page = Drawing::default().page();
    let mut words = Vec::new();
    for (row, texts) in
        [["River", "2023", "2024"], ["Elm", "1.5", "2.5"], ["Oak", "3.5", "4.5"]].iter().enumerate()
    {
        for (column, text) in texts.iter().enumerate() {
            let (x, y) = (200.0 + 400.0 * column as f64, 300.0 + 60.0 * row as f64);
            words.push(RecognizedWord {
                text: (*text).to_owned(),
                rect: Rect::new(x, y, x + 22.0 * text.len() as f64, y + 34.0),
                line: (y, y + 40.0),
                confidence: 0.9,
            });
        }
    }
    words.push(RecognizedWord {
        text: "~".into(),
        rect: Rect::new(0.0, 0.0, 9.0, 9.0),
        line: (0.0, 9.0),
        confidence: 0.1,
    });
    let tables = find_tables(&with_words(&page, &words, 300.0 / 72.0));
    assert_eq!(tables.len(), 1);
    assert_eq!(tables[0].grid()[2], ["Oak", "3.5", "4.5"]);
}
