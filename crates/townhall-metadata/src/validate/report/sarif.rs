//! SARIF 2.1.0, the format of static analysis tools, for code scanning pages.

use std::io::{self, Write};

use serde_json::{Value, json};
use townhall_model::{Finding, Severity};

use super::dataset_name;
use crate::validate::{Outcome, RULES, fingerprint};

/// The schema that the document names.
const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// Writes the kept findings as one run; `path` is the file as the repository has it, `version` that of the tool.
///
/// # Errors
///
/// When the output fails.
pub fn sarif(outcome: &Outcome, path: &str, version: &str, out: &mut dyn Write) -> io::Result<()> {
    let used = RULES.iter().filter(|rule| outcome.groups.iter().any(|group| group.rule.code == rule.code));
    let rules = used.collect::<Vec<_>>();
    let described = rules.iter().map(|rule| {
        json!({
            "id": rule.code,
            "shortDescription": {"text": rule.title},
            "help": {"text": format!("{} ({})", rule.fix, rule.source)},
            "defaultConfiguration": {"level": level(rule.severity)},
        })
    });
    let results = outcome.findings.iter().map(|finding| {
        let index = rules.iter().position(|rule| rule.code == finding.code);
        result(finding, index, path)
    });
    let run = json!({
        "tool": {"driver": {
            "name": "Townhall",
            "version": version,
            "rules": described.collect::<Vec<_>>(),
        }},
        "columnKind": "unicodeCodePoints",
        "properties": {
            "profile": outcome.profile.id(),
            "valid": outcome.valid,
            "datasets": outcome.datasets,
            "invalidDatasets": outcome.invalid_datasets,
        },
        "results": results.collect::<Vec<_>>(),
    });
    let document = json!({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]});
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn result(finding: &Finding, index: Option<usize>, path: &str) -> Value {
    let name = dataset_name(finding).map(|name| format!("{name}: ")).unwrap_or_default();
    let fix = finding.fix.as_ref().map(|fix| format!("; {fix}")).unwrap_or_default();
    let mut physical = json!({"artifactLocation": {"uri": uri(path)}});
    if let Some(position) = finding.position {
        physical["region"] = json!({"startLine": position.line, "startColumn": position.column});
    }
    let mut result = json!({
        "ruleId": finding.code,
        "level": level(finding.severity),
        "message": {"text": format!("{name}{}{fix}", finding.message)},
        "locations": [{
            "physicalLocation": physical,
            "logicalLocations": [{"fullyQualifiedName": finding.pointer}],
        }],
        "partialFingerprints": {"townhall/v1": fingerprint(finding)},
        "properties": {"official": finding.official},
    });
    if let Some(index) = index {
        result["ruleIndex"] = json!(index);
    }
    result
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// A path as a relative reference.
fn uri(path: &str) -> String {
    use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
    const ESCAPED: &AsciiSet =
        &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'%').add(b'<').add(b'>').add(b'?').add(b'\\');
    utf8_percent_encode(path, ESCAPED).to_string()
}
