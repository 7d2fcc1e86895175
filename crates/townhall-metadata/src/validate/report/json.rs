//! JSON, in the shape that scripts rely on.

use std::io::{self, Write};

use serde_json::{Map, Value, json};
use townhall_model::Finding;

use super::word;
use crate::validate::{Group, Outcome, fingerprint};

/// Writes the outcome as one object: `profile`, `valid`, `datasets`, `invalid_datasets`, `findings`, and beside what
/// the contract asks for the totals, the groups and the code lists. Findings are written one a line.
///
/// # Errors
///
/// When the output fails.
pub fn json(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let totals = &outcome.totals;
    let head = json!({
        "profile": outcome.profile.id(),
        "profile_chosen": if outcome.is_auto { "auto" } else { "given" },
        "valid": outcome.valid,
        "datasets": outcome.datasets,
        "invalid_datasets": outcome.invalid_datasets,
        "truncated": outcome.is_truncated,
        "totals": {
            "errors": totals.errors,
            "warnings": totals.warnings,
            "notes": totals.notes,
            "official": totals.official,
            "not_listed": totals.dropped,
            "known": totals.suppressed,
        },
        "groups": outcome.groups.iter().map(group_json).collect::<Vec<_>>(),
        "lists": outcome
            .lists
            .iter()
            .map(|list| json!({"name": list.name, "about": list.about, "date": list.date}))
            .collect::<Vec<_>>(),
    });
    let head = serde_json::to_string(&head)?;
    out.write_all(head.strip_suffix('}').unwrap_or(&head).as_bytes())?;
    out.write_all(b",\"findings\":[")?;
    for (number, finding) in outcome.findings.iter().enumerate() {
        out.write_all(if number > 0 { b",\n" } else { b"\n" })?;
        serde_json::to_writer(&mut *out, &finding_json(finding))?;
    }
    out.write_all(b"\n]}\n")
}

/// A finding with all its fields; those that it has not are null.
pub fn finding_json(finding: &Finding) -> Value {
    let mut map = Map::new();
    let mut put = |key: &str, value: Value| map.insert(key.to_owned(), value);
    put("code", json!(finding.code));
    put("severity", json!(word(finding.severity)));
    put("official", json!(finding.official));
    put("dataset_index", json!(finding.dataset_index));
    put("identifier", json!(finding.identifier));
    put("title", json!(finding.title));
    put("pointer", json!(finding.pointer));
    put("line", json!(finding.position.map(|position| position.line)));
    put("column", json!(finding.position.map(|position| position.column)));
    put("value", json!(finding.value));
    put("message", json!(finding.message));
    put("source", json!(finding.source));
    put("fix", json!(finding.fix));
    put("fingerprint", json!(fingerprint(finding)));
    Value::Object(map)
}

fn group_json(group: &Group) -> Value {
    json!({
        "code": group.rule.code,
        "severity": word(group.rule.severity),
        "official": group.official,
        "field": group.subject(),
        "title": group.rule.title,
        "fix": group.rule.fix,
        "count": group.count,
        "datasets": group.datasets,
        "examples": group.examples,
    })
}
