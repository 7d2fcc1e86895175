//! What an import did: counts that are always complete, and the first findings.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use townhall_model::Finding;

use crate::limits::FINDINGS_KEPT_MAX;

/// What became of one import.
#[derive(Debug, Default)]
pub struct ImportReport {
    /// Records that are new.
    pub added: u64,
    /// Records that differ from what was there.
    pub changed: u64,
    /// Records that were there just so; nothing was written for them.
    pub unchanged: u64,
    /// Records and files that could not be taken, each with a finding.
    pub refused: u64,
    /// Tables that are new or have a new version.
    pub tables: u64,
    /// Data files that became drafts.
    pub drafts: u64,
    /// The same counts for each file.
    pub inputs: Vec<InputReport>,
    /// The first findings.
    pub findings: Vec<Finding>,
    /// How many findings of each code there were in all.
    pub finding_counts: BTreeMap<String, u64>,
}

/// What became of one file.
#[derive(Debug, Default, Clone)]
pub struct InputReport {
    /// The path or address.
    pub source: String,
    /// What it was read as, such as `DCAT-US 1.1 catalogue` or `table`.
    pub read_as: String,
    /// Records that are new.
    pub added: u64,
    /// Records that differ from what was there.
    pub changed: u64,
    /// Records that were there just so.
    pub unchanged: u64,
    /// Records that could not be taken.
    pub refused: u64,
    /// Tables that are new or have a new version.
    pub tables: u64,
}

impl InputReport {
    /// One line for people.
    pub fn summary(&self) -> String {
        let counts = [
            (self.added, "added"),
            (self.changed, "changed"),
            (self.unchanged, "unchanged"),
            (self.refused, "refused"),
            (self.tables, "tables"),
        ];
        let told: Vec<String> = counts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}"))
            .collect();
        let told = if told.is_empty() { "nothing to do".to_owned() } else { told.join(", ") };
        format!("{}: {told}", self.read_as)
    }
}

impl ImportReport {
    /// Keeps a finding, or only counts it when there are many already.
    pub fn note(&mut self, finding: Finding) {
        *self.finding_counts.entry(finding.code.clone()).or_default() += 1;
        if self.findings.len() < FINDINGS_KEPT_MAX {
            self.findings.push(finding);
        }
    }

    /// Adds the counts of one file.
    pub fn finish_input(&mut self, input: InputReport) {
        self.added += input.added;
        self.changed += input.changed;
        self.unchanged += input.unchanged;
        self.refused += input.refused;
        self.tables += input.tables;
        self.inputs.push(input);
    }

    /// The report as scripts read it.
    pub fn to_json(&self) -> Value {
        let inputs: Vec<Value> = self
            .inputs
            .iter()
            .map(|input| {
                json!({
                    "source": input.source, "read_as": input.read_as, "added": input.added,
                    "changed": input.changed, "unchanged": input.unchanged, "refused": input.refused,
                    "tables": input.tables,
                })
            })
            .collect();
        json!({
            "added": self.added,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "refused": self.refused,
            "tables": self.tables,
            "drafts": self.drafts,
            "inputs": inputs,
            "findings_total": self.finding_counts.values().sum::<u64>(),
            "finding_counts": self.finding_counts,
            "findings": self.findings,
        })
    }
}
