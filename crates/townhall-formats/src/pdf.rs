//! PDF files: the tables on their pages, joined where one goes on over several; on reading, the largest of them or the one asked for.
//!
//! Each row says on which page it stands, and where.

use std::io::Read;

use serde_json::{Map, json};
use townhall_pdf::{Document, Sheet, extract, limits::FILE_BYTES_MAX};

use crate::format::has_extension;
use crate::sheets::named;
use crate::unfold::ingest_rows;
use crate::{Format, FormatError, FormatInfo, Header, Ingest, Ingested, Likelihood};

/// A PDF file.
pub struct Pdf;

const INFO: FormatInfo = FormatInfo {
    name: "pdf",
    label: "PDF",
    extensions: &["pdf"],
    media_types: &["application/pdf"],
    can_read: true,
    can_write: false,
    streams: false,
};

/// What the columns are called that say where a row stands.
const PLACES: [&str; 2] = ["pdf page", "pdf box"];

impl Format for Pdf {
    fn info(&self) -> &'static FormatInfo {
        &INFO
    }

    fn sniff(&self, head: &[u8], name: &str) -> Likelihood {
        // Readers look for the mark in the first kilobyte (ISO 32000-1, Annex H.3.4.1).
        let begin = &head[..head.len().min(1024)];
        match begin.windows(5).any(|window| window == b"%PDF-") {
            true if head.starts_with(b"%PDF-") || has_extension(&INFO, name) => Likelihood::Certain,
            true => Likelihood::Possible,
            false => Likelihood::No,
        }
    }

    fn may_hold_anything(&self) -> bool {
        true
    }

    fn ingest(&self, task: Ingest<'_>) -> Result<Ingested, FormatError> {
        let name = task.name;
        let sheets = read(&task)?;
        let names = sheet_names(&sheets);
        let chosen = match task.options.part.as_deref() {
            Some(wanted) => {
                let wanted = named(&names, name, "table", wanted)?;
                names.iter().position(|known| *known == wanted).unwrap_or(0)
            }
            None => largest(&sheets).ok_or_else(|| FormatError::NotATable {
                name: name.to_owned(),
                looks_like: "a PDF without a table that can be read",
            })?,
        };
        let sheet = &sheets[chosen];
        ingest_rows(task, &INFO, Header::Row(1), |sink| {
            let header: Vec<&str> =
                sheet.columns.iter().map(|column| column.name.as_str()).chain(PLACES).collect();
            sink.row(&header)?;
            for record in sheet.records() {
                let Some(rect) = record.rect else { continue };
                let mut row = record.texts;
                row.push(record.page.to_string());
                row.push(format!("{:.0} {:.0} {:.0} {:.0}", rect.x0, rect.y0, rect.x1, rect.y1));
                sink.row(&row)?;
            }
            let mut read_as = Map::from_iter([("part".to_owned(), json!(names[chosen]))]);
            let others: Vec<&String> =
                names.iter().enumerate().filter(|(at, _)| *at != chosen).map(|(_, name)| name).collect();
            if !others.is_empty() {
                read_as.insert("other_parts".to_owned(), json!(others));
            }
            Ok(read_as)
        })
    }
}

fn read(task: &Ingest<'_>) -> Result<Vec<Sheet>, FormatError> {
    let damaged =
        |reason: String| FormatError::Damaged { name: task.name.to_owned(), format: INFO.label, reason };
    let file = std::fs::File::open(task.source).map_err(FormatError::io("read", task.name))?;
    let mut bytes = Vec::new();
    file.take(FILE_BYTES_MAX as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(FormatError::io("read", task.name))?;
    let wanted = task.options.pdf.wanted()?;
    let document = Document::open(bytes, "").map_err(|error| damaged(error.to_string()))?;
    Ok(extract(&document, &wanted, &|_, _| None, |_, _| true).sheets)
}

/// What the tables of a file are called: by their titles, else by their numbers from 1.
pub fn sheet_names(sheets: &[Sheet]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (at, sheet) in sheets.iter().enumerate() {
        let title = sheet.title.as_ref().filter(|title| !names.contains(title));
        names.push(title.cloned().unwrap_or_else(|| (at + 1).to_string()));
    }
    names
}

fn largest(sheets: &[Sheet]) -> Option<usize> {
    (0..sheets.len()).max_by_key(|at| (sheets[*at].cells.len(), std::cmp::Reverse(*at)))
}
