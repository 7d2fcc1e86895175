//! Dates that are not written as ISO 8601.

use jiff::Timestamp;
use townhall_model::month_named;
use townhall_model::record::{Meaning, When};

use super::object::{Object, Verdict};
use crate::convert::{is_modern_date, modern_date};

/// Writes every date of the object as its version takes it.
pub fn fields(object: &mut Object<'_>) {
    let is_classic = object.is_classic();
    object.judge_texts(
        |field| field.meaning == Meaning::Date,
        |field, text| {
            if text.trim().is_empty() || (is_classic && field.key == "modified" && is_rhythm(text)) {
                return Verdict::Fine;
            }
            judge(text, is_classic)
        },
    );
}

/// A date that was read from a text of another form.
pub enum Reading {
    /// Only this can be meant.
    Sure(String),
    /// Probably this is meant.
    Perhaps(String),
}

fn judge(text: &str, is_classic: bool) -> Verdict {
    let why = "the field is a date of ISO 8601";
    if is_classic && is_iso(text) {
        return Verdict::Fine;
    }
    if !is_classic && is_modern_date(text) && When::read(text).date.is_some() {
        return Verdict::Fine;
    }
    let modern = |date: String| if is_classic { Some(date) } else { modern_date(&date) };
    match read(text) {
        Some(Reading::Sure(date)) => match modern(date) {
            Some(date) => Verdict::text(text, date, why),
            None => Verdict::doubt("this is no date that version 3.0 takes; write one such as `2024-01-31`"),
        },
        Some(Reading::Perhaps(date)) => {
            Verdict::suggest("this date can be read in two ways; write it as YYYY-MM-DD", modern(date))
        }
        None => {
            let end = When::read(text).date.map(|date| date.to_string());
            Verdict::suggest("this is no date; write one such as `2024-01-31`", end)
        }
    }
}

/// `R/P1D`: in 1.1 `modified` may be a rhythm, or one that begins somewhere.
fn is_rhythm(text: &str) -> bool {
    let mut parts = text.split('/').skip_while(|part| part.starts_with('R')).collect::<Vec<_>>();
    let is_duration = parts.pop().is_some_and(|part| part.starts_with('P') && part.len() > 2);
    is_duration && parts.len() <= 1 && parts.iter().all(|part| is_iso(part))
}

/// Whether the text is a date, week, month, year or time of ISO 8601 as 1.1 takes it, and there is such a day.
pub fn is_iso(text: &str) -> bool {
    let (day, time) = split_time(text);
    !day.contains('/') && When::read(day).date.is_some() && time.is_none_or(is_iso_time)
}

fn split_time(text: &str) -> (&str, Option<&str>) {
    match text.find(['T', ' ']) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    }
}

/// `10`, `10:30`, `10:30:15.5`, each with `Z` or an offset.
fn is_iso_time(time: &str) -> bool {
    let offset = time.find(['Z', 'z', '+', '-']).unwrap_or(time.len());
    let (clock, offset) = time.split_at(offset);
    let clock = clock.split(['.', ',']).next().unwrap_or(clock).replace(':', "");
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_clock = is_number(&clock)
        && matches!(clock.len(), 2 | 4 | 6)
        && within(&clock[..2], 24)
        && clock.get(2..4).is_none_or(|minutes| within(minutes, 59))
        && clock.get(4..6).is_none_or(|seconds| within(seconds, 59));
    let offset = match offset {
        "" | "Z" | "z" => return is_clock,
        offset => offset[1..].replace(':', ""),
    };
    is_clock && is_number(&offset) && matches!(offset.len(), 2 | 4) && within(&offset[..2], 23)
}

fn within(digits: &str, most: u8) -> bool {
    digits.parse::<u8>().is_ok_and(|number| number <= most)
}

