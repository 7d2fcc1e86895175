//! Shapes in degrees, and on which side of them a place lies.

use serde::{Deserialize, Serialize};
use std::hash::{Hash, Hasher};

/// The mean radius of the earth in metres (IUGG).
const EARTH_METRES: f64 = 6_371_008.8;

/// Longitude and latitude.
pub(super) type Position = [f64; 2];

/// A shape. Its numbers are finite.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Shape {
    pub(super) parts: Vec<Part>,
    /// How far around the parts it reaches, in degrees.
    pub(super) buffer: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum Part {
    Point(Position),
    Line(Vec<Position>),
    /// The outer ring and those of holes, each closed.
    Polygon(Vec<Vec<Position>>),
    /// The places so near to another, in metres.
    Circle(Position, f64),
}

// Numbers are finite, so that a shape is equal to itself.
impl Eq for Shape {}

impl Hash for Shape {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // Few shapes are ever hashed, and never in a loop over rows.
        format!("{self:?}").hash(state);
    }
}

/// Where a place lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Inside.
    Inside,
    /// On the edge.
    Edge,
    /// Outside.
    Outside,
}

impl Shape {
    /// All places so near to one, in metres on the ground.
    pub fn circle(longitude: f64, latitude: f64, metres: f64) -> Self {
        Self { parts: vec![Part::Circle([longitude, latitude], metres)], buffer: 0.0 }
    }

    /// A box of degrees, its edges along the parallels and meridians.
    pub fn bounds(west: f64, south: f64, east: f64, north: f64) -> Self {
        let corners = vec![[west, south], [east, south], [east, north], [west, north], [west, south]];
        Self { parts: vec![Part::Polygon(vec![corners])], buffer: 0.0 }
    }

    /// Where a place lies.
    pub fn side(&self, longitude: f64, latitude: f64) -> Side {
        let place = [longitude, latitude];
        let mut on_edge = false;
        for part in &self.parts {
            match self.side_of(part, place) {
                Side::Inside => return Side::Inside,
                Side::Edge => on_edge = true,
                Side::Outside => {}
            }
        }
        if on_edge { Side::Edge } else { Side::Outside }
    }

    /// The place that the shape is, if it is one.
    pub fn point(&self) -> Option<(f64, f64)> {
        match self.parts.as_slice() {
            [Part::Point([longitude, latitude])] if self.buffer == 0.0 => Some((*longitude, *latitude)),
            _ => None,
        }
    }

    /// Whether the shape is this place and no other.
    pub fn is_only(&self, longitude: f64, latitude: f64) -> bool {
        let is = |part: &Part| matches!(part, Part::Point(point) if *point == [longitude, latitude]);
        self.buffer == 0.0 && self.parts.iter().all(is)
    }

    fn side_of(&self, part: &Part, place: Position) -> Side {
        let side = match part {
            Part::Point(point) => in_or_out(*point == place),
            Part::Line(line) => on_line(line, place),
            Part::Polygon(rings) => in_rings(rings, place),
            Part::Circle(centre, metres) => return against(ground_distance(*centre, place), *metres),
        };
        if self.buffer == 0.0 || side == Side::Inside {
            return side;
        }
        against(part.distance(place), self.buffer)
    }
}

impl Part {
    /// How far a place outside is, in degrees.
    fn distance(&self, place: Position) -> f64 {
        let along = |line: &[Position]| {
            line.windows(2).map(|ends| to_segment(ends[0], ends[1], place)).fold(f64::INFINITY, f64::min)
        };
        match self {
            Self::Point(point) | Self::Circle(point, _) => between(*point, place),
            Self::Line(line) => along(line),
            Self::Polygon(rings) => rings.iter().map(|ring| along(ring)).fold(f64::INFINITY, f64::min),
        }
    }
}

fn in_or_out(is_inside: bool) -> Side {
    if is_inside { Side::Inside } else { Side::Outside }
}

fn against(distance: f64, most: f64) -> Side {
    if distance < most {
        Side::Inside
    } else if distance == most {
        Side::Edge
    } else {
        Side::Outside
    }
}

