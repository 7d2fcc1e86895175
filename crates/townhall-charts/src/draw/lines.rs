//! Lines and areas from left to right.

use super::Canvas;
use super::bars::Marks;
use super::frame::{Frame, Swatch, foot, upright};
use crate::scale::{Linear, ticks, time_ticks};
use crate::spec::FieldType;
use crate::svg::{DASHES, FILLS, STROKES, n};

/// How many points a line has at most for each of them to be marked.
const MARKED_MAX: usize = 40;

/// Places from left to right, and labels for them.
fn across(canvas: &Canvas<'_>, marks: &Marks<'_>, frame: Frame) -> (Vec<Option<f64>>, Vec<(f64, String)>) {
    let keys = &marks.cube.categories;
    let count = if canvas.is_narrow() { 4 } else { 8 };
    let (left, right) = (frame.left + 8.0, frame.right - 8.0);
    let is_continuous = !marks.category.kind.is_discrete();
    if !is_continuous {
        let scale = Linear::new(0.0, keys.len().saturating_sub(1) as f64, left, right);
        let places: Vec<Option<f64>> = (0..keys.len()).map(|i| Some(scale.at(i as f64))).collect();
        let labels =
            keys.iter().zip(&places).filter_map(|(key, at)| Some(((*at)?, key.label.clone()))).collect();
        return (places, labels);
    }
    let known = || keys.iter().filter_map(|key| key.at);
    let low = known().fold(f64::INFINITY, f64::min);
    let high = known().fold(f64::NEG_INFINITY, f64::max);
    let scale = Linear::new(low, high, left, right);
    let places = keys.iter().map(|key| key.at.map(|at| scale.at(at))).collect();
    // A few points are labelled themselves; between many stand round values.
    let labels = if known().count() <= count as usize {
        keys.iter().filter_map(|key| Some((scale.at(key.at?), key.label.clone()))).collect()
    } else if marks.category.kind == FieldType::Temporal {
        time_ticks(low, high, count).into_iter().map(|(at, text)| (scale.at(at), text)).collect()
    } else {
        ticks(low, high, count)
            .into_iter()
            .filter(|tick| *tick >= low && *tick <= high)
            .map(|tick| (scale.at(tick), marks.category.short(tick)))
            .collect()
    };
    (places, labels)
}

/// Draws lines, each broken where there is no number.
pub(super) fn lines(canvas: &mut Canvas<'_>, marks: &Marks<'_>) -> f64 {
    let (top, _) = marks.legend(canvas, Swatch::Line);
    let height = if canvas.is_narrow() { 220.0 } else { 300.0 };
    let (low, high) = marks.cube.extent().unwrap_or((0.0, 1.0));
    // A line may begin above zero, but not when zero is near.
    let low = if low > 0.0 && low < high * 0.4 { 0.0 } else { low };
    let (frame, scale) = upright(canvas, top, height, marks.measure, (low, high), false);
    let (places, labels) = across(canvas, marks, frame);
    for (series, values) in marks.cube.values.iter().enumerate() {
        let class = marks.class(series);
        let (mut path, mut dots, mut is_drawing) = (String::new(), String::new(), false);
        let count = values.iter().flatten().count();
        for (place, value) in places.iter().zip(values) {
            let (Some(x), Some(value)) = (place, value) else {
                is_drawing = false;
                continue;
            };
            let y = scale.at(*value);
            path.push_str(&format!("{}{} {}", if is_drawing { 'L' } else { 'M' }, n(*x), n(y)));
            if count <= MARKED_MAX {
                dots.push_str(&format!("M{} {}h.01", n(*x), n(y)));
            }
            is_drawing = true;
        }
        let mut attributes =
            vec![("d", path), ("stroke-width", "2.25".to_owned()), ("stroke-linejoin", "round".to_owned())];
        if let Some(dash) = DASHES.get(class).filter(|dash| !dash.is_empty()) {
            attributes.push(("stroke-dasharray", (*dash).to_owned()));
        }
        canvas.pen.empty("path", STROKES[class], &attributes);
        if !dots.is_empty() {
            let attributes =
                [("d", dots), ("stroke-width", "6".to_owned()), ("stroke-linecap", "round".to_owned())];
            canvas.pen.empty("path", STROKES[class], &attributes);
        }
    }
    foot(canvas, frame, &labels, &marks.category.title)
}

/// Draws areas on one another.
pub(super) fn areas(canvas: &mut Canvas<'_>, marks: &Marks<'_>) -> f64 {
    let (top, pattern) = marks.legend(canvas, Swatch::Box);
    let height = if canvas.is_narrow() { 220.0 } else { 300.0 };
    let count = marks.cube.categories.len();
    let whole = |i: usize| {
        let total: f64 =
            marks.cube.values.iter().filter_map(|s| s.get(i).copied().flatten()).map(f64::abs).sum();
        if marks.is_share && total > 0.0 { total } else { 1.0 }
    };
    let mut floor = vec![0.0; count];
    let mut bands: Vec<Vec<(f64, f64)>> = Vec::new();
    for values in &marks.cube.values {
        let band: Vec<(f64, f64)> = (0..count)
            .map(|i| {
                let from = floor[i];
                floor[i] += values.get(i).copied().flatten().unwrap_or(0.0) / whole(i);
                (from, floor[i])
            })
            .collect();
        bands.push(band);
    }
    let (low, high) = bands
        .iter()
        .flatten()
        .fold((0.0, 0.0), |(low, high): (f64, f64), (a, b)| (low.min(a.min(*b)), high.max(a.max(*b))));
    let (frame, scale) = upright(canvas, top, height, marks.measure, (low, high), marks.is_share);
    let (places, labels) = across(canvas, marks, frame);
    for (series, band) in bands.iter().enumerate() {
        let points: Vec<(f64, f64, f64)> = places
            .iter()
            .zip(band)
            .filter_map(|(place, (from, to))| Some(((*place)?, scale.at(*from), scale.at(*to))))
            .collect();
        let upper = points.iter().map(|(x, _, to)| format!("{} {}", n(*x), n(*to)));
        let lower = points.iter().rev().map(|(x, from, _)| format!("{} {}", n(*x), n(*from)));
        let outline: Vec<String> = upper.chain(lower).collect();
        if outline.is_empty() {
            continue;
        }
        let path = format!("M{}Z", outline.join("L"));
        let class = marks.class(series);
        let opacity = if marks.cube.has_series() { "0.9" } else { "0.35" };
        let attributes = [("d", path.clone()), ("fill-opacity", opacity.to_owned())];
        canvas.pen.empty("path", FILLS[class], &attributes);
        if let Some(pattern) = pattern.as_ref().filter(|_| series % 2 == 1) {
            canvas.pen.empty("path", "", &[("d", path), ("fill", format!("url(#{pattern})"))]);
        }
        let edge: Vec<String> = points.iter().map(|(x, _, to)| format!("{} {}", n(*x), n(*to))).collect();
        let attributes = [("d", format!("M{}", edge.join("L"))), ("stroke-width", "2".to_owned())];
        canvas.pen.empty("path", STROKES[class], &attributes);
    }
    foot(canvas, frame, &labels, &marks.category.title)
}
