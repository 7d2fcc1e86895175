//! The tables of PDF files.

use townhall_pdf::{Document, Page, Table, find_tables};

use crate::Error;

/// The tables of a file, and why there may be fewer than one would think.
#[derive(Debug)]
pub struct PdfTables {
    /// How many pages the file has.
    pub pages: usize,
    /// The tables, page by page from above.
    pub tables: Vec<Table>,
    /// What is wrong with pages: the number of each, and a sentence.
    pub troubles: Vec<(usize, String)>,
}

/// The share of characters without meaning from which a page is told to be unreadable.
const UNKNOWN_SHARE: f64 = 0.2;

/// Finds the tables of a file, on the pages that `wanted` says. `told` hears how many pages are done.
///
/// # Errors
///
/// When the file can't be read, or is locked with another password.
pub fn pdf_tables(
    bytes: Vec<u8>,
    password: &str,
    wanted: impl Fn(usize) -> bool,
    mut told: impl FnMut(usize, usize),
) -> Result<PdfTables, Error> {
    let document = Document::open(bytes, password).map_err(|error| Error::of(error.kind(), error))?;
    let pages = document.pages();
    let mut found = PdfTables { pages, tables: Vec::new(), troubles: Vec::new() };
    let mut reader = document.reader();
    for number in (1..=pages).filter(|number| wanted(*number)) {
        match reader.read(number) {
            Ok(page) => {
                found.tables.extend(find_tables(&page));
                found.troubles.extend(trouble(&page).map(|trouble| (number, trouble)));
            }
            Err(error) => found.troubles.push((number, error.to_string())),
        }
        told(number, pages);
    }
    Ok(found)
}

/// Why tables of a page may not be found.
fn trouble(page: &Page) -> Option<String> {
    let glyphs = page.glyphs.iter().filter(|glyph| !glyph.text.is_whitespace());
    let (all, unknown) = glyphs.fold((0_usize, 0_usize), |(all, unknown), glyph| {
        (all + 1, unknown + usize::from(glyph.text == '\u{fffd}'))
    });
    if all == 0 {
        return (!page.images.is_empty())
            .then(|| "the page is a picture without text, as scanned pages are".to_owned());
    }
    if unknown as f64 > UNKNOWN_SHARE * all as f64 {
        return Some("its fonts do not say which characters they show".to_owned());
    }
    page.is_cut.then(|| "it has more than is read of a page".to_owned())
}
