//! Web-accessible folders: directories of metadata documents as web servers list them.

mod listing;

use std::collections::{BTreeMap, HashSet, VecDeque};

use async_trait::async_trait;
use url::Url;

use listing::{List, read_listing};

use super::documents::{Document, Wanted, take_documents};
use super::portal::begins_html;
use crate::asking::{Asking, hash_of};
use crate::error::HarvestError;
use crate::limits::{FOLDER_DEPTH_MAX, FOLDERS_MAX, LISTING_BYTES_MAX, PARTS_MAX};
use crate::source::{Address, Found, Listing, Source, SourceInfo, SourceOption};

/// A web-accessible folder.
pub struct Waf;

const INFO: SourceInfo = SourceInfo {
    id: "waf",
    name: "Web-accessible folder",
    description: "The metadata documents (XML or JSON) of a directory that a web server lists, and of the directories in it.",
    example: "https://agency.example.gov/metadata/iso/",
    options: &[
        SourceOption::plain(
            "depth",
            "How many levels of directories are followed; 0 takes the documents of the first alone.",
        ),
        SourceOption::plain(
            "endings",
            "The ends of the names of documents, with commas; usually `.xml,.json`.",
        ),
        SourceOption::plain(
            PARENT,
            "The document of the collection that all others belong to, by its name in the folder; it comes before them.",
        ),
    ],
};

const PARENT: &str = "parent";

/// The part that a folder's collection is described in, if it is one: the records of all other parts belong to that of it.
pub fn parent_part(address: &Url, options: &BTreeMap<String, String>) -> Option<String> {
    let name = options.get(PARENT).map(|name| name.trim()).filter(|name| !name.is_empty())?;
    address.join(name).ok().map(String::from)
}

#[async_trait]
impl Source for Waf {
    fn info(&self) -> &'static SourceInfo {
        &INFO
    }

    async fn finds(&self, asking: &Asking<'_>, head: &str) -> Option<Address> {
        let url = asking.address.web()?;
        (begins_html(head) && is_listing(head)).then(|| Address::Web(url.clone()))
    }

    async fn harvest(&self, asking: &Asking<'_>) -> Result<Listing, HarvestError> {
        let root = asking.url(INFO.name)?.clone();
        let parent = parent_part(&root, asking.options);
        let mut walk = Walk {
            asking,
            depth_max: depth(asking)?,
            endings: endings(asking),
            seen: HashSet::new(),
            waiting: VecDeque::from([Folder { url: root, depth: 0, above: None }]),
            documents: 0,
            folders: 0,
            listing: Listing::complete(""),
        };
        if let Some(parent) = parent {
            walk.parent(parent).await?;
        }
        while let Some(folder) = walk.waiting.pop_front() {
            walk.folder(folder).await?;
        }
        Ok(walk.listing)
    }
}

/// Whether a page says that it lists a directory, in the words of Apache, nginx, lighttpd, Caddy, Jetty, Python or IIS.
fn is_listing(head: &str) -> bool {
    let head = head.to_ascii_lowercase();
    ["<title>index of", "<h1>index of", "[to parent directory]", "directory listing for", "<title>directory:"]
        .iter()
        .any(|mark| head.contains(mark))
}

fn depth(asking: &Asking<'_>) -> Result<usize, HarvestError> {
    let Some(text) = asking.option("depth") else { return Ok(FOLDER_DEPTH_MAX) };
    match text.parse() {
        Ok(depth) if depth <= FOLDER_DEPTH_MAX => Ok(depth),
        _ => Err(HarvestError::Option {
            option: "depth",
            value: text.to_owned(),
            why: format!("it is a number from 0 to {FOLDER_DEPTH_MAX}"),
        }),
    }
}

fn endings(asking: &Asking<'_>) -> Vec<String> {
    let endings = asking.option("endings").unwrap_or(".xml,.json");
    endings
        .split(',')
        .map(|ending| ending.trim().to_ascii_lowercase())
        .filter(|text| !text.is_empty())
        .collect()
}

/// A folder that is still to be listed.
struct Folder {
    url: Url,
    depth: usize,
    /// What the folder above it lists.
    above: Option<String>,
}

struct Walk<'w, 'a> {
    asking: &'w Asking<'a>,
    depth_max: usize,
    endings: Vec<String>,
    seen: HashSet<String>,
    waiting: VecDeque<Folder>,
    documents: usize,
    folders: usize,
    listing: Listing,
}

