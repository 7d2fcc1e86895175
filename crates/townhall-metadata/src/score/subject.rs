//! What every check looks at.

use townhall_model::record::{
    AccessLevel, AccessRestriction, Body, Concept, Dataset, DistributionView, OneOrMany, Reference, Version,
    View,
};

use super::facts::Facts;
use super::formats::{Quality, quality};
use crate::html::shortened;
use crate::license::{License, Recognition, recognize_license};

/// A dataset and what is known of it.
pub struct Subject<'s> {
    pub dataset: &'s Dataset,
    pub view: View,
    pub version: Version,
    pub facts: &'s Facts,
    /// What is recognized in the license, if there is one.
    pub license: Option<Recognition>,
    /// The labels of the formats: those that were found, else those that are said; each once.
    pub formats: Vec<String>,
    /// Everything that is said about rights and restrictions, a line each.
    rights: String,
    /// The same in small letters, byte by byte at the same place.
    rights_lower: String,
}

/// How much of what is said about rights is read.
const RIGHTS_BYTES_MAX: usize = 16 << 10;

impl<'s> Subject<'s> {
    /// Looks at a dataset; nothing for records of other kinds.
    pub fn new(body: &'s Body, version: Version, facts: &'s Facts) -> Option<Self> {
        let dataset = body.as_dataset()?;
        let view = body.view();
        let license = view.license.as_deref().map(recognize_license);
        let rights = rights(dataset, &view);
        let formats = formats(&view, facts);
        Some(Self {
            dataset,
            view,
            version,
            facts,
            license,
            formats,
            rights_lower: rights.to_ascii_lowercase(),
            rights,
        })
    }

    pub fn level(&self) -> Option<AccessLevel> {
        self.view.access_level
    }

    /// Whether the data is not for everybody.
    pub fn is_withheld(&self) -> bool {
        matches!(self.level(), Some(AccessLevel::RestrictedPublic | AccessLevel::NonPublic))
    }

    pub fn is_non_public(&self) -> bool {
        self.level() == Some(AccessLevel::NonPublic)
    }

    pub fn is_modern(&self) -> bool {
        self.version == Version::DcatUs30
    }

    /// What is said about who may have the data, as the beginning of a sentence.
    pub fn level_seen(&self) -> String {
        match (&self.dataset.access_level, &self.dataset.access_rights, self.level()) {
            (Some(level), ..) => format!("`accessLevel` is {}", quote(level)),
            (None, Some(rights), _) => format!("`accessRights` is {}", quote(rights)),
            (None, None, Some(level)) => format!("a restriction implies that the data is {}", level.name()),
            (None, None, None) if self.is_modern() => "`accessRights` is missing".to_owned(),
            (None, None, None) => "`accessLevel` is missing".to_owned(),
        }
    }

    /// The license that is meant, where one is.
    pub fn known_license(&self) -> Option<&'static License> {
        self.license.as_ref()?.license
    }

    /// The addresses of all distributions.
    pub fn urls(&self) -> impl Iterator<Item = &str> {
        self.view.distributions.iter().filter_map(DistributionView::url)
    }

    pub fn has_url(&self) -> bool {
        self.urls().next().is_some()
    }

    /// The best format, and how good it is.
    pub fn best_format(&self) -> Option<(&str, Quality)> {
        let formats = self.formats.iter().map(|label| (label.as_str(), quality(label)));
        // Of equals the first.
        formats.rev().max_by_key(|(_, quality)| *quality)
    }

    /// Whether a data dictionary is linked, and by which address.
    pub fn dictionary(&self) -> Option<&str> {
        let own =
            self.view.distributions.iter().find_map(|distribution| distribution.described_by.as_deref());
        self.view.described_by.as_deref().or(own)
    }

    /// The first sentence about rights that has one of these words, which are in small letters.
    pub fn sentence(&self, words: &[&str]) -> Option<&str> {
        let at = words.iter().find_map(|word| self.rights_lower.find(word))?;
        let starts = [". ", "\n"].iter().filter_map(|end| Some(self.rights[..at].rfind(end)? + end.len()));
        let ends = [". ", "\n"].iter().filter_map(|end| Some(at + self.rights[at..].find(end)?));
        let (start, end) = (starts.max().unwrap_or(0), ends.min().unwrap_or(self.rights.len()));
        Some(self.rights[start..end].trim())
    }
}

