//! Jobs: slow work that survives the process that does it.
//!
//! A worker claims a job with a lease and renews it while it works. A lease that runs out puts the job back, so a job
//! may run more than once and must bear it.

mod ask;
mod read;
mod work;

use jiff::Timestamp;
use townhall_model::JobId;

use crate::error::StoreError;

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    /// It waits for a worker, perhaps until a time.
    Queued,
    /// A worker has it.
    Running,
    /// It did its work.
    Done,
    /// It failed for good, or too often; the reason says why.
    Parked,
    /// Somebody stopped it.
    Cancelled,
}

impl JobState {
    const ALL: [Self; 5] = [Self::Queued, Self::Running, Self::Done, Self::Parked, Self::Cancelled];

    /// The word in the database and in APIs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Parked => "parked",
            Self::Cancelled => "cancelled",
        }
    }

    fn read(text: &str) -> Result<Self, StoreError> {
        Self::ALL
            .into_iter()
            .find(|state| state.name() == text)
            .ok_or_else(|| StoreError::Corrupt { what: "a job state", found: text.to_owned() })
    }
}

/// A job to do.
#[derive(Debug, Clone, Default)]
pub struct NewJob {
    /// Its kind.
    pub kind: String,
    /// What it needs to know, as JSON text.
    pub payload: String,
    /// Of waiting and running jobs, only one has this key; empty for none.
    pub dedupe: String,
    /// Higher first.
    pub priority: i64,
    /// Which queue it waits in; empty for the usual one.
    pub queue: String,
    /// Not before this time; at once when absent.
    pub run_after: Option<Timestamp>,
}

/// A job that a worker has claimed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// Its id.
    pub id: JobId,
    /// Its kind.
    pub kind: String,
    /// What it needs to know, as JSON text.
    pub payload: String,
    /// Who asked for it.
    pub actor: String,
    /// Which try this is, counted from 1.
    pub attempt: i64,
}

/// How far a job is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JobProgress {
    /// Units done.
    pub done: u64,
    /// Units to do.
    pub total: u64,
    /// What is being done.
    pub message: String,
}

/// A job as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredJob {
    /// Its id.
    pub id: JobId,
    /// Its kind.
    pub kind: String,
    /// What it needs to know, as JSON text.
    pub payload: String,
    /// Which queue it waits in.
    pub queue: String,
    /// Who asked for it, as `kind:name`.
    pub actor: String,
    /// Where it stands.
    pub state: JobState,
    /// Not before this time.
    pub run_after: Timestamp,
    /// Until when its worker has it, if one does.
    pub lease_until: Option<Timestamp>,
    /// Whether somebody wants it stopped.
    pub cancelling: bool,
    /// How often it was tried.
    pub attempts: i64,
    /// How far it is.
    pub progress: JobProgress,
    /// What came of it, as JSON text.
    pub result: Option<String>,
    /// Why it failed or waits.
    pub reason: Option<String>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it last moved.
    pub updated_at: Timestamp,
}

pub(crate) fn job_id(text: &str) -> Result<JobId, StoreError> {
    text.parse().map_err(|_| StoreError::Corrupt { what: "a job id", found: text.to_owned() })
}
