//! Tables with lines around their cells. Cells without a line between them are one.

use super::blocks::names_above;
use super::cells::{Cells, cells};
use super::edges::Edges;
use super::kinds::is_value;
use super::nets::{Net, nets, places};
use super::placed::{bands, placed};
use super::sides::{drawn, upright};
use super::{Builder, Evidence, Table};
use crate::page::{Page, Rect};
use crate::text::{Line, by};

/// Most cells of a grid.
const CELLS_MAX: usize = 100_000;

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
    let upright = upright(&net.vertical, &xs, &rect, lines);
    let head = names_above(&rect, &xs, lines);
    if head < rect.y0 {
        rect.y0 = head - 1.0;
        ys.insert(0, rect.y0);
    }
    let level = drawn(&net.horizontal, &ys);
    let xs: Vec<f64> = upright.iter().map(|side| side.at).collect();
    let (columns, rows) = (xs.len() - 1, ys.len() - 1);
    if columns * rows > CELLS_MAX {
        return None;
    }
    let Cells { spans, are_boxes } = cells(&upright, &level);
    let from = lines.partition_point(|line| line.baseline < rect.y0);
    let inside: Vec<&Line> =
        lines[from..].iter().take_while(|line| line.baseline - line.size < rect.y1).collect();
    let placed = placed(&inside, rect, &xs, &ys, &spans);
    if placed.is_empty() {
        return None;
    }
    let angled = placed.iter().filter(|one| !are_boxes[one.cell]).count() as f64 / placed.len() as f64;
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
