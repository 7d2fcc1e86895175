//! Blobs: immutable bytes named by their SHA-256, on disk or in object storage.
//!
//! A blob is durable before `put` returns, and is registered in the database before anything refers to it.

mod disk;
mod objects;

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use futures::Stream;
use futures::StreamExt;
use sha2::{Digest, Sha256};
use tokio::io::AsyncReadExt;
use townhall_model::BlobId;

use crate::error::StoreError;
use crate::faults::Faults;
use crate::store::Store;

pub use objects::S3Settings;

/// Where blobs live.
#[derive(Debug, Clone)]
pub enum BlobSettings {
    /// In `blobs/` of the data directory.
    Disk,
    /// In a bucket.
    S3(S3Settings),
}

/// The blob store. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Blobs {
    place: Arc<Place>,
    store: Store,
    temporary: PathBuf,
}

#[derive(Debug)]
enum Place {
    Disk(disk::Disk),
    Objects(objects::Objects),
}

/// A blob as a local file; a downloaded copy goes away with it.
#[derive(Debug)]
pub struct OpenBlob {
    path: PathBuf,
    _copy: Option<tempfile::TempPath>,
}

impl OpenBlob {
    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// How much of a blob is read at a time.
const CHUNK_BYTES: u64 = 256 * 1024;

impl Blobs {
    /// The blobs beside a store.
    pub fn open(settings: &BlobSettings, data_dir: &Path, store: &Store) -> Result<Self, StoreError> {
        let temporary = data_dir.join("tmp");
        std::fs::create_dir_all(&temporary).map_err(StoreError::io("make the folder", &temporary))?;
        let faults: Faults = store.inner.faults.clone();
        let place = match settings {
            BlobSettings::Disk => Place::Disk(disk::Disk::open(data_dir, faults)?),
            BlobSettings::S3(s3) => Place::Objects(objects::Objects::open(s3, faults)?),
        };
        Ok(Self { place: Arc::new(place), store: store.clone(), temporary })
    }

    /// Keeps the bytes of a file.
    pub async fn put_file(&self, path: &Path) -> Result<BlobId, StoreError> {
        let (id, size) = hash_file(path).await?;
        if self.store.blob_bytes(&id).await?.is_none() || self.size(&id).await?.is_none() {
            match &*self.place {
                Place::Disk(disk) => disk.put(&id, path).await?,
                Place::Objects(objects) => objects.put(&id, path).await?,
            }
        }
        self.store.register_blob(&id, size).await?;
        Ok(id)
    }

    /// Keeps bytes that are in memory already.
    pub async fn put_bytes(&self, bytes: &[u8]) -> Result<BlobId, StoreError> {
        let path = self.temporary_path();
        tokio::fs::write(&path, bytes).await.map_err(StoreError::io("write", &path))?;
        self.put_file(&path).await
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
        use tokio::io::AsyncWriteExt;
        let path = self.temporary_path();
        let mut file = tokio::fs::File::create(&path).await.map_err(StoreError::io("write", &path))?;
        let mut size = 0_u64;
        while let Some(chunk) = stream.next().await {
            let chunk = chunk.map_err(|error| StoreError::io("receive", &path)(error.into()))?;
            size += chunk.len() as u64;
            if size > limit_bytes {
                return Err(StoreError::TooLarge { limit_bytes });
            }
            file.write_all(&chunk).await.map_err(StoreError::io("write", &path))?;
        }
        file.flush().await.map_err(StoreError::io("write", &path))?;
        self.put_file(&path).await
    }

    fn temporary_path(&self) -> tempfile::TempPath {
        let path = self.temporary.join(format!("{}.part", uuid::Uuid::now_v7()));
        tempfile::TempPath::try_from_path(&path).unwrap_or_else(|_| unreachable!("the path is not empty"))
    }

