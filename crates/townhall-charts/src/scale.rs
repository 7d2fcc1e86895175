//! Scales: from values to places, with round numbers and round times along the axis.

use jiff::ToSpan;
use jiff::civil::DateTime;

use crate::values::{seconds, time_of};

/// A scale from numbers to places.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Linear {
    pub low: f64,
    pub high: f64,
    pub from: f64,
    pub to: f64,
}

impl Linear {
    /// From `low..high` to `from..to`; a span of nothing becomes one of something.
    pub fn new(low: f64, high: f64, from: f64, to: f64) -> Self {
        let (low, high) = if high > low { (low, high) } else { (low - 0.5, low + 0.5) };
        Self { low, high, from, to }
    }

    /// The place of a value.
    pub fn at(&self, value: f64) -> f64 {
        // Halves keep the span of very large numbers finite.
        let share = (value / 2.0 - self.low / 2.0) / (self.high / 2.0 - self.low / 2.0);
        let share = if share.is_finite() { share.clamp(-1.0, 2.0) } else { 0.0 };
        self.from + share * (self.to - self.from)
    }
}

/// Ticks at round numbers from at most `low` to at least `high`, about `count` of them.
pub(crate) fn ticks(low: f64, high: f64, count: u32) -> Vec<f64> {
    let span = if high > low { high - low } else { low.abs().max(1.0) };
    let raw = span / f64::from(count.max(1));
    if !raw.is_finite() || raw <= 0.0 {
        return vec![low, high];
    }
    let step = round_step(raw);
    let first = (low / step).floor();
    let last = (high.max(low) / step).ceil();
    if !(first.is_finite() && last.is_finite()) || first.abs() > 9e15 {
        return vec![low, high];
    }
    let steps = (last - first).clamp(1.0, 60.0) as u32;
    (0..=steps).map(|i| tidy((first + f64::from(i)) * step, step)).collect()
}

/// The least round number that is no less: 1, 2, 2.5 or 5 times a power of ten.
pub(crate) fn round_step(raw: f64) -> f64 {
    let power = 10f64.powf(raw.log10().floor());
    [1.0, 2.0, 2.5, 5.0, 10.0]
        .map(|m| m * power)
        .into_iter()
        .find(|step| *step >= raw * 0.999_999)
        .unwrap_or(raw)
}

/// A multiple of a step without the dust of floating point.
pub(crate) fn tidy(value: f64, step: f64) -> f64 {
    let digits = (-step.abs().log10().floor()).clamp(0.0, 15.0) as i32 + 2;
    let power = 10f64.powi(digits);
    let rounded = (value * power).round() / power;
    if rounded.is_finite() { rounded + 0.0 } else { value }
}

/// The begin of the first range and how wide each is, for numbers from `low` to `high` in at most `count` ranges.
pub(crate) fn ranges(low: f64, high: f64, count: u16, are_whole: bool) -> (f64, f64) {
    let span = if high > low { high - low } else { low.abs().max(1.0) };
    let mut step = round_step(span / f64::from(count.max(1)));
    if are_whole {
        step = step.max(1.0).ceil();
    }
    if !step.is_finite() || step <= 0.0 {
        step = 1.0;
    }
    (tidy((low / step).floor() * step, step), step)
}

