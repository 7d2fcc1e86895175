//! `/tools/validate` and `/api/validate`: a catalogue judged by the published schemas and harvesters.

use axum::response::Response;
use serde_json::Value;
use townhall_app::{ReportForm, Task, ValidateRequest, profiles, rules_as_json};
use townhall_model::ErrorKind;

use super::page::Tool;
use crate::handlers::params::Params;
use crate::handlers::{Site, respond};
use crate::pages::views::{Choice, SelectField, SourceField, ToolForm};
use crate::server::Problem;

/// The tool.
pub const VALIDATE: Tool = Tool {
    name: "validate",
    api: "validate",
    title: "Check a catalog",
    lead: "Find out whether a catalog (data.json) follows the rules of DCAT-US, what stands in its way, and how to mend it.",
    template: "tool_validate.html",
    task,
    form,
    heading,
    shown: None,
    kept: None,
};

fn task(params: &Params) -> Result<Task, Problem> {
    let mut request = ValidateRequest::default();
    if let Some(profile) = params.get("profile") {
        request.profile = profile.to_owned();
    }
    if let Some(text) = params.get("max_findings") {
        request.findings_max = text.parse().map_err(|_| {
            Problem::new(ErrorKind::Invalid, format!("`max_findings={text}` is not a whole number"))
        })?;
    }
    let form = match params.get("_format").filter(|name| *name != "json") {
        None => None,
        Some(name) => Some(ReportForm::by_name(name).ok_or_else(|| {
            let known = ReportForm::ALL.map(ReportForm::name).join(", ");
            Problem::new(ErrorKind::Invalid, format!("`{name}` is no form of a verdict"))
                .with_hint(format!("use json, {known}"))
        })?),
    };
    Ok(Task::Validate { request, form })
}

/// `/api/validate/rules`: every rule with its source.
pub async fn rules() -> Response {
    respond::json(&serde_json::json!({ "data": rules_as_json(), "meta": {} }))
}

fn form(site: &Site, params: &Params) -> ToolForm {
    let chosen = params.get("profile").unwrap_or("auto");
    let choice = |value: &str, label: &str| Choice {
        label: label.to_owned(),
        value: value.to_owned(),
        url: String::new(),
        selected: chosen == value,
    };
    ToolForm {
        sources: vec![SourceField { label: "The catalog".into(), ..SourceField::default() }],
        selects: vec![SelectField {
            name: "profile".into(),
            label: "Whose rules".into(),
            choices: std::iter::once(choice("auto", "What the file says of itself, as data.gov harvests it"))
                .chain(profiles().map(|(id, name)| choice(id, name)))
                .collect(),
        }],
        submit: "Check".into(),
        command: "townhall validate data.json".into(),
        api: format!("curl -F file=@data.json {}/api/validate", site.base_url()),
        ..ToolForm::default()
    }
}

fn heading(result: &Value) -> String {
    let count = |name: &str| result[name].as_u64().unwrap_or(0);
    let datasets = match count("datasets") {
        1 => "1 dataset".to_owned(),
        many => format!("{many} datasets"),
    };
    match (result["valid"].as_bool(), count("invalid_datasets")) {
        (Some(true), _) => format!("Valid: {datasets}"),
        (_, 0) => format!("Not valid: the file around {datasets}"),
        (_, invalid) => format!("Not valid: {invalid} of {datasets}"),
    }
}
