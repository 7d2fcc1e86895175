//! Where in the world a dataset is: boxes on a coarse outline of the land, cut to the surroundings.
//!
//! The drawing is in degrees, east to the right and south downwards, so that a box needs no projection.

use std::fmt::Write;

use serde::Serialize;

use super::scale::rounded;
use crate::pages::limits::LOCATOR_BOXES_MAX;
use crate::pages::words::number;
use townhall_app::charts::LAND;

/// The shape of the drawing: twice as wide as high, as the whole world is.
const ASPECT: f64 = 2.0;
/// The narrowest view in degrees: closer, our outline has nothing to show.
const VIEW_WIDTH_MIN: f64 = 90.0;
/// How many times the width of the boxes the view is, where there is room.
const SURROUNDINGS: f64 = 3.0;
/// A box narrower than this share of the view gets a marker around it.
const MARKER_BELOW: f64 = 0.04;

/// A box in degrees. One whose west is east of its east crosses the 180th meridian.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Extent {
    /// The western edge.
    pub west: f64,
    /// The southern edge.
    pub south: f64,
    /// The eastern edge.
    pub east: f64,
    /// The northern edge.
    pub north: f64,
}

/// What the template draws.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct LocatorView {
    /// The left edge of the view.
    pub x: f64,
    /// The upper edge of the view.
    pub y: f64,
    /// The width of the view.
    pub width: f64,
    /// The height of the view.
    pub height: f64,
    /// The land, as an SVG path.
    pub land: String,
    /// The lines from north to south.
    pub meridians: Vec<f64>,
    /// The lines from west to east.
    pub parallels: Vec<f64>,
    /// The boxes.
    pub boxes: Vec<ExtentBox>,
    /// Rings around boxes that are too small to see.
    pub markers: Vec<Marker>,
    /// Where that is, in words.
    pub description: String,
}

/// A box in the units of the drawing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct ExtentBox {
    /// The left edge.
    pub x: f64,
    /// The upper edge.
    pub y: f64,
    /// The width.
    pub width: f64,
    /// The height.
    pub height: f64,
}

/// A ring around a small box.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Marker {
    /// From the left.
    pub x: f64,
    /// From the top.
    pub y: f64,
    /// The radius.
    pub radius: f64,
}

/// Draws boxes. Those that lie outside the world, or are no numbers, are left out.
pub fn locator(extents: &[Extent]) -> Option<LocatorView> {
    let boxes: Vec<ExtentBox> =
        extents.iter().take(LOCATOR_BOXES_MAX).flat_map(|extent| parts(*extent)).collect();
    let whole = around(&boxes)?;
    let view = surroundings(whole);
    let markers =
        boxes.iter().filter(|b| b.width.max(b.height) < view.width * MARKER_BELOW).map(|b| Marker {
            x: rounded(b.x + b.width / 2.0),
            y: rounded(b.y + b.height / 2.0),
            radius: rounded(view.width * 0.025),
        });
    Some(LocatorView {
        x: view.x,
        y: view.y,
        width: view.width,
        height: view.height,
        land: land(view),
        meridians: multiples_within(view.x, view.width),
        parallels: multiples_within(view.y, view.height),
        markers: markers.collect(),
        description: describe(extents),
        boxes,
    })
}

/// One box, or two when it crosses the 180th meridian; none when it is no box.
fn parts(extent: Extent) -> Vec<ExtentBox> {
    let Extent { west, south, east, north } = extent;
    let is_inside = [west, east].iter().all(|x| (-180.0..=180.0).contains(x))
        && [south, north].iter().all(|y| (-90.0..=90.0).contains(y))
        && south <= north;
    let part = |from: f64, to: f64| ExtentBox { x: from, y: -north, width: to - from, height: north - south };
    match is_inside {
        false => vec![],
        true if west <= east => vec![part(west, east)],
        true => vec![part(west, 180.0), part(-180.0, east)],
    }
}

/// The box around all boxes.
fn around(boxes: &[ExtentBox]) -> Option<ExtentBox> {
    boxes.iter().copied().reduce(|a, b| {
        let (x, y) = (a.x.min(b.x), a.y.min(b.y));
        let (right, bottom) = ((a.x + a.width).max(b.x + b.width), (a.y + a.height).max(b.y + b.height));
        ExtentBox { x, y, width: right - x, height: bottom - y }
    })
}

