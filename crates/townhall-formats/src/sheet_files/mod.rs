//! Files of the tables of a document: one for all of them, or a packed folder with one for each.

mod html;
mod package;
mod text;
mod workbook;

use std::io::{Seek, Write};

use serde_json::json;
use townhall_pdf::Sheet;

use crate::FormatError;

/// A form that tables of a document are written in.
#[derive(Debug)]
pub struct SheetForm {
    /// The word in addresses and options.
    pub name: &'static str,
    /// The words for people.
    pub label: &'static str,
    /// The ending of file names.
    pub extension: &'static str,
    /// The media type.
    pub media_type: &'static str,
    write: fn(&Sheets<'_>, &mut dyn Output) -> Result<(), FormatError>,
}

/// Where a file goes: packed folders are written back and forth.
pub trait Output: Write + Seek + Send {}

impl<T: Write + Seek + Send> Output for T {}

/// Tables of a document.
#[derive(Debug, Clone, Copy)]
pub struct Sheets<'a> {
    /// The name of the document, for people.
    pub name: &'a str,
    /// Its address, where it has one.
    pub url: Option<&'a str>,
    /// The SHA-256 of its bytes in hexadecimal digits.
    pub sha256: Option<&'a str>,
    /// The tables.
    pub sheets: &'a [Sheet],
    /// Whether numbers are written plain, headers as one row, and each row with its page; else all is as it stands in the document.
    pub is_clean: bool,
}

/// Every form, in the order in which menus list them.
pub const SHEET_FORMS: &[SheetForm] = &[
    SheetForm {
        name: "xlsx",
        label: "Excel workbook, a sheet for each table",
        extension: "xlsx",
        media_type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        write: workbook::write,
    },
    SheetForm {
        name: "csv",
        label: "CSV, one table after the other",
        extension: "csv",
        media_type: "text/csv",
        write: text::csv,
    },
    SheetForm {
        name: "tsv",
        label: "Values with tabs between them",
        extension: "tsv",
        media_type: "text/tab-separated-values",
        write: text::tsv,
    },
    SheetForm {
        name: "zip",
        label: "CSV, a file for each table (zip)",
        extension: "zip",
        media_type: "application/zip",
        write: package::csv_files,
    },
    SheetForm {
        name: "parquet",
        label: "Parquet; of several tables a zip of files",
        extension: "parquet",
        media_type: "application/vnd.apache.parquet",
        write: package::parquet,
    },
    SheetForm {
        name: "package",
        label: "Data package: CSV with a description (zip)",
        extension: "zip",
        media_type: "application/zip",
        write: package::data_package,
    },
    SheetForm {
        name: "json",
        label: "JSON with the places of cells",
        extension: "json",
        media_type: "application/json",
        write: |sheets, out| {
            let value = json!({"file": sheets.name, "tables": sheets.sheets});
            serde_json::to_writer_pretty(&mut *out, &value)
                .map_err(|error| FormatError::encode("JSON")(error.into()))?;
            out.write_all(b"\n").map_err(FormatError::io("write", sheets.name))
        },
    },
    SheetForm {
        name: "html",
        label: "Web page",
        extension: "html",
        media_type: "text/html",
        write: html::write,
    },
    SheetForm {
        name: "markdown",
        label: "Markdown",
        extension: "md",
        media_type: "text/markdown",
        write: text::markdown,
    },
];

/// The form of this name.
///
/// # Errors
///
/// [`FormatError::UnknownFormat`], with the names that there are.
pub fn sheet_form(name: &str) -> Result<&'static SheetForm, FormatError> {
    SHEET_FORMS
        .iter()
        .find(|form| {
            form.name.eq_ignore_ascii_case(name)
                || (form.name == "markdown" && name.eq_ignore_ascii_case("md"))
        })
        .ok_or_else(|| FormatError::UnknownFormat {
            name: name.to_owned(),
            known: SHEET_FORMS.iter().map(|form| form.name).collect::<Vec<_>>().join(", "),
        })
}

impl SheetForm {
    /// Writes tables.
    ///
    /// # Errors
    ///
    /// [`FormatError`] when the form can't hold them, or the output fails.
    pub fn write(&self, sheets: &Sheets<'_>, out: &mut dyn Output) -> Result<(), FormatError> {
        (self.write)(sheets, out)
    }
}

/// The rows of a table as texts, its header first.
fn rows(sheet: &Sheet, is_clean: bool) -> Vec<Vec<String>> {
    if !is_clean {
        return sheet.grid();
    }
    let header = sheet.columns.iter().map(|column| column.name.clone()).chain([PAGE.to_owned()]).collect();
    let records = sheet.records().into_iter().filter(|record| record.rect.is_some()).map(|record| {
        let mut row = record.texts;
        row.push(record.page.to_string());
        row
    });
    std::iter::once(header).chain(records).collect()
}

/// What the column is called that says on which page a row stands.
const PAGE: &str = "page";
