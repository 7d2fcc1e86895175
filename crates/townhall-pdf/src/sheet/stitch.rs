//! Tables that go on over several pages become one.

use super::{Column, Doubt, Kind, PageTables, Part, Sheet, SheetCell, header, title};
use crate::page::Rect;
use crate::tables::{Table, Tags};

/// How far columns of two pages may be apart, in points, after both were moved to the same left side.
const DRIFT: f64 = 12.0;

/// How many short lines may stand between a table and the end of its page, or the beginning of the next and its table.
const LINES_BETWEEN: usize = 3;

/// The tables of pages, joined if `stitches` says so.
pub fn join(pages: &[PageTables], stitches: bool) -> Vec<Sheet> {
    let mut sheets: Vec<Sheet> = Vec::new();
    let mut open: Option<Open> = None;
    for (at, page) in pages.iter().enumerate() {
        for (number, table) in page.tables.iter().enumerate() {
            let above = page.surroundings.above.get(number).map_or(&[][..], Vec::as_slice);
            let own = sheet_of(page, number, table, above);
            let spans = spans(table);
            let is_next = number == 0 && at > 0 && pages[at - 1].number + 1 == page.number;
            let goes_on = open.take().filter(|open| {
                if open.is_tagged_as(table) {
                    return stitches;
                }
                stitches
                    && is_next
                    && begins_a_page(above, sheets[open.sheet].title.as_deref())
                    && are_alike(&open.spans, &spans)
                    // It has no header of its own, or the one of the table before.
                    && (own.header_rows == 0 || header_of(&own) == open.header)
            });
            let is_last = number + 1 == page.tables.len();
            let (sheet, header) = match goes_on {
                Some(open) => {
                    let is_broken = open.breaks_a_row(table);
                    // What its tags call the rest of a table has a header only where it repeats one.
                    let is_header = !open.is_tagged_as(table) || header_of(&own) == open.header;
                    let skipped = if is_header { own.header_rows } else { 0 };
                    append(&mut sheets[open.sheet], own, skipped, is_broken);
                    (open.sheet, open.header)
                }
                None => {
                    let header = if is_last { header_of(&own) } else { Vec::new() };
                    sheets.push(own);
                    (sheets.len() - 1, header)
                }
            };
            open = is_last.then_some(Open { sheet, spans, header, tags: table.tags });
        }
        // What follows on the page ends the table, unless it is a note or two.
        let lines = &page.surroundings.after;
        let words: usize = lines.iter().map(|(text, _)| text.split_whitespace().count()).sum();
        if page.tables.is_empty() || lines.len() > LINES_BETWEEN + 2 || words > 60 {
            open = None;
        }
    }
    sheets
}

/// The table that may go on.
struct Open {
    /// Which one it is.
    sheet: usize,
    /// The columns that it ended with.
    spans: Vec<Span>,
    /// What its header says.
    header: Vec<String>,
    /// What its file says of it.
    tags: Option<Tags>,
}

impl Open {
    /// Whether the file says that a table is the same.
    fn is_tagged_as(&self, table: &Table) -> bool {
        self.tags.zip(table.tags).is_some_and(|(one, other)| one.table == other.table)
    }

    /// Whether its last row goes on in a table.
    fn breaks_a_row(&self, table: &Table) -> bool {
        let goes_on = |(one, other): (Tags, Tags)| one.last_row == other.first_row;
        self.is_tagged_as(table) && self.tags.zip(table.tags).is_some_and(goes_on)
    }
}

/// Whether nothing stands above a table but the name that its beginning had, too.
fn begins_a_page(above: &[(String, Rect)], title: Option<&str>) -> bool {
    above.len() <= LINES_BETWEEN
        && above.iter().all(|(text, _)| {
            let is_same = title.is_some_and(|title| {
                title.contains(text.as_str()) || crate::recipe::is_same_landmark(title, text)
            });
            // A new name begins a new table.
            is_same
                || title::is_continued(text)
                || (!title::begins(text) && text.split_whitespace().count() <= 12)
        })
}

/// From where to where the texts of a column reach.
type Span = Option<(f64, f64)>;

fn spans(table: &Table) -> Vec<Span> {
    let mut spans: Vec<Span> = vec![None; table.columns];
    for cell in table.cells.iter().filter(|cell| cell.column == cell.last_column) {
        let span = &mut spans[cell.column];
        *span = Some(match *span {
            Some((from, to)) => (from.min(cell.rect.x0), to.max(cell.rect.x1)),
            None => (cell.rect.x0, cell.rect.x1),
        });
    }
    spans
}

