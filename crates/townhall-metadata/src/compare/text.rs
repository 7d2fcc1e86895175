//! A comparison as text for a terminal or a mail.

use std::fmt::Write;

use serde_json::Value;

use super::{Comparison, Edition, Entry, FieldChange};
use crate::diff::ChangeKind;

/// Most characters of a value that a line shows.
const VALUE_CHARACTERS_MAX: usize = 100;

/// Most places inside of one field that are shown; the JSON has them all.
const DETAILS_MAX: usize = 20;

/// The comparison as lines: the counts first, then `+` for added records, `-` for removed, `~` for changed ones.
pub fn comparison_as_text(comparison: &Comparison) -> String {
    let mut out = String::new();
    for (word, edition) in [("old", &comparison.old), ("new", &comparison.new)] {
        line(&mut out, 0, &format!("{word}: {}", describe(edition)));
    }
    line(&mut out, 0, &counts(comparison));
    if !comparison.catalog.is_empty() {
        line(&mut out, 0, "\n~ the catalog itself");
        out.push_str(&describe_fields(&comparison.catalog));
    }
    for (sign, entries) in [("+", &comparison.added), ("-", &comparison.removed)] {
        for entry in entries {
            line(&mut out, 0, &format!("\n{sign} {}", name(entry)));
        }
    }
    for changed in &comparison.changed {
        line(&mut out, 0, &format!("\n~ {}", name(&changed.entry)));
        out.push_str(&describe_fields(&changed.fields));
    }
    out
}

/// The counts in one line.
pub(super) fn counts(comparison: &Comparison) -> String {
    let order = match comparison.only_order() {
        0 => String::new(),
        only => format!(" ({only} only in order)"),
    };
    format!(
        "{} added, {} removed, {} changed{order}, {} unchanged",
        comparison.added.len(),
        comparison.removed.len(),
        comparison.changed.len(),
        comparison.unchanged
    )
}

fn line(out: &mut String, depth: usize, text: &str) {
    writeln!(out, "{:width$}{text}", "", width = depth * 2).expect("a string takes everything");
}

fn describe(edition: &Edition) -> String {
    let version = edition.version.map_or(String::new(), |version| format!(", {version}"));
    let refused = match edition.refused {
        0 => String::new(),
        refused => format!(", {refused} more could not be read"),
    };
    let incomplete = if edition.is_complete { "" } else { "; incomplete, so removals may not be real" };
    format!("{}, {} records{version}{refused}{incomplete}", edition.name, edition.records)
}

/// The kind, identifier and title of a record on one line.
pub(super) fn name(entry: &Entry) -> String {
    let mut name = entry.kind.name().replace('-', " ");
    if let Some(identifier) = &entry.identifier {
        write!(name, " {}", shorten(identifier)).expect("a string takes everything");
    }
    if let Some(title) = &entry.title {
        write!(name, " \"{}\"", shorten(title)).expect("a string takes everything");
    }
    if entry.identifier.is_none() && entry.title.is_none() {
        write!(name, " at {}", entry.pointer).expect("a string takes everything");
    }
    name
}

/// What became of each field, a line for each place.
pub(super) fn describe_fields(fields: &[FieldChange]) -> String {
    let mut out = String::new();
    fields.iter().for_each(|field| describe_field(field, &mut out));
    out
}

fn describe_field(change: &FieldChange, out: &mut String) {
    let is_inside = change.details.iter().any(|detail| !detail.pointer.is_empty());
    if !is_inside {
        let states = states(change.kind, change.before.as_ref(), change.after.as_ref());
        return line(out, 1, &format!("{}: {states}", change.field));
    }
    line(out, 1, &format!("{}:", change.field));
    for detail in change.details.iter().take(DETAILS_MAX) {
        let states = states(detail.kind, detail.before.as_ref(), detail.after.as_ref());
        line(out, 2, &format!("{} {states}", detail.pointer));
    }
    if let Some(more @ 1..) = change.details.len().checked_sub(DETAILS_MAX) {
        line(out, 2, &format!("and {more} more places"));
    }
}

/// What became of a value, in one line.
fn states(kind: ChangeKind, before: Option<&Value>, after: Option<&Value>) -> String {
    let show = |value: Option<&Value>| shorten(&value.unwrap_or(&Value::Null).to_string());
    match kind {
        ChangeKind::Added => format!("added {}", show(after)),
        ChangeKind::Removed => format!("removed {}", show(before)),
        ChangeKind::Changed => format!("{} -> {}", show(before), show(after)),
        ChangeKind::Reordered => "the same in another order".to_owned(),
    }
}

/// One line of a text, cut where it gets long. Control characters would play with a terminal.
fn shorten(text: &str) -> String {
    let shown = |character: char| if character.is_control() { ' ' } else { character };
    let mut short = text.chars().take(VALUE_CHARACTERS_MAX).map(shown).collect::<String>();
    if text.chars().nth(VALUE_CHARACTERS_MAX).is_some() {
        short.push('…');
    }
    short
}
