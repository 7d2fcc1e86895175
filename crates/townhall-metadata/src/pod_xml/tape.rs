//! The bytes of the file on their way to the XML reader: as UTF-8, with line and column, and those of a record kept.

use std::io::{self, BufRead, Read};

use encoding_rs::WINDOWS_1252;
use townhall_model::Position;

use crate::limits::CHUNK_BYTES;
use crate::reader::advance;

/// A stream that remembers what was read since the last mark.
pub struct Tape<R> {
    input: R,
    ready: Vec<u8>,
    at: usize,
    /// The beginning of a character whose rest has not come yet.
    carry: Vec<u8>,
    position: Position,
    since_mark: Vec<u8>,
    token_bytes: usize,
    passed: u64,
    bytes_max: usize,
    /// How many bytes were not UTF-8 and were read as Windows-1252.
    pub mended: u64,
}

impl<R: Read> Tape<R> {
    /// A tape that keeps so many bytes, and lets no token be more than twice as long.
    pub fn new(input: R, bytes_max: usize) -> Self {
        Self {
            input,
            ready: Vec::new(),
            at: 0,
            carry: Vec::new(),
            position: Position { line: 1, column: 1 },
            since_mark: Vec::new(),
            token_bytes: 0,
            passed: 0,
            bytes_max,
            mended: 0,
        }
    }

    /// The line and column of the next byte.
    pub fn position(&self) -> Position {
        self.position
    }

    /// How many bytes have been read.
    pub fn passed(&self) -> u64 {
        self.passed
    }

    /// Begins a token.
    pub fn token(&mut self) {
        self.token_bytes = 0;
    }

    /// Forgets what was read until here.
    pub fn mark(&mut self) {
        self.since_mark.clear();
    }

    /// Forgets so many bytes of what was read since the mark.
    pub fn forget(&mut self, length: usize) {
        self.since_mark.drain(..length.min(self.since_mark.len()));
    }

    /// What was read since the mark, as far as it is kept.
    pub fn kept(&self) -> &[u8] {
        &self.since_mark
    }

    /// Whether more was read since the mark than is kept.
    pub fn is_too_long(&self) -> bool {
        self.since_mark.len() >= self.bytes_max
    }

    fn load(&mut self) -> io::Result<()> {
        let mut bytes = std::mem::take(&mut self.carry);
        let carried = bytes.len();
        bytes.resize(carried + CHUNK_BYTES, 0);
        let read = loop {
            match self.input.read(&mut bytes[carried..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read?,
            }
        };
        bytes.truncate(carried + read);
        if let Err(error) = std::str::from_utf8(&bytes) {
            if error.error_len().is_none() && read > 0 {
                self.carry = bytes.split_off(error.valid_up_to());
            } else {
                bytes = self.mend(&bytes, read > 0);
            }
        }
        (self.ready, self.at) = (bytes, 0);
        Ok(())
    }

    /// Reads bytes that are not UTF-8 as Windows-1252, one by one: files mix both.
    fn mend(&mut self, bytes: &[u8], has_more: bool) -> Vec<u8> {
        let mut text = String::with_capacity(bytes.len() + 64);
        let mut rest = bytes;
        while let Err(error) = std::str::from_utf8(rest) {
            let (valid, broken) = rest.split_at(error.valid_up_to());
            text.push_str(&String::from_utf8_lossy(valid));
            if error.error_len().is_none() && has_more {
                self.carry = broken.to_vec();
                return text.into_bytes();
            }
            let (broken, behind) = broken.split_at(error.error_len().unwrap_or(broken.len()));
            text.push_str(&WINDOWS_1252.decode_without_bom_handling(broken).0);
            self.mended += broken.len() as u64;
            rest = behind;
        }
        text.push_str(&String::from_utf8_lossy(rest));
        text.into_bytes()
    }
}

impl<R: Read> Read for Tape<R> {
    fn read(&mut self, output: &mut [u8]) -> io::Result<usize> {
        let ready = self.fill_buf()?;
        let length = ready.len().min(output.len());
        output[..length].copy_from_slice(&ready[..length]);
        self.consume(length);
        Ok(length)
    }
}

impl<R: Read> BufRead for Tape<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        // A text that makes its record too large is read to its end all the same, if that comes soon.
        let limit = 2 * self.bytes_max + CHUNK_BYTES;
        if self.token_bytes > limit {
            let message = format!("one piece of it is longer than {limit} bytes");
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        while self.at == self.ready.len() {
            self.load()?;
            // All that came may have been the beginning of a character.
            if self.ready.is_empty() && self.carry.is_empty() {
                break;
            }
        }
        Ok(&self.ready[self.at..])
    }

    fn consume(&mut self, length: usize) {
        let passed = &self.ready[self.at..self.at + length];
        self.position = advance(self.position, passed);
        let room = self.bytes_max.saturating_sub(self.since_mark.len());
        self.since_mark.extend_from_slice(&passed[..length.min(room)]);
        self.at += length;
        self.token_bytes += length;
        self.passed += length as u64;
    }
}
