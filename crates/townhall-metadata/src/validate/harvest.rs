//! Would data.gov harvest this? A dry run: what would be added, changed, kept, refused and deleted, and why.
//!
//! It follows the order of the harvester: records without an identifier are left out first; then whatever is known and
//! no longer there is deleted; then second records with one identifier are refused; the rest is compared by hash and
//! judged. A known record whose new edition is refused stays as it was.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

use serde_json::{Map, Value};
use townhall_model::record::{Body, RecordKind, Version};

use super::profile::Profile;
use super::{ValidateOptions, validate};
use crate::{Item, ReadError, ReadOptions, Rereadable, canonical_hash, read_catalog};

/// What is known of a source: the hash of each record by its identifier, as [`Planned::hash`] gives it.
pub type PreviousState = HashMap<String, String>;

/// What would become of one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fate {
    /// It is new.
    Added,
    /// It is known and has changed.
    Changed,
    /// It is known and the same.
    Unchanged,
    /// It is refused; if it is known, the old edition stays.
    Refused,
    /// It is known, and the file does not have it any more.
    Deleted,
}

/// The plan for one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// What would become of it.
    pub fate: Fate,
    /// What sort of record; of a deleted one that is not known.
    pub kind: Option<RecordKind>,
    /// Its number among the records of its sort.
    pub index: Option<u64>,
    /// Its identifier, if it has one.
    pub identifier: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// The hash of its content in hexadecimal digits; of what is not in the file none.
    pub hash: Option<String>,
    /// Why, where that is not plain.
    pub reason: Option<String>,
}

/// A dry run of a harvest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Harvest {
    /// The profile that the harvester would judge by.
    pub profile: Profile,
    /// The plan for each record, in the order of the file; what would be deleted comes last.
    pub records: Vec<Planned>,
    /// What is wrong with the file as a whole, so that nothing would be harvested or too much deleted.
    pub warnings: Vec<String>,
}

impl Harvest {
    /// How many records would have this fate.
    pub fn count(&self, fate: Fate) -> usize {
        self.records.iter().filter(|record| record.fate == fate).count()
    }
}

/// Findings that reasons are looked for in; errors among them come before all else.
const FINDINGS_MAX: usize = 1_000_000;

/// A share of the known records that no sound edition of a file leaves out at once.
const DELETED_SHARE_MAX: f64 = 0.2;

/// Tells what the harvester of data.gov would do with a catalogue, given what it has of it. Memory grows with the
/// number of records, as a plan has a line for each.
///
/// # Errors
///
/// [`ReadError`] as [`validate`] gives it.
pub fn would_harvest(
    input: &dyn Rereadable,
    profile: Option<Profile>,
    previous: Option<&PreviousState>,
) -> Result<Harvest, ReadError> {
    let options = ValidateOptions { profile, findings_max: FINDINGS_MAX, ..ValidateOptions::default() };
    let judged = validate(input.open()?, &options)?;
    let profile = harvesting(judged.profile);
    let judged = if profile == judged.profile {
        judged
    } else {
        validate(input.open()?, &ValidateOptions { profile: Some(profile), ..options })?
    };
    // The first official finding of each record, by the pointer to the record.
    let mut refusals = HashMap::<String, String>::new();
    for finding in judged.findings.iter().filter(|finding| finding.official) {
        let pointer = record_pointer(&finding.pointer).to_owned();
        refusals.entry(pointer).or_insert_with(|| finding.message.clone());
    }
    let mut plan = Plan { profile, previous, refusals, seen: HashSet::new(), records: Vec::new() };
    let summary = read_all(input, &mut plan)?;
    let mut warnings = Vec::new();
    if !summary {
        warnings.push(
            "the file can't be read to its end or needed repairs: data.gov would harvest nothing of it"
                .to_owned(),
        );
    }
    if let Some(rest) = plan.refusals.get("") {
        warnings.push(format!("the file as a whole is refused: {rest}"));
    }
    plan.deletions(&mut warnings);
    Ok(Harvest { profile, records: plan.records, warnings })
}

/// What data.gov would know of a source after it harvested this edition for the first time.
///
/// # Errors
///
/// [`ReadError`] as [`validate`] gives it.
pub fn harvested_state(input: &dyn Rereadable, profile: Option<Profile>) -> Result<PreviousState, ReadError> {
    let harvest = would_harvest(input, profile, None)?;
    let taken = harvest.records.into_iter().filter(|record| record.fate == Fate::Added);
    Ok(taken.filter_map(|record| Some((record.identifier?, record.hash?))).collect())
}

/// The profile of the harvester for the version that a file has.
fn harvesting(profile: Profile) -> Profile {
    match profile {
        Profile::Canonical | Profile::Resources | Profile::DashboardFederal | Profile::CkanFederal => {
            Profile::HarvesterFederal
        }
        Profile::DashboardNonFederal | Profile::CkanNonFederal => Profile::HarvesterNonFederal,
        Profile::Schema30 => Profile::Harvester30,
        other => other,
    }
}

