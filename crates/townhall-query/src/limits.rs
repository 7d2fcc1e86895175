//! Bounds of questions and answers.

/// Rows of a page unless asked otherwise.
pub const PAGE_ROWS: usize = 100;

/// The most rows of a page; exports have no such bound.
pub const PAGE_ROWS_MAX: usize = 10_000;

/// How deep a `_where` expression may nest.
pub const WHERE_DEPTH_MAX: usize = 32;

/// How long a `_where` expression may be, in bytes.
pub const WHERE_BYTES_MAX: usize = 8 * 1024;

/// How many values a list (`__in`) may have.
pub const LIST_MAX: usize = 1_000;

/// How many conditions a question may have.
pub const CONDITIONS_MAX: usize = 200;

/// How many values of a facet are counted.
pub const FACET_VALUES_MAX: usize = 100;

/// How many facets one question may ask for.
pub const FACETS_MAX: usize = 10;

/// How many words a search may have.
pub const SEARCH_WORDS_MAX: usize = 10;
