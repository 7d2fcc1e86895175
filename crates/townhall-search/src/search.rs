//! Answers questions.

use std::time::Instant;

use tantivy::TantivyDocument;
use tantivy::columnar::Column;
use tantivy::schema::{Field, Value};
use townhall_model::RecordId;
use uuid::Uuid;

use crate::answer::{FacetValue, Hit, SearchAnswer, Segment};
use crate::collect::{Candidate, Chosen, Collected, Request, collect, everything};
use crate::counts::Counts;
use crate::error::{SearchError, While};
use crate::facet::Facet;
use crate::highlight::Highlighter;
use crate::index::SearchIndex;
use crate::limits;
use crate::plan::{Plan, plan};
use crate::query::{Direction, SearchQuery, Sort};
use crate::text::Analyzers;
use crate::view::View;

impl SearchIndex {
    /// Answers a question. Odd query texts are never an error.
    ///
    /// # Errors
    /// [`SearchError::Engine`] when the index can't be read.
    pub fn search(&self, query: &SearchQuery) -> Result<SearchAnswer, SearchError> {
        let started = Instant::now();
        let view = self.view();
        let mut answer = Search::new(&view, query).answer().while_doing("answer")?;
        answer.took_ms = started.elapsed().as_secs_f64() * 1_000.0;
        Ok(answer)
    }
}

/// One question on its way to an answer.
struct Search<'a> {
    view: &'a View,
    query: &'a SearchQuery,
    analyzers: Analyzers,
    filters: Vec<(Facet, Vec<String>)>,
}

impl<'a> Search<'a> {
    fn new(view: &'a View, query: &'a SearchQuery) -> Self {
        Self { view, query, analyzers: view.analyzers.clone(), filters: normalize(&query.filters) }
    }

    fn answer(mut self) -> tantivy::Result<SearchAnswer> {
        let plan = plan(&self.view.searcher, &self.view.fields, &mut self.analyzers, &self.query.text)?;
        let (collected, relaxed) = self.collect(plan.as_ref())?;
        let did_you_mean = plan.as_ref().and_then(|plan| plan.better_spelling.clone());
        let did_you_mean = match did_you_mean {
            Some(better) if self.finds_something(&better)? => Some(better),
            _ => None,
        };
        let marks = plan.map(|plan| plan.marks).unwrap_or_default();
        let mut highlighter = Highlighter::new(&mut self.analyzers, &marks);
        let mut hits = Vec::new();
        for candidate in collected.top.iter().skip(self.query.window().0) {
            hits.push(hit(self.view, candidate, self.query.highlight.then_some(&mut highlighter))?);
        }
        Ok(SearchAnswer {
            total: collected.total,
            hits,
            facets: self.facets(&collected.counts),
            relaxed,
            did_you_mean,
            seq: self.view.seq,
            took_ms: 0.0,
        })
    }

    /// Collects for all words or, when nothing has them all, for any; then the answer is relaxed.
    fn collect(&self, plan: Option<&Plan>) -> tantivy::Result<(Collected, bool)> {
        let (offset, limit) = self.query.window();
        let sort = match self.query.sort {
            Sort::Relevance if plan.is_none() => Sort::Changed(Direction::Descending),
            sort => sort,
        };
        let filters = self.chosen();
        let mut request = Request {
            text: plan.map(|plan| plan.all.as_ref()),
            filters: &filters,
            place: self.query.place.as_ref(),
            time: self.query.time,
            sort,
            top: offset + limit,
            facets: &self.query.facets,
        };
        let is_everything =
            plan.is_none() && filters.is_empty() && request.place.is_none() && request.time.is_none();
        if is_everything && !request.facets.is_empty() {
            return Ok((self.everything(request)?, false));
        }
        let collected = collect(self.view, &request)?;
        match plan.and_then(|plan| plan.any.as_deref()) {
            Some(any) if collected.without_filters == 0 => {
                request.text = Some(any);
                let collected = collect(self.view, &request)?;
                let relaxed = collected.without_filters > 0;
                Ok((collected, relaxed))
            }
            _ => Ok((collected, false)),
        }
    }

    /// As [`Self::collect`] for every document: the counts are kept for as long as the index doesn't change.
    fn everything(&self, request: Request<'_>) -> tantivy::Result<Collected> {
        let counts = everything(self.view)?.clone();
        Ok(Collected { counts, ..collect(self.view, &Request { facets: &[], ..request })? })
    }

