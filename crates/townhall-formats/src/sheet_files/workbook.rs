//! Tables as a workbook: what is in it first, then a sheet for each, with numbers as numbers.

use townhall_pdf::{Sheet, SheetCell, cleaned};

use super::{Output, Sheets};
use crate::grids::{Grid, GridCell, GridValue, write_grids};
use crate::{FormatError, sheet_names};

pub(super) fn write(sheets: &Sheets<'_>, out: &mut dyn Output) -> Result<(), FormatError> {
    let names = sheet_names(sheets.sheets);
    let mut grids = Vec::new();
    if sheets.sheets.len() != 1 {
        grids.push(contents(sheets, &names));
    }
    for (number, (sheet, name)) in sheets.sheets.iter().zip(&names).enumerate() {
        // Sheets are found by their numbers; titles are often alike for long.
        let name = match sheet.title {
            Some(_) => format!("{} {name}", number + 1),
            None => format!("Table {}", number + 1),
        };
        grids.push(grid(sheet, name));
    }
    write_grids(&grids, &mut &mut *out)
}

/// The list of tables, each with a link to its sheet.
fn contents(sheets: &Sheets<'_>, names: &[String]) -> Grid {
    let mut cells = Vec::new();
    let mut put = |row: usize, column: usize, value: GridValue| {
        cells.push(GridCell { rows: (row, row), columns: (column, column), value, is_doubtful: false });
    };
    for (column, title) in
        ["Table", "Page", "Rows", "Columns", "Confidence", "What may be wrong"].iter().enumerate()
    {
        put(0, column, GridValue::Text((*title).to_owned()));
    }
    for (at, (sheet, name)) in sheets.sheets.iter().zip(names).enumerate() {
        let row = at + 1;
        let title = if sheet.title.is_some() { name.clone() } else { format!("Table {row}") };
        put(row, 0, GridValue::Link(title, at + 1));
        put(row, 1, GridValue::Number(sheet.page as f64, 0));
        put(row, 2, GridValue::Number((sheet.rows - sheet.header_rows) as f64, 0));
        put(row, 3, GridValue::Number(sheet.columns.len() as f64, 0));
        put(row, 4, GridValue::Number(sheet.confidence, 2));
        if !sheet.doubts.is_empty() {
            put(row, 5, GridValue::Text(sheet.doubts.join("; ")));
        }
    }
    Grid { name: "Tables".to_owned(), header_rows: 1, cells }
}

fn grid(sheet: &Sheet, name: String) -> Grid {
    let page_column = sheet.columns.len();
    let mut cells: Vec<GridCell> = sheet.cells.iter().map(cell).collect();
    let mut put = |row: usize, value: GridValue| {
        cells.push(GridCell {
            rows: (row, row),
            columns: (page_column, page_column),
            value,
            is_doubtful: false,
        });
    };
    if sheet.header_rows > 0 {
        put(sheet.header_rows - 1, GridValue::Text("page".to_owned()));
    }
    for (row, page) in sheet.pages().enumerate().skip(sheet.header_rows) {
        put(row, GridValue::Number(page as f64, 0));
    }
    Grid { name, header_rows: sheet.header_rows, cells }
}

fn cell(cell: &SheetCell) -> GridCell {
    let number = cell.value.as_ref().and_then(|value| {
        let decimals = value.as_str().split_once('.').map_or(0, |(_, decimals)| decimals.len());
        Some(GridValue::Number(value.as_f64()?, decimals))
    });
    let day = || cell.value.as_ref().map(|value| GridValue::Text(value.as_str().to_owned()));
    GridCell {
        rows: (cell.row, cell.last_row),
        columns: (cell.column, cell.last_column),
        value: number.or_else(day).unwrap_or_else(|| GridValue::Text(cleaned(&cell.text))),
        is_doubtful: !cell.doubts.is_empty(),
    }
}
