//! Tables with lines around their cells. Cells without a line between them are one.

use super::edges::Edges;
use super::kinds::is_value;
use super::{Builder, Evidence, Table};
use crate::page::{Page, Rect, Ruling};
use crate::text::{Line, Word, by};

/// How far a line may end before another and still meet it.
const MEET: f64 = 3.0;

/// Lines that are no farther apart are one border.
const BORDER: f64 = 3.0;

/// The share of a cell's side that a line has to cover to part it from its neighbour.
const COVER: f64 = 0.6;

pub fn find(page: &Page, edges: &Edges, lines: &[Line]) -> Vec<Table> {
    nets(edges).iter().filter_map(|net| table_of(page, net, lines)).collect()
}

/// The table that the lines of a page make, whatever it holds.
pub fn whole(page: &Page, edges: &Edges, lines: &[Line]) -> Option<Table> {
    let net = Net { horizontal: edges.horizontal.clone(), vertical: edges.vertical.clone() };
    cells_of(page, &net, lines).map(|(table, _)| table)
}

/// Lines that meet one another.
struct Net {
    horizontal: Vec<Ruling>,
    vertical: Vec<Ruling>,
}

fn meet(horizontal: &Ruling, vertical: &Ruling) -> bool {
    vertical.at >= horizontal.from - MEET
        && vertical.at <= horizontal.to + MEET
        && horizontal.at >= vertical.from - MEET
        && horizontal.at <= vertical.to + MEET
}

fn nets(edges: &Edges) -> Vec<Net> {
    let (rows, columns) = (&edges.horizontal, &edges.vertical);
    let mut parent: Vec<usize> = (0..rows.len() + columns.len()).collect();
    fn root(parent: &mut [usize], mut at: usize) -> usize {
        while parent[at] != at {
            parent[at] = parent[parent[at]];
            at = parent[at];
        }
        at
    }
    for (i, horizontal) in rows.iter().enumerate() {
        for (j, vertical) in columns.iter().enumerate() {
            if meet(horizontal, vertical) {
                let (one, other) = (root(&mut parent, i), root(&mut parent, rows.len() + j));
                parent[one] = other;
            }
        }
    }
    let mut nets: Vec<(usize, Net)> = Vec::new();
    for at in 0..parent.len() {
        let root = root(&mut parent, at);
        let place = nets.iter().position(|(known, _)| *known == root).unwrap_or_else(|| {
            nets.push((root, Net { horizontal: Vec::new(), vertical: Vec::new() }));
            nets.len() - 1
        });
        match at < rows.len() {
            true => nets[place].1.horizontal.push(rows[at]),
            false => nets[place].1.vertical.push(columns[at - rows.len()]),
        }
    }
    nets.into_iter()
        .map(|(_, net)| net)
        .filter(|net| net.horizontal.len() >= 2 && !net.vertical.is_empty())
        .collect()
}

/// The places of lines, each once.
fn places(rulings: &[Ruling]) -> Vec<f64> {
    let mut all: Vec<f64> = rulings.iter().map(|ruling| ruling.at).collect();
    all.sort_by(|one, other| by(*one, *other));
    let mut out: Vec<(f64, usize)> = Vec::new();
    for at in all {
        match out.last_mut() {
            Some((last, count)) if at - *last <= BORDER => {
                *last = (*last * *count as f64 + at) / (*count + 1) as f64;
                *count += 1;
            }
            _ => out.push((at, 1)),
        }
    }
    out.into_iter().map(|(at, _)| at).collect()
}

/// Whether a line runs there along so much of the way.
fn is_parted(rulings: &[Ruling], at: f64, from: f64, to: f64) -> bool {
    let covered: f64 = rulings
        .iter()
        .filter(|ruling| (ruling.at - at).abs() <= BORDER)
        .map(|ruling| (ruling.to.min(to) - ruling.from.max(from)).max(0.0))
        .sum();
    covered >= COVER * (to - from)
}

fn table_of(page: &Page, net: &Net, lines: &[Line]) -> Option<Table> {
    let (mut table, share) = cells_of(page, net, lines)?;
    strip(&mut table);
    // Charts have lines, too, and little text between them.
    let filled = table.cells.len();
    (filled >= 4 && table.columns >= 2 && table.rows >= 2 && share >= 0.3).then_some(table)
}

