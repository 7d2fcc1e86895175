//! Where and when.

use serde_json::{Value, json};

use crate::geo::draft::Draft;
use crate::geo::element::{Element, line_at};
use crate::geo::places::{End, bounds, degrees, outline, period};

/// Puts down all places and periods.
pub fn put(draft: &mut Draft, identifications: &[&Element]) {
    let extents: Vec<&Element> = identifications.iter().flat_map(|it| it.all("extent/*")).collect();
    let (mut places, mut periods) = (Vec::new(), Vec::new());
    for extent in extents {
        let mut own = Vec::new();
        let of_times = extent.all("temporalElement/*/spatialExtent/*");
        for geographic in extent.all("geographicElement/*").into_iter().chain(of_times) {
            own.extend(place(draft, geographic));
        }
        let name = extent.all("description").into_iter().find_map(Element::line);
        if let Some(name) = name {
            // The description names the place that the extent draws; without a drawing it is the place.
            let is_nowhere = own.is_empty() && extent.all("temporalElement").is_empty();
            let is_unnamed = |it: &&mut Value| it.get("bbox").is_some() && it.get("prefLabel").is_none();
            if is_nowhere {
                own.push(json!({"@type": "Location", "prefLabel": name}));
            } else if let Some(found) = own.iter_mut().find(is_unnamed) {
                found["prefLabel"] = json!(name);
            }
        }
        for found in own {
            if !places.contains(&found) && places.len() < PLACES_MAX {
                places.push(found);
            }
        }
        for time in extent.all("temporalElement/*/extent/*") {
            let found = temporal(draft, time);
            periods.extend(found.filter(|found| !periods.contains(found) && periods.len() < PLACES_MAX));
        }
    }
    draft.put_all("spatial", places);
    draft.put_all("temporal", periods);
}

/// Most places or periods that are told of one record.
const PLACES_MAX: usize = 1000;

fn place(draft: &mut Draft, geographic: &Element) -> Option<Value> {
    // What the extent leaves out is no place of the data.
    let is_included =
        line_at(geographic, "extentTypeCode").is_none_or(|it| !matches!(it.as_str(), "0" | "false"));
    if !is_included {
        return None;
    }
    match &*geographic.name {
        "EX_GeographicBoundingBox" => {
            let sides =
                ["westBoundLongitude", "southBoundLatitude", "eastBoundLongitude", "northBoundLatitude"];
            let texts = sides.map(|side| line_at(geographic, side));
            if texts.iter().all(Option::is_none) {
                return None;
            }
            let said = texts.each_ref().map(|text| text.as_deref().unwrap_or("?")).join(", ");
            bounds(draft, texts.map(degrees), &said)
        }
        "EX_BoundingPolygon" => {
            let wkt = polygon(geographic)?;
            Some(json!({"@type": "Location", "geometry": wkt}))
        }
        "EX_GeographicDescription" => {
            let identifier = geographic.first("geographicIdentifier/*/code")?;
            let mut place = json!({"@type": "Location", "prefLabel": identifier.line()?});
            if let Some(href) = identifier.href().filter(|href| href.starts_with("http")) {
                place["@id"] = json!(href);
            }
            Some(place)
        }
        _ => None,
    }
}

/// The outer ring of a polygon of GML. In the system that names EPSG by its URN, and in degrees that lie on the earth
/// only so, latitude goes first.
fn polygon(geographic: &Element) -> Option<String> {
    let polygon = geographic.below("Polygon").into_iter().next()?;
    let ring = polygon.below("LinearRing").into_iter().next()?;
    let list = ring.below("posList").into_iter().find_map(Element::line);
    let text =
        list.or_else(|| ring.below("coordinates").into_iter().find_map(Element::line)).or_else(|| {
            let points: Vec<String> = ring.below("pos").into_iter().filter_map(Element::line).collect();
            Some(points.join(" ")).filter(|text| !text.is_empty())
        })?;
    let numbers: Option<Vec<f64>> =
        text.split([' ', ',']).filter(|part| !part.is_empty()).map(|part| part.parse().ok()).collect();
    let numbers = numbers?;
    let dimension = ring.below("posList").iter().find_map(|it| it.attribute("srsDimension")?.parse().ok());
    let dimension: usize = dimension.or_else(|| polygon.attribute("srsDimension")?.parse().ok()).unwrap_or(2);
    if !(2..=3).contains(&dimension) {
        return None;
    }
    let points: Vec<(f64, f64)> = numbers.chunks_exact(dimension).map(|point| (point[0], point[1])).collect();
    let system = polygon.attribute("srsName").unwrap_or_default();
    let is_latitude_first =
        system.starts_with("urn:") && system.ends_with("4326") || system.contains("/EPSG/0/4326");
    let turned = || points.iter().map(|(x, y)| (*y, *x)).collect::<Vec<_>>();
    if is_latitude_first { outline(turned()) } else { outline(points.clone()).or_else(|| outline(turned())) }
}

fn temporal(draft: &mut Draft, time: &Element) -> Option<Value> {
    let end = |position: Option<&Element>| {
        let Some(position) = position else { return End::default() };
        let inner = position.below("timePosition").into_iter().next().unwrap_or(position);
        let indeterminate =
            inner.attribute("indeterminatePosition").or(position.attribute("indeterminatePosition"));
        End { text: inner.line(), indeterminate: indeterminate.map(str::to_owned) }
    };
    let (start, stop) = match &*time.name {
        "TimePeriod" => (end(time.first("beginPosition|begin")), end(time.first("endPosition|end"))),
        "TimeInstant" => {
            let at = end(time.first("timePosition"));
            (at.clone(), at)
        }
        _ => return None,
    };
    period(draft, &start, &stop)
}

/// The finest distance between points, in meters.
pub fn resolution(main: &Element) -> Option<String> {
    let distances = main.all("spatialResolution/*/distance/*").into_iter().filter_map(|distance| {
        let number: f64 = distance.line()?.parse().ok()?;
        let unit = distance.attribute("uom").unwrap_or_default().rsplit(['#', '/', ':']).next()?;
        let meters = match unit.to_ascii_lowercase().as_str() {
            "m" | "metre" | "metres" | "meter" | "meters" | "9001" => 1.0,
            "km" | "kilometre" | "kilometer" | "kilometers" => 1000.0,
            "cm" | "centimetre" | "centimeter" => 0.01,
            "ft" | "foot" | "feet" => 0.3048,
            _ => return None,
        };
        Some(number * meters).filter(|meters| meters.is_finite() && *meters > 0.0)
    });
    let finest = distances.reduce(f64::min)?;
    // No more digits than a survey can mean.
    Some(((finest * 1e6).round() / 1e6).to_string())
}
