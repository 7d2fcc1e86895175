//! `/tools/merge` and `/api/merge`: several catalogues made one.

use serde_json::Value;
use townhall_app::{MERGE_POLICIES, MergeRequest, Task};

use super::page::Tool;
use crate::handlers::Site;
use crate::handlers::params::Params;
use crate::pages::views::{CheckField, Choice, SelectField, SourceField, ToolForm};
use crate::server::Problem;

/// The tool.
pub const MERGE: Tool = Tool {
    name: "merge",
    api: "merge",
    title: "Merge catalogs",
    lead: "Join the catalogs of several offices into one, of any versions, each record once.",
    template: "tool_merge.html",
    task,
    form,
    heading,
    shown: None,
    kept: None,
};

/// How many files the form has room for.
const SOURCES: usize = 3;

fn task(params: &Params) -> Result<Task, Problem> {
    let text = |name: &str| params.get(name).map(str::to_owned);
    Ok(Task::Merge(MergeRequest {
        conflict: text("conflict"),
        version: text("version"),
        provenance: params.get("provenance").is_some(),
    }))
}

fn form(site: &Site, params: &Params) -> ToolForm {
    let chosen = |name: &str| params.get(name).unwrap_or_default().to_owned();
    let choice = |name: &str, value: &str, label: String| Choice {
        label,
        value: value.to_owned(),
        url: String::new(),
        selected: chosen(name) == value,
    };
    ToolForm {
        sources: (1..=SOURCES)
            .map(|n| SourceField { label: format!("Catalog {n}"), ..SourceField::default() })
            .collect(),
        selects: vec![
            SelectField {
                name: "conflict".into(),
                label: "Two records with one identifier".into(),
                choices: MERGE_POLICIES
                    .iter()
                    .map(|(name, meaning)| choice("conflict", name, format!("{name}: {meaning}")))
                    .collect(),
            },
            SelectField {
                name: "version".into(),
                label: "Version to write".into(),
                choices: vec![
                    choice("version", "", "the latest among the files".into()),
                    choice("version", "dcat-us-1.1", "DCAT-US 1.1".into()),
                    choice("version", "dcat-us-3.0", "DCAT-US 3.0".into()),
                ],
            },
        ],
        checks: vec![CheckField {
            name: "provenance".into(),
            label: "Each record says which file it came from".into(),
            hint: "under the key mergedFrom".into(),
            checked: params.get("provenance").is_some(),
        }],
        submit: "Show what would become of the records".into(),
        submit_file: Some("Merge and download".into()),
        command: "townhall merge --conflict newest a.json b.json -o catalog.json".into(),
        api: format!(
            "curl -F file=@a.json -F file=@b.json -F conflict=newest {}/api/merge -o catalog.json",
            site.base_url()
        ),
        ..ToolForm::default()
    }
}

fn heading(report: &Value) -> String {
    format!("{} records in one catalog", report["written"].as_u64().unwrap_or(0))
}
