//! Searching: from what people type to a question for the index, and keeping the index up to date.

mod document;
mod follow;
mod request;

use std::sync::Arc;

use townhall_search::{SearchAnswer, SearchIndex, SearchQuery};

pub use document::{DatasetCard, Named};
pub use request::{ParameterProblem, SearchOrder, SearchRequest};

pub(crate) use document::{summary, topic_slug};

use crate::{App, Error};

/// The search use case.
pub struct Searches<'a> {
    pub(crate) app: &'a App,
}

/// An answer, with what was understood of the question.
#[derive(Debug, Clone)]
pub struct SearchPage {
    /// Hits, facets, suggestions.
    pub answer: SearchAnswer,
    /// The place that was found for the name that was given.
    pub place: Option<String>,
    /// Parts of the question that could not be used, each with the reason; they were left out.
    pub problems: Vec<ParameterProblem>,
    /// Where in the whole list the hits stand.
    pub offset: usize,
    /// How many were asked for.
    pub limit: usize,
}

impl SearchPage {
    /// The hits with what is shown of each.
    pub fn hits(&self) -> impl Iterator<Item = (&townhall_search::Hit, DatasetCard)> {
        self.answer.hits.iter().map(|hit| (hit, DatasetCard::read(&hit.display)))
    }
}

impl Searches<'_> {
    /// Answers a question.
    pub async fn run(&self, request: &SearchRequest) -> Result<SearchPage, Error> {
        let (query, place, problems) = request.resolve();
        let (offset, limit) = (query.offset, query.limit);
        let answer = self.ask(query).await?;
        Ok(SearchPage { answer, place, problems, offset, limit })
    }

    /// Answers a question with many hits, for downloads: in pages, so that one index query stays small.
    pub async fn run_for_export(&self, request: &SearchRequest) -> Result<SearchPage, Error> {
        let wanted = request.limit;
        let mut request = SearchRequest { limit: crate::limits::SEARCH_LIMIT_MAX, ..request.clone() };
        let mut page = self.run(&request).await?;
        while page.answer.hits.len() < wanted && (page.answer.hits.len() as u64) < page.answer.total {
            request.offset += crate::limits::SEARCH_LIMIT_MAX;
            let more = self.run(&request).await?;
            if more.answer.hits.is_empty() {
                break;
            }
            page.answer.hits.extend(more.answer.hits);
        }
        page.answer.hits.truncate(wanted);
        Ok(page)
    }

    /// How many records a question finds.
    pub async fn count(&self, request: &SearchRequest) -> Result<u64, Error> {
        let (mut query, ..) = request.resolve();
        query.facets.clear();
        query.highlight = false;
        query.limit = 0;
        Ok(self.ask(query).await?.total)
    }

    pub(crate) async fn ask(&self, query: SearchQuery) -> Result<SearchAnswer, Error> {
        let index: Arc<SearchIndex> = self.app.index().clone();
        Ok(self.app.compute(move || index.search(&query)).await??)
    }
}
