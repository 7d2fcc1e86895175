//! Finds where a JSON value ends, byte by byte, without understanding it.
//!
//! The scanner knows strings, escapes and nesting and nothing else, so it can pass over records that a strict
//! parser would refuse. It keeps its state between chunks: no byte is looked at twice.

use memchr::memchr2;

/// Where the scan of a value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scan {
    /// The value goes on behind the bytes that were given.
    More,
    /// The value ends before this index of the bytes that were given.
    Done(usize),
    /// At this index stands a bracket that closes what was never opened so.
    Broken(usize),
}

/// The state of a scan within one value.
#[derive(Debug, Clone, Default)]
pub struct Scanner {
    /// Open brackets; the innermost 128 are known by kind.
    depth: u32,
    /// One bit for each open bracket, innermost lowest: set for an object.
    objects: u128,
    /// How many of the outermost brackets have fallen out of the bits.
    forgotten: u32,
    deepest: u32,
    is_in_string: bool,
    is_escaped: bool,
    is_scalar: bool,
}

/// What a byte outside of strings means to the scan.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Plain,
    Quote,
    Open,
    Close,
}

const ROLES: [Role; 256] = {
    let mut roles = [Role::Plain; 256];
    roles[b'"' as usize] = Role::Quote;
    roles[b'{' as usize] = Role::Open;
    roles[b'[' as usize] = Role::Open;
    roles[b'}' as usize] = Role::Close;
    roles[b']' as usize] = Role::Close;
    roles
};

impl Scanner {
    /// The deepest nesting seen so far.
    pub fn deepest(&self) -> u32 {
        self.deepest
    }

    /// Scans on; the first byte ever given must be the first of the value.
    pub fn feed(&mut self, bytes: &[u8]) -> Scan {
        let mut at = 0;
        while at < bytes.len() {
            if self.is_in_string {
                match self.string(bytes, at) {
                    Some(end) if self.depth == 0 => return Scan::Done(end),
                    Some(end) => at = end,
                    None => return Scan::More,
                }
                continue;
            }
            let byte = bytes[at];
            match ROLES[byte as usize] {
                Role::Plain if self.depth > 0 => {}
                Role::Plain => {
                    if self.is_scalar && (byte.is_ascii_whitespace() || byte == b',') {
                        return Scan::Done(at);
                    }
                    self.is_scalar = true;
                }
                // A scalar ends where anything else begins.
                _ if self.is_scalar => return Scan::Done(at),
                Role::Quote => self.is_in_string = true,
                Role::Open => {
                    self.objects = self.objects << 1 | u128::from(byte == b'{');
                    self.depth += 1;
                    self.forgotten = self.forgotten.max(self.depth.saturating_sub(u128::BITS));
                    self.deepest = self.deepest.max(self.depth);
                }
                Role::Close => {
                    if self.depth == 0 || !self.closes(byte) {
                        return Scan::Broken(at);
                    }
                    self.objects >>= 1;
                    self.depth -= 1;
                    self.forgotten = self.forgotten.min(self.depth);
                    if self.depth == 0 {
                        return Scan::Done(at + 1);
                    }
                }
            }
            at += 1;
        }
        Scan::More
    }

    /// Whether the value may end where the input does: true of a number or word, and of nothing else.
    pub fn may_end(&self) -> bool {
        self.is_scalar
    }

    /// Passes over a string; gives the index behind its closing quote.
    fn string(&mut self, bytes: &[u8], mut at: usize) -> Option<usize> {
        if self.is_escaped {
            self.is_escaped = false;
            at += 1;
        }
        loop {
            at += memchr2(b'"', b'\\', bytes.get(at..)?)?;
            if bytes[at] == b'"' {
                self.is_in_string = false;
                return Some(at + 1);
            }
            if at + 1 == bytes.len() {
                self.is_escaped = true;
                return None;
            }
            at += 2;
        }
    }

    fn closes(&self, byte: u8) -> bool {
        // A record in which a kind was forgotten is refused for its depth anyway.
        self.depth <= self.forgotten || (self.objects & 1 == 1) == (byte == b'}')
    }
}
