//! Walks a list of records: reads each or refuses it, and finds its way back after a broken one.

use std::io::Read;

use townhall_model::record::RecordKind;
use townhall_model::{Finding, Position, Severity};

use super::record::{Place, broken, cut_off, not_an_object, too_deep, too_large};
use super::scan::{Scan, Scanner};
use super::walk::{Captured, Halt, Walker};
use crate::limits::{CATALOG_LEVELS_MAX, RECORD_DEPTH_MAX};

impl<R: Read> Walker<'_, '_, R> {
    /// Walks a list from behind its opening bracket up to and including its closing one.
    pub(super) fn list(
        &mut self,
        pointer: &str,
        kind: RecordKind,
        level: usize,
        mut kept: Option<&mut Vec<u8>>,
    ) -> Result<(), Halt> {
        let mut item = 0_u64;
        let mut has_comma = true;
        let (mut spare, mut missing) = (None, None);
        loop {
            self.skip_space(None)?;
            let Some(byte) = self.peek()? else {
                let reason = cut_off(self.window.position());
                self.notice(reason.with_pointer(pointer));
                return Err(Halt::Truncated);
            };
            let position = self.window.position();
            match byte {
                b']' => {
                    if has_comma && item > 0 {
                        spare.get_or_insert(position);
                    }
                    match kept.as_deref_mut() {
                        Some(kept) => self.keep(1, kept),
                        None => self.window.consume(1),
                    }
                    break;
                }
                b'}' => {
                    self.notice(broken(position, position).with_pointer(pointer));
                    if level == 0 && self.is_before_another()? {
                        // One bracket too many behind a record; the list goes on.
                        self.window.consume(1);
                        continue;
                    }
                    // The list was never closed, its catalogue is.
                    if let Some(kept) = kept.as_deref_mut() {
                        kept.push(b']');
                    }
                    break;
                }
                b',' => {
                    if has_comma {
                        spare.get_or_insert(position);
                    }
                    has_comma = true;
                    self.window.consume(1);
                }
                _ => {
                    if !has_comma {
                        missing.get_or_insert(position);
                    }
                    has_comma = false;
                    let pointer = format!("{pointer}/{item}");
                    item += 1;
                    if kind == RecordKind::Catalog && byte == b'{' && level < CATALOG_LEVELS_MAX {
                        self.object(&pointer, level + 1)?;
                    } else {
                        self.element(&pointer, kind)?;
                    }
                }
            }
        }
        self.notice_commas(pointer, spare, missing);
        Ok(())
    }

    fn notice_commas(&mut self, pointer: &str, spare: Option<Position>, missing: Option<Position>) {
        let found = [
            (spare, "READ-COMMA", "spare commas between records were passed over"),
            (missing, "READ-MISSING-COMMA", "commas are missing between records"),
        ];
        for (position, code, message) in found {
            if let Some(position) = position {
                self.notice(
                    Finding::new(code, Severity::Warning, message)
                        .with_pointer(pointer)
                        .with_position(position)
                        .with_source("RFC 8259, section 5"),
                );
            }
        }
    }

    /// Reads the record at the start of the window, or refuses it and moves to where the next may begin.
    pub(super) fn element(&mut self, pointer: &str, kind: RecordKind) -> Result<(), Halt> {
        let start = self.window.position();
        let index = self.next_index(kind);
        let is_object = self.peek()? == Some(b'{');
        let bytes_max = self.options.record_bytes_max;
        let place = Place { kind, index, pointer, start, version: self.version };
        if is_object && self.take_whole(place)? {
            return Ok(());
        }
        match self.capture(bytes_max)? {
            Captured::Whole { length, .. } if !is_object => {
                let shown = String::from_utf8_lossy(&self.window.bytes()[..length]).into_owned();
                self.refuse(place, length, not_an_object(&shown, start))
            }
            Captured::Whole { length, depth } if depth > RECORD_DEPTH_MAX => {
                self.refuse(place, length, too_deep(start))
            }
            Captured::Whole { length, .. } => match self.take(place, length)? {
                Ok(()) => Ok(()),
                Err(reason) => {
                    let length = self.next_record(length).unwrap_or(length);
                    self.refuse(place, length, reason)
                }
            },
            Captured::Broken { length } => {
                let reason = broken(start, self.position_at(length));
                let length = self.next_record(length).unwrap_or(length.max(1));
                self.refuse(place, length, reason)
            }
            Captured::CutOff { length } => match self.next_record(length) {
                Some(length) => {
                    let reason = broken(start, self.position_at(length));
                    self.refuse(place, length, reason)
                }
                None => {
                    let reason = cut_off(self.position_at(length));
                    self.notice(reason.clone().with_pointer(pointer));
                    self.refuse(place, length, reason)?;
                    Err(Halt::Truncated)
                }
            },
            Captured::TooLarge { rest, length } => match self.next_record(length) {
                Some(length) => {
                    let reason = broken(start, self.position_at(length));
                    self.refuse(place, length, reason)
                }
                None => {
                    self.refuse(place, length, too_large(start, bytes_max))?;
                    rest.map_or(Ok(()), |scanner| self.pass_over(scanner))
                }
            },
        }
    }

    /// Passes over the rest of a value that is too large to hold.
    fn pass_over(&mut self, mut scanner: Scanner) -> Result<(), Halt> {
        loop {
            if self.peek()?.is_none() {
                let reason = cut_off(self.window.position());
                self.notice(reason);
                return Err(Halt::Truncated);
            }
            match scanner.feed(self.window.bytes()) {
                Scan::Done(end) | Scan::Broken(end) => {
                    self.window.consume(end);
                    return Ok(());
                }
                Scan::More => self.window.consume(self.window.bytes().len()),
            }
        }
    }

    /// Whether a comma and another object stand behind the bracket at the start of the window.
    fn is_before_another(&mut self) -> Result<bool, Halt> {
        /// How far to look; nobody puts more white space between records.
        const LOOK_BYTES: usize = 1024;
        while self.window.bytes().len() < LOOK_BYTES && self.extend()? {}
        let bytes = self.window.bytes();
        let rest = bytes[1..bytes.len().min(LOOK_BYTES)].trim_ascii_start();
        Ok(rest.strip_prefix(b",").is_some_and(|rest| rest.trim_ascii_start().starts_with(b"{")))
    }
}
