//! Names of packages and resources: short, and fit for addresses and files.

use std::collections::HashMap;

/// The longest name that is made; longer ones that are given stay as they are.
const NAME_CHARACTERS_MAX: usize = 100;

/// A name for something that is called so: small letters, digits, `.`, `_`, `-` and `/`
/// (Data Package 1.0, `name`). What is such a name already stays as it is.
pub fn name_of(text: &str) -> Option<String> {
    if is_name(text) {
        return Some(text.to_owned());
    }
    let text = text.split_once("://").map_or(text, |(_, rest)| rest);
    let mut name = String::new();
    for character in text.chars().take(NAME_CHARACTERS_MAX) {
        match character.to_ascii_lowercase() {
            letter @ ('a'..='z' | '0'..='9' | '.' | '_') => name.push(letter),
            _ if !name.ends_with('-') => name.push('-'),
            _ => {}
        }
    }
    let name = name.trim_matches(['-', '.', '_']);
    (!name.is_empty()).then(|| name.to_owned())
}

fn is_name(text: &str) -> bool {
    let is_fit = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-._/".contains(&byte);
    !text.is_empty() && text.bytes().all(is_fit)
}

/// Names that have been given.
#[derive(Default)]
pub struct Taken {
    /// The next number to try for each name.
    next: HashMap<String, u32>,
}

impl Taken {
    /// Takes the name, or one like it that is free.
    pub fn take(&mut self, name: &str) -> String {
        let mut free = name.to_owned();
        while self.next.contains_key(&free) {
            let number = self.next.entry(name.to_owned()).or_insert(2);
            free = format!("{name}-{number}");
            *number += 1;
        }
        self.next.insert(free.clone(), 2);
        free
    }
}
