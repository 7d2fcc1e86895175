//! Points on a map of our own: degrees as they are, shrunk towards the poles as the middle of the view asks.

use super::points::{key, scatter};
use super::{Canvas, rectangle};
use crate::chart::Cloud;
use crate::land::LAND;
use crate::plan::Output;
use crate::svg::n;

/// Land is drawn in whole degrees: closer than this its outline would lie.
const LAND_SPAN_MIN: f64 = 6.0;

/// Draws the map.
pub(super) fn draw(canvas: &mut Canvas<'_>, clouds: &[Cloud], color: Option<&Output>, has_size: bool) -> f64 {
    let top = key(canvas, clouds, color);
    let points = || clouds.iter().flat_map(|cloud| &cloud.points);
    let bounds = points()
        .fold((180.0, 90.0, -180.0, -90.0), |(w, s, e, n): (f64, f64, f64, f64), (x, y, _)| {
            (w.min(*x), s.min(*y), e.max(*x), n.max(*y))
        });
    let view = View::around(bounds, canvas.width, top);
    let clip = format!("{}-view", canvas.id);
    let frame = rectangle(0.0, top, canvas.width, view.height);
    canvas.pen.open("defs", "", &[]);
    canvas.pen.open("clipPath", "", &[("id", clip.clone())]);
    canvas.pen.empty("rect", "", &frame);
    canvas.pen.close("clipPath");
    canvas.pen.close("defs");
    canvas.pen.empty("rect", "th-water", &frame);
    canvas.pen.open("g", "", &[("clip-path", format!("url(#{clip})"))]);
    if view.span() >= LAND_SPAN_MIN {
        canvas.pen.empty("path", "th-land", &[("d", land(&view))]);
    }
    let step =
        [1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0]
            .into_iter()
            .find(|step| view.span() / step <= 6.0)
            .unwrap_or(60.0);
    for at in multiples(view.west, view.east, step) {
        let (x, _) = view.place((at, view.south));
        canvas.line("th-line", (x, top), (x, top + view.height));
        canvas.text("th-soft", (x + 3.0, top + view.height - 5.0), "start", &degrees(at, "E", "W"));
    }
    for at in multiples(view.south, view.north, step) {
        let (_, y) = view.place((view.west, at));
        canvas.line("th-line", (0.0, y), (canvas.width, y));
        canvas.text("th-soft", (4.0, y - 4.0), "start", &degrees(at, "N", "S"));
    }
    scatter(canvas, clouds, has_size, |point| view.place(point));
    canvas.pen.close("g");
    top + view.height + 6.0
}

/// What is seen of the earth.
struct View {
    west: f64,
    south: f64,
    east: f64,
    north: f64,
    width: f64,
    height: f64,
    top: f64,
}

impl View {
    /// Some room around a box, in a shape that a page has room for.
    fn around((w, s, e, n): (f64, f64, f64, f64), width: f64, top: f64) -> Self {
        let middle = ((w + e) / 2.0, (s + n) / 2.0);
        // A degree of longitude is as much shorter as the cosine says.
        let shrink = middle.1.to_radians().cos().max(0.2);
        let across = ((e - w) * 1.16).max(0.002) * shrink;
        let up = ((n - s) * 1.16).max(0.002);
        // Between a third and four fifths as high as wide.
        let across = across.max(up / 0.8);
        let up = up.max(across * 0.36);
        let (half_x, half_y) = (across / shrink / 2.0, up / 2.0);
        let centre = |at: f64, half: f64, limit: f64| match half >= limit {
            true => 0.0,
            false => at.clamp(-limit + half, limit - half),
        };
        let (half_x, half_y) = (half_x.min(180.0), half_y.min(90.0));
        let (x, y) = (centre(middle.0, half_x, 180.0), centre(middle.1, half_y, 90.0));
        let height = (width * (half_y / (half_x * shrink))).clamp(width * 0.3, width * 0.85);
        Self { west: x - half_x, east: x + half_x, south: y - half_y, north: y + half_y, width, height, top }
    }

    fn span(&self) -> f64 {
        (self.north - self.south).max(self.east - self.west)
    }

    fn place(&self, (longitude, latitude): (f64, f64)) -> (f64, f64) {
        (
            (longitude - self.west) / (self.east - self.west) * self.width,
            self.top + (self.north - latitude) / (self.north - self.south) * self.height,
        )
    }
}

/// The outlines that are in view, at least in part.
fn land(view: &View) -> String {
    let mut path = String::new();
    for outline in LAND {
        let edge = |each: fn(f64, f64) -> f64, of: fn(&(i16, i16)) -> i16, from: f64| {
            outline.iter().map(|point| f64::from(of(point))).fold(from, each)
        };
        let (west, east) = (edge(f64::min, |p| p.0, 180.0), edge(f64::max, |p| p.0, -180.0));
        let (south, north) = (edge(f64::min, |p| p.1, 90.0), edge(f64::max, |p| p.1, -90.0));
        if east < view.west || west > view.east || north < view.south || south > view.north {
            continue;
        }
        for (i, (longitude, latitude)) in outline.iter().enumerate() {
            let (x, y) = view.place((f64::from(*longitude), f64::from(*latitude)));
            path.push_str(&format!("{}{} {}", if i == 0 { 'M' } else { 'L' }, n(x), n(y)));
        }
        path.push('Z');
    }
    path
}

fn multiples(from: f64, to: f64, step: f64) -> Vec<f64> {
    let first = (from / step).ceil();
    let count = ((to / step).floor() - first).clamp(-1.0, 20.0);
    (0..=count as i64)
        .map(|i| crate::scale::tidy((first + i as f64) * step, step))
        .filter(|at| *at <= to)
        .collect()
}

fn degrees(value: f64, positive: &str, negative: &str) -> String {
    let side = match value {
        0.0 => "",
        value if value < 0.0 => negative,
        _ => positive,
    };
    format!("{}°{side}", crate::words::number(value.abs()))
}
