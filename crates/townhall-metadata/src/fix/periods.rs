//! The time that data covers.

use serde_json::Value;
use townhall_model::record::{Extent, When};

use super::dates::{Reading, is_iso, read};
use super::object::{Object, Verdict};

/// Writes `temporal` of 1.1 as an interval; 3.0 has objects, whose dates are mended as dates.
pub fn temporal(object: &mut Object<'_>) {
    if object.is_classic() {
        object.judge("temporal", |value| value.as_str().map_or(Verdict::Fine, judge));
    }
}

fn judge(text: &str) -> Verdict {
    if text.trim().is_empty() {
        return Verdict::Fine;
    }
    let why = "the field is an interval of ISO 8601";
    // Spaces around the slash are not taken.
    let compact = text.split('/').map(str::trim).collect::<Vec<_>>().join("/");
    if is_interval(&compact) {
        return match Extent::read(&compact) {
            Some(Extent { start: Some(start), end: Some(end) }) if start > end => {
                Verdict::suggest("the interval ends before it begins; check both ends", swapped(&compact))
            }
            _ => Verdict::text(text, compact, why),
        };
    }
    if let Some((start, end)) = two_ends(text) {
        return join(start, end, why);
    }
    if is_iso(text) {
        return one_date(text, why);
    }
    Verdict::doubt("this is no interval; write its first and last day, such as `2001-01-01/2012-12-31`")
}

/// `start/end`, `start/duration` or `duration/end`, perhaps repeating.
fn is_interval(text: &str) -> bool {
    let mut parts = text.split('/').collect::<Vec<_>>();
    let is_repeat =
        |part: &str| part.strip_prefix('R').is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()));
    if parts.len() == 3 && is_repeat(parts[0]) {
        parts.remove(0);
    }
    let is_duration = |part: &str| part.starts_with('P') && part.len() > 2;
    match parts.as_slice() {
        [start, end] => {
            (is_iso(start) || is_duration(start))
                && (is_iso(end) || is_duration(end))
                && (is_iso(start) || is_iso(end))
        }
        _ => false,
    }
}

fn swapped(text: &str) -> Option<String> {
    text.split_once('/').map(|(start, end)| format!("{end}/{start}"))
}

/// The two ends of an interval that is written with words, dashes or a slash.
fn two_ends(text: &str) -> Option<(&str, &str)> {
    const SEPARATORS: [&str; 9] = [" - ", " to ", " through ", " until ", " – ", " — ", "–", "—", "--"];
    if let Some(ends) = SEPARATORS.iter().find_map(|separator| text.split_once(separator)) {
        return Some((ends.0.trim(), ends.1.trim()));
    }
    // Two years with a hyphen; a month has two digits.
    let is_year = |part: &str| part.len() == 4 && part.bytes().all(|byte| byte.is_ascii_digit());
    match text.split_once('-') {
        Some((start, end)) if is_year(start.trim()) && is_year(end.trim()) => {
            return Some((start.trim(), end.trim()));
        }
        Some((start, end)) if is_year(start) && is_open(end) => return Some((start, end)),
        _ => {}
    }
    let slashes = text.matches('/').count();
    (slashes == 1).then(|| text.split_once('/')).flatten()
}

fn is_open(text: &str) -> bool {
    let word = text.trim().to_ascii_lowercase();
    matches!(word.as_str(), "" | ".." | "present" | "current" | "now" | "today" | "ongoing" | "date")
}

fn join(start: &str, end: &str, why: &str) -> Verdict {
    if is_open(start) || is_open(end) {
        return Verdict::doubt(
            "version 1.1 can't leave an end of the interval open; write the day until which there is data",
        );
    }
    match (read(start), read(end)) {
        (Some(Reading::Sure(start)), Some(Reading::Sure(end))) => {
            let interval = format!("{start}/{end}");
            match Extent::read(&interval) {
                Some(Extent { start: Some(first), end: Some(last) }) if first <= last => {
                    Verdict::Becomes(Value::String(interval), why.to_owned())
                }
                _ => Verdict::doubt("the interval ends before it begins; check both ends"),
            }
        }
        (
            Some(Reading::Sure(start) | Reading::Perhaps(start)),
            Some(Reading::Sure(end) | Reading::Perhaps(end)),
        ) => Verdict::suggest(
            "these dates can be read in two ways; write them as YYYY-MM-DD",
            format!("{start}/{end}"),
        ),
        _ => Verdict::doubt(
            "this is no interval; write its first and last day, such as `2001-01-01/2012-12-31`",
        ),
    }
}

/// A year or month alone is the time from its first day to its last; a day may as well be a beginning.
fn one_date(text: &str, why: &str) -> Verdict {
    match When::read(text) {
        When { date: Some(first), last: Some(last), .. } if first < last => {
            Verdict::text(text, format!("{first}/{last}"), why)
        }
        When { date: Some(day), .. } => {
            let why = "one day may be the beginning or the whole; write the first and the last day";
            Verdict::suggest(why, format!("{day}/{day}"))
        }
        _ => Verdict::doubt(
            "this is no interval; write its first and last day, such as `2001-01-01/2012-12-31`",
        ),
    }
}
