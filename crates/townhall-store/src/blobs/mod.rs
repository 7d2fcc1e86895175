//! Blobs: immutable bytes named by their SHA-256, on disk or in object storage.
//!
//! A blob is registered in the database, then its bytes are written; it is durable before `put_…` returns, and only
//! then may anything refer to it.

mod disk;
mod objects;
mod reader;
mod register;
mod sweep;
mod write;

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use futures::stream::Stream;
use townhall_model::BlobId;

use crate::error::StoreError;
use crate::faults::Faults;
use crate::store::Store;

pub use objects::S3Settings;
pub use reader::BlobReader;
pub(crate) use register::blob_id;
pub use write::hash_file;

/// Bytes as they come.
pub type ByteStream = Pin<Box<dyn Stream<Item = std::io::Result<Bytes>> + Send>>;

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

/// Bytes found in the blob store.
#[derive(Debug)]
struct Stray {
    id: BlobId,
    bytes: u64,
    since: jiff::Timestamp,
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
const CHUNK_BYTES: usize = 256 * 1024;

impl Blobs {
    /// The blobs beside a store.
    pub fn open(settings: &BlobSettings, data_dir: &Path, store: &Store) -> Result<Self, StoreError> {
        let temporary = data_dir.join("tmp");
        std::fs::create_dir_all(&temporary).map_err(StoreError::io("make the folder", &temporary))?;
        let faults: Faults = store.inner.faults.clone();
        let place = Place::open(settings, data_dir, faults)?;
        Ok(Self { place: Arc::new(place), store: store.clone(), temporary })
    }

    /// A part of a blob. A range past its end gives what there is.
    pub async fn range(&self, id: &BlobId, range: Range<u64>) -> Result<Bytes, StoreError> {
        reader::collected(id, self.stream(id, range).await?).await
    }

    /// A whole blob, if it has at most `limit_bytes`.
    pub async fn read(&self, id: &BlobId, limit_bytes: u64) -> Result<Bytes, StoreError> {
        let size = self.require_size(id).await?;
        if size > limit_bytes {
            return Err(StoreError::TooLarge { limit_bytes });
        }
        self.range(id, 0..size).await
    }

    /// A part of a blob as a stream of small pieces. A range past its end gives what there is.
    pub async fn stream(&self, id: &BlobId, range: Range<u64>) -> Result<ByteStream, StoreError> {
        self.place.stream(id, range).await
    }

    /// A blob as a local file.
    pub async fn open_file(&self, id: &BlobId) -> Result<OpenBlob, StoreError> {
        match &*self.place {
            Place::Disk(disk) => Ok(OpenBlob { path: disk.existing(id)?, _copy: None }),
            Place::Objects(objects) => {
                let copy = self.temporary_path()?;
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
        self.place.size(id).await
    }

    /// Reads a blob and compares its hash.
    pub async fn verify(&self, id: &BlobId) -> Result<(), StoreError> {
        let file = self.open_file(id).await?;
        let (found, _) = hash_file(file.path()).await?;
        if found == *id { Ok(()) } else { Err(StoreError::DamagedBlob { id: id.to_string() }) }
    }

    async fn require_size(&self, id: &BlobId) -> Result<u64, StoreError> {
        self.size(id).await?.ok_or_else(|| StoreError::NotFound { what: "blob", name: id.to_string() })
    }

    fn temporary_path(&self) -> Result<tempfile::TempPath, StoreError> {
        let path = self.temporary.join(format!("{}.part", uuid::Uuid::now_v7()));
        tempfile::TempPath::try_from_path(&path).map_err(StoreError::io("name", &path))
    }
}

/// Runs file work beside the reactor.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(outcome) => outcome,
        Err(panic) => std::panic::resume_unwind(panic.into_panic()),
    }
}
