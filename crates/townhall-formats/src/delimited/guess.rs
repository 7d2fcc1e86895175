//! Guesses how a delimited file is laid out, from its first bytes: delimiter, quote, line ends, title lines, header.

use super::{
    records::{Dialect, Record, Scanner, Span},
    source::decode,
};
use crate::{
    FormatError, Header, ReadOptions,
    cells::{Class, classify, trim},
    limits::{COLUMNS_MAX, HEAD_BYTES_MAX, PREAMBLE_ROWS_MAX, SNIFF_BYTES},
};

/// How a file is laid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) dialect: Dialect,
    /// The header row, when there is one.
    pub(crate) header: Option<Vec<String>>,
    /// How many columns the table has.
    pub(crate) width: usize,
    /// Which of the first columns hardly ever repeat a value in the sample.
    pub(crate) diverse: Vec<bool>,
    /// What stands above the header, a line each.
    pub(crate) preamble: Vec<String>,
    /// Where the data begins, in bytes after the byte-order mark.
    pub(crate) data_start: usize,
    /// Lines before that.
    pub(crate) lines_before: u64,
}

/// Rows that guesses look at.
const SAMPLE_ROWS: usize = 1_000;

/// The delimiters that are tried, the likeliest first.
const DELIMITERS: [u8; 4] = [b',', b'\t', b';', b'|'];

/// A row of the sample.
struct Row {
    cells: Vec<Vec<u8>>,
    record: Record,
}

impl Row {
    fn filled(&self) -> usize {
        self.cells.iter().filter(|cell| !trim(cell).is_empty()).count()
    }
}

/// Guesses from the head of a file, which is all of it when `is_whole`. `preferred` is the delimiter of the file's kind.
pub(crate) fn guess_layout(
    head: &[u8],
    is_whole: bool,
    preferred: u8,
    name: &str,
    options: &ReadOptions,
) -> Result<Layout, FormatError> {
    let newline = if memchr::memchr(b'\n', head).is_none() && memchr::memchr(b'\r', head).is_some() {
        b'\r'
    } else {
        b'\n'
    };
    let (announced, announcement) = announced_delimiter(head);
    let text = &head[announcement..];
    let quote = one_byte("quote", options.quote)?;
    let delimiter = one_byte("delimiter", options.delimiter)?.or(announced);
    let dialect = guess_dialect(sample(text, is_whole), newline, preferred, delimiter, quote);
    if dialect.quote == dialect.delimiter || dialect.delimiter == newline || dialect.quote == newline {
        return Err(FormatError::BadOption {
            option: "delimiter",
            reason: "the delimiter, the quote and the line end must differ".to_owned(),
        });
    }

    let rows = read_rows(sample(text, is_whole), dialect);
    let width = usual_width(&rows);
    let header_at = match options.header {
        Header::Auto => guess_header(&rows, width),
        Header::Row(number) => Some((number.max(1) - 1) as usize),
        Header::None => None,
    };
    let mut layout = Layout {
        dialect,
        header: None,
        width,
        diverse: (0..width).map(|column| is_diverse(&rows, column)).collect(),
        preamble: Vec::new(),
        data_start: announcement,
        lines_before: lines(&head[..announcement], newline),
    };
    if let Some(at) = header_at {
        // The header may be longer than the sample.
        let sample_bytes = sample(text, is_whole).len();
        let is_cut =
            rows.get(at).is_none_or(|row| row.record.end >= sample_bytes && sample_bytes < text.len());
        let rows = if is_cut { read_rows(text, dialect) } else { rows };
        let ends = rows.get(at).is_some_and(|row| is_whole || row.record.end < text.len());
        let Some(row) = rows.get(at).filter(|_| ends) else {
            return Err(match is_whole || options.header != Header::Auto {
                true if rows.is_empty() => FormatError::Empty { name: name.to_owned() },
                true => FormatError::BadOption {
                    option: "header",
                    reason: format!("there are only {} rows", rows.len()),
                },
                false => first_row_too_long(name),
            });
        };
        layout.preamble =
            rows[..at].iter().map(|row| preamble_line(&text[row.record.start..row.record.end])).collect();
        layout.header = Some(row.cells.iter().map(|cell| decode(cell).0.into_owned()).collect());
        layout.width = width.max(row.cells.len());
        layout.data_start += row.record.end;
        layout.lines_before = lines(&head[..layout.data_start], newline);
    } else if rows.is_empty() && !is_whole && !text.iter().all(u8::is_ascii_whitespace) {
        return Err(first_row_too_long(name));
    }
    if layout.width > COLUMNS_MAX {
        return Err(FormatError::TooLarge {
            name: name.to_owned(),
            what: "row",
            unit: "cells",
            line: layout.lines_before.max(1),
            limit: COLUMNS_MAX as u64,
            hint: "turn columns into rows, or check the delimiter",
        });
    }
    Ok(layout)
}

