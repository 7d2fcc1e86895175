//! A set of documents of one segment, one bit each.

use tantivy::DocId;

/// Documents below `len`, as 64-bit words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bits {
    words: Vec<u64>,
}

impl Bits {
    pub fn none(len: u32) -> Self {
        Self { words: vec![0; len.div_ceil(64) as usize] }
    }

    pub fn all(len: u32) -> Self {
        let mut words = vec![u64::MAX; len.div_ceil(64) as usize];
        if let (Some(last), 1..) = (words.last_mut(), len % 64) {
            *last = (1 << (len % 64)) - 1;
        }
        Self { words }
    }

    /// The documents for which `is_in` says so, one answer for each in order.
    pub fn of(is_in: impl ExactSizeIterator<Item = bool>) -> Self {
        let mut bits = Self::none(is_in.len() as u32);
        for (doc, is_in) in is_in.enumerate() {
            bits.words[doc / 64] |= u64::from(is_in) << (doc % 64);
        }
        bits
    }

    pub fn insert(&mut self, doc: DocId) {
        self.words[(doc / 64) as usize] |= 1 << (doc % 64);
    }

    pub fn contains(&self, doc: DocId) -> bool {
        self.words[(doc / 64) as usize] >> (doc % 64) & 1 == 1
    }

    pub fn intersect(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(word, other)| *word &= other);
    }

    pub fn count(&self) -> u64 {
        self.words.iter().map(|word| u64::from(word.count_ones())).sum()
    }

    /// The documents in order.
    pub fn to_vec(&self) -> Vec<DocId> {
        let mut docs = Vec::with_capacity(self.count() as usize);
        for (index, &word) in self.words.iter().enumerate() {
            let mut rest = word;
            while rest != 0 {
                docs.push(index as u32 * 64 + rest.trailing_zeros());
                rest &= rest - 1;
            }
        }
        docs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_holds_exactly_the_documents_there_are() {
        for len in [0, 1, 63, 64, 65, 128, 130] {
            let all = Bits::all(len);
            assert_eq!(all.count(), u64::from(len));
            assert_eq!(all.to_vec(), (0..len).collect::<Vec<_>>());
            assert_eq!(Bits::of((0..len).map(|_| true)), all);
        }
    }

    #[test]
    fn what_is_inserted_is_contained_and_listed_in_order() {
        let mut bits = Bits::none(200);
        [199, 3, 64].into_iter().for_each(|doc| bits.insert(doc));
        assert!(bits.contains(64) && !bits.contains(65));
        assert_eq!(bits.to_vec(), [3, 64, 199]);
        let mut other = Bits::all(200);
        other.intersect(&bits);
        assert_eq!(other, bits);
    }
}
