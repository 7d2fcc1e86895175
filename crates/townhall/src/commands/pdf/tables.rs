//! `townhall pdf tables`: the tables of files, in one file or many.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use townhall_app::{
    Material, PdfMethod, PdfReading, PdfTables, PdfTablesRequest, SHEET_FORMS, Sheet, SheetForm, Workshop,
    compare_sheets, pdf_template, sheet_form, write_pdf_tables,
};
use townhall_model::ErrorKind;

use super::areas::template;
use crate::cli::{Global, PdfTablesArgs};
use crate::commands::workshop::{material, workshop};
use crate::commands::{Failure, Outcome, print};
use crate::progress::CountProgress;

/// A file and what was found in it.
struct Read {
    name: String,
    material: Material,
    tables: PdfTables,
}

pub async fn run(global: Global, args: PdfTablesArgs) -> Result<Outcome, Failure> {
    let files = files(&args)?;
    let form = form(&global, &args)?;
    let workshop = workshop(&global)?;
    let request = request(&args)?;
    let quiet = global.quiet > 0 || args.silent;
    let (mut read, mut listed, mut trouble) = (Vec::new(), Vec::new(), None);
    for name in files {
        match one(&global, &workshop, &name, &request).await {
            Ok((material, tables)) => {
                for trouble in &tables.found.troubles {
                    eprintln!("{name}, page {}: {}", trouble.page, trouble.message);
                }
                if !quiet {
                    eprintln!("{name}: {} tables on {} pages", tables.found.sheets.len(), tables.found.pages);
                }
                listed.push(summary(&name, &tables));
                let own = Read { name, material, tables };
                // Of each file what is to be written beside it is written at once, so that a folder is not held as a whole.
                let place = own_path(&args, &own.name);
                if let Some(place) = &place {
                    write_own(place, &own, form, args.clean)?;
                }
                if place.is_none() || args.save_template.is_some() {
                    read.push(own);
                }
            }
            // One bad file is no reason to leave the others.
            Err(failure) => {
                eprintln!("{name}: {}", failure.message);
                listed.push(json!({"file": name, "error": failure.message}));
                trouble = Some(failure);
            }
        }
    }
    if let Some(path) = &args.save_template {
        save_template(path, &read, &args.password)?;
    }
    if args.compare {
        return compare(&global, &read, trouble);
    }
    // A template alone is all that is wanted where nothing says where tables go.
    if own_path(&args, "").is_none() && (args.save_template.is_none() || args.output.is_some()) {
        write_all(&args, form, &read, &listed)?;
    }
    match trouble {
        Some(failure) => Err(failure),
        None if listed.iter().all(|file| file["tables"] == 0) => Ok(Outcome::No),
        None => Ok(Outcome::Good),
    }
}

fn request(args: &PdfTablesArgs) -> Result<PdfTablesRequest, Failure> {
    let method = match (args.lattice, args.stream) {
        (true, _) => PdfMethod::Lattice,
        (_, true) => PdfMethod::Stream,
        _ => PdfMethod::Guess,
    };
    Ok(PdfTablesRequest {
        reading: PdfReading {
            pages: args.pages.clone(),
            method,
            template: template(args)?,
            apart: args.apart,
        },
        password: args.password.clone(),
        ocr: args.ocr,
        ..PdfTablesRequest::default()
    })
}

/// What is worked on: what was named, or the PDF files of a folder.
fn files(args: &PdfTablesArgs) -> Result<Vec<String>, Failure> {
    let Some(folder) = &args.batch else { return Ok(args.files.clone()) };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("pdf")) {
            files.push(path.to_string_lossy().into_owned());
        }
    }
    files.sort_unstable();
    match files.is_empty() {
        true => Err(Failure::new(ErrorKind::NotFound, format!("no PDF file is in {}", folder.display()))),
        false => Ok(files),
    }
}

