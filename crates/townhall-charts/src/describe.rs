//! What a chart shows, in words.

use crate::chart::{Chart, Cloud, Data};
use crate::cube::Cube;
use crate::plan::{Layout, Output};
use crate::spec::{FieldType, Kind};
use crate::table::share;
use crate::values::time_text;
use crate::words::{excerpt, plural};

/// Longest label that a description repeats.
const LABEL_CHARS_MAX: usize = 60;

/// How many series a description tells of one by one.
const SERIES_TOLD: usize = 3;

/// The description.
pub(crate) fn describe(chart: &Chart) -> String {
    if chart.is_empty() {
        return "There is nothing to draw: no row has these values.".to_owned();
    }
    match (&chart.data, &chart.plan.layout) {
        (Data::Cube(cube), Layout::Cube { category, series, measure, .. }) => {
            let (category, measure) = (chart.output(*category), chart.output(*measure));
            let series = series.map(|series| chart.output(series));
            match chart.plan.spec.kind {
                Kind::Line | Kind::Area => lines(chart.plan.spec.kind, cube, category, measure, series),
                Kind::Pie => pie(cube, category, measure),
                Kind::HeatMap => heat(cube, category, measure, series),
                Kind::Histogram => histogram(cube, category, measure),
                kind => bars(kind, cube, category, measure, series),
            }
        }
        (Data::Points(clouds), Layout::Points { x, y, color, .. }) => {
            points(chart, clouds, chart.output(*x), chart.output(*y), color.map(|color| chart.output(color)))
        }
        (Data::Figure(_), Layout::Figure { measure }) => {
            format!("{}: {}.", chart.output(*measure).title, chart.figure().unwrap_or_default())
        }
        _ => String::new(),
    }
}

fn named(text: &str) -> String {
    excerpt(text, LABEL_CHARS_MAX)
}

fn lower(text: &str) -> String {
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        // An abbreviation keeps its capitals.
        (Some(first), Some(second)) if first.is_uppercase() && second.is_lowercase() => {
            named(&format!("{}{}", first.to_lowercase(), &text[first.len_utf8()..]))
        }
        _ => named(text),
    }
}

/// The category with the most and that with the least.
fn extremes(cube: &Cube) -> Option<(usize, usize)> {
    let own = || (0..cube.categories.len()).filter(|i| !cube.categories[*i].is_other);
    let most = own().max_by(|a, b| cube.total(*a).total_cmp(&cube.total(*b)))?;
    let least = own().min_by(|a, b| cube.total(*a).total_cmp(&cube.total(*b)))?;
    Some((most, least))
}

fn bars(kind: Kind, cube: &Cube, category: &Output, measure: &Output, series: Option<&Output>) -> String {
    let what = if kind == Kind::StackedBar { "Stacked bar chart" } else { "Bar chart" };
    let mut text = format!(
        "{what} of {} by {}, {}",
        lower(&measure.title),
        lower(&category.title),
        plural(cube.categories.len(), "bar", "bars")
    );
    match series {
        Some(series) if cube.has_series() => {
            text.push_str(&format!(
                " in parts for {} of {}. ",
                plural(cube.series.len(), "value", "values"),
                lower(&series.title)
            ));
        }
        _ => text.push_str(". "),
    }
    if let Some((most, least)) = extremes(cube) {
        let told =
            |i: usize| format!("{} with {}", named(&cube.categories[i].label), measure.number(cube.total(i)));
        text.push_str(&format!("The largest is {}", told(most)));
        if cube.categories.len() > 1 && most != least {
            text.push_str(&format!("; the smallest is {}", told(least)));
        }
        text.push('.');
    }
    text
}

fn histogram(cube: &Cube, category: &Output, measure: &Output) -> String {
    let mut text = format!(
        "Histogram of {}, {}. ",
        lower(&category.title),
        plural(cube.categories.len(), "range", "ranges")
    );
    if let Some((most, _)) = extremes(cube) {
        text.push_str(&format!(
            "The fullest range is {} with {} ({}). ",
            cube.categories[most].label,
            measure.number(cube.total(most)),
            lower(&measure.title)
        ));
    }
    if let (Some(first), Some(last)) = (cube.categories.first(), cube.categories.last())
        && cube.categories.len() > 1
    {
        text.push_str(&format!("The ranges go from {} up to {}.", first.label, last.label));
    }
    text.trim_end().to_owned()
}

