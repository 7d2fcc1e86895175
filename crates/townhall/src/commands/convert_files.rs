//! `townhall convert IN... OUT`: data files as data files of another form.

use std::io::{BufWriter, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use townhall_app::{Conversion, Converted, Error, ReadOptions, WriteOptions, convert_file, table_formats};
use townhall_model::ErrorKind;

use super::reading::{files_named, from_standard_input, read_options};
use super::{Failure, Outcome, print};
use crate::cli::{Convert, Global};
use crate::progress::FileProgress;

/// A file to read and where its copy goes; none is standard output.
struct Work {
    path: PathBuf,
    name: String,
    out: Option<PathBuf>,
    format: &'static str,
}

pub async fn run(
    global: &Global,
    args: &Convert,
    inputs: &[String],
    output: &str,
) -> Result<Outcome, Failure> {
    let read = read_options(&args.reading)?;
    let read = ReadOptions { format: args.from.clone(), ..read };
    let standard_input = match inputs.iter().any(|input| input == "-") {
        true => Some(from_standard_input()?),
        false => None,
    };
    let inputs = files_named(inputs)?;
    let is_folder = Path::new(output).is_dir() || output.ends_with('/');
    if inputs.len() > 1 && !is_folder {
        return Err(Failure::new(
            ErrorKind::Invalid,
            format!("{} files can't become the one file {output}", inputs.len()),
        )
        .with_hint(
            "name a folder, with a slash at its end; or join them: townhall query \"select … union all …\"",
        ));
    }
    let wanted =
        args.to.as_deref().or_else(|| Path::new(output).extension()?.to_str()).map(format).transpose()?;
    let format = wanted.ok_or_else(|| {
        Failure::new(ErrorKind::Invalid, "it is not said what to convert to")
            .with_hint("name a form with --to")
    })?;
    let mut works = Vec::new();
    for input in &inputs {
        let (path, name) = match (&standard_input, input.as_str()) {
            (Some(file), "-") => (file.path().to_owned(), "standard input"),
            (_, path) => (PathBuf::from(path), path),
        };
        let out = match (is_folder, output) {
            (true, folder) => {
                let stem = Path::new(name).file_stem().unwrap_or_default().to_string_lossy().into_owned();
                Some(Path::new(folder).join(format!("{stem}.{}", format.1)))
            }
            (false, "-") => None,
            (false, file) => Some(PathBuf::from(file)),
        };
        works.push(Work { path, name: name.to_owned(), out, format: format.0 });
    }
    if is_folder {
        std::fs::create_dir_all(output)?;
    }
    let mut progress = FileProgress::new(global);
    let (mut outcome, mut told) = (Outcome::Good, Vec::new());
    for work in works {
        let shown = progress.clone();
        let (read, name, out) = (read.clone(), work.name.clone(), work.out.clone());
        let converted =
            tokio::task::spawn_blocking(move || one(&work, &read, &shown)).await.map_err(|error| {
                Failure::new(ErrorKind::Internal, format!("a piece of work ended badly: {error}"))
            })?;
        match converted {
            Ok(converted) => told.push(serde_json::json!({
                "input": name, "output": out, "from": converted.from, "to": format.0,
                "rows": converted.rows, "columns": converted.columns, "left_out": converted.left_out,
            })),
            // One bad file does not stop the others.
            Err(failure) if inputs.len() > 1 => {
                super::report(&failure);
                outcome = Outcome::No;
            }
            Err(failure) => return Err(failure),
        }
    }
    progress.finish();
    if global.json && output != "-" {
        print(&format!("{}\n", serde_json::json!({"converted": told})))?;
    } else if global.quiet == 0 {
        for done in &told {
            let left_out = done["left_out"].as_u64().unwrap_or(0);
            let lost = if left_out > 0 {
                format!(", {left_out} cells beyond the header left out")
            } else {
                String::new()
            };
            let input = done["input"].as_str().unwrap_or_default();
            // The result is out already; a closed standard error is no reason to fail.
            let _ = writeln!(
                anstream::stderr(),
                "{input}: {} rows, {} columns{lost}",
                done["rows"],
                done["columns"]
            );
        }
    }
    Ok(outcome)
}

/// The name and usual ending of a format by its name or ending.
fn format(wanted: &str) -> Result<(&'static str, &'static str), Failure> {
    let wanted = wanted.to_ascii_lowercase();
    let found =
        table_formats().find(|format| format.name == wanted || format.extensions.contains(&wanted.as_str()));
    found.map(|format| (format.name, format.extensions[0])).ok_or_else(|| {
        let known: Vec<&str> = table_formats().map(|format| format.name).collect();
        Failure::new(ErrorKind::Invalid, format!("`{wanted}` is no form that tables are written in"))
            .with_hint(format!("use one of {}", known.join(", ")))
    })
}

fn one(work: &Work, read: &ReadOptions, progress: &FileProgress) -> Result<Converted, Failure> {
    let mut step = |step| {
        progress.show(&work.name, step);
        ControlFlow::Continue(())
    };
    let folder = tempfile::tempdir()?;
    let options = WriteOptions::default();
    let mut convert = |out: Box<dyn Write + Send>| {
        let conversion = Conversion {
            source: &work.path,
            name: &work.name,
            read,
            format: work.format,
            write: &options,
            folder: folder.path(),
        };
        let made = convert_file(&conversion, out, &mut step);
        made.map_err(|error| Failure::from(Error::from(error)))
    };
    let Some(path) = &work.out else {
        return convert(Box::new(BufWriter::with_capacity(1 << 16, std::io::stdout())));
    };
    let place = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let file = tempfile::NamedTempFile::new_in(place.unwrap_or(Path::new(".")))?;
    let converted = convert(Box::new(BufWriter::with_capacity(1 << 18, file.reopen()?)))?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(converted)
}
