//! What was done when catalogues were joined.

use serde::Serialize;
use townhall_model::Finding;
use townhall_model::record::{RecordKind, Version};

/// What a merge did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MergeReport {
    /// The version that was written.
    pub version: Version,
    /// The files in their order.
    pub inputs: Vec<MergedInput>,
    /// Records that were written.
    pub written: u64,
    /// Identifiers that more than one record with different content had.
    pub conflicts: Vec<MergedConflict>,
    /// Records that say to be part of something that no file has.
    pub orphans: Vec<Orphan>,
    /// What was noticed when records were converted, up to a limit.
    pub findings: Vec<Finding>,
}

impl Default for MergeReport {
    fn default() -> Self {
        Self {
            version: Version::DcatUs11,
            inputs: Vec::new(),
            written: 0,
            conflicts: Vec::new(),
            orphans: Vec::new(),
            findings: Vec::new(),
        }
    }
}

impl MergeReport {
    /// Whether every record of every file was read, so that the result is whole.
    pub fn is_complete(&self) -> bool {
        self.inputs.iter().all(|input| input.is_complete)
    }
}

/// What became of the records of one file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct MergedInput {
    /// The name of the file.
    pub name: String,
    /// The version of its records.
    pub version: Option<Version>,
    /// Records that were read.
    pub records: u64,
    /// Records that were written.
    pub written: u64,
    /// Records left out because another one says the same.
    pub identical: u64,
    /// Records left out because another one with their identifier was kept.
    pub superseded: u64,
    /// Records that were written under another identifier.
    pub renamed: u64,
    /// Records that could not be read, so they are missing from the result.
    pub refused: u64,
    /// Whether the file was read to its end and nothing was refused.
    pub is_complete: bool,
}

/// An identifier for which a policy had to decide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MergedConflict {
    /// Which sort of record.
    pub kind: RecordKind,
    /// The identifier that they share.
    pub identifier: String,
    /// The records that have it, in their order.
    pub records: Vec<Outcome>,
}

/// What became of one of the records in a conflict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// The name of its file.
    pub input: String,
    /// The identifier under which it was written; absent when it was left out.
    pub written_as: Option<String>,
}

/// A record whose parent no file has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Orphan {
    /// The name of its file.
    pub input: String,
    /// Its identifier.
    pub identifier: Option<String>,
    /// The identifier of what it says to be part of.
    pub parent: String,
}
