//! `townhall merge`: several catalogues made one.

use std::io::Write;

use townhall_app::{MergeReport, MergeRequest};

use super::workshop::{deliver, material, workshop};
use super::{Failure, Outcome};
use crate::cli::{Global, Merge};

pub async fn run(global: Global, args: Merge) -> Result<Outcome, Failure> {
    let workshop = workshop(&global)?;
    let mut inputs = Vec::with_capacity(args.inputs.len());
    for input in &args.inputs {
        inputs.push(material(&workshop, input).await?);
    }
    let request =
        MergeRequest { conflict: Some(args.conflict), version: args.to, provenance: args.provenance };
    let (merged, report) = workshop.merge(&inputs, &request).await?;
    deliver(&merged, args.output.as_deref())?;
    let mut err = anstream::stderr();
    let told = if global.json {
        serde_json::to_string_pretty(&report).unwrap_or_default()
    } else {
        summary(&report)
    };
    // The result is out already; a closed standard error is no reason to fail.
    let _ = writeln!(err, "{told}");
    Ok(if report.is_complete() { Outcome::Good } else { Outcome::No })
}

fn summary(report: &MergeReport) -> String {
    let mut lines = vec![format!("{} records written as {}", report.written, report.version)];
    for input in &report.inputs {
        let counts = [
            (input.identical, "said before"),
            (input.superseded, "superseded"),
            (input.renamed, "renamed"),
            (input.refused, "not readable"),
        ];
        let rest: String = counts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, words)| format!(", {count} {words}"))
            .collect();
        lines.push(format!("  {}: {} of {} written{rest}", input.name, input.written, input.records));
    }
    for orphan in &report.orphans {
        let name = orphan.identifier.as_deref().unwrap_or("a record without identifier");
        lines.push(format!("  {name} of {} is part of {}, which no file has", orphan.input, orphan.parent));
    }
    lines.join("\n")
}
