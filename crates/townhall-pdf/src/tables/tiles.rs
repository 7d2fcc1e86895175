//! Coloured boxes side by side and one below the other: the cells of a table that has colours where others have lines.

use std::collections::HashMap;

use crate::page::{Fill, Rect, Ruling};

/// How far apart sides of boxes may be that touch.
const TOUCH: f64 = 1.5;

/// The sides of boxes that touch others both beside them and above or below them.
pub fn sides(fills: &[Fill]) -> Vec<Ruling> {
    let mut corners: HashMap<(i64, i64), Vec<usize>> = HashMap::new();
    for (at, fill) in fills.iter().enumerate() {
        corners.entry(place(fill.rect.x0, fill.rect.y0)).or_default().push(at);
    }
    let (mut beside, mut below) = (vec![false; fills.len()], vec![false; fills.len()]);
    for (at, Fill { rect, .. }) in fills.iter().enumerate() {
        if let Some(next) = corner(fills, &corners, rect.x1, rect.y0) {
            (beside[at], beside[next]) = (true, true);
        }
        if let Some(next) = corner(fills, &corners, rect.x0, rect.y1) {
            (below[at], below[next]) = (true, true);
        }
    }
    let tiles =
        fills.iter().zip(beside.iter().zip(&below)).filter(|(_, (beside, below))| **beside && **below);
    tiles.flat_map(|(fill, _)| sides_of(&fill.rect)).collect()
}

fn place(x: f64, y: f64) -> (i64, i64) {
    ((x / (2.0 * TOUCH)).floor() as i64, (y / (2.0 * TOUCH)).floor() as i64)
}

/// The box that begins at a place.
fn corner(fills: &[Fill], corners: &HashMap<(i64, i64), Vec<usize>>, x: f64, y: f64) -> Option<usize> {
    /// Boxes that lie on one another begin in one place.
    const SAME_MAX: usize = 8;
    [(-TOUCH, -TOUCH), (TOUCH, -TOUCH), (-TOUCH, TOUCH), (TOUCH, TOUCH)].iter().find_map(|(dx, dy)| {
        let near = corners.get(&place(x + dx, y + dy))?;
        near.iter().take(SAME_MAX).copied().find(|at| {
            let rect = fills[*at].rect;
            (rect.x0 - x).abs() <= TOUCH && (rect.y0 - y).abs() <= TOUCH
        })
    })
}

fn sides_of(rect: &Rect) -> [Ruling; 4] {
    let level = |at| Ruling { is_horizontal: true, at, from: rect.x0, to: rect.x1, width: 0.0 };
    let upright = |at| Ruling { is_horizontal: false, at, from: rect.y0, to: rect.y1, width: 0.0 };
    [level(rect.y0), level(rect.y1), upright(rect.x0), upright(rect.x1)]
}

/// The upper and lower sides of bands of colour behind rows.
pub fn bands(fills: &[Fill], rect: &Rect) -> Vec<f64> {
    let is_band = |fill: &&Fill| {
        let fill = &fill.rect;
        fill.overlap_x(rect) >= 0.8 * rect.width()
            && fill.y0 >= rect.y0 - 6.0
            && fill.y1 <= rect.y1 + 6.0
            && fill.height() <= 0.4 * rect.height()
    };
    fills.iter().filter(is_band).flat_map(|fill| [fill.rect.y0, fill.rect.y1]).collect()
}
