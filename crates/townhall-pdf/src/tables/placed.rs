//! Words in the cells of a grid of lines, and the rows that they make.

use super::cells::Span;
use super::chunks::Chunk;
use super::joins::{Lines, joins, parts_by_space};
use super::kinds::is_value;
use super::runs::{Row, Run, runs};
use crate::page::Rect;
use crate::text::{Line, Word, by};

/// Words of one line in one cell.
pub struct Placed<'l> {
    /// First row, last row, first column, last column of the cell.
    pub span: Span,
    /// Which cell of the grid it is in.
    pub cell: usize,
    /// The baseline.
    pub line: f64,
    /// The words, from left to right.
    pub words: Vec<&'l Word>,
}

/// The words of lines in the cells of a grid. A cell over several columns is parted where its words keep clear of the borders that
/// other rows have, with wide gaps between them.
pub fn placed<'l>(lines: &[&'l Line], rect: Rect, xs: &[f64], ys: &[f64], spans: &[Span]) -> Vec<Placed<'l>> {
    let (columns, rows) = (xs.len() - 1, ys.len() - 1);
    let mut out: Vec<Placed<'l>> = Vec::new();
    for line in lines {
        let begin = out.len();
        for word in &line.words {
            let (x, y) = word.rect.center();
            // What is drawn over a border belongs where most of it is.
            if !rect.grown(1.0).contains(x, y) {
                continue;
            }
            let column = xs.partition_point(|border| *border <= x).clamp(1, columns) - 1;
            let row = ys.partition_point(|border| *border <= y).clamp(1, rows) - 1;
            let span = spans[row * columns + column];
            match out[begin..].iter_mut().find(|one| one.span == span) {
                Some(one) => one.words.push(word),
                None => out.push(Placed {
                    span,
                    cell: row * columns + column,
                    line: line.baseline,
                    words: vec![word],
                }),
            }
        }
    }
    // The words of a wide cell in the columns that they stand in, if they keep to them.
    let mut parted: Vec<Placed<'l>> = Vec::new();
    for one in out {
        let (from, to) = (one.span.2, one.span.3);
        match (to > from).then(|| parts(&one, xs)).flatten() {
            Some(parts) => parted.extend(parts),
            None => parted.push(one),
        }
    }
    parted
}

impl<'l> Placed<'l> {
    fn chunk(&self) -> Chunk<'l> {
        let rect = self.words.iter().map(|word| word.rect).reduce(|one, other| one.union(&other));
        Chunk {
            columns: (self.span.2, self.span.3),
            rect: rect.unwrap_or_default(),
            words: self.words.clone(),
        }
    }
}

fn parts<'l>(one: &Placed<'l>, xs: &[f64]) -> Option<Vec<Placed<'l>>> {
    let (row, last_row, from, to) = one.span;
    let size = one.words.iter().map(|word| word.size).fold(0.0, f64::max);
    let runs = runs(one.words.iter().copied(), size);
    if runs.len() < 2 {
        return None;
    }
    let column_of = |x: f64| (xs.partition_point(|border| *border <= x).max(1) - 1).clamp(from, to);
    runs.into_iter()
        .map(|Run { rect, words }| {
            let (first, last) = (column_of(rect.x0 + 1.0), column_of(rect.x1 - 1.0));
            (first == last).then_some(Placed { span: (row, last_row, first, last), words, ..*one })
        })
        .collect()
}

/// The rows of the table: each of the grid is one, or as many as it has lines of values.
pub struct Bands {
    /// For each row of the grid, the lines that begin a row of the table.
    begins: Vec<Vec<f64>>,
}

impl Bands {
    /// The first row of the table of a row of the grid.
    pub fn first(&self, row: usize) -> usize {
        self.begins[..row].iter().map(|begins| begins.len().max(1)).sum()
    }

    /// The row of the table of a line in a row of the grid.
    pub fn row(&self, row: usize, line: f64) -> usize {
        let within = self.begins[row].partition_point(|begin| *begin <= line + 0.5);
        self.first(row) + within.saturating_sub(1)
    }

    /// How many rows the table has.
    pub fn total(&self) -> usize {
        self.first(self.begins.len())
    }
}

/// The rows of the table, from what stands in the rows of the grid.
pub fn bands(placed: &[Placed<'_>], rows: usize, columns: usize) -> Bands {
    let mut of_row: Vec<Vec<&Placed<'_>>> = vec![Vec::new(); rows];
    for one in placed.iter().filter(|one| one.span.0 == one.span.1) {
        of_row[one.span.0].push(one);
    }
    let mut begins: Vec<Vec<f64>> = of_row.into_iter().map(|own| begins(own, columns)).collect();
    // Where lines part nearly all rows, those that seem to be several are one with long cells.
    let several = begins.iter().filter(|begins| begins.len() > 1).count();
    if rows >= 6 && several * 5 <= rows {
        begins.iter_mut().for_each(Vec::clear);
    }
    Bands { begins }
}

/// The lines of a row of the grid that begin a row of the table; none where it is one row.
fn begins(mut own: Vec<&Placed<'_>>, columns: usize) -> Vec<f64> {
    own.sort_by(|one, other| by(one.line, other.line).then_with(|| one.span.2.cmp(&other.span.2)));
    let lines: Vec<&[&Placed<'_>]> = own.chunk_by(|one, other| other.line - one.line < 1.0).collect();
    if lines.len() < 2 {
        return Vec::new();
    }
    // Lines of values in several columns are rows; lines of words are the lines of a cell, if no space parts them.
    let values = |line: &[&Placed<'_>]| {
        line.iter().filter(|one| one.words.iter().all(|word| is_value(&word.text))).count()
    };
    let with_values = lines.iter().filter(|line| values(line) >= 2).count();
    let with_value = lines.iter().filter(|line| values(line) >= 1).count();
    let chunks: Vec<Vec<Chunk<'_>>> =
        lines.iter().map(|line| line.iter().map(|one| one.chunk()).collect()).collect();
    let rows: Vec<Row<'_>> = lines
        .iter()
        .zip(&chunks)
        .filter_map(|(line, chunks)| {
            let rect = chunks.iter().map(|chunk| chunk.rect).reduce(|one, other| one.union(&other))?;
            let size = line.iter().flat_map(|one| &one.words).map(|word| word.size).fold(0.0, f64::max);
            Some(Row { rect, baseline: line[0].line, size, runs: Vec::new() })
        })
        .collect();
    let all = Lines { rows: &rows, chunks: &chunks, columns, separators: &[] };
    let joins = match with_values >= 2 || with_value >= 3 {
        true => joins(&all),
        false => parts_by_space(&all),
    };
    let begin = joins.iter().zip(&rows).filter(|(is_joined, _)| !**is_joined);
    begin.map(|(_, row)| row.baseline).collect()
}
