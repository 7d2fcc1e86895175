//! Cuts a file into blocks of whole records, so that threads can work on them apart.

use std::{fs::File, io::Read};

use super::records::{Dialect, end_of_last_record};
use crate::{FormatError, limits::ROW_BYTES_MAX};

/// Reads a file once, front to back, block by block.
pub(super) struct Splitter<'a> {
    file: File,
    name: &'a str,
    dialect: Dialect,
    block_bytes: usize,
    /// The beginning of a record whose end has not been read yet.
    carry: Vec<u8>,
    /// Where the carry stands in the file.
    offset: u64,
    /// Lines before the carry.
    lines: u64,
    is_done: bool,
}

/// Whole records.
#[derive(Default)]
pub(super) struct Block {
    pub(super) text: Vec<u8>,
    /// Where it stands in the file.
    pub(super) offset: u64,
    /// Lines before it.
    pub(super) lines_before: u64,
}

impl<'a> Splitter<'a> {
    /// Begins at the file's current position, which is `offset`, with `lines` lines before it.
    pub(super) fn new(
        file: File,
        name: &'a str,
        dialect: Dialect,
        block_bytes: usize,
        offset: u64,
        lines: u64,
    ) -> Self {
        let block_bytes = block_bytes.clamp(1, ROW_BYTES_MAX);
        Self { file, name, dialect, block_bytes, carry: Vec::new(), offset, lines, is_done: false }
    }

    /// Fills the block; `false` when nothing is left.
    pub(super) fn next_block(&mut self, block: &mut Block) -> Result<bool, FormatError> {
        block.text.clear();
        block.offset = self.offset;
        block.lines_before = self.lines;
        if self.is_done {
            return Ok(false);
        }
        std::mem::swap(&mut block.text, &mut self.carry);
        let mut wanted = self.block_bytes;
        let end = loop {
            let read = (&mut self.file)
                .take(wanted as u64)
                .read_to_end(&mut block.text)
                .map_err(FormatError::io("read", self.name))?;
            if read < wanted {
                self.is_done = true;
                break block.text.len();
            }
            if let Some(end) = end_of_last_record(&block.text, self.dialect) {
                break end;
            }
            if block.text.len() > ROW_BYTES_MAX {
                return Err(FormatError::TooLarge {
                    name: self.name.to_owned(),
                    what: "row",
                    unit: "bytes",
                    line: self.lines + 1,
                    limit: ROW_BYTES_MAX as u64,
                    hint: "check for a quotation mark that is never closed",
                });
            }
            // Doubling keeps the work proportional to the row.
            wanted = block.text.len();
        };
        self.carry.extend_from_slice(&block.text[end..]);
        block.text.truncate(end);
        self.offset += end as u64;
        self.lines += memchr::memchr_iter(self.dialect.newline, &block.text).count() as u64;
        Ok(!block.text.is_empty())
    }
}
