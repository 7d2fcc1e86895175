//! Pages that are pictures, made ready for whoever recognizes text: put straight, in shades of grey, and without the lines of tables, which
//! are told apart. Engines take lines for letters, and cells between them for pictures.

mod plane;
mod skew;
mod strokes;

use crate::document::Document;
use crate::error::PdfError;
use crate::limits::LINES_MAX;
use crate::ocr::{RecognizedWord, with_words};
use crate::page::{Page, Ruling};
use plane::Plane;
use strokes::{Sizes, Stroke, strokes};

/// A page as a picture without lines.
#[derive(Debug, Clone)]
pub struct Scan {
    /// The picture as PNG.
    pub png: Vec<u8>,
    /// How many pixels a point has.
    pub scale: f64,
    /// By how many degrees it was turned clockwise to be straight.
    pub degrees: f64,
    /// The lines that were taken out of it.
    pub rulings: Vec<Ruling>,
}

impl Document {
    /// Draws a page as [`Document::render`] does, puts it straight and takes the lines out.
    ///
    /// # Errors
    ///
    /// When there is no such page, or it can't be drawn.
    pub fn scan(&self, number: usize, turn: u16, scale: f64) -> Result<Scan, PdfError> {
        let (pixmap, scale) = self.draw(number, turn, scale)?;
        let plane = Plane::of(&pixmap);
        drop(pixmap);
        let degrees = skew::degrees(&plane);
        let mut plane = if degrees == 0.0 { plane } else { plane.turned(degrees) };
        let sizes = Sizes::of(scale);
        // Thin lines that were printed, scanned and turned are hardly ever black.
        let mut dark = plane.darker_than(plane.border().midpoint(u8::MAX));
        let level = strokes(&dark, sizes);
        let upright = strokes(&dark.transposed(), sizes);
        plane.erase(&mut dark, &level, sizes);
        // Where lines cross, the second go takes out what the first one left.
        (plane, dark) = (plane.transposed(), dark.transposed());
        plane.erase(&mut dark, &upright, sizes);
        plane = plane.transposed();
        let ruling = |stroke: &Stroke, is_horizontal: bool| Ruling {
            is_horizontal,
            at: (stroke.first + stroke.last + 1) as f64 / 2.0 / scale,
            from: stroke.from as f64 / scale,
            to: stroke.to as f64 / scale,
            width: (stroke.last + 1 - stroke.first) as f64 / scale,
        };
        let level = level.iter().map(|stroke| ruling(stroke, true));
        let rulings = level.chain(upright.iter().map(|stroke| ruling(stroke, false)));
        Ok(Scan {
            png: plane.png().ok_or(PdfError::Page { page: number })?,
            scale,
            degrees,
            rulings: rulings.take(LINES_MAX).collect(),
        })
    }
}

impl Scan {
    /// The page with what stands on it: the words that were recognized in the picture, and the lines.
    pub fn page(&self, page: &Page, words: &[RecognizedWord]) -> Page {
        let mut read = with_words(page, words, self.scale);
        read.rulings.extend(&self.rulings);
        read
    }
}
