//! Annotations of GitHub Actions: lines that the runner shows beside the file.

use std::io::{self, Write};

use townhall_model::{Finding, Severity};

use super::dataset_name;
use crate::validate::Outcome;

/// Writes a workflow command for each kept finding; `path` is the file as the repository has it.
///
/// # Errors
///
/// When the output fails.
pub fn github(outcome: &Outcome, path: &str, out: &mut dyn Write) -> io::Result<()> {
    for finding in &outcome.findings {
        let command = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "notice",
        };
        write!(out, "::{command} file={}", property(path))?;
        if let Some(position) = finding.position {
            write!(out, ",line={},col={}", position.line, position.column)?;
        }
        writeln!(out, ",title={}::{}", property(&finding.code), data(&message(finding)))?;
    }
    Ok(())
}

fn message(finding: &Finding) -> String {
    let name = dataset_name(finding).map(|name| format!("{name}: ")).unwrap_or_default();
    let fix = finding.fix.as_ref().map(|fix| format!("; {fix}")).unwrap_or_default();
    format!("{name}{}{fix}", finding.message)
}

/// What stands behind the colons; only these three characters need escaping there.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// What stands before them, where commas and colons separate.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