    /// A part of a blob. A range past its end gives what there is.
    pub async fn range(&self, id: &BlobId, range: Range<u64>) -> Result<Bytes, StoreError> {
        match &*self.place {
            Place::Disk(disk) => disk.range(id, range).await,
            Place::Objects(objects) => objects.range(id, range).await,
        }
    }

    /// A part of a blob as a stream of small pieces.
    pub async fn stream(
        &self,
        id: &BlobId,
        range: Range<u64>,
    ) -> Result<std::pin::Pin<Box<dyn Stream<Item = std::io::Result<Bytes>> + Send>>, StoreError> {
        if self.size(id).await?.is_none() {
            return Err(StoreError::NotFound { what: "blob", name: id.to_string() });
        }
        let (blobs, id) = (self.clone(), *id);
        let pieces = futures::stream::unfold(range, move |rest| {
            let blobs = blobs.clone();
            async move {
                if rest.is_empty() {
                    return None;
                }
                let end = rest.end.min(rest.start + CHUNK_BYTES);
                let piece = blobs.range(&id, rest.start..end).await.map_err(|error| std::io::Error::other(error.to_string()));
                let rest = if piece.is_err() { rest.end..rest.end } else { end..rest.end };
                Some((piece, rest))
            }
        });
        Ok(pieces.boxed())
    }

    /// A blob as a local file.
    pub async fn open_file(&self, id: &BlobId) -> Result<OpenBlob, StoreError> {
        match &*self.place {
            Place::Disk(disk) => Ok(OpenBlob { path: disk.existing(id)?, _copy: None }),
            Place::Objects(objects) => {
                let copy = self.temporary_path();
                objects.download(id, &copy).await?;
                Ok(OpenBlob { path: copy.to_path_buf(), _copy: Some(copy) })
            }
        }
    }

    /// Where a blob lies on this machine, when it lies here.
    pub fn local_path(&self, id: &BlobId) -> Option<PathBuf> {
        match &*self.place {
            Place::Disk(disk) => disk.existing(id).ok(),
            Place::Objects(_) => None,
        }
    }

    /// The size of a blob, when it is there.
    pub async fn size(&self, id: &BlobId) -> Result<Option<u64>, StoreError> {
        match &*self.place {
            Place::Disk(disk) => Ok(disk.size(id)),
            Place::Objects(objects) => objects.size(id).await,
        }
    }

    /// Reads a blob and compares its hash.
    pub async fn verify(&self, id: &BlobId) -> Result<(), StoreError> {
        let file = self.open_file(id).await?;
        let (found, _) = hash_file(file.path()).await?;
        if found == *id { Ok(()) } else { Err(StoreError::DamagedBlob { id: id.to_string() }) }
    }

    /// Removes blobs that nothing refers to and that are older than a time, and what a crash left half written.
    pub async fn sweep(&self, before: jiff::Timestamp) -> Result<u64, StoreError> {
        let gone = self.store.forget_unreferenced_blobs(before).await?;
        for id in &gone {
            match &*self.place {
                Place::Disk(disk) => disk.remove(id)?,
                Place::Objects(objects) => objects.remove(id).await?,
            }
        }
        if let Place::Disk(disk) = &*self.place {
            let mut known = std::collections::HashSet::new();
            known.extend(self.store.referenced_blobs().await?);
            return Ok(gone.len() as u64 + disk.sweep_strays(before, &known, &self.store).await?);
        }
        Ok(gone.len() as u64)
    }
}

/// The name and size of a file's bytes.
pub async fn hash_file(path: &Path) -> Result<(BlobId, u64), StoreError> {
    let mut file = tokio::fs::File::open(path).await.map_err(StoreError::io("open", path))?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; CHUNK_BYTES as usize];
    let mut size = 0;
    loop {
        let count = file.read(&mut buffer).await.map_err(StoreError::io("read", path))?;
        if count == 0 {
            return Ok((BlobId::from_digest(hasher.finalize().into()), size));
        }
        hasher.update(&buffer[..count]);
        size += count as u64;
    }
}
