//! Walks JSON lines: each line is a record, so a broken one harms no other.

use std::io::Read;

use memchr::{memchr, memmem};
use serde_json::Value;
use townhall_model::record::RecordKind;
use townhall_model::{Finding, Severity};

use super::container::kind_alone;
use super::record::{Place, broken, cut_off, not_an_object, read_object, too_large};
use super::scan::{Scan, Scanner};
use super::walk::{Halt, LISTS, Walker};
use crate::limits::CHUNK_BYTES;

/// A line at the start of the window.
struct Line {
    /// Its length without the line break.
    length: usize,
    /// Whether the file ends in it.
    is_last: bool,
    /// Whether it goes on beyond the largest record.
    is_too_long: bool,
}

impl<R: Read> Walker<'_, '_, R> {
    /// Whether the file looks like one object a line: the first line is one, and so begins the second.
    pub(super) fn has_record_lines(&mut self) -> Result<bool, Halt> {
        while self.window.bytes().len() < CHUNK_BYTES && self.extend()? {}
        let bytes = self.window.bytes();
        let Some(end) = memchr(b'\n', bytes) else { return Ok(false) };
        let line = bytes[..end].trim_ascii_end();
        let is_object = match Scanner::default().feed(line) {
            Scan::Done(length) => matches!(&line[length..], b"" | b","),
            // Also a line that is broken, as long as it does not look like a catalogue that goes on.
            _ => line.ends_with(b"}") && memmem::find(line, b"\"dataset\"").is_none(),
        };
        Ok(is_object && bytes[end + 1..].starts_with(b"{"))
    }

    /// Walks the lines; `number` is the first pointer.
    pub(super) fn lines(&mut self, mut number: u64) -> Result<(), Halt> {
        self.notice(
            Finding::new("READ-JSON-LINES", Severity::Info, "the file is JSON lines: one record a line")
                .with_position(self.window.position()),
        );
        loop {
            self.skip_space(None)?;
            match self.peek()? {
                None => return Ok(()),
                // Some people join lines with commas.
                Some(b',') => self.window.consume(1),
                Some(_) => {
                    self.one_line(&format!("/{number}"))?;
                    number += 1;
                }
            }
        }
    }

    fn one_line(&mut self, pointer: &str) -> Result<(), Halt> {
        let start = self.window.position();
        let line = self.measure_line()?;
        let is_object = self.peek()? == Some(b'{');
        let bytes = &self.window.bytes()[..line.length];
        let content = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        let content = content.strip_suffix(b",").unwrap_or(content);
        let length = content.len();
        let parsed = match line {
            Line { is_too_long: true, .. } => Err(too_large(start, self.options.record_bytes_max)),
            _ if !is_object => Err(not_an_object(&String::from_utf8_lossy(content), start)),
            _ => read_object(content, start),
        };
        let mut reason = match parsed {
            Ok((map, findings)) => {
                let is_list = |kind: &RecordKind| map.get(kind.catalog_key()).is_some_and(Value::is_array);
                let kind = kind_alone(&map).unwrap_or(RecordKind::Dataset);
                if kind == RecordKind::Catalog || LISTS.iter().any(is_list) {
                    return self.object(pointer, 0);
                }
                let place =
                    Place { kind, index: self.next_index(kind), pointer, start, version: self.version };
                return self.deliver(place, length, map, findings);
            }
            Err(reason) => reason,
        };
        let is_open = is_object && !line.is_too_long && Scanner::default().feed(content) == Scan::More;
        let goes_on = is_open && matches!(bytes.trim_ascii_end().last(), Some(b',' | b'{' | b'[' | b':'));
        if goes_on && !line.is_last && !self.is_before_a_record(line.length)? {
            // An object over several lines, among or instead of lines.
            return self.object(pointer, 0);
        }
        if is_open {
            let at = self.position_at(length);
            reason = if line.is_last { cut_off(at) } else { broken(start, at) };
        }
        let kind = RecordKind::Dataset;
        let place = Place { kind, index: self.next_index(kind), pointer, start, version: self.version };
        if is_open && line.is_last {
            self.notice(reason.clone().with_pointer(pointer));
            self.refuse(place, length, reason)?;
            return Err(Halt::Truncated);
        }
        self.refuse(place, length, reason)?;
        if line.is_too_long { self.pass_line() } else { Ok(()) }
    }

    /// Brings the whole line into the window, as far as a record may be long.
    fn measure_line(&mut self) -> Result<Line, Halt> {
        let mut searched = 0;
        loop {
            let bytes = self.window.bytes();
            if let Some(end) = memchr(b'\n', &bytes[searched..]) {
                let length = searched + end;
                return Ok(Line {
                    length,
                    is_last: false,
                    is_too_long: length > self.options.record_bytes_max,
                });
            }
            searched = bytes.len();
            let is_too_long = searched > self.options.record_bytes_max;
            if is_too_long || !self.extend()? {
                return Ok(Line { length: searched, is_last: !is_too_long, is_too_long });
            }
        }
    }

    /// Whether the line behind the one of this length begins a record.
    fn is_before_a_record(&mut self, length: usize) -> Result<bool, Halt> {
        while self.window.bytes().len() < length + 2 {
            if !self.extend()? {
                return Ok(false);
            }
        }
        Ok(self.window.bytes()[length + 1] == b'{')
    }

    fn pass_line(&mut self) -> Result<(), Halt> {
        while self.peek()?.is_some() {
            let bytes = self.window.bytes();
            match memchr(b'\n', bytes) {
                Some(end) => {
                    self.window.consume(end);
                    break;
                }
                None => self.window.consume(bytes.len()),
            }
        }
        Ok(())
    }
}
