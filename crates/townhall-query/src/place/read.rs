//! Shapes as they are written: GeoJSON and well-known text.

use serde_json::{Value as Json, json};

use super::shape::{Part, Position, Shape};
use crate::limits::SHAPE_POSITIONS_MAX;

/// Why a shape can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ShapeProblem {
    /// It is of no kind that we know.
    #[error("`{0}` is no kind of geometry")]
    Kind(String),
    /// Its coordinates are not those of its kind.
    #[error("the coordinates are not those of a geometry")]
    Coordinates,
    /// It has too many positions.
    #[error("the geometry has more than {SHAPE_POSITIONS_MAX} positions")]
    TooLarge,
    /// It is not well-known text.
    #[error("the geometry is no well-known text")]
    Text,
}

impl Shape {
    /// A geometry of GeoJSON of a kind. Polygons may be given as one ring, and `LinearRings` are polygons.
    pub fn geojson(kind: &str, coordinates: Json) -> Json {
        let is_ring = coordinates.pointer("/0/0").is_some_and(Json::is_number);
        match kind {
            "Polygon" if is_ring => json!({"type": kind, "coordinates": [coordinates]}),
            "LinearRings" if is_ring => json!({"type": "LineString", "coordinates": coordinates}),
            "LinearRings" => json!({"type": "MultiLineString", "coordinates": coordinates}),
            _ => json!({"type": kind, "coordinates": coordinates}),
        }
    }

    /// The shape of a geometry, a feature or a collection of either, and what lies so many degrees around it.
    pub fn of_geojson(geometry: &Json, buffer: f64) -> Result<Self, ShapeProblem> {
        let mut parts = Vec::new();
        let mut left = SHAPE_POSITIONS_MAX;
        read(geometry, &mut parts, &mut left, 0)?;
        if parts.is_empty() {
            return Err(ShapeProblem::Coordinates);
        }
        Ok(Self { parts, buffer })
    }

    /// The shape of well-known text (OGC 06-103r4, section 7), such as `POLYGON ((30 10, 40 40, 20 40, 30 10))`.
    pub fn of_text(text: &str) -> Result<Self, ShapeProblem> {
        let text = text.trim();
        if text.starts_with('{') {
            let geometry = serde_json::from_str(text).map_err(|_| ShapeProblem::Text)?;
            return Self::of_geojson(&geometry, 0.0);
        }
        let text = text.split_once(';').map_or(text, |(_, rest)| rest).trim();
        let at = text.find('(').ok_or(ShapeProblem::Text)?;
        let word = text[..at].trim();
        let word = word.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
        let kind = match word.as_str() {
            "POINT" => "Point",
            "LINESTRING" => "LineString",
            "POLYGON" => "Polygon",
            "MULTIPOINT" => "MultiPoint",
            "MULTILINESTRING" => "MultiLineString",
            "MULTIPOLYGON" => "MultiPolygon",
            other => return Err(ShapeProblem::Kind(other.chars().take(40).collect())),
        };
        let mut coordinates = as_lists(&text[at..])?;
        if kind == "Point" {
            coordinates = coordinates.get(0).cloned().ok_or(ShapeProblem::Text)?;
        }
        if kind == "MultiPoint" {
            // `((1 2), (3 4))` is as good as `(1 2, 3 4)`.
            let points = coordinates.as_array().into_iter().flatten();
            let bare = |point: &Json| if point[0].is_array() { point[0].clone() } else { point.clone() };
            coordinates = points.map(bare).collect();
        }
        Self::of_geojson(&json!({"type": kind, "coordinates": coordinates}), 0.0)
    }
}

/// `(1 2, 3 4)` as `[[1, 2], [3, 4]]`, brackets in brackets likewise.
fn as_lists(text: &str) -> Result<Json, ShapeProblem> {
    let mut stack: Vec<Vec<Json>> = Vec::new();
    let mut position: Vec<Json> = Vec::new();
    let mut number = String::new();
    let mut done = None;
    let mut positions = 0;
    for character in text.chars() {
        if done.is_some() && !character.is_whitespace() {
            return Err(ShapeProblem::Text);
        }
        if !matches!(character, '(' | ')' | ',') && !character.is_whitespace() {
            number.push(character);
            continue;
        }
        if !number.is_empty() {
            let value: f64 = number.parse().map_err(|_| ShapeProblem::Text)?;
            position.push(json!(value));
            number.clear();
        }
        if character == '(' {
            stack.push(Vec::new());
            // Nothing that we read nests deeper than polygons in a multipolygon.
            if stack.len() > 4 || !position.is_empty() {
                return Err(ShapeProblem::Text);
            }
            continue;
        }
        if matches!(character, ',' | ')') && !position.is_empty() {
            positions += 1;
            if positions > SHAPE_POSITIONS_MAX {
                return Err(ShapeProblem::TooLarge);
            }
            stack.last_mut().ok_or(ShapeProblem::Text)?.push(Json::Array(std::mem::take(&mut position)));
        }
        if character == ')' {
            let list = Json::Array(stack.pop().ok_or(ShapeProblem::Text)?);
            match stack.last_mut() {
                Some(outer) => outer.push(list),
                None => done = Some(list),
            }
        }
    }
    done.filter(|_| number.is_empty()).ok_or(ShapeProblem::Text)
}

