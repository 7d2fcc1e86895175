//! Cells that fit no type: the first are kept for the manifest, all of them in a file beside the table.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use townhall_model::table::{ColumnType, RejectedCell};

use crate::FormatError;
use crate::limits::{REJECT_VALUE_CHARS_MAX, REJECTS_KEPT_MAX};

/// The rejects of a table that is being written.
pub(crate) struct Rejects {
    path: PathBuf,
    out: Option<BufWriter<File>>,
    /// The first of them.
    pub(crate) kept: Vec<RejectedCell>,
    /// How many there were.
    pub(crate) total: u64,
}

impl Rejects {
    /// Prepares for the rejects of the table at `table`; there is no file before the first of them.
    pub(crate) fn beside(table: &Path) -> Self {
        let mut name = table.file_name().unwrap_or_default().to_owned();
        name.push(".rejects.jsonl");
        Self { path: table.with_file_name(name), out: None, kept: Vec::new(), total: 0 }
    }

    /// Takes the next ones, in the order of rows and columns.
    pub(crate) fn add(&mut self, rejects: Vec<RejectedCell>) -> Result<(), FormatError> {
        if rejects.is_empty() {
            return Ok(());
        }
        self.write(&rejects).map_err(|source| FormatError::io_path("write", &self.path, source))?;
        self.total += rejects.len() as u64;
        let room = REJECTS_KEPT_MAX - self.kept.len();
        self.kept.extend(rejects.into_iter().take(room));
        Ok(())
    }

    /// Counts some that are not kept.
    pub(crate) fn count(&mut self, more: u64) {
        self.total += more;
    }

    fn write(&mut self, rejects: &[RejectedCell]) -> std::io::Result<()> {
        let out = match &mut self.out {
            Some(out) => out,
            none => none.insert(BufWriter::new(File::create(&self.path)?)),
        };
        for reject in rejects {
            serde_json::to_writer(&mut *out, reject)?;
            out.write_all(b"\n")?;
        }
        Ok(())
    }

    /// Ends the file, and says where it is, if there is one.
    pub(crate) fn finish(&mut self) -> Result<Option<PathBuf>, FormatError> {
        let Some(mut out) = self.out.take() else { return Ok(None) };
        out.flush().map_err(|source| FormatError::io_path("write", &self.path, source))?;
        Ok(Some(self.path.clone()))
    }
}

/// Why a cell is none of this type.
pub(crate) const fn misfit(kind: ColumnType) -> &'static str {
    match kind {
        ColumnType::Text => "not text",
        ColumnType::Integer => "not a whole number",
        ColumnType::Number => "not a number",
        ColumnType::Boolean => "neither true nor false",
        ColumnType::Date => "not a date",
        ColumnType::Timestamp => "not a time with a zone",
        ColumnType::Datetime => "not a date and time",
    }
}

/// The value as it is kept: what is too long is cut and marked.
pub(crate) fn shown(value: &str) -> String {
    match value.char_indices().nth(REJECT_VALUE_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.to_owned(),
    }
}
