//! Numbers and times: read from what the query engine prints, written as people read them.

use jiff::civil::DateTime;

use crate::spec::TimeUnit;
use crate::words::{grouped, number};

/// How numbers are written, in the words of d3-format as far as they are common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Format {
    /// With a dollar sign.
    pub is_currency: bool,
    /// As percents of one.
    pub is_percent: bool,
    /// With commas between thousands.
    pub is_grouped: bool,
    /// So many decimals, when said.
    pub decimals: Option<u8>,
}

impl Format {
    /// Dollars.
    pub const CURRENCY: Self =
        Self { is_currency: true, is_percent: false, is_grouped: true, decimals: None };

    /// Reads `$,.2f`, `.0%` and their kind; none for what is no such pattern.
    pub fn read(text: &str) -> Option<Self> {
        if text.is_empty() || text.len() > 16 || !text.bytes().all(|b| b"$,.%fsgdre+~0123456789".contains(&b))
        {
            return None;
        }
        let decimals =
            text.split_once('.').map(|(_, rest)| rest.trim_end_matches(|c: char| !c.is_ascii_digit()));
        Some(Self {
            is_currency: text.contains('$'),
            is_percent: text.contains('%'),
            is_grouped: text.contains(',') || text.contains('$'),
            decimals: decimals
                .and_then(|digits| digits.parse::<u8>().ok())
                .map(|digits| digits.min(12))
                .or_else(|| text.ends_with('d').then_some(0)),
        })
    }

    /// The pattern again.
    pub fn text(&self) -> String {
        let decimals = self.decimals.map(|digits| format!(".{digits}")).unwrap_or_default();
        let end = match (self.is_percent, self.decimals) {
            (true, _) => "%",
            (false, Some(_)) => "f",
            (false, None) => "",
        };
        let (dollar, comma) =
            (if self.is_currency { "$" } else { "" }, if self.is_grouped { "," } else { "" });
        format!("{dollar}{comma}{decimals}{end}")
    }

    /// A number in this way.
    pub fn write(&self, value: f64) -> String {
        if !value.is_finite() {
            return "not a number".into();
        }
        let value = if self.is_percent { value * 100.0 } else { value };
        let magnitude = value.abs();
        let is_whole = (magnitude - magnitude.round()).abs() < 1e-9;
        let decimals = match self.decimals {
            Some(decimals) => Some(usize::from(decimals)),
            None if self.is_currency => Some(if is_whole || magnitude >= 10_000.0 { 0 } else { 2 }),
            None => None,
        };
        let text = match decimals {
            Some(decimals) if magnitude < 1e15 => {
                let text = format!("{magnitude:.decimals$}");
                let (whole, fraction) =
                    text.split_once('.').map_or((text.as_str(), None), |(w, f)| (w, Some(f)));
                let whole = match self.is_grouped {
                    true => grouped(whole.parse().unwrap_or_default()),
                    false => whole.to_owned(),
                };
                fraction.map_or(whole.clone(), |fraction| format!("{whole}.{fraction}"))
            }
            _ => number(magnitude),
        };
        let is_zero = !text.bytes().any(|b| b.is_ascii_digit() && b != b'0');
        let sign = if value < 0.0 && !is_zero { "\u{2212}" } else { "" };
        let (dollar, percent) =
            (if self.is_currency { "$" } else { "" }, if self.is_percent { "%" } else { "" });
        format!("{sign}{dollar}{text}{percent}")
    }

