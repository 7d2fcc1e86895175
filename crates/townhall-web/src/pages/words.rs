//! Numbers, sizes and dates as people read them.

use jiff::civil::Date;
use jiff::{Timestamp, Unit};

/// A whole number in groups of three: `1,234,567`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Any number for people: grouped, at most four decimals for small ones and two for large ones.
pub fn number(value: f64) -> String {
    if !value.is_finite() {
        return "not a number".into();
    }
    let magnitude = value.abs();
    if magnitude >= 1e15 || (magnitude > 0.0 && magnitude < 1e-4) {
        return format!("{value:.3e}");
    }
    let decimals = if magnitude >= 100.0 { 2 } else { 4 };
    let text = format!("{magnitude:.decimals$}");
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let whole = grouped(whole.parse().unwrap_or_default());
    let fraction = fraction.trim_end_matches('0');
    let sign = if value < 0.0 && (whole != "0" || !fraction.is_empty()) { "\u{2212}" } else { "" };
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

/// A size in decimal units with two or three digits: `1.2 MB`.
pub fn bytes(size: u64) -> String {
    const UNITS: [&str; 6] = ["bytes", "kB", "MB", "GB", "TB", "PB"];
    if size < 1000 {
        return if size == 1 { "1 byte".into() } else { format!("{size} bytes") };
    }
    let mut value = size as f64;
    let mut unit = 0;
    while value >= 999.5 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    let text = if value < 9.95 { format!("{value:.1}") } else { format!("{value:.0}") };
    format!("{} {}", text.strip_suffix(".0").unwrap_or(&text), UNITS[unit])
}

/// A date as it was written: a year, a month, a day or an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Day {
    /// A year alone.
    Year(i16),
    /// A month.
    Month(i16, i8),
    /// A day, perhaps of an instant.
    Date(Date),
}

impl Day {
    /// Reads `2025`, `2025-03`, `2025-03-03` and what begins with such a day and a time.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let is_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        match text.len() {
            4 if is_digits(text) => Some(Self::Year(text.parse().ok()?)),
            7 if is_digits(&text.replacen('-', "", 1)) && text.as_bytes()[4] == b'-' => {
                let month: i8 = text.get(5..)?.parse().ok()?;
                (1..=12).contains(&month).then_some(Self::Month(text.get(..4)?.parse().ok()?, month))
            }
            10.. if matches!(text.as_bytes().get(10), None | Some(b'T' | b't' | b' ')) => {
                text.get(..10)?.parse().ok().map(Self::Date)
            }
            _ => None,
        }
    }

    /// `3 March 2025`, `March 2025` or `2025`.
    pub fn in_words(self) -> String {
        match self {
            Self::Year(year) => year.to_string(),
            Self::Month(year, month) => format!("{} {year}", month_name(month)),
            Self::Date(date) => format!("{} {} {}", date.day(), month_name(date.month()), date.year()),
        }
    }

    /// The first day of it.
    fn first(self) -> Option<Date> {
        match self {
            Self::Year(year) => Date::new(year, 1, 1).ok(),
            Self::Month(year, month) => Date::new(year, month, 1).ok(),
            Self::Date(date) => Some(date),
        }
    }
}

fn month_name(month: i8) -> &'static str {
    const NAMES: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    usize::try_from(month - 1).ok().and_then(|i| NAMES.get(i)).copied().unwrap_or("")
}

/// How long ago a day was: `today`, `3 days ago`, `2 years ago`. Nothing for what is no day or still to come.
pub fn ago(text: &str, now: Timestamp) -> Option<String> {
    let day = Day::read(text)?;
    let first = day.first()?;
    let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    let days = i64::from(first.until((Unit::Day, today)).ok()?.get_days());
    let many = |n: i64, one: &str| if n == 1 { format!("1 {one} ago") } else { format!("{n} {one}s ago") };
    match (day, days) {
        (_, ..0) => None,
        (Day::Year(_), _) => Some(match i64::from(today.year()) - i64::from(first.year()) {
            0 => "this year".into(),
            years => many(years, "year"),
        }),
        (Day::Month(..), ..=31) if first.month() == today.month() => Some("this month".into()),
        (_, 0) => Some("today".into()),
        (_, 1) => Some("yesterday".into()),
        (_, ..=59) => Some(many(days, "day")),
        (_, ..=729) => Some(many(days * 12 / 365, "month")),
        _ => Some(many(days * 100 / 36525, "year")),
    }
}

/// The beginning of a text, cut between words, with an ellipsis when something is missing.
pub fn excerpt(text: &str, chars_max: usize) -> String {
    let text = text.trim();
    let Some((cut, _)) = text.char_indices().nth(chars_max) else { return text.to_owned() };
    let head = &text[..cut];
    let end = head.rfind(char::is_whitespace).filter(|end| *end > cut / 2).unwrap_or(cut);
    format!("{}…", head[..end].trim_end_matches(|c: char| c.is_whitespace() || ",;:.-–".contains(c)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_not_longer_than_useful() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(number(-1234.5), "−1,234.5");
        assert_eq!(number(0.12345), "0.1235");
        assert_eq!(number(-0.0), "0");
        assert_eq!(number(1e18), "1.000e18");
    }

    #[test]
    fn sizes_have_two_or_three_digits() {
        assert_eq!(bytes(1), "1 byte");
        assert_eq!(bytes(999), "999 bytes");
        assert_eq!(bytes(1000), "1 kB");
        assert_eq!(bytes(1_234_567), "1.2 MB");
        assert_eq!(bytes(999_999), "1 MB");
        assert_eq!(bytes(45_600_000_000), "46 GB");
    }

    #[test]
    fn dates_are_read_as_far_as_they_go() {
        let words = |text| Day::read(text).map(Day::in_words);
        assert_eq!(words("2025").as_deref(), Some("2025"));
        assert_eq!(words("2025-03").as_deref(), Some("March 2025"));
        assert_eq!(words("2025-03-03").as_deref(), Some("3 March 2025"));
        assert_eq!(words("2025-03-03T23:59:59-05:00").as_deref(), Some("3 March 2025"));
        for bad in [
            "",
            "R/P1Y",
            "2025-13",
            "2025-02-30",
            "spring 2025",
            "2025/03/03",
            "٢٠٢٥",
            "2025-03-03x",
            "äöüäö",
        ] {
            assert_eq!(words(bad), None, "{bad}");
        }
    }

    #[test]
    fn time_past_is_told_roughly() {
        let now: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
        let told = |text| ago(text, now).unwrap_or_default();
        assert_eq!(told("2026-11-23"), "today");
        assert_eq!(told("2026-11-22T10:00:00Z"), "yesterday");
        assert_eq!(told("2026-11-20"), "3 days ago");
        assert_eq!(told("2026-08-20"), "3 months ago");
        assert_eq!(told("2024-11-01"), "2 years ago");
        assert_eq!(told("2026"), "this year");
        assert_eq!(told("2026-11"), "this month");
        assert_eq!(told("2027-01-01"), "");
    }

    #[test]
    fn an_excerpt_ends_between_words() {
        assert_eq!(excerpt("  short ", 20), "short");
        assert_eq!(excerpt("one two three four", 12), "one two…");
        assert_eq!(excerpt("überüberüber", 4), "über…");
    }
}
