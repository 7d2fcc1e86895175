//! The table of an area that a person marked: nothing is rejected, and what was drawn is what parts its cells.

use super::{Builder, Evidence, Table, edges, find_tables_in, ruled};
use crate::page::{Page, Rect, Ruling};
use crate::recipe::{Method, Selection};
use crate::text::{Line, Word, by, lines};

/// A word belongs to an area if its middle is no farther outside.
const SLACK: f64 = 0.5;

/// The table of an area; nothing where no text is in it.
pub fn table_in(page: &Page, selection: &Selection, area: Rect) -> Option<Table> {
    let inside = part_of(page, area);
    let lines = lines(&inside);
    let moved = |places: &[f64], from: f64, to: f64| -> Vec<f64> {
        let mut places: Vec<f64> = places.iter().map(|place| place + to - from).collect();
        places.sort_by(|one, other| by(*one, *other));
        places
    };
    let columns = moved(&selection.columns, selection.x1, area.x0);
    let rows = moved(&selection.rows, selection.y1, area.y0);
    let mut table = match selection.extraction_method {
        Method::Lattice => lattice(&inside, &lines, area, &columns, &rows),
        Method::Stream => stream(page.number, &lines, area, &columns, &rows),
        Method::Guess if !columns.is_empty() || !rows.is_empty() => {
            stream(page.number, &lines, area, &columns, &rows)
        }
        Method::Guess => find_tables_in(page, &[area]).pop().filter(|table| table.rows > 0),
    }?;
    merge(&mut table, &selection.merged);
    Some(table)
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
        is_cut: page.is_cut,
    }
}

/// Cells between lines; the sides of the area and what was drawn count as lines.
fn lattice(page: &Page, lines: &[Line], area: Rect, columns: &[f64], rows: &[f64]) -> Option<Table> {
    let mut page = page.clone();
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
    ruled::given(&page, &edges::edges(&page), lines)
}

/// A row for each line of text (or between two separators), columns by separators or by where words stand.
fn stream(page: usize, lines: &[Line], area: Rect, columns: &[f64], rows: &[f64]) -> Option<Table> {
    let found;
    let borders = match columns {
        [] => {
            found = borders(lines);
            &found[..]
        }
        given => given,
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

/// Words of a line with no wide gap between them.
fn chunks(line: &Line) -> Vec<Rect> {
    let mut chunks: Vec<Rect> = Vec::new();
    for Word { rect, .. } in &line.words {
        match chunks.last_mut() {
            Some(last) if rect.x0 - last.x1 < 0.6 * line.size => *last = last.union(rect),
            _ => chunks.push(*rect),
        }
    }
    chunks
}

/// Where columns part: each is what the pieces of lines that stand below one another cover. A piece that lies over several columns of
/// the other lines joins none of them.
fn borders(lines: &[Line]) -> Vec<f64> {
    let rows: Vec<Vec<Rect>> = lines.iter().map(chunks).collect();
    let most = rows.iter().map(Vec::len).max().unwrap_or(0);
    // What a line of few pieces has over several pieces of a line of many spans them.
    let full: Vec<&Vec<Rect>> = rows.iter().filter(|row| row.len() * 3 >= most * 2).collect();
    let mut columns: Vec<Rect> = Vec::new();
    let take = |columns: &mut Vec<Rect>, chunk: &Rect, may_join: bool| {
        let hit: Vec<usize> = (0..columns.len()).filter(|at| columns[*at].overlap_x(chunk) > 0.0).collect();
        match hit[..] {
            [] => columns.push(*chunk),
            [only] => columns[only] = columns[only].union(chunk),
            [first, .., _] if may_join => {
                let whole = hit.iter().fold(*chunk, |whole, at| whole.union(&columns[*at]));
                columns[first] = whole;
                let mut at = 0;
                columns.retain(|_| {
                    at += 1;
                    at - 1 == first || !hit.contains(&(at - 1))
                });
            }
            _ => {}
        }
    };
    for chunk in full.iter().flat_map(|row| row.iter()) {
        take(&mut columns, chunk, true);
    }
    for chunk in rows.iter().flatten() {
        take(&mut columns, chunk, false);
    }
    columns.sort_by(|one, other| by(one.x0, other.x0));
    columns.windows(2).map(|pair| f64::midpoint(pair[0].x1, pair[1].x0)).collect()
}

/// Makes one cell of those in each range of rows and columns.
fn merge(table: &mut Table, merged: &[[usize; 4]]) {
    for &[row, last_row, column, last_column] in merged {
        let (last_row, last_column) = (last_row.min(table.rows - 1), last_column.min(table.columns - 1));
        let is_in = |cell: &super::Cell| {
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
        table.cells.push(super::Cell { row, last_row, column, last_column, text: texts.join("\n"), rect });
        table.cells.sort_by_key(|cell| (cell.row, cell.column));
    }
}
