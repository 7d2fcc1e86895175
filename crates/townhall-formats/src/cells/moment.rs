//! Days and times as machines, Americans, Europeans and databases write them.

use super::{
    Class,
    number::{Digits, digits_len, parse_integer},
};
use crate::text::days_from_civil;

/// The longest moment is something like `September 30, 2020 12:34:56.123456789 PM +00:00`.
pub(super) const MOMENT_BYTES_MAX: usize = 50;

/// Microseconds of a day.
const DAY_MICROS: i64 = 86_400_000_000;

/// A day, maybe with a time of day, maybe with a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Moment {
    day: Day,
    /// Microseconds since midnight.
    clock: Option<i64>,
    /// Minutes east of Greenwich.
    offset: Option<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Day {
    /// Days since 1970-01-01.
    Sure(i64),
    /// Two numbers and a year, as in `03/04/2020`.
    Numbers { first: u32, second: u32, year: i64, dots: bool },
    /// The year has two digits.
    ShortYear,
}

pub(super) fn classify_moment(cell: &[u8]) -> Class {
    let Some(moment) = parse_moment(cell) else { return Class::Text };
    let is_day = moment.clock.is_none();
    match moment.day {
        Day::ShortYear => Class::ShortYear,
        Day::Sure(_) if moment.offset.is_some() => Class::Timestamp,
        Day::Sure(_) => {
            if is_day {
                Class::Date
            } else {
                Class::Datetime
            }
        }
        // A zone after an American date is rare enough to be left as it is.
        Day::Numbers { .. } if moment.offset.is_some() => Class::Text,
        Day::Numbers { first, second, year, dots } => {
            let month_first = civil(year, first, second).is_some();
            let day_first = civil(year, second, first).is_some();
            match (month_first, day_first, is_day) {
                (true, true, true) if dots => Class::DateEitherDots,
                (true, true, false) if dots => Class::DatetimeEitherDots,
                (true, true, true) => Class::DateEither,
                (true, true, false) => Class::DatetimeEither,
                (true, false, true) => Class::DateMonthFirst,
                (true, false, false) => Class::DatetimeMonthFirst,
                (false, true, true) => Class::DateDayFirst,
                (false, true, false) => Class::DatetimeDayFirst,
                (false, false, _) => Class::Text,
            }
        }
    }
}

/// Returns the day of the trimmed cell in days since 1970-01-01. A midnight after the day is allowed.
pub(crate) fn parse_date(cell: &[u8], month_first: bool) -> Option<i32> {
    if let Some(days) = parse_iso_date(cell) {
        return i32::try_from(days).ok();
    }
    let moment = parse_moment(cell)?;
    if moment.clock.unwrap_or(0) != 0 || moment.offset.is_some() {
        return None;
    }
    i32::try_from(moment.day.resolve(month_first)?).ok()
}

/// Returns the local moment of the trimmed cell in microseconds since 1970-01-01T00:00:00; a lone day means midnight.
pub(crate) fn parse_datetime(cell: &[u8], month_first: bool) -> Option<i64> {
    let moment = parse_moment(cell)?;
    if moment.offset.is_some() {
        return None;
    }
    moment.day.resolve(month_first)?.checked_mul(DAY_MICROS)?.checked_add(moment.clock.unwrap_or(0))
}

/// Returns the instant of the trimmed cell in microseconds since 1970-01-01T00:00:00Z; it must have a zone.
pub(crate) fn parse_timestamp(cell: &[u8]) -> Option<i64> {
    let moment = parse_moment(cell)?;
    let offset = moment.offset?;
    let Day::Sure(days) = moment.day else { return None };
    days.checked_mul(DAY_MICROS)?.checked_add(moment.clock?)?.checked_sub(offset * 60_000_000)
}

impl Day {
    fn resolve(self, month_first: bool) -> Option<i64> {
        match self {
            Self::Sure(days) => Some(days),
            Self::Numbers { first, second, year, .. } if month_first => civil(year, first, second),
            Self::Numbers { first, second, year, .. } => civil(year, second, first),
            Self::ShortYear => None,
        }
    }
}

