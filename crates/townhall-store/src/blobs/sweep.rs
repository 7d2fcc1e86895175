//! Sweeping: what nothing refers to goes, what something refers to never does.

use jiff::Timestamp;
use townhall_model::BlobId;

use super::{Blobs, Place, disk};
use crate::error::StoreError;

impl Blobs {
    /// Removes blobs that nothing refers to and that were kept before a time, and what a crash left half written
    /// before it. Returns how many went. `before` must lie well in the past, by [`BLOB_RENEWAL_SECONDS`] at least.
    ///
    /// [`BLOB_RENEWAL_SECONDS`]: crate::limits::BLOB_RENEWAL_SECONDS
    pub async fn sweep(&self, before: Timestamp) -> Result<u64, StoreError> {
        self.adopt_strays(before).await?;
        let mut removed = disk::sweep_temporary(&self.temporary, before).await?;
        let mut after: Option<BlobId> = None;
        loop {
            let candidates = self.store.sweepable(before, after.as_ref()).await?;
            let Some(last) = candidates.last() else { return Ok(removed) };
            after = Some(*last);
            for id in &candidates {
                removed += u64::from(self.remove(id, before).await?);
            }
        }
    }

    /// Removes a blob at once if nothing refers to it and it was not kept or used just now; whether it went.
    pub async fn discard(&self, id: &BlobId) -> Result<bool, StoreError> {
        let fresh = jiff::SignedDuration::from_secs(crate::limits::BLOB_RENEWAL_SECONDS);
        let before = self.store.inner.clock.now().checked_sub(fresh).unwrap_or(Timestamp::MIN);
        self.remove(id, before).await
    }

    /// The registration goes first, is kept last, and between the two nobody else can register these bytes: whoever
    /// wants to waits, and then finds that they have to be written again.
    async fn remove(&self, id: &BlobId, before: Timestamp) -> Result<bool, StoreError> {
        let mut tx = self.store.begin_bookkeeping().await?;
        if !tx.forget_blob(id, before).await? {
            return Ok(false);
        }
        match &*self.place {
            Place::Disk(disk) => disk.remove(id)?,
            Place::Objects(objects) => objects.remove(id).await?,
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Registers bytes that no registration knows, such as after an older database was restored.
    async fn adopt_strays(&self, before: Timestamp) -> Result<(), StoreError> {
        let found = match &*self.place {
            Place::Disk(disk) => disk.older_than(before).await?,
            Place::Objects(objects) => objects.older_than(before).await?,
        };
        for stray in found {
            if self.store.blob_bytes(&stray.id).await?.is_none() {
                let mut tx = self.store.begin_bookkeeping().await?;
                tx.adopt_blob(&stray.id, stray.bytes, stray.since).await?;
                tx.commit().await?;
            }
        }
        Ok(())
    }
}
