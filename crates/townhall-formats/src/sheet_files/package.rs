//! Tables as files in a packed folder: CSV, Parquet, or a data package (Frictionless Data Package 1.0) that says what they are.

use std::io::Write;
use std::ops::ControlFlow;

use serde_json::{Value, json};
use townhall_metadata::write_csv_row;
use townhall_pdf::{Kind, Sheet};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::{Output, PAGE, Sheets, rows};
use crate::{FormatError, Header, ReadOptions, ingest};

pub(super) fn csv_files(sheets: &Sheets<'_>, out: &mut dyn Output) -> Result<(), FormatError> {
    packed(sheets, out, |folder| {
        for (number, sheet) in sheets.sheets.iter().enumerate() {
            folder.add(&format!("{}.csv", file_name(number, sheet)), &csv(sheet, sheets.is_clean)?)?;
        }
        Ok(())
    })
}

/// One table as a file, several as files in a packed folder.
pub(super) fn parquet(sheets: &Sheets<'_>, out: &mut dyn Output) -> Result<(), FormatError> {
    if let [sheet] = sheets.sheets {
        return out.write_all(&parquet_of(sheet)?).map_err(FormatError::io("write", sheets.name));
    }
    packed(sheets, out, |folder| {
        for (number, sheet) in sheets.sheets.iter().enumerate() {
            folder.add(&format!("{}.parquet", file_name(number, sheet)), &parquet_of(sheet)?)?;
        }
        Ok(())
    })
}

pub(super) fn data_package(sheets: &Sheets<'_>, out: &mut dyn Output) -> Result<(), FormatError> {
    packed(sheets, out, |folder| {
        let mut resources = Vec::new();
        for (number, sheet) in sheets.sheets.iter().enumerate() {
            let name = file_name(number, sheet);
            let bytes = csv(sheet, true)?;
            let path = format!("data/{name}.csv");
            folder.add(&path, &bytes)?;
            resources.push(resource(sheets, sheet, &name, &path, bytes.len()));
        }
        let mut source = json!({"title": sheets.name});
        if let Some(url) = sheets.url {
            source["path"] = url.into();
        }
        if let Some(sha256) = sheets.sha256 {
            source["sha256"] = sha256.into();
        }
        let title = format!("Tables of {}", sheets.name);
        let package = json!({"profile": "tabular-data-package", "name": slug(sheets.name), "title": title, "sources": [source], "resources": resources});
        let text =
            serde_json::to_vec_pretty(&package).map_err(|error| FormatError::encode("JSON")(error.into()))?;
        folder.add("datapackage.json", &text)
    })
}

fn resource(sheets: &Sheets<'_>, sheet: &Sheet, name: &str, path: &str, bytes: usize) -> Value {
    let mut fields: Vec<Value> = sheet
        .columns
        .iter()
        .map(|column| {
            let kind = match column.kind {
                Kind::Integer => "integer",
                Kind::Decimal => "number",
                Kind::Date => "date",
                Kind::Text => "string",
            };
            let mut field = json!({"name": column.name, "type": kind});
            if let Some(unit) = &column.unit {
                field["unit"] = unit.as_str().into();
            }
            field
        })
        .collect();
    fields.push(json!({"name": PAGE, "type": "integer", "description": "The page of the document on which the row stands"}));
    let places: Vec<Value> =
        sheet.parts.iter().map(|part| json!({"page": part.page, "bbox": part.rect})).collect();
    json!({
        "profile": "tabular-data-resource", "name": name, "path": path, "title": sheet.title, "format": "csv",
        "mediatype": "text/csv", "encoding": "utf-8", "bytes": bytes, "schema": {"fields": fields, "missingValues": [""]},
        "sources": [{"title": sheets.name, "path": sheets.url, "places": places}], "confidence": sheet.confidence,
    })
}

fn csv(sheet: &Sheet, is_clean: bool) -> Result<Vec<u8>, FormatError> {
    let mut bytes = Vec::new();
    for row in rows(sheet, is_clean) {
        write_csv_row(&mut bytes, &row, b',').map_err(FormatError::io("write", "the table"))?;
    }
    Ok(bytes)
}

/// A table as Parquet, its types told from its values as of any file.
fn parquet_of(sheet: &Sheet) -> Result<Vec<u8>, FormatError> {
    let fail = || FormatError::io("write", "the table");
    let mut source = tempfile::NamedTempFile::new().map_err(fail())?;
    source.write_all(&csv(sheet, true)?).map_err(fail())?;
    let out = tempfile::NamedTempFile::new().map_err(fail())?;
    let options =
        ReadOptions { format: Some("csv".to_owned()), header: Header::Row(1), ..ReadOptions::default() };
    ingest(source.path(), "table.csv", &options, out.path(), &mut |_| ControlFlow::Continue(()))?;
    std::fs::read(out.path()).map_err(fail())
}

/// Files on their way into a packed folder.
struct Folder<'a> {
    name: &'a str,
    zip: ZipWriter<&'a mut dyn Output>,
}

impl Folder<'_> {
    fn add(&mut self, path: &str, bytes: &[u8]) -> Result<(), FormatError> {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        self.zip.start_file(path, options).map_err(|error| FormatError::encode("zip")(error.into()))?;
        self.zip.write_all(bytes).map_err(FormatError::io("write", self.name))
    }
}

fn packed(
    sheets: &Sheets<'_>,
    out: &mut dyn Output,
    fill: impl FnOnce(&mut Folder<'_>) -> Result<(), FormatError>,
) -> Result<(), FormatError> {
    let mut folder = Folder { name: sheets.name, zip: ZipWriter::new(out) };
    fill(&mut folder)?;
    folder.zip.finish().map_err(|error| FormatError::encode("zip")(error.into()))?;
    Ok(())
}

/// A name for the file of a table, without its ending: its number, its page, and the beginning of its title.
pub(crate) fn file_name(number: usize, sheet: &Sheet) -> String {
    let title = sheet.title.as_deref().map(slug).unwrap_or_default();
    let base = format!("table-{:02}-page-{}", number + 1, sheet.page);
    if title.is_empty() { base } else { format!("{base}-{title}") }
}

fn slug(text: &str) -> String {
    let mut out = String::new();
    for c in text.to_lowercase().chars() {
        match c {
            'a'..='z' | '0'..='9' => out.push(c),
            _ if !out.is_empty() && !out.ends_with('-') => out.push('-'),
            _ => {}
        }
        if out.len() >= 48 {
            break;
        }
    }
    out.trim_end_matches('-').to_owned()
}