/// The day of a date that exists.
fn civil(year: i64, month: u32, day: u32) -> Option<i64> {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        _ => return None,
    };
    (year >= 1 && (1..=last).contains(&day)).then(|| days_from_civil(year, month, day))
}

/// `2020-01-31`, the one form that is common enough for a path of its own.
fn parse_iso_date(cell: &[u8]) -> Option<i64> {
    let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = cell else { return None };
    let digits = [y1, y2, y3, y4, m1, m2, d1, d2];
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let two = |tens: u8, ones: u8| u32::from(tens - b'0') * 10 + u32::from(ones - b'0');
    civil(i64::from(two(y1, y2) * 100 + two(y3, y4)), two(m1, m2), two(d1, d2))
}

fn parse_moment(cell: &[u8]) -> Option<Moment> {
    if let Some(days) = parse_iso_date(cell) {
        return Some(Moment { day: Day::Sure(days), clock: None, offset: None });
    }
    if cell.len() > MOMENT_BYTES_MAX || cell.len() < 6 {
        return None;
    }
    let (day, rest) = parse_day(cell)?;
    if rest.is_empty() {
        return Some(Moment { day, clock: None, offset: None });
    }
    let rest = match rest[0] {
        b'T' | b't' | b' ' => rest[1..].trim_ascii_start(),
        _ => return None,
    };
    let (clock, rest) = parse_clock(rest)?;
    let offset = parse_offset(rest.trim_ascii())?;
    Some(Moment { day, clock: Some(clock), offset })
}

fn parse_day(cell: &[u8]) -> Option<(Day, &[u8])> {
    if !cell[0].is_ascii_digit() {
        return parse_named_month(cell);
    }
    let (first, first_len, rest) = take_number(cell, 4)?;
    let (separator, rest) = rest.split_first()?;
    if !matches!(separator, b'-' | b'/' | b'.' | b' ') {
        return None;
    }
    if first_len <= 2 && rest.first()?.is_ascii_alphabetic() {
        let (month, rest) = month_name(rest)?;
        let rest = rest.strip_prefix(&[*separator]).or(rest.strip_prefix(b", "))?;
        let (year, year_len, rest) = take_number(rest, 4)?;
        return sure_or_short(year, year_len, month, first, rest);
    }
    if *separator == b' ' {
        return None;
    }
    let (second, second_len, rest) = take_number(rest, 2)?;
    let rest = rest.strip_prefix(&[*separator])?;
    if first_len == 4 {
        let (third, third_len, rest) = take_number(rest, 2)?;
        // `2020-1-5` is common, `2020.1.5` more often a version.
        if *separator == b'.' && (second_len, third_len) != (2, 2) {
            return None;
        }
        return Some((Day::Sure(civil(i64::from(first), second, third)?), rest));
    }
    let (year, year_len, rest) = take_number(rest, 4)?;
    match (first_len, year_len) {
        (1 | 2, 4) => {
            Some((Day::Numbers { first, second, year: i64::from(year), dots: *separator == b'.' }, rest))
        }
        (1 | 2, 2)
            if *separator == b'/' && civil(2000, first, second).or(civil(2000, second, first)).is_some() =>
        {
            Some((Day::ShortYear, rest))
        }
        _ => None,
    }
}

/// `Jan 31, 2020` and `January 31 2020`.
fn parse_named_month(cell: &[u8]) -> Option<(Day, &[u8])> {
    let (month, rest) = month_name(cell)?;
    let (day, _, rest) = take_number(rest.strip_prefix(b" ")?, 2)?;
    let rest = rest.strip_prefix(b", ").or(rest.strip_prefix(b" "))?;
    let (year, year_len, rest) = take_number(rest, 4)?;
    sure_or_short(year, year_len, month, day, rest)
}

fn sure_or_short(year: u32, year_len: usize, month: u32, day: u32, rest: &[u8]) -> Option<(Day, &[u8])> {
    match year_len {
        4 => Some((Day::Sure(civil(i64::from(year), month, day)?), rest)),
        2 => civil(2000, month, day).map(|_| (Day::ShortYear, rest)),
        _ => None,
    }
}

