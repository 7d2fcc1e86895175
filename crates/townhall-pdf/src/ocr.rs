//! Text of pages that are pictures: what an engine recognizes stands where it saw it, and goes the way of all text.

use crate::page::{Glyph, Page, Rect};
use crate::tables::Areas;

/// Something that recognizes text in pictures.
pub trait OcrEngine: Send + Sync {
    /// Reads the words of a picture (PNG) with so many dots per inch.
    ///
    /// # Errors
    ///
    /// A sentence, when it can't.
    fn recognize(&self, png: &[u8], dots_per_inch: u32) -> Result<Vec<RecognizedWord>, String>;
}

/// A word that was recognized.
#[derive(Debug, Clone, PartialEq)]
pub struct RecognizedWord {
    /// Its characters.
    pub text: String,
    /// Where it stands in the picture, in pixels.
    pub rect: Rect,
    /// The upper and the lower side of the line that it is a part of, in pixels.
    pub line: (f64, f64),
    /// How sure the engine is, from 0 to 1.
    pub confidence: f64,
}

/// Short words that an engine is less sure of are left out: specks and lines that it took for letters.
const CONFIDENCE_MIN: f64 = 0.2;

/// Letters and digits of a word from which on it is none of those.
const LONG: usize = 3;

/// Words that an engine is less sure of are doubted.
const CONFIDENCE_GOOD: f64 = 0.66;

/// The page with words that were recognized in a picture of it, a point of which has so many pixels. Text of the page is in its picture, too:
/// it is taken once.
pub fn with_words(page: &Page, words: &[RecognizedWord], scale: f64) -> Page {
    let mut out = page.clone();
    let is_word = |word: &&RecognizedWord| {
        word.confidence >= CONFIDENCE_MIN || word.text.chars().filter(|c| c.is_alphanumeric()).count() >= LONG
    };
    let seen = page.glyphs.iter().filter(|glyph| !glyph.text.is_whitespace());
    let known = Areas::of(&seen.map(|glyph| glyph.rect.grown(1.0)).collect::<Vec<_>>());
    let is_known = |word: &RecognizedWord| {
        let (x, y) = word.rect.center();
        known.contain(x / scale, y / scale)
    };
    for word in words.iter().filter(is_word).filter(|word| !is_known(word)) {
        let count = word.text.chars().count().max(1) as f64;
        let (top, bottom) = (word.line.0 / scale, word.line.1 / scale);
        let (x0, x1) = (word.rect.x0 / scale, word.rect.x1 / scale);
        let height = (bottom - top).max(1.0);
        let baseline = bottom - 0.2 * height;
        let width = (x1 - x0) / count;
        out.glyphs.extend(word.text.chars().enumerate().map(|(at, text)| Glyph {
            text,
            rect: Rect::new(x0 + width * at as f64, top, x0 + width * (at + 1) as f64, bottom),
            baseline,
            size: height,
            font: 0,
            is_bold: false,
            is_visible: true,
            is_furniture: false,
            cell: None,
            is_uncertain: word.confidence < CONFIDENCE_GOOD,
        }));
    }
    out
}
