//! `townhall doctor`: says what is wrong in the data directory; rebuilds and sweeps when asked.

use super::{Failure, Outcome, open, print, settings};
use crate::cli::{Doctor, Global};

pub async fn run(global: Global, args: Doctor) -> Result<Outcome, Failure> {
    let settings = settings(&global, &[])?;
    let app = open(&settings).await?;
    let doctor = app.doctor();
    let mut done = Vec::new();
    if args.rebuild_index {
        let documents = doctor.rebuild_index().await?;
        done.push(format!("rebuilt the search index: {documents} datasets"));
    }
    if args.sweep {
        let swept = doctor.sweep().await?;
        done.push(format!("removed {swept} unreferenced blobs"));
    }
    let findings = doctor.examine(args.deep).await?;
    if global.json {
        let report = serde_json::json!({"healthy": findings.is_empty(), "findings": findings, "done": done});
        print(&format!("{report}\n"))?;
    } else {
        let mut text: String = done.iter().map(|line| format!("{line}\n")).collect();
        for finding in &findings {
            text.push_str(&format!("{}: {}\n", finding.code, finding.message));
            if let Some(fix) = &finding.fix {
                text.push_str(&format!("  hint: {fix}\n"));
            }
        }
        if findings.is_empty() {
            text.push_str("all is well\n");
        }
        print(&text)?;
    }
    app.close().await;
    Ok(if findings.is_empty() { Outcome::Good } else { Outcome::No })
}
