//! How data files are to be read, as the command line says it.

use std::path::Path;

use townhall_app::ReadOptions;
use townhall_model::ErrorKind;

use super::Failure;
use crate::cli::Reading;

/// The options that arguments stand for.
pub fn read_options(args: &Reading) -> Result<ReadOptions, Failure> {
    let mut read = ReadOptions::default();
    if let Some(delimiter) = &args.delimiter {
        read.delimiter = Some(delimiter_character(delimiter)?);
    }
    read.encoding = args.encoding.clone();
    read.part = args.part.clone();
    if let Some(line) = args.header {
        read.header = match line {
            0 => townhall_app::Header::None,
            line => townhall_app::Header::Row(line),
        };
    }
    if let Some(path) = &args.layout {
        let text = std::fs::read(path).map_err(|error| {
            Failure::new(ErrorKind::NotFound, format!("could not read `{}`: {error}", path.display()))
        })?;
        read.layout = townhall_app::fixed_layout(&text).map_err(townhall_app::Error::from)?;
    }
    for pair in &args.types {
        let (column, kind) = pair.split_once('=').ok_or_else(|| {
            Failure::new(ErrorKind::Invalid, format!("`{pair}` names no type"))
                .with_hint("write `--type zip=text`")
        })?;
        let kind = townhall_app::column_type(kind).ok_or_else(|| {
            Failure::new(ErrorKind::Invalid, format!("`{kind}` is not a column type"))
                .with_hint("one of text, integer, number, boolean, date, timestamp, datetime")
        })?;
        read.columns.insert(column.to_owned(), kind);
    }
    Ok(read)
}

fn delimiter_character(text: &str) -> Result<char, Failure> {
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        _ if text.eq_ignore_ascii_case("tab") || text == "\\t" => Ok('\t'),
        (Some(character), None) if character.is_ascii() => Ok(character),
        _ => Err(Failure::new(ErrorKind::Invalid, format!("`{text}` is not a delimiter"))
            .with_hint("give one ASCII character, or `tab`")),
    }
}

/// A file name as the name of a table: without its endings, in small letters, with `_` for all that is no letter or digit.
pub fn table_name(path: &Path) -> String {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let stem = name.trim_start_matches('.').split('.').next().unwrap_or_default();
    let letter = |c: char| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    let name: String = stem.chars().map(letter).collect();
    match name.chars().next() {
        None => "data".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("t_{name}"),
        Some(_) => name,
    }
}

/// The files that arguments name: one with `*`, `?` or `[…]` that is no file itself names those it matches, in the order of
/// their names, also where no shell has done so before.
pub fn files_named(arguments: &[String]) -> Result<Vec<String>, Failure> {
    let mut files = Vec::with_capacity(arguments.len());
    for argument in arguments {
        if !argument.contains(['*', '?', '[']) || Path::new(argument).exists() {
            files.push(argument.clone());
            continue;
        }
        let problem = |message: String| Failure::new(ErrorKind::Invalid, message);
        let matched = glob::glob(argument)
            .map_err(|error| problem(format!("`{argument}` is no pattern of names: {error}")))?
            .map(|path| Ok(path.map_err(std::io::Error::from)?.to_string_lossy().into_owned()))
            .collect::<Result<Vec<_>, Failure>>()?;
        if matched.is_empty() {
            return Err(Failure::new(ErrorKind::NotFound, format!("no file is called like `{argument}`"))
                .with_hint("`*` stands for any part of a name, `**` for folders within folders"));
        }
        files.extend(matched);
    }
    Ok(files)
}

/// A folder for what is read from standard input, and the file in it.
pub fn from_standard_input() -> Result<tempfile::NamedTempFile, Failure> {
    let mut file = tempfile::NamedTempFile::new()?;
    std::io::copy(&mut std::io::stdin().lock(), &mut file)?;
    Ok(file)
}
