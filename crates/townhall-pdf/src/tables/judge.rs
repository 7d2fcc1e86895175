//! Whether rows without lines around their cells are a table at all.

use super::Table;
use super::edges::Edges;
use super::kinds::{is_leader, is_scale, is_value, number};
use super::prose::is_prose;
use super::runs::Row;
use crate::page::Rect;

/// Most columns of the numbers along the sides of a chart.
const SIDES_MAX: usize = 3;

/// What bounds rows that may be a table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bound {
    /// The area between lines that they were found in.
    Lines(Rect),
    /// The title of a table right above them.
    Title,
    /// Nothing but space.
    Space,
}

/// Whether rows with these borders between columns are text and no table.
pub fn is_text(rows: &[Row<'_>], borders: &[f64], bound: Bound) -> bool {
    let is_bounded = matches!(bound, Bound::Lines(_));
    is_prose(rows, borders)
        || (!is_bounded && (rows.len() < 5 || borders.len() < 2) && is_wordy(rows, borders.len() + 1))
}

/// Whether a table that was built of rows, of which so much has text, is to be taken for one.
pub fn is_table(table: &Table, share: f64, bound: Bound, edges: &Edges) -> bool {
    // Little text is enough between lines, or where it is values in many columns.
    let is_sparse = matches!(bound, Bound::Lines(_)) || (table.columns >= 4 && are_values(table));
    let share_min = if is_sparse { 0.25 } else { 0.4 };
    let is_shown = bound != Bound::Space
        || table.columns > 2
        || has_values(table)
        || is_between_lines(edges, &table.rect);
    table.columns >= 2
        && table.rows >= 2
        && share >= share_min
        && is_shown
        && !(bound == Bound::Space && is_chart(table))
        && !is_contents(table)
}

/// Whether it is a table of contents: dots lead from titles to the numbers of pages, which go up.
fn is_contents(table: &Table) -> bool {
    let last: Vec<_> = table.cells.iter().filter(|cell| cell.column + 1 == table.columns).collect();
    let pages: Vec<f64> = last.iter().filter_map(|cell| number(&cell.text)).collect();
    let led = table.cells.iter().filter(|cell| is_leader(&cell.text)).count();
    table.columns <= 3
        && led * 2 >= table.rows
        && pages.len() * 4 >= last.len() * 3
        && pages.windows(2).all(|pair| pair[0] <= pair[1])
}

/// Whether the numbers are those along the sides of a chart: they go down by equal steps, as neither years nor numbers of rows do.
fn is_chart(table: &Table) -> bool {
    (0..table.columns.min(SIDES_MAX)).any(|column| {
        let texts = table.cells.iter().filter(|cell| cell.column == column && cell.last_column == column);
        let numbers: Vec<f64> = texts.filter_map(|cell| number(&cell.text)).collect();
        let goes_down = numbers.len() >= 2 && numbers[1] < numbers[0] && numbers[1] - numbers[0] != -1.0;
        table.columns <= SIDES_MAX && goes_down && is_scale(&numbers)
    })
}

/// Whether one of the columns after the first holds values.
fn has_values(table: &Table) -> bool {
    (1..table.columns).any(|column| {
        let own: Vec<_> = table.cells.iter().filter(|cell| cell.column == column).collect();
        let values = own.iter().filter(|cell| is_value(&cell.text)).count();
        own.len() >= 2 && values * 2 >= own.len()
    })
}

/// Whether most of what stands after the first column is values.
fn are_values(table: &Table) -> bool {
    let later = table.cells.iter().filter(|cell| cell.column > 0);
    let (all, values) =
        later.fold((0, 0), |(all, values), cell| (all + 1, values + usize::from(is_value(&cell.text))));
    values * 3 >= all * 2
}

/// Whether lines run along it above and below, or at least one through it.
fn is_between_lines(edges: &Edges, rect: &Rect) -> bool {
    let near = rect.grown(14.0);
    let along = edges.horizontal.iter().filter(|ruling| {
        let common = ruling.to.min(rect.x1) - ruling.from.max(rect.x0);
        ruling.at >= near.y0 && ruling.at <= near.y1 && common >= 0.7 * rect.width()
    });
    along.count() >= 2
}

/// Whether a few rows say too much to be those of a table: few columns, long lines in each.
fn is_wordy(rows: &[Row<'_>], columns: usize) -> bool {
    let many = rows.iter().filter(|row| row.runs.len() >= 2);
    let (runs, words) =
        many.flat_map(|row| &row.runs).fold((0, 0), |(runs, words), run| (runs + 1, words + run.words.len()));
    columns <= 3 && words as f64 / f64::from(runs.max(1)) > 4.0
}
