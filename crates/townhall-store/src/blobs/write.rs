//! Keeping bytes: named while they are written, written only when they are not there yet.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use bytes::Bytes;
use futures::{Stream, StreamExt};
use sha2::{Digest, Sha256};
use tempfile::TempPath;
use tokio::io::AsyncWriteExt;
use townhall_model::BlobId;

use super::{Blobs, CHUNK_BYTES, Place, blocking};
use crate::error::StoreError;

impl Blobs {
    /// Keeps the bytes of a file, which stays where it is. Nothing is copied when they are here already.
    pub async fn put_file(&self, path: &Path) -> Result<BlobId, StoreError> {
        let (id, size) = hash_file(path).await?;
        if self.renew(&id, size).await? {
            return Ok(id);
        }
        let part = self.temporary_path()?;
        let (source, target) = (path.to_owned(), part.to_path_buf());
        // The file may change between two readings; the name is that of the bytes that were copied.
        let (id, size) = blocking(move || copy(&source, Some(&target))).await?;
        self.keep(id, size, part).await
    }

    /// Keeps bytes that are in memory already.
    pub async fn put_bytes(&self, bytes: &[u8]) -> Result<BlobId, StoreError> {
        let (id, size) = (BlobId::of(bytes), bytes.len() as u64);
        if self.renew(&id, size).await? {
            return Ok(id);
        }
        let part = self.temporary_path()?;
        tokio::fs::write(&part, bytes).await.map_err(StoreError::io("write", &part))?;
        self.keep(id, size, part).await
    }

    /// Keeps bytes as they come, at most `limit_bytes`.
    pub async fn put_stream<E>(
        &self,
        mut stream: impl Stream<Item = Result<Bytes, E>> + Unpin,
        limit_bytes: u64,
    ) -> Result<BlobId, StoreError>
    where
        E: Into<std::io::Error>,
    {
        let part = self.temporary_path()?;
        let mut file = tokio::fs::File::create(&part).await.map_err(StoreError::io("write", &part))?;
        let (mut hasher, mut size) = (Sha256::new(), 0_u64);
        while let Some(chunk) = stream.next().await {
            let chunk = chunk.map_err(|error| StoreError::io("receive", &part)(error.into()))?;
            size += chunk.len() as u64;
            if size > limit_bytes {
                return Err(StoreError::TooLarge { limit_bytes });
            }
            hasher.update(&chunk);
            file.write_all(&chunk).await.map_err(StoreError::io("write", &part))?;
        }
        file.flush().await.map_err(StoreError::io("write", &part))?;
        drop(file);
        let id = BlobId::from_digest(hasher.finalize().into());
        if self.renew(&id, size).await? {
            return Ok(id);
        }
        self.keep(id, size, part).await
    }

    /// Whether these bytes are here; then their registration is renewed, so that no sweep takes them.
    async fn renew(&self, id: &BlobId, size: u64) -> Result<bool, StoreError> {
        if self.store.blob_bytes(id).await?.is_none() {
            return Ok(false);
        }
        self.store.register_blob(id, size).await?;
        // Only after the renewal is it certain that what is here stays.
        Ok(self.size(id).await? == Some(size))
    }

    async fn keep(&self, id: BlobId, size: u64, part: TempPath) -> Result<BlobId, StoreError> {
        self.store.register_blob(&id, size).await?;
        match &*self.place {
            Place::Disk(disk) => disk.put(&id, part).await?,
            Place::Objects(objects) => objects.put(&id, &part).await?,
        }
        Ok(id)
    }
}

/// The name and size of a file's bytes.
pub async fn hash_file(path: &Path) -> Result<(BlobId, u64), StoreError> {
    let path = path.to_owned();
    blocking(move || copy(&path, None)).await
}

/// Reads a file, writes what it reads to another one if asked to, and names the bytes.
fn copy(source: &Path, target: Option<&Path>) -> Result<(BlobId, u64), StoreError> {
    let mut from = File::open(source).map_err(StoreError::io("open", source))?;
    let mut to = match target {
        Some(target) => Some((File::create(target).map_err(StoreError::io("write", target))?, target)),
        None => None,
    };
    let (mut hasher, mut buffer, mut size) = (Sha256::new(), vec![0; CHUNK_BYTES], 0);
    loop {
        let count = from.read(&mut buffer).map_err(StoreError::io("read", source))?;
        if count == 0 {
            return Ok((BlobId::from_digest(hasher.finalize().into()), size));
        }
        hasher.update(&buffer[..count]);
        if let Some((file, target)) = &mut to {
            file.write_all(&buffer[..count]).map_err(StoreError::io("write", target))?;
        }
        size += count as u64;
    }
}
