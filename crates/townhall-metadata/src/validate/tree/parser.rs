//! The parser: strict JSON (RFC 8259), its values as a flat list of nodes.

use std::collections::HashSet;

use super::{Kind, Node, Tree};

/// Deepest nesting of a whole text; `serde_json` stops at 128 as well.
const DEPTH_MAX: u32 = 127;

/// Most names of doubled keys that are remembered for one record.
const DOUBLED_KEYS_MAX: usize = 20;

/// How much of such a name is remembered.
const KEY_CHARACTERS_MAX: usize = 200;

/// Keys of one object that are compared one by one; where there are more they are hashed.
const KEYS_COMPARED_MAX: usize = 40;

impl Tree {
    /// Parses a strict JSON text; false when it is not one.
    pub fn parse(&mut self, source: &str) -> bool {
        let Some(length) = self.parse_prefix(source.as_bytes(), DEPTH_MAX) else { return false };
        source.as_bytes()[length..].iter().all(|byte| matches!(byte, b' ' | b'\n' | b'\r' | b'\t'))
    }

    /// Parses the JSON value at the start of the bytes; gives its length, if it is whole, sound, and does not nest
    /// more deeply than this. Bytes that are not UTF-8 are not looked at.
    pub fn parse_prefix(&mut self, source: &[u8], depth_max: u32) -> Option<usize> {
        self.nodes.clear();
        self.doubled.clear();
        let mut unescaped = std::mem::take(&mut self.unescaped).into_bytes();
        unescaped.clear();
        u32::try_from(source.len()).ok()?;
        let mut parser = Parser { tree: self, unescaped, source, at: 0, depth_max };
        parser.skip_space();
        let parsed = parser.value(0);
        let Parser { unescaped, at, .. } = parser;
        self.unescaped = String::from_utf8(unescaped).ok()?;
        parsed.map(|()| at)
    }
}

struct Parser<'p> {
    tree: &'p mut Tree,
    unescaped: Vec<u8>,
    source: &'p [u8],
    at: usize,
    depth_max: u32,
}

