//! Boxes and outlines on the earth, and stretches of time.

use serde_json::{Value, json};

use super::draft::{Draft, date};
use crate::limits::OUTLINE_POINTS_MAX;

/// Reads a longitude or latitude.
pub fn degrees(text: Option<String>) -> Option<f64> {
    let text = text?;
    let text = text.trim().trim_end_matches('°').replace(',', ".");
    text.parse::<f64>().ok().filter(|number| number.is_finite())
}

/// A box by its edges west, south, east, north; nothing when it lies not on the earth, which is told.
///
/// Where west is greater than east the box crosses the 180th meridian. Longitudes up to 360 are counted from 180 back.
pub fn bounds(draft: &mut Draft, edges: [Option<f64>; 4], said: &str) -> Option<Value> {
    let found = match edges {
        [Some(west), Some(south), Some(east), Some(north)] => {
            let (west, east) =
                if east - west >= 360.0 { (-180.0, 180.0) } else { (turned(west), turned(east)) };
            let is_on_earth = [west, east].iter().all(|it| (-180.0..=180.0).contains(it))
                && [south, north].iter().all(|it| (-90.0..=90.0).contains(it))
                && south <= north;
            is_on_earth.then(|| drawn(west, south, east, north))
        }
        _ => None,
    };
    if found.is_none() {
        let message = "a bounding box is no box on the earth and was left out";
        let fix = "give west, south, east and north in decimal degrees";
        draft.warn("READ-XML-BOX", "spatial", message, said, fix);
    }
    found
}

fn turned(longitude: f64) -> f64 {
    if longitude > 180.0 && longitude <= 360.0 { longitude - 360.0 } else { longitude }
}

fn drawn(west: f64, south: f64, east: f64, north: f64) -> Value {
    let ring = |west: f64, east: f64| {
        format!("({west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south})")
    };
    if west == east && south == north {
        json!({"@type": "Location", "geometry": format!("POINT({west} {south})")})
    } else if west > east {
        // No polygon of WKT crosses the meridian; the envelope says it in one, the two halves draw it.
        let halves = format!("MULTIPOLYGON(({}), ({}))", ring(west, 180.0), ring(-180.0, east));
        json!({"@type": "Location", "bbox": format!("ENVELOPE({west}, {east}, {north}, {south})"), "geometry": halves})
    } else {
        json!({"@type": "Location", "bbox": format!("POLYGON({})", ring(west, east))})
    }
}

/// An outline of points, as longitude and latitude; nothing where that is no outline.
pub fn outline(mut points: Vec<(f64, f64)>) -> Option<String> {
    let is_on_earth = |(x, y): &(f64, f64)| (-180.0..=180.0).contains(x) && (-90.0..=90.0).contains(y);
    if points.len() < 3 || points.len() > OUTLINE_POINTS_MAX || !points.iter().all(is_on_earth) {
        return None;
    }
    if points.first() != points.last() {
        points.push(points[0]);
    }
    let points: Vec<String> = points.into_iter().map(|(x, y)| format!("{x} {y}")).collect();
    Some(format!("POLYGON(({}))", points.join(", ")))
}

/// One end of a stretch of time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct End {
    /// What is written.
    pub text: Option<String>,
    /// `now`, `unknown`, `before`, `after`.
    pub indeterminate: Option<String>,
}

/// A stretch of time; an end that is now, or that nobody knows, is open.
pub fn period(draft: &mut Draft, start: &End, end: &End) -> Option<Value> {
    let mut read = |end: &End| {
        let said = end.indeterminate.as_deref().map(str::to_ascii_lowercase);
        if matches!(said.as_deref(), Some("now" | "unknown")) {
            return None;
        }
        let text = end.text.as_deref()?;
        if is_open(text) {
            return None;
        }
        if date(text).is_none() {
            let message = "an end of the time that the data covers can't be read and was left out";
            draft.warn("READ-XML-DATE", "temporal", message, text, "write a date such as 2014-01-31");
        }
        date(text)
    };
    let (start, end) = (read(start), read(end));
    let mut period = json!({"@type": "PeriodOfTime"});
    if let Some(start) = &start {
        period["startDate"] = json!(start);
    }
    if let Some(end) = &end {
        period["endDate"] = json!(end);
    }
    (start.is_some() || end.is_some()).then_some(period)
}

/// Words for an end that is not known or has not come.
fn is_open(text: &str) -> bool {
    let words = ["", "..", "present", "now", "unknown", "current", "ongoing", "unpublished", "n/a", "none"];
    words.iter().any(|word| word.eq_ignore_ascii_case(text.trim()))
}
