//! `townhall validate`: judges catalogues by the published schemas and harvesters, and by what no schema sees.

use std::fmt::Write as _;

use serde_json::{Value, json};
use townhall_app::{
    HarvestRequest, ValidateRequest, Workshop, harvest_as_json, harvest_as_text, profiles, rules_as_json,
    rules_as_markdown, validation_as_json, validation_report,
};

use super::workshop::{material, workshop};
use super::{Failure, Outcome, print};
use crate::cli::{Global, Validate};

pub async fn run(global: Global, args: Validate) -> Result<Outcome, Failure> {
    if args.list_rules {
        print(&if args.markdown { rules_as_markdown() } else { rules(global.json) })?;
        return Ok(Outcome::Good);
    }
    if args.list_profiles {
        let lines: String = profiles().map(|(id, name)| format!("{id:36} {name}\n")).collect();
        print(&lines)?;
        return Ok(Outcome::Good);
    }
    let workshop = workshop(&global)?;
    if args.would_harvest {
        return would_harvest(&global, &args, &workshop).await;
    }
    let baseline = match &args.baseline {
        Some(path) => Some(std::fs::read_to_string(path)?),
        None => None,
    };
    let has_baseline = baseline.is_some();
    let request = ValidateRequest { profile: args.profile, findings_max: args.max_errors, baseline };
    let mut answers = Vec::new();
    let mut known = String::new();
    let mut is_good = true;
    for input in &args.inputs {
        let given = material(&workshop, input).await?;
        let outcome = workshop.validate(&given, &request).await?;
        // With a baseline only what is new counts.
        is_good &= if has_baseline { outcome.totals.official == 0 } else { outcome.valid };
        if args.write_baseline.is_some() {
            known.push_str(&townhall_app::baseline_of(&outcome));
        }
        let mut answer = validation_as_json(&outcome)?;
        if global.json {
            if args.inputs.len() > 1 {
                answer["name"] = json!(given.name());
            }
            answers.push(answer);
        } else if let Some(form) = args.format.form() {
            print(&String::from_utf8_lossy(&validation_report(&outcome, given.name(), form)?))?;
        } else {
            print(&text(given.name(), &answer, args.max_causes))?;
        }
    }
    if let Some(path) = &args.write_baseline {
        std::fs::write(path, known)?;
    }
    if global.json {
        let whole = if answers.len() == 1 { answers.remove(0) } else { Value::Array(answers) };
        print(&format!("{whole:#}\n"))?;
    }
    Ok(if is_good { Outcome::Good } else { Outcome::No })
}

async fn would_harvest(global: &Global, args: &Validate, workshop: &Workshop) -> Result<Outcome, Failure> {
    let known = match &args.known {
        Some(input) => Some(material(workshop, input).await?),
        None => None,
    };
    let request = HarvestRequest { profile: Some(args.profile.clone()) };
    let mut is_good = true;
    for input in &args.inputs {
        let now = material(workshop, input).await?;
        let plan = workshop.would_harvest(&now, known.as_ref(), &request).await?;
        let document = harvest_as_json(&plan);
        is_good &= document["refused"] == 0 && document["deleted"] == 0 && plan.warnings.is_empty();
        print(&if global.json { format!("{document:#}\n") } else { harvest_as_text(&plan) })?;
    }
    Ok(if is_good { Outcome::Good } else { Outcome::No })
}

fn rules(as_json: bool) -> String {
    let rules = rules_as_json();
    if as_json {
        return format!("{rules:#}\n");
    }
    let mut out = String::new();
    for rule in rules.as_array().into_iter().flatten() {
        let text = |name: &str| rule[name].as_str().unwrap_or_default();
        let official = if rule["official"] == true { ", part of the verdict" } else { "" };
        let _ = writeln!(
            out,
            "{} ({}{official})\n  {}\n  source: {}\n  to mend: {}\n",
            text("code"),
            text("severity"),
            text("title"),
            text("source"),
            text("fix")
        );
    }
    out
}

/// The verdict, then the causes, the most frequent first.
fn text(name: &str, answer: &Value, max_causes: usize) -> String {
    let mut out = String::new();
    let count = |path: &str| answer.pointer(path).and_then(Value::as_u64).unwrap_or(0);
    let verdict =
        if answer["valid"] == true { "\u{1b}[1;32mvalid\u{1b}[0m" } else { "\u{1b}[1;31mnot valid\u{1b}[0m" };
    let _ = writeln!(
        out,
        "\u{1b}[1m{name}\u{1b}[0m: {verdict} by {}, {} of {} datasets refused",
        answer["profile"].as_str().unwrap_or_default(),
        count("/invalid_datasets"),
        count("/datasets"),
    );
    let groups = answer["groups"].as_array().map(Vec::as_slice).unwrap_or_default();
    for group in groups.iter().take(max_causes) {
        let rule = |name: &str| group[name].as_str().unwrap_or_default();
        let color = match rule("severity") {
            "error" => "31",
            "warning" => "33",
            _ => "36",
        };
        let official = if group["official"] == true { ", part of the verdict" } else { "" };
        let _ = writeln!(
            out,
            "\n\u{1b}[{color}m{}\u{1b}[0m {} {}: {} ({} times in {} datasets{official})",
            rule("severity"),
            rule("code"),
            group["field"].as_str().unwrap_or_default(),
            rule("title"),
            group["count"],
            group["datasets"],
        );
        if let Some(first) = group["first"].as_object() {
            let line = first
                .get("line")
                .filter(|line| line.is_u64())
                .map(|line| format!("line {line}: "))
                .unwrap_or_default();
            let message = first.get("message").and_then(Value::as_str).unwrap_or_default();
            let _ = writeln!(out, "  first at {line}{message}");
        }
        let _ = writeln!(out, "  to mend: {}", rule("fix"));
    }
    if groups.len() > max_causes {
        let _ = writeln!(out, "\n… and {} more causes; --max-causes shows more", groups.len() - max_causes);
    }
    let _ = writeln!(
        out,
        "\n{} errors, {} warnings, {} notes{}",
        count("/totals/errors"),
        count("/totals/warnings"),
        count("/totals/notes"),
        match count("/totals/known") {
            0 => String::new(),
            many => format!("; {many} known ones not told"),
        }
    );
    out
}
