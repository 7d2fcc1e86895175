//! Reads JSON and JSON lines: the list that holds the rows is found, and every path of its objects becomes a column.

use std::fs::File;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::Path;

use serde_json::{Map, Value};
use townhall_metadata::{JsonTableError, JsonTableOptions, Rereadable, json_to_rows};

use crate::limits::{COLUMNS_MAX, JSON_ROW_BYTES_MAX, UNPACKED_BYTES_MAX};
use crate::unfold::ingest_rows;
use crate::{FormatError, FormatInfo, Header, Ingest, Ingested};

/// A file that is opened as often as it is read.
struct OnDisk<'a> {
    path: &'a Path,
    name: &'a str,
}

impl Rereadable for OnDisk<'_> {
    fn name(&self) -> &str {
        self.name
    }

    fn open(&self) -> io::Result<Box<dyn Read + '_>> {
        Ok(Box::new(File::open(self.path)?))
    }
}

/// Makes a table of JSON. The columns are called after the way to their values: `address/city`.
pub(crate) fn ingest(task: Ingest<'_>, info: &'static FormatInfo) -> Result<Ingested, FormatError> {
    let file = OnDisk { path: task.source, name: task.name };
    let options = JsonTableOptions {
        decompressed_bytes_max: UNPACKED_BYTES_MAX,
        columns_max: COLUMNS_MAX,
        row_bytes_max: JSON_ROW_BYTES_MAX,
    };
    let name = task.name;
    ingest_rows(task, info, Header::Row(1), |sink| {
        let mut failure = None;
        let table = json_to_rows(&file, &options, &mut |cells| match sink.row(cells) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                failure = Some(error);
                ControlFlow::Break(())
            }
        });
        if let Some(error) = failure {
            return Err(error);
        }
        let table = table.map_err(|error| refusal(name, info, error))?;
        if table.columns.is_empty() {
            return Err(FormatError::Empty { name: name.to_owned() });
        }
        let mut read_as = Map::new();
        if !table.path.is_empty() {
            read_as.insert("path".to_owned(), Value::from(table.path));
        }
        Ok(read_as)
    })
}

fn refusal(name: &str, info: &'static FormatInfo, error: JsonTableError) -> FormatError {
    match error {
        JsonTableError::Empty => FormatError::Empty { name: name.to_owned() },
        JsonTableError::Io(source) => FormatError::Io { doing: "read", name: name.to_owned(), source },
        error => {
            FormatError::Damaged { name: name.to_owned(), format: info.label, reason: error.to_string() }
        }
    }
}
