//! Tables one after the other in a text, an empty line between them.

use std::io::Write;

use townhall_metadata::write_csv_row;

use super::{Output, Sheets, rows};
use crate::FormatError;

pub(super) fn csv(sheets: &Sheets<'_>, out: &mut dyn Output) -> Result<(), FormatError> {
    delimited(sheets, out, b',')
}

pub(super) fn tsv(sheets: &Sheets<'_>, out: &mut dyn Output) -> Result<(), FormatError> {
    delimited(sheets, out, b'\t')
}

fn delimited(sheets: &Sheets<'_>, out: &mut dyn Output, delimiter: u8) -> Result<(), FormatError> {
    let fail = FormatError::io("write", sheets.name);
    let mut write = || -> std::io::Result<()> {
        let mut out = std::io::BufWriter::new(&mut *out);
        for (number, sheet) in sheets.sheets.iter().enumerate() {
            if number > 0 {
                out.write_all(b"\r\n")?;
            }
            for row in rows(sheet, sheets.is_clean) {
                write_csv_row(&mut out, &row, delimiter)?;
            }
        }
        out.flush()
    };
    write().map_err(fail)
}

pub(super) fn markdown(sheets: &Sheets<'_>, out: &mut dyn Output) -> Result<(), FormatError> {
    let fail = FormatError::io("write", sheets.name);
    let mut write = || -> std::io::Result<()> {
        for (number, sheet) in sheets.sheets.iter().enumerate() {
            if number > 0 {
                out.write_all(b"\n")?;
            }
            if let Some(title) = &sheet.title {
                writeln!(out, "**{}**\n", escaped(title))?;
            }
            // Markdown has one row of headers.
            let header: Vec<String> = sheet.columns.iter().map(|column| column.name.clone()).collect();
            let body = rows(sheet, false).into_iter().skip(sheet.header_rows);
            for (at, row) in std::iter::once(header).chain(body).enumerate() {
                let cells: Vec<String> = row.iter().map(|cell| escaped(cell)).collect();
                writeln!(out, "| {} |", cells.join(" | "))?;
                if at == 0 {
                    writeln!(out, "|{}", " --- |".repeat(row.len()))?;
                }
            }
        }
        Ok(())
    };
    write().map_err(fail)
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '|' | '*' | '_' | '`' | '<' | '[' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("<br>"),
            _ => out.push(c),
        }
    }
    out
}
