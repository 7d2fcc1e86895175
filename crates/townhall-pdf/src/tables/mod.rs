//! Tables on pages: where lines draw them, and where nothing but the places of words does.

mod aligned;
mod areas;
mod blocks;
mod cells;
mod charts;
mod chunks;
mod columns;
mod edges;
mod explicit;
mod frames;
mod given;
mod heads;
mod joins;
mod judge;
mod kinds;
mod nets;
mod placed;
mod prose;
mod ruled;
mod runs;
mod sides;
mod tagged;
mod tiles;
mod wraps;

pub use given::find_tables_in;

use std::borrow::Cow;
use std::collections::HashMap;

use serde::Serialize;

pub(crate) use self::areas::Areas;
use crate::direction::in_order;
use crate::page::{Page, Rect};
use crate::text::{Line, Word, by, lines};

pub(crate) use explicit::Marking;

/// A table on a page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Table {
    /// The page, counted from 1.
    pub page: usize,
    /// Where it stands.
    #[serde(rename = "bbox")]
    pub rect: Rect,
    /// How many rows it has.
    pub rows: usize,
    /// How many columns it has.
    pub columns: usize,
    /// Its cells, row by row. A cell that spans others is listed once; where nothing stands, there is none.
    pub cells: Vec<Cell>,
    /// What shows it.
    pub evidence: Evidence,
    /// What its file says of it.
    #[serde(skip)]
    pub tags: Option<Tags>,
}

/// What a file says of a table, or of what a page holds of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tags {
    /// Which table of the file it is, counted from 0. One that goes on over pages is the same on each.
    pub table: usize,
    /// Which row of the whole table its first row below its headers is, counted from 0.
    pub first_row: usize,
    /// Which row of the whole table its last row is.
    pub last_row: usize,
    /// How many of its rows are headers, where the file tells.
    pub header_rows: Option<usize>,
}

/// What shows that there is a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Evidence {
    /// Lines around its cells.
    Ruled,
    /// The places of its words.
    Aligned,
    /// The structure of the file, which says so.
    Tagged,
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cell {
    /// Its first row, counted from 0.
    #[serde(rename = "r0")]
    pub row: usize,
    /// Its last row.
    #[serde(rename = "r1")]
    pub last_row: usize,
    /// Its first column, counted from 0.
    #[serde(rename = "c0")]
    pub column: usize,
    /// Its last column.
    #[serde(rename = "c1")]
    pub last_column: usize,
    /// Its text; lines are parted by line ends.
    pub text: String,
    /// Where its text stands.
    #[serde(rename = "bbox")]
    pub rect: Rect,
    /// Whether a part of its text was recognized in a picture, and not for sure.
    #[serde(skip)]
    pub is_uncertain: bool,
}

impl Table {
    /// The texts as rows of equal length; the text of a cell that spans others stands in the first of them.
    pub fn grid(&self) -> Vec<Vec<String>> {
        let mut grid = vec![vec![String::new(); self.columns]; self.rows];
        for cell in &self.cells {
            grid[cell.row][cell.column].clone_from(&cell.text);
        }
        grid
    }

    /// Takes a row away.
    pub(crate) fn remove_row(&mut self, gone: usize) {
        self.cells.retain(|cell| cell.row != gone || cell.last_row != gone);
        for cell in &mut self.cells {
            if cell.row > gone {
                cell.row -= 1;
            }
            if cell.last_row >= gone && cell.last_row > 0 {
                cell.last_row -= 1;
            }
        }
        self.rows -= 1;
        let rect = self.cells.iter().map(|cell| cell.rect).reduce(|one, other| one.union(&other));
        if let Some(rect) = rect {
            self.rect = Rect {
                y0: self.rect.y0.max(rect.y0 - 6.0),
                y1: self.rect.y1.min(rect.y1 + 6.0),
                ..self.rect
            };
        }
    }
}

/// The tables of a page, from above.
pub fn find_tables(page: &Page) -> Vec<Table> {
    let page = page.body();
    find(&page, &lines(&page))
}

/// The tables of a page with these lines.
pub(crate) fn find(page: &Page, lines: &[Line]) -> Vec<Table> {
    let mut tables = tagged::find(page, lines);
    let edges = edges::edges(page).outside(&taken(&tables));
    let lines = match tables.is_empty() {
        true => Cow::Borrowed(lines),
        false => Cow::Owned(outside(lines, &taken(&tables))),
    };
    let charts = Areas::of(&charts::charts(&lines, &edges));
    let edges = edges.outside(&charts);
    let lines = outside(&lines, &charts);
    let ruled = ruled::find(page, &edges, &lines);
    let rest = outside(&lines, &taken(&ruled));
    tables.extend(ruled);
    tables.extend(aligned::find(page, &edges, &rest));
    tables.sort_by(|one, other| by(one.rect.y0, other.rect.y0).then_with(|| by(one.rect.x0, other.rect.x0)));
    tables
}

/// Where tables stand.
fn taken(tables: &[Table]) -> Areas {
    let taken: Vec<Rect> = tables.iter().map(|table| table.rect.grown(1.0)).collect();
    Areas::of(&taken)
}

