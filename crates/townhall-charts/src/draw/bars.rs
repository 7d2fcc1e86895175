//! Bars: lying, standing, in parts, and for ranges of a number.

use super::frame::{Entry, Frame, Swatch, foot, foot_title, hatch, legend, upright};
use super::{Canvas, TEXT, rectangle};
use crate::cube::{Cube, Key};
use crate::plan::{Output, Source};
use crate::scale::Linear;
use crate::svg::{FILLS, REST, n};
use crate::words::{fitted, width};

/// What is drawn of a cube.
pub(super) struct Marks<'a> {
    pub cube: &'a Cube,
    pub category: &'a Output,
    pub series: Option<&'a Output>,
    pub measure: &'a Output,
    pub is_share: bool,
}

/// A part of a bar.
struct Part {
    series: usize,
    from: f64,
    to: f64,
    value: f64,
}

impl Marks<'_> {
    /// The parts of a bar: those above zero on one another, those below it, too.
    fn parts(&self, category: usize) -> Vec<Part> {
        let value = |series: &Vec<Option<f64>>| series.get(category).copied().flatten();
        let whole: f64 = self.cube.values.iter().filter_map(value).map(f64::abs).sum();
        let unit = if self.is_share && whole > 0.0 { whole } else { 1.0 };
        let (mut above, mut below) = (0.0, 0.0);
        let mut parts = Vec::new();
        for (series, values) in self.cube.values.iter().enumerate() {
            let Some(value) = value(values) else { continue };
            let length = value / unit;
            let side = if length < 0.0 { &mut below } else { &mut above };
            parts.push(Part { series, from: *side, to: *side + length, value });
            *side += length;
        }
        parts
    }

    /// How far the bars reach, zero included.
    fn reach(&self) -> (f64, f64) {
        (0..self.cube.categories.len())
            .flat_map(|category| self.parts(category))
            .fold((0.0, 0.0), |(low, high): (f64, f64), part| (low.min(part.to), high.max(part.to)))
    }

    pub fn class(&self, series: usize) -> usize {
        match self.cube.series.get(series) {
            Some(key) if key.is_other => REST,
            _ => series.min(REST),
        }
    }

    fn tip(&self, category: &Key, part: &Part) -> String {
        let number = self.measure.number(part.value);
        match self.cube.series.get(part.series).filter(|_| self.cube.has_series()) {
            Some(series) => format!("{}, {}: {number}", category.label, series.label),
            None => format!("{}: {number}", category.label),
        }
    }

    /// The legend of the series, if they are told apart. Returns where it ends and the pattern of every other class.
    pub fn legend(&self, canvas: &mut Canvas<'_>, swatch: Swatch) -> (f64, Option<String>) {
        if !self.cube.has_series() {
            return (0.0, None);
        }
        let pattern = (swatch == Swatch::Box).then(|| hatch(canvas));
        let entries: Vec<Entry> = self
            .cube
            .series
            .iter()
            .enumerate()
            .map(|(i, key)| {
                let class = self.class(i);
                let classes = if swatch == Swatch::Line { &crate::svg::STROKES } else { &FILLS };
                Entry {
                    label: key.label.clone(),
                    class: classes[class],
                    dash: class,
                    hatch: pattern.clone().filter(|_| i % 2 == 1),
                }
            })
            .collect();
        let title = self.series.map(|series| series.title.as_str()).unwrap_or_default();
        (legend(canvas, 0.0, title, &entries, swatch) + 6.0, pattern)
    }
}

