//! What a single cell of text looks like ([`classify`]), and its value once its column's type is known.
//!
//! Both halves agree: a cell of a class that fits a type always parses as that type.

use crate::text::days_from_civil;

/// The longest moment is something like `September 30, 2020 12:34:56.123456789 PM +00:00`.
const MOMENT_BYTES_MAX: usize = 50;

/// Microseconds of a day.
const DAY_MICROS: i64 = 86_400_000_000;

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
        Some(b'$' | b'(' | 0xE2 | 0xC2) => classify_marked(cell),
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
        Some(b'$' | 0xE2 | 0xC2) if is_negative => classify_marked(digits),
        _ => Class::Text,
    }
}

/// Numbers with a currency sign or in parentheses.
fn classify_marked(cell: &[u8]) -> Class {
    let in_parentheses = cell.strip_prefix(b"(").and_then(|rest| rest.strip_suffix(b")"));
    let (sign, number) = strip_currency(in_parentheses.unwrap_or(cell));
    let number = trim(number);
    let number = if sign.is_some() && in_parentheses.is_none() {
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

fn strip_currency(cell: &[u8]) -> (Option<Class>, &[u8]) {
    let signs: [(&[u8], Class); 3] =
        [(b"$", Class::Dollars), ("€".as_bytes(), Class::Euros), ("£".as_bytes(), Class::Pounds)];
    for (sign, class) in signs {
        if let Some(rest) = cell.strip_prefix(sign) {
            return (Some(class), rest);
        }
    }
    (None, cell)
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

fn classify_integer(digits: &[u8]) -> Class {
    match digits {
        [b'0', _, ..] => Class::ZeroLed,
        _ if digits.len() <= 18 => Class::Integer,
        _ if parse_digits(digits).is_some() => Class::Integer,
        _ => Class::LongInteger,
    }
}

/// Numbers without sign: `12`, `1.5`, `.5`, `1e-5`, `1,234`.
fn classify_number(cell: &[u8]) -> Class {
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
    (groups >= 2 && groups <= 7).then_some(groups)
}

fn digits_len(text: &[u8]) -> usize {
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

fn classify_moment(cell: &[u8]) -> Class {
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
fn month_name(text: &[u8]) -> Option<(u32, &[u8])> {
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
            for at in 0..6 {
                fraction = fraction * 10 + if at < len { i64::from(after[at] - b'0') } else { 0 };
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
