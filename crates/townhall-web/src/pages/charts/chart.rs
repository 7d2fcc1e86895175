//! Bar charts and line charts of one series.
//!
//! Places are percentages of the plot, so that a chart fills any width and its text keeps its size.

use serde::Serialize;

use super::scale::{percent, rounded, ticks};
use crate::pages::limits::CHART_POINTS_MAX;
use crate::pages::views::SeriesPoint;
use crate::pages::words::{excerpt, grouped, number};

/// Longest label that the description repeats.
const LABEL_CHARS_MAX: usize = 60;
/// How many labels stand along the foot of a line chart.
const FOOT_LABELS: usize = 5;

/// How a chart is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ChartKind {
    /// Bars that lie, one a row of the table.
    Bars,
    /// A line from left to right.
    Line,
}

/// A chart and the table of its numbers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChartView {
    /// How it is drawn.
    pub kind: ChartKind,
    /// Its title.
    pub title: String,
    /// What it shows, in words.
    pub description: String,
    /// The heading of the labels, such as `year`.
    pub label_heading: String,
    /// The heading of the numbers, such as `rows`.
    pub value_heading: String,
    /// The numbers, with where they are drawn.
    pub rows: Vec<ChartRow>,
    /// Round numbers along the side, for lines.
    pub ticks: Vec<Tick>,
    /// Labels along the foot, for lines.
    pub foot: Vec<Tick>,
    /// The points of the line in a square of 1000 by 1000, as SVG wants them.
    pub line: String,
    /// The outline of the area beneath the line.
    pub area: String,
    /// How many points were left out because there are too many.
    pub omitted: u64,
}

/// A number of a chart.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ChartRow {
    /// Its label.
    pub label: String,
    /// The number.
    pub value: f64,
    /// Where it is from left to right: the end of a bar or the place of a point, in percent.
    pub x: f64,
    /// Where a bar begins, or where a point is from top to bottom, in percent.
    pub y: f64,
}

/// A mark along an axis.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Tick {
    /// Where, in percent.
    pub at: f64,
    /// What it says.
    pub text: String,
    /// How the text stands to its place: `start`, `middle` or `end`.
    pub anchor: &'static str,
}

/// A chart of lying bars, in the order the points come: the most frequent values of a column, say.
pub fn bars(
    title: &str,
    label_heading: &str,
    value_heading: &str,
    points: &[SeriesPoint],
) -> Option<ChartView> {
    let (points, omitted) = limited(points)?;
    let low = points.iter().map(|p| p.value).fold(0.0, f64::min);
    let high = points.iter().map(|p| p.value).fold(0.0, f64::max);
    let span = high - low;
    let rows = points.iter().map(|point| {
        let (from, to) = (point.value.min(0.0) - low, point.value.max(0.0) - low);
        ChartRow {
            label: point.label.clone(),
            value: point.value,
            x: percent(to - from, span),
            y: percent(from, span),
        }
    });
    let top = points.iter().max_by(|a, b| a.value.total_cmp(&b.value))?;
    let description = format!(
        "Bar chart of {} by {}, {} bars. The largest is {} with {}.",
        value_heading,
        label_heading,
        points.len(),
        excerpt(&top.label, LABEL_CHARS_MAX),
        number(top.value)
    );
    Some(ChartView {
        kind: ChartKind::Bars,
        title: title.into(),
        description,
        label_heading: label_heading.into(),
        value_heading: value_heading.into(),
        rows: rows.collect(),
        ticks: Vec::new(),
        foot: Vec::new(),
        line: String::new(),
        area: String::new(),
        omitted,
    })
}

