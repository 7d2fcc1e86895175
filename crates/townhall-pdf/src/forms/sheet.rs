//! Where things stand on a page: as its file says, and as the page is seen (ISO 32000-1, 14.11.2 and table 30).

use lopdf::ObjectId;

use super::draft::{Draft, integer};
use crate::page::Rect;

/// Maps points: `[a b c d e f]`, as the `cm` operator has them (ISO 32000-1, 8.3.3).
pub(super) type Matrix = [f64; 6];

/// What of a page is seen, and how it is turned.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sheet {
    /// Left, lower, right and upper side.
    sides: [f64; 4],
    /// By how many degrees it is turned clockwise: 0, 90, 180 or 270.
    turn: i64,
}

impl Sheet {
    /// That of a page.
    pub fn of(draft: &Draft, page: ObjectId) -> Self {
        let sides = |key: &[u8]| draft.sides(draft.page_attribute(page, key)?);
        let has_area = |sides: &[f64; 4]| sides[2] - sides[0] >= 1.0 && sides[3] - sides[1] >= 1.0;
        let media = sides(b"MediaBox").filter(has_area).unwrap_or([0.0, 0.0, 612.0, 792.0]);
        let crop = sides(b"CropBox").unwrap_or(media);
        let seen =
            [crop[0].max(media[0]), crop[1].max(media[1]), crop[2].min(media[2]), crop[3].min(media[3])];
        let turn = draft.page_attribute(page, b"Rotate").and_then(integer).unwrap_or(0);
        Self { sides: if has_area(&seen) { seen } else { media }, turn: turn.rem_euclid(360) / 90 * 90 }
    }

    /// How wide the page is as it is seen.
    pub fn width(&self) -> f64 {
        match self.turn {
            90 | 270 => self.sides[3] - self.sides[1],
            _ => self.sides[2] - self.sides[0],
        }
    }

    /// How high the page is as it is seen.
    pub fn height(&self) -> f64 {
        match self.turn {
            90 | 270 => self.sides[2] - self.sides[0],
            _ => self.sides[3] - self.sides[1],
        }
    }

    /// Brings points counted from the lower left corner of the page as it is seen to those of the file.
    pub fn upright(&self) -> Matrix {
        let [x0, y0, x1, y1] = self.sides;
        match self.turn {
            90 => [0.0, 1.0, -1.0, 0.0, x1, y0],
            180 => [-1.0, 0.0, 0.0, -1.0, x1, y1],
            270 => [0.0, -1.0, 1.0, 0.0, x0, y1],
            _ => [1.0, 0.0, 0.0, 1.0, x0, y0],
        }
    }

    /// A box of the file as it is seen, counted from the upper left corner.
    pub fn seen(&self, points: [f64; 4]) -> Rect {
        let [x0, y0, x1, y1] = points;
        let [left, lower, right, upper] = self.sides;
        match self.turn {
            90 => Rect::new(y0 - lower, x0 - left, y1 - lower, x1 - left),
            180 => Rect::new(right - x1, y0 - lower, right - x0, y1 - lower),
            270 => Rect::new(upper - y1, right - x1, upper - y0, right - x0),
            _ => Rect::new(x0 - left, upper - y1, x1 - left, upper - y0),
        }
    }
}

/// Where a matrix brings a box: the smallest box around its corners.
pub(super) fn mapped([a, b, c, d, e, f]: Matrix, [x0, y0, x1, y1]: [f64; 4]) -> [f64; 4] {
    let corners = [(x0, y0), (x1, y0), (x0, y1), (x1, y1)];
    corners.iter().map(|(x, y)| (a * x + c * y + e, b * x + d * y + f)).fold(
        [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY],
        |[left, lower, right, upper], (x, y)| [left.min(x), lower.min(y), right.max(x), upper.max(y)],
    )
}