/// Most formats that are looked at. The most that a dataset of the fixtures has is 9.
const FORMATS_MAX: usize = 100;

fn formats(view: &View, facts: &Facts) -> Vec<String> {
    let said = view.distributions.iter().filter_map(|distribution| distribution.format.as_ref());
    let all = facts.formats.as_ref().map(|found| found.iter());
    let mut formats: Vec<String> = Vec::new();
    let mut add = |label: &String| {
        if formats.len() < FORMATS_MAX && !formats.contains(label) {
            formats.push(label.clone());
        }
    };
    match all {
        Some(found) => found.for_each(&mut add),
        None => said.for_each(&mut add),
    }
    formats
}

fn rights(dataset: &Dataset, view: &View) -> String {
    let distributions = items(dataset.distribution.as_ref()).filter_map(Reference::inline);
    let of_distributions = distributions.flat_map(|distribution| {
        let rights = items(distribution.rights.as_ref()).map(String::as_str);
        rights.chain(restrictions(&distribution.access_restriction, true))
    });
    let statuses = restrictions(&dataset.access_restriction, false);
    let own = view.rights.iter().map(String::as_str).chain(view.access_rights.as_deref());
    let mut all = String::new();
    for text in own.chain(statuses).chain(of_distributions) {
        let room = RIGHTS_BYTES_MAX.saturating_sub(all.len());
        all.push_str(&text[..text.floor_char_boundary(room)]);
        all.push('\n');
        if room == 0 {
            break;
        }
    }
    all
}

/// What restrictions say: their status, what they cite, and their notes unless the view has these already.
fn restrictions(
    restrictions: &Option<OneOrMany<Reference<AccessRestriction>>>,
    has_notes: bool,
) -> impl Iterator<Item = &str> {
    items(restrictions.as_ref()).filter_map(Reference::inline).flat_map(move |restriction| {
        let terms = [&restriction.restriction_status, &restriction.specific_restriction];
        let note = restriction.restriction_note.as_deref().filter(|_| has_notes);
        terms.into_iter().filter_map(concept).chain(note)
    })
}

fn concept(concept: &Option<Reference<Concept>>) -> Option<&str> {
    match concept.as_ref()? {
        Reference::Text(text) => Some(text),
        Reference::Inline(concept) => concept.pref_label.as_deref(),
    }
}

/// The items of a property, none where it is absent.
pub fn items<T>(values: Option<&OneOrMany<T>>) -> std::slice::Iter<'_, T> {
    values.map(OneOrMany::as_slice).unwrap_or_default().iter()
}

/// Whether a list has an item.
pub fn has<T>(values: &Option<OneOrMany<T>>) -> bool {
    values.as_ref().is_some_and(|values| !values.as_slice().is_empty())
}

/// A value as a message shows it: in backticks, short.
pub fn quote(value: &str) -> String {
    format!("`{}`", shortened(value.trim(), QUOTED_CHARACTERS_MAX).replace('`', "'"))
}

const QUOTED_CHARACTERS_MAX: usize = 80;

/// Whether words are there only because a form wanted some.
pub fn is_placeholder(text: &str) -> bool {
    let word = text.trim().trim_matches('.').to_ascii_lowercase();
    let words =
        ["", "n/a", "na", "none", "null", "true", "false", "tbd", "unknown", "not applicable", "-", "public"];
    words.contains(&word.as_str())
}

/// A number of things in words.
pub fn counted(count: usize, thing: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {thing}{plural}")
}
