//! Layouts of files that are known beforehand: what their columns are called, in their order, what they hold and mean. A layout
//! is a sheet, as dictionaries are written, with a row for each column; some come with the program.

use std::fs::File;
use std::io::Read;
use std::ops::ControlFlow;
use std::path::Path;

use townhall_formats::{Header, ReadOptions};
use townhall_metadata::{read_csv_rows, read_dictionary};
use townhall_model::ErrorKind;
use townhall_model::dictionary::Dictionary;
use townhall_model::table::ColumnType;

use crate::Error;

/// A layout that comes with the program.
#[derive(Debug)]
pub struct KnownLayout {
    /// Its name in options.
    pub name: &'static str,
    /// What it is of.
    pub title: &'static str,
    sheet: &'static str,
}

/// The layouts that come with the program, as the documentation lists them.
pub const LAYOUTS: [KnownLayout; 4] = [
    KnownLayout {
        name: "hmda-pre-2018",
        title: "HMDA loan application register, 2007 to 2016, as published: 45 columns",
        sheet: include_str!("../../../recipes/hmda/lar-pre-2018.csv"),
    },
    KnownLayout {
        name: "hmda-2017-filing",
        title: "HMDA loan application register of 2017, as filed: 39 fields",
        sheet: include_str!("../../../recipes/hmda/lar-2017-filing.csv"),
    },
    KnownLayout {
        name: "hmda-2018-filing",
        title: "HMDA loan application register from 2018 on, as filed: 110 fields",
        sheet: include_str!("../../../recipes/hmda/lar-2018-filing.csv"),
    },
    KnownLayout {
        name: "hmda-2018-public",
        title: "HMDA loan application register from 2018 on, as published: 99 columns",
        sheet: include_str!("../../../recipes/hmda/lar-2018-public.csv"),
    },
];

/// The largest sheet that is read, in bytes.
const SHEET_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// A layout.
#[derive(Debug, Clone, PartialEq)]
pub struct Layout {
    /// What it is called.
    pub name: String,
    columns: Vec<(String, Option<ColumnType>)>,
    dictionary: Dictionary,
}

impl Layout {
    /// The layout of a name, or that a file describes; none when the file says where columns of fixed-width text stand.
    pub fn find(name: &Path) -> Result<Option<Self>, Error> {
        let text = name.to_string_lossy();
        if let Some(known) = LAYOUTS.iter().find(|known| known.name == text) {
            return Self::read(known.name, known.sheet.as_bytes());
        }
        let file = File::open(name).map_err(|error| {
            let names: Vec<&str> = LAYOUTS.iter().map(|known| known.name).collect();
            Error::new(ErrorKind::NotFound, format!("could not read `{text}`: {error}"))
                .with_hint(format!("give a file, or one of {}", names.join(", ")))
        })?;
        let mut sheet = Vec::new();
        file.take(SHEET_BYTES_MAX + 1).read_to_end(&mut sheet)?;
        if sheet.len() as u64 > SHEET_BYTES_MAX {
            return Err(Error::new(ErrorKind::TooLarge, format!("`{text}` is too large for a layout")));
        }
        Self::read(&text, &sheet)
    }

    fn read(name: &str, sheet: &[u8]) -> Result<Option<Self>, Error> {
        let wrong = |message: String| Error::new(ErrorKind::Malformed, format!("`{name}`: {message}"));
        let mut rows: Vec<Vec<String>> = Vec::new();
        read_csv_rows(sheet, None, &mut |row| {
            rows.push(row);
            ControlFlow::Continue(())
        })?;
        let mut rows = rows.into_iter();
        let header = rows.next().unwrap_or_default();
        let place = |wanted: &str| header.iter().position(|cell| cell.trim().eq_ignore_ascii_case(wanted));
        if place("start").is_some() {
            return Ok(None);
        }
        let Some(column) = place("column") else {
            return Err(wrong("it has no column `column`".to_owned()));
        };
        let kind = place("type");
        let mut columns = Vec::new();
        for row in rows {
            let cell = |at: Option<usize>| at.and_then(|at| row.get(at)).map(|cell| cell.trim());
            let Some(name) = cell(Some(column)).filter(|name| !name.is_empty()) else { continue };
            let kind = match cell(kind).filter(|word| !word.is_empty()) {
                None => None,
                Some(word) => Some(
                    crate::column_type(word)
                        .ok_or_else(|| wrong(format!("`{word}` is not a column type")))?,
                ),
            };
            columns.push((name.to_owned(), kind));
        }
        if columns.is_empty() {
            return Err(wrong("it describes no column".to_owned()));
        }
        let dictionary = read_dictionary(sheet).map_err(|error| wrong(error.to_string()))?;
        Ok(Some(Self { name: name.to_owned(), columns, dictionary }))
    }

