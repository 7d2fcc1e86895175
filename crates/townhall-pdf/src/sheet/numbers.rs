//! Numbers and days as reports write them: with marks between digits, units, brackets for what is negative, and marks of footnotes.

use jiff::civil::Date;
use serde::{Serialize, Serializer};
use townhall_model::month_named;

/// The number or the day that a text is.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A number, in digits with a point before its decimals.
    Number(String),
    /// A day, as ISO 8601 has it.
    Day(String),
}

impl Value {
    /// The number as a floating point one.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Number(digits) => digits.parse().ok(),
            Self::Day(_) => None,
        }
    }

    /// Its digits, or its day.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Number(text) | Self::Day(text) => text,
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self::Number(digits) = self else { return serializer.serialize_str(self.as_str()) };
        match (digits.parse::<i64>(), digits.parse::<f64>()) {
            (Ok(whole), _) => serializer.serialize_i64(whole),
            (_, Ok(number)) => serializer.serialize_f64(number),
            _ => serializer.serialize_str(digits),
        }
    }
}

/// A number with what stood around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// Its digits with a point before its decimals.
    pub digits: String,
    /// Its unit: a percent sign, or one of money.
    pub unit: Option<&'static str>,
    /// The mark of a footnote.
    pub note: Option<String>,
}

const MONEY: [(&str, &str); 8] = [
    ("US$", "$"),
    ("$", "$"),
    ("€", "€"),
    ("£", "£"),
    ("¥", "¥"),
    ("EUR", "EUR"),
    ("USD", "USD"),
    ("GBP", "GBP"),
];

/// Letters that statistics put behind numbers: preliminary, revised, estimated.
const STATUS: [&str; 5] = ["p", "r", "e", "P", "R"];

/// Whether a text stands for no value.
pub fn is_null(text: &str) -> bool {
    let text = text.trim();
    text.is_empty()
        || text.chars().all(|c| matches!(c, '-' | '–' | '—' | '−' | '.' | '…' | '*'))
        || matches!(
            text.to_lowercase().as_str(),
            "n/a"
                | "na"
                | "n.a."
                | "(na)"
                | "nd"
                | "n.d."
                | "x"
                | "(x)"
                | "(d)"
                | "(s)"
                | "(z)"
                | "(1)"
                | "nil"
                | "none"
        )
}

/// Reads a number whose decimals stand behind this mark.
pub fn parse(text: &str, decimal: char) -> Option<Parsed> {
    let mut rest: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if rest.len() > 60 {
        return None;
    }
    let mut note = None;
    let mut unit = None;
    let mut is_negative = false;
    // What stands around the digits comes in any order; each is taken once.
    loop {
        let before = rest.len();
        let trimmed = rest.trim().to_owned();
        rest = trimmed;
        for (mark, name) in MONEY {
            if unit.is_none()
                && let Some(inner) = rest.strip_prefix(mark).or_else(|| rest.strip_suffix(mark))
            {
                (rest, unit) = (inner.to_owned(), Some(name));
                break;
            }
        }
        if unit.is_none()
            && let Some(inner) = rest.strip_suffix('%')
        {
            (rest, unit) = (inner.to_owned(), Some("%"));
        }
        if !is_negative {
            let inner = rest.strip_prefix('(').and_then(|inner| inner.strip_suffix(')'));
            let signed = rest.strip_prefix(['-', '−', '–']).or_else(|| rest.strip_suffix(['-', '−']));
            if let Some(inner) = inner.or(signed) {
                (rest, is_negative) = (inner.to_owned(), true);
            }
        }
        rest = rest.strip_prefix('+').unwrap_or(&rest).to_owned();
        if note.is_none()
            && let Some((inner, mark)) = split_note(&rest)
        {
            (rest, note) = (inner, Some(mark));
        }
        if rest.len() == before {
            break;
        }
    }
    let digits = digits(&rest, decimal)?;
    Some(Parsed { digits: if is_negative { format!("-{digits}") } else { digits }, unit, note })
}

