//! What is kept in memory of each segment, unpacked from its fast fields once: facet values, boxes, time spans.
//!
//! Segments never change, so this survives from one commit to the next; only new segments are read.

use std::collections::HashMap;
use std::sync::Arc;

use tantivy::columnar::StrColumn;
use tantivy::{DocId, SegmentReader};

use crate::bits::Bits;
use crate::facet::Facet;
use crate::query::{PlaceFilter, PlaceRelation};
use crate::schema::{BBOX_COLUMNS, DAY_COLUMNS, LABEL_MARK};

/// The spellings of a facet's values that have been met. Only ever grows; indexing from scratch starts a new one.
///
/// A *spelling* is a value with its label, as documents carry it: a renamed organization or a keyword in other
/// capitals is another spelling of the same value. Documents are counted by spelling and added up by value.
#[derive(Debug, Clone, Default)]
pub(crate) struct Vocabulary {
    spellings: HashMap<Arc<str>, u32>,
    /// For each spelling, the number of its value.
    pub value_of: Vec<u32>,
    /// For each spelling, its label.
    pub labels: Vec<Arc<str>>,
    /// For each value, its key.
    pub values: Vec<Arc<str>>,
    numbers: HashMap<Arc<str>, u32>,
}

impl Vocabulary {
    fn intern(&mut self, spelling: &str) -> u32 {
        if let Some(&number) = self.spellings.get(spelling) {
            return number;
        }
        let (value, label) = spelling.split_once(LABEL_MARK).unwrap_or((spelling, spelling));
        let value_number = match self.numbers.get(value) {
            Some(&number) => number,
            None => {
                let number = self.values.len() as u32;
                let value: Arc<str> = value.into();
                self.values.push(value.clone());
                self.numbers.insert(value, number);
                number
            }
        };
        let number = self.labels.len() as u32;
        self.labels.push(label.into());
        self.value_of.push(value_number);
        self.spellings.insert(spelling.into(), number);
        number
    }

    /// The number of a value.
    pub fn number(&self, value: &str) -> Option<u32> {
        self.numbers.get(value).copied()
    }

    /// How many spellings there are.
    pub fn len(&self) -> usize {
        self.labels.len()
    }
}

/// The vocabularies of all facets.
pub(crate) type Vocabularies = [Arc<Vocabulary>; Facet::ALL.len()];

/// Which spellings each document of a segment has.
#[derive(Debug)]
pub(crate) enum FacetColumn {
    /// At most one each; [`NO_SPELLING`] for none.
    One(Vec<u32>),
    /// Any number.
    Many {
        /// Where each document's spellings start, and one more.
        starts: Vec<u32>,
        spellings: Vec<u32>,
    },
}

/// Stands for no spelling: there are never that many.
const NO_SPELLING: u32 = u32::MAX;

impl FacetColumn {
    /// Reads the column; new spellings get a number in `vocabulary`.
    fn read(reader: &SegmentReader, facet: Facet, vocabulary: &mut Arc<Vocabulary>) -> tantivy::Result<Self> {
        let max_doc = reader.max_doc();
        let Some(column) = reader.fast_fields().str(facet.name())? else {
            return Ok(Self::One(vec![NO_SPELLING; max_doc as usize]));
        };
        let numbers = numbers(&column, Arc::make_mut(vocabulary))?;
        let number = |ord: u64| numbers[ord as usize];
        if !column.ords().get_cardinality().is_multivalue() {
            let one = |doc| column.ords().first(doc).map_or(NO_SPELLING, number);
            return Ok(Self::One((0..max_doc).map(one).collect()));
        }
        let mut starts = Vec::with_capacity(max_doc as usize + 1);
        let mut spellings = Vec::new();
        for doc in 0..max_doc {
            starts.push(spellings.len() as u32);
            spellings.extend(column.term_ords(doc).map(number));
        }
        starts.push(spellings.len() as u32);
        Ok(Self::Many { starts, spellings })
    }

    /// Counts the spellings of these documents.
    pub fn count(&self, docs: &[DocId], counts: &mut [u32]) {
        match self {
            Self::One(spellings) => {
                for &doc in docs {
                    if let Some(count) = counts.get_mut(spellings[doc as usize] as usize) {
                        *count += 1;
                    }
                }
            }
            Self::Many { starts, spellings } => {
                for &doc in docs {
                    let doc = doc as usize;
                    for &spelling in &spellings[starts[doc] as usize..starts[doc + 1] as usize] {
                        counts[spelling as usize] += 1;
                    }
                }
            }
        }
    }

    /// The documents that have one of the chosen spellings.
    pub fn select(&self, chosen: &[bool]) -> Bits {
        let is_chosen = |spelling: &u32| chosen.get(*spelling as usize).copied().unwrap_or_default();
        match self {
            Self::One(spellings) => Bits::of(spellings.iter().map(is_chosen)),
            Self::Many { starts, spellings } => Bits::of(
                starts
                    .windows(2)
                    .map(|range| spellings[range[0] as usize..range[1] as usize].iter().any(is_chosen)),
            ),
        }
    }
}

/// The number in the vocabulary of each ordinal of the column.
fn numbers(column: &StrColumn, vocabulary: &mut Vocabulary) -> tantivy::Result<Vec<u32>> {
    let mut numbers = Vec::with_capacity(column.num_terms());
    let mut terms = column.dictionary().stream()?;
    while terms.advance() {
        numbers.push(vocabulary.intern(&String::from_utf8_lossy(terms.key())));
    }
    Ok(numbers)
}

