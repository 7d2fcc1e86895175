//! Tables without lines around their cells: words that stand below one another, with space between.

use super::edges::Edges;
use super::kinds::{is_scale, is_value, number};
use super::{Builder, Evidence, Table};
use crate::page::{Page, Rect};
use crate::text::{Line, Word, by};

/// A gap of this share of the font's size may part two cells.
const CELL_GAP: f64 = 0.9;

/// Words of a line with no wide gap between them.
struct Run<'l> {
    rect: Rect,
    words: Vec<&'l Word>,
}

struct Row<'l> {
    line: &'l Line,
    runs: Vec<Run<'l>>,
}

pub fn find(page: &Page, edges: &Edges, lines: &[Line]) -> Vec<Table> {
    let rows: Vec<Row<'_>> = lines.iter().map(row_of).collect();
    let mut tables = Vec::new();
    let mut at = 0;
    while at < rows.len() {
        if rows[at].runs.len() < 2 {
            at += 1;
            continue;
        }
        let end = block_end(&rows, at);
        tables.extend(table_of(page, edges, &rows[at..end]));
        at = end;
    }
    tables
}

fn row_of(line: &Line) -> Row<'_> {
    let mut runs: Vec<Run<'_>> = Vec::new();
    for word in &line.words {
        match runs.last_mut() {
            Some(run) if word.rect.x0 - run.rect.x1 <= CELL_GAP * line.size => {
                run.rect = run.rect.union(&word.rect);
                run.words.push(word);
            }
            _ => runs.push(Run { rect: word.rect, words: vec![word] }),
        }
    }
    Row { line, runs }
}

