//! Text whose cells stand at fixed places of each line, by a layout that is given with it.

use std::io::{BufRead, Read};
use std::ops::ControlFlow;

use serde_json::{Map, Value, json};
use townhall_metadata::read_csv_rows;

use crate::decoded::Decoded;
use crate::format::has_extension;
use crate::limits::{COLUMNS_MAX, ROW_BYTES_MAX};
use crate::unfold::ingest_rows;
use crate::{FixedColumn, Format, FormatError, FormatInfo, Header, Ingest, Ingested, Likelihood};

/// Fixed-width text.
pub struct FixedWidth;

const INFO: FormatInfo = FormatInfo {
    name: "fixed",
    label: "fixed-width text",
    extensions: &["fwf"],
    media_types: &["text/x-fixed-width"],
    can_read: true,
    can_write: false,
    streams: false,
};

/// Reads a layout from a table in text with the columns `column` (or `name`), `start` and `length` (or `width`), as csvkit
/// takes it. Where a column starts at 0, all are counted from 0.
pub fn fixed_layout(text: &[u8]) -> Result<Vec<FixedColumn>, FormatError> {
    let bad = |reason: String| FormatError::BadOption { option: "layout", reason };
    let mut rows = Vec::new();
    read_csv_rows(text, None, &mut |row| {
        rows.push(row);
        if rows.len() > COLUMNS_MAX + 1 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })
    .map_err(FormatError::io("read", "layout"))?;
    let mut rows = rows.into_iter();
    let header: Vec<String> =
        rows.next().unwrap_or_default().iter().map(|name| name.trim().to_lowercase()).collect();
    let place = |names: &[&str]| {
        let found = header.iter().position(|name| names.contains(&name.as_str()));
        found.ok_or_else(|| bad(format!("it has no column `{}`", names[0])))
    };
    let (name, start, length) =
        (place(&["column", "name"])?, place(&["start"])?, place(&["length", "width"])?);
    let mut layout = Vec::new();
    for (index, row) in rows.enumerate() {
        let cell = |at: usize| row.get(at).map(|cell| cell.trim()).unwrap_or_default();
        let number = |at: usize| {
            let text = cell(at);
            text.parse::<u32>().map_err(|_| bad(format!("line {}: `{text}` is no number", index + 2)))
        };
        layout.push(FixedColumn {
            name: cell(name).to_owned(),
            start: number(start)?,
            length: number(length)?,
        });
    }
    if layout.iter().any(|column| column.start == 0) {
        layout.iter_mut().for_each(|column| column.start = column.start.saturating_add(1));
    }
    if layout.is_empty() {
        return Err(bad("it names no column".to_owned()));
    }
    Ok(layout)
}

impl Format for FixedWidth {
    fn info(&self) -> &'static FormatInfo {
        &INFO
    }

    fn sniff(&self, head: &[u8], name: &str) -> Likelihood {
        let _ = head;
        if has_extension(&INFO, name) { Likelihood::Certain } else { Likelihood::No }
    }

    fn ingest(&self, task: Ingest<'_>) -> Result<Ingested, FormatError> {
        let Ingest { name, options, .. } = task;
        let layout = &options.layout;
        let bad = |reason: String| FormatError::BadOption { option: "layout", reason };
        if layout.is_empty() {
            return Err(bad(
                "fixed-width text needs the name, first character and length of each column".to_owned()
            ));
        }
        if layout.len() > COLUMNS_MAX {
            return Err(bad(format!("it has more than {COLUMNS_MAX} columns")));
        }
        if let Some(wrong) = layout.iter().find(|column| column.start == 0 || column.length == 0) {
            return Err(bad(format!("column `{}` needs a start from 1 and a length from 1", wrong.name)));
        }
        let mut lines =
            Decoded::open(task.source, name, options.encoding.as_deref(), |_| None, ROW_BYTES_MAX)?;
        let passed_over = match options.header {
            Header::Row(line) => u64::from(line),
            Header::Auto | Header::None => 0,
        };
        ingest_rows(task, &INFO, Header::Row(1), |sink| {
            sink.row(&layout.iter().map(|column| column.name.as_str()).collect::<Vec<_>>())?;
            let (mut line, mut starts, mut number) = (Vec::new(), Vec::new(), 0_u64);
            loop {
                line.clear();
                lines.piece_bytes = 0;
                let read = Read::by_ref(&mut lines).take(ROW_BYTES_MAX as u64).read_until(b'\n', &mut line);
                if read.map_err(FormatError::io("read", name))? == 0 {
                    break;
                }
                number += 1;
                let text = String::from_utf8_lossy(&line);
                let text = text.trim_end_matches(['\n', '\r', '\u{1A}']);
                if number <= passed_over || text.trim().is_empty() {
                    continue;
                }
                starts.clear();
                starts.extend(text.char_indices().map(|(at, _)| at));
                starts.push(text.len());
                let place = |character: u64| {
                    let last = starts.len() - 1;
                    starts[usize::try_from(character).map_or(last, |character| character.min(last))]
                };
                let cells: Vec<&str> = layout
                    .iter()
                    .map(|FixedColumn { start, length, .. }| {
                        let from = u64::from(*start) - 1;
                        text[place(from)..place(from + u64::from(*length))].trim()
                    })
                    .collect();
                sink.row(&cells)?;
            }
            let encoding = Value::from(lines.encoding.name().to_ascii_lowercase());
            Ok(Map::from_iter([("encoding".to_owned(), encoding), ("layout".to_owned(), json!(layout))]))
        })
    }
}
