//! What can be asked.

use crate::facet::Facet;
use crate::limits;

/// A question to the index. The default finds everything, newest change first, without facets.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchQuery {
    /// Words, `"phrases"`, `-exclusions` and `field:word`, as typed; see the crate's README.
    pub text: String,
    /// Selected facet values: any of the values of one facet, and all of the facets. A facet may appear once.
    pub filters: Vec<(Facet, Vec<String>)>,
    /// Where.
    pub place: Option<PlaceFilter>,
    /// First and last day, in days since 1970-01-01; finds records whose time span overlaps it.
    pub time: Option<(i32, i32)>,
    /// In which order.
    pub sort: Sort,
    /// Hits to pass over; `offset` + `limit` is capped at [`limits::DEPTH_MAX`].
    pub offset: usize,
    /// Hits to return, at most [`limits::HITS_MAX`].
    pub limit: usize,
    /// Facets to count.
    pub facets: Vec<Facet>,
    /// How many values of each facet to list; selected values are always listed.
    pub facet_size: usize,
    /// Whether to cut snippets and mark matches. Off is a little faster.
    pub highlight: bool,
}

impl Default for SearchQuery {
    fn default() -> Self {
        Self {
            text: String::new(),
            filters: Vec::new(),
            place: None,
            time: None,
            sort: Sort::Relevance,
            offset: 0,
            limit: 20,
            facets: Vec::new(),
            facet_size: 10,
            highlight: true,
        }
    }
}

impl SearchQuery {
    /// A question for `text`, otherwise as the default.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// Adds one selected value of a facet.
    #[must_use]
    pub fn with(mut self, facet: Facet, value: impl Into<String>) -> Self {
        match self.filters.iter_mut().find(|(name, _)| *name == facet) {
            Some((_, values)) => values.push(value.into()),
            None => self.filters.push((facet, vec![value.into()])),
        }
        self
    }

    /// Asks for the counts of all facets.
    #[must_use]
    pub fn with_all_facets(mut self) -> Self {
        self.facets = Facet::ALL.to_vec();
        self
    }

    /// The window of hits after the limits.
    pub(crate) fn window(&self) -> (usize, usize) {
        let offset = self.offset.min(limits::DEPTH_MAX);
        (offset, self.limit.min(limits::HITS_MAX).min(limits::DEPTH_MAX - offset))
    }
}

/// Where a record must lie.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlaceFilter {
    /// West, south, east, north in degrees; west greater than east crosses the antimeridian.
    pub bbox: [f64; 4],
    /// How the record's box must lie to it.
    pub relation: PlaceRelation,
}

/// How a record's box lies to the box that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlaceRelation {
    /// They share at least a point.
    Intersects,
    /// The record's box is inside.
    Within,
}

/// In which order hits come. Records without the value come last either way; ties are broken by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// Best match first; without words, the same as `Changed(Descending)`.
    #[default]
    Relevance,
    /// By title, ignoring case and accents.
    Title(Direction),
    /// By when our record last changed.
    Changed(Direction),
    /// By when the publisher says it last changed.
    Modified(Direction),
    /// By when the publisher released it.
    Released(Direction),
}

/// Which end comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Smallest, earliest or A first.
    Ascending,
    /// Largest, latest or Z first.
    Descending,
}
