//! How often data is promised to be renewed, in days.

use jiff::{Span, SpanTotal, Unit};
use townhall_model::record::periodicity_in_words;

/// What a publisher promises.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Promise {
    /// New data within so many days.
    Every(f64),
    /// New data all the time, at no fixed time, or never again: nothing that can be checked.
    Open,
    /// Nothing: the field is absent, or says that nobody knows.
    Nothing,
}

/// Reads `accrualPeriodicity`. A rhythm of several times in a span promises new data by the end of the span.
pub fn promise(text: Option<&str>) -> Promise {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Promise::Nothing };
    let days = match periodicity_in_words(&crate::convert::frequency(text)).as_str() {
        "Unknown" => return Promise::Nothing,
        "Continuously" | "As needed" | "Irregularly" | "Not planned" => return Promise::Open,
        "Every hour" => 1.0 / 24.0,
        "Every day" => 1.0,
        "Three times a week" | "Twice a week" | "Every week" => 7.0,
        "Every two weeks" => 14.0,
        "Three times a month" | "Twice a month" | "Every month" => 31.0,
        "Every two months" => 62.0,
        "Every quarter" => 365.0 / 4.0,
        "Three times a year" | "Twice a year" | "Every year" => 365.0,
        "Every two years" => 2.0 * 365.0,
        "Every three years" => 3.0 * 365.0,
        "Every four years" => 4.0 * 365.0,
        "Every five years" => 5.0 * 365.0,
        "Every ten years" => 10.0 * 365.0,
        _ => return other(text),
    };
    Promise::Every(days)
}

/// A duration that has no word.
fn other(text: &str) -> Promise {
    let span = text.strip_prefix("R/").unwrap_or(text).parse::<Span>().ok();
    let days = span.and_then(|span| {
        // Years and months have no fixed length; these do.
        let days = 365 * i64::from(span.get_years()) + 31 * i64::from(span.get_months());
        let rest = span.try_years(0).ok()?.try_months(0).ok()?;
        let rest = rest.total(SpanTotal::from(Unit::Day).days_are_24_hours()).ok()?;
        #[expect(clippy::cast_precision_loss, reason = "no rhythm has so many days")]
        let days = days as f64 + rest;
        (days > 0.0).then_some(days)
    });
    // Words that we don't know are still a promise, of a kind that can't be checked.
    days.map_or(Promise::Open, Promise::Every)
}
