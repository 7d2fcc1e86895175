//! Records: the typed document, the original bytes, and every revision.

mod name;
mod put;
mod read;
mod revise;

use jiff::Timestamp;
use townhall_model::RecordId;

use crate::error::StoreError;

pub(crate) use put::places;

/// Within which space the slug of a record of this kind is unique: what has a page below `/data/` shares one.
fn slug_space(kind: &str) -> &'static str {
    match kind {
        "catalog" => "catalog",
        "catalog-record" => "catalog-record",
        _ => "data",
    }
}

pub(crate) fn record_id(text: &str) -> Result<RecordId, StoreError> {
    text.parse().map_err(|_| StoreError::Corrupt { what: "a record id", found: text.to_owned() })
}

/// What can be seen of a record, and by whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RecordStatus {
    /// Seen by all.
    #[default]
    Published,
    /// Seen by those who make it.
    Draft,
    /// Withdrawn: its page says so.
    Retired,
}

impl RecordStatus {
    /// The word in the database and in APIs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Draft => "draft",
            Self::Retired => "retired",
        }
    }

    pub(crate) fn read(text: &str) -> Result<Self, StoreError> {
        [Self::Published, Self::Draft, Self::Retired]
            .into_iter()
            .find(|status| status.name() == text)
            .ok_or_else(|| StoreError::Corrupt { what: "a record status", found: text.to_owned() })
    }
}

/// A record to keep.
#[derive(Debug, Clone, Default)]
pub struct NewRecord {
    /// `dataset`, `catalog` and so on.
    pub kind: String,
    /// What tells it from others of its kind: the publisher's identifier, or what stands in for one.
    pub key: String,
    /// The publisher's identifier.
    pub identifier: Option<String>,
    /// The title, for lists and for the slug.
    pub title: String,
    /// The organization's name, then those above it.
    pub organization: Vec<String>,
    /// What can be seen of it, if it is new.
    pub status: RecordStatus,
    /// The catalogue it is listed in, itself a record.
    pub parent: Option<RecordId>,
    /// The access level.
    pub access_level: Option<String>,
    /// The dialect, such as `dcat-us-1.1`.
    pub dialect: String,
    /// The document as JSON text.
    pub document: String,
    /// The publisher's exact bytes.
    pub original: Vec<u8>,
    /// What makes two contents the same.
    pub content_hash: String,
    /// Where it came from.
    pub source: String,
    /// The fields that are suggestions, as JSON text.
    pub suggested: Option<String>,
    /// What pages need to know without reading the document, as JSON text.
    pub facts: Option<String>,
}

/// What became of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Put {
    /// Its id; absent in a comparison when the record is new.
    pub id: Option<RecordId>,
    /// What was, or would be, done.
    pub outcome: PutOutcome,
}

/// What was done with a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PutOutcome {
    /// It is new.
    Added,
    /// It differs in these fields.
    Changed {
        /// The top-level fields that differ.
        fields: Vec<String>,
    },
    /// It was there just so; nothing was written.
    Unchanged,
}

/// A record as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRecord {
    /// Its id.
    pub id: RecordId,
    /// `dataset`, `catalog` and so on.
    pub kind: String,
    /// What tells it from others of its kind.
    pub key: String,
    /// The publisher's identifier.
    pub identifier: Option<String>,
    /// The name in URLs.
    pub slug: String,
    /// The title.
    pub title: String,
    /// The organization's slug and name.
    pub organization: Option<(String, String)>,
    /// The catalogue it is listed in, itself a record.
    pub parent: Option<RecordId>,
    /// What can be seen of it.
    pub status: RecordStatus,
    /// The access level.
    pub access_level: Option<String>,
    /// The dialect.
    pub dialect: String,
    /// The document as JSON text.
    pub document: String,
    /// The publisher's exact bytes.
    pub original: Vec<u8>,
    /// What makes two contents the same.
    pub content_hash: String,
    /// Where it came from.
    pub source: String,
    /// Its place in exports.
    pub position: i64,
    /// How many revisions it has had.
    pub revision: u64,
    /// The fields that are suggestions, as JSON text.
    pub suggested: Option<String>,
    /// What pages need to know without reading the document, as JSON text.
    pub facts: Option<String>,
    /// The reason of the last retirement.
    pub note: Option<String>,
    /// When it came.
    pub created_at: Timestamp,
    /// When it last changed.
    pub changed_at: Timestamp,
    /// When its source was last compared.
    pub checked_at: Timestamp,
}

/// Which records.
#[derive(Debug, Clone, Default)]
pub struct RecordFilter {
    /// Of these kinds; any when empty.
    pub kinds: Vec<&'static str>,
    /// In these states; any when empty.
    pub statuses: Vec<RecordStatus>,
}

/// What is told of a revision without its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevisionHeader {
    /// Its number.
    pub number: u64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// What was done.
    pub action: String,
    /// The fields that changed.
    pub fields: Vec<String>,
    /// Why.
    pub note: Option<String>,
}

/// A revision with its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// What is told of it.
    pub header: RevisionHeader,
    /// The document as it was.
    pub document: String,
    /// The bytes as they were.
    pub original: Vec<u8>,
}