/// The mark of a footnote at the end of a number, or before it.
fn split_note(text: &str) -> Option<(String, String)> {
    let is_mark =
        |c: char| matches!(c, '*' | '†' | '‡' | '§' | '¶' | '#' | '¹' | '²' | '³' | '⁴'..='⁹' | '⁰');
    let cut = text.trim_end_matches(is_mark);
    if cut.len() < text.len() && !cut.is_empty() {
        return Some((cut.to_owned(), text[cut.len()..].to_owned()));
    }
    let cut = text.trim_start_matches(is_mark);
    if cut.len() < text.len() && !cut.is_empty() {
        return Some((cut.to_owned(), text[..text.len() - cut.len()].to_owned()));
    }
    for (open, close) in [('(', ')'), ('[', ']')] {
        if let Some((before, mark)) = text.strip_suffix(close).and_then(|inner| inner.rsplit_once(open)) {
            let is_short = !mark.is_empty() && mark.len() <= 2 && mark.chars().all(char::is_alphanumeric);
            if is_short && before.trim_end().ends_with(|c: char| c.is_ascii_digit()) {
                return Some((before.trim_end().to_owned(), format!("{open}{mark}{close}")));
            }
        }
    }
    // As in `12.3 1/`.
    if let Some((before, mark)) = text.strip_suffix('/').and_then(|inner| inner.rsplit_once(' '))
        && mark.len() <= 2
        && mark.chars().all(|c| c.is_ascii_digit())
    {
        return Some((before.to_owned(), format!("{mark}/")));
    }
    for letter in STATUS {
        if let Some(before) = text.strip_suffix(letter) {
            let before = before.trim_end();
            if before.ends_with(|c: char| c.is_ascii_digit()) {
                return Some((before.to_owned(), letter.to_owned()));
            }
        }
    }
    None
}

/// Digits with marks between thousands, without them.
fn digits(text: &str, decimal: char) -> Option<String> {
    let (whole, decimals) = match text.split_once(decimal) {
        Some((whole, decimals)) => (whole, Some(decimals)),
        None => (text, None),
    };
    if decimals.is_some_and(|decimals| decimals.is_empty() || !decimals.chars().all(|c| c.is_ascii_digit())) {
        return None;
    }
    let thousands = if decimal == '.' { ',' } else { '.' };
    let is_mark =
        |c: char| c == thousands || matches!(c, ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}' | '\'' | '’');
    let groups: Vec<&str> = whole.split(is_mark).collect();
    let are_digits = groups.iter().all(|group| group.chars().all(|c| c.is_ascii_digit()));
    let is_grouped = groups.len() == 1
        || ((1..=3).contains(&groups[0].len()) && groups[1..].iter().all(|group| group.len() == 3));
    if !are_digits || !is_grouped || (whole.is_empty() && decimals.is_none()) {
        return None;
    }
    let whole = groups.concat();
    let whole = if whole.is_empty() { "0" } else { &whole };
    Some(match decimals {
        Some(decimals) => format!("{whole}.{decimals}"),
        None => whole.to_owned(),
    })
}

/// Whether these texts write decimals behind a comma.
pub fn has_decimal_comma<'t>(texts: impl Iterator<Item = &'t str>) -> bool {
    let (mut comma, mut point) = (0_usize, 0_usize);
    for text in texts {
        let text = text.trim_matches(|c: char| !c.is_ascii_digit());
        if text.len() > 30
            || !text.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | '.' | ' ' | '\u{a0}'))
        {
            continue;
        }
        let last = text.rfind([',', '.']);
        let Some(last) = last else { continue };
        let mark = text.as_bytes()[last];
        let after = text.len() - last - 1;
        let same = text.bytes().filter(|byte| *byte == mark).count();
        let others = text.bytes().any(|byte| matches!(byte, b',' | b'.') && byte != mark);
        // Three digits behind a mark that comes alone may be either.
        let is_decimal = same == 1 && (after != 3 || others);
        let is_thousands = same > 1;
        match (mark, is_decimal, is_thousands) {
            (b',', true, _) | (b'.', _, true) => comma += 1,
            (b'.', true, _) | (b',', _, true) => point += 1,
            _ => {}
        }
    }
    comma > point
}

/// Reads a day. `day_first` says how `1/2/2020` is meant.
pub fn day(text: &str, day_first: bool) -> Option<String> {
    let parts: Vec<&str> = text.split(['/', '.', '-', ' ', ',']).filter(|part| !part.is_empty()).collect();
    let [one, two, three] = parts[..] else { return None };
    let number = |text: &str| text.parse::<i16>().ok().filter(|_| text.len() <= 4);
    let month = |text: &str| month_named(text).map(i16::from);
    let (year, month, day) = match (number(one), number(two), number(three)) {
        (Some(year), Some(month), Some(day)) if one.len() == 4 => (year, month, day),
        (Some(first), Some(second), Some(year)) if three.len() == 4 => {
            match day_first || text.contains('.') {
                true => (year, second, first),
                false => (year, first, second),
            }
        }
        (None, Some(day), Some(year)) if three.len() == 4 => (year, month(one)?, day),
        (Some(day), None, Some(year)) if three.len() == 4 => (year, month(two)?, day),
        _ => return None,
    };
    let day = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    (1000..=2999).contains(&year).then(|| day.to_string())
}

/// Whether a text can only be a day that stands before its month.
pub fn is_day_first(text: &str) -> bool {
    let first = text.split(['/', '-', ' ']).next().and_then(|first| first.parse::<u32>().ok());
    first.is_some_and(|first| (13..=31).contains(&first)) && text.contains('/')
}
