//! Dates and times: the ISO 8601 forms that Project Open Data takes, and those of RFC 3339.

use super::chars::is_digit;

/// What stood between the parts of a date: later parts must use the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Separators<'t> {
    /// Between year, month and day.
    pub date: Option<&'t str>,
    /// Between hours, minutes and seconds.
    pub time: Option<&'t str>,
}

/// Whether a date begins the text, and the rest of it is taken by `then`; that is told the separators.
///
/// With `given`, the separators of another date count instead of the own ones: the published expression for a
/// pair of dates refers to the first of them throughout, so `2012/2013-01-01` is refused.
pub fn date<'t>(
    text: &'t str,
    given: Option<Separators<'t>>,
    then: &mut dyn FnMut(&'t str, Separators<'t>) -> bool,
) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let Some(rest) = digits(unsigned, 4) else { return false };
    // A year with two digits and nothing behind them would be a month without its hyphen.
    if digits(rest, 2).is_some_and(|rest| !rest.starts_with(super::chars::is_word)) {
        return false;
    }
    for separator in separators(rest, '-') {
        let own = Separators { date: Some(separator), time: None };
        let day_separator = given.map_or(own.date, |given| given.date);
        let mut after_day = |rest: &'t str| time(rest, own, given, then);
        if calendar_day(&rest[separator.len()..], day_separator, &mut after_day) {
            return true;
        }
    }
    then(rest, Separators::default())
}

/// Month and day, week and weekday, or day of the year.
fn calendar_day<'t>(text: &'t str, separator: Option<&str>, then: &mut dyn FnMut(&'t str) -> bool) -> bool {
    if let Some(rest) = number(text, 2, 1..=12) {
        let day = separator.and_then(|separator| rest.strip_prefix(separator));
        if day.and_then(|day| number(day, 2, 1..=31)).is_some_and(&mut *then) || then(rest) {
            return true;
        }
    }
    if let Some(rest) = text.strip_prefix('W').and_then(|text| number(text, 2, 0..=52)) {
        let day = rest.strip_prefix('-').unwrap_or(rest);
        if day.strip_prefix(|digit| ('1'..='7').contains(&digit)).is_some_and(&mut *then) || then(rest) {
            return true;
        }
    }
    // The published expression has forgotten day 360.
    number(text, 3, 1..=366).is_some_and(|rest| !text.starts_with("360") && then(rest))
}

/// The time of the day, if there is one.
fn time<'t>(
    text: &'t str,
    own: Separators<'t>,
    given: Option<Separators<'t>>,
    then: &mut dyn FnMut(&'t str, Separators<'t>) -> bool,
) -> bool {
    let clock = text.strip_prefix(|character: char| character == 'T' || is_space(character));
    let Some(clock) = clock else { return then(text, own) };
    let is_taken = hours(clock, &mut |rest, separator| {
        let own = Separators { time: separator, ..own };
        let separator = given.map_or(own.time, |given| given.time);
        fraction(rest, true, &mut |rest| {
            seconds(rest, separator, &mut |rest| zone(rest, &mut |rest| then(rest, own)))
        })
    });
    // The hours may be missing, and the offset stand alone.
    let given_time = given.and_then(|given| given.time);
    is_taken
        || seconds(clock, given_time, &mut |rest| zone(rest, &mut |rest| then(rest, own)))
        || then(text, own)
}

/// Hours and perhaps minutes; `then` is told what stood between them.
fn hours<'t>(text: &'t str, then: &mut dyn FnMut(&'t str, Option<&'t str>) -> bool) -> bool {
    if let Some(rest) = number(text, 2, 0..=23) {
        for separator in separators(rest, ':') {
            if number(&rest[separator.len()..], 2, 0..=59).is_some_and(|rest| then(rest, Some(separator))) {
                return true;
            }
        }
        if then(rest, None) {
            return true;
        }
    }
    ["24:00", "2400"]
        .into_iter()
        .any(|midnight| text.strip_prefix(midnight).is_some_and(|rest| then(rest, None)))
}

/// A decimal fraction, if there is one; of hours and minutes it may not stand before a colon.
fn fraction<'t>(text: &'t str, is_before_seconds: bool, then: &mut dyn FnMut(&'t str) -> bool) -> bool {
    if let Some(digits) = text.strip_prefix(['.', ',']) {
        let whole = digits.find(|character| !is_digit(character)).unwrap_or(digits.len());
        // Fewer digits are tried where all of them don't fit, as an expression would.
        for (start, digit) in digits[..whole].char_indices().rev() {
            let rest = &digits[start + digit.len_utf8()..];
            if !(is_before_seconds && rest.starts_with(':')) && then(rest) {
                return true;
            }
        }
    }
    then(text)
}

fn seconds<'t>(text: &'t str, separator: Option<&str>, then: &mut dyn FnMut(&'t str) -> bool) -> bool {
    let seconds = separator.and_then(|separator| text.strip_prefix(separator));
    seconds.and_then(|seconds| number(seconds, 2, 0..=59)).is_some_and(|rest| fraction(rest, false, then))
        || then(text)
}

fn zone<'t>(text: &'t str, then: &mut dyn FnMut(&'t str) -> bool) -> bool {
    if text.strip_prefix(['z', 'Z']).is_some_and(&mut *then) {
        return true;
    }
    if let Some(rest) = text.strip_prefix(['+', '-']).and_then(|offset| number(offset, 2, 0..=23)) {
        let rest = rest.strip_prefix(':').unwrap_or(rest);
        if number(rest, 2, 0..=59).is_some_and(&mut *then) || then(rest) {
            return true;
        }
    }
    then(text)
}

