//! Finds words of the index's own vocabulary that are near a word that was typed.

use std::collections::HashMap;

use tantivy::query::FuzzyTermQuery;
use tantivy::schema::Field;
use tantivy::{Searcher, Term};

use crate::limits;

/// A word of the vocabulary and how many documents have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Known {
    pub word: String,
    pub documents: u64,
}

/// The most frequent words that begin with `prefix`, itself left out.
pub(crate) fn completions(searcher: &Searcher, field: Field, prefix: &str) -> tantivy::Result<Vec<Known>> {
    if prefix.chars().count() < limits::PREFIX_LETTERS_MIN {
        return Ok(Vec::new());
    }
    let mut found = HashMap::new();
    for reader in searcher.segment_readers() {
        let index = reader.inverted_index(field)?;
        let mut terms = index.terms().range().gt(prefix).into_stream()?;
        while terms.advance() && terms.key().starts_with(prefix.as_bytes()) {
            tally(&mut found, terms.key(), terms.value().doc_freq);
        }
    }
    Ok(most_frequent(found, limits::PREFIX_WORDS_MAX))
}

/// The most frequent words within a typo or, for long words, two of `word`, itself left out.
pub(crate) fn corrections(searcher: &Searcher, field: Field, word: &str) -> tantivy::Result<Vec<Known>> {
    let letters = word.chars().count();
    let is_number = word.chars().all(|c| c.is_ascii_digit());
    if letters < limits::ONE_TYPO_LETTERS_MIN || is_number {
        return Ok(Vec::new());
    }
    let typos = if letters < limits::TWO_TYPOS_LETTERS_MIN { 1 } else { 2 };
    let near = FuzzyTermQuery::new(Term::from_field_text(field, word), typos, true).automaton()?;
    let mut found = HashMap::new();
    for reader in searcher.segment_readers() {
        let index = reader.inverted_index(field)?;
        let mut terms = index.terms().search(&near).into_stream()?;
        while terms.advance() {
            tally(&mut found, terms.key(), terms.value().doc_freq);
        }
    }
    found.remove(word.as_bytes());
    Ok(most_frequent(found, limits::FUZZY_WORDS_MAX))
}

fn tally(found: &mut HashMap<Vec<u8>, u64>, word: &[u8], documents: u32) {
    match found.get_mut(word) {
        Some(sum) => *sum += u64::from(documents),
        None => {
            found.insert(word.to_vec(), documents.into());
        }
    }
}

fn most_frequent(found: HashMap<Vec<u8>, u64>, most: usize) -> Vec<Known> {
    let mut known: Vec<Known> = found
        .into_iter()
        .filter_map(|(word, documents)| Some(Known { word: String::from_utf8(word).ok()?, documents }))
        .collect();
    let order = |a: &Known, b: &Known| b.documents.cmp(&a.documents).then_with(|| a.word.cmp(&b.word));
    if known.len() > most {
        known.select_nth_unstable_by(most, order);
        known.truncate(most);
    }
    known.sort_unstable_by(order);
    known
}

/// The number of typos between two words: letters left out, added, replaced, or swapped with their neighbour.
pub(crate) fn typos(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before_last = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replaced = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = replaced.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                let swapped: usize = before_last[j - 2];
                least = least.min(swapped + 1);
            }
            row.push(least);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::typos;

    #[test]
    fn typos_are_counted_as_typists_make_them() {
        assert_eq!(typos("water", "water"), 0);
        assert_eq!(typos("watre", "water"), 1);
        assert_eq!(typos("wter", "water"), 1);
        assert_eq!(typos("xatrr", "water"), 2);
        assert_eq!(typos("", "abc"), 3);
    }
}
