//! Pages that are pictures: put straight, and parted into lines and text.

use townhall_pdf::{Document, Evidence, Picture, RecognizedWord, Rect, Scan, find_tables, is_scan, lines};

use crate::made::Drawing;
use crate::made_scan::scanned;

/// How many pixels a point of the pictures has.
const SCALE: f64 = 2.0;

const ROWS: [&[&str]; 3] = [&["River", "Low", "High"], &["Elm", "1.5", "2.5"], &["Oak", "3.5", "4.5"]];

/// A page with text.
fn texts() -> Drawing {
    Drawing::default()
        .text(100.0, 80.0, 14.0, "What the rivers of the county have carried this year")
        .text(100.0, 400.0, 14.0, "and what they have carried in other years, as far as it is known")
        .rows(&[110.0, 210.0, 310.0], 135.0, 30.0, &ROWS)
}

/// The same page with the lines of a table.
fn table() -> Drawing {
    let drawing = (0..4).fold(texts(), |drawing, at| {
        let along = 115.0 + 30.0 * f64::from(at);
        drawing.line(100.0, along, 400.0, along)
    });
    (0..4).fold(drawing, |drawing, at| {
        let along = 100.0 + 100.0 * f64::from(at);
        drawing.line(along, 115.0, along, 205.0)
    })
}

/// How many pixels of its picture are dark.
fn dark(scan: &Scan) -> usize {
    let mut reader = png::Decoder::new(std::io::Cursor::new(&scan.png)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut pixels).unwrap();
    pixels.iter().filter(|pixel| **pixel < 128).count()
}

#[test]
fn lines_of_leaning_tables_are_found_and_make_cells() {
    let original = Document::open(table().file(), "").unwrap();
    let picture = original.render(1, 0, SCALE).unwrap();
    let plain = Document::open(texts().file(), "").unwrap().render(1, 0, SCALE).unwrap();
    let words: Vec<RecognizedWord> = lines(&original.reader().read(1).unwrap())
        .iter()
        .flat_map(|line| line.words.iter().map(|word| (line.rect, word.clone())))
        .map(|(line, word)| RecognizedWord {
            rect: Rect::new(
                word.rect.x0 * SCALE,
                word.rect.y0 * SCALE,
                word.rect.x1 * SCALE,
                word.rect.y1 * SCALE,
            ),
            text: word.text,
            line: (line.y0 * SCALE, line.y1 * SCALE),
            confidence: 0.9,
        })
        .collect();
    for degrees in [0.0, 1.3, -2.1] {
        let document = Document::open(scanned(&picture, degrees), "").unwrap();
        let page = document.reader().read(1).unwrap();
        assert!(is_scan(&page));
        let scan = document.scan(1, page.turn, SCALE).unwrap();
        assert!((scan.degrees + degrees).abs() <= 0.1, "{degrees}: {}", scan.degrees);
        let read = scan.page(&page, &words);
        let tables = find_tables(&read);
        assert_eq!(tables.len(), 1, "{degrees}: {:?}", scan.rulings);
        assert_eq!(tables[0].evidence, Evidence::Ruled, "{degrees}");
        assert_eq!(tables[0].grid(), ROWS, "{degrees}");
        // Hardly anything but text is left, and nearly all of that.
        let plain = Document::open(scanned(&plain, degrees), "").unwrap();
        let text = dark(&plain.scan(1, 0, SCALE).unwrap());
        let left = dark(&scan);
        assert!(left.abs_diff(text) * 20 <= text, "{degrees}: {left} of {text}");
    }
}

#[test]
fn pictures_of_anything_are_survived() {
    let noise = |at: u32| (at.wrapping_mul(2_654_435_761) >> 24) as u8;
    for shade in [|_| 0, |_| 255, noise, |at| if at % 2 == 0 { 0 } else { 255 }] {
        let (width, height) = (400, 300);
        let pixels: Vec<u8> = (0..width * height).map(shade).collect();
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, width, height);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
        let file = scanned(&Picture { width, height, scale: 1.0, png: bytes }, 0.7);
        let scan = Document::open(file, "").unwrap().scan(1, 90, 1.0).unwrap();
        assert!(!scan.png.is_empty() && scan.rulings.len() < 5_000, "{}", scan.rulings.len());
    }
    assert!(Document::open(table().file(), "").unwrap().scan(2, 0, SCALE).is_err());
}
