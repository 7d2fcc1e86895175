//! Reads the dates, intervals and rhythms that records carry, ISO 8601 and the specification's words.

use jiff::civil::{Date, ISOWeekDate, Weekday};
use jiff::{Span, Timestamp, ToSpan};

/// A point in time as it was written, and what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct When {
    /// The text as it stands in the record.
    pub text: String,
    /// The first day that the text can mean; absent when it is no date, such as the rhythm `R/P1D`.
    pub date: Option<Date>,
    /// The last day that the text can mean: `2019` ends on 31 December.
    pub last: Option<Date>,
    /// The instant, when the text has a time and an offset.
    pub instant: Option<Timestamp>,
}

impl When {
    /// Reads a year, month, week, day or instant; of an interval, its end.
    pub fn read(text: &str) -> Self {
        let trimmed = text.trim();
        let days = days(trimmed).or_else(|| {
            let extent = Extent::read(trimmed)?;
            Some((extent.end.or(extent.start)?, extent.end.or(extent.start)?))
        });
        Self {
            text: text.to_owned(),
            date: days.map(|(first, _)| first),
            last: days.map(|(_, last)| last),
            instant: instant(trimmed),
        }
    }
}

/// A stretch of days; an absent end is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// The first day.
    pub start: Option<Date>,
    /// The last day.
    pub end: Option<Date>,
}

impl Extent {
    /// Reads `start/end`, `start/duration`, `duration/end`, any of them repeating, open ends, or one date alone.
    pub fn read(text: &str) -> Option<Self> {
        let mut parts = text.trim().split('/').map(str::trim).collect::<Vec<_>>();
        if parts.first().is_some_and(|part| is_repeat(part)) {
            parts.remove(0);
        }
        let extent = match parts.as_slice() {
            [alone] => {
                let (first, last) = days(alone)?;
                Self { start: Some(first), end: Some(last) }
            }
            [start, end] if is_open(start) => Self { start: None, end: Some(days(end)?.1) },
            [start, end] if is_open(end) => Self { start: Some(days(start)?.0), end: None },
            [start, duration] if duration.starts_with('P') => {
                let start = days(start)?.0;
                Self { start: Some(start), end: start.checked_add(span(duration)?).ok() }
            }
            [duration, end] if duration.starts_with('P') => {
                let end = days(end)?.1;
                Self { start: end.checked_sub(span(duration)?).ok(), end: Some(end) }
            }
            [start, end] => Self { start: Some(days(start)?.0), end: Some(days(end)?.1) },
            _ => return None,
        };
        Some(extent)
    }

    /// The stretch from the earliest start to the latest end of both.
    pub(crate) fn join(self, other: Self) -> Self {
        Self {
            start: self.start.zip(other.start).map(|(one, two)| one.min(two)),
            end: self.end.zip(other.end).map(|(one, two)| one.max(two)),
        }
    }
}

