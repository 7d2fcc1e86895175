//! JUnit XML, which build servers read: a test case for each cause, which fails if it is an error.

use std::fmt::Write as _;
use std::io::{self, Write};

use townhall_model::{Finding, Severity};

use super::dataset_name;
use crate::validate::{Group, Outcome};

/// How many findings of one cause are told.
const TOLD_MAX: usize = 20;

/// Writes the outcome as one test suite. Warnings and notes pass, and are told in the output of their cases.
///
/// # Errors
///
/// When the output fails.
pub fn junit(outcome: &Outcome, path: &str, out: &mut dyn Write) -> io::Result<()> {
    let errors = outcome.groups.iter().filter(|group| group.rule.severity == Severity::Error).count();
    let verdict = usize::from(!outcome.valid);
    let (tests, failures) = (outcome.groups.len() + 1, errors + verdict);
    let suite = escape(outcome.profile.id());
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<testsuites tests=\"{tests}\" failures=\"{failures}\">")?;
    writeln!(out, "<testsuite name=\"{suite}\" tests=\"{tests}\" failures=\"{failures}\">")?;
    writeln!(out, "<testcase classname=\"{}\" name=\"verdict\">", escape(path))?;
    if !outcome.valid {
        let message = format!("{} of {} datasets are invalid", outcome.invalid_datasets, outcome.datasets);
        writeln!(out, "<failure message=\"{}\"/>", escape(&message))?;
    }
    writeln!(out, "</testcase>")?;
    for group in &outcome.groups {
        case(outcome, group, path, out)?;
    }
    writeln!(out, "</testsuite>\n</testsuites>")
}

fn case(outcome: &Outcome, group: &Group, path: &str, out: &mut dyn Write) -> io::Result<()> {
    let name = format!("{} {}", group.rule.code, group.subject());
    writeln!(out, "<testcase classname=\"{}\" name=\"{}\">", escape(path), escape(&name))?;
    let times = if group.count == 1 { "once".to_owned() } else { format!("{} times", group.count) };
    let message = format!("{} ({times})", group.rule.title);
    // A group knows its causes by rule and field; the findings know the rule and, at the end of the pointer, the field.
    let told = outcome.findings.iter().filter(|finding| finding.code == group.rule.code);
    let mut details = String::new();
    for finding in told.take(TOLD_MAX) {
        details.push_str(&line(finding));
    }
    let element = if group.rule.severity == Severity::Error { "failure" } else { "system-out" };
    if element == "failure" {
        writeln!(out, "<failure message=\"{}\">{}</failure>", escape(&message), escape(&details))?;
    } else {
        writeln!(out, "<system-out>{}</system-out>", escape(&format!("{message}\n{details}")))?;
    }
    writeln!(out, "</testcase>")
}

fn line(finding: &Finding) -> String {
    let mut line = String::new();
    if let Some(position) = finding.position {
        write!(line, "{}:{} ", position.line, position.column).expect("a text takes everything");
    }
    if let Some(name) = dataset_name(finding) {
        write!(line, "{name}: ").expect("a text takes everything");
    }
    line.push_str(&finding.message);
    line.push('\n');
    line
}

/// Text for XML 1.0, without the characters that it can't have.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(character),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            other if other.is_control() => escaped.push('\u{fffd}'),
            other => escaped.push(other),
        }
    }
    escaped
}
