//! What people read: titles, descriptions, keywords, addresses.

use encoding_rs::WINDOWS_1252;
use memchr::memchr_iter;

use super::distribution;
use crate::validate::engine::{Check, Members};
use crate::validate::form::Form;
use crate::validate::list;
use crate::validate::rule;
use crate::validate::seen::Seen;
use crate::validate::tree::Value;
use crate::validate::words::{Words, quote};

/// Descriptions with fewer characters hardly say anything.
const DESCRIPTION_CHARACTERS_MIN: usize = 30;

/// The rules on the texts of a dataset of 1.0 or 1.1.
pub fn dataset(check: &mut Check<'_, '_, '_>, members: &Members<'_, '_>) {
    title_and_description(check, members);
    for key in ["landingPage", "accessURL", "webService"] {
        if let Some(url) = members.get(key) {
            distribution::insecure(check, key, url);
        }
    }
    if let Some(languages) = members.get("language") {
        each_language(check, languages);
    }
    if let Some(value) = members.get("systemOfRecords")
        && let Some(text) = value.text()
        && !Form::Uri.takes(text)
        && !text.starts_with("[[")
    {
        check.note(&rule::RECORDS_NOTICE, "systemOfRecords", value, || {
            Words::new(format!("{} is not the address of a notice", quote(text)))
        });
    }
    distribution::all(check, members);
}

/// The rules on title and description, which all versions have.
pub fn title_and_description(check: &mut Check<'_, '_, '_>, members: &Members<'_, '_>) {
    let title = members.get("title");
    let description = members.get("description");
    for (key, value) in [("title", title), ("description", description)] {
        if let Some(value) = value {
            plain(check, key, value);
        }
    }
    if let Some((value, text)) = description.and_then(|value| Some((value, value.text()?))) {
        describes(check, value, text.trim(), title.and_then(Value::text).map(str::trim));
    }
}

/// The rules on the texts of a distribution.
pub fn distribution(check: &mut Check<'_, '_, '_>, members: &Members<'_, '_>) {
    for key in ["title", "description"] {
        if let Some(value) = members.get(key) {
            plain(check, key, value);
        }
    }
}

fn describes(check: &mut Check<'_, '_, '_>, value: Value<'_>, text: &str, title: Option<&str>) {
    if text.is_empty() || text.starts_with("[[") {
        return;
    }
    if title.is_some_and(|title| title.eq_ignore_ascii_case(text)) {
        check.note(&rule::DESCRIPTION_IS_TITLE, "description", value, || {
            Words::new("the description only says the title again")
        });
    } else if text.len() < 4 * DESCRIPTION_CHARACTERS_MIN && text.chars().count() < DESCRIPTION_CHARACTERS_MIN
    {
        check.note(&rule::DESCRIPTION_SHORT, "description", value, || {
            Words::new(format!("the description has {} characters: {}", text.chars().count(), quote(text)))
        });
    }
}

/// Whether a text is plain, whole, and says something.
pub fn plain(check: &mut Check<'_, '_, '_>, key: &'static str, value: Value<'_>) {
    let Some(text) = value.text() else { return };
    if !text.is_empty() && text.trim().is_empty() {
        check.note(&rule::TEXT_BLANK, key, value, || Words::new(format!("`{key}` has nothing but spaces")));
        return;
    }
    if let Some(tag) = html(text) {
        check.note(&rule::HTML_TEXT, key, value, || {
            Words::new(format!("`{key}` has HTML in it: {}", quote(tag)))
        });
    }
    if !text.is_ascii()
        && let Some(broken) = mojibake(text)
    {
        check.note(&rule::MOJIBAKE, key, value, || {
            let words =
                Words::new(format!("`{key}` has characters that were decoded wrongly: {}", quote(broken)));
            words.fixed(meant(broken).map(|meant| format!("it was probably {}", quote(&meant))))
        });
    }
}

/// The first HTML tag or named entity.
fn html(text: &str) -> Option<&str> {
    let tag = memchr_iter(b'<', text.as_bytes()).find_map(|at| {
        let inner = text[at + 1..].strip_prefix('/').unwrap_or(&text[at + 1..]);
        let name_length = inner.bytes().take_while(u8::is_ascii_alphanumeric).count();
        TAGS.iter().find(|tag| tag.eq_ignore_ascii_case(&inner[..name_length]))?;
        let end = text.as_bytes()[at..].iter().take(TAG_BYTES_MAX).position(|byte| *byte == b'>')?;
        Some(&text[at..=at + end])
    });
    tag.or_else(|| {
        memchr_iter(b'&', text.as_bytes()).find_map(|at| {
            let entity = ["&amp;", "&nbsp;", "&lt;", "&gt;", "&quot;", "&#39;"];
            entity
                .into_iter()
                .find(|entity| text[at..].starts_with(entity))
                .map(|entity| &text[at..at + entity.len()])
        })
    })
}

