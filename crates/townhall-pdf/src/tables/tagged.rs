//! Tables that the file itself says it has, where what is seen on the page agrees.

use std::collections::{BTreeMap, HashMap};

use super::{Cell, Evidence, Table, Tags, kinds, set};
use crate::page::{Page, Rect, TaggedCell};
use crate::text::{Line, Word};

/// The share of neighbours that must stand as the tags say, and of the words in the place of a table that must be in its cells.
const AGREES: f64 = 0.95;
const COVERS: f64 = 0.9;

/// From so many lines of values on, a cell holds what are rows to those who see it.
const LINES_OF_VALUES: usize = 3;

/// The tables of a page by their tags.
pub fn find(page: &Page, lines: &[Line]) -> Vec<Table> {
    if page.tagged.is_empty() {
        return Vec::new();
    }
    let mut words: HashMap<u32, Vec<(f64, Word)>> = HashMap::new();
    for line in lines {
        for word in &line.words {
            if let Some(cell) = word.cell {
                words.entry(cell).or_default().push((line.baseline, word.clone()));
            }
        }
    }
    let mut tables: BTreeMap<usize, Vec<(TaggedCell, Cell)>> = BTreeMap::new();
    for (number, tag) in (0..).zip(&page.tagged) {
        let words = words.remove(&number).unwrap_or_default();
        if let Some(cell) = set((tag.row, tag.last_row), (tag.column, tag.last_column), words) {
            tables.entry(tag.table).or_default().push((*tag, cell));
        }
    }
    let tables = tables.into_iter().filter_map(|(number, cells)| table(page.number, number, cells));
    tables.filter(|table| are_neighbours_placed(table) && covers(table, page, lines)).collect()
}

/// A table of cells that are numbered as in the whole file. Its columns keep their numbers, its rows are those of the page.
fn table(page: usize, number: usize, mut cells: Vec<(TaggedCell, Cell)>) -> Option<Table> {
    let columns = cells.iter().map(|(_, cell)| cell.last_column + 1).max()?;
    let is_wide = cells.iter().any(|(_, cell)| cell.column > 0);
    let rect = cells.iter().map(|(_, cell)| cell.rect).reduce(|one, other| one.union(&other))?;
    let mut begins: Vec<usize> = cells.iter().map(|(_, cell)| cell.row).collect();
    begins.sort_unstable();
    begins.dedup();
    // One row alone is the rest of a table that began on another page.
    let (first, last) = (*begins.first()?, *begins.last()?);
    if !is_wide || (begins.len() < 2 && first == 0) {
        return None;
    }
    cells.sort_by_key(|(_, cell)| (cell.row, cell.column));
    let is_head = |row: usize| cells.iter().filter(|(_, cell)| cell.row == row).all(|(tag, _)| tag.is_header);
    let header_rows = begins.iter().take_while(|row| is_head(**row)).count();
    // Where all are headers, none tells which rows name the columns.
    let header_rows = (1..begins.len()).contains(&header_rows).then_some(header_rows);
    let mut cells: Vec<Cell> = cells.into_iter().map(|(_, cell)| cell).collect();
    for cell in &mut cells {
        cell.row = begins.partition_point(|begin| *begin < cell.row);
        cell.last_row = begins.partition_point(|begin| *begin <= cell.last_row) - 1;
    }
    let first_row = begins[header_rows.unwrap_or(0)];
    let tags = Some(Tags { table: number, first_row, last_row: last, header_rows });
    Some(Table { page, rect, rows: begins.len(), columns, cells, evidence: Evidence::Tagged, tags })
}

/// Whether cells stand beside and below one another as the tags say, and none holds several rows. Programs that guess tags put values
/// into other columns.
fn are_neighbours_placed(table: &Table) -> bool {
    let (mut right, mut wrong) = (0_usize, 0_usize);
    let mut tell = |is_right: bool| match is_right {
        true => right += 1,
        false => wrong += 1,
    };
    let mut above: Vec<Option<Rect>> = vec![None; table.columns];
    for row in table.cells.chunk_by(|one, next| one.row == next.row) {
        for pair in row.windows(2) {
            tell(pair[1].rect.x0 >= pair[0].rect.x1 - 1.0);
        }
        let own = row.iter().filter(|cell| cell.column == cell.last_column);
        for cell in own.clone() {
            if let Some(above) = above[cell.column].replace(cell.rect) {
                tell(cell.rect.y0 >= above.y1 - 3.0);
                tell(cell.rect.overlap_x(&above) > 0.0);
            }
        }
        let columns_of_values = own.filter(|cell| {
            let lines: Vec<&str> = cell.text.lines().collect();
            lines.len() >= LINES_OF_VALUES && lines.iter().all(|line| kinds::is_value(line))
        });
        if columns_of_values.count() > 0 && row.iter().filter(|cell| cell.text.contains('\n')).count() > 1 {
            return false;
        }
    }
    right as f64 >= AGREES * (right + wrong) as f64
}

/// Whether hardly anything stands in the place of a table but its cells.
fn covers(table: &Table, page: &Page, lines: &[Line]) -> bool {
    let number = table.tags.as_ref().map(|tags| tags.table);
    let is_own = |word: &&Word| {
        word.cell.and_then(|cell| page.tagged.get(cell as usize)).map(|tag| tag.table) == number
    };
    let is_inside = |word: &&Word| {
        let (x, y) = word.rect.center();
        table.rect.contains(x, y)
    };
    let inside: Vec<&Word> = lines.iter().flat_map(|line| &line.words).filter(is_inside).collect();
    let own = inside.iter().copied().filter(is_own).count();
    own as f64 >= COVERS * inside.len() as f64
}