fn first_row_too_long(name: &str) -> FormatError {
    FormatError::TooLarge {
        name: name.to_owned(),
        what: "first row",
        unit: "bytes",
        line: 1,
        limit: HEAD_BYTES_MAX as u64,
        hint: "check that it is a table with one row a line",
    }
}

fn one_byte(option: &'static str, wanted: Option<char>) -> Result<Option<u8>, FormatError> {
    match wanted {
        None => Ok(None),
        Some(c) if c.is_ascii() && !c.is_ascii_alphanumeric() && c != '\n' && c != '\r' => Ok(Some(c as u8)),
        Some(c) => Err(FormatError::BadOption {
            option,
            reason: format!(
                "`{}` is not a single ASCII character other than letters and digits",
                c.escape_default()
            ),
        }),
    }
}

/// The line `sep=;` with which spreadsheets announce a delimiter, and its bytes.
fn announced_delimiter(head: &[u8]) -> (Option<u8>, usize) {
    let line = match memchr::memchr2(b'\n', b'\r', head) {
        Some(at) if head[at] == b'\r' && head.get(at + 1) == Some(&b'\n') => &head[..at + 2],
        Some(at) => &head[..=at],
        None => return (None, 0),
    };
    match line.trim_ascii_end() {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', delimiter] => (Some(*delimiter), line.len()),
        // A tab would be trimmed away.
        _ if line.starts_with(b"sep=\t") => (Some(b'\t'), line.len()),
        _ => (None, 0),
    }
}

/// What guesses look at.
fn sample(text: &[u8], is_whole: bool) -> &[u8] {
    if is_whole && text.len() <= SNIFF_BYTES { text } else { &text[..text.len().min(SNIFF_BYTES)] }
}

fn lines(text: &[u8], newline: u8) -> u64 {
    memchr::memchr_iter(newline, text).count() as u64
}

fn preamble_line(text: &[u8]) -> String {
    decode(text.trim_ascii()).0.chars().take(200).collect()
}

fn read_rows(text: &[u8], dialect: Dialect) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut scanner = Scanner::new(text, dialect);
    let mut scratch = Vec::new();
    loop {
        let mut cells: Vec<Vec<u8>> = Vec::new();
        let keep = |index: usize, span: Span| {
            // More is refused anyway; the number alone tells.
            if index <= COLUMNS_MAX {
                cells.push(span.bytes(text, dialect.quote, &mut scratch).to_vec());
            }
        };
        match scanner.record(keep) {
            Some(record) if record.is_blank => {}
            Some(record) => rows.push(Row { cells, record }),
            None => break,
        }
        if rows.len() > SAMPLE_ROWS {
            break;
        }
    }
    // The last row may be cut by the end of the sample.
    if rows.len() > 1
        && rows
            .last()
            .is_some_and(|row| row.record.end >= text.len() && text.last() != Some(&dialect.newline))
    {
        let cut = rows.pop();
        // A whole file without a newline at its end is not cut; a row as wide as the others is welcome either way.
        if let Some(row) = cut.filter(|row| row.cells.len() == usual_width(&rows)) {
            rows.push(row);
        }
    }
    rows
}

fn guess_dialect(
    text: &[u8],
    newline: u8,
    preferred: u8,
    delimiter: Option<u8>,
    quote: Option<u8>,
) -> Dialect {
    let quote = quote.unwrap_or_else(|| guess_quote(text));
    let with =
        |delimiter| Dialect { delimiter, quote, newline, skips_spaces: skips_spaces(text, delimiter, quote) };
    if let Some(delimiter) = delimiter {
        return with(delimiter);
    }
    let mut best = (0.0, preferred);
    for delimiter in DELIMITERS {
        // Commas stand in sentences too, tabs hardly anywhere but between cells.
        let bonus = if delimiter == b'\t' { 1.1 } else { 1.0 };
        let score = match consistency(text, with(delimiter)) {
            (share, _) if preferred == b'\t' && delimiter != preferred && share < 1.0 => 0.0,
            (share, width) => share * (1.0 + (width as f64).ln() / 4.0) * bonus,
        };
        if score > best.0 {
            best = (score, delimiter);
        }
    }
    with(best.1)
}

/// How evenly the delimiter cuts the rows: the share of rows with the usual width, and that width; nothing for one column.
fn consistency(text: &[u8], dialect: Dialect) -> (f64, usize) {
    let mut scanner = Scanner::new(text, dialect);
    let mut widths = Vec::new();
    while let Some(record) = scanner.record(|_, _| {}) {
        if !record.is_blank {
            widths.push(record.cells);
        }
        if widths.len() > SAMPLE_ROWS {
            break;
        }
    }
    // The last row may be cut.
    if widths.len() > 2 {
        widths.pop();
    }
    let (width, count) = most_common(&widths);
    if width < 2 { (0.0, 1) } else { (count as f64 / widths.len() as f64, width) }
}

