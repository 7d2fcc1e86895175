//! Lists of codes that the rules look things up in. They are bundled, and each says of when it is.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

/// A quick hash for what is bundled: nobody else adds to these tables, so none can be made to collide.
#[derive(Default)]
struct Quick(u64);

impl Hasher for Quick {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }
}

type Set<T> = HashSet<T, BuildHasherDefault<Quick>>;
type Map<K, V> = HashMap<K, V, BuildHasherDefault<Quick>>;

/// A bundled list of codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListInfo {
    /// Its short name.
    pub name: &'static str,
    /// What it is and where it is from.
    pub about: &'static str,
    /// The day of which it is: `2026-07-14`.
    pub date: &'static str,
    text: &'static str,
}

impl ListInfo {
    const fn new(name: &'static str, text: &'static str) -> Self {
        Self { name, about: "", date: "", text }
    }

    fn read(mut self) -> Self {
        let mut heads = self.text.lines().filter_map(|line| line.strip_prefix("# "));
        self.about = heads.next().unwrap_or_default();
        self.date = heads.next().and_then(|line| line.strip_prefix("date ")).unwrap_or_default();
        self
    }

    /// The lines behind the heading.
    fn lines(self) -> impl Iterator<Item = &'static str> {
        self.text.lines().filter(|line| !line.starts_with('#') && !line.is_empty())
    }

    /// The lines with a tab, split there.
    fn pairs(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.lines().filter_map(|line| line.split_once('\t'))
    }
}

const BUREAUS: ListInfo = ListInfo::new("bureaus", include_str!("../../lists/bureaus.tsv"));
const PROGRAMS: ListInfo = ListInfo::new("programs", include_str!("../../lists/programs.tsv"));
const MEDIA_TYPES: ListInfo = ListInfo::new("media-types", include_str!("../../lists/media_types.tsv"));
const ENCODINGS: ListInfo = ListInfo::new("encodings", include_str!("../../lists/encodings.tsv"));
const LANGUAGES: ListInfo = ListInfo::new("languages", include_str!("../../lists/languages.tsv"));
const RESTRICTIONS: ListInfo = ListInfo::new("restrictions", include_str!("../../lists/restrictions.tsv"));
const LICENSES: ListInfo = ListInfo::new("licenses", crate::license::TABLE);
const EXTENSIONS: ListInfo = ListInfo::new("extensions", include_str!("../../lists/extensions.tsv"));

/// Every bundled list, with its source and date.
pub fn lists() -> Vec<ListInfo> {
    [BUREAUS, PROGRAMS, MEDIA_TYPES, ENCODINGS, LANGUAGES, RESTRICTIONS, LICENSES, EXTENSIONS]
        .map(ListInfo::read)
        .into()
}

/// The name of a bureau by its code, such as `015:11`.
pub fn bureau(code: &str) -> Option<&'static str> {
    static NAMES: LazyLock<Map<&str, &str>> = LazyLock::new(|| BUREAUS.pairs().collect());
    NAMES.get(code).copied()
}

/// Whether a program code, such as `015:001`, is in the inventory.
pub fn is_program(code: &str) -> bool {
    static CODES: LazyLock<Set<(&str, &str)>> = LazyLock::new(|| {
        PROGRAMS
            .pairs()
            .flat_map(|(agency, codes)| codes.split(' ').map(move |code| (agency, code)))
            .collect()
    });
    code.split_once(':').is_some_and(|code| CODES.contains(&code))
}

/// Whether IANA has registered a media type; case does not count, parameters are passed over.
pub fn is_media_type(name: &str) -> bool {
    static NAMES: LazyLock<Set<(&str, &str)>> = LazyLock::new(|| {
        MEDIA_TYPES.pairs().flat_map(|(kind, names)| names.split(' ').map(move |name| (kind, name))).collect()
    });
    let essence = essence(name);
    essence.split_once('/').is_some_and(|parts| NAMES.contains(&parts))
}

/// A media type in lower case without parameters.
pub fn essence(name: &str) -> Cow<'_, str> {
    lower(name.split(';').next().unwrap_or_default().trim())
}

/// The text in lower case; most are already.
pub fn lower(text: &str) -> Cow<'_, str> {
    match text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        true => Cow::Owned(text.to_ascii_lowercase()),
        false => Cow::Borrowed(text),
    }
}

/// Whether IANA has registered a character set under this name.
pub fn is_encoding(name: &str) -> bool {
    static NAMES: LazyLock<Set<&str>> = LazyLock::new(|| ENCODINGS.lines().collect());
    NAMES.contains(name.to_lowercase().as_str())
}

/// Whether two letters are a language of ISO 639-1.
pub fn is_language(code: &str) -> bool {
    static CODES: LazyLock<Set<&str>> =
        LazyLock::new(|| LANGUAGES.lines().flat_map(|line| line.split(' ')).collect());
    CODES.contains(code.to_lowercase().as_str())
}

/// Whether a term is in one of the authority lists of the National Archives; case does not count.
pub fn is_restriction(list: &str, term: &str) -> bool {
    RESTRICTIONS.pairs().any(|(name, known)| name == list && known.eq_ignore_ascii_case(term))
}

/// The media types that fit files with this extension, the best one first; nothing for unknown extensions.
pub fn media_types_of(extension: &str) -> Option<&'static str> {
    static TYPES: LazyLock<Map<&str, &str>> = LazyLock::new(|| EXTENSIONS.pairs().collect());
    TYPES.get(extension).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_says_what_it_is_and_of_when() {
        for list in lists() {
            assert!(!list.about.is_empty(), "{}", list.name);
            assert_eq!(list.date.len(), 10, "{}", list.name);
            assert!(list.lines().count() > 0, "{}", list.name);
        }
    }

    #[test]
    fn codes_are_found() {
        assert_eq!(bureau("001:05"), Some("Senate"));
        assert_eq!(bureau("024:010"), None);
        assert!(is_program("005:001") && is_program("000:000") && !is_program("005-001"));
        assert!(is_media_type("Text/CSV; charset=utf-8") && !is_media_type("text/excel"));
        assert!(is_encoding("UTF-8") && is_language("en") && !is_language("zz"));
        assert!(is_restriction("use_restriction_status", "unrestricted"));
    }
}
