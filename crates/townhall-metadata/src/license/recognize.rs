//! Which license a text means: an address, a name, an id, a notice or the license itself.

use super::License;
use super::address::{bare, by_address};
use super::name::by_name;
use super::text::{Mention, mentions};

/// How sure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// Nothing was recognized.
    Unknown,
    /// It is meant in all likelihood, but the text leaves something open, such as the version.
    Likely,
    /// The text says it.
    Certain,
}

/// What a license was recognized by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Evidence {
    /// By nothing.
    None,
    /// By its address.
    Address,
    /// By its name, or its id in a list of licenses.
    Name,
    /// By words of its own text.
    Text,
    /// By an address or name within other words.
    Mention,
}

/// What was recognized.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recognition {
    /// The license that is meant.
    pub license: Option<&'static License>,
    /// How sure that is.
    pub certainty: Certainty,
    /// What it was recognized by.
    pub evidence: Evidence,
    /// The words that say so, as they stand in the text.
    pub words: Option<String>,
    /// Further licenses that the text names. With any, it has to be read by a person.
    pub others: Vec<&'static License>,
    /// What to know about it, in one sentence: what is left open, or why nothing was recognized.
    pub note: Option<String>,
}

impl Recognition {
    /// The license, if there is no doubt about it.
    pub fn certain(&self) -> Option<&'static License> {
        self.license.filter(|_| self.certainty == Certainty::Certain)
    }

    fn nothing(note: impl Into<String>) -> Self {
        Self {
            license: None,
            certainty: Certainty::Unknown,
            evidence: Evidence::None,
            words: None,
            others: Vec::new(),
            note: Some(note.into()),
        }
    }

    fn whole(text: &str, (license, certainty): (&'static License, Certainty), evidence: Evidence) -> Self {
        let note = (certainty == Certainty::Likely).then(|| left_open(text, license));
        let words = Some(crate::html::shortened(text, WORDS_CHARACTERS_MAX));
        Self { license: Some(license), certainty, evidence, words, others: Vec::new(), note }
    }
}

/// How much of a text is searched for what is left open.
const LEFT_OPEN_BYTES_MAX: usize = 64 << 10;

/// How much of a text is repeated.
const WORDS_CHARACTERS_MAX: usize = 200;

/// Tells which license a text means, be it an address, a name, an id of SPDX, CKAN or the European Union, a notice
/// with other words around it, or the text of a license. Of a long text the first 64 KiB are read.
///
/// ```
/// use townhall_metadata::recognize_license;
/// let said = recognize_license("https://www.creativecommons.org/licenses/by/4.0/deed.de");
/// assert_eq!(said.certain().map(|license| license.id), Some("CC-BY-4.0"));
/// ```
pub fn recognize_license(text: &str) -> Recognition {
    let text = text.trim();
    if text.is_empty() {
        return Recognition::nothing("there is no text");
    }
    if let Some(found) = by_address(text) {
        return Recognition::whole(text, found, Evidence::Address);
    }
    if !is_address(text)
        && let Some(found) = by_name(text)
    {
        return Recognition::whole(text, found, Evidence::Name);
    }
    let mut found = mentions(text);
    found.sort_by_key(|mention| (std::cmp::Reverse(mention.certainty), mention.at));
    let mut found = found.into_iter();
    match found.next() {
        Some(first) => within(text, first, found),
        None => Recognition::nothing(unknown(text)),
    }
}

/// Makes one answer of what a longer text says.
fn within(text: &str, first: Mention, rest: impl Iterator<Item = Mention>) -> Recognition {
    let mut others: Vec<&'static License> = Vec::new();
    for mention in rest {
        // A name without version beside one with it says nothing new.
        let is_same = mention.license == first.license
            || (mention.certainty == Certainty::Likely && mention.license.family() == first.license.family());
        if !is_same && !others.contains(&mention.license) {
            others.push(mention.license);
        }
    }
    let note = match (others.as_slice(), first.certainty) {
        ([], Certainty::Certain) => None,
        ([], _) => Some(left_open(text, first.license)),
        ([other, ..], _) => Some(format!(
            "the text names `{}` as well as `{}`; write the address of the one that holds",
            first.license.name, other.name
        )),
    };
    Recognition {
        license: Some(first.license),
        certainty: if others.is_empty() { first.certainty } else { Certainty::Likely },
        evidence: first.evidence,
        words: Some(crate::html::shortened(&first.words, WORDS_CHARACTERS_MAX)),
        others,
        note,
    }
}

fn left_open(text: &str, license: &License) -> String {
    let url = license.url.unwrap_or_default();
    let text = text[..text.floor_char_boundary(LEFT_OPEN_BYTES_MAX)].to_ascii_lowercase();
    if license.id == "CC0-1.0" && text.contains("public") && text.contains("domain") {
        return format!(
            "`public domain` does not say by what: write `https://www.usa.gov/government-works` for what federal \
             employees made, or `{url}` to give up all rights everywhere"
        );
    }
    match license.version() {
        Some(version) if !text.contains(version) && license.id.starts_with("CC-") => {
            format!("the version is not said; if it is {version}, write `{url}`")
        }
        _ => format!("this is probably the {}; if so, write `{url}`", license.name),
    }
}

fn unknown(text: &str) -> String {
    let address = bare(text);
    let host = address.split('/').next().unwrap_or_default();
    match host {
        "creativecommons.org" => {
            "this leads to Creative Commons, but to none of its licenses; write the whole address, such as \
             `https://creativecommons.org/licenses/by/4.0/`"
        }
        "opendatacommons.org" => {
            "this leads to Open Data Commons, but to none of its licenses; write the whole address, such as \
             `https://opendatacommons.org/licenses/by/1-0/`"
        }
        _ if is_address(text) => {
            "this is no license that is in our list; it may be a page of terms, which somebody has to read"
        }
        _ => "this names no license that is in our list; write the address of one",
    }
    .to_owned()
}

fn is_address(text: &str) -> bool {
    let has_scheme = text.split_once("://").is_some_and(|(scheme, _)| {
        !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric())
    });
    (has_scheme || text.starts_with("www.") || text.starts_with("//")) && !text.contains(char::is_whitespace)
}
