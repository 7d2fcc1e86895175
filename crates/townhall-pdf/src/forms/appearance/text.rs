//! Draws the text of a field: on one line, on several, or in the cells of a comb (ISO 32000-1, 12.7.3.3 and 12.7.4.3).

use std::fmt::Write;

use lopdf::Stream;

use super::super::content::{TextStyle, number, numbers};
use super::super::draft::Draft;
use super::super::field::Align;
use super::super::fonts::{Face, Fonts};
use super::super::layout::{Fit, LEADING, Measured, Wanted};
use super::super::options::TextSizes;
use super::frame::{Frame, with_font};
use crate::error::PdfError;

/// A text to draw.
pub(in crate::forms) struct Text<'a> {
    /// What it says, as it is to be seen.
    pub text: &'a str,
    /// Its font, size and colour.
    pub style: TextStyle,
    /// To which side it goes.
    pub align: Align,
    /// How its characters are set.
    pub setting: Setting,
}

/// How the characters of a text are set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::forms) enum Setting {
    /// On one line.
    Line,
    /// On as many lines as it needs.
    Lines,
    /// In so many cells of one width.
    Comb(usize),
}

impl Text<'_> {
    /// Draws it into a box.
    pub fn draw(
        &self,
        frame: &Frame,
        sizes: &TextSizes,
        draft: &mut Draft,
        fonts: &mut Fonts,
    ) -> Result<(Stream, Fit), PdfError> {
        let face = fonts.choose(draft, &self.style.font, self.text)?;
        let inset = frame.inset();
        // Letters keep off the border, but not so far that a low field has no room for them.
        let padding = inset + (0.08 * frame.height).clamp(0.5, 2.0).max(inset.min(1.0));
        let width = (frame.width - 2.0 * padding).max(1.0);
        let height = (frame.height - 2.0 * inset).max(1.0);
        let wanted = match self.style.size {
            0.0 => Wanted::Any { most: sizes.most },
            size => Wanted::Fixed { size, least_share: sizes.least_share },
        };
        let mut shown = String::new();
        let (size, fit) = match self.setting {
            Setting::Line => {
                let glyphs = fonts.set(&face, self.text, self.text);
                let (size, fit) = wanted.of_line(glyphs.width, width, height, &face);
                let x = padding + self.align.share() * (width - glyphs.width * size).max(0.0);
                place(&mut shown, x, baseline(frame, &face, size), &glyphs.show(size));
                (size, fit)
            }
            Setting::Lines => {
                let height = (frame.height - 2.0 * padding).max(1.0);
                let measured = Measured::of(&face, self.text);
                let (lines, size, fit) = measured.fitted(wanted, width, height);
                let first = frame.height - padding - face.ascent() * size;
                let last = inset - LEADING * size;
                for (at, line) in lines.iter().enumerate() {
                    let y = (at as f64).mul_add(-LEADING * size, first);
                    if y < last {
                        break;
                    }
                    let glyphs = fonts.set(&face, line, self.text);
                    let x = padding + self.align.share() * (width - glyphs.width * size).max(0.0);
                    place(&mut shown, x, y, &glyphs.show(size));
                }
                (size, fit)
            }
            Setting::Comb(cells) => self.draw_comb(cells, frame, wanted, &face, fonts, &mut shown),
        };
        let clip = numbers(&[inset, inset, frame.width - 2.0 * inset, frame.height - 2.0 * inset]);
        let content = format!(
            "/Tx BMC\nq\n{clip} re W n\nBT\n{}\n/F {} Tf\n{shown}ET\nQ\nEMC\n",
            self.style.color,
            number(size)
        );
        Ok((frame.appearance(with_font(fonts.resource(&face)), &content), fit))
    }

    /// Each character in the middle of its cell.
    fn draw_comb(
        &self,
        cells: usize,
        frame: &Frame,
        wanted: Wanted,
        face: &Face,
        fonts: &mut Fonts,
        shown: &mut String,
    ) -> (f64, Fit) {
        let cell = frame.width / cells.max(1) as f64;
        let characters: Vec<String> = self.text.chars().take(cells).map(String::from).collect();
        let widest = characters.iter().map(|it| face.width(it)).fold(0.01, f64::max);
        let (size, fit) = wanted.of_line(widest, cell, frame.height - 2.0 * frame.inset(), face);
        let before = (self.align.share() * (cells - characters.len()) as f64).floor();
        let y = baseline(frame, face, size);
        for (at, character) in characters.iter().enumerate() {
            let glyphs = fonts.set(face, character, character);
            let middle = (before + at as f64 + 0.5) * cell;
            place(shown, middle - glyphs.width * size / 2.0, y, &glyphs.show(size));
        }
        (size, fit)
    }
}

/// Where a line stands so that what rises and what falls keeps the same distance.
fn baseline(frame: &Frame, face: &Face, size: f64) -> f64 {
    (frame.height - (face.ascent() + face.descent()) * size) / 2.0
}

/// Writes glyphs at a place.
pub(super) fn place(out: &mut String, x: f64, y: f64, show: &str) {
    let _ = writeln!(out, "1 0 0 1 {} {} Tm {show}", number(x), number(y));
}
