//! Pages of which most text does not run from left to right.

use crate::page::{Glyph, Rect, Ruling};

/// Turns a page back so that text that runs in a direction is upright.
pub struct Turner {
    /// Quarter turns clockwise of the text.
    pub quarter: usize,
    /// The width of the page before.
    pub width: f64,
    /// Its height before.
    pub height: f64,
}

impl Turner {
    /// The size of the page after.
    pub fn size(&self) -> (f64, f64) {
        match self.quarter {
            0 | 2 => (self.width, self.height),
            _ => (self.height, self.width),
        }
    }

    fn point(&self, x: f64, y: f64) -> (f64, f64) {
        match self.quarter {
            0 => (x, y),
            // Text runs downwards: what is at the right comes up.
            1 => (y, self.width - x),
            2 => (self.width - x, self.height - y),
            _ => (self.height - y, x),
        }
    }

    /// Where a box is after.
    pub fn rect(&self, rect: Rect) -> Rect {
        let (ax, ay) = self.point(rect.x0, rect.y0);
        let (bx, by) = self.point(rect.x1, rect.y1);
        Rect::new(ax.min(bx), ay.min(by), ax.max(bx), ay.max(by))
    }

    /// Where a character is after.
    pub fn glyph(&self, glyph: Glyph) -> Glyph {
        let baseline = match self.quarter {
            0 => glyph.baseline,
            1 => self.width - glyph.baseline,
            2 => self.height - glyph.baseline,
            _ => glyph.baseline,
        };
        Glyph { rect: self.rect(glyph.rect), baseline, ..glyph }
    }

    /// Where a line is after.
    pub fn ruling(&self, ruling: Ruling) -> Ruling {
        let rect = match ruling.is_horizontal {
            true => Rect::new(ruling.from, ruling.at, ruling.to, ruling.at),
            false => Rect::new(ruling.at, ruling.from, ruling.at, ruling.to),
        };
        let rect = self.rect(rect);
        let is_horizontal = ruling.is_horizontal == self.quarter.is_multiple_of(2);
        match is_horizontal {
            true => Ruling { is_horizontal, at: rect.y0, from: rect.x0, to: rect.x1, ..ruling },
            false => Ruling { is_horizontal, at: rect.x0, from: rect.y0, to: rect.y1, ..ruling },
        }
    }
}
