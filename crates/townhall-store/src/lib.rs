#![doc = include_str!("../README.md")]

mod actor;
mod audit;
pub mod blobs;
mod changes;
mod check;
mod clock;
mod derived;
mod dialect;
mod dictionaries;
mod documents;
mod error;
mod faults;
mod files;
mod harvest;
mod jobs;
pub mod limits;
mod links;
mod lock;
mod meta;
mod mirrors;
mod organizations;
mod records;
mod reports;
mod schema;
mod scorecard;
mod slug;
mod store;
mod tables;
mod tx;

pub use actor::{Actor, ActorKind};
pub use audit::AuditEntry;
pub use blobs::{BlobReader, BlobSettings, Blobs, OpenBlob, S3Settings};
pub use changes::{Change, Subject};
pub use clock::{Clock, SystemClock};
pub use derived::Derived;
pub use dictionaries::StoredDictionary;
pub use documents::{Document, NewDocument};
pub use error::StoreError;
pub use faults::Faults;
pub use files::StoredFile;
pub use harvest::{HarvestItem, HarvestRun, ItemState, Owned, RunFinding, RunRecord, RunState};
pub use jobs::{Claimed, JobProgress, JobState, NewJob, StoredJob};
pub use links::{
    DashboardLinkCounts, LinkCount, LinkFilter, LinkRun, LinkStanding, LinkUse, NamedLink, StoredLink,
    link_id,
};
pub use mirrors::Mirror;
pub use organizations::StoredOrganization;
pub use records::{
    NewRecord, Put, PutOutcome, RecordFilter, RecordStatus, Revision, RevisionHeader, StoredRecord,
};
pub use reports::{MadeFile, NewReport, ReportAnswer, StoredReport};
pub use scorecard::{
    NewEntry, NewFinal, NewLook, OfficesKept, OtherOffices, StoredEntry, StoredFinal, StoredLook,
    StoredOffice, StoredRegression,
};
pub use slug::slug_of;
pub use store::{Store, StoreSettings};
pub use tables::{StoredTable, TableVersion};
pub use tx::Tx;
