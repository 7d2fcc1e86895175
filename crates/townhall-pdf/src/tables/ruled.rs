//! Tables with lines around their cells. Cells without a line between them are one.

use super::bands::{Lines, joins, parts_by_space};
use super::blocks::names_above;
use super::chunks::Chunk;
use super::columns::borders;
use super::edges::Edges;
use super::frames::rows_in;
use super::kinds::is_value;
use super::nets::{BORDER, Net, nets, places};
use super::runs::Row;
use super::{Builder, Evidence, Table};
use crate::page::{Page, Rect, Ruling};
use crate::text::{Line, Word, by};

/// The share of a cell's side that a line has to cover to part it from its neighbour.
const COVER: f64 = 0.6;

/// Most cells of a grid.
const CELLS_MAX: usize = 100_000;

/// Where lines draw half of the columns and words the others: the share of the rows in a drawn column that have to be parted alike.
const OPEN_MIN: f64 = 0.5;

/// The tables that lines draw.
pub fn find(page: &Page, edges: &Edges, lines: &[Line]) -> Vec<Table> {
    let mut tables: Vec<Table> = nets(edges).iter().filter_map(|net| table_of(page, net, lines)).collect();
    tables.sort_by(|one, other| by(size(other), size(one)));
    // What is drawn within a cell of a table is a part of it.
    let mut found: Vec<Table> = Vec::new();
    for table in tables {
        let is_within = |other: &Table| {
            table.rect.overlap_x(&other.rect) * table.rect.overlap_y(&other.rect) > 0.5 * size(&table)
        };
        if !found.iter().any(is_within) {
            found.push(table);
        }
    }
    found
}

fn size(table: &Table) -> f64 {
    table.rect.width() * table.rect.height()
}

/// The largest table that lines draw, whatever it looks like.
pub fn given(page: &Page, edges: &Edges, lines: &[Line]) -> Option<Table> {
    let tables = nets(edges).into_iter().filter_map(|net| built(page, &net, lines));
    tables.map(|built| built.table).max_by(|one, other| by(size(one), size(other)))
}

fn table_of(page: &Page, net: &Net, lines: &[Line]) -> Option<Table> {
    let Built { mut table, share, angled } = built(page, net, lines)?;
    strip(&mut table);
    // Charts have lines, too, and little text between them, and bars that are no rows or columns.
    let values = table.cells.iter().filter(|cell| is_value(&cell.text)).count();
    let is_chart = share < 0.3 || (angled > 0.3 && values * 5 >= table.cells.len() * 4);
    (table.cells.len() >= 4 && table.columns >= 2 && table.rows >= 2 && !is_chart).then_some(table)
}

/// A table that lines draw.
struct Built {
    table: Table,
    /// How much of it has text.
    share: f64,
    /// How much of its text stands in cells that are no boxes.
    angled: f64,
}

fn built(page: &Page, net: &Net, lines: &[Line]) -> Option<Built> {
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
    let mut rect = Rect::new(xs[0], ys[0], xs[xs.len() - 1], ys[ys.len() - 1]);
    if rect.width() < 20.0 || rect.height() < 8.0 || (xs.len() - 1) * (ys.len() - 1) > CELLS_MAX {
        return None;
    }
    let upright =
        sides(&net.vertical, &xs, |at| open_border(lines, &rect, at), &open_columns(lines, &rect, &xs));
    let head = names_above(&rect, &xs, lines);
    if head < rect.y0 {
        rect.y0 = head - 1.0;
        ys.insert(0, rect.y0);
    }
    let level = sides(&net.horizontal, &ys, |_| Side { at: 0.0, drawn: Vec::new(), crossed: None }, &[]);
    let xs: Vec<f64> = upright.iter().map(|side| side.at).collect();
    let (columns, rows) = (xs.len() - 1, ys.len() - 1);
    if columns * rows > CELLS_MAX {
        return None;
    }
    // Cells that nothing parts are one.
    let mut group: Vec<usize> = (0..columns * rows).collect();
    for row in 0..rows {
        for column in 0..columns {
            let at = row * columns + column;
            if column + 1 < columns && !upright[column + 1].parts(ys[row], ys[row + 1]) {
                join(&mut group, at, at + 1);
            }
            if row + 1 < rows && !level[row + 1].parts(xs[column], xs[column + 1]) {
                join(&mut group, at, at + columns);
            }
        }
    }
    let (spans, boxes) = spans(&group, columns);
    let from = lines.partition_point(|line| line.baseline < rect.y0);
    let inside: Vec<&Line> =
        lines[from..].iter().take_while(|line| line.baseline - line.size < rect.y1).collect();
    let placed = placed(&inside, rect, &xs, &ys, &spans);
    if placed.is_empty() {
        return None;
    }
    let angled = placed.iter().filter(|one| !boxes[one.cell]).count() as f64 / placed.len() as f64;
    let bands = bands(&placed, rows, columns);
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
    Some(Built { table: builder.finish(page.number, rect, Evidence::Ruled)?, share, angled })
}

