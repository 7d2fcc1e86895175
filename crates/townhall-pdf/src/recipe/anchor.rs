//! Landmarks: texts by which an area is found again when it has moved.

use serde::{Deserialize, Serialize};
use townhall_model::month_named;

use super::Selection;
use crate::limits::LANDMARK_LINES_MAX;
use crate::page::Rect;
use crate::text::Line;

/// A line of text near an area.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Anchor {
    /// The text of the line. Numbers and names of months may change from edition to edition.
    pub text: String,
    /// Where the line began, in points from the left of the page.
    pub x: f64,
    /// The height of its upper side, in points from the top.
    pub y: f64,
}

/// The share of words that two landmarks must have in common.
const SAME_SHARE: f64 = 0.7;

/// How far a landmark may be from its area, in points.
const NEAR: f64 = 90.0;

/// The same selection with the lines above and below it as landmarks.
#[must_use]
pub fn anchored(selection: &Selection, lines: &[Line]) -> Selection {
    let area = selection.area();
    let anchor = |line: &Line| Anchor { text: line.text(), x: line.rect.x0, y: line.rect.y0 };
    let is_landmark = |line: &&Line| words(&line.text()).len() >= 2;
    let beside = |line: &&Line| line.rect.overlap_x(&area) > 0.0;
    let above = lines
        .iter()
        .filter(beside)
        .filter(is_landmark)
        .filter(|line| line.rect.y1 <= area.y0 + 2.0 && area.y0 - line.rect.y1 <= NEAR)
        .max_by(|one, other| one.rect.y0.total_cmp(&other.rect.y0));
    let below = lines
        .iter()
        .filter(beside)
        .filter(is_landmark)
        .filter(|line| line.rect.y0 >= area.y1 - 2.0 && line.rect.y0 - area.y1 <= NEAR)
        .min_by(|one, other| one.rect.y0.total_cmp(&other.rect.y0));
    // Without a title, what stands in the first row tells where the table is.
    let first = || {
        lines.iter().filter(is_landmark).find(|line| {
            let (x, y) = line.rect.center();
            area.contains(x, y)
        })
    };
    Selection { anchor: above.or_else(first).map(anchor), until: below.map(anchor), ..selection.clone() }
}

/// Where a selection is on a page with these lines: moved as its landmark has, down to where its end has moved. Nothing where its
/// landmark is not on the page.
pub fn place(selection: &Selection, lines: &[Line]) -> Option<Rect> {
    let area = selection.area();
    let Some(anchor) = &selection.anchor else { return Some(area) };
    let found = nearest(anchor, lines, f64::MIN)?;
    let (dx, dy) = (found.x0 - anchor.x, found.y0 - anchor.y);
    let mut moved = Rect::new(area.x0 + dx, area.y0 + dy, area.x1 + dx, area.y1 + dy);
    if let Some(end) = selection.until.as_ref().and_then(|until| {
        let found = nearest(until, lines, moved.y0)?;
        Some(found.y0 - (until.y - area.y1))
    }) && end > moved.y0 + 1.0
    {
        moved.y1 = end;
    }
    Some(moved)
}

/// The line that is a landmark: the most alike below a height, then the nearest.
fn nearest(anchor: &Anchor, lines: &[Line], below: f64) -> Option<Rect> {
    lines
        .iter()
        .take(LANDMARK_LINES_MAX)
        .filter(|line| line.rect.y0 > below)
        .map(|line| (likeness(&anchor.text, &line.text()), line))
        .filter(|(likeness, _)| *likeness >= SAME_SHARE)
        .max_by(|(one, a), (other, b)| {
            let far = |line: &Line| (line.rect.y0 - anchor.y).abs();
            one.total_cmp(other).then_with(|| far(b).total_cmp(&far(a)))
        })
        .map(|(_, line)| line.rect)
}

/// Whether two lines say the same but for numbers and months.
pub fn is_same_landmark(one: &str, other: &str) -> bool {
    likeness(one, other) >= SAME_SHARE
}

/// Which share of their words two lines have in common, but for what changes from edition to edition.
fn likeness(one: &str, other: &str) -> f64 {
    let (one, mut other) = (words(one), words(other));
    let all = one.len().max(other.len());
    let mut common = 0;
    for word in &one {
        if let Some(at) = other.iter().position(|known| known == word) {
            other.swap_remove(at);
            common += 1;
        }
    }
    if all == 0 { 0.0 } else { f64::from(common) / all as f64 }
}

/// The words of a line without numbers and months.
fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty() && !word.chars().any(|c| c.is_ascii_digit()))
        .map(str::to_lowercase)
        .filter(|word| month_named(word).is_none())
        .collect()
}
