//! How far the rows of a table reach where no line says so.

use super::columns::open_gaps;
use super::edges::Edges;
use super::frames::rows_in;
use super::kinds::{is_caption, is_value, is_year};
use super::prose::is_running;
use super::runs::{Row, Run};
use crate::page::Rect;
use crate::text::Line;

/// A wider space, as a share of the font's size, ends a table.
const SPACE_MAX: f64 = 2.2;

/// The same, where the rows below stand in the same places.
const SPACE_ALIKE_MAX: f64 = 4.5;

/// Most lines without a gap that a table may have between two rows.
const SINGLES_MAX: usize = 2;

/// Most lines of a head between two lines, the rows of which follow below.
const HEAD_MAX: usize = 5;

/// Where the lines that begin like a table end: with lines of text, or a wide space.
pub fn block_end(rows: &[Row<'_>], begin: usize) -> usize {
    let mut end = begin + 1;
    // The last row of the table so far, and the last with a gap.
    let (mut last, mut full) = (begin, begin);
    let mut singles = 0;
    while end < rows.len() {
        let (before, row) = (&rows[end - 1], &rows[end]);
        let space = (row.rect.y0 - before.rect.y1) / row.size.max(before.size);
        let is_near = space <= SPACE_MAX || (space <= SPACE_ALIKE_MAX && goes_on(&rows[full], &rows[end..]));
        if !is_near || is_caption(&row.text()) {
            break;
        }
        if row.runs.len() >= 2 {
            full = end;
        }
        if row.runs.len() >= 2 || (last + 1 == end && is_rest(&rows[full], before, row)) {
            singles = 0;
            last = end;
        } else {
            singles += 1;
            if singles > SINGLES_MAX {
                break;
            }
        }
        end += 1;
    }
    last + 1
}

/// Where the rows begin of which this is the first with a gap: a name may stand above, over the middle of columns.
pub fn block_begin(rows: &[Row<'_>], first: usize) -> usize {
    let mut begin = first;
    while let Some(above) = begin.checked_sub(1).map(|at| &rows[at]) {
        let row = &rows[first];
        let is_name = above.runs.len() == 1
            && rows[begin].rect.y0 - above.rect.y1 <= 0.6 * row.size
            && above.rect.x0 > row.runs[0].rect.x1
            && above.rect.x1 <= row.rect.x1 + row.size
            && !is_caption(&above.text());
        if !is_name {
            break;
        }
        begin -= 1;
    }
    begin
}

/// Whether a line goes on with a text that is not the first of a row, right below the line before.
fn is_rest(row: &Row<'_>, before: &Row<'_>, below: &Row<'_>) -> bool {
    let is_near =
        below.rect.y0 - before.rect.y1 <= 0.5 * row.size && (below.size - row.size).abs() <= 0.05 * row.size;
    let [run] = &below.runs[..] else { return false };
    is_near && row.runs.iter().skip(1).any(|other| (other.rect.x0 - run.rect.x0).abs() <= 1.5)
}

/// Whether rows below a wide space, and maybe a title of theirs, have as many texts as a row above it, in the same places.
fn goes_on(row: &Row<'_>, below: &[Row<'_>]) -> bool {
    const NEAR: f64 = 2.0;
    let next = below.iter().take(2).find(|row| row.runs.len() >= 2);
    next.is_some_and(|next| {
        let mut pairs = row.runs.iter().zip(&next.runs);
        row.runs.len() == next.runs.len()
            && pairs.all(|(one, other)| {
                (one.rect.x0 - other.rect.x0).abs() <= NEAR || (one.rect.x1 - other.rect.x1).abs() <= NEAR
            })
    })
}

/// The rows of tables that stand side by side, each on lines of its own.
pub fn side_by_side<'l>(rows: &[Row<'l>]) -> Vec<Vec<Row<'l>>> {
    let many: Vec<&Row<'_>> = rows.iter().filter(|row| row.runs.len() >= 2).collect();
    let is_apart = |border: &f64| {
        let (mut left, mut right, mut both) = (0, 0, 0);
        for row in &many {
            match (row.rect.x1 < *border, row.rect.x0 > *border) {
                (true, _) => left += 1,
                (_, true) => right += 1,
                _ => both += 1,
            }
        }
        left >= 3 && right >= 3 && both * 4 <= many.len()
    };
    let Some(border) = open_gaps(rows).into_iter().find(is_apart) else { return vec![rows.to_vec()] };
    let part = |is_left: bool| -> Vec<Row<'l>> {
        let on_side = |row: &Row<'l>| row.part(|run| (run.rect.center().0 < border) == is_left);
        rows.iter().filter_map(on_side).collect()
    };
    vec![part(true), part(false)]
}

