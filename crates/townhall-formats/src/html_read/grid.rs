//! Lays out a table of a page in rows and columns (HTML, section 4.9.12).

use std::rc::Rc;

use super::page::{Row, Table};
use crate::limits::{COLUMNS_MAX, HTML_TABLE_BYTES_MAX, PREAMBLE_ROWS_MAX};
use crate::{FormatError, Header};

/// The text of a cell, once for all rows and columns that it spans.
type Text = Rc<str>;

/// The texts of a row by column.
type Texts = Vec<Text>;

/// A table with its titles, its header and its data told apart.
pub(super) struct Grid<'t> {
    table: &'t Table,
    name: &'t str,
    width: usize,
    /// Rows above the header that are a single cell.
    titles: usize,
    /// Rows of the header.
    headers: usize,
}

impl<'t> Grid<'t> {
    /// Looks at all rows; `name` is that of the page.
    pub(super) fn of(table: &'t Table, name: &'t str) -> Result<Self, FormatError> {
        let mut grid = Self { table, name, width: 0, titles: 0, headers: 0 };
        // The rows at the top that may be titles or headers.
        let mut top: Vec<&Row> = Vec::new();
        let (mut is_top, mut width) = (true, 0);
        grid.each_laid_out(&mut |row, cells| {
            let filled = cells.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
            is_top &= is_header(row) || row.cells.len() == 1;
            if is_top {
                top.push(row);
            }
            width = width.max(filled);
            Ok(())
        })?;
        grid.width = width;
        if grid.width > COLUMNS_MAX {
            return Err(grid.too_large("columns", COLUMNS_MAX as u64));
        }
        let titles = top.iter().take_while(|row| row.cells.len() == 1 && grid.width > 1).count();
        let headers = top.iter().skip(titles).take_while(|row| is_header(row)).count();
        if headers > 0 && titles < PREAMBLE_ROWS_MAX {
            (grid.titles, grid.headers) = (titles, headers);
        }
        Ok(grid)
    }

    /// Which row names the columns once the header rows are one.
    pub(super) fn header(&self) -> Header {
        match self.headers {
            0 => Header::Auto,
            _ => Header::Row(self.titles as u32 + 1),
        }
    }

    /// Shows the rows, all as wide as the table. Under the header that was found, its rows are one.
    pub(super) fn each_row(
        &self,
        header: Header,
        each: &mut dyn FnMut(&[Text]) -> Result<(), FormatError>,
    ) -> Result<(), FormatError> {
        let joins = self.headers > 0 && header == self.header();
        let mut joined = vec![String::new(); self.width];
        let mut number = 0;
        self.each_laid_out(&mut |_, cells| {
            cells.resize(self.width, Text::from(""));
            number += 1;
            if !joins || number <= self.titles || number > self.titles + self.headers {
                return each(cells);
            }
            joined.iter_mut().zip(cells).for_each(|(above, cell)| join(above, cell));
            if number < self.titles + self.headers {
                return Ok(());
            }
            let header: Vec<Text> = joined.iter().map(|text| Text::from(text.as_str())).collect();
            each(&header)
        })
    }

    /// Shows the rows that have text, each with its texts by column.
    fn each_laid_out(
        &self,
        each: &mut dyn FnMut(&'t Row, &mut Texts) -> Result<(), FormatError>,
    ) -> Result<(), FormatError> {
        let mut layout = Layout::default();
        let mut bytes = 0;
        for row in &self.table.rows {
            let mut cells = layout.row(row);
            bytes += cells.iter().map(|cell| cell.len() + 1).sum::<usize>();
            if bytes > HTML_TABLE_BYTES_MAX {
                return Err(self.too_large("bytes", HTML_TABLE_BYTES_MAX as u64));
            }
            if !row.cells.is_empty() && cells.iter().any(|cell| !cell.is_empty()) {
                each(row, &mut cells)?;
            }
        }
        Ok(())
    }

    fn too_large(&self, unit: &'static str, limit: u64) -> FormatError {
        let hint = "cells that span rows or columns count in each of them; save the table as CSV";
        FormatError::TooLarge { name: self.name.to_owned(), what: "table", unit, line: 1, limit, hint }
    }
}

fn is_header(row: &Row) -> bool {
    row.is_in_head || row.cells.iter().all(|cell| cell.is_header)
}

/// Appends the header of a row below; what reaches down says nothing twice.
fn join(above: &mut String, cell: &str) {
    if cell.is_empty() || above.ends_with(cell) {
        return;
    }
    if !above.is_empty() {
        above.push(' ');
    }
    above.push_str(cell);
}

/// A cell that reaches into rows below.
#[derive(Clone)]
struct Reaching {
    text: Text,
    /// Rows that are left; none for all to the end of the group.
    rows: Option<u16>,
}

/// What reaches down from the rows above, by column.
#[derive(Default)]
struct Layout {
    reaching: Vec<Option<Reaching>>,
    group: u32,
}

impl Layout {
    /// The texts of a row by column. It is at most one column wider than a table may be, so that the excess is seen.
    fn row(&mut self, row: &Row) -> Texts {
        if row.group != self.group {
            self.reaching.clear();
            self.group = row.group;
        }
        let mut texts = self.reaching_in();
        // A cell alone in its row is a title, which one column says as well as all.
        let is_title = row.cells.len() == 1 && texts.is_empty();
        let mut at = 0;
        for cell in &row.cells {
            while texts.get(at).is_some_and(Option::is_some) {
                at += 1;
            }
            let text = Text::from(&*cell.text);
            let columns = if is_title { 1 } else { usize::from(cell.columns) };
            let end = (at + columns).min(COLUMNS_MAX + 1);
            if texts.len() < end {
                texts.resize(end, None);
            }
            for place in &mut texts[at..end] {
                *place = Some(Text::clone(&text));
            }
            if cell.rows != Some(1) {
                let reaching = Reaching { text, rows: cell.rows.map(|rows| rows - 1) };
                self.reaching.resize(self.reaching.len().max(end), None);
                self.reaching[at..end].fill(Some(reaching));
            }
            at = end;
        }
        let nothing = Text::from("");
        texts.into_iter().map(|text| text.unwrap_or_else(|| Text::clone(&nothing))).collect()
    }

    /// The cells that reach into the next row.
    fn reaching_in(&mut self) -> Vec<Option<Text>> {
        let take = |place: &mut Option<Reaching>| {
            let reaching = place.as_mut()?;
            let text = Text::clone(&reaching.text);
            match &mut reaching.rows {
                Some(0 | 1) => *place = None,
                Some(rows) => *rows -= 1,
                None => {}
            }
            Some(text)
        };
        let texts = self.reaching.iter_mut().map(take).collect();
        let used = self.reaching.iter().rposition(Option::is_some).map_or(0, |last| last + 1);
        self.reaching.truncate(used);
        texts
    }
}
