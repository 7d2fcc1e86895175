//! Blobs on disk: `blobs/ab/cd/<sha256>`, written beside and moved into place.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use jiff::Timestamp;
use tempfile::TempPath;
use townhall_model::BlobId;

use super::{Stray, blocking};
use crate::error::StoreError;
use crate::faults::Faults;

#[derive(Debug)]
pub(super) struct Disk {
    root: PathBuf,
    faults: Faults,
}

impl Disk {
    pub(super) fn open(data_dir: &Path, faults: Faults) -> Result<Self, StoreError> {
        let root = data_dir.join("blobs");
        fs::create_dir_all(&root).map_err(StoreError::io("make the folder", &root))?;
        flush(data_dir)?;
        Ok(Self { root, faults })
    }

    fn path(&self, id: &BlobId) -> PathBuf {
        self.root.join(id.path())
    }

    /// Flushes the bytes, moves them into place, flushes the folders: after a power cut the blob is there whole or not
    /// at all. `part` lies in the same file system.
    pub(super) async fn put(&self, id: &BlobId, part: TempPath) -> Result<(), StoreError> {
        let (root, target, faults) = (self.root.clone(), self.path(id), self.faults.clone());
        blocking(move || {
            faults.pass().map_err(StoreError::io("flush", &part))?;
            File::open(&part).and_then(|file| file.sync_all()).map_err(StoreError::io("flush", &part))?;
            let folder = target.parent().unwrap_or(&root);
            fs::create_dir_all(folder).map_err(StoreError::io("make the folder", folder))?;
            faults.pass().map_err(StoreError::io("move", &part))?;
            fs::rename(&part, &target).map_err(StoreError::io("move", &part))?;
            faults.pass().map_err(StoreError::io("flush", folder))?;
            for folder in [folder, folder.parent().unwrap_or(&root), &root] {
                flush(folder)?;
            }
            Ok(())
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

    pub(super) fn remove(&self, id: &BlobId) -> Result<(), StoreError> {
        let path = self.path(id);
        self.faults.pass().map_err(StoreError::io("remove", &path))?;
        match fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(StoreError::io("remove", &path)(error))
            }
            _ => Ok(()),
        }
    }

    /// Every blob on disk that is older than a time.
    pub(super) async fn older_than(&self, before: Timestamp) -> Result<Vec<Stray>, StoreError> {
        let root = self.root.clone();
        blocking(move || {
            let mut found = Vec::new();
            for path in files_below(&root)? {
                let id = path.file_name().and_then(|name| name.to_string_lossy().parse::<BlobId>().ok());
                let (Some(id), Some((since, bytes))) = (id, age_and_size(&path)) else { continue };
                if since < before {
                    found.push(Stray { id, bytes, since });
                }
            }
            Ok(found)
        })
        .await
    }
}

/// Removes what was left half written in the folder for temporary files before a time.
pub(super) async fn sweep_temporary(folder: &Path, before: Timestamp) -> Result<u64, StoreError> {
    let folder = folder.to_owned();
    blocking(move || {
        let mut removed = 0;
        for path in files_below(&folder)? {
            if age_and_size(&path).is_some_and(|(since, _)| since < before) {
                fs::remove_file(&path).map_err(StoreError::io("remove", &path))?;
                removed += 1;
            }
        }
        Ok(removed)
    })
    .await
}

fn flush(folder: &Path) -> Result<(), StoreError> {
    File::open(folder).and_then(|file| file.sync_all()).map_err(StoreError::io("flush", folder))
}

fn age_and_size(path: &Path) -> Option<(Timestamp, u64)> {
    let metadata = fs::metadata(path).ok()?;
    let changed: SystemTime = metadata.modified().ok()?;
    Some((Timestamp::try_from(changed).ok()?, metadata.len()))
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
