//! Numbers as machines, people and accountants write them.

use super::{Class, trim};

/// How numbers are written in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Digits {
    /// As machines write them.
    Plain,
    /// With thousands separators, currency signs or parentheses.
    Grouped,
    /// With a comma before the decimals, and maybe dots between thousands.
    CommaDecimal,
}

pub(super) fn strip_currency(cell: &[u8]) -> (Option<Class>, &[u8]) {
    let signs: [(&[u8], Class); 3] =
        [(b"$", Class::Dollars), ("€".as_bytes(), Class::Euros), ("£".as_bytes(), Class::Pounds)];
    for (sign, class) in signs {
        if let Some(rest) = cell.strip_prefix(sign) {
            return (Some(class), rest);
        }
    }
    (None, cell)
}

pub(super) fn classify_integer(digits: &[u8]) -> Class {
    match digits {
        [b'0', _, ..] => Class::ZeroLed,
        _ if digits.len() <= 18 => Class::Integer,
        _ if parse_digits(digits).is_some() => Class::Integer,
        _ => Class::LongInteger,
    }
}

/// Numbers without sign: `12`, `1.5`, `.5`, `1e-5`, `1,234`.
pub(super) fn classify_number(cell: &[u8]) -> Class {
    let whole = digits_len(cell);
    let rest = &cell[whole..];
    let is_zero_led = whole > 1 && cell[0] == b'0';
    match rest.first() {
        None if whole > 0 => classify_integer(cell),
        Some(b'.') => {
            let decimals = digits_len(&rest[1..]);
            if whole + decimals == 0 {
                return Class::Text;
            }
            match rest.get(1 + decimals) {
                None if is_zero_led => Class::ZeroLed,
                None => Class::Decimal,
                Some(b'e' | b'E') if is_exponent(&rest[2 + decimals..]) => Class::Scientific,
                // `1.234,5` and `1.234.567,8`.
                Some(b'.' | b',') => classify_dotted(cell),
                Some(b'%') if rest.len() == 2 + decimals => Class::Percent,
                Some(_) => Class::Text,
            }
        }
        Some(b'e' | b'E') if whole > 0 && is_exponent(&rest[1..]) => match rest[1] {
            b'+' | b'-' => Class::Scientific,
            _ => Class::ExponentCode,
        },
        Some(b',') if whole > 0 => classify_commas(cell),
        _ => Class::Text,
    }
}

fn is_exponent(text: &[u8]) -> bool {
    let digits = text.strip_prefix(b"+").or(text.strip_prefix(b"-")).unwrap_or(text);
    (1..=3).contains(&digits.len()) && digits_len(digits) == digits.len()
}

/// Digits with at least one comma, and maybe a point.
fn classify_commas(cell: &[u8]) -> Class {
    let (whole, decimals) = match memchr::memchr(b'.', cell) {
        Some(at) => (&cell[..at], Some(&cell[at + 1..])),
        None => (cell, None),
    };
    let groups = count_groups(whole, b',');
    match (groups, decimals) {
        (Some(_), Some(decimals)) if digits_len(decimals) == decimals.len() => Class::Grouped,
        (Some(2), None) => Class::GroupedOrComma,
        (Some(_), None) => Class::Grouped,
        (None, None) => {
            let at = digits_len(cell);
            let decimals = &cell[at + 1..];
            let fits = !decimals.is_empty() && digits_len(decimals) == decimals.len();
            let zero_led = at > 1 && cell[0] == b'0';
            if fits && !zero_led { Class::CommaDecimal } else { Class::Text }
        }
        _ => Class::Text,
    }
}

/// `1.234,5`: thousands with dots, decimals with a comma.
fn classify_dotted(cell: &[u8]) -> Class {
    let Some(at) = memchr::memchr(b',', cell) else { return Class::Text };
    let decimals = &cell[at + 1..];
    let fits = count_groups(&cell[..at], b'.').is_some()
        && !decimals.is_empty()
        && digits_len(decimals) == decimals.len();
    if fits { Class::CommaDecimal } else { Class::Text }
}

/// The number of groups of three digits, the first of one to three, when there are two or more and nothing else.
fn count_groups(whole: &[u8], separator: u8) -> Option<usize> {
    let mut groups = 0;
    for (index, group) in whole.split(|byte| *byte == separator).enumerate() {
        let fits =
            if index == 0 { (1..=3).contains(&group.len()) && group[0] != b'0' } else { group.len() == 3 };
        if !fits || digits_len(group) != group.len() {
            return None;
        }
        groups += 1;
    }
    // `0,125` has no thousands.
    (2..=7).contains(&groups).then_some(groups)
}

