//! Reads JSON, and what people write for it, as a stream of events.

use std::io::Read;

use memchr::memchr3;
use townhall_model::Position;

use super::numbers::number;
use super::{JsonTableError, JsonTableOptions};
use crate::input::Rereadable;
use crate::limits::{CHUNK_BYTES, TABLE_DEPTH_MAX};
use crate::reader::{decode, unwrap};

/// One step through a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    ObjectStart,
    ObjectEnd,
    ArrayStart,
    ArrayEnd,
    Key(String),
    /// A text, number or truth value as it is shown; null is none.
    Scalar(Option<String>),
}

/// What is open, from the outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    Array,
    Object,
}

/// The events of a file.
pub struct Events<'r> {
    input: Box<dyn Read + 'r>,
    buffer: Vec<u8>,
    at: usize,
    /// Bytes before the buffer.
    passed: u64,
    line: u64,
    /// Bytes of the file before its current line.
    line_start: u64,
    open: Vec<Open>,
    /// Whether a value stands between the last comma and here, so that a comma has to come.
    needs_comma: bool,
    /// Whether a key came, so that its value has to come.
    has_key: bool,
    bytes_max: u64,
    value_bytes_max: usize,
}

impl<'r> Events<'r> {
    /// The events of the file from its beginning.
    pub fn of(input: &'r dyn Rereadable, options: &JsonTableOptions) -> Result<Self, JsonTableError> {
        let (input, _) = unwrap(input.open()?)?;
        Ok(Self {
            input,
            buffer: Vec::new(),
            at: 0,
            passed: 0,
            line: 1,
            line_start: 0,
            open: Vec::new(),
            needs_comma: false,
            has_key: false,
            bytes_max: options.decompressed_bytes_max,
            value_bytes_max: options.row_bytes_max,
        })
    }

    /// How many lists and objects are open.
    pub fn depth(&self) -> usize {
        self.open.len()
    }

    /// The next event; none at the end of the file.
    pub fn next(&mut self) -> Result<Option<Event>, JsonTableError> {
        loop {
            self.skip_space()?;
            let Some(byte) = self.peek()? else {
                return if self.open.is_empty() {
                    Ok(None)
                } else {
                    Err(self.error("the file ends in the middle of a list or object; get it again"))
                };
            };
            match byte {
                b',' if !self.has_key => {
                    self.needs_comma = false;
                    self.at += 1;
                }
                b'}' | b']' => return self.close(byte).map(Some),
                // Lines of JSON have nothing between them.
                _ if self.needs_comma && !self.open.is_empty() => {
                    return Err(self.error("a comma is missing here; add it"));
                }
                _ if self.open.last() == Some(&Open::Object) && !self.has_key => return self.key().map(Some),
                _ => return self.value(byte).map(Some),
            }
        }
    }

    fn close(&mut self, byte: u8) -> Result<Event, JsonTableError> {
        let (expected, event) = match byte {
            b'}' => (Open::Object, Event::ObjectEnd),
            _ => (Open::Array, Event::ArrayEnd),
        };
        if self.open.last() != Some(&expected) || self.has_key {
            return Err(self.error("this bracket closes nothing; a bracket or a value is missing before it"));
        }
        self.at += 1;
        self.open.pop();
        self.needs_comma = true;
        Ok(event)
    }

    fn key(&mut self) -> Result<Event, JsonTableError> {
        let key = match self.peek()? {
            Some(quote @ (b'"' | b'\'')) => self.string(quote)?,
            _ => self.word()?,
        };
        self.skip_space()?;
        if self.peek()? != Some(b':') {
            return Err(self.error("a colon is missing behind this key; add it"));
        }
        self.at += 1;
        self.has_key = true;
        Ok(Event::Key(key))
    }