/// Reads a date of any common form; gives it in ISO 8601.
pub fn read(text: &str) -> Option<Reading> {
    let text = text.trim();
    if !text.is_ascii() || text.len() > 60 {
        return None;
    }
    if is_iso(text) {
        return Some(Reading::Sure(text.to_owned()));
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return digits(text);
    }
    let (day, time) = day_and_time(text);
    let time = match time {
        Some(time) => format!("T{}", clock(&time)?),
        None => String::new(),
    };
    let whole = |reading: String| reading + &time;
    let reading = match doubled_month(&day).or_else(|| numbers(&day)).or_else(|| words(&day))? {
        Reading::Sure(day) => Reading::Sure(whole(day)),
        Reading::Perhaps(day) => Reading::Perhaps(whole(day)),
    };
    let (Reading::Sure(date) | Reading::Perhaps(date)) = &reading;
    is_iso(date).then_some(reading)
}

/// Numbers without anything between: seconds or milliseconds since 1970, or a date and time run together.
fn digits(text: &str) -> Option<Reading> {
    match text.len() {
        10 | 13 => {
            let number = text.parse::<i64>().ok()?;
            let instant = match text.len() {
                10 => Timestamp::from_second(number),
                _ => Timestamp::from_millisecond(number),
            };
            // Ten digits that begin with 19 or 20 may as well be a date and an hour.
            let reading = instant.ok()?.to_string();
            let is_plausible = ("1985".."2100").contains(&&reading[..4]);
            let hour = matches!(&text[..2], "19" | "20")
                && text.len() == 10
                && is_iso(&format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..8]));
            match (is_plausible, hour) {
                (true, false) => Some(Reading::Sure(reading)),
                (true, true) => Some(Reading::Perhaps(reading)),
                (false, _) => None,
            }
        }
        14 => {
            let part = |from: usize, to: usize| &text[from..to];
            let day = format!("{}-{}-{}", part(0, 4), part(4, 6), part(6, 8));
            let date = format!("{day}T{}:{}:{}", part(8, 10), part(10, 12), part(12, 14));
            is_iso(&date).then_some(Reading::Sure(date))
        }
        6 => {
            let month = format!("{}-{}", &text[..4], &text[4..]);
            is_iso(&month).then_some(Reading::Perhaps(month))
        }
        _ => None,
    }
}

/// The part before the clock and the clock, in whichever way they are joined.
fn day_and_time(text: &str) -> (String, Option<String>) {
    let Some(colon) = text.find(':') else {
        return (text.to_owned(), None);
    };
    // The clock begins with the digits before its first colon.
    let start = text[..colon].rfind(|character: char| !character.is_ascii_digit()).map_or(0, |at| at + 1);
    let day = text[..start].trim_end_matches(['T', 't', ' ', ',', '@']).trim_end();
    let day = day.strip_suffix(" at").unwrap_or(day);
    (day.trim_end_matches([' ', ',']).to_owned(), Some(text[start..].trim().to_owned()))
}

/// A clock of twelve or twenty-four hours, with `Z`, `UTC`, `GMT` or an offset.
fn clock(text: &str) -> Option<String> {
    let upper = text.to_ascii_uppercase().replace("A.M.", "AM").replace("P.M.", "PM");
    let end = upper.find(|character: char| !(character.is_ascii_digit() || ":.".contains(character)));
    let (time, rest) = upper.split_at(end.unwrap_or(upper.len()));
    let mut rest = rest.trim();
    let (hour, minutes) = time.split_once(':')?;
    let mut hour = hour.parse::<u8>().ok()?;
    for (half, shift) in [("AM", 0), ("PM", 12)] {
        if let Some(behind) = rest.strip_prefix(half) {
            if !(1..=12).contains(&hour) {
                return None;
            }
            hour = hour % 12 + shift;
            rest = behind.trim();
        }
    }
    let offset = match rest {
        "" => "",
        "Z" | "UTC" | "GMT" | "+00" => "Z",
        offset if offset.starts_with(['+', '-']) => offset,
        // Zones with letters mean several things.
        _ => return None,
    };
    let clock = format!("{hour:02}:{minutes}{offset}");
    is_iso_time(&clock).then_some(clock)
}

