//! The lines of a page, joined where they were drawn in pieces.

use super::areas::Areas;
use super::tiles;
use crate::page::{Page, Rect, Ruling};
use crate::text::by;

/// Lines that are no farther apart than this are one.
const SAME: f64 = 2.0;

/// Pieces that are no farther apart than this are one line.
const BREAK: f64 = 3.0;

/// The lines of a page.
#[derive(Debug, Clone, Default)]
pub struct Edges {
    /// Those from left to right, from above.
    pub horizontal: Vec<Ruling>,
    /// Those from top to bottom, from the left.
    pub vertical: Vec<Ruling>,
}

impl Edges {
    /// Those lines of which the middle is outside of areas.
    pub fn outside(mut self, areas: &Areas) -> Self {
        let is_outside = |ruling: &Ruling| {
            let middle = f64::midpoint(ruling.from, ruling.to);
            let (x, y) = if ruling.is_horizontal { (middle, ruling.at) } else { (ruling.at, middle) };
            !areas.contain(x, y)
        };
        self.horizontal.retain(is_outside);
        self.vertical.retain(is_outside);
        self
    }

    /// What of the lines is inside of an area.
    pub fn inside(&self, area: &Rect) -> Self {
        let cut = |rulings: &[Ruling], (low, high): (f64, f64), (from, to): (f64, f64)| -> Vec<Ruling> {
            let near = rulings.iter().filter(|ruling| ruling.at >= low && ruling.at <= high);
            let cut =
                near.map(|ruling| Ruling { from: ruling.from.max(from), to: ruling.to.min(to), ..*ruling });
            cut.filter(|ruling| ruling.length() > BREAK).collect()
        };
        Self {
            horizontal: cut(&self.horizontal, (area.y0, area.y1), (area.x0, area.x1)),
            vertical: cut(&self.vertical, (area.x0, area.x1), (area.y0, area.y1)),
        }
    }
}

/// The lines of a page, those included that the sides of coloured cells draw.
pub fn edges(page: &Page) -> Edges {
    let (horizontal, vertical): (Vec<Ruling>, Vec<Ruling>) = page
        .rulings
        .iter()
        .copied()
        .chain(tiles::sides(&page.fills))
        .partition(|ruling| ruling.is_horizontal);
    Edges { horizontal: joined(horizontal), vertical: joined(vertical) }
}

fn joined(mut rulings: Vec<Ruling>) -> Vec<Ruling> {
    rulings.sort_by(|one, other| by(one.at, other.at));
    let mut out: Vec<Ruling> = Vec::new();
    let mut begin = 0;
    while begin < rulings.len() {
        // A bundle of lines on the same height, side by side.
        let mut end = begin + 1;
        while end < rulings.len() && rulings[end].at - rulings[begin].at <= SAME {
            end += 1;
        }
        let mut bundle = rulings[begin..end].to_vec();
        bundle.sort_by(|one, other| by(one.from, other.from));
        let mut current = bundle[0];
        let mut weight = current.length();
        for piece in &bundle[1..] {
            if piece.from <= current.to + BREAK {
                let length = piece.length();
                current.at = (current.at * weight + piece.at * length) / (weight + length).max(1e-9);
                weight += length;
                current.to = current.to.max(piece.to);
                current.width = current.width.max(piece.width);
            } else {
                out.push(current);
                current = *piece;
                weight = current.length();
            }
        }
        out.push(current);
        begin = end;
    }
    out.sort_by(|one, other| by(one.at, other.at));
    out
}
