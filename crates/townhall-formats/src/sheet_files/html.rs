//! Tables as a plain web page, with the cells that span others as such.

use townhall_pdf::Sheet;

use super::{Output, Sheets};
use crate::FormatError;
use crate::markup::push_html;

pub(super) fn write(sheets: &Sheets<'_>, out: &mut dyn Output) -> Result<(), FormatError> {
    let fail = |error| FormatError::io("write", sheets.name)(error);
    let mut page = b"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>".to_vec();
    push_html(sheets.name, &mut page);
    page.extend(b"</title>\n</head>\n<body>\n");
    out.write_all(&page).map_err(fail)?;
    for sheet in sheets.sheets {
        let mut table = Vec::new();
        push_table(&mut table, sheet);
        out.write_all(&table).map_err(fail)?;
    }
    out.write_all(b"</body>\n</html>\n").map_err(fail)
}

fn push_table(out: &mut Vec<u8>, sheet: &Sheet) {
    out.extend(b"<table>\n<caption>");
    push_html(sheet.title.as_deref().unwrap_or_default(), out);
    out.extend(format!(" (page {})</caption>\n", sheet.page).into_bytes());
    let mut cells = sheet.cells.iter().peekable();
    // Where a cell from above, or from the left, stands already.
    let mut taken = vec![0_usize; sheet.columns.len()];
    for row in 0..sheet.rows {
        match row {
            0 if sheet.header_rows > 0 => out.extend(b"<thead>\n"),
            _ if row == sheet.header_rows => out.extend(b"<tbody>\n"),
            _ => {}
        }
        out.extend(b"<tr>");
        let name = if row < sheet.header_rows { "th" } else { "td" };
        for column in 0..sheet.columns.len() {
            if taken[column] > row {
                continue;
            }
            let Some(cell) = cells.next_if(|cell| cell.row == row && cell.column == column) else {
                out.extend(format!("<{name}></{name}>").into_bytes());
                continue;
            };
            out.extend(format!("<{name}").into_bytes());
            for (attribute, span) in
                [("rowspan", cell.last_row - cell.row + 1), ("colspan", cell.last_column - cell.column + 1)]
            {
                if span > 1 {
                    out.extend(format!(" {attribute}=\"{span}\"").into_bytes());
                }
            }
            out.push(b'>');
            push_html(&cell.text, out);
            out.extend(format!("</{name}>").into_bytes());
            for place in &mut taken[cell.column..=cell.last_column] {
                *place = cell.last_row + 1;
            }
        }
        out.extend(b"</tr>\n");
        if row + 1 == sheet.header_rows {
            out.extend(b"</thead>\n");
        }
    }
    if sheet.rows > sheet.header_rows {
        out.extend(b"</tbody>\n");
    }
    out.extend(b"</table>\n");
}