    fn finds_something(&self, text: &str) -> tantivy::Result<bool> {
        let query = SearchQuery { text: text.to_owned(), limit: 0, facets: Vec::new(), ..self.query.clone() };
        let mut search = Search::new(self.view, &query);
        let plan = plan(&self.view.searcher, &self.view.fields, &mut search.analyzers, text)?;
        let (collected, relaxed) = search.collect(plan.as_ref())?;
        Ok(collected.total > 0 && !relaxed)
    }

    fn chosen(&self) -> Vec<Chosen> {
        self.filters
            .iter()
            .map(|(facet, values)| {
                let vocabulary = &self.view.vocabularies[*facet as usize];
                let numbers: Vec<u32> = values.iter().filter_map(|value| vocabulary.number(value)).collect();
                let spellings = vocabulary.value_of.iter().map(|value| numbers.contains(value)).collect();
                Chosen { facet: *facet, spellings }
            })
            .collect()
    }

    fn facets(&self, counts: &Counts) -> Vec<(Facet, Vec<FacetValue>)> {
        let size = self.query.facet_size.min(limits::FACET_VALUES_MAX);
        let facets = self.query.facets.iter().map(|&facet| {
            let selected = self.filters.iter().find(|(name, _)| *name == facet);
            let selected = selected.map_or(&[][..], |(_, values)| values);
            (facet, counts.values(facet, &self.view.vocabularies[facet as usize], selected, size))
        });
        facets.collect()
    }
}

/// Reads what is kept of a record, with matches marked when there is a highlighter.
fn hit(
    view: &View,
    candidate: &Candidate,
    highlighter: Option<&mut Highlighter<'_>>,
) -> tantivy::Result<Hit> {
    let fields = &view.fields;
    let document: TantivyDocument = view.searcher.doc(candidate.address)?;
    let text = |field: Field| document.get_first(field).and_then(|value| value.as_str()).unwrap_or_default();
    let title = text(fields.stored_title);
    let (title, snippet, columns) = match highlighter {
        Some(highlighter) => {
            let columns = document.get_all(fields.stored_column).filter_map(|value| value.as_str());
            (
                highlighter.mark(title),
                highlighter.snippet(text(fields.stored_description)),
                matching_columns(highlighter, columns),
            )
        }
        None => (vec![Segment { text: title.to_owned(), is_match: false }], Vec::new(), Vec::new()),
    };
    Ok(Hit {
        id: record_id(view, candidate)?,
        slug: text(fields.stored_slug).to_owned(),
        score: candidate.score,
        title,
        snippet,
        columns,
        display: serde_json::from_str(text(fields.stored_display)).unwrap_or_default(),
    })
}

/// One entry for each facet, with its values as the index keeps them, within the limits.
fn normalize(filters: &[(Facet, Vec<String>)]) -> Vec<(Facet, Vec<String>)> {
    let mut normal: Vec<(Facet, Vec<String>)> = Vec::new();
    let values = filters.iter().flat_map(|(facet, values)| values.iter().map(|value| (*facet, value)));
    for (facet, value) in values.take(limits::FILTER_VALUES_MAX) {
        let value = facet.normalize(value);
        match normal.iter_mut().find(|(name, _)| *name == facet) {
            Some((_, values)) if values.contains(&value) => {}
            Some((_, values)) => values.push(value),
            None => normal.push((facet, vec![value])),
        }
    }
    normal
}

fn record_id(view: &View, candidate: &Candidate) -> tantivy::Result<RecordId> {
    let fast = view.searcher.segment_reader(candidate.address.segment_ord).fast_fields();
    let part = |column: Column<u64>| column.first(candidate.address.doc_id).unwrap_or_default();
    Ok(RecordId::from_uuid(Uuid::from_u64_pair(part(fast.u64("id_high")?), part(fast.u64("id_low")?))))
}

/// The names with the most matching words.
fn matching_columns<'a>(
    highlighter: &mut Highlighter<'_>,
    names: impl Iterator<Item = &'a str>,
) -> Vec<String> {
    let mut matching: Vec<(usize, &str)> =
        names.map(|name| (highlighter.count(name), name)).filter(|(matches, _)| *matches > 0).collect();
    matching.sort_by_key(|(matches, _)| std::cmp::Reverse(*matches));
    matching.into_iter().take(limits::MATCHED_COLUMNS_MAX).map(|(_, name)| name.to_owned()).collect()
}
