//! Makes of the files of a definition's tables the files that become tables here: the declared columns under their names,
//! references looked up, row after row, so that no more than the tables of concepts is held.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use townhall_metadata::{QuColumn, QuDefinition, QuReference, QuTable, QuType, read_csv_rows, write_csv_row};
use townhall_model::ErrorKind;
use townhall_model::table::ColumnType;

use crate::Error;
use crate::limits::REFERENCE_ROWS_MAX;

/// A column that the files lack, put together of others: each filled up with zeros to a width.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuComposed {
    /// What it is called in the files.
    pub header: String,
    /// The columns and their widths.
    pub parts: Vec<(String, usize)>,
}

impl QuComposed {
    /// Reads `fips_code=state_code:2+county_code:3`.
    pub fn read(text: &str) -> Option<Self> {
        let (header, parts) = text.split_once('=')?;
        let part = |part: &str| {
            let (column, width) = part.split_once(':')?;
            Some((column.trim().to_owned(), width.trim().parse().ok().filter(|width| *width <= 64)?))
        };
        let parts = parts.split('+').map(part).collect::<Option<Vec<_>>>()?;
        Some(Self { header: header.trim().to_owned(), parts })
    }
}

/// Where the files of tables are found.
#[derive(Debug, Clone, Default)]
pub(super) struct Files {
    pub(super) folders: Vec<PathBuf>,
    pub(super) given: BTreeMap<String, Vec<PathBuf>>,
    pub(super) composed: Vec<QuComposed>,
}

impl Files {
    /// The files of a table that are there: those that were given for it, or else its sources in the folders, by their whole
    /// name or by its last part.
    pub(super) fn of(&self, table: &QuTable) -> Vec<PathBuf> {
        if let Some(given) = self.given.get(&table.id) {
            return given.clone();
        }
        let found = table.sources.iter().filter_map(|source| {
            let source = Path::new(source);
            // A definition names files of its own folder; nothing else is opened.
            let is_inside = source.components().all(|part| matches!(part, std::path::Component::Normal(_)));
            let names = [Some(source.as_os_str()), source.file_name()];
            let in_folder = |folder: &PathBuf| {
                names.iter().flatten().map(|name| folder.join(name)).find(|path| path.is_file())
            };
            is_inside.then(|| self.folders.iter().find_map(in_folder)).flatten()
        });
        found.collect()
    }
}

/// A table of codes by its keys.
type Codes = HashMap<String, String>;

/// A slice's file as it is made.
pub(super) struct Recipe<'a> {
    definition: &'a QuDefinition,
    files: &'a Files,
    codes: Vec<Codes>,
    references: &'a [QuReference],
}

impl<'a> Recipe<'a> {
    /// With the tables of all references held.
    pub(super) fn new(
        definition: &'a QuDefinition,
        files: &'a Files,
        references: &'a [QuReference],
        notes: &mut Vec<String>,
    ) -> Result<Self, Error> {
        let mut recipe = Self { definition, files, codes: Vec::new(), references };
        for reference in references {
            let codes = recipe.codes(reference, notes)?;
            recipe.codes.push(codes);
        }
        Ok(recipe)
    }

