//! The bridge between the engine's object store and our blobs. It reads ranges of blobs named by their hash; there is
//! no way to write, to list, or to name anything else.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use datafusion::error::DataFusionError;
use datafusion::execution::object_store::ObjectStoreRegistry;
use datafusion::object_store::path::Path;
use datafusion::object_store::{
    self, Attributes, CopyOptions, GetOptions, GetResult, GetResultPayload, ListResult, MultipartUpload,
    ObjectMeta, ObjectStore, PutMultipartOptions, PutOptions, PutPayload, PutResult,
};
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use moka::future::Cache;
use townhall_model::BlobId;

/// A blob could not be read.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ReadError(pub String);

/// What the engine needs of a blob store.
#[async_trait]
pub trait ReadBlob: Send + Sync + fmt::Debug {
    /// The size of a blob, when it is there.
    async fn size(&self, blob: &BlobId) -> Result<Option<u64>, ReadError>;
    /// A part of a blob.
    async fn range(&self, blob: &BlobId, range: Range<u64>) -> Result<Bytes, ReadError>;
    /// Where a blob is, if it is a file on this machine's disk.
    fn local_path(&self, blob: &BlobId) -> Option<std::path::PathBuf> {
        let _ = blob;
        None
    }
}

/// The address under which the engine sees the blobs.
pub(crate) const ADDRESS: &str = "townhall://blobs/";

/// The name of a blob at that address.
pub(crate) fn file_name(blob: &BlobId) -> String {
    format!("{blob}.parquet")
}

/// The address under which the engine sees a blob.
pub(crate) fn address(blob: &BlobId) -> String {
    format!("{ADDRESS}{}", file_name(blob))
}

/// The only object store there is.
#[derive(Debug, Clone)]
pub(crate) struct Bridge {
    blobs: Arc<dyn ReadBlob>,
    /// The engine wants the size with each piece. A blob never changes, so it is asked for once.
    sizes: Cache<BlobId, u64>,
}

/// Sizes that are remembered.
const SIZES_MAX: u64 = 10_000;

/// Unwanted bytes between two wanted pieces that are read along rather than asked for apart: about what an object store
/// sends in the time that one more request takes.
pub(crate) const GAP_BYTES: u64 = 128 * 1024;

/// How much of the end of a file is read at first: what describes a table of usual size, in one request.
pub(crate) const TAIL_BYTES: usize = 64 * 1024;

impl Bridge {
    pub(crate) fn new(blobs: Arc<dyn ReadBlob>) -> Self {
        Self { blobs, sizes: Cache::new(SIZES_MAX) }
    }

    async fn size(&self, location: &Path, blob: &BlobId) -> object_store::Result<u64> {
        if let Some(size) = self.sizes.get(blob).await {
            return Ok(size);
        }
        let size = self.blobs.size(blob).await.map_err(failed)?.ok_or_else(|| {
            object_store::Error::NotFound { path: location.to_string(), source: "no such blob".into() }
        })?;
        self.sizes.insert(*blob, size).await;
        Ok(size)
    }
}

/// A registry that knows the bridge and refuses every other address.
#[derive(Debug)]
pub(crate) struct OnlyBridge(pub(crate) Arc<dyn ObjectStore>);

impl ObjectStoreRegistry for OnlyBridge {
    fn register_store(&self, _: &url::Url, _: Arc<dyn ObjectStore>) -> Option<Arc<dyn ObjectStore>> {
        None
    }

    fn get_store(&self, url: &url::Url) -> Result<Arc<dyn ObjectStore>, DataFusionError> {
        match (url.scheme(), url.host_str()) {
            ("townhall", Some("blobs")) => Ok(self.0.clone()),
            _ => Err(DataFusionError::Plan("only tables can be read".to_owned())),
        }
    }
}

impl fmt::Display for Bridge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("townhall blobs")
    }
}

pub(crate) fn blob_of(path: &Path) -> Result<BlobId, object_store::Error> {
    let name = path.as_ref();
    name.strip_suffix(".parquet")
        .and_then(|name| name.parse().ok())
        .ok_or_else(|| object_store::Error::NotFound { path: name.to_owned(), source: "not a blob".into() })
}

fn failed(error: ReadError) -> object_store::Error {
    object_store::Error::Generic { store: "townhall", source: Box::new(error) }
}

fn refused(doing: &str) -> object_store::Error {
    object_store::Error::NotSupported { source: format!("blobs can't be {doing} here").into() }
}

#[async_trait]
impl ObjectStore for Bridge {
    async fn put_opts(&self, _: &Path, _: PutPayload, _: PutOptions) -> object_store::Result<PutResult> {
        Err(refused("written"))
    }

    async fn put_multipart_opts(
        &self,
        _: &Path,
        _: PutMultipartOptions,
    ) -> object_store::Result<Box<dyn MultipartUpload>> {
        Err(refused("written"))
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> object_store::Result<GetResult> {
        let blob = blob_of(location)?;
        let size = self.size(location, &blob).await?;
        let meta = ObjectMeta {
            location: location.clone(),
            // A blob never changes: one time for all keeps the engine's caches warm.
            last_modified: Default::default(),
            size,
            e_tag: Some(blob.to_string()),
            version: None,
        };
        let range = match &options.range {
            Some(range) => range.as_range(size).map_err(|error| object_store::Error::Generic {
                store: "townhall",
                source: Box::new(error),
            })?,
            None => 0..size,
        };
        let bytes = match options.head {
            true => Bytes::new(),
            false => self.blobs.range(&blob, range.clone()).await.map_err(failed)?,
        };
        Ok(GetResult {
            payload: GetResultPayload::Stream(stream::once(async move { Ok(bytes) }).boxed()),
            meta,
            range,
            attributes: Attributes::default(),
        })
    }

    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> object_store::Result<Vec<Bytes>> {
        let blob = blob_of(location)?;
        let fetch = |range: Range<u64>| async { self.blobs.range(&blob, range).await.map_err(failed) };
        object_store::coalesce_ranges(ranges, fetch, GAP_BYTES).await
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, object_store::Result<Path>>,
    ) -> BoxStream<'static, object_store::Result<Path>> {
        locations.map(|_| Err(refused("deleted"))).boxed()
    }

    fn list(&self, _: Option<&Path>) -> BoxStream<'static, object_store::Result<ObjectMeta>> {
        stream::once(async { Err(refused("listed")) }).boxed()
    }

    async fn list_with_delimiter(&self, _: Option<&Path>) -> object_store::Result<ListResult> {
        Err(refused("listed"))
    }

    async fn copy_opts(&self, _: &Path, _: &Path, _: CopyOptions) -> object_store::Result<()> {
        Err(refused("copied"))
    }
}