pub(super) fn digits_len(text: &[u8]) -> usize {
    text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len())
}

fn parse_digits(digits: &[u8]) -> Option<i64> {
    let mut value: i64 = 0;
    for digit in digits {
        value = value.checked_mul(10)?.checked_add(i64::from(digit - b'0'))?;
    }
    Some(value)
}

/// Returns the whole number that the trimmed cell stands for.
pub(crate) fn parse_integer(cell: &[u8], digits: Digits) -> Option<i64> {
    if digits != Digits::Plain {
        let mut plain = Vec::with_capacity(cell.len());
        return parse_integer(normalise(cell, digits, &mut plain)?, Digits::Plain);
    }
    let (is_negative, text) = match cell {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, cell),
    };
    if text.is_empty() || text.len() > 19 {
        return None;
    }
    // Eighteen digits can't overflow.
    let mut value: u64 = 0;
    for byte in text {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value * 10 + u64::from(digit);
    }
    match is_negative {
        true => 0_i64.checked_sub_unsigned(value),
        false => i64::try_from(value).ok(),
    }
}

/// Returns the number that the trimmed cell stands for. Words such as `inf` are no numbers here.
pub(crate) fn parse_number(cell: &[u8], digits: Digits) -> Option<f64> {
    if digits != Digits::Plain {
        let mut plain = Vec::with_capacity(cell.len());
        return parse_number(normalise(cell, digits, &mut plain)?, Digits::Plain);
    }
    let (is_negative, text) = match cell {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, cell),
    };
    let magnitude = parse_short_decimal(text).or_else(|| parse_any_decimal(text))?;
    Some(if is_negative { -magnitude } else { magnitude })
}

/// Up to fifteen digits with at most one point: an exact integer divided by an exact power of ten is correctly rounded.
fn parse_short_decimal(text: &[u8]) -> Option<f64> {
    const POWERS: [f64; 16] =
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
    if text.len() > 16 {
        return None;
    }
    let (mut value, mut digits, mut point) = (0_u64, 0, None);
    for byte in text {
        let digit = byte.wrapping_sub(b'0');
        if digit <= 9 {
            value = value * 10 + u64::from(digit);
            digits += 1;
        } else if *byte == b'.' && point.is_none() {
            point = Some(digits);
        } else {
            return None;
        }
    }
    if digits == 0 || digits > 15 {
        return None;
    }
    Some(value as f64 / POWERS[digits - point.unwrap_or(digits)])
}

fn parse_any_decimal(text: &[u8]) -> Option<f64> {
    let first = text.first()?;
    if !first.is_ascii_digit() && *first != b'.' {
        return None;
    }
    let text = std::str::from_utf8(text).ok()?;
    text.parse::<f64>().ok().filter(|number| number.is_finite())
}

/// The number in machine spelling: without currency, parentheses and separators.
fn normalise<'a>(cell: &[u8], digits: Digits, plain: &'a mut Vec<u8>) -> Option<&'a [u8]> {
    let in_parentheses = cell.strip_prefix(b"(").and_then(|rest| rest.strip_suffix(b")"));
    let mut is_negative = in_parentheses.is_some();
    let mut rest = in_parentheses.unwrap_or(cell);
    for _ in 0..2 {
        if let Some(after) = rest.strip_prefix(b"-") {
            if is_negative {
                return None;
            }
            (is_negative, rest) = (true, trim(after));
        }
        rest = trim(strip_currency(rest).1);
    }
    let class = classify_number(rest);
    let (separator, point) = match (digits, class) {
        (Digits::CommaDecimal, Class::CommaDecimal | Class::GroupedOrComma) => (b'.', b','),
        (_, Class::Grouped | Class::GroupedOrComma) => (b',', b'.'),
        (_, Class::Integer | Class::ZeroLed | Class::Decimal | Class::Scientific | Class::ExponentCode) => {
            (0, b'.')
        }
        _ => return None,
    };
    if is_negative {
        plain.push(b'-');
    }
    for byte in rest {
        if *byte != separator {
            plain.push(if *byte == point { b'.' } else { *byte });
        }
    }
    Some(plain)
}
