//! Slices of a whole, each named beside it with its share.

use std::f64::consts::TAU;

use super::bars::Marks;
use super::frame::hatch;
use super::{Canvas, TEXT, rectangle};
use crate::svg::{FILLS, REST, n};
use crate::table::share;
use crate::words::fitted;

/// Draws the pie. What is below nothing is no part of a whole and has no slice.
pub(super) fn draw(canvas: &mut Canvas<'_>, marks: &Marks<'_>) -> f64 {
    let cube = marks.cube;
    let parts: Vec<f64> = (0..cube.categories.len()).map(|i| cube.total(i).max(0.0)).collect();
    let whole: f64 = parts.iter().sum();
    let radius = if canvas.is_narrow() { 105.0 } else { 130.0 };
    let (cx, cy) = (if canvas.is_narrow() { canvas.width / 2.0 } else { radius + 10.0 }, radius + 10.0);
    let pattern = hatch(canvas);
    let mut begin = 0.0;
    for (i, part) in parts.iter().enumerate() {
        let size = if whole > 0.0 { part / whole } else { 0.0 };
        if size <= 0.0 {
            continue;
        }
        let key = &cube.categories[i];
        let tip = format!("{}: {} ({})", key.label, marks.measure.number(*part), share(*part, whole));
        let class = FILLS[class(marks, i)];
        if size > 0.999_9 {
            let circle = [("cx", n(cx)), ("cy", n(cy)), ("r", n(radius))];
            canvas.pen.told("circle", class, &circle, &tip);
            break;
        }
        let at = |turn: f64| (cx + radius * (turn * TAU).sin(), cy - radius * (turn * TAU).cos());
        let ((x1, y1), (x2, y2)) = (at(begin), at(begin + size));
        let large = i32::from(size > 0.5);
        let r = n(radius);
        let path =
            format!("M{} {}L{} {}A{r} {r} 0 {large} 1 {} {}Z", n(cx), n(cy), n(x1), n(y1), n(x2), n(y2));
        canvas.pen.told("path", class, &[("d", path.clone())], &tip);
        if i % 2 == 1 {
            let hatched = [
                ("d", path.clone()),
                ("fill", format!("url(#{pattern})")),
                ("pointer-events", "none".to_owned()),
            ];
            canvas.pen.empty("path", "", &hatched);
        }
        let edge = [("d", path), ("fill", "none".to_owned()), ("stroke-width", "1.5".to_owned())];
        canvas.pen.empty("path", "th-gap", &edge);
        begin += size;
    }
    names(canvas, marks, &parts, whole, (cx, cy, radius), &pattern)
}

fn class(marks: &Marks<'_>, category: usize) -> usize {
    if marks.cube.categories[category].is_other { REST } else { category.min(REST) }
}

/// The names of the slices in their order: beside the pie where there is room, else below it.
fn names(
    canvas: &mut Canvas<'_>,
    marks: &Marks<'_>,
    parts: &[f64],
    whole: f64,
    (_, cy, radius): (f64, f64, f64),
    pattern: &str,
) -> f64 {
    let line = 24.0;
    let high = line * parts.len() as f64;
    let below = cy + radius + 12.0;
    let (x, mut y) = match canvas.is_narrow() {
        true => (0.0, below + 12.0),
        false => (2.0 * radius + 50.0, (cy - high / 2.0 + 10.0).max(20.0)),
    };
    for (i, part) in parts.iter().enumerate() {
        let key = &marks.cube.categories[i];
        canvas.pen.empty("rect", FILLS[class(marks, i)], &rectangle(x, y - 10.0, 12.0, 12.0));
        if i % 2 == 1 {
            let mut place = rectangle(x, y - 10.0, 12.0, 12.0).to_vec();
            place.push(("fill", format!("url(#{pattern})")));
            canvas.pen.empty("rect", "", &place);
        }
        let number = format!("{} ({})", marks.measure.number(*part), share(*part, whole));
        let room = canvas.width - x - 20.0 - crate::words::width(&number, TEXT) - 16.0;
        let name = fitted(&key.label, TEXT, room.max(40.0));
        canvas.text("th-label", (x + 20.0, y), "start", &name);
        canvas.text("th-soft", (canvas.width, y), "end", &number);
        y += line;
    }
    y.max(below)
}
