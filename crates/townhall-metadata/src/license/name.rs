//! Licenses by their names and ids, in every way that people write one.

use super::License;
use super::recognize::Certainty;
use super::table::{INDEX, LICENSES};

/// Longer texts are no names.
const NAME_BYTES_MAX: usize = 160;

/// The license with this name or id. What is one slip away from a name, or leaves a version open, is only likely.
pub(crate) fn by_name(text: &str) -> Option<(&'static License, Certainty)> {
    if text.len() > NAME_BYTES_MAX {
        return None;
    }
    let name = normal(text);
    let name = name.strip_prefix("the ").unwrap_or(&name);
    let short = name.strip_suffix(" license").unwrap_or(name);
    let known = INDEX.names.get(name).or_else(|| INDEX.names.get(short));
    if let Some(license) = known {
        return Some((*license, Certainty::Certain));
    }
    if let Some(stated) = stated(short) {
        return stated.license();
    }
    // Which of the ways into the public domain is meant can't be told; giving it up everywhere is the widest.
    if matches!(short, "public domain" | "pd" | "publicdomain" | "in the public domain" | "public") {
        return super::license("CC0-1.0").filter(|_| short != "public").map(|zero| (zero, Certainty::Likely));
    }
    misspelled(short).map(|license| (license, Certainty::Likely))
}

/// A name in small letters and American spelling, with single spaces for everything between its words.
pub(super) fn normal(text: &str) -> String {
    let letters = text.chars().map(|character| match character {
        'a'..='z' | '0'..='9' | '.' | '+' => character,
        'A'..='Z' => character.to_ascii_lowercase(),
        _ => ' ',
    });
    let words = letters.collect::<String>();
    let words = words.split_whitespace().map(|word| word.trim_matches('.')).filter(|word| !word.is_empty());
    let words = words.collect::<Vec<_>>().join(" ");
    words.replace("licence", "license").replace("licencing", "licensing")
}

/// What a text says of a license of Creative Commons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Stated {
    by: bool,
    nc: bool,
    sa: bool,
    nd: bool,
    zero: bool,
    mark: bool,
    pub version: Option<&'static str>,
}

impl Stated {
    /// Takes one part, such as `by` or `sharealike`; false when it is none.
    pub fn part(&mut self, word: &str) -> bool {
        let flag = match word {
            "by" | "attribution" | "attrib" => &mut self.by,
            "nc" | "noncommercial" | "noncomercial" => &mut self.nc,
            "sa" | "sharealike" => &mut self.sa,
            "nd" | "noderivatives" | "noderivs" | "noderiv" | "noderivative" => &mut self.nd,
            "zero" | "cc0" | "0" | "cco" | "cczero" => &mut self.zero,
            _ => return false,
        };
        *flag = true;
        true
    }

    fn parts(&self) -> Option<&'static str> {
        Some(match (self.zero || self.mark, self.nc, self.sa, self.nd) {
            (true, false, false, false) if !self.by => "CC0",
            (false, false, false, false) if self.by => "CC-BY",
            (false, false, true, false) => "CC-BY-SA",
            (false, false, false, true) => "CC-BY-ND",
            (false, true, false, false) => "CC-BY-NC",
            (false, true, true, false) => "CC-BY-NC-SA",
            (false, true, false, true) => "CC-BY-NC-ND",
            _ => return None,
        })
    }

    /// The license that is meant; its newest version when none is said, which is only likely.
    pub fn license(&self) -> Option<(&'static License, Certainty)> {
        let family = self.parts()?;
        // The first of these licenses could do without attribution; nobody uses those.
        let is_clear = self.zero || (self.by && self.version.is_some());
        let certainty = if is_clear { Certainty::Certain } else { Certainty::Likely };
        // The newest version comes first in the table.
        let mut versions = LICENSES.iter().filter(|license| license.family() == family);
        let exact =
            versions.clone().find(|license| self.version.is_none() || license.version() == self.version);
        match exact {
            Some(license) => Some((license, certainty)),
            None => versions.next().map(|license| (license, Certainty::Likely)),
        }
    }
}

/// The version that a word says, such as `4.0`, `v4` or `3.0us`.
pub(super) fn version(word: &str) -> Option<&'static str> {
    let word = word.trim_start_matches('v');
    let number =
        word.find(|character: char| character.is_ascii_alphabetic()).map_or(word, |end| &word[..end]);
    ["4.0", "3.0", "2.5", "2.0", "1.0"].into_iter().find(|known| {
        *known == number || known.strip_suffix(".0") == Some(number) || known.replace('.', "-") == number
    })
}

