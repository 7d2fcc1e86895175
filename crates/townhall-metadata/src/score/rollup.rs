//! Scores added up: by organization, and for the whole catalog.

use std::collections::BTreeMap;

use super::check::{Check, Criterion, Scheme, SchemeScore, Verdict};
use super::record::RecordScore;
use super::{SCHEMES, scheme};
use crate::html::shortened;
use crate::limits::{SCORED_LEVELS_MAX, SCORED_ORGANIZATIONS_MAX};

/// How many stretches of scores are counted apart: 0 to 10, 10 to 20, and so on; 100 belongs to the last.
pub const BINS: usize = 10;

/// Scores added up, dataset by dataset. Two of them can be merged, in any order, into the one that all datasets
/// together would have made.
///
/// Organizations are counted with everything below them. Of more than
/// [`SCORED_ORGANIZATIONS_MAX`](crate::limits::SCORED_ORGANIZATIONS_MAX) the first by name are kept; the whole counts
/// all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rollup {
    whole: Tally,
    organizations: BTreeMap<Vec<String>, Tally>,
}

/// The sums of some datasets.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// How many datasets.
    pub datasets: u64,
    schemes: BTreeMap<&'static str, SchemeTally>,
}

/// The sums of one scheme. They are whole numbers, so that adding up gives the same in any order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SchemeTally {
    /// How many datasets have a score.
    pub scored: u64,
    /// How many have a score in each stretch.
    pub bins: [u64; BINS],
    /// The scores in hundredths of a point, added up.
    sum: u64,
    /// The lowest score and the highest, in hundredths of a point.
    range: Option<(u64, u64)>,
    criteria: Vec<CriterionTally>,
}

/// The sums of one criterion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CriterionTally {
    /// How many datasets got each verdict, in the order of [`Verdict::ALL`].
    verdicts: [u64; 5],
    /// By how much the scores would rise if all met it, in thousandths of a point, added up.
    gain: u64,
}

/// What would be won by mending one thing everywhere.
#[derive(Debug, Clone, Copy)]
pub struct Gain {
    /// What is to be mended.
    pub criterion: &'static Criterion,
    /// In how many datasets.
    pub datasets: u64,
    /// By how many points the mean score would rise.
    pub points: f64,
}

impl Rollup {
    /// Counts a dataset.
    pub fn add(&mut self, record: &RecordScore) {
        self.whole.add(record);
        let highest_first = record.publishers.iter().rev().take(SCORED_LEVELS_MAX);
        let mut path = Vec::new();
        for name in highest_first {
            path.push(shortened(name, NAME_CHARACTERS_MAX));
            self.organizations.entry(path.clone()).or_default().add(record);
        }
        self.bound();
    }

    /// Takes in the sums of another one.
    pub fn merge(&mut self, other: &Self) {
        self.whole.merge(&other.whole);
        for (path, tally) in &other.organizations {
            self.organizations.entry(path.clone()).or_default().merge(tally);
        }
        self.bound();
    }

    /// Lets go of the last organizations by name. What goes once would go again, so the rest is complete.
    fn bound(&mut self) {
        while self.organizations.len() > SCORED_ORGANIZATIONS_MAX {
            self.organizations.pop_last();
        }
    }

    /// The sums of all datasets.
    pub fn whole(&self) -> &Tally {
        &self.whole
    }

    /// The sums by organization, by name, each right before those below it. The path has the highest name first.
    pub fn organizations(&self) -> impl Iterator<Item = (&[String], &Tally)> {
        self.organizations.iter().map(|(path, tally)| (path.as_slice(), tally))
    }

    /// The sums of one organization.
    pub fn organization(&self, path: &[String]) -> Option<&Tally> {
        self.organizations.get(path)
    }
}

/// Longest name of an organization.
const NAME_CHARACTERS_MAX: usize = 200;

impl Tally {
    fn add(&mut self, record: &RecordScore) {
        self.datasets += 1;
        for score in &record.schemes {
            self.schemes.entry(score.scheme.id).or_default().add(score);
        }
    }

    fn merge(&mut self, other: &Self) {
        self.datasets += other.datasets;
        for (id, tally) in &other.schemes {
            self.schemes.entry(id).or_default().merge(tally);
        }
    }