/// A border of a grid.
struct Side {
    at: f64,
    /// The lines that run there.
    drawn: Vec<Ruling>,
    /// Where no line draws it and only words keep clear of it: from where to where some do not.
    crossed: Option<Vec<(f64, f64)>>,
}

impl Side {
    /// Whether it parts what is on its two sides, along a part of it.
    fn parts(&self, from: f64, to: f64) -> bool {
        if let Some(crossed) = &self.crossed {
            return !crossed.iter().any(|(above, below)| {
                f64::midpoint(*above, *below) > from && f64::midpoint(*above, *below) < to
            });
        }
        let covered: f64 =
            self.drawn.iter().map(|ruling| (ruling.to.min(to) - ruling.from.max(from)).max(0.0)).sum();
        covered >= COVER * (to - from)
    }
}

/// The borders of a grid in their order: those that lines draw, and more.
fn sides(rulings: &[Ruling], places: &[f64], open: impl Fn(f64) -> Side, more: &[f64]) -> Vec<Side> {
    let mut sorted = rulings.to_vec();
    sorted.sort_by(|one, other| by(one.at, other.at));
    let drawn = places.iter().map(|at| {
        let from = sorted.partition_point(|ruling| ruling.at < at - BORDER);
        let near = sorted[from..].iter().take_while(|ruling| ruling.at <= at + BORDER);
        Side { at: *at, drawn: near.copied().collect(), crossed: None }
    });
    let mut sides: Vec<Side> = drawn.chain(more.iter().map(|at| open(*at))).collect();
    sides.sort_by(|one, other| by(one.at, other.at));
    sides
}

/// A border that no line draws, with the places where words cross it.
fn open_border(lines: &[Line], rect: &Rect, at: f64) -> Side {
    let rows = rows_in(lines, rect);
    let crossing = rows.iter().flat_map(|row| &row.runs).filter(|run| run.rect.x0 < at && run.rect.x1 > at);
    Side { at, drawn: Vec::new(), crossed: Some(crossing.map(|run| (run.rect.y0, run.rect.y1)).collect()) }
}

/// Borders within the columns that lines draw, where most rows have a wide gap: lines often part only some of the columns.
fn open_columns(lines: &[Line], rect: &Rect, xs: &[f64]) -> Vec<f64> {
    let mut found = Vec::new();
    for pair in xs.windows(2) {
        let rows = rows_in(lines, &Rect { x0: pair[0], x1: pair[1], ..*rect });
        let values = |row: &Row<'_>| row.runs.iter().filter(|run| is_value(&run.text())).count();
        let many: Vec<&Row<'_>> = rows.iter().filter(|row| values(row) >= 2).collect();
        if many.len() >= 3 && many.len() as f64 >= OPEN_MIN * rows.len() as f64 {
            found.extend(
                borders(&many, &rows).into_iter().filter(|at| *at > pair[0] + 6.0 && *at < pair[1] - 6.0),
            );
        }
    }
    found
}

/// Words of one line in one cell.
struct Placed<'l> {
    /// First row, last row, first column, last column of the cell.
    span: Span,
    /// Which cell of the grid it is in.
    cell: usize,
    /// The baseline.
    line: f64,
    words: Vec<&'l Word>,
}

/// The words of lines in the cells of a grid. A cell over several columns is parted where its words keep clear of the borders that
/// other rows have, with wide gaps between them.
fn placed<'l>(lines: &[&'l Line], rect: Rect, xs: &[f64], ys: &[f64], spans: &[Span]) -> Vec<Placed<'l>> {
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
            (first == last).then_some(Placed { span: (row, last_row, first, last), words, ..*one })
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

fn bands(placed: &[Placed<'_>], rows: usize, columns: usize) -> Bands {
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

/// First row, last row, first column, last column.
type Span = (usize, usize, usize, usize);

/// For each cell the rows and columns of its group, and whether the group is a box.
fn spans(group: &[usize], columns: usize) -> (Vec<Span>, Vec<bool>) {
    let mut spans = vec![(usize::MAX, 0, usize::MAX, 0); group.len()];
    let mut sizes = vec![0_usize; group.len()];
    for at in 0..group.len() {
        let (row, column) = (at / columns, at % columns);
        let root = find_root(group, at);
        let span = &mut spans[root];
        *span = (span.0.min(row), span.1.max(row), span.2.min(column), span.3.max(column));
        sizes[root] += 1;
    }
    let mut boxes = vec![true; group.len()];
    for at in 0..group.len() {
        let root = find_root(group, at);
        let (row, last_row, column, last_column) = spans[root];
        spans[at] = spans[root];
        boxes[at] = sizes[root] == (last_row - row + 1) * (last_column - column + 1);
    }
    (spans, boxes)
}
