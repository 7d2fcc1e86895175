//! Geometries, read from WKT (OGC 06-103r4) or GeoJSON (RFC 7946), and written as GeoJSON or KML.
//!
//! Coordinates are longitude, latitude and perhaps a height, in WGS 84. What lies outside of the world is no geometry: it
//! is measured in something else.

use serde_json::Value;

use crate::limits::GEOMETRY_DEPTH_MAX;
use crate::text::append_number;

/// A geometry.
#[derive(Debug, PartialEq)]
pub(crate) enum Shape {
    Simple(Kind, Coordinates),
    Collection(Vec<Shape>),
}

/// What the coordinates make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Point,
    LineString,
    Polygon,
    MultiPoint,
    MultiLineString,
    MultiPolygon,
}

/// A position, or a list.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Coordinates {
    Position([f64; 2], Option<f64>),
    List(Vec<Coordinates>),
}

impl Kind {
    const ALL: [Self; 6] = [
        Self::Point,
        Self::LineString,
        Self::Polygon,
        Self::MultiPoint,
        Self::MultiLineString,
        Self::MultiPolygon,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Point => "Point",
            Self::LineString => "LineString",
            Self::Polygon => "Polygon",
            Self::MultiPoint => "MultiPoint",
            Self::MultiLineString => "MultiLineString",
            Self::MultiPolygon => "MultiPolygon",
        }
    }

    /// Lists around a position.
    const fn depth(self) -> usize {
        match self {
            Self::Point => 0,
            Self::LineString | Self::MultiPoint => 1,
            Self::Polygon | Self::MultiLineString => 2,
            Self::MultiPolygon => 3,
        }
    }

    /// What a part of several is.
    const fn part(self) -> Option<Self> {
        match self {
            Self::MultiPoint => Some(Self::Point),
            Self::MultiLineString => Some(Self::LineString),
            Self::MultiPolygon => Some(Self::Polygon),
            _ => None,
        }
    }
}

impl Shape {
    /// The point at this place, if it is on earth.
    pub(crate) fn point(longitude: f64, latitude: f64) -> Option<Self> {
        Some(Self::Simple(Kind::Point, Coordinates::position(&[longitude, latitude])?))
    }

    /// Where it is, if it is a point without a height.
    pub(crate) fn as_point(&self) -> Option<[f64; 2]> {
        match self {
            Self::Simple(Kind::Point, Coordinates::Position(place, None)) => Some(*place),
            _ => None,
        }
    }

    /// Reads WKT, with or without an SRID before it, or a geometry of GeoJSON. Empty geometries are none.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.starts_with('{') {
            return Self::from_json(&serde_json::from_str(text).ok()?, 0);
        }
        let text = match text.split_once(';') {
            // Other systems than WGS 84 are not degrees, or not these.
            Some((srid, rest)) if srid.eq_ignore_ascii_case("SRID=4326") => rest,
            Some(_) => return None,
            None => text,
        };
        let mut wkt = Wkt { rest: text };
        let shape = wkt.shape(0)?;
        wkt.rest.trim().is_empty().then_some(shape)
    }

    fn from_json(value: &Value, depth: usize) -> Option<Self> {
        let name = value.get("type")?.as_str()?;
        if name == "GeometryCollection" && depth < GEOMETRY_DEPTH_MAX {
            let parts = value.get("geometries")?.as_array()?;
            let parts: Option<Vec<Self>> =
                parts.iter().map(|part| Self::from_json(part, depth + 1)).collect();
            return Some(Self::Collection(parts?));
        }
        let kind = Kind::ALL.into_iter().find(|kind| kind.name() == name)?;
        Self::checked(kind, Coordinates::from_json(value.get("coordinates")?, kind.depth())?)
    }

    /// Lines have two positions at least and rings four, of which the last is the first (RFC 7946, section 3.1); outer rings
    /// go against the clock, holes with it.
    fn checked(kind: Kind, mut coordinates: Coordinates) -> Option<Self> {
        match (&mut coordinates, kind.part()) {
            (Coordinates::List(parts), Some(part)) => {
                for place in parts.iter_mut() {
                    let taken = std::mem::replace(place, Coordinates::List(Vec::new()));
                    let Self::Simple(_, checked) = Self::checked(part, taken)? else { return None };
                    *place = checked;
                }
            }
            (Coordinates::List(rings), None) if kind == Kind::Polygon => {
                for (index, ring) in rings.iter_mut().enumerate() {
                    let Coordinates::List(positions) = ring else { return None };
                    if positions.len() < 4 || positions.first() != positions.last() {
                        return None;
                    }
                    if (area(positions) < 0.0) == (index == 0) {
                        positions.reverse();
                    }
                }
            }
            (Coordinates::List(positions), None) if positions.len() < 2 => return None,
            _ => {}
        }
        let is_empty = matches!(&coordinates, Coordinates::List(items) if items.is_empty());
        (!is_empty).then_some(Self::Simple(kind, coordinates))
    }

    /// Appends a geometry of GeoJSON.
    pub(crate) fn push_json(&self, out: &mut Vec<u8>) {
        match self {
            Self::Simple(kind, coordinates) => {
                out.extend_from_slice(b"{\"type\":\"");
                out.extend_from_slice(kind.name().as_bytes());
                out.extend_from_slice(b"\",\"coordinates\":");
                coordinates.push_json(out);
                out.push(b'}');
            }
            Self::Collection(parts) => {
                out.extend_from_slice(b"{\"type\":\"GeometryCollection\",\"geometries\":[");
                for (index, part) in parts.iter().enumerate() {
                    if index > 0 {
                        out.push(b',');
                    }
                    part.push_json(out);
                }
                out.extend_from_slice(b"]}");
            }
        }
    }

    /// Appends a geometry of KML (OGC 12-007r2, section 10).
    pub(crate) fn push_kml(&self, out: &mut Vec<u8>) {
        match self {
            Self::Simple(kind, coordinates) => push_kml(*kind, coordinates, out),
            Self::Collection(parts) => {
                out.extend_from_slice(b"<MultiGeometry>");
                parts.iter().for_each(|part| part.push_kml(out));
                out.extend_from_slice(b"</MultiGeometry>");
            }
        }
    }
}

