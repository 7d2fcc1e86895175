//! Charts, which have lines and numbers as tables have them. Their scale gives them away: numbers at equal distances below one
//! another that grow upwards by equal steps, beside lines.

use super::edges::Edges;
use super::kinds::number;
use super::runs::Row;
use crate::page::{Rect, Ruling};
use crate::text::{Line, by};

/// Fewest numbers of a scale. With a line at each of them, one less will do.
const SCALE_MIN: usize = 4;

/// How far from the numbers of a scale the lines of its chart may begin.
const REACH: f64 = 24.0;

/// A number where it stands.
#[derive(Clone, Copy)]
struct Mark {
    rect: Rect,
    baseline: f64,
    value: f64,
}

/// The areas of the charts of a page.
pub fn charts(lines: &[Line], edges: &Edges) -> Vec<Rect> {
    let rows: Vec<Row<'_>> = lines.iter().filter_map(|line| Row::with(line, |_| true)).collect();
    let marks: Vec<Mark> = rows.iter().flat_map(marks_of).collect();
    let mut found: Vec<Rect> = Vec::new();
    for side in [|mark: &Mark| mark.rect.x1, |mark: &Mark| mark.rect.x0] {
        for scale in scales(marks.clone(), side) {
            let chart = chart_of(&scale, edges).filter(|chart| !is_table(chart, &scale, &rows));
            let pitch = (scale[scale.len() - 1].baseline - scale[0].baseline) / (scale.len() - 1) as f64;
            // Names stand around it, and those of another scale.
            found.extend(chart.map(|chart| chart.grown(pitch.min(24.0))));
        }
    }
    found.extend(rows.iter().flat_map(|row| charts_above(row, edges)));
    found
}

/// The areas above numbers that grow to the right by equal steps, if an upright line stands over the middle of each: a scale below
/// bars. Borders of columns stand between numbers.
fn charts_above(row: &Row<'_>, edges: &Edges) -> Vec<Rect> {
    let marks: Vec<Mark> = marks_of(row).collect();
    let line_over = |mark: &Mark| {
        let (x, _) = mark.rect.center();
        let from = edges.vertical.partition_point(|rule| rule.at < x - 2.0);
        let mut near = edges.vertical[from..].iter().take_while(|rule| rule.at <= x + 2.0);
        near.find(|rule| rule.from < mark.rect.y0 && rule.to > mark.rect.y0 - REACH).copied()
    };
    let mut found = Vec::new();
    for scale in marks.windows(SCALE_MIN) {
        let steps: Vec<f64> = scale.windows(2).map(|pair| pair[1].value - pair[0].value).collect();
        let is_even = steps.iter().all(|step| *step > 0.0 && (step - steps[0]).abs() <= 0.02 * steps[0]);
        let lines: Vec<Ruling> = scale.iter().filter_map(line_over).collect();
        if is_even && lines.len() == scale.len() {
            let whole = scale.iter().map(|mark| mark.rect).reduce(|one, other| one.union(&other));
            let top = lines.iter().map(|line| line.from).fold(f64::MAX, f64::min);
            found.extend(whole.map(|whole| Rect { y0: top, ..whole }.grown(6.0)));
        }
    }
    found
}

/// The numbers that stand alone in a row.
fn marks_of(row: &Row<'_>) -> impl Iterator<Item = Mark> {
    let alone = row.runs.iter().filter(|run| run.words.len() == 1);
    alone.filter_map(|run| {
        Some(Mark { rect: run.rect, baseline: row.baseline, value: number(&run.words[0].text)? })
    })
}

/// Numbers that have a side in common, grow upwards by equal steps, and are equally far apart.
fn scales(mut marks: Vec<Mark>, side: fn(&Mark) -> f64) -> Vec<Vec<Mark>> {
    marks.sort_by(|one, other| by(side(one), side(other)));
    let mut scales = Vec::new();
    for column in marks.chunk_by_mut(|one, other| side(other) - side(one) <= 1.5) {
        column.sort_by(|one, other| by(one.baseline, other.baseline));
        let mut begin = 0;
        while begin + 1 < column.len() {
            let (pitch, step) = difference(&column[begin], &column[begin + 1]);
            let more = column[begin + 1..].windows(2).take_while(|pair| {
                let (next_pitch, next_step) = difference(&pair[0], &pair[1]);
                (next_pitch - pitch).abs() <= 0.2 * pitch && (next_step - step).abs() <= 0.02 * step.abs()
            });
            let count = more.count() + 2;
            // Years and the numbers of rows go on by one, and downwards.
            if count + 1 >= SCALE_MIN && step < 0.0 && step != -1.0 {
                scales.push(column[begin..begin + count].to_vec());
            }
            begin += count - 1;
        }
    }
    scales
}

fn difference(one: &Mark, other: &Mark) -> (f64, f64) {
    (other.baseline - one.baseline, other.value - one.value)
}

/// The area of the chart with a scale, if lines run along it or begin there.
fn chart_of(scale: &[Mark], edges: &Edges) -> Option<Rect> {
    let whole = scale.iter().map(|mark| mark.rect).reduce(|one, other| one.union(&other))?;
    let (above, below) = (whole.y0 - 2.0, whole.y1 + 2.0);
    let from = edges.horizontal.partition_point(|rule| rule.at < above);
    let beside = edges.horizontal[from..].iter().take_while(|rule| rule.at <= below).filter(|rule| {
        let begins = rule.from - whole.x1;
        let ends = whole.x0 - rule.to;
        rule.length() >= 40.0 && (begins.abs() <= REACH || ends.abs() <= REACH)
    });
    let (left, right) = beside
        .clone()
        .fold((f64::MAX, f64::MIN), |(left, right), rule| (left.min(rule.from), right.max(rule.to)));
    let is_at_line = |mark: &Mark| {
        beside.clone().any(|rule| (rule.at - mark.rect.center().1).abs() <= 0.5 * mark.rect.height())
    };
    let is_scale = scale.len() >= SCALE_MIN || scale.iter().all(is_at_line);
    (is_scale && left < right).then(|| Rect::new(left, whole.y0, right, whole.y1).union(&whole))
}

/// Whether numbers stand beside those of the scale, row by row, as in a table.
fn is_table(chart: &Rect, scale: &[Mark], rows: &[Row<'_>]) -> bool {
    let (mut full, mut more) = (0, 0);
    for mark in scale {
        let from = rows.partition_point(|row| row.baseline < mark.baseline - 2.0);
        let level = rows[from..].iter().take_while(|row| row.baseline <= mark.baseline + 2.0);
        let beside = level
            .flat_map(|row| &row.runs)
            .filter(|run| run.rect.x0 >= chart.x0 && run.rect.x1 <= chart.x1 + 1.0 && run.rect != mark.rect)
            .count();
        full += usize::from(beside >= 1);
        more += usize::from(beside >= 2);
    }
    // Another scale may stand on the other side.
    more * 2 > scale.len() || (full * 2 > scale.len() && more > 0)
}
