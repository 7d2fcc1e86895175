//! `/tools/merge` and `/api/merge`: several catalogues made one.

use axum::extract::Request;
use axum::response::Response;
use serde_json::{Value, json};
use townhall_app::{MERGE_POLICIES, Material, MergeRequest};
use townhall_model::ErrorKind;

use super::page::{self, Tool};
use super::upload::{self, Sent};
use crate::handlers::params::Params;
use crate::handlers::{Site, respond};
use crate::pages::views::{CheckField, Choice, SelectField, SourceField, ToolForm};
use crate::server::Problem;

/// The tool.
pub const MERGE: Tool = Tool {
    name: "merge",
    title: "Merge catalogs",
    lead: "Join the catalogs of several offices into one, of any versions, each record once.",
    template: "tool_merge.html",
    form,
    heading,
};

/// How many files the form has room for.
const SOURCES: usize = 3;

/// `/tools/merge`, empty.
pub async fn show(site: Site) -> Result<Response, Problem> {
    page::empty(&site, &MERGE)
}

/// `/tools/merge` with catalogues: the report, or the merged catalogue itself.
pub async fn run(site: Site, request: Request) -> Result<Response, Problem> {
    let sent = upload::read(&site, request).await?;
    let outcome = match merged(&site, &sent).await {
        Ok((made, _)) if sent.wants_file() => {
            return respond::material(&made, "application/json", "catalog.json").await;
        }
        Ok((_, report)) => sent.one().map(|material| (material, report)),
        Err(problem) => Err(problem),
    };
    page::answer(&site, &MERGE, &sent, outcome).await
}

/// `/api/merge`: the merged catalogue; with `report=yes` what became of the records instead.
pub async fn api(site: Site, request: Request) -> Result<Response, Problem> {
    let sent = upload::read(&site, request).await?;
    let (made, report) = merged(&site, &sent).await?;
    match sent.params.get("report") {
        Some(_) => Ok(respond::json(&report)),
        None => respond::material(&made, "application/json", "catalog.json").await,
    }
}

async fn merged(site: &Site, sent: &Sent) -> Result<(Material, Value), Problem> {
    if sent.materials.len() < 2 {
        let count = sent.materials.len();
        return Err(Problem::new(
            ErrorKind::Invalid,
            format!("at least two catalogs are needed, and {count} came"),
        )
        .with_hint("give each as a file, a text or an address"));
    }
    let text = |name: &str| sent.params.get(name).map(str::to_owned);
    let request = MergeRequest {
        conflict: text("conflict"),
        version: text("version"),
        provenance: sent.params.get("provenance").is_some(),
    };
    let (made, report) = site.app().workshop().merge(&sent.materials, &request).await?;
    Ok((made, json!(report)))
}

fn form(site: &Site, params: &Params, text: Option<&str>) -> ToolForm {
    let chosen = |name: &str| params.get(name).unwrap_or_default().to_owned();
    let choice = |name: &str, value: &str, label: String| Choice {
        label,
        value: value.to_owned(),
        url: String::new(),
        selected: chosen(name) == value,
    };
    ToolForm {
        sources: (1..=SOURCES)
            .map(|n| SourceField {
                label: format!("Catalog {n}"),
                text: text.filter(|_| n == SOURCES).unwrap_or_default().into(),
            })
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
