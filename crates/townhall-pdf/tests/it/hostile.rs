//! Damaged files: an error or less of a page, never a panic or a hang.

use proptest::prelude::*;
use townhall_pdf::{Document, Glyph, Page, Rect, Ruling, find_tables, find_tables_in};

use crate::made::Drawing;

fn read_all(bytes: Vec<u8>) {
    let Ok(document) = Document::open(bytes, "") else { return };
    let mut reader = document.reader();
    for number in 1..=document.pages().min(5) {
        if let Ok(page) = reader.read(number) {
            find_tables(&page);
        }
    }
}

fn sample() -> Vec<u8> {
    Drawing::default()
        .line(72.0, 90.0, 300.0, 90.0)
        .line(72.0, 110.0, 300.0, 110.0)
        .line(72.0, 90.0, 72.0, 110.0)
        .rows(&[72.0, 200.0], 104.0, 14.0, &[&["River", "Level"], &["Elm", "1.5"]])
        .file()
}

#[test]
fn a_crowded_page_is_read_whole() {
    let place = |n: usize| 8.0 + 5.0 * n as f64;
    let drawing = (0..=110).fold(Drawing::default(), |drawing, n| {
        drawing.line(8.0, place(n), place(110), place(n)).line(place(n), 8.0, place(n), place(110))
    });
    let drawing = (0..110 * 110)
        .fold(drawing, |drawing, n| drawing.text(place(n % 110) + 1.0, place(n / 110) + 4.0, 3.0, "1"));
    let tables = find_tables(&drawing.page());
    assert_eq!((tables.len(), tables[0].rows, tables[0].columns), (1, 110, 110));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn damage_is_survived(flips in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..40)) {
        let mut bytes = sample();
        for (at, byte) in flips {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        read_all(bytes);
    }

    #[test]
    fn a_file_that_breaks_off_is_survived(end in any::<prop::sample::Index>()) {
        let mut bytes = sample();
        bytes.truncate(end.index(bytes.len()));
        read_all(bytes);
    }

    #[test]
    fn words_anywhere_are_survived(
        words in proptest::collection::vec((-50.0..900.0_f64, -50.0..900.0_f64, 0.5..60.0_f64, "[a-z0-9.]{1,9}"), 0..60),
        lines in proptest::collection::vec((0.0..600.0_f64, 0.0..800.0_f64, 0.0..600.0_f64, any::<bool>()), 0..40),
    ) {
        let drawing = words.iter().fold(Drawing::default(), |drawing, (x, y, size, text)| drawing.text(*x, *y, *size, text));
        let drawing = lines.iter().fold(drawing, |drawing, (x, y, to, is_flat)| match is_flat {
            true => drawing.line(*x, *y, *to, *y),
            false => drawing.line(*x, *y, *x, *to),
        });
        for table in find_tables(&drawing.page()) {
            prop_assert!(table.rows >= 2 && table.columns >= 2);
            for cell in &table.cells {
                prop_assert!(cell.row <= cell.last_row && cell.last_row < table.rows);
                prop_assert!(cell.column <= cell.last_column && cell.last_column < table.columns);
                prop_assert!(!cell.text.is_empty());
            }
        }
    }
}

/// A page of as many characters and lines as are read, at places that a function tells.
fn crowded(count: u32, mut place: impl FnMut(u32) -> (f64, f64)) -> Page {
    let mut page = Page { number: 1, width: 2_000.0, height: 2_000.0, ..Page::default() };
    for n in 0..count {
        let (x, y) = place(n);
        let rect = Rect::new(x, y - 3.0, x + 2.0, y + 1.0);
        page.glyphs.push(Glyph {
            text: '1',
            rect,
            baseline: y,
            size: 4.0,
            font: 1,
            is_bold: false,
            is_visible: true,
            is_furniture: false,
            cell: None,
            is_uncertain: false,
        });
        let is_horizontal = n % 2 == 0;
        let (at, from) = if is_horizontal { (y, x) } else { (x, y) };
        page.rulings.push(Ruling { is_horizontal, at, from, to: from + f64::from(n % 90), width: 0.1 });
    }
    page
}

#[test]
fn many_words_and_lines_are_done_with() {
    let in_rows = crowded(40_000, |n| (9.0 * f64::from(n % 200), 9.0 * f64::from(n / 200)));
    let mut seed = 7_u32;
    let mut random = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(seed >> 8) / 8_388.608
    };
    let anywhere = crowded(40_000, |_| (random(), random()));
    for page in [in_rows, anywhere] {
        find_tables(&page);
        find_tables_in(&page, &[Rect::new(0.0, 0.0, page.width, page.height)]);
    }
}