fn is_repeat(text: &str) -> bool {
    text.strip_prefix('R').is_some_and(|count| count.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_open(text: &str) -> bool {
    text.is_empty() || text == ".."
}

fn span(text: &str) -> Option<Span> {
    let span = text.parse::<Span>().ok()?;
    // Times of day don't move a day; a date can't be added to hours.
    Span::new()
        .try_years(span.get_years())
        .ok()?
        .try_months(span.get_months())
        .ok()?
        .try_weeks(span.get_weeks())
        .ok()?
        .try_days(span.get_days())
        .ok()
}

/// The first and last day that a date, month, year, week or day of the year stands for.
fn days(text: &str) -> Option<(Date, Date)> {
    let (day, time) = match text.find(['T', 't', ' ']) {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, ""),
    };
    if !day.is_ascii() {
        return None;
    }
    if !time.is_empty() && !time.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    // Days beyond the year 9999 or before the year 0 are not data's concern.
    let digits =
        |text: &str| text.parse::<i16>().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
    let one = |date: Date| Some((date, date));
    let bytes = day.as_bytes();
    match bytes.len() {
        4 => {
            let year = digits(day)?;
            Some((Date::new(year, 1, 1).ok()?, Date::new(year, 12, 31).ok()?))
        }
        7 if bytes[4] == b'-' && bytes[5] != b'W' => {
            let first = Date::new(digits(&day[..4])?, digits(day.get(5..)?)?.try_into().ok()?, 1).ok()?;
            Some((first, first.last_of_month()))
        }
        // 201512 could be a month or a short day; ISO 8601 does not allow it, so it stays a text.
        7 if bytes.iter().all(u8::is_ascii_digit) => one(ordinal(digits(&day[..4])?, digits(&day[4..])?)?),
        8 if bytes[4] == b'-' && bytes[5] == b'W' => week(digits(&day[..4])?, digits(day.get(6..)?)?),
        8 if bytes[4] == b'-' => one(ordinal(digits(&day[..4])?, digits(day.get(5..)?)?)?),
        8 => one(calendar(digits(&day[..4])?, digits(day.get(4..6)?)?, digits(day.get(6..)?)?)?),
        10 if bytes[4] == b'-' && bytes[5] == b'W' && bytes[8] == b'-' => {
            let (monday, _) = week(digits(&day[..4])?, digits(&day[6..8])?)?;
            let nth = digits(day.get(9..)?)?;
            (1..=7).contains(&nth).then_some(())?;
            one(monday.checked_add((nth - 1).days()).ok()?)
        }
        10 if bytes[4] == b'-' && bytes[7] == b'-' => {
            one(calendar(digits(&day[..4])?, digits(day.get(5..7)?)?, digits(day.get(8..)?)?)?)
        }
        _ => None,
    }
}

fn calendar(year: i16, month: i16, day: i16) -> Option<Date> {
    Date::new(year, month.try_into().ok()?, day.try_into().ok()?).ok()
}

fn ordinal(year: i16, day: i16) -> Option<Date> {
    let date = Date::new(year, 1, 1).ok()?.checked_add((day - 1).days()).ok()?;
    (day >= 1 && date.year() == year).then_some(date)
}

fn week(year: i16, week: i16) -> Option<(Date, Date)> {
    let monday = ISOWeekDate::new(year, week.try_into().ok()?, Weekday::Monday).ok()?.date();
    Some((monday, monday.checked_add(6.days()).ok()?))
}

fn instant(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}

/// Says in plain words how often something is renewed: `R/P1Y`, `annually` and `annual` are all `Every year`.
///
/// A text that is none of the known rhythms comes back as it is.
pub fn periodicity_in_words(text: &str) -> String {
    let text = text.trim();
    let key = text.strip_prefix("R/").unwrap_or(text).to_ascii_lowercase();
    // The table of the ISO 8601 guidance of Project Open Data, then ISO 19115 and Dublin Core words.
    let words = match key.as_str() {
        "pt1s" | "continual" | "continuous" | "continuously updated" => "Continuously",
        "pt1h" | "hourly" => "Every hour",
        "p1d" | "daily" => "Every day",
        "p0.33w" | "threetimesaweek" => "Three times a week",
        "p3.5d" | "semiweekly" => "Twice a week",
        "p1w" | "p7d" | "weekly" => "Every week",
        "p0.33m" | "threetimesamonth" => "Three times a month",
        "p2w" | "p14d" | "fortnightly" | "biweekly" => "Every two weeks",
        "p0.5m" | "semimonthly" => "Twice a month",
        "p1m" | "monthly" => "Every month",
        "p2m" | "bimonthly" => "Every two months",
        "p3m" | "quarterly" => "Every quarter",
        "p4m" | "threetimesayear" => "Three times a year",
        "p6m" | "p0.5y" | "biannually" | "semiannual" => "Twice a year",
        "p1y" | "p12m" | "annually" | "annual" => "Every year",
        "p2y" | "biennial" => "Every two years",
        "p3y" | "triennial" => "Every three years",
        "p4y" | "quadrennial" => "Every four years",
        "p5y" | "quinquennial" => "Every five years",
        "p10y" | "decennial" => "Every ten years",
        "asneeded" | "as needed" => "As needed",
        "irregular" => "Irregularly",
        "notplanned" => "Not planned",
        "unknown" => "Unknown",
        _ => return text.to_owned(),
    };
    words.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let when = When::read(text);
        let drawn = match (when.date, when.last) {
            (Some(first), Some(last)) if first == last => first.to_string(),
            (Some(first), Some(last)) => format!("{first}..{last}"),
            _ => "-".to_owned(),
        };
        assert_eq!(drawn, expected, "{text}");
    }

    #[test]
    fn every_iso_form_of_a_day_is_read() {
        check("2019", "2019-01-01..2019-12-31");
        check("2019-02", "2019-02-01..2019-02-28");
        check("2019-02-03", "2019-02-03");
        check("20190203", "2019-02-03");
        check("2016-366", "2016-12-31");
        check("2016366", "2016-12-31");
        check("2015-W10", "2015-03-02..2015-03-08");
        check("2015-W10-3", "2015-03-04");
        check("2024-03-01T10:20:30Z", "2024-03-01");
        check("2015-01-01 10:00", "2015-01-01");
        check("2010-01-01/2011-03", "2011-03-31");
    }

    #[test]
    fn what_is_no_date_stays_a_text() {
        for text in
            ["R/P1D", "", "soon", "2015-13-01", "2015-02-30", "2015-367", "[[REDACTED-EX B6]]", "٢٠١٥"]
        {
            check(text, "-");
        }
    }

    #[test]
    fn an_extent_has_two_ends_that_may_be_open() {
        let draw = |text: &str| {
            Extent::read(text).map(|extent| {
                let end = |date: Option<Date>| date.map_or("..".to_owned(), |date| date.to_string());
                format!("{} {}", end(extent.start), end(extent.end))
            })
        };
        assert_eq!(draw("2007/2017").as_deref(), Some("2007-01-01 2017-12-31"));
        assert_eq!(draw("R/2010-01-01/P1M").as_deref(), Some("2010-01-01 2010-02-01"));
        assert_eq!(draw("P1Y/2010").as_deref(), Some("2009-12-31 2010-12-31"));
        assert_eq!(draw("2012-01-01/").as_deref(), Some("2012-01-01 .."));
        assert_eq!(draw("../2013").as_deref(), Some(".. 2013-12-31"));
        assert_eq!(draw("last year"), None);
    }
}