fn push_kml(kind: Kind, coordinates: &Coordinates, out: &mut Vec<u8>) {
    let mut element = |name: &str, write: &dyn Fn(&mut Vec<u8>)| {
        out.extend_from_slice(format!("<{name}>").as_bytes());
        write(out);
        out.extend_from_slice(format!("</{name}>").as_bytes());
    };
    match (kind.part(), coordinates) {
        (Some(part), Coordinates::List(parts)) => element("MultiGeometry", &|out| {
            parts.iter().for_each(|place| push_kml(part, place, out));
        }),
        (_, Coordinates::List(rings)) if kind == Kind::Polygon => element("Polygon", &|out| {
            for (index, ring) in rings.iter().enumerate() {
                let boundary = if index == 0 { "outerBoundaryIs" } else { "innerBoundaryIs" };
                out.extend_from_slice(format!("<{boundary}><LinearRing><coordinates>").as_bytes());
                ring.push_kml(out);
                out.extend_from_slice(format!("</coordinates></LinearRing></{boundary}>").as_bytes());
            }
        }),
        _ => element(kind.name(), &|out| {
            out.extend_from_slice(b"<coordinates>");
            coordinates.push_kml(out);
            out.extend_from_slice(b"</coordinates>");
        }),
    }
}

/// Twice the area of a ring, below zero when it goes with the clock.
fn area(ring: &[Coordinates]) -> f64 {
    let place = |coordinates: &Coordinates| match coordinates {
        Coordinates::Position(place, _) => *place,
        Coordinates::List(_) => [0.0, 0.0],
    };
    let pairs = ring.iter().map(place).zip(ring.iter().skip(1).map(place));
    pairs.map(|([x1, y1], [x2, y2])| x1 * y2 - x2 * y1).sum()
}

impl Coordinates {
    /// A position on earth; what comes behind the height says nothing to most readers and is left out.
    fn position(numbers: &[f64]) -> Option<Self> {
        let [longitude, latitude, rest @ ..] = numbers else { return None };
        let is_on_earth = longitude.abs() <= 180.0 && latitude.abs() <= 90.0;
        is_on_earth.then_some(Self::Position(
            [*longitude, *latitude],
            rest.first().copied().filter(|z| z.is_finite()),
        ))
    }

    fn from_json(value: &Value, depth: usize) -> Option<Self> {
        let items = value.as_array()?;
        if depth == 0 {
            let numbers: Option<Vec<f64>> = items.iter().map(Value::as_f64).collect();
            return Self::position(&numbers?);
        }
        let items: Option<Vec<Self>> = items.iter().map(|item| Self::from_json(item, depth - 1)).collect();
        Some(Self::List(items?))
    }