    fn codes(&self, reference: &QuReference, notes: &mut Vec<String>) -> Result<Codes, Error> {
        let mut codes = Codes::new();
        let Some(table) = self.definition.table_of(&reference.concept) else { return Ok(codes) };
        let place = |name: &String| table.columns.iter().position(|column| column.name == *name);
        let (keys, Some(value)) =
            (reference.ids.iter().map(place).collect::<Option<Vec<_>>>(), place(&reference.value))
        else {
            return Ok(codes);
        };
        let keys = keys.unwrap_or_default();
        let mut is_full = false;
        each_row(table, &self.files.of(table), &self.files.composed, notes, &mut |cells| {
            if let (Some(key), Some(value)) =
                (key(keys.iter().map(|at| cells[*at].as_deref())), &cells[value])
            {
                codes.insert(key, value.clone());
            }
            is_full = codes.len() > REFERENCE_ROWS_MAX;
            Ok(if is_full { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        })?;
        if is_full {
            let message = format!("table `{}` has more than {REFERENCE_ROWS_MAX} keys to look up", table.id);
            return Err(Error::new(ErrorKind::TooLarge, message));
        }
        Ok(codes)
    }

    /// Writes `fields` of each row of a table's files.
    pub(super) fn write(
        &self,
        table: &QuTable,
        sources: &[PathBuf],
        fields: &[&str],
        out: &Path,
        notes: &mut Vec<String>,
    ) -> Result<(), Error> {
        let own = |name: &str| table.columns.iter().position(|column| column.name == name);
        let columns: Vec<Made> = fields
            .iter()
            .map(|field| match self.references.iter().position(|reference| reference.name == *field) {
                Some(index) => {
                    let keys = self.references[index].columns.iter().filter_map(|name| own(name));
                    Made::LookedUp { index, keys: keys.collect() }
                }
                None => own(field).map_or(Made::Nothing, Made::Own),
            })
            .collect();
        let mut out = BufWriter::new(File::create(out)?);
        write_csv_row(&mut out, fields, b',')?;
        each_row(table, sources, &self.files.composed, notes, &mut |cells| {
            let made: Vec<&str> = columns.iter().map(|column| self.cell(column, cells)).collect();
            write_csv_row(&mut out, &made, b',')?;
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(out.flush()?)
    }

    fn cell<'c>(&'c self, column: &Made, cells: &'c [Option<String>]) -> &'c str {
        match column {
            Made::Nothing => "",
            Made::Own(at) => cells[*at].as_deref().unwrap_or_default(),
            Made::LookedUp { index, keys } => {
                let key = key(keys.iter().map(|at| cells[*at].as_deref()));
                key.and_then(|key| self.codes[*index].get(&key)).map_or("", String::as_str)
            }
        }
    }
}

/// What a column of the file is made of.
enum Made {
    Own(usize),
    LookedUp { index: usize, keys: Vec<usize> },
    Nothing,
}

/// Several values as one key; none when one is missing.
fn key<'c>(cells: impl Iterator<Item = Option<&'c str>>) -> Option<String> {
    let mut key = String::new();
    for cell in cells {
        key.push_str(cell?);
        key.push('\u{1f}');
    }
    Some(key)
}

/// Where a column of the table stands in a file.
enum Place {
    At(usize),
    Composed(Vec<(usize, usize)>),
    Nowhere,
}

/// What takes rows, one after the other.
type Sink<'a> = dyn FnMut(&[Option<String>]) -> io::Result<ControlFlow<()>> + 'a;

/// Reads the rows of a table's files one after the other, each cell as its column has it.
fn each_row(
    table: &QuTable,
    sources: &[PathBuf],
    composed: &[QuComposed],
    notes: &mut Vec<String>,
    sink: &mut Sink<'_>,
) -> Result<(), Error> {
    for source in sources {
        let file = File::open(source).map_err(|error| {
            Error::new(ErrorKind::NotFound, format!("could not read `{}`: {error}", source.display()))
        })?;
        let mut places: Option<Vec<Place>> = None;
        let mut failed = None;
        read_csv_rows(file, None, &mut |row| {
            let Some(places) = &places else {
                places = Some(found(table, source, &row, composed, notes));
                return ControlFlow::Continue(());
            };
            let cells: Vec<Option<String>> = table
                .columns
                .iter()
                .zip(places)
                .map(|(column, place)| match place {
                    Place::At(at) => row.get(*at).and_then(|cell| column.read(cell)),
                    Place::Composed(parts) => put_together(parts, &row).and_then(|cell| column.read(&cell)),
                    Place::Nowhere => None,
                })
                .collect();
            sink(&cells).unwrap_or_else(|error| {
                failed = Some(error);
                ControlFlow::Break(())
            })
        })?;
        if let Some(error) = failed {
            return Err(error.into());
        }
    }
    Ok(())
}

fn found(
    table: &QuTable,
    source: &Path,
    header: &[String],
    composed: &[QuComposed],
    notes: &mut Vec<String>,
) -> Vec<Place> {
    let position = |wanted: &str| {
        let exact = header.iter().position(|name| name.trim() == wanted);
        exact.or_else(|| header.iter().position(|name| name.trim().eq_ignore_ascii_case(wanted.trim())))
    };
    let place = |column: &QuColumn| {
        if let Some(at) = position(&column.header) {
            return Place::At(at);
        }
        let recipe = composed.iter().find(|recipe| recipe.header == column.header);
        let parts = recipe.map(|recipe| {
            recipe
                .parts
                .iter()
                .map(|(name, width)| Some((position(name)?, *width)))
                .collect::<Option<Vec<_>>>()
        });
        match parts.flatten() {
            Some(parts) => Place::Composed(parts),
            None => {
                let name = source.file_name().unwrap_or_default().to_string_lossy();
                let note = format!("`{name}` has no column `{}` of table `{}`", column.header, table.id);
                if !notes.contains(&note) {
                    notes.push(note);
                }
                Place::Nowhere
            }
        }
    };
    table.columns.iter().map(place).collect()
}

fn put_together(parts: &[(usize, usize)], row: &[String]) -> Option<String> {
    let mut text = String::new();
    for (at, width) in parts {
        let cell = row.get(*at)?.trim();
        // A code that is none, such as NA, makes no part of one.
        if cell.is_empty() || !cell.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        text.push_str(&format!("{cell:0>width$}", width = *width));
    }
    Some(text)
}

/// The type that a column has in our tables.
pub(super) fn column_type(kind: QuType) -> ColumnType {
    match kind {
        QuType::String | QuType::Lookup => ColumnType::Text,
        QuType::Integer => ColumnType::Integer,
        QuType::Number | QuType::Dollars => ColumnType::Number,
        QuType::Date => ColumnType::Date,
        QuType::Boolean => ColumnType::Boolean,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn composed_columns_are_filled_up_with_zeros() {
        let composed = QuComposed::read("fips_code = state_code:2 + county_code:3").unwrap();
        assert_eq!(composed.header, "fips_code");
        let row = ["1".to_owned(), "77".to_owned(), "NA".to_owned()];
        assert_eq!(put_together(&[(0, 2), (1, 3)], &row).as_deref(), Some("01077"));
        assert_eq!(put_together(&[(0, 2), (2, 3)], &row), None);
        assert_eq!(QuComposed::read("a=b"), None);
        assert_eq!(QuComposed::read("a=b:999"), None);
    }
}
