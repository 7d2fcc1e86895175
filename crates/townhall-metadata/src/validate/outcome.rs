//! What a validation gives.

use townhall_model::Finding;

use super::list::ListInfo;
use super::profile::Profile;
use super::rule::Rule;

/// The verdict on a file, and everything that was found.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The profile that was used.
    pub profile: Profile,
    /// Whether the profile was chosen by us, from what the file says of itself.
    pub is_auto: bool,
    /// The official verdict of the profile on the whole file.
    pub valid: bool,
    /// How many datasets the file has.
    pub datasets: u64,
    /// How many of them the profile refuses.
    pub invalid_datasets: u64,
    /// What was found, in the order of the file: all of it, or as much as was to be kept.
    pub findings: Vec<Finding>,
    /// How much was found of each sort, kept or not.
    pub totals: Totals,
    /// What was found by cause, the most frequent first.
    pub groups: Vec<Group>,
    /// Whether the file breaks off before its end.
    pub is_truncated: bool,
    /// The code lists that were used.
    pub lists: Vec<ListInfo>,
}

/// Numbers of findings; exact, whether they were kept or not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Errors.
    pub errors: u64,
    /// Warnings.
    pub warnings: u64,
    /// Notes.
    pub notes: u64,
    /// Those that are part of the official verdict.
    pub official: u64,
    /// Those that were counted but not kept.
    pub dropped: u64,
    /// Those that the baseline knew; they are in no other number.
    pub suppressed: u64,
}

/// Findings with one cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The rule that was broken.
    pub rule: &'static Rule,
    /// The class of the objects: `Distribution`; empty for the file.
    pub class: &'static str,
    /// The field: `mediaType`; empty for the object as a whole.
    pub field: &'static str,
    /// Whether these are part of the official verdict.
    pub official: bool,
    /// How many findings.
    pub count: u64,
    /// In how many datasets.
    pub datasets: u64,
    /// The indexes of the first datasets.
    pub examples: Vec<u64>,
}

impl Group {
    /// What it is about, for people: `Distribution.mediaType`, or `modified` for a dataset.
    pub fn subject(&self) -> String {
        match (self.class, self.field) {
            ("", "") => "file".to_owned(),
            ("Dataset", "") | ("", _) => {
                if self.field.is_empty() { "dataset" } else { self.field }.to_owned()
            }
            ("Dataset", field) => field.to_owned(),
            (class, "") => class.to_owned(),
            (class, field) => format!("{class}.{field}"),
        }
    }
}
