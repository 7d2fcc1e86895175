//! Mends the text of one record so that a strict JSON parser takes it, and says what it mended.

use std::borrow::Cow;

use encoding_rs::WINDOWS_1252;
use townhall_model::{Finding, Position, Severity};

use super::window::advance;

/// A kind of damage that can be mended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    Windows1252,
    LoneSurrogate,
    ControlCharacter,
    SpareComma,
    BadEscape,
}

/// How often one kind of damage was mended, and where first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Repair {
    pub damage: Damage,
    pub times: usize,
    /// The byte index in the text before this repair.
    pub first: usize,
}

impl Repair {
    /// Says it to people; `text` is what the byte index counts in.
    pub fn finding(&self, start: Position, text: &[u8]) -> Finding {
        let times = self.times;
        let (code, message, fix) = match self.damage {
            Damage::Windows1252 => (
                "READ-WINDOWS-1252",
                format!("{times} bytes are not UTF-8 and were read as Windows-1252"),
                "save the file as UTF-8",
            ),
            Damage::LoneSurrogate => (
                "READ-SURROGATE",
                format!("{times} halves of a character (`\\ud800` to `\\udfff`) were replaced by U+FFFD"),
                "write the character itself, or both halves of it",
            ),
            Damage::ControlCharacter => (
                "READ-CONTROL",
                format!("{times} raw control characters in texts were taken as they are"),
                "write line breaks as `\\n` and tabs as `\\t`",
            ),
            Damage::SpareComma => (
                "READ-COMMA",
                format!("{times} spare commas were passed over"),
                "remove the comma before the bracket",
            ),
            Damage::BadEscape => (
                "READ-ESCAPE",
                format!("{times} backslashes begin no escape and were read as themselves"),
                "write a backslash as `\\\\`",
            ),
        };
        Finding::new(code, Severity::Warning, message)
            .with_position(advance(start, &text[..self.first.min(text.len())]))
            .with_source("RFC 8259")
            .with_fix(fix)
    }
}

/// Reads bytes as UTF-8, and those that are not as Windows-1252, one by one: files mix both.
pub fn decode(bytes: &[u8]) -> (Cow<'_, str>, Option<Repair>) {
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return (Cow::Borrowed(text), None),
        Err(error) => error,
    };
    let mut text = String::with_capacity(bytes.len() + 64);
    let mut times = 0;
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        times += chunk.invalid().len();
        let (characters, _) = WINDOWS_1252.decode_without_bom_handling(chunk.invalid());
        text.push_str(&characters);
    }
    (Cow::Owned(text), Some(Repair { damage: Damage::Windows1252, times, first: error.valid_up_to() }))
}

/// Mends what a strict parser refuses, and counts it; a text without such damage comes back as it was.
pub fn mend(text: &str) -> (String, Vec<Repair>) {
    let mut mender =
        Mender { text, output: String::with_capacity(text.len() + 64), at: 0, repairs: Vec::new() };
    while mender.at < text.len() {
        match text.as_bytes()[mender.at] {
            b'"' => mender.string(),
            b',' => mender.comma(),
            _ => {
                // Everything between strings and commas stays.
                let rest = &text[mender.at..];
                let length = rest.find(['"', ',']).unwrap_or(rest.len());
                mender.copy(length);
            }
        }
    }
    (mender.output, mender.repairs)
}

struct Mender<'t> {
    text: &'t str,
    output: String,
    at: usize,
    repairs: Vec<Repair>,
}

impl Mender<'_> {
    fn copy(&mut self, length: usize) {
        self.output.push_str(&self.text[self.at..self.at + length]);
        self.at += length;
    }

    fn mend(&mut self, damage: Damage, length: usize, instead: &str) {
        match self.repairs.iter_mut().find(|repair| repair.damage == damage) {
            Some(repair) => repair.times += 1,
            None => self.repairs.push(Repair { damage, times: 1, first: self.at }),
        }
        self.output.push_str(instead);
        self.at += length;
    }

    fn comma(&mut self) {
        let next = self.text[self.at + 1..].trim_start().bytes().next();
        let is_first = self.output.trim_end().ends_with(['{', '[']);
        if is_first || matches!(next, Some(b'}' | b']' | b',')) {
            self.mend(Damage::SpareComma, 1, "");
        } else {
            self.copy(1);
        }
    }

    fn string(&mut self) {
        self.copy(1);
        while self.at < self.text.len() {
            let rest = &self.text[self.at..];
            let plain = rest.bytes().position(|byte| byte == b'"' || byte == b'\\' || byte < 0x20);
            self.copy(plain.unwrap_or(rest.len()));
            match self.text.as_bytes().get(self.at) {
                None => return,
                Some(b'"') => return self.copy(1),
                Some(b'\\') => self.escape(),
                Some(control) => {
                    let escape = format!("\\u{control:04x}");
                    self.mend(Damage::ControlCharacter, 1, &escape);
                }
            }
        }
    }

    fn escape(&mut self) {
        let rest = &self.text.as_bytes()[self.at..];
        match rest.get(1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.copy(2),
            Some(b'u') => match unit(rest) {
                Some(0xd800..=0xdbff) if matches!(unit(&rest[6..]), Some(0xdc00..=0xdfff)) => self.copy(12),
                Some(0xd800..=0xdfff) => self.mend(Damage::LoneSurrogate, 6, "\\ufffd"),
                Some(_) => self.copy(6),
                None => self.mend(Damage::BadEscape, 1, "\\\\"),
            },
            Some(b'\'') => self.mend(Damage::BadEscape, 1, ""),
            _ => self.mend(Damage::BadEscape, 1, "\\\\"),
        }
    }
}

/// The UTF-16 unit of an escape such as `\u00e9` at the start of the bytes.
fn unit(bytes: &[u8]) -> Option<u16> {
    let digits = bytes.strip_prefix(b"\\u")?.get(..4)?;
    digits.iter().try_fold(0, |unit, digit| Some(unit << 4 | char::from(*digit).to_digit(16)? as u16))
}
