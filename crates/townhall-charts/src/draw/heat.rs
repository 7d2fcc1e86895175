//! Cells between two categories, the darker the more.

use super::bars::Marks;
use super::frame::{Entry, Frame, Swatch, foot, foot_title, legend};
use super::{Canvas, TEXT, rectangle};
use crate::chart::{class, classes};
use crate::svg::{RAMP_FILLS, n};
use crate::words::{fitted, width};

/// Draws the cells.
pub(super) fn draw(canvas: &mut Canvas<'_>, marks: &Marks<'_>) -> f64 {
    let cube = marks.cube;
    let (low, high) = cube.extent().unwrap_or((0.0, 1.0));
    let bounds = classes(low, high);
    let entries: Vec<Entry> = bounds
        .windows(2)
        .zip(RAMP_FILLS)
        .map(|(pair, fill)| Entry {
            label: format!("{} to {}", marks.measure.short(pair[0]), marks.measure.short(pair[1])),
            class: fill,
            dash: 0,
            hatch: None,
        })
        .collect();
    let top = legend(canvas, 0.0, &marks.measure.title, &entries, Swatch::Box) + 8.0;
    let series_title = marks.series.map(|series| series.title.clone()).unwrap_or_default();
    canvas.text("th-soft", (0.0, top + TEXT), "start", &fitted(&series_title, TEXT, canvas.width));
    let top = top + 24.0;
    let labels = cube.series.iter().map(|key| width(&key.label, TEXT)).fold(0.0, f64::max);
    let left = (labels + 10.0).min(canvas.width * 0.32);
    let wide = (canvas.width - left) / cube.categories.len().max(1) as f64;
    let tall = if cube.series.len() > 24 { 16.0 } else { 26.0 };
    for (s, (key, values)) in cube.series.iter().zip(&cube.values).enumerate() {
        let y = top + tall * s as f64;
        canvas.text(
            "th-label",
            (left - 8.0, y + tall / 2.0 + 4.5),
            "end",
            &fitted(&key.label, TEXT, left - 10.0),
        );
        for (c, value) in values.iter().enumerate() {
            let Some(value) = value else { continue };
            let x = left + wide * c as f64;
            let step = class(&bounds, *value).min(RAMP_FILLS.len() - 1);
            let gap = if wide > 6.0 { 1.5 } else { 0.0 };
            let number = marks.measure.number(*value);
            let tip = format!("{}, {}: {number}", cube.categories[c].label, key.label);
            canvas.pen.told("rect", RAMP_FILLS[step], &rectangle(x, y, wide - gap, tall - gap), &tip);
            let short = marks.measure.short(*value);
            if tall > 20.0 && width(&short, TEXT) + 6.0 < wide {
                let (ink, middle) =
                    (if step < 2 { "th-ink-low" } else { "th-ink-high" }, x + (wide - gap) / 2.0);
                let fill = if step < 3 { "#1a1f27" } else { "#ffffff" };
                let ink = if step == 2 { "th-ink-mid" } else { ink };
                let place = [
                    ("x", n(middle)),
                    ("y", n(y + tall / 2.0 + 4.0)),
                    ("text-anchor", "middle".to_owned()),
                    ("fill", fill.to_owned()),
                    ("pointer-events", "none".to_owned()),
                ];
                canvas.pen.said("text", ink, &place, &short);
            }
        }
    }
    let frame = Frame { left, right: canvas.width, top, bottom: top + tall * cube.series.len() as f64 };
    let labels: Vec<(f64, String)> = cube
        .categories
        .iter()
        .enumerate()
        .map(|(i, key)| (left + wide * (i as f64 + 0.5), key.label.clone()))
        .collect();
    let widest = labels.iter().map(|(_, text)| width(text, TEXT)).fold(0.0, f64::max);
    if widest + 8.0 <= wide || wide < 14.0 || cube.categories.iter().any(|key| key.at.is_some()) {
        return foot(canvas, frame, &labels, &marks.category.title);
    }
    let room = widest.min(110.0);
    for (x, text) in &labels {
        let (x, y) = (x + 4.0, frame.bottom + 14.0);
        let place = [
            ("x", n(x)),
            ("y", n(y)),
            ("text-anchor", "end".to_owned()),
            ("transform", format!("rotate(-40 {} {})", n(x), n(y))),
        ];
        canvas.pen.said("text", "th-soft", &place, &fitted(text, TEXT, room));
    }
    foot_title(canvas, frame, frame.bottom + 32.0 + room * 0.66, &marks.category.title)
}
