//! What a kind of source is, and what it hands over.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use townhall_metadata::Item;
use townhall_model::Finding;
use url::Url;

use crate::asking::Asking;
use crate::error::HarvestError;

/// What everybody needs to know of a kind of source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SourceInfo {
    /// The word in settings and APIs, such as `ckan`.
    pub id: &'static str,
    /// The name for people.
    pub name: &'static str,
    /// What is harvested and how, in one sentence.
    pub description: &'static str,
    /// What an address looks like.
    pub example: &'static str,
    /// What can be set besides the address.
    pub options: &'static [SourceOption],
}

/// Something that can be set for sources of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SourceOption {
    /// The word.
    pub name: &'static str,
    /// What it does, in one sentence.
    pub meaning: &'static str,
    /// Whether its value is for nobody's eyes once it is set.
    pub is_secret: bool,
}

impl SourceOption {
    /// An option that anybody may see who may see the source.
    pub const fn plain(name: &'static str, meaning: &'static str) -> Self {
        Self { name, meaning, is_secret: false }
    }

    /// An option that is shown to nobody once it is set.
    pub const fn secret(name: &'static str, meaning: &'static str) -> Self {
        Self { name, meaning, is_secret: true }
    }
}

/// Where a source is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// Somewhere on the web.
    Web(Url),
    /// Objects of a store: `s3://bucket/prefix`.
    Bucket(Url),
    /// A file or a folder of this machine.
    Local(PathBuf),
}

impl Address {
    /// Reads an address: what begins with `http://` or `https://` is on the web, with `s3://` in a store; everything else is here.
    ///
    /// # Errors
    ///
    /// When an address of the web can't be read.
    pub fn read(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let lower = text.to_ascii_lowercase();
        if lower.starts_with("s3://") {
            let read = Url::parse(text).map_err(|error| format!("`{text}` is no address: {error}"))?;
            return match read.host_str() {
                Some(bucket) if !bucket.is_empty() => Ok(Self::Bucket(read)),
                _ => Err(format!("`{text}` names no bucket; write it like s3://bucket/prefix")),
            };
        }
        if !lower.starts_with("http://") && !lower.starts_with("https://") {
            return match text.split_once("://") {
                Some((scheme, _)) => {
                    Err(format!("addresses begin with http, https or s3, not with {scheme}"))
                }
                None if text.is_empty() => Err("the address is empty".to_owned()),
                None => Ok(Self::Local(PathBuf::from(text))),
            };
        }
        Url::parse(text).map(Self::Web).map_err(|error| format!("`{text}` is no address: {error}"))
    }

    /// The address on the web, if it is one.
    pub fn web(&self) -> Option<&Url> {
        match self {
            Self::Web(url) => Some(url),
            Self::Bucket(_) | Self::Local(_) => None,
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Web(url) | Self::Bucket(url) => url.fmt(f),
            Self::Local(path) => path.display().fmt(f),
        }
    }
}

/// What was said of a part of a source the last time: of its file, or of one document of many. What is not known is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartState {
    /// What the listing says of it: a time, a size, a version. When it says the same again, the part is not fetched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stamp: Option<String>,
    /// Its `ETag`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// Its `Last-Modified`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<String>,
    /// The SHA-256 of its bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash: Option<String>,
}

/// What is known of the parts of a source from the last time.
pub trait Memory: Send + Sync {
    /// What a part was like, if it was read and its records are kept.
    fn part(&self, name: &str) -> Option<PartState>;
}

/// Nothing is known: everything is fetched.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoMemory;

impl Memory for NoMemory {
    fn part(&self, _: &str) -> Option<PartState> {
        None
    }
}

/// What a source hands over, in the order in which it comes. A part's records come between nothing and its [`Found::Read`]; parts
/// may come mixed.
#[derive(Debug)]
pub enum Found {
    /// So many parts or records are to come, as far as the source knows.
    Expecting(u64),
    /// A part is as it was the last time, and so are its records.
    Unchanged {
        /// The part.
        part: Arc<str>,
    },
    /// A record, or what stands in the place of one.
    Item {
        /// The part it is in.
        part: Arc<str>,
        /// What it is known by where it says nothing itself, such as the address of its document.
        fallback: Option<String>,
        /// What was read.
        item: Box<Item>,
    },
    /// A part was read to its end.
    Read {
        /// The part.
        part: Arc<str>,
        /// What it is like now.
        state: PartState,
        /// Whether every record of it was handed over, refused ones included.
        is_complete: bool,
    },
    /// A part is listed and could not be had, or not be read. Its records stay as they were.
    Failed {
        /// The part.
        part: Arc<str>,
        /// What is wrong with it.
        finding: Finding,
    },
    /// Something about the source as a whole.
    Note(Finding),
}

/// What a listing was.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// Why the listing is not complete. What it does not name may only be taken for gone when it is.
    pub missing: Option<String>,
    /// What was read, for people, such as `DCAT-US 1.1`.
    pub read_as: String,
}

impl Listing {
    /// A listing that names everything there is.
    pub fn complete(read_as: impl Into<String>) -> Self {
        Self { missing: None, read_as: read_as.into() }
    }

    /// A listing that may have left something out.
    pub fn partial(read_as: impl Into<String>, why: impl Into<String>) -> Self {
        Self { missing: Some(why.into()), read_as: read_as.into() }
    }

    /// Whether it names everything there is.
    pub fn is_complete(&self) -> bool {
        self.missing.is_none()
    }
}

/// A kind of source.
#[async_trait]
pub trait Source: Send + Sync {
    /// What everybody needs to know of it.
    fn info(&self) -> &'static SourceInfo;

    /// Whether an address is of this kind. `head` is the beginning of what is there, as far as something answered; more may be
    /// asked, but only what is cheap. Returns the address to harvest, which may be another, such as the one that a portal's
    /// front page stands before.
    async fn finds(&self, asking: &Asking<'_>, head: &str) -> Option<Address>;

    /// Lists the source and hands over what it finds.
    ///
    /// # Errors
    ///
    /// When nothing could be listed at all. Trouble with one part is [`Found::Failed`], and the others go on.
    async fn harvest(&self, asking: &Asking<'_>) -> Result<Listing, HarvestError>;
}
