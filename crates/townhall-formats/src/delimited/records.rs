//! Finds records and cells in delimited text.
//!
//! One grammar, leniently: a cell whose first byte is the quote runs to the next lone quote, and whatever follows that up to
//! the delimiter belongs to the cell as it stands; a quote anywhere else is a character. [`Scanner`] and
//! [`end_of_last_record`] agree on it.

use memchr::{memchr, memrchr};

/// How the text is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dialect {
    /// The byte between cells.
    pub(crate) delimiter: u8,
    /// The byte around cells.
    pub(crate) quote: u8,
    /// The byte after records: LF (a CR before it goes), or CR.
    pub(crate) newline: u8,
    /// Whether spaces between the delimiter and an opening quote are skipped.
    pub(crate) skips_spaces: bool,
}

/// Where a cell stands in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    start: u32,
    end: u32,
}

/// The cell was quoted, and the span is what stands between the quotes.
const QUOTED: u32 = 1 << 31;

/// The span is raw and begins with the opening quote, because something in it has to be undone.
const RAW: u32 = 1 << 30;

/// Text that one scanner can look at.
pub(crate) const TEXT_BYTES_MAX: usize = RAW as usize - 1;

impl Span {
    /// No cell: what a short row has in its place.
    pub(crate) const MISSING: Self = Self { start: 0, end: 0 };

    fn plain(start: usize, end: usize) -> Self {
        Self { start: start as u32, end: end as u32 }
    }

    fn quoted(start: usize, end: usize) -> Self {
        Self { start: start as u32, end: end as u32 | QUOTED }
    }

    fn raw(start: usize, end: usize) -> Self {
        Self { start: start as u32, end: end as u32 | RAW | QUOTED }
    }

    /// Whether nothing stands there, not even quotes.
    pub(crate) fn is_bare(self) -> bool {
        self.start == self.end
    }

    /// Bytes in the text.
    pub(crate) fn len(self) -> usize {
        ((self.end & !(QUOTED | RAW)) - self.start) as usize
    }

    /// Where it begins in the text.
    pub(crate) fn start(self) -> usize {
        self.start as usize
    }

    /// Returns the bytes of the cell, through `scratch` when a doubled quote has to be undone.
    #[inline]
    pub(crate) fn bytes<'a>(self, text: &'a [u8], quote: u8, scratch: &'a mut Vec<u8>) -> &'a [u8] {
        let cell = &text[self.start as usize..(self.end & !(QUOTED | RAW)) as usize];
        if self.end & RAW == 0 {
            return cell;
        }
        unquote(cell, quote, scratch);
        scratch
    }
}

/// What stands in a raw cell: the quoted part with doubled quotes halved, then the rest as it is.
fn unquote(raw: &[u8], quote: u8, out: &mut Vec<u8>) {
    out.clear();
    let mut rest = &raw[1..];
    while let Some(at) = memchr(quote, rest) {
        out.extend_from_slice(&rest[..at]);
        if rest.get(at + 1) != Some(&quote) {
            rest = &rest[at + 1..];
            break;
        }
        out.push(quote);
        rest = &rest[at + 2..];
    }
    out.extend_from_slice(rest);
}

/// One record that a scanner has gone through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Record {
    /// How many cells it had.
    pub(crate) cells: usize,
    /// Where it begins.
    pub(crate) start: usize,
    /// Where the next one begins.
    pub(crate) end: usize,
    /// Whether it has no cell at all: an empty line.
    pub(crate) is_blank: bool,
    /// Whether the text ended within quotes.
    pub(crate) is_unclosed: bool,
}

/// Goes through text record by record. The text must begin at the start of a record.
pub(crate) struct Scanner<'a> {
    text: &'a [u8],
    dialect: Dialect,
    /// Where the next record begins.
    at: usize,
    /// Delimiters, quotes and newlines in the 64 bytes from `base` that are still to be looked at.
    mask: u64,
    base: usize,
}

