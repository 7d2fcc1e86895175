//! What stands on a page.

use townhall_pdf::{Document, PdfError, lines};

use crate::made::Drawing;

#[test]
fn words_and_lines_are_where_they_stand() {
    let page =
        Drawing::default().text(72.0, 100.0, 12.0, "Rivers (2024)").text(72.0, 120.0, 12.0, "rose").page();
    assert_eq!((page.width, page.height, page.turn), (612.0, 792.0, 0));
    let lines = lines(&page);
    let texts: Vec<Vec<&str>> =
        lines.iter().map(|line| line.words.iter().map(|word| word.text.as_str()).collect()).collect();
    assert_eq!(texts, [vec!["Rivers", "(2024)"], vec!["rose"]]);
    let word = &lines[0].words[0];
    assert!((word.rect.x0 - 72.0).abs() < 0.1 && (word.baseline - 100.0).abs() < 0.1, "{word:?}");
    // "Rivers" in Helvetica is 2.778 times its size wide.
    assert!((word.rect.width() - 33.3).abs() < 1.0, "{word:?}");
}

#[test]
fn a_page_that_lies_on_its_side_is_turned() {
    let page = Drawing::default().turned().text(100.0, 50.0, 10.0, "Sideways").page();
    assert_eq!((page.width, page.height), (792.0, 612.0));
    let lines = lines(&page);
    assert_eq!(lines[0].words[0].text, "Sideways");
    assert!((lines[0].words[0].rect.x0 - 100.0).abs() < 0.1, "{lines:?}");
    assert!((lines[0].baseline - 50.0).abs() < 0.1, "{lines:?}");
}

#[test]
fn lines_are_straight_or_none() {
    let page = Drawing::default()
        .line(10.0, 20.0, 110.0, 20.0)
        .line(10.0, 20.0, 10.0, 60.0)
        .line(10.0, 20.0, 90.0, 90.0)
        .page();
    let told: Vec<(bool, f64, f64)> =
        page.rulings.iter().map(|ruling| (ruling.is_horizontal, ruling.at, ruling.length())).collect();
    assert_eq!(told, [(true, 20.0, 100.0), (false, 10.0, 40.0)]);
}

#[test]
fn what_is_no_pdf_is_told() {
    assert_eq!(Document::open(b"Hello".to_vec(), "").err(), Some(PdfError::NotPdf));
    let document = Document::open(Drawing::default().file(), "").unwrap();
    assert_eq!(document.reader().read(2).err(), Some(PdfError::NoSuchPage { page: 2, pages: 1 }));
    assert!(document.reader().read(0).is_err());
}

#[test]
fn what_is_raised_is_on_the_line_of_its_word() {
    let page = Drawing::default().text(72.0, 100.0, 10.0, "All of them").text(119.5, 95.5, 6.0, "1").page();
    let texts: Vec<Vec<String>> =
        lines(&page).iter().map(|line| line.words.iter().map(|word| word.text.clone()).collect()).collect();
    assert_eq!(texts, [["All", "of", "them", "1"]]);
}
