//! Charts worth trying, from the types and profiles of columns; and a chart as the browser explores it.

use serde_json::{Value, json};
use townhall_model::table::ColumnType;

use crate::land::LAND;
use crate::limits::{BINS, CATEGORIES_MAX};
use crate::plan::{Field, Layout, Plan};
use crate::spec::{Aggregate, Channel, FieldType, Kind, Sort, Spec, TimeUnit};

/// How many charts are suggested.
const SUGGESTIONS_MAX: usize = 12;

/// How many different values a column has at most for each to have a colour.
const COLOURS: u64 = 8;

/// A chart worth trying.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion {
    /// What it is called.
    pub title: String,
    /// The chart.
    pub spec: Spec,
}

/// Charts that suit these columns, the most telling first.
pub fn suggest(fields: &[Field]) -> Vec<Suggestion> {
    let times: Vec<&Field> = fields.iter().filter(|field| field.kind.is_temporal()).collect();
    let numbers: Vec<&Field> = fields.iter().filter(|field| is_quantity(field)).collect();
    let names: Vec<&Field> = fields.iter().filter(|field| is_category(field)).collect();
    let few = names.iter().copied().find(|field| field.distinct <= COLOURS);
    let mut specs: Vec<Spec> = Vec::new();
    let (longitude, latitude) = (degrees(fields, false), degrees(fields, true));
    if let (Some(time), Some(number)) = (times.first(), numbers.first()) {
        let mut spec = Spec::new(Kind::Line);
        spec.x = Some(Channel::time(&time.name, unit(time)));
        spec.y = Some(Channel::aggregate(usual(number), &number.name));
        spec.color = few.map(|field| Channel::field(&field.name));
        specs.push(spec);
    } else if let Some(time) = times.first() {
        let mut spec = Spec::new(Kind::Line);
        spec.x = Some(Channel::time(&time.name, unit(time)));
        spec.y = Some(Channel::count());
        specs.push(spec);
    }
    if let (Some(longitude), Some(latitude)) = (longitude, latitude) {
        let mut spec = Spec::new(Kind::Map);
        spec.longitude = Some(Channel::field(&longitude.name));
        spec.latitude = Some(Channel::field(&latitude.name));
        spec.color = few.map(|field| Channel::field(&field.name));
        specs.push(spec);
    }
    for name in names.iter().take(3) {
        specs.push(bars(name, Channel::count()));
    }
    if let (Some(name), Some(number)) = (names.first(), numbers.first()) {
        specs.push(bars(name, Channel::aggregate(usual(number), &number.name)));
    }
    if let Some(number) = numbers.first() {
        let mut spec = Spec::new(Kind::Histogram);
        spec.x = Some(Channel::bin(&number.name, BINS));
        spec.y = Some(Channel::count());
        specs.push(spec);
    }
    if let (Some(few), Some(other)) =
        (few, names.iter().find(|name| few.is_some_and(|few| few.name != name.name)))
    {
        let mut spec = bars(other, Channel::count());
        spec.kind = Kind::StackedBar;
        spec.color = Some(Channel::field(&few.name));
        specs.push(spec);
    }
    if let [x, y, ..] = numbers.as_slice() {
        let mut spec = Spec::new(Kind::Scatter);
        spec.x = Some(Channel::field(&x.name));
        spec.y = Some(Channel::field(&y.name));
        spec.color = few.map(|field| Channel::field(&field.name));
        specs.push(spec);
    }
    if let Some(few) = few {
        let mut spec = Spec::new(Kind::Pie);
        spec.color = Some(Channel::field(&few.name));
        spec.theta = Some(Channel::count());
        specs.push(spec);
    }
    if let (Some(time), Some(number)) = (times.first(), numbers.get(1).or(numbers.first())) {
        let mut spec = Spec::new(Kind::HeatMap);
        spec.x = Some(Channel::time(&time.name, TimeUnit::MonthOfYear));
        spec.y = Some(Channel::time(&time.name, TimeUnit::Year));
        spec.color = Some(Channel::aggregate(Aggregate::Mean, &number.name));
        specs.push(spec);
    } else if let [x, y, ..] = names.as_slice() {
        let mut spec = Spec::new(Kind::HeatMap);
        spec.x = Some(Channel::field(&x.name));
        spec.y = Some(Channel::field(&y.name));
        spec.color = Some(Channel::count());
        specs.push(spec);
    }
    if specs.is_empty() {
        let mut spec = Spec::new(Kind::KeyFigure);
        spec.text = Some(Channel::count());
        specs.push(spec);
    }
    specs
        .into_iter()
        .filter_map(|spec| Some(Suggestion { title: Plan::new(&spec, fields).ok()?.title(), spec }))
        .take(SUGGESTIONS_MAX)
        .collect()
}

fn bars(name: &Field, number: Channel) -> Spec {
    let mut spec = Spec::new(Kind::Bar);
    let category = Channel::field(&name.name);
    spec.y = Some(match name.kind {
        ColumnType::Text => category.sorted(Sort::MeasureDescending),
        _ => category,
    });
    spec.x = Some(number);
    spec
}

/// What is usually asked of a number: money is added up, measurements have a mean.
fn usual(field: &Field) -> Aggregate {
    if field.is_currency { Aggregate::Sum } else { Aggregate::Mean }
}

/// To what times are rounded, by how far they reach.
pub(crate) fn unit(field: &Field) -> TimeUnit {
    const DAY: f64 = 86_400.0;
    let span = field.max.zip(field.min).map_or(f64::MAX, |(max, min)| max - min);
    match span / DAY {
        days if days > 15.0 * 365.0 => TimeUnit::Year,
        days if days > 120.0 => TimeUnit::YearMonth,
        _ => TimeUnit::Day,
    }
}

