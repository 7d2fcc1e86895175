//! The index as of one commit: what a question is answered from.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use tantivy::index::SegmentId;
use tantivy::{Executor, Searcher};

use crate::bits::Bits;
use crate::columns::{SegmentColumns, Vocabularies};
use crate::counts::Counts;
use crate::schema::Fields;
use crate::text::Analyzers;

/// An unchanging picture of the index.
pub(crate) struct View {
    pub searcher: Searcher,
    pub segments: Vec<SegmentView>,
    pub vocabularies: Vocabularies,
    /// The change number of the commit.
    pub seq: u64,
    pub fields: Arc<Fields>,
    pub analyzers: Analyzers,
    pub executor: Executor,
    /// Counts of all facets over everything, which is what the start page shows.
    pub everything: OnceLock<Counts>,
}

/// One segment of a view.
pub(crate) struct SegmentView {
    pub columns: Arc<SegmentColumns>,
    /// The documents that are not deleted; nothing when none is.
    pub alive: Option<Bits>,
    pub max_doc: u32,
}

/// The unpacked columns that later views can use again.
#[derive(Default)]
pub(crate) struct ColumnCache {
    segments: HashMap<SegmentId, Arc<SegmentColumns>>,
    vocabularies: Vocabularies,
}

impl ColumnCache {
    /// Unpacks what is new in `searcher` and forgets what is gone.
    pub fn segments(&mut self, searcher: &Searcher) -> tantivy::Result<(Vec<SegmentView>, Vocabularies)> {
        let mut segments = Vec::new();
        let mut kept = HashMap::new();
        for reader in searcher.segment_readers() {
            let columns = match self.segments.remove(&reader.segment_id()) {
                Some(columns) => columns,
                None => Arc::new(SegmentColumns::read(reader, &mut self.vocabularies)?),
            };
            kept.insert(reader.segment_id(), columns.clone());
            let alive = reader.alive_bitset().filter(|_| reader.has_deletes()).map(|alive| {
                let mut bits = Bits::none(reader.max_doc());
                alive.iter_alive().for_each(|doc| bits.insert(doc));
                bits
            });
            segments.push(SegmentView { columns, alive, max_doc: reader.max_doc() });
        }
        self.segments = kept;
        if self.segments.is_empty() {
            self.vocabularies = Vocabularies::default();
        }
        Ok((segments, self.vocabularies.clone()))
    }
}