/// Where the lines that begin like a table end: with lines of text, or a wide space.
fn block_end(rows: &[Row<'_>], begin: usize) -> usize {
    let mut end = begin + 1;
    let mut last = begin;
    let mut singles = 0;
    while end < rows.len() {
        let (before, row) = (&rows[end - 1], &rows[end]);
        let space = row.line.rect.y0 - before.line.rect.y1;
        if space > 2.2 * row.line.size.max(before.line.size) {
            break;
        }
        if row.runs.len() >= 2 {
            singles = 0;
            last = end;
        } else {
            singles += 1;
            if singles > 2 {
                break;
            }
        }
        end += 1;
    }
    last + 1
}

fn table_of(page: &Page, edges: &Edges, rows: &[Row<'_>]) -> Option<Table> {
    let many: Vec<&Row<'_>> = rows.iter().filter(|row| row.runs.len() >= 2).collect();
    if many.len() < 2 {
        return None;
    }
    let borders = borders(&many)?;
    let columns = borders.len() + 1;
    if is_prose(&many, columns) {
        return None;
    }
    let numbers = row_numbers(rows, &borders);
    let column_of = |x: f64| borders.partition_point(|border| *border <= x);
    let mut builder = Builder::default();
    let mut rect: Option<Rect> = None;
    for (row, number) in rows.iter().zip(&numbers) {
        for run in &row.runs {
            rect = Some(rect.map_or(run.rect, |rect| rect.union(&run.rect)));
            let (first, last) = (column_of(run.rect.x0 + 0.5), column_of(run.rect.x1 - 0.5));
            let crosses = borders[first..last.max(first)].iter().any(|border| {
                run.words.iter().any(|word| word.rect.x0 + 0.5 < *border && word.rect.x1 - 0.5 > *border)
            });
            for word in &run.words {
                let own = column_of(word.rect.center().0);
                let span = if crosses || first == last { (first, last.max(first)) } else { (own, own) };
                builder.put((*number, *number), span, row.line.baseline, word);
            }
        }
    }
    let share = builder.share(numbers.last().map_or(0, |last| last + 1), columns);
    let table = builder.finish(page.number, rect?, Evidence::Aligned)?;
    let is_table = table.columns >= 2
        && table.rows >= 2
        && share >= 0.4
        && !is_chart(&table)
        && (table.columns > 2 || has_values(&table) || is_between_lines(edges, &table.rect));
    is_table.then_some(table)
}

/// The row of each line. Lines that overlap are one row, where they do not stand in the same columns: a label of two lines beside a
/// value that stands between them.
fn row_numbers(rows: &[Row<'_>], borders: &[f64]) -> Vec<usize> {
    let column_of = |x: f64| borders.partition_point(|border| *border <= x);
    let columns =
        |row: &Row<'_>| -> Vec<usize> { row.runs.iter().map(|run| column_of(run.rect.center().0)).collect() };
    let mut numbers = vec![0; rows.len()];
    for at in 1..rows.len() {
        let (before, row) = (&rows[at - 1], &rows[at]);
        let smaller = before.line.size.min(row.line.size);
        let is_level = row.line.baseline - before.line.baseline < 0.8 * smaller;
        let own = columns(row);
        let is_free = columns(before).iter().all(|column| !own.contains(column));
        numbers[at] = numbers[at - 1] + usize::from(!(is_level && is_free));
    }
    numbers
}

/// Whether the numbers are those along the sides of a chart.
fn is_chart(table: &Table) -> bool {
    if table.columns > 3 {
        return false;
    }
    let scales = (0..table.columns).filter(|column| {
        let texts = table.cells.iter().filter(|cell| cell.column == *column && cell.last_column == *column);
        let numbers: Vec<f64> = texts.filter_map(|cell| number(&cell.text)).collect();
        is_scale(&numbers)
    });
    scales.count() >= 1
}

/// Whether one of the columns after the first holds values.
fn has_values(table: &Table) -> bool {
    (1..table.columns).any(|column| {
        let own: Vec<_> = table.cells.iter().filter(|cell| cell.column == column).collect();
        let values = own.iter().filter(|cell| is_value(&cell.text)).count();
        own.len() >= 2 && values * 2 >= own.len()
    })
}

/// Whether lines run along it above and below, or at least one through it.
fn is_between_lines(edges: &Edges, rect: &Rect) -> bool {
    let near = rect.grown(14.0);
    let along = edges.horizontal.iter().filter(|ruling| {
        let common = ruling.to.min(rect.x1) - ruling.from.max(rect.x0);
        ruling.at >= near.y0 && ruling.at <= near.y1 && common >= 0.7 * rect.width()
    });
    along.count() >= 2
}

/// The places between columns: where (nearly) no row has text, and rows have gaps.
fn borders(rows: &[&Row<'_>]) -> Option<Vec<f64>> {
    let left = rows.iter().map(|row| row.line.rect.x0).fold(f64::MAX, f64::min);
    let right = rows.iter().map(|row| row.line.rect.x1).fold(f64::MIN, f64::max);
    let size = rows.iter().map(|row| row.line.size).sum::<f64>() / rows.len() as f64;
    const STEP: f64 = 0.5;
    let steps = ((right - left) / STEP).ceil() as usize + 1;
    if steps > 100_000 {
        return None;
    }
    // Where text begins and ends, row by row: words of a row that overlap count once.
    let mut changes = vec![0_i64; steps + 1];
    for row in rows {
        let mut done = 0;
        for word in &row.line.words {
            let from = (((word.rect.x0 - left) / STEP).max(0.0) as usize).clamp(done, steps);
            let to = (((word.rect.x1 - left) / STEP).ceil().max(0.0) as usize).clamp(from, steps);
            changes[from] += 1;
            changes[to] -= 1;
            done = to;
        }
    }
    let cover: Vec<i64> = changes
        .iter()
        .scan(0, |sum, change| {
            *sum += change;
            Some(*sum)
        })
        .collect();
    let tolerated = (rows.len() as f64 * 0.1).floor() as i64;
    let wide = (0.45 * size).max(2.0);
    let mut borders = Vec::new();
    let mut at = 0;
    while at < steps {
        if cover[at] > tolerated {
            at += 1;
            continue;
        }
        let end = (at..steps).find(|step| cover[*step] > tolerated).unwrap_or(steps);
        let width = (end - at) as f64 * STEP;
        let (from, to) = (left + at as f64 * STEP, left + end as f64 * STEP);
        if at > 0 && end < steps && width >= wide {
            // Where least stands, nearest to the middle.
            let least = cover[at..end].iter().min().copied().unwrap_or(0);
            let middle = f64::midpoint(from, to);
            let place = (at..end)
                .filter(|step| cover[*step] == least)
                .map(|step| left + (step as f64 + 0.5) * STEP)
                .min_by(|one, other| by((one - middle).abs(), (other - middle).abs()))
                .unwrap_or(middle);
            let both = rows.iter().filter(|row| {
                row.line.words.iter().any(|word| word.rect.x1 <= place + 0.5)
                    && row.line.words.iter().any(|word| word.rect.x0 >= place - 0.5)
            });
            if both.count() >= 2 {
                borders.push(place);
            }
        }
        at = end;
    }
    (!borders.is_empty()).then_some(borders)
}

/// Whether columns are those of a text, and not of a table: few of them, long lines in each.
fn is_prose(rows: &[&Row<'_>], columns: usize) -> bool {
    let runs: usize = rows.iter().map(|row| row.runs.len()).sum();
    let words: usize = rows.iter().flat_map(|row| &row.runs).map(|run| run.words.len()).sum();
    columns <= 3 && words as f64 / runs.max(1) as f64 > 4.0
}
