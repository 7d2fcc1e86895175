//! Blobs on disk: `blobs/ab/cd/<sha256>`, written beside and moved into place.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use townhall_model::BlobId;

use crate::error::StoreError;
use crate::faults::Faults;
use crate::store::Store;

#[derive(Debug)]
pub(super) struct Disk {
    root: PathBuf,
    temporary: PathBuf,
    faults: Faults,
}

impl Disk {
    pub(super) fn open(data_dir: &Path, faults: Faults) -> Result<Self, StoreError> {
        let root = data_dir.join("blobs");
        fs::create_dir_all(&root).map_err(StoreError::io("make the folder", &root))?;
        Ok(Self { root, temporary: data_dir.join("tmp"), faults })
    }

    fn path(&self, id: &BlobId) -> PathBuf {
        self.root.join(id.path())
    }

    /// Copies the bytes, flushes them, moves them into place, flushes the folders: after a power cut the blob is there
    /// whole or not at all.
    pub(super) async fn put(&self, id: &BlobId, source: &Path) -> Result<(), StoreError> {
        let (target, source) = (self.path(id), source.to_owned());
        let part = self.temporary.join(format!("{}.part", uuid::Uuid::now_v7()));
        let (root, faults) = (self.root.clone(), self.faults.clone());
        blocking(move || {
            let outcome = write(&root, &source, &part, &target, &faults);
            if outcome.is_err() {
                // What is half written must not stay; that it may be gone already is no trouble.
                let _ = fs::remove_file(&part);
            }
            outcome
        })
        .await
    }

    pub(super) fn existing(&self, id: &BlobId) -> Result<PathBuf, StoreError> {
        let path = self.path(id);
        match path.is_file() {
            true => Ok(path),
            false => Err(StoreError::NotFound { what: "blob", name: id.to_string() }),
        }
    }

    pub(super) fn size(&self, id: &BlobId) -> Option<u64> {
        fs::metadata(self.path(id)).ok().map(|metadata| metadata.len())
    }

    pub(super) async fn range(&self, id: &BlobId, range: Range<u64>) -> Result<Bytes, StoreError> {
        let path = self.existing(id)?;
        blocking(move || {
            let wanted = usize::try_from(range.end.saturating_sub(range.start)).unwrap_or(usize::MAX);
            let mut file = File::open(&path).map_err(StoreError::io("open", &path))?;
            file.seek(SeekFrom::Start(range.start)).map_err(StoreError::io("read", &path))?;
            let mut bytes = Vec::with_capacity(wanted.min(16 * 1024 * 1024));
            file.take(wanted as u64).read_to_end(&mut bytes).map_err(StoreError::io("read", &path))?;
            Ok(bytes.into())
        })
        .await
    }

    pub(super) fn remove(&self, id: &BlobId) -> Result<(), StoreError> {
        let path = self.path(id);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(StoreError::io("remove", &path)(error)),
            _ => Ok(()),
        }
    }

    /// Removes files that a crash left between writing and registering.
    pub(super) async fn sweep_strays(
        &self,
        before: jiff::Timestamp,
        known: &HashSet<BlobId>,
        store: &Store,
    ) -> Result<u64, StoreError> {
        let mut removed = 0;
        for path in files_below(&self.root)?.into_iter().chain(files_below(&self.temporary)?) {
            if !is_older(&path, before) {
                continue;
            }
            let id = path.file_name().and_then(|name| name.to_string_lossy().parse::<BlobId>().ok());
            if let Some(id) = id
                && (known.contains(&id) || store.blob_bytes(&id).await?.is_some())
            {
                continue;
            }
            fs::remove_file(&path).map_err(StoreError::io("remove", &path))?;
            removed += 1;
        }
        Ok(removed)
    }
}

fn write(root: &Path, source: &Path, part: &Path, target: &Path, faults: &Faults) -> Result<(), StoreError> {
    faults.pass().map_err(StoreError::io("write", part))?;
    fs::copy(source, part).map_err(StoreError::io("write", part))?;
    File::open(part).and_then(|file| file.sync_all()).map_err(StoreError::io("flush", part))?;
    let folder = target.parent().unwrap_or(root);
    fs::create_dir_all(folder).map_err(StoreError::io("make the folder", folder))?;
    faults.pass().map_err(StoreError::io("move", part))?;
    fs::rename(part, target).map_err(StoreError::io("move", part))?;
    for folder in [Some(folder), folder.parent(), Some(root)].into_iter().flatten() {
        File::open(folder).and_then(|file| file.sync_all()).map_err(StoreError::io("flush", folder))?;
    }
    Ok(())
}

fn is_older(path: &Path, before: jiff::Timestamp) -> bool {
    let changed = fs::metadata(path).and_then(|metadata| metadata.modified()).ok();
    changed.and_then(|time| jiff::Timestamp::try_from(time).ok()).is_some_and(|time| time < before)
}

fn files_below(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(StoreError::io("list", &folder))? {
            let entry = entry.map_err(StoreError::io("list", &folder))?;
            let kind = entry.file_type().map_err(StoreError::io("list", &folder))?;
            if kind.is_dir() {
                folders.push(entry.path());
            } else {
                files.push(entry.path());
            }
        }
    }
    Ok(files)
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(outcome) => outcome,
        Err(panic) => std::panic::resume_unwind(panic.into_panic()),
    }
}
