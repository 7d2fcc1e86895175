//! A small drawing of how a column's values spread.

use serde::Serialize;

use super::scale::rounded;
use crate::pages::words::{excerpt, grouped};

/// The height of the drawing in its own units.
const HEIGHT: f64 = 32.0;
/// The width of a bar.
const BAR: f64 = 8.0;
/// The gap after a bar.
const GAP: f64 = 2.0;
/// Longest value that the description repeats.
const LABEL_CHARS_MAX: usize = 40;

/// Bars, one a value or a range of values.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct SpreadView {
    /// The bars from left to right.
    pub bars: Vec<SpreadBar>,
    /// The width of the drawing in its own units.
    pub width: f64,
    /// The height of the drawing in its own units.
    pub height: f64,
    /// What it shows, in words.
    pub description: String,
}

/// A bar.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct SpreadBar {
    /// Its left edge.
    pub x: f64,
    /// Its upper edge.
    pub y: f64,
    /// Its width.
    pub width: f64,
    /// Its height.
    pub height: f64,
}

/// Draws counts in the order they come: the most frequent values, or ranges from low to high.
pub fn spread(counts: &[(String, u64)]) -> Option<SpreadView> {
    let most = counts.iter().map(|(_, count)| *count).max().filter(|most| *most > 0)?;
    let bars = counts.iter().zip(0u32..).map(|((_, count), i)| {
        let share = *count as f64 / most as f64;
        let height = if *count == 0 { 0.0 } else { rounded((share * HEIGHT).max(1.0)) };
        SpreadBar { x: f64::from(i) * (BAR + GAP), y: rounded(HEIGHT - height), width: BAR, height }
    });
    let bars: Vec<SpreadBar> = bars.collect();
    let (label, count) = counts.iter().max_by_key(|(_, count)| *count)?;
    Some(SpreadView {
        width: bars.len() as f64 * (BAR + GAP) - GAP,
        height: HEIGHT,
        description: format!(
            "Bars for {} values; the most frequent is {} with {}",
            counts.len(),
            excerpt(label, LABEL_CHARS_MAX),
            grouped(*count)
        ),
        bars,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tallest_bar_fills_the_height_and_no_count_vanishes() {
        let counts = [("a".to_owned(), 1000), ("b".to_owned(), 1), ("c".to_owned(), 0)];
        let view = spread(&counts).unwrap();
        let heights: Vec<f64> = view.bars.iter().map(|bar| bar.height).collect();
        assert_eq!(heights, [32.0, 1.0, 0.0]);
        assert_eq!(view.description, "Bars for 3 values; the most frequent is a with 1,000");
        assert_eq!(spread(&[]), None);
        assert_eq!(spread(&[("a".to_owned(), 0)]), None);
    }
}
