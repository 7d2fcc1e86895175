//! What fields are called before people: as the form says, as what is printed beside them says, or by their names made readable.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::captions::Caption;
use super::field::Field;

/// The label of a field.
pub(super) fn label(field: &Field, caption: Option<&Caption>) -> String {
    let told = field.label.as_deref().map(str::trim).filter(|label| !label.is_empty());
    if let Some(told) = told {
        return told.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    let name = readable(&field.name);
    let printed = caption.and_then(|caption| caption.label.as_deref());
    // What is printed nearby may belong to another field: it has to agree with a name that says something.
    printed.filter(|printed| agree(&name, printed)).map_or(name.clone(), str::to_owned)
}

/// Words that programs call fields by.
const GENERIC: [&str; 18] = [
    "box",
    "button",
    "check",
    "checkbox",
    "choice",
    "combo",
    "combobox",
    "dropdown",
    "field",
    "fill",
    "group",
    "input",
    "list",
    "listbox",
    "radio",
    "text",
    "textfield",
    "undefined",
];

/// Whether most words of a name, if there are any but those of the program that made the form, are words of a text, or parts of them, or have
/// them as parts.
fn agree(name: &str, text: &str) -> bool {
    let (name, text) = (folded(name), folded(text));
    let is_telling = |word: &&str| {
        word.len() >= 3
            && word.chars().all(char::is_alphabetic)
            && word.contains(|c| "aeiouy".contains(c))
            && !GENERIC.contains(word)
    };
    let is_in = |short: &str, long: &str| short == long || (short.len() >= 4 && long.contains(short));
    let is_said = |word: &&str| text.split_whitespace().any(|other| is_in(word, other) || is_in(other, word));
    let telling: Vec<&str> = name.split_whitespace().filter(is_telling).collect();
    2 * telling.iter().filter(|word| is_said(word)).count() > telling.len() || telling.is_empty()
}

/// A text in small plain letters, all else as space.
fn folded(text: &str) -> String {
    let plain = text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    plain.map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect()
}

/// A name made readable: its last part, without the numbers that programs put there, its words apart.
fn readable(name: &str) -> String {
    let last = name.rsplit('.').find(|part| !part.is_empty()).unwrap_or(name);
    let last = last.split('[').next().filter(|part| !part.is_empty()).unwrap_or(last);
    let mut out = String::new();
    let mut before = ' ';
    let mut letters = 0;
    for character in last.chars() {
        let is_gap = matches!(character, '_' | '-' | ' ' | '.');
        // A number after a word stands apart; one after a letter or two is part of a sign such as `f1`.
        let is_start = character.is_uppercase() && before.is_lowercase()
            || character.is_ascii_digit() && before.is_alphabetic() && letters > 2;
        letters = if character.is_alphabetic() { letters + 1 } else { 0 };
        if (is_gap || is_start) && !out.ends_with(' ') && !out.is_empty() {
            out.push(' ');
        }
        if !is_gap {
            out.push(character);
        }
        before = character;
    }
    let out = out.trim();
    let mut characters = out.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => name.to_owned(),
    }
}
