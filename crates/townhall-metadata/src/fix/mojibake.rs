//! Characters that were read in the wrong encoding.
//!
//! UTF-8 that somebody read as Windows-1252 shows as `â€™` for `’`. A run of such characters is turned back into
//! bytes, and if those are UTF-8 again, into what they were. Text that is merely foreign does not survive that way
//! back, so it stays.

use townhall_model::record::Meaning;

use super::object::{Object, Verdict, is_address};

/// Restores every text of the object.
pub fn restore(object: &mut Object<'_>) {
    object.judge_texts(
        |field| field.meaning != Meaning::Nothing,
        |field, text| {
            let restored = restored(text);
            if restored != text {
                return Verdict::text(text, restored, "it was UTF-8, read in another encoding");
            }
            if text.contains('\u{fffd}') && !is_address(field) {
                return Verdict::doubt(
                    "a character was lost when this was read in the wrong encoding; write it again",
                );
            }
            Verdict::Fine
        },
    );
}

/// The text as it was before it was read wrongly, once or several times.
fn restored(text: &str) -> String {
    /// Files have been seen that went through it twice.
    const TIMES_MAX: usize = 4;
    let mut text = text.to_owned();
    for _ in 0..TIMES_MAX {
        let next = once(&text);
        if next == text {
            break;
        }
        text = next;
    }
    text
}

fn once(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut restored = String::with_capacity(text.len());
    let mut run = Vec::new();
    for character in text.chars().chain(['\0']) {
        match byte(character) {
            Some(byte) => run.push((character, byte)),
            None => {
                decode(&run, &mut restored);
                run.clear();
                restored.push(character);
            }
        }
    }
    restored.pop();
    restored
}

/// Writes a run of characters as what its bytes are in UTF-8, each as far as that is sure.
fn decode(run: &[(char, u8)], restored: &mut String) {
    let mut at = 0;
    while let Some(&(character, first)) = run.get(at) {
        let length = match first {
            0xc2..=0xc3 => 2,
            0xe2 | 0xef => 3,
            0xf0 => 4,
            _ => 1,
        };
        let bytes = run[at..].iter().take(length).map(|(_, byte)| *byte).collect::<Vec<_>>();
        let decoded =
            if length > 1 { std::str::from_utf8(&bytes).ok().filter(|_| is_sure(&bytes)) } else { None };
        match decoded {
            // A byte-order mark within a text was one at the start of a file.
            Some("\u{feff}") => at += length,
            Some(text) => {
                restored.push_str(text);
                at += length;
            }
            None => {
                restored.push(control(character));
                at += 1;
            }
        }
    }
}

/// Whether nobody could have meant the characters themselves: `Ã`, `Â` before a quote or dash can end a word.
fn is_sure(bytes: &[u8]) -> bool {
    const PUNCTUATION: [u8; 8] = [0x82, 0x84, 0x85, 0x91, 0x92, 0x93, 0x94, 0x97];
    !matches!(bytes, [0xc2 | 0xc3, second] if PUNCTUATION.contains(second) || *second == 0x96 || *second == 0xbb)
}

/// The byte that Windows-1252 has for a character above ASCII, or that the C1 control character stands for.
fn byte(character: char) -> Option<u8> {
    match character {
        '\u{80}'..='\u{ff}' => Some(character as u8),
        _ => HIGH.iter().position(|known| *known == character).map(|index| 0x80 + index as u8),
    }
}

/// Nobody writes C1 control characters; they are what Windows-1252 has there.
fn control(character: char) -> char {
    match character {
        '\u{80}'..='\u{9f}' => HIGH[character as usize - 0x80],
        _ => character,
    }
}

/// What Windows-1252 has from 0x80 to 0x9f; the five that it has not stay as they are.
const HIGH: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];
