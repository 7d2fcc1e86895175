//! The tables of a file: those of its pages, joined where one goes on over several, with headers, kinds of columns and doubts.

mod columns;
mod compare;
mod doubts;
mod furniture;
mod header;
mod numbers;
mod stitch;
mod title;

use serde::Serialize;

use crate::page::Rect;
use crate::tables::{Evidence, Table};

pub use columns::{Column, Kind, cleaned};
pub use compare::{ChangedCell, SheetDifference, compare};
pub use furniture::Surroundings;
pub use numbers::Value;

/// A table of a file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sheet {
    /// The page on which it begins, counted from 1.
    pub page: usize,
    /// Where it stands on its first page.
    #[serde(rename = "bbox")]
    pub rect: Rect,
    /// The line above it that names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Its pieces, one for each page that it covers.
    pub parts: Vec<Part>,
    /// How many rows it has, headers among them.
    pub rows: usize,
    /// How many of its rows are headers.
    pub header_rows: usize,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its cells, row by row. A cell that spans others is listed once; where nothing stands, there is none.
    pub cells: Vec<SheetCell>,
    /// What shows it.
    pub evidence: Evidence,
    /// How sure it is to be read right, from 0 to 1.
    pub confidence: f64,
    /// What may be wrong with it, in sentences.
    pub doubts: Vec<String>,
    /// What speaks for it, in sentences.
    pub proofs: Vec<String>,
}

/// What a page holds of a table.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Part {
    /// The page, counted from 1.
    pub page: usize,
    /// Where it stands on the page.
    #[serde(rename = "bbox")]
    pub rect: Rect,
    /// The first row of the table that stands there.
    pub row: usize,
    /// The first row of the table that does not any more.
    pub end: usize,
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SheetCell {
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
    /// The page, counted from 1.
    pub page: usize,
    /// Where its text stands.
    #[serde(rename = "bbox")]
    pub rect: Rect,
    /// The number or the day that the text is, where its column holds such.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    /// What refers to a footnote, taken off the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What may be wrong with it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub doubts: Vec<Doubt>,
}

/// What may be wrong with a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Doubt {
    /// Some of its characters are not known: its font does not say which they are.
    UnknownCharacters,
    /// It was recognized in a picture, and not for sure.
    Uncertain,
    /// The others of its column are numbers, and it is none.
    NoNumber,
    /// Its place overlaps that of another cell.
    Overlap,
    /// The rows above it do not add up to it.
    Total,
}

/// What was found on a page.
#[derive(Debug, Clone, Default)]
pub struct PageTables {
    /// The page, counted from 1.
    pub number: usize,
    /// Its height in points.
    pub height: f64,
    /// Its tables, from above.
    pub tables: Vec<Table>,
    /// For each table, how many of its rows are headers, where a person said so.
    pub header_rows: Vec<Option<usize>>,
    /// What stands around them.
    pub surroundings: Surroundings,
}

impl PageTables {
    /// Keeps those of its tables for which this says yes.
    pub(crate) fn keep(&mut self, kept: &[bool]) {
        let is_kept = |at: &mut usize| {
            let kept = kept.get(*at).copied().unwrap_or(true);
            *at += 1;
            kept
        };
        let (mut a, mut b, mut c) = (0, 0, 0);
        self.tables.retain(|_| is_kept(&mut a));
        self.header_rows.retain(|_| is_kept(&mut b));
        self.surroundings.above.retain(|_| is_kept(&mut c));
    }
}

/// Makes the tables of a file of those of its pages, in their order.
pub fn assemble(mut pages: Vec<PageTables>, stitches: bool) -> Vec<Sheet> {
    furniture::remove(&mut pages);
    let mut sheets: Vec<Sheet> = stitch::join(&pages, stitches);
    for sheet in &mut sheets {
        sheet.drop_empty_columns();
        columns::describe(sheet);
        doubts::weigh(sheet);
    }
    sheets
}

impl Sheet {
    /// Takes columns away in which no cell begins: the tables of single pages have none, but those that the structure of a file names may.
    fn drop_empty_columns(&mut self) {
        let mut begins: Vec<usize> = self.cells.iter().map(|cell| cell.column).collect();
        begins.sort_unstable();
        begins.dedup();
        if begins.len() == self.columns.len() {
            return;
        }
        for cell in &mut self.cells {
            cell.column = begins.partition_point(|begin| *begin < cell.column);
            cell.last_column = begins.partition_point(|begin| *begin <= cell.last_column) - 1;
        }
        self.columns.truncate(begins.len());
    }

    /// The texts as rows of equal length; the text of a cell that spans others stands in the first of them.
    pub fn grid(&self) -> Vec<Vec<String>> {
        let mut grid = vec![vec![String::new(); self.columns.len()]; self.rows];
        for cell in &self.cells {
            grid[cell.row][cell.column].clone_from(&cell.text);
        }
        grid
    }

    /// The page of each row.
    pub fn pages(&self) -> impl Iterator<Item = usize> + '_ {
        self.parts.iter().flat_map(|part| std::iter::repeat_n(part.page, part.end - part.row))
    }

    /// The rows below the header as data: numbers in plain digits, days as ISO 8601 has them, texts in one line, nothing where a
    /// cell says that there is no value. A cell that spans others stands in each of them.
    pub fn records(&self) -> Vec<Record> {
        let mut records: Vec<Record> = self
            .pages()
            .skip(self.header_rows)
            .map(|page| Record { page, rect: None, texts: vec![String::new(); self.columns.len()] })
            .collect();
        for cell in &self.cells {
            let column = &self.columns[cell.column];
            let text = match &cell.value {
                Some(value) => value.as_str().to_owned(),
                None if column.kind == Kind::Text => cleaned(&cell.text),
                None if numbers::is_null(&cell.text) => String::new(),
                None => cleaned(&cell.text),
            };
            for row in cell.row.max(self.header_rows)..=cell.last_row {
                let Some(record) = records.get_mut(row - self.header_rows) else { continue };
                record.rect = Some(record.rect.map_or(cell.rect, |rect| rect.union(&cell.rect)));
                for column in cell.column..=cell.last_column {
                    record.texts[column].clone_from(&text);
                }
            }
        }
        records
    }
}

/// A row of a table as data.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// The page that it stands on, counted from 1.
    pub page: usize,
    /// Where its texts stand; nothing where all cells are empty.
    pub rect: Option<Rect>,
    /// A text for each column.
    pub texts: Vec<String>,
}
