//! What stands on a page: glyphs, lines, filled boxes, pictures. Lengths are points (1/72 inch); the origin is the upper left corner of
//! the page as it is seen, and y grows downwards.

use std::borrow::Cow;

use serde::Serialize;

use crate::text::Word;

/// A box with its sides along the page.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Rect {
    /// The left side.
    pub x0: f64,
    /// The upper side.
    pub y0: f64,
    /// The right side.
    pub x1: f64,
    /// The lower side.
    pub y1: f64,
}

impl Rect {
    /// A box with these sides.
    pub const fn new(x0: f64, y0: f64, x1: f64, y1: f64) -> Self {
        Self { x0, y0, x1, y1 }
    }

    /// From the left to the right side.
    pub fn width(&self) -> f64 {
        self.x1 - self.x0
    }

    /// From the upper to the lower side.
    pub fn height(&self) -> f64 {
        self.y1 - self.y0
    }

    /// The middle between the sides.
    pub fn center(&self) -> (f64, f64) {
        (f64::midpoint(self.x0, self.x1), f64::midpoint(self.y0, self.y1))
    }

    /// The smallest box around both.
    pub fn union(&self, other: &Self) -> Self {
        Self {
            x0: self.x0.min(other.x0),
            y0: self.y0.min(other.y0),
            x1: self.x1.max(other.x1),
            y1: self.y1.max(other.y1),
        }
    }

    /// What both have in common; its sides are the wrong way round where that is nothing.
    pub fn intersection(&self, other: &Self) -> Self {
        Self {
            x0: self.x0.max(other.x0),
            y0: self.y0.max(other.y0),
            x1: self.x1.min(other.x1),
            y1: self.y1.min(other.y1),
        }
    }

    /// Whether a point is in it.
    pub fn contains(&self, x: f64, y: f64) -> bool {
        x >= self.x0 && x <= self.x1 && y >= self.y0 && y <= self.y1
    }

    /// The same box, larger on all sides.
    pub fn grown(&self, by: f64) -> Self {
        Self { x0: self.x0 - by, y0: self.y0 - by, x1: self.x1 + by, y1: self.y1 + by }
    }

    /// How much of the width two boxes have in common.
    pub fn overlap_x(&self, other: &Self) -> f64 {
        (self.x1.min(other.x1) - self.x0.max(other.x0)).max(0.0)
    }

    /// How much of the height two boxes have in common.
    pub fn overlap_y(&self, other: &Self) -> f64 {
        (self.y1.min(other.y1) - self.y0.max(other.y0)).max(0.0)
    }
}

/// A character where it stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Glyph {
    /// The character; U+FFFD where the font does not say which.
    pub text: char,
    /// From where it begins to where the next one would, and from ascender to descender.
    pub rect: Rect,
    /// The height of its baseline.
    pub baseline: f64,
    /// The size of its font on the page.
    pub size: f64,
    /// Which font it is set in; a number that is good for this page alone.
    pub font: u32,
    /// Whether the font is a bold one.
    pub is_bold: bool,
    /// Whether it can be seen. Scanned pages with recognized text have glyphs that can't.
    pub is_visible: bool,
    /// Whether the file says that it belongs to what pages repeat, as running titles and page numbers (ISO 32000-1, 14.8.2.2).
    pub is_furniture: bool,
    /// The cell that it belongs to, as the file says: a number among those of the page.
    pub cell: Option<u32>,
    /// Whether it was recognized in a picture, and not for sure.
    pub is_uncertain: bool,
}

/// A cell of a table that the structure of the file names (ISO 32000-1, 14.8.4.3.4). Rows and columns are those of the whole table, which
/// may go on over pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaggedCell {
    /// Which table of the file it belongs to, counted from 0.
    pub table: usize,
    /// Its first row, counted from 0.
    pub row: usize,
    /// Its last row.
    pub last_row: usize,
    /// Its first column, counted from 0.
    pub column: usize,
    /// Its last column.
    pub last_column: usize,
    /// Whether it is a header.
    pub is_header: bool,
}

/// A straight line along the page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ruling {
    /// Whether it runs from left to right, and not from top to bottom.
    pub is_horizontal: bool,
    /// The height of a horizontal line, or the distance of an upright one from the left.
    pub at: f64,
    /// Where it begins: the left or upper end.
    pub from: f64,
    /// Where it ends.
    pub to: f64,
    /// How thick it is.
    pub width: f64,
}

impl Ruling {
    /// How long it is.
    pub fn length(&self) -> f64 {
        self.to - self.from
    }
}

/// A box that is filled with a colour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fill {
    /// Where.
    pub rect: Rect,
    /// Red, green and blue.
    pub color: [u8; 3],
}

/// A page with all that stands on it.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// Its number, counted from 1.
    pub number: usize,
    /// Its width as it is seen.
    pub width: f64,
    /// Its height as it is seen.
    pub height: f64,
    /// By how many degrees it is turned clockwise so that most of its text is upright: 0, 90, 180 or 270. All places are those of the
    /// turned page.
    pub turn: u16,
    /// Its characters, in the order of the file.
    pub glyphs: Vec<Glyph>,
    /// Texts that run upwards or downwards, each as one word.
    pub sideways: Vec<Word>,
    /// Its lines.
    pub rulings: Vec<Ruling>,
    /// Its filled boxes.
    pub fills: Vec<Fill>,
    /// Where pictures are.
    pub images: Vec<Rect>,
    /// The cells of tables that the file itself says are on it.
    pub tagged: Vec<TaggedCell>,
    /// Whether something was left out because there is too much of it.
    pub is_cut: bool,
}

impl Page {
    /// The page without what the file says that pages repeat, if that is the smaller part of it.
    pub(crate) fn body(&self) -> Cow<'_, Self> {
        let furniture = self.glyphs.iter().filter(|glyph| glyph.is_furniture).count();
        if furniture == 0 || furniture * 2 > self.glyphs.len() {
            return Cow::Borrowed(self);
        }
        let mut body = self.clone();
        body.glyphs.retain(|glyph| !glyph.is_furniture);
        Cow::Owned(body)
    }
}
