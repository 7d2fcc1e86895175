//! `/tools/diff` and `/api/diff`: what changed between two editions of a catalogue.

use axum::extract::Request;
use axum::response::Response;
use serde_json::Value;
use townhall_app::{DiffRequest, Material, comparison_as_json};
use townhall_model::ErrorKind;

use super::page::{self, Tool};
use super::upload::{self, Sent};
use crate::handlers::params::Params;
use crate::handlers::{Site, respond};
use crate::pages::views::{CheckField, SourceField, TextField, ToolForm};
use crate::server::Problem;

/// The tool.
pub const DIFF: Tool = Tool {
    name: "diff",
    title: "Compare two editions",
    lead: "See what changed between two editions of a catalog, dataset by dataset and field by field.",
    template: "tool_diff.html",
    form,
    heading,
};

/// `/tools/diff`, empty.
pub async fn show(site: Site) -> Result<Response, Problem> {
    page::empty(&site, &DIFF)
}

/// `/tools/diff` with two editions.
pub async fn run(site: Site, request: Request) -> Result<Response, Problem> {
    let sent = upload::read(&site, request).await?;
    let outcome = match editions(&sent) {
        Ok((old, new)) => work(&site, old, new, &sent.params).await.map(|result| (new, result)),
        Err(problem) => Err(problem),
    };
    page::answer(&site, &DIFF, &sent, outcome).await
}

/// `/api/diff`.
pub async fn api(site: Site, request: Request) -> Result<Response, Problem> {
    let sent = upload::read(&site, request).await?;
    let (old, new) = editions(&sent)?;
    Ok(respond::json(&work(&site, old, new, &sent.params).await?))
}

fn editions(sent: &Sent) -> Result<(&Material, &Material), Problem> {
    match sent.materials.as_slice() {
        [old, new] => Ok((old, new)),
        materials => Err(Problem::new(
            ErrorKind::Invalid,
            format!("a comparison needs two editions, and {} came", materials.len()),
        )
        .with_hint("give each as a file, a text or an address, the older one first")),
    }
}

async fn work(site: &Site, old: &Material, new: &Material, params: &Params) -> Result<Value, Problem> {
    let request = DiffRequest {
        ignore: params
            .all("ignore")
            .flat_map(|fields| fields.split([',', ' ']))
            .filter(|field| !field.is_empty())
            .map(str::to_owned)
            .collect(),
        any_order: params.get("any_order").is_some(),
    };
    let comparison = site.app().workshop().compare(old, new, &request).await?;
    Ok(comparison_as_json(&comparison))
}

fn form(site: &Site, params: &Params, text: Option<&str>) -> ToolForm {
    ToolForm {
        sources: vec![
            SourceField { label: "The older edition".into(), ..SourceField::default() },
            SourceField { label: "The newer edition".into(), text: text.unwrap_or_default().into() },
        ],
        texts: vec![TextField {
            name: "ignore".into(),
            label: "Fields that don’t count".into(),
            hint: "Names with commas between them, such as modified, distribution/modified".into(),
            value: params.get("ignore").unwrap_or_default().into(),
        }],
        checks: vec![CheckField {
            name: "any_order".into(),
            label: "The order of lists doesn’t count".into(),
            hint: String::new(),
            checked: params.get("any_order").is_some(),
        }],
        submit: "Compare".into(),
        command: "townhall diff old.json new.json".into(),
        api: format!("curl -F file=@old.json -F file=@new.json {}/api/diff", site.base_url()),
        ..ToolForm::default()
    }
}

fn heading(result: &Value) -> String {
    let count = |name: &str| result[name].as_array().map_or(0, Vec::len);
    match count("added") + count("removed") + count("changed") + count("catalog") {
        0 => "No difference".into(),
        1 => "1 difference".into(),
        many => format!("{many} differences"),
    }
}
