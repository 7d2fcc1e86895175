//! `townhall pdf`: the tables of PDF files.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use townhall_app::{PdfTable, PdfTables, pdf_tables};
use townhall_model::ErrorKind;

use super::{Failure, Outcome, print};
use crate::cli::{Global, Pdf, PdfForm, PdfTablesArgs, PdfVerb};
use crate::progress::CountProgress;

pub fn run(global: &Global, args: &Pdf) -> Result<Outcome, Failure> {
    match &args.verb {
        PdfVerb::Tables(args) => tables(global, args),
    }
}

/// Pages from a first to a last one.
type Pages = Vec<(usize, usize)>;

fn tables(global: &Global, args: &PdfTablesArgs) -> Result<Outcome, Failure> {
    let pages = args.pages.as_deref().map(read_pages).transpose()?;
    let form = if global.json { PdfForm::Json } else { args.format };
    if let Some(folder) = &args.output {
        fs::create_dir_all(folder)?;
    }
    let (mut out, mut listed, mut all) = (String::new(), Vec::new(), Vec::new());
    let mut trouble = None;
    for path in &args.files {
        let found = match read(global, path, &args.password, pages.as_ref()) {
            Ok(found) => found,
            // One bad file is no reason to leave the others.
            Err(failure) => {
                eprintln!("{}: {}", path.display(), failure.message);
                listed.push(json!({"file": path.display().to_string(), "error": failure.message}));
                trouble = Some(failure);
                continue;
            }
        };
        for (page, what) in &found.troubles {
            eprintln!("{}, page {page}: {what}", path.display());
        }
        for (number, table) in found.tables.iter().enumerate() {
            match &args.output {
                Some(folder) => write_table(folder, path, number + 1, table, form)?,
                None if form == PdfForm::Json => {
                    let mut value = json!(table);
                    value["file"] = path.display().to_string().into();
                    all.push(value);
                }
                None => {
                    if !out.is_empty() {
                        out.push('\n');
                    }
                    out.push_str(&text_of(table, form)?);
                }
            }
        }
        if global.quiet == 0 {
            eprintln!("{}: {} tables on {} pages", path.display(), found.tables.len(), found.pages);
        }
        listed.push(summary(path, &found));
    }
    if form == PdfForm::Json {
        out = format!("{:#}\n", json!({"tables": all, "files": listed}));
    }
    print(&out)?;
    match trouble {
        Some(failure) => Err(failure),
        None if listed.iter().all(|file| file["tables"] == 0) => Ok(Outcome::No),
        None => Ok(Outcome::Good),
    }
}

fn read(global: &Global, path: &Path, password: &str, pages: Option<&Pages>) -> Result<PdfTables, Failure> {
    // A file that is too large is not read first.
    let limit = townhall_app::PDF_BYTES_MAX as u64;
    if fs::metadata(path)?.len() > limit {
        return Err(Failure::new(ErrorKind::TooLarge, format!("the file has more than {limit} bytes")));
    }
    let bytes = fs::read(path)?;
    let progress = CountProgress::new(global, "pages");
    let is_wanted = |page: usize| {
        pages.is_none_or(|pages| pages.iter().any(|(first, last)| (*first..=*last).contains(&page)))
    };
    let found =
        pdf_tables(bytes, password, is_wanted, |done, total| progress.show(done as u64, total as u64));
    progress.finish();
    Ok(found?)
}

/// Reads pages such as `1,3-5`.
fn read_pages(text: &str) -> Result<Pages, Failure> {
    let part = |part: &str| {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let number = |text: &str| text.trim().parse::<usize>().ok().filter(|number| *number > 0);
        Some((number(first)?, number(last)?)).filter(|(first, last)| first <= last)
    };
    if text.trim() == "all" {
        return Ok(vec![(1, usize::MAX)]);
    }
    text.split(',').map(part).collect::<Option<Pages>>().ok_or_else(|| {
        Failure::new(ErrorKind::Invalid, format!("`{text}` is no list of pages"))
            .with_hint("write them like 1,3-5, or all")
    })
}

fn summary(path: &Path, found: &PdfTables) -> Value {
    let troubles: Vec<Value> =
        found.troubles.iter().map(|(page, what)| json!({"page": page, "message": what})).collect();
    json!({
        "file": path.display().to_string(), "pages": found.pages, "tables": found.tables.len(), "troubles": troubles,
    })
}

fn write_table(
    folder: &Path,
    path: &Path,
    number: usize,
    table: &PdfTable,
    form: PdfForm,
) -> Result<(), Failure> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let ending = match form {
        PdfForm::Csv => "csv",
        PdfForm::Tsv => "tsv",
        PdfForm::Markdown => "md",
        PdfForm::Json => "json",
    };
    let name: PathBuf = folder.join(format!("{stem}-{number}-page-{}.{ending}", table.page));
    Ok(fs::write(name, text_of(table, form)?)?)
}

fn text_of(table: &PdfTable, form: PdfForm) -> Result<String, Failure> {
    let rows = table.grid();
    let mut out = Vec::new();
    match form {
        PdfForm::Csv | PdfForm::Tsv => {
            let delimiter = if form == PdfForm::Csv { b',' } else { b'\t' };
            for row in &rows {
                townhall_app::write_csv_row(&mut out, row, delimiter)?;
            }
        }
        PdfForm::Markdown => return Ok(markdown(&rows)),
        PdfForm::Json => return Ok(format!("{:#}\n", json!(table))),
    }
    Ok(String::from_utf8_lossy(&out).into_owned())
}

fn markdown(rows: &[Vec<String>]) -> String {
    let mut out = String::new();
    for (number, row) in rows.iter().enumerate() {
        let cells: Vec<String> = row
            .iter()
            .map(|cell| cell.replace('\\', "\\\\").replace('|', "\\|").replace('\n', "<br>"))
            .collect();
        let _ = writeln!(out, "| {} |", cells.join(" | "));
        if number == 0 {
            let _ = writeln!(out, "|{}", "---|".repeat(row.len()));
        }
    }
    out
}
