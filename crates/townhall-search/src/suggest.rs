//! Completes what is being typed in the search box.

use crate::answer::{Suggestion, SuggestionKind};
use crate::collect::everything;
use crate::error::{SearchError, While};
use crate::facet::Facet;
use crate::index::SearchIndex;
use crate::limits;
use crate::query::SearchQuery;

impl SearchIndex {
    /// Completes what is being typed: up to half keywords, the most frequent first, then titles; at most `limit`
    /// and [`limits::SUGGESTIONS_MAX`].
    ///
    /// # Errors
    /// [`SearchError::Engine`] when the index can't be read.
    pub fn suggest(&self, prefix: &str, limit: usize) -> Result<Vec<Suggestion>, SearchError> {
        let limit = limit.min(limits::SUGGESTIONS_MAX);
        let start = Facet::Keyword.normalize(prefix);
        if start.is_empty() || limit == 0 {
            return Ok(Vec::new());
        }
        let mut suggestions = self.keywords(&start, limit.div_ceil(2))?;
        let answer = self.search(&SearchQuery { limit, ..SearchQuery::text(prefix) })?;
        let titles = answer.hits.iter().filter(|hit| hit.title.iter().any(|segment| segment.is_match));
        for hit in titles.take(limit - suggestions.len()) {
            let kind = SuggestionKind::Record { id: hit.id, slug: hit.slug.clone() };
            suggestions.push(Suggestion { text: hit.title_text(), kind });
        }
        Ok(suggestions)
    }

    /// The most frequent keywords that start so.
    fn keywords(&self, start: &str, most: usize) -> Result<Vec<Suggestion>, SearchError> {
        let view = self.view();
        let counts = everything(&view).while_doing("count its keywords")?;
        let vocabulary = &view.vocabularies[Facet::Keyword as usize];
        let keywords =
            counts.values_where(Facet::Keyword, vocabulary, &[], most, |value| value.starts_with(start));
        Ok(keywords
            .into_iter()
            .map(|keyword| Suggestion {
                text: keyword.label,
                kind: SuggestionKind::Keyword { count: keyword.count },
            })
            .collect())
    }
}
