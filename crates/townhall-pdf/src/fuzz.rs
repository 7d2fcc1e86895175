//! Doors for fuzzers and their replayed corpora: every function takes any bytes, and must come back.

use crate::document::Document;
use crate::extract::{Wanted, extract};
use crate::forms::{FillOptions, Filling, FormDocument, from_fdf, from_xfdf};
use crate::recipe::read_recipe;

/// Most pages that are looked at of a file: what differs from page to page is found on the first ones.
const PAGES: usize = 4;

/// The tables of a file, all that is drawn on its pages with them.
pub fn tables(bytes: &[u8]) {
    let Ok(document) = Document::open(bytes.to_vec(), "") else { return };
    let wanted = Wanted { pages: vec![(1, PAGES)], ..Wanted::default() };
    let _ = extract(&document, &wanted, &|_, _| None, |_, _| true);
    let _ = document.render(1, 0, 0.2);
}

/// The fields of a form, filled with what stands in them, and made part of the pages.
pub fn forms(bytes: &[u8]) {
    let Ok(document) = FormDocument::open(bytes.to_vec(), "") else { return };
    let filling = Filling { values: document.values(), ..Filling::default() };
    let _ = document.fill(&filling, &FillOptions { flatten: true, ..FillOptions::default() });
}

/// Templates and files of values.
pub fn values(bytes: &[u8]) {
    let _ = from_fdf(bytes);
    let _ = from_xfdf(bytes);
    let _ = read_recipe(&String::from_utf8_lossy(bytes));
}
