//! `townhall import`: brings in catalogues and data files, and says what became of each record.

use std::collections::BTreeMap;

use townhall_app::{ImportOptions, ImportReport, Layout, TablePolicy};
use townhall_model::Severity;

use super::reading::read_options;
use super::{Failure, Outcome, open, print, settings};
use crate::cli::{Global, Import, TablesFrom};
use crate::progress::ImportProgress;

pub async fn run(global: Global, mut args: Import) -> Result<Outcome, Failure> {
    let layout = match args.reading.layout.take() {
        None => None,
        Some(name) => {
            let layout = Layout::find(&name)?;
            // Where the columns of fixed-width text stand is for the reader to know.
            if layout.is_none() {
                args.reading.layout = Some(name);
            }
            layout
        }
    };
    let options = ImportOptions { layout, ..options(&args)? };
    let settings = settings(&global, &[])?;
    let app = open(&settings).await?;
    let mut progress = ImportProgress::new(&global);
    let report = app.imports().run(&args.inputs, &options, &mut |event| progress.show(event)).await;
    progress.finish();
    app.close().await;
    let report = report?;
    if global.json {
        print(&format!("{}\n", report.to_json()))?;
    } else {
        print(&tell(&report, &args))?;
    }
    Ok(if report.refused == 0 { Outcome::Good } else { Outcome::No })
}

fn options(args: &Import) -> Result<ImportOptions, Failure> {
    let read = read_options(&args.reading)?;
    Ok(ImportOptions {
        dry_run: args.dry_run,
        publish: args.publish,
        tables: match args.tables {
            TablesFrom::Local => TablePolicy::Local,
            TablesFrom::All => TablePolicy::All,
            TablesFrom::None => TablePolicy::None,
        },
        organization: args.organization.clone(),
        read,
        layout: None,
        leaves_tables: false,
    })
}

/// The report for people: counts, then findings grouped by code with the first places of each.
fn tell(report: &ImportReport, args: &Import) -> String {
    let mut text = String::new();
    for input in &report.inputs {
        text.push_str(&format!("{}: {}\n", input.source, input.summary()));
    }
    let would = if args.dry_run { "would be " } else { "" };
    text.push_str(&format!(
        "{would}added {}, changed {}, unchanged {}, refused {}\n",
        report.added, report.changed, report.unchanged, report.refused
    ));
    if report.tables > 0 {
        text.push_str(&format!("{would}tables: {} new or changed\n", report.tables));
    }
    let mut by_code: BTreeMap<(&str, Severity), Vec<&townhall_model::Finding>> = BTreeMap::new();
    for finding in &report.findings {
        by_code.entry((&finding.code, finding.severity)).or_default().push(finding);
    }
    let mut left = args.max_findings;
    for ((code, severity), findings) in by_code {
        let count = report.finding_counts.get(code).copied().unwrap_or(findings.len() as u64);
        text.push_str(&format!("\n{} {code}, {count}×: {}\n", word(severity), findings[0].message));
        if let Some(fix) = &findings[0].fix {
            text.push_str(&format!("  hint: {fix}\n"));
        }
        let shown = findings.len().min(3).min(left);
        for finding in &findings[..shown] {
            text.push_str(&format!("  {}\n", place(finding)));
        }
        left -= shown;
        if count > shown as u64 {
            text.push_str(&format!("  and {} more (all with --json)\n", count - shown as u64));
        }
    }
    text
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn place(finding: &townhall_model::Finding) -> String {
    let mut parts = Vec::new();
    if let Some(position) = finding.position {
        parts.push(format!("line {} column {}", position.line, position.column));
    }
    if !finding.pointer.is_empty() {
        parts.push(finding.pointer.clone());
    }
    if let Some(title) = finding.title.as_ref().or(finding.identifier.as_ref()) {
        parts.push(format!("“{title}”"));
    }
    if let Some(value) = &finding.value {
        parts.push(format!("`{value}`"));
    }
    if parts.is_empty() { "the file as a whole".to_owned() } else { parts.join(", ") }
}