/// The separator if it stands there, then none.
fn separators(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let found = text.starts_with(separator).then(|| &text[..1]);
    found.into_iter().chain([&text[..0]])
}

/// The text behind this many digits.
fn digits(text: &str, count: usize) -> Option<&str> {
    let mut rest = text;
    for _ in 0..count {
        rest = rest.strip_prefix(is_digit)?;
    }
    Some(rest)
}

/// The text behind a number of this many ASCII digits within these bounds.
fn number(text: &str, count: usize, bounds: std::ops::RangeInclusive<u32>) -> Option<&str> {
    let mut value = 0;
    let mut rest = text;
    for _ in 0..count {
        let digit = rest.chars().next()?;
        value = value * 10 + digit.to_digit(10)?;
        rest = &rest[digit.len_utf8()..];
    }
    bounds.contains(&value).then_some(rest)
}

fn is_space(character: char) -> bool {
    // Python's `\s` takes the four information separators too.
    character.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&character)
}

/// A date with or without a time, as far as it was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant {
    /// The year; before Christ it is 0 or less.
    pub year: i32,
    /// The month, 1 where none was given.
    pub month: u32,
    /// The day, 1 where none was given.
    pub day: u32,
}

/// The date at the beginning of a text such as `2014-01-31`, `20140131`, `2014-01` or `2014`; nothing else is read.
pub fn sensible(text: &str) -> Option<Instant> {
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(unsigned) => (-1, unsigned),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let part = |from: usize, to: usize| -> Option<u32> {
        let digits = unsigned.get(from..to)?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
    };
    let year = sign * i32::try_from(part(0, 4)?).ok()?;
    let rest = &unsigned[4..];
    let (month, day) = match rest.strip_prefix('-') {
        Some(rest) if rest.len() == 3 => return None,
        Some(_) => (part(5, 7)?, if unsigned.as_bytes().get(7) == Some(&b'-') { part(8, 10)? } else { 1 }),
        None if rest.is_empty() => (1, 1),
        None if rest.len() == 3 => return None,
        None => (part(4, 6)?, part(6, 8)?),
    };
    ((1..=12).contains(&month) && (1..=31).contains(&day)).then_some(Instant { year, month, day })
}

impl Instant {
    /// Whether the calendar has such a day: not so 30 February.
    pub fn exists(self) -> bool {
        (1..=days(self.year, self.month)).contains(&self.day)
    }
}

fn days(year: i32, month: u32) -> u32 {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Whether the text is a date (RFC 3339 `full-date`), a date with time and offset, a year, or a year and month:
/// what DCAT-US 3.0 takes.
pub fn is_rfc3339(text: &str) -> bool {
    rfc3339(text).is_some()
}

/// The day that such a text names.
pub fn rfc3339(text: &str) -> Option<Instant> {
    let years_end = text.strip_suffix('\n').unwrap_or(text);
    if let Some(instant) = year_and_month(years_end) {
        return Some(instant);
    }
    let part = |from: usize, to: usize| -> Option<u32> {
        let digits = text.get(from..to)?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
    };
    let is_at = |at: usize, byte: u8| text.as_bytes().get(at) == Some(&byte);
    let (year, month, day) = (part(0, 4)?, part(5, 7)?, part(8, 10)?);
    let day = Instant { year: i32::try_from(year).ok()?, month, day };
    (is_at(4, b'-') && is_at(7, b'-') && year > 0 && (1..=12).contains(&month) && day.exists())
        .then_some(())?;
    (text.len() == 10 || is_clock(&text[10..])).then_some(day)
}

/// A year alone (`[0-9]{4}`) or with its month; any two digits are a month there.
fn year_and_month(text: &str) -> Option<Instant> {
    let bytes = text.as_bytes();
    let is_number = |bytes: &[u8]| bytes.iter().all(u8::is_ascii_digit);
    let is_month = bytes.len() == 7 && bytes[4] == b'-' && is_number(&bytes[..4]) && is_number(&bytes[5..]);
    let year = text.get(..4).filter(|year| is_number(year.as_bytes()))?.parse().ok()?;
    match bytes.len() {
        4 => Some(Instant { year, month: 1, day: 1 }),
        7 if is_month => Some(Instant { year, month: text[5..].parse().ok()?, day: 1 }),
        _ => None,
    }
}

/// `T10:30:00.5Z`, with seconds and an offset.
fn is_clock(text: &str) -> bool {
    let clock = || -> Option<&str> {
        let rest = number(text.strip_prefix(['T', 't'])?, 2, 0..=23)?;
        let rest = number(rest.strip_prefix(':')?, 2, 0..=59)?;
        let rest = number(rest.strip_prefix(':')?, 2, 0..=59)?;
        let rest = match rest.strip_prefix('.') {
            Some(fraction) => {
                let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
                (digits > 0).then(|| &fraction[digits..])?
            }
            None => rest,
        };
        if let Some(rest) = rest.strip_prefix(['Z', 'z']) {
            return Some(rest);
        }
        let rest = number(rest.strip_prefix(['+', '-'])?, 2, 0..=23)?;
        number(rest.strip_prefix(':')?, 2, 0..=59)
    };
    matches!(clock(), Some("" | "\n"))
}
