//! What pages repeat at their upper and lower ends: running titles, dates, page numbers. It is no part of a table.

use std::collections::HashSet;

use super::PageTables;
use crate::page::{Page, Rect};
use crate::tables::Table;
use crate::text::Line;

/// What stands around the tables of a page.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// The first and last lines of the page, those within tables among them.
    ends: Vec<(String, Rect)>,
    /// For each table, the lines above it up to the next table, the nearest first.
    pub(super) above: Vec<Vec<(String, Rect)>>,
    /// How many lines follow the last table.
    pub(super) after: Vec<(String, Rect)>,
}

/// How many lines at each end of a page may be furniture.
const ENDS: usize = 4;

/// How many lines next to a table are looked at.
const NEAR: usize = 8;

impl Surroundings {
    /// What stands around tables.
    pub fn of(page: &Page, lines: &[Line], tables: &[Table]) -> Self {
        let text = |line: &Line| (line.text(), line.rect);
        let is_end = |at: usize| at < ENDS || at + ENDS >= lines.len();
        let is_margin = |line: &Line| line.rect.y1 < 0.16 * page.height || line.rect.y0 > 0.84 * page.height;
        let ends = lines.iter().enumerate().filter(|(at, line)| is_end(*at) && is_margin(line));
        let outside: Vec<&Line> = lines
            .iter()
            .filter(|line| {
                let (_, y) = line.rect.center();
                !tables.iter().any(|table| {
                    y > table.rect.y0 && y < table.rect.y1 && line.rect.overlap_x(&table.rect) > 0.0
                })
            })
            .collect();
        let above = tables.iter().map(|table| {
            let ceiling = tables
                .iter()
                .filter(|other| {
                    other.rect.y1 <= table.rect.y0 + 1.0 && other.rect.overlap_x(&table.rect) > 0.0
                })
                .map(|other| other.rect.y1)
                .fold(f64::MIN, f64::max);
            let mut above: Vec<&&Line> = outside
                .iter()
                .filter(|line| line.rect.y1 <= table.rect.y0 + 2.0 && line.rect.y0 >= ceiling - 2.0)
                .collect();
            above.sort_by(|one, other| other.rect.y1.total_cmp(&one.rect.y1));
            above.into_iter().take(NEAR).map(|line| text(line)).collect()
        });
        let floor = tables.iter().map(|table| table.rect.y1).fold(f64::MIN, f64::max);
        let after = outside.iter().filter(|line| line.rect.y0 >= floor - 2.0).take(NEAR);
        Self {
            ends: ends.map(|(_, line)| text(line)).collect(),
            above: above.collect(),
            after: after.map(|line| text(line)).collect(),
        }
    }
}

/// What is the same from page to page of a line: its text without numbers, and its height.
type Mark = (String, i64);

fn marks((text, rect): &(String, Rect)) -> [Mark; 2] {
    let folded: String = text.chars().filter(|c| !c.is_ascii_digit() && !c.is_whitespace()).collect();
    // A line between two steps has both.
    let step = (rect.y0 / 3.0).floor() as i64;
    [(folded.clone(), step), (folded, step + 1)]
}

/// Takes away what is furniture: what a page has in common with the one before or after it, or the one beyond, as odd and even pages
/// often differ.
pub fn remove(pages: &mut [PageTables]) {
    let marked: Vec<HashSet<Mark>> =
        pages.iter().map(|page| page.surroundings.ends.iter().flat_map(marks).collect()).collect();
    for (at, page) in pages.iter_mut().enumerate() {
        let near = [at.wrapping_sub(2), at.wrapping_sub(1), at + 1, at + 2];
        let others: Vec<&HashSet<Mark>> = near.iter().filter_map(|near| marked.get(*near)).collect();
        let is_furniture = |line: &(String, Rect)| {
            marks(line).iter().any(|mark| others.iter().any(|other| other.contains(mark)))
        };
        let furniture: Vec<(String, Rect)> =
            page.surroundings.ends.iter().filter(|line| is_furniture(line)).cloned().collect();
        if furniture.is_empty() {
            continue;
        }
        let is_gone = |rect: &Rect| {
            let (x, y) = rect.center();
            furniture.iter().any(|(_, gone)| gone.grown(1.0).contains(x, y))
        };
        for lines in &mut page.surroundings.above {
            lines.retain(|(_, rect)| !is_gone(rect));
        }
        page.surroundings.after.retain(|(_, rect)| !is_gone(rect));
        for table in &mut page.tables {
            trim(table, page.height, is_gone);
        }
    }
}

/// Takes first and last rows away that are furniture and no header: a header is repeated, too, but in more than one or two cells.
fn trim(table: &mut Table, height: f64, is_gone: impl Fn(&Rect) -> bool) {
    for is_first in [true, false] {
        while table.rows > 2 {
            let row = if is_first { 0 } else { table.rows - 1 };
            let own: Vec<_> =
                table.cells.iter().filter(|cell| cell.row == row && cell.last_row == row).collect();
            let is_margin = |rect: &Rect| rect.y1 < 0.1 * height || rect.y0 > 0.9 * height;
            let next = if is_first { 1 } else { row - 1 };
            let beside = table.cells.iter().filter(|cell| cell.row <= next && cell.last_row >= next);
            // What belongs to a table stands close to its next row.
            let gap = beside
                .flat_map(|cell| own.iter().map(move |one| apart(&one.rect, &cell.rect)))
                .fold(f64::MAX, f64::min);
            let tall = own.iter().map(|cell| cell.rect.height()).fold(0.0, f64::max);
            let is_furniture = !own.is_empty()
                && own.len() <= 2
                && gap > 0.9 * tall
                && own.iter().all(|cell| is_gone(&cell.rect) && is_margin(&cell.rect));
            if !is_furniture {
                break;
            }
            table.remove_row(row);
        }
    }
}

/// How much space is between two boxes, one above the other.
fn apart(one: &Rect, other: &Rect) -> f64 {
    (one.y0.max(other.y0) - one.y1.min(other.y1)).max(0.0)
}
