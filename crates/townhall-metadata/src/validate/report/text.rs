//! Text for people at a terminal: the verdict, the causes, then each finding with its place.

use std::io::{self, Write};

use townhall_model::{Finding, Severity};

use super::{dataset_name, word};
use crate::validate::Outcome;

/// How parts of the text are set off. The terminal's colors are the caller's matter; [`Plain`] has none.
pub trait Style {
    /// A word of this severity.
    fn severity(&self, severity: Severity, text: &str) -> String;
    /// The verdict.
    fn verdict(&self, is_valid: bool, text: &str) -> String;
    /// A heading.
    fn strong(&self, text: &str) -> String;
    /// Something of less weight: places and sources.
    fn faint(&self, text: &str) -> String;
}

/// Text as it is.
pub struct Plain;

impl Style for Plain {
    fn severity(&self, _severity: Severity, text: &str) -> String {
        text.to_owned()
    }

    fn verdict(&self, _is_valid: bool, text: &str) -> String {
        text.to_owned()
    }

    fn strong(&self, text: &str) -> String {
        text.to_owned()
    }

    fn faint(&self, text: &str) -> String {
        text.to_owned()
    }
}

/// Writes the outcome; `path` is what the file is called. Control characters of the file are shown as `�`, so that no
/// file can play with the terminal.
///
/// # Errors
///
/// When the output fails.
pub fn text(outcome: &Outcome, path: &str, style: &dyn Style, out: &mut dyn Write) -> io::Result<()> {
    let Outcome { datasets, invalid_datasets, totals, .. } = outcome;
    let verdict = if outcome.valid { "valid" } else { "not valid" };
    let chosen = if outcome.is_auto { " (chosen by what the file says)" } else { "" };
    writeln!(
        out,
        "{}: {} by {} ({}){chosen}",
        style.strong(&clean(path)),
        style.verdict(outcome.valid, verdict),
        outcome.profile.id(),
        outcome.profile.name(),
    )?;
    writeln!(out, "{}, {invalid_datasets} of them invalid", counted(*datasets, "dataset"))?;
    writeln!(
        out,
        "{}, {}, {}",
        counted(totals.errors, "error"),
        counted(totals.warnings, "warning"),
        counted(totals.notes, "note")
    )?;
    if totals.suppressed > 0 {
        writeln!(out, "{} known from the baseline and not told", counted(totals.suppressed, "finding"))?;
    }
    if !outcome.groups.is_empty() {
        writeln!(out, "\n{}", style.strong("What was found, the most frequent first"))?;
    }
    for group in &outcome.groups {
        let severity = style.severity(group.rule.severity, word(group.rule.severity));
        let official = if group.official { ", official" } else { "" };
        writeln!(out, "{:>7}  {severity}  {}  {}{official}", group.count, group.subject(), group.rule.title)?;
        writeln!(out, "         {}", style.faint(&format!("{}: {}", group.rule.code, group.rule.fix)))?;
    }
    if !outcome.findings.is_empty() {
        writeln!(out, "\n{}", style.strong("Each finding in the order of the file"))?;
    }
    for found in &outcome.findings {
        finding(found, path, style, out)?;
    }
    if totals.dropped > 0 {
        writeln!(out, "\n{} more, counted above but not listed", counted(totals.dropped, "finding"))?;
    }
    Ok(())
}

fn finding(finding: &Finding, path: &str, style: &dyn Style, out: &mut dyn Write) -> io::Result<()> {
    let place = finding.position.map(|position| format!(":{}:{}", position.line, position.column));
    let place = format!("{}{}", clean(path), place.unwrap_or_default());
    let severity = style.severity(finding.severity, word(finding.severity));
    let name = dataset_name(finding).map(|name| format!("{}: ", clean(&name))).unwrap_or_default();
    writeln!(out, "{}: {severity}: {name}{}", style.faint(&place), clean(&finding.message))?;
    if let Some(fix) = &finding.fix {
        writeln!(out, "    {}", clean(fix))?;
    }
    let source = finding.source.as_deref().unwrap_or_default();
    let origin = format!(
        "{} at {}; {source}",
        finding.code,
        if finding.pointer.is_empty() { "/" } else { &finding.pointer }
    );
    writeln!(out, "    {}", style.faint(&clean(&origin)))
}

fn counted(count: u64, thing: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {thing}{plural}")
}

/// One line without anything that steers a terminal.
pub(crate) fn clean(text: &str) -> String {
    let is_steering = |character: char| {
        character.is_control()
            || matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|other| if is_steering(other) { '\u{fffd}' } else { other }).collect()
}