    fn push_json(&self, out: &mut Vec<u8>) {
        out.push(b'[');
        match self {
            Self::Position(place, height) => push_numbers(*place, *height, out),
            Self::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(b',');
                    }
                    item.push_json(out);
                }
            }
        }
        out.push(b']');
    }

    fn push_kml(&self, out: &mut Vec<u8>) {
        match self {
            Self::Position(place, height) => push_numbers(*place, *height, out),
            Self::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(b' ');
                    }
                    item.push_kml(out);
                }
            }
        }
    }
}

fn push_numbers([longitude, latitude]: [f64; 2], height: Option<f64>, out: &mut Vec<u8>) {
    append_number(longitude, out);
    out.push(b',');
    append_number(latitude, out);
    if let Some(height) = height {
        out.push(b',');
        append_number(height, out);
    }
}

/// Well-known text that is being read.
struct Wkt<'a> {
    rest: &'a str,
}

impl<'a> Wkt<'a> {
    fn shape(&mut self, depth: usize) -> Option<Shape> {
        let name = self.word().to_ascii_uppercase();
        // `POINT Z (…)`, or in one word as some write it.
        let bare = name.trim_end_matches(['Z', 'M']);
        let before = self.rest;
        let mark = self.word();
        if !["Z", "M", "ZM"].iter().any(|known| known.eq_ignore_ascii_case(mark)) {
            self.rest = before;
        }
        let has_only_measure =
            mark.eq_ignore_ascii_case("M") || (name.len() == bare.len() + 1 && name.ends_with('M'));
        if bare == "GEOMETRYCOLLECTION" && depth < GEOMETRY_DEPTH_MAX {
            let mut parts = Vec::new();
            self.list(&mut |wkt| {
                parts.push(wkt.shape(depth + 1)?);
                Some(())
            })?;
            return Some(Shape::Collection(parts));
        }
        let kind = Kind::ALL.into_iter().find(|kind| kind.name().eq_ignore_ascii_case(bare))?;
        let coordinates = match kind {
            Kind::Point => match self.coordinates(1, has_only_measure)? {
                Coordinates::List(mut items) if items.len() == 1 => items.pop()?,
                _ => return None,
            },
            kind => self.coordinates(kind.depth(), has_only_measure)?,
        };
        Shape::checked(kind, coordinates)
    }

    /// A list of lists this deep; around the points of a `MULTIPOINT`, brackets may stand or not.
    fn coordinates(&mut self, depth: usize, has_only_measure: bool) -> Option<Coordinates> {
        if depth == 0 {
            if self.rest.trim_start().starts_with('(') {
                let Coordinates::List(mut items) = self.coordinates(1, has_only_measure)? else {
                    return None;
                };
                return items.pop().filter(|_| items.is_empty());
            }
            let mut numbers = Vec::new();
            while numbers.len() < 4 {
                let Some(number) = self.number() else { break };
                numbers.push(number);
            }
            numbers.truncate(if has_only_measure { 2 } else { 4 });
            return Coordinates::position(&numbers);
        }
        let mut items = Vec::new();
        self.list(&mut |wkt| {
            items.push(wkt.coordinates(depth - 1, has_only_measure)?);
            Some(())
        })?;
        Some(Coordinates::List(items))
    }

    /// What stands in brackets between commas.
    fn list(&mut self, item: &mut dyn FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.rest = self.rest.trim_start().strip_prefix('(')?;
        loop {
            item(self)?;
            self.rest = self.rest.trim_start();
            let next = self.rest.chars().next()?;
            self.rest = &self.rest[next.len_utf8()..];
            match next {
                ',' => {}
                ')' => return Some(()),
                _ => return None,
            }
        }
    }