/// The pointer to the record that a pointer leads into: of `/catalog/0/dataset/3/title` it is `/catalog/0/dataset/3`.
fn record_pointer(pointer: &str) -> &str {
    let mut end = 0;
    let mut steps = pointer.match_indices('/').map(|(at, _)| at).chain([pointer.len()]).skip(1);
    while let Some(key_end) = steps.next() {
        let key = &pointer[end..key_end];
        let is_list = ["/dataset", "/service", "/record", "/datasetSeries", "/catalog"].contains(&key);
        if !is_list {
            // A bare list has numbers at once.
            let is_number = key.len() > 1 && key[1..].bytes().all(|byte| byte.is_ascii_digit());
            return if end == 0 && is_number { &pointer[..key_end] } else { &pointer[..end] };
        }
        let Some(item_end) = steps.next() else { return &pointer[..end] };
        end = item_end;
        if key != "/catalog" {
            break;
        }
    }
    &pointer[..end]
}

/// Reads all records into the plan; false when the file as a whole is unsound.
fn read_all(input: &dyn Rereadable, plan: &mut Plan<'_>) -> Result<bool, ReadError> {
    let summary = read_catalog(input.open()?, &ReadOptions::default(), &mut |item| {
        match item {
            Item::Record(read) => {
                let content = serde_json::from_slice::<Map<String, Value>>(&read.record.original);
                plan.record(&read.record.body, read.index, &read.pointer, content.ok().as_ref());
            }
            Item::Refused(refused) => plan.records.push(Planned {
                fate: Fate::Refused,
                kind: Some(refused.kind),
                index: Some(refused.index),
                identifier: None,
                title: None,
                hash: None,
                reason: Some(refused.reason.message),
            }),
            Item::Header(_) => {}
        }
        ControlFlow::Continue(())
    })?;
    Ok(summary.is_complete()
        && !summary.findings.iter().any(|finding| super::rule::refuses_file(&finding.code)))
}

struct Plan<'p> {
    profile: Profile,
    previous: Option<&'p PreviousState>,
    refusals: HashMap<String, String>,
    /// Identifiers by kind.
    seen: HashSet<(u8, String)>,
    records: Vec<Planned>,
}

impl Plan<'_> {
    fn record(&mut self, body: &Body, index: u64, pointer: &str, content: Option<&Map<String, Value>>) {
        let kind = body.kind();
        if self.profile.version() != Version::DcatUs30 && kind != RecordKind::Dataset {
            // The harvester reads nothing but datasets of 1.1.
            return;
        }
        let get = |key: &str| content.and_then(|content| content.get(key));
        let key = if kind == RecordKind::DatasetSeries || kind == RecordKind::CatalogRecord {
            "@id"
        } else {
            "identifier"
        };
        let identifier = get(key).and_then(|value| match value {
            Value::Object(object) => object.get("@id").and_then(Value::as_str),
            other => other.as_str(),
        });
        let identifier = identifier.filter(|text| !text.trim().is_empty()).map(str::to_owned);
        let hash = content.map(|content| hexadecimal(&canonical_hash(content)));
        let known = identifier.as_ref().and_then(|identifier| self.previous?.get(identifier));
        let is_second = identifier.as_ref().is_some_and(|name| !self.seen.insert((kind as u8, name.clone())));
        let reason = match (&identifier, is_second) {
            (None, _) if kind != RecordKind::CatalogRecord => Some(format!("it has no `{key}`")),
            (_, true) => Some("a record before it has the same identifier".to_owned()),
            _ => self.refusals.get(pointer).cloned(),
        };
        let (fate, reason) = match (reason, known) {
            // An unchanged record is not judged again.
            (reason, Some(old)) if identifier.is_some() && !is_second && Some(old) == hash.as_ref() => {
                let reason =
                    reason.map(|reason| format!("it would be refused now, but has not changed: {reason}"));
                (Fate::Unchanged, reason)
            }
            (Some(reason), Some(_)) if !is_second => {
                (Fate::Refused, Some(format!("{reason}; the edition that is known stays")))
            }
            (Some(reason), _) => (Fate::Refused, Some(reason)),
            (None, Some(_)) => (Fate::Changed, None),
            (None, None) => (Fate::Added, None),
        };
        let title = get("title").and_then(Value::as_str).map(str::to_owned);
        self.records.push(Planned {
            fate,
            kind: Some(kind),
            index: Some(index),
            identifier,
            title,
            hash,
            reason,
        });
    }

    /// What is known and not there any more. A harvest has no brake of its own, so this says where one is needed.
    fn deletions(&mut self, warnings: &mut Vec<String>) {
        let Some(previous) = self.previous else { return };
        let here = self.seen.iter().map(|(_, identifier)| identifier.as_str()).collect::<HashSet<_>>();
        let mut gone = previous.keys().filter(|name| !here.contains(name.as_str())).collect::<Vec<_>>();
        gone.sort_unstable();
        if !previous.is_empty() && gone.len() as f64 > DELETED_SHARE_MAX * previous.len() as f64 {
            warnings.push(format!(
                "{} of {} known records would be deleted: data.gov has no brake for that",
                gone.len(),
                previous.len()
            ));
        }
        self.records.extend(gone.into_iter().map(|identifier| Planned {
            fate: Fate::Deleted,
            kind: None,
            index: None,
            identifier: Some(identifier.clone()),
            title: None,
            hash: None,
            reason: Some("the file does not have it any more".to_owned()),
        }));
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