    /// The sums by scheme, in the order of [`SCHEMES`].
    pub fn schemes(&self) -> impl Iterator<Item = (&'static Scheme, &SchemeTally)> {
        SCHEMES.iter().filter_map(|scheme| Some((*scheme, self.schemes.get(scheme.id)?)))
    }

    /// The sums of the scheme with this id.
    pub fn scheme(&self, id: &str) -> Option<&SchemeTally> {
        self.schemes.get(id)
    }

    /// What to do first by the scheme with this id: what would win most, at most so many.
    pub fn first_to_do(&self, id: &str, most: usize) -> Vec<Gain> {
        let (Some(scheme), Some(tally)) = (scheme(id), self.schemes.get(id)) else { return Vec::new() };
        let criteria = scheme.criteria.iter().zip(&tally.criteria);
        let mut gains = criteria.filter(|(_, sums)| sums.gain > 0).collect::<Vec<_>>();
        // Of equals the first of the scheme.
        gains.sort_by_key(|(_, sums)| std::cmp::Reverse(sums.gain));
        gains.truncate(most);
        let mended = |sums: &CriterionTally| sums.count(Verdict::Partly) + sums.count(Verdict::NotMet);
        let gains = gains.into_iter().map(|(criterion, sums)| Gain {
            criterion,
            datasets: mended(sums),
            points: ratio(sums.gain, tally.scored) / 1000.0,
        });
        gains.collect()
    }
}

impl SchemeTally {
    fn add(&mut self, score: &SchemeScore) {
        if let Some(points) = score.score {
            let hundredths = whole(points * 100.0);
            self.scored += 1;
            self.sum += hundredths;
            let (low, high) = self.range.unwrap_or((hundredths, hundredths));
            self.range = Some((low.min(hundredths), high.max(hundredths)));
            let bin = usize::try_from(hundredths / 1000).unwrap_or(BINS).min(BINS - 1);
            self.bins[bin] += 1;
        }
        self.criteria.resize(score.checks.len(), CriterionTally::default());
        for (tally, check) in self.criteria.iter_mut().zip(&score.checks) {
            tally.add(check, score.gain(check));
        }
    }

    fn merge(&mut self, other: &Self) {
        self.scored += other.scored;
        self.sum += other.sum;
        self.range = match (self.range, other.range) {
            (Some(one), Some(two)) => Some((one.0.min(two.0), one.1.max(two.1))),
            (one, two) => one.or(two),
        };
        for (bin, more) in self.bins.iter_mut().zip(other.bins) {
            *bin += more;
        }
        self.criteria.resize(self.criteria.len().max(other.criteria.len()), CriterionTally::default());
        for (tally, more) in self.criteria.iter_mut().zip(&other.criteria) {
            for (count, more) in tally.verdicts.iter_mut().zip(more.verdicts) {
                *count += more;
            }
            tally.gain += more.gain;
        }
    }

    /// The mean of the scores, from 0 to 100.
    pub fn mean(&self) -> Option<f64> {
        (self.scored > 0).then(|| ratio(self.sum, self.scored) / 100.0)
    }

    /// The lowest score and the highest.
    pub fn range(&self) -> Option<(f64, f64)> {
        self.range.map(|(low, high)| (ratio(low, 100), ratio(high, 100)))
    }

    /// The sums of the criteria, in the order of the scheme.
    pub fn criteria(&self) -> &[CriterionTally] {
        &self.criteria
    }
}

impl CriterionTally {
    fn add(&mut self, check: &Check, gain: f64) {
        self.verdicts[check.verdict as usize] += 1;
        self.gain += whole(gain * 1000.0);
    }

    /// How many datasets got this verdict.
    pub fn count(&self, verdict: Verdict) -> u64 {
        self.verdicts[verdict as usize]
    }

    /// The share of datasets that meet it, of those where it counts.
    pub fn share_met(&self) -> Option<f64> {
        let met = self.count(Verdict::Met);
        let counted = met + self.count(Verdict::Partly) + self.count(Verdict::NotMet);
        (counted > 0).then(|| ratio(met, counted))
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "points are between 0 and 100")]
fn whole(points: f64) -> u64 {
    points.round() as u64
}

#[expect(clippy::cast_precision_loss, reason = "a sum that large is off by less than anybody sees")]
fn ratio(part: u64, of: u64) -> f64 {
    part as f64 / of as f64
}
