//! The stretch of the input that is in memory: it slides forward and knows its line and column.

use std::io::{self, Read};

use memchr::{memchr_iter, memrchr};
use townhall_model::Position;

use crate::limits::CHUNK_BYTES;

/// A sliding window over a stream.
pub struct Window<R> {
    input: R,
    buffer: Vec<u8>,
    start: usize,
    is_at_end: bool,
    consumed: u64,
    line: u64,
    column: u64,
}

impl<R: Read> Window<R> {
    /// Opens a window on a stream.
    pub fn new(input: R) -> Self {
        Self { input, buffer: Vec::new(), start: 0, is_at_end: false, consumed: 0, line: 1, column: 1 }
    }

    /// The bytes in the window.
    pub fn bytes(&self) -> &[u8] {
        &self.buffer[self.start..]
    }

    /// The line and column of the first byte in the window.
    pub fn position(&self) -> Position {
        Position { line: self.line, column: self.column }
    }

    /// How many bytes have left the window.
    pub fn consumed(&self) -> u64 {
        self.consumed
    }

    /// Makes the window longer by what the stream has ready; false when it has no more.
    pub fn extend(&mut self) -> io::Result<bool> {
        if self.is_at_end {
            return Ok(false);
        }
        if self.start > 0 && self.start >= self.buffer.len() / 2 {
            self.buffer.drain(..self.start);
            self.start = 0;
        }
        // A window that grew around a huge record goes back to its normal size.
        if self.buffer.is_empty() && self.buffer.capacity() > 16 * CHUNK_BYTES {
            self.buffer = Vec::new();
        }
        let length = self.buffer.len();
        self.buffer.resize(length + CHUNK_BYTES, 0);
        loop {
            match self.input.read(&mut self.buffer[length..]) {
                Ok(read) => {
                    self.buffer.truncate(length + read);
                    self.is_at_end = read == 0;
                    return Ok(read > 0);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.buffer.truncate(length);
                    return Err(error);
                }
            }
        }
    }

    /// Reads no more, as if the stream had ended here.
    pub fn end(&mut self) {
        self.is_at_end = true;
    }

    /// Moves the window forward.
    pub fn consume(&mut self, length: usize) {
        let passed = &self.buffer[self.start..self.start + length];
        let end = advance(self.position(), passed);
        (self.line, self.column) = (end.line, end.column);
        self.start += length;
        self.consumed += length as u64;
    }
}

/// The position behind these bytes, given the one before them.
pub fn advance(from: Position, bytes: &[u8]) -> Position {
    match memrchr(b'\n', bytes) {
        None => Position { line: from.line, column: from.column + characters(bytes) },
        Some(last) => Position {
            line: from.line + memchr_iter(b'\n', bytes).count() as u64,
            column: 1 + characters(&bytes[last + 1..]),
        },
    }
}

/// Counts characters of UTF-8: every byte but the continuing ones.
fn characters(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|&&byte| byte as i8 >= -64).count() as u64
}
