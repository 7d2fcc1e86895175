//! Goes through the segments once: which documents match, which come first, how many have each facet value.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use tantivy::columnar::{Column, StrColumn};
use tantivy::query::{EnableScoring, Query, Weight};
use tantivy::{DocAddress, DocId, DocSet, Executor, SegmentReader, TERMINATED};

use crate::bits::Bits;
use crate::counts::Counts;
use crate::facet::Facet;
use crate::query::{Direction, PlaceFilter, Sort};
use crate::view::{SegmentView, View};

/// What to collect.
pub(crate) struct Request<'a> {
    /// The text part; nothing means every document.
    pub text: Option<&'a dyn Query>,
    pub filters: &'a [Chosen],
    pub place: Option<&'a PlaceFilter>,
    pub time: Option<(i32, i32)>,
    /// Never `Relevance` without a text.
    pub sort: Sort,
    /// How many documents to keep, from the first.
    pub top: usize,
    /// Facets to count.
    pub facets: &'a [Facet],
}

/// The chosen values of one facet, as spellings of its vocabulary.
pub(crate) struct Chosen {
    pub facet: Facet,
    pub spellings: Vec<bool>,
}

/// What was collected.
#[derive(Default)]
pub(crate) struct Collected {
    /// Documents that match the text, place and time, whatever their facets.
    pub without_filters: u64,
    /// Documents that match everything.
    pub total: u64,
    /// The first of them, in order.
    pub top: Vec<Candidate>,
    pub counts: Counts,
}

/// A document that may be among the first.
#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    pub address: DocAddress,
    pub score: f32,
    place: Place,
    /// Its title key, when titles decide.
    title: Option<String>,
}

/// Where a candidate stands within its segment: the greatest comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    key: u64,
    tie: Reverse<(u64, u64)>,
}

/// Below this many documents one thread is quicker than several.
const PARALLEL_DOCUMENTS_MIN: u64 = 20_000;

/// Collects over all segments.
pub(crate) fn collect(view: &View, request: &Request<'_>) -> tantivy::Result<Collected> {
    let scoring = match request.sort {
        Sort::Relevance => EnableScoring::enabled_from_searcher(&view.searcher),
        _ => EnableScoring::disabled_from_searcher(&view.searcher),
    };
    let weight = request.text.map(|query| query.weight(scoring)).transpose()?;
    let mut order: Vec<usize> = (0..view.segments.len()).collect();
    // The largest first, so that no thread is left with it at the end.
    order.sort_by_key(|&index| Reverse(view.segments[index].max_doc));
    let one_segment = |index: usize| {
        let reader = view.searcher.segment_reader(index as u32);
        SegmentPass { view, request, segment: &view.segments[index], reader, index: index as u32 }
            .run(weight.as_deref())
    };
    let executor = if view.searcher.num_docs() < PARALLEL_DOCUMENTS_MIN {
        &Executor::SingleThread
    } else {
        &view.executor
    };
    let parts = executor.map(one_segment, order.into_iter())?;

    let mut collected =
        Collected { counts: Counts::new(request.facets, &view.vocabularies), ..Collected::default() };
    for part in parts {
        collected.without_filters += part.without_filters;
        collected.total += part.total;
        collected.top.extend(part.top);
        collected.counts.add(&part.counts);
    }
    sort_candidates(&mut collected.top, request.sort);
    collected.top.truncate(request.top);
    Ok(collected)
}

/// Counts all facets over all documents, once for each commit.
pub(crate) fn everything(view: &View) -> tantivy::Result<&Counts> {
    if let Some(counts) = view.everything.get() {
        return Ok(counts);
    }
    let request = Request {
        text: None,
        filters: &[],
        place: None,
        time: None,
        sort: Sort::Changed(Direction::Descending),
        top: 0,
        facets: &Facet::ALL,
    };
    let counts = collect(view, &request)?.counts;
    Ok(view.everything.get_or_init(|| counts))
}

fn sort_candidates(candidates: &mut [Candidate], sort: Sort) {
    match sort {
        Sort::Title(direction) => candidates.sort_unstable_by(|a, b| {
            let by_title = match direction {
                Direction::Ascending => a.title.cmp(&b.title),
                Direction::Descending => b.title.cmp(&a.title),
            };
            let by_presence = a.title.is_none().cmp(&b.title.is_none());
            by_presence.then(by_title).then_with(|| b.place.tie.cmp(&a.place.tie))
        }),
        _ => candidates.sort_unstable_by_key(|candidate| Reverse(candidate.place)),
    }
}

/// One pass over one segment.
struct SegmentPass<'a> {
    view: &'a View,
    request: &'a Request<'a>,
    segment: &'a SegmentView,
    reader: &'a SegmentReader,
    index: u32,
}

