//! Keeping the index up to date: it tails the change log, and its own commit says how far it has come.

use std::collections::BTreeSet;

use townhall_model::RecordId;
use townhall_store::RecordStatus;

use super::{Searches, document};
use crate::Error;
use crate::catalog::{DatasetDetail, LISTED};
use crate::limits::{INDEX_BATCH_CHANGES, INDEX_COMMIT_CHANGES};

impl Searches<'_> {
    /// Takes every change that the index has not seen yet into it. A crash in the middle loses nothing: the next call
    /// begins where the last commit ended. Returns how many records were taken in.
    pub async fn catch_up(&self) -> Result<u64, Error> {
        let _alone = self.app.indexing().lock().await;
        if self.app.index().is_read_only() {
            let index = self.app.index().clone();
            self.app.compute(move || index.refresh()).await??;
            return Ok(0);
        }
        let committed = i64::try_from(self.app.index().committed_seq()).unwrap_or(i64::MAX);
        let (mut seen, mut taken, mut staged) = (committed, 0, 0);
        loop {
            let changes = self.app.store().changes_since(seen, INDEX_BATCH_CHANGES).await?;
            let is_last = changes.len() < INDEX_BATCH_CHANGES as usize;
            if let Some(last) = changes.last() {
                seen = last.seq;
                let ids: BTreeSet<RecordId> =
                    changes.iter().filter_map(|change| change.record.parse().ok()).collect();
                taken += ids.len() as u64;
                staged += changes.len();
                let ids: Vec<_> = ids.into_iter().collect();
                self.stage(&ids).await?;
            }
            if staged > 0 && (is_last || staged >= INDEX_COMMIT_CHANGES) {
                let (index, seq) = (self.app.index().clone(), u64::try_from(seen).unwrap_or(0));
                self.app.compute(move || index.commit(seq)).await??;
                staged = 0;
            }
            if is_last {
                return Ok(taken);
            }
        }
    }

    /// Hands these records, as they stand now, to the index; those that are not to be found are taken out.
    async fn stage(&self, ids: &[RecordId]) -> Result<(), Error> {
        let records = self.app.store().records(ids).await?;
        let mut tables = self.app.tables().of(ids).await?;
        let mut found = Vec::with_capacity(records.len());
        for record in records {
            let is_listed = LISTED.contains(&record.kind.as_str());
            if is_listed && record.status != RecordStatus::Retired {
                let tables = tables.remove(&record.id).unwrap_or_default();
                let columns = self.app.tables().column_names(&tables).await?;
                found.push((record, tables, columns));
            }
        }
        let mut gone: BTreeSet<RecordId> = ids.iter().copied().collect();
        let index = self.app.index().clone();
        self.app
            .compute(move || {
                for (record, tables, columns) in found {
                    gone.remove(&record.id);
                    // Files have no say in what is found.
                    let detail = DatasetDetail::new(record, tables, Vec::new())?;
                    index.stage([document::of(&detail, columns)])?;
                }
                index.stage_deletes(gone)?;
                Ok::<(), Error>(())
            })
            .await??;
        Ok(())
    }

    /// Follows the change log until told to stop, also when another process writes it.
    pub async fn follow(&self, stop: impl Future<Output = ()>) {
        let mut stop = std::pin::pin!(stop);
        let mut tick = tokio::time::interval(FOLLOW_EVERY);
        loop {
            tokio::select! {
                () = &mut stop => return,
                _ = tick.tick() => {}
            }
            if let Err(error) = self.catch_up().await {
                tracing::error!(error = %error, "the search index could not catch up: {error}");
            }
        }
    }

    /// Empties the index and fills it again from the records. Returns how many documents it then has.
    pub async fn rebuild(&self) -> Result<u64, Error> {
        {
            let _alone = self.app.indexing().lock().await;
            let index = self.app.index().clone();
            self.app.compute(move || index.clear()).await??;
        }
        self.catch_up().await?;
        let index = self.app.index().clone();
        self.app.compute(move || index.settle()).await??;
        Ok(self.app.index().document_count())
    }
}

/// How often the change log is looked at.
const FOLLOW_EVERY: std::time::Duration = std::time::Duration::from_secs(1);
