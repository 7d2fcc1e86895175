//! When segments are merged: few enough to be quick, none so large that one thread would do all the work.

use tantivy::index::{SegmentId, SegmentMeta};
use tantivy::merge_policy::{MergeCandidate, MergePolicy};

use crate::limits;

/// Merges segments of like size up to [`limits::SEGMENT_DOCUMENTS_MAX`], and rewrites those with many deletions.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BoundedMerges;

/// Segments of like size that are merged together.
const SEGMENTS_PER_MERGE: usize = 5;
/// Segments up to this many documents count as of like size.
const SMALL_DOCUMENTS: u32 = 2_000;
/// One document in this many deleted makes a segment worth rewriting.
const DELETED_ONE_IN: u32 = 4;

impl MergePolicy for BoundedMerges {
    fn compute_merge_candidates(&self, segments: &[SegmentMeta]) -> Vec<MergeCandidate> {
        let sizes: Vec<Size> = segments
            .iter()
            .map(|segment| Size { documents: segment.num_docs(), deleted: segment.num_deleted_docs() })
            .collect();
        let ids: Vec<SegmentId> = segments.iter().map(SegmentMeta::id).collect();
        let name = |group: Vec<usize>| MergeCandidate(group.into_iter().map(|index| ids[index]).collect());
        groups(&sizes).into_iter().map(name).collect()
    }
}

#[derive(Debug, Clone, Copy)]
struct Size {
    documents: u32,
    deleted: u32,
}

impl Size {
    /// Two segments on the same step differ at most fourfold.
    fn step(self) -> u32 {
        (self.documents.max(SMALL_DOCUMENTS) / SMALL_DOCUMENTS).ilog(4)
    }

    fn is_worn(self) -> bool {
        self.deleted > 0 && self.deleted >= (self.documents + self.deleted) / DELETED_ONE_IN
    }
}

/// The groups of segments, by position, to merge into one each.
fn groups(sizes: &[Size]) -> Vec<Vec<usize>> {
    let documents_max = limits::SEGMENT_DOCUMENTS_MAX as u64;
    let mut groups = Vec::new();
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_unstable_by_key(|&index| sizes[index].documents);
    for same_step in order.chunk_by(|&a, &b| sizes[a].step() == sizes[b].step()) {
        let worn = same_step.iter().copied().filter(|&index| sizes[index].is_worn());
        if same_step.len() < SEGMENTS_PER_MERGE {
            groups.extend(worn.map(|index| vec![index]));
            continue;
        }
        let mut group = Vec::new();
        let mut sum = 0;
        for &index in same_step {
            sum += u64::from(sizes[index].documents);
            if sum > documents_max {
                break;
            }
            group.push(index);
        }
        if group.len() > 1 {
            groups.push(group);
        } else {
            groups.extend(worn.map(|index| vec![index]));
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fresh(documents: &[u32]) -> Vec<Size> {
        documents.iter().map(|&documents| Size { documents, deleted: 0 }).collect()
    }

    #[test]
    fn many_small_segments_become_one() {
        assert_eq!(groups(&fresh(&[1, 5, 3, 90_000, 2, 4])), [vec![0, 4, 2, 5, 1]]);
    }

    #[test]
    fn few_segments_are_left_alone() {
        assert!(groups(&fresh(&[10, 10, 10, 10])).is_empty());
    }

    #[test]
    fn no_merge_makes_a_segment_above_the_limit() {
        assert!(groups(&fresh(&[60_000; 6])).is_empty());
        assert_eq!(groups(&fresh(&[30_000; 6])), [vec![0, 1, 2]]);
    }

    #[test]
    fn a_worn_segment_is_rewritten_alone() {
        let sizes = [Size { documents: 300, deleted: 200 }, Size { documents: 50_000, deleted: 10 }];
        assert_eq!(groups(&sizes), [vec![0]]);
    }
}
