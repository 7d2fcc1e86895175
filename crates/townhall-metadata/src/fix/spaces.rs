//! White space, invisible characters and HTML entities in texts.

use townhall_model::record::{FieldInfo, Meaning};

use super::object::{Object, Verdict, is_address};

/// Texts of one line.
const LINES: [&str; 5] = ["title", "name", "fn", "keyword", "format"];

/// Trims every text; what is one line or one word becomes one.
pub fn trim(object: &mut Object<'_>) {
    object.judge_texts(
        |field| field.meaning != Meaning::Nothing,
        |field, text| {
            let trimmed = if is_word(field) {
                // Within an address a space may have been meant; what can't be seen was not.
                text.chars()
                    .filter(|character| !is_invisible(*character))
                    .collect::<String>()
                    .trim()
                    .to_owned()
            } else if LINES.contains(&field.key) {
                text.trim_matches(is_space).split_whitespace().collect::<Vec<_>>().join(" ")
            } else {
                text.trim_matches(is_space).to_owned()
            };
            if trimmed.is_empty() {
                // What says nothing is for another repair to remove.
                return Verdict::Fine;
            }
            Verdict::text(text, trimmed, "spaces or invisible characters stood around it")
        },
    );
}

fn is_space(character: char) -> bool {
    character.is_whitespace() || is_invisible(character)
}

/// Characters of no width: spaces, joiners, byte-order marks, soft hyphens and controls.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{ad}'
    ) || (character.is_control() && !character.is_whitespace())
}

fn is_word(field: &FieldInfo) -> bool {
    const WORDS: [&str; 9] = [
        "hasEmail",
        "identifier",
        "accessLevel",
        "bureauCode",
        "programCode",
        "mediaType",
        "describedByType",
        "accrualPeriodicity",
        "language",
    ];
    is_address(field) || field.meaning == Meaning::Date || WORDS.contains(&field.key)
}

/// Writes characters for entities, in short texts and in addresses. Where there are HTML tags the text is HTML,
/// and there entities are right.
pub fn entities(object: &mut Object<'_>) {
    const PLAIN: [&str; 5] = ["title", "description", "keyword", "name", "fn"];
    object.judge_texts(
        |field| PLAIN.contains(&field.key) || is_address(field),
        |field, text| {
            if !text.contains('&') || (field.key == "description" && has_tags(text)) {
                return Verdict::Fine;
            }
            // In an address only the ampersand is ever escaped; `&copy=1` is a parameter.
            let written = if is_address(field) { text.replace("&amp;", "&") } else { unescape(text) };
            Verdict::text(text, written, "it is plain text, not HTML")
        },
    );
}

fn has_tags(text: &str) -> bool {
    let starts_tag = |rest: &str| rest.starts_with(|first: char| first.is_ascii_alphabetic() || first == '/');
    text.split('<').skip(1).any(|rest| starts_tag(rest) && rest.contains('>'))
}

fn unescape(text: &str) -> String {
    /// The longest entity that is looked for, without its ampersand.
    const ENTITY_BYTES_MAX: usize = 10;
    let mut written = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        written.push_str(&rest[..start]);
        let entity = &rest[start + 1..];
        let end = entity.bytes().take(ENTITY_BYTES_MAX).position(|byte| byte == b';');
        match end.and_then(|end| Some((end, character(&entity[..end])?))) {
            Some((end, character)) => {
                written.push(character);
                rest = &entity[end + 1..];
            }
            None => {
                written.push('&');
                rest = entity;
            }
        }
    }
    written + rest
}

fn character(entity: &str) -> Option<char> {
    let number = entity.strip_prefix('#').and_then(|number| match number.strip_prefix(['x', 'X']) {
        Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok(),
        None => number.parse().ok(),
    });
    match (number, entity) {
        (Some(number), _) => char::from_u32(number).filter(|character| !character.is_control()),
        (None, "amp") => Some('&'),
        (None, "lt") => Some('<'),
        (None, "gt") => Some('>'),
        (None, "quot") => Some('"'),
        (None, "apos" | "rsquo") => Some(if entity == "apos" { '\'' } else { '’' }),
        (None, "lsquo") => Some('‘'),
        (None, "ldquo") => Some('“'),
        (None, "rdquo") => Some('”'),
        (None, "ndash") => Some('–'),
        (None, "mdash") => Some('—'),
        (None, "nbsp") => Some(' '),
        _ => None,
    }
}
