//! Axes and legends.

use super::{Canvas, TEXT, rectangle};
use crate::plan::Output;
use crate::scale::{Linear, ticks};
use crate::svg::{DASHES, n};
use crate::words::{fitted, width};

/// The height of the line that says what stands along an axis.
const TITLE: f64 = 22.0;

/// Where marks stand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    pub left: f64,
    pub right: f64,
    pub top: f64,
    pub bottom: f64,
}

/// How a legend shows a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Swatch {
    Box,
    Line,
    Dot,
}

/// A key of a legend.
pub(super) struct Entry {
    pub label: String,
    pub class: &'static str,
    pub dash: usize,
    pub hatch: Option<String>,
}

/// Draws a legend from `top` on, in as many lines as it takes; returns where it ends.
pub(super) fn legend(
    canvas: &mut Canvas<'_>,
    top: f64,
    title: &str,
    entries: &[Entry],
    swatch: Swatch,
) -> f64 {
    let room = canvas.width;
    let (mut x, mut y) = (0.0, top + TEXT);
    if !title.is_empty() {
        let title = fitted(title, TEXT, room);
        let attributes = [("x", n(0.0)), ("y", n(y)), ("font-weight", "600".to_owned())];
        canvas.pen.said("text", "th-label", &attributes, &title);
        x = width(&title, TEXT) + 20.0;
    }
    for entry in entries {
        let label = fitted(&entry.label, TEXT, (room * 0.45).max(90.0));
        let wide = 20.0 + width(&label, TEXT) + 16.0;
        if x > 0.0 && x + wide > room {
            (x, y) = (0.0, y + 20.0);
        }
        match swatch {
            Swatch::Box => {
                canvas.pen.empty("rect", entry.class, &rectangle(x, y - 10.0, 12.0, 12.0));
                if let Some(hatch) = &entry.hatch {
                    let mut attributes = rectangle(x, y - 10.0, 12.0, 12.0).to_vec();
                    attributes.push(("fill", format!("url(#{hatch})")));
                    canvas.pen.empty("rect", "", &attributes);
                }
            }
            Swatch::Line => {
                let mut attributes = vec![
                    ("x1", n(x)),
                    ("x2", n(x + 16.0)),
                    ("y1", n(y - 4.0)),
                    ("y2", n(y - 4.0)),
                    ("stroke-width", "2.5".to_owned()),
                ];
                if let Some(dash) = DASHES.get(entry.dash).filter(|dash| !dash.is_empty()) {
                    attributes.push(("stroke-dasharray", (*dash).to_owned()));
                }
                canvas.pen.empty("line", entry.class, &attributes);
            }
            Swatch::Dot => {
                canvas.pen.empty(
                    "path",
                    entry.class,
                    &[
                        ("d", super::points::mark(entry.dash, x + 6.0, y - 4.0)),
                        ("stroke-width", "8".into()),
                        ("stroke-linecap", super::points::cap(entry.dash).into()),
                    ],
                );
            }
        }
        canvas.text("th-label", (x + 20.0, y), "start", &label);
        x += wide;
    }
    y + 14.0
}

/// The scale from bottom to top, with room for its labels on the left and its title above. Returns the frame and the scale.
pub(super) fn upright(
    canvas: &mut Canvas<'_>,
    top: f64,
    height: f64,
    output: &Output,
    (low, high): (f64, f64),
    is_share: bool,
) -> (Frame, Linear) {
    let steps = if is_share { vec![0.0, 0.25, 0.5, 0.75, 1.0] } else { ticks(low, high, 5) };
    let texts: Vec<String> = steps
        .iter()
        .map(|step| if is_share { format!("{:.0}%", step * 100.0) } else { output.short(*step) })
        .collect();
    let margin =
        texts.iter().map(|text| width(text, TEXT)).fold(0.0, f64::max).min(canvas.width * 0.3) + 10.0;
    let title = if is_share { format!("Share of {}", output.title) } else { output.title.clone() };
    let title = fitted(&title, TEXT, canvas.width);
    canvas.text("th-soft", (0.0, top + TEXT), "start", &title);
    let frame = Frame {
        left: margin,
        right: canvas.width - 8.0,
        top: top + TITLE + 10.0,
        bottom: top + TITLE + 10.0 + height,
    };
    let (floor, ceiling) = (steps.first().copied().unwrap_or(low), steps.last().copied().unwrap_or(high));
    let scale = Linear::new(floor, ceiling, frame.bottom, frame.top);
    for (step, text) in steps.iter().zip(&texts) {
        let y = scale.at(*step);
        let class = if *step == 0.0 { "th-zero" } else { "th-line" };
        canvas.line(class, (frame.left, y), (frame.right, y));
        canvas.text("th-soft", (frame.left - 6.0, y + 4.0), "end", &fitted(text, TEXT, margin));
    }
    (frame, scale)
}

/// Labels along the foot, as many as have room. Returns where the foot ends.
pub(super) fn foot(canvas: &mut Canvas<'_>, frame: Frame, labels: &[(f64, String)], title: &str) -> f64 {
    let widest = labels.iter().map(|(_, text)| width(text, TEXT)).fold(0.0, f64::max).min(120.0) + 14.0;
    let mut end = f64::NEG_INFINITY;
    for (x, text) in labels {
        let text = fitted(text, TEXT, widest);
        let half = width(&text, TEXT) / 2.0;
        // Labels at the ends are moved in rather than cut.
        let at = x.clamp(half.min(canvas.width / 2.0), (canvas.width - half).max(canvas.width / 2.0));
        if at - half < end + 8.0 {
            continue;
        }
        canvas.line("th-zero", (*x, frame.bottom), (*x, frame.bottom + 5.0));
        canvas.text("th-soft", (at, frame.bottom + 20.0), "middle", &text);
        end = at + half;
    }
    foot_title(canvas, frame, frame.bottom + 42.0, title)
}

/// What stands along the foot, in the middle below it.
pub(super) fn foot_title(canvas: &mut Canvas<'_>, frame: Frame, y: f64, title: &str) -> f64 {
    if title.is_empty() {
        return y - 14.0;
    }
    let middle = (frame.left + frame.right) / 2.0;
    canvas.text("th-soft", (middle, y), "middle", &fitted(title, TEXT, frame.right - frame.left));
    y + 10.0
}

/// Thin lines over every other class, so that neighbours are told apart without their colour. Returns the pattern's id.
pub(super) fn hatch(canvas: &mut Canvas<'_>) -> String {
    let id = format!("{}-hatch", canvas.id);
    let pattern = [
        ("id", id.clone()),
        ("width", "6".to_owned()),
        ("height", "6".to_owned()),
        ("patternUnits", "userSpaceOnUse".to_owned()),
        ("patternTransform", "rotate(45)".to_owned()),
    ];
    canvas.pen.open("defs", "", &[]);
    canvas.pen.open("pattern", "", &pattern);
    let line = [
        ("x1", "0".to_owned()),
        ("x2", "0".to_owned()),
        ("y1", "0".to_owned()),
        ("y2", "6".to_owned()),
        ("stroke-width", "2.2".to_owned()),
        ("stroke-opacity", "0.55".to_owned()),
    ];
    canvas.pen.empty("line", "th-gap", &line);
    canvas.pen.close("pattern");
    canvas.pen.close("defs");
    id
}
