//! `townhall convert`: a catalogue in another form, or any JSON as a table.

use std::io::Write;

use townhall_app::{ConvertRequest, conversion_forms, dialects_as_markdown, source_forms};

use townhall_model::ErrorKind;

use super::workshop::{deliver, material, workshop};
use super::{Failure, Outcome, print};
use crate::cli::{Convert, Global};

pub async fn run(global: Global, args: Convert) -> Result<Outcome, Failure> {
    if let [inputs @ .., output] = args.inputs.as_slice()
        && !inputs.is_empty()
    {
        return super::convert_files::run(&global, &args, inputs, output).await;
    }
    let Some((input, to)) = args.inputs.first().map(String::as_str).zip(args.to.as_deref()) else {
        if let Some(input) = args.inputs.first() {
            return Err(Failure::new(ErrorKind::Invalid, "it is not said what to convert to").with_hint(format!(
                "name a form of catalogs with --to, or a file to write: townhall convert {input} out.parquet"
            )));
        }
        if args.markdown {
            print(&dialects_as_markdown())?;
            return Ok(Outcome::Good);
        }
        let from: String = source_forms().iter().map(|(id, name)| format!("  {id:16} {name}\n")).collect();
        let to: String =
            conversion_forms().iter().map(|form| format!("  {:16} {}\n", form.id, form.name)).collect();
        print(&format!("It reads\n{from}\nand writes\n{to}"))?;
        return Ok(Outcome::Good);
    };
    let workshop = workshop(&global)?;
    let input = material(&workshop, input).await?;
    let (made, form, report) =
        workshop.convert(&input, &ConvertRequest { from: args.from, to: to.to_owned() }).await?;
    deliver(&made, args.output.as_deref())?;
    let mut told = String::new();
    if global.json {
        told.push_str(&serde_json::to_string_pretty(&report).unwrap_or_default());
        told.push('\n');
    } else {
        for finding in report.findings.iter().take(args.max_findings) {
            let name = finding.title.as_deref().or(finding.identifier.as_deref()).unwrap_or("the file");
            told.push_str(&format!("{} {} {name}: {}\n", finding.code, finding.pointer, finding.message));
        }
        let hidden = report.findings_total.saturating_sub(args.max_findings as u64);
        if hidden > 0 {
            told.push_str(&format!("… and {hidden} more; --max-findings shows more\n"));
        }
        told.push_str(&format!("{} read as {}, written as {}", report.written, report.from, form.name));
        if report.refused > 0 {
            told.push_str(&format!(", {} could not be read", report.refused));
        }
        told.push('\n');
    }
    // The result is out already; a closed standard error is no reason to fail.
    let _ = anstream::stderr().write_all(told.as_bytes());
    Ok(if report.is_complete { Outcome::Good } else { Outcome::No })
}
