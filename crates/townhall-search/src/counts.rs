//! Counting documents by facet value.

use crate::answer::FacetValue;
use crate::columns::{Vocabularies, Vocabulary};
use crate::facet::Facet;

/// How many documents have each spelling of each facet that was counted.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counts {
    by_spelling: [Option<Vec<u32>>; Facet::ALL.len()],
}

impl Counts {
    /// Zeroes for these facets.
    pub fn new(facets: &[Facet], vocabularies: &Vocabularies) -> Self {
        let mut counts = Self::default();
        for &facet in facets {
            counts.by_spelling[facet as usize] = Some(vec![0; vocabularies[facet as usize].len()]);
        }
        counts
    }

    /// The counters of one facet; empty when it isn't counted.
    pub fn of_mut(&mut self, facet: Facet) -> &mut [u32] {
        self.by_spelling[facet as usize].as_deref_mut().unwrap_or_default()
    }

    fn of(&self, facet: Facet) -> &[u32] {
        self.by_spelling[facet as usize].as_deref().unwrap_or_default()
    }

    /// Adds the counts of another part of the index.
    pub fn add(&mut self, other: &Self) {
        for (mine, theirs) in self.by_spelling.iter_mut().zip(&other.by_spelling) {
            match (mine, theirs) {
                (Some(mine), Some(theirs)) => {
                    mine.iter_mut().zip(theirs).for_each(|(mine, their)| *mine += their)
                }
                (mine @ None, Some(theirs)) => *mine = Some(theirs.clone()),
                (_, None) => {}
            }
        }
    }

    /// The most frequent `size` values of a facet and all the selected ones, most frequent first, then by key.
    pub fn values(
        &self,
        facet: Facet,
        vocabulary: &Vocabulary,
        selected: &[String],
        size: usize,
    ) -> Vec<FacetValue> {
        self.values_where(facet, vocabulary, selected, size, |_| true)
    }

    /// As [`Self::values`], of those values whose key `is_wanted`.
    pub fn values_where(
        &self,
        facet: Facet,
        vocabulary: &Vocabulary,
        selected: &[String],
        size: usize,
        is_wanted: impl Fn(&str) -> bool,
    ) -> Vec<FacetValue> {
        let by_spelling = self.of(facet);
        let mut by_value = vec![0_u64; vocabulary.values.len()];
        for (count, &value) in by_spelling.iter().zip(&vocabulary.value_of) {
            by_value[value as usize] += u64::from(*count);
        }
        let chosen: Vec<u32> = selected.iter().filter_map(|value| vocabulary.number(value)).collect();
        let mut numbers: Vec<u32> =
            (0..by_value.len() as u32).filter(|&number| by_value[number as usize] > 0).collect();
        numbers.retain(|&number| is_wanted(&vocabulary.values[number as usize]));
        let order = |a: &u32, b: &u32| {
            by_value[*b as usize]
                .cmp(&by_value[*a as usize])
                .then_with(|| vocabulary.values[*a as usize].cmp(&vocabulary.values[*b as usize]))
        };
        if size == 0 {
            numbers.clear();
        } else if numbers.len() > size {
            numbers.select_nth_unstable_by(size - 1, order);
            numbers.truncate(size);
        }
        numbers.extend(&chosen);
        numbers.sort_unstable_by(order);
        numbers.dedup();

        let mut values: Vec<FacetValue> = numbers
            .iter()
            .map(|&number| FacetValue {
                value: vocabulary.values[number as usize].to_string(),
                label: String::new(),
                count: by_value[number as usize],
                selected: chosen.contains(&number),
            })
            .collect();
        label(&mut values, &numbers, by_spelling, vocabulary);
        // A value that is selected but unknown to the index is still shown, so that it can be unselected.
        for value in selected.iter().filter(|value| vocabulary.number(value).is_none()) {
            values.push(FacetValue { value: value.clone(), label: value.clone(), count: 0, selected: true });
        }
        values
    }
}

/// Gives each value the label that most of the counted documents use; of equals the one with small letters.
fn label(values: &mut [FacetValue], numbers: &[u32], by_spelling: &[u32], vocabulary: &Vocabulary) {
    let mut best = vec![None; numbers.len()];
    let mut places = vec![u32::MAX; vocabulary.values.len()];
    for (place, &number) in numbers.iter().enumerate() {
        places[number as usize] = place as u32;
    }
    for (spelling, &value) in vocabulary.value_of.iter().enumerate() {
        let Some(best) = best.get_mut(places[value as usize] as usize) else { continue };
        let rank = (by_spelling.get(spelling).copied().unwrap_or_default(), &vocabulary.labels[spelling]);
        if best.is_none_or(|most| rank > most) {
            *best = Some(rank);
        }
    }
    for (value, best) in values.iter_mut().zip(best) {
        value.label = best.map_or_else(|| value.value.clone(), |(_, label)| label.to_string());
    }
}
