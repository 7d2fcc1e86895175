//! What comes back.

use townhall_model::RecordId;

use crate::facet::Facet;

/// The answer to a question.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchAnswer {
    /// How many records match; exact.
    pub total: u64,
    /// The hits of the window that was asked for.
    pub hits: Vec<Hit>,
    /// Counts of the facets that were asked for, in the order asked. The counts of a facet ignore what is
    /// selected in that facet itself, so that they say what choosing another value would give.
    pub facets: Vec<(Facet, Vec<FacetValue>)>,
    /// True when no record had all the words, so that records with any of them are shown.
    pub relaxed: bool,
    /// A better spelling of the query text that finds something.
    pub did_you_mean: Option<String>,
    /// The change number up to which the index knew the store when it answered.
    pub seq: u64,
    /// How long it took, in milliseconds.
    pub took_ms: f64,
}

impl SearchAnswer {
    /// The counted values of one facet; empty when it was not asked for.
    pub fn facet(&self, facet: Facet) -> &[FacetValue] {
        self.facets.iter().find(|(name, _)| *name == facet).map_or(&[], |(_, values)| values)
    }
}

/// One record that matches.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The record.
    pub id: RecordId,
    /// Its name in URLs.
    pub slug: String,
    /// How well it matches; only meaningful within one answer, 0 when not sorted by relevance.
    pub score: f32,
    /// The title, with matches marked when highlighting was asked for.
    pub title: Vec<Segment>,
    /// The best passage of the description; empty when highlighting was not asked for.
    pub snippet: Vec<Segment>,
    /// Names of table columns that match, best first, at most [`crate::limits::MATCHED_COLUMNS_MAX`].
    pub columns: Vec<String>,
    /// What the document carried for display.
    pub display: serde_json::Value,
}

impl Hit {
    /// The title without marks.
    pub fn title_text(&self) -> String {
        self.title.iter().map(|segment| segment.text.as_str()).collect()
    }
}

/// A piece of text that matches, or doesn't.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// The text, not escaped.
    pub text: String,
    /// Whether it is one of the words that were looked for.
    pub is_match: bool,
}

/// One value of a facet with its count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacetValue {
    /// The key for filters and URLs.
    pub value: String,
    /// What people read.
    pub label: String,
    /// How many records one gets by choosing it; exact.
    pub count: u64,
    /// Whether it is selected now.
    pub selected: bool,
}

/// A completion of what is being typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// What to put into the search box.
    pub text: String,
    /// What it is.
    pub kind: SuggestionKind,
}

/// What a suggestion leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SuggestionKind {
    /// A keyword that this many records have.
    Keyword {
        /// How many records have it.
        count: u64,
    },
    /// A record.
    Record {
        /// Its id.
        id: RecordId,
        /// Its name in URLs.
        slug: String,
    },
}
