//! What a harvest counted, for people and for scripts.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use townhall_model::Finding;

/// How many findings the answer of a command holds; all of them are kept with the harvest.
pub(super) const FINDINGS_TOLD_MAX: usize = 200;

/// What a harvest counted. Records are counted once each.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct HarvestCounts {
    /// Records that the listing named.
    pub listed: u64,
    /// Records that are new.
    pub added: u64,
    /// Records that differ from what was kept.
    pub changed: u64,
    /// Records that were withdrawn before and are back.
    pub restored: u64,
    /// Records that are as they were; nothing was written for them.
    pub unchanged: u64,
    /// Records that vanished and were withdrawn.
    pub deleted: u64,
    /// Records that could not be taken: what was kept of them before stays in view.
    pub failed: u64,
    /// Records that vanished together with too many others, and wait for a person.
    pub quarantined: u64,
    /// Records that vanished, and are kept for the time being.
    pub missing: u64,
    /// Records that another one with their identifier stands for.
    pub duplicates: u64,
    /// Records that the settings of the source leave out.
    pub filtered: u64,
    /// Parts that were fetched and read.
    pub parts_read: u64,
    /// Parts that were as they had been.
    pub parts_unchanged: u64,
    /// What was noticed.
    pub findings: u64,
}

/// How long what took, in milliseconds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct HarvestTimes {
    /// Everything.
    pub total_ms: u64,
    /// Listing and fetching, reading and writing as they went along.
    pub records_ms: u64,
    /// Writing, as a part of that.
    pub writing_ms: u64,
    /// Deciding on what vanished.
    pub ending_ms: u64,
}

/// What became of a harvest.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct HarvestReport {
    /// The source.
    pub source: String,
    /// The number of the harvest; 0 for a trial, which writes nothing.
    pub run: u32,
    /// `done`, `quarantined`, `failed` or `cancelled`.
    pub state: String,
    /// The kind of source.
    pub kind: String,
    /// Where it was harvested.
    pub address: String,
    /// What was read, such as `DCAT-US 1.1`.
    pub read_as: String,
    /// Whether the listing named everything there is.
    pub is_complete: bool,
    /// Why it did not, or why the harvest failed.
    pub reason: Option<String>,
    /// What can be done about it.
    pub hint: Option<String>,
    /// What was counted.
    pub counts: HarvestCounts,
    /// How many findings there were of each code.
    pub codes: BTreeMap<String, u64>,
    /// How long it took.
    pub times: HarvestTimes,
    /// What the settings were like.
    pub digest: String,
    /// When it began.
    pub began_at: Option<Timestamp>,
    /// The first findings; not kept with the report, because all are kept beside it.
    #[serde(skip)]
    pub findings: Vec<Finding>,
}

impl HarvestReport {
    /// The report as scripts read it: the counts stand at the top.
    pub fn to_json(&self) -> Value {
        let mut answer = json!({
            "source": self.source, "run": self.run, "state": self.state, "kind": self.kind, "address": self.address,
            "read_as": self.read_as, "complete": self.is_complete, "reason": self.reason, "hint": self.hint,
        });
        if let (Some(answer), Ok(Value::Object(counts))) =
            (answer.as_object_mut(), serde_json::to_value(&self.counts))
        {
            // `findings` is the list, as in the report of an import.
            answer.extend(counts.into_iter().filter(|(name, _)| name != "findings"));
            answer.insert("findings_total".to_owned(), self.counts.findings.into());
            answer.insert("finding_counts".to_owned(), json!(self.codes));
            answer.insert("times".to_owned(), json!(self.times));
            answer.insert("findings".to_owned(), json!(self.findings));
        }
        answer
    }

    /// One line for people.
    pub fn summary(&self) -> String {
        let counts = &self.counts;
        let told: Vec<String> = [
            (counts.added, "added"),
            (counts.changed, "changed"),
            (counts.restored, "restored"),
            (counts.unchanged, "unchanged"),
            (counts.deleted, "deleted"),
            (counts.quarantined, "waiting for a decision"),
            (counts.missing, "missing for the time being"),
            (counts.failed, "failed"),
            (counts.duplicates, "duplicates"),
            (counts.filtered, "left out by filters"),
        ]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
        if told.is_empty() { "nothing was listed".to_owned() } else { told.join(", ") }
    }

    /// Whether nothing went wrong and nobody needs to look.
    pub fn is_good(&self) -> bool {
        self.state == "done" && self.is_complete && self.counts.failed == 0
    }
}
