//! `townhall license`: what licenses mean, and whether data under several can be combined.

use serde_json::Value;
use townhall_app::{LicenseRequest, known_licenses, licenses};

use super::{Failure, Outcome, print};
use crate::cli::{Global, License};

pub fn run(global: &Global, args: &License) -> Result<Outcome, Failure> {
    if args.list {
        let known = known_licenses();
        let lines = known
            .as_array()
            .into_iter()
            .flatten()
            .map(|license| format!("{:<24} {}\n", text(&license["id"]), text(&license["name"])));
        print(&if global.json { format!("{known:#}\n") } else { lines.collect() })?;
        return Ok(Outcome::Good);
    }
    let mut texts = args.texts.clone();
    for path in &args.files {
        texts.push(std::fs::read_to_string(path)?);
    }
    let answer = licenses(&LicenseRequest { texts })?;
    print(&if global.json { format!("{answer:#}\n") } else { tell(&answer) })?;
    let is_bad = answer["combination"]["outcome"] == "conflict"
        || list(&answer["licenses"]).any(|found| found["license"].is_null());
    Ok(if is_bad { Outcome::No } else { Outcome::Good })
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn tell(answer: &Value) -> String {
    let mut told = String::new();
    for found in list(&answer["licenses"]) {
        let license = &found["license"];
        if license.is_null() {
            told.push_str(&format!("{}: not recognized; {}\n\n", text(&found["text"]), text(&found["note"])));
            continue;
        }
        told.push_str(&format!("{} ({})\n", text(&license["name"]), text(&license["id"])));
        if let Some(note) = found["note"].as_str() {
            told.push_str(&format!("  Note: {note}\n"));
        }
        told.push_str(&format!("  {} {}\n", text(&license["summary"]), text(&license["openness"])));
        for (heading, key) in [
            ("You may", "may"),
            ("You must", "must"),
            ("You must not", "must_not"),
            ("Good to know", "notes"),
        ] {
            let items: Vec<&str> = list(&license[key]).map(text).collect();
            if !items.is_empty() {
                told.push_str(&format!("  {heading}:\n"));
                items.iter().for_each(|item| told.push_str(&format!("    - {item}\n")));
            }
        }
        if let Some(url) = license["url"].as_str() {
            told.push_str(&format!("  Write it as: {url}\n"));
        }
        told.push('\n');
    }
    let combined = &answer["combination"];
    if !combined.is_null() {
        let heading = match text(&combined["outcome"]) {
            "free" => "They go together.",
            "with-obligations" => "They go together, with obligations:",
            "conflict" => "They do not go together:",
            _ => "Whether they go together is not clear:",
        };
        told.push_str(&format!("{heading}\n"));
        list(&combined["conflicts"]).for_each(|conflict| {
            told.push_str(&format!(
                "  {} and {}: {}\n",
                text(&conflict["one"]),
                text(&conflict["other"]),
                text(&conflict["reason"])
            ));
        });
        list(&combined["obligations"])
            .for_each(|item| told.push_str(&format!("  - {}\n", text(&item["text"]))));
        list(&combined["notes"]).for_each(|note| told.push_str(&format!("  {}\n", text(note))));
        if let Some(name) = combined["publish_under"]["name"].as_str() {
            told.push_str(&format!("  The whole can be published under {name}.\n"));
        }
    }
    told
}
