//! Finds the box on the earth that a `spatial` value means: numbers, WKT or GeoJSON.

use serde_json::{Map, Value};

use super::{Geometry, Location, Place};

/// A box in degrees of longitude and latitude. `west` may be greater than `east`: it then crosses the 180th meridian.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BoundingBox {
    /// The western longitude.
    pub west: f64,
    /// The southern latitude.
    pub south: f64,
    /// The eastern longitude.
    pub east: f64,
    /// The northern latitude.
    pub north: f64,
}

impl BoundingBox {
    /// A box on the earth; nothing when a number is out of range or south lies north of north.
    pub fn new(west: f64, south: f64, east: f64, north: f64) -> Option<Self> {
        let on_earth = |longitude: f64, latitude: f64| {
            (-180.0..=180.0).contains(&longitude) && (-90.0..=90.0).contains(&latitude)
        };
        (on_earth(west, south) && on_earth(east, north) && south <= north).then_some(Self {
            west,
            south,
            east,
            north,
        })
    }

    /// Reads `west,south,east,north`, a point `longitude,latitude`, WKT or `ENVELOPE(west,east,north,south)`.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.starts_with('{') {
            return Self::of_geojson(serde_json::from_str::<Map<String, Value>>(text).ok().as_ref()?);
        }
        if text.starts_with(|first: char| first.is_ascii_alphabetic()) {
            return read_wkt(text);
        }
        let numbers = text
            .split([',', ' '])
            .filter(|part| !part.is_empty())
            .map(|part| part.parse::<f64>().ok())
            .collect::<Option<Vec<_>>>()?;
        match numbers[..] {
            [west, south, east, north] => Self::new(west, south, east, north),
            // The guidance says latitude first, the federal harvester reads longitude first; where only one
            // of the two lies on the earth, that one is meant.
            [x, y] => Self::new(x, y, x, y).or_else(|| Self::new(y, x, y, x)),
            _ => None,
        }
    }

    /// The box around a GeoJSON geometry or feature, or its own `bbox`.
    pub fn of_geojson(map: &Map<String, Value>) -> Option<Self> {
        let mut frame = Frame::default();
        for key in ["coordinates", "geometries", "geometry"] {
            if let Some(value) = map.get(key) {
                frame.add(value);
            }
        }
        // An `envelope` names only the upper left and lower right corner; the frame of both is the box.
        frame.close()
    }

    /// The box of one `spatial` value.
    pub fn of_place(place: &Place) -> Option<Self> {
        match place {
            Place::Text(text) => Self::read(text),
            Place::GeoJson(map) => Self::of_geojson(map),
            Place::Location(location) => Self::of_location(location),
        }
    }

    /// The box of a location: its `bbox`, else the frame of its outline, else its middle.
    pub fn of_location(location: &Location) -> Option<Self> {
        [&location.bbox, &location.geometry, &location.centroid].into_iter().flatten().find_map(|geometry| {
            match geometry {
                Geometry::Text(text) => Self::read(text),
                Geometry::GeoJson(map) => Self::of_geojson(map),
            }
        })
    }

    /// The smallest box around both, unless one crosses the 180th meridian: then the first stands.
    pub(crate) fn join(self, other: Self) -> Self {
        if self.west > self.east || other.west > other.east {
            return self;
        }
        Self {
            west: self.west.min(other.west),
            south: self.south.min(other.south),
            east: self.east.max(other.east),
            north: self.north.max(other.north),
        }
    }
}

/// Grows around the positions it is shown.
#[derive(Default)]
struct Frame {
    edges: Option<(f64, f64, f64, f64)>,
}

impl Frame {
    fn add(&mut self, value: &Value) {
        match value {
            Value::Array(values) => match values.as_slice() {
                [Value::Number(x), Value::Number(y), ..] => {
                    if let (Some(x), Some(y)) = (x.as_f64(), y.as_f64()) {
                        self.add_point(x, y);
                    }
                }
                nested => nested.iter().for_each(|value| self.add(value)),
            },
            Value::Object(map) => {
                for key in ["coordinates", "geometries"] {
                    if let Some(value) = map.get(key) {
                        self.add(value);
                    }
                }
            }
            _ => {}
        }
    }

    fn add_point(&mut self, x: f64, y: f64) {
        let (west, south, east, north) = self.edges.unwrap_or((x, y, x, y));
        self.edges = Some((west.min(x), south.min(y), east.max(x), north.max(y)));
    }

    fn close(self) -> Option<BoundingBox> {
        let (west, south, east, north) = self.edges?;
        BoundingBox::new(west, south, east, north)
    }
}

/// Reads the frame of any WKT geometry in degrees; heights and measures are passed over.
fn read_wkt(text: &str) -> Option<BoundingBox> {
    // PostGIS and GeoSPARQL put a coordinate system in front.
    let text = text.rsplit_once(';').map_or(text, |(_, geometry)| geometry).trim();
    let (name, rest) = text.split_once('(')?;
    if name.trim().eq_ignore_ascii_case("envelope") {
        let numbers = rest
            .trim_end()
            .strip_suffix(')')?
            .split(',')
            .map(|part| part.trim().parse::<f64>().ok())
            .collect::<Option<Vec<_>>>()?;
        // The order of the specification (OGC Simple Features for CQL): x, x, then the upper y before the lower.
        let &[west, east, north, south] = numbers.as_slice() else { return None };
        return BoundingBox::new(west, south.min(north), east, south.max(north));
    }
    let word = name.split_whitespace().next()?;
    let is_geometry =
        ["POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON", "BOX"]
            .iter()
            .any(|known| word.eq_ignore_ascii_case(known));
    if !is_geometry {
        return None;
    }
    let mut frame = Frame::default();
    for position in rest.split(',') {
        let mut numbers = position
            .split(|character: char| character.is_whitespace() || "()".contains(character))
            .filter(|part| !part.is_empty())
            .map(str::parse::<f64>);
        frame.add_point(numbers.next()?.ok()?, numbers.next()?.ok()?);
    }
    frame.close()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<[f64; 4]>) {
        let found = BoundingBox::read(text).map(|found| [found.west, found.south, found.east, found.north]);
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_box_is_read_from_every_way_to_write_it() {
        let box_ = Some([-77.1, 38.8, -76.9, 39.0]);
        check("-77.1,38.8,-76.9,39.0", box_);
        check("-77.1, 38.8, -76.9, 39.0", box_);
        check("ENVELOPE(-77.1,-76.9,39.0,38.8)", box_);
        check("POLYGON((-77.1 38.8, -76.9 38.8, -76.9 39.0, -77.1 39.0, -77.1 38.8))", box_);
        check("SRID=4326;POLYGON Z ((-77.1 38.8 1, -76.9 39.0 2, -77.1 38.8 1))", box_);
        check(r#"{"type":"Polygon","coordinates":[[[-77.1,38.8],[-76.9,39.0]]]}"#, box_);
        check(r#"{"type":"envelope","coordinates":[[-77.1,39.0],[-76.9,38.8]]}"#, box_);
        check("POINT (0.0 0.0)", Some([0.0, 0.0, 0.0, 0.0]));
        check("38.9,-177.0", Some([-177.0, 38.9, -177.0, 38.9]));
    }

    #[test]
    fn what_is_no_box_gives_none() {
        for text in [
            "United States",
            "",
            "1,2,3",
            "-500,0,0,0",
            "NaN,1,2,3",
            "POLYGON((",
            "State (all)",
            "POINT EMPTY",
        ] {
            check(text, None);
        }
    }
}
