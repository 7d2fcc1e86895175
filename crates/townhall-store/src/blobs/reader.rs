//! Blobs for reading alone: what a machine needs that answers questions and has no database.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use futures::TryStreamExt;
use futures::stream::{self, StreamExt};
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;
use townhall_model::BlobId;

use super::{BlobSettings, ByteStream, CHUNK_BYTES, Place, disk, objects};
use crate::error::StoreError;
use crate::faults::Faults;

/// The blobs of a place, to be read by their hash. Cheap to clone.
#[derive(Debug, Clone)]
pub struct BlobReader {
    place: Arc<Place>,
}

impl BlobReader {
    /// The blobs of a bucket, or of a data directory that this machine sees.
    pub fn open(settings: &BlobSettings, data_dir: &Path) -> Result<Self, StoreError> {
        Ok(Self { place: Arc::new(Place::open(settings, data_dir, Faults::default())?) })
    }

    /// The size of a blob, when it is there.
    pub async fn size(&self, id: &BlobId) -> Result<Option<u64>, StoreError> {
        self.place.size(id).await
    }

    /// A part of a blob. A range past its end gives what there is.
    pub async fn range(&self, id: &BlobId, range: Range<u64>) -> Result<Bytes, StoreError> {
        collected(id, self.place.stream(id, range).await?).await
    }
}

impl Place {
    pub(super) fn open(settings: &BlobSettings, data_dir: &Path, faults: Faults) -> Result<Self, StoreError> {
        Ok(match settings {
            BlobSettings::Disk => Self::Disk(disk::Disk::open(data_dir, faults)?),
            BlobSettings::S3(s3) => Self::Objects(objects::Objects::open(s3, faults)?),
        })
    }

    pub(super) async fn size(&self, id: &BlobId) -> Result<Option<u64>, StoreError> {
        match self {
            Self::Disk(disk) => Ok(disk.size(id)),
            Self::Objects(objects) => objects.size(id).await,
        }
    }

    /// A part of a blob as a stream of small pieces. A range past its end gives what there is.
    pub(super) async fn stream(&self, id: &BlobId, range: Range<u64>) -> Result<ByteStream, StoreError> {
        match self {
            Self::Disk(disk) => {
                let path = disk.existing(id)?;
                let size = disk.size(id).unwrap_or(0);
                let (start, end) = (range.start.min(size), range.end.min(size));
                if start >= end {
                    return Ok(stream::empty().boxed());
                }
                let mut file = tokio::fs::File::open(&path).await.map_err(StoreError::io("open", &path))?;
                let from = std::io::SeekFrom::Start(start);
                file.seek(from).await.map_err(StoreError::io("read", &path))?;
                Ok(ReaderStream::with_capacity(file.take(end - start), CHUNK_BYTES).boxed())
            }
            Self::Objects(objects) => objects.stream(id, range).await,
        }
    }
}

/// A stream's bytes in one piece.
pub(super) async fn collected(id: &BlobId, stream: ByteStream) -> Result<Bytes, StoreError> {
    let mut pieces: Vec<Bytes> =
        stream.try_collect().await.map_err(StoreError::io("read blob", Path::new(&id.path())))?;
    if pieces.len() == 1 {
        return Ok(pieces.swap_remove(0));
    }
    let mut all = BytesMut::with_capacity(pieces.iter().map(Bytes::len).sum());
    pieces.iter().for_each(|piece| all.extend_from_slice(piece));
    Ok(all.freeze())
}
