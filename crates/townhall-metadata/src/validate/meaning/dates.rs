//! Dates that are no dates, and dates in the wrong order.

use crate::validate::engine::{Check, Members};
use crate::validate::form::{Form, sensible};
use crate::validate::rule;
use crate::validate::tree::Value;
use crate::validate::words::{Words, quote};

/// The frequencies of the guidance of Project Open Data.
const FREQUENCIES: &[&str] = &[
    "R/P10Y",
    "R/P4Y",
    "R/P3Y",
    "R/P2Y",
    "R/P1Y",
    "R/P6M",
    "R/P4M",
    "R/P3M",
    "R/P2M",
    "R/P0.5M",
    "R/P1M",
    "R/P0.33M",
    "R/P2W",
    "R/P0.5W",
    "R/P1W",
    "R/P3.5D",
    "R/P0.33W",
    "R/P1D",
    "R/PT1H",
    "R/PT1S",
    "irregular",
];

/// The rules on the dates of a dataset of 1.1.
pub fn dataset(check: &mut Check<'_, '_, '_>, members: &Members<'_, '_>) {
    let modified = members.get("modified");
    let issued = members.get("issued");
    for (key, value) in [("modified", modified), ("issued", issued)] {
        if let Some(value) = value {
            impossible(check, key, value);
        }
    }
    if let Some((value, text)) = modified.and_then(texted)
        && text.starts_with(['R', 'P'])
    {
        rhythm(check, value, text);
    }
    in_order(check, ("issued", issued), ("modified", modified));
    if let Some((value, text)) = members.get("temporal").and_then(texted) {
        temporal(check, value, text);
    }
    if let Some((value, text)) = members.get("accrualPeriodicity").and_then(texted)
        && Form::Frequency.takes(text)
        && !FREQUENCIES.contains(&text)
    {
        frequency(check, value, text);
    }
}

fn texted(value: Value<'_>) -> Option<(Value<'_>, &str)> {
    value.text().map(|text| (value, text))
}

fn rhythm(check: &mut Check<'_, '_, '_>, value: Value<'_>, text: &str) {
    if is_empty_duration(text) {
        check.note(&rule::DURATION_EMPTY, "modified", value, || {
            Words::new(format!("{} is a duration without a length", quote(text)))
        });
    } else if Form::Modified.takes(text) {
        check.note(&rule::MODIFIED_RHYTHM, "modified", value, || {
            Words::new(format!("`modified` is {}: how often, but not when", quote(text)))
        });
    }
}

fn frequency(check: &mut Check<'_, '_, '_>, value: Value<'_>, text: &str) {
    let rule = if is_empty_duration(text) { &rule::DURATION_EMPTY } else { &rule::FREQUENCY_ODD };
    check.note(rule, "accrualPeriodicity", value, || {
        Words::new(match is_empty_duration(text) {
            true => format!("{} is a duration without a length", quote(text)),
            false => format!("{} is not among the frequencies of the guidance", quote(text)),
        })
    });
}

fn is_empty_duration(text: &str) -> bool {
    matches!(text.rsplit('/').next().unwrap_or(text).trim_end(), "P" | "PT")
}

fn temporal(check: &mut Check<'_, '_, '_>, value: Value<'_>, text: &str) {
    let Some((start, end)) = text.split_once('/') else { return };
    for part in [start, end] {
        if let Some(day) = sensible(part).filter(|day| !day.exists()) {
            check.note(&rule::DATE_IMPOSSIBLE, "temporal", value, || {
                Words::new(format!(
                    "the calendar has no day {} in month {}: {}",
                    day.day,
                    day.month,
                    quote(part)
                ))
            });
        }
    }
    if let (Some(first), Some(last)) = (sensible(start), sensible(end))
        && first > last
        && !is_within(start, end)
    {
        check.note(&rule::PERIOD_ORDER, "temporal", value, || {
            Words::with(
                format!("the period ends ({}) before it starts ({})", quote(end), quote(start)),
                "put the earlier date first, or correct one of them",
            )
        });
    }
}

/// Whether the end is a year or month that the start lies in: `2014-05-01/2014`.
fn is_within(start: &str, end: &str) -> bool {
    start.starts_with(end.trim_end())
}

/// Whether the calendar has the date.
pub fn impossible(check: &mut Check<'_, '_, '_>, key: &'static str, value: Value<'_>) {
    let day = value.text().and_then(sensible).filter(|day| !day.exists());
    if let Some(day) = day {
        check.note(&rule::DATE_IMPOSSIBLE, key, value, || {
            Words::new(format!(
                "`{key}` is {}, but month {} has no day {}",
                quote(value.shown()),
                day.month,
                day.day
            ))
        });
    }
}

/// Whether the first of two dates is not after the second.
pub fn in_order(
    check: &mut Check<'_, '_, '_>,
    (early, first): (&'static str, Option<Value<'_>>),
    (late, last): (&'static str, Option<Value<'_>>),
) {
    let (Some(first), Some(last)) = (first, last) else { return };
    let (Some(start), Some(end)) = (first.text(), last.text()) else { return };
    if let (Some(earlier), Some(later)) = (sensible(start), sensible(end))
        && earlier > later
        && !is_within(start, end)
    {
        check.note(&rule::DATE_ORDER, early, first, || {
            Words::new(format!("`{early}` ({}) is later than `{late}` ({})", quote(start), quote(end)))
        });
    }
}
