//! What is known of harvest sources: what their parts were like, which records they list, and what each harvest did.
//!
//! What a source is (its address and settings) is a document; here is only what was found there.

mod items;
mod parts;
mod runs;

use jiff::Timestamp;
use townhall_model::{Finding, RecordId};

pub use items::Owned;

use crate::error::StoreError;

/// How a record that a source lists, or has listed, stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ItemState {
    /// It is kept as the source has it.
    Kept,
    /// What the source has now could not be taken; what it had before is kept.
    Stale,
    /// It could never be taken.
    Refused,
    /// Another record with its identifier is kept.
    Duplicate,
    /// The settings of the source leave it out.
    Filtered,
    /// The last listings did not name it; it is kept for the time being.
    Missing,
    /// It vanished together with too many others: a person decides.
    Held,
    /// It vanished, and was withdrawn.
    Gone,
}

impl ItemState {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Kept,
        Self::Stale,
        Self::Refused,
        Self::Duplicate,
        Self::Filtered,
        Self::Missing,
        Self::Held,
        Self::Gone,
    ];

    /// The word in the database and in APIs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Stale => "stale",
            Self::Refused => "refused",
            Self::Duplicate => "duplicate",
            Self::Filtered => "filtered",
            Self::Missing => "missing",
            Self::Held => "held",
            Self::Gone => "gone",
        }
    }

    /// Whether its record is in view.
    pub const fn is_in_view(self) -> bool {
        matches!(self, Self::Kept | Self::Stale | Self::Missing | Self::Held)
    }

    fn read(text: &str) -> Result<Self, StoreError> {
        Self::ALL.into_iter().find(|state| state.name() == text).ok_or_else(|| StoreError::Corrupt {
            what: "the state of a harvested record",
            found: text.to_owned(),
        })
    }
}

/// A record that a source lists, or has listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HarvestItem {
    /// What the source calls it: its kind and identifier, with `/` between them.
    pub item: String,
    /// The record that is kept of it.
    pub record: Option<RecordId>,
    /// The part of the source that it is in.
    pub part: String,
    /// How it stands.
    pub state: ItemState,
    /// What makes two contents the same, of the content that is kept.
    pub hash: String,
    /// Its title.
    pub title: String,
    /// The identifier of the collection that it says to be part of.
    pub parent: Option<String>,
    /// Why it stands so.
    pub reason: Option<String>,
    /// Since when.
    pub since: Timestamp,
    /// How many complete listings in a row did not name it.
    pub absences: u32,
    /// How often it came back after it had vanished.
    pub returns: u32,
}

/// Where a harvest stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunState {
    /// It is under way, or was when its process ended.
    Running,
    /// It did its work.
    Done,
    /// It did its work, and what vanished waits for a person.
    Quarantined,
    /// It could not do its work.
    Failed,
    /// Somebody stopped it.
    Cancelled,
}

impl RunState {
    const ALL: [Self; 5] = [Self::Running, Self::Done, Self::Quarantined, Self::Failed, Self::Cancelled];

    /// The word in the database and in APIs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Quarantined => "quarantined",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    fn read(text: &str) -> Result<Self, StoreError> {
        Self::ALL
            .into_iter()
            .find(|state| state.name() == text)
            .ok_or_else(|| StoreError::Corrupt { what: "the state of a harvest", found: text.to_owned() })
    }
}

/// One harvest of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HarvestRun {
    /// The source.
    pub source: String,
    /// Its number, counted from 1 for each source.
    pub number: u32,
    /// Where it stands.
    pub state: RunState,
    /// Who asked for it.
    pub actor: String,
    /// When it began.
    pub began_at: Timestamp,
    /// When it was last heard of.
    pub seen_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// What it counted and found, as JSON text.
    pub report: String,
    /// Why it ended as it did.
    pub reason: Option<String>,
}

/// What a harvest did with one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunRecord {
    /// What the source calls it.
    pub item: String,
    /// The record.
    pub record: Option<RecordId>,
    /// `added`, `changed`, `restored`, `deleted`, `held`, `missing`, `stale`, `refused`, `duplicate`.
    pub action: String,
    /// The revision before.
    pub before: Option<u64>,
    /// The revision after.
    pub after: Option<u64>,
    /// Its title.
    pub title: String,
    /// Why, or what exactly.
    pub note: Option<String>,
}

/// Something that a harvest noticed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunFinding {
    /// Its number within the harvest, counted from 1.
    pub number: u32,
    /// What was noticed.
    pub finding: Finding,
}