    fn value(&mut self, byte: u8) -> Result<Event, JsonTableError> {
        self.has_key = false;
        self.needs_comma = true;
        match byte {
            b'{' | b'[' => {
                if self.open.len() == TABLE_DEPTH_MAX {
                    return Err(self.error("the file nests too deeply for a table"));
                }
                self.at += 1;
                self.needs_comma = false;
                let (open, event) = match byte {
                    b'{' => (Open::Object, Event::ObjectStart),
                    _ => (Open::Array, Event::ArrayStart),
                };
                self.open.push(open);
                Ok(event)
            }
            b'"' | b'\'' => Ok(Event::Scalar(Some(self.string(byte)?))),
            _ => {
                let start = self.position();
                let word = self.word()?;
                match word.as_str() {
                    "null" | "undefined" => Ok(Event::Scalar(None)),
                    "true" | "false" => Ok(Event::Scalar(Some(word))),
                    _ => match number(&word) {
                        Some(number) => Ok(Event::Scalar(Some(number))),
                        None => {
                            let shown = word.chars().take(20).collect::<String>();
                            let what = format!("`{shown}` is no JSON value; texts stand in quotes");
                            Err(JsonTableError::NotJson { position: start, what })
                        }
                    },
                }
            }
        }
    }

    /// A key without quotes, a number, or one of the words of JSON.
    fn word(&mut self) -> Result<String, JsonTableError> {
        let mut bytes = Vec::new();
        while let Some(byte) = self.peek()? {
            if byte.is_ascii_whitespace() || b",:[]{}\"'/<>()".contains(&byte) {
                break;
            }
            self.push(byte, &mut bytes)?;
            self.at += 1;
        }
        if bytes.is_empty() {
            return Err(self.error("this is not JSON; a key or a value should stand here"));
        }
        Ok(decode(&bytes).0.into_owned())
    }

    fn push(&self, byte: u8, bytes: &mut Vec<u8>) -> Result<(), JsonTableError> {
        if bytes.len() >= self.value_bytes_max {
            return Err(self.error("this value is too large for a cell; a quote may be missing before it"));
        }
        bytes.push(byte);
        Ok(())
    }

    /// A text in these quotes; line breaks within stay.
    fn string(&mut self, quote: u8) -> Result<String, JsonTableError> {
        self.at += 1;
        let mut bytes = Vec::new();
        loop {
            if self.peek()?.is_none() {
                return Err(self.error("the file ends in the middle of a text; a quote is missing"));
            }
            let rest = &self.buffer[self.at..];
            let plain = memchr3(quote, b'\\', b'\n', rest).unwrap_or(rest.len());
            if bytes.len() + plain > self.value_bytes_max {
                return Err(
                    self.error("this value is too large for a cell; a quote may be missing before it")
                );
            }
            bytes.extend_from_slice(&rest[..plain]);
            self.at += plain;
            match self.peek()? {
                Some(b'\\') => self.escape(&mut bytes)?,
                Some(b'\n') => {
                    bytes.push(b'\n');
                    self.new_line();
                }
                Some(byte) if byte == quote => {
                    self.at += 1;
                    return Ok(decode(&bytes).0.into_owned());
                }
                _ => {}
            }
        }
    }

