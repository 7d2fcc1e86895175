//! Which characters the codes of simple fonts stand for (ISO 32000-1, 9.6.6 and Annex D).

use std::collections::HashMap;
use std::sync::OnceLock;

use lopdf::{Dictionary, Object};
use skrifa::{FontRef, GlyphNames, MetadataProvider};

use super::super::draft::{Draft, integer};

/// The characters of WinAnsiEncoding from 128 to 159; a space where there is none.
const WIN_ANSI_HIGH: &str = "€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ";

/// The code of a character in WinAnsiEncoding.
pub(in crate::forms) fn win_ansi(character: char) -> Option<u8> {
    match character {
        ' '..='~' | '\u{a0}'..='\u{ff}' => Some(character as u32 as u8),
        _ => {
            let at = WIN_ANSI_HIGH.chars().position(|high| high == character)?;
            u8::try_from(128 + at).ok()
        }
    }
}

/// The codes of the characters that a font has; none where the font says nothing that can be followed.
pub(super) fn codes(draft: &Draft, font: &Dictionary) -> Option<HashMap<char, u8>> {
    let plain = |character: &char| !matches!(character, '\'' | '`');
    let ascii = || (' '..='~').filter(plain).map(|character| (character, character as u32 as u8)).collect();
    let base = |name: Option<&[u8]>| -> HashMap<char, u8> {
        match name {
            Some(b"WinAnsiEncoding") => {
                (' '..='\u{2122}').filter_map(|character| Some((character, win_ansi(character)?))).collect()
            }
            // The other encodings agree on these; their other characters come from another font.
            _ => ascii(),
        }
    };
    match draft.get(font, b"Encoding") {
        None => Some(base(None)),
        Some(Object::Name(name)) => Some(base(Some(name))),
        Some(Object::Dictionary(encoding)) => {
            let name = draft.get(encoding, b"BaseEncoding").and_then(|name| name.as_name().ok());
            Some(with_differences(draft, encoding, base(name)))
        }
        Some(_) => None,
    }
}

fn with_differences(draft: &Draft, encoding: &Dictionary, base: HashMap<char, u8>) -> HashMap<char, u8> {
    let mut by_code: HashMap<u8, char> =
        base.into_iter().map(|(character, code)| (code, character)).collect();
    let mut next: i64 = 0;
    for object in draft.get_array(encoding, b"Differences").iter().take(1024) {
        match draft.resolve(object) {
            Some(Object::Name(name)) => {
                if let Ok(code) = u8::try_from(next) {
                    by_code.remove(&code);
                    if let Some(character) = std::str::from_utf8(name).ok().and_then(named) {
                        by_code.insert(code, character);
                    }
                }
                next += 1;
            }
            Some(object) => next = integer(object).unwrap_or(next),
            None => {}
        }
    }
    let mut codes: Vec<(u8, char)> = by_code.into_iter().collect();
    // Where a character has several codes, the lowest one stands.
    codes.sort_unstable_by(|one, other| other.cmp(one));
    codes.into_iter().map(|(code, character)| (character, code)).collect()
}

/// The character of a glyph's name.
fn named(name: &str) -> Option<char> {
    if let Some(digits) = name.strip_prefix("uni").filter(|digits| digits.len() == 4) {
        return char::from_u32(u32::from_str_radix(digits, 16).ok()?);
    }
    names().get(name).copied()
}

/// The names of glyphs are told by a font that has most of them.
fn names() -> &'static HashMap<String, char> {
    static NAMES: OnceLock<HashMap<String, char>> = OnceLock::new();
    NAMES.get_or_init(|| {
        let Ok(font) = FontRef::new(dejavu::sans_condensed::regular()) else { return HashMap::new() };
        // Names are found fast only one after the other.
        let by_glyph: HashMap<_, _> = GlyphNames::new(&font).iter().collect();
        let mut names = HashMap::new();
        for (code, glyph) in font.charmap().mappings() {
            if let (Some(name), Some(character)) = (by_glyph.get(&glyph), char::from_u32(code)) {
                names.entry(name.as_str().to_owned()).or_insert(character);
            }
        }
        names
    })
}
