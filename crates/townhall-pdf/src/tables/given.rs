//! Tables in areas that somebody has drawn: one in each, whatever it looks like.

use super::edges::{Edges, edges};
use super::runs::Row;
use super::{Evidence, Table, aligned, ruled};
use crate::page::{Page, Rect};
use crate::text::{Line, lines};

/// The share of the words of an area that has to stand in a net of lines for that to be its table.
const INSIDE_MIN: f64 = 0.9;

/// The tables of a page in areas of it: for each area one, made of the words in it. Where nothing stands, a table has no cells.
pub fn find_tables_in(page: &Page, areas: &[Rect]) -> Vec<Table> {
    let lines = lines(page);
    let edges = edges(page);
    areas.iter().map(|area| table_in(page, &edges, &lines, *area)).collect()
}

/// The table of an area of a page with these edges and lines.
pub(super) fn table_in(page: &Page, edges: &Edges, lines: &[Line], area: Rect) -> Table {
    let lines: Vec<Line> = lines.iter().filter_map(|line| line_in(line, &area)).collect();
    let edges = edges.inside(&area.grown(4.0));
    let words: usize = lines.iter().map(|line| line.words.len()).sum();
    let is_whole = |table: &Table| {
        let near = table.rect.grown(1.0);
        let inside = lines.iter().flat_map(|line| &line.words).filter(|word| {
            let (x, y) = word.rect.center();
            near.contains(x, y)
        });
        inside.count() as f64 >= INSIDE_MIN * words as f64
    };
    let ruled = ruled::given(page, &edges, &lines).filter(is_whole);
    let rows: Vec<Row<'_>> = lines.iter().filter_map(|line| Row::with(line, |_| true)).collect();
    let table = ruled.or_else(|| aligned::given(page, &edges, &rows, area));
    let empty = || Table {
        page: page.number,
        rect: area,
        rows: 0,
        columns: 0,
        cells: Vec::new(),
        evidence: Evidence::Aligned,
        tags: None,
    };
    table.map_or_else(empty, |table| Table { rect: area, ..table })
}

/// The words of a line in an area.
fn line_in(line: &Line, area: &Rect) -> Option<Line> {
    let is_inside = |word: &&crate::text::Word| {
        let (x, y) = word.rect.center();
        area.contains(x, y)
    };
    let words: Vec<_> = line.words.iter().filter(is_inside).cloned().collect();
    let rect = words.iter().map(|word| word.rect).reduce(|one, other| one.union(&other))?;
    Some(Line { words, rect, ..*line })
}