impl Walk<'_, '_> {
    /// Has the document of a collection taken before all others, whatever the listing says of it.
    async fn parent(&mut self, parent: String) -> Result<(), HarvestError> {
        let url = Url::parse(&parent).map_err(|error| HarvestError::Option {
            option: PARENT,
            value: parent.clone(),
            why: error.to_string(),
        })?;
        let document = Document { part: url.as_str().into(), url, stamp: None };
        self.seen.insert(parent);
        take_documents(self.asking, vec![document], Wanted::Metadata).await.map(drop)
    }

    /// Lists a folder, has its documents taken, and puts the folders in it in line.
    async fn folder(&mut self, Folder { url, depth, above }: Folder) -> Result<(), HarvestError> {
        if !self.seen.insert(url.to_string()) {
            return Ok(());
        }
        let list = match self.list(&url).await {
            Ok(list) => list,
            Err(error) if depth == 0 || matches!(error, HarvestError::Stopped) => return Err(error),
            Err(error) => return self.misses(format!("a folder can't be listed: {error}")).await,
        };
        if list.is_cut {
            self.misses(format!("the listing `{url}` breaks off before its end")).await?;
        }
        let its = Some(fingerprint(&list));
        if its == above && list.listed.iter().any(|listed| !listed.is_folder()) {
            // A link that points to the folder it lies in: everything below is here already.
            return Ok(());
        }
        let mut documents = Vec::new();
        for listed in list.listed {
            if listed.is_folder() {
                self.enter(Folder { url: listed.url, depth: depth + 1, above: its.clone() }).await?;
            } else if self.is_document(&listed.url) && self.seen.insert(listed.url.to_string()) {
                let part = listed.url.as_str().into();
                documents.push(Document { part, url: listed.url, stamp: listed.stamp });
            }
        }
        if self.documents + documents.len() > PARTS_MAX {
            documents.truncate(PARTS_MAX - self.documents);
            self.waiting.clear();
            self.misses(format!("it lists more than {PARTS_MAX} documents")).await?;
        }
        self.documents += documents.len();
        self.asking.tell(Found::Expecting(self.documents as u64)).await?;
        if let Some(read_as) = take_documents(self.asking, documents, Wanted::Metadata).await? {
            self.listing.read_as = read_as;
        }
        Ok(())
    }

    async fn enter(&mut self, folder: Folder) -> Result<(), HarvestError> {
        if folder.depth > FOLDER_DEPTH_MAX {
            return self
                .misses(format!("`{}` lies deeper than {FOLDER_DEPTH_MAX} folders", folder.url))
                .await;
        }
        if folder.depth > self.depth_max || self.seen.contains(folder.url.as_str()) {
            return Ok(());
        }
        self.folders += 1;
        if self.folders > FOLDERS_MAX {
            return self.misses(format!("there are more than {FOLDERS_MAX} folders")).await;
        }
        self.waiting.push_back(folder);
        Ok(())
    }

    async fn list(&self, url: &Url) -> Result<List, HarvestError> {
        let path = self.asking.folder.join("listing");
        let fetched = self.asking.fetcher.get_to_file(url, &path, LISTING_BYTES_MAX).await?;
        let base = fetched.final_url;
        let read = tokio::task::spawn_blocking(move || {
            let failed = |source| HarvestError::Read { path: path.display().to_string(), source };
            let file = std::fs::File::open(&path).map_err(failed)?;
            read_listing(&base, file).map_err(|why| HarvestError::Unexpected {
                url: base.to_string(),
                wanted: "listing of a folder",
                why,
            })
        });
        read.await.map_err(|_| HarvestError::Stopped)?
    }

    fn is_document(&self, url: &Url) -> bool {
        let path = url.path().to_ascii_lowercase();
        self.endings.iter().any(|ending| path.ends_with(ending))
    }

    async fn misses(&mut self, why: String) -> Result<(), HarvestError> {
        // One such sentence says it; a thousand folders that can't be had say nothing more.
        if self.listing.missing.is_none() {
            self.asking.note(why.clone()).await?;
            self.listing.missing = Some(why);
        }
        Ok(())
    }
}

/// What a folder lists, whatever its own address.
fn fingerprint(list: &List) -> String {
    let mut text = String::new();
    for listed in &list.listed {
        let path = listed.url.path().trim_end_matches('/');
        text.push_str(path.rsplit('/').next().unwrap_or_default());
        text.push_str(listed.stamp.as_deref().unwrap_or_default());
        text.push('\n');
    }
    hash_of(text.as_bytes())
}
