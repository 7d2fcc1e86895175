//! What a license means, in plain words.
//!
//! Records name licenses by URL, spelled in many ways. Each row gives the one key and label that facets use,
//! and a sentence for readers. Facts from the license deeds themselves, read 2026-11.

/// A license that we can explain.
#[derive(Debug, PartialEq, Eq)]
pub struct License {
    /// The stable key in facets and URLs.
    pub key: &'static str,
    /// The name that people know.
    pub label: &'static str,
    /// What a reader may do, in one sentence.
    pub plain: &'static str,
    /// Whether it is open as the Open Definition 2.1 has it.
    pub is_open: bool,
}

/// Finds the license that a URL (or a well-known name) stands for.
pub fn find(text: &str) -> Option<&'static License> {
    let text = text.trim().to_ascii_lowercase();
    let bare = text.trim_start_matches("https://").trim_start_matches("http://").trim_start_matches("www.");
    let bare = bare.trim_end_matches('/');
    LICENCES
        .iter()
        .find(|(_, marks)| marks.iter().any(|mark| matches(bare, mark)))
        .map(|(license, _)| license)
}

/// A mark ending in `*` is a prefix; any other is the whole text.
fn matches(text: &str, mark: &str) -> bool {
    match mark.strip_suffix('*') {
        Some(prefix) => text.starts_with(prefix),
        None => text == mark,
    }
}

/// The license of a key, as facets name it.
pub fn by_key(key: &str) -> Option<&'static License> {
    LICENCES.iter().map(|(license, _)| license).find(|license| license.key == key)
}

macro_rules! license {
    ($key:literal, $label:literal, open: $open:literal, $plain:literal, [$($mark:literal),+]) => {
        (License { key: $key, label: $label, plain: $plain, is_open: $open }, &[$($mark),+])
    };
}

type Row = (License, &'static [&'static str]);

const LICENCES: &[Row] = &[
    license!("us-government-work", "U.S. Government Work", open: true,
        "Made by the federal government: in the United States nobody holds copyright, so you may use it for anything.",
        ["usa.gov/government-works*", "usa.gov/publicdomain/label*", "u.s. government work", "us-pd"]),
    license!("cc0-1.0", "Creative Commons Zero 1.0", open: true,
        "The publisher gave up all rights: you may use it for anything, without asking and without naming anyone.",
        ["creativecommons.org/publicdomain/zero*", "cc0", "cc0-1.0", "cc-zero"]),
    license!("public-domain-mark", "Public Domain Mark", open: true,
        "Free of known copyright: you may use it for anything.",
        ["creativecommons.org/publicdomain/mark*", "public domain"]),
    license!("pddl-1.0", "Open Data Commons Public Domain Dedication", open: true,
        "The publisher gave up all rights in the database: you may use it for anything.",
        ["opendatacommons.org/licenses/pddl*", "pddl", "odc-pddl"]),
    license!("odc-by-1.0", "Open Data Commons Attribution", open: true,
        "You may use it for anything as long as you name the source.",
        ["opendatacommons.org/licenses/by*", "odc-by"]),
    license!("odbl-1.0", "Open Database License", open: true,
        "You may use it for anything as long as you name the source and share databases made from it on the same terms.",
        ["opendatacommons.org/licenses/odbl*", "odbl", "odc-odbl"]),
    license!("cc-by-4.0", "Creative Commons Attribution 4.0", open: true,
        "You may use it for anything as long as you name the source.",
        ["creativecommons.org/licenses/by/4*", "cc-by-4.0"]),
    license!("cc-by", "Creative Commons Attribution (earlier version)", open: true,
        "You may use it for anything as long as you name the source.",
        ["creativecommons.org/licenses/by/*", "cc-by"]),
    license!("cc-by-sa", "Creative Commons Attribution-ShareAlike", open: true,
        "You may use it for anything as long as you name the source and share what you make on the same terms.",
        ["creativecommons.org/licenses/by-sa*", "cc-by-sa"]),
    license!("cc-by-nc", "Creative Commons, non-commercial", open: false,
        "You may use it, but not for commercial purposes; name the source.",
        ["creativecommons.org/licenses/by-nc*", "cc-by-nc*"]),
    license!("cc-by-nd", "Creative Commons, no derivatives", open: false,
        "You may pass it on unchanged; name the source.",
        ["creativecommons.org/licenses/by-nd*", "cc-by-nd*"]),
    license!("mit-0", "MIT No Attribution", open: true,
        "You may use it for anything, without naming anyone.",
        ["opensource.org/licenses/mit-0*", "mit-0"]),
    license!("unknown", "License not stated", open: false,
        "The publisher has not said what you may do with it: ask the contact before you rely on it.",
        ["project-open-data.cio.gov/unknown-license*", "project-open-data-cio.gov/unknown-license*"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_license_in_many_spellings_has_one_key() {
        for url in [
            "http://www.usa.gov/publicdomain/label/1.0/",
            "https://www.usa.gov/government-works",
            "https://www.usa.gov/government-works/",
        ] {
            assert_eq!(find(url).map(|license| license.key), Some("us-government-work"), "{url}");
        }
        assert_eq!(find("https://creativecommons.org/licenses/by/3.0/").map(|l| l.key), Some("cc-by"));
        assert_eq!(find("https://example.gov/terms"), None);
    }

    #[test]
    fn keys_are_unique() {
        let keys: std::collections::HashSet<_> = LICENCES.iter().map(|(license, _)| license.key).collect();
        assert_eq!(keys.len(), LICENCES.len());
    }
}