/// Round times within `low..high`, about `count` of them, and how each is written.
pub(crate) fn time_ticks(low: f64, high: f64, count: u32) -> Vec<(f64, String)> {
    const DAY: f64 = 86_400.0;
    let span = (high - low).max(1.0);
    let raw = span / f64::from(count.max(1));
    let Some(begin) = time_of(low) else { return Vec::new() };
    if raw > 200.0 * DAY {
        let step = round_step(raw / (365.25 * DAY)).max(1.0).ceil();
        let first = (f64::from(begin.year()) / step).floor() * step;
        return marks(
            low,
            high,
            |i| {
                let year = i16::try_from((first + f64::from(i) * step) as i64).ok()?;
                DateTime::new(year, 1, 1, 0, 0, 0, 0).ok()
            },
            |time| time.year().to_string(),
        );
    }
    if raw > 20.0 * DAY {
        let step = [1, 3, 6].into_iter().find(|step| f64::from(*step) * 40.0 * DAY >= raw).unwrap_or(6);
        let month = (begin.month() - 1) / step * step + 1;
        let first = DateTime::new(begin.year(), month, 1, 0, 0, 0, 0).ok();
        return marks(
            low,
            high,
            |i| first?.checked_add((i64::from(i) * i64::from(step)).months()).ok(),
            |time| match time.month() {
                1 => format!("{}", time.strftime("%b %Y")),
                _ => time.strftime("%b").to_string(),
            },
        );
    }
    if raw > 0.6 * DAY {
        let step = [1.0, 2.0, 7.0, 14.0].into_iter().find(|step| step * DAY >= raw).unwrap_or(14.0);
        let first = begin.date().at(0, 0, 0, 0);
        return marks(
            low,
            high,
            |i| first.checked_add((i64::from(i) * step as i64).days()).ok(),
            |time| time.strftime("%-d %b").to_string(),
        );
    }
    let step = [60.0, 300.0, 900.0, 1_800.0, 3_600.0, 10_800.0, 21_600.0, 43_200.0]
        .into_iter()
        .find(|step| *step >= raw)
        .unwrap_or(43_200.0);
    let first = (low / step).floor() * step;
    marks(
        low,
        high,
        |i| time_of(first + f64::from(i) * step),
        |time| match (time.hour(), time.minute()) {
            (0, 0) => time.strftime("%-d %b").to_string(),
            _ => time.strftime("%H:%M").to_string(),
        },
    )
}

fn marks(
    low: f64,
    high: f64,
    each: impl Fn(u32) -> Option<DateTime>,
    text: impl Fn(DateTime) -> String,
) -> Vec<(f64, String)> {
    (0..200)
        .map_while(&each)
        .map(|time| (seconds(time), time))
        .take_while(|(at, _)| *at <= high)
        .filter(|(at, _)| *at >= low)
        .map(|(at, time)| (at, text(time)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_hold_all_values() {
        assert_eq!(ticks(0.0, 97.0, 4), [0.0, 25.0, 50.0, 75.0, 100.0]);
        assert_eq!(ticks(-3.0, 3.0, 4), [-4.0, -2.0, 0.0, 2.0, 4.0]);
        assert_eq!(ticks(0.0, 0.3, 3), [0.0, 0.1, 0.2, 0.3]);
        assert!(ticks(0.0, 0.0, 4).len() >= 2);
    }

    #[test]
    fn odd_spans_are_no_trouble() {
        for (low, high) in
            [(-1e300, 1e300), (1e-300, 2e-300), (5.0, 5.0), (f64::MAX, f64::MAX), (-1e18, 1e18)]
        {
            assert!(!ticks(low, high, 5).is_empty());
            assert!(Linear::new(low, high, 0.0, 100.0).at(low).is_finite());
            let (start, step) = ranges(low, high, 20, true);
            assert!(start.is_finite() && step > 0.0, "{low} {high}: {start} {step}");
            time_ticks(low, high, 5);
        }
    }

    #[test]
    fn times_have_round_marks() {
        let texts = |low: &str, high: &str| -> Vec<String> {
            let at = |text: &str| crate::values::read_time(text).unwrap();
            time_ticks(at(low), at(high), 5).into_iter().map(|(_, text)| text).collect()
        };
        assert_eq!(texts("2012-01-01", "2015-12-31"), ["2012", "2013", "2014", "2015"]);
        assert_eq!(texts("2012-01-05", "2012-06-30"), ["Feb", "Mar", "Apr", "May", "Jun"]);
        assert_eq!(
            texts("2012-01-01T00:00:00", "2012-01-01T04:00:00"),
            ["1 Jan", "01:00", "02:00", "03:00", "04:00"]
        );
    }
}
