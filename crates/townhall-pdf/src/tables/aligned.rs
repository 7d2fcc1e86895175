//! Tables without lines around their cells: words that stand below one another, with space between.

use super::areas::Areas;
use super::blocks::{block_begin, block_end, is_of_values, opened, side_by_side, values_in};
use super::chunks::{Chunk, chunks};
use super::columns::borders;
use super::edges::Edges;
use super::frames::{frames, rows_in};
use super::heads::{Columns, heads};
use super::joins::{Lines, joins};
use super::judge::{Bound, is_table, is_text};
use super::kinds::{is_caption, is_note, is_sign, names_table};
use super::prose::paragraphs;
use super::runs::{Row, Run};
use super::tiles::bands;
use super::{Builder, Evidence, Table};
use crate::page::{Fill, Page, Rect, Ruling};
use crate::text::{Line, Word, by};

/// Most lines of a head.
const HEAD_MAX: usize = 8;

/// How far above its table a title may stand, as a share of the font's size.
const TITLE_APART: f64 = 2.5;

/// Finds the tables: first those between lines, then those that only the places of words show.
pub fn find(page: &Page, edges: &Edges, lines: &[Line]) -> Vec<Table> {
    let mut tables = between_lines(page, edges, lines);
    let taken: Vec<Rect> = tables.iter().map(|table| table.rect.grown(1.0)).collect();
    let taken = Areas::of(&taken);
    let is_free = |word: &Word| {
        let (x, y) = word.rect.center();
        !taken.contain(x, y)
    };
    let rows: Vec<Row<'_>> = lines.iter().filter_map(|line| Row::with(line, is_free)).collect();
    tables.extend(in_space(page, edges, &without_paragraphs(rows)));
    tables
}

fn between_lines(page: &Page, edges: &Edges, lines: &[Line]) -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    for frame in frames(edges, lines) {
        let overlaps =
            |table: &Table| table.rect.overlap_y(&frame) > 0.0 && table.rect.overlap_x(&frame) > 0.0;
        if tables.iter().any(overlaps) {
            continue;
        }
        let frame = opened(frame, edges, lines);
        let rows = rows_in(lines, &frame);
        tables.extend(table_of(page, edges, &rows, Bound::Lines(frame)));
    }
    tables
}

