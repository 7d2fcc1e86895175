//! Licenses that are named instead of linked.

use serde_json::Value;
use townhall_model::record::Version;

use super::object::{Object, Verdict};
use crate::convert::{is_iri, unknown_license};
use crate::license::{Certainty, Openness, by_address, by_name, recognize_license};

/// Writes the address of a license for its name.
pub fn addresses(object: &mut Object<'_>) {
    let is_old = object.log.version == Version::Pod10;
    object.judge("license", |value| {
        let Value::String(text) = value else { return Verdict::Fine };
        if is_iri(text) || text.trim().is_empty() {
            return Verdict::Fine;
        }
        if let Some(url) = named(text) {
            return Verdict::text(text, url, "the field is the address of the license");
        }
        let bare = text.trim().trim_start_matches("//");
        if bare.contains('/') && by_address(bare).is_some() {
            return Verdict::text(text, format!("https://{bare}"), "the field is a whole address");
        }
        if is_old {
            let why = "version 1.1 keeps a license that is only words so";
            return Verdict::text(text, unknown_license(text), why);
        }
        if matches!(letters(text).as_str(), "none" | "na" | "nolicense" | "nolicence" | "notapplicable") {
            let why = "this may mean that there is no license, or that nothing is restricted; remove it or write an address";
            return Verdict::suggest(why, PUBLIC_DOMAIN);
        }
        let why = "the field is the address of a license, not words; write its address, and the words in `rights`";
        Verdict::suggest(why, meant(text))
    });
}

/// The license that a longer text links to or names, if it is one only; or what `public domain` usually is.
fn meant(text: &str) -> Option<String> {
    if letters(text).contains("publicdomain") && text.len() < 60 {
        return Some(PUBLIC_DOMAIN.to_owned());
    }
    let text = &text[..text.floor_char_boundary(MEANT_BYTES_MAX)];
    let starts = text.match_indices("://").filter_map(|(at, _)| text[..at].rfind("http"));
    let ends = |character: char| character.is_whitespace() || "'\"<>)(,;".contains(character);
    let mut urls =
        starts.filter_map(|start| text[start..].split(ends).next()).filter(|url| by_address(url).is_some());
    let Some(first) = urls.next() else {
        return recognize_license(text).certain()?.url.map(str::to_owned);
    };
    let first = first.trim_end_matches('.');
    urls.all(|url| url.trim_end_matches('.') == first).then(|| first.to_owned())
}

/// How much of a text is searched for addresses.
const MEANT_BYTES_MAX: usize = 4096;

/// The letters of a text, small.
fn letters(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphabetic).map(|letter| letter.to_ascii_lowercase()).collect()
}

/// What `public domain` and `none` usually are among open data.
const PUBLIC_DOMAIN: &str = "https://creativecommons.org/publicdomain/zero/1.0/";

/// The address of the license with this name, if the name says which one it is.
fn named(text: &str) -> Option<&'static str> {
    let (license, certainty) = by_name(text)?;
    license.url.filter(|_| certainty == Certainty::Certain && license.openness != Openness::Unclear)
}
