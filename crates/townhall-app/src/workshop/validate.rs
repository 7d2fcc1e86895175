//! A catalogue judged by a profile.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use townhall_metadata::validate::{
    Baseline, Outcome, Profile, RULES, Rule, ValidateOptions, profile_or_auto, report, validate,
};
use townhall_metadata::{FIXES, field_help};

use super::{Material, Workshop};
use crate::Error;

/// How a catalogue is to be judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
        let (input, findings_max) = (self.plain(input).await?, request.findings_max);
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

/// The verdict as a document, with what pages show besides: the profile's name, and of each cause the source and the
/// first finding.
pub fn validation_as_json(outcome: &Outcome) -> Result<Value, Error> {
    let mut text = Vec::new();
    report::json(outcome, &mut text)?;
    let mut document: Value = serde_json::from_slice(&text)
        .map_err(|error| Error::of(townhall_model::ErrorKind::Internal, error))?;
    document["profile_name"] = json!(outcome.profile.name());
    for (index, group) in outcome.groups.iter().enumerate() {
        let first = outcome.findings.iter().find(|finding| {
            finding.code == group.rule.code && group.examples.first().copied() == finding.dataset_index
        });
        document["groups"][index]["source"] = json!(group.rule.source);
        let help = field_help(group.class, group.field);
        document["groups"][index]["meaning"] = json!(help.map(|help| help.meaning));
        document["groups"][index]["example"] =
            json!(help.map(|help| format!("\"{}\": {}", help.field, help.example)));
        document["groups"][index]["first"] = first.map_or(Value::Null, report::finding_json);
    }
    Ok(document)
}

/// A form of the verdict other than JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReportForm {
    /// A table of the findings.
    Csv,
    /// For code scanners (SARIF 2.1.0).
    Sarif,
    /// For build servers.
    Junit,
    /// Annotations of GitHub's workflows.
    Github,
    /// For people at a terminal.
    Text,
    /// A page that stands alone.
    Html,
}

impl ReportForm {
    /// Every form.
    pub const ALL: [Self; 6] = [Self::Csv, Self::Sarif, Self::Junit, Self::Github, Self::Text, Self::Html];

    /// The word in URLs and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Sarif => "sarif",
            Self::Junit => "junit",
            Self::Github => "github",
            Self::Text => "text",
            Self::Html => "html",
        }
    }

    /// Its media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Sarif => "application/sarif+json",
            Self::Junit => "application/xml",
            Self::Github | Self::Text => "text/plain; charset=utf-8",
            Self::Html => "text/html; charset=utf-8",
        }
    }

    /// The extension of its files.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Sarif => "sarif",
            Self::Junit => "xml",
            Self::Github | Self::Text => "txt",
            Self::Html => "html",
        }
    }

    /// The form of that name.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.name() == name)
    }
}

/// The verdict in a form; `name` is what was judged.
pub fn validation_report(outcome: &Outcome, name: &str, form: ReportForm) -> Result<Vec<u8>, Error> {
    let mut out = Vec::new();
    match form {
        ReportForm::Csv => report::csv(outcome, &mut out),
        ReportForm::Sarif => report::sarif(outcome, name, env!("CARGO_PKG_VERSION"), &mut out),
        ReportForm::Junit => report::junit(outcome, name, &mut out),
        ReportForm::Github => report::github(outcome, name, &mut out),
        ReportForm::Text => report::text(outcome, name, &report::Plain, &mut out),
        ReportForm::Html => report::html(outcome, name, &mut out),
    }?;
    Ok(out)
}

/// The baseline that knows all that was found and kept.
pub fn baseline_of(outcome: &Outcome) -> String {
    Baseline::of(&outcome.findings).write()
}
