//! A dry run of a harvest, for people and for programs.

use serde_json::{Value, json};

use crate::validate::harvest::{Fate, Harvest, Planned};

/// Most records of one fate that the text names.
const NAMED_MAX: usize = 50;

/// The fates in the order in which they are told, with the word for each.
const FATES: [(Fate, &str); 5] = [
    (Fate::Refused, "refused"),
    (Fate::Deleted, "deleted"),
    (Fate::Added, "added"),
    (Fate::Changed, "changed"),
    (Fate::Unchanged, "unchanged"),
];

/// The plan as lines: the counts, what is wrong with the file, then each record that would not simply go through.
pub fn harvest_as_text(harvest: &Harvest) -> String {
    let counts: Vec<_> =
        FATES.iter().map(|(fate, word)| format!("{} {word}", harvest.count(*fate))).collect();
    let mut out = format!("{} ({})\n", counts.join(", "), harvest.profile.id());
    for warning in &harvest.warnings {
        out.push_str(&format!("! {warning}\n"));
    }
    for (fate, word) in FATES {
        let records: Vec<_> = harvest.records.iter().filter(|record| record.fate == fate).collect();
        // What goes through as it should needs no line, unless something is to be said of it.
        let told: Vec<_> = match fate {
            Fate::Unchanged => records.into_iter().filter(|record| record.reason.is_some()).collect(),
            _ => records,
        };
        if told.is_empty() {
            continue;
        }
        out.push_str(&format!("\n{word}\n"));
        for record in told.iter().take(NAMED_MAX) {
            let reason = record.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
            out.push_str(&format!("  {}{reason}\n", one_line(&name(record))));
        }
        if let Some(rest @ 1..) = told.len().checked_sub(NAMED_MAX) {
            out.push_str(&format!("  and {rest} more\n"));
        }
    }
    out
}

/// The plan as JSON: `profile`, the counts, `warnings` and `records`.
pub fn harvest_as_json(harvest: &Harvest) -> Value {
    let mut document = json!({"profile": harvest.profile.id(), "warnings": harvest.warnings});
    for (fate, word) in FATES {
        document[word] = json!(harvest.count(fate));
    }
    document["records"] = harvest
        .records
        .iter()
        .map(|record| {
            let fate = FATES.iter().find(|(fate, _)| *fate == record.fate).map(|(_, word)| *word);
            json!({
                "fate": fate,
                "kind": record.kind.map(|kind| kind.name()),
                "index": record.index,
                "identifier": record.identifier,
                "title": record.title,
                "reason": record.reason,
            })
        })
        .collect();
    document
}

fn name(record: &Planned) -> String {
    match (&record.title, &record.identifier, record.index) {
        (Some(title), Some(identifier), _) => format!("{title} ({identifier})"),
        (Some(text), None, _) | (None, Some(text), _) => text.clone(),
        (None, None, Some(index)) => format!("number {}", index + 1),
        (None, None, None) => "a record".to_owned(),
    }
}

fn one_line(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { '\u{fffd}' } else { character }).collect()
}