/// The unpacked columns of one segment.
#[derive(Debug)]
pub(crate) struct SegmentColumns {
    max_doc: u32,
    facets: Vec<FacetColumn>,
    boxes: Vec<(DocId, [f64; 4])>,
    spans: Vec<(DocId, (i64, i64))>,
}

impl SegmentColumns {
    pub fn read(reader: &SegmentReader, vocabularies: &mut Vocabularies) -> tantivy::Result<Self> {
        let fast = reader.fast_fields();
        let facets = Facet::ALL
            .into_iter()
            .zip(vocabularies)
            .map(|(facet, vocabulary)| FacetColumn::read(reader, facet, vocabulary))
            .collect::<tantivy::Result<_>>()?;
        let mut sides = Vec::new();
        for name in BBOX_COLUMNS {
            sides.push(fast.f64(name)?);
        }
        let mut days = Vec::new();
        for name in DAY_COLUMNS {
            days.push(fast.i64(name)?);
        }
        let mut boxes = Vec::new();
        let mut spans = Vec::new();
        for doc in 0..reader.max_doc() {
            let side = |index: usize| sides[index].first(doc);
            if let (Some(west), Some(south), Some(east), Some(north)) = (side(0), side(1), side(2), side(3)) {
                boxes.push((doc, [west, south, east, north]));
            }
            if let (Some(first), Some(last)) = (days[0].first(doc), days[1].first(doc)) {
                spans.push((doc, (first, last)));
            }
        }
        Ok(Self { max_doc: reader.max_doc(), facets, boxes, spans })
    }

    pub fn facet(&self, facet: Facet) -> &FacetColumn {
        &self.facets[facet as usize]
    }

    /// The documents whose box lies as asked.
    pub fn in_place(&self, place: &PlaceFilter) -> Bits {
        let fits = match place.relation {
            PlaceRelation::Intersects => intersects,
            PlaceRelation::Within => is_within,
        };
        self.collect(self.boxes.iter().filter(|(_, bbox)| fits(bbox, &place.bbox)).map(|(doc, _)| *doc))
    }

    /// The documents whose time span overlaps.
    pub fn in_time(&self, (first, last): (i32, i32)) -> Bits {
        let (first, last) = (i64::from(first.min(last)), i64::from(first.max(last)));
        let overlapping = self.spans.iter().filter(|(_, span)| span.0 <= last && span.1 >= first);
        self.collect(overlapping.map(|(doc, _)| *doc))
    }

    fn collect(&self, docs: impl Iterator<Item = DocId>) -> Bits {
        let mut bits = Bits::none(self.max_doc);
        docs.for_each(|doc| bits.insert(doc));
        bits
    }
}

/// Longitudes a box covers: one range, or two when it crosses the antimeridian.
fn ranges(bbox: &[f64; 4]) -> [(f64, f64); 2] {
    let [west, _, east, _] = *bbox;
    if west <= east { [(west, east), (west, east)] } else { [(west, 180.0), (-180.0, east)] }
}

fn intersects(bbox: &[f64; 4], asked: &[f64; 4]) -> bool {
    bbox[1] <= asked[3]
        && bbox[3] >= asked[1]
        && ranges(bbox)
            .iter()
            .any(|mine| ranges(asked).iter().any(|theirs| mine.0 <= theirs.1 && mine.1 >= theirs.0))
}

fn is_within(bbox: &[f64; 4], asked: &[f64; 4]) -> bool {
    bbox[1] >= asked[1]
        && bbox[3] <= asked[3]
        && (is_whole_world(asked)
            || ranges(bbox)
                .iter()
                .all(|mine| ranges(asked).iter().any(|theirs| mine.0 >= theirs.0 && mine.1 <= theirs.1)))
}

fn is_whole_world(bbox: &[f64; 4]) -> bool {
    bbox[0] <= -180.0 && bbox[2] >= 180.0
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIJI: [f64; 4] = [176.0, -20.0, -178.0, -16.0];

    #[test]
    fn boxes_meet_across_the_antimeridian() {
        assert!(intersects(&FIJI, &[-179.0, -18.0, -170.0, -10.0]));
        assert!(intersects(&[177.0, -18.0, 178.0, -17.0], &FIJI));
        assert!(intersects(&FIJI, &[170.0, -30.0, -170.0, 0.0]));
        assert!(!intersects(&FIJI, &[-170.0, -20.0, 170.0, -16.0]));
        assert!(!intersects(&FIJI, &[-179.0, 10.0, -170.0, 20.0]));
    }

    #[test]
    fn a_box_is_within_only_when_all_of_it_is() {
        assert!(is_within(&FIJI, &[170.0, -30.0, -170.0, 0.0]));
        assert!(is_within(&FIJI, &[-180.0, -90.0, 180.0, 90.0]));
        assert!(!is_within(&FIJI, &[-180.0, -90.0, 0.0, 90.0]));
        assert!(!is_within(&[-100.0, 30.0, -90.0, 40.0], &[-95.0, 30.0, -80.0, 40.0]));
        assert!(is_within(&[178.0, -18.0, 179.0, -17.0], &FIJI));
    }
}