    /// What the columns mean.
    pub(crate) fn dictionary(&self) -> &Dictionary {
        &self.dictionary
    }

    /// How a file of this layout is read. Its first line may name the columns, all or some; without such a line the columns
    /// are those of the layout in order, and a first line of another sort, such as a transmittal sheet, is passed over.
    pub(crate) fn options(&self, path: &Path, name: &str, read: &ReadOptions) -> Result<ReadOptions, Error> {
        let mut read = read.clone();
        let delimiter = match read.delimiter {
            Some(delimiter) => delimiter,
            None => self.delimiter(path)?,
        };
        let byte = u8::try_from(u32::from(delimiter)).unwrap_or(b',');
        let mut first: Vec<Vec<String>> = Vec::new();
        read_csv_rows(File::open(path)?, Some(byte), &mut |row| {
            first.push(row);
            if first.len() < 2 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        let Some(head) = first.first() else {
            return Err(Error::new(ErrorKind::Malformed, format!("`{name}` is empty")));
        };
        let named: Vec<&str> = head.iter().map(|cell| cell.trim().trim_start_matches('\u{feff}')).collect();
        let known = |cell: &str| self.columns.iter().find(|(name, _)| name.eq_ignore_ascii_case(cell));
        let found = named.iter().filter(|cell| known(cell).is_some()).count();
        let has_header = found * 2 >= named.len() && found > 0;
        let columns: Vec<(&str, Option<ColumnType>)> = if has_header {
            read.header = Header::Row(1);
            named.iter().filter_map(|cell| known(cell).map(|(_, kind)| (*cell, *kind))).collect()
        } else {
            let widths: Vec<usize> = first.iter().map(Vec::len).collect();
            read.header = match widths.as_slice() {
                [one, ..] if *one == self.columns.len() => Header::None,
                [_, two] if *two == self.columns.len() => Header::Row(1),
                _ => {
                    let message = format!(
                        "`{name}` has {} columns and no line that names them, but the layout `{}` has {}",
                        widths[0],
                        self.name,
                        self.columns.len()
                    );
                    return Err(Error::new(ErrorKind::Malformed, message)
                        .with_hint("choose another layout, or give the delimiter with --delimiter"));
                }
            };
            read.names = self.columns.iter().map(|(name, _)| name.clone()).collect();
            self.columns.iter().map(|(name, kind)| (name.as_str(), *kind)).collect()
        };
        read.format = Some("csv".to_owned());
        read.delimiter = Some(delimiter);
        for (name, kind) in columns {
            if let Some(kind) = kind {
                read.columns.entry(name.to_owned()).or_insert(kind);
            }
            let meaning = self.dictionary.columns.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
            let words: Vec<String> = meaning
                .iter()
                .flat_map(|(_, meaning)| &meaning.sentinels)
                .map(|code| code.value.clone())
                .collect();
            if !words.is_empty() {
                read.sentinels.insert(name.to_owned(), words);
            }
        }
        Ok(read)
    }

    /// The sign of which the first lines have as many as the layout has gaps between columns, or else the most.
    fn delimiter(&self, path: &Path) -> Result<char, Error> {
        let mut head = Vec::new();
        File::open(path)?.take(64 * 1024).read_to_end(&mut head)?;
        let text = String::from_utf8_lossy(&head);
        let count =
            |sign: char| text.lines().take(2).map(|line| line.matches(sign).count()).max().unwrap_or(0);
        let signs = ['|', ',', '\t', ';'];
        let exact = signs.into_iter().find(|sign| count(*sign) == self.columns.len() - 1);
        Ok(exact.or_else(|| signs.into_iter().max_by_key(|sign| count(*sign))).unwrap_or(','))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layouts_that_come_along_have_the_columns_that_they_say() {
        for (known, count) in LAYOUTS.iter().zip([45, 39, 110, 99]) {
            let layout = Layout::find(Path::new(known.name)).unwrap().unwrap();
            assert_eq!(layout.columns.len(), count, "{}", known.name);
            assert!(known.title.contains(&count.to_string()), "{}", known.name);
            assert!(layout.columns.iter().all(|(_, kind)| kind.is_some()), "{}", known.name);
            let described =
                layout.dictionary.columns.values().filter(|meaning| meaning.description.is_some());
            assert_eq!(described.count(), count, "{}", known.name);
        }
    }
}
