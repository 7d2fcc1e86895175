//! The words of other standards, and what DCAT-US says for them.

use crate::convert::{frequency, is_modern_rhythm, iso_rhythm, two_letters};

/// How often something changes: codes of ISO 19115, words of the FGDC, durations. What says only that nobody knows stays
/// a word, as 3.0 takes it.
pub fn rhythm(text: &str) -> Option<String> {
    let text = text.trim();
    if text.starts_with('P')
        && text.len() > 1
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
    {
        return Some(format!("R/{text}"));
    }
    let word: String =
        text.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect();
    let known =
        |pairs: &[(&str, &str)]| pairs.iter().find(|(from, _)| *from == word).map(|(_, to)| (*to).to_owned());
    known(RHYTHMS).or_else(|| {
        let iso = iso_rhythm(text).or_else(|| Some(frequency(text)));
        iso.filter(|iso| is_modern_rhythm(iso))
    })
}

/// Codes of ISO 19115 and words of the FGDC, in small letters without anything between.
const RHYTHMS: &[(&str, &str)] = &[
    ("continual", "R/PT1S"),
    ("continually", "R/PT1S"),
    ("continuous", "R/PT1S"),
    ("hourly", "R/PT1H"),
    ("daily", "R/P1D"),
    ("weekly", "R/P1W"),
    ("fortnightly", "R/P2W"),
    ("biweekly", "R/P2W"),
    ("semimonthly", "R/P0.5M"),
    ("monthly", "R/P1M"),
    ("bimonthly", "R/P2M"),
    ("quarterly", "R/P3M"),
    ("biannually", "R/P6M"),
    ("semiannually", "R/P6M"),
    ("annually", "R/P1Y"),
    ("annual", "R/P1Y"),
    ("yearly", "R/P1Y"),
    ("biennially", "R/P2Y"),
    ("asneeded", "asNeeded"),
    ("irregular", "irregular"),
    ("notplanned", "notPlanned"),
    ("noneplanned", "notPlanned"),
    ("unknown", "unknown"),
];

/// The two letters of a language, of which ISO 639-2, tags of BCP 47, and `eng; USA` are read.
pub fn language(text: &str) -> Option<String> {
    let code = text.rsplit(['/', '#']).next()?.split([';', ',', ' ']).find(|part| !part.is_empty())?.trim();
    two_letters(code).or_else(|| {
        let code = code.to_ascii_lowercase();
        LANGUAGES.iter().find(|(long, _)| *long == code).map(|(_, short)| (*short).to_owned())
    })
}

/// Codes of ISO 639-2 and names of languages, beside those that conversions know.
const LANGUAGES: &[(&str, &str)] = &[
    ("english", "en"),
    ("spanish", "es"),
    ("french", "fr"),
    ("alb", "sq"),
    ("sqi", "sq"),
    ("baq", "eu"),
    ("eus", "eu"),
    ("bul", "bg"),
    ("cat", "ca"),
    ("ces", "cs"),
    ("cze", "cs"),
    ("cym", "cy"),
    ("wel", "cy"),
    ("dan", "da"),
    ("dut", "nl"),
    ("nld", "nl"),
    ("ell", "el"),
    ("gre", "el"),
    ("est", "et"),
    ("fin", "fi"),
    ("gle", "ga"),
    ("glg", "gl"),
    ("heb", "he"),
    ("hin", "hi"),
    ("hrv", "hr"),
    ("hun", "hu"),
    ("ice", "is"),
    ("isl", "is"),
    ("ind", "id"),
    ("ita", "it"),
    ("jpn", "ja"),
    ("lav", "lv"),
    ("lit", "lt"),
    ("ltz", "lb"),
    ("mlt", "mt"),
    ("nob", "nb"),
    ("nno", "nn"),
    ("nor", "no"),
    ("pol", "pl"),
    ("roh", "rm"),
    ("ron", "ro"),
    ("rum", "ro"),
    ("slk", "sk"),
    ("slo", "sk"),
    ("slv", "sl"),
    ("srp", "sr"),
    ("swe", "sv"),
    ("tha", "th"),
    ("tur", "tr"),
    ("ukr", "uk"),
];

/// How far a record is open, by the codes of its constraints, as the official crosswalk has it.
///
/// `otherRestrictions` says only that a text follows: it is no restriction of access.
pub fn access(codes: &[String]) -> &'static str {
    let any =
        |words: &[&str]| codes.iter().any(|code| words.iter().any(|word| word.eq_ignore_ascii_case(code)));
    if any(&["restricted", "confidential", "secret", "topSecret", "top secret"]) {
        "non-public"
    } else if any(&[
        "copyright",
        "patent",
        "patentPending",
        "trademark",
        "license",
        "intellectualPropertyRights",
        "sensitive",
    ]) {
        "restricted public"
    } else {
        "public"
    }
}