/// Whether columns stand in the same places, but for where the page begins.
fn are_alike(one: &[Span], other: &[Span]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let both: Vec<_> = one.iter().zip(other).filter_map(|(one, other)| Some(((*one)?, (*other)?))).collect();
    let Some(((from, _), (other_from, _))) = both.first() else { return false };
    let shift = other_from - from;
    both.iter().all(|((from, to), (other_from, other_to))| {
        let (from, to) = (from + shift, to + shift);
        // Texts of a column begin, end, or lie at the same place, whatever their length.
        let common = to.min(*other_to) - from.max(*other_from);
        let shorter = (to - from).min(other_to - other_from);
        (from - other_from).abs() <= DRIFT || (to - other_to).abs() <= DRIFT || common >= 0.6 * shorter
    })
}

/// A column of which nothing is known yet.
fn unknown() -> Column {
    Column { name: String::new(), kind: Kind::Text, unit: None, nulls: 0, notes: 0 }
}

/// The texts of the header without what changes from page to page.
fn header_of(sheet: &Sheet) -> Vec<String> {
    let mut texts: Vec<String> = sheet
        .cells
        .iter()
        .filter(|cell| cell.row < sheet.header_rows)
        .map(|cell| cell.text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase())
        .filter(|text| !title::is_continued(text))
        .collect();
    texts.sort_unstable();
    texts
}

fn sheet_of(page: &PageTables, number: usize, table: &Table, above: &[(String, Rect)]) -> Sheet {
    let cells: Vec<SheetCell> = table
        .cells
        .iter()
        .map(|cell| SheetCell {
            row: cell.row,
            last_row: cell.last_row,
            column: cell.column,
            last_column: cell.last_column,
            text: cell.text.clone(),
            page: table.page,
            rect: cell.rect,
            value: None,
            note: None,
            doubts: if cell.is_uncertain { vec![Doubt::Uncertain] } else { Vec::new() },
        })
        .collect();
    let tagged = table.tags.and_then(|tags| tags.header_rows);
    let said = page.header_rows.get(number).copied().flatten().or(tagged);
    let header_rows =
        said.map_or_else(|| header::count(&cells, table.rows, table.columns), |said| said.min(table.rows));
    Sheet {
        page: table.page,
        rect: table.rect,
        title: title::of(above, &table.rect),
        parts: vec![Part { page: table.page, rect: table.rect, row: 0, end: table.rows }],
        rows: table.rows,
        header_rows,
        columns: vec![unknown(); table.columns],
        cells,
        evidence: table.evidence,
        confidence: 1.0,
        doubts: Vec::new(),
        proofs: Vec::new(),
    }
}

/// Adds what stands on the next page, without the header that it repeats. Its first row may be the rest of the last one.
fn append(sheet: &mut Sheet, mut next: Sheet, skipped: usize, is_broken: bool) {
    if is_broken {
        finish_row(sheet, &mut next, skipped);
    }
    let begin = sheet.rows - usize::from(is_broken);
    let rows = next.rows - skipped;
    sheet.columns.resize(sheet.columns.len().max(next.columns.len()), unknown());
    sheet.cells.extend(next.cells.into_iter().filter(|cell| cell.row >= skipped).map(|cell| SheetCell {
        row: cell.row - skipped + begin,
        last_row: cell.last_row - skipped + begin,
        ..cell
    }));
    let row = sheet.rows;
    sheet.rows = begin + rows;
    sheet.parts.push(Part { page: next.page, rect: next.rect, row, end: sheet.rows });
}

/// Puts what stands in the first row that is not skipped into the cells of the last row that it goes on from.
fn finish_row(sheet: &mut Sheet, next: &mut Sheet, first: usize) {
    let last = sheet.rows.saturating_sub(1);
    next.cells.retain(|rest| {
        let is_it = |cell: &&mut SheetCell| cell.last_row == last && cell.column == rest.column;
        match sheet.cells.iter_mut().rev().take_while(|cell| cell.last_row == last).find(is_it) {
            Some(cell) if rest.row == first => {
                cell.text = format!("{}\n{}", cell.text, rest.text);
                cell.last_row += rest.last_row - first;
                false
            }
            _ => true,
        }
    });
}
