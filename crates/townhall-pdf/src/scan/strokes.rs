//! Lines in pictures: long, thin, and along the rows of pixels.

use super::plane::Dark;

/// What counts as a line, in pixels.
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    /// The shortest one.
    pub shortest: usize,
    /// The thickest one.
    pub thickest: usize,
    /// The longest break within one.
    pub gap: usize,
}

impl Sizes {
    /// Those for a picture of which a point has so many pixels: letters have no strokes of 28 points, lines are no thicker than 3.5.
    pub fn of(scale: f64) -> Self {
        let pixels = |points: f64| (points * scale).ceil() as usize;
        Self { shortest: pixels(28.0), thickest: pixels(3.5), gap: pixels(0.4) }
    }
}

/// A line along the rows of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stroke {
    /// Its first column of pixels.
    pub from: usize,
    /// The first column after it.
    pub to: usize,
    /// Its first row of pixels.
    pub first: usize,
    /// Its last row.
    pub last: usize,
}

/// The lines along the rows of a picture, from above.
pub fn strokes(dark: &Dark, sizes: Sizes) -> Vec<Stroke> {
    let mut done: Vec<Stroke> = Vec::new();
    let mut open: Vec<Stroke> = Vec::new();
    for y in 0..dark.height {
        let runs = runs(dark.row(y), sizes);
        let (mut next, rest): (Vec<Stroke>, Vec<Stroke>) =
            open.into_iter().partition(|stroke| stroke.last + 2 >= y);
        done.extend(rest);
        for (from, to) in runs {
            match next.iter_mut().find(|stroke| stroke.from < to + sizes.gap && from < stroke.to + sizes.gap)
            {
                Some(stroke) => {
                    stroke.from = stroke.from.min(from);
                    stroke.to = stroke.to.max(to);
                    stroke.last = y;
                }
                None => next.push(Stroke { from, to, first: y, last: y }),
            }
        }
        open = next;
    }
    done.extend(open);
    done.retain(|stroke| stroke.last + 1 - stroke.first <= sizes.thickest);
    done.sort_by_key(|stroke| (stroke.first, stroke.from));
    done
}

/// The long runs of dark pixels of a row, from a first column to the one after the last.
fn runs(row: &[bool], sizes: Sizes) -> Vec<(usize, usize)> {
    let mut runs = Vec::new();
    let mut current: Option<(usize, usize)> = None;
    for (x, _) in row.iter().enumerate().filter(|(_, is_dark)| **is_dark) {
        current = match current {
            Some((from, to)) if x - to <= sizes.gap => Some((from, x + 1)),
            before => {
                runs.extend(before);
                Some((x, x + 1))
            }
        };
    }
    runs.extend(current);
    runs.retain(|(from, to)| to - from >= sizes.shortest);
    runs
}