    /// A number beside an axis: short.
    pub fn write_short(&self, value: f64) -> String {
        let magnitude = value.abs();
        if self.is_percent || magnitude < 1e6 || !value.is_finite() {
            return self.write(value);
        }
        const STEPS: [(f64, &str); 4] = [(1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k")];
        match STEPS.iter().find(|(step, _)| magnitude >= *step) {
            Some((step, suffix)) if magnitude < 1e16 => {
                let plain = Self { decimals: None, is_currency: false, ..*self };
                let dollar = if self.is_currency { "$" } else { "" };
                let sign = if value < 0.0 { "\u{2212}" } else { "" };
                format!("{sign}{dollar}{}{suffix}", plain.write(((magnitude / step) * 100.0).round() / 100.0))
            }
            _ => self.write(value),
        }
    }
}

/// A number that the engine has printed.
pub(crate) fn read_number(text: &str) -> Option<f64> {
    text.trim().parse::<f64>().ok().filter(|number| number.is_finite())
}

/// A time that the engine has printed, as seconds since 1970.
pub(crate) fn read_time(text: &str) -> Option<f64> {
    let text = text.trim();
    // A zone or an offset says how an instant was printed; all of a column are printed alike.
    let text = text.get(..19).or_else(|| text.get(..10)).unwrap_or(text);
    let time: DateTime = match text.len() {
        10 => text.parse::<jiff::civil::Date>().ok()?.at(0, 0, 0, 0),
        _ => text.replacen(' ', "T", 1).parse().ok()?,
    };
    Some(seconds(time))
}

/// Seconds since 1970.
pub(crate) fn seconds(time: DateTime) -> f64 {
    let epoch = jiff::civil::date(1970, 1, 1).at(0, 0, 0, 0);
    time.duration_since(epoch).as_secs_f64()
}

/// The time of so many seconds since 1970.
pub(crate) fn time_of(seconds: f64) -> Option<DateTime> {
    if !seconds.is_finite() || seconds.abs() > 4e11 {
        return None;
    }
    let epoch = jiff::civil::date(1970, 1, 1).at(0, 0, 0, 0);
    epoch.checked_add(jiff::SignedDuration::from_secs(seconds.round() as i64)).ok()
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// A time as far as its unit goes.
pub(crate) fn time_text(seconds: f64, unit: Option<TimeUnit>) -> String {
    let Some(time) = time_of(seconds) else { return "not a time".into() };
    let month =
        usize::try_from(time.month() - 1).ok().and_then(|i| MONTHS.get(i)).copied().unwrap_or_default();
    match unit {
        Some(TimeUnit::Year) => time.year().to_string(),
        Some(TimeUnit::YearQuarter) => format!("{} Q{}", time.year(), (time.month() - 1) / 3 + 1),
        Some(TimeUnit::YearMonth) => format!("{month} {}", time.year()),
        Some(TimeUnit::YearWeek) => format!("week of {} {month} {}", time.day(), time.year()),
        Some(TimeUnit::Day) => format!("{} {month} {}", time.day(), time.year()),
        _ if time.hour() == 0 && time.minute() == 0 && time.second() == 0 => {
            format!("{} {month} {}", time.day(), time.year())
        }
        _ => format!("{} {month} {} {:02}:{:02}", time.day(), time.year(), time.hour(), time.minute()),
    }
}

/// A value of a unit that comes round again.
pub(crate) fn cyclic_text(value: f64, unit: TimeUnit) -> String {
    let whole = value.round() as i64;
    let named = |names: &'static [&str], first: i64| {
        usize::try_from(whole - first).ok().and_then(|i| names.get(i)).map(|name| (*name).to_owned())
    };
    match unit {
        TimeUnit::MonthOfYear => named(&MONTHS, 1),
        TimeUnit::Weekday => named(&DAYS, 0),
        _ => Some(format!("{whole:02}:00")),
    }
    .unwrap_or_else(|| number(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_read_and_written_again() {
        for (pattern, value, text) in [
            ("$,.2f", 1234.5, "$1,234.50"),
            ("$,", 12.0, "$12"),
            (".0%", 0.256, "26%"),
            (".1f", -0.04, "0.0"),
            (",d", 1234.0, "1,234"),
        ] {
            assert_eq!(Format::read(pattern).unwrap().write(value), text, "{pattern}");
        }
        assert_eq!(Format::read("<script>"), None);
        assert_eq!(Format::CURRENCY.write_short(-2_500_000.0), "\u{2212}$2.5M");
    }

    #[test]
    fn times_are_read_as_the_engine_prints_them() {
        assert_eq!(read_time("1970-01-02"), Some(86_400.0));
        assert_eq!(read_time("1970-01-01T00:01:00Z"), Some(60.0));
        assert_eq!(read_time("1970-01-01 00:01:00"), Some(60.0));
        assert_eq!(read_time("yesterday"), None);
        assert_eq!(time_text(86_400.0 * 45.0, Some(TimeUnit::YearQuarter)), "1970 Q1");
        assert_eq!(cyclic_text(13.0, TimeUnit::MonthOfYear), "13");
    }
}
