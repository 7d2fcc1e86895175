//! What a record must have to be taken. One that lacks it fails: what is kept of it stays in view.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use townhall_metadata::validate::{Profile, Scope, ValidateOptions, profile_or_auto, validate};
use townhall_metadata::{SCHEMA_1_1, SCHEMA_3_0};
use townhall_model::record::{RecordKind, Version};
use townhall_model::{Finding, Severity};

/// What the records of a source must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Require {
    /// Nothing: whatever can be read is taken.
    Nothing,
    /// A title, without which nobody finds a record.
    #[default]
    Title,
    /// What a profile of `townhall validate` asks for; `auto` for the one that suits the record.
    Valid(Option<Profile>),
}

impl TryFrom<String> for Require {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.as_str() {
            "nothing" => Ok(Self::Nothing),
            "title" => Ok(Self::Title),
            other => profile_or_auto(other).map(Self::Valid).map_err(|_| {
                format!(
                    "`require` is `nothing`, `title`, `auto` or a profile of `townhall validate`, such as `{}`; not `{other}`",
                    Profile::HarvesterNonFederal.id()
                )
            }),
        }
    }
}

impl From<Require> for String {
    fn from(require: Require) -> Self {
        match require {
            Require::Nothing => "nothing",
            Require::Title => "title",
            Require::Valid(None) => "auto",
            Require::Valid(Some(profile)) => profile.id(),
        }
        .to_owned()
    }
}

/// Findings that are told of a record that is not valid.
const FINDINGS_MAX: usize = 20;

impl Require {
    /// Whether it is what it is where nothing is said.
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }

    /// What a record lacks; nothing if it can be taken. Pointers begin at the record.
    pub(super) fn lacks(
        self,
        kind: RecordKind,
        version: Version,
        record: &Map<String, Value>,
    ) -> Vec<Finding> {
        if kind == RecordKind::Catalog || self == Self::Nothing {
            return Vec::new();
        }
        let has_title = match record.get("title") {
            None | Some(Value::Null) => false,
            Some(Value::String(text)) => !text.trim().is_empty(),
            Some(_) => true,
        };
        if !has_title {
            let finding = Finding::new("SOURCE-NO-TITLE", Severity::Error, "the record has no title");
            return vec![finding.with_pointer("/title").with_fix("give it a title")];
        }
        match self {
            // The profiles judge datasets; what stands beside them has no profile of its own.
            Self::Valid(profile) if kind == RecordKind::Dataset => invalid(profile, version, record),
            _ => Vec::new(),
        }
    }
}

/// What a profile has against a dataset.
fn invalid(profile: Option<Profile>, version: Version, record: &Map<String, Value>) -> Vec<Finding> {
    let profile = profile.unwrap_or_else(|| Profile::of(version, false));
    let schema = if profile.version() == Version::DcatUs30 { SCHEMA_3_0 } else { SCHEMA_1_1 };
    let catalog = json!({"conformsTo": schema, "dataset": [record]}).to_string();
    let options = ValidateOptions {
        profile: Some(profile),
        scope: Scope::Official,
        findings_max: FINDINGS_MAX,
        ..ValidateOptions::default()
    };
    match validate(catalog.as_bytes(), &options) {
        Ok(outcome) if outcome.invalid_datasets > 0 => {
            outcome.findings.into_iter().filter_map(of_record).collect()
        }
        _ => Vec::new(),
    }
}

/// The finding of the only dataset of a catalog, as one of the record itself.
fn of_record(mut finding: Finding) -> Option<Finding> {
    finding.pointer = finding.pointer.strip_prefix("/dataset/0")?.to_owned();
    Some(finding)
}
