//! Email addresses.

use serde_json::Value;

use super::object::{Object, Verdict};

/// Writes an address as one `mailto:`.
pub fn mail(object: &mut Object<'_>) {
    object.judge("hasEmail", |value| {
        let Value::String(text) = value else { return Verdict::Fine };
        if text.trim().is_empty() {
            return Verdict::Fine;
        }
        let mut addresses = addresses(text);
        addresses.dedup_by(|one, other| one.eq_ignore_ascii_case(other));
        match addresses.as_slice() {
            [] => Verdict::doubt("this is no email address; write one, such as `mailto:data@agency.gov`"),
            [one] => {
                Verdict::text(text, format!("mailto:{one}"), "the field is one `mailto:` and nothing else")
            }
            [first, ..] => Verdict::suggest(
                "only one address can stand here; choose the one that answers",
                format!("mailto:{first}"),
            ),
        }
    });
}

/// Everything in the text that is an email address as the schema takes it.
fn addresses(text: &str) -> Vec<String> {
    let separates = |character: char| character.is_whitespace() || ",;<>()[]\"|?".contains(character);
    let words = text.split(separates).map(|word| {
        // `mailto:mailto:` and `MAILTO:` have been seen, and a full stop at the end of a sentence.
        let mut word = word.trim_matches(['.', ':', '\'']);
        while word.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("mailto:")) {
            word = &word[7..];
        }
        word
    });
    words.filter(|word| is_address(word)).map(str::to_owned).collect()
}

/// A name, an at sign and a host with a dot, in the characters that the schema of 1.1 and 3.0 takes.
fn is_address(word: &str) -> bool {
    let Some((name, host)) = word.split_once('@') else { return false };
    let is_name =
        |character: char| character.is_ascii_alphanumeric() || "_~!$&'()*+,;=:.-".contains(character);
    let is_host = |character: char| character.is_ascii_alphanumeric() || "_.-".contains(character);
    let has_dot = host.split_once('.').is_some_and(|(first, rest)| !first.is_empty() && !rest.is_empty());
    !name.is_empty()
        && name.chars().all(is_name)
        && host.chars().all(is_host)
        && has_dot
        && !host.ends_with('.')
}
