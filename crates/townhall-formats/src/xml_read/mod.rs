//! Reads XML whose rows are elements: which ones is found, and every way to a text in them becomes a column.
//!
//! The file is read up to four times: to find the rows, to see which of their elements repeat, for the columns, and for the
//! values. One row is in memory at a time, and the names of the columns. Nothing that a document type declares is read:
//! entities are the five of XML and characters by number, others stay as they are written.

mod columns;
mod row;
mod survey;
mod tokens;

use std::path::Path;

use serde_json::{Map, Value};

use self::columns::{Repeats, each_value};
use self::row::each_row;
use self::tokens::Tokens;
use crate::columns::Columns;
use crate::limits::COLUMNS_MAX;
use crate::unfold::ingest_rows;
use crate::{FormatError, FormatInfo, Header, Ingest, Ingested, ReadOptions};

/// Makes a table of XML. The columns are called after the way to their values: `address/city`, `@id` for an attribute.
pub(crate) fn ingest(task: Ingest<'_>, info: &'static FormatInfo) -> Result<Ingested, FormatError> {
    let file = XmlFile { path: task.source, name: task.name, options: task.options, info };
    ingest_rows(task, info, Header::Row(1), |sink| {
        let mut tokens = file.open()?;
        let encoding = tokens.encoding().name().to_ascii_lowercase();
        let path = survey::find_rows(&mut tokens, &file)?;
        let mut repeats = Repeats::default();
        each_row(&file, &path, &mut |row| {
            repeats.see(row);
            Ok(())
        })?;
        let mut columns = Columns::default();
        each_row(&file, &path, &mut |row| {
            columns.begin_row();
            each_value(row, &repeats, &mut |way, _| match columns.see(way) {
                true => Ok(()),
                false => Err(file.too_large("table", "columns", row.line, COLUMNS_MAX as u64)),
            })
        })?;
        if columns.names().is_empty() {
            return Err(FormatError::Empty { name: file.name.to_owned() });
        }
        sink.row(columns.names())?;

        let places = columns.places();
        let mut cells = vec![String::new(); columns.names().len()];
        each_row(&file, &path, &mut |row| {
            cells.iter_mut().for_each(String::clear);
            each_value(row, &repeats, &mut |way, value| {
                // Two values for one column can only be an element and a text beside it: the first counts.
                if let Some(cell) =
                    places.get(way).and_then(|at| cells.get_mut(*at)).filter(|cell| cell.is_empty())
                {
                    cell.push_str(value);
                }
                Ok(())
            })?;
            sink.row(&cells)
        })?;
        let path = Value::from(path.join("/"));
        Ok(Map::from_iter([("encoding".to_owned(), encoding.into()), ("row_path".to_owned(), path)]))
    })
}

/// The file, and how to read it.
struct XmlFile<'a> {
    path: &'a Path,
    name: &'a str,
    options: &'a ReadOptions,
    info: &'static FormatInfo,
}

impl XmlFile<'_> {
    fn open(&self) -> Result<Tokens, FormatError> {
        Tokens::open(self.path, self.name, self.options.encoding.as_deref(), self.info)
    }

    fn too_large(&self, what: &'static str, unit: &'static str, line: u64, limit: u64) -> FormatError {
        let hint = "say with `row_path` which elements are the rows";
        FormatError::TooLarge { name: self.name.to_owned(), what, unit, line, limit, hint }
    }
}