impl SegmentPass<'_> {
    fn run(&self, weight: Option<&dyn Weight>) -> tantivy::Result<Collected> {
        let request = self.request;
        let selections: Vec<Bits> = request
            .filters
            .iter()
            .map(|chosen| self.segment.columns.facet(chosen.facet).select(&chosen.spellings))
            .collect();
        let mut base = self.allowed();
        let mut matching = base.clone();
        selections.iter().for_each(|selection| matching.intersect(selection));

        let mut top = Top::new(self.reader, request.sort, request.top)?;
        if let Some(weight) = weight {
            let mut found = Bits::none(self.segment.max_doc);
            let mut scorer = weight.scorer(self.reader, 1.0)?;
            let mut doc = scorer.doc();
            if matches!(request.sort, Sort::Relevance) {
                while doc != TERMINATED {
                    found.insert(doc);
                    if matching.contains(doc) {
                        top.offer_scored(doc, scorer.score());
                    }
                    doc = scorer.advance();
                }
            } else {
                while doc != TERMINATED {
                    found.insert(doc);
                    doc = scorer.advance();
                }
            }
            base.intersect(&found);
            matching.intersect(&found);
        }
        let docs = matching.to_vec();
        if !matches!(request.sort, Sort::Relevance) {
            docs.iter().for_each(|&doc| top.offer(doc));
        }

        let mut counts = Counts::new(request.facets, &self.view.vocabularies);
        for &facet in request.facets {
            let column = self.segment.columns.facet(facet);
            let is_filtered = request.filters.iter().any(|chosen| chosen.facet == facet);
            if is_filtered {
                // The counts of a facet ignore what is selected in it.
                let mut without_own = base.clone();
                for (chosen, selection) in request.filters.iter().zip(&selections) {
                    if chosen.facet != facet {
                        without_own.intersect(selection);
                    }
                }
                column.count(&without_own.to_vec(), counts.of_mut(facet));
            } else {
                column.count(&docs, counts.of_mut(facet));
            }
        }
        Ok(Collected {
            without_filters: base.count(),
            total: docs.len() as u64,
            top: top.finish(self.index)?,
            counts,
        })
    }

    /// The documents that are not deleted and lie in the place and time asked for.
    fn allowed(&self) -> Bits {
        let segment = self.segment;
        let mut allowed = segment.alive.clone().unwrap_or_else(|| Bits::all(segment.max_doc));
        if let Some(place) = self.request.place {
            allowed.intersect(&segment.columns.in_place(place));
        }
        if let Some(time) = self.request.time {
            allowed.intersect(&segment.columns.in_time(time));
        }
        allowed
    }
}

/// Keeps the first documents of a segment.
struct Top {
    keys: Keys,
    tie: [Column<u64>; 2],
    capacity: usize,
    /// The least of the kept on top.
    kept: BinaryHeap<Reverse<(Place, DocId)>>,
}

/// What decides the order. Keys are greater the earlier a document comes; 0 is for documents without a value.
enum Keys {
    Score,
    Number(Column<i64>, Direction),
    Title(Option<StrColumn>, Direction),
}

impl Top {
    fn new(reader: &SegmentReader, sort: Sort, capacity: usize) -> tantivy::Result<Self> {
        let fast = reader.fast_fields();
        let keys = match sort {
            Sort::Relevance => Keys::Score,
            Sort::Title(direction) => Keys::Title(fast.str("title_sort")?, direction),
            Sort::Changed(direction) => Keys::Number(fast.i64("changed")?, direction),
            Sort::Modified(direction) => Keys::Number(fast.i64("modified")?, direction),
            Sort::Released(direction) => Keys::Number(fast.i64("issued")?, direction),
        };
        let tie = [fast.u64("id_high")?, fast.u64("id_low")?];
        Ok(Self { keys, tie, capacity, kept: BinaryHeap::new() })
    }

    fn offer(&mut self, doc: DocId) {
        let (value, direction) = match &self.keys {
            Keys::Score => (None, Direction::Descending),
            Keys::Number(column, direction) => {
                (column.first(doc).map(|number| (number as u64) ^ (1 << 63)), *direction)
            }
            Keys::Title(column, direction) => {
                (column.as_ref().and_then(|column| column.ords().first(doc)), *direction)
            }
        };
        let key = match (value, direction) {
            (None, _) => 0,
            (Some(value), Direction::Descending) => value.saturating_add(1),
            (Some(value), Direction::Ascending) => (!value).max(1),
        };
        self.offer_key(doc, key);
    }

    fn offer_scored(&mut self, doc: DocId, score: f32) {
        // The bits of floats that are not negative sort like the floats.
        self.offer_key(doc, u64::from(score.max(0.0).to_bits()));
    }

    fn offer_key(&mut self, doc: DocId, key: u64) {
        if self.capacity == 0 {
            return;
        }
        let is_full = self.kept.len() >= self.capacity;
        if let Some(Reverse((least, _))) = self.kept.peek()
            && is_full
        {
            // Ids are only looked up when they can matter.
            if key < least.key || (key == least.key && Reverse(self.tie_of(doc)) < least.tie) {
                return;
            }
            self.kept.pop();
        }
        let place = Place { key, tie: Reverse(self.tie_of(doc)) };
        self.kept.push(Reverse((place, doc)));
    }

    fn tie_of(&self, doc: DocId) -> (u64, u64) {
        let part = |column: &Column<u64>| column.first(doc).unwrap_or_default();
        (part(&self.tie[0]), part(&self.tie[1]))
    }

    fn finish(self, segment: u32) -> tantivy::Result<Vec<Candidate>> {
        let mut candidates = Vec::with_capacity(self.kept.len());
        for Reverse((place, doc)) in self.kept {
            let (score, title) = match &self.keys {
                Keys::Score => (f32::from_bits(place.key as u32), None),
                Keys::Number(..) => (0.0, None),
                Keys::Title(column, _) => (0.0, title(column.as_ref(), doc)?),
            };
            candidates.push(Candidate { address: DocAddress::new(segment, doc), score, place, title });
        }
        Ok(candidates)
    }
}

fn title(column: Option<&StrColumn>, doc: DocId) -> tantivy::Result<Option<String>> {
    let Some(column) = column else { return Ok(None) };
    let Some(ord) = column.ords().first(doc) else { return Ok(None) };
    let mut title = String::new();
    column.ord_to_str(ord, &mut title)?;
    Ok(Some(title))
}
