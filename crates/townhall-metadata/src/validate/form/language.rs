//! Language tags (RFC 5646), as the published expression takes them: any word of two to eight letters is one.

/// The longest tag that is looked at.
const TAG_BYTES_MAX: usize = 10_000;

/// Whether the text is a language tag in shape.
pub fn is_language(tag: &str) -> bool {
    // The expression has no bound, but nobody has a use for such a tag, and its parts cost memory.
    if tag.len() > TAG_BYTES_MAX {
        return false;
    }
    if GRANDFATHERED.contains(&tag) {
        return true;
    }
    let subtags = tag.split('-').collect::<Vec<_>>();
    if tag.bytes().any(|byte| !byte.is_ascii_alphanumeric() && byte != b'-') {
        return false;
    }
    if subtags[0] == "x" {
        return private(&subtags);
    }
    let Some(rest) = primary(&subtags) else { return false };
    let rest = skip(rest, 1, |subtag| is_letters(subtag) && subtag.len() == 4);
    let is_region = |subtag: &str| {
        (is_letters(subtag) && subtag.len() == 2)
            || (subtag.len() == 3 && subtag.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let rest = skip(rest, 1, is_region);
    let is_variant = |subtag: &str| {
        (5..=8).contains(&subtag.len()) || (subtag.len() == 4 && subtag.as_bytes()[0].is_ascii_digit())
    };
    let mut rest = skip(rest, usize::MAX, is_variant);
    while let [singleton, behind @ ..] = rest {
        if singleton.len() != 1 || singleton.eq_ignore_ascii_case("x") {
            break;
        }
        let after = skip(behind, usize::MAX, |subtag| (2..=8).contains(&subtag.len()));
        if after.len() == behind.len() {
            return false;
        }
        rest = after;
    }
    rest.is_empty() || (rest[0] == "x" && private(rest))
}

/// The subtags behind the language and its up to three extensions.
fn primary<'a, 't>(subtags: &'a [&'t str]) -> Option<&'a [&'t str]> {
    let (language, rest) = subtags.split_first()?;
    (is_letters(language) && (2..=8).contains(&language.len())).then_some(())?;
    let extensions_max = if language.len() <= 3 { 3 } else { 0 };
    Some(skip(rest, extensions_max, |subtag| is_letters(subtag) && subtag.len() == 3))
}

/// `x` and the subtags of private use behind it.
fn private(subtags: &[&str]) -> bool {
    subtags.len() > 1 && subtags[1..].iter().all(|subtag| (1..=8).contains(&subtag.len()))
}

fn skip<'a, 't>(subtags: &'a [&'t str], most: usize, is_taken: impl Fn(&str) -> bool) -> &'a [&'t str] {
    &subtags[subtags.iter().take(most).take_while(|subtag| is_taken(subtag)).count()..]
}

fn is_letters(subtag: &str) -> bool {
    !subtag.is_empty() && subtag.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// The tags of RFC 5646, section 2.2.8, that don't follow its own grammar or did not when they were registered.
const GRANDFATHERED: &[&str] = &[
    "art-lojban",
    "cel-gaulish",
    "en-GB-oed",
    "i-ami",
    "i-bnn",
    "i-default",
    "i-enochian",
    "i-hak",
    "i-klingon",
    "i-lux",
    "i-mingo",
    "i-navajo",
    "i-pwn",
    "i-tao",
    "i-tay",
    "i-tsu",
    "no-bok",
    "no-nyn",
    "sgn-BE-FR",
    "sgn-BE-NL",
    "sgn-CH-DE",
    "zh-guoyu",
    "zh-hakka",
    "zh-min",
    "zh-min-nan",
    "zh-xiang",
];