/// The table between lines, and how much of its grid has text.
fn cells_of(page: &Page, net: &Net, lines: &[Line]) -> Option<(Table, f64)> {
    let (mut xs, mut ys) = (places(&net.vertical), places(&net.horizontal));
    // Outer columns and rows often have no line at their outer side.
    let left = net.horizontal.iter().map(|ruling| ruling.from).fold(f64::MAX, f64::min);
    let right = net.horizontal.iter().map(|ruling| ruling.to).fold(f64::MIN, f64::max);
    let above = net.vertical.iter().map(|ruling| ruling.from).fold(f64::MAX, f64::min);
    let below = net.vertical.iter().map(|ruling| ruling.to).fold(f64::MIN, f64::max);
    open(&mut xs, left, right);
    open(&mut ys, above, below);
    if xs.len() < 2 || ys.len() < 2 {
        return None;
    }
    let rect = Rect::new(xs[0], ys[0], xs[xs.len() - 1], ys[ys.len() - 1]);
    if rect.width() < 20.0 || rect.height() < 8.0 {
        return None;
    }
    let (columns, rows) = (xs.len() - 1, ys.len() - 1);
    if columns * rows > 100_000 {
        return None;
    }
    // Cells that nothing parts are one.
    let mut group: Vec<usize> = (0..columns * rows).collect();
    for row in 0..rows {
        for column in 0..columns {
            let at = row * columns + column;
            if column + 1 < columns && !is_parted(&net.vertical, xs[column + 1], ys[row], ys[row + 1]) {
                join(&mut group, at, at + 1);
            }
            if row + 1 < rows && !is_parted(&net.horizontal, ys[row + 1], xs[column], xs[column + 1]) {
                join(&mut group, at, at + columns);
            }
        }
    }
    let spans = spans(&group, columns);
    let inside: Vec<&Line> = lines.iter().filter(|line| line.rect.overlap_y(&rect) > 0.0).collect();
    let placed = placed(&inside, rect, &xs, &ys, &spans);
    if placed.is_empty() {
        return None;
    }
    let bands = bands(&placed, rows);
    let mut builder = Builder::default();
    for one in &placed {
        let (from, to) = (bands.row(one.span.0, one.line), bands.row(one.span.1, one.line));
        let (from, to) =
            if one.span.0 == one.span.1 { (from, from) } else { (bands.first(one.span.0).min(from), to) };
        for word in &one.words {
            builder.put((from, to), (one.span.2, one.span.3), one.line, word);
        }
    }
    let share = builder.share(bands.total(), columns);
    let table = builder.finish(page.number, rect, Evidence::Ruled)?;
    Some((table, share))
}

/// Words of one line in one cell.
struct Placed<'l> {
    /// First row, last row, first column, last column of the cell.
    span: (usize, usize, usize, usize),
    /// The baseline.
    line: f64,
    words: Vec<&'l Word>,
}

/// The words of lines in the cells of a grid. A cell over several columns is parted where its words keep clear of the borders that
/// other rows have, with wide gaps between them.
fn placed<'l>(
    lines: &[&'l Line],
    rect: Rect,
    xs: &[f64],
    ys: &[f64],
    spans: &[(usize, usize, usize, usize)],
) -> Vec<Placed<'l>> {
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
                None => out.push(Placed { span, line: line.baseline, words: vec![word] }),
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

fn parts<'l>(one: &Placed<'l>, xs: &[f64]) -> Option<Vec<Placed<'l>>> {
    let (row, last_row, from, to) = one.span;
    let size = one.words.iter().map(|word| word.size).fold(0.0, f64::max);
    let mut runs: Vec<(Rect, Vec<&'l Word>)> = Vec::new();
    for word in &one.words {
        match runs.last_mut() {
            Some((rect, words)) if word.rect.x0 - rect.x1 <= 0.9 * size => {
                *rect = rect.union(&word.rect);
                words.push(word);
            }
            _ => runs.push((word.rect, vec![word])),
        }
    }
    if runs.len() < 2 {
        return None;
    }
    let column_of = |x: f64| (xs.partition_point(|border| *border <= x).max(1) - 1).clamp(from, to);
    runs.into_iter()
        .map(|(rect, words)| {
            let (first, last) = (column_of(rect.x0 + 1.0), column_of(rect.x1 - 1.0));
            (first == last).then_some(Placed { span: (row, last_row, first, last), line: one.line, words })
        })
        .collect()
}