impl<'a> Scanner<'a> {
    pub(crate) fn new(text: &'a [u8], dialect: Dialect) -> Self {
        debug_assert!(text.len() <= TEXT_BYTES_MAX);
        let mut scanner = Self { text, dialect, at: 0, mask: 0, base: 0 };
        scanner.mask = scanner.marks(0);
        scanner
    }

    /// Hands the cells of the next record to `emit` with their index. `None` at the end of the text.
    #[inline]
    pub(crate) fn record(&mut self, mut emit: impl FnMut(usize, Span)) -> Option<Record> {
        let start = self.at;
        if start >= self.text.len() {
            return None;
        }
        let mut cells = 0;
        let mut cell_start = start;
        loop {
            let quote_at = self.opening_quote(cell_start);
            let (span, end) = match quote_at {
                Some(quote_at) => self.quoted_cell(quote_at),
                None => self.plain_cell(cell_start),
            };
            emit(cells, span);
            cells += 1;
            match end {
                End::Delimiter(at) => cell_start = at + 1,
                End::Newline(at) => {
                    self.at = at + 1;
                    let is_blank = cells == 1 && span.is_bare();
                    return Some(Record { cells, start, end: self.at, is_blank, is_unclosed: false });
                }
                End::Text { is_unclosed } => {
                    self.at = self.text.len();
                    let is_blank = cells == 1 && span.is_bare();
                    return Some(Record { cells, start, end: self.at, is_blank, is_unclosed });
                }
            }
        }
    }

    #[inline]
    fn opening_quote(&self, start: usize) -> Option<usize> {
        let mut at = start;
        if self.dialect.skips_spaces {
            while self.text.get(at) == Some(&b' ') {
                at += 1;
            }
        }
        (self.text.get(at) == Some(&self.dialect.quote)).then_some(at)
    }

    #[inline]
    fn plain_cell(&mut self, start: usize) -> (Span, End) {
        while let Some(at) = self.next_mark() {
            let byte = self.text[at];
            if byte == self.dialect.delimiter {
                return (Span::plain(start, at), End::Delimiter(at));
            }
            if byte == self.dialect.newline {
                return (Span::plain(start, self.before_newline(start, at)), End::Newline(at));
            }
        }
        let len = self.text.len();
        (Span::plain(start, self.before_newline(start, len)), End::Text { is_unclosed: false })
    }

    fn quoted_cell(&mut self, start: usize) -> (Span, End) {
        let quote = self.dialect.quote;
        let mut is_raw = false;
        // The opening quote itself.
        let mut closing = None;
        let mut is_open = false;
        while let Some(at) = self.next_mark() {
            if self.text[at] != quote {
                continue;
            }
            if !is_open {
                is_open = true;
            } else if self.text.get(at + 1) == Some(&quote) {
                is_raw = true;
                self.next_mark();
            } else {
                closing = Some(at);
                break;
            }
        }
        let Some(closing) = closing else {
            return (Span::raw(start, self.text.len()), End::Text { is_unclosed: true });
        };

        let (tail, end) = self.plain_cell(closing + 1);
        let span = match (is_raw, tail.len()) {
            (false, 0) => Span::quoted(start + 1, closing),
            (_, tail_len) => Span::raw(start, closing + 1 + tail_len),
        };
        (span, end)
    }

    /// The end of a cell before a newline at `at`: without the CR of a CR LF.
    #[inline]
    fn before_newline(&self, start: usize, at: usize) -> usize {
        if self.dialect.newline == b'\n' && at > start && self.text[at - 1] == b'\r' { at - 1 } else { at }
    }

    #[inline]
    fn next_mark(&mut self) -> Option<usize> {
        while self.mask == 0 {
            self.base += 64;
            if self.base >= self.text.len() {
                return None;
            }
            self.mask = self.marks(self.base);
        }
        let at = self.base + self.mask.trailing_zeros() as usize;
        self.mask &= self.mask - 1;
        Some(at)
    }