    fn word(&mut self) -> &'a str {
        self.take(|c| c.is_ascii_alphabetic())
    }

    fn number(&mut self) -> Option<f64> {
        self.take(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E')).parse().ok()
    }

    fn take(&mut self, is_part: impl Fn(char) -> bool) -> &'a str {
        let text = self.rest.trim_start();
        let end = text.find(|c| !is_part(c)).unwrap_or(text.len());
        self.rest = &text[end..];
        &text[..end]
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Expect) {
        let mut out = Vec::new();
        match Shape::parse(text) {
            Some(shape) => {
                shape.push_json(&mut out);
                out.push(b'\n');
                shape.push_kml(&mut out);
            }
            None => out.extend_from_slice(b"none"),
        }
        expected.assert_eq(&String::from_utf8_lossy(&out));
    }

    #[test]
    fn points_in_every_spelling() {
        check(
            "POINT (-77.5 38)",
            expect![[r#"
            {"type":"Point","coordinates":[-77.5,38]}
            <Point><coordinates>-77.5,38</coordinates></Point>"#]],
        );
        check(
            "srid=4326;point z(-77.5 38 12)",
            expect![[r#"
            {"type":"Point","coordinates":[-77.5,38,12]}
            <Point><coordinates>-77.5,38,12</coordinates></Point>"#]],
        );
        check(
            "POINTM (1 2 3)",
            expect![[r#"
            {"type":"Point","coordinates":[1,2]}
            <Point><coordinates>1,2</coordinates></Point>"#]],
        );
        check(
            r#"{"type": "Point", "coordinates": [-77.5, 38]}"#,
            expect![[r#"
            {"type":"Point","coordinates":[-77.5,38]}
            <Point><coordinates>-77.5,38</coordinates></Point>"#]],
        );
    }

    #[test]
    fn rings_are_turned_round() {
        check(
            "POLYGON ((0 0, 0 1, 1 1, 0 0), (.1 .2, .2 .3, .1 .3, .1 .2))",
            expect![[r#"
            {"type":"Polygon","coordinates":[[[0,0],[1,1],[0,1],[0,0]],[[0.1,0.2],[0.1,0.3],[0.2,0.3],[0.1,0.2]]]}
            <Polygon><outerBoundaryIs><LinearRing><coordinates>0,0 1,1 0,1 0,0</coordinates></LinearRing></outerBoundaryIs><innerBoundaryIs><LinearRing><coordinates>0.1,0.2 0.1,0.3 0.2,0.3 0.1,0.2</coordinates></LinearRing></innerBoundaryIs></Polygon>"#]],
        );
        check(
            "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)))",
            expect![[r#"
            {"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]]]}
            <MultiGeometry><Polygon><outerBoundaryIs><LinearRing><coordinates>0,0 1,0 1,1 0,0</coordinates></LinearRing></outerBoundaryIs></Polygon></MultiGeometry>"#]],
        );
    }

    #[test]
    fn several_of_them() {
        check(
            "MULTIPOINT (1 2, (3 4))",
            expect![[r#"
            {"type":"MultiPoint","coordinates":[[1,2],[3,4]]}
            <MultiGeometry><Point><coordinates>1,2</coordinates></Point><Point><coordinates>3,4</coordinates></Point></MultiGeometry>"#]],
        );
        check(
            "MULTILINESTRING((1 2, 3 4))",
            expect![[r#"
            {"type":"MultiLineString","coordinates":[[[1,2],[3,4]]]}
            <MultiGeometry><LineString><coordinates>1,2 3,4</coordinates></LineString></MultiGeometry>"#]],
        );
        check(
            "GEOMETRYCOLLECTION (POINT (1 2), LINESTRING (1 2, 3 4))",
            expect![[r#"
            {"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2]},{"type":"LineString","coordinates":[[1,2],[3,4]]}]}
            <MultiGeometry><Point><coordinates>1,2</coordinates></Point><LineString><coordinates>1,2 3,4</coordinates></LineString></MultiGeometry>"#]],
        );
    }

    #[test]
    fn what_is_no_geometry_on_earth() {
        for text in [
            "",
            "POINT",
            "POINT EMPTY",
            "POINT (1)",
            "POINT (1 2",
            "POINT (1 2) more",
            "POINT (500000 4100000)",
            "POINT (nan 2)",
            "SRID=3857;POINT (1 2)",
            "LINESTRING (1 2)",
            "POLYGON ((0 0, 0 1, 1 1, 0 2))",
            "POLYGON (0 0, 0 1)",
            "Springfield",
            "é(",
            "{}",
            r#"{"type": "Point", "coordinates": [[1, 2]]}"#,
            r#"{"type": "Feature", "geometry": null}"#,
        ] {
            assert_eq!(Shape::parse(text), None, "{text}");
        }
        let deep = "GEOMETRYCOLLECTION(".repeat(10_000);
        assert_eq!(Shape::parse(&deep), None);
    }
}