/// The part of the world to show: the box with room around it, within the world.
fn surroundings(inner: ExtentBox) -> ExtentBox {
    let width = (inner.width.max(inner.height * ASPECT) * SURROUNDINGS).clamp(VIEW_WIDTH_MIN, 360.0);
    let height = width / ASPECT;
    let place = |middle: f64, size: f64, edge: f64| (middle - size / 2.0).clamp(-edge, edge - size).round();
    ExtentBox {
        x: place(inner.x + inner.width / 2.0, width, 180.0),
        y: place(inner.y + inner.height / 2.0, height, 90.0),
        width: rounded(width),
        height: rounded(height),
    }
}

/// The outlines that touch the view.
fn land(view: ExtentBox) -> String {
    let mut path = String::new();
    for outline in LAND {
        let touches = |low: f64, high: f64, part: &dyn Fn(&(i16, i16)) -> f64| {
            let (least, most) =
                outline.iter().map(part).fold((f64::MAX, f64::MIN), |(a, b), v| (a.min(v), b.max(v)));
            least <= high && most >= low
        };
        let is_near = touches(view.x, view.x + view.width, &|p| f64::from(p.0))
            && touches(view.y, view.y + view.height, &|p| -f64::from(p.1));
        if !is_near {
            continue;
        }
        for (i, (longitude, latitude)) in outline.iter().enumerate() {
            let command = if i == 0 { 'M' } else { 'L' };
            let _ = write!(path, "{command}{longitude} {}", -latitude);
        }
        path.push('Z');
    }
    path
}

/// Every 30 degrees, or every 10 in a narrow view.
fn multiples_within(from: f64, size: f64) -> Vec<f64> {
    let step = if size > 100.0 { 30.0 } else { 10.0 };
    let first = (from / step).ceil();
    let count = ((from + size) / step).floor() - first;
    if count < 0.0 { vec![] } else { (0..=count as u32).map(|i| (first + f64::from(i)) * step).collect() }
}

/// The edges in words, of the only box or of all together.
fn describe(extents: &[Extent]) -> String {
    let degrees = |value: f64, positive: &str, negative: &str| {
        let side = if value < 0.0 { negative } else { positive };
        format!("{}° {side}", number(value.abs()))
    };
    match extents {
        [Extent { west, south, east, north }] if west == east && south == north => {
            format!("A point at {}, {}", degrees(*north, "north", "south"), degrees(*east, "east", "west"))
        }
        [Extent { west, south, east, north }] => format!(
            "From {} to {} and from {} to {}",
            degrees(*west, "east", "west"),
            degrees(*east, "east", "west"),
            degrees(*south, "north", "south"),
            degrees(*north, "north", "south"),
        ),
        many => format!("{} places", many.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extent(west: f64, south: f64, east: f64, north: f64) -> Extent {
        Extent { west, south, east, north }
    }

    #[test]
    fn a_country_is_shown_with_its_surroundings() {
        let view = locator(&[extent(-125.0, 24.0, -66.0, 50.0)]).unwrap();
        assert_eq!((view.x, view.y, view.width, view.height), (-180.0, -81.0, 177.0, 88.5));
        assert_eq!(view.markers, []);
        assert!(view.land.starts_with("M-168 -66L"));
        assert_eq!(view.description, "From 125° west to 66° west and from 24° north to 50° north");
    }

    #[test]
    fn a_small_place_gets_a_ring() {
        let view = locator(&[extent(-77.04, 38.9, -77.04, 38.9)]).unwrap();
        assert_eq!(view.markers.len(), 1);
        assert_eq!(view.description, "A point at 38.9° north, 77.04° west");
    }

    #[test]
    fn a_box_across_the_date_line_is_two() {
        let view = locator(&[extent(170.0, -20.0, -170.0, 20.0)]).unwrap();
        assert_eq!(view.boxes.len(), 2);
        assert_eq!(view.width, 360.0);
    }

    #[test]
    fn what_is_no_box_is_not_drawn() {
        for bad in
            [extent(0.0, 10.0, 1.0, 5.0), extent(-200.0, 0.0, 0.0, 1.0), extent(f64::NAN, 0.0, 1.0, 1.0)]
        {
            assert_eq!(locator(&[bad]), None);
        }
        assert_eq!(locator(&[]), None);
    }
}