/// The month that the text begins with, in English, in full or three letters, maybe with a full stop.
pub(super) fn month_name(text: &[u8]) -> Option<(u32, &[u8])> {
    const MONTHS: [&[u8]; 12] = [
        b"january",
        b"february",
        b"march",
        b"april",
        b"may",
        b"june",
        b"july",
        b"august",
        b"september",
        b"october",
        b"november",
        b"december",
    ];
    let letters = text.iter().position(|byte| !byte.is_ascii_alphabetic()).unwrap_or(text.len());
    let (word, rest) = text.split_at(letters);
    if !(3..=9).contains(&letters) || rest.is_empty() {
        return None;
    }
    let index = MONTHS.iter().position(|month| {
        month.eq_ignore_ascii_case(word) || (letters == 3 && month[..3].eq_ignore_ascii_case(word))
    })?;
    let rest = if letters == 3 { rest.strip_prefix(b".").unwrap_or(rest) } else { rest };
    Some((index as u32 + 1, rest))
}

/// `12:34`, `12:34:56.789`, `1:02:03 PM`.
fn parse_clock(text: &[u8]) -> Option<(i64, &[u8])> {
    let (hour, _, rest) = take_number(text, 2)?;
    let (minute, minute_len, mut rest) = take_number(rest.strip_prefix(b":")?, 2)?;
    let (mut second, mut fraction) = (0, 0);
    if let Some(after) = rest.strip_prefix(b":") {
        let (value, value_len, after) = take_number(after, 2)?;
        if value_len != 2 {
            return None;
        }
        (second, rest) = (value, after);
        if let Some(after) = rest.strip_prefix(b".") {
            let len = digits_len(after);
            // Finer than microseconds can't be held, unless it is nothing but zeros.
            if len == 0 || after[..len].iter().skip(6).any(|digit| *digit != b'0') {
                return None;
            }
            let digits = after[..len].iter().map(|digit| i64::from(digit - b'0'));
            for digit in digits.chain(std::iter::repeat(0)).take(6) {
                fraction = fraction * 10 + digit;
            }
            rest = &after[len..];
        }
    }
    let half = rest.trim_ascii_start();
    let hour = match half.get(..2) {
        Some(mark) if mark.eq_ignore_ascii_case(b"am") || mark.eq_ignore_ascii_case(b"pm") => {
            if !(1..=12).contains(&hour) {
                return None;
            }
            rest = &half[2..];
            hour % 12 + if mark.eq_ignore_ascii_case(b"pm") { 12 } else { 0 }
        }
        _ => hour,
    };
    if hour > 23 || minute > 59 || second > 59 || minute_len != 2 {
        return None;
    }
    Some((i64::from(hour * 3600 + minute * 60 + second) * 1_000_000 + fraction, rest))
}

/// `Z`, `UTC`, `+01:00`, `-0500`, `+01`, or nothing; the outer `None` means that it is something else.
fn parse_offset(text: &[u8]) -> Option<Option<i64>> {
    match text {
        b"" => return Some(None),
        b"Z" | b"z" | b"UTC" | b"GMT" => return Some(Some(0)),
        _ => {}
    }
    let (sign, rest) = text.split_first()?;
    let sign = match sign {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes) = match rest {
        &[h1, h2] => ([h1, h2], [b'0', b'0']),
        &[h1, h2, m1, m2] | &[h1, h2, b':', m1, m2] => ([h1, h2], [m1, m2]),
        _ => return None,
    };
    let (hours, minutes) = (parse_integer(&hours, Digits::Plain)?, parse_integer(&minutes, Digits::Plain)?);
    let fits = (0..=18).contains(&hours) && (0..=59).contains(&minutes);
    fits.then_some(Some(sign * (hours * 60 + minutes)))
}

/// A number of one to `digits_max` digits, how many it had, and what follows.
fn take_number(text: &[u8], digits_max: usize) -> Option<(u32, usize, &[u8])> {
    let len = digits_len(text);
    if len == 0 || len > digits_max {
        return None;
    }
    let value = text[..len].iter().fold(0, |value, digit| value * 10 + u32::from(digit - b'0'));
    Some((value, len, &text[len..]))
}
