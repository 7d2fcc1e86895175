//! A dictionary as a sheet: one row a column, which people edit.

use townhall_model::dictionary::Code;

use super::{Described, label};
use crate::csv::write_csv_row;

/// The columns of the sheet; `type` is told and not read.
pub const HEADER: [&str; 9] =
    ["column", "type", "label", "description", "unit", "format", "codes", "sentinels", "sensitivity"];

pub(super) fn written(table: &Described<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    let mut row = |cells: &[&str]| {
        // A vector takes all that it is given.
        let _ = write_csv_row(&mut out, cells, b',');
    };
    row(&HEADER);
    for cells in rows(table) {
        row(&cells.each_ref().map(String::as_str));
    }
    out
}

/// The cells of each column's row.
pub(super) fn rows(table: &Described<'_>) -> impl Iterator<Item = [String; HEADER.len()]> {
    table.columns.iter().map(|column| {
        let meaning = table.dictionary.columns.get(&column.name).cloned().unwrap_or_default();
        [
            column.name.clone(),
            column.kind.name().to_owned(),
            label(column, table.dictionary).to_owned(),
            meaning.description.unwrap_or_default(),
            meaning.unit.unwrap_or_default(),
            meaning.format.unwrap_or_default(),
            codes_as_text(&meaning.codes),
            codes_as_text(&meaning.sentinels),
            meaning.sensitivity.unwrap_or_default(),
        ]
    })
}

/// `1 = yes; 2 = no`; JSON where that would not read back.
fn codes_as_text(codes: &[Code]) -> String {
    let lines: Vec<String> = codes
        .iter()
        .map(|code| {
            if code.label.is_empty() {
                code.value.clone()
            } else {
                format!("{} = {}", code.value, code.label)
            }
        })
        .collect();
    let text = lines.join("; ");
    if codes_of_text(&text).is_some_and(|read| read == codes) {
        return text;
    }
    serde_json::to_string(codes).unwrap_or_default()
}

/// Codes out of a cell; none when it is JSON that is no list of codes.
pub(super) fn codes_of_text(text: &str) -> Option<Vec<Code>> {
    let text = text.trim();
    if text.starts_with('[') {
        return serde_json::from_str(text).ok();
    }
    let code = |part: &str| match part.split_once('=') {
        Some((value, label)) => Code { value: value.trim().to_owned(), label: label.trim().to_owned() },
        None => Code { value: part.trim().to_owned(), label: String::new() },
    };
    Some(text.split([';', '\n']).filter(|part| !part.trim().is_empty()).map(code).collect())
}