/// A line from the first point to the last: one number a year, say.
pub fn line(
    title: &str,
    label_heading: &str,
    value_heading: &str,
    points: &[SeriesPoint],
) -> Option<ChartView> {
    let (points, omitted) = limited(points)?;
    let low = points.iter().map(|p| p.value).fold(f64::INFINITY, f64::min);
    let high = points.iter().map(|p| p.value).fold(f64::NEG_INFINITY, f64::max);
    // A line may begin above zero, but not when zero is near.
    let low = if low > 0.0 && low < high * 0.4 { 0.0 } else { low };
    let steps = ticks(low, high, 4);
    let (floor, ceiling) = (*steps.first()?, *steps.last()?);
    let up = |value: f64| rounded(100.0 - percent(value - floor, ceiling - floor));
    let across =
        |i: usize| if points.len() == 1 { 50.0 } else { percent(i as f64, (points.len() - 1) as f64) };

    let rows: Vec<ChartRow> = points
        .iter()
        .enumerate()
        .map(|(i, p)| ChartRow { label: p.label.clone(), value: p.value, x: across(i), y: up(p.value) })
        .collect();
    let line: Vec<String> =
        rows.iter().map(|row| format!("{:.0},{:.0}", row.x * 10.0, row.y * 10.0)).collect();
    let line = line.join(" ");
    let (first, last) = (rows.first()?, rows.last()?);
    let area = format!("{:.0},1000 {line} {:.0},1000", first.x * 10.0, last.x * 10.0);
    let lowest = rows.iter().min_by(|a, b| a.value.total_cmp(&b.value))?;
    let highest = rows.iter().max_by(|a, b| a.value.total_cmp(&b.value))?;
    let description = format!(
        "Line chart of {value_heading} by {label_heading}, {} points from {} to {}. It begins at {}, ends at {}, is lowest \
         at {} ({}) and highest at {} ({}).",
        grouped(rows.len() as u64),
        first.label,
        last.label,
        number(first.value),
        number(last.value),
        number(lowest.value),
        lowest.label,
        number(highest.value),
        highest.label,
    );
    Some(ChartView {
        kind: ChartKind::Line,
        title: title.into(),
        description,
        label_heading: label_heading.into(),
        value_heading: value_heading.into(),
        ticks: steps
            .iter()
            .map(|&step| Tick { at: up(step), text: number(rounded(step)), anchor: "start" })
            .collect(),
        foot: foot(&rows),
        line,
        area,
        omitted,
        rows,
    })
}

/// Some of the labels, evenly spaced, the first and the last always.
fn foot(rows: &[ChartRow]) -> Vec<Tick> {
    let count = rows.len().min(FOOT_LABELS);
    (0..count)
        .filter_map(|i| {
            let index = if count < 2 { 0 } else { i * (rows.len() - 1) / (count - 1) };
            let anchor = match i {
                _ if count == 1 => "middle",
                0 => "start",
                i if i + 1 == count => "end",
                _ => "middle",
            };
            rows.get(index).map(|row| Tick { at: row.x, text: row.label.clone(), anchor })
        })
        .collect()
}

/// The points that can be drawn, and how many cannot.
fn limited(points: &[SeriesPoint]) -> Option<(Vec<SeriesPoint>, u64)> {
    let finite: Vec<SeriesPoint> = points.iter().filter(|point| point.value.is_finite()).cloned().collect();
    let omitted = finite.len().saturating_sub(CHART_POINTS_MAX) as u64;
    let shown: Vec<SeriesPoint> = finite.into_iter().take(CHART_POINTS_MAX).collect();
    (!shown.is_empty()).then_some((shown, omitted))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(values: &[f64]) -> Vec<SeriesPoint> {
        values.iter().zip(2000..).map(|(value, year)| SeriesPoint::new(format!("{year}"), *value)).collect()
    }

    #[test]
    fn bars_below_zero_begin_where_those_above_it_do() {
        let chart = bars("Money", "year", "balance", &points(&[30.0, -10.0])).unwrap();
        let places: Vec<(f64, f64)> = chart.rows.iter().map(|row| (row.y, row.x)).collect();
        assert_eq!(places, [(25.0, 75.0), (0.0, 25.0)]);
        assert_eq!(chart.description, "Bar chart of balance by year, 2 bars. The largest is 2000 with 30.");
    }

    #[test]
    fn a_line_fills_the_plot_between_round_numbers() {
        let chart = line("CO2", "year", "parts per million", &points(&[310.0, 350.0, 420.0])).unwrap();
        assert_eq!(chart.line, "0,933 500,667 1000,200");
        let ticks: Vec<&str> = chart.ticks.iter().map(|tick| tick.text.as_str()).collect();
        assert_eq!(ticks, ["300", "350", "400", "450"]);
        let foot: Vec<(&str, &str)> =
            chart.foot.iter().map(|tick| (tick.text.as_str(), tick.anchor)).collect();
        assert_eq!(foot, [("2000", "start"), ("2001", "middle"), ("2002", "end")]);
    }

    #[test]
    fn odd_numbers_are_no_trouble() {
        assert_eq!(line("x", "x", "y", &[]), None);
        assert_eq!(bars("x", "x", "y", &points(&[f64::NAN])), None);
        for values in [&[5.0][..], &[0.0, 0.0], &[-1e300, 1e300], &[1e-300, 2e-300], &[f64::INFINITY, 1.0]] {
            let chart = line("x", "x", "y", &points(values)).unwrap();
            assert!(!chart.line.contains("NaN") && !chart.line.contains("inf"), "{}", chart.line);
        }
    }
}
