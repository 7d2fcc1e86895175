//! What a single cell of text looks like ([`classify`]), and its value once its column's type is known.
//!
//! Both halves agree: a cell of a class that fits a type always parses as that type.

mod moment;
mod number;

use self::{
    moment::{MOMENT_BYTES_MAX, classify_moment, month_name},
    number::{classify_integer, classify_number, digits_len, strip_currency},
};
pub(crate) use self::{
    moment::{parse_date, parse_datetime, parse_timestamp},
    number::{Digits, parse_integer, parse_number},
};

/// What a cell looks like on its own. The column decides what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Class {
    /// Nothing but white space.
    Blank,
    /// A word for "no value", such as `N/A`.
    NullWord,
    /// A whole number of 64 bits, written as a machine would.
    Integer,
    /// Digits that no 64-bit number holds.
    LongInteger,
    /// Digits that begin with a zero which a number would lose.
    ZeroLed,
    /// With a decimal point.
    Decimal,
    /// With an exponent, and a point or a sign that tell it from a code.
    Scientific,
    /// Such as `12E4`: a number by the letter, more often a code.
    ExponentCode,
    /// Such as `1,234,567` or `1,234.5`, and nothing else.
    Grouped,
    /// Such as `1,234`: a thousand, or one and a bit where the comma is decimal.
    GroupedOrComma,
    /// Such as `12,5`.
    CommaDecimal,
    /// Such as `(1,234)`: negative, as accountants write it.
    Accounting,
    /// With a dollar sign.
    Dollars,
    /// With a euro sign.
    Euros,
    /// With a pound sign.
    Pounds,
    /// `true` or `false`.
    Boolean,
    /// A day in the only order in which it can be read.
    Date,
    /// A day such as `12/31/2020`.
    DateMonthFirst,
    /// A day such as `31/12/2020`.
    DateDayFirst,
    /// A day such as `03/04/2020`.
    DateEither,
    /// The same with dots, which means day first unless the column says otherwise.
    DateEitherDots,
    /// A day and a time, without a zone.
    Datetime,
    /// The same as [`Class::DateMonthFirst`], with a time.
    DatetimeMonthFirst,
    /// The same as [`Class::DateDayFirst`], with a time.
    DatetimeDayFirst,
    /// The same as [`Class::DateEither`], with a time.
    DatetimeEither,
    /// The same as [`Class::DateEitherDots`], with a time.
    DatetimeEitherDots,
    /// A day, a time and a zone.
    Timestamp,
    /// A day whose year has two digits.
    ShortYear,
    /// A number with a percent sign.
    Percent,
    /// Anything else.
    Text,
}

/// How many classes there are.
pub(crate) const CLASSES: usize = Class::Text as usize + 1;
/// The cell without white space around it.
#[inline]
pub(crate) fn trim(cell: &[u8]) -> &[u8] {
    match (cell.first(), cell.last()) {
        (Some(first), Some(last)) if *first <= b' ' || *last <= b' ' || *first == 0xC2 || *last == 0xA0 => {
            trim_slowly(cell)
        }
        _ => cell,
    }
}

/// No-break spaces (`C2 A0`) count as white space: spreadsheets put them around numbers.
fn trim_slowly(mut cell: &[u8]) -> &[u8] {
    loop {
        let before = cell.len();
        cell = cell.trim_ascii();
        cell = cell.strip_prefix(b"\xC2\xA0").unwrap_or(cell);
        cell = cell.strip_suffix(b"\xC2\xA0").unwrap_or(cell);
        if cell.len() == before {
            return cell;
        }
    }
}

/// Whether the trimmed cell is one of the words for "no value" that count in columns of numbers, dates and booleans.
pub(crate) fn is_null_word(cell: &[u8]) -> bool {
    const WORDS: [&[u8]; 16] = [
        b"na", b"n/a", b"n.a.", b"null", b"nil", b"none", b"nan", b"-", b"--", b"---", b".", b"..", b"#n/a",
        b"(null)", b"<null>", b"\\n",
    ];
    cell.len() <= 6 && WORDS.iter().any(|word| cell.eq_ignore_ascii_case(word))
}