/// The area between lines, with the head above it and the rows below it that the lines leave out.
pub fn opened(frame: Rect, edges: &Edges, lines: &[Line]) -> Rect {
    let rows = rows_in(lines, &frame);
    let mut opened = frame;
    if rows.first().is_some_and(is_of_values) {
        opened.y0 = head_above(&frame, edges, lines);
    } else if rows.len() <= HEAD_MAX && !rows.iter().any(is_of_values) {
        opened.y1 = rows_below(&frame, &rows, lines);
    }
    if let Some(last) = rows.iter().rev().find(|row| row.runs.len() >= 2) {
        opened.y1 = sums_below(&opened, last, lines);
    }
    opened
}

/// Where rows end that stand right below the last line of a table in the places of its last row: sums, as a rule.
fn sums_below(frame: &Rect, last: &Row<'_>, lines: &[Line]) -> f64 {
    const REACH: f64 = 60.0;
    const SPACE: f64 = 1.0;
    let mut end = frame.y1;
    for row in rows_in(lines, &Rect { y0: frame.y1, y1: frame.y1 + REACH, ..*frame }) {
        let is_near = row.rect.y0 - end <= SPACE * row.size;
        if !is_near || !is_of_values(&row) || !goes_on(last, std::slice::from_ref(&row)) {
            break;
        }
        end = row.rect.y1;
    }
    end
}

/// Whether most of what stands in a row after its label is values.
pub fn is_of_values(row: &Row<'_>) -> bool {
    let values = values_in(row);
    values > 0 && values * 2 >= row.runs.len() - 1
}

/// How many values stand in a row after its label. Years are names as often as values.
pub fn values_in(row: &Row<'_>) -> usize {
    let later = row.runs.iter().skip(1);
    later.filter(|run| is_value(&run.text()) && !is_year(&run.text())).count()
}

/// Where names of columns begin that stand right above a grid of lines with values in its first row; its upper side where there are
/// none.
pub fn names_above(rect: &Rect, borders: &[f64], lines: &[Line]) -> f64 {
    const REACH: f64 = 48.0;
    const SPACE: f64 = 0.9;
    let inside = rows_in(lines, rect);
    if !inside.first().is_some_and(is_of_values) {
        return rect.y0;
    }
    let columns = borders.len().saturating_sub(1);
    let column_of = |x: f64| borders.partition_point(|border| *border <= x);
    let mut top = rect.y0;
    for row in rows_in(lines, &Rect { y0: rect.y0 - REACH, y1: rect.y0, ..*rect }).iter().rev() {
        let keeps = |run: &Run<'_>| column_of(run.rect.x0 + 1.0) == column_of(run.rect.x1 - 1.0);
        let is_name = |run: &Run<'_>| !is_value(&run.text()) || is_year(&run.text());
        let is_names =
            row.runs.len() >= 2.max(columns / 2) && row.runs.iter().all(|run| keeps(run) && is_name(run));
        if !is_names || top - row.rect.y1 > SPACE * row.size || is_caption(&row.text()) {
            break;
        }
        top = row.rect.y0;
    }
    top
}

/// Where the head above an area begins: rows of names, and names over lines that hold them together.
fn head_above(frame: &Rect, edges: &Edges, lines: &[Line]) -> f64 {
    const REACH: f64 = 90.0;
    let rows = rows_in(lines, &Rect { y0: frame.y0 - REACH, y1: frame.y0, ..*frame });
    let mut top = frame.y0;
    for row in rows.iter().rev() {
        if top - row.rect.y1 > SPACE_MAX * row.size {
            break;
        }
        let next = edges.horizontal.partition_point(|rule| rule.at < row.baseline);
        let is_over_line = edges.horizontal[next..].iter().take_while(|rule| rule.at <= top).any(|rule| {
            rule.from - 2.0 <= row.rect.x0
                && row.rect.x1 <= rule.to + 2.0
                && rule.length() < 0.95 * frame.width()
        });
        if row.runs.len() < 2 && !is_over_line {
            break;
        }
        top = row.rect.y0;
    }
    top
}

/// Where the rows end that follow below a head.
fn rows_below(frame: &Rect, head: &[Row<'_>], lines: &[Line]) -> f64 {
    let rows = rows_in(lines, &Rect { y0: frame.y1, y1: f64::MAX, ..*frame });
    let names = head.iter().map(|row| row.runs.len()).max().unwrap_or(0);
    let Some(first) = rows.iter().take(3).position(|row| row.runs.len() >= 2.max(names / 2)) else {
        return frame.y1;
    };
    let is_near = rows[first].rect.y0 - frame.y1 <= SPACE_MAX * rows[first].size * (first + 1) as f64;
    if names < 2 || !is_near {
        return frame.y1;
    }
    let below = &rows[..block_end(&rows, first)];
    if is_running(below) { frame.y1 } else { below[below.len() - 1].rect.y1 }
}
