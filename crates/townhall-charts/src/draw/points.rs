//! Points between two scales. All points of a look are one path, so that thousands weigh little.

use super::Canvas;
use super::frame::{Entry, Swatch, foot, legend, upright};
use crate::chart::Cloud;
use crate::plan::Output;
use crate::scale::{Linear, ticks, time_ticks};
use crate::spec::FieldType;
use crate::svg::{RAMP_STROKES, REST, STROKES, n};

/// Radii of points whose size stands for a number.
const RADII: [f64; 4] = [2.5, 4.5, 7.0, 10.0];

/// Draws points between two scales.
pub(super) fn draw(
    canvas: &mut Canvas<'_>,
    clouds: &[Cloud],
    (x, y): (&Output, &Output),
    color: Option<&Output>,
    has_size: bool,
) -> f64 {
    let top = key(canvas, clouds, color);
    let height = if canvas.is_narrow() { 260.0 } else { 360.0 };
    let span = |each: &dyn Fn(&(f64, f64, Option<f64>)) -> f64| {
        clouds
            .iter()
            .flat_map(|cloud| &cloud.points)
            .map(each)
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)))
    };
    let (low, high) = span(&|point| point.1);
    let (frame, up) = match y.kind {
        // Times from bottom to top are rare: their scale has its ends only.
        FieldType::Temporal => {
            let (frame, _) = upright(canvas, top, height, y, (0.0, 1.0), true);
            (frame, Linear::new(low, high, frame.bottom, frame.top))
        }
        _ => upright(canvas, top, height, y, (low, high), false),
    };
    let (low, high) = span(&|point| point.0);
    let count = if canvas.is_narrow() { 4 } else { 8 };
    let (across, labels) = match x.kind {
        FieldType::Temporal => {
            let across = Linear::new(low, high, frame.left + 8.0, frame.right - 8.0);
            let labels = time_ticks(low, high, count).into_iter().map(|(at, text)| (across.at(at), text));
            (across, labels.collect::<Vec<_>>())
        }
        _ => {
            let steps = ticks(low, high, count);
            let across = Linear::new(
                steps.first().copied().unwrap_or(low),
                steps.last().copied().unwrap_or(high),
                frame.left + 8.0,
                frame.right - 8.0,
            );
            let labels = steps.into_iter().map(|step| (across.at(step), x.short(step))).collect();
            (across, labels)
        }
    };
    scatter(canvas, clouds, has_size, |(x, y)| (across.at(x), up.at(y)));
    foot(canvas, frame, &labels, &x.title)
}

/// The class of a cloud's lines and how its points look.
fn look(cloud: &Cloud, index: usize) -> (&'static str, usize) {
    match cloud.ramp {
        Some(class) => (RAMP_STROKES[class.min(RAMP_STROKES.len() - 1)], 0),
        None if cloud.key.is_other => (STROKES[REST], REST),
        None => (STROKES[index.min(REST)], index.min(REST)),
    }
}

/// What the colours stand for.
pub(super) fn key(canvas: &mut Canvas<'_>, clouds: &[Cloud], color: Option<&Output>) -> f64 {
    let Some(color) = color else { return 0.0 };
    let entries: Vec<Entry> = clouds
        .iter()
        .enumerate()
        .map(|(i, cloud)| {
            let (class, dash) = look(cloud, i);
            Entry { label: cloud.key.label.clone(), class, dash, hatch: None }
        })
        .collect();
    legend(canvas, 0.0, &color.title, &entries, Swatch::Dot) + 6.0
}

/// Draws the points of clouds, each at its place.
pub(super) fn scatter(
    canvas: &mut Canvas<'_>,
    clouds: &[Cloud],
    has_size: bool,
    place: impl Fn((f64, f64)) -> (f64, f64),
) {
    let largest = clouds.iter().flat_map(|cloud| &cloud.points).filter_map(|p| p.2).fold(0.0, f64::max);
    for (i, cloud) in clouds.iter().enumerate() {
        let (class, shape) = look(cloud, i);
        let mut by_radius: Vec<Vec<(i64, i64)>> = vec![Vec::new(); RADII.len()];
        for (x, y, size) in &cloud.points {
            let (px, py) = place((*x, *y));
            // The area of a point stands for its number.
            let share = size.map_or(0.0, |size| if largest > 0.0 { (size / largest).sqrt() } else { 0.0 });
            let step = if has_size { (share * RADII.len() as f64) as usize } else { 0 };
            by_radius[step.min(RADII.len() - 1)].push(((px * 2.0).round() as i64, (py * 2.0).round() as i64));
        }
        for (radius, mut points) in RADII.into_iter().zip(by_radius).rev() {
            if points.is_empty() {
                continue;
            }
            // Points that fall on the same spot are drawn once; in order they are near one another and short to write.
            points.sort_unstable_by_key(|(x, y)| (y / 8, *x, *y));
            points.dedup();
            let width = if has_size { radius * 2.0 } else { 7.0 };
            let path: String =
                points.iter().map(|(x, y)| mark(shape, *x as f64 / 2.0, *y as f64 / 2.0)).collect();
            let attributes = [
                ("d", path),
                ("stroke-width", n(width)),
                ("stroke-linecap", cap(shape).to_owned()),
                ("stroke-opacity", "0.55".to_owned()),
            ];
            canvas.pen.empty("path", class, &attributes);
        }
    }
}

/// A point as a part of a path: a dot, a square, an upright or a lying bar, by the look's number.
pub(super) fn mark(shape: usize, x: f64, y: f64) -> String {
    match shape % 4 {
        2 => format!("M{} {}v5", n(x), n(y - 2.5)),
        3 => format!("M{} {}h5", n(x - 2.5), n(y)),
        _ => format!("M{} {}h.01", n(x), n(y)),
    }
}

/// How the ends of such a part look.
pub(super) fn cap(shape: usize) -> &'static str {
    match shape % 4 {
        1 => "square",
        2 | 3 => "butt",
        _ => "round",
    }
}
