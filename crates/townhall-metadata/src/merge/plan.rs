//! Decides, before anything is written, which records are kept and under which identifier.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

use jiff::Timestamp;
use townhall_model::record::{Body, Catalog, RecordKind, Version, When};

use super::report::{MergedConflict, MergedInput, Outcome};
use super::{Conflict, MergeError, MergeOptions, converted, read_error};
use crate::Summary;
use crate::canonical::canonical_hash;
use crate::input::{Rereadable, each_record};

/// What is to be done with a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action<'p> {
    Keep,
    Drop,
    Rename(&'p str),
}

/// A record as the first reading saw it.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    input: u32,
    /// Which record of its file, of any kind.
    ordinal: u32,
    hash: [u8; 32],
    modified: Option<Timestamp>,
}

impl Candidate {
    fn place(&self) -> (u32, u32) {
        (self.input, self.ordinal)
    }
}

/// What is not to be kept as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Decision {
    /// Another one says the same.
    Identical,
    /// Another one with its identifier was chosen.
    Superseded,
    Renamed(String),
}

/// What is known of a file.
#[derive(Default)]
struct Seen {
    summary: Summary,
    header: Catalog,
    total: u32,
    kinds: HashSet<RecordKind>,
    /// Old and new identifiers, for the records of this file that point to others of it.
    renames: HashMap<String, String>,
}

/// The decisions about all records.
#[derive(Default)]
pub struct Plan {
    decisions: HashMap<(u32, u32), Decision>,
    seen: Vec<Seen>,
    /// Every identifier that the result has.
    written: HashSet<String>,
    /// The records of each conflict, in the order in which conflicts begin.
    conflicts: Vec<(RecordKind, String, Vec<Candidate>)>,
}

impl Plan {
    /// Reads every file once and decides.
    pub fn make(
        inputs: &[&dyn Rereadable],
        version: Version,
        options: &MergeOptions,
    ) -> Result<Self, MergeError> {
        let mut plan = Self::default();
        let mut groups: HashMap<(RecordKind, String), Vec<Candidate>> = HashMap::new();
        let mut nameless: HashSet<(RecordKind, [u8; 32])> = HashSet::new();
        for (number, input) in inputs.iter().enumerate() {
            let mut seen = Seen::default();
            let mut alike = Vec::new();
            let passed = each_record(*input, &options.read, &mut |read| {
                let kind = read.record.kind();
                let (body, _) = converted(&read.record.body, read.record.version, version);
                let candidate = candidate(number as u32, seen.total, &body, options);
                seen.total += 1;
                seen.kinds.insert(kind);
                match body.view().identifier {
                    Some(identifier) => groups.entry((kind, identifier)).or_default().push(candidate),
                    None if nameless.insert((kind, candidate.hash)) => {}
                    None => alike.push(candidate.place()),
                }
                ControlFlow::Continue(())
            })
            .map_err(read_error(*input))?;
            (seen.summary, seen.header) = (passed.summary, passed.header);
            plan.decisions.extend(alike.into_iter().map(|place| (place, Decision::Identical)));
            plan.seen.push(seen);
        }
        plan.written = groups.keys().map(|(_, identifier)| identifier.clone()).collect();
        let mut shared = groups.into_iter().filter(|(_, group)| group.len() > 1).collect::<Vec<_>>();
        // The map has an order of its own; the result and the report must not.
        shared.sort_by_key(|(_, group)| group[0].place());
        for ((kind, identifier), group) in shared {
            plan.decide(kind, identifier, group, options.conflict, inputs)?;
        }
        Ok(plan)
    }

    fn decide(
        &mut self,
        kind: RecordKind,
        identifier: String,
        group: Vec<Candidate>,
        policy: Conflict,
        inputs: &[&dyn Rereadable],
    ) -> Result<(), MergeError> {
        let other = group.iter().find(|candidate| candidate.hash != group[0].hash);
        if policy == Conflict::Rename {
            self.rename(&identifier, &group);
        } else {
            if let (Conflict::Fail, Some(other)) = (policy, other) {
                let name = |candidate: &Candidate| inputs[candidate.input as usize].name().to_owned();
                return Err(MergeError::Conflict { identifier, first: name(&group[0]), second: name(other) });
            }
            let kept = choose(&group, policy);
            for candidate in group.iter().filter(|candidate| candidate.place() != kept.place()) {
                let is_same = candidate.hash == kept.hash;
                let decision = if is_same { Decision::Identical } else { Decision::Superseded };
                self.decisions.insert(candidate.place(), decision);
            }
        }
        if other.is_some() {
            self.conflicts.push((kind, identifier, group));
        }
        Ok(())
    }

    /// Gives each content but the first an identifier of its own.
    fn rename(&mut self, identifier: &str, group: &[Candidate]) {
        let mut names: Vec<([u8; 32], Option<String>)> = Vec::new();
        let mut followed = HashSet::new();
        for candidate in group {
            let name = match names.iter().find(|(hash, _)| *hash == candidate.hash) {
                Some((_, name)) => {
                    self.decisions.insert(candidate.place(), Decision::Identical);
                    name.clone()
                }
                None => {
                    let name = (!names.is_empty()).then(|| self.free_name(identifier));
                    names.push((candidate.hash, name.clone()));
                    if let Some(name) = &name {
                        self.decisions.insert(candidate.place(), Decision::Renamed(name.clone()));
                    }
                    name
                }
            };
            // Of several in one file, the others mean the first.
            if let (true, Some(name)) = (followed.insert(candidate.input), name) {
                self.seen[candidate.input as usize].renames.insert(identifier.to_owned(), name);
            }
        }
    }

