//! What a tool is given: a file of the machine, bytes that were sent, or an address.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use bytes::Bytes;
use futures::{Stream, StreamExt};
use tempfile::TempPath;
use tokio::io::AsyncWriteExt;
use townhall_model::ErrorKind;
use url::Url;

use super::Workshop;
use crate::Error;
use crate::limits::CATALOGUE_BYTES_MAX;

/// What a tool is given. Files that were made for it go away with the last copy of it.
#[derive(Debug, Clone)]
pub struct Material {
    name: String,
    path: PathBuf,
    watch: Watch,
    _temporary: Option<Arc<TempPath>>,
}

/// Sees how much of some material was read, and can put an end to the reading. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Watch(Arc<Seen>);

#[derive(Debug, Default)]
struct Seen {
    bytes: AtomicU64,
    parts: AtomicU64,
    all_parts: AtomicU64,
    is_stopped: AtomicBool,
}

impl Watch {
    /// How many bytes were read; a file that is read twice counts twice.
    pub fn bytes(&self) -> u64 {
        self.0.bytes.load(Ordering::Relaxed)
    }

    /// Says how many parts of the work are done, where that tells more than what was read: pages.
    pub fn count(&self, done: usize, total: usize) {
        self.0.parts.store(done as u64, Ordering::Relaxed);
        self.0.all_parts.store(total as u64, Ordering::Relaxed);
    }

    /// How many parts of the work are done, and of how many, where somebody counts them.
    pub fn parts(&self) -> Option<(u64, u64)> {
        let total = self.0.all_parts.load(Ordering::Relaxed);
        (total > 0).then(|| (self.0.parts.load(Ordering::Relaxed), total))
    }

    /// Whether somebody wants the work to end.
    pub fn is_stopped(&self) -> bool {
        self.0.is_stopped.load(Ordering::Relaxed)
    }

    /// Lets whoever reads fail.
    pub fn stop(&self) {
        self.0.is_stopped.store(true, Ordering::Relaxed);
    }
}

/// Material that is being read.
#[derive(Debug)]
pub struct Reading {
    file: File,
    watch: Watch,
}

impl From<Reading> for File {
    fn from(reading: Reading) -> Self {
        reading.file
    }
}

impl Read for Reading {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.watch.0.is_stopped.load(Ordering::Relaxed) {
            return Err(io::Error::other("somebody stopped the work"));
        }
        let read = self.file.read(buffer)?;
        self.watch.0.bytes.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

impl Material {
    /// A file of this machine; it stays as it is.
    pub fn of_file(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        Self { name: path.to_string_lossy().into_owned(), path, watch: Watch::default(), _temporary: None }
    }

    /// A file that was made here; it goes away with the last copy.
    pub fn made(name: impl Into<String>, part: TempPath) -> Self {
        let path = part.to_path_buf();
        Self { name: name.into(), path, watch: Watch::default(), _temporary: Some(Arc::new(part)) }
    }

    /// The same under another name.
    #[must_use]
    pub fn named(self, name: impl Into<String>) -> Self {
        Self { name: name.into(), ..self }
    }

    /// The same, with somebody who sees how far it is read.
    #[must_use]
    pub fn watched(self, watch: Watch) -> Self {
        Self { watch, ..self }
    }

    /// Who sees how far it is read.
    pub fn watch(&self) -> &Watch {
        &self.watch
    }

    /// Its name for people: a path, a file's name, or an address.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its size in bytes.
    pub fn bytes(&self) -> Result<u64, Error> {
        Ok(std::fs::metadata(&self.path)?.len())
    }

    /// Opens it for reading from the beginning.
    pub fn open(&self) -> Result<Reading, Error> {
        self.read().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => {
                Error::new(ErrorKind::NotFound, format!("there is no file `{}`", self.name))
            }
            _ => error.into(),
        })
    }

    pub(super) fn read(&self) -> io::Result<Reading> {
        Ok(Reading { file: File::open(&self.path)?, watch: self.watch.clone() })
    }
}

impl Workshop {
    /// What stands at an address, fetched through the guard.
    pub async fn fetch(&self, address: &str) -> Result<Material, Error> {
        let url = Url::parse(address)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https"))
            .ok_or_else(|| {
                Error::invalid(format!("`{address}` is not a web address"))
                    .with_hint("write it with https:// in front, as the browser shows it")
            })?;
        let part = self.part()?;
        self.fetcher.get_to_file(&url, &part, CATALOGUE_BYTES_MAX).await?;
        Ok(Material::made(url, part))
    }

    /// What is sent, as it comes, at most `limit_bytes`.
    pub async fn receive<E: Into<io::Error>>(
        &self,
        name: &str,
        mut stream: impl Stream<Item = Result<Bytes, E>> + Unpin,
        limit_bytes: u64,
    ) -> Result<Material, Error> {
        let part = self.part()?;
        let mut file = tokio::fs::File::create(&part).await?;
        let mut size = 0_u64;
        while let Some(chunk) = stream.next().await {
            let chunk = chunk.map_err(|error| {
                Error::new(ErrorKind::Malformed, format!("the file did not arrive whole: {}", error.into()))
            })?;
            size += chunk.len() as u64;
            if size > limit_bytes {
                return Err(Error::new(
                    ErrorKind::TooLarge,
                    format!("`{name}` has more than the {} MB that may be sent", limit_bytes / 1_000_000),
                )
                .with_hint("give its address instead, or run the command on your own machine"));
            }
            file.write_all(&chunk).await?;
        }
        file.flush().await?;
        Ok(Material::made(name, part))
    }

    /// A new empty file for what a tool makes.
    pub fn part(&self) -> Result<TempPath, Error> {
        let file = tempfile::Builder::new().prefix("workshop-").tempfile_in(&self.folder)?;
        Ok(file.into_temp_path())
    }
}
