//! Places and times as schema.org writes them.

use serde_json::{Map, Value, json};
use townhall_model::record::{BoundingBox, Extent};

use super::normal::{listed, text, text_of};
use crate::convert::is_modern_date;

/// A location: the name, box, outline or point of a place.
pub fn location(value: &Value) -> Option<Value> {
    let mut location = Map::from_iter([("@type".to_owned(), json!("Location"))]);
    match value {
        Value::String(name) => match BoundingBox::read(name) {
            Some(found) => {
                location.insert("bbox".to_owned(), json!(wkt(found)));
            }
            None => {
                location.insert("prefLabel".to_owned(), json!(name.trim()));
            }
        },
        Value::Object(place) => {
            if let Some(iri) = place.get("@id").and_then(Value::as_str).filter(|iri| iri.contains("://")) {
                location.insert("@id".to_owned(), json!(iri));
            }
            let name = ["name", "address", "description"].iter().find_map(|key| text_of(place, key));
            if let Some(name) = name {
                location.insert("prefLabel".to_owned(), json!(name));
            }
            let has_shape =
                ["box", "polygon", "circle", "line", "latitude"].iter().any(|key| place.contains_key(*key));
            let shapes = if has_shape { std::slice::from_ref(value) } else { listed(place, "geo") };
            for shape in shapes.iter().filter_map(Value::as_object) {
                draw(shape, &mut location);
            }
        }
        _ => return None,
    }
    (location.len() > 1).then_some(Value::Object(location))
}

fn draw(shape: &Map<String, Value>, location: &mut Map<String, Value>) {
    // schema.org has latitudes first.
    let numbers = |key: &str| shape.get(key).and_then(Value::as_str).and_then(numbers);
    if let Some(found) = numbers("box").and_then(|corners| match corners[..] {
        [south, west, north, east] => BoundingBox::new(west, south, east, north),
        _ => None,
    }) {
        location.insert("bbox".to_owned(), json!(wkt(found)));
    }
    for (key, name, open, close) in [("polygon", "POLYGON", "((", "))"), ("line", "LINESTRING", "(", ")")] {
        if let Some(points) =
            numbers(key).filter(|points| points.len() >= 4 && points.len().is_multiple_of(2))
        {
            let mut points =
                points.chunks_exact(2).map(|point| format!("{} {}", point[1], point[0])).collect::<Vec<_>>();
            if key == "polygon" && points.first() != points.last() {
                points.push(points[0].clone());
            }
            location
                .insert("geometry".to_owned(), json!(format!("{name}{open}{}{close}", points.join(", "))));
        }
    }
    let degree = |key: &str| shape.get(key).and_then(text).and_then(|text| text.parse::<f64>().ok());
    let point = match (degree("latitude"), degree("longitude")) {
        (Some(latitude), Some(longitude)) => Some((latitude, longitude)),
        _ => numbers("circle").and_then(|circle| Some((*circle.first()?, *circle.get(1)?))),
    };
    if let Some((latitude, longitude)) = point {
        location.insert("centroid".to_owned(), json!(format!("POINT({longitude} {latitude})")));
    }
}

fn numbers(text: &str) -> Option<Vec<f64>> {
    let parts = text.split([' ', ',', '\n', '\t']).filter(|part| !part.is_empty());
    let numbers = parts.map(|part| part.parse::<f64>().ok().filter(|number| number.is_finite()));
    numbers.collect::<Option<Vec<_>>>()
}

fn wkt(found: BoundingBox) -> String {
    let BoundingBox { west, south, east, north } = found;
    format!("POLYGON(({west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south}))")
}

/// A period: a day, or two with a slash between, of which either may be open.
pub fn period(value: &Value) -> Option<Value> {
    let text = match value {
        Value::Object(map) => match (text_of(map, "startDate"), text_of(map, "endDate")) {
            (None, None) => text(value)?,
            (start, end) => format!("{}/{}", start.unwrap_or("..".into()), end.unwrap_or("..".into())),
        },
        other => text(other)?,
    };
    let is_open = |end: &str| matches!(end.trim(), "" | "..");
    let (start, end) = match text.split_once('/') {
        Some((start, end)) if [start, end].iter().all(|end| is_open(end) || is_modern_date(end.trim())) => {
            let given = |end: &str| (!is_open(end)).then(|| end.trim().to_owned());
            (given(start), given(end))
        }
        None if is_modern_date(&text) => (Some(text.clone()), Some(text)),
        _ => {
            let extent = Extent::read(&text)?;
            (extent.start.map(|day| day.to_string()), extent.end.map(|day| day.to_string()))
        }
    };
    let mut period = json!({"@type": "PeriodOfTime"});
    for (key, end) in [("startDate", start), ("endDate", end)] {
        if let Some(end) = end {
            period[key] = json!(end);
        }
    }
    (period.as_object().is_some_and(|period| period.len() > 1)).then_some(period)
}

/// How many bytes a size such as `12.5 MB` means.
pub fn bytes(size: &str) -> Option<u64> {
    let size = size.trim();
    let end = size.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == ',')).unwrap_or(size.len());
    let number = size[..end].replace(',', "").parse::<f64>().ok()?;
    let factor: f64 = match size[end..].trim().to_ascii_lowercase().as_str() {
        "" | "b" | "byte" | "bytes" => 1.0,
        "kb" | "k" => 1e3,
        "mb" | "m" => 1e6,
        "gb" | "g" => 1e9,
        "tb" | "t" => 1e12,
        "kib" => 1024.0,
        "mib" => 1024.0 * 1024.0,
        "gib" => 1024.0 * 1024.0 * 1024.0,
        _ => return None,
    };
    let bytes = (number * factor).round();
    (0.0..9e15).contains(&bytes).then_some(bytes as u64)
}