impl Parser<'_> {
    fn byte(&self) -> Option<u8> {
        self.source.get(self.at).copied()
    }

    fn skip_space(&mut self) {
        // Indentation, eight columns at a time.
        while self.source.get(self.at..self.at + 8) == Some(b"        ") {
            self.at += 8;
        }
        while matches!(self.byte(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    fn value(&mut self, depth: u32) -> Option<()> {
        let at = self.at;
        match self.byte()? {
            b'"' => self.text(),
            b'{' => self.object(at, depth),
            b'[' => self.list(at, depth),
            b't' => self.word("true", Kind::Truth),
            b'f' => self.word("false", Kind::Truth),
            b'n' => self.word("null", Kind::Null),
            _ => self.number(),
        }
    }

    fn push(&mut self, kind: Kind, at: usize) -> usize {
        let index = self.tree.nodes.len();
        let (next, from) = (index as u32 + 1, at as u32);
        self.tree.nodes.push(Node { kind, is_unescaped: false, at: from, from, to: self.at as u32, next });
        index
    }

    fn word(&mut self, word: &str, kind: Kind) -> Option<()> {
        let at = self.at;
        self.source[at..].starts_with(word.as_bytes()).then_some(())?;
        self.at += word.len();
        self.push(kind, at);
        Some(())
    }

    fn number(&mut self) -> Option<()> {
        let at = self.at;
        if self.byte()? == b'-' {
            self.at += 1;
        }
        match self.byte()? {
            b'0' => self.at += 1,
            b'1'..=b'9' => self.digits()?,
            _ => return None,
        }
        if self.byte() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.byte(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.byte(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        self.push(Kind::Number, at);
        Some(())
    }

    fn digits(&mut self) -> Option<()> {
        let from = self.at;
        while self.byte().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        (self.at > from).then_some(())
    }

    fn text(&mut self) -> Option<()> {
        let at = self.at;
        self.at += 1;
        let from = self.at;
        self.at += plain_length(&self.source[from..]);
        if self.byte()? == b'"' {
            let to = self.at;
            self.at += 1;
            let index = self.push(Kind::Text, at);
            let node = &mut self.tree.nodes[index];
            (node.from, node.to) = (from as u32, to as u32);
            return Some(());
        }
        self.escaped_text(at, from)
    }

    /// Goes on with a text in which an escape was met.
    fn escaped_text(&mut self, at: usize, from: usize) -> Option<()> {
        let start = self.unescaped.len();
        let mut from = from;
        loop {
            self.unescaped.extend_from_slice(&self.source[from..self.at]);
            match self.byte()? {
                b'"' => break,
                b'\\' => self.escape()?,
                _ => return None,
            }
            from = self.at;
            self.at += plain_length(&self.source[from..]);
        }
        self.at += 1;
        let to = self.unescaped.len();
        let index = self.push(Kind::Text, at);
        let node = &mut self.tree.nodes[index];
        (node.is_unescaped, node.from, node.to) = (true, start as u32, to as u32);
        Some(())
    }

    fn escape(&mut self) -> Option<()> {
        let escaped = *self.source.get(self.at + 1)?;
        self.at += 2;
        let character = match escaped {
            b'"' | b'\\' | b'/' => char::from(escaped),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let unit = self.unit()?;
                if (0xd800..0xdc00).contains(&unit) {
                    self.source.get(self.at..)?.starts_with(b"\\u").then_some(())?;
                    self.at += 2;
                    let low = self.unit()?;
                    (0xdc00..0xe000).contains(&low).then_some(())?;
                    char::from_u32(0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00))?
                } else {
                    char::from_u32(unit)?
                }
            }
            _ => return None,
        };
        self.unescaped.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        Some(())
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Option<u32> {
        let digits = self.source.get(self.at..self.at + 4)?;
        self.at += 4;
        digits.iter().try_fold(0, |unit, digit| Some(unit << 4 | char::from(*digit).to_digit(16)?))
    }

    fn list(&mut self, at: usize, depth: u32) -> Option<()> {
        (depth < self.depth_max).then_some(())?;
        let index = self.push(Kind::List, at);
        self.at += 1;
        self.skip_space();
        if self.byte()? != b']' {
            loop {
                self.value(depth + 1)?;
                self.skip_space();
                match self.byte()? {
                    b',' => self.at += 1,
                    b']' => break,
                    _ => return None,
                }
                self.skip_space();
            }
        }
        self.at += 1;
        self.close(index);
        Some(())
    }

    fn object(&mut self, at: usize, depth: u32) -> Option<()> {
        (depth < self.depth_max).then_some(())?;
        let index = self.push(Kind::Object, at);
        let (mut keys_seen, mut keys) = (0_u64, 0_usize);
        let doubled_before = self.tree.doubled.len();
        self.at += 1;
        self.skip_space();
        if self.byte()? != b'}' {
            loop {
                (self.byte()? == b'"').then_some(())?;
                let key = self.tree.nodes.len();
                self.text()?;
                keys += 1;
                if keys <= KEYS_COMPARED_MAX {
                    self.notice_doubled(index, key, &mut keys_seen);
                }
                self.skip_space();
                (self.byte()? == b':').then_some(())?;
                self.at += 1;
                self.skip_space();
                self.value(depth + 1)?;
                self.skip_space();
                match self.byte()? {
                    b',' => self.at += 1,
                    b'}' => break,
                    _ => return None,
                }
                self.skip_space();
            }
        }
        self.at += 1;
        self.close(index);
        if keys > KEYS_COMPARED_MAX {
            self.tree.doubled.truncate(doubled_before);
            self.notice_doubled_among_many(index);
        }
        Some(())
    }

    fn close(&mut self, index: usize) {
        let next = self.tree.nodes.len() as u32;
        let node = &mut self.tree.nodes[index];
        (node.next, node.to) = (next, self.at as u32);
    }

    /// Looks whether the key was met before in its object; `keys_seen` has a bit for each key, so that most
    /// objects are never searched.
    fn notice_doubled(&mut self, object: usize, key: usize, keys_seen: &mut u64) {
        let name = self.key(key);
        let ends = match name {
            [first, .., last] => usize::from(*first) * 7 + usize::from(*last),
            _ => 0,
        };
        let bit = 1 << ((name.len() * 5 + ends) % 64);
        if *keys_seen & bit == 0 {
            *keys_seen |= bit;
            return;
        }
        if self.tree.doubled.len() >= DOUBLED_KEYS_MAX {
            return;
        }
        let mut index = object + 1;
        while index < key {
            if self.key(index) == name {
                self.remember_doubled(key);
                return;
            }
            index = self.tree.nodes[index + 1].next as usize;
        }
    }

    /// The same for an object with many keys, when all of them are known.
    fn notice_doubled_among_many(&mut self, object: usize) {
        let mut seen = HashSet::new();
        let mut doubled = Vec::new();
        let mut index = object + 1;
        while index < self.tree.nodes.len() && doubled.len() < DOUBLED_KEYS_MAX {
            if !seen.insert(self.key(index)) {
                doubled.push(index);
            }
            index = self.tree.nodes[index + 1].next as usize;
        }
        for key in doubled {
            self.remember_doubled(key);
        }
    }

    fn remember_doubled(&mut self, key: usize) {
        let name = String::from_utf8_lossy(self.key(key)).chars().take(KEY_CHARACTERS_MAX).collect();
        if self.tree.doubled.len() < DOUBLED_KEYS_MAX {
            self.tree.doubled.push((name, self.tree.nodes[key].at as usize));
        }
    }

    /// The bytes of a key by its number.
    fn key(&self, index: usize) -> &[u8] {
        let node = &self.tree.nodes[index];
        let whole = if node.is_unescaped { self.unescaped.as_slice() } else { self.source };
        &whole[node.from as usize..node.to as usize]
    }
}

/// How many bytes stand before the next quote, backslash or control character.
fn plain_length(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const HIGHS: u64 = u64::from_ne_bytes([0x80; 8]);
    let has_zero = |word: u64| word.wrapping_sub(ONES) & !word & HIGHS;
    let mut length = 0;
    for chunk in bytes.chunks_exact(8) {
        let word = u64::from_le_bytes(chunk.try_into().unwrap_or_default());
        let is_quote = has_zero(word ^ (ONES * u64::from(b'"')));
        let is_backslash = has_zero(word ^ (ONES * u64::from(b'\\')));
        let is_control = word.wrapping_sub(ONES * 0x20) & !word & HIGHS;
        let ends = is_quote | is_backslash | is_control;
        if ends != 0 {
            return length + ends.trailing_zeros() as usize / 8;
        }
        length += 8;
    }
    let is_end = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..0x20);
    length + bytes[length..].iter().take_while(|byte| !is_end(byte)).count()
}
