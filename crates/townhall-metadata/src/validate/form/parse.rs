//! Every form by its name.

use super::chars::is_word;
use super::date::{date, is_rfc3339};
use super::duration::{duration, duration_1_0, repetition};
use super::language::is_language;
use super::uri::{is_iri, is_uri};

/// A form that a text may have to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// A URI with a scheme.
    Uri,
    /// An IRI with a scheme.
    Iri,
    /// `mailto:` and one address.
    MailTo,
    /// An address for mail in 1.0: a text with an at sign.
    Mail,
    /// `type/subtype` without parameters.
    MediaType,
    /// A language tag.
    Language,
    /// Two letters or fewer: a language in 3.0.
    ShortLanguage,
    /// `015:11` anywhere in the text.
    BureauCode,
    /// `015:001` anywhere in the text.
    ProgramCode,
    /// `015-000000001` anywhere in the text.
    InvestmentId,
    /// A letter, digit or underscore anywhere in the text.
    Identifier10,
    /// A date, perhaps with time: `issued`.
    Date,
    /// A date, a duration, or repeated durations: `modified`.
    Modified,
    /// An interval of two dates, or a date and a duration: `temporal`.
    Temporal,
    /// `irregular` or repeated durations: `accrualPeriodicity`.
    Frequency,
    /// One of the forms of all three, in 1.0.
    Date10,
    /// A date, a date with time and offset, a year, or a year and month: 3.0.
    Date30,
    /// A word for a frequency, or `R/P…`: 3.0.
    Frequency30,
}

impl Form {
    /// Whether the text has the form, in the eyes of the official validator.
    pub fn takes(self, text: &str) -> bool {
        match self {
            Self::Uri => is_uri(line(text)),
            Self::Iri => is_iri(line(text)),
            Self::MailTo => is_mail_to(text),
            Self::Mail => text.contains('@'),
            Self::MediaType => is_media_type(text),
            Self::Language => is_language(line(text)),
            Self::ShortLanguage => text.chars().nth(2).is_none(),
            Self::BureauCode => has_code(text, b':', 3, 2),
            Self::ProgramCode => has_code(text, b':', 3, 3),
            Self::InvestmentId => has_code(text, b'-', 3, 9),
            Self::Identifier10 => text.contains(is_word),
            Self::Date => date(text, None, &mut |rest, _| is_end(rest)),
            Self::Modified => is_modified(text),
            Self::Temporal => is_temporal(text),
            Self::Frequency => {
                text == "irregular" || text.strip_prefix("R/").and_then(duration).is_some_and(is_end)
            }
            Self::Date10 => is_date_1_0(text),
            Self::Date30 => is_rfc3339(text),
            Self::Frequency30 => FREQUENCIES_3_0.contains(&text) || is_repeated(text),
        }
    }
}

/// Whether the whole text is redacted: `[[REDACTED-EX B6]]`.
pub fn is_redacted(text: &str) -> bool {
    let rest = line(text).strip_prefix("[[REDACTED");
    rest.is_some_and(|rest| rest.ends_with("]]") && !rest.contains('\n'))
}

/// The text without a line break at its end, which the end of an expression passes over in Python and PHP.
fn line(text: &str) -> &str {
    text.strip_suffix('\n').unwrap_or(text)
}

fn is_end(rest: &str) -> bool {
    matches!(rest, "" | "\n")
}

fn is_mail_to(text: &str) -> bool {
    let Some((name, domain)) = line(text).strip_prefix("mailto:").and_then(|rest| rest.split_once('@'))
    else {
        return false;
    };
    let is_in_name = |character: char| is_word(character) || "~!$&'()*+,;=:.-".contains(character);
    let is_in_domain = |character: char| is_word(character) || matches!(character, '.' | '-');
    let inner = domain.char_indices().filter(|(at, character)| *character == '.' && *at > 0);
    !name.is_empty()
        && name.chars().all(is_in_name)
        && domain.chars().all(is_in_domain)
        && inner.map(|(at, _)| at).any(|at| at + 1 < domain.len())
}

fn is_media_type(text: &str) -> bool {
    let is_part = |part: &str| !part.is_empty() && part.chars().all(|other| is_word(other) || other == '-');
    let Some((kind, subtype)) = line(text).split_once('/') else { return false };
    let (subtype, suffix) = match subtype.split_once('+') {
        Some((subtype, suffix)) => (subtype, Some(suffix)),
        None => (subtype, None),
    };
    is_part(kind) && subtype.split('.').all(is_part) && suffix.is_none_or(is_part)
}

/// Whether digits, a separator and digits stand somewhere in the text.
fn has_code(text: &str, separator: u8, before: usize, after: usize) -> bool {
    let bytes = text.as_bytes();
    let is_number = |bytes: &[u8]| bytes.iter().all(u8::is_ascii_digit);
    bytes
        .windows(before + 1 + after)
        .any(|code| code[before] == separator && is_number(&code[..before]) && is_number(&code[before + 1..]))
}

fn is_modified(text: &str) -> bool {
    let unrepeated = repetition(text).unwrap_or(text);
    date(text, None, &mut |rest, _| is_end(rest))
        || duration(unrepeated).is_some_and(is_end)
        || date(unrepeated, None, &mut |rest, _| is_duration_behind(rest))
}

fn is_temporal(text: &str) -> bool {
    let unrepeated = repetition(text).unwrap_or(text);
    is_pair(text)
        || date(unrepeated, None, &mut |rest, _| is_duration_behind(rest))
        || duration(unrepeated)
            .and_then(|rest| rest.strip_prefix('/'))
            .is_some_and(|end| Form::Date.takes(end))
}

/// Whether the text is two dates with a slash between them; the second follows the separators of the first.
fn is_pair(text: &str) -> bool {
    date(text, None, &mut |rest, separators| {
        let end = rest.strip_prefix('/');
        end.is_some_and(|end| date(end, Some(separators), &mut |rest, _| is_end(rest)))
    })
}

fn is_duration_behind(rest: &str) -> bool {
    rest.strip_prefix('/').and_then(duration).is_some_and(is_end)
}

fn is_date_1_0(text: &str) -> bool {
    let behind = |rest: &str| rest.strip_prefix('/').and_then(duration_1_0).is_some_and(is_end);
    Form::Date.takes(text)
        || is_pair(text)
        || date(text, None, &mut |rest, _| behind(rest))
        || repetition(text).is_some_and(|text| date(text, None, &mut |rest, _| behind(rest)))
        || duration_1_0(text).is_some_and(|rest| {
            is_end(rest) || rest.strip_prefix('/').is_some_and(|end| Form::Date.takes(end))
        })
}

/// `R/P` with something behind it in the same line.
fn is_repeated(text: &str) -> bool {
    line(text).strip_prefix("R/P").is_some_and(|rest| !rest.is_empty() && !rest.contains('\n'))
}

/// The words of ISO 19115 and of Dublin Core that DCAT-US 3.0 takes for `accrualPeriodicity`.
pub const FREQUENCIES_3_0: &[&str] = &[
    "continual",
    "daily",
    "weekly",
    "fortnightly",
    "monthly",
    "quarterly",
    "biannually",
    "annually",
    "asNeeded",
    "irregular",
    "notPlanned",
    "unknown",
    "continuous",
    "biweekly",
    "semiannual",
    "annual",
    "triennial",
    "biennial",
    "threeTimesAYear",
    "bimonthly",
    "semimonthly",
    "threeTimesAMonth",
    "semiweekly",
    "threeTimesAWeek",
];
