//! `townhall fix`: mends what is surely wrong in a catalogue, and lists what needs a person.

use std::fmt::Write as _;
use std::io::Write;
use std::path::PathBuf;

use serde_json::Value;
use townhall_app::FixAnswer;

use super::workshop::{deliver, material, workshop};
use super::{Failure, Outcome, print};
use crate::cli::{Fix, Global};

pub async fn run(global: Global, args: Fix) -> Result<Outcome, Failure> {
    let workshop = workshop(&global)?;
    let input = material(&workshop, &args.input).await?;
    let (mended, answer) = workshop.fix(&input).await?;
    let told = if global.json {
        format!("{}\n", serde_json::to_string_pretty(&answer).unwrap_or_default())
    } else {
        text(&answer, args.max_records)
    };
    if args.check {
        print(&told)?;
        return Ok(if answer.is_clean() { Outcome::Good } else { Outcome::No });
    }
    let output = args.output.unwrap_or_else(|| beside(&args.input));
    let to_stdout = output.as_os_str() == "-";
    deliver(&mended, (!to_stdout).then_some(output.as_path()))?;
    if to_stdout {
        // Standard output is the catalogue's; a closed standard error is no reason to fail.
        let _ = anstream::stderr().write_all(told.as_bytes());
    } else {
        print(&told)?;
        if !global.json {
            print(&format!("written to {}\n", output.display()))?;
        }
    }
    Ok(if answer.summary.is_complete { Outcome::Good } else { Outcome::No })
}

/// `data.json` becomes `data.fixed.json` in the same folder; what has no name goes to the current one.
fn beside(input: &str) -> PathBuf {
    let path = PathBuf::from(input);
    let is_file = !input.starts_with("http://") && !input.starts_with("https://") && input != "-";
    let stem = path.file_name().filter(|_| is_file).map(|name| {
        let name = name.to_string_lossy();
        let name = name.strip_suffix(".gz").unwrap_or(&name);
        name.rsplit_once('.').map_or(name.to_owned(), |(stem, _)| stem.to_owned())
    });
    match stem {
        Some(stem) => path.with_file_name(format!("{stem}.fixed.json")),
        None => PathBuf::from("data.fixed.json"),
    }
}

fn text(answer: &FixAnswer, max_records: usize) -> String {
    let mut out = String::new();
    let shown = |value: &Option<Value>| match value {
        None => "nothing".to_owned(),
        Some(value) => {
            let text = value.to_string();
            match text.char_indices().nth(120) {
                Some((at, _)) => format!("{}…", &text[..at]),
                None => text,
            }
        }
    };
    for report in answer.reports.iter().take(max_records) {
        let name = report.title.as_deref().or(report.identifier.as_deref()).unwrap_or(&report.pointer);
        let _ = writeln!(out, "{name} (line {})", report.position.line);
        for change in &report.changes {
            let _ = writeln!(
                out,
                "  {} {}\n    - {}\n    + {}\n    {}",
                change.code,
                change.pointer,
                shown(&change.before),
                shown(&change.after),
                change.why
            );
        }
        for doubt in &report.doubts {
            let _ = writeln!(out, "  ? {} {}: {}", doubt.code, doubt.pointer, doubt.why);
            if doubt.suggestion.is_some() {
                let _ = writeln!(out, "    perhaps {}", shown(&doubt.suggestion));
            }
        }
    }
    let hidden = answer.reports.len().saturating_sub(max_records);
    if hidden > 0 || answer.truncated {
        let _ = writeln!(out, "… and more records; --max-records shows more of them");
    }
    let summary = &answer.summary;
    for finding in &summary.findings {
        let _ = writeln!(out, "{}: {}", finding.code, finding.message);
    }
    let _ = writeln!(
        out,
        "{} records: {} mended, {} need a person, {} could not be read",
        summary.records, summary.changed, summary.doubtful, summary.refused
    );
    out
}