/// The form that was asked for, or that the name of the output stands for.
fn form(global: &Global, args: &PdfTablesArgs) -> Result<&'static SheetForm, Failure> {
    if let Some(name) = &args.format {
        return Ok(sheet_form(&name.to_lowercase())?);
    }
    if global.json {
        return Ok(sheet_form("json")?);
    }
    let ending = args
        .output
        .as_deref()
        .and_then(Path::extension)
        .map(|ending| ending.to_string_lossy().to_lowercase());
    let by_ending = ending.and_then(|ending| SHEET_FORMS.iter().find(|form| form.extension == ending));
    match by_ending {
        Some(form) => Ok(form),
        None => Ok(sheet_form("csv")?),
    }
}

async fn one(
    global: &Global,
    workshop: &Workshop,
    name: &str,
    request: &PdfTablesRequest,
) -> Result<(Material, PdfTables), Failure> {
    let material = material(workshop, name).await?;
    let progress = CountProgress::new(global, "pages");
    let shown = progress.clone();
    let tables = workshop
        .pdf_tables(&material, request, move |done, total| shown.show(done as u64, total as u64))
        .await;
    progress.finish();
    Ok((material, tables?))
}

/// Whether a path is the file for all tables, and not a folder: it has an ending.
fn is_file(path: &Path) -> bool {
    !path.is_dir() && path.extension().is_some()
}

/// Where the tables of a file go if each file has an output of its own: a folder and the beginning of names.
fn own_path(args: &PdfTablesArgs, name: &str) -> Option<(PathBuf, String)> {
    if args.compare {
        return None;
    }
    let stem = Path::new(name).file_stem().unwrap_or_default().to_string_lossy().into_owned();
    match (&args.output, &args.batch) {
        (Some(path), _) => (!is_file(path)).then(|| (path.clone(), stem)),
        (None, Some(folder)) => Some((folder.clone(), stem)),
        (None, None) => None,
    }
}

/// Writes the tables of a file into a folder: one file, or one for each table where a file holds only one.
fn write_own(
    (folder, stem): &(PathBuf, String),
    read: &Read,
    form: &SheetForm,
    clean: bool,
) -> Result<(), Failure> {
    std::fs::create_dir_all(folder)?;
    let sheets = &read.tables.found.sheets;
    let holds_one = matches!(form.name, "csv" | "tsv" | "parquet");
    if !holds_one {
        let mut file = File::create(folder.join(format!("{stem}.{}", form.extension)))?;
        write_pdf_tables(&read.name, &read.name, &read.tables, sheets, clean, form, &mut file)?;
        return Ok(file.sync_all()?);
    }
    for (number, sheet) in sheets.iter().enumerate() {
        let name = format!("{stem}-{}-page-{}.{}", number + 1, sheet.page, form.extension);
        let mut file = File::create(folder.join(name))?;
        write_pdf_tables(
            &read.name,
            &read.name,
            &read.tables,
            std::slice::from_ref(sheet),
            clean,
            form,
            &mut file,
        )?;
        file.sync_all()?;
    }
    Ok(())
}

/// Writes all tables of all files, to a file or to standard output.
fn write_all(args: &PdfTablesArgs, form: &SheetForm, read: &[Read], listed: &[Value]) -> Result<(), Failure> {
    let mut out = Cursor::new(Vec::new());
    if form.name == "json" {
        let tables = read.iter().flat_map(|own| {
            own.tables.found.sheets.iter().map(|sheet| {
                let mut value = json!(sheet);
                value["file"] = own.name.as_str().into();
                value
            })
        });
        let value = json!({"tables": tables.collect::<Vec<_>>(), "files": listed});
        out.get_mut().extend(format!("{value:#}\n").into_bytes());
    } else {
        let sheets: Vec<Sheet> = read
            .iter()
            .flat_map(|own| own.tables.found.sheets.iter().map(|sheet| named(sheet, &own.name, read.len())))
            .collect();
        let Some(first) = read.first() else { return Ok(()) };
        let name = Path::new(&first.name).file_name().unwrap_or_default().to_string_lossy();
        write_pdf_tables(&name, &first.name, &first.tables, &sheets, args.clean, form, &mut out)?;
    }
    let bytes = out.into_inner();
    match &args.output {
        Some(path) => {
            // A file takes its name only when it is whole.
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
            std::io::Write::write_all(&mut file, &bytes)?;
            file.as_file().sync_all()?;
            file.persist(path).map_err(|error| error.error)?;
            Ok(())
        }
        None if matches!(form.name, "xlsx" | "zip" | "parquet" | "package")
            && std::io::IsTerminal::is_terminal(&std::io::stdout()) =>
        {
            Err(Failure::new(ErrorKind::Invalid, format!("a terminal can't show {}", form.label))
                .with_hint(format!("write it into a file: --output tables.{}", form.extension)))
        }
        None => match String::from_utf8(bytes) {
            Ok(text) => print(&text),
            Err(error) => Ok(std::io::Write::write_all(&mut std::io::stdout().lock(), error.as_bytes())?),
        },
    }
}