/// A column of degrees, by its name and its range.
fn degrees(fields: &[Field], is_latitude: bool) -> Option<&Field> {
    let (words, limit): (&[&str], f64) = match is_latitude {
        true => (&["latitude", "lat", "y_lat", "lat_dd"], 90.0),
        false => (&["longitude", "lon", "lng", "long", "x_lon", "lon_dd"], 180.0),
    };
    fields.iter().find(|field| {
        let name = field.name.to_lowercase();
        let is_named = words.iter().any(|word| {
            name == *word || name.starts_with(&format!("{word}_")) || name.ends_with(&format!("_{word}"))
        });
        let fits = |bound: Option<f64>| bound.is_none_or(|bound| bound.abs() <= limit);
        is_named && field.kind.is_numeric() && fits(field.min) && fits(field.max)
    })
}

/// Whether a column holds numbers that mean an amount, rather than the name of something.
fn is_quantity(field: &Field) -> bool {
    const NAMES: [&str; 12] = [
        "id",
        "code",
        "zip",
        "fips",
        "number",
        "no",
        "key",
        "index",
        "latitude",
        "longitude",
        "year",
        "phone",
    ];
    let name = field.name.to_lowercase();
    let last = name.rsplit(['_', '-', ' ', '.']).next().unwrap_or_default();
    let is_name = NAMES.contains(&last) || matches!(name.as_str(), "lat" | "lon" | "lng");
    field.kind.is_numeric() && !is_name && field.distinct > 2
}

fn is_category(field: &Field) -> bool {
    matches!(field.kind, ColumnType::Text | ColumnType::Boolean)
        && (2..=4 * CATEGORIES_MAX as u64).contains(&field.distinct)
}

/// The chart for a program that draws Vega-Lite. `rows_url` has the rows; where they are too many for a browser,
/// `answer_url` has the answer to the chart's question, and the chart is one of that.
pub fn explore(plan: &Plan, rows_url: &str, answer_url: Option<&str>) -> Value {
    let mut spec = plan.spec.clone();
    if spec.title.is_none() {
        spec.title = Some(plan.title());
    }
    if answer_url.is_some() {
        answered(&mut spec, plan);
    }
    let mut value = spec.to_json(Some(answer_url.unwrap_or(rows_url)));
    if spec.kind == Kind::Map {
        let points = json!({
            "data": value["data"].take(), "mark": value["mark"].take(), "encoding": value["encoding"].take(),
        });
        let land = json!({
            "data": {"values": land()},
            "mark": {"type": "geoshape", "fill": "#d5dbe2"},
        });
        value["layer"] = json!([land, points]);
        if let Some(object) = value.as_object_mut() {
            object.retain(|_, member| !member.is_null());
        }
    }
    value
}

/// The chart of the answer: every number is there already.
fn answered(spec: &mut Spec, plan: &Plan) {
    for name in ["x", "y", "theta", "color", "size", "text", "longitude", "latitude"] {
        let Some(channel) = spec.channel_mut(name).and_then(Option::as_mut) else { continue };
        let Some(output) = plan.outputs.iter().find(|output| plan.is_of(channel, output)) else { continue };
        let kind = match channel.bin {
            Some(_) => FieldType::Ordinal,
            None => output.kind,
        };
        *channel = Channel {
            field: Some(output.name.clone()),
            kind: Some(kind),
            title: Some(output.title.clone()),
            sort: channel.sort,
            format: channel.format,
            ..Channel::default()
        };
    }
}

impl Plan {
    /// Whether a channel of the specification is answered by an output.
    pub(crate) fn is_of(&self, channel: &Channel, output: &crate::plan::Output) -> bool {
        use crate::plan::Source;
        match &output.source {
            Source::Aggregate { function: Aggregate::Count, .. } => {
                channel.aggregate == Some(Aggregate::Count)
            }
            Source::Aggregate { function, column } => {
                channel.aggregate == Some(*function) && channel.field == *column
            }
            Source::Time { column, unit } => {
                channel.field.as_ref() == Some(column) && channel.time_unit == Some(*unit)
            }
            Source::Range { column, .. } => channel.field.as_ref() == Some(column) && channel.bin.is_some(),
            Source::Column(column) => {
                let is_plain =
                    channel.aggregate.is_none() && (!self.is_grouped() || channel.time_unit.is_none());
                channel.field.as_ref() == Some(column) && is_plain
            }
        }
    }

    /// Whether it is a map.
    pub fn is_map(&self) -> bool {
        matches!(self.layout, Layout::Points { .. }) && self.spec.kind == Kind::Map
    }
}

/// The land as GeoJSON. Rings go round as Vega wants them: the other way they would mean all the earth but the land.
fn land() -> Value {
    let features: Vec<Value> = LAND
        .iter()
        .map(|outline| {
            let mut ring: Vec<[i16; 2]> = outline.iter().map(|(x, y)| [*x, *y]).collect();
            let twice: i64 = outline
                .iter()
                .zip(outline.iter().cycle().skip(1))
                .map(|(a, b)| i64::from(a.0) * i64::from(b.1) - i64::from(b.0) * i64::from(a.1))
                .sum();
            if twice > 0 {
                ring.reverse();
            }
            if let Some(first) = ring.first().copied() {
                ring.push(first);
            }
            json!({"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}})
        })
        .collect();
    Value::Array(features)
}
