//! The dates and rhythms that the schema of 3.0 accepts, and how others become such.

use jiff::Timestamp;
use townhall_model::record::When;

/// Whether 3.0 accepts the text: a year, a month, a day, or an instant with its offset.
pub fn is_modern(text: &str) -> bool {
    let digits_and = |length: usize| {
        text.len() == length
            && text
                .bytes()
                .enumerate()
                .all(|(at, byte)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() })
    };
    match text.len() {
        4 => digits_and(4),
        7 => digits_and(7),
        10 => digits_and(10) && When::read(text).date.is_some(),
        _ => text.as_bytes().get(10) == Some(&b'T') && text.parse::<Timestamp>().is_ok(),
    }
}

/// The text as 3.0 accepts it; a day where that is all that can be said for sure.
pub fn modern(text: &str) -> Option<String> {
    if is_modern(text) {
        return Some(text.to_owned());
    }
    let when = When::read(text);
    match when.instant {
        Some(instant) => Some(instant.to_string()),
        None => when.date.map(|date| date.to_string()),
    }
}

/// The rhythm that a text of 1.1 says, as both versions accept it: `R/P1Y` or `irregular`.
pub fn rhythm(text: &str) -> Option<String> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("irregular") {
        return Some("irregular".to_owned());
    }
    let duration = match text.split_once('/') {
        Some((repeat, duration)) if repeat.starts_with('R') => duration,
        _ => text,
    };
    // Of `R/2010-01-01/P1M` the start is dropped.
    let duration = duration.rsplit('/').next().unwrap_or(duration);
    (duration.starts_with('P') && duration.len() > 1).then(|| format!("R/{duration}"))
}

/// Whether 3.0 accepts the text as `accrualPeriodicity`.
pub fn is_modern_rhythm(text: &str) -> bool {
    text.strip_prefix("R/P").is_some_and(|rest| !rest.is_empty())
        || WORDS.iter().any(|(word, _)| *word == text)
}

/// The ISO 8601 form of the words of ISO 19115 and Dublin Core.
pub fn iso_rhythm(text: &str) -> Option<String> {
    if text.starts_with("R/P") {
        return Some(text.to_owned());
    }
    WORDS.iter().find(|(word, _)| *word == text).and_then(|(_, iso)| *iso).map(str::to_owned)
}

/// The words that 3.0 accepts, and what 1.1 writes for them.
const WORDS: &[(&str, Option<&str>)] = &[
    ("continual", Some("R/PT1S")),
    ("continuous", Some("R/PT1S")),
    ("daily", Some("R/P1D")),
    ("threeTimesAWeek", Some("R/P0.33W")),
    ("semiweekly", Some("R/P3.5D")),
    ("weekly", Some("R/P1W")),
    ("threeTimesAMonth", Some("R/P0.33M")),
    ("fortnightly", Some("R/P2W")),
    ("biweekly", Some("R/P2W")),
    ("semimonthly", Some("R/P0.5M")),
    ("monthly", Some("R/P1M")),
    ("bimonthly", Some("R/P2M")),
    ("quarterly", Some("R/P3M")),
    ("threeTimesAYear", Some("R/P4M")),
    ("biannually", Some("R/P6M")),
    ("semiannual", Some("R/P6M")),
    ("annually", Some("R/P1Y")),
    ("annual", Some("R/P1Y")),
    ("biennial", Some("R/P2Y")),
    ("triennial", Some("R/P3Y")),
    ("irregular", Some("irregular")),
    ("asNeeded", Some("irregular")),
    ("notPlanned", None),
    ("unknown", None),
];
