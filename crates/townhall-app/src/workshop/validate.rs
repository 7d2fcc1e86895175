//! A catalogue judged by a profile.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use townhall_metadata::FIXES;
use townhall_metadata::validate::{
    Baseline, Group, Outcome, Profile, RULES, Rule, ValidateOptions, profile_or_auto, validate,
};

use super::{Material, Workshop};
use crate::Error;

/// How a catalogue is to be judged.
#[derive(Debug, Clone)]
pub struct ValidateRequest {
    /// The profile, or `auto`.
    pub profile: String,
    /// Most findings that are kept; all are counted.
    pub findings_max: usize,
    /// Findings that are known: the text of a baseline.
    pub baseline: Option<String>,
}

impl Default for ValidateRequest {
    fn default() -> Self {
        Self { profile: "auto".to_owned(), findings_max: 10_000, baseline: None }
    }
}

impl Workshop {
    /// The verdict of a profile on a catalogue, and everything that was found.
    pub async fn validate(&self, input: &Material, request: &ValidateRequest) -> Result<Outcome, Error> {
        let profile = profile_or_auto(&request.profile)
            .map_err(|error| Error::of(townhall_model::ErrorKind::Invalid, error))?;
        let (input, findings_max) = (input.clone(), request.findings_max);
        let baseline = request.baseline.as_deref().map(Baseline::read);
        self.work(move || {
            let options = ValidateOptions {
                profile,
                findings_max,
                baseline: baseline.as_ref(),
                ..ValidateOptions::default()
            };
            Ok(validate(std::io::BufReader::new(input.open()?), &options)?)
        })
        .await
    }
}

/// The profiles: their names and the words for them.
pub fn profiles() -> impl Iterator<Item = (&'static str, &'static str)> {
    Profile::ALL.iter().map(|profile| (profile.id(), profile.name()))
}

/// Every rule, for the documentation.
pub fn rules_as_json() -> Value {
    RULES
        .iter()
        .map(|rule| {
            let mut value = rule_as_json(rule);
            value["profiles"] = rule.profiles.iter().map(Profile::id).collect();
            value["official"] = json!(rule.official);
            value
        })
        .collect()
}

/// Every rule and every repair as a page of the book.
pub fn rules_as_markdown() -> String {
    let mut page = String::from(
        "<!-- Made by `cargo xtask bless`; change the rules, not this page. -->\n\n# Rules and repairs\n\n\
         What `townhall validate` looks for and `townhall fix` repairs. A rule with a mark counts in the official verdict \
         of its profiles; the others go beyond it.\n\n## Rules\n\n\
         | code | severity | verdict | asks for | source | to mend it |\n|---|---|---|---|---|---|\n",
    );
    let cell = |text: &str| text.replace('|', "\\|");
    for rule in RULES.iter() {
        let severity = serde_json::to_value(rule.severity).unwrap_or_default();
        page.push_str(&format!(
            "| `{}` | {} | {} | {} | {} | {} |\n",
            rule.code,
            severity.as_str().unwrap_or_default(),
            if rule.official { "✓" } else { "" },
            cell(rule.title),
            cell(rule.source),
            cell(rule.fix),
        ));
    }
    page.push_str("\n## Repairs\n\n| code | does | source |\n|---|---|---|\n");
    for fix in FIXES {
        page.push_str(&format!("| `{}` | {} | {} |\n", fix.code, cell(fix.what), cell(fix.source)));
    }
    page
}

fn rule_as_json(rule: &Rule) -> Value {
    json!({
        "code": rule.code, "severity": rule.severity, "title": rule.title, "source": rule.source, "fix": rule.fix,
    })
}

/// The verdict with its groups, as pages and reports that are kept have it.
pub fn validation_as_json(outcome: &Outcome) -> Value {
    let group = |group: &Group| {
        let first = outcome.findings.iter().find(|finding| {
            finding.code == group.rule.code && group.examples.first().copied() == finding.dataset_index
        });
        json!({
            "rule": rule_as_json(group.rule), "subject": group.subject(), "official": group.official,
            "count": group.count, "datasets": group.datasets, "examples": group.examples, "first": first,
        })
    };
    let lists: BTreeMap<&str, &str> = outcome.lists.iter().map(|list| (list.name, list.date)).collect();
    json!({
        "profile": outcome.profile.id(),
        "profile_name": outcome.profile.name(),
        "auto": outcome.is_auto,
        "valid": outcome.valid,
        "datasets": outcome.datasets,
        "invalid_datasets": outcome.invalid_datasets,
        "totals": {
            "errors": outcome.totals.errors, "warnings": outcome.totals.warnings, "notes": outcome.totals.notes,
            "official": outcome.totals.official, "dropped": outcome.totals.dropped,
            "suppressed": outcome.totals.suppressed,
        },
        "truncated": outcome.is_truncated,
        "groups": outcome.groups.iter().map(group).collect::<Vec<_>>(),
        "findings": outcome.findings,
        "lists": lists,
    })
}

/// The baseline that knows all that was found and kept.
pub fn baseline_of(outcome: &Outcome) -> String {
    Baseline::of(&outcome.findings).write()
}