    fn free_name(&mut self, identifier: &str) -> String {
        let mut names = (2_u64..).map(|number| format!("{identifier}-{number}"));
        let name = names.find(|name| !self.written.contains(name)).expect("there is no end of numbers");
        self.written.insert(name.clone());
        name
    }

    /// What stands around the records: the first header that there is. The address of one file is no longer that of
    /// the whole.
    pub fn header(&self) -> Catalog {
        let header = self.seen.iter().map(|seen| &seen.header).find(|header| **header != Catalog::default());
        let mut header = header.cloned().unwrap_or_default();
        if self.seen.len() > 1 {
            header.id = None;
        }
        header
    }

    /// The kinds of records that there are, in the order in which their lists are written.
    pub fn kinds(&self) -> impl Iterator<Item = RecordKind> {
        let is_there = |kind: &RecordKind| self.seen.iter().any(|seen| seen.kinds.contains(kind));
        RecordKind::ALL.into_iter().filter(is_there)
    }

    /// Whether the file has records of this kind.
    pub fn counts(&self, input: usize, kind: RecordKind) -> bool {
        self.seen[input].kinds.contains(&kind)
    }

    /// How many records the file has.
    pub fn total(&self, input: usize) -> u32 {
        self.seen[input].total
    }

    /// What is to be done with a record.
    pub fn action(&self, input: usize, ordinal: u32) -> Action<'_> {
        match self.decisions.get(&(input as u32, ordinal)) {
            None => Action::Keep,
            Some(Decision::Identical | Decision::Superseded) => Action::Drop,
            Some(Decision::Renamed(name)) => Action::Rename(name),
        }
    }

    /// Old and new identifiers of the records that the file points to, if there are any.
    pub fn renames(&self, input: usize) -> Option<&HashMap<String, String>> {
        Some(&self.seen[input].renames).filter(|renames| !renames.is_empty())
    }

    /// Every identifier that the result has.
    pub fn written(&self) -> &HashSet<String> {
        &self.written
    }

    /// The files for the report, before anything is written.
    pub fn inputs(&self, inputs: &[&dyn Rereadable]) -> Vec<MergedInput> {
        let counted = |(input, seen): (&&dyn Rereadable, &Seen)| MergedInput {
            name: input.name().to_owned(),
            version: seen.summary.version,
            records: u64::from(seen.total),
            refused: seen.summary.refused,
            is_complete: seen.summary.is_complete(),
            ..MergedInput::default()
        };
        let mut merged = inputs.iter().zip(&self.seen).map(counted).collect::<Vec<_>>();
        for ((input, _), decision) in &self.decisions {
            let merged = &mut merged[*input as usize];
            match decision {
                Decision::Identical => merged.identical += 1,
                Decision::Superseded => merged.superseded += 1,
                Decision::Renamed(_) => merged.renamed += 1,
            }
        }
        merged
    }

    /// The conflicts and how they ended, for the report.
    pub fn conflicts(&self, inputs: &[&dyn Rereadable]) -> Vec<MergedConflict> {
        let outcome = |candidate: &Candidate, identifier: &str| Outcome {
            input: inputs[candidate.input as usize].name().to_owned(),
            written_as: match self.action(candidate.input as usize, candidate.ordinal) {
                Action::Keep => Some(identifier.to_owned()),
                Action::Rename(name) => Some(name.to_owned()),
                Action::Drop => None,
            },
        };
        let conflicts = self.conflicts.iter().map(|(kind, identifier, group)| MergedConflict {
            kind: *kind,
            identifier: identifier.clone(),
            records: group.iter().map(|candidate| outcome(candidate, identifier)).collect(),
        });
        conflicts.collect()
    }
}

fn candidate(input: u32, ordinal: u32, body: &Body, options: &MergeOptions) -> Candidate {
    let mut map = body.to_json();
    // Where a record came from, and originals that a conversion set aside, are not what it says.
    let keys = Version::ALL.map(Version::id).into_iter().chain(options.provenance.as_deref());
    keys.for_each(|key| drop(map.shift_remove(key)));
    let modified = body.view().modified.and_then(|when| instant(&when));
    Candidate { input, ordinal, hash: canonical_hash(&map), modified }
}

/// The instant, or the beginning of the day in UTC.
fn instant(when: &When) -> Option<Timestamp> {
    when.instant.or_else(|| format!("{}T00:00:00Z", when.date?).parse().ok())
}

fn choose(group: &[Candidate], policy: Conflict) -> Candidate {
    match policy {
        Conflict::Last => group[group.len() - 1],
        Conflict::Newest => {
            // Of several equals `max_by_key` gives the last, so it looks from behind.
            let newest = group.iter().rev().max_by_key(|candidate| candidate.modified);
            *newest.unwrap_or(&group[0])
        }
        Conflict::Fail | Conflict::First | Conflict::Rename => group[0],
    }
}
