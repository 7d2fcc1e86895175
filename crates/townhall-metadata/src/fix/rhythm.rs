//! How often data is renewed.

use serde_json::Value;

use super::object::{Object, Verdict};
use crate::convert::is_modern_rhythm;

/// Writes the rhythm as an ISO 8601 duration.
pub fn periodicity(object: &mut Object<'_>) {
    let is_classic = object.is_classic();
    object.judge("accrualPeriodicity", |value| {
        let Value::String(text) = value else { return Verdict::Fine };
        if (!is_classic && is_modern_rhythm(text)) || is_duration(text) || text == "irregular" {
            return Verdict::Fine;
        }
        match read(text) {
            Some(Reading::Sure(rhythm)) => Verdict::text(text, rhythm, "the field is an ISO 8601 duration"),
            Some(Reading::Perhaps(rhythm)) => {
                Verdict::suggest("this word can mean two things; write the duration that is meant", rhythm)
            }
            None => Verdict::doubt(
                "this is no ISO 8601 duration; write how often the data is renewed, such as `R/P1Y`, or `irregular`",
            ),
        }
    });
}

enum Reading {
    Sure(String),
    Perhaps(String),
}

/// Whether the text is `R/P` with at least one number and unit behind it.
fn is_duration(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("R/P") else { return false };
    let (date, time) = rest.split_once('T').map_or((rest, None), |(date, time)| (date, Some(time)));
    let is_series = |part: &str, units: &str| {
        let mut number = 0;
        part.chars().all(|character| {
            if character.is_ascii_digit() || (matches!(character, '.' | ',') && number > 0) {
                number += 1;
                true
            } else {
                units.contains(character) && std::mem::take(&mut number) > 0
            }
        }) && number == 0
    };
    !rest.is_empty()
        && is_series(date, "YMWD")
        && time.is_none_or(|time| !time.is_empty() && is_series(time, "HMS"))
}

fn read(text: &str) -> Option<Reading> {
    // Duration without its repeat, in small letters, or counted.
    let upper = text.trim().to_ascii_uppercase();
    let duration = upper.strip_prefix("R/").unwrap_or(&upper);
    if is_duration(&format!("R/{duration}")) {
        return Some(Reading::Sure(format!("R/{duration}")));
    }
    // The authority tables of Dublin Core and the European Union are addresses that end in the word.
    let word = text.trim().trim_end_matches(['/', '.']).rsplit(['/', '#']).next().unwrap_or(text);
    let word = word.to_ascii_lowercase().replace(['-', '_'], " ");
    let word = word.split_whitespace().collect::<Vec<_>>().join(" ");
    let word = word.strip_prefix("updated ").unwrap_or(&word);
    if let Some((_, rhythm)) = WORDS.iter().find(|(names, _)| names.contains(&word)) {
        return Some(Reading::Sure((*rhythm).to_owned()));
    }
    // The guidance gives bimonthly two meanings.
    if matches!(word, "bimonthly" | "bi monthly") {
        return Some(Reading::Perhaps("R/P2M".to_owned()));
    }
    counted(word).map(Reading::Sure)
}

/// `every 6 months`, `2 years`, `every other week`.
fn counted(text: &str) -> Option<String> {
    let rest = text.strip_prefix("once ").unwrap_or(text);
    let rest = rest.strip_prefix("every ").or_else(|| rest.strip_prefix("per ")).unwrap_or(rest);
    let (number, unit) = rest.split_once(' ').unwrap_or(("1", rest));
    let number = match number {
        "a" | "an" | "one" | "each" => 1,
        "other" | "two" => 2,
        "three" => 3,
        "four" => 4,
        "five" => 5,
        "six" => 6,
        "ten" => 10,
        "twelve" => 12,
        digits => digits.parse::<u16>().ok().filter(|number| *number > 0)?,
    };
    let unit = match unit.trim_end_matches("(s)").trim_end_matches('s') {
        "hour" => return Some(format!("R/PT{number}H")),
        "minute" => return Some(format!("R/PT{number}M")),
        "day" => 'D',
        "week" => 'W',
        "month" => 'M',
        "quarter" => return Some(format!("R/P{}M", u32::from(number) * 3)),
        "year" => 'Y',
        _ => return None,
    };
    Some(format!("R/P{number}{unit}"))
}

/// The words of the guidance, ISO 19115, Dublin Core and the authority table of the European Union, and those that
/// the harvester guide maps.
const WORDS: &[(&[&str], &str)] = &[
    (&["decennial", "every decade"], "R/P10Y"),
    (&["quadrennial"], "R/P4Y"),
    (&["triennial", "every third year"], "R/P3Y"),
    (&["biennial", "biennially", "every other year"], "R/P2Y"),
    (&["annual", "annually", "yearly", "once a year", "1/year"], "R/P1Y"),
    (
        &[
            "semiannual",
            "semi annual",
            "semiannually",
            "semi annually",
            "biannual",
            "biannually",
            "twice a year",
            "half yearly",
            "annual 2",
        ],
        "R/P6M",
    ),
    (&["three times a year", "threetimesayear", "trimesterly"], "R/P4M"),
    (&["quarterly", "each quarter"], "R/P3M"),
    (&["monthly", "once a month"], "R/P1M"),
    (&["semimonthly", "semi monthly", "twice a month", "monthly 2"], "R/P0.5M"),
    (&["biweekly", "bi weekly", "fortnightly", "every other week"], "R/P2W"),
    (&["three times a month", "threetimesamonth"], "R/P0.33M"),
    (&["weekly", "once a week"], "R/P1W"),
    (&["semiweekly", "semi weekly", "twice a week", "weekly 2"], "R/P3.5D"),
    (&["three times a week", "threetimesaweek", "weekly 3"], "R/P0.33W"),
    (&["daily", "once a day", "nightly", "every weekday"], "R/P1D"),
    (&["twice a day", "semidaily"], "R/PT12H"),
    (&["hourly"], "R/PT1H"),
    (
        &[
            "continuously updated",
            "continuously",
            "continuous",
            "continual",
            "real time",
            "realtime",
            "near real time",
        ],
        "R/PT1S",
    ),
    (
        &[
            "irregular",
            "irregularly",
            "completely irregular",
            "as needed",
            "asneeded",
            "ad hoc",
            "varies",
            "no longer updated",
            "not updated",
            "archived",
            "never",
            "not planned",
            "notplanned",
            "static",
            "one time",
            "discontinued",
        ],
        "irregular",
    ),
];