/// Draws a part, hatched when it is every other one.
fn part(
    canvas: &mut Canvas<'_>,
    marks: &Marks<'_>,
    category: &Key,
    part: &Part,
    place: [(&'static str, String); 4],
    pattern: &Option<String>,
) {
    let class = match marks.cube.has_series() {
        true => FILLS[marks.class(part.series)],
        false if category.is_other => FILLS[REST],
        false => FILLS[0],
    };
    canvas.pen.told("rect", class, &place, &marks.tip(category, part));
    if let Some(pattern) = pattern.as_ref().filter(|_| part.series % 2 == 1) {
        let mut attributes = place.to_vec();
        attributes.push(("fill", format!("url(#{pattern})")));
        attributes.push(("pointer-events", "none".to_owned()));
        canvas.pen.empty("rect", "", &attributes);
    }
}

/// Bars that lie, one a line, with their numbers at their ends.
pub(super) fn lying(canvas: &mut Canvas<'_>, marks: &Marks<'_>) -> f64 {
    let (top, pattern) = marks.legend(canvas, Swatch::Box);
    let cube = marks.cube;
    let line = if cube.categories.len() > 30 { 21.0 } else { 27.0 };
    let thick = line - 8.0;
    let share = if canvas.is_narrow() { 0.36 } else { 0.32 };
    let labels = cube.categories.iter().map(|key| width(&key.label, TEXT)).fold(0.0, f64::max);
    let left = (labels + 10.0).min(canvas.width * share);
    let number = |category: usize| match marks.is_share {
        true => String::new(),
        false => marks.measure.number(cube.total(category)),
    };
    let numbers = (0..cube.categories.len()).map(|i| width(&number(i), TEXT)).fold(0.0, f64::max);
    let (low, high) = marks.reach();
    // A number below zero stands at the left end of its bar.
    let room = numbers + 8.0;
    let from = left + if low < 0.0 { room } else { 0.0 };
    let to = (canvas.width - room).max(from + 20.0);
    let scale = Linear::new(low, high, from, to);
    canvas.text(
        "th-soft",
        (left, top + TEXT),
        "start",
        &fitted(&marks.measure.title, TEXT, canvas.width - left),
    );
    let mut y = top + 24.0;
    let first = y;
    for (i, category) in cube.categories.iter().enumerate() {
        let middle = y + line / 2.0 + 4.5;
        canvas.text("th-label", (left - 8.0, middle), "end", &fitted(&category.label, TEXT, left - 10.0));
        let parts = marks.parts(i);
        for one in &parts {
            let (a, b) = (scale.at(one.from.min(one.to)), scale.at(one.from.max(one.to)));
            // What is not nothing is seen.
            let wide = if one.value == 0.0 { 0.0 } else { (b - a).max(1.0) };
            let gap = if cube.has_series() && wide > 3.0 { 1.0 } else { 0.0 };
            part(canvas, marks, category, one, rectangle(a, y + 4.0, wide - gap, thick), &pattern);
        }
        let end = parts.iter().map(|one| scale.at(one.to)).fold(scale.at(0.0), f64::max);
        let begin = parts.iter().map(|one| scale.at(one.to)).fold(scale.at(0.0), f64::min);
        let total = number(i);
        if !parts.is_empty() && cube.total(i) < 0.0 {
            canvas.text("th-soft", (begin - 5.0, middle), "end", &total);
        } else if !parts.is_empty() {
            canvas.text("th-soft", (end + 5.0, middle), "start", &total);
        }
        y += line;
    }
    let zero = scale.at(0.0);
    canvas.line("th-zero", (zero, first), (zero, y));
    y + 10.0
}

/// Bars that stand, with a scale at their side.
pub(super) fn standing(canvas: &mut Canvas<'_>, marks: &Marks<'_>) -> f64 {
    let (top, pattern) = marks.legend(canvas, Swatch::Box);
    let height = if canvas.is_narrow() { 220.0 } else { 300.0 };
    let (frame, scale) = upright(canvas, top, height, marks.measure, marks.reach(), marks.is_share);
    let cube = marks.cube;
    let band = (frame.right - frame.left) / cube.categories.len().max(1) as f64;
    let thick = (band * 0.78).clamp(1.0, 64.0).min(band);
    let middle = |i: usize| frame.left + band * (i as f64 + 0.5);
    for (i, category) in cube.categories.iter().enumerate() {
        for one in marks.parts(i) {
            let (a, b) = (scale.at(one.from.max(one.to)), scale.at(one.from.min(one.to)));
            let high = if one.value == 0.0 { 0.0 } else { (b - a).max(1.0) };
            let gap = if cube.has_series() && high > 3.0 { 1.0 } else { 0.0 };
            let place = rectangle(middle(i) - thick / 2.0, a + gap, thick, high - gap);
            part(canvas, marks, category, &one, place, &pattern);
        }
    }
    let labels: Vec<(f64, String)> =
        cube.categories.iter().enumerate().map(|(i, key)| (middle(i), key.label.clone())).collect();
    let widest = labels.iter().map(|(_, text)| width(text, TEXT)).fold(0.0, f64::max);
    let are_places = cube.categories.iter().any(|key| key.at.is_some());
    if widest + 8.0 <= band || are_places || band < 12.0 {
        return foot(canvas, frame, &labels, &marks.category.title);
    }
    tilted(canvas, frame, &labels, widest, &marks.category.title)
}

/// Labels that lean, for names that are wider than their bars.
fn tilted(canvas: &mut Canvas<'_>, frame: Frame, labels: &[(f64, String)], widest: f64, title: &str) -> f64 {
    let room = widest.min(120.0);
    for (x, text) in labels {
        let (x, y) = (x + 4.0, frame.bottom + 14.0);
        // The first labels must not lean out of the drawing.
        let text = fitted(text, TEXT, room.min((x - 2.0) * 1.35).max(24.0));
        let attributes = [
            ("x", n(x)),
            ("y", n(y)),
            ("text-anchor", "end".to_owned()),
            ("transform", format!("rotate(-40 {} {})", n(x), n(y))),
        ];
        canvas.pen.said("text", "th-soft", &attributes, &text);
    }
    foot_title(canvas, frame, frame.bottom + 32.0 + room * 0.66, title)
}

/// Bars for ranges of a number, side by side on its scale.
pub(super) fn ranges(canvas: &mut Canvas<'_>, marks: &Marks<'_>) -> f64 {
    let Source::Range { step, .. } = marks.category.source else { return standing(canvas, marks) };
    let cube = marks.cube;
    let starts: Vec<f64> = cube.categories.iter().filter_map(|key| key.at).collect();
    let (Some(first), Some(last)) =
        (starts.iter().copied().reduce(f64::min), starts.iter().copied().reduce(f64::max))
    else {
        return standing(canvas, marks);
    };
    let (top, pattern) = marks.legend(canvas, Swatch::Box);
    let height = if canvas.is_narrow() { 220.0 } else { 300.0 };
    let (frame, scale) = upright(canvas, top, height, marks.measure, marks.reach(), marks.is_share);
    let across = Linear::new(first, last + step, frame.left, frame.right);
    for (i, category) in cube.categories.iter().enumerate() {
        let Some(start) = category.at else { continue };
        let (left, right) = (across.at(start), across.at(start + step));
        for one in marks.parts(i) {
            let (a, b) = (scale.at(one.from.max(one.to)), scale.at(one.from.min(one.to)));
            let high = if one.value == 0.0 { 0.0 } else { (b - a).max(1.0) };
            let wide = (right - left - if right - left > 4.0 { 1.5 } else { 0.0 }).max(0.5);
            part(canvas, marks, category, &one, rectangle(left, a, wide, high), &pattern);
        }
    }
    let count = if canvas.is_narrow() { 4 } else { 8 };
    let labels: Vec<(f64, String)> = crate::scale::ticks(first, last + step, count)
        .into_iter()
        .filter(|tick| *tick >= first - step * 0.01 && *tick <= last + step * 1.01)
        .map(|tick| (across.at(tick), marks.category.short(tick)))
        .collect();
    foot(canvas, frame, &labels, &marks.category.title)
}
