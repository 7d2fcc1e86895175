//! Languages.

use super::object::{Object, Verdict};
use crate::convert::two_letters;

/// Writes languages as codes.
pub fn codes(object: &mut Object<'_>) {
    let is_classic = object.is_classic();
    object.judge_texts(
        |field| field.key == "language",
        |_, text| {
            match read(text, is_classic) {
                // Small and capital letters mean the same in a tag of 1.1.
                Some(code) if is_classic && code.eq_ignore_ascii_case(text) => Verdict::Fine,
                Some(code) => Verdict::text(text, code, "the field is the code of a language"),
                // RFC 5646 has many more languages than we know by name.
                None if is_classic && is_tag(text) => Verdict::Fine,
                None => Verdict::doubt("this is no code of a language; write one, such as `en`"),
            }
        },
    );
}

/// The code that the text surely means: for 3.0 two letters, for 1.1 with the country.
fn read(text: &str, is_classic: bool) -> Option<String> {
    let text = text.trim();
    if let Some((_, code)) = NAMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(text)) {
        return Some((*code).to_owned());
    }
    let parts = text.split(['-', '_']).collect::<Vec<_>>();
    let is_letters = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphabetic());
    let (language, country) = match parts.as_slice() {
        [language] => (*language, None),
        // The country of English is no language; `us-EN` has them the wrong way round.
        [country, language] if country.eq_ignore_ascii_case("us") => (*language, Some(*country)),
        [language, country] if country.len() == 2 && is_letters(country) => (*language, Some(*country)),
        _ if is_classic => return None,
        [language, ..] => (*language, None),
        [] => return None,
    };
    // `english` begins like a code, and `zz` is none.
    let code = two_letters(language).filter(|_| language.len() <= 3)?;
    match country {
        Some(country) if is_classic => Some(format!("{code}-{}", country.to_ascii_uppercase())),
        _ => Some(code),
    }
}

/// Whether the text has the form of a tag of RFC 5646.
fn is_tag(text: &str) -> bool {
    let mut parts = text.split('-');
    let is_word = |part: &str, longest: usize| {
        (1..=longest).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    parts.next().is_some_and(|first| (2..=3).contains(&first.len()) && is_word(first, 3))
        && parts.all(|part| is_word(part, 8))
}

/// Names that publishers write.
const NAMES: &[(&str, &str)] = &[
    ("English", "en"),
    ("English (United States)", "en-US"),
    ("American English", "en-US"),
    ("US English", "en-US"),
    ("Spanish", "es"),
    ("Español", "es"),
    ("Espanol", "es"),
    ("French", "fr"),
    ("Français", "fr"),
    ("German", "de"),
    ("Chinese", "zh"),
    ("Vietnamese", "vi"),
    ("Korean", "ko"),
    ("Tagalog", "tl"),
    ("Russian", "ru"),
    ("Arabic", "ar"),
    ("Portuguese", "pt"),
    ("Japanese", "ja"),
    ("Italian", "it"),
];
