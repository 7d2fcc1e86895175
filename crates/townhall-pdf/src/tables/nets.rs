//! Lines that meet one another, and the places of them.

use std::collections::HashMap;

use super::edges::Edges;
use crate::page::{Rect, Ruling};
use crate::text::by;

/// How far a line may end before another and still meet it.
const MEET: f64 = 3.0;

/// Lines that are no farther apart are one border.
pub const BORDER: f64 = 3.0;

/// Nets that are no farther apart, one below the other, are one.
const APART: f64 = 8.0;

/// Most pairs of lines of which it is asked whether they meet. A grid of a thousand lines each way has as many.
const PAIRS_MAX: usize = 4_000_000;

/// Lines that meet one another.
#[derive(Debug, Default)]
pub struct Net {
    /// Those from left to right.
    pub horizontal: Vec<Ruling>,
    /// Those from top to bottom.
    pub vertical: Vec<Ruling>,
}

impl Net {
    /// The box around its lines.
    fn rect(&self) -> Rect {
        let mut rect = Rect::new(f64::MAX, f64::MAX, f64::MIN, f64::MIN);
        for ruling in &self.horizontal {
            rect = rect.union(&Rect::new(ruling.from, ruling.at, ruling.to, ruling.at));
        }
        for ruling in &self.vertical {
            rect = rect.union(&Rect::new(ruling.at, ruling.from, ruling.at, ruling.to));
        }
        rect
    }
}

/// The nets of a page that may draw a table.
pub fn nets(edges: &Edges) -> Vec<Net> {
    let (rows, columns) = (&edges.horizontal, &edges.vertical);
    let mut parent: Vec<usize> = (0..rows.len() + columns.len()).collect();
    let mut pairs = 0;
    for (j, vertical) in columns.iter().enumerate() {
        let begin = rows.partition_point(|row| row.at < vertical.from - MEET);
        for (i, horizontal) in rows.iter().enumerate().skip(begin) {
            pairs += 1;
            if horizontal.at > vertical.to + MEET || pairs > PAIRS_MAX {
                break;
            }
            if vertical.at >= horizontal.from - MEET && vertical.at <= horizontal.to + MEET {
                let (one, other) = (root(&mut parent, i), root(&mut parent, rows.len() + j));
                parent[one] = other;
            }
        }
    }
    let mut of_root: HashMap<usize, Net> = HashMap::new();
    for at in 0..parent.len() {
        let net = of_root.entry(root(&mut parent, at)).or_default();
        match at < rows.len() {
            true => net.horizontal.push(rows[at]),
            false => net.vertical.push(columns[at - rows.len()]),
        }
    }
    let nets = of_root.into_values().filter(|net| net.horizontal.len() >= 2 && !net.vertical.is_empty());
    joined(nets.collect())
}

/// The first of those that something was joined with, if each knows one that it was joined to.
pub fn root(parent: &mut [usize], mut at: usize) -> usize {
    while parent[at] != at {
        parent[at] = parent[parent[at]];
        at = parent[at];
    }
    at
}

/// Nets right below one another with the same sides are those of one table.
fn joined(nets: Vec<Net>) -> Vec<Net> {
    let mut placed: Vec<(Rect, Net)> = nets.into_iter().map(|net| (net.rect(), net)).collect();
    placed.sort_by(|(one, _), (other, _)| {
        by(one.x0.round(), other.x0.round()).then_with(|| by(one.y0, other.y0))
    });
    let mut out: Vec<(Rect, Net)> = Vec::new();
    for (rect, net) in placed {
        let before = out.last_mut().filter(|(before, _)| {
            let is_below = rect.y0 - before.y1 <= APART && rect.y0 >= before.y1 - MEET;
            is_below && (rect.x0 - before.x0).abs() <= BORDER && (rect.x1 - before.x1).abs() <= BORDER
        });
        match before {
            Some((before, whole)) => {
                *before = before.union(&rect);
                whole.horizontal.extend(net.horizontal);
                whole.vertical.extend(net.vertical);
            }
            None => out.push((rect, net)),
        }
    }
    out.sort_by(|(one, _), (other, _)| by(one.y0, other.y0).then_with(|| by(one.x0, other.x0)));
    out.into_iter().map(|(_, net)| net).collect()
}

/// The places of lines, each once.
pub fn places(rulings: &[Ruling]) -> Vec<f64> {
    let mut all: Vec<f64> = rulings.iter().map(|ruling| ruling.at).collect();
    all.sort_by(|one, other| by(*one, *other));
    let mut out: Vec<(f64, usize)> = Vec::new();
    for at in all {
        match out.last_mut() {
            Some((last, count)) if at - *last <= BORDER => {
                *last = (*last * *count as f64 + at) / (*count + 1) as f64;
                *count += 1;
            }
            _ => out.push((at, 1)),
        }
    }
    out.into_iter().map(|(at, _)| at).collect()
}
