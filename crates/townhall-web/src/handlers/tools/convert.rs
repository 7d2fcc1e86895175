//! `/tools/convert` and `/api/convert`: a catalogue in another form.

use axum::extract::Request;
use axum::response::Response;
use serde_json::{Value, json};
use townhall_app::{ConversionForm, Material, conversion_forms};
use townhall_model::ErrorKind;

use super::page::{self, Tool};
use super::upload::{self, Sent};
use crate::handlers::params::Params;
use crate::handlers::{Site, respond};
use crate::pages::views::{Choice, SelectField, SourceField, ToolForm};
use crate::server::Problem;

/// The tool.
pub const CONVERT: Tool = Tool {
    name: "convert",
    title: "Convert a catalog",
    lead: "Write a catalog in another version or form, or any JSON as a table, and see what that costs.",
    template: "tool_convert.html",
    form,
    heading,
};

/// `/tools/convert`, empty.
pub async fn show(site: Site) -> Result<Response, Problem> {
    page::empty(&site, &CONVERT)
}

/// `/tools/convert` with a catalogue: what it costs, or the converted file.
pub async fn run(site: Site, request: Request) -> Result<Response, Problem> {
    let sent = upload::read(&site, request).await?;
    let outcome = match converted(&site, &sent).await {
        Ok((made, form, _)) if sent.wants_file() => return file(&made, form).await,
        Ok((_, _, report)) => sent.one().map(|material| (material, report)),
        Err(problem) => Err(problem),
    };
    page::answer(&site, &CONVERT, &sent, outcome).await
}

/// `/api/convert`: the converted file; with `report=yes` what it cost instead.
pub async fn api(site: Site, request: Request) -> Result<Response, Problem> {
    let sent = upload::read(&site, request).await?;
    let (made, form, report) = converted(&site, &sent).await?;
    match sent.params.get("report") {
        Some(_) => Ok(respond::json(&report)),
        None => file(&made, form).await,
    }
}

async fn file(made: &Material, form: ConversionForm) -> Result<Response, Problem> {
    respond::material(made, form.media_type, made.name()).await
}

async fn converted(site: &Site, sent: &Sent) -> Result<(Material, ConversionForm, Value), Problem> {
    let to = sent.params.get("to").ok_or_else(|| {
        let known: Vec<_> = conversion_forms().iter().map(|form| form.id).collect();
        Problem::new(ErrorKind::Invalid, "`to` does not say what to convert to")
            .with_hint(format!("use one of {}", known.join(", ")))
    })?;
    let (made, form, report) = site.app().workshop().convert(sent.one()?, to).await?;
    Ok((made, form, json!(report)))
}

fn form(site: &Site, params: &Params, text: Option<&str>) -> ToolForm {
    ToolForm {
        sources: vec![SourceField { label: "The catalog".into(), text: text.unwrap_or_default().into() }],
        selects: vec![SelectField {
            name: "to".into(),
            label: "Convert to".into(),
            choices: conversion_forms()
                .iter()
                .map(|form| Choice {
                    label: form.name.into(),
                    value: form.id.into(),
                    url: String::new(),
                    selected: params.get("to") == Some(form.id),
                })
                .collect(),
        }],
        submit: "Show what it costs".into(),
        submit_file: Some("Convert and download".into()),
        command: "townhall convert data.json --to dcat-us-3.0 -o catalog.json".into(),
        api: format!(
            "curl -F file=@data.json -F to=dcat-us-3.0 {}/api/convert -o catalog.json",
            site.base_url()
        ),
        ..ToolForm::default()
    }
}

fn heading(report: &Value) -> String {
    match report["written"].as_u64().unwrap_or(0) {
        1 => "1 record converted".into(),
        many => format!("{many} records converted"),
    }
}
