//! Workbooks of grids whose cells may span others (Office Open XML, ECMA-376): for tables as they stand in a document.

use std::io::Write;

use rust_xlsxwriter::{ColNum, Format as Style, FormatAlign, RowNum, Workbook, Worksheet, XlsxError};

use crate::FormatError;
use crate::limits::{XLSX_CELL_CHARS_MAX, XLSX_COLUMNS_MAX, XLSX_ROWS_MAX};

/// A sheet of a workbook.
#[derive(Debug, Clone, Default)]
pub struct Grid {
    /// Its name; made one that spreadsheets take, and different from the others.
    pub name: String,
    /// How many rows at the top are headers.
    pub header_rows: usize,
    /// Its cells.
    pub cells: Vec<GridCell>,
}

/// A cell of a grid.
#[derive(Debug, Clone)]
pub struct GridCell {
    /// Its first row and its last one, counted from 0.
    pub rows: (usize, usize),
    /// Its first column and its last one, counted from 0.
    pub columns: (usize, usize),
    /// What it holds.
    pub value: GridValue,
    /// Whether somebody should look at it.
    pub is_doubtful: bool,
}

/// What a cell holds.
#[derive(Debug, Clone, PartialEq)]
pub enum GridValue {
    /// A text.
    Text(String),
    /// A number, with how many decimals are shown.
    Number(f64, usize),
    /// A text that leads to a sheet of the workbook, by its place in it.
    Link(String, usize),
}

/// The names that sheets get: without what spreadsheets refuse, at most 31 characters, each once.
fn sheet_names(grids: &[Grid]) -> Vec<String> {
    const CHARS_MAX: usize = 31;
    let mut names: Vec<String> = Vec::new();
    for grid in grids {
        let plain: String = grid
            .name
            .chars()
            .map(|c| {
                if matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\') || c.is_control() { ' ' } else { c }
            })
            .collect();
        let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
        let plain = plain.trim_matches('\'');
        let plain = if plain.is_empty() { "Table" } else { plain };
        let mut name: String = plain.chars().take(CHARS_MAX).collect();
        let mut number = 2;
        while names.iter().any(|known: &String| known.to_lowercase() == name.to_lowercase()) {
            let ending = format!(" ({number})");
            let room = CHARS_MAX - ending.len();
            name = plain.chars().take(room).collect::<String>() + &ending;
            number += 1;
        }
        names.push(name.trim_matches('\'').trim().to_owned());
    }
    names
}

/// Writes grids as the sheets of a workbook.
///
/// # Errors
///
/// [`FormatError`] when a grid is larger than a spreadsheet can be, or the output fails.
pub fn write_grids(grids: &[Grid], out: &mut (impl Write + Send)) -> Result<(), FormatError> {
    let names = sheet_names(grids);
    let mut file = Workbook::new();
    let styles = Styles::new();
    for (grid, name) in grids.iter().zip(&names) {
        let sheet = file.add_worksheet();
        sheet.set_name(name).map_err(encode)?;
        write_grid(sheet, grid, &names, &styles)?;
    }
    file.save_to_writer(out).map_err(encode)
}

struct Styles {
    plain: Style,
    header: Style,
    doubtful: Style,
}

impl Styles {
    fn new() -> Self {
        let plain = Style::new().set_align(FormatAlign::Top);
        Self {
            header: Style::new()
                .set_bold()
                .set_text_wrap()
                .set_align(FormatAlign::Top)
                .set_background_color(0x00DF_E1E2),
            doubtful: plain.clone().set_background_color(0x00FF_E396),
            plain,
        }
    }
}

fn write_grid(
    sheet: &mut Worksheet,
    grid: &Grid,
    names: &[String],
    styles: &Styles,
) -> Result<(), FormatError> {
    let too_much = |what, limit| FormatError::TooMuchForFormat { format: LABEL, what, limit };
    let mut widths: Vec<usize> = Vec::new();
    for cell in &grid.cells {
        if cell.rows.1 as u64 >= XLSX_ROWS_MAX {
            return Err(too_much("rows", XLSX_ROWS_MAX));
        }
        if cell.columns.1 >= XLSX_COLUMNS_MAX {
            return Err(too_much("columns", XLSX_COLUMNS_MAX as u64));
        }
        let is_header = cell.rows.0 < grid.header_rows;
        let mut style = if is_header { styles.header.clone() } else { styles.plain.clone() };
        if cell.is_doubtful {
            style = styles.doubtful.clone();
        }
        if let GridValue::Number(_, decimals) = cell.value {
            let decimals =
                if decimals > 0 { format!(".{}", "0".repeat(decimals.min(15))) } else { String::new() };
            style = style.set_num_format(format!("#,##0{decimals}"));
        }
        let (row, column) = (cell.rows.0 as RowNum, cell.columns.0 as ColNum);
        let (last_row, last_column) = (cell.rows.1 as RowNum, cell.columns.1 as ColNum);
        if last_row > row || last_column > column {
            // Its text is written over it, so that a number in it stays one.
            sheet.merge_range(row, column, last_row, last_column, "", &style).map_err(encode)?;
        }
        let width = match &cell.value {
            GridValue::Text(text) => {
                let text: String = text.chars().take(XLSX_CELL_CHARS_MAX).collect();
                sheet.write_string_with_format(row, column, &text, &style).map_err(encode)?;
                text.lines().map(|line| line.chars().count()).max().unwrap_or(0)
            }
            GridValue::Number(number, decimals) => {
                sheet.write_number_with_format(row, column, *number, &style).map_err(encode)?;
                number.abs().log10().max(0.0) as usize * 4 / 3 + decimals + 2
            }
            GridValue::Link(text, target) => {
                let target =
                    names.get(*target).map(|name| format!("internal:'{}'!A1", name.replace('\'', "''")));
                match target {
                    Some(target) => {
                        sheet.write_url_with_text(row, column, target.as_str(), text).map_err(encode)?;
                    }
                    None => {
                        sheet.write_string(row, column, text).map_err(encode)?;
                    }
                }
                text.chars().count()
            }
        };
        if cell.columns.0 == cell.columns.1 {
            if widths.len() <= cell.columns.0 {
                widths.resize(cell.columns.0 + 1, 0);
            }
            let width = if is_header { width.min(18) } else { width };
            widths[cell.columns.0] = widths[cell.columns.0].max(width);
        }
    }
    for (column, width) in widths.iter().enumerate() {
        sheet.set_column_width(column as ColNum, (width + 2).clamp(8, 60) as f64).map_err(encode)?;
    }
    if grid.header_rows > 0 {
        sheet.set_freeze_panes(grid.header_rows as RowNum, 0).map_err(encode)?;
    }
    Ok(())
}

const LABEL: &str = "Excel";

fn encode(source: XlsxError) -> FormatError {
    FormatError::encode(LABEL)(source.into())
}
