//! Blobs in S3-compatible storage. An object appears whole or not at all, and is durable when the store says so.

use std::ops::Range;
use std::path::Path;
use std::time::Duration;

use futures::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::{
    ClientOptions, GetOptions, GetRange, ObjectStore, ObjectStoreExt, RetryConfig, WriteMultipart,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use townhall_model::BlobId;

use super::{ByteStream, Stray};
use crate::error::StoreError;
use crate::faults::Faults;
use crate::limits::{
    OBJECT_CONNECT_SECONDS_MAX, OBJECT_REQUEST_SECONDS_MAX, OBJECT_RETRY_SECONDS_MAX, OBJECT_TRIES_MAX,
};

/// A bucket.
#[derive(Debug, Clone, Default)]
pub struct S3Settings {
    /// Its name.
    pub bucket: String,
    /// The address of the service; that of the region when absent.
    pub endpoint: Option<String>,
    /// The region.
    pub region: String,
    /// The access key; those of the machine's role when absent.
    pub access_key_id: Option<String>,
    /// The secret of the access key.
    pub secret_access_key: Option<String>,
    /// What stands before every name, such as `townhall/`.
    pub prefix: String,
    /// Whether plain HTTP will do, for a service on this machine.
    pub allow_http: bool,
}

#[derive(Debug)]
pub(super) struct Objects {
    store: AmazonS3,
    prefix: String,
    faults: Faults,
}

/// The size of the parts of an upload; S3 wants at least 5 MiB.
const PART_BYTES: usize = 8 * 1024 * 1024;

/// How many parts are under way at once.
const PARTS_AT_ONCE: usize = 4;

impl Objects {
    pub(super) fn open(settings: &S3Settings, faults: Faults) -> Result<Self, StoreError> {
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&settings.bucket)
            .with_region(&settings.region)
            .with_retry(RetryConfig {
                max_retries: OBJECT_TRIES_MAX,
                retry_timeout: Duration::from_secs(OBJECT_RETRY_SECONDS_MAX),
                ..RetryConfig::default()
            })
            .with_client_options(
                ClientOptions::new()
                    .with_allow_http(settings.allow_http)
                    .with_timeout(Duration::from_secs(OBJECT_REQUEST_SECONDS_MAX))
                    .with_connect_timeout(Duration::from_secs(OBJECT_CONNECT_SECONDS_MAX)),
            );
        if let Some(endpoint) = &settings.endpoint {
            builder = builder.with_endpoint(endpoint);
        }
        if let (Some(id), Some(secret)) = (&settings.access_key_id, &settings.secret_access_key) {
            builder = builder.with_access_key_id(id).with_secret_access_key(secret);
        }
        let store = builder.build().map_err(failed("be set up"))?;
        Ok(Self { store, prefix: settings.prefix.clone(), faults })
    }

    fn path(&self, id: &BlobId) -> object_store::path::Path {
        object_store::path::Path::from(format!("{}/{}", self.prefix.trim_end_matches('/'), id.path()))
    }

    pub(super) async fn put(&self, id: &BlobId, source: &Path) -> Result<(), StoreError> {
        self.faults.pass().map_err(StoreError::io("upload", source))?;
        let mut file = tokio::fs::File::open(source).await.map_err(StoreError::io("open", source))?;
        let mut buffer = vec![0; PART_BYTES];
        let first = fill(&mut file, &mut buffer).await.map_err(StoreError::io("read", source))?;
        // Small objects go in one request, which is also the only way to keep an empty one.
        if first < PART_BYTES {
            buffer.truncate(first);
            self.store.put(&self.path(id), buffer.into()).await.map_err(failed("keep an object"))?;
            return Ok(());
        }
        let upload = self.store.put_multipart(&self.path(id)).await.map_err(failed("begin an upload"))?;
        let mut upload = WriteMultipart::new_with_chunk_size(upload, PART_BYTES);
        let mut count = first;
        while count > 0 {
            upload.wait_for_capacity(PARTS_AT_ONCE).await.map_err(failed("keep a part"))?;
            upload.write(&buffer[..count]);
            count = fill(&mut file, &mut buffer).await.map_err(StoreError::io("read", source))?;
        }
        upload.finish().await.map_err(failed("end an upload"))?;
        Ok(())
    }

    /// The bytes of a range, or what there is of it. One request: whether the range lies within the object is asked only
    /// when the service refuses it.
    pub(super) async fn stream(&self, id: &BlobId, range: Range<u64>) -> Result<ByteStream, StoreError> {
        if range.is_empty() {
            return Ok(stream::empty().boxed());
        }
        let options = GetOptions { range: Some(GetRange::Bounded(range.clone())), ..GetOptions::default() };
        match self.store.get_opts(&self.path(id), options).await {
            Ok(answer) => Ok(answer.into_stream().map_err(std::io::Error::other).boxed()),
            Err(error @ object_store::Error::NotFound { .. }) => Err(not_found(id, "read an object")(error)),
            Err(error) => match self.size(id).await? {
                Some(size) if range.start >= size => Ok(stream::empty().boxed()),
                _ => Err(failed("read an object")(error)),
            },
        }
    }

    pub(super) async fn download(&self, id: &BlobId, target: &Path) -> Result<(), StoreError> {
        let mut stream =
            self.store.get(&self.path(id)).await.map_err(not_found(id, "read an object"))?.into_stream();
        let mut file = tokio::fs::File::create(target).await.map_err(StoreError::io("write", target))?;
        while let Some(bytes) = stream.try_next().await.map_err(failed("read an object"))? {
            file.write_all(&bytes).await.map_err(StoreError::io("write", target))?;
        }
        file.flush().await.map_err(StoreError::io("write", target))
    }

    pub(super) async fn size(&self, id: &BlobId) -> Result<Option<u64>, StoreError> {
        match self.store.head(&self.path(id)).await {
            Ok(meta) => Ok(Some(meta.size)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(failed("look an object up")(error)),
        }
    }

    /// Every blob in the bucket that is older than a time.
    pub(super) async fn older_than(&self, before: Timestamp) -> Result<Vec<Stray>, StoreError> {
        let prefix = object_store::path::Path::from(self.prefix.as_str());
        let mut objects = self.store.list(Some(&prefix));
        let mut found = Vec::new();
        while let Some(object) = objects.try_next().await.map_err(failed("list objects"))? {
            let id = object.location.filename().and_then(|name| name.parse::<BlobId>().ok());
            let since = Timestamp::from_microsecond(object.last_modified.timestamp_micros()).ok();
            if let (Some(id), Some(since)) = (id, since)
                && since < before
            {
                found.push(Stray { id, bytes: object.size, since });
            }
        }
        Ok(found)
    }

    pub(super) async fn remove(&self, id: &BlobId) -> Result<(), StoreError> {
        self.faults.pass().map_err(StoreError::io("remove", Path::new(&id.path())))?;
        match self.store.delete(&self.path(id)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(failed("remove an object")(error)),
        }
    }
}

async fn fill(file: &mut tokio::fs::File, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        let count = file.read(&mut buffer[filled..]).await?;
        if count == 0 {
            break;
        }
        filled += count;
    }
    Ok(filled)
}

fn failed(doing: &'static str) -> impl Fn(object_store::Error) -> StoreError {
    move |source| StoreError::Objects { doing, source }
}

fn not_found(id: &BlobId, doing: &'static str) -> impl Fn(object_store::Error) -> StoreError {
    let name = id.to_string();
    move |error| match error {
        object_store::Error::NotFound { .. } => StoreError::NotFound { what: "blob", name: name.clone() },
        source => StoreError::Objects { doing, source },
    }
}
