//! Space, time and language, for which the specification has no properties but many packages do.

use serde_json::{Value, json};
use townhall_model::record::BoundingBox;

use super::values::{Object, listed, put, put_list, text, texts, thing};

/// Writes `spatial`, `temporal` and `languages` of a package as a dataset has them.
pub fn put_coverage(package: &Object, dataset: &mut Object) {
    put_list(dataset, "spatial", package.get("spatial").and_then(location).into_iter().collect());
    put_list(dataset, "temporal", package.get("temporal").and_then(period).into_iter().collect());
    put_list(dataset, "language", texts(package, "languages"));
}

/// Writes them as a package has them: GeoJSON or a name, `start` and `end`, a list of languages.
pub fn put_extensions(dataset: &Object, package: &mut Object) {
    put(package, "spatial", listed(dataset.get("spatial")).first().and_then(place));
    put(package, "temporal", listed(dataset.get("temporal")).first().and_then(interval));
    put_list(package, "languages", texts(dataset, "language"));
}

fn location(spatial: &Value) -> Option<Value> {
    let mut location = thing("Location");
    match spatial {
        Value::String(text) => match BoundingBox::read(text) {
            Some(_) if text.contains('(') => put(&mut location, "geometry", Some(text.as_str())),
            Some(found) => put(&mut location, "bbox", Some(outline(found))),
            None => put(&mut location, "prefLabel", Some(text.as_str())),
        },
        Value::Array(corners) => put(&mut location, "bbox", Some(outline(corners_of(corners)?))),
        Value::Object(map) if map.contains_key("coordinates") || map.contains_key("geometries") => {
            put(&mut location, "geometry", Some(Value::Object(map.clone())));
        }
        Value::Object(map) => {
            put(
                &mut location,
                "geometry",
                map.get("geometry").filter(|geometry| geometry.is_object()).cloned(),
            );
            let corners = map.get("bbox").and_then(Value::as_array);
            put(&mut location, "bbox", corners.and_then(|corners| corners_of(corners)).map(outline));
            let name = ["location", "name", "title", "extent"].into_iter().find_map(|key| text(map, key));
            put(&mut location, "prefLabel", name);
        }
        _ => {}
    }
    (location.len() > 1).then_some(Value::Object(location))
}

/// A box of four numbers: west, south, east, north, as GeoJSON has it (RFC 7946, section 5).
fn corners_of(corners: &[Value]) -> Option<BoundingBox> {
    let numbers = corners.iter().map(Value::as_f64).collect::<Option<Vec<_>>>()?;
    let &[west, south, east, north] = numbers.as_slice() else { return None };
    BoundingBox::new(west, south, east, north)
}

fn outline(found: BoundingBox) -> String {
    let BoundingBox { west, south, east, north } = found;
    format!("POLYGON(({west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south}))")
}

fn place(location: &Value) -> Option<Value> {
    let location = match location {
        Value::Object(location) => location,
        Value::String(_) => return Some(location.clone()),
        _ => return None,
    };
    for key in ["geometry", "bbox", "centroid"] {
        match location.get(key) {
            Some(geometry @ Value::Object(_)) => return Some(geometry.clone()),
            Some(Value::String(wkt)) => match BoundingBox::read(wkt) {
                Some(BoundingBox { west, south, east, north }) => {
                    return Some(json!([west, south, east, north]));
                }
                None => continue,
            },
            _ => {}
        }
    }
    text(location, "prefLabel").map(Value::from)
}

fn period(temporal: &Value) -> Option<Value> {
    let (start, end) = match temporal {
        Value::String(text) => {
            let (start, end) = text.split_once('/')?;
            (Some(start), Some(end))
        }
        Value::Object(map) => {
            let first = |keys: [&str; 3]| keys.into_iter().find_map(|key| text(map, key));
            (first(["start", "startDate", "start_date"]), first(["end", "endDate", "end_date"]))
        }
        _ => return None,
    };
    let mut period = thing("PeriodOfTime");
    put(&mut period, "startDate", start.filter(|date| !date.is_empty()));
    put(&mut period, "endDate", end.filter(|date| !date.is_empty()));
    (period.len() > 1).then_some(Value::Object(period))
}

fn interval(period: &Value) -> Option<Value> {
    let period = match period {
        Value::Object(period) => period,
        Value::String(_) => return Some(period.clone()),
        _ => return None,
    };
    let mut interval = Object::new();
    put(&mut interval, "start", text(period, "startDate"));
    put(&mut interval, "end", text(period, "endDate"));
    (!interval.is_empty()).then_some(Value::Object(interval))
}
