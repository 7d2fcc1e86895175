//! `/tools/validate` and `/api/validate`: a catalogue judged by the published schemas and harvesters.

use axum::extract::Request;
use axum::response::Response;
use serde_json::Value;
use townhall_app::{
    Material, ReportForm, ValidateRequest, Verdict, profiles, rules_as_json, validation_as_json,
    validation_report,
};
use townhall_model::ErrorKind;

use super::page::{self, Tool};
use super::upload;
use crate::handlers::params::Params;
use crate::handlers::{Site, respond};
use crate::pages::views::{Choice, SelectField, SourceField, ToolForm};
use crate::server::Problem;

/// The tool.
pub const VALIDATE: Tool = Tool {
    name: "validate",
    title: "Check a catalog",
    lead: "Find out whether a catalog (data.json) follows the rules of DCAT-US, what stands in its way, and how to mend it.",
    template: "tool_validate.html",
    form,
    heading,
};

/// `/tools/validate`, empty, or with the address in `url`.
pub async fn show(site: Site, params: Params, request: Request) -> Result<Response, Problem> {
    match params.get("url") {
        Some(_) => run(site, request).await,
        None => page::empty(&site, &VALIDATE),
    }
}

/// `/tools/validate` with a catalogue.
pub async fn run(site: Site, request: Request) -> Result<Response, Problem> {
    let sent = upload::read(&site, request).await?;
    let outcome = match sent.one() {
        Ok(material) => work(&site, material, &sent.params).await.map(|result| (material, result)),
        Err(problem) => Err(problem),
    };
    page::answer(&site, &VALIDATE, &sent, outcome).await
}

/// `/api/validate`.
pub async fn api(site: Site, request: Request) -> Result<Response, Problem> {
    let sent = upload::read(&site, request).await?;
    let material = sent.one()?;
    let outcome = judged(&site, material, &sent.params).await?;
    match sent.params.get("_format").filter(|name| *name != "json") {
        None => Ok(respond::json(&validation_as_json(&outcome)?)),
        Some(name) => {
            let form = ReportForm::by_name(name).ok_or_else(|| {
                let known = ReportForm::ALL.map(ReportForm::name).join(", ");
                Problem::new(ErrorKind::Invalid, format!("`{name}` is no form of a verdict"))
                    .with_hint(format!("use json, {known}"))
            })?;
            Ok(respond::document(form.media_type(), validation_report(&outcome, material.name(), form)?))
        }
    }
}

/// `/api/validate/rules`: every rule with its source.
pub async fn rules() -> Response {
    respond::json(&serde_json::json!({ "data": rules_as_json(), "meta": {} }))
}

async fn work(site: &Site, material: &Material, params: &Params) -> Result<Value, Problem> {
    Ok(validation_as_json(&judged(site, material, params).await?)?)
}

async fn judged(site: &Site, material: &Material, params: &Params) -> Result<Verdict, Problem> {
    let mut request = ValidateRequest::default();
    if let Some(profile) = params.get("profile") {
        request.profile = profile.to_owned();
    }
    if let Some(text) = params.get("max_findings") {
        request.findings_max = text.parse().map_err(|_| {
            Problem::new(ErrorKind::Invalid, format!("`max_findings={text}` is not a whole number"))
        })?;
    }
    Ok(site.app().workshop().validate(material, &request).await?)
}

fn form(site: &Site, params: &Params, text: Option<&str>) -> ToolForm {
    let chosen = params.get("profile").unwrap_or("auto");
    let choice = |value: &str, label: &str| Choice {
        label: label.to_owned(),
        value: value.to_owned(),
        url: String::new(),
        selected: chosen == value,
    };
    ToolForm {
        sources: vec![SourceField { label: "The catalog".into(), text: text.unwrap_or_default().into() }],
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
