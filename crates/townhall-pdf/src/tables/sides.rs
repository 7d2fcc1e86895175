//! The borders of a grid: lines, and where lines leave columns together, the gaps between words.

use super::columns::borders;
use super::frames::rows_in;
use super::kinds::is_value;
use super::nets::BORDER;
use super::runs::Row;
use crate::page::{Rect, Ruling};
use crate::text::{Line, by};

/// The share of a cell's side that a line has to cover to part it from its neighbour.
const COVER: f64 = 0.6;

/// Where lines draw half of the columns and words the others: the share of the rows in a drawn column that have to be parted alike.
const OPEN_MIN: f64 = 0.5;

/// A border of a grid.
pub struct Side {
    /// Where it is.
    pub at: f64,
    /// The lines that run there.
    drawn: Vec<Ruling>,
    /// Where no line draws it and only words keep clear of it: from where to where some do not.
    crossed: Option<Vec<(f64, f64)>>,
}

impl Side {
    /// Whether it parts what is on its two sides, along a part of it.
    pub fn parts(&self, from: f64, to: f64) -> bool {
        if let Some(crossed) = &self.crossed {
            return !crossed.iter().any(|(above, below)| {
                f64::midpoint(*above, *below) > from && f64::midpoint(*above, *below) < to
            });
        }
        let covered: f64 =
            self.drawn.iter().map(|ruling| (ruling.to.min(to) - ruling.from.max(from)).max(0.0)).sum();
        covered >= COVER * (to - from)
    }
}

/// The borders that lines draw at places, in their order.
pub fn drawn(rulings: &[Ruling], places: &[f64]) -> Vec<Side> {
    let mut sorted = rulings.to_vec();
    sorted.sort_by(|one, other| by(one.at, other.at));
    let side = |at: &f64| {
        let from = sorted.partition_point(|ruling| ruling.at < at - BORDER);
        let near = sorted[from..].iter().take_while(|ruling| ruling.at <= at + BORDER);
        Side { at: *at, drawn: near.copied().collect(), crossed: None }
    };
    places.iter().map(side).collect()
}

/// The borders between columns: those that lines draw at places, and those that only words tell.
pub fn upright(rulings: &[Ruling], places: &[f64], rect: &Rect, lines: &[Line]) -> Vec<Side> {
    let mut sides = drawn(rulings, places);
    sides.extend(open_columns(lines, rect, places).into_iter().map(|at| open_border(lines, rect, at)));
    sides.sort_by(|one, other| by(one.at, other.at));
    sides
}

/// A border that no line draws, with the places where words cross it.
fn open_border(lines: &[Line], rect: &Rect, at: f64) -> Side {
    let rows = rows_in(lines, rect);
    let crossing = rows.iter().flat_map(|row| &row.runs).filter(|run| run.rect.x0 < at && run.rect.x1 > at);
    Side { at, drawn: Vec::new(), crossed: Some(crossing.map(|run| (run.rect.y0, run.rect.y1)).collect()) }
}

/// Borders within the columns that lines draw, where most rows have a wide gap: lines often part only some of the columns.
fn open_columns(lines: &[Line], rect: &Rect, xs: &[f64]) -> Vec<f64> {
    let mut found = Vec::new();
    for pair in xs.windows(2) {
        let rows = rows_in(lines, &Rect { x0: pair[0], x1: pair[1], ..*rect });
        let values = |row: &Row<'_>| row.runs.iter().filter(|run| is_value(&run.text())).count();
        let many: Vec<&Row<'_>> = rows.iter().filter(|row| values(row) >= 2).collect();
        if many.len() >= 3 && many.len() as f64 >= OPEN_MIN * rows.len() as f64 {
            found.extend(
                borders(&many, &rows).into_iter().filter(|at| *at > pair[0] + 6.0 && *at < pair[1] - 6.0),
            );
        }
    }
    found
}
