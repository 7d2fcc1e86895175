//! The table of an area that a person marked: nothing is rejected, and what was drawn is what parts its cells.

use super::columns::borders;
use super::edges::{Edges, edges};
use super::runs::Row;
use super::{Builder, Cell, Evidence, Table, given, ruled};
use crate::page::{Page, Rect, Ruling};
use crate::recipe::{Method, Selection};
use crate::text::{Line, by, lines};

/// A word belongs to an area if its middle is no farther outside.
const SLACK: f64 = 0.5;

/// A page on which tables are marked. What its lines and edges are is found once for all of them.
pub struct Marking<'p> {
    page: &'p Page,
    lines: &'p [Line],
    edges: Edges,
}

impl<'p> Marking<'p> {
    /// A page with its lines.
    pub fn new(page: &'p Page, lines: &'p [Line]) -> Self {
        Self { page, lines, edges: edges(page) }
    }

    /// The table of an area, which is where a selection is on this page; nothing where no text is in it.
    pub fn table(&self, selection: &Selection, area: Rect) -> Option<Table> {
        let moved = |places: &[f64], from: f64, to: f64| -> Vec<f64> {
            let mut places: Vec<f64> = places.iter().map(|place| place + to - from).collect();
            places.sort_by(|one, other| by(*one, *other));
            places
        };
        let columns = moved(&selection.columns, selection.x1, area.x0);
        let rows = moved(&selection.rows, selection.y1, area.y0);
        let is_given = !columns.is_empty() || !rows.is_empty();
        let mut table = match selection.extraction_method {
            Method::Guess if !is_given => {
                Some(given::table_in(self.page, &self.edges, self.lines, area)).filter(|table| table.rows > 0)
            }
            Method::Lattice => lattice(part_of(self.page, area), area, &columns, &rows),
            Method::Stream | Method::Guess => {
                stream(self.page.number, &lines(&part_of(self.page, area)), area, columns, &rows)
            }
        }?;
        merge(&mut table, &selection.merged);
        Some(table)
    }
}

/// What stands on a page in an area.
fn part_of(page: &Page, area: Rect) -> Page {
    let rulings = page.rulings.iter().filter_map(|ruling| {
        let (at, from, to) = match ruling.is_horizontal {
            true => ((area.y0, area.y1), area.x0, area.x1),
            false => ((area.x0, area.x1), area.y0, area.y1),
        };
        let cut = Ruling { from: ruling.from.max(from), to: ruling.to.min(to), ..*ruling };
        (cut.at >= at.0 - 1.0 && cut.at <= at.1 + 1.0 && cut.length() > 1.0).then_some(cut)
    });
    let fills =
        page.fills.iter().filter(|fill| fill.rect.overlap_x(&area) > 1.0 && fill.rect.overlap_y(&area) > 1.0);
    let glyphs = page.glyphs.iter().filter(|glyph| {
        let (x, y) = glyph.rect.center();
        area.grown(SLACK).contains(x, y)
    });
    let sideways = page.sideways.iter().filter(|word| {
        let (x, y) = word.rect.center();
        area.contains(x, y)
    });
    Page {
        sideways: sideways.cloned().collect(),
        number: page.number,
        width: page.width,
        height: page.height,
        turn: page.turn,
        glyphs: glyphs.copied().collect(),
        rulings: rulings.collect(),
        fills: fills.copied().collect(),
        images: Vec::new(),
        // Where lines and columns are said, tags are not asked.
        tagged: Vec::new(),
        is_cut: page.is_cut,
    }
}

/// Cells between lines; the sides of the area and what was drawn count as lines.
fn lattice(mut page: Page, area: Rect, columns: &[f64], rows: &[f64]) -> Option<Table> {
    let mut add = |is_horizontal: bool, at: f64| {
        let (from, to) = match is_horizontal {
            true => (area.x0, area.x1),
            false => (area.y0, area.y1),
        };
        page.rulings.push(Ruling { is_horizontal, at, from, to, width: 0.5 });
    };
    for at in [area.x0, area.x1].into_iter().chain(columns.iter().copied()) {
        add(false, at);
    }
    for at in [area.y0, area.y1].into_iter().chain(rows.iter().copied()) {
        add(true, at);
    }
    ruled::given(&page, &edges(&page), &lines(&page))
}

/// A row for each line of text (or between two separators), columns by separators or by where words stand.
fn stream(page: usize, lines: &[Line], area: Rect, columns: Vec<f64>, rows: &[f64]) -> Option<Table> {
    let borders = match columns.is_empty() {
        true => {
            let all: Vec<Row<'_>> = lines.iter().filter_map(|line| Row::with(line, |_| true)).collect();
            let several: Vec<&Row<'_>> = all.iter().filter(|row| row.runs.len() > 1).collect();
            borders(&several, &all)
        }
        false => columns,
    };
    let mut builder = Builder::default();
    for (number, line) in lines.iter().enumerate() {
        let row = match rows {
            [] => number,
            rows => rows.partition_point(|border| *border <= line.rect.center().1),
        };
        for word in &line.words {
            let column = borders.partition_point(|border| *border <= word.rect.center().0);
            builder.put((row, row), (column, column), line.baseline, word);
        }
    }
    builder.finish(page, area, Evidence::Aligned)
}

/// Makes one cell of those in each range of rows and columns.
fn merge(table: &mut Table, merged: &[[usize; 4]]) {
    for &[row, last_row, column, last_column] in merged {
        let (last_row, last_column) = (last_row.min(table.rows - 1), last_column.min(table.columns - 1));
        let is_in = |cell: &Cell| {
            cell.row >= row
                && cell.last_row <= last_row
                && cell.column >= column
                && cell.last_column <= last_column
        };
        let (inside, rest): (Vec<_>, Vec<_>) = table.cells.drain(..).partition(|cell| is_in(cell));
        table.cells = rest;
        let Some(rect) = inside.iter().map(|cell| cell.rect).reduce(|one, other| one.union(&other)) else {
            continue;
        };
        let texts: Vec<&str> = inside.iter().map(|cell| cell.text.as_str()).collect();
        let (text, is_uncertain) = (texts.join("\n"), inside.iter().any(|cell| cell.is_uncertain));
        table.cells.push(Cell { row, last_row, column, last_column, text, rect, is_uncertain });
        table.cells.sort_by_key(|cell| (cell.row, cell.column));
    }
}