/// What of the lines stands outside of areas.
fn outside(lines: &[Line], areas: &Areas) -> Vec<Line> {
    let without = |line: &Line| {
        let is_outside = |word: &&Word| {
            let (x, y) = word.rect.center();
            !areas.contain(x, y)
        };
        let words: Vec<Word> = line.words.iter().filter(is_outside).cloned().collect();
        let rect = words.iter().map(|word| word.rect).reduce(|one, other| one.union(&other))?;
        Some(Line { words, rect, ..*line })
    };
    lines.iter().filter_map(without).collect()
}

/// Cells from words, each with the rows and columns that it covers.
#[derive(Default)]
struct Builder {
    cells: Vec<Built>,
    /// Which cell stands at a row and a column.
    taken: HashMap<(usize, usize), usize>,
}

/// A cell to be.
struct Built {
    rows: (usize, usize),
    columns: (usize, usize),
    /// Its words, each with the height of the line that it is a part of.
    words: Vec<(f64, Word)>,
}

impl Builder {
    /// Puts a word, with the height of the line that it is a part of, into a cell.
    fn put(&mut self, rows: (usize, usize), columns: (usize, usize), line: f64, word: &Word) {
        let places = |(row, last_row), (column, last_column)| {
            (row..=last_row).flat_map(move |row| (column..=last_column).map(move |column| (row, column)))
        };
        let found = places(rows, columns).find_map(|place| self.taken.get(&place).copied());
        let at = found.unwrap_or(self.cells.len());
        if found.is_none() {
            self.cells.push(Built { rows, columns, words: Vec::new() });
        }
        let cell = &mut self.cells[at];
        cell.words.push((line, word.clone()));
        let before = (cell.rows, cell.columns);
        cell.rows = (cell.rows.0.min(rows.0), cell.rows.1.max(rows.1));
        cell.columns = (cell.columns.0.min(columns.0), cell.columns.1.max(columns.1));
        if found.is_none() || before != (cell.rows, cell.columns) {
            for place in places(cell.rows, cell.columns) {
                self.taken.entry(place).or_insert(at);
            }
        }
    }

    /// How much of a grid of so many rows and columns has text.
    fn share(&self, rows: usize, columns: usize) -> f64 {
        let size = |(first, last): (usize, usize)| last - first + 1;
        let filled: usize = self.cells.iter().map(|cell| size(cell.rows) * size(cell.columns)).sum();
        filled as f64 / (rows * columns).max(1) as f64
    }

    /// The table, without the rows and columns in which nothing stands.
    fn finish(self, page: usize, rect: Rect, evidence: Evidence) -> Option<Table> {
        let mut cells: Vec<Cell> = self
            .cells
            .into_iter()
            .filter_map(|Built { rows: (row, last_row), columns: (column, last_column), words }| {
                set((row, last_row), (column, last_column), words)
            })
            .collect();
        squeeze(&mut cells, |cell| (&mut cell.row, &mut cell.last_row));
        squeeze(&mut cells, |cell| (&mut cell.column, &mut cell.last_column));
        cells.sort_by_key(|cell| (cell.row, cell.column));
        let rows = cells.iter().map(|cell| cell.last_row + 1).max()?;
        let columns = cells.iter().map(|cell| cell.last_column + 1).max()?;
        Some(Table { page, rect, rows, columns, cells, evidence, tags: None })
    }
}

/// A cell with these words, each with the height of its line.
fn set(
    (row, last_row): (usize, usize),
    (column, last_column): (usize, usize),
    mut words: Vec<(f64, Word)>,
) -> Option<Cell> {
    words.sort_by(|(one_line, one), (other_line, other)| {
        by(*one_line, *other_line).then_with(|| by(one.rect.x0, other.rect.x0))
    });
    let rect = words.iter().map(|(_, word)| word.rect).reduce(|one, other| one.union(&other))?;
    let lines = words.chunk_by(|(line, _), (next, _)| line == next);
    let texts: Vec<String> = lines.map(text_of).collect();
    let is_uncertain = words.iter().any(|(_, word)| word.is_uncertain);
    Some(Cell { row, last_row, column, last_column, text: texts.join("\n"), rect, is_uncertain })
}

/// The words of a line of a cell as they are read.
fn text_of(words: &[(f64, Word)]) -> String {
    let words: Vec<&Word> = words.iter().map(|(_, word)| word).collect();
    let words = in_order(words, |word| &word.text);
    words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
}

/// Takes numbers away at which no cell begins.
fn squeeze(cells: &mut [Cell], ends: impl Fn(&mut Cell) -> (&mut usize, &mut usize)) {
    let mut begins: Vec<usize> = cells.iter_mut().map(|cell| *ends(cell).0).collect();
    begins.sort_unstable();
    begins.dedup();
    for cell in cells {
        let (first, last) = ends(cell);
        *first = begins.partition_point(|begin| begin < first);
        *last = begins.partition_point(|begin| begin <= last) - 1;
    }
}