/// `201603-01-01`: an exporter wrote the month twice. The harvester guide says what it means.
fn doubled_month(day: &str) -> Option<Reading> {
    let parts = day.split('-').collect::<Vec<_>>();
    let [first, second, third] = parts.as_slice() else { return None };
    if first.len() != 6 || second.len() != 2 || third.len() != 2 {
        return None;
    }
    let date = format!("{}-{}-{third}", first.get(..4)?, first.get(4..)?);
    if second == third { Some(Reading::Sure(date)) } else { Some(Reading::Perhaps(date)) }
}

/// Numbers with slashes, dots, hyphens or spaces between.
fn numbers(day: &str) -> Option<Reading> {
    let parts = day.split(['/', '.', '-', ' ']).map(str::trim).collect::<Vec<_>>();
    let number = |part: &str| {
        let is_number = !part.is_empty() && part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse::<u16>().ok().filter(|_| is_number)
    };
    let numbers = parts.iter().map(|part| number(part)).collect::<Option<Vec<_>>>()?;
    let is_year = |index: usize| parts[index].len() == 4;
    let date = |year: u16, month: u16, day: u16| format!("{year:04}-{month:02}-{day:02}");
    match *numbers.as_slice() {
        [year, month] if is_year(0) && parts[1].len() <= 2 => {
            Some(Reading::Sure(format!("{year}-{month:02}")))
        }
        [month, year] if is_year(1) && parts[0].len() <= 2 => {
            Some(Reading::Sure(format!("{year}-{month:02}")))
        }
        [year, month, day] if is_year(0) && month <= 12 => Some(Reading::Sure(date(year, month, day))),
        [year, day, month] if is_year(0) => Some(Reading::Perhaps(date(year, month, day))),
        // American files put the month first, others the day; where one is above twelve there is no question.
        [first, second, year] if is_year(2) => match (first > 12, second > 12) {
            (true, false) => Some(Reading::Sure(date(year, second, first))),
            (false, true) => Some(Reading::Sure(date(year, first, second))),
            (false, false) if first == second => Some(Reading::Sure(date(year, first, second))),
            (false, false) => Some(Reading::Perhaps(date(year, first, second))),
            (true, true) => None,
        },
        [first, second, year] if year < 100 && parts[0].len() <= 2 => {
            let century = if year < 70 { 2000 } else { 1900 };
            let (month, day) = if first > 12 { (second, first) } else { (first, second) };
            Some(Reading::Perhaps(date(century + year, month, day)))
        }
        _ => None,
    }
}

/// `January 5, 2013`, `5 Jan 2013`, `Tue, 15-Nov-1994`, `March 2014`.
fn words(day: &str) -> Option<Reading> {
    const WEEKDAYS: [&str; 7] =
        ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let is_weekday = |word: &str| word.len() >= 3 && WEEKDAYS.iter().any(|name| name.starts_with(word));
    let (mut year, mut month, mut date) = (None, None, None);
    for word in day.to_ascii_lowercase().split([' ', ',', '-', '/', '.']).filter(|word| !word.is_empty()) {
        let digits = word.trim_end_matches(|character: char| character.is_ascii_alphabetic());
        if let Some(found) = month_named(word).filter(|_| month.is_none()) {
            month = Some(found);
        } else if digits.len() == 4 && digits == word && year.is_none() {
            year = Some(digits.parse::<u16>().ok()?);
        } else if matches!(digits.len(), 1 | 2)
            && matches!(&word[digits.len()..], "" | "st" | "nd" | "rd" | "th")
            && date.is_none()
        {
            date = Some(digits.parse::<u8>().ok()?);
        } else if word != "of" && word != "the" && !is_weekday(word) {
            return None;
        }
    }
    let (year, month) = (year?, month?);
    Some(Reading::Sure(match date {
        Some(date) => format!("{year:04}-{month:02}-{date:02}"),
        None => format!("{year:04}-{month:02}"),
    }))
}