/// The rows of the table: each of the grid is one, or as many as it has lines of values.
struct Bands {
    /// For each row of the grid, the lines that begin a row of the table.
    begins: Vec<Vec<f64>>,
}

impl Bands {
    fn first(&self, row: usize) -> usize {
        self.begins[..row].iter().map(|begins| begins.len().max(1)).sum()
    }

    fn row(&self, row: usize, line: f64) -> usize {
        let within = self.begins[row].partition_point(|begin| *begin <= line + 0.5);
        self.first(row) + within.saturating_sub(1)
    }

    fn total(&self) -> usize {
        self.first(self.begins.len())
    }
}

fn bands(placed: &[Placed<'_>], rows: usize) -> Bands {
    let begins = (0..rows)
        .map(|row| {
            let own: Vec<&Placed<'_>> =
                placed.iter().filter(|one| one.span.0 == row && one.span.1 == row).collect();
            let mut lines: Vec<f64> = own.iter().map(|one| one.line).collect();
            lines.sort_by(|one, other| by(*one, *other));
            lines.dedup_by(|one, other| (*one - *other).abs() < 1.0);
            // Lines of values in several columns are rows; lines of words are the lines of a cell.
            let values = |line: f64| {
                own.iter()
                    .filter(|one| {
                        (one.line - line).abs() < 1.0 && one.words.iter().all(|word| is_value(&word.text))
                    })
                    .count()
            };
            let with_values = lines.iter().filter(|line| values(**line) >= 2).count();
            let with_value = lines.iter().filter(|line| values(**line) >= 1).count();
            match lines.len() >= 2 && (with_values >= 2 || with_value >= 3) {
                true => lines,
                false => Vec::new(),
            }
        })
        .collect();
    Bands { begins }
}

/// Takes away what stands across the whole table above its first row or below its last: its title, and notes.
fn strip(table: &mut Table) {
    loop {
        let whole = |row: usize| {
            let mut cells = table.cells.iter().filter(|cell| cell.row <= row && cell.last_row >= row);
            let only = cells.next().filter(|cell| cell.column == 0 && cell.last_column + 1 == table.columns);
            only.is_some() && cells.next().is_none()
        };
        if table.rows < 3 || table.columns < 2 {
            return;
        }
        let gone = if whole(0) {
            0
        } else if whole(table.rows - 1) {
            table.rows - 1
        } else {
            return;
        };
        table.cells.retain(|cell| cell.row != gone);
        table.rows -= 1;
        if gone == 0 {
            for cell in &mut table.cells {
                cell.row -= 1;
                cell.last_row -= 1;
            }
        }
    }
}

/// Adds the ends of lines as borders where they reach beyond the outermost of them.
fn open(borders: &mut Vec<f64>, from: f64, to: f64) {
    const REACH: f64 = 8.0;
    if borders.first().is_none_or(|first| first - from > REACH) && from < f64::MAX {
        borders.insert(0, from);
    }
    if borders.last().is_none_or(|last| to - last > REACH) && to > f64::MIN {
        borders.push(to);
    }
}

fn join(group: &mut [usize], one: usize, other: usize) {
    let (one, other) = (find_root(group, one), find_root(group, other));
    group[one.max(other)] = one.min(other);
}

fn find_root(group: &[usize], mut at: usize) -> usize {
    while group[at] != at {
        at = group[at];
    }
    at
}

/// For each cell that is the first of its group, the rows and columns of all of them.
fn spans(group: &[usize], columns: usize) -> Vec<(usize, usize, usize, usize)> {
    let mut spans = vec![(usize::MAX, 0, usize::MAX, 0); group.len()];
    for at in 0..group.len() {
        let (row, column) = (at / columns, at % columns);
        let span = &mut spans[find_root(group, at)];
        *span = (span.0.min(row), span.1.max(row), span.2.min(column), span.3.max(column));
    }
    for at in 0..group.len() {
        let root = find_root(group, at);
        spans[at] = spans[root];
    }
    spans
}
