//! Files of this machine: one file, or every catalog and record in a folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use async_trait::async_trait;

use crate::asking::Asking;
use crate::error::HarvestError;
use crate::limits::{FOLDER_DEPTH_MAX, PARTS_MAX};
use crate::source::{Address, Found, Listing, PartState, Source, SourceInfo};

/// A file or a folder of this machine.
pub struct Local;

const INFO: SourceInfo = SourceInfo {
    id: "file",
    name: "File or folder",
    description: "A catalog file of this machine, or every catalog and metadata record in a folder and the folders in it.",
    example: "/srv/metadata",
    options: &[],
};

/// Files that may hold metadata, by the ends of their names.
const ENDINGS: [&str; 9] =
    [".json", ".jsonl", ".ndjson", ".jsonld", ".ttl", ".rdf", ".xml", ".json.gz", ".jsonl.gz"];

#[async_trait]
impl Source for Local {
    fn info(&self) -> &'static SourceInfo {
        &INFO
    }

    async fn finds(&self, asking: &Asking<'_>, _: &str) -> Option<Address> {
        matches!(asking.address, Address::Local(_)).then(|| asking.address.clone())
    }

    async fn harvest(&self, asking: &Asking<'_>) -> Result<Listing, HarvestError> {
        let Address::Local(root) = &asking.address else {
            return Err(HarvestError::Unexpected {
                url: asking.address.to_string(),
                wanted: "file or folder",
                why: "it is on the web".to_owned(),
            });
        };
        let root = root.clone();
        let files =
            tokio::task::spawn_blocking(move || list(&root)).await.map_err(|_| HarvestError::Stopped)??;
        asking.tell(Found::Expecting(files.len() as u64)).await?;
        let mut listing = Listing::complete("");
        for file in files {
            let part: Arc<str> = file.path.display().to_string().into();
            if asking.memory.part(&part).is_some_and(|known| known.stamp.as_deref() == Some(&file.stamp)) {
                asking.tell(Found::Unchanged { part }).await?;
                continue;
            }
            let state = PartState { stamp: Some(file.stamp), ..PartState::default() };
            let read = asking.read_file(&part, &file.path, Some(part.to_string()), state).await?;
            // What can't be read is told of its part and stays as it was; the folder is listed whole all the same.
            if !read.read_as.is_empty() {
                listing.read_as = read.read_as;
            }
        }
        Ok(listing)
    }
}

struct ListedFile {
    path: PathBuf,
    /// When it was written, and how large it is.
    stamp: String,
}

fn list(root: &Path) -> Result<Vec<ListedFile>, HarvestError> {
    let mut files = Vec::new();
    let is_folder = fs::metadata(root).map_err(failed(root))?.is_dir();
    if is_folder {
        walk(root, 0, &mut files)?
    } else {
        files.push(listed(root)?)
    }
    Ok(files)
}

/// Links are not followed: they could lead out of the folder, or around in circles.
fn walk(folder: &Path, depth: usize, files: &mut Vec<ListedFile>) -> Result<(), HarvestError> {
    let read = fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let mut entries = read.map_err(failed(folder))?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name().to_string_lossy().to_lowercase();
        let kind = entry.file_type().map_err(failed(&entry.path()))?;
        if name.starts_with('.') {
            continue;
        }
        if kind.is_dir() && depth < FOLDER_DEPTH_MAX {
            walk(&entry.path(), depth + 1, files)?;
        } else if kind.is_file() && ENDINGS.iter().any(|ending| name.ends_with(ending)) {
            if files.len() >= PARTS_MAX {
                let url = folder.display().to_string();
                return Err(HarvestError::TooMany { url, limit: PARTS_MAX, what: "files" });
            }
            files.push(listed(&entry.path())?);
        }
    }
    Ok(())
}

fn listed(path: &Path) -> Result<ListedFile, HarvestError> {
    let metadata = fs::metadata(path).map_err(failed(path))?;
    let written = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let stamp = format!("{} {}", written.unwrap_or_default().as_nanos(), metadata.len());
    Ok(ListedFile { path: path.to_owned(), stamp })
}

fn failed(path: &Path) -> impl Fn(std::io::Error) -> HarvestError + use<> {
    let path = path.display().to_string();
    move |source| HarvestError::Read { path: path.clone(), source }
}