/// Returns what the cell looks like.
pub(crate) fn classify(cell: &[u8]) -> Class {
    let cell = trim(cell);
    match cell.first() {
        None => Class::Blank,
        Some(b'0'..=b'9') => classify_digits(cell),
        Some(b'-' | b'.') => classify_signed(cell),
        Some(b'$' | b'(' | 0xE2 | 0xC2) => classify_marked(cell, false),
        Some(b'a'..=b'z' | b'A'..=b'Z') => classify_word(cell),
        Some(_) if is_null_word(cell) => Class::NullWord,
        Some(_) => Class::Text,
    }
}

fn classify_word(cell: &[u8]) -> Class {
    if cell.len() <= 5 {
        if cell.eq_ignore_ascii_case(b"true") || cell.eq_ignore_ascii_case(b"false") {
            return Class::Boolean;
        }
        if is_null_word(cell) {
            return Class::NullWord;
        }
    }
    // A date in words ends with a year, or with a time.
    let may_be_date =
        cell.len() <= MOMENT_BYTES_MAX && matches!(cell[cell.len() - 1], b'0'..=b'9' | b'M' | b'm' | b'Z');
    if may_be_date && month_name(cell).is_some() { classify_moment(cell) } else { Class::Text }
}

fn classify_signed(cell: &[u8]) -> Class {
    if is_null_word(cell) {
        return Class::NullWord;
    }
    let (is_negative, digits) = match cell.strip_prefix(b"-") {
        Some(rest) => (true, rest),
        None => (false, cell),
    };
    match digits.first() {
        Some(b'0'..=b'9' | b'.') => match classify_number(digits) {
            // `-0` has no whole number of its own, and the least has no positive twin.
            Class::Integer if is_negative && digits == b"0" => Class::Decimal,
            Class::LongInteger if is_negative && parse_integer(cell, Digits::Plain).is_some() => {
                Class::Integer
            }
            class => class,
        },
        Some(b'$' | 0xE2 | 0xC2) if is_negative => classify_marked(digits, true),
        _ => Class::Text,
    }
}

/// Numbers with a currency sign or in parentheses. One minus is enough: it stands before the sign or behind it.
fn classify_marked(cell: &[u8], has_minus: bool) -> Class {
    let in_parentheses = cell.strip_prefix(b"(").and_then(|rest| rest.strip_suffix(b")"));
    let (sign, number) = strip_currency(in_parentheses.unwrap_or(cell));
    let number = trim(number);
    let number = if sign.is_some() && in_parentheses.is_none() && !has_minus {
        number.strip_prefix(b"-").unwrap_or(number)
    } else {
        number
    };
    if !number.first().is_some_and(|first| first.is_ascii_digit() || *first == b'.') {
        return if is_null_word(cell) { Class::NullWord } else { Class::Text };
    }
    let is_number = matches!(
        classify_number(number),
        Class::Integer | Class::Decimal | Class::Grouped | Class::GroupedOrComma
    );
    match (is_number, sign, in_parentheses) {
        (true, Some(class), _) => class,
        (true, None, Some(_)) => Class::Accounting,
        _ => Class::Text,
    }
}

fn classify_digits(cell: &[u8]) -> Class {
    let digits = digits_len(cell);
    match cell.get(digits) {
        None => classify_integer(cell),
        Some(b'-' | b'/') => classify_moment(cell),
        Some(b'.') if digits <= 2 && cell[digits + 1..].contains(&b'.') => classify_moment(cell),
        Some(b'.' | b',' | b'e' | b'E') => classify_number(cell),
        Some(b' ') => match cell[cell.len() - 1] {
            b'%' => classify_percent(cell),
            _ => classify_moment(cell),
        },
        Some(b'%') => classify_percent(cell),
        Some(_) => Class::Text,
    }
}

fn classify_percent(cell: &[u8]) -> Class {
    let number = trim(&cell[..cell.len() - 1]);
    match classify_number(number) {
        Class::Integer | Class::Decimal => Class::Percent,
        _ => Class::Text,
    }
}

/// Returns the truth value of the trimmed cell; the words that only count when the type was asked for are among them.
pub(crate) fn parse_boolean(cell: &[u8]) -> Option<bool> {
    const TRUE: [&[u8]; 5] = [b"true", b"yes", b"t", b"y", b"1"];
    const FALSE: [&[u8]; 5] = [b"false", b"no", b"f", b"n", b"0"];
    let is = |words: [&[u8]; 5]| words.iter().any(|word| cell.eq_ignore_ascii_case(word));
    if is(TRUE) {
        Some(true)
    } else if is(FALSE) {
        Some(false)
    } else {
        None
    }
}
