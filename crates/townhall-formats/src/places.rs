//! Finds the columns that say where the rows of a table are.

use arrow_array::Array;
use arrow_schema::{DataType, SchemaRef};
use townhall_model::table::ColumnType;

use crate::FormatError;
use crate::shapes::Shape;
use crate::text::{Cells, column_type};

/// The columns that say where a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Places {
    /// Numbers of degrees.
    Degrees { latitude: usize, longitude: usize },
    /// Text in WKT or GeoJSON.
    Geometry(usize),
}

/// Names of columns that hold geometries and nothing else.
const GEOMETRIES: [&str; 8] =
    ["geometry", "geom", "the_geom", "wkt", "geojson", "geo_shape", "shape", "wkt_geometry"];

/// Names of columns that may hold geometries, or words.
const PERHAPS_GEOMETRIES: [&str; 8] = [
    "point",
    "geo_point",
    "geopoint",
    "georeference",
    "geocoded_column",
    "new_georeferenced_column",
    "location",
    "location_1",
];

/// What latitude and longitude are called, as words of a column's name.
const DEGREES: [(&str, &str); 11] = [
    ("latitude", "longitude"),
    ("latitude", "long"),
    ("lat", "lon"),
    ("lat", "lng"),
    ("lat", "long"),
    ("lat", "longitude"),
    ("intptlat", "intptlon"),
    ("intptlat", "intptlong"),
    ("decimallatitude", "decimallongitude"),
    ("y", "x"),
    ("ycoord", "xcoord"),
];

impl Places {
    /// Finds them by name and type. Columns of geometries come first, because places in degrees are often their middle.
    pub(crate) fn find(schema: &SchemaRef) -> Option<Self> {
        let names: Vec<String> = schema.fields().iter().map(|field| field.name().to_lowercase()).collect();
        let is_of = |index: usize, kinds: &[ColumnType]| {
            let data_type: &DataType = schema.field(index).data_type();
            kinds.contains(&column_type(data_type))
        };
        let text = |known: &[&str]| {
            let find = |name: &&str| {
                (0..names.len()).find(|at| names[*at] == *name && is_of(*at, &[ColumnType::Text]))
            };
            known.iter().find_map(find).map(Self::Geometry)
        };
        let number = |name: &str| {
            const NUMBERS: [ColumnType; 2] = [ColumnType::Number, ColumnType::Integer];
            (0..names.len()).find(|at| names[*at] == name && is_of(*at, &NUMBERS))
        };
        let degrees = || {
            DEGREES.iter().find_map(|(latitude, longitude)| {
                names.iter().find_map(|name| {
                    let counterpart = with_word_replaced(name, latitude, longitude)?;
                    Some(Self::Degrees { latitude: number(name)?, longitude: number(&counterpart)? })
                })
            })
        };
        text(&GEOMETRIES).or_else(degrees).or_else(|| text(&PERHAPS_GEOMETRIES))
    }

    /// Finds them, or says what is missing.
    pub(crate) fn require(schema: &SchemaRef, format: &'static str) -> Result<Self, FormatError> {
        Self::find(schema).ok_or(FormatError::NoPlaces { format })
    }

    /// Where a row is; nothing when it does not say so, or not in a way that can be read.
    pub(crate) fn of_row(self, columns: &[Cells<'_>], row: usize) -> Option<Shape> {
        match self {
            Self::Degrees { latitude, longitude } => {
                Shape::point(number(columns.get(longitude)?, row)?, number(columns.get(latitude)?, row)?)
            }
            Self::Geometry(column) => {
                let mut text = Vec::new();
                columns.get(column)?.append(row, &mut text).then_some(())?;
                Shape::parse(std::str::from_utf8(&text).ok()?)
            }
        }
    }

    /// Whether the column says nothing more than the geometry that was made of it.
    pub(crate) fn is_told_by_shape(self, column: usize) -> bool {
        self == Self::Geometry(column)
    }
}

fn number(column: &Cells<'_>, row: usize) -> Option<f64> {
    match column {
        Cells::Integer(cells) => cells.is_valid(row).then(|| cells.value(row) as f64),
        Cells::Number(cells) => cells.is_valid(row).then(|| cells.value(row)),
        _ => None,
    }
}

/// The name with a whole word of it replaced: `site_lat` becomes `site_lon`, `plate` nothing.
fn with_word_replaced(name: &str, word: &str, by: &str) -> Option<String> {
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphabetic);
    name.match_indices(word).find_map(|(at, _)| {
        let (before, behind) = (&name[..at], &name[at + word.len()..]);
        let is_word = !is_letter(before.chars().next_back()) && !is_letter(behind.chars().next());
        is_word.then(|| format!("{before}{by}{behind}"))
    })
}