fn lines(kind: Kind, cube: &Cube, category: &Output, measure: &Output, series: Option<&Output>) -> String {
    let what = if kind == Kind::Area { "Area chart" } else { "Line chart" };
    let mut text = format!(
        "{what} of {} by {}, {}",
        lower(&measure.title),
        lower(&category.title),
        plural(cube.categories.len(), "point", "points")
    );
    if let (Some(first), Some(last)) = (cube.categories.first(), cube.categories.last()) {
        text.push_str(&format!(" from {} to {}", named(&first.label), named(&last.label)));
    }
    if let Some(series) = series.filter(|_| cube.has_series()) {
        text.push_str(&format!(
            ", with {} for {}",
            plural(cube.series.len(), "line", "lines"),
            lower(&series.title)
        ));
    }
    text.push('.');
    for (series, values) in cube.series.iter().zip(&cube.values).take(SERIES_TOLD) {
        let known: Vec<(usize, f64)> =
            values.iter().enumerate().filter_map(|(i, value)| Some((i, (*value)?))).collect();
        let (Some((_, first)), Some((_, last))) = (known.first(), known.last()) else { continue };
        let highest = known.iter().max_by(|a, b| a.1.total_cmp(&b.1));
        let lowest = known.iter().min_by(|a, b| a.1.total_cmp(&b.1));
        let (Some((high_at, high)), Some((low_at, low))) = (highest, lowest) else { continue };
        let who = if series.label.is_empty() { "It".to_owned() } else { named(&series.label) };
        let at = |i: usize| named(&cube.categories[i].label);
        text.push_str(&format!(
            " {who} begins at {}, ends at {}, is lowest at {} ({}) and highest at {} ({}).",
            measure.number(*first),
            measure.number(*last),
            measure.number(*low),
            at(*low_at),
            measure.number(*high),
            at(*high_at)
        ));
    }
    if cube.series.len() > SERIES_TOLD {
        text.push_str(" The table has the others.");
    }
    text
}

fn pie(cube: &Cube, category: &Output, measure: &Output) -> String {
    let whole: f64 = (0..cube.categories.len()).map(|i| cube.total(i)).sum();
    let shares: Vec<String> = cube
        .categories
        .iter()
        .enumerate()
        .take(SERIES_TOLD)
        .map(|(i, key)| format!("{} {}", named(&key.label), share(cube.total(i), whole)))
        .collect();
    format!(
        "Pie chart of {} by {}, {}. The largest: {}.",
        lower(&measure.title),
        lower(&category.title),
        plural(cube.categories.len(), "slice", "slices"),
        shares.join(", ")
    )
}

fn heat(cube: &Cube, category: &Output, measure: &Output, series: Option<&Output>) -> String {
    let mut cells: Vec<(usize, usize, f64)> = Vec::new();
    for (s, values) in cube.values.iter().enumerate() {
        cells.extend(values.iter().enumerate().filter_map(|(c, value)| Some((s, c, (*value)?))));
    }
    let told = |cell: Option<&(usize, usize, f64)>| {
        cell.map(|(s, c, value)| {
            format!(
                "{} for {} and {}",
                measure.number(*value),
                named(&cube.categories[*c].label),
                named(&cube.series[*s].label)
            )
        })
        .unwrap_or_default()
    };
    format!(
        "Heat map of {} by {} and {}, {} by {}. The most is {}; the least is {}.",
        lower(&measure.title),
        lower(&category.title),
        series.map(|series| lower(&series.title)).unwrap_or_default(),
        plural(cube.categories.len(), "column", "columns"),
        plural(cube.series.len(), "row", "rows"),
        told(cells.iter().max_by(|a, b| a.2.total_cmp(&b.2))),
        told(cells.iter().min_by(|a, b| a.2.total_cmp(&b.2))),
    )
}

fn points(chart: &Chart, clouds: &[Cloud], x: &Output, y: &Output, color: Option<&Output>) -> String {
    let all: Vec<(f64, f64)> =
        clouds.iter().flat_map(|cloud| cloud.points.iter().map(|p| (p.0, p.1))).collect();
    let span = |values: &mut dyn Iterator<Item = f64>, output: &Output| {
        let (low, high) = values
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
        let text = |value: f64| match output.kind {
            FieldType::Temporal => time_text(value, None),
            _ => output.number(value),
        };
        format!("from {} to {}", text(low), text(high))
    };
    let coloured = match color {
        Some(color) => format!(" The colours stand for {}.", lower(&color.title)),
        None => String::new(),
    };
    if chart.plan.spec.kind == Kind::Map {
        return format!(
            "Map of {}, longitude {}, latitude {}.{coloured}",
            plural(all.len(), "point", "points"),
            span(&mut all.iter().map(|p| p.0), x),
            span(&mut all.iter().map(|p| p.1), y)
        );
    }
    format!(
        "Scatter plot of {}: {} {}, {} {}.{}{coloured}",
        plural(all.len(), "point", "points"),
        lower(&x.title),
        span(&mut all.iter().map(|p| p.0), x),
        lower(&y.title),
        span(&mut all.iter().map(|p| p.1), y),
        related(&all).unwrap_or_default()
    )
}

/// How far two numbers go together, by Pearson's coefficient.
fn related(points: &[(f64, f64)]) -> Option<String> {
    if points.len() < 10 {
        return None;
    }
    let count = points.len() as f64;
    let mean_x = points.iter().map(|p| p.0 / count).sum::<f64>();
    let mean_y = points.iter().map(|p| p.1 / count).sum::<f64>();
    let (mut xy, mut xx, mut yy) = (0.0, 0.0, 0.0);
    for (x, y) in points {
        let (dx, dy) = (x - mean_x, y - mean_y);
        (xy, xx, yy) = (xy + dx * dy, xx + dx * dx, yy + dy * dy);
    }
    let r = xy / (xx.sqrt() * yy.sqrt());
    if !r.is_finite() {
        return None;
    }
    let words = match r {
        r if r > 0.7 => "They clearly rise together",
        r if r > 0.3 => "They tend to rise together",
        r if r < -0.7 => "One clearly falls as the other rises",
        r if r < -0.3 => "One tends to fall as the other rises",
        _ => "They hardly go together in a straight line",
    };
    Some(format!(" {words} (correlation {r:.2})."))
}
