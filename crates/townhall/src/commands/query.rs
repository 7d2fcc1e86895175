//! `townhall query`: data files asked in SQL, without a portal.

use std::io::{BufWriter, IsTerminal};
use std::path::{Path, PathBuf};

use townhall_app::{DataFiles, NamedFile, first_rows, write_rows};
use townhall_model::ErrorKind;

use super::reading::{files_named, from_standard_input, read_options, table_name};
use super::{Failure, Outcome, app_settings, print, settings};
use crate::cli::{Global, Query};
use crate::progress::FileProgress;

/// Rows that a terminal shows.
const ROWS_SHOWN: usize = 60;

/// Characters of a cell that a terminal shows.
const CELL_SHOWN: usize = 40;

pub async fn run(global: Global, args: Query) -> Result<Outcome, Failure> {
    let read = read_options(&args.reading)?;
    let settings = app_settings(&settings(&global, &[])?)?;
    let mut standard_input = None;
    let mut files: Vec<NamedFile> = Vec::new();
    for argument in &files_named(&args.files)? {
        let (table, path) = match argument.split_once('=') {
            Some((table, path)) if !table.is_empty() && !Path::new(argument).exists() => (Some(table), path),
            _ => (None, argument.as_str()),
        };
        let file = if path == "-" {
            let file = standard_input.insert(from_standard_input()?);
            NamedFile {
                table: "stdin".to_owned(),
                path: file.path().to_owned(),
                name: "standard input".to_owned(),
            }
        } else {
            NamedFile { table: table_name(Path::new(path)), path: PathBuf::from(path), name: path.to_owned() }
        };
        let table = table.map_or(file.table, str::to_owned);
        if files.iter().any(|known| known.table == table) {
            return Err(Failure::new(ErrorKind::Invalid, format!("two files are called `{table}`"))
                .with_hint(format!("give one of them another name: other={path}")));
        }
        files.push(NamedFile { table, ..file });
    }
    let mut progress = FileProgress::new(&global);
    let shown = progress.clone();
    let files =
        DataFiles::open(files, read, settings.query_memory_bytes, move |name, step| shown.show(name, step))
            .await;
    progress.finish();
    let files = files?;
    let (schema, rows) = files.sql(&args.sql).await?;
    let by_name = args.output.as_deref().and_then(Path::extension).and_then(|ending| ending.to_str());
    let format = match (args.format.as_deref().or(by_name), global.json) {
        (Some(format), _) => format,
        (None, true) => "json",
        (None, false) if args.output.is_none() && std::io::stdout().is_terminal() => {
            let (names, rows, more) = first_rows(&schema, rows, ROWS_SHOWN).await?;
            print(&drawn(&names, &rows, more))?;
            return Ok(Outcome::Good);
        }
        (None, false) => "csv",
    };
    match &args.output {
        None => {
            let out = BufWriter::with_capacity(1 << 16, std::io::stdout());
            write_rows(schema, rows, format, Box::new(out)).await?;
        }
        Some(path) => {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            let file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
            let out = BufWriter::with_capacity(1 << 18, file.reopen()?);
            write_rows(schema, rows, format, Box::new(out)).await?;
            file.as_file().sync_all()?;
            file.persist(path).map_err(|error| error.error)?;
        }
    }
    Ok(Outcome::Good)
}

/// Rows as a table of text.
pub(super) fn drawn(names: &[String], rows: &[Vec<Option<String>>], more: bool) -> String {
    let cut = |text: &str| -> String {
        let line: String =
            text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(CELL_SHOWN + 1).collect();
        if line.chars().count() > CELL_SHOWN {
            format!("{}…", line.chars().take(CELL_SHOWN - 1).collect::<String>())
        } else {
            line
        }
    };
    let head: Vec<String> = names.iter().map(|name| cut(name)).collect();
    let body: Vec<Vec<String>> = rows
        .iter()
        .map(|row| row.iter().map(|cell| cell.as_deref().map_or_else(String::new, cut)).collect())
        .collect();
    let width = |column: usize| {
        let cells = body.iter().map(|row| row[column].chars().count());
        cells.chain([head[column].chars().count()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let line = |cells: &[String]| {
        let cells = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let mut text = format!(
        "{}\n{}\n",
        line(&head),
        widths.iter().map(|width| "─".repeat(*width)).collect::<Vec<_>>().join("  ")
    );
    for row in &body {
        text.push_str(&line(row));
        text.push('\n');
    }
    let count = body.len();
    text.push_str(&match more {
        true => format!("… the first {count} rows; --format csv has all of them\n"),
        false => format!("{count} {}\n", if count == 1 { "row" } else { "rows" }),
    });
    text
}