    fn escape(&mut self, bytes: &mut Vec<u8>) -> Result<(), JsonTableError> {
        self.at += 1;
        let Some(byte) = self.peek()? else { return Ok(()) };
        self.at += 1;
        match byte {
            b'b' => bytes.push(8),
            b'f' => bytes.push(12),
            b'n' => bytes.push(b'\n'),
            b'r' => bytes.push(b'\r'),
            b't' => bytes.push(b'\t'),
            b'v' => bytes.push(11),
            b'0' => bytes.push(0),
            b'x' => {
                let character =
                    self.hexadecimal(2)?.and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER);
                bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            }
            b'u' => {
                let character = self.unicode()?;
                bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            }
            // A text goes on behind an escaped line break.
            b'\r' => {
                if self.peek()? == Some(b'\n') {
                    self.new_line();
                }
            }
            b'\n' => {
                self.at -= 1;
                self.new_line();
            }
            other => bytes.push(other),
        }
        Ok(())
    }

    /// A character of four hexadecimal digits, or of twice four; a half alone is lost.
    fn unicode(&mut self) -> Result<char, JsonTableError> {
        let Some(first) = self.hexadecimal(4)? else { return Ok(char::REPLACEMENT_CHARACTER) };
        if (0xd800..0xdc00).contains(&first) && self.follows(b"\\u")? {
            self.at += 2;
            return Ok(match self.hexadecimal(4)? {
                Some(second @ 0xdc00..0xe000) => {
                    let code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                    char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
                }
                _ => char::REPLACEMENT_CHARACTER,
            });
        }
        Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn hexadecimal(&mut self, digits: usize) -> Result<Option<u32>, JsonTableError> {
        let mut number = 0;
        for _ in 0..digits {
            let Some(digit) = self.peek()?.and_then(|byte| char::from(byte).to_digit(16)) else {
                return Ok(None);
            };
            number = number << 4 | digit;
            self.at += 1;
        }
        Ok(Some(number))
    }

    /// Passes over white space and comments.
    fn skip_space(&mut self) -> Result<(), JsonTableError> {
        loop {
            match self.peek()? {
                Some(b'\n') => self.new_line(),
                Some(b' ' | b'\t' | b'\r' | 11 | 12) => self.at += 1,
                Some(b'/') if self.follows(b"//")? => {
                    while self.peek()?.is_some_and(|byte| byte != b'\n') {
                        self.at += 1;
                    }
                }
                Some(b'/') if self.follows(b"/*")? => {
                    while !self.follows(b"*/")? {
                        match self.peek()? {
                            None => return Err(self.error("the file ends in the middle of a comment")),
                            Some(b'\n') => self.new_line(),
                            Some(_) => self.at += 1,
                        }
                    }
                    self.at += 2;
                }
                // A no-break space or byte-order mark between values, as editors leave them.
                Some(0xc2) if self.follows(b"\xc2\xa0")? => self.at += 2,
                Some(0xef) if self.follows(b"\xef\xbb\xbf")? => self.at += 3,
                _ => return Ok(()),
            }
        }
    }

    fn new_line(&mut self) {
        self.at += 1;
        self.line += 1;
        self.line_start = self.passed + self.at as u64;
    }

    /// Whether these bytes come next.
    fn follows(&mut self, bytes: &[u8]) -> Result<bool, JsonTableError> {
        while self.buffer.len() - self.at < bytes.len() {
            if !self.fill()? {
                return Ok(false);
            }
        }
        Ok(self.buffer[self.at..].starts_with(bytes))
    }

    fn peek(&mut self) -> Result<Option<u8>, JsonTableError> {
        if self.at == self.buffer.len() && !self.fill()? {
            return Ok(None);
        }
        Ok(self.buffer.get(self.at).copied())
    }

    /// Reads on; false at the end of the file.
    fn fill(&mut self) -> Result<bool, JsonTableError> {
        self.passed += self.at as u64;
        self.buffer.drain(..self.at);
        self.at = 0;
        let length = self.buffer.len();
        self.buffer.resize(length + CHUNK_BYTES, 0);
        let read = loop {
            match self.input.read(&mut self.buffer[length..]) {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                read => break read?,
            }
        };
        self.buffer.truncate(length + read);
        if self.passed + self.buffer.len() as u64 > self.bytes_max {
            return Err(JsonTableError::TooLarge { limit_bytes: self.bytes_max });
        }
        Ok(read > 0)
    }

    fn position(&self) -> Position {
        Position { line: self.line, column: self.passed + self.at as u64 - self.line_start + 1 }
    }

    fn error(&self, what: &str) -> JsonTableError {
        JsonTableError::NotJson { position: self.position(), what: what.to_owned() }
    }
}
