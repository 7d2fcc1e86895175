//! Writes an object whose last members are lists of records, item by item.

use std::io::Write;

use serde::Serialize;
use serde_json::Value;
use townhall_model::record::RecordKind;

use crate::error::WriteError;

/// Writes the JSON of a catalogue, one record a line, so that two editions compare line by line.
pub struct ListWriter<W> {
    out: W,
    has_members: bool,
    /// The list that is being written, and how many records it has.
    open: Option<(RecordKind, u64)>,
    closed: Vec<RecordKind>,
}

impl<W: Write> ListWriter<W> {
    pub fn new(out: W) -> Self {
        Self { out, has_members: false, open: None, closed: Vec::new() }
    }

    pub fn into_inner(self) -> W {
        self.out
    }

    pub fn begin(&mut self) -> Result<(), WriteError> {
        Ok(self.out.write_all(b"{")?)
    }

    pub fn member(&mut self, key: &str, value: &Value) -> Result<(), WriteError> {
        self.key(key)?;
        Ok(serde_json::to_writer(&mut self.out, value)?)
    }

    pub fn item(&mut self, kind: RecordKind, record: &impl Serialize) -> Result<(), WriteError> {
        let written = match self.open {
            Some((open, written)) if open == kind => written,
            _ => {
                self.open_list(kind)?;
                0
            }
        };
        self.out.write_all(if written > 0 { b",\n" } else { b"\n" })?;
        serde_json::to_writer(&mut self.out, record)?;
        self.open = Some((kind, written + 1));
        Ok(())
    }

    pub fn end(&mut self) -> Result<(), WriteError> {
        self.close_list()?;
        if !self.closed.contains(&RecordKind::Dataset) {
            // Both versions require the list, be it empty.
            self.open_list(RecordKind::Dataset)?;
            self.close_list()?;
        }
        self.out.write_all(b"\n}\n")?;
        Ok(self.out.flush()?)
    }

    fn key(&mut self, key: &str) -> Result<(), WriteError> {
        self.out.write_all(if self.has_members { b",\n" } else { b"\n" })?;
        self.has_members = true;
        serde_json::to_writer(&mut self.out, key)?;
        Ok(self.out.write_all(b": ")?)
    }

    fn open_list(&mut self, kind: RecordKind) -> Result<(), WriteError> {
        self.close_list()?;
        if self.closed.contains(&kind) {
            return Err(WriteError::OutOfOrder { kind });
        }
        self.key(kind.catalog_key())?;
        self.out.write_all(b"[")?;
        self.open = Some((kind, 0));
        Ok(())
    }

    fn close_list(&mut self) -> Result<(), WriteError> {
        if let Some((kind, written)) = self.open.take() {
            self.out.write_all(if written > 0 { b"\n]" } else { b"]" })?;
            self.closed.push(kind);
        }
        Ok(())
    }
}