/// The table with the name of its file before its title, where there are several files.
fn named(sheet: &Sheet, file: &str, files: usize) -> Sheet {
    if files < 2 {
        return sheet.clone();
    }
    let stem = Path::new(file).file_stem().unwrap_or_default().to_string_lossy();
    let title = match &sheet.title {
        Some(title) => format!("{stem}: {title}"),
        None => format!("{stem}, page {}", sheet.page),
    };
    Sheet { title: Some(title), ..sheet.clone() }
}

fn summary(name: &str, tables: &PdfTables) -> Value {
    json!({
        "file": name, "sha256": tables.sha256, "pages": tables.found.pages, "tables": tables.found.sheets.len(),
        "troubles": tables.found.troubles,
    })
}

fn save_template(path: &Path, read: &[Read], password: &str) -> Result<(), Failure> {
    let [own] = read else {
        return Err(Failure::new(ErrorKind::Invalid, "a template is of one file")
            .with_hint("give the file that it is to be made of, alone"));
    };
    let bytes = std::fs::read(own.material.path())?;
    std::fs::write(path, pdf_template(bytes, password, &own.tables.found.sheets)? + "\n")?;
    Ok(())
}

fn compare(global: &Global, read: &[Read], trouble: Option<Failure>) -> Result<Outcome, Failure> {
    if let Some(failure) = trouble {
        return Err(failure);
    }
    let [old, new] = read else {
        return Err(Failure::new(
            ErrorKind::Invalid,
            format!("two editions are compared, and {} came", read.len()),
        )
        .with_hint("give the older one first"));
    };
    let differences = compare_sheets(&old.tables.found.sheets, &new.tables.found.sheets);
    let is_same = differences.iter().all(|difference| difference.is_same());
    if global.json {
        print(&format!("{:#}\n", json!({"tables": differences})))?;
    } else {
        let mut out = String::new();
        for (number, difference) in
            differences.iter().enumerate().filter(|(_, difference)| !difference.is_same())
        {
            let title = difference.title.clone().unwrap_or_else(|| format!("Table {}", number + 1));
            match (difference.old_page, difference.new_page) {
                (Some(page), None) => {
                    let _ = writeln!(out, "{title} (page {page}): is gone");
                    continue;
                }
                (None, Some(page)) => {
                    let _ = writeln!(out, "{title} (page {page}): is new");
                    continue;
                }
                _ => {
                    let _ = writeln!(out, "{title}:");
                }
            }
            for (what, names) in [
                ("new column", &difference.added_columns),
                ("column gone", &difference.removed_columns),
                ("new row", &difference.added_rows),
                ("row gone", &difference.removed_rows),
            ] {
                for name in names {
                    let _ = writeln!(out, "  {what}: {name}");
                }
            }
            for cell in &difference.changed {
                let _ = writeln!(out, "  {}, {}: {} -> {}", cell.row, cell.column, cell.old, cell.new);
            }
        }
        if is_same {
            out.push_str("both say the same\n");
        }
        print(&out)?;
    }
    Ok(if is_same { Outcome::Good } else { Outcome::No })
}
