//! Keeping the index up to date: it tails the change log, and its own commit says how far it has come.

use std::collections::BTreeSet;

use townhall_model::RecordId;

use super::{Searches, document};
use crate::Error;
use crate::catalog::LISTED;
use crate::limits::INDEX_BATCH_CHANGES;

impl Searches<'_> {
    /// Takes every change that the index has not seen yet into it. A crash in the middle loses nothing: the next call
    /// begins where the last commit ended. Returns how many records were taken in.
    pub async fn catch_up(&self) -> Result<u64, Error> {
        let _alone = self.app.indexing().lock().await;
        let mut taken = 0;
        loop {
            let seen = i64::try_from(self.app.index().committed_seq()).unwrap_or(i64::MAX);
            let changes = self.app.store().changes_since(seen, INDEX_BATCH_CHANGES).await?;
            let Some(last) = changes.last() else { return Ok(taken) };
            let seq = u64::try_from(last.seq).unwrap_or(0);
            let ids: BTreeSet<RecordId> =
                changes.iter().filter_map(|change| change.record.parse().ok()).collect();
            taken += ids.len() as u64;
            self.take_in(&ids.into_iter().collect::<Vec<_>>(), seq).await?;
        }
    }

    /// Puts these records, as they stand now, into the index; those that are not to be found are taken out.
    async fn take_in(&self, ids: &[RecordId], seq: u64) -> Result<(), Error> {
        let mut documents = Vec::with_capacity(ids.len());
        let mut gone: BTreeSet<RecordId> = ids.iter().copied().collect();
        for record in self.app.store().records(ids).await? {
            let is_listed = LISTED.contains(&record.kind.as_str());
            if !is_listed || record.status == townhall_store::RecordStatus::Retired {
                continue;
            }
            gone.remove(&record.id);
            let detail = self.app.catalog().detail(record).await?;
            let columns = self.app.tables().column_names(&detail).await?;
            documents.push(document::of(&detail, columns));
        }
        let index = self.app.index().clone();
        self.app.compute(move || index.apply(documents, gone, seq)).await??;
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
