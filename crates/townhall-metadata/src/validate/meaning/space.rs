//! Where the data is about: boxes, points and geometries.

use crate::validate::engine::{Check, Members};
use crate::validate::rule;
use crate::validate::tree::{Kind, Value};
use crate::validate::words::{Words, quote};

/// The rules on `spatial` of 1.1.
pub fn dataset(check: &mut Check<'_, '_, '_>, members: &Members<'_, '_>) {
    let Some(value) = members.get("spatial") else { return };
    match value.kind() {
        Kind::Object => check.note_key(&rule::GEOMETRY_REFUSED, "spatial", value, || {
            Words::new("`spatial` is a geometry, which most schemas refuse, and the others take only in part")
        }),
        _ => {
            if let Some(text) = value.text() {
                coordinates(check, value, text);
            }
        }
    }
}

fn coordinates(check: &mut Check<'_, '_, '_>, value: Value<'_>, text: &str) {
    match numbers(text).as_deref() {
        Some(&[west, south, east, north]) => {
            if is_outside(west, south) || is_outside(east, north) {
                out_of_range(check, "spatial", value, text);
            } else if west > east || south > north {
                check.note(&rule::BOX_ORDER, "spatial", value, || order(text, [west, south, east, north]));
            }
        }
        Some(&[first, second]) => {
            if is_outside(first, second) && is_outside(second, first) {
                out_of_range(check, "spatial", value, text);
            } else {
                check.note(&rule::POINT_AMBIGUOUS, "spatial", value, || {
                    Words::new(format!(
                        "{} is a point, and it is not clear which number is the latitude",
                        quote(text)
                    ))
                });
            }
        }
        _ => {}
    }
}

/// A coordinate that can't be on Earth.
pub fn out_of_range(check: &mut Check<'_, '_, '_>, key: &'static str, value: Value<'_>, text: &str) {
    check.note(&rule::BOX_RANGE, key, value, || {
        Words::new(format!("{} lies outside of 180 degrees of longitude or 90 of latitude", quote(text)))
    });
}

fn order(text: &str, [west, south, east, north]: [f64; 4]) -> Words {
    let words = Words::new(format!("{} is not in the order west, south, east, north", quote(text)));
    if south > north || is_outside(east, north) {
        let (west, east) = (west.min(east), west.max(east));
        let (south, north) = (south.min(north), south.max(north));
        return words.fixed(Some(format!("write `{west},{south},{east},{north}`")));
    }
    // West of east with the sides in order may be a box across the antimeridian, so no order is proposed.
    words
}

/// The numbers of a text that has nothing else, apart from commas and spaces.
pub fn numbers(text: &str) -> Option<Vec<f64>> {
    if !text.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '-' | '+' | '.')) {
        return None;
    }
    let parts = text.split([',', ' ']).map(str::trim).filter(|part| !part.is_empty());
    parts.take(5).map(|part| part.parse::<f64>().ok().filter(|number| number.is_finite())).collect()
}

/// Whether a longitude and a latitude can't be on Earth.
pub fn is_outside(longitude: f64, latitude: f64) -> bool {
    longitude.abs() > 180.0 || latitude.abs() > 90.0
}
