//! Answers questions.

use crate::answer::{SearchAnswer, Suggestion};
use crate::error::SearchError;
use crate::index::SearchIndex;
use crate::query::SearchQuery;

impl SearchIndex {
    /// Answers a question. Odd query texts are never an error.
    ///
    /// # Errors
    /// [`SearchError::Engine`] when the index can't be read.
    pub fn search(&self, query: &SearchQuery) -> Result<SearchAnswer, SearchError> {
        let _ = query;
        Ok(SearchAnswer {
            total: 0,
            hits: Vec::new(),
            facets: Vec::new(),
            relaxed: false,
            did_you_mean: None,
            seq: 0,
            took_ms: 0.0,
        })
    }

    /// Completes what is being typed: keywords first, then titles, at most `limit`.
    ///
    /// # Errors
    /// [`SearchError::Engine`] when the index can't be read.
    pub fn suggest(&self, prefix: &str, limit: usize) -> Result<Vec<Suggestion>, SearchError> {
        let _ = (prefix, limit);
        Ok(Vec::new())
    }
}