/// How far the end of a tag is searched for.
const TAG_BYTES_MAX: usize = 1000;

/// The tags that people leave in texts.
const TAGS: &[&str] = &[
    "a", "b", "br", "div", "em", "font", "h1", "h2", "h3", "h4", "i", "img", "li", "ol", "p", "span",
    "strong", "sub", "sup", "table", "td", "tr", "u", "ul", "script", "style", "iframe",
];

/// The word in which UTF-8 was read as Windows-1252, or a character was lost.
fn mojibake(text: &str) -> Option<&str> {
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let next = characters.peek().map(|(_, next)| *next);
        let is_broken = match character {
            '\u{fffd}' | '\u{80}'..='\u{9f}' => true,
            // The first bytes of two- and three-byte sequences, before what their second bytes become.
            'Ã' | 'Â' => next.is_some_and(|next| is_continuation(next) && next != '\u{a0}'),
            'â' => next == Some('€'),
            _ => false,
        };
        if is_broken {
            let start = text[..at].rfind(char::is_whitespace).map_or(0, |space| space + 1);
            let start = (start..=at).find(|start| text.is_char_boundary(*start)).unwrap_or(at);
            let end = text[at..].find(char::is_whitespace).map_or(text.len(), |length| at + length);
            return Some(&text[start..end]);
        }
    }
    None
}

/// Whether Windows-1252 shows a byte from 0x80 to 0xBF so.
fn is_continuation(character: char) -> bool {
    matches!(character, '\u{80}'..='\u{bf}') || "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ".contains(character)
}

/// What a wrongly decoded text was.
fn meant(broken: &str) -> Option<String> {
    let (bytes, _, has_lost) = WINDOWS_1252.encode(broken);
    if has_lost { None } else { String::from_utf8(bytes.into_owned()).ok() }
}

/// The rules on the keywords of a dataset, of any version.
pub fn keywords(check: &mut Check<'_, '_, '_>, members: &Members<'_, '_>) {
    let Some(list) = members.get("keyword") else { return };
    let mut seen = Seen::default();
    let mut count = 0;
    for (index, item) in list.items().enumerate() {
        count += 1;
        let Some(word) = item.text().filter(|word| !word.is_empty()) else { continue };
        if !seen.is_new(word) {
            check.note_item(&rule::KEYWORD_REPEATED, "keyword", index, item, || {
                Words::new(format!("the keyword {} stands twice", quote(word)))
            });
        }
    }
    let only = list.items().next().filter(|_| count == 1).and_then(|item| Some((item, item.text()?)));
    if let Some((item, text)) = only.filter(|(_, text)| text.contains([',', ';'])) {
        check.note_item(&rule::KEYWORDS_JOINED, "keyword", 0, item, || {
            let words = text.split([',', ';']).map(str::trim).filter(|word| !word.is_empty()).take(5);
            let words = words.map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", ");
            Words::with(
                format!("several keywords stand in one text: {}", quote(text)),
                format!("write [{words}]"),
            )
        });
    }
}

/// The rules on languages in 1.0 and 1.1.
fn each_language(check: &mut Check<'_, '_, '_>, languages: Value<'_>) {
    for (index, item) in languages.items().enumerate() {
        let Some(tag) = item.text().filter(|tag| Form::Language.takes(tag)) else { continue };
        let primary = tag.split('-').next().unwrap_or_default();
        let is_known = match primary.len() {
            2 => list::is_language(primary),
            // Three letters are of ISO 639-2 and -3, which have thousands; `i` and `x` begin tags of their own.
            1 | 3 => true,
            _ => false,
        };
        if !is_known {
            check.note_item(&rule::LANGUAGE_UNKNOWN, "language", index, item, || {
                Words::new(format!("{} is no language that ISO 639-1 knows", quote(tag)))
            });
        }
    }
}

/// The rules on the address of a contact.
pub fn email(check: &mut Check<'_, '_, '_>, members: &Members<'_, '_>) {
    let Some(value) = members.get("hasEmail") else { return };
    let Some(address) = value.text().and_then(|text| text.strip_prefix("mailto:")) else { return };
    let Some((name, domain)) = address.split_once('@') else { return };
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let is_odd = name.starts_with('.')
        || name.ends_with('.')
        || name.contains("..")
        || !domain.split('.').all(is_label);
    if is_odd && Form::MailTo.takes(value.shown()) {
        check.note(&rule::EMAIL_ODD, "hasEmail", value, || {
            Words::new(format!("no mail reaches {}", quote(address.trim_end())))
        });
    }
}
