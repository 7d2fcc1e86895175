//! Comma-separated values (RFC 4180), a line for each finding.

use std::io::{self, Write};

use townhall_model::Finding;

use super::word;
use crate::validate::Outcome;

const HEADING: &str =
    "severity,code,official,dataset_index,identifier,title,pointer,line,column,value,message,source,fix";

/// Writes the kept findings. A cell that a spreadsheet would take for a formula gets an apostrophe in front.
///
/// # Errors
///
/// When the output fails.
pub fn csv(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "{HEADING}\r\n")?;
    for finding in &outcome.findings {
        let cells = cells(finding).map(|cell| escape(&cell));
        write!(out, "{}\r\n", cells.join(","))?;
    }
    Ok(())
}

fn cells(finding: &Finding) -> [String; 13] {
    let number = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    [
        word(finding.severity).to_owned(),
        finding.code.clone(),
        finding.official.to_string(),
        number(finding.dataset_index),
        text(&finding.identifier),
        text(&finding.title),
        finding.pointer.clone(),
        number(finding.position.map(|position| position.line)),
        number(finding.position.map(|position| position.column)),
        text(&finding.value),
        finding.message.clone(),
        text(&finding.source),
        text(&finding.fix),
    ]
}

fn escape(cell: &str) -> String {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let cell = if is_formula { format!("'{cell}") } else { cell.to_owned() };
    if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
}