fn read(geometry: &Json, parts: &mut Vec<Part>, left: &mut usize, depth: usize) -> Result<(), ShapeProblem> {
    let kind = geometry.get("type").and_then(Json::as_str).unwrap_or_default();
    let at = geometry.get("coordinates").unwrap_or(&Json::Null);
    let mut inside = |members: &str| {
        if depth > 4 {
            return Err(ShapeProblem::Coordinates);
        }
        list(&geometry[members])?.iter().try_for_each(|part| read(part, parts, left, depth + 1))
    };
    match kind {
        "Feature" if depth <= 4 => return read(&geometry["geometry"], parts, left, depth + 1),
        "GeometryCollection" => return inside("geometries"),
        "FeatureCollection" => return inside("features"),
        _ => {}
    }
    match kind {
        "Point" => parts.push(Part::Point(position(at, left)?)),
        "LineString" => parts.push(Part::Line(line(at, left)?)),
        "Polygon" => parts.push(polygon(at, left)?),
        "MultiPoint" => {
            for point in list(at)? {
                parts.push(Part::Point(position(point, left)?));
            }
        }
        "MultiLineString" => {
            for part in list(at)? {
                parts.push(Part::Line(line(part, left)?));
            }
        }
        "MultiPolygon" => {
            for part in list(at)? {
                parts.push(polygon(part, left)?);
            }
        }
        other => return Err(ShapeProblem::Kind(other.chars().take(40).collect())),
    }
    Ok(())
}

fn list(json: &Json) -> Result<&Vec<Json>, ShapeProblem> {
    json.as_array().ok_or(ShapeProblem::Coordinates)
}

fn position(json: &Json, left: &mut usize) -> Result<Position, ShapeProblem> {
    *left = left.checked_sub(1).ok_or(ShapeProblem::TooLarge)?;
    let number = |index: usize| json.get(index)?.as_f64().filter(|number| number.is_finite());
    match (number(0), number(1)) {
        (Some(x), Some(y)) => Ok([x, y]),
        _ => Err(ShapeProblem::Coordinates),
    }
}

fn line(json: &Json, left: &mut usize) -> Result<Vec<Position>, ShapeProblem> {
    let line: Vec<Position> = list(json)?.iter().map(|at| position(at, left)).collect::<Result<_, _>>()?;
    if line.len() < 2 { Err(ShapeProblem::Coordinates) } else { Ok(line) }
}

fn polygon(json: &Json, left: &mut usize) -> Result<Part, ShapeProblem> {
    let rings = list(json)?.iter().map(|ring| {
        let mut ring = line(ring, left)?;
        if ring.first() != ring.last() {
            ring.push(ring[0]);
        }
        if ring.len() < 4 { Err(ShapeProblem::Coordinates) } else { Ok(ring) }
    });
    let rings: Vec<Vec<Position>> = rings.collect::<Result<_, _>>()?;
    if rings.is_empty() { Err(ShapeProblem::Coordinates) } else { Ok(Part::Polygon(rings)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn well_known_text_and_geojson_mean_the_same() {
        let square = json!([[[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]]]);
        for (text, geometry) in [
            ("POINT (1.5 -2)", json!({"type": "Point", "coordinates": [1.5, -2]})),
            ("linestring(0 0,1 1)", json!({"type": "LineString", "coordinates": [[0, 0], [1, 1]]})),
            ("POLYGON((0 0, 4 0, 4 4, 0 4, 0 0))", json!({"type": "Polygon", "coordinates": square})),
            ("MULTIPOLYGON (((0 0,4 0,4 4,0 4)))", json!({"type": "MultiPolygon", "coordinates": [square]})),
            ("MULTIPOINT ((1 2), (3 4))", json!({"type": "MultiPoint", "coordinates": [[1, 2], [3, 4]]})),
        ] {
            assert_eq!(Shape::of_text(text).unwrap(), Shape::of_geojson(&geometry, 0.0).unwrap(), "{text}");
        }
        for wrong in
            ["", "POINT", "POINT (1)", "POINT (1 2", "CIRCLE (1 2)", "POLYGON ((0 0, 1 1))", "POINT (a b)"]
        {
            assert!(Shape::of_text(wrong).is_err(), "{wrong}");
        }
    }
}