    /// One bit for each of the 64 bytes from `base` that is a delimiter, a quote or a newline.
    #[inline]
    fn marks(&self, base: usize) -> u64 {
        let rest = self.text.get(base..).unwrap_or_default();
        match rest.first_chunk::<64>() {
            Some(block) => marks(block, self.dialect),
            None => {
                // The padding repeats a byte that is no mark.
                let filler =
                    if [self.dialect.delimiter, self.dialect.quote, self.dialect.newline].contains(&0) {
                        1
                    } else {
                        0
                    };
                let mut block = [filler; 64];
                block[..rest.len()].copy_from_slice(rest);
                marks(&block, self.dialect)
            }
        }
    }
}

enum End {
    Delimiter(usize),
    Newline(usize),
    Text { is_unclosed: bool },
}

/// Two loops that compilers turn into vector instructions: compare bytes, then gather one bit of each.
#[inline]
fn marks(block: &[u8; 64], dialect: Dialect) -> u64 {
    let mut hits = [0_u8; 64];
    for (hit, byte) in hits.iter_mut().zip(block) {
        *hit = u8::from(*byte == dialect.delimiter)
            | u8::from(*byte == dialect.quote)
            | u8::from(*byte == dialect.newline);
    }
    let mut mask = 0;
    for (index, eight) in hits.as_chunks::<8>().0.iter().enumerate() {
        // The product collects the lowest bit of each byte in its highest byte.
        let bits = u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        mask |= bits << (index * 8);
    }
    mask
}

/// Returns where the last whole record of `text` ends, or `None` when no record ends in it. The text must begin at the
/// start of a record.
pub(crate) fn end_of_last_record(text: &[u8], dialect: Dialect) -> Option<usize> {
    let Dialect { delimiter, quote, newline, skips_spaces } = dialect;
    // Everything outside quotes is what lies between these.
    let mut quoted: Vec<(usize, usize)> = Vec::new();
    let mut outside = 0;
    let mut search = 0;
    let mut is_open = false;
    while let Some(found) = memchr(quote, &text[search..]) {
        let opening = search + found;
        let mut before = opening;
        while skips_spaces && before > outside && text[before - 1] == b' ' {
            before -= 1;
        }
        // Right after a closing quote `before == outside`, and the byte before it is that quote: no opening.
        let opens = before == 0 || text[before - 1] == delimiter || text[before - 1] == newline;
        if !opens {
            search = opening + 1;
            continue;
        }
        let mut at = opening + 1;
        let closing = loop {
            match memchr(quote, &text[at..]) {
                None => break None,
                Some(found) if text.get(at + found + 1) == Some(&quote) => at += found + 2,
                Some(found) => break Some(at + found),
            }
        };
        quoted.push((outside, opening));
        match closing {
            // A quote at the very end may be the first half of a doubled one.
            Some(closing) if closing + 1 < text.len() => {
                outside = closing + 1;
                search = outside;
            }
            _ => {
                is_open = true;
                break;
            }
        }
    }
    if !is_open && let Some(at) = memrchr(newline, &text[outside..]) {
        return Some(outside + at + 1);
    }
    quoted
        .iter()
        .rev()
        .find_map(|(start, end)| memrchr(newline, &text[*start..*end]).map(|at| start + at + 1))
}

/// Asserts what fuzzers look for: records follow each other without gaps, and the last one that is found from behind ends
/// where one that is found from the front does.
pub(crate) fn check_records(text: &[u8]) {
    for (delimiter, newline, skips_spaces) in [(b',', b'\n', false), (b';', b'\r', true)] {
        let dialect = Dialect { delimiter, quote: b'"', newline, skips_spaces };
        let mut scanner = Scanner::new(text, dialect);
        let (mut end, mut scratch, mut ends) = (0, Vec::new(), Vec::new());
        while let Some(record) = scanner.record(|_, span| {
            let _ = span.bytes(text, b'"', &mut scratch);
        }) {
            assert_eq!(record.start, end);
            assert!(record.end > end);
            end = record.end;
            ends.push(end);
        }
        assert_eq!(end, text.len());
        if let Some(last) = end_of_last_record(text, dialect) {
            assert!(ends.contains(&last));
        }
    }
}
