//! Reads GeoJSON (RFC 7946): a row for every feature, a column for every way to a property.
//!
//! Points become the columns `longitude` and `latitude`, unless the properties say the same; as soon as one feature has
//! another geometry, all of them stand as GeoJSON in the column `geometry`. The file is read twice, and one feature is in
//! memory at a time.

use std::cell::Cell;
use std::io::{self, Read};
use std::path::Path;
use std::rc::Rc;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::columns::Columns;
use crate::decoded::Decoded;
use crate::limits::{COLUMNS_MAX, JSON_ROW_BYTES_MAX};
use crate::shapes::Shape;
use crate::text::append_number;
use crate::unfold::ingest_rows;
use crate::{FormatError, FormatInfo, Header, Ingest, Ingested};

/// Makes a table of features.
pub(crate) fn ingest(task: Ingest<'_>, info: &'static FormatInfo) -> Result<Ingested, FormatError> {
    let file = GeoFile { path: task.source, name: task.name, encoding: task.options.encoding.clone(), info };
    ingest_rows(task, info, Header::Row(1), |sink| {
        let mut columns = Columns::default();
        let mut geometries = Geometries::default();
        file.each_feature(&mut |feature| {
            geometries.see(feature);
            columns.begin_row();
            feature.each_value(&mut |way, _| columns.see(way)).then_some(()).ok_or_else(|| file.too_wide())
        })?;
        let own = geometries.columns();
        if columns.names().is_empty() && own.is_empty() {
            return Err(FormatError::Empty { name: file.name.to_owned() });
        }
        let names: Vec<&str> =
            columns.names().iter().map(String::as_str).chain(own.iter().copied()).collect();
        sink.row(&names)?;

        let places = columns.places();
        let mut cells = vec![String::new(); names.len()];
        file.each_feature(&mut |feature| {
            cells.iter_mut().for_each(String::clear);
            feature.each_value(&mut |way, value| {
                if let Some(cell) =
                    places.get(way).and_then(|at| cells.get_mut(*at)).filter(|cell| cell.is_empty())
                {
                    cell.push_str(value);
                }
                true
            });
            let behind = places.len();
            match (&mut cells[behind..], feature.point()) {
                ([], _) => {}
                ([geometry], _) => geometry.push_str(&feature.geometry_text()),
                ([longitude, latitude], Some(point)) => {
                    longitude.push_str(&number_text(point[0]));
                    latitude.push_str(&number_text(point[1]));
                }
                _ => {}
            }
            sink.row(&cells)
        })?;
        Ok(Map::new())
    })
}

/// What the geometries of a file are.
#[derive(Default)]
struct Geometries {
    /// Whether there is any.
    are_there: bool,
    /// Whether one is no point on earth.
    are_shapes: bool,
    /// Whether one says what the properties do not.
    are_news: bool,
}

impl Geometries {
    fn see(&mut self, feature: &Feature) {
        if feature.geometry.is_none() {
            return;
        }
        self.are_there = true;
        match feature.point() {
            Some(point) => self.are_news |= !feature.tells(point),
            None => self.are_shapes = true,
        }
    }

    fn columns(&self) -> &'static [&'static str] {
        match self {
            Self { are_there: false, .. } => &[],
            Self { are_shapes: true, .. } => &["geometry"],
            Self { are_news: true, .. } => &["longitude", "latitude"],
            _ => &[],
        }
    }
}

/// A feature, its values as they are written.
#[derive(Deserialize)]
struct Feature {
    #[serde(default)]
    id: Option<Box<RawValue>>,
    #[serde(default)]
    properties: Option<Members>,
    #[serde(default)]
    geometry: Option<Box<RawValue>>,
}

impl Feature {
    /// Shows the values with the ways to them, until `each` says no; whether it never did.
    fn each_value(&self, each: &mut dyn FnMut(&str, &str) -> bool) -> bool {
        let id = self.id.iter().all(|id| raw_values("@id", id, each));
        let members = self.properties.iter().flat_map(|members| &members.0);
        id && members.into_iter().all(|(name, value)| raw_values(name, value, each))
    }

    fn point(&self) -> Option<[f64; 2]> {
        Shape::parse(self.geometry.as_ref()?.get())?.as_point()
    }

    /// The geometry without white space; one that is not what the standard says as it stands.
    fn geometry_text(&self) -> String {
        let Some(raw) = &self.geometry else { return String::new() };
        serde_json::from_str::<Value>(raw.get())
            .map_or_else(|_| raw.get().to_owned(), |value| value.to_string())
    }