/// Reads a name that is nothing but a license of Creative Commons: its parts, and perhaps a version.
pub(super) fn stated(name: &str) -> Option<Stated> {
    let name = normal(name);
    let words = name.split(' ').collect::<Vec<_>>();
    let (stated, used) = spelled(&words)?;
    (used == words.len()).then_some(stated)
}

/// Reads a license of Creative Commons at the beginning of these words, and how many of them say it.
pub(super) fn spelled(words: &[&str]) -> Option<(Stated, usize)> {
    let start = match words {
        ["creative", "commons" | "common", "cc", ..] => 3,
        ["creative", "commons" | "common", ..] => 2,
        ["cc", ..] => 1,
        ["cc0" | "cczero", ..] => 0,
        _ => return None,
    };
    let mut stated = Stated::default();
    let (mut at, mut used) = (start, start);
    while at < words.len() && at < start + WORDS_MAX {
        let two = [words[at], words.get(at + 1).copied().unwrap_or_default()];
        let step = match two {
            ["non", "commercial"] => stated.part("nc").then_some(2),
            ["share", "alike"] => stated.part("sa").then_some(2),
            ["no", "derivatives" | "derivs" | "derivative"] => stated.part("nd").then_some(2),
            ["public", "domain"] if stated.zero => Some(2),
            [word, _] if stated.version.is_none() && stated.part(word) => Some(1),
            [word, _] if stated.version.is_none() && version_of(word, &stated) => {
                stated.version = version(word);
                Some(1)
            }
            [
                "license" | "international" | "unported" | "generic" | "universal" | "deed" | "dedication",
                _,
            ] => Some(1),
            // These lead on but say nothing by themselves.
            ["public" | "the" | "version" | "v" | "and" | "legal" | "code", _] => {
                at += 1;
                continue;
            }
            _ => break,
        };
        let Some(step) = step else { break };
        at += step;
        used = at;
    }
    stated.parts()?;
    Some((stated, used.max(1)))
}

/// Most words of one name.
const WORDS_MAX: usize = 16;

/// A bare digit is a version only where one can stand.
fn version_of(word: &str, stated: &Stated) -> bool {
    version(word).is_some() && (stated.parts().is_some() || word.contains('.'))
}

/// The license whose name is nearly this: one slip in a short name, two in a long one.
fn misspelled(name: &str) -> Option<&'static License> {
    if name.len() < SLIPS_FROM {
        return None;
    }
    let allowed = if name.len() < 2 * SLIPS_FROM { 1 } else { 2 };
    let mut best: Option<(usize, &str, &'static License)> = None;
    for (known, license) in &INDEX.names {
        let near = known.len() >= SLIPS_FROM && known.len().abs_diff(name.len()) <= allowed;
        // Numbers are no slips: another version is another license.
        if !near || digits(known) != digits(name) {
            continue;
        }
        let slips = slips(name.as_bytes(), known.as_bytes());
        // Of equals the first by name, so that the answer is always the same.
        if slips <= allowed && best.is_none_or(|best| (slips, known.as_str()) < (best.0, best.1)) {
            best = Some((slips, known, license));
        }
    }
    best.map(|(_, _, license)| license)
}

/// Shorter names are too near to each other.
const SLIPS_FROM: usize = 8;

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// How many letters have to be added, removed, replaced or swapped with their neighbor (optimal string alignment).
fn slips(one: &[u8], two: &[u8]) -> usize {
    let mut before = vec![0; two.len() + 1];
    let mut last = (0..=two.len()).collect::<Vec<_>>();
    for (row, letter) in one.iter().enumerate() {
        let mut next = vec![row + 1; two.len() + 1];
        for (column, other) in two.iter().enumerate() {
            let replaced = last[column] + usize::from(letter != other);
            let mut cost = replaced.min(last[column + 1] + 1).min(next[column] + 1);
            if row > 0 && column > 0 && *letter == two[column - 1] && one[row - 1] == *other {
                cost = cost.min(before[column - 1] + 1);
            }
            next[column + 1] = cost;
        }
        before = std::mem::replace(&mut last, next);
    }
    last[two.len()]
}
