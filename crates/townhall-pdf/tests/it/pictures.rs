//! Pages as pictures, and text that is recognized in them.

use townhall_pdf::{
    Document, Doubt, Page, RecognizedWord, Rect, SheetCell, TroubleKind, Wanted, extract, find_tables,
    is_mostly_picture, is_scan, with_words,
};

use crate::made::{Drawing, scan};

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

#[test]
fn scans_are_told_and_read_by_what_recognizes_text() {
    let document = Document::open(scan(), "").unwrap();
    let found = extract(&document, &Wanted::default(), &|_, _| None, |_, _| true);
    assert_eq!((found.sheets.len(), found.troubles[0].kind), (0, TroubleKind::Scan));
    let mut words: Vec<RecognizedWord> = ["River", "Low", "Elm", "1.5", "Oak", "2.5"]
        .iter()
        .enumerate()
        .map(|(at, text)| {
            let (x, y) = (200.0 + 400.0 * (at % 2) as f64, 300.0 + 60.0 * (at / 2) as f64);
            let rect = Rect::new(x, y, x + 80.0, y + 34.0);
            let confidence = if *text == "2.5" { 0.4 } else { 0.9 };
            RecognizedWord { text: (*text).to_owned(), rect, line: (y, y + 40.0), confidence }
        })
        .collect();
    let speck = Rect::new(900.0, 300.0, 920.0, 330.0);
    words.push(RecognizedWord { text: "'.".to_owned(), rect: speck, line: (300.0, 340.0), confidence: 0.1 });
    let recognize =
        |_: usize, page: &Page| is_mostly_picture(page).then(|| with_words(page, &words, 300.0 / 72.0));
    let found = extract(&document, &Wanted::default(), &recognize, |_, _| true);
    assert_eq!(found.sheets[0].records()[1].texts, ["Oak", "2.5"]);
    assert!(found.troubles.is_empty());
    let doubtful: Vec<&SheetCell> =
        found.sheets[0].cells.iter().filter(|cell| !cell.doubts.is_empty()).collect();
    assert_eq!(doubtful.len(), 1);
    assert_eq!((doubtful[0].text.as_str(), &doubtful[0].doubts[..]), ("2.5", &[Doubt::Uncertain][..]));
    assert_eq!(found.sheets[0].doubts, ["one cell was recognized without much certainty"]);
}

#[test]
fn a_page_number_on_a_scan_is_taken_once() {
    let mut page = Drawing::default().text(500.0, 770.0, 9.0, "Page 7").page();
    assert!(!is_mostly_picture(&page));
    page.images.push(Rect::new(6.0, 6.0, 606.0, 786.0));
    assert!(is_mostly_picture(&page) && !is_scan(&page));
    let word = |text: &str, x: f64, y: f64| RecognizedWord {
        text: text.to_owned(),
        rect: Rect::new(x, y, x + 20.0, y + 8.0),
        line: (y, y + 9.0),
        confidence: 0.9,
    };
    let words = [word("Page", 500.0, 763.0), word("River", 100.0, 100.0)];
    let read: String = with_words(&page, &words, 1.0).glyphs.iter().map(|glyph| glyph.text).collect();
    assert_eq!(read, "Page 7River");
}
