//! Datasets that several sources list: which of them keeps a dataset, and how the others stand.

use townhall_model::{Finding, Severity};
use townhall_store::{ItemState, NewRecord, Owned};

use super::known::is_record;
use super::run::Harvest;
use crate::Error;

impl Harvest<'_> {
    /// Decides on records whose key somebody else keeps. Where another source keeps the same dataset, it goes on doing so, unless
    /// this one has the higher rank; where it keeps another dataset that happens to have the same identifier, both are kept.
    pub(super) async fn settle_owners(&mut self) -> Result<(), Error> {
        let new: Vec<usize> = (0..self.batch.candidates.len())
            .filter(|index| {
                let candidate = &self.batch.candidates[*index];
                let is_ours = candidate
                    .known
                    .as_ref()
                    .is_some_and(|known| known.record.is_some() && known.state != ItemState::Duplicate);
                is_record(&candidate.item) && !is_ours
            })
            .collect();
        if new.is_empty() {
            return Ok(());
        }
        let keys: Vec<(String, String)> =
            new.iter().map(|index| self.batch.candidates[*index].key()).collect();
        let asked: Vec<(&str, &str)> = keys.iter().map(|(kind, key)| (kind.as_str(), key.as_str())).collect();
        let owners = self.app.store().harvest_owners(&asked).await?;
        let mut duplicates = Vec::new();
        for (index, key) in new.into_iter().zip(keys) {
            let Some(owned) = owners.get(&key) else { continue };
            let others: Vec<&String> =
                owned.sources.iter().filter(|source| **source != self.settings.name).collect();
            let Some(other) = others.first() else { continue };
            let candidate = &mut self.batch.candidates[index];
            if !is_same_dataset(&candidate.record, owned) {
                candidate.record.key = format!("{}:{}", self.settings.name, candidate.record.key);
                continue;
            }
            if super::rank_of(self.app, other).await? >= self.settings.rank {
                duplicates.push((index, (*other).clone()));
            }
        }
        for (index, other) in duplicates.into_iter().rev() {
            let candidate = self.batch.candidates.remove(index);
            self.batch.names.remove(&candidate.item);
            self.report.counts.duplicates += 1;
            let reason = format!("the source `{other}` keeps the same dataset");
            let finding = Finding::new("SOURCE-LISTED-ELSEWHERE", Severity::Warning, reason.clone())
                .with_fix("list each dataset at one source, or give this source the higher rank");
            self.note_at(finding, &candidate.finding_place);
            self.put_item(
                candidate.item,
                &candidate.part,
                ItemState::Duplicate,
                candidate.hash,
                candidate.record.title,
                Some(reason),
            );
        }
        Ok(())
    }
}

/// Whether two records with the same identifier are the same dataset: the title or the publisher is the same.
fn is_same_dataset(record: &NewRecord, owned: &Owned) -> bool {
    let same = |one: &str, other: &str| {
        let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        plain(one) == plain(other)
    };
    let publisher = record.organization.first();
    same(&record.title, &owned.title)
        || publisher.zip(owned.organization.as_ref()).is_some_and(|(one, other)| same(one, other))
}