fn in_space(page: &Page, edges: &Edges, rows: &[Row<'_>]) -> Vec<Table> {
    let mut tables = Vec::new();
    let (mut at, mut done) = (0, 0);
    let mut bound = Bound::Space;
    while at < rows.len() {
        let space = at.checked_sub(1).map_or(f64::MAX, |before| rows[at].rect.y0 - rows[before].rect.y1);
        let text = rows[at].text();
        if rows[at].runs.len() < 2 || is_caption(&text) {
            // A title may have several lines.
            let goes_on = bound == Bound::Title && space < rows[at].size;
            bound = if names_table(&text) || goes_on { Bound::Title } else { Bound::Space };
            at += 1;
            continue;
        }
        if space > TITLE_APART * rows[at].size {
            bound = Bound::Space;
        }
        let end = block_end(rows, at);
        let begin = block_begin(rows, at).max(done);
        for rows in side_by_side(&rows[begin..end]) {
            tables.extend(table_of(page, edges, &rows, bound));
        }
        bound = Bound::Space;
        (at, done) = (end, end);
    }
    tables
}

/// The rows without the lines of paragraphs in them.
fn without_paragraphs(rows: Vec<Row<'_>>) -> Vec<Row<'_>> {
    let marks = paragraphs(&rows);
    let left = rows.into_iter().zip(marks).filter_map(|(row, marks)| {
        let runs = row.runs.into_iter().zip(marks).filter(|(_, is_marked)| !is_marked);
        let runs: Vec<Run<'_>> = runs.map(|(run, _)| run).collect();
        let rect = runs.iter().map(|run| run.rect).reduce(|one, other| one.union(&other))?;
        Some(Row { rect, runs, ..row })
    });
    left.collect()
}

/// The table that rows are, if they are one.
fn table_of(page: &Page, edges: &Edges, rows: &[Row<'_>], bound: Bound) -> Option<Table> {
    let rows = without_notes(rows);
    let rect = around(rows)?;
    let whole = match bound {
        Bound::Lines(frame) => Rect { y1: frame.y1.min(rect.y1 + 8.0), ..frame }.union(&rect),
        Bound::Title | Bound::Space => rect,
    };
    let rules = rules_in(edges, &whole.grown(3.0));
    let plan = Plan::of(rows, &rules, &page.fills, &rect)?;
    if is_text(rows, &plan.borders, bound) {
        return None;
    }
    let (builder, count) = plan.build(rows, &rules);
    let share = builder.share(count, plan.borders.len() + 1);
    let table = builder.finish(page.number, whole, Evidence::Aligned)?;
    is_table(&table, share, bound, edges).then_some(table)
}

/// The table that somebody says is in an area.
pub fn given(page: &Page, edges: &Edges, rows: &[Row<'_>], area: Rect) -> Option<Table> {
    let rules = rules_in(edges, &area);
    let plan = Plan::of(rows, &rules, &page.fills, &around(rows)?).unwrap_or_default();
    plan.build(rows, &rules).0.finish(page.number, area, Evidence::Aligned)
}

fn around(rows: &[Row<'_>]) -> Option<Rect> {
    rows.iter().map(|row| row.rect).reduce(|one, other| one.union(&other))
}

/// The rows up to the notes below them.
fn without_notes<'a, 'l>(rows: &'a [Row<'l>]) -> &'a [Row<'l>] {
    let notes = rows.iter().enumerate().skip(2).find(|(_, row)| is_note(&row.text()));
    &rows[..notes.map_or(rows.len(), |(at, _)| at)]
}

/// The lines from left to right in an area, from above.
fn rules_in(edges: &Edges, area: &Rect) -> Vec<Ruling> {
    let from = edges.horizontal.partition_point(|rule| rule.at < area.y0 - 2.0);
    edges.horizontal[from..]
        .iter()
        .take_while(|rule| rule.at <= area.y1 + 2.0)
        .filter(|rule| rule.to > area.x0 && rule.from < area.x1)
        .copied()
        .collect()
}

/// How rows are to be read: where columns are parted, and which rows are the head.
#[derive(Default)]
struct Plan {
    borders: Vec<f64>,
    /// How many lines the head has.
    head: usize,
    /// The heights at which lines run between rows, over (nearly) all columns, or colours change.
    separators: Vec<f64>,
}

impl Plan {
    fn of(rows: &[Row<'_>], rules: &[Ruling], fills: &[Fill], rect: &Rect) -> Option<Self> {
        let many: Vec<&Row<'_>> = rows.iter().filter(|row| row.runs.len() >= 2).collect();
        if many.len() < 2 {
            return None;
        }
        let mut separators = separators(rules, rect);
        separators.extend(bands(fills, rect));
        separators.sort_by(|one, other| by(*one, *other));
        let head = head_end(rows, &separators);
        let body: Vec<&Row<'_>> = rows[head..].iter().filter(|row| row.runs.len() >= 2).collect();
        let mut places = if body.len() >= 2 { borders(&body, rows) } else { Vec::new() };
        if places.is_empty() {
            places = borders(&many, rows);
        }
        without_signs(&rows[head..], &mut places);
        (!places.is_empty()).then_some(Self { borders: places, head, separators })
    }

    fn build(&self, rows: &[Row<'_>], rules: &[Ruling]) -> (Builder, usize) {
        let count = self.borders.len() + 1;
        let mut body: Vec<Vec<Chunk<'_>>> = rows.iter().map(|row| chunks(row, &self.borders)).collect();
        let boxes = boxes(&body[self.head..], &self.borders, rows);
        settle(&mut body, &boxes);
        let mut builder = Builder::default();
        let (cells, height) =
            heads(&rows[..self.head], &Columns { borders: &self.borders, boxes: &boxes }, rules);
        for cell in cells {
            for (line, word) in cell.words {
                builder.put(cell.rows, cell.columns, line, word);
            }
        }
        let lines = Lines {
            rows: &rows[self.head..],
            chunks: &body[self.head..],
            columns: count,
            separators: &self.separators,
        };
        let mut number = height;
        for (at, is_joined) in joins(&lines).into_iter().enumerate() {
            number += usize::from(at > 0 && !is_joined);
            for chunk in &lines.chunks[at] {
                for word in &chunk.words {
                    builder.put((number, number), chunk.columns, lines.rows[at].baseline, word);
                }
            }
        }
        (builder, number + 1)
    }
}

/// The heights at which lines run over the whole width, if with spaces between.
fn separators(rules: &[Ruling], rect: &Rect) -> Vec<f64> {
    let mut heights: Vec<(Ruling, f64)> = Vec::new();
    for rule in rules {
        let length = (rule.to.min(rect.x1) - rule.from.max(rect.x0)).max(0.0);
        match heights.last_mut() {
            Some((whole, covered)) if rule.at - whole.at <= 2.0 => {
                *covered += length;
                whole.from = whole.from.min(rule.from);
                whole.to = whole.to.max(rule.to);
            }
            _ => heights.push((*rule, length)),
        }
    }
    const SHORT: f64 = 12.0;
    let is_whole = |(whole, covered): &(Ruling, f64)| {
        *covered >= 0.7 * rect.width() && whole.from <= rect.x0 + SHORT && whole.to >= rect.x1 - SHORT
    };
    heights.iter().filter(|height| is_whole(height)).map(|(whole, _)| whole.at).collect()
}

/// How many lines the head has: those above the first line drawn below names, or above the first values.
fn head_end(rows: &[Row<'_>], separators: &[f64]) -> usize {
    let limit = HEAD_MAX.min(rows.len() / 2);
    let ruled = separators.iter().find_map(|separator| {
        let count = rows.partition_point(|row| row.baseline - 0.3 * row.size < *separator);
        (count > 0).then_some(count)
    });
    let first = rows.iter().position(is_of_values);
    if let Some(count) = ruled.filter(|count| *count <= HEAD_MAX && *count < rows.len()) {
        // Rows of values above the first line are no head.
        let with_values = rows[..count].iter().filter(|row| values_in(row) >= 1).count();
        if with_values <= 1 || first.is_none_or(|first| count <= first) {
            return count;
        }
    }
    let Some(first) = first.filter(|first| *first <= limit) else { return 0 };
    // The name of a part stands below the head, and above the first values.
    let parts = rows[..first].iter().rev().take_while(|row| row.runs.len() < 2).count();
    match parts < first {
        true => first - parts,
        false => 0,
    }
}

/// From where to where each column is written.
fn boxes(body: &[Vec<Chunk<'_>>], borders: &[f64], rows: &[Row<'_>]) -> Vec<(f64, f64)> {
    let mut boxes = vec![(f64::MAX, f64::MIN); borders.len() + 1];
    for chunk in body.iter().flatten().filter(|chunk| chunk.columns.0 == chunk.columns.1) {
        let column = &mut boxes[chunk.columns.0];
        *column = (column.0.min(chunk.rect.x0), column.1.max(chunk.rect.x1));
    }
    let left = rows.iter().map(|row| row.rect.x0).fold(f64::MAX, f64::min);
    let right = rows.iter().map(|row| row.rect.x1).fold(f64::MIN, f64::max);
    for (at, column) in boxes.iter_mut().enumerate().filter(|(_, column)| column.0 > column.1) {
        let from = at.checked_sub(1).and_then(|at| borders.get(at)).copied().unwrap_or(left);
        *column = (from, borders.get(at).copied().unwrap_or(right));
    }
    boxes
}

/// Texts that run over columns: a label keeps to its own, a name in the middle of others holds all of them.
fn settle(body: &mut [Vec<Chunk<'_>>], boxes: &[(f64, f64)]) {
    let last = boxes.len() - 1;
    for row in body {
        let is_alone = row.len() == 1;
        for chunk in row {
            let is_label = chunk.columns.0 == 0 && chunk.rect.x0 <= boxes[0].0 + 2.0 * chunk.rect.height();
            let (middle, _) = chunk.rect.center();
            let is_over = |first: usize| {
                (f64::midpoint(boxes[first].0, boxes[last].1) - middle).abs() <= chunk.rect.height()
            };
            if is_alone && last >= 2 && chunk.columns.0 > 0 && is_over(1) {
                chunk.columns = (1, last);
            } else if is_alone && last >= 2 && !is_label && is_over(0) {
                chunk.columns = (0, last);
            } else if is_label {
                chunk.columns = (0, 0);
            }
        }
    }
}

/// Takes away the borders between signs and the values that they belong to.
fn without_signs(body: &[Row<'_>], borders: &mut Vec<f64>) {
    let mut of_column: Vec<(bool, Option<bool>)> = vec![(false, None); borders.len() + 1];
    for chunk in
        body.iter().flat_map(|row| chunks(row, borders)).filter(|chunk| chunk.columns.0 == chunk.columns.1)
    {
        let (is_written, is_leading) = &mut of_column[chunk.columns.0];
        match is_sign(&chunk.text()) {
            Some(leads) if !*is_written => *is_leading = Some(leads),
            _ => *is_written = true,
        }
    }
    for column in (0..of_column.len()).rev() {
        match of_column[column] {
            (false, Some(true)) if column < borders.len() => {
                borders.remove(column);
            }
            (false, Some(false)) if column > 0 => {
                borders.remove(column - 1);
            }
            _ => {}
        }
    }
}
