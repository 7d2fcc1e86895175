//! Places: where the rows of a table are, and shapes that they may lie in.
//!
//! A row's place is a longitude and a latitude, the degrees of two columns. Shapes are plane, in degrees, as GeoJSON has
//! them, but for circles, whose radius is in metres on the ground.

mod read;
mod shape;

use serde::{Deserialize, Serialize};
use townhall_model::table::ColumnType;

use crate::query::TableSource;

pub use read::ShapeProblem;
pub use shape::{Shape, Side};

/// How a place lies to a shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Relation {
    /// It lies inside.
    Within,
    /// It lies inside, or on the edge.
    Intersects,
    /// It lies neither inside nor on the edge.
    Disjoint,
    /// It lies on the edge.
    Touches,
    /// It is all that the shape is.
    Has,
}

impl Relation {
    /// The words of query languages.
    pub fn by_name(name: &str) -> Option<Self> {
        Some(match name {
            "within" => Self::Within,
            "intersects" => Self::Intersects,
            "disjoint" => Self::Disjoint,
            "touches" => Self::Touches,
            "has" => Self::Has,
            _ => return None,
        })
    }

    /// Whether a place on this side of a shape is meant.
    pub const fn holds(self, side: Side, is_all: bool) -> bool {
        match self {
            Self::Within => matches!(side, Side::Inside),
            Self::Intersects => !matches!(side, Side::Outside),
            Self::Disjoint => matches!(side, Side::Outside),
            Self::Touches => matches!(side, Side::Edge),
            Self::Has => is_all,
        }
    }
}

/// The columns that say where a row is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Degrees {
    /// Degrees east.
    pub longitude: String,
    /// Degrees north.
    pub latitude: String,
}

/// What latitude and longitude are called, as the words of a column's name without what parts them.
const NAMES: [(&str, &str); 9] = [
    ("latitude", "longitude"),
    ("latitude", "long"),
    ("lat", "lon"),
    ("lat", "lng"),
    ("lat", "long"),
    ("lat", "longitude"),
    ("intptlat", "intptlong"),
    ("decimallatitude", "decimallongitude"),
    ("y", "x"),
];

/// What other systems call the place of a row, though no column has the name.
const PLACES: [&str; 12] = [
    "location",
    "location_1",
    "point",
    "geometry",
    "geom",
    "the_geom",
    "geo_point_2d",
    "geo_shape",
    "geopoint",
    "geocoded_column",
    "georeference",
    "coordinates",
];

impl Degrees {
    /// Finds the columns of a table by their names.
    pub fn of(table: &TableSource) -> Option<Self> {
        Self::among(table.columns.iter().map(|column| (column.name.as_str(), column.kind)))
    }

    /// Finds them among columns by their names and types.
    pub fn among<'a>(columns: impl IntoIterator<Item = (&'a str, ColumnType)>) -> Option<Self> {
        let numbers: Vec<(String, &str)> = columns
            .into_iter()
            .filter(|(_, kind)| kind.is_numeric())
            .map(|(name, _)| (name.to_lowercase().replace(['_', '-', ' '], ""), name))
            .collect();
        let find = |wanted: &str| numbers.iter().find(|(bare, _)| bare == wanted).map(|(_, name)| *name);
        NAMES.iter().find_map(|(latitude, longitude)| {
            let (latitude, longitude) = (find(latitude)?, find(longitude)?);
            Some(Self { longitude: longitude.to_owned(), latitude: latitude.to_owned() })
        })
    }

    /// The columns that a field stands for: the field is the place of a row in the words of another system, or one of the
    /// two columns. The error says what is missing.
    pub fn of_field(table: &TableSource, field: &str) -> Result<Self, String> {
        let missing =
            || "the table has no columns of latitude and longitude that places could be made of".to_owned();
        let found = Self::of(table).ok_or_else(missing)?;
        let is_place = PLACES.iter().any(|name| name.eq_ignore_ascii_case(field));
        if is_place || field == found.latitude || field == found.longitude {
            return Ok(found);
        }
        let short: String = field.chars().take(60).collect();
        Err(format!("`{short}` is no place; the places of this table are called `location`"))
    }
}