/// The ends of a line are its edge.
fn on_line(line: &[Position], place: Position) -> Side {
    let is_end = line.first() == Some(&place) || line.last() == Some(&place);
    let is_closed = line.first() == line.last();
    let lies_on = line.windows(2).any(|ends| lies_between(ends[0], ends[1], place));
    match (lies_on, is_end && !is_closed) {
        (true, true) => Side::Edge,
        (lies_on, _) => in_or_out(lies_on),
    }
}

/// Inside where a ray crosses the rings an odd number of times.
fn in_rings(rings: &[Vec<Position>], place: Position) -> Side {
    let [x, y] = place;
    let mut is_inside = false;
    for ring in rings {
        for ends in ring.windows(2) {
            let ([ax, ay], [bx, by]) = (ends[0], ends[1]);
            if lies_between(ends[0], ends[1], place) {
                return Side::Edge;
            }
            if (ay > y) != (by > y) && x < (bx - ax) * (y - ay) / (by - ay) + ax {
                is_inside = !is_inside;
            }
        }
    }
    in_or_out(is_inside)
}

fn lies_between([ax, ay]: Position, [bx, by]: Position, [x, y]: Position) -> bool {
    let cross = (bx - ax) * (y - ay) - (by - ay) * (x - ax);
    cross == 0.0 && x >= ax.min(bx) && x <= ax.max(bx) && y >= ay.min(by) && y <= ay.max(by)
}

fn between([ax, ay]: Position, [bx, by]: Position) -> f64 {
    (bx - ax).hypot(by - ay)
}

fn to_segment(a: Position, b: Position, place: Position) -> f64 {
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    let length = dx * dx + dy * dy;
    if length == 0.0 {
        return between(a, place);
    }
    let along = ((place[0] - a[0]) * dx + (place[1] - a[1]) * dy) / length;
    let along = along.clamp(0.0, 1.0);
    between([a[0] + along * dx, a[1] + along * dy], place)
}

/// Metres along a great circle (haversine).
fn ground_distance([lon1, lat1]: Position, [lon2, lat2]: Position) -> f64 {
    let (lat1, lat2) = (lat1.to_radians(), lat2.to_radians());
    let (dlat, dlon) = ((lat2 - lat1) / 2.0, (lon2 - lon1).to_radians() / 2.0);
    let a = dlat.sin().powi(2) + lat1.cos() * lat2.cos() * dlon.sin().powi(2);
    2.0 * EARTH_METRES * a.sqrt().min(1.0).asin()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_polygon_with_a_hole_has_an_inside_two_edges_and_an_outside() {
        let ring = |at: f64, to: f64| vec![[at, at], [to, at], [to, to], [at, to], [at, at]];
        let shape = Shape { parts: vec![Part::Polygon(vec![ring(0.0, 10.0), ring(4.0, 6.0)])], buffer: 0.0 };
        assert_eq!(shape.side(1.0, 1.0), Side::Inside);
        assert_eq!(shape.side(5.0, 5.0), Side::Outside);
        assert_eq!(shape.side(4.0, 5.0), Side::Edge);
        assert_eq!(shape.side(0.0, 3.0), Side::Edge);
        assert_eq!(shape.side(11.0, 5.0), Side::Outside);
        let wider = Shape { buffer: 1.0, ..shape };
        assert_eq!(wider.side(11.0, 5.0), Side::Edge);
        assert_eq!(wider.side(10.5, 5.0), Side::Inside);
        assert_eq!(wider.side(12.0, 5.0), Side::Outside);
    }

    #[test]
    fn a_circle_is_round_on_the_ground() {
        // A degree of latitude is some 111 km; of longitude at 60 degrees, half of that.
        let circle = Shape::circle(10.0, 60.0, 60_000.0);
        assert_eq!(circle.side(11.0, 60.0), Side::Inside);
        assert_eq!(circle.side(10.0, 61.0), Side::Outside);
    }
}