fn usual_width(rows: &[Row]) -> usize {
    let widths: Vec<_> = rows.iter().map(|row| row.cells.len()).collect();
    most_common(&widths).0.max(1)
}

/// The most common width, the larger of equals, and how often it occurs.
fn most_common(widths: &[usize]) -> (usize, usize) {
    let mut sorted = widths.to_vec();
    sorted.sort_unstable();
    let runs = sorted.chunk_by(|a, b| a == b).map(|run| (run[0], run.len()));
    runs.max_by_key(|(width, count)| (*count, *width)).unwrap_or((0, 0))
}

/// A single quote is the quote only when many cells stand between single quotes and none between double quotes.
fn guess_quote(text: &[u8]) -> u8 {
    let wrapped = |quote: u8| {
        let closes = |at: usize| {
            let rest = &text[at + 1..];
            memchr::memchr(quote, &rest[..rest.len().min(200)]).is_some_and(|end| {
                matches!(rest.get(end + 1), None | Some(b',' | b'\t' | b';' | b'|' | b'\n' | b'\r'))
            })
        };
        let opens =
            |at: &usize| *at == 0 || matches!(text[at - 1], b',' | b'\t' | b';' | b'|' | b'\n' | b'\r');
        memchr::memchr_iter(quote, text).filter(opens).filter(|at| closes(*at)).take(10).count()
    };
    if wrapped(b'"') == 0 && wrapped(b'\'') >= 4 { b'\'' } else { b'"' }
}

/// Whether quotes open after a space, as in `a, "b, c"`, and never right after the delimiter.
fn skips_spaces(text: &[u8], delimiter: u8, quote: u8) -> bool {
    if delimiter == b' ' {
        return false;
    }
    let after = |gap: &[u8]| {
        let pattern: Vec<u8> = [&[delimiter], gap, &[quote]].concat();
        memchr::memmem::find(text, &pattern).is_some()
    };
    after(b" ") && !after(b"")
}

/// Whether nine in ten values of a column differ. A short sample proves nothing.
fn is_diverse(rows: &[Row], column: usize) -> bool {
    let mut cells: Vec<_> =
        rows.iter().filter_map(|row| row.cells.get(column)).filter(|cell| !cell.is_empty()).collect();
    let values = cells.len();
    cells.sort_unstable();
    cells.dedup();
    values >= 200 && cells.len() * 10 >= values * 9
}

/// Returns the row that names the columns, if one does.
fn guess_header(rows: &[Row], width: usize) -> Option<usize> {
    if rows.is_empty() {
        return Some(0);
    }
    // Titles fill one cell or two; the header fills most.
    let is_wide = |row: &Row| row.cells.len() * 2 > width && (width < 3 || row.filled() * 2 > width);
    let at = rows.iter().take(PREAMBLE_ROWS_MAX + 1).position(is_wide).unwrap_or(0);
    let at = if width < 2 { 0 } else { at };
    is_header(&rows[at], &rows[at + 1..]).then_some(at)
}

fn is_header(row: &Row, body: &[Row]) -> bool {
    let is_value = |cell: &[u8]| !matches!(classify(cell), Class::Text | Class::Blank | Class::NullWord);
    let mut names: Vec<_> = row.cells.iter().map(|cell| trim(cell)).filter(|cell| !cell.is_empty()).collect();
    if names.is_empty() {
        return false;
    }
    if body.is_empty() {
        return !row.cells.iter().any(|cell| is_value(cell));
    }

    let (mut evidence_for, mut evidence_against) = (0, 0);
    for (index, name) in row.cells.iter().enumerate() {
        let cells: Vec<_> = body
            .iter()
            .filter_map(|row| row.cells.get(index))
            .map(|cell| trim(cell))
            .filter(|cell| !cell.is_empty())
            .collect();
        if cells.is_empty() || trim(name).is_empty() {
            continue;
        }
        let typed = cells.iter().filter(|cell| is_value(cell)).count();
        let is_typed = typed * 10 >= cells.len() * 8;
        match (is_value(name), is_typed) {
            (false, true) => evidence_for += 2,
            (true, true) if !is_year(name) => evidence_against += 2,
            (true, false) => evidence_against += 1,
            _ => {}
        }
        // A name is rarely also a value of its column.
        if cells.len() >= 2 && cells.contains(&trim(name)) {
            evidence_against += 1;
        }
    }
    if evidence_for != evidence_against {
        return evidence_for > evidence_against;
    }

    // Text above text: names are short and differ from each other.
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    names.len() == count && names.iter().all(|name| name.len() <= 100)
}

/// Years head the columns of many wide tables.
fn is_year(name: &[u8]) -> bool {
    let name = trim(name);
    name.len() == 4
        && (name.starts_with(b"19") || name.starts_with(b"20"))
        && name.iter().all(u8::is_ascii_digit)
}