    /// Whether the properties have this very place.
    fn tells(&self, [longitude, latitude]: [f64; 2]) -> bool {
        let has = |names: &[&str], number: f64| {
            let members = self.properties.iter().flat_map(|members| &members.0);
            members.into_iter().any(|(name, value)| {
                let is_name = names.iter().any(|known| name.eq_ignore_ascii_case(known));
                is_name && value.get().parse::<f64>().is_ok_and(|value| value == number)
            })
        };
        has(&["longitude", "lon", "lng", "long", "x"], longitude) && has(&["latitude", "lat", "y"], latitude)
    }
}

/// The members of an object in their order.
struct Members(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Members;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("an object of properties")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

/// Shows the values within a member. Numbers keep their digits.
fn raw_values(way: &str, raw: &RawValue, each: &mut dyn FnMut(&str, &str) -> bool) -> bool {
    match raw.get().as_bytes().first() {
        Some(b'{' | b'[' | b'"') => match serde_json::from_str(raw.get()) {
            Ok(value) => values(way, &value, each),
            // An escape that stands for half a character; all else has been checked.
            Err(_) => each(way, raw.get()),
        },
        Some(b'n') | None => true,
        _ => each(way, raw.get()),
    }
}

/// No value nests deeper than its parser lets it.
fn values(way: &str, value: &Value, each: &mut dyn FnMut(&str, &str) -> bool) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty() || each(way, text),
        Value::Array(items) => {
            items.iter().enumerate().all(|(at, item)| values(&format!("{way}/{at}"), item, each))
        }
        Value::Object(members) => {
            members.iter().all(|(name, member)| values(&format!("{way}/{name}"), member, each))
        }
        other => each(way, &other.to_string()),
    }
}

fn number_text(number: f64) -> String {
    let mut text = Vec::new();
    append_number(number, &mut text);
    String::from_utf8_lossy(&text).into_owned()
}

struct GeoFile<'a> {
    path: &'a Path,
    name: &'a str,
    encoding: Option<String>,
    info: &'static FormatInfo,
}

impl GeoFile<'_> {
    /// Shows every feature.
    fn each_feature(
        &self,
        each: &mut dyn FnMut(&Feature) -> Result<(), FormatError>,
    ) -> Result<(), FormatError> {
        let input = Decoded::open(self.path, self.name, self.encoding.as_deref(), |_| None, usize::MAX)?;
        let since_feature = Rc::new(Cell::new(0));
        let input = Counted { input, since_feature: Rc::clone(&since_feature) };
        let mut deserializer = serde_json::Deserializer::from_reader(input);
        let mut failure = None;
        let root = Root { each, failure: &mut failure, since_feature: &since_feature };
        let outcome = root.deserialize(&mut deserializer);
        match (failure, outcome) {
            (Some(error), _) => Err(error),
            (None, Ok(true)) => Ok(()),
            (None, Ok(false)) => {
                let looks_like = "JSON without a list of `features`";
                Err(FormatError::NotATable { name: self.name.to_owned(), looks_like })
            }
            (None, Err(error)) => {
                let (name, reason) = (self.name.to_owned(), error.to_string());
                Err(FormatError::Damaged { name, format: self.info.label, reason })
            }
        }
    }

    fn too_wide(&self) -> FormatError {
        FormatError::TooLarge {
            name: self.name.to_owned(),
            what: "table",
            unit: "columns",
            line: 1,
            limit: COLUMNS_MAX as u64,
            hint: "its properties seem to be keyed by values",
        }
    }
}

/// Stops within a feature that is too large.
struct Counted {
    input: Decoded,
    since_feature: Rc<Cell<usize>>,
}

impl Read for Counted {
    fn read(&mut self, output: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(output)?;
        self.since_feature.set(self.since_feature.get() + read);
        if self.since_feature.get() > JSON_ROW_BYTES_MAX {
            let message = format!("a feature has more than {JSON_ROW_BYTES_MAX} bytes");
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        Ok(read)
    }
}

/// Walks through a file without holding it; says whether there were features.
struct Root<'a> {
    each: &'a mut dyn FnMut(&Feature) -> Result<(), FormatError>,
    failure: &'a mut Option<FormatError>,
    since_feature: &'a Cell<usize>,
}

impl<'de> DeserializeSeed<'de> for Root<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Root<'_> {
    type Value = bool;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a collection of features")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<bool, A::Error> {
        let mut has_features = false;
        while let Some(key) = map.next_key::<String>()? {
            if key == "features" {
                has_features = true;
                map.next_value_seed(Features(&mut self))?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(has_features)
    }
}

struct Features<'r, 'a>(&'r mut Root<'a>);

impl<'de> DeserializeSeed<'de> for Features<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Features<'_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a list of features")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut features: A) -> Result<(), A::Error> {
        while let Some(feature) = features.next_element::<Feature>()? {
            self.0.since_feature.set(0);
            if let Err(error) = (self.0.each)(&feature) {
                *self.0.failure = Some(error);
                return Err(A::Error::custom("stopped"));
            }
        }
        Ok(())
    }
}
